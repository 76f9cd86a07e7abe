//! The body of an answer: whole, or without an end.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};

use crate::app::LiveBody;

/// What hyper is given to write.
pub(super) enum AnswerBody {
    /// All of it.
    Whole(Full<Bytes>),
    /// What comes, as it comes.
    Live(Listener),
}

/// Tells the app when the client has left.
pub(super) struct Listener(pub(super) LiveBody);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            AnswerBody::Whole(body) => Pin::new(body).poll_frame(cx),
            AnswerBody::Live(Listener(body)) => {
                body.poll_next(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            AnswerBody::Whole(body) => body.is_end_stream(),
            AnswerBody::Live(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            AnswerBody::Whole(body) => body.size_hint(),
            AnswerBody::Live(_) => SizeHint::default(),
        }
    }
}
