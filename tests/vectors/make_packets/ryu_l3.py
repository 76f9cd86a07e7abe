"""ARP, IPv4, IPv6, ICMP, ICMPv6 and IGMP as Ryu makes them."""

from ryu.lib.packet import arp, icmp, icmpv6, igmp, ipv6, udp
from ryu.lib.packet.icmpv6 import ICMPV6_MEMBERSHIP_QUERY as MLD_QUERY

from ryu_kit import A, B, MADE_BY, V4A, V4B, V6A, V6B, build, eth, ip4, ip6, over_ip4, over_ip6

__all__ = ["MADE_BY", "packets"]
LINK_LOCAL, ALL_NODES = "fe80::1", "ff02::1"
GROUP6 = "ff0e::db8:1"


def arps():
    ff = "ff:ff:ff:ff:ff:ff"
    ask = arp.arp_ip(1, A, V4A, "00:00:00:00:00:00", V4B)
    yield "ryu/arp/request", build(eth(0x0806, ff), ask)
    yield "ryu/arp/reply", build(eth(0x0806), arp.arp_ip(2, B, V4B, A, V4A))
    yield "ryu/arp/reverse_request", build(eth(0x0806, ff), arp.arp_ip(3, A, "0.0.0.0", A, "0.0.0.0"))


def ipv4s():
    yield "ryu/ipv4/payload", over_ip4(253, b"payload of an experimental protocol")
    yield "ryu/ipv4/all_fields", build(eth(), ip4(253, tos=0xB9, identification=0xBEEF, flags=2, ttl=1), b"x" * 30)
    option = bytes([0x83, 7, 8]) + bytes([192, 0, 2, 9]) + b"\0"
    yield "ryu/ipv4/option_loose_source_route", build(eth(), ip4(17, option=option, header_length=7), udp.udp(9, 9), b"o" * 20)
    yield "ryu/ipv4/first_fragment", build(eth(), ip4(17, flags=1, identification=7), udp.udp(9, 9, total_length=1400, csum=0x1234), b"f" * 40)


def hop(type_, data, **more):
    return ipv6.option(type_=type_, len_=len(data), data=data or None, **more)


def ipv6s():
    pad1 = ipv6.option(type_=0, len_=-1, data=None)
    alert = hop(5, b"\0\0")
    yield "ryu/ipv6/payload", over_ip6(253, b"payload of an experimental protocol")
    yield "ryu/ipv6/class_and_flow", over_ip6(17, udp.udp(1000, 2000), b"data", traffic_class=0xB8, flow_label=0xABCDE)
    # No UDP behind extension headers: Ryu's checksum takes the wrong next header (see README.md).
    yield "ryu/ipv6/hop_by_hop", over_ip6(0, b"hop", ext_hdrs=[ipv6.hop_opts(nxt=254, size=0, data=[alert, pad1, pad1])])
    yield "ryu/ipv6/destination_options", over_ip6(60, b"dst", ext_hdrs=[ipv6.dst_opts(nxt=254, size=0, data=[hop(1, b"\0\0\0\0")])])
    yield "ryu/ipv6/routing_type3", over_ip6(43, b"rpl", ext_hdrs=[ipv6.routing_type3(nxt=254, size=2, type_=3, seg=2, cmpi=8, cmpe=8, adrs=["fe80::aa:1", "fe80::aa:2"])])
    yield "ryu/ipv6/fragment_first", over_ip6(44, b"first piece", ext_hdrs=[ipv6.fragment(nxt=253, offset=0, more=1, id_=0xCAFEBABE)])
    yield "ryu/ipv6/fragment_later", over_ip6(44, b"later piece", ext_hdrs=[ipv6.fragment(nxt=253, offset=181, more=0, id_=0xCAFEBABE)])
    yield "ryu/ipv6/auth", over_ip6(51, b"ah", ext_hdrs=[ipv6.auth(nxt=254, size=4, spi=256, seq=1, data=b"\xa0\xe7\xf8\xab\xf9\x69\x1a\x8b\xf3\x9f\x7c\xae"[:12])])
    chain = [
        ipv6.hop_opts(nxt=60, size=0, data=[alert, pad1, pad1]),
        ipv6.dst_opts(nxt=44, size=0, data=[hop(1, b"\0\0\0\0")]),
        ipv6.fragment(nxt=51, offset=0, more=0, id_=9),
        ipv6.auth(nxt=254, size=4, spi=1, seq=2, data=b"\1" * 12),
    ]
    yield "ryu/ipv6/chain_of_four", over_ip6(0, b"chain", ext_hdrs=chain)


def icmps():
    kinds = [
        ("echo_request", 8, 0, icmp.echo(id_=7, seq=3, data=b"abcdefghijklmnopqrstuvw")),
        ("echo_reply", 0, 0, icmp.echo(id_=7, seq=3, data=b"abcdefghijklmnopqrstuvw")),
        ("echo_without_data", 8, 0, icmp.echo(id_=7, seq=4)),
        ("unreachable_port", 3, 3, icmp.dest_unreach(data=inner())),
        ("unreachable_fragment_needed", 3, 4, icmp.dest_unreach(mtu=1400, data=inner())),
        ("time_exceeded", 11, 0, icmp.TimeExceeded(data=inner())),
        ("redirect", 5, 1, bytes([192, 0, 2, 254]) + inner()),
        ("timestamp_request", 13, 0, bytes(16)[:4] + b"\0\1\2\3" + bytes(8)),
    ]
    for name, type_, code, data in kinds:
        yield f"ryu/icmp/{name}", over_ip4(1, icmp.icmp(type_, code, 0, data))


def inner():
    """The IPv4 header and 8 bytes that an ICMP error quotes."""
    return build(ip4(17), udp.udp(5000, 33434), b"")[:28]


def nd(type_, data, **more):
    more = {"src": LINK_LOCAL, "dst": ALL_NODES, "hop_limit": 255, **more}
    return over_ip6(58, icmpv6.icmpv6(type_=type_, data=data), **more)


def icmpv6s():
    sla = icmpv6.nd_option_sla(hw_src=A)
    tla = icmpv6.nd_option_tla(hw_src=B)
    prefix = icmpv6.nd_option_pi(pl=64, res1=6, val_l=0x00278D00, pre_l=0x00093A80, prefix="2001:db8:0:9::")
    yield "ryu/icmpv6/echo_request", nd(128, icmpv6.echo(id_=7, seq=1, data=b"abcdefgh"))
    yield "ryu/icmpv6/echo_reply", nd(129, icmpv6.echo(id_=7, seq=1, data=b"abcdefgh"))
    yield "ryu/icmpv6/router_solicit", nd(133, icmpv6.nd_router_solicit(option=sla))
    yield "ryu/icmpv6/router_solicit_without_option", nd(133, icmpv6.nd_router_solicit())
    advert = icmpv6.nd_router_advert(ch_l=64, res=2, rou_l=1800, rea_t=30000, ret_t=1000, options=[sla, prefix])
    yield "ryu/icmpv6/router_advert", nd(134, advert)
    yield "ryu/icmpv6/router_advert_without_options", nd(134, icmpv6.nd_router_advert(ch_l=64, rou_l=0))
    yield "ryu/icmpv6/neighbor_solicit", nd(135, icmpv6.nd_neighbor(dst=V6A, option=sla))
    yield "ryu/icmpv6/neighbor_advert", nd(136, icmpv6.nd_neighbor(res=7, dst=V6A, option=tla))
    yield "ryu/icmpv6/neighbor_advert_without_option", nd(136, icmpv6.nd_neighbor(res=2, dst=V6A))
    yield "ryu/icmpv6/mld_query", nd(130, icmpv6.mld(maxresp=10000, address="::"), hop_limit=1)
    yield "ryu/icmpv6/mld_report", nd(131, icmpv6.mld(address=GROUP6), hop_limit=1)
    yield "ryu/icmpv6/mld_done", nd(132, icmpv6.mld(address=GROUP6), hop_limit=1)
    query = icmpv6.mldv2_query(maxresp=1000, address=GROUP6, s_flg=1, qrv=2, qqic=125, srcs=[V6A, V6B])
    yield "ryu/icmpv6/mldv2_query", nd(MLD_QUERY, query, hop_limit=1)
    yield "ryu/icmpv6/mldv2_general_query", nd(MLD_QUERY, icmpv6.mldv2_query(maxresp=1000, qqic=125), hop_limit=1)
    group = icmpv6.mldv2_report_group
    records = [
        group(type_=4, address=GROUP6),
        group(type_=1, address=GROUP6, srcs=[V6A, V6B]),
        group(type_=2, address=GROUP6, srcs=[V6A], aux=b"\1\2\3\4\5\6\7\x08"),
    ]
    yield "ryu/icmpv6/mldv2_report", nd(143, icmpv6.mldv2_report(records=records), hop_limit=1, dst="ff02::16")
    yield "ryu/icmpv6/packet_too_big", nd(2, b"\0\0\5\0" + build(ip6(59)) + b"quoted", src=V6B, dst=V6A)


def igmps():
    def wrap(header, dst="224.0.0.1"):
        return over_ip4(2, header, dst=dst, ttl=1)

    for name, type_, resp, address in [
        ("v1_report", 0x12, 0, "239.1.2.3"), ("v2_query", 0x11, 100, "0.0.0.0"),
        ("v1_query", 0x11, 0, "0.0.0.0"), ("v2_report", 0x16, 0, "239.1.2.3"),
        ("v2_leave", 0x17, 0, "239.1.2.3"),
    ]:
        yield f"ryu/igmp/{name}", wrap(igmp.igmp(type_, resp, 0, address))
    query = igmp.igmpv3_query
    yield "ryu/igmp/v3_general_query", wrap(query(maxresp=100, qqic=125))
    yield "ryu/igmp/v3_group_source_query", wrap(query(maxresp=100, address="239.1.2.3", s_flg=1, qrv=3, qqic=125, srcs=[V4A, V4B]))
    group = igmp.igmpv3_report_group
    records = [
        group(4, address="239.1.2.3"), group(1, address="239.1.2.4", srcs=[V4A, V4B]),
        group(6, address="239.1.2.5", srcs=[V4A], aux=b"\1\2\3\4\5\6\7\x08"),
    ]
    yield "ryu/igmp/v3_report", wrap(igmp.igmpv3_report(records=records), "224.0.0.22")
    yield "ryu/igmp/v3_report_without_records", wrap(igmp.igmpv3_report(), "224.0.0.22")


def packets():
    for part in (arps, ipv4s, ipv6s, icmps, icmpv6s, igmps):
        for name, data in part():
            yield name, "ethernet", data
