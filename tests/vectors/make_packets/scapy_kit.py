"""What the modules that make packets with scapy share."""

import logging

logging.getLogger("scapy").setLevel(logging.ERROR)

import scapy  # noqa: E402
from scapy.all import IP, TCP, UDP, Ether, IPv6, Raw  # noqa: E402

MADE_BY = f"scapy {scapy.__version__}"
A, B = "00:00:5e:00:53:11", "00:00:5e:00:53:12"
V4A, V4B = "192.0.2.11", "198.51.100.12"
V6A, V6B = "2001:db8::11", "2001:db8:0:1::12"


def eth(**more):
    return Ether(**{"src": A, "dst": B, **more})


def ip4(**more):
    return eth() / IP(**{"src": V4A, "dst": V4B, "id": 1, **more})


def ip6(**more):
    return eth() / IPv6(**{"src": V6A, "dst": V6B, **more})


def udp4(sport, dport, **more):
    return ip4() / UDP(sport=sport, dport=dport, **more)


def tcp4(sport, dport, **more):
    return ip4() / TCP(**{"sport": sport, "dport": dport, "seq": 5000, "ack": 6000, "flags": "PA", **more})


def raw(text):
    """Bytes from hexadecimal digits, as a payload."""
    return Raw(bytes.fromhex(text))
