//! A record of all OpenFlow messages, to compare runs by.

use std::time::Duration;

/// The most lines that are kept; then recording stops.
pub const TRACE_MAX: usize = 200_000;

/// The messages in the order in which switches sent and received them, one line each.
#[derive(Debug, Default)]
pub(super) struct Trace {
    is_on: bool,
    lines: Vec<String>,
}

impl Trace {
    pub(super) fn new(is_on: bool) -> Self {
        Trace { is_on, lines: Vec::new() }
    }

    /// `0.000000 s1 < 0x7 flow_mod ...`: time since the start, switch, direction (`<` is to the
    /// switch), transaction id, message.
    pub(super) fn record(
        &mut self,
        at: Duration,
        switch: &str,
        direction: char,
        message: impl FnOnce() -> String,
    ) {
        if self.is_on && self.lines.len() < TRACE_MAX {
            let seconds = at.as_secs_f64();
            self.lines.push(format!("{seconds:.6} {switch} {direction} {}", message()));
        }
    }

    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }
}
