//! `serve`, and one reader at a time: on sockets of the loopback, which are there at once.

use std::cell::Cell;
use std::io::ErrorKind;
use std::rc::Rc;

use ryu_sdn::hub::net::{
    self, CONCURRENCY, Listener, ServeError, Served, Socket, StopServe, StreamExt as _,
};
use ryu_sdn::hub::{self, Task};

use crate::{say, sleep, twins};

fn listen() -> (Listener, net::Address) {
    let listener = net::listen(([127, 0, 0, 1], 0)).unwrap();
    let address = listener.local_addr();
    (listener, address)
}

/// Connects, and says a word.
async fn call(address: &net::Address, word: &str) -> Socket {
    let client = net::connect(address.clone()).await.unwrap();
    client.write_all(word.as_bytes()).await.unwrap();
    client
}

async fn hear(stream: &Socket) -> String {
    let mut bytes = [0; 64];
    let n = stream.read(&mut bytes).await.unwrap();
    String::from_utf8(bytes[..n].to_vec()).unwrap()
}

/// A server whose handler works for a while, and ends as `word` says.
fn server(
    listener: Listener,
    word: &'static str,
    end: fn() -> Served,
) -> Task<Result<(), ServeError>> {
    let work = move |client: Rc<Socket>, _| async move {
        let heard = hear(&client).await;
        say!("begin", heard);
        if heard == word {
            return end();
        }
        sleep(4).await;
        say!("end", heard);
        Ok(())
    };
    hub::spawn("serve", net::serve(listener, work, CONCURRENCY))
}

twins! {
    serve_echo {
        let (listener, address) = listen();
        let echo = |client: Rc<Socket>, _| async move {
            say!("begin");
            let word = hear(&client).await.to_uppercase();
            client.write_all(word.as_bytes()).await?;
            say!("end");
            Ok(())
        };
        let _server = hub::spawn("serve", net::serve(listener, echo, CONCURRENCY));
        for word in ["one", "two"] {
            let client = call(&address, word).await;
            say!(hear(&client).await);
            say!("then", hear(&client).await.len());
            sleep(2).await;
        }
    }

    serve_limit {
        let (listener, address) = listen();
        let (running, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let highest = most.clone();
        let work = move |client: Rc<Socket>, _| {
            let (running, most) = (running.clone(), most.clone());
            async move {
                running.set(running.get() + 1);
                most.set(most.get().max(running.get()));
                let word = hear(&client).await;
                say!("begin", word, "running", running.get());
                sleep(15).await;
                say!("end", word);
                running.set(running.get() - 1);
                Ok(())
            }
        };
        let _server = hub::spawn("serve", net::serve(listener, work, 2));
        let mut clients = Vec::new();
        for n in 0..5 {
            clients.push(call(&address, &n.to_string()).await);
            say!("connected", n);
            sleep(2).await;
        }
        for client in &clients {
            hear(client).await;
        }
        say!("most", highest.get());
    }

    serve_stop {
        let (listener, address) = listen();
        let serving = server(listener, "stop", || Err(StopServe.into()));
        let mut clients = Vec::new();
        for word in ["work", "stop"] {
            clients.push(call(&address, word).await);
            sleep(1).await;
        }
        serving.await.unwrap().unwrap();
        say!("serve gave None");
        say!("stop hears", hear(&clients[1]).await.len());
        say!("work hears", hear(&clients[0]).await.len());
    }

    serve_exception {
        let (listener, address) = listen();
        let serving = server(listener, "fail", || Err("a broken handler".into()));
        let mut clients = Vec::new();
        for word in ["work", "fail"] {
            clients.push(call(&address, word).await);
            sleep(1).await;
        }
        say!("serve raised", serving.await.unwrap().unwrap_err());
        say!("fail hears", hear(&clients[1]).await.len());
        say!("work hears", hear(&clients[0]).await.len());
    }

    serve_kill {
        let (listener, address) = listen();
        let work = |client: Rc<Socket>, _| async move {
            say!("begin");
            sleep(4).await;
            client.write_all(b"done").await?;
            say!("end");
            Ok(())
        };
        let serving = hub::spawn("serve", net::serve(listener, work, CONCURRENCY));
        let client = net::connect(address).await.unwrap();
        sleep(1).await;
        hub::kill(&serving).await;
        say!("killed");
        say!("hears", hear(&client).await);
    }

    serve_second_reader {
        let (listener, address) = listen();
        let client = net::connect(address).await.unwrap();
        let ours = Rc::new(listener.accept().await.0);
        let read = |name: &'static str| {
            let ours = ours.clone();
            hub::spawn_n("read", async move {
                let mut bytes = [0; 64];
                match ours.read(&mut bytes).await {
                    Ok(n) => say!(name, "got", String::from_utf8_lossy(&bytes[..n])),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::ResourceBusy);
                        say!(name, "is refused");
                    }
                }
            });
        };
        for name in ["first", "second"] {
            read(name);
            sleep(1).await;
        }
        client.write_all(b"hello").await.unwrap();
        sleep(1).await;
        read("third");
        sleep(1).await;
        client.write_all(b"again").await.unwrap();
        sleep(1).await;
    }
}
