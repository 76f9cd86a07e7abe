//! MRT files: against Ryu 4.34 (tests/vectors/mrt_ryu.jsonl, made by tests/real/mrt_oracle.py), with
//! any records there and back, and damaged in every place.
//!
//! `RYU_MRT_OUT=FOLDER` makes `records_for_others` leave a file and what stands in it there, for
//! tests/real/captures.sh.

use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bytes::{Bytes, BytesMut};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use ryu_sdn::capture::CaptureError;
use ryu_sdn::capture::mrt::*;
use ryu_sdn::packet::{Bgp, BgpPathAttribute, BgpUpdate, Layer, List, MpNlri, Packet};
use ryu_sdn::wire::{IpNet, Ipv4Net, Ipv6Net, hex};
use serde_json::{Map, Value, json};

/// A line of the vectors: its name, its bytes, what Ryu read.
fn vectors() -> Vec<(String, Vec<u8>, Value)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/mrt_ryu.jsonl");
    let text = std::fs::read_to_string(path).expect(path);
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
    lines
        .map(|line| {
            let bytes = hex::decode(line["hex"].as_str().unwrap()).unwrap();
            (line["name"].as_str().unwrap().to_owned(), bytes, line["fields"].clone())
        })
        .collect()
}

fn only_frame(file: &[u8]) -> MrtFrame {
    let mut reader = MrtReader::new(file);
    let frame = reader.next_frame().unwrap().unwrap();
    assert!(reader.next_frame().unwrap().is_none());
    frame
}

fn encoded(record: &MrtRecord) -> Bytes {
    let mut out = BytesMut::new();
    record.encode(&mut out).unwrap_or_else(|error| panic!("{record:?}: {error}"));
    out.freeze()
}

/// The record with Ryu's names. What Ryu does not look into is `buf`.
fn as_ryu(record: &MrtRecord) -> Value {
    let mut out = Map::new();
    let mut put = |fields: Value| out.extend(fields.as_object().unwrap().clone());
    put(json!({
        "timestamp": record.seconds,
        "type": record.mrt_type().unwrap().0,
        "subtype": record.subtype(),
    }));
    if let Some(microseconds) = record.microseconds {
        put(json!({ "ms_timestamp": microseconds }));
    }
    let entries = |entries: &[RibEntry]| {
        let entry = |entry: &RibEntry| {
            json!({
                "peer_index": entry.peer_index,
                "originated_time": entry.originated,
                "path_id": entry.path_id,
                "bgp_attributes": hex::encode(&entry.attributes),
            })
        };
        entries.iter().map(entry).collect::<Vec<_>>()
    };
    let session = |session: &Bgp4mpSession| {
        json!({
            "peer_as": session.peer_as,
            "local_as": session.local_as,
            "if_index": session.if_index,
            "peer_ip": session.peer_ip,
            "local_ip": session.local_ip,
        })
    };
    match &record.body {
        MrtBody::Ospf2(body) => put(json!({
            "remote_ip": body.remote_ip,
            "local_ip": body.local_ip,
            "ospf_message": hex::encode(&body.packet),
        })),
        MrtBody::TableDump(body) => put(json!({
            "view_num": body.view,
            "seq_num": body.sequence,
            "prefix": body.prefix.addr(),
            "prefix_len": body.prefix.prefix_len(),
            "status": body.status,
            "originated_time": body.originated,
            "peer_ip": body.peer_ip,
            "peer_as": body.peer_as,
            "bgp_attributes": hex::encode(&body.attributes),
        })),
        MrtBody::PeerIndexTable(body) => {
            let peer = |peer: &Peer| {
                json!({
                    "type": peer.flags.bits(),
                    "bgp_id": peer.bgp_id,
                    "ip_addr": peer.ip_addr,
                    "as_num": peer.as_num,
                })
            };
            put(json!({
                "bgp_id": body.bgp_id,
                "view_name": std::str::from_utf8(&body.view_name).unwrap(),
                "peer_entries": body.peers.iter().map(peer).collect::<Vec<_>>(),
            }));
        }
        MrtBody::Rib(body) => put(json!({
            "seq_num": body.sequence,
            "prefix": body.prefix,
            "rib_entries": entries(&body.entries),
        })),
        MrtBody::RibGeneric(body) => put(json!({
            "seq_num": body.sequence,
            "afi": body.afi,
            "safi": body.safi,
            "nlri": hex::encode(&body.nlri),
            "rib_entries": entries(&body.entries),
        })),
        MrtBody::StateChange(body) => {
            put(session(&body.session));
            put(json!({ "old_state": body.old_state.0, "new_state": body.new_state.0 }));
        }
        MrtBody::Message(body) => {
            put(session(&body.session));
            put(json!({ "bgp_message": hex::encode(&body.message) }));
        }
        MrtBody::Isis(_) | MrtBody::Ospf3(_) | MrtBody::Unknown { .. } => {
            put(json!({ "buf": hex::encode(&encoded(record)[12..]) }));
        }
    }
    Value::Object(out)
}

#[test]
fn ryu_reads_the_same_from_the_same_bytes() {
    let mut kinds = std::collections::BTreeSet::new();
    for (name, bytes, fields) in vectors() {
        let frame = only_frame(&bytes);
        let record = frame.decode().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(encoded(&record), bytes, "{name}");
        let mut fields = fields;
        if matches!(record.body, MrtBody::StateChange(_) | MrtBody::Message(_)) {
            // It follows from the addresses.
            fields.as_object_mut().unwrap().remove("afi");
        }
        assert_eq!(as_ryu(&record), fields, "{name}");
        kinds.insert(kind(&record.body));
    }
    assert_eq!(kinds.len(), 10, "{kinds:?}");
}

/// What our room of packets reads in these bytes, in JSON, and the bytes that it makes of that.
fn typed(record: &MrtRecord) -> Option<Value> {
    let attributes = |list: List<'_, BgpPathAttribute<'_>>, bytes: &[u8]| {
        let items = list.items().expect("they can be read");
        let built: List<'_, BgpPathAttribute<'_>> = items.into();
        assert_eq!(built.to_bytes().unwrap(), bytes);
        let update = BgpUpdate { path_attributes: list, ..BgpUpdate::default() };
        let json = Layer::from(Bgp::from(update)).to_json();
        json["BGPUpdate"]["path_attributes"].clone()
    };
    let layer = |layer: Layer<'_>, bytes: &[u8]| {
        assert_eq!(Packet::from(vec![layer.clone()]).to_bytes().unwrap(), bytes);
        layer.to_json()
    };
    let entries = |entries: &[RibEntry]| {
        entries.iter().map(|e| attributes(e.path_attributes(), &e.attributes)).collect()
    };
    Some(match &record.body {
        MrtBody::Ospf2(body) => layer(body.ospf().unwrap().into(), &body.packet),
        MrtBody::Message(body) => layer(body.bgp().unwrap().into(), &body.message),
        MrtBody::TableDump(body) => {
            vec![attributes(body.path_attributes(), &body.attributes)].into()
        }
        MrtBody::Rib(body) => entries(&body.entries),
        MrtBody::RibGeneric(body) => {
            let MpNlri::Ipv4(routes) = body.route() else { panic!("{:?}", body.route()) };
            assert_eq!(
                routes.to_bytes().unwrap()[..],
                body.nlri[body.nlri.len() - routes.to_bytes().unwrap().len()..]
            );
            assert_eq!(routes.len(), 1);
            entries(&body.entries)
        }
        _ => return None,
    })
}

#[test]
fn what_is_inside_is_what_ryu_reads() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/mrt_ryu.jsonl");
    let mut read = 0;
    for line in std::fs::read_to_string(path).expect(path).lines() {
        let row: Value = serde_json::from_str(line).expect(line);
        let record = only_frame(&hex::decode(row["hex"].as_str().unwrap()).unwrap());
        let mut ours = typed(&record.decode().unwrap());
        let mut theirs = row.get("typed").cloned();
        if record.mrt_type == MrtType::TABLE_DUMP_V2 {
            // Ryu has AS numbers of two octets there, against RFC 6396 section 4.3.4.
            for entries in [&mut ours, &mut theirs].into_iter().flatten() {
                for entry in entries.as_array_mut().expect("a list") {
                    let attributes = entry.as_array_mut().expect("a list");
                    attributes
                        .retain(|attribute| attribute.get("BGPPathAttributeAsPath").is_none());
                }
            }
        }
        assert_eq!(ours, theirs, "{}", row["name"]);
        read += usize::from(ours.is_some());
    }
    assert!(read > 100, "{read}");
}

fn update(bytes: &str, as4: bool, add_path: bool) -> Bgp4mpMessage {
    let ip = IpAddr::from([192, 0, 2, 1]);
    let session =
        Bgp4mpSession { peer_as: 1, local_as: 2, as4, if_index: 0, peer_ip: ip, local_ip: ip };
    let body = hex::decode(bytes).unwrap();
    let mut message = vec![0xff; 16];
    message.extend((19 + body.len() as u16).to_be_bytes());
    message.push(2);
    message.extend(body);
    Bgp4mpMessage { session, local: false, add_path, message: message.into() }
}

#[test]
fn the_record_says_how_wide_as_numbers_are() {
    // Two segments of one AS each, or one of one and half of another.
    let path = "0000 000b 40 02 08 0201 0007 0201 0009";
    let of = |message: &Bgp4mpMessage| {
        let path = message.bgp().unwrap().as_update().and_then(|update| update.as_path());
        path.unwrap().value.segments().ok()
    };
    assert_eq!(of(&update(path, false, false)), Some(vec![(2, vec![7]), (2, vec![9])]));
    assert_eq!(of(&update(path, true, false)), None);
    let path = "0000 000d 40 02 0a 0202 00010007 02010009";
    assert_eq!(of(&update(path, true, false)), Some(vec![(2, vec![65_543, 33_619_977])]));
    let err = update(path, true, true).bgp().unwrap_err();
    assert_eq!(err.to_string(), "bgp: add_path at offset 18 has impossible value 2");
    let mut long = update(path, true, false);
    long.message = [&long.message[..], &[0]].concat().into();
    assert_eq!(
        long.bgp().unwrap_err().to_string(),
        "bgp: 1 bytes left over at offset 36 (limit set by len)"
    );
    long.message.truncate(18);
    assert!(long.bgp().is_err());
}

#[test]
fn tables_have_the_next_hop_alone() {
    let whole = "80 0e 0f 0001 01 04 c0000201 00 18 0a0001 08 0b"; // against the rule
    for (bytes, hops) in [
        ("80 0e 05 04 c0000201", 1),
        ("90 0e 0005 04 c0000201", 1),
        ("80 0e 21 20 20010db8000000000000000000000001 fe800000000000000000000000000001", 2),
        ("80 0e 01 00", 0),
        (whole, 9),
    ] {
        let bytes = hex::decode(bytes).unwrap();
        let entry = RibEntry {
            peer_index: 0,
            originated: 0,
            path_id: None,
            attributes: bytes.clone().into(),
        };
        let attributes = entry.path_attributes().items().unwrap();
        let found = match &attributes[..] {
            [BgpPathAttribute::MpReachNextHop(reach)] => reach.next_hop.len(),
            [BgpPathAttribute::MpReachNlri(_)] => 9,
            other => panic!("{other:?}"),
        };
        assert_eq!(found, hops);
        let again: List<'_, BgpPathAttribute<'_>> = attributes.into();
        assert_eq!(again.to_bytes().unwrap(), bytes);
    }
}

/// The name of the variant, to count them.
fn kind(body: &MrtBody) -> String {
    format!("{body:?}").split(['(', ' ']).next().unwrap_or_default().to_owned()
}

#[test]
fn a_file_of_all_of_them_from_a_pipe() {
    /// Gives three bytes at a time.
    struct Pipe<'a>(&'a [u8]);

    impl Read for Pipe<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let len = out.len().min(3);
            self.0.read(&mut out[..len])
        }
    }

    let all: Vec<_> = vectors().into_iter().map(|(_, bytes, _)| bytes).collect();
    let file = all.concat();
    let mut offset = 0;
    let (mut frames, mut records) = (MrtWriter::new(Vec::new()), MrtWriter::new(Vec::new()));
    for (frame, bytes) in MrtReader::new(Pipe(&file)).zip(&all) {
        let frame = frame.unwrap();
        assert_eq!(frame.offset, offset);
        offset += bytes.len() as u64;
        frames.write_frame(&frame).unwrap();
        records.write(&frame.decode().unwrap()).unwrap();
    }
    assert_eq!(offset, file.len() as u64);
    assert_eq!(frames.finish().unwrap(), file);
    assert_eq!(records.finish().unwrap(), file);
}

#[test]
fn a_file_that_ends_early_says_where() {
    let (_, bytes, _) = vectors().remove(0);
    for len in 0..bytes.len() {
        let result = MrtReader::new(&bytes[..len]).next_frame();
        match (len, result) {
            (0, Ok(None)) => {}
            (1..12, Err(CaptureError::Truncated { what, offset, needed, available })) => {
                assert_eq!((what, offset, needed, available), ("MRT header", 0, 12, len as u64));
            }
            (12.., Err(CaptureError::Truncated { what, offset, needed, available })) => {
                let payload = bytes.len() as u64 - 12;
                assert_eq!((what, offset, needed), ("MRT record", 12, payload));
                assert_eq!(available, len as u64 - 12);
            }
            other => panic!("{other:?}"),
        }
    }
    let mut long = bytes.clone();
    long[8..12].copy_from_slice(&0x0100_0001_u32.to_be_bytes());
    let mut reader = MrtReader::new(&long[..]);
    let error = reader.next_frame().unwrap_err();
    assert_eq!(
        error.to_string(),
        "MRT record length: 16777217 at offset 0, accepted: at most 16777216"
    );
    assert!(reader.next().is_none());
}

/// Either an error, or a record that writes itself as it was read.
fn exercise(frame: &MrtFrame) -> bool {
    let Ok(record) = frame.decode() else {
        return false;
    };
    assert_eq!(encoded(&record)[12..], frame.payload, "{record:?}");
    assert_eq!((record.mrt_type(), record.subtype()), (Some(frame.mrt_type), frame.subtype));
    true
}

#[test]
fn payloads_cut_at_every_length_and_with_every_bit_flipped() {
    let (mut read, mut refused) = (0, 0);
    for (name, bytes, _) in vectors() {
        let frame = only_frame(&bytes);
        for len in 0..frame.payload.len() {
            let cut = MrtFrame { payload: frame.payload.slice(..len), ..frame.clone() };
            let accepted = exercise(&cut);
            // What ends in a message or a packet of any length may end anywhere in it.
            let open = matches!(
                frame.decode().unwrap().body,
                MrtBody::Message(_)
                    | MrtBody::Ospf2(_)
                    | MrtBody::Ospf3(_)
                    | MrtBody::Isis(_)
                    | MrtBody::Unknown { .. }
            );
            assert!(open || !accepted, "{name} cut to {len}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            for frame in MrtReader::new(&damaged[..]).map_while(Result::ok) {
                *if exercise(&frame) { &mut read } else { &mut refused } += 1;
            }
        }
    }
    assert!(read > 10_000 && refused > 1_000, "{read} {refused}");
}

#[test]
fn errors_say_what_and_where() {
    let says = |mrt_type: MrtType, subtype, payload: &str| {
        let payload = Bytes::from(hex::decode(payload).unwrap());
        let frame = MrtFrame { offset: 0, seconds: 0, mrt_type, subtype, payload };
        frame.decode().unwrap_err().to_string()
    };
    assert_eq!(
        says(MrtType::TABLE_DUMP_V2, 2, "00000000 21"),
        "RIB: prefix length at offset 4 has impossible value 33"
    );
    assert_eq!(
        says(MrtType::TABLE_DUMP_V2, 2, "00000000 00 0001 0000 00000000 0005 aa"),
        "RIB: needed 5 bytes at offset 15, only 1 available (limit set by attribute length)"
    );
    assert_eq!(
        says(MrtType::TABLE_DUMP_V2, 1, "00000000 0000 ffff"),
        "PEER_INDEX_TABLE: needed 1 bytes at offset 8, only 0 available"
    );
    assert_eq!(
        says(MrtType::TABLE_DUMP_V2, 1, "00000000 0000 0000 00"),
        "PEER_INDEX_TABLE: 1 bytes left over at offset 8"
    );
    assert_eq!(
        says(MrtType::BGP4MP, 1, "0001 0002 0000 0003"),
        "BGP4MP message: address family at offset 6 has impossible value 3"
    );
    assert_eq!(
        says(MrtType::BGP4MP_ET, 1, "0001"),
        "MRT record: needed 4 bytes at offset 0, only 2 available"
    );
}

#[test]
fn nlri_of_other_families() {
    for (afi, safi, nlri) in [
        (1, 4, "20 000101 0a"),                 // with a label
        (2, 128, "58 000101 0000fde900000001"), // in a VPN, no prefix
        (25, 70, "03 02 aabb"),                 // EVPN
        (25, 65, "0003 aabbcc"),                // VPLS
        (1, 5, "01 01 aa"),                     // multicast VPN
        (1, 133, "03 01180a"),                  // flow specification
        (1, 133, "f001 aa"),                    // its long form
        (16_388, 71, "0001 0002 aabb"),         // link state
        (1, 132, "00"),                         // any route target
    ] {
        let nlri = Bytes::from(hex::decode(nlri).unwrap());
        let rib = |nlri| {
            let body = RibGeneric { sequence: 1, afi, safi, nlri, add_path: true, entries: vec![] };
            MrtRecord { seconds: 0, microseconds: None, body: MrtBody::RibGeneric(body) }
        };
        let record = rib(nlri.clone());
        assert_eq!(only_frame(&encoded(&record)).decode().unwrap(), record);
        let mut out = BytesMut::from(&b"before"[..]);
        let short = rib(nlri.slice(..nlri.len() - 1)).encode(&mut out);
        assert_eq!(short, Err(MrtEncodeError::Nlri), "{afi} {safi}");
        assert_eq!(out, b"before"[..]);
    }
}

#[test]
fn path_identifiers_of_a_generic_table_stand_in_either_place() {
    let entry =
        |path_id| RibEntry { peer_index: 1, originated: 2, path_id, attributes: Bytes::new() };
    for (nlri, entries) in [
        ("18 c00002", vec![entry(Some(7)), entry(Some(8))]), // Ryu, GoBGP, OpenBGPD
        ("00000007 18 c00002", vec![entry(None), entry(None)]), // RFC 8050
    ] {
        let nlri = Bytes::from(hex::decode(nlri).unwrap());
        let rib = RibGeneric { sequence: 0, afi: 1, safi: 1, nlri, add_path: true, entries };
        let mut record =
            MrtRecord { seconds: 0, microseconds: None, body: MrtBody::RibGeneric(rib) };
        assert_eq!(only_frame(&encoded(&record)).decode().unwrap(), record);
        if let MrtBody::RibGeneric(rib) = &mut record.body {
            rib.entries[0].path_id = rib.entries[0].path_id.xor(Some(9));
        }
        assert!(record.encode(&mut BytesMut::new()).is_err());
    }
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_written() {
    let session = Bgp4mpSession {
        peer_as: 70_000,
        local_as: 1,
        as4: false,
        if_index: 0,
        peer_ip: Ipv4Addr::LOCALHOST.into(),
        local_ip: Ipv4Addr::LOCALHOST.into(),
    };
    let (old_state, new_state) = (BgpState::IDLE, BgpState::CONNECT);
    let state = |session| MrtBody::StateChange(Bgp4mpStateChange { session, old_state, new_state });
    let mixed = Bgp4mpSession { peer_as: 1, local_ip: Ipv6Addr::LOCALHOST.into(), ..session };
    let entry = RibEntry { peer_index: 0, originated: 0, path_id: None, attributes: Bytes::new() };
    let rib = |add_path, entries| {
        let prefix = IpNet::V4(Ipv4Net::ALL);
        MrtBody::Rib(Rib { sequence: 0, prefix, multicast: false, add_path, entries })
    };
    let long = RibEntry { attributes: vec![0; 65_536].into(), ..entry.clone() };
    let unknown = |mrt_type| MrtBody::Unknown { mrt_type, subtype: 99, data: Bytes::new() };
    for (body, microseconds, wanted) in [
        (state(session), None, "AS number 70000 does not fit two bytes (as4 is false)"),
        (state(mixed), None, "an IPv4 and an IPv6 address in one MRT record"),
        (
            rib(true, vec![entry.clone()]),
            None,
            "path identifiers do not go with add_path of the table",
        ),
        (
            rib(false, vec![long]),
            None,
            "path attributes of the MRT record: 65536 do not fit their field",
        ),
        (
            rib(false, vec![entry; 65_536]),
            None,
            "entries of the MRT record: 65536 do not fit their field",
        ),
        (rib(false, vec![]), Some(1), "microseconds do not go with the type of the MRT record"),
        (unknown(MrtType::ISIS_ET), None, "microseconds do not go with the type of the MRT record"),
    ] {
        let mut writer = MrtWriter::new(Vec::new());
        let error = writer.write(&MrtRecord { seconds: 0, microseconds, body }).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (io::ErrorKind::InvalidInput, wanted.to_owned())
        );
        assert_eq!(writer.finish().unwrap(), b"");
    }
}

fn address(v6: bool) -> BoxedStrategy<IpAddr> {
    if v6 {
        any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).into()).boxed()
    } else {
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).into()).boxed()
    }
}

fn blob() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..40).prop_map(Bytes::from)
}

/// Path attributes that others can read, too: ORIGIN, MULTI_EXIT_DISC, LOCAL_PREF.
fn attributes() -> impl Strategy<Value = Bytes> {
    let number = any::<u32>().prop_map(u32::to_be_bytes);
    let attribute = (0..3_usize, number).prop_map(|(which, [a, b, c, d])| match which {
        0 => vec![0x40, 1, 1, a % 3],
        1 => vec![0x80, 4, 4, a, b, c, d],
        _ => vec![0x50, 5, 0, 4, a, b, c, d],
    });
    vec(attribute, 0..4).prop_map(|attributes| attributes.concat().into())
}

fn prefix() -> impl Strategy<Value = IpNet> {
    let v4 = (any::<u32>(), 0..=32_u8);
    let v6 = (any::<u128>(), 0..=128_u8);
    prop_oneof![
        v4.prop_map(|(bits, len)| Ipv4Net::new(Ipv4Addr::from_bits(bits), len)
            .unwrap()
            .trimmed()
            .into()),
        v6.prop_map(|(bits, len)| Ipv6Net::new(Ipv6Addr::from_bits(bits), len)
            .unwrap()
            .trimmed()
            .into()),
    ]
}

fn session() -> impl Strategy<Value = Bgp4mpSession> {
    (any::<bool>(), any::<bool>(), any::<u16>()).prop_flat_map(|(v6, as4, if_index)| {
        let number = || if as4 { any::<u32>().boxed() } else { (0..=65_535_u32).boxed() };
        (number(), number(), address(v6), address(v6)).prop_map(
            move |(peer_as, local_as, peer_ip, local_ip)| Bgp4mpSession {
                peer_as,
                local_as,
                as4,
                if_index,
                peer_ip,
                local_ip,
            },
        )
    })
}

fn entries(add_path: bool) -> impl Strategy<Value = Vec<RibEntry>> {
    let entry = (any::<u16>(), any::<u32>(), any::<u32>(), attributes());
    let entry = entry.prop_map(move |(peer_index, originated, path_id, attributes)| RibEntry {
        peer_index,
        originated,
        path_id: add_path.then_some(path_id),
        attributes,
    });
    vec(entry, 0..5)
}

fn body() -> impl Strategy<Value = MrtBody> {
    let peer = (any::<u8>(), any::<u32>(), any::<bool>().prop_flat_map(address), any::<u32>());
    let peer = peer.prop_map(|(flags, id, ip_addr, as_num)| {
        let flags = PeerFlags(flags & !3);
        let flags = if ip_addr.is_ipv6() { flags | PeerFlags::IPV6 } else { flags };
        let flags = if as_num > 0xffff { flags | PeerFlags::AS4 } else { flags };
        Peer { flags, bgp_id: Ipv4Addr::from_bits(id), ip_addr, as_num }
    });
    let peers = (any::<u32>(), "\\PC{0,12}", vec(peer, 0..5)).prop_map(|(id, name, peers)| {
        PeerIndexTable { bgp_id: Ipv4Addr::from_bits(id), view_name: name.into(), peers }
    });
    let rib = any::<bool>().prop_flat_map(|add_path| {
        (any::<u32>(), prefix(), any::<bool>(), entries(add_path)).prop_map(
            move |(sequence, prefix, multicast, entries)| Rib {
                sequence,
                prefix,
                multicast,
                add_path,
                entries,
            },
        )
    });
    let dump = prefix().prop_flat_map(|prefix| {
        let peer = address(prefix.addr().is_ipv6());
        (any::<u16>(), any::<u16>(), any::<u32>(), peer, any::<u16>(), attributes()).prop_map(
            move |(view, sequence, originated, peer_ip, peer_as, attributes)| TableDump {
                view,
                sequence,
                prefix,
                status: 1,
                originated,
                peer_ip,
                peer_as,
                attributes,
            },
        )
    });
    let state = (session(), 1..=6_u16, 1..=6_u16).prop_map(|(session, old, new)| {
        let (old_state, new_state) = (BgpState(old), BgpState(new));
        Bgp4mpStateChange { session, old_state, new_state }
    });
    let keepalive = || {
        let mut message = vec![0xff; 16];
        message.extend([0, 19, 4]);
        Bytes::from(message)
    };
    let message =
        (session(), any::<bool>(), any::<bool>()).prop_map(move |(session, local, add_path)| {
            Bgp4mpMessage { session, local, add_path, message: keepalive() }
        });
    prop_oneof![
        peers.prop_map(MrtBody::PeerIndexTable),
        rib.prop_map(MrtBody::Rib),
        dump.prop_map(MrtBody::TableDump),
        state.prop_map(MrtBody::StateChange),
        message.prop_map(MrtBody::Message),
        (any::<u16>(), blob()).prop_map(|(subtype, pdu)| MrtBody::Isis(MrtIsis { subtype, pdu })),
    ]
}

fn record() -> impl Strategy<Value = MrtRecord> {
    (any::<u32>(), option::of(0..1_000_000_u32), body()).prop_map(
        |(seconds, microseconds, body)| {
            let record = MrtRecord { seconds, microseconds, body };
            let fits = record.mrt_type().is_some();
            MrtRecord { microseconds: microseconds.filter(|_| fits), ..record }
        },
    )
}

proptest! {
    #[test]
    fn any_record_comes_back(record in record()) {
        let bytes = encoded(&record);
        let frame = only_frame(&bytes);
        prop_assert_eq!(frame.decode().unwrap(), record);
    }

    #[test]
    fn any_payload(mrt_type in prop_oneof![11..=17_u16, Just(33), Just(48), Just(49)], subtype in 0..14_u16,
        payload in vec(prop_oneof![Just(0_u8), Just(1), Just(2), any::<u8>()], 0..120)) {
        let payload = payload.into();
        exercise(&MrtFrame { offset: 0, seconds: 0, mrt_type: MrtType(mrt_type), subtype, payload });
    }
}

/// A file of 200 records and a line of JSON for each; nothing is left if nobody asks.
#[test]
fn records_for_others() {
    let mut runner = TestRunner::deterministic();
    let (mut writer, mut lines) = (MrtWriter::new(Vec::new()), String::new());
    // Only the kinds that the others know.
    let strategy = record().prop_filter("IS-IS", |record| !matches!(record.body, MrtBody::Isis(_)));
    for _ in 0..200 {
        let record = strategy.new_tree(&mut runner).unwrap().current();
        writer.write(&record).unwrap();
        lines += &format!("{}\n", as_ryu(&record));
    }
    let file = writer.finish().unwrap();
    assert_eq!(
        MrtReader::new(&file[..]).filter(|frame| frame.as_ref().unwrap().decode().is_ok()).count(),
        200
    );
    if let Some(folder) = std::env::var_os("RYU_MRT_OUT") {
        let folder = std::path::Path::new(&folder);
        std::fs::write(folder.join("file.mrt"), file).unwrap();
        std::fs::write(folder.join("file.jsonl"), lines).unwrap();
    }
}
