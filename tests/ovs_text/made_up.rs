//! Flow lines made up by dice, which both Open vSwitch and we can express without extensions.

use std::fmt::Write as _;

use ryu_sdn::ofproto::{V1_0, V1_1, V1_3, Version, ovs};

/// A small generator of its own, so that a failing line can be found again by its number.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub(crate) fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.roll(n) == 0
    }

    fn mac(&mut self) -> String {
        let masks = ["", "", "/ff:ff:ff:00:00:00", "/01:00:00:00:00:00", "/ff:ff:ff:ff:ff:ff"];
        let mask = self.pick(&masks);
        format!("{}{mask}", self.plain_mac())
    }

    fn plain_mac(&mut self) -> String {
        format!("00:{:02x}:02:03:04:{:02x}", self.roll(256), self.roll(256))
    }

    fn plain_ipv4(&mut self) -> String {
        format!("10.{}.{}.{}", self.roll(256), self.roll(256), self.roll(256))
    }

    /// Prefixes only, for 1.0.
    fn ipv4(&mut self, prefix: bool) -> String {
        let masks = ["", "/8", "/24", "/31", "/32", "/255.255.0.0", "/255.0.255.0", "/0.0.0.1"];
        let mask = self.pick(if prefix { &masks[..6] } else { &masks });
        format!("{}{mask}", self.plain_ipv4())
    }

    fn plain_ipv6(&mut self) -> String {
        let ends = ["::", "::1", ":1:2:3:4:5:6", ":0:0:7::", "::ffff:9"];
        let end = self.pick(&ends);
        format!("2001:db{}{end}", self.roll(10))
    }

    fn ipv6(&mut self) -> String {
        let masks = ["", "", "/32", "/64", "/127", "/128", "/ffff:0:ffff::", "/::1"];
        let mask = self.pick(&masks);
        format!("{}{mask}", self.plain_ipv6())
    }

    fn l4_port(&mut self, mask: bool) -> String {
        let masks = ["", "", "/0xff00", "/0xffff", "/1"];
        let mask = if mask { self.pick(&masks) } else { "" };
        format!("{}{mask}", self.roll(65_536))
    }

    fn hex_64(&mut self) -> String {
        let masks = ["", "", "/0xff", "/0xffffffff00000000", "/-1"];
        let mask = self.pick(&masks);
        format!("{:#x}{mask}", self.roll(1 << 31) << self.roll(32))
    }

    /// A line that both Open vSwitch and we can express without extensions.
    pub(crate) fn flow(&mut self, v: Version) -> String {
        let new = v != V1_0;
        let mut line = String::new();
        let mut add = |text: String| {
            line.push_str(&text);
            line.push(',');
        };
        if self.one_in(3) {
            add(format!("priority={}", self.roll(65_536)));
        }
        if self.one_in(4) {
            add(format!("cookie={:#x}", self.roll(1 << 31) << 32));
        }
        if new && self.one_in(3) {
            add(format!("table={}", self.roll(255)));
        }
        if self.one_in(5) {
            add(format!("idle_timeout={}", self.roll(65_536)));
        }
        if self.one_in(5) {
            add(format!("hard_timeout={}", self.roll(65_536)));
        }
        let flags = [
            "send_flow_rem",
            "check_overlap",
            "reset_counts",
            "no_packet_counts",
            "no_byte_counts",
        ];
        for flag in &flags[..if new { 5 } else { 2 }] {
            if self.one_in(8) {
                add((*flag).to_owned());
            }
        }
        if self.one_in(3) {
            add(format!("in_port={}", self.pick(&["1", "17", "65279", "LOCAL", "controller"])));
        }
        if self.one_in(5) {
            let mac = if new { self.mac() } else { self.plain_mac() };
            add(format!("{}={mac}", self.pick(&["dl_src", "eth_src"])));
        }
        if self.one_in(5) {
            let mac = if new { self.mac() } else { self.plain_mac() };
            add(format!("{}={mac}", self.pick(&["dl_dst", "eth_dst"])));
        }
        let vlans: &[&str] = &[
            "dl_vlan=5",
            "dl_vlan=0,dl_vlan_pcp=3",
            "dl_vlan_pcp=7",
            "dl_vlan=0xffff",
            "vlan_tci=0",
            "vlan_tci=0x3123",
            "vlan_tci=0x1123/0x1fff",
            "vlan_vid=0x1005,vlan_pcp=2",
            "vlan_tci=0x1000/0x1000",
            "vlan_vid=0x1001/0x1001",
            "vlan_vid=0/0x1000",
            "vlan_tci=0xb000/0xf000",
            "vlan_tci=0x300f/0xf00f",
        ];
        if self.one_in(4) {
            add(self.pick(&vlans[..if new { vlans.len() } else { 6 }]).to_owned());
        }
        if new && self.one_in(5) {
            add(format!("metadata={}", self.hex_64()));
        }
        if new && self.one_in(5) {
            add(format!("{}={}", self.pick(&["tun_id", "tunnel_id"]), self.hex_64()));
        }
        let protocols = [
            "",
            "ip",
            "tcp",
            "udp",
            "icmp",
            "sctp",
            "arp",
            "rarp",
            "mpls",
            "mplsm",
            "dl_type=0x88cc",
            "ip,nw_proto=47",
            "dl_type=0x800,nw_proto=6",
            "ip,nw_proto=17",
            "ipv6",
            "tcp6",
            "udp6",
            "sctp6",
            "icmp6",
            "ipv6,nw_proto=59",
            "ip6,ip_proto=6",
            "eth_type=0x86dd",
        ];
        let protocol = loop {
            let protocol = self.pick(&protocols);
            // What 1.0 by itself cannot say, or Open vSwitch says by its extensions.
            let foreign =
                protocol.contains('6') && !protocol.contains("0x800") || protocol == "sctp";
            if new || !foreign || protocol.is_empty() {
                break protocol;
            }
        };
        if !protocol.is_empty() {
            add(protocol.to_owned());
        }
        let v6 = protocol.contains("v6")
            || protocol.ends_with('6') && !protocol.contains("0x800")
            || protocol.contains("ip6")
            || protocol.contains("86dd");
        let v6 = v6 && !protocol.contains("dl_type=0x800");
        let v4 = !v6
            && (["ip", "tcp", "udp", "icmp", "sctp"].contains(&protocol)
                || protocol.contains("nw_proto"));
        if v4 {
            if self.one_in(2) {
                add(format!("{}={}", self.pick(&["nw_src", "ip_src"]), self.ipv4(!new)));
            }
            if self.one_in(2) {
                add(format!("{}={}", self.pick(&["nw_dst", "ip_dst"]), self.ipv4(!new)));
            }
        }
        if v6 {
            if self.one_in(2) {
                add(format!("ipv6_src={}", self.ipv6()));
            }
            if self.one_in(2) {
                add(format!("ipv6_dst={}", self.ipv6()));
            }
            if self.one_in(3) {
                add(format!("ipv6_label={}", self.pick(&["0", "0x12345", "7/0xff", "5/0xfffff"])));
            }
        }
        if v4 || v6 {
            if self.one_in(4) {
                add(self.pick(&["nw_tos=32", "ip_dscp=9", "nw_tos=0", "ip_dscp=63"]).to_owned());
            }
            if new && self.one_in(4) {
                add(self.pick(&["nw_ecn=0", "ip_ecn=3"]).to_owned());
            }
        }
        if protocol == "arp" || protocol == "rarp" && new {
            if self.one_in(2) {
                add(format!("{}={}", self.pick(&["arp_spa", "nw_src"]), self.ipv4(!new)));
            }
            if self.one_in(2) {
                add(format!("{}={}", self.pick(&["arp_tpa", "nw_dst"]), self.ipv4(!new)));
            }
            if self.one_in(2) {
                add(self.pick(&["arp_op=1", "nw_proto=2"]).to_owned());
            }
            if new && self.one_in(3) {
                add(format!("arp_sha={}", self.mac()));
                add(format!("arp_tha={}", self.mac()));
            }
        }
        if protocol.starts_with("mpls") && new && self.one_in(2) {
            add(format!("mpls_label={}", self.roll(1 << 20)));
            add(format!("mpls_tc={},mpls_bos={}", self.roll(8), self.roll(2)));
        }
        let transport = match protocol {
            _ if protocol.contains("tcp") || protocol.contains("proto=6") => "tcp",
            _ if protocol.contains("udp") || protocol.contains("proto=17") => "udp",
            _ if protocol.contains("sctp") => "sctp",
            _ => "",
        };
        if !transport.is_empty() {
            if self.one_in(2) {
                add(format!("{}_src={}", self.pick(&["tp", transport]), self.l4_port(new)));
            }
            if self.one_in(2) {
                add(format!("{}_dst={}", self.pick(&["tp", transport]), self.l4_port(new)));
            }
        }
        match protocol {
            "icmp" if self.one_in(2) => add("icmp_type=8,icmp_code=0".to_owned()),
            "icmp" => add("icmp_type=3".to_owned()),
            "icmp6" if self.one_in(2) => {
                add(format!("icmp_type=135,icmp_code=0,nd_target={}", self.ipv6()));
                if self.one_in(2) {
                    add(format!("nd_sll={}", self.mac()));
                }
            }
            "icmp6" if self.one_in(2) => add(format!("icmpv6_type=136,nd_tll={}", self.mac())),
            _ => {}
        }
        let ip_ok = v4 || v6;
        let kind = Packet {
            v4,
            v6,
            ip: ip_ok,
            mpls: protocol.starts_with("mpls"),
            transport,
            arp: protocol == "arp",
        };
        let actions = if new { self.instructions(&kind) } else { self.actions_v1_0(&kind) };
        let _ = write!(line, "actions={actions}");
        line
    }

    fn output(&mut self) -> String {
        let ports = [
            "output:1",
            "2",
            "output:65279",
            "LOCAL",
            "local",
            "IN_PORT",
            "in_port",
            "flood",
            "all",
            "NORMAL",
            "output:LOCAL",
            "controller",
            "CONTROLLER:65535",
            "controller:100",
            "controller(max_len=128)",
            "output(7)",
            "output:CONTROLLER",
            "controller()",
            "TABLE",
        ];
        self.pick(&ports).to_owned()
    }

    fn actions_v1_0(&mut self, packet: &Packet) -> String {
        let mut list = Vec::new();
        for _ in 0..self.roll(5) {
            let action = match self.roll(8) {
                0 => format!("mod_dl_src:{}", self.plain_mac()),
                1 => format!("set_field:{}->eth_dst", self.plain_mac()),
                2 if packet.v4 => format!("mod_nw_src:{}", self.plain_ipv4()),
                2 => "mod_vlan_vid:9".to_owned(),
                3 if packet.v4 => "mod_nw_tos:32,set_field:10.9.8.7->nw_dst".to_owned(),
                3 => "strip_vlan".to_owned(),
                4 if !packet.transport.is_empty() => "mod_tp_dst:80,mod_tp_src:0x51".to_owned(),
                4 => "mod_vlan_pcp:3".to_owned(),
                5 => "enqueue:4:7".to_owned(),
                _ => self.output(),
            };
            list.push(action);
        }
        if list.is_empty() { "drop".to_owned() } else { list.join(",") }
    }

    fn actions(&mut self, packet: &Packet) -> Vec<String> {
        let mut list = Vec::new();
        for _ in 0..self.roll(4) {
            let action = match self.roll(16) {
                0 => format!("mod_dl_src:{}", self.plain_mac()),
                1 => format!("set_field:{}->eth_dst", self.plain_mac()),
                2 if packet.v4 => {
                    format!("mod_nw_src:{},set_field:1.2.3.4->nw_dst", self.plain_ipv4())
                }
                2 if packet.v6 => format!("set_field:{}->ipv6_src", self.plain_ipv6()),
                2 if packet.arp => "set_field:2->arp_op,set_field:1.1.1.1->arp_spa".to_owned(),
                3 if packet.ip => "set_field:5->ip_dscp,mod_nw_ecn:2".to_owned(),
                3 => "push_vlan:0x88a8,mod_vlan_vid:6,strip_vlan".to_owned(),
                4 if packet.v4 => "mod_nw_tos:32".to_owned(),
                4 => "mod_vlan_vid:9,mod_vlan_pcp:1".to_owned(),
                5 if !packet.transport.is_empty() => "mod_tp_dst:80,mod_tp_src:0x51".to_owned(),
                5 => "push_vlan:0x8100,set_field:4097->vlan_vid,pop_vlan".to_owned(),
                6 if packet.ip => "dec_ttl,mod_nw_ttl:9".to_owned(),
                6 => "set_queue:5".to_owned(),
                7 if packet.mpls => {
                    "set_mpls_label:5,set_mpls_tc:3,set_mpls_ttl(9),dec_mpls_ttl".to_owned()
                }
                7 => format!("group:{}", self.roll(100)),
                8 => format!("set_field:{:#x}->tun_id", self.roll(1 << 30)),
                9 => "set_field:0->metadata".to_owned(),
                10 if packet.v6 => "set_field:0x77->ipv6_label".to_owned(),
                _ => self.output(),
            };
            list.push(action);
        }
        list
    }

    fn instructions(&mut self, packet: &Packet) -> String {
        let mut list = Vec::new();
        if self.one_in(6) {
            list.push(format!("meter:{}", 1 + self.roll(50)));
        }
        list.extend(self.actions(packet));
        if packet.mpls && self.one_in(3) {
            list.push("pop_mpls:0x800".to_owned());
        } else if self.one_in(12) {
            list.push("push_mpls:0x8847".to_owned());
        }
        if self.one_in(8) {
            list.push("clear_actions".to_owned());
        }
        if self.one_in(6) {
            list.push(format!("write_actions({},{})", self.output(), self.output()));
        }
        if self.one_in(6) {
            let masks = ["", "/0xff", "/-1", "/0"];
            let mask = self.pick(&masks);
            list.push(format!("write_metadata:{:#x}{mask}", self.roll(1 << 30)));
        }
        if self.one_in(6) {
            list.push("goto_table:254".to_owned());
        }
        if list.is_empty() { "drop".to_owned() } else { list.join(",") }
    }
}

/// What the actions of a made-up flow may touch.
struct Packet<'a> {
    v4: bool,
    v6: bool,
    ip: bool,
    mpls: bool,
    arp: bool,
    transport: &'a str,
}

/// So many lines, the same every time.
pub(crate) fn made_up(version: Version, count: usize) -> Vec<String> {
    let mut dice = Dice(u64::from(version.wire()));
    if version == V1_1 {
        // Those of 1.3 that it can express too.
        return std::iter::repeat_with(|| dice.flow(V1_3))
            .filter(|line| in_v1_1(line))
            .take(count)
            .collect();
    }
    (0..count).map(|_| dice.flow(version)).collect()
}

/// Whether 1.1 can say it, and ovs-ofctl knows that: of tags it gives it those without a mask only.
fn in_v1_1(line: &str) -> bool {
    let masked = ["vlan_tci=0x1000/", "vlan_tci=0x1123/", "vlan_tci=0xb000/", "vlan_vid=0/"];
    ovs::parse_flow(V1_1, line).is_ok() && !masked.iter().any(|words| line.contains(words))
}
