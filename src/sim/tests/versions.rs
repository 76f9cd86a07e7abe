//! The same short life in every version: all that is said can be said in it, and says the same.

use super::*;

/// As it comes out at the other end.
fn through_the_wire(version: Version, message: &Message) -> Message {
    let mut bytes = BytesMut::new();
    message.encode(version, Xid(7), &mut bytes).unwrap_or_else(|error| {
        panic!("{version}: {message}: {error}");
    });
    Message::decode(version, &bytes.freeze()).unwrap().1
}

impl Bench {
    /// Asks, and takes the one answer, both through the wire.
    fn asked(&mut self, message: impl Into<Message>) -> Message {
        let message = through_the_wire(self.version, &message.into());
        let answers = self.ask(message);
        let [answer] = &answers[..] else { panic!("{}: {answers:?}", self.version) };
        through_the_wire(self.version, answer)
    }

    fn asked_about(&mut self, body: MultipartRequestBody) -> MultipartReplyBody {
        let request = MultipartRequest { flags: MultipartFlags(0), body };
        match self.asked(request) {
            Message::MultipartReply(reply) => reply.body,
            other => panic!("{}: {other:?}", self.version),
        }
    }

    fn told(&mut self, message: impl Into<Message>) {
        let message = through_the_wire(self.version, &message.into());
        self.tell(message);
    }

    /// What the switch says by itself, through the wire, when a frame comes in.
    fn noticed(&mut self, port: u32, frame: Bytes) -> Vec<Message> {
        self.switch.handle_frame(PortNo(port), frame, self.now);
        let version = self.version;
        let notices = self.outputs().into_iter().filter_map(|output| match output {
            SwitchOutput::Notice(message) => Some(through_the_wire(version, &message)),
            _ => None,
        });
        notices.collect()
    }
}

/// Packets and bytes that were counted.
fn counts(version: Version, entry: &FlowStats) -> (u64, u64) {
    let of = |field| entry.stats.get(field).map(|words| words[0]).unwrap_or_default();
    match version {
        V1_5 => (of(OxsField::PacketCount), of(OxsField::ByteCount)),
        _ => (entry.packet_count, entry.byte_count),
    }
}

#[test]
fn a_switch_lives_in_every_version() {
    for version in Version::ALL {
        let mut bench = Bench::new(version);
        let Message::SwitchFeatures(features) = bench.asked(FeaturesRequest) else { panic!() };
        assert_eq!(features.datapath_id, Dpid(1));
        assert_eq!(features.ports.len(), if version < V1_3 { 5 } else { 0 }, "{version}");
        assert!(matches!(bench.asked(GetConfigRequest), Message::GetConfigReply(_)));
        assert!(matches!(bench.asked(BarrierRequest), Message::BarrierReply(_)));

        // Until 1.2 a miss is the controller's; then an entry says so.
        let heard = bench.noticed(1, frame(2));
        assert_eq!(heard.len(), usize::from(version < V1_3), "{version}: {heard:?}");
        if version >= V1_3 {
            let asks = Action::Output { port: PortNo::CONTROLLER, max_len: NO_BUFFER_LEN };
            bench.told(FlowMod {
                priority: 0,
                instructions: Instruction::apply([asks]),
                ..FlowMod::add()
            });
            let heard = bench.noticed(1, frame(2));
            let [Message::PacketIn(packet_in)] = &heard[..] else { panic!("{heard:?}") };
            assert_eq!((packet_in.in_port(), packet_in.data.len()), (PortNo(1), frame(2).len()));
        }

        let entry = FlowMod {
            match_: to(2).in_port(PortNo(1)),
            instructions: Instruction::apply([Action::output(PortNo(2))]),
            flags: FlowModFlags::SEND_FLOW_REM,
            priority: 9,
            cookie: 0x77,
            idle_timeout: 60,
            importance: if version >= V1_4 { 3 } else { 0 },
            ..FlowMod::add()
        };
        bench.told(entry.clone());
        bench.now += Duration::from_millis(2_500);
        let len = frame(2).len() as u64;
        assert!(bench.noticed(1, frame(2)).is_empty(), "{version}: the entry takes it");

        let all = FlowStatsRequest::default();
        let MultipartReplyBody::Flow(flows) =
            bench.asked_about(MultipartRequestBody::Flow(all.clone()))
        else {
            panic!()
        };
        let told = flows.iter().find(|flow| flow.priority == 9).expect("it is there");
        assert_eq!((&told.match_, counts(version, told)), (&entry.match_, (1, len)), "{version}");
        let MultipartReplyBody::Aggregate(sums) =
            bench.asked_about(MultipartRequestBody::Aggregate(all.clone()))
        else {
            panic!()
        };
        let entries = if version < V1_3 { 1 } else { 2 };
        let count = match version {
            V1_5 => sums.stats.get(OxsField::FlowCount).unwrap()[0],
            _ => sums.flow_count.into(),
        };
        assert_eq!(count, entries, "{version}");
        if version == V1_5 {
            let described = bench.asked_about(MultipartRequestBody::FlowDesc(all));
            let MultipartReplyBody::FlowDesc(list) = described else { panic!() };
            let told = list.iter().find(|flow| flow.entry.priority == 9).unwrap();
            assert_eq!(counts(version, &told.entry), (1, len));
            let FlowStats { cookie, idle_timeout, importance, ref instructions, .. } = told.entry;
            assert_eq!((cookie, idle_timeout, importance), (0x77, 60, 3));
            assert_eq!(*instructions, entry.instructions);
            let one = MultipartRequestBody::PortDescOf { port_no: PortNo(2) };
            let MultipartReplyBody::PortDesc(ports) = bench.asked_about(one) else { panic!() };
            assert_eq!((ports.len(), ports[0].port_no), (1, PortNo(2)));
            let none = MultipartRequestBody::PortDescOf { port_no: PortNo(99) };
            let request = MultipartRequest { flags: MultipartFlags(0), body: none };
            assert_eq!(bench.refused(request), ErrorKind::BadRequestBadPort);
        } else {
            assert_eq!((told.cookie, told.idle_timeout, told.duration_sec), (0x77, 60, 2));
            assert_eq!(told.importance, entry.importance, "{version}");
        }
        if version >= V1_3 {
            let question = match version {
                V1_5 => MultipartRequestBody::PortDescOf { port_no: PortNo::ANY },
                _ => MultipartRequestBody::PortDesc,
            };
            let MultipartReplyBody::PortDesc(ports) = bench.asked_about(question) else { panic!() };
            assert_eq!(ports.len(), 5, "{version}");
        }
        let question = MultipartRequestBody::PortStats { port_no: PortNo(2) };
        let MultipartReplyBody::PortStats(ports) = bench.asked_about(question) else { panic!() };
        assert_eq!((ports.len(), ports[0].tx_packets), (1, 1), "{version}");
        let MultipartReplyBody::Table(tables) = bench.asked_about(MultipartRequestBody::Table)
        else {
            panic!()
        };
        assert_eq!(u64::from(tables[0].active_count), entries, "{version}");
        let desc = bench.asked_about(MultipartRequestBody::Desc);
        assert!(matches!(desc, MultipartReplyBody::Desc(_)));

        let action = Action::output(PortNo(3));
        let packet_out =
            PacketOut { actions: [action].into(), data: frame(3).into(), ..PacketOut::default() };
        bench.told(packet_out);
        let removed = bench.asked(FlowMod { command: FlowModCommand::DELETE, ..entry.clone() });
        let Message::FlowRemoved(removed) = removed else { panic!("{removed:?}") };
        let counted = match version {
            V1_5 => removed.stats.get(OxsField::PacketCount).unwrap()[0],
            _ => removed.packet_count,
        };
        assert_eq!((counted, removed.cookie, &removed.match_), (1, 0x77, &entry.match_));
        bench.switch.set_link(PortNo(4), false);
        let told = bench.outputs();
        let [SwitchOutput::Notice(status)] = &told[..] else { panic!("{told:?}") };
        assert!(matches!(through_the_wire(version, status), Message::PortStatus(_)));
    }
}

/// Entries outlive the connection; the next one may be of an older version.
#[test]
fn what_the_version_cannot_say_is_answered_with_an_error() {
    let mut bench = Bench::new(V1_3);
    bench.tell(flow(Match::new().eth_type(0x86dd).ipv6_flabel(5), [out(2)]));
    bench.switch.disconnected();
    bench.switch.connected(V1_0);
    bench.version = V1_0;
    let ask = MultipartRequest::flow(FlowStatsRequest::default());
    let answers = bench.ask(ask.clone());
    let unsayable = answers[0].encode(V1_0, Xid(7), &mut BytesMut::new());
    assert!(matches!(unsayable, Err(EncodeError::NotInVersion { .. })), "{unsayable:?}");
    bench.switch.answer_unsaid(Xid(8));
    assert_eq!(bench.outputs(), [], "nobody asked that");
    bench.switch.answer_unsaid(Xid(7));
    let outputs = bench.outputs();
    let [SwitchOutput::Answer { xid: Xid(7), message: Message::Error(error) }] = &outputs[..]
    else {
        panic!("{outputs:?}")
    };
    assert_eq!(error.kind(V1_0), Some(ErrorKind::BadRequestBadMultipart));
    let mut quoted = BytesMut::new();
    Message::from(ask).encode(V1_0, Xid(7), &mut quoted).unwrap();
    assert_eq!(error.data, quoted[..quoted.len().min(64)]);
    bench.switch.answer_unsaid(Xid(7));
    assert_eq!(bench.outputs(), [], "it is said once");
}
