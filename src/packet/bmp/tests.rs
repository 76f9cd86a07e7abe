//! What the vectors do not have.

use super::*;
use crate::packet::{Kind, Packet};
use crate::wire::{DecodeErrorKind, hex};

const PEER: &str =
    "00000000000000000000000000000000000000000000c00002010000fde9c00002016553f1000003d090";
const OPEN: &str = "ffffffffffffffffffffffffffffffff001d0104fde9005ac000020100";

/// A message of this type with this body.
fn message(type_: u8, body: &str) -> Vec<u8> {
    let body = hex::decode(body).expect("it is hex");
    let len = u32::try_from(6 + body.len()).expect("it is short");
    [&[3], &len.to_be_bytes()[..], &[type_], &body].concat()
}

#[track_caller]
fn shows(bytes: &[u8], text: &str) {
    assert_eq!(Bmp::parse(bytes).expect("it can be read").0.to_string(), text);
}

#[test]
fn text_is_that_of_ryu() {
    let peer = "peer_address='192.0.2.1',peer_as=65001,peer_bgp_id='192.0.2.1',peer_distinguisher=0,peer_type=0";
    shows(
        &message(2, &format!("{PEER}020003")),
        &format!(
            "BMPPeerDownNotification(data=(3,),is_adj_rib_out=False,is_post_policy=False,len=51,{peer},\
             reason=2,timestamp=1700000000.25,type=2,version=3)"
        ),
    );
    shows(
        &message(1, &format!("{PEER}000000020000000400000064000700080000010000000000")),
        &format!(
            "BMPStatisticsReport(is_adj_rib_out=False,is_post_policy=False,len=72,{peer},\
             stats=[{{'type': 0, 'len': 4, 'value': 100}}, {{'type': 7, 'len': 8, 'value': 1099511627776}}],\
             timestamp=1700000000.25,type=1,version=3)"
        ),
    );
    let open = "BGPOpen(bgp_identifier='192.0.2.1',hold_time=90,len=29,my_as=65001,opt_param=[],\
                opt_param_len=0,type=1,version=4)";
    shows(
        &message(3, &format!("{PEER}000000000000000000000000c000020200b39c40{OPEN}{OPEN}")),
        &format!(
            "BMPPeerUpNotification(is_adj_rib_out=False,is_post_policy=False,len=126,\
             local_address='192.0.2.2',local_port=179,{peer},received_open_message={open},\
             remote_port=40000,sent_open_message={open},timestamp=1700000000.25,type=3,version=3)"
        ),
    );
    shows(
        &message(4, "000000096672656520746578740001000b6465736372697074696f6e"),
        "BMPInitiation(info=[{'type': 0, 'len': 9, 'value': 'free text'}, \
         {'type': 1, 'len': 11, 'value': b'description'}],len=34,type=4,version=3)",
    );
}

#[test]
fn what_is_not_as_it_should_be() {
    let mut bytes = message(4, "");
    bytes[0] = 2;
    let err = Bmp::parse(&bytes).expect_err("it is version 2");
    assert_eq!((err.offset, err.imposed_by), (0, Some("version")));

    // An address of IPv4 has zeros in front.
    let peer = PEER.replacen("0000c0000201", "0001c0000201", 1);
    let bytes = message(2, &format!("{peer}04"));
    let err = Bmp::parse(&bytes).expect_err("there is something in front");
    assert_eq!((err.offset, err.imposed_by), (16, Some("peer_address")));

    // What is inside is looked at, too; the error is about all of it.
    let bytes = message(2, &format!("{PEER}01ffffffffffffffffffffffffffffffff00120306"));
    let err = Bmp::parse(&bytes).expect_err("a BGP message of 18 bytes");
    assert_eq!((err.offset, err.kind), (0, DecodeErrorKind::Truncated));

    let bytes = message(9, "0102");
    let (back, _) = Bmp::parse(&bytes).expect("any type");
    assert_eq!((back.clone() / []).to_bytes().expect("it fits"), bytes);
    assert!(back.peer().is_none());
}

#[test]
fn what_json_does_not_have_is_kept() {
    // Reserved flags, a time of more than a second, a wrong count, TLVs behind the messages.
    let peer = PEER.replacen("0000", "003f", 1).replace("0003d090", "ffffffff");
    for bytes in [
        message(1, &format!("{peer}00000007")),
        message(
            3,
            &format!("{PEER}000000000000000000000000c000020200b39c40{OPEN}{OPEN}0000000161"),
        ),
    ] {
        let (back, _) = Bmp::parse(&bytes).expect("it can be read");
        assert!(back.peer().is_some());
        assert_eq!((back / []).to_bytes().expect("it fits"), bytes);
        let json = Packet::parse_as(Kind::Bmp, &bytes).to_json();
        Packet::from_json(&json).expect("it is ours");
    }
}

#[test]
fn counts_are_filled_in() {
    let stats = vec![BmpStat::new(0, vec![0, 0, 0, 1]), BmpStat::new(200, vec![9])];
    let report = BmpStatisticsReport { stats: stats.into(), ..BmpStatisticsReport::default() };
    // Not at the beginning of the frame.
    let hello = Bmp::from(BmpInitiation::default());
    let bytes = (hello / (Bmp::from(report) / [])).to_bytes().expect("it fits");
    assert_eq!(bytes[6 + 48..6 + 52], [0, 0, 0, 2]);
    let layers = Packet::parse_as(Kind::Bmp, &bytes).iter().count();
    assert_eq!(layers, 2);
}

#[test]
fn numbers_have_the_size_of_their_type() {
    let of = |stat: serde_json::Value| {
        let report = serde_json::json!({"BMPStatisticsReport": {"stats": [stat]}});
        let json = serde_json::json!({"Packet": {"protocols": [report]}});
        let packet = Packet::from_json(&json).map_err(|err| err.to_string())?;
        let bytes = packet.to_bytes().map_err(|err| err.to_string())?;
        Ok::<_, String>(hex::encode(&bytes[52..]))
    };
    assert_eq!(of(serde_json::json!({"type": 1, "value": 7})).as_deref(), Ok("0001000400000007"));
    let seven = of(serde_json::json!({"type": 7, "value": 7}));
    assert_eq!(seven.as_deref(), Ok("000700080000000000000007"));
    let other = of(serde_json::json!({"type": 200, "len": 1, "value": 7}));
    assert_eq!(other.as_deref(), Ok("00c8000107"));
    let large = of(serde_json::json!({"type": 1, "value": 1_u64 << 32}));
    assert!(large.is_err_and(|err| err.contains("a number of 4 bytes")));
}
