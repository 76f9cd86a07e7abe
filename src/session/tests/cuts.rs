//! The stream cut anywhere: the same events.

use super::*;

/// A recorded session of a 1.3 switch: handshake, then traffic of all kinds.
fn recording() -> Vec<u8> {
    let mut stream = Vec::new();
    let mut say = |xid: u32, message: &dyn Encode| {
        let mut buf = BytesMut::new();
        message.encode(V1_3, Xid(xid), &mut buf).unwrap();
        stream.extend_from_slice(&buf);
    };
    say(1, &Hello::new(&[V1_0, V1_3]));
    say(2, &features(DPID));
    // Its transaction id is the one that the session draws third.
    say(102, &ports(&[1, 2, 3], false));
    for i in 0..20 {
        let data = vec![i as u8; 20 + i];
        let match_ = Match::new().in_port(PortNo(1 + i as u32));
        say(0, &PacketIn { match_, data: data.into(), ..PacketIn::default() });
        say(3, &EchoRequest { data: Bytes::from_static(b"x") });
        say(4, &status(PortReason::MODIFY, PortNo(1)));
        say(5, &Unknown { msg_type: 0xcc, body: Bytes::new() });
        say(6, &BarrierReply);
    }
    stream
}

fn trace(cuts: impl IntoIterator<Item = usize>) -> (Vec<String>, Vec<u8>) {
    let stream = Bytes::from(recording());
    let mut rig = Rig::new(Side::Controller, &[V1_0, V1_3]);
    let mut told = Vec::new();
    let mut from = 0;
    for to in cuts.into_iter().chain([stream.len()]) {
        let outputs = rig.receive_bytes(stream.slice(from..to));
        told.extend(outputs.iter().map(|output| format!("{output:?}")));
        from = to;
    }
    (told, rig.sent())
}

#[test]
fn the_same_whatever_the_cut() {
    let whole = trace([]);
    assert!(whole.0.len() > 100 && whole.0.iter().all(|line| !line.contains("Close")));
    let len = recording().len();
    for cut in 1..len {
        assert_eq!(trace([cut]), whole, "cut at {cut}");
    }
    assert_eq!(trace(1..len), whole, "a byte at a time");
    assert_eq!(trace((1..len).step_by(7)), whole, "seven bytes at a time");
}

#[test]
fn bytes_handed_in_before_the_last_were_polled_are_not_lost() {
    let stream = Bytes::from(recording());
    let mut rig = Rig::new(Side::Controller, &[V1_0, V1_3]);
    rig.session.handle_bytes(stream.slice(..100));
    rig.session.handle_bytes(stream.slice(100..));
    let told: Vec<String> = rig.outputs().iter().map(|output| format!("{output:?}")).collect();
    assert_eq!((told, rig.sent()), trace([]));
}
