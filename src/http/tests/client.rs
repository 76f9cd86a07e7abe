//! The client, against the service and against servers that misbehave.

use bytes::Bytes;

use super::*;
use crate::http::{ClientError, HttpClient};

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
    assert!(matches!(slow, Err(ClientError::Timeout { what: "answer" })));
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
        assert_eq!(error("https://127.0.0.1/").await, "\"https\" is not spoken here, only http");
        assert_eq!(
            error("http://a.example/").await,
            "a.example is not an address, and names are not looked up"
        );
        assert_eq!(error("/stats").await, "malformed URL: it does not begin with http://");
        assert!(error("http:// /").await.starts_with("malformed URL: "));
        // Port 1 of this machine: nobody listens.
        assert!(error("http://localhost:1/").await.starts_with("cannot connect to 127.0.0.1:1: "));
    });
}
