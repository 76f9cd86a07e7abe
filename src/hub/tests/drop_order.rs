//! Hub, task, handle, joiner, waker: dropped in every order.

use std::any::Any;
use std::cell::RefCell;
use std::future::{Future as _, pending, poll_fn};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{DoOnDrop, OnDrop, Trace, test_hub};
use crate::hub::{self, Hub, JoinError, Task};
use crate::sync::{Queue, oneshot};

#[test]
fn the_hub_drops_its_tasks_in_the_order_of_spawning() {
    let (hub, trace) = (test_hub(), Trace::default());
    for name in ["one", "two", "three"] {
        let token = OnDrop(trace.clone(), name);
        let task = async move {
            let _token = token;
            pending::<()>().await;
        };
        hub.handle().spawn(name, task).detach();
    }
    hub.turn();
    drop(hub);
    assert_eq!(trace.take(), "one two three");
}

#[test]
fn a_hub_that_was_never_turned_drops_its_tasks_too() {
    let (hub, trace) = (test_hub(), Trace::default());
    let token = OnDrop(trace.clone(), "dropped");
    let task = hub.handle().spawn("unborn", async move { drop(token) });
    drop(hub);
    assert_eq!(trace.take(), "dropped");
    assert!(task.is_finished());
}

#[test]
fn hub_then_task() {
    let hub = test_hub();
    let task = hub.handle().spawn("task", pending::<()>());
    hub.turn();
    drop(hub);
    drop(task);
}

#[test]
fn task_then_hub() {
    let (hub, trace) = (test_hub(), Trace::default());
    let token = OnDrop(trace.clone(), "dropped");
    let task = hub.handle().spawn("task", async move {
        let _token = token;
        pending::<()>().await;
    });
    hub.turn();
    drop(task);
    assert_eq!(trace.take(), "");
    drop(hub);
    assert_eq!(trace.take(), "dropped");
}

#[test]
fn who_awaits_a_task_of_a_dropped_hub_learns_that_it_was_killed() {
    let (first, second) = (test_hub(), test_hub());
    let task = first.handle().spawn("task", pending::<()>());
    drop(first);
    assert_eq!(second.block_on(task), Err(JoinError::Killed));
}

#[test]
fn a_task_can_be_awaited_in_another_hub_while_its_own_goes_down() {
    let (first, second) = (test_hub(), test_hub());
    let task = first.handle().spawn("task", pending::<()>());
    let joiner = second.handle().spawn("joiner", task);
    second.run_until_idle();
    drop(first);
    assert_eq!(second.block_on(joiner), Ok(Err(JoinError::Killed)));
}

#[test]
fn a_finished_result_outlives_its_hub() {
    let hub = test_hub();
    let task = hub.handle().spawn("task", async { 42 });
    hub.turn();
    drop(hub);
    assert_eq!(test_hub().block_on(task), Ok(42));
}

#[test]
fn what_is_spawned_during_teardown_is_dropped_at_once() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    let token = DoOnDrop(move || {
        said.push("teardown");
        let inner = OnDrop(said.clone(), "spawned-and-dropped");
        let late = hub::spawn("late", async move { drop(inner) });
        said.push(if late.is_finished() { "finished" } else { "alive" });
    });
    let first = async move {
        let _token = token;
        pending::<()>().await;
    };
    hub.handle().spawn("first", first).detach();
    let token = OnDrop(trace.clone(), "second");
    hub.handle().spawn("second", async move { drop(token) }).detach();
    drop(hub);
    assert_eq!(trace.take(), "teardown spawned-and-dropped finished second");
}

#[test]
fn a_drop_during_teardown_may_kill_wake_sleep_and_hook() {
    let (hub, trace) = (test_hub(), Trace::default());
    let queue = Queue::bounded(1);
    let (inbox, said) = (queue.clone(), trace.clone());
    let last: Rc<RefCell<Option<Task<()>>>> = Rc::default();
    let victim = last.clone();
    let token = DoOnDrop(move || {
        drop(victim.borrow_mut().take());
        queue.try_put(1).ok();
        drop(hub::sleep(Duration::from_secs(1)));
        hub::end_of_turn(|| unreachable!("no turn comes any more"));
        said.push("first");
    });
    let first = async move {
        let _token = token;
        pending::<()>().await;
    };
    hub.handle().spawn("first", first).detach();
    hub.handle().spawn("reader", async move { inbox.get().await }).detach();
    let token = OnDrop(trace.clone(), "last");
    *last.borrow_mut() = Some(hub.handle().spawn("last", async move {
        let _token = token;
        pending::<()>().await;
    }));
    hub.run_until_idle();
    drop(hub);
    assert_eq!(trace.take(), "first last");
}

#[test]
fn a_hub_owned_by_its_own_task_goes_down_in_its_poll() {
    let trace = Trace::default();
    let hub = Rc::new(RefCell::new(None));
    let (own, said) = (hub.clone(), trace.clone());
    let inner = test_hub();
    let handle = inner.handle();
    let token = OnDrop(trace.clone(), "other");
    handle
        .spawn("owner", async move {
            let _token = OnDrop(said.clone(), "owner");
            let hub: Option<Hub> = own.borrow_mut().take();
            drop(hub);
            said.push("hub-gone");
            pending::<()>().await;
        })
        .detach();
    handle.spawn("other", async move { drop(token) }).detach();
    *hub.borrow_mut() = Some(inner);
    // Turned through a reference that the task takes away under us would not compile; another hub
    // is needed to turn this one, so it is turned by its core.
    let core = hub.borrow().as_ref().unwrap().core.clone();
    let running = hub::executor::Running::enter(&core);
    core.turn(&mut || false, hub::executor::Patience::Look);
    drop(running);
    assert_eq!(trace.take(), "other hub-gone owner");
    assert_eq!(handle.task_count(), 0);
}

#[test]
fn wakers_timers_and_handles_outlive_the_hub() {
    let hub = test_hub();
    let waker = hub.block_on(poll_fn(|cx| Poll::Ready(cx.waker().clone())));
    let task_waker = Rc::new(RefCell::new(None));
    let slot = task_waker.clone();
    let task = poll_fn(move |cx| {
        *slot.borrow_mut() = Some(cx.waker().clone());
        Poll::<()>::Pending
    });
    hub.handle().spawn("task", task).detach();
    hub.turn();
    let handle = hub.handle();
    let deadline = handle.now() + Duration::from_secs(1);
    let mut sleep = Box::pin(handle.sleep_until(deadline));
    hub.block_on(async {
        poll_fn(|cx| {
            assert!(sleep.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
    });
    drop(hub);
    waker.wake();
    task_waker.take().unwrap().wake();
    drop(sleep);
    let late = handle.spawn("late", async {});
    assert!(late.is_finished());
    assert_eq!((handle.task_count(), handle.timer_count()), (0, 0));
}

#[test]
fn a_task_that_holds_the_handle_of_another_kills_it_when_it_goes() {
    let (hub, trace) = (test_hub(), Trace::default());
    let token = OnDrop(trace.clone(), "child");
    let (sender, receiver) = oneshot::channel::<()>();
    let parent = hub.handle().spawn("parent", async move {
        let _child = hub::spawn("child", async move {
            let _token = token;
            pending::<()>().await;
        });
        receiver.await.ok();
    });
    hub.run_until_idle();
    assert_eq!(hub.handle().task_count(), 2);
    sender.send(()).unwrap();
    assert_eq!(hub.block_on(parent), Ok(()));
    hub.run_until_idle();
    assert_eq!((trace.take().as_str(), hub.handle().task_count()), ("child", 0));
}

#[test]
fn the_future_of_block_on_may_spawn_while_it_is_dropped() {
    let hub = test_hub();
    struct Spawns;
    impl Drop for Spawns {
        fn drop(&mut self) {
            hub::spawn("from a drop", async {}).detach();
        }
    }
    let token = Spawns;
    hub.block_on(poll_fn(move |_| {
        let _ = &token;
        Poll::Ready(())
    }));
    assert_eq!(hub.handle().task_count(), 1);
}

/// All orders of the numbers below `n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    let Some(last) = n.checked_sub(1) else { return vec![Vec::new()] };
    let insert = |order: Vec<usize>| {
        (0..n).map(move |at| {
            let mut order = order.clone();
            order.insert(at, last);
            order
        })
    };
    orders(last).into_iter().flat_map(insert).collect()
}

#[test]
fn in_every_order_the_future_is_dropped_once() {
    assert_eq!(orders(5).len(), 120);
    for state in ["unborn", "waiting", "killed", "finished"] {
        for order in orders(5) {
            let (hub, trace) = (test_hub(), Trace::default());
            let (token, waker) = (OnDrop(trace.clone(), "gone"), Rc::new(RefCell::new(None)));
            let slot = waker.clone();
            let task = hub.handle().spawn("task", async move {
                let _token = token;
                poll_fn(|cx| {
                    *slot.borrow_mut() = Some(cx.waker().clone());
                    if state == "finished" { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
            });
            let handle = hub.handle();
            let mut sleep = Box::pin(handle.sleep_until(handle.now() + Duration::from_secs(1)));
            assert!(sleep.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            if state != "unborn" {
                hub.turn();
            }
            if state == "killed" {
                task.kill();
            }
            let mut held: [Option<Box<dyn Any>>; 5] = [
                Some(Box::new(hub)),
                Some(Box::new(task)),
                Some(Box::new(handle)),
                Some(Box::new(waker)),
                Some(Box::new(sleep)),
            ];
            for &at in &order {
                held[at] = None;
            }
            assert_eq!(trace.take(), "gone", "{state}: {order:?}");
        }
    }
}
