use super::*;
use crate::packet::{Kind, Packet};
use crate::wire::hex;

fn loopback(tlvs: &str) -> Vec<u8> {
    hex::decode(&format!("0003000400000001{tlvs}")).unwrap()
}

fn again(bytes: &[u8]) -> Vec<u8> {
    let mut packet = Packet::parse_as(Kind::Cfm, bytes);
    packet.layers_mut();
    packet.to_bytes().unwrap()
}

fn through_json(bytes: &[u8]) -> Vec<u8> {
    let json = Packet::parse_as(Kind::Cfm, bytes).to_json();
    Packet::from_json(&json).unwrap().to_bytes().unwrap()
}

fn error(bytes: &[u8]) -> String {
    Packet::parse_as(Kind::Cfm, bytes).error().map(|err| err.to_string()).unwrap_or_default()
}

#[test]
fn every_end_of_a_sender_id_goes_through_json() {
    for tlv in [
        "0100010000",
        "010002000000",
        "01000300000000",
        "010008070401020304050600",
        "010008060401020304050600",
        "01000906040102030405060000",
        "01000a0604010203040506000000",
        "01000c06040102030405060102010300",
    ] {
        let bytes = loopback(tlv);
        assert_eq!(hex::encode(&again(&bytes)), hex::encode(&bytes));
        if error(&bytes).is_empty() {
            assert_eq!(hex::encode(&through_json(&bytes)), hex::encode(&bytes));
        }
    }
}

#[test]
fn a_sender_id_is_filled_in_as_by_ryu() {
    let id = |chassis: &'static [u8], domain: &'static [u8], ma: &'static [u8]| {
        let tlv = CfmSenderIdTlv {
            chassis_id: chassis.into(),
            ma_domain: domain.into(),
            ma: ma.into(),
            ..CfmSenderIdTlv::default()
        };
        let op = CfmLoopbackMessage { tlvs: vec![tlv.into()].into(), ..Default::default() };
        let bytes = (Cfm { op: op.into() } / []).to_bytes().unwrap();
        hex::encode(&bytes[8..bytes.len() - 1])
    };
    // What `sender_id_tlv(...).serialize()` of Ryu 4.34 makes.
    assert_eq!(id(b"", b"", b""), "01000100");
    assert_eq!(id(b"ab", b"", b""), "0100050204616200");
    assert_eq!(id(b"ab", b"d", b""), "01000702046162016400");
    assert_eq!(id(b"", b"d", b"m"), "010005000164016d");
}

#[test]
fn bytes_of_later_versions_are_kept() {
    for tlv in ["020003020909", "04000201ff", "0700090001000000000001ff", "0300020102"] {
        let bytes = loopback(&format!("{tlv}00"));
        assert_eq!(error(&bytes), "");
        assert_eq!(again(&bytes), bytes);
    }
    // In front of the first TLV, too.
    let bytes = hex::decode("e003ff070000000109000000").unwrap();
    assert_eq!(again(&bytes), bytes);
    let (cfm, _) = Cfm::parse(&bytes).unwrap();
    let CfmOp::LoopbackMessage(op) = cfm.op else { panic!("{cfm:?}") };
    assert_eq!((op.reserved, op.first_tlv_offset, &op.extra[..]), (0xff, Some(7), &[9][..]));
}

#[test]
fn what_does_not_fit_is_told() {
    let cut = "cfm: needed 1 bytes at offset 8, only 0 available";
    assert_eq!(error(&loopback("")), cut);
    assert_eq!(error(&loopback("0100")), "cfm: needed 3 bytes at offset 8, only 2 available");
    assert_eq!(error(&loopback("02000000")), "cfm: length at offset 8 is 3, needed 4");
    assert_eq!(error(&loopback("01000305044100")), "cfm: length at offset 8 is 6, needed 10");
    let short = hex::decode("00050010000000000000").unwrap();
    assert_eq!(error(&short), "cfm: first_tlv_offset at offset 3 is 16, needed 17");
    let mut long = (Cfm::default() / []).to_bytes().unwrap();
    assert_eq!(long.len(), 75);
    for (length, told) in [
        (62, "needed 75 bytes at offset 0, only 74 available (limit set by first_tlv_offset)"),
        (63, "needed 75 bytes at offset 0, only 74 available (limit set by md_name_length)"),
    ] {
        long[11] = length;
        assert_eq!(error(&long), format!("cfm: {told}"));
    }
}

#[test]
fn names_of_other_formats_are_octets() {
    let op = CfmCcMessage {
        md_name_format: 3,
        md_name: vec![0, 0, 0x5e, 0, 0x53, 1, 0, 9].into(),
        short_ma_name_format: 1,
        short_ma_name: vec![7].into(),
        ..CfmCcMessage::default()
    };
    let packet: Packet<'_> = vec![Cfm { op: op.into() }.into()].into();
    let bytes = packet.to_bytes().unwrap();
    assert_eq!(bytes.len(), 75);
    assert_eq!(through_json(&bytes), bytes);
    let text = Packet::parse_as(Kind::Cfm, &bytes).to_string();
    assert!(text.contains("md_name=(0, 0, 94, 0, 83, 1, 0, 9),md_name_format=3,"), "{text}");
    assert!(text.contains("short_ma_name=(7,),short_ma_name_format=1,"), "{text}");
}

#[test]
fn a_changed_name_keeps_the_size() {
    let bytes = (Cfm::default() / []).to_bytes().unwrap();
    let mut packet = Packet::parse_as(Kind::Cfm, &bytes);
    let cfm = packet.get_mut::<Cfm<'_>>().unwrap();
    let CfmOp::CcMessage(op) = &mut cfm.op else { panic!("{cfm:?}") };
    (op.md_name, op.md_name_length) = (b"longer"[..].into(), None);
    let changed = packet.to_bytes().unwrap();
    assert_eq!(changed.len(), bytes.len());
    assert_eq!(changed[10..25], *b"\x04\x06longer\x02\x011\0\0\0\0");
}

#[test]
fn other_opcodes_are_kept_and_go_through_json() {
    let bytes = hex::decode("a02104000001").unwrap();
    assert_eq!(again(&bytes), bytes);
    assert_eq!(through_json(&bytes), bytes);
    let (cfm, rest) = Cfm::parse(&bytes).unwrap();
    assert!(rest.is_empty());
    assert!(matches!(cfm.op, CfmOp::Unknown(op) if (op.md_lv, op.opcode) == (5, 33)));
}

#[test]
fn text_is_that_of_ryu() {
    let op = CfmLoopbackReply { md_lv: 7, transaction_id: 99, ..Default::default() };
    assert_eq!(
        Cfm { op: op.into() }.to_string(),
        "cfm(op=loopback_reply(md_lv=7,tlvs=[],transaction_id=99,version=0))"
    );
}
