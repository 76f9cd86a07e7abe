//! Text of ovs-ofctl from outside: what is accepted is written so that it is read as the same.
//!
//! Input: one byte that chooses the version, one that chooses what is read, then text.

#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use ryu_sdn::ofproto::{Encode, Version, Xid, ovs};

fuzz_target!(|input: &[u8]| {
    let [version, what, text @ ..] = input else { return };
    let version = Version::ALL[usize::from(*version) % Version::ALL.len()];
    let Ok(text) = std::str::from_utf8(text) else { return };
    // Bytes given as such may be an action with numbers that its word does not take.
    let is_exact = !text.to_ascii_lowercase().contains("experimenter");
    match what % 7 {
        0 => {
            let Ok(flow) = ovs::parse_flow(version, text) else { return };
            let shown = ovs::FlowText(version, &flow).to_string();
            let _ = ovs::parse_flow(version, &shown);
            let _ = flow.encode(version, Xid(1), &mut BytesMut::new());
        }
        1 => {
            let Ok(found) = ovs::parse_match(version, text) else { return };
            let shown = ovs::MatchText(version, &found).to_string();
            assert_eq!(ovs::parse_match(version, &shown).as_ref(), Ok(&found), "{shown}");
        }
        2 => {
            let Ok(actions) = ovs::parse_actions(version, text) else { return };
            let shown = ovs::ActionsText(version, &actions).to_string();
            let again = ovs::parse_actions(version, &shown);
            if is_exact {
                assert_eq!(again.as_ref(), Ok(&actions), "{shown}");
            }
        }
        3 => {
            let Ok(list) = ovs::parse_instructions(version, text) else { return };
            let shown = ovs::InstructionsText(version, &list).to_string();
            let again = ovs::parse_instructions(version, &shown);
            if is_exact {
                assert_eq!(again.as_ref(), Ok(&list), "{shown}");
            }
        }
        4 => {
            let Ok(group) = ovs::parse_group(version, text) else { return };
            let shown = ovs::GroupText(version, &group).to_string();
            let again = ovs::parse_group(version, &shown);
            if is_exact {
                assert_eq!(again.as_ref(), Ok(&group), "{shown}");
            }
        }
        5 => {
            let Ok(meter) = ovs::parse_meter(version, text) else { return };
            let shown = ovs::MeterText(&meter).to_string();
            assert_eq!(ovs::parse_meter(version, &shown).as_ref(), Ok(&meter), "{shown}");
        }
        _ => {
            let _ = ovs::parse_flow_stats(version, text);
        }
    }
});
