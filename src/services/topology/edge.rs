//! A port as the hosts behind it have it in common: whether what comes in by it is taken for theirs, and
//! when one of them was heard last.
//!
//! Most frames are of a host that is known, say nothing that it has not said before, and come in by the
//! hundred thousand a second. Such a frame is to cost one look into the table of hosts, and none into
//! the table of ports; so each host has a reference to its port's edge.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::discovery::PortKey;

/// The edge of one port: open or closed.
///
/// It is open only where a frame has passed everything that discovery asks of the port (it is live, ends
/// no link, had time to find one, and nobody waits there to be taken for a host). Whoever gets the port
/// to change something closes it, and the next frame is looked at in full.
#[derive(Debug)]
pub(super) struct Edge {
    key: PortKey,
    is_open: Cell<bool>,
    /// When a host was heard here. It outlives the link's going down: who pulls the cable for a moment
    /// must not be taken for a switch.
    heard: Cell<Option<Instant>>,
}

impl Edge {
    /// A closed one, where nobody was heard.
    pub(super) fn new(key: PortKey) -> Edge {
        Edge { key, is_open: Cell::new(false), heard: Cell::new(None) }
    }

    pub(super) fn open(&self) {
        self.is_open.set(true);
    }

    pub(super) fn close(&self) {
        self.is_open.set(false);
    }

    /// Whether it is the edge of that port, and open.
    #[inline]
    pub(super) fn is_open_at(&self, key: PortKey) -> bool {
        self.is_open.get() && self.key == key
    }

    /// A host was heard.
    #[inline]
    pub(super) fn hear(&self, now: Instant) {
        self.heard.set(Some(now));
    }

    /// That hosts were heard does not count any more.
    pub(super) fn forget(&self) {
        self.heard.set(None);
    }

    /// Whether a host was heard less than `hold` ago.
    pub(super) fn had_host(&self, now: Instant, hold: Duration) -> bool {
        self.heard.get().is_some_and(|heard| now.saturating_duration_since(heard) < hold)
    }
}
