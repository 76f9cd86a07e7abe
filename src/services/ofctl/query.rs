//! What can be asked of a switch, and the request that asks it.

use serde_json::{Map, Value, json};

use crate::app::HttpError;
use crate::ofproto::{Message, V1_0, V1_2, V1_3, V1_4, V1_5, Version};

use super::names::{self, Names, number};
use super::{Made, Reading, dictionary, fields, message, not_implemented};

/// A question to a switch; each is a route of `ofctl_rest`, and a `get_` function of Ryu's `ofctl`
/// modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// `desc`: who made the switch. Every version.
    Desc,
    /// `flow`: the flow entries. Every version.
    Flow,
    /// `flowdesc`: the flow entries with their instructions: in 1.5 these are a question of their
    /// own, before they are those of `flow`. Every version.
    FlowDesc,
    /// `aggregateflow`: sums over flow entries. Every version.
    Aggregate,
    /// `table`: the counters of the tables. Every version.
    Table,
    /// `tablefeatures`: what the tables can do. 1.3 and later.
    TableFeatures,
    /// `port`: the counters of the ports. Every version.
    Port,
    /// `queue`: the counters of the queues. Every version.
    Queue,
    /// `queueconfig`: the properties of the queues. 1.2 and 1.3.
    QueueConfig,
    /// `queuedesc`: the properties of the queues. 1.4 and later.
    QueueDesc,
    /// `meterfeatures`: what meters can do. 1.3 and later.
    MeterFeatures,
    /// `meterconfig`: the meters. 1.3 and 1.4.
    MeterConfig,
    /// `meterdesc`: the meters. 1.5.
    MeterDesc,
    /// `meter`: the counters of the meters. 1.3 and later.
    Meter,
    /// `groupfeatures`: what groups can do. 1.2 and later.
    GroupFeatures,
    /// `groupdesc`: the groups. 1.2 and later.
    GroupDesc,
    /// `group`: the counters of the groups. 1.2 and later.
    Group,
    /// `portdesc`: the ports. Every version.
    PortDesc,
    /// `role`: the role that this controller has. 1.2 and later.
    Role,
}

/// Name of the route, name of the class of the request, first and last version.
type Row = (Query, &'static str, &'static str, Version, Version);

const ROWS: &[Row] = &[
    (Query::Desc, "desc", "OFPDescStatsRequest", V1_0, V1_5),
    (Query::Flow, "flow", "OFPFlowStatsRequest", V1_0, V1_5),
    (Query::FlowDesc, "flowdesc", "OFPFlowDescStatsRequest", V1_0, V1_5),
    (Query::Aggregate, "aggregateflow", "OFPAggregateStatsRequest", V1_0, V1_5),
    (Query::Table, "table", "OFPTableStatsRequest", V1_0, V1_5),
    (Query::TableFeatures, "tablefeatures", "OFPTableFeaturesStatsRequest", V1_3, V1_5),
    (Query::Port, "port", "OFPPortStatsRequest", V1_0, V1_5),
    (Query::Queue, "queue", "OFPQueueStatsRequest", V1_0, V1_5),
    (Query::QueueConfig, "queueconfig", "OFPQueueGetConfigRequest", V1_2, V1_3),
    (Query::QueueDesc, "queuedesc", "OFPQueueDescStatsRequest", V1_4, V1_5),
    (Query::MeterFeatures, "meterfeatures", "OFPMeterFeaturesStatsRequest", V1_3, V1_5),
    (Query::MeterConfig, "meterconfig", "OFPMeterConfigStatsRequest", V1_3, V1_4),
    (Query::MeterDesc, "meterdesc", "OFPMeterDescStatsRequest", V1_5, V1_5),
    (Query::Meter, "meter", "OFPMeterStatsRequest", V1_3, V1_5),
    (Query::GroupFeatures, "groupfeatures", "OFPGroupFeaturesStatsRequest", V1_2, V1_5),
    (Query::GroupDesc, "groupdesc", "OFPGroupDescStatsRequest", V1_2, V1_5),
    (Query::Group, "group", "OFPGroupStatsRequest", V1_2, V1_5),
    (Query::PortDesc, "portdesc", "OFPPortDescStatsRequest", V1_0, V1_5),
    (Query::Role, "role", "OFPRoleRequest", V1_2, V1_5),
];

impl Query {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Query> {
        ROWS.iter().map(|(query, ..)| *query)
    }

    /// The query of a route, such as `desc`.
    pub fn named(name: &str) -> Option<Query> {
        ROWS.iter().find(|(_, route, ..)| *route == name).map(|(query, ..)| *query)
    }

    fn row(self) -> &'static Row {
        // Every query has a row; the first stands for one that had none.
        ROWS.iter().find(|(query, ..)| *query == self).unwrap_or(&ROWS[0])
    }

    /// The name of its route.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Whether `version` has it.
    pub fn is_in(self, version: Version) -> bool {
        let (_, _, _, first, last) = self.row();
        *first <= version && version <= *last
    }

    /// The request.
    ///
    /// `args` are `port` (or `port_no`), `queue_id` (or `queue`), `meter_id`, `group_id`, each a
    /// number, a reserved name, or `"ALL"`; for flows, the dictionary that filters them.
    ///
    /// # Errors
    /// Status 501 if the version has no such request, 400 for what cannot be read.
    pub fn request(self, version: Version, args: &Value) -> Result<Made, HttpError> {
        let (_, name, class, ..) = *self.row();
        if !self.is_in(version) {
            return Err(not_implemented(name, version));
        }
        let args = dictionary("the filter", args)?;
        let mut reading = Reading::new(version);
        let any = if version == V1_0 { 0xffff } else { 0xffff_ffff };
        let id = |keys: [&str; 2], names: &Names, all: u64| id(version, args, keys, names, all);
        let port = |all: u64| id(["port", "port_no"], &names::PORT, all);
        let queue = || id(["queue_id", "queue"], &names::QUEUE, 0xffff_ffff);
        let meter = || id(["meter_id", ""], &names::METER, 0xffff_ffff);
        let group = || id(["group_id", ""], &names::GROUP, 0xffff_fffc);
        let mut class = class;
        let mut members = match self {
            Query::Flow | Query::FlowDesc | Query::Aggregate => {
                if self == Query::FlowDesc && version < V1_5 {
                    class = "OFPFlowStatsRequest";
                }
                filter(&mut reading, args)?
            }
            Query::TableFeatures => json!({ "body": [] }),
            Query::Port => json!({ "port_no": port(any)? }),
            Query::Queue if version == V1_0 => {
                json!({ "port_no": port(0xfffc)?, "queue_id": queue()? })
            }
            Query::Queue | Query::QueueDesc => {
                json!({ "port_no": port(any)?, "queue_id": queue()? })
            }
            Query::QueueConfig => json!({ "port": port(any)? }),
            Query::MeterConfig | Query::MeterDesc | Query::Meter => {
                json!({ "meter_id": meter()? })
            }
            Query::GroupDesc if version < V1_5 => json!({}),
            Query::GroupDesc | Query::Group => json!({ "group_id": group()? }),
            Query::PortDesc if version <= V1_2 => {
                class = "OFPFeaturesRequest";
                json!({})
            }
            Query::PortDesc if version < V1_5 => json!({}),
            Query::PortDesc => json!({ "port_no": port(any)? }),
            Query::Role => json!({ "role": 0, "generation_id": 0 }),
            Query::Desc | Query::Table | Query::MeterFeatures | Query::GroupFeatures => json!({}),
        };
        if !matches!(class, "OFPQueueGetConfigRequest" | "OFPFeaturesRequest" | "OFPRoleRequest") {
            let flags = members.get("flags").cloned().unwrap_or_else(|| 0.into());
            members["flags"] = flags;
        }
        let message = message(version, &json!({ class: members }))?;
        Ok(Made { message, ignored: reading.ignored })
    }

    /// What `parts` of an answer say: a list, or for [`Query::Desc`] a dictionary.
    ///
    /// `args` are those of the request: of a filter the `priority`, which no request has, is looked
    /// at here.
    ///
    /// # Errors
    /// Status 500 if a part cannot be shown in this version.
    pub fn answer(
        self,
        version: Version,
        args: &Value,
        parts: &[Message],
    ) -> Result<Value, HttpError> {
        super::reply::answer(self, version, args, parts)
    }
}

/// The number of a thing, or `all`.
fn id(
    version: Version,
    args: &Map<String, Value>,
    keys: [&str; 2],
    names: &Names,
    all: u64,
) -> Result<u64, HttpError> {
    let given = keys.iter().find_map(|key| args.get(*key).map(|value| (*key, value)));
    match given {
        None | Some((_, Value::Null)) => Ok(all),
        Some((_, Value::String(name))) if name == "ALL" => Ok(all),
        Some((key, value)) => names.read(version, key, value),
    }
}

/// What filters flow entries.
fn filter(reading: &mut Reading, args: &Map<String, Value>) -> Result<Value, HttpError> {
    let version = reading.version;
    let none = json!({});
    let match_ = fields::to_match(reading, args.get("match").unwrap_or(&none))?;
    let read = |key: &str, names: &Names, default: u64| match args.get(key) {
        Some(value) => names.read(version, key, value),
        None => Ok(default),
    };
    if let Some(priority) = args.get("priority") {
        names::to_int(priority).ok_or_else(|| names::no_number("priority", priority))?;
    }
    let table_id = read("table_id", &names::TABLE, 0xff)?;
    if version == V1_0 {
        let out_port = read("out_port", &names::PORT, 0xffff)?;
        return Ok(json!({ "match": match_, "table_id": table_id, "out_port": out_port }));
    }
    let count = |key: &str| args.get(key).map_or(Ok(0.into()), |value| number(key, value));
    let mut members = json!({
        "match": match_,
        "table_id": table_id,
        "out_port": read("out_port", &names::PORT, 0xffff_ffff)?,
        "out_group": read("out_group", &names::GROUP, 0xffff_ffff)?,
        "cookie": count("cookie")?,
        "cookie_mask": count("cookie_mask")?,
    });
    if version >= V1_3 {
        members["flags"] = count("flags")?;
    }
    Ok(members)
}
