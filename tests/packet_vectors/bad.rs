//! Packets that are cut or that lie about a length: `tests/vectors/bad_packets.jsonl`.

use super::check::{Differs, Vector};

/// Our error says something else: beginning of the name, why.
const DIFFERS: Differs = &[];

#[test]
fn errors_say_layer_offset_and_field() {
    let mut wrong = Vec::new();
    let mut over: Vec<_> = DIFFERS.to_vec();
    for line in include_str!("../vectors/bad_packets.jsonl").lines() {
        let v = Vector::of(line);
        let row = |key: &str| &v.row[key];
        let packet = v.parse();
        let same = packet.error().is_some_and(|err| {
            Some(err.what) == row("layer").as_str()
                && Some(err.offset as u64) == row("offset").as_u64()
                && Some(err.needed as u64) == row("needed").as_u64()
                && Some(err.available as u64) == row("available").as_u64()
                && err.imposed_by == row("imposed_by").as_str()
        });
        if DIFFERS.iter().any(|row| v.name.starts_with(row.0)) {
            over.retain(|row| same || !v.name.starts_with(row.0));
        } else if !same {
            wrong.push(format!("{}: {:?}\n  wanted {line}", v.name, packet.error()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(over.is_empty(), "nothing needs these rows: {over:?}");
}
