//! The flow table: finds the entry for a packet, and changes entries.
//!
//! Entries are filed by which bits they look at (tuple space search): all entries with the same
//! masks share one hash table, so looking a packet up costs one probe for each different set of
//! masks, however many entries there are. What is listed is listed by priority, then by age.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use crate::ofproto::{
    ErrorKind, FlowMod, FlowModFlags, FlowRemovedReason, GroupId, PortNo, V1_0, Version,
};

use super::flow_entry::FlowEntry;
use super::headers::FlowKey;
use super::pattern::Pattern;

/// Order of the entries: highest priority first, then in the order of adding.
type Place = (Reverse<u16>, u64);

/// Which entries a request is about: those that the pattern covers and that pass the filters.
#[derive(Clone, Debug)]
pub(super) struct Selection<'a> {
    pub(super) pattern: &'a Pattern,
    /// Only the one entry with exactly this pattern and this priority.
    pub(super) strict: Option<u16>,
    pub(super) cookie: u64,
    pub(super) cookie_mask: u64,
    pub(super) out_port: PortNo,
    pub(super) out_group: GroupId,
}

impl Selection<'_> {
    fn takes(&self, entry: &FlowEntry) -> bool {
        let fits = match self.strict {
            Some(priority) => entry.priority == priority && entry.pattern == *self.pattern,
            None => self.pattern.covers(&entry.pattern),
        };
        fits && (entry.cookie ^ self.cookie) & self.cookie_mask == 0
            && entry.outputs_to(self.out_port)
            && entry.uses_group(self.out_group)
    }
}

/// One flow table.
#[derive(Debug)]
pub(super) struct FlowTable {
    id: u8,
    capacity: usize,
    entries: BTreeMap<Place, FlowEntry>,
    tuples: Vec<Tuple>,
    deadlines: BTreeSet<(Instant, Place)>,
    next_serial: u64,
    pub(super) lookups: u64,
    pub(super) matched: u64,
}

/// Which bits of which fields.
type Masks = Box<[(u8, u128)]>;

/// The values of these bits.
type Values = Box<[u128]>;

/// The entries that look at the same bits.
#[derive(Debug)]
struct Tuple {
    masks: Masks,
    /// By the values of these bits; each list has its best entry first. Only ever probed: the
    /// order of a hash map is seen by nobody.
    places: HashMap<Values, Vec<Place>>,
}

impl FlowTable {
    pub(super) fn new(id: u8, capacity: usize) -> Self {
        FlowTable {
            id,
            capacity,
            entries: BTreeMap::new(),
            tuples: Vec::new(),
            deadlines: BTreeSet::new(),
            next_serial: 0,
            lookups: 0,
            matched: 0,
        }
    }

    /// The entry for a packet of `size` bytes, which is counted.
    pub(super) fn lookup(
        &mut self,
        key: &FlowKey,
        size: usize,
        now: Instant,
    ) -> Option<&FlowEntry> {
        self.lookups += 1;
        let mut best: Option<Place> = None;
        for tuple in &self.tuples {
            let found = tuple.probe(key);
            if found.is_some_and(|found| best.is_none_or(|best| found < best)) {
                best = found;
            }
        }
        let entry = self.entries.get_mut(&best?)?;
        entry.count(size, now);
        self.matched += 1;
        Some(entry)
    }

    /// Adds an entry, in place of the one with the same pattern and priority.
    ///
    /// # Errors
    /// The table is full, or the entry overlaps another and asked for that to be checked.
    pub(super) fn add(
        &mut self,
        flow_mod: &FlowMod,
        pattern: Pattern,
        version: Version,
        now: Instant,
    ) -> Result<(), ErrorKind> {
        let mut entry = FlowEntry::new(flow_mod, self.id, pattern, now);
        if entry.flags.contains(FlowModFlags::CHECK_OVERLAP) && self.has_overlap(&entry) {
            return Err(ErrorKind::FlowModFailedOverlap);
        }
        match self.find_exact(&entry.pattern, entry.priority) {
            Some(place) => {
                // From 1.1 on the counting goes on unless the flow-mod says otherwise (1.3 section
                // 6.4); 1.0 starts anew.
                let keeps = version > V1_0 && !flow_mod.flags.contains(FlowModFlags::RESET_COUNTS);
                if let Some(old) = self.take(place).filter(|_| keeps) {
                    (entry.packets, entry.bytes) = (old.packets, old.bytes);
                }
                self.put(place, entry);
            }
            None if self.entries.len() >= self.capacity => {
                return Err(ErrorKind::FlowModFailedTableFull);
            }
            None => {
                let place = (Reverse(entry.priority), self.next_serial);
                self.next_serial += 1;
                self.put(place, entry);
            }
        }
        Ok(())
    }

    /// Gives the selected entries the instructions of a flow-mod; says how many there were.
    pub(super) fn modify(
        &mut self,
        selection: &Selection<'_>,
        flow_mod: &FlowMod,
        with_cookie: bool,
    ) -> usize {
        let instructions = std::rc::Rc::new(flow_mod.instructions.clone());
        let mut changed = 0;
        for entry in self.entries.values_mut().filter(|entry| selection.takes(entry)) {
            entry.instructions = instructions.clone();
            if with_cookie {
                entry.cookie = flow_mod.cookie;
            }
            if flow_mod.flags.contains(FlowModFlags::RESET_COUNTS) {
                (entry.packets, entry.bytes) = (0, 0);
            }
            changed += 1;
        }
        changed
    }

    /// Takes the selected entries out and returns them.
    pub(super) fn delete(&mut self, selection: &Selection<'_>) -> Vec<FlowEntry> {
        let places: Vec<Place> = match selection.strict {
            Some(priority) => self.find_exact(selection.pattern, priority).into_iter().collect(),
            None => self.entries.keys().copied().collect(),
        };
        let selected = places.into_iter().filter(|place| selection.takes(&self.entries[place]));
        let selected: Vec<Place> = selected.collect();
        selected.into_iter().filter_map(|place| self.take(place)).collect()
    }

    /// The selected entries, best first.
    pub(super) fn select(&self, selection: &Selection<'_>) -> impl Iterator<Item = &FlowEntry> {
        self.entries.values().filter(move |entry| selection.takes(entry))
    }

    /// All entries, best first.
    pub(super) fn entries(&self) -> impl ExactSizeIterator<Item = &FlowEntry> {
        self.entries.values()
    }

    /// How many entries fit.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// When the next entry may have to go.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// Takes out the entries whose time is over, each with the reason.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<(FlowEntry, FlowRemovedReason)> {
        let mut gone = Vec::new();
        while let Some(&(at, place)) = self.deadlines.first().filter(|(at, _)| *at <= now) {
            self.deadlines.remove(&(at, place));
            let Some(entry) = self.entries.get_mut(&place) else { continue };
            let expiry = entry.expiry();
            entry.deadline = expiry.map(|(at, _)| at);
            match expiry {
                Some((at, reason)) if at <= now => {
                    gone.extend(self.take(place).map(|entry| (entry, reason)));
                }
                // It was used since its deadline was set.
                Some((at, _)) => {
                    self.deadlines.insert((at, place));
                }
                None => {}
            }
        }
        gone
    }

    fn has_overlap(&self, new: &FlowEntry) -> bool {
        let from = (Reverse(new.priority), 0);
        let to = (Reverse(new.priority), u64::MAX);
        self.entries.range(from..=to).any(|(_, entry)| entry.pattern.overlaps(&new.pattern))
    }

    fn find_exact(&self, pattern: &Pattern, priority: u16) -> Option<Place> {
        let (masks, values) = filed(pattern);
        let tuple = self.tuples.iter().find(|tuple| tuple.masks == masks)?;
        tuple.places.get(&values)?.iter().copied().find(|place| place.0.0 == priority)
    }

    fn put(&mut self, place: Place, mut entry: FlowEntry) {
        let (masks, values) = filed(&entry.pattern);
        let at = match self.tuples.iter().position(|tuple| tuple.masks == masks) {
            Some(at) => at,
            None => {
                self.tuples.push(Tuple { masks, places: HashMap::new() });
                self.tuples.len() - 1
            }
        };
        let places = self.tuples[at].places.entry(values).or_default();
        let sorted = places.partition_point(|other| *other < place);
        places.insert(sorted, place);
        entry.deadline = entry.expiry().map(|(at, _)| at);
        self.deadlines.extend(entry.deadline.map(|at| (at, place)));
        self.entries.insert(place, entry);
    }

    fn take(&mut self, place: Place) -> Option<FlowEntry> {
        let entry = self.entries.remove(&place)?;
        let (masks, values) = filed(&entry.pattern);
        if let Some(at) = self.tuples.iter().position(|tuple| tuple.masks == masks) {
            let tuple = &mut self.tuples[at];
            if let Some(places) = tuple.places.get_mut(&values) {
                places.retain(|other| *other != place);
                if places.is_empty() {
                    tuple.places.remove(&values);
                }
            }
            if tuple.places.is_empty() {
                self.tuples.remove(at);
            }
        }
        if let Some(at) = entry.deadline {
            self.deadlines.remove(&(at, place));
        }
        Some(entry)
    }
}

impl Tuple {
    fn probe(&self, key: &FlowKey) -> Option<Place> {
        let masked = |&(number, mask): &(u8, u128)| key.get(number).map(|value| value & mask);
        let values: Option<smallvec::SmallVec<[u128; 8]>> = self.masks.iter().map(masked).collect();
        self.places.get(&values?[..])?.first().copied()
    }
}

/// The two halves of a pattern: which bits, and their values.
fn filed(pattern: &Pattern) -> (Masks, Values) {
    let conditions = pattern.conditions();
    let masks = conditions.iter().map(|condition| (condition.number, condition.mask)).collect();
    (masks, conditions.iter().map(|condition| condition.value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::{Action, Instruction, Match, V1_3};
    use crate::wire::{MacAddr, hex};
    use std::time::Duration;

    fn table() -> (FlowTable, Instant) {
        (FlowTable::new(0, 4), crate::clock::Clock::test().now())
    }

    fn entry(priority: u16, match_: Match, out: u32) -> FlowMod {
        let instructions = Instruction::apply([Action::output(PortNo(out))]);
        FlowMod { priority, match_, instructions, ..FlowMod::add() }
    }

    fn add(table: &mut FlowTable, flow_mod: &FlowMod, now: Instant) -> Result<(), ErrorKind> {
        table.add(flow_mod, Pattern::new(&flow_mod.match_, V1_3)?, V1_3, now)
    }

    fn to(host: u8) -> Match {
        Match::new().eth_dst(MacAddr([0, 0, 0, 0, 0, host]))
    }

    fn frame(host: u8) -> FlowKey {
        let mut frame = hex::decode("000000000000 000000000009 88b5 0000").unwrap();
        frame[5] = host;
        FlowKey::of(&frame, PortNo(1), 0)
    }

    fn out_port(table: &mut FlowTable, host: u8, now: Instant) -> Option<String> {
        table.lookup(&frame(host), 60, now).map(|entry| entry.instructions.to_string())
    }

    #[test]
    fn the_highest_priority_wins_whatever_the_masks() {
        let (mut t, now) = table();
        add(&mut t, &entry(0, Match::new(), 9), now).unwrap();
        add(&mut t, &entry(5, to(2), 2), now).unwrap();
        let all_but_last = MacAddr([255, 255, 255, 255, 255, 0]);
        add(&mut t, &entry(7, Match::new().eth_dst_masked(MacAddr::ZERO, all_but_last), 7), now)
            .unwrap();
        add(&mut t, &entry(9, to(3), 3), now).unwrap();
        let out = |t: &mut FlowTable, host| out_port(t, host, now).unwrap();
        assert_eq!(out(&mut t, 2), "actions=output:7");
        assert_eq!(out(&mut t, 3), "actions=output:3");
        t.delete(&Selection { strict: Some(7), ..all(&masked_net()) });
        assert_eq!(
            (out(&mut t, 2), out(&mut t, 4)),
            ("actions=output:2".into(), "actions=output:9".into())
        );
        assert_eq!((t.lookups, t.matched), (4, 4));
    }

    fn masked_net() -> Pattern {
        let all_but_last = MacAddr([255, 255, 255, 255, 255, 0]);
        Pattern::new(&Match::new().eth_dst_masked(MacAddr::ZERO, all_but_last), V1_3).unwrap()
    }

    fn all(pattern: &Pattern) -> Selection<'_> {
        let (out_port, out_group) = (PortNo::ANY, GroupId::ANY);
        Selection { pattern, strict: None, cookie: 0, cookie_mask: 0, out_port, out_group }
    }

    #[test]
    fn the_same_match_and_priority_replaces_and_a_full_table_refuses() {
        let (mut t, now) = table();
        for n in 1..=4 {
            add(&mut t, &entry(1, to(n), 1), now).unwrap();
        }
        let full = add(&mut t, &entry(1, to(5), 1), now);
        assert_eq!(full, Err(ErrorKind::FlowModFailedTableFull));
        t.lookup(&frame(4), 100, now);
        add(&mut t, &entry(1, to(4), 8), now).unwrap();
        let entry_4 = t.entries().last().unwrap();
        assert_eq!(
            (entry_4.instructions.to_string(), entry_4.packets),
            ("actions=output:8".into(), 1)
        );
        let reset = FlowMod { flags: FlowModFlags::RESET_COUNTS, ..entry(1, to(4), 8) };
        add(&mut t, &reset, now).unwrap();
        assert_eq!((t.entries().len(), t.entries().last().unwrap().packets), (4, 0));
    }

    #[test]
    fn overlap_is_checked_among_equals_only_and_if_asked() {
        let (mut t, now) = table();
        add(&mut t, &entry(1, to(1), 1), now).unwrap();
        let wide = FlowMod {
            flags: FlowModFlags::CHECK_OVERLAP,
            ..entry(1, Match::new().in_port(PortNo(1)), 2)
        };
        assert_eq!(add(&mut t, &wide, now), Err(ErrorKind::FlowModFailedOverlap));
        add(&mut t, &FlowMod { priority: 2, ..wide.clone() }, now).unwrap();
        add(&mut t, &FlowMod { flags: FlowModFlags(0), ..wide }, now).unwrap();
    }

    #[test]
    fn filters_narrow_down_what_is_deleted() {
        let (mut t, now) = table();
        for n in 1..=4 {
            let cookie = u64::from(n % 2);
            add(&mut t, &FlowMod { cookie, ..entry(n.into(), to(n), n.into()) }, now).unwrap();
        }
        let any = Pattern::default();
        let gone = t.delete(&Selection { out_port: PortNo(3), ..all(&any) });
        assert_eq!(gone.iter().map(|e| e.priority).collect::<Vec<_>>(), [3]);
        let gone = t.delete(&Selection { cookie: 0, cookie_mask: 1, ..all(&any) });
        assert_eq!(gone.iter().map(|e| e.priority).collect::<Vec<_>>(), [4, 2]);
        assert!(t.delete(&Selection { out_group: GroupId(1), ..all(&any) }).is_empty());
        assert!(t.delete(&Selection { strict: Some(1), ..all(&any) }).is_empty());
        assert_eq!(t.delete(&all(&any)).len(), 1);
        assert!(t.tuples.is_empty());
    }

    #[test]
    fn modify_changes_what_is_done_and_nothing_else() {
        let (mut t, now) = table();
        let old = FlowMod { cookie: 7, idle_timeout: 3, ..entry(1, to(1), 1) };
        add(&mut t, &old, now).unwrap();
        t.lookup(&frame(1), 100, now);
        let change = entry(50, Match::new(), 6);
        let any = Pattern::default();
        assert_eq!(t.modify(&all(&any), &change, false), 1);
        let changed = t.entries().next().unwrap();
        assert_eq!(
            (changed.cookie, changed.idle_timeout, changed.packets, changed.priority),
            (7, 3, 1, 1)
        );
        assert_eq!(changed.instructions.to_string(), "actions=output:6");
    }

    #[test]
    fn an_idle_entry_goes_when_it_was_not_used_a_hard_one_in_any_case() {
        let (mut t, start) = table();
        let at = |seconds| start + Duration::from_secs(seconds);
        add(&mut t, &FlowMod { idle_timeout: 5, hard_timeout: 12, ..entry(1, to(1), 1) }, start)
            .unwrap();
        add(&mut t, &FlowMod { idle_timeout: 5, ..entry(1, to(2), 2) }, start).unwrap();
        assert_eq!(t.deadline(), Some(at(5)));
        t.lookup(&frame(1), 60, at(4));
        let gone = t.expire(at(5));
        assert_eq!(gone.len(), 1);
        assert_eq!((gone[0].0.match_.clone(), gone[0].1), (to(2), FlowRemovedReason::IDLE_TIMEOUT));
        assert_eq!(t.deadline(), Some(at(9)));
        t.lookup(&frame(1), 60, at(8));
        t.lookup(&frame(1), 60, at(11));
        assert!(t.expire(at(11)).is_empty());
        let gone = t.expire(at(12));
        assert_eq!((gone.len(), gone[0].1), (1, FlowRemovedReason::HARD_TIMEOUT));
        assert_eq!((t.deadline(), t.entries().len()), (None, 0));
    }

    #[test]
    fn filing_by_masks_finds_what_going_through_all_would_find() {
        let now = crate::clock::Clock::test().now();
        let mut random = super::super::random::Random::new(3);
        let mut t = FlowTable::new(0, 1000);
        let masks = [0, 1, 2, 3, 0xff].map(|last| MacAddr([0, 0, 0, 0, 0, last]));
        for _ in 0..400 {
            let mut match_ = Match::new();
            if random.below(2) == 0 {
                match_ = match_.in_port(PortNo(random.below(3) as u32));
            }
            let host = MacAddr([0, 0, 0, 0, 0, random.below(8) as u8]);
            match_ = match_.eth_dst_masked(host, masks[random.below(5)]);
            let priority = random.below(6) as u16;
            if random.below(4) == 0 {
                let pattern = Pattern::new(&match_, V1_3).unwrap();
                t.delete(&Selection { strict: Some(priority), ..all(&pattern) });
            } else {
                add(&mut t, &entry(priority, match_, 1), now).unwrap();
            }
            let mut key = frame(random.below(8) as u8);
            if random.below(2) == 0 {
                key = FlowKey::of(&[], PortNo(2), 0);
            }
            let linear = t.entries().find(|entry| entry.pattern.matches(&key));
            let linear = linear.map(|entry| (entry.priority, entry.match_.to_string()));
            let found = t.lookup(&key, 60, now);
            assert_eq!(found.map(|entry| (entry.priority, entry.match_.to_string())), linear);
        }
    }

    #[test]
    fn deleted_entries_leave_no_deadline_behind() {
        let (mut t, now) = table();
        for _ in 0..3 {
            add(&mut t, &FlowMod { idle_timeout: 5, ..entry(1, to(1), 1) }, now).unwrap();
            t.lookup(&frame(1), 60, now + Duration::from_secs(1));
            t.delete(&all(&Pattern::default()));
        }
        assert_eq!(t.deadline(), None);
    }
}
