//! Requests and deliveries: who gets which answer, and what ends a wait.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::ofproto::{
    BundleCtrlMsg, BundleCtrlType, DescStats, GetAsyncReply, GetAsyncRequest, GetConfigReply,
    GetConfigRequest, GroupMod, MultipartRequest, NxMessage, QueueGetConfigReply,
    QueueGetConfigRequest, RoleReply, RoleRequest, TableStats,
};

/// What a future has to say at this moment.
fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn ready<F: Future + Unpin>(mut future: F) -> F::Output {
    match poll(&mut future) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it still waits"),
    }
}

fn next(parts: &mut AnswerParts) -> Poll<Option<Result<MultipartReplyBody, RequestError>>> {
    pin!(parts.next()).poll(&mut Context::from_waker(Waker::noop()))
}

fn tables(n: usize, has_more: bool) -> MultipartReply {
    let body = MultipartReplyBody::Table(vec![TableStats::default(); n]);
    MultipartReply { flags: if has_more { MultipartFlags::MORE } else { MultipartFlags(0) }, body }
}

fn main_rig() -> (Rig, Datapath) {
    let rig = Rig::in_phase(V1_3, Phase::Main);
    let dp = rig.session.datapath().clone();
    (rig, dp)
}

impl Rig {
    /// The whole messages that wait in the outbox.
    fn heard(&mut self) -> Vec<(Xid, Message)> {
        let version = self.session.datapath().version();
        let mut bytes = Bytes::from(self.sent());
        let mut heard = Vec::new();
        while let Some(header) = peek_header(&bytes) {
            let message = bytes.split_to(usize::from(header.length));
            heard.push(Message::decode(version, &message).unwrap());
        }
        heard
    }

    /// The driver looks at the clock, as it does whenever it wakes.
    fn look(&mut self) {
        self.session.set_reading(self.now, Reading::All);
    }

    fn refuse(&mut self, xid: Xid, quoted: impl Into<Bytes>) -> Vec<Output> {
        let version = self.session.datapath().version();
        let error = ErrorMsg::new(version, ErrorKind::BadRequestBadType, quoted).unwrap();
        self.receive_as(version, xid, &error)
    }
}

/// An answer to every request of every version goes to the asker and to nobody else.
#[test]
fn every_request_gets_its_answer() {
    let open = BundleCtrlMsg {
        bundle_id: 3,
        ctrl_type: BundleCtrlType::OPEN_REQUEST,
        ..BundleCtrlMsg::default()
    };
    let opened = BundleCtrlMsg { ctrl_type: BundleCtrlType::OPEN_REPLY, ..open.clone() };
    let vendor = Experimenter { experimenter: 0xab, exp_type: Some(1), data: Bytes::new() };
    let pairs: Vec<(Message, Message)> = vec![
        (FeaturesRequest.into(), features(DPID).into()),
        (GetConfigRequest.into(), GetConfigReply::default().into()),
        (BarrierRequest.into(), BarrierReply.into()),
        (EchoRequest::default().into(), EchoReply::default().into()),
        (QueueGetConfigRequest::default().into(), QueueGetConfigReply::default().into()),
        (RoleRequest::default().into(), RoleReply::default().into()),
        (GetAsyncRequest.into(), GetAsyncReply::default().into()),
        (open.into(), opened.into()),
        (MultipartRequest::desc().into(), MultipartReply::new(desc()).into()),
        (MultipartRequest::table().into(), tables(1, false).into()),
        (
            NxMessage::RoleRequest(RoleRequest::default()).into(),
            NxMessage::RoleReply(RoleReply::default()).into(),
        ),
        (vendor.clone().into(), Experimenter { exp_type: Some(2), ..vendor }.into()),
    ];
    for version in Version::ALL {
        let mut tried = 0;
        for (request, reply) in &pairs {
            if request.encode(version, Xid(1), &mut BytesMut::new()).is_err() {
                continue;
            }
            tried += 1;
            let mut rig = Rig::in_phase(version, Phase::Main);
            let dp = rig.session.datapath().clone();
            let mut answer = dp.request(request);
            let xid = answer.xid().unwrap();
            assert_eq!(xid_of(&rig.sent()), xid);
            // Another's answer, and something else under the right number: the apps'.
            assert!(!rig.receive_as(version, Xid(xid.0 + 1_000), reply).is_empty());
            let packet_in =
                PacketIn { match_: Match::new().in_port(PortNo(1)), ..PacketIn::default() };
            assert_eq!(rig.receive_as(version, xid, &packet_in).len(), 1);
            assert!(poll(&mut answer).is_pending(), "{version} {request}");
            assert!(rig.receive_as(version, xid, reply).is_empty(), "{version} {request}");
            let answer = ready(answer).unwrap();
            assert_eq!(answer.message_type(), reply.message_type(), "{version} {request}");
            // The same once more is an answer that nobody asked for.
            assert_eq!(rig.receive_as(version, xid, reply).len(), 1, "{version} {request}");
            assert_eq!(dp.pending_requests(), 0);
        }
        assert!(tried >= 8, "{version}: {tried}");
    }
}

fn desc() -> MultipartReplyBody {
    MultipartReplyBody::Desc(DescStats::default())
}

#[test]
fn the_types_of_answers_are_those_of_the_requests() {
    let (mut rig, dp) = main_rig();
    let barrier = dp.barrier();
    let role = dp.request(&RoleRequest::default());
    rig.receive_as(V1_3, role.xid().unwrap(), &RoleReply::default());
    rig.receive_as(V1_3, barrier.xid().unwrap(), &BarrierReply);
    let (_, _): (BarrierReply, RoleReply) = (ready(barrier).unwrap(), ready(role).unwrap());
}

#[test]
fn what_nothing_answers_is_not_sent_as_a_request() {
    let (mut rig, dp) = main_rig();
    let message = Message::from(GroupMod::default());
    let error = ready(dp.request(&message)).unwrap_err();
    assert_eq!(error, RequestError::Unanswered { request: "group_mod" });
    let discard = NxMessage::SetFlowFormat(Default::default());
    assert!(matches!(ready(dp.request(&discard)), Err(RequestError::Unanswered { .. })));
    assert!(rig.sent().is_empty());
}

#[test]
fn parts_are_joined() {
    let (mut rig, dp) = main_rig();
    let mut answer = dp.request(&MultipartRequest::table());
    let xid = answer.xid().unwrap();
    assert!(rig.receive_as(V1_3, xid, &tables(2, true)).is_empty());
    // Parts of two answers may alternate, and one of another type is none.
    let other = dp.request(&MultipartRequest::table());
    rig.receive_as(V1_3, other.xid().unwrap(), &tables(7, true));
    assert_eq!(rig.receive_as(V1_3, xid, &ports(&[1], false)).len(), 1);
    rig.receive_as(V1_3, xid, &tables(0, true));
    assert!(poll(&mut answer).is_pending());
    rig.receive_as(V1_3, xid, &tables(3, false));
    let MultipartReplyBody::Table(joined) = ready(answer).unwrap() else { panic!() };
    assert_eq!(joined.len(), 5);
    rig.receive_as(V1_3, other.xid().unwrap(), &tables(1, false));
    let MultipartReplyBody::Table(joined) = ready(other).unwrap() else { panic!() };
    assert_eq!(joined.len(), 8);
    assert_eq!(dp.pending_requests(), 0);
}

#[test]
fn parts_that_do_not_join_are_an_error() {
    let (mut rig, dp) = main_rig();
    let answer = dp.request(&MultipartRequest::desc());
    let xid = answer.xid().unwrap();
    let part = MultipartReply { flags: MultipartFlags::MORE, body: desc() };
    rig.receive_as(V1_3, xid, &part);
    rig.receive_as(V1_3, xid, &part);
    let error = ready(answer).unwrap_err();
    assert_eq!(error, RequestError::Parts { request: "multipart_request", xid });
    // What else comes of it is dropped, to its end.
    assert!(rig.receive_as(V1_3, xid, &part).is_empty());
    assert!(rig.receive_as(V1_3, xid, &MultipartReply::new(desc())).is_empty());
    assert_eq!(rig.receive_as(V1_3, xid, &MultipartReply::new(desc())).len(), 1);
}

#[test]
fn an_answer_without_end_is_an_error_and_no_memory() {
    let (mut rig, dp) = main_rig();
    // Many small parts.
    let mut answer = dp.request(&MultipartRequest::table());
    let xid = answer.xid().unwrap();
    let part = bytes_of(V1_3, xid, &tables(0, true));
    for _ in 0..ANSWER_PARTS {
        assert!(rig.receive_bytes(part.clone()).is_empty());
    }
    assert!(poll(&mut answer).is_pending());
    assert!(rig.receive_bytes(part.clone()).is_empty());
    assert!(
        matches!(ready(answer), Err(RequestError::TooLong { parts, .. }) if parts == ANSWER_PARTS + 1)
    );
    assert!(rig.receive_bytes(part).is_empty());
    // Few big ones.
    let answer = dp.request(&MultipartRequest::table());
    let xid = answer.xid().unwrap();
    let part = bytes_of(V1_3, xid, &tables(2_700, true));
    for _ in 0..=ANSWER_BYTES / part.len() {
        rig.receive_bytes(part.clone());
    }
    assert!(
        matches!(ready(answer), Err(RequestError::TooLong { bytes, .. }) if bytes > ANSWER_BYTES)
    );
    assert_eq!((dp.pending_requests(), rig.session.phase()), (0, Phase::Main));
}

#[test]
fn the_answers_of_one_session_are_bounded_together() {
    let (mut rig, dp) = main_rig();
    let mut answers: Vec<_> = (0..6).map(|_| dp.request(&MultipartRequest::table())).collect();
    let mut failed = 0;
    for answer in &mut answers {
        let part = bytes_of(V1_3, answer.xid().unwrap(), &tables(2_700, true));
        for _ in 0..(ANSWER_BYTES - 1) / part.len() {
            rig.receive_bytes(part.clone());
        }
        failed += usize::from(poll(answer).is_ready());
    }
    assert_eq!(failed, 2);
    drop(answers);
    // What was kept is given back.
    let answer = dp.request(&MultipartRequest::table());
    rig.receive_as(V1_3, answer.xid().unwrap(), &tables(2_700, true));
    rig.receive_as(V1_3, answer.xid().unwrap(), &tables(1, false));
    assert!(ready(answer).is_ok());
}

#[test]
fn a_stream_has_its_parts_one_by_one_and_its_taker_can_be_slow() {
    let (mut rig, dp) = main_rig();
    let mut parts = dp.stream(&MultipartRequest::table());
    let xid = parts.xid().unwrap();
    for n in 1..STREAM_PARTS {
        assert!(rig.receive_as(V1_3, xid, &tables(n, true)).is_empty());
    }
    let mut outputs = rig.receive_as(V1_3, xid, &tables(STREAM_PARTS, true));
    let Some(Output::Wait(mut room)) = outputs.pop() else { panic!("{outputs:?}") };
    assert!(poll(&mut room).is_pending());
    let Poll::Ready(Some(Ok(MultipartReplyBody::Table(first)))) = next(&mut parts) else {
        panic!()
    };
    assert_eq!(first.len(), 1);
    assert!(poll(&mut room).is_ready());
    for n in 2..=STREAM_PARTS {
        let Poll::Ready(Some(Ok(MultipartReplyBody::Table(part)))) = next(&mut parts) else {
            panic!()
        };
        assert_eq!(part.len(), n);
    }
    assert!(next(&mut parts).is_pending());
    rig.receive_as(V1_3, xid, &tables(0, false));
    assert!(matches!(next(&mut parts), Poll::Ready(Some(Ok(_)))));
    assert!(matches!(next(&mut parts), Poll::Ready(None)));
    assert_eq!(dp.pending_requests(), 0);
}

#[test]
fn a_stream_ends_with_its_error_once() {
    let (mut rig, dp) = main_rig();
    let mut parts = dp.stream(&MultipartRequest::table());
    let xid = parts.xid().unwrap();
    rig.receive_as(V1_3, xid, &tables(1, true));
    rig.refuse(xid, Bytes::new());
    // What came before it is good.
    assert!(matches!(next(&mut parts), Poll::Ready(Some(Ok(_)))));
    assert!(matches!(next(&mut parts), Poll::Ready(Some(Err(RequestError::Refused(_))))));
    assert!(matches!(next(&mut parts), Poll::Ready(None)));
    // One whose taker has gone keeps nobody waiting.
    let parts = dp.stream(&MultipartRequest::table());
    let xid = parts.xid().unwrap();
    for _ in 1..STREAM_PARTS {
        rig.receive_as(V1_3, xid, &tables(1, true));
    }
    let mut outputs = rig.receive_as(V1_3, xid, &tables(1, true));
    let Some(Output::Wait(mut room)) = outputs.pop() else { panic!("{outputs:?}") };
    drop(parts);
    assert!(poll(&mut room).is_ready());
    assert!(rig.receive_as(V1_3, xid, &tables(1, false)).is_empty());
    assert_eq!(dp.pending_requests(), 0);
}

#[test]
fn the_time_of_a_stream_counts_from_part_to_part() {
    let (mut rig, dp) = main_rig();
    let mut parts = dp.stream(&MultipartRequest::table()).within(Duration::from_secs(3));
    let xid = parts.xid().unwrap();
    rig.look();
    for _ in 0..5 {
        rig.pass(Duration::from_secs(2));
        rig.receive_as(V1_3, xid, &tables(1, true));
        rig.look();
        assert!(matches!(next(&mut parts), Poll::Ready(Some(Ok(_)))));
        rig.look();
    }
    rig.pass(Duration::from_secs(3));
    assert!(matches!(next(&mut parts), Poll::Ready(Some(Err(RequestError::Expired { .. })))));
    assert!(rig.receive_as(V1_3, xid, &tables(1, true)).is_empty());
}

#[test]
fn an_error_lands_on_the_request_that_caused_it() {
    let (mut rig, dp) = main_rig();
    let mut other = dp.barrier();
    let answer = dp.request(&MultipartRequest::table());
    let sent = rig.sent();
    let xid = answer.xid().unwrap();
    assert!(rig.refuse(xid, sent[8..].to_vec()).is_empty(), "it is no event");
    let Err(RequestError::Refused(refusal)) = ready(answer) else { panic!() };
    assert_eq!(refusal.kind(), Some(ErrorKind::BadRequestBadType));
    assert_eq!((refusal.xid, refusal.request), (xid, "multipart_request"));
    assert_eq!(refusal.message(), Some(MultipartRequest::table().into()));
    assert_eq!(refusal.header().unwrap().xid, xid);
    assert_eq!(
        refusal.to_string(),
        format!("multipart_request {xid} refused: bad_request/bad_type")
    );
    assert!(poll(&mut other).is_pending());
    // Under another number, what it quotes says whose it is; if that fits nothing, it is an event.
    assert_eq!(rig.refuse(Xid(0), sent[8..].to_vec()).len(), 1);
    assert!(rig.refuse(Xid(0), sent[..8].to_vec()).is_empty());
    assert!(matches!(ready(other), Err(RequestError::Refused(_))));
    // A quotation that is cut off is no message.
    let delivery = dp.deliver(&FlowMod::add());
    let sent = rig.sent();
    rig.refuse(delivery.xid().unwrap(), sent[..20].to_vec());
    let Err(RequestError::Refused(refusal)) = ready(delivery) else { panic!() };
    assert_eq!((refusal.message(), refusal.header().is_some()), (None, true));
}

#[test]
fn a_request_expires() {
    let (mut rig, dp) = main_rig();
    let mut usual = dp.barrier();
    let mut quick = dp.barrier().within(Duration::from_millis(500));
    let xid = quick.xid().unwrap();
    rig.look();
    assert_eq!(rig.session.deadline(), Some(rig.now + Duration::from_millis(500)));
    rig.pass(Duration::from_millis(499));
    assert!(poll(&mut quick).is_pending());
    rig.pass(Duration::from_millis(1));
    let after = Duration::from_millis(500);
    assert_eq!(ready(quick), Err(RequestError::Expired { request: "barrier_request", xid, after }));
    // Its answer, if it comes, is nobody's.
    assert!(rig.receive_as(V1_3, xid, &BarrierReply).is_empty());
    // It is heard of every ten seconds, so that it lives.
    for _ in 0..5 {
        rig.pass(Duration::from_secs(10));
        rig.receive(V1_3, &EchoReply::default());
    }
    rig.pass(Duration::from_millis(9_499));
    assert!(poll(&mut usual).is_pending());
    rig.pass(Duration::from_millis(1));
    assert!(matches!(ready(usual), Err(RequestError::Expired { .. })));
    assert_eq!(dp.pending_requests(), 0);
}

#[test]
fn the_end_of_the_session_ends_every_wait_at_once() {
    let (mut rig, dp) = main_rig();
    let answer = dp.barrier();
    let delivery = dp.deliver(&FlowMod::add());
    let mut parts = dp.stream(&MultipartRequest::table());
    rig.session.handle_end(CloseReason::Peer);
    assert!(matches!(ready(answer), Err(RequestError::Disconnected { .. })));
    assert!(matches!(ready(delivery), Err(RequestError::Disconnected { request: "flow_mod", .. })));
    assert!(matches!(next(&mut parts), Poll::Ready(Some(Err(RequestError::Disconnected { .. })))));
    assert_eq!(dp.pending_requests(), 0);
    // Later ones are not sent.
    assert_eq!(ready(dp.barrier()), Err(RequestError::Send(SendError::Closed)));
    assert_eq!(ready(dp.deliver(&FlowMod::add())), Err(SendError::Closed.into()));
    let mut parts = dp.stream(&MultipartRequest::table());
    assert!(matches!(next(&mut parts), Poll::Ready(Some(Err(RequestError::Send(_))))));
    assert_eq!(rig.session.deadline(), None);
}

#[test]
fn to_drop_is_to_cancel() {
    let (mut rig, dp) = main_rig();
    let mut xids = Vec::new();
    for polled in [false, true] {
        let mut answer = dp.request(&MultipartRequest::table());
        let mut delivery = dp.deliver(&FlowMod::add());
        if polled {
            assert!(poll(&mut answer).is_pending() && poll(&mut delivery).is_pending());
            rig.look();
        }
        xids.push((answer.xid().unwrap(), delivery.xid().unwrap()));
        drop((answer, delivery));
        assert_eq!(dp.pending_requests(), 0);
    }
    rig.receive(V1_3, &EchoReply::default());
    assert_ne!(rig.session.deadline(), Some(rig.now + Duration::from_secs(60)));
    for (asked, delivered) in xids {
        assert!(rig.receive_as(V1_3, asked, &tables(1, true)).is_empty());
        assert!(rig.receive_as(V1_3, asked, &tables(1, false)).is_empty());
        // An error is news all the same.
        assert_eq!(rig.refuse(delivered, Bytes::new()).len(), 1);
    }
}

// -- deliveries ----------------------------------------------------------------------------------

#[test]
fn a_delivery_is_confirmed_by_the_next_barrier_of_anybody() {
    let (mut rig, dp) = main_rig();
    // One that was sent before says nothing.
    let early = dp.send(&BarrierRequest).unwrap();
    let mut delivery = dp.deliver(&FlowMod::add());
    let barrier = dp.send(&BarrierRequest).unwrap();
    let mut late = dp.deliver(&FlowMod::add());
    assert_eq!(rig.receive_as(V1_3, early, &BarrierReply).len(), 1);
    assert!(poll(&mut delivery).is_pending());
    // It is an event as ever: an app sent it.
    assert_eq!(rig.receive_as(V1_3, barrier, &BarrierReply).len(), 1);
    assert_eq!(ready(delivery), Ok(()));
    assert!(poll(&mut late).is_pending());
    let awaited = dp.barrier();
    assert!(rig.receive_as(V1_3, awaited.xid().unwrap(), &BarrierReply).is_empty());
    assert_eq!((ready(late), ready(awaited)), (Ok(()), Ok(BarrierReply)));
    // An answer of its own does it, too, and stays an event.
    let own = dp.deliver(&RoleRequest::default());
    assert_eq!(rig.receive_as(V1_3, own.xid().unwrap(), &RoleReply::default()).len(), 1);
    assert_eq!((ready(own), dp.pending_requests()), (Ok(()), 0));
}

fn barriers(heard: &[(Xid, Message)]) -> Vec<Xid> {
    let barriers =
        heard.iter().filter(|(_, message)| matches!(message, Message::BarrierRequest(_)));
    barriers.map(|(xid, _)| *xid).collect()
}

#[test]
fn confirming_costs_one_barrier_a_turn() {
    let (mut rig, dp) = main_rig();
    let sent: Vec<_> = (0..100).map(|_| dp.confirm(&FlowMod::add())).collect();
    let heard = rig.heard();
    assert_eq!(heard.len(), 101);
    let [barrier] = barriers(&heard)[..] else { panic!() };
    assert_eq!(barriers(&heard[100..]).len(), 1, "behind the rest");
    // It is nobody's: the session sent it.
    assert!(rig.receive_as(V1_3, barrier, &BarrierReply).is_empty());
    assert!(sent.into_iter().all(|delivery| ready(delivery) == Ok(())));
    assert!(rig.heard().is_empty());
    // None if an app's own came after.
    let delivery = dp.confirm(&FlowMod::add());
    dp.send(&BarrierRequest).unwrap();
    assert_eq!(barriers(&rig.heard()).len(), 1);
    drop(delivery);
    // None for what nobody waits for any more; the reply to one that is under way is nobody's.
    drop(dp.confirm(&FlowMod::add()));
    assert!(barriers(&rig.heard()).is_empty());
    let delivery = dp.confirm(&FlowMod::add());
    let barrier = barriers(&rig.heard())[0];
    drop(delivery);
    assert!(rig.receive_as(V1_3, barrier, &BarrierReply).is_empty());
}

#[test]
fn barriers_go_out_after_a_count_or_an_interval_if_asked_for() {
    let config = SessionConfig {
        versions: vec![V1_0],
        barrier_count: 10,
        barrier_interval: Duration::from_millis(500),
        ..SessionConfig::default()
    };
    let mut rig = Rig::with(config);
    rig.receive(V1_0, &Hello::default());
    rig.receive(V1_0, &features(DPID));
    rig.sent();
    let dp = rig.session.datapath().clone();
    let sent: Vec<_> = (0..25).map(|_| dp.deliver(&FlowMod::add())).collect();
    let heard = rig.heard();
    let replies = barriers(&heard);
    assert_eq!((replies.len(), heard.len()), (2, 27));
    rig.look();
    assert_eq!(rig.session.deadline(), Some(rig.now + Duration::from_millis(500)));
    rig.pass(Duration::from_millis(499));
    assert!(rig.heard().is_empty());
    rig.pass(Duration::from_millis(1));
    let last = barriers(&rig.heard());
    assert_eq!(last.len(), 1);
    let mut waiting = sent.len();
    for (barrier, done) in replies.into_iter().chain(last).zip([10, 10, 5]) {
        assert!(rig.receive_as(V1_0, barrier, &BarrierReply).is_empty());
        waiting -= done;
        assert_eq!(dp.pending_requests(), waiting);
    }
    assert!(sent.into_iter().all(|delivery| ready(delivery) == Ok(())));
    rig.pass(Duration::from_secs(10));
    assert!(barriers(&rig.heard()).is_empty());
}

#[test]
fn of_a_storm_the_bad_one_fails_and_the_rest_is_done() {
    let (mut rig, dp) = main_rig();
    for _ in 0..3 {
        let sent: Vec<_> = (0..10_000).map(|_| dp.deliver(&FlowMod::add())).collect();
        let barrier = dp.barrier();
        rig.look();
        rig.sent();
        rig.refuse(sent[5_000].xid().unwrap(), Bytes::new());
        rig.receive_as(V1_3, barrier.xid().unwrap(), &BarrierReply);
        for (i, delivery) in sent.into_iter().enumerate() {
            assert_eq!(ready(delivery).is_err(), i == 5_000);
        }
        assert!(ready(barrier).is_ok());
        assert_eq!(dp.pending_requests(), 0);
    }
}

#[test]
fn transaction_ids_of_those_who_wait_are_not_given_twice() {
    let flush = FlushList::default();
    let peer = Peer { connection: 1, address: String::new(), first_xid: u32::MAX - 3, flush };
    let now = crate::clock::Clock::test().now();
    let mut rig = Rig { session: Session::new(SessionConfig::default(), peer, now), now };
    rig.outputs();
    rig.receive(V1_0, &Hello::default());
    rig.receive(V1_0, &features(DPID));
    let dp = rig.session.datapath().clone();
    // Hello, features request and description request took three.
    let waiting = dp.barrier();
    assert_eq!(waiting.xid(), Some(Xid(u32::MAX)));
    let deliveries: Vec<_> = (0..3).map(|_| dp.deliver(&FlowMod::add())).collect();
    assert_eq!(deliveries[0].xid(), Some(Xid(0)));
    rig.session.datapath().set_next_xid(u32::MAX);
    // Once round: the first one that is free.
    assert_eq!(dp.next_xid(), Xid(3));
}

#[test]
fn the_table_is_bounded() {
    let (mut rig, dp) = main_rig();
    let barrier = dp.barrier();
    rig.sent();
    let mut waiting = Vec::new();
    for _ in 1..PENDING_MAX {
        waiting.push(dp.deliver(&BarrierReply));
        rig.sent();
    }
    assert_eq!(ready(dp.deliver(&FlowMod::add())), Err(SendError::Full.into()));
    assert_eq!(ready(dp.barrier()), Err(SendError::Full.into()));
    drop(waiting);
    assert!(dp.deliver(&FlowMod::add()).xid().is_some());
    drop(barrier);
    assert_eq!(dp.pending_requests(), 0);
}

#[test]
fn an_outbox_is_bounded_in_messages_too_and_says_when_there_is_room() {
    let (mut rig, dp) = main_rig();
    let mut n = 0;
    while dp.send(&BarrierRequest).is_ok() {
        n += 1;
        assert_eq!(dp.waiting_messages(), n);
    }
    assert_eq!((n, dp.send(&BarrierRequest)), (OUTBOX_MESSAGES, Err(SendError::Full)));
    assert!(dp.is_congested());
    let mut room = Box::pin(dp.room());
    assert!(poll(&mut room).is_pending());
    // Written in pieces that end anywhere.
    for (written, left) in [(1, n), (7, n - 1), (20, n - 3), (4, n - 4), (8, n - 5)] {
        dp.flush_with(|_| Ok::<_, ()>(written)).unwrap();
        assert_eq!(dp.waiting_messages(), left, "{written}");
    }
    assert!(poll(&mut room).is_pending());
    rig.sent();
    assert_eq!(poll(&mut room), Poll::Ready(Ok(())));
    assert_eq!(dp.waiting_messages(), 0);
    // Whoever waits learns of the end.
    while dp.send(&BarrierRequest).is_ok() {}
    let mut room = Box::pin(dp.room());
    assert!(poll(&mut room).is_pending());
    dp.close();
    assert_eq!(poll(&mut room), Poll::Ready(Err(SendError::Closed)));
}
