//! The attributes: re-exports of the macro crate, documented here so that the examples compile.

/// Makes the type of an inherent `impl` block an app.
///
/// The block stays as it is, without its marks; beside it comes one
/// [`AppDescriptor`](super::AppDescriptor), collected at link time. The docs there show the same
/// written by hand.
///
/// | Key | Value | Without it |
/// |---|---|---|
/// | `name` | what people type, and the app's name on the bus | the type's name in snake case |
/// | `ofp_versions` | `V1_0` to `V1_5`: what the app can work with | any version |
/// | `aliases` | further names, such as `"ryu.app.l2_switch"` | none |
/// | `requires` | names of apps to load before this one | none |
/// | `emits` | events that it sends under another provider's name | none |
/// | `help` | one line for the list of apps | the first line of the block's doc comment |
///
/// A list of one can be written without its brackets. `#[cfg]` on the block or on a method holds
/// for what is registered, too.
///
/// An app is made by its [`init`](macro@init) function, or else by `Default`.
///
/// # Example: an app that counts
/// ```
/// use ryu_sdn::prelude::*;
///
/// #[derive(Default)]
/// struct PacketCounter {
///     packets: u64,
/// }
///
/// /// Counts packet-ins.
/// #[app(name = "packet_counter", ofp_versions = [V1_0, V1_3])]
/// impl PacketCounter {
///     #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
///     fn packet_in(&mut self, _ev: &ofp_event::PacketIn) {
///         self.packets += 1;
///     }
///
///     #[route(GET, "/packets")]
///     fn packets(&mut self) -> Json<u64> {
///         Json(self.packets)
///     }
/// }
/// ```
pub use ryu_sdn_macros::app;

/// Marks a method as the handler of an event, as Ryu's decorator of that name does.
///
/// The event comes first; then the dispatcher in which it is wanted, or several in brackets
/// (`HANDSHAKE_DISPATCHER`, `CONFIG_DISPATCHER`, `MAIN_DISPATCHER`, `DEAD_DISPATCHER`, or
/// `Phase::Main` and so on). Without one, the handler is called in every phase. Handling an event
/// loads the app that provides it.
///
/// The method is `fn` or `async fn`, takes `&mut self` (or `&self`) and the event by reference, and
/// answers with [`AppResult`](super::AppResult) or nothing. While it waits, other apps run; the
/// app's own next event does not.
///
/// # Example: two handlers
/// ```
/// use ryu_sdn::prelude::*;
///
/// #[derive(Default)]
/// struct Watcher;
///
/// #[app(name = "watcher")]
/// impl Watcher {
///     #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
///     fn features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
///         let _ = ev;
///         Ok(())
///     }
///
///     #[set_ev_cls(ofp_event::PacketIn, [CONFIG_DISPATCHER, MAIN_DISPATCHER])]
///     async fn packet_in(&mut self, _ev: &ofp_event::PacketIn) {}
/// }
/// ```
///
/// # Example: outside of an app it does not compile
/// ```compile_fail
/// use ryu_sdn::prelude::*;
///
/// struct Watcher;
///
/// impl Watcher {
///     #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
///     fn packet_in(&mut self, _ev: &ofp_event::PacketIn) {}
/// }
/// ```
pub use ryu_sdn_macros::set_ev_cls;

/// Marks a method as the answer to HTTP requests for a path.
///
/// The method is one of `GET`, `POST`, `PUT`, `DELETE`, `PATCH`, `HEAD`, `OPTIONS`. Each `{name}` of
/// the path is a whole segment, `{*name}` the rest of the path. Every one is an argument of that
/// name, of a type that is [`FromParam`](super::FromParam): text that does not convert is answered
/// with status 400 and the reason. Any other argument is made from the request
/// ([`FromRequest`](super::FromRequest)), such as the body as [`Json`](super::Json). Arguments may be
/// taken by reference.
///
/// The answer is anything that is [`Reply`](super::Reply). One method can have several routes.
///
/// `/openapi.json` has the fields of an answer `Json<T>` whose `T` is [`Describe`](macro@Describe). Where the
/// type of the answer says nothing (a [`Response`](super::Response)), the mark may, behind the path:
/// `answers = Type` (what the JSON is of; `()` for no body), `media = "text/html"` (if it is no JSON), `status =
/// 201` (if it is not 200).
///
/// # Example: read and write
/// ```
/// use ryu_sdn::prelude::*;
///
/// #[derive(Default)]
/// struct Names(std::collections::HashMap<u64, String>);
///
/// #[app(name = "names")]
/// impl Names {
///     #[route(GET, "/names/{dpid}")]
///     fn name(&mut self, dpid: Dpid) -> AppResult<Json<String>> {
///         match self.0.get(&dpid.0) {
///             Some(name) => Ok(Json(name.clone())),
///             None => Err(HttpError::not_found("no such datapath").into()),
///         }
///     }
///
///     #[route(PUT, "/names/{dpid}")]
///     async fn rename(&mut self, dpid: Dpid, Json(name): Json<String>) {
///         self.0.insert(dpid.0, name);
///     }
/// }
/// ```
///
/// # Example: an answer whose fields are known
/// ```
/// use ryu_sdn::prelude::*;
///
/// /// What was counted.
/// #[derive(Serialize, Describe)]
/// #[serde(crate = "ryu_sdn::serde")]
/// struct Count {
///     /// Packets that came in.
///     packets: u64,
/// }
///
/// #[derive(Default)]
/// struct Counter(u64);
///
/// #[app(name = "described_counter")]
/// impl Counter {
///     #[route(GET, "/count")]
///     fn count(&mut self) -> Json<Count> {
///         Json(Count { packets: self.0 })
///     }
///
///     #[route(GET, "/count.csv", answers = String, media = "text/csv")]
///     fn table(&mut self) -> AppResult<Response> {
///         let mut response = format!("packets\n{}\n", self.0).into_reply()?;
///         response.headers_mut().insert("content-type", "text/csv".parse()?);
///         Ok(response)
///     }
/// }
/// ```
pub use ryu_sdn_macros::route;

/// Marks a method that is told of each client that connects to the WebSocket of a path.
///
/// The method is `fn` and takes the app's end of the connection,
/// [`WebSocket`](crate::http::websocket::WebSocket), by value; then arguments as a
/// [`route`](macro@route)'s. It answers with [`AppResult`](super::AppResult) or nothing. The client is
/// answered when it returns: with an `Err`, that is a refusal, and the connection is none. What waits for
/// the client goes into a task of the app's ([`AppHandle::spawn`](super::AppHandle::spawn)). Who may
/// connect and what is bounded stands at [`http::websocket`](crate::http::websocket).
///
/// # Example: a clock, and a room for each client
/// ```
/// use std::time::Duration;
/// use ryu_sdn::prelude::*;
///
/// struct Clock {
///     app: AppHandle,
///     listeners: WebSocketManager,
///     ticks: u64,
/// }
///
/// #[app(name = "clock")]
/// impl Clock {
///     #[init]
///     fn new(app: AppHandle) -> Self {
///         Clock { app, listeners: WebSocketManager::default(), ticks: 0 }
///     }
///
///     #[websocket("/clock")]
///     fn listener(&mut self, ws: WebSocket) {
///         ws.discard();
///         self.listeners.add(ws);
///     }
///
///     #[websocket("/clock/{every}")]
///     fn slow_listener(&mut self, ws: WebSocket, every: u64) -> AppResult {
///         if every == 0 {
///             return Err(HttpError::bad_request("no time at all is no interval").into());
///         }
///         self.app.spawn("slow listener", async move {
///             ws.discard();
///             while ws.send("tick").await.is_ok() {
///                 hub::sleep(Duration::from_secs(every)).await;
///             }
///         });
///         Ok(())
///     }
///
///     #[every(seconds = 1)]
///     fn tick(&mut self) {
///         self.ticks += 1;
///         self.listeners.broadcast(self.ticks.to_string());
///     }
/// }
/// ```
pub use ryu_sdn_macros::websocket;

/// Marks the function that makes the app.
///
/// Its arguments are what the app needs from the house: its [`AppHandle`](super::AppHandle) and any
/// number of [`Ctx`](super::Ctx). It returns `Self` or `AppResult<Self>`; an error ends the start-up
/// with that message. It is not `async`: what waits goes into [`start`](macro@start).
///
/// # Example: an app that keeps its handle
/// ```
/// use ryu_sdn::prelude::*;
///
/// struct Keeper {
///     app: AppHandle,
/// }
///
/// #[app(name = "keeper")]
/// impl Keeper {
///     #[init]
///     fn new(app: AppHandle) -> Self {
///         Keeper { app }
///     }
///
///     #[stop]
///     fn end(&mut self) {
///         let _ = self.app.conf();
///     }
/// }
/// ```
pub use ryu_sdn_macros::init;

/// Marks the method that is called once, when every app has been made and subscribed.
///
/// `fn` or `async fn`, `&mut self`, answering with `AppResult` or nothing.
///
/// # Example: [`init`](macro@init), `start`, [`every`](macro@every) and [`stop`](macro@stop)
/// ```
/// use ryu_sdn::prelude::*;
///
/// #[derive(Default)]
/// struct Heart {
///     beats: u32,
/// }
///
/// #[app(name = "heart")]
/// impl Heart {
///     #[start]
///     async fn begin(&mut self) -> AppResult {
///         self.beats = 1;
///         Ok(())
///     }
///
///     #[every(milliseconds = 800)]
///     fn beat(&mut self) {
///         self.beats += 1;
///     }
///
///     #[stop]
///     fn end(&mut self) {
///         println!("{} beats", self.beats);
///     }
/// }
/// ```
pub use ryu_sdn_macros::start;

/// Marks the method that is called once at shutdown, after the last event.
///
/// `fn` or `async fn`, `&mut self`, answering with `AppResult` or nothing. See
/// [`start`](macro@start) for an example.
pub use ryu_sdn_macros::stop;

/// Marks a method that is called again and again: `#[every(seconds = 10)]` or
/// `#[every(milliseconds = 500)]`.
///
/// `fn` or `async fn`, `&mut self`, answering with `AppResult` or nothing. A call that is late is not
/// made up for. See [`start`](macro@start) for an example.
pub use ryu_sdn_macros::every;

/// Marks a method that is shown events before their handlers run: `#[look_ahead(ofp_event::PacketIn)]`.
///
/// Where events travel together, as the packet-ins of a busy switch do, it is called for each of them
/// before the first handler runs. What it looks at is in the processor's caches by then: a table of a
/// hundred thousand hosts answers in the memory's time, and a look ahead waits for many answers at once,
/// a handler for one after the other. It is a hint: an event that comes alone has none, and one that
/// the handlers do not want in its phase may have one.
///
/// `fn`, `&self`, the event by reference, no answer. An app has one for each event at most, and only for
/// events that it handles.
///
/// # Example: look up both hosts
/// ```
/// use ryu_sdn::packet::Ethernet;
/// use ryu_sdn::prelude::*;
/// use ryu_sdn::services::mac_to_port::MacToPort;
///
/// #[derive(Default)]
/// struct Learner {
///     hosts: MacToPort,
/// }
///
/// #[app(name = "learner")]
/// impl Learner {
///     #[look_ahead(ofp_event::PacketIn)]
///     fn look_up(&self, ev: &ofp_event::PacketIn) {
///         if let Some((eth, _)) = Ethernet::peek(&ev.msg.data) {
///             self.hosts.look_up(ev.datapath.id(), &[eth.src, eth.dst]);
///         }
///     }
///
///     #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
///     fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
///         if let Some((eth, _)) = Ethernet::peek(&ev.msg.data) {
///             self.hosts.learn(ev.datapath.id(), eth.src, ev.msg.in_port());
///         }
///     }
/// }
/// ```
pub use ryu_sdn_macros::look_ahead;

/// Derives [`Describe`](trait@super::Describe): what a type looks like as JSON, for `/openapi.json`.
pub use ryu_sdn_macros::Describe;

/// Derives [`Event`](trait@super::Event): `#[event(provider = "app_name")]` says which app emits it.
/// Its name is the type's.
pub use ryu_sdn_macros::Event;

/// Derives [`Request`](trait@super::Request): `#[request(provider = "app_name", reply = Type)]` says
/// which app answers it, and with what.
///
/// # Example: a request and who answers it
/// ```
/// use ryu_sdn::prelude::*;
///
/// /// Where is this host?
/// #[derive(Debug, Request)]
/// #[request(provider = "host_tracker", reply = Option<PortNo>)]
/// struct Locate(MacAddr);
///
/// #[derive(Default)]
/// struct HostTracker(std::collections::HashMap<MacAddr, PortNo>);
///
/// #[app(name = "host_tracker")]
/// impl HostTracker {
///     #[set_ev_cls(Asked<Locate>)]
///     fn locate(&mut self, asked: &Asked<Locate>) {
///         asked.reply(self.0.get(&asked.request().0).copied());
///     }
/// }
/// ```
pub use ryu_sdn_macros::Request;
