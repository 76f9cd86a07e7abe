//! One packet-in through an app: bytes in, session, event, bus, inbox, handler, outbox, bytes out.
//! No socket; what is measured is the work per packet-in.
//!
//! ```text
//! cargo bench --bench dispatch
//! ```

use std::time::{Duration, Instant};

use criterion::{Bencher, Criterion, Throughput, criterion_group, criterion_main};

mod rig;

use rig::{APPS, BATCH, Rig};
use ryu_sdn::ofproto::Version;
use ryu_sdn::prelude::*;

/// Apps that take every packet-in and do nothing with it.
macro_rules! listeners {
    ($($name:ident $text:tt)*) => {
        $(
            #[derive(Default)]
            struct $name(u64);

            #[app(name = $text)]
            impl $name {
                #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
                fn packet_in(&mut self, _: &ofp_event::PacketIn) {
                    self.0 += 1;
                }
            }
        )*
        const LISTENERS: &[&str] = &[$($text),*];
    };
}

listeners! {
    First "listener_1"
    Second "listener_2"
    Third "listener_3"
    Fourth "listener_4"
    Fifth "listener_5"
    Sixth "listener_6"
    Seventh "listener_7"
}

fn through_an_app(c: &mut Criterion) {
    let mut group = c.benchmark_group("packet_in_to_flow_mod");
    group.throughput(Throughput::Elements(BATCH)).measurement_time(Duration::from_secs(5));
    for (app, version) in APPS {
        group.bench_function(app, |b| through(b, &[app], version));
    }
    group.finish();
}

/// What it costs that others listen to packet-ins, too.
fn with_listeners(c: &mut Criterion) {
    let mut group = c.benchmark_group("apps_that_listen");
    group.throughput(Throughput::Elements(BATCH)).measurement_time(Duration::from_secs(5));
    for others in [0, 1, 3, 7] {
        let names: Vec<&str> = ["cbench"].iter().chain(&LISTENERS[..others]).copied().collect();
        let title = format!("cbench and {others} listeners");
        group.bench_function(title, |b| through(b, &names, APPS[0].1));
    }
    group.finish();
}

fn through(b: &mut Bencher<'_>, names: &[&str], version: Version) {
    let (hub, apps) = rig::start(names);
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
}

criterion_group!(benches, through_an_app, with_listeners);
criterion_main!(benches);
