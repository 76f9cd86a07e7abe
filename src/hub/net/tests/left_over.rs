//! Reads that ask for less than has come: nothing of it is lost, and nobody waits for what is there.

use std::time::Duration;

use super::run;
use crate::hub;
use crate::hub::net::{StreamExt, TcpListener, TcpStream};

/// More than a small read asks for beyond what is wanted, and no multiple of it.
const LONG: usize = 10_007;

#[test]
fn small_reads_get_all_that_was_sent_in_order_and_then_the_end() {
    for size in [1, 7, 64, 2047, 2048, 2049, 5000] {
        run(async move {
            let listener = TcpListener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let address = listener.local_addr();
            let sent: Vec<u8> = (0..LONG).map(|n| (n % 251) as u8).collect();
            let theirs = sent.clone();
            let peer = hub::spawn("peer", async move {
                let stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(&theirs).await.unwrap();
                stream
            });
            let (stream, _) = listener.accept().await;
            let mut got = Vec::new();
            let mut bytes = vec![0; size];
            while got.len() < LONG {
                // Whoever looks first, and tries then, sees the same.
                if got.len() % 2 == 0 {
                    stream.readable().await.unwrap();
                }
                let n = stream.read(&mut bytes).await.unwrap();
                assert!((1..=size).contains(&n));
                got.extend_from_slice(&bytes[..n]);
            }
            assert!(got == sent, "reads of {size}");
            // There is no more: who reads now waits.
            let more = hub::timeout(Duration::from_secs(1), stream.read(&mut bytes)).await;
            assert!(more.is_err());
            drop(peer.await.unwrap());
            assert_eq!(stream.read(&mut bytes).await.unwrap(), 0);
        });
    }
}

#[test]
fn a_read_of_nothing_says_nothing_of_the_end() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr();
        let peer = hub::spawn("peer", async move {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"ab").await.unwrap();
        });
        let (stream, _) = listener.accept().await;
        let mut one = [0];
        assert_eq!(stream.read(&mut one).await.unwrap(), 1);
        peer.await.unwrap();
        assert_eq!(stream.read(&mut []).await.unwrap(), 0);
        assert_eq!((stream.read(&mut one).await.unwrap(), one), (1, *b"b"));
        assert_eq!(stream.read(&mut one).await.unwrap(), 0);
    });
}
