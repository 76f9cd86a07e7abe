//! What `/openapi.json` says of the answers of `ofctl_rest`, held against the answers.
//!
//! Every reply there is (our vectors, and those in the folder `RYU_SDN_VECTORS` where it is there) is
//! made an answer, in its version; so is what becomes of it when a byte changes, as far as that can be
//! read. Each answer has to fit its schema, and each member of a schema has to be in some answer.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use ryu_sdn::app::{Catalog, Describe};
use ryu_sdn::ofproto::*;
use ryu_sdn::services::ofctl::{Query, VERSIONS, answers};
use ryu_sdn::wire::hex;
use serde_json::{Value, json};

use super::schema::Judge;

/// So many bytes of a message are changed, about.
const CHANGED_MAX: usize = 40;

/// Messages in hexadecimal, wherever they stand, with their version.
fn messages() -> Vec<(Version, Vec<u8>)> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let others = std::env::var_os("RYU_SDN_VECTORS")
        .map_or_else(|| vectors.join("../../../shared/vectors"), PathBuf::from);
    let mut found = BTreeSet::new();
    for folder in [vectors, others.join("ryu")] {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let is_text = path.extension().is_some_and(|it| it == "txt");
            let is_lines = path.extension().is_some_and(|it| it == "jsonl");
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if is_text {
                found.extend(blocks(&text));
            } else if is_lines {
                for row in text.lines() {
                    let row: Value = serde_json::from_str(row).unwrap_or_default();
                    for key in ["hex", "reply_hex"] {
                        let bytes = row[key].as_str().and_then(hex::decode);
                        found.extend(bytes.map(|bytes| bytes.to_vec()));
                    }
                    let version = row["version"].as_u64().unwrap_or_default();
                    if let Some(version) = Version::from_wire(version as u8)
                        && let Ok((xid, reply)) = Message::from_json(version, &row["reply"])
                    {
                        let mut buf = bytes::BytesMut::new();
                        reply.encode(version, xid, &mut buf).unwrap();
                        found.insert(buf.to_vec());
                    }
                }
            }
        }
    }
    found.extend(rare());
    let version = |bytes: &Vec<u8>| Version::from_wire(*bytes.first()?);
    found.into_iter().filter_map(|bytes| Some((version(&bytes)?, bytes))).collect()
}

/// What is in no vector.
fn rare() -> Vec<Vec<u8>> {
    let data = bytes::Bytes::from_static(&[0, 0, 0, 1, 0, 0, 0, 2]);
    let experimenter = PropExperimenter { experimenter: 1, exp_type: 2, data: data.clone() };
    let mut bodies: Vec<(Version, MultipartReplyBody)> = Vec::new();
    for version in VERSIONS {
        let mut add = |instructions: Instructions| {
            let entry = FlowStats { instructions, ..FlowStats::default() };
            bodies.push((
                version,
                match version {
                    V1_5 => MultipartReplyBody::FlowDesc(vec![FlowDesc { entry }]),
                    _ => MultipartReplyBody::Flow(vec![entry]),
                },
            ));
        };
        for action in actions() {
            add(Instructions::new().apply([action.clone()]));
            add(Instructions::new().write([action]));
        }
        let metadata = Instruction::WriteMetadata { metadata: 1, metadata_mask: 2 };
        for instruction in
            [Instruction::ClearActions, metadata, Instruction::Meter(1), Instruction::GotoTable(1)]
        {
            add(Instructions::new().with(instruction));
        }
    }
    let sums = [OxsField::FlowCount, OxsField::PacketCount, OxsField::ByteCount];
    let stats = sums.into_iter().fold(Stats::default(), |stats, field| stats.with(field, &[7]));
    let ids = vec![
        TableFeatureProp::Instructions(TableFeatureInstructions {
            instruction_ids: vec![InstructionId { instruction_type: 0xffff, data: data.clone() }],
        }),
        TableFeatureProp::ApplyActions(TableFeatureActions {
            action_ids: vec![ActionId { action_type: 0xffff, data }],
        }),
    ];
    let features = TableFeatures { properties: ids, ..TableFeatures::default() };
    let remark = MeterBandDscpRemark { rate: 1, burst_size: 2, prec_level: 3 };
    let meter =
        MeterConfig { bands: vec![MeterBand::DscpRemark(remark)], ..MeterConfig::default() };
    let group = GroupDesc {
        properties: vec![GroupProp::Experimenter(experimenter)],
        ..GroupDesc::default()
    };
    let recirculate = PortDescPropRecirculate { port_nos: vec![PortNo(1), PortNo(2)] };
    let port = Port { properties: vec![PortDescProp::Recirculate(recirculate)], ..Port::default() };
    bodies.extend([
        (
            V1_5,
            MultipartReplyBody::Aggregate(AggregateStats { stats, ..AggregateStats::default() }),
        ),
        (V1_3, MultipartReplyBody::TableFeatures(vec![features.clone()])),
        (V1_4, MultipartReplyBody::TableFeatures(vec![features.clone()])),
        (V1_5, MultipartReplyBody::TableFeatures(vec![features])),
        (V1_5, MultipartReplyBody::MeterConfig(vec![meter])),
        (V1_5, MultipartReplyBody::GroupDesc(vec![group])),
        (V1_5, MultipartReplyBody::PortDesc(vec![port])),
    ]);
    let bytes = bodies.into_iter().filter_map(|(version, body)| {
        let mut buf = bytes::BytesMut::new();
        // Not every version has every action.
        MultipartReply::new(body).encode(version, Xid(0), &mut buf).ok()?;
        Some(buf.to_vec())
    });
    bytes.collect()
}

/// Each action that has a name in `ofctl`, of 1.2 and later.
fn actions() -> Vec<Action> {
    vec![
        Action::output(PortNo(1)),
        Action::CopyTtlOut,
        Action::CopyTtlIn,
        Action::SetMplsTtl(1),
        Action::DecMplsTtl,
        Action::PushVlan(0x8100),
        Action::PopVlan,
        Action::PushMpls(0x8847),
        Action::PopMpls(0x0800),
        Action::SetQueue(1),
        Action::Group(GroupId(1)),
        Action::SetNwTtl(1),
        Action::DecNwTtl,
        Action::PushPbb(0x88e7),
        Action::PopPbb,
        Action::Meter(1),
    ]
}

/// The blocks of our own vectors: hexadecimal with remarks behind `#`.
fn blocks(text: &str) -> Vec<Vec<u8>> {
    let mut all = vec![String::new()];
    for line in text.lines() {
        match line.as_bytes().first() {
            Some(b'=') => all.push(String::new()),
            Some(b'>') => {}
            _ => {
                let digits = line.split('#').next().unwrap_or_default();
                let digits = digits.chars().filter(|c| !c.is_whitespace());
                all.last_mut().unwrap().extend(digits.map(|c| if c == 'x' { '0' } else { c }));
            }
        }
    }
    all.iter().filter_map(|digits| hex::decode(digits)).map(|bytes| bytes.to_vec()).collect()
}

/// The queries that this is an answer to.
fn queries(version: Version, message: &Message) -> Vec<Query> {
    if !VERSIONS.contains(&version) {
        return Vec::new();
    }
    let all: &[Query] = match message {
        Message::SwitchFeatures(_) if version <= V1_2 => &[Query::PortDesc],
        Message::QueueGetConfigReply(_) => &[Query::QueueConfig],
        Message::RoleReply(_) => &[Query::Role],
        Message::MultipartReply(reply) => of_body(version, &reply.body),
        _ => &[],
    };
    all.iter().copied().filter(|query| query.is_in(version)).collect()
}

fn of_body(version: Version, body: &MultipartReplyBody) -> &'static [Query] {
    match body {
        MultipartReplyBody::Desc(_) => &[Query::Desc],
        MultipartReplyBody::Flow(_) if version < V1_5 => &[Query::Flow, Query::FlowDesc],
        MultipartReplyBody::Flow(_) => &[Query::Flow],
        MultipartReplyBody::FlowDesc(_) => &[Query::FlowDesc],
        MultipartReplyBody::Aggregate(_) => &[Query::Aggregate],
        MultipartReplyBody::Table(_) => &[Query::Table],
        MultipartReplyBody::TableFeatures(_) => &[Query::TableFeatures],
        MultipartReplyBody::PortStats(_) => &[Query::Port],
        MultipartReplyBody::PortDesc(_) => &[Query::PortDesc],
        MultipartReplyBody::Queue(_) => &[Query::Queue],
        MultipartReplyBody::QueueDesc(_) => &[Query::QueueDesc],
        MultipartReplyBody::MeterFeatures(_) => &[Query::MeterFeatures],
        MultipartReplyBody::MeterConfig(_) => &[Query::MeterConfig, Query::MeterDesc],
        MultipartReplyBody::Meter(_) => &[Query::Meter],
        MultipartReplyBody::GroupFeatures(_) => &[Query::GroupFeatures],
        MultipartReplyBody::GroupDesc(_) => &[Query::GroupDesc],
        MultipartReplyBody::Group(_) => &[Query::Group],
        _ => &[],
    }
}

/// The name of the schema of a query's answer, which is in the judge from then on.
fn schema_of(judge: &mut Judge, query: Query) -> String {
    let schemas = &mut judge.schemas;
    let reference = match query {
        Query::Desc => answers::Desc::schema(schemas),
        Query::Flow => answers::Flow::schema(schemas),
        Query::FlowDesc => answers::FlowDesc::schema(schemas),
        Query::Aggregate => answers::Aggregate::schema(schemas),
        Query::Table => answers::Table::schema(schemas),
        Query::TableFeatures => answers::TableFeatures::schema(schemas),
        Query::Port => answers::Port::schema(schemas),
        Query::Queue => answers::Queue::schema(schemas),
        Query::QueueConfig => answers::QueueConfig::schema(schemas),
        Query::QueueDesc => answers::QueueDesc::schema(schemas),
        Query::MeterFeatures => answers::MeterFeatures::schema(schemas),
        Query::MeterConfig => answers::MeterConfig::schema(schemas),
        Query::MeterDesc => answers::MeterDesc::schema(schemas),
        Query::Meter => answers::Meter::schema(schemas),
        Query::GroupFeatures => answers::GroupFeatures::schema(schemas),
        Query::GroupDesc => answers::GroupDesc::schema(schemas),
        Query::Group => answers::Group::schema(schemas),
        Query::PortDesc => answers::PortDesc::schema(schemas),
        Query::Role => answers::Role::schema(schemas),
    };
    let name = reference["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    name.to_owned()
}

/// The part of a schema that is about that version.
fn form_of(judge: &mut Judge, query: Query, version: Version) -> (String, Value) {
    let name = schema_of(judge, query);
    let schema = &judge.schemas.named()[&name]["additionalProperties"];
    let is_it = |form: &&Value| {
        let title = form["title"].as_str().unwrap().strip_prefix("OpenFlow ").unwrap();
        title.split(", ").any(|one| one == version.to_string())
    };
    let forms = schema["anyOf"].as_array();
    let form = match forms {
        Some(forms) => forms.iter().find(is_it),
        None => Some(schema).filter(is_it),
    };
    let form = form.unwrap_or_else(|| panic!("{name} says nothing of {version}")).clone();
    let title = if forms.is_some() {
        format!("|{}", form["title"].as_str().unwrap())
    } else {
        String::new()
    };
    (format!("{name}.*{title}"), form)
}

#[test]
fn every_answer_is_what_its_schema_says_and_nothing_in_a_schema_is_made_up() {
    let mut judge = Judge::default();
    let mut forms = HashMap::new();
    let (mut count, mut wrong) = (0, Vec::new());
    for (version, bytes) in messages() {
        // Whole, and with bytes behind the header changed in a few ways; of a long one not all of them.
        let whole = std::iter::once((0, 0));
        let places = (8..bytes.len()).step_by(1 + bytes.len() / CHANGED_MAX);
        let changes = places.flat_map(|at| [0x01, 0x02, 0xff].map(|change| (at, change)));
        let Ok((_, message)) = Message::decode(version, &bytes.clone().into()) else { continue };
        if queries(version, &message).is_empty() {
            continue;
        }
        for (at, change) in whole.chain(changes) {
            let mut bytes = bytes.clone();
            bytes[at] ^= change;
            let Ok((_, message)) = Message::decode(version, &bytes::Bytes::from(bytes)) else {
                continue;
            };
            for query in queries(version, &message) {
                let Ok(shown) = query.answer(version, &json!({}), std::slice::from_ref(&message))
                else {
                    continue;
                };
                count += 1;
                let form = forms.entry((query.name(), version));
                let (place, form) = form.or_insert_with(|| form_of(&mut judge, query, version));
                for fault in judge.faults_at(place, form, &shown) {
                    wrong.push(format!("{version} {}: {fault}", query.name()));
                }
            }
        }
    }
    assert!(count > 5_000, "{count} answers only");
    wrong.sort();
    wrong.dedup_by_key(|fault| fault.split(['[', '{', '"']).next().unwrap().to_owned());
    wrong.truncate(40);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut never: Vec<String> = Vec::new();
    for query in Query::all() {
        let name = schema_of(&mut judge, query);
        never.extend(judge.members(&name).difference(&judge.seen).cloned());
    }
    for version in ["1_4", "1_5"] {
        never.extend(
            judge.members(&format!("ofctl_action_{version}")).difference(&judge.seen).cloned(),
        );
    }
    // Fields of matches come from the table that reads them; `buf` is what any property has whose type nobody
    // knows, and which of them a changed byte hits is chance.
    never.retain(|place| !place.contains(".match.") && !place.ends_with(".buf"));
    assert!(judge.seen.iter().any(|place| place.ends_with(".buf")));
    assert!(never.is_empty(), "in no answer:\n{}", never.join("\n"));
}

#[test]
fn each_route_names_the_answer_of_its_own_query() {
    let mut judge = Judge::default();
    let catalog = Catalog::collect().unwrap();
    let routes = catalog.find("ofctl_rest").unwrap().routes;
    let mut of_queries = BTreeSet::new();
    for route in routes {
        let answers = (route.answers)(&mut judge.schemas).expect("an answer that is described");
        let word = route.path.split('/').nth(2).unwrap();
        let query = Query::named(word).filter(|_| route.path.contains("/{dpid}"));
        let Some(query) = query else {
            assert!(route.path == "/stats/switches" || route.gives.is_empty(), "{}", route.path);
            continue;
        };
        let name = schema_of(&mut judge, query);
        assert_eq!(answers["$ref"], format!("#/components/schemas/{name}"), "{}", route.path);
        assert_eq!(route.gives, "application/json");
        of_queries.insert(query.name());
        let forms = judge.schemas.named()[&name]["additionalProperties"].to_string();
        for version in VERSIONS {
            assert_eq!(
                forms.contains(&version.to_string()),
                query.is_in(version),
                "{name} {version}"
            );
        }
    }
    assert_eq!(of_queries.len(), Query::all().count());
}
