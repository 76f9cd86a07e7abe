//! The controller with an app, a test clock and switches in memory: no socket, no second passes.

mod auxiliaries;
mod counted;
mod delta;
mod early_packet_ins;
mod endings;
mod handshake;
mod identity;
mod pressure;
mod races;
mod requests;
mod services;
mod tapped;
mod transports;

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::app::{AppManager, Catalog, Plan};
use crate::clock::Clock;
use crate::conf::Conf;
use crate::hub::Hub;
use crate::hub::net::{Pipe, Stream, pipe};
use crate::ofproto::{
    DescStats, EchoReply, Framing, Hello, Message, MultipartFlags, MultipartReply,
    MultipartReplyBody, MultipartRequestBody, PacketIn, Port, SwitchFeatures, frame,
};
use crate::prelude::*;
use crate::sync;

use super::{Controller, ControllerConfig};

/// More than anything that a test leaves unread on purpose.
const ROOMY: usize = 32 * 1024 * 1024;

thread_local! {
    /// What the watcher was told, in order.
    static TOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// While it is not set, the watcher waits in its handlers.
    static GATE: RefCell<sync::Event> = RefCell::new(open_gate());
    /// What the watcher does with a packet-in.
    static ON_PACKET_IN: RefCell<Option<OnPacketIn>> = const { RefCell::new(None) };
}

type OnPacketIn = Rc<dyn Fn(&Datapath) -> AppResult>;

fn open_gate() -> sync::Event {
    let gate = sync::Event::new();
    gate.set();
    gate
}

fn gate() -> sync::Event {
    GATE.with_borrow(Clone::clone)
}

fn told() -> Vec<String> {
    TOLD.take()
}

/// Notes what it is told; as slow as a test wants it.
#[derive(Default)]
struct Watcher;

#[app(name = "watcher")]
impl Watcher {
    #[set_ev_cls(ofp_event::StateChange)]
    async fn state(&mut self, ev: &ofp_event::StateChange) {
        note(&ev.datapath, ev.phase.to_string()).await;
    }

    #[set_ev_cls(ofp_event::SwitchFeatures)]
    async fn features(&mut self, ev: &ofp_event::SwitchFeatures) {
        note(&ev.datapath, format!("features {}", ev.msg.datapath_id.0)).await;
    }

    #[set_ev_cls(ofp_event::PacketIn)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        note(&ev.datapath, "packet-in".to_owned()).await;
        let act = ON_PACKET_IN.with_borrow(Clone::clone);
        act.map_or(Ok(()), |act| act(&ev.datapath))
    }

    #[set_ev_cls(ofp_event::FlowRemoved)]
    async fn flow_removed(&mut self, ev: &ofp_event::FlowRemoved) {
        note(&ev.datapath, "flow-removed".to_owned()).await;
    }

    #[set_ev_cls(ofp_event::PortStatus)]
    async fn port_status(&mut self, ev: &ofp_event::PortStatus) {
        note(&ev.datapath, format!("port-status {}", ev.msg.desc.port_no.0)).await;
    }
}

async fn note(dp: &Datapath, what: String) {
    gate().wait().await;
    TOLD.with_borrow_mut(|told| told.push(format!("{} {what}", dp.connection())));
}

/// A hub with a controller and apps.
struct Rig {
    hub: Hub,
    apps: AppManager,
    controller: Controller,
}

impl Rig {
    fn new() -> Rig {
        Rig::with(&["watcher"], ControllerConfig::default())
    }

    fn with(names: &[&str], config: ControllerConfig) -> Rig {
        told();
        GATE.set(open_gate());
        ON_PACKET_IN.set(None);
        let hub = Hub::new(Clock::test()).unwrap();
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        let plan = Plan::new(&Catalog::collect().unwrap(), names.iter().copied()).unwrap();
        let bus = apps.bus().clone();
        let controller = hub.block_on(async {
            apps.start(&plan).unwrap();
            Controller::new(bus, config)
        });
        hub.run_until_idle();
        Rig { hub, apps, controller }
    }

    /// Connects a switch that has not said anything yet.
    fn dial(&self, version: Version) -> Switch {
        self.dial_through(version, ROOMY)
    }

    /// The same with at most `capacity` bytes under way in each direction.
    fn dial_through(&self, version: Version, capacity: usize) -> Switch {
        self.dial_from(version, capacity, None)
    }

    /// The same from an address such as a socket has.
    fn dial_from(&self, version: Version, capacity: usize, peer: Option<&str>) -> Switch {
        let (ours, theirs) = pipe(capacity);
        let writes = Rc::new(Cell::new(0));
        let peer = peer.map_or_else(|| ours.peer(), str::to_owned);
        let metered = Metered { pipe: ours, writes: writes.clone(), peer };
        let controller = self.controller.clone();
        self.hub.block_on(async move { controller.attach(Rc::new(metered)) });
        self.hub.run_until_idle();
        let input = BytesMut::new();
        Switch { pipe: theirs, version, dpid: Dpid(1), auxiliary_id: 0, input, writes }
    }

    /// Connects a switch and takes it to the main phase.
    fn connect(&self, version: Version, dpid: Dpid) -> Switch {
        let mut switch = self.dial(version);
        switch.dpid = dpid;
        self.take_to_main(&mut switch);
        switch
    }

    fn take_to_main(&self, switch: &mut Switch) {
        switch.say(&Hello::new(&[switch.version]));
        self.serve(switch);
        let dp = self.datapath(switch.dpid).expect("the handshake is over");
        assert_eq!((dp.phase(), dp.version()), (Phase::Main, switch.version));
    }

    /// Lets the switch answer what it is asked, until it is asked no more.
    fn serve(&self, switch: &mut Switch) {
        loop {
            self.hub.run_until_idle();
            let heard = switch.heard();
            if heard.is_empty() {
                break;
            }
            for (xid, message) in heard {
                switch.answer(xid, &message);
            }
        }
    }

    /// The datapath in the main phase with that id, on the latest connection.
    fn datapath(&self, dpid: Dpid) -> Option<Datapath> {
        let connected = self.controller.datapaths().into_iter();
        connected.rev().find(|dp| dp.id() == dpid && dp.phase() == Phase::Main)
    }

    fn pass(&self, time: Duration) {
        self.hub.advance(time);
    }

    /// Runs until everybody waits, and takes what the watcher was told.
    fn settle(&self) -> Vec<String> {
        self.hub.run_until_idle();
        told()
    }

    /// Nothing is left of any connection.
    fn assert_deserted(&self) {
        assert!(self.controller.datapaths().is_empty());
        let apps = self.apps.running().len();
        assert_eq!(self.hub.handle().task_count(), apps, "{:?}", self.hub);
        assert_eq!(self.hub.handle().timer_count(), 0);
    }
}

/// A scripted switch on its end of a pipe.
struct Switch {
    pipe: Pipe,
    version: Version,
    dpid: Dpid,
    auxiliary_id: u8,
    input: BytesMut,
    /// How often the controller has written to it.
    writes: Rc<Cell<u32>>,
}

impl Switch {
    fn say<M: Encode>(&self, message: &M) {
        self.say_as(Xid(7), message);
    }

    fn say_as<M: Encode>(&self, xid: Xid, message: &M) {
        self.send(&bytes_of(self.version, xid, message));
    }

    /// Sends bytes; all of them have to fit.
    fn send(&self, bytes: &[u8]) {
        assert_eq!(self.pipe.try_write(bytes).unwrap(), bytes.len());
    }

    /// Sends as much of `bytes` as fits, and says how much that was.
    fn send_some(&self, bytes: &[u8]) -> usize {
        self.pipe.try_write(bytes).unwrap_or(0)
    }

    /// Takes at most `limit` bytes from the pipe; says how many there were.
    fn take(&mut self, limit: usize) -> usize {
        let mut bytes = vec![0; limit];
        let n = self.pipe.try_read(&mut bytes).unwrap_or(0);
        self.input.extend_from_slice(&bytes[..n]);
        n
    }

    /// The whole messages that have come.
    fn heard(&mut self) -> Vec<(Xid, Message)> {
        while self.take(64 * 1024) > 0 {}
        let mut heard = Vec::new();
        while let Framing::Message(len) = frame(&self.input) {
            let bytes = self.input.split_to(len).freeze();
            // What is said before the hello is in the controller's highest version.
            let version = Version::from_wire(bytes[0]).unwrap();
            heard.push(Message::decode(version, &bytes).unwrap());
        }
        heard
    }

    fn answer(&self, xid: Xid, message: &Message) {
        match message {
            Message::FeaturesRequest(_) => self.say_as(xid, &self.features()),
            Message::MultipartRequest(request) => match request.body {
                MultipartRequestBody::Desc => {
                    let desc = MultipartReplyBody::Desc(DescStats::default());
                    self.say_as(xid, &MultipartReply::new(desc));
                }
                _ => self.say_as(xid, &port_desc()),
            },
            Message::EchoRequest(echo) => self.say_as(xid, &EchoReply { data: echo.data.clone() }),
            _ => {}
        }
    }

    fn features(&self) -> SwitchFeatures {
        let Switch { dpid: datapath_id, auxiliary_id, .. } = *self;
        SwitchFeatures { datapath_id, auxiliary_id, ..SwitchFeatures::default() }
    }

    /// Whether the controller has closed the connection.
    fn is_closed(&mut self) -> bool {
        while self.take(64 * 1024) > 0 {}
        matches!(self.pipe.try_read(&mut [0]), Ok(0))
    }
}

fn bytes_of<M: Encode>(version: Version, xid: Xid, message: &M) -> Bytes {
    let mut buf = BytesMut::new();
    message.encode(version, xid, &mut buf).unwrap();
    buf.freeze()
}

fn port(number: u32) -> Port {
    Port { port_no: PortNo(number), ..Port::default() }
}

fn port_desc() -> MultipartReply {
    let body = MultipartReplyBody::PortDesc(vec![port(1), port(2)]);
    MultipartReply { flags: MultipartFlags(0), body }
}

fn packet_in() -> PacketIn {
    let match_ = Match::new().in_port(PortNo(1));
    PacketIn { match_, data: vec![0; 60].into(), ..PacketIn::default() }
}

/// A pipe that counts how often it is written to.
struct Metered {
    pipe: Pipe,
    writes: Rc<Cell<u32>>,
    peer: String,
}

impl Stream for Metered {
    fn poll_read(&self, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        self.pipe.poll_read(cx, bytes)
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writes.set(self.writes.get() + 1);
        self.pipe.poll_write(cx, bytes)
    }

    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        self.pipe.try_read(bytes)
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.writes.set(self.writes.get() + 1);
        self.pipe.try_write(bytes)
    }

    fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.writes.set(self.writes.get() + 1);
        self.pipe.try_write_vectored(pieces)
    }

    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pipe.poll_readable(cx)
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pipe.poll_writable(cx)
    }

    fn shutdown_write(&self) -> io::Result<()> {
        self.pipe.shutdown_write()
    }

    fn shutdown(&self) -> io::Result<()> {
        self.pipe.shutdown()
    }

    fn peer(&self) -> String {
        self.peer.clone()
    }

    fn local(&self) -> String {
        self.pipe.local()
    }
}
