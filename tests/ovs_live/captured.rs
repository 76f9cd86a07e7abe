//! What ovs-ofctl and the bridge say to each other is the same after decoding and encoding.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use bytes::Bytes;
use ryu_sdn::ofproto::{
    Encode as _, Message, V1_0, V1_1, V1_2, V1_3, V1_4, V1_5, Version, peek_header,
};
use ryu_sdn::wire::hex;

use super::bridge::{protocol, target};
use super::relay::{Relay, same_again, same_bytes};
use super::sent::{alone, wipe};

/// What is asked of ovs-ofctl: the first version that has it, the command, and what stands behind
/// the bridge. A word that starts with `<` is the text of a file that the program reads.
const COMMANDS: &[(Version, &str, &[&str])] = &[
    (V1_0, "show", &[]),
    (V1_0, "probe", &[]),
    (V1_0, "ping", &["17"]),
    (V1_0, "dump-desc", &[]),
    (V1_0, "dump-tables", &[]),
    (V1_3, "dump-table-features", &[]),
    (V1_4, "dump-table-desc", &[]),
    (V1_4, "mod-table", &["1", "evict"]),
    (V1_4, "mod-table", &["2", "vacancy:20,80"]),
    (V1_1, "mod-table", &["0", "controller"]),
    (V1_1, "mod-table", &["3", "drop"]),
    (V1_1, "mod-table", &["3", "continue"]),
    (V1_0, "get-frags", &[]),
    (V1_0, "set-frags", &["drop"]),
    (V1_0, "set-frags", &["reassemble"]),
    (V1_0, "set-frags", &["nx-match"]),
    (V1_0, "set-frags", &["normal"]),
    (V1_0, "dump-ports", &[]),
    (V1_0, "dump-ports", &["LOCAL"]),
    (V1_0, "dump-ports-desc", &[]),
    (V1_5, "dump-ports-desc", &["LOCAL"]),
    (V1_0, "mod-port", &["65534", "no-flood"]),
    (V1_0, "mod-port", &["65534", "flood"]),
    (V1_0, "mod-port", &["65534", "down"]),
    (V1_0, "mod-port", &["65534", "up"]),
    (V1_0, "mod-port", &["65534", "no-receive"]),
    (V1_0, "mod-port", &["65534", "receive"]),
    (V1_0, "queue-stats", &[]),
    (V1_0, "queue-get-config", &["LOCAL"]),
    (V1_0, "add-flow", &["priority=5,in_port=1,actions=output:2"]),
    (V1_0, "add-flow", &["table=1,ip,nw_dst=10.0.0.0/8,actions=mod_dl_dst:00:00:00:00:00:02,2"]),
    (V1_0, "add-flow", &["tcp,tp_dst=80,idle_timeout=60,send_flow_rem,actions=controller:128"]),
    (V1_0, "add-flow", &["ipv6,ipv6_dst=2001:db8::/32,cookie=0x77,actions=drop"]),
    (V1_0, "add-flow", &["dl_vlan=5,dl_vlan_pcp=3,actions=strip_vlan,normal"]),
    (V1_0, "add-flow", &["arp,arp_op=1,arp_tpa=10.0.0.1,actions=flood"]),
    (V1_0, "add-flow", &["icmp,icmp_type=8,hard_timeout=9,check_overlap,actions=in_port"]),
    (V1_0, "add-flow", &["icmp6,icmp_type=135,nd_target=::1,actions=local"]),
    (V1_0, "add-flow", &["mpls,mpls_label=7,actions=pop_mpls:0x800,1"]),
    (V1_0, "add-flow", &["tun_id=0x5/0xff,metadata=0x3,actions=set_field:9->tun_id,1"]),
    (V1_0, "add-flow", &["in_port=2,actions=enqueue:1:7"]),
    (V1_0, "add-flow", &["dl_src=00:00:00:00:00:09,actions=push_vlan:0x8100,mod_vlan_vid:7,1"]),
    (V1_0, "add-flow", &["sctp,tp_src=9,priority=77,actions=dec_ttl,set_queue:4,1,pop_queue"]),
    (V1_1, "add-flow", &["priority=6,ip,actions=write_actions(output:3),goto_table:5"]),
    (V1_1, "add-flow", &["priority=7,actions=clear_actions,write_metadata:0x5/0xff,goto_table:9"]),
    (V1_2, "add-flow", &["tcp,tp_dst=81,reset_counts,actions=set_field:82->tcp_dst,1"]),
    (V1_3, "add-flow", &["udp,no_packet_counts,no_byte_counts,actions=2"]),
    (V1_4, "add-flow", &["priority=8,importance=9,actions=3"]),
    (V1_0, "add-flows", &["<in_port=11,actions=1\nin_port=12,actions=2\ndelete in_port=11"]),
    (V1_0, "mod-flows", &["in_port=1,actions=output:9"]),
    (V1_0, "mod-flows", &["--strict", "priority=5,in_port=1,actions=output:8"]),
    (V1_0, "mod-flows", &["cookie=0x77/-1,actions=output:8"]),
    (V1_0, "dump-flows", &[]),
    (V1_0, "dump-flows", &["table=1,ip"]),
    (V1_0, "dump-flows", &["cookie=0x77/-1,out_port=8"]),
    (V1_0, "dump-aggregate", &[]),
    (V1_0, "dump-aggregate", &["ip"]),
    (V1_0, "packet-out", &["in_port=1,packet=ffffffffffff0000000000010800,actions=2"]),
    (
        V1_0,
        "packet-out",
        &["in_port=controller,packet=ffffffffffff0000000000010800,actions=flood,1"],
    ),
    (V1_1, "add-group", &["group_id=1,type=all,bucket=output:1,bucket=output:2"]),
    (V1_1, "add-group", &["group_id=2,type=select,bucket=weight:5,1,bucket=weight:9,2"]),
    (V1_1, "add-group", &["group_id=3,type=ff,bucket=watch_port:1,output:1"]),
    (V1_1, "add-group", &["group_id=4,type=indirect,bucket=group:1"]),
    (
        V1_5,
        "add-group",
        &["group_id=5,type=select,selection_method=hash,selection_method_param=7,\
         fields(ip_src,eth_dst),bucket=bucket_id:9,weight:5,watch_port:1,actions=1"],
    ),
    (V1_1, "add-groups", &["<group_id=6,type=all,bucket=1\ngroup_id=7,type=all"]),
    (V1_1, "add-flow", &["priority=9,actions=group:2"]),
    (V1_1, "mod-group", &["group_id=1,type=all,bucket=output:3"]),
    (V1_1, "--may-create", &["mod-group", "group_id=8,type=all,bucket=3"]),
    (V1_5, "insert-buckets", &["group_id=1,command_bucket_id=first,bucket=bucket_id:8,4"]),
    (V1_5, "insert-buckets", &["group_id=1,command_bucket_id=last,bucket=bucket_id:9,5"]),
    (V1_5, "remove-buckets", &["group_id=1,command_bucket_id=last"]),
    (V1_5, "remove-buckets", &["group_id=1,command_bucket_id=8"]),
    (V1_1, "dump-groups", &[]),
    (V1_5, "dump-groups", &["1"]),
    (V1_1, "dump-group-stats", &[]),
    (V1_1, "dump-group-stats", &["group_id=1"]),
    (V1_2, "dump-group-features", &[]),
    (V1_1, "del-groups", &["group_id=3"]),
    (V1_3, "add-meter", &["meter=1,kbps,bands=type=drop,rate=100"]),
    (V1_3, "add-meter", &["meter=2,pktps,burst,stats,bands=type=drop,rate=9,burst_size=3"]),
    (V1_3, "mod-meter", &["meter=1,kbps,bands=type=drop,rate=200"]),
    (V1_3, "add-flow", &["priority=10,actions=meter:1,1"]),
    (V1_3, "dump-meters", &[]),
    (V1_3, "dump-meter", &["meter=2"]),
    (V1_3, "meter-stats", &[]),
    (V1_3, "meter-stats", &["meter=1"]),
    (V1_3, "meter-features", &[]),
    (V1_3, "del-meter", &["meter=2"]),
    (V1_3, "dump-ipfix-bridge", &[]),
    (V1_3, "dump-ipfix-flow", &[]),
    (V1_0, "dump-tlv-map", &[]),
    (V1_3, "ct-flush-zone", &["5"]),
    (V1_0, "--bundle", &["replace-flows", "<in_port=1,actions=2\nin_port=3,actions=4"]),
    (V1_0, "--bundle", &["add-flows", "<in_port=5,actions=2\ndelete in_port=1"]),
    (V1_0, "replace-flows", &["<in_port=1,actions=2\nin_port=3,actions=5"]),
    (V1_3, "bundle", &["<flow add in_port=9,actions=1\ngroup add group_id=9,type=all,bucket=1"]),
    (V1_0, "monitor", &["65535", "watch:"]),
    (V1_0, "del-flows", &["in_port=1"]),
    (V1_0, "del-flows", &["--strict", "priority=32768,in_port=3"]),
    (V1_0, "del-flows", &["cookie=0x77/-1"]),
    (V1_1, "del-flows", &["table=1,out_group=2"]),
    (V1_0, "del-flows", &["out_port=2"]),
    // Asked for nothing that is there: errors.
    (V1_1, "mod-group", &["group_id=99,type=all,bucket=1"]),
    (V1_3, "mod-meter", &["meter=99,kbps,bands=type=drop,rate=1"]),
    (V1_1, "add-flow", &["actions=group:98"]),
    (V1_1, "del-groups", &[]),
    (V1_3, "del-meters", &[]),
    (V1_0, "del-flows", &[]),
];

/// One message of the wire, and how it came about.
struct Caught {
    command: String,
    version: Version,
    bytes: Bytes,
}

/// Runs one command through the relay; what was said.
fn run(bridge: &str, version: Version, command: &str, arguments: &[&str]) -> Vec<Caught> {
    let relay = Relay::new(bridge);
    let target = relay.target();
    let mut ofctl = Command::new("ovs-ofctl");
    ofctl.args(["-O", &protocol(version), "--no-names", "-vconsole:off"]);
    ofctl.arg(if command == "monitor" { "--timeout=1" } else { "--timeout=15" });
    let mut rest = arguments.iter();
    ofctl.arg(command);
    if command.starts_with("--") {
        ofctl.args(rest.next());
    }
    // Options may stand anywhere; what is no option comes behind the bridge.
    ofctl.arg(&target);
    let mut input = None;
    for word in rest {
        match word.strip_prefix('<') {
            Some(text) => {
                input = Some(format!("{text}\n"));
                ofctl.arg("-");
            }
            None => {
                ofctl.arg(word);
            }
        }
    }
    let mut child = ofctl
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ovs-ofctl runs");
    if let Some(text) = input {
        use std::io::Write as _;
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(text.as_bytes()).expect("it reads");
    }
    let output = child.wait_with_output().expect("it ends");
    let said = relay.end();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let name = format!("{command} {}", arguments.join(" ")).replace('\n', ";");
    // By the bridge, or by the program for the version's sake.
    let why = [
        "OFPT_ERROR",
        "requires one of the OpenFlow versions",
        "doesn't support mode",
        "among the allowed flow formats",
    ];
    // A monitor would go on for ever, but for its alarm clock.
    let ended = command == "monitor" && output.status.signal() == Some(14);
    let refused = why.iter().any(|words| errors.contains(words));
    assert!(output.status.success() || refused || ended, "{version} {name}: {errors}");
    let caught = |bytes| Caught { command: name.clone(), version, bytes };
    said.into_iter().map(caught).collect()
}

/// The version that a message is in: hellos may be in any.
fn version_of(caught: &Caught) -> Version {
    let header = peek_header(&caught.bytes).expect("a header");
    Version::from_wire(header.version).unwrap_or(caught.version)
}

fn check(caught: &Caught, json: bool) -> Message {
    let version = version_of(caught);
    let (xid, message) = Message::decode(version, &caught.bytes).unwrap_or_else(|e| {
        panic!("{version} {}: {e}: {}", caught.command, hex::encode(&caught.bytes))
    });
    if json {
        same_again(version, xid, &message, &caught.bytes);
    } else {
        same_bytes(version, xid, &message, &caught.bytes);
    }
    message
}

fn captured_of(version: Version) {
    let Some(target) = target() else { return };
    let _alone = alone();
    wipe(&target);
    let (mut count, mut large) = (0, 0);
    let mut kinds = BTreeSet::new();
    let mut all = Vec::new();
    let mut opaque = Vec::new();
    for (_, command, arguments) in COMMANDS.iter().filter(|(since, ..)| *since <= version) {
        for caught in run(&target, version, command, arguments) {
            // What tables can do fills hundreds of kilobytes: its JSON is tried on the first parts.
            large += usize::from(caught.bytes.len() > 10_000);
            let message = check(&caught, caught.bytes.len() <= 10_000 || large <= 2);
            count += 1;
            kinds.insert(message.name());
            if matches!(message, Message::Unknown(_)) {
                opaque.push(message.to_string());
            }
            all.push(caught);
        }
    }
    wipe(&target);
    keep(version, &all);
    assert!(opaque.is_empty(), "{version}: {opaque:?}");
    println!("{version}: {count} messages of {} types, all the same again", kinds.len());
}

/// Writes what was caught as vectors into the folder that `RYU_SDN_OVS_KEEP` names.
fn keep(version: Version, all: &[Caught]) {
    let Some(folder) = std::env::var_os("RYU_SDN_OVS_KEEP") else { return };
    let mut text = String::new();
    for caught in all {
        let message = check(caught, false);
        let _ =
            write!(text, "\n== {}\n{}\n> {message}\n", caught.command, hex::encode(&caught.bytes));
    }
    let path = std::path::Path::new(&folder).join(format!("{}.txt", protocol(version)));
    fs::write(path, text).expect("a folder to write to");
}

#[test]
fn captured_of_1_0() {
    captured_of(V1_0);
}

#[test]
fn captured_of_1_1() {
    captured_of(V1_1);
}

#[test]
fn captured_of_1_3() {
    captured_of(V1_3);
}

#[test]
fn captured_of_1_4() {
    captured_of(V1_4);
}

#[test]
fn captured_of_1_5() {
    captured_of(V1_5);
}
