//! What can be changed in a switch, and the message that does it.

use serde_json::{Map, Value, json};

use crate::app::HttpError;
use crate::ofproto::{GroupMod, Message, V1_0, V1_2, V1_3, V1_4, V1_5, Version};

use super::actions::{to_actions, to_instructions, to_plain_actions};
use super::fields::{mac, to_match};
use super::names::{self, Names, number};
use super::{Reading, dictionary, items, message, not_implemented, payload};

/// A change; each is a route of `ofctl_rest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `flowentry/add`: every version.
    FlowAdd,
    /// `flowentry/modify`: every version.
    FlowModify,
    /// `flowentry/modify_strict`: every version.
    FlowModifyStrict,
    /// `flowentry/delete`: every version.
    FlowDelete,
    /// `flowentry/delete_strict`: every version.
    FlowDeleteStrict,
    /// `meterentry/add`: 1.3 and later.
    MeterAdd,
    /// `meterentry/modify`: 1.3 and later.
    MeterModify,
    /// `meterentry/delete`: 1.3 and later.
    MeterDelete,
    /// `groupentry/add`: 1.2 and later.
    GroupAdd,
    /// `groupentry/modify`: 1.2 and later.
    GroupModify,
    /// `groupentry/delete`: 1.2 and later.
    GroupDelete,
    /// `groupentry/insert_bucket`: 1.5; Ryu's REST has no name for it.
    GroupInsertBucket,
    /// `groupentry/remove_bucket`: 1.5; Ryu's REST has no name for it.
    GroupRemoveBucket,
    /// `portdesc/modify`: every version.
    PortModify,
    /// `experimenter`: 1.2 and later.
    Experimenter,
    /// `role`: 1.2 and later.
    Role,
}

/// A message that was read out of a dictionary.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The message.
    pub message: Message,
    /// What of the dictionary is not in it, because the version has no such thing: as in Ryu that
    /// is no error.
    pub ignored: Vec<String>,
}

const FLOW: &[(&str, Command)] = &[
    ("add", Command::FlowAdd),
    ("modify", Command::FlowModify),
    ("modify_strict", Command::FlowModifyStrict),
    ("delete", Command::FlowDelete),
    ("delete_strict", Command::FlowDeleteStrict),
];
const METER: &[(&str, Command)] = &[
    ("add", Command::MeterAdd),
    ("modify", Command::MeterModify),
    ("delete", Command::MeterDelete),
];
const GROUP: &[(&str, Command)] = &[
    ("add", Command::GroupAdd),
    ("modify", Command::GroupModify),
    ("delete", Command::GroupDelete),
    ("insert_bucket", Command::GroupInsertBucket),
    ("remove_bucket", Command::GroupRemoveBucket),
];
const PORT: &[(&str, Command)] = &[("modify", Command::PortModify)];

/// Kind, and its commands with their names.
const KINDS: &[(&str, &[(&str, Command)])] =
    &[("flowentry", FLOW), ("meterentry", METER), ("groupentry", GROUP), ("portdesc", PORT)];

impl Command {
    /// The command of a route: of `flowentry` and `add`, for instance.
    pub fn named(kind: &str, name: &str) -> Option<Command> {
        let (_, commands) = KINDS.iter().find(|(other, _)| *other == kind)?;
        commands.iter().find(|(other, _)| *other == name).map(|(_, command)| *command)
    }

    /// Its number on the wire.
    fn number(self) -> u8 {
        match self {
            Command::FlowAdd | Command::MeterAdd | Command::GroupAdd => 0,
            Command::FlowModify | Command::MeterModify | Command::GroupModify => 1,
            Command::FlowModifyStrict | Command::MeterDelete | Command::GroupDelete => 2,
            Command::FlowDelete | Command::GroupInsertBucket => 3,
            Command::FlowDeleteStrict => 4,
            Command::GroupRemoveBucket => 5,
            Command::PortModify | Command::Experimenter | Command::Role => 0,
        }
    }

    /// Whether `version` has it.
    pub fn is_in(self, version: Version) -> bool {
        version >= self.first()
    }

    fn first(self) -> Version {
        match self {
            Command::MeterAdd | Command::MeterModify | Command::MeterDelete => V1_3,
            Command::GroupAdd | Command::GroupModify | Command::GroupDelete => V1_2,
            Command::Experimenter | Command::Role => V1_2,
            Command::GroupInsertBucket | Command::GroupRemoveBucket => V1_5,
            _ => V1_0,
        }
    }

    /// The message of a dictionary.
    ///
    /// # Errors
    /// Status 501 if the version has no such command, 400 for what cannot be read.
    pub fn message(self, version: Version, body: &Value) -> Result<Made, HttpError> {
        if !self.is_in(version) {
            return Err(not_implemented(&format!("{self:?}"), version));
        }
        let body = dictionary("body", body)?;
        let mut reading = Reading::new(version);
        let json = match self {
            Command::FlowAdd
            | Command::FlowModify
            | Command::FlowModifyStrict
            | Command::FlowDelete
            | Command::FlowDeleteStrict => self.flow(&mut reading, body)?,
            Command::MeterAdd | Command::MeterModify | Command::MeterDelete => {
                self.meter(&mut reading, body)?
            }
            Command::GroupAdd
            | Command::GroupModify
            | Command::GroupDelete
            | Command::GroupInsertBucket
            | Command::GroupRemoveBucket => self.group(&mut reading, body)?,
            Command::PortModify => port(&mut reading, body)?,
            Command::Experimenter => {
                let Some(data) = payload(body)? else {
                    let kind = body.get("data_type").unwrap_or(&Value::Null);
                    let reason = format!("data_type is {kind}, expected \"ascii\" or \"base64\"");
                    return Err(HttpError::bad_request(reason));
                };
                json!({ "OFPExperimenter": {
                    "experimenter": count(body, "experimenter", 0)?,
                    "exp_type": count(body, "exp_type", 0)?,
                    "data": data,
                } })
            }
            Command::Role => json!({ "OFPRoleRequest": {
                "role": named(version, body, "role", &names::ROLE, 1)?,
                "generation_id": 0,
            } }),
        };
        Ok(Made { message: message(version, &json)?, ignored: reading.ignored })
    }

    fn flow(self, reading: &mut Reading, flow: &Map<String, Value>) -> Result<Value, HttpError> {
        let version = reading.version;
        let (none, empty) = (json!([]), json!({}));
        let mut members = Map::new();
        let mut put = |key: &str, value: Value| members.insert(key.to_owned(), value);
        put("command", self.number().into());
        put("cookie", count(flow, "cookie", 0)?);
        for key in ["idle_timeout", "hard_timeout", "flags"] {
            put(key, count(flow, key, 0)?);
        }
        put("priority", count(flow, "priority", if version == V1_0 { 0x8000 } else { 0 })?);
        put(
            "buffer_id",
            match flow.get("buffer_id") {
                None => 0xffff_ffff_u32.into(),
                Some(Value::String(name)) if name.trim_start_matches("OFP_") == "NO_BUFFER" => {
                    0xffff_ffff_u32.into()
                }
                Some(value) => number("buffer_id", value)?,
            },
        );
        let any = if version == V1_0 { 0xffff } else { 0xffff_ffff };
        put("out_port", named(version, flow, "out_port", &names::PORT, any)?);
        put("match", to_match(reading, flow.get("match").unwrap_or(&empty))?);
        let actions = flow.get("actions").unwrap_or(&none);
        if version == V1_0 {
            put("actions", to_plain_actions(reading, actions)?);
            return Ok(json!({ "OFPFlowMod": members }));
        }
        put("cookie_mask", count(flow, "cookie_mask", 0)?);
        put("table_id", named(version, flow, "table_id", &names::TABLE, 0)?);
        put("out_group", named(version, flow, "out_group", &names::GROUP, 0xffff_ffff)?);
        if version >= V1_4 {
            put("importance", count(flow, "importance", 0)?);
            let instructions = flow.get("instructions").unwrap_or(&none);
            put("instructions", to_instructions(reading, instructions)?);
            if flow.contains_key("actions") {
                reading.ignore("actions".to_owned());
            }
        } else {
            put("instructions", to_actions(reading, actions)?);
            if flow.contains_key("instructions") {
                reading.ignore("instructions".to_owned());
            }
        }
        Ok(json!({ "OFPFlowMod": members }))
    }

    fn meter(self, reading: &mut Reading, meter: &Map<String, Value>) -> Result<Value, HttpError> {
        let version = reading.version;
        let mut flags = 0;
        let given: &[Value] = match meter.get("flags") {
            None => &[],
            Some(Value::Array(flags)) => flags,
            Some(flag) => std::slice::from_ref(flag),
        };
        for flag in given {
            match names::METER_FLAG.read(version, "flags", flag) {
                Ok(bits) => flags |= bits,
                Err(_) => reading.ignore(format!("meter flag {flag}")),
            }
        }
        let mut bands = Vec::new();
        for band in meter.get("bands").map(|bands| items("bands", bands)).into_iter() {
            for band in band? {
                let band = dictionary("band", band)?;
                let (class, own) = match band.get("type").and_then(Value::as_str) {
                    Some("DROP") => ("OFPMeterBandDrop", None),
                    Some("DSCP_REMARK") => ("OFPMeterBandDscpRemark", Some("prec_level")),
                    Some("EXPERIMENTER") => ("OFPMeterBandExperimenter", Some("experimenter")),
                    _ => {
                        reading.ignore_type("band", band);
                        continue;
                    }
                };
                let mut members = Map::new();
                for key in ["rate", "burst_size"].into_iter().chain(own) {
                    members.insert(key.to_owned(), count(band, key, 0)?);
                }
                bands.push(json!({ class: members }));
            }
        }
        Ok(json!({ "OFPMeterMod": {
            "command": self.number(),
            "flags": flags,
            "meter_id": named(version, meter, "meter_id", &names::METER, 0)?,
            "bands": bands,
        } }))
    }

    fn group(self, reading: &mut Reading, group: &Map<String, Value>) -> Result<Value, HttpError> {
        let version = reading.version;
        let none = json!([]);
        let mut buckets = Vec::new();
        for bucket in items("buckets", group.get("buckets").unwrap_or(&none))? {
            let bucket = dictionary("bucket", bucket)?;
            let actions = to_plain_actions(reading, bucket.get("actions").unwrap_or(&none))?;
            let members = if version < V1_5 {
                json!({
                    "weight": count(bucket, "weight", 0)?,
                    "watch_port": named(version, bucket, "watch_port", &names::PORT, 0xffff_ffff)?,
                    "watch_group":
                        named(version, bucket, "watch_group", &names::GROUP, 0xffff_ffff)?,
                    "actions": actions,
                })
            } else {
                json!({
                    "bucket_id": count(bucket, "bucket_id", 0)?,
                    "actions": actions,
                    "properties": bucket_properties(version, bucket)?,
                })
            };
            buckets.push(json!({ "OFPBucket": members }));
        }
        let mut members = json!({
            "command": self.number(),
            "type": named(version, group, "type", &names::GROUP_TYPE, 0)?,
            "group_id": named(version, group, "group_id", &names::GROUP, 0)?,
            "buckets": buckets,
        });
        if version >= V1_5 {
            // Ryu's default is 0, with which no switch takes any group: only a command about buckets may
            // name one.
            let all = GroupMod::BUCKET_ALL.into();
            members["command_bucket_id"] = count(group, "command_bucket_id", all)?;
            members["properties"] = json!([]);
        }
        Ok(json!({ "OFPGroupMod": members }))
    }
}

/// The properties of a bucket of 1.5.
fn bucket_properties(version: Version, bucket: &Map<String, Value>) -> Result<Value, HttpError> {
    let none = json!([]);
    let mut properties = Vec::new();
    for property in items("properties", bucket.get("properties").unwrap_or(&none))? {
        let property = dictionary("property", property)?;
        let kind = named(version, property, "type", &names::BUCKET_PROP, 0)?;
        let watch = |names: &Names| named(version, property, "watch", names, 0xffff_ffff);
        properties.push(
            match names::BUCKET_PROP.name(version, kind.as_u64().unwrap_or_default()) {
                Some("WEIGHT") => json!({ "OFPGroupBucketPropWeight": {
                "type": kind, "weight": count(property, "weight", 0)?
            } }),
                Some("WATCH_PORT") => json!({ "OFPGroupBucketPropWatch": {
                "type": kind, "watch": watch(&names::PORT)?
            } }),
                Some("WATCH_GROUP") => json!({ "OFPGroupBucketPropWatch": {
                "type": kind, "watch": watch(&names::GROUP)?
            } }),
                Some(_) => json!({ "OFPGroupBucketPropExperimenter": experimenter(property)? }),
                None => {
                    let reason = format!("property type is {kind}, which a bucket does not have");
                    return Err(HttpError::bad_request(reason));
                }
            },
        );
    }
    Ok(properties.into())
}

/// The members of a property of an experimenter.
fn experimenter(property: &Map<String, Value>) -> Result<Value, HttpError> {
    // Four bytes at a time, as Ryu has them.
    let data = match property.get("data") {
        Some(Value::Array(words)) => Value::from(words.clone()),
        _ => {
            let Some(data) = payload(property)? else {
                return Err(HttpError::bad_request(
                    "data_type is neither \"ascii\" nor \"base64\"",
                ));
            };
            let bytes = crate::wire::base64::decode(&data).unwrap_or_default();
            if !bytes.len().is_multiple_of(4) {
                let reason = "the data of a property is a multiple of four bytes";
                return Err(HttpError::bad_request(reason));
            }
            let word = |four: &[u8]| four.iter().fold(0_u32, |word, b| word << 8 | u32::from(*b));
            bytes.chunks(4).map(|four| Value::from(word(four))).collect()
        }
    };
    Ok(json!({
        "type": 0xffff,
        "experimenter": count(property, "experimenter", 0)?,
        "exp_type": count(property, "exp_type", 0)?,
        "data": data,
    }))
}

fn port(reading: &mut Reading, port: &Map<String, Value>) -> Result<Value, HttpError> {
    let version = reading.version;
    let address =
        port.get("hw_addr").ok_or_else(|| HttpError::bad_request("hw_addr is missing"))?;
    let mut members = json!({
        "port_no": named(version, port, "port_no", &names::PORT, 0)?,
        "hw_addr": mac("hw_addr", address)?,
        "config": count(port, "config", 0)?,
        "mask": count(port, "mask", 0)?,
    });
    if version < V1_4 {
        let advertise = port.get("advertise");
        let missing = || HttpError::bad_request("advertise is missing");
        members["advertise"] = number("advertise", advertise.ok_or_else(missing)?)?;
        return Ok(json!({ "OFPPortMod": members }));
    }
    let none = json!([]);
    let mut properties = Vec::new();
    for property in items("properties", port.get("properties").unwrap_or(&none))? {
        let property = dictionary("property", property)?;
        let kind = property.get("type").unwrap_or(&Value::Null);
        let number = names::PORT_MOD_PROP.read(version, "type", kind).ok();
        properties.push(match number.and_then(|kind| names::PORT_MOD_PROP.name(version, kind)) {
            Some("ETHERNET") => json!({ "OFPPortModPropEthernet": {
                "advertise": named(version, property, "advertise", &names::PORT_FEATURE, 0)?
            } }),
            Some("OPTICAL") => {
                let mut members = Map::new();
                for key in ["configure", "freq_lmda", "fl_offset", "grid_span", "tx_pwr"] {
                    members.insert(key.to_owned(), count(property, key, 0)?);
                }
                json!({ "OFPPortModPropOptical": members })
            }
            Some(_) => json!({ "OFPPortModPropExperimenter": experimenter(property)? }),
            None => {
                reading.ignore_type("property", property);
                continue;
            }
        });
    }
    members["properties"] = properties.into();
    Ok(json!({ "OFPPortMod": members }))
}

/// A number under `key`, or the default.
fn count(dict: &Map<String, Value>, key: &str, default: u64) -> Result<Value, HttpError> {
    dict.get(key).map_or(Ok(default.into()), |value| number(key, value))
}

/// A number or a name under `key`, or the default.
fn named(
    version: Version,
    dict: &Map<String, Value>,
    key: &str,
    names: &Names,
    default: u64,
) -> Result<Value, HttpError> {
    let read = |value| names.read(version, key, value);
    dict.get(key).map_or(Ok(default), read).map(Value::from)
}
