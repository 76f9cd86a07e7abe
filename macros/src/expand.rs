//! Writes an app down: one `AppDescriptor`, submitted at link time.
//!
//! Every path starts at `::ryu_sdn::__private`, so that a user's crate depends on ryu-sdn alone.
//! Types are quoted with the user's spans: when one lacks a trait, the compiler points at it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::model::{App, Call, Handler, Init, LookAhead, Route, RouteArgument, Timer};
use crate::signature::without_self;

impl App {
    /// The descriptor and its registration.
    pub(crate) fn expand(&self) -> TokenStream {
        let App { self_ty, type_name, name, summary, cfgs, args, .. } = self;
        let ryu = ryu();
        let mut fields = TokenStream::new();
        let versions = args.ofp_versions.iter().map(ToTokens::to_token_stream);
        field(&mut fields, "aliases", args.aliases.iter().map(ToTokens::to_token_stream));
        field(&mut fields, "ofp_versions", versions);
        field(&mut fields, "requires", args.requires.iter().map(ToTokens::to_token_stream));
        field(&mut fields, "emits", args.emits.iter().map(event_kind));
        let init_arguments = self.init.iter().flat_map(|init| &init.arguments);
        field(&mut fields, "contexts", init_arguments.map(|ty| context(ty, self_ty)));
        field(&mut fields, "handlers", self.handlers.iter().map(|h| handler(h, self_ty)));
        field(&mut fields, "look_aheads", self.look_aheads.iter().map(|l| look_ahead(l, self_ty)));
        field(&mut fields, "routes", self.routes.iter().map(|r| route(r, self_ty)));
        field(&mut fields, "timers", self.timers.iter().map(|t| timer(t, self_ty)));
        for (slot, call) in [("start", &self.start), ("stop", &self.stop)] {
            if let Some(call) = call {
                let (cfgs, slot) = (&call.cfgs, format_ident!("{slot}"));
                let hook = hook(call, self_ty);
                fields.extend(quote! { #(#cfgs)* #slot: ::core::option::Option::Some(#hook), });
            }
        }
        let build = build(self.init.as_ref(), self_ty);
        quote! {
            #(#cfgs)*
            #ryu::submit! {
                #ryu::AppDescriptor {
                    name: #name,
                    module: ::core::module_path!(),
                    type_name: #type_name,
                    summary: #summary,
                    #fields
                    build: #build,
                    ..#ryu::AppDescriptor::NOTHING
                }
            }
        }
    }
}

/// Where the expansion finds the house.
pub(crate) fn ryu() -> TokenStream {
    quote! { ::ryu_sdn::__private }
}

/// A variable of the expansion: one name in all its places, whatever spans stand around it.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// `name: &[rows],`, or nothing if there are none.
fn field(fields: &mut TokenStream, name: &str, rows: impl Iterator<Item = TokenStream>) {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        let name = format_ident!("{name}");
        fields.extend(quote! { #name: &[#(#rows),*], });
    }
}

fn event_kind(event: &Type) -> TokenStream {
    let ryu = ryu();
    quote_spanned! { event.span() => #ryu::EventKind::of::<#event>() }
}

fn context(ty: &Type, self_ty: &Type) -> TokenStream {
    let (ryu, ty) = (ryu(), without_self(ty, self_ty));
    quote_spanned! { ty.span() => <#ty as #ryu::InitArg>::CONTEXT }
}

fn build(init: Option<&Init>, self_ty: &Type) -> TokenStream {
    let ryu = ryu();
    let Some(Init { method, arguments, answer }) = init else {
        let app =
            quote_spanned! { self_ty.span() => <#self_ty as #ryu::DefaultApp>::default_app() };
        return quote! { |_| #ryu::built(#app) };
    };
    let scope = local("scope");
    let arguments = arguments.iter().map(|ty| {
        let ty = without_self(ty, self_ty);
        quote_spanned! { ty.span() => <#ty as #ryu::InitArg>::from_scope(#scope)? }
    });
    let answer = without_self(answer, self_ty);
    let into_app = quote_spanned! { answer.span() =>
        <#answer as #ryu::InitAnswer<#self_ty>>::into_app
    };
    let parameter = if arguments.len() == 0 { quote!(_) } else { quote!(#scope) };
    quote! { |#parameter| #ryu::built(#into_app(<#self_ty>::#method(#(#arguments),*))?) }
}

fn handler(handler: &Handler, self_ty: &Type) -> TokenStream {
    let Handler { call, event, argument, phases } = handler;
    let (ryu, cfgs, method) = (ryu(), &call.cfgs, &call.method);
    let (name, given) = (method.to_string(), local("given"));
    let event = without_self(event, self_ty);
    let kind = quote_spanned! { event.span() => #ryu::EventKind::of::<#event>() };
    let phases = match phases.as_slice() {
        [] => quote! { #ryu::Phases::ANY },
        phases => quote! { #ryu::Phases::of(&[#(#phases),*]) },
    };
    let call = if call.is_async {
        let taken = taken(argument, &event, quote! { #ryu::event_ref::<#event>(#given) }, self_ty);
        let body = body(call, self_ty, quote! { , #taken });
        closure(call, "HandlerFn", Some(quote! { #given }), body)
    } else {
        let app = local("app");
        let one = local("event");
        let taken = taken(argument, &event, quote! { #one }, self_ty);
        let body = answered(call, self_ty, quote! { <#self_ty>::#method(#app, #taken) });
        let each = each(&event, body);
        quote! {
            #ryu::HandlerFn::Sync(|#app, #given| {
                let #app = #ryu::app_mut::<#self_ty>(#app);
                #each
            })
        }
    };
    quote! {
        #(#cfgs)*
        #ryu::HandlerDescriptor { name: #name, event: #kind, phases: #phases, call: #call }
    }
}

/// The argument of a handler. Two types that ought to be one: the mismatch is told in the words of
/// the house.
fn taken(argument: &Type, event: &TokenStream, given: TokenStream, self_ty: &Type) -> TokenStream {
    let (ryu, argument) = (ryu(), without_self(argument, self_ty));
    quote_spanned! { argument.span() => <#argument as #ryu::HandlerEvent<#event>>::taken(#given) }
}

/// `body`, which gives an `AppResult`, for each of the events.
fn each(event: &TokenStream, body: TokenStream) -> TokenStream {
    let (given, one) = (local("given"), local("event"));
    quote! { #given.each::<#event>(|#one| #body) }
}

fn look_ahead(look: &LookAhead, self_ty: &Type) -> TokenStream {
    let LookAhead { call: Call { cfgs, method, .. }, event, argument } = look;
    let (ryu, app, given) = (ryu(), local("app"), local("given"));
    let event = without_self(event, self_ty);
    let one = local("event");
    let taken = taken(argument, &event, quote! { #one }, self_ty);
    let kind = quote_spanned! { event.span() => #ryu::EventKind::of::<#event>() };
    let called = quote! {{ <#self_ty>::#method(#app, #taken); ::core::result::Result::Ok(()) }};
    let each = each(&event, called);
    quote! {
        #(#cfgs)*
        #ryu::LookAheadDescriptor {
            event: #kind,
            call: |#app, #given| {
                let #app = #ryu::app_ref::<#self_ty>(#app);
                #each
            },
        }
    }
}

fn timer(timer: &Timer, self_ty: &Type) -> TokenStream {
    let Timer { call, period } = timer;
    let (ryu, cfgs, name) = (ryu(), &call.cfgs, call.method.to_string());
    let period = match (period.as_secs(), u64::try_from(period.as_millis())) {
        (_, Ok(ms)) if period.subsec_millis() > 0 => quote! { from_millis(#ms) },
        (seconds, _) => quote! { from_secs(#seconds) },
    };
    let call = hook(call, self_ty);
    quote! {
        #(#cfgs)*
        #ryu::TimerDescriptor { name: #name, period: ::core::time::Duration::#period, call: #call }
    }
}

fn hook(call: &Call, self_ty: &Type) -> TokenStream {
    let body = body(call, self_ty, TokenStream::new());
    closure(call, "HookFn", None, body)
}

/// The call of a handler or a hook; gives an `AppResult`.
fn body(call: &Call, self_ty: &Type, arguments: TokenStream) -> TokenStream {
    let (ryu, app, method) = (ryu(), local("app"), &call.method);
    let waits = waits(call);
    let called = quote! { <#self_ty>::#method(#ryu::app_mut::<#self_ty>(#app) #arguments) #waits };
    answered(call, self_ty, called)
}

/// What such a call has answered, as an `AppResult`.
fn answered(call: &Call, self_ty: &Type, called: TokenStream) -> TokenStream {
    let ryu = ryu();
    match &call.answer {
        None => quote! { { #called; ::core::result::Result::Ok(()) } },
        Some(answer) => {
            let answer = without_self(answer, self_ty);
            let into_result = quote_spanned! { answer.span() =>
                <#answer as #ryu::HandlerAnswer>::into_result
            };
            quote! { #into_result(#called) }
        }
    }
}

fn route(route: &Route, self_ty: &Type) -> TokenStream {
    if route.is_websocket {
        return websocket(route, self_ty);
    }
    let Route { call, docs, http_method, path, arguments, answer: said, .. } = route;
    let (ryu, cfgs, method) = (ryu(), &call.cfgs, &call.method);
    let (app, name) = (local("app"), method.to_string());
    let waits = waits(call);
    let given = arguments.iter().map(|argument| route_argument(argument, self_ty));
    let called =
        quote! { <#self_ty>::#method(#ryu::app_mut::<#self_ty>(#app) #(, #given)*) #waits };
    let into_reply = match &call.answer {
        // `impl Trait` cannot be named, only used.
        None | Some(Type::ImplTrait(_)) => quote! { #ryu::Reply::into_reply },
        Some(answer) => {
            let answer = without_self(answer, self_ty);
            quote_spanned! { answer.span() => <#answer as #ryu::Reply>::into_reply }
        }
    };
    let gives = gives(route, self_ty);
    let answers = answers(route, self_ty);
    let status = said.status.as_ref().map_or_else(|| quote!(200), ToTokens::to_token_stream);
    let params = described(arguments, self_ty);
    let takes = arguments.iter().filter(|argument| argument.param.is_none()).map(|argument| {
        let ty = without_self(&argument.ty, self_ty);
        quote_spanned! { ty.span() => <#ty as #ryu::FromRequest>::body }
    });
    let request = local("request");
    let request = if arguments.is_empty() { quote!(_) } else { quote!(#request) };
    let call = closure(call, "RouteFn", Some(request), quote! { #into_reply(#called) });
    quote! {
        #(#cfgs)*
        #ryu::RouteDescriptor {
            name: #name,
            method: #http_method,
            path: #path,
            help: #docs,
            params: &[#(#params),*],
            takes: &[#(#takes),*],
            gives: #gives,
            status: #status,
            answers: #answers,
            call: #call,
        }
    }
}

/// The media type of the answer, for the description of the service.
fn gives(route: &Route, self_ty: &Type) -> TokenStream {
    let ryu = ryu();
    match (&route.answer.media, &route.answer.answers, &route.call.answer) {
        (Some(media), ..) => quote! { #media },
        (None, Some(Type::Tuple(none)), _) if none.elems.is_empty() => quote! { "" },
        (None, Some(_), _) => quote! { "application/json" },
        (None, None, None) => quote! { <() as #ryu::Reply>::MEDIA },
        (None, None, Some(Type::ImplTrait(_))) => quote! { #ryu::ANY_MEDIA },
        (None, None, Some(answer)) => {
            let answer = without_self(answer, self_ty);
            quote_spanned! { answer.span() => <#answer as #ryu::Reply>::MEDIA }
        }
    }
}

/// What makes the schema of the answer: the mark's type, or the method's own if that has one.
fn answers(route: &Route, self_ty: &Type) -> TokenStream {
    let (ryu, schemas) = (ryu(), local("schemas"));
    match (&route.answer.answers, &route.call.answer) {
        (Some(answer), _) => {
            let answer = without_self(answer, self_ty);
            quote_spanned! { answer.span() =>
                |#schemas| ::core::option::Option::Some(<#answer as #ryu::Describe>::schema(#schemas))
            }
        }
        (None, None | Some(Type::ImplTrait(_))) => quote! { |_| ::core::option::Option::None },
        (None, Some(answer)) => {
            let answer = without_self(answer, self_ty);
            quote! {
                |#schemas| {
                    #[allow(unused_imports)] // One of the two, by the type.
                    use #ryu::{Described as _, Undescribed as _};
                    #ryu::AnswerOf::<#answer>::known().schema_if_known(#schemas)
                }
            }
        }
    }
}

/// The parameters of a path, for the description of the service.
fn described(arguments: &[RouteArgument], self_ty: &Type) -> Vec<TokenStream> {
    let ryu = ryu();
    let params = arguments.iter().filter_map(|argument| {
        let (name, ty) = (argument.param.as_ref()?, without_self(&argument.ty, self_ty));
        Some(quote_spanned! { ty.span() => #ryu::ParamDescriptor::of::<#ty>(#name) })
    });
    params.collect()
}

/// A route whose answer opens the connection: the handshake first, so that the method gets its end.
fn websocket(route: &Route, self_ty: &Type) -> TokenStream {
    let Route { call, docs, path, arguments, .. } = route;
    let (ryu, cfgs, method) = (ryu(), &call.cfgs, &call.method);
    let params = described(arguments, self_ty);
    let (request, ws, opening) = (local("request"), local("ws"), local("opening"));
    let answered = local("answered");
    let given = arguments.iter().map(|argument| route_argument(argument, self_ty));
    let arguments = quote! { , #ws #(, #given)* };
    let result = body(call, self_ty, arguments);
    let body = quote! {{
        let (#ws, #opening) = #ryu::accept(#request)?;
        let #answered: #ryu::AppResult = #result;
        #answered?;
        ::core::result::Result::Ok(#opening)
    }};
    let name = method.to_string();
    let call = closure(call, "RouteFn", Some(quote! { #request }), body);
    quote! {
        #(#cfgs)*
        #ryu::RouteDescriptor {
            name: #name,
            method: "GET",
            path: #path,
            help: #docs,
            params: &[#(#params),*],
            takes: &[],
            gives: "",
            status: 101,
            answers: |_| ::core::option::Option::None,
            call: #call,
        }
    }
}

fn route_argument(argument: &RouteArgument, self_ty: &Type) -> TokenStream {
    let RouteArgument { ty, by_reference, param } = argument;
    let (ryu, request, ty) = (ryu(), local("request"), without_self(ty, self_ty));
    let taken = match param {
        Some(name) => {
            quote_spanned! { ty.span() => #ryu::RouteRequest::param::<#ty>(#request, #name)? }
        }
        None => quote_spanned! { ty.span() => <#ty as #ryu::FromRequest>::from_request(#request)? },
    };
    if *by_reference {
        quote! { &#taken }
    } else {
        taken
    }
}

fn waits(call: &Call) -> Option<TokenStream> {
    call.is_async.then(|| quote! { .await })
}

/// The function pointer of a descriptor, from its parameter after the app and its body.
fn closure(
    call: &Call,
    kind: &str,
    parameter: Option<TokenStream>,
    body: TokenStream,
) -> TokenStream {
    let (ryu, app, kind) = (ryu(), local("app"), format_ident!("{kind}"));
    let parameter = parameter.map(|parameter| quote! { , #parameter });
    if call.is_async {
        let future = quote! { ::std::boxed::Box::pin(async move { #body }) };
        quote! { #ryu::#kind::Async(|#app #parameter| #future) }
    } else {
        quote! { #ryu::#kind::Sync(|#app #parameter| #body) }
    }
}
