//! One bridge of the spanning tree: a machine without sockets or clock.
//!
//! Spec: IEEE 802.1D-1998, clause 8; the numbers in comments are its sections.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use crate::packet::{Bpdu, BpduKind};

use super::ids::{BridgeId, PortId, Priority};

/// Between two configuration messages of one port there is at least this long (8.10.2).
const HOLD_TIME: Duration = Duration::from_secs(1);

/// By how much a message ages at each bridge, at least (8.10.2).
const MESSAGE_AGE_INCREMENT: Duration = Duration::from_secs(1);

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

impl Times {
    fn of(bpdu: &Bpdu) -> Times {
        Times {
            max_age: span(bpdu.max_age),
            hello_time: span(bpdu.hello_time),
            forward_delay: span(bpdu.forward_delay),
        }
    }
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
    id: BridgeId,
    own_times: Times,
    ports: BTreeMap<u16, BridgePort>,
    root: BridgeId,
    root_path_cost: u32,
    root_port: Option<u16>,
    times: Times,
    /// This bridge has seen a change, and the root has not said that it knows.
    is_change_detected: bool,
    /// The root says that there is a change.
    is_change: bool,
    hello: Option<Instant>,
    tcn: Option<Instant>,
    change_ends: Option<Instant>,
    /// When what was learned is to be forgotten again, while there is a change.
    next_flush: Option<Instant>,
    outputs: VecDeque<BridgeOutput>,
}

/// One port of a bridge.
#[derive(Debug)]
struct BridgePort {
    id: PortId,
    path_cost: u32,
    state: PortState,
    /// The best that was heard or can be said here.
    designated: Priority,
    is_ack_due: bool,
    is_config_pending: bool,
    /// What the last message said of its age, and when it came.
    heard: Option<Heard>,
    /// Since when it listens, or learns. How long is the root's to say, and it may say so later.
    waits_since: Option<Instant>,
    hold: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Heard {
    age: Duration,
    at: Instant,
    expires: Instant,
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
        for number in numbers {
            let Some(port) = self.ports.get_mut(&number) else { continue };
            if is_due(&port.hold) {
                // 8.7.8
                port.hold = None;
                if port.is_config_pending {
                    self.transmit_config(number, now);
                }
            }
            let Some(port) = self.ports.get_mut(&number) else { continue };
            if port.heard.is_some_and(|heard| heard.expires <= now) {
                self.forget_heard(number, now);
            }
            let Some(port) = self.ports.get_mut(&number) else { continue };
            if port.waits_since.is_some_and(|since| since + self.times.forward_delay <= now) {
                self.go_on(number, now);
            }
        }
    }

    /// 8.7.1
    fn handle_config(&mut self, port: u16, bpdu: &Bpdu, now: Instant) {
        let (told, times) = (Priority::of(bpdu), Times::of(bpdu));
        let age = span(bpdu.message_age);
        let is_sane = !times.hello_time.is_zero() && !times.forward_delay.is_zero();
        if age >= times.max_age || !is_sane {
            return;
        }
        if self.is_better(port, &told) {
            let was_root = self.is_root();
            let Some(own) = self.ports.get_mut(&port) else { return };
            own.designated = told;
            own.heard = Some(Heard { age, at: now, expires: now + (times.max_age - age) });
            self.update_configuration();
            self.select_port_states(now);
            if was_root && !self.is_root() {
                self.hello = None;
                if self.is_change_detected {
                    self.change_ends = None;
                    self.transmit_tcn();
                    self.tcn = Some(now + self.own_times.hello_time);
                }
            }
            if self.root_port == Some(port) {
                self.times = times;
                self.set_change(bpdu.flags & Bpdu::TOPOLOGY_CHANGE != 0, now);
                self.generate_configs(now);
                if bpdu.flags & Bpdu::TOPOLOGY_CHANGE_ACK != 0 {
                    self.is_change_detected = false;
                    self.tcn = None;
                }
            }
        } else if self.ports.get(&port).is_some_and(|own| self.is_designated(own)) {
            self.transmit_config(port, now);
        }
    }

    /// 8.7.2
    fn handle_tcn(&mut self, port: u16, now: Instant) {
        let Some(own) = self.ports.get(&port) else { return };
        if !self.is_designated(own) {
            return;
        }
        self.detect_change(now);
        if let Some(own) = self.ports.get_mut(&port) {
            own.is_ack_due = true;
        }
        self.transmit_config(port, now);
    }

    /// 8.6.2.2
    fn is_better(&self, port: u16, told: &Priority) -> bool {
        let Some(own) = self.ports.get(&port) else { return false };
        let known = &own.designated;
        let (new, old) =
            ((told.root, told.cost, told.bridge), (known.root, known.cost, known.bridge));
        new < old || new == old && (told.bridge != self.id || told.port <= known.port)
    }

    /// The best that can be said at a port.
    fn best_here(&self, id: PortId) -> Priority {
        Priority { root: self.root, cost: self.root_path_cost, bridge: self.id, port: id }
    }

    fn is_designated(&self, port: &BridgePort) -> bool {
        port.designated.bridge == self.id && port.designated.port == port.id
    }

    /// 8.6.11, and what was heard is forgotten.
    fn become_designated(&mut self, number: u16) {
        let (root, cost, bridge) = (self.root, self.root_path_cost, self.id);
        if let Some(port) = self.ports.get_mut(&number) {
            port.designated = Priority { root, cost, bridge, port: port.id };
            port.heard = None;
        }
    }

    /// 8.6.7
    fn update_configuration(&mut self) {
        // 8.6.8: the root, and the way there.
        let candidates = self.ports.iter().filter(|(_, port)| {
            !self.is_designated(port)
                && port.state != PortState::Disable
                && port.designated.root < self.id
        });
        let ways = candidates.map(|(number, port)| {
            let Priority { root, cost, bridge, port: theirs } = port.designated;
            ((root, cost.saturating_add(port.path_cost), bridge, theirs, port.id), *number)
        });
        (self.root, self.root_path_cost, self.root_port) = match ways.min() {
            Some(((root, cost, ..), number)) => (root, cost, Some(number)),
            None => (self.id, 0, None),
        };
        // 8.6.9: where this bridge is the way to the root.
        for port in self.ports.values_mut() {
            let ours = Priority {
                root: self.root,
                cost: self.root_path_cost,
                bridge: self.id,
                port: port.id,
            };
            let known = port.designated;
            let is_ours = known.bridge == self.id && known.port == port.id;
            if is_ours || known.root != self.root || ours <= known {
                port.designated = ours;
            }
        }
    }

    /// 8.6.10
    fn select_port_states(&mut self, now: Instant) {
        let numbers: Vec<u16> = self.ports.keys().copied().collect();
        for number in numbers {
            let role = self.port_role(number);
            let Some(port) = self.ports.get_mut(&number) else { continue };
            if role != Some(PortRole::Designated) {
                port.is_config_pending = false;
                port.is_ack_due = false;
            } else {
                port.heard = None;
            }
            match role {
                Some(PortRole::NonDesignated) => self.make_blocking(number, now),
                _ => self.make_forwarding(number, now),
            }
        }
    }

    /// 8.6.12
    fn make_forwarding(&mut self, number: u16, now: Instant) {
        let Some(port) = self.ports.get_mut(&number) else { return };
        if port.state == PortState::Block {
            port.waits_since = Some(now);
            self.change_state(number, PortState::Listen);
        }
    }

    /// 8.6.13
    fn make_blocking(&mut self, number: u16, now: Instant) {
        let Some(port) = self.ports.get_mut(&number) else { return };
        let before = port.state;
        if matches!(before, PortState::Disable | PortState::Block) {
            return;
        }
        port.waits_since = None;
        self.change_state(number, PortState::Block);
        if before >= PortState::Learn {
            self.detect_change(now);
        }
    }

    /// 8.7.5
    fn go_on(&mut self, number: u16, now: Instant) {
        let Some(port) = self.ports.get_mut(&number) else { return };
        port.waits_since = None;
        match port.state {
            PortState::Listen => {
                port.waits_since = Some(now);
                self.change_state(number, PortState::Learn);
            }
            PortState::Learn => {
                self.change_state(number, PortState::Forward);
                if self.ports.values().any(|port| port.designated.bridge == self.id) {
                    self.detect_change(now);
                }
            }
            _ => {}
        }
    }

    /// 8.7.4
    fn forget_heard(&mut self, number: u16, now: Instant) {
        let was_root = self.is_root();
        self.become_designated(number);
        self.update_configuration();
        self.select_port_states(now);
        if self.is_root() && !was_root {
            self.become_root(now);
        }
    }

    fn become_root(&mut self, now: Instant) {
        self.times = self.own_times;
        self.detect_change(now);
        self.tcn = None;
        self.generate_configs(now);
        self.hello = Some(now + self.own_times.hello_time);
    }

    /// 8.6.14
    fn detect_change(&mut self, now: Instant) {
        self.outputs.push_back(BridgeOutput::TopologyChange);
        if self.is_root() {
            self.set_change(true, now);
            self.change_ends = Some(now + self.own_times.max_age + self.own_times.forward_delay);
        } else if !self.is_change_detected {
            self.transmit_tcn();
            self.tcn = Some(now + self.own_times.hello_time);
        }
        self.is_change_detected = true;
    }

    /// While there is a change, nothing that was learned is to be older than the forward delay
    /// (8.3.5): it is forgotten at the beginning, then each time as much has passed, and at the end.
    fn set_change(&mut self, is_change: bool, now: Instant) {
        if self.is_change == is_change {
            return;
        }
        self.is_change = is_change;
        self.next_flush = is_change.then(|| now + self.times.forward_delay);
        self.outputs.push_back(BridgeOutput::TopologyChange);
    }

    /// 8.6.4
    fn generate_configs(&mut self, now: Instant) {
        let ports = self.ports.iter();
        let numbers: Vec<u16> = ports
            .filter(|(_, port)| port.state != PortState::Disable && self.is_designated(port))
            .map(|(number, _)| *number)
            .collect();
        for number in numbers {
            self.transmit_config(number, now);
        }
    }

    /// 8.6.1
    fn transmit_config(&mut self, number: u16, now: Instant) {
        let age = match self.root_port.and_then(|root| self.ports.get(&root)?.heard) {
            Some(heard) => {
                heard.age + now.saturating_duration_since(heard.at) + MESSAGE_AGE_INCREMENT
            }
            None => Duration::ZERO,
        };
        let (times, is_change) = (self.times, self.is_change);
        let Some(port) = self.ports.get_mut(&number) else { return };
        if port.state == PortState::Disable || age >= times.max_age {
            return;
        }
        if port.hold.is_some_and(|hold| hold > now) {
            port.is_config_pending = true;
            return;
        }
        let mut bpdu = Bpdu {
            kind: BpduKind::Configuration,
            message_age: units(age),
            max_age: units(times.max_age),
            hello_time: units(times.hello_time),
            forward_delay: units(times.forward_delay),
            ..Bpdu::default()
        };
        let said =
            Priority { root: self.root, cost: self.root_path_cost, bridge: self.id, port: port.id };
        said.write(&mut bpdu);
        if is_change {
            bpdu.flags |= Bpdu::TOPOLOGY_CHANGE;
        }
        if std::mem::take(&mut port.is_ack_due) {
            bpdu.flags |= Bpdu::TOPOLOGY_CHANGE_ACK;
        }
        port.is_config_pending = false;
        port.hold = Some(now + HOLD_TIME);
        self.outputs.push_back(BridgeOutput::Send { port: number, bpdu });
    }

    /// 8.6.6
    fn transmit_tcn(&mut self) {
        if let Some(port) = self.root_port {
            let bpdu = Bpdu { kind: BpduKind::TopologyChange, ..Bpdu::default() };
            self.outputs.push_back(BridgeOutput::Send { port, bpdu });
        }
    }

    fn change_state(&mut self, number: u16, state: PortState) {
        if let Some(port) = self.ports.get_mut(&number) {
            port.state = state;
            self.tell_state(number, state);
        }
    }

    fn tell_state(&mut self, port: u16, state: PortState) {
        self.outputs.push_back(BridgeOutput::State { port, state });
    }
}

/// One period after the last time, or from now if that is over, too.
fn again(last: Option<Instant>, period: Duration, now: Instant) -> Instant {
    last.map(|last| last + period).filter(|next| *next > now).unwrap_or(now + period)
}

/// Units of 1/256 s.
fn span(units: u16) -> Duration {
    Duration::from_nanos(u64::from(units) * 1_000_000_000 / u64::from(Bpdu::SECOND))
}

/// To units of 1/256 s, upwards, so that a message does not get younger on its way.
fn units(span: Duration) -> u16 {
    let units = (span.as_nanos() * u128::from(Bpdu::SECOND)).div_ceil(1_000_000_000);
    u16::try_from(units).unwrap_or(u16::MAX)
}
