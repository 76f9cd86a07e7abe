//! TCP and UDP over loopback. Real sockets on the real clock; nothing sleeps, and each test gives
//! up after a time that it needs only when it fails.

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use super::{Trace, real_hub, test_hub};
use crate::hub::net::{Stream, StreamExt, TcpListener, TcpStream, UdpSocket};
use crate::hub::{self, Elapsed};

fn localhost() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let test = async { hub::timeout(Duration::from_secs(20), test).await };
    real_hub().block_on(test).expect("the test is done long before its time is over")
}

/// Both ends of a connection.
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind(localhost()).unwrap();
    let client = hub::spawn("client", TcpStream::connect(listener.local_addr()));
    let (server, from) = listener.accept().await;
    let client = client.await.unwrap().unwrap();
    assert_eq!(client.local_addr(), from);
    (client, server)
}

#[test]
fn a_listener_and_a_client_know_each_other_by_name() {
    run(async {
        let (client, server) = pair().await;
        assert_eq!(client.peer(), server.local());
        assert_eq!(client.local(), server.peer());
        assert!(client.peer().starts_with("127.0.0.1:"));
        assert_eq!(hub::current().source_count(), 2);
        drop((client, server));
        assert_eq!(hub::current().source_count(), 0);
    });
}

#[test]
fn bytes_arrive_through_full_buffers_in_both_directions_at_once() {
    const SIZE: usize = 8 << 20;
    run(async {
        let (client, server) = pair().await;
        let tasks =
            [("client", Rc::new(client)), ("server", Rc::new(server))].map(|(name, end)| {
                let writer = end.clone();
                let writer = hub::spawn(format!("{name} writes"), async move {
                    let bytes: Vec<u8> = (0..SIZE).map(|n| (n % 251) as u8).collect();
                    writer.write_all(&bytes).await.unwrap();
                    writer.shutdown_write().unwrap();
                });
                let reader = hub::spawn(format!("{name} reads"), async move {
                    let (mut bytes, mut total) = (vec![0; 10_000], 0);
                    loop {
                        let n = end.read(&mut bytes).await.unwrap();
                        if n == 0 {
                            return total;
                        }
                        assert!(bytes[..n].iter().zip(total..).all(|(&b, n)| b == (n % 251) as u8));
                        total += n;
                    }
                });
                (writer, reader)
            });
        for (writer, reader) in tasks {
            assert_eq!((writer.await, reader.await), (Ok(()), Ok(SIZE)));
        }
    });
}

#[test]
fn data_and_end_that_arrive_together_are_both_seen() {
    run(async {
        for _ in 0..100 {
            let (client, server) = pair().await;
            client.write_all(b"bye").await.unwrap();
            drop(client);
            server.readable().await.unwrap();
            let mut bytes = [0; 64];
            // The short read must not make us forget that the end was announced.
            assert_eq!(server.read(&mut bytes).await.unwrap(), 3);
            assert_eq!(server.read(&mut bytes).await.unwrap(), 0);
            assert_eq!(server.read(&mut bytes).await.unwrap(), 0);
        }
    });
}

#[test]
fn half_closing_ends_one_direction_only() {
    run(async {
        let (client, server) = pair().await;
        client.write_all(b"question").await.unwrap();
        client.shutdown_write().unwrap();
        let mut bytes = [0; 64];
        server.read_exact(&mut bytes[..8]).await.unwrap();
        assert_eq!(server.read(&mut bytes).await.unwrap(), 0);
        server.write_all(b"answer").await.unwrap();
        drop(server);
        client.read_exact(&mut bytes[..6]).await.unwrap();
        assert_eq!(&bytes[..6], b"answer");
        assert_eq!(client.read(&mut bytes).await.unwrap(), 0);
        let broken = client.write(b"x").await.unwrap_err();
        assert_eq!(broken.kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_reset_is_told_to_reader_and_writer() {
    run(async {
        let (client, server) = pair().await;
        // Closing with unread bytes makes Linux send a reset instead of a proper end.
        client.write_all(b"never read").await.unwrap();
        server.readable().await.unwrap();
        drop(server);
        let error = client.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert!(client.write(b"x").await.is_err());
    });
}

#[test]
fn shutdown_wakes_whoever_waits_on_this_end() {
    run(async {
        let (client, _server) = pair().await;
        let client = Rc::new(client);
        let theirs = client.clone();
        let reader = hub::spawn("reader", async move { theirs.read(&mut [0; 8]).await.unwrap() });
        hub::yield_now().await;
        client.shutdown().unwrap();
        assert_eq!(reader.await, Ok(0));
        client.shutdown().unwrap();
    });
}

#[test]
fn connecting_to_nobody_is_refused() {
    run(async {
        let listener = TcpListener::bind(localhost()).unwrap();
        let address = listener.local_addr();
        drop(listener);
        let error = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        assert_eq!(hub::current().source_count(), 0);
    });
}

#[test]
fn a_port_in_use_is_refused_and_a_port_just_left_is_not() {
    run(async {
        let listener = TcpListener::bind(localhost()).unwrap();
        let address = listener.local_addr();
        let taken = TcpListener::bind(address).unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::AddrInUse);
        // A connection that the server closes first keeps the port in TIME_WAIT.
        let client = hub::spawn("client", TcpStream::connect(address));
        let (server, _) = listener.accept().await;
        let client = client.await.unwrap().unwrap();
        drop(server);
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
        drop((client, listener));
        TcpListener::bind(address).unwrap();
    });
}

#[test]
fn a_bare_connect_and_close_is_an_end_and_no_error() {
    run(async {
        let listener = TcpListener::bind(localhost()).unwrap();
        drop(TcpStream::connect(listener.local_addr()).await.unwrap());
        let (probe, _) = listener.accept().await;
        assert_eq!(probe.read(&mut [0; 8]).await.unwrap(), 0);
    });
}

#[test]
fn a_hundred_connections_are_accepted_and_served() {
    run(async {
        let listener = TcpListener::bind(localhost()).unwrap();
        let address = listener.local_addr();
        let server = hub::spawn("server", async move {
            loop {
                let (stream, from) = listener.accept().await;
                let echo = async move {
                    let mut bytes = [0; 64];
                    while let Ok(n @ 1..) = stream.read(&mut bytes).await {
                        stream.write_all(&bytes[..n]).await.unwrap();
                    }
                };
                hub::spawn(format!("echo {from}"), echo).detach();
            }
        });
        let clients = (0..100u8).map(|n| {
            hub::spawn("client", async move {
                let stream = TcpStream::connect(address).await.unwrap();
                for round in 0..10 {
                    let sent = [n.wrapping_add(round); 64];
                    stream.write_all(&sent).await.unwrap();
                    let mut got = [0; 64];
                    stream.read_exact(&mut got).await.unwrap();
                    assert_eq!(sent, got);
                }
            })
        });
        let results = hub::joinall(clients).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        drop(server);
    });
}

#[test]
fn a_wait_that_was_given_up_takes_no_bytes_and_no_connection() {
    // On a test clock, so that giving up takes no time.
    test_hub().block_on(async {
        let listener = TcpListener::bind(localhost()).unwrap();
        let nobody = hub::timeout(Duration::from_secs(1), listener.accept()).await;
        assert!(nobody.is_err());
        let client = TcpStream::connect(listener.local_addr()).await.unwrap();
        let (server, _) = listener.accept().await;
        let mut bytes = [0; 8];
        let nothing = hub::timeout(Duration::from_secs(1), server.read(&mut bytes)).await;
        assert!(nothing.is_err());
        client.write_all(b"kept").await.unwrap();
        server.read_exact(&mut bytes[..4]).await.unwrap();
        assert_eq!(&bytes[..4], b"kept");
    });
}

#[test]
fn try_read_says_would_block_until_there_is_something() {
    // On a test clock, so that giving up takes no time.
    test_hub().block_on(async {
        let (client, server) = pair().await;
        let mut bytes = [0; 8];
        assert_eq!(server.try_read(&mut bytes).unwrap_err().kind(), ErrorKind::WouldBlock);
        let pieces = [std::io::IoSlice::new(b"ab"), std::io::IoSlice::new(b"cd")];
        assert_eq!(client.try_write_vectored(&pieces).unwrap(), 4);
        server.readable().await.unwrap();
        assert_eq!(server.try_read(&mut bytes).unwrap(), 4);
        assert_eq!(&bytes[..4], b"abcd");
        while client.try_write(&[0; 65536]).is_ok() {}
        let full = hub::timeout(Duration::from_secs(1), client.writable()).await;
        assert_eq!(full.map(|_| ()), Err(Elapsed));
        let drain =
            hub::spawn(
                "drain",
                async move { while server.read(&mut [0; 65536]).await.unwrap() > 0 {} },
            );
        client.writable().await.unwrap();
        assert!(client.try_write(b"x").unwrap() > 0);
        drop(client);
        drain.await.unwrap();
    });
}

#[test]
fn sockets_are_served_while_others_keep_the_loop_busy() {
    run(async {
        let _busy = hub::spawn("busy", async {
            loop {
                hub::yield_now().await;
            }
        });
        let (client, server) = pair().await;
        client.write_all(b"x").await.unwrap();
        assert_eq!(server.read(&mut [0]).await.unwrap(), 1);
    });
}

#[test]
fn sockets_work_on_a_test_clock_and_time_does_not_pass_for_them() {
    let (hub, trace) = (test_hub(), Trace::default());
    let start = hub.clock().now();
    let said = trace.clone();
    hub.block_on(async move {
        let (client, server) = pair().await;
        let theirs = said.clone();
        let reader = hub::spawn("reader", async move {
            server.read(&mut [0]).await.unwrap();
            theirs.push("read");
        });
        client.write_all(b"x").await.unwrap();
        reader.await.unwrap();
        said.push("joined");
    });
    assert_eq!(trace.take(), "read joined");
    assert_eq!(hub.clock().now(), start);
}

#[test]
fn datagrams_keep_their_bounds() {
    run(async {
        let (here, there) =
            (UdpSocket::bind(localhost()).unwrap(), UdpSocket::bind(localhost()).unwrap());
        let to = there.local_addr();
        let reader = hub::spawn("reader", async move {
            let mut bytes = [0; 4];
            let mut sizes = Vec::new();
            for _ in 0..3 {
                sizes.push(there.recv_from(&mut bytes).await.unwrap());
            }
            sizes
        });
        // The reader waits already: this is an edge, not the first guess.
        hub::yield_now().await;
        for bytes in [&b"a"[..], b"", b"too long for four"] {
            here.send_to(bytes, to).await.unwrap();
        }
        let from = here.local_addr();
        assert_eq!(reader.await.unwrap(), vec![(1, from), (0, from), (4, from)]);
    });
}
