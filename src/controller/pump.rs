//! The pump: one task per connection, moving bytes between a socket and its session.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use log::{Level, debug, log, warn};

use crate::app::ofp_event::{self, PacketIns};
use crate::hub::net::Stream;
use crate::hub::{self, Sleep};
use crate::ofproto::Message;
use crate::session::{
    ClaimedIdentity, CloseReason, Datapath, Output, Phase, Reading, Session, Violation,
};

use super::Controller;
use super::identity::Admission;
use super::read_buffer::READ_CHUNK;
use super::turns::{SMALL_CHUNK, Wait};

/// How long a pump waits for an app before it reads ahead. An app that is busy with what others have
/// brought takes the next events well before; going through them twice would only make it slower.
/// Echo requests wait that long at most, and nobody who has asked the switch for something.
pub(super) const READ_AHEAD_AFTER: Duration = Duration::from_millis(200);

/// How long the end of a connection may take: what still waits is written, and the peer closes.
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

/// How a pump stands with the [`Turns`](super::turns::Turns).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    None,
    /// In line; when that is over, it reads all the same.
    Waiting(Wait),
    /// What it has read, so many bytes in this turn, is being gone through.
    Mine(usize),
}

/// One connection in the hands of its task.
pub(super) struct Pump {
    controller: Controller,
    stream: Rc<dyn Stream>,
    session: Session,
    datapath: Datapath,
    /// Whom the events are of: the same, or the main connection of an auxiliary one.
    face: Datapath,
    violations: u32,
    turn: Turn,
    /// How much the last read has brought; twice as much the next may bring.
    last_read: usize,
    /// From when on it reads ahead, while an app keeps an event waiting.
    ahead_from: Option<Instant>,
    /// Since when the peer has taken nothing, and how much it had taken by then.
    stalled: Option<(Instant, u64)>,
    timer: Option<(Instant, Pin<Box<Sleep>>)>,
    /// The peer has said all that it will; what of it waits for an app comes first.
    hung_up: Option<CloseReason>,
    is_finished: bool,
}

impl Pump {
    pub(super) fn new(
        controller: Controller,
        stream: Rc<dyn Stream>,
        mut session: Session,
    ) -> Self {
        session.ask_before_admission();
        let datapath = session.datapath().clone();
        Pump {
            controller,
            stream,
            session,
            face: datapath.clone(),
            datapath,
            violations: 0,
            turn: Turn::None,
            last_read: 0,
            ahead_from: None,
            stalled: None,
            timer: None,
            hung_up: None,
            is_finished: false,
        }
    }

    /// Runs until the session is over.
    pub(super) async fn run(mut self) {
        debug!("connected: addr={}", self.datapath.peer());
        loop {
            if let Some(reason) = self.drain().await {
                self.log_end(&reason);
                self.controller.leave(&self.datapath);
                break;
            }
            if let Some(reason) = self.hung_up.take() {
                self.session.handle_end(reason);
                continue;
            }
            // A peer that always has more to say is not thereby excused from the deadlines. What it
            // has said counts first.
            if self.timer.as_ref().is_some_and(|(at, _)| *at <= hub::now()) {
                self.time_out();
                continue;
            }
            match poll_fn(|cx| self.poll_wake(cx, false)).await {
                Wake::Readable => self.read().await,
                wake => self.handle(wake),
            }
        }
        self.finish().await;
    }

    /// Hands all that the session has to say to the apps; waits where an app's inbox is full.
    /// Returns the reason if the session is over.
    async fn drain(&mut self) -> Option<CloseReason> {
        let bus = self.controller.bus().clone();
        let mut datapath = self.face.clone();
        let mut packet_ins = PacketIns::new(bus.clone());
        loop {
            while let Some(offered) = self.session.poll_packet_in(|first| {
                packet_ins.offer(&datapath, first.xid(), Phase::Main, || first.message())
            }) {
                if let Err(held) = offered {
                    self.deliver(held.deliver()).await;
                }
            }
            let output = self.session.poll_output();
            if let Some(Output::Message { xid, phase, message: Message::PacketIn(msg) }) = output {
                if let Err(held) = packet_ins.offer(&datapath, xid, phase, || msg) {
                    self.deliver(held.deliver()).await;
                }
                continue;
            }
            if let Err(held) = packet_ins.end() {
                self.deliver(held.deliver()).await;
                if output.is_none() {
                    // Meanwhile there may have been more to read ahead.
                    continue;
                }
            }
            let offered = match output? {
                Output::Message { xid, phase, message } => {
                    ofp_event::offer(&bus, &datapath, xid, phase, message)
                }
                Output::Identity(claim) => {
                    self.admit(claim).await;
                    datapath = self.face.clone();
                    Ok(())
                }
                Output::Phase(phase) => {
                    self.tell_phase(phase).await;
                    Ok(())
                }
                Output::Port { reason, number } => {
                    let datapath = datapath.clone();
                    let event = || ofp_event::PortStateChange { datapath, reason, port_no: number };
                    bus.offer(Some(Phase::Main), event)
                }
                Output::Violation(violation) => {
                    self.log_violation(&violation);
                    Ok(())
                }
                Output::Wait(room) => {
                    self.deliver(room).await;
                    Ok(())
                }
                Output::Close(reason) => return Some(reason),
            };
            if let Err(held) = offered {
                self.deliver(held.deliver()).await;
            }
        }
    }

    /// Finds out whether the switch may be who it says, and what is to become of one that said the
    /// same before.
    async fn admit(&mut self, claim: ClaimedIdentity) {
        let controller = self.controller.clone();
        let datapath = self.datapath.clone();
        let mut admission = pin!(controller.admit(claim, &datapath));
        // One that has hung up need not be let in any more.
        match self.wait_for(admission.as_mut(), |pump| pump.hung_up.is_some()).await {
            Some(Ok(Admission::Main { generation })) => self.session.admit(generation),
            Some(Ok(Admission::Auxiliary { main })) => {
                debug!("{datapath} connected beside {}", main.peer());
                self.session.admit_auxiliary(main.clone());
                self.face = main;
            }
            Some(Err(reason)) => self.session.turn_away(reason),
            None => {}
        }
    }

    /// Tells the apps that the phase has changed. Nothing that an auxiliary connection brought comes
    /// before the main phase of the main one, and nothing after its end.
    async fn tell_phase(&mut self, phase: Phase) {
        let datapath = self.datapath.clone();
        match phase {
            Phase::Main => debug!("{datapath} connected, OpenFlow {}", datapath.version()),
            Phase::Dead => {
                let controller = self.controller.clone();
                self.deliver(controller.end_auxiliaries(&datapath)).await;
            }
            _ => {}
        }
        let event = || ofp_event::StateChange { datapath: datapath.clone(), phase };
        if let Err(held) = self.controller.bus().clone().offer(Some(phase), event) {
            self.deliver(held.deliver()).await;
        }
        if phase == Phase::Main {
            datapath.entered().set();
        }
    }

    /// Waits until an event is in every inbox, or an answer has room with its asker. Meanwhile all
    /// that does not depend on the apps goes on: writing, deadlines, the end of the connection, and
    /// reading as far ahead as the session does.
    async fn deliver(&mut self, delivery: impl Future<Output = ()>) {
        let mut delivery = pin!(delivery);
        if self.wait_for(delivery.as_mut(), |_| false).await.is_some() {
            return;
        }
        let delivered = poll_fn(|cx| Poll::Ready(delivery.as_mut().poll(cx).is_ready())).await;
        if !delivered {
            // The apps have to be told, however long that takes; the peer need not wait for it.
            self.finish().await;
            delivery.await;
        }
    }

    /// Waits for what `work` comes to, as [`deliver`](Pump::deliver) does; not after the end of the
    /// session, nor when it `is_moot`.
    async fn wait_for<T>(
        &mut self,
        mut work: Pin<&mut impl Future<Output = T>>,
        is_moot: impl Fn(&Pump) -> bool,
    ) -> Option<T> {
        self.ahead_from = None;
        while self.session.phase() != Phase::Dead && !is_moot(self) {
            let wake = poll_fn(|cx| match work.as_mut().poll(cx) {
                Poll::Ready(result) => Poll::Ready(Ok(result)),
                Poll::Pending => self.poll_wake(cx, true).map(Err),
            });
            match wake.await {
                Ok(result) => {
                    self.ahead_from = None;
                    return Some(result);
                }
                Err(Wake::Readable) => self.read_ahead().await,
                Err(wake) => self.handle(wake),
            }
        }
        None
    }

    /// What there is to do next. While an app keeps the events waiting, `is_held` says so, and reading
    /// only goes ahead; of a peer that does not take its answers nothing is read.
    fn poll_wake(&mut self, cx: &mut Context<'_>, is_held: bool) -> Poll<Wake> {
        self.datapath.set_pump(cx.waker());
        if self.datapath.close_requested().is_some() {
            return Poll::Ready(Wake::CloseRequested);
        }
        let is_patient = is_held && self.is_patient();
        let reading = match is_held {
            _ if self.datapath.is_congested() || self.hung_up.is_some() => Reading::Nothing,
            false => Reading::All,
            true if is_patient => Reading::Nothing,
            true => {
                self.session.read_ahead();
                if self.session.can_read_ahead() { Reading::Ahead } else { Reading::Nothing }
            }
        };
        if let Turn::Mine(read) = self.turn
            && !is_patient
            // The apps are slow, and the others need not be; or they have all that is for one turn.
            && (is_held || read >= self.controller.turns().turn())
        {
            self.leave_turn();
        }
        self.session.set_reading(hub::now(), reading);
        self.note_progress();
        self.set_timer();
        if self.datapath.is_blocked() && self.stream.poll_writable(cx).is_ready() {
            return Poll::Ready(Wake::Writable);
        }
        if reading != Reading::Nothing && self.stream.poll_readable(cx).is_ready() {
            if is_held || self.take_turn(cx) {
                return Poll::Ready(Wake::Readable);
            }
        } else if !is_held {
            self.leave_turn();
        }
        match &mut self.timer {
            Some((_, sleep)) => sleep.as_mut().poll(cx).map(|()| Wake::Timer),
            None => Poll::Pending,
        }
    }

    /// Whether it may read: it is its turn, it has waited for long enough, or it is not one of those
    /// who always have more to say.
    fn take_turn(&mut self, cx: &mut Context<'_>) -> bool {
        if self.last_read < SMALL_CHUNK {
            return true;
        }
        if self.controller.turns().take(self.datapath.connection(), cx.waker()) {
            if !matches!(self.turn, Turn::Mine(_)) {
                self.turn = Turn::Mine(0);
            }
            return true;
        }
        let (now, begun) = (hub::now(), self.controller.turns().begun());
        match &mut self.turn {
            Turn::Waiting(wait) => {
                if wait.is_over(now, begun) {
                    self.leave_turn();
                    return true;
                }
            }
            Turn::None | Turn::Mine(_) => self.turn = Turn::Waiting(Wait::new(now, begun)),
        }
        self.set_timer();
        false
    }

    fn leave_turn(&mut self) {
        if self.turn != Turn::None {
            self.turn = Turn::None;
            self.controller.turns().leave(self.datapath.connection());
        }
    }

    /// Whether the app may yet take the event in time. An answer that somebody waits for may stand
    /// behind the events that this very app does not take.
    fn is_patient(&mut self) -> bool {
        if self.datapath.has_askers() {
            return false;
        }
        let now = hub::now();
        now < *self.ahead_from.get_or_insert(now + READ_AHEAD_AFTER)
    }

    fn handle(&mut self, wake: Wake) {
        match wake {
            // Reading is for whoever drains, or reads ahead, afterwards.
            Wake::Readable => {}
            Wake::Writable => self.controller.flush(&self.datapath),
            Wake::Timer => self.time_out(),
            Wake::CloseRequested => {
                let reason = self.datapath.close_requested().unwrap_or(CloseReason::Local);
                self.session.handle_end(reason);
            }
        }
    }

    /// Reads one chunk. More than that is left for the next turn, so that one peer cannot keep the
    /// others waiting.
    async fn read(&mut self) {
        match self.receive() {
            Ok(is_full) if is_full => hub::yield_now().await,
            Ok(_) => {}
            Err(reason) => self.session.handle_end(reason),
        }
    }

    /// The same while an app keeps the events waiting. The end of the connection does not make them
    /// void, but nobody is answered any more.
    async fn read_ahead(&mut self) {
        match self.receive() {
            Ok(is_full) => {
                self.session.read_ahead();
                if is_full {
                    hub::yield_now().await;
                }
            }
            Err(reason) => {
                self.session.hang_up();
                self.hung_up = Some(reason);
            }
        }
    }

    /// Hands one chunk to the session. Returns whether there may be more.
    fn receive(&mut self) -> Result<bool, CloseReason> {
        let size = (2 * self.last_read).clamp(SMALL_CHUNK, self.controller.turns().chunk());
        match self.controller.read(&*self.stream, size) {
            Ok(bytes) if bytes.is_empty() => Err(CloseReason::Peer),
            Ok(bytes) => {
                let is_full = bytes.len() == size;
                self.last_read = bytes.len();
                if let Turn::Mine(read) = &mut self.turn {
                    *read += bytes.len();
                }
                if self.controller.0.watch.is_on() {
                    self.controller.0.watch.received(&self.session, &bytes);
                }
                self.session.handle_bytes(bytes);
                Ok(is_full)
            }
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(cause) => Err(CloseReason::Lost(cause.to_string())),
        }
    }

    fn time_out(&mut self) {
        self.timer = None;
        let now = hub::now();
        self.session.handle_timeout(now);
        // The flush at the end of a turn may have written since this task last looked.
        self.note_progress();
        if let Some((since, _)) = self.stalled {
            let time = now.duration_since(since);
            if time >= self.controller.write_timeout() {
                let waiting = self.datapath.waiting_bytes();
                self.session.handle_end(CloseReason::NotReading { time, waiting });
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
        let ahead = self.ahead_from.filter(|from| *from > hub::now());
        let turn = match self.turn {
            Turn::Waiting(wait) => Some(wait.until()),
            Turn::None | Turn::Mine(_) => None,
        };
        let deadline = [self.session.deadline(), stalled, ahead, turn].into_iter().flatten().min();
        if self.timer.as_ref().map(|(at, _)| *at) != deadline {
            self.timer = deadline.map(|at| (at, Box::pin(hub::sleep_until(at))));
        }
    }

    /// Ends the connection, after what still waits (an error message, the last flow-mods) as far
    /// as the peer takes it.
    async fn finish(&mut self) {
        if std::mem::replace(&mut self.is_finished, true) {
            return;
        }
        self.leave_turn();
        let ending = async {
            if self.last_words().await.is_ok() {
                self.linger().await;
            }
        };
        let _ = hub::timeout(LAST_WORDS, ending).await;
        let waiting = self.datapath.waiting_bytes();
        if waiting > 0 {
            debug!("{}: {waiting} bytes could not be sent any more", self.datapath);
        }
        let _ = self.stream.shutdown();
    }

    async fn last_words(&self) -> io::Result<()> {
        loop {
            match self.controller.write(&self.datapath, &*self.stream) {
                Ok(0) => return Ok(()),
                Err(cause) if cause.kind() != io::ErrorKind::WouldBlock => return Err(cause),
                _ => poll_fn(|cx| self.stream.poll_writable(cx)).await?,
            }
        }
    }

    /// Waits for the peer to close, too. To close a socket while the peer still talks would be a
    /// reset, and that can take from the peer what it has not read yet: the reason.
    async fn linger(&self) {
        if self.stream.shutdown_write().is_err() {
            return;
        }
        loop {
            match self.controller.read(&*self.stream, READ_CHUNK) {
                Ok(bytes) if bytes.is_empty() => return,
                Ok(_) => hub::yield_now().await,
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {
                    if poll_fn(|cx| self.stream.poll_readable(cx)).await.is_err() {
                        return;
                    }
                }
                Err(_) => return,
            }
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

    /// The one line about the end of a session; a second one if anything was dropped.
    fn log_end(&self, reason: &CloseReason) {
        self.controller.0.totals.borrow_mut().note_end(&self.datapath, reason);
        let dropped = self.datapath.dropped_packet_ins();
        if dropped > 0 {
            warn!("{}: {dropped} packet-ins were dropped: apps were too slow", self.datapath);
        }
        let level = match reason {
            // A probe of the port (connect, close) is no switch and no error.
            CloseReason::Lost(_) if self.datapath.features().is_none() => Level::Debug,
            _ => reason.level(),
        };
        log!(level, "{}: {reason}", self.datapath);
    }
}

impl Drop for Pump {
    /// A task that is killed may have had the turn.
    fn drop(&mut self) {
        self.leave_turn();
    }
}
