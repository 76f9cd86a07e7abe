//! Groups and meters that were sent are those that the bridge has.

use std::collections::BTreeMap;

use bytes::BytesMut;
use ryu_sdn::ofproto::ovs::{self, GroupDescText, GroupText, MeterConfigText, MeterText};
use ryu_sdn::ofproto::{
    Encode as _, GroupDesc, GroupId, GroupMod, GroupModCommand, GroupType, Message, MeterBand,
    MeterConfig, MeterFlags, MeterMod, MeterModCommand, MultipartReplyBody, MultipartRequestBody,
    V1_1, V1_2, V1_3, V1_4, V1_5, Version, Xid,
};

use super::bridge::{Bridge, target};
use super::dice::seed;
use super::groups::Maker;
use super::sent::{alone, wipe};

/// The group as it stands on the wire: in 1.5 a bucket's weight and watch are properties.
fn normal(version: Version, group: &GroupMod) -> GroupMod {
    let mut buf = BytesMut::new();
    group.encode(version, Xid(1), &mut buf).unwrap_or_else(|e| panic!("{version} {group}: {e}"));
    match Message::decode(version, &buf.freeze()) {
        Ok((_, Message::GroupMod(group))) => group,
        other => panic!("{other:?}"),
    }
}

fn groups(bridge: &mut Bridge) -> BTreeMap<u32, GroupDesc> {
    match bridge.ask(MultipartRequestBody::GroupDesc { group_id: GroupId::ALL }) {
        MultipartReplyBody::GroupDesc(all) => {
            all.into_iter().map(|group| (group.group_id.0, group)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn compare(bridge: &mut Bridge, wanted: &BTreeMap<u32, GroupMod>) {
    let version = bridge.version;
    let groups = groups(bridge);
    let text = bridge.ofctl("dump-groups", &[]);
    let mut lines = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.trim().strip_prefix("group_id=")) {
        let digits = line.split(',').next().and_then(|digits| digits.parse::<u32>().ok());
        lines.insert(digits.expect("a number"), format!("group_id={line}"));
    }
    let keys = groups.keys().collect::<Vec<_>>();
    assert_eq!(keys, wanted.keys().collect::<Vec<_>>(), "{version}");
    let mut wrong = Vec::new();
    for (id, sent) in wanted {
        let (group, line) = (&groups[id], &lines[id]);
        let normal = normal(version, sent);
        let got = GroupMod {
            group_type: group.group_type,
            group_id: group.group_id,
            buckets: group.buckets.clone(),
            properties: group.properties.clone(),
            ..GroupMod::default()
        };
        let ours = GroupText(version, sent).to_string();
        let theirs = GroupDescText(version, group).to_string();
        let parsed = ovs::parse_group(version, line).map(|group| self::normal(version, &group));
        if got != normal {
            wrong.push(format!("sent   {normal:?}\n  got    {got:?}\n  ovs    {line}"));
        } else if ours != *line || theirs != *line {
            wrong.push(format!("text   {ours}\n  group  {theirs}\n  ovs    {line}"));
        } else if parsed.as_ref() != Ok(&normal) {
            wrong.push(format!("ovs    {line}\n  parsed {parsed:?}\n  sent   {normal:?}"));
        }
    }
    let count = wrong.len();
    wrong.truncate(12);
    assert!(wrong.is_empty(), "{version}: {count} wrong:\n{}", wrong.join("\n"));
}

fn groups_of(version: Version) {
    let Some(target) = target() else { return };
    let _alone = alone();
    wipe(&target);
    let mut bridge = Bridge::connect(&target, version);
    let seed = seed();
    let mut maker = Maker::new(version, seed);
    let mut wanted: BTreeMap<u32, GroupMod> =
        (0..100).map(|_| maker.group()).map(|group| (group.group_id.0, group)).collect();
    let mut count = bridge.apply(wanted.values().cloned());
    compare(&mut bridge, &wanted);

    // Others in the place of some, and some gone.
    for id in (1..=100).step_by(3) {
        let kind = [GroupType::ALL, GroupType::SELECT, GroupType::FF][id as usize % 2];
        // A group may not come to itself again: those of the lowest numbers name nobody.
        let mut others = Maker::new(version, seed + u64::from(id));
        let group = others.group_of(GroupId(id), kind);
        let command = GroupModCommand::MODIFY;
        count += bridge.apply([GroupMod { command, ..group.clone() }]);
        wanted.insert(id, group);
    }
    compare(&mut bridge, &wanted);
    if version >= V1_5 {
        count += buckets(&mut bridge, &mut maker, &mut wanted);
        compare(&mut bridge, &wanted);
    }
    for id in [100, 99, 98] {
        let command = GroupModCommand::DELETE;
        let group_id = GroupId(id);
        count += bridge.apply([GroupMod { command, group_id, ..GroupMod::default() }]);
        wanted.remove(&id);
    }
    compare(&mut bridge, &wanted);
    wipe(&target);
    assert!(groups(&mut bridge).is_empty());
    println!("{version}: {count} group-mods, seed {seed:#x}");
}

/// Buckets that come and go, in 1.5.
fn buckets(bridge: &mut Bridge, maker: &mut Maker, all: &mut BTreeMap<u32, GroupMod>) -> usize {
    const FIRST: u32 = 0xffff_fffd;
    const LAST: u32 = 0xffff_fffe;
    let mut count = 0;
    let kinds = [GroupType::ALL, GroupType::SELECT, GroupType::FF];
    let some = all.values_mut().filter(|group| kinds.contains(&group.group_type));
    for (n, group) in some.enumerate() {
        // Numbers that no bucket has yet.
        let new = [maker.bucket(group.group_type, 1_000), maker.bucket(group.group_type, 1_001)];
        let base = GroupMod {
            group_id: group.group_id,
            group_type: group.group_type,
            ..GroupMod::default()
        };
        let at = match n % 3 {
            0 => FIRST,
            1 => LAST,
            _ => group.buckets.first().map_or(LAST, |bucket| bucket.bucket_id),
        };
        let place = match at {
            FIRST => 0,
            LAST => group.buckets.len(),
            _ => 1,
        };
        count += bridge.apply([GroupMod {
            command: GroupModCommand::INSERT_BUCKET,
            command_bucket_id: at,
            buckets: new.to_vec(),
            ..base.clone()
        }]);
        group.buckets.splice(place..place, new);
        let gone = match n % 4 {
            0 => GroupMod::BUCKET_ALL,
            1 => FIRST,
            2 => LAST,
            _ => 1_000,
        };
        count += bridge.apply([GroupMod {
            command: GroupModCommand::REMOVE_BUCKET,
            command_bucket_id: gone,
            ..base
        }]);
        match gone {
            GroupMod::BUCKET_ALL => group.buckets.clear(),
            FIRST => drop(group.buckets.remove(0)),
            LAST => drop(group.buckets.pop()),
            id => group.buckets.retain(|bucket| bucket.bucket_id != id),
        }
    }
    assert!(count > 60, "{count}");
    count
}

#[test]
fn groups_of_1_1() {
    groups_of(V1_1);
}

#[test]
fn groups_of_1_2() {
    groups_of(V1_2);
}

#[test]
fn groups_of_1_3() {
    groups_of(V1_3);
}

#[test]
fn groups_of_1_4() {
    groups_of(V1_4);
}

#[test]
fn groups_of_1_5() {
    groups_of(V1_5);
}

fn compare_meters(bridge: &mut Bridge, wanted: &BTreeMap<u32, MeterMod>) {
    let version = bridge.version;
    let all = match bridge.ask(MultipartRequestBody::MeterConfig { meter_id: u32::MAX }) {
        MultipartReplyBody::MeterConfig(all) => all,
        other => panic!("{other:?}"),
    };
    let all: BTreeMap<u32, MeterConfig> = all.into_iter().map(|m| (m.meter_id, m)).collect();
    let keys = all.keys().collect::<Vec<_>>();
    assert_eq!(keys, wanted.keys().collect::<Vec<_>>(), "{version}");
    // A meter has a line of its own, and each band one.
    let text = bridge.ofctl("dump-meters", &[]);
    let mut texts = BTreeMap::new();
    for text in text.split("meter=").skip(1) {
        let text = text.trim_end().replace("bands=\n", "bands=").replace('\n', " ");
        let digits = text.split(' ').next().and_then(|digits| digits.parse::<u32>().ok());
        texts.insert(digits.expect("a number"), format!("meter={text}"));
    }
    for (id, sent) in wanted {
        let MeterConfig { flags, meter_id, mut bands } = all[id].clone();
        // Of a meter without bursts the datapath in user space tells its rate as its burst.
        for band in bands.iter_mut().filter(|_| !flags.contains(MeterFlags::BURST)) {
            if let MeterBand::Drop(drop) = band {
                assert_eq!(drop.burst_size, drop.rate, "{version}: {}", texts[id]);
                drop.burst_size = 0;
            }
        }
        let got = MeterMod { flags, meter_id, bands, ..MeterMod::default() };
        assert_eq!(got, *sent, "{version}: {}", texts[id]);
        assert_eq!(MeterText(sent).to_string(), texts[id], "{version}");
        assert_eq!(MeterConfigText(&all[id]).to_string(), texts[id], "{version}");
        assert_eq!(ovs::parse_meter(version, &texts[id]).as_ref(), Ok(sent), "{}", texts[id]);
    }
}

fn meters_of(version: Version) {
    let Some(target) = target() else { return };
    let _alone = alone();
    wipe(&target);
    let mut bridge = Bridge::connect(&target, version);
    let seed = seed();
    let mut maker = Maker::new(version, seed);
    let mut wanted: BTreeMap<u32, MeterMod> =
        (0..60).map(|n| maker.meter(1 + 7 * n)).map(|meter| (meter.meter_id, meter)).collect();
    let mut count = bridge.apply(wanted.values().cloned());
    compare_meters(&mut bridge, &wanted);
    let ids: Vec<u32> = wanted.keys().copied().collect();
    for id in ids.iter().step_by(3) {
        let meter = maker.meter(*id);
        let command = MeterModCommand::MODIFY;
        count += bridge.apply([MeterMod { command, ..meter.clone() }]);
        wanted.insert(*id, meter);
    }
    compare_meters(&mut bridge, &wanted);
    for id in ids.iter().step_by(5) {
        let command = MeterModCommand::DELETE;
        count += bridge.apply([MeterMod { command, meter_id: *id, ..MeterMod::default() }]);
        wanted.remove(id);
    }
    compare_meters(&mut bridge, &wanted);
    wipe(&target);
    compare_meters(&mut bridge, &BTreeMap::new());
    println!("{version}: {count} meter-mods, seed {seed:#x}");
}

#[test]
fn meters_of_1_3() {
    meters_of(V1_3);
}

#[test]
fn meters_of_1_4() {
    meters_of(V1_4);
}

#[test]
fn meters_of_1_5() {
    meters_of(V1_5);
}
