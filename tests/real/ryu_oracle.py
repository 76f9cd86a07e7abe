#!/usr/bin/env python3
"""Shows messages to Ryu 4.34: what it reads in their bytes, which bytes it makes of their JSON.

    ryu_oracle.py FILE      lines {"name", "version", "hex", "json"}, as tests/ryu_differential.rs
                            writes them; run by the python of an environment that has Ryu
"""

import collections
import contextlib
import io
import json
import logging
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


def same(a, b, path=""):
    """None, or where two pieces of JSON differ and how; true is not 1."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if key not in a:
                return "%s.%s: only Ryu has it: %r" % (path, key, b[key])
            if key not in b:
                return "%s.%s: Ryu has it not: %r" % (path, key, a[key])
            found = same(a[key], b[key], path + "." + key)
            if found:
                return found
        return None
    if isinstance(a, list) and isinstance(b, list):
        for i, (x, y) in enumerate(zip(a, b)):
            found = same(x, y, "%s[%d]" % (path, i))
            if found:
                return found
        return None if len(a) == len(b) else "%s: %d items, Ryu %d" % (path, len(a), len(b))
    if type(a) is type(b) and a == b:
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
                yield "write", same(ours, plain(msg))
            else:
                at = next((i for i, (x, y) in enumerate(zip(made, wire)) if x != y), -1)
                yield "write", "bytes differ at %d: Ryu %s" % (at, made.hex())
        except (Exception, Endless) as err:
            yield "write", repr(err)


def main(path):
    counts = collections.Counter()
    bad = collections.defaultdict(list)
    with open(path) as rows:
        for line in rows:
            row = json.loads(line)
            (name,) = row["json"]
            for direction, wrong in try_one(row):
                counts[row["version"], direction] += 1
                if wrong:
                    bad[NAMES[row["version"]], name, direction].append((wrong, row))
    for key, value in sorted(counts.items()):
        print(key, value)
    for key, rows in sorted(bad.items()):
        print(*key, len(rows), rows[0][0][:300])
        if len(sys.argv) > 2 and sys.argv[2] in " ".join(key):
            for wrong, row in rows:
                print("     ", wrong[:400])
                if len(sys.argv) > 3: print("       ", json.dumps(row)[:int(sys.argv[3])])


if __name__ == "__main__":

    main(sys.argv[1])
