//! The pump: moves messages between a client's socket and the queues of its [`Client`].
//!
//! `tungstenite` knows the frames: masks, fragments, control frames, UTF-8, what is allowed when. It
//! reads and writes through [`Wire`], which never waits; waiting is done here.
//!
//! | What happens | What is done |
//! |---|---|
//! | a message | given to the app; nothing more is read while its queue is full |
//! | a ping | answered, also while the app is slow |
//! | silence for [`SILENCE`] | a ping; after as long again without a byte, the connection is cut |
//! | the client takes nothing for the service's `write_timeout` | it is cut |
//! | broken rules, no UTF-8, a message over [`MESSAGE_MAX`] | closed with 1002, 1007, 1009 |
//! | the client closes | answered; the app's `recv` gives `None` after the last message |
//! | the app closes | what waits is written, then the closing frame; [`CLOSE_GRACE`] for the answer |

use std::future::{Future, poll_fn};
use std::io::{self, Read, Write};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use log::debug;
use tungstenite::error::{CapacityError, Error, ProtocolError};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext};

use crate::hub::net::Stream;
use crate::hub::{self, Sleep};

use super::channel::{Client, Closing};
use super::message::Message;

/// How many bytes a message of a client may have, in all its frames: what is asked of these
/// interfaces are calls of some hundred bytes.
pub const MESSAGE_MAX: usize = 64 << 10;

/// After how much silence a client is asked whether it is still there, and after how much more it is
/// taken for gone.
pub const SILENCE: Duration = Duration::from_secs(30);

/// How long a client may take to answer a closing frame.
pub const CLOSE_GRACE: Duration = Duration::from_secs(2);

/// How much is read at once.
const READ_SIZE: usize = 4 << 10;

/// How many messages are moved before others have their turn.
const BUDGET: usize = 64;

/// The length of a closing frame's text: 125 bytes with its number.
const REASON_MAX: usize = 123;

/// Moves messages until the connection has ended; says how. `early` is what has come behind the
/// request.
pub(in crate::http) async fn run(
    stream: &Rc<dyn Stream>,
    early: &[u8],
    client: &Client,
    write_timeout: Duration,
) -> Closing {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_SIZE)
        .write_buffer_size(0)
        .max_message_size(Some(MESSAGE_MAX))
        .max_frame_size(Some(MESSAGE_MAX));
    let now = hub::now();
    let mut pump = Pump {
        context: WebSocketContext::from_partially_read(early.to_vec(), Role::Server, Some(config)),
        wire: Wire { stream: Rc::clone(stream), read: 0, written: 0 },
        client,
        write_timeout,
        is_flushed: true,
        heard: (0, now),
        is_asked: false,
        stalled: None,
        closing_since: None,
        last_words: None,
        timer: None,
    };
    poll_fn(|cx| pump.poll(cx)).await
}

struct Pump<'c> {
    context: WebSocketContext,
    wire: Wire,
    client: &'c Client,
    write_timeout: Duration,
    is_flushed: bool,
    /// How much had been read when something came last, and when that was.
    heard: (u64, Instant),
    /// A ping is under way.
    is_asked: bool,
    /// How much had been written when the client last took something, and when that was; while it
    /// takes nothing.
    stalled: Option<(u64, Instant)>,
    /// Since when a closing frame is under way.
    closing_since: Option<Instant>,
    /// How it ends, once that is known.
    last_words: Option<Closing>,
    timer: Option<Sleep>,
}

/// The end, or that there is nothing to do for now.
enum Step {
    Moved,
    Idle,
    Ended(Closing),
}

impl Pump<'_> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Closing> {
        for _ in 0..BUDGET {
            let (out, into) = match self.write(cx) {
                Step::Ended(closing) => return Poll::Ready(closing),
                out => (out, self.read(cx)),
            };
            match (out, into) {
                (_, Step::Ended(closing)) => return Poll::Ready(closing),
                (Step::Idle, Step::Idle) => {
                    self.client.watch(cx);
                    return self.poll_time(cx);
                }
                _ => {}
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Writes what waits, one message after the other.
    fn write(&mut self, cx: &mut Context<'_>) -> Step {
        if !self.is_flushed {
            match self.context.flush(&mut self.wire) {
                Ok(()) => {
                    self.is_flushed = true;
                    self.stalled = None;
                }
                Err(error) if is_would_block(&error) => {
                    let written = self.wire.written;
                    if self.stalled.is_none_or(|(earlier, _)| earlier != written) {
                        self.stalled = Some((written, hub::now()));
                    }
                    return match self.wire.stream.poll_writable(cx) {
                        Poll::Ready(Ok(())) => Step::Moved,
                        Poll::Ready(Err(error)) => self.failed(error.into()),
                        Poll::Pending => Step::Idle,
                    };
                }
                Err(error) => return self.failed(error),
            }
        }
        if !self.context.can_write() {
            return Step::Idle;
        }
        let written = match (self.client.take(), self.client.closing()) {
            (Some(message), _) => self.context.write(&mut self.wire, message.into_frame()),
            (None, Some(closing)) => self.start_closing(closing),
            (None, None) => return Step::Idle,
        };
        self.after_write(written)
    }

    fn after_write(&mut self, written: Result<(), Error>) -> Step {
        self.is_flushed = false;
        match written {
            Ok(()) => Step::Moved,
            Err(error) if is_would_block(&error) => Step::Moved,
            Err(error) => self.failed(error),
        }
    }

    fn start_closing(&mut self, closing: Closing) -> Result<(), Error> {
        self.closing_since.get_or_insert_with(hub::now);
        let frame = CloseFrame {
            code: CloseCode::from(closing.code),
            reason: shortened(&closing.reason).into(),
        };
        self.last_words.get_or_insert(closing);
        self.context.close(&mut self.wire, Some(frame))
    }

    /// Reads one message, if the app has room for it.
    fn read(&mut self, cx: &mut Context<'_>) -> Step {
        // After a broken rule, what follows means nothing.
        let is_failed = self.last_words.is_some() && !self.context.can_read();
        if is_failed || (!self.client.has_room() && self.closing_since.is_none()) {
            return Step::Idle;
        }
        let read = self.context.read(&mut self.wire);
        if self.wire.read != self.heard.0 {
            self.heard = (self.wire.read, hub::now());
            self.is_asked = false;
        }
        match read {
            Ok(message) => {
                // A ping or a closing frame has its answer under way.
                self.is_flushed = false;
                if let tungstenite::Message::Close(frame) = &message {
                    let closing = match frame {
                        Some(frame) => Closing::new(frame.code.into(), frame.reason.as_str()),
                        // No number: RFC 6455 section 7.1.5.
                        None => Closing::new(1005, ""),
                    };
                    self.closing_since.get_or_insert_with(hub::now);
                    self.last_words.get_or_insert(closing);
                } else if let Some(message) = Message::taken(message) {
                    // It has room, or nobody listens any more.
                    self.client.deliver(message);
                }
                Step::Moved
            }
            Err(error) if is_would_block(&error) => match self.wire.stream.poll_readable(cx) {
                Poll::Ready(Ok(())) => Step::Moved,
                Poll::Ready(Err(error)) => self.failed(error.into()),
                Poll::Pending => Step::Idle,
            },
            Err(error) => self.failed(error),
        }
    }

    /// The end; but whoever broke a rule is told which.
    fn failed(&mut self, error: Error) -> Step {
        let told = match &error {
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
            Error::Protocol(rule) => Some(Closing::new(Closing::PROTOCOL, rule.to_string())),
            Error::Utf8(_) => Some(Closing::new(Closing::INVALID, "text that is not UTF-8")),
            Error::Capacity(CapacityError::MessageTooLong { .. }) => {
                let reason = format!("message of more than {MESSAGE_MAX} bytes");
                Some(Closing::new(Closing::TOO_BIG, reason))
            }
            _ => None,
        };
        let Some(closing) = told.filter(|_| self.closing_since.is_none()) else {
            let silent = || Closing::new(Closing::ABNORMAL, "");
            return Step::Ended(self.last_words.take().unwrap_or_else(silent));
        };
        debug!("WebSocket of {}: {closing}", self.wire.stream.peer());
        // If it cannot be written at once, it is not worth waiting for.
        let _ = self.start_closing(closing.clone());
        Step::Ended(closing)
    }

    /// Waits for the time to be over, which pings or ends.
    fn poll_time(&mut self, cx: &mut Context<'_>) -> Poll<Closing> {
        loop {
            let stalled = self.stalled.map(|(_, since)| since + self.write_timeout);
            let closing = self.closing_since.map(|since| since + CLOSE_GRACE);
            // Who is not read cannot be heard; a full queue shows itself in other ways.
            let silence = match self.client.has_room() {
                true => self.heard.1 + SILENCE * if self.is_asked { 2 } else { 1 },
                false => hub::now() + SILENCE,
            };
            let deadline = [stalled, closing].into_iter().flatten().fold(silence, Instant::min);
            let timer = match &mut self.timer {
                Some(timer) if timer.deadline() == deadline => timer,
                timer => timer.insert(hub::sleep_until(deadline)),
            };
            ready!(Pin::new(timer).poll(cx));
            self.timer = None;
            if closing == Some(deadline) {
                let silent = || Closing::new(Closing::ABNORMAL, "");
                return Poll::Ready(self.last_words.take().unwrap_or_else(silent));
            }
            if stalled == Some(deadline) {
                return Poll::Ready(Closing::new(Closing::ABNORMAL, "the client reads nothing"));
            }
            if self.is_asked && self.client.has_room() {
                return Poll::Ready(Closing::new(Closing::ABNORMAL, "the client is silent"));
            }
            if !self.client.has_room() {
                continue;
            }
            self.is_asked = true;
            let ping = tungstenite::Message::Ping(Default::default());
            let written = self.context.write(&mut self.wire, ping);
            if let Step::Ended(closing) = self.after_write(written) {
                return Poll::Ready(closing);
            }
            if let Step::Ended(closing) = self.write(cx) {
                return Poll::Ready(closing);
            }
        }
    }
}

/// The stream as tungstenite reads and writes it: never waiting.
struct Wire {
    stream: Rc<dyn Stream>,
    read: u64,
    written: u64,
}

impl Read for Wire {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.try_read(bytes)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.stream.try_write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_would_block(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// As much of a reason as fits into a frame.
fn shortened(reason: &str) -> &str {
    let mut end = reason.len().min(REASON_MAX);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    &reason[..end]
}
