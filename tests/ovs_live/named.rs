//! Every line of `tests/vectors/ovs_actions.txt`, which has one for each action that ovs-actions(7)
//! names, as an entry of the bridge: what it shows, and what its bytes mean here.
//!
//! `tests/ovs_text/named.rs` holds the same lines against ovs-ofctl alone. Here the switch has a table
//! of tunnel options, so that it says how long each is.

use std::collections::BTreeMap;

use ryu_sdn::ofproto::ovs::{self, FlowStatsText, FlowText};
use ryu_sdn::ofproto::{
    FlowMod, Message, NxMessage, NxTlvMap, NxTlvTableMod, V1_0, V1_3, V1_4, V1_5, Version,
};

use super::bridge::{Bridge, target};
use super::sent::{alone, entries, furnish, lines, wipe};

/// N of `tun_metadataN`, and how many bytes it has here; the bridge has 256 for all.
const OPTIONS: [(u16, u8); 6] = [(0, 8), (1, 8), (2, 8), (3, 8), (5, 4), (63, 124)];

fn options(command: u16) -> Message {
    let mappings = OPTIONS.map(|(index, option_len)| NxTlvMap {
        option_class: 0xffff,
        option_type: index as u8,
        option_len,
        index,
    });
    let mappings = if command == NxTlvTableMod::ADD { mappings.into() } else { Vec::new() };
    Message::Nicira(NxMessage::TlvTableMod(NxTlvTableMod { command, mappings }))
}

/// Takes the options away. Open vSwitch frees an entry some time after it has gone, and refuses to
/// take away what one uses until then.
fn clear(bridge: &mut Bridge) {
    let mut refused = Vec::new();
    // Each of them is a question and an answer: some seconds in all.
    for _ in 0..20_000 {
        bridge.send(options(NxTlvTableMod::CLEAR));
        refused = bridge.barrier();
        if refused.is_empty() {
            return;
        }
    }
    panic!("the options are still in use: {refused:?}");
}

fn actions_of(version: Version) {
    let Some(target) = target() else { return };
    let _alone = alone();
    wipe(&target);
    let mut bridge = Bridge::connect(&target, version);
    furnish(&mut bridge);
    clear(&mut bridge);
    bridge.apply([options(NxTlvTableMod::ADD)]);
    let mut wanted = BTreeMap::new();
    let rows = include_str!("../vectors/ovs_actions.txt").lines();
    for (n, row) in rows.filter(|row| row.contains(" | ")).enumerate() {
        let [name, versions, text, shown] = row.split(" | ").collect::<Vec<_>>()[..] else {
            continue;
        };
        // In 1.0 this switch pads the properties of its controller action by their place in the message,
        // and cannot read that itself (OFPBPC_BAD_LEN).
        let misplaced = version == V1_0 && name == "controller" && text.contains("pause");
        if misplaced
            || name == "whole_option"
            || !versions.split(' ').any(|v| v.parse() == Ok(version))
        {
            continue;
        }
        let flow = ovs::parse_flow(version, text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let (cookie, priority) = (1 + n as u64, 1 + n as u16);
        wanted.insert(cookie, (FlowMod { cookie, priority, ..flow }, text, shown));
    }
    let count = bridge.apply(wanted.values().map(|row| row.0.clone()));
    let (entries, lines) = (entries(&mut bridge), lines(&bridge));
    assert_eq!(entries.len(), count, "{version}");
    let mut wrong = Vec::new();
    for (cookie, (_, text, shown)) in &wanted {
        let (entry, line) = (&entries[cookie], &lines[cookie]);
        let ours = FlowStatsText::new(version, entry).no_stats().to_string();
        let shown = if *shown == "=" { text } else { shown };
        let of = |text: &str| text.split_once("actions=").map(|(_, list)| list.to_owned());
        if ours != *line || of(line) != of(shown) {
            wrong.push(format!("sent {text}\n  ours {ours}\n  ovs  {line}"));
            continue;
        }
        let again = ovs::parse_flow(version, &ours).unwrap_or_else(|e| panic!("{ours}: {e}"));
        let again = FlowText(version, &again).to_string();
        if again != ours {
            wrong.push(format!("read {again}\n  from {ours}"));
        }
    }
    assert!(wrong.is_empty(), "{version}:\n{}", wrong.join("\n"));
    wipe(&target);
    clear(&mut bridge);
    println!("{version}: {count} actions by name");
}

#[test]
fn named_actions_of_1_0() {
    actions_of(V1_0);
}

#[test]
fn named_actions_of_1_3() {
    actions_of(V1_3);
}

#[test]
fn named_actions_of_1_4() {
    actions_of(V1_4);
}

#[test]
fn named_actions_of_1_5() {
    actions_of(V1_5);
}
