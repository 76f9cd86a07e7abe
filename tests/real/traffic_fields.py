#!/usr/bin/env python3
"""The packets of a capture as tshark and `ryu packet decode` have them, for tests/packet_vectors.

    traffic_fields.py RYU CAPTURE OUT     the program, a pcap file of Ethernet, where to write

A line of OUT for each packet: `name`, `hex`, `ours` (Ryu's JSON), `tshark` (its fields). Fails where tshark
complains, where we cannot read a packet, and where our JSON does not make the same bytes again.
"""

import base64
import json
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "vectors/make_packets"))
import tshark  # noqa: E402

# The layers of which all fields are kept.
LAYERS = {name for names in tshark.LAYERS.values() for name in names.split()}


def frames(path):
    data = Path(path).read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at, found = 24, []
    while at < len(data):
        _, _, held, size = struct.unpack(order + "4I", data[at:at + 16])
        if held != size:
            raise SystemExit("FAIL the capture has cut packets")
        found.append(data[at + 16:at + 16 + held])
        at += 16 + held
    return found


def in_order(pairs):
    """An object; a list of its members where a name comes twice."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else [{name: value} for name, value in pairs]


def theirs(path):
    command = ["tshark", "-n", "-r", path, "-T", "json"]
    for option in tshark.OPTIONS:
        command += ["-o", option]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for seen in json.loads(done.stdout, object_pairs_hook=in_order):
        layers = seen["_source"]["layers"]
        fields = {}
        for one in layers if isinstance(layers, list) else [layers]:
            for name, layer in one.items():
                if name == "frame":
                    fields["frame.protocols"] = [layer["frame.protocols"]]
                elif name in LAYERS:
                    tshark.flatten(layer, fields)
        yield {key: all_[0] if len(all_) == 1 else all_ for key, all_ in fields.items()}, tshark.complaint_in(layers)


def members(value):
    """Every member of a piece of JSON: (name, value)."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key, member
            yield from members(member)
    elif isinstance(value, list):
        for item in value:
            yield from members(item)


def differ(built, frame, headers):
    """None, or how the bytes that our JSON made are others; and why, where Ryu's JSON has no better."""
    # Padding is not in JSON: zeros here, since no one else sends other ones.
    short = len(built) <= len(frame) and not any(frame[len(built):])
    wrong = [at for at, byte in enumerate(built[:len(frame)]) if byte != frame[at]]
    if short and not wrong:
        return None, None
    problem = "differs at %s" % wrong[:8] if short else "has %d bytes, not %d" % (len(built), len(frame))
    inside = list(members(headers))
    none = sum(1 for name, value in inside if name == "udp" and value["csum"] == 0)
    if short and len(wrong) <= 2 * none and not any(frame[at] for at in wrong):
        return problem, "UDP: a checksum of 0 asks for one"
    if wrong and wrong[0] > frame.find(b"\xff" * 16) > 0:
        for name, value in inside:
            if name == "BGPOpen" and len(value["opt_param"]) > 1:
                return problem, "BGP: a parameter for each capability"
            if name == "BGPPathAttributeMpReachNLRI" and value["afi"] == 2:
                return problem, "BGP: the first next hop of two"
    return problem, None


def with_bfd(ryu, ours):
    """BFD, to which Ryu never chains: the payload behind its port becomes a header."""
    places = [mine["Packet"]["protocols"] for mine in ours
              if any(name == "udp" and value["dst_port"] == 3784 for name, value in members(mine))]
    places = [headers for headers in places if isinstance(headers[-1], str)]
    lines = "".join(base64.b64decode(headers[-1]).hex() + "\n" for headers in places)
    done = subprocess.run([ryu, "packet", "decode", "--first", "bfd", "--format", "json", "-"],
                          input=lines, capture_output=True, text=True)
    for headers, line in zip(places, done.stdout.splitlines()):
        headers[-1:] = json.loads(line)["Packet"]["protocols"]


def main(ryu, capture, out):
    packets = frames(capture)
    decode = subprocess.run([ryu, "packet", "decode", "--format", "json", capture], capture_output=True, text=True)
    ours = [json.loads(line) for line in decode.stdout.splitlines()]
    build = subprocess.run([ryu, "packet", "build", "-"], input=decode.stdout, capture_output=True, text=True)
    built = build.stdout.splitlines()
    told = list(theirs(capture))
    print("%d packets" % len(packets))
    if not len(packets) == len(ours) == len(built) == len(told):
        print("FAIL to ryu %d, built %d, to tshark %d" % (len(ours), len(built), len(told)))
        print(decode.stderr[-2000:], build.stderr[-2000:])
        return 1
    with_bfd(ryu, ours)
    wrong, kinds, excused = [], Counter(), Counter()
    with open(out, "w") as file:
        for number, (frame, mine, hexed, (fields, complaint)) in enumerate(zip(packets, ours, built, told), 1):
            name = "traffic/%s/%d" % (fields["frame.protocols"], number)
            headers = mine["Packet"]["protocols"]
            kinds.update({key for header in headers if isinstance(header, dict) for key in header})
            if complaint:
                wrong.append("%s: tshark says %s" % (name, complaint))
            if "error" in mine:
                wrong.append("%s: we say %s" % (name, mine["error"]))
            problem, reason = differ(bytes.fromhex(hexed), frame, headers)
            if reason:
                excused[reason] += 1
            elif problem:
                wrong.append("%s: built again it %s\n     %s\n     %s" % (name, problem, frame.hex(), hexed))
            print(json.dumps({"name": name, "hex": frame.hex(), "ours": mine, "tshark": fields}), file=file)
    print(", ".join("%s %d" % item for item in sorted(kinds.items())))
    for reason, count in sorted(excused.items()):
        print("     %d are other bytes: %s" % (count, reason))
    for line in wrong[:20]:
        print("    ", line)
    if decode.returncode or build.returncode:
        wrong.append("exit status of ryu packet")
    print("%s: %d packets are made again of our JSON, %d things are wrong"
          % ("FAIL" if wrong else "ok  ", len(packets), len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
