//! The service on the test clock, over connections in memory: what a client sends, byte for byte,
//! and what it gets.

mod bounds;
mod client;
mod life;
mod live;
mod refusals;
mod routes;
mod safety;

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use crate::app::{
    AppDescriptor, AppError, AppManager, AppResult, HttpError, Json, LiveBody, ParamDescriptor,
    Plan, PlannedApp, Reply, Response, RouteDescriptor, RouteFn, RouteRequest,
};
use crate::clock::Clock;
use crate::conf::Conf;
use crate::hub::net::{Pipe, Stream, StreamExt, pipe};
use crate::hub::{self, Hub};
use crate::wire::Ipv4Net;

use super::access::{Origins, Safety};
use super::config::HttpConfig;
use super::router::Router;
use super::service::Server;

/// The app behind the service.
#[derive(Default)]
struct Shop {
    calls: u64,
}

thread_local! {
    /// The paths that `echo` was called with.
    static CALLED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// What `live` has answered last.
    static LIVE: RefCell<Option<LiveBody>> = const { RefCell::new(None) };
}

const fn route(method: &'static str, path: &'static str, call: RouteFn) -> RouteDescriptor {
    RouteDescriptor { name: "a_route", method, path, call, ..RouteDescriptor::NOTHING }
}

fn echo(_: &mut dyn Any, request: &RouteRequest) -> AppResult<Response> {
    CALLED.with_borrow_mut(|called| called.push(request.path.clone()));
    let headers: Vec<_> = request.headers.keys().map(|name| name.as_str()).collect();
    Json(serde_json::json!({
        "method": request.method,
        "params": request.params,
        "query": request.query,
        "headers": headers,
        "body": String::from_utf8_lossy(&request.body),
        "peer": request.peer,
    }))
    .into_reply()
}

fn count(app: &mut dyn Any, _: &RouteRequest) -> AppResult<Response> {
    let shop = app.downcast_mut::<Shop>().expect("the app that was built");
    shop.calls += 1;
    shop.calls.to_string().into_reply()
}

fn small(_: &mut dyn Any, _: &RouteRequest) -> AppResult<Response> {
    "small".into_reply()
}

fn large(_: &mut dyn Any, _: &RouteRequest) -> AppResult<Response> {
    "0123456789".repeat(10_000).into_reply()
}

fn live(_: &mut dyn Any, _: &RouteRequest) -> AppResult<Response> {
    let body = LiveBody::bounded(1 << 20);
    LIVE.set(Some(body.clone()));
    Ok(body.response("text/plain"))
}

fn teapot(_: &mut dyn Any, _: &RouteRequest) -> AppResult<Response> {
    Err(HttpError::new(StatusCode::IM_A_TEAPOT, "short and stout").into())
}

fn broken(_: &mut dyn Any, _: &RouteRequest) -> AppResult<Response> {
    Err(AppError::msg("the secret of the house"))
}

fn odd(_: &mut dyn Any, request: &RouteRequest) -> AppResult<Response> {
    let mut response = "some body".into_reply()?;
    let status: u16 = request.param("status")?;
    *response.status_mut() = StatusCode::from_u16(status)?;
    for (name, value) in [("content-length", "3"), ("transfer-encoding", "gzip"), ("x-shop", "1")] {
        response.headers_mut().insert(name, value.parse()?);
    }
    Ok(response)
}

fn panics(_: &mut dyn Any, _: &RouteRequest) -> AppResult<Response> {
    panic!("this route panics, as it should");
}

static SHOP: AppDescriptor = AppDescriptor {
    name: "shop",
    type_name: "Shop",
    routes: &[
        route("GET", "/echo/{first}/{second}", RouteFn::Sync(echo)),
        route("PUT", "/echo/{erst}/{zweit}", RouteFn::Sync(echo)),
        route("POST", "/echo", RouteFn::Sync(echo)),
        route("GET", "/files/{*rest}", RouteFn::Sync(echo)),
        RouteDescriptor {
            name: "network",
            method: "GET",
            path: "/network/{net}",
            help: "A network.\n\nWith <its> mask & \"all\".",
            params: &[ParamDescriptor::of::<Ipv4Net>("net")],
            call: RouteFn::Sync(echo),
            ..RouteDescriptor::NOTHING
        },
        route("GET", "/count", RouteFn::Sync(count)),
        route("GET", "/small", RouteFn::Sync(small)),
        route("GET", "/large", RouteFn::Sync(large)),
        route("GET", "/live", RouteFn::Sync(live)),
        route("GET", "/teapot", RouteFn::Sync(teapot)),
        route("GET", "/broken", RouteFn::Sync(broken)),
        route("GET", "/odd/{status}", RouteFn::Sync(odd)),
        route("GET", "/panics", RouteFn::Sync(panics)),
        route(
            "GET",
            "/sleeps/{seconds}",
            RouteFn::Async(|_, request| {
                Box::pin(async move {
                    hub::sleep(Duration::from_secs(request.param("seconds")?)).await;
                    "awake".into_reply()
                })
            }),
        ),
    ],
    build: |_| Ok(Box::new(Shop::default())),
    ..AppDescriptor::NOTHING
};

/// A second app, whose end the tests want to survive.
static ANNEX: AppDescriptor = AppDescriptor {
    name: "annex",
    type_name: "()",
    routes: &[route("GET", "/annex", RouteFn::Sync(small))],
    build: |_| Ok(Box::new(())),
    ..AppDescriptor::NOTHING
};

fn plan() -> Plan {
    let apps = [&SHOP, &ANNEX].map(|descriptor| PlannedApp { descriptor, shown: descriptor.name });
    Plan { apps: apps.into(), contexts: Vec::new(), versions: Vec::new() }
}

/// Runs a test with a service of both apps.
fn with_service<T>(config: HttpConfig, test: impl AsyncFnOnce(Bench) -> T) -> T {
    with_safe_service(config, Safety::default(), true, test)
}

/// As [`with_service`], with what protects it, on the loopback or not.
fn with_safe_service<T>(
    config: HttpConfig,
    safety: Safety,
    is_loopback: bool,
    test: impl AsyncFnOnce(Bench) -> T,
) -> T {
    Hub::new(Clock::test()).unwrap().block_on(async {
        let plan = plan();
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        apps.start(&plan).unwrap();
        let router = Router::new(&plan.routes()).unwrap();
        let server = Server::with_safety(config, router, apps.bus().clone(), is_loopback, safety);
        test(Bench { server, apps }).await
    })
}

/// A service, and the way to it.
struct Bench {
    server: Rc<Server>,
    apps: AppManager,
}

impl Bench {
    /// A new connection with room for `capacity` bytes in each direction.
    fn connect_with(&self, capacity: usize) -> Client {
        let (ours, theirs) = pipe(capacity);
        self.server.serve_stream(Rc::new(theirs));
        Client { pipe: ours, input: Vec::new() }
    }

    fn connect(&self) -> Client {
        self.connect_with(1 << 16)
    }

    /// Sends `bytes` on a connection of their own, and reads all that comes until it is closed.
    async fn last_words(&self, bytes: impl AsRef<[u8]>) -> Vec<Answer> {
        let mut client = self.connect();
        client.send(bytes).await;
        client.answers_to_the_end().await
    }
}

/// The other side of a connection.
struct Client {
    pipe: Pipe,
    input: Vec<u8>,
}

/// An answer, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    version: String,
    status: u16,
    headers: HashMap<String, String>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The reason that the service gives, after a check that it gives it as promised.
    fn reason(&self) -> String {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(body["status"], self.status, "{self:?}");
        body["error"].as_str().unwrap().to_owned()
    }

    fn closes(&self) -> bool {
        self.header("connection") == "close"
    }
}

impl Client {
    async fn send(&self, bytes: impl AsRef<[u8]>) {
        self.pipe.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends as much as the service takes before it closes.
    async fn send_what_is_taken(&self, bytes: impl AsRef<[u8]>) {
        let _ = self.pipe.write_all(bytes.as_ref()).await;
    }

    /// Reads once; false at the end.
    async fn fill(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let read = self.pipe.read(&mut bytes).await.unwrap_or(0);
        self.input.extend_from_slice(&bytes[..read]);
        read > 0
    }

    /// The next line, without its end.
    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.input.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.input.drain(..at + 2).take(at).collect();
                return Some(String::from_utf8(line).unwrap());
            }
            if !self.fill().await {
                assert!(
                    self.input.is_empty(),
                    "cut off: {:?}",
                    self.input.escape_ascii().to_string()
                );
                return None;
            }
        }
    }

    /// The next answer, if the connection is not closed instead.
    async fn next_answer(&mut self, has_body: bool) -> Option<Answer> {
        let line = self.line().await?;
        let (version, rest) = line.split_once(' ').unwrap();
        let status = rest.split(' ').next().unwrap().parse().unwrap();
        let mut answer = Answer {
            version: version.to_owned(),
            status,
            headers: HashMap::new(),
            body: String::new(),
        };
        loop {
            let line = self.line().await.unwrap();
            let Some((name, value)) = line.split_once(": ") else { break };
            let earlier = answer.headers.insert(name.to_lowercase(), value.to_owned());
            let may_come_twice = name.eq_ignore_ascii_case("www-authenticate");
            assert!(earlier.is_none() || may_come_twice, "{name} comes twice");
        }
        if has_body && status >= 200 {
            let size: usize = answer.header("content-length").parse().unwrap_or(0);
            while self.input.len() < size {
                assert!(self.fill().await, "the body is cut off");
            }
            answer.body = String::from_utf8(self.input.drain(..size).collect()).unwrap();
        }
        Some(answer)
    }

    async fn answer(&mut self) -> Answer {
        self.next_answer(true).await.expect("an answer")
    }

    async fn answers_to_the_end(&mut self) -> Vec<Answer> {
        let mut answers = Vec::new();
        while let Some(answer) = self.next_answer(true).await {
            answers.push(answer);
        }
        answers
    }

    /// Whether the service has closed the connection, all answers having been read.
    async fn is_closed(&mut self) -> bool {
        self.input.is_empty() && !self.fill().await
    }
}

/// A request without a body.
fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

fn post(body: &str) -> String {
    let head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}
