#!/usr/bin/env python3
"""mrtparse (PyPI) as the judge of MRT files: reads FILE.mrt and compares each record with its line of
FILE.jsonl, both written by `records_for_others` of tests/mrt.rs. Prints ok or FAIL lines.

    PYTHON_WITH_MRTPARSE tests/real/mrt_parse.py FOLDER"""

import ipaddress
import json
import struct
import sys

import mrtparse


def key(value):
    """mrtparse writes a number as {number: name}."""
    return int(next(iter(value)))


def same_address(one, other):
    return ipaddress.ip_address(one) == ipaddress.ip_address(other)


def attributes(parsed):
    """The bytes again, of the three attributes that the file has."""
    out = b""
    for attribute in parsed:
        kind, value = key(attribute["type"]), attribute["value"]
        value = bytes([key(value)]) if kind == 1 else struct.pack("!I", value)
        size = struct.pack("!H" if attribute["flag"] & 0x10 else "!B", attribute["length"])
        out += bytes([attribute["flag"], kind]) + size + value
    return out.hex()


def differences(data, ours):
    def differ(name, theirs, wanted):
        if theirs != wanted:
            yield "%s: mrtparse %r, ryu %r" % (name, theirs, wanted)

    def address(name, theirs, wanted):
        if not same_address(theirs, wanted):
            yield from differ(name, theirs, wanted)

    yield from differ("timestamp", key(data["timestamp"]), ours["timestamp"])
    yield from differ("type", key(data["type"]), ours["type"])
    yield from differ("subtype", key(data["subtype"]), ours["subtype"])
    yield from differ("microseconds", data.get("microsecond_timestamp"), ours.get("ms_timestamp"))
    if "peer_entries" in ours:
        yield from address("bgp_id", data["collector_bgp_id"], ours["bgp_id"])
        yield from differ("peers", len(data["peer_entries"]), len(ours["peer_entries"]))
        for theirs, peer in zip(data["peer_entries"], ours["peer_entries"]):
            yield from differ("peer_type", theirs["peer_type"], peer["type"])
            yield from address("peer bgp_id", theirs["peer_bgp_id"], peer["bgp_id"])
            yield from address("peer_ip", theirs["peer_ip"], peer["ip_addr"])
            yield from differ("peer_as", int(theirs["peer_as"]), peer["as_num"])
    elif "rib_entries" in ours:
        prefix, length = ours["prefix"].split("/")
        yield from address("prefix", data["prefix"], prefix)
        yield from differ("length", data["length"], int(length))
        yield from differ("sequence", data["sequence_number"], ours["seq_num"])
        yield from differ("entries", len(data["rib_entries"]), len(ours["rib_entries"]))
        for theirs, entry in zip(data["rib_entries"], ours["rib_entries"]):
            yield from differ("peer_index", theirs["peer_index"], entry["peer_index"])
            yield from differ("originated", key(theirs["originated_time"]), entry["originated_time"])
            yield from differ("path_id", theirs.get("path_id"), entry["path_id"])
            yield from differ("attributes", attributes(theirs["path_attributes"]), entry["bgp_attributes"])
    elif "view_num" in ours:
        yield from differ("view", data["view_number"], ours["view_num"])
        yield from differ("sequence", data["sequence_number"], ours["seq_num"])
        yield from address("prefix", data["prefix"], ours["prefix"])
        yield from differ("length", data["length"], ours["prefix_len"])
        yield from differ("originated", key(data["originated_time"]), ours["originated_time"])
        yield from address("peer_ip", data["peer_ip"], ours["peer_ip"])
        yield from differ("peer_as", int(data["peer_as"]), ours["peer_as"])
        yield from differ("attributes", attributes(data["path_attributes"]), ours["bgp_attributes"])
    else:
        for name in ("peer_as", "local_as"):
            yield from differ(name, int(data[name]), ours[name])
        for name in ("peer_ip", "local_ip"):
            yield from address(name, data[name], ours[name])
        yield from differ("if_index", data["ifindex"], ours["if_index"])
        if "bgp_message" in ours:
            yield from differ("message", key(data["bgp_message"]["type"]), 4)
        else:
            yield from differ("old_state", key(data["old_state"]), ours["old_state"])
            yield from differ("new_state", key(data["new_state"]), ours["new_state"])


def main(folder):
    with open(folder + "/file.jsonl", encoding="utf-8") as lines:
        wanted = [json.loads(line) for line in lines]
    kinds, wrong, count = {}, 0, 0
    for entry, ours in zip(mrtparse.Reader(folder + "/file.mrt"), wanted):
        count += 1
        name = "%s %s" % (list(entry.data["type"].values())[0], list(entry.data["subtype"].values())[0])
        kinds[name] = kinds.get(name, 0) + 1
        error = getattr(entry, "err_msg", None)
        for difference in [error] if error else differences(entry.data, ours):
            wrong += 1
            print("FAIL record %d, %s, %s" % (count, name, difference))
    if count != len(wanted):
        wrong += 1
        print("FAIL mrtparse reads %d records of %d" % (count, len(wanted)))
    for name in sorted(kinds):
        print("     %4d %s" % (kinds[name], name))
    if not wrong:
        print("ok   mrtparse reads the same in %d records of %d kinds" % (count, len(kinds)))
    return 1 if wrong or len(kinds) < 20 else 0


sys.exit(main(sys.argv[1]))
