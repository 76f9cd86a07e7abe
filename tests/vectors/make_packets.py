#!/usr/bin/env python3
"""Makes tests/vectors/packets/*.jsonl and bad_packets.jsonl again: see README.md beside this file.

    make_packets.py --ryu PYTHON --scapy PYTHON [--tshark PROGRAM] [FAMILY ...]

PYTHON is an interpreter that can import Ryu 4.34, and one that can import scapy (they may come from
the environment as RYU_PYTHON, SCAPY_PYTHON and TSHARK instead). Only the standard library is needed
by this file itself. Exit status 1 if tshark calls any packet malformed or a name appears twice.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = HERE / "make_packets"
sys.path.insert(0, str(PARTS))
sys.dont_write_bytecode = True

import bad_packets  # noqa: E402
import tshark  # noqa: E402

FAMILIES = ["l2", "l3", "l4", "services", "routing", "monitor", "zebra"]
LIMIT = 400_000


def run(python, script, *arguments, text=""):
    """Runs one of the parts under another interpreter; its standard output, line by line as JSON."""
    if python is None:
        sys.exit("name the interpreters: --ryu PYTHON --scapy PYTHON")
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0", TZ="UTC")
    done = subprocess.run(
        [python, str(PARTS / script), *arguments],
        input=text, stdout=subprocess.PIPE, text=True, check=True, env=environment,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def lines_of(packets):
    return "".join(json.dumps(p, sort_keys=False, ensure_ascii=True) + "\n" for p in packets)


def make(family, options):
    """All packets of one family: made, read by Ryu, read by tshark. The number of faults."""
    packets = run(options.ryu, "generate.py", f"ryu_{family}")
    packets += run(options.scapy, "generate.py", f"scapy_{family}")
    faults = 0
    names = [p["name"] for p in packets]
    for name in sorted({n for n in names if names.count(n) > 1}):
        print(f"{family}: {name} appears twice")
        faults += 1
    packets = run(options.ryu, "judge.py", family, text=lines_of(packets))
    for packet, (fields, complaint) in zip(packets, tshark.read(options.tshark, family, packets)):
        packet["tshark"] = fields
        if complaint:
            print(f"{family}: {packet['name']}: tshark: {complaint}")
            faults += 1
    text = lines_of(packets)
    (HERE / "packets").mkdir(exist_ok=True)
    (HERE / "packets" / f"{family}.jsonl").write_text(text)
    without = sum(p["json"] is None for p in packets)
    print(f"{family}: {len(packets)} packets, {without} without Ryu's JSON, {len(text)} bytes")
    if len(text) > LIMIT:
        print(f"{family}: more than {LIMIT} bytes")
        faults += 1
    return faults


def main():
    env = os.environ.get
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--ryu", default=env("RYU_PYTHON"))
    parser.add_argument("--scapy", default=env("SCAPY_PYTHON"))
    parser.add_argument("--tshark", default=env("TSHARK", "tshark"))
    parser.add_argument("families", nargs="*", default=[])
    options = parser.parse_args()
    faults = 0
    for family in options.families or [*FAMILIES, "bad"]:
        if family == "bad":
            bad_packets.write(HERE)
        else:
            faults += make(family, options)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
