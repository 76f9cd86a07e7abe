//! The dictionaries of `ofctl` against Ryu's own cases.
//!
//! They are read from the folder `RYU_SDN_VECTORS` (default `../shared/vectors`); where it is
//! absent the tests say so and pass.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use ryu_sdn::app::HttpError;
use ryu_sdn::ofproto::*;
use ryu_sdn::prelude::{Ctx, Datapath, app};
use ryu_sdn::services::dpset::DpSet;
use ryu_sdn::services::ofctl::{self, Command, OfctlError, Query, VERSIONS};
use ryu_sdn::sim::Lab;
use ryu_sdn::wire::hex;
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
    let other = ["add", "modify", "delete", "insert_bucket", "", "remove_bucket"];
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

/// What a case shows: `Err` with the two sides, or with what failed.
fn case(row: &Value) -> Result<(), String> {
    let version = Version::from_wire(row["version"].as_u64().unwrap() as u8).unwrap();
    let method = row["method"].as_str().unwrap();
    let args = &row["args"];
    let query = query(method);
    let made = match query {
        Some(query) => query.request(version, args.get("flow").unwrap_or(args)),
        None => {
            let dict = ["flow", "meter", "group", "port_config", "exp", "role"];
            let body = dict.iter().find_map(|name| args.get(name)).unwrap();
            command(method, args["cmd"].as_u64().unwrap_or(0)).message(version, body)
        }
    };
    if let Some(status) = row.get("status") {
        return refused(row, status, made.map(|made| made.message));
    }
    let made = made.map_err(|err| format!("{} {err}", err.status))?;
    let theirs = wanted(version, row, "request")?;
    let ours = over_the_wire(version, &made.message).0;
    if ours != theirs {
        let show = |bytes: &Bytes| match Message::decode(version, bytes) {
            Ok((_, message)) => message.to_json(version).unwrap().to_string(),
            Err(err) => err.to_string(),
        };
        return Err(format!("request\n   ours {}\n theirs {}", show(&ours), show(&theirs)));
    }
    if let (Some(query), Some(expected)) = (query, row.get("expected")) {
        let bytes = wanted(version, row, "reply")?;
        let (_, reply) = Message::decode(version, &bytes).map_err(|err| err.to_string())?;
        let shown = query.answer(version, args, &[reply]).map_err(|err| err.to_string())?;
        let (ours, theirs) = (without_sizes(&json!({ "1": shown })), without_sizes(expected));
        if ours != theirs {
            return Err(format!("answer\n   ours {ours}\n theirs {theirs}"));
        }
    }
    Ok(())
}

/// The bytes of a message of a case, which has them as JSON or in hexadecimal.
fn wanted(version: Version, row: &Value, what: &str) -> Result<Bytes, String> {
    if let Some(text) = row.get(format!("{what}_hex")).and_then(Value::as_str) {
        return Ok(hex::decode(text).unwrap().into());
    }
    let (_, message) = Message::from_json(version, &row[what]).map_err(|err| err.to_string())?;
    Ok(over_the_wire(version, &message).0)
}

/// Whether we say the same where Ryu makes no message of a dictionary. Its 500 is a traceback: there
/// we say what is wrong, or do what was asked.
fn refused(row: &Value, status: &Value, made: Result<Message, HttpError>) -> Result<(), String> {
    match (made, status.as_u64().unwrap()) {
        (Err(error), 500) if error.status.as_u16() < 500 => Ok(()),
        (Ok(_), 500) => Ok(()),
        (Err(error), theirs) if u64::from(error.status.as_u16()) == theirs => Ok(()),
        (Err(error), theirs) => Err(format!("{} {error}, Ryu {theirs}", error.status)),
        (Ok(message), theirs) => Err(format!("{message}, Ryu {theirs} {}", row["why"])),
    }
}

#[test]
fn ryus_own_cases() {
    assert_eq!(wrong(&rows("ofctl.jsonl")), 0, "cases that do not come out");
}

/// How many cases do not come out; which, and how, is printed.
fn wrong(rows: &[Value]) -> usize {
    let mut wrong = 0;
    for row in rows {
        match (case(row), mended(row)) {
            (Ok(()), _) | (Err(_), Some(_)) => {}
            (Err(err), None) => {
                println!("{} {}: {err}", row["name"], row["args"]);
                wrong += 1;
            }
        }
    }
    wrong
}

/// Why Ryu is not followed in a case that comes out otherwise; docs/ryu-compatibility.md has each.
fn mended(row: &Value) -> Option<&'static str> {
    let (version, method) = (row["version"].as_u64()?, row["method"].as_str()?);
    let args = row["args"].to_string();
    let why = row["why"].as_str().unwrap_or_default();
    let has = |text: &str| args.contains(text);
    let reasons = [
        (why.contains("attribute 'data'"), "Nicira's actions make the answer 501"),
        (why.contains("attribute 'UINT64_MAX'"), "no default for metadata_mask from 1.4 on"),
        (why.contains("'NoneType' object"), "what the switch says cannot be read, 501"),
        (why.contains("invalid literal for int()"), "reserved names are not read everywhere"),
        (method == "get_table_stats" && version <= 3, "wildcards and config are decoded wrongly"),
        (has("2054") || has("0x806"), "the ARP rule holds for some spellings"),
        (has("COPY_FIELD"), "the size of the fields is sent, which Ryu's own cases have as 0"),
        (version == 6 && has("\"flags\"") && has("\"flow\""), "flags and importance are swapped"),
        (version == 6 && method == "mod_group_entry", "command_bucket_id is 0 where none is named"),
        (version == 4 && method == "mod_meter_entry", "meter flags in one spelling only"),
        (row["expected"].to_string().contains("e+"), "values of more than 64 bits are text here"),
        (has("\"AAEC\""), "data of an experimenter's action is not padded"),
        (has("\"hex\""), "an unknown data_type is passed over"),
    ];
    reasons.iter().find(|(is_so, _)| *is_so).map(|(_, reason)| *reason)
}

#[test]
fn cases_that_ryu_was_asked_about() {
    let path = std::env::var_os("RYU_OFCTL_CASES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/ofctl_cases.jsonl"),
        PathBuf::from,
    );
    let text = fs::read_to_string(path).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    println!("{} cases", rows.len());
    assert_eq!(wrong(&rows), 0, "cases that do not come out");
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

thread_local! {
    static DPSET: RefCell<Option<Ctx<DpSet>>> = const { RefCell::new(None) };
}

/// Lends out the set of datapaths
#[derive(Debug)]
struct Lender;

#[app(name = "lender", requires = ["ofctl_service"])]
impl Lender {
    #[init]
    fn new(dpset: Ctx<DpSet>) -> Self {
        DPSET.set(Some(dpset));
        Lender
    }
}

#[test]
fn apps_send_and_wait_as_with_ryus_service() {
    for version in [V1_0, V1_3] {
        let mut lab =
            Lab::new("linear,2", &["lender"]).versions([version]).seed(1).start().unwrap();
        let dpset = DPSET.take().unwrap();
        let ids: Vec<Dpid> = ofctl::get_datapaths(&dpset).iter().map(Datapath::id).collect();
        assert_eq!(ids, [Dpid(1), Dpid(2)]);
        let missing = ofctl::get_datapath(&dpset, Dpid(7)).unwrap_err();
        assert_eq!(missing, OfctlError::InvalidDatapath(Dpid(7)));
        let dp = ofctl::get_datapath(&dpset, Dpid(1)).unwrap();

        let add = |priority, port| FlowMod {
            priority,
            match_: Match::new().in_port(PortNo(1)),
            instructions: Instruction::apply([Action::output(PortNo(port))]),
            ..FlowMod::add()
        };
        lab.run(ofctl::send_msg(&dp, &add(1, 2))).unwrap();
        let refused = lab.run(ofctl::send_msg(&dp, &add(1, 0))).unwrap_err();
        assert!(matches!(refused, OfctlError::OfError(_)), "{refused}");
        assert!(refused.to_string().contains("bad_out_port"), "{refused}");

        // One entry fits into one part, a thousand do not.
        let all = MultipartRequest::flow(FlowStatsRequest::default());
        assert_eq!(lab.run(ofctl::send_multi(&dp, &all, false)).unwrap().len(), 1);
        for priority in 2..1_500 {
            dp.send(&add(priority, 2)).unwrap();
        }
        lab.run(ofctl::send_request(&dp, &BarrierRequest)).unwrap();
        let parts = lab.run(ofctl::send_multi(&dp, &all, true)).unwrap().len();
        assert!(parts > 1, "{version}: {parts} parts");
        let several = lab.run(ofctl::send_multi(&dp, &all, false)).unwrap_err();
        assert_eq!(several, OfctlError::UnexpectedMultiReply { dpid: Dpid(1), parts });

        // A switch that goes while it is waited for.
        lab.stop_switch("s1");
        let gone = lab.run(ofctl::send_msg(&dp, &add(1, 2))).unwrap_err();
        assert_eq!(gone, OfctlError::InvalidDatapath(Dpid(1)));
    }
}
