//! The parts of a streamed answer, between the session and the one who asked.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::ofproto::MultipartReplyBody;

use super::request_error::RequestError;

/// So many parts of a streamed answer, of 64 KiB at most each, wait for the one who asked. Then
/// the switch waits.
pub const STREAM_PARTS: usize = 4;

/// The parts that wait. A counted reference: one with the session, one with the asker.
#[derive(Clone, Default)]
pub(super) struct Parts(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    waiting: VecDeque<MultipartReplyBody>,
    end: Option<Result<(), RequestError>>,
    /// The asker does not listen any more.
    is_deserted: bool,
    asker: Option<Waker>,
    session: Option<Waker>,
}

impl Parts {
    /// A part has come.
    pub(super) fn push(&self, part: MultipartReplyBody) {
        self.0.borrow_mut().waiting.push_back(part);
        self.wake_asker();
    }

    /// Nothing more will come. Only the first end counts.
    pub(super) fn end(&self, end: Result<(), RequestError>) {
        let mut state = self.0.borrow_mut();
        state.end.get_or_insert(end);
        let session = state.session.take();
        drop(state);
        self.wake_asker();
        if let Some(waker) = session {
            waker.wake();
        }
    }

    fn wake_asker(&self) {
        let waker = self.0.borrow_mut().asker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn has_room(&self) -> bool {
        let state = self.0.borrow();
        state.waiting.len() < STREAM_PARTS || state.is_deserted || state.end.is_some()
    }

    /// The next part, `None` when all have been taken.
    pub(super) fn poll_next(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<MultipartReplyBody, RequestError>>> {
        let mut state = self.0.borrow_mut();
        if let Some(part) = state.waiting.pop_front() {
            let session = state.session.take();
            drop(state);
            if let Some(waker) = session {
                waker.wake();
            }
            return Poll::Ready(Some(Ok(part)));
        }
        match &mut state.end {
            Some(Err(error)) => {
                let error = error.clone();
                state.end = Some(Ok(()));
                Poll::Ready(Some(Err(error)))
            }
            Some(Ok(())) => Poll::Ready(None),
            None => {
                state.asker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// The asker has gone.
    pub(super) fn desert(&self) {
        let mut state = self.0.borrow_mut();
        state.is_deserted = true;
        let left = (std::mem::take(&mut state.waiting), state.session.take());
        drop(state);
        if let Some(waker) = left.1 {
            waker.wake();
        }
    }
}

/// Ready when the one who streams an answer has room for more of it: what a driver waits for after
/// [`Output::Wait`](super::Output::Wait).
#[must_use = "the asker gets more than it takes unless this is awaited"]
pub struct Room(pub(super) Parts);

impl Future for Room {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.has_room() {
            return Poll::Ready(());
        }
        self.0.0.borrow_mut().session = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.0.0.borrow().waiting.len();
        f.debug_struct("Room").field("waiting", &waiting).finish()
    }
}
