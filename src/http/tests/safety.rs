//! What protects the service: paths that lead nowhere else, tokens, origins; and what it says of
//! itself.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::http::Tokens;

const TOKEN: &str = "correct-horse-battery-staple";

/// A file of this test's own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("ryu-http-{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn request(line: &str, headers: &[&str]) -> String {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("{line} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
}

fn with_origins<T>(origins: &[&str], test: impl AsyncFnOnce(Bench) -> T) -> T {
    let origins: Vec<String> = origins.iter().map(|origin| (*origin).to_owned()).collect();
    let safety = Safety { origins: Origins::parse(&origins).unwrap(), ..Safety::default() };
    with_safe_service(HttpConfig::default(), safety, true, test)
}

// ---- paths ----

#[test]
fn no_path_leads_past_its_route() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        for (path, status) in [
            // A parameter is a name: not a step, not two names.
            ("/echo/a/b", 200),
            ("/echo/./b", 400),
            ("/echo/../b", 400),
            ("/echo/%2e%2e/b", 400),
            ("/echo/%2E/b", 400),
            ("/echo/.%2e/b", 400),
            ("/echo/a%2fb/c", 400),
            ("/echo/..%2f..%2fetc%2fpasswd/b", 400),
            ("/echo/a%00/b", 400),
            ("/echo/a%0d%0ab/c", 400),
            ("/echo/a%7f/b", 400),
            ("/echo/a%c2%85/b", 400),
            ("/echo/%/b", 400),
            ("/echo/%2/b", 400),
            ("/echo/%zz/b", 400),
            ("/echo/%ff/b", 400),
            ("/echo/%c0%af/b", 400),
            // Decoded once and no more.
            ("/echo/%252e%252e/b", 200),
            ("/echo/a%252fb/c", 200),
            ("/echo/.../b", 200),
            ("/echo/%C3%BC/b", 200),
            // Paths are not tidied up: what is not written as a route is none.
            ("/echo/../small", 400),
            ("/echo/../../small", 404),
            ("/./small", 404),
            ("//small", 404),
            ("/small/", 404),
            ("/small/.", 404),
            ("/%73mall", 404),
            ("/small%00", 404),
            ("/small;x=1", 404),
            ("/small?../..", 200),
            // A network is written with a slash, and its route says so.
            ("/network/10.0.0.0%2F8", 200),
            ("/network/..", 400),
            ("/network/10.0.0.0/8", 404),
            // The rest of a path has slashes, and nothing else that leads away.
            ("/files/a/b.css", 200),
            ("/files/a//b", 200),
            ("/files/a/../b", 400),
            ("/files/../../etc/passwd", 400),
            ("/files/a/%2e%2e/b", 400),
            ("/files/a%2f..%2fb", 400),
            ("/files/%00", 400),
            ("http://localhost/echo/../b", 400),
            ("http://localhost/small", 200),
        ] {
            client.send(get(path)).await;
            let answer = client.answer().await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
            if status == 400 {
                answer.reason();
            }
        }
        // Decoded for the app as it was meant.
        client.send(get("/echo/%252e/%C3%BC")).await;
        let answer: Value = serde_json::from_str(&client.answer().await.body).unwrap();
        assert_eq!(answer["params"], json!([["first", "%2e"], ["second", "ü"]]));
    });
}

// ---- tokens ----

#[test]
fn with_tokens_every_request_needs_one() {
    let file = Scratch::new("tokens", &format!("# ours\n{TOKEN}\n"));
    let safety = Safety { tokens: Some(Tokens::load(&file.0).unwrap()), ..Safety::default() };
    with_safe_service(HttpConfig::default(), safety, false, async |bench| {
        let right = format!("Authorization: Bearer {TOKEN}");
        for path in ["/small", "/nosuch", "/openapi.json", "/docs", "/docs/style.css", "/live"] {
            for wrong in ["X: y", "Authorization: Bearer wrong", "Authorization: Basic Og=="] {
                let answers = bench.last_words(request(&format!("GET {path}"), &[wrong])).await;
                assert_eq!(statuses(&answers), [401], "{path} {wrong}");
                assert!(answers[0].header("www-authenticate").starts_with("B"));
                assert_eq!(answers[0].reason(), "a token is needed: Authorization: Bearer ...");
            }
        }
        let mut client = bench.connect();
        for (path, status) in [("/small", 200), ("/nosuch", 404), ("/docs", 200)] {
            client.send(request(&format!("GET {path}"), &[&right])).await;
            assert_eq!(client.answer().await.status, status, "{path}");
        }
        // Nothing is done for who has none.
        let body = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(statuses(&bench.last_words(body).await), [401]);
    });
    CALLED.with_borrow(|called| assert!(called.is_empty(), "{called:?}"));
}

#[test]
fn a_token_file_that_changes_is_read_again_and_a_bad_one_changes_nothing() {
    let file = Scratch::new("changes", "first-token-of-all\n");
    let tokens = Tokens::load(&file.0).unwrap();
    let safety = Safety { tokens: Some(tokens.clone()), ..Safety::default() };
    with_safe_service(HttpConfig::default(), safety, true, async |bench| {
        let _watching = hub::spawn("tokens", tokens.watch());
        let mut client = bench.connect();
        let mut status = async |token: &str| {
            client = bench.connect();
            client.send(request("GET /small", &[&format!("Authorization: Bearer {token}")])).await;
            client.answer().await.status
        };
        assert_eq!(status("first-token-of-all").await, 200);
        fs::write(&file.0, "the-second-token-is-longer\n").unwrap();
        hub::sleep(secs(5)).await;
        assert_eq!(status("first-token-of-all").await, 401);
        assert_eq!(status("the-second-token-is-longer").await, 200);
        for bad in ["short\n", "", "two words are no token\n"] {
            fs::write(&file.0, bad).unwrap();
            hub::sleep(secs(5)).await;
            assert_eq!(status("the-second-token-is-longer").await, 200);
        }
        fs::remove_file(&file.0).unwrap();
        hub::sleep(secs(5)).await;
        assert_eq!(status("the-second-token-is-longer").await, 200);
        fs::write(&file.0, "after-it-was-gone-for-a-while\n").unwrap();
        hub::sleep(secs(5)).await;
        assert_eq!(status("after-it-was-gone-for-a-while").await, 200);
    });
}

// ---- pages of elsewhere ----

#[test]
fn a_listed_origin_may_ask_and_read() {
    with_origins(&["https://noc.example", "http://localhost:3000"], async |bench| {
        let mut client = bench.connect();
        for (origin, is_listed) in [
            ("https://noc.example", true),
            ("HTTP://LOCALHOST:3000", true),
            ("http://noc.example", false),
            ("https://noc.example:8443", false),
            ("https://noc.example.evil", false),
            ("https://evil.example", false),
            ("null", false),
        ] {
            let from = format!("Origin: {origin}");
            client.send(request("GET /small", &[&from])).await;
            let answer = client.answer().await;
            let shared = if is_listed { origin } else { "" };
            assert_eq!(
                (answer.status, answer.header("access-control-allow-origin")),
                (200, shared)
            );
            assert_eq!(answer.header("vary"), "Origin");

            // A form, and the question that a browser asks before it sends JSON.
            let form = ["Content-Type: text/plain", "Content-Length: 0", &from];
            client.send(request("POST /echo", &form)).await;
            let status = if is_listed { 200 } else { 403 };
            assert_eq!(client.answer().await.status, status, "{origin}");
            let asks = ["Access-Control-Request-Method: PUT", &from];
            client.send(request("OPTIONS /echo", &asks)).await;
            let answer = client.answer().await;
            assert_eq!(answer.status, 204);
            let leave = "DELETE, GET, HEAD, PATCH, POST, PUT";
            let leave = if is_listed { leave } else { "" };
            assert_eq!(answer.header("access-control-allow-methods"), leave, "{origin}");
            assert_eq!(answer.header("access-control-allow-origin"), shared);
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
        client.send(request("GET /nosuch", &["Origin: https://noc.example"])).await;
        assert_eq!(
            client.answer().await.header("access-control-allow-origin"),
            "https://noc.example"
        );
    });
}

#[test]
fn a_browser_may_ask_for_leave_without_a_token_and_gets_nothing_else() {
    let file = Scratch::new("preflight", TOKEN);
    let safety = Safety {
        tokens: Some(Tokens::load(&file.0).unwrap()),
        origins: Origins::parse(&["*".to_owned()]).unwrap(),
        ..Safety::default()
    };
    with_safe_service(HttpConfig::default(), safety, false, async |bench| {
        let asks = ["Access-Control-Request-Method: PUT", "Origin: https://any.example"];
        let mut client = bench.connect();
        client.send(request("OPTIONS /echo", &asks)).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("allow")), (204, ""));
        assert_eq!(answer.header("access-control-allow-headers"), "Authorization, Content-Type");
        client.send(request("OPTIONS /echo", &["Origin: https://any.example"])).await;
        assert_eq!(client.answer().await.status, 401);
    });
}

#[test]
fn a_page_of_elsewhere_cannot_open_a_web_socket() {
    let upgrade = ["Upgrade: websocket", "Connection: Upgrade"];
    with_origins(&["https://noc.example"], async |bench| {
        for (origin, is_refused) in [
            (Some("https://evil.example"), true),
            (Some("null"), true),
            (Some("https://noc.example"), false),
            (Some("http://localhost"), false),
            (None, false),
        ] {
            let from = origin.map(|origin| format!("Origin: {origin}"));
            let headers: Vec<&str> = upgrade.into_iter().chain(from.as_deref()).collect();
            let mut client = bench.connect();
            client.send(request("GET /small", &headers)).await;
            assert_eq!(client.answer().await.status == 403, is_refused, "{origin:?}");
        }
    });
}

#[test]
fn what_is_no_origin_is_refused() {
    for item in
        ["example.org", "ftp://example.org", "https://", "https://a/b", "https://u@a", "null", ""]
    {
        assert_eq!(Origins::parse(&[item.to_owned()]), Err(item.to_owned()));
    }
}

#[test]
fn a_service_has_names_of_its_own_if_it_is_given_some() {
    let safety = || Safety { host_names: vec!["ctl.example".to_owned()], ..Safety::default() };
    for is_loopback in [true, false] {
        with_safe_service(HttpConfig::default(), safety(), is_loopback, async |bench| {
            for (host, status) in [
                ("ctl.example", 200),
                ("CTL.example:8080", 200),
                ("localhost", 200),
                ("10.0.0.1:80", 200),
                ("[::1]:80", 200),
                ("evil.example", 403),
                ("ctl.example.evil", 403),
            ] {
                let mut client = bench.connect();
                client.send(format!("GET /small HTTP/1.1\r\nHost: {host}\r\n\r\n")).await;
                assert_eq!(client.answer().await.status, status, "{host} {is_loopback}");
            }
        });
    }
}

#[test]
fn on_the_network_it_lacks_what_is_missing() {
    let file = Scratch::new("lacks", TOKEN);
    let bare = Safety::default();
    for near in ["127.0.0.1:1", "127.8.8.8:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
        assert_eq!(bare.lacks(near.parse().unwrap()).len(), 0, "{near}");
    }
    for far in ["0.0.0.0:1", "10.0.0.1:1", "[::]:1", "[fe80::1]:1"] {
        assert_eq!(bare.lacks(far.parse().unwrap()).len(), 2, "{far}");
        let safety = Safety { tokens: Some(Tokens::load(&file.0).unwrap()), ..Safety::default() };
        assert_eq!(safety.lacks(far.parse().unwrap()), ["encryption (--wsapi-cert, --wsapi-key)"]);
    }
}

// ---- what it says of itself ----

#[test]
fn every_route_is_in_the_document() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client.send(get("/openapi.json")).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        let document: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let mut ids = std::collections::BTreeSet::new();
        let mut count = 0;
        for planned in plan().routes() {
            // Two routes of one path may name its parameters differently; it is described once.
            let path = planned.route.path.replace("{erst}/{zweit}", "{first}/{second}");
            let path = path.replace("{*", "{");
            let operation = &document["paths"][&path][planned.route.method.to_ascii_lowercase()];
            assert_eq!(operation["tags"], json!([planned.app]), "{path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()));
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                assert!(path.contains(&format!("{{{name}}}")), "{path} {name}");
            }
            let named = operation["parameters"].as_array().map_or(0, Vec::len);
            assert_eq!(named, path.matches('{').count(), "{path}");
            let good = &operation["responses"][planned.route.status.to_string()];
            assert!(good["description"].is_string(), "{path}");
            count += 1;
        }
        let items = document["paths"].as_object().unwrap().values();
        assert_eq!(items.map(|item| item.as_object().unwrap().len()).sum::<usize>(), count);
        let network = &document["paths"]["/network/{net}"]["get"];
        assert_eq!(network["summary"], "A network.");
        assert_eq!(network["description"], "With <its> mask & \"all\".");
        assert_eq!(network["parameters"][0]["description"], "an IPv4 network such as 10.0.0.0/8");
    });
}

#[test]
fn the_page_shows_it_without_a_script_and_nothing_gets_out_of_its_place() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client.send(get("/docs")).await;
        let page = client.answer().await;
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe") && page.header("x-content-type-options") == "nosniff");
        for shown in
            ["/network/{net}", "With &lt;its&gt; mask &amp; &quot;all&quot;.", "/openapi.json"]
        {
            assert!(page.body.contains(shown), "{shown}");
        }
        for absent in ["<its>", "<script", "style=", "http://", "https://", "onclick"] {
            assert!(!page.body.contains(absent), "{absent}");
        }
        client.send(get("/docs/style.css")).await;
        assert_eq!(client.answer().await.header("content-type"), "text/css; charset=utf-8");
        client.send(request("POST /docs", &["Content-Length: 0"])).await;
        assert_eq!(client.answer().await.status, 404);
        client.send("HEAD /docs HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        let head = client.next_answer(false).await.unwrap();
        assert_eq!(
            (head.status, head.header("content-length")),
            (200, page.header("content-length"))
        );
    });
}
