//! What passes between others, and the question that every message is asked: is it the same again?

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use bytes::{Bytes, BytesMut};
use ryu_sdn::ofproto::{Encode as _, Framing, Message, V1_3, Version, Xid, frame};
use ryu_sdn::wire::hex;

use super::bridge::{PATIENCE, Stream, dial};

/// Encodes what was decoded, and prints it.
pub(crate) fn same_bytes(version: Version, xid: Xid, message: &Message, bytes: &Bytes) {
    let mut buf = BytesMut::new();
    let done = message.encode(version, xid, &mut buf);
    done.unwrap_or_else(|e| panic!("{version} {message}: {e}\n{}", hex::encode(bytes)));
    assert_eq!(hex::encode(&buf), hex::encode(bytes), "{version}: {message}");
    let _ = (message.to_string(), format!("{message:?}"));
}

/// Encodes what was decoded, prints it, and takes it through JSON and JSON's text.
pub(crate) fn same_again(version: Version, xid: Xid, message: &Message, bytes: &Bytes) {
    same_bytes(version, xid, message, bytes);
    let wanted = hex::encode(bytes);
    // JSON has no place for the xid of a header, the one inside of a bundle's message included.
    let inner = match (message, bytes.get(8..16)) {
        // ONF's form of it, before 1.4.
        (_, Some(b"ONF\0\0\0\x08\xfd")) => 2 * 28..2 * 32,
        (Message::BundleAddMsg(_), _) => 2 * 20..2 * 24,
        _ => 0..0,
    };
    let without = |digits: &str| {
        let mut digits = digits.to_owned();
        digits.replace_range(inner.clone(), &"0".repeat(inner.len()));
        digits
    };
    let encoded = |message: &Message, how: &str| {
        let mut buf = BytesMut::new();
        let done = message.encode(version, xid, &mut buf);
        done.unwrap_or_else(|e| panic!("{version} {message} ({how}): {e}\n{wanted}"));
        hex::encode(&buf)
    };
    // Ryu's hello has no elements before 1.3.
    if matches!(message, Message::Hello(_)) && version < V1_3 {
        return;
    }
    let json = message.to_json(version).unwrap_or_else(|e| panic!("{message}: {e}\n{wanted}"));
    let (_, back) = Message::from_json(version, &json)
        .unwrap_or_else(|e| panic!("{version} {message}: {e}\n{json}\n{wanted}"));
    assert_eq!(without(&encoded(&back, "JSON")), without(&wanted), "{version}: {message}\n{json}");
    let text = message.to_json_text(version).unwrap_or_else(|e| panic!("{message}: {e}"));
    let (_, back) = Message::from_json_text(version, &text)
        .unwrap_or_else(|e| panic!("{version} {message}: {e}\n{text}"));
    assert_eq!(
        without(&encoded(&back, "text of JSON")),
        without(&wanted),
        "{version}: {message}\n{text}"
    );
}

/// Cuts what passed in one direction into messages.
pub(crate) fn cut(mut stream: &[u8]) -> Vec<Bytes> {
    let mut all = Vec::new();
    while !stream.is_empty() {
        match frame(stream) {
            Framing::Message(len) => {
                all.push(Bytes::copy_from_slice(&stream[..len]));
                stream = &stream[len..];
            }
            // What was cut off when the program ended.
            Framing::NeedMore(_) => break,
            other => panic!("{other:?}: {}", hex::encode(stream)),
        }
    }
    all
}

/// A listener between one run of ovs-ofctl and the bridge, which keeps what passes.
pub(crate) struct Relay {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    carrier: JoinHandle<Vec<Bytes>>,
}

impl Relay {
    pub(crate) fn new(bridge: &str) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the loopback");
        let address = listener.local_addr().expect("an address");
        let over = Arc::new(AtomicBool::new(false));
        let (bridge, until) = (bridge.to_owned(), Arc::clone(&over));
        let carrier = thread::spawn(move || {
            // The program opens a second connection before it has closed the first.
            let mut carried = Vec::new();
            loop {
                let (program, _) = listener.accept().expect("a connection");
                if until.load(Ordering::SeqCst) {
                    break;
                }
                let bridge = bridge.clone();
                carried.push(thread::spawn(move || carry(program, &bridge)));
            }
            let mut all = Vec::new();
            for one in carried {
                let (asked, answered) = one.join().expect("no panic");
                all.extend(cut(&asked));
                all.extend(cut(&answered));
            }
            all
        });
        Relay { address, over, carrier }
    }

    /// Where ovs-ofctl is to connect to.
    pub(crate) fn target(&self) -> String {
        format!("tcp:{}", self.address)
    }

    /// All that was said, now that the program has ended: by it, then by the bridge, once for each
    /// connection.
    pub(crate) fn end(self) -> Vec<Bytes> {
        self.over.store(true, Ordering::SeqCst);
        // The last call is only there to be heard.
        drop(TcpStream::connect(self.address).expect("a listener"));
        self.carrier.join().expect("no panic")
    }
}

/// Carries what is said on one connection until either side ends it.
fn carry(program: TcpStream, bridge: &str) -> (Vec<u8>, Vec<u8>) {
    program.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let program: Box<dyn Stream> = Box::new(program);
    let bridge = dial(bridge);
    let (from, to) = (program.again().expect("a handle"), bridge.again().expect("a handle"));
    let asked = thread::spawn(move || pump(from, to));
    let answered = pump(bridge, program);
    (asked.join().expect("no panic"), answered)
}

/// Copies until one end is gone; what was copied.
fn pump(mut from: Box<dyn Stream>, mut to: Box<dyn Stream>) -> Vec<u8> {
    let mut all = Vec::new();
    let mut chunk = [0; 65_536];
    while let Ok(len @ 1..) = from.read(&mut chunk) {
        all.extend_from_slice(&chunk[..len]);
        if to.write_all(&chunk[..len]).is_err() {
            break;
        }
    }
    from.end();
    to.end();
    all
}
