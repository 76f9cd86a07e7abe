//! Field by field against tshark: the rows of `tests/vectors/tshark_fields.txt` on every packet of
//! the vectors, and on those of `tests/real/traffic.sh`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::{env, fs};

use ryu_sdn::packet::Kind;
use ryu_sdn::wire::hex;
use serde_json::Value;

use super::check::{Vector, apart, visit};

/// The table; its first lines say the form.
const TABLE: &str = include_str!("../vectors/tshark_fields.txt");

const VECTORS: &[&str] = &[
    include_str!("../vectors/packets/l2.jsonl"),
    include_str!("../vectors/packets/l3.jsonl"),
    include_str!("../vectors/packets/l4.jsonl"),
    include_str!("../vectors/packets/services.jsonl"),
    include_str!("../vectors/packets/routing.jsonl"),
    include_str!("../vectors/packets/monitor.jsonl"),
    include_str!("../vectors/packets/zebra.jsonl"),
];

/// One field, and where we have it.
struct Row<'t> {
    field: &'t str,
    path: Vec<&'t str>,
    operations: Vec<&'t str>,
    /// Only in real traffic.
    rare: bool,
}

/// What is not compared: beginning of a packet's name, and a field (or how it begins).
struct Except<'t> {
    name: &'t str,
    field: &'t str,
}

#[derive(Default)]
struct Table<'t> {
    rows: Vec<Row<'t>>,
    excepts: Vec<Except<'t>>,
}

/// How much was compared, and what was wrong.
#[derive(Default)]
struct Tally<'t> {
    /// For each protocol (of tshark): packets, values.
    protocols: BTreeMap<&'t str, (usize, usize)>,
    /// Rows that had something to compare.
    fields: BTreeSet<&'t str>,
    /// Exceptions that were needed.
    needed: BTreeSet<(&'t str, &'t str)>,
    /// Fields that no line names.
    unnamed: BTreeMap<String, String>,
    wrong: Vec<String>,
}

impl<'t> Table<'t> {
    fn read(text: &'t str) -> Table<'t> {
        let mut table = Table::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let mut word = || words.next().unwrap_or_else(|| panic!("too few words: {line}"));
            match word() {
                "-" => table.excepts.push(Except { name: "", field: word() }),
                "!" => table.excepts.push(Except { name: word(), field: word() }),
                first => {
                    let rare = first == "~";
                    let field = if rare { word() } else { first };
                    let path = word().split('/').collect();
                    table.rows.push(Row { field, path, operations: words.collect(), rare });
                    continue;
                }
            }
            assert!(words.next().is_some(), "no reason: {line}");
        }
        table
    }

    /// Compares our JSON of a packet with tshark's fields.
    fn compare(&self, name: &str, ours: &Value, theirs: &Value, tally: &mut Tally<'t>) {
        let theirs = theirs.as_object().expect("fields");
        let headers = &ours["Packet"]["protocols"];
        let quotes = headers.as_array().is_some_and(|all| {
            all.iter().any(|one| one.get("icmp").is_some() || one.get("icmpv6").is_some())
        });
        let mut seen = BTreeSet::new();
        for (field, shown) in theirs {
            let mut excepts = self
                .excepts
                .iter()
                .filter(|except| name.starts_with(except.name) && like(except.field, field));
            let Some(row) = self.rows.iter().find(|row| row.field == field) else {
                match excepts.next() {
                    Some(except) => drop(tally.needed.insert((except.name, except.field))),
                    None => drop(tally.unnamed.insert(field.clone(), format!("{name} {shown}"))),
                }
                continue;
            };
            let got = row.values(headers);
            let mut want: Vec<String> = match shown {
                Value::Array(all) => all.iter().map(plain).map(|one| canonical(&one)).collect(),
                one => vec![canonical(&plain(one))],
            };
            if let Some(bits) = row.operations.iter().find_map(|one| one.strip_prefix("of")) {
                want = want.iter().filter_map(|one| apply(bits, 0, one)).collect();
            }
            let has = |word| row.operations.contains(&word);
            let same = got == want
                || (quotes || has("begin")) && want.starts_with(&got)
                || has("some") && among(&got, &want);
            if !same {
                // A field that has a row is excused in single packets only.
                match excepts.find(|except| !except.name.is_empty()) {
                    Some(except) => drop(tally.needed.insert((except.name, except.field))),
                    None => {
                        tally.wrong.push(format!("{name}: {field}: tshark {want:?}, we {got:?}"));
                    }
                }
                continue;
            }
            if !got.is_empty() {
                tally.fields.insert(row.field);
                let protocol = row.field.split('.').next().unwrap_or_default();
                let count = tally.protocols.entry(protocol).or_default();
                count.0 += usize::from(seen.insert(protocol));
                count.1 += got.len();
            }
        }
    }
}

impl Row<'_> {
    fn values(&self, headers: &Value) -> Vec<String> {
        let mut found = Vec::new();
        find(headers, &self.path, &mut found);
        let mut found: Vec<String> =
            found.into_iter().filter(|one| !one.is_null()).map(plain).collect();
        for operation in &self.operations {
            match *operation {
                "once" => {
                    found.dedup();
                    continue;
                }
                "twice" => {
                    found.extend_from_within(..);
                    continue;
                }
                _ => {}
            }
            if let Some(size) = operation.strip_prefix("each") {
                let size = size.parse().expect("a size");
                found = found.iter().flat_map(|one| pieces(one, size)).collect();
                continue;
            }
            found =
                found.iter().enumerate().filter_map(|(i, one)| apply(operation, i, one)).collect();
        }
        found.iter().map(|one| canonical(one)).collect()
    }
}

/// Do these stand among all, in this order?
fn among(some: &[String], all: &[String]) -> bool {
    let mut left = all.iter();
    some.iter().all(|one| left.any(|other| other == one))
}

/// Bytes in pieces of this size.
fn pieces(bytes: &str, size: usize) -> Vec<String> {
    let bytes: Vec<_> = bytes.split(':').collect();
    bytes.chunks(size).map(|piece| piece.join(":")).collect()
}

/// Is `name` the pattern, in which `*` is anything?
fn like(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((begin, rest)) => name.strip_prefix(begin).is_some_and(|left| {
            (0..=left.len()).any(|skip| left.get(skip..).is_some_and(|left| like(rest, left)))
        }),
        None => pattern == name,
    }
}

/// Does this segment of a path name this member?
fn names(segment: &str, key: &str, value: &Value) -> bool {
    segment.split('|').any(|one| {
        let (pattern, condition) = match one.split_once('[') {
            Some((pattern, condition)) => (pattern, condition.strip_suffix(']')),
            None => (one, None),
        };
        like(pattern, key)
            && condition.is_none_or(|condition| {
                let (member, wanted) = condition.split_once('=').expect("a condition has a =");
                let (member, not) = match member.strip_suffix('!') {
                    Some(member) => (member, true),
                    None => (member, false),
                };
                let is = value.get(member).map(plain).unwrap_or_default();
                wanted.split(',').any(|one| one == is) != not
            })
    })
}

fn find<'v>(value: &'v Value, path: &[&str], found: &mut Vec<&'v Value>) {
    match (value, path) {
        (Value::Array(items), _) => items.iter().for_each(|item| find(item, path, found)),
        (Value::Object(_), []) => {}
        (value, []) => found.push(value),
        (Value::Object(members), ["**", rest @ ..]) => {
            find(value, rest, found);
            members.values().for_each(|member| find(member, path, found));
        }
        (Value::Object(members), [segment, rest @ ..]) => {
            for (key, member) in members {
                // A condition is one of the member, or of each item of it.
                match member {
                    Value::Array(items) => {
                        items
                            .iter()
                            .filter(|item| names(segment, key, item))
                            .for_each(|item| find(item, rest, found));
                    }
                    member if names(segment, key, member) => find(member, rest, found),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// A value as text, numbers in decimal.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(bit) => u8::from(*bit).to_string(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// The same text for the same value, however it is written.
fn canonical(text: &str) -> String {
    if let Some(number) = text.strip_prefix("0x").and_then(|hex| u128::from_str_radix(hex, 16).ok())
    {
        return number.to_string();
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let short = text.trim_start_matches('0');
        return if short.is_empty() { "0" } else { short }.to_owned();
    }
    match text.parse::<Ipv6Addr>() {
        Ok(address) => address.to_string(),
        Err(_) => match text {
            "True" => "1".to_owned(),
            "False" => "0".to_owned(),
            text => text.to_owned(),
        },
    }
}

/// One operation of a row on the value number `index`; `None` if it is filtered out.
fn apply(operation: &str, index: usize, value: &str) -> Option<String> {
    let number = || value.parse::<i128>().unwrap_or_else(|_| panic!("{operation} of {value:?}"));
    let operand = |begin: usize| {
        let digits = &operation[begin..];
        digits.parse::<i128>().unwrap_or_else(|_| panic!("no number: {operation}"))
    };
    let hex = || value.split(':').filter(|byte| !byte.is_empty());
    let join = |bytes: Vec<&str>| Some(bytes.join(":"));
    let keep = |yes: bool| yes.then(|| value.to_owned());
    match operation {
        "bytes" => {
            let bytes = base64(value);
            join(
                bytes
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<Vec<_>>()
                    .iter()
                    .map(String::as_str)
                    .collect(),
            )
        }
        "text" => Some(String::from_utf8_lossy(&base64(value)).into_owned()),
        "number" => {
            let digits: String = hex().collect();
            Some(
                u128::from_str_radix(&digits, 16)
                    .unwrap_or_else(|_| panic!("{value:?}"))
                    .to_string(),
            )
        }
        "ip" => {
            let bytes: Vec<u8> =
                hex().map(|byte| u8::from_str_radix(byte, 16).expect("a byte")).collect();
            Some(match *bytes {
                [a, b, c, d] => Ipv4Addr::new(a, b, c, d).to_string(),
                _ => match <[u8; 16]>::try_from(bytes) {
                    Ok(bytes) => Ipv6Addr::from(bytes).to_string(),
                    Err(bytes) => format!("no address: {bytes:?}"),
                },
            })
        }
        "ifv4" => keep(value.parse::<Ipv4Addr>().is_ok()),
        "ifv6" => keep(value.parse::<Ipv6Addr>().is_ok()),
        "even" => keep(index.is_multiple_of(2)),
        "odd" => keep(!index.is_multiple_of(2)),
        "utf8" => {
            let bytes = hex().map(|byte| u8::from_str_radix(byte, 16).expect("a byte"));
            Some(String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned())
        }
        _ if matches!(operation, "begin" | "some") || operation.starts_with("of&") => {
            Some(value.to_owned())
        }
        "name" => Some(value.trim_end_matches('\0').to_owned()),
        "net" => Some(value.split('/').next().unwrap_or_default().to_owned()),
        "bits" => value.split_once('/').map(|(_, bits)| bits.to_owned()),
        "hex8" => Some(
            format!("{:016x}", number())
                .as_bytes()
                .chunks(2)
                .map(|pair| String::from_utf8_lossy(pair))
                .collect::<Vec<_>>()
                .join(":"),
        ),
        "floor" => Some(value.split('.').next().unwrap_or_default().to_owned()),
        _ if operation.starts_with("first") => join(hex().take(operand(5) as usize).collect()),
        _ if operation.starts_with("from") => join(hex().skip(operand(4) as usize).collect()),
        _ if operation.starts_with("if>=") => keep(number() >= operand(4)),
        _ if operation.starts_with("if<") => keep(number() < operand(3)),
        _ if operation.starts_with(">>") => Some((number() >> operand(2)).to_string()),
        _ if operation.starts_with('&') => Some((number() & operand(1)).to_string()),
        _ if operation.starts_with('*') => Some((number() * operand(1)).to_string()),
        _ if operation.starts_with('+') => Some((number() + operand(1)).to_string()),
        _ => panic!("no such operation: {operation}"),
    }
}

/// What base64 stands for; the text itself where it is none (a name that Ryu keeps as text).
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let value = DIGITS.iter().position(|one| *one == digit);
        let value = value.unwrap_or_else(|| panic!("no base64: {text:?}"));
        bits = bits << 6 | value as u32 & 63;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 255) as u8);
        }
    }
    bytes
}

/// Says what was compared; fails where something differs.
fn judge(tally: &Tally<'_>) {
    let mut text = String::new();
    for (protocol, (packets, values)) in &tally.protocols {
        writeln!(text, "{protocol}: {values} values of {packets} packets").expect("text grows");
    }
    print!("{text}");
    println!("{} fields have no row", tally.unnamed.len());
    assert!(
        tally.wrong.is_empty(),
        "{} values differ:\n{}",
        tally.wrong.len(),
        tally.wrong.iter().take(100).fold(String::new(), |text, line| text + line + "\n")
    );
}

#[test]
fn vectors_have_the_values_of_tshark() {
    let table = Table::read(TABLE);
    let mut tally = Tally::default();
    for line in VECTORS.iter().flat_map(|file| file.lines()) {
        let vector = Vector::of(line);
        table.compare(&vector.name, &vector.parse().to_json(), &vector.row["tshark"], &mut tally);
    }
    judge(&tally);
    for protocol in [
        "ah",
        "arp",
        "bfd",
        "bgp",
        "bmp",
        "cfm",
        "dhcp",
        "dhcpv6",
        "eth",
        "geneve",
        "gre",
        "icmp",
        "icmpv6",
        "ieee8021ad",
        "ieee8021ah",
        "igmp",
        "ip",
        "ipv6",
        "lacp",
        "llc",
        "lldp",
        "mpls",
        "openflow",
        "ospf",
        "sctp",
        "sll",
        "stp",
        "tcp",
        "udp",
        "vlan",
        "vrrp",
        "vxlan",
        "zebra",
    ] {
        assert!(
            tally.protocols.get(protocol).is_some_and(|count| count.1 > 0),
            "nothing of {protocol}"
        );
    }
    let unnamed: Vec<_> = tally.unnamed.iter().collect();
    assert!(unnamed.is_empty(), "no line names these: {unnamed:#?}");
    let over = table.excepts.iter().map(|except| (except.name, except.field));
    let over = over.filter(|except| !except.0.starts_with("traffic/"));
    let over: Vec<_> = over.filter(|except| !tally.needed.contains(except)).collect();
    assert!(over.is_empty(), "nothing needs these lines: {over:?}");
    let idle = table.rows.iter().filter(|row| row.rare == tally.fields.contains(row.field));
    let idle: Vec<_> = idle.map(|row| row.field).collect();
    assert!(idle.is_empty(), "rows that compare nothing (or are not rare): {idle:?}");
}

/// The packets of `tests/real/traffic.sh`: a line of JSON with the name, the bytes (`hex`), our JSON
/// (`ours`) and the fields of tshark (`tshark`) for each, in the file that `RYU_TRAFFIC` names. What was
/// taken apart is emitted as it came, and so is the packet cut at every length.
#[test]
#[ignore = "run by tests/real/traffic.sh, which makes the traffic"]
fn traffic_has_the_values_of_tshark() {
    let path = env::var("RYU_TRAFFIC").expect("RYU_TRAFFIC names a file of packets");
    let text = fs::read_to_string(path).expect("the file can be read");
    let rows = text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON"));
    let rows: Vec<Value> = rows.collect();
    let mut sizes = BTreeSet::new();
    let table = Table::read(TABLE);
    let mut tally = Tally::default();
    for row in &rows {
        let name = row["name"].as_str().expect("a name");
        let bytes = hex::decode(row["hex"].as_str().expect("bytes")).expect("it is hex");
        // One of those that are alike is enough. Behind 400 bytes there is payload.
        let alike = !sizes.insert((name.rsplit_once('/').map(|parts| parts.0), bytes.len()));
        let cuts = if alike { 0 } else { bytes.len().min(400) };
        for len in (0..cuts).chain([bytes.len()]) {
            let cut = &bytes[..len];
            visit(Kind::Ethernet, cut);
            assert_eq!(apart(Kind::Ethernet, cut), cut, "{name}, {len} bytes");
        }
        table.compare(name, &row["ours"], &row["tshark"], &mut tally);
    }
    judge(&tally);
    println!("without a line: {:?}", tally.unnamed.keys().collect::<Vec<_>>());
    assert!(!tally.fields.is_empty(), "nothing was compared");
}

/// Another value, one too many, and one that is not there are found; what an ICMP error quotes is
/// not asked for.
#[test]
fn what_differs_is_found() {
    let table = Table::read(
        "udp.srcport  udp/src_port\nudp.dstport  udp/dst_port  if>=9\n- udp.length  why",
    );
    let ours = |header: &str| {
        serde_json::json!({"Packet": {"protocols": [
            {header: {}}, {"udp": {"src_port": 1, "dst_port": 9}}, "AA==",
        ]}})
    };
    for (header, theirs, wrong) in [
        (
            "ipv4",
            serde_json::json!({"udp.srcport": "1", "udp.dstport": "0x09", "udp.length": "8"}),
            0,
        ),
        ("ipv4", serde_json::json!({"udp.srcport": "2"}), 1),
        ("ipv4", serde_json::json!({"udp.srcport": ["1", "1"], "udp.dstport": []}), 2),
        ("icmp", serde_json::json!({"udp.srcport": ["1", "7"]}), 0),
        ("icmp", serde_json::json!({"udp.srcport": ["7", "1"]}), 1),
    ] {
        let mut tally = Tally::default();
        table.compare("name", &ours(header), &theirs, &mut tally);
        assert_eq!(tally.wrong.len(), wrong, "{:?}", tally.wrong);
    }
}
