//! The table of match fields: Open vSwitch's names, and where each stands on the wire.
//!
//! Widths, masks, access and numbers are those of ovs-fields(7). A field may have several codes, the
//! first of which is the one that actions without a version use; `since` says from which version on
//! Open vSwitch puts the later ones into a match.

use super::field::{Code, Form, OvsField};
use super::protocols::Needs;
use crate::ofproto::experimenter;
use crate::ofproto::oxm;
use crate::ofproto::{V1_0, V1_2, V1_3, V1_4, V1_5};

/// Class and experimenter.
type Class = (u16, u32);

const NXM_0: Class = (oxm::CLASS_NXM_0, 0);
const NXM_1: Class = (oxm::CLASS_NXM_1, 0);
const BASIC: Class = (oxm::CLASS_BASIC, 0);
const REGISTERS: Class = (0x8001, 0);
const ERICSSON: Class = (0x1000, 0);
const ONF: Class = (oxm::CLASS_EXPERIMENTER, experimenter::ONF);
const NSH: Class = (oxm::CLASS_EXPERIMENTER, oxm::NICIRA_NSH);
const NICIRA: Class = (oxm::CLASS_EXPERIMENTER, experimenter::NICIRA);

macro_rules! fields {
    ( $( $oxm:ident $name:literal $shown:literal $alias:literal $form:ident $bits:literal $mask:ident
         $access:ident $needs:ident $rank:literal
         [$($code:ident $class:ident $number:literal $since:ident),*]; )* ) => {
        &[ $( OvsField {
            oxm: stringify!($oxm), name: $name, shown: $shown, alias: $alias,
            form: Form::$form, bits: $bits, mask: fields!(@ $mask), writable: fields!(@ $access),
            needs: Needs::$needs, rank: $rank,
            codes: &[ $( Code {
                name: stringify!($code),
                class: $class.0,
                experimenter: $class.1,
                number: $number,
                since: $since,
            } ),* ],
        }, )* ]
    };
    (@ mask) => { true };
    (@ exact) => { false };
    (@ rw) => { true };
    (@ ro) => { false };
}

#[rustfmt::skip]
pub(super) static FIELDS: &[OvsField] = fields! {
    // key           set_field          match              alias         form       bits mask access needs  rank codes
    pkt_mark        "pkt_mark"         "pkt_mark"         ""            Hex          32 mask  rw  Nothing     1 [NXM_NX_PKT_MARK NXM_1 33 V1_0];
    recirc_id       "recirc_id"        "recirc_id"        ""            Hex          32 exact ro  Nothing     2 [NXM_NX_RECIRC_ID NXM_1 36 V1_0];
    dp_hash         "dp_hash"          "dp_hash"          ""            Hex          32 mask  ro  Nothing     3 [NXM_NX_DP_HASH NXM_1 35 V1_0];
    conj_id         "conj_id"          "conj_id"          ""            Decimal      32 exact ro  Nothing     4 [NXM_NX_CONJ_ID NXM_1 37 V1_0];
    actset_output   "actset_output"    "actset_output"    ""            Port         32 exact ro  Nothing     6 [ONFOXM_ET_ACTSET_OUTPUT ONF 43 V1_3, OXM_OF_ACTSET_OUTPUT BASIC 43 V1_5];
    ct_state        "ct_state"         "ct_state"         ""            CtState       8 mask  ro  Nothing     7 [NXM_NX_CT_STATE NXM_1 105 V1_0];
    ct_zone         "ct_zone"          "ct_zone"          ""            Decimal      16 exact ro  Nothing     8 [NXM_NX_CT_ZONE NXM_1 106 V1_0];
    ct_mark         "ct_mark"          "ct_mark"          ""            Hex          32 mask  rw  Nothing     9 [NXM_NX_CT_MARK NXM_1 107 V1_0];
    ct_label        "ct_label"         "ct_label"         ""            Hex         128 mask  rw  Nothing    10 [NXM_NX_CT_LABEL NXM_1 108 V1_0];
    ct_nw_src       "ct_nw_src"        "ct_nw_src"        ""            Ipv4         32 mask  ro  Nothing    11 [NXM_NX_CT_NW_SRC NXM_1 120 V1_0];
    ct_nw_dst       "ct_nw_dst"        "ct_nw_dst"        ""            Ipv4         32 mask  ro  Nothing    12 [NXM_NX_CT_NW_DST NXM_1 121 V1_0];
    ct_ipv6_src     "ct_ipv6_src"      "ct_ipv6_src"      ""            Ipv6        128 mask  ro  Nothing    13 [NXM_NX_CT_IPV6_SRC NXM_1 122 V1_0];
    ct_ipv6_dst     "ct_ipv6_dst"      "ct_ipv6_dst"      ""            Ipv6        128 mask  ro  Nothing    14 [NXM_NX_CT_IPV6_DST NXM_1 123 V1_0];
    ct_nw_proto     "ct_nw_proto"      "ct_nw_proto"      ""            Decimal       8 exact ro  Nothing    15 [NXM_NX_CT_NW_PROTO NXM_1 119 V1_0];
    ct_tp_src       "ct_tp_src"        "ct_tp_src"        ""            Decimal      16 mask  ro  Nothing    16 [NXM_NX_CT_TP_SRC NXM_1 124 V1_0];
    ct_tp_dst       "ct_tp_dst"        "ct_tp_dst"        ""            Decimal      16 mask  ro  Nothing    17 [NXM_NX_CT_TP_DST NXM_1 125 V1_0];
    packet_type     "packet_type"      "packet_type"      ""            PacketType   32 exact ro  Nothing    18 [OXM_OF_PACKET_TYPE BASIC 44 V1_5];
    xxreg0          "xxreg0"           "xxreg0"           ""            Hex         128 mask  rw  Nothing    20 [NXM_NX_XXREG0 NXM_1 111 V1_0];
    xxreg1          "xxreg1"           "xxreg1"           ""            Hex         128 mask  rw  Nothing    20 [NXM_NX_XXREG1 NXM_1 112 V1_0];
    xxreg2          "xxreg2"           "xxreg2"           ""            Hex         128 mask  rw  Nothing    20 [NXM_NX_XXREG2 NXM_1 113 V1_0];
    xxreg3          "xxreg3"           "xxreg3"           ""            Hex         128 mask  rw  Nothing    20 [NXM_NX_XXREG3 NXM_1 114 V1_0];
    xreg0           "xreg0"            "xreg0"            ""            Hex          64 mask  rw  Nothing    21 [OXM_OF_PKT_REG0 REGISTERS 0 V1_3];
    xreg1           "xreg1"            "xreg1"            ""            Hex          64 mask  rw  Nothing    21 [OXM_OF_PKT_REG1 REGISTERS 1 V1_3];
    xreg2           "xreg2"            "xreg2"            ""            Hex          64 mask  rw  Nothing    21 [OXM_OF_PKT_REG2 REGISTERS 2 V1_3];
    xreg3           "xreg3"            "xreg3"            ""            Hex          64 mask  rw  Nothing    21 [OXM_OF_PKT_REG3 REGISTERS 3 V1_3];
    xreg4           "xreg4"            "xreg4"            ""            Hex          64 mask  rw  Nothing    21 [OXM_OF_PKT_REG4 REGISTERS 4 V1_3];
    xreg5           "xreg5"            "xreg5"            ""            Hex          64 mask  rw  Nothing    21 [OXM_OF_PKT_REG5 REGISTERS 5 V1_3];
    xreg6           "xreg6"            "xreg6"            ""            Hex          64 mask  rw  Nothing    21 [OXM_OF_PKT_REG6 REGISTERS 6 V1_3];
    xreg7           "xreg7"            "xreg7"            ""            Hex          64 mask  rw  Nothing    21 [OXM_OF_PKT_REG7 REGISTERS 7 V1_3];
    reg0            "reg0"             "reg0"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG0 NXM_1 0 V1_0];
    reg1            "reg1"             "reg1"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG1 NXM_1 1 V1_0];
    reg2            "reg2"             "reg2"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG2 NXM_1 2 V1_0];
    reg3            "reg3"             "reg3"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG3 NXM_1 3 V1_0];
    reg4            "reg4"             "reg4"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG4 NXM_1 4 V1_0];
    reg5            "reg5"             "reg5"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG5 NXM_1 5 V1_0];
    reg6            "reg6"             "reg6"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG6 NXM_1 6 V1_0];
    reg7            "reg7"             "reg7"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG7 NXM_1 7 V1_0];
    reg8            "reg8"             "reg8"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG8 NXM_1 8 V1_0];
    reg9            "reg9"             "reg9"             ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG9 NXM_1 9 V1_0];
    reg10           "reg10"            "reg10"            ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG10 NXM_1 10 V1_0];
    reg11           "reg11"            "reg11"            ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG11 NXM_1 11 V1_0];
    reg12           "reg12"            "reg12"            ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG12 NXM_1 12 V1_0];
    reg13           "reg13"            "reg13"            ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG13 NXM_1 13 V1_0];
    reg14           "reg14"            "reg14"            ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG14 NXM_1 14 V1_0];
    reg15           "reg15"            "reg15"            ""            Hex          32 mask  rw  Nothing    22 [NXM_NX_REG15 NXM_1 15 V1_0];
    tunnel_id       "tun_id"           "tun_id"           "tunnel_id"   Hex          64 mask  rw  Nothing    23 [NXM_NX_TUN_ID NXM_1 16 V1_0, OXM_OF_TUNNEL_ID BASIC 38 V1_3];
    tun_src         "tun_src"          "tun_src"          ""            Ipv4         32 mask  rw  Nothing    24 [NXM_NX_TUN_IPV4_SRC NXM_1 31 V1_0];
    tun_dst         "tun_dst"          "tun_dst"          ""            Ipv4         32 mask  rw  Nothing    25 [NXM_NX_TUN_IPV4_DST NXM_1 32 V1_0];
    tun_ipv6_src    "tun_ipv6_src"     "tun_ipv6_src"     ""            Ipv6        128 mask  rw  Nothing    26 [NXM_NX_TUN_IPV6_SRC NXM_1 109 V1_0];
    tun_ipv6_dst    "tun_ipv6_dst"     "tun_ipv6_dst"     ""            Ipv6        128 mask  rw  Nothing    27 [NXM_NX_TUN_IPV6_DST NXM_1 110 V1_0];
    tun_gbp_id      "tun_gbp_id"       "tun_gbp_id"       ""            Decimal      16 mask  rw  Nothing    28 [NXM_NX_TUN_GBP_ID NXM_1 38 V1_0];
    tun_gbp_flags   "tun_gbp_flags"    "tun_gbp_flags"    ""            Hex           8 mask  rw  Nothing    29 [NXM_NX_TUN_GBP_FLAGS NXM_1 39 V1_0];
    tun_erspan_ver  "tun_erspan_ver"   "tun_erspan_ver"   ""            Decimal       4 mask  rw  Nothing    30 [NXOXM_ET_ERSPAN_VER NICIRA 12 V1_0];
    tun_erspan_idx  "tun_erspan_idx"   "tun_erspan_idx"   ""            Hex          20 mask  rw  Nothing    31 [NXOXM_ET_ERSPAN_IDX NICIRA 11 V1_0];
    tun_erspan_dir  "tun_erspan_dir"   "tun_erspan_dir"   ""            Decimal       1 mask  rw  Nothing    32 [NXOXM_ET_ERSPAN_DIR NICIRA 13 V1_0];
    tun_erspan_hwid "tun_erspan_hwid"  "tun_erspan_hwid"  ""            Hex           6 mask  rw  Nothing    33 [NXOXM_ET_ERSPAN_HWID NICIRA 14 V1_0];
    tun_gtpu_flags  "tun_gtpu_flags"   "tun_gtpu_flags"   ""            Hex           8 mask  ro  Nothing    34 [NXOXM_ET_GTPU_FLAGS NICIRA 15 V1_0];
    tun_gtpu_msgtype "tun_gtpu_msgtype" "tun_gtpu_msgtype" ""            Decimal       8 mask  ro  Nothing    35 [NXOXM_ET_GTPU_MSGTYPE NICIRA 16 V1_0];
    tun_flags       "tun_flags"        "tun_flags"        ""            TunFlags      1 mask  rw  Nothing    36 [NXM_NX_TUN_FLAGS NXM_1 104 V1_0];
    metadata        "metadata"         "metadata"         ""            Hex          64 mask  rw  Nothing    37 [OXM_OF_METADATA BASIC 2 V1_2];
    in_port         "in_port"          "in_port"          "in_port_oxm" Port         32 exact rw  Nothing    38 [OXM_OF_IN_PORT BASIC 0 V1_2];
    in_port_nxm     "in_port"          "in_port"          ""            Port         16 exact rw  Nothing    38 [NXM_OF_IN_PORT NXM_0 0 V1_0];
    vlan_vid        "vlan_vid"         "vlan_vid"         ""            Decimal      13 mask  rw  Nothing    40 [OXM_OF_VLAN_VID BASIC 6 V1_2];
    vlan_pcp        "vlan_pcp"         "dl_vlan_pcp"      "dl_vlan_pcp" Decimal       3 exact rw  Nothing    41 [OXM_OF_VLAN_PCP BASIC 7 V1_2];
    vlan_tci        "vlan_tci"         "vlan_tci"         ""            Hex          16 mask  rw  Nothing    42 [NXM_OF_VLAN_TCI NXM_0 4 V1_0];
    eth_src         "eth_src"          "dl_src"           "dl_src"      Mac          48 mask  rw  Nothing    43 [NXM_OF_ETH_SRC NXM_0 2 V1_0, OXM_OF_ETH_SRC BASIC 4 V1_2];
    eth_dst         "eth_dst"          "dl_dst"           "dl_dst"      Mac          48 mask  rw  Nothing    44 [NXM_OF_ETH_DST NXM_0 1 V1_0, OXM_OF_ETH_DST BASIC 3 V1_2];
    eth_type        "eth_type"         "dl_type"          "dl_type"     EthType      16 exact ro  Nothing    45 [NXM_OF_ETH_TYPE NXM_0 3 V1_0, OXM_OF_ETH_TYPE BASIC 5 V1_2];
    ipv4_src        "ip_src"           "nw_src"           "nw_src"      Ipv4         32 mask  rw  Ipv4       46 [NXM_OF_IP_SRC NXM_0 7 V1_0, OXM_OF_IPV4_SRC BASIC 11 V1_2];
    ipv4_dst        "ip_dst"           "nw_dst"           "nw_dst"      Ipv4         32 mask  rw  Ipv4       47 [NXM_OF_IP_DST NXM_0 8 V1_0, OXM_OF_IPV4_DST BASIC 12 V1_2];
    arp_spa         "arp_spa"          "arp_spa"          ""            Ipv4         32 mask  rw  Arp        48 [NXM_OF_ARP_SPA NXM_0 16 V1_0, OXM_OF_ARP_SPA BASIC 22 V1_2];
    arp_tpa         "arp_tpa"          "arp_tpa"          ""            Ipv4         32 mask  rw  Arp        49 [NXM_OF_ARP_TPA NXM_0 17 V1_0, OXM_OF_ARP_TPA BASIC 23 V1_2];
    ipv6_src        "ipv6_src"         "ipv6_src"         ""            Ipv6        128 mask  rw  Ipv6       50 [NXM_NX_IPV6_SRC NXM_1 19 V1_0, OXM_OF_IPV6_SRC BASIC 26 V1_2];
    ipv6_dst        "ipv6_dst"         "ipv6_dst"         ""            Ipv6        128 mask  rw  Ipv6       51 [NXM_NX_IPV6_DST NXM_1 20 V1_0, OXM_OF_IPV6_DST BASIC 27 V1_2];
    ipv6_flabel     "ipv6_label"       "ipv6_label"       ""            Label        20 mask  rw  Ipv6       52 [NXM_NX_IPV6_LABEL NXM_1 27 V1_0, OXM_OF_IPV6_FLABEL BASIC 28 V1_2];
    ip_proto        "nw_proto"         "nw_proto"         ""            Decimal       8 exact ro  Ip         53 [NXM_OF_IP_PROTO NXM_0 6 V1_0, OXM_OF_IP_PROTO BASIC 10 V1_2];
    arp_op          "arp_op"           "arp_op"           ""            Decimal      16 exact rw  Arp        54 [NXM_OF_ARP_OP NXM_0 15 V1_0, OXM_OF_ARP_OP BASIC 21 V1_2];
    arp_sha         "arp_sha"          "arp_sha"          ""            Mac          48 mask  rw  Arp        55 [NXM_NX_ARP_SHA NXM_1 17 V1_0, OXM_OF_ARP_SHA BASIC 24 V1_2];
    arp_tha         "arp_tha"          "arp_tha"          ""            Mac          48 mask  rw  Arp        56 [NXM_NX_ARP_THA NXM_1 18 V1_0, OXM_OF_ARP_THA BASIC 25 V1_2];
    nsh_flags       "nsh_flags"        "nsh_flags"        ""            Decimal       8 mask  rw  Nsh        57 [NXOXM_NSH_FLAGS NSH 1 V1_0];
    nsh_ttl         "nsh_ttl"          "nsh_ttl"          ""            Decimal       8 exact rw  Nsh        58 [NXOXM_NSH_TTL NSH 10 V1_0];
    nsh_mdtype      "nsh_mdtype"       "nsh_mdtype"       ""            Decimal       8 exact ro  Nsh        59 [NXOXM_NSH_MDTYPE NSH 2 V1_0];
    nsh_np          "nsh_np"           "nsh_np"           ""            Decimal       8 exact ro  Nsh        60 [NXOXM_NSH_NP NSH 3 V1_0];
    nsh_spi         "nsh_spi"          "nsh_spi"          "nsp"         Hex          24 exact rw  Nsh        61 [NXOXM_NSH_SPI NSH 4 V1_0];
    nsh_si          "nsh_si"           "nsh_si"           "nsi"         Decimal       8 exact rw  Nsh        62 [NXOXM_NSH_SI NSH 5 V1_0];
    nsh_c1          "nsh_c1"           "nsh_c1"           "nshc1"       Hex          32 mask  rw  Nsh        63 [NXOXM_NSH_C1 NSH 6 V1_0];
    nsh_c2          "nsh_c2"           "nsh_c2"           "nshc2"       Hex          32 mask  rw  Nsh        64 [NXOXM_NSH_C2 NSH 7 V1_0];
    nsh_c3          "nsh_c3"           "nsh_c3"           "nshc3"       Hex          32 mask  rw  Nsh        65 [NXOXM_NSH_C3 NSH 8 V1_0];
    nsh_c4          "nsh_c4"           "nsh_c4"           "nshc4"       Hex          32 mask  rw  Nsh        66 [NXOXM_NSH_C4 NSH 9 V1_0];
    nw_tos          "nw_tos"           "nw_tos"           ""            Decimal       8 exact rw  Ip         67 [NXM_OF_IP_TOS NXM_0 5 V1_0];
    ip_dscp         "ip_dscp"          "nw_tos"           ""            Decimal       6 exact rw  Ip         68 [OXM_OF_IP_DSCP BASIC 8 V1_2];
    ip_ecn          "nw_ecn"           "nw_ecn"           "ip_ecn"      Decimal       2 exact rw  Ip         69 [NXM_NX_IP_ECN NXM_1 28 V1_0, OXM_OF_IP_ECN BASIC 9 V1_2];
    nw_ttl          "nw_ttl"           "nw_ttl"           ""            Decimal       8 exact rw  Ip         70 [NXM_NX_IP_TTL NXM_1 29 V1_0];
    mpls_label      "mpls_label"       "mpls_label"       ""            Decimal      20 exact rw  Mpls       71 [OXM_OF_MPLS_LABEL BASIC 34 V1_2];
    mpls_tc         "mpls_tc"          "mpls_tc"          ""            Decimal       3 exact rw  Mpls       72 [OXM_OF_MPLS_TC BASIC 35 V1_2];
    mpls_ttl        "mpls_ttl"         "mpls_ttl"         ""            Decimal       8 exact rw  Mpls       73 [NXM_NX_MPLS_TTL NXM_1 30 V1_0];
    mpls_bos        "mpls_bos"         "mpls_bos"         ""            Decimal       1 exact ro  Mpls       74 [OXM_OF_MPLS_BOS BASIC 36 V1_3];
    ip_frag         "ip_frag"          "nw_frag"          "nw_frag"     Frag          2 mask  ro  Ip         75 [NXM_NX_IP_FRAG NXM_1 26 V1_0];
    icmpv4_type     "icmp_type"        "icmp_type"        ""            Decimal       8 exact rw  Icmp       76 [NXM_OF_ICMP_TYPE NXM_0 13 V1_0, OXM_OF_ICMPV4_TYPE BASIC 19 V1_2];
    icmpv6_type     "icmpv6_type"      "icmp_type"        ""            Decimal       8 exact rw  Icmp6      77 [NXM_NX_ICMPV6_TYPE NXM_1 21 V1_0, OXM_OF_ICMPV6_TYPE BASIC 29 V1_2];
    icmpv4_code     "icmp_code"        "icmp_code"        ""            Decimal       8 exact rw  Icmp       78 [NXM_OF_ICMP_CODE NXM_0 14 V1_0, OXM_OF_ICMPV4_CODE BASIC 20 V1_2];
    icmpv6_code     "icmpv6_code"      "icmp_code"        ""            Decimal       8 exact rw  Icmp6      79 [NXM_NX_ICMPV6_CODE NXM_1 22 V1_0, OXM_OF_ICMPV6_CODE BASIC 30 V1_2];
    tcp_src         "tcp_src"          "tp_src"           ""            L4Port       16 mask  rw  Tcp        80 [NXM_OF_TCP_SRC NXM_0 9 V1_0, OXM_OF_TCP_SRC BASIC 13 V1_2];
    udp_src         "udp_src"          "tp_src"           ""            L4Port       16 mask  rw  Udp        81 [NXM_OF_UDP_SRC NXM_0 11 V1_0, OXM_OF_UDP_SRC BASIC 15 V1_2];
    sctp_src        "sctp_src"         "tp_src"           ""            L4Port       16 mask  rw  Sctp       82 [OXM_OF_SCTP_SRC BASIC 17 V1_2];
    tcp_dst         "tcp_dst"          "tp_dst"           ""            L4Port       16 mask  rw  Tcp        83 [NXM_OF_TCP_DST NXM_0 10 V1_0, OXM_OF_TCP_DST BASIC 14 V1_2];
    udp_dst         "udp_dst"          "tp_dst"           ""            L4Port       16 mask  rw  Udp        84 [NXM_OF_UDP_DST NXM_0 12 V1_0, OXM_OF_UDP_DST BASIC 16 V1_2];
    sctp_dst        "sctp_dst"         "tp_dst"           ""            L4Port       16 mask  rw  Sctp       85 [OXM_OF_SCTP_DST BASIC 18 V1_2];
    tcp_flags       "tcp_flags"        "tcp_flags"        ""            TcpFlags     12 mask  ro  Tcp        86 [NXM_NX_TCP_FLAGS NXM_1 34 V1_0, ONFOXM_ET_TCP_FLAGS ONF 42 V1_3, OXM_OF_TCP_FLAGS BASIC 42 V1_5];
    ipv6_nd_target  "nd_target"        "nd_target"        ""            Ipv6        128 mask  rw  Nd         87 [NXM_NX_ND_TARGET NXM_1 23 V1_0, OXM_OF_IPV6_ND_TARGET BASIC 31 V1_2];
    ipv6_nd_sll     "nd_sll"           "nd_sll"           ""            Mac          48 mask  rw  NdSolicit  88 [NXM_NX_ND_SLL NXM_1 24 V1_0, OXM_OF_IPV6_ND_SLL BASIC 32 V1_2];
    ipv6_nd_tll     "nd_tll"           "nd_tll"           ""            Mac          48 mask  rw  NdAdvert   89 [NXM_NX_ND_TLL NXM_1 25 V1_0, OXM_OF_IPV6_ND_TLL BASIC 33 V1_2];
    nd_reserved     "nd_reserved"      "nd_reserved"      ""            Decimal      32 exact rw  Nd         90 [ERICOXM_OF_ICMPV6_ND_RESERVED ERICSSON 1 V1_0];
    nd_options_type "nd_options_type"  "nd_options_type"  ""            Decimal       8 exact rw  Nd         91 [ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE ERICSSON 2 V1_0];
    in_phy_port     "in_phy_port"      "in_phy_port"      ""            Port         32 exact ro  Nothing    92 [OXM_OF_IN_PHY_PORT BASIC 1 V1_2];
    pbb_isid        "pbb_isid"         "pbb_isid"         ""            Decimal      24 mask  rw  Pbb        93 [OXM_OF_PBB_ISID BASIC 37 V1_3];
    ipv6_exthdr     "ipv6_exthdr"      "ipv6_exthdr"      ""            Hex           9 mask  ro  Ipv6       94 [OXM_OF_IPV6_EXTHDR BASIC 39 V1_3];
    pbb_uca         "pbb_uca"          "pbb_uca"          ""            Decimal       1 exact rw  Pbb        95 [OXM_OF_PBB_UCA BASIC 41 V1_4];
};
