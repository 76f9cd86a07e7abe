//! The pump: one task per connection, moving bytes between a socket and its session.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use log::{Level, debug, log, warn};

use crate::app::ofp_event;
use crate::hub::net::Stream;
use crate::hub::{self, Sleep};
use crate::session::{CloseReason, Datapath, Output, Phase, Session, Violation};

use super::Controller;

/// The most that is read at once, in bytes; also how much work one peer gets before the others.
pub(super) const READ_CHUNK: usize = 64 * 1024;

/// How long what waits for a peer may take to be written when its session is over.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// So many violations of one peer are logged; the rest is only counted.
const VIOLATIONS_LOGGED: u32 = 8;

/// What a waiting pump is woken by.
enum Wake {
    Readable,
    Writable,
    Timer,
    CloseRequested,
}

/// One connection in the hands of its task.
pub(super) struct Pump {
    controller: Controller,
    stream: Rc<dyn Stream>,
    session: Session,
    datapath: Datapath,
    violations: u32,
    /// Since when the peer has taken nothing, and how much it had taken by then.
    stalled: Option<(Instant, u64)>,
    timer: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Pump {
    pub(super) fn new(controller: Controller, stream: Rc<dyn Stream>, session: Session) -> Self {
        let datapath = session.datapath().clone();
        Pump { controller, stream, session, datapath, violations: 0, stalled: None, timer: None }
    }

    /// Runs until the session is over.
    pub(super) async fn run(mut self) {
        debug!("connected: addr={}", self.datapath.peer());
        loop {
            if let Some(reason) = self.drain().await {
                self.log_end(&reason);
                break;
            }
            match self.wait().await {
                Wake::Readable => self.read().await,
                Wake::Writable => self.controller.flush(&self.datapath),
                Wake::Timer => self.time_out(),
                Wake::CloseRequested => {
                    let reason = self.datapath.close_requested().unwrap_or(CloseReason::Local);
                    self.session.handle_end(reason);
                }
            }
        }
        self.last_words().await;
        let _ = self.stream.shutdown();
    }

    /// Hands all that the session has to say to the apps; waits where an app's inbox is full.
    /// Returns the reason if the session is over.
    async fn drain(&mut self) -> Option<CloseReason> {
        let bus = self.controller.bus().clone();
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Message { xid, phase, message } => {
                    let offered = ofp_event::offer(&bus, &self.datapath, xid, phase, message);
                    if let Err(held) = offered {
                        held.deliver().await;
                    }
                }
                Output::Phase(phase) => {
                    if phase == Phase::Main {
                        debug!("{} connected, OpenFlow {}", self.datapath, self.datapath.version());
                    }
                    let datapath = self.datapath.clone();
                    bus.publish(ofp_event::StateChange { datapath, phase }, Some(phase)).await;
                }
                Output::Port { reason, number } => {
                    let datapath = self.datapath.clone();
                    let event = ofp_event::PortStateChange { datapath, reason, port_no: number };
                    bus.publish(event, Some(Phase::Main)).await;
                }
                Output::Violation(violation) => self.log_violation(&violation),
                Output::Close(reason) => return Some(reason),
            }
        }
        None
    }

    async fn wait(&mut self) -> Wake {
        self.note_progress();
        self.set_timer();
        let Pump { stream, datapath, timer, .. } = self;
        poll_fn(|cx| {
            datapath.set_pump(cx.waker());
            if datapath.close_requested().is_some() {
                return Poll::Ready(Wake::CloseRequested);
            }
            if datapath.is_blocked() && stream.poll_writable(cx).is_ready() {
                return Poll::Ready(Wake::Writable);
            }
            // A peer that does not take its answers is not asked for more questions.
            if !datapath.is_congested() && stream.poll_readable(cx).is_ready() {
                return Poll::Ready(Wake::Readable);
            }
            match timer {
                Some((_, sleep)) => sleep.as_mut().poll(cx).map(|()| Wake::Timer),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Reads one chunk. More than that is left for the next turn, so that one peer cannot keep the
    /// others waiting.
    async fn read(&mut self) {
        let received = self.controller.with_scratch(|scratch| {
            let n = self.stream.try_read(scratch)?;
            Ok::<_, io::Error>((Bytes::copy_from_slice(&scratch[..n]), n == scratch.len()))
        });
        match received {
            Ok((bytes, _)) if bytes.is_empty() => self.session.handle_end(CloseReason::Peer),
            Ok((bytes, full)) => {
                self.session.handle_bytes(bytes);
                if full {
                    hub::yield_now().await;
                }
            }
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {}
            Err(cause) => self.session.handle_end(CloseReason::Lost(cause.to_string())),
        }
    }

    fn time_out(&mut self) {
        self.timer = None;
        let now = hub::now();
        self.session.handle_timeout(now);
        if let Some((since, _)) = self.stalled {
            let limit = self.controller.write_timeout();
            if now.duration_since(since) >= limit {
                let (seconds, waiting) = (limit.as_secs(), self.datapath.waiting_bytes());
                self.session.handle_end(CloseReason::NotReading { seconds, waiting });
            }
        }
    }

    /// Keeps the time since when a blocked peer has taken nothing.
    fn note_progress(&mut self) {
        let written = self.datapath.written_bytes();
        self.stalled = match self.stalled {
            _ if !self.datapath.is_blocked() => None,
            Some((since, before)) if before == written => Some((since, before)),
            _ => Some((hub::now(), written)),
        };
    }

    /// Arms the timer for the next deadline; leaves it alone if it is armed for that.
    fn set_timer(&mut self) {
        let stalled = self.stalled.map(|(since, _)| since + self.controller.write_timeout());
        let deadline = [self.session.deadline(), stalled].into_iter().flatten().min();
        if self.timer.as_ref().map(|(at, _)| *at) != deadline {
            self.timer = deadline.map(|at| (at, Box::pin(hub::sleep_until(at))));
        }
    }

    /// Writes what still waits (an error message, the last flow-mods), as long as the peer takes it.
    async fn last_words(&mut self) {
        let writing = async {
            loop {
                match self.datapath.flush_with(|bytes| self.stream.try_write(bytes)) {
                    Ok(0) => return,
                    Err(cause) if cause.kind() != io::ErrorKind::WouldBlock => return,
                    _ => {}
                }
                if poll_fn(|cx| self.stream.poll_writable(cx)).await.is_err() {
                    return;
                }
            }
        };
        let _ = hub::timeout(LAST_WORDS, writing).await;
        let waiting = self.datapath.waiting_bytes();
        if waiting > 0 {
            debug!("{}: {waiting} bytes could not be sent any more", self.datapath);
        }
    }

    fn log_violation(&mut self, violation: &Violation) {
        self.violations += 1;
        if self.violations <= VIOLATIONS_LOGGED {
            warn!("{}: {violation}", self.datapath);
        }
        if self.violations == VIOLATIONS_LOGGED {
            warn!("{}: further violations of this peer are not logged", self.datapath);
        }
    }

    /// The one line about the end of a session.
    fn log_end(&self, reason: &CloseReason) {
        let level = match reason {
            // A probe of the port (connect, close) is no switch and no error.
            CloseReason::Lost(_) if self.datapath.features().is_none() => Level::Debug,
            _ => reason.level(),
        };
        log!(level, "{}: {reason}", self.datapath);
    }
}
