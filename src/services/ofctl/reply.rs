//! Answers in the shape that Ryu gives them.

use serde_json::{Map, Value, json};

use crate::app::HttpError;
use crate::ofproto::{Message, V1_0, V1_2, V1_3, V1_4, V1_5, Version};

use super::actions::{actions_to_dicts, actions_to_str, instructions_to_str, plain_actions_to_str};
use super::fields::match_to_str;
use super::names::{self, Names, to_int};
use super::{Query, unwrapped};

/// What the parts say; see [`Query::answer`].
pub(super) fn answer(
    query: Query,
    version: Version,
    args: &Value,
    parts: &[Message],
) -> Result<Value, HttpError> {
    let mut shown = Vec::new();
    for part in parts {
        let json = part.to_json(version).map_err(|err| {
            HttpError::new(http::StatusCode::INTERNAL_SERVER_ERROR, err.to_string())
        })?;
        let (_, members) = unwrapped(&json);
        show_part(query, version, members, &mut shown);
    }
    match query {
        Query::Desc => return Ok(shown.pop().unwrap_or_else(|| json!({}))),
        Query::Flow | Query::FlowDesc => {
            let wanted = args.get("priority").and_then(to_int).filter(|priority| *priority >= 0);
            shown.retain(|entry| {
                wanted.is_none_or(|wanted| to_int(&entry["priority"]) == Some(wanted))
            });
        }
        _ => {}
    }
    Ok(shown.into())
}

/// Appends what one part says.
fn show_part(query: Query, version: Version, members: &Map<String, Value>, shown: &mut Vec<Value>) {
    match query {
        Query::QueueConfig => shown.push(queue_config(version, members)),
        Query::Role => {
            let mut role = members.clone();
            rename(&mut role, version, "role", &names::ROLE);
            shown.push(role.into());
        }
        Query::PortDesc if version <= V1_2 => {
            // In the JSON of a features reply the ports are a dictionary by number.
            let ports = members.get("ports").and_then(Value::as_object).into_iter().flatten();
            let mut ports: Vec<&Value> = ports.map(|(_, port)| port).collect();
            ports.sort_by_key(|port| unwrapped(port).1.get("port_no").and_then(Value::as_u64));
            shown.extend(ports.into_iter().map(|port| item(query, version, port)));
        }
        _ => match members.get("body") {
            Some(Value::Array(items)) => {
                shown.extend(items.iter().map(|one| item(query, version, one)));
            }
            Some(one) => shown.push(item(query, version, one)),
            None => {}
        },
    }
}

/// One item of a body.
fn item(query: Query, version: Version, json: &Value) -> Value {
    let mut members = unwrapped(json).1.clone();
    let of = &mut members;
    match query {
        Query::Flow | Query::FlowDesc => flow(version, of),
        Query::Aggregate if version >= V1_5 => stats(of),
        Query::Table => table(version, of),
        Query::TableFeatures => table_features(version, of),
        Query::Port => {
            rename(of, version, "port_no", &names::PORT);
            properties(of, version, &names::PORT_STATS_PROP);
        }
        Query::PortDesc => {
            rename(of, version, "port_no", &names::PORT);
            properties(of, version, &names::PORT_DESC_PROP);
        }
        Query::Queue => {
            properties(of, version, &names::QUEUE_STATS_PROP);
            if version < V1_4 {
                without(of, &["length"]);
            }
        }
        Query::QueueDesc => properties(of, version, &names::QUEUE_DESC_PROP),
        Query::MeterFeatures => meter_features(version, of),
        Query::MeterConfig | Query::MeterDesc => meter(version, of),
        Query::Meter => {
            rename(of, version, "meter_id", &names::METER);
            plain_list(of, "band_stats");
        }
        Query::GroupFeatures => group_features(version, of),
        Query::GroupDesc => group_desc(version, of),
        Query::Group => {
            rename(of, version, "group_id", &names::GROUP);
            if let Some(counters) = of.remove("bucket_counters") {
                of.insert("bucket_stats".to_owned(), counters);
            }
            plain_list(of, "bucket_stats");
        }
        Query::Desc | Query::Aggregate | Query::QueueConfig | Query::Role => {}
    }
    members.into()
}

/// Puts a name in place of a number that has one.
fn rename(of: &mut Map<String, Value>, version: Version, key: &str, names: &Names) {
    if let Some(value) = of.get_mut(key) {
        *value = names.show(version, value);
    }
}

fn without(of: &mut Map<String, Value>, keys: &[&str]) {
    of.retain(|key, _| !keys.contains(&&key[..]));
}

/// Changes the value under `key`, if there is one.
fn change(of: &mut Map<String, Value>, key: &str, how: impl FnOnce(&Value) -> Value) {
    if let Some(value) = of.get_mut(key) {
        *value = how(value);
    }
}

/// Takes the classes off the items of a list.
fn plain_list(of: &mut Map<String, Value>, key: &str) {
    change(of, key, |list| list.as_array().into_iter().flatten().map(plain_item).collect());
}

fn plain_item(json: &Value) -> Value {
    unwrapped(json).1.clone().into()
}

/// Properties without their classes, their types by name.
fn properties(of: &mut Map<String, Value>, version: Version, names: &Names) {
    change(of, "properties", |list| {
        let shown = list.as_array().into_iter().flatten().map(|property| {
            let mut members = unwrapped(property).1.clone();
            change(&mut members, "type", |kind| names.show_type(version, kind));
            Value::from(members)
        });
        shown.collect()
    });
}

fn flow(version: Version, of: &mut Map<String, Value>) {
    change(of, "match", |match_| match_to_str(version, match_));
    match version {
        V1_0 => {
            change(of, "actions", |actions| plain_actions_to_str(version, actions));
            without(of, &["length"]);
        }
        V1_2 | V1_3 => {
            let instructions = of.remove("instructions").unwrap_or_default();
            of.insert("actions".to_owned(), actions_to_str(version, &instructions));
        }
        _ => change(of, "instructions", |list| instructions_to_str(version, list)),
    }
    if version <= V1_3 {
        rename(of, version, "table_id", &names::TABLE);
    } else if version >= V1_5 {
        stats(of);
    }
}

/// The statistics of 1.5.
fn stats(of: &mut Map<String, Value>) {
    change(of, "stats", |stats| {
        let mut shown = Map::new();
        for field in stats["OFPStats"]["oxs_fields"].as_array().into_iter().flatten() {
            let (name, value) = (&field["OXSTlv"]["field"], &field["OXSTlv"]["value"]);
            let name = name.as_str().unwrap_or_default();
            let value = match name {
                "duration" | "idle_time" => {
                    let (sec, nsec) = (format!("{name}_sec"), format!("{name}_nsec"));
                    json!({ sec: value[0], nsec: value[1] })
                }
                _ => value.clone(),
            };
            shown.entry(name).or_insert(value);
        }
        shown.into()
    });
}

/// The OXM fields of 1.2 by number, as its tables name them.
pub(super) const OXM_V1_2: [&str; 36] = [
    "IN_PORT",
    "IN_PHY_PORT",
    "METADATA",
    "ETH_DST",
    "ETH_SRC",
    "ETH_TYPE",
    "VLAN_VID",
    "VLAN_PCP",
    "IP_DSCP",
    "IP_ECN",
    "IP_PROTO",
    "IPV4_SRC",
    "IPV4_DST",
    "TCP_SRC",
    "TCP_DST",
    "UDP_SRC",
    "UDP_DST",
    "SCTP_SRC",
    "SCTP_DST",
    "ICMPV4_TYPE",
    "ICMPV4_CODE",
    "ARP_OP",
    "ARP_SPA",
    "ARP_TPA",
    "ARP_SHA",
    "ARP_THA",
    "IPV6_SRC",
    "IPV6_DST",
    "IPV6_FLABEL",
    "ICMPV6_TYPE",
    "ICMPV6_CODE",
    "IPV6_ND_TARGET",
    "IPV6_ND_SLL",
    "IPV6_ND_TLL",
    "MPLS_LABEL",
    "MPLS_TC",
];

fn table(version: Version, of: &mut Map<String, Value>) {
    rename(of, version, "table_id", &names::TABLE);
    match version {
        V1_0 => change(of, "wildcards", |bits| names::WILDCARD.masks(version, bits)),
        V1_2 => {
            for key in ["match", "wildcards", "write_setfields", "apply_setfields"] {
                change(of, key, |bits| {
                    let bits = bits.as_u64().unwrap_or_default();
                    let fields = OXM_V1_2.iter().enumerate();
                    fields.filter(|(i, _)| bits >> i & 1 == 1).map(|(_, name)| *name).collect()
                });
            }
            for key in ["write_actions", "apply_actions"] {
                change(of, key, |bits| names::ACTION.places(version, bits));
            }
            change(of, "instructions", |bits| names::INSTRUCTION.places(version, bits));
            change(of, "config", |config| {
                let name = config.as_u64().and_then(|n| names::TABLE_MISS.name(version, n));
                name.into_iter().map(Value::from).collect()
            });
        }
        _ => {}
    }
}

fn table_features(version: Version, of: &mut Map<String, Value>) {
    rename(of, version, "table_id", &names::TABLE);
    if version == V1_3 {
        without(of, &["length"]);
    }
    change(of, "properties", |list| {
        let shown = list.as_array().into_iter().flatten().map(|property| {
            let members = unwrapped(property).1;
            let kind = members.get("type").unwrap_or(&Value::Null);
            let mut shown = Map::new();
            shown.insert("type".to_owned(), names::TABLE_PROP.show_type(version, kind));
            for key in ["instruction_ids", "action_ids", "oxm_ids"] {
                let ids = members.get(key).and_then(Value::as_array);
                if let Some(ids) = ids {
                    shown.insert(
                        key.to_owned(),
                        ids.iter().map(|id| feature_id(version, id)).collect(),
                    );
                }
            }
            if let Some(ids) = members.get("table_ids") {
                shown.insert("table_ids".to_owned(), ids.clone());
            }
            if let Some(values) = members.get("oxm_values").and_then(Value::as_array) {
                let values = values.iter().map(|value| {
                    let tlv = &value["OXMTlv"];
                    let shown = match &tlv["mask"] {
                        Value::Null => tlv["value"].clone(),
                        mask => json!([tlv["value"], mask]),
                    };
                    json!({ tlv["field"].as_str().unwrap_or_default(): shown })
                });
                shown.insert("oxm_values".to_owned(), values.collect());
            }
            Value::from(shown)
        });
        shown.collect()
    });
}

/// The id of an instruction, an action or a field.
fn feature_id(version: Version, json: &Value) -> Value {
    let mut id = unwrapped(json).1.clone();
    if version == V1_3 {
        without(&mut id, &["experimenter", "exp_id", "subtype"]);
    }
    id.into()
}

/// The properties of queues of 1.2 and 1.3.
fn queue_config(version: Version, of: &Map<String, Value>) -> Value {
    let member = |of: &Map<String, Value>, key: &str| of.get(key).cloned().unwrap_or_default();
    let queues = member(of, "queues");
    let queues = queues.as_array().into_iter().flatten().map(|queue| {
        let queue = unwrapped(queue).1;
        let properties = member(queue, "properties");
        let properties = properties.as_array().into_iter().flatten().map(|property| {
            let mut property = unwrapped(property).1.clone();
            change(&mut property, "property", |kind| names::QUEUE_PROP.show_type(version, kind));
            without(&mut property, &["len"]);
            Value::from(property)
        });
        json!({
            "port": names::PORT.show(version, &member(queue, "port")),
            "queue_id": names::QUEUE.show(version, &member(queue, "queue_id")),
            "properties": properties.collect::<Value>(),
        })
    });
    json!({
        "port": names::PORT.show(version, &member(of, "port")),
        "queues": queues.collect::<Value>(),
    })
}

fn meter_features(version: Version, of: &mut Map<String, Value>) {
    change(of, "band_types", |bits| names::BAND.places(version, bits));
    change(of, "capabilities", |bits| names::METER_FLAG.masks(version, bits));
    // Ryu shows the features of 1.5 without this one.
    without(of, &["features"]);
}

fn meter(version: Version, of: &mut Map<String, Value>) {
    rename(of, version, "meter_id", &names::METER);
    change(of, "flags", |bits| names::METER_FLAG.masks(version, bits));
    plain_list(of, "bands");
    for band in of.get_mut("bands").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(band) = band.as_object_mut() else { continue };
        change(band, "type", |kind| {
            match kind.as_u64().and_then(|n| names::BAND.name(version, n)) {
                Some(name) => name.into(),
                None if version == V1_3 => "".into(),
                None => "UNKNOWN".into(),
            }
        });
        if version == V1_3 {
            without(band, &["len"]);
        }
    }
    if version == V1_3 {
        without(of, &["length"]);
    }
}

fn group_features(version: Version, of: &mut Map<String, Value>) {
    let types: Vec<&str> = (0..4).filter_map(|n| names::GROUP_TYPE.name(version, n)).collect();
    let by_type = |list: &Value, show: &dyn Fn(&Value) -> Value| {
        let each = types.iter().enumerate().map(|(i, name)| json!({ *name: show(&list[i]) }));
        each.collect::<Value>()
    };
    change(of, "types", |bits| names::GROUP_TYPE.places(version, bits));
    change(of, "capabilities", |bits| names::GROUP_CAPABILITY.masks(version, bits));
    change(of, "max_groups", |list| by_type(list, &Value::clone));
    change(of, "actions", |list| by_type(list, &|bits| names::ACTION.places(version, bits)));
    without(of, &["length"]);
}

fn group_desc(version: Version, of: &mut Map<String, Value>) {
    rename(of, version, "group_id", &names::GROUP);
    change(of, "type", |kind| match names::GROUP_TYPE.show_type(version, kind) {
        name if version < V1_4 && name == "UNKNOWN" => Value::Null,
        name => name,
    });
    plain_list(of, "buckets");
    for bucket in of.get_mut("buckets").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(bucket) = bucket.as_object_mut() else { continue };
        if version < V1_4 {
            change(bucket, "actions", |actions| plain_actions_to_str(version, actions));
            without(bucket, &["len"]);
        } else {
            change(bucket, "actions", |actions| actions_to_dicts(version, actions));
            properties(bucket, version, &names::BUCKET_PROP);
        }
    }
    if version < V1_4 {
        without(of, &["length"]);
    }
}
