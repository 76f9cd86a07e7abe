//! pcap and pcapng, byte by byte.

use std::io::{self, Read};
use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// Gives one byte at a time, and an interruption before each.
struct Drip<'a>(&'a [u8], bool);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = self.0.len().min(out.len()).min(1);
        out[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}

/// Numbers in either byte order.
struct Bits {
    big: bool,
    out: Vec<u8>,
}

impl Bits {
    fn u16(&mut self, value: u16) {
        self.out.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
    }

    fn u32(&mut self, value: u32) {
        self.out.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
    }

    fn block(&mut self, block_type: u32, body: impl FnOnce(&mut Bits)) {
        let mut inner = Bits { big: self.big, out: Vec::new() };
        body(&mut inner);
        while !inner.out.len().is_multiple_of(4) {
            inner.out.push(0xee);
        }
        let len = inner.out.len() as u32 + 12;
        self.u32(block_type);
        self.u32(len);
        self.out.extend(inner.out);
        self.u32(len);
    }

    fn section(&mut self) {
        self.block(0x0a0d_0d0a, |b| {
            b.u32(0x1a2b_3c4d);
            b.u16(1);
            b.u16(0);
            b.out.extend([0xff; 8]);
        });
    }
}

fn pcap(big: bool, magic: u32, records: &[(u32, u32, &[u8], u32)]) -> Vec<u8> {
    let mut b = Bits { big, out: Vec::new() };
    b.u32(magic);
    b.u16(2);
    b.u16(4);
    [0, 0, 65_535, 0x5400_0001].into_iter().for_each(|word| b.u32(word));
    for (seconds, fraction, data, original) in records {
        [*seconds, *fraction, data.len() as u32, *original].into_iter().for_each(|w| b.u32(w));
        if magic == 0xa1b2_cd34 {
            b.out.extend([0x77; 8]);
        }
        b.out.extend(*data);
    }
    b.out
}

#[test]
fn pcap_in_every_variant() {
    for big in [false, true] {
        for (magic, unit) in [(0xa1b2_c3d4, 1_000), (0xa1b2_3c4d, 1), (0xa1b2_cd34, 1_000)] {
            let file =
                pcap(big, magic, &[(5, 7, b"whole", 5), (6, 8, b"cut", 1500), (7, 0, b"", 0)]);
            let packets: Vec<_> =
                CaptureReader::new(Drip(&file, false)).unwrap().map(Result::unwrap).collect();
            let told: Vec<_> =
                packets.iter().map(|p| (p.time.unwrap(), &p.data[..], p.original_len)).collect();
            let wanted = [
                (Duration::new(5, 7 * unit), &b"whole"[..], 5),
                (Duration::new(6, 8 * unit), b"cut", 1500),
                (Duration::new(7, 0), b"", 0),
            ];
            assert_eq!(told, wanted, "big={big} magic={magic:x}");
            assert!(packets.iter().all(|p| p.link == LinkType::ETHERNET));
        }
    }
}

#[test]
fn pcapng_blocks_in_both_orders() {
    // Two sections of different byte order, three interfaces, and blocks nobody needs.
    let mut file = Vec::new();
    for big in [true, false] {
        let mut b = Bits { big, out: Vec::new() };
        b.section();
        b.block(1, |b| {
            b.u16(101);
            b.u16(0);
            b.u32(6); // snap length
        });
        b.block(1, |b| {
            b.u16(1);
            b.u16(0);
            b.u32(0);
            b.u16(9); // resolution: nanoseconds
            b.u16(1);
            b.out.extend([9, 0, 0, 0]);
            b.u16(14); // offset: 1,000 seconds
            b.u16(8);
            let offset = 1_000_i64;
            b.out.extend(if big { offset.to_be_bytes() } else { offset.to_le_bytes() });
            b.u32(0);
        });
        b.block(1, |b| {
            b.u16(113);
            b.u16(0);
            b.u32(0);
            b.u16(9); // resolution: 2^-10 seconds
            b.u16(1);
            b.out.extend([0x8a, 0, 0, 0]);
        });
        // Names, statistics, journal, secrets, custom, and what nobody has thought of yet.
        for block_type in [4, 5, 9, 10, 0xbad, 0x4000_0bad, 0x7777] {
            b.block(block_type, |b| b.out.extend(b"of any length"));
        }
        b.block(6, |b| {
            [1, 0, 2_000_000_003, 3, 3].into_iter().for_each(|word| b.u32(word));
            b.out.extend(b"abc");
        });
        b.block(3, |b| {
            b.u32(10);
            b.out.extend(b"simple");
        });
        b.block(2, |b| {
            b.u16(2);
            b.u16(0xffff);
            [0, 1024 + 512, 2, 9].into_iter().for_each(|word| b.u32(word));
            b.out.extend(b"xy");
        });
        file.extend(b.out);
    }
    let (packets, error) = read(&file);
    assert!(error.is_none(), "{error:?}");
    let told: Vec<_> =
        packets.iter().map(|p| (p.time, p.link.0, &p.data[..], p.original_len)).collect();
    let section = [
        (Some(Duration::new(1_002, 3)), 1, &b"abc"[..], 3),
        (None, 101, b"simple", 10),
        (Some(Duration::new(1, 500_000_000)), 113, b"xy", 9),
    ];
    assert_eq!(told, [section, section].concat());
}

#[test]
fn times_that_cannot_be_are_left_out() {
    for (resolution, offset) in [(127, 0), (0xff, 0), (6, i64::MIN), (0, i64::MAX)] {
        let mut b = Bits { big: true, out: Vec::new() };
        b.section();
        b.block(1, |b| {
            [1 << 16, 0].into_iter().for_each(|word| b.u32(word));
            b.out.extend([0, 9, 0, 1, resolution, 0, 0, 0, 0, 14, 0, 8]);
            b.out.extend(offset.to_be_bytes());
        });
        b.block(6, |b| [0, u32::MAX, u32::MAX, 0, 0].into_iter().for_each(|word| b.u32(word)));
        let (packets, error) = read(&b.out);
        assert!(error.is_none(), "{error:?}");
        // 2^-127 of a second counts as none at all.
        let wanted = (resolution == 0xff).then_some(Duration::ZERO);
        assert_eq!(packets[0].time, wanted, "{resolution} {offset}");
    }
}

#[test]
fn damage_is_told() {
    let message = |file: &[u8]| read(file).1.map_or("none".to_owned(), |error| error.to_string());
    let good = pcap(true, 0xa1b2_c3d4, &[(5, 7, b"whole", 5)]);
    assert_eq!(message(&good), "none");
    assert_eq!(message(&good[..24]), "none");
    assert_eq!(message(&good[..42]), "pcap record: needed 5 bytes at offset 40, only 2 available");
    assert_eq!(message(&good[..23]), "pcap head: needed 20 bytes at offset 4, only 19 available");
    assert_eq!(message(b""), "neither pcap nor pcapng: the file is empty");
    assert_eq!(
        message(&[0x1f, 0x8b, 8, 0]),
        "neither pcap nor pcapng: this is a gzip file, unpack it first"
    );
    let mut long = good.clone();
    long[32] = 0x7f;
    assert_eq!(
        message(&long),
        "pcap record length: 2130706437 at offset 24, accepted: at most 262144"
    );

    let mut b = Bits { big: true, out: Vec::new() };
    b.section();
    let section = b.out.len();
    b.block(6, |b| [3, 0, 0, 0, 0].into_iter().for_each(|word| b.u32(word)));
    assert_eq!(
        message(&b.out),
        "pcapng interface number: 3 at offset 28, accepted: one that was described before"
    );
    for len in [0_u32, 11, 13] {
        b.out[section + 4..section + 8].copy_from_slice(&len.to_be_bytes());
        assert_eq!(
            message(&b.out),
            format!(
                "pcapng block length: {len} at offset 28, \
                 accepted: a multiple of 4 and at least 12"
            )
        );
    }
    b.out[section + 4..section + 8].copy_from_slice(&36_u32.to_be_bytes());
    assert!(message(&b.out).starts_with("pcapng block"), "{}", message(&b.out));
    // A length that no file has: refused, or skipped up to the end, and never allocated.
    b.out[section + 4..section + 8].copy_from_slice(&0xffff_fff0_u32.to_be_bytes());
    assert!(message(&b.out).contains("at most"), "{}", message(&b.out));
    b.out[section + 3] = 99;
    assert!(message(&b.out).contains("only"), "{}", message(&b.out));
}

#[test]
fn a_writer_refuses_what_does_not_fit() {
    let mut writer = PcapWriter::new(Vec::new(), LinkType::RAW, Precision::Nanoseconds, 9).unwrap();
    let error = writer.write(Duration::from_secs(1 << 32), b"x").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert_eq!(writer.finish().unwrap().len(), 24);
}

/// Both formats, with some packets.
fn samples() -> Vec<Vec<u8>> {
    let frame = ipv4_tcp(1, b"payload");
    let mut files = vec![pcap(false, 0xa1b2_3c4d, &[(5, 7, &frame, 47), (6, 8, b"cut", 1500)])];
    let mut b = Bits { big: false, out: Vec::new() };
    b.section();
    b.block(1, |b| {
        [101, 65_535].into_iter().for_each(|word| b.u32(word));
        b.out.extend([9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    });
    b.block(6, |b| {
        [0, 0, 7, 47, 47].into_iter().for_each(|word| b.u32(word));
        b.out.extend(&frame);
    });
    b.block(3, |b| {
        b.u32(47);
        b.out.extend(&frame);
    });
    files.push(b.out);
    files
}

/// Reads, dissects and reassembles; it is enough that this ends.
fn exercise(file: &[u8]) {
    let mut reassembler = Reassembler::default();
    let mut events = Vec::new();
    let (packets, _) = read(file);
    let read: usize = packets.iter().map(|packet| packet.data.len()).sum();
    assert!(read <= file.len());
    for packet in &packets {
        if let Ok(segment) = dissect(packet) {
            reassembler.push(segment, &mut events);
        }
    }
    reassembler.finish(&mut events);
}

#[test]
fn cut_at_every_length_and_with_every_bit_flipped() {
    for file in samples() {
        for len in 0..file.len() {
            exercise(&file[..len]);
        }
        for bit in 0..file.len() * 8 {
            let mut damaged = file.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            exercise(&damaged);
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        packets in prop::collection::vec(
            (0..=u32::MAX, 0..1_000_000_000_u32, prop::collection::vec(any::<u8>(), 0..200)),
            0..20,
        ),
        snap_len in 0..250_u32,
        nanoseconds in any::<bool>(),
    ) {
        let precision =
            if nanoseconds { Precision::Nanoseconds } else { Precision::Microseconds };
        let mut writer =
            PcapWriter::new(Vec::new(), LinkType::LINUX_SLL2, precision, snap_len).unwrap();
        for (seconds, nanos, data) in &packets {
            writer.write(Duration::new((*seconds).into(), *nanos), data).unwrap();
        }
        let (got, error) = read(&writer.finish().unwrap());
        prop_assert!(error.is_none());
        prop_assert_eq!(got.len(), packets.len());
        for (got, (seconds, nanos, data)) in got.iter().zip(&packets) {
            let nanos = if nanoseconds { *nanos } else { nanos / 1_000 * 1_000 };
            prop_assert_eq!(got.time, Some(Duration::new((*seconds).into(), nanos)));
            prop_assert_eq!(&got.data[..], &data[..data.len().min(snap_len as usize)]);
            prop_assert_eq!(got.original_len as usize, data.len());
            prop_assert_eq!(got.link, LinkType::LINUX_SLL2);
        }
    }

    #[test]
    fn any_bytes_behind_a_magic_number(
        which in 0..4_usize,
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let magics = [[0xa1, 0xb2, 0xc3, 0xd4], [0x4d, 0x3c, 0xb2, 0xa1], [10, 13, 13, 10], [0; 4]];
        let file = [&magics[which][..], &rest].concat();
        exercise(&file);
    }
}
