"""Zebra's protocol, typed from the sources of FRRouting 3.0 (`lib/zclient.c`, `lib/bfd.c`,
`zebra/zserv.c`, `zebra/zebra_rnh.c`) and Quagga of 2014: what Ryu 4.34 cannot
write, or reads otherwise."""

from scapy_kit import MADE_BY, raw, tcp4

__all__ = ["MADE_BY", "packets"]
FOUR, SIX = "c0000201", "20010db8000000000000000000000001"


def message(version, command, body, marker=None):
    data = bytes.fromhex(body)
    marker = marker or ("fe" if version == 4 else "ff")
    return (8 + len(data)).to_bytes(2, "big") + bytes.fromhex(f"{marker}{version:02x}0000{command:04x}") + data


def to_zebra():
    # zapi_ipv4_route: type, instance, flags, message, SAFI, prefix; next hops without interface.
    head4, head6 = "09 0000 00000010 {} 0001 18 0a0001", "09 0000 00000010 {} 0001 30 20010db80001"
    yield "v4/ipv4_route_two_hops", message(4, 6, head4.format("0d") + "02 02" + FOUR + "01 00000003" + "14 0000001e")
    yield "v4/ipv4_route_tag_mtu", message(4, 6, head4.format("3d") + "01 02" + FOUR + "14 0000001e 00000063 00000578")
    yield "v4/ipv4_route_blackhole", message(4, 6, head4.format("01") + "01 06")
    yield "v4/ipv4_route_delete_no_hops", message(4, 7, head4.format("04") + "14")
    yield "v4/ipv6_route_two_hops", message(4, 8, head6.format("0d") + "02 04" + SIX + "01 00000003" + "14 0000001e")
    yield "v4/ipv6_route_source", message(4, 8, head6.format("41") + "31 20010db8000280" + "01 04" + SIX)
    yield "v4/ipv4_route_ipv6_hop", message(4, 27, head4.format("01") + "01 04" + SIX)
    # Quagga: a route without next hops has no number of them.
    yield "v3/ipv4_route_no_hops", message(3, 7, "09 10 0c 0001 18 0a0001 14 0000001e")
    # bfd_peer_sendmsg: over one hop of IPv4 there is no source.
    yield "v4/bfd_register_one_hop", message(4, 28, "0000004d 0002" + FOUR + "0000012c 000000c8 03 00 04 65746830")
    yield "v4/bfd_update_one_hop", message(4, 30, "0000004d 0002" + FOUR + "0000012c 000000c8 03 00 00")
    yield "v4/bfd_deregister_one_hop", message(4, 29, "0000004d 0002" + FOUR + "00 04 65746830")
    yield "v3/marker_of_frr", message(3, 23, "09", "fe")


def from_zebra():
    # send_client of zebra_rnh.c: an interface behind every address.
    yield "v4/nexthop_update_ipv6_hop", message(4, 20, "000a 30 20010db80001 05 00000007 01 04" + SIX + "00000003")
    yield "v4/import_check_update_ipv6_hop", message(4, 26, "000a 30 20010db80001 05 00000007 01 04" + SIX + "00000003")
    # zsend_write_nexthop: behind an address of IPv4 only.
    yield "v4/lookup_mrib_mixed", message(4, 43, FOUR + "05 00000007 03 02" + FOUR + "00000003 04" + SIX + "01 00000004")
    # zebra_interface_bfd_update: four bytes of status.
    yield "v4/interface_bfd_update", message(4, 23, "00000002 02" + FOUR + "20 00000004 02 c0000202 20")
    yield "v4/interface_bfd_update_ipv6", message(4, 23, "00000000 0a" + SIX + "80 00000002 0a" + SIX + "80")
    # zsend_redistribute_route: an interface per next hop, tag in front of MTU.
    yield "v4/redistribute_ipv4", message(4, 32, "09 0000 00000010 3f 18 0a0001 01" + FOUR + "01 00000003 14 0000001e 00000063 00000578")
    yield "v4/redistribute_ipv4_no_hops", message(4, 32, "09 0000 00000010 0c 18 0a0001 14 0000001e")
    # As zsend_ipv4_import_lookup of Quagga, which has none of IPv6: the address, metric, next hops.
    yield "v3/ipv6_import_lookup", message(3, 18, SIX + "00000014 01 06" + SIX)
    # A body that is longer than its command has it, and one that is shorter.
    yield "v3/router_id_too_long", message(3, 22, "02 0a000100 18 00")
    yield "v3/router_id_too_short", message(3, 22, "02 0a0001")


def packets():
    for name, data in to_zebra():
        yield f"scapy/zebra/{name}", "ethernet", bytes(tcp4(40001, 2600) / raw(data.hex()))
    for name, data in from_zebra():
        yield f"scapy/zebra/{name}", "ethernet", bytes(tcp4(2600, 40001) / raw(data.hex()))
