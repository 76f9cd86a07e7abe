//! Time: sleeping, giving up, ticking, and the heap behind it.

use std::future::pending;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use super::{Trace, real_hub, test_hub};
use crate::hub::timer::Timers;
use crate::hub::{self, Elapsed, Timeout};
use crate::sync::oneshot;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn timers_fire_by_deadline_then_by_age() {
    let (hub, trace) = (test_hub(), Trace::default());
    for (name, seconds) in [("c", 3), ("a1", 1), ("b", 2), ("a2", 1)] {
        let trace = trace.clone();
        let task = async move {
            hub::sleep(SECOND * seconds).await;
            trace.push(name);
        };
        hub.handle().spawn(name, task).detach();
    }
    hub.run_until_idle();
    assert_eq!((trace.take().as_str(), hub.handle().timer_count()), ("", 4));
    hub.advance(SECOND);
    assert_eq!(trace.take(), "a1 a2");
    hub.advance(SECOND * 10);
    assert_eq!((trace.take().as_str(), hub.handle().timer_count()), ("b c", 0));
}

#[test]
fn advance_stops_at_each_deadline_on_its_way() {
    let (hub, trace) = (test_hub(), Trace::default());
    let start = hub.clock().now();
    let said = trace.clone();
    let task = async move {
        for _ in 0..3 {
            // Armed from within the advance, and still in time.
            hub::sleep(SECOND).await;
            said.push((hub::now() - start).as_secs());
        }
    };
    hub.handle().spawn("counter", task).detach();
    hub.advance(Duration::from_millis(3500));
    assert_eq!(trace.take(), "1 2 3");
    assert_eq!(hub.clock().now() - start, Duration::from_millis(3500));
}

#[test]
fn a_sleep_of_no_length_lets_the_others_run_once() {
    let (hub, trace) = (test_hub(), Trace::default());
    let said = trace.clone();
    hub.block_on(async move {
        let other = said.clone();
        hub::spawn("other", async move { other.push("other") }).detach();
        hub::sleep(Duration::ZERO).await;
        said.push("main");
    });
    assert_eq!(trace.take(), "other main");
}

#[test]
fn a_sleep_for_ever_does_not_overflow() {
    let hub = test_hub();
    let given_up = hub.block_on(async { hub::timeout(SECOND, hub::sleep(Duration::MAX)).await });
    assert_eq!(given_up, Err(Elapsed));
}

#[test]
fn a_timeout_drops_what_it_gave_up_on_and_leaves_no_timer() {
    let hub = test_hub();
    hub.block_on(async {
        let (sender, receiver) = oneshot::channel::<()>();
        assert_eq!(hub::timeout(SECOND, receiver).await, Err(Elapsed));
        assert!(sender.is_closed());
        assert_eq!(hub::timeout(SECOND, async { 7 }).await, Ok(7));
        assert_eq!(hub::current().timer_count(), 0);
    });
}

#[test]
fn what_comes_with_the_last_tick_still_counts() {
    let hub = test_hub();
    let result = hub.block_on(async {
        let in_time = async {
            hub::sleep(SECOND).await;
            "just in time"
        };
        hub::timeout(SECOND, in_time).await
    });
    assert_eq!(result, Ok("just in time"));
}

#[test]
fn of_nested_timeouts_the_inner_one_speaks_first() {
    let result = test_hub().block_on(async {
        hub::timeout(SECOND * 2, hub::timeout(SECOND, std::future::pending::<()>())).await
    });
    assert_eq!(result, Ok(Err(Elapsed)));
}

#[test]
fn a_limit_that_starts_again_counts_for_who_runs_without() {
    test_hub().block_on(async {
        let limit = Rc::new(Timeout::after(Duration::from_secs(5)));
        let theirs = limit.clone();
        let runs = hub::spawn("runs", async move { theirs.run(pending::<()>()).await.is_err() });
        hub::sleep(Duration::from_secs(4)).await;
        limit.cancel();
        // The time that it had at first passes, and nothing happens.
        hub::sleep(Duration::from_secs(60)).await;
        assert!(!runs.is_finished() && !limit.is_pending());
        let start = hub::now();
        limit.start();
        assert_eq!(runs.await, Ok(true));
        assert_eq!(hub::now() - start, Duration::from_secs(5));
        let never = Timeout::never();
        never.start();
        assert!(!never.is_pending());
        assert_eq!(hub::current().timer_count(), 0);
    });
}

#[test]
fn an_interval_does_not_drift_and_makes_up_for_lost_ticks() {
    let (hub, trace) = (test_hub(), Trace::default());
    let (start, clock, said) = (hub.clock().now(), hub.clock().clone(), trace.clone());
    hub.block_on(async move {
        let mut ticks = hub::interval(SECOND);
        assert_eq!(ticks.period(), SECOND);
        for n in 0..5 {
            let due = ticks.tick().await;
            said.push(format!("{}@{}", (due - start).as_secs(), (hub::now() - start).as_secs()));
            if n == 0 {
                clock.advance(Duration::from_millis(2500));
            }
        }
    });
    assert_eq!(trace.take(), "1@1 2@3 3@3 4@4 5@5");
}

#[test]
#[should_panic(expected = "an interval of no length")]
fn an_interval_of_no_length_is_refused() {
    test_hub().block_on(async { drop(hub::interval(Duration::ZERO)) });
}

#[test]
fn the_real_clock_never_wakes_early() {
    real_hub().block_on(async {
        let (start, span) = (Instant::now(), Duration::from_micros(1500));
        hub::sleep(span).await;
        assert!(start.elapsed() >= span);
    });
}

#[test]
fn timers_fire_while_others_keep_the_loop_busy() {
    real_hub().block_on(async {
        let _busy = hub::spawn("busy", async {
            loop {
                hub::yield_now().await;
            }
        });
        hub::sleep(Duration::from_millis(2)).await;
    });
}

#[test]
fn the_heap_agrees_with_a_sorted_list() {
    let start = Instant::now();
    let noop = Context::from_waker(Waker::noop());
    let (mut timers, mut expected, mut keys) = (Timers::default(), Vec::new(), Vec::new());
    // A linear congruential generator: the same mess in every run.
    let mut random = 42u64;
    let mut next = move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        random >> 33
    };
    for _ in 0..100_000 {
        let deadline = start + Duration::from_micros(next() % 50_000);
        keys.push((timers.arm(deadline, Waker::noop().clone()), deadline));
        if next() % 3 != 0 {
            let (key, _) = keys.swap_remove(next() as usize % keys.len());
            assert!(timers.cancel(key).is_some());
        }
    }
    expected.extend(keys.iter().map(|&(_, deadline)| deadline));
    expected.sort_unstable();
    assert_eq!(timers.len(), expected.len());
    let mut wakers = Vec::new();
    while let Some(deadline) = timers.next_deadline() {
        timers.fire(deadline, &mut wakers);
        let due = expected.partition_point(|&other| other <= deadline);
        assert_eq!((expected[0], wakers.len()), (deadline, due));
        expected.drain(..due);
        wakers.clear();
    }
    assert!(expected.is_empty());
    for (key, _) in keys {
        assert!(timers.has_fired(key, &noop));
        assert!(timers.cancel(key).is_none());
    }
}

#[test]
fn a_hundred_thousand_timers_are_armed_and_cancelled() {
    let hub = test_hub();
    hub.block_on(async {
        let waits: Vec<_> = (0..100_000u32)
            .map(|n| hub::spawn("wait", hub::sleep(Duration::from_millis(u64::from(n) % 977 + 1))))
            .collect();
        hub::yield_now().await;
        assert_eq!(hub::current().timer_count(), 100_000);
        drop(waits);
        hub::yield_now().await;
        assert_eq!((hub::current().timer_count(), hub::current().task_count()), (0, 0));
    });
}
