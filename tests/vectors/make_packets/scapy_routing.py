"""OSPF and BGP as scapy makes them, unusual ones among them."""

from scapy.contrib import bgp
from scapy.contrib.ospf import (
    OSPF_SummaryASBR_LSA, OSPF_DBDesc, OSPF_External_LSA, OSPF_Hdr, OSPF_Hello, OSPF_Link, OSPF_LSA_Hdr, OSPF_LSAck,
    OSPF_Area_Scope_Opaque_LSA, OSPF_AS_Scope_Opaque_LSA, OSPF_Link_Scope_Opaque_LSA,
    OSPF_LSReq, OSPF_LSReq_Item, OSPF_LSUpd, OSPF_Network_LSA, OSPF_NSSA_External_LSA, OSPF_Router_LSA, OSPF_SummaryIP_LSA,
)

from scapy_kit import MADE_BY, ip4, raw, tcp4

__all__ = ["MADE_BY", "packets"]
R1, R2 = "192.0.2.11", "192.0.2.12"


def ospfs():
    def frame(body, **more):
        return ip4(dst="224.0.0.5", ttl=1, proto=89) / OSPF_Hdr(src=R1, area="0.0.0.2", **more) / body

    head = {"age": 5, "options": 2, "adrouter": R1, "seq": 0x80000002}
    lsas = {
        "router": OSPF_Router_LSA(id=R1, flags=1, linklist=[OSPF_Link(id=R2, data=R1, type=2, metric=5)], **head),
        "router_without_links": OSPF_Router_LSA(id=R1, flags=0, linklist=[], **head),
        "network": OSPF_Network_LSA(id=R1, mask="255.255.255.252", routerlist=[R1, R2], **head),
        "summary": OSPF_SummaryIP_LSA(id="10.1.0.0", mask="255.255.0.0", metric=0xFFFFFF, **head),
        "asbr_summary": OSPF_SummaryASBR_LSA(id=R2, metric=7, **head),
        "external": OSPF_External_LSA(id="10.2.0.0", mask="255.255.0.0", ebit=1, metric=20, fwdaddr=R2, tag=9, **head),
        "nssa_external": OSPF_NSSA_External_LSA(id="10.3.0.0", mask="255.255.0.0", metric=30, fwdaddr=R2, **head),
    }
    prefix = "0001 0014 01 10 00 00 0a030000 0002 0008 00 00 00 00 00000005"
    for scope, cls in (("link", OSPF_Link_Scope_Opaque_LSA), ("area", OSPF_Area_Scope_Opaque_LSA), ("as", OSPF_AS_Scope_Opaque_LSA)):
        lsas["opaque_" + scope] = cls(id="7.0.0.1", data=bytes.fromhex(prefix), **head)
    link = "0001 0014 01 000000 c000020c c000020b 0002 0004 00000009"
    headers = [OSPF_LSA_Hdr(type=1, id=R1, **head), OSPF_LSA_Hdr(type=5, id="10.0.0.0", **head)]
    yield "ospf/hello", frame(OSPF_Hello(mask="255.255.255.0", router=R1, backup=R2, neighbors=[R2]))
    yield "ospf/hello_password", frame(OSPF_Hello(mask="255.255.255.0"), authtype=1, authdata=0x7365637265740000)
    yield "ospf/database_description", frame(OSPF_DBDesc(dbdescr=7, ddseq=9, lsaheaders=headers))
    yield "ospf/request", frame(OSPF_LSReq(requests=[OSPF_LSReq_Item(type=3, id=R1, adrouter=R2)]))
    yield "ospf/acknowledge", frame(OSPF_LSAck(lsaheaders=headers))
    for name, lsa in lsas.items():
        yield f"ospf/update_{name}", frame(OSPF_LSUpd(lsalist=[lsa]))
    yield "ospf/update_all", frame(OSPF_LSUpd(lsalist=list(lsas.values())))
    extended = OSPF_Area_Scope_Opaque_LSA(id="8.0.0.1", data=bytes.fromhex(link), **head)
    yield "ospf/update_opaque_extended_link", frame(OSPF_LSUpd(lsalist=[extended]))
    yield "ospf/update_empty", frame(OSPF_LSUpd(lsalist=[]))


def bgps():
    def frame(*messages):
        packet = tcp4(40001, 179)
        for message in messages:
            packet = packet / message
        return packet

    def update(attributes, routes=(), withdrawn=()):
        listed = [bgp.BGPPathAttr(type_flags=flags, type_code=code, attribute=body) for flags, code, body in attributes]
        return bgp.BGPHeader(type=2) / bgp.BGPUpdate(path_attr=listed, nlri=[bgp.BGPNLRI_IPv4(prefix=r) for r in routes], withdrawn_routes=[bgp.BGPNLRI_IPv4(prefix=r) for r in withdrawn])

    capability = [
        bgp.BGPOptParam(param_type=2, param_value=bgp.BGPCapMultiprotocol(afi=2, safi=1)),
        bgp.BGPOptParam(param_type=2, param_value=bgp.BGPCapFourBytesASN(asn=4200000001)),
        bgp.BGPOptParam(param_type=2, param_value=bgp.BGPCapGeneric(code=2)),
    ]
    yield "bgp/keepalive", frame(bgp.BGPKeepAlive())
    yield "bgp/open", frame(bgp.BGPHeader(type=1) / bgp.BGPOpen(my_as=23456, hold_time=90, bgp_id=R1, opt_params=capability))
    yield "bgp/open_bare", frame(bgp.BGPHeader(type=1) / bgp.BGPOpen(my_as=65001, hold_time=0, bgp_id=R1, opt_params=[]))
    yield "bgp/notification", frame(bgp.BGPHeader(type=3) / bgp.BGPNotification(error_code=3, error_subcode=1, data=b"\1\2"))
    yield "bgp/route_refresh", frame(bgp.BGPHeader(type=5) / bgp.BGPRouteRefresh(afi=1, safi=1))
    path = bgp.BGPPAASPath(segments=[bgp.BGPPAASPath.ASPathSegment(segment_type=2, segment_value=[65001, 65002])])
    yield "bgp/update", frame(update([(0x40, 1, bgp.BGPPAOrigin(origin=0)), (0x40, 2, path), (0x40, 3, bgp.BGPPANextHop(next_hop=R2)), (0x80, 4, bgp.BGPPAMultiExitDisc(med=5)), (0x40, 5, bgp.BGPPALocalPref(local_pref=200))], ["10.0.0.0/8", "10.1.2.3/32"], ["10.4.0.0/14"]))
    yield "bgp/update_community", frame(update([(0xC0, 8, bgp.BGPPACommunity(community=0xFFFFFF01))]))
    yield "bgp/update_large_community", frame(raw("ff" * 16 + "0026 02 0000 000f c0 20 0c 0000fde9 00000001 00000002"))
    yield "bgp/reach_route_target_membership", frame(raw("ff" * 16 + "0038 02 0000 0021 80 0e 1e 0001 84 04 c000020b 00 60 0000fde9 0002fde900000001 00 30 0000fde90002"))
    yield "bgp/reach_route_target_default", frame(raw("ff" * 16 + "0024 02 0000 000d 80 0e 0a 0001 84 04 c000020b 00 00"))
    def routes(code, text):
        value = bytes.fromhex(text)
        size = 3 + len(value)
        return frame(raw("ff" * 16 + f"{23 + size:04x} 02 0000 {size:04x} 80 {code:02x} {len(value):02x}" + text))

    reach = {
        "labelled_default": "0001 04 04 c000020b 00 18 000641",
        "vpnv4_default": "0001 80 0c 0000000000000000c000020b 00 58 000641 0000fde900000001",
        "ipv4_over_ipv6": "0001 01 10 20010db8000000000000000000000001 00 18 0a0001",
        "evpn_unknown": "0019 46 04 c000020b 00 c8 03 010203",
        "route_target_prefix": "0001 84 04 c000020b 00 35 0000fde9 0002f8",
        "flowspec_unknown": "0001 85 00 00 08 01 10 0a00 7f 010203",
        "flowspec_ipv6_offset": "0002 85 00 00 12 01 20 00 20010db8 02 68 40 123456789a 03 81 06",
        "flowspec_ipv6_odd_offset": "0002 85 00 00 08 02 68 41 2468acf134",
        "flowspec_ipv4_wide": "0001 85 00 00 f0f4 05" + " 31 0000000000002710" * 26 + " b1 0000000000002710",
    }
    for name, value in reach.items():
        yield "bgp/reach_" + name, routes(14, value)
    yield "bgp/unreach_labelled", routes(15, "0001 04 30 800000 0a0001 30 000000 0a0002")
    yield "bgp/two_messages", frame(bgp.BGPKeepAlive(), bgp.BGPKeepAlive())
    # RFC 9072: 255, 255 and lengths of two octets.
    yield "bgp/open_extended_parameters", frame(raw("ff" * 16 + "0032 01 04 fde9 00b4 c000020b ff ff 0012 02 0006 4104fa56ea00 02 0006 010400020001"))
    yield "bgp/open_two_capabilities_in_one", frame(raw("ff" * 16 + "0027 01 04 fde9 00b4 c000020b 0a 02 08 0104 0001 0001 0200"))


def packets():
    for part in (ospfs, bgps):
        for name, packet in part():
            yield f"scapy/{name}", "ethernet", bytes(packet)
