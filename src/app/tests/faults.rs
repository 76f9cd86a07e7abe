use std::any::Any;

use super::{House, note};
use crate::app::{
    AppDescriptor, EventKind, EventLost, Given, HandlerDescriptor, HandlerFn, LookAheadDescriptor,
    Phases,
};
use crate::prelude::*;

#[derive(Debug, Event)]
#[event(provider = "trigger")]
struct Pull(&'static str);

#[derive(Default)]
struct Trigger;

#[app(name = "trigger")]
impl Trigger {}

#[derive(Default)]
struct Faulty {
    pulls: u32,
}

#[app(name = "faulty")]
impl Faulty {
    #[set_ev_cls(Pull)]
    fn pull(&mut self, ev: &Pull) -> AppResult {
        self.pulls += 1;
        note(format!("faulty {} {}", ev.0, self.pulls));
        match ev.0 {
            "panic" => panic!("as asked for"),
            "error" => Err(AppError::msg("as asked for")),
            _ => Ok(()),
        }
    }

    #[set_ev_cls(Asked<Question>)]
    fn answer(&mut self, asked: &Asked<Question>) {
        asked.reply(self.pulls);
    }

    #[route(GET, "/faulty/{how}")]
    async fn page(&mut self, how: String) -> AppResult<&'static str> {
        hub::yield_now().await;
        if how == "panic" {
            panic!("as asked for, on a page");
        }
        Ok("well")
    }
}

#[derive(Default)]
struct Sound;

#[app(name = "sound")]
impl Sound {
    #[set_ev_cls(Pull)]
    fn pull(&mut self, ev: &Pull) {
        note(format!("sound {}", ev.0));
    }
}

/// An app without macros that finds fault only when it has gone through all.
fn after_all(_: &mut dyn Any, given: &mut Given<'_>) -> AppResult {
    given.each(|pull: &Pull| {
        note(format!("late {}", pull.0));
        Ok(())
    })?;
    Err(AppError::msg("afterwards"))
}

crate::app::submit! {
    AppDescriptor {
        name: "late",
        type_name: "()",
        handlers: &[HandlerDescriptor {
            name: "pull",
            event: EventKind::of::<Pull>(),
            phases: Phases::ANY,
            call: HandlerFn::Sync(after_all),
        }],
        look_aheads: &[LookAheadDescriptor {
            event: EventKind::of::<Pull>(),
            call: |_, given| given.each(|_: &Pull| Ok(())).and(Err(AppError::msg("afterwards"))),
        }],
        build: |_| Ok(Box::new(())),
        ..AppDescriptor::NOTHING
    }
}

#[test]
fn a_fault_after_all_events_is_no_fault_of_the_house() {
    let house = House::start(&["late"]);
    let mut burst = ["a", "b"].map(Pull).into();
    assert!(house.apps.bus().offer_all(None, &mut burst).is_ok());
    house.hub.block_on(house.apps.bus().publish(Pull("c"), None));
    assert_eq!(house.settle(), ["late a", "late b", "late c"]);
    assert_eq!(house.apps.running(), ["trigger", "late"]);
}

fn request(path: &str, params: &[(&str, &str)]) -> RouteRequest {
    RouteRequest {
        method: "GET".to_owned(),
        path: path.to_owned(),
        params: params.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        query: None,
        headers: http::HeaderMap::new(),
        body: Bytes::new(),
        peer: "192.0.2.9:1".to_owned(),
        answer: Default::default(),
    }
}

#[test]
fn an_error_is_logged_and_the_app_goes_on() {
    let house = House::start(&["faulty", "sound"]);
    let bus = house.apps.bus().clone();
    for how in ["error", "fine"] {
        house.hub.block_on(bus.publish(Pull(how), None));
    }
    assert_eq!(house.settle(), ["faulty error 1", "sound error", "faulty fine 2", "sound fine"]);
}

#[test]
fn an_error_amid_a_burst_loses_none_of_the_others() {
    let house = House::start(&["faulty", "sound"]);
    let mut burst = ["error", "fine", "error", "error"].map(Pull).into();
    assert!(house.apps.bus().offer_all(None, &mut burst).is_ok());
    let faulty = ["faulty error 1", "faulty fine 2", "faulty error 3", "faulty error 4"];
    let sound = ["sound error", "sound fine", "sound error", "sound error"];
    assert_eq!(house.settle(), [faulty, sound].concat());
}

#[test]
fn a_panic_amid_a_burst_is_the_last_that_app_does() {
    let house = House::start(&["faulty", "sound"]);
    let mut burst = ["fine", "panic", "fine"].map(Pull).into();
    assert!(house.apps.bus().offer_all(None, &mut burst).is_ok());
    let faulty = ["faulty fine 1", "faulty panic 2"];
    assert_eq!(
        house.settle(),
        [&faulty[..], &["sound fine", "sound panic", "sound fine"]].concat()
    );
    assert_eq!(house.apps.running(), ["trigger", "sound"]);
}

#[test]
fn a_panic_ends_that_app_only() {
    let house = House::start(&["faulty", "sound"]);
    let bus = house.apps.bus().clone();
    for how in ["panic", "fine"] {
        house.hub.block_on(bus.publish(Pull(how), None));
    }
    assert_eq!(house.settle(), ["faulty panic 1", "sound panic", "sound fine"]);
    assert_eq!(house.apps.running(), ["trigger", "sound"]);
    assert_eq!(bus.try_send("test", "faulty", Pull("again")), Err(EventLost::NoSuchApp));
    house.hub.block_on(bus.publish(Pull("later"), None));
    assert_eq!(house.settle(), ["sound later"]);
    assert_eq!(house.stop(), Vec::<String>::new());
}

#[test]
fn a_panic_in_a_waiting_route_frees_its_client() {
    let house = House::start(&["faulty"]);
    let bus = house.apps.bus().clone();
    let well = bus.call_route("faulty", 0, request("/faulty/well", &[("how", "well")]));
    assert_eq!(&house.hub.block_on(well).unwrap().body()[..], b"well");
    for _ in 0..2 {
        let page = bus.call_route("faulty", 0, request("/faulty/panic", &[("how", "panic")]));
        let error = house.hub.block_on(page).unwrap_err();
        let status = error.downcast_ref::<HttpError>().unwrap().status;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    }
}

/// What waits in the inbox of an app when it panics is not waited for any more.
#[test]
fn a_panic_frees_everybody_who_waits_for_the_app() {
    let house = House::start(&["faulty", "sound"]);
    let bus = house.apps.bus().clone();
    let call = |how: &'static str| {
        let bus = bus.clone();
        hub::spawn(how, async move {
            let page =
                bus.call_route("faulty", 0, request(&format!("/faulty/{how}"), &[("how", how)]));
            page.await.is_err()
        })
    };
    let asking = bus.clone();
    house.hub.block_on(async {
        let clients = [call("panic"), call("well"), call("well")];
        let asker = hub::spawn("asker", async move {
            asking.ask("test", "faulty", Question).await.unwrap_err()
        });
        for client in clients {
            assert_eq!(client.await, Ok(true));
        }
        assert_eq!(asker.await, Ok(EventLost::NotAnswered));
    });
}

#[derive(Debug, Request)]
#[request(provider = "faulty", reply = u32)]
struct Question;

#[derive(Default)]
struct Chatty;

#[app(name = "chatty", requires = ["trigger"])]
impl Chatty {
    #[set_ev_cls(Echoing)]
    fn again(&mut self, ev: &Echoing) {
        note("again");
        let Echoing(bus, left) = ev;
        if *left > 0 {
            bus.try_send("chatty", "chatty", Echoing(bus.clone(), left - 1)).unwrap();
        }
    }
}

#[derive(Debug, Event)]
#[event(provider = "trigger")]
struct Echoing(crate::app::Bus, u32);

#[test]
fn an_app_that_keeps_itself_busy_lets_the_others_run() {
    let house = House::start(&["chatty"]);
    let bus = house.apps.bus().clone();
    bus.try_send("test", "chatty", Echoing(bus.clone(), 1_000)).unwrap();
    house.hub.turn();
    house.hub.turn();
    assert!(super::trace().len() < 500);
    assert!(house.settle().len() > 500);
}
