//! The ONF's flow monitors for 1.3, the forerunner of 1.4's.
//!
//! Spec: ONF extension EXT-187 (experimenter `0x4f4e4600`, type 1870).

use serde_json::Value;

use super::codec::{Member, display, fields, noun};
use super::encode::EncodeError;
use super::flow_update_ext::flow_updates;
use super::ids::{PortNo, TableId};
use super::json::JsonError;
use super::match_::Match;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

/// Asks for changes of flow entries: one monitor.
///
/// | field | unit, range | meaning |
/// |---|---|---|
/// | `id` | | number of the monitor |
/// | `flags` | bits | 0 initial, 1 add, 2 delete, 3 modify, 4 with instructions, 5 own changes too |
/// | `out_port` | `ANY`: no restriction | only entries that output here |
/// | `table_id` | 255 for all | the table |
/// | `match_` | | only entries that this match covers |
///
/// ```text
/// +---------------+-------+-----------+----------+-------+-----+--------------
/// | id (4 bytes)  | flags | match_len | out_port | table | 0 0 0 | match, padded
/// +---------------+-------+-----------+----------+-------+-----+--------------
/// ```
///
/// Spec: EXT-187; the bytes are those of `ovs-ofctl -O OpenFlow13 monitor`.
///
/// # Example: every change in every table
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::*;
///
/// let monitor = OnfFlowMonitorRequest { flags: 0x3f, ..OnfFlowMonitorRequest::default() };
/// let request = MultipartRequest {
///     flags: MultipartFlags(0),
///     body: MultipartRequestBody::OnfFlowMonitor(vec![monitor]),
/// };
/// let mut buf = BytesMut::new();
/// request.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..24], [0x4f, 0x4e, 0x46, 0, 0, 0, 7, 0x4e]);
/// assert_eq!(buf[24..32], [0, 0, 0, 0, 0, 0x3f, 0, 4]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnfFlowMonitorRequest {
    /// The number of the monitor.
    pub id: u32,
    /// Which changes, and how they are told; bits.
    pub flags: u16,
    /// Only entries that output here, or [`PortNo::ANY`].
    pub out_port: PortNo,
    /// The table, or [`TableId::ALL`].
    pub table_id: u8,
    /// Only entries that this match covers.
    pub match_: OnfMatch,
}

impl Default for OnfFlowMonitorRequest {
    fn default() -> OnfFlowMonitorRequest {
        OnfFlowMonitorRequest {
            id: 0,
            flags: 0,
            out_port: PortNo::ANY,
            table_id: TableId::ALL,
            match_: OnfMatch::default(),
        }
    }
}

fields!(OnfFlowMonitorRequest, |this, v| {
    let OnfFlowMonitorRequest { id, flags, out_port, table_id, match_ } = this;
    v.field("id", id)?;
    v.field("flags", flags)?;
    v.len_ahead("match_len")?;
    v.field("out_port", out_port)?;
    v.field("table_id", table_id)?;
    v.pad(3)?;
    v.ahead(|v| v.field("match", match_))?;
    v.pad(match_.padding())
});
noun!(OnfFlowMonitorRequest, "flow monitor request", "ONFFlowMonitorRequest");
display!(OnfFlowMonitorRequest, "monitor");

/// The match of an [`OnfFlowMonitorRequest`], in one of the two readings of the extension.
///
/// In Ryu's JSON a bare match is Ryu's own, and a whole one has the further member `"whole"`.
///
/// Spec: EXT-187; for the bytes of the whole form see the example of [`OnfFlowMonitorRequest`].
///
/// # Example: the two readings of no restriction
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::*;
/// use ryu_sdn::wire::hex;
///
/// for (match_, bytes) in [
///     (OnfMatch::Whole(Match::new()), "0004 ffffffff ff 000000 0001 0004 00000000"),
///     (OnfMatch::Bare(Match::new()), "0000 ffffffff ff 000000"),
/// ] {
///     let monitor = OnfFlowMonitorRequest { match_, ..OnfFlowMonitorRequest::default() };
///     let body = MultipartRequestBody::OnfFlowMonitor(vec![monitor]);
///     let mut buf = BytesMut::new();
///     MultipartRequest { flags: MultipartFlags(0), body }.encode(V1_3, Xid(9), &mut buf)?;
///     assert_eq!(Some(buf[30..].to_vec()), hex::decode(bytes));
/// }
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnfMatch {
    /// A match as in other messages, type and length included: how Open vSwitch reads it.
    Whole(Match),
    /// The fields alone: how Ryu writes it.
    Bare(Match),
}

impl Default for OnfMatch {
    fn default() -> OnfMatch {
        OnfMatch::Whole(Match::new())
    }
}

impl OnfMatch {
    /// The match.
    pub fn get(&self) -> &Match {
        match self {
            OnfMatch::Whole(m) | OnfMatch::Bare(m) => m,
        }
    }

    /// Bytes that the announced length counts.
    fn len(&self) -> usize {
        let head = if matches!(self, OnfMatch::Whole(_)) { 4 } else { 0 };
        head + self.get().with_tlvs(<[u8]>::len)
    }

    /// Zeros behind.
    fn padding(&self) -> usize {
        self.len().wrapping_neg() & 7
    }
}

const WHOLE: &str = "whole";

impl Member for OnfMatch {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<OnfMatch, DecodeError> {
        // A whole match starts with type 1 and the very length that was announced.
        let len = r.remaining();
        if r.peek_u32().is_some_and(|head| usize::try_from(head).is_ok_and(|h| h == 1 << 16 | len))
        {
            r.pad(4)?;
            return Match::decode_tlvs(r).map(OnfMatch::Whole);
        }
        Match::decode_tlvs(r).map(OnfMatch::Bare)
    }

    fn encode(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let len = self.len();
        let Ok(short) = u16::try_from(len) else {
            return Err(EncodeError::TooLong { what: "match", len });
        };
        if let OnfMatch::Whole(_) = self {
            w.u32(1 << 16 | u32::from(short));
        }
        self.get().with_tlvs(|tlvs| w.bytes(tlvs));
        Ok(())
    }

    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        let mut value =
            self.get().to_json(version, &mut Writer::new(&mut bytes::BytesMut::new()))?;
        if let (OnfMatch::Whole(_), Some(members)) =
            (self, value.get_mut("OFPMatch").and_then(Value::as_object_mut))
        {
            members.insert(WHOLE.to_owned(), true.into());
        }
        self.encode(version, w)?;
        Ok(value)
    }

    fn from_json(version: Version, value: &Value) -> Result<OnfMatch, JsonError> {
        let mut value = value.clone();
        let members = value.get_mut("OFPMatch").and_then(Value::as_object_mut);
        let whole = members.and_then(|members| members.remove(WHOLE));
        let m = Match::from_json(version, &value)?;
        Ok(if whole == Some(Value::Bool(true)) { OnfMatch::Whole(m) } else { OnfMatch::Bare(m) })
    }

    fn show(&self, out: &mut String) -> bool {
        self.get().show(out)
    }
}

flow_updates! {
    /// One change of the flow tables.
    ///
    /// On the wire a length and an event of two bytes each, then what the event says.
    ///
    /// | variant | event |
    /// |---|---|
    /// | [`Full`](OnfFlowUpdate::Full) | 0 to 2 |
    /// | [`Abbrev`](OnfFlowUpdate::Abbrev) | 3: the xid, 4 bytes |
    ///
    /// Spec: EXT-187; the bytes are those of Open vSwitch.
    ///
    /// # Example: an entry that was there, and a change of one's own
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let there = OnfFlowUpdateFull {
    ///     priority: 0x8000,
    ///     table_id: 1,
    ///     match_: OnfMatch::Whole(Match::new().eth_type(0x800)),
    ///     instructions: Instructions::new().goto_table(2),
    ///     ..OnfFlowUpdateFull::default()
    /// };
    /// let updates = vec![OnfFlowUpdate::Full(there), OnfFlowUpdate::Abbrev { xid: Xid(0x77) }];
    /// let body = MultipartReplyBody::OnfFlowMonitor(updates);
    /// let mut buf = BytesMut::new();
    /// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_3, Xid(9), &mut buf)?;
    /// let parts = [
    ///     "0413 0050 00000009 ffff 0000 00000000 4f4e4600 0000074e",
    ///     "0030 0000 0000 8000 0000 0000 000a 01 00 0000000000000000",
    ///     "0001 000a 80000a02 0800 000000000000", // eth_type, padding
    ///     "0001 0008 02 000000",
    ///     "0008 0003 00000077",
    /// ];
    /// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum OnfFlowUpdate "ONFFlowUpdateFull" "ONFFlowUpdateAbbrev" "ONFFlowUpdateUnknown";

    /// An entry that changed.
    ///
    /// | field | size, range |
    /// |---|---|
    /// | `event` | 2 bytes: 0 to 2; with the length before it in [`OnfFlowUpdate`] |
    /// | `reason`, `priority` | 2 bytes each |
    /// | `idle_timeout`, `hard_timeout` | 2 bytes each: seconds, 0 for none |
    /// | | 2 bytes: length of the match |
    /// | `table_id` | 1 byte |
    /// | | 1 byte of padding |
    /// | `cookie` | 8 bytes |
    /// | `match_` | either reading, zeros up to 8 bytes |
    /// | `instructions` | none if they were not asked for |
    ///
    /// Spec: EXT-187.
    ///
    /// See the example of [`OnfFlowUpdate`].
    pub struct OnfFlowUpdateFull (OnfMatch) |match_, instructions, v| {
        v.ahead(|v| v.field("match", match_))?;
        v.pad(match_.padding())?;
        v.field("instructions", instructions)
    }
}
