#!/usr/bin/env python3
"""Prints the options of Ryu's ryu-manager, a line each.

    PYTHON tests/real/ryu_options.py > tests/vectors/ryu_options.txt
    PYTHON tests/real/ryu_options.py --check FILE    exit status 1 if FILE is not that

PYTHON is one that has Ryu 4.34 with all that its manager imports. The columns: where it can be given (line: command line, environment
and file; file: not the command line), group, key, type, default (- for none), name on the command
line.
"""

import sys

ARGUMENTS = sys.argv[1:]
sys.argv = ["ryu-manager"]

import ryu.cmd.manager  # noqa: F401,E402  registers what ryu-manager has at its start
import ryu.flags  # noqa: F401,E402
import ryu.lib.ovs.bridge  # noqa: F401,E402
import ryu.services.protocols.ovsdb.manager  # noqa: F401,E402
import ryu.services.protocols.vrrp.rpc_manager  # noqa: F401,E402
from ryu import cfg  # noqa: E402

TYPES = {"String": "text", "Integer": "int", "Float": "float", "Boolean": "bool", "List": "list"}


def row(group, opt, on_line):
    kind = TYPES.get(type(opt.type).__name__, "text")
    default = opt.default
    if default is None:
        shown = "-"
    elif isinstance(default, list):
        shown = ",".join(default) or "-"
    elif isinstance(default, bool):
        shown = str(default).lower()
    elif isinstance(default, float):
        shown = repr(default)
    else:
        shown = str(default)
    # MultiStrOpt `app` is the positional argument.
    long = "-"
    if on_line and not getattr(opt, "positional", False):
        long = opt.name if group == "DEFAULT" else group + "-" + opt.name
    where = "line" if on_line else "file"
    if getattr(opt, "multi", False):
        kind = "multi"
    return "\t".join((where, group, opt.dest, kind, shown, long))


def rows():
    conf = cfg.CONF
    groups = [("DEFAULT", conf._opts)]
    groups += [(name, group._opts) for name, group in conf._groups.items()]
    for group, opts in groups:
        for entry in opts.values():
            # oslo.config's own, for drivers that nobody has.
            if entry["opt"].dest == "config_source":
                continue
            yield row(group, entry["opt"], entry["cli"])
    # Registered when that app is created.
    vrrp = "file\tDEFAULT\tvrrp_rpc_port\tint\t50004\t-"
    yield vrrp


def listing():
    head = "# where\tgroup\tkey\ttype\tdefault\toption; printed by tests/real/ryu_options.py from Ryu 4.34"
    return "\n".join([head] + sorted(set(rows()))) + "\n"


def main():
    if ARGUMENTS[:1] != ["--check"]:
        sys.stdout.write(listing())
        return 0
    with open(ARGUMENTS[1]) as file:
        if file.read() == listing():
            return 0
    print("%s is not what Ryu says" % ARGUMENTS[1])
    return 1


if __name__ == "__main__":
    sys.exit(main())
