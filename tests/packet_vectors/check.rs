//! What every packet has to go through.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use ryu_sdn::packet::{Kind, Packet};
use ryu_sdn::wire::hex;
use serde_json::Value;

/// The beginning of a name, and why packets of that name differ.
pub(crate) type Differs = &'static [(&'static str, &'static str)];

/// Packets of one family.
pub(crate) struct Family {
    /// The lines of the file.
    pub(crate) rows: &'static str,
    /// Which of them by name.
    pub(crate) takes: fn(&str) -> bool,
    /// Whose JSON is not Ryu's.
    pub(crate) json: Differs,
    /// Whose bytes do not come out of JSON.
    pub(crate) bytes: Differs,
}

/// One packet.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) first: Kind,
    pub(crate) bytes: Vec<u8>,
    pub(crate) row: Value,
}

impl Vector {
    pub(crate) fn parse(&self) -> Packet<'_> {
        Packet::parse_as(self.first, &self.bytes)
    }

    /// The name, which is the first member of a line.
    fn name(line: &str) -> &str {
        line.strip_prefix("{\"name\": \"").and_then(|rest| rest.split('"').next()).unwrap_or("")
    }

    pub(crate) fn of(line: &str) -> Vector {
        let row: Value = serde_json::from_str(line).expect("a line is JSON");
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let first = text("first");
        let first = Kind::ALL.iter().find(|kind| kind.name() == first);
        Vector {
            name: text("name"),
            first: *first.unwrap_or_else(|| panic!("{}: no such protocol", text("first"))),
            bytes: hex::decode(&text("hex")).expect("it is hex"),
            row,
        }
    }
}

impl Family {
    fn vectors(&self) -> Vec<Vector> {
        // The others may begin with a protocol that has no row yet.
        let mine = self.rows.lines().filter(|line| (self.takes)(Vector::name(line)));
        let all: Vec<Vector> = mine.map(Vector::of).collect();
        assert!(all.len() > 10, "{} packets", all.len());
        all
    }

    /// Runs `check` on every packet; those in `differs` must fail, and each row must be needed.
    fn judge(&self, differs: Differs, mut check: impl FnMut(&Vector) -> Result<(), String>) {
        let mut wrong = String::new();
        let mut right = Vec::new();
        let mut needed = BTreeSet::new();
        let (mut passed, mut failed) = (0, 0);
        for vector in self.vectors() {
            let excused = differs.iter().find(|row| vector.name.starts_with(row.0));
            match (check(&vector), excused) {
                (Ok(()), None) => passed += 1,
                (Ok(()), Some(row)) => right.push((vector.name, row.0)),
                (Err(_), Some(row)) => drop(needed.insert(row.0)),
                (Err(err), None) => {
                    failed += 1;
                    if failed <= 20 {
                        writeln!(wrong, "{}: {err}", vector.name).expect("text grows");
                    }
                }
            }
        }
        assert!(failed == 0, "{failed} packets differ, {passed} do not:\n{wrong}");
        let over: Vec<_> = differs.iter().filter(|row| !needed.contains(row.0)).collect();
        assert!(over.is_empty(), "nothing needs these rows: {over:?} {right:?}");
    }

    /// Our JSON is Ryu's.
    pub(crate) fn json(&self) {
        self.judge(self.json, |v| {
            let theirs = &v.row["json"];
            let ours = v.parse().to_json();
            if theirs.is_null() || *theirs == ours {
                return Ok(());
            }
            Err(format!("\nours {ours}\nRyu  {theirs}\n     {}", hex::encode(&v.bytes)))
        });
    }

    /// Our JSON makes the same bytes again.
    pub(crate) fn bytes(&self) {
        self.judge(self.bytes, |v| {
            let json = v.parse().to_json();
            let back = Packet::from_json(&json).map_err(|err| format!("{err}: {json}"))?;
            let mut made = back.to_bytes().map_err(|err| err.to_string())?;
            // Padding of zeros is not in JSON.
            if v.bytes.starts_with(&made) && v.bytes[made.len()..].iter().all(|b| *b == 0) {
                made.resize(v.bytes.len(), 0);
            }
            if made == v.bytes {
                return Ok(());
            }
            let (made, bytes) = (hex::encode(&made), hex::encode(&v.bytes));
            Err(format!("\nmade {made}\nis   {bytes}\n{json}"))
        });
    }

    /// The frame can be read, and its checksums are right, unless Ryu or scapy meant them to be
    /// wrong; what tshark calls malformed is not told here.
    pub(crate) fn identity(&self) {
        for v in self.vectors() {
            assert_eq!(apart(v.first, &v.bytes), v.bytes, "{}", v.name);
        }
    }

    /// All of it can be read, the lists in it, too, and the checksums are right; tshark says the same.
    pub(crate) fn verified(&self, differs: Differs) {
        self.judge(differs, |v| v.parse().verify().map_err(|err| err.to_string()));
    }

    /// Our text of these packets ends as Ryu's does.
    pub(crate) fn text(&self, rows: &[(&str, &str)]) {
        for (name, text) in rows {
            let vector = self.vectors().into_iter().find(|v| v.name == *name);
            let ours = vector.expect("there is such a packet").parse().to_string();
            assert!(ours.ends_with(text), "{name}:\nours {ours}\nRyu  {text}");
        }
    }

    /// Any cut comes out as it came in.
    pub(crate) fn cuts(&self) {
        for v in self.vectors() {
            for len in 0..v.bytes.len() {
                let cut = &v.bytes[..len];
                visit(v.first, cut);
                assert_eq!(apart(v.first, cut), cut, "{}, {len} bytes", v.name);
            }
        }
    }

    /// Any turned bit comes out as it came in: all eight of each byte that [`Turned`] chooses. One of
    /// them is read in the whole packet, the others from the header on that they are in.
    pub(crate) fn turned(&self) {
        let mut chosen = Turned::default();
        for v in self.vectors() {
            let mut turned = v.bytes.clone();
            for Turn { at, first, from, to } in chosen.turns(&v) {
                let was = v.bytes[at];
                for bit in 0..8 {
                    turned[at] = was ^ 1 << bit;
                    let (first, bytes) = match bit {
                        0 => (v.first, &turned[..]),
                        _ => (first, &turned[from..to]),
                    };
                    visit(first, bytes);
                    let out = apart(first, bytes);
                    let (name, out) = (&v.name, (out != bytes).then(|| hex::encode(&out)));
                    assert_eq!(out, None, "{name}, byte {at}, bit {bit}: {}", hex::encode(bytes));
                }
                turned[at] = was;
            }
        }
    }
}

/// Which bytes of the packets of a family are turned. All are, but
///
/// - of a plain header that only carries the others ([`CARRIERS`], no options, not the last one) once
///   for each row of headers, whatever stands in it;
/// - bytes that an earlier packet with the same row of headers has at the same place, behind the same
///   bytes of the same header: what has been turned there is the same layout;
/// - in a run of one and the same byte (padding, empty names) [`ENDS`] at either end;
/// - of a payload and of padding behind all headers, which are kept as they are, [`ENDS`] at either end.
#[derive(Default)]
struct Turned {
    seen: HashSet<(Vec<Kind>, usize, Vec<u8>)>,
}

/// Headers that frames have around others: kind, bytes without options.
const CARRIERS: &[(Kind, usize)] =
    &[(Kind::Ethernet, 14), (Kind::Ipv4, 20), (Kind::Ipv6, 40), (Kind::Udp, 8), (Kind::Tcp, 20)];

/// Bytes at either end of what is the same all along.
const ENDS: usize = 4;

impl Turned {
    fn turns(&mut self, v: &Vector) -> Vec<Turn> {
        let packet = v.parse();
        let row: Vec<Kind> = packet.iter().filter_map(|layer| layer.kind()).collect();
        let size = |layer| Packet::from(vec![layer]).to_bytes().expect("what was read").len();
        let sizes: Vec<usize> = packet.iter().map(size).collect();
        let whole = Turn { at: 0, first: v.first, from: 0, to: v.bytes.len() };
        let (mut turns, mut from, to) = (Vec::new(), 0, sizes.iter().sum());
        for (index, size) in sizes.into_iter().enumerate() {
            let Some(&first) = row.get(index) else { break };
            let own = &v.bytes[from..from + size];
            let carries = index + 1 < row.len() && CARRIERS.contains(&(first, size));
            for at in (0..size).filter(|at| is_end_of_run(own, *at)) {
                let before = if carries { vec![0; at] } else { own[..=at].to_vec() };
                if self.seen.insert((row.clone(), index, before)) {
                    turns.push(Turn { at: from + at, first, from, to });
                }
            }
            from += size;
        }
        for (from, to) in [(from, to), (to, v.bytes.len())] {
            let ends = (from..to).filter(|at| at - from < ENDS || at + ENDS >= to);
            turns.extend(ends.map(|at| Turn { at, ..whole }));
        }
        turns
    }
}

/// A byte to be turned, and the header that it is in: its kind, and from where to where it and what
/// it carries stand.
#[derive(Clone, Copy)]
struct Turn {
    at: usize,
    first: Kind,
    from: usize,
    to: usize,
}

/// Whether there is another byte than that at `at` within [`ENDS`] of it on one side.
fn is_end_of_run(bytes: &[u8], at: usize) -> bool {
    let is_same = |range: Option<&[u8]>| {
        range.is_some_and(|range| range.iter().all(|byte| *byte == bytes[at]))
    };
    let before = at.checked_sub(ENDS).and_then(|from| bytes.get(from..at));
    !(is_same(before) && is_same(bytes.get(at..=at + ENDS)))
}

/// A packet taken apart into its layers, which are emitted again.
pub(crate) fn apart(first: Kind, bytes: &[u8]) -> Vec<u8> {
    let mut packet = Packet::parse_as(first, bytes);
    packet.layers_mut();
    packet.to_bytes().expect("what was read can be written")
}

/// Visits all there is to a packet. What our JSON says, we can read.
pub(crate) fn visit(first: Kind, bytes: &[u8]) {
    let packet = Packet::parse_as(first, bytes);
    let mut text = String::new();
    write!(text, "{packet} {packet:?}").expect("text grows");
    let json = packet.to_json();
    Packet::from_json(&json).unwrap_or_else(|err| panic!("{err}: {json}"));
    let _ = (packet.verify(), packet.error(), packet.payload());
}

/// The tests of a family.
macro_rules! tests {
    ($family:ident) => {
        #[test]
        fn json_is_that_of_ryu() {
            $family.json();
        }
        #[test]
        fn json_makes_the_bytes_again() {
            $family.bytes();
        }
        #[test]
        fn what_was_read_is_written_as_it_was() {
            $family.identity();
        }
        #[test]
        fn cut_at_every_length() {
            $family.cuts();
        }
        #[test]
        fn every_bit_turned() {
            $family.turned();
        }
    };
}
pub(crate) use tests;
