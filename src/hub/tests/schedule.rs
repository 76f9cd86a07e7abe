//! The order in which tasks run, asserted word by word.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::{OnDrop, Trace, test_hub};
use crate::hub::{self, JoinError};
use crate::sync::Queue;

#[test]
fn tasks_run_in_the_order_of_spawning_and_yielding_goes_to_the_back() {
    let (hub, trace) = (test_hub(), Trace::default());
    for name in ["a", "b", "c"] {
        let trace = trace.clone();
        let task = async move {
            for step in 1..=2 {
                trace.push(format!("{name}{step}"));
                hub::yield_now().await;
            }
        };
        hub.handle().spawn(name, task).detach();
    }
    assert_eq!(trace.take(), "");
    hub.turn();
    assert_eq!(trace.take(), "a1 b1 c1");
    hub.turn();
    assert_eq!(trace.take(), "a2 b2 c2");
    hub.turn();
    assert_eq!((trace.take().as_str(), hub.handle().task_count()), ("", 0));
}

#[test]
fn what_is_woken_in_a_batch_waits_for_the_next() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    let parent = async move {
        said.push("parent");
        let child = hub::spawn("child", {
            let said = said.clone();
            async move { said.push("child") }
        });
        said.push("spawned");
        child.await.unwrap();
        said.push("joined");
    };
    hub.handle().spawn("parent", parent).detach();
    let said = trace.clone();
    hub.handle().spawn("bystander", async move { said.push("bystander") }).detach();
    hub.turn();
    assert_eq!(trace.take(), "parent spawned bystander");
    hub.turn();
    assert_eq!(trace.take(), "child");
    hub.turn();
    assert_eq!(trace.take(), "joined");
}

#[test]
fn a_task_that_wakes_itself_for_ever_starves_nobody() {
    let hub = test_hub();
    let answer = hub.block_on(async {
        let _greedy = hub::spawn("greedy", async {
            loop {
                hub::yield_now().await;
            }
        });
        hub::spawn("modest", async {
            for _ in 0..1000 {
                hub::yield_now().await;
            }
            "done"
        })
        .await
    });
    assert_eq!(answer, Ok("done"));
}

#[test]
fn a_task_woken_many_times_is_polled_once() {
    let hub = test_hub();
    let polls = Rc::new(Cell::new(0));
    let (count, waker) = (polls.clone(), Rc::new(RefCell::new(None)));
    let slot = waker.clone();
    let sleeper = std::future::poll_fn(move |cx| {
        count.set(count.get() + 1);
        *slot.borrow_mut() = Some(cx.waker().clone());
        std::task::Poll::<()>::Pending
    });
    let _task = hub.handle().spawn("sleeper", sleeper);
    hub.turn();
    hub.block_on(async {
        for _ in 0..5 {
            waker.borrow().as_ref().unwrap().wake_by_ref();
        }
        hub::yield_now().await;
    });
    hub.run_until_idle();
    assert_eq!(polls.get(), 2);
    // From outside the loop, too.
    for _ in 0..5 {
        waker.borrow().as_ref().unwrap().wake_by_ref();
    }
    hub.run_until_idle();
    assert_eq!(polls.get(), 3);
}

#[test]
fn block_on_polls_its_future_in_its_place_in_line() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    hub.handle().spawn("before", async move { said.push("before") }).detach();
    let said = trace.clone();
    hub.block_on(async move {
        said.push("main1");
        let (first, second) = (said.clone(), said.clone());
        hub::spawn("first", async move { first.push("first") }).detach();
        hub::yield_now().await;
        said.push("main2");
        hub::spawn("never", async move { second.push("left for the next block_on") }).detach();
    });
    assert_eq!(trace.take(), "before main1 first main2");
    hub.block_on(async {});
    assert_eq!(trace.take(), "left for the next block_on");
}

#[test]
fn results_of_joinall_come_in_the_order_given() {
    let results = test_hub().block_on(async {
        hub::joinall([3u64, 1, 2].map(|seconds| {
            hub::spawn("sleeper", async move {
                hub::sleep(Duration::from_secs(seconds)).await;
                assert_ne!(seconds, 1, "one is odd");
                seconds
            })
        }))
        .await
    });
    assert_eq!((&results[0], &results[2]), (&Ok(3), &Ok(2)));
    assert!(matches!(&results[1], Err(JoinError::Panicked(message)) if message.contains("odd")));
}

#[test]
fn dropping_a_joinall_kills_the_rest() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    hub.block_on(async move {
        let tasks: Vec<_> = ["one", "two"]
            .map(|name| {
                let token = OnDrop(said.clone(), name);
                hub::spawn(name, async move {
                    let _token = token;
                    std::future::pending::<()>().await;
                })
            })
            .into();
        let waited = hub::timeout(Duration::from_secs(1), hub::joinall(tasks)).await;
        assert!(waited.is_err());
        said.push("gave up");
        hub::yield_now().await;
    });
    assert_eq!(trace.take(), "gave up one two");
}

#[test]
fn end_of_turn_hooks_run_after_the_batch_and_may_come_and_go() {
    let (hub, trace) = (test_hub(), Trace::default());
    let handle = hub.handle();
    let said = trace.clone();
    let always = handle.end_of_turn(move || said.push("always"));
    let (said, id) = (trace.clone(), Rc::new(Cell::new(None)));
    let (own_id, own_handle) = (id.clone(), handle.clone());
    let once = handle.end_of_turn(move || {
        said.push("once");
        assert!(own_handle.remove_end_of_turn(own_id.get().unwrap()));
        let said = said.clone();
        own_handle.end_of_turn(move || said.push("added"));
    });
    id.set(Some(once));
    let said = trace.clone();
    handle.spawn("task", async move { said.push("task") }).detach();
    hub.turn();
    assert_eq!(trace.take(), "task always once added");
    hub.turn();
    assert_eq!(trace.take(), "always added");
    assert!(handle.remove_end_of_turn(always));
    assert!(!handle.remove_end_of_turn(always));
    hub.turn();
    assert_eq!(trace.take(), "added");
}

#[test]
fn a_hook_that_wakes_a_task_does_so_before_the_wait() {
    let hub = test_hub();
    let inbox = Queue::bounded(8);
    let outbox = inbox.clone();
    let sent = Cell::new(false);
    hub.handle().end_of_turn(move || {
        if !sent.replace(true) {
            outbox.try_put("flushed").unwrap();
        }
    });
    assert_eq!(hub.block_on(async move { inbox.get().await }), Some("flushed"));
}

#[test]
#[should_panic(expected = "cannot turn its own loop")]
fn a_task_cannot_turn_its_own_loop() {
    let hub = test_hub();
    hub.block_on(async { hub.turn() });
}

#[test]
fn hubs_nest_if_they_are_different_ones() {
    let (outer, inner) = (test_hub(), test_hub());
    let sum = outer.block_on(async {
        let two = inner.block_on(async { hub::spawn("two", async { 2 }).await.unwrap() });
        // The outer one is current again.
        two + hub::spawn("one", async { 1 }).await.unwrap()
    });
    assert_eq!((sum, inner.handle().task_count()), (3, 0));
}

#[test]
#[should_panic(expected = "no hub runs here")]
fn spawning_outside_a_hub_says_so() {
    hub::spawn("lost", async {}).detach();
}

#[test]
fn tasks_have_names_and_numbers() {
    let hub = test_hub();
    hub.block_on(async {
        let name = String::from("pump 127.0.0.1:6653");
        let (first, second) = (hub::spawn(name, async {}), hub::spawn("second", async {}));
        assert_eq!(first.name(), "pump 127.0.0.1:6653");
        assert!(first.id() < second.id());
        let shown = format!("{first:?}");
        assert!(shown.contains("'pump 127.0.0.1:6653' (#1, spawned at"), "{shown}");
        assert!(shown.contains("schedule.rs"), "{shown}");
        assert!(!first.is_finished());
        hub::yield_now().await;
        assert!(first.is_finished());
    });
}

#[test]
fn a_hundred_thousand_tasks_come_and_go() {
    let hub = test_hub();
    hub.block_on(async {
        let tasks: Vec<_> = (0..100_000u64)
            .map(|n| {
                hub::spawn("sleeper", async move {
                    hub::sleep(Duration::from_millis(n % 1000)).await;
                    n
                })
            })
            .collect();
        let results = hub::joinall(tasks).await;
        assert!(results.into_iter().zip(0..).all(|(result, n)| result == Ok(n)));
        assert_eq!((hub::current().task_count(), hub::current().timer_count()), (0, 0));
    });
}
