//! What the hub costs, apart from any socket: `cargo bench --bench hub`.
//!
//! Every iteration handles 10,000 elements (tasks, yields, items, timers), so criterion's figure in
//! microseconds is that of one element in tenths of a nanosecond; *elem/s* is per element.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ryu_sdn::clock::Clock;
use ryu_sdn::hub::{self, Hub};
use ryu_sdn::sync::Queue;

/// Elements per iteration: enough to make the cost of `block_on` itself invisible.
const MANY: u64 = 10_000;

fn hub() -> Hub {
    Hub::new(Clock::real()).expect("the bench needs an epoll descriptor")
}

/// One task at a time: spawned, run, joined.
fn spawn_and_join(criterion: &mut Criterion) {
    let hub = hub();
    let mut group = criterion.benchmark_group("hub");
    group.throughput(Throughput::Elements(MANY));
    group.bench_function("spawn and join", |bencher| {
        bencher.iter(|| {
            hub.block_on(async {
                for n in 0..MANY {
                    black_box(hub::spawn("child", async move { n }).await.ok());
                }
            });
        });
    });
    group.bench_function("spawn 10000, then join", |bencher| {
        bencher.iter(|| {
            hub.block_on(async {
                let tasks = (0..MANY).map(|n| hub::spawn("child", async move { n }));
                black_box(hub::joinall(tasks).await);
            });
        });
    });
    group.finish();
}

/// A hundred tasks that take turns.
fn yield_among_100(criterion: &mut Criterion) {
    const TASKS: u64 = 100;
    let hub = hub();
    let mut group = criterion.benchmark_group("hub");
    group.throughput(Throughput::Elements(MANY));
    group.bench_function("yield among 100", |bencher| {
        bencher.iter(|| {
            hub.block_on(async {
                let tasks = (0..TASKS).map(|_| {
                    hub::spawn("yields", async {
                        for _ in 0..MANY / TASKS {
                            hub::yield_now().await;
                        }
                    })
                });
                hub::joinall(tasks).await
            });
        });
    });
    group.finish();
}

/// The same with the stall watch and the gauge on: what it costs to be watched.
fn watched(criterion: &mut Criterion) {
    const TASKS: u64 = 100;
    let hub = hub();
    hub.handle().measure(true);
    let _watch = hub.handle().watch_stalls(hub::STALL_LIMIT).expect("a thread");
    let mut group = criterion.benchmark_group("hub, watched");
    group.throughput(Throughput::Elements(MANY));
    group.bench_function("spawn and join", |bencher| {
        bencher.iter(|| {
            hub.block_on(async {
                for n in 0..MANY {
                    black_box(hub::spawn("child", async move { n }).await.ok());
                }
            });
        });
    });
    group.bench_function("yield among 100", |bencher| {
        bencher.iter(|| {
            hub.block_on(async {
                let tasks = (0..TASKS).map(|_| {
                    hub::spawn("yields", async {
                        for _ in 0..MANY / TASKS {
                            hub::yield_now().await;
                        }
                    })
                });
                hub::joinall(tasks).await
            });
        });
    });
    group.finish();
}

/// One task puts, one gets, and 128 items fit between them.
fn queue_of_128(criterion: &mut Criterion) {
    let hub = hub();
    let mut group = criterion.benchmark_group("hub");
    group.throughput(Throughput::Elements(MANY));
    group.bench_function("queue of 128", |bencher| {
        bencher.iter(|| {
            hub.block_on(async {
                let queue = Queue::bounded(128);
                let inbox = queue.clone();
                let producer = hub::spawn("producer", async move {
                    for n in 0..MANY {
                        inbox.put(n).await.expect("closed by us alone");
                    }
                    inbox.close();
                });
                while let Some(n) = queue.get().await {
                    black_box(n);
                }
                producer.await
            })
        });
    });
    group.finish();
}

/// A timer that never fires, as nearly all timeouts are.
fn arm_and_cancel(criterion: &mut Criterion) {
    let hub = hub();
    let mut group = criterion.benchmark_group("hub");
    group.throughput(Throughput::Elements(MANY));
    for (name, armed) in [("timer", 0u64), ("timer among 100000", 100_000)] {
        group.bench_function(format!("arm and cancel a {name}"), |bencher| {
            let others: Vec<_> = (0..armed)
                .map(|n| {
                    let deadline =
                        Duration::from_secs(1000) + Duration::from_micros(n * 7919 % armed);
                    hub.handle().spawn("other", async move { hub::sleep(deadline).await })
                })
                .collect();
            hub.run_until_idle();
            bencher.iter(|| {
                hub.block_on(async {
                    for n in 0..MANY {
                        let limit = Duration::from_millis(1000 + n % 64);
                        let mut is_armed = false;
                        let once = std::future::poll_fn(|_| {
                            // Pending once, so that the timer is armed.
                            match std::mem::replace(&mut is_armed, true) {
                                true => std::task::Poll::Ready(()),
                                false => std::task::Poll::Pending,
                            }
                        });
                        let mut wait = std::pin::pin!(hub::timeout(limit, once));
                        std::future::poll_fn(|cx| {
                            let _ = wait.as_mut().poll(cx);
                            std::task::Poll::Ready(())
                        })
                        .await;
                    }
                });
            });
            drop(others);
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = spawn_and_join, yield_among_100, watched, queue_of_128, arm_and_cancel
}
criterion_main!(benches);
