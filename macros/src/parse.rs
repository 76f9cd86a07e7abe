//! Reads the `impl` block: signatures and marks, never the bodies.
//!
//! What the user wrote is handed on as tokens, so that a half-typed body does not cost the block
//! its handlers (and an editor its completion).

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Ident, Meta, Path, Signature, Token, Type, Visibility, token};

use crate::errors::ErrorStore;
use crate::mark::MarkName;

/// An `impl` block, as far as `#[app]` looks.
pub(crate) struct ImplBlock {
    /// Attributes of the block, documentation included.
    pub(crate) attrs: Vec<Attribute>,
    /// `impl Type`: the type.
    pub(crate) self_ty: Type,
    /// The methods that bear a mark.
    pub(crate) methods: Vec<Method>,
}

/// A method that bears at least one mark.
pub(crate) struct Method {
    /// The documentation comment, without indentation.
    pub(crate) docs: String,
    /// `#[cfg]` attributes: what is said of the method holds for its descriptor.
    pub(crate) cfgs: Vec<Attribute>,
    /// The marks, in the order written.
    pub(crate) marks: Vec<(MarkName, Attribute)>,
    /// The signature.
    pub(crate) sig: Signature,
}

impl ImplBlock {
    /// Reads the block. `None` if there is no `impl` block to speak of; the reason is in `errors`.
    pub(crate) fn parse(item: TokenStream, errors: &mut ErrorStore) -> Option<Self> {
        let tokens = item.clone();
        let parser = |input: ParseStream<'_>| Self::parse_header(input, errors);
        match parser.parse2(item) {
            Ok(block) => Some(block),
            Err(error) => {
                let looks_like_impl = tokens.into_iter().any(|t| is_ident(&t, "impl"));
                errors.push_error(if looks_like_impl { error } else { not_an_impl(&error) });
                None
            }
        }
    }

    fn parse_header(input: ParseStream<'_>, errors: &mut ErrorStore) -> syn::Result<Self> {
        let attrs = Attribute::parse_outer(input)?;
        let impl_token = input.parse::<Token![impl]>()?;
        let generics = if input.peek(Token![<]) { input.parse()? } else { Generics::default() };
        let self_ty: Type = input.parse()?;
        if input.peek(Token![for]) {
            return Err(syn::Error::new_spanned(
                self_ty,
                "#[app] goes on the type's own block, `impl Type { .. }`, not on the `impl` of a trait",
            ));
        }
        if !generics.params.is_empty() {
            errors.push(
                &generics,
                "an app is one concrete type, because it is registered at link time: \
                 `impl Type { .. }` without parameters",
            );
        }
        if crate::names::last_name(&self_ty).is_none() {
            errors.push(&self_ty, "an app is a struct or an enum of this crate");
        }
        input.parse::<Option<syn::WhereClause>>()?;
        if !input.peek(token::Brace) {
            return Err(syn::Error::new_spanned(impl_token, "expected `impl Type { .. }`"));
        }
        let body;
        syn::braced!(body in input);
        body.call(Attribute::parse_inner)?;
        let methods = parse_methods(&body)?;
        Ok(ImplBlock { attrs, self_ty, methods })
    }
}

fn not_an_impl(error: &syn::Error) -> syn::Error {
    syn::Error::new(
        error.span(),
        "#[app] goes on the `impl` block with the app's handlers:\n    \
         #[app(name = \"my_app\")]\n    impl MyApp { .. }",
    )
}

fn parse_methods(body: ParseStream<'_>) -> syn::Result<Vec<Method>> {
    let mut methods = Vec::new();
    while !body.is_empty() {
        let attrs = body.call(Attribute::parse_outer)?;
        body.parse::<Visibility>()?;
        if is_function(body) {
            let sig: Signature = body.parse()?;
            skip_to_end_of_item(body)?;
            methods.extend(Method::marked(attrs, sig));
        } else {
            if let Some((name, attr)) = attrs.iter().find_map(|a| Some((MarkName::of(a)?, a))) {
                let message = format!("#[{name}] goes on a method");
                return Err(syn::Error::new_spanned(attr, message));
            }
            skip_to_end_of_item(body)?;
        }
    }
    Ok(methods)
}

impl Method {
    fn marked(attrs: Vec<Attribute>, sig: Signature) -> Option<Self> {
        let (mut cfgs, mut marks) = (Vec::new(), Vec::new());
        let docs = docs(&attrs);
        for attr in attrs {
            if let Some(name) = MarkName::of(&attr) {
                marks.push((name, attr));
            } else if attr.path().is_ident("cfg") {
                cfgs.push(attr);
            }
        }
        if marks.is_empty() { None } else { Some(Method { docs, cfgs, marks, sig }) }
    }
}

/// Whether a function follows, after any of `const async unsafe extern "C"`.
fn is_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    while !ahead.is_empty() {
        if ahead.peek(Token![fn]) {
            return true;
        }
        let word = ahead.fork().call(Ident::parse_any).map(|ident| ident.to_string());
        let qualifier = match word.as_deref() {
            Ok(word) => ["const", "async", "unsafe", "extern"].contains(&word),
            Err(_) => ahead.peek(syn::LitStr),
        };
        if !qualifier || ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    false
}

/// Skips a body, or the rest of a constant, a type or a macro call.
fn skip_to_end_of_item(input: ParseStream<'_>) -> syn::Result<()> {
    // `const A: T = T { .. };` ends at its semicolon, a function and `name! { .. }` at the brace.
    let ends_at_brace = !(input.peek(Token![const]) || input.peek(Token![type]));
    while !input.is_empty() {
        match input.parse::<TokenTree>()? {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return Ok(()),
            TokenTree::Group(group) if ends_at_brace && group.delimiter() == Delimiter::Brace => {
                return Ok(());
            }
            _ => {}
        }
    }
    Ok(())
}

/// The item with the marks inside its block taken out, and nothing else changed.
pub(crate) fn without_marks(item: TokenStream) -> TokenStream {
    let mut trees: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = trees.last_mut()
        && body.delimiter() == Delimiter::Brace
    {
        let mut stripped = proc_macro2::Group::new(Delimiter::Brace, strip(body.stream()));
        stripped.set_span(body.span());
        *body = stripped;
    }
    trees.into_iter().collect()
}

fn strip(body: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    let mut trees = body.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let is_hash = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '#');
        let is_mark = is_hash && trees.peek().is_some_and(is_bracketed_mark);
        if is_mark {
            trees.next();
        } else {
            kept.push(tree);
        }
    }
    kept.into_iter().collect()
}

fn is_bracketed_mark(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else { return false };
    let path = |input: ParseStream<'_>| {
        let path = input.call(Path::parse_mod_style)?;
        input.parse::<TokenStream>()?;
        Ok(path)
    };
    group.delimiter() == Delimiter::Bracket
        && path.parse2(group.stream()).is_ok_and(|path| MarkName::of_path(&path).is_some())
}

fn is_ident(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == word)
}

/// The first line of a documentation comment, or nothing.
pub(crate) fn first_doc_line(attrs: &[Attribute]) -> String {
    doc_lines(attrs).into_iter().find(|line| !line.is_empty()).unwrap_or_default()
}

/// The lines of a documentation comment.
/// The whole doc comment.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    doc_lines(attrs).join("\n").trim().to_owned()
}

fn doc_lines(attrs: &[Attribute]) -> Vec<String> {
    attrs
        .iter()
        .filter_map(|attr| match &attr.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => Some(&pair.value),
            _ => None,
        })
        .filter_map(|value| match value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        })
        .flat_map(|text| match text.as_str() {
            // `///` alone: `lines` would make nothing of it.
            "" => vec![String::new()],
            text => text.lines().map(|line| line.trim().to_owned()).collect(),
        })
        .collect()
}

/// `key = tokens`, one entry of an attribute's arguments, with its value not yet read.
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: Ident,
    /// Everything up to the next comma.
    pub(crate) value: TokenStream,
}

/// Reads `key = .., key = ..` so far that a bad value does not hide the keys after it.
pub(crate) fn entries(args: TokenStream) -> syn::Result<Vec<Entry>> {
    let parser = |input: ParseStream<'_>| {
        let mut entries = Vec::new();
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            let mut value = TokenStream::new();
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<TokenTree>()?.to_tokens(&mut value);
            }
            input.parse::<Option<Token![,]>>()?;
            entries.push(Entry { key, value });
        }
        Ok(entries)
    };
    parser.parse2(args)
}

/// Reads one thing, or a list of them in brackets.
pub(crate) fn one_or_list<T>(
    input: ParseStream<'_>,
    element: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![element(input)?]);
    }
    let list;
    syn::bracketed!(list in input);
    Ok(list.parse_terminated(element, Token![,])?.into_iter().collect())
}
