"""What tshark makes of the packets: a pcap file in, the fields of the layers under test out."""

import json
import re
import struct
import subprocess
import tempfile
from pathlib import Path

# The layers whose fields are kept, per family (tshark's names).
LAYERS = {
    "l2": "eth llc vlan ieee8021ad mpls ieee8021ah stp slow lacp marker oampdu esmc cfm cfm.ccm.pdu cfm.lbm.pdu cfm.lbr.pdu cfm.ltm.pdu cfm.ltr.pdu cfm.all.tlvs lldp sll pwethheuristic",
    "l3": "arp ip ipv6 ipv6.hopopts ipv6.routing ipv6.fraghdr ipv6.dstopts ah icmp icmpv6 igmp",
    "l4": "tcp udp sctp gre vxlan geneve erspan",
    "services": "dhcp dhcpv6 vrrp bfd",
    "routing": "ospf bgp",
    "monitor": "bmp bgp zebra openflow openflow_v1 openflow_v4 openflow_v5 openflow_v6",
    "zebra": "zebra",
}
# Fields that tshark derives, and that say nothing about the bytes themselves.
NOISE = re.compile(
    r"resolved|oui_|\.addr_tree|\.(lg|ig|stream|host|src_host|dst_host|(?<!orig\.)(?<!targ\.)addr|(?<!stp\.)port|time_relative|"
    r"time_delta|segment_data|analysis.*|completeness.*|reassembled.*|fragments?|payload|padding_len)$|"
    r"^(tcp\.(flags\.str|stream|seq_raw|ack_raw|len|nxtseq|options$)|udp\.stream|eth\.padding|ipv6\.(s|d)lan"
    r"|ip\.geoip.*|sctp\.assoc_index|sctp\.chunk_bit_.*|ip\.dsfield\.(dscp|ecn)|sctp\.port|"
    r"bgp\.prefix_length|icmp\.(data_time|resp).*|_ws\.lua\.text)"
)
OPTIONS = [
    "tcp.desegment_tcp_streams:FALSE", "tcp.analyze_sequence_numbers:FALSE",
    "tcp.relative_sequence_numbers:FALSE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE",
    "udp.ignore_ipv6_zero_checksum:FALSE", "ip.check_checksum:TRUE", "ip.defragment:FALSE",
    "ipv6.defragment:FALSE", "sctp.checksum:TRUE", "sctp.reassembly:FALSE",
    "vrrp.v3_checksum_as_in_v2:FALSE",
]
# Valid packets that tshark 4.0 complains about: name and why it is not followed.
NOT_FOLLOWED = {
    "ryu/bgp/attribute_pmsi_unknown": "calls an unknown tunnel type wrong",
    "ryu/bgp/reach_evpn_auto_discovery_EvpnUnknownEsi": "calls an unknown type of segment identifier malformed",
    "ryu/bgp/unreach_evpn_auto_discovery_EvpnUnknownEsi": "calls an unknown type of segment identifier malformed",
    "ryu/bgp/reach_flowspec_l2vpn": "does not know flow specifications of layer 2",
    "ryu/bgp/unreach_flowspec_l2vpn": "does not know flow specifications of layer 2",
    "scapy/bgp/reach_labelled_default": "wants a prefix of at least one bit behind a label",
    "scapy/bgp/reach_evpn_unknown": "calls an unknown type of route malformed",
    "scapy/bgp/reach_route_target_prefix": "cannot read the beginning of a target (RFC 4684 allows it)",
    "scapy/bgp/reach_flowspec_ipv6_offset": "takes the bits before the offset for sent (RFC 8956: they are not)",
    "scapy/bgp/reach_flowspec_ipv6_odd_offset": "takes the bits before the offset for sent (RFC 8956: they are not)",
    "scapy/bmp/statistics_unknown": "calls an unknown statistic an error",
    "scapy/tcp/option_end_then_junk": "wants zeros behind the end of the option list (RFC 9293 says ignore)",
    "ryu/lldp/two_organizational": "wants an information string of at least one byte (802.1AB allows none)",
    "scapy/lldp/organizational_empty": "wants an information string of at least one byte (802.1AB allows none)",
    **{
        f"ryu/zebra/v{version}/ZebraInterface{name}": "takes every hardware address for one of 6 bytes"
        for version in (3, 4)
        for name in ("Up/from_zebra_hardware_of_8", "Down/from_zebra_hardware_of_20")
    },
}
DECODE_AS = ["tcp.port==11019,bmp", "udp.port==8472,vxlan", "tcp.port==6633,openflow"]


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def in_ip4(proto, data):
    """An Ethernet frame with this inside IPv4 (10.9.9.1 to 10.9.9.2)."""
    addresses = bytes([10, 9, 9, 1, 10, 9, 9, 2])
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 255, proto, 0) + addresses
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return bytes.fromhex("0200000000020200000000010800") + head + data


def frame(first, data):
    """Link type and frame for tshark; protocols that are no frame are put where they belong."""
    if first == "bfd":
        return 1, in_ip4(17, struct.pack("!HHHH", 49152, 3784, 8 + len(data), 0) + data)
    if first == "bmp":
        segment = struct.pack("!HHIIBBHHH", 40000, 11019, 1, 1, 0x50, 0x18, 8192, 0, 0) + data
        pseudo = bytes([10, 9, 9, 1, 10, 9, 9, 2, 0, 6]) + struct.pack("!H", len(segment))
        return 1, in_ip4(6, segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:])
    if first == "linuxcooked":
        return 113, data
    return 1, data


def flatten(value, into):
    """Collects `protocol.field: value` from tshark's tree, in order."""
    if isinstance(value, list):
        for item in value:
            flatten(item, into)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, dict) or (isinstance(item, list) and item and not isinstance(item[0], str)):
                flatten(item, into)
                continue
            if NOISE.search(key) or "." not in key or key.startswith("_ws."):
                continue
            for one in item if isinstance(item, list) else [item]:
                if isinstance(one, (dict, list)):
                    flatten(one, into)
                elif len(one) <= 200:
                    into.setdefault(key, []).append(one)


def complaint_in(layers):
    text = json.dumps(layers)
    for bad in ("_ws.malformed", "Malformed", "[Packet size limited"):
        if bad in text:
            return "malformed"
    if re.search(r'"_ws\.expert\.severity": "(8388608)"', text):
        found = re.findall(r'"_ws\.expert\.message": "([^"]*)"', text)
        return "error: " + "; ".join(found)
    return None


def read(program, family, packets):
    """One (fields, complaint or None) per packet."""
    answers = [({}, "not read")] * len(packets)
    with tempfile.TemporaryDirectory() as folder:
        for link in (1, 113):
            chosen = []
            path = Path(folder) / f"{link}.pcap"
            with path.open("wb") as file:
                file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
                for index, packet in enumerate(packets):
                    kind, data = frame(packet["first"], bytes.fromhex(packet["hex"]))
                    if kind == link:
                        file.write(struct.pack("<IIII", index, 0, len(data), len(data)) + data)
                        chosen.append(index)
            if not chosen:
                continue
            command = [program, "-n", "-r", str(path), "-T", "json", "--no-duplicate-keys"]
            for option in OPTIONS:
                command += ["-o", option]
            for rule in DECODE_AS:
                command += ["-d", rule]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if done.returncode:
                raise SystemExit(done.stderr)
            for index, seen in zip(chosen, json.loads(done.stdout)):
                layers = seen["_source"]["layers"]
                fields = {"frame.protocols": [layers["frame"]["frame.protocols"]]}
                for name, layer in layers.items():
                    if name in LAYERS[family].split():
                        flatten(layer, fields)
                flat = {k: v[0] if len(v) == 1 else v for k, v in fields.items()}
                name = packets[index]["name"]
                if name in NOT_FOLLOWED:
                    packets[index]["tshark_error"] = NOT_FOLLOWED[name]
                    answers[index] = ({}, None)
                else:
                    answers[index] = (flat, complaint_in(layers))
    return answers
