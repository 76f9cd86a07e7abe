//! Times by the million in a few kilobytes.

use std::time::Duration;

/// Bits of a time below its highest one that are kept: 1 in 64 is the error.
const PRECISION: u32 = 6;

/// Buckets of one power of two.
const PER_OCTAVE: usize = 1 << PRECISION;

/// Up to 2^40 ns, about 18 minutes; what takes longer counts as that.
const BUCKETS: usize = (40 - PRECISION as usize + 1) * PER_OCTAVE;

/// How often each time was measured, to 1.6 %.
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::bench::Histogram;
///
/// let mut times = Histogram::default();
/// (1..=1000).for_each(|us| times.add(Duration::from_micros(us)));
/// assert_eq!(times.len(), 1000);
/// let p99 = times.percentile(99.0).unwrap().as_micros();
/// assert!((974..=1006).contains(&p99), "{p99}");
/// assert_eq!(times.max(), Some(Duration::from_micros(1000)));
/// assert_eq!(Histogram::default().percentile(50.0), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u64>,
    len: u64,
    max_ns: u64,
}

impl Default for Histogram {
    fn default() -> Histogram {
        Histogram { counts: vec![0; BUCKETS], len: 0, max_ns: 0 }
    }
}

impl Histogram {
    /// Counts one time.
    pub fn add(&mut self, time: Duration) {
        let ns = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(ns)] += 1;
        self.len += 1;
        self.max_ns = self.max_ns.max(ns);
    }

    /// Counts all of `other` too.
    pub fn join(&mut self, other: &Histogram) {
        for (ours, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *ours += theirs;
        }
        self.len += other.len;
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    /// How many times were counted.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The longest, exactly.
    pub fn max(&self) -> Option<Duration> {
        (self.len > 0).then_some(Duration::from_nanos(self.max_ns))
    }

    /// The time that `percent` (0 to 100) of them do not exceed (nearest rank), to 1.6 %.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        let rank = ((self.len as f64 * percent / 100.0).ceil() as u64).clamp(1, self.len.max(1));
        let mut below = 0;
        let at = self.counts.iter().position(|count| {
            below += count;
            below >= rank
        })?;
        Some(Duration::from_nanos(lowest(at + 1).saturating_sub(1).min(self.max_ns)))
    }
}

/// Which bucket counts `ns`: below 64 each its own, then 64 for each power of two.
fn bucket(ns: u64) -> usize {
    let octave = ns.checked_ilog2().unwrap_or(0).saturating_sub(PRECISION);
    let at = ((octave as usize) << PRECISION) + (ns >> octave) as usize;
    at.min(BUCKETS - 1)
}

/// The shortest time of a bucket, in ns.
fn lowest(bucket: usize) -> u64 {
    match bucket / PER_OCTAVE {
        0 => bucket as u64,
        octave => ((bucket % PER_OCTAVE + PER_OCTAVE) as u64) << (octave - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_is_in_the_bucket_that_begins_at_or_below_it() {
        let times = (0..40).flat_map(|bit| [(1u64 << bit) - 1, 1 << bit, (1 << bit) + 1]);
        for ns in times.chain([77, 1_234, 56_789, 987_654_321]) {
            let at = bucket(ns);
            assert!(lowest(at) <= ns && ns < lowest(at + 1), "{ns} in {at}");
            assert!((lowest(at + 1) - lowest(at)) * PER_OCTAVE as u64 <= ns.max(64), "{ns}");
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }
}
