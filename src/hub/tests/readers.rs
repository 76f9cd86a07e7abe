//! Who may wait for a socket: one reader, any number of acceptors; and what the list says of it.

use std::collections::BTreeSet;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use futures_lite::{AsyncReadExt as _, future::poll_once};

use super::{real_hub, test_hub};
use crate::hub::net::{
    self, AsyncStream, Stream, StreamExt as _, TcpListener, TcpStream, UdpSocket, UnixListener,
    UnixStream,
};
use crate::hub::{self, Identity, Signals};

fn localhost() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let test = async { hub::timeout(Duration::from_secs(20), test).await };
    real_hub().block_on(test).expect("the test is done long before its time is over")
}

/// Both ends of a connection: of the loopback, and inside of the process.
async fn pairs() -> [(Rc<dyn Stream>, Rc<dyn Stream>); 2] {
    let listener = TcpListener::bind(localhost()).unwrap();
    let client = TcpStream::connect(listener.local_addr()).await.unwrap();
    let (server, _) = listener.accept().await;
    let (first, second) = net::pipe(16);
    [(Rc::new(client), Rc::new(server)), (Rc::new(first), Rc::new(second))]
}

#[test]
fn a_reader_by_the_futures_traits_is_the_only_one() {
    run(async {
        for (ours, theirs) in pairs().await {
            let mut first = AsyncStream::new(ours.clone());
            let mut second = first.clone();
            let mut bytes = [0; 8];
            assert!(poll_once(first.read(&mut bytes)).await.is_none());
            // It waits: neither a clone nor the stream itself may.
            let refused = second.read(&mut bytes).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::ResourceBusy);
            assert_eq!(ours.read(&mut bytes).await.unwrap_err().kind(), ErrorKind::ResourceBusy);
            assert_eq!(ours.readable().await.unwrap_err().kind(), ErrorKind::ResourceBusy);
            // The same one goes on, and lets go when it has read.
            theirs.write_all(b"one").await.unwrap();
            assert_eq!(first.read(&mut bytes).await.unwrap(), 3);
            theirs.write_all(b"two").await.unwrap();
            assert_eq!(second.read(&mut bytes).await.unwrap(), 3);
            // And when it is dropped.
            assert!(poll_once(second.read(&mut bytes)).await.is_none());
            drop(second);
            theirs.write_all(b"three").await.unwrap();
            assert_eq!(ours.read(&mut bytes).await.unwrap(), 5);
        }
    });
}

#[test]
fn a_read_by_the_futures_traits_is_refused_while_another_waits() {
    run(async {
        let [(ours, theirs), _] = pairs().await;
        let waiting = ours.clone();
        let first = hub::spawn("first", async move { waiting.read(&mut [0; 8]).await });
        hub::yield_now().await;
        let mut second = AsyncStream::new(ours.clone());
        let refused = second.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ResourceBusy);
        theirs.write_all(b"one").await.unwrap();
        assert_eq!(first.await.unwrap().unwrap(), 3);
        // Its refusal left nothing behind.
        theirs.write_all(b"two").await.unwrap();
        assert_eq!(second.read(&mut [0; 8]).await.unwrap(), 3);

        let (ours, theirs) = net::pipe(16);
        let ours = Rc::new(ours);
        let waiting = ours.clone();
        let first = hub::spawn("first", async move { waiting.read(&mut [0; 8]).await });
        hub::yield_now().await;
        let mut second = &*ours;
        let refused = futures_lite::AsyncReadExt::read(&mut second, &mut [0; 8]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ResourceBusy);
        theirs.write_all(b"one").await.unwrap();
        assert_eq!(first.await.unwrap().unwrap(), 3);
    });
}

#[test]
fn two_datagram_readers_are_one_too_many() {
    run(async {
        let socket = Rc::new(UdpSocket::bind(localhost()).unwrap());
        let waiting = socket.clone();
        let first = hub::spawn("first", async move { waiting.recv_from(&mut [0; 8]).await });
        hub::yield_now().await;
        let refused = socket.recv_from(&mut [0; 8]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ResourceBusy);
        socket.send_to(b"one", socket.local_addr()).await.unwrap();
        assert_eq!(first.await.unwrap().unwrap(), (3, socket.local_addr()));
    });
}

#[test]
fn two_acceptors_share_the_callers_and_lose_none() {
    const CALLERS: usize = 200;
    run(async {
        let listener = Rc::new(TcpListener::bind(localhost()).unwrap());
        let address = listener.local_addr();
        let accepted = crate::sync::Queue::unbounded();
        let acceptors: Vec<_> = (0..3)
            .map(|_| {
                let (listener, accepted) = (listener.clone(), accepted.clone());
                hub::spawn("acceptor", async move {
                    loop {
                        let (stream, from) = listener.accept().await;
                        accepted.put((stream, from)).await.unwrap();
                    }
                })
            })
            .collect();
        hub::yield_now().await;
        let [descriptor] = &hub::current().descriptors()[..] else { panic!("only the listener") };
        assert_eq!(descriptor.readers, 3);
        let (mut callers, mut served) = (BTreeSet::new(), BTreeSet::new());
        let mut streams = Vec::new();
        for n in 0..CALLERS {
            let stream = TcpStream::connect(address).await.unwrap();
            callers.insert(stream.local_addr());
            streams.push(stream);
            // One that goes while all are woken takes no caller along.
            if n == CALLERS / 2 {
                acceptors[0].kill();
            }
        }
        while served.len() < CALLERS {
            let (stream, from) = accepted.get().await.unwrap();
            assert!(served.insert(from), "{from} twice");
            drop(stream);
        }
        assert_eq!(callers, served);
        assert!(accepted.is_empty());
        drop(acceptors);
    });
}

#[test]
fn the_list_names_every_kind_of_descriptor() {
    let folder = std::env::temp_dir().join(format!("ryu-sdn-list-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("socket");
    test_hub().block_on(async {
        const SIGUSR2: i32 = 12;
        let listener = TcpListener::bind(localhost()).unwrap();
        let client = TcpStream::connect(listener.local_addr()).await.unwrap();
        let (server, from) = listener.accept().await;
        let unix = UnixListener::bind(&path).unwrap();
        let caller = UnixStream::connect(&path).await.unwrap();
        let udp = UdpSocket::bind(localhost()).unwrap();
        let signals = Signals::new(&[SIGUSR2]).unwrap();
        let (to, local) = (listener.local_addr(), udp.local_addr());
        let none = std::path::PathBuf::new();
        let expected = [
            Identity::TcpListener { local: to },
            Identity::Tcp { local: Some(from), peer: to },
            Identity::Tcp { local: Some(to), peer: from },
            Identity::UnixListener { local: path.clone() },
            Identity::Unix { local: none, peer: path.clone() },
            Identity::Udp { local, peer: None },
            Identity::Signal { number: SIGUSR2 },
        ];
        let listed = hub::current().descriptors();
        let identities: Vec<_> = listed.iter().map(|one| one.identity.clone()).collect();
        assert_eq!(identities, expected);
        // The numbers are those of the process.
        for descriptor in &listed {
            let link = std::fs::read_link(format!("/proc/self/fd/{}", descriptor.fd)).unwrap();
            assert!(link.to_string_lossy().starts_with("socket:"), "{link:?}");
        }
        let numbers: BTreeSet<_> = listed.iter().map(|one| one.fd).collect();
        assert_eq!(numbers.len(), expected.len());
        udp.connect(to).unwrap();
        let texts: Vec<_> =
            hub::current().descriptors().iter().map(|one| one.identity.to_string()).collect();
        assert_eq!(texts[1], format!("tcp {from} to {to}"));
        assert_eq!(texts[4], format!("unix to {}", path.display()));
        assert_eq!(texts[5], format!("udp {local} to {to}"));
        assert_eq!(texts[6], "signal 12");
        drop((client, server, listener, unix, caller, udp, signals));
        assert!(hub::current().descriptors().is_empty());
    });
    std::fs::remove_dir_all(&folder).unwrap();
}
