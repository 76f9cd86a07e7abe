//! How much of the time the background has.
//!
//! In a gap it has [`GAP`], then the sockets are looked at again. While there is ordinary work it has
//! one part in [`PARTS`] of the time that passes, whatever becomes of the rest: a bucket that fills at
//! that rate, up to [`SAVED_MAX`], and that the background empties by running. A poll cannot be cut
//! short, so it may take more than there is; then the bucket has to fill up again first.
//!
//! ```text
//!   saved   ▲ SAVED_MAX ───────╮          ╭───
//!           │              ╱    ╲        ╱
//!         0 ┼─────────────╱──────╲──────╱──────▶ time
//!           │                     ╲    ╱
//!           │            it waits  ╲──╱   one long poll, paid back at 1/PARTS
//! ```

use std::cell::Cell;
use std::time::{Duration, Instant};

/// The background has one part in so many, a sixteenth, while there is ordinary work: enough for some
/// thousand requests in a second, and what it costs the others can hardly be told from noise.
pub(super) const PARTS: u32 = 16;

/// How much of its part it may save up, and so for how long at most it keeps ordinary work waiting at
/// one time (and one poll more). Turns that take longer than `PARTS` times as long give it less than
/// its part.
pub(super) const SAVED_MAX: Duration = Duration::from_millis(2);

/// How long it runs in a gap before somebody looks whether there is ordinary work: some ten requests.
/// A look takes a hundredth of that.
pub(super) const GAP: Duration = Duration::from_micros(50);

/// The bucket. On a clock that stands still nothing is earned and nothing is paid: the background
/// runs after the others, in every turn.
#[derive(Default)]
pub(super) struct Share {
    /// In nanoseconds of time that has passed, `PARTS` times what may be used, so that short spans
    /// leave no remainder. Below zero: what is owed.
    saved: Cell<i64>,
    /// Until when time has been counted.
    counted: Cell<Option<Instant>>,
}

impl Share {
    /// For how long the background may run at `now`, beside ordinary work; `None` while it owes.
    pub(super) fn allowance(&self, now: Instant) -> Option<Duration> {
        let since = self.counted.replace(Some(now)).unwrap_or(now);
        let earned = nanos(now.saturating_duration_since(since));
        let saved = self.saved.get().saturating_add(earned).min(nanos(SAVED_MAX * PARTS));
        self.saved.set(saved);
        u64::try_from(saved).ok().map(|saved| Duration::from_nanos(saved / u64::from(PARTS)))
    }

    /// It has run for so long.
    pub(super) fn pay(&self, span: Duration) {
        let cost = nanos(span).saturating_mul(i64::from(PARTS));
        self.saved.set(self.saved.get().saturating_sub(cost));
    }
}

fn nanos(span: Duration) -> i64 {
    i64::try_from(span.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn it_fills_with_time_up_to_a_bound_and_a_debt_is_paid_back_first() {
        let (share, start) = (Share::default(), Clock::test().now());
        assert_eq!(share.allowance(start), Some(Duration::ZERO));
        assert_eq!(share.allowance(start + MS * PARTS), Some(MS));
        assert_eq!(share.allowance(start + MS * PARTS), Some(MS), "the same time counts once");
        let hour = start + Duration::from_secs(3600);
        assert_eq!(share.allowance(hour), Some(SAVED_MAX));
        share.pay(SAVED_MAX);
        assert_eq!(share.allowance(hour), Some(Duration::ZERO), "nothing saved and nothing owed");
        share.pay(MS);
        assert_eq!(share.allowance(hour), None);
        assert_eq!(share.allowance(hour + MS * PARTS - Duration::from_nanos(1)), None);
        assert_eq!(share.allowance(hour + MS * PARTS), Some(Duration::ZERO));
    }

    #[test]
    fn short_spans_add_up() {
        let (share, start) = (Share::default(), Clock::test().now());
        for n in 0..=1_000_000 {
            share.allowance(start + Duration::from_nanos(n));
        }
        assert_eq!(share.allowance(start + MS), Some(MS / PARTS));
    }

    #[test]
    fn spans_beyond_all_bounds_do_no_harm() {
        let (share, start) = (Share::default(), Clock::test().now());
        share.pay(Duration::MAX);
        share.pay(Duration::MAX);
        assert_eq!(share.allowance(start), None);
    }
}
