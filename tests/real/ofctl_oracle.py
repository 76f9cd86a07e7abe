#!/usr/bin/env python3
"""What Ryu 4.34's ofctl modules make of dictionaries and replies, as cases for tests/ofctl.rs.

    ofctl_oracle.py MESSAGES OUT        lines of MESSAGES are those of tests/ryu_differential.rs
                                        ({"version", "hex", ...}); a line of OUT for each case
    ofctl_oracle.py MESSAGES OUT FEW    also keeps in FEW one case of each kind

A case has `version`, `method`, `args` as ../vectors/README.md has them; `request_hex`, the message that
Ryu sends, or `status`, what ofctl_rest answers where it sends none; and for statistics `reply_hex` and
the `expected` value. Run by the python of an environment that has Ryu.
"""

import collections
import itertools
import json
import logging
import random
import sys
import types


class Event:
    """Nothing here waits: what is to come is there already."""

    def set(self):
        pass

    def is_set(self):
        return True

    def wait(self, timeout=None):
        pass


# In place of the real one, which needs eventlet.
sys.modules["ryu.lib.hub"] = types.ModuleType("ryu.lib.hub")
sys.modules["ryu.lib.hub"].Event = Event

from ryu.lib import ofctl_v1_0, ofctl_v1_2, ofctl_v1_3, ofctl_v1_4, ofctl_v1_5
from ryu.ofproto import ofproto_parser, ofproto_protocol

logging.disable(logging.CRITICAL)
MODULES = {1: ofctl_v1_0, 3: ofctl_v1_2, 4: ofctl_v1_3, 5: ofctl_v1_4, 6: ofctl_v1_5}
MAC = "02:00:00:00:00:0a"


class Datapath(ofproto_protocol.ProtocolDesc):
    """Keeps what is sent; answers a request with the reply that is wanted."""

    def __init__(self, version, replies=()):
        super().__init__(version)
        self.id, self.sent, self.waiters, self.replies = 1, [], {}, list(replies)

    def set_xid(self, msg):
        msg.set_xid(0)

    def send_msg(self, msg):
        msg.xid = 0
        msg.serialize()
        self.sent.append(bytes(msg.buf))
        for lock, msgs in [self.waiters.get(1, {}).get(0)] if self.waiters else []:
            msgs.extend(self.replies)
            lock.set()


def status_of(error):
    """What ofctl_rest makes of an exception."""
    if isinstance(error, AttributeError):
        return 501
    return 400 if isinstance(error, ValueError) and type(error) is ValueError else 500


def command(version, method, args):
    """A case that sends a message and waits for nothing."""
    row = {"version": version, "method": method, "args": args}
    dp = Datapath(version)
    try:
        call = getattr(MODULES[version], method)
        call(dp, *json.loads(json.dumps(list(args.values()))))
        row["request_hex"] = dp.sent[0].hex()
    except Exception as error:  # what it may raise is what is wanted to be known
        row["status"] = status_of(error)
        row["why"] = "%s: %s" % (type(error).__name__, str(error)[:80])
    return row


def question(version, method, args, reply=None):
    """A case that asks for statistics."""
    row = {"version": version, "method": method, "args": args}
    try:
        replies = []
        if reply:
            buf = bytes.fromhex(reply)
            head = ofproto_parser.header(buf)
            dp = Datapath(version)
            replies.append(ofproto_parser.msg(dp, head[0], head[1], head[2], head[3], buf))
            row["reply_hex"] = reply
        dp = Datapath(version, replies)
        call = getattr(MODULES[version], method)
        answer = call(dp, dp.waiters, **json.loads(json.dumps(args)))
        row["request_hex"] = dp.sent[0].hex()
        if reply:
            row["expected"] = json.loads(json.dumps(answer))
    except Exception as error:
        row["status"] = status_of(error)
        row["why"] = "%s: %s" % (type(error).__name__, str(error)[:80])
    return row


# -- what users write ---------------------------------------------------------------------------

def numbers(bits, *more):
    top = (1 << bits) - 1
    return [1, "1", "0x1", 0, top, str(top), hex(top), *more]


PORTS = [1, "2", "0x3", "LOCAL", "CONTROLLER", "OFPP_LOCAL", "local", "IN_PORT", "NORMAL", "FLOOD",
         "ALL", "TABLE", "MAX", "ANY", "NONE", "UNSET", 0, "NOSUCH"]
IPV4 = ["10.0.0.1", "10.0.0.0/8", "10.0.0.0/255.0.0.0", "10.1.2.3/24", "10.1.2.3/32", "10.1.2.3/0",
        "10.0.0.1/0.0.0.255", "10.0.0.0/255.0.255.0"]
IPV6 = ["2001:db8::1", "2001:db8::/32", "2001:db8::1/128", "2001:db8::/ffff:ffff::", "::", "::/0",
        "::ffff:10.0.0.1"]
MACS = [MAC, MAC + "/ff:ff:ff:00:00:00", MAC.upper(), "01:00:00:00:00:00/01:00:00:00:00:00",
        "02-00-00-00-00-0a", "ff:ff:ff:ff:ff:ff"]
VLANS = [7, "7", "0x1007", "0x7", "0x1000/0x1000", "0x1007/0x1fff", 0, "0x0000", 4095, "7/15", 0x1007]

OLD_MATCH = {
    "in_port": PORTS, "dl_src": MACS, "dl_dst": MACS, "dl_vlan": [7, "7", "0x7", 0xffff, 0],
    "dl_vlan_pcp": numbers(3), "dl_type": [2048, "2048", "0x800", 2054],
    "nw_tos": numbers(6), "nw_proto": numbers(8), "nw_src": IPV4, "nw_dst": IPV4,
    "tp_src": numbers(16), "tp_dst": numbers(16), "wildcards": [1], "nosuch": [1],
}
MASKED = {"metadata": 64, "pbb_isid": 24, "tunnel_id": 64, "ipv6_exthdr": 9}
PLAIN = {
    "in_phy_port": 32, "vlan_pcp": 3, "ip_dscp": 6, "ip_ecn": 2, "ip_proto": 8, "eth_type": 16,
    "tcp_src": 16, "tcp_dst": 16, "udp_src": 16, "udp_dst": 16, "sctp_src": 16, "sctp_dst": 16,
    "icmpv4_type": 8, "icmpv4_code": 8, "icmpv6_type": 8, "icmpv6_code": 8, "arp_op": 16,
    "ipv6_flabel": 20, "mpls_label": 20, "mpls_tc": 3, "mpls_bos": 1, "pbb_uca": 1, "tcp_flags": 12,
    "actset_output": 32, "nw_proto": 8, "dl_type": 16,
}
NEW_MATCH = {"in_port": PORTS, "vlan_vid": VLANS, "dl_vlan": VLANS, "nosuch": [1],
             "packet_type": [[1, 2048], "0x10800", 67584, ["1", "0x800"]]}
NEW_MATCH.update({name: numbers(bits, "1/1", hex(5) + "/0xf") for name, bits in MASKED.items()})
NEW_MATCH.update({name: numbers(bits) for name, bits in PLAIN.items()})
NEW_MATCH.update({name: MACS for name in ["eth_src", "eth_dst", "arp_sha", "arp_tha", "ipv6_nd_sll",
                                          "ipv6_nd_tll", "dl_src", "dl_dst"]})
NEW_MATCH.update({name: IPV4 for name in ["ipv4_src", "ipv4_dst", "arp_spa", "arp_tpa", "nw_src",
                                          "nw_dst"]})
NEW_MATCH.update({name: IPV6 for name in ["ipv6_src", "ipv6_dst", "ipv6_nd_target"]})
# Combinations in which one name decides what another means.
TOGETHER = [
    {"dl_type": t, name: "10.0.0.1"} for t in (2048, 2054, "2054", "0x806")
    for name in ("nw_src", "nw_dst", "ipv4_src", "ipv4_dst", "arp_spa")
] + [
    {"eth_type": t, name: "10.0.0.1/24"} for t in (2048, 2054, "2054", "0x806")
    for name in ("nw_src", "nw_dst", "ipv4_src", "ipv4_dst", "arp_tpa")
] + [
    {proto: n, port: "80"} for proto in ("nw_proto", "ip_proto") for n in (6, 17, 132, 1, "6", "0x11")
    for port in ("tp_src", "tp_dst")
] + [{}, {"dl_vlan": 7, "vlan_vid": 7}, {"eth_src": MAC, "dl_src": MAC}]

OUT = {"type": "OUTPUT", "port": 2}


def actions_of(version):
    rows = [{"type": "OUTPUT", "port": p} for p in PORTS]
    rows += [{"type": "OUTPUT"}, {"type": "OUTPUT", "port": 1, "max_len": 128},
             {"type": "OUTPUT", "port": "CONTROLLER", "max_len": "NO_BUFFER"},
             {"type": "OUTPUT", "port": "CONTROLLER", "max_len": "OFPCML_MAX"},
             {"type": "OUTPUT", "port": "CONTROLLER", "max_len": "0x80"},
             {"type": "NOSUCH"}, {"type": "output", "port": 1}, {}, {"port": 1}]
    if version == 1:
        for name, key, values in [
                ("SET_VLAN_VID", "vlan_vid", numbers(12)), ("SET_VLAN_PCP", "vlan_pcp", numbers(3)),
                ("SET_DL_SRC", "dl_src", MACS), ("SET_DL_DST", "dl_dst", MACS),
                ("SET_NW_SRC", "nw_src", IPV4), ("SET_NW_DST", "nw_dst", IPV4),
                ("SET_NW_TOS", "nw_tos", numbers(8)), ("SET_TP_SRC", "tp_src", numbers(16)),
                ("SET_TP_DST", "tp_dst", numbers(16)), ("ENQUEUE", "queue_id", numbers(32))]:
            rows += [{"type": name, key: value} for value in values] + [{"type": name}]
        rows += [{"type": "STRIP_VLAN"}, {"type": "ENQUEUE", "port": "LOCAL", "queue_id": "ALL"}]
        return rows
    for name in ["COPY_TTL_OUT", "COPY_TTL_IN", "DEC_MPLS_TTL", "POP_VLAN", "DEC_NW_TTL", "POP_PBB"]:
        rows.append({"type": name})
    for name in ["PUSH_VLAN", "PUSH_MPLS", "POP_MPLS", "PUSH_PBB"]:
        rows += [{"type": name, "ethertype": v} for v in (33024, "33024", "0x8847")] + [{"type": name}]
    for name, key, values in [
            ("SET_MPLS_TTL", "mpls_ttl", numbers(8)), ("SET_NW_TTL", "nw_ttl", numbers(8)),
            ("SET_QUEUE", "queue_id", numbers(32, "ALL")),
            ("GROUP", "group_id", numbers(32, "ANY", "MAX", "ALL", "OFPG_ANY")),
            ("METER", "meter_id", numbers(32))]:
        rows += [{"type": name, key: value} for value in values] + [{"type": name}]
    for field, values in NEW_MATCH.items():
        for value in values:
            if not (isinstance(value, str) and "/" in value) and not isinstance(value, list):
                rows.append({"type": "SET_FIELD", "field": field, "value": value})
    rows += [{"type": "SET_FIELD", "field": "reg0", "value": 5}, {"type": "SET_FIELD"},
             {"type": "SET_FIELD", "field": "eth_src"}]
    for data in [{}, {"data": "AAECAwQFBgc=", "data_type": "base64"}, {"data_type": "base64"},
                 {"data": "AAEC", "data_type": "base64"}, {"data": "x", "data_type": "hex"}]:
        rows.append({"type": "EXPERIMENTER", "experimenter": 101, **data})
    for more in [{}, {"src_offset": "1", "dst_offset": "0x2"}, {"n_bits": "16"}]:
        rows.append({"type": "COPY_FIELD", "n_bits": 32, "src_offset": 1, "dst_offset": 2,
                     "src_oxm_id": "eth_src", "dst_oxm_id": "eth_dst", **more})
    return rows


def instructions_of():
    rows = [{"type": "GOTO_TABLE", "table_id": v} for v in (1, "2", "0x3", "MAX")]
    rows += [{"type": "METER", "meter_id": v} for v in (1, "2", "0x3", "ALL")]
    rows += [{"type": "WRITE_METADATA", "metadata": v} for v in numbers(64)]
    rows += [{"type": "WRITE_METADATA", "metadata": 1, "metadata_mask": v} for v in numbers(64)]
    rows += [{"type": "CLEAR_ACTIONS"}, {"type": "NOSUCH"}, {"type": "GOTO_TABLE"}, {"type": "METER"},
             {"type": "WRITE_METADATA"}]
    for name in ("WRITE_ACTIONS", "APPLY_ACTIONS"):
        rows += [{"type": name, "actions": [OUT, {"type": "NOSUCH"}]}, {"type": name, "actions": []},
                 {"type": name}]
    return rows


def flows(version, rng):
    actions = "actions" if version < 5 else "instructions"
    fields = OLD_MATCH if version == 1 else NEW_MATCH
    for name, values in fields.items():
        for value in values:
            yield {"match": {name: value}}
    for match in TOGETHER:
        yield {"match": match}
        yield {"match": dict(reversed(list(match.items())))}
    for key, values in {
            "cookie": numbers(64), "cookie_mask": numbers(64), "idle_timeout": numbers(16),
            "hard_timeout": numbers(16), "priority": numbers(16), "flags": [1, "0x1", 3, "7"],
            "table_id": [1, "2", "ALL", "MAX", "OFPTT_ALL"], "out_port": PORTS,
            "out_group": [1, "ANY", "ALL", "0x5", "OFPG_MAX"], "nosuch": [1],
            "buffer_id": [1, 0xffffffff, "NO_BUFFER", "OFP_NO_BUFFER"], "importance": [0, "0"]}.items():
        for value in values:
            yield {key: value, "match": {"in_port": 1}}
    rows = actions_of(version)
    for action in rows:
        if version < 5:
            yield {"actions": [action]}
        else:
            yield {"instructions": [{"type": "APPLY_ACTIONS", "actions": [action]}]}
    if version > 1:
        for instruction in instructions_of():
            yield {actions: [instruction]}
            yield {actions: [OUT, instruction, OUT]}
    for _ in range(60):
        match = {name: rng.choice(values) for name, values in rng.sample(sorted(fields.items()), 3)}
        some = rng.sample(rows, 3)
        if version >= 5:
            some = [{"type": rng.choice(["APPLY_ACTIONS", "WRITE_ACTIONS"]), "actions": some}]
        if version > 1:
            some.append(rng.choice(instructions_of()))
        yield {"match": match, actions: some, "priority": rng.choice(numbers(16))}
    yield {}


def meters():
    flags = ["KBPS", "PKTPS", "BURST", "STATS", "OFPMF_KBPS", "kbps", "NOSUCH"]
    yield from ({"flags": flag, "meter_id": 1} for flag in flags)
    yield from ({"flags": list(some), "meter_id": "5"} for some in itertools.combinations(flags[:4], 2))
    yield from ({"flags": value} for value in ([], ["1"], "0x4", ["KBPS", "NOSUCH"]))
    yield from ({"meter_id": value} for value in (1, "2", "0x3", "ALL", "CONTROLLER", "OFPM_SLOWPATH"))
    for kind in ("DROP", "DSCP_REMARK", "EXPERIMENTER", "NOSUCH", None):
        for more in ({}, {"rate": 5}, {"rate": "5", "burst_size": "0x6"}, {"prec_level": "2"},
                     {"prec_level": 1, "experimenter": "9"}):
            yield {"bands": [{"type": kind, **more}, {"type": "DROP"}]}
    yield {}


def groups(version):
    for kind in ("ALL", "SELECT", "INDIRECT", "FF", "OFPGT_FF", "select", "1", 2, "NOSUCH"):
        yield {"type": kind, "group_id": 1}
    yield from ({"group_id": value} for value in (1, "2", "0x3", "ALL", "ANY", "MAX", "OFPG_ALL"))
    for action in actions_of(version):
        yield {"group_id": 1, "buckets": [{"actions": [action]}]}
    yield {"buckets": [{}]}
    for key in ("weight", "watch_port", "watch_group", "bucket_id", "nosuch"):
        for value in (1, "2", "0x3", "ANY"):
            yield {"buckets": [{key: value, "actions": [OUT]}, {"actions": []}]}
    yield from ({"command_bucket_id": v} for v in (1, "2", "0xffffff00", 0xffffffff, "ALL"))
    for one in [{"type": "WEIGHT", "weight": 5}, {"type": "WEIGHT", "weight": "0x5"}, {"type": "WEIGHT"},
                {"weight": 3}, {"type": "WATCH_PORT", "watch": 1}, {"type": "WATCH_PORT"},
                {"type": "WATCH_PORT", "watch": "LOCAL"}, {"type": "WATCH_GROUP", "watch": "2"},
                {"type": "WATCH_GROUP"}, {"type": "OFPGBPT_WEIGHT", "weight": 1}, {"type": "0"},
                {"type": "NOSUCH", "weight": 7}, {"type": 1, "watch": 3},
                {"type": "EXPERIMENTER", "experimenter": 9, "exp_type": 2},
                {"type": "EXPERIMENTER", "experimenter": 9, "exp_type": 2, "data": [1, 2]},
                {"type": "EXPERIMENTER", "experimenter": 9, "exp_type": 2, "data": "AAECAw==",
                 "data_type": "base64"}]:
        yield {"buckets": [{"bucket_id": 1, "properties": [one], "actions": [OUT]}]}
    yield {}


def ports(version):
    base = {"port_no": 1, "hw_addr": MAC}
    base.update({"properties": []} if version >= 5 else {"advertise": 0})
    yield from ({**base, "port_no": value} for value in (1, "2", "0x3", "LOCAL"))
    yield from ({**base, key: value} for key in ("config", "mask") for value in numbers(32))
    yield from ({**base, "hw_addr": value} for value in (MAC.upper(), "02-00-00-00-00-0a"))
    if version < 5:
        yield from ({**base, "advertise": value} for value in numbers(32))
        return
    optical = {"type": "OPTICAL", "configure": 1, "freq_lmda": 2, "fl_offset": 3, "grid_span": 4,
               "tx_pwr": 5}
    experimenter = {"type": "EXPERIMENTER", "experimenter": 9, "exp_type": 2}
    for one in [{"type": "ETHERNET", "advertise": 64}, {"type": "ETHERNET", "advertise": "0x40"},
                {"type": "ETHERNET", "advertise": "10MB_HD"}, {"type": "ETHERNET", "advertise": "OFPPF_FIBER"},
                {"type": "OFPPMPT_ETHERNET", "advertise": 1}, {"type": 0, "advertise": 1},
                {"type": "0", "advertise": 1}, optical, {**optical, "type": "1"},
                {**experimenter, "data": []}, {**experimenter, "data": [1, 2, 3]},
                {"type": "NOSUCH"}, {"type": 7}]:
        yield {**base, "properties": [one]}
        yield {**base, "properties": [one, {"type": "ETHERNET", "advertise": 1}]}


def commands(version, rng):
    for i, flow in enumerate(flows(version, rng)):
        yield "mod_flow_entry", {"flow": flow, "cmd": i % 5}
    for i, meter in enumerate(meters()):
        yield "mod_meter_entry", {"meter": meter, "cmd": i % 3}
    for i, group in enumerate(groups(version)):
        yield "mod_group_entry", {"group": group, "cmd": i % 3}
    for port in ports(version):
        yield "mod_port_behavior", {"port_config": port}
    for exp in [{}, {"experimenter": 5, "exp_type": 6}, {"data": "abc"}, {"data": "abc", "data_type": "ascii"},
                {"data": "AAEC", "data_type": "base64"}, {"data": "x", "data_type": "hex"}]:
        yield "send_experimenter", {"exp": exp}
    for role in [{}, {"role": "MASTER"}, {"role": "SLAVE"}, {"role": "EQUAL"}, {"role": "NOCHANGE"},
                 {"role": "OFPCR_ROLE_MASTER"}, {"role": 2}, {"role": "0x3"}, {"role": "master"},
                 {"role": "NOSUCH"}]:
        yield "set_role", {"role": role}


QUESTIONS = {
    "get_desc_stats": [{}], "get_table_stats": [{}], "get_table_features": [{}], "get_role": [{}],
    "get_meter_features": [{}], "get_group_features": [{}],
    "get_queue_stats": [{}, {"port": 1}, {"port": "2", "queue_id": "3"}, {"port": "ALL", "queue_id": "ALL"},
                        {"queue_id": 7}, {"port": "0x1", "queue_id": "0x2"}, {"port": "LOCAL"}],
    "get_queue_config": [{}, {"port": 1}, {"port": "2"}, {"port": "ALL"}, {"port": "LOCAL"}],
    "get_queue_desc": [{}, {"port_no": 1}, {"port_no": "2", "queue_id": "3"}, {"queue_id": "ALL"}],
    "get_port_stats": [{}, {"port": 1}, {"port": "2"}, {"port": "0x3"}, {"port": "LOCAL"}, {"port": "x"}],
    "get_port_desc": [{}, {"port_no": 1}, {"port_no": "2"}, {"port_no": "LOCAL"}],
    "get_meter_stats": [{}, {"meter_id": 1}, {"meter_id": "2"}, {"meter_id": "ALL"}],
    "get_meter_config": [{}, {"meter_id": 1}, {"meter_id": "0x2"}, {"meter_id": "ALL"}],
    "get_meter_desc": [{}, {"meter_id": 1}, {"meter_id": "2"}, {"meter_id": "ALL"}],
    "get_group_stats": [{}, {"group_id": 1}, {"group_id": "2"}, {"group_id": "ALL"}, {"group_id": "MAX"}],
    "get_group_desc": [{}, {"group_id": 1}, {"group_id": "2"}, {"group_id": "ALL"}],
}
FILTERED = ["get_flow_stats", "get_flow_desc_stats", "get_aggregate_flow_stats"]


def filters(version):
    yield {}
    yield from ({"table_id": v} for v in (0, "1", "0x2", "ALL", "MAX", "OFPTT_ALL"))
    yield from ({"out_port": v} for v in (1, "2", "LOCAL", "CONTROLLER"))
    yield from ({"out_group": v} for v in (1, "2", "ANY", "ALL"))
    yield from ({key: v} for key in ("cookie", "cookie_mask") for v in numbers(64))
    yield from ({"flags": v} for v in (0, 1, "0x1"))
    yield from ({"priority": v} for v in (1, "2", -1))
    fields = OLD_MATCH if version == 1 else NEW_MATCH
    yield from ({"match": {name: values[0]}} for name, values in fields.items())
    yield {"nosuch": 1}


# Type of a multipart reply, and what shows it.
REPLIES = {0: ["get_desc_stats"], 1: ["get_flow_stats", "get_flow_desc_stats"],
           2: ["get_aggregate_flow_stats"], 3: ["get_table_stats"], 4: ["get_port_stats"],
           5: ["get_queue_stats"], 6: ["get_group_stats"], 7: ["get_group_desc"],
           8: ["get_group_features"], 9: ["get_meter_stats"], 10: ["get_meter_config", "get_meter_desc"],
           11: ["get_meter_features"], 12: ["get_table_features"], 13: ["get_port_desc"],
           15: ["get_queue_desc"], 17: ["get_flow_stats"]}


def replies(path):
    """Method, version and bytes of each answer among the messages."""
    with open(path) as lines:
        for line in lines:
            row = json.loads(line)
            buf = bytes.fromhex(row["hex"])
            version, kind = buf[0], buf[1]
            if version not in MODULES:
                continue
            if kind == (17 if version == 1 else 19) and len(buf) >= 12:
                number = int.from_bytes(buf[8:10], "big")
                for method in REPLIES.get(number, []):
                    if (version == 6) == (method == "get_flow_desc_stats") or number != 1:
                        yield method, version, row["hex"]
            elif kind == 6 and version <= 3:
                yield "get_port_desc", version, row["hex"]
            elif kind == 25 and version >= 3:
                yield "get_role", version, row["hex"]
            elif (version, kind) in ((3, 23), (4, 23)):
                yield "get_queue_config", version, row["hex"]


def kind_of(row):
    """Cases of one kind show the same thing."""
    args = row["args"]
    inner = next((v for v in args.values() if isinstance(v, dict)), args)
    names = []
    for key, value in inner.items():
        names.append(key)
        for one in value if isinstance(value, list) else [value] if isinstance(value, dict) else []:
            if isinstance(one, dict):
                names.append(str(one.get("type", sorted(one))) + str(one.get("field", "")))
                for part in one.get("actions") or one.get("properties") or []:
                    if isinstance(part, dict):
                        names.append(str(part.get("type")) + str(part.get("field", "")))
    return row["version"], row["method"], tuple(names), row.get("status"), "reply_hex" in row


def main():
    messages, out, *few = sys.argv[1:]
    rng = random.Random(1)
    rows = []
    for version in MODULES:
        rows += [command(version, *case) for case in commands(version, rng)]
        for method, cases in QUESTIONS.items():
            rows += [question(version, method, args) for args in cases]
        for method in (name for name in FILTERED if hasattr(MODULES[version], name)):
            rows += [question(version, method, {"flow": flow}) for flow in filters(version)]
    asked = collections.Counter()
    for method, version, reply in replies(messages):
        if hasattr(MODULES[version], method):
            asked[version, method] += 1
            rows.append(question(version, method, {}, reply))
    with open(out, "w") as file:
        for i, row in enumerate(rows):
            row["name"] = "%d.%d %s" % (row["version"], i, row["method"])
            file.write(json.dumps(row) + "\n")
    print("%d cases, %d of them answers" % (len(rows), sum(asked.values())))
    if few:
        kept = {}
        for row in rows:
            if len(row.get("reply_hex", "")) < 800 and len(kind_of(row)[2]) < 7:
                kept.setdefault(kind_of(row), row)
        with open(few[0], "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in kept.values())
        print("%d kept" % len(kept))


main()
