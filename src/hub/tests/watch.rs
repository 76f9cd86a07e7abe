//! The stall watch, the gauge, threads for blocking work.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::time::Duration;

use super::{real_hub, test_hub};
use crate::clock::Clock;
use crate::hub::{self, JoinError, Stall, tpool};

#[test]
fn who_holds_up_the_loop_is_named_and_the_end_is_told() {
    let hub = real_hub();
    let before = hub.handle().spawn("spawned before the watch", std::future::pending::<()>());
    let (tell, told) = channel();
    let watch = hub.handle().watch_stalls_with(Duration::from_millis(20), move |stall| {
        tell.send(stall).expect("the test waits for it");
    });
    let (watch, told) = (watch.unwrap(), Rc::new(told));
    hub.block_on(async {
        for name in [Cow::Borrowed("literal"), Cow::Owned(format!("made {}", "at run time"))] {
            // Spins in a single poll until the watch has seen it, without a sleep.
            let tells = told.clone();
            let wanted = format!("'{name}'");
            let begun = hub::spawn(name.clone(), async move {
                loop {
                    // On a busy machine others may seem to be stuck as well.
                    let stall = tells.recv().unwrap();
                    if matches!(&stall, Stall::Begun { who, .. } if who.contains(&wanted)) {
                        break stall;
                    }
                }
            });
            let begun = begun.await.unwrap();
            let Stall::Begun { who, since } = &begun else { panic!("{begun:?}") };
            assert!(who.contains("watch.rs"), "{who}");
            assert!(*since >= Duration::from_millis(20));
            assert!(begun.to_string().contains("held up all others"), "{begun}");
            // The loop goes on, and the watch says so.
            let over = loop {
                hub::yield_now().await;
                match told.try_recv() {
                    Ok(over @ Stall::Over { .. }) if over.to_string().starts_with(who) => {
                        break over;
                    }
                    _ => {}
                }
            };
            assert!(matches!(over, Stall::Over { took, .. } if took >= *since), "{over}");
        }
    });
    let report = hub.handle().report();
    assert!(report.stalls >= 2);
    assert!(report.longest_stall >= Duration::from_millis(20));
    drop(watch);
    assert!(!before.is_finished());
}

#[test]
fn a_loop_that_waits_is_not_stuck() {
    let hub = real_hub();
    let (tell, told) = channel();
    let watch = hub.handle().watch_stalls_with(Duration::from_millis(100), move |stall| {
        _ = tell.send(stall);
    });
    hub.block_on(async { hub::sleep(Duration::from_millis(250)).await });
    drop(watch);
    assert!(told.try_recv().is_err());
}

#[test]
fn the_gauge_names_who_takes_long() {
    let hub = real_hub();
    hub.handle().measure(true);
    let spin = |span: Duration| {
        let clock = Clock::real();
        let end = clock.now() + span;
        while clock.now() < end {
            std::hint::spin_loop();
        }
    };
    hub.block_on(async {
        hub::sleep(Duration::from_millis(1)).await;
        let greedy = hub::spawn("greedy", async move {
            for _ in 0..3 {
                hub::sleep(Duration::from_millis(1)).await;
                spin(Duration::from_millis(5));
            }
        });
        greedy.await.unwrap();
        hub::sleep(Duration::from_millis(1)).await;
    });
    // Nobody has labels, as nobody watches; the time is known all the same.
    let report = hub.handle().report();
    assert!(report.longest_turn >= Duration::from_millis(5), "{report:?}");
    let longest = report.longest_poll.expect("it was timed");
    assert!(longest.took >= Duration::from_millis(5), "{longest:?}");
    assert!(report.busy >= Duration::from_millis(15) && report.waited > Duration::ZERO);
    assert!(report.looks > 0 && report.polls > 0);
}

#[test]
fn blocking_work_lets_the_loop_run_and_tells_its_result() {
    let hub = test_hub();
    hub.block_on(async {
        let (open, gate) = channel::<()>();
        let blocked = hub::spawn("blocked", tpool::execute(move || gate.recv()));
        for _ in 0..5 {
            hub::yield_now().await;
        }
        assert!(!blocked.is_finished());
        open.send(()).unwrap();
        assert_eq!(blocked.await, Ok(Ok(Ok(()))));
        let broken = tpool::execute(|| std::panic::resume_unwind(Box::new("broken"))).await;
        assert_eq!(broken, Err::<(), _>(JoinError::Panicked("broken".into())));
        // The thread is none the worse for it.
        assert_eq!(tpool::execute(|| 5).await, Ok(5));
        assert_eq!(tpool::usage().started, 1);
    });
}

#[test]
fn a_test_clock_stands_still_while_a_thread_works() {
    let hub = test_hub();
    let start = hub.clock().now();
    hub.block_on(async {
        let (open, gate) = channel::<()>();
        let slow = hub::timeout(Duration::from_secs(1), tpool::execute(move || gate.recv()));
        let slow = hub::spawn("slow", slow);
        hub::yield_now().await;
        open.send(()).unwrap();
        assert_eq!(slow.await.unwrap(), Ok(Ok(Ok(()))));
        assert_eq!(hub::now(), start);
    });
}

#[test]
fn threads_are_bounded_and_who_comes_later_waits_in_the_loop() {
    let hub = test_hub();
    hub.block_on(async {
        tpool::set_num_threads(2);
        let (started, starts) = channel();
        let (gates, jobs): (Vec<_>, Vec<_>) = (0..4)
            .map(|n| {
                let (open, gate) = channel::<()>();
                let started = started.clone();
                let job = tpool::execute(move || {
                    started.send(n).unwrap();
                    gate.recv().unwrap();
                    n
                });
                (open, hub::spawn("job", job))
            })
            .unzip();
        hub::yield_now().await;
        hub::yield_now().await;
        let mut first = [starts.recv().unwrap(), starts.recv().unwrap()];
        first.sort_unstable();
        assert_eq!(first, [0, 1]);
        let usage = tpool::usage();
        assert_eq!((usage.size, usage.started, usage.idle, usage.waiting), (2, 2, 0, 2));
        assert!(starts.try_recv().is_err());
        for gate in gates {
            gate.send(()).unwrap();
        }
        let results: Vec<_> = hub::joinall(jobs).await.into_iter().map(|n| n.unwrap()).collect();
        assert_eq!(results, [Ok(0), Ok(1), Ok(2), Ok(3)]);
        assert_eq!(tpool::usage().idle, 2);
        tpool::set_num_threads(1);
        assert_eq!(tpool::execute(|| 5).await, Ok(5));
        assert_eq!(tpool::usage().started, 1);
    });
}

#[test]
fn work_whose_caller_has_gone_keeps_its_thread_until_it_is_done() {
    let hub = test_hub();
    hub.block_on(async {
        tpool::set_num_threads(1);
        let (open, gate) = channel::<()>();
        let given_up = hub::spawn("given up", tpool::execute(move || gate.recv()));
        hub::yield_now().await;
        hub::yield_now().await;
        hub::kill(&given_up).await;
        // It waits for the thread; were it dropped, it would never begin.
        let never = hub::spawn("never", tpool::execute(|| unreachable!("its caller has gone")));
        hub::yield_now().await;
        hub::kill(&never).await;
        let next = hub::spawn("next", tpool::execute(|| 7));
        hub::yield_now().await;
        assert_eq!(tpool::usage().waiting, 1);
        open.send(()).unwrap();
        assert_eq!(next.await, Ok(Ok(7)));
    });
}

#[test]
fn a_hub_that_goes_while_a_thread_works_leaves_nothing_behind() {
    let (open, gate) = channel::<()>();
    let hub = test_hub();
    let task = hub.handle().spawn("task", tpool::execute(move || gate.recv()));
    hub.turn();
    hub.turn();
    assert_eq!(tpool::usage().started, 1);
    drop(hub);
    drop(task);
    assert_eq!(tpool::usage().started, 0);
    drop(open);
    assert_eq!(test_hub().block_on(tpool::execute(|| 1)), Ok(1));
}
