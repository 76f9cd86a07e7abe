//! Extended communities (RFC 4360): eight bytes by which routes are marked.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Base64, Decoder, Encoder, Form, Member as _, header, union};
use crate::wire::{DecodeError, JsonError, MacAddr};

union! {
    /// An extended community.
    ///
    /// ```text
    ///  0       8       16                                              64
    /// +-------+-------+------------------------------------------------+
    /// | type  |subtype|               value, by the two                |
    /// +-------+-------+------------------------------------------------+
    /// ```
    ///
    /// Bit 0x40 of the type says that the community stays within an AS; the variant is the same.
    ///
    /// Ryu: `bgp._ExtendedCommunity`. Spec: RFC 4360 section 2.
    ///
    /// ```
    /// use ryu_sdn::packet::{BgpExtendedCommunities, BgpTwoOctetAsCommunity, Bgp, BgpUpdate};
    ///
    /// let target = BgpTwoOctetAsCommunity {
    ///     subtype: BgpTwoOctetAsCommunity::ROUTE_TARGET,
    ///     as_number: 65001,
    ///     local_administrator: 100,
    ///     ..BgpTwoOctetAsCommunity::default()
    /// };
    /// let attribute = BgpExtendedCommunities {
    ///     communities: vec![target.into()].into(),
    ///     ..BgpExtendedCommunities::default()
    /// };
    /// let update = BgpUpdate { path_attributes: vec![attribute.into()].into(), ..BgpUpdate::default() };
    /// let bytes = (Bgp::from(update) / []).to_bytes()?;
    /// assert_eq!(bytes[23..], [0xc0, 16, 8, 0, 2, 0xfd, 0xe9, 0, 0, 0, 100]);
    /// # Ok::<(), ryu_sdn::packet::EmitError>(())
    /// ```
    #[derive(Copy)]
    pub enum BgpExtendedCommunity by
        |d| d.peek::<2>().map(|[kind, subtype]| (kind & !0x40, subtype)),
        else Unknown(BgpUnknownCommunity);
    /// Of an AS with a number of two octets: route targets, for instance.
    (0, _) => TwoOctetAs(BgpTwoOctetAsCommunity);
    /// Of an IPv4 address.
    (1, _) => Ipv4Address(BgpIpv4AddressCommunity);
    /// Of an AS with a number of four octets.
    (2, _) => FourOctetAs(BgpFourOctetAsCommunity);
    /// How packets are put into a tunnel.
    (3, 0x0c) => Encapsulation(BgpEncapsulationCommunity);
    /// Six bytes that have no structure.
    (3, _) => Opaque(BgpOpaqueCommunity);
    /// How often a host moved.
    (6, 0) => EvpnMacMobility(BgpEvpnMacMobilityCommunity);
    /// The label of an Ethernet segment.
    (6, 1) => EvpnEsiLabel(BgpEvpnEsiLabelCommunity);
    /// Who is to import the route of an Ethernet segment.
    (6, 2) => EvpnEsImportRt(BgpEvpnEsImportRtCommunity);
    /// How fast a flow may be.
    (0x80, 6) => TrafficRate(BgpFlowSpecTrafficRateCommunity);
    /// Whether a flow is sampled.
    (0x80, 7) => TrafficAction(BgpFlowSpecTrafficActionCommunity);
    /// Into which VPN a flow goes.
    (0x80, 8) => Redirect(BgpFlowSpecRedirectCommunity);
    /// How the packets of a flow are marked.
    (0x80, 9) => TrafficMarking(BgpFlowSpecTrafficMarkingCommunity);
    /// What is done with the VLAN tags of a flow.
    (8, 0x0a) => VlanAction(BgpFlowSpecVlanActionCommunity);
    /// What is done with the tag protocols of a flow.
    (8, 0x0b) => TpidAction(BgpFlowSpecTpidActionCommunity);
}

header! {
    /// Of an AS with a number of two octets.
    ///
    /// Ryu: `bgp.BGPTwoOctetAsSpecificExtendedCommunity`. Spec: RFC 4360 section 3.1. See the
    /// example of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpTwoOctetAsCommunity "BGPTwoOctetAsSpecificExtendedCommunity" {
        /// 0, or 0x40.
        type_["type"]: u8 = 0,
        /// What it is for: [`BgpTwoOctetAsCommunity::ROUTE_TARGET`] and its neighbours.
        subtype: u8,
        /// Number of the AS.
        as_number: u16,
        /// What it assigned.
        local_administrator: u32,
    }
}

impl BgpTwoOctetAsCommunity {
    /// Subtype: who is to import the route.
    pub const ROUTE_TARGET: u8 = 2;
    /// Subtype: where the route comes from.
    pub const ROUTE_ORIGIN: u8 = 3;
}

header! {
    /// Of an IPv4 address.
    ///
    /// Ryu: `bgp.BGPIPv4AddressSpecificExtendedCommunity`. Spec: RFC 4360 section 3.2. See the
    /// example of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpIpv4AddressCommunity "BGPIPv4AddressSpecificExtendedCommunity" {
        /// 1, or 0x41.
        type_["type"]: u8 = 1,
        /// What it is for, as in [`BgpTwoOctetAsCommunity`].
        subtype: u8,
        /// The address.
        ipv4_address: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
        /// What its owner assigned.
        local_administrator: u16,
    }
}

header! {
    /// Of an AS with a number of four octets.
    ///
    /// Ryu: `bgp.BGPFourOctetAsSpecificExtendedCommunity`. Spec: RFC 5668 section 2. See the
    /// example of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpFourOctetAsCommunity "BGPFourOctetAsSpecificExtendedCommunity" {
        /// 2, or 0x42.
        type_["type"]: u8 = 2,
        /// What it is for, as in [`BgpTwoOctetAsCommunity`].
        subtype: u8,
        /// Number of the AS.
        as_number: u32,
        /// What it assigned.
        local_administrator: u16,
    }
}

header! {
    /// Six bytes that have no structure.
    ///
    /// Ryu: `bgp.BGPOpaqueExtendedCommunity`. Spec: RFC 4360 section 3.3. See the example of
    /// [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpOpaqueCommunity "BGPOpaqueExtendedCommunity" {
        /// 3, or 0x43.
        type_["type"]: u8 = 3,
        /// What it is for.
        subtype: u8,
        /// The bytes.
        opaque: [u8; 6] => Base64 = [0; 6],
    }
}

header! {
    /// How packets are put into a tunnel.
    ///
    /// Ryu: `bgp.BGPEncapsulationExtendedCommunity`. Spec: RFC 9012 section 4.1. See the example
    /// of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpEncapsulationCommunity "BGPEncapsulationExtendedCommunity" {
        /// 3, or 0x43.
        type_["type"]: u8 = 3,
        /// 12.
        subtype: u8 = 12,
        /// Not used.
        reserved[""]: u32,
        /// [`BgpEncapsulationCommunity::VXLAN`] and its neighbours.
        tunnel_type: u16,
    }
}

impl BgpEncapsulationCommunity {
    /// L2TPv3 over IP.
    pub const L2TPV3: u16 = 1;
    /// GRE.
    pub const GRE: u16 = 2;
    /// IP in IP.
    pub const IP_IN_IP: u16 = 7;
    /// VXLAN.
    pub const VXLAN: u16 = 8;
    /// NVGRE.
    pub const NVGRE: u16 = 9;
    /// MPLS.
    pub const MPLS: u16 = 10;
    /// MPLS in GRE.
    pub const MPLS_IN_GRE: u16 = 11;
    /// VXLAN with the generic protocol extension.
    pub const VXLAN_GPE: u16 = 12;
    /// MPLS in UDP.
    pub const MPLS_IN_UDP: u16 = 13;
}

header! {
    /// How often a host moved.
    ///
    /// Ryu: `bgp.BGPEvpnMacMobilityExtendedCommunity`. Spec: RFC 7432 section 7.7. See the example
    /// of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpEvpnMacMobilityCommunity "BGPEvpnMacMobilityExtendedCommunity" {
        /// 6.
        type_["type"]: u8 = 6,
        /// 0.
        subtype: u8,
        /// 1: the host does not move.
        flags: u8,
        /// Not used.
        reserved[""]: u8,
        /// Moves.
        sequence_number: u32,
    }
}

header! {
    /// The label of an Ethernet segment.
    ///
    /// Ryu's JSON does not have the label, and so ours has not.
    ///
    /// Ryu: `bgp.BGPEvpnEsiLabelExtendedCommunity`. Spec: RFC 7432 section 7.5. See the example of
    /// [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpEvpnEsiLabelCommunity "BGPEvpnEsiLabelExtendedCommunity" {
        /// 6.
        type_["type"]: u8 = 6,
        /// 1.
        subtype: u8 = 1,
        /// [`BgpEvpnEsiLabelCommunity::SINGLE_ACTIVE`].
        flags: u8,
        /// Not used.
        reserved[""]: u16,
        /// 24 bits: a VNI, or an MPLS label in the upper 20.
        label[""]: u32 as 24,
    }
}

impl BgpEvpnEsiLabelCommunity {
    /// Flag: one of the routers forwards, the others wait.
    pub const SINGLE_ACTIVE: u8 = 1;

    /// The label, if it is one of MPLS.
    pub const fn mpls_label(&self) -> u32 {
        self.label >> 4
    }
}

header! {
    /// Who is to import the route of an Ethernet segment.
    ///
    /// Ryu: `bgp.BGPEvpnEsImportRTExtendedCommunity`. Spec: RFC 7432 section 7.6. See the example
    /// of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpEvpnEsImportRtCommunity "BGPEvpnEsImportRTExtendedCommunity" {
        /// 6.
        type_["type"]: u8 = 6,
        /// 2.
        subtype: u8 = 2,
        /// Of the segment's identifier.
        es_import: MacAddr = MacAddr([0; 6]),
    }
}

header! {
    /// How fast a flow may be.
    ///
    /// Ryu: `bgp.BGPFlowSpecTrafficRateCommunity`. Spec: RFC 8955 section 7.1. See the example of
    /// [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpFlowSpecTrafficRateCommunity "BGPFlowSpecTrafficRateCommunity" {
        /// 0x80.
        type_["type"]: u8 = 0x80,
        /// 6.
        subtype: u8 = 6,
        /// Number of the AS, for information.
        as_number: u16,
        /// Bytes per second in the 32 bits of IEEE 754; see [`BgpFlowSpecTrafficRateCommunity::rate`].
        rate_info: u32 => Float,
    }
}

impl BgpFlowSpecTrafficRateCommunity {
    /// At most `rate` bytes per second; 0 drops the flow.
    pub fn new(as_number: u16, rate: f32) -> Self {
        BgpFlowSpecTrafficRateCommunity { as_number, rate_info: rate.to_bits(), ..Self::default() }
    }

    /// Bytes per second.
    pub fn rate(&self) -> f32 {
        f32::from_bits(self.rate_info)
    }
}

header! {
    /// Whether a flow is sampled, and whether the rules end here.
    ///
    /// Ryu: `bgp.BGPFlowSpecTrafficActionCommunity`. Spec: RFC 8955 section 7.3. See the example
    /// of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpFlowSpecTrafficActionCommunity "BGPFlowSpecTrafficActionCommunity" {
        /// 0x80.
        type_["type"]: u8 = 0x80,
        /// 7.
        subtype: u8 = 7,
        /// Not used.
        reserved[""]: u64 as 40,
        /// [`BgpFlowSpecTrafficActionCommunity::SAMPLE`] and its neighbour.
        action: u8,
    }
}

impl BgpFlowSpecTrafficActionCommunity {
    /// Rules behind this one count, too.
    pub const TERMINAL: u8 = 1;
    /// The flow is sampled and logged.
    pub const SAMPLE: u8 = 2;
}

header! {
    /// Into which VPN a flow goes, by its route target.
    ///
    /// Ryu: `bgp.BGPFlowSpecRedirectCommunity`. Spec: RFC 8955 section 7.4. See the example of
    /// [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpFlowSpecRedirectCommunity "BGPFlowSpecRedirectCommunity" {
        /// 0x80.
        type_["type"]: u8 = 0x80,
        /// 8.
        subtype: u8 = 8,
        /// Number of the AS.
        as_number: u16,
        /// What it assigned.
        local_administrator: u32,
    }
}

header! {
    /// How the packets of a flow are marked.
    ///
    /// Ryu: `bgp.BGPFlowSpecTrafficMarkingCommunity`. Spec: RFC 8955 section 7.5. See the example
    /// of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpFlowSpecTrafficMarkingCommunity "BGPFlowSpecTrafficMarkingCommunity" {
        /// 0x80.
        type_["type"]: u8 = 0x80,
        /// 9.
        subtype: u8 = 9,
        /// Not used.
        reserved[""]: u64 as 40,
        /// Differentiated services code point, 0 to 63; the two bits above are not used.
        dscp: u8,
    }
}

header! {
    /// What is done with the VLAN tags of a flow: two actions.
    ///
    /// Ryu: `bgp.BGPFlowSpecVlanActionCommunity`. Spec: draft-ietf-idr-flowspec-l2vpn section 4.
    /// See the example of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpFlowSpecVlanActionCommunity "BGPFlowSpecVlanActionCommunity" {
        /// 8.
        type_["type"]: u8 = 8,
        /// 10.
        subtype: u8 = 10,
        /// [`BgpFlowSpecVlanActionCommunity::POP`] and its neighbours.
        actions_1: u8,
        /// The same, for the second one.
        actions_2: u8,
        /// VLAN id of the first action.
        vlan_1: u16 as 12,
        /// Priority of the first action.
        cos_1: u8 as 3,
        /// Not used.
        reserved_1[""]: u8 as 1,
        /// VLAN id of the second action.
        vlan_2: u16 as 12,
        /// Priority of the second action.
        cos_2: u8 as 3,
        /// Not used.
        reserved_2[""]: u8 as 1,
    }
}

impl BgpFlowSpecVlanActionCommunity {
    /// Takes the outermost tag off.
    pub const POP: u8 = 1 << 7;
    /// Puts a tag on.
    pub const PUSH: u8 = 1 << 6;
    /// Swaps the two outermost tags.
    pub const SWAP: u8 = 1 << 5;
    /// Changes the inner tag.
    pub const REWRITE_INNER: u8 = 1 << 4;
    /// Changes the outer tag.
    pub const REWRITE_OUTER: u8 = 1 << 3;
}

header! {
    /// What is done with the tag protocols of a flow.
    ///
    /// Ryu: `bgp.BGPFlowSpecTPIDActionCommunity`. Spec: draft-ietf-idr-flowspec-l2vpn section 4.
    /// See the example of [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpFlowSpecTpidActionCommunity "BGPFlowSpecTPIDActionCommunity" {
        /// 8.
        type_["type"]: u8 = 8,
        /// 11.
        subtype: u8 = 11,
        /// [`BgpFlowSpecTpidActionCommunity::TI`] and its neighbour.
        actions: u16,
        /// Protocol of the inner tag.
        tpid_1: u16,
        /// Protocol of the outer tag.
        tpid_2: u16,
    }
}

impl BgpFlowSpecTpidActionCommunity {
    /// Sets the protocol of the inner tag.
    pub const TI: u16 = 1 << 15;
    /// Sets the protocol of the outer tag.
    pub const TO: u16 = 1 << 14;
}

header! {
    /// A community of a type that has no type here.
    ///
    /// Ryu: `bgp.BGPUnknownExtendedCommunity`. Spec: RFC 4360 section 2. See the example of
    /// [`BgpExtendedCommunity`].
    #[derive(Copy)]
    pub struct BgpUnknownCommunity "BGPUnknownExtendedCommunity" {
        /// Its number.
        type_["type"]: u8 = 0xff,
        /// What it says, the subtype first.
        value: [u8; 7] => Base64 = [0; 7],
    }
}

/// The bits of a number of IEEE 754, which JSON has as a number. JSON has none for infinity and what
/// is no number: null stands for them.
pub(crate) enum Float {}

impl Form<'_, u32> for Float {
    fn decode(d: &mut Decoder<'_>) -> Result<u32, DecodeError> {
        crate::packet::codec::Member::decode(d)
    }
    fn encode(value: &u32, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &u32) -> Value {
        f64::from(f32::from_bits(*value)).into()
    }
    fn from_json(value: &Value) -> Result<u32, JsonError> {
        if value.is_null() {
            return Ok(f32::NAN.to_bits());
        }
        let number = value.as_f64().ok_or_else(|| JsonError::expected("a number", value))?;
        Ok((number as f32).to_bits())
    }
    fn show(value: &u32, out: &mut String) {
        show_float(f32::from_bits(*value).into(), out);
    }
}

/// Appends what Python's `repr` says of a number.
pub(crate) fn show_float(number: f64, out: &mut String) {
    if number.is_nan() {
        out.push_str("nan");
        return;
    }
    let text = format!("{number:?}");
    match text.split_once('e') {
        Some((digits, power)) => {
            let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
            // Writing to a string cannot fail.
            let _ = write!(out, "{digits}e{sign}{power:0>2}");
        }
        None => out.push_str(&text),
    }
}
