//! Answers that still hold.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::message::{Kind, Name};

/// What is known of the addresses of one kind of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// There is no such name.
    NoName,
    /// These are all; there may be none.
    Addresses(Vec<IpAddr>),
}

/// Facts, each until its time is over; [`ENTRIES_MAX`] at most, then the one goes that would have
/// gone next.
#[derive(Default)]
pub(super) struct Cache(HashMap<(Name, Kind), Entry>);

struct Entry {
    fact: Fact,
    until: Instant,
}

/// So many names and kinds are remembered: a few hundred kilobytes.
pub(super) const ENTRIES_MAX: usize = 1024;
/// Nothing is believed for longer than a day (RFC 8767 section 4 says a week at most).
const TTL_MAX: u32 = 24 * 3600;
/// That something is *not* there is believed for five minutes at most: people add names, and try.
const NEGATIVE_TTL_MAX: u32 = 300;

impl Cache {
    pub(super) fn find(&self, key: &(Name, Kind), now: Instant) -> Option<Fact> {
        self.0.get(key).filter(|entry| now < entry.until).map(|entry| entry.fact.clone())
    }

    /// Remembers `fact` for `ttl` seconds; not at all for none.
    pub(super) fn insert(&mut self, key: (Name, Kind), fact: Fact, ttl: u32, now: Instant) {
        let is_positive = matches!(&fact, Fact::Addresses(addresses) if !addresses.is_empty());
        let ttl = ttl.min(if is_positive { TTL_MAX } else { NEGATIVE_TTL_MAX });
        if ttl == 0 {
            self.0.remove(&key);
            return;
        }
        if self.0.len() >= ENTRIES_MAX && !self.0.contains_key(&key) {
            self.0.retain(|_, entry| now < entry.until);
            if self.0.len() >= ENTRIES_MAX {
                let next = self.0.iter().min_by_key(|(_, entry)| entry.until);
                let next = next.map(|(key, _)| key.clone());
                next.map(|key| self.0.remove(&key));
            }
        }
        let until = now + Duration::from_secs(ttl.into());
        self.0.insert(key, Entry { fact, until });
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> (Name, Kind) {
        (Name::parse(&format!("n{n}.example")).unwrap(), Kind::A)
    }

    #[test]
    fn it_is_bounded_and_forgets_what_would_go_next() {
        let now = crate::clock::Clock::test().now();
        let fact = Fact::Addresses(vec![[192, 0, 2, 1].into()]);
        let mut cache = Cache::default();
        for n in 0..ENTRIES_MAX {
            cache.insert(key(n), fact.clone(), 1000 + n as u32, now);
        }
        cache.insert(key(5000), fact.clone(), 10, now);
        assert_eq!(cache.len(), ENTRIES_MAX);
        assert_eq!(cache.find(&key(0), now), None);
        assert_eq!(cache.find(&key(1), now), Some(fact.clone()));
        // What is over goes first.
        let later = now + Duration::from_secs(11);
        cache.insert(key(6000), fact.clone(), 5, later);
        assert_eq!(cache.find(&key(5000), later), None);
        assert_eq!(cache.find(&key(1), later), Some(fact));
    }

    #[test]
    fn times_have_bounds() {
        let now = crate::clock::Clock::test().now();
        let mut cache = Cache::default();
        let held = |cache: &Cache, seconds| {
            cache.find(&key(1), now + Duration::from_secs(seconds)).is_some()
        };
        cache.insert(key(1), Fact::Addresses(vec![[192, 0, 2, 1].into()]), u32::MAX, now);
        assert!(held(&cache, u64::from(TTL_MAX) - 1) && !held(&cache, TTL_MAX.into()));
        for nothing in [Fact::NoName, Fact::Addresses(Vec::new())] {
            cache.insert(key(1), nothing, 5000, now);
            assert!(held(&cache, 299) && !held(&cache, 300));
        }
        cache.insert(key(1), Fact::NoName, 0, now);
        assert!(!held(&cache, 0));
    }
}
