//! How a session behaves.

use std::time::Duration;

use crate::ofproto::Version;

use super::ahead::Overflow;
use super::table::Side;

/// How a session behaves.
#[derive(Clone, Debug)]
pub struct SessionConfig {
    /// Which end this is.
    pub side: Side,
    /// The versions to offer, ascending, not empty.
    pub versions: Vec<Version>,
    /// The time from the connection to the main phase.
    pub handshake_timeout: Duration,
    /// The time from the connection to the peer's hello; never more than the handshake's.
    pub hello_timeout: Duration,
    /// The time between two echo requests; zero sends none.
    pub echo_interval: Duration,
    /// The session ends when this many echo requests in a row were followed by silence; zero never
    /// ends it, and sends none.
    pub echo_max_unanswered: u32,
    /// The session ends when nothing came for this long; zero never ends it. Answers to echo
    /// requests count as everything else does.
    pub idle_timeout: Duration,
    /// The time that a request has for its answer, unless it is [given
    /// another](super::Answer::within).
    pub request_timeout: Duration,
    /// A barrier goes out by itself after so many [deliveries](super::Datapath::deliver); zero: never.
    pub barrier_count: u32,
    /// A barrier goes out by itself so long after a delivery; zero: never.
    pub barrier_interval: Duration,
    /// The main phase begins when the switch has answered a barrier that follows its description:
    /// all that was sent to it before, by apps that heard of its features, is done then.
    pub handshake_barrier: bool,
    /// What becomes of packet-ins that the apps cannot keep up with.
    pub packet_in_overflow: Overflow,
}

impl Default for SessionConfig {
    fn default() -> Self {
        SessionConfig {
            side: Side::Controller,
            versions: Version::ALL.to_vec(),
            handshake_timeout: Duration::from_secs(5),
            hello_timeout: Duration::from_secs(5),
            echo_interval: Duration::from_secs(15),
            echo_max_unanswered: 3,
            idle_timeout: Duration::ZERO,
            request_timeout: Duration::from_secs(60),
            barrier_count: 0,
            barrier_interval: Duration::ZERO,
            handshake_barrier: false,
            packet_in_overflow: Overflow::Wait,
        }
    }
}
