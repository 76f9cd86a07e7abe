//! Which port of which switch a MAC address was last seen at: Ryu's `mac_to_port`, with a bound.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use super::mac_table::MacTable;
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
#[derive(Clone)]
pub struct MacToPort {
    /// Where the table of each switch is in `tables`.
    places: BTreeMap<Dpid, usize>,
    tables: Vec<MacTable>,
    /// Places of `tables` whose switch was forgotten.
    free: Vec<usize>,
    /// Who was asked for last: packet-ins come in bursts.
    last: Cell<Option<(Dpid, usize)>>,
    limit: usize,
}

/// The addresses of one switch, as [`MacToPort::of`] gives it out.
#[derive(Debug)]
pub struct Addresses<'a> {
    table: &'a mut MacTable,
    limit: usize,
}

impl Addresses<'_> {
    /// Remembers that `mac` is at `port`. Returns whether it could.
    #[inline(always)] // So that the address goes from the frame to its hash without a stop.
    pub fn learn(&mut self, mac: MacAddr, port: PortNo) -> bool {
        self.table.set(mac, port) || self.add(mac, port)
    }

    /// Remembers an address that is not known.
    #[cold]
    fn add(&mut self, mac: MacAddr, port: PortNo) -> bool {
        if self.table.len() >= self.limit {
            return false;
        }
        self.table.add(mac, port);
        true
    }

    /// The port that `mac` was last seen at.
    #[inline]
    pub fn port(&self, mac: MacAddr) -> Option<PortNo> {
        self.table.get(mac)
    }
}

impl MacToPort {
    /// A table that remembers at most `limit` addresses for each switch.
    pub fn with_limit(limit: usize) -> Self {
        MacToPort {
            places: BTreeMap::new(),
            tables: Vec::new(),
            free: Vec::new(),
            last: Cell::new(None),
            limit,
        }
    }

    /// Makes a switch known, with no addresses.
    pub fn add(&mut self, dpid: Dpid) {
        self.of(dpid);
    }

    /// Forgets a switch and all its addresses.
    pub fn forget(&mut self, dpid: Dpid) {
        if let Some(place) = self.places.remove(&dpid) {
            self.tables[place] = MacTable::default();
            self.free.push(place);
            self.last.set(None);
        }
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
        let place = match self.last.get() {
            Some((last, place)) if last == dpid => place,
            _ => self.find(dpid),
        };
        Addresses { table: &mut self.tables[place], limit: self.limit }
    }

    /// Looks where these addresses stand, or would, and tells nothing: whoever asks for them next is
    /// answered sooner. For [`look_ahead`](macro@crate::app::look_ahead), which has an example.
    #[inline]
    pub fn look_up(&self, dpid: Dpid, macs: &[MacAddr]) {
        let place = match self.last.get() {
            Some((last, place)) if last == dpid => place,
            _ => {
                let Some(place) = self.places.get(&dpid) else { return };
                self.last.set(Some((dpid, *place)));
                *place
            }
        };
        macs.iter().for_each(|mac| self.tables[place].touch(*mac));
    }

    /// The place of a switch, new if it has none.
    fn find(&mut self, dpid: Dpid) -> usize {
        let place = *self.places.entry(dpid).or_insert_with(|| {
            self.free.pop().unwrap_or_else(|| {
                self.tables.push(MacTable::default());
                self.tables.len() - 1
            })
        });
        self.last.set(Some((dpid, place)));
        place
    }

    /// The port that `mac` was last seen at.
    pub fn port(&self, dpid: Dpid, mac: MacAddr) -> Option<PortNo> {
        self.tables[*self.places.get(&dpid)?].get(mac)
    }

    /// The addresses of a switch, ascending; `None` if the switch is not known.
    pub fn table(&self, dpid: Dpid) -> Option<Vec<(MacAddr, PortNo)>> {
        let mut entries: Vec<_> = self.tables[*self.places.get(&dpid)?].iter().collect();
        entries.sort_unstable();
        Some(entries)
    }

    /// The addresses of every switch, by datapath id.
    pub fn tables(&self) -> Vec<(Dpid, Vec<(MacAddr, PortNo)>)> {
        let tables = self.places.keys();
        tables.map(|&dpid| (dpid, self.table(dpid).unwrap_or_default())).collect()
    }
}

/// How many addresses of each switch, and how many at most.
impl fmt::Debug for MacToPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |(dpid, place): (&Dpid, &usize)| (*dpid, self.tables[*place].len());
        let known: BTreeMap<_, _> = self.places.iter().map(known).collect();
        f.debug_struct("MacToPort").field("known", &known).field("limit", &self.limit).finish()
    }
}

impl Default for MacToPort {
    fn default() -> Self {
        MacToPort::with_limit(ADDRESSES_MAX)
    }
}
