#!/usr/bin/env python3
"""MRT records made by Ryu 4.34's mrtlib: prints tests/vectors/mrt_ryu.jsonl, one object per line with
the bytes (`hex`) and what Ryu's parser reads back from them (`fields`; BGP messages, path attributes,
NLRI and OSPF packets as hexadecimal; `typed` is its JSON of the messages, or of the attributes by entry).

    RYU_PYTHON tests/real/mrt_oracle.py >tests/vectors/mrt_ryu.jsonl

Ryu does not count the microseconds of a BGP4MP_ET record in its length, against RFC 6396 section 3,
and mixes the two up when it reads them.
`hex` is as the RFC has it, and the line says `"length": "corrected"`; the fields are of Ryu's own bytes.

tests/mrt.rs reads it."""

import json

from ryu.lib import mrtlib as m
from ryu.lib.packet import bgp, ospf

PATH = [
    bgp.BGPPathAttributeOrigin(0),
    bgp.BGPPathAttributeAsPath([[64496, 64497], {64498}]),
    bgp.BGPPathAttributeNextHop("192.0.2.1"),
]
PATH4 = [
    bgp.BGPPathAttributeOrigin(2),
    bgp.BGPPathAttributeLocalPref(100),
    bgp.BGPPathAttributeCommunities([0xFFFFFF01, 4225171457]),
]
PATH6 = [bgp.BGPPathAttributeOrigin(1), bgp.BGPPathAttributeMultiExitDisc(7)]


def entries(path_id=None):
    return [
        m.MrtRibEntry(0, 1700000000, PATH, path_id=path_id),
        m.MrtRibEntry(65535, 0xFFFFFFFF, [], path_id=path_id and path_id + 1),
        m.MrtRibEntry(3, 1, PATH4, path_id=path_id and 0xFFFFFFFF),
    ]


def messages():
    return {
        "open": bgp.BGPOpen(my_as=23456, bgp_identifier="192.0.2.9", hold_time=180, opt_param=[
            bgp.BGPOptParamCapabilityFourOctetAsNumber(as_number=4200000000)]),
        "keepalive": bgp.BGPKeepAlive(),
        "notification": bgp.BGPNotification(6, 2, b"bye"),
        "refresh": bgp.BGPRouteRefresh(1, 1, 0),
        "update": bgp.BGPUpdate(
            withdrawn_routes=[bgp.BGPWithdrawnRoute(24, "198.51.100.0")], path_attributes=PATH4,
            nlri=[bgp.BGPNLRI(25, "203.0.113.128")]),
    }


def records():
    peers = [
        m.MrtPeer("192.0.2.9", "192.0.2.1", 64496),
        m.MrtPeer("192.0.2.8", "2001:db8::1", 64497),
        m.MrtPeer("0.0.0.0", "10.0.0.1", 4200000000),
        m.MrtPeer("255.255.255.255", "2001:db8::2", 5, type_=2),
        m.MrtPeer("192.0.2.7", "10.0.0.2", 5, type_=0xA0),
    ]
    T = m.TableDump2MrtRecord
    for name in ("", "view 1", "Überblick"):
        yield "peer_index_table", T(m.TableDump2PeerIndexTableMrtMessage("192.0.2.2", peers, name), 1700000001)
    yield "no_peers", T(m.TableDump2PeerIndexTableMrtMessage("192.0.2.2", [], "x"), 0)
    v4 = [bgp.IPAddrPrefix(*p) for p in ((0, "0.0.0.0"), (8, "10.0.0.0"), (23, "192.0.2.0"), (32, "192.0.2.7"))]
    v6 = [bgp.IP6AddrPrefix(*p) for p in ((0, "::"), (32, "2001:db8::"), (61, "2001:db8:0:8::"),
                                          (128, "2001:db8::ffff"))]
    for family, prefixes in (("IPv4", v4), ("IPv6", v6)):
        for cast in ("Unicast", "Multicast"):
            for path, path_id in (("", None), ("AddPath", 1)):
                cls = getattr(m, "TableDump2Rib%s%s%sMrtMessage" % (family, cast, path))
                for number, prefix in enumerate(prefixes):
                    made = entries(path_id) if number else []
                    yield cls.__name__, T(cls(number, prefix, made), 0xFFFFFFFF)
    # Its NLRI is an IPv4 prefix to Ryu, whatever the family.
    for cls, path_id in ((m.TableDump2RibGenericMrtMessage, None), (m.TableDump2RibGenericAddPathMrtMessage, 9)):
        for length, prefix in ((0, "0.0.0.0"), (24, "192.0.2.0")):
            message = cls(6, 1, 1, bgp.BGPNLRI(length, prefix), entries(path_id))
            yield cls.__name__, T(message, 12)
    D = m.TableDumpMrtRecord
    yield "table_dump", D(m.TableDumpAfiIPv4MrtMessage(
        1, 2, "10.0.0.0", 8, 1, 1700000000, "192.0.2.1", 64496, PATH), 4)
    yield "table_dump", D(m.TableDumpAfiIPv6MrtMessage(
        0, 65535, "2001:db8::", 32, 1, 0, "2001:db8::1", 65535, PATH6), 4)
    pairs = (("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "fe80::2"))
    for record, more in ((m.Bgp4MpMrtRecord, {}), (m.Bgp4MpEtMrtRecord, {"ms_timestamp": 999999})):
        for peer, local in pairs:
            for cls, number in ((m.Bgp4MpStateChangeMrtMessage, 64496),
                                (m.Bgp4MpStateChangeAs4MrtMessage, 4200000000)):
                for old, new in ((1, 2), (5, 6), (6, 1)):
                    yield cls.__name__, record(cls(number, 64497, 3, peer, local, old, new), 77, **more)
            for cls, number in ((m.Bgp4MpMessageMrtMessage, 64496),
                                (m.Bgp4MpMessageAs4MrtMessage, 4200000000),
                                (m.Bgp4MpMessageLocalMrtMessage, 64496),
                                (m.Bgp4MpMessageAs4LocalMrtMessage, 4200000000)):
                for message in messages().values():
                    yield cls.__name__, record(cls(number, 64497, 0, peer, local, message), 78, **more)
    hello = ospf.OSPFHello("10.0.0.1", "0.0.0.0", mask="255.255.255.0", designated_router="10.0.0.1")
    yield "ospf2", m.Ospf2MrtRecord(m.Ospf2MrtMessage("10.0.0.1", "10.0.0.2", hello), 9)
    for number, subtype in ((5, 1), (32, 0), (48, 0), (99, 7)):
        payload = b"whatever"
        if number == 48:
            # Ryu keeps it whole; to us it is two addresses and a packet.
            payload = bytes([0, 1, 10, 0, 0, 1, 10, 0, 0, 2]) + payload
        yield "unknown", m.UnknownMrtRecord(m.UnknownMrtMessage(payload), 1, type_=number, subtype=subtype)


def hexed(items):
    return "".join(bytes(item.serialize()).hex() for item in items)


def fields(record):
    """What Ryu reads, with flat names."""
    message = record.message
    out = {"timestamp": record.timestamp, "type": record.type, "subtype": record.subtype}
    if getattr(record, "ms_timestamp", None) is not None:
        out["ms_timestamp"] = record.ms_timestamp
    for key, value in vars(message).items():
        if key in ("attr_len", "view_name_len", "peer_count", "entry_count"):
            continue
        if key == "peer_entries":
            value = [{k: getattr(p, k) for k in ("type", "bgp_id", "ip_addr", "as_num")} for p in value]
        elif key == "rib_entries":
            value = [{"peer_index": e.peer_index, "originated_time": e.originated_time, "path_id": e.path_id,
                      "bgp_attributes": hexed(e.bgp_attributes)} for e in value]
        elif key == "bgp_attributes":
            value = hexed(value)
        elif key == "prefix" and not isinstance(value, str):
            value = "%s/%d" % (value.addr, value.length)
        elif key in ("bgp_message", "ospf_message", "nlri"):
            value = bytes(value.serialize()).hex()
        elif key == "buf":
            value = bytes(value).hex()
        out[key] = value
    return out


def typed(message):
    """Ryu's JSON of what is hexadecimal in the fields."""
    for key in ("bgp_message", "ospf_message"):
        if hasattr(message, key):
            return getattr(message, key).to_jsondict()
    if hasattr(message, "rib_entries"):
        return [[a.to_jsondict() for a in e.bgp_attributes] for e in message.rib_entries]
    if hasattr(message, "bgp_attributes"):
        return [[a.to_jsondict() for a in message.bgp_attributes]]
    return None


for name, record in records():
    made = bytes(record.serialize())
    parsed, rest = m.MrtRecord.parse(made)
    if record.type in m.MrtRecord._EXT_TS_TYPES:
        # Its parser hands these two over in the wrong order.
        parsed.ms_timestamp, parsed.length = parsed.length, parsed.ms_timestamp
    assert not rest and bytes(parsed.serialize()) == made, name
    line = {"name": name, "hex": made.hex(), "fields": fields(parsed)}
    if typed(parsed.message) is not None:
        line["typed"] = typed(parsed.message)
    if record.type in m.MrtRecord._EXT_TS_TYPES:
        length = int.from_bytes(made[8:12], "big") + 4
        line["hex"] = (made[:8] + length.to_bytes(4, "big") + made[12:]).hex()
        line["length"] = "corrected"
    # A set of AS numbers is none to JSON.
    print(json.dumps(line, sort_keys=True, default=sorted))
