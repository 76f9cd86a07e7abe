//! Every class of Ryu's wire library, in every version that has it: a type of ours, and a message
//! in which it is.
//!
//! `tests/vectors/ryu_classes.txt` lists Ryu's classes (`./tests/run ryu` compares it with Ryu),
//! `docs/ryu-classes.md` says what ours are, `tests/vectors/ryu_agreed.jsonl` has messages that Ryu
//! reads and writes as we do. Messages of other people are taken in where they are: see
//! `RYU_SDN_VECTORS` in `tests/ofproto.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::hex;
use serde_json::Value;

/// Classes without a type, or only without a vector: class, versions, why. One that works must leave.
const MISSING: &[(&str, &str, &str)] = &[
    (
        "NXActionEncapNsh",
        "1.0 1.4 1.5",
        "Ryu itself cannot read it: it has the type of EncapEther; Open vSwitch made one of 1.3",
    ),
    (
        "OFPTableFeaturePropUnknown",
        "1.3",
        "Ryu itself never makes one: its reader makes OFPPropUnknown",
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|err| panic!("{path}: {err}"))
}

fn version(text: &str) -> Version {
    *Version::ALL.iter().find(|v| v.to_string() == text).unwrap_or_else(|| panic!("{text}?"))
}

/// Ryu's classes with their versions.
fn listed() -> Vec<(String, Vec<Version>)> {
    let text = read("tests/vectors/ryu_classes.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let split = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next().unwrap().to_owned(), words.map(version).collect())
    };
    lines.map(split).collect()
}

/// The rows of the page: a class, its versions as they are written there, what it is here.
fn page() -> BTreeMap<String, (String, String)> {
    let text = read("docs/ryu-classes.md");
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Ryu |")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [class, versions, ours] = cells[..] else { panic!("{line}") };
        let row = (versions.to_owned(), ours.trim_matches('`').to_owned());
        assert!(rows.insert(class.to_owned(), row).is_none(), "{class} has two rows");
    }
    rows
}

struct Agreed {
    name: String,
    version: Version,
    bytes: Bytes,
    json: Value,
}

fn vectors(text: &str) -> Vec<Agreed> {
    let parse = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        Agreed {
            name: row["name"].as_str().unwrap().to_owned(),
            version: Version::from_wire(row["version"].as_u64().unwrap() as u8).unwrap(),
            bytes: hex::decode(row["hex"].as_str().unwrap()).unwrap().into(),
            json: row["json"].clone(),
        }
    };
    text.lines().map(parse).collect()
}

fn agreed() -> Vec<Agreed> {
    vectors(&read("tests/vectors/ryu_agreed.jsonl"))
}

/// Classes in a piece of JSON.
fn classes(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                if ["OFP", "NX", "ONF"].iter().any(|prefix| name.starts_with(prefix)) {
                    found.insert(name.clone());
                }
                classes(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| classes(item, found)),
        _ => {}
    }
}

/// The classes in the JSON that we make of a message's bytes and that we read again.
fn classes_we_make(version: Version, bytes: &Bytes) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Ok((_, msg)) = Message::decode(version, bytes)
        && let Ok(json) = msg.to_json(version)
        && Message::from_json(version, &json).is_ok()
    {
        classes(&json, &mut found);
    }
    found
}

/// By version, the classes of which there is a vector.
fn seen() -> BTreeMap<Version, BTreeSet<String>> {
    let mut all = agreed();
    let dir = std::env::var_os("RYU_SDN_VECTORS")
        .map_or_else(|| root().join("../shared/vectors"), PathBuf::from);
    for file in ["of10.jsonl", "of12.jsonl", "of13.jsonl", "of14.jsonl", "of15.jsonl"] {
        match fs::read_to_string(dir.join("ryu").join(file)) {
            Ok(text) => all.extend(vectors(&text)),
            Err(_) => println!("skipped: no vectors ({file} is not in {})", dir.display()),
        }
    }
    let mut seen: BTreeMap<Version, BTreeSet<String>> = BTreeMap::new();
    for file in ["nicira_actions.jsonl", "ryu_nicira.jsonl"] {
        all.extend(vectors(&read(&format!("tests/vectors/{file}"))));
    }
    for v in all {
        seen.entry(v.version).or_default().extend(classes_we_make(v.version, &v.bytes));
    }
    for (version, bytes) in own_text_vectors() {
        seen.entry(version).or_default().extend(classes_we_make(version, &bytes));
    }
    seen
}

/// The messages of `tests/vectors/*.txt`; `tests/vectors/README.md` tells of their form.
fn own_text_vectors() -> Vec<(Version, Bytes)> {
    let mut all = Vec::new();
    for file in fs::read_dir(root().join("tests/vectors")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for block in text.split("\n== ").skip(1) {
            let lines = block.lines().skip(1).filter(|line| !line.starts_with("> "));
            let digits: String = lines
                .flat_map(|line| line.split('#').next().unwrap().chars())
                .filter(|c| !c.is_whitespace())
                .map(|c| if c == 'x' { '0' } else { c })
                .collect();
            let bytes = Bytes::from(hex::decode(&digits).unwrap());
            all.push((Version::from_wire(bytes[0]).unwrap(), bytes));
        }
    }
    all
}

#[test]
fn messages_that_ryu_agreed_about_both_ways() {
    let all = agreed();
    assert!(all.len() >= 300, "{} messages", all.len());
    for Agreed { name, version, bytes, json } in all {
        let (xid, msg) =
            Message::decode(version, &bytes).unwrap_or_else(|err| panic!("{name}: {err}"));
        assert_eq!(msg.to_json(version).unwrap(), json, "{name}");
        let (_, read) =
            Message::from_json(version, &json).unwrap_or_else(|err| panic!("{name}: {err}"));
        for msg in [msg, read] {
            let mut buf = BytesMut::new();
            msg.encode(version, xid, &mut buf).unwrap();
            assert_eq!(hex::encode(&buf), hex::encode(&bytes), "{name}");
        }
    }
}

#[test]
fn every_class_of_ryu_is_a_type_of_ours() {
    let source: String = fs::read_dir(root().join("src/ofproto"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    // What follows one of these words is a name.
    let words: Vec<&str> = source.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let known: BTreeSet<&str> = words.iter().copied().collect();
    let exported = read("src/ofproto/mod.rs");
    let exported: BTreeSet<&str> =
        exported.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut rows = page();
    for (class, versions) in listed() {
        let (told, ours) =
            rows.remove(&class).unwrap_or_else(|| panic!("{class} has no row on the page"));
        let versions: Vec<String> = versions.iter().map(Version::to_string).collect();
        assert_eq!(told, versions.join(" "), "{class}");
        let missing = MISSING.iter().any(|row| row.0 == class && row.1 == told);
        assert!(ours != "-" || missing, "{class} is {ours}");
        let (name, variant) = ours.split_once("::").unwrap_or((&ours, &ours));
        assert!(ours == "-" || exported.contains(name), "{class}: there is no {name}");
        assert!(ours == "-" || known.contains(variant), "{class}: there is no {ours}");
    }
    assert!(rows.is_empty(), "no classes of Ryu: {rows:?}");
}

#[test]
fn every_class_of_ryu_has_a_vector_in_each_version() {
    let seen = seen();
    let mut lacks = Vec::new();
    let mut works = Vec::new();
    let mut cells = 0;
    for (class, versions) in listed() {
        for version in versions {
            let there = seen.get(&version).is_some_and(|names| names.contains(&class));
            let excused = MISSING.iter().any(|(name, versions, _)| {
                *name == class && versions.split(' ').any(|v| v == version.to_string())
            });
            cells += usize::from(there);
            match (there, excused) {
                (false, false) => lacks.push(format!("{class} {version}")),
                (true, true) => works.push(format!("{class} {version}")),
                _ => {}
            }
        }
    }
    println!("{cells} classes, counted by version; missing: {MISSING:?}");
    assert!(lacks.is_empty(), "no vector, or no JSON of ours: {lacks:#?}");
    assert!(works.is_empty(), "they work, take them off the list: {works:#?}");
}
