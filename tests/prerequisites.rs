//! Open vSwitch as the judge of prerequisites: what it says to every field that it has, alone and
//! with what the field needs, is what `Match::check` says.

use std::io::Write;
use std::process::{Command, Stdio};

use ryu_sdn::ofproto::Match;
use ryu_sdn::ofproto::oxm::{CLASS_BASIC, Field, FieldInfo, Needs, OxmTlv};
use ryu_sdn::wire::hex;

/// Fields that Open vSwitch 3.1 has not got.
const NOT_THERE: &[&str] = &["in_phy_port", "pbb_isid", "pbb_uca", "ipv6_exthdr"];

/// The field with a value that every field can have.
fn tlv(info: &FieldInfo) -> OxmTlv {
    let (number, size) = (info.number, info.size);
    let field: Field<u128> = match (info.experimenter, info.exp_type) {
        (None, _) => Field::new(info.class, number, size),
        (Some(id), None) => Field::experimenter(id, number, size),
        (Some(id), Some(exp_type)) => Field::experimenter_typed(id, number, exp_type, size),
    };
    let value = match info.name {
        "nw_tos" => 4,
        "vlan_vid" | "vlan_tci" => 0x1001,
        _ => 1,
    };
    OxmTlv::new(field, value)
}

/// Everything that a field needs, in each of the ways; prerequisites of prerequisites too.
fn ways(needs: Needs) -> Vec<Match> {
    let m = Match::new;
    match needs {
        Needs::Nothing => vec![m()],
        Needs::Tagged => vec![m().vlan_vid(0x1007)],
        Needs::OneOf(5, types) => types.iter().map(|t| m().eth_type(*t)).collect(),
        Needs::OneOf(10, [58]) => vec![m().eth_type(0x86dd).ip_proto(58)],
        Needs::OneOf(10, [1]) => vec![m().eth_type(0x0800).ip_proto(1)],
        Needs::OneOf(10, [proto]) => {
            let with = |eth_type| m().eth_type(eth_type).ip_proto(*proto as u8);
            vec![with(0x0800), with(0x86dd)]
        }
        Needs::OneOf(29, types) => {
            let with = |t: &u16| m().eth_type(0x86dd).ip_proto(58).icmpv6_type(*t as u8);
            types.iter().map(with).collect()
        }
        other => panic!("a need that this test does not know: {other}"),
    }
}

/// A field as the program reads it: its header and payload, of an experimenter its name and value.
fn text(tlv: &OxmTlv) -> String {
    let name = tlv.as_oxm().info().filter(|info| info.experimenter.is_some()).map(|info| info.name);
    let Some(name) = name else {
        let (header, payload) = tlv.as_bytes().split_at(4);
        return format!("{}({}) ", hex::encode(header), hex::encode(payload));
    };
    let name = match name {
        "_dp_hash" => "NXOXM_ET_DP_HASH".to_owned(),
        "tcp_flags" | "actset_output" => format!("ONFOXM_ET_{}", name.to_uppercase()),
        _ => format!("NXOXM_{}", name.to_uppercase()),
    };
    format!("{name}({}) ", hex::encode(tlv.as_oxm().value()))
}

/// What `ovs-ofctl` says to each match; `None` without that program.
fn judged(matches: &[Match]) -> Option<Vec<String>> {
    let mut ovs = Command::new("ovs-ofctl")
        .args(["--strict", "parse-oxm", "OpenFlow15"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut lines = String::new();
    for m in matches {
        // Open vSwitch reads in order: what is asked for has to come first, whatever its class.
        let mut fields: Vec<OxmTlv> = m.fields().collect();
        fields.sort_by_key(|tlv| tlv.as_oxm().class() != CLASS_BASIC);
        for tlv in fields {
            lines.push_str(&text(&tlv));
        }
        lines.push('\n');
    }
    let mut stdin = ovs.stdin.take()?;
    // The answers of a few hundred lines fit in a pipe's buffer.
    stdin.write_all(lines.as_bytes()).ok()?;
    drop(stdin);
    let output = ovs.wait_with_output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

#[test]
fn open_vswitch_wants_what_we_want() {
    let rows = || FieldInfo::all().filter(|info| !NOT_THERE.contains(&info.name));
    let mut matches = Vec::new();
    for info in rows() {
        matches.push(Match::new().with_tlv(&tlv(info)));
        matches.extend(ways(info.needs).iter().map(|m| m.clone().with_tlv(&tlv(info))));
    }
    let Some(said) = judged(&matches) else {
        println!("skipped: there is no ovs-ofctl");
        return;
    };
    assert_eq!(said.len(), matches.len());
    for (m, said) in matches.iter().zip(said) {
        match m.check() {
            Ok(()) => assert!(!said.contains("error"), "{m}: {said}"),
            Err(missing) => assert!(said.contains("BAD_PREREQ"), "{missing}: {said}"),
        }
    }
    println!("{} matches of {} fields: the same verdicts", matches.len(), rows().count());
}
