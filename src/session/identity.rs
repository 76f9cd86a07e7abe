//! Who a connection is of: what its switch claims, what it was let in as, and its auxiliary
//! connections.
//!
//! Who is let in is decided by whoever knows all connections; what is kept here is what they have to
//! know of each other.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::ofproto::Dpid;
use crate::sync::Event;

use super::datapath::Datapath;
use super::violation::CloseReason;

/// Who a switch says that it is, in its features reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimedIdentity {
    /// The datapath id, not zero.
    pub dpid: Dpid,
    /// 0 for the main connection, else the number of an auxiliary one (since 1.3).
    pub auxiliary_id: u8,
}

impl ClaimedIdentity {
    /// Why this auxiliary connection is not taken.
    pub fn refused(self, why: &'static str) -> CloseReason {
        let ClaimedIdentity { dpid, auxiliary_id } = self;
        CloseReason::Auxiliary { dpid, auxiliary_id, why }
    }
}

/// What a handle knows of its place among the others.
#[derive(Debug)]
pub(super) struct Identity {
    generation: Cell<u64>,
    /// How often something was received.
    heard: Cell<u64>,
    /// The driver does not read: silence says nothing.
    is_unread: Cell<bool>,
    registered: Cell<Option<ClaimedIdentity>>,
    auxiliaries: RefCell<BTreeMap<u8, Datapath>>,
    /// The apps have been told of the main phase, or will never be.
    entered: Event,
    /// The apps have been told of the end, or will never be.
    left: Event,
}

impl Identity {
    pub(super) fn new() -> Self {
        Identity {
            generation: Cell::default(),
            heard: Cell::default(),
            is_unread: Cell::default(),
            registered: Cell::default(),
            auxiliaries: RefCell::default(),
            entered: Event::new(),
            left: Event::new(),
        }
    }

    pub(super) fn set_generation(&self, generation: u64) {
        self.generation.set(generation);
    }

    pub(super) fn heard(&self) {
        self.heard.set(self.heard.get().wrapping_add(1));
    }

    pub(super) fn set_read(&self, is_read: bool) {
        self.is_unread.set(!is_read);
    }
}

/// Auxiliary connections, as apps use them.
impl Datapath {
    /// A number that is greater for each session that was let in: of two handles of one switch the
    /// one with the greater number is the later. 0 before that, and for auxiliary connections.
    pub fn generation(&self) -> u64 {
        self.identity().generation.get()
    }

    /// The auxiliary connection of that number (1 to 255), if the switch has it at this moment.
    ///
    /// It is a handle as every other: what is sent or asked with it goes over that connection, and is
    /// answered there. Barriers order what is sent over the same connection only. What the switch
    /// says there by itself, packet-ins for instance, are events of the main connection.
    ///
    /// # Example: packet-outs beside the flow-mods
    /// ```
    /// use ryu_sdn::prelude::*;
    ///
    /// fn forward(dp: &Datapath, packet_out: &PacketOut) -> AppResult {
    ///     dp.auxiliary(1).as_ref().unwrap_or(dp).send(packet_out)?;
    ///     Ok(())
    /// }
    /// ```
    pub fn auxiliary(&self, auxiliary_id: u8) -> Option<Datapath> {
        self.identity().auxiliaries.borrow().get(&auxiliary_id).cloned()
    }

    /// The auxiliary connections of this moment, by number.
    pub fn auxiliaries(&self) -> Vec<(u8, Datapath)> {
        let auxiliaries = self.identity().auxiliaries.borrow();
        auxiliaries.iter().map(|(id, datapath)| (*id, datapath.clone())).collect()
    }

    /// What this is an auxiliary connection of, if it is one.
    pub fn auxiliary_of(&self) -> Option<ClaimedIdentity> {
        self.registered().filter(|claim| claim.auxiliary_id != 0)
    }
}

/// What the keeper of the registry needs.
impl Datapath {
    /// What the connection was let in as.
    pub fn registered(&self) -> Option<ClaimedIdentity> {
        self.identity().registered.get()
    }

    /// Keeps what the connection was let in as.
    pub fn set_registered(&self, claim: ClaimedIdentity) {
        self.identity().registered.set(Some(claim));
    }

    /// Takes an auxiliary connection in; the older one of that number, if there was one, comes back.
    pub fn put_auxiliary(&self, auxiliary_id: u8, auxiliary: Datapath) -> Option<Datapath> {
        self.identity().auxiliaries.borrow_mut().insert(auxiliary_id, auxiliary)
    }

    /// Takes an auxiliary connection out, if it is the one of that number.
    pub fn remove_auxiliary(&self, auxiliary_id: u8, auxiliary: &Datapath) {
        let mut auxiliaries = self.identity().auxiliaries.borrow_mut();
        if auxiliaries.get(&auxiliary_id) == Some(auxiliary) {
            auxiliaries.remove(&auxiliary_id);
        }
    }

    /// How often something was received: it grows as long as the switch is alive.
    pub fn signs_of_life(&self) -> u64 {
        self.identity().heard.get()
    }

    /// Whether nothing is read at this moment: an app is slow, or the switch does not take its
    /// answers. Its silence says nothing then.
    pub fn is_unread(&self) -> bool {
        self.identity().is_unread.get()
    }

    /// Set when the apps have been told that the switch is there, or never will be.
    pub fn entered(&self) -> Event {
        self.identity().entered.clone()
    }

    /// Set when the apps have been told that the connection has ended, or never will be.
    pub fn left(&self) -> Event {
        self.identity().left.clone()
    }
}
