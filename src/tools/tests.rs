//! Tests of the room: streams in pieces, damage, whatever bytes come.

use std::io;

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// A switch's first words, and a message of the largest size.
fn conversation() -> Vec<u8> {
    let mut out = Vec::new();
    out.extend([4, 0, 0, 16, 0, 0, 0, 1, 0, 1, 0, 8, 0, 0, 0, 0x12]);
    out.extend([4, 5, 0, 8, 0, 0, 0, 2]);
    // A flow-mod that is cut in itself, though whole for its header.
    out.extend([4, 14, 0, 12, 0, 0, 0, 3, 1, 2, 3, 4]);
    out.extend([4, 2, 0xff, 0xff, 0, 0, 0, 4]);
    out.extend(vec![0x5a; 0xffff - 8]);
    out.extend([4, 99, 0, 9, 0, 0, 0, 5, 7]);
    out.extend([4, 20, 0, 8, 0, 0, 0, 6]);
    out
}

/// What is found, as text, when the stream comes in these pieces.
fn found<'a>(mut cutter: Cutter, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut tell = |at, item: Result<Decoded, Fault>| {
        lines.push(match item {
            Ok(decoded) => format!("{at} {decoded}"),
            Err(fault) => format!("{at} error: {fault}"),
        });
    };
    for piece in pieces {
        cutter.push(piece, &mut tell);
    }
    cutter.end(&mut tell);
    lines
}

#[test]
fn a_bad_message_is_left_out_by_its_length() {
    let stream = conversation();
    let lines = found(Cutter::default(), [&stream[..]]);
    assert_eq!(
        lines,
        [
            "0 xid=0x1 1.3 hello versions=1.0,1.3",
            "16 xid=0x2 1.3 features_request",
            "24 error: flow_mod: needed 8 bytes at offset 8, only 4 available (xid=0x3 1.3)",
            "36 xid=0x4 1.3 echo_request data=65527B",
            "65571 xid=0x5 1.3 unknown type=99 body=1B",
            "65580 xid=0x6 1.3 barrier_request",
        ]
    );
}

#[test]
fn the_search_wants_a_message_and_another_or_nothing() {
    let barrier = [4, 20, 0, 8, 0, 0, 0, 9];
    // What looks like a header of length 12, and does not lead to another.
    let decoy = [4, 2, 0, 12, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff];
    let stream = [&[4, 2, 0, 0][..], &decoy, &barrier, &barrier].concat();
    let wanted = [
        "0 error: header: header length at offset 2 is 0, needed 8 (xid=0x402000c 1.3 type 2)",
        "0 error: 17 bytes skipped up to the next message",
        "17 xid=0x9 1.3 barrier_request",
        "25 xid=0x9 1.3 barrier_request",
    ];
    assert_eq!(found(Cutter::default(), [&stream[..]]), wanted);
    // The start of a stream that was captured midway is not told, only what follows.
    let midway = found(Cutter::midway(), [&stream[4..]]);
    assert_eq!(midway, ["13 xid=0x9 1.3 barrier_request", "21 xid=0x9 1.3 barrier_request"]);
    // Nothing but noise.
    let noise = [&[4, 2, 0, 0][..], &[0xff; 9]].concat();
    let lines = found(Cutter::default(), [&noise[..]]);
    assert_eq!(lines[1], "0 error: 13 bytes skipped up to the next message");
    assert_eq!(found(Cutter::midway(), [&noise[..]]), [""; 0]);
}

#[test]
fn missing_bytes_cut_a_message_short() {
    let mut lines = Vec::new();
    let mut tell = |at, item: Result<Decoded, Fault>| match item {
        Ok(decoded) => lines.push(format!("{at} {decoded}")),
        Err(fault) => lines.push(format!("{at} error: {fault}")),
    };
    let mut cutter = Cutter::default();
    cutter.push(&[4, 2, 0, 100, 0, 0, 0, 1, 9, 9], &mut tell);
    cutter.missing(500, &mut tell);
    cutter.push(&[9, 9, 9], &mut tell);
    cutter.push(&[4, 20, 0, 8, 0, 0, 0, 2], &mut tell);
    cutter.missing(1, &mut tell);
    cutter.end(&mut tell);
    assert_eq!(
        lines,
        [
            "0 error: message: needed 100 bytes at offset 0, only 10 available \
             (limit set by header length) (xid=0x1 1.3 type 2)",
            "10 error: 500 bytes are missing in the capture",
            "510 error: 3 bytes skipped up to the next message",
            "513 xid=0x2 1.3 barrier_request",
            "521 error: 1 byte is missing in the capture",
        ]
    );
}

/// Counts, and checks that each message is what its bytes say.
#[derive(Default)]
struct Count {
    items: usize,
    bytes: usize,
}

impl Sink for Count {
    fn take(&mut self, _: &Place, item: Result<Decoded, Fault>) -> io::Result<()> {
        self.items += 1;
        if let Ok(decoded) = item {
            self.bytes += decoded.bytes.len();
            assert_eq!(decode(&decoded.bytes).expect("once more"), decoded);
        }
        Ok(())
    }
}

/// Decoded and checked, in every form; it is enough that this ends.
fn exercise(input: &[u8]) {
    for form in [Form::Any(Ports::Usual), Form::Capture(Ports::Only(vec![1]))] {
        let mut count = Count::default();
        // What is no capture is refused as one.
        let _ = feed(input, &form, &mut count);
        assert!(count.bytes <= input.len() && count.items <= input.len() + 1);
        let _ = feed(input, &form, &mut Listing::new(io::sink()));
        let _ = feed(input, &form, &mut Check::new(io::sink()));
    }
}

#[test]
fn cut_and_flipped() {
    let whole = conversation();
    // Without the long message.
    let stream = [&whole[..36], &whole[65_571..]].concat();
    let text = crate::wire::hex::encode(&stream);
    for input in [&stream[..], text.as_bytes()] {
        for len in 0..input.len() {
            exercise(&input[..len]);
        }
        for bit in 0..input.len() * 8 {
            let mut damaged = input.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            exercise(&damaged);
        }
    }
}

#[test]
fn an_output_that_fails_ends_it() {
    struct Full;
    impl Sink for Full {
        fn take(&mut self, _: &Place, _: Result<Decoded, Fault>) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    for input in [&b"zz\n"[..], &[4, 0, 0, 8, 0, 0, 0, 1]] {
        let stopped = feed(input, &Form::Any(Ports::Usual), &mut Full);
        assert!(matches!(stopped, Err(Stopped::Output(_))));
    }
}

proptest! {
    #[test]
    fn pieces_make_no_difference(cuts in prop::collection::vec(any::<Index>(), 0..20)) {
        let stream = Bytes::from(conversation());
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]);
        let whole = found(Cutter::default(), [&stream[..]]);
        prop_assert_eq!(found(Cutter::default(), pieces), whole);
    }

    #[test]
    fn any_bytes(
        version in 0..8_u8,
        parts in prop::collection::vec(
            (0..40_u8, 0..40_u8, prop::collection::vec(any::<u8>(), 0..40)),
            0..8,
        ),
    ) {
        let mut input = Vec::new();
        for (msg_type, len, body) in parts {
            input.extend([version, msg_type, 0, len, 0, 0, 0, 0]);
            input.extend(body);
        }
        exercise(&input);
    }
}
