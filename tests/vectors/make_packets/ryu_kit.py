"""What the modules that make packets with Ryu share."""

from ryu.lib.packet import ethernet, ipv4, ipv6, packet, tcp, udp

MADE_BY = "Ryu 4.34"
A, B = "00:00:5e:00:53:01", "00:00:5e:00:53:02"
V4A, V4B = "192.0.2.1", "198.51.100.2"
V6A, V6B = "2001:db8::1", "2001:db8:0:1::2"


def build(*headers):
    """The bytes of these headers in this order."""
    made = packet.Packet(protocols=[h for h in headers if h is not None])
    made.serialize()
    return bytes(made.data)


def eth(ethertype=0x0800, dst=B):
    return ethernet.ethernet(dst=dst, src=A, ethertype=ethertype)


def ip4(proto, **more):
    return ipv4.ipv4(proto=proto, src=V4A, dst=more.pop("dst", V4B), ttl=more.pop("ttl", 64), **more)


def ip6(nxt, **more):
    return ipv6.ipv6(nxt=nxt, src=more.pop("src", V6A), dst=more.pop("dst", V6B),
                     hop_limit=more.pop("hop_limit", 64), **more)


def over_ip4(proto, *rest, **more):
    return build(eth(), ip4(proto, **more), *rest)


def over_ip6(nxt, *rest, **more):
    return build(eth(0x86DD), ip6(nxt, **more), *rest)


def over_udp(src, dst, *rest):
    return build(eth(), ip4(17), udp.udp(src_port=src, dst_port=dst), *rest)


def over_tcp(src, dst, *rest):
    header = tcp.tcp(src_port=src, dst_port=dst, seq=1000, ack=2000, bits=0x18, window_size=8192)
    return build(eth(), ip4(6), header, *rest)
