//! What a session tells its driver.

use crate::ofproto::{Message, PortNo, PortReason, Xid};

use super::identity::ClaimedIdentity;
use super::parts::Room;
use super::phase::Phase;
use super::violation::{CloseReason, Violation};

/// What a session tells its driver.
#[derive(Debug)]
pub enum Output {
    /// A message for the apps, with the phase in which it arrived.
    Message {
        /// Its transaction id.
        xid: Xid,
        /// The phase before the message changed it.
        phase: Phase,
        /// The message.
        message: Message,
    },
    /// The switch has said who it is, and waits to be let in; see
    /// [`Session::ask_before_admission`](super::Session::ask_before_admission).
    Identity(ClaimedIdentity),
    /// The phase has changed.
    Phase(Phase),
    /// The port table has changed.
    Port {
        /// Why.
        reason: PortReason,
        /// Which port.
        number: PortNo,
    },
    /// The peer did something wrong; the session goes on.
    Violation(Violation),
    /// A part of an answer went to an app that has as many now as it should: nothing more should be
    /// read from the peer until it has [taken](Room) some.
    Wait(Room),
    /// The session is over. What waits in the outbox should still be written.
    Close(CloseReason),
}
