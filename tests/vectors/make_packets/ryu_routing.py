"""OSPF and BGP as Ryu makes them."""

from ryu.lib.packet import bgp, ospf

from ryu_kit import MADE_BY, over_ip4, over_tcp
from ryu_routing_bgp import attributes, families, opens

__all__ = ["MADE_BY", "packets"]
R1, R2 = "192.0.2.1", "192.0.2.2"


def ospfs():
    def frame(message):
        return over_ip4(89, message, dst="224.0.0.5", ttl=1)

    common = {"router_id": R1, "area_id": "0.0.0.1", "au_type": 0}
    head = {"ls_age": 10, "options": 2, "adv_router": R1, "ls_seqnum": 0x80000001}
    yield "ospf/hello", frame(ospf.OSPFHello(**common, mask="255.255.255.0", options=2, designated_router=R1, backup_router=R2, neighbors=[R2, "192.0.2.3"]))
    yield "ospf/hello_alone", frame(ospf.OSPFHello(**common, mask="255.255.255.0"))
    headers = [ospf.LSAHeader(**head, type_=t, id_=R2, checksum=0x1234, length=36) for t in (1, 2)]
    yield "ospf/database_description", frame(ospf.OSPFDBDesc(**common, i_flag=0, m_flag=1, ms_flag=1, sequence_number=7, lsa_headers=headers))
    yield "ospf/database_description_init", frame(ospf.OSPFDBDesc(**common, i_flag=1, m_flag=1, ms_flag=1, sequence_number=7))
    yield "ospf/request", frame(ospf.OSPFLSReq(**common, lsa_requests=[ospf.OSPFLSReq.Request(1, R1, R1), ospf.OSPFLSReq.Request(5, "10.0.0.0", R2)]))
    yield "ospf/acknowledge", frame(ospf.OSPFLSAck(**common, lsa_headers=headers))
    router = ospf.RouterLSA(**head, id_=R1, flags=3, links=[ospf.RouterLSA.Link(R2, R1, 1, 0, 10), ospf.RouterLSA.Link("10.0.0.0", "255.0.0.0", 3, 0, 20)])
    lsas = {
        "router": router,
        "network": ospf.NetworkLSA(**head, id_=R1, mask="255.255.255.0", routers=[R1, R2]),
        "summary": ospf.SummaryLSA(**head, id_="10.1.0.0", mask="255.255.0.0", tos=0, metric=99),
        "external": ospf.ASExternalLSA(**head, id_="10.2.0.0", extnws=[ospf.ASExternalLSA.ExternalNetwork("255.255.0.0", 0x80, 20, "0.0.0.0", 77)]),
    }
    for name, lsa in lsas.items():
        yield f"ospf/update_{name}", frame(ospf.OSPFLSUpd(**common, lsas=[lsa]))
    yield "ospf/update_all", frame(ospf.OSPFLSUpd(**common, lsas=list(lsas.values())))
    # No opaque LSA: Ryu writes nothing for it (see README.md); scapy_routing.py has one of each scope.


def bgps():
    yield "bgp/keepalive", over_tcp(40000, 179, bgp.BGPKeepAlive())
    yield "bgp/two_messages", over_tcp(179, 40000, bytes(bgp.BGPKeepAlive().serialize()) * 2)
    yield "bgp/notification", over_tcp(40000, 179, bgp.BGPNotification(6, 2, b"\4down"))
    yield "bgp/notification_bare", over_tcp(40000, 179, bgp.BGPNotification(4, 0))
    yield "bgp/route_refresh", over_tcp(40000, 179, bgp.BGPRouteRefresh(1, 1))
    yield "bgp/route_refresh_begin", over_tcp(40000, 179, bgp.BGPRouteRefresh(2, 128, demarcation=1))
    prefix, gone = bgp.BGPNLRI, bgp.BGPWithdrawnRoute
    yield "bgp/update_end_of_rib", over_tcp(40000, 179, bgp.BGPUpdate())
    yield "bgp/update_withdraw", over_tcp(40000, 179, bgp.BGPUpdate(withdrawn_routes=[gone(24, "10.0.1.0"), gone(0, "0.0.0.0"), gone(32, "10.9.9.9")]))
    path = [bgp.BGPPathAttributeOrigin(0), bgp.BGPPathAttributeAsPath([[65001]]), bgp.BGPPathAttributeNextHop(R1)]
    yield "bgp/update_announce", over_tcp(40000, 179, bgp.BGPUpdate(path_attributes=path, nlri=[prefix(8, "10.0.0.0"), prefix(25, "10.0.0.128"), prefix(17, "10.4.128.0")]))
    for name, message in opens():
        yield f"bgp/open_{name}", over_tcp(40000, 179, message)
    for name, listed in attributes():
        yield f"bgp/attribute_{name}", over_tcp(40000, 179, bgp.BGPUpdate(path_attributes=listed))
    for name, family, hop, routes in families():
        reach = bgp.BGPPathAttributeMpReachNLRI(family.afi, family.safi, hop, routes)
        yield f"bgp/reach_{name}", over_tcp(40000, 179, bgp.BGPUpdate(path_attributes=[reach]))
        unreach = bgp.BGPPathAttributeMpUnreachNLRI(family.afi, family.safi, routes)
        yield f"bgp/unreach_{name}", over_tcp(40000, 179, bgp.BGPUpdate(path_attributes=[unreach]))


def packets():
    for part in (ospfs, bgps):
        for name, data in part():
            yield f"ryu/{name}", "ethernet", data
