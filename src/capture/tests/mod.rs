//! Tests of the room: bytes by hand, random conversations, damaged files.

mod files;
mod frames;
mod reassembly;

use bytes::Bytes;

use super::*;

/// All packets, and the error that ended them.
fn read(file: &[u8]) -> (Vec<Packet>, Option<CaptureError>) {
    let mut packets = Vec::new();
    let reader = match CaptureReader::new(file) {
        Ok(reader) => reader,
        Err(error) => return (packets, Some(error)),
    };
    for packet in reader {
        match packet {
            Ok(packet) => packets.push(packet),
            Err(error) => return (packets, Some(error)),
        }
    }
    (packets, None)
}

/// A TCP segment from 10.0.0.1:1024 to 10.0.0.2:6653, over IPv4.
fn ipv4_tcp(seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    tcp(&mut out, seq, payload);
    let len = (out.len() as u16).to_be_bytes();
    out[2..4].copy_from_slice(&len);
    out
}

fn tcp(out: &mut Vec<u8>, seq: u32, payload: &[u8]) {
    out.extend([4, 0, 0x19, 0xfd]);
    out.extend(seq.to_be_bytes());
    out.extend([0, 0, 0, 9, 0x50, 0x10, 0, 0, 0, 0, 0, 0]);
    out.extend(payload);
}

fn packet(link: LinkType, data: impl Into<Bytes>) -> Packet {
    let data = data.into();
    Packet { time: None, link, original_len: data.len() as u32, data }
}
