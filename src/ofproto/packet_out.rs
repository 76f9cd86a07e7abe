//! Packet-out: a frame from the controller.
//!
//! Spec: 1.0 section 5.3.6, 1.3 section 7.3.7.

use std::fmt;

use serde_json::{Map, Value};

use super::action::ActionList;
use super::codec::{Codec, Member, Noun, fields};
use super::encode::{Body, EncodeError};
use super::ids::{BufferId, PortNo, is_v1_0};
use super::json::JsonError;
use super::match_::{Match, field_but};
use super::message_type::MessageType;
use super::oxm;
use super::version::{V1_5, Version};
use super::wire_codec;
use crate::packet::Packet;
use crate::wire::{DecodeError, Octets, Reader, Writer};

/// A frame to be sent by the switch: a buffered one, or the one in `data`.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `buffer_id` | 32 bits, all ones for none | 1.0 |
/// | `in_port` | 16 bits in 1.0, 32 later; in the match in 1.5 | 1.0 |
/// | | size of the actions in bytes, 2 bytes; 6 bytes of padding from 1.1 on, 2 in 1.5 | 1.0 |
/// | `match_` | fields that are not in the frame | 1.5 |
/// | `actions` | | 1.0 |
/// | `data` | the frame, if it is not buffered; JSON may have Ryu's `Packet` here | 1.0 |
///
/// Spec: 1.0 section 5.3.6, 1.3 section 7.3.7, 1.5 `ofp_packet_out`.
///
/// # Example: a frame out of every port
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Action, Encode, PacketOut, PortNo, V1_0, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (actions, data) = ([Action::output(PortNo::FLOOD)].into(), vec![0xab; 4].into());
/// let out = PacketOut { in_port: PortNo(1), actions, data, ..PacketOut::default() };
/// assert_eq!(out.to_string(), "packet_out in_port=1 actions=FLOOD buffer=none data=4B");
/// let mut buf = BytesMut::new();
/// out.encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf), "010d001c00000001ffffffff0001000800000008fffbffe5abababab");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketOut {
    /// The buffered frame; the default is none.
    pub buffer_id: BufferId,
    /// The port it counts as having come in by; the default is the controller.
    pub in_port: PortNo,
    /// What to do with it; nothing drops it.
    pub actions: ActionList,
    /// The frame from its Ethernet header on, if it is not buffered.
    pub data: Octets,
    /// 1.5: what else is known of the frame, such as its metadata. `in_port` need not stand here:
    /// it is put in.
    pub match_: Match,
}

impl Default for PacketOut {
    fn default() -> PacketOut {
        PacketOut {
            buffer_id: BufferId::NO_BUFFER,
            in_port: PortNo::CONTROLLER,
            actions: ActionList::new(),
            data: Octets::new(),
            match_: Match::new(),
        }
    }
}

fields!(PacketOut, |this, v| {
    let PacketOut { buffer_id, in_port, actions, data, match_ } = this;
    let version = v.version();
    v.field("buffer_id", buffer_id)?;
    if version >= V1_5 {
        v.len_ahead("actions_len")?;
        v.pad(2)?;
        v.field("match", match_)?;
    } else {
        v.field("in_port", in_port)?;
        if is_v1_0(version) {
            v.len_ahead("")?;
        } else {
            v.len_ahead("actions_len")?;
            v.pad(6)?;
        }
    }
    v.ahead(|v| v.field("actions", actions))?;
    v.with::<Frame, _>("data", data)?;
    // Ryu refuses data, even none of it, beside a buffer.
    if buffer_id.is_buffered() && data.is_empty() {
        v.remark("data", ())?;
    }
    Ok(())
});

/// The frame: JSON may have it as headers, too, in the form of Ryu's `Packet`.
enum Frame {}

impl Codec<Octets> for Frame {
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Octets, DecodeError> {
        Octets::decode(version, r)
    }
    #[inline]
    fn encode(value: &Octets, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.encode(version, w)
    }
    fn to_json(value: &Octets, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        value.to_json(version, w)
    }
    fn from_json(version: Version, value: &Value) -> Result<Octets, JsonError> {
        if !value.is_object() {
            return Octets::from_json(version, value);
        }
        let frame = Packet::from_json(value)?.to_frame();
        frame.map(Octets::from).map_err(|err| JsonError::new(err.to_string()))
    }
    fn show(value: &Octets, out: &mut String) -> bool {
        value.show(out)
    }
}

impl Noun for PacketOut {
    const NAME: &'static str = "packet_out";

    fn class(&self, _: Version) -> &'static str {
        "OFPPacketOut"
    }

    #[inline]
    fn blank(_: Version, _: &Reader<'_>) -> PacketOut {
        PacketOut::default()
    }

    fn blank_named(_: Version, class: &str, _: &Map<String, Value>) -> Option<PacketOut> {
        (class == "OFPPacketOut").then(PacketOut::default)
    }

    /// 1.5 has the port in the match.
    #[inline]
    fn settle(&mut self, version: Version) {
        if version >= V1_5 {
            self.in_port = self.match_.get(oxm::IN_PORT).unwrap_or(PortNo::ANY);
        }
    }

    #[inline]
    fn other_words(&self, version: Version) -> Result<Option<PacketOut>, EncodeError> {
        let mut other = None;
        let told = self.match_.get(oxm::IN_PORT).unwrap_or(PortNo::ANY);
        if version >= V1_5 && told != self.in_port {
            let match_ = self.match_.clone().in_port(self.in_port);
            other = Some(PacketOut { match_, ..self.clone() });
        } else if version < V1_5 && field_but(&self.match_, &[oxm::IN_PORT]).is_some() {
            return Err(EncodeError::NotInVersion { what: "packet_out match", version });
        } else if version < V1_5 && !self.match_.is_empty() {
            other = Some(PacketOut { match_: Match::new(), ..self.clone() });
        }
        Ok(other)
    }
}

impl Body for PacketOut {
    const TYPE: MessageType = MessageType::PacketOut;

    /// The usual ones by hand, the fixed part in one go; a test compares it with the description.
    #[inline]
    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        if version >= V1_5 || !self.match_.is_empty() {
            return wire_codec::encode(self, version, w);
        }
        let [b0, b1, b2, b3] = self.buffer_id.0.to_be_bytes();
        // The length of the actions stands before them.
        let (at, start) = if is_v1_0(version) {
            let [p0, p1] = self.in_port.encode_v1_0()?.to_be_bytes();
            w.array([b0, b1, b2, b3, p0, p1, 0, 0]);
            (w.len() - 2, w.len())
        } else {
            let [p0, p1, p2, p3] = self.in_port.0.to_be_bytes();
            w.array([b0, b1, b2, b3, p0, p1, p2, p3, 0, 0, 0, 0, 0, 0, 0, 0]);
            (w.len() - 8, w.len())
        };
        self.actions.encode(version, w)?;
        // Actions too long for their length make the message too long as well.
        w.patch_u16(at, (w.len() - start) as u16);
        if !self.data.is_empty() {
            w.bytes(&self.data);
        }
        Ok(())
    }
}

impl fmt::Display for PacketOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "packet_out in_port={} actions={} buffer={} data={}B",
            self.in_port,
            self.actions,
            self.buffer_id,
            self.data.len()
        )
    }
}
