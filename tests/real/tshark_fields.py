#!/usr/bin/env python3
"""The same field values from tshark and from `ryu ofp decode --format json`, and nothing malformed.

    tshark_fields.py RYU VECTORS FOLDER     the program, a file of tests/vectors, where to write
"""

import json
import struct
import subprocess
import sys

# Version: class, the member's path, tshark's field. Where tshark has one name for several kinds of
# message (1.0), the message decides.
SINCE_1_3 = """
OFPFlowMod cookie flowmod.cookie
OFPFlowMod cookie_mask flowmod.cookie_mask
OFPFlowMod table_id flowmod.table_id
OFPFlowMod command flowmod.command
OFPFlowMod idle_timeout flowmod.idle_timeout
OFPFlowMod hard_timeout flowmod.hard_timeout
OFPFlowMod priority flowmod.priority
OFPFlowMod buffer_id flowmod.buffer_id
OFPFlowMod out_port flowmod.out_port
OFPFlowMod out_group flowmod.out_group
OFPFlowMod flags flowmod.flags
OFPPacketIn buffer_id packet_in.buffer_id
OFPPacketIn total_len packet_in.total_len
OFPPacketIn reason packet_in.reason
OFPPacketIn table_id packet_in.table_id
OFPPacketIn cookie packet_in.cookie
OFPPortMod port_no portmod.port_no
OFPPortMod hw_addr portmod.hw_addr
OFPPortMod config portmod.config
OFPPortMod mask portmod.mask
OFPMeterMod command metermod.command
OFPMeterMod flags metermod.flags
OFPMeterMod meter_id metermod.meter_id
OFPMeterMod bands.0.OFPMeterBandDrop.rate meter_band.rate
OFPMeterMod bands.0.OFPMeterBandDrop.burst_size meter_band.burst_size
OFPRoleRequest role role_request.role
OFPRoleRequest generation_id role_request.generation_id
OFPSwitchFeatures datapath_id switch_features.datapath_id
OFPSwitchFeatures n_buffers switch_features.n_buffers
OFPSwitchFeatures n_tables switch_features.n_tables
OFPSwitchFeatures auxiliary_id switch_features.auxiliary_id
OFPSwitchFeatures capabilities switch_features.capabilities
OFPSetConfig flags switch_config.flags
OFPSetConfig miss_send_len switch_config.miss_send_len
OFPPortStatus reason port_status.reason
OFPPortStatus desc.OFPPort.port_no port.port_no
OFPPortStatus desc.OFPPort.hw_addr port.hw_addr
OFPPortStatus desc.OFPPort.name port.name
OFPPortStatus desc.OFPPort.config port.config
"""
UP_TO_1_4 = """
OFPFlowRemoved cookie flow_removed.cookie
OFPFlowRemoved priority flow_removed.priority
OFPFlowRemoved reason flow_removed.reason
OFPFlowRemoved table_id flow_removed.table_id
OFPFlowRemoved duration_sec flow_removed.duration_sec
OFPFlowRemoved duration_nsec flow_removed.duration_nsec
OFPFlowRemoved idle_timeout flow_removed.idle_timeout
OFPFlowRemoved hard_timeout flow_removed.hard_timeout
OFPFlowRemoved packet_count flow_removed.packet_count
OFPFlowRemoved byte_count flow_removed.byte_count
OFPGroupMod command groupmod.command
OFPGroupMod type groupmod.type
OFPGroupMod group_id groupmod.group_id
OFPGroupMod buckets.*.OFPBucket.weight bucket.weight
OFPGroupMod buckets.*.OFPBucket.watch_port bucket.watch_port
"""
ONLY_1_0 = """
OFPFlowMod cookie openflow.cookie
OFPFlowMod command openflow.command
OFPFlowMod idle_timeout openflow.idle_timeout
OFPFlowMod hard_timeout openflow.hard_timeout
OFPFlowMod priority openflow.priority
OFPFlowMod buffer_id openflow.buffer_id
OFPFlowMod out_port openflow.out_port
OFPFlowMod flags openflow.flags
OFPFlowMod match.OFPMatch.wildcards openflow.wildcards
OFPFlowMod match.OFPMatch.in_port openflow.in_port
OFPFlowMod match.OFPMatch.dl_src openflow.eth_src
OFPFlowMod match.OFPMatch.dl_type openflow.ofp_match.dl_type
OFPFlowMod match.OFPMatch.nw_proto openflow.ofp_match.nw_proto
OFPFlowMod match.OFPMatch.nw_dst openflow.ofp_match.dest_addr
OFPFlowMod match.OFPMatch.tp_dst openflow.ofp_match.dest_port
OFPPacketIn buffer_id openflow.buffer_id
OFPPacketIn total_len openflow.total_len
OFPPacketIn in_port openflow.in_port
OFPPacketIn reason openflow.reason
OFPSwitchFeatures datapath_id openflow.datapath_id
OFPSwitchFeatures n_buffers openflow.n_buffers
OFPSwitchFeatures n_tables openflow.n_tables
OFPSwitchFeatures capabilities openflow.capabilities
OFPSwitchFeatures actions openflow.actions
OFPSetConfig miss_send_len openflow.miss_send_len
"""


def rows(text, prefix=""):
    return [(cls, path, prefix + field) for cls, path, field in map(str.split, text.split("\n")[1:-1])]


TABLE = {
    1: ("1.0", rows(ONLY_1_0)),
    4: ("1.3", rows(SINCE_1_3 + UP_TO_1_4[1:], "openflow_v4.")),
    5: ("1.4", rows(SINCE_1_3 + UP_TO_1_4[1:], "openflow_v5.")
        + [("OFPFlowMod", "importance", "openflow_v5.flowmod.importance")]),
    6: ("1.5", rows(SINCE_1_3, "openflow_v6.")
        + [("OFPFlowMod", "importance", "openflow_v6.flowmod.importance")]),
}


def messages(path):
    """The messages of a file of vectors, by version."""
    out = {}
    with open(path) as file:
        for block in file.read().split("\n== ")[1:]:
            lines = [line.split("#")[0] for line in block.split("\n")[1:] if not line.startswith(">")]
            wire = bytes.fromhex("".join(lines).replace(" ", "").replace("x", "0"))
            out.setdefault(wire[0], []).append(wire)
    return out


def capture(path, wires):
    """A capture of one TCP stream with a message in each packet."""
    seq = 1
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for i, wire in enumerate(wires):
            tcp = struct.pack("!HHIIBBHHH", 40000, 6653, seq, 1, 0x50, 0x18, 65535, 0, 0) + wire
            home = bytes([127, 0, 0, 1])
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), i, 0, 64, 6, 0, home, home)
            out.write(struct.pack("<IIII", i, 0, 20 + len(tcp), 20 + len(tcp)) + ip + tcp)
            seq += len(wire)


def look_up(piece, path):
    """The values at a path; `*` is every item of a list."""
    if not path:
        return [piece]
    head, *rest = path
    if head == "*":
        return [value for item in piece for value in look_up(item, rest)]
    return look_up(piece[int(head)] if isinstance(piece, list) else piece[head], rest)


def plain(value):
    """A number where there is one, however it is written."""
    try:
        return int(str(value), 0)
    except ValueError:
        return {"True": 1, "False": 0}.get(str(value), str(value))


def one_version(number, wires, ryu, folder):
    """Compares; returns how many values there were, and lines of what differs."""
    _, table = TABLE[number]
    path = "%s/fields-%d.pcap" % (folder, number)
    capture(path, wires)
    ours = subprocess.run([ryu, "ofp", "decode", "--format", "json", path],
                          capture_output=True, text=True, check=True).stdout.splitlines()
    fields = list(dict.fromkeys(field for _, _, field in table))
    command = ["tshark", "-r", path, "-d", "tcp.port==6653,openflow", "-T", "fields",
               "-E", "separator=/t", "-E", "aggregator=,", "-e", "_ws.malformed"]
    for field in fields:
        command += ["-e", field]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    wrong, count, used = [], 0, set()
    if not len(ours) == len(theirs) == len(wires):
        return 0, ["%d messages, %d to us, %d to tshark" % (len(wires), len(ours), len(theirs))]
    for mine, line in zip(map(json.loads, ours), theirs):
        cells = line.split("\t")
        ((name, members),) = [item for item in mine.items() if item[0].startswith("OFP")]
        # tshark 4.0 stops at the first field of a 1.5 match, whoever made it.
        if cells[0] and not (number == 6 and "OXMTlv" in json.dumps(mine)):
            wrong.append("tshark: %s is malformed" % name)
        told = dict(zip(fields, cells[1:]))
        for cls, member, field in table:
            if cls == name:
                used.add((cls, member))
                want = [plain(value) for value in look_up(members, member.split("."))]
                got = [plain(value) for value in told[field].split(",")]
                count += len(want)
                if want != got:
                    wrong.append("%s.%s is %s, %s is %s" % (cls, member, want, field, got))
    for cls, member, _ in table:
        if (cls, member) not in used:
            wrong.append("no message has %s.%s" % (cls, member))
    return count, wrong


def main(ryu, vectors, folder):
    failed = False
    by_version = messages(vectors)
    for number, (version, _) in TABLE.items():
        count, wrong = one_version(number, by_version[number], ryu, folder)
        if wrong or count < 10:
            failed = True
            print("FAIL OpenFlow %s: tshark has the same values" % version)
            print("\n".join("     " + line for line in wrong))
        else:
            print("ok   OpenFlow %s: tshark has the same %d values of %d messages, none malformed%s"
                  % (version, count, len(by_version[number]),
                     " but where a match begins" if number == 6 else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
