//! Requests of apps through the pump: timers, ends, and apps that are busy.

use super::*;
use crate::app::INBOX_CAPACITY;
use crate::controller::pump::READ_AHEAD_AFTER;
use crate::ofproto::{
    BarrierReply, BarrierRequest, EchoRequest, ErrorKind, ErrorMsg, MultipartRequest, TableStats,
};
use crate::session::{Overflow, READ_AHEAD_MESSAGES, RequestError, STREAM_PARTS, SessionConfig};

thread_local! {
    /// How many of the asker's requests were answered.
    static ANSWERED: Cell<usize> = const { Cell::new(0) };
    static FAILED: Cell<usize> = const { Cell::new(0) };
}

/// Asks for a barrier for each packet-in, and waits for it in its handler.
#[derive(Default)]
struct Asker;

#[app(name = "asker")]
impl Asker {
    #[set_ev_cls(ofp_event::PacketIn)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
        let count = match ev.datapath.barrier().await {
            Ok(_) => &ANSWERED,
            Err(_) => &FAILED,
        };
        count.set(count.get() + 1);
    }
}

impl Switch {
    /// Answers what waits: barriers, and what else a switch answers. Says how many barriers.
    fn work(&mut self) -> usize {
        let heard = self.heard();
        let is_barrier = |message: &Message| matches!(message, Message::BarrierRequest(_));
        let barriers = heard.iter().filter(|(_, message)| is_barrier(message)).count();
        for (xid, message) in heard {
            match is_barrier(&message) {
                true => self.say_as(xid, &BarrierReply),
                false => self.answer(xid, &message),
            }
        }
        barriers
    }
}

fn asker() -> (Rig, Switch) {
    ANSWERED.set(0);
    FAILED.set(0);
    let rig = Rig::with(&["asker"], ControllerConfig::default());
    let switch = rig.connect(V1_3, Dpid(1));
    (rig, switch)
}

fn dropping() -> ControllerConfig {
    let session = SessionConfig { packet_in_overflow: Overflow::Drop, ..SessionConfig::default() };
    ControllerConfig { session, ..ControllerConfig::default() }
}

/// One that asks for no echo of its own in an hour.
fn patient(mut config: ControllerConfig) -> ControllerConfig {
    config.session.echo_interval = Duration::from_secs(3600);
    config
}

fn tables(n: usize, has_more: bool) -> MultipartReply {
    let body = MultipartReplyBody::Table(vec![TableStats::default(); n]);
    MultipartReply { flags: if has_more { MultipartFlags::MORE } else { MultipartFlags(0) }, body }
}

/// Runs `future` beside the switch; what comes out is left where the test can look.
fn spawn<T: 'static>(
    rig: &Rig,
    future: impl Future<Output = T> + 'static,
) -> Rc<RefCell<Option<T>>> {
    let result = Rc::new(RefCell::new(None));
    let place = Rc::clone(&result);
    rig.hub.block_on(async move {
        hub::spawn("test", async move { *place.borrow_mut() = Some(future.await) }).detach();
    });
    rig.hub.run_until_idle();
    result
}

#[test]
fn a_handler_that_waits_for_an_answer_gets_it_past_its_own_full_inbox() {
    let (rig, mut switch) = asker();
    let all = INBOX_CAPACITY * 5;
    switch.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(all));
    rig.hub.run_until_idle();
    while switch.work() > 0 {
        rig.hub.run_until_idle();
    }
    assert_eq!((ANSWERED.get(), FAILED.get()), (all, 0));
    assert_eq!(rig.datapath(Dpid(1)).unwrap().dropped_packet_ins(), 0);
}

/// The answer stands behind more packet-ins than are read ahead: without the exception that drops
/// them, the app would wait until its request expires.
#[test]
fn a_flood_does_not_keep_an_answer_from_the_handler_that_waits_for_it() {
    let (rig, mut switch) = asker();
    let chunk = bytes_of(V1_3, Xid(7), &packet_in()).repeat(1_000);
    for _ in 0..20 {
        switch.send(&chunk);
        rig.hub.run_until_idle();
    }
    assert_eq!(ANSWERED.get(), 0);
    assert_eq!(switch.work(), 1);
    rig.hub.run_until_idle();
    assert_eq!(ANSWERED.get(), 1);
    while switch.work() > 0 {
        rig.hub.run_until_idle();
    }
    let dropped = rig.datapath(Dpid(1)).unwrap().dropped_packet_ins();
    assert_eq!(ANSWERED.get() as u64 + dropped, 20_000);
    assert!(dropped > 10_000);
}

#[test]
fn a_peer_that_goes_fails_the_handler_that_waits_and_its_events_are_told() {
    let (rig, switch) = asker();
    let all = INBOX_CAPACITY * 3;
    switch.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(all));
    rig.hub.run_until_idle();
    switch.pipe.shutdown().unwrap();
    rig.hub.run_until_idle();
    assert_eq!((ANSWERED.get(), FAILED.get()), (0, all));
    rig.pass(Duration::from_secs(1));
    rig.assert_deserted();
}

#[test]
fn the_pump_keeps_the_time_of_requests() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    let dp = rig.datapath(Dpid(1)).unwrap();
    let usual = dp.clone();
    let usual = spawn(&rig, async move { usual.barrier().await });
    let quick = spawn(&rig, async move { dp.barrier().within(Duration::from_millis(10)).await });
    rig.pass(Duration::from_millis(9));
    assert_eq!(*quick.borrow(), None);
    rig.pass(Duration::from_millis(1));
    assert!(matches!(*quick.borrow(), Some(Err(RequestError::Expired { .. }))));
    // The switch lives, but does not answer the barrier.
    for _ in 0..3 {
        rig.pass(Duration::from_secs(15));
        rig.serve(&mut switch);
    }
    rig.pass(Duration::from_millis(14_989));
    assert_eq!(*usual.borrow(), None);
    rig.pass(Duration::from_millis(1));
    assert!(matches!(*usual.borrow(), Some(Err(RequestError::Expired { .. }))));
    assert_eq!(rig.datapath(Dpid(1)).unwrap().phase(), Phase::Main);
}

#[test]
fn an_error_is_for_the_asker_and_not_for_the_apps() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    let dp = rig.datapath(Dpid(1)).unwrap();
    let result = spawn(&rig, async move { dp.confirm(&FlowMod::add()).await });
    let heard = switch.heard();
    let [(flow_mod, Message::FlowMod(_)), (barrier, Message::BarrierRequest(_))] = heard[..] else {
        panic!("{heard:?}")
    };
    let error = ErrorMsg::new(V1_3, ErrorKind::BadRequestBadLen, Bytes::new()).unwrap();
    switch.say_as(flow_mod, &error);
    switch.say_as(barrier, &BarrierReply);
    rig.hub.run_until_idle();
    assert!(matches!(*result.borrow(), Some(Err(RequestError::Refused(_)))));
    assert_eq!(rig.datapath(Dpid(1)).unwrap().pending_requests(), 0);
}

#[test]
fn a_slow_taker_of_a_stream_stops_the_reading_of_that_switch_only() {
    let rig = Rig::new();
    let mut big = rig.dial_through(V1_3, 200_000);
    rig.take_to_main(&mut big);
    let other = rig.connect(V1_3, Dpid(2));
    told();
    let dp = rig.datapath(Dpid(1)).unwrap();
    let gate = sync::Event::new();
    let taken = Rc::new(Cell::new(0));
    let (opened, counted) = (gate.clone(), Rc::clone(&taken));
    let result = spawn(&rig, async move {
        let mut parts = dp.stream(&MultipartRequest::table());
        while let Some(part) = parts.next().await {
            let MultipartReplyBody::Table(part) = part? else { panic!() };
            counted.set(counted.get() + part.len());
            opened.wait().await;
        }
        Ok::<_, RequestError>(())
    });
    let heard = big.heard();
    let [(xid, Message::MultipartRequest(_))] = heard[..] else { panic!("{heard:?}") };
    let part = bytes_of(V1_3, xid, &tables(2_000, true));
    let mut sent = 0;
    for _ in 0..100 {
        while big.pipe.writable_bytes() >= part.len() {
            big.send(&part);
            sent += 1;
        }
        rig.hub.run_until_idle();
    }
    // One taken, those that wait for it, and what is read ahead and under way.
    assert!((STREAM_PARTS + 1..STREAM_PARTS + 20).contains(&sent), "{sent}");
    other.say(&packet_in());
    assert_eq!(rig.settle(), ["2 packet-in"]);
    gate.set();
    rig.hub.run_until_idle();
    assert_eq!(taken.get(), sent * 2_000);
    big.say_as(xid, &tables(1, false));
    rig.hub.run_until_idle();
    assert_eq!((*result.borrow()).clone(), Some(Ok(())));
    assert_eq!(taken.get(), sent * 2_000 + 1);
}

#[test]
fn echo_is_answered_while_every_app_is_busy() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    switch.heard();
    told();
    gate().clear();
    switch.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(1_000));
    switch.say(&EchoRequest::default());
    rig.pass(READ_AHEAD_AFTER);
    assert!(matches!(switch.heard()[..], [(_, Message::EchoReply(_))]));
    gate().set();
    assert_eq!(rig.settle().len(), 1_000, "nothing is lost");
}

#[test]
fn what_is_read_ahead_while_the_last_events_wait_is_told_as_well() {
    for count in (100..1_000).step_by(90) {
        let rig = Rig::new();
        let switch = rig.connect(V1_3, Dpid(1));
        told();
        gate().clear();
        switch.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(count));
        rig.pass(READ_AHEAD_AFTER);
        switch.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(3));
        rig.pass(READ_AHEAD_AFTER);
        gate().set();
        assert_eq!(rig.settle().len(), count + 3, "{count}");
    }
}

#[test]
fn a_flood_may_be_dropped_and_then_echo_is_answered_whatever_comes() {
    let rig = Rig::with(&["watcher"], patient(dropping()));
    let mut switch = rig.connect(V1_3, Dpid(1));
    switch.heard();
    told();
    gate().clear();
    let chunk = bytes_of(V1_3, Xid(7), &packet_in()).repeat(1_000);
    for _ in 0..100 {
        switch.send(&chunk);
        switch.say(&EchoRequest::default());
        rig.pass(READ_AHEAD_AFTER);
        assert!(matches!(switch.heard()[..], [(_, Message::EchoReply(_))]));
    }
    let dropped = rig.datapath(Dpid(1)).unwrap().dropped_packet_ins();
    gate().set();
    let kept = rig.settle().len();
    assert!(kept <= INBOX_CAPACITY * 2 + 2 + READ_AHEAD_MESSAGES);
    assert_eq!(kept as u64 + dropped, 100_000);
}

#[test]
fn a_sender_waits_for_a_switch_that_reads_slowly() {
    let rig = Rig::new();
    let mut slow = rig.dial_through(V1_3, 64 * 1024);
    rig.take_to_main(&mut slow);
    let dp = rig.datapath(Dpid(1)).unwrap();
    let watched = dp.clone();
    let result = spawn(&rig, async move {
        let frame = PacketOut { data: vec![0; 60_000].into(), ..PacketOut::default() };
        for _ in 0..500 {
            dp.send_when_ready(&frame).await?;
        }
        Ok::<_, SendError>(())
    });
    let mut got = 0;
    while result.borrow().is_none() || watched.waiting_bytes() > 0 {
        assert!(watched.waiting_bytes() < 400_000);
        got += slow.take(64 * 1024);
        rig.hub.run_until_idle();
    }
    got += slow.take(64 * 1024);
    assert_eq!(*result.borrow(), Some(Ok(())));
    assert!(got > 500 * 60_000);
    // A plain send of an app that does not wait is told so at last.
    let stuck = spawn(&rig, async move {
        let frame = PacketOut { data: vec![0; 60_000].into(), ..PacketOut::default() };
        loop {
            if let Err(error) = watched.send(&frame) {
                return error;
            }
        }
    });
    assert_eq!(*stuck.borrow(), Some(SendError::Full));
    let _ = BarrierRequest;
}
