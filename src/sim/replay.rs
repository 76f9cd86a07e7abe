//! A recording played to apps again: what the switches said then, at the times at which they said it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::io::{self, Read};
use std::rc::Rc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use thiserror::Error;

use crate::app::{AppError, AppManager, Plan, Sessions};
use crate::capture::{
    CaptureError, CaptureReader, Reassembler, Segment, StreamEvent, StreamEventKind, StreamId,
    dissect,
};
use crate::clock::Clock;
use crate::conf::Conf;
use crate::controller::{Controller, ControllerConfig};
use crate::hub::net::{Pipe, Stream, StreamExt, pipe};
use crate::hub::{self, Hub};
use crate::ofproto::{Framing, Message, V1_0, Version, Xid, frame, peek_header};

/// How long what the apps have still to say may take when the recording is over.
const FLUSH_GRACE: Duration = Duration::from_millis(200);

/// Why a recording cannot be played.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The file is no capture, or damaged.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// It has no connection that could be played.
    #[error("no OpenFlow connection begins in it")]
    Empty,
    /// An app could not be built.
    #[error("{0}")]
    App(AppError),
    /// The system has no resources for a hub.
    #[error("cannot make a hub: {0}")]
    Hub(#[from] io::Error),
}

/// What switches said, from a capture: a [recording](Controller::record), or what tcpdump wrote.
///
/// Played are the TCP connections whose opening is in the capture and that are OpenFlow in the clear.
/// Who was called is the controller.
///
/// # What makes two runs equal
///
/// The clock is turned from one moment of the recording to the next, so timers of apps fire as they
/// did. Transaction ids begin for each connection where they did then, so that the recorded answers meet
/// the same requests. An app that does something else than then may wait for answers that the
/// recording does not have.
#[derive(Debug)]
pub struct Replay {
    connections: Vec<Recorded>,
    steps: Vec<Step>,
    /// Connections that were left out: not OpenFlow, or begun before.
    skipped: usize,
}

#[derive(Debug, Default)]
struct Recorded {
    /// The first bytes of each side.
    caller: BytesMut,
    called: BytesMut,
    /// What the switch said, in bytes.
    len: usize,
}

/// Something that the switch of a connection did.
#[derive(Debug)]
struct Step {
    time: Duration,
    connection: usize,
    act: Act,
}

#[derive(Debug)]
enum Act {
    Open,
    Say(Bytes),
    Close,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// A line for each message to a switch: seconds since the start, connection, transaction, message.
    pub lines: Vec<String>,
    /// Connections that were played.
    pub connections: usize,
    /// That were left out.
    pub skipped: usize,
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Recorded {
    /// A message of OpenFlow begins with its version, and the first one is a hello.
    fn is_openflow(&self) -> bool {
        let begins = |bytes: &[u8]| matches!(bytes, [1..=6, 0, ..]);
        begins(&self.caller) || begins(&self.called)
    }

    /// The transaction of the controller's hello.
    fn first_xid(&self) -> Option<u32> {
        peek_header(&self.called).map(|header| header.xid.0)
    }
}

impl Replay {
    /// Reads a capture.
    ///
    /// # Errors
    /// [`ReplayError::Capture`], [`ReplayError::Empty`].
    pub fn read(input: impl Read) -> Result<Replay, ReplayError> {
        let mut reading = Reading::default();
        let mut events = Vec::new();
        let mut reassembler = Reassembler::default();
        for packet in CaptureReader::new(input)? {
            let Ok(segment) = dissect(&packet?) else { continue };
            reading.opening(&segment);
            reassembler.push(segment, &mut events);
            events.drain(..).for_each(|event| reading.event(event));
        }
        reassembler.finish(&mut events);
        let Reading { connections, mut steps, strangers, .. } = reading;
        let played = connections.iter().filter(|connection| connection.is_openflow()).count();
        steps.retain(|step| connections[step.connection].is_openflow());
        if steps.is_empty() {
            return Err(ReplayError::Empty);
        }
        let skipped = connections.len() - played + strangers;
        Ok(Replay { connections, steps, skipped })
    }

    /// Plays it to the apps of a plan, and collects what they send.
    ///
    /// # Errors
    /// [`ReplayError::App`], [`ReplayError::Hub`].
    pub fn run(
        &self,
        plan: &Plan,
        conf: Rc<Conf>,
        config: ControllerConfig,
    ) -> Result<Replayed, ReplayError> {
        let hub = Hub::new(Clock::test())?;
        let (mut apps, controller) = hub.block_on(async {
            let mut apps = AppManager::new(conf);
            let controller = Controller::new(apps.bus().clone(), config);
            apps.provide(Sessions::of(Rc::new(controller.clone())));
            apps.start(plan).map_err(ReplayError::App)?;
            Ok::<_, ReplayError>((apps, controller))
        })?;
        let start = self.steps.first().map_or(Duration::ZERO, |step| step.time);
        let began = hub.block_on(async { hub::now() });
        let lines = Rc::new(RefCell::new(Vec::new()));
        let mut pipes: HashMap<usize, Rc<Pipe>> = HashMap::new();
        for Step { time, connection, act } in &self.steps {
            let now = hub.block_on(async { hub::now() }).duration_since(began);
            // A capture's times may run backwards; the clock does not.
            hub.advance(time.saturating_sub(start).saturating_sub(now));
            match act {
                Act::Open => {
                    let recorded = &self.connections[*connection];
                    // Room for all that it says: a slow app shall not keep the script waiting.
                    let (theirs, ours) = pipe(recorded.len.max(1 << 20));
                    let ours = Rc::new(ours);
                    pipes.insert(*connection, Rc::clone(&ours));
                    let lines = Rc::clone(&lines);
                    let number = pipes.len();
                    hub.block_on(async {
                        controller.attach_replayed(Rc::new(theirs), recorded.first_xid());
                        hub::spawn("replayed switch", async move {
                            let mut input = BytesMut::new();
                            let mut chunk = vec![0; 64 * 1024];
                            while let Ok(n @ 1..) = ours.read(&mut chunk).await {
                                input.extend_from_slice(&chunk[..n]);
                                let time = hub::now().duration_since(began);
                                shown(&mut input, time, number, &mut lines.borrow_mut());
                            }
                        })
                        .detach();
                    });
                }
                Act::Say(bytes) => {
                    if let Some(pipe) = pipes.get(connection) {
                        // The controller may have closed; then nobody hears it, as then.
                        let _ = hub.block_on(async { pipe.try_write(bytes) });
                    }
                }
                Act::Close => {
                    if let Some(pipe) = pipes.get(connection) {
                        let _ = hub.block_on(async { pipe.shutdown_write() });
                    }
                }
            }
            hub.run_until_idle();
        }
        hub.block_on(async {
            apps.stop().await;
            controller.shutdown(FLUSH_GRACE).await;
        });
        hub.run_until_idle();
        let lines = lines.take();
        Ok(Replayed { lines, connections: pipes.len(), skipped: self.skipped })
    }
}

/// The connections of a capture while it is read.
#[derive(Default)]
struct Reading {
    connections: Vec<Recorded>,
    /// By the direction from who called.
    by_caller: HashMap<StreamId, usize>,
    steps: Vec<Step>,
    /// Directions that began before the capture.
    strangers: usize,
    time: Duration,
}

impl Reading {
    /// Notes who calls whom.
    fn opening(&mut self, segment: &Segment) {
        self.time = segment.time.unwrap_or(self.time).max(self.time);
        if !segment.syn || segment.ack.is_some() {
            return;
        }
        let connection = self.connections.len();
        if let Some(before) = self.by_caller.insert(segment.stream, connection) {
            // Opened anew between the same ends.
            self.step(before, Act::Close);
        }
        self.connections.push(Recorded::default());
        self.step(connection, Act::Open);
    }

    fn step(&mut self, connection: usize, act: Act) {
        self.steps.push(Step { time: self.time, connection, act });
    }

    fn event(&mut self, event: StreamEvent) {
        let StreamEvent { stream, kind, .. } = event;
        if let Some(&connection) = self.by_caller.get(&stream) {
            match kind {
                StreamEventKind::Data(bytes) => {
                    let recorded = &mut self.connections[connection];
                    recorded.len += bytes.len();
                    first(&mut recorded.caller, &bytes);
                    self.step(connection, Act::Say(bytes));
                }
                // What is missing cannot be said: from here on nothing can be trusted.
                StreamEventKind::Gap(_) | StreamEventKind::End => {
                    self.step(connection, Act::Close);
                    self.by_caller.remove(&stream);
                }
                StreamEventKind::Start(_) => {}
            }
        } else if let Some(&connection) = self.by_caller.get(&stream.reverse()) {
            if let StreamEventKind::Data(bytes) = kind {
                first(&mut self.connections[connection].called, &bytes);
            }
        } else if let StreamEventKind::Start(_) = kind {
            self.strangers += 1;
        }
    }
}

/// Keeps the first header.
fn first(kept: &mut BytesMut, bytes: &[u8]) {
    let wanted = 8_usize.saturating_sub(kept.len()).min(bytes.len());
    kept.extend_from_slice(&bytes[..wanted]);
}

/// Takes the whole messages off `input`, a line for each.
fn shown(input: &mut BytesMut, time: Duration, connection: usize, lines: &mut Vec<String>) {
    while let Framing::Message(len) = frame(input) {
        let bytes = input.split_to(len).freeze();
        let version = Version::from_wire(bytes[0]).unwrap_or(V1_0);
        let mut line = format!("{:.6} #{connection} ", time.as_secs_f64());
        // Writing to a string does not fail.
        let _ = match Message::decode(version, &bytes) {
            Ok((Xid(xid), message)) => write!(line, "xid=0x{xid:x} {version} {message}"),
            Err(error) => write!(line, "error: {error}"),
        };
        lines.push(line.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"));
    }
}
