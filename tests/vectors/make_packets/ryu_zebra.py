"""Zebra's protocol as Ryu 4.34 makes it where `ryu_monitor.py` has gaps: next hops of every kind, routes
and look-ups of version 4, BFD, questions and answers, options of routes, FRRouting 2.0."""

from distutils.version import LooseVersion

from ryu.lib.packet import zebra

from ryu_kit import MADE_BY, over_tcp

__all__ = ["MADE_BY", "packets"]
# What the option zapi-frr-version would be: bodies of version 4 depend on it.
frr = {"is": "0.0"}
zebra._is_frr_version_ge = lambda version: LooseVersion(frr["is"]) >= version
FOUR, SIX = "192.0.2.1", "2001:db8::1"


def hops(version, six=False):
    """Next hops of every kind that Ryu writes and reads back."""
    every = [zebra.NextHopIFIndex(ifindex=3), zebra.NextHopIPv4IFIndex(addr=FOUR, ifindex=4), zebra.NextHopIPv6IFIndex(addr=SIX, ifindex=5), zebra.NextHopBlackhole()]
    if version == 4:
        # Without an index Ryu writes fewer bytes than it reads, and it cannot read an IPv6 address then.
        plain = [] if six else [zebra.NextHopIPv4(addr=FOUR, ifindex=6)]
        return plain + every
    named = [zebra.NextHopIFName(ifindex=7), zebra.NextHopIPv4IFName(addr=FOUR, ifindex=8), zebra.NextHopIPv6IFName(addr=SIX, ifindex=9)]
    return [zebra.NextHopIPv4(addr=FOUR), zebra.NextHopIPv6(addr=SIX)] + every + named


def routes(version):
    """Every route command: to Zebra, from it, with no next hop, with all options."""
    common = {"route_type": 4, "flags": 0x10, "message": 0, "instance": 2 if version == 4 else None}
    base = zebra._FrrZebraMessageBody if version == 4 else zebra._ZebraMessageBody
    for name in dir(zebra):
        cls = getattr(zebra, name)
        if name.startswith("_") or not (isinstance(cls, type) and issubclass(cls, zebra._ZebraIPRoute)):
            continue
        try:
            base.rev_lookup_command(cls)
        except KeyError:
            continue
        six = cls._FAMILY == 10
        prefix, addr = ("2001:db8:1::/48", SIX) if six else ("10.0.1.0/24", FOUR)
        to = {**common, "safi": 1, "prefix": prefix}
        said = {**common, "prefix": prefix, "from_zebra": True}
        yield f"{name}/to_zebra/all_hops", cls(nexthops=hops(version, six), **to)
        options = {"distance": 20, "metric": 30, "mtu": 1400, "tag": 99}
        if version == 4:
            options["src_prefix"] = "2001:db8:2::/49" if six else "10.2.0.0/15"
        yield f"{name}/from_zebra/options", cls(nexthops=[addr], ifindexes=[1], **said, **options)
        if not name.endswith("RouteAdd"):
            continue  # the same layout under another command
        yield f"{name}/to_zebra/no_hops", cls(nexthops=[], **to)
        yield f"{name}/to_zebra/options", cls(nexthops=[zebra.NextHopIFIndex(ifindex=3)], **to, **options)
        for option in options:
            yield f"{name}/to_zebra/{option}", cls(nexthops=[zebra.NextHopIFIndex(ifindex=3)], **to, **{option: options[option]})
        yield f"{name}/from_zebra/two", cls(nexthops=[addr, addr], ifindexes=[1, 2], **said)
        yield f"{name}/from_zebra/no_index", cls(nexthops=[addr], ifindexes=[], **said)
        if version == 0:
            return  # the layout is that of version 3


def others(version):
    both = (("", "10.0.1.0/24", FOUR), ("_ipv6", "2001:db8:1::/48", SIX))
    for six, prefix, _ in both:
        more = {"distance": 5} if version == 4 and frr["is"] == "3.0" else {}
        update = {"family": 10 if six else 2, "prefix": prefix, "metric": 7, **more}
        yield f"ZebraNexthopUpdate/from_zebra{six}", zebra.ZebraNexthopUpdate(nexthops=hops(version, bool(six)), **update)
        yield f"ZebraNexthopUpdate/from_zebra{six}_unreachable", zebra.ZebraNexthopUpdate(nexthops=[], **update)
        if version == 4:
            yield f"ZebraImportCheckUpdate/from_zebra{six}", zebra.ZebraImportCheckUpdate(nexthops=hops(version, bool(six)), **update)
    two = [zebra.RegisteredNexthop(0, 2, "10.0.0.0/8"), zebra.RegisteredNexthop(1, 10, "2001:db8::/33"), zebra.RegisteredNexthop(1, 2, "0.0.0.0/0")]
    yield "ZebraNexthopRegister/to_zebra_three", zebra.ZebraNexthopRegister(two)
    yield "ZebraIPv4NexthopLookupMRib/to_zebra_question", zebra.ZebraIPv4NexthopLookupMRib(FOUR)
    yield "ZebraIPv4NexthopLookupMRib/from_zebra_answer", zebra.ZebraIPv4NexthopLookupMRib(FOUR, 10, 20, hops(version))
    yield "ZebraIPv4NexthopLookupMRib/from_zebra_none", zebra.ZebraIPv4NexthopLookupMRib(FOUR, 0, 0, [])
    if version < 4:
        yield "ZebraIPv4NexthopLookup/to_zebra_question", zebra.ZebraIPv4NexthopLookup(FOUR)
        yield "ZebraIPv4NexthopLookup/from_zebra_answer", zebra.ZebraIPv4NexthopLookup(FOUR, 20, hops(version))
        yield "ZebraIPv6NexthopLookup/to_zebra_question", zebra.ZebraIPv6NexthopLookup(SIX)
        yield "ZebraIPv6NexthopLookup/from_zebra_answer", zebra.ZebraIPv6NexthopLookup(SIX, 20, hops(version))
        yield "ZebraIPv4ImportLookup/from_zebra", zebra.ZebraIPv4ImportLookup(FOUR, 20, hops(version), from_zebra=True)


def interfaces(version):
    old = version == 4 and frr["is"] == "2.0"
    values = {
        "ifname": "a-name-of-20-bytes-x", "ifindex": 7, "status": 5, "if_flags": 1 << 40, "metric": 1, "ifmtu": 9000, "ifmtu6": 1280, "bandwidth": 1,
        "ptm_enable": 1, "ptm_status": 2, "speed": None if old else 40000, "ll_type": 30,
    }
    yield "ZebraInterfaceAdd/from_zebra_no_hardware", zebra.ZebraInterfaceAdd(**values)
    yield "ZebraInterfaceUp/from_zebra_hardware_of_8", zebra.ZebraInterfaceUp(hw_addr_len=8, hw_addr=bytes(range(8)), **values)
    yield "ZebraInterfaceDown/from_zebra_hardware_of_20", zebra.ZebraInterfaceDown(hw_addr_len=20, hw_addr=bytes(range(20)), **values)
    if version == 4:
        labels = {"route_type": 14, "distance": 1, "in_label": 16, "out_label": 3, "ifindex": None if old else 4}
        yield "ZebraMplsLabelsAdd/to_zebra", zebra.ZebraMplsLabelsAdd(family=2, prefix="10.0.1.0/24", gate_addr=FOUR, **labels)
        yield "ZebraMplsLabelsDelete/to_zebra_ipv6", zebra.ZebraMplsLabelsDelete(family=10, prefix="2001:db8:1::/48", gate_addr=SIX, **labels)


def bfds():
    for six, addr, other in (("", FOUR, "192.0.2.2"), ("_ipv6", SIX, "2001:db8::2")):
        family = 10 if six else 2
        ends = {"pid": 77, "dst_family": family, "dst_prefix": addr, "src_family": family, "src_prefix": other}
        times = {"min_rx_timer": 300, "min_tx_timer": 200, "detect_mult": 3}
        for hop, how in (("", {"multi_hop": 0, "ifname": "eth0"}), ("_multi_hop", {"multi_hop": 1, "multi_hop_count": 5}), ("_no_name", {"multi_hop": 0, "ifname": ""})):
            yield f"ZebraBfdDestinationRegister/to_zebra{six}{hop}", zebra.ZebraBfdDestinationRegister(**ends, **times, **how)
            yield f"ZebraBfdDestinationUpdate/to_zebra{six}{hop}", zebra.ZebraBfdDestinationUpdate(**ends, **times, **how)
            yield f"ZebraBfdDestinationDeregister/to_zebra{six}{hop}", zebra.ZebraBfdDestinationDeregister(**ends, **how)


def framed(side, version, body, **more):
    message = zebra.ZebraMessage(version=version, body=body, **more)
    ports = (2600, 40000) if side.startswith("from_zebra") else (40000, 2600)
    return over_tcp(*ports, bytes(message.serialize(b"", None)))


def packets():
    for label, version, option in (("v0", 0, "0.0"), ("v1", 1, "0.0"), ("v2", 2, "0.0"), ("v3", 3, "0.0"), ("v4", 4, "3.0"), ("frr2", 4, "2.0")):
        frr["is"] = option
        parts = [interfaces(version)]
        if label in ("v0", "v3", "v4"):
            parts.append(routes(version))
        if label in ("v3", "v4"):
            parts.append(others(version))
        if label == "v4":
            parts.append(bfds())
        for part in parts:
            for name, body in part:
                more = {"vrf_id": 9} if version >= 3 else {}
                yield f"ryu/zebra/{label}/{name}", "ethernet", framed(name.split("/")[1], version, body, **more)
    frr["is"] = "0.0"
    hello = bytes(zebra.ZebraMessage(version=3, body=zebra.ZebraHello(9)).serialize(b"", None))
    asked = bytes(zebra.ZebraMessage(version=3, command=zebra.ZEBRA_INTERFACE_ADD).serialize(b"", None))
    yield "ryu/zebra/v3/two_messages", "ethernet", over_tcp(40000, 2600, hello + asked + hello)
