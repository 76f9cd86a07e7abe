//! Trace equality with eventlet: each script in `tests/eventlet/` has a twin here, which must print
//! the same lines in the same order.
//!
//! `NAME.py` is the script, `NAME.trace` what it prints under eventlet (recorded; the step
//! `eventlet` of `tests/run` runs the scripts again and compares). The twins run on a clock that
//! turns by itself, so that a hundredth of a second is exactly that and nothing takes real time.
//!
//! Where the two worlds differ by nature, the twin says it in Rust's words: an exception is an `Err`
//! or a panic, a `finally` is a drop, a result is taken once, so that a second waiter has a promise.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ryu_sdn::clock::Clock;
use ryu_sdn::hub::{self, Hub, JoinError};

#[path = "eventlet/graphs.rs"]
mod graphs;
#[path = "eventlet/pools.rs"]
mod pools;
#[path = "eventlet/serve.rs"]
mod serve;
#[path = "eventlet/sync.rs"]
mod sync;
#[path = "eventlet/tasks.rs"]
mod tasks;
#[path = "eventlet/timeouts.rs"]
mod timeouts;

thread_local! {
    /// What the twin has printed.
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn print(line: String) {
    LINES.with_borrow_mut(|lines| lines.push(line));
}

/// Prints as Python's `print` does: what it is given, with one space between.
macro_rules! say {
    ($($word:expr),+ $(,)?) => {
        crate::print([$($word.to_string()),+].join(" "))
    };
}
use say;

/// Makes a test of each twin, and a list of their names.
macro_rules! twins {
    ($($(#[doc = $doc:literal])* $name:ident $body:block)+) => {
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),+];
        $($(#[doc = $doc])* #[test] fn $name() {
            crate::compare(stringify!($name), async $body);
        })+
    };
}
use twins;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eventlet")
}

/// Runs a twin, and compares what it prints with what eventlet printed.
fn compare(name: &str, twin: impl Future<Output = ()>) {
    let path = folder().join(format!("{name}.trace"));
    let expected = fs::read_to_string(&path).expect("a recorded trace");
    let hub = Hub::new(Clock::test()).expect("an epoll descriptor");
    hub.block_on(twin);
    let lines = LINES.take();
    let expected: Vec<_> = expected.lines().collect();
    assert!(!expected.is_empty());
    assert_eq!(lines, expected, "{name}: what eventlet printed is on the right");
}

/// Hundredths of a second.
fn cs(n: u32) -> Duration {
    Duration::from_millis(10) * n
}

async fn sleep(hundredths: u32) {
    hub::sleep(cs(hundredths)).await;
}

/// Python's spelling.
fn py(yes: bool) -> &'static str {
    if yes { "True" } else { "False" }
}

/// Python's `raise ValueError(message)`: a panic, without a word on standard error.
fn raise(message: &'static str) -> ! {
    std::panic::resume_unwind(Box::new(message))
}

/// What the exception says that `wait` raises.
fn text(error: JoinError) -> String {
    match error {
        JoinError::Panicked(message) => message,
        JoinError::KilledFor(reason) => reason.into_owned(),
        JoinError::Killed => "killed".to_owned(),
    }
}

/// Python's `finally`.
struct Finally<F: FnMut()>(F);

impl<F: FnMut()> Drop for Finally<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[test]
fn every_script_has_a_trace_and_a_twin() {
    let names = |end: &str| -> BTreeSet<String> {
        let files = fs::read_dir(folder()).expect("the folder of the scripts");
        let names = files.map(|file| file.expect("an entry").file_name().into_string().unwrap());
        names.filter_map(|name| name.strip_suffix(end).map(str::to_owned)).collect()
    };
    let rooms =
        [tasks::NAMES, pools::NAMES, graphs::NAMES, serve::NAMES, sync::NAMES, timeouts::NAMES];
    let all = rooms.concat();
    let twins: BTreeSet<_> = all.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(twins.len(), all.len(), "two twins of one name");
    assert_eq!(names(".py"), twins);
    assert_eq!(names(".trace"), twins);
    assert!(twins.len() >= 40);
}
