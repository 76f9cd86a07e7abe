//! Times, and the table row that sums them up.

use std::fmt;
use std::time::Duration;

/// A set of measured times.
///
/// # Example: percentiles
/// ```
/// use std::time::Duration;
/// use ryu_sdn::sim::Latencies;
///
/// let times: Latencies = (1..=100).map(Duration::from_millis).collect();
/// assert_eq!(times.percentile(50), Some(Duration::from_millis(50)));
/// assert_eq!(times.percentile(99), Some(Duration::from_millis(99)));
/// assert_eq!(times.max(), Some(Duration::from_millis(100)));
/// assert_eq!(times.mean(), Some(Duration::from_micros(50_500)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latencies {
    /// Ascending.
    sorted: Vec<Duration>,
}

impl Latencies {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The shortest.
    pub fn min(&self) -> Option<Duration> {
        self.sorted.first().copied()
    }

    /// The longest.
    pub fn max(&self) -> Option<Duration> {
        self.sorted.last().copied()
    }

    /// The arithmetic mean.
    pub fn mean(&self) -> Option<Duration> {
        let count = u32::try_from(self.sorted.len()).ok().filter(|count| *count > 0)?;
        Some(self.sorted.iter().sum::<Duration>() / count)
    }

    /// The time that `percent` (0 to 100) of them do not exceed (nearest rank).
    pub fn percentile(&self, percent: u32) -> Option<Duration> {
        let rank = (self.sorted.len() as u64 * u64::from(percent)).div_ceil(100);
        let at = usize::try_from(rank).ok()?.saturating_sub(1);
        self.sorted.get(at).copied().or(self.max())
    }

    /// The columns of the table that [`Latencies`] are rows of.
    pub const HEADING: &str =
        "       n       min       avg       p50       p90       p99       max";
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        let mut sorted: Vec<Duration> = times.into_iter().collect();
        sorted.sort_unstable();
        Latencies { sorted }
    }
}

impl fmt::Display for Latencies {
    /// One row under [`Latencies::HEADING`], in milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:8}", self.len())?;
        let columns = [self.min(), self.mean(), self.percentile(50), self.percentile(90)];
        for time in columns.into_iter().chain([self.percentile(99), self.max()]) {
            match time {
                Some(time) => write!(f, " {:9.3}", time.as_secs_f64() * 1e3)?,
                None => write!(f, " {:>9}", "-")?,
            }
        }
        Ok(())
    }
}
