//! One bridge of the spanning tree: a machine without sockets or clock. What comes in and goes out;
//! `procedures.rs` has what is done with it.
//!
//! Spec: IEEE 802.1D-1998, clause 8; the numbers in comments are its sections.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use crate::packet::{Bpdu, BpduKind};

use super::ids::{BridgeId, PortId, Priority};

/// What a port does. The numbers are Ryu's.
///
/// Spec: IEEE 802.1D-1998 section 8.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PortState {
    /// Nothing: it has no link, or is not to be used.
    Disable = 0,
    /// It listens to other bridges only.
    Block = 1,
    /// It takes part in choosing the tree.
    Listen = 2,
    /// As `Listen`; what is learned would be true.
    Learn = 3,
    /// It forwards frames.
    Forward = 4,
}

impl fmt::Display for PortState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            PortState::Disable => "DISABLE",
            PortState::Block => "BLOCK",
            PortState::Listen => "LISTEN",
            PortState::Learn => "LEARN",
            PortState::Forward => "FORWARD",
        })
    }
}

/// What a port is for. The numbers are Ryu's.
///
/// Spec: IEEE 802.1D-1998 section 8.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PortRole {
    /// The way to the root of all that is behind it.
    Designated = 0,
    /// The bridge's own way to the root.
    Root = 1,
    /// Neither: another bridge is the way to the root.
    NonDesignated = 2,
}

impl fmt::Display for PortRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            PortRole::Designated => "DESIGNATED_PORT",
            PortRole::Root => "ROOT_PORT",
            PortRole::NonDesignated => "NON_DESIGNATED_PORT",
        })
    }
}

/// The three timers of a tree; those of its root count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How long what a neighbour said is true.
    pub max_age: Duration,
    /// Time between two messages of the root.
    pub hello_time: Duration,
    /// Time to listen, and time to learn.
    pub forward_delay: Duration,
}

/// What a [`Bridge`] wants done, or what has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BridgeOutput {
    /// A message goes out by a port.
    Send {
        /// The port.
        port: u16,
        /// The message.
        bpdu: Bpdu,
    },
    /// A port has another state.
    State {
        /// The port.
        port: u16,
        /// Its state now.
        state: PortState,
    },
    /// What was learned of where hosts are may not be true any more.
    TopologyChange,
}

/// A bridge.
///
/// After each call with `now`, poll outputs until `None`, then look at the deadline.
///
/// # Example: two bridges on one cable
/// ```
/// use std::time::Duration;
/// use ryu_sdn::clock::Clock;
/// use ryu_sdn::services::stplib::{
///     Bridge, BridgeConfig, BridgeId, BridgeOutput, PortRole, PortState,
/// };
/// use ryu_sdn::wire::MacAddr;
///
/// let clock = Clock::test();
/// let bridge = |n| {
///     let id = BridgeId::new(0x8000, 0, MacAddr([0, 0, 0, 0, 0, n]));
///     let mut bridge = Bridge::new(id, &BridgeConfig::default(), clock.now());
///     bridge.add_port(1, 0x80, 4, true, clock.now());
///     bridge
/// };
/// let (mut a, mut b) = (bridge(1), bridge(2));
/// while let Some(at) = a.deadline().into_iter().chain(b.deadline()).min() {
///     if b.port_state(1) == Some(PortState::Forward) {
///         break;
///     }
///     clock.advance_to(at);
///     a.handle_timeout(at);
///     b.handle_timeout(at);
///     while let Some(output) = a.poll_output() {
///         if let BridgeOutput::Send { bpdu, .. } = output {
///             b.handle_bpdu(1, &bpdu, at);
///         }
///     }
///     while let Some(output) = b.poll_output() {
///         if let BridgeOutput::Send { bpdu, .. } = output {
///             a.handle_bpdu(1, &bpdu, at);
///         }
///     }
/// }
/// assert!(a.is_root() && !b.is_root());
/// assert_eq!((b.port_role(1), b.root_path_cost()), (Some(PortRole::Root), 4));
/// ```
#[derive(Debug)]
pub struct Bridge {
    pub(super) id: BridgeId,
    pub(super) own_times: Times,
    pub(super) ports: BTreeMap<u16, BridgePort>,
    pub(super) root: BridgeId,
    pub(super) root_path_cost: u32,
    pub(super) root_port: Option<u16>,
    pub(super) times: Times,
    /// This bridge has seen a change, and the root has not said that it knows.
    pub(super) is_change_detected: bool,
    /// The root says that there is a change.
    pub(super) is_change: bool,
    pub(super) hello: Option<Instant>,
    pub(super) tcn: Option<Instant>,
    pub(super) change_ends: Option<Instant>,
    /// When what was learned is to be forgotten again, while there is a change.
    pub(super) next_flush: Option<Instant>,
    pub(super) outputs: VecDeque<BridgeOutput>,
}

/// One port of a bridge.
#[derive(Debug)]
pub(super) struct BridgePort {
    pub(super) id: PortId,
    pub(super) path_cost: u32,
    pub(super) state: PortState,
    /// The best that was heard or can be said here.
    pub(super) designated: Priority,
    pub(super) is_ack_due: bool,
    pub(super) is_config_pending: bool,
    /// What the last message said of its age, and when it came.
    pub(super) heard: Option<Heard>,
    /// Since when it listens, or learns. How long is the root's to say, and it may say so later.
    pub(super) waits_since: Option<Instant>,
    pub(super) hold: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) age: Duration,
    pub(super) at: Instant,
    pub(super) expires: Instant,
}

impl Bridge {
    /// A bridge without ports.
    pub fn new(id: BridgeId, config: &super::BridgeConfig, now: Instant) -> Bridge {
        let times = config.times();
        Bridge {
            id,
            own_times: times,
            ports: BTreeMap::new(),
            root: id,
            root_path_cost: 0,
            root_port: None,
            times,
            is_change_detected: false,
            is_change: false,
            hello: Some(now),
            tcn: None,
            change_ends: None,
            next_flush: None,
            outputs: VecDeque::new(),
        }
    }

    /// Its id.
    pub fn id(&self) -> BridgeId {
        self.id
    }

    /// Who the root is.
    pub fn root(&self) -> BridgeId {
        self.root
    }

    /// Whether it is the root itself.
    pub fn is_root(&self) -> bool {
        self.root == self.id
    }

    /// What the way to the root costs.
    pub fn root_path_cost(&self) -> u32 {
        self.root_path_cost
    }

    /// The port towards the root.
    pub fn root_port(&self) -> Option<u16> {
        self.root_port
    }

    /// The timers in force: those of the root.
    pub fn times(&self) -> Times {
        self.times
    }

    /// What a port does.
    pub fn port_state(&self, port: u16) -> Option<PortState> {
        Some(self.ports.get(&port)?.state)
    }

    /// What a port is for.
    pub fn port_role(&self, port: u16) -> Option<PortRole> {
        let is_designated = self.is_designated(self.ports.get(&port)?);
        Some(match (self.root_port == Some(port), is_designated) {
            (true, _) => PortRole::Root,
            (false, true) => PortRole::Designated,
            (false, false) => PortRole::NonDesignated,
        })
    }

    /// The ports, ascending.
    pub fn ports(&self) -> impl Iterator<Item = u16> + '_ {
        self.ports.keys().copied()
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<BridgeOutput> {
        self.outputs.pop_front()
    }

    /// When to call [`handle_timeout`](Bridge::handle_timeout).
    pub fn deadline(&self) -> Option<Instant> {
        let own = [self.hello, self.tcn, self.change_ends, self.next_flush];
        let ports = self.ports.values().flat_map(|port| {
            // A pending message is all that the end of the hold time is good for.
            let hold = port.hold.filter(|_| port.is_config_pending);
            let forward = port.waits_since.map(|since| since + self.times.forward_delay);
            [port.heard.map(|heard| heard.expires), forward, hold]
        });
        own.into_iter().chain(ports).flatten().min()
    }

    /// Adds a port; `number` is 1 to 4,095.
    pub fn add_port(
        &mut self,
        number: u16,
        priority: u8,
        path_cost: u32,
        is_enabled: bool,
        now: Instant,
    ) {
        self.remove_port(number, now);
        let id = PortId::new(priority, number);
        let designated = self.best_here(id);
        let port = BridgePort {
            id,
            path_cost,
            state: PortState::Disable,
            designated,
            is_ack_due: false,
            is_config_pending: false,
            heard: None,
            waits_since: None,
            hold: None,
        };
        self.ports.insert(number, port);
        match is_enabled {
            true => self.set_enabled(number, true, now),
            false => self.tell_state(number, PortState::Disable),
        }
    }

    /// Removes a port.
    pub fn remove_port(&mut self, number: u16, now: Instant) {
        self.set_enabled(number, false, now);
        self.ports.remove(&number);
    }

    /// The link of a port came or went (8.8.1, 8.8.2).
    pub fn set_enabled(&mut self, number: u16, is_enabled: bool, now: Instant) {
        let was_root = self.is_root();
        let Some(port) = self.ports.get_mut(&number) else { return };
        let before = port.state;
        if (before != PortState::Disable) == is_enabled {
            return;
        }
        port.is_ack_due = false;
        port.is_config_pending = false;
        port.waits_since = None;
        port.hold = None;
        if is_enabled {
            port.state = PortState::Block;
            self.become_designated(number);
            self.select_port_states(now);
            // A neighbour hears at once who is here.
            self.transmit_config(number, now);
            return;
        }
        self.become_designated(number);
        self.change_state(number, PortState::Disable);
        self.update_configuration();
        self.select_port_states(now);
        if self.is_root() && !was_root {
            self.become_root(now);
        }
        // The standard leaves this to the neighbours; but they, too, may see nothing.
        if before >= PortState::Learn {
            self.detect_change(now);
        }
    }

    /// Takes a message that came in by a port. Those of the rapid spanning tree are ignored: who
    /// sends them hears ours, and changes over.
    pub fn handle_bpdu(&mut self, port: u16, bpdu: &Bpdu, now: Instant) {
        if self.port_state(port).is_none_or(|state| state == PortState::Disable) {
            return;
        }
        match bpdu.kind {
            BpduKind::Configuration => self.handle_config(port, bpdu, now),
            BpduKind::TopologyChange => self.handle_tcn(port, now),
            BpduKind::Rapid => {}
        }
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let is_due = |at: &Option<Instant>| at.is_some_and(|at| at <= now);
        if is_due(&self.hello) {
            // 8.7.3
            self.hello = self.is_root().then(|| again(self.hello, self.own_times.hello_time, now));
            if self.is_root() {
                self.generate_configs(now);
            }
        }
        if is_due(&self.tcn) {
            // 8.7.6
            self.tcn = Some(again(self.tcn, self.own_times.hello_time, now));
            self.transmit_tcn();
        }
        if is_due(&self.change_ends) {
            // 8.7.7
            self.is_change_detected = false;
            self.change_ends = None;
            self.set_change(false, now);
        }
        if is_due(&self.next_flush) {
            self.next_flush = Some(again(self.next_flush, self.times.forward_delay, now));
            self.outputs.push_back(BridgeOutput::TopologyChange);
        }
        let numbers: Vec<u16> = self.ports.keys().copied().collect();
        // First, since it may change the timers that count.
        for number in &numbers {
            let heard = self.ports.get(number).and_then(|port| port.heard);
            if heard.is_some_and(|heard| heard.expires <= now) {
                self.forget_heard(*number, now);
            }
        }
        for number in numbers {
            let Some(port) = self.ports.get_mut(&number) else { continue };
            let is_held = port.hold.take_if(|hold| *hold <= now).is_some();
            let waited = port.waits_since.map(|since| since + self.times.forward_delay);
            if is_held && port.is_config_pending {
                // 8.7.8
                self.transmit_config(number, now);
            }
            if is_due(&waited) {
                self.go_on(number, now);
            }
        }
    }
}

/// One period after the last time, or from now if that is over, too.
fn again(last: Option<Instant>, period: Duration, now: Instant) -> Instant {
    last.map(|last| last + period).filter(|next| *next > now).unwrap_or(now + period)
}
