use std::cell::Cell;
use std::rc::Rc;

use super::{House, note, plan};
use crate::app::AppManager;
use crate::clock::Clock;
use crate::conf::Conf;
use crate::hub::Hub;
use crate::prelude::*;

#[derive(Debug, Default)]
struct Counter(Cell<u32>);

impl Context for Counter {
    const KEY: &'static str = "counter";
    const REQUIRES: &'static [&'static str] = &["counter_keeper"];

    fn build(scope: &Scope<'_>) -> AppResult<Self> {
        note(format!("building for {}", scope.app().name()));
        Ok(Counter::default())
    }
}

macro_rules! counting_app {
    ($app:ident, $name:literal) => {
        struct $app;

        #[app(name = $name)]
        impl $app {
            #[init]
            fn new(app: AppHandle, counter: Ctx<Counter>) -> AppResult<Self> {
                counter.0.set(counter.0.get() + 1);
                note(format!("{} counts {}", app.name(), counter.0.get()));
                Ok($app)
            }
        }
    };
}

counting_app!(Keeper, "counter_keeper");
counting_app!(Left, "left");
counting_app!(Right, "right");

struct Hopeless;

#[app(name = "hopeless")]
impl Hopeless {
    #[init]
    fn new() -> AppResult<Self> {
        Err(AppError::msg("no hope"))
    }
}

#[test]
fn a_context_is_built_once_before_the_apps_that_share_it() {
    let house = House::start(&["left", "right"]);
    let words = super::trace();
    assert_eq!(
        words,
        ["building for counter", "counter_keeper counts 1", "left counts 2", "right counts 3"]
    );
    // Its keeper was loaded although nobody named it.
    assert_eq!(house.apps.running(), ["counter_keeper", "left", "right"]);
}

#[test]
fn an_app_that_cannot_be_built_ends_the_start_with_its_name() {
    let hub = Hub::new(Clock::test()).unwrap();
    let mut apps = AppManager::new(Rc::new(Conf::new()));
    let error = hub.block_on(async { apps.start(&plan(&["left", "hopeless"])) }).unwrap_err();
    assert_eq!(error.to_string(), "app hopeless: no hope");
    assert!(apps.running().is_empty());
}
