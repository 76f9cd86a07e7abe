"""BMP, Zebra and OpenFlow inside TCP as Ryu makes them."""

import inspect
import sys

from ryu.lib.packet import bgp, bmp, packet, zebra
from ryu.ofproto import ofproto_v1_0_parser, ofproto_v1_3, ofproto_v1_3_parser, ofproto_v1_5_parser
from ryu.ofproto.ofproto_protocol import ProtocolDesc

from ryu_kit import MADE_BY, over_tcp

__all__ = ["MADE_BY", "packets"]
# The option zapi-frr-version decides how Zebra's bodies are written: 3.0 for version 4, none for Quagga's.
frr = {"on": False}
zebra._is_frr_version_ge = lambda version: frr["on"] and zebra._FRR_VERSION_3_0 >= version
R1, R2 = "192.0.2.1", "192.0.2.2"


def bmps():
    peer = {"peer_type": 0, "is_post_policy": False, "peer_distinguisher": 0, "peer_address": R1, "peer_as": 65001, "peer_bgp_id": R1, "timestamp": 1700000000.25}
    six = {**peer, "peer_address": "2001:db8::1", "peer_type": 1, "peer_distinguisher": 0x000000010000000A, "is_post_policy": True}
    path = [bgp.BGPPathAttributeOrigin(0), bgp.BGPPathAttributeAsPath([[65001]], as_pack_str="!I"), bgp.BGPPathAttributeNextHop(R1)]
    update = bgp.BGPUpdate(path_attributes=path, nlri=[bgp.BGPNLRI(24, "10.0.1.0")])
    opened = bgp.BGPOpen(my_as=65001, bgp_identifier=R1, hold_time=90, opt_param=[])
    yield "bmp/route_monitoring", bmp.BMPRouteMonitoring(bgp_update=update, **peer)
    yield "bmp/route_monitoring_ipv6_post_policy", bmp.BMPRouteMonitoring(bgp_update=update, **six)
    yield "bmp/route_monitoring_adj_rib_out", bmp.BMPRouteMonitoring(bgp_update=update, is_adj_rib_out=True, **peer)
    stats = [{"type": t, "len": 4, "value": 100 + t} for t in range(7)] + [{"type": t, "len": 8, "value": 1 << 40} for t in (7, 8)]
    yield "bmp/statistics", bmp.BMPStatisticsReport(stats=stats, **peer)
    for reason, data in ((1, bgp.BGPNotification(6, 2)), (2, 3), (3, bgp.BGPNotification(6, 4)), (4, b""), (5, b"")):
        yield f"bmp/peer_down_{reason}", bmp.BMPPeerDownNotification(reason=reason, data=data, **peer)
    ports = {"local_port": 179, "remote_port": 40000, "sent_open_message": opened, "received_open_message": opened}
    yield "bmp/peer_up", bmp.BMPPeerUpNotification(local_address=R2, **ports, **peer)
    yield "bmp/peer_up_ipv6", bmp.BMPPeerUpNotification(local_address="2001:db8::2", **ports, **six)
    yield "bmp/initiation", bmp.BMPInitiation(info=[{"type": 0, "value": "free text"}, {"type": 1, "value": b"description"}, {"type": 2, "value": b"name"}])
    yield "bmp/termination", bmp.BMPTermination(info=[{"type": 0, "value": "bye"}, {"type": 1, "value": 2}])


def zebra_values(version, six):
    """A value for every argument that the constructors of Zebra's bodies take."""
    prefix, address = ("2001:db8:1::/48", "2001:db8::1") if six else ("10.0.1.0/24", R1)
    family = 10 if six else 2
    link = zebra.InterfaceLinkParams(
        lp_status=7, te_metric=10, max_bw=0.1 * 10, max_reserved_bw=2.0, unreserved_bw=[float(i) for i in range(8)], admin_group=10,
        remote_as=65000, remote_ip=R2, average_delay=10, min_delay=20, max_delay=30, delay_var=40, pkt_loss=1.0, residual_bw=2.0,
        average_bw=3.0, utilized_bw=4.0)
    values = {
        "route_type": 9 if version < 4 else 3, "instance": 1, "flags": 0x10, "message": 0x0F, "safi": 1, "prefix": prefix, "addr": address,
        "nexthops": [zebra.NextHopIPv6(addr=address) if six else zebra.NextHopIPv4(addr=address), zebra.NextHopIFIndex(ifindex=3)],
        "ifindexes": None, "distance": 20, "metric": 30, "mtu": None, "tag": None, "src_prefix": None, "from_zebra": False,
        "ifname": "eth0", "ifindex": 2, "status": 3, "if_flags": 0x1043, "ptm_enable": 0, "ptm_status": 0, "speed": 1000, "ifmtu": 1500, "ifmtu6": 1500,
        "bandwidth": 100000, "ll_type": 1, "hw_addr_len": 6, "hw_addr": "00:00:5e:00:53:01", "link_params": link if version >= 3 else None,
        "ifc_flags": 1, "family": family, "dest": address, "afi": 1, "pid": 77, "dst_family": family, "dst_prefix": prefix.split("/")[0] + ("/128" if six else "/32"),
        "src_family": family, "src_prefix_": prefix, "multi_hop": 1, "multi_hop_count": 5, "min_rx_timer": 100, "min_tx_timer": 200, "detect_mult": 3,
        "interval": 10, "vrf_id": 4, "vrf_name": "VRF1", "gate_addr": address, "in_label": 100, "out_label": 200,
    }
    return values


def zebra_bodies(version, six, from_zebra):
    values = zebra_values(version, six)
    base = zebra._FrrZebraMessageBody if version == 4 else zebra._ZebraMessageBody
    known = set(base._TYPES.values()) if hasattr(base, "_TYPES") else set()
    for name, cls in sorted(inspect.getmembers(zebra, inspect.isclass)):
        if not issubclass(cls, zebra._ZebraMessageBody) or name.startswith("_") or cls is zebra.ZebraUnknownMessage:
            continue
        try:
            known_here = base.rev_lookup_command(cls)
        except Exception:
            continue
        if known_here is None or (known and cls not in known):
            continue
        if from_zebra and version < 3 and "from_zebra" not in inspect.signature(cls.__init__).parameters:
            continue  # the same bytes from both sides: versions 3 and 4 show that
        wanted = [p for p in inspect.signature(cls.__init__).parameters if p not in ("self", "args", "kwargs")]
        given = {k: values[k] for k in wanted}
        if "dst_prefix" in wanted:
            given["src_prefix"] = values["dst_prefix"]
            given["ifname"] = "eth0" if "ifname" in wanted else None
            given = {k: v for k, v in given.items() if k in wanted}
        if "from_zebra" in wanted:
            given["from_zebra"] = from_zebra
        if from_zebra and "ifindexes" in wanted:
            given["nexthops"] = [values["addr"]]
            given["ifindexes"] = [1]
        if cls in (zebra.ZebraNexthopRegister, zebra.ZebraNexthopUnregister, zebra.ZebraImportRouteRegister, zebra.ZebraImportRouteUnregister):
            given["nexthops"] = [zebra.RegisteredNexthop(1, values["family"], values["prefix"])]
        if "Nexthop" in name and "IPv4NexthopLookup" in name and six:
            continue
        try:
            yield name, cls(**given)
        except (AssertionError, TypeError, ValueError, AttributeError) as error:
            print(f"  zebra v{version} {name}: {error!r}", file=sys.stderr)


def zebras():
    """Every body in every version it exists in; the port says who speaks (2600 is Zebra's)."""
    for version in (0, 2, 3, 4):
        frr["on"] = version == 4
        for six in (False, True) if version >= 3 else (False,):
            for from_zebra in (False, True):
                for name, body in zebra_bodies(version, six, from_zebra):
                    if (six and "IPv4" in name) or (version >= 3 and not six and "IPv6" in name and "IPv4Route" not in name):
                        continue
                    try:
                        message = zebra.ZebraMessage(version=version, body=body)
                        data = bytes(message.serialize(b"", None))
                    except Exception as error:  # Ryu's body for this version takes other arguments
                        print(f"  zebra v{version} {name} does not serialize: {error!r}", file=sys.stderr)
                        continue
                    ports = (2600, 40000) if from_zebra else (40000, 2600)
                    side = "from_zebra" if from_zebra else "to_zebra"
                    frame = over_tcp(*ports, data)
                    if isinstance(packet.Packet(frame).protocols[-1], bytes):
                        print(f"  zebra v{version} {name}/{side}: Ryu does not read what it wrote", file=sys.stderr)
                        continue
                    yield f"zebra/v{version}/{name}/{side}{'_ipv6' if six else ''}", frame
        asked = zebra.ZebraMessage(version=version, command=11 if version == 4 else 1)
        yield f"zebra/v{version}/no_body", over_tcp(40000, 2600, bytes(asked.serialize(b"", None)))


def openflows():
    def bytes_of(message):
        message.set_xid(0x1234)
        message.serialize()
        return bytes(message.buf)

    v10, v13, v15 = (ProtocolDesc(version=v) for v in (1, 4, 6))
    parser = ofproto_v1_3_parser
    flow = parser.OFPFlowMod(v13, match=parser.OFPMatch(in_port=1, eth_dst="00:00:5e:00:53:02"), instructions=[parser.OFPInstructionActions(ofproto_v1_3.OFPIT_APPLY_ACTIONS, [parser.OFPActionOutput(2)])])
    messages = {
        "hello_1_0": bytes_of(ofproto_v1_0_parser.OFPHello(v10)),
        "echo_request_1_3": bytes_of(parser.OFPEchoRequest(v13, b"echo")),
        "flow_mod_1_3": bytes_of(flow),
        "barrier_1_5": bytes_of(ofproto_v1_5_parser.OFPBarrierRequest(v15)),
    }
    for name, data in messages.items():
        yield f"openflow/{name}_6653", over_tcp(6653, 40000, data)
    yield "openflow/hello_1_0_6633", over_tcp(40000, 6633, messages["hello_1_0"])
    yield "openflow/two_messages", over_tcp(6653, 40000, messages["echo_request_1_3"] + messages["barrier_1_5"])


def packets():
    for name, message in bmps():
        yield f"ryu/{name}", "bmp", message.serialize()
    seen = set()
    for part in (zebras, openflows):
        for name, data in part():
            if data not in seen:  # a body that does not depend on the family or the side: once
                seen.add(data)
                yield f"ryu/{name}", "ethernet", data
