"""TCP, UDP, SCTP, GRE, VXLAN and Geneve as Ryu makes them."""

from ryu.lib.packet import geneve, gre, sctp, tcp, udp, vxlan

from ryu_kit import A, B, MADE_BY, V4A, V6A, build, eth, ip4, over_ip4, over_ip6, over_udp

__all__ = ["MADE_BY", "packets"]


def tcps():
    def head(**more):
        return tcp.tcp(**{"src_port": 40000, "dst_port": 8080, "seq": 1, "ack": 2, "bits": 0x10, "window_size": 65535, **more})

    yield "tcp/plain", over_ip4(6, head())
    yield "tcp/payload", over_ip4(6, head(bits=0x18), b"GET / HTTP/1.0\r\n\r\n")
    yield "tcp/ipv6", over_ip6(6, head(bits=0x18), b"over version six")
    yield "tcp/urgent", over_ip4(6, head(bits=0x38, urgent=4), b"urgent data")
    for bit in range(6):
        yield f"tcp/flag_{1 << bit:02x}", over_ip4(6, head(bits=1 << bit))
    options = {
        "mss": [tcp.TCPOptionMaximumSegmentSize(max_seg_size=1460)],
        "window_scale": [tcp.TCPOptionNoOperation(), tcp.TCPOptionWindowScale(shift_cnt=7)],
        "sack_permitted": [tcp.TCPOptionSACKPermitted(), tcp.TCPOptionNoOperation(), tcp.TCPOptionNoOperation()],
        "sack_three": [tcp.TCPOptionSACK(blocks=[(1, 2), (3, 4), (0xFFFFFFF0, 0xFFFFFFFF)]), tcp.TCPOptionNoOperation(), tcp.TCPOptionNoOperation()],
        "timestamps": [tcp.TCPOptionNoOperation(), tcp.TCPOptionNoOperation(), tcp.TCPOptionTimestamps(ts_val=100, ts_ecr=200)],
        "user_timeout": [tcp.TCPOptionUserTimeout(granularity=1, user_timeout=564)],
        "authentication": [tcp.TCPOptionAuthentication(key_id=1, r_next_key_id=2, mac=bytes(range(12)))],
        "unknown": [tcp.TCPOptionUnknown(value=b"foobar", kind=253, length=8)],
        "end": [tcp.TCPOptionMaximumSegmentSize(max_seg_size=536), tcp.TCPOptionEndOfOptionList()],
    }
    for name, option in options.items():
        yield f"tcp/option_{name}", over_ip4(6, head(bits=0x02, ack=0, option=option))
    syn = [tcp.TCPOptionMaximumSegmentSize(max_seg_size=1460), tcp.TCPOptionSACKPermitted(), tcp.TCPOptionTimestamps(ts_val=1, ts_ecr=0), tcp.TCPOptionNoOperation(), tcp.TCPOptionWindowScale(shift_cnt=10)]
    yield "tcp/syn_of_linux", over_ip4(6, head(bits=0x02, ack=0, option=syn))


def udps():
    yield "udp/payload", over_ip4(17, udp.udp(40000, 9), b"some data")
    yield "udp/odd_payload", over_ip4(17, udp.udp(40000, 9), b"odd")
    yield "udp/empty", over_ip4(17, udp.udp(40000, 9))
    yield "udp/ipv6", over_ip6(17, udp.udp(40000, 9), b"over version six")


def sctps():
    def frame(*chunks):
        return over_ip4(132, sctp.sctp(40000, 40001, vtag=0x01020304, chunks=list(chunks)))

    data = sctp.chunk_data(begin=1, end=1, tsn=10, sid=1, seq=2, payload_id=0, payload_data=b"payload")
    params = [
        sctp.param_ipv4(V4A), sctp.param_ipv6(V6A), sctp.param_cookie_preserve(5000), sctp.param_ecn(),
        sctp.param_supported_addr([5, 6, 11]), sctp.param_host_addr(b"host.example\0\0\0\0"),
    ]
    init = {"init_tag": 7, "a_rwnd": 65535, "os": 10, "mis": 20, "i_tsn": 30}
    yield "sctp/data", frame(data)
    yield "sctp/data_unordered_first_piece", frame(sctp.chunk_data(unordered=1, begin=1, end=0, tsn=11, sid=3, payload_id=0, payload_data=b"four"))
    yield "sctp/init", frame(sctp.chunk_init(**init))
    yield "sctp/init_params", frame(sctp.chunk_init(**init, params=params))
    yield "sctp/init_ack", frame(sctp.chunk_init_ack(**init, params=[sctp.param_state_cookie(b"cookie 8"), sctp.param_unrecognized_param(b"\xff\xff\0\4"), sctp.param_ipv4(V4A), sctp.param_ecn()]))
    yield "sctp/sack", frame(sctp.chunk_sack(tsn_ack=9, a_rwnd=1000, gapack_num=2, duptsn_num=3, gapacks=[[2, 3], [5, 6]], duptsns=[1, 2, 3]))
    yield "sctp/sack_bare", frame(sctp.chunk_sack(tsn_ack=9, a_rwnd=1000))
    yield "sctp/heartbeat", frame(sctp.chunk_heartbeat(info=sctp.param_heartbeat(b"heartbt!")))
    yield "sctp/heartbeat_ack", frame(sctp.chunk_heartbeat_ack(info=sctp.param_heartbeat(b"heartbt!")))
    causes = [
        sctp.cause_invalid_stream_id(77), sctp.cause_missing_param([9, 10]), sctp.cause_stale_cookie(b"\0\0\1\0"),
        sctp.cause_out_of_resource(), sctp.cause_unresolvable_addr(sctp.param_host_addr(b"host.example\0\0\0\0")),
        sctp.cause_unrecognized_chunk(sctp.chunk_ecn_echo(low_tsn=1).serialize()), sctp.cause_invalid_param(),
        sctp.cause_unrecognized_param(b"\xff\xfe\0\4"), sctp.cause_no_userdata(b"\0\0\0\x0a"), sctp.cause_cookie_while_shutdown(),
        sctp.cause_restart_with_new_addr([sctp.param_ipv4(V4A)]), sctp.cause_user_initiated_abort(b"user"), sctp.cause_protocol_violation(b"prot"),
    ]
    yield "sctp/abort", frame(sctp.chunk_abort(tflag=1))
    for cause in causes:
        yield f"sctp/abort_{type(cause).__name__}", frame(sctp.chunk_abort(causes=[cause]))
    yield "sctp/error_two_causes", frame(sctp.chunk_error(causes=[causes[0], causes[11]]))
    yield "sctp/shutdown", frame(sctp.chunk_shutdown(tsn_ack=9))
    yield "sctp/shutdown_ack", frame(sctp.chunk_shutdown_ack())
    yield "sctp/shutdown_complete", frame(sctp.chunk_shutdown_complete(tflag=1))
    yield "sctp/cookie_echo", frame(sctp.chunk_cookie_echo(cookie=b"cookie 8"))
    yield "sctp/cookie_ack_and_data", frame(sctp.chunk_cookie_ack(), data)
    yield "sctp/ecn_echo", frame(sctp.chunk_ecn_echo(low_tsn=5))
    yield "sctp/cwr", frame(sctp.chunk_cwr(low_tsn=5))


def tunnels():
    inner = [ip4(17, dst="203.0.113.9"), udp.udp(1, 9), b"inner"]
    bridged = [eth(0x0800, A), *inner]
    for name, given in [("plain", {}), ("key", {"key": 0xABCDEF01}), ("sequence", {"seq_number": 42}), ("key_sequence", {"key": 0, "seq_number": 0})]:
        # No checksum: Ryu sums the header alone (see README.md).
        yield f"gre/{name}", over_ip4(47, gre.gre(protocol=0x0800, **given), *inner)
    yield "gre/nvgre", over_ip4(47, gre.gre(protocol=0x6558, vsid=0x00ABCD, flow_id=7), *bridged)
    yield "gre/bridged", over_ip4(47, gre.gre(protocol=0x6558), *bridged)
    yield "gre/unknown_protocol", over_ip4(47, gre.gre(protocol=0x88B5), b"unknown inside")
    yield "vxlan/4789", over_udp(50000, 4789, vxlan.vxlan(0x123456), *bridged)
    yield "vxlan/8472", over_udp(50000, 8472, vxlan.vxlan(1), *bridged)
    option = geneve.OptionDataUnknown
    options = [option(option_class=0x0102, type_=0x80, buf=b"\1\2\3\4"), option(option_class=0xFFFF, type_=1, buf=b""), option(option_class=0x0107, type_=2, buf=b"eight by")]
    yield "geneve/bridged", over_udp(50000, 6081, geneve.geneve(vni=0xABCDEF, options=[]), *bridged)
    yield "geneve/options", over_udp(50000, 6081, geneve.geneve(vni=5, flags=0x40, options=options), *bridged)
    yield "geneve/ipv4_inside", over_udp(50000, 6081, geneve.geneve(vni=5, protocol=0x0800, options=[]), *inner)
    assert B and build


def packets():
    for part in (tcps, udps, sctps, tunnels):
        for name, data in part():
            yield f"ryu/{name}", "ethernet", data
