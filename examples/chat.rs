//! A chat server, the one of eventlet's examples: what one participant says, all others read, with
//! the address of who said it.
//!
//! ```text
//! $ cargo run --example chat
//! ChatServer starting up on port 3001
//! Participant joined chat.
//! Participant joined chat.
//! Chat: hello, who is there?
//! participant left chat
//! ^CChatServer exiting
//!
//! $ nc 127.0.0.1 3001              $ nc 127.0.0.1 3001        # two other terminals
//! hello, who is there?             127.0.0.1:hello, who is there?
//! ^C
//! ```
//!
//! `cargo run --example chat -- 127.0.0.1:4000` listens elsewhere. Lines end as Python's text files
//! read them: `\r\n` (telnet) is passed on as `\n`.
//!
//! What differs from the original, on purpose: a participant whose connection breaks has left (there
//! it stays in the list for ever), and one who reads nothing for 64 lines is put out (there whoever
//! says something to it waits with it). Lines are of 64 KiB at most.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::rc::Rc;

use ryu_sdn::clock::Clock;
use ryu_sdn::hub::net::{
    self, Address, LineReader, Listener, ServeError, Served, Socket, Stream, StreamExt,
};
use ryu_sdn::hub::{self, Hub, Signals};
use ryu_sdn::sync::Queue;

/// Lines that may wait for one participant.
const BEHIND_MAX: usize = 64;

/// What waits for each participant, in the order of joining.
type Participants = Rc<RefCell<BTreeMap<u64, Queue<Rc<[u8]>>>>>;

async fn participate(socket: Rc<Socket>, from: Address, number: u64, all: Participants) -> Served {
    println!("Participant joined chat.");
    let lines = Queue::bounded(BEHIND_MAX);
    all.borrow_mut().insert(number, lines.clone());
    let writer = Rc::clone(&socket);
    let _writing = hub::spawn(format!("chat to {from}"), async move {
        while let Some(line) = lines.get().await {
            if writer.write_all(&line).await.is_err() {
                break;
            }
        }
        // Put out, or gone: its reader hears of it.
        let _ = writer.shutdown();
    });
    let ip = from.ip().map(|ip| ip.to_string()).unwrap_or_default();
    let mut reader = LineReader::new(socket, net::LINE_MAX);
    // A broken connection is the end of one participant, as its proper end is.
    while let Ok(Some(mut line)) = reader.read_line().await {
        if line.ends_with(b"\r\n") {
            line.truncate(line.len() - 2);
            line.push(b'\n');
        }
        println!("Chat: {}", String::from_utf8_lossy(&line).trim());
        let said: Rc<[u8]> = [ip.as_bytes(), b":", &line].concat().into();
        for (_, other) in all.borrow().iter().filter(|(other, _)| **other != number) {
            if other.try_put(Rc::clone(&said)).is_err() {
                other.close();
            }
        }
    }
    all.borrow_mut().remove(&number);
    println!("participant left chat");
    Ok(())
}

/// Serves until it is dropped.
pub async fn chat(listener: Listener) -> Result<(), ServeError> {
    let all = Participants::default();
    let count = RefCell::new(0..);
    let handle = move |socket, from| {
        let number = count.borrow_mut().next().unwrap_or(u64::MAX);
        participate(socket, from, number, Rc::clone(&all))
    };
    net::serve(listener, handle, net::CONCURRENCY).await
}

fn main() -> Result<(), Box<dyn Error>> {
    let address: Address = match std::env::args().nth(1) {
        Some(address) => address.parse()?,
        None => ([0, 0, 0, 0], 3001).into(),
    };
    Hub::new(Clock::real())?.block_on(async {
        let signals = Signals::new(&[2, 15])?;
        let listener = net::listen(address)?;
        let port = listener.local_addr().port().unwrap_or_default();
        println!("ChatServer starting up on port {port}");
        let _server = hub::spawn("chat", chat(listener));
        signals.recv().await;
        println!("ChatServer exiting");
        Ok(())
    })
}
