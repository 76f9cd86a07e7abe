//! Nicira's messages, of Open vSwitch: vendor messages of 1.0, experimenters' of later versions.
//!
//! Spec: Open vSwitch's `nicira-ext.h` and ovs-ofctl(8). On the wire the id `0x00002320` and a
//! sub-type of 32 bits stand behind the header, in every version alike. Sub-types without a row,
//! and rows in versions that Open vSwitch does not have them in, stay
//! [`Experimenter`](super::Experimenter) messages as they came.

use std::fmt;

use serde_json::{Map, Value};

use super::async_config::SetAsync;
use super::codec::{Noun, fields, wire_struct};
use super::encode::{Body, EncodeError};
use super::experimenter::NICIRA;
use super::extension::Given;
use super::flow_mod::{FlowMod, FlowModCommand};
use super::flow_removed::FlowRemoved;
use super::ids::is_v1_0;
use super::layout::Plain;
use super::message_type::MessageType;
use super::nx_ct_flush::NxCtFlush;
use super::nx_layout::{Nxm, Properties};
use super::nx_match::COOKIE_NXM;
use super::nx_packet_in::NxPacketIn2;
use super::nx_tlv_table::{NxTlvTableMod, NxTlvTableReply, NxTlvTableRequest};
use super::packet_in::PacketIn;
use super::role::{RoleReply, RoleRequest};
use super::version::Version;
use crate::wire::Reader;

macro_rules! nicira_messages {
    ( $( $(#[$doc:meta])* $row:ident($body:ty) as $layout:ident = $number:literal, $class:literal, $since:ident to $until:ident; )* ) => {
        /// A message of Nicira's.
        ///
        /// Where OpenFlow has the message too, in this version or another, the noun is the same: a
        /// flow-mod is written once, and `NxMessage::from(flow_mod)` sends it in Nicira's form,
        /// which on 1.0 can say more.
        ///
        /// # Example: IPv6 on 1.0
        ///
        /// ```
        /// use bytes::BytesMut;
        /// use ryu_sdn::ofproto::{Encode, FlowMod, Match, NxMessage, V1_0, Xid};
        ///
        /// let drop = FlowMod { match_: Match::new().eth_type(0x86dd), ..FlowMod::add() };
        /// let drop = FlowMod { match_: drop.match_.ipv6_dst(1.into()), ..drop };
        /// let mut buf = BytesMut::new();
        /// assert!(drop.encode(V1_0, Xid(1), &mut buf).is_err());
        /// NxMessage::from(drop).encode(V1_0, Xid(1), &mut buf)?;
        /// assert_eq!(buf[8..16], [0, 0, 0x23, 0x20, 0, 0, 0, 13]);
        /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
        /// ```
        ///
        /// On the wire it is an experimenter (vendor) message: Nicira's id `0x00002320`, the
        /// sub-type (4 bytes), and what that says.
        ///
        /// Spec: Open vSwitch's `nicira-ext.h` and ovs-ofctl(8).
        ///
        /// # Example: the bytes of the small ones
        ///
        /// ```
        /// use bytes::BytesMut;
        /// use ryu_sdn::ofproto::*;
        /// use ryu_sdn::wire::hex;
        ///
        /// use ryu_sdn::ofproto::NxMessage as N;
        ///
        /// let rows = [
        ///     (
        ///         N::SetFlowFormat(NxSetFlowFormat { format: 2 }),
        ///         "0104 0014 00000005 00002320 0000000c 00000002",
        ///     ),
        ///     (
        ///         N::FlowModTableId(NxFlowModTableId { set_: 1 }),
        ///         "0104 0018 00000005 00002320 0000000f 01 00000000000000",
        ///     ),
        ///     (
        ///         N::SetPacketInFormat(NxSetPacketInFormat { format: 1 }),
        ///         "0104 0014 00000005 00002320 00000010 00000001",
        ///     ),
        ///     (N::FlowAge(NxFlowAge {}), "0104 0010 00000005 00002320 00000012"),
        ///     (
        ///         N::SetControllerId(NxSetControllerId { controller_id: 7 }),
        ///         "0104 0018 00000005 00002320 00000014 000000000000 0007",
        ///     ),
        ///     (
        ///         N::FlowMonitorCancel(NxFlowMonitorCancel { id: 7 }),
        ///         "0104 0014 00000005 00002320 00000015 00000007",
        ///     ),
        ///     (
        ///         N::FlowMonitorPaused(NxFlowMonitorPaused {}),
        ///         "0104 0010 00000005 00002320 00000016",
        ///     ),
        ///     (
        ///         N::FlowMonitorResumed(NxFlowMonitorResumed {}),
        ///         "0104 0010 00000005 00002320 00000017",
        ///     ),
        ///     (
        ///         N::CtFlushZone(NxCtFlushZone { zone_id: 5 }),
        ///         "0104 0018 00000005 00002320 0000001d 000000000000 0005",
        ///     ),
        /// ];
        /// for (msg, bytes) in rows {
        ///     let mut buf = BytesMut::new();
        ///     msg.encode(V1_0, Xid(5), &mut buf)?;
        ///     assert_eq!(Some(buf.to_vec()), hex::decode(bytes));
        /// }
        /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        pub enum NxMessage {
            $( $(#[$doc])* $row($body), )*
        }

        impl NxMessage {
            /// The sub-type on the wire.
            pub fn subtype(&self) -> u32 {
                match self {
                    $( NxMessage::$row(_) => $number, )*
                }
            }

            /// The versions that have the message: from, to.
            fn versions(&self) -> (Version, Version) {
                match self {
                    $( NxMessage::$row(_) => (Version::$since, Version::$until), )*
                }
            }

            /// Whether `version` has a message of this sub-type that is known here.
            pub(super) fn has(version: Version, subtype: u32) -> bool {
                match subtype {
                    $( $number => Version::$since <= version && version <= Version::$until, )*
                    _ => false,
                }
            }

            /// What a message of this sub-type is read into.
            fn of_subtype(subtype: u32) -> Option<NxMessage> {
                match subtype {
                    $( $number => Some(NxMessage::$row(<$body>::default())), )*
                    _ => None,
                }
            }

            /// What a message of Ryu's `class` is read into.
            fn of_class(class: &str) -> Option<NxMessage> {
                match class {
                    $( $class => Some(NxMessage::$row(<$body>::default())), )*
                    _ => None,
                }
            }

            /// Ryu's class, or ours in its style.
            fn class_name(&self) -> &'static str {
                match self {
                    $( NxMessage::$row(_) => $class, )*
                }
            }
        }

        fields!(NxMessage, |this, v| {
            let (since, until) = this.versions();
            let (mut vendor, mut subtype) = (NICIRA, this.subtype());
            let version = v.version();
            v.require(since <= version && version <= until, "such message of Nicira's")?;
            v.with::<Given, _>("vendor", &mut vendor)?;
            v.with::<Given, _>("subtype", &mut subtype)?;
            v.remark("data", Value::Null)?;
            match this {
                $( NxMessage::$row(body) => v.laid_out::<$layout, _>(body), )*
            }
        });

        impl fmt::Display for NxMessage {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("nicira ")?;
                match self {
                    $( NxMessage::$row(body) => fmt::Display::fmt(body, f), )*
                }
            }
        }
    };
}

nicira_messages! {
    /// Asks for a role; 1.0 has no other way. "Equal" is Nicira's "other".
    RoleRequest(RoleRequest) as Nxm = 10, "NXTRoleRequest", V1_0 to V1_5;
    /// The role the controller has now.
    RoleReply(RoleReply) as Nxm = 11, "NXTRoleReply", V1_0 to V1_5;
    /// Chooses the form of the flow-removed messages of 1.0.
    SetFlowFormat(NxSetFlowFormat) as Plain = 12, "NXTSetFlowFormat", V1_0 to V1_0;
    /// Changes the flow table. A table other than 0 needs [`NxFlowModTableId`] before.
    FlowMod(Box<FlowMod>) as Nxm = 13, "NXTFlowMod", V1_0 to V1_5;
    /// A flow entry has gone; the table is 255 if the switch does not tell.
    FlowRemoved(Box<FlowRemoved>) as Nxm = 14, "NXTFlowRemoved", V1_0 to V1_5;
    /// Makes flow-mods of 1.0 carry a table.
    FlowModTableId(NxFlowModTableId) as Plain = 15, "NXTFlowModTableId", V1_0 to V1_5;
    /// Chooses the form of packet-ins.
    SetPacketInFormat(NxSetPacketInFormat) as Plain = 16, "NXTSetPacketInFormat", V1_0 to V1_5;
    /// A frame to the controller, with table, cookie and metadata in 1.0 too.
    PacketIn(Box<PacketIn>) as Nxm = 17, "NXTPacketIn", V1_0 to V1_5;
    /// Lets the flow-stats of old switches tell ages.
    FlowAge(NxFlowAge) as Plain = 18, "NXTFlowAge", V1_0 to V1_5;
    /// Sets which asynchronous messages come: the masks.
    SetAsyncConfig(SetAsync) as Nxm = 19, "NXTSetAsyncConfig", V1_0 to V1_5;
    /// Tells the switch the number of this controller.
    SetControllerId(NxSetControllerId) as Plain = 20, "NXTSetControllerId", V1_0 to V1_5;
    /// Ends a flow monitor.
    FlowMonitorCancel(NxFlowMonitorCancel) as Plain = 21, "NXTFlowMonitorCancel", V1_0 to V1_2;
    /// The switch stops telling changes, for it cannot keep up.
    FlowMonitorPaused(NxFlowMonitorPaused) as Plain = 22, "NXTFlowMonitorPaused", V1_0 to V1_2;
    /// It goes on.
    FlowMonitorResumed(NxFlowMonitorResumed) as Plain = 23, "NXTFlowMonitorResumed", V1_0 to V1_2;
    /// Gives tunnel options fields, or takes them.
    TlvTableMod(NxTlvTableMod) as Plain = 24, "NXTTlvTableMod", V1_0 to V1_5;
    /// Asks which tunnel options have fields.
    TlvTableRequest(NxTlvTableRequest) as Plain = 25, "NXTTlvTableRequest", V1_0 to V1_5;
    /// Which tunnel options have fields.
    TlvTableReply(NxTlvTableReply) as Plain = 26, "NXTTlvTableReply", V1_0 to V1_5;
    /// Sets which asynchronous messages come: the properties.
    SetAsyncConfig2(SetAsync) as Properties = 27, "NXTSetAsyncConfig2", V1_0 to V1_3;
    /// Sends a packet on that a `controller(pause)` action stopped: what its packet-in had.
    Resume(NxPacketIn2) as Plain = 28, "NXTResume", V1_0 to V1_5;
    /// Forgets the connections of a zone.
    CtFlushZone(NxCtFlushZone) as Plain = 29, "NXTCtFlushZone", V1_0 to V1_5;
    /// A frame to the controller, in properties.
    PacketIn2(NxPacketIn2) as Plain = 30, "NXTPacketIn2", V1_0 to V1_5;
    /// Forgets connections.
    CtFlush(NxCtFlush) as Plain = 32, "NXTCtFlush", V1_0 to V1_5;
}

wire_struct! {
    /// Chooses the form of the flow-removed messages of 1.0.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_SET_FLOW_FORMAT`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxSetFlowFormat "set_flow_format" "NXTSetFlowFormat" {
        /// 0: OpenFlow 1.0's, 2: Nicira's.
        format: u32,
    }
}

wire_struct! {
    /// Makes flow-mods of 1.0 carry a table, in the upper half of their command.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_FLOW_MOD_TABLE_ID`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxFlowModTableId "flow_mod_table_id" "NXTFlowModTableId" {
        /// 1: they do, 0: they do not.
        set_: u8,
        pad: 7,
    }
}

wire_struct! {
    /// Chooses the form of packet-ins.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_SET_PACKET_IN_FORMAT`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxSetPacketInFormat "set_packet_in_format" "NXTSetPacketInFormat" {
        /// 0: that of the version, 1: [`NxMessage::PacketIn`], 2: [`NxMessage::PacketIn2`].
        format: u32,
    }
}

wire_struct! {
    /// Lets the flow-stats of old switches tell ages.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_FLOW_AGE`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxFlowAge "flow_age" "NXTFlowAge" {
    }
}

wire_struct! {
    /// Tells the switch the number of this controller, for `controller` actions.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_SET_CONTROLLER_ID`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxSetControllerId "set_controller_id" "NXTSetControllerId" {
        pad: 6,
        /// The number.
        controller_id: u16,
    }
}

wire_struct! {
    /// Ends a flow monitor.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_FLOW_MONITOR_CANCEL`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxFlowMonitorCancel "flow_monitor_cancel" "NXTFlowMonitorCancel" {
        /// The monitor.
        id: u32,
    }
}

wire_struct! {
    /// The switch stops telling changes of the flow tables.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_FLOW_MONITOR_PAUSED`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxFlowMonitorPaused "flow_monitor_paused" "NXTFlowMonitorPaused" {
    }
}

wire_struct! {
    /// The switch tells changes of the flow tables again.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_FLOW_MONITOR_RESUMED`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxFlowMonitorResumed "flow_monitor_resumed" "NXTFlowMonitorResumed" {
    }
}

wire_struct! {
    /// Forgets the connections of a zone.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_CT_FLUSH_ZONE`.
    ///
    /// See the example of [`NxMessage`].
    pub struct NxCtFlushZone "ct_flush_zone" "NXTCtFlushZone" {
        pad: 6,
        /// The zone.
        zone_id: u16,
    }
}

impl NxMessage {
    /// Whether it is a switch that sends this.
    pub(super) fn is_from_switch(&self) -> bool {
        matches!(
            self,
            NxMessage::RoleReply(_)
                | NxMessage::FlowRemoved(_)
                | NxMessage::PacketIn(_)
                | NxMessage::FlowMonitorPaused(_)
                | NxMessage::FlowMonitorResumed(_)
                | NxMessage::TlvTableReply(_)
                | NxMessage::PacketIn2(_)
        )
    }
}

impl From<FlowMod> for NxMessage {
    fn from(flow_mod: FlowMod) -> NxMessage {
        NxMessage::FlowMod(Box::new(flow_mod))
    }
}

impl Noun for NxMessage {
    const NAME: &'static str = "nicira";

    fn class(&self, _: Version) -> &'static str {
        self.class_name()
    }

    fn blank(_: Version, r: &Reader<'_>) -> NxMessage {
        let mut ahead = r.clone();
        let subtype = ahead.pad(4).and_then(|()| ahead.u32()).ok();
        // Nothing else is read as this noun.
        subtype.and_then(NxMessage::of_subtype).unwrap_or(NxMessage::FlowAge(NxFlowAge {}))
    }

    fn blank_named(
        version: Version,
        class: &str,
        members: &Map<String, Value>,
    ) -> Option<NxMessage> {
        let message = NxMessage::of_class(class).filter(|_| is_v1_0(version))?;
        let says = |name, number: u32| match members.get(name) {
            None | Some(Value::Null) => true,
            Some(given) => given.as_u64() == Some(number.into()),
        };
        (says("vendor", NICIRA) && says("subtype", message.subtype())).then_some(message)
    }

    /// The table is in the upper half of a flow-mod's command.
    fn settle(&mut self, _: Version) {
        if let NxMessage::FlowMod(flow_mod) = self {
            flow_mod.table_id = (flow_mod.command.0 >> 8) as u8;
            flow_mod.command.0 &= 0xff;
        }
    }

    fn other_words(&self, version: Version) -> Result<Option<NxMessage>, EncodeError> {
        let NxMessage::FlowMod(flow_mod) = self else { return Ok(None) };
        if flow_mod.table_id == 0 && flow_mod.cookie_mask == 0 {
            return Ok(None);
        }
        let mut other = (**flow_mod).clone();
        if flow_mod.table_id != 0 {
            if flow_mod.command.0 > 0xff {
                return Err(EncodeError::NotInVersion { what: "flow_mod command", version });
            }
            other.command.0 |= u16::from(flow_mod.table_id) << 8;
            other.table_id = 0;
        }
        if flow_mod.cookie_mask != 0 {
            // The cookie proper is the new one then; all ones leave the old one, as later
            // versions do.
            other.match_ =
                other.match_.with_masked(COOKIE_NXM, flow_mod.cookie, flow_mod.cookie_mask);
            let modifies =
                [FlowModCommand::MODIFY, FlowModCommand::MODIFY_STRICT].contains(&flow_mod.command);
            other.cookie = if modifies { u64::MAX } else { 0 };
            other.cookie_mask = 0;
        }
        Ok(Some(NxMessage::FlowMod(Box::new(other))))
    }
}

impl Body for NxMessage {
    const TYPE: MessageType = MessageType::Nicira;

    #[inline]
    fn number(version: Version) -> Option<u8> {
        MessageType::Experimenter.wire(version)
    }
}
