//! What many tasks, timers and elements take of memory. A binary of its own, with one test, because
//! it counts what the allocator does.

use std::alloc::System;
use std::time::Duration;

use ryu_sdn::clock::Clock;
use ryu_sdn::hub::{self, Hub};
use ryu_sdn::pool::GreenPool;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes that are held since the region began.
fn held(region: &Region<'_, System>) -> usize {
    let stats = region.change();
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}

const SLEEPERS: usize = 100_000;
/// The most that so many sleeping tasks may take.
const SLEEPERS_BYTES: usize = 60_000_000;

#[test]
fn tasks_timers_and_maps_take_what_they_should() {
    let hub = Hub::new(Clock::test()).unwrap();
    hub.block_on(async {
        let region = Region::new(ALLOCATOR);
        let sleepers: Vec<_> = (0..SLEEPERS)
            .map(|_| hub::spawn("sleeper", hub::sleep(Duration::from_secs(1))))
            .collect();
        hub::yield_now().await;
        assert_eq!(hub::current().timer_count(), SLEEPERS);
        let bytes = held(&region);
        println!("{SLEEPERS} sleeping tasks: {bytes} bytes, {} each", bytes / SLEEPERS);
        assert!(bytes < SLEEPERS_BYTES, "{bytes}");
        drop(hub::joinall(sleepers).await);

        // Memory of a map does not grow with what has gone through it.
        let mut map = GreenPool::new(10).imap(0..1_000_000u32, |n| async move {
            hub::yield_now().await;
            n
        });
        let region = Region::new(ALLOCATOR);
        let mut most = 0;
        while let Some(n) = map.next().await {
            if n.unwrap() % 1000 == 0 {
                most = most.max(held(&region));
            }
        }
        println!("imap: {most} bytes");
        assert!(most < 20_000, "{most}");

        // Nor does that of timers with how many there were.
        let region = Region::new(ALLOCATOR);
        for n in 0..1_000_000u64 {
            let once = std::future::ready(());
            let limit = Duration::from_millis(1000 + n % 64);
            assert!(hub::timeout(limit, once).await.is_ok());
            if n % 100 == 0 {
                // Armed for real, and given up.
                let wait = hub::timeout(limit, hub::yield_now());
                assert!(wait.await.is_ok());
            }
        }
        let bytes = held(&region);
        println!("timers: {bytes} bytes");
        assert!(bytes < 1000, "{bytes}");
    });
}
