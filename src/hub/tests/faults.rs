//! Panics, kills and deadlocks: what ends one task leaves the rest alone.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use super::{DoOnDrop, OnDrop, Trace, test_hub};
use crate::hub::{self, Hub, JoinError, Task};
use crate::sync::Queue;

/// Panics without the message that the panic hook prints; the tests' output stays readable.
fn panic_quietly(message: &'static str) -> ! {
    std::panic::resume_unwind(Box::new(message))
}

#[test]
fn a_panic_ends_one_task_and_its_joiner_learns_why() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    hub.block_on(async move {
        let token = OnDrop(said.clone(), "dropped");
        let broken: Task<u32> = hub::spawn("broken", async move {
            let _token = token;
            hub::yield_now().await;
            panic_quietly("out of range")
        });
        let healthy = hub::spawn("healthy", async { 5 });
        assert_eq!(broken.await, Err(JoinError::Panicked("out of range".into())));
        said.push("joined");
        assert_eq!(healthy.await, Ok(5));
    });
    assert_eq!(trace.take(), "dropped joined");
}

#[test]
fn messages_of_every_kind_are_told() {
    test_hub().block_on(async {
        let formatted: Task<()> = hub::spawn("formatted", async {
            std::panic::resume_unwind(Box::new(format!("port {}", 7)))
        });
        assert_eq!(formatted.await, Err(JoinError::Panicked("port 7".into())));
        let odd: Task<()> = hub::spawn("odd", async { std::panic::resume_unwind(Box::new(7u8)) });
        assert_eq!(odd.await, Err(JoinError::Panicked("a panic without a message".into())));
        // A payload that panics when it is dropped must not get through, either.
        struct SendBomb;
        impl Drop for SendBomb {
            fn drop(&mut self) {
                panic_quietly("payload");
            }
        }
        let nasty: Task<()> =
            hub::spawn("nasty", async { std::panic::resume_unwind(Box::new(SendBomb)) });
        assert!(matches!(nasty.await, Err(JoinError::Panicked(_))));
    });
}

#[test]
fn drops_that_panic_are_caught_as_well() {
    let hub = test_hub();
    hub.block_on(async {
        let token = DoOnDrop(|| panic_quietly("in drop"));
        let killed = hub::spawn("killed", async move {
            let _token = token;
            pending::<()>().await;
        });
        hub::yield_now().await;
        killed.kill();
        assert_eq!(killed.await, Err(JoinError::Killed));

        // The result of a task that nobody awaits.
        hub::spawn("detached", async { DoOnDrop(|| panic_quietly("result")) }).detach();
        hub::yield_now().await;
        hub::yield_now().await;
        assert_eq!(hub::spawn("alive", async { 1 }).await, Ok(1));
    });
}

#[test]
fn a_panic_of_block_on_goes_through_and_loses_nobodys_turn() {
    let (hub, trace) = (test_hub(), Trace::default());
    let caught = catch_unwind(AssertUnwindSafe(|| {
        hub.block_on(async {
            for name in ["one", "two"] {
                let said = trace.clone();
                hub::spawn(name, async move { said.push(name) }).detach();
            }
            hub::yield_now().await;
            panic_quietly("test failed")
        })
    }));
    assert!(caught.is_err());
    // The two ran before the second poll of the root; one more is queued behind it.
    assert_eq!(trace.take(), "one two");
    assert_eq!(hub.block_on(async { "usable" }), "usable");
}

#[test]
fn a_panic_in_mid_batch_leaves_the_rest_of_the_batch() {
    let (hub, trace) = (test_hub(), Trace::default());
    let (said, slot) = (trace.clone(), Rc::new(RefCell::new(None)));
    let later = slot.clone();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        hub.block_on(async {
            hub::yield_now().await;
            *later.borrow_mut() =
                Some(hub::current().spawn("behind", async move { said.push("behind") }));
            hub::yield_now().await;
            // "behind" was polled: spawned before this poll was asked for.
            hub::spawn("left", async {}).detach();
            panic_quietly("root")
        })
    }));
    assert!(caught.is_err());
    assert_eq!(trace.take(), "behind");
    hub.run_until_idle();
    assert_eq!(hub.handle().task_count(), 0);
}

#[test]
fn a_hook_that_panics_is_taken_off() {
    let (hub, trace) = (test_hub(), Trace::default());
    let (first, last) = (trace.clone(), trace.clone());
    hub.handle().end_of_turn(move || {
        first.push("broken");
        panic_quietly("hook");
    });
    hub.handle().end_of_turn(move || last.push("sound"));
    hub.turn();
    hub.turn();
    assert_eq!(trace.take(), "broken sound sound");
}

#[test]
fn a_killed_task_is_dropped_by_the_loop_in_the_next_batch() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    hub.block_on(async move {
        let token = OnDrop(said.clone(), "dropped");
        let task = hub::spawn("victim", async move {
            let _token = token;
            pending::<()>().await;
        });
        hub::yield_now().await;
        task.kill();
        task.kill();
        said.push("killed");
        assert!(!task.is_finished());
        assert_eq!(task.await, Err(JoinError::Killed));
        said.push("joined");
    });
    assert_eq!(trace.take(), "killed dropped joined");
}

#[test]
fn a_task_killed_before_its_first_turn_never_runs() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    hub.block_on(async move {
        let task = hub::spawn("unborn", async move { said.push("ran") });
        task.kill();
        assert_eq!(task.await, Err(JoinError::Killed));
    });
    assert_eq!(trace.take(), "");
}

#[test]
fn a_task_that_kills_itself_is_dropped_after_the_poll() {
    let (hub, trace) = (test_hub(), Trace::default());
    let own: Rc<RefCell<Option<Task<()>>>> = Rc::default();
    let (handle, said) = (own.clone(), trace.clone());
    let task = hub.handle().spawn("suicide", async move {
        let _token = OnDrop(said.clone(), "dropped");
        // Dropping the handle kills, too; and this is the task itself.
        drop(handle.borrow_mut().take());
        said.push("still polling");
        pending::<()>().await;
    });
    *own.borrow_mut() = Some(task);
    hub.turn();
    assert_eq!(trace.take(), "still polling dropped");
    assert_eq!(hub.handle().task_count(), 0);
}

#[test]
fn a_task_that_finishes_in_the_poll_in_which_it_was_killed_has_finished() {
    let hub = test_hub();
    let own: Rc<RefCell<Option<Rc<Task<u32>>>>> = Rc::default();
    let handle = own.clone();
    let task = Rc::new(hub.handle().spawn("late", async move {
        handle.borrow_mut().take().unwrap().kill();
        9
    }));
    *own.borrow_mut() = Some(task.clone());
    hub.turn();
    let task = Rc::into_inner(task).expect("the task has let go of its own handle");
    assert_eq!(hub.block_on(task), Ok(9));
}

#[test]
#[should_panic(expected = "gave its result already")]
fn a_result_can_be_taken_once() {
    test_hub().block_on(async {
        let mut task = hub::spawn("once", async {});
        (&mut task).await.unwrap();
        (&mut task).await.unwrap();
    });
}

#[test]
fn a_deadlock_on_a_test_clock_names_who_is_stuck() {
    let hub = test_hub();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        hub.block_on(async {
            let empty: Queue<()> = Queue::bounded(1);
            let theirs = empty.clone();
            hub::spawn("reader of nothing", async move { theirs.get().await }).detach();
            // A socket that nobody waits for cannot help.
            let _listener = hub::net::TcpListener::bind(([127, 0, 0, 1], 0).into()).unwrap();
            empty.get().await
        })
    }));
    let message = *caught.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("the test would hang"), "{message}");
    assert!(message.contains("the future of block_on at"), "{message}");
    assert!(message.contains("'reader of nothing' (#1, spawned at"), "{message}");
}

#[test]
fn stale_wakers_wake_nobody_else() {
    let hub: Hub = test_hub();
    let (waker, polls) = (Rc::new(RefCell::new(None)), Rc::new(Cell::new(0)));
    hub.block_on(async {
        let slot = waker.clone();
        let first = std::future::poll_fn(move |cx| {
            *slot.borrow_mut() = Some(cx.waker().clone());
            std::task::Poll::Ready(())
        });
        hub::spawn("first", first).await.unwrap();
        let count = polls.clone();
        // Takes the place of the first in the slab.
        let second = std::future::poll_fn(move |_| {
            count.set(count.get() + 1);
            std::task::Poll::<()>::Pending
        });
        let _second = hub::spawn("second", second);
        hub::yield_now().await;
        waker.borrow().as_ref().unwrap().wake_by_ref();
        hub::yield_now().await;
        hub::sleep(Duration::from_secs(1)).await;
    });
    assert_eq!(polls.get(), 1);
    waker.take().unwrap().wake();
    hub.run_until_idle();
    assert_eq!(polls.get(), 1);
}
