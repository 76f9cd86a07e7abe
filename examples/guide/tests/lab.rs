//! The listings run: each app on the embedded network.

use guide as _;

use std::time::Duration;

use ryu_sdn::prelude::*;
use ryu_sdn::sim::Lab;

fn lab(topology: &str, apps: &[&str], version: Version) -> Lab {
    Lab::new(topology, apps).versions([version]).seed(1).start().unwrap()
}

#[test]
fn switches_and_the_hub_connect_all_hosts() {
    for app in ["first_hub", "first_switch", "ported_switch"] {
        let pings = lab("linear,3", &[app], V1_3).pingall();
        assert!(pings.is_complete(), "{app}\n{pings}");
    }
}

#[test]
fn the_hub_has_one_entry_and_the_switches_learn() {
    for (app, entries) in [("first_hub", 1), ("first_switch", 3), ("ported_switch", 3)] {
        let mut lab = lab("single,2", &[app], V1_3);
        lab.ping("h1", "h2").unwrap();
        assert_eq!(lab.flows("s1").len(), entries, "{app}");
    }
}

#[test]
fn the_table_is_on_rest() {
    let mut lab = lab("single,2", &["first_switch"], V1_3);
    lab.ping("h1", "h2").unwrap();
    let answer = lab.request("GET", "/first_switch/0000000000000001", "").unwrap();
    assert_eq!(
        &answer.body()[..],
        br#"{"00:00:00:00:00:01":1,"00:00:00:00:00:02":2}"#,
        "{:?}",
        answer.body()
    );
    let missing = lab.request("GET", "/first_switch/0000000000000007", "").unwrap_err();
    assert!(missing.to_string().contains("no switch 0000000000000007"), "{missing}");
}

#[test]
fn the_monitor_asks_every_two_seconds() {
    for version in [V1_0, V1_3] {
        let mut lab = lab("linear,2", &["first_monitor"], version);
        lab.advance(Duration::from_secs(5));
        let asked = lab.trace().into_iter().filter(|line| line.contains("port_stats port")).count();
        assert_eq!(asked, 2 * 2, "two switches, twice\n{:#?}", lab.trace());
    }
}

#[test]
fn the_idioms_do_what_they_say() {
    for version in [V1_0, V1_3] {
        let mut lab = lab("single,3", &["idioms", "asker"], version);
        let pings = lab.pingall();
        assert!(pings.is_complete(), "OpenFlow {version}\n{pings}");
        let answer = lab.request("GET", "/idioms/00:00:00:00:00:03", "").unwrap();
        assert_eq!(&answer.body()[..], b"3");
        assert!(lab.request("GET", "/idioms/00:00:00:00:00:09", "").is_err());
        let lines = lab.trace();
        for wanted in ["flow_mod add", "flow_mod delete", "barrier_request", "desc"] {
            assert!(lines.iter().any(|line| line.contains(wanted)), "{wanted}: {lines:#?}");
        }
        lab.advance(Duration::from_secs(11));
    }
}

#[test]
fn a_message_and_a_field_of_ones_own() {
    let mut lab = lab("minimal", &["first_hub"], V1_3);
    let dp = lab.datapaths()[0].clone();
    dp.send(&guide::acme::Blink { port: 1 }).unwrap();
    lab.advance(Duration::from_secs(1));
    assert!(lab.trace().iter().any(|line| line.contains("AcmeBlink")), "{:#?}", lab.trace());
    assert_eq!(Match::new().with(guide::acme::DEPTH, 3).to_string(), "acme_depth=0x3");
}
