//! The messages of Nicira's and of the ONF against Open vSwitch's and Ryu's own.
//!
//! The bytes are in `tests/vectors/` (its README says whose they are); `tests/ofproto.rs` tortures
//! those of `nicira.txt` along with all others.

use std::fs;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::hex;
use serde_json::{Value, json};

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file))
        .unwrap()
}

/// Name and bytes of every block of `nicira.txt`.
fn blocks() -> Vec<(String, Version, Bytes)> {
    let text = read("nicira.txt");
    let blocks = text.split("\n== ").skip(1).map(|block| {
        let (name, rest) = block.split_once('\n').unwrap();
        let lines = rest.lines().filter(|line| !line.starts_with('>'));
        let digits: String = lines
            .flat_map(|line| line.split('#').next().unwrap().chars())
            .filter(|c| !c.is_whitespace())
            .map(|c| if c == 'x' { '0' } else { c })
            .collect();
        let bytes = Bytes::from(hex::decode(&digits).expect(name));
        (name.to_owned(), Version::from_wire(bytes[0]).unwrap(), bytes)
    });
    blocks.collect()
}

fn encode(version: Version, msg: &impl Encode) -> Result<Bytes, EncodeError> {
    let mut buf = BytesMut::new();
    msg.encode(version, Xid(5), &mut buf)?;
    Ok(buf.freeze())
}

fn decode(version: Version, bytes: &Bytes) -> Message {
    Message::decode(version, bytes).unwrap().1
}

/// The bytes without transaction ids: those of the header, and of a message inside of a bundle's,
/// are no part of Ryu's JSON.
fn without_xids(bytes: &Bytes) -> Bytes {
    let mut all = bytes.to_vec();
    all[4..8].fill(0);
    let version = Version::from_wire(bytes[0]).unwrap();
    if let Message::BundleAddMsg(_) = decode(version, bytes) {
        let inside = if version == V1_3 { 24 } else { 16 };
        all[inside + 4..inside + 8].fill(0);
    }
    all.into()
}

#[test]
fn ryu_makes_and_reads_the_same() {
    for line in read("ryu_nicira.jsonl").lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let name = row["name"].as_str().unwrap();
        let version = Version::from_wire(row["version"].as_u64().unwrap() as u8).unwrap();
        let bytes = Bytes::from(hex::decode(row["hex"].as_str().unwrap()).unwrap());
        let msg = decode(version, &bytes);
        assert_eq!(encode(version, &msg).unwrap(), bytes, "{name}: {msg}");
        if row["json"].is_null() {
            continue;
        }
        assert_eq!(msg.to_json(version).unwrap(), row["json"], "{name}");
        let (_, back) = Message::from_json(version, &row["json"]).unwrap();
        let again = encode(version, &back).unwrap();
        assert_eq!(without_xids(&again), without_xids(&bytes), "{name}");
    }
}

#[test]
fn json_of_what_open_vswitch_says_comes_back() {
    let all = blocks();
    assert!(all.len() > 60);
    for (name, version, bytes) in all {
        let msg = decode(version, &bytes);
        let json = msg.to_json(version).unwrap();
        let (_, back) =
            Message::from_json(version, &json).unwrap_or_else(|e| panic!("{name}: {e}"));
        let again = encode(version, &back).unwrap();
        let (again, first) = (without_xids(&again), without_xids(&bytes));
        assert_eq!(hex::encode(&again), hex::encode(&first), "{name}\n{json}");
        assert_eq!(decode(version, &again), decode(version, &first), "{name}");
    }
}

#[test]
fn every_sub_type_with_a_row_has_a_vector() {
    let all = blocks();
    let seen = |subtype: u32| {
        all.iter().any(|(_, version, bytes)| {
            matches!(decode(*version, bytes), Message::Nicira(m) if m.subtype() == subtype)
        })
    };
    for subtype in (10..=30).chain([32]) {
        assert!(seen(subtype), "{subtype}");
    }
    let multipart = |t: MultipartType| {
        let count = |reply: bool| {
            all.iter().filter(move |(_, version, bytes)| match decode(*version, bytes) {
                Message::MultipartRequest(m) => !reply && m.body.multipart_type() == Some(t),
                Message::MultipartReply(m) => reply && m.body.multipart_type() == Some(t),
                _ => false,
            })
        };
        count(false).count() > 0 && count(true).count() > 0
    };
    use MultipartType::{NxAggregate, NxFlow, NxFlowMonitor, OnfFlowMonitor};
    for t in [NxFlow, NxAggregate, NxFlowMonitor, OnfFlowMonitor] {
        assert!(multipart(t), "{t:?}");
    }
}

/// The flow-mod an app writes, for any version.
fn entry() -> FlowMod {
    FlowMod {
        cookie: 0x1234,
        priority: 100,
        match_: Match::new()
            .in_port(PortNo(1))
            .vlan_vid(oxm::VID_PRESENT | 7)
            .eth_type(0x0800)
            .ip_proto(6)
            .tcp_dst(80)
            .ipv4_dst_masked([10, 0, 0, 0].into(), [255, 255, 255, 0].into())
            .reg0(5),
        instructions: Instruction::apply([
            Action::Output { port: PortNo(2), max_len: 0 },
            Action::Nicira(Box::new(NxResubmitTable { in_port: 1, table_id: 3 }.into())),
        ]),
        ..FlowMod::add()
    }
}

#[test]
fn an_app_s_flow_mod_is_the_one_of_ovs_ofctl() {
    let all = blocks();
    let is_it = |(name, version, bytes): &&(String, Version, Bytes)| {
        let flow_mod = matches!(decode(*version, bytes), Message::Nicira(NxMessage::FlowMod(_)));
        flow_mod && name.contains("resubmit(1,3)")
    };
    let (_, _, theirs) = all.iter().find(is_it).unwrap();
    let ours = encode(V1_0, &NxMessage::from(entry())).unwrap();
    assert_eq!(ours.len(), theirs.len());
    // The fields have another order, which does not matter; all else is the same.
    assert_eq!(decode(V1_0, &ours), decode(V1_0, theirs));
    assert_eq!(ours[8..48], theirs[8..48]);
    assert_eq!(ours[104..], theirs[104..]);
    // On 1.0's own form it cannot be said.
    assert!(encode(V1_0, &entry()).is_err());
}

#[test]
fn tables_and_cookies_go_where_nicira_has_them() {
    let in_table = FlowMod { table_id: 3, ..FlowMod::modify() };
    let bytes = encode(V1_0, &NxMessage::from(in_table.clone())).unwrap();
    assert_eq!(bytes[24..26], [3, 1]);
    let Message::Nicira(NxMessage::FlowMod(back)) = decode(V1_0, &bytes) else { panic!() };
    assert_eq!(*back, in_table);

    let by_cookie = FlowMod { cookie: 0x12, cookie_mask: 0xff, ..FlowMod::delete() };
    let bytes = encode(V1_0, &NxMessage::from(by_cookie.clone())).unwrap();
    assert_eq!(hex::encode(&bytes[48..]), "00013d10000000000000001200000000000000ff00000000");
    let Message::Nicira(NxMessage::FlowMod(back)) = decode(V1_0, &bytes) else { panic!() };
    assert_eq!(back.match_.get_masked(oxm::COOKIE_NXM), Some((0x12, Some(0xff))));
    assert_eq!(back.cookie, 0);
    let modify = FlowMod { command: FlowModCommand::MODIFY, ..by_cookie };
    assert_eq!(encode(V1_0, &NxMessage::from(modify)).unwrap()[16..24], [0xff; 8]);

    let stats = FlowStatsRequest { cookie: 1, cookie_mask: 3, ..FlowStatsRequest::default() };
    let request =
        MultipartRequest { flags: MultipartFlags(0), body: MultipartRequestBody::NxFlow(stats) };
    let bytes = encode(V1_0, &request).unwrap();
    assert_eq!(
        hex::encode(&bytes[24..]),
        "ffff0014ff00000000013d100000000000000001000000000000000300000000"
    );
}

#[test]
fn what_nicira_cannot_say_is_refused() {
    let refuse = |version, msg: &dyn Encode, text: &str| {
        let mut buf = BytesMut::new();
        let err = msg.encode(version, Xid(1), &mut buf).unwrap_err();
        assert_eq!((err.to_string().as_str(), buf.len()), (text, 0));
    };
    let nochange = NxMessage::RoleRequest(RoleRequest::default());
    refuse(V1_0, &nochange, "OpenFlow 1.0 has no role of Nicira's that changes nothing");
    let master = RoleRequest { role: Role::MASTER, generation_id: 1, short_id: 0 };
    let master = NxMessage::RoleRequest(master);
    refuse(V1_0, &master, "OpenFlow 1.0 has no generation_id in a role of Nicira's");
    let format = NxMessage::SetFlowFormat(NxSetFlowFormat { format: 2 });
    refuse(V1_3, &format, "OpenFlow 1.3 has no such message of Nicira's");
    let goto = FlowMod { instructions: Instructions::new().goto_table(1), ..entry() };
    refuse(V1_0, &NxMessage::from(goto), "OpenFlow 1.0 has no goto_table instruction");
    let port = FlowMod { match_: Match::new().in_port(PortNo(0x1_0000)), ..FlowMod::add() };
    refuse(V1_0, &NxMessage::from(port), "OpenFlow 1.0 has no port number");
    let group = FlowMod { out_group: GroupId(1), ..FlowMod::delete() };
    let text = "OpenFlow 1.3 has no out_group in a flow_mod of Nicira's";
    refuse(V1_3, &NxMessage::from(group), text);
    let nx_flow = MultipartRequestBody::NxFlow(FlowStatsRequest::default());
    let request = MultipartRequest { flags: MultipartFlags(0), body: nx_flow };
    refuse(V1_3, &request, "OpenFlow 1.3 has no nx_flow");
    refuse(V1_2, &BundleCtrlMsg::default(), "OpenFlow 1.2 has no bundle_control");
}

#[test]
fn json_of_later_versions_is_an_experimenter_s() {
    let role = NxMessage::RoleRequest(RoleRequest { role: Role::MASTER, ..Default::default() });
    let msg = Message::from(role);
    let plain = json!({ "OFPExperimenter": {
        "data": "AAAAAQ==", "exp_type": 10, "experimenter": 8992
    } });
    assert_eq!(msg.to_json(V1_3).unwrap(), plain);
    assert_eq!(Message::from_json(V1_3, &plain).unwrap().1, msg);
    // What Nicira would refuse is kept as it came.
    let odd = json!({ "OFPExperimenter": {
        "data": "AAAA", "exp_type": 10, "experimenter": 8992
    } });
    let (_, kept) = Message::from_json(V1_3, &odd).unwrap();
    assert!(matches!(kept, Message::Experimenter(_)));
    assert_eq!(kept.to_json(V1_3).unwrap(), odd);
    // In 1.0 the class says whose it is, and a vendor that is somebody else's is refused.
    let other = json!({ "NXTRoleRequest": { "role": 1, "vendor": 1 } });
    assert!(Message::from_json(V1_0, &other).is_err());
    let bare = json!({ "NXTRoleReply": { "role": 1 } });
    assert_eq!(
        encode(V1_0, &Message::from_json(V1_0, &bare).unwrap().1).unwrap()[12..],
        [0, 0, 0, 11, 0, 0, 0, 1]
    );
}

#[test]
fn bundles_of_1_3_in_each_other_have_an_end() {
    let mut message = vec![4, 2, 0, 8, 0, 0, 0, 1];
    for _ in 0..2_000 {
        let len = (message.len() + 24) as u16;
        let mut outer = vec![4, 4];
        outer.extend_from_slice(&len.to_be_bytes());
        outer.extend_from_slice(&[0, 0, 0, 1, 0x4f, 0x4e, 0x46, 0, 0, 0, 8, 0xfd]);
        outer.extend_from_slice(&[0, 0, 0, 1, 0, 0, 0, 0]);
        outer.append(&mut message);
        message = outer;
    }
    let bytes = Bytes::from(message);
    let msg = decode(V1_3, &bytes);
    let Message::BundleAddMsg(add) = &msg else { panic!() };
    assert!(matches!(*add.message.message, Message::Unknown(_)));
    assert_eq!(encode(V1_3, &msg).unwrap()[8..], bytes[8..]);
}

#[test]
fn both_readings_of_the_onf_s_match_survive() {
    let whole = OnfMatch::Whole(Match::new().eth_type(0x0800));
    for match_ in [whole.clone(), OnfMatch::Bare(whole.get().clone()), OnfMatch::default()] {
        let monitor = OnfFlowMonitorRequest { match_, ..OnfFlowMonitorRequest::default() };
        let body = MultipartRequestBody::OnfFlowMonitor(vec![monitor.clone(), monitor]);
        let msg = Message::from(MultipartRequest { flags: MultipartFlags(0), body });
        let bytes = encode(V1_3, &msg).unwrap();
        assert_eq!(decode(V1_3, &bytes), msg);
        let (_, back) = Message::from_json(V1_3, &msg.to_json(V1_3).unwrap()).unwrap();
        assert_eq!(back, msg);
    }
}
