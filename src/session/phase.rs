//! The dispatcher phases of a session: Ryu's four states.

use std::fmt;

/// How far a session has got. Ryu calls it the dispatcher state; handlers choose by it.
///
/// ```text
///   Handshake --hello agreed--> Config --features (1.3+: and ports) known--> Main
///       |                          |                                          |
///       +--------------------------+---------------- closed or lost ----------+--> Dead
/// ```
/// A handler is chosen by the phase *before* its message changes it: the features reply is an event
/// of the config phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Connected; no hello has been received.
    Handshake = 0,
    /// The version is agreed; the switch is being asked who it is.
    Config = 1,
    /// The switch is known; this is the normal state.
    Main = 2,
    /// The connection is gone.
    Dead = 3,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Phase; 4] = [Phase::Handshake, Phase::Config, Phase::Main, Phase::Dead];
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Handshake => "handshake",
            Phase::Config => "config",
            Phase::Main => "main",
            Phase::Dead => "dead",
        })
    }
}

/// [`Phase::Handshake`], by Ryu's name.
pub const HANDSHAKE_DISPATCHER: Phase = Phase::Handshake;
/// [`Phase::Config`], by Ryu's name.
pub const CONFIG_DISPATCHER: Phase = Phase::Config;
/// [`Phase::Main`], by Ryu's name.
pub const MAIN_DISPATCHER: Phase = Phase::Main;
/// [`Phase::Dead`], by Ryu's name.
pub const DEAD_DISPATCHER: Phase = Phase::Dead;
