//! Other people's messages and our own, as bytes: what the tests of hostile input start from.
//!
//! Other people's are read from the folder `RYU_SDN_VECTORS` (default `../shared/vectors`); where it
//! is absent there are only our own.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use ryu_sdn::ofproto::{Framing, Version, frame};
use ryu_sdn::wire::hex;
use serde_json::Value;

/// One message.
pub(crate) struct Sample {
    /// Where it is from.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: Version,
    /// All of it.
    pub(crate) bytes: Bytes,
}

impl Sample {
    fn new(name: String, bytes: Vec<u8>) -> Option<Sample> {
        let mut bytes = Bytes::from(bytes);
        // One of them is longer than it says; a stream would be cut.
        if let Framing::Message(len) = frame(&bytes) {
            bytes.truncate(len);
        }
        Some(Sample { name, version: Version::from_wire(*bytes.first()?)?, bytes })
    }
}

/// All of them.
pub(crate) fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let theirs = std::env::var_os("RYU_SDN_VECTORS")
        .map_or_else(|| root.join("../shared/vectors"), PathBuf::from);
    let mut all = Vec::new();
    for file in ["of10", "of11", "of12", "of13", "of14", "of15"] {
        let path = theirs.join("ryu").join(file).with_extension("jsonl");
        let Ok(text) = fs::read_to_string(&path) else {
            println!("skipped: no vectors ({file} is not in {})", theirs.display());
            continue;
        };
        for line in text.lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let bytes = hex::decode(row["hex"].as_str().unwrap()).unwrap();
            all.extend(Sample::new(row["name"].as_str().unwrap().to_owned(), bytes));
        }
    }
    let mut ours: Vec<_> =
        fs::read_dir(root.join("tests/vectors")).unwrap().map(|f| f.unwrap().path()).collect();
    ours.sort();
    for file in ours.iter().filter(|file| file.extension().is_some_and(|e| e == "txt")) {
        let text = fs::read_to_string(file).unwrap();
        for block in text.split("\n== ").skip(1) {
            let (name, rest) = block.split_once('\n').unwrap();
            let code = rest.lines().filter(|line| !line.starts_with('>'));
            let digits: String = code
                .flat_map(|line| line.split('#').next().unwrap_or_default().chars())
                .filter(|c| !c.is_whitespace())
                .map(|c| if c == 'x' { '0' } else { c })
                .collect();
            all.extend(Sample::new(name.to_owned(), hex::decode(&digits).expect(name)));
        }
    }
    assert!(all.len() > 10, "our own vectors are always there");
    all
}
