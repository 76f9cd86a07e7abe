//! From segments to streams: what TCP does to them, and what a capture does.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use StreamEventKind::{Data, End, Gap, Start};

/// Where position 0 has this sequence number: the numbers wrap within a few bytes.
const FIRST: u32 = u32::MAX - 20;

fn id() -> StreamId {
    StreamId { from: "10.0.0.1:1024".parse().unwrap(), to: "10.0.0.2:6653".parse().unwrap() }
}

/// A segment at a position of the stream.
fn at(position: u32, payload: &[u8]) -> Segment {
    Segment {
        stream: id(),
        time: None,
        seq: FIRST.wrapping_add(position),
        ack: None,
        syn: false,
        fin: false,
        rst: false,
        payload: Bytes::copy_from_slice(payload),
        cut_off: 0,
    }
}

fn syn() -> Segment {
    Segment { seq: FIRST.wrapping_sub(1), syn: true, ..at(0, b"") }
}

fn fin(position: u32, payload: &[u8]) -> Segment {
    Segment { fin: true, ..at(position, payload) }
}

fn back(segment: Segment) -> Segment {
    Segment { stream: segment.stream.reverse(), ..segment }
}

/// What comes out, data next to data joined: `"start|text|gap 3|end"`, each stream on its own,
/// the way back after `<`.
fn told(limits: Limits, segments: impl IntoIterator<Item = Segment>) -> String {
    let mut reassembler = Reassembler::new(limits);
    let mut events = Vec::new();
    for segment in segments {
        reassembler.push(segment, &mut events);
        assert!(reassembler.waiting_bytes() <= limits.total_waiting_bytes);
        assert!(reassembler.streams() <= limits.streams.max(2));
    }
    reassembler.finish(&mut events);
    assert_eq!((reassembler.waiting_bytes(), reassembler.streams()), (0, 0));
    let tell = |stream: StreamId| {
        let mut out = String::new();
        let mut in_data = false;
        for event in events.iter().filter(|event| event.stream == stream) {
            let joins = in_data && matches!(event.kind, Data(_));
            if !joins && !out.is_empty() {
                out.push('|');
            }
            in_data = matches!(event.kind, Data(_));
            match &event.kind {
                Start(StreamStart::Opening) => out.push_str("start"),
                Start(StreamStart::Midway) => out.push_str("midway"),
                Data(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
                Gap(len) => out.push_str(&format!("gap {len}")),
                End => out.push_str("end"),
            }
        }
        out
    };
    let way_back = tell(id().reverse());
    if way_back.is_empty() { tell(id()) } else { format!("{}<{way_back}", tell(id())) }
}

fn plain(segments: impl IntoIterator<Item = Segment>) -> String {
    told(Limits::default(), segments)
}

#[test]
fn in_order_reordered_repeated() {
    assert_eq!(plain([syn(), at(0, b"ab"), at(2, b"cd"), fin(4, b"e")]), "start|abcde|end");
    assert_eq!(plain([syn(), fin(4, b"e"), at(2, b"cd"), at(0, b"ab")]), "start|abcde|end");
    assert_eq!(plain([syn(), syn(), at(0, b"ab"), at(0, b"ab"), at(1, b"bc")]), "start|abc|end");
    assert_eq!(plain([at(2, b"cd"), at(4, b"e")]), "midway|cde|end");
    assert_eq!(plain([Segment { payload: "ab".into(), ..syn() }, at(2, b"c")]), "start|abc|end");
    // Behind the end comes nothing, but the same again.
    assert_eq!(plain([syn(), fin(0, b"ab"), fin(0, b"ab"), at(2, b"x")]), "start|ab|end");
}

#[test]
fn what_came_first_counts() {
    let segments = [syn(), at(2, b"CD"), at(1, b"bcdef"), at(4, b"EFG"), at(0, b"abcdefgh")];
    assert_eq!(plain(segments), "start|abCDefGh|end");
}

#[test]
fn gaps_are_told() {
    assert_eq!(
        plain([syn(), at(0, b"ab"), at(5, b"f"), at(8, b"i")]),
        "start|ab|gap 3|f|gap 2|i|end"
    );
    assert_eq!(plain([syn(), at(0, b"ab"), fin(9, b"")]), "start|ab|gap 7|end");
    let cut = Segment { cut_off: 3, ..at(0, b"ab") };
    let again = Segment { cut_off: 2, ..at(5, b"f") };
    assert_eq!(plain([syn(), cut.clone(), at(5, b"f")]), "start|ab|gap 3|f|end");
    assert_eq!(plain([syn(), again, cut.clone(), fin(8, b"i")]), "start|ab|gap 3|f|gap 2|i|end");
    // Sent again, and cut again.
    assert_eq!(plain([syn(), cut.clone(), cut, at(5, b"f")]), "start|ab|gap 3|f|end");
}

#[test]
fn both_ways_and_who_tells_of_whom() {
    let to_peer = |ack| Segment { ack: Some(ack), ..at(0, b"ask") };
    // The opening was not captured; the acknowledgement tells where the peer is.
    let late = back(Segment { seq: 1_003, ..at(0, b"late") });
    let answer = back(Segment { seq: 1_000, ..at(0, b"ans") });
    assert_eq!(plain([to_peer(1_000), late, answer]), "midway|ask|end<midway|anslate|end");
    // The SYN was not captured, but its answer.
    let syn_ack = back(Segment { seq: 4, syn: true, ack: Some(FIRST), ..at(0, b"") });
    assert_eq!(plain([syn_ack, at(1, b"b"), at(0, b"a")]), "start|ab|end<start|end");
    // A reset ends both, and of an unknown connection nothing.
    let reset = Segment { rst: true, ..at(9, b"") };
    assert_eq!(plain([syn(), at(1, b"b"), back(reset.clone()), at(0, b"a")]), "start|gap 1|b|end");
    assert_eq!(plain([reset]), "");
}

#[test]
fn a_port_that_is_used_again_is_a_new_stream() {
    let again = |segment: Segment| Segment { seq: segment.seq.wrapping_add(5_000), ..segment };
    let segments = [syn(), fin(0, b"one"), again(syn()), again(at(0, b"two"))];
    assert_eq!(plain(segments), "start|one|end|start|two|end");
    let segments = [syn(), at(1, b"ne"), again(syn()), again(fin(0, b"two"))];
    assert_eq!(plain(segments), "start|gap 1|ne|end|start|two|end");
}

#[test]
fn probes_and_nonsense() {
    // A keep-alive repeats the last byte before, also where the capture begins with it.
    assert_eq!(plain([syn(), at(0, b"ab"), at(1, b""), at(1, b"?"), at(2, b"c")]), "start|abc|end");
    assert_eq!(plain([at(u32::MAX, b""), at(0, b"ab")]), "midway|ab|end");
    // Far out of every window.
    let far = 1 << 31;
    assert_eq!(plain([syn(), at(far, b"x"), at(far + 9, b"y"), at(0, b"ab")]), "start|ab|end");
}

#[test]
fn memory_is_bounded() {
    let limits = Limits { waiting_bytes: 1_000, total_waiting_bytes: 1_500, streams: 8 };
    let mut reassembler = Reassembler::new(limits);
    let mut events = Vec::new();
    for port in 1..100 {
        let from = format!("10.0.0.1:{port}").parse().unwrap();
        let stream = StreamId { from, ..id() };
        reassembler.push(Segment { stream, ..syn() }, &mut events);
        for position in 1..200 {
            let time = Some(Duration::from_secs(port));
            let segment = Segment { stream, time, ..at(position * 2, b"x") };
            reassembler.push(segment, &mut events);
            assert!(reassembler.waiting_bytes() <= limits.total_waiting_bytes);
            assert!(reassembler.streams() <= limits.streams);
        }
    }
    reassembler.finish(&mut events);
    let count = |wanted: fn(&StreamEventKind) -> bool| {
        events.iter().filter(|event| wanted(&event.kind)).count()
    };
    assert_eq!(count(|kind| matches!(kind, Start(_))), 99);
    assert_eq!(count(|kind| matches!(kind, End)), 99);
    // Nothing that was captured is lost: 199 bytes, each behind a hole.
    assert_eq!(count(|kind| matches!(kind, Data(_))), 99 * 199);
    assert_eq!(count(|kind| matches!(kind, Gap(_))), 99 * 199);
}

/// Cuts `text` into segments at random, repeats and overlaps some, and shuffles them.
fn segments(text: &'static [u8]) -> impl Strategy<Value = Vec<Segment>> {
    let piece = (any::<Index>(), 0..9_usize);
    (1..9_usize, prop::collection::vec(piece, 0..30), any::<bool>()).prop_flat_map(
        move |(step, more, with_fin)| {
            let whole = (0..text.len()).step_by(step).map(|from| (from, step));
            let more = more.into_iter().map(|(from, len)| (from.index(text.len()), len));
            let mut segments: Vec<_> = whole
                .chain(more)
                .map(|(from, len)| {
                    let to = text.len().min(from + len);
                    let last = with_fin && to == text.len();
                    let segment = at(from as u32, &text[from..to]);
                    Segment { fin: last, ..segment }
                })
                .collect();
            segments.push(syn());
            Just(segments).prop_shuffle()
        },
    )
}

const TEXT: &[u8] =
    b"the quick brown fox jumps over the lazy dog, and what was sent is what is read";

proptest! {
    #[test]
    fn whatever_happens_on_the_way(mut segments in segments(TEXT)) {
        segments.insert(0, syn());
        let text = String::from_utf8_lossy(TEXT);
        prop_assert_eq!(plain(segments), format!("start|{text}|end"));
    }

    #[test]
    fn with_little_memory_all_that_comes_stands_in_its_place(
        segments in segments(TEXT),
        keep in prop::collection::vec(any::<bool>(), 40),
        waiting_bytes in 0..600_usize,
    ) {
        let limits = Limits { waiting_bytes, total_waiting_bytes: 2_000, ..Limits::default() };
        let mut reassembler = Reassembler::new(limits);
        let mut events = Vec::new();
        reassembler.push(syn(), &mut events);
        for (segment, keep) in segments.into_iter().zip(keep.iter().cycle()) {
            if *keep {
                reassembler.push(segment, &mut events);
                prop_assert!(reassembler.waiting_bytes() <= waiting_bytes);
            }
        }
        reassembler.finish(&mut events);
        let mut position = 0;
        for event in events {
            match event.kind {
                Gap(len) => position += len as usize,
                Data(bytes) => {
                    prop_assert_eq!(&bytes[..], &TEXT[position..position + bytes.len()]);
                    position += bytes.len();
                }
                Start(_) | End => {}
            }
        }
        prop_assert!(position <= TEXT.len());
    }

    #[test]
    fn any_segments_are_no_trouble(
        parts in prop::collection::vec((any::<u32>(), 0..8_u8, 0..40_usize, 0..3_usize, 0..4_u8), 0..60),
    ) {
        let limits = Limits { waiting_bytes: 300, total_waiting_bytes: 400, streams: 3 };
        told(limits, parts.into_iter().map(|(seq, flags, len, cut_off, who)| {
            let from = format!("10.0.0.{}:1", who / 2).parse().unwrap();
            let stream = StreamId { from, ..id() };
            let stream = if who % 2 == 0 { stream } else { stream.reverse() };
            Segment {
                stream,
                // Near each other, or far away.
                seq: if seq % 3 == 0 { seq } else { FIRST.wrapping_add(seq % 64) },
                ack: (flags & 1 != 0).then_some(seq / 2),
                syn: flags == 2,
                fin: flags == 4,
                rst: flags == 6,
                cut_off,
                ..at(0, &TEXT[..len])
            }
        }));
    }
}
