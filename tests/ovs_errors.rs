//! The registry of errors against Open vSwitch's: every type and code that either knows, in every
//! version. Needs `ovs-ofctl` and no switch; without it the test says so and passes.

use std::io::Write as _;
use std::process::{Command, Stdio};

use bytes::BytesMut;
use ryu_sdn::ofproto::{Encode, ErrorKind, ErrorMsg, Version, Xid};

/// What Open vSwitch calls otherwise: the older words of 1.0, a word of today, and what 1.3 has
/// twice.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("OFPBAC_BAD_VENDOR", "bad_experimenter"),
    ("OFPBAC_BAD_VENDOR_TYPE", "bad_exp_type"),
    ("OFPBPC_BAD_VALUE", "bad_argument"),
    ("OFPBRC_BAD_STAT", "bad_multipart"),
    ("OFPBRC_BAD_SUBTYPE", "bad_exp_type"),
    ("OFPBRC_BAD_VENDOR", "bad_experimenter"),
    ("OFPBRC_IS_SECONDARY", "is_slave"),
];

/// Prints these messages with `ovs-ofctl`; `None` (with the reason printed) if it is not there.
fn printed(messages: &[u8]) -> Option<String> {
    let child = Command::new("ovs-ofctl")
        .args(["-vconsole:off", "ofp-parse", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            println!("skipped: ovs-ofctl does not run: {error}");
            return None;
        }
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = messages.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("ovs-ofctl ends");
    let _ = writer.join();
    Some(String::from_utf8(output.stdout).expect("ovs-ofctl writes text"))
}

#[test]
fn every_error_means_what_it_means_to_open_vswitch() {
    let mut all = Vec::new();
    let mut buf = BytesMut::new();
    for version in Version::ALL {
        for (error_type, code) in (0..18).flat_map(|t| (0..24).map(move |c| (t, c))) {
            let error = ErrorMsg { error_type, code, ..ErrorMsg::default() };
            error.encode(version, Xid(all.len() as u32), &mut buf).unwrap();
            all.push((version, error));
        }
    }
    let Some(text) = printed(&buf) else { return };
    let theirs: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("OFPT_ERROR "))
        .map(|line| line.split_once("): ").map_or("", |(_, name)| name))
        // Extensions have names of their own family, and what it does not know has numbers.
        .map(|name| if name.starts_with("OFP") { name } else { "" })
        .collect();
    assert_eq!(theirs.len(), all.len());
    let mut known = 0;
    for ((version, error), name) in all.iter().zip(theirs) {
        let ours = error.kind(*version).map(ErrorKind::code_name);
        let what = format!("{version} type {} code {}: {name}", error.error_type, error.code);
        let word = name.split_once('_').map(|(_, word)| word.to_ascii_lowercase());
        if ours != word.as_deref() {
            let other = OTHER_WORDS.iter().any(|row| Some(*row) == ours.map(|ours| (name, ours)));
            assert!(other, "{what}, ours {ours:?}");
        }
        known += usize::from(ours.is_some());
    }
    assert!(known > 600, "{known}");
}
