//! The arguments of `#[app(..)]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Type};

use crate::errors::ErrorStore;
use crate::names::did_you_mean;
use crate::parse::{entries, one_or_list};

const KEYS: [&str; 6] = ["name", "ofp_versions", "aliases", "requires", "emits", "help"];

const VERSIONS: [&str; 6] = ["V1_0", "V1_1", "V1_2", "V1_3", "V1_4", "V1_5"];

/// What stands in the parentheses of `#[app(..)]`.
#[derive(Default)]
pub(crate) struct AppArgs {
    /// `name = ".."`.
    pub(crate) name: Option<LitStr>,
    /// `ofp_versions = [..]`.
    pub(crate) ofp_versions: Vec<Path>,
    /// `aliases = [..]`.
    pub(crate) aliases: Vec<LitStr>,
    /// `requires = [..]`.
    pub(crate) requires: Vec<LitStr>,
    /// `emits = [..]`.
    pub(crate) emits: Vec<Type>,
    /// `help = ".."`.
    pub(crate) help: Option<LitStr>,
}

impl AppArgs {
    /// Reads the arguments; a mistake in one leaves the others.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut ErrorStore) -> Self {
        let mut args = AppArgs::default();
        let mut seen: Vec<Ident> = Vec::new();
        for entry in errors.keep(entries(tokens).map_err(show_example)).unwrap_or_default() {
            if seen.contains(&entry.key) {
                errors.push(&entry.key, format!("`{}` is given twice", entry.key));
                continue;
            }
            args.set(&entry.key, entry.value, errors);
            seen.push(entry.key);
        }
        args.check(errors);
        args
    }

    fn set(&mut self, key: &Ident, value: TokenStream, errors: &mut ErrorStore) {
        match key.to_string().as_str() {
            "name" => self.name = text(key, value, errors),
            "help" => self.help = text(key, value, errors),
            "aliases" => {
                self.aliases = list(key, value, "\"ryu.app.my_app\"", |i| i.parse(), errors);
            }
            "requires" => self.requires = list(key, value, "\"dpset\"", |i| i.parse(), errors),
            "emits" => self.emits = list(key, value, "HostMoved", |i| i.parse(), errors),
            "ofp_versions" => {
                self.ofp_versions = list(key, value, "V1_0, V1_3", Path::parse_mod_style, errors);
            }
            word => {
                let hint = did_you_mean(word, &KEYS);
                let accepted = KEYS.map(|key| format!("`{key}`")).join(", ");
                errors.push(key, format!("unknown key `{word}`{hint}\naccepted: {accepted}"));
            }
        }
    }

    fn check(&mut self, errors: &mut ErrorStore) {
        let mut names: Vec<String> = Vec::new();
        for name in self.name.iter().chain(&self.aliases) {
            check_name(name, errors);
            if names.contains(&name.value()) {
                errors.push(name, "named twice");
            }
            names.push(name.value());
        }
        self.requires.iter().for_each(|name| check_name(name, errors));
        let mut versions: Vec<String> = Vec::new();
        for path in &self.ofp_versions {
            let word =
                path.segments.last().map(|s| s.ident.unraw().to_string()).unwrap_or_default();
            if !VERSIONS.contains(&word.as_str()) {
                let accepted = VERSIONS.map(|version| format!("`{version}`")).join(", ");
                let message = format!("unknown OpenFlow version `{word}`\naccepted: {accepted}");
                errors.push(path, message);
            } else if versions.contains(&word) {
                errors.push(path, "named twice");
            }
            versions.push(word);
        }
    }
}

/// Names are typed on command lines and stand in TOML keys.
fn check_name(name: &LitStr, errors: &mut ErrorStore) {
    let text = name.value();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) || !text.chars().all(allowed) {
        errors.push(
            name,
            "an app's name starts with a letter and has letters, digits, `_`, `.` and `-` only",
        );
    }
}

fn text(key: &Ident, value: TokenStream, errors: &mut ErrorStore) -> Option<LitStr> {
    let span = if value.is_empty() { key.to_token_stream() } else { value.clone() };
    match syn::parse2::<LitStr>(value) {
        Ok(text) => Some(text),
        Err(_) => {
            errors.push(span, format!("expected text in quotes: `{key} = \"..\"`"));
            None
        }
    }
}

fn list<T>(
    key: &Ident,
    value: TokenStream,
    example: &str,
    element: fn(ParseStream<'_>) -> syn::Result<T>,
    errors: &mut ErrorStore,
) -> Vec<T> {
    let span = if value.is_empty() { key.to_token_stream() } else { value.clone() };
    match (|input: ParseStream<'_>| one_or_list(input, element)).parse2(value) {
        Ok(list) if list.is_empty() => {
            errors.push(span, format!("an empty list; leave `{key}` out"))
        }
        Ok(list) => return list,
        Err(_) => errors.push(span, format!("expected a list: `{key} = [{example}]`")),
    }
    Vec::new()
}

fn show_example(error: syn::Error) -> syn::Error {
    let example = "#[app(name = \"my_app\", ofp_versions = [V1_0, V1_3])]";
    syn::Error::new(error.span(), format!("{error}\nexpected: {example}"))
}
