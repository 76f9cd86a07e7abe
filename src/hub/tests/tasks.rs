//! Links, kills with and without a wait, cancels, delays, scopes.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use super::{OnDrop, Trace, test_hub};
use crate::hub::{self, JoinError, Scope, Task};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn links_run_however_a_task_ends_and_when_its_hub_goes() {
    let (hub, trace) = (test_hub(), Trace::default());
    let spawn = |name: &'static str, task: Task<()>| {
        let said = trace.clone();
        task.link(move |exit| match exit {
            Ok(()) => said.push(format!("{name}: returned")),
            Err(error) => said.push(format!("{name}: {error}")),
        });
        task
    };
    let handle = hub.handle();
    let returns = spawn("returns", handle.spawn("returns", async {}));
    let panics = async { std::panic::resume_unwind(Box::new("broken")) };
    let panics = spawn("panics", handle.spawn("panics", panics));
    let killed = spawn("killed", handle.spawn("killed", pending()));
    killed.kill_for("enough");
    killed.kill_for("a second reason does not count");
    let dropped = spawn("dropped", handle.spawn("dropped", pending()));
    drop(dropped);
    let stays = spawn("stays", handle.spawn("stays", pending()));
    hub.run_until_idle();
    let expected = "returns: returned panics: the task panicked: broken \
                    killed: the task was killed: enough dropped: the task was killed";
    assert_eq!(trace.take(), expected);
    drop(hub);
    assert_eq!(trace.take(), "stays: the task was killed");
    drop((returns, panics, killed, stays));
}

#[test]
fn a_late_link_hears_the_same_even_if_the_result_was_taken() {
    test_hub().block_on(async {
        let mut failed: Task<()> =
            hub::spawn("failed", async { std::panic::resume_unwind(Box::new("broken")) });
        assert!((&mut failed).await.is_err());
        let heard = Rc::new(RefCell::new(None));
        let hears = heard.clone();
        let late = failed.link(move |exit| *hears.borrow_mut() = Some(exit));
        assert_eq!(heard.take(), Some(Err(JoinError::Panicked("broken".into()))));
        assert!(!failed.unlink(late));
    });
}

#[test]
fn links_may_panic_link_unlink_and_spawn() {
    let trace = Trace::default();
    let said = trace.clone();
    test_hub().block_on(async move {
        let task = Rc::new(hub::spawn("task", async {}));
        task.link(|_| std::panic::resume_unwind(Box::new("a broken link")));
        let (again, words) = (Rc::downgrade(&task), said.clone());
        task.link(move |_| {
            words.push("linked");
            let words = words.clone();
            again.upgrade().unwrap().link(move |exit| words.push(exit.is_ok()));
            hub::spawn_n("spawned", async {});
        });
        let words = said.clone();
        let gone = task.link(move |_| words.push("never"));
        assert!(task.unlink(gone));
        hub::yield_now().await;
        hub::yield_now().await;
        assert!(task.is_finished());
    });
    assert_eq!(trace.take(), "linked true");
}

#[test]
fn a_task_is_killed_at_once_even_if_it_stands_in_the_batch() {
    let trace = Trace::default();
    let said = trace.clone();
    test_hub().block_on(async move {
        let tasks: Vec<_> = ["one", "two"]
            .map(|name| {
                let token = OnDrop(said.clone(), name);
                let words = said.clone();
                hub::spawn(name, async move {
                    let _token = token;
                    loop {
                        hub::yield_now().await;
                        words.push("runs");
                    }
                })
            })
            .into();
        hub::yield_now().await;
        let killer = hub::spawn("killer", async move {
            hub::kill(&tasks[1]).await;
            hub::kill(&tasks[0]).await;
            assert_eq!(hub::current().task_count(), 1);
        });
        killer.await.unwrap();
        said.push("done");
    });
    assert_eq!(trace.take(), "runs runs two runs one done");
}

#[test]
fn killing_many_leaves_the_wakers_of_others_alone() {
    // Cells of killed tasks are reused; whoever wakes the old ones wakes nobody new.
    test_hub().block_on(async {
        for round in 0..100u32 {
            let sleepers: Vec<_> =
                (0..10).map(|_| hub::spawn("sleeper", hub::sleep(SECOND))).collect();
            hub::yield_now().await;
            for (at, sleeper) in sleepers.iter().enumerate() {
                match at % 3 {
                    0 => hub::kill(sleeper).await,
                    1 => sleeper.kill(),
                    _ => _ = hub::cancel(sleeper).await,
                }
            }
            let count = hub::spawn("counts", async move {
                let mut polls = 0;
                std::future::poll_fn(|cx| {
                    polls += 1;
                    if polls == 3 {
                        return std::task::Poll::Ready(());
                    }
                    cx.waker().wake_by_ref();
                    std::task::Poll::Pending
                })
                .await;
                round
            });
            assert_eq!(count.await, Ok(round));
            let results = hub::joinall(sleepers).await;
            assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 3);
        }
        assert_eq!(hub::current().task_count(), 0);
    });
}

#[test]
fn a_delayed_task_that_is_killed_leaves_no_timer() {
    test_hub().block_on(async {
        let task = hub::spawn_after(SECOND, "later", async {});
        hub::yield_now().await;
        assert_eq!((hub::current().timer_count(), task.is_started()), (1, false));
        assert!(hub::cancel(&task).await);
        assert_eq!((hub::current().timer_count(), hub::current().task_count()), (0, 0));
        assert_eq!(task.await, Err(JoinError::Killed));
        // With no delay it begins in its first turn.
        let task = hub::spawn_after(Duration::ZERO, "now", async { 5 });
        hub::yield_now().await;
        assert!(task.is_finished());
    });
}

#[test]
fn a_local_delay_of_the_root_lasts_as_long_as_the_hub_runs() {
    test_hub().block_on(async {
        let task = hub::spawn_after_local(SECOND, "later", async { 5 });
        assert_eq!(task.await, Ok(5));
    });
}

#[test]
fn a_scope_ends_its_tasks_however_its_holder_ends() {
    let trace = Trace::default();
    let said = trace.clone();
    test_hub().block_on(async move {
        let holder = hub::spawn("holder", {
            let said = said.clone();
            async move {
                let scope = Scope::new();
                for name in ["one", "two"] {
                    let token = OnDrop(said.clone(), name);
                    scope.spawn_n(name, async move {
                        let _token = token;
                        pending::<()>().await;
                    });
                }
                // Its child's child is its own: a scope holds what is spawned in it.
                pending::<()>().await;
            }
        });
        hub::sleep(SECOND).await;
        assert_eq!(hub::current().task_count(), 3);
        hub::kill(&holder).await;
        said.push("killed");
        hub::yield_now().await;
        assert_eq!(hub::current().task_count(), 0);
    });
    // The holder's end asks for theirs, which comes in the next batch.
    assert_eq!(trace.take(), "killed one two");
}

#[test]
fn a_scope_waits_for_all_and_can_be_used_again() {
    test_hub().block_on(async {
        let (scope, count) = (Rc::new(Scope::new()), Rc::new(Cell::new(0)));
        scope.waitall().await;
        let (inner, counted) = (Rc::downgrade(&scope), count.clone());
        scope.spawn_n("first", async move {
            hub::sleep(SECOND).await;
            let inner = inner.upgrade().expect("held below");
            inner.spawn_n("second", async move {
                hub::sleep(SECOND).await;
                counted.set(1);
            });
        });
        scope.waitall().await;
        assert_eq!((count.get(), scope.running()), (1, 0));
        let task = scope.spawn("third", pending::<()>());
        scope.kill();
        assert_eq!(task.await, Err(JoinError::Killed));
        assert_eq!(scope.spawn("fourth", async { 4 }).await, Ok(4));
    });
}

#[test]
fn the_hub_knows_its_tasks_and_who_runs() {
    let hub = test_hub();
    hub.block_on(async {
        assert_eq!(hub::getcurrent(), None);
        let waits = hub::spawn("waits", pending::<()>());
        hub::yield_now().await;
        let fresh = hub::spawn(String::from("fresh"), async { hub::getcurrent().unwrap().id });
        let tasks = hub::current().tasks();
        let shown: Vec<_> =
            tasks.iter().map(|task| (&*task.name, task.is_started, task.is_runnable)).collect();
        assert_eq!(shown, [("waits", true, false), ("fresh", false, true)]);
        assert!(tasks[0].place.file().ends_with("tests/tasks.rs"));
        let id = fresh.id();
        assert_eq!(fresh.await, Ok(id));
        drop(waits);
    });
    assert_eq!(hub.handle().report().tasks, 1);
}

#[test]
fn a_hundred_thousand_sleepers_wake_in_order() {
    test_hub().block_on(async {
        let woken = Rc::new(Cell::new(0u32));
        let tasks: Vec<_> = (0..100_000u32)
            .map(|n| {
                let woken = woken.clone();
                hub::spawn("sleeper", async move {
                    hub::sleep(Duration::from_millis(u64::from(n) + 1)).await;
                    assert_eq!(woken.replace(n + 1), n);
                })
            })
            .collect();
        hub::yield_now().await;
        assert_eq!(hub::current().timer_count(), 100_000);
        assert!(hub::joinall(tasks).await.iter().all(Result::is_ok));
    });
}

#[test]
fn a_million_timers_are_armed_and_cancelled() {
    use std::task::{Context, Waker};

    test_hub().block_on(async {
        let mut cx = Context::from_waker(Waker::noop());
        let mut held = std::collections::VecDeque::new();
        for n in 0..1_000_000u64 {
            let span = Duration::from_millis(1000 + n * 7919 % 1000);
            let mut sleep = Box::pin(hub::sleep(span));
            assert!(sleep.as_mut().poll(&mut cx).is_pending());
            held.push_back(sleep);
            if held.len() > 10_000 {
                held.pop_front();
            }
        }
        assert_eq!(hub::current().timer_count(), 10_000);
        held.clear();
        assert_eq!(hub::current().timer_count(), 0);
    });
}
