//! Who waits, who goes first, and what happens to those who leave.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::{Closed, Event, Queue, Semaphore, TryPutError, oneshot};
use crate::clock::Clock;
use crate::hub::{self, Hub};

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
