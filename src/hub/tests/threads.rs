//! Wakes from other threads. The threads are joined, and nothing is timed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use super::{real_hub, test_hub};
use crate::hub;

#[test]
fn a_wake_from_another_thread_ends_the_wait() {
    let hub = real_hub();
    let (wakers, received) = mpsc::channel::<Waker>();
    let done = Arc::new(AtomicU32::new(0));
    let theirs = done.clone();
    let helper = thread::spawn(move || {
        let waker = received.recv().expect("the task sends its waker");
        theirs.store(7, Ordering::Relaxed);
        waker.wake();
    });
    let seen = hub.block_on(async {
        let task = hub::spawn("waits for the helper", {
            let done = done.clone();
            std::future::poll_fn(move |cx| match done.load(Ordering::Relaxed) {
                0 => {
                    wakers.send(cx.waker().clone()).ok();
                    Poll::Pending
                }
                seen => Poll::Ready(seen),
            })
        });
        task.await.unwrap()
    });
    helper.join().unwrap();
    assert_eq!(seen, 7);
}

#[test]
fn no_wake_is_lost_in_a_race() {
    const ROUNDS: u32 = 20_000;
    let hub = real_hub();
    let (wakers, received) = mpsc::channel::<Waker>();
    let counter = Arc::new(AtomicU32::new(0));
    let theirs = counter.clone();
    let helper = thread::spawn(move || {
        for waker in received {
            theirs.fetch_add(1, Ordering::Relaxed);
            waker.wake_by_ref();
            // Most of these find the task queued already.
            waker.wake();
        }
    });
    hub.block_on(async {
        for round in 1..=ROUNDS {
            let mut asked = false;
            std::future::poll_fn(|cx| {
                if !std::mem::replace(&mut asked, true) {
                    wakers.send(cx.waker().clone()).unwrap();
                }
                match counter.load(Ordering::Relaxed) >= round {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                }
            })
            .await;
        }
    });
    drop(wakers);
    helper.join().unwrap();
    assert_eq!(counter.load(Ordering::Relaxed), ROUNDS);
}

#[test]
fn a_waker_may_go_to_another_thread_and_outlive_the_hub() {
    let hub = test_hub();
    let waker = hub.block_on(std::future::poll_fn(|cx| Poll::Ready(cx.waker().clone())));
    let helper = thread::spawn(move || {
        waker.wake_by_ref();
        waker
    });
    let waker = helper.join().unwrap();
    drop(hub);
    thread::spawn(move || waker.wake()).join().unwrap();
}

#[test]
fn wakes_from_outside_are_served_in_the_order_of_their_coming() {
    let (hub, trace) = (test_hub(), super::Trace::default());
    let (wakers, received) = mpsc::channel();
    for name in ["a", "b", "c"] {
        let (wakers, said) = (wakers.clone(), trace.clone());
        let mut polls = 0;
        let task = std::future::poll_fn(move |cx| {
            polls += 1;
            said.push(format!("{name}{polls}"));
            wakers.send(cx.waker().clone()).unwrap();
            Poll::<()>::Pending
        });
        hub.handle().spawn(name, task).detach();
    }
    hub.turn();
    assert_eq!(trace.take(), "a1 b1 c1");
    let all: Vec<Waker> = received.try_iter().collect();
    thread::spawn(move || all.into_iter().rev().for_each(Waker::wake)).join().unwrap();
    hub.turn();
    assert_eq!(trace.take(), "c2 b2 a2");
}
