//! WebSockets, from the bytes of the handshake to the closing frame. The client's frames are made by
//! hand where they are wrong, by tungstenite where they are right.

use super::*;
use crate::http::websocket::{
    self, CLOSE_GRACE, Closing, MESSAGE_MAX, Message, SILENCE, UNREAD_MESSAGES, WebSocket,
};

thread_local! {
    /// The app's end of the connection that was opened last.
    static OPENED: RefCell<Option<WebSocket>> = const { RefCell::new(None) };
}

/// The route of the tests' app: `?refuse` says no.
pub(super) fn accepted(_: &mut dyn Any, request: &RouteRequest) -> AppResult<Response> {
    let (ws, response) = websocket::accept(request)?;
    if request.query.as_deref() == Some("refuse") {
        return Err(HttpError::conflict("not now").into());
    }
    OPENED.set(Some(ws));
    Ok(response)
}

fn opened() -> WebSocket {
    OPENED.take().expect("somebody has connected")
}

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

fn handshake(more: &str) -> String {
    format!(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{more}\r\n"
    )
}

async fn connected(bench: &Bench) -> (Client, WebSocket) {
    let mut client = bench.connect();
    client.send(handshake("")).await;
    let answer = client.next_answer(false).await.unwrap();
    assert_eq!(answer.status, 101, "{answer:?}");
    assert_eq!(answer.header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_eq!(answer.header("upgrade"), "websocket");
    assert!(answer.header("connection").eq_ignore_ascii_case("upgrade"), "{answer:?}");
    assert_eq!(answer.header("sec-websocket-extensions"), "", "nothing is offered");
    (client, opened())
}

/// A client's frame: first byte (`FIN` and the rest), payload. The mask is not zero, so that it counts.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x11, 0x22, 0x33, 0x44];
    let mut bytes = vec![first];
    match payload.len() {
        len @ ..126 => bytes.push(0x80 | len as u8),
        len @ ..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend((len as u16).to_be_bytes());
        }
        len => {
            bytes.push(0x80 | 127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

const FIN: u8 = 0x80;
const CONTINUE: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

impl Client {
    async fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.input.len() < count {
            if !self.fill().await {
                return None;
            }
        }
        Some(self.input.drain(..count).collect())
    }

    /// The service's next frame: its first byte and payload; `None` at the end.
    async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let head = self.bytes(2).await?;
        assert_eq!(head[1] & 0x80, 0, "a server masks nothing");
        let len = match head[1] {
            126 => {
                let bytes = self.bytes(2).await?;
                usize::from(bytes[0]) << 8 | usize::from(bytes[1])
            }
            127 => {
                let bytes = self.bytes(8).await?;
                bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte))
            }
            len => usize::from(len),
        };
        Some((head[0], self.bytes(len).await?))
    }

    /// The code of the closing frame that has to come now, and that nothing comes after it.
    async fn closed_with(&mut self) -> u16 {
        let (first, payload) = self.frame().await.expect("a closing frame");
        assert_eq!(first, FIN | CLOSE, "{payload:?}");
        // Answering it, if the service still listens.
        self.send_what_is_taken(frame(FIN | CLOSE, &payload[..2])).await;
        assert!(self.frame().await.is_none());
        u16::from_be_bytes([payload[0], payload[1]])
    }
}

#[test]
fn a_message_goes_each_way_and_a_ping_is_answered() {
    with_service(HttpConfig::default(), async |bench| {
        let (mut client, ws) = connected(&bench).await;
        client.send(frame(FIN | TEXT, "grüße".as_bytes())).await;
        assert_eq!(ws.recv().await.unwrap().text(), Some("grüße"));
        client.send(frame(FIN | BINARY, &[0, 255])).await;
        assert_eq!(ws.recv().await.unwrap(), Message::binary(vec![0, 255]));
        for len in [0, 125, 126, 65_535, 65_536] {
            ws.send("x".repeat(len)).await.unwrap();
            let (first, payload) = client.frame().await.unwrap();
            assert_eq!((first, payload.len()), (FIN | TEXT, len));
        }
        client.send(frame(FIN | PING, b"there?")).await;
        assert_eq!(client.frame().await.unwrap(), (FIN | PONG, b"there?".to_vec()));
    });
}

#[test]
fn fragments_are_put_together_and_a_ping_may_stand_between_them() {
    with_service(HttpConfig::default(), async |bench| {
        let (mut client, ws) = connected(&bench).await;
        // The two bytes of a letter are in two fragments, and each byte comes by itself.
        let bytes = [
            frame(TEXT, "f\u{fc}nf".as_bytes().split_at(2).0),
            frame(FIN | PING, b"!"),
            frame(CONTINUE, &"f\u{fc}nf".as_bytes()[2..3]),
            frame(FIN | CONTINUE, b"nf"),
        ]
        .concat();
        for byte in bytes {
            client.send([byte]).await;
            hub::yield_now().await;
        }
        assert_eq!(ws.recv().await.unwrap().text(), Some("fünf"));
        assert_eq!(client.frame().await.unwrap(), (FIN | PONG, b"!".to_vec()));
    });
}

#[test]
fn what_comes_together_with_the_request_is_not_lost() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client
            .send(
                [get("/small").as_bytes(), handshake("").as_bytes(), &frame(FIN | TEXT, b"early")]
                    .concat(),
            )
            .await;
        assert_eq!(client.next_answer(true).await.unwrap().body, "small");
        assert_eq!(client.next_answer(false).await.unwrap().status, 101);
        assert_eq!(opened().recv().await.unwrap().text(), Some("early"));
    });
}

#[test]
fn broken_rules_are_told_and_end_the_connection() {
    let long = vec![b'x'; MESSAGE_MAX + 1];
    let half = vec![b'x'; MESSAGE_MAX / 2 + 1];
    let unmasked = vec![FIN | TEXT, 2, b'h', b'i'];
    let cases: [(&str, Vec<u8>, u16); 13] = [
        ("no mask", unmasked, Closing::PROTOCOL),
        ("a reserved bit", frame(FIN | 0x40 | TEXT, b""), Closing::PROTOCOL),
        ("a reserved kind of data", frame(FIN | 3, b""), Closing::PROTOCOL),
        ("a reserved kind of control", frame(FIN | 11, b""), Closing::PROTOCOL),
        ("a ping in fragments", frame(PING, b""), Closing::PROTOCOL),
        ("a ping of 126 bytes", frame(FIN | PING, &[0; 126]), Closing::PROTOCOL),
        ("a fragment of nothing", frame(FIN | CONTINUE, b""), Closing::PROTOCOL),
        (
            "text within text",
            [frame(TEXT, b"a"), frame(FIN | TEXT, b"b")].concat(),
            Closing::PROTOCOL,
        ),
        ("text that is not UTF-8", frame(FIN | TEXT, &[0xc3, 0x28]), Closing::INVALID),
        (
            "text that is cut off",
            [frame(TEXT, &[0xc3]), frame(FIN | CONTINUE, b"")].concat(),
            Closing::INVALID,
        ),
        ("a long message", frame(FIN | BINARY, &long), Closing::TOO_BIG),
        (
            "long in fragments",
            [frame(BINARY, &half), frame(CONTINUE, &half)].concat(),
            Closing::TOO_BIG,
        ),
        ("a closing frame of one byte", frame(FIN | CLOSE, &[3]), Closing::PROTOCOL),
    ];
    for (what, bytes, code) in cases {
        with_service(HttpConfig::default(), async |bench| {
            let (mut client, ws) = connected(&bench).await;
            client.send_what_is_taken(bytes).await;
            assert_eq!(client.closed_with().await, code, "{what}");
            assert!(ws.recv().await.is_none(), "{what}");
            assert_eq!(ws.closed().await.code, code, "{what}");
            drop(client);
            hub::sleep(secs(2)).await;
            assert_eq!(bench.server.connection_count(), 0, "{what}");
        });
    }
}

/// A frame may claim any length: nothing is set aside for it.
#[test]
fn a_claim_of_much_is_refused_before_it_comes() {
    with_service(HttpConfig::default(), async |bench| {
        let (mut client, _ws) = connected(&bench).await;
        let mut claim = vec![FIN | BINARY, 0x80 | 127];
        claim.extend((u64::MAX >> 1).to_be_bytes());
        claim.extend([0; 4]);
        client.send(claim).await;
        assert_eq!(client.closed_with().await, Closing::TOO_BIG);
    });
}

#[test]
fn each_side_can_close() {
    with_service(HttpConfig::default(), async |bench| {
        let (mut client, ws) = connected(&bench).await;
        client.send(frame(FIN | CLOSE, &[&3000_u16.to_be_bytes()[..], b"enough"].concat())).await;
        assert_eq!(client.closed_with().await, 3000);
        assert_eq!(ws.closed().await, Closing::new(3000, "enough"));
        assert!(ws.try_send("late").is_err());

        let (mut client, ws) = connected(&bench).await;
        ws.send("last").await.unwrap();
        ws.close(Closing::new(Closing::POLICY, "ü".repeat(100)));
        assert_eq!(client.frame().await.unwrap().1, b"last");
        assert_eq!(client.closed_with().await, Closing::POLICY);
        assert_eq!(ws.closed().await.code, Closing::POLICY);

        // The app has let go of it.
        let (mut client, ws) = connected(&bench).await;
        drop(ws);
        assert_eq!(client.closed_with().await, Closing::NORMAL);
        hub::sleep(secs(2)).await;
        assert_eq!(bench.server.connection_count(), 0);
    });
}

#[test]
fn a_client_that_does_not_answer_the_closing_is_not_waited_for() {
    with_service(HttpConfig::default(), async |bench| {
        let (_client, ws) = connected(&bench).await;
        ws.close(Closing::new(Closing::NORMAL, ""));
        let started = hub::now();
        assert_eq!(ws.closed().await.code, Closing::NORMAL);
        assert_eq!(hub::now() - started, CLOSE_GRACE);
    });
}

#[test]
fn a_client_that_leaves_without_a_word_is_noticed() {
    with_service(HttpConfig::default(), async |bench| {
        let (client, ws) = connected(&bench).await;
        drop(client);
        assert!(ws.recv().await.is_none());
        assert_eq!(ws.closed().await.code, Closing::ABNORMAL);
    });
}

#[test]
fn silence_is_asked_about_once_and_then_ends_it() {
    with_service(HttpConfig::default(), async |bench| {
        let (mut client, ws) = connected(&bench).await;
        let started = hub::now();
        assert_eq!(client.frame().await.unwrap(), (FIN | PING, vec![]));
        assert_eq!(hub::now() - started, SILENCE);
        client.send(frame(FIN | PONG, b"")).await;
        assert_eq!(client.frame().await.unwrap(), (FIN | PING, vec![]));
        assert_eq!(hub::now() - started, SILENCE * 2);
        assert_eq!(ws.closed().await.code, Closing::ABNORMAL);
        assert_eq!(hub::now() - started, SILENCE * 3);
        hub::sleep(secs(2)).await;
        assert_eq!(bench.server.connection_count(), 0);
    });
}

#[test]
fn a_client_that_reads_nothing_is_cut_and_costs_a_bounded_amount() {
    with_service(HttpConfig::default(), async |bench| {
        let (_client, ws) = connected(&bench).await;
        let piece = "x".repeat(10_000);
        let mut taken = 0;
        while ws.try_send(piece.clone()).is_ok() {
            taken += piece.len();
            hub::yield_now().await;
            assert!(taken < websocket::WAITING_BYTES + (1 << 18));
        }
        assert_eq!(ws.skipped(), 1);
        let started = hub::now();
        assert_eq!(ws.closed().await.code, Closing::ABNORMAL);
        assert!(hub::now() - started <= HttpConfig::WRITE_TIMEOUT + secs(1));
        hub::sleep(secs(2)).await;
        assert_eq!(bench.server.connection_count(), 0);
    });
}

#[test]
fn an_app_that_does_not_listen_slows_its_client_down_alone() {
    with_service(HttpConfig::default(), async |bench| {
        let (client, ws) = connected(&bench).await;
        let message = frame(FIN | TEXT, &[b'x'; 10_000]);
        let flood = hub::spawn("flood", async move {
            for _ in 0..200 {
                client.send(&message).await;
            }
            client
        });
        hub::sleep(secs(1)).await;
        assert!(!flood.is_finished(), "all of it was read");
        for _ in 0..200 {
            assert_eq!(ws.recv().await.unwrap().len(), 10_000);
        }
        let client = flood.await.unwrap();
        ws.discard();
        for _ in 0..UNREAD_MESSAGES * 2 {
            client.send(frame(FIN | TEXT, b"into the wind")).await;
        }
        hub::sleep(secs(1)).await;
        assert!(!ws.is_closed());
    });
}

#[test]
fn who_may_not_is_refused_before_the_app_is_asked() {
    let config = HttpConfig { max_websockets: 2, ..HttpConfig::default() };
    let origins = Origins::parse(&["https://noc.example.com".to_owned()]).unwrap();
    with_safe_service(config, Safety { origins, ..Safety::default() }, true, async |bench| {
        for (origin, status) in [
            ("http://localhost", 101),
            ("https://localhost", 101),
            ("https://noc.example.com", 101),
            ("http://noc.example.com", 403),
            ("https://noc.example.com.evil.net", 403),
            ("http://localhost:8080", 403),
            ("null", 403),
        ] {
            let mut client = bench.connect();
            client.send(handshake(&format!("Origin: {origin}\r\n"))).await;
            assert_eq!(client.next_answer(status != 101).await.unwrap().status, status, "{origin}");
            OPENED.take();
            drop(client);
            hub::sleep(secs(5)).await;
        }
        let _two = [connected(&bench).await, connected(&bench).await];
        let mut third = bench.connect();
        third.send(handshake("")).await;
        assert_eq!(third.next_answer(true).await.unwrap().status, 503);
        third.send(get("/small")).await;
        assert_eq!(third.next_answer(true).await.unwrap().body, "small");
    });
}

#[test]
fn a_request_that_is_no_handshake_gets_an_answer() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        let without = |name: &str| {
            let lines = handshake("");
            let kept = lines.split_inclusive("\r\n").filter(|line| !line.starts_with(name));
            kept.collect::<String>()
        };
        for (request, status) in [
            (get("/ws"), 426),
            (without("Upgrade"), 426),
            (without("Connection"), 400),
            (without("Sec-WebSocket-Key"), 400),
            (without("Sec-WebSocket-Version"), 400),
            (handshake("").replace("Version: 13", "Version: 8"), 426),
            (handshake("").replace(KEY, "c2hvcnQ="), 400),
            (handshake("").replace("/ws", "/ws?refuse"), 409),
            (handshake("").replace("/ws", "/small"), 200),
            (handshake("").replace("/ws", "/nowhere"), 404),
        ] {
            client.send(&request).await;
            let answer = client.next_answer(true).await.unwrap();
            assert_eq!(answer.status, status, "{request}");
            if status == 426 {
                assert_eq!(answer.header("upgrade"), "websocket");
                assert_eq!(answer.header("sec-websocket-version"), "13");
            }
        }
    });
}

#[test]
fn the_end_of_the_service_is_told() {
    with_service(HttpConfig::default(), async |bench| {
        let (mut client, ws) = connected(&bench).await;
        bench.server.stop();
        assert_eq!(client.closed_with().await, Closing::GOING_AWAY);
        assert_eq!(ws.closed().await.code, Closing::GOING_AWAY);
        hub::sleep(secs(2)).await;
        assert_eq!(bench.server.connection_count(), 0);
    });
}

#[test]
fn each_cut_of_a_conversation_gives_the_same_messages() {
    let bytes = [
        frame(FIN | TEXT, b"one"),
        frame(TEXT, b"tw"),
        frame(FIN | PING, b"p"),
        frame(FIN | CONTINUE, b"o"),
        frame(FIN | BINARY, &[7; 130]),
    ]
    .concat();
    for cut in 0..bytes.len() {
        with_service(HttpConfig::default(), async |bench| {
            let (client, ws) = connected(&bench).await;
            client.send(&bytes[..cut]).await;
            hub::sleep(secs(1)).await;
            client.send(&bytes[cut..]).await;
            let lens =
                [ws.recv().await, ws.recv().await, ws.recv().await].map(|m| m.unwrap().len());
            assert_eq!(lens, [3, 3, 130], "cut at {cut}");
        });
    }
}
