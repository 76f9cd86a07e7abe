//! The addresses of one switch: a hash table that a learning switch asks twice for every packet-in.
//!
//! Open addressing with linear probing, at most seven eighths full. An entry has 12 bytes, address and
//! port together, so that a look-up in a table larger than the caches costs one miss; where keys and
//! their marks stand apart it is two. Nothing is ever taken out but all.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use crate::ofproto::PortNo;
use crate::wire::MacAddr;

/// How many entries the first table has room for.
const FIRST: usize = 16;

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
/// The hash has a key drawn at random: the addresses are the hosts' to choose.
#[derive(Clone, Debug, Default)]
pub(super) struct MacTable {
    /// A power of two of them, or none.
    entries: Vec<Entry>,
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
        let entry = self.entries.get(self.place(key_of(mac))?)?;
        entry.is_used().then_some(entry.port)
    }

    /// Changes the port of an address that is there; false if it is not.
    #[inline]
    pub(super) fn set(&mut self, mac: MacAddr, port: PortNo) -> bool {
        let place = self.place(key_of(mac));
        match place.and_then(|place| self.entries.get_mut(place)) {
            Some(entry) if entry.is_used() => {
                entry.port = port;
                true
            }
            _ => false,
        }
    }

    /// Puts in an address that is not there.
    pub(super) fn add(&mut self, mac: MacAddr, port: PortNo) {
        if (self.len + 1) * 8 > self.entries.len() * 7 {
            self.grow();
        }
        let key = key_of(mac);
        self.put(Entry { key: [(key >> 32) as u32, key as u32], port });
        self.len += 1;
    }

    /// All of them, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (MacAddr, PortNo)> {
        self.entries.iter().filter(|entry| entry.is_used()).map(|entry| {
            let [_, _, a, b, c, d, e, f] = entry.key().to_be_bytes();
            (MacAddr([a, b, c, d, e, f]), entry.port)
        })
    }

    /// Where a key stands, or the free place where it would; `None` in a table without places.
    #[inline]
    fn place(&self, key: u64) -> Option<usize> {
        let mask = self.entries.len().checked_sub(1)?;
        let mut at = self.hasher.hash_one(key) as usize & mask;
        // An eighth of the places is free.
        loop {
            let found = self.entries[at].key();
            if found == key || found == 0 {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
    }

    fn put(&mut self, entry: Entry) {
        if let Some(place) = self.place(entry.key()) {
            self.entries[place] = entry;
        }
    }

    fn grow(&mut self) {
        let places = (self.entries.len() * 2).max(FIRST);
        let before = std::mem::replace(&mut self.entries, vec![Entry::default(); places]);
        for entry in before.into_iter().filter(Entry::is_used) {
            self.put(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

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
