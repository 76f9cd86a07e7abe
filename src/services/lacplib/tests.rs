//! What a host is answered, beside what Ryu 4.34 answers.

use super::*;
use crate::wire::hex;

/// A host's message, as an Open vSwitch with `lacp=active` sends it, but for its addresses.
fn asked() -> Lacp {
    Lacp {
        actor_system_priority: 65534,
        actor_system: MacAddr([2, 0, 0, 0, 0, 9]),
        actor_key: 17,
        actor_port_priority: 255,
        actor_port: 3,
        actor_state_activity: true,
        actor_state_timeout: true,
        actor_state_aggregation: true,
        actor_state_synchronization: true,
        actor_state_defaulted: true,
        ..Lacp::default()
    }
}

#[test]
fn the_answer_is_that_of_ryu() {
    let eth = Ethernet::new(Lacp::GROUP, MacAddr([2, 0, 0, 0, 1, 2]), ethertype::SLOW);
    let answer = answer_to(&asked(), PortNo(2), MacAddr([0, 0, 0, 0, 0, 1]));
    let frame = (eth / answer).to_frame().unwrap();
    assert_eq!(hex::encode(&frame), RYU_ANSWER);
}

#[test]
fn a_group_has_two_ports_of_its_own_at_least() {
    let lacp = LacpLib::default();
    let one = lacp.add(Dpid(1), [PortNo(1)]);
    assert_eq!(
        one.unwrap_err().to_string(),
        "lacplib: a bond of datapath 0000000000000001 has fewer than two ports"
    );
    assert_eq!(
        lacp.add(Dpid(1), [PortNo(1), PortNo(1)]),
        Err(BondError::Taken(Dpid(1), PortNo(1)))
    );
    assert_eq!(lacp.is_enabled(Dpid(1), PortNo(1)), None);
    assert_eq!(lacp.add(Dpid(1), [PortNo(1), PortNo(2)]), Ok(()));
    assert_eq!(
        lacp.add(Dpid(1), [PortNo(3), PortNo(2)]),
        Err(BondError::Taken(Dpid(1), PortNo(2)))
    );
    assert_eq!(lacp.add(Dpid(2), [PortNo(3), PortNo(2)]), Ok(()));
    assert_eq!(lacp.is_enabled(Dpid(1), PortNo(2)), Some(false));
    assert_eq!(lacp.is_enabled(Dpid(1), PortNo(3)), None);
}

/// From Ryu's `LacpLib._create_response`, with the same arguments.
const RYU_ANSWER: &str = "\
    0180c2000002020000000102880901010114ffff000000000001001100ff00020e0000000214fffe\
    020000000009001100ff00034f000000031000000000000000000000000000000000000000000000\
    00000000000000000000000000000000000000000000000000000000000000000000000000000000\
    00000000";
