//! A session with an app behind it, and the packet-ins of its switch: no socket.

use std::hint::black_box;
use std::rc::Rc;

use bytes::{Bytes, BytesMut};

use ryu_sdn::app::ofp_event::PacketIns;
use ryu_sdn::app::{AppManager, Bus, Catalog, Plan};
use ryu_sdn::clock::Clock;
use ryu_sdn::conf::Conf;
use ryu_sdn::hub::{self, Hub};
use ryu_sdn::ofproto::{
    BufferId, Dpid, Encode, Hello, Match, MultipartReply, MultipartReplyBody, PacketIn, PortNo,
    SwitchFeatures, V1_0, V1_3, Version, Xid,
};
use ryu_sdn::session::{FlushList, Peer, Phase, Session, SessionConfig};

/// The apps that are measured, and what their switches speak.
pub(crate) const APPS: [(&str, Version); 3] =
    [("cbench", V1_0), ("simple_switch", V1_0), ("simple_switch_13", V1_3)];
/// Packet-ins per read, as many as fit in a few segments.
pub(crate) const BATCH: u64 = 64;
/// Addresses behind the switch; all of them are known before the clock starts. As many as leave their
/// table half empty: in one that is about to grow it is the luck of its random key how far a look-up
/// has to go, and no two runs would count the same.
const HOSTS: u64 = 600;

fn packet_in(version: Version, from: u64, to: u64, buf: &mut BytesMut) {
    let mac = |host: u64| [0, 0, 0, 0, (host >> 8) as u8, host as u8];
    let mut frame = Vec::with_capacity(60);
    frame.extend_from_slice(&mac(to));
    frame.extend_from_slice(&mac(from));
    frame.extend_from_slice(&[0x08, 0x00]);
    frame.resize(60, 0);
    let message = PacketIn {
        // Kept by the switch: the answer is a flow-mod and, in 1.0, a short packet-out.
        buffer_id: BufferId(7),
        total_len: 60,
        match_: Match::new().in_port(PortNo(1 + from as u32 % 4)),
        data: frame.into(),
        ..PacketIn::default()
    };
    message.encode(version, Xid(0), buf).unwrap();
}

/// A session in the main phase and the packet-ins of its switch.
pub(crate) struct Rig {
    session: Session,
    pub(crate) batches: Vec<Bytes>,
    next: usize,
}

impl Rig {
    pub(crate) fn new(version: Version) -> Rig {
        let peer = Peer {
            connection: 1,
            address: "bench".to_owned(),
            first_xid: 0,
            flush: FlushList::default(),
        };
        let config = SessionConfig { versions: vec![version], ..SessionConfig::default() };
        let mut session = Session::new(config, peer, Clock::test().now());
        let mut buf = BytesMut::new();
        Hello::default().encode(version, Xid(1), &mut buf).unwrap();
        let features = SwitchFeatures { datapath_id: Dpid(1), ..SwitchFeatures::default() };
        features.encode(version, Xid(2), &mut buf).unwrap();
        if version >= V1_3 {
            // The session asks for the ports under its third transaction id.
            let ports = MultipartReply::new(MultipartReplyBody::PortDesc(Vec::new()));
            ports.encode(version, Xid(2), &mut buf).unwrap();
        }
        session.handle_bytes(buf.freeze());
        while session.poll_output().is_some() {}
        assert_eq!(session.phase(), Phase::Main);
        let batches = (0..HOSTS).map(|round| {
            let mut buf = BytesMut::new();
            for i in 0..BATCH {
                let from = (round * BATCH + i) % HOSTS;
                packet_in(version, from, (from + 1) % HOSTS, &mut buf);
            }
            buf.freeze()
        });
        Rig { session, batches: batches.collect(), next: 0 }
    }

    /// One read's worth of packet-ins and its answers; says how many bytes those were.
    pub(crate) async fn turn(&mut self, bus: &Bus) -> usize {
        let batch = self.batches[self.next].clone();
        self.next = (self.next + 1) % self.batches.len();
        self.session.handle_bytes(batch);
        let datapath = self.session.datapath().clone();
        let mut packet_ins = PacketIns::new(bus.clone());
        while let Some(offered) = self.session.poll_packet_in(|first| {
            packet_ins.offer(&datapath, first.xid(), Phase::Main, || first.message())
        }) {
            if let Err(held) = offered {
                held.deliver().await;
            }
        }
        assert!(self.session.poll_output().is_none());
        if let Err(held) = packet_ins.end() {
            held.deliver().await;
        }
        // The app's task runs now and empties its inbox. Once it has served as many as that holds, it
        // lets the others go first.
        hub::yield_now().await;
        if datapath.waiting_bytes() == 0 {
            hub::yield_now().await;
        }
        let mut written = 0;
        let _ = datapath.flush_with(|bytes| {
            written = black_box(bytes).len();
            Ok::<_, ()>(written)
        });
        written
    }
}

/// A hub with these apps in it, ready to be asked.
pub(crate) fn start(names: &[&str]) -> (Hub, AppManager) {
    let hub = Hub::new(Clock::real()).unwrap();
    let plan = Plan::new(&Catalog::collect().unwrap(), names.iter().copied()).unwrap();
    let mut apps = AppManager::new(Rc::new(Conf::new()));
    hub.block_on(async { apps.start(&plan) }).unwrap();
    (hub, apps)
}
