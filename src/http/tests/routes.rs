//! What comes of well-formed requests.

use super::*;

#[test]
fn a_route_gets_the_request_and_answers() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client
            .send(
                "GET /echo/a%25b/%C3%A9%20+?x=%31&y HTTP/1.1\r\nHost: localhost:80\r\nA: b\r\n\r\n",
            )
            .await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.version.as_str()), (200, "HTTP/1.1"));
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("date"), "Wed, 01 Jan 2020 00:00:00 GMT");
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["params"], serde_json::json!([["first", "a%b"], ["second", "é +"]]));
        assert_eq!(body["query"], "x=%31&y");
        assert_eq!(body["headers"], serde_json::json!(["host", "a"]));
        assert_eq!(body["method"], "GET");
        assert!(body["peer"].as_str().unwrap().starts_with("mem:"));
    });
}

#[test]
fn each_method_of_a_path_has_its_own_names() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client.send("PUT /echo/1/2 HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 2\r\n\r\nhi").await;
        let body: serde_json::Value = serde_json::from_str(&client.answer().await.body).unwrap();
        assert_eq!(body["params"], serde_json::json!([["erst", "1"], ["zweit", "2"]]));
        assert_eq!(body["body"], "hi");
        assert_eq!(body["query"], serde_json::Value::Null);
    });
}

#[test]
fn one_connection_serves_many_requests_with_the_apps_own_state() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for expected in ["1", "2", "3"] {
            client.send(get("/count")).await;
            assert_eq!(client.answer().await.body, expected);
        }
        assert_eq!(bench.server.connection_count(), 1);
    });
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        let all =
            [get("/sleeps/2"), post("{}"), get("/nowhere"), get("/count"), get("/teapot")].concat();
        client.send(all).await;
        let mut got = Vec::new();
        for _ in 0..5 {
            got.push(client.answer().await);
        }
        assert_eq!(statuses(&got), [200, 200, 404, 200, 418]);
        assert_eq!((got[0].body.as_str(), got[3].body.as_str()), ("awake", "1"));
        assert_eq!(got[4].reason(), "short and stout");
        client.send(get("/count")).await;
        assert_eq!(client.answer().await.body, "2");
    });
}

#[test]
fn the_answers_do_not_depend_on_how_the_bytes_are_cut() {
    let chunked = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
    let bad = "GET /count HTTP/1.1\r\nHost : localhost\r\n\r\n";
    let all = [&get("/count"), &post("{\"a\": 1}"), chunked, "\r\n", &get("/small"), bad].concat();
    let whole = with_service(HttpConfig::default(), async |bench| bench.last_words(&all).await);
    assert_eq!(statuses(&whole), [200, 200, 200, 200, 400]);
    assert!(whole[2].body.contains("\"abc0123456789\""), "{:?}", whole[2]);
    let text = |answers: &[Answer]| -> Vec<_> {
        // The name of the connection is in the body.
        answers
            .iter()
            .map(|a| (a.status, a.body.split("\"peer\"").next().unwrap().to_owned()))
            .collect()
    };
    with_service(HttpConfig::default(), async |bench| {
        for cut in 1..all.len() {
            let mut client = bench.connect();
            client.send(&all[..cut]).await;
            hub::sleep(Duration::from_millis(1)).await;
            client.send_what_is_taken(&all[cut..]).await;
            let answers = client.answers_to_the_end().await;
            assert_eq!(text(&answers)[1..], text(&whole)[1..], "cut at {cut}");
        }
    });
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect_with(1);
        let sending = async {
            for byte in all.as_bytes() {
                if client.pipe.write_all(&[*byte]).await.is_err() {
                    break;
                }
            }
        };
        let reading = async {
            let mut reader = Client { pipe: pipe(1).0, input: Vec::new() };
            let mut byte = [0];
            while let Ok(1) = client.pipe.read(&mut byte).await {
                reader.input.push(byte[0]);
            }
            reader
        };
        let mut reader = both(sending, reading).await;
        assert_eq!(text(&reader.answers_to_the_end().await), text(&whole));
        client.input.clear();
    });
}

/// Runs two futures in one task.
async fn both<T>(first: impl Future<Output = ()>, second: impl Future<Output = T>) -> T {
    let mut first = Box::pin(first);
    let mut second = Box::pin(second);
    let mut is_done = false;
    std::future::poll_fn(move |cx| {
        is_done = is_done || first.as_mut().poll(cx).is_ready();
        second.as_mut().poll(cx)
    })
    .await
}

#[test]
fn head_is_get_without_the_body() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for (path, status, size) in [("/small", 200, "5"), ("/nowhere", 404, "37")] {
            client.send(get(path).replace("GET", "HEAD")).await;
            let answer = client.next_answer(false).await.unwrap();
            assert_eq!((answer.status, answer.header("content-length")), (status, size));
        }
        client.send(get("/small")).await;
        assert_eq!(client.answer().await.body, "small");
    });
}

#[test]
fn what_is_not_there_is_said_in_json() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for path in
            ["/nowhere", "/small/", "/Small", "/echo/a", "/echo/a/b/c", "/%73mall", "//small"]
        {
            client.send(get(path)).await;
            let answer = client.answer().await;
            assert_eq!((answer.status, answer.reason().as_str()), (404, "no such path"), "{path}");
        }
        client.send("BREW /echo/a/b HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.reason().as_str()), (405, "no BREW here"));
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS, PUT");
        client
            .send("POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12345")
            .await;
        assert_eq!(client.answer().await.status, 405);
        client.send("OPTIONS /echo/a/b HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("allow")), (204, "GET, HEAD, OPTIONS, PUT"));
        client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        assert_eq!(client.answer().await.status, 204);
        for (path, name) in
            [("/echo/%/x", "first"), ("/echo/x/%zz", "second"), ("/echo/x/%ff", "second")]
        {
            client.send(get(path)).await;
            let answer = client.answer().await;
            assert_eq!(answer.status, 400);
            assert!(answer.reason().contains(&format!("{name:?}")), "{path}: {}", answer.reason());
        }
        client.send(get("/small")).await;
        assert_eq!(client.answer().await.status, 200);
    });
}

#[test]
fn an_apps_failure_is_for_the_log() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client.send(get("/broken")).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.reason().as_str()), (500, "internal error"));
        client.send(get("/odd/101")).await;
        assert_eq!(client.answer().await.reason(), "internal error");
        client.send(get("/odd/x")).await;
        assert_eq!(client.answer().await.status, 400);
    });
}

#[test]
fn what_the_app_says_of_the_length_is_not_believed() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for (status, body) in [(200, "some body"), (204, ""), (304, ""), (599, "some body")] {
            client.send(get(&format!("/odd/{status}"))).await;
            let answer = client.answer().await;
            assert_eq!((answer.status, answer.body.as_str()), (status, body));
            assert_eq!((answer.header("transfer-encoding"), answer.header("x-shop")), ("", "1"));
        }
        client.send(get("/count")).await;
        assert_eq!(client.answer().await.body, "1");
    });
}

#[test]
fn a_panicking_route_ends_its_app_and_nothing_else() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for path in ["/panics", "/count"] {
            client.send(get(path)).await;
            let answer = client.answer().await;
            assert_eq!((answer.status, answer.reason().as_str()), (503, "app shop has ended"));
        }
        client.send(get("/annex")).await;
        assert_eq!(client.answer().await.body, "small");
        assert_eq!(bench.apps.running(), ["annex"]);
    });
}

#[test]
fn http_1_0_and_connection_close_end_the_connection() {
    with_service(HttpConfig::default(), async |bench| {
        let answers = bench.last_words("GET /small HTTP/1.0\r\n\r\n").await;
        assert_eq!((statuses(&answers), answers[0].body.as_str()), (vec![200], "small"));
        let close = "GET /small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let answers = bench.last_words([close, &get("/small")].concat()).await;
        assert_eq!(statuses(&answers), [200]);
        assert!(answers[0].closes());
        let mut client = bench.connect();
        for _ in 0..2 {
            client.send("GET /small HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await;
            assert_eq!(client.answer().await.header("connection"), "keep-alive");
        }
    });
}

#[test]
fn an_upgrade_that_is_not_offered_is_not_taken() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for _ in 0..2 {
            let upgrade =
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n";
            client.send(format!("GET /small HTTP/1.1\r\nHost: localhost\r\n{upgrade}\r\n")).await;
            assert_eq!(client.answer().await.status, 200);
        }
    });
}

#[test]
fn a_client_that_waits_for_leave_to_send_gets_it() {
    let head = |path: &str, size| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-Continue\r\nContent-Length: {size}\r\n\r\n"
        )
    };
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client.send(head("/echo", 2)).await;
        assert_eq!(client.answer().await.status, 100);
        client.send("{}").await;
        assert_eq!(client.answer().await.status, 200);
        client.send(head("/echo", 0)).await;
        assert_eq!(client.answer().await.status, 200);
        for (path, size, status) in
            [("/nowhere", 2, 404), ("/small", 2, 405), ("/echo", 1 << 21, 413)]
        {
            let answers = bench.last_words(head(path, size)).await;
            assert_eq!(statuses(&answers), [status]);
            assert!(answers[0].closes());
        }
        client.send(head("/echo", 2).replace("100-Continue", "200-ok") + "{}").await;
        assert_eq!(client.answer().await.status, 417);
    });
}
