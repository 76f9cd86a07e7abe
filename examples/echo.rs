//! An echo server: every connection gets back what it sends.
//!
//! ```text
//! $ cargo run --example echo
//! server listening on 127.0.0.1:6000
//! accepted 127.0.0.1:48242
//! echoed hello
//! 127.0.0.1:48242 disconnected
//!
//! $ nc 127.0.0.1 6000        # in another terminal
//! hello
//! hello
//! ^C
//! ```
//!
//! `cargo run --example echo -- 0.0.0.0:7000` listens elsewhere; so does `unix:/tmp/echo`, where
//! `nc -U /tmp/echo` finds it. With a key and a certificate behind the address it speaks TLS:
//!
//! ```text
//! $ cargo run --example echo -- 127.0.0.1:6443 key.pem cert.pem
//! $ openssl s_client -quiet -connect 127.0.0.1:6443 -CAfile cert.pem
//! ```
//!
//! `--concurrency 2` serves two at one time; who comes third is connected, as far as the system goes,
//! and waits for one of them to leave. Ctrl-C ends it.

use std::error::Error;
use std::rc::Rc;

use ryu_sdn::clock::Clock;
use ryu_sdn::hub::net::{self, Accept, Address, Served, Stream};
use ryu_sdn::hub::{self, Hub, Signals};
use ryu_sdn::tls::{self, TlsContext, TlsSettings};

async fn echo(stream: Rc<dyn Stream>, from: Address) -> Served {
    println!("accepted {from}");
    let (mut reader, mut writer) = net::makefile(stream);
    // A peer that breaks off is no fault of the server's, which an error would end.
    while let Ok(Some(line)) = reader.read_line().await {
        if writer.write(&line).await.is_err() || writer.flush().await.is_err() {
            break;
        }
        println!("echoed {}", String::from_utf8_lossy(&line).trim_end());
    }
    println!("{from} disconnected");
    Ok(())
}

/// Until the first signal.
async fn serve<A: Accept>(
    listener: A,
    concurrency: usize,
    signals: Signals,
) -> Result<(), Box<dyn Error>> {
    let server = hub::spawn("server", async move {
        net::serve(listener, |stream, from| echo(stream, from), concurrency).await
    });
    signals.recv().await;
    drop(server);
    println!("server exiting");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<_> = std::env::args().skip(1).collect();
    let mut concurrency = net::CONCURRENCY;
    if let Some(at) = arguments.iter().position(|argument| argument == "--concurrency") {
        concurrency = arguments.get(at + 1).ok_or("--concurrency: how many?")?.parse()?;
        if concurrency == 0 {
            return Err("--concurrency: a server for nobody".into());
        }
        arguments.drain(at..at + 2);
    }
    let mut arguments = arguments.into_iter();
    let address: Address = arguments.next().as_deref().unwrap_or("127.0.0.1:6000").parse()?;
    let identity = arguments.next().zip(arguments.next());
    Hub::new(Clock::real())?.block_on(async {
        let signals = Signals::new(&[2, 15])?;
        let listener = net::listen(address)?;
        println!("server listening on {}", listener.local_addr());
        let Some((key, chain)) = identity else {
            return serve(listener, concurrency, signals).await;
        };
        let identity = Some((key.into(), chain.into()));
        let context = TlsContext::load(TlsSettings { identity, ..TlsSettings::default() })?;
        serve(tls::wrap_ssl(listener, context)?, concurrency, signals).await
    })
}
