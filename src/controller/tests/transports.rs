//! Switches on real sockets of the loopback: TCP, TLS, UDP, called and calling. Real clock unless
//! said otherwise; nothing sleeps, and each test gives up after a time that it needs only when it
//! fails.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::*;
use crate::controller::{
    AcceptPolicy, Link, Refusal, TlsLink, Transport, TransportAddress, UdpConfig,
};
use crate::hub::net::{StreamExt, TcpListener, TcpStream};
use crate::hub::{self, Task};
use crate::tls::TlsContext;
use crate::tls::tests::pki::Pki;

const LIMIT: Duration = Duration::from_secs(20);

fn local(transport: Transport) -> TransportAddress {
    TransportAddress { transport, addr: ([127, 0, 0, 1], 0).into() }
}

/// A controller on the real clock, for the time of a test.
fn live<F: Future>(config: ControllerConfig, test: impl FnOnce(Controller) -> F) -> F::Output {
    told();
    GATE.set(open_gate());
    ON_PACKET_IN.set(None);
    let hub = Hub::new(Clock::real()).unwrap();
    hub.block_on(async {
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        let plan = Plan::new(&Catalog::collect().unwrap(), ["watcher"]).unwrap();
        apps.start(&plan).unwrap();
        let controller = Controller::new(apps.bus().clone(), config);
        let result = hub::timeout(LIMIT, test(controller.clone())).await;
        let result = result.expect("the test is done long before its time is over");
        controller.shutdown(Duration::from_secs(1)).await;
        apps.stop().await;
        result
    })
}

/// Waits until `condition` holds.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        hub::yield_now().await;
    }
}

/// A switch that answers what it is asked, until the controller closes the connection.
async fn play(stream: Rc<dyn Stream>, dpid: u64) {
    play_as(stream, dpid, 0).await;
}

/// The same on an auxiliary connection.
async fn play_as(stream: Rc<dyn Stream>, dpid: u64, auxiliary_id: u8) {
    let switch = |xid, message: &Message| match message {
        Message::FeaturesRequest(_) => {
            let datapath_id = Dpid(dpid);
            let features =
                SwitchFeatures { datapath_id, auxiliary_id, ..SwitchFeatures::default() };
            Some(bytes_of(V1_3, xid, &features))
        }
        Message::MultipartRequest(_) => Some(bytes_of(V1_3, xid, &port_desc())),
        _ => None,
    };
    let hello = bytes_of(V1_3, Xid(1), &Hello::new(&[V1_3]));
    if stream.write_all(&hello).await.is_err() {
        return;
    }
    let (mut input, mut chunk) = (BytesMut::new(), vec![0; 4096]);
    while let Ok(n) = stream.read(&mut chunk).await {
        if n == 0 {
            return;
        }
        input.extend_from_slice(&chunk[..n]);
        while let Framing::Message(len) = frame(&input) {
            let bytes = input.split_to(len).freeze();
            let version = Version::from_wire(bytes[0]).unwrap();
            let (xid, message) = Message::decode(version, &bytes).unwrap();
            if let Some(answer) = switch(xid, &message) {
                stream.write_all(&answer).await.unwrap();
            }
        }
    }
}

async fn call(addr: SocketAddr, dpid: u64) -> Task<()> {
    let stream = TcpStream::connect(addr).await.unwrap();
    hub::spawn("switch", play(Rc::new(stream), dpid))
}

async fn call_beside(addr: SocketAddr, dpid: u64, auxiliary_id: u8) -> Task<()> {
    let stream = TcpStream::connect(addr).await.unwrap();
    hub::spawn("auxiliary", play_as(Rc::new(stream), dpid, auxiliary_id))
}

async fn call_secured(addr: SocketAddr, tls: &TlsContext, dpid: u64) -> Task<()> {
    let stream = TcpStream::connect(addr).await.unwrap();
    let stream = tls.connect(Rc::new(stream), None, LIMIT).await.unwrap();
    hub::spawn("switch", play(Rc::new(stream), dpid))
}

fn link_of(controller: &Controller, dpid: u64) -> Option<Link> {
    let connections = controller.connections();
    let found = connections
        .iter()
        .find(|c| c.datapath.id() == Dpid(dpid) && c.datapath.phase() == Phase::Main);
    found.map(|connection| (*connection.link).clone())
}

/// Whether the controller ends that connection without a word.
async fn is_turned_away(addr: SocketAddr) -> bool {
    let stream = TcpStream::connect(addr).await.unwrap();
    !matches!(stream.read(&mut [0; 8]).await, Ok(n) if n > 0)
}

fn secured(pki: &Pki) -> ControllerConfig {
    ControllerConfig { tls: Some(pki.context("controller")), ..ControllerConfig::default() }
}

#[test]
fn switches_connect_in_the_clear_and_with_tls_side_by_side() {
    let pki = Pki::new("ca");
    live(secured(&pki), |controller| async move {
        let v4 = controller.listen_on(local(Transport::Tcp)).unwrap().addr;
        let v6 = controller.listen((Ipv6Addr::LOCALHOST, 0).into()).unwrap();
        let tls = controller.listen_on(local(Transport::Ssl)).unwrap().addr;
        let switch = pki.context("switch");
        let switches = [call(v4, 1).await, call(v6, 2).await, call_secured(tls, &switch, 3).await];
        until(|| (1..=3).all(|dpid| link_of(&controller, dpid).is_some())).await;
        let plain = Link { transport: Some(Transport::Tcp), is_dialed: false, tls: None };
        assert_eq!(link_of(&controller, 1).unwrap(), plain);
        assert_eq!(link_of(&controller, 2).unwrap(), plain);
        let link = link_of(&controller, 3).unwrap();
        assert_eq!(link.transport, Some(Transport::Ssl));
        let TlsLink { protocol, certificate } = link.tls.unwrap();
        assert!(protocol.starts_with("TLS 1.3"), "{protocol}");
        assert_eq!(certificate.unwrap().subject, "C=US, O=Open vSwitch, CN=switch");
        assert_eq!(controller.transport_counters().tls_done, 1);
        assert_eq!(controller.accept_counters().accepted, 3);
        drop(switches);
        until(|| controller.datapaths().is_empty()).await;
    });
}

#[test]
fn auxiliary_connections_come_over_tcp_tls_and_udp() {
    let pki = Pki::new("ca");
    live(secured(&pki), |controller| async move {
        let listen = |transport| controller.listen_on(local(transport)).unwrap().addr;
        let (tcp, tls, udp) =
            (listen(Transport::Tcp), listen(Transport::Ssl), listen(Transport::Udp));
        let main = call(tcp, 1).await;
        until(|| link_of(&controller, 1).is_some()).await;
        let dp = controller.datapath(Dpid(1)).unwrap();
        let on_tcp = call_beside(tcp, 1, 1).await;
        until(|| dp.auxiliary(1).is_some()).await;
        let talker = Talker::to(udp);
        talker.say(&bytes_of(V1_3, Xid(1), &Hello::new(&[V1_3])));
        until(|| {
            talker.answer(1, 2);
            dp.auxiliary(2).is_some()
        })
        .await;
        talker.say(&bytes_of(V1_3, Xid(5), &packet_in()));
        let number = dp.connection();
        let wanted = format!("{number} packet-in");
        until(|| TOLD.with_borrow(|told| told.contains(&wanted))).await;
        drop(main);
        // What is on UDP cannot see that it has ended, but nobody listens to it any more.
        until(|| controller.connections().is_empty()).await;
        on_tcp.await.unwrap();

        // A switch with a certificate shows the same one everywhere.
        let switch = pki.context("switch");
        let _main = call_secured(tls, &switch, 2).await;
        until(|| link_of(&controller, 2).is_some()).await;
        let dp = controller.datapath(Dpid(2)).unwrap();
        call_beside(tcp, 2, 1).await.await.unwrap();
        let other = TcpStream::connect(tls).await.unwrap();
        let other = pki.context("other").connect(Rc::new(other), None, LIMIT).await.unwrap();
        play_as(Rc::new(other), 2, 1).await;
        assert!(dp.auxiliaries().is_empty() && dp.is_active());
        let same = TcpStream::connect(tls).await.unwrap();
        let same = switch.connect(Rc::new(same), None, LIMIT).await.unwrap();
        let _same = hub::spawn("auxiliary", play_as(Rc::new(same), 2, 1));
        until(|| dp.auxiliary(1).is_some()).await;
    });
}

#[test]
fn many_messages_go_through_tls_and_an_end_in_good_order_is_no_loss() {
    let pki = Pki::new("ca");
    live(secured(&pki), |controller| async move {
        let addr = controller.listen_on(local(Transport::Ssl)).unwrap().addr;
        let stream = TcpStream::connect(addr).await.unwrap();
        let stream = pki.context("switch").connect(Rc::new(stream), None, LIMIT).await.unwrap();
        let stream: Rc<dyn Stream> = Rc::new(stream);
        let switch = hub::spawn("switch", play(Rc::clone(&stream), 1));
        until(|| link_of(&controller, 1).is_some()).await;
        told();
        let message = bytes_of(V1_3, Xid(9), &packet_in());
        for _ in 0..2000 {
            stream.write_all(&message).await.unwrap();
        }
        stream.shutdown_write().unwrap();
        until(|| TOLD.with_borrow(|told| told.last().is_some_and(|line| line == "1 dead"))).await;
        assert_eq!(told().iter().filter(|line| *line == "1 packet-in").count(), 2000);
        drop(switch);
    });
}

#[test]
fn what_is_no_tls_gets_no_session_and_disturbs_nobody() {
    let pki = Pki::new("ca");
    live(secured(&pki), |controller| async move {
        let addr = controller.listen_on(local(Transport::Ssl)).unwrap().addr;
        let plain = TcpStream::connect(addr).await.unwrap();
        plain.write_all(&bytes_of(V1_3, Xid(1), &Hello::new(&[V1_3]))).await.unwrap();
        assert!(!matches!(plain.read(&mut [0; 8]).await, Ok(n) if n > 0));
        let other = Pki::new("other");
        let stranger = TlsContext::load(crate::tls::TlsSettings {
            ca_certs: Some(pki.ca()),
            ..other.settings("stranger")
        });
        let stream = TcpStream::connect(addr).await.unwrap();
        // With TLS 1.3 the client learns of it after its own handshake.
        let stream = stranger.unwrap().connect(Rc::new(stream), None, LIMIT).await.unwrap();
        let error = stream.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.to_string(), "TLS: received fatal alert: UnknownCA");
        drop(TcpStream::connect(addr).await.unwrap());
        let counters = || controller.transport_counters();
        until(|| counters().tls_lost == 1 && counters().tls_failed == 1).await;
        assert_eq!((counters().tls_not_tls, counters().tls_done), (1, 0));
        assert!(controller.datapaths().is_empty());
        let switch = call_secured(addr, &pki.context("switch"), 1).await;
        until(|| link_of(&controller, 1).is_some()).await;
        drop(switch);
    });
}

#[test]
fn stalled_handshakes_end_in_time_and_are_bounded() {
    let pki = Pki::new("ca");
    let mut config = secured(&pki);
    config.session.handshake_timeout = Duration::from_millis(300);
    config.accept.max_connections = 50;
    live(config, |controller| async move {
        let addr = controller.listen_on(local(Transport::Ssl)).unwrap().addr;
        let mut stalled = Vec::new();
        for _ in 0..60 {
            stalled.push(TcpStream::connect(addr).await.unwrap());
        }
        let start = hub::now();
        for stream in &stalled {
            assert!(!matches!(stream.read(&mut [0; 8]).await, Ok(n) if n > 0));
        }
        assert!(hub::now() - start < Duration::from_secs(5));
        assert_eq!(controller.transport_counters().tls_timed_out, 50);
        let accepted = controller.accept_counters();
        assert_eq!((accepted.accepted, accepted.refused(Refusal::TooMany)), (50, 10));
        assert!(controller.0.guests.borrow().is_empty());
        drop(call_secured(addr, &pki.context("switch"), 1).await);
    });
}

#[test]
fn a_tls_listener_needs_a_certificate() {
    live(ControllerConfig::default(), |controller| async move {
        let error = controller.listen_on(local(Transport::Ssl)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    });
}

#[test]
fn who_may_not_connect_is_turned_away_until_the_rules_change() {
    let deny = |block: &str| AcceptPolicy {
        deny: vec![block.parse().unwrap()],
        ..AcceptPolicy::default()
    };
    let config = ControllerConfig { accept: deny("127.0.0.0/8"), ..ControllerConfig::default() };
    live(config, |controller| async move {
        let addr = controller.listen_on(local(Transport::Tcp)).unwrap().addr;
        let v6 = controller.listen((Ipv6Addr::LOCALHOST, 0).into()).unwrap();
        assert!(is_turned_away(addr).await);
        let other = call(v6, 2).await;
        until(|| link_of(&controller, 2).is_some()).await;
        assert_eq!(controller.connections().len(), 1);

        assert_eq!(controller.accept_policy(), deny("127.0.0.0/8"));
        controller.set_accept_policy(deny("::/0"));
        let switch = call(addr, 1).await;
        until(|| link_of(&controller, 1).is_some()).await;
        assert!(is_turned_away(v6).await);
        assert!(link_of(&controller, 2).is_some(), "who is in stays in");

        controller
            .set_accept_policy(AcceptPolicy { max_connections: 2, ..AcceptPolicy::default() });
        assert!(is_turned_away(addr).await);
        drop(other);
        until(|| controller.connections().len() == 1).await;
        let third = call(v6, 3).await;
        until(|| link_of(&controller, 3).is_some()).await;

        let counters = controller.accept_counters();
        assert_eq!(counters.accepted, 3);
        assert_eq!(counters.refused(Refusal::Denied), 2);
        assert_eq!(counters.refused(Refusal::TooMany), 1);
        drop((switch, third));
    });
}

#[test]
fn all_of_ipv4_and_all_of_ipv6_share_a_port() {
    live(ControllerConfig::default(), |controller| async move {
        for transport in [Transport::Tcp, Transport::Udp] {
            let all: SocketAddr = (Ipv4Addr::UNSPECIFIED, 0).into();
            let v4 = controller.listen_on(TransportAddress { transport, addr: all }).unwrap();
            let addr = SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), v4.addr.port());
            let v6 = controller.listen_on(TransportAddress { transport, addr }).unwrap();
            assert_eq!(v6.addr, addr);
            let again = controller.listen_on(v6).unwrap_err();
            assert_eq!(again.kind(), io::ErrorKind::AddrInUse);
            if transport == Transport::Tcp {
                let here = |ip: IpAddr| SocketAddr::new(ip, addr.port());
                let switches = [
                    call(here(Ipv4Addr::LOCALHOST.into()), 1).await,
                    call(here(Ipv6Addr::LOCALHOST.into()), 2).await,
                ];
                until(|| (1..=2).all(|dpid| link_of(&controller, dpid).is_some())).await;
                drop(switches);
            }
        }
    });
}

#[test]
fn a_switch_that_waits_is_called_again_and_again() {
    live(ControllerConfig::default(), |controller| async move {
        let listener = TcpListener::bind(local(Transport::Tcp).addr).unwrap();
        let address = TransportAddress { addr: listener.local_addr(), ..local(Transport::Tcp) };
        let soon = Duration::from_millis(5);
        // Nobody is there at first.
        drop(listener);
        assert!(controller.register_switch_address(address, soon));
        assert!(!controller.register_switch_address(address, soon));
        assert_eq!(controller.switch_addresses(), [address]);
        for dpid in 1..=3 {
            let listener = TcpListener::bind(address.addr).unwrap();
            let (stream, _) = listener.accept().await;
            let switch = hub::spawn("switch", play(Rc::new(stream), dpid));
            until(|| link_of(&controller, dpid).is_some()).await;
            assert!(link_of(&controller, dpid).unwrap().is_dialed);
            assert_eq!(controller.connections().len(), 1, "not called while it is there");
            drop(switch);
            until(|| controller.connections().is_empty()).await;
        }
        let listener = TcpListener::bind(address.addr).unwrap();
        let (stream, _) = listener.accept().await;
        let switch = hub::spawn("switch", play(Rc::new(stream), 4));
        until(|| link_of(&controller, 4).is_some()).await;
        assert!(controller.unregister_switch_address(address));
        assert!(!controller.unregister_switch_address(address));
        assert!(link_of(&controller, 4).is_some(), "it is not called any more, and stays");
        drop(switch);
    });
}

#[test]
fn a_switch_that_waits_with_tls_is_believed_if_the_ca_has_signed_it() {
    let (pki, other) = (Pki::new("ca"), Pki::new("other"));
    live(secured(&pki), |controller| async move {
        let listener = TcpListener::bind(local(Transport::Tcp).addr).unwrap();
        let address = TransportAddress { transport: Transport::Ssl, addr: listener.local_addr() };
        controller.register_switch_address(address, Duration::from_millis(5));
        let (stream, _) = listener.accept().await;
        let refused = other.context("stranger").accept(Rc::new(stream), LIMIT).await;
        assert!(refused.is_err());
        until(|| controller.transport_counters().tls_failed == 1).await;
        let (stream, _) = listener.accept().await;
        let stream = pki.context("switch").accept(Rc::new(stream), LIMIT).await.unwrap();
        assert_eq!(
            stream.peer_certificate().unwrap().subject,
            "C=US, O=Open vSwitch, CN=controller"
        );
        let switch = hub::spawn("switch", play(Rc::new(stream), 1));
        until(|| link_of(&controller, 1).is_some()).await;
        let link = link_of(&controller, 1).unwrap();
        assert!(
            link.is_dialed && link.tls.unwrap().certificate.unwrap().subject.ends_with("CN=switch")
        );
        drop(switch);
    });
}

// -- UDP, on a test clock: what is sent on the loopback is there at once -----------------------

/// A switch on UDP.
struct Talker(std::net::UdpSocket);

impl Talker {
    fn to(addr: SocketAddr) -> Talker {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(addr).unwrap();
        socket.set_nonblocking(true).unwrap();
        Talker(socket)
    }

    fn say(&self, bytes: &[u8]) {
        assert_eq!(self.0.send(bytes).unwrap(), bytes.len());
    }

    /// The messages that have come: one per datagram.
    fn heard(&self) -> Vec<(Xid, Message)> {
        let mut bytes = vec![0; 65_536];
        let mut heard = Vec::new();
        while let Ok(n) = self.0.recv(&mut bytes) {
            assert_eq!(frame(&bytes[..n]), Framing::Message(n), "one message is one datagram");
            let version = Version::from_wire(bytes[0]).unwrap();
            let message = Bytes::copy_from_slice(&bytes[..n]);
            heard.push(Message::decode(version, &message).unwrap());
        }
        heard
    }

    /// Shakes hands.
    fn connect(&self, rig: &Rig, dpid: u64) {
        self.say(&bytes_of(V1_3, Xid(1), &Hello::new(&[V1_3])));
        until_idle(rig, || {
            self.answer(dpid, 0);
            rig.datapath(Dpid(dpid)).is_some()
        });
    }

    /// Answers what has come.
    fn answer(&self, dpid: u64, auxiliary_id: u8) {
        for (xid, message) in self.heard() {
            match message {
                Message::FeaturesRequest(_) => {
                    let datapath_id = Dpid(dpid);
                    let features =
                        SwitchFeatures { datapath_id, auxiliary_id, ..SwitchFeatures::default() };
                    self.say(&bytes_of(V1_3, xid, &features));
                }
                Message::MultipartRequest(_) => self.say(&bytes_of(V1_3, xid, &port_desc())),
                _ => {}
            }
        }
    }
}

/// Turns the hub until `condition` holds; the network of the machine needs no time of the hub's.
fn until_idle(rig: &Rig, condition: impl Fn() -> bool) {
    for _ in 0..100_000 {
        rig.hub.run_until_idle();
        if condition() {
            return;
        }
        std::thread::yield_now();
    }
    panic!("it does not come");
}

fn on_udp(udp: UdpConfig) -> (Rig, SocketAddr) {
    let rig = Rig::with(&["watcher"], ControllerConfig { udp, ..ControllerConfig::default() });
    let listening = rig.controller.clone();
    let address =
        rig.hub.block_on(async move { listening.listen_on(local(Transport::Udp)).unwrap() });
    (rig, address.addr)
}

#[test]
fn each_sender_on_udp_is_a_session_and_each_datagram_a_message() {
    let (rig, addr) = on_udp(UdpConfig::default());
    let (one, two) = (Talker::to(addr), Talker::to(addr));
    one.connect(&rig, 1);
    two.connect(&rig, 2);
    assert_eq!(link_of(&rig.controller, 1).unwrap().transport, Some(Transport::Udp));
    rig.settle();
    one.say(&bytes_of(V1_3, Xid(5), &packet_in()));
    two.say(&bytes_of(V1_3, Xid(6), &packet_in()));
    until_idle(&rig, || TOLD.with_borrow(|told| told.len() == 2));
    assert_eq!(told(), ["1 packet-in", "2 packet-in"]);
    // Two messages that are sent in one turn are two datagrams.
    let dp = rig.datapath(Dpid(1)).unwrap();
    for _ in 0..2 {
        dp.send(&crate::ofproto::EchoRequest::default()).unwrap();
    }
    rig.hub.run_until_idle();
    assert_eq!(one.heard().len(), 2);
    assert!(two.heard().is_empty());
}

#[test]
fn datagrams_that_are_no_message_are_dropped_and_counted() {
    let (rig, addr) = on_udp(UdpConfig::default());
    let talker = Talker::to(addr);
    let message = bytes_of(V1_3, Xid(5), &packet_in());
    // Nobody has said hello.
    talker.say(&message);
    until_idle(&rig, || rig.controller.transport_counters().udp_stray == 1);
    assert!(rig.controller.connections().is_empty());
    talker.connect(&rig, 1);
    rig.settle();
    let two = [&message[..], &message[..]].concat();
    for bytes in [&b""[..], &message[..7], &message[..message.len() - 1], &two] {
        talker.say(bytes);
    }
    talker.say(&message);
    until_idle(&rig, || TOLD.with_borrow(|told| !told.is_empty()));
    assert_eq!(rig.settle(), ["1 packet-in"]);
    assert_eq!(rig.controller.transport_counters().udp_malformed, 4);
}

#[test]
fn sessions_on_udp_are_bounded_and_end_when_nothing_is_heard() {
    let idle_timeout = Duration::from_secs(10);
    let (rig, addr) = on_udp(UdpConfig { idle_timeout, max_sessions: 2 });
    let (one, two, three) = (Talker::to(addr), Talker::to(addr), Talker::to(addr));
    one.connect(&rig, 1);
    two.connect(&rig, 2);
    let hello = bytes_of(V1_3, Xid(1), &Hello::new(&[V1_3]));
    three.say(&hello);
    until_idle(&rig, || rig.controller.transport_counters().udp_no_room == 1);
    rig.settle();

    rig.pass(Duration::from_secs(6));
    one.say(&bytes_of(V1_3, Xid(5), &packet_in()));
    until_idle(&rig, || TOLD.with_borrow(|told| told.len() == 1));
    assert_eq!(rig.settle(), ["1 packet-in"]);
    rig.pass(Duration::from_secs(7));
    // The second was silent for 13 s, the first for 7.
    assert_eq!(rig.settle(), ["2 dead"]);
    assert_eq!(rig.controller.datapaths().len(), 1);
    // Its place is free, and what it says late is not taken for a new beginning.
    two.say(&bytes_of(V1_3, Xid(5), &packet_in()));
    until_idle(&rig, || rig.controller.transport_counters().udp_stray == 1);
    three.connect(&rig, 3);
}

#[test]
fn datagrams_that_an_app_cannot_follow_are_dropped_from_a_bound_on() {
    let (rig, addr) = on_udp(UdpConfig::default());
    let (talker, other) = (Talker::to(addr), Talker::to(addr));
    talker.connect(&rig, 1);
    rig.settle();
    gate().clear();
    let large = PacketIn { data: vec![0; 20_000].into(), ..packet_in() };
    let large = bytes_of(V1_3, Xid(5), &large);
    until_idle(&rig, || {
        talker.say(&large);
        rig.controller.transport_counters().udp_overrun > 0
    });
    gate().set();
    rig.settle();
    other.connect(&rig, 2);
}

#[test]
fn a_message_too_long_for_a_datagram_is_counted_and_the_next_is_sent() {
    let (rig, addr) = on_udp(UdpConfig::default());
    let talker = Talker::to(addr);
    talker.connect(&rig, 1);
    let dp = rig.datapath(Dpid(1)).unwrap();
    let echo = |len: usize| crate::ofproto::EchoRequest { data: vec![0; len].into() };
    dp.send(&echo(65_520)).unwrap();
    dp.send(&echo(8)).unwrap();
    rig.hub.run_until_idle();
    assert_eq!(rig.controller.transport_counters().udp_too_long, 1);
    let heard = talker.heard();
    assert!(matches!(&heard[..], [(_, Message::EchoRequest(echo))] if echo.data.len() == 8));
}
