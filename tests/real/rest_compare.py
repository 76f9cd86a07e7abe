"""The REST answers of two controllers of one switch, compared: ours, and Ryu's.

    rest_compare.py VERSION OURS RYU

A line for each check: ok or bad, a tab, its name, a tab, what differs. Commands are sent through
both, one after the other and from nothing each time, so that what they make of them is compared by
what the switch then has. What changes by itself (durations, counters of tables) is left out.
"""

import json
import sys
import time
import urllib.error
import urllib.request

VERSION, OURS, RYU = sys.argv[1:4]
# What time and other people's questions change.
MOVING = {"duration_sec", "duration_nsec", "idle_time_sec", "idle_time_nsec", "lookup_count",
          "matched_count", "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_dropped",
          "tx_dropped", "rx_errors", "tx_errors"}
# Where Ryu is known to say something else; docs/ryu-compatibility.md has the reasons.
MENDED = {
    ("1.0", "/stats/table/1"): "Ryu decodes the wildcards wrongly",
    ("1.5", "/stats/flowdesc/1"): "Ryu asks for FLOW_STATS, which have no instructions",
    ("1.5", "/stats/meterfeatures/1"): "Ryu does not read what Open vSwitch sends",
    ("1.5", "/stats/meterdesc/1"): "Ryu does not wait for this answer",
    ("1.5", "/stats/meterdesc/1/1"): "Ryu does not wait for this answer",
}
# What Ryu does not come back from: it reads the properties of a bucket past the bucket's end.
HANGS = {("1.5", "/stats/groupdesc/1"), ("1.5", "/stats/groupdesc/1/1")}
# What Ryu takes minutes for: the features of 254 tables, during which it answers nothing else.
SLOW = {("1.4", "/stats/tablefeatures/1"), ("1.5", "/stats/tablefeatures/1")}


def ask(base, method, path, body=None):
    """Status and body; the body as JSON if it is."""
    data = None if body is None else body.encode()
    request = urllib.request.Request(base + path, data=data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, None
    except OSError as error:
        return 0, str(error)
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text


def still(value):
    """The value without what moves; lists of flows in an order of their own."""
    if isinstance(value, dict):
        return {k: still(v) for k, v in value.items() if k not in MOVING}
    if isinstance(value, list):
        items = [still(v) for v in value]
        if items and all(isinstance(v, dict) and ("match" in v or "group_id" in v
                                                   or "port_no" in v) for v in items):
            items.sort(key=lambda v: json.dumps(v, sort_keys=True))
        return items
    return value


def poll(question):
    """What it answers, as soon as that is something; at most five seconds long."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        found = question()
        if found:
            return found
    return None


def report(ok, name, detail=""):
    detail = " ".join(detail.split())[:900]
    print("%s\t%s %s\t%s" % ("ok" if ok else "bad", VERSION, name, detail), flush=True)


def compare(method, path, body=None, label=""):
    ours = ask(OURS, method, path, body)
    if (VERSION, path) in SLOW | HANGS:
        report(ours[0] == 200 and bool(ours[1]["1"]), "%s %s (ours only)" % (method, path))
        return
    ryu = ask(RYU, method, path, body)
    name = "%s %s %s" % (method, path, label)
    if ryu[0] == 404 and ours[0] != 404 and poll(lambda: ask(RYU, "GET", "/stats/switches")[1]):
        # Ryu has lost the switch over an answer that it could not read.
        ryu = ask(RYU, method, path, body)
    if path.endswith("/LOCAL") and VERSION < "1.4" and ryu[0] == 400:
        report(ours[0] == 200, name + "(names are read in every version)", str(ours))
        return
    if (VERSION, path) in MENDED:
        report(ours[0] == 200, name + "(mended: %s)" % MENDED[VERSION, path], str(ours))
        return
    same = ours[0] == ryu[0] and still(ours[1]) == still(ryu[1])
    if ryu[0] >= 400 and ours[0] >= 400:
        # Where Ryu ends in a traceback, we say what is wrong.
        same = ours[0] == ryu[0] or ryu[0] == 500
    report(same, name, "ours %s ryu %s" % (json.dumps(still(ours)), json.dumps(still(ryu))))


NEW = VERSION >= "1.4"


def flow(match, actions, **more):
    body = dict(dpid=1, match=match, **more)
    if NEW:
        body["instructions"] = [{"type": "APPLY_ACTIONS", "actions": actions}]
    else:
        body["actions"] = actions
    return repr(body)


OUT = {"type": "OUTPUT", "port": 2}
if VERSION == "1.0":
    FLOWS = [
        flow({"in_port": 1}, [OUT], priority=10),
        flow({"in_port": "LOCAL", "dl_type": 2048, "nw_src": "10.0.0.0/8", "nw_proto": 6,
              "tp_dst": "80"}, [{"type": "SET_VLAN_VID", "vlan_vid": 5}, OUT], cookie="0x10"),
        flow({"dl_src": "02:00:00:00:00:01", "dl_vlan": 7, "dl_vlan_pcp": 3},
             [{"type": "STRIP_VLAN"}, {"type": "SET_DL_SRC", "dl_src": "02:00:00:00:00:02"},
              {"type": "SET_DL_DST", "dl_dst": "02:00:00:00:00:03"},
              {"type": "OUTPUT", "port": "CONTROLLER", "max_len": 128}], idle_timeout=60),
        flow({"dl_type": 2048}, [{"type": "SET_NW_SRC", "nw_src": "10.0.0.1"},
                                 {"type": "SET_NW_DST", "nw_dst": "10.0.0.2"},
                                 {"type": "SET_NW_TOS", "nw_tos": 4},
                                 {"type": "OUTPUT", "port": "NORMAL"}], hard_timeout=600),
        flow({"dl_type": 2048, "nw_proto": 17}, [{"type": "SET_TP_SRC", "tp_src": 1},
                                                 {"type": "SET_TP_DST", "tp_dst": 2}, OUT]),
        flow({"dl_type": 0x806, "nw_dst": "10.1.2.3"}, []),
    ]
else:
    OLD = not NEW
    FLOWS = [
        flow({"in_port": 1}, [OUT], priority=10),
        flow({"in_port": "LOCAL", "eth_type": 2048, "ipv4_src": "10.0.0.0/8", "ip_proto": 6,
              "tcp_dst": "80"}, [{"type": "PUSH_VLAN", "ethertype": 33024},
                                 {"type": "SET_FIELD", "field": "vlan_vid", "value": 4102}, OUT],
             cookie="0x10", priority=1),
        flow({"eth_src": "02:00:00:00:00:01/ff:ff:ff:00:00:00", "vlan_vid": "7", "vlan_pcp": 3},
             [{"type": "POP_VLAN"},
              {"type": "SET_FIELD", "field": "eth_src", "value": "02:00:00:00:00:02"},
              {"type": "OUTPUT", "port": "CONTROLLER", "max_len": 128}], idle_timeout=60),
        flow({"vlan_vid": "0x1000/0x1000"}, [{"type": "OUTPUT", "port": "NORMAL"}], priority=2),
        flow({"vlan_vid": "0x0000"}, [OUT], priority=3),
        flow({"metadata": "0x10/0xff"}, [OUT], table_id=1),
        flow({"eth_type": 2048, "ip_dscp": 4, "ip_ecn": 1},
             [{"type": "SET_NW_TTL", "nw_ttl": 9}, {"type": "DEC_NW_TTL"}, OUT], priority=4),
        flow({"eth_type": 0x806, "arp_op": 1, "arp_spa": "10.0.0.1", "arp_tpa": "10.0.0.0/24",
              "arp_sha": "02:00:00:00:00:09"}, [], priority=5),
        flow({"eth_type": 0x86dd, "ipv6_src": "2001:db8::/32", "ipv6_dst": "2001:db8::1",
              "ipv6_flabel": 5}, [OUT], priority=6),
        flow({"eth_type": 0x86dd, "ip_proto": 58, "icmpv6_type": 135,
              "ipv6_nd_target": "2001:db8::2", "ipv6_nd_sll": "02:00:00:00:00:0a"}, [OUT]),
        flow({"eth_type": 0x8847, "mpls_label": 7, "mpls_tc": 1},
             [{"type": "POP_MPLS", "ethertype": 2048}, {"type": "OUTPUT", "port": "IN_PORT"}]),
        flow({"eth_type": 2048, "ip_proto": 17, "udp_src": 53},
             [{"type": "SET_QUEUE", "queue_id": 1}, OUT], priority=7),
    ]
    if OLD:
        FLOWS += [
            flow({"dl_type": 2048, "nw_proto": 6, "tp_src": 22, "nw_dst": "10.9.0.0/255.255.0.0",
                  "dl_dst": "02:00:00:00:00:0b", "dl_vlan": 5}, [OUT], priority=8),
            flow({"in_port": 2}, [{"type": "WRITE_ACTIONS", "actions": [OUT]},
                                  {"type": "GOTO_TABLE", "table_id": 3},
                                  {"type": "WRITE_METADATA", "metadata": 1,
                                   "metadata_mask": "0xf"}, OUT], priority=9),
            flow({"in_port": 2}, [{"type": "CLEAR_ACTIONS"}], priority=11),
        ]
    else:
        FLOWS.append(repr({"dpid": 1, "match": {"in_port": 2}, "importance": 0, "instructions": [
            {"type": "CLEAR_ACTIONS"}, {"type": "WRITE_ACTIONS", "actions": [OUT]},
            {"type": "WRITE_METADATA", "metadata": "0x5"},
            {"type": "GOTO_TABLE", "table_id": 2}]}))
    if VERSION >= "1.3":
        FLOWS.append(flow({"tunnel_id": "5/0xff"}, [OUT], priority=12))

IDS = [
    "desc", "table", "tablefeatures", "port", "port/1", "port/LOCAL", "port/ALL", "queue",
    "queue/1", "queue/1/1", "queue/ALL/ALL", "queueconfig", "queueconfig/1", "queuedesc",
    "queuedesc/1", "queuedesc/1/1", "meterfeatures", "meterconfig", "meterconfig/1", "meterdesc",
    "meterdesc/1", "meter", "meter/1", "groupfeatures", "groupdesc", "groupdesc/1", "group",
    "group/1", "portdesc", "portdesc/1", "role", "flow", "flowdesc", "aggregateflow",
]


def path_of(name):
    first, *rest = name.split("/")
    return "/".join(["/stats", first, "1"] + rest)


def groups():
    """A group through each; what is there then is read through ours, since Ryu cannot in 1.5."""
    group = {"dpid": 1, "group_id": 1, "type": "SELECT", "buckets": [
        {"weight": 5, "actions": [OUT]}, {"weight": 6, "actions": [{"type": "POP_VLAN"}]}]}
    if VERSION == "1.5":
        group["buckets"] = [{"bucket_id": i, "actions": [OUT], "properties": [
            {"type": "WEIGHT", "weight": 5 + i}]} for i in (1, 2)]
        # Ryu's default of 0 is a bucket, which a command about groups may not name.
        ask(RYU, "POST", "/stats/groupentry/add", repr(group))
        time.sleep(0.3)
        there = ask(OURS, "GET", "/stats/groupdesc/1")[1]["1"]
        report(there == [], "a group through Ryu without command_bucket_id is refused", str(there))
    found = []
    for base, of_its_own in ((OURS, {}), (RYU, {"command_bucket_id": 0xffffffff})):
        if VERSION != "1.5":
            of_its_own = {}
        ask(OURS, "POST", "/stats/groupentry/delete?wait=1", repr({"dpid": 1, "group_id": 1}))
        status, _ = ask(base, "POST", "/stats/groupentry/add", repr({**group, **of_its_own}))
        there = poll(lambda: ask(OURS, "GET", "/stats/groupdesc/1")[1]["1"])
        found.append((status, there))
    report(found[0] == found[1] and found[0][0] == 200 and "OUTPUT" in str(found[0][1]),
           "a group is the same", str(found))


def meters():
    """A meter through each, with and without a change."""
    meter = {"dpid": 1, "meter_id": 1, "flags": ["KBPS", "STATS"],
             "bands": [{"type": "DROP", "rate": 1000}]}
    route = "/stats/meterdesc/1" if VERSION == "1.5" else "/stats/meterconfig/1"
    found = []
    for base in (OURS, RYU):
        ask(OURS, "POST", "/stats/meterentry/delete?wait=1", repr({"dpid": 1, "meter_id": 1}))
        status, _ = ask(base, "POST", "/stats/meterentry/add", repr(meter))
        there = poll(lambda: ask(OURS, "GET", route)[1]["1"])
        found.append((status, there))
    report(found[0] == found[1] and found[0][0] == 200 and "DROP" in str(found[0][1]),
           "a meter is the same", str(found))


def main():
    compare("GET", "/stats/switches")
    compare("GET", "/stats/desc/2", label="(unknown)")
    compare("GET", "/stats/desc/0x1", label="(hexadecimal)")
    compare("GET", "/stats/desc/01", label="(no number)")

    # Each body through each controller, from nothing; what is there then is read through Ryu.
    for number, body in enumerate(FLOWS):
        found = []
        for base in (OURS, RYU):
            # Over one connection, so that one comes behind the other.
            ask(base, "DELETE", "/stats/flowentry/clear/1")
            status, _ = ask(base, "POST", "/stats/flowentry/add", body)
            # Open vSwitch has no FLOW_STATS of 1.5: there the flows are read as descriptions.
            reader = (OURS, "/stats/flowdesc/1") if VERSION == "1.5" else (base, "/stats/flow/1")
            flows = poll(lambda: (ask(reader[0], "GET", reader[1])[1] or {}).get("1"))
            found.append((status, still(flows)))
        if found[1][0] >= 500:
            report(found[0][0] == 200 and bool(found[0][1]), "flow %d, which Ryu cannot" % number,
                   "%s ours %s" % (body, json.dumps(found[0])))
            continue
        report(found[0] == found[1] and bool(found[0][1]), "flow %d is the same" % number,
               "%s ours %s ryu %s" % (body, json.dumps(found[0]), json.dumps(found[1])))

    ask(OURS, "DELETE", "/stats/flowentry/clear/1")
    for body in FLOWS:
        ask(OURS, "POST", "/stats/flowentry/add?wait=1", body)
    if VERSION >= "1.2":
        groups()
    if VERSION >= "1.3":
        meters()

    for name in IDS:
        compare("GET", path_of(name))
    for body in ["{}", '{"priority": 1}', '{"out_port": 2}', '{"match": {"in_port": 1}}']:
        compare("POST", "/stats/flow/1", body, label=body)
        compare("POST", "/stats/aggregateflow/1", body, label=body)
    port = repr({"dpid": 1, "port_no": 1, "config": 1, "mask": 1})
    if not NEW:
        compare("POST", "/stats/portdesc/modify", port)
        compare("GET", "/stats/portdesc/1", label="(after the change)")
    compare("POST", "/stats/flowentry/nothing", repr({"dpid": 1}))
    compare("POST", "/stats/flowentry/add", "{'dpid': 1", label="(not closed)")
    compare("POST", "/stats/flowentry/add", "{}", label="(no dpid)")
    compare("POST", "/stats/flowentry/delete", repr({"dpid": 1}), label="(all)")
    compare("GET", "/stats/flow/1", label="(after the deletion)")
    compare("DELETE", "/stats/flowentry/clear/1")


main()
