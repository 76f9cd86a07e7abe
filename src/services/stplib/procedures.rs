//! The procedures of a [`Bridge`], by their sections of the standard.
//!
//! Spec: IEEE 802.1D-1998, sections 8.6 and 8.7; the numbers in comments are these.

use std::time::{Duration, Instant};

use crate::packet::{Bpdu, BpduKind};

use super::bridge::{Bridge, BridgeOutput, BridgePort, Heard, PortRole, PortState, Times};
use super::ids::{PortId, Priority};

/// Between two configuration messages of one port there is at least this long (8.10.2).
const HOLD_TIME: Duration = Duration::from_secs(1);

/// By how much a message ages at each bridge, at least (8.10.2).
const MESSAGE_AGE_INCREMENT: Duration = Duration::from_secs(1);

impl Times {
    pub(super) fn of(bpdu: &Bpdu) -> Times {
        Times {
            max_age: span(bpdu.max_age),
            hello_time: span(bpdu.hello_time),
            forward_delay: span(bpdu.forward_delay),
        }
    }
}

impl Bridge {
    /// 8.7.1
    pub(super) fn handle_config(&mut self, port: u16, bpdu: &Bpdu, now: Instant) {
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
    pub(super) fn handle_tcn(&mut self, port: u16, now: Instant) {
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
    pub(super) fn is_better(&self, port: u16, told: &Priority) -> bool {
        let Some(own) = self.ports.get(&port) else { return false };
        let known = &own.designated;
        let (new, old) =
            ((told.root, told.cost, told.bridge), (known.root, known.cost, known.bridge));
        new < old || new == old && (told.bridge != self.id || told.port <= known.port)
    }

    /// The best that can be said at a port.
    pub(super) fn best_here(&self, id: PortId) -> Priority {
        Priority { root: self.root, cost: self.root_path_cost, bridge: self.id, port: id }
    }

    pub(super) fn is_designated(&self, port: &BridgePort) -> bool {
        port.designated.bridge == self.id && port.designated.port == port.id
    }

    /// 8.6.11, and what was heard is forgotten.
    pub(super) fn become_designated(&mut self, number: u16) {
        let (root, cost, bridge) = (self.root, self.root_path_cost, self.id);
        if let Some(port) = self.ports.get_mut(&number) {
            port.designated = Priority { root, cost, bridge, port: port.id };
            port.heard = None;
        }
    }

    /// 8.6.7
    pub(super) fn update_configuration(&mut self) {
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
    pub(super) fn select_port_states(&mut self, now: Instant) {
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
    pub(super) fn make_forwarding(&mut self, number: u16, now: Instant) {
        let Some(port) = self.ports.get_mut(&number) else { return };
        if port.state == PortState::Block {
            port.waits_since = Some(now);
            self.change_state(number, PortState::Listen);
        }
    }

    /// 8.6.13
    pub(super) fn make_blocking(&mut self, number: u16, now: Instant) {
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
    pub(super) fn go_on(&mut self, number: u16, now: Instant) {
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
    pub(super) fn forget_heard(&mut self, number: u16, now: Instant) {
        let was_root = self.is_root();
        self.become_designated(number);
        self.update_configuration();
        self.select_port_states(now);
        if self.is_root() && !was_root {
            self.become_root(now);
        }
    }

    pub(super) fn become_root(&mut self, now: Instant) {
        self.times = self.own_times;
        self.detect_change(now);
        self.tcn = None;
        self.generate_configs(now);
        self.hello = Some(now + self.own_times.hello_time);
    }

    /// 8.6.14
    pub(super) fn detect_change(&mut self, now: Instant) {
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
    pub(super) fn set_change(&mut self, is_change: bool, now: Instant) {
        if self.is_change == is_change {
            return;
        }
        self.is_change = is_change;
        self.next_flush = is_change.then(|| now + self.times.forward_delay);
        self.outputs.push_back(BridgeOutput::TopologyChange);
    }

    /// 8.6.4
    pub(super) fn generate_configs(&mut self, now: Instant) {
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
    pub(super) fn transmit_config(&mut self, number: u16, now: Instant) {
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
    pub(super) fn transmit_tcn(&mut self) {
        if let Some(port) = self.root_port {
            let bpdu = Bpdu { kind: BpduKind::TopologyChange, ..Bpdu::default() };
            self.outputs.push_back(BridgeOutput::Send { port, bpdu });
        }
    }

    pub(super) fn change_state(&mut self, number: u16, state: PortState) {
        if let Some(port) = self.ports.get_mut(&number) {
            port.state = state;
            self.tell_state(number, state);
        }
    }

    pub(super) fn tell_state(&mut self, port: u16, state: PortState) {
        self.outputs.push_back(BridgeOutput::State { port, state });
    }
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
