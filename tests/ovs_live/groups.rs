//! Group-mods and meter-mods made up.

use ryu_sdn::ofproto::{
    Action, ActionList, Bucket, GroupId, GroupMod, GroupType, MeterBand, MeterBandDrop, MeterFlags,
    MeterMod, PortNo, SelectionMethod, V1_3, V1_5, Version, oxm,
};
use ryu_sdn::wire::MacAddr;

use super::dice::Dice;

/// Makes groups and meters of one version.
pub(crate) struct Maker {
    pub(crate) version: Version,
    pub(crate) dice: Dice,
    /// The groups made so far; only these may be named.
    made: u32,
}

impl Maker {
    pub(crate) fn new(version: Version, seed: u64) -> Maker {
        Maker { version, dice: Dice(seed ^ 77 ^ u64::from(version.wire())), made: 0 }
    }

    fn port(&mut self) -> PortNo {
        PortNo(1 + self.dice.roll(0xfe00) as u32)
    }

    fn actions(&mut self) -> ActionList {
        let mut list = ActionList::new();
        for _ in 0..self.dice.roll(4) {
            let mac = self.dice.bits(48).to_be_bytes();
            let mac = MacAddr([mac[10], mac[11], mac[12], mac[13], mac[14], mac[15]]);
            match self.dice.roll(7) {
                0 if self.version > Version::V1_1 => {
                    list.push(Action::set_field(oxm::ETH_SRC, mac));
                }
                0 => list.push(Action::SetDlSrc(mac)),
                1 if self.version >= V1_3 => {
                    let id = self.dice.bits(64) as u64;
                    list.push(Action::set_field(oxm::TUNNEL_ID, id));
                }
                2 => list.push(Action::SetQueue(self.dice.roll(1 << 20) as u32)),
                3 if self.made > 0 => {
                    let group = 1 + self.dice.roll(u64::from(self.made)) as u32;
                    list.push(Action::Group(GroupId(group)));
                }
                4 => list.push(Action::Output { port: PortNo::CONTROLLER, max_len: 0xffff }),
                _ => list.push(Action::Output { port: self.port(), max_len: 0 }),
            }
        }
        list
    }

    /// A group of the next number, of any kind.
    pub(crate) fn group(&mut self) -> GroupMod {
        let kinds = [GroupType::ALL, GroupType::SELECT, GroupType::INDIRECT, GroupType::FF];
        let kind = self.dice.pick(&kinds);
        let group = self.group_of(GroupId(self.made + 1), kind);
        self.made += 1;
        group
    }

    /// A group of this number and kind.
    pub(crate) fn group_of(&mut self, group_id: GroupId, group_type: GroupType) -> GroupMod {
        let count = match group_type {
            GroupType::INDIRECT => 1,
            _ => self.dice.roll(5) as u32,
        };
        // Numbers of its own, or those that Open vSwitch gives.
        let step = 1 + self.dice.roll(7) as u32;
        let buckets = (0..count).map(|n| self.bucket(group_type, n * step)).collect();
        let mut group = GroupMod { group_id, group_type, buckets, ..GroupMod::default() };
        if self.version >= V1_5 && group_type == GroupType::SELECT && self.dice.one_in(2) {
            group.properties.push(self.selection().to_prop());
        }
        group
    }

    pub(crate) fn bucket(&mut self, group_type: GroupType, bucket_id: u32) -> Bucket {
        let mut bucket = Bucket { actions: self.actions(), ..Bucket::default() };
        if self.version >= V1_5 {
            bucket.bucket_id = bucket_id;
        }
        if group_type == GroupType::SELECT {
            bucket.weight = self.dice.roll(65_536) as u16;
        }
        let may_watch = matches!(group_type, GroupType::SELECT | GroupType::FF);
        if group_type == GroupType::FF || may_watch && self.dice.one_in(4) {
            bucket.watch_port = self.port();
        }
        if may_watch && self.made > 0 && self.dice.one_in(4) {
            bucket.watch_group = GroupId(1 + self.dice.roll(u64::from(self.made)) as u32);
        }
        bucket
    }

    /// How a select group selects.
    fn selection(&mut self) -> SelectionMethod {
        let param = self.dice.bits(64) as u64;
        if self.dice.one_in(3) {
            return SelectionMethod { method: "dp_hash".into(), param, fields: Vec::new() };
        }
        // In the order in which Open vSwitch gives them back.
        let all = [
            oxm::OxmTlv::new(oxm::ETH_DST, MacAddr([0xff; 6])),
            oxm::OxmTlv::new(oxm::IPV4_SRC, std::net::Ipv4Addr::new(255, 255, 0, 0)),
            oxm::OxmTlv::new(oxm::IP_PROTO, 0xff),
            oxm::OxmTlv::new(oxm::TCP_SRC, 0xff00),
        ];
        let fields = all.into_iter().filter(|_| self.dice.one_in(2)).collect();
        SelectionMethod { method: "hash".into(), param, fields }
    }

    pub(crate) fn meter(&mut self, meter_id: u32) -> MeterMod {
        let mut flags = self.dice.pick(&[MeterFlags::KBPS, MeterFlags::PKTPS]);
        let burst = self.dice.one_in(2);
        if burst {
            flags.0 |= MeterFlags::BURST.0;
        }
        if self.dice.one_in(2) {
            flags.0 |= MeterFlags::STATS.0;
        }
        let mut bands = Vec::new();
        // Open vSwitch in user space only drops, and has eight bands at most.
        for _ in 0..1 + self.dice.roll(8) {
            let burst_size = if burst { self.dice.roll(1 << 20) as u32 } else { 0 };
            let rate = 1 + self.dice.roll(1 << 31) as u32;
            bands.push(MeterBand::Drop(MeterBandDrop { rate, burst_size }));
        }
        MeterMod { flags, meter_id, bands, ..MeterMod::default() }
    }
}
