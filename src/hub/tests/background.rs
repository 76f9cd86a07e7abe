//! Tasks in the background: when they are polled, and how much of the time they get.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use super::{OnDrop, Trace, test_hub};
use crate::clock::Clock;
use crate::hub::share::{GAP, PARTS, SAVED_MAX};
use crate::hub::{self, Hub, JoinError, Scope, Task};

const US: Duration = Duration::from_micros(1);

/// A task that always has something to do, and how long it was at it: each of its polls takes `poll` by
/// the test's clock.
fn busy(hub: &Hub, poll: Duration) -> (Task<()>, Rc<Cell<Duration>>) {
    let (clock, worked) = (hub.clock().clone(), Rc::new(Cell::new(Duration::ZERO)));
    let sum = worked.clone();
    let task = async move {
        loop {
            clock.advance(poll);
            sum.set(sum.get() + poll);
            hub::yield_now().await;
        }
    };
    (hub.handle().spawn("busy", task), worked)
}

/// Turns until so much time has passed.
fn run_for(hub: &Hub, span: Duration) {
    let end = hub.clock().now() + span;
    while hub.clock().now() < end {
        hub.turn();
    }
}

#[test]
fn the_background_is_polled_after_the_others_each_once_a_turn() {
    let (hub, trace) = (test_hub(), Trace::default());
    let say_twice = |name: &'static str| {
        let trace = trace.clone();
        hub.handle().spawn(name, async move {
            for step in 1..=2 {
                trace.push(format!("{name}{step}"));
                hub::yield_now().await;
            }
        })
    };
    say_twice("back").in_background().detach();
    say_twice("rear").in_background().detach();
    say_twice("front").detach();
    hub.turn();
    assert_eq!(trace.take(), "front1 back1 rear1");
    hub.turn();
    assert_eq!(trace.take(), "front2 back2 rear2");
    hub.run_until_idle();
    assert_eq!(hub.handle().task_count(), 0);
}

#[test]
fn beside_ordinary_work_the_background_has_its_share_and_no_more() {
    // How long a poll of the others takes, and one of the background.
    for (ordinary, background) in [(100, 5), (5, 100), (1, 1), (50, 10_000)] {
        let hub = Hub::new(Clock::test()).unwrap();
        let _others: Vec<_> = (0..3).map(|_| busy(&hub, US * ordinary)).collect();
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let (task, worked) = busy(&hub, US * background);
                (task.in_background(), worked)
            })
            .collect();
        let span = Duration::from_secs(2);
        run_for(&hub, span);
        let worked: Duration = tasks.iter().map(|(_, worked)| worked.get()).sum();
        let (share, slack) = (span / PARTS, SAVED_MAX + US * background * 2);
        assert!(worked <= share + slack, "{ordinary}, {background}: {worked:?} of {share:?}");
        assert!(worked + slack >= share, "{ordinary}, {background}: {worked:?} of {share:?}");
        // And none of them more than another.
        let each = || tasks.iter().map(|(_, worked)| worked.get());
        assert!(each().max().unwrap() - each().min().unwrap() <= US * background);
    }
}

#[test]
fn with_nothing_else_to_do_the_background_has_all_of_the_time() {
    let hub = test_hub();
    let (task, worked) = busy(&hub, US * 20);
    let _task = task.in_background();
    let span = Duration::from_secs(1);
    run_for(&hub, span);
    assert_eq!(worked.get(), span);
    // What it did in the gap is not held against it.
    let _other = busy(&hub, US * 20);
    run_for(&hub, span);
    let share = span / PARTS;
    assert!(worked.get() + SAVED_MAX >= span + share, "{:?}", worked.get());
    assert!(worked.get() <= span + share + SAVED_MAX, "{:?}", worked.get());
}

#[test]
fn who_comes_in_a_gap_waits_for_no_more_than_a_slice_of_it() {
    let (hub, poll) = (test_hub(), US * 20);
    let _tasks: Vec<_> = (0..1000).map(|_| busy(&hub, poll).0.in_background()).collect();
    let clock = hub.clock().clone();
    hub.block_on(async move {
        for _ in 0..100 {
            let deadline = clock.now() + Duration::from_millis(1);
            hub::sleep_until(deadline).await;
            let late = clock.now() - deadline;
            assert!(late <= GAP + poll, "{late:?}");
        }
    });
}

#[test]
fn a_task_in_the_background_waits_joins_and_times_out_as_any_other() {
    let clock = Clock::test();
    let start = clock.now();
    Hub::new(clock.clone()).unwrap().block_on(async {
        let sleeper = hub::spawn("sleeper", async {
            hub::sleep(Duration::from_secs(1)).await;
            // Its children are not in the background.
            let child = hub::spawn("child", async { hub::getcurrent().unwrap() });
            let (own, child) = (hub::getcurrent().unwrap(), child.await.unwrap());
            (own.is_in_background, child.is_in_background)
        });
        assert_eq!(sleeper.in_background().await, Ok((true, false)));
        let endless = hub::spawn("endless", std::future::pending::<()>()).in_background();
        let waited = hub::timeout(Duration::from_secs(1), endless).await;
        assert_eq!(waited, Err(hub::Elapsed));
        let broken = hub::spawn("broken", async { panic!("no such page") }).in_background();
        assert_eq!(broken.await, Err::<(), _>(JoinError::Panicked("no such page".into())));
        // One that has ended stays where it is, and its successor in the list is an ordinary task.
        let done = hub::spawn("done", async {});
        hub::yield_now().await;
        assert_eq!(done.in_background().await, Ok(()));
        let next = hub::spawn("next", async { hub::getcurrent().unwrap().is_in_background });
        assert_eq!(next.await, Ok(false));
    });
    assert_eq!(clock.now() - start, Duration::from_secs(2));
}

#[test]
fn who_is_killed_in_the_background_does_not_wait_for_its_turn() {
    let (hub, trace) = (test_hub(), Trace::default());
    let _other = busy(&hub, US);
    let clock = hub.clock().clone();
    let debtor = async move {
        clock.advance(Duration::from_millis(1));
        hub::yield_now().await;
    };
    hub.handle().spawn("debtor", debtor).in_background().detach();
    let token = OnDrop(trace.clone(), "dropped");
    let waiting = async move {
        let _token = token;
        std::future::pending::<()>().await;
    };
    let waiting = hub.handle().spawn("waiting", waiting).in_background();
    hub.turn();
    hub.turn();
    let report = hub.handle().report();
    assert_eq!((report.runnable, report.runnable_in_background), (1, 2), "time is owed");
    waiting.kill();
    hub.turn();
    assert_eq!(trace.take(), "dropped");
    // Its place in line is nobody's now, also when somebody else has its place among the tasks.
    let next = hub.handle().spawn("next", async { hub::yield_now().await });
    run_for(&hub, Duration::from_millis(20));
    let report = hub.handle().report();
    assert_eq!((report.runnable, report.runnable_in_background, report.tasks), (1, 0, 1));
    assert!(next.is_finished());
}

#[test]
fn a_scope_ends_its_tasks_in_the_background_with_the_others() {
    let trace = Trace::default();
    test_hub().block_on(async {
        let scope = Scope::new();
        for name in ["one", "two", "three"] {
            let token = OnDrop(trace.clone(), name);
            let task = scope.spawn(name, async move {
                let _token = token;
                std::future::pending::<()>().await;
            });
            match name {
                "two" => task.detach(),
                _ => task.in_background().detach(),
            }
        }
        hub::yield_now().await;
        drop(scope);
        hub::yield_now().await;
    });
    assert_eq!(trace.take(), "one two three");
}

#[test]
fn hooks_run_for_the_background_before_the_wait() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    hub.handle().end_of_turn(move || said.push("hook"));
    let said = trace.clone();
    hub.handle().spawn("back", async move { said.push("back") }).in_background().detach();
    let said = trace.clone();
    hub.handle().spawn("front", async move { said.push("front") }).detach();
    hub.turn();
    assert_eq!(trace.take(), "front hook back hook");
    hub.turn();
    assert_eq!(trace.take(), "hook");
}

#[test]
fn a_wake_from_outside_finds_the_background() {
    let hub = test_hub();
    let (polls, waker) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(None)));
    let (count, slot) = (polls.clone(), waker.clone());
    let sleeper = poll_fn(move |cx| {
        count.set(count.get() + 1);
        slot.set(Some(cx.waker().clone()));
        Poll::<()>::Pending
    });
    let _task = hub.handle().spawn("sleeper", sleeper).in_background();
    hub.run_until_idle();
    waker.take().unwrap().wake();
    hub.run_until_idle();
    assert_eq!(polls.get(), 2);
}
