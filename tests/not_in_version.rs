//! What a version cannot say: a member at its default is left out, one that was set is refused by
//! its name, and where the version has it, it is on the wire. One table over nouns and versions.

use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use bytes::{Bytes, BytesMut};
use ryu_sdn::ofproto::*;

/// A member: what it is called when it is refused, the versions that have it, a message without it
/// and the same with it.
struct Row {
    what: &'static str,
    versions: RangeInclusive<Version>,
    without: Message,
    with: Message,
}

fn encoded(version: Version, msg: &Message) -> Result<Bytes, EncodeError> {
    let mut buf = BytesMut::new();
    msg.encode(version, Xid(1), &mut buf)?;
    Ok(buf.freeze())
}

/// Rows: a noun, how it becomes a message, its members with a value each, what they are called when
/// they are refused, and the versions that have them.
macro_rules! rows {
    ($( $noun:ident $(($base:expr))? in $wrap:expr => $members:tt )*) => {{
        let mut rows = Vec::new();
        $(
            let blank = rows!(@base $noun $($base)?);
            rows!(@members rows, blank, $noun, $wrap, $members);
        )*
        rows
    }};
    (@base $noun:ident) => { $noun::default() };
    (@base $noun:ident $base:expr) => { $base };
    (@members $rows:ident, $blank:ident, $noun:ident, $wrap:expr, {
        $( $member:ident: $value:expr, $what:literal, $first:ident - $last:ident; )*
    }) => {
        $( $rows.push(Row {
            what: $what,
            versions: $first..=$last,
            without: $wrap($blank.clone()),
            with: $wrap($noun { $member: $value, ..$blank.clone() }),
        }); )*
    };
}

fn message<M: Into<Message>>(msg: M) -> Message {
    msg.into()
}

fn reply(body: MultipartReplyBody) -> Message {
    MultipartReply { flags: MultipartFlags(0), body }.into()
}

fn request(body: MultipartRequestBody) -> Message {
    MultipartRequest { flags: MultipartFlags(0), body }.into()
}

fn of_1_0() -> PacketIn {
    PacketIn { match_: Match::new().in_port(PortNo(1)), ..PacketIn::default() }
}

fn experimenter() -> PropExperimenter {
    PropExperimenter { experimenter: ONF, exp_type: 1, data: Bytes::new() }
}

fn counted() -> Stats {
    Stats::default().with(OxsField::PacketCount, &[7])
}

fn table() -> Vec<Row> {
    let duration_and_more = rows! {
        FlowMod in message => {
            importance: 1, "flow_mod importance", V1_4 - V1_5;
            cookie_mask: 1, "flow_mod cookie_mask", V1_1 - V1_5;
            table_id: 1, "flow_mod table_id", V1_1 - V1_5;
            out_group: GroupId(1), "flow_mod out_group", V1_1 - V1_5;
            flags: FlowModFlags::EMERG, "flow_mod flag", V1_0 - V1_0;
            flags: FlowModFlags::RESET_COUNTS, "reset_counts flag", V1_2 - V1_5;
            flags: FlowModFlags::NO_PKT_COUNTS, "no_packet_counts flag", V1_3 - V1_5;
            flags: FlowModFlags::NO_BYT_COUNTS, "no_byte_counts flag", V1_3 - V1_5;
        }
        GroupMod in message => {
            command: GroupModCommand::INSERT_BUCKET, "insert_bucket command", V1_5 - V1_5;
            command: GroupModCommand::REMOVE_BUCKET, "remove_bucket command", V1_5 - V1_5;
            command_bucket_id: 1, "group_mod command_bucket_id", V1_5 - V1_5;
            properties: vec![GroupProp::Experimenter(experimenter())],
                "group_mod properties", V1_5 - V1_5;
        }
        Bucket in |b| message(GroupMod { buckets: vec![b], ..GroupMod::default() }) => {
            bucket_id: 1, "bucket bucket_id", V1_5 - V1_5;
            properties: vec![BucketProp::Experimenter(experimenter())],
                "bucket properties", V1_5 - V1_5;
            // In other words from 1.5 on.
            weight: 1, "", V1_1 - V1_5;
            watch_port: PortNo(1), "", V1_1 - V1_5;
        }
        PortMod in message => {
            advertise: PortFeatures(1), "port_mod advertise", V1_0 - V1_3;
            properties: vec![PortModProp::Experimenter(experimenter())],
                "port_mod properties", V1_4 - V1_5;
        }
        TableMod in message => {
            properties: vec![TableModProp::Experimenter(experimenter())],
                "table_mod properties", V1_4 - V1_5;
        }
        SetAsync in message => {
            packet_in_mask: [1, 0], "set_async packet_in_mask", V1_3 - V1_3;
            port_status_mask: [0, 1], "set_async port_status_mask", V1_3 - V1_3;
            flow_removed_mask: [1, 1], "set_async flow_removed_mask", V1_3 - V1_3;
            properties: vec![AsyncConfigProp::PacketInSlave(AsyncConfigPropReasons { mask: 1 })],
                "set_async properties", V1_4 - V1_5;
        }
        GetAsyncReply in message => {
            packet_in_mask: [1, 0], "get_async_reply packet_in_mask", V1_3 - V1_3;
            properties: vec![AsyncConfigProp::PacketInSlave(AsyncConfigPropReasons { mask: 1 })],
                "get_async_reply properties", V1_4 - V1_5;
        }
        RoleRequest in message => { short_id: 1, "role_request short_id", V1_5 - V1_5; }
        RoleReply in message => { short_id: 1, "role_reply short_id", V1_5 - V1_5; }
        PacketOut in message => {
            match_: Match::new().in_port(PortNo::CONTROLLER).metadata(1),
                "packet_out match", V1_5 - V1_5;
        }
        PacketIn(of_1_0()) in message => {
            table_id: 1, "packet_in table_id", V1_1 - V1_5;
            cookie: 1, "packet_in cookie", V1_3 - V1_5;
            match_: of_1_0().match_.tunnel_id(1), "tunnel_id", V1_2 - V1_5;
        }
        FlowRemoved in message => {
            table_id: 1, "flow_removed table_id", V1_1 - V1_5;
            hard_timeout: 1, "flow_removed hard_timeout", V1_2 - V1_5;
            duration_sec: 1, "flow_removed duration_sec", V1_0 - V1_4;
            duration_nsec: 1, "flow_removed duration_nsec", V1_0 - V1_4;
            packet_count: 1, "flow_removed packet_count", V1_0 - V1_4;
            byte_count: 1, "flow_removed byte_count", V1_0 - V1_4;
            stats: counted(), "flow_removed stats", V1_5 - V1_5;
        }
        SwitchFeatures in message => {
            auxiliary_id: 1, "features_reply auxiliary_id", V1_3 - V1_5;
            ports: vec![Port::default()], "features_reply ports", V1_0 - V1_2;
        }
        ErrorMsg in message => {
            experimenter: Some(1), "experimenter error", V1_5 - V1_0; // Only of that type.
        }
        ErrorMsg(ErrorMsg { error_type: 0xffff, ..ErrorMsg::default() }) in message => {
            experimenter: Some(1), "experimenter error", V1_2 - V1_5;
        }
        Port in |desc| message(PortStatus { reason: PortReason::ADD, desc }) => {
            curr: PortFeatures(1), "port curr", V1_0 - V1_3;
            advertised: PortFeatures(1), "port advertised", V1_0 - V1_3;
            supported: PortFeatures(1), "port supported", V1_0 - V1_3;
            peer: PortFeatures(1), "port peer", V1_0 - V1_3;
            curr_speed: 1, "port curr_speed", V1_1 - V1_3;
            max_speed: 1, "port max_speed", V1_1 - V1_3;
            properties: vec![PortDescProp::Experimenter(experimenter())],
                "port properties", V1_4 - V1_5;
        }
        PacketQueue in |queue| message(QueueGetConfigReply { port: PortNo(1), queues: vec![queue] }) => {
            port: PortNo(1), "queue port", V1_2 - V1_3;
        }
    };
    let statistics = rows! {
        FlowStatsRequest in |r| request(MultipartRequestBody::Flow(r)) => {
            out_group: GroupId(1), "flow request out_group", V1_1 - V1_5;
            cookie: 1, "flow request cookie", V1_1 - V1_5;
            cookie_mask: 1, "flow request cookie_mask", V1_1 - V1_5;
        }
        FlowStats in |s| reply(MultipartReplyBody::Flow(vec![s])) => {
            duration_sec: 1, "flow stats duration_sec", V1_0 - V1_4;
            duration_nsec: 1, "flow stats duration_nsec", V1_0 - V1_4;
            idle_timeout: 1, "flow stats idle_timeout", V1_0 - V1_4;
            hard_timeout: 1, "flow stats hard_timeout", V1_0 - V1_4;
            flags: FlowModFlags::SEND_FLOW_REM, "flow stats flags", V1_3 - V1_4;
            importance: 1, "flow stats importance", V1_4 - V1_4;
            cookie: 1, "flow stats cookie", V1_0 - V1_4;
            packet_count: 1, "flow stats packet_count", V1_0 - V1_4;
            byte_count: 1, "flow stats byte_count", V1_0 - V1_4;
            instructions: Instruction::apply([Action::output(PortNo(1))]),
                "flow stats instructions", V1_0 - V1_4;
            reason: 1, "flow stats reason", V1_5 - V1_5;
            stats: counted(), "flow stats stats", V1_5 - V1_5;
        }
        AggregateStats in |s| reply(MultipartReplyBody::Aggregate(s)) => {
            packet_count: 1, "aggregate packet_count", V1_0 - V1_4;
            byte_count: 1, "aggregate byte_count", V1_0 - V1_4;
            flow_count: 1, "aggregate flow_count", V1_0 - V1_4;
            stats: counted(), "aggregate stats", V1_5 - V1_5;
        }
        TableStats in |s| reply(MultipartReplyBody::Table(vec![s])) => {
            name: Text::from("classifier"), "table stats name", V1_0 - V1_2;
            max_entries: 1, "table stats max_entries", V1_0 - V1_2;
            wildcards: 1, "table stats wildcards", V1_0 - V1_1;
            features: TableStatsFeatures { config: TableConfig(1), ..TableStatsFeatures::default() },
                "table stats features", V1_1 - V1_2;
        }
        PortStats in |s| reply(MultipartReplyBody::PortStats(vec![s])) => {
            duration_sec: 1, "port stats duration_sec", V1_3 - V1_5;
            duration_nsec: 1, "port stats duration_nsec", V1_3 - V1_5;
            rx_frame_err: 1, "port stats rx_frame_err", V1_0 - V1_3;
            rx_over_err: 1, "port stats rx_over_err", V1_0 - V1_3;
            rx_crc_err: 1, "port stats rx_crc_err", V1_0 - V1_3;
            collisions: 1, "port stats collisions", V1_0 - V1_3;
            properties: vec![PortStatsProp::Experimenter(experimenter())],
                "port stats properties", V1_4 - V1_5;
        }
        QueueStats in |s| reply(MultipartReplyBody::Queue(vec![s])) => {
            duration_sec: 1, "queue stats duration_sec", V1_3 - V1_5;
            duration_nsec: 1, "queue stats duration_nsec", V1_3 - V1_5;
            properties: vec![QueueStatsProp::Experimenter(experimenter())],
                "queue stats properties", V1_4 - V1_5;
        }
        GroupStats in |s| reply(MultipartReplyBody::Group(vec![s])) => {
            duration_sec: 1, "group stats duration_sec", V1_3 - V1_5;
            duration_nsec: 1, "group stats duration_nsec", V1_3 - V1_5;
        }
        GroupDesc in |g| reply(MultipartReplyBody::GroupDesc(vec![g])) => {
            properties: vec![GroupProp::Experimenter(experimenter())],
                "group desc properties", V1_5 - V1_5;
        }
        MeterFeatures in |m| reply(MultipartReplyBody::MeterFeatures(vec![m])) => {
            features: Some(MeterFeatureFlags(1)), "meter features features", V1_5 - V1_5;
        }
        TableFeatures in |t| reply(MultipartReplyBody::TableFeatures(vec![t])) => {
            command: TableFeaturesCommand::MODIFY, "table features command", V1_5 - V1_5;
            features: TableFeatureFlags(1), "table features features", V1_5 - V1_5;
        }
    };
    duration_and_more.into_iter().chain(statistics).collect()
}

#[test]
fn what_was_set_is_sent_or_refused_by_name() {
    let mut refused = 0;
    for Row { what, versions, without, with } in table() {
        let mut sent = 0;
        for version in Version::ALL {
            // The version may lack the whole message.
            let Ok(plain) = encoded(version, &without) else { continue };
            let answer = encoded(version, &with);
            if versions.contains(&version) {
                let bytes = answer.unwrap_or_else(|err| panic!("{what}: {err}"));
                assert_ne!(bytes, plain, "{what} in {version} is not on the wire");
                let (_, back) = Message::decode(version, &bytes).unwrap();
                assert_eq!(encoded(version, &back).unwrap(), bytes, "{what} in {version}");
                sent += 1;
                continue;
            }
            assert_eq!(answer, Err(EncodeError::NotInVersion { what, version }), "{with}");
            // JSON says no more than the bytes do.
            let json = with.to_json(version).unwrap_err();
            assert_eq!(json, EncodeError::NotInVersion { what, version }, "{with}");
            refused += 1;
        }
        assert!(sent > 0 || versions.is_empty(), "{what}: no version has it");
    }
    assert!(refused > 150, "{refused} refusals");
}

#[test]
fn what_a_peer_sends_before_its_time_comes_out_as_it_came() {
    // A 1.1 flow-mod with every flag that is named later, a 1.3 group-mod with commands of 1.5.
    for (version, number, at, numbers) in [
        (V1_0, 14, 8 + 40 + 22, [0b0_1000u16, 0b1_1111]),
        (V1_1, 14, 8 + 36, [0b0_0100, 0b1_1111]),
        (V1_2, 14, 8 + 36, [0b0_1000, 0b1_1100]),
        (V1_1, 15, 8, [3, 5]),
        (V1_4, 15, 8, [3, 5]),
    ] {
        for value in numbers {
            let msg =
                if number == 14 { message(FlowMod::add()) } else { message(GroupMod::default()) };
            let mut bytes = encoded(version, &msg).unwrap().to_vec();
            bytes[at..at + 2].copy_from_slice(&value.to_be_bytes());
            let bytes = Bytes::from(bytes);
            let (_, read) = Message::decode(version, &bytes).unwrap();
            assert_eq!(encoded(version, &read), Ok(bytes.clone()), "{read}");
            // It is not taken for what the number means later.
            let in_1_5 = encoded(V1_5, &read);
            let is = matches!(in_1_5, Err(EncodeError::NotInVersion { .. }));
            assert!(is, "{read} of {version} in 1.5: {in_1_5:?}");
        }
    }
}

#[test]
fn a_match_that_the_fixed_forms_cannot_say_is_refused() {
    // What would widen it; `ovs-ofctl -F openflow10` has no protocol for these either.
    let tcp6 = Match::new().eth_type(0x86dd).ip_proto(6).tcp_dst(80);
    let no_type = Match::new().ipv4_dst(Ipv4Addr::LOCALHOST);
    for (match_, what) in
        [(tcp6, "ip_proto match outside IPv4"), (no_type, "ipv4_dst match outside IPv4")]
    {
        for version in [V1_0, V1_1] {
            let add = message(FlowMod { match_: match_.clone(), ..FlowMod::add() });
            let refused = Err(EncodeError::NotInVersion { what, version });
            assert_eq!(encoded(version, &add), refused);
            let ask = FlowStatsRequest { match_: match_.clone(), ..FlowStatsRequest::default() };
            assert_eq!(encoded(version, &request(MultipartRequestBody::Flow(ask))), refused);
        }
    }
}

/// A property that came later is refused, and kept as it came where a peer sends it early.
#[test]
fn properties_of_other_versions() {
    use ryu_sdn::ofproto::{AsyncConfigProp, AsyncConfigPropReasons, SetAsync};
    let later = AsyncConfigProp::ContStatusMaster(AsyncConfigPropReasons { mask: 1 });
    let msg = Message::from(SetAsync { properties: vec![later], ..SetAsync::default() });
    let mut buf = BytesMut::new();
    let what = "async config property";
    assert_eq!(
        msg.encode(V1_4, Xid(1), &mut buf),
        Err(EncodeError::NotInVersion { what, version: V1_4 })
    );
    assert!(buf.is_empty());
    msg.encode(V1_5, Xid(1), &mut buf).unwrap();
    buf[0] = V1_4.wire();
    let early = buf.clone().freeze();
    let (xid, known) = Message::decode(V1_4, &early).unwrap();
    let mut again = BytesMut::new();
    known.encode(V1_4, xid, &mut again).unwrap();
    assert_eq!(again, early);
    assert!(format!("{known:?}").contains("Unknown"), "{known:?}");
}
