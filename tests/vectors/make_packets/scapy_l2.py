"""Layer 2 as scapy makes it, unusual frames among it."""

from scapy.all import ARP, IP, LLC, SNAP, STP, UDP, CookedLinux, Dot1AD, Dot1Q, Dot3, Ether, IPv6, Raw
from scapy.contrib import lldp
from scapy.contrib.lacp import LACP, MarkerProtocol
from scapy.contrib.mpls import MPLS
from scapy.contrib.slowprot import SlowProtocol
from scapy.layers.l2 import Dot1AH

from scapy_kit import A, B, MADE_BY, V4A, V4B, V6A, V6B, eth, raw

__all__ = ["MADE_BY", "packets"]
STP_GROUP, SLOW, CFM = "01:80:c2:00:00:00", "01:80:c2:00:00:02", "01:80:c2:00:00:32"


def inner():
    return IP(src=V4A, dst=V4B, id=1) / UDP(sport=9, dport=10) / Raw(b"inner data")


def llc(*more):
    frame = Dot3(src=A, dst=STP_GROUP)
    for header in more:
        frame = frame / header
    return frame


def ethernets():
    yield "ethernet/unknown_ethertype", eth(type=0x88B6) / Raw(b"?" * 46)
    yield "ethernet/header_only", eth(type=0x88B6)
    yield "ethernet/one_byte", eth(type=0x88B6) / Raw(b"\1")
    yield "ethernet/all_zero_payload", eth(type=0x88B6) / Raw(bytes(46))
    yield "ethernet/ethertype_1501", eth(type=1501) / Raw(b"between length and type" * 3)
    yield "ethernet/ethertype_1535", eth(type=1535) / Raw(b"between length and type" * 3)
    yield "ethernet/jumbo", eth(type=0x88B6) / Raw(bytes(range(256)) * 7)
    yield "ethernet/broadcast_arp", Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(hwsrc=A, psrc=V4A, pdst=V4B) / raw("00" * 18)
    yield "ethernet/ipv6", eth() / IPv6(src=V6A, dst=V6B) / UDP(sport=9, dport=10) / Raw(b"data")
    yield "ethernet/ethertype_is_an_ip_protocol", eth(type=0x0011) / raw("f0f003") / Raw(b"fourteen bytes")
    yield "ethernet/loopback_protocol", eth(type=0x9000) / raw("0000 0100 0000") / Raw(bytes(40))


def llcs():
    yield "llc/ipx", llc(LLC(dsap=0xE0, ssap=0xE0, ctrl=3)) / raw("ffff 001e 00 00" + "00" * 24)
    yield "llc/snap_cdp", llc(LLC(dsap=0xAA, ssap=0xAA, ctrl=3), SNAP(OUI=0x00000C, code=0x2000)) / raw("02b4 fcd1 0001000574")
    yield "llc/snap_arp", llc(LLC(dsap=0xAA, ssap=0xAA, ctrl=3), SNAP(OUI=0, code=0x0806)) / ARP(hwsrc=A, psrc=V4A, pdst=V4B)
    yield "llc/snap_ipv4", llc(LLC(dsap=0xAA, ssap=0xAA, ctrl=3), SNAP(OUI=0, code=0x0800)) / inner()
    yield "llc/xid", llc(LLC(dsap=0, ssap=1, ctrl=0xAF)) / raw("810100")
    yield "llc/test_poll", llc(LLC(dsap=0, ssap=0, ctrl=0xF3))
    yield "llc/supervisory_rr", llc(raw("f0f0 0103"))
    yield "llc/supervisory_rej_8", llc(raw("f0f1 0910"))
    yield "llc/information_max_numbers", llc(raw("f0f0 feff"))
    yield "llc/padded_to_60", Dot3(src=A, dst=B, len=3) / raw("f0f07f") / raw("00" * 43)
    yield "llc/padding_not_zero", Dot3(src=A, dst=B, len=3) / raw("f0f07f") / raw("77" * 43)
    yield "bpdu/in_snap_pvst", llc(LLC(dsap=0xAA, ssap=0xAA, ctrl=3), SNAP(OUI=0x00000C, code=0x010B)) / STP(rootmac=A, bridgemac=B) / raw("00 0000 0002 000a")


def bpdus():
    head = LLC(dsap=0x42, ssap=0x42, ctrl=3)
    fields = {"rootid": 0x8001, "rootmac": A, "pathcost": 4, "bridgeid": 0xF00A, "bridgemac": B, "portid": 0x8001, "age": 1, "maxage": 20, "hellotime": 2, "fwddelay": 15}
    yield "bpdu/configuration", llc(head, STP(**fields)) / raw("00" * 8)
    yield "bpdu/configuration_trailer_not_zero", Dot3(src=A, dst=STP_GROUP, len=38) / head / STP(**fields) / raw("a5" * 8)
    yield "bpdu/topology_change", Dot3(src=A, dst=STP_GROUP, len=7) / head / raw("0000 00 80") / raw("00" * 39)
    yield "bpdu/rapid", llc(head, STP(version=2, bpdutype=2, bpduflags=0x3C, **fields)) / raw("00" * 7)
    mstp = "00" + "0040" + "00" + "726567696f6e" + "00" * 26 + "0001" + "ac36177f50283cd4b83821d8ab26de62" + "00000000" + "8000" + "00005e005312" + "14"
    yield "bpdu/multiple", llc(head, STP(version=3, bpdutype=2, bpduflags=0x7C, **fields)) / raw(mstp)
    yield "bpdu/behind_vlan", eth(dst=STP_GROUP) / Dot1Q(vlan=4, type=0x26) / head / STP(**fields)


def tags():
    yield "vlan/one", eth() / Dot1Q(prio=1, vlan=4095) / inner()
    yield "vlan/two_8100", eth() / Dot1Q(vlan=1) / Dot1Q(prio=2, dei=1, vlan=2) / inner()
    yield "vlan/three", eth() / Dot1AD(vlan=1) / Dot1AD(vlan=2) / Dot1Q(vlan=3) / inner()
    yield "vlan/qinq_arp", eth() / Dot1AD(prio=7, vlan=100) / Dot1Q(vlan=200) / ARP(hwsrc=A, psrc=V4A, pdst=V4B) / raw("00" * 10)
    yield "vlan/ipv6", eth() / Dot1Q(vlan=6) / IPv6(src=V6A, dst=V6B) / UDP(sport=9, dport=10) / Raw(b"data")
    yield "vlan/old_9100_is_unknown", eth(type=0x9100) / raw("0005 0800") / inner()
    yield "vlan/tag_only", eth() / Dot1Q(vlan=6, type=0x88B6)
    yield "mpls/one", eth() / MPLS(label=16, cos=3, s=1, ttl=255) / inner()
    yield "mpls/two", eth() / MPLS(label=100, s=0, ttl=9) / MPLS(label=200, s=1, ttl=8) / inner()
    yield "mpls/ipv6_inside", eth() / MPLS(label=2, s=1, ttl=64) / IPv6(src=V6A, dst=V6B) / UDP(sport=9, dport=10) / Raw(b"data")
    yield "mpls/multicast_8848", eth(type=0x8848) / MPLS(label=17, s=1, ttl=3) / inner()
    yield "mpls/pseudowire", eth(type=0x8847) / MPLS(label=18, s=1, ttl=3) / raw("00000000") / eth() / inner()
    yield "pbb/itag", eth(type=0x88E7) / Dot1AH(prio=5, dei=1, nca=0, isid=0x123456) / eth() / inner()
    yield "pbb/btag", eth() / Dot1AD(vlan=8, type=0x88E7) / Dot1AH(isid=1) / eth() / Dot1Q(vlan=3) / inner()


def slows():
    head = SlowProtocol(subtype=1)
    yield "slow/lacp", eth(dst=SLOW) / head / LACP(actor_system_priority=32768, actor_system=A, actor_key=13, actor_port_priority=32768, actor_port_number=22, actor_state=0x85, partner_system_priority=32768, partner_system=B, partner_key=13, partner_port_priority=32768, partner_port_number=25, partner_state=0x36, collector_max_delay=32768)
    yield "slow/lacp_short_timeout", eth(dst=SLOW) / head / LACP(actor_system=A, actor_state=0xFF, partner_state=0)
    yield "slow/marker", eth(dst=SLOW) / SlowProtocol(subtype=2) / MarkerProtocol(requester_port=1, requester_system=A, requester_transaction_id=9)
    yield "slow/oam", eth(dst=SLOW) / SlowProtocol(subtype=3) / raw("0050 00" + "01100100000505ea00005e00000001" + "02100100000505ea00005e00000001" + "00" * 10)
    yield "slow/esmc", eth(dst=SLOW) / SlowProtocol(subtype=10) / raw("0019a7 0001 10 000000 01 0004 02" + "00" * 35)


def cfms():
    frames = {
        "cc_24_bytes_id": "a0 01 84 46 00000009 0005 04 06 646f6d61696e 02 02 6d61" + "00" * 32 + "00" * 16 + "00",
        "cc_rdi_off": "40 01 04 46 00000000 0001 01 20 0d" + "4943432d636f64652d3031" + "3233" + "00" * 32 + "00" * 16 + "00",
        "lbm_empty": "00 03 00 04 00000001 00",
        "lbr_data_zero_length": "00 02 00 04 00000001 03 0000 00",
        "lbm_unknown_tlv": "00 03 00 04 00000001 c8 0003 010203 00",
        "lbm_test_tlv_without_end": "00 03 00 04 00000001 20 0005 0001020304 00",
        "ltm": "60 05 80 11 00000007 40 00005e005311 00005e005312 07 0008 0000 00005e005311 00",
        "ltr": "60 04 e0 06 00000007 3f 02 08 0010 0001 00005e005311 0002 00005e005312 05 0007 01 00005e005311 06 000b 01 00005e005312 03 01 07 41 00"[:0] + "60 04 e0 06 00000007 3f 02 08 0010 0001 00005e005311 0002 00005e005312 05 0007 01 00005e005311 00",
        "sender_id_chassis_only": "00 03 00 04 00000001 01 0008 06 04 00005e005311 00",
        "sender_id_empty": "00 03 00 04 00000001 01 0001 00 00",
        "ais": "a0 21 04 00 00",
    }
    for name, text in frames.items():
        text = text.replace(" ", "")
        if name.startswith("cc"):  # the MEG ID takes 48 bytes, then 16 bytes of performance, then the end
            data = bytes.fromhex(text)
            head = data[:10]
            rest = data[10:].rstrip(b"\0")
            text = (head + rest + bytes(48 - len(rest)) + bytes(16) + b"\0").hex()
        yield f"cfm/{name}", Ether(src=A, dst=CFM, type=0x8902) / raw(text)


def lldps():
    lldp.conf.contribs["LLDP"].strict_mode_disable()
    head = lldp.LLDPDUChassisID(subtype=4, id=A) / lldp.LLDPDUPortID(subtype=3, id=B) / lldp.LLDPDUTimeToLive(ttl=20)
    end = lldp.LLDPDUEndOfLLDPDU()

    def frame(*tlvs, tail=end):
        packet = Ether(src=A, dst="01:80:c2:00:00:0e") / head
        for tlv in tlvs:
            packet = packet / tlv
        return packet / tail if tail else packet

    yield "lldp/mandatory", frame()
    yield "lldp/shutdown", Ether(src=A, dst="01:80:c2:00:00:0e") / lldp.LLDPDUChassisID(subtype=7, id=b"local") / lldp.LLDPDUPortID(subtype=5, id=b"eth0") / lldp.LLDPDUTimeToLive(ttl=0) / end
    yield "lldp/all_text", frame(lldp.LLDPDUPortDescription(description=b"port"), lldp.LLDPDUSystemName(system_name=b"name"), lldp.LLDPDUSystemDescription(description=b"d" * 255))
    yield "lldp/empty_text", frame(raw("0800"), raw("0a00"), raw("0c00"))
    yield "lldp/text_of_511", frame(raw("0dff") / Raw(b"L" * 511))
    yield "lldp/capabilities", frame(lldp.LLDPDUSystemCapabilities(mac_bridge_available=1, router_available=1, mac_bridge_enabled=1))
    yield "lldp/management", frame(lldp.LLDPDUManagementAddress(management_address_subtype=1, management_address=bytes([192, 0, 2, 1]), interface_numbering_subtype=2, interface_number=3, object_id=b""))
    yield "lldp/management_mac_oid", frame(lldp.LLDPDUManagementAddress(management_address_subtype=6, management_address=bytes(6), interface_numbering_subtype=3, interface_number=3, object_id=b"\x2b\6\1\2\1"))
    yield "lldp/organizational_8021", frame(raw("fe06 0080c2 01 0064"), raw("fe09 00120f 01 036c01 0010"))
    yield "lldp/organizational_empty", frame(raw("fe04 00005e 07"))
    yield "lldp/unknown_type", frame(raw("f203 010203"))
    yield "lldp/behind_end", frame() / raw("ab" * 10)
    yield "lldp/padded_to_60", frame() / raw("00" * 17)


def cookeds():
    yield "linux/ipv4", CookedLinux(pkttype=0, lladdrtype=1, lladdrlen=6, src=bytes.fromhex("00005e005311"), proto=0x0800) / inner()
    yield "linux/arp_outgoing", CookedLinux(pkttype=4, lladdrtype=1, lladdrlen=6, src=bytes.fromhex("00005e005311"), proto=0x0806) / ARP(hwsrc=A, psrc=V4A, pdst=V4B)
    yield "linux/ppp_no_address", CookedLinux(pkttype=0, lladdrtype=512, lladdrlen=0, src=b"", proto=0x0800) / inner()
    yield "linux/ipv6_multicast", CookedLinux(pkttype=2, lladdrtype=1, lladdrlen=6, src=bytes.fromhex("00005e005311"), proto=0x86DD) / IPv6(src=V6A, dst="ff02::1") / UDP(sport=9, dport=10)
    yield "linux/unknown", CookedLinux(pkttype=1, lladdrtype=1, lladdrlen=6, src=bytes.fromhex("00005e005311"), proto=0x88B6) / Raw(b"unknown")


def packets():
    for part in (ethernets, llcs, bpdus, tags, slows, cfms, lldps):
        for name, packet in part():
            yield f"scapy/{name}", "ethernet", bytes(packet)
    for name, packet in cookeds():
        yield f"scapy/{name}", "linuxcooked", bytes(packet)
