//! Options of a user's crate: declared with `options!` through `ryu_sdn` alone (this file imports
//! neither `inventory` nor clap), and found by the table without being named.

use std::ffi::OsString;

use ryu_sdn::conf::{Conf, Invocation, Surroundings, Table, parse_manager, sample};

mod monitor {
    use std::time::Duration;

    ryu_sdn::options! {
        section "Traffic monitor";

        /// Time between two rounds
        /// of statistics requests.
        pub static INTERVAL: Opt<Duration> = seconds("interval", 0.1..=60.0).group("monitor").default(10.0);

        /// Which counters to show.
        pub static COUNTERS: Opt<Option<String>> = choice("counters", &["port", "flow"]).group("monitor");

        /// Size of a report.
        pub(crate) static LINES: Opt<i64> = int("monitor-lines", 1..=i64::MAX).default(24);
    }
}

fn start(line: &[&str]) -> Invocation {
    let line = ["ryu-manager"].iter().chain(line).map(OsString::from);
    parse_manager(&Table::collect().unwrap(), line, &Surroundings::default())
        .unwrap_or_else(|exit| panic!("{}", exit.stderr))
}

#[test]
fn rows_of_another_crate_are_on_the_command_line_and_in_the_sample() {
    let start = start(&["--monitor-interval", "0.5", "--monitor-counters", "flow", "my_app"]);
    assert_eq!(start.conf.get(&monitor::INTERVAL).as_millis(), 500);
    assert_eq!(start.conf.get(&monitor::COUNTERS).as_deref(), Some("flow"));
    assert_eq!(start.conf.get(&monitor::LINES), 24);
    assert_eq!(start.apps, ["my_app"]);

    let sample = sample(&Table::collect().unwrap());
    assert!(sample.contains("\n# Time between two rounds of statistics requests.\n"), "{sample}");
    assert!(sample.contains("\n[monitor]\n"), "{sample}");
}

#[test]
fn a_row_works_without_a_command_line() {
    assert_eq!(Conf::new().get(&monitor::INTERVAL).as_secs(), 10);
}

#[test]
fn the_programs_start_with_the_documented_defaults() {
    use ryu_sdn::controller::options::*;
    use ryu_sdn::http::options::*;

    let conf = start(&[]).conf;
    assert_eq!(conf.get(&OFP_LISTEN_HOST), ["0.0.0.0"]);
    assert_eq!(conf.get(&OFP_TCP_LISTEN_PORT), None);
    assert_eq!(conf.get(&OFP_HANDSHAKE_TIMEOUT).as_secs(), 5);
    assert_eq!(conf.get(&SOCKET_TIMEOUT).as_secs(), 5);
    assert_eq!(conf.get(&ECHO_REQUEST_INTERVAL).as_secs(), 15);
    assert_eq!(conf.get(&MAXIMUM_UNREPLIED_ECHO_REQUESTS), 3);
    assert_eq!((conf.get(&WSAPI_HOST).as_str(), conf.get(&WSAPI_PORT)), ("127.0.0.1", 8080));
}
