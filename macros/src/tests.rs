//! Expansions compared with `tests/golden/`: `NAME.rs` is what a user writes, `NAME.expanded.rs`
//! what becomes of it. `UPDATE_EXPECT=1 cargo test -p ryu-sdn-macros` writes the second anew.

use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Item, Meta};

/// Expands a whole file as the compiler would and prints it.
fn expand(text: &str) -> String {
    let file = syn::parse_file(text).expect("a golden input is Rust");
    let mut output = TokenStream::new();
    for mut item in file.items {
        let attrs = attrs_of(&mut item);
        if let Some(i) = attrs.iter().position(|attr| attr.path().is_ident("app")) {
            let args = match attrs.remove(i).meta {
                Meta::List(list) => list.tokens,
                _ => TokenStream::new(),
            };
            output.extend(crate::expand_app(args, item.to_token_stream()));
            continue;
        }
        let derives = derives(attrs);
        item.to_tokens(&mut output);
        for derive in derives {
            match derive.as_str() {
                "Event" => output.extend(crate::derive::event(item.to_token_stream())),
                "Describe" => output.extend(crate::describe::describe(item.to_token_stream())),
                "Request" => output.extend(crate::derive::request(item.to_token_stream())),
                _ => {}
            }
        }
    }
    let mut file: syn::File = syn::parse2(output).expect("an expansion is Rust");
    file.items.iter_mut().for_each(unwrap_submission);
    prettyplease::unparse(&file)
}

/// Shows `submit! { descriptor }` as a static, because a printer leaves the inside of macros alone.
fn unwrap_submission(item: &mut Item) {
    if let Item::Macro(submission) = item
        && submission.mac.path.segments.last().is_some_and(|last| last.ident == "submit")
    {
        let (attrs, descriptor) = (&submission.attrs, &submission.mac.tokens);
        *item = syn::parse_quote! { #(#attrs)* static SUBMITTED: AppDescriptor = #descriptor; };
    }
}

fn attrs_of(item: &mut Item) -> &mut Vec<Attribute> {
    match item {
        Item::Impl(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        other => panic!("no golden input has this item: {}", other.to_token_stream()),
    }
}

fn derives(attrs: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        attr.parse_nested_meta(|meta| {
            names.push(meta.path.to_token_stream().to_string());
            Ok(())
        })
        .expect("a list of derives");
    }
    names
}

#[test]
fn expansions_are_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut differing = Vec::new();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the golden folder")
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".expanded.rs"))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no golden inputs in {}", folder.display());
    for name in names {
        let expected = folder.join(name.replace(".rs", ".expanded.rs"));
        let actual = expand(&fs::read_to_string(folder.join(&name)).unwrap());
        if fs::read_to_string(&expected).is_ok_and(|text| text == actual) {
            continue;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &actual).unwrap();
        } else {
            differing.push(format!("{name} becomes\n{actual}"));
        }
    }
    assert!(differing.is_empty(), "UPDATE_EXPECT=1 accepts these\n\n{}", differing.join("\n"));
}

#[test]
fn a_half_typed_body_keeps_the_app() {
    let item = quote! {
        impl Half {
            #[set_ev_cls(ofp_event::PacketIn)]
            fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
                let x = self. ;
            }
        }
    };
    let output = crate::expand_app(TokenStream::new(), item).to_string();
    assert!(output.contains("let x = self . ;"), "{output}");
    assert!(output.contains("submit !") && !output.contains("set_ev_cls"), "{output}");
}

#[test]
fn marks_of_other_crates_are_left_alone() {
    let item = quote! {
        impl Other {
            #[theirs::route]
            #[ryu_sdn::start]
            fn begin(&mut self) {}
        }
    };
    let output = crate::expand_app(TokenStream::new(), item).to_string();
    assert!(output.contains("theirs :: route") && !output.contains("ryu_sdn :: start"), "{output}");
}
