//! Flow-mods made up, and the form in which Open vSwitch gives them back.

use ryu_sdn::ofproto::oxm::{
    self, CLASS_NXM_0, CLASS_NXM_1, Field, FieldInfo, Needs, OxmTlv, OxmValue,
};
use ryu_sdn::ofproto::{
    Action, ActionList, FlowMod, FlowModFlags, GroupId, Instruction, Instructions, Match, PortNo,
    V1_0, V1_1, V1_2, V1_3, V1_4, V1_5, Version,
};
use ryu_sdn::wire::MacAddr;

use super::dice::Dice;
use super::fields::{self, OLD_NAMES};

/// Groups and meters that flows may name.
pub(crate) const GROUPS: u64 = 20;
pub(crate) const METERS: u64 = 10;
/// The last table that flows may be in; those behind it are for goto_table.
const LAST_TABLE: u64 = 250;

/// OXM class of the packet registers of 1.5.
const PACKET_REGISTERS: u16 = 0x8001;

/// Nicira's fields that others need.
const ASKED_FOR: &[&str] = &["eth_type_nxm", "ip_proto_nxm", "icmpv6_type_nxm"];

fn number(bytes: &[u8]) -> u128 {
    u128::read(bytes)
}

/// The name that the field has where Open vSwitch speaks OXM.
fn new_name(name: &'static str) -> &'static str {
    OLD_NAMES.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new)
}

/// Whether the two are of the same thing, so that only one of them may be there.
fn same_thing(a: &FieldInfo, b: &FieldInfo) -> bool {
    let kin = |info: &FieldInfo| match new_name(info.name) {
        // Registers of several sizes share their bits.
        name if name.starts_with("xxreg") || name.starts_with("reg") => "reg",
        // A packet has one tunnel.
        "tun_ipv6_src" | "tun_ipv6_dst" | "tun_ipv4_src" | "tun_ipv4_dst" => "tun_ip",
        name => name,
    };
    // The tag as a whole, and its parts.
    let tag = |info: &FieldInfo| info.name == "vlan_tci";
    let part = |info: &FieldInfo| info.name.starts_with("vlan_");
    kin(a) == kin(b) || tag(a) && part(b) || part(a) && tag(b)
}

/// Makes flow-mods of one version.
pub(crate) struct Maker {
    version: Version,
    pub(crate) dice: Dice,
    rows: Vec<&'static FieldInfo>,
    packets: Vec<Match>,
    made: u64,
}

impl Maker {
    pub(crate) fn new(version: Version, seed: u64) -> Maker {
        Maker {
            version,
            dice: Dice(seed ^ u64::from(version.wire())),
            rows: fields::rows(version, version >= V1_3),
            packets: fields::packets(version, version >= V1_3),
            made: 0,
        }
    }

    /// The rows that this packet can be matched on in addition.
    fn fitting(&self, packet: &Match) -> Vec<&'static FieldInfo> {
        let there: Vec<_> = packet.fields().filter_map(|tlv| tlv.as_oxm().info()).collect();
        let fits = |info: &&&'static FieldInfo| {
            let more = packet.clone().with_tlv(&fields::tlv(info, 1, fields::ones(info)));
            // Open vSwitch reads in order, and Nicira's fields stand last.
            let ordered = match info.class {
                // What others ask for must not stand behind them.
                CLASS_NXM_0 | CLASS_NXM_1 => {
                    !ASKED_FOR.contains(&info.name) || !packet.contains(oxm::ETH_TYPE)
                }
                _ => info.needs == Needs::Nothing || !packet.contains(oxm::ETH_TYPE_NXM),
            };
            // Without its type Open vSwitch shows no context of a network service header.
            let context = ["nsh_c1", "nsh_c2", "nsh_c3", "nsh_c4"].contains(&info.name);
            more.check().is_ok()
                && ordered
                && (!context || packet.get(oxm::NSH_MDTYPE) == Some(1))
                && !there.iter().any(|other| same_thing(info, other))
                // A mask of the tag could lose what the priority needs.

                // Of neighbour discovery only messages with code 0.
                && !(new_name(info.name) == "icmpv6_code"
                    && there.iter().any(|other| new_name(other.name) == "icmpv6_type"))
        };
        self.rows.iter().filter(fits).copied().collect()
    }

    fn random(&mut self, info: &'static FieldInfo, masked: bool) -> OxmTlv {
        let value = fields::value(&mut self.dice, info);
        if info.name == "ip_frag" {
            // Those for which there are words.
            let (value, mask) = self.dice.pick(&[(0, 3), (1, 1), (1, 3), (0, 2)]);
            return fields::tlv(info, value, mask);
        }
        if !masked || !fields::is_maskable(self.version, info) {
            return fields::tlv(info, value, fields::ones(info));
        }
        let mask = fields::mask(&mut self.dice, self.version, info);
        fields::tlv(info, value & mask, mask)
    }

    /// A packet that may have this field.
    fn packet_for(&mut self, info: &'static FieldInfo) -> Option<Match> {
        let with = |packet: &&Match| self.fitting(packet).contains(&info);
        let all: Vec<Match> = self.packets.iter().filter(with).cloned().collect();
        (!all.is_empty()).then(|| self.dice.pick(&all))
    }

    /// A match with this field, if there is one given, and up to three others.
    fn match_(&mut self, first: Option<(&'static FieldInfo, bool)>) -> Match {
        let mut m = match first {
            Some((info, masked)) => {
                let packet = self.packet_for(info);
                let mut m = packet.unwrap_or_else(|| panic!("{}: no packet has it", info.name));
                // Code points of nothing: the field itself makes the packet.
                m = m.with_tlv(&self.random(info, masked));
                m
            }
            None => {
                let packets = self.packets.clone();
                self.dice.pick(&packets)
            }
        };
        for _ in 0..self.dice.roll(4) {
            let fitting = self.fitting(&m);
            if !fitting.is_empty() {
                let info = self.dice.pick(&fitting);
                let masked = self.dice.one_in(2);
                m = m.with_tlv(&self.random(info, masked));
            }
        }
        m
    }

    /// A flow-mod that adds an entry: one for each field, exact and masked, then any.
    pub(crate) fn flow(&mut self) -> FlowMod {
        let n = self.made as usize;
        self.made += 1;
        let rows = self.rows.clone();
        let first = rows.get(n / 2).map(|info| (*info, n % 2 == 1));
        let match_ = self.match_(first);
        let mut flow = FlowMod {
            cookie: 0x1_0000_0000 | self.made,
            // What makes each entry another one.
            priority: self.made as u16,
            match_,
            ..FlowMod::add()
        };
        if self.version != V1_0 {
            flow.table_id = self.dice.roll(LAST_TABLE) as u8;
        }
        if self.dice.one_in(4) {
            flow.idle_timeout = 1_000 + self.dice.roll(60_000) as u16;
        }
        if self.dice.one_in(4) {
            flow.hard_timeout = 1_000 + self.dice.roll(60_000) as u16;
        }
        if self.version >= V1_4 && self.dice.one_in(3) {
            flow.importance = self.dice.roll(65_536) as u16;
        }
        flow.flags = self.flags();
        flow.instructions = self.instructions(&flow);
        flow
    }

    /// Flags that stay with an entry. 1.0 does not tell them.
    fn flags(&mut self) -> FlowModFlags {
        let mut flags = FlowModFlags(0);
        if self.version >= V1_3 {
            let all = [
                FlowModFlags::SEND_FLOW_REM,
                FlowModFlags::NO_PKT_COUNTS,
                FlowModFlags::NO_BYT_COUNTS,
            ];
            for flag in all {
                if self.dice.one_in(6) {
                    flags.0 |= flag.0;
                }
            }
        }
        flags
    }

    pub(crate) fn instructions(&mut self, flow: &FlowMod) -> Instructions {
        if self.version == V1_0 {
            let actions = self.actions(flow);
            let none = actions.is_empty();
            return if none { Instructions::new() } else { Instruction::apply(actions) };
        }
        let mut list = Instructions::new();
        if (V1_3..V1_5).contains(&self.version) && self.dice.one_in(5) {
            list.push(Instruction::Meter(1 + self.dice.roll(METERS) as u32));
        }
        let mut applied = self.actions(flow);
        if self.version >= V1_5 && self.dice.one_in(5) {
            let mut all = ActionList::new();
            all.push(Action::Meter(1 + self.dice.roll(METERS) as u32));
            applied.iter().for_each(|action| all.push(action.clone()));
            applied = all;
        }
        if !applied.is_empty() {
            list.push(Instruction::ApplyActions(applied));
        }
        if self.dice.one_in(6) {
            list.push(Instruction::ClearActions);
        }
        if self.dice.one_in(4) {
            let ports = [Action::output(self.port())];
            let actions = match self.dice.roll(3) {
                0 => ActionList::from([Action::Group(self.group())]),
                1 => ActionList::from(ports),
                _ => ActionList::from([Action::SetQueue(self.dice.roll(1 << 20) as u32)]),
            };
            list.push(Instruction::WriteActions(actions));
        }
        if self.dice.one_in(5) {
            let mask = [u64::MAX, 0xff, 0xffff_0000_0000_0000];
            let metadata_mask = self.dice.pick(&mask);
            let metadata = self.dice.bits(64) as u64 & metadata_mask;
            list.push(Instruction::WriteMetadata { metadata, metadata_mask });
        }
        if self.dice.one_in(4) {
            let table = u64::from(flow.table_id) + 1;
            let table = table + self.dice.roll(LAST_TABLE + 3 - table);
            list.push(Instruction::GotoTable(table as u8));
        }
        list
    }

    fn port(&mut self) -> PortNo {
        PortNo(1 + self.dice.roll(0xfe00) as u32)
    }

    fn group(&mut self) -> GroupId {
        GroupId(1 + self.dice.roll(GROUPS) as u32)
    }

    fn output(&mut self) -> Action {
        let reserved = [PortNo::IN_PORT, PortNo::NORMAL, PortNo::FLOOD, PortNo::ALL, PortNo::LOCAL];
        match self.dice.roll(8) {
            0 => Action::Output { port: self.dice.pick(&reserved), max_len: 0 },
            1 => Action::Output { port: PortNo::CONTROLLER, max_len: 128 },
            2 if self.version != V1_0 => Action::to_controller(),
            3 if self.version == V1_0 => {
                Action::Enqueue { port: self.port(), queue_id: self.dice.roll(1 << 20) as u32 }
            }
            _ => Action::Output { port: self.port(), max_len: 0 },
        }
    }

    /// Actions to apply to what the flow matches.
    fn actions(&mut self, flow: &FlowMod) -> ActionList {
        let mut list = ActionList::new();
        for _ in 0..self.dice.roll(4) {
            // Nobody knows what is left then.
            let ends = |action: &Action| {
                matches!(action, Action::PushMpls(_) | Action::PopMpls(_) | Action::PopVlan)
            };
            if list.iter().any(ends) {
                break;
            }
            let mut longer = list.clone();
            match self.version {
                V1_0 | V1_1 => self.old_action(flow, &mut longer),
                _ => self.action(flow, &mut longer),
            }
            let with = Instruction::apply(longer.clone());
            let trial = FlowMod { instructions: with, ..flow.clone() };
            if trial.check().is_ok() {
                list = longer;
            }
        }
        if !self.dice.one_in(8) {
            list.push(self.output());
        }
        list
    }

    fn action(&mut self, flow: &FlowMod, list: &mut ActionList) {
        let is = |types: &[u16]| {
            let eth_type = flow.match_.get(oxm::ETH_TYPE);
            let eth_type = eth_type.or(flow.match_.get(oxm::ETH_TYPE_NXM));
            eth_type.is_some_and(|eth_type| types.contains(&eth_type))
        };
        let (ip, mpls) = (is(&[0x0800, 0x86dd]), is(&[0x8847, 0x8848]));
        let tagged = flow.match_.get(oxm::VLAN_VID).is_some_and(|vid| vid & 0x1000 != 0);
        match self.dice.roll(12) {
            0..=4 => {
                let settable = |info: &&&'static FieldInfo| {
                    // Open vSwitch wants a tag there before its id is set.
                    fields::is_settable(info) && (tagged || info.name != "vlan_vid")
                };
                let rows: Vec<_> = self.rows.iter().filter(settable).copied().collect();
                let info = self.dice.pick(&rows);
                let masked = self.version >= V1_5 && self.dice.one_in(2);
                // Of a tag the bit that says so must be set too.
                let masked = masked && info.name != "vlan_vid";
                list.push(Action::SetField(self.random(info, masked)));
            }
            // Open vSwitch has two tags and no more.
            5 if !list.iter().any(|action| matches!(action, Action::PushVlan(_))) => {
                list.push(Action::PushVlan(self.dice.pick(&[0x8100, 0x88a8])));
                list.push(Action::set_field(oxm::VLAN_VID, 0x1000 | self.dice.roll(4096) as u16));
            }
            6 if tagged && list.is_empty() => list.push(Action::PopVlan),
            6 => list.push(Action::PushMpls(self.dice.pick(&[0x8847, 0x8848]))),
            7 if mpls => {
                let label = self.dice.roll(1 << 20) as u32;
                list.push(Action::set_field(oxm::MPLS_LABEL, label));
                list.push(Action::DecMplsTtl);
            }
            7 if ip => list.push(Action::DecNwTtl),
            8 if mpls => list.push(Action::SetMplsTtl(self.dice.roll(256) as u8)),
            8 if ip => list.push(Action::SetNwTtl(self.dice.roll(256) as u8)),
            9 if mpls && list.is_empty() => list.push(Action::PopMpls(0x0800)),
            9 => list.push(Action::SetQueue(self.dice.roll(1 << 30) as u32)),
            10 => list.push(Action::Group(self.group())),
            _ => list.push(self.output()),
        }
    }

    /// An action of 1.0 and 1.1. In 1.1 Open vSwitch asks for prerequisites.
    fn old_action(&mut self, flow: &FlowMod, list: &mut ActionList) {
        let mac = MacAddr::read(&self.dice.bits(48).to_be_bytes()[10..]);
        let ip = std::net::Ipv4Addr::from(self.dice.bits(32) as u32);
        let port = self.dice.roll(65_536) as u16;
        let v1_1 = self.version == V1_1;
        let v4 = !v1_1 || flow.match_.get(oxm::ETH_TYPE) == Some(0x0800);
        let proto = flow.match_.get(oxm::IP_PROTO).unwrap_or(0);
        let ports = !v1_1 || v4 && [6, 17, 132].contains(&proto);
        list.push(match self.dice.roll(16) {
            0 if !v1_1 => Action::SetVlanVid(port & 0xfff),
            1 if !v1_1 => Action::SetVlanPcp(port as u8 & 7),
            2 if !v1_1 => Action::StripVlan,
            3 | 4 => Action::SetDlSrc(mac),
            5 => Action::SetDlDst(mac),
            6 if v4 => Action::SetNwSrc(ip),
            7 if v4 => Action::SetNwDst(ip),
            8 if v4 => Action::SetNwTos(port as u8 & 0xfc),
            9 if ports => Action::SetTpSrc(port),
            10 if ports => Action::SetTpDst(port),
            11 if v1_1 => Action::SetQueue(port.into()),
            12 if v1_1 => Action::Group(self.group()),
            _ => self.output(),
        });
    }
}

/// A field as the version's answers have it: Nicira's name for what has a standard one is gone.
fn normal_field(version: Version, tlv: &OxmTlv) -> Vec<OxmTlv> {
    let oxm = tlv.as_oxm();
    let Some(info) = oxm.info() else { return vec![tlv.clone()] };
    let value = number(oxm.value());
    let mask = oxm.mask().map_or(fields::ones(info), number) & fields::ones(info);
    let named = |name: &str, value: u128, mask: u128| {
        // 1.0 and 1.1 have the standard fields in a match of their own.
        let row = FieldInfo::by_name_in(version.max(V1_2), name).expect("a row");
        let mask = mask & fields::ones(row);
        // What is not looked at is not told.
        (mask != 0).then(|| fields::tlv(row, value & mask, mask))
    };
    let all = match info.name {
        "vlan_tci" => {
            let vid = named("vlan_vid", value, mask);
            // All bits of the priority count if one does.
            let pcp = (mask >> 13 != 0).then(|| named("vlan_pcp", value >> 13, 7)).flatten();
            vec![vid, pcp]
        }
        "nw_tos" => vec![named("ip_dscp", value >> 2, mask >> 2)],
        "tunnel_id_nxm" if version == V1_2 => vec![named(info.name, value, mask)],
        // ONF's form of it came with 1.3.
        "tcp_flags" if version == V1_2 => vec![named("tcp_flags_nxm", value, mask)],
        "in_port_nxm" => vec![named("in_port", value, u128::MAX)],
        name => vec![named(new_name(name), value, mask)],
    };
    all.into_iter().flatten().collect()
}

/// Registers in the sizes that Open vSwitch answers in: 32 bits, and 64 bits from 1.5 on, where they
/// are the specification's packet registers.
fn registers(version: Version, m: &Match) -> Match {
    let mut all = [(0u32, 0u32); 16];
    let mut rest = Match::new();
    for tlv in m.fields() {
        let oxm = tlv.as_oxm();
        let name = oxm.info().map_or("", |info| info.name);
        let (digits, words) = match (name.strip_prefix("xxreg"), name.strip_prefix("reg")) {
            (Some(digits), _) => (digits, 4),
            (_, Some(digits)) => (digits, 1),
            _ => {
                rest = rest.with_tlv(&tlv);
                continue;
            }
        };
        let first = digits.parse::<usize>().expect("a number") * words;
        let value = number(oxm.value());
        let mask = oxm.mask().map_or(u128::MAX, number);
        for word in 0..words {
            let shift = 32 * (words - 1 - word);
            all[first + word] = ((value >> shift) as u32, (mask >> shift) as u32);
        }
    }
    for (n, (value, mask)) in all.iter().enumerate().filter(|_| version < V1_5) {
        if *mask != 0 {
            let row = FieldInfo::by_name(&format!("reg{n}")).expect("a register");
            rest = rest.with_tlv(&fields::tlv(row, (*value).into(), (*mask).into()));
        }
    }
    for (n, pair) in all.chunks(2).enumerate().filter(|_| version >= V1_5) {
        let both = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
        let (value, mask) = (both(pair[0].0, pair[1].0), both(pair[0].1, pair[1].1));
        let field: Field<u64> = Field::new(PACKET_REGISTERS, n as u8, 8);
        rest = match mask {
            0 => rest,
            u64::MAX => rest.with(field, value),
            mask => rest.with_masked(field, value, mask),
        };
    }
    rest
}

pub(crate) fn normal_match(version: Version, m: &Match) -> Match {
    let fields = m.fields().flat_map(|tlv| normal_field(version, &tlv));
    registers(version, &fields.fold(Match::new(), |m, tlv| m.with_tlv(&tlv)))
}

fn normal_action(version: Version, action: &Action) -> Action {
    match action {
        // The standard field may not be set, and Nicira's may.
        Action::SetField(tlv) if tlv.get(oxm::IN_PORT_NXM).is_some() => action.clone(),
        // The whole byte is another field to Open vSwitch, and so is the whole tag.
        Action::SetField(tlv) if tlv.get(oxm::NW_TOS).is_some() => action.clone(),
        Action::SetField(tlv) if tlv.get(oxm::VLAN_TCI).is_some() => action.clone(),
        Action::SetField(tlv) => match &normal_field(version, tlv)[..] {
            [one] => Action::SetField(one.clone()),
            _ => action.clone(),
        },
        other => other.clone(),
    }
}

fn normal_actions(version: Version, list: &ActionList) -> ActionList {
    let mut normal = ActionList::new();
    list.iter().for_each(|action| normal.push(normal_action(version, action)));
    normal
}

pub(crate) fn normal_instructions(version: Version, list: &Instructions) -> Instructions {
    let mut normal = Instructions::new();
    for instruction in list.iter() {
        normal.push(match instruction {
            Instruction::ApplyActions(list) => {
                Instruction::ApplyActions(normal_actions(version, list))
            }
            Instruction::WriteActions(list) => {
                Instruction::WriteActions(normal_actions(version, list))
            }
            other => other.clone(),
        });
    }
    normal
}

/// The flow-mod that says the same in Open vSwitch's words.
pub(crate) fn normal(version: Version, flow: &FlowMod) -> FlowMod {
    FlowMod {
        match_: normal_match(version, &flow.match_),
        instructions: normal_instructions(version, &flow.instructions),
        ..flow.clone()
    }
}

/// The same as text has it: of outputs, only those to the controller tell how much to send.
pub(crate) fn as_text(flow: &FlowMod) -> FlowMod {
    let short = |list: &ActionList| {
        let mut all = ActionList::new();
        for action in list.iter() {
            all.push(match action {
                Action::Output { port, .. } if *port != PortNo::CONTROLLER => {
                    Action::Output { port: *port, max_len: 0 }
                }
                other => other.clone(),
            });
        }
        all
    };
    let mut instructions = Instructions::new();
    for instruction in flow.instructions.iter() {
        instructions.push(match instruction {
            Instruction::ApplyActions(list) => Instruction::ApplyActions(short(list)),
            Instruction::WriteActions(list) => Instruction::WriteActions(short(list)),
            other => other.clone(),
        });
    }
    FlowMod { instructions, ..flow.clone() }
}
