//! The addresses of one switch: a hash table that a learning switch asks twice for every packet-in.
//!
//! Buckets of one cache line, each with room for five addresses; what does not fit stands in the next.
//! So a look-up in a table larger than the caches costs one miss, and all five are compared without a
//! branch: whether an address is the first or the fourth of its bucket nobody could foretell.
//! Nothing is ever taken out but all.

use std::hash::BuildHasher;
use std::hint::black_box;

use foldhash::quality::RandomState;

use crate::ofproto::PortNo;
use crate::wire::MacAddr;

/// How many addresses a bucket has room for.
const PLACES: usize = 5;

/// How many buckets the first table has.
const FIRST: usize = 4;

/// A table of so many buckets is near enough whenever it is asked: 4 KiB.
const NEAR: usize = 64;

/// Marks a key as one; an address has 48 bits.
const USED: u64 = 1 << 63;

/// Five addresses with their ports. A place is free if its key is 0; used places come first. Keys are
/// in two halves for the size.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Bucket {
    keys: [[u32; 2]; PLACES],
    ports: [PortNo; PLACES],
}

impl Bucket {
    /// The first place with this key.
    #[inline]
    fn find(&self, key: [u32; 2]) -> Option<usize> {
        let mut places = 0_u32;
        for (at, found) in self.keys.iter().enumerate() {
            places |= u32::from(*found == key) << at;
        }
        (places != 0).then(|| places.trailing_zeros() as usize % PLACES)
    }
}

/// Which port each address was last seen at.
///
/// The hash has a key drawn at random: the addresses are the hosts' to choose.
#[derive(Clone, Debug, Default)]
pub(super) struct MacTable {
    /// A power of two of them, or none.
    buckets: Vec<Bucket>,
    len: usize,
    hasher: RandomState,
}

fn key_of(mac: MacAddr) -> u64 {
    let [a, b, c, d, e, f] = mac.0;
    USED | u64::from(u32::from_be_bytes([a, b, c, d])) << 16 | u64::from(u16::from_be_bytes([e, f]))
}

fn halves(key: u64) -> [u32; 2] {
    [(key >> 32) as u32, key as u32]
}

impl MacTable {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The port of an address.
    #[inline]
    pub(super) fn get(&self, mac: MacAddr) -> Option<PortNo> {
        let (bucket, at) = self.place(key_of(mac))?;
        Some(self.buckets[bucket].ports[at])
    }

    /// Touches what [`get`](MacTable::get) will look at, if the table is too large for the nearest
    /// caches.
    #[inline]
    pub(super) fn touch(&self, mac: MacAddr) {
        if self.buckets.len() > NEAR {
            black_box(self.buckets[self.home(key_of(mac))].keys[0]);
        }
    }

    /// Changes the port of an address that is there; false if it is not.
    #[inline]
    pub(super) fn set(&mut self, mac: MacAddr, port: PortNo) -> bool {
        let place = self.place(key_of(mac));
        if let Some((bucket, at)) = place {
            self.buckets[bucket].ports[at] = port;
        }
        place.is_some()
    }

    /// Puts in an address that is not there.
    pub(super) fn add(&mut self, mac: MacAddr, port: PortNo) {
        // Four to a bucket: one address in ten finds its bucket full.
        if self.len + 1 > self.buckets.len() * 4 {
            self.grow();
        }
        self.put(key_of(mac), port);
        self.len += 1;
    }

    /// All of them, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (MacAddr, PortNo)> {
        let entries = self.buckets.iter().flat_map(|bucket| bucket.keys.iter().zip(&bucket.ports));
        entries.filter(|(key, _)| **key != [0, 0]).map(|([high, low], port)| {
            let [_, _, a, b] = high.to_be_bytes();
            let [c, d, e, f] = low.to_be_bytes();
            (MacAddr([a, b, c, d, e, f]), *port)
        })
    }

    /// In which bucket a key is looked for first; a table has buckets then.
    #[inline]
    fn home(&self, key: u64) -> usize {
        self.hasher.hash_one(key) as usize & (self.buckets.len() - 1)
    }

    /// Where a key stands, its bucket and the place in that.
    #[inline]
    fn place(&self, key: u64) -> Option<(usize, usize)> {
        let mask = self.buckets.len().checked_sub(1)?;
        let (mut bucket, wanted) = (self.home(key), halves(key));
        // A fifth of the places is free.
        loop {
            let found = &self.buckets[bucket];
            if let Some(at) = found.find(wanted) {
                return Some((bucket, at));
            }
            if found.keys[PLACES - 1] == [0, 0] {
                return None;
            }
            bucket = (bucket + 1) & mask;
        }
    }

    /// Puts in a key that is not there; there is a free place.
    fn put(&mut self, key: u64, port: PortNo) {
        let mut at = self.home(key);
        loop {
            let bucket = &mut self.buckets[at];
            if let Some(free) = bucket.find([0, 0]) {
                (bucket.keys[free], bucket.ports[free]) = (halves(key), port);
                return;
            }
            at = (at + 1) & (self.buckets.len() - 1);
        }
    }

    fn grow(&mut self) {
        let buckets = (self.buckets.len() * 2).max(FIRST);
        let before = std::mem::replace(&mut self.buckets, vec![Bucket::default(); buckets]);
        let keys = before.iter().flat_map(|bucket| bucket.keys.iter().zip(&bucket.ports));
        for ([high, low], port) in keys.filter(|(key, _)| **key != [0, 0]) {
            self.put(u64::from(*high) << 32 | u64::from(*low), *port);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn few_stand_in_another_bucket_than_their_own() {
        assert_eq!(size_of::<Bucket>(), 64);
        for step in [1_u64, 8, 1 << 32] {
            let mut table = MacTable::default();
            let key = |n: u64| key_of(MacAddr((n * step).to_be_bytes()[2..].try_into().unwrap()));
            for n in 0..4000 {
                let [_, _, mac @ ..] = (n * step).to_be_bytes();
                table.add(MacAddr(mac), PortNo(n as u32));
            }
            assert_eq!(table.buckets.len(), 1024);
            let away = (0..4000).filter(|n| table.place(key(*n)).unwrap().0 != table.home(key(*n)));
            let away = away.count();
            assert!(away < 4000 / 5, "{away} at a distance of {step}");
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
