//! What is registered is what was written, and calling it reaches the methods.

use std::any::Any;
use std::time::Duration;

use ryu_sdn::app::{AppDescriptor, Catalog, Given, HandlerFn, HookFn, Phases};
use ryu_sdn::prelude::*;

#[derive(Debug, Event)]
#[event(provider = "tests_registered")]
struct Rang(u64);

#[derive(Default)]
struct Bell {
    strokes: u64,
}

/// Counts its strokes.
///
/// And nothing else.
#[app(name = "tests_registered", aliases = "tests.bell", ofp_versions = V1_3, emits = [Rang])]
impl Bell {
    #[set_ev_cls(Rang, MAIN_DISPATCHER)]
    fn rang(&mut self, ev: &Rang) -> AppResult {
        self.strokes += ev.0;
        if ev.0 == 0 { Err(AppError::msg("no stroke")) } else { Ok(()) }
    }

    #[set_ev_cls(Rang)]
    async fn echoed(&mut self, ev: &Rang) {
        std::future::ready(()).await;
        self.strokes += 10 * ev.0;
    }

    #[every(milliseconds = 1500)]
    fn tick(&mut self) {
        self.strokes += 100;
    }
}

fn main() {
    let catalog = Catalog::collect().unwrap();
    let bell: &AppDescriptor = catalog.find("tests.bell").unwrap();
    assert_eq!((bell.name, bell.type_name), ("tests_registered", "Bell"));
    assert_eq!(bell.summary, "Counts its strokes.");
    assert_eq!(bell.ofp_versions, [V1_3]);
    assert_eq!(format!("{:?}", bell.emits), "[tests_registered:Rang]");
    assert!(bell.contexts.is_empty() && bell.routes.is_empty() && bell.start.is_none());

    let mut app: Box<dyn Any> = Box::new(Bell::default());
    let [rang, echoed] = bell.handlers else { panic!("two handlers") };
    assert_eq!((rang.name, rang.phases), ("rang", Phases::of(&[Phase::Main])));
    assert_eq!((echoed.name, echoed.phases), ("echoed", Phases::ANY));
    let HandlerFn::Sync(call) = rang.call else { panic!("a plain function") };
    call(&mut *app, &mut Given::one(&Rang(3))).unwrap();
    let error = call(&mut *app, &mut Given::one(&Rang(0))).unwrap_err();
    assert_eq!(error.to_string(), "no stroke");

    let HandlerFn::Async(call) = echoed.call else { panic!("an async function") };
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(call(&mut *app, &Rang(2)).as_mut().poll(&mut context).is_ready());

    let [tick] = bell.timers else { panic!("one timer") };
    assert_eq!(tick.period, Duration::from_millis(1500));
    let HookFn::Sync(call) = tick.call else { panic!("a plain function") };
    call(&mut *app).unwrap();
    assert_eq!(app.downcast_ref::<Bell>().unwrap().strokes, 123);
}
