//! Which port of which switch a MAC address was last seen at: Ryu's `mac_to_port`, with a bound.

use std::collections::HashMap;

use foldhash::quality::RandomState;

use crate::ofproto::{Dpid, PortNo};
use crate::wire::MacAddr;

/// The most addresses that are remembered for one switch, unless said otherwise.
pub const ADDRESSES_MAX: usize = 131_072;

/// A table of learned addresses, by switch.
///
/// Hosts can invent addresses without end, so each switch has a bound: a full table learns no new
/// address (frames to it are flooded) and keeps those that it has.
///
/// # Example: learning, and the bound
/// ```
/// use ryu_sdn::prelude::*;
/// use ryu_sdn::services::mac_to_port::MacToPort;
///
/// let mut table = MacToPort::with_limit(1);
/// let (a, b) = (MacAddr([0, 0, 0, 0, 0, 0xa]), MacAddr([0, 0, 0, 0, 0, 0xb]));
/// assert!(table.learn(Dpid(1), a, PortNo(1)));
/// assert!(!table.learn(Dpid(1), b, PortNo(2)));
/// assert!(table.learn(Dpid(1), a, PortNo(3)));
/// assert_eq!(table.port(Dpid(1), a), Some(PortNo(3)));
/// assert_eq!(table.port(Dpid(1), b), None);
/// ```
#[derive(Clone, Debug)]
pub struct MacToPort {
    /// Hashed with keys drawn at random: the addresses are the hosts' to choose.
    tables: HashMap<Dpid, Table, RandomState>,
    limit: usize,
}

/// The addresses of one switch, as [`MacToPort::of`] gives it out.
#[derive(Debug)]
pub struct Addresses<'a> {
    table: &'a mut Table,
    limit: usize,
}

type Table = HashMap<MacAddr, PortNo, RandomState>;

impl Addresses<'_> {
    /// Remembers that `mac` is at `port`. Returns whether it could.
    #[inline]
    pub fn learn(&mut self, mac: MacAddr, port: PortNo) -> bool {
        if let Some(known) = self.table.get_mut(&mac) {
            *known = port;
            return true;
        }
        if self.table.len() >= self.limit {
            return false;
        }
        self.table.insert(mac, port);
        true
    }

    /// The port that `mac` was last seen at.
    #[inline]
    pub fn port(&self, mac: MacAddr) -> Option<PortNo> {
        self.table.get(&mac).copied()
    }
}

impl MacToPort {
    /// A table that remembers at most `limit` addresses for each switch.
    pub fn with_limit(limit: usize) -> Self {
        MacToPort { tables: HashMap::default(), limit }
    }

    /// Makes a switch known, with no addresses.
    pub fn add(&mut self, dpid: Dpid) {
        self.tables.entry(dpid).or_default();
    }

    /// Forgets a switch and all its addresses.
    pub fn forget(&mut self, dpid: Dpid) {
        self.tables.remove(&dpid);
    }

    /// Remembers that `mac` is at `port`. Returns whether it could.
    pub fn learn(&mut self, dpid: Dpid, mac: MacAddr, port: PortNo) -> bool {
        self.of(dpid).learn(mac, port)
    }

    /// The addresses of one switch, for whoever has more than one thing to do with them; the switch
    /// is known from now on.
    ///
    /// ```
    /// use ryu_sdn::prelude::*;
    /// use ryu_sdn::services::mac_to_port::MacToPort;
    ///
    /// let (mut table, mac) = (MacToPort::default(), MacAddr([0, 0, 0, 0, 0, 0xa]));
    /// let mut addresses = table.of(Dpid(1));
    /// addresses.learn(mac, PortNo(1));
    /// assert_eq!(addresses.port(mac), Some(PortNo(1)));
    /// assert_eq!(table.port(Dpid(2), mac), None);
    /// ```
    #[inline]
    pub fn of(&mut self, dpid: Dpid) -> Addresses<'_> {
        Addresses { table: self.tables.entry(dpid).or_default(), limit: self.limit }
    }

    /// The port that `mac` was last seen at.
    pub fn port(&self, dpid: Dpid, mac: MacAddr) -> Option<PortNo> {
        self.tables.get(&dpid)?.get(&mac).copied()
    }

    /// The addresses of a switch, ascending; `None` if the switch is not known.
    pub fn table(&self, dpid: Dpid) -> Option<Vec<(MacAddr, PortNo)>> {
        let table = self.tables.get(&dpid)?;
        let mut entries: Vec<_> = table.iter().map(|(mac, port)| (*mac, *port)).collect();
        entries.sort_unstable();
        Some(entries)
    }
}

impl Default for MacToPort {
    fn default() -> Self {
        MacToPort::with_limit(ADDRESSES_MAX)
    }
}
