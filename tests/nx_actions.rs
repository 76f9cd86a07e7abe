//! Nicira's actions against Open vSwitch and Ryu: one vector per sub-type and version.
//!
//! `tests/vectors/nicira_actions.jsonl` has flow-mods with one such action each: bytes made by
//! `ovs-ofctl` 3.1 or by the serializer of Ryu 4.34 (`made_by`), the JSON that Ryu's parser makes of
//! them, and the text that `ovs-ofctl` prints.

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use ryu_sdn::ofproto::ovs::{self, ActionsText};
use ryu_sdn::ofproto::{Action, ActionList, Encode, Message, NxAction, Version, Xid};
use ryu_sdn::wire::hex;
use serde_json::Value;

struct Vector {
    name: String,
    version: Version,
    bytes: Bytes,
    json: Value,
    ovs: Option<String>,
}

fn vectors() -> impl Iterator<Item = Vector> {
    include_str!("vectors/nicira_actions.jsonl").lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        Vector {
            name: row["name"].as_str().unwrap().to_owned(),
            version: Version::from_wire(row["version"].as_u64().unwrap() as u8).unwrap(),
            bytes: hex::decode(row["hex"].as_str().unwrap()).unwrap().into(),
            json: row["json"].clone(),
            ovs: row["ovs"].as_str().map(str::to_owned),
        }
    })
}

fn encode(version: Version, xid: Xid, msg: &Message) -> Bytes {
    let mut buf = BytesMut::new();
    msg.encode(version, xid, &mut buf).unwrap();
    buf.freeze()
}

fn actions(msg: &Message) -> ActionList {
    let Message::FlowMod(flow) = msg else { panic!("{msg}") };
    flow.instructions.applied().cloned().collect()
}

/// The sub-types in a list, those inside of others too.
fn subtypes(list: &[Action], seen: &mut BTreeSet<u16>) {
    for action in list {
        let Action::Nicira(action) = action else { continue };
        assert!(!matches!(**action, NxAction::Unknown { subtype, .. } if subtype != 999));
        seen.insert(action.subtype());
        match &**action {
            NxAction::Ct(ct) => subtypes(&ct.actions, seen),
            NxAction::Clone(clone) => subtypes(&clone.actions, seen),
            _ => {}
        }
    }
}

#[test]
fn every_action_survives_byte_for_byte() {
    let mut seen = BTreeSet::new();
    for v in vectors() {
        let (xid, msg) = Message::decode(v.version, &v.bytes)
            .unwrap_or_else(|err| panic!("{} {}: {err}", v.version, v.name));
        let again = encode(v.version, xid, &msg);
        assert_eq!(hex::encode(&again), hex::encode(&v.bytes), "{} {}: {msg}", v.version, v.name);
        assert!(!msg.to_string().contains('\n'));
        subtypes(&actions(&msg), &mut seen);
    }
    // 1 is what Open vSwitch wrote before it had table numbers; Ryu's 39 and what came after.
    let ryu = [1, 2].into_iter().chain(4..=10).chain(12..=21).chain(23..=39).chain([43, 46, 48]);
    let all: BTreeSet<u16> = ryu.chain([41, 42, 44, 45, 47, 49, 999]).collect();
    assert_eq!(seen, all);
}

#[test]
fn json_is_that_of_ryu() {
    let mut count = 0;
    for v in vectors() {
        let (xid, msg) = Message::decode(v.version, &v.bytes).unwrap();
        let ours = msg.to_json(v.version).unwrap();
        if !v.json.is_null() {
            assert_eq!(ours, v.json, "{} {}", v.version, v.name);
            count += 1;
        }
        let (_, back) = Message::from_json(v.version, &ours)
            .unwrap_or_else(|err| panic!("{} {}: {err}", v.version, v.name));
        assert_eq!(encode(v.version, xid, &back), v.bytes, "{} {}", v.version, v.name);
    }
    assert!(count > 80, "{count}");
}

#[test]
fn text_is_that_of_open_vswitch() {
    for v in vectors() {
        let (_, msg) = Message::decode(v.version, &v.bytes).unwrap();
        let list = actions(&msg);
        let text = ActionsText(v.version, &list).to_string();
        if let Some(wanted) = &v.ovs {
            assert_eq!(text, *wanted, "{} {}", v.version, v.name);
        }
        let read = ovs::parse_actions(v.version, &text)
            .unwrap_or_else(|err| panic!("{} {}: {text}: {err}", v.version, v.name));
        // What has a newer form is read as that: 14 for 1, 15 for 32, 7 or the standard
        // action for 33.
        let old = ["resubmit", "output_reg2", "reg_load2", "reg_load2 of a register"];
        if !old.contains(&&*v.name) {
            assert_eq!(read, list, "{} {}: {text}", v.version, v.name);
        }
    }
}

#[test]
fn every_cut_is_refused_or_read() {
    for v in vectors() {
        for end in 0..v.bytes.len() {
            let mut cut = v.bytes[..end].to_vec();
            let _ = Message::decode(v.version, &cut.clone().into());
            // With a length that says so.
            if end >= 8 {
                cut[2..4].copy_from_slice(&(end as u16).to_be_bytes());
                let _ = Message::decode(v.version, &cut.into());
            }
            let mut flipped = v.bytes.to_vec();
            for bit in 0..8 {
                flipped[end] ^= 1 << bit;
                if let Ok((xid, msg)) = Message::decode(v.version, &flipped.clone().into()) {
                    let _ = (msg.to_string(), msg.to_json(v.version));
                    let list = match &msg {
                        Message::FlowMod(flow) => flow.instructions.applied().cloned().collect(),
                        _ => ActionList::new(),
                    };
                    let _ = ActionsText(v.version, &list).to_string();
                    let mut buf = BytesMut::new();
                    if msg.encode(v.version, xid, &mut buf).is_ok() {
                        let again = Message::decode(v.version, &buf.freeze());
                        assert_eq!(again.unwrap().1, msg, "{} {end} {bit}", v.name);
                    }
                }
                flipped[end] ^= 1 << bit;
            }
        }
    }
}
