//! What came of it, as cbench prints it and as JSON.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::histogram::Histogram;

/// What was counted in one loop. Printed as cbench does.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// When it ended.
    pub ended: SystemTime,
    /// How long it took.
    pub elapsed: Duration,
    /// Responses, by switch.
    pub per_switch: Vec<u64>,
    /// Flow-mods that came.
    pub flow_mods: u64,
    /// Packet-outs that came.
    pub packet_outs: u64,
    /// Packet-ins that were written whole.
    pub packet_ins: u64,
    /// Packet-ins of latency mode that nobody answered within a second.
    pub lost: u64,
    /// From packet-in to the first response, in latency mode.
    pub times: Histogram,
}

impl Run {
    pub(super) fn at(ended: SystemTime) -> Run {
        Run {
            ended,
            elapsed: Duration::ZERO,
            per_switch: Vec::new(),
            flow_mods: 0,
            packet_outs: 0,
            packet_ins: 0,
            lost: 0,
            times: Histogram::default(),
        }
    }

    /// Flow-mods and packet-outs: a controller that answers a packet-in with one of each has
    /// responded twice, as cbench counts.
    pub fn responses(&self) -> u64 {
        self.flow_mods + self.packet_outs
    }

    /// Responses per second.
    pub fn rate(&self) -> f64 {
        per_second(self.responses(), self.elapsed)
    }

    /// The same as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "ms": self.elapsed.as_secs_f64() * 1e3,
            "responses": self.responses(),
            "responses_per_second": self.rate(),
            "flow_mods": self.flow_mods,
            "packet_outs": self.packet_outs,
            "packet_ins": self.packet_ins,
            "lost": self.lost,
            "per_switch": self.per_switch,
            "latency_us": times_json(&self.times),
        })
    }
}

fn per_second(count: u64, span: Duration) -> f64 {
    count as f64 / span.as_secs_f64().max(f64::MIN_POSITIVE)
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.ended.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (s, ms) = (since.as_secs() % 86_400, since.subsec_millis());
        write!(f, "{:02}:{:02}:{:02}.{ms:03} ", s / 3600, s / 60 % 60, s % 60)?;
        write!(f, "{:<3} switches: flows/sec:  ", self.per_switch.len())?;
        for count in &self.per_switch {
            write!(f, "{count}  ")?;
        }
        write!(f, " total = {:.6} per ms ", self.rate() / 1e3)
    }
}

/// All loops with the same switches together. Printed as cbench does; in latency mode with a second
/// line.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// How many switches were connected.
    pub switches: usize,
    /// How many loops counted.
    pub tests: usize,
    /// Responses per second of the worst loop.
    pub min: f64,
    /// Of the best.
    pub max: f64,
    /// On average.
    pub avg: f64,
    /// The standard deviation of those loops, as of all there could be.
    pub stdev: f64,
    /// Packet-ins per second on average.
    pub packet_ins: f64,
    /// Packet-ins that were lost.
    pub lost: u64,
    /// All times of latency mode.
    pub times: Histogram,
}

impl Summary {
    /// Sums up `runs`; `None` if there are none.
    pub fn of(runs: &[Run]) -> Option<Summary> {
        let first = runs.first()?;
        let rates: Vec<f64> = runs.iter().map(Run::rate).collect();
        let tests = runs.len();
        let avg = rates.iter().sum::<f64>() / tests as f64;
        let variance = rates.iter().map(|rate| (rate - avg).powi(2)).sum::<f64>() / tests as f64;
        let mut times = Histogram::default();
        runs.iter().for_each(|run| times.join(&run.times));
        let sent = runs.iter().map(|run| run.packet_ins).sum();
        Some(Summary {
            switches: first.per_switch.len(),
            tests,
            min: rates.iter().copied().fold(f64::INFINITY, f64::min),
            max: rates.iter().copied().fold(0.0, f64::max),
            avg,
            stdev: variance.sqrt(),
            packet_ins: per_second(sent, runs.iter().map(|run| run.elapsed).sum()),
            lost: runs.iter().map(|run| run.lost).sum(),
            times,
        })
    }

    /// The same as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "switches": self.switches,
            "tests": self.tests,
            "responses_per_second": {
                "min": self.min, "max": self.max, "avg": self.avg, "stdev": self.stdev,
            },
            "packet_ins_per_second": self.packet_ins,
            "lost": self.lost,
            "latency_us": times_json(&self.times),
        })
    }
}

fn us(time: Option<Duration>) -> Option<f64> {
    time.map(|time| time.as_nanos() as f64 / 1e3)
}

/// `null` where there are none.
fn times_json(times: &Histogram) -> Value {
    if times.is_empty() {
        return Value::Null;
    }
    json!({
        "count": times.len(),
        "p50": us(times.percentile(50.0)),
        "p90": us(times.percentile(90.0)),
        "p99": us(times.percentile(99.0)),
        "p99.9": us(times.percentile(99.9)),
        "max": us(times.max()),
    })
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { switches, tests, min, max, avg, stdev, times, lost, .. } = self;
        write!(
            f,
            "RESULT: {switches} switches {tests} tests \
             min/max/avg/stdev = {min:.2}/{max:.2}/{avg:.2}/{stdev:.2} responses/s"
        )?;
        if times.is_empty() {
            return Ok(());
        }
        write!(f, "\nLATENCY: {} packet-ins {lost} lost p50/p90/p99/p99.9/max = ", times.len())?;
        for percent in [50.0, 90.0, 99.0, 99.9] {
            write!(f, "{:.1}/", us(times.percentile(percent)).unwrap_or_default())?;
        }
        write!(f, "{:.1} us", us(times.max()).unwrap_or_default())
    }
}
