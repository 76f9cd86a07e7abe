//! What was sent to the bridge is what it has.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ryu_sdn::ofproto::ovs::{self, FlowStatsText, FlowText};
use ryu_sdn::ofproto::{
    Action, Bucket, FlowMod, FlowModCommand, FlowStats, FlowStatsRequest, GroupId, GroupMod,
    GroupModCommand, GroupType, Instruction, MeterBand, MeterBandDrop, MeterFlags, MeterMod,
    MeterModCommand, MultipartReplyBody, MultipartRequestBody, PortNo, TableId, V1_0, V1_1, V1_2,
    V1_3, V1_4, V1_5, Version,
};

use super::bridge::{Bridge, target};
use super::dice::{Dice, seed};
use super::flows::{GROUPS, METERS, Maker, as_text, normal, normal_match};
use super::nicira;

/// One test at a time: there is one bridge.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static BRIDGE: Mutex<()> = Mutex::new(());
    BRIDGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Empties all tables. In 1.3, as 1.0 has no groups and 1.1 no delete for all tables.
pub(crate) fn wipe(target: &str) {
    let mut bridge = Bridge::connect(target, V1_3);
    bridge.apply([FlowMod { table_id: TableId::ALL, ..FlowMod::delete() }]);
    bridge.apply([GroupMod {
        command: GroupModCommand::DELETE,
        group_id: GroupId::ALL,
        ..GroupMod::default()
    }]);
    bridge.apply([MeterMod {
        command: MeterModCommand::DELETE,
        meter_id: MeterMod::METER_ALL,
        ..MeterMod::default()
    }]);
}

/// Whether Nicira's actions are there: 1.1 and 1.2 have none here.
fn has_nicira(version: Version) -> bool {
    version == V1_0 || version >= V1_3
}

/// What flows may name.
pub(crate) fn furnish(bridge: &mut Bridge) {
    if bridge.version > V1_0 {
        bridge.apply((1..=GROUPS).map(|n| GroupMod {
            group_id: GroupId(n as u32),
            group_type: GroupType::ALL,
            buckets: vec![Bucket::default()],
            ..GroupMod::default()
        }));
    }
    if bridge.version >= V1_3 {
        bridge.apply((1..=METERS).map(|n| MeterMod {
            flags: MeterFlags::KBPS,
            meter_id: n as u32,
            bands: vec![MeterBand::Drop(MeterBandDrop { rate: 1000, burst_size: 0 })],
            ..MeterMod::default()
        }));
    }
}

/// All flow entries, by cookie.
pub(crate) fn entries(bridge: &mut Bridge) -> BTreeMap<u64, FlowStats> {
    let request = FlowStatsRequest::default();
    let body = match bridge.version {
        V1_5 => MultipartRequestBody::FlowDesc(request),
        _ => MultipartRequestBody::Flow(request),
    };
    let all = match bridge.ask(body) {
        MultipartReplyBody::Flow(all) => all,
        MultipartReplyBody::FlowDesc(all) => all.into_iter().map(|desc| desc.entry).collect(),
        other => panic!("{other:?}"),
    };
    let count = all.len();
    let all: BTreeMap<_, _> = all.into_iter().map(|entry| (entry.cookie, entry)).collect();
    assert_eq!(all.len(), count, "a cookie each");
    all
}

/// The lines of `ovs-ofctl dump-flows --no-stats`, by cookie.
pub(crate) fn lines(bridge: &Bridge) -> BTreeMap<u64, String> {
    let text = bridge.ofctl("dump-flows", &["--no-stats"]);
    let mut all = BTreeMap::new();
    for line in text.lines().filter(|line| line.contains("actions=")) {
        let cookie = line.trim_start().strip_prefix("cookie=0x").and_then(|t| t.split_once(','));
        let (digits, _) = cookie.unwrap_or_else(|| panic!("no cookie: {line}"));
        let cookie = u64::from_str_radix(digits, 16).expect("a cookie");
        all.insert(cookie, line.trim_start().to_owned());
    }
    all
}

/// Compares the tables of the bridge with these, entry by entry; gathers what differs.
fn compare(bridge: &mut Bridge, wanted: &BTreeMap<u64, FlowMod>) {
    let version = bridge.version;
    let (entries, lines) = (entries(bridge), lines(bridge));
    let mut wrong = Vec::new();
    let keys = |map: Vec<&u64>| map.into_iter().copied().collect::<Vec<u64>>();
    assert_eq!(keys(entries.keys().collect()), keys(wanted.keys().collect()), "{version}");
    for (cookie, sent) in wanted {
        let (entry, line) = (&entries[cookie], &lines[cookie]);
        let normal = self::normal(version, sent);
        let got = FlowMod {
            cookie: entry.cookie,
            table_id: entry.table_id,
            priority: entry.priority,
            idle_timeout: entry.idle_timeout,
            hard_timeout: entry.hard_timeout,
            flags: entry.flags,
            importance: entry.importance,
            // 1.1 is answered with Nicira's names.
            match_: match version {
                V1_1 => normal_match(version, &entry.match_),
                _ => entry.match_.clone(),
            },
            instructions: entry.instructions.clone(),
            ..FlowMod::add()
        };
        let ours = FlowText(version, &normal).to_string();
        let theirs = FlowStatsText::new(version, entry).no_stats().to_string();
        // Registers have one text, whatever their size.
        let parsed = ovs::parse_flow(version, line).map(|flow| self::normal(version, &flow));
        if got != normal {
            wrong.push(format!("sent   {normal}\n  got    {got}\n  ovs    {line}"));
        } else if ours != *line || theirs != *line {
            wrong.push(format!("text   {ours}\n  entry  {theirs}\n  ovs    {line}"));
        } else if parsed.as_ref() != Ok(&as_text(&normal)) {
            wrong.push(format!("ovs    {line}\n  parsed {parsed:?}\n  sent   {normal:?}"));
        }
    }
    let count = wrong.len();
    wrong.truncate(12);
    assert!(wrong.is_empty(), "{version}: {count} wrong:\n{}", wrong.join("\n"));
}

/// Changes and deletes some entries in every way that there is, and compares after each.
fn change(bridge: &mut Bridge, maker: &mut Maker, all: &mut BTreeMap<u64, FlowMod>) -> usize {
    let version = bridge.version;
    let mut count = 0;
    let some: Vec<u64> = all.keys().copied().step_by(3).collect();
    for cookie in some {
        let flow = all.get_mut(&cookie).expect("it is there");
        flow.instructions = maker.instructions(flow);
        let command = FlowModCommand::MODIFY_STRICT;
        count += bridge.apply([FlowMod { command, ..flow.clone() }]);
    }
    compare(bridge, all);
    let some: Vec<u64> = all.keys().copied().step_by(5).collect();
    for cookie in some {
        let flow = all.remove(&cookie).expect("it is there");
        let command = FlowModCommand::DELETE_STRICT;
        count += bridge.apply([FlowMod { command, ..flow }]);
    }
    compare(bridge, all);
    if version > V1_1 {
        // Those whose cookie is odd, wherever they are.
        let odd =
            FlowMod { cookie: 1, cookie_mask: 1, table_id: TableId::ALL, ..FlowMod::delete() };
        count += bridge.apply([odd]);
        all.retain(|cookie, _| cookie % 2 == 0);
        compare(bridge, all);
        // Other instructions for all that a match covers.
        let instructions = Instruction::apply([Action::Output { port: PortNo(7), max_len: 0 }]);
        let mask = FlowMod { cookie: 2, cookie_mask: 2, ..FlowMod::modify() };
        for table_id in 0..=250 {
            let instructions = instructions.clone();
            count += bridge.apply([FlowMod { table_id, instructions, ..mask.clone() }]);
        }
        let changed = all.iter_mut().filter(|(cookie, _)| *cookie & 2 != 0);
        changed.for_each(|(_, flow)| flow.instructions = instructions.clone());
        compare(bridge, all);
        let out_port = PortNo(7);
        let table_id = TableId::ALL;
        count += bridge.apply([FlowMod { out_port, table_id, ..FlowMod::delete() }]);
        all.retain(|_, flow| {
            let mut actions = flow.instructions.iter().flat_map(|one| match one {
                Instruction::ApplyActions(list) | Instruction::WriteActions(list) => &list[..],
                _ => &[],
            });
            !actions.any(|action| matches!(action, Action::Output { port: PortNo(7), .. }))
        });
        compare(bridge, all);
    }
    count
}

fn flows_of(version: Version) {
    let Some(target) = target() else { return };
    let _alone = alone();
    wipe(&target);
    let mut bridge = Bridge::connect(&target, version);
    furnish(&mut bridge);
    let seed = seed();
    let mut maker = Maker::new(version, seed);
    let mut wanted = BTreeMap::new();
    for _ in 0..400 {
        let flow = maker.flow();
        assert_eq!(flow.check(), Ok(()), "{flow}");
        wanted.insert(flow.cookie, flow);
    }
    if has_nicira(version) {
        let mut dice = Dice(seed);
        for n in 0..200 {
            let flow = nicira::flow(version, &mut dice, n);
            wanted.insert(flow.cookie, flow);
        }
    }
    let mut count = bridge.apply(wanted.values().cloned());
    compare(&mut bridge, &wanted);
    count += change(&mut bridge, &mut maker, &mut wanted);
    wipe(&target);
    assert!(entries(&mut bridge).is_empty());
    println!("{version}: {count} flow-mods, seed {seed:#x}");
}

#[test]
fn flows_of_1_0() {
    flows_of(V1_0);
}

#[test]
fn flows_of_1_1() {
    flows_of(V1_1);
}

#[test]
fn flows_of_1_2() {
    flows_of(V1_2);
}

#[test]
fn flows_of_1_3() {
    flows_of(V1_3);
}

#[test]
fn flows_of_1_4() {
    flows_of(V1_4);
}

#[test]
fn flows_of_1_5() {
    flows_of(V1_5);
}
