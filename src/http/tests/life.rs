//! How connections and the service end.

use super::*;
use crate::http::HttpService;
use crate::hub::net::TcpStream;

#[test]
fn a_client_that_leaves_frees_its_waiter() {
    with_service(HttpConfig::default(), async |bench| {
        let client = bench.connect();
        client.send(get("/sleeps/30")).await;
        hub::sleep(secs(1)).await;
        let waiting = bench.connect();
        waiting.send(get("/count")).await;
        hub::sleep(secs(1)).await;
        assert_eq!(bench.server.connection_count(), 2);
        drop(waiting);
        hub::sleep(secs(2)).await;
        assert_eq!(bench.server.connection_count(), 1, "the grace is over");
        client.pipe.reset();
        hub::sleep(Duration::from_millis(1)).await;
        assert_eq!(bench.server.connection_count(), 0, "a reset is believed at once");
        hub::sleep(secs(60)).await;
        let mut client = bench.connect();
        client.send(get("/count")).await;
        assert_eq!(client.answer().await.body, "1", "the request of the one that left was not run");
    });
}

#[test]
fn a_client_that_has_only_finished_sending_gets_its_answers() {
    with_service(HttpConfig::default(), async |bench| {
        let mut client = bench.connect();
        client
            .send([get("/count"), get("/small"), get("/count"), "GET /cut".to_owned()].concat())
            .await;
        client.pipe.shutdown_write().unwrap();
        let started = hub::now();
        let answers = client.answers_to_the_end().await;
        assert_eq!(statuses(&answers), [200, 200, 200]);
        assert_eq!(hub::now(), started);
    });
}

#[test]
fn a_large_answer_may_be_read_slowly_even_by_a_client_that_has_finished_sending() {
    with_service(HttpConfig::default(), async |bench| {
        for finishes in [false, true] {
            let mut client = bench.connect_with(2000);
            client.send([get("/large"), get("/small")].concat()).await;
            if finishes {
                client.pipe.shutdown_write().unwrap();
            }
            let started = hub::now();
            while client.input.len() < 100_000 {
                hub::sleep(secs(5)).await;
                assert!(client.fill().await);
            }
            assert!(hub::now() - started > 2 * HttpConfig::IDLE_TIMEOUT);
            assert_eq!(client.answer().await.body.len(), 100_000);
            assert_eq!(client.answer().await.body, "small");
            if finishes {
                assert!(client.is_closed().await);
            } else {
                let started = hub::now();
                assert!(client.is_closed().await);
                assert_eq!(hub::now() - started, HttpConfig::IDLE_TIMEOUT);
            }
        }
    });
}

#[test]
fn what_a_client_sends_ahead_is_bounded() {
    with_service(HttpConfig::default(), async |bench| {
        let client = bench.connect_with(1 << 20);
        client.send(get("/sleeps/5")).await;
        client.send(get("/small").repeat(10_000)).await;
        hub::sleep(secs(1)).await;
        let taken = (1 << 20) - client.pipe.writable_bytes();
        assert!(taken > 300_000, "only {taken} bytes are left unread");
    });
}

#[test]
fn a_stopped_service_lets_running_answers_finish() {
    with_service(HttpConfig::default(), async |bench| {
        let mut idle = bench.connect();
        idle.send(get("/small")).await;
        assert_eq!(idle.answer().await.status, 200);
        let mut slow = bench.connect();
        slow.send("GET /sm").await;
        let mut busy = bench.connect();
        // A sleep of seconds would be over the grace.
        busy.send([get("/sleeps/0"), get("/small")].concat()).await;
        let mut stuck = bench.connect();
        hub::yield_now().await;
        stuck.send(get("/sleeps/9")).await;
        hub::yield_now().await;
        hub::yield_now().await;
        let started = hub::now();
        bench.server.stop();
        assert!(idle.is_closed().await);
        assert!(slow.is_closed().await);
        let answers = busy.answers_to_the_end().await;
        assert!(answers.len() <= 1, "{answers:?}");
        assert!(stuck.is_closed().await);
        assert!(hub::now() - started <= crate::http::STOP_GRACE);
        assert_eq!(bench.server.connection_count(), 0);
    });
}

#[test]
fn an_answer_after_the_stop_is_the_last_of_its_connection() {
    static QUICK: AppDescriptor = AppDescriptor {
        name: "quick",
        routes: &[route(
            "GET",
            "/quick",
            RouteFn::Async(|_, _| {
                Box::pin(async {
                    hub::sleep(Duration::from_millis(100)).await;
                    "done".into_reply()
                })
            }),
        )],
        build: |_| Ok(Box::new(())),
        ..AppDescriptor::NOTHING
    };
    Hub::new(Clock::test()).unwrap().block_on(async {
        let app = PlannedApp { descriptor: &QUICK, shown: "quick" };
        let plan = Plan { apps: vec![app], contexts: vec![], versions: vec![] };
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        apps.start(&plan).unwrap();
        let router = Router::new(&plan.routes()).unwrap();
        let server = Server::new(HttpConfig::default(), router, apps.bus().clone(), true);
        let bench = Bench { server, apps };
        let mut client = bench.connect();
        client.send(get("/quick").repeat(2)).await;
        hub::sleep(Duration::from_millis(50)).await;
        bench.server.stop();
        let answers = client.answers_to_the_end().await;
        assert_eq!((statuses(&answers), answers[0].body.as_str()), (vec![200], "done"));
        assert!(answers[0].closes());
    });
}

#[test]
fn on_a_socket_it_listens_serves_and_stops() {
    Hub::new(Clock::real()).unwrap().block_on(async {
        let plan = plan();
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        apps.start(&plan).unwrap();
        let start = |addr: &str| {
            let config = HttpConfig::default();
            HttpService::start(addr.parse().unwrap(), config, plan.routes(), apps.bus().clone())
        };
        let service = start("127.0.0.1:0").unwrap();
        let addr = service.local_addr();
        assert_eq!(start(&addr.to_string()).unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
        let stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(get("/small").repeat(2).as_bytes()).await.unwrap();
        let mut text = Vec::new();
        while text.windows(5).filter(|bytes| *bytes == b"small").count() < 2 {
            let mut bytes = [0; 1000];
            let read = stream.read(&mut bytes).await.unwrap();
            assert!(read > 0);
            text.extend_from_slice(&bytes[..read]);
        }
        assert!(format!("{service:?}").contains("connections: 1"), "{service:?}");
        // Who listens, and who serves.
        let tasks = hub::current().tasks();
        let ranks = tasks.iter().filter(|task| task.name.starts_with("http "));
        let ranks: Vec<_> = ranks.map(|task| task.is_in_background).collect();
        assert_eq!(ranks, [true, true], "{tasks:?}");
        service.stop();
        assert_eq!(stream.read(&mut [0; 10]).await.unwrap_or(0), 0);
        assert!(TcpStream::connect(addr).await.is_err());
        drop(start(&addr.to_string()).unwrap());
    });
}

#[test]
fn routes_that_cannot_be_told_apart_are_refused_by_name() {
    let start = |first: &'static str, second: &'static str| {
        let leak = |path| Box::leak(Box::new(route("GET", path, RouteFn::Sync(small))));
        let (first, second) = (leak(first), leak(second));
        let routes = [("one", &*first), ("two", &*second)];
        let routes =
            routes.map(|(app, route)| crate::app::PlannedRoute { app, help: "", slot: 0, route });
        Hub::new(Clock::test()).unwrap().block_on(async {
            let addr = "127.0.0.1:0".parse().unwrap();
            let bus = crate::app::Bus::default();
            let started = HttpService::start(addr, HttpConfig::default(), routes.into(), bus);
            started.map(drop).map_err(|error| {
                assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
                error.to_string()
            })
        })
    };
    assert_eq!(start("/a/{b}", "/a/b"), Ok(()));
    assert_eq!(start("/a/{b}", "/a/{b}/c"), Ok(()));
    assert_eq!(
        start("/a/{b}", "/a/{c}").unwrap_err(),
        "route GET /a/{c} of app two answers the same requests as route GET /a/{b} of app one"
    );
    assert_eq!(
        start("/a/{b}", "/a/{*rest}").unwrap_err(),
        "route GET /a/{*rest} of app two cannot be told from route GET /a/{b} of app one"
    );
    for malformed in ["/a/{b", "/a/b}", "/{}", "/{*a}/b", "/{a}{b}", "a", ""] {
        let error = start("/x", malformed).unwrap_err();
        assert!(
            error.starts_with(&format!("route GET {malformed} of app two is malformed")),
            "{error}"
        );
    }
}
