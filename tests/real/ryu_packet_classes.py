#!/usr/bin/env python3
"""The classes of Ryu's packet library (`ryu.lib.packet`), for `tests/vectors/ryu_packet_classes.txt`.

    ryu_packet_classes.py                  lists them: a line is `module.Class`, or with `base` behind it
    ryu_packet_classes.py --check FILE     compares such a list with them; exit status 1 if it differs

Left out are exceptions and what Ryu marks as its own (a leading underscore). A `base` has
subclasses, or a parser that makes objects of another class, and Ryu reads nothing as one of it.
Runs in an environment in which `import ryu` works.
"""

import importlib
import inspect
import pkgutil
import sys

import ryu.lib.packet

# Others are derived from them, and parsers make objects of them, too.
CONCRETE = {
    "bfd.KeyedMD5", "bfd.KeyedSHA1", "bgp.BGPTwoOctetAsSpecificExtendedCommunity",
    "bgp.IP6AddrPrefix", "bgp.IPAddrPrefix", "bpdu.ConfigurationBPDUs", "icmpv6.mld", "igmp.igmp",
    "ospf.ExtendedPrefixTLV", "zebra.ZebraMessage", "zebra.ZebraNexthopUpdate",
}
# Nothing is derived from them, and their parser makes objects of another class.
BASES = {"bgp.StreamParser", "slow.slow"}


def classes_in(module, holder, prefix):
    for name, cls in sorted(vars(holder).items()):
        if not inspect.isclass(cls) or cls.__module__ != module.__name__ or name.startswith("_"):
            continue
        if cls.__name__ != name or issubclass(cls, BaseException):
            continue
        yield prefix + name, cls
        yield from classes_in(module, cls, prefix + name + ".")


def is_base(name, cls):
    derived = [c for c in cls.__subclasses__() if c.__module__.startswith("ryu.lib.packet.")]
    return name in BASES or (name not in CONCRETE and (bool(derived) or inspect.isabstract(cls)))


def listed():
    names = [found.name for found in pkgutil.iter_modules(ryu.lib.packet.__path__)]
    # All of them first: one module may derive from another's class.
    modules = [importlib.import_module("ryu.lib.packet." + name) for name in names]
    lines = []
    for name, module in zip(names, modules):
        for path, cls in classes_in(module, module, name + "."):
            lines.append(path + (" base" if is_base(path, cls) else ""))
    return sorted(lines)


def main():
    lines = listed()
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        with open(sys.argv[2], encoding="utf-8") as file:
            told = [line.rstrip("\n") for line in file if not line.startswith("#")]
        for line in sorted(set(told) - set(lines)):
            print(f"not Ryu's: {line}")
        for line in sorted(set(lines) - set(told)):
            print(f"only Ryu's: {line}")
        return int(told != lines)
    print("# The classes of ryu.lib.packet, Ryu 4.34; made by tests/real/ryu_packet_classes.py.")
    print("\n".join(lines))
    return 0


sys.exit(main())
