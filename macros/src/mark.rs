//! The marks inside an `#[app]` block and their arguments.

use std::fmt;
use std::time::Duration;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, LitInt, LitStr, Meta, Path, Token, Type};

use crate::errors::ErrorStore;
use crate::names::{did_you_mean, peeled, written};
use crate::parse::{entries, one_or_list};
use crate::path::RoutePath;

/// Which mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkName {
    /// `#[set_ev_cls(Event, DISPATCHER)]`
    SetEvCls,
    /// `#[look_ahead(Event)]`
    LookAhead,
    /// `#[route(GET, "/path")]`
    Route,
    /// `#[websocket("/path")]`
    Websocket,
    /// `#[init]`
    Init,
    /// `#[start]`
    Start,
    /// `#[stop]`
    Stop,
    /// `#[every(seconds = 10)]`
    Every,
}

impl MarkName {
    const ALL: [MarkName; 8] = [
        MarkName::SetEvCls,
        MarkName::LookAhead,
        MarkName::Route,
        MarkName::Websocket,
        MarkName::Init,
        MarkName::Start,
        MarkName::Stop,
        MarkName::Every,
    ];

    /// The mark that `attr` is, if it is one.
    pub(crate) fn of(attr: &Attribute) -> Option<Self> {
        Self::of_path(attr.path())
    }

    /// The mark behind a path: its bare name, or the name under `ryu_sdn::`. An attribute of the
    /// same name from another crate is left alone.
    pub(crate) fn of_path(path: &Path) -> Option<Self> {
        let ours = path.segments.len() == 1 || path.segments.first()?.ident == "ryu_sdn";
        let last = &path.segments.last()?.ident;
        Self::ALL.into_iter().find(|mark| ours && last == mark.word())
    }

    /// The name as written.
    pub(crate) fn word(self) -> &'static str {
        match self {
            MarkName::SetEvCls => "set_ev_cls",
            MarkName::LookAhead => "look_ahead",
            MarkName::Route => "route",
            MarkName::Websocket => "websocket",
            MarkName::Init => "init",
            MarkName::Start => "start",
            MarkName::Stop => "stop",
            MarkName::Every => "every",
        }
    }

    /// A method that bears the mark, in a sentence: `a #[start] function`.
    pub(crate) fn function(self) -> String {
        let article = if self.word().starts_with(['e', 'i']) { "an" } else { "a" };
        format!("{article} #[{self}] function")
    }

    /// A right use, as part of error messages.
    pub(crate) fn example(self) -> &'static str {
        match self {
            MarkName::SetEvCls => "#[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]",
            MarkName::LookAhead => "#[look_ahead(ofp_event::PacketIn)]",
            MarkName::Route => "#[route(GET, \"/l2/{dpid}\")]",
            MarkName::Websocket => "#[websocket(\"/l2/ws\")]",
            MarkName::Init => "#[init]",
            MarkName::Start => "#[start]",
            MarkName::Stop => "#[stop]",
            MarkName::Every => "#[every(seconds = 10)]",
        }
    }
}

impl fmt::Display for MarkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The names that stand for phases, as Ryu's users know them.
const DISPATCHERS: [&str; 4] =
    ["HANDSHAKE_DISPATCHER", "CONFIG_DISPATCHER", "MAIN_DISPATCHER", "DEAD_DISPATCHER"];

/// The phases under their own names: `Phase::Main`.
const PHASES: [&str; 4] = ["Handshake", "Config", "Main", "Dead"];

/// The methods that a route can have.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

const EXPECTED_EVENT: &str = "expected the type of an event";

/// The arguments of `#[set_ev_cls]`.
pub(crate) struct SetEvCls {
    /// The type of the event.
    pub(crate) event: Type,
    /// The phases listed; none means every phase.
    pub(crate) phases: Vec<Path>,
}

impl SetEvCls {
    /// Reads the arguments; a wrong dispatcher leaves the event known.
    pub(crate) fn parse(attr: &Attribute, errors: &mut ErrorStore) -> Option<Self> {
        let (event, dispatchers) = errors.keep(arguments(attr, MarkName::SetEvCls, |input| {
            let at = input.span();
            let event: Type = input.parse().map_err(|_| syn::Error::new(at, EXPECTED_EVENT))?;
            input.parse::<Option<Token![,]>>()?;
            Ok((event, input.parse::<TokenStream>()?))
        }))?;
        if let Type::Path(path) = peeled(&event) {
            let last = path.path.segments.last().map(|segment| segment.ident.to_string());
            if last.is_some_and(|name| DISPATCHERS.contains(&name.as_str())) {
                let event_first = MarkName::SetEvCls.example();
                errors.push(&event, format!("the event comes first: {event_first}"));
                return None;
            }
        } else {
            errors.push(&event, EXPECTED_EVENT);
            return None;
        }
        let phases = parse_dispatchers(dispatchers, errors);
        Some(SetEvCls { event, phases })
    }
}

/// Reads the event of `#[look_ahead]`.
pub(crate) fn parse_look_ahead(attr: &Attribute, errors: &mut ErrorStore) -> Option<Type> {
    errors.keep(arguments(attr, MarkName::LookAhead, |input| {
        let at = input.span();
        let event: Type = input.parse().map_err(|_| syn::Error::new(at, EXPECTED_EVENT))?;
        input.parse::<Option<Token![,]>>()?;
        Ok(event)
    }))
}

fn parse_dispatchers(tokens: TokenStream, errors: &mut ErrorStore) -> Vec<Path> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let parser = |input: ParseStream<'_>| {
        let list = one_or_list(input, Path::parse_mod_style)?;
        if input.peek(Token![,]) {
            let message =
                "several dispatchers go in brackets: `[CONFIG_DISPATCHER, MAIN_DISPATCHER]`";
            return Err(input.error(message));
        }
        Ok(list)
    };
    let list: Vec<Path> = match parser.parse2(tokens.clone()) {
        Ok(list) => list,
        Err(error) => {
            errors.push_error(error);
            return Vec::new();
        }
    };
    if list.is_empty() {
        errors.push(tokens, "an empty list; leave it out to take the event in every phase");
    }
    let mut seen = Vec::new();
    for path in &list {
        match phase_name(path) {
            Err(word) => {
                let hint = did_you_mean(&word, &DISPATCHERS);
                let accepted = DISPATCHERS.map(|word| format!("`{word}`")).join(", ");
                errors
                    .push(path, format!("unknown dispatcher `{word}`{hint}\naccepted: {accepted}"));
            }
            Ok(phase) if seen.contains(&phase) => errors.push(path, "named twice"),
            Ok(phase) => seen.push(phase),
        }
    }
    list
}

/// Which phase a path means, as an index of both tables; or the word that means none.
fn phase_name(path: &Path) -> Result<usize, String> {
    let words: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let last = words.last().cloned().unwrap_or_default();
    if let Some(found) = DISPATCHERS.iter().position(|word| *word == last) {
        return Ok(found);
    }
    let of_phase = words.len() > 1 && words[words.len() - 2] == "Phase";
    PHASES.iter().position(|word| of_phase && *word == last).ok_or(last)
}

/// What a `#[route]` says of its answer, where the method's own answer does not.
#[derive(Default)]
pub(crate) struct RouteAnswer {
    /// `answers = Type`.
    pub(crate) answers: Option<Type>,
    /// `media = "text/html"`.
    pub(crate) media: Option<LitStr>,
    /// `status = 201`.
    pub(crate) status: Option<LitInt>,
}

/// The arguments of `#[route]`.
pub(crate) struct RouteArgs {
    /// The method, upper case.
    pub(crate) method: String,
    /// The path.
    pub(crate) path: RoutePath,
    /// What is said of the answer.
    pub(crate) answer: RouteAnswer,
}

impl RouteArgs {
    /// Reads the arguments.
    pub(crate) fn parse(attr: &Attribute, errors: &mut ErrorStore) -> Option<Self> {
        let (method, path, more) = errors.keep(arguments(attr, MarkName::Route, |input| {
            let at = input.span();
            let expected = |_| syn::Error::new(at, "expected an HTTP method");
            let method: Ident = input.parse().map_err(expected)?;
            input.parse::<Token![,]>()?;
            let path: LitStr = input.parse()?;
            input.parse::<Option<Token![,]>>()?;
            Ok((method, path, input.parse::<TokenStream>()?))
        }))?;
        let answer = RouteAnswer::parse(more, errors);
        let word = method.to_string();
        let known = METHODS.contains(&word.as_str());
        if !known {
            let hint = did_you_mean(&word, &METHODS);
            let accepted = METHODS.join(", ");
            errors
                .push(&method, format!("unknown HTTP method `{word}`{hint}\naccepted: {accepted}"));
        }
        let path = RoutePath::parse(&path, errors)?;
        known.then_some(RouteArgs { method: word, path, answer })
    }
}

impl RouteAnswer {
    const KEYS: [&str; 3] = ["answers", "media", "status"];

    fn parse(tokens: TokenStream, errors: &mut ErrorStore) -> Self {
        let mut answer = RouteAnswer::default();
        for entry in errors.keep(entries(tokens)).unwrap_or_default() {
            let (word, value) = (entry.key.to_string(), entry_value(&entry));
            match word.as_str() {
                "answers" => match syn::parse2(entry.value) {
                    Ok(ty) => answer.answers = Some(ty),
                    Err(_) => {
                        errors.push(value, "expected the type of the answer: `answers = Type`")
                    }
                },
                "media" => match syn::parse2(entry.value) {
                    Ok(text) => answer.media = Some(text),
                    Err(_) => errors.push(value, "expected a media type: `media = \"text/html\"`"),
                },
                "status" => match syn::parse2::<LitInt>(entry.value) {
                    Ok(number) if number.base10_parse().is_ok_and(|n| (200..400).contains(&n)) => {
                        answer.status = Some(number);
                    }
                    _ => errors.push(value, "expected a status of success: `status = 201`"),
                },
                word => {
                    let hint = did_you_mean(word, &Self::KEYS);
                    let accepted = Self::KEYS.join(", ");
                    let message = format!("unknown key `{word}`{hint}\naccepted: {accepted}");
                    errors.push(&entry.key, message);
                }
            }
        }
        answer
    }
}

/// Reads the path of `#[websocket]`.
pub(crate) fn parse_websocket(attr: &Attribute, errors: &mut ErrorStore) -> Option<RoutePath> {
    let path = errors.keep(arguments(attr, MarkName::Websocket, |input| {
        let path: LitStr = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(path)
    }))?;
    RoutePath::parse(&path, errors)
}

/// Reads the period of `#[every]`.
pub(crate) fn parse_period(attr: &Attribute, errors: &mut ErrorStore) -> Option<Duration> {
    let tokens = errors.keep(arguments(attr, MarkName::Every, |i| i.parse::<TokenStream>()))?;
    let list = entries(tokens.clone()).unwrap_or_default();
    let [entry] = list.as_slice() else {
        errors.push(tokens, "expected `seconds = 10` or `milliseconds = 500`");
        return None;
    };
    let unit = entry.key.to_string();
    let to_period = match unit.as_str() {
        "seconds" => Duration::from_secs,
        "milliseconds" => Duration::from_millis,
        _ => {
            let hint = did_you_mean(&unit, &["seconds", "milliseconds"]);
            let message =
                format!("unknown unit `{unit}`{hint}\naccepted: `seconds`, `milliseconds`");
            errors.push(&entry.key, message);
            return None;
        }
    };
    let number = syn::parse2::<LitInt>(entry.value.clone()).and_then(|n| n.base10_parse::<u64>());
    match number {
        Ok(0) => errors.push(&entry.value, "the period must be longer than nothing"),
        Ok(number) => return Some(to_period(number)),
        Err(_) => errors.push(entry_value(entry), "expected a whole number, such as `10`"),
    }
    None
}

fn entry_value(entry: &crate::parse::Entry) -> TokenStream {
    if entry.value.is_empty() { entry.key.to_token_stream() } else { entry.value.clone() }
}

/// Complains about arguments of a mark that takes none.
pub(crate) fn expect_no_arguments(name: MarkName, attr: &Attribute, errors: &mut ErrorStore) {
    if !matches!(attr.meta, Meta::Path(_)) {
        errors.push(attr, format!("#[{name}] takes no arguments"));
    }
}

/// Reads the arguments of a mark that needs some; every error shows a right use.
fn arguments<T>(
    attr: &Attribute,
    name: MarkName,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let example = name.example();
    let Meta::List(list) = &attr.meta else {
        let message = format!("#[{name}] needs arguments: {example}");
        return Err(syn::Error::new_spanned(attr, message));
    };
    if list.tokens.is_empty() {
        let message = format!("#[{name}] needs arguments: {example}");
        return Err(syn::Error::new_spanned(attr, message));
    }
    list.parse_args_with(parser).map_err(|error| {
        let given = written(&attr.meta);
        syn::Error::new(error.span(), format!("{error}, in `#[{given}]`\nexpected: {example}"))
    })
}
