//! The visitors of the wire: [`Decoder`] and [`Encoder`].

use serde_json::Value;

use super::codec::{Codec, Fields as _, In, Member, Noun, Out, Spread, Visit};
use super::encode::EncodeError;
use super::members::Items;
use super::registered::Registered;
use super::version::Version;
use crate::wire::{DecodeError, Padding, Reader, Writer};

/// Reads a noun off the wire.
#[inline]
pub(crate) fn decode<T: Noun>(version: Version, r: &mut Reader<'_>) -> Result<T, DecodeError> {
    let mut noun = T::blank(version, r);
    noun.fill(&mut Decoder::new(version, r))?;
    noun.settle(version);
    Ok(noun)
}

/// Reads a noun off the wire, at the end of a list.
#[inline]
pub(crate) fn decode_onto<L>(
    list: &mut L,
    version: Version,
    r: &mut Reader<'_>,
) -> Result<(), DecodeError>
where
    L: Items<Item: Noun>,
{
    let noun = list.add(L::Item::blank(version, r));
    noun.fill(&mut Decoder::new(version, r))?;
    noun.settle(version);
    Ok(())
}

/// Puts a noun on the wire.
#[inline]
pub(crate) fn encode<T: Noun>(
    noun: &T,
    version: Version,
    w: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    match noun.other_words(version)? {
        None => noun.tell(&mut Encoder::new(version, w)),
        Some(other) => other.tell(&mut Encoder::new(version, w)),
    }
}

/// Fills nouns from bytes.
pub(crate) struct Decoder<'a, 'b> {
    version: Version,
    r: &'b mut Reader<'a>,
    /// Where the present box starts, and its size once it is known.
    start: usize,
    size: usize,
    /// What `len_ahead` said.
    ahead: usize,
}

impl<'a, 'b> Decoder<'a, 'b> {
    #[inline]
    pub(crate) fn new(version: Version, r: &'b mut Reader<'a>) -> Decoder<'a, 'b> {
        let start = r.offset();
        Decoder { version, r, start, size: 0, ahead: 0 }
    }
}

impl Visit for Decoder<'_, '_> {
    type Error = DecodeError;

    #[inline]
    fn version(&self) -> Version {
        self.version
    }

    #[inline]
    fn pad(&mut self, n: usize) -> Result<(), DecodeError> {
        self.r.pad(n)
    }

    #[inline]
    fn boxed(
        &mut self,
        padding: Padding,
        f: impl FnOnce(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let outer = self.r.outer();
        let (start, size) = (self.start, self.size);
        (self.start, self.size) = (self.r.offset(), 0);
        f(self)?;
        match padding {
            Padding::Inside => {
                // Zeros up to a multiple of eight, which the length counts.
                if !self.size.is_multiple_of(8) {
                    let needed = self.size.next_multiple_of(8);
                    let back = self.r.offset() - self.start;
                    return Err(self.r.bad_length(back, needed, self.size, "length"));
                }
                if self.r.remaining() < 8 {
                    self.r.rest();
                }
                self.r.finish()?;
                self.r.widen(outer);
            }
            Padding::None | Padding::Outside => {
                // Without a length there was no box in this version.
                if self.size != 0 {
                    self.r.finish()?;
                    self.r.widen(outer);
                }
                if padding == Padding::Outside {
                    // Some peers leave it out behind the last.
                    self.r.pad_if_any(self.size.wrapping_neg() & 7);
                }
            }
        }
        (self.start, self.size) = (start, size);
        Ok(())
    }

    #[inline]
    fn len(&mut self, _: &'static str) -> Result<(), DecodeError> {
        self.size = usize::from(self.r.u16()?);
        let used = self.r.offset() - self.start;
        let Some(rest) = self.size.checked_sub(used) else {
            return Err(self.r.bad_length(2, used, self.size, "length"));
        };
        // The box around this one is widened to by `boxed`.
        let _ = self.r.narrow(rest, "length")?;
        Ok(())
    }

    #[inline]
    fn len_ahead(&mut self, _: &'static str) -> Result<(), DecodeError> {
        self.ahead = usize::from(self.r.u16()?);
        Ok(())
    }

    #[inline]
    fn ahead(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let outer = self.r.narrow(self.ahead, "length of a list")?;
        f(self)?;
        self.r.finish()?;
        self.r.widen(outer);
        Ok(())
    }

    #[inline]
    fn number(
        &mut self,
        _: &'static str,
        _: Option<u16>,
        what: &'static str,
    ) -> Result<(), DecodeError> {
        self.r.name(what);
        // `Noun::blank` has looked at it.
        self.r.pad(2)
    }

    #[inline]
    fn require(&mut self, _: bool, _: &'static str) -> Result<(), DecodeError> {
        Ok(())
    }

    #[inline]
    fn remark(&mut self, _: &'static str, _: impl Into<Value>) -> Result<(), DecodeError> {
        Ok(())
    }
}

impl In for Decoder<'_, '_> {
    #[inline]
    fn field<T: Member>(&mut self, _: &'static str, value: &mut T) -> Result<(), DecodeError> {
        value.refill(self.version, self.r)
    }

    #[inline]
    fn with<C: Codec<T>, T>(&mut self, _: &'static str, value: &mut T) -> Result<(), DecodeError> {
        *value = C::decode(self.version, self.r)?;
        Ok(())
    }
    #[inline]
    fn spread<S: Spread<T>, T>(&mut self, value: &mut T) -> Result<(), DecodeError> {
        *value = S::decode(self.version, self.r)?;
        Ok(())
    }

    fn registered(&mut self, body: &mut Registered) -> Result<(), DecodeError> {
        *body = body.registration().decode(self.version, self.r)?;
        Ok(())
    }
}

/// Puts nouns on the wire.
pub(crate) struct Encoder<'a, 'b> {
    version: Version,
    pub(super) w: &'b mut Writer<'a>,
    place: Place,
    /// Where the length stands that `len_ahead` left open.
    ahead_at: usize,
}

/// Where the present box starts and where its length stands; offsets of the writer.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    start: usize,
    /// `None` until the length has come; without one there is no box in this version.
    len_at: Option<usize>,
}

impl<'a, 'b> Encoder<'a, 'b> {
    #[inline]
    pub(crate) fn new(version: Version, w: &'b mut Writer<'a>) -> Encoder<'a, 'b> {
        let start = w.len();
        Encoder { version, w, place: Place { start, len_at: None }, ahead_at: start }
    }

    /// Starts a box; the answer is the one around it.
    #[inline]
    pub(crate) fn open(&mut self) -> Place {
        let start = self.w.len();
        std::mem::replace(&mut self.place, Place { start, len_at: None })
    }

    /// Ends a box; the answer is its size.
    #[inline]
    pub(crate) fn close(&mut self, outer: Place, padding: Padding) -> usize {
        let mut size = self.w.len() - self.place.start;
        let pad = size.wrapping_neg() & 7;
        if padding != Padding::None && pad != 0 {
            self.w.pad(pad);
        }
        if padding == Padding::Inside {
            size += pad;
        }
        // A box too long for its length makes the message too long as well.
        if let Some(at) = self.place.len_at {
            self.w.patch_u16(at, size as u16);
        }
        self.place = outer;
        size
    }

    /// Ends what `len_ahead` announced and `start` began; the answer is its size.
    #[inline]
    pub(crate) fn close_ahead(&mut self, at: usize, start: usize) -> usize {
        let size = self.w.len() - start;
        self.w.patch_u16(at, size as u16);
        size
    }

    /// Where the length is that the next list is announced in.
    #[inline]
    pub(crate) fn ahead_at(&self) -> usize {
        self.ahead_at
    }
}

impl Visit for Encoder<'_, '_> {
    type Error = EncodeError;

    #[inline]
    fn version(&self) -> Version {
        self.version
    }

    #[inline]
    fn pad(&mut self, n: usize) -> Result<(), EncodeError> {
        self.w.pad(n);
        Ok(())
    }

    #[inline]
    fn boxed(
        &mut self,
        padding: Padding,
        f: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let outer = self.open();
        f(self)?;
        self.close(outer, padding);
        Ok(())
    }

    #[inline]
    fn len(&mut self, _: &'static str) -> Result<(), EncodeError> {
        self.place.len_at = Some(self.w.len());
        self.w.u16(0);
        Ok(())
    }

    #[inline]
    fn len_ahead(&mut self, _: &'static str) -> Result<(), EncodeError> {
        self.ahead_at = self.w.len();
        self.w.u16(0);
        Ok(())
    }

    #[inline]
    fn ahead(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let (at, start) = (self.ahead_at, self.w.len());
        f(self)?;
        self.close_ahead(at, start);
        Ok(())
    }

    #[inline]
    fn number(
        &mut self,
        _: &'static str,
        number: Option<u16>,
        what: &'static str,
    ) -> Result<(), EncodeError> {
        let Some(number) = number else {
            return Err(EncodeError::NotInVersion { what, version: self.version });
        };
        self.w.u16(number);
        Ok(())
    }

    #[inline]
    fn require(&mut self, ok: bool, what: &'static str) -> Result<(), EncodeError> {
        if ok { Ok(()) } else { Err(EncodeError::NotInVersion { what, version: self.version }) }
    }

    #[inline]
    fn without<T: Default + PartialEq>(
        &mut self,
        member: &T,
        what: &'static str,
    ) -> Result<(), EncodeError> {
        self.require(*member == T::default(), what)
    }

    #[inline]
    fn remark(&mut self, _: &'static str, _: impl Into<Value>) -> Result<(), EncodeError> {
        Ok(())
    }
}

impl Out for Encoder<'_, '_> {
    #[inline]
    fn with<C: Codec<T>, T>(&mut self, _: &'static str, value: &T) -> Result<(), EncodeError> {
        C::encode(value, self.version, self.w)
    }
    #[inline]
    fn spread<S: Spread<T>, T>(&mut self, value: &T) -> Result<(), EncodeError> {
        S::encode(value, self.version, self.w)
    }

    fn registered(&mut self, body: &Registered) -> Result<(), EncodeError> {
        body.encode_body(self.version, self.w)
    }
}

#[cfg(test)]
mod tests {
    use bytes::{Bytes, BytesMut};

    use super::*;
    use crate::ofproto::codec::Member;
    use crate::ofproto::encode::Body;
    use crate::ofproto::{
        Action, BufferId, FlowMod, FlowModFlags, FlowStats, Instruction, Instructions, Match,
        PacketIn, PacketOut, PortNo, V1_0, V1_1, V1_2, V1_3, V1_4, Xid,
    };
    use crate::wire::Octets;

    fn written(
        f: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    ) -> Result<Bytes, EncodeError> {
        let mut buf = BytesMut::new();
        f(&mut Writer::new(&mut buf))?;
        Ok(buf.freeze())
    }

    #[test]
    fn a_flow_mod_by_hand_is_the_described_one() {
        let entry = FlowMod {
            cookie: 0x0102_0304_0506_0708,
            priority: 9,
            idle_timeout: 10,
            hard_timeout: 11,
            out_port: PortNo(12),
            flags: FlowModFlags::SEND_FLOW_REM,
            importance: 13,
            match_: Match::new().in_port(PortNo(1)).eth_type(0x0800),
            instructions: Instructions::new().apply([Action::output(PortNo(2)), Action::PopVlan]),
            ..FlowMod::add()
        };
        let odd = FlowMod { command: crate::ofproto::FlowModCommand(0x100), ..entry.clone() };
        for version in Version::ALL {
            for flow_mod in [&entry, &odd, &FlowMod { cookie_mask: 1, ..entry.clone() }] {
                let hand = written(|w| flow_mod.encode_body(version, w));
                assert_eq!(hand, written(|w| encode(flow_mod, version, w)), "{version}");
            }
        }
    }

    /// What stands at the end of a list that one more was read onto.
    fn onto<T: Member>(version: Version, r: &mut Reader<'_>) -> Option<T> {
        let mut list = Vec::new();
        T::decode_onto(&mut list, version, r).ok()?;
        list.pop()
    }

    #[test]
    fn an_output_by_hand_is_the_described_one() {
        for port in [PortNo(0x0102_0304), PortNo(0x0102), PortNo::FLOOD] {
            let output = Action::Output { port, max_len: 0x0506 };
            for version in Version::ALL {
                let hand = written(|w| output.encode(version, w));
                assert_eq!(hand, written(|w| encode(&output, version, w)), "{version}");
                if let Ok(whole) = hand {
                    each_damage(&whole, |bytes| {
                        let hand: Option<Action> = onto(version, &mut Reader::new(bytes, "t"));
                        assert_eq!(hand, decode(version, &mut Reader::new(bytes, "t")).ok());
                    });
                }
            }
        }
    }

    /// Runs `f` on `whole`, on it cut at every length and on it with every bit turned.
    fn each_damage(whole: &Bytes, f: impl Fn(&Bytes)) {
        (0..=whole.len()).for_each(|len| f(&whole.slice(..len)));
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            f(&bytes.into());
        }
    }

    #[test]
    fn a_flow_entry_by_hand_is_the_described_one() {
        let entry = FlowStats {
            table_id: 1,
            duration_sec: 0x0203_0405,
            duration_nsec: 0x0607_0809,
            priority: 0x0a0b,
            idle_timeout: 0x0c0d,
            hard_timeout: 0x0e0f,
            cookie: 0x1011_1213_1415_1617,
            packet_count: 0x1819_1a1b_1c1d_1e1f,
            byte_count: 0x2021_2223_2425_2627,
            match_: Match::new().in_port(PortNo(1)).eth_type(0x0800),
            instructions: Instructions::new().apply([Action::output(PortNo(2))]).goto_table(3),
            ..FlowStats::default()
        };
        for version in [V1_3, V1_4] {
            let whole = written(|w| encode(&entry, version, w)).unwrap();
            each_damage(&whole, |bytes| {
                let (mut hand, mut described) = (Reader::new(bytes, "t"), Reader::new(bytes, "t"));
                let by_hand: Option<FlowStats> = onto(version, &mut hand);
                assert_eq!(by_hand, decode(version, &mut described).ok(), "{version}");
                // Both must stop at the same place, else the next entry is another one.
                assert!(by_hand.is_none() || hand.offset() == described.offset());
            });
        }
    }

    #[test]
    fn a_packet_out_by_hand_is_the_described_one() {
        let out = PacketOut {
            buffer_id: BufferId(0x0102_0304),
            in_port: PortNo(0x0506),
            actions: [Action::output(PortNo(7)), Action::output(PortNo::FLOOD)].into(),
            data: b"frame".into(),
            ..PacketOut::default()
        };
        let no_port = PacketOut { in_port: PortNo(0x0001_0000), ..out.clone() };
        let with_match = PacketOut { match_: Match::new().in_port(PortNo(9)), ..out.clone() };
        let refused = PacketOut { match_: Match::new().eth_type(0x0800), ..out.clone() };
        let one = PacketOut { actions: Action::output(PortNo(7)).into(), ..out.clone() };
        let no_such = PacketOut { actions: Action::output(PortNo(0xffff)).into(), ..out.clone() };
        let buffered = PacketOut { data: Octets::new(), ..one.clone() };
        let all = [&out, &no_port, &with_match, &refused, &one, &no_such, &buffered];
        for version in Version::ALL {
            for packet_out in all.into_iter().chain([&PacketOut::default()]) {
                let hand = written(|w| packet_out.encode_body(version, w));
                assert_eq!(hand, written(|w| encode(packet_out, version, w)), "{version}");
            }
        }
    }

    #[test]
    fn a_packet_in_by_hand_is_the_described_one() {
        let packet_in = PacketIn {
            total_len: 60,
            match_: Match::new().in_port(PortNo(5)),
            data: (&[7; 60]).into(),
            ..PacketIn::default()
        };
        let logical = packet_in.match_.clone().in_phy_port(PortNo(6));
        let logical = PacketIn { match_: logical, ..packet_in.clone() };
        for version in Version::ALL {
            for packet_in in [&packet_in, &logical] {
                let (table_id, cookie) = match version {
                    V1_0 => (0, u64::MAX),
                    V1_1 | V1_2 => (3, u64::MAX),
                    _ => (3, 4),
                };
                let mut packet_in = PacketIn { table_id, cookie, ..packet_in.clone() };
                if version == V1_0 {
                    packet_in.match_ = Match::new().in_port(PortNo(5));
                }
                let whole = written(|w| encode(&packet_in, version, w)).unwrap();
                each_damage(&whole, |bytes| {
                    let hand = PacketIn::decode_body(version, &mut Reader::new(bytes, "t"));
                    let described = decode::<PacketIn>(version, &mut Reader::new(bytes, "t"));
                    // Where damage is noticed may differ, whether it is may not.
                    let hand = hand.ok();
                    assert_eq!(hand, described.ok(), "{version}");
                    // The first of a row of messages, the next of which has begun.
                    let len = 8 + bytes.len();
                    let header = [version.wire(), PacketIn::NUMBER, 0, len as u8, 0, 0, 0, 7];
                    let row = Bytes::from([&header[..], bytes, &[1; 1024]].concat());
                    let row = Octets::to_be_parted(row);
                    let first = PacketIn::peek(version, &row);
                    let first = first.map(|first| (first.xid(), first.message(), first.len()));
                    let usual = match version {
                        V1_0 => true,
                        V1_1 | V1_2 => false,
                        _ => bytes.get(16..24) == Some(&[0, 1, 0, 12, 0x80, 0, 0, 4]),
                    };
                    let hand = hand.filter(|_| usual);
                    assert_eq!(first, hand.map(|msg| (Xid(7), msg, len)), "{version}");
                });
            }
        }
    }

    #[test]
    fn one_output_in_instructions_is_what_it_is_alone() {
        let output = |port| Action::Output { port: PortNo(port), max_len: 0x0506 };
        let more = vec![output(0x0102), Action::PopVlan];
        for actions in [vec![], vec![output(0x0102)], vec![output(0x0102_0304)], more] {
            let instruction = Instruction::ApplyActions(actions.clone().into());
            let list: Instructions = [instruction.clone()].into_iter().collect();
            for version in Version::ALL {
                let alone = written(|w| match version {
                    V1_0 => actions.iter().try_for_each(|action| encode(action, version, w)),
                    _ => encode(&instruction, version, w),
                });
                assert_eq!(written(|w| list.encode(version, w)), alone, "{version}");
            }
        }
    }

    #[test]
    fn a_short_match_is_written_like_a_long_one() {
        let mac = |n| crate::wire::MacAddr([n; 6]);
        let mut m = Match::new();
        for n in 0..9_u8 {
            let long = m.with_tlvs(Match::as_v1_1_oxm);
            let hand = written(|w| m.encode(V1_3, w));
            assert_eq!(hand, written(|w| long.encode(V1_3, w)));
            m = match n {
                0 => m.eth_type(0x0800),
                1 => m.in_port(PortNo(0xffff_fff0)),
                2 => m.eth_dst_masked(mac(0xff), mac(0xfe)),
                // Shorter than what stood there.
                3 => m.eth_dst(mac(0xfd)),
                4 => m.ip_proto(6),
                5 => m.eth_src(mac(0xfc)),
                _ => m.tcp_dst(n.into()),
            };
        }
    }
}
