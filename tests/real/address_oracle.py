#!/usr/bin/env python3
"""What Ryu 4.34, netaddr and Python's ipaddress make of addresses, networks, datapath ids and port
numbers: prints tests/vectors/addresses.jsonl, one object per line, null where they refuse.

    RYU_PYTHON tests/real/address_oracle.py >tests/vectors/addresses.jsonl

tests/addresses.rs reads it."""

import ipaddress
import json
import random

import netaddr
from ryu.lib import addrconv, dpid, mac, ofctl_utils, port_no
from ryu.ofproto import ofproto_v1_3

DICE = random.Random(4)


def attempt(f, *args):
    try:
        return f(*args)
    except Exception:
        return None


def say(kind, **fields):
    print(json.dumps(dict(kind=kind, **fields), sort_keys=True))


def macs():
    texts = ["", "5", "123456", "00:11:22:33:44", "00:11:22:33:44:55:66", "00.11.22.33.44.55",
             "00:11-22:33:44:55", " 00:11:22:33:44:55", "00:11:22:33:44:55 ", "0x001122334455",
             "00:11:22:33:44:5g", "1.2.3", "1:2:3", "1-2-3", "1.2.3.4", "12345.6.7", "1122-334455",
             "001122.334455", "0112233445566", "00::22:33:44:55", "::::", "1:2", "00:11:22:33:44:55:"]
    for _ in range(12):
        digits = "%012x" % DICE.getrandbits(48)
        if DICE.random() < 0.5:
            digits = digits.upper()
        for size, separators in ((2, ":-."), (4, ":-."), (6, ":-."), (12, " ")):
            groups = [digits[i:i + size] for i in range(0, 12, size)]
            for separator in separators:
                texts.append(separator.join(groups))
                texts.append(separator.join(g.lstrip("0") or "0" for g in groups))
                texts.append(separator.join(groups)[:-1])
                texts.append(separator.join(groups) + "0")
    for text in dict.fromkeys(texts):
        octets = attempt(mac.haddr_to_bin, text)
        shown = octets and mac.haddr_to_str(octets)
        say("mac", text=text, shown=shown, number=shown and mac.haddr_to_int(shown))
    for _ in range(5):
        a, b = (DICE.getrandbits(48).to_bytes(6, "big") for _ in "ab")
        both = bytes(x & y for x, y in zip(a, b))
        # Ryu's own function is for the strings of Python 2.
        say("mac_and", a=mac.haddr_to_str(a), b=mac.haddr_to_str(b), both=mac.haddr_to_str(both),
            multicast=mac.is_multicast(a))


def networks():
    masks4 = ["", "/", "/0", "/1", "/8", "/24", "/31", "/32", "/33", "/256", "/08", "/+8", "/ 8",
              "/-1", "/8/8", "/255.255.255.0", "/255.255.255.255", "/0.0.0.0", "/128.0.0.0",
              "/0.0.0.255", "/255.0.255.0", "/255.255.255.1", "/255.255.255", "/x", "/::"]
    masks6 = ["", "/", "/0", "/1", "/7", "/48", "/64", "/127", "/128", "/129", "/256", "/ffff::",
              "/ffff:fffe::", "/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "/::", "/::ffff",
              "/ffff::ffff", "/255.0.0.0", "/x"]
    addresses4 = ["10.0.0.1", "0.0.0.0", "255.255.255.255", "192.168.77.255", "10", "10.1", "010.0.0.1",
                  "256.0.0.1", "1.2.3.4.5", "", " 1.2.3.4"]
    addresses6 = ["::", "::1", "2001:db8::", "2001:DB8:0:0:1:0:0:1", "fe80::1%eth0", "1::2::3", "12345::",
                  "ff02::1:ff00:0", "64:ff9b::192.0.2.33", "1:2:3:4:5:6:7:8:9"]
    for version, addresses, masks in ((4, addresses4, masks4), (6, addresses6, masks6)):
        for address in addresses:
            for mask in masks:
                text = address + mask
                by_netaddr = attempt(netaddr.IPNetwork, text)
                by_python = attempt(ipaddress.ip_interface, text)
                if by_netaddr is not None and by_netaddr.version != version:
                    raise SystemExit(text)
                net = by_python and by_python.network
                say("net%d" % version, text=text,
                    netaddr=by_netaddr and [str(by_netaddr.ip), by_netaddr.prefixlen],
                    ipaddress=by_python and [str(by_python.ip), net.prefixlen,
                                             str(net.network_address), str(net.netmask),
                                             str(net.broadcast_address)])
    for version, bits, net, address in ((4, 32, ipaddress.IPv4Network, ipaddress.IPv4Address),
                                        (6, 128, ipaddress.IPv6Network, ipaddress.IPv6Address)):
        for _ in range(60):
            base = DICE.getrandbits(bits)
            first = DICE.randrange(bits + 1)
            second = max(0, min(bits, first + DICE.randrange(-4, 5)))
            other = base ^ DICE.choice([0, 1, 1 << DICE.randrange(bits), 1 << (bits - 1)])
            a = net((base, first), strict=False)
            b = net((other, second), strict=False)
            say("relation", a="%s/%d" % (address(base), first), b="%s/%d" % (address(other), second),
                contains=b.subnet_of(a), overlaps=a.overlaps(b), has=address(other) in a,
                less=(address(base), first) < (address(other), second))
    # Ryu's converter of match fields: text with a mask is a pair of address and mask.
    for text in ("10.0.0.1", "10.0.0.1/24", "10.0.0.1/255.255.0.0"):
        say("masked4", text=text, bytes=[x.hex() for x in pair(addrconv.ipv4, text)])
    for text in ("2001:db8::1", "2001:db8::1/64", "2001:db8::1/ffff::"):
        say("masked6", text=text, bytes=[x.hex() for x in pair(addrconv.ipv6, text)])


def pair(converter, text):
    got = converter.text_to_bin(text)
    return list(got) if isinstance(got, tuple) else [got, b"\xff" * len(got)]


def numbers():
    texts = ["", "0", "1", "10", "16", "01", "0x1", "0X1F", "0xg", "0x", "0b101", "0b2", "0o17", "a1", "A1",
             "zz", "-1", "00000000000000a1", "00000000000000A1", "ffffffffffffffff", "1234567890123456",
             "0000000000000010", "00000000000000001", "0x00000000000000ff", "18446744073709551615",
             "18446744073709551616", "0xffffffffffffffff", "0x10000000000000000", "00"]

    def fits(number):
        return number if number is not None and 0 <= number < 1 << 64 else None

    for text in texts:
        digits = attempt(dpid.str_to_dpid, text)
        say("dpid", text=text, digits=digits, integer=fits(attempt(int, text, 0)),
            lenient=fits(attempt(int, text, 16)))
    for number in (0, 1, 0xa1, 0xffffffffffffffff):
        say("dpid_shown", number=number, shown=dpid.dpid_to_str(number))
    for number in (0, 10, 0xfffffffe, 0xffffffff):
        say("port_digits", number=number, shown=port_no.port_no_to_str(number))
    util = ofctl_utils.OFCtlUtil(ofproto_v1_3)
    names = ["MAX", "IN_PORT", "TABLE", "NORMAL", "FLOOD", "ALL", "CONTROLLER", "LOCAL", "ANY"]
    texts = ["0", "7", "0x10", "0b11", "0o17", "65535", "4294967295", "01", "eth0", "OFPP_", "UNHEARD"]
    for text in texts + names + ["OFPP_" + name for name in names] + ["flood", "Local", "OFPP_local"]:
        number = util.ofp_port_from_user(text)
        say("port", text=text, number=number if isinstance(number, int) else None)


macs()
networks()
numbers()
