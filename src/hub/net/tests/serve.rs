//! Servers of one call, and one reader at a time.

use std::cell::Cell;
use std::io::ErrorKind;
use std::rc::Rc;
use std::time::Duration;

use super::run;
use crate::hub::net::{
    self, Listener, ServeError, Served, Socket, StopServe, Stream, StreamExt, StreamServer,
    UdpSocket,
};
use crate::hub::{self, Task};

fn listener() -> (Listener, net::Address) {
    let listener = net::listen(([127, 0, 0, 1], 0)).unwrap();
    let address = listener.local_addr();
    (listener, address)
}

fn start(
    listener: Listener,
    concurrency: usize,
    handler: impl AsyncFn(Rc<Socket>) -> Served + Clone + 'static,
) -> Task<Result<(), String>> {
    let handler = Rc::new(handler);
    hub::spawn("server", async move {
        let handle = move |stream, _from| {
            let handler = handler.clone();
            async move { handler(stream).await }
        };
        net::serve(listener, handle, concurrency).await.map_err(|error| error.to_string())
    })
}

/// Says what it is told, until `bye`; on `stop`, `fail` and `panic` it does so.
async fn parrot(stream: Rc<Socket>) -> Served {
    let mut bytes = [0; 64];
    loop {
        let n = stream.read(&mut bytes).await?;
        match &bytes[..n] {
            b"" | b"bye" => return Ok(()),
            b"stop" => return Err(StopServe.into()),
            b"fail" => return Err("out of seed".into()),
            b"panic" => panic!("the parrot panics, as it should"),
            said => stream.write_all(said).await?,
        }
    }
}

async fn says(stream: &Socket, word: &str) -> String {
    stream.write_all(word.as_bytes()).await.unwrap();
    let mut bytes = [0; 64];
    let n = stream.read(&mut bytes).await.unwrap();
    String::from_utf8_lossy(&bytes[..n]).into_owned()
}

#[test]
fn there_are_never_more_connections_than_agreed() {
    run(async {
        let (listener, address) = listener();
        let running = Rc::new(Cell::new((0, 0)));
        let counted = Rc::clone(&running);
        let server = start(listener, 2, async move |stream| {
            let (now, most) = counted.get();
            counted.set((now + 1, most.max(now + 1)));
            let served = parrot(stream).await;
            counted.set((counted.get().0 - 1, counted.get().1));
            served
        });
        let mut clients = Vec::new();
        for _ in 0..3 {
            clients.push(net::connect(address.clone()).await.unwrap());
        }
        assert_eq!(says(&clients[0], "a").await, "a");
        assert_eq!(says(&clients[1], "b").await, "b");
        clients[2].write_all(b"c").await.unwrap();
        let mut bytes = [0; 8];
        let third = hub::timeout(Duration::from_secs(60), clients[2].read(&mut bytes)).await;
        assert!(third.is_err(), "two are served, and it waits");
        assert_eq!(says(&clients[0], "bye").await, "", "closed when its handler returned");
        assert_eq!(clients[2].read(&mut bytes).await.unwrap(), 1);
        assert_eq!(running.get(), (2, 2));
        assert!(!server.is_finished());
    });
}

#[test]
fn a_handler_ends_the_server_quietly_or_with_its_error() {
    for (word, wanted) in [
        ("stop", Ok(())),
        ("fail", Err("out of seed")),
        ("panic", Err("a handler panicked while it served 127.0.0.1")),
    ] {
        run(async {
            let (listener, address) = listener();
            let server = start(listener, 10, parrot);
            let other = net::connect(address.clone()).await.unwrap();
            assert_eq!(says(&other, "hi").await, "hi");
            let client = net::connect(address.clone()).await.unwrap();
            client.write_all(word.as_bytes()).await.unwrap();
            match (server.await.unwrap(), wanted) {
                (Ok(()), Ok(())) => {}
                (Err(said), Err(wanted)) => assert!(said.starts_with(wanted), "{said}"),
                (said, _) => panic!("{word}: {said:?}"),
            }
            // Who is being served is served on; nobody else is.
            assert_eq!(says(&other, "still here").await, "still here");
            let refused = net::connect(address).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        });
    }
}

#[test]
fn a_killed_server_leaves_its_connections_and_a_lost_one_ends_nobody() {
    run(async {
        let (listener, address) = listener();
        let server = start(listener, 10, parrot);
        let client = net::connect(address.clone()).await.unwrap();
        assert_eq!(says(&client, "hi").await, "hi");
        // A reset in the middle is an error of the handler's read: that ends a server, as with
        // eventlet; one that is closed properly does not.
        let other = net::connect(address).await.unwrap();
        assert_eq!(says(&other, "hi").await, "hi");
        drop(other);
        hub::yield_now().await;
        assert!(!server.is_finished());
        drop(server);
        hub::yield_now().await;
        assert_eq!(says(&client, "again").await, "again");
    });
}

#[test]
fn a_stream_server_goes_on_whatever_its_handlers_do() {
    run(async {
        let server = StreamServer::new(([127, 0, 0, 1], 0)).unwrap();
        let address = server.listener().local_addr();
        let server = hub::spawn("server", server.serve_forever(|stream, _| parrot(stream)));
        for word in ["fail", "panic", "bye"] {
            let client = net::connect(address.clone()).await.unwrap();
            assert_eq!(says(&client, word).await, "", "{word}");
        }
        let client = net::connect(address.clone()).await.unwrap();
        assert_eq!(says(&client, "hi").await, "hi");
        assert!(!server.is_finished());
        client.write_all(b"stop").await.unwrap();
        server.await.unwrap();
    });
}

#[test]
fn unix_sockets_are_served_the_same() {
    let folder = std::env::temp_dir().join(format!("ryu-sdn-serve-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("socket");
    run(async {
        let listener = net::listen(&*path).unwrap();
        assert_eq!(net::listen(&*path).unwrap_err().kind(), ErrorKind::AddrInUse);
        let address = listener.local_addr();
        assert_eq!(address, format!("unix:{}", path.display()).parse().unwrap());
        let server = start(listener, 10, parrot);
        let client = net::connect(address.clone()).await.unwrap();
        assert_eq!(client.peer(), address.to_string());
        assert_eq!(says(&client, "hi").await, "hi");
        client.write_all(b"stop").await.unwrap();
        assert_eq!(server.await.unwrap(), Ok(()));
        assert_eq!(
            net::connect(address).await.unwrap_err().kind(),
            ErrorKind::ConnectionRefused,
            "the file stays"
        );
    });
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn errors_say_what_they_are() {
    assert_eq!(StopServe.to_string(), "the server is to stop");
    let error = ServeError::Handler("x".into());
    assert_eq!(error.to_string(), "x");
}

#[test]
fn a_second_reader_of_one_socket_is_told() {
    run(async {
        let (listener, address) = listener();
        let client = Rc::new(net::connect(address).await.unwrap());
        let (server, _) = listener.accept().await;
        let first = Rc::clone(&client);
        let first = hub::spawn("first", async move { first.read(&mut [0; 8]).await });
        hub::yield_now().await;
        for error in [
            client.read(&mut [0; 8]).await.unwrap_err(),
            client.read_exact(&mut [0; 8]).await.unwrap_err(),
            client.readable().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::ResourceBusy);
            assert_eq!(
                error.to_string(),
                "another task waits to read from here: one reader at a time"
            );
        }
        // A writer is none.
        client.write_all(b"x").await.unwrap();
        server.write_all(b"hi").await.unwrap();
        assert_eq!(first.await.unwrap().unwrap(), 2);
        // Who has given up waits no longer.
        let gave_up = hub::timeout(Duration::from_secs(1), client.read(&mut [0; 8])).await;
        assert!(gave_up.is_err());
        server.write_all(b"hi").await.unwrap();
        assert_eq!(client.read(&mut [0; 8]).await.unwrap(), 2);

        let socket = Rc::new(UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap());
        let first = Rc::clone(&socket);
        let _first = hub::spawn("first", async move { first.recv_from(&mut [0; 8]).await });
        hub::yield_now().await;
        let error = socket.recv_from(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResourceBusy);
    });
}
