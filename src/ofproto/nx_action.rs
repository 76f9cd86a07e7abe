//! Nicira's actions, of Open vSwitch; in every version but 1.2, where Ryu has none.
//!
//! Spec: ovs-actions(7). Sub-types without a row (those for debugging) are kept as they came.

use std::fmt;

use bytes::{Bytes, BytesMut};
use serde_json::{Map, Value};

use super::codec::{Codec, Noun, fields, wire_struct};
use super::encode::EncodeError;
use super::json::{JsonError, type_of};
use super::nx_bundle::{NxBundle, NxBundleLoad, NxMultipath};
use super::nx_controller::{NxController, NxController2, NxDecTtlCntIds};
use super::nx_encap::{NxDecNshTtl, NxDecap, NxEncap};
use super::nx_learn::{NxLearn, NxLearn2};
use super::nx_mpls::{
    NxDecMplsTtl, NxPopMpls, NxPushMpls, NxSetMplsLabel, NxSetMplsTc, NxSetMplsTtl,
};
use super::nx_nat::{NxClone, NxCt, NxNat};
use super::nx_register::{
    NxDeleteField, NxOutputReg, NxOutputReg2, NxRegLoad, NxRegLoad2, NxRegMove, NxStackPop,
    NxStackPush,
};
use super::nx_sample::{NxSample, NxSample2, NxSample3};
use super::oxm_id::{FieldName, OxmId};
use super::property::Octets;
use super::version::Version;
use super::wire_codec::{Decoder, Encoder};
use crate::wire::{DecodeError, Reader, Writer, base64, hex};

macro_rules! nicira_actions {
    (
        { $( $(#[$doc:meta])* $row:ident($body:ty) = $number:literal, $class:literal; )* }
        { $( $(#[$late_doc:meta])* $late:ident($late_body:ty) = $late_number:literal; )* }
    ) => {
        /// An action of Nicira's.
        ///
        /// On the wire it is an [`Action`](super::Action) of type 0xffff: that type and a length of
        /// two bytes each, Nicira's id `0x00002320`, the sub-type (two bytes), what that says,
        /// and zeros up to a multiple of eight bytes.
        ///
        /// Spec: ovs-actions(7); Ryu's `nx_actions`.
        ///
        /// # Example: those of this file, in 1.0
        ///
        /// ```
        /// use bytes::BytesMut;
        /// use ryu_sdn::ofproto::*;
        /// use ryu_sdn::wire::hex;
        ///
        /// let rows: [(NxAction, &str); 15] = [
        ///     (NxResubmit { in_port: 5 }.into(), "ffff 0010 00002320 0001 0005 00000000"),
        ///     (NxSetTunnel { tun_id: 0x12345 }.into(), "ffff 0010 00002320 0002 0000 00012345"),
        ///     (NxSetQueue { queue_id: 5 }.into(), "ffff 0010 00002320 0004 0000 00000005"),
        ///     (NxPopQueue {}.into(), "ffff 0010 00002320 0005 000000000000"),
        ///     (
        ///         NxNote { note: vec![1, 2, 3, 4, 5, 6].into() }.into(),
        ///         "ffff 0010 00002320 0008 010203040506",
        ///     ),
        ///     (
        ///         NxSetTunnel64 { tun_id: 9 }.into(),
        ///         "ffff 0018 00002320 0009 000000000000 0000000000000009",
        ///     ),
        ///     (
        ///         NxResubmitTable { in_port: 7, table_id: 3 }.into(),
        ///         "ffff 0010 00002320 000e 0007 03 000000",
        ///     ),
        ///     (NxExit {}.into(), "ffff 0010 00002320 0011 000000000000"),
        ///     (NxDecTtl {}.into(), "ffff 0010 00002320 0012 000000000000"),
        ///     (
        ///         NxFinTimeout { fin_idle_timeout: 10, fin_hard_timeout: 20 }.into(),
        ///         "ffff 0010 00002320 0013 000a 0014 0000",
        ///     ),
        ///     (
        ///         NxConjunction { clause: 1, n_clauses: 3, id: 0xabcdef }.into(),
        ///         "ffff 0010 00002320 0022 01 03 00abcdef",
        ///     ),
        ///     (
        ///         NxOutputTrunc { port: 8, max_len: 1000 }.into(),
        ///         "ffff 0010 00002320 0027 0008 000003e8",
        ///     ),
        ///     (NxCtClear {}.into(), "ffff 0010 00002320 002b 000000000000"),
        ///     (
        ///         NxResubmitTableCt { in_port: 5, table_id: 7 }.into(),
        ///         "ffff 0010 00002320 002c 0005 07 000000",
        ///     ),
        ///     (
        ///         NxCheckPktLarger { pkt_len: 1500, offset: 0, dst: OxmId::of(oxm::REG0) }.into(),
        ///         "ffff 0018 00002320 0031 05dc 0000 00010004 000000000000",
        ///     ),
        /// ];
        /// for (action, bytes) in rows {
        ///     let actions = [Action::Nicira(Box::new(action))].into();
        ///     let mut buf = BytesMut::new();
        ///     PacketOut { actions, ..PacketOut::default() }.encode(V1_0, Xid(1), &mut buf)?;
        ///     assert_eq!(Some(buf[16..].to_vec()), hex::decode(bytes));
        /// }
        /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum NxAction {
            $( $(#[$doc])* $row($body), )*
            $( $(#[$late_doc])* $late($late_body), )*
            /// A sub-type that is not known here, as it came.
            Unknown {
                /// The sub-type.
                subtype: u16,
                /// What stands behind it, padding included.
                data: Bytes,
            },
        }

        $( impl From<$body> for NxAction {
            fn from(body: $body) -> NxAction { NxAction::$row(body) }
        } )*
        $( impl From<$late_body> for NxAction {
            fn from(body: $late_body) -> NxAction { NxAction::$late(body) }
        } )*

        impl NxAction {
            /// The sub-type.
            pub fn subtype(&self) -> u16 {
                match self {
                    $( NxAction::$row(_) => $number, )*
                    $( NxAction::$late(_) => $late_number, )*
                    NxAction::Unknown { subtype, .. } => *subtype,
                }
            }

            /// Ryu's class.
            pub(super) fn class(&self) -> &'static str {
                if let NxAction::Encap(encap) = self {
                    return encap.ryu_class();
                }
                match self {
                    $( NxAction::$row(_) => $class, )*
                    $( NxAction::$late(_) => UNKNOWN, )*
                    NxAction::Unknown { .. } => UNKNOWN,
                }
            }

            /// What an action of this sub-type is read into.
            pub(super) fn of_subtype(subtype: u16) -> NxAction {
                match subtype {
                    $( $number => NxAction::$row(<$body>::default()), )*
                    $( $late_number => NxAction::$late(<$late_body>::default()), )*
                    _ => NxAction::Unknown { subtype, data: Bytes::new() },
                }
            }

            /// What an action of Ryu's `class` is read into.
            pub(super) fn of_class(class: &str, members: &Map<String, Value>) -> Option<NxAction> {
                match class {
                    $( $class => Some(NxAction::$row(<$body>::default())), )*
                    UNKNOWN => Some(match type_of(members, "subtype")? {
                        $( $late_number => NxAction::$late(<$late_body>::default()), )*
                        subtype => NxAction::Unknown { subtype, data: Bytes::new() },
                    }),
                    _ => NxEncap::of_ryu_class(class).map(NxAction::Encap),
                }
            }
        }

        fields!(NxAction, |this, v| {
            match this {
                $( NxAction::$row(body) => v.inline(body), )*
                $( NxAction::$late(body) => v.with::<Opaque, _>("data", body), )*
                NxAction::Unknown { data, .. } => v.field("data", data),
            }
        });

        impl fmt::Display for NxAction {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( NxAction::$row(body) => fmt::Display::fmt(body, f), )*
                    $( NxAction::$late(body) => fmt::Display::fmt(body, f), )*
                    NxAction::Unknown { subtype, data } => {
                        write!(f, "nicira:{subtype}:{}", hex::encode(data))
                    }
                }
            }
        }
    };
}

nicira_actions! {
{
    /// Searches the flow table again.
    Resubmit(NxResubmit) = 1, "NXActionResubmit";
    /// Sets the tunnel id.
    SetTunnel(NxSetTunnel) = 2, "NXActionSetTunnel";
    /// Chooses a queue for later outputs.
    SetQueue(NxSetQueue) = 4, "NXActionSetQueue";
    /// Chooses the default queue again.
    PopQueue(NxPopQueue) = 5, "NXActionPopQueue";
    /// Copies bits from one field to another.
    RegMove(NxRegMove) = 6, "NXActionRegMove";
    /// Sets bits of a field.
    RegLoad(NxRegLoad) = 7, "NXActionRegLoad";
    /// Does nothing.
    Note(NxNote) = 8, "NXActionNote";
    /// Sets the tunnel id.
    SetTunnel64(NxSetTunnel64) = 9, "NXActionSetTunnel64";
    /// Chooses a link by a hash.
    Multipath(NxMultipath) = 10, "NXActionMultipath";
    /// Sends the packet out of a port that is chosen by a hash.
    Bundle(NxBundle) = 12, "NXActionBundle";
    /// Stores a port that is chosen by a hash in a field.
    BundleLoad(NxBundleLoad) = 13, "NXActionBundleLoad";
    /// Searches a flow table.
    ResubmitTable(NxResubmitTable) = 14, "NXActionResubmitTable";
    /// Sends the packet out of the port that a field holds.
    OutputReg(NxOutputReg) = 15, "NXActionOutputReg";
    /// Adds flow entries.
    Learn(NxLearn) = 16, "NXActionLearn";
    /// Ends the actions.
    Exit(NxExit) = 17, "NXActionExit";
    /// Decrements the TTL.
    DecTtl(NxDecTtl) = 18, "NXActionDecTtl";
    /// Shortens the timeouts of the entry when a connection ends.
    FinTimeout(NxFinTimeout) = 19, "NXActionFinTimeout";
    /// Sends the packet to one controller.
    Controller(NxController) = 20, "NXActionController";
    /// Decrements the TTL; if it runs out, some controllers hear of it.
    DecTtlCntIds(NxDecTtlCntIds) = 21, "NXActionDecTtlCntIds";
    /// Adds an MPLS label.
    PushMpls(NxPushMpls) = 23, "NXActionPushMpls";
    /// Removes the outer MPLS label.
    PopMpls(NxPopMpls) = 24, "NXActionPopMpls";
    /// Sets the MPLS TTL.
    SetMplsTtl(NxSetMplsTtl) = 25, "NXActionSetMplsTtl";
    /// Decrements the MPLS TTL.
    DecMplsTtl(NxDecMplsTtl) = 26, "NXActionDecMplsTtl";
    /// Puts bits of a field on the stack.
    StackPush(NxStackPush) = 27, "NXActionStackPush";
    /// Takes bits of a field from the stack.
    StackPop(NxStackPop) = 28, "NXActionStackPop";
    /// Samples packets for IPFIX.
    Sample(NxSample) = 29, "NXActionSample";
    /// Sets the MPLS label.
    SetMplsLabel(NxSetMplsLabel) = 30, "NXActionSetMplsLabel";
    /// Sets the MPLS traffic class.
    SetMplsTc(NxSetMplsTc) = 31, "NXActionSetMplsTc";
    /// Sends the packet out of the port that a field of an experimenter holds.
    OutputReg2(NxOutputReg2) = 32, "NXActionOutputReg2";
    /// Sets a field, perhaps under a mask.
    RegLoad2(NxRegLoad2) = 33, "NXActionRegLoad2";
    /// Is one clause of a conjunctive match.
    Conjunction(NxConjunction) = 34, "NXActionConjunction";
    /// Looks up the connection.
    Ct(NxCt) = 35, "NXActionCT";
    /// Translates addresses; inside of `Ct`.
    Nat(NxNat) = 36, "NXActionNAT";
    /// Sends the packet to one controller, with properties.
    Controller2(NxController2) = 37, "NXActionController2";
    /// Samples packets for IPFIX.
    Sample2(NxSample2) = 38, "NXActionSample2";
    /// Sends the beginning of the packet out of a port.
    OutputTrunc(NxOutputTrunc) = 39, "NXActionOutputTrunc";
    /// Forgets the state of the connection.
    CtClear(NxCtClear) = 43, "NXActionCTClear";
    /// Adds an outer header.
    Encap(NxEncap) = 46, "NXActionEncapEther";
    /// Decrements the TTL of the network service header.
    DecNshTtl(NxDecNshTtl) = 48, "NXActionDecNshTtl";
}
// What Ryu does not know.
{
    /// Samples packets for IPFIX, in one direction.
    Sample3(NxSample3) = 41;
    /// Does actions that leave the packet as it is for those behind.
    Clone(NxClone) = 42;
    /// Searches a flow table, with the addresses that the connection began with.
    ResubmitTableCt(NxResubmitTableCt) = 44;
    /// Adds flow entries, up to a number.
    Learn2(NxLearn2) = 45;
    /// Removes the outer header.
    Decap(NxDecap) = 47;
    /// Stores whether the packet is larger than so many bytes.
    CheckPktLarger(NxCheckPktLarger) = 49;
    /// Removes an option of a tunnel.
    DeleteField(NxDeleteField) = 50;
}
}

/// Ryu's class of the sub-types that it does not know.
const UNKNOWN: &str = "NXActionUnknown";

/// An action that Ryu does not know: in JSON the bytes behind the sub-type.
enum Opaque {}

impl<T: Noun + Default> Codec<T> for Opaque {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<T, DecodeError> {
        let mut body = T::default();
        body.fill(&mut Decoder::new(version, r))?;
        Ok(body)
    }
    fn encode(body: &T, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        body.tell(&mut Encoder::new(version, w))
    }
    fn to_json(body: &T, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        let mut buf = BytesMut::new();
        body.tell(&mut Encoder::new(version, &mut Writer::new(&mut buf)))?;
        // The header has ten bytes; the whole is a multiple of eight.
        buf.resize((HEADER + buf.len()).next_multiple_of(8) - HEADER, 0);
        w.bytes(&buf);
        Ok(base64::encode(&buf).into())
    }
    fn from_json(version: Version, value: &Value) -> Result<T, JsonError> {
        let bytes = Bytes::from(value.as_str().and_then(base64::decode).unwrap_or_default());
        let mut r = Reader::new(&bytes, T::NAME);
        <Opaque as Codec<T>>::decode(version, &mut r).map_err(|err| JsonError::new(err.to_string()))
    }
    fn show(_: &T, _: &mut String) -> bool {
        false
    }
}

/// Bytes of an action up to the sub-type.
const HEADER: usize = 10;

wire_struct! {
    /// Searches the flow table again.
    ///
    /// Spec: ovs-actions(7), `resubmit` of a port (sub-type 1).
    ///
    /// See the example of [`NxAction`].
    pub struct NxResubmit "resubmit" "NXActionResubmit" {
        /// Port it counts as having come in by.
        in_port: u16,
    }
}

wire_struct! {
    /// Sets the tunnel id.
    ///
    /// Spec: ovs-actions(7), `set_tunnel` (sub-type 2).
    ///
    /// See the example of [`NxAction`].
    pub struct NxSetTunnel "set_tunnel" "NXActionSetTunnel" {
        pad: 2,
        /// The tunnel id.
        tun_id: u32,
    }
}

wire_struct! {
    /// Chooses a queue for later outputs.
    ///
    /// Spec: ovs-actions(7), `set_queue` (sub-type 4).
    ///
    /// See the example of [`NxAction`].
    pub struct NxSetQueue "set_queue" "NXActionSetQueue" {
        pad: 2,
        /// The queue.
        queue_id: u32,
    }
}

wire_struct! {
    /// Chooses the default queue again.
    ///
    /// Spec: ovs-actions(7), `pop_queue` (sub-type 5).
    ///
    /// See the example of [`NxAction`].
    pub struct NxPopQueue "pop_queue" "NXActionPopQueue" {
        pad: 6,
    }
}

wire_struct! {
    /// Does nothing.
    ///
    /// Spec: ovs-actions(7), `note` (sub-type 8).
    ///
    /// See the example of [`NxAction`].
    pub struct NxNote "note" "NXActionNote" {
        /// Anything.
        note: Bytes as Octets,
    }
}

wire_struct! {
    /// Sets the tunnel id.
    ///
    /// Spec: ovs-actions(7), `set_tunnel64` (sub-type 9).
    ///
    /// See the example of [`NxAction`].
    pub struct NxSetTunnel64 "set_tunnel64" "NXActionSetTunnel64" {
        pad: 6,
        /// The tunnel id.
        tun_id: u64,
    }
}

wire_struct! {
    /// Searches a flow table.
    ///
    /// Spec: ovs-actions(7), `resubmit` (sub-type 14).
    ///
    /// See the example of [`NxAction`].
    pub struct NxResubmitTable "resubmit" "NXActionResubmitTable" {
        /// Port it counts as having come in by.
        in_port: u16,
        /// The table; 255 for this one.
        table_id: u8,
        pad: 3,
    }
}

wire_struct! {
    /// Ends the actions.
    ///
    /// Spec: ovs-actions(7), `exit` (sub-type 17).
    ///
    /// See the example of [`NxAction`].
    pub struct NxExit "exit" "NXActionExit" {
        pad: 6,
    }
}

wire_struct! {
    /// Decrements the TTL.
    ///
    /// Spec: ovs-actions(7), `dec_ttl` (sub-type 18).
    ///
    /// See the example of [`NxAction`].
    pub struct NxDecTtl "dec_ttl" "NXActionDecTtl" {
        pad: 6,
    }
}

wire_struct! {
    /// Shortens the timeouts of the entry when a connection ends.
    ///
    /// Spec: ovs-actions(7), `fin_timeout` (sub-type 19).
    ///
    /// See the example of [`NxAction`].
    pub struct NxFinTimeout "fin_timeout" "NXActionFinTimeout" {
        /// Idle timeout in seconds.
        fin_idle_timeout: u16,
        /// Hard timeout in seconds.
        fin_hard_timeout: u16,
        pad: 2,
    }
}

wire_struct! {
    /// Is one clause of a conjunctive match.
    ///
    /// Spec: ovs-actions(7), `conjunction` (sub-type 34).
    ///
    /// See the example of [`NxAction`].
    pub struct NxConjunction "conjunction" "NXActionConjunction" {
        /// Which clause, from 0.
        clause: u8,
        /// Of how many.
        n_clauses: u8,
        /// The conjunction.
        id: u32,
    }
}

wire_struct! {
    /// Sends the beginning of the packet out of a port.
    ///
    /// Spec: ovs-actions(7), `output` with `max_len` (sub-type 39).
    ///
    /// See the example of [`NxAction`].
    pub struct NxOutputTrunc "output_trunc" "NXActionOutputTrunc" {
        /// The port.
        port: u16,
        /// Bytes to send.
        max_len: u32,
    }
}

wire_struct! {
    /// Forgets the state of the connection.
    ///
    /// Spec: ovs-actions(7), `ct_clear` (sub-type 43).
    ///
    /// See the example of [`NxAction`].
    pub struct NxCtClear "ct_clear" "NXActionCTClear" {
        pad: 6,
    }
}

wire_struct! {
    /// Searches a flow table, with the addresses and ports that the connection began with. Ryu 4.34
    /// does not know it.
    ///
    /// Spec: ovs-actions(7), `resubmit` with `ct` (sub-type 44).
    ///
    /// See the example of [`NxAction`].
    pub struct NxResubmitTableCt "resubmit" "NXActionUnknown" {
        /// Port it counts as having come in by.
        in_port: u16,
        /// The table; 255 for this one.
        table_id: u8,
        pad: 3,
    }
}

wire_struct! {
    /// Stores in one bit whether the packet is larger than so many bytes. Ryu 4.34 does not know it.
    ///
    /// Spec: ovs-actions(7), `check_pkt_larger` (sub-type 49).
    ///
    /// See the example of [`NxAction`].
    pub struct NxCheckPktLarger "check_pkt_larger" "NXActionUnknown" {
        /// The size, in bytes.
        pkt_len: u16,
        /// The bit.
        offset: u16,
        /// The field that has it.
        dst: OxmId as FieldName,
    }
}
