#!/usr/bin/env python3
"""The classes of Ryu's wire library, by version; run by the python of an environment that has Ryu.

    ryu_classes.py                  lists them: a line is a class and its versions
    ryu_classes.py --check FILE     compares such a list with them; exit status 1 if it differs

Left out are classes from which others are derived and which stand for nothing on the wire, and
the match classes of the old interface (MT*).
"""

import inspect
import sys

from ryu.lib.stringify import StringifyMixin
from ryu.ofproto import ofproto_protocol

VERSIONS = {1: "1.0", 3: "1.2", 4: "1.3", 5: "1.4", 6: "1.5"}


def classes(parser):
    """Name to class: what a module of Ryu offers as parts of messages."""
    found = {}
    for name, cls in vars(parser).items():
        if inspect.isclass(cls) and name.startswith(("OFP", "NX", "ONF", "Nicira")):
            if issubclass(cls, StringifyMixin) or hasattr(cls, "_fields"):
                found[name] = cls
    return found


# They have classes derived from them, and stand for something themselves.
CONCRETE = {"OFPExperimenter", "OFPOxmId", "OFPVendor", "OFPVendorStatsRequest", "OFPStatsReply"}
# Nothing is derived from them in some version, and they stand for nothing.
ABSTRACT = {"NXActionHeader", "OFPBundleProp", "OFPGroupProp", "OFPMatchField",
            "OFPQueueStatsProp", "OFPRoleProp"}
# 1.0 has a class of statistics for each type.
ONLY = {"OFPStatsReply": "1.2"}


def is_base(name, cls, found):
    """Whether a class is only there for others."""
    derived = any(other is not cls and issubclass(other, cls) for other in found.values())
    return name in ABSTRACT or derived and name not in CONCRETE


def listed():
    """Lines: a class and its versions."""
    table = {}
    for number, version in VERSIONS.items():
        found = classes(ofproto_protocol.ProtocolDesc(number).ofproto_parser)
        for name, cls in found.items():
            if not is_base(name, cls, found) and ONLY.get(name, version) == version:
                table.setdefault(name, []).append(version)
    return ["%s %s" % (name, " ".join(table[name])) for name in sorted(table)]


def main():
    lines = listed()
    if sys.argv[1:2] != ["--check"]:
        print("\n".join(lines))
        return 0
    with open(sys.argv[2]) as file:
        ours = [line.rstrip() for line in file if line.strip() and not line.startswith("#")]
    for line in sorted(set(ours) ^ set(lines)):
        print("only %s: %s" % ("in the list" if line in ours else "in Ryu", line))
    return 0 if ours == lines else 1


if __name__ == "__main__":
    sys.exit(main())
