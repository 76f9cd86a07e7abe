//! Answers without an end.

use super::*;

fn body() -> LiveBody {
    LIVE.with_borrow(|body| body.clone().expect("somebody has asked"))
}

async fn listening(bench: &Bench) -> Client {
    let mut client = bench.connect();
    client.send(get("/live")).await;
    let head = client.next_answer(false).await.unwrap();
    assert_eq!((head.status, head.header("transfer-encoding")), (200, "chunked"));
    assert!(head.closes());
    client
}

#[test]
fn what_is_said_comes_at_once_and_silence_is_no_fault() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = listening(&bench).await;
        for said in ["one", "second"] {
            hub::sleep(secs(3600)).await;
            assert!(body().push(said.into()));
            let started = hub::now();
            assert_eq!(client.line().await.unwrap(), said.len().to_string());
            assert_eq!(client.line().await.unwrap(), said);
            assert_eq!(hub::now(), started);
        }
        body().end();
        assert_eq!(client.line().await.unwrap(), "0");
        assert_eq!(client.line().await.unwrap(), "");
        assert!(client.is_closed().await);
    });
}

#[test]
fn a_listener_that_leaves_is_noticed() {
    with_service(HttpConfig::default(), async |bench| {
        let client = listening(&bench).await;
        assert!(!body().is_gone());
        drop(client);
        hub::sleep(secs(2)).await;
        assert!(body().is_gone() && !body().push("late".into()));
        assert_eq!(bench.server.connection_count(), 0);
    });
}

#[test]
fn a_listener_that_does_not_read_is_let_go() {
    with_service(HttpConfig::default(), async |bench| {
        let _client = listening(&bench).await;
        let piece = Bytes::from(vec![b'x'; 60_000]);
        let mut taken = 0;
        while body().push(piece.clone()) {
            taken += piece.len();
            hub::yield_now().await;
            assert!(taken < 10 << 20, "what nobody reads has no end");
        }
        hub::sleep(HttpConfig::WRITE_TIMEOUT + secs(1)).await;
        assert!(body().is_gone());
        assert_eq!(bench.server.connection_count(), 0);
    });
}
