//! The fields that a match or a set-field can have: every row of the tables that the version and
//! Open vSwitch have, a value for each, a mask where Open vSwitch takes one.

use ryu_sdn::ofproto::oxm::{CLASS_BASIC, Field, FieldInfo, OxmTlv};
use ryu_sdn::ofproto::{Match, ONF, V1_0, V1_1, V1_2, Version};

use super::dice::Dice;

/// Fields that Open vSwitch 3.1 has not got, or keeps for itself.
const NOT_THERE: &[&str] =
    &["in_phy_port", "pbb_isid", "pbb_uca", "ipv6_exthdr", "_recirc_id", "_dp_hash", "packet_type"];

/// Fields that Open vSwitch matches exactly or not at all (ovs-fields(7): "not maskable").
const EXACT: &[&str] = &[
    "in_port",
    "in_port_nxm",
    "eth_type",
    "eth_type_nxm",
    "vlan_pcp",
    "ip_dscp",
    "nw_tos",
    "ip_ecn",
    "ip_ecn_nxm",
    "ip_proto",
    "ip_proto_nxm",
    "nw_ttl",
    "icmpv4_type",
    "icmpv4_code",
    "icmpv4_type_nxm",
    "icmpv4_code_nxm",
    "icmpv6_type",
    "icmpv6_code",
    "icmpv6_type_nxm",
    "icmpv6_code_nxm",
    "arp_op",
    "arp_op_nxm",
    "mpls_label",
    "mpls_tc",
    "mpls_bos",
    "mpls_ttl",
    "conj_id",
    "ct_zone",
    "actset_output",
    // Its mask is not shown.
    "tun_gbp_flags",
    "nsh_mdtype",
    "nsh_np",
    "nsh_spi",
    "nsh_si",
    "nsh_ttl",
];

/// Fields that Open vSwitch sets for nobody, or only inside of `ct`.
const READ_ONLY: &[&str] = &[
    "in_port",
    "tun_flags",
    "eth_type",
    "eth_type_nxm",
    "ip_proto",
    "ip_proto_nxm",
    "mpls_bos",
    "ip_frag",
    "tcp_flags",
    "tcp_flags_nxm",
    "actset_output",
    "ct_state",
    "ct_zone",
    "ct_mark",
    "ct_label",
    "conj_id",
    "nsh_mdtype",
    "nsh_np",
];

/// The older name of a field and the one that a version with OXM answers with.
pub(crate) const OLD_NAMES: &[(&str, &str)] = &[
    ("in_port_nxm", "in_port"),
    ("eth_dst_nxm", "eth_dst"),
    ("eth_src_nxm", "eth_src"),
    ("eth_type_nxm", "eth_type"),
    ("nw_tos", "ip_dscp"),
    ("ip_proto_nxm", "ip_proto"),
    ("ipv4_src_nxm", "ipv4_src"),
    ("ipv4_dst_nxm", "ipv4_dst"),
    ("tcp_src_nxm", "tcp_src"),
    ("tcp_dst_nxm", "tcp_dst"),
    ("udp_src_nxm", "udp_src"),
    ("udp_dst_nxm", "udp_dst"),
    ("icmpv4_type_nxm", "icmpv4_type"),
    ("icmpv4_code_nxm", "icmpv4_code"),
    ("arp_op_nxm", "arp_op"),
    ("arp_spa_nxm", "arp_spa"),
    ("arp_tpa_nxm", "arp_tpa"),
    ("arp_sha_nxm", "arp_sha"),
    ("arp_tha_nxm", "arp_tha"),
    ("tunnel_id_nxm", "tunnel_id"),
    ("ipv6_src_nxm", "ipv6_src"),
    ("ipv6_dst_nxm", "ipv6_dst"),
    ("icmpv6_type_nxm", "icmpv6_type"),
    ("icmpv6_code_nxm", "icmpv6_code"),
    ("nd_target", "ipv6_nd_target"),
    ("nd_sll", "ipv6_nd_sll"),
    ("nd_tll", "ipv6_nd_tll"),
    ("ipv6_label", "ipv6_flabel"),
    ("ip_ecn_nxm", "ip_ecn"),
    ("tcp_flags_nxm", "tcp_flags"),
];

/// A row as the handle of its field.
pub(crate) fn field(info: &FieldInfo) -> Field<u128> {
    match (info.experimenter, info.exp_type) {
        (None, _) => Field::new(info.class, info.number, info.size),
        (Some(id), None) => Field::experimenter(id, info.number, info.size),
        (Some(id), Some(exp_type)) => {
            Field::experimenter_typed(id, info.number, exp_type, info.size)
        }
    }
}

/// The field with its value, under a mask if it has not all bits.
pub(crate) fn tlv(info: &FieldInfo, value: u128, mask: u128) -> OxmTlv {
    if mask == ones(info) && !["tun_flags", "ct_state"].contains(&info.name) {
        OxmTlv::new(field(info), value)
    } else {
        OxmTlv::masked(field(info), value, mask)
    }
}

pub(crate) fn ones(info: &FieldInfo) -> u128 {
    match info.name {
        // Without the bits above it, and with only those that Open vSwitch knows.
        "nw_tos" => 0xfc,
        "ip_ecn_nxm" | "ip_frag" => 3,
        "ipv6_label" => 0xf_ffff,
        // Of the others Open vSwitch says nothing.
        "tun_flags" => 1,
        "ct_state" => 0xff,
        "tcp_flags" | "tcp_flags_nxm" => 0xfff,
        _ => u128::MAX >> (128 - u32::from(info.bits)),
    }
}

/// Rows that this version can match on this bridge; Nicira's among them if they may be.
pub(crate) fn rows(version: Version, nicira: bool) -> Vec<&'static FieldInfo> {
    // As 1.1 has its own match, and Open vSwitch gives it Nicira's only in messages of Nicira's.
    const ONLY_V1_1: &[&str] = &["metadata", "mpls_label", "mpls_tc"];
    let there = |info: &&FieldInfo| match version {
        V1_0 => info.class == CLASS_BASIC && info.v1_0.is_some(),
        V1_1 => {
            let basic = info.class == CLASS_BASIC;
            basic && (info.v1_0.is_some() || ONLY_V1_1.contains(&info.name))
        }
        // ONF's extensions are of 1.3, though Open vSwitch takes them in 1.2 too.
        V1_2 if info.class != CLASS_BASIC => false,
        _ if info.class != CLASS_BASIC && info.experimenter != Some(ONF) && !nicira => false,
        _ => info.since <= version && version <= info.until,
    };
    FieldInfo::all().filter(there).filter(|info| !NOT_THERE.contains(&info.name)).collect()
}

pub(crate) fn is_settable(info: &FieldInfo) -> bool {
    !READ_ONLY.contains(&info.name)
}

/// Whether this version's match may have the field under a mask.
pub(crate) fn is_maskable(version: Version, info: &FieldInfo) -> bool {
    let addresses = ["ipv4_src", "ipv4_dst", "arp_spa", "arp_tpa"];
    match version {
        V1_0 => addresses.contains(&info.name),
        V1_1 => {
            let more = ["metadata", "eth_src", "eth_dst"];
            addresses.contains(&info.name) || more.contains(&info.name)
        }
        _ => !EXACT.contains(&info.name),
    }
}

/// A value that means something.
pub(crate) fn value(dice: &mut Dice, info: &FieldInfo) -> u128 {
    let any = dice.bits(info.bits);
    let any = if info.size == 16 { any } else { any & ones(info) };
    match info.name {
        "in_port" | "actset_output" | "in_port_nxm" => u128::from(1 + dice.roll(0xfeff)),
        "vlan_vid" => 0x1000 | any & 0xfff,
        "vlan_tci" => 0x1000 | any,
        "eth_type" | "eth_type_nxm" => dice.pick(&[0x88cc, 0x88b5, 0x05ff, 0x1234]),
        // Not 1 or 58: Open vSwitch knows of which IP the field of each ICMP is.
        "ip_proto" | "ip_proto_nxm" => dice.pick(&[2, 6, 17, 47, 50, 89, 132, 255]),
        "nw_tos" => any & 0xfc,
        "ip_frag" => any & 1,
        "tcp_flags" | "tcp_flags_nxm" => any & 0xfff,
        "ct_state" => any & 0xff,
        "tun_flags" => any & 1,
        "arp_op" | "arp_op_nxm" => any & 0xff,
        "nsh_flags" => any & 1,
        "nsh_mdtype" => dice.pick(&[1, 2]),
        "nsh_ttl" => any & 0x3f,
        "nsh_spi" => any & 0xff_ffff,
        _ => any,
    }
}

/// A mask that is neither nothing nor all.
pub(crate) fn mask(dice: &mut Dice, version: Version, info: &FieldInfo) -> u128 {
    let bits = u32::from(info.bits);
    let prefix = matches!(version, V1_0);
    let all = match info.name {
        "ip_frag" => return dice.pick(&[1, 2]),
        "tun_flags" => return 1,
        "nsh_flags" => return 1,
        "ct_state" => 0xff,
        _ => ones(info),
    };
    loop {
        let mask = if prefix || dice.one_in(3) {
            all & !(all >> (1 + dice.roll(u64::from(bits) - 1)))
        } else {
            dice.bits(info.bits) & all
        };
        // Without the bit that says that there is a tag, Open vSwitch refuses a priority beside the
        // id, its own answers about a `vlan_tci` of both among them.
        let mask = match info.name {
            "vlan_vid" | "vlan_tci" => mask | 0x1000,
            _ => mask,
        };
        if mask != 0 && mask != ones(info) {
            return mask;
        }
    }
}

/// Packets of every kind that some field needs, as the match that tells them.
pub(crate) fn packets(version: Version, nicira: bool) -> Vec<Match> {
    let m = Match::new;
    let ip = |proto| m().eth_type(0x0800).ip_proto(proto);
    let ip6 = |proto| m().eth_type(0x86dd).ip_proto(proto);
    let mut all = vec![
        m(),
        m().vlan_vid(0x1007),
        m().eth_type(0x0800),
        ip(1),
        ip(6),
        ip(17),
        ip(132),
        ip(47),
        m().eth_type(0x0806),
        m().vlan_vid(0x1fff).eth_type(0x0800),
    ];
    if version != V1_0 {
        all.extend([m().eth_type(0x8847), m().eth_type(0x8848)]);
    }
    if version >= V1_2 {
        all.extend([
            m().eth_type(0x86dd),
            ip6(58),
            ip6(6),
            ip6(17),
            ip6(132),
            ip6(58).icmpv6_type(135),
            ip6(58).icmpv6_type(136),
        ]);
    }
    if nicira {
        let nxm = |eth_type, proto| m().eth_type_nxm(eth_type).ip_proto_nxm(proto);
        all.extend([
            m().eth_type(0x894f),
            m().eth_type(0x894f).nsh_mdtype(1),
            m().eth_type_nxm(0x894f),
            m().eth_type_nxm(0x0806),
            m().eth_type_nxm(0x8035),
            m().eth_type_nxm(0x8847),
            m().eth_type_nxm(0x0800),
            m().eth_type_nxm(0x86dd),
            nxm(0x0800, 1),
            nxm(0x0800, 6),
            nxm(0x0800, 17),
            nxm(0x86dd, 6),
            nxm(0x86dd, 17),
            nxm(0x86dd, 58),
            nxm(0x86dd, 58).icmpv6_type_nxm(135),
            nxm(0x86dd, 58).icmpv6_type_nxm(136),
        ]);
    }
    all
}
