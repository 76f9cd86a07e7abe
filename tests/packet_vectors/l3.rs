//! Packets of `tests/vectors/packets/l3.jsonl`.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/l3.jsonl"),
    takes: |_| true,
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[(
    "ryu/icmpv6/router_advert",
    "Ryu takes the options behind a link-layer address for the rest of that address",
)];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[
    (
        "scapy/ipv4/frame_padding_not_zero",
        "UDP without a checksum: 0 in JSON asks for one; padding",
    ),
    ("scapy/ipv4/fragment_first", "UDP without a checksum: 0 in JSON asks for one"),
    ("scapy/ipv6/frame_padding_not_zero", "padding behind the IPv6 packet is not in JSON"),
];

super::check::tests!(FAMILY);

#[test]
fn checksums_are_right() {
    FAMILY.verified(&[
        (
            "scapy/arp/protocol_of_16_bytes",
            "other addresses than those of Ethernet and IPv4: payload",
        ),
        (
            "scapy/arp/hardware_of_8_bytes",
            "other addresses than those of Ethernet and IPv4: payload",
        ),
    ]);
}

/// `str()` of Ryu 4.34.
#[test]
fn text_is_that_of_ryu() {
    FAMILY.text(&[
        (
            "ryu/ipv6/hop_by_hop",
            r#"ipv6(dst='2001:db8:0:1::2',ext_hdrs=[hop_opts(data=[option(data=b'\x00\x00',len_=2,type_=5), option(data=None,len_=-1,type_=0), option(data=None,len_=-1,type_=0)],nxt=254,size=0)],flow_label=0,hop_limit=64,nxt=0,payload_length=11,src='2001:db8::1',traffic_class=0,version=6), b'hop'"#,
        ),
        (
            "ryu/ipv6/routing_type3",
            r#"ipv6(dst='2001:db8:0:1::2',ext_hdrs=[routing_type3(adrs=['::0.170.0.1', '::0.170.0.2'],cmpe=8,cmpi=8,nxt=254,seg=2,size=2,type_=3)],flow_label=0,hop_limit=64,nxt=43,payload_length=27,src='2001:db8::1',traffic_class=0,version=6), b'rpl'"#,
        ),
        (
            "ryu/ipv6/chain_of_four",
            r#"ipv6(dst='2001:db8:0:1::2',ext_hdrs=[hop_opts(data=[option(data=b'\x00\x00',len_=2,type_=5), option(data=None,len_=-1,type_=0), option(data=None,len_=-1,type_=0)],nxt=60,size=0), dst_opts(data=[option(data=b'\x00\x00\x00\x00',len_=4,type_=1)],nxt=44,size=0), fragment(id_=9,more=0,nxt=51,offset=0), auth(data=b'\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01',nxt=254,seq=2,size=4,spi=1)],flow_label=0,hop_limit=64,nxt=0,payload_length=53,src='2001:db8::1',traffic_class=0,version=6), b'chain'"#,
        ),
        (
            "ryu/icmpv6/router_advert_without_options",
            r#"icmpv6(code=0,csum=15407,data=nd_router_advert(ch_l=64,options=[],rea_t=0,res=0,ret_t=0,rou_l=0),type_=134)"#,
        ),
        (
            "ryu/icmpv6/neighbor_solicit",
            r#"icmpv6(code=0,csum=39778,data=nd_neighbor(dst='2001:db8::1',option=nd_option_sla(data=None,hw_src='00:00:5e:00:53:01',length=1),res=0),type_=135)"#,
        ),
        (
            "ryu/icmpv6/mldv2_report",
            r#"icmpv6(code=0,csum=44041,data=mldv2_report(record_num=3,records=[mldv2_report_group(address='ff0e::db8:1',aux=None,aux_len=0,num=0,srcs=[],type_=4), mldv2_report_group(address='ff0e::db8:1',aux=None,aux_len=0,num=2,srcs=['2001:db8::1', '2001:db8:0:1::2'],type_=1), mldv2_report_group(address='ff0e::db8:1',aux=b'\x01\x02\x03\x04\x05\x06\x07\x08',aux_len=2,num=1,srcs=['2001:db8::1'],type_=2)]),type_=143)"#,
        ),
        (
            "ryu/igmp/v2_leave",
            r#"igmp(address='239.1.2.3',csum=63482,maxresp=0,msgtype=23)"#,
        ),
        (
            "ryu/igmp/v3_report",
            r#"igmpv3_report(csum=16792,msgtype=34,record_num=3,records=[igmpv3_report_group(address='239.1.2.3',aux=None,aux_len=0,num=0,srcs=[],type_=4), igmpv3_report_group(address='239.1.2.4',aux=None,aux_len=0,num=2,srcs=['192.0.2.1', '198.51.100.2'],type_=1), igmpv3_report_group(address='239.1.2.5',aux=b'\x01\x02\x03\x04\x05\x06\x07\x08',aux_len=2,num=1,srcs=['192.0.2.1'],type_=6)])"#,
        ),
        (
            "scapy/icmpv6/neighbor_solicit_nonce",
            r#"icmpv6(code=0,csum=64845,data=nd_neighbor(dst='2001:db8:0:1::12',option=b'\x0e\x01nonce!',res=0),type_=135)"#,
        ),
    ]);
}
