//! Trials: who reaches whom, and how fast new flows are set up.

use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;

use crate::hub;
use crate::hub::Task;
use crate::wire::MacAddr;

use super::fabric::StationId;
use super::host::Host;
use super::latency::Latencies;
use super::network::{Network, NetworkError, clock_now};

/// A ping that takes longer than this does not keep the next one waiting.
const PATIENCE: Duration = Duration::from_millis(100);

/// The outcome of a ping of every host to every other. It prints as Mininet's `pingall` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PingAll {
    /// The names of the hosts.
    pub hosts: Vec<String>,
    /// By sender and receiver: the round-trip time if it was answered; `None` on the diagonal.
    pub round_trips: Vec<Vec<Option<Duration>>>,
}

impl PingAll {
    /// How many pings were sent.
    pub fn sent(&self) -> usize {
        self.hosts.len() * self.hosts.len().saturating_sub(1)
    }

    /// How many were answered.
    pub fn received(&self) -> usize {
        self.round_trips.iter().flatten().flatten().count()
    }

    /// Whether all were answered.
    pub fn is_complete(&self) -> bool {
        self.received() == self.sent()
    }

    /// The pings between hosts that had not talked before: each pair's first.
    pub fn first_contacts(&self) -> Latencies {
        let rows = self.round_trips.iter().enumerate();
        rows.flat_map(|(from, row)| row.iter().skip(from + 1)).flatten().copied().collect()
    }

    /// `6/6 received` and the share that was lost.
    pub fn result(&self) -> String {
        let (sent, received) = (self.sent(), self.received());
        // Rounded down, and never to 0 if something was lost: that would be a lie.
        let lost = (sent - received) * 100;
        let dropped = if lost == 0 { 0 } else { (lost / sent).max(1) };
        format!("*** Results: {dropped}% dropped ({received}/{sent} received)")
    }
}

impl fmt::Display for PingAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (from, row) in self.round_trips.iter().enumerate() {
            write!(f, "{} ->", self.hosts[from])?;
            for (to, round_trip) in row.iter().enumerate().filter(|(to, _)| *to != from) {
                match round_trip {
                    Some(_) => write!(f, " {}", self.hosts[to])?,
                    None => f.write_str(" X")?,
                }
            }
            writeln!(f)?;
        }
        f.write_str(&self.result())
    }
}

/// The outcome of many new flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowTrial {
    /// From the first frame (an ARP request) to the answered ping.
    pub set_up: Latencies,
    /// Flows that were not set up in time.
    pub lost: usize,
    /// How long all of them took together.
    pub took: Duration,
}

impl FlowTrial {
    /// Flows per second.
    pub fn rate(&self) -> f64 {
        let seconds = self.took.as_secs_f64();
        if seconds > 0.0 { self.set_up.len() as f64 / seconds } else { 0.0 }
    }
}

/// Who takes part in a flow: two guests that nobody has heard of before.
struct Pair {
    from: StationId,
    to: StationId,
    ip: Ipv4Addr,
}

impl Network {
    /// One ping between two hosts: its round-trip time, or `None` if it was not answered within
    /// `timeout`.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`].
    pub async fn ping(
        &self,
        from: &str,
        to: &str,
        timeout: Duration,
    ) -> Result<Option<Duration>, NetworkError> {
        let (from, to) = (self.host_index(from)?, self.host_index(to)?);
        let ip = self.topology().hosts[to].ip;
        let answer = self.send_ping(StationId { host: from, guest: 0 }, ip, timeout);
        Ok(answer.await.ok().flatten())
    }

    /// Lets every host ping every other once, one after the other; `timeout` is for each ping.
    /// Tells `progress` how many are done, of how many.
    pub async fn pingall(
        &self,
        timeout: Duration,
        mut progress: impl FnMut(usize, usize),
    ) -> PingAll {
        let hosts = self.topology().hosts;
        let all = hosts.len() * hosts.len().saturating_sub(1);
        let mut done = 0;
        let mut round_trips = vec![vec![None; hosts.len()]; hosts.len()];
        for (from, row) in round_trips.iter_mut().enumerate() {
            let station = StationId { host: from, guest: 0 };
            let mut late = Vec::new();
            for (to, host) in hosts.iter().enumerate().filter(|(to, _)| *to != from) {
                let mut answer = self.send_ping(station, host.ip, timeout);
                match hub::timeout(PATIENCE, &mut answer).await {
                    Ok(answered) => row[to] = answered.ok().flatten(),
                    Err(_) => late.push((to, answer)),
                }
                done += 1;
                progress(done, all);
            }
            for (to, answer) in late {
                row[to] = answer.await.ok().flatten();
            }
        }
        PingAll { hosts: hosts.into_iter().map(|host| host.name).collect(), round_trips }
    }

    /// Sets up `count` new flows, `at_once` of them at a time, between hosts chosen at random.
    /// Each has addresses of its own that no switch and no app has seen, so each needs the
    /// controller. Tells `progress` how many are done, of how many.
    ///
    /// With fewer than two hosts, all are lost.
    pub async fn set_up_flows(
        &self,
        count: usize,
        at_once: usize,
        timeout: Duration,
        mut progress: impl FnMut(usize, usize),
    ) -> FlowTrial {
        let started = clock_now();
        let mut under_way: std::collections::VecDeque<Task<Option<Duration>>> =
            std::collections::VecDeque::new();
        let mut times = Vec::new();
        let mut lost = 0;
        for number in 0..count {
            if under_way.len() >= at_once.max(1)
                && let Some(flow) = under_way.pop_front()
            {
                collect(flow, &mut times, &mut lost).await;
                progress(times.len() + lost, count);
            }
            match self.introduce(number as u32) {
                Some(pair) => {
                    let network = self.clone();
                    let flow = async move { network.set_up(pair, timeout).await };
                    under_way.push_back(hub::spawn("flow", flow));
                }
                None => lost += 1,
            }
        }
        while let Some(flow) = under_way.pop_front() {
            collect(flow, &mut times, &mut lost).await;
            progress(times.len() + lost, count);
        }
        let took = clock_now().saturating_duration_since(started);
        FlowTrial { set_up: times.into_iter().collect(), lost, took }
    }

    /// Puts two guests on the cables of two hosts; `None` if there are not two hosts.
    fn introduce(&self, number: u32) -> Option<Pair> {
        let hosts = self.topology().hosts.len();
        if hosts < 2 {
            return None;
        }
        let a = self.draw(hosts);
        let b = (a + 1 + self.draw(hosts - 1)) % hosts;
        let ends = [a, b].into_iter().zip([number * 2, number * 2 + 1]);
        let [from, to] = [0, 1].map(|at| {
            let (host, number) = ends.clone().nth(at).unwrap_or_default();
            let station = StationId { host, guest: number + 1 };
            let [x, y, z, w] = number.to_be_bytes();
            // Locally administered, and beyond the addresses of the topology's hosts.
            let mac = MacAddr([0x06, 0, x, y, z, w]);
            let ip = Ipv4Addr::from(0x0a80_0000 + (number & 0x7f_ffff));
            self.add_guest(station, Host::new(mac, ip));
            (station, ip)
        });
        Some(Pair { from: from.0, to: to.0, ip: to.1 })
    }

    async fn set_up(&self, pair: Pair, timeout: Duration) -> Option<Duration> {
        let answered = self.send_ping(pair.from, pair.ip, timeout).await;
        self.remove_guest(pair.from);
        self.remove_guest(pair.to);
        answered.ok().flatten()
    }
}

async fn collect(flow: Task<Option<Duration>>, times: &mut Vec<Duration>, lost: &mut usize) {
    match flow.await {
        Ok(Some(time)) => times.push(time),
        _ => *lost += 1,
    }
}
