//! The HTTP room: apps' routes on the network, and a small client.
//!
//! ```text
//! socket --> gate --> hyper --> answer --> router --> Bus::call_route --> the app's inbox
//!           (strict    (HTTP/1)  (limits,
//!            framing)             errors, log)
//! ```
//!
//! `hyper` speaks HTTP/1; it runs on the hub through its own `rt` traits, without a runtime of its
//! own. In front of it stands the *gate*: it finds out where each request begins and ends, refuses
//! what two readers could understand in two ways (RFC 9112 section 11.2), keeps the time limits, and
//! hands on one whole request head at a time. So every refusal is an answer in JSON, in its place in
//! a pipeline, and hyper never sees anything doubtful.
//!
//! The service runs no app code: a request that matches a route goes into that app's inbox and waits
//! for the app's own turn.
//!
//! May touch: [`app`](crate::app), [`hub`](crate::hub), [`tls`](crate::tls) (the client),
//! [`clock`](crate::clock), hyper, matchit.
//! Never: the controller, OpenFlow.
//!
//! # Example: a route without a controller
//! ```
//! use std::rc::Rc;
//! use ryu_sdn::app::{AppDescriptor, AppManager, Plan, PlannedApp, Reply, RouteDescriptor, RouteFn};
//! use ryu_sdn::{clock::Clock, conf::Conf, hub::Hub};
//! use ryu_sdn::http::{HttpClient, HttpConfig, HttpService};
//!
//! static GREETER: AppDescriptor = AppDescriptor {
//!     name: "greeter",
//!     routes: &[RouteDescriptor {
//!         name: "hello",
//!         method: "GET",
//!         path: "/hello/{name}",
//!         call: RouteFn::Sync(|_app, request| {
//!             format!("hello {}", request.param::<String>("name")?).into_reply()
//!         }),
//!         ..RouteDescriptor::NOTHING
//!     }],
//!     build: |_scope| Ok(Box::new(())),
//!     ..AppDescriptor::NOTHING
//! };
//!
//! Hub::new(Clock::real()).unwrap().block_on(async {
//!     let app = PlannedApp { descriptor: &GREETER, shown: "greeter" };
//!     let plan = Plan { apps: vec![app], contexts: vec![], versions: vec![] };
//!     let mut apps = AppManager::new(Rc::new(Conf::new()));
//!     apps.start(&plan).unwrap();
//!     let addr = "127.0.0.1:0".parse().unwrap();
//!     let bus = apps.bus().clone();
//!     let service = HttpService::start(addr, HttpConfig::default(), plan.routes(), bus).unwrap();
//!     let url = format!("http://{}/hello/world", service.local_addr());
//!     let answer = HttpClient::default().get(&url).await.unwrap();
//!     assert_eq!(answer.status(), 200);
//!     assert_eq!(&answer.body()[..], b"hello world");
//! });
//! ```

mod access;
mod access_log;
mod answer;
mod body;
mod chunked;
mod client;
mod config;
mod connection;
mod date;
mod gate;
mod head;
mod io;
mod openapi;
pub mod options;
mod pages;
mod router;
mod seat;
mod service;
mod token;

pub use self::access::{Origins, Safety};
pub use self::client::{ClientError, HttpClient, HttpPool, join_url};
pub use self::config::HttpConfig;
pub use self::service::{HttpService, STOP_GRACE};
pub use self::token::{TokenError, Tokens};

#[cfg(test)]
mod tests;
