//! Wrong uses of the macros: each fixture is named for its mistake, and the `.stderr` beside it is
//! what the user reads. `TRYBUILD=overwrite cargo test --test compile_fail` writes those anew.
//!
//! `compile_fail/pass/` holds right uses, which have to compile and run.

#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/compile_fail/pass/*.rs");
    cases.compile_fail("tests/compile_fail/*.rs");
}
