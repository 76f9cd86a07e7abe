//! `#[derive(Event)]` and `#[derive(Request)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, DeriveInput, LitStr, Meta, Type};

use crate::errors::ErrorStore;
use crate::expand::ryu;
use crate::names::did_you_mean;
use crate::parse::entries;

/// `impl Event for Type`.
pub(crate) fn event(item: TokenStream) -> TokenStream {
    derive(item, "event", &["provider"], "#[event(provider = \"app_name\")]", |_| {
        let ryu = ryu();
        (quote! { #ryu::Event }, TokenStream::new())
    })
}

/// `impl Request for Type`.
pub(crate) fn request(item: TokenStream) -> TokenStream {
    let example = "#[request(provider = \"app_name\", reply = Type)]";
    derive(item, "request", &["provider", "reply"], example, |keys| {
        let (ryu, reply) = (ryu(), &keys.reply);
        (quote! { #ryu::Request }, quote! { type Reply = #reply; })
    })
}

#[derive(Default)]
struct Keys {
    provider: Option<LitStr>,
    reply: Option<Type>,
}

fn derive(
    item: TokenStream,
    helper: &str,
    known: &[&str],
    example: &str,
    expand: impl FnOnce(&Keys) -> (TokenStream, TokenStream),
) -> TokenStream {
    let mut errors = ErrorStore::default();
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let keys = read_keys(&input, helper, known, example, &mut errors);
    if let Some(report) = errors.report() {
        return report;
    }
    let (path, items) = expand(&keys);
    let (ident, provider) = (&input.ident, &keys.provider);
    let name = ident.unraw().to_string();
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #path for #ident #type_generics #where_clause {
            #items
            const NAME: &'static str = #name;
            const PROVIDER: &'static str = #provider;
        }
    }
}

fn read_keys(
    input: &DeriveInput,
    helper: &str,
    known: &[&str],
    example: &str,
    errors: &mut ErrorStore,
) -> Keys {
    let mut keys = Keys::default();
    let attrs: Vec<&Attribute> =
        input.attrs.iter().filter(|attr| attr.path().is_ident(helper)).collect();
    let list = match attrs.as_slice() {
        [Attribute { meta: Meta::List(list), .. }] => list,
        [] => {
            let what = if helper == "event" { "emits it" } else { "answers it" };
            errors.push(&input.ident, format!("say which app {what}: {example}"));
            return keys;
        }
        [.., last] => {
            errors.push(last, format!("expected one {example}"));
            return keys;
        }
    };
    let before = errors.count();
    for entry in errors.keep(entries(list.tokens.clone())).unwrap_or_default() {
        let key = entry.key.to_string();
        let span =
            if entry.value.is_empty() { entry.key.to_token_stream() } else { entry.value.clone() };
        match key.as_str() {
            "provider" => match syn::parse2::<LitStr>(entry.value) {
                Ok(name) if !name.value().is_empty() => keys.provider = Some(name),
                _ => errors
                    .push(span, "expected the name of an app in quotes: `provider = \"app_name\"`"),
            },
            "reply" if known.contains(&"reply") => match syn::parse2::<Type>(entry.value) {
                Ok(ty) => keys.reply = Some(ty),
                Err(_) => errors.push(span, "expected the type of the answer: `reply = Type`"),
            },
            word => {
                let hint = did_you_mean(word, known);
                errors.push(&entry.key, format!("unknown key `{word}`{hint}\nexpected: {example}"));
            }
        }
    }
    if errors.count() == before {
        let given = [("provider", keys.provider.is_some()), ("reply", keys.reply.is_some())];
        for (key, _) in given.iter().filter(|(key, given)| known.contains(key) && !given) {
            errors.push(list, format!("`{key}` is missing: {example}"));
        }
    }
    keys
}
