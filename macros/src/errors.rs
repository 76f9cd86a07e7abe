//! All mistakes of one attribute, gathered before any is reported.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Gathers errors, so that a user sees every mistake of an `impl` block at once.
#[derive(Default)]
pub(crate) struct ErrorStore {
    all: Option<syn::Error>,
}

impl ErrorStore {
    /// Adds a mistake, shown under `tokens`.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push_error(syn::Error::new_spanned(tokens, message));
    }

    /// Adds a mistake that a parser found.
    pub(crate) fn push_error(&mut self, error: syn::Error) {
        match &mut self.all {
            Some(all) => all.combine(error),
            None => self.all = Some(error),
        }
    }

    /// The value, or nothing and one mistake more.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push_error(error)).ok()
    }

    /// How many mistakes there are so far.
    pub(crate) fn count(&self) -> usize {
        self.all.iter().flatten().count()
    }

    /// The mistakes as `compile_error!` items, in the order found; `None` if there are none.
    pub(crate) fn report(self) -> Option<TokenStream> {
        self.all.map(syn::Error::into_compile_error)
    }
}

#[cfg(test)]
impl ErrorStore {
    /// The messages, for tests.
    pub(crate) fn messages(self) -> Vec<String> {
        self.all.into_iter().flatten().map(|error| error.to_string()).collect()
    }
}
