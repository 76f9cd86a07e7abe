//! Generated messages of every version: each comes back from its bytes and from its JSON, and Ryu
//! itself reads the same in them.
//!
//! The values come from a seed (`RYU_ORACLE_SEED`, printed). With `RYU_ORACLE_OUT` they are also
//! written to that file, a JSON object per line, for `tests/real/ryu_oracle.py` to show to Ryu
//! 4.34; `./tests/run ryu` does that.

mod generate;

use std::fs::File;
use std::io::{BufWriter, Write};

use bytes::{Bytes, BytesMut};
use generate::{Gen, topics};
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::hex;
use serde_json::{Value, json};

/// The versions that Ryu has.
const VERSIONS: [Version; 5] = [V1_0, V1_2, V1_3, V1_4, V1_5];

/// Messages of each kind.
const ROUNDS: usize = 32;

fn seed() -> u64 {
    let seed = std::env::var("RYU_ORACLE_SEED").ok().map_or(0x0f_2026, |s| s.parse().unwrap());
    println!("seed {seed} (RYU_ORACLE_SEED)");
    seed
}

fn encode(version: Version, msg: &Message) -> Bytes {
    let mut buf = BytesMut::new();
    msg.encode(version, Xid(0), &mut buf).unwrap_or_else(|err| panic!("{version} {err}: {msg:?}"));
    buf.freeze()
}

/// Bytes and back, JSON and back; what they are.
fn identity(version: Version, msg: &Message) -> (Bytes, Value) {
    let bytes = encode(version, msg);
    let (_, decoded) = Message::decode(version, &bytes)
        .unwrap_or_else(|err| panic!("{version} {err}: {msg:?}\n{}", hex::encode(&bytes)));
    assert_eq!(&decoded, msg, "{version} decode(encode(x)) {}", hex::encode(&bytes));
    assert_eq!(encode(version, &decoded), bytes, "{version} {msg}");
    let json = msg.to_json(version).unwrap();
    let (_, read) =
        Message::from_json(version, &json).unwrap_or_else(|err| panic!("{version} {err}: {json}"));
    assert_eq!(encode(version, &read), bytes, "{version} from_json(to_json(x)) {json}");
    assert_eq!(&read, msg, "{version} from_json(to_json(x)) {json}");
    // From JSON text too: a number may not be another one there.
    let text: Value = serde_json::from_str(&json.to_string()).unwrap();
    assert_eq!(text, json, "{version} {msg}");
    (bytes, json)
}

#[test]
fn every_noun_comes_back_from_bytes_and_from_json() {
    let seed = seed();
    for version in VERSIONS {
        let mut wild = Gen::new(!seed, version);
        wild.wild = true;
        for topic in topics(version) {
            for _ in 0..ROUNDS {
                identity(version, &wild.message(topic));
            }
        }
    }
}

#[test]
fn messages_for_ryu() {
    let seed = seed();
    let mut out =
        std::env::var_os("RYU_ORACLE_OUT").map(|path| BufWriter::new(File::create(path).unwrap()));
    for version in VERSIONS {
        let mut all = Gen::new(seed, version);
        let mut count = 0;
        for topic in topics(version) {
            for round in 0..ROUNDS {
                let (bytes, json) = identity(version, &all.message(topic));
                count += 1;
                if let Some(out) = &mut out {
                    let name = format!("{version} {topic:?} {round}");
                    let (version, hex) = (version.wire(), hex::encode(&bytes));
                    let line = json!({"name": name, "version": version, "hex": hex, "json": json});
                    writeln!(out, "{line}").unwrap();
                }
            }
        }
        println!("OpenFlow {version}: {count} messages");
    }
}
