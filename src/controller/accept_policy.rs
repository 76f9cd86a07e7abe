//! Who may connect: the rules, and the gate that applies them. No sockets; the time is passed in.
//!
//! The gate is asked with nothing but the address a connection came from, before a TLS handshake,
//! a session or an event exists. The questions come in this order; the first "no" decides:
//!
//! | Question | Refused as |
//! |---|---|
//! | Is the address on the deny list? | [`Refusal::Denied`] |
//! | Is there an allow list, and the address not on it? | [`Refusal::NotAllowed`] |
//! | Are there as many connections as there may be? | [`Refusal::TooMany`] |
//! | Has the address connected within the hold time? | [`Refusal::OnHold`] |
//! | Is the rate used up? | [`Refusal::TooFast`] |
//!
//! So a stranger takes nothing from the rate of those who may connect.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::cidr::Cidr;

/// The gate remembers the last connection of at most so many addresses for the hold time; of more,
/// those that connected longest ago are forgotten first.
pub const HELD_ADDRESSES_MAX: usize = 16_384;

/// At most one log line per reason in this time; it says how many there were.
const LOG_PAUSE: Duration = Duration::from_secs(60);

/// Who may connect, how often, and how many. The default is: everybody.
///
/// As JSON: `{"allow": ["10.0.0.0/8"], "deny": [], "rate_per_minute": 0, "hold_time": 0.0,
/// "max_connections": 0}`; what is left out has its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AcceptPolicy {
    /// If there are any, only these may connect.
    pub allow: Vec<Cidr>,
    /// These may not, even if they are in `allow`.
    pub deny: Vec<Cidr>,
    /// So many connections per minute, from all addresses together; a minute's worth may come at
    /// once. 0 = no limit.
    pub rate_per_minute: u32,
    /// An address that has connected has to wait this long before it may connect again. Two
    /// switches behind one address disturb each other then. In seconds in JSON; zero = off.
    #[serde(with = "as_seconds")]
    pub hold_time: Duration,
    /// At most so many connections at a time. 0 = no limit.
    pub max_connections: u32,
}

mod as_seconds {
    use super::Duration;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(time.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(from)?;
        let bad = |_| D::Error::custom(format_args!("{seconds} is no time in seconds"));
        Duration::try_from_secs_f64(seconds).map_err(bad)
    }
}

/// Why a connection was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The address is on the deny list.
    Denied,
    /// There is an allow list, and the address is not on it.
    NotAllowed,
    /// There are as many connections as there may be.
    TooMany,
    /// The address has connected within the hold time.
    OnHold,
    /// The rate is used up.
    TooFast,
}

impl Refusal {
    /// All of them, in the order of the questions.
    pub const ALL: [Refusal; 5] =
        [Refusal::Denied, Refusal::NotAllowed, Refusal::TooMany, Refusal::OnHold, Refusal::TooFast];

    /// Its name in counters: `denied`, `not_allowed`, `too_many`, `on_hold`, `too_fast`.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::Denied => "denied",
            Refusal::NotAllowed => "not_allowed",
            Refusal::TooMany => "too_many",
            Refusal::OnHold => "on_hold",
            Refusal::TooFast => "too_fast",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Denied => "its address is on the deny list",
            Refusal::NotAllowed => "its address is not on the allow list",
            Refusal::TooMany => "there are as many connections as there may be",
            Refusal::OnHold => "its address has connected within the hold time",
            Refusal::TooFast => "too many connections in a minute",
        })
    }
}

/// How many connections the gate has let through, and refused for each reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AcceptCounters {
    /// Let through.
    pub accepted: u64,
    /// Refused, in the order of [`Refusal::ALL`].
    refused: [u64; Refusal::ALL.len()],
}

impl AcceptCounters {
    /// How many were refused for that reason.
    pub fn refused(&self, reason: Refusal) -> u64 {
        self.refused[reason as usize]
    }
}

/// A connection that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: Refusal,
    /// The log should have a line: so many were refused for this reason since the last one,
    /// including this. `None`: there was one less than a minute ago.
    pub to_log: Option<u64>,
}

/// Applies an [`AcceptPolicy`], with what has to be remembered for that.
#[derive(Debug)]
pub struct AcceptGate {
    policy: AcceptPolicy,
    counters: AcceptCounters,
    /// Connections that may still come at once: a minute's worth at most.
    tokens: f64,
    refilled: Instant,
    /// When each address connected last, and the same in the order of time. An entry of the queue
    /// whose time is no longer the one in the map is void.
    last: HashMap<IpAddr, Instant>,
    order: VecDeque<(Instant, IpAddr)>,
    logged: [(Option<Instant>, u64); Refusal::ALL.len()],
}

impl AcceptGate {
    /// A gate at which nobody has asked yet.
    pub fn new(policy: AcceptPolicy, now: Instant) -> Self {
        AcceptGate {
            tokens: f64::from(policy.rate_per_minute),
            policy,
            counters: AcceptCounters::default(),
            refilled: now,
            last: HashMap::new(),
            order: VecDeque::new(),
            logged: Default::default(),
        }
    }

    /// May a connection from `address` be taken while there are `open` others? Counts the answer.
    ///
    /// # Errors
    /// The reason if not, and whether to log it.
    pub fn ask(&mut self, now: Instant, address: IpAddr, open: usize) -> Result<(), Refused> {
        let address = address.to_canonical();
        match self.judge(now, address, open) {
            Ok(()) => {
                self.counters.accepted += 1;
                Ok(())
            }
            Err(reason) => {
                self.counters.refused[reason as usize] += 1;
                Err(Refused { reason, to_log: self.line_for(now, reason) })
            }
        }
    }

    fn judge(&mut self, now: Instant, address: IpAddr, open: usize) -> Result<(), Refusal> {
        let policy = &self.policy;
        if policy.deny.iter().any(|block| block.contains(address)) {
            return Err(Refusal::Denied);
        }
        if !policy.allow.is_empty() && !policy.allow.iter().any(|block| block.contains(address)) {
            return Err(Refusal::NotAllowed);
        }
        if policy.max_connections > 0 && open >= policy.max_connections as usize {
            return Err(Refusal::TooMany);
        }
        self.forget(now);
        if self.last.contains_key(&address) {
            return Err(Refusal::OnHold);
        }
        if self.policy.rate_per_minute > 0 {
            self.refill(now);
            if self.tokens < 1.0 {
                return Err(Refusal::TooFast);
            }
            self.tokens -= 1.0;
        }
        if !self.policy.hold_time.is_zero() {
            self.last.insert(address, now);
            self.order.push_back((now, address));
            if self.order.len() > HELD_ADDRESSES_MAX {
                self.forget_first();
            }
        }
        Ok(())
    }

    /// Forgets the addresses whose hold time is over.
    fn forget(&mut self, now: Instant) {
        let over = |since: Instant| now.duration_since(since) >= self.policy.hold_time;
        let count = self.order.iter().take_while(|(since, _)| over(*since)).count();
        for _ in 0..count {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, address)) = self.order.pop_front() {
            self.last.remove(&address);
        }
    }

    fn refill(&mut self, now: Instant) {
        let full = f64::from(self.policy.rate_per_minute);
        let minutes = now.duration_since(self.refilled).as_secs_f64() / 60.0;
        self.tokens = (self.tokens + minutes * full).min(full);
        self.refilled = now;
    }

    fn line_for(&mut self, now: Instant, reason: Refusal) -> Option<u64> {
        let (last, since) = &mut self.logged[reason as usize];
        *since += 1;
        if last.is_some_and(|last| now.duration_since(last) < LOG_PAUSE) {
            return None;
        }
        *last = Some(now);
        Some(std::mem::take(since))
    }

    /// The rules in force.
    pub fn policy(&self) -> &AcceptPolicy {
        &self.policy
    }

    /// Puts other rules into force; connections that are there stay. Counters go on, and so does
    /// what was used of the rate.
    pub fn set_policy(&mut self, policy: AcceptPolicy, now: Instant) {
        self.refill(now);
        let (before, after) = (self.policy.rate_per_minute, policy.rate_per_minute);
        let full = f64::from(after);
        self.tokens = if before == 0 { full } else { self.tokens.min(full) };
        self.policy = policy;
        // With another hold time, even a shorter one, the order of time is that of the queue.
        self.forget(now);
    }

    /// What has been counted since the start.
    pub fn counters(&self) -> AcceptCounters {
        self.counters
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal::*;
    use super::*;
    use crate::clock::Clock;

    /// One question: at this second, from that address, with so many open; the answer.
    type Row = (u64, &'static str, usize, Result<(), Refusal>);

    fn check(policy: AcceptPolicy, rows: &[Row]) -> AcceptGate {
        let clock = Clock::test();
        let start = clock.now();
        let mut gate = AcceptGate::new(policy, start);
        for (n, &(at, address, open, wanted)) in rows.iter().enumerate() {
            clock.advance_to(start + Duration::from_secs(at));
            let answer = gate.ask(clock.now(), address.parse().unwrap(), open);
            assert_eq!(answer.map_err(|refused| refused.reason), wanted, "row {n}");
        }
        gate
    }

    fn blocks(list: &[&str]) -> Vec<Cidr> {
        list.iter().map(|block| block.parse().unwrap()).collect()
    }

    #[test]
    fn everybody_may_connect_by_default() {
        let rows = [(0, "10.0.0.1", 0, Ok(())), (0, "10.0.0.1", 100_000, Ok(()))];
        let gate = check(AcceptPolicy::default(), &rows);
        assert_eq!(gate.counters().accepted, 2);
    }

    #[test]
    fn deny_is_stronger_than_allow() {
        let policy = AcceptPolicy {
            allow: blocks(&["10.0.0.0/8", "fd00::/8"]),
            deny: blocks(&["10.9.0.0/16"]),
            ..AcceptPolicy::default()
        };
        let gate = check(
            policy,
            &[
                (0, "10.0.0.1", 0, Ok(())),
                (0, "::ffff:10.0.0.1", 0, Ok(())),
                (0, "10.9.0.1", 0, Err(Denied)),
                (0, "::ffff:10.9.0.1", 0, Err(Denied)),
                (0, "11.0.0.1", 0, Err(NotAllowed)),
                (0, "fd00::1", 0, Ok(())),
                (0, "fe80::1", 0, Err(NotAllowed)),
            ],
        );
        let counters = gate.counters();
        let refused = Refusal::ALL.map(|reason| counters.refused(reason));
        assert_eq!((counters.accepted, refused), (3, [2, 2, 0, 0, 0]));
    }

    #[test]
    fn a_maximum_counts_those_that_are_there() {
        let policy = AcceptPolicy { max_connections: 2, ..AcceptPolicy::default() };
        check(
            policy,
            &[
                (0, "10.0.0.1", 1, Ok(())),
                (0, "10.0.0.2", 2, Err(TooMany)),
                (1, "10.0.0.2", 1, Ok(())),
            ],
        );
    }

    #[test]
    fn a_rate_allows_a_minutes_worth_at_once_and_then_evenly() {
        let policy = AcceptPolicy {
            rate_per_minute: 3,
            deny: blocks(&["10.9.0.0/16"]),
            ..AcceptPolicy::default()
        };
        check(
            policy,
            &[
                (0, "10.9.0.1", 0, Err(Denied)),
                (0, "10.0.0.1", 0, Ok(())),
                (0, "10.0.0.1", 0, Ok(())),
                (0, "10.0.0.2", 0, Ok(())),
                (0, "10.0.0.3", 0, Err(TooFast)),
                (19, "10.0.0.3", 0, Err(TooFast)),
                (20, "10.0.0.3", 0, Ok(())),
                (20, "10.0.0.3", 0, Err(TooFast)),
                // However long nobody comes, no more than a minute's worth gathers.
                (3600, "10.0.0.1", 0, Ok(())),
                (3600, "10.0.0.1", 0, Ok(())),
                (3600, "10.0.0.1", 0, Ok(())),
                (3600, "10.0.0.1", 0, Err(TooFast)),
            ],
        );
    }

    #[test]
    fn a_held_address_waits_and_others_do_not() {
        let hold_time = Duration::from_secs(10);
        let policy = AcceptPolicy { hold_time, ..AcceptPolicy::default() };
        let gate = check(
            policy,
            &[
                (0, "10.0.0.1", 0, Ok(())),
                (5, "10.0.0.2", 0, Ok(())),
                (9, "10.0.0.1", 0, Err(OnHold)),
                // The refused attempt has not begun the time anew.
                (10, "10.0.0.1", 0, Ok(())),
                (14, "10.0.0.2", 0, Err(OnHold)),
                (15, "10.0.0.2", 0, Ok(())),
                (19, "::ffff:10.0.0.1", 0, Err(OnHold)),
                (30, "10.0.0.3", 0, Ok(())),
            ],
        );
        assert_eq!((gate.last.len(), gate.order.len()), (1, 1), "the others are forgotten");
    }

    #[test]
    fn what_is_held_is_bounded() {
        let clock = Clock::test();
        let hold_time = Duration::from_secs(1_000);
        let policy = AcceptPolicy { hold_time, ..AcceptPolicy::default() };
        let mut gate = AcceptGate::new(policy, clock.now());
        for n in 0..HELD_ADDRESSES_MAX as u32 + 10 {
            gate.ask(clock.now(), IpAddr::from(n.to_be_bytes()), 0).unwrap();
        }
        assert_eq!((gate.last.len(), gate.order.len()), (HELD_ADDRESSES_MAX, HELD_ADDRESSES_MAX));
        let mut ask = |n: u32| gate.ask(clock.now(), IpAddr::from(n.to_be_bytes()), 0);
        assert!(ask(0).is_ok(), "the first is forgotten");
        assert!(ask(100).is_err(), "a later one is not");
    }

    #[test]
    fn rules_change_while_running_and_counters_go_on() {
        let clock = Clock::test();
        let policy = AcceptPolicy { rate_per_minute: 1, ..AcceptPolicy::default() };
        let mut gate = AcceptGate::new(policy.clone(), clock.now());
        let address = IpAddr::from([10, 0, 0, 1]);
        let refused = |gate: &mut AcceptGate| gate.ask(clock.now(), address, 0).is_err();
        assert!(!refused(&mut gate));
        assert!(refused(&mut gate));
        // To set the same again does not fill the bucket; to widen it lets it fill further.
        gate.set_policy(policy, clock.now());
        assert!(refused(&mut gate));
        gate.set_policy(
            AcceptPolicy { deny: blocks(&["::/0"]), ..AcceptPolicy::default() },
            clock.now(),
        );
        assert!(!refused(&mut gate), "no rate any more, and the address is another one");
        gate.set_policy(
            AcceptPolicy { deny: blocks(&["10.0.0.1"]), ..AcceptPolicy::default() },
            clock.now(),
        );
        assert!(refused(&mut gate));
        let counters = gate.counters();
        assert_eq!(counters.accepted, 2);
        assert_eq!((counters.refused(TooFast), counters.refused(Denied)), (2, 1));
    }

    #[test]
    fn a_flood_of_strangers_is_a_line_a_minute() {
        let clock = Clock::test();
        let policy = AcceptPolicy { deny: blocks(&["10.0.0.0/8"]), ..AcceptPolicy::default() };
        let mut gate = AcceptGate::new(policy, clock.now());
        let mut lines = Vec::new();
        for _ in 0..150 {
            let refused = gate.ask(clock.now(), [10, 0, 0, 1].into(), 0).unwrap_err();
            lines.extend(refused.to_log);
            clock.advance_to(clock.now() + Duration::from_secs(1));
        }
        assert_eq!(lines, [1, 60, 60]);
    }

    #[test]
    fn json_says_the_same_both_ways_and_takes_nothing_else() {
        let policy = AcceptPolicy {
            allow: blocks(&["10.0.0.0/8"]),
            hold_time: Duration::from_millis(1500),
            ..AcceptPolicy::default()
        };
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(
            text,
            r#"{"allow":["10.0.0.0/8"],"deny":[],"rate_per_minute":0,"hold_time":1.5,"max_connections":0}"#
        );
        assert_eq!(serde_json::from_str::<AcceptPolicy>(&text).unwrap(), policy);
        assert_eq!(serde_json::from_str::<AcceptPolicy>("{}").unwrap(), AcceptPolicy::default());
        for wrong in [
            r#"{"alow": []}"#,
            r#"{"allow": ["10.0.0.1/8"]}"#,
            r#"{"hold_time": -1.0}"#,
            r#"{"rate_per_minute": -1}"#,
        ] {
            serde_json::from_str::<AcceptPolicy>(wrong).unwrap_err();
        }
    }
}
