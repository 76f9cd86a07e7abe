//! The switch as its controller sees it: what is said, and what comes back.

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use crate::clock::Clock;
use crate::ofproto::*;
use crate::wire::{MacAddr, hex};

use super::*;

mod versions;

/// A switch with ports 1 to 4, and a clock.
struct Bench {
    switch: Switch,
    now: Instant,
    version: Version,
}

impl Bench {
    fn new(version: Version) -> Bench {
        let now = Clock::test().now();
        let mut switch = Switch::new(SwitchConfig::new("s1", Dpid(1), [1, 2, 3, 4]), now);
        switch.connected(version);
        Bench { switch, now, version }
    }

    /// Says something, and returns the answers.
    fn ask(&mut self, message: impl Into<Message>) -> Vec<Message> {
        self.switch.handle_message(Xid(7), message.into(), self.now);
        let mut answers = Vec::new();
        for output in self.outputs() {
            match output {
                SwitchOutput::Answer { xid, message } => {
                    assert_eq!(xid, Xid(7));
                    answers.push(message);
                }
                SwitchOutput::Notice(message) => answers.push(message),
                SwitchOutput::Frame { .. } => {}
            }
        }
        answers
    }

    /// Says something that has to be taken without a word.
    fn tell(&mut self, message: impl Into<Message>) {
        assert_eq!(self.ask(message), []);
    }

    fn refused(&mut self, message: impl Into<Message>) -> ErrorKind {
        let message = message.into();
        let mut quoted = BytesMut::new();
        message.encode(self.version, Xid(7), &mut quoted).unwrap();
        let answers = self.ask(message);
        let [Message::Error(error)] = &answers[..] else { panic!("no error: {answers:?}") };
        assert_eq!(error.data, quoted[..quoted.len().min(64)]);
        error.kind(self.version).unwrap()
    }

    fn outputs(&mut self) -> Vec<SwitchOutput> {
        std::iter::from_fn(|| self.switch.poll_output()).collect()
    }

    /// A frame comes in; returns the ports by which it goes out, and the packet-ins.
    fn receive(&mut self, port: u32, frame: &Bytes) -> (Vec<u32>, Vec<PacketIn>) {
        self.switch.handle_frame(PortNo(port), frame.clone(), self.now);
        self.sorted()
    }

    fn sorted(&mut self) -> (Vec<u32>, Vec<PacketIn>) {
        let (mut ports, mut asked) = (Vec::new(), Vec::new());
        for output in self.outputs() {
            match output {
                SwitchOutput::Frame { port, .. } => ports.push(port.0),
                SwitchOutput::Notice(Message::PacketIn(packet_in)) => asked.push(packet_in),
                other => panic!("{other:?}"),
            }
        }
        (ports, asked)
    }
}

/// 100 bytes to host `to`.
fn frame(to: u8) -> Bytes {
    let mut frame = hex::decode("000000000000 000000000009 88b5").unwrap();
    frame[5] = to;
    frame.resize(100, 0xaa);
    frame.into()
}

fn to(host: u8) -> Match {
    Match::new().eth_dst(MacAddr([0, 0, 0, 0, 0, host]))
}

fn out(port: u32) -> Action {
    Action::output(PortNo(port))
}

fn flow(match_: Match, actions: impl Into<ActionList>) -> FlowMod {
    FlowMod { match_, instructions: Instruction::apply(actions), ..FlowMod::add() }
}

fn table_miss() -> FlowMod {
    FlowMod { priority: 0, ..flow(Match::new(), [Action::to_controller()]) }
}

#[test]
fn a_miss_is_asked_about_in_1_0_and_dropped_later() {
    let mut old = Bench::new(V1_0);
    let (ports, asked) = old.receive(1, &frame(1));
    assert!(ports.is_empty());
    let [packet_in] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((packet_in.reason, packet_in.in_port()), (PacketInReason::NO_MATCH, PortNo(1)));
    assert_eq!(packet_in.total_len, 100);
    // Kept, so 128 bytes at most travel; fewer if so configured.
    assert!(packet_in.buffer_id.is_buffered());
    old.tell(SetConfig { miss_send_len: 20, ..SetConfig::default() });
    assert_eq!(old.receive(1, &frame(1)).1[0].data.len(), 20);

    let mut new = Bench::new(V1_3);
    assert_eq!(new.receive(1, &frame(1)), (vec![], vec![]));
    new.tell(table_miss());
    let (_, asked) = new.receive(1, &frame(1));
    let whole = (asked[0].buffer_id, asked[0].data.len(), asked[0].reason, asked[0].cookie);
    assert_eq!(whole, (BufferId::NO_BUFFER, 100, PacketInReason::NO_MATCH, 0));
}

#[test]
fn a_kept_frame_is_sent_by_packet_out_or_flow_mod_and_only_once() {
    for version in [V1_0, V1_3] {
        let mut bench = Bench::new(version);
        if version == V1_3 {
            bench.tell(FlowMod {
                priority: 0,
                ..flow(Match::new(), [Action::output(PortNo::CONTROLLER)])
            });
        }
        let mut kept = || bench.receive(1, &frame(2)).1.remove(0).buffer_id;
        let (first, second) = (kept(), kept());
        let packet_out = PacketOut {
            buffer_id: first,
            in_port: PortNo(1),
            actions: [Action::output(PortNo::FLOOD)].into(),
            ..PacketOut::default()
        };
        bench.switch.handle_message(Xid(7), packet_out.clone().into(), bench.now);
        assert_eq!(bench.sorted().0, [2, 3, 4]);
        assert_eq!(bench.refused(packet_out), ErrorKind::BadRequestBufferUnknown);
        let with_buffer = FlowMod { buffer_id: second, ..flow(to(2), [out(3)]) };
        bench.switch.handle_message(Xid(7), with_buffer.clone().into(), bench.now);
        assert_eq!(bench.sorted().0, [3]);
        // The entry counts the frame that it was installed for.
        assert_eq!(bench.switch.flows(bench.now)[0].packet_count, 1);
        assert_eq!(bench.refused(with_buffer), ErrorKind::BadRequestBufferUnknown);
    }
}

#[test]
fn outputs_go_where_they_should() {
    let mut bench = Bench::new(V1_0);
    let rows: [(Action, &[u32]); 6] = [
        (Action::output(PortNo::FLOOD), &[1, 3, 4]),
        (Action::output(PortNo::ALL), &[1, 3, 4]),
        (Action::output(PortNo::IN_PORT), &[2]),
        (out(2), &[]),
        (out(4), &[4]),
        (Action::output(PortNo::LOCAL), &[]),
    ];
    for (action, ports) in rows {
        bench.tell(flow(to(5), [action.clone()]));
        assert_eq!(bench.receive(2, &frame(5)).0, ports, "{action}");
    }
    bench.tell(flow(to(5), ActionList::new()));
    assert_eq!(bench.receive(2, &frame(5)), (vec![], vec![]));
}

#[test]
fn a_packet_out_to_the_table_meets_the_entries() {
    let mut bench = Bench::new(V1_3);
    bench.tell(flow(to(5), [out(4)]));
    let actions: ActionList = [Action::output(PortNo::TABLE)].into();
    let packet_out = PacketOut { data: frame(5).into(), actions, ..PacketOut::default() };
    bench.switch.handle_message(Xid(7), packet_out.into(), bench.now);
    assert_eq!(bench.sorted().0, [4]);
}

#[test]
fn tables_metadata_and_the_action_set_work_together() {
    let mut bench = Bench::new(V1_3);
    let first = Instructions::new()
        .write([out(1), Action::set_field(oxm::ETH_SRC, MacAddr([2; 6]))])
        .with(Instruction::WriteMetadata { metadata: 0xab, metadata_mask: 0xff })
        .goto_table(3);
    bench.tell(FlowMod { instructions: first, ..FlowMod::add() });
    let second = Instructions::new().apply([out(2)]).write([out(4)]);
    let match_ = Match::new().metadata_masked(0xa0, 0xf0);
    bench.tell(FlowMod { table_id: 3, match_, instructions: second, ..FlowMod::add() });
    bench.switch.handle_frame(PortNo(3), frame(5), bench.now);
    let outputs = bench.outputs();
    let sources: Vec<(u32, u8)> = outputs
        .iter()
        .map(|output| match output {
            SwitchOutput::Frame { port, frame } => (port.0, frame[11]),
            other => panic!("{other:?}"),
        })
        .collect();
    // Applied at once and unchanged; the set at the end: fields before the output, which was
    // written over.
    assert_eq!(sources, [(2, 9), (4, 2)]);

    let clear = Instructions::new().with(Instruction::ClearActions);
    bench.tell(FlowMod { table_id: 3, priority: 0xffff, instructions: clear, ..FlowMod::add() });
    assert!(bench.receive(3, &frame(5)).0.is_empty());
}

#[test]
fn what_is_refused_is_quoted_and_named() {
    let mut new = Bench::new(V1_3);
    let table = |table_id| FlowMod { table_id, ..FlowMod::add() };
    let no_prerequisite = Match::new().tcp_dst(80);
    let flags = FlowModFlags::CHECK_OVERLAP;
    new.tell(flow(to(1), [out(1)]));
    assert_eq!(new.refused(flow(no_prerequisite, [out(1)])), ErrorKind::BadMatchBadPrereq);
    assert_eq!(new.refused(flow(to(1), [out(9)])), ErrorKind::BadActionBadOutPort);
    assert_eq!(new.refused(table(TABLES)), ErrorKind::FlowModFailedBadTableId);
    assert_eq!(new.refused(table(TableId::ALL)), ErrorKind::FlowModFailedBadTableId);
    assert_eq!(
        new.refused(FlowMod { command: FlowModCommand(9), ..table(0) }),
        ErrorKind::FlowModFailedBadCommand
    );
    assert_eq!(
        new.refused(FlowMod { flags, ..flow(Match::new(), [out(1)]) }),
        ErrorKind::FlowModFailedOverlap
    );
    assert_eq!(
        new.refused(Unknown { msg_type: 99, body: Bytes::new() }),
        ErrorKind::BadRequestBadType
    );
    let experimenter = MultipartRequestBody::Unknown { multipart_type: 12, body: Bytes::new() };
    let unsupported = MultipartRequest { flags: MultipartFlags(0), body: experimenter };
    assert_eq!(new.refused(unsupported), ErrorKind::BadRequestBadMultipart);
    let elsewhere = PacketOut { in_port: PortNo(9), ..PacketOut::default() };
    assert_eq!(new.refused(elsewhere), ErrorKind::BadRequestBadPort);

    let mut old = Bench::new(V1_0);
    old.tell(flow(to(1), [out(1)]));
    assert_eq!(
        old.refused(FlowMod { flags, ..flow(Match::new(), [out(1)]) }),
        ErrorKind::FlowModFailedOverlap
    );
    let queue = Action::Enqueue { port: PortNo(1), queue_id: 1 };
    assert_eq!(old.refused(flow(to(1), [queue])), ErrorKind::BadActionBadQueue);
    let emergency = FlowMod { flags: FlowModFlags::EMERG, ..flow(to(1), [out(1)]) };
    assert_eq!(old.refused(emergency), ErrorKind::FlowModFailedTableFull);
    assert_eq!(old.switch.flow_count(), 1);
}

#[test]
fn entries_that_go_are_announced_if_they_asked_for_it() {
    let mut bench = Bench::new(V1_3);
    let flags = FlowModFlags::SEND_FLOW_REM;
    let wanted = FlowMod { flags, cookie: 5, idle_timeout: 3, ..flow(to(1), [out(1)]) };
    bench.tell(wanted.clone());
    bench.tell(FlowMod { idle_timeout: 3, ..flow(to(2), [out(1)]) });
    bench.receive(2, &frame(1));
    bench.now += Duration::from_millis(3500);
    assert!(bench.switch.deadline().unwrap() <= bench.now);
    bench.switch.handle_timeout(bench.now);
    let gone = bench.outputs();
    let [SwitchOutput::Notice(Message::FlowRemoved(gone))] = &gone[..] else { panic!("{gone:?}") };
    assert_eq!(
        (gone.reason, gone.cookie, gone.match_.clone()),
        (FlowRemovedReason::IDLE_TIMEOUT, 5, to(1))
    );
    assert_eq!((gone.duration_sec, gone.duration_nsec), (3, 500_000_000));
    assert_eq!((gone.packet_count, gone.byte_count, gone.idle_timeout), (1, 100, 3));
    assert_eq!((bench.switch.flow_count(), bench.switch.deadline()), (0, None));

    bench.tell(wanted);
    let answers = bench.ask(FlowMod { table_id: TableId::ALL, ..FlowMod::delete() });
    assert!(
        matches!(&answers[..], [Message::FlowRemoved(gone)] if gone.reason == FlowRemovedReason::DELETE)
    );
}

#[test]
fn in_1_0_a_change_of_nothing_adds_and_later_it_does_not() {
    for (version, entries) in [(V1_0, 1), (V1_3, 0)] {
        let mut bench = Bench::new(version);
        bench.tell(FlowMod { command: FlowModCommand::MODIFY, ..flow(to(1), [out(1)]) });
        assert_eq!(bench.switch.flow_count(), entries, "{version}");
    }
}

#[test]
fn statistics_count_and_long_answers_come_in_parts() {
    let mut bench = Bench::new(V1_3);
    for n in 0..1500_u16 {
        bench.tell(flow(Match::new().eth_type(n + 0x600).in_port(PortNo(1)), [out(2)]));
    }
    bench.receive(1, &{
        let mut frame = frame(1).to_vec();
        frame[12..14].copy_from_slice(&[0x06, 0x01]);
        frame.into()
    });
    let parts = bench.ask(MultipartRequest::flow(FlowStatsRequest::default()));
    assert!(parts.len() > 1);
    let mut all = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let mut bytes = BytesMut::new();
        part.encode(V1_3, Xid(7), &mut bytes).unwrap();
        let Message::MultipartReply(reply) = part else { panic!() };
        assert_eq!(reply.has_more(), at + 1 < parts.len());
        let MultipartReplyBody::Flow(flows) = &reply.body else { panic!() };
        all.extend(flows.iter().map(|flow| flow.packet_count));
    }
    assert_eq!((all.len(), all.iter().sum::<u64>()), (1500, 1));

    let one =
        FlowStatsRequest { match_: Match::new().eth_type(0x601), ..FlowStatsRequest::default() };
    let answers = bench.ask(MultipartRequest::aggregate(one));
    let sums = AggregateStats {
        packet_count: 1,
        byte_count: 100,
        flow_count: 1,
        ..AggregateStats::default()
    };
    assert_eq!(answers, [MultipartReply::new(MultipartReplyBody::Aggregate(sums)).into()]);

    let answers = bench.ask(MultipartRequest::port_stats(PortNo(2)));
    let [
        Message::MultipartReply(MultipartReply {
            body: MultipartReplyBody::PortStats(ports), ..
        }),
    ] = &answers[..]
    else {
        panic!("{answers:?}")
    };
    assert_eq!((ports[0].tx_packets, ports[0].tx_bytes, ports[0].rx_packets), (1, 100, 0));
    assert_eq!(
        bench.refused(MultipartRequest::port_stats(PortNo(9))),
        ErrorKind::BadRequestBadPort
    );
    let answers = bench.ask(MultipartRequest::table());
    let [Message::MultipartReply(MultipartReply { body: MultipartReplyBody::Table(tables), .. })] =
        &answers[..]
    else {
        panic!("{answers:?}")
    };
    assert_eq!((tables.len(), tables[0].active_count), (8, 1500));
    assert_eq!((tables[0].lookup_count, tables[0].matched_count), (1, 1));
}

#[test]
fn ports_are_described_changed_and_announced() {
    let mut bench = Bench::new(V1_0);
    let answers = bench.ask(FeaturesRequest);
    let [Message::SwitchFeatures(features)] = &answers[..] else { panic!("{answers:?}") };
    assert_eq!((features.datapath_id, features.n_tables, features.n_buffers), (Dpid(1), 1, 256));
    let names: Vec<String> = features.ports.iter().map(|port| port.name.to_string()).collect();
    assert_eq!(names, ["s1-eth1", "s1-eth2", "s1-eth3", "s1-eth4", "s1"]);

    let port = features.ports[1].clone();
    let change = |config: PortConfig| PortMod {
        port_no: port.port_no,
        hw_addr: port.hw_addr,
        config,
        mask: config,
        ..PortMod::default()
    };
    let answers = bench.ask(change(PortConfig::NO_FLOOD));
    assert!(
        matches!(&answers[..], [Message::PortStatus(status)] if status.reason == PortReason::MODIFY)
    );
    bench.tell(change(PortConfig::NO_FLOOD));
    bench.tell(flow(Match::new(), [Action::output(PortNo::FLOOD)]));
    assert_eq!(bench.receive(1, &frame(1)).0, [3, 4]);
    bench.ask(change(PortConfig::PORT_DOWN));
    bench.tell(flow(Match::new(), [Action::output(PortNo::ALL)]));
    assert_eq!(bench.receive(1, &frame(1)).0, [3, 4]);
    assert!(bench.receive(2, &frame(1)).0.is_empty());
    let other = PortMod { hw_addr: MacAddr([9; 6]), ..change(PortConfig::NO_FWD) };
    assert_eq!(bench.refused(other), ErrorKind::PortModFailedBadHwAddr);

    bench.switch.set_link(PortNo(3), false);
    bench.switch.set_link(PortNo(3), false);
    let told = bench.outputs();
    let [SwitchOutput::Notice(Message::PortStatus(status))] = &told[..] else { panic!("{told:?}") };
    assert!(status.desc.state.contains(PortState::LINK_DOWN));
    assert_eq!(bench.receive(1, &frame(1)).0, [4]);
}

#[test]
fn a_slave_may_look_and_not_touch() {
    let mut bench = Bench::new(V1_3);
    let role = |role, generation_id| RoleRequest { role, generation_id, ..RoleRequest::default() };
    let answers = bench.ask(role(Role::SLAVE, 5));
    assert_eq!(
        answers,
        [RoleReply { role: Role::SLAVE, generation_id: 5, ..RoleReply::default() }.into()]
    );
    assert_eq!(bench.refused(flow(to(1), [out(1)])), ErrorKind::BadRequestIsSlave);
    assert_eq!(bench.refused(role(Role::MASTER, 4)), ErrorKind::RoleRequestFailedStale);
    assert_eq!(bench.ask(MultipartRequest::desc()).len(), 1);
    bench.ask(role(Role::MASTER, 6));
    bench.tell(flow(to(1), [out(1)]));
    assert_eq!(bench.ask(BarrierRequest), [BarrierReply.into()]);
}

#[test]
fn a_switch_without_a_controller_goes_on_by_itself() {
    let mut bench = Bench::new(V1_0);
    bench.tell(flow(to(1), [out(3)]));
    let kept = bench.receive(1, &frame(2)).1.remove(0).buffer_id;
    bench.switch.disconnected();
    assert_eq!(bench.receive(1, &frame(1)), (vec![3], vec![]));
    assert_eq!(bench.receive(1, &frame(2)), (vec![], vec![]));
    bench.switch.connected(V1_0);
    let late = PacketOut { buffer_id: kept, in_port: PortNo(1), ..PacketOut::default() };
    assert_eq!(bench.refused(late), ErrorKind::BadRequestBufferUnknown);
}

#[test]
fn old_set_actions_change_the_frame() {
    let mut bench = Bench::new(V1_0);
    let actions = [
        Action::SetVlanVid(5),
        Action::SetVlanPcp(2),
        Action::SetDlDst(MacAddr([2; 6])),
        out(2),
        Action::StripVlan,
        out(3),
    ];
    bench.tell(flow(to(1), actions));
    bench.switch.handle_frame(PortNo(1), frame(1), bench.now);
    let frames: Vec<Bytes> = bench
        .outputs()
        .into_iter()
        .map(|output| match output {
            SwitchOutput::Frame { frame, .. } => frame,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(hex::encode(&frames[0][..18]), "0202020202020000000000098100400588b5");
    assert_eq!(hex::encode(&frames[1][..14]), "02020202020200000000000988b5");
}

#[test]
fn twisted_messages_and_frames_are_taken() {
    let mut random = random::Random::new(11);
    let actions = [
        Action::PushVlan(0x8100),
        Action::set_field(oxm::VLAN_VID, oxm::VID_PRESENT | 5),
        Action::set_field(oxm::IPV4_DST, [10, 0, 0, 9].into()),
        Action::set_field(oxm::TCP_SRC, 99),
        Action::DecNwTtl,
        Action::output(PortNo::ALL),
        Action::PopVlan,
        Action::output(PortNo::CONTROLLER),
    ];
    let tcp = Match::new().eth_type(0x0800).ip_proto(6).tcp_dst(80);
    let segment = hex::decode(
        "000000000002 000000000001 8100 600a 0800 4528 0028 0001 4000 4006 0000 \
         0a000001 0a000002 1f90 0050 00000000 00000000 5002 ffff 0000 0000",
    )
    .unwrap();
    let about = FlowStatsRequest { match_: tcp.clone(), ..FlowStatsRequest::default() };
    let messages: [Message; 5] = [
        flow(tcp, actions.clone()).into(),
        flow(Match::new(), actions.clone()).into(),
        PacketOut { data: segment.clone().into(), actions: actions.into(), ..PacketOut::default() }
            .into(),
        MultipartRequest::flow(about).into(),
        PortMod { port_no: PortNo(1), ..PortMod::default() }.into(),
    ];
    let mut bench = Bench::new(V1_3);
    for message in messages {
        let mut whole = BytesMut::new();
        message.encode(V1_3, Xid(1), &mut whole).unwrap();
        for _ in 0..500 {
            let mut twisted = whole.to_vec();
            for _ in 0..=random.below(3) {
                let at = 8 + random.below(twisted.len() - 8);
                twisted[at] = random.next_u32() as u8;
            }
            if let Ok((xid, message)) = Message::decode(V1_3, &twisted.into()) {
                bench.switch.handle_message(xid, message, bench.now);
            }
            let mut frame = segment.clone();
            let at = random.below(frame.len());
            frame[at] = random.next_u32() as u8;
            frame.truncate(random.below(frame.len() + 1));
            bench.switch.handle_frame(PortNo(1 + random.below(4) as u32), frame.into(), bench.now);
            bench.outputs();
        }
    }
    assert!(bench.switch.flow_count() > 2);
}
