//! Packets of `tests/vectors/packets/l4.jsonl`.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/l4.jsonl"),
    takes: |_| true,
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[
    ("scapy/tcp/reserved_bits", "Ryu keeps six of the twelve bits"),
    ("scapy/tcp/openflow_second_half", "no OpenFlow message starts there: a payload"),
    ("scapy/sctp/data", "Ryu leaves a packet with padding behind a data chunk unread"),
    ("scapy/sctp/two_data", "Ryu leaves a packet with padding behind a data chunk unread"),
    ("ryu/gre/key", "Ryu's JSON has no key, which it takes"),
    ("ryu/gre/nvgre", "Ryu's JSON has no key, which it takes"),
    ("scapy/gre/key", "Ryu's JSON has no key, which it takes"),
    ("scapy/gre/checksum_key", "Ryu's JSON has no key, which it takes"),
    ("scapy/gre/bridged_key", "Ryu's JSON has no key, which it takes"),
];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[
    ("ryu/sctp/data", "Ryu writes no padding behind the last data chunk; RFC 9260 section 3.2"),
    ("ryu/sctp/cookie_ack_and_data", "Ryu writes no padding behind the last data chunk"),
    ("scapy/tcp/option_end_then_junk", "what is behind the end of the options is not in JSON"),
    ("scapy/udp/checksum_zero", "UDP without a checksum: 0 in JSON asks for one"),
    ("scapy/udp/ipv4_longer_than_udp", "UDP without a checksum: 0 in JSON asks for one; padding"),
    ("scapy/vxlan/4789", "UDP without a checksum: 0 in JSON asks for one"),
    ("scapy/vxlan/reserved_bits_set", "bits that are not used are not in JSON"),
    ("scapy/geneve/bridged", "UDP without a checksum: 0 in JSON asks for one"),
];

super::check::tests!(FAMILY);

#[test]
fn checksums_are_right() {
    FAMILY.verified(&[
        ("ryu/sctp/", "Ryu sums the text that Python 3 makes of the bytes"),
        ("scapy/tcp/openflow_", "half of a message cannot be read, which `verify` tells too"),
    ]);
}

/// `str()` of Ryu 4.34.
#[test]
fn text_is_that_of_ryu() {
    FAMILY.text(&[
        (
            "ryu/sctp/init_params",
            r#"sctp(chunks=[chunk_init(a_rwnd=65535,flags=0,i_tsn=30,init_tag=7,length=92,mis=20,os=10,params=[param_ipv4(length=8,value='192.0.2.1'), param_ipv6(length=20,value='2001:db8::1'), param_cookie_preserve(length=8,value=5000), param_ecn(length=4,value=None), param_supported_addr(length=10,value=[5, 6, 11]), param_host_addr(length=20,value=b'host.example\x00\x00\x00\x00')])],csum=735782436,dst_port=40001,src_port=40000,vtag=16909060)"#,
        ),
        (
            "ryu/sctp/sack",
            r#"sctp(chunks=[chunk_sack(a_rwnd=1000,duptsn_num=3,duptsns=[1, 2, 3],flags=0,gapack_num=2,gapacks=[[2, 3], [5, 6]],length=36,tsn_ack=9)],csum=1613672389,dst_port=40001,src_port=40000,vtag=16909060)"#,
        ),
        (
            "ryu/sctp/heartbeat",
            r#"sctp(chunks=[chunk_heartbeat(flags=0,info=param_heartbeat(length=12,value=b'heartbt!'),length=16)],csum=2422903462,dst_port=40001,src_port=40000,vtag=16909060)"#,
        ),
        (
            "ryu/sctp/abort_cause_restart_with_new_addr",
            r#"sctp(chunks=[chunk_abort(causes=[cause_restart_with_new_addr(length=12,value=[param_ipv4(length=8,value='192.0.2.1')])],length=16,tflag=0)],csum=1678185597,dst_port=40001,src_port=40000,vtag=16909060)"#,
        ),
        (
            "ryu/sctp/error_two_causes",
            r#"sctp(chunks=[chunk_error(causes=[cause_invalid_stream_id(length=8,value=77), cause_user_initiated_abort(length=8,value=b'user')],flags=0,length=20)],csum=1245701441,dst_port=40001,src_port=40000,vtag=16909060)"#,
        ),
        (
            "ryu/gre/sequence",
            r#"gre(checksum=None,protocol=2048,seq_number=42,version=0), ipv4(csum=31937,dst='203.0.113.9',flags=0,header_length=5,identification=0,offset=0,option=None,proto=17,src='192.0.2.1',tos=0,total_length=33,ttl=64,version=4), udp(csum=47082,dst_port=9,src_port=1,total_length=13), b'inner'"#,
        ),
        (
            "ryu/vxlan/4789",
            r#"vxlan(vni=1193046), ethernet(dst='00:00:5e:00:53:01',ethertype=2048,src='00:00:5e:00:53:01'), ipv4(csum=31937,dst='203.0.113.9',flags=0,header_length=5,identification=0,offset=0,option=None,proto=17,src='192.0.2.1',tos=0,total_length=33,ttl=64,version=4), udp(csum=47082,dst_port=9,src_port=1,total_length=13), b'inner'"#,
        ),
        (
            "ryu/geneve/options",
            r#"geneve(flags=64,opt_len=24,options=[OptionDataUnknown(buf=b'\x01\x02\x03\x04',length=4,option_class=258,type=128), OptionDataUnknown(buf=b'',length=0,option_class=65535,type=1), OptionDataUnknown(buf=b'eight by',length=8,option_class=263,type=2)],protocol=25944,version=0,vni=5), ethernet(dst='00:00:5e:00:53:01',ethertype=2048,src='00:00:5e:00:53:01'), ipv4(csum=31937,dst='203.0.113.9',flags=0,header_length=5,identification=0,offset=0,option=None,proto=17,src='192.0.2.1',tos=0,total_length=33,ttl=64,version=4), udp(csum=47082,dst_port=9,src_port=1,total_length=13), b'inner'"#,
        ),
    ]);
}
