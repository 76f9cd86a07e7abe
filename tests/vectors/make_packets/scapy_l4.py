"""TCP, UDP, SCTP, GRE, VXLAN and Geneve as scapy makes them, unusual ones among them."""

from scapy.all import (
    GRE, IP, SCTP, TCP, UDP, VXLAN, GRErouting, Raw,
    SCTPChunkAbort, SCTPChunkCookieAck, SCTPChunkCookieEcho, SCTPChunkData, SCTPChunkError, SCTPChunkHeartbeatAck,
    SCTPChunkHeartbeatReq, SCTPChunkInit, SCTPChunkInitAck, SCTPChunkParamAdaptationLayer, SCTPChunkParamChunkList,
    SCTPChunkParamCookiePreservative, SCTPChunkParamECNCapable, SCTPChunkParamFwdTSN, SCTPChunkParamHeartbeatInfo,
    SCTPChunkParamHostname, SCTPChunkParamIPv4Addr, SCTPChunkParamIPv6Addr, SCTPChunkParamRandom,
    SCTPChunkParamStateCookie, SCTPChunkParamSupportedAddrTypes, SCTPChunkSACK, SCTPChunkShutdown,
    SCTPChunkShutdownAck, SCTPChunkShutdownComplete,
)
from scapy.contrib.geneve import GENEVE, GeneveOptions

from scapy_kit import A, B, MADE_BY, V4A, V4B, V6A, eth, ip4, ip6, raw, udp4

__all__ = ["MADE_BY", "packets"]


def inner():
    return IP(src="10.0.0.1", dst="10.0.0.2", id=2) / UDP(sport=9, dport=10) / Raw(b"inner data")


def tcps():
    def head(**more):
        return TCP(**{"sport": 40001, "dport": 80, "seq": 10, "ack": 20, "flags": "A", **more})

    yield "tcp/syn", ip4() / head(flags="S", ack=0)
    yield "tcp/ecn_flags", ip4() / head(flags="SEC", ack=0)
    yield "tcp/nonce_flag", ip4() / head(flags="AN")
    yield "tcp/all_flags", ip4() / head(flags=0x1FF)
    yield "tcp/no_flags", ip4() / head(flags=0)
    yield "tcp/reserved_bits", ip4() / head(reserved=7)
    yield "tcp/maxima", ip4() / head(seq=0xFFFFFFFF, ack=0xFFFFFFFF, window=0xFFFF, flags="AU", urgptr=0xFFFF, sport=65535, dport=65534)
    yield "tcp/payload_odd", ip4() / head(flags="PA") / Raw(b"seven b")
    yield "tcp/ipv6", ip6() / head(flags="PA") / Raw(b"over version six")
    yield "tcp/frame_padding", bytes(ip4() / head()) + bytes(6)
    many = [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (1, 0)), ("NOP", None), ("WScale", 14)]
    options = {
        "many": many, "mss": [("MSS", 65535)], "sack_one": [("NOP", None), ("NOP", None), ("SAck", (1, 2))],
        "sack_four": [("NOP", None), ("NOP", None), ("SAck", (1, 2, 3, 4, 5, 6, 7, 8))], "timestamp": [("Timestamp", (0xFFFFFFFF, 1))],
        "user_timeout": [("UTO", 0x8001)], "md5": [(19, bytes(range(16))), ("NOP", None), ("NOP", None)],
        "fast_open": [(34, b"cookie!!"), ("NOP", None), ("NOP", None)], "fast_open_empty": [(34, b""), ("NOP", None), ("NOP", None)],
        "unknown_empty": [(200, b""), ("NOP", None), ("NOP", None)], "unknown_odd": [(201, b"\1\2\3"), ("EOL", None)],
        "nops": [("NOP", None)] * 40, "end_first": [("EOL", None)],
    }
    for name, option in options.items():
        yield f"tcp/option_{name}", ip4() / head(flags="S", ack=0, options=option)
    for name, text in [("end_then_junk", "00 ffffff"), ("ao", "1d100102" + "5a" * 12), ("ao_empty_mac", "1d040102"), ("multipath", "1e0c0081 0102030405060708"), ("experiment", "fd06 f989 aabb 0101")]:
        body = bytes.fromhex(text)
        segment = bytes(ip4() / head(flags="S", ack=0, dataofs=5 + len(body) // 4) / Raw(body))
        yield f"tcp/option_{name}", segment
    yield "tcp/openflow_first_half", ip4() / head(dport=6653, flags="PA") / raw("040a 0040 00000001 00000000 0010")
    yield "tcp/openflow_second_half", ip4() / head(dport=6653, flags="PA") / raw("0001" + "ab" * 30)


def udps():
    yield "udp/payload", udp4(1024, 9) / Raw(b"payload")
    yield "udp/checksum_zero", udp4(1024, 9, chksum=0) / Raw(b"payload")
    yield "udp/checksum_ffff", udp4(1024, 9) / raw(checksum_ffff())
    yield "udp/empty", udp4(0, 0)
    yield "udp/ports_65535", udp4(65535, 65535) / Raw(b"\0")
    yield "udp/ipv6", ip6() / UDP(sport=1024, dport=9) / Raw(b"odd")
    yield "udp/ipv4_longer_than_udp", ip4() / UDP(sport=1024, dport=9, len=12, chksum=0) / Raw(b"fourMORE")
    yield "udp/zero_payload", udp4(1024, 9) / Raw(bytes(20))


def checksum_ffff():
    """Two bytes that make the checksum of the datagram above 0, which is sent as ffff."""
    for value in range(0x10000):
        data = bytes(udp4(1024, 9) / Raw(value.to_bytes(2, "big")))
        if data[40:42] == b"\xff\xff":
            return f"{value:04x}"
    raise AssertionError("some value must do")


def sctps():
    def frame(*chunks):
        packet = ip4() / SCTP(sport=40000, dport=40001, tag=0xCAFE)
        for chunk in chunks:
            packet = packet / chunk
        return packet

    base = {"init_tag": 1, "a_rwnd": 2, "n_out_streams": 3, "n_in_streams": 4, "init_tsn": 5}
    params = [
        SCTPChunkParamIPv4Addr(addr=V4A), SCTPChunkParamIPv6Addr(addr=V6A), SCTPChunkParamCookiePreservative(sug_cookie_inc=6),
        SCTPChunkParamSupportedAddrTypes(addr_type_list=[5, 6]), SCTPChunkParamECNCapable(), SCTPChunkParamHostname(hostname=b"host.example"),
    ]
    newer = [SCTPChunkParamFwdTSN(), SCTPChunkParamRandom(random=bytes(32)), SCTPChunkParamChunkList(chunk_list=[1, 2]), SCTPChunkParamAdaptationLayer(indication=1)]
    yield "sctp/data", frame(SCTPChunkData(beginning=1, ending=1, tsn=1, stream_id=2, stream_seq=3, proto_id=0, data=b"data that is odd!"))
    yield "sctp/data_middle", frame(SCTPChunkData(beginning=0, ending=0, unordered=0, tsn=1, stream_id=2, stream_seq=3, data=b"four"))
    yield "sctp/data_immediate", frame(SCTPChunkData(delay_sack=1, beginning=1, ending=1, tsn=1, data=b"four"))
    yield "sctp/two_data", frame(SCTPChunkData(beginning=1, ending=1, tsn=1, data=b"1"), SCTPChunkData(beginning=1, ending=1, tsn=2, data=b"22"))
    yield "sctp/init", frame(SCTPChunkInit(**base, params=params))
    yield "sctp/init_newer_params", frame(SCTPChunkInit(**base, params=newer))
    yield "sctp/init_ack", frame(SCTPChunkInitAck(**base, params=[SCTPChunkParamStateCookie(cookie=b"cookie of 12")]))
    yield "sctp/sack", frame(SCTPChunkSACK(cumul_tsn_ack=1, a_rwnd=2, gap_ack_list=["2:3", "5:9"], dup_tsn_list=[7]))
    yield "sctp/heartbeat", frame(SCTPChunkHeartbeatReq(params=[SCTPChunkParamHeartbeatInfo(data=b"heart!!!")]))
    yield "sctp/heartbeat_ack", frame(SCTPChunkHeartbeatAck(params=[SCTPChunkParamHeartbeatInfo(data=b"heart!!!")]))
    yield "sctp/abort_empty", frame(SCTPChunkAbort(TCB=0))
    yield "sctp/abort_text", frame(SCTPChunkAbort(TCB=1, error_causes=b"\0\x0c\0\7bye\0"))
    yield "sctp/error", frame(SCTPChunkError(error_causes=bytes.fromhex("0001000800050000" "000a0004")))
    yield "sctp/shutdown", frame(SCTPChunkShutdown(cumul_tsn_ack=9))
    yield "sctp/shutdown_ack", frame(SCTPChunkShutdownAck())
    yield "sctp/shutdown_complete", frame(SCTPChunkShutdownComplete(TCB=0))
    yield "sctp/cookie_echo_odd", frame(SCTPChunkCookieEcho(cookie=b"cookie"))
    yield "sctp/cookie_ack", frame(SCTPChunkCookieAck())
    yield "sctp/ecn_echo", frame(raw("0c000008 00000005"))
    yield "sctp/unknown_chunk", frame(raw("bf03000b") / Raw(b"unknown\0"))
    yield "sctp/unknown_chunk_empty", frame(raw("bf000004"))
    yield "sctp/no_chunks", frame()
    yield "sctp/bundle", frame(SCTPChunkCookieEcho(cookie=b"four"), SCTPChunkSACK(cumul_tsn_ack=1, a_rwnd=2), SCTPChunkData(beginning=1, ending=1, tsn=1, data=b"abc"))


def tunnels():
    bridged = eth() / inner()
    for bits in range(8):
        named = "_".join(["checksum"] * (bits & 1) + ["key"] * (bits >> 1 & 1) + ["sequence"] * (bits >> 2)) or "plain"
        fields = {"chksum_present": bits & 1, "key_present": bits >> 1 & 1, "seqnum_present": bits >> 2}
        if bits & 2:
            fields["key"] = 0x01020304
        if bits & 4:
            fields["sequence_number"] = 0xFFFFFFFF
        yield f"gre/{named}", ip4() / GRE(**fields) / inner()
    yield "gre/bridged_key", ip4() / GRE(proto=0x6558, key_present=1, key=0x00ABCD07) / bridged
    yield "gre/over_ipv6", ip6() / GRE() / inner()
    yield "gre/empty", ip4(proto=47) / raw("0000 0800")
    yield "gre/unknown_protocol", ip4() / GRE(proto=0x88B6) / Raw(b"unknown")
    yield "gre/pptp_version1", ip4(proto=47) / raw("3081 880b 0010 0007 00000001 00000002") / raw("ff03 c021 0901 000c 00000000 00000000")
    yield "vxlan/4789", udp4(50001, 4789, chksum=0) / VXLAN(vni=0xFFFFFF, flags=0x08) / bridged
    yield "vxlan/over_ipv6", ip6() / UDP(sport=50001, dport=4789) / VXLAN(vni=7, flags=0x08) / bridged
    yield "vxlan/reserved_bits_set", udp4(50001, 4789) / raw("0800 0001 000007 01") / bridged
    option = GeneveOptions
    yield "geneve/bridged", udp4(50001, 6081, chksum=0) / GENEVE(vni=1, proto=0x6558) / bridged
    yield "geneve/ipv6_inside", udp4(50001, 6081) / GENEVE(vni=1, proto=0x86DD) / ip6().payload / UDP(sport=1, dport=9)
    yield "geneve/critical_options", udp4(50001, 6081) / GENEVE(vni=0xABCDEF, critical=1, proto=0x6558, options=[option(classid=0x0100, type=0x81, data=b"1234"), option(classid=0x0101, type=2, data=b"")]) / bridged
    yield "geneve/oam", udp4(50001, 6081) / GENEVE(vni=2, oam=1, proto=0x6558) / bridged
    yield "geneve/largest_option", udp4(50001, 6081) / GENEVE(vni=2, proto=0x6558, options=[option(classid=0x0100, type=3, data=bytes(range(124)))]) / bridged
    yield "geneve/unknown_protocol", udp4(50001, 6081) / GENEVE(vni=2, proto=0x88B6) / Raw(b"unknown")
    assert A and B and V4B and GRErouting


def packets():
    for part in (tcps, udps, sctps, tunnels):
        for name, packet in part():
            yield f"scapy/{name}", "ethernet", bytes(packet)
