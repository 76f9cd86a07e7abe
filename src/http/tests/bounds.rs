//! What a client may send, and how long it may take.

use super::*;

fn small() -> HttpConfig {
    HttpConfig {
        max_body: 100,
        max_header_bytes: 400,
        max_headers: 5,
        max_uri: 50,
        max_connections: 3,
        ..HttpConfig::default()
    }
}

#[test]
fn a_body_over_the_limit_is_413() {
    with_service(small(), async |bench| {
        let head = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
        let mut client = bench.connect();
        client.send(format!("{head}Content-Length: 100\r\n\r\n{}", "x".repeat(100))).await;
        assert_eq!(client.answer().await.status, 200);
        for size in ["101", "1000000000", "18446744073709551615", "99999999999999999999999"] {
            // Not a byte of it is waited for.
            let answers = bench.last_words(format!("{head}Content-Length: {size}\r\n\r\n")).await;
            assert_eq!(statuses(&answers), [413], "{size}");
            assert_eq!(answers[0].reason(), "body of more than 100 bytes");
        }
        let chunked = |size: usize| {
            let chunk = format!("a\r\n{}\r\n", "x".repeat(10)).repeat(size / 10);
            format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\n")
        };
        client.send(chunked(100)).await;
        assert_eq!(client.answer().await.status, 200);
        let answers = bench.last_words(chunked(110)).await;
        assert_eq!((statuses(&answers), answers[0].closes()), (vec![413], true));
        let endless = format!(
            "{head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n{}",
            "x".repeat(200)
        );
        assert_eq!(statuses(&bench.last_words(endless).await), [413]);
    });
}

#[test]
fn a_client_that_sends_on_still_gets_its_refusal() {
    with_service(small(), async |bench| {
        let mut client = bench.connect_with(512);
        client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n").await;
        client.send(vec![b'x'; 5000]).await;
        assert_eq!(client.answer().await.status, 413);
        client.pipe.shutdown_write().unwrap();
        assert!(client.is_closed().await);
    });
}

#[test]
fn a_head_over_the_limits_is_414_or_431() {
    with_service(small(), async |bench| {
        let with = |path: &str, headers: &str| {
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
        };
        let long = format!("/{}", "x".repeat(49));
        let mut client = bench.connect();
        client.send(with(&long, "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n")).await;
        assert_eq!(client.answer().await.status, 404);
        for (request, status) in [
            (with(&(long.clone() + "x"), ""), 414),
            (with(&"/x".repeat(150), ""), 414),
            ("GET /".to_owned() + &"x".repeat(10_000), 414),
            (with("/small", "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n"), 431),
            (with("/small", &format!("A: {}\r\n", "x".repeat(400))), 431),
            (format!("GET / HTTP/1.1\r\nA: {}", "x".repeat(10_000)), 431),
        ] {
            let answers = bench.last_words(&request).await;
            assert_eq!(statuses(&answers), [status], "{request}");
            assert!(answers[0].closes() && !answers[0].reason().is_empty());
        }
    });
    with_service(HttpConfig::default(), async |bench| {
        let headers: String = (0..99).map(|i| format!("X-{i}: y\r\n")).collect();
        let mut client = bench.connect();
        client.send(format!("GET /small HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")).await;
        assert_eq!(client.answer().await.status, 200);
    });
}

#[test]
fn a_head_that_does_not_come_in_time_is_408() {
    with_service(HttpConfig::default(), async |bench| {
        let started = hub::now();
        let mut client = bench.connect();
        // A byte every two seconds does not help.
        for byte in get("/small").as_bytes().iter().take(4) {
            client.send([*byte]).await;
            hub::sleep(secs(2)).await;
        }
        let answers = client.answers_to_the_end().await;
        assert_eq!((statuses(&answers), hub::now() - started), (vec![408], secs(10)));
        assert_eq!(answers[0].reason(), "the request did not come in time");

        let mut client = bench.connect();
        let started = hub::now();
        assert!(client.is_closed().await);
        assert_eq!(hub::now() - started, secs(10), "a connection without a request");
    });
}

#[test]
fn an_idle_connection_is_closed_later_than_a_slow_one() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client.send(get("/small")).await;
        assert_eq!(client.answer().await.status, 200);
        hub::sleep(secs(50)).await;
        let started = hub::now();
        client.send("G").await;
        let answers = client.answers_to_the_end().await;
        assert_eq!((statuses(&answers), hub::now() - started), (vec![408], secs(10)));

        let mut client = bench.connect();
        client.send(get("/small")).await;
        assert_eq!(client.answer().await.status, 200);
        let started = hub::now();
        assert!(client.is_closed().await);
        assert_eq!(hub::now() - started, secs(60));
    });
}

#[test]
fn a_body_that_does_not_come_in_time_is_408() {
    with_service(HttpConfig::default(), async |bench| {
        for head in ["Content-Length: 100\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n64\r\n"] {
            let mut client = bench.connect();
            client.send(format!("POST /echo HTTP/1.1\r\nHost: localhost\r\n{head}")).await;
            let started = hub::now();
            for _ in 0..3 {
                client.send("x").await;
                hub::sleep(secs(9)).await;
            }
            let answers = client.answers_to_the_end().await;
            assert_eq!(statuses(&answers), [408]);
            assert!(answers[0].closes());
            // Lingering for the rest of the body.
            assert_eq!(hub::now() - started, secs(30));
        }
    });
}

#[test]
fn an_app_that_does_not_answer_in_time_is_504() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client.send(get("/sleeps/3600")).await;
        let started = hub::now();
        let answer = client.answer().await;
        assert_eq!((answer.status, hub::now() - started), (504, secs(60)));
        assert_eq!(answer.reason(), "app shop has not answered in time");
        client.send(get("/annex")).await;
        assert_eq!(client.answer().await.status, 200);
    });
}

#[test]
fn a_client_that_does_not_read_is_given_up() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect_with(1000);
        client.send(get("/large")).await;
        hub::sleep(secs(20)).await;
        // It reads a little: it is alive.
        let mut bytes = [0; 500];
        client.pipe.read_exact(&mut bytes).await.unwrap();
        hub::sleep(secs(29)).await;
        assert_eq!(bench.server.connection_count(), 1);
        hub::sleep(secs(2)).await;
        assert_eq!(bench.server.connection_count(), 0);
        while client.fill().await {}
        assert!(client.input.len() < 100_000);
    });
}

#[test]
fn one_connection_too_many_takes_the_place_of_the_most_idle() {
    with_service(small(), async |bench| {
        let mut busy = bench.connect();
        busy.send(get("/sleeps/30")).await;
        let mut oldest = bench.connect();
        oldest.send(get("/annex")).await;
        assert_eq!(oldest.answer().await.status, 200);
        hub::sleep(secs(1)).await;
        let mut slow = bench.connect();
        slow.send("GET /an").await;
        hub::sleep(secs(1)).await;
        let mut newest = bench.connect();
        newest.send(get("/annex")).await;
        assert_eq!(newest.answer().await.status, 200);
        assert!(oldest.is_closed().await);
        slow.send("nex HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        assert_eq!(slow.answer().await.status, 200);
        assert_eq!(busy.answer().await.body, "awake");
        assert_eq!(bench.server.connection_count(), 3);
    });
}

#[test]
fn if_all_are_busy_one_more_is_told_so() {
    with_service(small(), async |bench| {
        let mut busy: Vec<_> = (0..3).map(|_| bench.connect()).collect();
        for client in &busy {
            client.send(get("/sleeps/5")).await;
        }
        hub::sleep(secs(1)).await;
        let mut client = bench.connect();
        let answers = client.answers_to_the_end().await;
        assert_eq!(statuses(&answers), [503]);
        assert_eq!(answers[0].reason(), "too many connections");
        for client in &mut busy {
            assert_eq!(client.answer().await.body, "awake");
        }
        let mut client = bench.connect();
        client.send(get("/annex")).await;
        assert_eq!(client.answer().await.status, 200);
    });
}

#[test]
fn a_thousand_slow_clients_hold_nobody_up() {
    with_service(HttpConfig::default(), async |bench| {
        let started = hub::now();
        let mut slow = Vec::new();
        for i in 0..1500 {
            let client = bench.connect_with(256);
            let text: &str = match i % 3 {
                0 => "GET /small HT",
                1 => "",
                _ => "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
            };
            client.send(text).await;
            slow.push(client);
        }
        let mut client = bench.connect();
        client.send(get("/small")).await;
        assert_eq!((client.answer().await.status, hub::now()), (200, started));
        assert_eq!(bench.server.connection_count(), HttpConfig::MAX_CONNECTIONS);
        hub::sleep(secs(32)).await;
        assert_eq!(bench.server.connection_count(), 1, "all but the good one have been closed");
        for client in &mut slow {
            client.answers_to_the_end().await;
        }
    });
}
