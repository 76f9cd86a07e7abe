//! What the vectors do not have.

use std::net::Ipv6Addr;

use super::*;
use crate::packet::{EmitError, Packet};
use crate::wire::{DecodeErrorKind, hex};

/// A message of this type with this body.
fn message(type_: u8, body: &str) -> Vec<u8> {
    let body = hex::decode(&body.replace(' ', "")).expect("it is hex");
    let len = u16::try_from(19 + body.len()).expect("it is short");
    [&[0xff; 16], &len.to_be_bytes()[..], &[type_], &body].concat()
}

/// An update with these attributes.
fn update(attributes: &str) -> Vec<u8> {
    message(2, &format!("0000{:04x}{attributes}", attributes.len() / 2))
}

fn attribute(bytes: &[u8]) -> BgpPathAttribute<'_> {
    let (Bgp::Update(update), _) = Bgp::parse(bytes).expect("it can be read") else {
        panic!("it is an update");
    };
    update.path_attributes.iter().next().expect("it has one").expect("it can be read")
}

#[track_caller]
fn shows(bytes: &[u8], text: &str) {
    assert_eq!(Bgp::parse(bytes).expect("it can be read").0.to_string(), text);
}

#[test]
fn text_is_that_of_ryu() {
    shows(
        &message(5, "00020180"),
        "BGPRouteRefresh(afi=2,demarcation=1,eor_sent=False,len=23,safi=128,type=5)",
    );
    shows(
        &message(3, "060204646f776e"),
        r"BGPNotification(data=b'\x04down',error_code=6,error_subcode=2,len=26,type=3)",
    );
    shows(
        &message(1, "04fde900b4c00002010e020c400a80780001018000028000"),
        "BGPOpen(bgp_identifier='192.0.2.1',hold_time=180,len=43,my_as=65001,\
         opt_param=[BGPOptParamCapabilityGracefulRestart(cap_code=64,cap_length=10,flags=8,length=12,\
         time=120,tuples=[(1, 1, 128), (2, 128, 0)],type=2)],opt_param_len=14,type=1,version=4)",
    );
    shows(
        &message(2, "0000000d40020a0202fde9fdea0101fdeb190a000080"),
        "BGPUpdate(len=41,nlri=[BGPNLRI(addr='10.0.0.128',length=25)],\
         path_attributes=[BGPPathAttributeAsPath(flags=64,length=10,type=2,\
         value=[[65001, 65002], {65003}])],total_path_attribute_len=13,type=2,withdrawn_routes=[],\
         withdrawn_routes_len=0)",
    );
    let inside = |attributes: &str| attribute(&update(attributes)).to_string();
    assert_eq!(
        inside("c016090106000641c0000201"),
        "BGPPathAttributePmsiTunnel(flags=192,length=9,pmsi_flags=1,\
         tunnel_id=PmsiTunnelIdIngressReplication(tunnel_endpoint_ip='192.0.2.1'),tunnel_type=6,\
         type=22)"
    );
    assert_eq!(
        inside("c010088006fde947f42400"),
        "BGPPathAttributeExtendedCommunities(communities=[BGPFlowSpecTrafficRateCommunity(\
         as_number=65001,rate_info=125000.0,subtype=6,type=128)],flags=192,length=8,type=16)"
    );
    assert_eq!(
        inside("800e0e00010104c000020100180a000100"),
        "BGPPathAttributeMpReachNLRI(afi=1,flags=128,length=14,next_hop='192.0.2.1',\
         nlri=[IPAddrPrefix(addr='10.0.1.0',length=24), IPAddrPrefix(addr='0.0.0.0',length=0)],\
         safi=1,type=14)"
    );
    let mut text = String::new();
    for rate in [1e16f32, 1e-5, 0.1, f32::INFINITY, f32::NAN] {
        show_float(rate.into(), &mut text);
        text.push(' ');
    }
    assert_eq!(text, "1.0000000272564224e+16 9.999999747378752e-06 0.10000000149011612 inf nan ");
}

#[test]
fn a_long_attribute_is_wide() {
    let prefix = |i: u8| IpAddrPrefix::new([10, 0, i, 0].into(), 24);
    let hop = std::net::Ipv4Addr::new(192, 0, 2, 1);
    let built = |n: u8| {
        let routes: Vec<_> = (0..n).map(prefix).collect();
        let reach = BgpMpReachNlri::new(RouteFamily::IPV4_UC, hop, routes);
        let path_attributes = vec![reach.into(), BgpOrigin::new(0).into()].into();
        Bgp::from(BgpUpdate { path_attributes, ..BgpUpdate::default() })
    };
    // 9 bytes in front of the routes of 4 bytes each: 61 of them are 253 bytes, 62 are 257.
    for (n, head) in [(61, &[0x80, 14, 253][..]), (62, &[0x90, 14, 1, 1][..])] {
        let bytes = (built(n) / []).to_bytes().expect("it fits");
        assert_eq!(bytes[23..][..head.len()], *head);
        let (back, rest) = Bgp::parse(&bytes).expect("it can be read");
        assert!(rest.is_empty());
        let attributes = back.as_update().expect("it is one").path_attributes.items();
        let attributes = attributes.expect("they can be read");
        let BgpPathAttribute::MpReachNlri(reach) = &attributes[0] else { panic!("it is one") };
        let MpNlri::Ipv4(routes) = &reach.nlri else { panic!("they are IPv4") };
        assert_eq!(routes.iter().count(), usize::from(n));
        assert!(matches!(attributes[1], BgpPathAttribute::Origin(_)));
        // And the same out of JSON.
        let json = Packet::parse_as(crate::packet::Kind::Bgp, &bytes).to_json();
        let again = Packet::from_json(&json).expect("it is ours").to_bytes().expect("it fits");
        assert_eq!(again, bytes);
    }
    // A length that is given stays.
    let short = BgpUnknownAttribute {
        length: Some(300),
        value: vec![0; 300].into(),
        ..BgpUnknownAttribute::default()
    };
    let of = |attribute: BgpUnknownAttribute<'static>| {
        let path_attributes = vec![attribute.into()].into();
        (Bgp::from(BgpUpdate { path_attributes, ..BgpUpdate::default() }) / []).to_bytes()
    };
    let err = EmitError { what: "bgp", field: "length", value: 300, max: 255 };
    assert_eq!(of(short), Err(err));
    let long = BgpUnknownAttribute { value: vec![0; 65_536].into(), ..Default::default() };
    assert_eq!(of(long).map_err(|err| (err.field, err.max)), Err(("length", 65_535)));
}

#[test]
fn what_has_no_marker_is_no_message() {
    let mut bytes = message(4, "");
    bytes[7] = 0xfe;
    let err = Bgp::parse(&bytes).expect_err("the marker is wrong");
    assert_eq!((err.kind, err.imposed_by), (DecodeErrorKind::BadValue, Some("marker")));
    // The message before it is there, and what is wrong is a payload.
    let both = [message(4, ""), bytes.clone()].concat();
    let packet = Packet::parse_as(crate::packet::Kind::Bgp, &both);
    assert!(matches!(packet.get::<Bgp<'_>>(), Some(Bgp::KeepAlive(_))));
    assert_eq!(packet.error().map(|err| err.offset), Some(19));
    assert_eq!(packet.payload(), &bytes[..]);
}

#[test]
fn bytes_behind_the_end_are_refused() {
    for bytes in [message(4, "00"), message(1, "04fde900b4c00002010000")] {
        let err = Bgp::parse(&bytes).expect_err("there is something behind");
        assert_eq!(err.kind, DecodeErrorKind::Trailing);
    }
    // Filters of RFC 5291 are kept.
    let bytes = message(5, "0001000101400003112233");
    let (refresh, _) = Bgp::parse(&bytes).expect("it can be read");
    assert_eq!((refresh / []).to_bytes().expect("it fits"), bytes);
}

#[test]
fn an_attribute_that_lies_about_itself_spoils_the_list_only() {
    // ORIGIN with two bytes, then LOCAL_PREF.
    let bytes = update("4001020000400504000000c8");
    let (back, _) = Bgp::parse(&bytes).expect("the frames of the attributes are right");
    let attributes = &back.as_update().expect("it is one").path_attributes;
    let err = attributes.items().expect_err("an origin has one byte");
    assert_eq!((err.offset, err.kind), (27, DecodeErrorKind::Trailing));
    let json = Packet::parse_as(crate::packet::Kind::Bgp, &bytes).to_json();
    let shown = &json["Packet"]["protocols"][0]["BGPUpdate"]["path_attributes"];
    assert!(shown.is_string(), "{json}");
    let again = Packet::from_json(&json).expect("it is ours").to_bytes().expect("it fits");
    assert_eq!(again, bytes);
}

#[test]
fn a_length_without_its_second_byte_is_refused() {
    let bytes = update("90010000");
    assert!(Bgp::parse(&bytes).is_ok());
    let bytes = update("900100");
    let err = Bgp::parse(&bytes).expect_err("half a length");
    assert_eq!((err.offset, err.needed, err.available), (23, 4, 3));
}

#[test]
fn paths_are_as_wide_as_makes_sense() {
    let path = |hex: &str| {
        let bytes = update(&format!("4002{:02x}{hex}", hex.len() / 2));
        let BgpPathAttribute::AsPath(path) = attribute(&bytes) else { panic!("it is a path") };
        let is_four = matches!(path.value, BgpAsPathSegments::FourOctet(_));
        (is_four, path.value.segments().ok())
    };
    let one = |kind, numbers: &[u32]| Some(vec![(kind, numbers.to_vec())]);
    assert_eq!(path("0201fde9"), (false, one(2, &[65001])));
    assert_eq!(path("02010000fde9"), (true, one(2, &[65001])));
    // Within a confederation (RFC 5065).
    assert_eq!(path("0301fde9"), (false, one(3, &[65001])));
    // The second half of AS 256 could be a set of nothing, but for the zero in front of it.
    assert_eq!(path("020100000100"), (true, one(2, &[256])));
    // A path with AS 0 in it is that, if nothing else makes sense.
    assert_eq!(path("02010000"), (false, one(2, &[0])));
    assert_eq!(path(""), (false, Some(vec![])));
    // No path at all.
    assert_eq!(path("0203fde9"), (true, None));
    // Who knows the width says it.
    let bytes = hex::decode("020200010002").expect("it is hex");
    let two = BgpAsPathSegments::of_bytes(&bytes, false);
    assert_eq!(two.segments().ok(), one(2, &[1, 2]));
    assert!(BgpAsPathSegments::of_bytes(&bytes, true).segments().is_err());
    assert_eq!(two.as_bytes(), Some(&bytes[..]));
}

#[test]
fn next_hops_are_told_by_their_size() {
    let hops = |family: &str, hop: &str| {
        let value = format!("{family}{:02x}{hop}00", hop.len() / 2);
        let bytes = update(&format!("800e{:02x}{value}", value.len() / 2));
        let BgpPathAttribute::MpReachNlri(reach) = attribute(&bytes) else { panic!("it is one") };
        let hops = reach.next_hop.items().expect("any bytes are some");
        let text: Vec<_> = hops.iter().map(|hop| hop.address().map(|a| a.to_string())).collect();
        text.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().join(" ")
    };
    let (v4, v6, rd) = ("c0000201", "20010db8000000000000000000000001", "0000000000000000");
    assert_eq!(hops("000101", v4), "192.0.2.1");
    // RFC 8950: IPv4 by way of IPv6.
    assert_eq!(hops("000101", v6), "2001:db8::1");
    assert_eq!(hops("000201", &v6.repeat(2)), "2001:db8::1 2001:db8::1");
    assert_eq!(hops("000180", &format!("{rd}{v4}")), "192.0.2.1");
    assert_eq!(hops("000280", &format!("{rd}{v6}").repeat(2)), "2001:db8::1 2001:db8::1");
    assert_eq!(hops("000185", ""), "");
    assert_eq!(hops("000185", "010203"), "");

    let mapped = MpNextHop::of_family(RouteFamily::IPV6_UC, [192, 0, 2, 1].into());
    let address: Ipv6Addr = "::ffff:192.0.2.1".parse().expect("it is one");
    assert_eq!(mapped, MpNextHop::Ipv6(address));
}

#[test]
fn json_that_ryu_takes() {
    let json = serde_json::json!({"BGPUpdate": {"path_attributes": [
        {"BGPPathAttributeAsPath": {"value": [[65001, 65002]]}},
        {"BGPPathAttributeAsPath": {"value": [[65001, 4_200_000_000_u32]]}},
        {"BGPPathAttributeAggregator": {"as_number": 4_200_000_000_u32, "addr": "192.0.2.1"}},
        {"BGPPathAttributeMpReachNLRI": {"afi": 1, "safi": 1, "nlri": [],
            "next_hop": ["2001:db8::1", "fe80::1"]}},
        {"BGPPathAttributeExtendedCommunities": {"communities": [
            {"BGPFlowSpecTrafficRateCommunity": {"as_number": 1, "rate_info": 1000}}]}},
    ]}});
    let json = serde_json::json!({"Packet": {"protocols": [json]}});
    let bytes = Packet::from_json(&json).map(|packet| packet.to_bytes());
    let bytes = bytes.expect("it is a packet").expect("it fits");
    let hops = "20010db8000000000000000000000001fe800000000000000000000000000001";
    let attributes = format!(
        "4002060202fde9fdea40020a02020000fde9fa56ea00c00708fa56ea00c0000201\
         800e2500010120{hops}00c0100880060001447a0000"
    );
    assert_eq!(hex::encode(&bytes), hex::encode(&update(&attributes)));
}

#[test]
fn an_open_message_keeps_what_json_does_not_have() {
    // Two capabilities in one parameter, one that is cut, and an unknown parameter.
    for params in ["0206020046004600", "02024105", "630101"] {
        let bytes = message(1, &format!("04fde900b4c0000201{:02x}{params}", params.len() / 2));
        let (back, _) = Bgp::parse(&bytes).expect("the frames are right");
        assert_eq!((back / []).to_bytes().expect("it fits"), bytes);
    }
    let bytes = message(1, "04fde900b4c00002010402024105");
    let (back, _) = Bgp::parse(&bytes).expect("the frames are right");
    assert!(back.as_open().expect("it is one").capabilities().is_err());
    assert!(back.to_string().contains(r"opt_param=b'\x02\x02A\x05'"));
}

#[test]
fn parameters_of_more_than_255_bytes() {
    // RFC 9072 section 2: 255, 255, the length, and each parameter with a length of two octets.
    let short = message(1, "04fde900b4c0000201 ff ff 0009 02 0006 4104fa56ea00");
    let (Bgp::Open(open), _) = Bgp::parse(&short).expect("it can be read") else { panic!("open") };
    assert_eq!((open.opt_param_len, open.is_extended), (Some(255), true));
    assert_eq!(open.ext_opt_param_len, Some(9));
    let capabilities = open.capabilities().expect("they can be read");
    assert!(matches!(capabilities[..], [BgpCapability::FourOctetAsNumber(_)]));
    // Any length but 0 will do in front.
    for odd in [1, 254] {
        let mut odd_one = short.clone();
        odd_one[28] = odd;
        let packet = Packet::parse_as(crate::packet::Kind::Bgp, &odd_one);
        assert_eq!(Packet::from_json(&packet.to_json()).unwrap().to_bytes().unwrap(), odd_one);
    }

    let unknown = |size| BgpCapabilityUnknown {
        cap_code: 200,
        cap_value: vec![7; size].into(),
        ..BgpCapabilityUnknown::default()
    };
    let of = |sizes: &[usize]| {
        let params: Vec<_> = sizes.iter().map(|n| BgpOptParam::capability(unknown(*n))).collect();
        BgpOpen { opt_param: params.into(), ..BgpOpen::default() }
    };
    let bytes = |open: BgpOpen<'_>| (Bgp::from(open) / []).to_bytes();
    // 251 and two heads of two are 255.
    let most = bytes(of(&[251])).expect("it fits");
    assert_eq!((most[28], most[29], most[30]), (255, 2, 253));
    for (sizes, len) in [(&[250, 0][..], 5 + 250 + 5), (&[255], 260), (&[200; 20], 20 * 205)] {
        let made = bytes(of(sizes)).expect("it fits");
        assert_eq!(made[28..30], [255, 255]);
        assert_eq!(usize::from(u16::from_be_bytes([made[30], made[31]])), len);
        let (back, rest) = Bgp::parse(&made).expect("ours");
        assert!(rest.is_empty());
        let back = back.as_open().expect("it is one");
        let found: Vec<_> = back
            .capabilities()
            .expect("ours")
            .iter()
            .map(|c| match c {
                BgpCapability::Unknown(c) => c.cap_value.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(found, sizes);
        let packet = Packet::parse_as(crate::packet::Kind::Bgp, &made);
        assert_eq!(Packet::from_json(&packet.to_json()).unwrap().to_bytes().unwrap(), made);
        assert_eq!(packet.error(), None);
    }
    assert!(
        !short.is_empty()
            && of(&[]).to_string().ends_with("opt_param=[],opt_param_len=0,type=1,version=4)")
    );
    assert!(open.to_string().contains("is_extended=True"));

    let cut = message(1, "04fde900b4c0000201 ff ff 000a 02 0006 4104fa56ea00");
    let err = Bgp::parse(&cut).expect_err("there are 9 bytes");
    assert_eq!((err.needed - err.available, err.imposed_by), (1, Some("ext_opt_param_len")));
    let cut = message(1, "04fde900b4c0000201 ff ff 0009 02 0007 4104fa56ea00");
    let err = Bgp::parse(&cut).expect_err("there are 6 bytes");
    assert_eq!((err.needed, err.available, err.imposed_by), (10, 9, Some("length")));
}

#[test]
fn marks_of_twelve_bytes() {
    let marks = "0000fde9 00000001 00000002 fa56ea00 ffffffff 00000000".replace(' ', "");
    let bytes = update(&format!("e02018{marks}"));
    let BgpPathAttribute::Unknown(found) = attribute(&bytes) else { panic!("marks") };
    let found = found.large_communities().expect("type 32").items().expect("two");
    assert_eq!(found[1].global_administrator, 4_200_000_000);
    assert_eq!((found[0].local_data_1, found[1].local_data_1), (1, u32::MAX));
    let json = Packet::parse_as(crate::packet::Kind::Bgp, &bytes).to_json();
    assert_eq!(Packet::from_json(&json).unwrap().to_bytes().unwrap(), bytes);
    // A part of one is kept, and is an error of the list.
    let odd = update(&format!("c0200b{}", &marks[..22]));
    let BgpPathAttribute::Unknown(found) = attribute(&odd) else { panic!("marks") };
    assert!(found.large_communities().expect("type 32").items().is_err());
}

/// A label that has more bits than its prefix: found by fuzzing.
#[test]
fn a_label_longer_than_its_prefix() {
    let of = |bits: u8| {
        update(&format!("800e0d 0001 04 04 c0000201 00 {bits:02x} 000641").replace(' ', ""))
    };
    let routes = |bytes: &[u8]| match attribute(bytes) {
        BgpPathAttribute::MpReachNlri(BgpMpReachNlri {
            nlri: MpNlri::LabelledIpv4(all), ..
        }) => all.items().map(|all| all.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!(routes(&of(24)), Ok(1));
    for bits in 17..24 {
        let err = routes(&of(bits)).expect_err("24 bits of label");
        assert_eq!((err.imposed_by, err.needed), (Some("length"), usize::from(bits)), "{err}");
    }
}
