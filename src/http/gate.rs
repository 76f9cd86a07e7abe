//! The gate: what a client sends, cut into requests, before hyper sees it.
//!
//! | Stage | What is handed on | Ends with |
//! |---|---|---|
//! | head | nothing until the head is whole and [checked](super::head); then all of it | its framing |
//! | body | bytes as they come, as many as the framing says | the next head |
//! | shut | nothing | |
//!
//! While a request is being answered, the next head is held back. Bytes are still read (a bounded
//! number), so that a client that goes away is noticed and its request ended.
//!
//! A head that is refused is replaced by a plain one, and the answer that it gets is left on the
//! [`Seat`]: in this way the refusal takes its turn behind the answers to earlier requests.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::{Buf, BytesMut};
use http::StatusCode;
use hyper::rt::{Read, ReadBufCursor};

use crate::app::HttpError;
use crate::hub::net::Stream;
use crate::hub::{self, Sleep};

use super::chunked::ChunkScan;
use super::config::HttpConfig;
use super::head::{self, Framing, HeadScan, Scanned};
use super::io::READ_SIZE;
use super::seat::{Refusal, Seat};

/// How much is read ahead while a request is being answered: enough for a pipeline of small
/// requests. A client that sends more is no longer watched for leaving.
const READ_AHEAD: usize = 16 << 10;

/// The reading half of a server's connection.
pub(super) struct Gate {
    stream: Rc<dyn Stream>,
    seat: Rc<Seat>,
    limits: Rc<HttpConfig>,
    buffer: BytesMut,
    /// How many bytes at the front of the buffer hyper may have.
    passed: usize,
    stage: Stage,
    /// When the client finished sending.
    ended_at: Option<Instant>,
    /// When the last head was handed on.
    passed_at: Instant,
    timer: Option<Sleep>,
}

enum Stage {
    Head(Head),
    Body(u64),
    Chunked(ChunkScan),
    /// Nothing more is read.
    Shut(End),
}

#[derive(Default)]
struct Head {
    scan: HeadScan,
    /// When its first byte came.
    since: Option<Instant>,
    is_first: bool,
    had_blank: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// hyper is told that the client has finished.
    Finished,
    /// hyper is told nothing: it is about to answer a refusal, and to close.
    Refused,
}

impl Gate {
    pub(super) fn new(stream: Rc<dyn Stream>, seat: Rc<Seat>, limits: Rc<HttpConfig>) -> Self {
        Gate {
            stream,
            seat,
            limits,
            buffer: BytesMut::new(),
            passed: 0,
            stage: Stage::Head(Head { is_first: true, ..Head::default() }),
            ended_at: None,
            passed_at: hub::now(),
            timer: None,
        }
    }

    /// What has come and was not handed on.
    pub(super) fn into_rest(mut self) -> BytesMut {
        self.buffer.split_off(self.passed)
    }

    /// Works until there is something to hand on: `Ready` with nothing handed on is the end.
    fn poll_pass(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.passed == 0 {
            match &mut self.stage {
                Stage::Head(_) if self.seat.is_busy() => return self.poll_hold(cx),
                Stage::Head(_) => ready!(self.poll_head(cx))?,
                Stage::Body(0) => self.stage = Stage::Head(Head::default()),
                Stage::Body(left) => {
                    let here = usize::try_from(*left).unwrap_or(usize::MAX).min(self.buffer.len());
                    *left -= here as u64;
                    self.passed = here;
                    if here == 0 && !ready!(self.poll_fill(cx))? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Stage::Chunked(scan) if scan.is_end() => self.stage = Stage::Head(Head::default()),
                Stage::Chunked(scan) => {
                    let invalid = |reason| io::Error::new(io::ErrorKind::InvalidData, reason);
                    self.passed = scan.scan(&self.buffer).map_err(invalid)?;
                    if self.passed == 0 && !ready!(self.poll_fill(cx))? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Stage::Shut(End::Finished) => {
                    self.seat.end();
                    return Poll::Ready(Ok(()));
                }
                Stage::Shut(End::Refused) => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Waits for a whole head, or for the time to be over.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let Stage::Head(head) = &mut self.stage else { return Poll::Ready(Ok(())) };
            match head.scan.scan(&self.buffer, &self.limits) {
                Ok(Scanned::More) => {}
                // RFC 9112 section 2.2: one empty line is forgiven.
                Ok(Scanned::Blank) if !head.had_blank => {
                    self.buffer.advance(2);
                    head.had_blank = true;
                    head.scan = HeadScan::default();
                    continue;
                }
                Ok(Scanned::Blank) => {
                    self.refuse(HttpError::bad_request("empty lines before the request line"));
                    return Poll::Ready(Ok(()));
                }
                Ok(Scanned::Whole(size)) => {
                    match head::check(&self.buffer[..size], &self.limits) {
                        Ok(framing) => self.pass_head(size, framing),
                        Err(error) => self.refuse(error),
                    }
                    return Poll::Ready(Ok(()));
                }
                Err(error) => {
                    self.refuse(error);
                    return Poll::Ready(Ok(()));
                }
            }
            let is_started = !self.buffer.is_empty();
            if is_started {
                head.since.get_or_insert_with(hub::now);
            }
            let owing_since = self.seat.owing_since().unwrap_or_else(hub::now);
            let deadline = match head.since {
                Some(since) => since + self.limits.header_timeout,
                None if head.is_first => owing_since + self.limits.header_timeout,
                None => owing_since + self.limits.idle_timeout,
            };
            match self.poll_fill(cx) {
                Poll::Ready(Ok(true)) => continue,
                Poll::Ready(Ok(false)) => self.stage = Stage::Shut(End::Finished),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    ready!(self.poll_deadline(deadline, cx));
                    if is_started {
                        let reason = "the request did not come in time";
                        self.refuse(HttpError::new(StatusCode::REQUEST_TIMEOUT, reason));
                    } else {
                        self.stage = Stage::Shut(End::Finished);
                    }
                }
            }
            return Poll::Ready(Ok(()));
        }
    }

    /// Waits until the answer is made and taken, and watches for the client to leave; `Ready` if it
    /// did. Once the answer is made, writing it will show whether the client is there.
    fn poll_hold(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.seat.park(cx.waker());
        while self.ended_at.is_none() && self.buffer.len() < READ_AHEAD {
            ready!(self.poll_fill(cx))?;
        }
        if let Some(ended_at) = self.ended_at.filter(|_| self.seat.is_serving()) {
            let since = ended_at.max(self.passed_at);
            ready!(self.poll_deadline(since + self.limits.half_close_grace, cx));
            self.seat.end();
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }

    /// Reads once; false at the end of the stream.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if self.ended_at.is_none() {
            let mut bytes = [0; READ_SIZE];
            match ready!(self.stream.poll_read(cx, &mut bytes))? {
                0 => self.ended_at = Some(hub::now()),
                read => self.buffer.extend_from_slice(&bytes[..read]),
            }
        }
        Poll::Ready(Ok(self.ended_at.is_none()))
    }

    fn poll_deadline(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let timer = match &mut self.timer {
            Some(timer) if timer.deadline() == deadline => timer,
            timer => timer.insert(hub::sleep_until(deadline)),
        };
        ready!(Pin::new(timer).poll(cx));
        self.timer = None;
        Poll::Ready(())
    }

    fn pass_head(&mut self, size: usize, framing: Framing) {
        self.timer = None;
        self.passed_at = hub::now();
        self.passed = size;
        self.stage = match framing {
            Framing::Length(length) => Stage::Body(length),
            Framing::Chunked => Stage::Chunked(ChunkScan::new(self.limits.max_header_bytes)),
        };
        self.seat.begin(None);
    }

    /// Replaces all that has come by a request that gets `error` for an answer.
    fn refuse(&mut self, error: HttpError) {
        let line = head::first_line(&self.buffer);
        // A client that asked with HEAD expects no body.
        let stand_in: &[u8] = match self.buffer.starts_with(b"HEAD ") {
            true => b"HEAD / HTTP/1.1\r\n\r\n",
            false => b"GET / HTTP/1.1\r\n\r\n",
        };
        self.timer = None;
        self.buffer.clear();
        self.buffer.extend_from_slice(stand_in);
        self.passed = stand_in.len();
        self.stage = Stage::Shut(End::Refused);
        self.seat.begin(Some(Refusal { line, error }));
    }
}

impl Read for Gate {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.poll_pass(cx))?;
        // The rest of the buffer may be part of a later request.
        let size = self.passed.min(into.remaining());
        into.put_slice(&self.buffer[..size]);
        self.buffer.advance(size);
        self.passed -= size;
        Poll::Ready(Ok(()))
    }
}
