//! What `/openapi.json` says of answers, held against the answers: of `ofctl_rest` from every reply that
//! there is, of all apps from the embedded network.

#[path = "openapi/ofctl.rs"]
mod ofctl;
#[path = "openapi/schema.rs"]
mod schema;

use ryu_sdn::app::{Catalog, HttpError, RouteDescriptor};
use ryu_sdn::conf::Conf;
use ryu_sdn::ofproto::Version;
use ryu_sdn::prelude::{AppResult, Response};
use ryu_sdn::services::ofctl::VERSIONS;
use ryu_sdn::services::topology::options::OBSERVE_LINKS;
use ryu_sdn::sim::Lab;
use serde_json::Value;

use schema::Judge;

/// Every app with routes that the library has.
const APPS: [&str; 7] = [
    "ofctl_rest",
    "rest_topology",
    "rest_conf_switch",
    "gui_topology",
    "sessions",
    "hub",
    "simple_switch_rest_13",
];

/// What stands in a path for a parameter.
fn filled(path: &str) -> String {
    let mut path = path.to_owned();
    let dpid = if path.starts_with("/stats/") { "1" } else { "0000000000000001" };
    for (name, value) in [
        ("{dpid}", dpid),
        ("{port}", "1"),
        ("{port_no}", "1"),
        ("{queue_id}", "ALL"),
        ("{meter_id}", "1"),
        ("{group_id}", "1"),
        ("{key}", "ovsdb_addr"),
        ("{filename}", "main.js"),
    ] {
        path = path.replace(name, value);
    }
    assert!(!path.contains('{'), "{path}: a parameter that this test does not know");
    path
}

/// What a route takes, where it has to have something.
fn body(method: &str, path: &str) -> &'static str {
    match (method, path) {
        ("PUT", "/simpleswitch/mactable/{dpid}") => r#"{"mac": "02:00:00:00:00:09", "port": 1}"#,
        ("PUT", "/v1.0/conf/switches/{dpid}/{key}") => r#"{"addr": "tcp:192.0.2.1:6640"}"#,
        ("PUT", "/v1/accept-policy") => r#"{"deny": ["192.0.2.0/24"], "hold_time": 0.5}"#,
        ("POST", "/stats/role") => r#"{"dpid": 1, "role": "EQUAL"}"#,
        ("POST", "/stats/experimenter/{dpid}") => r#"{"experimenter": 1, "exp_type": 1}"#,
        _ => "{}",
    }
}

/// Whether the answer is what its route's declaration says.
fn hold(judge: &mut Judge, route: &RouteDescriptor, path: &str, answer: &Response) {
    let at = format!("{} {path}", route.method);
    assert_eq!(answer.status().as_u16(), route.status, "{at}");
    let media = answer.headers().get("content-type").map(|it| it.to_str().unwrap());
    let media = media.unwrap_or_default().split(';').next().unwrap_or_default();
    let schema = (route.answers)(&mut judge.schemas);
    match route.gives {
        "" => assert!(answer.body().is_empty(), "{at} has a body"),
        "*/*" => {}
        gives => assert_eq!(media, gives, "{at}"),
    }
    if route.gives == "application/json" {
        let schema = schema.unwrap_or_else(|| panic!("{at}: nothing is said of its fields"));
        let value: Value = serde_json::from_slice(answer.body()).unwrap();
        let faults = judge.faults(&schema, &value);
        assert!(faults.is_empty(), "{at}: {}\n{value}", faults.join("\n"));
    }
}

/// A flow entry, so that there is something to answer. The embedded switch has no groups and no meters: those
/// are in `tests/openapi/ofctl.rs`, and with Open vSwitch in `tests/real/rest.sh`.
fn furnish(lab: &mut Lab, version: Version) {
    let flow = "'dpid': 1, 'priority': 7, 'match': {'in_port': 1, 'dl_vlan': '5', 'dl_type': 2048, \
        'nw_src': '10.0.0.0/8'}";
    let action = "{'type': 'OUTPUT', 'port': 2}";
    let body = match version {
        _ if version.wire() >= 5 => format!(
            "{{{flow}, 'instructions': [{{'type': 'APPLY_ACTIONS', 'actions': [{action}]}}, \
             {{'type': 'GOTO_TABLE', 'table_id': 2}}]}}"
        ),
        _ => format!("{{{flow}, 'actions': [{action}]}}"),
    };
    let answer = lab.request("POST", "/stats/flowentry/add?wait=1", body.clone());
    assert!(answer.is_ok(), "{version} {body}: {answer:?}");
}

fn status(answer: &AppResult<Response>) -> Option<u16> {
    let error = answer.as_ref().err()?.downcast_ref::<HttpError>();
    Some(error.map_or(500, |error| error.status.as_u16()))
}

#[test]
fn every_answer_of_every_app_is_what_its_declaration_says() {
    let catalog = Catalog::collect().unwrap();
    let mut answered: Vec<&str> = Vec::new();
    let mut all: Vec<&str> = Vec::new();
    for version in VERSIONS {
        let apps: Vec<&str> =
            APPS.into_iter().filter(|app| version.wire() == 4 || !app.ends_with("_13")).collect();
        let mut conf = Conf::new();
        conf.set(&OBSERVE_LINKS, true);
        let lab = Lab::new("linear,2", &apps).versions([version]).conf(conf).seed(1).start();
        let mut lab = lab.unwrap();
        lab.advance(std::time::Duration::from_secs(3));
        lab.pingall();
        furnish(&mut lab, version);
        let mut judge = Judge::default();
        // What changes something comes first, what takes it away last.
        for method in ["PUT", "POST", "GET", "DELETE"] {
            for app in &apps {
                let routes = catalog.find(app).unwrap().routes.iter();
                for route in routes.filter(|route| route.method == method && route.status != 101) {
                    let name = route.path;
                    all.push(name);
                    // Commands are looked at above and in tests/ofctl.rs; a tap has no end.
                    if name.contains("{cmd}") || name == "/v1/tap" {
                        answered.push(name);
                        continue;
                    }
                    let path = filled(name);
                    if method == "DELETE" && name.contains("/conf/") {
                        let key = "/v1.0/conf/switches/0000000000000001/ovsdb_addr";
                        lab.request("PUT", key, "1").unwrap();
                    }
                    let answer = lab.request(method, &path, body(method, name));
                    match (&answer, status(&answer)) {
                        (Ok(answer), _) => {
                            hold(&mut judge, route, &path, answer);
                            answered.push(name);
                        }
                        // The version has no such thing.
                        (Err(_), Some(501)) => {}
                        (Err(error), _) => panic!("{version} {method} {path}: {error}"),
                    }
                }
            }
        }
    }
    all.retain(|path| !answered.contains(path));
    assert!(all.is_empty(), "never answered: {all:?}");
}
