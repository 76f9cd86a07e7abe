//! Requests that are refused: malformed ones, ones with two meanings, ones from the wrong place.

use super::*;

/// What is said to `bytes`, after which the connection is closed.
fn refused(bytes: impl AsRef<[u8]>) -> (u16, String) {
    let bytes = bytes.as_ref();
    with_service(HttpConfig::default(), async |bench| {
        // A good request behind it must not be understood.
        let mut answers = bench.last_words([bytes, get("/count").as_bytes()].concat()).await;
        assert_eq!(answers.len(), 1, "{}", bytes.escape_ascii());
        let answer = answers.remove(0);
        assert!(answer.closes(), "{answer:?}");
        let reason = if answer.version == "HTTP/1.1" { answer.reason() } else { String::new() };
        (answer.status, reason)
    })
}

#[test]
fn a_head_with_two_meanings_is_refused_and_the_connection_closed() {
    let chunks = "0\r\n\r\n";
    for (headers, reason) in [
        (
            "Content-Length: 3\r\nTransfer-Encoding: chunked",
            "both Content-Length and Transfer-Encoding",
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 3",
            "both Content-Length and Transfer-Encoding",
        ),
        ("Content-Length: 5\r\nContent-Length: 6", "more than one Content-Length"),
        ("Content-Length: 5\r\nContent-Length: 5", "more than one Content-Length"),
        ("Content-Length: 5, 5", "Content-Length is not a number"),
        ("Content-Length: +5", "Content-Length is not a number"),
        ("Content-Length: -5", "Content-Length is not a number"),
        ("Content-Length: 0x5", "Content-Length is not a number"),
        ("Content-Length:", "Content-Length is not a number"),
        ("Transfer-Encoding: xchunked", "Transfer-Encoding other than chunked"),
        ("Transfer-Encoding: gzip, chunked", "Transfer-Encoding other than chunked"),
        ("Transfer-Encoding: chunked, identity", "Transfer-Encoding other than chunked"),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding other than chunked",
        ),
        ("Transfer-Encoding: \"chunked\"", "Transfer-Encoding other than chunked"),
        ("Transfer-Encoding:\x0bchunked", "control character in a header"),
        ("Transfer-Encoding : chunked", "space between a header's name and its colon"),
        ("Content-Length\t: 5", "space between a header's name and its colon"),
        ("X: a\r\n folded", "folded header"),
        ("X: a\r\n\tfolded", "folded header"),
        ("no colon", "header without a colon"),
        (": no name", "header name is not a token"),
        ("X(Y): z", "header name is not a token"),
        ("X: a\0b", "NUL in a request head"),
        ("X: a\x7fb", "control character in a header"),
        ("X: a\nY: b", "line feed without carriage return"),
        ("X: a\rY: b", "carriage return without line feed"),
        ("X: a\r\r", "carriage return without line feed"),
    ] {
        let request =
            format!("POST /echo HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n{chunks}");
        assert_eq!(refused(request), (400, reason.to_owned()), "{headers:?}");
    }
    let old = "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(refused(old), (400, "Transfer-Encoding in HTTP/1.0".to_owned()));
}

#[test]
fn a_request_line_that_is_none_is_refused() {
    for (line, status, reason) in [
        ("GET /small", 400, "request line is not a method, a target and a version"),
        ("GET  /small HTTP/1.1", 400, "request line is not a method, a target and a version"),
        ("GET /small HTTP/1.1 ", 400, "request line is not a method, a target and a version"),
        ("GET /sm all HTTP/1.1", 400, "request line is not a method, a target and a version"),
        (" GET /small HTTP/1.1", 400, "request line is not a method, a target and a version"),
        ("complete nonsense", 400, "request line is not a method, a target and a version"),
        ("GET /small http/1.1", 400, "request line does not end with an HTTP version"),
        ("GET /small HTTP/1.10", 400, "request line does not end with an HTTP version"),
        ("GET /small HTTP/2.0", 505, "only HTTP/1.1 and HTTP/1.0 are spoken here"),
        ("PRI * HTTP/2.0", 505, "only HTTP/1.1 and HTTP/1.0 are spoken here"),
        ("GET /small HTTP/0.9", 505, "only HTTP/1.1 and HTTP/1.0 are spoken here"),
        ("G(T /small HTTP/1.1", 400, "method is not a token"),
        ("CONNECT localhost:80 HTTP/1.1", 501, "this is not a proxy"),
        ("GET small HTTP/1.1", 400, "request target is not a path"),
        ("GET * HTTP/1.1", 400, "request target is not a path"),
        ("GET https://localhost/small HTTP/1.1", 400, "request target is not a path"),
        ("GET file:///etc/passwd HTTP/1.1", 400, "request target is not a path"),
        ("GET /sm\u{e9}ll HTTP/1.1", 400, "request target is not a path"),
        ("GET /small#part HTTP/1.1", 400, "request target is not a path"),
        ("GET /sm\tall HTTP/1.1", 400, "request target is not a path"),
        ("GET /sm\x1ball HTTP/1.1", 400, "request target is not a path"),
    ] {
        let got = refused(format!("{line}\r\nHost: localhost\r\n\r\n"));
        assert_eq!(got, (status, reason.to_owned()), "{line:?}");
    }
    let (status, reason) = refused("GET http://[::1/small HTTP/1.1\r\nHost: [::1\r\n\r\n");
    assert!(status == 400 && reason.starts_with("request target: "), "{reason}");
    assert_eq!(refused("\r\n\r\nGET /small HTTP/1.1\r\n\r\n").0, 400);
    // TLS and OpenFlow, spoken to the wrong port.
    assert_eq!(refused(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03").0, 400);
    assert_eq!(refused([4, 0, 0, 8, 0, 0, 0, 1]).0, 400);
}

#[test]
fn chunks_that_two_readers_would_cut_differently_are_refused() {
    for body in
        ["5\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "x\r\n", "5\r\nhello!\r\n0\r\n\r\n"]
    {
        let head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        let (status, reason) = refused(format!("{head}{body}"));
        assert_eq!(status, 400);
        assert!(reason.starts_with("body: "), "{reason}");
    }
}

#[test]
fn a_refusal_comes_after_the_answers_to_earlier_requests() {
    with_service(HttpConfig::default(), async |bench| {
        let bad = "GET /count HTTP/1.1\nHost: localhost\r\n\r\n";
        let answers = bench
            .last_words([&get("/sleeps/2"), &get("/count"), bad, &get("/count")].concat())
            .await;
        assert_eq!(statuses(&answers), [200, 200, 400]);
        // The good one behind the bad one was not run.
        let mut client = bench.connect();
        client.send(get("/count")).await;
        assert_eq!(client.answer().await.body, "2");
    });
}

#[test]
fn the_host_is_named_once_and_right() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for (target, hosts, status) in [
            ("/small", "", 400),
            ("/small", "Host: localhost\r\nHost: localhost\r\n", 400),
            ("/small", "Host:\r\n", 400),
            ("/small", "Host: a b\r\n", 400),
            ("/small", "Host: a@localhost\r\n", 400),
            ("/small", "Host: localhost/x\r\n", 400),
            ("/small", "Host: localhost:8080\r\n", 200),
            ("/small", "Host: LocalHost\r\n", 200),
            ("/small", "Host: 127.1.2.3:1\r\n", 200),
            ("/small", "Host: 192.0.2.1\r\n", 200),
            ("/small", "Host: [::1]:8080\r\n", 200),
            ("/small", "Host: [2001:db8::1]\r\n", 200),
            ("/small", "Host: localhost.evil.example\r\n", 403),
            ("/small", "Host: evil.example:8080\r\n", 403),
            ("/small", "Host: 127.0.0.1.evil.example\r\n", 403),
            ("/small", "Host: 2130706433\r\n", 403),
            ("http://localhost:80/small", "Host: localhost:80\r\n", 200),
            ("HTTP://LOCALHOST/small?q", "Host: localhost\r\n", 200),
            ("http://localhost", "Host: localhost\r\n", 404),
            ("http://localhost/small", "Host: 127.0.0.1\r\n", 400),
            ("http://localhost/small", "", 400),
            ("http://evil.example/small", "Host: evil.example\r\n", 403),
        ] {
            client.send(format!("GET {target} HTTP/1.1\r\n{hosts}\r\n")).await;
            assert_eq!(client.answer().await.status, status, "{target} {hosts:?}");
        }
        let named = "GET http://evil.example/small HTTP/1.0\r\n\r\n";
        assert_eq!(statuses(&bench.last_words(named).await), [403]);
    });
}

#[test]
fn a_service_for_the_network_answers_to_any_name() {
    Hub::new(Clock::test()).unwrap().block_on(async {
        let plan = plan();
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        apps.start(&plan).unwrap();
        let router = Router::new(&plan.routes()).unwrap();
        let server = Server::new(HttpConfig::default(), router, apps.bus().clone(), false);
        let bench = Bench { server, apps };
        let mut client = bench.connect();
        client.send("GET /small HTTP/1.1\r\nHost: controller.example\r\n\r\n").await;
        assert_eq!(client.answer().await.status, 200);
    });
}

#[test]
fn a_foreign_page_cannot_change_anything() {
    let form = "application/x-www-form-urlencoded";
    let json = "application/json; charset=utf-8";
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for (method, origin, content_type, status) in [
            ("POST", Some("http://evil.example"), Some(form), 403),
            ("POST", Some("http://evil.example"), Some("multipart/form-data; boundary=x"), 403),
            ("POST", Some("http://evil.example"), Some("text/plain;application/json"), 403),
            ("POST", Some("http://evil.example"), None, 403),
            ("POST", Some("null"), Some(form), 403),
            ("PUT", Some("http://localhost.evil.example"), None, 403),
            ("DELETE", Some("http://evil.example"), None, 403),
            ("PATCH", Some("http://localhost:9"), Some(form), 403),
            ("POST", Some("http://evil.example"), Some(json), 200),
            ("POST", Some("http://localhost"), Some(form), 200),
            ("POST", Some("https://LOCALHOST"), Some(form), 200),
            ("POST", None, Some(form), 200),
            ("POST", None, None, 200),
            ("DELETE", None, None, 405),
        ] {
            let origin_line =
                origin.map_or(String::new(), |origin| format!("Origin: {origin}\r\n"));
            let type_line =
                content_type.map_or(String::new(), |ty| format!("Content-Type: {ty}\r\n"));
            client
                .send(format!(
                    "{method} /echo HTTP/1.1\r\nHost: localhost\r\n{origin_line}{type_line}Content-Length: 3\r\n\r\na=b"
                ))
                .await;
            let answer = client.answer().await;
            assert_eq!(answer.status, status, "{method} {origin:?} {content_type:?}");
        }
        client
            .send("GET /small HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n")
            .await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""));
    });
}

#[test]
fn every_head_that_is_cut_off_is_none() {
    let whole = post("{}");
    with_service(HttpConfig::default(), async |bench| {
        for cut in 0..whole.len() {
            let mut client = bench.connect();
            client.send(&whole[..cut]).await;
            client.pipe.shutdown_write().unwrap();
            let answers = client.answers_to_the_end().await;
            // Within the body there is somebody to tell.
            let expected: &[u16] = if cut < whole.len() - 2 { &[] } else { &[400] };
            assert_eq!(statuses(&answers), expected, "cut at {cut}");
        }
    });
    CALLED.with_borrow(|called| assert!(called.is_empty(), "{called:?}"));
}

#[test]
fn any_byte_changed_leaves_the_service_as_it_was() {
    let whole = [post("{\"a\": 1}"), get("/small")].concat();
    with_service(HttpConfig::default(), async |bench| {
        for at in 0..whole.len() {
            for byte in [0, b'\n', b'\r', b' ', b':', b'9', 0x80, 0xff] {
                let mut bytes = whole.clone().into_bytes();
                bytes[at] = byte;
                let mut client = bench.connect();
                client.send(bytes).await;
                client.pipe.shutdown_write().unwrap();
                for answer in client.answers_to_the_end().await {
                    assert!(
                        (200..506).contains(&answer.status) && answer.status != 500,
                        "{answer:?}"
                    );
                }
            }
        }
        let mut client = bench.connect();
        client.send(get("/count")).await;
        assert_eq!(client.answer().await.body, "1");
    });
}
