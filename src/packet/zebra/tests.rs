//! What the vectors do not have.

use std::net::Ipv4Addr;

use crate::packet::{
    EmitError, Kind, Packet, ZebraBody, ZebraHello, ZebraInterface, ZebraMessage, ZebraNextHop,
    ZebraNextHopKind, ZebraPrefix, ZebraRoute, ZebraRouteNexthops, ZebraVrf,
};
use crate::wire::hex;

const LINK_PARAMS: &str = "000000070000000a3f8000004000000000000008000000003f800000400000004040000\
    04080000040a0000040c0000040e000000000000a0000fde8c00002020000000a000000140000001e000000283f80000\
    0400000004040000040800000";

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).expect("it is hex")
}

fn route(at: u8, body: ZebraRoute) -> Result<String, EmitError> {
    let message = ZebraMessage::new(at, ZebraBody::Ipv4RouteAdd(body));
    (message / []).to_bytes().map(|bytes| hex::encode(&bytes))
}

#[test]
fn text_is_that_of_ryu() {
    // str(ZebraMessage.parser(...)[0]) of Ryu 4.34, version 4 with zapi-frr-version at 3.0.
    let link = format!("006cff030000001a00000002{LINK_PARAMS}");
    for (kind, message, text) in [
        (
            Kind::Zebra,
            "001bff030000000fc00002010000001e0203c00002010100000003",
            "ZebraMessage(body=ZebraIPv4NexthopLookup(addr='192.0.2.1',metric=30,nexthops=[NextHopIPv4(addr='192.0.2.1',ifindex=None,ifname=None,type=3), NextHopIFIndex(addr=None,ifindex=3,ifname=None,type=1)]),command=15,length=27,version=3,vrf_id=0)",
        ),
        (
            Kind::Zebra,
            "000bfe0400000011030001",
            "ZebraMessage(body=ZebraHello(instance=1,route_type=3),command=17,length=11,version=4,vrf_id=0)",
        ),
        (
            Kind::Zebra,
            "0012ff030000001b01000a3020010db80001",
            "ZebraMessage(body=ZebraNexthopRegister(nexthops=[RegisteredNexthop(connected=True,family=10,prefix='2001:db8:1::/48')]),command=27,length=18,version=3,vrf_id=0)",
        ),
        (
            Kind::Zebra,
            "003e016574683000000000000000000000000000000000000000020300000000000010430000001e000005dc000005dc000186a00000000600005e005301",
            "ZebraMessage(body=ZebraInterfaceAdd(bandwidth=100000,hw_addr='00:00:5e:00:53:01',hw_addr_lenght=6,if_flags=4163,ifindex=2,ifmtu=1500,ifmtu6=1500,ifname='eth0',link_params=None,ll_type=None,metric=30,ptm_enable=None,ptm_status=None,speed=None,status=3),command=1,length=62,version=0,vrf_id=0)",
        ),
        (
            Kind::Zebra,
            "0006ff0201c8",
            "ZebraMessage(body=None,command=456,length=6,version=2,vrf_id=0)",
        ),
        (
            Kind::Zebra,
            "000bff03000000c8010203",
            "ZebraMessage(body=ZebraUnknownMessage(buf=b'\\x01\\x02\\x03'),command=200,length=11,version=3,vrf_id=0)",
        ),
        (
            Kind::FromZebra,
            "001eff030000000709100f180a000101c00002010100000001140000001e",
            "ZebraMessage(body=ZebraIPv4RouteAdd(distance=20,flags=16,from_zebra=True,ifindexes=[1],instance=None,message=15,metric=30,mtu=None,nexthops=['192.0.2.1'],prefix='10.0.1.0/24',route_type=9,safi=None,src_prefix=None,tag=None),command=7,length=30,version=3,vrf_id=0)",
        ),
        (
            Kind::Zebra,
            &link,
            "ZebraMessage(body=ZebraInterfaceLinkParams(ifindex=2,link_params=InterfaceLinkParams(admin_group=10,average_bw=3.0,average_delay=10,delay_var=40,lp_status=7,max_bw=1.0,max_delay=30,max_reserved_bw=2.0,min_delay=20,pkt_loss=1.0,remote_as=65000,remote_ip='192.0.2.2',residual_bw=2.0,te_metric=10,unreserved_bw=[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],utilized_bw=4.0)),command=26,length=108,version=3,vrf_id=0)",
        ),
    ] {
        assert_eq!(Packet::parse_as(kind, &bytes(message)).to_string(), text);
    }
}

#[test]
fn a_version_that_is_not_known_is_an_error_and_a_payload() {
    for (message, offset, value) in [
        ("0008fe0500000011", 3, 5),
        ("0008ff0400000011", 3, 4), // version 4 has FRRouting's marker
        ("0008ff0000000011", 3, 0),
    ] {
        let message = bytes(message);
        let packet = Packet::parse_as(Kind::Zebra, &message);
        let error = packet.error().expect("it cannot be read");
        assert_eq!((error.what, error.offset, error.needed), ("zebra", offset, value));
        assert_eq!(error.imposed_by, Some("version"));
        assert_eq!(packet.payload()[..], message[..]);
    }
    let built = ZebraMessage::new(5, ZebraBody::Hello(ZebraHello::default())) / [];
    let err = built.to_bytes().expect_err("nobody could read it");
    assert_eq!(err.to_string(), "zebra: version is 5, at most 4");
}

#[test]
fn a_length_that_is_too_small_is_an_error() {
    for (message, least) in [("000217", 3), ("0005ff020017", 6), ("0007ff0300000017", 8)] {
        let message = bytes(message);
        let error = Packet::parse_as(Kind::Zebra, &message).error().expect("it cannot be read");
        assert_eq!((error.needed, error.imposed_by), (least, Some("length")));
    }
}

#[test]
fn what_is_there_is_announced() {
    let body = ZebraRoute {
        prefix: ZebraPrefix::new([10, 0, 1, 0], 24),
        nexthops: ZebraRouteNexthops::Hops(vec![ZebraNextHop::blackhole()]),
        mtu: Some(1400),
        tag: Some(9),
        ..ZebraRoute::default()
    };
    // Quagga: 0x10 is the MTU, which comes first; FRRouting: 0x10 is the tag, which does.
    let quagga = "001bff0300000007000031000118\
        0a0001010900000578\
        00000009";
    assert_eq!(route(3, body.clone()).as_deref(), Ok(quagga));
    let frr = "0020fe04000000060000000000000031\
        0001180a00010106\
        0000000900000578";
    assert_eq!(route(4, body).as_deref(), Ok(frr));
}

#[test]
fn what_does_not_fit_is_an_error() {
    let hops = |hop, count| ZebraRouteNexthops::Hops(vec![hop; count]);
    let many = ZebraRoute { nexthops: hops(ZebraNextHop::if_index(1), 256), ..Default::default() };
    assert_eq!(route(3, many).expect_err("256").value, 256);
    let flags = ZebraRoute { flags: 256, ..Default::default() };
    assert_eq!(route(4, flags.clone()).map(|_| ()), Ok(()));
    assert_eq!(route(3, flags).expect_err("9 bits").field, "flags");
    let named = ZebraNextHop { kind: ZebraNextHopKind::IfName, ..ZebraNextHop::if_index(1) };
    let named = ZebraRoute { nexthops: hops(named, 1), ..Default::default() };
    assert_eq!(route(3, named.clone()).map(|_| ()), Ok(()));
    assert_eq!(route(4, named).expect_err("FRRouting has no such kind").field, "type");
    let long =
        ZebraRoute { prefix: ZebraPrefix::new(Ipv4Addr::LOCALHOST, 33), ..Default::default() };
    assert_eq!(route(3, long).expect_err("33 bits").field, "prefix");
    let vrf = ZebraBody::VrfAdd(ZebraVrf { vrf_name: vec![b'x'; 37] });
    assert_eq!((ZebraMessage::new(4, vrf) / []).to_bytes().expect_err("37 bytes").value, 37);
}

#[test]
fn an_interface_of_an_older_quagga_has_no_link_params() {
    let whole = ZebraInterface { ifname: b"lo".to_vec(), ll_type: Some(30), ..Default::default() };
    let message = |body: &ZebraInterface| {
        let body = ZebraBody::InterfaceAdd(body.clone());
        (ZebraMessage::new(3, body) / []).to_bytes().expect("all of it fits")
    };
    let short = ZebraInterface { is_short: true, ..whole.clone() };
    let (long_bytes, short_bytes) = (message(&whole), message(&short));
    assert_eq!(long_bytes.len(), short_bytes.len() + 1);
    for (bytes, body) in [(long_bytes, whole), (short_bytes, short)] {
        let (back, _) = ZebraMessage::parse(&bytes).expect("it is whole");
        let Some(ZebraBody::InterfaceAdd(read)) = back.body.read() else { panic!("{back:?}") };
        assert_eq!(read, ZebraInterface { hw_addr_len: Some(0), ..body });
    }
}

#[test]
fn from_ryu_s_json_without_command_and_length() {
    let json = serde_json::json!({"Packet": {"protocols": [{"ZebraMessage": {
        "version": 4, "body": {"ZebraRouterIDUpdate": {"family": 2, "prefix": "10.0.1.0/24"}},
    }}]}});
    let packet = Packet::from_json(&json).expect("it is Ryu's");
    let made = packet.to_bytes().expect("all of it fits");
    assert_eq!(hex::encode(&made), "000efe0400000010020a00010018");
}
