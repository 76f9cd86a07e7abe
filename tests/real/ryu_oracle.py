#!/usr/bin/env python3
"""Shows messages to Ryu 4.34: what it reads in their bytes, which bytes it makes of their JSON.

    ryu_oracle.py FILE          lines {"name", "version", "hex", "json"}, as
                                tests/ryu_differential.rs writes them
    ryu_oracle.py FILE VECTORS  also keeps few of them in which all classes are, as vectors

Run by the python of an environment that has Ryu.
"""

import collections
import contextlib
import io
import json
import logging
import os
import re
import signal
import sys

from ryu.ofproto import ofproto_parser, ofproto_protocol

DP = {version: ofproto_protocol.ProtocolDesc(version) for version in (1, 3, 4, 5, 6)}
NAMES = {1: "1.0", 3: "1.2", 4: "1.3", 5: "1.4", 6: "1.5"}


# Some of Ryu's loops do not end; in processor time, for the machine may be busy.
PATIENCE_S = 1.0


class Endless(BaseException):
    """Not an Exception: Ryu catches those itself."""


def out_of_patience(*_):
    raise Endless()


signal.signal(signal.SIGVTALRM, out_of_patience)


@contextlib.contextmanager
def patience():
    """Ryu must be done in time, and prints nothing."""
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_S)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


class LastError(logging.Handler):
    """Ryu logs why it could not parse a message, and returns nothing."""

    def __init__(self):
        super().__init__()
        self.text = ""

    def emit(self, record):
        self.text = repr(record.exc_info[1]) if record.exc_info else record.getMessage()


LAST = LastError()
logging.getLogger().addHandler(LAST)


def same(a, b, lenient=False, path=""):
    """None, or where two pieces of JSON differ and how; true is not 1 unless lenient."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if key not in a:
                return "%s.%s: only Ryu has it: %r" % (path, key, b[key])
            if key not in b:
                return "%s.%s: Ryu has it not: %r" % (path, key, a[key])
            found = same(a[key], b[key], lenient, path + "." + key)
            if found:
                return found
        return None
    if isinstance(a, list) and isinstance(b, list):
        for i, (x, y) in enumerate(zip(a, b)):
            found = same(x, y, lenient, "%s[%d]" % (path, i))
            if found:
                return found
        return None if len(a) == len(b) else "%s: %d items, Ryu %d" % (path, len(a), len(b))
    if type(a) is type(b) and a == b:
        return None
    # What Ryu builds has some flags as booleans that it reads as numbers.
    if lenient and isinstance(a, int) and isinstance(b, int) and a == b:
        return None
    return "%s: %r, Ryu %r" % (path, a, b)


# Numbers of 128 bits: JSON numbers have no room for them in most readers, so ours are text.
WIDE = {"ct_label", "xxreg0", "xxreg1", "xxreg2", "xxreg3"}

# What Ryu's classes of Nicira actions say in JSON, and not all of them take back.
FIXED = ("type", "len", "experimenter", "vendor", "subtype")


def as_ryu(piece):
    """Our JSON with wide numbers as Ryu's."""
    if isinstance(piece, list):
        return [as_ryu(item) for item in piece]
    if not isinstance(piece, dict):
        return piece
    out = {key: as_ryu(value) for key, value in piece.items()}
    if isinstance(out.get("field"), str) and out["field"] in WIDE:
        for key in ("value", "mask"):
            if isinstance(out.get(key), str):
                out[key] = int(out[key])
    return out


def to_build(piece):
    """JSON without what Ryu tells and does not take back."""
    if isinstance(piece, list):
        return [to_build(item) for item in piece]
    if not isinstance(piece, dict):
        return piece
    out = {}
    for key, value in piece.items():
        value = to_build(value)
        if key.startswith("NXAction"):
            value = {k: v for k, v in value.items() if k not in FIXED or k == "subtype" and key.endswith("Unknown")}
        if key == "NXActionEncapEther":
            value = {k: v for k, v in value.items() if k not in ("hdr_size", "new_pkt_type")}
        out[key] = value
    return out


def classes(piece):
    """Every class in a piece of JSON."""
    if isinstance(piece, list):
        return set().union(*map(classes, piece))
    if not isinstance(piece, dict):
        return set()
    inner = set().union(*map(classes, piece.values()))
    return inner | {key for key in piece if key.startswith(("OFP", "NX", "ONF", "OX"))}


def has_parser(version, msg_type):
    return msg_type in DP[version].ofproto_parser._MSG_PARSERS


def has_serializer(cls, size):
    return size == 8 or cls._serialize_body is not ofproto_parser.MsgBase._serialize_body


def plain(msg):
    return json.loads(json.dumps(msg.to_jsondict()))


def try_one(row):
    """Yields (direction, what differs or None)."""
    version, wire, ours = row["version"], bytes.fromhex(row["hex"]), as_ryu(row["json"])
    (name,) = ours
    if has_parser(version, wire[1]):
        LAST.text = ""
        try:
            with patience():
                head = ofproto_parser.header(wire)
                msg = ofproto_parser.msg(DP[version], *head, wire)
            yield "read", same(ours, plain(msg)) if msg else LAST.text
        except (Exception, Endless) as err:
            yield "read", repr(err)
    cls = getattr(DP[version].ofproto_parser, name, None)
    if cls is None:
        yield "class", "Ryu has no such class"
    elif has_serializer(cls, len(wire)):
        try:
            with patience():
                given = to_build(ours)
                if version == 1 and name.endswith("StatsRequest"):
                    del given[name]["type"]
                msg = ofproto_parser.ofp_msg_from_jsondict(DP[version], given)
                msg.set_xid(0)
                msg.serialize()
            made = bytes(msg.buf)
            if made == wire:
                yield "write", same(ours, plain(msg), lenient=True)
            else:
                at = next((i for i, (x, y) in enumerate(zip(made, wire)) if x != y), -1)
                yield "write", "bytes differ at %d: Ryu %s" % (at, made.hex())
        except (Exception, Endless) as err:
            yield "write", repr(err)


def has(*wanted):
    """Messages in which one of these classes is."""
    return lambda row, found: bool(found & set(wanted))


def named(*wanted):
    """Messages of one of these classes."""
    return lambda row, found: bool(set(row["json"]) & set(wanted))


def sized_ids(row, _):
    """Names of fields that tell the size of the value."""
    return re.search(r'"OFPOxmId": {[^}]*"length": [1-9]', json.dumps(row["json"]))


def no_actions(row, _):
    """Packets to be sent nowhere."""
    return row["json"].get("OFPPacketOut", {}).get("actions") == []


NX = ("1.0", "1.3", "1.4", "1.5")
ALL = ("1.0", "1.2", "1.3", "1.4", "1.5")

# What Ryu 4.34 gets wrong: versions, direction, which messages, what is seen, why. A row that
# nothing needs any more is an error.
KNOWN = [
    (NX, "write", has("NXActionStackPush", "NXActionStackPop"), "bytes differ",
     "the last two bytes of padding are announced and not written"),
    (NX, "write", has("NXActionNAT", "NXActionLearn"), "bytes differ", "padding is announced and not written"),
    (NX, "read", has("NXActionRegLoad2"), "not JSON serializable|Forward.request: ",
     "its value is declared to be text, so numbers have no JSON"),
    (NX, "write", has("NXActionRegLoad2"), "bad char|not JSON serializable|invalid literal|unsupported operand",
     "its value is declared to be text, so numbers have no JSON"),
    (ALL, "write", no_actions, "bytes differ",
     "without actions the fixed part is written over the beginning of the data"),
    (("1.0",), "write", named("OFPVendor"), "unexpected keyword", "it can only be read"),
    (("1.2",), "class", named("OFPExperimenterStatsRequest"), "no such class",
     "no experimenter's statistics in 1.2"),
    (("1.2",), "read", lambda row, _: row["json"].get("OFPStatsReply", {}).get("type") == 65535,
     "NoneType", "no experimenter's statistics in 1.2"),
    (("1.2",), "read", has("OFPQueuePropExperimenter"), "NoneType",
     "no experimenter's queue property in 1.2"),
    (("1.3", "1.4"), "write", sized_ids, "bytes differ", "names of fields are written without a size"),
    (("1.3", "1.4", "1.5"), "write", has("OFPExperimenterOxmId"), "AssertionError",
     "names of experimenters' fields are not written"),
    (("1.5",), "read", has("OFPActionCopyField"), "AssertionError|unpack_from|Forward.request: ",
     "the padding is taken for more names of fields"),
    (("1.5",), "read", named("OFPBundleFeaturesStatsReply"), "unpack_from|Endless",
     "padding of properties is not counted"),
    (("1.5",), "read", named("OFPGetAsyncReply"), "OFPAsyncConfigPropReasons: Ryu has it not",
     "the types from 12 on are unknown to it"),
]


def write_vectors(path, agreed):
    """Short messages in which every class is that Ryu agreed about; `agreed` says which way."""
    kept, seen = [], set()
    for both in (True, False):
        rest = []
        for row in agreed:
            if len(row["agreed"]) == row["tried"] if both else row["agreed"]:
                rest.append((row, {(row["version"], name) for name in classes(row["json"])}))
        while rest:
            # The one that is shortest for what it adds.
            rest = [(row, names - seen) for row, names in rest if names - seen]
            best = min(rest, key=lambda r: (len(r[0]["hex"]) + 200) / len(r[1]), default=None)
            if best:
                kept.append(best[0])
                seen |= best[1]
    kept.sort(key=lambda row: (row["version"], row["name"]))
    with open(path, "w") as out:
        for row in kept:
            del row["tried"]
            out.write(json.dumps(row, sort_keys=True) + "\n")
    print("     %d vectors with %d classes" % (len(kept), len(seen)))


def main(path, vectors=None):
    agreed = []
    counts = collections.Counter()
    known = collections.Counter()
    failures = 0
    with open(path) as rows:
        for line in rows:
            row = json.loads(line)
            version = NAMES[row["version"]]
            agreed.append(dict(row, agreed=[], tried=0))
            for direction, wrong in try_one(row):
                counts[version, direction] += 1
                agreed[-1]["tried"] += 1
                if not wrong:
                    agreed[-1]["agreed"].append(direction)
                    continue
                found = classes(row["json"])
                for i, (versions, way, which, seen, _) in enumerate(KNOWN):
                    if (version in versions and way == direction and which(row, found)
                            and re.search(seen, wrong)):
                        known[i] += 1
                        break
                else:
                    failures += 1
                    if failures <= 20:
                        print("FAIL %s, %s: %s" % (row["name"], direction, wrong[:600]))
                        print("     %s" % row["hex"])
                        print("     %s" % json.dumps(row["json"]))
    for version in ALL:
        print("ok   OpenFlow %s: Ryu read %d messages and wrote %d"
              % (version, counts[version, "read"], counts[version, "write"]))
    for i, (versions, way, _, _, why) in enumerate(KNOWN):
        print("     known: Ryu %s %s: %s (%d)" % ("/".join(versions), way, why, known[i]))
        # With a seed of one's own, chance may leave one out.
        if not known[i] and "RYU_ORACLE_SEED" not in os.environ:
            failures += 1
            print("FAIL nothing needs this exception any more: %s" % why)
    if vectors:
        write_vectors(vectors, agreed)
    print("%d differences that nobody knows" % failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
