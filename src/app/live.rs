//! An answer without an end: lines that are sent as they come about.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{HeaderValue, header};

use super::route::Response;

/// The body of an answer that goes on for as long as the client listens. A counted reference: the app
/// keeps one and [pushes](LiveBody::push) what there is to say, the service holds the other.
///
/// It holds a bounded number of bytes. What does not fit is not taken: a client that reads slowly loses
/// something, and slows nobody down.
///
/// It travels in the extensions of a [`Response`], which have to be `Send`; that is why there is a lock
/// in it, which nobody ever waits for.
///
/// # Example: a client that is too slow
/// ```
/// use ryu_sdn::app::LiveBody;
///
/// let body = LiveBody::bounded(8);
/// let answer = body.response("text/plain");
/// assert!(body.push("first\n".into()));
/// assert!(!body.push("second\n".into()));
/// assert!(!body.is_gone());
/// # drop(answer);
/// ```
#[derive(Clone, Debug)]
pub struct LiveBody(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    waiting: VecDeque<Bytes>,
    len: usize,
    limit: usize,
    is_gone: bool,
    has_ended: bool,
    reader: Option<Waker>,
}

impl LiveBody {
    /// A body of which at most `limit` bytes wait.
    pub fn bounded(limit: usize) -> Self {
        LiveBody(Arc::new(Mutex::new(State {
            waiting: VecDeque::new(),
            len: 0,
            limit,
            is_gone: false,
            has_ended: false,
            reader: None,
        })))
    }

    /// The answer that has this body.
    pub fn response(&self, content_type: &'static str) -> Response {
        let mut response = Response::default();
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        response.extensions_mut().insert(self.clone());
        response
    }

    /// Says something more; false if there is no room for it.
    pub fn push(&self, bytes: Bytes) -> bool {
        let mut state = self.state();
        if state.is_gone || state.len + bytes.len() > state.limit {
            return false;
        }
        state.len += bytes.len();
        state.waiting.push_back(bytes);
        let reader = state.reader.take();
        drop(state);
        reader.into_iter().for_each(Waker::wake);
        true
    }

    /// Nothing more will be said.
    pub fn end(&self) {
        let mut state = self.state();
        state.has_ended = true;
        let reader = state.reader.take();
        drop(state);
        reader.into_iter().for_each(Waker::wake);
    }

    /// Whether the client has left.
    pub fn is_gone(&self) -> bool {
        self.state().is_gone
    }

    /// What was said next; `None` at the end.
    pub fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut state = self.state();
        if let Some(bytes) = state.waiting.pop_front() {
            state.len -= bytes.len();
            return Poll::Ready(Some(bytes));
        }
        if state.has_ended {
            return Poll::Ready(None);
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// The client has left: nothing is taken any more.
    pub fn leave(&self) {
        let mut state = self.state();
        state.is_gone = true;
        state.waiting.clear();
        state.len = 0;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
