//! cbench's pattern: packet-ins that come before the switch has read what it is still to be asked.

use super::*;
use crate::ofproto::BufferId;
use crate::packet::{Ethernet, ethertype};

/// A frame that comes in by `port`, kept by the switch as `buffer_id`.
fn frame_in(port: u32, buffer_id: u32, src: u8, dst: u8) -> PacketIn {
    let mac = |last| MacAddr([2, 0, 0, 0, 0, last]);
    let frame = Ethernet::new(mac(dst), mac(src), ethertype::IPV4) / vec![0; 46];
    let data: Bytes = frame.to_bytes().unwrap().into();
    PacketIn {
        buffer_id: BufferId(buffer_id),
        total_len: data.len() as u16,
        match_: Match::new().in_port(PortNo(port)),
        data: data.into(),
        ..PacketIn::default()
    }
}

/// Where host 9 is, then three new flows to it.
fn packet_ins(version: Version) -> Vec<u8> {
    let mut bytes =
        bytes_of(version, Xid(0), &frame_in(2, BufferId::NO_BUFFER.0, 9, 0xff)).to_vec();
    for id in 1..=3 {
        bytes.extend_from_slice(&bytes_of(version, Xid(id), &frame_in(1, id, id as u8, 9)));
    }
    bytes
}

/// The buffers that flow-mods and packet-outs name, in the order in which they came.
fn responses(heard: Vec<(Xid, Message)>) -> (Vec<u32>, Vec<u32>) {
    let (mut flow_mods, mut packet_outs) = (Vec::new(), Vec::new());
    for (_, message) in heard {
        match message {
            Message::FlowMod(flow_mod) => flow_mods.push(flow_mod.buffer_id.0),
            Message::PacketOut(packet_out) => packet_outs.push(packet_out.buffer_id.0),
            _ => {}
        }
    }
    (flow_mods, packet_outs)
}

/// Says hello and waits to be asked for the features.
fn asked_for_features(rig: &Rig, version: Version) -> (Switch, Xid) {
    let mut switch = rig.dial(version);
    switch.heard();
    switch.say(&Hello::new(&[version]));
    rig.hub.run_until_idle();
    let heard = switch.heard();
    let [(xid, Message::FeaturesRequest(_))] = heard[..] else { panic!("{heard:?}") };
    (switch, xid)
}

#[test]
fn packet_ins_in_one_segment_with_the_features_reply_are_answered() {
    let none = BufferId::NO_BUFFER.0;
    let mut len = 1;
    let mut cut = 0;
    // In one piece, and in two, cut anywhere.
    while cut < len {
        let rig = Rig::with(&["simple_switch"], ControllerConfig::default());
        let (mut switch, xid) = asked_for_features(&rig, V1_0);
        let features = SwitchFeatures { ports: vec![port(1), port(2)], ..switch.features() };
        let mut bytes = bytes_of(V1_0, xid, &features).to_vec();
        bytes.extend_from_slice(&packet_ins(V1_0));
        len = bytes.len();
        for piece in [&bytes[..cut], &bytes[cut..]] {
            switch.send_some(piece);
            rig.hub.run_until_idle();
        }
        // Nothing that it was asked meanwhile has been answered, and yet:
        let (flow_mods, packet_outs) = responses(switch.heard());
        assert_eq!(flow_mods, [none; 3], "cut at {cut}");
        assert_eq!(packet_outs, [none, 1, 2, 3], "cut at {cut}");
        cut += 13;
    }
}

#[test]
fn from_1_3_on_they_count_from_the_ports_on() {
    let rig = Rig::with(&["simple_switch_13"], ControllerConfig::default());
    let (mut switch, xid) = asked_for_features(&rig, V1_3);
    // The ports are to be known first, so this is too early, and no harm.
    let mut bytes = bytes_of(V1_3, xid, &switch.features()).to_vec();
    bytes.extend_from_slice(&packet_ins(V1_3));
    switch.send(&bytes);
    rig.hub.run_until_idle();
    let heard = switch.heard();
    let asked = heard.iter().find(|(_, message)| matches!(message, Message::MultipartRequest(_)));
    let xid = asked.expect("it is asked for the ports").0;
    let (flow_mods, packet_outs) = responses(heard);
    assert_eq!(packet_outs, [0; 0]);
    // Only the table-miss entry.
    assert_eq!(flow_mods, [BufferId::NO_BUFFER.0]);

    let mut bytes = bytes_of(V1_3, xid, &port_desc()).to_vec();
    bytes.extend_from_slice(&packet_ins(V1_3));
    switch.send(&bytes);
    rig.hub.run_until_idle();
    let (flow_mods, packet_outs) = responses(switch.heard());
    // The switch lets the frame out of the buffer by the flow-mod.
    assert_eq!((flow_mods, packet_outs), (vec![1, 2, 3], vec![BufferId::NO_BUFFER.0]));
}
