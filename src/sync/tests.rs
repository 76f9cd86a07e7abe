//! Who waits, who goes first, and what happens to those who leave.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::{
    BoundedSemaphore, CappedSemaphore, Closed, Event, Order, OverRelease, PriorityQueue, Queue,
    Semaphore, TryGetError, TryPutError, oneshot,
};
use crate::clock::Clock;
use crate::hub::{self, Hub, Task};

fn test_hub() -> Hub {
    Hub::new(Clock::test()).expect("a test may open an epoll descriptor")
}

/// Counts its wakes.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A future that is polled by hand.
struct Hand<'a, T> {
    future: Option<Pin<Box<dyn Future<Output = T> + 'a>>>,
    count: Arc<Count>,
}

impl<'a, T> Hand<'a, T> {
    fn new(future: impl Future<Output = T> + 'a) -> Self {
        Hand { future: Some(Box::pin(future)), count: Arc::default() }
    }

    fn poll(&mut self) -> Poll<T> {
        let waker = Waker::from(self.count.clone());
        self.future.as_mut().unwrap().as_mut().poll(&mut Context::from_waker(&waker))
    }

    fn wakes(&self) -> usize {
        self.count.0.load(Ordering::Relaxed)
    }

    fn cancel(&mut self) {
        self.future = None;
    }
}

fn run<T>(test: impl Future<Output = T>) -> T {
    Hub::new(Clock::test()).unwrap().block_on(test)
}

#[test]
fn a_queue_keeps_order_and_bound() {
    let queue = Queue::bounded(2);
    assert_eq!((queue.capacity(), queue.is_empty(), queue.try_get()), (2, true, None));
    assert_eq!((queue.try_put(1), queue.try_put(2)), (Ok(()), Ok(())));
    assert_eq!(queue.try_put(3), Err(TryPutError::Full(3)));
    assert_eq!((queue.len(), queue.try_get(), queue.try_get()), (2, Some(1), Some(2)));
}

#[test]
fn waiting_getters_are_served_in_order_and_not_overtaken() {
    let queue = Queue::bounded(8);
    let (mut first, mut second) = (Hand::new(queue.get()), Hand::new(queue.get()));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    queue.try_put('a').unwrap();
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    // Promised to the first: neither the second nor a newcomer gets it.
    assert_eq!(queue.try_get(), None);
    assert!(second.poll().is_pending());
    let mut third = Hand::new(queue.get());
    assert!(third.poll().is_pending());
    queue.try_put('b').unwrap();
    // The oldest item goes to whoever looks first; each promise is good for one.
    assert_eq!(second.poll(), Poll::Ready(Some('a')));
    assert_eq!(first.poll(), Poll::Ready(Some('b')));
    queue.try_put('c').unwrap();
    assert_eq!(third.poll(), Poll::Ready(Some('c')));
}

#[test]
fn a_getter_dropped_with_a_promise_passes_it_on() {
    let queue = Queue::bounded(8);
    let (mut first, mut second) = (Hand::new(queue.get()), Hand::new(queue.get()));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    queue.try_put('a').unwrap();
    first.cancel();
    assert_eq!(second.wakes(), 1);
    assert_eq!(second.poll(), Poll::Ready(Some('a')));
}

#[test]
fn a_getter_dropped_with_a_promise_and_nobody_behind_leaves_the_item() {
    let queue = Queue::bounded(8);
    let mut only = Hand::new(queue.get());
    assert!(only.poll().is_pending());
    queue.try_put('a').unwrap();
    only.cancel();
    assert_eq!(queue.try_get(), Some('a'));
}

#[test]
fn waiting_putters_are_served_in_order_and_not_overtaken() {
    let queue = Queue::bounded(1);
    queue.try_put(0).unwrap();
    let (mut first, mut second) = (Hand::new(queue.put(1)), Hand::new(queue.put(2)));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    assert_eq!(queue.try_get(), Some(0));
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    assert_eq!(queue.try_put(9), Err(TryPutError::Full(9)));
    assert_eq!(first.poll(), Poll::Ready(Ok(())));
    assert_eq!(queue.try_get(), Some(1));
    assert_eq!(second.poll(), Poll::Ready(Ok(())));
    assert_eq!(queue.try_get(), Some(2));
}

#[test]
fn a_putter_dropped_with_a_promise_passes_it_on_and_its_item_is_gone() {
    let queue = Queue::bounded(1);
    queue.try_put(0).unwrap();
    let (mut first, mut second) = (Hand::new(queue.put(1)), Hand::new(queue.put(2)));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    assert_eq!(queue.try_get(), Some(0));
    first.cancel();
    assert_eq!(second.wakes(), 1);
    assert_eq!(second.poll(), Poll::Ready(Ok(())));
    assert_eq!((queue.try_get(), queue.try_get()), (Some(2), None));
}

#[test]
fn one_who_leaves_the_middle_of_the_line_is_not_missed() {
    let queue = Queue::bounded(8);
    let mut getters: Vec<_> = (0..5).map(|_| Hand::new(queue.get())).collect();
    assert!(getters.iter_mut().all(|getter| getter.poll().is_pending()));
    for gone in [2, 0, 4] {
        getters[gone].cancel();
    }
    (0..2).for_each(|n| queue.try_put(n).unwrap());
    assert_eq!(getters[1].poll(), Poll::Ready(Some(0)));
    assert_eq!(getters[3].poll(), Poll::Ready(Some(1)));
}

#[test]
fn closing_lets_out_what_is_inside_and_wakes_everybody() {
    let queue = Queue::bounded(1);
    queue.try_put(1).unwrap();
    let (mut putter, mut watcher) = (Hand::new(queue.put(2)), Hand::new(queue.ready_to_put()));
    assert!(putter.poll().is_pending() && watcher.poll().is_pending());
    queue.close();
    queue.close();
    assert!(queue.is_closed());
    assert_eq!((putter.wakes(), watcher.wakes()), (1, 1));
    assert_eq!(putter.poll(), Poll::Ready(Err(Closed(2))));
    assert_eq!(watcher.poll(), Poll::Ready(()));
    assert_eq!(queue.try_put(3), Err(TryPutError::Closed(3)));
    let mut rest = Hand::new(async { (queue.get().await, queue.get().await) });
    assert_eq!(rest.poll(), Poll::Ready((Some(1), None)));

    let empty = Queue::<()>::bounded(1);
    let mut getter = Hand::new(empty.get());
    assert!(getter.poll().is_pending());
    empty.close();
    assert_eq!((getter.wakes(), getter.poll()), (1, Poll::Ready(None)));
}

#[test]
fn whoever_watches_for_room_is_told_and_keeps_their_place() {
    let queue = Queue::bounded(1);
    queue.try_put(0).unwrap();
    let (mut first, mut second) =
        (Hand::new(queue.ready_to_put()), Hand::new(queue.ready_to_put()));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    queue.try_get();
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
    assert_eq!(first.poll(), Poll::Ready(()));
    queue.try_put(1).unwrap();
    // Too late, and told again.
    assert!(second.poll().is_pending());
    queue.try_get();
    assert_eq!(second.wakes(), 2);
    assert_eq!(second.poll(), Poll::Ready(()));
    // Those who wait with an item go before those who only look.
    queue.try_put(2).unwrap();
    let (mut watcher, mut putter) = (Hand::new(queue.ready_to_put()), Hand::new(queue.put(3)));
    assert!(watcher.poll().is_pending() && putter.poll().is_pending());
    queue.try_get();
    assert_eq!((watcher.wakes(), putter.wakes()), (0, 1));
    putter.cancel();
    assert_eq!((watcher.wakes(), watcher.poll()), (1, Poll::Ready(())));
}

#[test]
fn several_pumps_into_one_queue_never_get_stuck() {
    run(async {
        let inbox = Queue::bounded(2);
        let pumps: Vec<_> = (0..10)
            .map(|pump| {
                let inbox = inbox.clone();
                hub::spawn("pump", async move {
                    for n in 0..50 {
                        inbox.ready_to_put().await;
                        inbox.try_put((pump, n)).expect("nothing has run since it was ready");
                    }
                })
            })
            .collect();
        for _ in 0..500 {
            assert!(inbox.get().await.is_some());
        }
        assert!(hub::joinall(pumps).await.iter().all(Result::is_ok));
        assert!(inbox.is_empty());
    });
}

#[test]
fn producers_and_consumers_that_come_and_go_lose_nothing() {
    run(async {
        let (queue, got) = (Queue::bounded(3), Rc::new(RefCell::new(Vec::new())));
        let producers: Vec<_> = (0..4)
            .map(|producer| {
                let queue = queue.clone();
                hub::spawn("producer", async move {
                    for n in 0..100 {
                        queue.put(producer * 100 + n).await.unwrap();
                    }
                })
            })
            .collect();
        let consumers: Vec<_> = (0..3u64)
            .map(|consumer| {
                let (queue, got) = (queue.clone(), got.clone());
                hub::spawn("consumer", async move {
                    loop {
                        // Gives up in the middle of many waits, at various moments.
                        let wait = Duration::from_micros(consumer + 1);
                        match hub::timeout(wait, queue.get()).await {
                            Ok(Some(item)) => got.borrow_mut().push(item),
                            Ok(None) => return,
                            Err(_) => hub::yield_now().await,
                        }
                        if item_count(&got).is_multiple_of(7) {
                            hub::sleep(Duration::from_micros(2)).await;
                        }
                    }
                })
            })
            .collect();
        assert!(hub::joinall(producers).await.iter().all(Result::is_ok));
        queue.close();
        assert!(hub::joinall(consumers).await.iter().all(Result::is_ok));
        got.borrow_mut().sort_unstable();
        assert_eq!(*got.borrow(), (0..400).collect::<Vec<_>>());
    });
}

fn item_count(items: &RefCell<Vec<i32>>) -> usize {
    items.borrow().len()
}

#[test]
fn an_event_lets_through_whoever_waited_even_if_it_is_cleared_at_once() {
    let event = Event::new();
    let (mut first, mut second) = (Hand::new(event.wait()), Hand::new(event.wait()));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    event.set();
    event.clear();
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
    assert_eq!((first.poll(), second.poll()), (Poll::Ready(()), Poll::Ready(())));
    let mut late = Hand::new(event.wait());
    assert!(late.poll().is_pending());
    late.cancel();
    event.set();
    assert_eq!((late.wakes(), Hand::new(event.wait()).poll()), (0, Poll::Ready(())));
    assert!(event.is_set());
}

#[test]
fn permits_go_to_those_who_wait_in_order() {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.try_acquire().unwrap();
    let (mut first, mut second) = (Hand::new(semaphore.acquire()), Hand::new(semaphore.acquire()));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    drop(permit);
    assert_eq!((first.wakes(), second.wakes(), semaphore.available()), (1, 0, 0));
    assert!(semaphore.try_acquire().is_none());
    // The first leaves without having looked; then the second has it.
    first.cancel();
    assert_eq!(second.wakes(), 1);
    let permit = second.poll();
    assert!(permit.is_ready());
    drop(permit);
    assert_eq!(semaphore.available(), 1);
}

#[test]
fn a_semaphore_bounds_how_many_are_inside() {
    run(async {
        let (semaphore, inside) = (Semaphore::new(3), Rc::new(RefCell::new((0, 0))));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (semaphore, inside) = (semaphore.clone(), inside.clone());
                hub::spawn("worker", async move {
                    let _permit = semaphore.acquire().await;
                    {
                        let (now, most) = &mut *inside.borrow_mut();
                        *now += 1;
                        *most = (*most).max(*now);
                    }
                    hub::sleep(Duration::from_secs(1)).await;
                    inside.borrow_mut().0 -= 1;
                })
            })
            .collect();
        hub::joinall(tasks).await;
        assert_eq!((*inside.borrow(), semaphore.available()), ((0, 3), 3));
    });
}

#[test]
fn a_oneshot_carries_one_value_or_the_news_that_there_is_none() {
    let (sender, receiver) = oneshot::channel();
    let mut receiver = Hand::new(receiver);
    assert!(receiver.poll().is_pending());
    sender.send(5).unwrap();
    assert_eq!((receiver.wakes(), receiver.poll()), (1, Poll::Ready(Ok(5))));

    let (sender, receiver) = oneshot::channel::<u32>();
    let mut receiver = Hand::new(receiver);
    assert!(receiver.poll().is_pending());
    drop(sender);
    assert_eq!((receiver.wakes(), receiver.poll()), (1, Poll::Ready(Err(oneshot::Canceled))));

    let (sender, receiver) = oneshot::channel();
    assert!(!sender.is_closed());
    drop(receiver);
    assert!(sender.is_closed());
    assert_eq!(sender.send("late"), Err("late"));

    let (sender, receiver) = oneshot::channel();
    sender.send(Rc::new(())).unwrap();
    drop(receiver);
}

#[test]
fn errors_speak() {
    assert_eq!(Closed(()).to_string(), "the queue is closed");
    assert_eq!(TryPutError::Full(()).to_string(), "the queue is full");
    assert_eq!(TryPutError::Closed(4).into_item(), 4);
    assert!(TryPutError::Full(()).is_full());
    assert_eq!(
        format!("{:?}", Queue::<u8>::bounded(3)),
        "Queue { len: 0, capacity: 3, closed: false }"
    );
}

#[test]
fn a_rendezvous_hands_over_in_order_and_keeps_nothing() {
    test_hub().block_on(async {
        let queue = Queue::bounded(0);
        assert!(queue.try_put(0).is_err_and(|error| error.is_full()));
        assert_eq!((queue.is_full(), queue.len(), queue.try_get()), (true, 0, None));
        let putters: Vec<_> = (1..=3)
            .map(|n| {
                let queue = queue.clone();
                hub::spawn("putter", async move { queue.put(n).await })
            })
            .collect();
        hub::yield_now().await;
        assert_eq!((queue.putting(), queue.len()), (3, 0));
        // One that gives up takes its item along.
        hub::kill(&putters[1]).await;
        assert_eq!((queue.get().await, queue.try_get(), queue.try_get()), (Some(1), Some(3), None));
        let results = hub::joinall(putters).await;
        assert!(matches!(results[..], [Ok(Ok(())), Err(_), Ok(Ok(()))]));
        assert_eq!((queue.putting(), queue.unfinished()), (0, 2));
    });
}

#[test]
fn a_rendezvous_serves_getters_that_wait() {
    test_hub().block_on(async {
        let queue = Queue::bounded(0);
        let getters: Vec<_> = (0..3)
            .map(|_| {
                let queue = queue.clone();
                hub::spawn("getter", async move { queue.get().await })
            })
            .collect();
        hub::yield_now().await;
        assert_eq!(queue.getting(), 3);
        hub::kill(&getters[0]).await;
        queue.try_put(1).unwrap();
        queue.put(2).await.unwrap();
        assert!(queue.try_put(3).is_err());
        // A putter and a getter that come after find each other, whoever was promised what.
        let (putting, getting) = (queue.clone(), queue.clone());
        let putter = hub::spawn("putter", async move { putting.put(4).await });
        let getter = hub::spawn("getter", async move { getting.get().await });
        assert_eq!(getter.await, Ok(Some(4)));
        assert!(putter.await.unwrap().is_ok());
        let results: Vec<_> = hub::joinall(getters).await.into_iter().map(Result::ok).collect();
        assert_eq!(results, [None, Some(Some(1)), Some(Some(2))]);
    });
}

#[test]
fn a_rendezvous_that_is_closed_or_grows_loses_no_offer() {
    test_hub().block_on(async {
        let queue = Queue::bounded(0);
        let put = |n: u32| {
            let queue = queue.clone();
            hub::spawn("putter", async move { queue.put(n).await })
        };
        let putters = [put(1), put(2), put(3)];
        hub::yield_now().await;
        queue.resize(2);
        let results = [&putters[0], &putters[1], &putters[2]];
        hub::yield_now().await;
        assert_eq!(results.map(Task::is_finished), [true, true, false]);
        assert_eq!((queue.len(), queue.putting()), (2, 1));
        // Back again: who waits offers what it has when somebody asks.
        queue.resize(0);
        assert_eq!((queue.get().await, queue.get().await), (Some(1), Some(2)));
        assert_eq!(queue.get().await, Some(3));
        let last = put(4);
        hub::yield_now().await;
        queue.close();
        assert_eq!(last.await.unwrap(), Err(Closed(4)));
        assert_eq!(queue.get().await, None);
        assert!(hub::joinall(putters).await.into_iter().all(|put| put == Ok(Ok(()))));
    });
}

#[test]
fn limits_give_the_item_back_and_take_nothing() {
    test_hub().block_on(async {
        let second = Duration::from_secs(1);
        let queue = Queue::bounded(0);
        let refused = queue.put_before("mine", hub::sleep(second)).await;
        assert_eq!(refused, Err(TryPutError::Full("mine")));
        assert_eq!((queue.putting(), queue.try_get()), (0, None));
        assert_eq!(queue.get_before(hub::sleep(second)).await, Err(TryGetError::Empty));
        assert_eq!(queue.getting(), 0);
        queue.close();
        let refused = queue.put_before("mine", hub::sleep(second)).await;
        assert_eq!(refused, Err(TryPutError::Closed("mine")));
        assert_eq!(queue.get_before(hub::sleep(second)).await, Err(TryGetError::Closed));
    });
}

#[test]
fn equal_priorities_keep_their_order() {
    /// Compares by its first part only.
    #[derive(Debug)]
    struct Job(u32, &'static str);
    impl PartialEq for Job {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Job {}
    impl PartialOrd for Job {
        fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Job {
        fn cmp(&self, other: &Self) -> std::cmp::Ordering {
            self.0.cmp(&other.0)
        }
    }
    let queue = PriorityQueue::with_maxsize(4);
    for job in [Job(2, "c"), Job(1, "a"), Job(2, "d"), Job(1, "b")] {
        queue.try_put(job).unwrap();
    }
    assert!(queue.try_put(Job(0, "full")).is_err());
    let order: String = std::iter::from_fn(|| queue.try_get()).map(|job| job.1).collect();
    assert_eq!(order, "abcd");
}

#[test]
fn permits_can_be_added_and_a_bounded_semaphore_has_no_more_than_at_first() {
    test_hub().block_on(async {
        let semaphore = BoundedSemaphore::new(2);
        let permits = (semaphore.acquire().await, semaphore.acquire().await);
        let waiting = semaphore.clone();
        let waiter = hub::spawn("waiter", async move { drop(waiting.acquire().await) });
        hub::yield_now().await;
        assert_eq!(
            (semaphore.balance(), semaphore.waiting(), semaphore.is_locked()),
            (-1, 1, true)
        );
        permits.0.forget();
        assert_eq!(semaphore.release(), Ok(()));
        waiter.await.unwrap();
        drop(permits.1);
        assert_eq!((semaphore.balance(), semaphore.release()), (2, Err(OverRelease)));
    });
}

#[test]
fn a_capped_semaphore_forgets_who_gives_up() {
    let semaphore = CappedSemaphore::new(2, 2);
    let (mut first, mut second) = (Hand::new(semaphore.release()), Hand::new(semaphore.release()));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    first.cancel();
    assert!(semaphore.try_acquire());
    assert!(second.poll().is_ready());
    assert_eq!((semaphore.balance(), semaphore.is_bounded()), (2, true));
    // The other side: at 0, one gives up, one is served.
    assert!(semaphore.try_acquire() && semaphore.try_acquire() && !semaphore.try_acquire());
    let (mut first, mut second) = (Hand::new(semaphore.acquire()), Hand::new(semaphore.acquire()));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    first.cancel();
    assert!(semaphore.try_release());
    assert!(second.poll().is_ready());
    assert_eq!((semaphore.balance(), semaphore.is_locked()), (-2, true));
}

#[test]
fn who_was_let_in_and_gives_up_lets_in_the_next() {
    let semaphore = CappedSemaphore::new(0, 1);
    let (mut first, mut second) = (Hand::new(semaphore.acquire()), Hand::new(semaphore.acquire()));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    assert!(semaphore.try_release());
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    first.cancel();
    assert_eq!(second.wakes(), 1);
    assert!(second.poll().is_ready());
    assert_eq!((semaphore.balance(), semaphore.is_bounded()), (-1, false));
}

/// Items that take as many places as they say.
#[derive(Default)]
struct Heavy(std::collections::VecDeque<usize>);

impl Order<usize> for Heavy {
    fn push(&mut self, item: usize) {
        self.0.push_back(item);
    }
    fn pop(&mut self) -> Option<usize> {
        self.0.pop_front()
    }
    fn len(&self) -> usize {
        self.0.len()
    }
    fn load(&self) -> usize {
        self.0.iter().sum()
    }
}

#[test]
fn a_heavy_item_makes_room_for_many_and_nobody_overtakes_those_in_line() {
    for in_line in [false, true] {
        let queue = Queue::with_order(Heavy::default(), 4);
        let queue = if in_line { queue.in_line() } else { queue };
        queue.try_put(4).unwrap();
        assert!(queue.is_full() && queue.len() == 1 && queue.load() == 4);
        let (mut first, mut second) = (pin!(queue.put(1)), pin!(queue.put(2)));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(first.as_mut().poll(&mut cx).is_pending());
        assert!(second.as_mut().poll(&mut cx).is_pending());
        assert_eq!(queue.try_get(), Some(4));
        // Three places are free, and one is promised.
        assert_eq!(queue.try_put(3).is_ok(), !in_line);
        if !in_line {
            continue;
        }
        assert!(second.as_mut().poll(&mut cx).is_pending(), "one after the other");
        assert!(first.as_mut().poll(&mut cx).is_ready());
        assert!(second.as_mut().poll(&mut cx).is_ready());
        assert_eq!((queue.load(), queue.try_put(1)), (3, Ok(())));
        assert_eq!(
            [queue.try_get(), queue.try_get(), queue.try_get()],
            [Some(1), Some(2), Some(1)]
        );
    }
}

#[test]
fn one_in_line_that_gives_up_its_turn_passes_it_on() {
    let queue = Queue::with_order(Heavy::default(), 2).in_line();
    queue.try_put(2).unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    let mut first = Box::pin(queue.put(1));
    let mut second = pin!(queue.put(1));
    assert!(first.as_mut().poll(&mut cx).is_pending());
    assert!(second.as_mut().poll(&mut cx).is_pending());
    assert_eq!(queue.try_get(), Some(2));
    drop(first);
    assert!(second.as_mut().poll(&mut cx).is_ready());
}
