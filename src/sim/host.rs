//! A host: speaks ARP, answers pings and sends them. A machine without a network card or a clock.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::packet::{
    Arp, EmitError, Ethernet, Icmp, Ipv4, Over, Packet, Part, ethertype, ip_proto,
};
use crate::wire::MacAddr;

/// How many addresses a host remembers; then the one that it has known longest is forgotten.
pub const ARP_CACHE_MAX: usize = 4096;

/// How many pings a host may wait for at once; more are lost at once.
pub const PINGS_MAX: usize = 4096;

/// An ARP request that nobody answers is repeated after this time, as Linux does.
const ARP_REPEAT: Duration = Duration::from_secs(1);

/// What a ping carries: 56 bytes, as `ping` sends.
const PAYLOAD: [u8; 56] = {
    let mut bytes = [0; 56];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = at as u8;
        at += 1;
    }
    bytes
};

/// A ping that a host has sent, by its sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PingId(pub u16);

/// What a host wants done, or has learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostOutput {
    /// A frame goes out.
    Frame(Bytes),
    /// A ping was answered.
    Answered {
        /// Which.
        ping: PingId,
        /// When it was asked for.
        started: Instant,
    },
    /// A ping was not answered in time.
    Lost {
        /// Which.
        ping: PingId,
    },
}

/// A host with one network card.
///
/// After each call, poll outputs until `None`, then look at the deadline.
///
/// # Example: two hosts on one cable
/// ```
/// use std::time::Duration;
/// use ryu_sdn::clock::Clock;
/// use ryu_sdn::sim::{Host, HostOutput};
/// use ryu_sdn::wire::MacAddr;
///
/// let now = Clock::test().now();
/// let host = |n| Host::new(MacAddr([0, 0, 0, 0, 0, n]), [10, 0, 0, n].into());
/// let (mut a, mut b) = (host(1), host(2));
/// let ping = a.ping([10, 0, 0, 2].into(), Duration::from_secs(1), now);
/// let mut answered = false;
/// for _ in 0..4 {
///     // ARP request, its reply, echo request, its reply.
///     while let Some(output) = a.poll_output() {
///         match output {
///             HostOutput::Frame(frame) => b.handle_frame(&frame, now),
///             HostOutput::Answered { ping: which, .. } => answered = which == ping,
///             HostOutput::Lost { .. } => unreachable!("time stands still"),
///         }
///     }
///     while let Some(HostOutput::Frame(frame)) = b.poll_output() {
///         a.handle_frame(&frame, now);
///     }
/// }
/// assert!(answered);
/// ```
#[derive(Debug)]
pub struct Host {
    mac: MacAddr,
    ip: Ipv4Addr,
    neighbours: BTreeMap<Ipv4Addr, MacAddr>,
    /// The addresses in the order in which they were learned.
    learned: VecDeque<Ipv4Addr>,
    pings: BTreeMap<PingId, Ping>,
    last_ping: u16,
    outputs: VecDeque<HostOutput>,
}

#[derive(Debug)]
struct Ping {
    to: Ipv4Addr,
    started: Instant,
    deadline: Instant,
    /// When the address is asked for again; `None` once the ping has been sent.
    ask_again: Option<Instant>,
}

impl Host {
    /// A host that knows nobody.
    pub fn new(mac: MacAddr, ip: Ipv4Addr) -> Self {
        Host {
            mac,
            ip,
            neighbours: BTreeMap::new(),
            learned: VecDeque::new(),
            pings: BTreeMap::new(),
            last_ping: 0,
            outputs: VecDeque::new(),
        }
    }

    /// Sends a ping, after having asked for the receiver's address if it is not known.
    ///
    /// The id is that of no other ping under way; with [`PINGS_MAX`] of them this one is lost.
    pub fn ping(&mut self, to: Ipv4Addr, timeout: Duration, now: Instant) -> PingId {
        self.last_ping = self.last_ping.wrapping_add(1);
        let id = PingId(self.last_ping);
        if self.pings.len() >= PINGS_MAX || self.pings.contains_key(&id) {
            self.outputs.push_back(HostOutput::Lost { ping: id });
            return id;
        }
        let ask_again = match self.neighbours.get(&to) {
            Some(&mac) => {
                self.send_echo(mac, to, id);
                None
            }
            None => {
                self.ask_for(to);
                Some(now + ARP_REPEAT)
            }
        };
        self.pings.insert(id, Ping { to, started: now, deadline: now + timeout, ask_again });
        id
    }

    /// Takes a frame from the network; what is not for this host is ignored.
    pub fn handle_frame(&mut self, frame: &[u8], now: Instant) {
        let Ok((ethernet, payload)) = Ethernet::parse(frame) else { return };
        if ethernet.dst != self.mac && !ethernet.dst.is_multicast() {
            return;
        }
        match ethernet.ethertype {
            ethertype::ARP => self.handle_arp(payload),
            ethertype::IPV4 if ethernet.dst == self.mac => self.handle_ipv4(&ethernet, frame, now),
            _ => {}
        }
    }

    /// Takes that time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        let lost = self.pings.iter().filter(|(_, ping)| ping.deadline <= now);
        let lost: Vec<PingId> = lost.map(|(id, _)| *id).collect();
        for ping in lost {
            self.pings.remove(&ping);
            self.outputs.push_back(HostOutput::Lost { ping });
        }
        let due = self.pings.values_mut().filter(|ping| ping.ask_again.is_some_and(|at| at <= now));
        let mut asked: Vec<Ipv4Addr> = Vec::new();
        for ping in due {
            ping.ask_again = Some(now + ARP_REPEAT);
            asked.push(ping.to);
        }
        asked.sort_unstable();
        asked.dedup();
        for to in asked {
            self.ask_for(to);
        }
    }

    /// When [`handle_timeout`](Host::handle_timeout) wants to be called, if ever.
    pub fn deadline(&self) -> Option<Instant> {
        self.pings.values().flat_map(|ping| [Some(ping.deadline), ping.ask_again]).flatten().min()
    }

    /// The next thing to be done or known, if there is one.
    pub fn poll_output(&mut self) -> Option<HostOutput> {
        self.outputs.pop_front()
    }

    /// Its Ethernet address.
    pub fn mac(&self) -> MacAddr {
        self.mac
    }

    /// Its IPv4 address.
    pub fn ip(&self) -> Ipv4Addr {
        self.ip
    }

    /// Forgets all addresses of others.
    pub fn forget_neighbours(&mut self) {
        self.neighbours.clear();
        self.learned.clear();
    }

    fn handle_arp(&mut self, payload: &[u8]) {
        let Ok((arp, _)) = Arp::parse(payload) else { return };
        // RFC 826: what is known is kept up to date, what is meant for us is learned.
        if arp.dst_ip == self.ip || self.neighbours.contains_key(&arp.src_ip) {
            self.learn(arp.src_ip, arp.src_mac);
        }
        if arp.opcode == Arp::REQUEST && arp.dst_ip == self.ip {
            self.send(arp.reply(self.mac).over_ethernet());
        }
    }

    fn handle_ipv4(&mut self, ethernet: &Ethernet, frame: &[u8], now: Instant) {
        let packet = Packet::parse(frame);
        let (Some(ip), Some(icmp)) = (packet.get::<Ipv4>(), packet.get::<Icmp>()) else { return };
        if ip.dst != self.ip || ip.is_fragment() || packet.verify().is_err() {
            return;
        }
        if let Some(reply) = icmp.echo_reply() {
            // To where it came from: who pings has asked for our address before.
            let mac = self.neighbours.get(&ip.src).copied().unwrap_or(ethernet.src);
            self.send_icmp(mac, ip.src, reply);
        } else if let Some(echo) = icmp.echo().filter(|echo| echo.id == self.identity()) {
            let ping = PingId(echo.seq);
            let waits = self.pings.get(&ping);
            if waits.is_some_and(|waits| waits.to == ip.src && waits.deadline >= now)
                && let Some(Ping { started, .. }) = self.pings.remove(&ping)
            {
                self.outputs.push_back(HostOutput::Answered { ping, started });
            }
        }
    }

    fn learn(&mut self, ip: Ipv4Addr, mac: MacAddr) {
        if self.neighbours.insert(ip, mac).is_none() {
            self.learned.push_back(ip);
            if self.learned.len() > ARP_CACHE_MAX
                && let Some(oldest) = self.learned.pop_front()
            {
                self.neighbours.remove(&oldest);
            }
        }
        let waiting = self.pings.iter_mut().filter(|(_, ping)| ping.to == ip);
        let mut ready = Vec::new();
        for (id, ping) in waiting {
            if ping.ask_again.take().is_some() {
                ready.push(*id);
            }
        }
        for id in ready {
            self.send_echo(mac, ip, id);
        }
    }

    fn ask_for(&mut self, ip: Ipv4Addr) {
        self.send(Arp::request(self.mac, self.ip, ip).over_ethernet());
    }

    fn send_echo(&mut self, mac: MacAddr, to: Ipv4Addr, ping: PingId) {
        self.send_icmp(mac, to, Icmp::echo_request(self.identity(), ping.0, &PAYLOAD));
    }

    fn send_icmp(&mut self, mac: MacAddr, to: Ipv4Addr, icmp: Icmp<'_>) {
        let ip = Ipv4::new(self.ip, to, ip_proto::ICMP);
        self.send(Ethernet::new(mac, self.mac, ethertype::IPV4) / ip / icmp);
    }

    fn send<'p, A: Part<'p>, B: Part<'p>>(&mut self, stack: Over<A, B>) {
        // What does not fit into a packet (no frame that came can be answered so) is not sent.
        let frame: Result<Vec<u8>, EmitError> = stack.to_frame();
        if let Ok(frame) = frame {
            self.outputs.push_back(HostOutput::Frame(frame.into()));
        }
    }

    /// The identifier of its pings, by which it knows the answers.
    fn identity(&self) -> u16 {
        let [.., a, b] = self.ip.octets();
        u16::from_be_bytes([a, b])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(n: u8) -> Host {
        Host::new(MacAddr([0, 0, 0, 0, 0, n]), Ipv4Addr::new(10, 0, 0, n))
    }

    fn frames(host: &mut Host) -> Vec<Bytes> {
        std::iter::from_fn(|| host.poll_output())
            .filter_map(|output| match output {
                HostOutput::Frame(frame) => Some(frame),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_ping_that_nobody_answers_asks_again_and_is_lost() {
        let start = crate::clock::Clock::test().now();
        let mut a = host(1);
        let ping = a.ping(Ipv4Addr::new(10, 0, 0, 9), Duration::from_millis(2500), start);
        assert_eq!(frames(&mut a).len(), 1);
        for second in 1..=2 {
            let at = start + Duration::from_secs(second);
            assert_eq!(a.deadline(), Some(at));
            a.handle_timeout(at);
            assert_eq!(frames(&mut a).len(), 1);
        }
        a.handle_timeout(start + Duration::from_millis(2500));
        assert_eq!(a.poll_output(), Some(HostOutput::Lost { ping }));
        assert_eq!((a.poll_output(), a.deadline()), (None, None));
    }

    #[test]
    fn only_what_is_for_the_host_is_answered() {
        let now = crate::clock::Clock::test().now();
        let (mut a, mut b, mut c) = (host(1), host(2), host(3));
        a.ping(b.ip(), Duration::from_secs(1), now);
        let request = frames(&mut a).remove(0);
        c.handle_frame(&request, now);
        assert!(frames(&mut c).is_empty());
        b.handle_frame(&request, now);
        let reply = frames(&mut b).remove(0);
        for end in 0..reply.len() {
            c.handle_frame(&reply[..end], now);
        }
        a.handle_frame(&reply, now);
        let echo = frames(&mut a).remove(0);
        c.handle_frame(&echo, now);
        assert!(frames(&mut c).is_empty());
    }

    #[test]
    fn the_cache_forgets_the_oldest() {
        let mut a = host(1);
        for n in 0..=ARP_CACHE_MAX as u32 {
            a.learn(Ipv4Addr::from(0x0b00_0000 + n), MacAddr::ZERO);
        }
        assert_eq!((a.neighbours.len(), a.learned.len()), (ARP_CACHE_MAX, ARP_CACHE_MAX));
        assert!(!a.neighbours.contains_key(&Ipv4Addr::new(11, 0, 0, 0)));
    }
}
