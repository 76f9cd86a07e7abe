//! One packet-in through an app: bytes in, session, event, bus, inbox, handler, outbox, bytes out.
//! No socket; what is measured is the work per packet-in.
//!
//! ```text
//! cargo bench --bench dispatch
//! ```

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod rig;

use rig::{APPS, BATCH, Rig};

fn through_an_app(c: &mut Criterion) {
    let mut group = c.benchmark_group("packet_in_to_flow_mod");
    group.throughput(Throughput::Elements(BATCH)).measurement_time(Duration::from_secs(5));
    for (app, version) in APPS {
        group.bench_function(app, |b| {
            let (hub, apps) = rig::start(app);
            let mut rig = Rig::new(version);
            let bus = apps.bus().clone();
            b.iter_custom(|rounds| {
                hub.block_on(async {
                    for _ in 0..rig.batches.len() {
                        assert!(rig.turn(&bus).await > 0);
                    }
                    let start = Instant::now();
                    for _ in 0..rounds {
                        rig.turn(&bus).await;
                    }
                    start.elapsed()
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, through_an_app);
criterion_main!(benches);
