//! The client, against the service and against servers that misbehave.

use std::cell::Cell;

use bytes::Bytes;

use super::*;
use crate::http::{ClientError, HttpClient, HttpPool};
use crate::hub::net::{
    self, Hosts, LineReader, Listener, Resolver, ResolverConfig, Served, Socket,
};
use crate::tls::tests::pki::Pki;
use crate::tls::{self, TlsContext, TlsSettings};

fn request(url: &str) -> http::Request<Bytes> {
    http::Request::put(url).body(Bytes::from_static(b"{}")).unwrap()
}

#[test]
fn it_asks_and_is_answered() {
    with_service(HttpConfig::default(), async |bench| {
        let (ours, theirs) = pipe(64);
        bench.server.serve_stream(Rc::new(theirs));
        let client = HttpClient::default();
        let answer =
            client.request_on(Rc::new(ours), request("http://localhost:80/echo/a/b?c")).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["connection"], "close");
        let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(
            (&body["method"], &body["query"], &body["body"]),
            (&"PUT".into(), &"c".into(), &"{}".into())
        );
        hub::sleep(secs(2)).await;
        assert_eq!(bench.server.connection_count(), 0);
    });
}

/// What the client makes of a server that says `answer` and then closes, or not.
fn answered(answer: &'static str, closes: bool) -> Result<Response, ClientError> {
    Hub::new(Clock::test()).unwrap().block_on(async {
        let (ours, theirs) = pipe(1000);
        let _server = hub::spawn("server", async move {
            theirs.read(&mut [0; 1000]).await.unwrap();
            theirs.write_all(answer.as_bytes()).await.unwrap();
            if !closes {
                std::future::pending::<()>().await;
            }
        });
        let client = HttpClient { max_body: 10, ..HttpClient::default() };
        client.request_on(Rc::new(ours), request("http://[::1]/")).await
    })
}

#[test]
fn a_server_that_misbehaves_is_an_error() {
    let good = answered("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false).unwrap();
    assert_eq!(&good.body()[..], b"hi");
    let until_the_end = answered("HTTP/1.0 200 OK\r\n\r\nhi", true).unwrap();
    assert_eq!(&until_the_end.body()[..], b"hi");
    let large = answered("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello", false);
    assert_eq!(large.unwrap_err().to_string(), "answer of more than 10 bytes");
    let silent = answered("", false);
    assert_eq!(silent.unwrap_err().to_string(), "no answer in time");
    let slow = answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", false);
    assert!(matches!(slow, Err(ClientError::Timeout { what: "more of the answer" })));
    for wrong in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
    ] {
        let error = answered(wrong, true).unwrap_err();
        assert!(matches!(error, ClientError::Http { .. }), "{wrong:?}: {error}");
    }
}

#[test]
fn urls_that_lead_nowhere() {
    Hub::new(Clock::real()).unwrap().block_on(async {
        let client = HttpClient::default();
        let error = async |url| client.get(url).await.unwrap_err().to_string();
        assert_eq!(
            error("ftp://127.0.0.1/").await,
            "\"ftp\" is not spoken here, only http and https"
        );
        assert_eq!(error("http://a..b/").await, "\"a..b\" cannot be the name of a host");
        assert_eq!(error("/stats").await, "malformed URL: it does not begin with http://");
        assert!(error("http:// /").await.starts_with("malformed URL: "));
        // Port 1 of this machine: nobody listens.
        let nobody = error("http://localhost:1/").await;
        assert!(nobody.starts_with("cannot connect to localhost:1: 127.0.0.1:1: "), "{nobody}");
    });
}

/// What a scripted server says to `GET path`; `None` and it closes without a word.
type Script = fn(&str) -> Option<String>;

fn ok(body: &str) -> Option<String> {
    Some(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

fn moved(status: u16, to: &str) -> Option<String> {
    Some(format!("HTTP/1.1 {status} x\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"))
}

/// Connections and requests that a scripted server has seen.
#[derive(Default)]
struct Seen {
    connections: Cell<usize>,
    requests: RefCell<Vec<String>>,
}

/// Requests of one connection, one after the other; request lines are noted, with `Authorization`
/// and body.
async fn converse(stream: Rc<dyn Stream>, seen: Rc<Seen>, script: Script) -> Served {
    seen.connections.set(seen.connections.get() + 1);
    let mut lines = LineReader::new(Rc::clone(&stream), 1000);
    while let Some(first) = lines.read_line().await? {
        let mut noted = String::from_utf8(first)?.trim().replace(" HTTP/1.1", "");
        let path = noted.split(' ').nth(1).unwrap().to_owned();
        let mut length = 0;
        while let Some(line) = lines.read_line().await? {
            let line = String::from_utf8(line)?.trim().to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", n)) => length = n.parse()?,
                Some(("authorization", who)) => noted += &format!(" as {who}"),
                _ if line.is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        let mut at = 0;
        while at < length {
            at += lines.read(&mut body[at..]).await?;
        }
        if length > 0 {
            noted += &format!(" with {}", String::from_utf8(body)?);
        }
        seen.requests.borrow_mut().push(noted);
        let Some(answer) = script(&path) else { return Ok(()) };
        stream.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

fn scripted(script: Script) -> (u16, Rc<Seen>, hub::Task<()>) {
    let listener = net::listen(([127, 0, 0, 1], 0)).unwrap();
    let port = listener.local_addr().port().unwrap();
    let seen: Rc<Seen> = Rc::default();
    let noted = Rc::clone(&seen);
    let handle = move |stream: Rc<Socket>, _| converse(stream, noted.clone(), script);
    let task = hub::spawn("server", async move { net::serve(listener, handle, 9).await.unwrap() });
    (port, seen, task)
}

#[test]
fn the_future_of_a_request_is_small() {
    Hub::new(Clock::test()).unwrap().block_on(async {
        let client = HttpClient::default();
        let (get, connect) = (client.get("http://a.example/"), net::connect(("a.example", 80)));
        let sizes = (std::mem::size_of_val(&get), std::mem::size_of_val(&connect));
        assert!(sizes.0 < 2048 && sizes.1 < 4096, "{sizes:?}");
    });
}

#[test]
fn connections_are_kept_used_again_and_closed_in_time() {
    Hub::new(Clock::test()).unwrap().block_on(async {
        let (port, seen, _server) = scripted(|path| match path {
            "/close" => {
                Some("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into())
            }
            path => ok(path),
        });
        let client = HttpClient::default();
        let url = |path| format!("http://127.0.0.1:{port}{path}");
        for _ in 0..3 {
            assert_eq!(client.get(&url("/a")).await.unwrap().body(), "/a");
        }
        assert_eq!((seen.connections.get(), client.pool.len()), (1, 1));
        client.get(&url("/close")).await.unwrap();
        assert_eq!((seen.connections.get(), client.pool.len()), (1, 0));
        // Three at once are three; one too many for this pool.
        let client = HttpClient { pool: HttpPool::new(2, 9, secs(15)), ..HttpClient::default() };
        let tasks = (0..3).map(|_| {
            let (client, url) = (client.clone(), url("/b"));
            hub::spawn("get", async move { client.get(&url).await.unwrap().status() })
        });
        hub::joinall(tasks.collect::<Vec<_>>()).await;
        assert_eq!((seen.connections.get(), client.pool.len()), (4, 2));
        hub::sleep(secs(14)).await;
        assert_eq!(client.pool.len(), 2);
        hub::sleep(secs(2)).await;
        assert_eq!(client.pool.len(), 0);
        assert_eq!(hub::current().source_count(), 1, "only the listener is left");
        let alone = HttpClient { pool: HttpPool::new(0, 0, secs(9)), ..HttpClient::default() };
        alone.get(&url("/c")).await.unwrap();
        assert!(alone.pool.is_empty());
    });
}

#[test]
fn a_kept_connection_that_was_closed_is_replaced() {
    Hub::new(Clock::test()).unwrap().block_on(async {
        // One answer for each connection, and no word about it.
        let (port, seen, _server) = scripted(ok);
        let client = HttpClient::default();
        let url = format!("http://127.0.0.1:{port}/once");
        client.get(&url).await.unwrap();
        let (port2, seen2, _server2) = scripted(|path| match path {
            "/first" => ok("1"),
            _ => None,
        });
        let first = format!("http://127.0.0.1:{port2}/first");
        let second = format!("http://127.0.0.1:{port2}/second");
        client.get(&first).await.unwrap();
        // The server takes it and closes: it is asked again, once, on a new connection.
        let error = client.get(&second).await.unwrap_err();
        assert!(matches!(error, ClientError::Http { .. }), "{error}");
        assert_eq!(seen2.connections.get(), 2);
        client.get(&first).await.unwrap();
        let post = http::Request::post(&second).body(Bytes::from_static(b"x")).unwrap();
        client.request(post).await.unwrap_err();
        // What may not be done twice is not.
        assert_eq!(
            *seen2.requests.borrow(),
            ["GET /first", "GET /second", "GET /second", "GET /first", "POST /second with x"]
        );
        assert_eq!(seen.connections.get(), 1);
    });
}

#[test]
fn redirections_are_followed_so_far_and_not_with_everything() {
    Hub::new(Clock::test()).unwrap().block_on(async {
        let hosts = Hosts::from_text("127.0.0.1 one.example two.example");
        net::set_resolver(Resolver::new(ResolverConfig { hosts, ..ResolverConfig::default() }));
        let (port, seen, _server) = scripted(|path| match path {
            "/found" => moved(302, "to/../there?q#x"),
            "/other" => moved(303, &format!("http://two.example:{}/there", PORT.get())),
            "/keep" => moved(307, "/there"),
            "/loop" => moved(301, "/loop"),
            "/mail" => moved(301, "mailto:somebody@one.example"),
            "/nowhere" => Some("HTTP/1.1 302 x\r\nContent-Length: 0\r\n\r\n".into()),
            path => ok(path),
        });
        thread_local!(static PORT: Cell<u16> = const { Cell::new(0) });
        PORT.set(port);
        let client = HttpClient::default();
        let send = async |method: &str, path: &str| {
            let request = http::Request::builder().method(method).header("authorization", "me");
            let request = request.uri(format!("http://one.example:{port}{path}"));
            client.request(request.body(Bytes::from_static(b"x")).unwrap()).await
        };
        assert_eq!(send("GET", "/found").await.unwrap().body(), "/there?q");
        assert_eq!(send("POST", "/found").await.unwrap().status(), 200);
        assert_eq!(send("PUT", "/other").await.unwrap().status(), 200);
        assert_eq!(send("POST", "/keep").await.unwrap().status(), 200);
        assert_eq!(
            *seen.requests.borrow(),
            [
                "GET /found as me with x",
                "GET /there?q as me with x",
                "POST /found as me with x",
                "GET /there?q as me",
                "PUT /other as me with x",
                "GET /there",
                "POST /keep as me with x",
                "POST /there as me with x",
            ]
        );
        seen.requests.borrow_mut().clear();
        let error = send("GET", "/loop").await.unwrap_err();
        assert_eq!(error.to_string(), "more than 10 redirections");
        assert_eq!(seen.requests.borrow().len(), 11);
        assert!(matches!(send("GET", "/mail").await, Err(ClientError::Url { .. })));
        assert_eq!(send("GET", "/nowhere").await.unwrap().status(), 302);
        let client = HttpClient { max_redirects: 0, ..HttpClient::default() };
        let answer = client.get(&format!("http://one.example:{port}/loop")).await.unwrap();
        assert_eq!(answer.status(), 301);
    });
}

#[test]
fn each_time_limit_says_which_it_was() {
    Hub::new(Clock::test()).unwrap().block_on(async {
        let (port, _seen, _server) = scripted(|path| match path {
            "/begun" => Some("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello".into()),
            _ => Some(String::new()),
        });
        let client = HttpClient { read_timeout: secs(2), ..HttpClient::default() };
        for (path, what) in [("/begun", "more of the answer"), ("/silent", "answer")] {
            let start = hub::now();
            let error = client.get(&format!("http://127.0.0.1:{port}{path}")).await.unwrap_err();
            assert_eq!(error.to_string(), format!("no {what} in time"));
            assert_eq!(hub::now() - start, secs(2));
        }
        // A name whose servers are silent is a connection that does not come about.
        let silent = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let servers = vec![silent.local_addr()];
        net::set_resolver(Resolver::new(ResolverConfig { servers, ..ResolverConfig::default() }));
        let start = hub::now();
        let error = client.get("http://web.example/").await.unwrap_err();
        assert_eq!(error.to_string(), "no connection in time");
        assert_eq!(hub::now() - start, HttpClient::CONNECT_TIMEOUT);
    });
}

#[test]
fn https_believes_whom_it_should() {
    Hub::new(Clock::test()).unwrap().block_on(async {
        let (pki, other) = (Pki::new("ca"), Pki::new("other"));
        let identity = pki.identity("web", 2999);
        let server = TlsSettings { identity: Some(identity), ..TlsSettings::default() };
        let server = TlsContext::load(server).unwrap();
        let listener: Listener = net::listen(([127, 0, 0, 1], 0)).unwrap();
        let port = listener.local_addr().port().unwrap();
        let listener = tls::wrap_ssl(listener, server).unwrap();
        let seen: Rc<Seen> = Rc::default();
        let noted = Rc::clone(&seen);
        let handle = move |stream: Rc<tls::TlsStream>, _| converse(stream, noted.clone(), ok);
        let _server = hub::spawn("https", async move {
            let ended = net::serve(listener, handle, 9).await;
            panic!("the server ended: {ended:?}");
        });
        let hosts = Hosts::from_text("127.0.0.1 web.example wrong.example");
        net::set_resolver(Resolver::new(ResolverConfig { hosts, ..ResolverConfig::default() }));
        let believing = |ca| {
            let settings = TlsSettings { ca_certs: Some(ca), ..TlsSettings::default() };
            let tls = Some(TlsContext::load(settings).unwrap());
            HttpClient { tls, ..HttpClient::default() }
        };
        let client = believing(pki.ca());
        for _ in 0..2 {
            let answer = client.get(&format!("https://Web.example:{port}/x")).await.unwrap();
            assert_eq!(answer.body(), "/x");
        }
        assert_eq!((seen.connections.get(), client.pool.len()), (1, 1));
        for (client, host) in [
            (client.clone(), "wrong.example"),
            (client.clone(), "127.0.0.1"),
            (believing(other.ca()), "web.example"),
            // Shares the connections, and does not believe whom they were made to.
            (HttpClient { tls: believing(other.ca()).tls, ..client.clone() }, "web.example"),
        ] {
            let error = client.get(&format!("https://{host}:{port}/x")).await.unwrap_err();
            assert!(matches!(error, ClientError::Tls { .. }), "{host}: {error}");
        }
        let plain = client.get(&format!("http://web.example:{port}/x")).await.unwrap_err();
        assert!(matches!(plain, ClientError::Http { .. }), "{plain}");
        assert_eq!(seen.requests.borrow().len(), 2);
    });
}
