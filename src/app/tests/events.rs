use std::time::Duration;

use super::{House, note};
use crate::app::{EventLost, INBOX_CAPACITY};
use crate::prelude::*;

#[derive(Debug, Event)]
#[event(provider = "speaker")]
struct Said(u32);

#[derive(Debug, Event)]
#[event(provider = "speaker")]
struct Unheard;

#[derive(Default)]
struct Speaker;

#[app(name = "speaker")]
impl Speaker {}

#[derive(Default)]
struct Listener;

#[app(name = "listener")]
impl Listener {
    #[set_ev_cls(Said, MAIN_DISPATCHER)]
    fn in_main(&mut self, ev: &Said) {
        note(format!("main {}", ev.0));
    }

    #[set_ev_cls(Said, [HANDSHAKE_DISPATCHER, CONFIG_DISPATCHER])]
    fn earlier(&mut self, ev: &Said) {
        note(format!("earlier {}", ev.0));
    }

    #[set_ev_cls(Said)]
    fn always(&self, ev: &Said) {
        note(format!("always {}", ev.0));
    }
}

#[derive(Default)]
struct Slow;

#[app(name = "slow")]
impl Slow {
    #[set_ev_cls(Said)]
    async fn said(&mut self, ev: &Said) {
        note(format!("slow takes {}", ev.0));
        hub::sleep(Duration::from_secs(1)).await;
        note(format!("slow is done with {}", ev.0));
    }
}

#[derive(Debug, Request)]
#[request(provider = "answerer", reply = u32)]
struct Double(u32);

#[derive(Debug, Request)]
#[request(provider = "answerer", reply = u32)]
struct Ignored;

#[derive(Default)]
struct Answerer;

#[app(name = "answerer")]
impl Answerer {
    #[set_ev_cls(Asked<Double>)]
    async fn double(&mut self, ev: &Asked<Double>) {
        hub::sleep(Duration::from_secs(1)).await;
        note(format!("asked by {}", ev.from()));
        ev.reply(ev.request().0 * 2);
        ev.reply(0); // Only the first answer counts.
    }

    #[set_ev_cls(Asked<Ignored>)]
    fn ignored(&mut self, _ev: &Asked<Ignored>) {}
}

#[test]
fn a_handler_is_chosen_by_the_phase_of_the_event() {
    let house = House::start(&["listener"]);
    let bus = house.apps.bus().clone();
    for (phase, expected) in [
        (Some(Phase::Main), vec!["main 7", "always 7"]),
        (Some(Phase::Config), vec!["earlier 7", "always 7"]),
        (Some(Phase::Dead), vec!["always 7"]),
        // An event without a phase reaches them all.
        (None, vec!["main 7", "earlier 7", "always 7"]),
    ] {
        house.hub.block_on(bus.publish(Said(7), phase));
        assert_eq!(house.settle(), expected, "{phase:?}");
    }
}

#[test]
fn each_event_of_a_burst_goes_through_all_handlers_before_the_next() {
    let house = House::start(&["listener"]);
    let bus = house.apps.bus();
    assert!(bus.offer_all(Some(MAIN_DISPATCHER), &mut vec![Said(1), Said(2)]).is_ok());
    assert_eq!(house.settle(), ["main 1", "always 1", "main 2", "always 2"]);
    assert!(bus.offer_all(Some(CONFIG_DISPATCHER), &mut vec![Said(3), Said(4)]).is_ok());
    assert_eq!(house.settle(), ["earlier 3", "always 3", "earlier 4", "always 4"]);
}

#[test]
fn an_app_that_waits_takes_the_events_of_a_burst_one_by_one() {
    let house = House::start(&["slow"]);
    assert!(house.apps.bus().offer_all(None, &mut vec![Said(1), Said(2)]).is_ok());
    assert_eq!(house.settle(), ["slow takes 1"]);
    house.hub.advance(Duration::from_secs(1));
    assert_eq!(house.settle(), ["slow is done with 1", "slow takes 2"]);
    house.hub.advance(Duration::from_secs(1));
    assert_eq!(house.settle(), ["slow is done with 2"]);
}

#[test]
fn handling_an_event_loads_its_provider() {
    let house = House::start(&["listener"]);
    assert_eq!(house.apps.running(), ["speaker", "listener"]);
}

#[test]
fn an_app_takes_one_event_at_a_time_while_others_run() {
    let house = House::start(&["slow", "listener"]);
    let bus = house.apps.bus().clone();
    house.hub.block_on(async {
        bus.publish(Said(1), Some(Phase::Main)).await;
        bus.publish(Said(2), Some(Phase::Main)).await;
    });
    assert_eq!(house.settle(), ["slow takes 1", "main 1", "always 1", "main 2", "always 2"]);
    house.hub.advance(Duration::from_secs(1));
    assert_eq!(house.settle(), ["slow is done with 1", "slow takes 2"]);
    house.hub.advance(Duration::from_secs(1));
    assert_eq!(house.settle(), ["slow is done with 2"]);
}

#[test]
fn a_full_inbox_holds_its_feeder_and_nobody_else() {
    let house = House::start(&["slow"]);
    let bus = house.apps.bus().clone();
    let feeder = house.hub.handle().spawn("feeder", async move {
        for i in 0..INBOX_CAPACITY as u32 + 3 {
            bus.publish(Said(i), None).await;
            note("fed");
        }
    });
    let fed = house.settle().iter().filter(|word| *word == "fed").count();
    // One is in the handler, the inbox is full, and the feeder waits with the next.
    assert_eq!(fed, INBOX_CAPACITY + 1);
    assert_eq!(house.apps.bus().try_publish(Said(0), None), Err(EventLost::Full));
    house.hub.advance(Duration::from_secs(2));
    assert_eq!(house.settle().iter().filter(|word| *word == "fed").count(), 2);
    assert!(feeder.is_finished());
}

#[test]
fn an_event_can_be_sent_to_one_app() {
    let house = House::start(&["listener", "slow"]);
    let bus = house.apps.bus().clone();
    let lost = |to: &'static str| {
        let bus = bus.clone();
        house.hub.block_on(async move { bus.send("test", to, Said(1)).await })
    };
    assert_eq!(lost("listener"), Ok(()));
    assert_eq!(house.settle(), ["main 1", "earlier 1", "always 1"]);
    assert_eq!(lost("nobody"), Err(EventLost::NoSuchApp));
    assert_eq!(lost("speaker"), Err(EventLost::NoHandler));
    assert_eq!(bus.try_send("test", "listener", Said(2)), Ok(()));
}

#[test]
fn what_nobody_observes_costs_nothing_and_is_no_error() {
    let house = House::start(&["listener"]);
    let bus = house.apps.bus();
    assert!(!bus.is_observed::<Unheard>(None));
    assert!(bus.is_observed::<Said>(Some(Phase::Dead)));
    house.hub.block_on(bus.publish(Unheard, None));
    assert_eq!(house.settle(), Vec::<String>::new());
}

#[test]
fn a_request_is_answered_once_or_fails() {
    let house = House::start(&["answerer"]);
    let bus = house.apps.bus().clone();
    let asked = house.hub.block_on({
        let bus = bus.clone();
        async move { bus.ask("test", "answerer", Double(21)).await }
    });
    assert_eq!(asked, Ok(42));
    assert_eq!(house.settle(), ["asked by test"]);
    let ignored = house.hub.block_on({
        let bus = bus.clone();
        async move { bus.ask("test", "answerer", Ignored).await }
    });
    assert_eq!(ignored, Err(EventLost::NotAnswered));
    let nobody = house.hub.block_on(async move { bus.ask("test", "speaker", Double(1)).await });
    assert_eq!(nobody, Err(EventLost::NoSuchApp));
}

#[derive(Default)]
struct Farsighted;

#[app(name = "farsighted")]
impl Farsighted {
    #[look_ahead(Said)]
    fn look(&self, ev: &Said) {
        note(format!("ahead of {}", ev.0));
        assert!(ev.0 < 100, "too far");
    }

    #[set_ev_cls(Said)]
    fn said(&mut self, ev: &Said) {
        note(format!("at {}", ev.0));
    }

    #[set_ev_cls(Said)]
    async fn said_at_leisure(&mut self, ev: &Said) {
        hub::sleep(Duration::from_secs(1)).await;
        note(format!("done with {}", ev.0));
    }
}

#[test]
fn a_look_ahead_comes_before_all_handlers_of_a_burst() {
    let house = House::start(&["farsighted"]);
    let bus = house.apps.bus();
    assert!(bus.offer_all(None, &mut vec![Said(1), Said(2)]).is_ok());
    let ahead = ["ahead of 1", "ahead of 2"];
    let first = ["at 1"];
    assert_eq!(house.settle(), [&ahead[..], &first].concat());
    house.hub.advance(Duration::from_secs(2));
    assert_eq!(house.settle(), ["done with 1", "at 2", "done with 2"]);
    // One that comes alone has nobody to be looked at with.
    assert!(bus.offer_all(None, &mut vec![Said(3)]).is_ok());
    house.hub.advance(Duration::from_secs(1));
    assert_eq!(house.settle(), ["at 3", "done with 3"]);
}

#[test]
fn an_app_that_panics_ahead_is_stopped_as_any() {
    let house = House::start(&["farsighted"]);
    let bus = house.apps.bus();
    assert!(bus.offer_all(None, &mut vec![Said(1), Said(100)]).is_ok());
    assert_eq!(house.settle(), ["ahead of 1", "ahead of 100"]);
    assert!(bus.offer_all(None, &mut vec![Said(2), Said(3)]).is_ok());
    assert!(house.settle().is_empty());
}
