//! Every action that ovs-actions(7) names, a line or more for each, with Open vSwitch as the judge.
//!
//! The lines are in `tests/vectors/ovs_actions.txt`; what they are shown as is what ovs-ofctl 3.1
//! says.

use std::collections::BTreeSet;
use std::process::Command;

use bytes::Bytes;
use ryu_sdn::ofproto::ovs::{self, FlowText};
use ryu_sdn::ofproto::{FlowMod, Message, V1_0, Version};

use super::{encoded, ofctl, ovs_bytes, rows, version, without_extensions};

/// The words under "Syntax:" in ovs-actions(7) of Open vSwitch 3.1, in its order; `port` stands for
/// ports without a word.
const NAMED: &[&str] = &[
    "port",
    "output",
    "controller",
    "enqueue",
    "bundle",
    "bundle_load",
    "group",
    "strip_vlan",
    "pop_vlan",
    "push_vlan",
    "push_mpls",
    "pop_mpls",
    "encap",
    "decap",
    "set_field",
    "load",
    "move",
    "mod_dl_src",
    "mod_dl_dst",
    "mod_nw_src",
    "mod_nw_dst",
    "mod_nw_tos",
    "mod_nw_ecn",
    "mod_tp_src",
    "mod_tp_dst",
    "dec_ttl",
    "set_mpls_label",
    "set_mpls_tc",
    "set_mpls_ttl",
    "dec_mpls_ttl",
    "dec_nsh_ttl",
    "check_pkt_larger",
    "delete_field",
    "set_tunnel",
    "set_tunnel64",
    "set_queue",
    "pop_queue",
    "ct",
    "ct_clear",
    "learn",
    "fin_timeout",
    "resubmit",
    "clone",
    "push",
    "pop",
    "exit",
    "multipath",
    "conjunction",
    "note",
    "sample",
    "meter",
    "clear_actions",
    "write_actions",
    "write_metadata",
    "goto_table",
];

/// Name, version, line, and how that is shown.
fn lines() -> impl Iterator<Item = (&'static str, Version, &'static str, &'static str)> {
    rows(include_str!("../vectors/ovs_actions.txt")).flat_map(|row| {
        let [name, versions, text, shown] = row[..] else { panic!("{row:?}") };
        let shown = if shown == "=" { text } else { shown };
        versions.split(' ').map(move |v| (name, version(v), text, shown))
    })
}

fn parsed(version: Version, text: &str) -> FlowMod {
    ovs::parse_flow(version, text).unwrap_or_else(|e| panic!("{version}: {text}: {e}"))
}

fn decoded(version: Version, bytes: &Bytes) -> FlowMod {
    match Message::decode(version, bytes) {
        Ok((_, Message::FlowMod(flow))) => flow,
        other => panic!("{version}: {other:?}"),
    }
}

#[test]
fn every_action_is_read_and_written() {
    for (_, version, text, shown) in lines() {
        let flow = parsed(version, text);
        assert_eq!(FlowText(version, &flow).to_string(), shown, "{version}: {text}");
        let again = FlowText(version, &parsed(version, shown)).to_string();
        assert_eq!(again, shown, "{version}: {text}");
        let (_, bytes) = encoded(version, &[text.to_owned()]);
        assert_eq!(decoded(version, &bytes.into()), flow, "{version}: {text}");
        let json = Message::from(flow.clone()).to_json(version).expect("it has a place");
        let (_, back) = Message::from_json(version, &json).expect("our own JSON");
        assert_eq!(back, Message::FlowMod(flow), "{version}: {text}");
    }
}

#[test]
fn every_action_has_a_line() {
    let lines: BTreeSet<&str> = lines().map(|line| line.0).collect();
    for name in NAMED {
        assert!(lines.contains(name), "{name}");
    }
}

#[test]
fn ovs_actions_7_names_no_other() {
    let page = Command::new("man").args(["-P", "cat", "ovs-actions"]).output();
    let text = page.map(|page| String::from_utf8_lossy(&page.stdout).into_owned());
    let text = text.unwrap_or_default();
    if text.is_empty() {
        println!("skipped: no ovs-actions(7) here");
        return;
    }
    let mut count = 0;
    let mut lines = text.lines();
    while lines.find(|line| line.trim() == "Syntax:").is_some() {
        for line in lines.by_ref().map(str::trim).take_while(|line| !line.is_empty()) {
            let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let word = &line[..end.unwrap_or(line.len())];
            assert!(NAMED.contains(&word), "{line}");
            count += 1;
        }
    }
    assert!(count >= NAMED.len(), "{count}");
}

#[test]
fn ovs_says_every_action_with_our_bytes() {
    for version in &Version::ALL {
        let all: Vec<_> = lines().filter(|line| line.1 == *version).collect();
        if all.is_empty() {
            continue;
        }
        let texts: Vec<String> = all.iter().map(|line| line.2.to_owned()).collect();
        let (flows, bytes) = encoded(*version, &texts);
        let Some(ours) = ofctl(*version, &["ofp-parse", "-"], &bytes) else { return };
        let mut arguments = vec!["parse-flows", "-"];
        arguments.splice(0..0, without_extensions(*version).iter().copied());
        let input = texts.join("\n") + "\n";
        let Some(theirs) = ofctl(*version, &arguments, input.as_bytes()) else { return };
        let is_flow = |line: &&str| line.contains("FLOW_MOD");
        let ours: Vec<&str> = ours.lines().filter(is_flow).collect();
        let theirs: Vec<&str> = theirs.lines().filter(is_flow).collect();
        assert_eq!((ours.len(), theirs.len()), (texts.len(), texts.len()));
        let Some(dumps) = ovs_bytes(*version, &texts) else { return };
        for (i, (name, _, text, shown)) in all.iter().enumerate() {
            assert_eq!(ours[i], theirs[i], "{version}: {text}");
            let same = decoded(*version, &dumps[i].1);
            assert_eq!(FlowText(*version, &same).to_string(), *shown, "{version}: {text}");
            // Its enqueue gives the output a length, which means nothing at such a port.
            if *name != "enqueue" {
                assert_eq!(same, flows[i], "{version}: {text}");
            }
            let of = |text: &str| text.split_once("actions=").map(|(_, list)| list.to_owned());
            assert_eq!(of(ours[i]), of(shown), "{version}: {text}");
            if *version != V1_0 {
                assert!(ours[i].ends_with(&format!("ADD {shown}")), "{}\n{shown}", ours[i]);
            }
        }
        println!("{version}: {} lines", all.len());
    }
}
