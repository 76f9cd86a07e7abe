//! Nicira's second packet-in, and what sends a paused packet on: lists of properties.
//!
//! Spec: Open vSwitch's `nicira-ext.h`, `NXT_PACKET_IN2` and `NXT_RESUME`.

use bytes::Bytes;

use super::codec::{wire_struct, wire_union};
use super::ids::BufferId;
use super::match_::Match;
use super::nx_match::Tlvs;
use super::packet_in::PacketInReason;

wire_struct! {
    /// A frame to the controller; in a resume, the frame that goes on.
    ///
    /// # Example: a frame that missed every entry
    ///
    /// ```
    /// use bytes::Bytes;
    /// use ryu_sdn::ofproto::{Message, NxMessage, PacketInReason, V1_0};
    ///
    /// let bytes = Bytes::from_static(&[
    ///     1, 4, 0, 32, 0, 0, 0, 0, 0, 0, 0x23, 0x20, 0, 0, 0, 30, // packet_in2
    ///     0, 0, 0, 6, 0xca, 0xfe, 0, 0, // packet
    ///     0, 5, 0, 5, 0, 0, 0, 0, // reason
    /// ]);
    /// let (_, Message::Nicira(NxMessage::PacketIn2(p))) = Message::decode(V1_0, &bytes)? else {
    ///     panic!()
    /// };
    /// assert_eq!(p.data(), &[0xca, 0xfe]);
    /// assert_eq!(p.reason(), Some(PacketInReason::NO_MATCH));
    /// assert_eq!(p.buffer_id(), None);
    /// # Ok::<(), ryu_sdn::wire::DecodeError>(())
    /// ```
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_PACKET_IN2` and `NXT_RESUME`.
    pub struct NxPacketIn2 "packet_in2" "NXTPacketIn2" {
        /// What is known of it, in the order of the message.
        properties: Vec<NxPacketInProp>,
    }
}

wire_union! {
    /// A property of a packet-in of Nicira's.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_PACKET` and those behind it.
    ///
    /// # Example: one of each
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// use ryu_sdn::ofproto::NxPacketInProp as P;
    ///
    /// let note = "0000000080000014be88c76fad4747250db21baf13e63a27000000008008000800000001";
    /// let properties = vec![
    ///     P::Packet(NxPinPacket { data: vec![0xca, 0xfe].into() }),
    ///     P::FullLen(NxPinFullLen { full_len: 64 }),
    ///     P::BufferId(NxPinBufferId { buffer_id: BufferId(7) }),
    ///     P::TableId(NxPinTableId { table_id: 2 }),
    ///     P::Cookie(NxPinCookie { cookie: 9 }),
    ///     P::Reason(NxPinReason { reason: PacketInReason::ACTION }),
    ///     P::Metadata(NxPinMetadata { fields: Match::new().in_port(PortNo(1)).reg1(3) }),
    ///     P::Continuation(NxPinContinuation { data: hex::decode(note).unwrap().into() }),
    ///     P::Userdata(NxPinUserdata { data: vec![1, 2, 3].into() }),
    /// ];
    /// let mut buf = BytesMut::new();
    /// NxMessage::PacketIn2(NxPacketIn2 { properties }).encode(V1_3, Xid(5), &mut buf)?;
    /// let parts = [
    ///     "0404 0090 00000005 00002320 0000001e",
    ///     "0000 0006 cafe 0000 0001 0008 00000040 0002 0008 00000007",
    ///     "0003 0005 02 000000 0004 0010 00000000 0000000000000009 0005 0005 01 000000",
    ///     "0006 0014 80000004 00000001 00010204 00000003 00000000",
    ///     "0008 0028", // a note of Open vSwitch's
    ///     note,
    ///     "0007 0007 010203 00",
    /// ];
    /// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum NxPacketInProp "packet_in2 property" ("type" "length" Outside) {
        /// The frame, perhaps cut short.
        Packet(NxPinPacket) = 0, "NXPINTPacket";
        /// Its whole length, if it was cut short.
        FullLen(NxPinFullLen) = 1, "NXPINTFullLen";
        /// Where the switch keeps it.
        BufferId(NxPinBufferId) = 2, "NXPINTBufferId";
        /// The table it was in.
        TableId(NxPinTableId) = 3, "NXPINTTableId";
        /// The cookie of the entry that sent it.
        Cookie(NxPinCookie) = 4, "NXPINTCookie";
        /// Why it was sent.
        Reason(NxPinReason) = 5, "NXPINTReason";
        /// Fields that are not in the frame.
        Metadata(NxPinMetadata) = 6, "NXPINTMetadata";
        /// What the `controller` action was given to say.
        Userdata(NxPinUserdata) = 7, "NXPINTUserdata";
        /// The switch's note on how to go on, for a resume.
        Continuation(NxPinContinuation) = 8, "NXPINTContinuation";
    }
}

wire_struct! {
    /// The frame, perhaps cut short.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_PACKET`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinPacket "packet" "NXPINTPacket" {
        /// The bytes.
        data: Bytes,
    }
}

wire_struct! {
    /// The whole length of a frame that was cut short.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_FULL_LEN`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinFullLen "full_len" "NXPINTFullLen" {
        /// Bytes.
        full_len: u32,
    }
}

wire_struct! {
    /// Where the switch keeps the frame.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_BUFFER_ID`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinBufferId "buffer_id" "NXPINTBufferId" {
        /// The buffer.
        buffer_id: BufferId,
    }
}

wire_struct! {
    /// The table the frame was in.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_TABLE_ID`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinTableId "table_id" "NXPINTTableId" {
        /// The table.
        table_id: u8,
    }
}

wire_struct! {
    /// The cookie of the entry that sent the frame.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_COOKIE`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinCookie "cookie" "NXPINTCookie" {
        pad: 4,
        /// The cookie.
        cookie: u64,
    }
}

wire_struct! {
    /// Why the frame was sent.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_REASON`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinReason "reason" "NXPINTReason" {
        /// The reason.
        reason: PacketInReason,
    }
}

wire_struct! {
    /// Fields that are not in the frame: its port, tunnel, registers.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_METADATA`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinMetadata "metadata" "NXPINTMetadata" {
        /// The fields: standard ones, in 1.0 too, and Nicira's where there is no such.
        fields: Match as Tlvs,
    }
}

wire_struct! {
    /// What the `controller` action was given to say.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_USERDATA`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinUserdata "userdata" "NXPINTUserdata" {
        /// The bytes.
        data: Bytes,
    }
}

wire_struct! {
    /// The switch's note on how to go on: goes back as it came.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXPINT_CONTINUATION`.
    ///
    /// See the example of [`NxPacketInProp`].
    pub struct NxPinContinuation "continuation" "NXPINTContinuation" {
        /// The bytes, whose meaning is the switch's own.
        data: Bytes,
    }
}

macro_rules! getters {
    ($( $(#[$doc:meta])* $name:ident: $ty:ty = $row:ident.$field:ident; )*) => { $(
        $(#[$doc])*
        pub fn $name(&self) -> Option<$ty> {
            self.properties.iter().find_map(|prop| match prop {
                NxPacketInProp::$row(body) => Some(body.$field),
                _ => None,
            })
        }
    )* };
}

impl NxPacketIn2 {
    getters! {
        /// The whole length of the frame in bytes, if it was cut short.
        full_len: u32 = FullLen.full_len;
        /// Where the switch keeps the frame.
        buffer_id: BufferId = BufferId.buffer_id;
        /// The table the frame was in.
        table_id: u8 = TableId.table_id;
        /// The cookie of the entry that sent the frame.
        cookie: u64 = Cookie.cookie;
        /// Why the frame was sent.
        reason: PacketInReason = Reason.reason;
    }

    /// The frame, perhaps cut short; empty if there is none.
    pub fn data(&self) -> &[u8] {
        self.properties
            .iter()
            .find_map(|prop| match prop {
                NxPacketInProp::Packet(packet) => Some(&packet.data[..]),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// Fields that are not in the frame, for instance `get(oxm::IN_PORT)`. `None` if none were
    /// sent.
    pub fn metadata(&self) -> Option<&Match> {
        self.properties.iter().find_map(|prop| match prop {
            NxPacketInProp::Metadata(metadata) => Some(&metadata.fields),
            _ => None,
        })
    }

    /// The message that lets the switch go on with a paused frame: everything that came.
    pub fn resume(&self) -> super::NxMessage {
        super::NxMessage::Resume(self.clone())
    }
}
