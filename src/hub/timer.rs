//! Deadlines: an indexed heap, and the futures that wait on it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use slab::Slab;

use super::handle::Handle;

/// The armed timers, earliest first; timers of one deadline fire in the order of arming.
///
/// A heap with four children per node, and for each timer a note of where in the heap it is. So
/// arming and cancelling are O(log n) at worst, and O(1) for what timers mostly are: a timeout far
/// ahead that is cancelled long before it fires, and thus sits near the bottom all its life.
#[derive(Default)]
pub(super) struct Timers {
    heap: Vec<Node>,
    timers: Slab<Timer>,
    armed: u64,
}

#[derive(Clone, Copy)]
struct Node {
    deadline: Instant,
    /// Counts the arming of timers; with `deadline` it makes the order total.
    turn: u64,
    key: usize,
}

struct Timer {
    /// Its place in the heap, or `FIRED`.
    place: usize,
    waker: Option<Waker>,
}

const FIRED: usize = usize::MAX;

/// Children per node: half the depth of a binary heap, and the four lie side by side in memory.
const ARITY: usize = 4;

impl Timers {
    /// Arms a timer. Its key is valid until [`cancel`](Self::cancel).
    pub(super) fn arm(&mut self, deadline: Instant, waker: Waker) -> usize {
        let place = self.heap.len();
        let key = self.timers.insert(Timer { place, waker: Some(waker) });
        self.armed += 1;
        self.heap.push(Node { deadline, turn: self.armed, key });
        self.sift_up(place);
        key
    }

    /// Whether it has fired; if not, notes whom to wake when it does.
    pub(super) fn has_fired(&mut self, key: usize, cx: &Context<'_>) -> bool {
        let timer = &mut self.timers[key];
        match &mut timer.waker {
            Some(waker) if timer.place != FIRED => waker.clone_from(cx.waker()),
            empty if timer.place != FIRED => *empty = Some(cx.waker().clone()),
            _ => return true,
        }
        false
    }

    /// Forgets a timer, fired or not. The waker is returned so that it is dropped by the caller,
    /// after its borrow.
    #[must_use]
    pub(super) fn cancel(&mut self, key: usize) -> Option<Waker> {
        let timer = self.timers.remove(key);
        if timer.place != FIRED {
            self.take_out(timer.place);
        }
        timer.waker
    }

    /// The earliest deadline.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.heap.first().map(|node| node.deadline)
    }

    /// Fires what is due and collects whom to wake.
    pub(super) fn fire(&mut self, now: Instant, wakers: &mut Vec<Waker>) {
        while let Some(&Node { deadline, key, .. }) = self.heap.first()
            && deadline <= now
        {
            self.take_out(0);
            let timer = &mut self.timers[key];
            timer.place = FIRED;
            wakers.extend(timer.waker.take());
        }
    }

    /// Lets go of all wakers; the timers stay, and never fire.
    #[must_use]
    pub(super) fn silence(&mut self) -> Vec<Waker> {
        self.timers.iter_mut().filter_map(|(_, timer)| timer.waker.take()).collect()
    }

    /// How many are armed.
    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    fn take_out(&mut self, place: usize) {
        self.heap.swap_remove(place);
        if let Some(moved) = self.heap.get(place) {
            self.timers[moved.key].place = place;
            self.sift_up(place);
            self.sift_down(place);
        }
    }

    fn sift_up(&mut self, mut place: usize) {
        let node = self.heap[place];
        while place > 0 {
            let parent = (place - 1) / ARITY;
            if self.heap[parent].order() <= node.order() {
                break;
            }
            self.put(place, self.heap[parent]);
            place = parent;
        }
        self.put(place, node);
    }

    fn sift_down(&mut self, mut place: usize) {
        let node = self.heap[place];
        loop {
            let first = place * ARITY + 1;
            let children = first.min(self.heap.len())..(first + ARITY).min(self.heap.len());
            let Some(least) = children.min_by_key(|&child| self.heap[child].order()) else { break };
            if node.order() <= self.heap[least].order() {
                break;
            }
            self.put(place, self.heap[least]);
            place = least;
        }
        self.put(place, node);
    }

    fn put(&mut self, place: usize, node: Node) {
        self.heap[place] = node;
        self.timers[node.key].place = place;
    }
}

impl Node {
    fn order(&self) -> (Instant, u64) {
        (self.deadline, self.turn)
    }
}

/// The future of [`sleep`](super::sleep()) and [`sleep_until`](super::sleep_until).
#[must_use = "a sleep that is not awaited takes no time"]
#[derive(Debug)]
pub struct Sleep {
    hub: Handle,
    deadline: Instant,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    /// The deadline had passed when it was first polled: others go first, once.
    Yielding,
    Armed(usize),
    Done,
}

impl Sleep {
    pub(super) fn new(hub: Handle, deadline: Instant) -> Self {
        Sleep { hub, deadline, stage: Stage::New }
    }

    /// When it ends.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.stage {
            Stage::New if self.deadline <= self.hub.now() => {
                self.stage = Stage::Yielding;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Stage::New => {
                let key = self.hub.timers().arm(self.deadline, cx.waker().clone());
                self.stage = Stage::Armed(key);
                return Poll::Pending;
            }
            Stage::Armed(key) => {
                if !self.hub.timers().has_fired(key, cx) {
                    return Poll::Pending;
                }
                // Its waker went off when it fired: there is none to drop under the borrow.
                let _ = self.hub.timers().cancel(key);
            }
            Stage::Yielding | Stage::Done => {}
        }
        self.stage = Stage::Done;
        Poll::Ready(())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Stage::Armed(key) = self.stage {
            let waker = self.hub.timers().cancel(key);
            drop(waker);
        }
    }
}

/// Gives up on `future` at `deadline`; what it had is dropped at once.
pub(super) async fn give_up_at<F: Future>(
    deadline: Sleep,
    future: F,
) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut deadline = pin!(deadline);
    std::future::poll_fn(|cx| {
        // The work first: an answer that comes with the last tick is an answer.
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        deadline.as_mut().poll(cx).map(|()| Err(Elapsed))
    })
    .await
}

/// The time given to [`timeout`](super::timeout) is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("timed out")]
pub struct Elapsed;

/// Ticks at a fixed rate; see [`interval`](super::interval).
#[derive(Debug)]
pub struct Interval {
    hub: Handle,
    next: Instant,
    period: Duration,
}

impl Interval {
    pub(super) fn new(hub: Handle, period: Duration) -> Self {
        assert!(!period.is_zero(), "an interval of no length would never let anything else run");
        Interval { next: after(hub.now(), period), hub, period }
    }

    /// Waits for the next tick and returns the moment it was due. Cancel-safe: a dropped wait
    /// loses no tick.
    ///
    /// Each deadline is the last one plus the period, so the rate does not drift; a task that
    /// comes late gets the missed ticks one after the other.
    pub async fn tick(&mut self) -> Instant {
        Sleep::new(self.hub.clone(), self.next).await;
        let due = self.next;
        self.next = after(due, self.period);
        due
    }

    /// The time between two ticks.
    pub fn period(&self) -> Duration {
        self.period
    }
}

/// `start + span`, or so far ahead that nobody will see it.
pub(super) fn after(start: Instant, span: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    start.checked_add(span).unwrap_or_else(|| start + FAR)
}
