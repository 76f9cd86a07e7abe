//! From frames to segments: every link type, both IPs, lengths that lie.

use proptest::prelude::*;

use super::*;

fn ipv6_tcp(extensions: &[u8], first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x60, 0, 0, 0, 0, 0, first, 64];
    out.extend([[0; 15].as_slice(), &[1], &[0; 15], &[2]].concat());
    out.extend(extensions);
    tcp(&mut out, 7, payload);
    let len = (out.len() as u16 - 40).to_be_bytes();
    out[4..6].copy_from_slice(&len);
    out
}

fn payload(packet: &Packet) -> Result<(String, usize), NotTcp> {
    dissect(packet)
        .map(|segment| (String::from_utf8_lossy(&segment.payload).into_owned(), segment.cut_off))
}

#[test]
fn every_link_type() {
    let v4 = ipv4_tcp(7, b"hi");
    let v6 = ipv6_tcp(&[], 6, b"hi");
    let mac = [0x11; 12];
    let sll = [0x22; 14];
    let with = |parts: &[&[u8]]| parts.concat();
    let frames = [
        (0, with(&[&[2, 0, 0, 0], &v4])),
        (0, with(&[&[0, 0, 0, 2], &v4])),
        (0, with(&[&[10, 0, 0, 0], &v6])),
        (0, with(&[&[0, 0, 0, 30], &v6])),
        (1, with(&[&mac, &[8, 0], &v4])),
        (1, with(&[&mac, &[0x86, 0xdd], &v6])),
        (1, with(&[&mac, &[0x81, 0, 0, 5, 8, 0], &v4])),
        (1, with(&[&mac, &[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 0x86, 0xdd], &v6])),
        (1, with(&[&mac, &[8, 0], &v4, b"padding and checksum"])),
        (12, v4.clone()),
        (101, v4.clone()),
        (101, v6.clone()),
        (108, with(&[&[0, 0, 0, 24], &v6])),
        (113, with(&[&sll, &[8, 0], &v4])),
        (113, with(&[&sll, &[0x81, 0, 0, 5, 0x86, 0xdd], &v6])),
        (228, v4.clone()),
        (229, v6.clone()),
        (276, with(&[&[8, 0], &[0x33; 18], &v4])),
        (276, with(&[&[0x86, 0xdd], &[0x33; 18], &v6])),
    ];
    for (link, frame) in frames {
        let frame = packet(LinkType(link), frame);
        let segment = dissect(&frame).unwrap_or_else(|why| panic!("{link}: {why:?}"));
        let (seq, ack) = (segment.seq, segment.ack);
        assert_eq!((&segment.payload[..], seq, ack), (&b"hi"[..], 7, Some(9)), "{link}");
        assert_eq!((segment.stream.from.port(), segment.stream.to.port()), (1024, 6653));
        assert_eq!((segment.syn, segment.fin, segment.rst), (false, false, false));
    }
    assert_eq!(payload(&packet(LinkType(105), v4)), Err(NotTcp::UnknownLink));
    let v6 = dissect(&packet(LinkType::RAW, v6)).unwrap();
    assert_eq!(v6.stream.to_string(), "[::1]:1024 > [::2]:6653");
}

#[test]
fn extension_headers() {
    let raw = |extensions: &[u8], first| {
        payload(&packet(LinkType::RAW, ipv6_tcp(extensions, first, b"hi")))
    };
    let good = Ok(("hi".to_owned(), 0));
    // Hop-by-hop of 8, destination of 16 bytes, routing, authentication of 12 bytes.
    let mut all = vec![60, 0, 0, 0, 0, 0, 0, 0, 43, 1];
    all.extend([0; 14]);
    all.extend([51, 0, 0, 0, 0, 0, 0, 0, 6, 1]);
    all.extend([0; 10]);
    assert_eq!(raw(&all, 0), good);
    // A fragment header around a whole packet, a first fragment, a later one.
    assert_eq!(raw(&[6, 0, 0, 0, 1, 2, 3, 4], 44), good);
    assert_eq!(raw(&[6, 0, 0, 1, 1, 2, 3, 4], 44), Err(NotTcp::Fragment));
    assert_eq!(raw(&[6, 0, 0, 8, 1, 2, 3, 4], 44), Err(NotTcp::Fragment));
    // A length that leads out of the packet; UDP; nothing more.
    assert_eq!(raw(&[6, 9, 0, 0, 0, 0, 0, 0], 0), Err(NotTcp::Malformed));
    assert_eq!(raw(&[], 17), Err(NotTcp::Other));
    assert_eq!(raw(&[], 59), Err(NotTcp::Other));
}

#[test]
fn lengths_and_fragments_of_ipv4() {
    let good = ipv4_tcp(7, b"hello");
    let changed = |changes: &[(usize, u8)]| {
        let mut bytes = good.clone();
        changes.iter().for_each(|(at, value)| bytes[*at] = *value);
        payload(&packet(LinkType::RAW, bytes))
    };
    let whole = Ok(("hello".to_owned(), 0));
    assert_eq!(changed(&[]), whole);
    // Length 0: the card was to cut the packet. Shorter: the rest is padding. Longer: a lie.
    assert_eq!(changed(&[(3, 0)]), whole);
    assert_eq!(changed(&[(3, 43)]), Ok(("hel".to_owned(), 0)));
    assert_eq!(changed(&[(3, 46)]), Err(NotTcp::Malformed));
    assert_eq!(changed(&[(3, 19)]), Err(NotTcp::Malformed));
    assert_eq!(changed(&[(3, 39)]), Err(NotTcp::Malformed));
    // Header length 16; options up to the end and beyond.
    assert_eq!(changed(&[(0, 0x44)]), Err(NotTcp::Malformed));
    assert_eq!(changed(&[(0, 0x4f)]), Err(NotTcp::Malformed));
    assert_eq!(changed(&[(0, 0x55)]), Err(NotTcp::Malformed));
    // Don't-fragment is no fragment.
    assert_eq!(changed(&[(6, 0x20)]), Err(NotTcp::Fragment));
    assert_eq!(changed(&[(7, 1)]), Err(NotTcp::Fragment));
    assert_eq!(changed(&[(9, 17)]), Err(NotTcp::Other));
    // TCP header of 16 bytes, of 24 (an option of 4 is cut off the payload), of 60.
    assert_eq!(changed(&[(32, 0x40)]), Err(NotTcp::Malformed));
    assert_eq!(changed(&[(32, 0x60)]), Ok(("o".to_owned(), 0)));
    assert_eq!(changed(&[(32, 0xf0)]), Err(NotTcp::Malformed));
}

#[test]
fn the_snap_length_cuts_payload() {
    let frame = [&[0x11; 12][..], &[8, 0], &ipv4_tcp(7, b"hello world")].concat();
    for len in 0..frame.len() {
        let cut = Packet {
            original_len: frame.len() as u32,
            data: Bytes::copy_from_slice(&frame[..len]),
            ..packet(LinkType::ETHERNET, Bytes::new())
        };
        let got = payload(&cut);
        match len {
            0..14 => assert_eq!(got, Err(NotTcp::Other), "{len}"),
            14..54 => assert_eq!(got, Err(NotTcp::Malformed), "{len}"),
            _ => {
                let text = "hello world"[..len - 54].to_owned();
                assert_eq!(got, Ok((text, frame.len() - len)), "{len}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_no_trouble(
        link in 0..=300_u16,
        data in prop::collection::vec(any::<u8>(), 0..200),
        original_len in any::<u32>(),
    ) {
        let _ = dissect(&Packet { original_len, ..packet(LinkType(link), data) });
    }
}
