//! Tests of the pools; all on a test clock.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::rc::Rc;
use std::time::Duration;

use super::{DagPool, GreenPile, GreenPool};
use crate::clock::Clock;
use crate::hub::{self, Hub, JoinError};

fn run<F: Future>(future: F) -> F::Output {
    Hub::new(Clock::test()).expect("a test may open an epoll descriptor").block_on(future)
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn spawn_waits_for_a_slot_in_order_of_arrival() {
    run(async {
        let (pool, trace) = (GreenPool::new(1), Rc::new(RefCell::new(Vec::new())));
        let spawners = (0..4).map(|n| {
            let (pool, trace) = (pool.clone(), trace.clone());
            hub::spawn("spawner", async move {
                let said = trace.clone();
                let task = pool.spawn("worker", async move {
                    hub::yield_now().await;
                    said.borrow_mut().push(n);
                });
                let task = task.await;
                task.await.unwrap();
            })
        });
        let spawners: Vec<_> = spawners.collect();
        hub::yield_now().await;
        assert_eq!((pool.running(), pool.free(), pool.waiting()), (1, 0, 3));
        pool.waitall().await;
        hub::joinall(spawners).await;
        assert_eq!(*trace.borrow(), [0, 1, 2, 3]);
        assert_eq!((pool.running(), pool.free(), pool.waiting()), (0, 1, 0));
    });
}

#[test]
fn a_spawn_that_is_given_up_takes_no_slot_and_lets_waitall_end() {
    run(async {
        let pool = GreenPool::new(1);
        let first = pool.spawn("first", pending::<()>()).await;
        let second = hub::timeout(SECOND, pool.spawn("second", async {})).await;
        assert!(second.is_err());
        assert_eq!(pool.waiting(), 0);
        first.kill();
        pool.waitall().await;
        assert_eq!((pool.running(), pool.free()), (0, 1));
        // Promised a slot, and given up before it could take it.
        let first = pool.spawn("first", async {}).await;
        let theirs = pool.clone();
        let second = hub::spawn("spawner", async move {
            let task = theirs.spawn("x", async {}).await;
            task.await
        });
        hub::yield_now().await;
        hub::yield_now().await;
        hub::kill(&second).await;
        drop((first, second));
        pool.waitall().await;
        assert_eq!((pool.running(), pool.free(), pool.waiting()), (0, 1, 0));
    });
}

#[test]
fn slots_come_back_however_a_task_ends() {
    run(async {
        let pool = GreenPool::new(2);
        let panics = pool.spawn("panics", async { std::panic::resume_unwind(Box::new("x")) }).await;
        let killed = pool.spawn("killed", pending::<()>()).await;
        killed.kill();
        assert_eq!(panics.await, Err::<(), _>(JoinError::Panicked("x".into())));
        assert_eq!(killed.await, Err(JoinError::Killed));
        // Dropped before it was ever polled.
        drop(pool.spawn("unborn", pending::<()>()).await);
        pool.waitall().await;
        assert_eq!((pool.running(), pool.free()), (0, 2));
    });
}

#[test]
fn a_full_pool_runs_what_its_own_tasks_spawn_in_place() {
    run(async {
        let (pool, depth) = (GreenPool::new(1), Rc::new(Cell::new(0)));
        fn dig(
            pool: GreenPool,
            depth: Rc<Cell<u32>>,
        ) -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
            Box::pin(async move {
                depth.set(depth.get() + 1);
                if depth.get() < 50 {
                    pool.spawn_n("deeper", dig(pool.clone(), depth.clone())).await;
                    assert_eq!(pool.running(), 1);
                }
            })
        }
        pool.spawn_n("dig", dig(pool.clone(), depth.clone())).await;
        pool.waitall().await;
        assert_eq!(depth.get(), 50);
    });
}

#[test]
fn waitall_waits_for_tasks_that_are_spawned_meanwhile() {
    run(async {
        let (pool, count) = (GreenPool::new(3), Rc::new(Cell::new(0)));
        let (theirs, counted) = (pool.clone(), count.clone());
        let first = async move {
            for _ in 0..5 {
                let counted = counted.clone();
                hub::sleep(SECOND).await;
                let last = async move {
                    hub::sleep(SECOND * 10).await;
                    counted.set(counted.get() + 1);
                };
                theirs.spawn_n("later", last).await;
            }
        };
        pool.spawn_n("first", first).await;
        pool.waitall().await;
        assert_eq!(count.get(), 5);
    });
}

#[test]
fn waitall_refuses_to_wait_for_its_caller() {
    run(async {
        let pool = GreenPool::new(3);
        let theirs = pool.clone();
        let task = pool.spawn("inside", async move { theirs.waitall().await }).await;
        let Err(JoinError::Panicked(message)) = task.await else { panic!("it should refuse") };
        assert!(message.contains("it would wait for itself"), "{message}");
    });
}

#[test]
fn a_pool_of_no_size_waits_until_it_is_resized() {
    run(async {
        let pool = GreenPool::new(0);
        let theirs = pool.clone();
        let spawner =
            hub::spawn("spawner", async move { theirs.spawn("x", async { 7 }).await.await });
        hub::yield_now().await;
        assert!(hub::timeout(SECOND, pool.waitall()).await.is_err());
        assert_eq!((pool.waiting(), pool.free(), spawner.is_finished()), (1, 0, false));
        pool.resize(1);
        assert_eq!(spawner.await, Ok(Ok(7)));
        pool.waitall().await;
    });
}

#[test]
fn a_pool_that_shrinks_lets_in_nobody_until_enough_have_left() {
    run(async {
        let pool = GreenPool::new(3);
        for seconds in 1..=3 {
            pool.spawn_n("nap", hub::sleep(SECOND * seconds)).await;
        }
        pool.resize(1);
        assert_eq!((pool.free(), pool.running()), (-2, 3));
        let start = hub::now();
        pool.spawn_n("next", async {}).await;
        assert_eq!(hub::now() - start, SECOND * 3);
        pool.resize(4);
        assert_eq!(pool.free() + pool.running() as isize, 4);
        pool.waitall().await;
        assert_eq!(pool.free(), 4);
    });
}

#[test]
fn piles_share_a_pool_and_keep_their_own_order() {
    run(async {
        let pool = GreenPool::new(2);
        let piles = [GreenPile::new(pool.clone()), GreenPile::new(pool.clone())];
        for n in 0..6u32 {
            let nap = SECOND * (7 - n);
            let number = async move {
                hub::sleep(nap).await;
                n
            };
            piles[n as usize % 2].spawn("number", number).await;
            assert!(pool.running() <= 2);
        }
        for (first, pile) in piles.iter().enumerate() {
            let mut all = Vec::new();
            while let Some(result) = pile.next().await {
                all.push(result.unwrap());
            }
            let first = u32::try_from(first).unwrap();
            assert_eq!(all, [first, first + 2, first + 4]);
        }
    });
}

#[test]
fn a_pile_tells_of_an_error_at_its_place_and_goes_on() {
    run(async {
        let pile = GreenPile::new(GreenPool::default());
        assert_eq!(pile.next().await, None);
        for n in 0..3 {
            let number = async move {
                match n {
                    1 => std::panic::resume_unwind(Box::new("one")),
                    n => n,
                }
            };
            pile.spawn("number", number).await;
        }
        assert_eq!(pile.len(), 3);
        assert_eq!(pile.next().await, Some(Ok(0)));
        assert_eq!(pile.next().await, Some(Err(JoinError::Panicked("one".into()))));
        assert_eq!(pile.next().await, Some(Ok(2)));
        assert_eq!(pile.next().await, None);
    });
}

#[test]
fn a_pile_gives_again_what_was_not_taken_and_forgets_what_was_not_spawned() {
    run(async {
        let pile = Rc::new(GreenPile::new(GreenPool::new(1)));
        let slow = async {
            hub::sleep(SECOND * 5).await;
            "slow"
        };
        pile.spawn("slow", slow).await;
        assert!(hub::timeout(SECOND, pile.next()).await.is_err());
        // Waits for a slot, and gives up: whoever waits for its result goes on to the end.
        let theirs = pile.clone();
        let spawner = hub::spawn("spawner", async move { theirs.spawn("x", async { "x" }).await });
        hub::yield_now().await;
        assert_eq!(pile.len(), 2);
        let theirs = pile.clone();
        let taker = hub::spawn("taker", async move { (theirs.next().await, theirs.next().await) });
        hub::sleep(SECOND).await;
        drop(spawner);
        assert_eq!(taker.await, Ok((Some(Ok("slow")), None)));
    });
}

#[test]
fn imap_keeps_order_and_bound_for_a_million_elements() {
    const MANY: u32 = 1_000_000;
    run(async {
        let (in_flight, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let (ours, highest) = (in_flight.clone(), most.clone());
        let asked = Rc::new(Cell::new(0));
        let asking = asked.clone();
        let items = (0..MANY).inspect(move |_| asking.set(asking.get() + 1));
        let mut map = GreenPool::new(10).imap(items, move |n| {
            let (ours, highest) = (ours.clone(), highest.clone());
            async move {
                ours.set(ours.get() + 1);
                highest.set(highest.get().max(ours.get()));
                if n % 7 == 0 {
                    hub::yield_now().await;
                }
                ours.set(ours.get() - 1);
                n
            }
        });
        let mut expected = 0;
        while let Some(n) = map.next().await {
            assert_eq!(n, Ok(expected));
            expected += 1;
            // What is under way is bounded, so memory is.
            assert!(asked.get() - expected <= 22, "{} {expected}", asked.get());
            assert!(hub::current().task_count() <= 12);
        }
        assert_eq!(expected, MANY);
        assert!(most.get() > 1 && most.get() <= 10, "{}", most.get());
    });
}

#[test]
fn a_map_that_nobody_reads_stops_and_one_that_is_dropped_ends() {
    run(async {
        let asked = Rc::new(Cell::new(0));
        let asking = asked.clone();
        let endless = (0..).inspect(move |_| asking.set(asking.get() + 1));
        let mut map = GreenPool::new(4).imap(endless, |n: u32| async move { n });
        hub::sleep(SECOND).await;
        assert!(asked.get() <= 9, "{}", asked.get());
        assert_eq!(map.next().await, Some(Ok(0)));
        drop(map);
        hub::yield_now().await;
        assert_eq!(hub::current().task_count(), 0);
    });
}

#[test]
fn a_map_tells_of_errors_at_their_places_and_of_a_broken_iterator_at_the_end() {
    run(async {
        let items = (0..4).map(|n| match n {
            3 => std::panic::resume_unwind(Box::new("no third")),
            n => n,
        });
        let mut map = GreenPool::new(2).imap(items, |n| async move {
            match n {
                1 => std::panic::resume_unwind(Box::new("one")),
                n => n,
            }
        });
        assert_eq!(map.next().await, Some(Ok(0)));
        assert_eq!(map.next().await, Some(Err(JoinError::Panicked("one".into()))));
        assert_eq!(map.next().await, Some(Ok(2)));
        assert_eq!(map.next().await, Some(Err(JoinError::Panicked("no third".into()))));
        assert_eq!(map.next().await, None);
    });
}

#[test]
fn a_graph_of_ten_thousand_runs_in_the_order_of_its_edges() {
    const MANY: u32 = 10_000;
    run(async {
        let pool = DagPool::new();
        // Each needs half of itself and a third of itself; the last are spawned first.
        for n in (1..=MANY).rev() {
            let depends = [n / 2, n / 3].into_iter().filter(|&part| part > 0);
            pool.spawn(n, depends, |n, results| async move {
                let parts = results.all().await?;
                let deepest: Option<u32> = parts.into_values().max();
                Ok(deepest.map_or(u32::from(n == 1), |depth| depth + 1))
            })
            .unwrap();
        }
        assert_eq!((pool.running(), pool.waiting()), (10_000, 9_999));
        let depths = pool.waitall().await.unwrap();
        assert!(depths.iter().all(|(&n, &depth)| depth == n.ilog2() + 1));
        assert_eq!((pool.running(), pool.waiting()), (0, 0));
        hub::yield_now().await;
        assert_eq!(hub::current().task_count(), 0);
    });
}

#[test]
fn a_task_of_a_graph_that_panics_is_an_error_for_who_needs_it() {
    run(async {
        let pool = DagPool::<&str, u32>::new();
        pool.spawn("broken", [], |_, _| async { std::panic::resume_unwind(Box::new("oh")) })
            .unwrap();
        let needs = |_, results: super::DagResults<&'static str, u32>| async {
            Ok(results.all().await?.values().sum())
        };
        pool.spawn("needs", ["broken"], needs).unwrap();
        let error = pool.wait(["needs"]).await.unwrap_err();
        assert_eq!(error.key, "needs");
        let text = "\"needs\" has no value: \"broken\" has no value: ";
        assert!(
            error.to_string().starts_with(text) && error.to_string().ends_with("oh"),
            "{error}"
        );
        assert!(pool.items().is_err());
    });
}

#[test]
fn a_circle_waits_and_can_be_cut() {
    run(async {
        let pool = DagPool::new();
        let sum = |_, results: super::DagResults<u32, u32>| async {
            Ok(1 + results.all().await?.values().sum::<u32>())
        };
        pool.spawn_many([(1, [2]), (2, [3]), (3, [1])], sum).unwrap();
        assert!(hub::timeout(SECOND, pool.waitall()).await.is_err());
        assert_eq!(pool.all_waiting().len(), 3);
        assert!(pool.kill(&1) && !pool.kill(&1));
        assert!(pool.spawn(2, [], sum).is_err());
        pool.post(1, 0).unwrap();
        assert_eq!(pool.waitall().await.unwrap().into_values().collect::<Vec<_>>(), [0, 2, 1]);
    });
}
