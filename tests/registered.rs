//! Parts of OpenFlow that a crate outside of ours defines: what `register!` promises, seen from
//! there.

use std::net::Ipv4Addr;

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use ryu_sdn::ofproto::ovs::{ActionsText, InstructionsText, MatchText};
use ryu_sdn::ofproto::oxm::{self, Field, FieldInfo, Needs, OxmTlv, ValueKind};
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::{DecodeError, Reader, Writer, hex};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The experimenter id of nobody.
const ACME: u32 = 0x00ac_3e01;

/// Makes the light of a port blink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blink {
    port: u32,
    #[serde(default)]
    times: u16,
    #[serde(default)]
    label: String,
}

impl ExperimenterBody for Blink {
    fn read(_: Version, r: &mut Reader<'_>) -> Result<Blink, DecodeError> {
        let (port, times) = (r.u32()?, r.u16()?);
        let size = usize::from(r.u16()?);
        let mut label = r.sub(size, "label size")?;
        match std::str::from_utf8(label.rest()) {
            Ok(text) => Ok(Blink { port, times, label: text.to_owned() }),
            Err(_) => Err(r.bad_value(size, size, "label")),
        }
    }
    fn write(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u32(self.port);
        w.u16(self.times);
        let Ok(size) = u16::try_from(self.label.len()) else {
            return Err(EncodeError::TooLong { what: "label", len: self.label.len() });
        };
        w.u16(size);
        w.bytes(self.label.as_bytes());
        Ok(())
    }
}

/// Whatever else of Acme's there is, as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Other(Vec<u8>);

impl ExperimenterBody for Other {
    fn read(_: Version, r: &mut Reader<'_>) -> Result<Other, DecodeError> {
        Ok(Other(r.rest().to_vec()))
    }
    fn write(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.bytes(&self.0);
        Ok(())
    }
}

/// Asks for lights; answers with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct LightsRequest {
    port: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct LightsReply {
    lights: Vec<u16>,
}

impl ExperimenterBody for LightsRequest {
    fn read(_: Version, r: &mut Reader<'_>) -> Result<LightsRequest, DecodeError> {
        Ok(LightsRequest { port: r.u32()? })
    }
    fn write(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u32(self.port);
        Ok(())
    }
}

impl ExperimenterBody for LightsReply {
    fn read(_: Version, r: &mut Reader<'_>) -> Result<LightsReply, DecodeError> {
        let mut reply = LightsReply::default();
        while !r.is_empty() {
            reply.lights.push(r.u16()?);
        }
        Ok(reply)
    }
    fn write(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.lights.iter().for_each(|light| w.u16(*light));
        Ok(())
    }
}

/// Copies the packet to a port. From 1.4 on the port has 32 bits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mirror {
    port: u32,
}

impl ExperimenterBody for Mirror {
    fn read(version: Version, r: &mut Reader<'_>) -> Result<Mirror, DecodeError> {
        let port = if version >= V1_4 { r.u32()? } else { r.u16()?.into() };
        Ok(Mirror { port })
    }
    fn write(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        match u16::try_from(self.port) {
            _ if version >= V1_4 => w.u32(self.port),
            Ok(port) => w.u16(port),
            Err(_) => return Err(EncodeError::NotInVersion { what: "mirror port", version }),
        }
        Ok(())
    }
}

/// Counts what passes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tap {
    meter: u64,
}

impl ExperimenterBody for Tap {
    fn read(_: Version, r: &mut Reader<'_>) -> Result<Tap, DecodeError> {
        Ok(Tap { meter: r.u64()? })
    }
    fn write(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u64(self.meter);
        Ok(())
    }
}

const DEPTH: Field<u16> = Field::experimenter(ACME, 5, 2);
const UNDERLAY: Field<Ipv4Addr> = Field::experimenter(ACME, 6, 4);
const SHADE: Field<u32> = Field::new(0x0123, 9, 3);
/// Nobody has registered this one.
const NAMELESS: Field<u16> = Field::experimenter(ACME, 99, 2);

register! {
    message Blink = "AcmeBlink", ACME, 7, V1_0..=V1_5;
    message Other = "AcmeOther", ACME, _, V1_3..=V1_3;
    multipart_request LightsRequest = "AcmeLightsRequest", ACME, 1, V1_0..=V1_5;
    multipart_reply LightsReply = "AcmeLightsReply", ACME, 1, V1_0..=V1_5;
    action Mirror = "AcmeActionMirror", ACME, 2, V1_0..=V1_4;
    instruction Tap = "AcmeInstructionTap", ACME, _, V1_3..=V1_5;
    field FieldInfo {
        name: "acme_depth",
        maskable: true,
        kind: ValueKind::Decimal,
        needs: Needs::IPV4,
        ..FieldInfo::of(DEPTH)
    };
    field FieldInfo {
        name: "acme_underlay",
        maskable: true,
        kind: ValueKind::Ipv4,
        since: V1_4,
        ..FieldInfo::of(UNDERLAY)
    };
    field FieldInfo { name: "acme_shade", ..FieldInfo::of(SHADE) };
}

fn blink() -> Blink {
    Blink { port: 1, times: 3, label: "red".to_owned() }
}

fn bytes(version: Version, msg: &impl Encode) -> Bytes {
    let mut buf = BytesMut::new();
    msg.encode(version, Xid(9), &mut buf).unwrap();
    buf.freeze()
}

/// Bytes and JSON both ways; what came out of the bytes.
#[track_caller]
fn both_ways(version: Version, msg: &Message, json: Value) -> Message {
    let sent = bytes(version, msg);
    let (xid, back) = Message::decode(version, &sent).unwrap();
    assert_eq!((xid, &back), (Xid(9), msg));
    assert_eq!(back.to_json(version).unwrap(), json);
    assert_eq!(&Message::from_json(version, &json).unwrap().1, msg);
    assert_eq!(back.clone(), back);
    assert!(!format!("{back:?}").is_empty());
    for len in 0..sent.len() {
        assert!(Message::decode(version, &sent.slice(..len)).is_err());
    }
    back
}

#[test]
fn what_is_registered_here_goes_together() {
    assert_eq!(check_registrations(), Ok(()));
    let classes: Vec<_> = Registration::all().map(|row| row.class).collect();
    assert_eq!(classes.len(), 6);
    assert!(Registration::all().all(|row| row.path.starts_with("registered::")));
    assert!(ryu_sdn::app::Catalog::collect().is_ok());
}

#[test]
fn a_message_in_every_version() {
    for version in Version::ALL {
        let msg = Message::from(blink());
        let id = if version == V1_0 { "vendor" } else { "experimenter" };
        let json = json!({ "AcmeBlink": {
            id: ACME, "exp_type": 7, "port": 1, "times": 3, "label": "red"
        } });
        let back = both_ways(version, &msg, json);
        let Message::Registered(body) = &back else { panic!("{back:?}") };
        assert_eq!(body.get::<Blink>(), Some(&blink()));
        assert_eq!(body.get::<Mirror>(), None);
        assert_eq!(back.message_type(), Some(MessageType::Experimenter));
        assert_eq!(back.to_string(), "AcmeBlink label=red port=1 times=3");
        assert_eq!((back.name(), blink().name()), ("AcmeBlink", "AcmeBlink"));
        // As it is, or as a message: the same bytes.
        assert_eq!(bytes(version, &blink()), bytes(version, &msg));
        let body = "0000000100030003726564";
        let want = format!("{:02x}04001b00000009{ACME:08x}00000007{body}", version.wire());
        assert_eq!(hex::encode(&bytes(version, &msg)), want);
    }
}

#[test]
fn json_of_a_message_may_leave_out_what_its_type_lets_it() {
    let short = json!({ "AcmeBlink": { "port": 5, "xid": 77 } });
    let (xid, msg) = Message::from_json(V1_3, &short).unwrap();
    let Message::Registered(body) = msg else { panic!() };
    let want = Blink { port: 5, times: 0, label: String::new() };
    assert_eq!((xid, body.get::<Blink>()), (Xid(77), Some(&want)));
    let wrong = json!({ "AcmeBlink": { "port": 5, "colour": "red" } });
    let err = Message::from_json(V1_3, &wrong).unwrap_err().to_string();
    assert!(err.starts_with("AcmeBlink: unknown field `colour`"), "{err}");
    let wrong = json!({ "AcmeBlink": { "times": 5 } });
    let err = Message::from_json(V1_3, &wrong).unwrap_err().to_string();
    assert_eq!(err, "AcmeBlink: missing field `port`");
}

#[test]
fn a_bad_body_is_an_error_that_names_it() {
    let mut bad = BytesMut::from(&bytes(V1_3, &blink())[..]);
    bad[22..24].copy_from_slice(&[0, 9]);
    let err = Message::decode(V1_3, &bad.freeze()).unwrap_err();
    let want = "AcmeBlink: needed 9 bytes at offset 24, only 3 available (limit set by label size)";
    assert_eq!(err.to_string(), want);
    let mut long = BytesMut::from(&bytes(V1_3, &blink())[..]);
    long[23] = 2;
    assert!(Message::decode(V1_3, &long.freeze()).is_err());
}

#[test]
fn the_rest_of_an_id_is_any() {
    let raw = Experimenter { experimenter: ACME, exp_type: Some(8), data: (&b"xy"[..]).into() };
    let sent = bytes(V1_3, &raw);
    let (_, msg) = Message::decode(V1_3, &sent).unwrap();
    let Message::Registered(body) = &msg else { panic!("{msg:?}") };
    assert_eq!(body.get::<Other>(), Some(&Other(vec![0, 0, 0, 8, b'x', b'y'])));
    let json = json!({ "AcmeOther": { "experimenter": ACME, "body": [0, 0, 0, 8, 120, 121] } });
    both_ways(V1_3, &msg, json);
    // It is 1.3's only: elsewhere it stays as it came, and cannot be sent.
    for version in [V1_0, V1_1, V1_2, V1_4, V1_5] {
        let exp_type = (version != V1_0).then_some(8);
        let data = if version == V1_0 { &b"\0\0\0\x08xy"[..] } else { b"xy" };
        let raw = Experimenter { experimenter: ACME, exp_type, data: data.into() };
        if version == V1_1 && raw.encode(version, Xid(9), &mut BytesMut::new()).is_err() {
            // Experimenters of 1.1 come as messages that nobody knows.
            continue;
        }
        let sent = bytes(version, &raw);
        let (_, back) = Message::decode(version, &sent).unwrap();
        assert_eq!(back, Message::Experimenter(raw));
        let mut buf = BytesMut::from(&b"before"[..]);
        let err = msg.encode(version, Xid(9), &mut buf).unwrap_err();
        assert_eq!(err, EncodeError::NotInVersion { what: "AcmeOther", version });
        assert_eq!(&buf[..], b"before");
        assert_eq!(msg.to_json(version), Err(err));
    }
}

#[test]
fn what_is_not_registered_stays_as_it_came() {
    for (experimenter, exp_type) in [(ACME + 1, 7), (7, 7), (0x2320, 9999), (0x4f4e_4600, 9999)] {
        let raw =
            Experimenter { experimenter, exp_type: Some(exp_type), data: (&b"1234"[..]).into() };
        let sent = bytes(V1_3, &raw);
        let (_, back) = Message::decode(V1_3, &sent).unwrap();
        assert!(!matches!(back, Message::Registered(_)), "{back:?}");
        assert_eq!(bytes(V1_3, &back), sent);
    }
    let action =
        Action::Experimenter { experimenter: 7, data: (&[0, 2, 0, 0, 0, 0, 0, 0][..]).into() };
    let out = PacketOut { actions: [action].into(), ..PacketOut::default() };
    let (_, back) = Message::decode(V1_3, &bytes(V1_3, &out)).unwrap();
    assert_eq!(back, out.into());
}

#[test]
fn multipart_bodies_in_every_version() {
    for version in Version::ALL {
        let id = if version == V1_0 { "vendor" } else { "experimenter" };
        let mut request = json!({ "AcmeLightsRequest": {
            id: ACME, "exp_type": 1, "flags": 0, "port": 4, "type": 0xffff
        } });
        let reply = json!({ "AcmeLightsReply": {
            id: ACME, "exp_type": 1, "flags": 0, "lights": [1, 2, 3], "type": 0xffff
        } });
        let message = Message::from(LightsRequest { port: 4 });
        if (V1_1..V1_3).contains(&version) {
            // There the type is not in Ryu's JSON of requests.
            request["AcmeLightsRequest"].as_object_mut().unwrap().remove("type");
        }
        let back = both_ways(version, &message, request);
        let Message::MultipartRequest(request) = back else { panic!() };
        let MultipartRequestBody::Registered(body) = &request.body else { panic!() };
        assert_eq!(body.get::<LightsRequest>(), Some(&LightsRequest { port: 4 }));
        assert_eq!(request.body.multipart_type(), Some(MultipartType::Experimenter));
        let text = "multipart_request experimenter AcmeLightsRequest port=4";
        assert_eq!(request.to_string(), text);

        let lights = LightsReply { lights: vec![1, 2, 3] };
        assert_eq!(bytes(version, &lights), bytes(version, &Message::from(lights.clone())));
        let back = both_ways(version, &lights.clone().into(), reply);
        let Message::MultipartReply(MultipartReply { body, .. }) = back else { panic!() };
        let MultipartReplyBody::Registered(body) = body else { panic!() };
        assert_eq!(body.get::<LightsReply>(), Some(&lights));
    }
}

fn flow_mod(action: Action) -> FlowMod {
    FlowMod { instructions: Instruction::apply([action]), ..FlowMod::add() }
}

#[test]
fn an_action_in_its_versions() {
    for version in [V1_0, V1_2, V1_3, V1_4] {
        let action = Action::from(Mirror { port: 5 });
        assert_eq!(action.to_string(), "AcmeActionMirror(port=5)");
        let msg = Message::from(flow_mod(action.clone()));
        let sent = bytes(version, &msg);
        assert_eq!(sent.len() % 8, 0);
        let (_, back) = Message::decode(version, &sent).unwrap();
        assert_eq!(back, msg);
        let Message::FlowMod(flow_mod) = &back else { panic!() };
        let Some(Action::Registered(body)) = flow_mod.instructions.applied().next() else {
            panic!("{flow_mod:?}")
        };
        assert_eq!(body.get::<Mirror>(), Some(&Mirror { port: 5 }));
        let json = back.to_json(version).unwrap();
        assert!(json.to_string().contains("AcmeActionMirror"), "{json}");
        assert_eq!(Message::from_json(version, &json).unwrap().1, msg);

        // ovs-ofctl has no word for it: it stands there in the form of those that nobody knows.
        let text = ActionsText(version, std::slice::from_ref(&action)).to_string();
        assert!(text.starts_with("experimenter:0x00ac3e01:0002"), "{text}");
        assert_eq!(ovs::parse_actions(version, &text).unwrap(), action.into());
    }
    let wide = Action::from(Mirror { port: 0x1_0000 });
    assert_eq!(bytes(V1_4, &flow_mod(wide.clone())).len() % 8, 0);
    let mut buf = BytesMut::from(&b"before"[..]);
    let err = flow_mod(wide.clone()).encode(V1_3, Xid(1), &mut buf).unwrap_err();
    assert_eq!(err, EncodeError::NotInVersion { what: "mirror port", version: V1_3 });
    let err = flow_mod(wide).encode(V1_5, Xid(1), &mut buf).unwrap_err();
    assert_eq!(err.to_string(), "OpenFlow 1.5 has no AcmeActionMirror");
    assert_eq!(&buf[..], b"before");
}

#[test]
fn an_instruction_in_its_versions() {
    for version in [V1_3, V1_4, V1_5] {
        let instruction = Instruction::from(Tap { meter: 6 });
        assert_eq!(instruction.to_string(), "AcmeInstructionTap(meter=6)");
        let instructions = Instructions::new().with(instruction.clone()).goto_table(2);
        let msg = Message::from(FlowMod { instructions: instructions.clone(), ..FlowMod::add() });
        let (_, back) = Message::decode(version, &bytes(version, &msg)).unwrap();
        assert_eq!(back, msg);
        let json = back.to_json(version).unwrap();
        assert_eq!(
            json["OFPFlowMod"]["instructions"][0],
            json!({ "AcmeInstructionTap": { "experimenter": ACME, "len": 16, "meter": 6, "type": 0xffff } })
        );
        assert_eq!(Message::from_json(version, &json).unwrap().1, msg);
        let text = InstructionsText(version, &instructions).to_string();
        let back = ovs::parse_instructions(version, &text).unwrap();
        assert!(back.len() == 2 && back.contains(&instruction), "{text}");
    }
    let flow_mod =
        FlowMod { instructions: Instruction::from(Tap { meter: 6 }).into(), ..FlowMod::add() };
    assert!(flow_mod.encode(V1_2, Xid(1), &mut BytesMut::new()).is_err());
}

#[test]
fn a_body_stands_only_where_it_was_registered() {
    let mut buf = BytesMut::new();
    let mirror = Message::Registered(Registered::new(Mirror { port: 1 }));
    assert!(mirror.encode(V1_3, Xid(1), &mut buf).is_err() && mirror.to_json(V1_3).is_err());
    let misplaced = flow_mod(Action::Registered(Registered::new(blink())));
    assert!(misplaced.encode(V1_3, Xid(1), &mut buf).is_err());
    let tap = Instruction::Registered(Registered::new(blink()));
    let misplaced = FlowMod { instructions: tap.into(), ..FlowMod::add() };
    assert!(misplaced.encode(V1_3, Xid(1), &mut buf).is_err());
    let lights = MultipartReplyBody::Registered(Registered::new(LightsRequest { port: 1 }));
    assert!(MultipartReply::new(lights).encode(V1_3, Xid(1), &mut buf).is_err());
    assert!(buf.is_empty());
}

#[test]
fn fields_have_their_name_everywhere() {
    let m = Match::new().eth_type(0x0800).with_masked(DEPTH, 0x1234, 0x0fff).with(SHADE, 7);
    assert_eq!(m.get(DEPTH), Some(0x0234));
    assert_eq!(m.get_masked(DEPTH), Some((0x0234, Some(0x0fff))));
    assert_eq!((m.get(SHADE), m.get(UNDERLAY), m.contains(NAMELESS)), (Some(7), None, false));
    assert_eq!(m.to_string(), "eth_type=0x800,acme_depth=564/4095,acme_shade=0x7");
    assert_eq!(
        format!("{DEPTH:?} {SHADE:?} {NAMELESS:?}"),
        "acme_depth acme_shade field(0x00ac3e01, 99)"
    );
    assert_eq!(m.check(), Ok(()));
    let alone = Match::new().with(DEPTH, 1).check().unwrap_err();
    assert_eq!(alone.to_string(), "match on acme_depth needs eth_type=0x800");
    let set = flow_mod(Action::set_field(DEPTH, 3)).check().unwrap_err();
    assert_eq!(set.to_string(), "set_field of acme_depth needs eth_type=0x800");
    assert_eq!(OxmId::of(DEPTH).to_string(), "acme_depth");

    for version in [V1_2, V1_3, V1_4, V1_5] {
        let msg = Message::from(FlowMod { match_: m.clone(), ..FlowMod::add() });
        let (_, back) = Message::decode(version, &bytes(version, &msg)).unwrap();
        assert_eq!(back, msg);
        let json = back.to_json(version).unwrap();
        let fields = &json["OFPFlowMod"]["match"]["OFPMatch"]["oxm_fields"];
        let depth = json!({ "OXMTlv": { "field": "acme_depth", "value": 0x0234, "mask": 0x0fff } });
        assert_eq!(fields[1], depth);
        assert_eq!(
            fields[2],
            json!({ "OXMTlv": { "field": "acme_shade", "value": 7, "mask": null } })
        );
        assert_eq!(Message::from_json(version, &json).unwrap().1, msg);

        let text = MatchText(version, &m).to_string();
        assert!(text.contains("acme_depth=564/4095") && text.contains("acme_shade=0x7"), "{text}");
        assert_eq!(ovs::parse_match(version, &text).unwrap(), m, "{text}");
        let set = Action::set_field(SHADE, 0x10);
        let text = ActionsText(version, std::slice::from_ref(&set)).to_string();
        assert_eq!(text, "set_field:0x10->acme_shade");
        assert_eq!(ovs::parse_actions(version, &text).unwrap(), set.into());
    }
    // In 1.3 a field that came with 1.4 goes by its number, in JSON and in text.
    let later = Match::new().with(UNDERLAY, Ipv4Addr::new(10, 0, 0, 1));
    assert_eq!(later.to_string(), "acme_underlay=10.0.0.1");
    let msg = Message::from(FlowMod { match_: later.clone(), ..FlowMod::add() });
    assert!(msg.to_json(V1_3).unwrap().to_string().contains("field_"));
    assert!(msg.to_json(V1_4).unwrap().to_string().contains("\"acme_underlay\""));
    assert!(ovs::parse_match(V1_4, "acme_underlay=10.0.0.0/255.0.0.0").is_ok());
    for (version, wrong) in [
        (V1_3, "acme_underlay=10.0.0.1"),
        (V1_0, "acme_shade=1"),
        (V1_4, "acme_shade=0x1000000"),
        (V1_4, "acme_shade=1/1"),
        (V1_4, "acme_underlay=x"),
        (V1_4, "acme_nothing=1"),
    ] {
        assert!(ovs::parse_match(version, wrong).is_err(), "{wrong}");
    }
    // A value of the wrong size is refused, as for fields of the house.
    let short = [0xff, 0xff, 5 << 1, 5, 0x00, 0xac, 0x3e, 0x01, 7];
    let mut wire = BytesMut::from(&[4, 14, 0, 80, 0, 0, 0, 9][..]);
    wire.extend_from_slice(&[0; 40]);
    wire.extend_from_slice(&[0, 1, 0, 4 + short.len() as u8]);
    wire.extend_from_slice(&short);
    wire.resize(80, 0);
    let err = Message::decode(V1_3, &wire.freeze()).unwrap_err();
    assert!(err.to_string().starts_with("acme_depth: "), "{err}");
}

#[test]
fn experimenters_fields_can_be_built() {
    // Replaced by id and number, never by another's.
    let other: Field<u16> = Field::experimenter(ACME + 1, 5, 2);
    let m = Match::new().with(DEPTH, 1).with(other, 2).with(DEPTH, 3).with(NAMELESS, 4);
    assert_eq!(m.fields().count(), 3);
    assert_eq!((m.get(DEPTH), m.get(other), m.get(NAMELESS)), (Some(3), Some(2), Some(4)));
    let again = m.clone().with_tlv(&OxmTlv::new(other, 9));
    assert_eq!((again.get(other), again.get(DEPTH), again.fields().count()), (Some(9), Some(3), 3));
    assert_eq!(again.clone().with_masked(NAMELESS, 0xff, 0x0f).get(NAMELESS), Some(0x0f));
    // Those of the house: ONF's old form has a type behind the id.
    let ours = Match::new().pbb_uca_onf(1).tcp_flags_onf(2).nsh_ttl(63).nsh_si(1).dp_hash(5);
    assert_eq!(ours.get(oxm::PBB_UCA_ONF), Some(1));
    assert_eq!((ours.get(oxm::NSH_TTL), ours.get(oxm::DP_HASH)), (Some(63), Some(5)));
    let tlvs: Vec<_> = ours.fields().map(|tlv| hex::encode(tlv.as_bytes())).collect();
    assert!(tlvs.contains(&"ffff00074f4e46000a0001".to_owned()), "{tlvs:?}");
    assert!(tlvs.contains(&"ffff54064f4e46000002".to_owned()), "{tlvs:?}");
    assert!(tlvs.contains(&"ffff1405005ad6503f".to_owned()), "{tlvs:?}");
    for info in FieldInfo::all().filter(|info| info.class == oxm::CLASS_EXPERIMENTER) {
        assert!(info.experimenter.is_some(), "{}", info.name);
    }
}

proptest! {
    #[test]
    fn registered_bodies_come_back(port in any::<u32>(), times in any::<u16>(), label in ".{0,40}") {
        let msg = Message::from(Blink { port, times, label });
        for version in [V1_0, V1_3, V1_5] {
            let (_, back) = Message::decode(version, &bytes(version, &msg)).unwrap();
            prop_assert_eq!(&back, &msg);
            let json = back.to_json(version).unwrap();
            prop_assert_eq!(&Message::from_json(version, &json).unwrap().1, &msg);
            prop_assert!(!back.to_string().is_empty());
        }
    }
}
