//! The clock room: the one place that asks the machine what time it is.
//!
//! Everything in this house that depends on time is given a [`Clock`] (or is passed a `now` that
//! came from one), so a test can put a clock in its place that stands still until the test turns
//! it. The program that is tested is the program that is shipped: there is no `cfg` here, only
//! another value.
//!
//! May touch: `std::time`. Never: anything else.
//!
//! ```
//! use std::time::Duration;
//! use ryu_sdn::clock::Clock;
//!
//! let clock = Clock::test();
//! let before = clock.now();
//! assert_eq!(clock.now(), before);            // it stands still
//! clock.advance(Duration::from_secs(60));     // and a minute costs nothing
//! assert_eq!(clock.now() - before, Duration::from_secs(60));
//! ```

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

/// A source of time: the machine's, or one that a test turns by hand.
///
/// Clones of a test clock share their hands: turning one turns all.
#[derive(Clone, Debug)]
pub struct Clock {
    hands: Option<Rc<Hands>>,
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Self {
        Clock { hands: None }
    }

    /// A clock that stands still until [`advance`](Clock::advance) is called.
    ///
    /// Its wall time starts at [`TEST_EPOCH_S`], so that a printed date is the same in every run.
    pub fn test() -> Self {
        let hands = Hands { start: Instant::now(), elapsed: Cell::new(Duration::ZERO) };
        Clock { hands: Some(Rc::new(hands)) }
    }

    /// Turns a test clock forward by `by`.
    ///
    /// # Panics
    ///
    /// On a real clock, which nobody turns.
    pub fn advance(&self, by: Duration) {
        let hands = self.hands();
        hands.elapsed.set(hands.elapsed.get() + by);
    }

    /// Turns a test clock forward to `to`; a moment that has passed leaves it alone, since time
    /// does not run backwards.
    ///
    /// # Panics
    ///
    /// On a real clock, which nobody turns.
    pub fn advance_to(&self, to: Instant) {
        let hands = self.hands();
        let elapsed = to.saturating_duration_since(hands.start);
        hands.elapsed.set(hands.elapsed.get().max(elapsed));
    }

    /// The current moment, for measuring spans and setting deadlines.
    pub fn now(&self) -> Instant {
        match &self.hands {
            None => Instant::now(),
            Some(hands) => hands.start + hands.elapsed.get(),
        }
    }

    /// The current date and time, for people to read.
    pub fn wall(&self) -> SystemTime {
        match &self.hands {
            None => SystemTime::now(),
            Some(hands) => {
                SystemTime::UNIX_EPOCH + Duration::from_secs(TEST_EPOCH_S) + hands.elapsed.get()
            }
        }
    }

    /// Whether this clock stands still until it is turned.
    pub fn is_test(&self) -> bool {
        self.hands.is_some()
    }

    #[track_caller]
    fn hands(&self) -> &Hands {
        self.hands.as_deref().expect("a real clock cannot be turned; use Clock::test()")
    }
}

impl Default for Clock {
    fn default() -> Self {
        Clock::real()
    }
}

/// Where a test clock points: a moment of the machine's clock, plus what the test added.
#[derive(Debug)]
struct Hands {
    start: Instant,
    elapsed: Cell<Duration>,
}

/// The wall time at which every test clock starts, in seconds since 1970: 2020-01-01 00:00 UTC.
pub const TEST_EPOCH_S: u64 = 1_577_836_800;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_clock_moves_only_when_turned_and_with_all_its_clones() {
        let clock = Clock::test();
        let twin = clock.clone();
        let start = clock.now();
        assert_eq!(clock.now(), start);
        twin.advance(Duration::from_millis(1500));
        assert_eq!(clock.now() - start, Duration::from_millis(1500));
        let wall = clock.wall().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(wall, Duration::from_secs(TEST_EPOCH_S) + Duration::from_millis(1500));
    }

    #[test]
    fn advance_to_never_turns_back() {
        let clock = Clock::test();
        let start = clock.now();
        clock.advance_to(start + Duration::from_secs(5));
        clock.advance_to(start + Duration::from_secs(2));
        assert_eq!(clock.now() - start, Duration::from_secs(5));
    }

    #[test]
    fn the_real_clock_runs_and_says_what_it_is() {
        let clock = Clock::default();
        assert!(!clock.is_test() && Clock::test().is_test());
        assert!(clock.now() <= clock.now());
        assert!(clock.wall() > SystemTime::UNIX_EPOCH);
    }

    #[test]
    #[should_panic(expected = "a real clock cannot be turned")]
    fn a_real_clock_cannot_be_turned() {
        Clock::real().advance(Duration::from_secs(1));
    }
}
