//! The end at every await point: of handshake, requests, joined and streamed answers, deliveries,
//! waits for an inbox and for room, and of the question who is who.
//!
//! A scene is played turn by turn of the hub, and again for each turn with an end put there, of each
//! kind. Whenever that is: everybody who waits is told, each connection leaves once and last, and
//! nothing remains.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::controller::pump::READ_AHEAD_AFTER;
use crate::ofproto::{
    BarrierReply, FlowMod, MultipartRequest, MultipartRequestBody, TableStats, Unknown,
};
use crate::session::RequestError;

thread_local! {
    /// By name of what was awaited: how often it was begun, and how it ended.
    static TALLY: RefCell<BTreeMap<&'static str, Tally>> = const { RefCell::new(BTreeMap::new()) };
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    begun: u32,
    done: u32,
    failed: u32,
}

fn tally(name: &'static str, add: impl FnOnce(&mut Tally)) {
    TALLY.with_borrow_mut(|tally| add(tally.entry(name).or_default()));
}

/// Awaits, and keeps count of it.
async fn awaited<T, E>(
    name: &'static str,
    future: impl Future<Output = Result<T, E>>,
) -> Option<T> {
    tally(name, |t| t.begun += 1);
    let result = future.await;
    match result {
        Ok(value) => {
            tally(name, |t| t.done += 1);
            Some(value)
        }
        Err(_) => {
            tally(name, |t| t.failed += 1);
            None
        }
    }
}

/// Waits in its handler for everything that there is to wait for.
#[derive(Default)]
struct Racer;

#[app(name = "racer")]
impl Racer {
    #[set_ev_cls(ofp_event::StateChange)]
    async fn state(&mut self, ev: &ofp_event::StateChange) {
        let text = format!("{} {} of {}", ev.datapath.connection(), ev.phase, ev.datapath.id().0);
        TOLD.with_borrow_mut(|told| told.push(text));
    }

    #[set_ev_cls(ofp_event::PacketIn)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
        let dp = &ev.datapath;
        awaited("barrier", dp.barrier()).await;
        awaited("joined", dp.request(&tables())).await;
        let streaming = async {
            let (mut parts, mut n) = (dp.stream(&tables()), 0);
            while let Some(part) = parts.next().await {
                part?;
                n += 1;
            }
            Ok::<_, RequestError>(n)
        };
        awaited("streamed", streaming).await;
        awaited("confirmed", dp.confirm(&FlowMod::add())).await;
        let sending = async {
            for _ in 0..20 {
                dp.send_when_ready(&FlowMod::add()).await?;
            }
            Ok::<_, SendError>(())
        };
        awaited("room", sending).await;
    }
}

fn tables() -> MultipartRequest {
    MultipartRequest { flags: MultipartFlags(0), body: MultipartRequestBody::Table }
}

/// A switch that does a little in each turn, through a pipe that holds little.
struct Player {
    switch: Switch,
    out: BytesMut,
    /// Said once the session is in its main phase.
    flood: usize,
    barriers: u32,
}

const NARROW: usize = 512;

impl Player {
    fn new(rig: &Rig, flood: usize) -> Player {
        let switch = rig.dial_through(V1_3, NARROW);
        let out = BytesMut::from(&bytes_of(V1_3, Xid(1), &Hello::new(&[V1_3]))[..]);
        Player { switch, out, flood, barriers: 0 }
    }

    fn queue<M: Encode>(&mut self, xid: Xid, message: &M) {
        self.out.extend_from_slice(&bytes_of(V1_3, xid, message));
    }

    /// Takes a little, answers one message after the other, sends what fits.
    fn step(&mut self) {
        self.switch.take(NARROW);
        if let Framing::Message(len) = frame(&self.switch.input) {
            let bytes = self.switch.input.split_to(len).freeze();
            let version = Version::from_wire(bytes[0]).unwrap();
            let (xid, message) = Message::decode(version, &bytes).unwrap();
            self.answer(xid, &message);
        }
        let n = self.switch.send_some(&self.out);
        let _ = self.out.split_to(n);
    }

    fn answer(&mut self, xid: Xid, message: &Message) {
        match message {
            Message::FeaturesRequest(_) => self.queue(xid, &self.switch.features()),
            Message::BarrierRequest(_) => {
                self.barriers += 1;
                self.queue(xid, &BarrierReply);
            }
            Message::EchoRequest(echo) => self.queue(xid, &EchoReply { data: echo.data.clone() }),
            Message::MultipartRequest(request) => match request.body {
                MultipartRequestBody::Table => {
                    for flags in [MultipartFlags::MORE, MultipartFlags::MORE, MultipartFlags(0)] {
                        let body = MultipartReplyBody::Table(vec![TableStats::default(); 5]);
                        self.queue(xid, &MultipartReply { flags, body });
                    }
                }
                MultipartRequestBody::Desc => {
                    let desc = MultipartReplyBody::Desc(DescStats::default());
                    self.queue(xid, &MultipartReply::new(desc));
                }
                _ => {
                    self.queue(xid, &port_desc());
                    for _ in 0..std::mem::take(&mut self.flood) {
                        self.queue(Xid(0), &packet_in());
                    }
                }
            },
            _ => {}
        }
    }
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Finished,
    Reset,
    Malformed,
    ClosedByApp,
    Silent,
    /// The controller goes, and gives nobody time.
    Killed,
}

const ENDS: [End; 6] =
    [End::Finished, End::Reset, End::Malformed, End::ClosedByApp, End::Silent, End::Killed];

/// Ends the connection of `player`; it is kept if it shall only be silent.
fn end(rig: &Rig, player: Player, connection: u64, end: End) -> Option<Player> {
    match end {
        End::Finished => {}
        End::Reset => player.switch.pipe.reset(),
        End::Malformed => {
            // Too short for what it says that it is; with room for it or without.
            let body = Bytes::from_static(&[0; 4]);
            player.switch.send_some(&bytes_of(V1_3, Xid(9), &Unknown { msg_type: 10, body }));
            return Some(player);
        }
        End::ClosedByApp => {
            let all = rig.controller.datapaths();
            all.iter().filter(|dp| dp.connection() == connection).for_each(Datapath::close);
            return Some(player);
        }
        End::Silent => return Some(player),
        End::Killed => {
            let controller = rig.controller.clone();
            rig.hub.block_on(async move { controller.shutdown(Duration::ZERO).await });
        }
    }
    None
}

/// What holds after every end.
#[track_caller]
fn check(rig: &Rig, handles: &[Datapath], connections: u64, ended: End, place: &str) {
    for _ in 0..40 {
        rig.pass(Duration::from_secs(15));
    }
    let lines = rig.settle();
    for connection in 1..=connections {
        let own: Vec<&String> =
            lines.iter().filter(|line| line.starts_with(&format!("{connection} "))).collect();
        let dead = own.iter().filter(|line| line.contains(" dead ")).count();
        // One that is killed has no more to say.
        if ended != End::Killed {
            assert_eq!(dead, 1, "{place}: {lines:?}");
        }
        assert!(dead == 0 || own.last().unwrap().contains(" dead "), "{place}: {lines:?}");
        assert!(dead <= 1, "{place}: {lines:?}");
    }
    // At most one of a datapath id at a time.
    let mut holder = None;
    for line in lines.iter().filter(|line| line.ends_with("of 1")) {
        let connection = line.split(' ').next();
        if line.contains(" main ") {
            assert_eq!(holder, None, "{place}: {lines:?}");
            holder = connection;
        } else if holder == connection {
            holder = None;
        }
    }
    TALLY.with_borrow(|tally| {
        for (name, t) in tally {
            assert_eq!(t.begun, t.done + t.failed, "{place}: {name} still waits");
        }
    });
    for dp in handles {
        assert_eq!((dp.pending_requests(), dp.waiting_bytes()), (0, 0), "{place}");
        assert_eq!(dp.phase(), Phase::Dead, "{place}");
        assert!(dp.entered().is_set() && dp.left().is_set(), "{place}");
    }
    assert!(rig.controller.0.flush.is_empty(), "{place}");
    assert!(rig.controller.0.registry.is_empty(), "{place}");
    rig.assert_deserted();
}

/// One switch and an app that waits for all sorts of things, up to `cut`. False if the scene was
/// over before.
fn conversation(cut: usize, ending: End) -> bool {
    TALLY.take();
    let rig = Rig::with(&["racer"], ControllerConfig::default());
    let mut player = Player::new(&rig, 300);
    let handle = rig.controller.datapaths().remove(0);
    for turn in 0..cut {
        rig.hub.turn();
        // An app that waits for an answer behind its own events has to wait for this long.
        if turn % 16 == 15 {
            rig.pass(READ_AHEAD_AFTER);
        }
        player.step();
        let done = TALLY.with_borrow(|t| t.get("room").map_or(0, |t| t.done));
        if done >= 3 {
            assert!(turn > 50);
            return false;
        }
    }
    let kept = end(&rig, player, 1, ending);
    check(&rig, &[handle], 1, ending, &format!("turn {cut}, {ending:?}"));
    drop(kept);
    true
}

#[test]
fn a_conversation_may_end_at_every_await_point() {
    for ending in ENDS {
        let mut seen = BTreeSet::new();
        let mut cut = 0;
        while conversation(cut, ending) {
            cut += 1;
            assert!(cut < 10_000, "the scene comes to its end");
            TALLY.with_borrow(|tally| {
                for (name, t) in tally {
                    seen.extend((t.done > 0).then_some((*name, true)));
                    seen.extend((t.failed > 0).then_some((*name, false)));
                }
            });
        }
        let all = ["barrier", "confirmed", "joined", "room", "streamed"];
        for name in all {
            assert!(seen.contains(&(name, true)), "{name} is never done: {seen:?}");
            assert!(seen.contains(&(name, false)), "{name} is never cut off: {seen:?}");
        }
    }
}

/// Two connections that say that they are the same switch; one of them ends at `cut`, the other after
/// the scene. False if the scene was over before.
fn rivalry(cut: usize, ends_first: bool, answers: bool, ending: End) -> bool {
    TALLY.take();
    let rig = Rig::with(&["racer"], ControllerConfig::default());
    let mut players = vec![Player::new(&rig, 0)];
    for _ in 0..30 {
        rig.hub.turn();
        players[0].step();
    }
    assert_eq!(rig.datapath(Dpid(1)).unwrap().phase(), Phase::Main);
    players.push(Player::new(&rig, 3));
    let handles = rig.controller.datapaths();
    for turn in 0..cut {
        rig.hub.turn();
        if answers || turn > 60 {
            players[0].step();
        }
        players[1].step();
        if turn == 40 {
            rig.pass(Duration::from_secs(1));
        }
        if turn == 100 {
            return false;
        }
    }
    let mut kept = Vec::new();
    for (n, player) in players.into_iter().enumerate() {
        let connection = n as u64 + 1;
        match (n == 0) == ends_first {
            true => kept.extend(end(&rig, player, connection, ending)),
            false => kept.push(player),
        }
    }
    let place = format!("turn {cut}, first: {ends_first}, answers: {answers}, {ending:?}");
    // The other one falls silent, and goes with that.
    check(&rig, &handles, 2, ending, &place);
    true
}

#[test]
fn two_that_claim_to_be_one_may_end_at_every_await_point() {
    for ending in ENDS {
        for (ends_first, answers) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut cut = 0;
            while rivalry(cut, ends_first, answers, ending) {
                cut += 1;
            }
            assert_eq!(cut, 101);
        }
    }
}
