//! Ryu 4.34 as the peer of a bench: the same bytes, in the same run, and how many times as long it
//! takes.
//!
//! Ryu's side is a script of this folder's parent. It reads lines `[NAME ]KIND HEX` and answers with
//! lines whose last word is the nanoseconds of one call, the best of its rounds.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What is measured on both sides.
pub(crate) struct Row {
    /// What it is called.
    pub(crate) name: String,
    /// What Ryu's script is told before the bytes.
    pub(crate) task: String,
    /// What Ryu is to do it with.
    pub(crate) bytes: Vec<u8>,
    /// The same done here.
    pub(crate) call: Box<dyn FnMut()>,
}

/// Measures the rows, one line each, if `RYU_PYTHON` names a Python that has Ryu; `script` is a file
/// of `benches/`.
pub(crate) fn compare(script: &str, rows: impl FnOnce() -> Vec<Row>) {
    let Ok(python) = std::env::var("RYU_PYTHON") else {
        println!("no comparison with Ryu: RYU_PYTHON names no Python that has it");
        return;
    };
    println!("{:<28} {:>10} {:>14} {:>9}", "", "ours, ns", "Ryu 4.34, ns", "ratio");
    for row in rows() {
        let theirs = ryu(&python, script, &row);
        let ours = best(row.call);
        println!("{:<28} {ours:>10.1} {theirs:>14.0} {:>9.0}", row.name, theirs / ours);
    }
}

/// Nanoseconds of one call: the best of nine rounds of about 50 ms, as on Ryu's side.
fn best(mut call: impl FnMut()) -> f64 {
    let mut round = |count: u32| {
        let start = Instant::now();
        (0..count).for_each(|_| call());
        start.elapsed()
    };
    let once = (round(1000) / 1000).max(Duration::from_nanos(1));
    let count = (Duration::from_millis(50).as_nanos() / once.as_nanos()).max(1) as u32;
    let rounds = (0..9).map(|_| round(count).as_nanos() as f64 / f64::from(count));
    rounds.fold(f64::INFINITY, f64::min)
}

/// The same on Ryu's side.
fn ryu(python: &str, script: &str, row: &Row) -> f64 {
    let mut line = format!("{} ", row.task);
    row.bytes.iter().for_each(|b| write!(line, "{b:02x}").expect("text grows"));
    let mut ryu = Command::new(python)
        .arg(format!("{}/benches/{script}", env!("CARGO_MANIFEST_DIR")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|err| panic!("{python}: {err}"));
    let mut stdin = ryu.stdin.take().expect("it is piped");
    writeln!(stdin, "{line}").expect("the script reads");
    drop(stdin);
    let out = ryu.wait_with_output().expect("the script ends");
    let text = String::from_utf8_lossy(&out.stdout);
    let nanoseconds = text.trim().rsplit(' ').next().and_then(|word| word.parse().ok());
    nanoseconds.unwrap_or_else(|| panic!("{}: Ryu's side failed", row.name))
}
