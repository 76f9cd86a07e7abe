//! Flow lines made up by dice that need Nicira's fields and actions.

use std::fmt::Write as _;

use ryu_sdn::ofproto::{V1_0, Version};

use crate::made_up::Dice;

/// Conditions on fields that are Nicira's in 1.3, by what they depend on.
const CONDITIONS: &[&str] = &[
    "reg0={hex}",
    "reg7={hex}/0xff00",
    "reg15=0/0x1",
    "xreg1={hex}",
    "xreg2={hex}/0xffffffff0000",
    "xxreg3={hex}",
    "xxreg0={hex}/0xffff0000ffff0000ffff",
    "tun_id={hex},tun_src=10.0.0.1,tun_dst=10.1.0.0/16",
    "tun_ipv6_src=2001:db8::1,tun_ipv6_dst=2001:db8::/32",
    "tun_gbp_id=5",
    "tun_gbp_id=5/7,tun_gbp_flags=0x8",
    "tun_flags=+oam",
    "tun_flags=-oam",
    "ct_state=+trk+est",
    "ct_state=+trk-new+rpl-inv",
    "ct_state=trk|est",
    "ct_state=0",
    "ct_zone={n}",
    "ct_mark={hex}/0xffff",
    "ct_mark={hex}",
    "ct_label={hex}/0xffffffffffffffffffff",
    "ct_label={hex}",
    "pkt_mark={hex}",
    "pkt_mark=0x1/0x3",
    "conj_id={n}",
    "recirc_id={hex}",
    "dp_hash={hex}",
    "dp_hash=0x5/0x7",
    "actset_output=5",
    "actset_output=LOCAL",
];

/// Conditions on packets of IP.
const IP_CONDITIONS: &[&str] = &[
    "nw_ttl={byte}",
    "nw_frag=no",
    "nw_frag=yes",
    "ip_frag=first",
    "nw_frag=later",
    "nw_frag=not_later",
];

const TCP_FLAGS: &[&str] = &[
    "tcp_flags=+syn-ack",
    "tcp_flags=syn|ack",
    "tcp_flags=0",
    "tcp_flags=0x12/0x3f",
    "tcp_flags=+fin+ece-cwr+ns-[200]+[800]",
    "tcp_flags=0xfff",
];

/// Actions on any packet.
const ACTIONS: &[&str] = &[
    "resubmit:{n}",
    "resubmit(,{byte})",
    "resubmit({n},{byte})",
    "resubmit:LOCAL",
    "resubmit(3,)",
    "load:{hex}->NXM_NX_REG0[]",
    "load:0x5->reg1[3..7]",
    "load:1->NXM_NX_REG2[31]",
    "load:{hex}->NXM_NX_TUN_ID[0..31]",
    "load:{hex}->OXM_OF_METADATA[]",
    "load:0->NXM_NX_XXREG0[64..127]",
    "load:0x5555555555555555555->NXM_NX_XXREG1[]",
    "load:7->NXM_OF_VLAN_TCI[0..11]",
    "load:0x1005->NXM_OF_VLAN_TCI[]",
    "load:3->eth_src[]",
    "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]",
    "move:NXM_NX_REG0[0..15]->NXM_NX_REG5[16..31]",
    "move:OXM_OF_METADATA[]->NXM_NX_TUN_ID[]",
    "move:eth_src[0..15]->reg0[0..15]",
    "move:NXM_NX_REG1[3]->NXM_NX_REG1[4]",
    "move:NXM_OF_IN_PORT[]->NXM_NX_REG3[0..15]",
    "move:NXM_NX_XXREG0[]->NXM_NX_XXREG1[]",
    "set_field:{hex}->reg4",
    "set_field:0->reg4",
    "set_field:0x5050/0xf0f0->reg5",
    "set_field:{hex}->xreg3",
    "set_field:0x12340000/0xffff0000->xreg3",
    "set_field:{hex}->xxreg1",
    "set_field:0x12300000000000000000456/0xfff00000000000000000fff->xxreg2",
    "set_field:{hex}->pkt_mark",
    "set_field:{hex}->tun_id",
    "set_field:10.0.0.1->tun_src",
    "set_field:2001:db8::5->tun_ipv6_dst",
    "set_field:7->tun_gbp_id",
    "push:NXM_NX_REG0[]",
    "push:NXM_OF_ETH_SRC[0..15]",
    "pop:NXM_NX_REG0[]",
    "pop:OXM_OF_METADATA[5]",
    "note:01.02.03",
    "note:ff.ee.dd.cc.bb.aa.99",
    "set_tunnel:{hex}",
    "set_tunnel64:{hex}",
    "set_tunnel:0x123456789ab",
    "multipath(symmetric_l4,{n},modulo_n,16,0,NXM_NX_REG0[])",
    "multipath(eth_src,50,hrw,12,7,NXM_NX_REG1[0..3])",
    "multipath(symmetric_l3l4+udp,1,iter_hash,7,3,reg0[0..7])",
    "multipath(nw_dst,1,hash_threshold,2,0,reg0[])",
    "bundle(eth_src,0,hrw,ofport,members:4,8,9)",
    "bundle(symmetric_l3,{n},active_backup,ofport,slaves:1)",
    "bundle_load(symmetric_l4,60,hrw,ofport,NXM_NX_REG0[0..15],members:2,3,4,5)",
    "controller(id={n})",
    "controller(max_len=77,id=5)",
    "controller(reason=no_match)",
    "controller(reason=invalid_ttl,max_len=128)",
    "controller(userdata=01.02.03.04.05)",
    "controller(pause)",
    "controller(reason=packet_out,max_len=7,id=9,userdata=ff,pause,meter_id=5)",
    "output:NXM_NX_REG0[]",
    "output:reg1[16..31]",
    "output:OXM_OF_METADATA[0..15]",
    "output(port={n},max_len=100)",
    "output(max_len=1000,port=LOCAL)",
    "sample(probability=12345,collector_set_id=23456,obs_domain_id=34567,obs_point_id=45678)",
    "sample(probability=1,sampling_port=7,egress)",
    "sample(probability=1,sampling_port=LOCAL,ingress)",
    "sample(probability=65535,collector_set_id={n},sampling_port=7)",
    "check_pkt_larger(1500)->NXM_NX_REG0[0]",
    "clone(output:5,set_field:{hex}->reg0,resubmit(,1))",
    "clone()",
    "learn(table={byte},NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])",
    "learn(idle_timeout=10,hard_timeout=20,fin_idle_timeout=2,fin_hard_timeout=3,priority={n},cookie={hex},send_flow_rem,delete_learned,in_port=5,load:{n}->NXM_NX_REG0[])",
    "learn(table=9,eth_type=0x800,nw_proto=6,ip_src=1.2.3.4,tcp_dst=80,load:NXM_OF_IN_PORT[]->NXM_NX_REG1[0..15])",
    "learn(table=9,limit={n},result_dst=NXM_NX_REG0[3],eth_dst=00:00:00:00:00:05,load:0x55->NXM_NX_REG0[3..10])",
    "learn(dl_type=0x86dd,ipv6_dst=2001::1,xxreg1=0x55555555555555555555,load:0x555555555555555555->NXM_NX_XXREG0[])",
    "learn(table=3,NXM_OF_VLAN_TCI[0..11]=5,NXM_NX_REG0[0..7]=NXM_NX_REG1[8..15],metadata=7,load:0->NXM_NX_TUN_ID[0..15])",
    "learn(table=3,eth_dst=eth_src,NXM_OF_VLAN_TCI[],reg7=reg7[],tun_id=5)",
    "set_queue:{n},pop_queue",
    "ct_clear",
    "exit",
    "mod_vlan_vid:5",
    "output:3",
];

const IP_ACTIONS: &[&str] = &[
    "dec_ttl",
    "dec_ttl(1,2,3)",
    "dec_ttl(5)",
    "mod_nw_ttl:9",
    "mod_nw_ecn:2",
    "set_field:7->nw_ttl",
    "set_field:3->ip_dscp",
    "set_field:2->nw_ecn",
    "set_field:32->nw_tos",
    "load:0x20->NXM_OF_IP_TOS[]",
    "load:64->NXM_NX_IP_TTL[]",
    "ct",
    "ct(table={byte})",
    "ct(commit)",
    "ct(force,commit,zone={n})",
    "ct(commit,zone=NXM_NX_REG0[0..15],table=3)",
    "ct(commit,exec(set_field:{hex}->ct_mark,set_field:0x5/0xf->ct_label))",
    "ct(commit,exec(load:{hex}->NXM_NX_CT_MARK[],move:NXM_NX_REG0[]->NXM_NX_CT_LABEL[32..63]))",
    "ct(commit,exec(set_field:0x12345678901234567890->ct_label))",
    "ct(nat)",
    "ct(table=5,zone=5,nat)",
    "ct(commit,nat(src))",
    "ct(commit,nat(dst))",
    "clone(ct(commit,zone=7))",
];

const IPV4_ACTIONS: &[&str] = &[
    "ct(commit,nat(src=10.0.0.1))",
    "ct(commit,nat(src=10.0.0.1-10.0.0.254:1-1023,persistent,hash))",
    "ct(commit,nat(dst=10.0.0.1:80,random),exec(set_field:1->ct_mark))",
    "ct(commit,exec(set_field:1->ct_mark),nat(dst=10.0.0.1-10.0.0.9))",
    "set_field:10.1.2.3->nw_src",
    "move:NXM_OF_IP_SRC[]->NXM_OF_IP_DST[]",
    "load:0x0a000001->NXM_OF_IP_DST[]",
    "load:0x10->NXM_OF_IP_DST[0..7]",
];

const IPV6_ACTIONS: &[&str] = &[
    "ct(commit,nat(src=2001:db8::1))",
    "ct(commit,nat(src=2001:db8::1-2001:db8::ff,hash))",
    "ct(commit,nat(dst=[2001:db8::1]:80-90,random))",
    "ct(commit,nat(dst=[2001:db8::1]-[2001:db8::9]:5))",
    "set_field:2001:db8::7->ipv6_src",
    "move:NXM_NX_IPV6_SRC[0..63]->NXM_NX_IPV6_DST[64..127]",
    "load:0x77->NXM_NX_IPV6_LABEL[0..7]",
];

const TCP_ACTIONS: &[&str] = &[
    "ct(commit,alg=ftp)",
    "ct(commit,zone=5,nat(src),alg=ftp)",
    "fin_timeout(idle_timeout=5)",
    "fin_timeout(idle_timeout=5,hard_timeout=7)",
    "set_field:80->tcp_dst",
    "load:0x50->NXM_OF_TCP_SRC[]",
    "load:0x5->NXM_OF_TCP_DST[0..7]",
];

impl Dice {
    /// A template with its places filled.
    fn filled(&mut self, v: Version, of: &[&str]) -> String {
        let template = loop {
            let template = self.pick(of);
            // Open vSwitch takes an extended match along with these, whatever is matched.
            let extended = template.split_once("set_field").is_some_and(|(_, what)| {
                !["->nw_src", "->nw_tos", "->ip_dscp", "->tcp_dst"]
                    .iter()
                    .any(|field| what.contains(field))
            });
            if v != V1_0 || !extended {
                break template;
            }
        };
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once('{') {
            let (what, behind) = behind.split_once('}').expect("a place");
            text.push_str(before);
            let _ = match what {
                "hex" => write!(text, "{:#x}", self.roll(1 << 31) + 1),
                "byte" => write!(text, "{}", self.roll(200) + 1),
                _ => write!(text, "{}", self.roll(60_000) + 1),
            };
            rest = behind;
        }
        text + rest
    }

    fn nicira_flow(&mut self, v: Version) -> String {
        let mut line: Vec<String> = Vec::new();
        let protocol = self.pick(if v == V1_0 {
            // 1.0 by itself has no IPv6.
            &["", "", "ip", "tcp", "icmp", "arp", "udp,tp_dst=53"]
        } else {
            &["", "ip", "tcp", "tcp6", "ipv6", "udp", "mpls", "dl_type=0x894f", "icmp6", "arp"]
        });
        if !protocol.is_empty() {
            line.push(protocol.to_owned());
        }
        let is = |all: &[&str]| all.contains(&protocol);
        let v4 = is(&["ip", "tcp", "icmp", "udp", "udp,tp_dst=53"]);
        let v6 = is(&["ipv6", "tcp6", "icmp6"]);
        let tcp = is(&["tcp", "tcp6"]);
        if v != V1_0 {
            // One field does not go together with itself.
            let first = self.filled(v, CONDITIONS);
            let second = self.filled(v, CONDITIONS);
            let family = |text: &str| {
                let name = text.trim_start_matches("NXM_NX_").to_lowercase();
                let register = ["reg", "xreg", "xxreg"].iter().any(|start| name.starts_with(start));
                if register {
                    "reg".to_owned()
                } else {
                    name.split(['=', '_']).next().unwrap().to_owned()
                }
            };
            if family(&first) != family(&second) {
                line.push(second);
            }
            line.push(first);
            if (v4 || v6) && self.one_in(2) {
                line.push(self.filled(v, IP_CONDITIONS));
            }
            if tcp && self.one_in(2) && !line.iter().any(|l| l.contains("frag=later")) {
                line.push(self.filled(v, TCP_FLAGS));
            }
            if protocol == "mpls" && self.one_in(2) {
                line.push("mpls_ttl=5".to_owned());
            }
            if protocol == "dl_type=0x894f" {
                line.push(
                    "nsh_ttl=5,nsh_spi=0x123,nsh_si=4,nsh_c1=0x5/0xff,nsh_mdtype=1".to_owned(),
                );
            }
        }
        let tcp = tcp && !line.iter().any(|l| l.contains("frag=later"));
        let mut list = Vec::new();
        for _ in 0..1 + self.roll(4) {
            let kinds: [(bool, &[&str]); 4] = [
                (v4 || v6, IP_ACTIONS),
                (v4, IPV4_ACTIONS),
                (v6, IPV6_ACTIONS),
                (tcp, TCP_ACTIONS),
            ];
            let fitting: Vec<&[&str]> =
                kinds.iter().filter(|kind| kind.0).map(|kind| kind.1).collect();
            let from = match self.roll(2) {
                0 if !fitting.is_empty() => fitting[self.roll(fitting.len() as u64) as usize],
                _ => ACTIONS,
            };
            list.push(self.filled(v, from));
        }
        if v != V1_0 && protocol == "dl_type=0x894f" {
            list.push("set_field:5->nsh_ttl,set_field:0x7->nsh_spi".to_owned());
            list.push("move:NXOXM_NSH_C1[]->NXM_NX_REG0[],push:NXOXM_NSH_C2[]".to_owned());
            list.push("load:0x5->NXOXM_NSH_C2[0..15],dec_nsh_ttl,decap()".to_owned());
        } else if v != V1_0 && self.one_in(12) {
            list = vec![
                self.pick(&[
                    "encap(ethernet)",
                    "encap(nsh(md_type=1)),set_field:5->nsh_si",
                    "encap(nsh(md_type=2,tlv(0x1000,10,0x12345678),tlv(0x2000,20,0xfedcba98765432)))",
                    "decap()",
                    "decap(packet_type(ns=1,type=0x894f))",
                ])
                .to_owned(),
            ];
        } else if self.one_in(15) {
            list = vec![format!("conjunction({},{}/2)", self.roll(99), 1 + self.roll(2))];
        }
        line.push(format!("actions={}", list.join(",")));
        line.join(",")
    }
}

/// So many lines, the same every time.
pub(crate) fn nicira(version: Version, count: usize) -> Vec<String> {
    let mut dice = Dice(77 + u64::from(version.wire()));
    (0..count).map(|_| dice.nicira_flow(version)).collect()
}
