//! What cannot be sent is refused at the call, and leaves the buffer as it was: what a version
//! lacks, and what does not fit in 64 KiB, for every message there is and at every depth.

mod corpus;

use std::collections::{BTreeMap, BTreeSet};

use bytes::BytesMut;
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::base64;
use serde_json::Value;

/// Encodes behind what is there already. A refusal leaves that alone, a success adds whole
/// messages only.
#[track_caller]
fn encoded(version: Version, msg: &Message) -> Result<usize, EncodeError> {
    let before = b"what was sent before";
    let mut buf = BytesMut::from(&before[..]);
    let result = msg.encode(version, Xid(1), &mut buf);
    assert_eq!(&buf[..before.len()], before);
    let added = buf.split_off(before.len());
    match result {
        Ok(()) => {
            assert_eq!(frame(&added), Framing::Message(added.len()), "{msg}");
            Ok(added.len())
        }
        Err(err) => {
            assert!(added.is_empty(), "{err} left {} bytes of {msg}", added.len());
            Err(err)
        }
    }
}

#[test]
fn every_message_in_every_version_goes_out_or_leaves_nothing() {
    let (mut sent, mut refused) = (0, BTreeSet::new());
    for sample in corpus::samples() {
        let Ok((_, msg)) = Message::decode(sample.version, &sample.bytes) else { continue };
        for version in Version::ALL {
            match encoded(version, &msg) {
                Ok(_) => sent += 1,
                Err(EncodeError::NotInVersion { what, version: named }) => {
                    assert!(named == version && !what.is_empty(), "{}: {what}", sample.name);
                    assert_ne!(version, sample.version, "{}: {what}", sample.name);
                    refused.insert(what);
                }
                Err(err) => panic!("{}: {err}", sample.name),
            }
            // JSON has what the wire has.
            assert_eq!(msg.to_json(version).is_ok(), encoded(version, &msg).is_ok(), "{msg}");
        }
    }
    println!("{sent} sent, refused: {refused:?}");
    assert!(sent > 20 && !refused.is_empty());
}

/// A place in JSON where there can be more: a list, or bytes as base64 text.
#[derive(Clone, PartialEq)]
enum Step {
    Name(String),
    Item(usize),
}

/// Every such place below `value`.
fn places(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    match value {
        Value::Array(items) => {
            if !items.is_empty() {
                found.push(path.clone());
            }
            for (i, item) in items.iter().enumerate() {
                path.push(Step::Item(i));
                places(item, path, found);
                path.pop();
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                path.push(Step::Name(name.clone()));
                places(member, path, found);
                path.pop();
            }
        }
        Value::String(_) => found.push(path.clone()),
        _ => {}
    }
}

fn at<'a>(value: &'a mut Value, path: &[Step]) -> &'a mut Value {
    path.iter().fold(value, |value, step| match step {
        Step::Name(name) => &mut value[name.as_str()],
        Step::Item(i) => &mut value[*i],
    })
}

/// The value with `times` as much at that place; `None` if it cannot be more.
fn grown(json: &Value, path: &[Step], times: usize) -> Option<Value> {
    let mut json = json.clone();
    let place = at(&mut json, path);
    match place {
        Value::Array(items) => {
            *place =
                Value::Array(items.iter().cycle().take(items.len() * times).cloned().collect());
        }
        Value::String(text) => {
            let bytes = base64::decode(text).filter(|bytes| !bytes.is_empty())?;
            *place = base64::encode(&bytes.repeat(times)).into();
        }
        _ => return None,
    }
    Some(json)
}

#[test]
fn more_than_64_kib_is_refused_wherever_it_is() {
    let mut seen = BTreeSet::new();
    let mut too_long: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut grew = 0;
    for sample in corpus::samples() {
        let Ok((_, msg)) = Message::decode(sample.version, &sample.bytes) else { continue };
        let Ok(json) = msg.to_json(sample.version) else { continue };
        let mut found = Vec::new();
        places(&json, &mut Vec::new(), &mut found);
        for path in found {
            // The same place in many messages is tried once.
            let key: Vec<_> = path
                .iter()
                .map(|step| match step {
                    Step::Name(name) => name.clone(),
                    Step::Item(_) => String::new(),
                })
                .collect();
            if !seen.insert((sample.version, key.clone())) {
                continue;
            }
            let message = |times| -> Option<Message> {
                let json = grown(&json, &path, times)?;
                Message::from_json(sample.version, &json).ok().map(|(_, msg)| msg)
            };
            let size = |times| message(times).and_then(|msg| encoded(sample.version, &msg).ok());
            let (Some(one), Some(nine)) = (size(1), size(9)) else { continue };
            let Some(each) = nine.checked_sub(one).filter(|more| *more >= 8).map(|more| more / 8)
            else {
                continue;
            };
            grew += 1;
            // Just below the limit it fits, and comes back; above, nothing of it goes out.
            let fits = (65_535 - one) / each;
            let below = message(fits).and_then(|msg| encoded(sample.version, &msg).ok());
            assert!(below.is_none_or(|len| len > 65_535 / 2), "{key:?}: {below:?}");
            for times in [fits + 2, fits * 3 + 5] {
                let Some(msg) = message(times) else { continue };
                match encoded(sample.version, &msg) {
                    Err(EncodeError::TooLong { what, len }) => {
                        assert!(len > 65_535 || what == "match", "{key:?}: {what} of {len}");
                        *too_long.entry(what).or_default() += 1;
                    }
                    other => panic!("{} {key:?} {times} times: {other:?}", sample.name),
                }
                assert!(msg.to_json(sample.version).is_err());
            }
        }
    }
    println!("{grew} places, too long: {too_long:?}");
    assert!(grew > 0 && too_long.values().sum::<usize>() >= grew);
}

#[test]
fn lists_whose_length_would_come_round_to_a_small_number() {
    // 8,192 actions of eight bytes are 65,536 bytes: 0 in a field of 16 bits.
    let actions: ActionList = std::iter::repeat_n(Action::PopVlan, 8_192).collect();
    let learn = |specs: usize| {
        let spec = FlowSpec {
            n_bits: 16,
            src: SpecSource::Value(vec![0; 2]),
            dst: SpecTarget::Load(OxmId::of(oxm::REG0), 0),
        };
        let learn = NxLearn { specs: vec![spec; specs], ..NxLearn::default() };
        Action::Nicira(Box::new(learn.into()))
    };
    let nested = NxCt { actions: actions.clone(), ..NxCt::default() };
    let with = |actions: ActionList| -> Vec<Message> {
        let bucket = Bucket { actions: actions.clone(), ..Bucket::default() };
        let group = GroupMod { buckets: vec![bucket], ..GroupMod::default() };
        let flow = FlowMod { instructions: Instruction::apply(actions.clone()), ..FlowMod::add() };
        let written = Instructions::new().write(actions.clone());
        vec![
            PacketOut { actions, ..PacketOut::default() }.into(),
            flow.clone().into(),
            FlowMod { instructions: written, ..FlowMod::add() }.into(),
            group.into(),
            BundleAddMsg { message: Nested::new(Xid(1), flow), ..BundleAddMsg::default() }.into(),
        ]
    };
    let deep = Action::Nicira(Box::new(nested.into()));
    for actions in [actions, deep.into(), learn(10_000).into()] {
        for msg in with(actions) {
            for version in [V1_0, V1_3, V1_4, V1_5] {
                match encoded(version, &msg) {
                    Err(EncodeError::TooLong { len, .. }) => assert!(len > 65_535),
                    Err(EncodeError::NotInVersion { .. }) if version < V1_5 => {}
                    other => panic!("{other:?}"),
                }
            }
        }
    }
    // Ports are no list in JSON.
    let ports = vec![Port::default(); 1_400];
    let features = SwitchFeatures { ports, ..SwitchFeatures::default() };
    let result = encoded(V1_0, &features.into());
    assert_eq!(result, Err(EncodeError::TooLong { what: "features_reply", len: 32 + 1_400 * 48 }));
    let tables: Vec<TableFeatures> = vec![TableFeatures::default(); 1_100];
    let body = MultipartRequestBody::TableFeatures(tables);
    let request = MultipartRequest { flags: MultipartFlags(0), body };
    assert!(matches!(encoded(V1_3, &request.into()), Err(EncodeError::TooLong { .. })));
}
