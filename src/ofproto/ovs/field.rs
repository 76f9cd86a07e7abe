//! The table of match fields: Open vSwitch's names and the rows of [`oxm`] that they stand for.

use std::fmt;

use super::error::OvsTextErrorKind;
use super::protocols::{Needs, Protocols};
use super::token::{self, expected, number, number_64};
use super::{Parser, Result};
use crate::ofproto::oxm::{self, Field, FieldInfo, OxmRef, OxmTlv};
use crate::ofproto::{PortNo, V1_0, V1_1};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
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
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct OvsField {
    /// The name of the row in [`oxm::FIELDS`].
    pub(super) oxm: &'static str,
    /// Open vSwitch's first name: what a set-field shows.
    pub(super) name: &'static str,
    /// What a match shows.
    pub(super) shown: &'static str,
    /// Open vSwitch's second name.
    alias: &'static str,
    pub(super) form: Form,
    /// Whether Open vSwitch takes a mask, which is more often than the specification says.
    pub(super) mask: bool,
    /// Whether a set-field may set it.
    pub(super) writable: bool,
    pub(super) needs: Needs,
    /// Place in a match: lower comes first.
    pub(super) rank: u8,
}

macro_rules! fields {
    ( $( $oxm:ident $name:literal $shown:literal $alias:literal $form:ident $mask:ident
         $access:ident $needs:ident $rank:literal; )* ) => {
        &[ $( OvsField {
            oxm: stringify!($oxm), name: $name, shown: $shown, alias: $alias,
            form: Form::$form, mask: fields!(@ $mask), writable: fields!(@ $access),
            needs: Needs::$needs, rank: $rank,
        }, )* ]
    };
    (@ mask) => { true };
    (@ exact) => { false };
    (@ rw) => { true };
    (@ ro) => { false };
}

#[rustfmt::skip]
static FIELDS: &[OvsField] = fields! {
    // oxm          set_field      match          alias         form    mask  access needs    rank
    tunnel_id      "tun_id"       "tun_id"       "tunnel_id"   Hex     mask  rw Nothing   10;
    metadata       "metadata"     "metadata"     ""            Hex     mask  rw Nothing   20;
    in_port        "in_port"      "in_port"      "in_port_oxm" Port    exact rw Nothing   30;
    vlan_vid       "vlan_vid"     "vlan_vid"     ""            Decimal mask  rw Nothing   40;
    vlan_pcp       "vlan_pcp"     "dl_vlan_pcp"  "dl_vlan_pcp" Decimal exact rw Nothing   41;
    eth_src        "eth_src"      "dl_src"       "dl_src"      Mac     mask  rw Nothing   50;
    eth_dst        "eth_dst"      "dl_dst"       "dl_dst"      Mac     mask  rw Nothing   51;
    eth_type       "eth_type"     "dl_type"      "dl_type"     EthType exact ro Nothing   52;
    ipv4_src       "ip_src"       "nw_src"       "nw_src"      Ipv4    mask  rw Ipv4      60;
    ipv4_dst       "ip_dst"       "nw_dst"       "nw_dst"      Ipv4    mask  rw Ipv4      61;
    arp_spa        "arp_spa"      "arp_spa"      ""            Ipv4    mask  rw Arp       60;
    arp_tpa        "arp_tpa"      "arp_tpa"      ""            Ipv4    mask  rw Arp       61;
    ipv6_src       "ipv6_src"     "ipv6_src"     ""            Ipv6    mask  rw Ipv6      60;
    ipv6_dst       "ipv6_dst"     "ipv6_dst"     ""            Ipv6    mask  rw Ipv6      61;
    ipv6_flabel    "ipv6_label"   "ipv6_label"   ""            Label   mask  rw Ipv6      62;
    ip_proto       "nw_proto"     "nw_proto"     ""            Decimal exact ro Ip        63;
    arp_op         "arp_op"       "arp_op"       ""            Decimal exact rw Arp       63;
    arp_sha        "arp_sha"      "arp_sha"      ""            Mac     mask  rw Arp       64;
    arp_tha        "arp_tha"      "arp_tha"      ""            Mac     mask  rw Arp       65;
    ip_dscp        "ip_dscp"      "nw_tos"       ""            Decimal exact rw Ip        66;
    ip_ecn         "nw_ecn"       "nw_ecn"       "ip_ecn"      Decimal exact rw Ip        67;
    mpls_label     "mpls_label"   "mpls_label"   ""            Decimal exact rw Mpls      70;
    mpls_tc        "mpls_tc"      "mpls_tc"      ""            Decimal exact rw Mpls      71;
    mpls_bos       "mpls_bos"     "mpls_bos"     ""            Decimal exact ro Mpls      73;
    tcp_src        "tcp_src"      "tp_src"       ""            L4Port  mask  rw Tcp       80;
    tcp_dst        "tcp_dst"      "tp_dst"       ""            L4Port  mask  rw Tcp       81;
    udp_src        "udp_src"      "tp_src"       ""            L4Port  mask  rw Udp       80;
    udp_dst        "udp_dst"      "tp_dst"       ""            L4Port  mask  rw Udp       81;
    sctp_src       "sctp_src"     "tp_src"       ""            L4Port  mask  rw Sctp      80;
    sctp_dst       "sctp_dst"     "tp_dst"       ""            L4Port  mask  rw Sctp      81;
    icmpv4_type    "icmp_type"    "icmp_type"    ""            Decimal exact rw Icmp      80;
    icmpv4_code    "icmp_code"    "icmp_code"    ""            Decimal exact rw Icmp      81;
    icmpv6_type    "icmpv6_type"  "icmp_type"    ""            Decimal exact rw Icmp6     80;
    icmpv6_code    "icmpv6_code"  "icmp_code"    ""            Decimal exact rw Icmp6     81;
    ipv6_nd_target "nd_target"    "nd_target"    ""            Ipv6    mask  rw Nd        82;
    ipv6_nd_sll    "nd_sll"       "nd_sll"       ""            Mac     mask  rw NdSolicit 83;
    ipv6_nd_tll    "nd_tll"       "nd_tll"       ""            Mac     mask  rw NdAdvert  84;
    // Open vSwitch has not got these; the names are the specification's.
    in_phy_port    "in_phy_port"  "in_phy_port"  ""            Port    exact ro Nothing   90;
    pbb_isid       "pbb_isid"     "pbb_isid"     ""            Decimal mask  rw Pbb       91;
    ipv6_exthdr    "ipv6_exthdr"  "ipv6_exthdr"  ""            Hex     mask  ro Ipv6      92;
};

impl OvsField {
    /// The row for a row of [`oxm::FIELDS`].
    pub(super) fn of_oxm(oxm: &str) -> Option<&'static OvsField> {
        FIELDS.iter().find(|row| row.oxm == oxm)
    }

    /// The row for a field on the wire; `None` if there is none or its size is not the row's.
    pub(super) fn of_tlv(tlv: OxmRef<'_>) -> Option<&'static OvsField> {
        let info = tlv.info()?;
        (tlv.value().len() == usize::from(info.size)).then(|| OvsField::of_oxm(info.name))?
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
            _ => {
                let is = |row: &&OvsField| row.name == name || row.alias == name || row.oxm == name;
                return FIELDS.iter().find(is).map(Ok);
            }
        };
        OvsField::of_oxm(oxm).map(Ok)
    }

    /// The row of the table of standard fields.
    pub(super) fn info(&self) -> &'static FieldInfo {
        // A test walks the table: every name is one of `oxm::FIELDS`.
        FieldInfo::by_name(self.oxm).unwrap_or(&oxm::FIELDS[0])
    }

    /// All bits that mean something.
    pub(super) fn ones(&self) -> u128 {
        ones(self.info().bits)
    }

    /// The field with this value and mask: exact if the mask has all bits, `None` if it has none.
    pub(super) fn tlv(&self, value: u128, mask: u128) -> Option<OxmTlv> {
        let info = self.info();
        let field = Field::<u128>::new(info.class, info.number, info.size);
        match mask & self.ones() {
            0 => None,
            all if all == self.ones() => Some(OxmTlv::new(field, value)),
            mask => Some(OxmTlv::masked(field, value & mask, mask)),
        }
    }

    /// What a value of this field looks like.
    fn expectation(&self) -> &'static str {
        match (self.form, self.mask, self.info().bits) {
            (Form::Ipv4, ..) => "an IPv4 address, or one with /PREFIX or /MASK",
            (Form::Ipv6, ..) => "an IPv6 address, or one with /PREFIX or /MASK",
            (Form::Mac, ..) => "an Ethernet address, or one with /MASK",
            (Form::Port, ..) => "a port",
            (_, true, 13) => "a number of 13 bits, or one with /MASK",
            (_, true, 16) => "a number of 16 bits, or one with /MASK",
            (_, true, 20) => "a number of 20 bits, or one with /MASK",
            (_, true, 64) => "a number of 64 bits, or one with /MASK",
            (_, true, _) => "a number in range, or one with /MASK",
            (_, false, 1) => "0 or 1",
            (_, false, 2) => "a number, 0 to 3",
            (_, false, 3) => "a number, 0 to 7",
            (_, false, 6) => "a number, 0 to 63",
            (_, false, 8) => "a number, 0 to 255",
            (_, false, 16) => "a number, 0 to 65535",
            (_, false, 20) => "a number, 0 to 1048575",
            (_, false, _) => "a number in range",
        }
    }

    /// Reads `value` or `value/mask`.
    pub(super) fn parse(&self, p: &Parser<'_>, text: &str) -> Result<(u128, u128)> {
        let fail = || p.error(text, expected(self.expectation()));
        let (value, mask) = match text.split_once('/') {
            Some((value, mask)) if self.mask => (value, Some(mask)),
            Some(_) => return Err(fail()),
            None => (text, None),
        };
        let bits = u32::from(self.info().bits);
        let one = |text: &str| match self.form {
            Form::Mac => token::mac(text),
            Form::Ipv4 => token::ipv4(text),
            Form::Ipv6 => token::ipv6(text),
            _ if bits == 64 => number_64(text).map(u128::from),
            _ => number(text),
        };
        let prefix = |text: &str| match number(text) {
            Some(0) => Some(0),
            Some(len) if len <= u128::from(bits) => {
                let free = bits - len as u32;
                Some(self.ones() >> free << free)
            }
            _ => None,
        };
        if self.form == Form::Port {
            return Ok((p.port(value)?.0.into(), self.ones()));
        }
        let value = one(value).filter(|v| *v <= self.ones()).ok_or_else(fail)?;
        let mask = match mask {
            None => self.ones(),
            Some(mask) => {
                let mask = match self.form {
                    Form::Ipv4 | Form::Ipv6 => one(mask).or_else(|| prefix(mask)),
                    _ => one(mask),
                };
                mask.filter(|m| *m <= self.ones()).ok_or_else(fail)?
            }
        };
        Ok((value, mask))
    }

    /// Writes `value` or `value/mask`, as a match shows it or a set-field.
    pub(super) fn write(
        &self,
        out: &mut impl fmt::Write,
        value: u128,
        mask: Option<u128>,
        in_match: bool,
    ) -> fmt::Result {
        let mask = mask.filter(|mask| *mask != self.ones());
        let one = |out: &mut dyn fmt::Write, v: u128| match self.form {
            Form::Decimal => write!(out, "{v}"),
            Form::L4Port if mask.is_none() => write!(out, "{v}"),
            Form::L4Port => write!(out, "{v:#x}"),
            Form::EthType => write!(out, "{v:#06x}"),
            Form::Label if in_match => write!(out, "{v:#07x}"),
            Form::Hex | Form::Label if v == 0 => write!(out, "0"),
            Form::Hex | Form::Label => write!(out, "{v:#x}"),
            Form::Port => write!(out, "{}", PortNo(v as u32)),
            Form::Mac => {
                let [.., a, b, c, d, e, g] = v.to_be_bytes();
                write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
            }
            Form::Ipv4 => write!(out, "{}", std::net::Ipv4Addr::from(v as u32)),
            Form::Ipv6 => out.write_str(&token::ipv6_text(v)),
        };
        one(out, value)?;
        let Some(mask) = mask else { return Ok(()) };
        out.write_str("/")?;
        if matches!(self.form, Form::Ipv4 | Form::Ipv6) {
            let bits = u32::from(self.info().bits);
            let set = mask.count_ones();
            if set > 0 && mask == self.ones() >> (bits - set) << (bits - set) {
                return write!(out, "{set}");
            }
        }
        one(out, mask)
    }

    /// Whether 1.0 can match this value of the field under this mask.
    pub(super) fn in_v1_0(&self, with: Protocols, value: u128, mask: u128) -> bool {
        let prefix = mask == 0 || {
            let free = mask.trailing_zeros();
            mask == self.ones() >> free << free
        };
        let exact = mask == self.ones();
        self.info().v1_0.is_some()
            && match self.oxm {
                "ipv4_src" | "ipv4_dst" => prefix,
                "arp_spa" | "arp_tpa" => prefix && with.eth_type == Some(0x0806),
                "arp_op" => value <= 0xff && with.eth_type == Some(0x0806),
                "ip_proto" | "ip_dscp" => with.is_ipv4(),
                "vlan_vid" => exact && (value == 0 || value & 0x1000 != 0),
                _ => exact && (self.rank < 80 || with.is_ipv4()),
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
            V1_0 => self.in_v1_0(with, value, mask),
            V1_1 => self.in_v1_1(with, value, mask),
            version => version >= self.info().since,
        };
        if fine { Ok(()) } else { Err(p.error(token, OvsTextErrorKind::NotInVersion(p.version))) }
    }
}

/// The lowest `bits` bits.
pub(super) const fn ones(bits: u8) -> u128 {
    match bits {
        0 => 0,
        _ => u128::MAX >> (128 - bits as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standard_field_has_one_row() {
        for info in
            oxm::FIELDS.iter().filter(|info| info.number < 40 && info.class == oxm::CLASS_BASIC)
        {
            let rows = FIELDS.iter().filter(|row| row.oxm == info.name);
            assert_eq!(rows.count(), 1, "{}", info.name);
        }
        for row in FIELDS {
            assert_eq!(row.info().name, row.oxm);
        }
    }

    #[test]
    fn no_name_stands_for_two_rows() {
        let mut names: Vec<&str> = Vec::new();
        for row in FIELDS {
            let mut own = vec![row.name, row.oxm];
            own.extend((!row.alias.is_empty()).then_some(row.alias));
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
