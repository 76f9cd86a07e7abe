"""DHCP, DHCPv6, VRRP and BFD as scapy makes them, unusual ones among them."""

from scapy.all import BOOTP, DHCP, IP, UDP, VRRP, IPv6, Raw, VRRPv3
from scapy.contrib.bfd import BFD
from scapy.layers import dhcp6

from scapy_kit import A, MADE_BY, V4A, V6A, V6B, eth, ip6, raw

__all__ = ["MADE_BY", "packets"]


def dhcps():
    def frame(sport, dport, options, **more):
        head = eth() / IP(src=V4A, dst="255.255.255.255", id=1) / UDP(sport=sport, dport=dport)
        return head / BOOTP(**{"chaddr": bytes.fromhex(A.replace(":", "")) + bytes(10), "xid": 0xAABBCCDD, **more}) / DHCP(options=options)

    yield "dhcp/discover", frame(68, 67, [("message-type", 1), ("hostname", b"host"), ("param_req_list", [1, 3, 6]), "end"], flags=0x8000)
    yield "dhcp/offer", frame(67, 68, [("message-type", 2), ("server_id", V4A), ("lease_time", 3600), ("subnet_mask", "255.255.255.0"), ("router", V4A, "192.0.2.2"), "end"], op=2, yiaddr="192.0.2.60")
    yield "dhcp/pads_between", frame(68, 67, [("message-type", 3), "pad", "pad", ("requested_addr", "192.0.2.60"), "end"])
    yield "dhcp/padded_behind_end", frame(68, 67, [("message-type", 8), "end"] + ["pad"] * 56)
    yield "dhcp/zero_length_option", frame(68, 67, [("message-type", 1), (80, b""), "end"])
    yield "dhcp/relay_information", frame(67, 67, [("message-type", 1), (82, bytes.fromhex("0104 61626364 0202 0102")), "end"], giaddr="192.0.2.3", hops=2)
    yield "dhcp/unknown_options", frame(68, 67, [("message-type", 1), (224, b"\1\2\3"), (254, b"z" * 255), "end"])
    yield "dhcp/bootp_without_cookie", eth() / IP(src="0.0.0.0", dst="255.255.255.255", id=1) / UDP(sport=68, dport=67) / BOOTP(chaddr=bytes(16), options=b"") / Raw(bytes(64))
    yield "dhcp/infiniband_no_address", frame(68, 67, [("message-type", 1), "end"], htype=32, hlen=0, chaddr=bytes(16))
    yield "dhcp/names", frame(67, 68, [("message-type", 5), "end"], op=2, sname=b"server.example", file=b"boot/file")


def dhcp6s():
    duid = dhcp6.DUID_LL(hwtype=1, lladdr=A)

    def frame(sport, dport, *messages):
        packet = ip6(src="fe80::11", dst="ff02::1:2") / UDP(sport=sport, dport=dport)
        for message in messages:
            packet = packet / message
        return packet

    solicit = dhcp6.DHCP6_Solicit(trid=0x654321) / dhcp6.DHCP6OptClientId(duid=duid) / dhcp6.DHCP6OptElapsedTime(elapsedtime=5) / dhcp6.DHCP6OptIA_NA(iaid=1, T1=0, T2=0) / dhcp6.DHCP6OptOptReq(reqopts=[23, 24]) / dhcp6.DHCP6OptRapidCommit()
    yield "dhcp6/solicit", frame(546, 547, solicit)
    yield "dhcp6/advertise", frame(547, 546, dhcp6.DHCP6_Advertise(trid=1), dhcp6.DHCP6OptServerId(duid=duid), dhcp6.DHCP6OptIA_NA(iaid=1, ianaopts=[dhcp6.DHCP6OptIAAddress(addr="2001:db8::99", preflft=100, validlft=200)]), dhcp6.DHCP6OptDNSServers(dnsservers=["2001:db8::53"]))
    yield "dhcp6/reply_prefix", frame(547, 546, dhcp6.DHCP6_Reply(trid=2), dhcp6.DHCP6OptIA_PD(iaid=1, iapdopt=[dhcp6.DHCP6OptIAPrefix(prefix="2001:db8:7::", plen=48)]), dhcp6.DHCP6OptStatusCode(statuscode=0, statusmsg=b"ok"))
    yield "dhcp6/zero_length_option", frame(546, 547, dhcp6.DHCP6_Solicit(trid=3), dhcp6.DHCP6OptRapidCommit(), dhcp6.DHCP6OptReconfAccept())
    yield "dhcp6/no_options", frame(546, 547, dhcp6.DHCP6_InfoRequest(trid=4))
    yield "dhcp6/unknown_option", frame(546, 547, dhcp6.DHCP6_InfoRequest(trid=4), raw("ff00 0003 010203"))
    relayed = dhcp6.DHCP6OptRelayMsg(message=solicit)
    yield "dhcp6/relay_forward", frame(547, 547, dhcp6.DHCP6_RelayForward(hopcount=0, linkaddr=V6A, peeraddr="fe80::22"), dhcp6.DHCP6OptIfaceId(ifaceid=b"eth0"), relayed)
    yield "dhcp6/relay_twice", frame(547, 547, dhcp6.DHCP6_RelayForward(hopcount=1, linkaddr=V6B, peeraddr=V6A), dhcp6.DHCP6OptRelayMsg(message=dhcp6.DHCP6_RelayForward(hopcount=0, linkaddr=V6A, peeraddr="fe80::22") / relayed))
    yield "dhcp6/relay_reply", frame(547, 547, dhcp6.DHCP6_RelayReply(hopcount=0, linkaddr=V6A, peeraddr="fe80::22"), dhcp6.DHCP6OptRelayMsg(message=dhcp6.DHCP6_Reply(trid=9)))


def vrrps():
    def four(message):
        return eth() / IP(src=V4A, dst="224.0.0.18", ttl=255, id=1, proto=112) / message

    yield "vrrp/v2", four(VRRP(vrid=9, priority=150, adv=1, ipcount=1, addrlist=["192.0.2.77"]))
    yield "vrrp/v2_password", four(VRRP(vrid=9, priority=150, adv=1, authtype=1, ipcount=1, addrlist=["192.0.2.77"], auth1=0x61626364, auth2=0x65660000))
    yield "vrrp/v2_no_address", four(VRRP(vrid=9, priority=0, adv=1, ipcount=0, addrlist=[]))
    yield "vrrp/v3", four(VRRPv3(vrid=9, priority=150, adv=100, ipcount=2, addrlist=["192.0.2.77", "192.0.2.78"]))
    yield "vrrp/v3_ipv6", eth() / IPv6(src="fe80::11", dst="ff02::12", hlim=255, nh=112) / VRRPv3(vrid=9, priority=150, adv=10, ipcount=1, addrlist=["fe80::77"])


def bfds():
    base = {"my_discriminator": 0x11111111, "your_discriminator": 0x22222222, "min_tx_interval": 300000, "min_rx_interval": 300000, "echo_rx_interval": 50000}
    yield "bfd/up", BFD(sta=3, detect_mult=5, **base)
    yield "bfd/all_flags", BFD(sta=3, flags="PFCDM", **base)
    yield "bfd/version0", BFD(version=0, sta=1, **base)
    yield "bfd/diag_31", BFD(sta=0, diag=31, **base)

    def authenticated(text):
        """The fixed part with the A bit, then the authentication section."""
        section = bytes.fromhex(text)
        fixed = bytes(BFD(sta=3, len=24 + len(section), **base))[:24]
        return fixed[:1] + b"\xc4" + fixed[2:] + section

    yield "bfd/password_one_byte", authenticated("01 04 01 78")
    yield "bfd/password_sixteen", authenticated("01 13 ff" + "41" * 16)
    for kind, size in ((2, 16), (3, 16), (4, 20), (5, 20)):
        yield f"bfd/auth_type_{kind}", authenticated(f"{kind:02x} {8 + size:02x} 07 00 00000009" + "c3" * size)


def packets():
    for part in (dhcps, dhcp6s, vrrps):
        for name, packet in part():
            yield f"scapy/{name}", "ethernet", bytes(packet)
    for name, packet in bfds():
        yield f"scapy/{name}", "bfd", bytes(packet)
