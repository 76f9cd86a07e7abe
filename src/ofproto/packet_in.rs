//! Packet-in: a frame to the controller.
//!
//! Spec: 1.0 section 5.4.1, 1.1 section A.4.1, 1.3 section 7.4.1.

use std::fmt;

use super::codec::{Fields, In, Out, fields, noun};
use super::encode::Body;
use super::header::HEADER_LEN;
use super::ids::{BufferId, PortNo, Xid, is_v1_0};
use super::match_::{InPort, Match, field_but};
use super::message_type::MessageType;
use super::oxm;
use super::version::{V1_0, V1_1, V1_3, Version};
use crate::wire::{DecodeError, Octets, Reader};
use crate::wire_number;

/// A frame that the switch hands to the controller.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `buffer_id` | 32 bits, all ones for none | 1.0 |
/// | `total_len` | bytes of the whole frame | 1.0 |
/// | `reason` | one byte | 1.0 |
/// | `table_id` | table | 1.1; 0 in 1.0 |
/// | `cookie` | all ones if there is none | 1.3; all ones before |
/// | `match_` | at least `in_port` | 1.2; `in_port` in 1.0, that and `in_phy_port` in 1.1 |
/// | `data` | the frame or its beginning | 1.0 |
///
/// Decoding allocates nothing; `data` shares the receive buffer, up to 64 KiB, and holds on to it: what an
/// app keeps for long it copies.
///
/// Spec: 1.0 section 5.4.1, 1.1 section A.4.1, 1.3 section 7.4.1.
///
/// # Example: the same packet-in of two versions
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, Match, PacketIn, PortNo, V1_0, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (match_, data) = (Match::new().in_port(PortNo(2)), vec![0xab; 4].into());
/// let packet_in = PacketIn { total_len: 60, match_, data, ..PacketIn::default() };
/// let mut buf = BytesMut::new();
/// packet_in.encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf), "010a001600000001ffffffff003c00020000abababab");
/// packet_in.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf[22..]),
///     "040a002e00000001ffffffff003c0000ffffffffffffffff0001000c80000004\
///      00000002000000000000abababab"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketIn {
    /// Where the switch holds the frame, if it does; [`BufferId::NO_BUFFER`] if not.
    pub buffer_id: BufferId,
    /// Size of the whole frame in bytes, even if `data` has only its beginning.
    pub total_len: u16,
    /// Why it was sent.
    pub reason: PacketInReason,
    /// The table that sent it, 0 to 254; 0 in 1.0.
    pub table_id: u8,
    /// The cookie of the flow entry that sent it; all ones if there is none, and before 1.3.
    pub cookie: u64,
    /// Ingress port, metadata and other fields that are not in the frame.
    pub match_: Match,
    /// The frame, or as many of its first bytes as the switch was told to send.
    pub data: Octets,
}

impl PacketIn {
    /// The number of the message type, the same in every version.
    pub(crate) const NUMBER: u8 = 10;

    /// The port the frame came in by; [`PortNo::ANY`] if the switch left it out.
    #[inline]
    pub fn in_port(&self) -> PortNo {
        self.match_.get(oxm::IN_PORT).unwrap_or(PortNo::ANY)
    }

    /// Looks at the message at the beginning of `bytes`: if it is a packet-in of this version, whole,
    /// right and of the usual form, which is that of 1.0, or from 1.3 on one with nothing but
    /// `in_port` in its match. What else is there, [`Message::decode`](super::Message::decode) finds
    /// out.
    ///
    /// This is for whoever reads them by the hundred: nothing is cut off `bytes`, and the message can
    /// be made where it is to stay.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, Hello, Match, PacketIn, PortNo, V1_3, Xid};
    /// use ryu_sdn::wire::Octets;
    ///
    /// let mut buf = BytesMut::new();
    /// let msg = PacketIn { match_: Match::new().in_port(PortNo(1)), ..PacketIn::default() };
    /// msg.encode(V1_3, Xid(7), &mut buf)?;
    /// Hello::default().encode(V1_3, Xid(8), &mut buf)?;
    /// let bytes = Octets::from(buf.freeze());
    /// let first = PacketIn::peek(V1_3, &bytes).expect("a packet-in");
    /// assert_eq!((first.xid(), first.len(), first.message()), (Xid(7), 42, msg));
    /// assert!(PacketIn::peek(V1_3, &bytes.slice(42..)).is_none());
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    #[inline]
    pub fn peek(version: Version, bytes: &Octets) -> Option<PeekedPacketIn<'_>> {
        let [v, t, l0, l1, x0, x1, x2, x3] = *bytes.first_chunk()?;
        let len = usize::from(u16::from_be_bytes([l0, l1]));
        if v != version.wire() || t != PacketIn::NUMBER {
            return None;
        }
        let xid = Xid(u32::from_be_bytes([x0, x1, x2, x3]));
        let body = bytes.get(HEADER_LEN..len)?;
        let head = match is_v1_0(version) {
            true => Head::of_v1_0(*body.first_chunk()?),
            false => Head::of_usual(version, body)?,
        };
        Some(PeekedPacketIn { bytes, xid, len, head })
    }

    /// Whether `data` is the whole frame.
    pub fn is_whole(&self) -> bool {
        self.data.len() >= usize::from(self.total_len)
    }
}

impl Default for PacketIn {
    fn default() -> PacketIn {
        PacketIn {
            buffer_id: BufferId::NO_BUFFER,
            total_len: 0,
            reason: PacketInReason::NO_MATCH,
            table_id: 0,
            cookie: u64::MAX,
            match_: Match::new(),
            data: Octets::new(),
        }
    }
}

wire_number! {
    /// Why a packet-in was sent: one byte since 1.0; 6 to 255 are reserved.
    ///
    /// Spec: 1.0 section 5.4.1, 1.3 section 7.4.1 (`ofp_packet_in_reason`).
    /// See the example of [`PacketIn`].
    pub struct PacketInReason(u8) {
        /// No flow entry matched; from 1.3 on the table-miss entry did.
        NO_MATCH = 0, "no_match";
        /// An output to the controller.
        ACTION = 1, "action";
        /// The TTL ran out (1.2 and later).
        INVALID_TTL = 2, "invalid_ttl";
        /// An output in an action set (1.4 and later).
        ACTION_SET = 3, "action_set";
        /// An output in a group bucket (1.4 and later).
        GROUP = 4, "group";
        /// An output in a packet-out (1.4 and later).
        PACKET_OUT = 5, "packet_out";
    }
}

fields!(PacketIn, |this, v| {
    let PacketIn { buffer_id, total_len, reason, table_id, cookie, match_, data } = this;
    let version = v.version();
    v.field("buffer_id", buffer_id)?;
    if version == V1_1 {
        v.inline(match_)?;
    }
    v.field("total_len", total_len)?;
    if is_v1_0(version) {
        v.without(table_id, "packet_in table_id")?;
        v.require(*cookie == u64::MAX, "packet_in cookie")?;
        v.with::<InPort, _>("in_port", match_)?;
        v.field("reason", reason)?;
        v.pad(1)?;
    } else {
        v.field("reason", reason)?;
        v.field("table_id", table_id)?;
        if version >= V1_3 {
            v.field("cookie", cookie)?;
        } else {
            v.require(*cookie == u64::MAX, "packet_in cookie")?;
        }
        if version != V1_1 {
            v.field("match", match_)?;
            v.pad(2)?;
        }
    }
    v.field("data", data)
});
noun!(PacketIn, "packet_in", "OFPPacketIn");

/// The two ports that stand in a packet-in of 1.1, where later versions have a match. The physical
/// one is in the match if it is another than `in_port`, as it is later.
impl Fields for Match {
    fn fill<V: In>(&mut self, v: &mut V) -> Result<(), V::Error> {
        let mut in_port = PortNo::ANY;
        v.field("in_port", &mut in_port)?;
        let mut in_phy_port = in_port;
        v.field("in_phy_port", &mut in_phy_port)?;
        *self = ports(in_port, in_phy_port);
        Ok(())
    }

    fn tell<V: Out>(&self, v: &mut V) -> Result<(), V::Error> {
        let Some(in_port) = self.get(oxm::IN_PORT) else {
            return v.require(false, "packet_in without in_port");
        };
        let in_phy_port = self.get(oxm::IN_PHY_PORT).unwrap_or(in_port);
        if let Some(name) = field_but(self, &[oxm::IN_PORT, oxm::IN_PHY_PORT]) {
            v.require(false, name)?;
        }
        v.field("in_port", &in_port)?;
        v.field("in_phy_port", &in_phy_port)
    }
}

fn ports(in_port: PortNo, in_phy_port: PortNo) -> Match {
    let m = Match::new().in_port(in_port);
    if in_phy_port == in_port { m } else { m.in_phy_port(in_phy_port) }
}

/// A packet-in that stands at the beginning of other bytes, as [`PacketIn::peek`] finds it.
///
/// Spec: 1.0 section 5.4.1, 1.3 section 7.4.1.
///
/// See the example of [`PacketIn::peek`].
#[derive(Clone, Copy, Debug)]
pub struct PeekedPacketIn<'a> {
    bytes: &'a Octets,
    xid: Xid,
    len: usize,
    head: Head,
}

impl PeekedPacketIn<'_> {
    /// Its transaction id.
    #[inline]
    pub fn xid(&self) -> Xid {
        self.xid
    }

    /// How many bytes the message has, header included.
    #[inline]
    #[expect(clippy::len_without_is_empty, reason = "a message has a header at least")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The message; its `data` shares the bytes.
    #[inline(always)] // A call would make it in one place and copy it to another.
    pub fn message(&self) -> PacketIn {
        self.head.with(self.bytes.slice(HEADER_LEN + self.head.len..self.len))
    }
}

/// What stands before the frame in a packet-in that tells of its ports no more than `in_port`.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// How many bytes it has been, behind the header.
    len: usize,
    buffer_id: BufferId,
    total_len: u16,
    reason: PacketInReason,
    table_id: u8,
    cookie: u64,
    in_port: PortNo,
}

impl Head {
    /// That of 1.0.
    #[inline(always)]
    fn of_v1_0(head: [u8; 10]) -> Head {
        let [b0, b1, b2, b3, l0, l1, p0, p1, reason, _] = head;
        Head {
            len: head.len(),
            buffer_id: BufferId(u32::from_be_bytes([b0, b1, b2, b3])),
            total_len: u16::from_be_bytes([l0, l1]),
            reason: PacketInReason(reason),
            table_id: 0,
            cookie: u64::MAX,
            in_port: PortNo::from_v1_0(u16::from_be_bytes([p0, p1])),
        }
    }

    /// That of 1.3 and later with nothing but `in_port` in its match, which nearly all have; `None`
    /// if `body` begins with another.
    #[inline(always)]
    fn of_usual(version: Version, body: &[u8]) -> Option<Head> {
        let head: &[u8; 34] = body.first_chunk()?;
        if version < V1_3 || head[16..24] != [0, 1, 0, 12, 0x80, 0, 0, 4] {
            return None;
        }
        let [b0, b1, b2, b3, l0, l1, reason, table_id, rest @ ..] = *head;
        let [c0, c1, c2, c3, c4, c5, c6, c7, rest @ ..] = rest;
        let [_, _, _, _, _, _, _, _, p0, p1, p2, p3, ..] = rest;
        Some(Head {
            len: head.len(),
            buffer_id: BufferId(u32::from_be_bytes([b0, b1, b2, b3])),
            total_len: u16::from_be_bytes([l0, l1]),
            reason: PacketInReason(reason),
            table_id,
            cookie: u64::from_be_bytes([c0, c1, c2, c3, c4, c5, c6, c7]),
            in_port: PortNo(u32::from_be_bytes([p0, p1, p2, p3])),
        })
    }

    /// The message. In one expression, so that nothing of it is made elsewhere and copied.
    #[inline(always)]
    fn with(self, data: Octets) -> PacketIn {
        PacketIn {
            buffer_id: self.buffer_id,
            total_len: self.total_len,
            reason: self.reason,
            table_id: self.table_id,
            cookie: self.cookie,
            match_: Match::of_in_port(self.in_port),
            data,
        }
    }
}

impl Body for PacketIn {
    const TYPE: MessageType = MessageType::PacketIn;

    /// The hot path by hand, which makes the message in one go; a test compares it with the
    /// description above.
    #[inline(always)] // A call would make the message in one place and copy it to another.
    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<PacketIn, DecodeError> {
        match version {
            V1_0 => {
                let head = Head::of_v1_0(r.array()?);
                return Ok(head.with(r.rest_bytes().into()));
            }
            V1_1 => {
                let buffer_id = BufferId(r.u32()?);
                let match_ = ports(PortNo(r.u32()?), PortNo(r.u32()?));
                let total_len = r.u16()?;
                let reason = PacketInReason(r.u8()?);
                let table_id = r.u8()?;
                let (cookie, data) = (u64::MAX, r.rest_bytes().into());
                return Ok(PacketIn {
                    buffer_id,
                    total_len,
                    reason,
                    table_id,
                    cookie,
                    match_,
                    data,
                });
            }
            _ => {}
        }
        if let Some(body) = r.peek_chunk::<34>()
            && let Some(head) = Head::of_usual(version, body)
        {
            r.pad(head.len)?;
            return Ok(head.with(r.rest_bytes().into()));
        }
        let [b0, b1, b2, b3, l0, l1, reason, table_id] = r.array()?;
        let cookie = if version >= V1_3 { r.u64()? } else { u64::MAX };
        let match_ = Match::decode_wire(version, r)?;
        r.pad(2)?;
        let data = r.rest_bytes().into();
        Ok(PacketIn {
            buffer_id: BufferId(u32::from_be_bytes([b0, b1, b2, b3])),
            total_len: u16::from_be_bytes([l0, l1]),
            reason: PacketInReason(reason),
            table_id,
            cookie,
            match_,
            data,
        })
    }
}

impl fmt::Display for PacketIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "packet_in table={} cookie={:#x} total_len={} {} reason={} buffer={} data={}B",
            self.table_id,
            self.cookie,
            self.total_len,
            self.match_,
            self.reason,
            self.buffer_id,
            self.data.len()
        )
    }
}
