//! What the marked methods must look like; a wrong one is told the right one.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{
    FnArg, GenericParam, Ident, Pat, PatType, ReceiverKind, ReturnType, Safety, Signature, Type,
};

use crate::errors::ErrorStore;
use crate::mark::MarkName;
use crate::model::RouteArgument;
use crate::names::{peeled, written};
use crate::path::RoutePath;

/// A signature under examination, with the right one to show beside every complaint.
struct Exam<'a> {
    sig: &'a Signature,
    right: String,
    errors: &'a mut ErrorStore,
    passed: bool,
}

impl<'a> Exam<'a> {
    fn new(sig: &'a Signature, right: String, errors: &'a mut ErrorStore) -> Self {
        let mut exam = Exam { sig, right, errors, passed: true };
        if let Safety::Unsafe(token) = &sig.safety {
            exam.fail(token, "the call comes from safe code, so the method cannot be unsafe");
        }
        if let Some(abi) = &sig.abi {
            exam.fail(abi, "the method has the ABI of Rust");
        }
        let typed = |param: &&GenericParam| !matches!(param, GenericParam::Lifetime(_));
        if let Some(param) = sig.generics.params.iter().find(typed) {
            exam.fail(
                param,
                "the method is called with one set of types, so it has no type parameters",
            );
        }
        exam
    }

    fn fail(&mut self, tokens: impl ToTokens, mistake: &str) {
        self.passed = false;
        self.errors.push(tokens, format!("{mistake}; write\n    {}", self.right));
    }

    /// `&mut self` or `&self`.
    fn receiver(&mut self) {
        match self.sig.receiver() {
            None => self.fail(&self.sig.ident, "`&mut self` is missing"),
            Some(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(..)) => {
                self.fail(receiver, "the app is borrowed, not given away: `&mut self`");
            }
            Some(_) => {}
        }
    }

    fn arguments(&self) -> Vec<&'a PatType> {
        let typed = |arg: &'a FnArg| match arg {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        };
        self.sig.inputs.iter().filter_map(typed).collect()
    }
}

/// What the method answers with; `None` is nothing.
pub(crate) fn answer(sig: &Signature) -> Option<Type> {
    match &sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some((**ty).clone()),
    }
}

/// A handler: gives the type that it takes by reference.
pub(crate) fn handler(sig: &Signature, event: &Type, errors: &mut ErrorStore) -> Option<Type> {
    let event = written(event);
    let right = format!("{} {}(&mut self, ev: &{event}) -> AppResult", fn_words(sig), sig.ident);
    let mut exam = Exam::new(sig, right, errors);
    exam.receiver();
    let argument = event_argument(&mut exam, "handler");
    refuse_impl_answer(&mut exam);
    argument.filter(|_| exam.passed)
}

/// `#[look_ahead]`: gives the type that it takes by reference.
pub(crate) fn look_ahead(sig: &Signature, event: &Type, errors: &mut ErrorStore) -> Option<Type> {
    let right = format!("fn {}(&self, ev: &{})", sig.ident, written(event));
    let mut exam = Exam::new(sig, right, errors);
    exam.receiver();
    if let Some(receiver) = sig.receiver()
        && matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_)))
    {
        exam.fail(receiver, "a look ahead changes nothing: `&self`");
    }
    if let Some(token) = &sig.asyncness {
        exam.fail(token, "a look ahead cannot wait");
    }
    if let Some(answer) = answer(sig) {
        exam.fail(answer, "a look ahead has no answer");
    }
    let argument = event_argument(&mut exam, "look ahead");
    argument.filter(|_| exam.passed)
}

/// The one argument, an event by reference, of `what`: the type of the event.
fn event_argument(exam: &mut Exam<'_>, what: &str) -> Option<Type> {
    let sig = exam.sig;
    let arguments = exam.arguments();
    let mut argument = None;
    match arguments.first().map(|first| peeled(&first.ty)) {
        None => exam.fail(&sig.ident, &format!("the {what} does not take its event")),
        Some(Type::Reference(reference)) => match &reference.mutability {
            Some(_) => {
                exam.fail(reference, "an event is shared by all that observe it: `&`, not `&mut`")
            }
            None => argument = Some((*reference.elem).clone()),
        },
        Some(other) => exam.fail(other, &format!("a {what} takes its event by reference")),
    }
    if let Some(extra) = arguments.get(1) {
        exam.fail(extra, &format!("a {what} takes one event and nothing else"));
    }
    argument
}

/// `#[start]`, `#[stop]`, `#[every]`.
pub(crate) fn hook(mark: MarkName, sig: &Signature, errors: &mut ErrorStore) -> bool {
    let right = format!("{} {}(&mut self) -> AppResult", fn_words(sig), sig.ident);
    let mut exam = Exam::new(sig, right, errors);
    exam.receiver();
    if let Some(extra) = exam.arguments().first() {
        exam.fail(extra, &format!("{} takes nothing but the app", mark.function()));
    }
    refuse_impl_answer(&mut exam);
    exam.passed
}

/// `#[init]`: gives the types of its arguments and what it returns.
pub(crate) fn init(sig: &Signature, errors: &mut ErrorStore) -> Option<(Vec<Type>, Type)> {
    let by_value = list_typed(sig).replace(": &", ": ");
    let right = format!("fn {}({by_value}) -> Self", sig.ident);
    let mut exam = Exam::new(sig, right, errors);
    if let Some(receiver) = sig.receiver() {
        exam.fail(receiver, "an #[init] function makes the app, so there is no `self` yet");
    }
    if let Some(token) = &sig.asyncness {
        exam.fail(token, "an #[init] function cannot wait; what waits goes into #[start]");
    }
    let answer = answer(sig);
    if answer.is_none() {
        exam.fail(&sig.ident, "an #[init] function returns `Self` or `AppResult<Self>`");
    }
    let arguments: Vec<Type> = exam.arguments().iter().map(|arg| (*arg.ty).clone()).collect();
    for argument in &arguments {
        if let Type::Reference(reference) = argument {
            exam.fail(reference, "an #[init] function takes its arguments by value");
        }
    }
    let passed = exam.passed;
    answer.filter(|_| passed).map(|answer| (arguments, answer))
}

/// A route: gives where each argument comes from.
pub(crate) fn route(
    sig: &Signature,
    path: &RoutePath,
    errors: &mut ErrorStore,
) -> Option<Vec<RouteArgument>> {
    let exam = Exam::new(sig, right_route(sig, path), errors);
    routed(exam, path, 0)
}

/// A WebSocket: gives where each argument after the first comes from.
pub(crate) fn websocket(
    sig: &Signature,
    path: &RoutePath,
    errors: &mut ErrorStore,
) -> Option<Vec<RouteArgument>> {
    let mut arguments = vec!["&mut self".to_owned(), "ws: WebSocket".to_owned()];
    arguments.extend(path.params.iter().map(|name| format!("{name}: {}", guess_type(name))));
    let right = format!("fn {}({})", sig.ident, arguments.join(", "));
    let mut exam = Exam::new(sig, right, errors);
    if let Some(token) = &sig.asyncness {
        let mistake = "the client is answered when this method returns, so it cannot wait; what waits \
                       goes into a task of the app's";
        exam.fail(token, mistake);
    }
    match exam.arguments().first().map(|first| (peeled(&first.ty).clone(), *first)) {
        None => exam.fail(&sig.ident, "the method does not take its WebSocket"),
        Some((Type::Reference(reference), _)) => {
            exam.fail(reference, "the WebSocket is the method's own: take the value");
        }
        Some((_, first)) => {
            let name = argument_name(first).map(|ident| ident.unraw().to_string());
            if name.is_some_and(|name| path.params.contains(&name)) {
                exam.fail(first, "the WebSocket comes first, then the parameters of the path");
            }
        }
    }
    refuse_impl_answer(&mut exam);
    routed(exam, path, 1)
}

/// Where the arguments come from, but for the first `skipped`.
fn routed(mut exam: Exam<'_>, path: &RoutePath, skipped: usize) -> Option<Vec<RouteArgument>> {
    let sig = exam.sig;
    exam.receiver();
    let mut routed = Vec::new();
    for argument in exam.arguments().into_iter().skip(skipped) {
        let name = argument_name(argument).map(|ident| ident.unraw().to_string());
        let param = name.filter(|name| path.params.contains(name));
        let (ty, by_reference) = match peeled(&argument.ty) {
            Type::Reference(reference) if reference.mutability.is_some() => {
                exam.fail(reference, "a route's arguments are its own: take the value, not `&mut`");
                continue;
            }
            Type::Reference(reference) if written(&reference.elem) == "str" => {
                exam.fail(reference, "text is taken as `String`");
                continue;
            }
            Type::Reference(reference) => ((*reference.elem).clone(), true),
            other => (other.clone(), false),
        };
        routed.push(RouteArgument { ty, by_reference, param });
    }
    for param in missing_params(sig, path) {
        let mistake = format!("path parameter `{{{param}}}` has no argument of that name");
        exam.fail(&path.literal, &mistake);
    }
    exam.passed.then_some(routed)
}

fn missing_params<'p>(sig: &Signature, path: &'p RoutePath) -> Vec<&'p String> {
    let taken: Vec<String> = sig
        .inputs
        .iter()
        .filter_map(|arg| match arg {
            FnArg::Typed(typed) => Some(argument_name(typed)?.unraw().to_string()),
            FnArg::Receiver(_) => None,
        })
        .collect();
    path.params.iter().filter(|param| !taken.contains(param)).collect()
}

/// The route's signature with the missing parameters put in.
fn right_route(sig: &Signature, path: &RoutePath) -> String {
    let mut arguments = vec!["&mut self".to_owned()];
    let guessed = missing_params(sig, path).into_iter().map(|name| {
        let name =
            if syn::parse_str::<Ident>(name).is_ok() { name.clone() } else { format!("r#{name}") };
        format!("{name}: {}", guess_type(&name))
    });
    arguments.extend(guessed);
    let given = list_typed(sig);
    arguments.extend((!given.is_empty()).then_some(given));
    let output = match &sig.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, ty) => format!(" -> {}", written(ty)),
    };
    format!("{} {}({}){output}", fn_words(sig), sig.ident, arguments.join(", "))
}

/// The type that a path parameter of this name usually has.
fn guess_type(name: &str) -> &'static str {
    match name {
        _ if name.contains("dpid") => "Dpid",
        _ if name.contains("port") => "PortNo",
        _ if name.contains("mac") => "MacAddr",
        _ => "String",
    }
}

fn argument_name(argument: &PatType) -> Option<&Ident> {
    match &*argument.pat {
        Pat::Ident(pat) if pat.subpat.is_none() => Some(&pat.ident),
        _ => None,
    }
}

fn list_typed(sig: &Signature) -> String {
    let typed = sig.inputs.iter().filter(|arg| matches!(arg, FnArg::Typed(_)));
    typed.map(written_argument).collect::<Vec<_>>().join(", ")
}

fn written_argument(argument: &FnArg) -> String {
    written(argument).replace(" : ", ": ")
}

fn fn_words(sig: &Signature) -> &'static str {
    if sig.asyncness.is_some() { "async fn" } else { "fn" }
}

/// `-> impl Trait` hides the type that the descriptor has to name.
fn refuse_impl_answer(exam: &mut Exam<'_>) {
    if let Some(answer @ Type::ImplTrait(_)) = answer(exam.sig) {
        exam.fail(answer.to_token_stream(), "the method answers with `AppResult` or nothing");
    }
}

/// `Self` written out, because descriptors stand outside of the `impl` block.
pub(crate) fn without_self(tokens: impl ToTokens, self_ty: &Type) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    let replace = |tree: TokenTree| -> TokenStream {
        match tree {
            TokenTree::Ident(ident) if ident == "Self" => {
                let mut concrete = self_ty.to_token_stream();
                concrete = respanned(concrete, ident.span());
                concrete
            }
            TokenTree::Group(group) => {
                let inner = without_self(group.stream(), self_ty);
                let mut replaced = Group::new(group.delimiter(), inner);
                replaced.set_span(group.span());
                TokenTree::Group(replaced).into()
            }
            other => other.into(),
        }
    };
    tokens.into_token_stream().into_iter().flat_map(replace).collect()
}

fn respanned(tokens: TokenStream, span: proc_macro2::Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut tree| {
            // Resolution stays where the type was written; only errors move.
            tree.set_span(tree.span().located_at(span));
            tree
        })
        .collect()
}
