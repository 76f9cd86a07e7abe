//! Routes of `tests/vectors/packets/routing.jsonl`, read one by one and put together again.

use ryu_sdn::packet::{Bgp, BgpPathAttribute, MpNlri, Packet};
use ryu_sdn::wire::hex;

use super::check::Vector;

fn vectors() -> Vec<Vector> {
    let lines = include_str!("../vectors/packets/routing.jsonl").lines();
    let lines = lines.filter(|line| line.contains("/bgp/") && line.contains("reach_"));
    let all: Vec<_> = lines.map(Vector::of).collect();
    assert!(all.len() > 50, "{} packets", all.len());
    all
}

/// Runs `f` on the routes of every attribute.
fn each(bytes: &[u8], mut f: impl FnMut(&MpNlri<'_>)) {
    let packet = Packet::parse(bytes);
    let Some(Bgp::Update(update)) = packet.get::<Bgp<'_>>() else { return };
    for attribute in update.path_attributes.iter().flatten() {
        match attribute {
            BgpPathAttribute::MpReachNlri(reach) => f(&reach.nlri),
            BgpPathAttribute::MpUnreachNlri(unreach) => f(&unreach.withdrawn_routes),
            _ => {}
        }
    }
}

/// The same routes as a list that was not parsed, down to the rules of flow specifications; `None`
/// if one cannot be read.
fn anew<'a>(routes: &MpNlri<'a>) -> Option<MpNlri<'a>> {
    macro_rules! flow_spec {
        ($list:ident) => {{
            let mut items = $list.items().ok()?;
            for item in &mut items {
                item.rules = item.rules.items().ok()?.into();
            }
            items.into()
        }};
    }
    Some(match routes {
        MpNlri::Ipv4(list) => list.items().ok()?.into(),
        MpNlri::Ipv6(list) => list.items().ok()?.into(),
        MpNlri::LabelledIpv4(list) => list.items().ok()?.into(),
        MpNlri::LabelledIpv6(list) => list.items().ok()?.into(),
        MpNlri::VpnIpv4(list) => list.items().ok()?.into(),
        MpNlri::VpnIpv6(list) => list.items().ok()?.into(),
        MpNlri::RouteTargets(list) => list.items().ok()?.into(),
        MpNlri::Evpn(list) => list.items().ok()?.into(),
        MpNlri::FlowSpecIpv4(list) => flow_spec!(list),
        MpNlri::FlowSpecIpv6(list) => flow_spec!(list),
        MpNlri::FlowSpecVpnv4(list) => flow_spec!(list),
        MpNlri::FlowSpecVpnv6(list) => flow_spec!(list),
        MpNlri::FlowSpecL2Vpn(list) => flow_spec!(list),
        MpNlri::Unknown(bytes) => MpNlri::Unknown(bytes.clone()),
    })
}

/// A route that was read is written as it was, though its list is not the one that was parsed: with
/// any bit turned, and any byte of zeros or ones.
#[test]
fn routes_are_written_as_they_were_read() {
    let (mut read, mut refused) = (0, 0);
    for v in vectors() {
        let mut turned = v.bytes.clone();
        // Behind Ethernet, IPv4, TCP and the head of the message.
        for at in 54 + 19..v.bytes.len() {
            let was = v.bytes[at];
            for value in (0..8).map(|bit| was ^ 1 << bit).chain([was, 0, 0xff]) {
                turned[at] = value;
                each(&turned, |routes| match anew(routes) {
                    Some(anew) => {
                        assert_eq!(anew, *routes, "{} {}", v.name, hex::encode(&turned));
                        read += 1;
                    }
                    None => refused += 1,
                });
            }
            turned[at] = was;
        }
    }
    assert!(read > 10_000 && refused > 100, "{read} read, {refused} refused");
}

/// What Ryu 4.34 says of the routes, `str` of each.
#[test]
fn text_is_that_of_ryu() {
    let texts = include_str!("../vectors/bgp_routes.txt").lines();
    let texts: Vec<_> = texts.filter_map(|line| line.split_once(' ')).collect();
    assert!(texts.len() > 20);
    let vectors = vectors();
    for (name, text) in texts {
        let v = vectors.iter().find(|v| v.name == name).expect("the packet is there");
        let mut ours = Vec::new();
        each(&v.bytes, |routes| {
            macro_rules! each_as_text {
                ($($variant:ident),*) => {
                    match routes {
                        $( MpNlri::$variant(list) => {
                            ours.extend(list.iter().map(|route| route.expect("it can be read").to_string()));
                        } )*
                        MpNlri::Unknown(_) => panic!("{name}: no routes"),
                    }
                };
            }
            each_as_text!(
                Ipv4,
                Ipv6,
                LabelledIpv4,
                LabelledIpv6,
                VpnIpv4,
                VpnIpv6,
                RouteTargets,
                Evpn,
                FlowSpecIpv4,
                FlowSpecIpv6,
                FlowSpecVpnv4,
                FlowSpecVpnv6,
                FlowSpecL2Vpn
            );
        });
        assert_eq!(ours.join(" "), text, "{name}");
    }
}
