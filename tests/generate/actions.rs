//! Actions, Nicira's actions, instructions.

use ryu_sdn::ofproto::*;

use super::{Any, Gen, any_struct};

type Make = fn(&mut Gen) -> Action;

/// Actions of 1.0.
const OLD: &[Make] = &[
    |g| Action::Output { port: g.any(), max_len: g.any() },
    |g| Action::SetVlanVid(g.any()),
    |g| Action::SetVlanPcp(g.any()),
    |_| Action::StripVlan,
    |g| Action::SetDlSrc(g.any()),
    |g| Action::SetDlDst(g.any()),
    |g| Action::SetNwSrc(g.any()),
    |g| Action::SetNwDst(g.any()),
    |g| Action::SetNwTos(g.any()),
    |g| Action::SetTpSrc(g.any()),
    |g| Action::SetTpDst(g.any()),
    |g| Action::Enqueue { port: g.any(), queue_id: g.any() },
];

/// Actions of 1.2 and later, with the version that brought them.
const NEW: &[(Version, Make)] = &[
    (V1_2, |g| Action::Output { port: g.any(), max_len: g.any() }),
    (V1_2, |_| Action::CopyTtlOut),
    (V1_2, |_| Action::CopyTtlIn),
    (V1_2, |g| Action::SetMplsTtl(g.any())),
    (V1_2, |_| Action::DecMplsTtl),
    (V1_2, |g| Action::PushVlan(g.any())),
    (V1_2, |_| Action::PopVlan),
    (V1_2, |g| Action::PushMpls(g.any())),
    (V1_2, |g| Action::PopMpls(g.any())),
    (V1_2, |g| Action::SetQueue(g.any())),
    (V1_2, |g| Action::Group(g.any())),
    (V1_2, |g| Action::SetNwTtl(g.any())),
    (V1_2, |_| Action::DecNwTtl),
    (V1_2, |g| Action::SetField(g.any())),
    (V1_2, |g| Action::SetField(g.any())),
    (V1_2, |g| Action::SetField(g.any())),
    (V1_3, |g| Action::PushPbb(g.any())),
    (V1_3, |_| Action::PopPbb),
    (V1_5, |g| Action::CopyField {
        n_bits: g.any(),
        src_offset: g.any(),
        dst_offset: g.any(),
        oxm_ids: g.any(),
    }),
    (V1_5, |g| Action::Meter(g.any())),
];

impl Any for Action {
    fn any(g: &mut Gen) -> Action {
        let version = g.version;
        // 1.2 has no Nicira actions in Ryu, nor have we there.
        if version != V1_2 && g.one_in(2) {
            return Action::Nicira(Box::new(g.any()));
        }
        if g.one_in(16) {
            let data = if version == V1_2 && !g.wild { 0 } else { 3 };
            return Action::Experimenter { experimenter: g.any(), data: g.bytes(0, 8, data) };
        }
        if g.wild && g.one_in(8) {
            return Action::Unknown { action_type: 0x700, data: g.bytes(4, 8, 2) };
        }
        if version == V1_0 {
            return g.one_of(OLD)(g);
        }
        let fit: Vec<Make> = NEW.iter().filter(|row| row.0 <= version).map(|row| row.1).collect();
        g.one_of(&fit)(g)
    }
}

/// At most five; in a group of more versions they stand for themselves.
impl Any for ActionList {
    fn any(g: &mut Gen) -> ActionList {
        ActionList::from(g.list(5, Gen::any::<Action>))
    }
}

impl Any for Instruction {
    fn any(g: &mut Gen) -> Instruction {
        let version = g.version;
        match g.below(if g.wild { 9 } else { 7 }) {
            0 => Instruction::GotoTable(g.any()),
            1 => Instruction::WriteMetadata { metadata: g.any(), metadata_mask: g.any() },
            2 => Instruction::WriteActions(g.any()),
            3 => Instruction::ClearActions,
            4 if version >= V1_5 => {
                Instruction::StatTrigger { flags: g.any(), thresholds: g.any() }
            }
            4 if version >= V1_3 => Instruction::Meter(g.any()),
            7 => Instruction::Experimenter { experimenter: g.any(), data: g.bytes(0, 8, 2) },
            8 => Instruction::Unknown { instruction_type: 0x700, data: g.bytes(4, 8, 2) },
            _ => Instruction::ApplyActions(g.any()),
        }
    }
}

/// At most three; in 1.0 a list of actions.
impl Any for Instructions {
    fn any(g: &mut Gen) -> Instructions {
        if g.version > V1_0 {
            return Instructions::from(g.list(3, Gen::any::<Instruction>));
        }
        match g.any::<ActionList>() {
            none if none.is_empty() => Instructions::new(),
            actions => Instruction::apply(actions),
        }
    }
}

/// One of Nicira's actions: a row for each of them.
macro_rules! any_nicira {
    ($($row:ident)*) => {
        impl Any for NxAction {
            fn any(g: &mut Gen) -> NxAction {
                let all: &[fn(&mut Gen) -> NxAction] = &[
                    $( |g| NxAction::$row(g.any()), )*
                    |g| NxAction::Unknown { subtype: 0x700, data: g.bytes(6, 8, 2) },
                ];
                // Each in its turn: chance would leave some out.
                g.turn += 1;
                all[g.turn % all.len()](g)
            }
        }
    };
}

any_nicira! {
    Resubmit SetTunnel SetQueue PopQueue RegMove RegLoad Note SetTunnel64 Multipath ResubmitTable
    OutputReg Learn Exit DecTtl FinTimeout Controller PushMpls PopMpls SetMplsTtl DecMplsTtl
    StackPush StackPop Sample SetMplsLabel SetMplsTc Conjunction Ct Nat Sample2 OutputTrunc
    CtClear DecNshTtl Bundle BundleLoad Controller2 DecTtlCntIds Encap OutputReg2 RegLoad2
    DeleteField
}

any_struct! {
    NxDecTtlCntIds { cnt_ids }
    NxController2 { properties }
    NxRegLoad2 { field }
    NxDeleteField { field }
    NxResubmit { in_port }
    NxSetTunnel { tun_id }
    NxSetQueue { queue_id }
    NxPopQueue {}
    NxSetTunnel64 { tun_id }
    NxResubmitTable { in_port, table_id }
    NxExit {}
    NxDecTtl {}
    NxFinTimeout { fin_idle_timeout, fin_hard_timeout }
    NxController { max_len, controller_id, reason }
    NxPushMpls { ethertype }
    NxPopMpls { ethertype }
    NxSetMplsTtl { ttl }
    NxDecMplsTtl {}
    NxSample { probability, collector_set_id, obs_domain_id, obs_point_id }
    NxSetMplsLabel { label }
    NxSetMplsTc { tc }
    NxConjunction { clause, n_clauses, id }
    NxNat {
        flags, range_ipv4_min, range_ipv4_max, range_ipv6_min, range_ipv6_max, range_proto_min,
        range_proto_max
    }
    NxSample2 { probability, collector_set_id, obs_domain_id, obs_point_id, sampling_port }
    NxOutputTrunc { port, max_len }
    NxCtClear {}
    NxDecNshTtl {}
}

impl Any for NxRegMove {
    fn any(g: &mut Gen) -> NxRegMove {
        NxRegMove {
            n_bits: g.any(),
            src_ofs: g.any(),
            dst_ofs: g.any(),
            src_field: g.plain_id(),
            dst_field: g.plain_id(),
        }
    }
}

impl Any for NxRegLoad {
    fn any(g: &mut Gen) -> NxRegLoad {
        NxRegLoad { ofs_nbits: g.any(), dst: g.plain_id(), value: g.any() }
    }
}

impl Any for NxNote {
    fn any(g: &mut Gen) -> NxNote {
        NxNote { note: g.bytes(6, 8, 2) }
    }
}

impl Any for NxMultipath {
    fn any(g: &mut Gen) -> NxMultipath {
        NxMultipath {
            fields: g.any(),
            basis: g.any(),
            algorithm: g.any(),
            max_link: g.any(),
            arg: g.any(),
            ofs_nbits: g.any(),
            dst: g.plain_id(),
        }
    }
}

impl Any for NxOutputReg {
    fn any(g: &mut Gen) -> NxOutputReg {
        NxOutputReg { ofs_nbits: g.any(), src: g.plain_id(), max_len: g.any() }
    }
}

impl Any for NxOutputReg2 {
    fn any(g: &mut Gen) -> NxOutputReg2 {
        NxOutputReg2 { ofs_nbits: g.any(), src: g.plain_id(), max_len: g.any() }
    }
}

impl Any for NxBundle {
    fn any(g: &mut Gen) -> NxBundle {
        NxBundle {
            algorithm: g.any(),
            fields: g.any(),
            basis: g.any(),
            slave_type: g.any(),
            // Nothing is stored.
            ofs_nbits: 0,
            dst: OxmId::default(),
            slaves: g.slaves(),
        }
    }
}

impl Any for NxBundleLoad {
    fn any(g: &mut Gen) -> NxBundleLoad {
        NxBundleLoad {
            algorithm: g.any(),
            fields: g.any(),
            basis: g.any(),
            slave_type: g.any(),
            ofs_nbits: g.any(),
            dst: g.plain_id(),
            slaves: g.slaves(),
        }
    }
}

impl Gen {
    /// Ports of a bundle. Without any Ryu leaves out padding that Open vSwitch has.
    fn slaves(&mut self) -> Vec<u16> {
        let mut slaves: Vec<u16> = self.any();
        if slaves.is_empty() && !self.wild {
            slaves.push(self.any());
        }
        slaves
    }
}

/// Each at most once: JSON has a member for each of them.
impl Any for Vec<NxController2Prop> {
    fn any(g: &mut Gen) -> Vec<NxController2Prop> {
        let all: &[fn(&mut Gen) -> NxController2Prop] = &[
            |g| NxController2Prop::MaxLen(g.any()),
            |g| NxController2Prop::ControllerId(g.any()),
            |g| NxController2Prop::Reason(g.any()),
            |g| NxController2Prop::Userdata(g.bytes(1, 1, 20)),
            |_| NxController2Prop::Pause,
        ];
        let mut some = Vec::new();
        for make in all {
            if g.one_in(2) {
                some.push(make(g));
            }
        }
        some
    }
}

/// Ryu knows of the type only.
impl Any for NxEncap {
    fn any(g: &mut Gen) -> NxEncap {
        if !g.wild {
            return NxEncap::default();
        }
        NxEncap { hdr_size: g.any(), new_pkt_type: g.any(), properties: g.any() }
    }
}

impl Any for NxEncapProp {
    fn any(g: &mut Gen) -> NxEncapProp {
        NxEncapProp { class: g.any(), prop_type: g.any(), data: g.bytes(0, 1, 9) }
    }
}

impl Any for NxStackPush {
    fn any(g: &mut Gen) -> NxStackPush {
        NxStackPush { start: g.any(), field: g.plain_id(), end: g.any() }
    }
}

impl Any for NxStackPop {
    fn any(g: &mut Gen) -> NxStackPop {
        NxStackPop { start: g.any(), field: g.plain_id(), end: g.any() }
    }
}

impl Any for NxLearn {
    fn any(g: &mut Gen) -> NxLearn {
        NxLearn {
            idle_timeout: g.any(),
            hard_timeout: g.any(),
            priority: g.any(),
            cookie: g.any(),
            flags: g.any(),
            table_id: g.any(),
            fin_idle_timeout: g.any(),
            fin_hard_timeout: g.any(),
            specs: g.any(),
        }
    }
}

impl Any for FlowSpec {
    fn any(g: &mut Gen) -> FlowSpec {
        // JSON has numbers of 64 bits; wider values are text there, and not in Ryu.
        let wide = if g.wild { 128 } else { 64 };
        let n_bits = 1 + g.below(wide) as u16;
        let src = if g.one_in(2) {
            SpecSource::Field(g.plain_id(), g.any())
        } else {
            let size = usize::from(n_bits.div_ceil(16)) * 2;
            let value = g.number(u32::from(n_bits)).to_be_bytes();
            SpecSource::Value(value[16 - size..].to_vec())
        };
        let dst = match g.below(3) {
            0 => SpecTarget::Match(g.plain_id(), g.any()),
            1 => SpecTarget::Load(g.plain_id(), g.any()),
            _ => SpecTarget::Output,
        };
        FlowSpec { n_bits, src, dst }
    }
}

impl Any for NxCt {
    fn any(g: &mut Gen) -> NxCt {
        let mut actions = ActionList::new();
        if g.depth == 0 {
            g.depth += 1;
            actions = g.any();
            g.depth -= 1;
        }
        // There is no second level of it.
        let nested = |action: &Action| matches!(action, Action::Nicira(nx) if matches!(**nx, NxAction::Ct(_)));
        let actions = actions.iter().filter(|a| !nested(a)).cloned().collect::<Vec<_>>();
        // The zone is a number, or bits of a field.
        let zone_src = if g.one_in(2) { OxmId::default() } else { g.plain_id() };
        NxCt {
            flags: g.any(),
            zone_src,
            zone_ofs_nbits: g.any(),
            recirc_table: g.any(),
            alg: g.any(),
            actions: actions.into(),
        }
    }
}
