//! pcap files: Ryu 4.34's pcaplib writes and reads the same (tests/vectors/pcap_ryu.jsonl, made by
//! tests/real/pcap_oracle.py); and what tests/real/captures.sh needs to ask other programs.
//!
//! `RYU_CAPTURE_OUT=FOLDER` makes `files_for_others` leave captures there; `RYU_CAPTURE_IN=FOLDER`
//! makes `files_of_others` write a list of the packets in each `NAME.cap` to `NAME.ours`.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use ryu_sdn::capture::{CaptureError, CaptureReader, LinkType, Packet, PcapWriter, Precision};
use ryu_sdn::wire::hex;
use serde_json::Value;

fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

#[test]
fn ryu_writes_and_reads_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/pcap_ryu.jsonl");
    let mut n_files = 0;
    for line in fs::read_to_string(path).expect(path).lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let file = hex::decode(line["hex"].as_str().unwrap()).unwrap();
        let link = LinkType(line["link"].as_u64().unwrap() as u16);
        let snap_len = line["snap_len"].as_u64().unwrap() as u32;
        let micros = Precision::Microseconds;
        let mut writer = PcapWriter::new(Vec::new(), link, micros, snap_len).unwrap();
        let mut read = Vec::new();
        for packet in CaptureReader::new(&file[..]).unwrap() {
            let packet = packet.unwrap();
            let time = packet.time.unwrap().as_secs_f64();
            read.push(serde_json::json!([time, hex::encode(&packet.data)]));
            writer.write(packet.time.unwrap(), &packet.data).unwrap();
        }
        assert_eq!(Value::from(read), line["read"]);
        assert_eq!(hex::encode(&writer.finish().unwrap()), line["hex"]);
        n_files += 1;
    }
    assert_eq!(n_files, 2);
}

/// Packets as another capture has them: whole, cut, empty, without a time.
fn packets(link: LinkType) -> Vec<Packet> {
    let packet = |n: u32, size: usize, original_len| Packet {
        time: Some(Duration::new(1_700_000_000 + u64::from(n), 999_999_999 - n * 1_001)),
        link,
        original_len,
        // The numbers 0 to 11 make an ethernet header of an unknown protocol.
        data: (0..size).map(|byte| byte as u8).collect(),
    };
    let mut packets = vec![packet(1, 60, 60), packet(2, 60, 1_500), packet(3, 1_514, 1_514)];
    packets.push(Packet { time: None, ..packet(4, 14, 14) });
    packets
}

#[test]
fn packets_of_another_capture() {
    for (precision, unit) in [(Precision::Nanoseconds, 1), (Precision::Microseconds, 1_000)] {
        let mut writer = PcapWriter::new(Vec::new(), LinkType::ETHERNET, precision, 1_000).unwrap();
        let packets = packets(LinkType::ETHERNET);
        packets.iter().for_each(|packet| writer.write_packet(packet).unwrap());
        let stranger = Packet { link: LinkType::RAW, ..packets[0].clone() };
        let error = writer.write_packet(&stranger).unwrap_err();
        assert_eq!(error.to_string(), "raw IP packet in a file of ethernet");
        writer.flush().unwrap();
        let file = writer.finish().unwrap();
        let read: Vec<_> = CaptureReader::new(&file[..]).unwrap().map(Result::unwrap).collect();
        let wanted = packets.into_iter().map(|packet| {
            let time = packet.time.unwrap_or_default();
            let nanos = time.subsec_nanos() / unit * unit;
            let data = packet.data.slice(..packet.data.len().min(1_000));
            Packet { time: Some(Duration::new(time.as_secs(), nanos)), data, ..packet }
        });
        assert_eq!(read, wanted.collect::<Vec<_>>());
    }
}

#[test]
fn files_for_others() {
    let Some(folder) = folder("RYU_CAPTURE_OUT") else { return };
    for (name, link, precision, snap_len) in [
        ("micro", LinkType::ETHERNET, Precision::Microseconds, 65_535),
        ("nano", LinkType::ETHERNET, Precision::Nanoseconds, 65_535),
        ("snapped", LinkType::ETHERNET, Precision::Nanoseconds, 40),
        ("raw", LinkType::RAW, Precision::Nanoseconds, 262_144),
    ] {
        let file = fs::File::create(folder.join(format!("{name}.cap"))).unwrap();
        let file = std::io::BufWriter::new(file);
        let mut writer = PcapWriter::new(file, link, precision, snap_len).unwrap();
        packets(link).iter().for_each(|packet| writer.write_packet(packet).unwrap());
        writer.finish().unwrap();
    }
}

#[test]
fn files_of_others() {
    let Some(folder) = folder("RYU_CAPTURE_IN") else { return };
    let mut n_files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "cap") {
            continue;
        }
        let mut lines = String::new();
        let mut list = || -> Result<(), CaptureError> {
            for packet in CaptureReader::new(fs::File::open(&path)?)? {
                let packet = packet?;
                let time = packet.time.map_or("none".to_owned(), |time| {
                    format!("{}.{:09}", time.as_secs(), time.subsec_nanos())
                });
                let (len, data) = (packet.original_len, hex::encode(&packet.data));
                lines += &format!("{time} {} {len} {data}\n", packet.link.0);
            }
            Ok(())
        };
        if let Err(error) = list() {
            lines += &format!("error: {error}\n");
        }
        fs::write(path.with_extension("ours"), lines).unwrap();
        n_files += 1;
    }
    assert!(n_files > 0);
}
