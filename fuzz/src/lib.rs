//! The families of protocols, and what a frame of any has to go through.

use ryu_sdn::packet::{Igmp, Kind, Layer, Ospf, Packet, Vrrp};

/// Most bytes of text, JSON or debug output for each byte of a frame, and for none at all.
const TEXT: usize = 1024;

/// Every protocol stands in one family: the compiler says which is forgotten.
macro_rules! families {
    ($( $family:ident: $($kind:ident)* ),* $(,)?) => {
        $(
            /// A family.
            pub const $family: &[Kind] = &[$( Kind::$kind ),*];
        )*
        const _: fn(Kind) = |kind| match kind {
            $( $( Kind::$kind => {} )* )*
        };
    };
}

// `fuzz/seed` reads these rows, too.
families! {
    LINK: Ethernet Vlan Svlan Arp Llc Snap Mpls Itag LinuxCooked,
    CONTROL: Lldp Bpdu Lacp Cfm Bfd,
    IP: Ipv4 Ipv6 Icmp Icmpv6 Igmp,
    TRANSPORT: Tcp Udp Sctp Openflow,
    TUNNEL: Gre Vxlan Geneve,
    DHCP: Dhcp Dhcp6,
    ROUTING: Ospf Vrrp,
    BGP: Bgp Bmp,
    ZEBRA: FromZebra Zebra,
}

/// A frame of a family.
///
/// Input: one byte, 0 for an Ethernet frame and else the place in the family of the protocol that the
/// bytes start with; then the bytes.
pub fn frame(family: &[Kind], input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else { return };
    let place = usize::from(*first) % (family.len() + 1);
    let first = place.checked_sub(1).map_or(Kind::Ethernet, |place| family[place]);
    judge(first, bytes);
}

/// It is read, printed and judged, and what was read is written as it came; so is what our JSON of it
/// says; checksums that are filled in are right.
pub fn judge(first: Kind, bytes: &[u8]) {
    let mut packet = Packet::parse_as(first, bytes);
    let layers = packet.iter().count();
    assert!(layers <= bytes.len() + 1, "{layers} layers");
    for kind in packet.iter().filter_map(|layer| layer.kind()) {
        assert!(packet.has(kind), "{kind:?} is there and not found");
    }
    let error = packet.error();
    let _ = (packet.verify(), packet.error_kind());
    let json = packet.to_json();
    for text in [packet.to_string(), format!("{packet:?}"), json.to_string()] {
        assert!(text.len() <= TEXT * (bytes.len() + 1), "{} bytes of text", text.len());
    }
    let made = match Packet::from_json(&json) {
        Ok(made) => made,
        Err(err) => panic!("our own JSON cannot be read: {err}: {json}"),
    };
    // What JSON has no place for (padding, labels of BGP) may be lost, but not more than once.
    if let Ok(made) = made.to_bytes() {
        let again = Packet::parse_as(first, &made);
        let json = again.to_json();
        if let Err(err) = Packet::from_json(&json) {
            panic!("our own JSON cannot be read: {err}: {json}");
        }
    }
    let layers = packet.layers_mut();
    let are_known = layers.iter_mut().fold(true, |known, layer| forget_checksum(layer) && known);
    let filled = packet.to_bytes().expect("what was read can be written");
    assert_eq!(filled.len(), bytes.len(), "a checksum has a size of its own");
    if error.is_none() && are_known {
        if let Err(err) = Packet::parse_as(first, &filled).verify() {
            panic!("our own checksum is wrong: {err}");
        }
    }
    let mut apart = Packet::parse_as(first, bytes);
    apart.layers_mut();
    assert_eq!(apart.to_bytes().expect("what was read can be written"), bytes);
}

/// Lets the checksum of a header be filled in; `false` if there are others in it.
fn forget_checksum(layer: &mut Layer) -> bool {
    match layer {
        Layer::Ipv4(ip) => ip.csum = None,
        Layer::Icmp(icmp) => icmp.csum = None,
        Layer::Icmpv6(icmp) => icmp.csum = None,
        Layer::Igmp(Igmp::Plain(igmp)) => igmp.csum = None,
        Layer::Igmp(Igmp::V3Query(igmp)) => igmp.csum = None,
        Layer::Igmp(Igmp::V3Report(igmp)) => igmp.csum = None,
        Layer::Tcp(tcp) => tcp.csum = None,
        Layer::Udp(udp) => udp.csum = None,
        Layer::Sctp(sctp) => sctp.csum = None,
        Layer::Gre(gre) => gre.checksum = gre.checksum.map(|_| None),
        Layer::Vrrp(Vrrp::V2(vrrp)) => vrrp.checksum = None,
        Layer::Vrrp(Vrrp::V3(vrrp)) => vrrp.checksum = None,
        Layer::Ospf(Ospf::Hello(ospf)) => ospf.checksum = None,
        Layer::Ospf(Ospf::DbDesc(ospf)) => ospf.checksum = None,
        Layer::Ospf(Ospf::LsReq(ospf)) => ospf.checksum = None,
        Layer::Ospf(Ospf::LsAck(ospf)) => ospf.checksum = None,
        // LSAs have checksums of their own.
        Layer::Ospf(_) => return false,
        _ => {}
    }
    true
}
