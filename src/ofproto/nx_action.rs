//! Nicira's actions, of Open vSwitch; in every version but 1.1 and 1.2.
//!
//! Spec: ovs-actions(7). Sub-types without a row (bundle, dec_ttl with controllers, output_reg2, load2, controller2, encap)
//! are kept as they came.

use std::fmt;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::codec::{fields, wire_struct};
use super::json::type_of;
use super::nx_learn::NxLearn;
use super::nx_nat::{NxCt, NxNat};
use super::oxm_id::{FieldName, OxmId};
use super::queue::Octets;
use crate::wire::hex;

macro_rules! nicira_actions {
    ( $( $(#[$doc:meta])* $row:ident($body:ty) = $number:literal, $class:literal; )* ) => {
        /// An action of Nicira's.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum NxAction {
            $( $(#[$doc])* $row($body), )*
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

        impl NxAction {
            /// The sub-type.
            pub fn subtype(&self) -> u16 {
                match self {
                    $( NxAction::$row(_) => $number, )*
                    NxAction::Unknown { subtype, .. } => *subtype,
                }
            }

            /// Ryu's class.
            pub(super) fn class(&self) -> &'static str {
                match self {
                    $( NxAction::$row(_) => $class, )*
                    NxAction::Unknown { .. } => "NXActionUnknown",
                }
            }

            /// What an action of this sub-type is read into.
            pub(super) fn of_subtype(subtype: u16) -> NxAction {
                match subtype {
                    $( $number => NxAction::$row(<$body>::default()), )*
                    _ => NxAction::Unknown { subtype, data: Bytes::new() },
                }
            }

            /// What an action of Ryu's `class` is read into.
            pub(super) fn of_class(class: &str, members: &Map<String, Value>) -> Option<NxAction> {
                match class {
                    $( $class => Some(NxAction::$row(<$body>::default())), )*
                    "NXActionUnknown" => {
                        let subtype = type_of(members, "subtype")?;
                        Some(NxAction::Unknown { subtype, data: Bytes::new() })
                    }
                    _ => None,
                }
            }
        }

        fields!(NxAction, |this, v| {
            match this {
                $( NxAction::$row(body) => v.inline(body), )*
                NxAction::Unknown { data, .. } => v.field("data", data),
            }
        });

        impl fmt::Display for NxAction {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( NxAction::$row(body) => fmt::Display::fmt(body, f), )*
                    NxAction::Unknown { subtype, data } => {
                        write!(f, "nicira:{subtype}:{}", hex::encode(data))
                    }
                }
            }
        }
    };
}

nicira_actions! {
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
    /// Is one clause of a conjunctive match.
    Conjunction(NxConjunction) = 34, "NXActionConjunction";
    /// Looks up the connection.
    Ct(NxCt) = 35, "NXActionCT";
    /// Translates addresses; inside of `Ct`.
    Nat(NxNat) = 36, "NXActionNAT";
    /// Samples packets for IPFIX.
    Sample2(NxSample2) = 38, "NXActionSample2";
    /// Sends the beginning of the packet out of a port.
    OutputTrunc(NxOutputTrunc) = 39, "NXActionOutputTrunc";
    /// Forgets the state of the connection.
    CtClear(NxCtClear) = 43, "NXActionCTClear";
    /// Decrements the TTL of the network service header.
    DecNshTtl(NxDecNshTtl) = 48, "NXActionDecNshTtl";
}

wire_struct! {
    /// Searches the flow table again.
    pub struct NxResubmit "resubmit" "NXActionResubmit" {
        /// Port it counts as having come in by.
        in_port: u16,
    }
}

wire_struct! {
    /// Sets the tunnel id.
    pub struct NxSetTunnel "set_tunnel" "NXActionSetTunnel" {
        pad: 2,
        /// The tunnel id.
        tun_id: u32,
    }
}

wire_struct! {
    /// Chooses a queue for later outputs.
    pub struct NxSetQueue "set_queue" "NXActionSetQueue" {
        pad: 2,
        /// The queue.
        queue_id: u32,
    }
}

wire_struct! {
    /// Chooses the default queue again.
    pub struct NxPopQueue "pop_queue" "NXActionPopQueue" {
        pad: 6,
    }
}

wire_struct! {
    /// Copies bits from one field to another.
    pub struct NxRegMove "move" "NXActionRegMove" {
        /// How many bits.
        n_bits: u16,
        /// First bit in the source.
        src_ofs: u16,
        /// First bit in the destination.
        dst_ofs: u16,
        /// Source.
        src_field: OxmId as FieldName,
        /// Destination.
        dst_field: OxmId as FieldName,
    }
}

wire_struct! {
    /// Sets bits of a field.
    pub struct NxRegLoad "load" "NXActionRegLoad" {
        /// First bit times 64 and number of bits less one.
        ofs_nbits: u16,
        /// Destination.
        dst: OxmId as FieldName,
        /// The value.
        value: u64,
    }
}

wire_struct! {
    /// Does nothing.
    pub struct NxNote "note" "NXActionNote" {
        /// Anything.
        note: Bytes as Octets,
    }
}

wire_struct! {
    /// Sets the tunnel id.
    pub struct NxSetTunnel64 "set_tunnel64" "NXActionSetTunnel64" {
        pad: 6,
        /// The tunnel id.
        tun_id: u64,
    }
}

wire_struct! {
    /// Chooses a link by a hash.
    pub struct NxMultipath "multipath" "NXActionMultipath" {
        /// Fields that are hashed.
        fields: u16,
        /// Start value of the hash.
        basis: u16,
        pad: 2,
        /// How the link is chosen.
        algorithm: u16,
        /// Number of links less one.
        max_link: u16,
        /// Argument of the algorithm.
        arg: u32,
        pad: 2,
        /// First bit times 64 and number of bits less one.
        ofs_nbits: u16,
        /// Where the link is stored.
        dst: OxmId as FieldName,
    }
}

wire_struct! {
    /// Searches a flow table.
    pub struct NxResubmitTable "resubmit" "NXActionResubmitTable" {
        /// Port it counts as having come in by.
        in_port: u16,
        /// The table; 255 for this one.
        table_id: u8,
        pad: 3,
    }
}

wire_struct! {
    /// Sends the packet out of the port that a field holds.
    pub struct NxOutputReg "output_reg" "NXActionOutputReg" {
        /// First bit times 64 and number of bits less one.
        ofs_nbits: u16,
        /// Where the port is.
        src: OxmId as FieldName,
        /// Bytes to send if the port is the controller.
        max_len: u16,
        pad: 6,
    }
}

wire_struct! {
    /// Ends the actions.
    pub struct NxExit "exit" "NXActionExit" {
        pad: 6,
    }
}

wire_struct! {
    /// Decrements the TTL.
    pub struct NxDecTtl "dec_ttl" "NXActionDecTtl" {
        pad: 6,
    }
}

wire_struct! {
    /// Shortens the timeouts of the entry when a connection ends.
    pub struct NxFinTimeout "fin_timeout" "NXActionFinTimeout" {
        /// Idle timeout in seconds.
        fin_idle_timeout: u16,
        /// Hard timeout in seconds.
        fin_hard_timeout: u16,
        pad: 2,
    }
}

wire_struct! {
    /// Sends the packet to one controller.
    pub struct NxController "controller" "NXActionController" {
        /// Bytes to send.
        max_len: u16,
        /// Which controller.
        controller_id: u16,
        /// Why.
        reason: u8,
        pad: 1,
    }
}

wire_struct! {
    /// Adds an MPLS label.
    pub struct NxPushMpls "push_mpls" "NXActionPushMpls" {
        /// Its Ethernet type.
        ethertype: u16,
        pad: 4,
    }
}

wire_struct! {
    /// Removes the outer MPLS label.
    pub struct NxPopMpls "pop_mpls" "NXActionPopMpls" {
        /// The type of what is below it.
        ethertype: u16,
        pad: 4,
    }
}

wire_struct! {
    /// Sets the MPLS TTL.
    pub struct NxSetMplsTtl "set_mpls_ttl" "NXActionSetMplsTtl" {
        /// The TTL.
        ttl: u8,
        pad: 5,
    }
}

wire_struct! {
    /// Decrements the MPLS TTL.
    pub struct NxDecMplsTtl "dec_mpls_ttl" "NXActionDecMplsTtl" {
        pad: 6,
    }
}

wire_struct! {
    /// Puts bits of a field on the stack.
    pub struct NxStackPush "push" "NXActionStackPush" {
        /// First bit.
        start: u16,
        /// The field.
        field: OxmId as FieldName,
        /// How many bits.
        end: u16,
        pad: 6,
    }
}

wire_struct! {
    /// Takes bits of a field from the stack.
    pub struct NxStackPop "pop" "NXActionStackPop" {
        /// First bit.
        start: u16,
        /// The field.
        field: OxmId as FieldName,
        /// How many bits.
        end: u16,
        pad: 6,
    }
}

wire_struct! {
    /// Samples packets for IPFIX.
    pub struct NxSample "sample" "NXActionSample" {
        /// Probability, of 65535.
        probability: u16,
        /// Set of collectors.
        collector_set_id: u32,
        /// Observation domain.
        obs_domain_id: u32,
        /// Observation point.
        obs_point_id: u32,
    }
}

wire_struct! {
    /// Sets the MPLS label.
    pub struct NxSetMplsLabel "set_mpls_label" "NXActionSetMplsLabel" {
        pad: 2,
        /// The label.
        label: u32,
    }
}

wire_struct! {
    /// Sets the MPLS traffic class.
    pub struct NxSetMplsTc "set_mpls_tc" "NXActionSetMplsTc" {
        /// The traffic class.
        tc: u8,
        pad: 5,
    }
}

wire_struct! {
    /// Is one clause of a conjunctive match.
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
    /// Samples packets for IPFIX.
    pub struct NxSample2 "sample2" "NXActionSample2" {
        /// Probability, of 65535.
        probability: u16,
        /// Set of collectors.
        collector_set_id: u32,
        /// Observation domain.
        obs_domain_id: u32,
        /// Observation point.
        obs_point_id: u32,
        /// The port whose packets are sampled.
        sampling_port: u16,
        pad: 6,
    }
}

wire_struct! {
    /// Sends the beginning of the packet out of a port.
    pub struct NxOutputTrunc "output_trunc" "NXActionOutputTrunc" {
        /// The port.
        port: u16,
        /// Bytes to send.
        max_len: u32,
    }
}

wire_struct! {
    /// Forgets the state of the connection.
    pub struct NxCtClear "ct_clear" "NXActionCTClear" {
        pad: 6,
    }
}

wire_struct! {
    /// Decrements the TTL of the network service header.
    pub struct NxDecNshTtl "dec_nsh_ttl" "NXActionDecNshTtl" {
        pad: 6,
    }
}
