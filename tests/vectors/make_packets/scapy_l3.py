"""ARP, IPv4, IPv6, ICMP, ICMPv6 and IGMP as scapy makes them, unusual ones among them."""

from scapy.all import (
    AH, ARP, ESP, ICMP, IP, UDP, Raw, Padding,
    ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6MLDone, ICMPv6MLQuery, ICMPv6MLQuery2,
    ICMPv6MLReport, ICMPv6MLReport2, ICMPv6MLDMultAddrRec, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA,
    ICMPv6ND_Redirect, ICMPv6ND_RS, ICMPv6NDOptDNSSL, ICMPv6NDOptDstLLAddr, ICMPv6NDOptMTU,
    ICMPv6NDOptPrefixInfo, ICMPv6NDOptRDNSS, ICMPv6NDOptRedirectedHdr, ICMPv6NDOptRouteInfo,
    ICMPv6NDOptSrcLLAddr, ICMPv6NDOptUnknown, ICMPv6PacketTooBig, ICMPv6ParamProblem,
    ICMPv6TimeExceeded, IPOption_LSRR, IPOption_NOP, IPOption_EOL, IPOption_Router_Alert, IPOption_RR,
    IPOption_SSRR, IPOption_Security, IPOption_Stream_Id, IPOption_Timestamp, IPv6, IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, IPv6ExtHdrSegmentRouting, HAO, HBHOptUnknown,
    Jumbo, Pad1, PadN, RouterAlert,
)
from scapy.contrib.igmp import IGMP
from scapy.contrib.igmpv3 import IGMPv3gr, IGMPv3mq, IGMPv3mr

from scapy_kit import A, B, MADE_BY, V4A, V4B, V6A, V6B, eth, ip4, ip6, raw

__all__ = ["MADE_BY", "packets"]
GROUP6 = "ff0e::db8:2"


def arps():
    yield "arp/request", eth(dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=A, psrc=V4A, pdst=V4B)
    yield "arp/reply_padded_to_60", eth() / ARP(op=2, hwsrc=A, psrc=V4A, hwdst=B, pdst=V4B) / Padding(bytes(18))
    yield "arp/announcement", eth(dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=A, psrc=V4A, pdst=V4A)
    yield "arp/padding_not_zero", eth() / ARP(op=2, hwsrc=A, psrc=V4A, hwdst=B, pdst=V4B) / raw("a5" * 18)
    yield "arp/inarp_request", eth() / ARP(op=8, hwsrc=A, psrc=V4A, pdst=V4B)
    yield "arp/protocol_of_16_bytes", eth(type=0x0806) / raw("0001 86dd 06 10 0001 00005e005311" + "20010db8" + "00" * 12 + "000000000000" + "20010db8" + "00" * 11 + "02")
    yield "arp/hardware_of_8_bytes", eth(type=0x0806) / raw("0018 0800 08 04 0001 0102030405060708 c000020b 0000000000000000 c633640c")


def ipv4s():
    data = UDP(sport=1024, dport=9) / Raw(b"twelve bytes")
    yield "ipv4/udp", ip4() / data
    yield "ipv4/all_fields", ip4(tos=0xFF, id=0xFFFF, flags="DF", ttl=255) / data
    yield "ipv4/evil_bit", ip4(flags=4) / data
    yield "ipv4/ttl_zero", ip4(ttl=0) / data
    yield "ipv4/protocol_none", ip4(proto=59)
    yield "ipv4/header_only", ip4(proto=253)
    yield "ipv4/unknown_protocol", ip4(proto=254) / Raw(b"?" * 33)
    yield "ipv4/frame_padding", eth() / IP(src=V4A, dst=V4B, id=1) / UDP(sport=1, dport=9) / Raw(b"ab") / Padding(bytes(16))
    yield "ipv4/frame_padding_not_zero", eth() / IP(src=V4A, dst=V4B, id=1, len=30) / UDP(sport=1, dport=9, len=10, chksum=0) / Raw(b"ab" + b"\xee" * 16)
    yield "ipv4/fragment_first", ip4(flags="MF", id=77, proto=17) / raw("04000009 0100 0000") / Raw(b"f" * 24)
    yield "ipv4/fragment_middle", ip4(flags="MF", frag=4, id=77, proto=17) / Raw(b"m" * 32)
    yield "ipv4/fragment_last_odd", ip4(frag=8, id=77, proto=17) / Raw(b"l" * 7)
    yield "ipv4/fragment_far", ip4(frag=8189, id=78, proto=17) / Raw(b"end")
    options = {
        "record_route": [IPOption_RR(routers=[V4A, "0.0.0.0"], pointer=8)],
        "loose_source_route": [IPOption_LSRR(routers=["192.0.2.99"])],
        "strict_source_route": [IPOption_SSRR(routers=["192.0.2.99", "192.0.2.98"])],
        "router_alert": [IPOption_Router_Alert()],
        "stream_id": [IPOption_Stream_Id(security=7)],
        "security_odd_length": [IPOption_Security()],
        "timestamp": [IPOption_Timestamp(flg=0, timestamp=0x01020304)],
        "timestamp_and_address": [IPOption_Timestamp(flg=1, internet_address=V4A, timestamp=5)],
        "nops_only": [IPOption_NOP()] * 4,
        "nop_then_end": [IPOption_NOP(), IPOption_EOL()],
    }
    for name, option in options.items():
        yield f"ipv4/option_{name}", ip4(options=option) / data
    for name, text in [
        ("unknown_of_5", "9e05010203 000000"), ("unknown_of_2", "9e02 01 00"), ("full_40", "9e28" + "5a" * 38),
        ("end_then_junk", "00 ffffff"), ("nop_unknown_3_end", "01 9e03aa 01 9e02 00"),
    ]:
        body = bytes.fromhex(text)
        yield f"ipv4/option_{name}", ip4(ihl=5 + len(body) // 4, options=[]) / data, body
    yield "ipv4/ah", ip4() / AH(nh=17, payloadlen=4, spi=9, seq=1, icv=bytes(range(12))) / data
    yield "ipv4/esp", ip4() / ESP(spi=9, seq=1, data=b"\x5a" * 24)
    yield "ipv4/in_ipv4", ip4() / IP(src="10.0.0.1", dst="10.0.0.2", id=2) / data
    yield "ipv4/ipv6_inside", ip4() / IPv6(src=V6A, dst=V6B) / data


def with_options(packet, body):
    """The frame with these bytes as IP options; lengths and checksum as scapy computes them."""
    packet = packet.copy()
    packet[IP].options = []
    header = packet[IP]
    whole = bytes(header.payload)
    plain = IP(bytes(IP(src=header.src, dst=header.dst, id=1, proto=17, ihl=5 + len(body) // 4, len=20 + len(body) + len(whole), chksum=0)))
    data = bytes(plain)[:20] + body
    total = sum(int.from_bytes(data[i:i + 2], "big") for i in range(0, len(data), 2))
    total = (total & 0xFFFF) + (total >> 16)
    total = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    return bytes(packet)[:14] + data[:10] + total.to_bytes(2, "big") + data[12:] + whole


def ipv6s():
    data = UDP(sport=1024, dport=9) / Raw(b"twelve bytes")
    yield "ipv6/udp", ip6() / data
    yield "ipv6/all_fields", ip6(tc=0xFF, fl=0xFFFFF, hlim=255) / data
    yield "ipv6/no_next_header", ip6(nh=59)
    yield "ipv6/no_next_header_with_bytes", ip6(nh=59) / Raw(b"ignored")
    yield "ipv6/frame_padding_not_zero", ip6(plen=8) / UDP(sport=1, dport=9, len=8, chksum=0xA43E) / raw("ee" * 6)
    yield "ipv6/unknown_protocol", ip6(nh=254) / Raw(b"?" * 11)
    yield "ipv6/hop_router_alert", ip6() / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / data
    yield "ipv6/hop_pads", ip6() / IPv6ExtHdrHopByHop(options=[Pad1(), PadN(optdata=b""), PadN(optdata=b"\0")]) / data
    yield "ipv6/hop_unknown_option", ip6() / IPv6ExtHdrHopByHop(options=[HBHOptUnknown(otype=0x3E, optdata=b"\1\2\3\4\5")]) / data
    yield "ipv6/destination_home_address", ip6() / IPv6ExtHdrDestOpt(options=[HAO(hoa="2001:db8::77")]) / data
    yield "ipv6/routing_type0", ip6() / IPv6ExtHdrRouting(addresses=["2001:db8::a", "2001:db8::b"], segleft=2) / data
    yield "ipv6/routing_type0_empty", ip6() / IPv6ExtHdrRouting(addresses=[], segleft=0) / data
    yield "ipv6/routing_type4_segments", ip6() / IPv6ExtHdrSegmentRouting(addresses=["2001:db8::a", "2001:db8::b"], segleft=1, lastentry=1) / data
    yield "ipv6/routing_type2_mobile", ip6() / IPv6ExtHdrRouting(type=2, addresses=["2001:db8::a"], segleft=1) / data
    yield "ipv6/routing_type3_compressed", ip6(nh=43) / raw("fe 02 03 02 88 00 00 00 0102030405060a0b 0102030405060c0d") / Raw(b"rpl")
    yield "ipv6/fragment_first", ip6() / IPv6ExtHdrFragment(nh=17, offset=0, m=1, id=0x01020304) / raw("04000009 0100 1234") / Raw(b"f" * 16)
    yield "ipv6/fragment_last", ip6() / IPv6ExtHdrFragment(nh=17, offset=3, m=0, id=0x01020304) / Raw(b"l" * 5)
    yield "ipv6/fragment_atomic", ip6() / IPv6ExtHdrFragment(m=0, id=1) / data
    yield "ipv6/ah", ip6() / AH(nh=254, payloadlen=4, spi=9, seq=1, icv=bytes(range(12))) / Raw(b"authentic")
    yield "ipv6/esp", ip6(nh=50) / ESP(spi=9, seq=1, data=b"\x5a" * 24)
    yield "ipv6/chain_of_five", ip6() / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(4))]) / IPv6ExtHdrRouting(addresses=["2001:db8::a"], segleft=1) / IPv6ExtHdrFragment(m=0, id=1) / IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(4))]) / data
    yield "ipv6/in_ipv6", ip6() / IPv6(src="2001:db8::1", dst="2001:db8::2") / data
    yield "ipv6/ipv4_inside", ip6() / IP(src=V4A, dst=V4B, id=3) / data


def icmps():
    quoted = IP(src=V4B, dst=V4A, id=5) / UDP(sport=5, dport=6) / Raw(b"abc")
    yield "icmp/echo_request", ip4() / ICMP(type=8, id=1, seq=2) / Raw(bytes(range(56)))
    yield "icmp/echo_reply_odd", ip4() / ICMP(type=0, id=1, seq=2) / Raw(b"odd")
    yield "icmp/echo_without_data", ip4() / ICMP(type=8, id=0, seq=0)
    for code in (0, 1, 2, 3, 5, 13):
        yield f"icmp/unreachable_{code}", ip4() / ICMP(type=3, code=code) / quoted
    yield "icmp/unreachable_mtu", ip4() / ICMP(type=3, code=4, nexthopmtu=576) / quoted
    yield "icmp/source_quench", ip4() / ICMP(type=4) / quoted
    yield "icmp/redirect", ip4() / ICMP(type=5, code=1, gw="192.0.2.254") / quoted
    yield "icmp/router_solicit", ip4(proto=1) / raw("0a00 f5ff 00000000")
    yield "icmp/time_exceeded_ttl", ip4() / ICMP(type=11, code=0) / quoted
    yield "icmp/time_exceeded_reassembly", ip4() / ICMP(type=11, code=1) / quoted
    yield "icmp/time_exceeded_with_length", ip4() / ICMP(type=11, code=0, length=32) / Raw(bytes(quoted) + bytes(128 - len(quoted)))
    yield "icmp/parameter_problem", ip4() / ICMP(type=12, code=0, ptr=20) / quoted
    yield "icmp/timestamp", ip4() / ICMP(type=13, id=1, seq=1, ts_ori=100, ts_rx=0, ts_tx=0)
    yield "icmp/timestamp_reply", ip4() / ICMP(type=14, id=1, seq=1, ts_ori=100, ts_rx=200, ts_tx=300)
    yield "icmp/address_mask_reply", ip4() / ICMP(type=18, id=1, seq=1, addr_mask="255.255.255.0")
    yield "icmp/unknown_type", ip4() / ICMP(type=250, code=9) / Raw(b"unknown")


def icmpv6s():
    quoted = IPv6(src=V6B, dst=V6A) / UDP(sport=5, dport=6) / Raw(b"abcdefgh")
    link = {"src": "fe80::11", "dst": "ff02::1", "hlim": 255}
    mld = {"src": "fe80::11", "dst": "ff02::16", "hlim": 1}
    sla, tla = ICMPv6NDOptSrcLLAddr(lladdr=A), ICMPv6NDOptDstLLAddr(lladdr=B)
    yield "icmpv6/echo_request", ip6() / ICMPv6EchoRequest(id=1, seq=2, data=bytes(range(56)))
    yield "icmpv6/echo_reply_odd", ip6() / ICMPv6EchoReply(id=1, seq=2, data=b"odd")
    yield "icmpv6/echo_without_data", ip6() / ICMPv6EchoRequest(id=1, seq=2)
    yield "icmpv6/after_hop_by_hop", ip6() / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / ICMPv6EchoRequest(id=1, seq=2)
    yield "icmpv6/unreachable", ip6() / ICMPv6DestUnreach(code=4) / quoted
    yield "icmpv6/packet_too_big", ip6() / ICMPv6PacketTooBig(mtu=1280) / quoted
    yield "icmpv6/time_exceeded", ip6() / ICMPv6TimeExceeded() / quoted
    yield "icmpv6/parameter_problem", ip6() / ICMPv6ParamProblem(code=1, ptr=6) / quoted
    yield "icmpv6/router_solicit", ip6(**link) / ICMPv6ND_RS() / sla
    yield "icmpv6/router_solicit_bare", ip6(**link) / ICMPv6ND_RS()
    flags = {"M": 1, "O": 1, "H": 0, "prf": 1, "P": 0, "chlim": 64, "routerlifetime": 1800, "reachabletime": 1, "retranstimer": 2}
    yield "icmpv6/router_advert", ip6(**link) / ICMPv6ND_RA(**flags) / sla / ICMPv6NDOptMTU(mtu=1500) / ICMPv6NDOptPrefixInfo(prefix="2001:db8:5::", prefixlen=64, validlifetime=3600, preferredlifetime=1800)
    yield "icmpv6/router_advert_prefix_first", ip6(**link) / ICMPv6ND_RA(**flags) / ICMPv6NDOptPrefixInfo(prefix="2001:db8:5::", prefixlen=64, R=1)
    yield "icmpv6/router_advert_dns", ip6(**link) / ICMPv6ND_RA(**flags) / ICMPv6NDOptRDNSS(dns=["2001:db8::53", "2001:db8::54"], lifetime=60) / ICMPv6NDOptDNSSL(searchlist=["example.com"], lifetime=60) / sla
    yield "icmpv6/router_advert_route", ip6(**link) / ICMPv6ND_RA(**flags) / ICMPv6NDOptRouteInfo(prefix="2001:db8:6::", plen=48, prf=1, rtlifetime=9)
    yield "icmpv6/router_advert_unknown_option", ip6(**link) / ICMPv6ND_RA(**flags) / ICMPv6NDOptUnknown(type=200, len=2, data=bytes(range(14)))
    yield "icmpv6/neighbor_solicit", ip6(**link) / ICMPv6ND_NS(tgt=V6B) / sla
    yield "icmpv6/neighbor_solicit_dad", ip6(src="::", dst="ff02::1:ff00:12", hlim=255) / ICMPv6ND_NS(tgt="fe80::12")
    yield "icmpv6/neighbor_solicit_nonce", ip6(**link) / ICMPv6ND_NS(tgt=V6B) / ICMPv6NDOptUnknown(type=14, len=1, data=b"nonce!")
    yield "icmpv6/neighbor_solicit_two_options", ip6(**link) / ICMPv6ND_NS(tgt=V6B) / sla / ICMPv6NDOptUnknown(type=14, len=1, data=b"nonce!")
    yield "icmpv6/neighbor_advert", ip6(**link) / ICMPv6ND_NA(tgt=V6A, R=1, S=1, O=1) / tla
    yield "icmpv6/neighbor_advert_bare", ip6(**link) / ICMPv6ND_NA(tgt=V6A, R=0, S=1, O=0)
    yield "icmpv6/neighbor_solicit_long_link_address", ip6(**link) / ICMPv6ND_NS(tgt=V6B) / ICMPv6NDOptUnknown(type=1, len=2, data=bytes(range(14)))
    yield "icmpv6/redirect", ip6(**link) / ICMPv6ND_Redirect(tgt=V6A, dst=V6B) / tla / ICMPv6NDOptRedirectedHdr(pkt=bytes(quoted))
    yield "icmpv6/mld_query", ip6(**mld) / ICMPv6MLQuery(mrd=10000)
    yield "icmpv6/mld_report", ip6(**mld) / ICMPv6MLReport(mladdr=GROUP6)
    yield "icmpv6/mld_done", ip6(**mld) / ICMPv6MLDone(mladdr=GROUP6)
    yield "icmpv6/mldv2_query", ip6(**mld) / ICMPv6MLQuery2(mladdr=GROUP6, mrd=1000, S=0, QRV=2, QQIC=125, sources=[V6A, V6B])
    yield "icmpv6/mldv2_general_query", ip6(**mld) / ICMPv6MLQuery2(mrd=1000, QRV=2, QQIC=125)
    record = ICMPv6MLDMultAddrRec
    yield "icmpv6/mldv2_report", ip6(**mld) / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / ICMPv6MLReport2(records=[record(rtype=4, dst=GROUP6), record(rtype=6, dst=GROUP6, sources=[V6A, V6B])])
    yield "icmpv6/mldv2_report_aux", ip6(**mld) / ICMPv6MLReport2(records=[record(rtype=1, dst=GROUP6, sources=[V6A], auxdata_len=1, auxdata=b"auxd"), record(rtype=3, dst=GROUP6)])
    yield "icmpv6/unknown_type", ip6() / ICMPv6EchoRequest(type=201, id=0x6162, seq=0x6364, data=b"unknown")


def igmps():
    def v4(dst):
        return eth(dst="01:00:5e:00:00:01") / IP(src=V4A, dst=dst, ttl=1, id=1, proto=2, options=[IPOption_Router_Alert()])

    for name, type_, resp, group in [("v2_query", 0x11, 100, "0.0.0.0"), ("v2_group_query", 0x11, 10, "239.9.9.9"), ("v1_query", 0x11, 0, "0.0.0.0"), ("v1_report", 0x12, 0, "239.9.9.9"), ("v2_report", 0x16, 0, "239.9.9.9"), ("v2_leave", 0x17, 0, "239.9.9.9")]:
        yield f"igmp/{name}", v4("224.0.0.1" if group == "0.0.0.0" else group) / IGMP(type=type_, mrcode=resp, gaddr=group)
    yield "igmp/v2_query_frame_padding", bytes(v4("224.0.0.1") / IGMP(type=0x11, mrcode=100)) + bytes(14)
    yield "igmp/v3_general_query", v4("224.0.0.1") / IGMPv3mq(mrcode=100, qqic=125, qrv=2)
    yield "igmp/v3_source_query", v4("239.9.9.9") / IGMPv3mq(mrcode=10, gaddr="239.9.9.9", s=1, qrv=7, qqic=125, srcaddrs=[V4A, V4B])
    yield "igmp/v3_report", v4("224.0.0.22") / IGMPv3mr(records=[IGMPv3gr(rtype=4, maddr="239.9.9.9"), IGMPv3gr(rtype=5, maddr="239.9.9.8", srcaddrs=[V4A, V4B])])


def packets():
    for part in (arps, ipv4s, ipv6s, icmps, icmpv6s, igmps):
        for name, packet, *body in part():
            data = with_options(packet, body[0]) if body else bytes(packet)
            yield f"scapy/{name}", "ethernet", data
