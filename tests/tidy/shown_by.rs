//! The rule about pages with a column "Shown by": what it names is there. A name is a test's
//! (`fn name(`), a script of `tests/real/`, or one of `tests/eventlet/` that has a twin.

use super::{Source, Violation};

/// Every test and script in a column "Shown by" of a page in `docs/` exists.
pub(crate) fn what_is_named_is_there(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for page in sources.iter().filter(|source| source.path.starts_with("docs/")) {
        let mut is_table = false;
        for (number, line) in page.text.lines().enumerate() {
            is_table = line.starts_with('|') && (is_table || line.ends_with("| Shown by |"));
            let cells = line.trim_end_matches('|').rsplit('|').next().filter(|_| is_table);
            let names = cells.unwrap_or_default().split('`').skip(1).step_by(2);
            for name in names.filter(|name| !is_there(sources, name)) {
                violations.push(page.violation(number + 1, format!("there is no `{name}`")));
            }
        }
    }
    violations
}

fn is_there(sources: &[Source], name: &str) -> bool {
    let script = format!("tests/real/{name}");
    // `tests/eventlet.rs` sees to the twin.
    let twin = format!("tests/eventlet/{name}.py");
    let function = format!("fn {name}(");
    sources.iter().any(|source| {
        [&script, &twin].contains(&&source.path)
            || source.is_rust() && source.code.contains(&function)
    })
}

#[test]
fn a_test_that_was_renamed_is_missed() {
    let page = "| What | Shown by |\n|---|---|\n| a | `real`, `gone` |\n| b | `a.sh`, `b.sh`, `twin` |\n\n`no`\n";
    let sources = [
        Source::new("docs/page.md", page),
        Source::new("tests/real/a.sh", ""),
        Source::new("tests/eventlet/twin.py", ""),
        Source::new("src/wire/mod.rs", "fn real() {}\n// fn gone() {}\n"),
    ];
    let violations = what_is_named_is_there(&sources);
    let told: Vec<String> = violations.iter().map(Violation::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("docs/page.md:3") && told[0].contains("`gone`"), "{told:?}");
    assert!(told[1].contains("docs/page.md:4") && told[1].contains("`b.sh`"), "{told:?}");
}
