//! The packet library against others: Ryu's JSON, text and bytes of the frames in
//! `tests/vectors/packets.jsonl` (made by scapy or Ryu, see `make_core_packets.py`), and the same frames
//! cut at every length and with every bit turned.
//!
//! A new protocol needs no line here: its frames in the vectors go through all of it.

use std::borrow::Cow;
use std::fmt::Write as _;

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use proptest::prelude::*;
use ryu_sdn::packet::{
    Arp, Ethernet, Icmp, Ipv4, Ipv6, Kind, Layer, Lldp, Packet, Svlan, Tcp, Udp, VerifyError, Vlan,
    ethertype,
};
use ryu_sdn::wire::{MacAddr, hex};
use serde_json::Value;

struct Vector {
    name: String,
    bytes: Vec<u8>,
    row: Value,
}

fn vectors() -> Vec<Vector> {
    let rows = include_str!("vectors/packets.jsonl").lines();
    let rows = rows.map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    rows.map(|row| {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let bytes = hex::decode(&text("hex")).expect("it is hex");
        Vector { name: text("name"), bytes, row }
    })
    .collect()
}

/// A packet taken apart into its layers, which are emitted again.
fn apart(bytes: &[u8]) -> Vec<u8> {
    let mut packet = Packet::parse(bytes);
    packet.layers_mut();
    packet.to_bytes().expect("what was read can be written")
}

/// Visits all there is to a packet.
fn visit(bytes: &[u8]) {
    let packet = Packet::parse(bytes);
    let mut text = String::new();
    write!(text, "{packet} {packet:?} {}", packet.to_json()).expect("text grows");
    let _ = (packet.verify(), packet.error(), packet.payload());
    let _ = (packet.get::<Ethernet>(), packet.get::<Vlan>(), packet.get::<Svlan>());
    let _ = (packet.get::<Arp>(), packet.get::<Lldp>(), packet.get::<Icmp>());
    let _ = (packet.get::<Ipv4>(), packet.get::<Ipv6>(), packet.get::<Tcp>(), packet.get::<Udp>());
    for kind in Kind::ALL {
        let _ = Packet::parse_as(*kind, bytes).to_json();
    }
}

#[test]
fn json_and_text_are_those_of_ryu() {
    for Vector { name, bytes, row } in vectors() {
        let packet = Packet::parse(&bytes);
        assert_eq!(
            packet.error().map(|err| err.to_string()),
            row["error"].as_str().map(str::to_owned),
            "{name}"
        );
        if row["differs"].is_null() {
            assert_eq!(packet.to_json(), row["json"], "{name}");
            assert_eq!(packet.to_string(), row["text"], "{name}");
        }
    }
}

#[test]
fn json_makes_the_bytes_that_ryu_makes() {
    for Vector { name, bytes, row } in vectors() {
        let json = Packet::parse(&bytes).to_json();
        let back = Packet::from_json(&json).unwrap_or_else(|err| panic!("{name}: {err}"));
        let made = back.to_frame().unwrap_or_else(|err| panic!("{name}: {err}"));
        let theirs = row["ryu_hex"].as_str().and_then(hex::decode);
        // Ryu pads, always computes IPv4's checksum and drops bits; who of both keeps the frame is right.
        let same = made == bytes || theirs.is_some_and(|theirs| made == theirs);
        let padded = made.len() == Ethernet::MIN_FRAME && made.starts_with(&bytes);
        assert!(same || padded, "{name}: {}\n{}", hex::encode(&made), hex::encode(&bytes));
    }
}

#[test]
fn every_protocol_has_a_frame() {
    let mut missing: Vec<_> = Kind::ALL.to_vec();
    for rows in [
        include_str!("vectors/packets.jsonl"),
        include_str!("vectors/packets/l2.jsonl"),
        include_str!("vectors/packets/l3.jsonl"),
        include_str!("vectors/packets/l4.jsonl"),
        include_str!("vectors/packets/monitor.jsonl"),
        include_str!("vectors/packets/routing.jsonl"),
        include_str!("vectors/packets/services.jsonl"),
    ] {
        for row in rows.lines() {
            let row: Value = serde_json::from_str(row).expect("a line is JSON");
            let bytes = row["hex"].as_str().and_then(hex::decode).expect("it is hex");
            // What no other header announces is the first of its frame.
            let first = Kind::ALL.iter().find(|kind| row["first"] == kind.name());
            let packet = Packet::parse_as(*first.unwrap_or(&Kind::Ethernet), &bytes);
            missing.retain(|kind| !packet.has(*kind));
        }
    }
    assert!(missing.is_empty(), "no frame of {missing:?} in tests/vectors");
}

#[test]
fn what_was_read_is_written_as_it_was() {
    for Vector { name, bytes, .. } in vectors() {
        assert_eq!(apart(&bytes), bytes, "{name}");
    }
}

#[test]
fn cut_at_every_length() {
    for Vector { name, bytes, .. } in vectors() {
        for len in 0..bytes.len() {
            let cut = &bytes[..len];
            visit(cut);
            assert_eq!(apart(cut), cut, "{name}, {len} bytes");
        }
    }
}

#[test]
fn every_bit_turned() {
    for Vector { name, bytes, .. } in vectors() {
        for bit in 0..bytes.len() * 8 {
            let mut turned = bytes.clone();
            turned[bit / 8] ^= 0x80 >> (bit % 8);
            visit(&turned);
            assert_eq!(apart(&turned), turned, "{name}, bit {bit}");
        }
    }
}

#[test]
fn every_byte_zero_and_full() {
    for Vector { name, bytes, .. } in vectors() {
        for (at, value) in (0..bytes.len()).flat_map(|at| [(at, 0), (at, 0xff)]) {
            let mut changed = bytes.clone();
            changed[at] = value;
            visit(&changed);
            assert_eq!(apart(&changed), changed, "{name}, byte {at} is {value}");
        }
    }
}

#[test]
fn checksums_are_filled_and_verified() {
    for Vector { name, bytes, row } in vectors() {
        let wrong = name.contains("wrong checksum");
        assert_eq!(
            Packet::parse(&bytes).verify().is_err(),
            wrong || row["error"].is_string(),
            "{name}"
        );
        let mut packet = Packet::parse(&bytes);
        for layer in packet.layers_mut() {
            match layer {
                Layer::Ipv4(ip) => (ip.csum, ip.total_length) = (None, None),
                Layer::Udp(udp) if udp.csum != Some(0) => {
                    (udp.csum, udp.total_length) = (None, None)
                }
                Layer::Tcp(tcp) => tcp.csum = None,
                Layer::Icmp(icmp) => icmp.csum = None,
                _ => {}
            }
        }
        if row["error"].is_null() && !wrong && !name.contains("fragment") {
            assert_eq!(hex::encode(&packet.to_bytes().unwrap()), hex::encode(&bytes), "{name}");
        }
    }
}

#[test]
fn a_header_that_lies_is_told_and_those_before_it_stay() {
    let udp = vectors().into_iter().find(|vector| vector.name == "udp").expect("it is there").bytes;
    let error = |bytes: &[u8]| Packet::parse(bytes).error().map(|err| err.to_string());
    let cut = "ethernet: needed 14 bytes at offset 0, only 13 available";
    assert_eq!(error(&udp[..13]).as_deref(), Some(cut));

    let mut lie = udp.clone();
    lie[14] = 0x4f;
    lie[16..18].copy_from_slice(&60u16.to_be_bytes());
    let long = "ipv4: needed 60 bytes at offset 14, only 39 available (limit set by header_length)";
    assert_eq!(error(&lie).as_deref(), Some(long));
    let packet = Packet::parse(&lie);
    assert!(packet.get::<Ethernet>().is_some() && packet.get::<Ipv4>().is_none());

    let mut lie = udp.clone();
    lie[38..40].copy_from_slice(&7u16.to_be_bytes());
    assert_eq!(error(&lie).as_deref(), Some("udp: total_length at offset 34 is 7, needed 8"));
    assert!(Packet::parse(&lie).get::<Ipv4>().is_some());

    let mut short = udp.clone();
    short[17] = 24;
    let limit = "udp: needed 8 bytes at offset 34, only 4 available (limit set by total_length)";
    assert_eq!(error(&short).as_deref(), Some(limit));

    // A packet-in with the beginning of a frame: its headers are there, and what is missing is told.
    let begin = Packet::parse(&udp[..44]);
    assert_eq!(begin.get::<Udp>().map(|udp| udp.dst_port), Some(5001));
    let told = "ipv4: needed 39 bytes at offset 14, only 30 available (limit set by total_length)";
    assert_eq!(begin.error().map(|err| err.to_string()).as_deref(), Some(told));
}

#[test]
fn a_thousand_tags_are_walked() {
    let mut frame = vec![0; 12];
    for _ in 0..1000 {
        frame.extend_from_slice(&[0x81, 0x00, 0x00, 0x01]);
    }
    frame.extend_from_slice(&[0x99, 0x99, 1]);
    let packet = Packet::parse(&frame);
    assert_eq!(packet.all::<Vlan>().count(), 1000);
    assert_eq!(packet.payload(), &[1][..]);
    assert_eq!(apart(&frame), frame);
    visit(&frame);
}

#[test]
fn json_that_is_none_is_refused_with_its_place() {
    let error = |json: Value| Packet::from_json(&json).unwrap_err().to_string();
    let of = |protocol: Value| serde_json::json!({"Packet": {"protocols": [protocol]}});
    assert_eq!(
        error(of(serde_json::json!({"vlan": {"vid": 5000}}))),
        "Packet.protocols[0].vlan.vid: expected a number of 12 bits, found 5000"
    );
    assert_eq!(
        error(of(serde_json::json!({"vlan": {"vlan_id": 5}}))),
        "Packet.protocols[0].vlan.vlan_id: there is no such member"
    );
    assert_eq!(
        error(of(serde_json::json!({"x": {}}))),
        "Packet.protocols[0]: unknown protocol name x"
    );
}

proptest! {
    /// What etherparse reads is what we read.
    #[test]
    fn etherparse_agrees(
        macs in any::<([u8; 6], [u8; 6])>(),
        tags in proptest::collection::vec((0u8..8, any::<bool>(), 0u16..4096), 0..3),
        v6 in any::<bool>(),
        addresses in any::<(u128, u128)>(),
        tcp in any::<bool>(),
        numbers in any::<(u16, u16, u32, u32, u16, u16)>(),
        flags in 0u16..0x200,
        hops in any::<u8>(),
        payload in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let (src_port, dst_port, seq, ack, window_size, urgent) = numbers;
        let mut layers: Vec<Layer<'_>> = Vec::new();
        let network = if v6 { ethertype::IPV6 } else { ethertype::IPV4 };
        let types: Vec<u16> = tags.iter().map(|_| ethertype::VLAN).chain([network]).collect();
        layers.push(Ethernet::new(MacAddr(macs.0), MacAddr(macs.1), types[0]).into());
        for ((pcp, cfi, vid), ethertype) in tags.iter().copied().zip(&types[1..]) {
            layers.push(Vlan { pcp, cfi, vid, ethertype: *ethertype }.into());
        }
        let proto = if tcp { 6 } else { 17 };
        if v6 {
            let (src, dst) = (addresses.0.into(), addresses.1.into());
            layers.push(Ipv6 { nxt: proto, hop_limit: hops, src, dst, ..Ipv6::default() }.into());
        } else {
            let (src, dst) = ((addresses.0 as u32).into(), (addresses.1 as u32).into());
            layers.push(Ipv4 { ttl: hops, ..Ipv4::new(src, dst, proto) }.into());
        }
        if tcp {
            let bits = flags;
            let tcp = Tcp { src_port, dst_port, seq, ack, bits, window_size, urgent, ..Tcp::default() };
            layers.push(tcp.into());
        } else {
            layers.push(Udp { src_port, dst_port, ..Udp::default() }.into());
        }
        layers.push(Layer::Payload(Cow::Borrowed(&payload)));
        let bytes = Packet::from(layers).to_bytes().unwrap();

        let theirs = SlicedPacket::from_ethernet(&bytes).unwrap();
        let ours = Packet::parse(&bytes);
        // The payload is of no protocol, whatever its port is known for.
        let verified = ours.verify();
        prop_assert!(matches!(verified, Ok(()) | Err(VerifyError::Unreadable(_))), "{verified:?}");
        prop_assert_eq!(ours.all::<Vlan>().count(), theirs.link_exts.len());
        for (ours, theirs) in ours.all::<Vlan>().zip(theirs.vlan_ids()) {
            prop_assert_eq!(ours.vid, theirs.value());
        }
        match theirs.net {
            Some(NetSlice::Ipv4(ip)) => {
                let ours = ours.get::<Ipv4>().unwrap();
                let theirs = ip.header();
                prop_assert_eq!(ours.src, theirs.source_addr());
                prop_assert_eq!(ours.total_length, Some(theirs.total_len()));
                prop_assert_eq!(ours.csum, Some(theirs.header_checksum()));
                prop_assert_eq!(ours.csum, Some(theirs.to_header().calc_header_checksum()));
            }
            Some(NetSlice::Ipv6(ip)) => {
                let ours = ours.get::<Ipv6>().unwrap();
                let theirs = ip.header();
                prop_assert_eq!(ours.dst, theirs.destination_addr());
                prop_assert_eq!(ours.payload_length, Some(theirs.payload_length()));
                prop_assert_eq!(ours.hop_limit, theirs.hop_limit());
            }
            _ => prop_assert!(false, "no network layer"),
        }
        match theirs.transport {
            Some(TransportSlice::Tcp(theirs)) => {
                let ours = ours.get::<Tcp>().unwrap();
                let ports = (theirs.source_port(), theirs.destination_port());
                prop_assert_eq!((ours.src_port, ours.dst_port), ports);
                prop_assert_eq!((ours.seq, ours.ack), (theirs.sequence_number(), theirs.acknowledgment_number()));
                prop_assert_eq!(ours.csum, Some(theirs.checksum()));
                prop_assert_eq!(ours.has_flags(Tcp::SYN), theirs.syn());
                prop_assert_eq!(ours.has_flags(Tcp::NS), theirs.ns());
            }
            Some(TransportSlice::Udp(theirs)) => {
                let ours = ours.get::<Udp>().unwrap();
                prop_assert_eq!(ours.total_length, Some(theirs.length()));
                prop_assert_eq!(ours.csum, Some(theirs.checksum()));
            }
            _ => prop_assert!(false, "no transport layer"),
        }
    }

    /// Bytes of any kind are read to the end, and written again as they were.
    #[test]
    fn noise_behind_any_type(number in 0usize..12, noise in proptest::collection::vec(any::<u8>(), 0..120)) {
        let types = [
            0x0800u16, 0x86dd, 0x8100, 0x88a8, 0x88cc, 0x0806, 0x8847, 0x88e7, 0x8809, 0x8902, 0x0040, 0,
        ];
        let mut bytes = vec![0; 12];
        bytes.extend_from_slice(&types[number].to_be_bytes());
        bytes.extend_from_slice(&noise);
        visit(&bytes);
        prop_assert_eq!(apart(&bytes), bytes);
    }
}
