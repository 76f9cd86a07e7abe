//! The app `sessions`: what it shows of a network of which every message is known.

use std::collections::BTreeMap;

use ryu_sdn::sim::Lab;
use serde_json::{Value, json};

fn get(lab: &mut Lab, path: &str) -> String {
    let response = lab.request("GET", path, "").unwrap();
    String::from_utf8(response.body().to_vec()).unwrap()
}

/// The messages of a lab's trace by direction (`<` to the switch) and name.
fn traced(lab: &Lab) -> BTreeMap<(String, String), u64> {
    let mut counts = BTreeMap::new();
    for line in lab.trace() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|word| ["<", ">"].contains(word)).expect(&line);
        let direction = if words[at] == "<" { "encoded" } else { "received" };
        // Direction, transaction, name.
        let name = words[at + 2].trim_end_matches(':');
        *counts.entry((direction.to_owned(), name.to_owned())).or_default() += 1;
    }
    counts
}

#[test]
fn metrics_count_what_the_switches_saw() {
    let mut lab = Lab::new("linear,3", &["simple_switch_13", "sessions"]).start().unwrap();
    assert!(lab.pingall().to_string().contains("0% dropped"));
    let text = get(&mut lab, "/metrics");
    let mut shown = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("ryu_messages_total{")) {
        let (labels, count) = line.rsplit_once(' ').unwrap();
        let label = |name: &str| {
            let (_, rest) = labels.split_once(&format!("{name}=\"")).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        shown.insert((label("direction"), label("type")), count.parse::<u64>().unwrap());
    }
    // The switches' trace begins behind the hellos.
    for direction in ["received", "encoded"] {
        assert_eq!(shown.remove(&(direction.to_owned(), "hello".to_owned())), Some(3));
    }
    assert_eq!(shown, traced(&lab), "{text}");
    assert!(shown[&("received".to_owned(), "packet_in".to_owned())] > 0);
    assert!(text.contains("ryu_sessions{state=\"main\"} 3\n"), "{text}");
    assert!(text.contains("ryu_switch_received_messages_total{dpid=\"0000000000000003\"} "));
    assert!(text.contains("ryu_connections_total 3\n"), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn sessions_are_listed_as_json() {
    let mut lab = Lab::new("linear,2", &["sessions", "simple_switch_13"]).start().unwrap();
    let shown: Value = serde_json::from_str(&get(&mut lab, "/v1/sessions")).unwrap();
    let sessions = shown["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let first = &sessions[0];
    assert_eq!(first["dpid"], json!("0000000000000001"));
    assert_eq!((&first["version"], &first["state"]), (&json!("1.3"), &json!("main")));
    assert_eq!(first["tls"], Value::Null);
    assert_eq!(first["counters"]["received_by_type"]["hello"], json!(1));
    let sum: u64 = sessions.iter().map(|one| one["counters"]["received"].as_u64().unwrap()).sum();
    assert_eq!(shown["totals"]["counters"]["received"], json!(sum));

    lab.stop_switch("s1");
    let shown: Value = serde_json::from_str(&get(&mut lab, "/v1/sessions")).unwrap();
    assert_eq!(shown["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(shown["totals"]["connections"], json!(2));
    assert_eq!(shown["totals"]["endings"], json!({ "peer": 1 }));
}

#[test]
fn the_accept_policy_is_read_and_changed() {
    let mut lab = Lab::new("minimal", &["sessions", "simple_switch_13"]).start().unwrap();
    let before: Value = serde_json::from_str(&get(&mut lab, "/v1/accept-policy")).unwrap();
    assert_eq!(before["allow"], json!([]));
    let put = |lab: &mut Lab, body: &'static str| lab.request("PUT", "/v1/accept-policy", body);
    let answer = put(&mut lab, r#"{"allow": ["10.0.0.0/8"], "max_connections": 5}"#).unwrap();
    let after: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!((&after["allow"], &after["max_connections"]), (&json!(["10.0.0.0/8"]), &json!(5)));
    for wrong in [r#"{"allow": ["10.0.0.1/8"]}"#, r#"{"alow": []}"#, "[1", "7"] {
        let error = put(&mut lab, wrong).unwrap_err().to_string();
        assert!(error.starts_with("400"), "{error}");
    }
    let kept: Value = serde_json::from_str(&get(&mut lab, "/v1/accept-policy")).unwrap();
    assert_eq!(kept, after);
}

/// Without the app there is neither: nobody has asked for them.
#[test]
fn nothing_is_shown_unless_the_app_is_named() {
    let mut lab = Lab::new("minimal", &["simple_switch_13"]).start().unwrap();
    assert!(lab.request("GET", "/metrics", "").is_err());
}
