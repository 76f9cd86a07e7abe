//! The match: which packets a flow entry is about.
//!
//! Spec: 1.0 section 5.2.3 (40 fixed bytes), 1.1 section A.2.3.1 (88 fixed bytes), 1.3 section 7.2.3
//! (OXM).

use std::fmt;

use bytes::Bytes;
use serde_json::Value;

use super::codec::{Codec, Member as _};
use super::encode::EncodeError;
use super::ids::PortNo;
use super::json::JsonError;
use super::match_v1_0 as v1_0;
use super::match_v1_1 as v1_1;
use super::members::Number as _;
use super::oxm::{self, Field, OxmRef, OxmTlv, OxmValue, check_tlvs};
use super::version::{V1_0, V1_1, Version};
use crate::wire::{DecodeError, Reader, Writer};

/// A set of conditions on a packet; empty means every packet.
///
/// The form is that of OXM, whatever the version: an app builds a match once, and the encoder
/// makes the fixed bytes of 1.0 (40) and 1.1 (88) from it or says what these cannot express.
/// Methods named like the fields build; [`get`](Match::get) reads.
///
/// Built matches keep their fields in order of number, standard ones ahead, so
/// prerequisites come first. A match of up
/// to 61 bytes (about six fields) needs no heap.
///
/// | version | form on the wire |
/// |---|---|
/// | 1.0 | 40 bytes: wildcard bits, then twelve fields at fixed places |
/// | 1.1 | type 0, length 88, and 84 bytes: wildcard bits, fields and masks at fixed places |
/// | 1.2 and later | type 1, length without the padding, OXM TLVs, zeros to a multiple of 8 |
///
/// Spec: 1.0 section 5.2.3, 1.1 section A.2.3.1, 1.3 section 7.2.3.
///
/// ```
/// use ryu_sdn::ofproto::{Match, PortNo, oxm};
/// use ryu_sdn::wire::MacAddr;
///
/// let m = Match::new().eth_dst(MacAddr([0, 0, 0, 0, 0, 2])).in_port(PortNo(1));
/// assert_eq!(m.get(oxm::IN_PORT), Some(PortNo(1)));
/// assert_eq!(m.get(oxm::ETH_SRC), None);
/// assert_eq!(m.to_string(), "in_port=1,eth_dst=00:00:00:00:00:02");
/// ```
///
/// # Example: its bytes, in a request for flow statistics
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, FlowStatsRequest, Match, MultipartRequest, V1_0, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let match_ = Match::new().eth_type(0x0800).ip_proto(6).tcp_dst(80);
/// let request = FlowStatsRequest { match_, ..FlowStatsRequest::default() };
/// let (request, mut buf) = (MultipartRequest::flow(request), BytesMut::new());
/// request.encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf[12..52]),
///     "003fff4f00000000000000000000000000000000000008000006000000000000\
///      0000000000000050"
/// );
/// buf.clear();
/// request.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf[48..]), "0001001580000a020800800014010680001c020050000000");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone)]
pub struct Match(Repr);

/// Bytes of TLVs that are kept without heap; makes the whole type 64 bytes.
const INLINE: usize = 61;

/// Bytes of TLVs that are written in one go: the three fields of a learning switch have 28.
const SHORT: usize = 28;

/// Where the last TLV starts is not known.
const UNKNOWN: u8 = u8::MAX;

#[derive(Clone)]
enum Repr {
    /// TLVs, in place. Short matches of a packet-in are copied here: that is cheaper than a
    /// reference count and does not hold on to the receive buffer.
    /// `last` is where the last of them starts, or [`UNKNOWN`].
    Inline { len: u8, last: u8, buf: [u8; INLINE] },
    /// TLVs, shared with the receive buffer or built.
    Long {
        tlvs: Bytes,
        /// They came in an `nx_match` and are no standard fields to be translated for one.
        as_is: bool,
    },
    /// 1.0's fixed form exactly as it came, so that it can go out as it came.
    V1_0([u8; v1_0::LEN]),
    /// 1.1's standard match, all 88 bytes, shared with the receive buffer.
    V1_1(Bytes),
    /// TLVs that came in a message of 1.1.
    V1_1Oxm(Bytes),
}

impl Match {
    /// The match that takes every packet.
    #[inline]
    pub const fn new() -> Match {
        Match(Repr::Inline { len: 0, last: UNKNOWN, buf: [0; INLINE] })
    }

    /// The match on `in_port` alone, as [`in_port`](Match::in_port) on a new one makes it; in one
    /// go, for packet-ins.
    #[inline]
    pub(super) fn of_in_port(port: PortNo) -> Match {
        let [a, b, c, d] = port.0.to_be_bytes();
        let mut buf = [0; INLINE];
        buf[..8].copy_from_slice(&[0x80, 0, 0, 4, a, b, c, d]);
        Match(Repr::Inline { len: 8, last: 0, buf })
    }

    /// Adds a condition, or replaces the one on the same field.
    #[must_use]
    #[inline(always)] // A call would copy all 64 bytes there and back, which is most of the work.
    pub fn with<T: OxmValue>(mut self, field: Field<T>, value: T) -> Match {
        self.set(field, value);
        self
    }

    /// [`with`](Match::with) in place: nothing is moved, for whoever makes a match for most packet-ins.
    ///
    /// ```
    /// use ryu_sdn::ofproto::{FlowMod, Match, PortNo, oxm};
    ///
    /// let mut entry = FlowMod::add();
    /// entry.match_.set(oxm::IN_PORT, PortNo(1));
    /// assert_eq!(entry.match_, Match::new().in_port(PortNo(1)));
    /// ```
    #[inline(always)] // The field is a constant, and with it nearly all that is compared here.
    pub fn set<T: OxmValue>(&mut self, field: Field<T>, value: T) {
        let size = 4 + usize::from(field.size);
        // Whoever adds fields in their order, as most do, moves nothing.
        if let Repr::Inline { len, last, buf } = &mut self.0
            && field.lead().is_empty()
            && let Some((tlvs, free)) = buf.split_at_mut_checked(usize::from(*len))
            && let Some(out) = free.get_mut(..size)
            && is_last(tlvs, *last, field.key())
        {
            out[..4].copy_from_slice(&field.header(false).to_be_bytes());
            value.write(&mut out[4..]);
            *last = *len;
            *len += size as u8;
            return;
        }
        self.put(field.header(false), field.lead(), |payload| value.write(payload));
    }

    /// Adds a condition under a mask; bits of the value outside the mask are cleared.
    #[must_use]
    pub fn with_masked<T: OxmValue>(mut self, field: Field<T>, value: T, mask: T) -> Match {
        self.put(field.header(true), field.lead(), |payload| {
            let (v, m) = payload.split_at_mut(usize::from(field.size));
            value.write(v);
            mask.write(m);
            v.iter_mut().zip(m).for_each(|(v, m)| *v &= *m);
        });
        self
    }

    /// Adds a field as it is, known or not.
    #[must_use]
    pub fn with_tlv(mut self, tlv: &OxmTlv) -> Match {
        if let Some((header, payload)) = tlv.as_bytes().split_first_chunk::<4>() {
            let lead = tlv.as_oxm().lead();
            let body = &payload[lead.len()..];
            self.put(u32::from_be_bytes(*header), lead, |out| out.copy_from_slice(body));
        }
        self
    }

    /// The value of a field, masked or not; `None` if the match does not look at it.
    #[inline(always)] // The field is a constant, and with it nearly all that is compared here.
    pub fn get<T: OxmValue>(&self, field: Field<T>) -> Option<T> {
        // What is asked for most stands first: the port in the match of a packet-in.
        if let Repr::Inline { len, buf, .. } = &self.0
            && let Some((header, rest)) = buf[..usize::from(*len).min(INLINE)].split_first_chunk()
            && u32::from_be_bytes(*header) == field.header(false)
            && field.lead().is_empty()
            && let Some(value) = rest.get(..usize::from(field.size))
        {
            return Some(T::read(value));
        }
        self.find(field)
    }

    /// [`get`](Match::get) for a field that may stand anywhere.
    fn find<T: OxmValue>(&self, field: Field<T>) -> Option<T> {
        self.with_tlvs(|tlvs| iter(tlvs).find(|oxm| field.is(*oxm)).and_then(|oxm| oxm.get(field)))
    }

    /// The value of a field and its mask, if it has one.
    pub fn get_masked<T: OxmValue>(&self, field: Field<T>) -> Option<(T, Option<T>)> {
        self.with_tlvs(|tlvs| {
            let oxm = iter(tlvs).find(|oxm| field.is(*oxm))?;
            Some((oxm.get(field)?, oxm.mask().map(T::read)))
        })
    }

    /// Whether the match looks at a field.
    pub fn contains<T>(&self, field: Field<T>) -> bool {
        self.with_tlvs(|tlvs| iter(tlvs).any(|oxm| field.is(oxm)))
    }

    /// Every condition, in the order of the message (of the field numbers if built here).
    pub fn fields(&self) -> Fields {
        match &self.0 {
            Repr::Inline { len, buf, .. } => {
                Fields(FieldsRepr::Short { at: 0, len: usize::from(*len), buf: widen(buf) })
            }
            Repr::Long { tlvs, .. } | Repr::V1_1Oxm(tlvs) => Fields(FieldsRepr::Long(tlvs.clone())),
            Repr::V1_0(fixed) => {
                let mut buf = [0; v1_0::OXM_MAX];
                let len = v1_0::to_oxm(fixed, &mut buf);
                Fields(FieldsRepr::Short { at: 0, len, buf })
            }
            Repr::V1_1(_) => Fields(FieldsRepr::Long(self.with_tlvs(Bytes::copy_from_slice))),
        }
    }

    /// Whether every packet matches.
    #[inline]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Repr::Inline { len, .. } => *len == 0,
            _ => self.with_tlvs(<[u8]>::is_empty),
        }
    }

    /// Reads a match; in 1.2 and later with its type, length and padding.
    pub(super) fn decode_wire(version: Version, r: &mut Reader<'_>) -> Result<Match, DecodeError> {
        let mut m = Match::new();
        m.refill_wire(version, r)?;
        Ok(m)
    }

    /// [`Match::decode_wire`] into the place where the match will stay.
    #[inline]
    pub(super) fn refill_wire(
        &mut self,
        version: Version,
        r: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        match version {
            V1_0 => self.0 = Repr::V1_0(v1_0::read(r.array()?)),
            V1_1 => *self = Match::decode_v1_1(r)?,
            _ => return self.refill_oxm(r),
        }
        Ok(())
    }

    /// Reads type, length, TLVs and padding.
    #[inline]
    fn refill_oxm(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let kind = r.u16()?;
        if kind != OXM_MATCH {
            return Err(r.bad_value(2, usize::from(kind), "match type"));
        }
        let len = usize::from(r.u16()?);
        if len < 4 {
            return Err(r.bad_length(2, 4, len, "match length"));
        }
        // What stands behind a short match is copied with it, where there is enough: sixty-two
        // bytes at once cost less than as many as there are.
        let ahead = r.peek_chunk::<INLINE>();
        let mut body = r.sub(len - 4, "match length")?;
        self.take_tlvs(&mut body, ahead)?;
        r.pad(len.wrapping_neg() & 7)
    }

    /// Reads the fields of a match, which fill the rest of the box.
    pub(super) fn decode_tlvs(r: &mut Reader<'_>) -> Result<Match, DecodeError> {
        let mut m = Match::new();
        m.take_tlvs(r, None)?;
        Ok(m)
    }

    /// [`Match::decode_tlvs`]; `ahead` starts with the fields, if they are short.
    #[inline]
    fn take_tlvs(
        &mut self,
        r: &mut Reader<'_>,
        ahead: Option<&[u8; INLINE]>,
    ) -> Result<(), DecodeError> {
        let offset = r.offset();
        if r.remaining() > INLINE {
            let tlvs = r.rest_bytes();
            check_tlvs(&tlvs, offset)?;
            self.0 = Repr::Long { tlvs, as_is: false };
            return Ok(());
        }
        let tlvs = r.rest();
        check_tlvs(tlvs, offset)?;
        let len = tlvs.len() as u8;
        self.0 = match ahead {
            Some(buf) => Repr::Inline { len, last: UNKNOWN, buf: *buf },
            None => {
                let mut buf = [0; INLINE];
                buf[..tlvs.len()].copy_from_slice(tlvs);
                Repr::Inline { len, last: UNKNOWN, buf }
            }
        };
        Ok(())
    }

    /// Writes a match; in 1.2 and later with its type, length and padding.
    #[inline]
    pub(super) fn encode_wire(
        &self,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        match version {
            V1_0 => self.fixed_onto(w.room()),
            V1_1 => self.encode_v1_1(w),
            _ => self.encode_oxm(w),
        }
    }

    /// Writes type, length, TLVs and padding.
    #[inline]
    fn encode_oxm(&self, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        if let Repr::Inline { len, buf, .. } = &self.0
            && let tlvs = usize::from(*len)
            && tlvs <= SHORT
        {
            // As much as there may be, and all but what there is taken back: the sizes are known here.
            let out = w.room::<{ 4 + SHORT + 8 }>();
            out[1] = OXM_MATCH as u8;
            out[3] = 4 + len;
            out[4..4 + SHORT].copy_from_slice(&buf[..SHORT]);
            // A field that was replaced may have left something behind.
            out[4 + tlvs..4 + tlvs + 8].fill(0);
            w.take_back(4 + SHORT + 8 - (4 + tlvs).next_multiple_of(8));
            return Ok(());
        }
        self.with_tlvs(|tlvs| {
            let len = 4 + tlvs.len();
            let Ok(short) = u16::try_from(len) else {
                return Err(EncodeError::TooLong { what: "match", len });
            };
            w.u32(u32::from(OXM_MATCH) << 16 | u32::from(short));
            w.bytes(tlvs);
            w.pad(len.wrapping_neg() & 7);
            Ok(())
        })
    }

    /// Reads a match of 1.1: the standard one, or that of OXM. The latter is none of 1.1's, but Open
    /// vSwitch sends it in its flow statistics.
    fn decode_v1_1(r: &mut Reader<'_>) -> Result<Match, DecodeError> {
        if r.peek_u16() != Some(v1_1::STANDARD) {
            let mut oxm = Match::new();
            oxm.refill_oxm(r)?;
            return Ok(oxm.with_tlvs(Match::as_v1_1_oxm));
        }
        let bytes = r.bytes(v1_1::LEN)?;
        let [_, _, l0, l1] = *bytes.first_chunk().unwrap_or(&[0; 4]);
        let len = usize::from(u16::from_be_bytes([l0, l1]));
        if len != v1_1::LEN {
            return Err(r.bad_length(v1_1::LEN - 2, v1_1::LEN, len, "match length"));
        }
        Ok(Match(Repr::V1_1(bytes)))
    }

    /// Writes a match of 1.1: as it came, or the standard one.
    fn encode_v1_1(&self, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        if let Repr::V1_1Oxm(_) = &self.0 {
            return self.encode_oxm(w);
        }
        w.bytes(&self.standard()?);
        Ok(())
    }

    /// The 88 bytes of 1.1.
    pub(super) fn standard(&self) -> Result<[u8; v1_1::LEN], EncodeError> {
        match &self.0 {
            Repr::V1_1(bytes) => Ok(v1_1::clean(whole(bytes))),
            _ => self.with_tlvs(v1_1::from_oxm),
        }
    }

    /// The match of 1.1's 88 bytes.
    pub(super) fn from_standard(bytes: Bytes) -> Match {
        debug_assert_eq!(bytes.len(), v1_1::LEN);
        Match(Repr::V1_1(bytes))
    }

    /// A match that goes out in 1.1 as it came there: as OXM.
    pub(super) fn as_v1_1_oxm(tlvs: &[u8]) -> Match {
        Match(Repr::V1_1Oxm(Bytes::copy_from_slice(tlvs)))
    }

    /// Whether the match has the form of OXM in this version.
    pub(super) fn is_oxm(&self, version: Version) -> bool {
        version > V1_1 || (version == V1_1 && matches!(self.0, Repr::V1_1Oxm(_)))
    }

    /// The 40 bytes of 1.0.
    pub(super) fn fixed(&self) -> Result<[u8; v1_0::LEN], EncodeError> {
        match &self.0 {
            Repr::V1_0(fixed) => Ok(*fixed),
            _ => self.with_tlvs(v1_0::from_oxm),
        }
    }

    /// [`Match::fixed`] to where it is wanted.
    #[inline]
    pub(super) fn fixed_onto(&self, out: &mut [u8; v1_0::LEN]) -> Result<(), EncodeError> {
        match &self.0 {
            Repr::V1_0(fixed) => {
                *out = *fixed;
                Ok(())
            }
            Repr::Inline { len, buf, .. } => v1_0::from_oxm_onto(&buf[..usize::from(*len)], out),
            _ => self.with_tlvs(|tlvs| v1_0::from_oxm_onto(tlvs, out)),
        }
    }

    /// The match of 1.0's 40 bytes.
    pub(super) fn from_fixed(fixed: [u8; v1_0::LEN]) -> Match {
        Match(Repr::V1_0(v1_0::read(fixed)))
    }

    /// Runs `f` on the conditions as a row of TLVs.
    #[inline]
    pub(super) fn with_tlvs<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match &self.0 {
            Repr::Inline { len, buf, .. } => f(&buf[..usize::from(*len)]),
            Repr::Long { tlvs, .. } | Repr::V1_1Oxm(tlvs) => f(tlvs),
            Repr::V1_0(fixed) => with_made(fixed, v1_0::to_oxm, f),
            Repr::V1_1(bytes) => with_made(&whole(bytes), v1_1::to_oxm, f),
        }
    }

    /// Puts one TLV in its place by number, over the one of the same field if there is one. Its
    /// payload is `lead`, and what `write` makes of the zeros behind that.
    #[inline(never)]
    fn put(&mut self, header: u32, lead: &[u8], write: impl FnOnce(&mut [u8])) {
        if let Repr::V1_0(_) | Repr::V1_1(_) | Repr::V1_1Oxm(_) = &self.0 {
            *self = self.with_tlvs(Match::from_tlvs);
        }
        let size = 4 + (header & 0xff) as usize;
        let (start, end) = self.with_tlvs(|tlvs| place(tlvs, header >> 9, lead));
        let value = 4 + lead.len();
        if let Repr::Inline { len, last, buf } = &mut self.0 {
            let old = usize::from(*len);
            let new = old - (end - start) + size;
            if new <= INLINE {
                buf.copy_within(end..old, start + size);
                buf[start..start + 4].copy_from_slice(&header.to_be_bytes());
                buf[start + 4..start + value].copy_from_slice(lead);
                write(&mut buf[start + value..start + size]);
                (*len, *last) = (new as u8, UNKNOWN);
                return;
            }
        }
        let tlvs = self.with_tlvs(|tlvs| {
            let mut out = Vec::with_capacity(tlvs.len() - (end - start) + size);
            out.extend_from_slice(&tlvs[..start]);
            out.extend_from_slice(&header.to_be_bytes());
            out.extend_from_slice(lead);
            out.resize(start + size, 0);
            write(&mut out[start + value..]);
            out.extend_from_slice(&tlvs[end..]);
            Bytes::from(out)
        });
        self.0 = Repr::Long { tlvs, as_is: false };
    }

    /// A match of checked fields that came in an `nx_match` and goes out as it came.
    pub(super) fn as_is(tlvs: Bytes) -> Match {
        Match(Repr::Long { tlvs, as_is: true })
    }

    /// Whether it was made by [`Match::as_is`] and not changed since.
    pub(super) fn is_as_is(&self) -> bool {
        matches!(self.0, Repr::Long { as_is: true, .. })
    }

    pub(super) fn from_tlvs(tlvs: &[u8]) -> Match {
        if tlvs.len() > INLINE {
            return Match(Repr::Long { tlvs: Bytes::copy_from_slice(tlvs), as_is: false });
        }
        let mut buf = [0; INLINE];
        buf[..tlvs.len()].copy_from_slice(tlvs);
        Match(Repr::Inline { len: tlvs.len() as u8, last: UNKNOWN, buf })
    }
}

/// Runs `f` on the TLVs that say what fixed bytes do. Not in line: what reads a match of TLVs stays
/// small enough to be.
#[cold]
#[inline(never)]
fn with_made<const N: usize, const MAX: usize, R>(
    fixed: &[u8; N],
    to_oxm: fn(&[u8; N], &mut [u8; MAX]) -> usize,
    f: impl FnOnce(&[u8]) -> R,
) -> R {
    let mut buf = [0; MAX];
    let len = to_oxm(fixed, &mut buf);
    f(&buf[..len])
}

/// The 88 bytes that [`Repr::V1_1`] holds.
fn whole(bytes: &Bytes) -> [u8; v1_1::LEN] {
    bytes.first_chunk().copied().unwrap_or([0; v1_1::LEN])
}

/// The match type of OXM; the other, "standard", was 1.1's only.
pub(super) const OXM_MATCH: u16 = 1;

/// The TLVs of a checked row.
#[inline]
pub(super) fn iter(mut tlvs: &[u8]) -> impl Iterator<Item = OxmRef<'_>> {
    std::iter::from_fn(move || {
        let (oxm, rest) = OxmRef::split_first(tlvs)?;
        tlvs = rest;
        Some(oxm)
    })
}

/// Turns the order of keys so that the standard fields come first: Nicira's, of smaller classes, need
/// them (`nw_ttl` needs the standard `eth_type`), and a switch reads in order.
const BASIC_FIRST: u32 = (oxm::CLASS_BASIC as u32) << 7;

/// Whether the place of a field with this key is behind all the others, the last of which starts at
/// `last`.
#[inline]
fn is_last(tlvs: &[u8], last: u8, key: u32) -> bool {
    match tlvs.get(usize::from(last)..).and_then(<[u8]>::first_chunk::<4>) {
        Some(header) => u32::from_be_bytes(*header) >> 9 ^ BASIC_FIRST < key ^ BASIC_FIRST,
        None => {
            tlvs.is_empty() || iter(tlvs).all(|oxm| oxm.key() ^ BASIC_FIRST < key ^ BASIC_FIRST)
        }
    }
}

/// Where the TLV with this key and lead stands, or where it would (an empty range).
fn place(tlvs: &[u8], key: u32, lead: &[u8]) -> (usize, usize) {
    let mut at = 0;
    for oxm in iter(tlvs) {
        let size = 4 + oxm.payload().len();
        // Experimenters share one class: the lead says whose it is.
        if oxm.key() == key && oxm.payload().starts_with(lead) {
            return (at, at + size);
        }
        if oxm.key() ^ BASIC_FIRST > key ^ BASIC_FIRST {
            return (at, at);
        }
        at += size;
    }
    (at, at)
}

fn widen(buf: &[u8; INLINE]) -> [u8; v1_0::OXM_MAX] {
    let mut out = [0; v1_0::OXM_MAX];
    out[..INLINE].copy_from_slice(buf);
    out
}

impl Default for Match {
    fn default() -> Match {
        Match::new()
    }
}

/// Two matches are equal if they have the same conditions, in whatever order and form.
impl PartialEq for Match {
    fn eq(&self, other: &Match) -> bool {
        self.with_tlvs(|a| {
            other.with_tlvs(|b| {
                if a == b {
                    return true;
                }
                if a.len() != b.len() {
                    return false;
                }
                let sorted = |tlvs| {
                    let mut all: Vec<(u32, &[u8])> =
                        iter(tlvs).map(|oxm| (oxm.key(), oxm.payload())).collect();
                    all.sort_unstable();
                    all
                };
                sorted(a) == sorted(b)
            })
        })
    }
}

impl Eq for Match {}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_tlvs(|tlvs| {
            if tlvs.is_empty() {
                return f.write_str("*");
            }
            for (i, oxm) in iter(tlvs).enumerate() {
                if i > 0 {
                    f.write_str(",")?;
                }
                write!(f, "{oxm}")?;
            }
            Ok(())
        })
    }
}

impl fmt::Debug for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Match({self})")
    }
}

/// Iterator over the conditions of a [`Match`]; see [`Match::fields`]. It gives TLVs, whatever the
/// version, and owns what it needs.
///
/// Spec: 1.3 section 7.2.3.2 (the form of a TLV).
///
/// ```
/// use ryu_sdn::ofproto::Match;
///
/// let mut fields = Match::new().ip_proto(6).eth_type(0x0800).fields();
/// assert_eq!(fields.next().unwrap().as_bytes(), [0x80, 0, 5 << 1, 2, 0x08, 0x00]);
/// assert_eq!(fields.next().unwrap().as_bytes(), [0x80, 0, 10 << 1, 1, 6]);
/// assert!(fields.next().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Fields(FieldsRepr);

#[derive(Clone, Debug)]
enum FieldsRepr {
    Short { at: usize, len: usize, buf: [u8; v1_0::OXM_MAX] },
    Long(Bytes),
}

impl Iterator for Fields {
    type Item = OxmTlv;

    fn next(&mut self) -> Option<OxmTlv> {
        match &mut self.0 {
            FieldsRepr::Short { at, len, buf } => {
                let (oxm, rest) = OxmRef::split_first(&buf[*at..*len])?;
                let tlv = OxmTlv::from_ref(oxm);
                *at = *len - rest.len();
                Some(tlv)
            }
            FieldsRepr::Long(bytes) => {
                let tlv = OxmTlv::from_ref(OxmRef::split_first(bytes)?.0);
                bytes::Buf::advance(bytes, tlv.as_bytes().len());
                Some(tlv)
            }
        }
    }
}

/// The `in_port` of a match where that is all a version can say, as 1.0's packet-in.
pub(super) enum InPort {}

/// The name of the first field of `m` that is none of `ports`.
pub(super) fn field_but(m: &Match, ports: &[Field<PortNo>]) -> Option<&'static str> {
    m.with_tlvs(|tlvs| {
        let field = iter(tlvs).find(|field| ports.iter().all(|port| field.get(*port).is_none()))?;
        Some(field.info().map_or("extension field", |info| info.name))
    })
}

impl Codec<Match> for InPort {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Match, DecodeError> {
        Ok(Match::new().in_port(PortNo::decode(version, r)?))
    }
    fn encode(value: &Match, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        if let Some(what) = field_but(value, &[oxm::IN_PORT]) {
            return Err(EncodeError::NotInVersion { what, version });
        }
        match value.get(oxm::IN_PORT) {
            Some(port) => port.encode(version, w),
            None => Err(EncodeError::NotInVersion { what: "packet_in without in_port", version }),
        }
    }
    fn to_json(value: &Match, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        InPort::encode(value, version, w)?;
        Ok(value.get(oxm::IN_PORT).unwrap_or_default().to_wire(version)?.into())
    }
    fn from_json(version: Version, value: &Value) -> Result<Match, JsonError> {
        Ok(Match::new().in_port(PortNo::from_json(version, value)?))
    }
    fn show(_: &Match, _: &mut String) -> bool {
        // It is told as the match.
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::MacAddr;
    use std::net::Ipv6Addr;

    #[test]
    fn the_type_is_one_cache_line() {
        assert_eq!(size_of::<Match>(), 64);
    }

    #[test]
    fn replaces_inserts_in_order_and_grows() {
        let m = Match::new().eth_type(0x86dd).in_port(PortNo(9)).in_port(PortNo(1));
        assert_eq!(m.to_string(), "in_port=1,eth_type=0x86dd");
        let long = m
            .ipv6_src_masked(Ipv6Addr::LOCALHOST, Ipv6Addr::from(u128::MAX))
            .ipv6_dst(Ipv6Addr::LOCALHOST)
            .eth_dst(MacAddr::BROADCAST);
        assert_eq!(long.fields().count(), 5);
        assert_eq!(long.get(oxm::ETH_DST), Some(MacAddr::BROADCAST));
        assert_eq!(long.get(oxm::IN_PORT), Some(PortNo(1)));
        assert!(long.check().is_ok());
    }

    #[test]
    fn equality_ignores_order() {
        let a = Match::from_tlvs(&[0x80, 0, 0x0a, 2, 8, 0, 0x80, 0, 0, 4, 0, 0, 0, 1]);
        assert_eq!(a, Match::new().in_port(PortNo(1)).eth_type(0x0800));
        assert_ne!(a, Match::new().in_port(PortNo(2)).eth_type(0x0800));
    }
}
