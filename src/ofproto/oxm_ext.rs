//! Rows of the extension fields: Nicira's NXM classes and the experimenters' fields that Ryu
//! knows.
//!
//! The values that OpenFlow 1.0 fields and NXM fields of the same meaning share are described in
//! ovs-fields(7); so are the prerequisites. Where one asks for a standard field, its older NXM form
//! does as well.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::experimenter::{NICIRA, ONF};
use super::ids::PortNo;
use super::oxm::{CLASS_NXM_0, CLASS_NXM_1, Field, FieldInfo, Needs, ValueKind};
use super::version::Version;
use crate::wire::MacAddr;

macro_rules! nxm_fields {
    (
        $table:ident $class:ident
        $( $konst:ident $method:ident $name:literal: $ty:ty = $number:literal, $size:literal bytes,
           $mask:ident $(($masked:ident))?, $kind:ident $(, $needs:ident)?; )*
    ) => {
        $(
            #[doc = concat!("Nicira's `", $name, "`.")]
            ///
            /// | number | bytes | mask | prerequisite |
            /// |---|---|---|---|
            #[doc = concat!(
                "| ", $number, " | ", $size, " | `", stringify!($mask), "` | ",
                stringify!($($needs)?), " |"
            )]
            ///
            /// Spec: ovs-fields(7); in every version.
            pub const $konst: Field<$ty> = Field::new($class, $number, $size);
        )*

        pub(super) static $table: &[FieldInfo] = &[ $( FieldInfo {
            name: $name,
            class: $class,
            number: $number,
            size: $size,
            bits: $size * 8,
            maskable: nxm_fields!(@maskable $mask),
            since: Version::V1_0,
            v1_0: None,
            needs: nxm_fields!(@needs $($needs)?),
            kind: ValueKind::$kind,
            experimenter: None,
            exp_type: None,
            until: Version::V1_5,
        }, )* ];

        /// Nicira's fields; one method per row of the table.
        impl super::match_::Match {
            $(
                #[doc = concat!("Nicira's `", $name, "`.")]
                #[must_use]
                pub fn $method(self, value: $ty) -> Self {
                    self.with($konst, value)
                }
                $(
                    #[doc = concat!("Nicira's `", $name, "` under a mask: set bits must be equal.")]
                    #[must_use]
                    pub fn $masked(self, value: $ty, mask: $ty) -> Self {
                        self.with_masked($konst, value, mask)
                    }
                )?
            )*
        }
    };
    (@maskable exact) => { false };
    (@maskable mask) => { true };
    (@needs) => { Needs::Nothing };
    (@needs $needs:ident) => { Needs::$needs };
}

nxm_fields! {
    NXM_0 CLASS_NXM_0
    IN_PORT_NXM in_port_nxm "in_port_nxm": u16 = 0, 2 bytes, exact, Decimal;
    ETH_DST_NXM eth_dst_nxm "eth_dst_nxm": MacAddr = 1, 6 bytes, mask(eth_dst_nxm_masked), Mac;
    ETH_SRC_NXM eth_src_nxm "eth_src_nxm": MacAddr = 2, 6 bytes, mask(eth_src_nxm_masked), Mac;
    ETH_TYPE_NXM eth_type_nxm "eth_type_nxm": u16 = 3, 2 bytes, exact, Hex;
    VLAN_TCI vlan_tci "vlan_tci": u16 = 4, 2 bytes, mask(vlan_tci_masked), Hex;
    NW_TOS nw_tos "nw_tos": u8 = 5, 1 bytes, exact, Decimal, IP;
    IP_PROTO_NXM ip_proto_nxm "ip_proto_nxm": u8 = 6, 1 bytes, exact, Decimal, IP;
    IPV4_SRC_NXM ipv4_src_nxm "ipv4_src_nxm": Ipv4Addr = 7, 4 bytes, mask(ipv4_src_nxm_masked), Ipv4, IPV4;
    IPV4_DST_NXM ipv4_dst_nxm "ipv4_dst_nxm": Ipv4Addr = 8, 4 bytes, mask(ipv4_dst_nxm_masked), Ipv4, IPV4;
    TCP_SRC_NXM tcp_src_nxm "tcp_src_nxm": u16 = 9, 2 bytes, mask(tcp_src_nxm_masked), Decimal, TCP;
    TCP_DST_NXM tcp_dst_nxm "tcp_dst_nxm": u16 = 10, 2 bytes, mask(tcp_dst_nxm_masked), Decimal, TCP;
    UDP_SRC_NXM udp_src_nxm "udp_src_nxm": u16 = 11, 2 bytes, mask(udp_src_nxm_masked), Decimal, UDP;
    UDP_DST_NXM udp_dst_nxm "udp_dst_nxm": u16 = 12, 2 bytes, mask(udp_dst_nxm_masked), Decimal, UDP;
    ICMPV4_TYPE_NXM icmpv4_type_nxm "icmpv4_type_nxm": u8 = 13, 1 bytes, exact, Decimal, ICMPV4;
    ICMPV4_CODE_NXM icmpv4_code_nxm "icmpv4_code_nxm": u8 = 14, 1 bytes, exact, Decimal, ICMPV4;
    ARP_OP_NXM arp_op_nxm "arp_op_nxm": u16 = 15, 2 bytes, exact, Decimal, ARP_OR_RARP;
    ARP_SPA_NXM arp_spa_nxm "arp_spa_nxm": Ipv4Addr = 16, 4 bytes, mask(arp_spa_nxm_masked), Ipv4, ARP_OR_RARP;
    ARP_TPA_NXM arp_tpa_nxm "arp_tpa_nxm": Ipv4Addr = 17, 4 bytes, mask(arp_tpa_nxm_masked), Ipv4, ARP_OR_RARP;
}

nxm_fields! {
    NXM_1 CLASS_NXM_1
    REG0 reg0 "reg0": u32 = 0, 4 bytes, mask(reg0_masked), Hex;
    REG1 reg1 "reg1": u32 = 1, 4 bytes, mask(reg1_masked), Hex;
    REG2 reg2 "reg2": u32 = 2, 4 bytes, mask(reg2_masked), Hex;
    REG3 reg3 "reg3": u32 = 3, 4 bytes, mask(reg3_masked), Hex;
    REG4 reg4 "reg4": u32 = 4, 4 bytes, mask(reg4_masked), Hex;
    REG5 reg5 "reg5": u32 = 5, 4 bytes, mask(reg5_masked), Hex;
    REG6 reg6 "reg6": u32 = 6, 4 bytes, mask(reg6_masked), Hex;
    REG7 reg7 "reg7": u32 = 7, 4 bytes, mask(reg7_masked), Hex;
    REG8 reg8 "reg8": u32 = 8, 4 bytes, mask(reg8_masked), Hex;
    REG9 reg9 "reg9": u32 = 9, 4 bytes, mask(reg9_masked), Hex;
    REG10 reg10 "reg10": u32 = 10, 4 bytes, mask(reg10_masked), Hex;
    REG11 reg11 "reg11": u32 = 11, 4 bytes, mask(reg11_masked), Hex;
    REG12 reg12 "reg12": u32 = 12, 4 bytes, mask(reg12_masked), Hex;
    REG13 reg13 "reg13": u32 = 13, 4 bytes, mask(reg13_masked), Hex;
    REG14 reg14 "reg14": u32 = 14, 4 bytes, mask(reg14_masked), Hex;
    REG15 reg15 "reg15": u32 = 15, 4 bytes, mask(reg15_masked), Hex;
    TUNNEL_ID_NXM tunnel_id_nxm "tunnel_id_nxm": u64 = 16, 8 bytes, mask(tunnel_id_nxm_masked), Hex;
    ARP_SHA_NXM arp_sha_nxm "arp_sha_nxm": MacAddr = 17, 6 bytes, mask(arp_sha_nxm_masked), Mac, ARP_OR_RARP;
    ARP_THA_NXM arp_tha_nxm "arp_tha_nxm": MacAddr = 18, 6 bytes, mask(arp_tha_nxm_masked), Mac, ARP_OR_RARP;
    IPV6_SRC_NXM ipv6_src_nxm "ipv6_src_nxm": Ipv6Addr = 19, 16 bytes, mask(ipv6_src_nxm_masked), Ipv6, IPV6;
    IPV6_DST_NXM ipv6_dst_nxm "ipv6_dst_nxm": Ipv6Addr = 20, 16 bytes, mask(ipv6_dst_nxm_masked), Ipv6, IPV6;
    ICMPV6_TYPE_NXM icmpv6_type_nxm "icmpv6_type_nxm": u8 = 21, 1 bytes, exact, Decimal, ICMPV6;
    ICMPV6_CODE_NXM icmpv6_code_nxm "icmpv6_code_nxm": u8 = 22, 1 bytes, exact, Decimal, ICMPV6;
    ND_TARGET nd_target "nd_target": Ipv6Addr = 23, 16 bytes, mask(nd_target_masked), Ipv6, ND;
    ND_SLL nd_sll "nd_sll": MacAddr = 24, 6 bytes, mask(nd_sll_masked), Mac, ND_SOLICIT;
    ND_TLL nd_tll "nd_tll": MacAddr = 25, 6 bytes, mask(nd_tll_masked), Mac, ND_ADVERT;
    IP_FRAG ip_frag "ip_frag": u8 = 26, 1 bytes, mask(ip_frag_masked), Decimal, IP;
    IPV6_LABEL ipv6_label "ipv6_label": u32 = 27, 4 bytes, mask(ipv6_label_masked), Hex, IPV6;
    IP_ECN_NXM ip_ecn_nxm "ip_ecn_nxm": u8 = 28, 1 bytes, exact, Decimal, IP;
    NW_TTL nw_ttl "nw_ttl": u8 = 29, 1 bytes, exact, Decimal, IP;
    MPLS_TTL mpls_ttl "mpls_ttl": u8 = 30, 1 bytes, exact, Decimal, MPLS;
    TUN_IPV4_SRC tun_ipv4_src "tun_ipv4_src": Ipv4Addr = 31, 4 bytes, mask(tun_ipv4_src_masked), Ipv4;
    TUN_IPV4_DST tun_ipv4_dst "tun_ipv4_dst": Ipv4Addr = 32, 4 bytes, mask(tun_ipv4_dst_masked), Ipv4;
    PKT_MARK pkt_mark "pkt_mark": u32 = 33, 4 bytes, mask(pkt_mark_masked), Hex;
    TCP_FLAGS_NXM tcp_flags_nxm "tcp_flags_nxm": u16 = 34, 2 bytes, mask(tcp_flags_nxm_masked), Hex, TCP;
    RECIRC_ID recirc_id "_recirc_id": u32 = 36, 4 bytes, exact, Hex;
    CONJ_ID conj_id "conj_id": u32 = 37, 4 bytes, exact, Decimal;
    TUN_GBP_ID tun_gbp_id "tun_gbp_id": u16 = 38, 2 bytes, mask(tun_gbp_id_masked), Decimal;
    TUN_GBP_FLAGS tun_gbp_flags "tun_gbp_flags": u8 = 39, 1 bytes, mask(tun_gbp_flags_masked), Hex;
    TUN_FLAGS tun_flags "tun_flags": u16 = 104, 2 bytes, mask(tun_flags_masked), Hex;
    CT_STATE ct_state "ct_state": u32 = 105, 4 bytes, mask(ct_state_masked), Hex;
    CT_ZONE ct_zone "ct_zone": u16 = 106, 2 bytes, exact, Decimal;
    CT_MARK ct_mark "ct_mark": u32 = 107, 4 bytes, mask(ct_mark_masked), Hex;
    CT_LABEL ct_label "ct_label": u128 = 108, 16 bytes, mask(ct_label_masked), Hex;
    TUN_IPV6_SRC tun_ipv6_src "tun_ipv6_src": Ipv6Addr = 109, 16 bytes, mask(tun_ipv6_src_masked), Ipv6;
    TUN_IPV6_DST tun_ipv6_dst "tun_ipv6_dst": Ipv6Addr = 110, 16 bytes, mask(tun_ipv6_dst_masked), Ipv6;
    XXREG0 xxreg0 "xxreg0": u128 = 111, 16 bytes, mask(xxreg0_masked), Hex;
    XXREG1 xxreg1 "xxreg1": u128 = 112, 16 bytes, mask(xxreg1_masked), Hex;
    XXREG2 xxreg2 "xxreg2": u128 = 113, 16 bytes, mask(xxreg2_masked), Hex;
    XXREG3 xxreg3 "xxreg3": u128 = 114, 16 bytes, mask(xxreg3_masked), Hex;
}

/// The experimenter id of Nicira's fields of network service headers.
pub const NICIRA_NSH: u32 = 0x005a_d650;

macro_rules! experimenter_fields {
    ( $( $konst:ident $method:ident $name:literal: $ty:ty = $id:ident $number:literal ($($exp_type:literal)?),
         $size:literal bytes, $kind:ident, $since:ident to $until:ident, $needs:expr; )* ) => {
        $(
            #[doc = concat!("The experimenters' field `", $name, "`.")]
            ///
            /// | whose | number (type) | bytes | mask | versions | prerequisite |
            /// |---|---|---|---|---|---|
            #[doc = concat!(
                "| `", stringify!($id), "` | ", $number, $(" (", $exp_type, ")",)? " | ", $size,
                " | `mask` | `", stringify!($since), "` to `", stringify!($until), "` | `",
                stringify!($needs), "` |"
            )]
            ///
            /// Spec: of ONF's, its extensions of 1.3; of the others ovs-fields(7).
            pub const $konst: Field<$ty> = experimenter_fields!(@field $id $number $size $($exp_type)?);
        )*

        pub(super) static EXPERIMENTERS: &[FieldInfo] = &[ $( FieldInfo {
            name: $name,
            maskable: true,
            since: Version::$since,
            needs: $needs,
            kind: ValueKind::$kind,
            until: Version::$until,
            ..FieldInfo::of($konst)
        }, )* ];

        /// Fields of experimenters; one method per row of the table.
        impl super::match_::Match {
            $(
                #[doc = concat!("The experimenters' field `", $name, "`; see [`oxm::", stringify!($konst),
                    "`](crate::ofproto::oxm::", stringify!($konst), ").")]
                #[must_use]
                pub fn $method(self, value: $ty) -> Self {
                    self.with($konst, value)
                }
            )*
        }
    };
    (@field $id:ident $number:literal $size:literal) => { Field::experimenter($id, $number, $size) };
    (@field $id:ident $number:literal $size:literal $exp_type:literal) => {
        Field::experimenter_typed($id, $number, $exp_type, $size)
    };
}

experimenter_fields! {
    // constant, method, name           whose   number (type), size, text, versions, prerequisites
    PBB_UCA_ONF pbb_uca_onf "pbb_uca": u8 = ONF 0 (2560), 1 bytes, Decimal, V1_2 to V1_3, Needs::PBB;
    TCP_FLAGS_ONF tcp_flags_onf "tcp_flags": u16 = ONF 42 (), 2 bytes, Hex, V1_2 to V1_4, Needs::TCP;
    ACTSET_OUTPUT_ONF actset_output_onf "actset_output": PortNo = ONF 43 (), 4 bytes, Port, V1_2 to V1_4, Needs::Nothing;
    DP_HASH dp_hash "_dp_hash": u32 = NICIRA 0 (), 4 bytes, Hex, V1_0 to V1_5, Needs::Nothing;
    NSH_FLAGS nsh_flags "nsh_flags": u8 = NICIRA_NSH 1 (), 1 bytes, Hex, V1_0 to V1_5, Needs::NSH;
    NSH_MDTYPE nsh_mdtype "nsh_mdtype": u8 = NICIRA_NSH 2 (), 1 bytes, Decimal, V1_0 to V1_5, Needs::NSH;
    NSH_NP nsh_np "nsh_np": u8 = NICIRA_NSH 3 (), 1 bytes, Decimal, V1_0 to V1_5, Needs::NSH;
    NSH_SPI nsh_spi "nsh_spi": u32 = NICIRA_NSH 4 (), 4 bytes, Hex, V1_0 to V1_5, Needs::NSH;
    NSH_SI nsh_si "nsh_si": u8 = NICIRA_NSH 5 (), 1 bytes, Decimal, V1_0 to V1_5, Needs::NSH;
    NSH_C1 nsh_c1 "nsh_c1": u32 = NICIRA_NSH 6 (), 4 bytes, Hex, V1_0 to V1_5, Needs::NSH;
    NSH_C2 nsh_c2 "nsh_c2": u32 = NICIRA_NSH 7 (), 4 bytes, Hex, V1_0 to V1_5, Needs::NSH;
    NSH_C3 nsh_c3 "nsh_c3": u32 = NICIRA_NSH 8 (), 4 bytes, Hex, V1_0 to V1_5, Needs::NSH;
    NSH_C4 nsh_c4 "nsh_c4": u32 = NICIRA_NSH 9 (), 4 bytes, Hex, V1_0 to V1_5, Needs::NSH;
    NSH_TTL nsh_ttl "nsh_ttl": u8 = NICIRA_NSH 10 (), 1 bytes, Decimal, V1_0 to V1_5, Needs::NSH;
}
