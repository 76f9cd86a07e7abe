//! From one address of a host to the next.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use futures_lite::{AsyncReadExt, AsyncWriteExt, future, io};

use super::{run, run_real};
use crate::hub;
use crate::hub::net::{
    self, Address, AsyncStream, CONNECT_STAGGER, Hosts, ListenOptions, Resolver, ResolverConfig,
    StreamExt, TcpListener, TcpStream, UnixListener, UnixStream,
};

fn here(last: u8, port: u16) -> SocketAddr {
    ([127, 0, 0, last], port).into()
}

/// A listener that answers nobody any more: its queue is full, and the system drops who comes.
async fn deaf(address: SocketAddr) -> (net::Listener, Vec<TcpStream>) {
    let options = ListenOptions { backlog: 0, ..ListenOptions::default() };
    let listener = net::listen_with(address, &options).unwrap();
    let to = SocketAddr::new(address.ip(), listener.local_addr().port().unwrap());
    let mut held = Vec::new();
    // Linux takes one more than it was told.
    while let Ok(Ok(stream)) =
        hub::timeout(Duration::from_millis(300), TcpStream::connect(to)).await
    {
        held.push(stream);
        assert!(held.len() < 10, "a queue of this length is not full");
    }
    (listener, held)
}

#[test]
fn the_next_address_is_tried_at_once_when_one_refuses() {
    run(async {
        let listener = TcpListener::bind(here(3, 0)).unwrap();
        let port = listener.local_addr().port();
        let start = hub::now();
        let addresses = [here(1, port), here(2, port), here(3, port)];
        let stream = net::connect_any(&addresses).await.unwrap();
        assert_eq!(stream.peer_addr(), addresses[2]);
        assert_eq!(hub::now(), start);
        drop(stream);
        let error = net::connect_any(&addresses[..2]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        assert!(error.to_string().starts_with(&format!("127.0.0.2:{port}: ")), "{error}");
        let error = net::connect_any(&[]).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no address");
        drop(listener);
    });
}

#[test]
fn an_address_that_does_not_answer_is_not_waited_for() {
    run(async {
        let (silent, _held) = deaf(here(1, 0)).await;
        let port = silent.local_addr().port().unwrap();
        let listener = TcpListener::bind(here(2, port)).unwrap();
        let start = hub::now();
        let stream = net::connect_any(&[here(1, port), here(2, port)]).await.unwrap();
        assert_eq!(stream.peer_addr(), here(2, port));
        assert_eq!(hub::now() - start, CONNECT_STAGGER);
        drop((stream, listener));
        // Alone it is waited for, as long as the caller likes.
        let addresses = [here(1, port), here(2, port)];
        let alone = net::connect_any(&addresses);
        let given_up = hub::timeout(Duration::from_secs(2), alone).await;
        assert!(given_up.is_err());
    });
}

#[test]
fn hosts_are_looked_up_and_tried_by_turns() {
    run(async {
        let listener = TcpListener::bind(here(2, 0)).unwrap();
        let port = listener.local_addr().port();
        let hosts = Hosts::from_text("127.0.0.1 web\n127.0.0.2 web\n::1 web");
        net::set_resolver(Resolver::new(ResolverConfig { hosts, ..ResolverConfig::default() }));
        let found = net::resolve("web").await.unwrap();
        assert_eq!(
            found,
            ["::1", "127.0.0.1", "127.0.0.2"].map(|ip| ip.parse::<IpAddr>().unwrap())
        );
        let socket = net::connect(("web", port)).await.unwrap();
        let net::Socket::Tcp(socket) = socket else { panic!("{socket:?}") };
        assert_eq!(socket.peer_addr(), here(2, port));
        let error = net::connect(Address::Host("a b".into(), port)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    });
}

#[test]
fn listeners_share_a_port_only_if_both_say_so() {
    run(async {
        let share = ListenOptions { reuse_port: true, ..ListenOptions::default() };
        let first = net::listen_with(here(1, 0), &share).unwrap();
        let address = first.local_addr();
        let second = net::listen(address.clone()).unwrap_err();
        assert_eq!(second.kind(), ErrorKind::AddrInUse);
        net::listen_with(address.clone(), &share).unwrap();
        drop(first);
        // Just stopped, and started again.
        net::listen(address).unwrap();
        let name = net::listen(Address::Host("web".into(), 80)).unwrap_err();
        assert_eq!(name.kind(), ErrorKind::InvalidInput);
        // Beside each other on one port, if IPv6 is told to leave IPv4 alone.
        let v6 = ListenOptions { v6_only: Some(true), ..ListenOptions::default() };
        let listener = net::listen_with("[::]:0".parse::<Address>().unwrap(), &v6).unwrap();
        net::listen(([0, 0, 0, 0], listener.local_addr().port().unwrap())).unwrap();
    });
}

#[test]
fn a_full_unix_listener_is_waited_for() {
    let folder = std::env::temp_dir().join(format!("ryu-sdn-unix-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("socket");
    run(async {
        let missing = UnixStream::connect(&path).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        let listener = UnixListener::bind_on(&hub::current(), &path, 0).unwrap();
        let first = UnixStream::connect(&path).await.unwrap();
        let (there, late) = (path.clone(), Duration::from_secs(1));
        let waiting = hub::spawn("waits", async move { UnixStream::connect(there).await });
        hub::sleep(late).await;
        assert!(!waiting.is_finished());
        let accepted = listener.accept().await;
        let second = waiting.await.unwrap().unwrap();
        second.write_all(b"hi").await.unwrap();
        listener.accept().await.read_exact(&mut [0; 2]).await.unwrap();
        drop((first, accepted));
    });
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn crates_that_know_no_runtime_work_on_our_streams() {
    run_real(async {
        let listener = net::listen(here(1, 0)).unwrap();
        let client = net::connect(listener.local_addr()).await.unwrap();
        let (mut server, _) = listener.accept().await;
        // A copy of both directions at once, and a write in pieces, by `futures-lite`.
        let echo = hub::spawn("echo", async move {
            let (mut from, mut to) = (&server, &server);
            io::copy(&mut from, &mut to).await.unwrap();
            server.close().await.unwrap();
        });
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        let mut reader = AsyncStream::new(Rc::new(client));
        let mut writer = reader.clone();
        let mut answer = Vec::new();
        let (written, read) = future::zip(
            async {
                writer.write_all(&bytes).await?;
                writer.close().await
            },
            reader.read_to_end(&mut answer),
        )
        .await;
        written.unwrap();
        read.unwrap();
        assert!(answer == bytes, "{} of {} bytes", answer.len(), bytes.len());
        echo.await.unwrap();
    });
}
