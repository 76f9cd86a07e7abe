//! Requests with answers, and sends that are known to have been done: what apps call.

use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::ofproto::{
    BarrierReply, BarrierRequest, Encode, Message, MultipartReplyBody, MultipartRequest, Xid,
};
use crate::sync::oneshot;

use super::answered::{Answered, Expected};
use super::datapath::Datapath;
use super::outbox::SendError;
use super::parts::Parts;
use super::pending::{Entry, Place, Waiter};
use super::request_error::RequestError;

impl Datapath {
    /// Sends a request and gives a future of its answer. It is sent at once, whether or not the
    /// future is awaited.
    ///
    /// The answer is found by transaction id and type, and goes to the asker only: it is no event.
    /// The parts of a multipart reply are joined. The switch's error about the request ends it, as do
    /// the end of the session and its time ([`Answer::within`]). To drop the future is to cancel the
    /// request: an answer that still comes is dropped; an error that still comes is an event.
    ///
    /// A handler that waits keeps its app's events waiting, not those of other apps, and the answer
    /// overtakes the events that wait.
    ///
    /// # Errors
    /// The future's: [`RequestError`].
    ///
    /// # Example: who made the switch
    /// ```
    /// use ryu_sdn::ofproto::{MultipartReplyBody, MultipartRequest};
    /// use ryu_sdn::prelude::*;
    ///
    /// async fn hello(ev: &ofp_event::StateChange) -> AppResult {
    ///     if let MultipartReplyBody::Desc(desc) = ev.datapath.request(&MultipartRequest::desc()).await? {
    ///         info!("{} is a {}", ev.datapath, desc.hw_desc);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn request<R: Answered + ?Sized>(&self, request: &R) -> Answer<R::Reply> {
        let (owner, receiver) = oneshot::channel();
        let seat = match request.expected() {
            Some(expected) => self.enter(request, Some(expected), Waiter::Answer(owner)),
            None => Err(RequestError::Unanswered { request: request.name() }),
        };
        Answer { seat, receiver, take: R::reply, reply: PhantomData }
    }

    /// Like [`Datapath::request`], for answers that are long: the parts one by one.
    ///
    /// At most [`STREAM_PARTS`](super::STREAM_PARTS) wait for a slow taker. Then nothing more is
    /// read from this switch; others do not notice. The time counts from part to part.
    ///
    /// # Example: all flow entries of a big switch
    /// ```
    /// use ryu_sdn::ofproto::{FlowStatsRequest, MultipartReplyBody, MultipartRequest};
    /// use ryu_sdn::prelude::*;
    ///
    /// async fn count(dp: &Datapath) -> AppResult<usize> {
    ///     let mut parts = dp.stream(&MultipartRequest::flow(FlowStatsRequest::default()));
    ///     let mut n = 0;
    ///     while let Some(part) = parts.next().await {
    ///         if let MultipartReplyBody::Flow(entries) = part? {
    ///             n += entries.len();
    ///         }
    ///     }
    ///     Ok(n)
    /// }
    /// ```
    pub fn stream(&self, request: &MultipartRequest) -> AnswerParts {
        let parts = Parts::default();
        let expected = request.expected();
        let seat = self.enter(request, expected, Waiter::Parts(parts.clone()));
        if let Err(error) = &seat {
            parts.end(Err(error.clone()));
        }
        AnswerParts { seat: seat.ok(), parts }
    }

    /// Sends a barrier request and waits for its reply: all that was sent before has been done then,
    /// and every [`Delivery`] of it is confirmed.
    ///
    /// # Errors
    /// The future's: [`RequestError`].
    pub fn barrier(&self) -> Answer<BarrierReply> {
        self.request(&BarrierRequest)
    }

    /// Sends a message and gives a future of its being done. It is sent at once, whether or not the
    /// future is awaited.
    ///
    /// It is confirmed by the reply to the next barrier that is sent after it (by whomever: with
    /// [`Datapath::barrier`], with plain [`Datapath::send`], with [`Datapath::confirm`], or by
    /// the session if the option `barrier-count-limit` or `barrier-interval-limit` says so), or by an
    /// answer of its own, which is an event as ever. It fails by the switch's error about it, by the
    /// end of the session, and by its time. To drop the future is to forget the message; an error
    /// that still comes is an event.
    ///
    /// # Errors
    /// The future's: [`RequestError`].
    ///
    /// # Example: many entries, one barrier
    /// ```
    /// use ryu_sdn::prelude::*;
    ///
    /// async fn install(dp: &Datapath, entries: &[FlowMod]) -> AppResult {
    ///     let sent: Vec<_> = entries.iter().map(|entry| dp.deliver(entry)).collect();
    ///     dp.barrier().await?;
    ///     for (entry, sent) in entries.iter().zip(sent) {
    ///         if let Err(error) = sent.await {
    ///             warn!("{entry}: {error}");
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn deliver<M: Encode + ?Sized>(&self, message: &M) -> Delivery {
        let (owner, receiver) = oneshot::channel();
        let seat = self.enter(message, None, Waiter::Delivery(owner));
        if seat.is_ok() {
            self.fence_by_count();
        }
        Delivery { seat, receiver }
    }

    /// Like [`Datapath::deliver`], and sees to the barrier: one goes out at the end of the turn, for
    /// all that was sent so in the turn.
    ///
    /// # Errors
    /// The future's: [`RequestError`].
    pub fn confirm<M: Encode + ?Sized>(&self, message: &M) -> Delivery {
        let delivery = self.deliver(message);
        if delivery.seat.is_ok() {
            self.want_fence();
        }
        delivery
    }

    /// Waits until less than [`OUTBOX_HIGH_WATER`](super::OUTBOX_HIGH_WATER) waits for the switch:
    /// what is sent before the next `.await` finds room.
    ///
    /// # Errors
    /// [`SendError::Closed`] after the end.
    pub async fn room(&self) -> Result<(), SendError> {
        while self.is_active() {
            if !self.is_crowded() {
                return Ok(());
            }
            self.room_event().wait().await;
        }
        Err(SendError::Closed)
    }

    /// Like [`Datapath::send`], but waits for [room](Datapath::room) first: for whoever makes
    /// messages faster than a switch takes them.
    ///
    /// # Errors
    /// As [`Datapath::send`], without [`SendError::Full`].
    pub async fn send_when_ready<M: Encode + ?Sized>(&self, message: &M) -> Result<Xid, SendError> {
        self.room().await?;
        self.send(message)
    }

    /// Sends `message` and gives it a place in the table.
    fn enter<M: Encode + ?Sized>(
        &self,
        message: &M,
        expected: Option<Expected>,
        waiter: Waiter,
    ) -> Result<Seat, RequestError> {
        self.check_room_for_request()?;
        let xid = self.next_xid();
        let start = self.post(xid, message)?;
        let msg_type = self.posted_type(start);
        let entry = Entry {
            xid,
            name: message.name(),
            msg_type,
            expected,
            waiter,
            time: self.request_time(),
            deadline: None,
            joined: None,
            bytes: 0,
            parts: 0,
        };
        let place = self.with_pending(|pending| pending.insert(entry));
        self.want_time();
        Ok(Seat { datapath: self.clone(), place, xid })
    }
}

/// An entry of the table, as its owner holds it: dropped, the entry goes, too.
struct Seat {
    datapath: Datapath,
    place: Place,
    xid: Xid,
}

impl Drop for Seat {
    fn drop(&mut self) {
        // What was gathered for it is dropped outside of the borrow.
        drop(self.datapath.with_pending(|pending| pending.cancel(self.place)));
    }
}

impl Seat {
    fn within(&self, time: Duration) {
        self.datapath.with_pending(|pending| pending.restart(self.place, Some(time)));
        self.datapath.want_time();
    }
}

/// The answer to a request, to be awaited.
#[must_use = "dropping it cancels the request"]
pub struct Answer<T> {
    seat: Result<Seat, RequestError>,
    receiver: oneshot::Receiver<Result<Message, RequestError>>,
    take: fn(Message) -> Option<T>,
    reply: PhantomData<fn() -> T>,
}

impl<T> Answer<T> {
    /// Gives it this much time, from now on, in place of the session's `request-timeout`.
    pub fn within(self, time: Duration) -> Self {
        if let Ok(seat) = &self.seat {
            seat.within(time);
        }
        self
    }

    /// The transaction id, if the request was sent.
    pub fn xid(&self) -> Option<Xid> {
        self.seat.as_ref().ok().map(|seat| seat.xid)
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, RequestError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (request, xid) = match &self.seat {
            Ok(seat) => ("request", seat.xid),
            Err(error) => return Poll::Ready(Err(error.clone())),
        };
        let Poll::Ready(answer) = Pin::new(&mut self.receiver).poll(cx) else {
            return Poll::Pending;
        };
        let gone = RequestError::Disconnected { request, xid };
        Poll::Ready(answer.unwrap_or(Err(gone)).and_then(|message| {
            // The table lets nothing else through; an app's own `Answered` may say otherwise.
            (self.take)(message).ok_or(RequestError::Parts { request, xid })
        }))
    }
}

/// The parts of an answer, as they come; see [`Datapath::stream`].
#[must_use = "dropping it cancels the request"]
pub struct AnswerParts {
    /// `None` if it was not sent.
    seat: Option<Seat>,
    parts: Parts,
}

impl AnswerParts {
    /// The next part; `None` after the last one, or after an error. Cancel-safe: a dropped `next`
    /// takes nothing.
    pub async fn next(&mut self) -> Option<Result<MultipartReplyBody, RequestError>> {
        let next = poll_fn(|cx| self.parts.poll_next(cx)).await;
        if let (Some(Ok(_)), Some(seat)) = (&next, &self.seat) {
            // A taker that takes is given more time.
            seat.datapath.with_pending(|pending| pending.restart(seat.place, None));
            seat.datapath.want_time();
        }
        next
    }

    /// Gives each part this much time, in place of the session's `request-timeout`.
    pub fn within(self, time: Duration) -> Self {
        if let Some(seat) = &self.seat {
            seat.within(time);
        }
        self
    }

    /// The transaction id, if the request was sent.
    pub fn xid(&self) -> Option<Xid> {
        self.seat.as_ref().map(|seat| seat.xid)
    }
}

impl Drop for AnswerParts {
    fn drop(&mut self) {
        self.parts.desert();
    }
}

/// That a message has been done, to be awaited; see [`Datapath::deliver`].
#[must_use = "dropping it forgets whether the message has been done"]
pub struct Delivery {
    seat: Result<Seat, RequestError>,
    receiver: oneshot::Receiver<Result<(), RequestError>>,
}

impl Delivery {
    /// Gives it this much time, from now on, in place of the session's `request-timeout`.
    pub fn within(self, time: Duration) -> Self {
        if let Ok(seat) = &self.seat {
            seat.within(time);
        }
        self
    }

    /// The transaction id, if the message was sent.
    pub fn xid(&self) -> Option<Xid> {
        self.seat.as_ref().ok().map(|seat| seat.xid)
    }
}

impl Future for Delivery {
    type Output = Result<(), RequestError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (request, xid) = match &self.seat {
            Ok(seat) => ("message", seat.xid),
            Err(error) => return Poll::Ready(Err(error.clone())),
        };
        let done = Pin::new(&mut self.receiver).poll(cx);
        done.map(|end| end.unwrap_or(Err(RequestError::Disconnected { request, xid })))
    }
}

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("xid", &self.xid()).finish_non_exhaustive()
    }
}

impl fmt::Debug for AnswerParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerParts").field("xid", &self.xid()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").field("xid", &self.xid()).finish_non_exhaustive()
    }
}
