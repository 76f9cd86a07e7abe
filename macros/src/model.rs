//! An app as the macros understand it: every name checked, every signature right.

use std::time::Duration;

use syn::{Attribute, Ident, LitStr, Path, Type};

use crate::args::AppArgs;
use crate::errors::ErrorStore;
use crate::mark::{self, MarkName, RouteAnswer, RouteArgs, SetEvCls};
use crate::names::{last_name, snake_case, written};
use crate::parse::{ImplBlock, Method, first_doc_line};
use crate::signature;

/// An app, ready to be written down as a descriptor.
pub(crate) struct App {
    pub(crate) self_ty: Type,
    pub(crate) type_name: String,
    pub(crate) name: String,
    pub(crate) summary: String,
    pub(crate) args: AppArgs,
    /// `#[cfg]` attributes of the `impl` block.
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) init: Option<Init>,
    pub(crate) handlers: Vec<Handler>,
    pub(crate) look_aheads: Vec<LookAhead>,
    pub(crate) routes: Vec<Route>,
    pub(crate) timers: Vec<Timer>,
    pub(crate) start: Option<Call>,
    pub(crate) stop: Option<Call>,
}

/// A method, and how it is called.
pub(crate) struct Call {
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) method: Ident,
    pub(crate) is_async: bool,
    /// What it answers with, if anything.
    pub(crate) answer: Option<Type>,
}

/// `#[init]`.
pub(crate) struct Init {
    pub(crate) method: Ident,
    pub(crate) arguments: Vec<Type>,
    pub(crate) answer: Type,
}

/// `#[set_ev_cls]`.
pub(crate) struct Handler {
    pub(crate) call: Call,
    /// The event that the mark names.
    pub(crate) event: Type,
    /// The event that the signature names; a check in the expansion compares the two.
    pub(crate) argument: Type,
    pub(crate) phases: Vec<Path>,
}

/// `#[look_ahead]`.
pub(crate) struct LookAhead {
    pub(crate) call: Call,
    /// The event that the mark names.
    pub(crate) event: Type,
    /// The event that the signature names.
    pub(crate) argument: Type,
}

/// `#[route]`.
pub(crate) struct Route {
    pub(crate) call: Call,
    pub(crate) docs: String,
    pub(crate) http_method: String,
    pub(crate) path: LitStr,
    pub(crate) arguments: Vec<RouteArgument>,
    /// What the mark says of the answer.
    pub(crate) answer: RouteAnswer,
    /// It opens a WebSocket, whose end is the method's first argument and not among `arguments`.
    pub(crate) is_websocket: bool,
}

/// An argument of a route.
pub(crate) struct RouteArgument {
    /// Its type, without the `&`.
    pub(crate) ty: Type,
    pub(crate) by_reference: bool,
    /// The path parameter that it is; otherwise it is made from the whole request.
    pub(crate) param: Option<String>,
}

/// `#[every]`.
pub(crate) struct Timer {
    pub(crate) call: Call,
    pub(crate) period: Duration,
}

impl App {
    /// Puts together what was read, complaining about everything that is wrong.
    pub(crate) fn new(args: AppArgs, block: ImplBlock, errors: &mut ErrorStore) -> Self {
        let type_name = last_name(&block.self_ty).unwrap_or_default();
        let name = args.name.as_ref().map_or_else(|| snake_case(&type_name), LitStr::value);
        let summary =
            args.help.as_ref().map_or_else(|| first_doc_line(&block.attrs), LitStr::value);
        let is_cfg = |attr: &Attribute| attr.path().is_ident("cfg");
        let mut app = App {
            self_ty: block.self_ty,
            type_name,
            name,
            summary,
            args,
            cfgs: block.attrs.into_iter().filter(is_cfg).collect(),
            init: None,
            handlers: Vec::new(),
            look_aheads: Vec::new(),
            routes: Vec::new(),
            timers: Vec::new(),
            start: None,
            stop: None,
        };
        for method in &block.methods {
            app.add_method(method, errors);
        }
        app.check_look_aheads(errors);
        app
    }

    fn add_method(&mut self, method: &Method, errors: &mut ErrorStore) {
        let mut handles = false;
        for (mark, attr) in &method.marks {
            match mark {
                MarkName::SetEvCls if handles => errors.push(
                    attr,
                    "a handler takes one event; list its dispatchers in one mark: \
                     `[CONFIG_DISPATCHER, MAIN_DISPATCHER]`",
                ),
                MarkName::SetEvCls => {
                    handles = true;
                    self.add_handler(method, attr, errors);
                }
                MarkName::LookAhead => self.add_look_ahead(method, attr, errors),
                MarkName::Route => self.add_route(method, attr, errors),
                MarkName::Websocket => self.add_websocket(method, attr, errors),
                MarkName::Init => self.add_init(method, attr, errors),
                MarkName::Every => self.add_timer(method, attr, errors),
                MarkName::Start => add_hook(&mut self.start, *mark, method, attr, errors),
                MarkName::Stop => add_hook(&mut self.stop, *mark, method, attr, errors),
            }
        }
    }

    fn add_handler(&mut self, method: &Method, attr: &Attribute, errors: &mut ErrorStore) {
        let Some(SetEvCls { event, phases }) = SetEvCls::parse(attr, errors) else { return };
        if let Some(argument) = signature::handler(&method.sig, &event, errors) {
            self.handlers.push(Handler { call: Call::new(method), event, argument, phases });
        }
    }

    fn add_look_ahead(&mut self, method: &Method, attr: &Attribute, errors: &mut ErrorStore) {
        let Some(event) = mark::parse_look_ahead(attr, errors) else { return };
        if let Some(argument) = signature::look_ahead(&method.sig, &event, errors) {
            self.look_aheads.push(LookAhead { call: Call::new(method), event, argument });
        }
    }

    /// An event has one look ahead, and it comes before a handler.
    fn check_look_aheads(&self, errors: &mut ErrorStore) {
        for (i, look) in self.look_aheads.iter().enumerate() {
            let event = written(&look.event);
            let same = |other: &&LookAhead| written(&other.event) == event;
            if let Some(first) = self.look_aheads[..i].iter().find(same)
                && first.call.cfgs.is_empty()
                && look.call.cfgs.is_empty()
            {
                let other = &first.call.method;
                errors.push(
                    &look.event,
                    format!("an event has one #[look_ahead], and `{other}` is that of `{event}`"),
                );
            }
            if !self.handlers.iter().any(|handler| written(&handler.event) == event) {
                errors.push(
                    &look.event,
                    format!(
                        "no handler of this app takes `{event}`: there is nothing to look ahead for"
                    ),
                );
            }
        }
    }

    fn add_route(&mut self, method: &Method, attr: &Attribute, errors: &mut ErrorStore) {
        let Some(args) = RouteArgs::parse(attr, errors) else { return };
        let RouteArgs { method: http_method, path, answer } = args;
        let Some(arguments) = signature::route(&method.sig, &path, errors) else { return };
        let route = Route {
            call: Call::new(method),
            docs: method.docs.clone(),
            http_method,
            path: path.literal,
            arguments,
            answer,
            is_websocket: false,
        };
        self.push_route(route, errors);
    }

    fn add_websocket(&mut self, method: &Method, attr: &Attribute, errors: &mut ErrorStore) {
        let Some(path) = mark::parse_websocket(attr, errors) else { return };
        let Some(arguments) = signature::websocket(&method.sig, &path, errors) else { return };
        let route = Route {
            call: Call::new(method),
            docs: method.docs.clone(),
            http_method: "GET".to_owned(),
            path: path.literal,
            arguments,
            answer: RouteAnswer::default(),
            is_websocket: true,
        };
        self.push_route(route, errors);
    }

    fn push_route(&mut self, route: Route, errors: &mut ErrorStore) {
        let Route { http_method, path: literal, call, .. } = &route;
        let same = |r: &&Route| r.http_method == *http_method && r.path.value() == literal.value();
        // Two methods of one name under opposite `#[cfg]`s are not two routes.
        if let Some(first) = self.routes.iter().find(same)
            && first.call.cfgs.is_empty()
            && call.cfgs.is_empty()
        {
            let other = &first.call.method;
            let message =
                format!("{http_method} {} is already the route of `{other}`", literal.value());
            errors.push(literal, message);
        }
        self.routes.push(route);
    }

    fn add_init(&mut self, method: &Method, attr: &Attribute, errors: &mut ErrorStore) {
        mark::expect_no_arguments(MarkName::Init, attr, errors);
        if let Some(cfg) = method.cfgs.first() {
            errors.push(cfg, "an #[init] function is always there; put the #[cfg] inside its body");
        }
        if let Some(first) = &self.init {
            errors.push(
                attr,
                format!("an app has one #[init] function, and `{}` is it", first.method),
            );
            return;
        }
        if let Some((arguments, answer)) = signature::init(&method.sig, errors) {
            self.init = Some(Init { method: method.sig.ident.clone(), arguments, answer });
        }
    }

    fn add_timer(&mut self, method: &Method, attr: &Attribute, errors: &mut ErrorStore) {
        let period = mark::parse_period(attr, errors);
        let right = signature::hook(MarkName::Every, &method.sig, errors);
        if let (Some(period), true) = (period, right) {
            self.timers.push(Timer { call: Call::new(method), period });
        }
    }
}

impl Call {
    fn new(method: &Method) -> Self {
        Call {
            cfgs: method.cfgs.clone(),
            method: method.sig.ident.clone(),
            is_async: method.sig.asyncness.is_some(),
            answer: signature::answer(&method.sig),
        }
    }
}

fn add_hook(
    slot: &mut Option<Call>,
    mark: MarkName,
    method: &Method,
    attr: &Attribute,
    errors: &mut ErrorStore,
) {
    mark::expect_no_arguments(mark, attr, errors);
    if let Some(first) = slot {
        let other = &first.method;
        errors.push(attr, format!("an app has one #[{mark}] function, and `{other}` is it"));
    } else if signature::hook(mark, &method.sig, errors) {
        *slot = Some(Call::new(method));
    }
}
