//! Match fields: Open vSwitch's names for them, and what a value of one looks like on the wire.

use super::error::OvsTextErrorKind;
use super::field_table::FIELDS;
use super::protocols::{Needs, Protocols};
use super::tunnel_option::OPTIONS;
use super::{Parser, Result};
use crate::ofproto::oxm::{self, FieldInfo, OxmRef, OxmTlv};
use crate::ofproto::{OxmId, V1_0, V1_1, Version};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Decimal, hexadecimal under a mask.
    Decimal,
    /// `0x5`, but `0` for zero.
    Hex,
    /// Hexadecimal with four digits.
    EthType,
    /// Hexadecimal with five digits in a match.
    Label,
    /// Decimal, hexadecimal under a mask.
    L4Port,
    Port,
    Mac,
    Ipv4,
    Ipv6,
    /// Names of fragments: `later`.
    Frag,
    /// Flags: `+syn-ack`.
    TcpFlags,
    CtState,
    TunFlags,
    /// `(1,0x894f)`.
    PacketType,
    /// As many bytes as it takes, see [`tunnel_option`](super::tunnel_option).
    Option,
}

/// Where a field stands on the wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    /// The name of the code: `NXM_OF_ETH_SRC`.
    pub(super) name: &'static str,
    pub(super) class: u16,
    /// Of the experimenters' class.
    pub(super) experimenter: u32,
    pub(super) number: u8,
    /// First version that has it.
    pub(super) since: Version,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct OvsField {
    /// The key: the name of the row in [`oxm::FIELDS`], if it is a standard field.
    pub(super) oxm: &'static str,
    /// Open vSwitch's first name: what a set-field shows.
    pub(super) name: &'static str,
    /// What a match shows.
    pub(super) shown: &'static str,
    /// Open vSwitch's second name.
    pub(super) alias: &'static str,
    pub(super) form: Form,
    /// Bits that mean something.
    pub(super) bits: u16,
    /// Whether Open vSwitch takes a mask, which is more often than the specification says.
    pub(super) mask: bool,
    /// Whether a set-field may set it.
    pub(super) writable: bool,
    pub(super) needs: Needs,
    /// Place in a match: lower comes first.
    pub(super) rank: u8,
    pub(super) codes: &'static [Code],
}

impl OvsField {
    /// The row with this key.
    pub(super) fn of_oxm(oxm: &str) -> Option<&'static OvsField> {
        FIELDS.iter().find(|row| row.oxm == oxm)
    }

    /// The row for a field on the wire; `None` if there is none or its size is not the row's. What
    /// has no fixed size is found by [`tunnel_option::of_tlv`](super::tunnel_option::of_tlv).
    pub(super) fn of_tlv(tlv: OxmRef<'_>) -> Option<&'static OvsField> {
        let (class, number) = (tlv.class(), tlv.number());
        let row = OvsField::of_code(FIELDS, class, number, tlv.experimenter().unwrap_or(0))?;
        (tlv.value().len() == row.size()).then_some(row)
    }

    /// The row for the name of a field on the wire.
    pub(super) fn of_id(id: OxmId) -> Option<&'static OvsField> {
        let (class, number) = ((id.header >> 16) as u16, (id.header >> 9) as u8 & 0x7f);
        let find = |rows| OvsField::of_code(rows, class, number, id.experimenter);
        let row = find(FIELDS).or_else(|| find(OPTIONS))?;
        if row.is_option() {
            // How long it is the switch says, here too.
            return (!id.has_mask()).then_some(row);
        }
        (row.id_of(row.codes.iter().find(|c| (c.class, c.number) == (class, number))?) == id)
            .then_some(row)
    }

    fn of_code(
        rows: &'static [OvsField],
        class: u16,
        number: u8,
        experimenter: u32,
    ) -> Option<&'static OvsField> {
        let same =
            |c: &Code| c.number == number && c.class == class && c.experimenter == experimenter;
        rows.iter().find(|row| row.codes.iter().any(same))
    }

    /// The row for a name. Names that several protocols share depend on those matched.
    pub(super) fn named(
        name: &str,
        with: Protocols,
    ) -> Option<std::result::Result<&'static OvsField, &'static str>> {
        let by_protocol = |tcp, udp, sctp, icmp, icmp6| {
            let rows = [
                (Needs::Tcp, tcp),
                (Needs::Udp, udp),
                (Needs::Sctp, sctp),
                (Needs::Icmp, icmp),
                (Needs::Icmp6, icmp6),
            ];
            rows.into_iter().find(|(needs, _)| with.meets(*needs)).map(|(_, row)| row)
        };
        let either = |yes: bool, then, other| if yes { then } else { other };
        const TRANSPORTS: &str = "tcp, udp, sctp, icmp or one of their IPv6 forms";
        let oxm = match name {
            "nw_src" | "ip_src" => either(with.is_arp(), "arp_spa", "ipv4_src"),
            "nw_dst" | "ip_dst" => either(with.is_arp(), "arp_tpa", "ipv4_dst"),
            "nw_proto" | "ip_proto" => either(with.is_arp(), "arp_op", "ip_proto"),
            "icmp_type" => either(with.meets(Needs::Icmp6), "icmpv6_type", "icmpv4_type"),
            "icmp_code" => either(with.meets(Needs::Icmp6), "icmpv6_code", "icmpv4_code"),
            "tp_src" => {
                match by_protocol("tcp_src", "udp_src", "sctp_src", "icmpv4_type", "icmpv6_type") {
                    Some(oxm) => oxm,
                    None => return Some(Err(TRANSPORTS)),
                }
            }
            "tp_dst" => {
                match by_protocol("tcp_dst", "udp_dst", "sctp_dst", "icmpv4_code", "icmpv6_code") {
                    Some(oxm) => oxm,
                    None => return Some(Err(TRANSPORTS)),
                }
            }
            _ => return OvsField::by_word(name).map(Ok),
        };
        OvsField::of_oxm(oxm).map(Ok)
    }

    /// The row for a name, whatever is matched: Open vSwitch's, the specification's, that of a code.
    pub(super) fn by_word(name: &str) -> Option<&'static OvsField> {
        let is = |row: &&OvsField| {
            row.name == name
                || row.oxm == name
                || (!row.alias.is_empty() && row.alias == name)
                || row.codes.iter().any(|code| code.name == name)
        };
        FIELDS.iter().chain(OPTIONS).find(is)
    }

    /// The row for a name in an action that takes bits of a field.
    pub(super) fn in_action(name: &str) -> Option<&'static OvsField> {
        match name {
            "in_port" => OvsField::of_oxm("in_port_nxm"),
            "tp_src" => OvsField::of_oxm("tcp_src"),
            "tp_dst" => OvsField::of_oxm("tcp_dst"),
            _ => OvsField::by_word(name),
        }
    }

    /// The row of the table of standard fields.
    pub(super) fn standard(&self) -> Option<&'static FieldInfo> {
        FieldInfo::by_name(self.oxm).filter(|info| info.class == oxm::CLASS_BASIC)
    }

    /// All bits that mean something.
    pub(super) fn ones(&self) -> u128 {
        ones(self.bits)
    }

    /// Bytes of a value.
    pub(super) fn size(&self) -> usize {
        match self.bits {
            _ if self.oxm == "ct_state" => 4,
            _ if self.oxm == "tun_flags" => 2,
            0..=8 => 1,
            9..=16 => 2,
            24 if self.oxm == "pbb_isid" => 3,
            17..=32 => 4,
            33..=48 => 6,
            49..=64 => 8,
            65..=128 => 16,
            bits => usize::from(bits / 8),
        }
    }

    /// Bits that an action can take from it: of a VLAN id those that are the id.
    pub(super) fn action_bits(&self) -> u16 {
        if self.oxm == "vlan_vid" { 12 } else { self.bits }
    }

    /// Where it stands in a message of this version. A match of 1.0 has the standard fields, which
    /// are translated, unless it is in the extended form (`nxm`).
    pub(super) fn code(&self, version: Version, nxm: bool) -> &'static Code {
        let basic = || self.codes.iter().find(|code| code.class == oxm::CLASS_BASIC);
        let since = || self.codes.iter().rev().find(|code| code.since <= version);
        let found = if version == V1_1 || (version == V1_0 && !nxm) { basic() } else { since() };
        found.unwrap_or(&self.codes[0])
    }

    /// Its name in an action that has no version.
    pub(super) fn id(&self) -> OxmId {
        self.id_of(&self.codes[0])
    }

    /// Its name in a message of this version.
    pub(super) fn id_in(&self, version: Version) -> OxmId {
        self.id_of(self.code(version, true))
    }

    fn id_of(&self, code: &Code) -> OxmId {
        let lead = if code.class == oxm::CLASS_EXPERIMENTER { 4 } else { 0 };
        let header =
            u32::from(code.class) << 16 | u32::from(code.number) << 9 | (self.size() + lead) as u32;
        OxmId { header, experimenter: code.experimenter }
    }

    /// The field with this value and mask: exact if the mask has all bits, `None` if it has none.
    pub(super) fn tlv(&self, code: &Code, value: u128, mask: u128) -> Option<OxmTlv> {
        let size = self.size();
        let mask = mask & self.ones();
        let (value, mask) = match mask {
            0 => return None,
            // Of these the bits without a meaning must not be looked at.
            _ if matches!(self.oxm, "ct_state" | "tun_flags") => (value & mask, Some(mask)),
            all if all == self.ones() => (value, None),
            mask => (value & mask, Some(mask)),
        };
        let mut payload = Vec::with_capacity(4 + 2 * size);
        if code.class == oxm::CLASS_EXPERIMENTER {
            payload.extend_from_slice(&code.experimenter.to_be_bytes());
        }
        payload.extend_from_slice(&value.to_be_bytes()[16 - size..]);
        if let Some(mask) = mask {
            payload.extend_from_slice(&mask.to_be_bytes()[16 - size..]);
        }
        Some(OxmTlv::raw(code.class, code.number, mask.is_some(), &payload))
    }

    /// Whether 1.0 can match this value of the field under this mask.
    pub(super) fn in_v1_0(&self, with: Protocols, value: u128, mask: u128) -> bool {
        let prefix = mask == 0 || {
            let free = mask.trailing_zeros();
            mask == self.ones() >> free << free
        };
        let exact = mask == self.ones();
        self.standard().is_some_and(|info| info.v1_0.is_some())
            && match self.oxm {
                "ipv4_src" | "ipv4_dst" => prefix,
                "arp_spa" | "arp_tpa" => prefix && with.eth_type == Some(0x0806),
                "arp_op" => value <= 0xff && with.eth_type == Some(0x0806),
                "ip_proto" | "ip_dscp" => with.is_ipv4(),
                "vlan_vid" => exact && (value == 0 || value & 0x1000 != 0),
                "in_port" | "vlan_pcp" | "eth_src" | "eth_dst" | "eth_type" => exact,
                _ => exact && with.is_ipv4(),
            }
    }

    /// Whether 1.1 can match this value of the field under this mask.
    fn in_v1_1(&self, with: Protocols, value: u128, mask: u128) -> bool {
        let any_tag = value & mask == 0x1000 && mask == 0x1000;
        match self.oxm {
            "metadata" | "eth_src" | "eth_dst" | "arp_spa" | "arp_tpa" => true,
            "ipv4_src" | "ipv4_dst" => true,
            "arp_op" => value <= 0xff && mask == self.ones(),
            "vlan_vid" if any_tag => true,
            "mpls_label" | "mpls_tc" => mask == self.ones(),
            _ => self.in_v1_0(with, value, mask),
        }
    }

    /// Refuses what the version of `p` cannot say.
    pub(super) fn check_version(
        &self,
        p: &Parser<'_>,
        token: &str,
        with: Protocols,
        value: u128,
        mask: u128,
    ) -> Result<()> {
        let fine = match p.version {
            V1_0 => p.nxm || self.in_v1_0(with, value, mask),
            V1_1 => self.in_v1_1(with, value, mask),
            version => self.in_oxm(version),
        };
        if fine { Ok(()) } else { Err(p.error(token, OvsTextErrorKind::NotInVersion(p.version))) }
    }

    /// Whether a message of this version, later than 1.0, can have the field at all: in a form of
    /// its own or in Open vSwitch's.
    pub(super) fn in_oxm(&self, version: Version) -> bool {
        let known = |code: &Code| code.since <= version || self.oxm == "packet_type";
        self.codes.iter().any(known)
    }
}

/// The lowest `bits` bits, of which a number has 128.
pub(super) const fn ones(bits: u16) -> u128 {
    match bits {
        0 => 0,
        1..=128 => u128::MAX >> (128 - bits as u32),
        _ => u128::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standard_field_has_one_row() {
        for info in oxm::FIELDS {
            let rows: Vec<_> = FIELDS.iter().filter(|row| row.oxm == info.name).collect();
            let [row] = rows[..] else { panic!("{}: {} rows", info.name, rows.len()) };
            let codes: Vec<_> =
                row.codes.iter().filter(|code| code.class == oxm::CLASS_BASIC).collect();
            let [code] = codes[..] else { panic!("{}: {codes:?}", info.name) };
            assert_eq!((code.number, code.since), (info.number, info.since), "{}", info.name);
            assert_eq!(
                (row.size(), row.bits),
                (info.size.into(), info.bits.into()),
                "{}",
                info.name
            );
        }
    }

    #[test]
    fn sizes_are_those_of_the_wire() {
        for row in FIELDS {
            for code in row.codes {
                let tlv = row.tlv(code, row.ones(), 1).unwrap_or_default();
                let info = tlv.as_oxm().info();
                if let Some(info) = info {
                    assert_eq!(row.size(), usize::from(info.size), "{}", row.oxm);
                }
                assert!(OvsField::of_tlv(tlv.as_oxm()).is_some_and(|same| same.oxm == row.oxm));
                assert!(OvsField::of_id(row.id_of(code)).is_some_and(|same| same.oxm == row.oxm));
            }
        }
    }

    #[test]
    fn no_name_stands_for_two_rows() {
        let mut names: Vec<&str> = Vec::new();
        // By number, not by name: what is called in_port is the row above it.
        for row in FIELDS.iter().filter(|row| row.oxm != "in_port_nxm") {
            let mut own = vec![row.name, row.oxm];
            own.extend((!row.alias.is_empty()).then_some(row.alias));
            own.extend(row.codes.iter().map(|code| code.name));
            own.sort_unstable();
            own.dedup();
            names.extend(own);
        }
        names.sort_unstable();
        for pair in names.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }
}
