"""judge.py FAMILY: adds what Ryu 4.34 makes of each packet (JSON lines in, JSON lines out).

`json` is Packet(...).to_jsondict(), or null where Ryu raises or where `verdicts.WRONG` says that it
is wrong; `ryu_error` then says why. On standard error: packets that Ryu does not write as it read
them, packets of which it leaves bytes unread, and the classes that no packet of the family shows.
"""

import importlib
import inspect
import json
import logging
import os
import pkgutil
import signal
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import ryu.lib.packet  # noqa: E402
from ryu.lib import stringify  # noqa: E402

for found in pkgutil.iter_modules(ryu.lib.packet.__path__):  # each registers what follows what
    importlib.import_module("ryu.lib.packet." + found.name)
from ryu.lib.packet import bfd, bmp, linux, packet, packet_base  # noqa: E402

from distutils.version import LooseVersion  # noqa: E402

from ryu.lib.packet import zebra  # noqa: E402

import verdicts  # noqa: E402

# The option zapi-frr-version decides how Zebra's bodies are read: none for Quagga's versions.
frr = {"is": "0.0"}
zebra._is_frr_version_ge = lambda version: LooseVersion(frr["is"]) >= version

MODULES = {
    "l2": "ethernet llc vlan mpls pbb bpdu slow cfm lldp linux",
    "l3": "arp ipv4 ipv6 icmp icmpv6 igmp",
    "l4": "tcp udp sctp gre vxlan geneve",
    "services": "dhcp dhcp6 vrrp bfd",
    "routing": "ospf bgp",
    "monitor": "bmp zebra openflow",
    "zebra": "zebra",
}
LOUD = "LOUD" in os.environ
FIRST = {"linuxcooked": linux.linuxcooked, "bfd": bfd.bfd}


def parse(first, data):
    if first == "bmp":  # its parser does not name the next class, so Packet cannot start with it
        read = packet.Packet()
        rest = data
        while rest:
            message, rest = bmp.BMPMessage.parser(rest)
            read.protocols.append(message)
        return read
    if first == "ethernet":
        return packet.Packet(data)
    return packet.Packet(data, parse_cls=FIRST[first])


objects = set()


def leftover(value):
    """The JSON of an object that to_jsondict() forgot to convert (Ryu's json.dumps() would raise)."""
    objects.add(type(value).__name__)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, stringify.StringifyMixin):
        return value.to_jsondict()
    raise TypeError(f"{type(value).__name__} cannot become JSON")


def classes_in(value, seen, depth=0):
    """The names of all classes of Ryu's in an object and below it."""
    if depth > 12:
        return
    if isinstance(value, (list, tuple)):
        if hasattr(value, "_fields"):
            seen.add((type(value).__module__, type(value).__name__))
        for item in value:
            classes_in(item, seen, depth + 1)
    elif type(value).__module__.startswith("ryu."):
        seen.add((type(value).__module__, type(value).__name__))
        for name, item in vars(value).items() if hasattr(value, "__dict__") else []:
            classes_in(item, seen, depth + 1)


def all_classes(family):
    found = set()
    for name in MODULES[family].split():
        module = importlib.import_module("ryu.lib.packet." + name)
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if cls.__module__ == module.__name__ and issubclass(cls, stringify.StringifyMixin):
                found.add((cls.__module__, cls.__name__))
    return found


def does_not_end(*_):
    raise TimeoutError("Ryu does not come to an end")


def main():
    signal.signal(signal.SIGALRM, does_not_end)
    family = sys.argv[1]
    seen = set()
    for line in sys.stdin:
        entry = json.loads(line)
        data = bytes.fromhex(entry["hex"])
        name = entry["name"]
        frr["is"] = "3.0" if "/zebra/v4/" in name else "2.0" if "/zebra/frr2/" in name else "0.0"
        wrong = verdicts.WRONG.get(family, {}).get(name)
        signal.alarm(10)
        try:
            read = parse(entry["first"], data)
            objects.clear()
            entry["json"] = json.loads(json.dumps(read.to_jsondict(), default=leftover))
            if objects:
                entry["ryu_note"] = "to_jsondict() leaves objects in it: " + " ".join(sorted(objects))
            classes_in(read, seen)
            left = [p for p in read.protocols if not isinstance(p, packet_base.PacketBase)]
            if left and LOUD:
                print(f"  {name}: left over {bytes(left[0]).hex()[:80]}", file=sys.stderr)
            try:
                read.serialize()
                if bytes(read.data).rstrip(b"\0") != data.rstrip(b"\0"):
                    print(f"  {name}: writes\n    {bytes(read.data).hex()}\n    {data.hex()}",
                          file=sys.stderr)
            except Exception as error:  # whatever Ryu does with what it read itself
                print(f"  {name}: does not write: {error!r}", file=sys.stderr)
        except Exception as error:
            entry["json"] = None
            entry["ryu_error"] = f"raises {type(error).__name__}: {error}"
            print(f"  {name}: raises {error!r}", file=sys.stderr)
        signal.alarm(0)
        if wrong:
            entry["json"] = None
            entry["ryu_error"] = wrong
        print(json.dumps(entry))
    missing = sorted(f"{m.rsplit('.')[-1]}.{n}" for m, n in all_classes(family) - seen)
    print(f"  {family}: not shown: {' '.join(missing)}", file=sys.stderr)


main()
