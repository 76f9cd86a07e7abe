//! Packet-out: a frame from the controller.
//!
//! Spec: 1.0 section 5.3.6, 1.3 section 7.3.7.

use std::fmt;

use bytes::Bytes;

use super::action::ActionList;
use super::encode::{Body, EncodeError};
use super::ids::{BufferId, PortNo, is_v1_0};
use super::message_type::MessageType;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

/// A frame to be sent by the switch: a buffered one, or the one in `data`.
///
/// ```
/// use ryu_sdn::ofproto::{Action, PacketOut, PortNo};
///
/// let out = PacketOut {
///     in_port: PortNo(1),
///     actions: [Action::output(PortNo::FLOOD)].into(),
///     data: vec![0; 60].into(),
///     ..PacketOut::default()
/// };
/// assert_eq!(out.to_string(), "packet_out in_port=1 actions=FLOOD buffer=none data=60B");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketOut {
    /// The buffered frame; the default is none.
    pub buffer_id: BufferId,
    /// The port it counts as having come in by; the default is the controller.
    pub in_port: PortNo,
    /// What to do with it.
    pub actions: ActionList,
    /// The frame, if it is not buffered.
    pub data: Bytes,
}

impl Default for PacketOut {
    fn default() -> PacketOut {
        PacketOut {
            buffer_id: BufferId::NO_BUFFER,
            in_port: PortNo::CONTROLLER,
            actions: ActionList::new(),
            data: Bytes::new(),
        }
    }
}

impl Body for PacketOut {
    const NAME: &'static str = "packet_out";
    const TYPE: MessageType = MessageType::PacketOut;

    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<PacketOut, DecodeError> {
        let buffer_id = BufferId(r.u32()?);
        let narrow = is_v1_0(version);
        let in_port = if narrow { PortNo::from_v1_0(r.u16()?) } else { PortNo(r.u32()?) };
        let actions_len = usize::from(r.u16()?);
        r.pad(if narrow { 0 } else { 6 })?;
        let actions = ActionList::decode(version, r.sub(actions_len, "actions_len")?)?;
        Ok(PacketOut { buffer_id, in_port, actions, data: r.rest_bytes() })
    }

    #[inline]
    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.reserve(64 + self.data.len());
        w.u32(self.buffer_id.0);
        if is_v1_0(version) {
            w.u16(self.in_port.encode_v1_0()?);
        } else {
            w.u32(self.in_port.0);
        }
        let len_at = w.len();
        w.pad(if is_v1_0(version) { 2 } else { 8 });
        let start = w.len();
        self.actions.encode(version, w)?;
        // A list too long for this field makes the message too long as well.
        w.patch_u16(len_at, (w.len() - start) as u16);
        w.bytes(&self.data);
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
