//! Asks several hosts for their front page at once, and prints the beginning of each answer in the
//! order in which they were named: the first example of eventlet's documentation.
//!
//! ```text
//! $ cargo run --example geturl -- www.muzixing.com www.python.org localhost:8000
//! localhost:8000 connected
//! www.python.org connected
//! www.muzixing.com connected
//! www.muzixing.com: HTTP/1.0 301 Moved Permanently\r\nServer: nginx\r\nDate: Sun, 22 Nov 2026 ...
//! www.python.org: HTTP/1.1 301 Moved Permanently\r\nConnection: close\r\nContent-Length: 0\r\n ...
//! localhost:8000: HTTP/1.0 200 OK\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\nDate: Sun, 22 Nov ...
//! ```
//!
//! Names are looked up at the same time, too: a name server that is slow, or that never answers,
//! holds up its own line and no other. (Lines after it are printed after it: they are in order.)
//! With `--times` each `connected` says after how many milliseconds.

use std::io;
use std::time::Duration;

use ryu_sdn::clock::Clock;
use ryu_sdn::hub::net::{self, StreamExt};
use ryu_sdn::hub::{self, Hub};
use ryu_sdn::pool::{GreenPile, GreenPool};

/// Time for one host, from its name to its answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Bytes of an answer that are read, and characters of it that are printed.
const READ: usize = 1024;
const SHOWN: usize = 100;

/// The beginning of what `host` (or `host:port`) answers.
pub async fn geturl(host: String, shows_time: bool) -> io::Result<String> {
    let start = hub::now();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().map_err(io::Error::other)?),
        None => (&*host, 80),
    };
    let asking = async {
        let socket = net::connect((name, port)).await?;
        match shows_time {
            true => println!("{host} connected after {} ms", (hub::now() - start).as_millis()),
            false => println!("{host} connected"),
        }
        let request = format!("GET / HTTP/1.0\r\nHost: {host}\r\n\r\n");
        socket.write_all(request.as_bytes()).await?;
        let mut bytes = [0; READ];
        let n = socket.read(&mut bytes).await?;
        Ok(bytes[..n].escape_ascii().to_string().chars().take(SHOWN).collect())
    };
    let late = |_| Err(io::ErrorKind::TimedOut.into());
    hub::timeout(TIMEOUT, asking).await.unwrap_or_else(late)
}

fn main() -> io::Result<()> {
    let (options, hosts): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let shows_time = options.iter().any(|option| option == "--times");
    if hosts.is_empty() {
        eprintln!("usage: geturl [--times] HOST[:PORT]...");
        std::process::exit(2);
    }
    Hub::new(Clock::real())?.block_on(async {
        let pile = GreenPile::new(GreenPool::default());
        for host in &hosts {
            pile.spawn(host.clone(), geturl(host.clone(), shows_time)).await;
        }
        for host in hosts {
            let Some(answer) = pile.next().await else { break };
            match answer.map_err(io::Error::other)? {
                Ok(answer) => println!("{host}: {answer}"),
                Err(error) => println!("{host}: no answer: {error}"),
            }
        }
        Ok(())
    })
}
