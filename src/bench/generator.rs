//! The load generator: connects its switches, sets them going, and says what came of it.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use thiserror::Error;

use crate::hub::net::TcpStream;
use crate::hub::{self, Task};
use crate::sync::Event;

use super::fake_switch::{PROBE_LOST, Standing};
use super::histogram::Histogram;
use super::line::{Line, Shared};
use super::load::{Load, Mode, SWITCHES_MAX};
use super::report::Run;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);

/// How long a controller of 1.3 and later may take to ask for the ports, too. Not all ask.
const SETTLE: Duration = Duration::from_millis(500);

/// How often the handshakes are looked at.
const LOOK: Duration = Duration::from_millis(2);

/// Why there is no result.
#[derive(Debug, Error)]
pub enum BenchError {
    /// No connection.
    #[error("cannot connect to the controller at {controller}: {cause}")]
    Connect {
        /// Its address.
        controller: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// The controller took connections, and asked nothing.
    #[error("{strange} of {switches} switches were not asked for their features within {span:?}")]
    Silent {
        /// How many were not asked.
        strange: usize,
        /// How many are connected.
        switches: usize,
        /// The time it had.
        span: Duration,
    },
    /// A connection ended.
    #[error("the connection of switch {switch} ended: {cause}{}", Told(told))]
    Broken {
        /// Which one, from 0.
        switch: u16,
        /// How.
        cause: io::Error,
        /// The error that the controller sent before.
        told: Option<String>,
    },
    /// What the controller sends is no OpenFlow.
    #[error("what the controller sent to switch {switch} is not OpenFlow: {what}")]
    NotOpenFlow {
        /// Which one, from 0.
        switch: u16,
        /// Why not.
        what: String,
    },
    /// More than [`SWITCHES_MAX`].
    #[error("{0} switches are too many: at most {SWITCHES_MAX}")]
    TooMany(usize),
}

struct Told<'a>(&'a Option<String>);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |told| write!(f, "; its last error was {told}"))
    }
}

/// Fake switches of one controller. It has to be made and used inside a hub; dropping it closes all
/// connections.
pub struct Generator {
    shared: Rc<Shared>,
    lines: RefCell<Vec<Rc<Line>>>,
    tasks: RefCell<Vec<Task<()>>>,
    trouble: Rc<Trouble>,
}

/// The first thing that went wrong on a connection.
#[derive(Default)]
struct Trouble {
    error: RefCell<Option<BenchError>>,
    happened: Event,
}

impl Generator {
    /// A generator without a switch.
    ///
    /// # Panics
    /// Outside a hub; or if `load` asks for no addresses, or for more than
    /// [`MACS_MAX`](super::MACS_MAX).
    pub fn new(load: Load) -> Generator {
        assert!((1..=super::MACS_MAX).contains(&load.macs), "{} addresses", load.macs);
        let shared = Rc::new(Shared::new(load, hub::current().clock()));
        Generator {
            shared,
            lines: RefCell::default(),
            tasks: RefCell::default(),
            trouble: Rc::default(),
        }
    }

    /// Connects until there are `count` switches, and waits until the controller knows all of them.
    ///
    /// # Errors
    /// If it cannot be reached, or does not do its part of the handshake.
    pub async fn connect(&self, count: usize) -> Result<(), BenchError> {
        if count > SWITCHES_MAX {
            return Err(BenchError::TooMany(count));
        }
        let load = &self.shared.load;
        loop {
            let number = self.lines.borrow().len();
            if number >= count {
                break;
            }
            if number > 0
                && number.is_multiple_of(load.connect_group)
                && !load.connect_delay.is_zero()
            {
                hub::sleep(load.connect_delay).await;
            }
            let controller = load.controller;
            let dialled = hub::timeout(CONNECT, TcpStream::connect(controller)).await;
            let stream = dialled
                .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
                .map_err(|cause| BenchError::Connect { controller, cause })?;
            self.serve(Rc::new(Line::new(stream, Rc::clone(&self.shared), number as u16)));
        }
        let span = load.handshake;
        let strange = self.wait_for(Standing::Known, span).await?;
        if strange > 0 {
            return Err(BenchError::Silent { strange, switches: count, span });
        }
        self.wait_for(Standing::Ready, SETTLE).await?;
        Ok(())
    }

    /// Starts the task of a connection.
    fn serve(&self, line: Rc<Line>) {
        let (served, trouble) = (Rc::clone(&line), Rc::clone(&self.trouble));
        let task = hub::spawn("bench: switch", async move {
            let error = poll_fn(|cx| served.poll(cx)).await;
            trouble.error.borrow_mut().get_or_insert(error);
            trouble.happened.set();
        });
        self.lines.borrow_mut().push(line);
        self.tasks.borrow_mut().push(task);
    }

    /// Waits for `standing`, no longer than `span`; returns how many have not got there.
    async fn wait_for(&self, standing: Standing, span: Duration) -> Result<usize, BenchError> {
        let deadline = self.shared.clock.now() + span;
        loop {
            self.check()?;
            let is_behind = |line: &&Rc<Line>| line.fake.borrow().standing < standing;
            let behind = self.lines.borrow().iter().filter(is_behind).count();
            if behind == 0 || self.shared.clock.now() >= deadline {
                return Ok(behind);
            }
            hub::sleep(LOOK).await;
        }
    }

    fn check(&self) -> Result<(), BenchError> {
        self.trouble.error.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// Measures for `span`. The switches are set going by the first call, and go on in between:
    /// nothing is emptied, each response counts in the loop in which it is read.
    ///
    /// # Errors
    /// If a connection ends.
    pub async fn take(&self, span: Duration) -> Result<Run, BenchError> {
        self.check()?;
        let lines = self.lines.borrow().clone();
        for line in &lines {
            line.go();
        }
        let mut before = Vec::with_capacity(lines.len());
        for line in &lines {
            let mut fake = line.fake.borrow_mut();
            fake.times = Histogram::default();
            before.push((fake.counts, line.sent()));
        }
        let start = self.shared.clock.now();
        self.wait(start, span, &lines).await?;

        let mut run = Run::at(self.shared.clock.wall());
        run.elapsed = self.shared.clock.now() - start;
        for (line, (before, sent)) in lines.iter().zip(before) {
            let fake = line.fake.borrow();
            let flow_mods = fake.counts.flow_mods - before.flow_mods;
            let packet_outs = fake.counts.packet_outs - before.packet_outs;
            run.flow_mods += flow_mods;
            run.packet_outs += packet_outs;
            run.per_switch.push(flow_mods + packet_outs);
            run.packet_ins += line.sent() - sent;
            run.lost += fake.counts.lost - before.lost;
            run.times.join(&fake.times);
        }
        Ok(run)
    }

    /// Waits until `span` from `start` is over; meanwhile what was lost is given up.
    async fn wait(
        &self,
        start: std::time::Instant,
        span: Duration,
        lines: &[Rc<Line>],
    ) -> Result<(), BenchError> {
        loop {
            let left = span.saturating_sub(self.shared.clock.now() - start);
            if left.is_zero() {
                return Ok(());
            }
            let slice = left.min(PROBE_LOST / 4);
            if hub::timeout(slice, self.trouble.happened.wait()).await.is_ok() {
                return self.check();
            }
            if self.shared.load.mode == Mode::Latency {
                let now = self.shared.clock.now();
                for line in lines {
                    if line.fake.borrow_mut().give_up(now) {
                        line.wake();
                    }
                }
            }
        }
    }

    /// How many switches are connected.
    pub fn len(&self) -> usize {
        self.lines.borrow().len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Generator({} switches of {})", self.len(), self.shared.load.controller)
    }
}
