//! Every class of Ryu's packet library: a type of ours, and a packet in whose JSON it is.
//!
//! `tests/vectors/ryu_packet_classes.txt` lists Ryu's classes (`tests/real/ryu_packet_classes.py`
//! made it, and compares it with Ryu), `docs/packets.md` says what ours are,
//! `tests/vectors/packets/` has the packets.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ryu_sdn::packet::{
    EmitError, Ethernet, Icmp, Ipv4, Kind, Layer, Packet, Udp, Vlan, ethertype, internet_checksum,
    ip_proto,
};
use ryu_sdn::wire::hex;
use serde_json::Value;

/// Classes that our JSON of no packet has: class, why. One that works must leave.
const MISSING: &[(&str, &str)] = &[
    ("bgp.RouteFamily", "two numbers that are members of others, in Ryu, too"),
    ("zebra.ZebraBfdDestinationReply", "no body: Ryu's parser makes null of it, and so do we"),
    ("zebra.ZebraRouterIDAdd", "as zebra.ZebraBfdDestinationReply"),
    ("zebra.ZebraRouterIDDelete", "as zebra.ZebraBfdDestinationReply"),
    ("zebra.ZebraVrfUnregister", "as zebra.ZebraBfdDestinationReply"),
];

/// Ryu's modules that are not named for their protocol: protocol, module.
const MODULES: &[(&str, &str)] =
    &[("itag", "pbb"), ("lacp", "slow"), ("linuxcooked", "linux"), ("svlan", "vlan")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|err| panic!("{path}: {err}"))
}

/// The words of a text: letters, digits and underscores.
fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

/// Ryu's classes, and whether each is only there for others to be derived from it.
fn listed() -> Vec<(String, bool)> {
    let text = read("tests/vectors/ryu_packet_classes.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let split = |line: &str| match line.split_once(' ') {
        Some((class, "base")) => (class.to_owned(), true),
        None => (line.to_owned(), false),
        Some(_) => panic!("{line}"),
    };
    lines.map(split).collect()
}

/// The type that a line of source declares: with `struct` or `enum`, or as a row of a macro's, with
/// Ryu's name or as another spelling of it.
fn declared(line: &str) -> Option<&str> {
    let row = line.split_once("struct ").or_else(|| line.split_once("enum "));
    let rest = row.map_or(line.trim_start(), |(_, rest)| rest);
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    let is_row = behind.trim_start_matches("<'a>").starts_with(" \"");
    (row.is_some() || is_row).then_some(name)
}

/// The rows of the page: a class, what it is here, and whether it is marked as a base of others.
fn page() -> BTreeMap<String, (String, bool)> {
    let text = read("docs/packets.md");
    let classes = text.split_once("\n## The classes\n").expect("there is such a section").1;
    let mut rows = BTreeMap::new();
    for line in
        classes.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Ryu |"))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [class, ours] = cells[..] else { panic!("{line}") };
        let (class, is_base) =
            class.strip_suffix(" *").map_or((class, false), |class| (class, true));
        let (class, ours) = (class.trim_matches('`').to_owned(), ours.trim_matches('`').to_owned());
        assert!(rows.insert(class.clone(), (ours, is_base)).is_none(), "{class} has two rows");
    }
    rows
}

/// The files of a folder and of those in it.
fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap_or_else(|err| panic!("{}: {err}", dir.display())) {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Adds the names of all members, each behind the module it may be of.
fn names(json: &Value, module: &str, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                found.insert(format!("{module}.{name}"));
                // A class of another one's is `Outer.Inner` in Python, `Inner` in JSON.
                names(value, module, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, module, found)),
        _ => {}
    }
}

/// Ryu's name of the module that has a protocol.
fn module(kind: Option<Kind>) -> &'static str {
    let name = kind.map_or("packet", Kind::name);
    MODULES.iter().find(|row| row.0 == name).map_or(name, |row| row.1)
}

/// The classes in our JSON of the packets, with their modules.
fn seen() -> BTreeSet<String> {
    let mut paths = Vec::new();
    files(&root().join("tests/vectors/packets"), &mut paths);
    let mut found = BTreeSet::new();
    let mut packets = 0;
    for path in paths {
        for line in fs::read_to_string(&path).expect("a text").lines() {
            let row: Value = serde_json::from_str(line).expect("a line is JSON");
            let first = row["first"].as_str().expect("a name");
            let first = Kind::ALL.iter().find(|kind| kind.name() == first);
            let bytes = hex::decode(row["hex"].as_str().expect("hex")).expect("hex");
            let packet = Packet::parse_as(*first.expect("a protocol of ours"), &bytes);
            found.insert(format!("packet.{}", json_class(&packet.to_json())));
            for layer in packet.iter() {
                names(&layer.to_json(), module(layer.kind()), &mut found);
            }
            packets += 1;
        }
    }
    assert!(packets > 1000, "{packets} packets");
    found
}

/// The only member of an object.
fn json_class(json: &Value) -> &str {
    json.as_object().and_then(|members| members.keys().next()).expect("an object of one member")
}

/// Whether a class is in the JSON. That of a nested one is named by its last part.
fn is_in(seen: &BTreeSet<String>, class: &str) -> bool {
    let (module, _) = class.split_once('.').expect("a module and a class");
    let (_, name) = class.rsplit_once('.').expect("a module and a class");
    seen.contains(&format!("{module}.{name}"))
}

#[test]
fn every_class_of_ryu_is_a_type_of_ours() {
    let mut paths = Vec::new();
    files(&root().join("src/packet"), &mut paths);
    let sources: Vec<String> =
        paths.iter().map(|path| fs::read_to_string(path).expect("a source")).collect();
    // Comments may name what is not there.
    let lines = sources.iter().flat_map(|source| source.lines());
    let lines: Vec<&str> = lines.filter(|line| !line.trim_start().starts_with("//")).collect();
    let types: BTreeSet<&str> = lines.iter().filter_map(|line| declared(line)).collect();
    let names: BTreeSet<&str> = lines.iter().flat_map(|line| words(line)).collect();
    let mut rows = page();
    for (class, is_base) in listed() {
        let (ours, marked) =
            rows.remove(&class).unwrap_or_else(|| panic!("{class} has no row on the page"));
        assert_eq!(marked, is_base, "{class}: the star");
        if ours == "-" {
            assert!(is_base, "{class} has no type");
            continue;
        }
        let (name, member) = ours.split_once("::").unwrap_or((&ours, &ours));
        assert!(types.contains(name), "{class}: there is no {name}");
        assert!(names.contains(member), "{class}: there is no {ours}");
    }
    assert!(rows.is_empty(), "no classes of Ryu: {rows:?}");
}

#[test]
fn every_class_of_ryu_is_in_the_json_of_a_packet() {
    let seen = seen();
    let mut lacks = Vec::new();
    let mut works = Vec::new();
    let mut there = 0;
    let listed = listed();
    for (class, is_base) in &listed {
        let excused = MISSING.iter().any(|row| row.0 == class);
        match (is_in(&seen, class), excused) {
            (true, true) => works.push(class),
            (true, false) => there += 1,
            (false, false) if !is_base => lacks.push(class),
            (false, _) => assert!(!(excused && *is_base), "{class} needs no excuse"),
        }
    }
    for (class, _) in MISSING {
        assert!(listed.iter().any(|row| row.0 == *class), "Ryu has no {class}");
    }
    println!("{there} of {} classes; missing: {MISSING:?}", listed.len());
    assert!(lacks.is_empty(), "no packet, or no JSON of ours: {lacks:#?}");
    assert!(works.is_empty(), "they work, take them off the list: {works:#?}");
}

// The example of the page, letter by letter.
fn reply(frame: &[u8]) -> Option<Result<Vec<u8>, EmitError>> {
    let pkt = Packet::parse(frame);
    let (eth, ip, icmp) = (pkt.get::<Ethernet>()?, pkt.get::<Ipv4>()?, pkt.get::<Icmp>()?);
    let reply = Ethernet { dst: eth.src, src: eth.dst, ..eth }
        / Ipv4::new(ip.dst, ip.src, ip.proto)
        / icmp.echo_reply()?
        / [];
    Some(reply.to_frame())
}

#[test]
fn the_example_of_the_page_answers_a_ping() {
    let source = read("tests/packet_classes.rs");
    let code = source.split_once("\n// The example of the page").and_then(|(_, rest)| {
        let (_, rest) = rest.split_once('\n')?;
        rest.split_once("\n}\n").map(|(code, _)| code.to_owned())
    });
    assert!(read("docs/packets.md").contains(&code.expect("it is above")));
    let (here, there) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
    let eth = Ethernet { ethertype: ethertype::IPV4, ..Ethernet::default() };
    let ping = eth / Ipv4::new(here, there, ip_proto::ICMP) / Icmp::echo_request(1, 7, b"hi") / [];
    let frame = reply(&ping.to_frame().unwrap()).expect("a ping").unwrap();
    let pkt = Packet::parse(&frame);
    assert_eq!(pkt.verify(), Ok(()));
    assert_eq!(pkt.get::<Ipv4>().map(|ip| (ip.src, ip.dst)), Some((there, here)));
    assert_eq!(pkt.get::<Icmp>().map(|icmp| icmp.type_), Some(Icmp::ECHO_REPLY));
    assert_eq!(reply(&frame), None, "a reply is not answered");
}

#[test]
fn the_interface_that_the_page_tells_of() {
    let eth = Ethernet { ethertype: ethertype::VLAN, ..Ethernet::default() };
    let tag = Vlan { ethertype: 0x88b5, ..Vlan::default() }; // no type of ours
    let pkt = (eth / tag).into_packet() / Udp::default() / b"hi";
    let data = pkt.to_bytes().unwrap();
    let mut pkt = Packet::parse(&data);
    assert!(pkt.has(Kind::Vlan) && !pkt.has(Kind::Ipv4));
    assert_eq!(pkt.all::<Vlan>().count(), 1);
    assert!(matches!(pkt.iter().next(), Some(Layer::Ethernet(_))));
    let names: Vec<_> = (&pkt).into_iter().map(|layer| layer.kind().map(Kind::name)).collect();
    assert_eq!(names[..2], [Some("ethernet"), Some("vlan")]);
    assert_eq!(Packet::parse_as(Kind::Udp, &data[18..]).payload()[..], *b"hi");
    pkt.get_mut::<Vlan>().expect("a tag").vid = 7;
    pkt.layers_mut().push(Udp::default().into());
    let back = Packet::from_json(&pkt.to_json()).unwrap();
    assert_eq!(back.get::<Vlan>().map(|tag| tag.vid), Some(7));
    assert_eq!(internet_checksum(&[0xff, 0xff]), 0);
}
