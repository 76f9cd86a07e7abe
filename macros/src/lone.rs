//! Marks outside of an `#[app]` block: they explain themselves.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::mark::MarkName;

/// The item as it is, and an error that says where the mark belongs.
pub(crate) fn explain(mark: MarkName, item: TokenStream, span: Span) -> TokenStream {
    let message = format!(
        "#[{mark}] only works inside an impl block marked #[app(..)]:\n    \
         #[app(name = \"my_app\")]\n    impl MyApp {{\n        {}\n        ..\n    }}",
        mark.example()
    );
    let mut output = quote_spanned! { span => ::core::compile_error! { #message } };
    output.extend(item);
    output
}
