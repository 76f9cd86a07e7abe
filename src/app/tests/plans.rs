use super::plan;
use crate::app::{
    AppDescriptor, AppError, Catalog, Context, ContextDescriptor, EventKind, HandlerDescriptor,
    HandlerFn, Phases, Plan, RouteDescriptor, RouteFn, Scope,
};
use crate::ofproto::{V1_0, V1_1, V1_2, V1_3, V1_4, V1_5, Version};
use crate::prelude::{AppResult, Event};

#[derive(Debug)]
struct Orphan;

impl Event for Orphan {
    const NAME: &'static str = "Orphan";
    const PROVIDER: &'static str = "nowhere";
}

struct Blue;
struct Red;

impl Context for Blue {
    const KEY: &'static str = "colour";
    fn build(_: &Scope<'_>) -> AppResult<Self> {
        Err(AppError::msg("never built"))
    }
}

impl Context for Red {
    const KEY: &'static str = "colour";
    fn build(_: &Scope<'_>) -> AppResult<Self> {
        Err(AppError::msg("never built"))
    }
}

const ROUTE: RouteDescriptor = RouteDescriptor {
    name: "page",
    method: "GET",
    path: "/page/{n}",
    call: RouteFn::Sync(|_, _| Err(AppError::msg("never called"))),
    ..RouteDescriptor::NOTHING
};

static OLD: AppDescriptor = AppDescriptor {
    name: "old",
    ofp_versions: &[V1_0],
    contexts: &[Some(ContextDescriptor::of::<Blue>())],
    routes: &[ROUTE],
    ..AppDescriptor::NOTHING
};
static NEW: AppDescriptor = AppDescriptor {
    name: "new",
    ofp_versions: &[V1_3],
    contexts: &[None, Some(ContextDescriptor::of::<Red>())],
    routes: &[ROUTE],
    handlers: &[HandlerDescriptor {
        name: "orphan",
        event: EventKind::of::<Orphan>(),
        phases: Phases::ANY,
        call: HandlerFn::Sync(|_, _| Ok(())),
    }],
    requires: &["oldd"],
    ..AppDescriptor::NOTHING
};
static CIRCLE_A: AppDescriptor =
    AppDescriptor { name: "a", requires: &["b"], ..AppDescriptor::NOTHING };
static CIRCLE_B: AppDescriptor =
    AppDescriptor { name: "b", requires: &["a"], ..AppDescriptor::NOTHING };

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let catalog = Catalog::of([&OLD, &NEW]).unwrap();
    let errors = Plan::new(&catalog, ["old", "new", "nwe", "x.py"]).unwrap_err();
    let lines: Vec<String> = errors.to_string().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 7, "{lines:#?}");
    assert_eq!(
        lines[0],
        "app new needs the provider of Orphan for orphan: unknown app nowhere; `ryu apps` lists \
         what is compiled in"
    );
    assert_eq!(lines[1], "app new needs app oldd: unknown app oldd; did you mean old?");
    assert_eq!(lines[2], "unknown app nwe; did you mean new?");
    assert!(lines[3].starts_with("cannot load x.py"), "{}", lines[3]);
    assert!(lines[4].starts_with("context key colour stands for"), "{}", lines[4]);
    assert_eq!(
        lines[5],
        "no OpenFlow version is shared by all apps: old works with 1.0; new works with 1.3"
    );
    assert_eq!(lines[6], "route GET /page/{n} is declared by old and by new");
}

#[test]
fn names_can_be_lists_and_count_once() {
    let names = |plan: &Plan| plan.apps.iter().map(|app| app.descriptor.name).collect::<Vec<_>>();
    let plan = plan(&["simple_switch_13,dpset", " ryu.app.simple_switch_13"]);
    assert_eq!(names(&plan), ["ofp_handler", "simple_switch_13", "dpset"]);
    assert_eq!(plan.apps[0].shown, "ryu.controller.ofp_handler");
    assert_eq!(plan.versions, [V1_3]);
}

#[test]
fn the_versions_are_those_that_all_apps_share() {
    static MIDDLE: AppDescriptor = AppDescriptor {
        name: "middle",
        ofp_versions: &[V1_1, V1_2, V1_4],
        ..AppDescriptor::NOTHING
    };
    static LATE: AppDescriptor =
        AppDescriptor { name: "late", ofp_versions: &[V1_4, V1_5], ..AppDescriptor::NOTHING };
    let catalog = Catalog::of([&MIDDLE, &LATE, &CIRCLE_A, &CIRCLE_B]).unwrap();
    let versions = |names: &[&str]| Plan::new(&catalog, names.iter().copied()).unwrap().versions;
    assert_eq!(versions(&["a"]), Version::ALL);
    assert_eq!(versions(&["middle", "a"]), [V1_1, V1_2, V1_4]);
    assert_eq!(versions(&["late", "middle"]), [V1_4]);
}

#[test]
fn apps_that_need_each_other_are_both_loaded() {
    let catalog = Catalog::of([&CIRCLE_A, &CIRCLE_B]).unwrap();
    let plan = Plan::new(&catalog, ["a"]).unwrap();
    assert_eq!(plan.apps.iter().map(|app| app.descriptor.name).collect::<Vec<_>>(), ["b", "a"]);
}

#[test]
fn the_same_names_give_the_same_plan() {
    let shown = |plan: Plan| format!("{:?}", plan.apps.iter().map(|a| a.shown).collect::<Vec<_>>());
    let names = ["simple_monitor_13", "dpset", "second"];
    assert_eq!(shown(plan(&names)), shown(plan(&names)));
}

#[test]
fn every_bundled_app_is_linked_and_found_by_ryus_name() {
    let catalog = Catalog::collect().unwrap();
    for (ryu, name) in [
        ("ryu.controller.ofp_handler", "ofp_handler"),
        ("ryu.controller.dpset", "dpset"),
        ("ryu.app.cbench", "cbench"),
        ("ryu.app.example_switch_13", "example_switch_13"),
        ("ryu.app.simple_monitor_13", "simple_monitor_13"),
        ("ryu.app.simple_switch", "simple_switch"),
        ("ryu.app.simple_switch_13", "simple_switch_13"),
        ("ryu.app.simple_switch_rest_13", "simple_switch_rest_13"),
    ] {
        assert_eq!(catalog.find(ryu).unwrap().name, name);
        assert!(!catalog.find(name).unwrap().summary.is_empty(), "{name} has no line of help");
    }
}
