use std::time::Duration;

use super::{House, note};
use crate::prelude::*;

#[derive(Debug, Event)]
#[event(provider = "first")]
struct Greeting;

struct First {
    app: AppHandle,
}

#[app(name = "first")]
impl First {
    #[init]
    fn new(app: AppHandle) -> Self {
        note(format!("{} is built", app.name()));
        First { app }
    }

    #[start]
    async fn start(&mut self) {
        note("first starts");
        // Everybody is subscribed by now: nobody misses an early event.
        self.app.send_event_to_observers(Greeting).await;
        self.app.spawn("first's own", async {
            loop {
                hub::sleep(Duration::from_secs(60)).await;
                note("first's own task");
            }
        });
    }

    #[stop]
    fn stop(&mut self) {
        note("first stops");
    }
}

#[derive(Default)]
struct Second;

#[app(name = "second", requires = ["first"])]
impl Second {
    #[set_ev_cls(Greeting)]
    fn greeted(&mut self, _ev: &Greeting) {
        note("second is greeted");
    }

    #[stop]
    async fn stop(&mut self) -> AppResult {
        hub::sleep(Duration::from_millis(10)).await;
        note("second stops");
        Ok(())
    }
}

#[derive(Default)]
struct Stubborn;

#[app(name = "stubborn")]
impl Stubborn {
    #[stop]
    async fn stop(&mut self) {
        hub::sleep(Duration::from_secs(3600)).await;
        note("never");
    }
}

#[derive(Default)]
struct Ticker {
    ticks: u32,
}

#[app(name = "ticker")]
impl Ticker {
    #[every(seconds = 10)]
    async fn tick(&mut self) {
        self.ticks += 1;
        note(format!("tick {}", self.ticks));
        if self.ticks == 2 {
            hub::sleep(Duration::from_secs(35)).await;
            note("awake");
        }
    }
}

#[test]
fn what_is_needed_starts_first_and_stops_last() {
    let house = House::start(&["second"]);
    assert_eq!(house.apps.running(), ["first", "second"]);
    house.settle();
    assert_eq!(house.stop(), ["second stops", "first stops"]);
}

#[test]
fn apps_start_when_all_are_subscribed() {
    let hub_and_apps = House::start(&["second", "first"]);
    // `start` has taken the trace of building; what follows came with the first turns.
    let words = super::trace();
    assert_eq!(words, ["first is built", "first starts", "second is greeted"]);
    drop(hub_and_apps);
}

#[test]
fn the_tasks_of_an_app_end_with_it() {
    let mut house = House::start(&["first"]);
    house.settle();
    house.hub.advance(Duration::from_secs(120));
    assert_eq!(house.settle(), ["first's own task", "first's own task"]);
    house.hub.block_on(async { house.apps.stop().await });
    assert_eq!(house.settle(), ["first stops"]);
    house.hub.advance(Duration::from_secs(600));
    assert_eq!(house.settle(), Vec::<String>::new());
    assert_eq!(house.hub.handle().task_count(), 0);
}

#[test]
fn an_app_that_does_not_stop_is_dropped_in_time() {
    let house = House::start(&["stubborn", "second"]);
    let start = house.hub.clock().now();
    let clock = house.hub.clock().clone();
    house.settle();
    assert_eq!(house.stop(), ["second stops", "first stops"]);
    assert!(clock.now() - start <= super::super::STOP_GRACE);
}

#[test]
fn a_timer_that_is_late_is_not_made_up_for() {
    let house = House::start(&["ticker"]);
    house.hub.advance(Duration::from_secs(20));
    assert_eq!(house.settle(), ["tick 1", "tick 2"]);
    // Three periods pass while the second tick is served: one tick waits, not three.
    house.hub.advance(Duration::from_secs(36));
    assert_eq!(house.settle(), ["awake", "tick 3"]);
    house.hub.advance(Duration::from_secs(10));
    assert_eq!(house.settle(), ["tick 4"]);
}

#[test]
fn an_app_that_does_not_stop_leaves_time_for_the_others() {
    let house = House::start(&["second", "stubborn"]);
    let start = house.hub.clock().now();
    let clock = house.hub.clock().clone();
    house.settle();
    assert_eq!(house.stop(), ["second stops", "first stops"]);
    assert!(clock.now() - start <= super::super::STOP_GRACE);
}

#[derive(Debug, Event)]
#[event(provider = "busy_ticker")]
struct Work;

#[derive(Default)]
struct BusyTicker {
    ticks: u32,
}

#[app(name = "busy_ticker")]
impl BusyTicker {
    #[every(seconds = 10)]
    fn tick(&mut self) {
        self.ticks += 1;
        note(format!("tick {}", self.ticks));
    }

    #[set_ev_cls(Work)]
    async fn work(&mut self, _ev: &Work) {
        hub::sleep(Duration::from_secs(35)).await;
    }
}

/// The tick could not even be put into the inbox, so full was that.
#[test]
fn a_timer_that_finds_no_room_is_not_made_up_for() {
    let house = House::start(&["busy_ticker"]);
    let bus = house.apps.bus().clone();
    let work = hub::Handle::spawn(&house.hub.handle(), "work", async move {
        for _ in 0..crate::app::INBOX_CAPACITY + 1 {
            bus.publish(Work, None).await;
        }
    });
    house.hub.run_until_idle();
    assert!(work.is_finished());
    house.hub.advance(Duration::from_secs(35 * 129));
    assert_eq!(house.settle(), ["tick 1"]);
    house.hub.advance(Duration::from_secs(10));
    assert_eq!(house.settle(), ["tick 2"]);
}
