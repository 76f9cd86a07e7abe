//! Attribute macros of ryu-sdn: `#[app]` and the marks inside it, `#[derive(Event)]`,
//! `#[derive(Request)]`, `#[derive(Describe)]`.
//!
//! Use them through `ryu_sdn::prelude`; their documentation is at the re-exports in `ryu_sdn::app`.
//! Here are the entry points only. The way of a block of code: `parse` reads signatures and
//! marks, `model` checks them, `expand` writes the descriptor down. Everything works on
//! `proc_macro2` streams, so that the tests can compare expansions with `tests/golden/`.

mod args;
mod derive;
mod describe;
mod errors;
mod expand;
mod lone;
mod mark;
mod model;
mod names;
mod parse;
mod path;
mod signature;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use quote::quote;

use crate::mark::MarkName;

/// Makes the type of an inherent `impl` block an app.
#[proc_macro_attribute]
pub fn app(args: TokenStream, item: TokenStream) -> TokenStream {
    expand_app(args.into(), item.into()).into()
}

/// Marks a method as the handler of an event.
#[proc_macro_attribute]
pub fn set_ev_cls(_args: TokenStream, item: TokenStream) -> TokenStream {
    alone(MarkName::SetEvCls, item)
}

/// Marks a method that is shown events before their handlers run.
#[proc_macro_attribute]
pub fn look_ahead(_args: TokenStream, item: TokenStream) -> TokenStream {
    alone(MarkName::LookAhead, item)
}

/// Marks a method as the answer to HTTP requests for a path.
#[proc_macro_attribute]
pub fn route(_args: TokenStream, item: TokenStream) -> TokenStream {
    alone(MarkName::Route, item)
}

/// Marks a method that is told of each client that connects to a WebSocket.
#[proc_macro_attribute]
pub fn websocket(_args: TokenStream, item: TokenStream) -> TokenStream {
    alone(MarkName::Websocket, item)
}

/// Marks the function that makes the app.
#[proc_macro_attribute]
pub fn init(_args: TokenStream, item: TokenStream) -> TokenStream {
    alone(MarkName::Init, item)
}

/// Marks the method that is called once when all apps are there.
#[proc_macro_attribute]
pub fn start(_args: TokenStream, item: TokenStream) -> TokenStream {
    alone(MarkName::Start, item)
}

/// Marks the method that is called once at shutdown.
#[proc_macro_attribute]
pub fn stop(_args: TokenStream, item: TokenStream) -> TokenStream {
    alone(MarkName::Stop, item)
}

/// Marks a method that is called again and again.
#[proc_macro_attribute]
pub fn every(_args: TokenStream, item: TokenStream) -> TokenStream {
    alone(MarkName::Every, item)
}

/// Makes a type an event that apps can observe.
#[proc_macro_derive(Event, attributes(event))]
pub fn derive_event(item: TokenStream) -> TokenStream {
    derive::event(item.into()).into()
}

/// Makes a type a request that an app answers.
#[proc_macro_derive(Request, attributes(request))]
pub fn derive_request(item: TokenStream) -> TokenStream {
    derive::request(item.into()).into()
}

/// Says what a type looks like as JSON.
#[proc_macro_derive(Describe, attributes(serde, describe))]
pub fn derive_describe(item: TokenStream) -> TokenStream {
    describe::describe(item.into()).into()
}

fn alone(mark: MarkName, item: TokenStream) -> TokenStream {
    lone::explain(mark, item.into(), proc_macro2::Span::call_site()).into()
}

/// The user's block without its marks, then either the descriptor or all the mistakes.
fn expand_app(
    args: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let mut errors = errors::ErrorStore::default();
    let block = parse::ImplBlock::parse(item.clone(), &mut errors);
    let args = args::AppArgs::parse(args, &mut errors);
    let app = block.map(|block| model::App::new(args, block, &mut errors));
    let item = parse::without_marks(item);
    match (errors.report(), app) {
        // Without its descriptor the block looks unused; that is not the user's mistake.
        (Some(report), Some(_)) => {
            quote! { #[allow(dead_code, reason = "nothing is registered yet")] #item #report }
        }
        (Some(report), None) => quote! { #item #report },
        (None, app) => {
            let descriptor = app.map(|app| app.expand());
            quote! { #item #descriptor }
        }
    }
}
