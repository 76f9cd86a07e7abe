//! How much memory it takes to read a message: bounded by its size, and nothing at all where the
//! hot paths are. A binary of its own, because it counts what the allocator does.

mod corpus;

use std::alloc::System;

use bytes::{Bytes, BytesMut};
use ryu_sdn::capture::mrt::{MrtFrame, MrtReader, MrtType};
use ryu_sdn::ofproto::oxm::{self, FieldInfo};
use ryu_sdn::ofproto::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What reading a message may allocate in all, freed or not: so many bytes for each of its own (the
/// worst known takes 17) ...
const FACTOR: usize = 32;
/// ... and so many more.
const FLOOR: usize = 1024;

/// What `f` allocates. The harness waits for the one test of this binary; nothing else runs.
fn measured<R>(f: impl FnOnce() -> R) -> (R, Stats) {
    let region = Region::new(ALLOCATOR);
    let out = f();
    (out, region.change())
}

/// Reads it, whatever it is; whether it was accepted.
#[track_caller]
fn bounded(version: Version, bytes: &Bytes, what: impl FnOnce() -> String) -> bool {
    let (out, stats) = measured(|| Message::decode(version, bytes));
    let most = FACTOR * bytes.len() + FLOOR;
    let took = stats.bytes_allocated;
    assert!(took <= most, "{}: {took} bytes for {} are more than {most}", what(), bytes.len());
    out.is_ok()
}

/// [`bounded`] of what is large, well formed, and therefore read to its end.
#[track_caller]
fn bounded_whole(version: Version, bytes: &Bytes, what: &str) {
    let (out, stats) = measured(|| Message::decode(version, bytes));
    println!("{what}: {:.1} bytes for a byte", stats.bytes_allocated as f64 / bytes.len() as f64);
    out.unwrap_or_else(|err| panic!("{what}: {err}"));
    bounded(version, bytes, || what.to_owned());
}

#[test]
fn memory_is_bounded_by_the_input() {
    // What is made once for the whole program is no part of any message.
    assert_eq!(check_registrations(), Ok(()));
    let samples = corpus::samples();
    for corpus::Sample { name, version, bytes } in &samples {
        bounded(*version, bytes, || name.clone());
        for len in 0..bytes.len() {
            bounded(*version, &bytes.slice(..len), || format!("{name} cut at {len}"));
            // Cut, and the header says so: the cut is inside.
            let mut cut = BytesMut::from(&bytes[..len]);
            if len >= 8 {
                cut[2..4].copy_from_slice(&(len as u16).to_be_bytes());
                bounded(*version, &cut.freeze(), || format!("{name} ends at {len}"));
            }
        }
        for bit in 0..bytes.len().min(400) * 8 {
            let mut flipped = BytesMut::from(&bytes[..]);
            flipped[bit / 8] ^= 0x80 >> (bit % 8);
            bounded(*version, &flipped.freeze(), || format!("{name} bit {bit}"));
        }
    }
    lies_are_bounded();
    lists_are_bounded();
    mrt_records_are_bounded();
    a_match_is_read_without_allocation(&samples);
    a_packet_in_takes_a_reference(&samples);
}

/// Records of MRT files: counts that promise what is not there, the smallest items of every list,
/// and a header that promises 16 MiB.
fn mrt_records_are_bounded() {
    let lying = [0, 0, 0, 0, 0, 13, 0, 2, 1, 0, 0, 0, 1, 2, 3];
    let (frame, stats) = measured(|| MrtReader::new(&lying[..]).next_frame());
    assert!(frame.is_err());
    // The buffer of the reader, of 64 KiB, and a first page.
    assert!(stats.bytes_allocated < 80_000, "{}", stats.bytes_allocated);

    let entry = [0; 8];
    let peer = [0; 11];
    for (name, subtype, head, item) in [
        ("RIB", 2, &[0, 0, 0, 0, 0][..], &entry[..]),
        ("RIB_GENERIC", 6, &[0, 0, 0, 0, 0, 1, 1, 0], &entry),
        ("PEER_INDEX_TABLE", 1, &[0; 6], &peer),
    ] {
        for (count, n_items) in [(u16::MAX, 0), (u16::MAX, 9), (20_000, 20_000)] {
            let payload = [head, &count.to_be_bytes(), &item.repeat(n_items)].concat().into();
            let mrt_type = MrtType::TABLE_DUMP_V2;
            let frame = MrtFrame { offset: 0, seconds: 0, mrt_type, subtype, payload };
            let (record, stats) = measured(|| frame.decode());
            assert_eq!(record.is_ok(), usize::from(count) == n_items, "{name}");
            let (took, len) = (stats.bytes_allocated, frame.payload.len());
            assert!(took <= FACTOR * len + FLOOR, "{name}: {took} bytes for {len}");
        }
    }
}

/// Header and body.
fn message(version: Version, msg_type: u8, body: &[u8]) -> Bytes {
    let len = (8 + body.len()) as u16;
    let mut wire = BytesMut::from(&[version.wire(), msg_type, 0, 0, 0, 0, 0, 1][..]);
    wire[2..4].copy_from_slice(&len.to_be_bytes());
    wire.extend_from_slice(body);
    wire.freeze()
}

/// Nested structures, and lengths that promise what is not there.
fn lies_are_bounded() {
    for corpus::Sample { name, version, bytes } in corpus::samples() {
        if bytes.len() > 300 {
            continue;
        }
        for at in (8..bytes.len().saturating_sub(1)).step_by(2) {
            for lie in [0xffff_u16, 0xfff8, 0x7ff8, 8, 0] {
                let mut lying = BytesMut::from(&bytes[..]);
                lying[at..at + 2].copy_from_slice(&lie.to_be_bytes());
                bounded(version, &lying.freeze(), || format!("{name}: {lie} at {at}"));
            }
        }
    }
    // `ct` in `ct`, 2,000 deep.
    let mut action = Vec::new();
    for _ in 0..2_000 {
        let len = (action.len() + 24) as u16;
        let head = [&[0xff, 0xff], &len.to_be_bytes()[..], &[0, 0, 0x23, 0x20, 0, 35, 0, 0]];
        action = [&head.concat()[..], &[0; 12], &action].concat();
    }
    let len = (action.len() as u16).to_be_bytes();
    let packet_out = [&[0xff; 8], &len[..], &[0; 6], &action].concat();
    bounded_whole(V1_3, &message(V1_3, 13, &packet_out), "ct in ct");
    // Bundle-adds and request-forwards in each other, 2,000 deep.
    for (number, head) in [(34, &[0, 0, 0, 1, 0, 0, 0, 0][..]), (32, &[])] {
        let mut nested = message(V1_5, 2, &[]);
        for _ in 0..2_000 {
            nested = message(V1_5, number, &[head, &nested].concat());
        }
        bounded_whole(V1_5, &nested, &format!("message {number} in itself"));
    }
    // A learn of as many specifications as 64 KiB hold: loads of immediate values.
    let spec = [0x28, 0x10, 0x12, 0x34, 0x00, 0x01, 0x00, 0x04, 0x00, 0x00];
    let specs: Vec<u8> = spec.iter().copied().cycle().take(64_000).collect();
    let len = ((specs.len() + 32) as u16).to_be_bytes();
    let learn = [&[0xff, 0xff], &len[..], &[0, 0, 0x23, 0x20, 0, 16], &[0; 22], &specs].concat();
    let packet_out = [&[0xff; 8], &len[..], &[0; 6], &learn].concat();
    bounded_whole(V1_3, &message(V1_3, 13, &packet_out), "a learn of 64,000 bytes");
}

/// The smallest items of every kind, as many as fit in 64 KiB: what a list takes for each.
fn lists_are_bounded() {
    let fill = |item: &[u8], n: usize| item.repeat(n);
    // Actions of eight bytes in a packet-out; instructions of eight in a flow-mod; empty buckets.
    let actions = fill(&[0, 18, 0, 8, 0, 0, 0, 0], 8_000);
    let packet_out = [&[0xff; 8], &64_000_u16.to_be_bytes()[..], &[0; 6], &actions].concat();
    bounded_whole(V1_3, &message(V1_3, 13, &packet_out), "actions");
    let actions = fill(&[0, 3, 0, 8, 0, 0, 0, 0], 8_000);
    let old = [&[0xff, 0xff, 0xff, 0xff, 0, 1], &64_000_u16.to_be_bytes()[..], &actions].concat();
    bounded_whole(V1_0, &message(V1_0, 13, &old), "actions of 1.0");
    let head = [&[0; 40][..], &[0, 1, 0, 4, 0, 0, 0, 0]].concat();
    for number in [4, 5] {
        let instructions = fill(&[0, number, 0, 8, 0, 0, 0, 0], 8_000);
        let flow_mod = [&head[..], &instructions].concat();
        bounded_whole(V1_3, &message(V1_3, 14, &flow_mod), "instructions");
    }
    for version in [V1_3, V1_5] {
        let bucket: &[u8] = if version == V1_5 {
            &[0, 8, 0, 0, 0, 0, 0, 0]
        } else {
            &[0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        };
        let size = (64_000_u16).to_be_bytes();
        let head: Vec<u8> = match version {
            V1_5 => [&[0, 0, 0, 0, 0, 0, 0, 1], &size[..], &[0; 6]].concat(),
            _ => vec![0, 0, 0, 0, 0, 0, 0, 1],
        };
        let group_mod = [&head[..], &fill(bucket, 64_000 / bucket.len())].concat();
        bounded_whole(version, &message(version, 15, &group_mod), &format!("buckets {version}"));
    }
    let mut accepted = 0;
    // Every multipart reply, filled with zeros, with short lengths, and with ones.
    for version in Version::ALL {
        let number = if version < V1_1 { 17 } else { 19 };
        for multipart_type in 0..20_u8 {
            let head = [0, multipart_type, 0, 0, 0, 0, 0, 0];
            let head = &head[..if version < V1_1 { 4 } else { 8 }];
            for item in
                [&[0; 8][..], &[0, 8, 0, 8, 0, 8, 0, 8], &[0xff; 8], &[0, 16, 0, 0, 0, 0, 0, 0]]
            {
                let reply = [head, &fill(item, 8_000)].concat();
                let reply = message(version, number, &reply);
                accepted += usize::from(bounded(version, &reply, || {
                    format!("{multipart_type} of {version}")
                }));
            }
        }
    }
    // Zeros and short items are good items of some lists: of ports, tables, counters, numbers.
    assert!(accepted > 20, "{accepted} replies were accepted");
}

/// Every getter of every match of the corpus.
fn a_match_is_read_without_allocation(samples: &[corpus::Sample]) {
    let mut read = 0;
    for sample in samples {
        let matched = match Message::decode(sample.version, &sample.bytes) {
            Ok((_, Message::FlowMod(msg))) => msg.match_,
            Ok((_, Message::PacketIn(msg))) => msg.match_,
            Ok((_, Message::FlowRemoved(msg))) => msg.match_,
            _ => continue,
        };
        let (_, stats) = measured(|| {
            let numbers = [
                matched.get(oxm::IN_PORT).map(|port| port.0),
                matched.get(oxm::METADATA).map(|v| v as u32),
                matched.get(oxm::ETH_TYPE).map(u32::from),
                matched.get(oxm::TCP_DST).map(u32::from),
                matched.get(oxm::REG0),
                matched.get(oxm::DP_HASH),
                matched.get(oxm::IPV4_DST).map(u32::from),
                matched.get_masked(oxm::VLAN_VID).map(|(v, _)| v.into()),
            ];
            let others = (
                matched.get(oxm::ETH_DST),
                matched.get(oxm::IPV6_DST),
                matched.contains(oxm::ARP_OP),
                matched.is_empty(),
                matched.check().is_ok(),
            );
            (numbers, others)
        });
        assert_eq!(stats.allocations, 0, "{}: {matched}", sample.name);
        read += 1;
    }
    assert!(read > 3 && FieldInfo::all().count() > 100, "{read} matches were read");
}

/// The frame shares the receive buffer; a match of up to 62 bytes stands in the message.
fn a_packet_in_takes_a_reference(samples: &[corpus::Sample]) {
    let mut seen = 0;
    for sample in samples {
        let Ok((_, Message::PacketIn(msg))) = Message::decode(sample.version, &sample.bytes) else {
            continue;
        };
        // Bytes that nobody has shared yet are wrapped for that, once: as the receive buffer is.
        let received = sample.bytes.clone();
        let (out, stats) = measured(|| Message::decode(sample.version, &received));
        assert_eq!(stats.allocations, 0, "{}: {msg}", sample.name);
        assert!(out.is_ok());
        let first = Bytes::copy_from_slice(&received);
        let (out, stats) = measured(|| Message::decode(sample.version, &first));
        assert!(stats.allocations <= 1 && out.is_ok(), "{}: {stats:?}", sample.name);
        seen += 1;
    }
    assert!(seen > 1, "{seen} packet-ins");
}
