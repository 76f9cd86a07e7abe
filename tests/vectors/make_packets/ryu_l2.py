"""Ethernet, LLC, tags, MPLS, PBB, BPDUs, slow protocols, CFM, LLDP and cooked frames as Ryu makes them."""

from ryu.lib.packet import bpdu, cfm, linux, lldp, llc, mpls, pbb, slow, udp, vlan

from ryu_kit import A, B, MADE_BY, build, eth, ip4

__all__ = ["MADE_BY", "packets"]
STP, SLOW, CFM, LLDP = "01:80:c2:00:00:00", "01:80:c2:00:00:02", "01:80:c2:00:00:33", "01:80:c2:00:00:0e"


def ethernets():
    yield "ethernet/unknown_ethertype", build(eth(0x88B5), b"local experiment, long enough to need no padding")
    yield "ethernet/padded", build(eth(0x88B5), b"short")
    yield "ethernet/ethertype_600", build(eth(0x0600), b"xns" * 20)


def snap_free_llcs():
    def frame(control, data=b""):
        header = llc.llc(0xAA if data else 0xF0, 0xAA if data else 0xF0, control)
        inside = build(header, data)
        return build(eth(len(inside)), inside)

    yield "llc/unnumbered", frame(llc.ControlFormatU(modifier_function1=0, pf_bit=0, modifier_function2=0))
    yield "llc/unnumbered_xid_poll", frame(llc.ControlFormatU(modifier_function1=3, pf_bit=1, modifier_function2=5))
    yield "llc/information", frame(llc.ControlFormatI(send_sequence_number=1, pf_bit=1, receive_sequence_number=2))
    yield "llc/supervisory", frame(llc.ControlFormatS(supervisory_function=1, pf_bit=1, receive_sequence_number=9))
    yield "llc/snap", frame(llc.ControlFormatU(), bytes.fromhex("00000088b5") + b"behind SNAP" * 4)


def tags():
    inner = [ip4(17), udp.udp(9, 10), b"tagged data"]
    yield "vlan/one", build(eth(0x8100), vlan.vlan(pcp=3, cfi=0, vid=100, ethertype=0x0800), *inner)
    yield "vlan/priority_only", build(eth(0x8100), vlan.vlan(pcp=7, cfi=1, vid=0, ethertype=0x0800), *inner)
    yield "vlan/qinq", build(eth(0x88A8), vlan.svlan(pcp=5, cfi=1, vid=4094, ethertype=0x8100), vlan.vlan(pcp=1, vid=1, ethertype=0x0800), *inner)
    yield "vlan/unknown_inside", build(eth(0x8100), vlan.vlan(vid=5, ethertype=0x88B5), b"?" * 46)
    yield "mpls/one", build(eth(0x8847), mpls.mpls(label=1000, exp=5, bsb=1, ttl=64), *inner)
    yield "mpls/three", build(eth(0x8847), mpls.mpls(label=16, bsb=0), mpls.mpls(label=1048575, exp=7, bsb=0, ttl=1), mpls.mpls(label=3, bsb=1, ttl=2), *inner)
    yield "vlan/mpls_inside", build(eth(0x8100), vlan.vlan(vid=7, ethertype=0x8847), mpls.mpls(label=77, bsb=1), *inner)
    itag = pbb.itag(pcp=6, dei=1, uca=1, sid=0xABCDEF)
    yield "pbb/bare", build(eth(0x88E7), itag, eth(0x0800, A), *inner)
    yield "pbb/behind_btag", build(eth(0x88A8), vlan.svlan(vid=3, ethertype=0x88E7), pbb.itag(sid=2), eth(0x8100, A), vlan.vlan(vid=9), *inner)


def bpdus():
    def frame(message):
        inside = build(llc.llc(0x42, 0x42, llc.ControlFormatU()), message)
        return build(eth(len(inside), STP), inside)

    fields = {"root_priority": 4096, "root_system_id_extension": 10, "root_mac_address": A, "root_path_cost": 20000,
              "bridge_priority": 32768, "bridge_system_id_extension": 10, "bridge_mac_address": B, "port_priority": 128,
              "port_number": 0x0AB, "message_age": 1.5, "max_age": 20, "hello_time": 2, "forward_delay": 15}
    yield "bpdu/configuration", frame(bpdu.ConfigurationBPDUs(flags=0x81, **fields))
    yield "bpdu/configuration_defaults", frame(bpdu.ConfigurationBPDUs())
    yield "bpdu/rapid", frame(bpdu.RstBPDUs(flags=0x7C, **fields))
    yield "bpdu/topology_change", frame(bpdu.TopologyChangeNotificationBPDUs())


def lacps():
    states = ["activity", "timeout", "aggregation", "synchronization", "collecting", "distributing", "defaulted", "expired"]
    names = [f"actor_state_{s}" for s in states] + [f"partner_state_{s}" for s in states]
    base = {"actor_system_priority": 65534, "actor_system": A, "actor_key": 17, "actor_port_priority": 255, "actor_port": 1,
            "partner_system_priority": 1, "partner_system": B, "partner_key": 18, "partner_port_priority": 2, "partner_port": 3,
            "collector_max_delay": 50}
    yield "slow/lacp", build(eth(0x8809, SLOW), slow.lacp(**base, **{n: 1 for n in names[:6]}, **{n: 0 for n in names[6:]}))
    for on in range(16):
        bits = {n: int(i == on) for i, n in enumerate(names)}
        yield f"slow/lacp_only_{names[on]}", build(eth(0x8809, SLOW), slow.lacp(**base, **bits))


def cfms():
    def frame(op):
        return build(eth(0x8902, CFM), cfm.cfm(op))

    sender = cfm.sender_id_tlv(chassis_id_subtype=4, chassis_id=b"\x02\0\0\0\0\1", ma_domain=b"\1\3", ma=b"mgmt")
    yield "cfm/cc", frame(cfm.cc_message(md_lv=5, rdi=1, interval=4, seq_num=7, mep_id=8191, md_name=b"domain", short_ma_name=b"ma"))
    yield "cfm/cc_tlvs", frame(cfm.cc_message(md_lv=2, mep_id=3, md_name=b"d", short_ma_name=b"m", tlvs=[cfm.port_status_tlv(port_status=2), cfm.interface_status_tlv(interface_status=7), sender]))
    yield "cfm/cc_no_domain_name", frame(cfm.cc_message(md_name_format=1, md_name=b"", short_ma_name=b"m"))
    yield "cfm/loopback_message", frame(cfm.loopback_message(md_lv=1, transaction_id=99, tlvs=[cfm.data_tlv(data_value=b"ping pong"), sender]))
    yield "cfm/loopback_reply", frame(cfm.loopback_reply(md_lv=7, transaction_id=99, tlvs=[cfm.data_tlv(data_value=b"ping pong")]))
    yield "cfm/loopback_no_tlvs", frame(cfm.loopback_message(transaction_id=1))
    yield "cfm/organization_specific", frame(cfm.loopback_message(transaction_id=1, tlvs=[cfm.organization_specific_tlv(oui=b"\x00\x00\x5e", subtype=5, value=b"value")]))
    egress = cfm.ltm_egress_identifier_tlv(egress_id_ui=9, egress_id_mac=A)
    yield "cfm/link_trace_message", frame(cfm.link_trace_message(md_lv=3, use_fdb_only=1, transaction_id=5, ttl=63, ltm_orig_addr=A, ltm_targ_addr=B, tlvs=[egress, sender]))
    replies = [
        cfm.reply_ingress_tlv(action=1, mac_address=A, port_id_length=3, port_id_subtype=5, port_id=b"et0"),
        cfm.reply_egress_tlv(action=2, mac_address=B, port_id_length=3, port_id_subtype=5, port_id=b"et1"),
        cfm.ltr_egress_identifier_tlv(last_egress_id_ui=1, last_egress_id_mac=A, next_egress_id_ui=2, next_egress_id_mac=B),
    ]
    yield "cfm/link_trace_reply", frame(cfm.link_trace_reply(md_lv=3, use_fdb_only=0, fwd_yes=1, terminal_mep=0, transaction_id=5, ttl=62, relay_action=3, tlvs=replies))


def lldps():
    def frame(*tlvs):
        head = [lldp.ChassisID(subtype=4, chassis_id=bytes.fromhex("00005e005301")), lldp.PortID(subtype=7, port_id=b"1/0/3"), lldp.TTL(ttl=120)]
        return build(eth(0x88CC, LLDP), lldp.lldp([*head, *tlvs, lldp.End()]))

    yield "lldp/mandatory", frame()
    management = lldp.ManagementAddress(addr_subtype=1, addr=bytes([192, 0, 2, 1]), intf_subtype=2, intf_num=7, oid=b"\x2b\6\1")
    yield "lldp/all", frame(
        lldp.PortDescription(port_description=b"uplink"), lldp.SystemName(system_name=b"switch-1"),
        lldp.SystemDescription(system_description=b"a switch of the test"),
        lldp.SystemCapabilities(system_cap=0x14, enabled_cap=0x10), management,
        lldp.OrganizationallySpecific(oui=b"\x00\x80\xc2", subtype=1, info=b"\0\x64"))
    yield "lldp/management_without_oid", frame(lldp.ManagementAddress(addr_subtype=2, addr=bytes(15) + b"\1", intf_subtype=1, intf_num=0, oid=b""))
    yield "lldp/two_organizational", frame(lldp.OrganizationallySpecific(oui=b"\0\0\x5e", subtype=0, info=b"dpid:1"), lldp.OrganizationallySpecific(oui=b"\0\0\x5e", subtype=9, info=b""))


def cookeds():
    inner = build(ip4(17), udp.udp(9, 10), b"cooked data")
    header = bytes.fromhex("0000 0001 0006 00005e005301 0000 0800")
    yield "linux/ipv4", header + inner
    yield "linux/sent_by_us", bytes.fromhex("0004 0001 0006 00005e005301 0000 0806") + bytes.fromhex("0001080006040001 00005e005301 c0000201 000000000000 c6336402")
    yield "linux/loopback_vlan", bytes.fromhex("0000 0304 0006 000000000000 0000 8100 0064 0800") + inner


def packets():
    assert linux.linuxcooked  # Ryu has no serializer for it: the bytes are typed here
    for part in (ethernets, snap_free_llcs, tags, bpdus, lacps, cfms, lldps):
        for name, data in part():
            yield f"ryu/{name}", "ethernet", data
    for name, data in cookeds():
        yield f"ryu/{name}", "linuxcooked", data
