//! Bridges on cables, with a clock that jumps from one deadline to the next.

use std::time::{Duration, Instant};

use super::*;
use crate::clock::Clock;
use crate::packet::BpduKind;

const SECOND: Duration = Duration::from_secs(1);

struct Net {
    clock: Clock,
    bridges: Vec<Bridge>,
    /// Two ports (bridge, number), and whether frames get through. A cable that is cut without the
    /// bridges' noticing lets nothing through and nothing else.
    cables: Vec<([(usize, u16); 2], bool)>,
    sent: usize,
    changes: Vec<(usize, Duration)>,
    started: Instant,
}

impl Net {
    /// Bridges with ids 1, 2, ... and the cables between them.
    fn new(configs: Vec<BridgeConfig>, cables: &[[(usize, u16); 2]]) -> Net {
        let clock = Clock::test();
        let now = clock.now();
        let mut bridges = Vec::new();
        for (index, config) in configs.iter().enumerate() {
            let mac = MacAddr([0, 0, 0, 0, 0, index as u8 + 1]);
            let id = BridgeId::new(config.priority, config.sys_ext_id, mac);
            let mut bridge = Bridge::new(id, config, now);
            let mut ports: Vec<u16> =
                cables.iter().flatten().filter(|(of, _)| *of == index).map(|(_, no)| *no).collect();
            ports.sort_unstable();
            for number in ports {
                let set = config.ports.get(&PortNo(number.into())).cloned().unwrap_or_default();
                let cost = set.path_cost.map_or(4, u32::from);
                bridge.add_port(number, set.priority, cost, set.enable, now);
            }
            bridges.push(bridge);
        }
        let cables = cables.iter().map(|ends| (*ends, true)).collect();
        Net { clock, bridges, cables, sent: 0, changes: Vec::new(), started: now }
    }

    fn ring(n: usize) -> Net {
        let cables: Vec<_> = (0..n).map(|a| [(a, 1), ((a + 1) % n, 2)]).collect();
        Net::new(vec![BridgeConfig::default(); n], &cables)
    }

    fn now(&self) -> Duration {
        self.clock.now() - self.started
    }

    /// Everything that is to be done at this moment.
    fn settle(&mut self) {
        let now = self.clock.now();
        loop {
            let mut is_quiet = true;
            for index in 0..self.bridges.len() {
                while let Some(output) = self.bridges[index].poll_output() {
                    is_quiet = false;
                    match output {
                        BridgeOutput::Send { port, bpdu } => {
                            self.sent += 1;
                            self.carry(index, port, &bpdu, now);
                        }
                        BridgeOutput::TopologyChange => self.changes.push((index, self.now())),
                        BridgeOutput::State { .. } => {}
                    }
                }
            }
            if is_quiet {
                return;
            }
        }
    }

    fn carry(&mut self, from: usize, port: u16, bpdu: &Bpdu, now: Instant) {
        for ([a, b], is_whole) in self.cables.clone() {
            let to = match (from, port) {
                end if end == a => b,
                end if end == b => a,
                _ => continue,
            };
            if is_whole {
                // Over the wire: what does not survive the codec does not arrive.
                let bytes = (*bpdu / []).to_bytes().unwrap();
                let (bpdu, _) = Bpdu::parse(&bytes).unwrap();
                self.bridges[to.0].handle_bpdu(to.1, &bpdu, now);
            }
        }
    }

    fn run(&mut self, span: Duration) {
        let end = self.clock.now() + span;
        self.settle();
        while let Some(at) = self.bridges.iter().filter_map(Bridge::deadline).min() {
            if at > end {
                break;
            }
            self.clock.advance_to(at);
            for bridge in &mut self.bridges {
                bridge.handle_timeout(at);
            }
            self.settle();
        }
        self.clock.advance_to(end);
    }

    /// Runs until `what` holds, and returns how long that took.
    fn until(&mut self, what: impl Fn(&Net) -> bool) -> Duration {
        let before = self.now();
        while !what(self) {
            assert!(self.now() - before < 300 * SECOND, "it never happens");
            self.run(SECOND / 10);
        }
        self.now() - before
    }

    fn set_link(&mut self, cable: usize, is_up: bool) {
        let now = self.clock.now();
        self.cables[cable].1 = is_up;
        for (bridge, port) in self.cables[cable].0 {
            self.bridges[bridge].set_enabled(port, is_up, now);
        }
        self.settle();
    }

    fn state(&self, (bridge, port): (usize, u16)) -> PortState {
        self.bridges[bridge].port_state(port).unwrap()
    }

    fn role(&self, (bridge, port): (usize, u16)) -> PortRole {
        self.bridges[bridge].port_role(port).unwrap()
    }

    fn carries(&self, cable: usize) -> bool {
        let (ends, is_whole) = self.cables[cable];
        is_whole && ends.iter().all(|end| self.state(*end) == PortState::Forward)
    }

    /// How many bridges frames of bridge 0 reach, itself counted; panics if there is a loop anywhere.
    fn reached(&self) -> usize {
        let mut group: Vec<usize> = (0..self.bridges.len()).collect();
        for (index, ([a, b], _)) in self.cables.iter().enumerate() {
            if self.carries(index) {
                let (a, b) = (group[a.0], group[b.0]);
                assert_ne!(a, b, "cable {index} makes a loop");
                group.iter_mut().filter(|of| **of == b).for_each(|of| *of = a);
            }
        }
        group.iter().filter(|of| **of == group[0]).count()
    }
}

#[test]
fn a_ring_has_one_root_and_one_port_that_blocks() {
    for n in 3..7 {
        let mut net = Net::ring(n);
        let took = net.until(|net| net.reached() == n);
        assert!(took >= 30 * SECOND && took < 31 * SECOND, "{n}: listen and learn, not {took:?}");
        net.run(20 * SECOND);
        assert_eq!(net.reached(), n);
        let roots: Vec<bool> = net.bridges.iter().map(Bridge::is_root).collect();
        assert_eq!(roots.iter().filter(|is_root| **is_root).count(), 1);
        assert!(roots[0], "the lowest address wins");
        let ends = net.cables.iter().flat_map(|(ends, _)| *ends);
        let blocked = ends.filter(|end| net.state(*end) == PortState::Block);
        assert_eq!(blocked.count(), 1, "{n}");
        for bridge in &net.bridges[1..] {
            assert!(bridge.root_port().is_some() && bridge.root() == net.bridges[0].id());
        }
    }
}

#[test]
fn a_tree_at_rest_says_hello_and_nothing_else() {
    let mut net = Net::ring(3);
    net.run(120 * SECOND);
    net.sent = 0;
    net.changes.clear();
    net.run(20 * SECOND);
    // The root by two ports, and the one designated port that is not the root's, every two seconds.
    assert_eq!(net.sent, 30);
    assert_eq!(net.changes, []);
}

#[test]
fn the_priority_makes_the_root_and_the_cost_the_way() {
    let low = BridgeConfig { priority: 0x1000, ..BridgeConfig::default() };
    let slow = BridgePortConfig { path_cost: Some(100), ..BridgePortConfig::default() };
    let plain = BridgeConfig::default();
    // Bridge 2 is the root; bridge 0's direct way (its port 2) is made expensive.
    let far = BridgeConfig { ports: [(PortNo(2), slow)].into(), ..plain.clone() };
    let cables = [[(0, 1), (1, 2)], [(1, 1), (2, 2)], [(2, 1), (0, 2)]];
    let mut net = Net::new(vec![far, plain, low], &cables);
    net.until(|net| net.reached() == 3);
    assert!(net.bridges[2].is_root());
    assert_eq!((net.bridges[0].root_port(), net.bridges[0].root_path_cost()), (Some(1), 8));
    assert_eq!(net.role((0, 2)), PortRole::NonDesignated);
}

#[test]
fn of_two_cables_the_port_priority_chooses() {
    let cables = [[(0, 1), (1, 1)], [(0, 2), (1, 2)]];
    for (priority, root_port) in [(0x80, 1), (0x70, 2)] {
        let set = BridgePortConfig { priority, ..BridgePortConfig::default() };
        let root = BridgeConfig { ports: [(PortNo(2), set)].into(), ..BridgeConfig::default() };
        let mut net = Net::new(vec![root, BridgeConfig::default()], &cables);
        net.until(|net| net.reached() == 2);
        assert_eq!(net.bridges[1].root_port(), Some(root_port));
        assert_eq!(net.state((1, 3 - root_port)), PortState::Block);
    }
}

#[test]
fn a_cable_from_a_bridge_to_itself_is_cut() {
    let mut net = Net::new(vec![BridgeConfig::default(); 2], &[[(0, 1), (0, 2)], [(0, 3), (1, 1)]]);
    net.until(|net| net.reached() == 2);
    assert_eq!((net.state((0, 1)), net.state((0, 2))), (PortState::Forward, PortState::Block));
}

#[test]
fn a_port_that_is_not_to_be_used_is_not() {
    let off = BridgePortConfig { enable: false, ..BridgePortConfig::default() };
    let config = BridgeConfig { ports: [(PortNo(1), off)].into(), ..BridgeConfig::default() };
    let mut net =
        Net::new(vec![config, BridgeConfig::default()], &[[(0, 1), (1, 1)], [(0, 2), (1, 2)]]);
    net.until(|net| net.reached() == 2);
    assert_eq!(net.state((0, 1)), PortState::Disable);
    assert_eq!(net.bridges[1].root_port(), Some(2));
}

/// The cable of the ring that carries no frames.
fn spare(net: &Net) -> usize {
    (0..net.cables.len()).find(|cable| !net.carries(*cable)).unwrap()
}

#[test]
fn a_link_that_goes_is_replaced_in_twice_the_forward_delay() {
    for n in [3, 5] {
        for cut in 0..n {
            let mut net = Net::ring(n);
            net.until(|net| net.reached() == n);
            net.run(60 * SECOND);
            let is_spare = cut == spare(&net);
            // The bridge with the port that blocks: does the link that goes lead it to the root?
            let blocks = net.cables[spare(&net)].0.into_iter();
            let blocks = blocks.map(|(bridge, _)| bridge).find(|bridge| {
                let ports: Vec<u16> = net.bridges[*bridge].ports().collect();
                ports.iter().any(|port| net.state((*bridge, *port)) == PortState::Block)
            });
            let is_beside = net.cables[cut].0.iter().any(|(bridge, _)| Some(*bridge) == blocks);
            net.changes.clear();
            net.set_link(cut, false);
            if is_spare {
                assert_eq!(net.reached(), n);
                continue;
            }
            let took = net.until(|net| net.reached() == n);
            // Who sees that the way is gone has another at once; who does not has to wait until what
            // it was told is out of date, 20 s less what the message aged on its way.
            let waits = if is_beside { Duration::ZERO } else { 20 * SECOND };
            assert!(took >= 30 * SECOND, "{n} {cut}: {took:?}");
            assert!(took <= 31 * SECOND + waits, "{n} {cut}: {took:?}");
            assert!(is_beside || took > 40 * SECOND, "{n} {cut}: {took:?}");
            let heard: Vec<bool> =
                (0..n).map(|index| net.changes.iter().any(|(of, _)| *of == index)).collect();
            assert!(heard.iter().all(|heard| *heard), "{n} {cut}: {heard:?}");
            net.run(60 * SECOND);
            // It comes back: never a loop, and at the end the tree of before.
            net.set_link(cut, true);
            for _ in 0..60 {
                net.run(SECOND);
                net.reached();
            }
            assert_eq!(net.reached(), n);
            assert_ne!(spare(&net), cut);
        }
    }
}

#[test]
fn a_cable_that_dies_without_a_word_is_noticed_at_max_age() {
    let mut net = Net::ring(3);
    net.until(|net| net.reached() == 3);
    net.run(60 * SECOND);
    let cut = (0..3).find(|cable| net.carries(*cable)).unwrap();
    net.cables[cut].1 = false;
    let took = net.until(|net| net.reached() == 3);
    assert!(took > 47 * SECOND && took < 53 * SECOND, "20 s and twice 15 s, not {took:?}");
}

#[test]
fn a_root_that_goes_is_replaced() {
    let mut net = Net::ring(4);
    net.until(|net| net.reached() == 4);
    for cable in [0, 3] {
        net.set_link(cable, false);
    }
    net.run(60 * SECOND);
    assert!(net.bridges[1].is_root());
    for bridge in &net.bridges[2..] {
        assert_eq!(bridge.root(), net.bridges[1].id());
    }
}

#[test]
fn a_change_is_told_to_the_root_and_by_the_root_to_all() {
    let times = |seconds| Duration::from_secs(seconds);
    // A line: 0 is the root, the change is at 3.
    let cables = [[(0, 1), (1, 1)], [(1, 2), (2, 1)], [(2, 2), (3, 1)], [(3, 2), (4, 1)]];
    let mut net = Net::new(vec![BridgeConfig::default(); 5], &cables);
    net.until(|net| net.reached() == 5);
    net.run(100 * SECOND);
    net.changes.clear();
    let before = net.now();
    net.set_link(3, false);
    net.run(2 * SECOND);
    for index in 0..4 {
        let first = net.changes.iter().find(|(of, _)| *of == index);
        let after = first.map(|(_, at)| *at - before);
        assert!(after.is_some_and(|after| after < times(3)), "{index}: {after:?}");
    }
    // For 35 s the root says so, and what is learned meanwhile is forgotten every 15 s.
    net.changes.clear();
    net.run(times(60));
    let at_1: Vec<Duration> =
        net.changes.iter().filter(|(of, _)| *of == 1).map(|(_, at)| *at - before).collect();
    assert_eq!(at_1.len(), 3, "{at_1:?}");
    assert!(at_1[0] > times(14) && at_1[1] > times(29) && at_1[2] > times(34), "{at_1:?}");
    assert!(at_1[2] < times(40), "{at_1:?}");
}

#[test]
fn what_is_too_old_or_makes_no_sense_is_not_believed() {
    let clock = Clock::test();
    let now = clock.now();
    let id = BridgeId::new(0x8000, 0, MacAddr([9; 6]));
    let mut bridge = Bridge::new(id, &BridgeConfig::default(), now);
    bridge.add_port(1, 0x80, 4, true, now);
    let better = Bpdu { root_priority: 0, root_mac_address: MacAddr([2; 6]), ..Bpdu::default() };
    for bad in [
        Bpdu { message_age: 20 * Bpdu::SECOND, ..better },
        Bpdu { max_age: 0, ..better },
        Bpdu { hello_time: 0, ..better },
        Bpdu { forward_delay: 0, ..better },
        Bpdu { kind: BpduKind::Rapid, ..better },
    ] {
        bridge.handle_bpdu(1, &bad, now);
        assert!(bridge.is_root(), "{bad:?}");
    }
    // Of a port that is not there.
    bridge.handle_bpdu(7, &better, now);
    assert!(bridge.is_root());
    bridge.handle_bpdu(1, &better, now);
    assert!(!bridge.is_root());
    // What nobody repeats is forgotten, however much is left of its age.
    let last = Bpdu { message_age: 19 * Bpdu::SECOND, ..better };
    bridge.handle_bpdu(1, &last, now);
    clock.advance(SECOND);
    bridge.handle_timeout(clock.now());
    assert!(bridge.is_root());
}

#[test]
fn a_port_is_not_told_the_same_twice_in_a_second() {
    let clock = Clock::test();
    let now = clock.now();
    let mut bridge =
        Bridge::new(BridgeId::new(0, 0, MacAddr([1; 6])), &BridgeConfig::default(), now);
    bridge.add_port(1, 0x80, 4, true, now);
    let worse = Bpdu::default();
    for _ in 0..100 {
        bridge.handle_bpdu(1, &worse, now);
    }
    let mut sent = 0;
    let mut count = |bridge: &mut Bridge| {
        while let Some(output) = bridge.poll_output() {
            sent += usize::from(matches!(output, BridgeOutput::Send { .. }));
        }
        sent
    };
    assert_eq!(count(&mut bridge), 1);
    clock.advance(SECOND);
    bridge.handle_timeout(clock.now());
    assert_eq!(count(&mut bridge), 2);
}

/// Any messages, in any order: never a panic, never a deadline in the past, never two roots' worth of
/// outputs for one message.
#[test]
fn hostile_messages_change_nothing_but_the_tree() {
    let clock = Clock::test();
    let mut bridge = Bridge::new(
        BridgeId::new(0x8000, 0, MacAddr([5; 6])),
        &BridgeConfig::default(),
        clock.now(),
    );
    for number in 1..=4 {
        bridge.add_port(number, 0x80, 4, true, clock.now());
    }
    let mut seed = 1_u64;
    let mut draw = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as u32
    };
    for _ in 0..20_000 {
        let mut bytes = [0_u8; 35];
        for byte in &mut bytes[5..] {
            *byte = draw() as u8;
        }
        bytes[3] = if draw() % 4 == 0 { 0x80 } else { 0 };
        bytes[4] = draw() as u8;
        let (bpdu, _) = Bpdu::parse(&bytes).unwrap();
        let port = (draw() % 6) as u16;
        match draw() % 8 {
            0 => bridge.set_enabled(port, draw() % 2 == 0, clock.now()),
            _ => bridge.handle_bpdu(port, &bpdu, clock.now()),
        }
        clock.advance(Duration::from_millis(u64::from(draw() % 3000)));
        bridge.handle_timeout(clock.now());
        let outputs = std::iter::from_fn(|| bridge.poll_output()).count();
        assert!(outputs < 64, "{outputs} outputs");
        assert!(bridge.deadline().is_none_or(|at| at > clock.now()));
    }
}
