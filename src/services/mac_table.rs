//! The addresses of one switch: a hash table that a learning switch asks twice for every packet-in.
//!
//! Open addressing, at most three quarters full. An entry has 12 bytes, address and port together, so
//! that a look-up in a table larger than the caches costs one miss; where keys and their marks stand
//! apart it is two. Addresses that follow each other, as those of machines from one factory or of one
//! hypervisor do, stand beside each other, eight in a group: the next one is in the cache already.
//! Nothing is ever taken out but all.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use crate::ofproto::PortNo;
use crate::wire::MacAddr;

/// How many addresses that follow each other stand together. A power of two.
const GROUP: usize = 8;

/// How many groups the first table has.
const FIRST: usize = 2;

/// Marks a key as one; an address has 48 bits.
const USED: u64 = 1 << 63;

/// A place for an address; free if `key` is 0. The key is in two halves for the size.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    key: [u32; 2],
    port: PortNo,
}

impl Entry {
    #[inline]
    fn key(&self) -> u64 {
        u64::from(self.key[0]) << 32 | u64::from(self.key[1])
    }

    fn is_used(&self) -> bool {
        self.key != [0, 0]
    }
}

/// Which port each address was last seen at.
///
/// The hash has a key drawn at random: the addresses are the hosts' to choose. It is the better of
/// foldhash's two: with the faster one it is the luck of the draw whether numbers that follow each
/// other go to places of their own.
#[derive(Clone, Debug, Default)]
pub(super) struct MacTable {
    /// A power of two of them, or none.
    groups: Vec<[Entry; GROUP]>,
    len: usize,
    hasher: RandomState,
}

fn key_of(mac: MacAddr) -> u64 {
    let [a, b, c, d, e, f] = mac.0;
    USED | u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

impl MacTable {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The port of an address.
    #[inline]
    pub(super) fn get(&self, mac: MacAddr) -> Option<PortNo> {
        let (group, at) = self.place(key_of(mac))?;
        let entry = &self.groups[group][at];
        entry.is_used().then_some(entry.port)
    }

    /// Changes the port of an address that is there; false if it is not.
    #[inline]
    pub(super) fn set(&mut self, mac: MacAddr, port: PortNo) -> bool {
        let Some((group, at)) = self.place(key_of(mac)) else { return false };
        let entry = &mut self.groups[group][at];
        let is_there = entry.is_used();
        if is_there {
            entry.port = port;
        }
        is_there
    }

    /// Puts in an address that is not there.
    pub(super) fn add(&mut self, mac: MacAddr, port: PortNo) {
        if (self.len + 1) * 4 > self.groups.len() * GROUP * 3 {
            self.grow();
        }
        let key = key_of(mac);
        self.put(Entry { key: [(key >> 32) as u32, key as u32], port });
        self.len += 1;
    }

    /// All of them, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (MacAddr, PortNo)> {
        self.groups.as_flattened().iter().filter(|entry| entry.is_used()).map(|entry| {
            let [_, _, a, b, c, d, e, f] = entry.key().to_be_bytes();
            (MacAddr([a, b, c, d, e, f]), entry.port)
        })
    }

    /// Where a key stands, its group and the place in that, or the free place where it would; `None`
    /// in a table without places.
    #[inline]
    fn place(&self, key: u64) -> Option<(usize, usize)> {
        let mask = self.groups.len().checked_sub(1)?;
        let mut group = self.hasher.hash_one(key / GROUP as u64) as usize & mask;
        // A quarter of the places is free, and groups at distances 1, 3, 6, 10 ... are all groups.
        for step in 1.. {
            let entries = &self.groups[group];
            for i in 0..GROUP {
                let at = (key as usize + i) % GROUP;
                let found = entries[at].key();
                if found == key || found == 0 {
                    return Some((group, at));
                }
            }
            group = (group + step) & mask;
        }
        None
    }

    fn put(&mut self, entry: Entry) {
        if let Some((group, at)) = self.place(entry.key()) {
            self.groups[group][at] = entry;
        }
    }

    fn grow(&mut self) {
        let groups = (self.groups.len() * 2).max(FIRST);
        let empty = vec![[Entry::default(); GROUP]; groups];
        let before = std::mem::replace(&mut self.groups, empty);
        for entry in before.into_iter().flatten().filter(Entry::is_used) {
            self.put(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn addresses_that_follow_each_other_stand_together() {
        let mut table = MacTable::default();
        for n in 0..4096_u32 {
            let [_, _, high, low] = n.to_be_bytes();
            table.add(MacAddr([2, 0, 0, 0, high, low]), PortNo(n));
        }
        let group_of = |n: &u32| {
            let [_, _, high, low] = n.to_be_bytes();
            table.place(key_of(MacAddr([2, 0, 0, 0, high, low]))).map(|(group, _)| group)
        };
        for eight in (0..4096).collect::<Vec<u32>>().chunks(GROUP) {
            assert_eq!(eight.iter().map(group_of).collect::<BTreeSet<_>>().len(), 1);
        }
    }

    #[test]
    fn it_says_what_a_map_would() {
        let (mut table, mut map) = (MacTable::default(), BTreeMap::new());
        assert_eq!(table.get(MacAddr::ZERO), None);
        let mut n = 1_u64;
        for round in 0..20_000_u32 {
            // Often one that is there already; zero and all ones are addresses like others.
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mac = match round % 100 {
                0 => MacAddr::ZERO,
                1 => MacAddr::BROADCAST,
                _ => MacAddr([0, 0, 0, 0, (n >> 40) as u8 & 0x1f, (n >> 32) as u8]),
            };
            let port = PortNo(round);
            assert_eq!(table.get(mac), map.get(&mac).copied());
            if !table.set(mac, port) {
                table.add(mac, port);
            }
            map.insert(mac, port);
            assert_eq!(table.len(), map.len());
        }
        let mut all: Vec<_> = table.iter().collect();
        all.sort_unstable();
        assert_eq!(all, map.into_iter().collect::<Vec<_>>());
    }
}
