//! The dictionaries of `ofctl` against Ryu's own cases.
//!
//! They are read from the folder `RYU_SDN_VECTORS` (default `../shared/vectors`); where it is
//! absent the tests say so and pass.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use ryu_sdn::app::HttpError;
use ryu_sdn::ofproto::*;
use ryu_sdn::services::ofctl::{Command, Query, VERSIONS};
use ryu_sdn::sim::Lab;
use serde_json::{Value, json};

fn rows(file: &str) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = std::env::var_os("RYU_SDN_VECTORS")
        .map_or_else(|| root.join("../shared/vectors"), PathBuf::from);
    match fs::read_to_string(dir.join("ryu").join(file)) {
        Ok(text) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        Err(_) => {
            println!("skipped: no vectors ({file} is not in {})", dir.display());
            Vec::new()
        }
    }
}

/// The form in which Ryu's test compares: sizes are left out.
fn without_sizes(json: &Value) -> Value {
    match json {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !["len", "length"].contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), without_sizes(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_sizes).collect(),
        other => other.clone(),
    }
}

/// What comes in over the wire of a message.
fn over_the_wire(version: Version, message: &Message) -> (Bytes, Message) {
    let mut buf = BytesMut::new();
    message.encode(version, Xid(0), &mut buf).unwrap();
    let bytes = buf.freeze();
    let (_, message) = Message::decode(version, &bytes).unwrap();
    (bytes, message)
}

fn query(method: &str) -> Option<Query> {
    Some(match method {
        "get_desc_stats" => Query::Desc,
        "get_flow_stats" => Query::Flow,
        "get_flow_desc_stats" => Query::FlowDesc,
        "get_aggregate_flow_stats" => Query::Aggregate,
        "get_table_stats" => Query::Table,
        "get_port_stats" => Query::Port,
        "get_queue_stats" => Query::Queue,
        "get_meter_stats" => Query::Meter,
        "get_group_stats" => Query::Group,
        "get_port_desc" => Query::PortDesc,
        other => Query::named(&other.strip_prefix("get_")?.replace('_', ""))?,
    })
}

fn command(method: &str, number: u64) -> Command {
    let flow = ["add", "modify", "modify_strict", "delete", "delete_strict"];
    let other = ["add", "modify", "delete"];
    let named = |kind, names: &[&str]| Command::named(kind, names[number as usize]).unwrap();
    match method {
        "mod_flow_entry" => named("flowentry", &flow),
        "mod_meter_entry" => named("meterentry", &other),
        "mod_group_entry" => named("groupentry", &other),
        "mod_port_behavior" => Command::PortModify,
        "send_experimenter" => Command::Experimenter,
        "set_role" => Command::Role,
        other => panic!("no method {other}"),
    }
}

fn case(row: &Value) -> Result<(), String> {
    let version = Version::from_wire(row["version"].as_u64().unwrap() as u8).unwrap();
    let method = row["method"].as_str().unwrap();
    let args = &row["args"];
    let text = |err: &dyn std::fmt::Display| err.to_string();
    let (_, wanted) = Message::from_json(version, &row["request"]).map_err(|err| text(&err))?;
    let query = query(method);
    let made = match query {
        Some(query) => query.request(version, args.get("flow").unwrap_or(args)),
        None => {
            let dict = ["flow", "meter", "group", "port_config", "exp", "role"];
            let body = dict.iter().find_map(|name| args.get(name)).unwrap();
            command(method, args["cmd"].as_u64().unwrap_or(0)).message(version, body)
        }
    };
    let made = made.map_err(|err| text(&err))?;
    let (ours, theirs) = (&made.message, &wanted);
    if over_the_wire(version, ours) != over_the_wire(version, theirs) {
        let show = |message: &Message| message.to_json(version).unwrap();
        return Err(format!("request\n   ours {}\n theirs {}", show(ours), show(theirs)));
    }
    if let (Some(query), Some(reply)) = (query, row.get("reply")) {
        let (_, reply) = Message::from_json(version, reply).map_err(|err| text(&err))?;
        let (_, reply) = over_the_wire(version, &reply);
        let shown = query.answer(version, args, &[reply]).map_err(|err| text(&err))?;
        let (ours, theirs) =
            (without_sizes(&json!({ "1": shown })), without_sizes(&row["expected"]));
        if ours != theirs {
            return Err(format!("answer\n   ours {ours}\n theirs {theirs}"));
        }
    }
    Ok(())
}

#[test]
fn ryus_own_cases() {
    let mut wrong = 0;
    for row in rows("ofctl.jsonl") {
        if let Err(err) = case(&row) {
            println!("{}: {err}", row["name"]);
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "cases that do not come out");
}

/// A lab with one switch of that version, datapath id 1, port 1.
fn lab(version: Version) -> Lab {
    Lab::new("single,2", &["ofctl_rest"]).versions([version]).seed(1).start().unwrap()
}

/// Status, `Warning` header, body.
fn call(lab: &mut Lab, method: &str, path: &str, body: &str) -> (u16, Option<String>, String) {
    match lab.request(method, path, body.to_owned()) {
        Ok(answer) => {
            let warning = answer.headers().get("warning");
            let warning = warning.map(|value| value.to_str().unwrap().to_owned());
            let body = String::from_utf8(answer.body().to_vec()).unwrap();
            (answer.status().as_u16(), warning, body)
        }
        Err(error) => match error.downcast_ref::<HttpError>() {
            Some(error) => (error.status.as_u16(), None, error.reason.clone()),
            None => (500, None, error.to_string()),
        },
    }
}

#[test]
fn ryus_own_requests() {
    let rows = rows("ofctl_rest.jsonl");
    for version in VERSIONS {
        let mut lab = lab(version);
        for row in rows.iter().filter(|row| row["version"] == json!(version.wire())) {
            let (method, path) = (row["method"].as_str().unwrap(), row["path"].as_str().unwrap());
            let (status, _, body) = call(&mut lab, method, path, &row["body"].to_string());
            assert_eq!(json!(status), row["status"], "{}: {body}", row["name"]);
        }
    }
}

#[test]
fn a_flow_entry_comes_back_as_it_was_sent() {
    let sent = [
        (
            V1_0,
            "{'dpid': 1, 'priority': 5, 'match': {'in_port': 1, 'dl_type': 0x0800, \
            'nw_src': '10.0.0.0/8', 'dl_vlan': 7,}, 'actions': [{'type': 'OUTPUT', 'port': 'LOCAL'}]}",
            json!({"match": {"in_port": 1, "dl_type": 2048, "nw_src": "10.0.0.0/8", "dl_vlan": 7},
                "actions": ["OUTPUT:LOCAL"]}),
        ),
        (
            V1_3,
            "{'dpid': '0x1', 'priority': '5', 'match': {'in_port': 1, 'dl_type': '0x0800', \
            'ipv4_src': '10.0.0.0/8', 'dl_vlan': '7', 'tp_dst': 80, 'nw_proto': 6}, 'actions': [\
            {'type': 'SET_FIELD', 'field': 'eth_dst', 'value': '02:00:00:00:00:01'}, \
            {'type': 'OUTPUT', 'port': 2}, {'type': 'GOTO_TABLE', 'table_id': 1}]}",
            json!({"match": {"in_port": 1, "dl_type": 2048, "nw_src": "10.0.0.0/255.0.0.0",
                "dl_vlan": "7", "tp_dst": 80, "nw_proto": 6},
                "actions": ["GOTO_TABLE:1", "SET_FIELD: {eth_dst:02:00:00:00:00:01}", "OUTPUT:2"]}),
        ),
        (
            V1_4,
            r#"{"dpid": 1, "priority": 5, "match": {"vlan_vid": "0x1007", "eth_type": 2054,
            "ipv4_src": "10.0.0.1"}, "instructions": [{"type": "APPLY_ACTIONS",
            "actions": [{"type": "OUTPUT", "port": "CONTROLLER"}]}]}"#,
            json!({"match": {"vlan_vid": "7", "eth_type": 2054, "arp_spa": "10.0.0.1"},
                "instructions": [{"type": "APPLY_ACTIONS", "len": 24, "actions": [
                    {"type": "OUTPUT", "port": 0xffff_fffd_u32, "max_len": 0xffe5, "len": 16}]}]}),
        ),
    ];
    for (version, body, expected) in sent {
        let mut lab = lab(version);
        let added = call(&mut lab, "POST", "/stats/flowentry/add?wait=1", body);
        assert_eq!(added, (200, None, String::new()), "{version}");
        let (status, warning, text) = call(&mut lab, "POST", "/stats/flow/1", "{'priority': 5}");
        assert_eq!((status, &warning), (200, &None), "{text}");
        assert!(text.starts_with("{\"1\": [{\""), "the layout is Python's: {text}");
        let shown: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(shown["1"].as_array().unwrap().len(), 1, "{text}");
        for (name, expected) in expected.as_object().unwrap() {
            assert_eq!(&shown["1"][0][name], expected, "{version} {name}");
        }
        let cleared = call(&mut lab, "DELETE", "/stats/flowentry/clear/1", "");
        assert_eq!(cleared, (200, None, String::new()));
        assert_eq!(call(&mut lab, "GET", "/stats/flow/1", "").2, "{\"1\": []}");
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said() {
    let mut lab = lab(V1_3);
    let add = "/stats/flowentry/add";
    for (method, path, body, status, reason) in [
        ("GET", "/stats/desc/2", "", 404, "no datapath 2"),
        ("GET", "/stats/desc/01", "", 400, "dpid is \"01\", expected a number"),
        ("GET", "/stats/queuedesc/1", "", 501, "OpenFlow 1.3 has no queuedesc"),
        (
            "GET",
            "/stats/port/1/LCOAL",
            "",
            400,
            "port is \"LCOAL\", expected a number or one of MAX",
        ),
        ("POST", "/stats/flow/1", "{'priority': 'x'}", 400, "priority is \"x\", expected a number"),
        ("POST", add, "{}", 400, "dpid is missing"),
        ("POST", add, "{'dpid': 7}", 404, "no datapath 7"),
        ("POST", add, "[1]", 400, "body is not a dictionary"),
        ("POST", add, "{'dpid': 1", 400, "body, line 1, column 1: this \"{\" is not closed"),
        ("POST", add, "{'dpid': 1, 'match': {'tp_src': 1}}", 400, "match: tp_src needs nw_proto"),
        ("POST", add, "{'dpid': 1, 'match': {'ipv4_src': '10.0.0/8'}}", 400, "OFPFlowMod"),
        (
            "POST",
            add,
            "{'dpid': 1, 'actions': [{'type': 'PUSH_VLAN'}]}",
            400,
            "PUSH_VLAN: ethertype",
        ),
        ("POST", add, "{'dpid': 1, 'priority': 70000}", 400, "OFPFlowMod"),
        ("POST", "/stats/flowentry/remove", "{'dpid': 1}", 404, "flowentry has no command"),
        ("POST", "/stats/portdesc/modify", "{'dpid': 1}", 400, "port_no is missing"),
        ("POST", "/stats/portdesc/modify", "{'dpid': 1, 'port_no': 77}", 404, "no port 77"),
    ] {
        let (found, _, text) = call(&mut lab, method, path, body);
        assert_eq!(found, status, "{path} {body}: {text}");
        assert!(text.starts_with(reason), "{path} {body}: {text}");
    }
}

#[test]
fn what_a_version_lacks_is_left_out_with_a_warning_or_refused() {
    let mut lab = lab(V1_3);
    let body = "{'dpid': 1, 'match': {'no_such': 1, 'in_port': 1}, 'actions': [{'type': 'FLY'}]}";
    let (status, warning, _) = call(&mut lab, "POST", "/stats/flowentry/add", body);
    let expected =
        "199 ryu \"ignored, not in OpenFlow 1.3: match field no_such, action of type FLY\"";
    assert_eq!((status, warning.as_deref()), (200, Some(expected)));
    let (status, _, reason) = call(&mut lab, "POST", "/stats/flowentry/add?strict=1", body);
    assert_eq!(status, 400, "{reason}");
}

#[test]
fn who_waits_for_a_command_hears_what_the_switch_says() {
    let mut lab = lab(V1_3);
    // The switch of the lab has no port 0, and nobody has.
    let bad = "{'dpid': 1, 'actions': [{'type': 'OUTPUT', 'port': 0}]}";
    assert_eq!(call(&mut lab, "POST", "/stats/flowentry/add", bad).0, 200, "as Ryu: queued");
    let (status, _, reason) = call(&mut lab, "POST", "/stats/flowentry/add?wait=1", bad);
    assert_eq!(status, 409, "{reason}");
    assert!(reason.contains("bad_action/bad_out_port"), "{reason}");
}
