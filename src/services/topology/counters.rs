//! What was counted of LLDP frames and hosts.

use std::fmt;

use serde::Serialize;

use crate::app::{Describe, Request};

/// Asks the app `switches` for its [`Counters`].
#[derive(Clone, Copy, Debug, Default, Request)]
#[request(provider = "switches", reply = Counters)]
pub struct CountersRequest;

/// What discovery has counted since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Describe)]
pub struct Counters {
    /// LLDP frames that were sent.
    pub lldp_sent: u64,
    /// LLDP frames that were not, as the switch does not read what it is sent.
    pub lldp_unsent: u64,
    /// LLDP frames that came in.
    pub lldp_received: u64,
    /// Of these: they told of a link.
    pub lldp_accepted: u64,
    /// They were not of the form that a controller sends.
    pub lldp_foreign: u64,
    /// They came back to the switch that had sent them.
    pub lldp_same_switch: u64,
    /// They were over the rate of their port, and not looked at.
    pub lldp_limited: u64,
    /// They were refused, by reason.
    pub lldp_refused: Refused,
    /// Moves of hosts that were not believed, as they were too fast.
    pub host_moves_limited: u64,
    /// Hosts that were not taken down, or forgotten, as there were too many.
    pub hosts_dropped: u64,
}

/// LLDP frames that were refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Describe)]
pub struct Refused {
    /// Not signed.
    pub unsigned: u64,
    /// The signature is not of this controller.
    pub forged: u64,
    /// They were sent too long ago, or by nobody.
    pub stale: u64,
    /// They came by a port where a host is.
    pub host_port: u64,
    /// They name a port that is not there or is down, or came by one.
    pub no_port: u64,
    /// A port has as many links as it may have.
    pub too_many: u64,
}

/// Why an LLDP frame is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unsigned,
    Forged,
    Stale,
    HostPort,
    NoPort,
    TooMany,
}

impl Refused {
    pub(super) fn count(&mut self, why: Refusal) {
        let counter = match why {
            Refusal::Unsigned => &mut self.unsigned,
            Refusal::Forged => &mut self.forged,
            Refusal::Stale => &mut self.stale,
            Refusal::HostPort => &mut self.host_port,
            Refusal::NoPort => &mut self.no_port,
            Refusal::TooMany => &mut self.too_many,
        };
        *counter += 1;
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Unsigned => "it is not signed",
            Refusal::Forged => "its signature is not ours",
            Refusal::Stale => "it is old",
            Refusal::HostPort => "a host is at that port",
            Refusal::NoPort => "it names a port that is not there",
            Refusal::TooMany => "there are too many links at that port",
        })
    }
}
