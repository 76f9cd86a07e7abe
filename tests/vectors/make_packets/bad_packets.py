"""Frames that are cut short or lie about a length, and what the error must say.

A row is the frame around (a name from `AROUND`), the payload in hexadecimal, and what is wrong:
layer, offset from the start of the payload (negative: in front of it), bytes needed from there,
bytes available from there, and the field that gave the length (None: the frame is just too short).
README.md says how `offset`, `needed` and `available` are counted.
"""

import json
import struct

from tshark import checksum

ETH = bytes.fromhex("00005e00530200005e005301")


def ether(kind):
    return lambda data: ETH + struct.pack("!H", kind) + data


def ip4(proto, around=ether(0x0800)):
    def wrap(data):
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, proto, 0) + bytes([192, 0, 2, 1, 198, 51, 100, 2])
        return around(head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data)
    return wrap


def ip6(nxt):
    address = bytes.fromhex("20010db80000000000000000000000")
    return lambda data: ether(0x86DD)(struct.pack("!IHBB", 6 << 28, len(data), nxt, 64) + address + b"\1" + address + b"\2" + data)


def udp(src, dst, below=None):
    return lambda data: (below or ip4(17))(struct.pack("!HHHH", src, dst, 8 + len(data), 0) + data)


def tcp(src, dst):
    return lambda data: ip4(6)(struct.pack("!HHIIBBHHH", src, dst, 1, 1, 0x50, 0x18, 512, 0, 0) + data)


AROUND = {
    "ethernet": lambda data: data, "bfd": lambda data: data, "bmp": lambda data: data, "linuxcooked": lambda data: data,
    "llc": lambda data: ETH + struct.pack("!H", len(data)) + data,
    "arp": ether(0x0806), "ipv4": ether(0x0800), "ipv6": ether(0x86DD), "vlan": ether(0x8100), "svlan": ether(0x88A8), "mpls": ether(0x8847),
    "pbb": ether(0x88E7), "slow": ether(0x8809), "cfm": ether(0x8902), "lldp": ether(0x88CC),
    "icmp": ip4(1), "igmp": ip4(2), "tcp": ip4(6), "udp": ip4(17), "gre": ip4(47), "ospf": ip4(89), "vrrp": ip4(112), "sctp": ip4(132),
    "icmpv6": ip6(58), "hop": ip6(0), "routing": ip6(43), "fragment": ip6(44), "ah": ip6(51), "dst": ip6(60), "udp6": ip6(17),
    "vxlan": udp(50000, 4789), "geneve": udp(50000, 6081), "dhcp": udp(68, 67), "dhcp6": udp(546, 547, ip6(17)),
    "bgp": tcp(40000, 179), "zebra": tcp(40000, 2600), "openflow": tcp(40000, 6653),
}
FF = "ff" * 16
A6 = "20010db8" + "00" * 11 + "01"
BOOTP = "01010600" + "00" * 24 + "00005e005301" + "00" * 10 + "00" * 192
PEER = "00" * 2 + "00" * 8 + "00" * 12 + "c0000201" + "0000fde9" + "c0000201" + "00" * 8
LSA = "0001 02 01 c0000201 c0000201 80000001 0000"
OSPF = "c0000201 00000001 0000 0000 0000000000000000"

ROWS = [
    # name, around, payload, layer, offset, needed, available, imposed_by
    ("ethernet/13_bytes", "ethernet", "00005e00530200005e00530108", "ethernet", 0, 14, 13, None),
    ("ethernet/empty", "ethernet", "", "ethernet", 0, 14, 0, None),
    ("llc/length_past_frame", "ethernet", ETH.hex() + "0028 f0f003" + "00" * 10, "ethernet", 14, 40, 13, "ethertype"),
    ("llc/two_bytes", "llc", "4242", "llc", 0, 3, 2, None),
    ("llc/information_without_second_octet", "llc", "f0f002", "llc", 0, 4, 3, None),
    ("bpdu/configuration_cut", "llc", "424203 0000 00 00 00 8000", "bpdu", 3, 35, 7, None),
    ("bpdu/rapid_without_version1_length", "llc", "424203 0000 02 02" + "00" * 31, "bpdu", 3, 36, 35, None),
    ("bpdu/header_cut", "llc", "424203 0000 00", "bpdu", 3, 4, 3, None),
    ("vlan/cut", "vlan", "0064 08", "vlan", 0, 4, 3, None),
    ("svlan/inner_cut", "svlan", "0064 8100 00", "vlan", 4, 4, 1, None),
    ("mpls/cut", "mpls", "000641", "mpls", 0, 4, 3, None),
    ("mpls/second_label_cut", "mpls", "00064040 0006", "mpls", 4, 4, 2, None),
    ("pbb/cut", "pbb", "00abcd", "itag", 0, 4, 3, None),
    ("pbb/inner_frame_cut", "pbb", "00abcdef" + ETH.hex(), "ethernet", 4, 14, 12, None),
    ("slow/only_a_subtype", "slow", "01", "lacp", 0, 110, 1, None),
    ("slow/lacp_cut", "slow", "01 01 01 14" + "00" * 50, "lacp", 0, 110, 54, None),
    ("cfm/header_cut", "cfm", "a0 01 04", "cfm", 0, 4, 3, None),
    ("cfm/tlv_past_end", "cfm", "a0 03 00 04 00000001 03 0009 6162", "cfm", 8, 12, 5, "length"),
    ("lldp/tlv_past_end", "lldp", "0207 04 00005e005301 0402 07 31 0602 0078 0a09 6e616d65", "lldp", 17, 11, 6, "len"),
    ("lldp/one_byte_of_tlv", "lldp", "0207 04 00005e005301 0402 07 31 0602 0078 00", "lldp", 17, 2, 1, None),
    ("lldp/ttl_of_one_byte", "lldp", "0207 04 00005e005301 0402 07 31 0601 78 0000", "lldp", 13, 4, 3, "len"),
    ("lldp/management_address_past_tlv", "lldp", "0207 04 00005e005301 0402 07 31 0602 0078 1006 05 01 c0000201 0000", "lldp", 17, 14, 8, "len"),
    ("linuxcooked/cut", "linuxcooked", "0000 0001 0006 00005e0053010000 08", "linuxcooked", 0, 16, 15, None),
    ("arp/cut", "arp", "0001 0800 06 04 0001 00005e005301 c0000201 000000000000 c63364", "arp", 0, 28, 27, None),
    ("arp/lengths_past_frame", "arp", "0001 0800 20 04 0001 00005e005301 c0000201 000000000000 c6336402", "arp", 0, 80, 28, "hlen"),
    ("ipv4/cut", "ipv4", "45000014 00010000 4011", "ipv4", 0, 20, 10, None),
    ("ipv4/header_past_frame", "ipv4", "46000018 00010000 40110000 c0000201 c6336402", "ipv4", 0, 24, 20, "header_length"),
    ("ipv4/header_below_minimum", "ipv4", "44000014 00010000 40110000 c0000201 c6336402", "ipv4", 0, 20, 16, "header_length"),
    ("ipv4/total_past_frame", "ipv4", "45000064 00010000 40fd0000 c0000201 c6336402 6162", "ipv4", 0, 100, 22, "total_length"),
    ("ipv4/total_below_header", "ipv4", "4500000a 00010000 40fd0000 c0000201 c6336402 6162", "ipv4", 0, 20, 10, "total_length"),
    ("ipv6/cut", "ipv6", "60000000 0000 3b 40" + A6 + A6[:30], "ipv6", 0, 40, 39, None),
    ("ipv6/payload_past_frame", "ipv6", "60000000 0010 fe 40" + A6 + A6 + "61626364", "ipv6", 40, 16, 4, "payload_length"),
    ("ipv6/hop_header_cut", "hop", "11", "ipv6", 0, 8, 1, None),
    ("ipv6/hop_past_payload", "hop", "1101 0502 0000 0100", "ipv6", 0, 16, 8, "size"),
    ("ipv6/option_past_header", "hop", "fe00 0506 0000 0000 6162", "ipv6", 2, 8, 6, "len"),
    ("ipv6/routing_past_payload", "routing", "fe04 0302 00000000" + A6, "ipv6", 0, 40, 24, "size"),
    ("ipv6/fragment_cut", "fragment", "11000001 0000", "ipv6", 0, 8, 6, None),
    ("ipv6/auth_past_payload", "ah", "fe07 0000 00000001 00000001 00000000", "ipv6", 0, 36, 16, "size"),
    ("ipv6/destination_past_payload", "dst", "fe02 0104 00000000", "ipv6", 0, 24, 8, "size"),
    ("icmp/cut", "icmp", "0800 f7", "icmp", 0, 4, 3, None),
    ("icmp/echo_cut", "icmp", "0800 f7ff 0001", "echo", 4, 4, 2, None),
    ("icmpv6/cut", "icmpv6", "8000", "icmpv6", 0, 4, 2, None),
    ("icmpv6/neighbor_cut", "icmpv6", "8700 0000 00000000 20010db8", "nd_neighbor", 4, 20, 8, None),
    ("icmpv6/option_past_end", "icmpv6", "8700 0000 00000000" + A6 + "0102 00005e005301", "nd_neighbor", 24, 16, 8, "length"),
    ("icmpv6/option_of_length_0", "icmpv6", "8700 0000 00000000" + A6 + "0100 00005e005301", "nd_neighbor", 24, 8, 0, "length"),
    ("icmpv6/mldv2_sources_past_end", "icmpv6", "8200 0000 03e8 0000" + A6 + "027d 0002" + A6, "mldv2_query", 28, 32, 16, "num"),
    ("icmpv6/mldv2_records_past_end", "icmpv6", "8f00 0000 0000 0002 0400 0000" + A6, "mldv2_report", 28, 20, 0, "record_num"),
    ("igmp/cut", "igmp", "1164 ee9b 000000", "igmp", 0, 8, 7, None),
    ("igmp/v3_sources_past_end", "igmp", "1164 0000 ef010203 027d 0002 c0000201", "igmpv3_query", 12, 8, 4, "num"),
    ("igmp/v3_records_past_end", "igmp", "2200 0000 0000 0002 0400 0000 ef010203", "igmpv3_report", 16, 8, 0, "record_num"),
    ("udp/cut", "udp", "0009 0009 0008 00", "udp", 0, 8, 7, None),
    ("udp/length_past_payload", "udp", "0009 0009 0014 0000 6162", "udp", 0, 20, 10, "total_length"),
    ("udp/length_below_header", "udp", "0009 0009 0007 0000 6162", "udp", 0, 8, 7, "total_length"),
    ("udp/length_0_over_ipv6", "udp6", "0009 0009 0003 1234", "udp", 0, 8, 3, "total_length"),
    ("tcp/cut", "tcp", "9c40 0050 00000001 00000002 5010 2000 0000 00", "tcp", 0, 20, 19, None),
    ("tcp/offset_past_segment", "tcp", "9c40 0050 00000001 00000002 7010 2000 0000 0000 01010101", "tcp", 0, 28, 24, "offset"),
    ("tcp/offset_below_minimum", "tcp", "9c40 0050 00000001 00000002 4010 2000 0000 0000", "tcp", 0, 20, 16, "offset"),
    ("tcp/option_past_header", "tcp", "9c40 0050 00000001 00000002 6010 2000 0000 0000 0101 0204", "tcp", 22, 4, 2, "length"),
    ("tcp/option_of_length_1", "tcp", "9c40 0050 00000001 00000002 6010 2000 0000 0000 fd01 0000", "tcp", 20, 2, 1, "length"),
    ("tcp/option_without_length", "tcp", "9c40 0050 00000001 00000002 6010 2000 0000 0000 010101 02", "tcp", 23, 2, 1, None),
    ("sctp/cut", "sctp", "9c40 9c41 00000001 000000", "sctp", 0, 12, 11, None),
    ("sctp/chunk_past_end", "sctp", "9c40 9c41 00000001 00000000 0a00 0010 6162", "sctp", 12, 16, 6, "length"),
    ("sctp/chunk_of_length_3", "sctp", "9c40 9c41 00000001 00000000 0a00 0003", "sctp", 12, 4, 3, "length"),
    ("sctp/parameter_past_chunk", "sctp", "9c40 9c41 00000001 00000000 0100 001c 00000001 00000002 0003 0004 00000005 0005 0009 c0000201", "sctp", 32, 9, 8, "length"),
    ("gre/cut", "gre", "2000 08", "gre", 0, 4, 3, None),
    ("gre/key_cut", "gre", "2000 0800 0000", "gre", 4, 4, 2, None),
    ("vxlan/cut", "vxlan", "0800 0000 000007", "vxlan", 0, 8, 7, None),
    ("vxlan/inner_frame_cut", "vxlan", "0800 0000 000007 00" + ETH.hex(), "ethernet", 8, 14, 12, None),
    ("geneve/cut", "geneve", "0000 6558 00", "geneve", 0, 8, 5, None),
    ("geneve/options_past_end", "geneve", "0300 6558 00000100 0100 01 00", "geneve", 8, 12, 4, "opt_len"),
    ("geneve/option_past_options", "geneve", "0200 6558 00000100 0100 01 02 00000000", "geneve", 8, 12, 8, "length"),
    ("dhcp/cut", "dhcp", "01010600 00000001", "dhcp", 0, 236, 8, None),
    ("dhcp/option_past_end", "dhcp", BOOTP + "63825363 350101 0c09 6162", "dhcp", 243, 11, 4, "length"),
    ("dhcp/option_without_length", "dhcp", BOOTP + "63825363 350101 0c", "dhcp", 243, 2, 1, None),
    ("dhcp6/cut", "dhcp6", "01 0000", "dhcp6", 0, 4, 3, None),
    ("dhcp6/relay_cut", "dhcp6", "0c 00" + A6, "dhcp6", 0, 34, 18, None),
    ("dhcp6/option_past_end", "dhcp6", "01 000001 0008 0004 0000", "dhcp6", 4, 8, 6, "length"),
    ("vrrp/cut", "vrrp", "2107 6401 0001", "vrrp", 0, 8, 6, None),
    ("vrrp/addresses_past_end", "vrrp", "2107 6402 0001 0000 c0000201", "vrrp", 8, 8, 4, "count_ip"),
    ("bfd/cut", "bfd", "20c0 0318 00000001 00000002 000f4240 000f4240 000000", "bfd", 0, 24, 23, None),
    ("bfd/length_past_packet", "bfd", "20c0 031c 00000001 00000002 000f4240 000f4240 00000000", "bfd", 0, 28, 24, "length"),
    ("bfd/authentication_past_length", "bfd", "20c4 031c 00000001 00000002 000f4240 000f4240 00000000 01090161", "bfd", 24, 9, 4, "auth_len"),
    ("ospf/cut", "ospf", "0201 002c" + OSPF[:20], "ospf", 0, 24, 4 + 9, None),
    ("ospf/length_past_packet", "ospf", "0201 0040" + OSPF + "ffffff00 000a 0201 00000028 00000000 00000000", "ospf", 0, 64, 44, "length"),
    ("ospf/lsa_past_packet", "ospf", "0204 0034" + OSPF + "00000001" + LSA + "0040" + "00000000", "ospf", 28, 64, 24, "length"),
    ("bgp/length_below_19", "bgp", FF + "0012 04", "bgp", 0, 19, 18, "len"),
    ("bgp/length_past_segment", "bgp", FF + "0025 02 0000 0000", "bgp", 0, 37, 23, "len"),
    ("bgp/attributes_past_message", "bgp", FF + "001b 02 0000 0010 40010100", "bgp", 0, 39, 27, "total_path_attribute_len"),
    ("bgp/attribute_past_attributes", "bgp", FF + "001b 02 0000 0004 40010200", "bgp", 23, 5, 4, "length"),
    ("bgp/withdrawn_past_message", "bgp", FF + "0017 02 0008 0000", "bgp", 0, 29, 23, "withdrawn_routes_len"),
    ("bgp/prefix_past_message", "bgp", FF + "001a 02 0000 0000 18 0a00", "bgp", 23, 4, 3, "length"),
    ("bmp/cut", "bmp", "03 00000006", "bmp", 0, 6, 5, None),
    ("bmp/length_past_data", "bmp", "03 0000000c 04 0000", "bmp", 0, 12, 8, "len"),
    ("bmp/peer_header_cut", "bmp", "03 00000010 01" + PEER[:20], "bmp", 6, 42, 10, None),
    ("bmp/tlv_past_message", "bmp", "03 0000000c 04 0002 0009 6162", "bmp", 6, 13, 6, "len"),
    ("zebra/cut", "zebra", "0009 ff 03 00", "zebra", 0, 8, 5, None),
    ("zebra/length_past_segment", "zebra", "0020 ff 03 0000 0017 09", "zebra", 0, 32, 9, "length"),
    ("openflow/header_cut", "openflow", "0400 0008 0000", "openflow", 0, 8, 6, None),
    ("openflow/length_below_8", "openflow", "0400 0007 00000001", "openflow", 0, 8, 7, "msg_len"),
]
FIRST = {"bfd", "bmp", "linuxcooked"}


def write(here):
    lines = []
    for name, around, text, layer, offset, needed, available, imposed_by in ROWS:
        payload = bytes.fromhex(text)
        frame = AROUND[around](payload)
        # What the row claims must at least be possible.
        assert 0 <= offset <= len(payload) and available < needed, name
        assert imposed_by or offset + available == len(payload), (name, offset + available, len(payload))
        lines.append(json.dumps({
            "name": name, "first": around if around in FIRST else "ethernet", "hex": frame.hex(), "layer": layer,
            "offset": len(frame) - len(payload) + offset, "needed": needed, "available": available, "imposed_by": imposed_by,
        }))
    names = [row[0] for row in ROWS]
    assert len(names) == len(set(names))
    (here / "bad_packets.jsonl").write_text("\n".join(lines) + "\n")
    print(f"bad: {len(lines)} frames")
