//! The dictionaries of `ofctl` against Ryu's own cases.
//!
//! They are read from the folder `RYU_SDN_VECTORS` (default `../shared/vectors`); where it is
//! absent the tests say so and pass.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use ryu_sdn::ofproto::*;
use ryu_sdn::services::ofctl::{Command, Query};
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
