//! The pages that teach: what stands in them is what is compiled and run.
//!
//! A listing in docs/tutorial.md and docs/porting-from-ryu.md stands behind a line
//! `<!-- file -->` and is, line by line, a part of that file of `examples/guide`, whose tests run it. In
//! the table of idioms, what stands in the right column is in one of those files. What the consoles
//! show is run by `tests/real/guides.sh`.

use std::fs;
use std::path::Path;

const PAGES: [&str; 2] = ["docs/tutorial.md", "docs/porting-from-ryu.md"];
const GUIDE: &str = "examples/guide/src";

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()))
}

/// What is wrong with the listings of a page: line and reason.
fn drifted(page: &str, file: impl Fn(&str) -> Option<String>) -> Vec<(usize, String)> {
    let mut wrong = Vec::new();
    let lines: Vec<&str> = page.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let Some(language) = lines[at].strip_prefix("```") else {
            at += 1;
            continue;
        };
        let from = at + 1;
        let len = lines[from..].iter().position(|line| *line == "```").unwrap_or(0);
        at = from + len + 1;
        if language == "console" || language == "text" {
            continue;
        }
        let named = lines[from.saturating_sub(2)];
        let named = named.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        let Some(named) = named else {
            wrong.push((from, format!("a listing ({language}) without the name of its file")));
            continue;
        };
        let listing = lines[from..from + len].join("\n");
        match file(named) {
            None => wrong.push((from, format!("there is no {named}"))),
            Some(text) if !indented(&text, &listing) => {
                wrong.push((from, format!("this is not in {named}")));
            }
            Some(_) => {}
        }
    }
    wrong
}

/// Whether the lines of `listing` stand in `text`, all of them as far to the right as the first.
fn indented(text: &str, listing: &str) -> bool {
    [0, 4].into_iter().any(|width| {
        let shifted = listing.lines().map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("{:width$}{line}\n", ""),
        });
        !listing.is_empty()
            && format!("\n{text}").contains(&format!("\n{}", shifted.collect::<String>()))
    })
}

#[test]
fn listings_are_what_is_compiled() {
    for page in PAGES {
        let wrong = drifted(&read(page), |name| {
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(GUIDE).join(name)).ok()
        });
        assert!(wrong.is_empty(), "{page}: {wrong:#?}");
    }
}

#[test]
fn idioms_are_what_is_compiled() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(GUIDE);
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let mut code = String::new();
    for entry in fs::read_dir(dir).unwrap() {
        code += &bare(&fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    let page = read("docs/porting-from-ryu.md");
    let rows: Vec<&str> = page
        .lines()
        .skip_while(|line| *line != "## Idioms")
        .skip_while(|line| !line.starts_with("|---"))
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert!(rows.len() > 30, "{} rows", rows.len());
    for row in rows {
        let (_, ours) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        let spans: Vec<&str> = ours.split('`').skip(1).step_by(2).collect();
        assert!(!spans.is_empty(), "{row}");
        for span in spans {
            assert!(code.contains(&bare(span)), "nothing in {GUIDE} has `{span}`: {row}");
        }
    }
}

#[test]
fn a_listing_that_drifts_is_missed() {
    let text = "use a;\n\nimpl B {\n    fn c() {\n        d();\n    }\n}\n";
    let file = |name: &str| (name == "b.rs").then(|| text.to_owned());
    let page = |listing: &str| format!("x\n<!-- b.rs -->\n```rust\n{listing}\n```\n");
    assert!(drifted(&page("use a;\n\nimpl B {"), file).is_empty());
    assert!(drifted(&page("fn c() {\n    d();\n}"), file).is_empty());
    assert_eq!(drifted(&page("fn c() {\n    e();\n}"), file).len(), 1);
    assert_eq!(drifted(&page("fn c() {\n    d();\n\n}"), file).len(), 1);
    assert_eq!(drifted("```rust\nuse a;\n```\n", file).len(), 1, "no name");
    assert_eq!(drifted("<!-- c.rs -->\n```rust\nuse a;\n```\n", file).len(), 1, "no such file");
    assert!(drifted("```console\n$ ls\n```\n", file).is_empty());
}
