//! A storm of flow-mods against the embedded switch, on a clock that stands still: one of them is bad,
//! that one fails with its reason, all others complete, nothing leaks. A binary of its own, because it
//! counts what the allocator does.

use std::alloc::System;
use std::cell::RefCell;
use std::time::Duration;

use ryu_sdn::ofproto::{
    BarrierRequest, ErrorKind, FlowStatsRequest, MultipartReplyBody, MultipartRequest, TableId,
};
use ryu_sdn::prelude::*;
use ryu_sdn::session::RequestError;
use ryu_sdn::sim::Lab;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const STORM: u64 = 10_000;
const BAD: u64 = 5_000;

thread_local! {
    static SWITCHES: RefCell<Vec<Datapath>> = const { RefCell::new(Vec::new()) };
}

#[derive(Default)]
struct Holder;

/// Keeps the handles of the switches that are there
#[app(name = "holder")]
impl Holder {
    #[set_ev_cls(ofp_event::StateChange, [MAIN_DISPATCHER, DEAD_DISPATCHER])]
    fn state(&mut self, ev: &ofp_event::StateChange) {
        SWITCHES.with_borrow_mut(|switches| switches.retain(|dp| *dp != ev.datapath));
        if ev.phase == MAIN_DISPATCHER {
            SWITCHES.with_borrow_mut(|switches| switches.push(ev.datapath.clone()));
        }
    }
}

fn flow(i: u64) -> FlowMod {
    let eth_dst = MacAddr::from([2, 0, 0, (i >> 16) as u8, (i >> 8) as u8, i as u8]);
    let match_ = Match::new().eth_dst(eth_dst);
    FlowMod {
        match_,
        instructions: Instruction::apply([Action::output(PortNo(1))]),
        ..FlowMod::add()
    }
}

/// What this switch refuses: an output to a port that cannot be.
fn bad() -> FlowMod {
    FlowMod { instructions: Instruction::apply([Action::output(PortNo(0))]), ..flow(0) }
}

fn lab(version: Version) -> (Lab, Datapath) {
    SWITCHES.take();
    let lab = Lab::new("minimal", &["holder"]).versions([version]).seed(1).start().unwrap();
    let dp = SWITCHES.with_borrow(|switches| switches[0].clone());
    assert_eq!(dp.version(), version);
    (lab, dp)
}

async fn storm(dp: &Datapath) {
    let mut sent = Vec::new();
    for i in 0..STORM {
        // What a switch cannot take in time waits here, and not in memory.
        dp.room().await.unwrap();
        sent.push(if i == BAD { dp.confirm(&bad()) } else { dp.confirm(&flow(i)) });
    }
    for (i, delivery) in (0..).zip(sent) {
        match delivery.await {
            Ok(()) => assert_ne!(i, BAD),
            Err(RequestError::Refused(refusal)) => {
                assert_eq!(i, BAD, "{refusal}");
                assert_eq!(refusal.kind(), Some(ErrorKind::BadActionBadOutPort));
                assert!(refusal.to_string().contains("flow_mod"), "{refusal}");
            }
            Err(error) => panic!("{i}: {error}"),
        }
    }
    assert_eq!(dp.pending_requests(), 0);
}

async fn count(dp: &Datapath) -> usize {
    let mut parts = dp.stream(&MultipartRequest::flow(FlowStatsRequest::default()));
    let mut n = 0;
    while let Some(part) = parts.next().await {
        let MultipartReplyBody::Flow(entries) = part.unwrap() else { panic!() };
        n += entries.len();
    }
    n
}

async fn fill_trace(dp: &Datapath) {
    for i in 0..100_000 {
        dp.send(&BarrierRequest).unwrap();
        if i % 1_000 == 0 {
            dp.barrier().await.unwrap();
        }
    }
}

fn in_use() -> isize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
}

#[test]
fn of_ten_thousand_flow_mods_the_bad_one_fails_and_nothing_leaks() {
    for version in [V1_0, V1_3] {
        let (mut lab, dp) = lab(version);
        // The lab's trace is full then, and grows no more.
        lab.run(fill_trace(&dp));
        let mut used = Vec::new();
        for _ in 0..4 {
            lab.run(storm(&dp));
            assert_eq!(lab.run(count(&dp)), STORM as usize - 1, "{version}");
            // Joined, it is the same.
            let all = lab.run(async {
                dp.request(&MultipartRequest::flow(FlowStatsRequest::default())).await
            });
            let MultipartReplyBody::Flow(all) = all.unwrap() else { panic!() };
            assert_eq!(all.len(), STORM as usize - 1);
            drop(all);
            let delete = FlowMod { table_id: TableId::ALL, ..FlowMod::delete() };
            lab.run(async { dp.confirm(&delete).await }).unwrap();
            assert_eq!(lab.run(count(&dp)), 0);
            lab.advance(Duration::from_secs(1));
            used.push(in_use());
        }
        // The first round makes room in tables and queues that is kept.
        let grown = used[3] - used[1];
        assert!(grown < 64 * 1024, "{version}: {used:?}");
    }
}
