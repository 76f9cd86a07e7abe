//! `#[derive(Describe)]`: the JSON schema of a type, read off its declaration and its `serde` attributes.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, LitStr, Token, Type, parse_quote};

use crate::errors::ErrorStore;
use crate::expand::ryu;
use crate::names::did_you_mean;
use crate::parse::docs;

/// `impl Describe for Type`.
pub(crate) fn describe(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = ErrorStore::default();
    let container = Words::of(&input.attrs, &CONTAINER, &mut errors);
    let schema = schema(&input, &container, &mut errors);
    if let Some(report) = errors.report() {
        return report;
    }
    let ryu = ryu();
    let ident = &input.ident;
    let name = container.rename.clone().unwrap_or_else(|| ident.unraw().to_string());
    let mut generics = input.generics.clone();
    let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    for param in params {
        generics.make_where_clause().predicates.push(parse_quote!(#param: #ryu::Describe));
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #ryu::Describe for #ident #type_generics #where_clause {
            fn schema(schemas: &mut #ryu::Schemas) -> #ryu::Value {
                schemas.of::<#ident #type_generics>(#name, |schemas| #schema)
            }
        }
    }
}

fn schema(input: &DeriveInput, container: &Words, errors: &mut ErrorStore) -> TokenStream {
    let (ryu, help) = (ryu(), docs(&input.attrs));
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                let members = fields.named.iter().map(|field| member(field, container, errors));
                let members: Vec<TokenStream> = members.collect();
                quote! {{
                    let mut object = #ryu::ObjectSchema::new(#help);
                    #(#members)*
                    object.finish()
                }}
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let words = Words::of(&fields.unnamed[0].attrs, &MEMBER, errors);
                of_type(words.shown_as.as_ref().unwrap_or(&fields.unnamed[0].ty))
            }
            _ => {
                errors.push(&input.ident, "expected members with names, or just one without");
                TokenStream::new()
            }
        },
        Data::Enum(data) => {
            let names = data.variants.iter().map(|variant| {
                if !matches!(variant.fields, Fields::Unit) {
                    errors.push(
                        variant,
                        "a variant that holds something is not described; write `impl Describe` by hand",
                    );
                }
                let words = Words::of(&variant.attrs, &MEMBER, errors);
                let name = variant.ident.unraw().to_string();
                words.rename.unwrap_or_else(|| container.of_variant(&name))
            });
            let names: Vec<String> = names.collect();
            quote! { #ryu::words_schema(#help, &[#(#names),*]) }
        }
        Data::Union(_) => {
            errors.push(&input.ident, "a union has no JSON");
            TokenStream::new()
        }
    }
}

fn of_type(ty: &Type) -> TokenStream {
    let ryu = ryu();
    quote_spanned! { ty.span() => <#ty as #ryu::Describe>::schema(schemas) }
}

fn member(field: &Field, container: &Words, errors: &mut ErrorStore) -> TokenStream {
    let words = Words::of(&field.attrs, &MEMBER, errors);
    if words.is_skipped {
        return TokenStream::new();
    }
    if let (Some(written), None) = (&words.written_otherwise, &words.shown_as) {
        errors.push(written, "say what is written: `#[describe(as = Type)]`");
    }
    let own = field.ident.as_ref().map(|name| name.unraw().to_string()).unwrap_or_default();
    let name = words.rename.unwrap_or_else(|| container.of_field(&own));
    let (is_required, help) = (!words.may_be_missing, docs(&field.attrs));
    let schema = of_type(words.shown_as.as_ref().unwrap_or(&field.ty));
    quote! {
        let schema = #schema;
        object.member(#name, #is_required, #help, schema);
    }
}

/// Words of `serde` that change the JSON in a way that is not read here, around a type ...
const CONTAINER: [&str; 5] = ["tag", "content", "untagged", "into", "remote"];

/// ... and at a member.
const MEMBER: [&str; 2] = ["flatten", "getter"];

/// What the attributes `serde` and `describe` say.
#[derive(Default)]
struct Words {
    rename: Option<String>,
    rename_all: Option<String>,
    is_skipped: bool,
    may_be_missing: bool,
    written_otherwise: Option<syn::Path>,
    shown_as: Option<Type>,
}

impl Words {
    fn of(attrs: &[Attribute], unreadable: &[&str], errors: &mut ErrorStore) -> Self {
        let mut words = Words::default();
        for attr in attrs {
            let read = if attr.path().is_ident("serde") {
                attr.parse_nested_meta(|meta| words.serde(&meta, unreadable))
            } else if attr.path().is_ident("describe") {
                attr.parse_nested_meta(|meta| words.describe(&meta))
            } else {
                continue;
            };
            errors.keep(read);
        }
        words
    }

    fn serde(&mut self, meta: &ParseNestedMeta<'_>, unreadable: &[&str]) -> syn::Result<()> {
        let word = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
        if unreadable.contains(&word.as_str()) {
            let message = format!("`{word}` is not described; write `impl Describe` by hand");
            return Err(meta.error(message));
        }
        match word.as_str() {
            "rename" => self.rename = for_writing(meta)?.or(self.rename.take()),
            "rename_all" => self.rename_all = for_writing(meta)?.or(self.rename_all.take()),
            "skip" | "skip_serializing" => self.is_skipped = true,
            "skip_serializing_if" => {
                self.may_be_missing = true;
                passed_over(meta)?;
            }
            "with" | "serialize_with" => {
                self.written_otherwise = Some(meta.path.clone());
                passed_over(meta)?;
            }
            _ => passed_over(meta)?,
        }
        Ok(())
    }

    fn describe(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if meta.path.is_ident("as") {
            self.shown_as = Some(meta.value()?.parse()?);
            return Ok(());
        }
        let word = meta.path.to_token_stream().to_string();
        let hint = did_you_mean(&word, &["as"]);
        Err(meta.error(format!("unknown key `{word}`{hint}\nexpected: #[describe(as = Type)]")))
    }

    /// The name that a field has in JSON.
    fn of_field(&self, name: &str) -> String {
        let words: Vec<String> = name.split('_').map(str::to_owned).collect();
        match self.rename_all.as_deref() {
            None | Some("snake_case" | "lowercase") => name.to_owned(),
            Some(rule) => joined(&words, rule),
        }
    }

    /// The name that a variant has in JSON.
    fn of_variant(&self, name: &str) -> String {
        let mut words: Vec<String> = Vec::new();
        for letter in name.chars() {
            match words.last_mut() {
                Some(word) if !letter.is_uppercase() => word.push(letter),
                _ => words.push(letter.to_lowercase().collect()),
            }
        }
        match self.rename_all.as_deref() {
            None | Some("PascalCase") => name.to_owned(),
            Some("lowercase") => name.to_lowercase(),
            Some("UPPERCASE") => name.to_uppercase(),
            Some(rule) => joined(&words, rule),
        }
    }
}

/// Words in small letters, as one of serde's rules has them.
fn joined(words: &[String], rule: &str) -> String {
    let capital = |word: &String| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    match rule {
        "camelCase" => {
            let (first, rest) = words.split_first().map_or(("", words), |(f, r)| (f.as_str(), r));
            first.to_owned() + &rest.iter().map(capital).collect::<String>()
        }
        "PascalCase" => words.iter().map(capital).collect(),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => words.join("_").to_uppercase(),
        "kebab-case" => words.join("-"),
        "SCREAMING-KEBAB-CASE" => words.join("-").to_uppercase(),
        _ => words.join("_"),
    }
}

/// The text of `key = "text"` or `key(serialize = "text", ..)`.
fn for_writing(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<String>> {
    if meta.input.peek(Token![=]) {
        return meta.value()?.parse::<LitStr>().map(|text| Some(text.value()));
    }
    let mut found = None;
    meta.parse_nested_meta(|inner| {
        let text = inner.value()?.parse::<LitStr>()?.value();
        if inner.path.is_ident("serialize") {
            found = Some(text);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Reads what stands behind a word, whatever it is.
fn passed_over(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        meta.parse_nested_meta(|inner| passed_over(&inner))?;
    }
    Ok(())
}
