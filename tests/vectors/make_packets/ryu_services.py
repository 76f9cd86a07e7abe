"""DHCP, DHCPv6, VRRP and BFD as Ryu makes them."""

from ryu.lib.packet import bfd, dhcp, dhcp6, udp, vrrp

from ryu_kit import A, MADE_BY, build, eth, ip4, ip6, over_udp

__all__ = ["MADE_BY", "packets"]


def dhcps():
    def frame(op, kinds, **more):
        listed = dhcp.options([dhcp.option(tag, bytes(value)) for tag, value in kinds])
        ports = (68, 67) if op == 1 else (67, 68)
        return over_udp(*ports, dhcp.dhcp(op=op, chaddr=A, options=listed, **more))

    server = [192, 0, 2, 1]
    yield "dhcp/discover", frame(1, [(53, [1]), (61, [1, 0, 0, 94, 0, 83, 1]), (55, [1, 3, 6, 15]), (12, b"host")], hlen=6, xid=0x11223344, flags=0x8000)
    yield "dhcp/offer", frame(2, [(53, [2]), (54, server), (51, [0, 0, 14, 16]), (1, [255, 255, 255, 0]), (3, server), (6, server * 2)], hlen=6, xid=0x11223344, yiaddr="192.0.2.50", siaddr="192.0.2.1")
    yield "dhcp/request", frame(1, [(53, [3]), (50, [192, 0, 2, 50]), (54, server)], hlen=6, xid=0x11223344, secs=3)
    yield "dhcp/ack_names", frame(2, [(53, [5]), (54, server)], hlen=6, xid=0x11223344, sname="boot.example", boot_file="pxelinux.0", giaddr="192.0.2.2", hops=1)
    yield "dhcp/nak", frame(2, [(53, [6]), (56, b"no")], hlen=6, xid=1)


def dhcp6s():
    def frame(ports, message):
        return build(eth(0x86DD), ip6(17), udp.udp(*ports), message)

    duid = bytes.fromhex("00030001 00005e005301")
    listed = dhcp6.options([dhcp6.option(1, duid), dhcp6.option(8, b"\0\0"), dhcp6.option(6, b"\0\x17\0\x18"), dhcp6.option(3, bytes(12))])
    yield "dhcp6/solicit", frame((546, 547), dhcp6.dhcp6(1, listed, transaction_id=0x123456))
    yield "dhcp6/information_request_no_options", frame((546, 547), dhcp6.dhcp6(11, dhcp6.options([]), transaction_id=1))
    inside = bytes(dhcp6.dhcp6(1, listed, transaction_id=0x123456).serialize(None, None))
    relay = dhcp6.options([dhcp6.option(9, inside), dhcp6.option(18, b"port")])
    yield "dhcp6/relay_forward", frame((547, 547), dhcp6.dhcp6(12, relay, hop_count=1, link_address="2001:db8::1", peer_address="fe80::2"))
    yield "dhcp6/relay_reply", frame((547, 547), dhcp6.dhcp6(13, relay, hop_count=0, link_address="2001:db8::1", peer_address="fe80::2"))


def vrrps():
    def frame(header, six=False):
        outer = ip6(112, src="fe80::1", dst="ff02::12", hop_limit=255) if six else ip4(112, dst="224.0.0.18", ttl=255)
        return build(eth(0x86DD if six else 0x0800), outer, header)

    yield "vrrp/v2", frame(vrrp.vrrpv2.create(1, 7, 200, 1, ["192.0.2.254"]))
    yield "vrrp/v2_two_addresses", frame(vrrp.vrrpv2.create(1, 255, 0, 255, ["192.0.2.254", "192.0.2.253"]))
    yield "vrrp/v3", frame(vrrp.vrrpv3.create(1, 7, 100, 100, ["192.0.2.254"]))
    yield "vrrp/v3_ipv6", frame(vrrp.vrrpv3.create(1, 7, 255, 4095, ["fe80::fe", "2001:db8::fe"]), True)


def bfds():
    base = {"ver": 1, "diag": 0, "state": 3, "flags": 0, "detect_mult": 3, "my_discr": 1, "your_discr": 2, "desired_min_tx_interval": 1000000, "required_min_rx_interval": 1000000, "required_min_echo_rx_interval": 0}
    auth = {**base, "flags": bfd.BFD_FLAG_AUTH_PRESENT}
    yield "bfd/up", bfd.bfd(**base)
    yield "bfd/down_poll", bfd.bfd(**{**base, "state": 1, "diag": 1, "flags": bfd.BFD_FLAG_POLL | bfd.BFD_FLAG_DEMAND, "your_discr": 0})
    yield "bfd/init_final_independent", bfd.bfd(**{**base, "state": 2, "flags": bfd.BFD_FLAG_FINAL | bfd.BFD_FLAG_CTRL_PLANE_INDEP})
    yield "bfd/admin_down_diag_8", bfd.bfd(**{**base, "state": 0, "diag": 8})
    yield "bfd/simple_password", bfd.bfd(**auth, auth_cls=bfd.SimplePassword(auth_key_id=2, password=b"secret"))
    for cls in (bfd.KeyedMD5, bfd.MeticulousKeyedMD5):
        yield f"bfd/{cls.__name__}", bfd.bfd(**auth, auth_cls=cls(auth_key_id=2, seq=9, auth_key=b"secret"))
    for cls in (bfd.KeyedSHA1, bfd.MeticulousKeyedSHA1):
        yield f"bfd/{cls.__name__}", bfd.bfd(**auth, auth_cls=cls(auth_key_id=2, seq=9, auth_key=b"secret"))


def packets():
    for part in (dhcps, dhcp6s, vrrps):
        for name, data in part():
            yield f"ryu/{name}", "ethernet", data
    for name, message in bfds():
        yield f"ryu/{name}", "bfd", message.serialize(b"", None)
