//! The rule about the documentation of wire types: what stands above each public type of room
//! `ofproto`, read line by line.
//!
//! The template: one sentence, a table of the fields, `Spec:` with version and section, an example
//! with bytes, or a link to the one of a neighbour ("See the example of [`Neighbour`]."). The
//! macros `wire_struct!` and `wire_union!` write the table themselves.

use std::collections::BTreeSet;

use super::{Source, Violation, is_word};

/// Public types that have no bytes, and what they are instead.
const NOT_ON_THE_WIRE: &[(&str, &str)] = &[
    ("EncodeError", "an error for the caller; each variant says when"),
    ("Entry", "what `register!` hands to the linker; hidden"),
    ("FieldInfo", "a row of ours about a field; `Field` says what of it is on the wire"),
    ("JsonError", "an error for the caller; it is about JSON"),
    ("Registration", "a row of an app's about a type; `ExperimenterBody` is on the wire"),
    ("RegistrationError", "an error for the one who starts the program"),
];

/// A public type as its file declares it; or a trait or method, whose example may be leant on.
struct Declared {
    /// With the type before it if it is a method: `Match::check`.
    name: String,
    is_type: bool,
    /// Counted from 1.
    line: usize,
    /// Its documentation, without the slashes.
    docs: Vec<String>,
    /// Whether it is a struct whose public fields are written out, so that nobody makes the table.
    lists_fields: bool,
}

/// Every wire type says where it is specified, shows its bytes, and has a table of its fields.
pub(crate) fn wire_types_are_documented(sources: &[Source]) -> Vec<Violation> {
    check(sources, NOT_ON_THE_WIRE)
}

fn check(sources: &[Source], exceptions: &[(&str, &str)]) -> Vec<Violation> {
    let declared: Vec<_> = sources
        .iter()
        // What is in `ovs/` is text, and no bytes of OpenFlow.
        .filter(|source| source.is_rust() && source.path.starts_with("src/ofproto/"))
        .filter(|source| !source.path.starts_with("src/ofproto/ovs/"))
        .flat_map(|source| declared(source).into_iter().map(move |ty| (source, ty)))
        .collect();
    let shown: BTreeSet<_> = declared
        .iter()
        .filter(|(_, ty)| ty.has_example())
        .map(|(_, ty)| ty.name.as_str())
        .collect();

    let mut violations = Vec::new();
    for (source, ty) in &declared {
        let excepted = exceptions.iter().any(|(name, _)| *name == ty.name);
        if excepted || !ty.is_type {
            continue;
        }
        let mut wrong = |what: &str| {
            violations.push(source.violation(ty.line, format!("{} {what}", ty.name)));
        };
        if !ty.docs.iter().any(|line| line.starts_with("Spec:")) {
            wrong("has no `Spec:` line");
        }
        match ty.example_elsewhere() {
            _ if ty.has_example() => {}
            None => wrong("has no example with an assertion, and no link to one"),
            Some(other) if shown.contains(other.as_str()) => {}
            Some(other) => wrong(&format!("leans on the example of {other}, which has none")),
        }
        if ty.lists_fields && !ty.docs.iter().any(|line| line.starts_with("| field |")) {
            wrong("has no table of its fields");
        }
    }
    // An exception that outlives its type would cover the next one of that name.
    let here = sources.iter().find(|source| source.path.ends_with("tidy/wire_docs.rs"));
    for (name, _) in exceptions.iter().filter(|_| here.is_some()) {
        if !declared.iter().any(|(_, ty)| ty.name == *name) {
            violations.extend(here.map(|source| {
                source.violation(1, format!("{name} is excepted, but no type of ofproto's"))
            }));
        }
    }
    violations
}

/// The public types of a file, those that a macro of the house makes of a row included, and its
/// traits and methods.
fn declared(source: &Source) -> Vec<Declared> {
    let text: Vec<_> = source.text.lines().map(str::trim).collect();
    let code: Vec<_> = source.code.lines().map(str::trim).collect();
    let after = |line: &'static [&str], text: &str| {
        line.iter().find_map(|key| text.strip_prefix(key)).map(word).map(str::to_owned)
    };
    let mut found = Vec::new();
    let mut of = String::new();
    for (at, line) in code.iter().enumerate() {
        of = after(&["impl ", "impl<T> "], line).unwrap_or(of);
        let item = after(&["pub struct ", "pub enum "], line);
        let is_type = item.is_some() || row(text[at]).is_some();
        let method = after(&["pub fn ", "pub const fn "], line).map(|name| format!("{of}::{name}"));
        let other = after(&["pub trait "], line).or(method);
        let bare_row = item.is_none() && other.is_none();
        let row = row(text[at]).map(str::to_owned);
        let Some(name) = item.or(other).or(row) else { continue };
        let above = text[..at].iter().rev().take_while(|line| {
            ["///", "//", "#[", "$("].into_iter().any(|start| line.starts_with(start))
        });
        let above: Vec<_> = above.copied().collect();
        // In a macro that is handed the documentation, the type has no name yet: its rows do.
        let handed_in = name.is_empty() && above.iter().any(|line| line.starts_with("$("));
        // A row without documentation is none of a type.
        let is_bare = bare_row && !above.iter().any(|line| line.starts_with("///"));
        if handed_in || is_bare {
            continue;
        }
        let docs = above.iter().rev().filter_map(|line| line.strip_prefix("///"));
        let body = code[at..].iter().skip(1).take_while(|line| **line != "}");
        found.push(Declared {
            name,
            is_type,
            line: at + 1,
            docs: docs.map(|line| line.trim().to_owned()).collect(),
            lists_fields: line.starts_with("pub struct")
                && line.ends_with('{')
                && body.into_iter().any(|line| line.starts_with("pub ")),
        });
    }
    found
}

/// The word that `text` begins with; empty if it is a name that a macro is yet to put in.
fn word(text: &str) -> &str {
    let end = text.bytes().position(|byte| !is_word(byte)).unwrap_or(text.len());
    &text[..end]
}

/// The type in a row `Name "name"` of a macro that makes a type of each row.
fn row(line: &str) -> Option<&str> {
    let name = word(line);
    let literal = line[name.len()..].trim().trim_end_matches(';');
    let is_literal = literal.len() > 2 && literal.starts_with('"') && literal.ends_with('"');
    let alone = is_literal && !literal[1..literal.len() - 1].contains('"');
    (alone && name.starts_with(|c: char| c.is_ascii_uppercase())).then_some(name)
}

impl Declared {
    /// Whether it has a code block that is run and asserts something.
    fn has_example(&self) -> bool {
        let (mut inside, mut runs) = (false, false);
        for line in &self.docs {
            if let Some(info) = line.strip_prefix("```") {
                inside = !inside;
                runs = inside && (info.is_empty() || info == "rust");
            } else if runs && line.contains("assert") {
                return true;
            }
        }
        false
    }

    /// The type, trait or method whose example it leans on.
    fn example_elsewhere(&self) -> Option<String> {
        let docs = self.docs.join(" ");
        let (_, link) = docs.split_once("example of [`")?;
        let path = link.split('`').next()?;
        Some(path.trim_start_matches("super::").to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "\
/// One.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `a` | bytes | 1.0 |
///
/// Spec: 1.3 section 7.1.
///
/// ```
/// assert_eq!(One::encode(), [1]);
/// ```
#[derive(Debug)]
pub struct One {
    /// A.
    pub a: u8,
}

wire_struct! {
    /// Two.
    ///
    /// Spec: 1.3 section 7.1.
    ///
    /// See the
    /// example of [`super::One`].
    pub struct Two \"two\" \"OFPTwo\" {
        /// B.
        b: u8,
    }
}
";

    fn wrong(text: &str) -> Vec<String> {
        let sources = [Source::new("src/ofproto/x.rs", text)];
        check(&sources, &[]).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn what_is_whole_passes() {
        assert!(wrong(WHOLE).is_empty(), "{:?}", wrong(WHOLE));
    }

    #[test]
    fn what_is_missing_is_found() {
        assert_eq!(wrong(&WHOLE.replacen("/// Spec:", "/// See", 1)), ["One has no `Spec:` line"]);
        assert_eq!(wrong(&WHOLE.replace("| field", "| what")), ["One has no table of its fields"]);
        assert_eq!(
            wrong(&WHOLE.replace("example of", "friends")),
            ["Two has no example with an assertion, and no link to one"]
        );
        assert_eq!(
            wrong(&WHOLE.replace("super::One", "Three")),
            ["Two leans on the example of Three, which has none"]
        );
        // Neither a drawing nor a block that asserts nothing is an example; nor can it be leant on.
        for block in [WHOLE.replacen("```", "```text", 1), WHOLE.replace("assert_eq!", "drop")] {
            assert_eq!(wrong(&block).len(), 2, "{:?}", wrong(&block));
        }
    }

    #[test]
    fn rows_of_macros_are_types() {
        let rows = "\
macro_rules! make {
    ($(#[$doc:meta])* $noun:ident $name:literal) => {
        $(#[$doc])*
        pub struct $noun;
    };
}
make! {
    /// One.
    One \"one\";
    Three \"no documentation, no type\";
}
";
        assert_eq!(wrong(rows).len(), 2, "{:?}", wrong(rows));
        assert_eq!(wrong(&rows.replace("        $(#[$doc])*\n", "")).len(), 4);
    }

    #[test]
    fn only_public_types_of_bytes_are_checked_and_exceptions_are_real() {
        let bare =
            "pub enum One { A }\npub(crate) struct Two;\npub trait Three {\npub fn four();\n}\n";
        let text = Source::new("src/ofproto/ovs/x.rs", bare);
        let bare = Source::new("src/ofproto/x.rs", bare);
        let list = Source::new("tests/tidy/wire_docs.rs", "");
        let sources = [text, bare, list];
        let count = |exceptions| check(&sources, exceptions).len();
        assert_eq!(count(&[]), 2);
        assert_eq!(count(&[("One", "no bytes")]), 0);
        assert_eq!(count(&[("One", "no bytes"), ("Gone", "no bytes")]), 1);
    }

    #[test]
    fn examples_of_traits_and_methods_can_be_leant_on() {
        let example = "/// ```\n/// assert!(true);\n/// ```\n";
        for (name, item) in [
            ("Three", format!("{example}pub trait Three {{}}")),
            ("Four::make", format!("impl<T> Four<T> {{\n{example}pub const fn make() {{}}\n}}")),
        ] {
            let leaning = WHOLE.replace("super::One", &format!("super::{name}"));
            assert_eq!(wrong(&leaning).len(), 1, "{:?}", wrong(&leaning));
            let both = format!("{leaning}\n{item}\n");
            assert!(wrong(&both).is_empty(), "{:?}", wrong(&both));
            let other = both.replace("make()", "other()").replace("trait Three", "trait Five");
            assert_eq!(wrong(&other).len(), 1, "{:?}", wrong(&other));
        }
    }
}
