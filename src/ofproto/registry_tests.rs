//! What cannot stand together, and that the linker's order does not matter.

use serde::{Deserialize, Serialize};

use super::*;
use crate::ofproto::oxm::{Field, Needs, ValueKind};
use crate::ofproto::{EncodeError, ExperimenterBody, V1_0, V1_2, V1_3, V1_4, V1_5, experimenter};
use crate::wire::Writer;

const ACME: u32 = 0x00ac_3e01;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Nothing;

impl ExperimenterBody for Nothing {
    fn read(_: Version, _: &mut Reader<'_>) -> Result<Nothing, DecodeError> {
        Ok(Nothing)
    }
    fn write(&self, _: Version, _: &mut Writer<'_>) -> Result<(), EncodeError> {
        Ok(())
    }
}

static NEVER: Registration =
    Registration::of::<Nothing>(Place::Message, "Never", (0, None), (V1_0, V1_5), "tests::Nothing");

impl ExperimenterType for Nothing {
    fn registration() -> &'static Registration {
        &NEVER
    }
}

type Key = (u32, Option<u32>);

/// Registrations that live as long as the test program.
fn row(place: Place, class: &'static str, key: Key, path: &'static str) -> &'static Entry {
    row_in(place, class, key, (V1_0, V1_5), path)
}

fn row_in(
    place: Place,
    class: &'static str,
    key: Key,
    versions: (Version, Version),
    path: &'static str,
) -> &'static Entry {
    let row = Registration::of::<Nothing>(place, class, key, versions, path);
    Box::leak(Box::new(Entry::Body(Box::leak(Box::new(row)))))
}

fn field(info: FieldInfo, path: &'static str) -> &'static Entry {
    Box::leak(Box::new(Entry::Field(info, path)))
}

const DEPTH: Field<u16> = Field::experimenter(ACME, 5, 2);
const DEPTH_ROW: FieldInfo = FieldInfo { name: "acme_depth", ..FieldInfo::of(DEPTH) };

/// What is said of these, whichever comes first.
#[track_caller]
fn errors(entries: &[&'static Entry]) -> Vec<String> {
    let forwards = Registry::of(entries.iter().copied());
    let backwards = Registry::of(entries.iter().copied().rev());
    assert_eq!(forwards.errors, backwards.errors);
    let classes = |registry: &Registry| -> Vec<_> {
        registry.bodies.iter().map(|row| row.to_string()).collect()
    };
    assert_eq!(classes(&forwards), classes(&backwards));
    forwards.errors.iter().map(ToString::to_string).collect()
}

#[test]
fn one_number_for_two_is_refused_with_both_names() {
    let a = row(Place::Message, "A", (ACME, Some(7)), "a::A");
    let b = row(Place::Message, "B", (ACME, Some(7)), "b::B");
    let twice = "message 0x00ac3e01:7 is registered twice: by a::A (A) and by b::B (B)";
    assert_eq!(errors(&[a, b]), [twice]);
    // Another place, another type, other versions: another number.
    let fine = [
        a,
        row(Place::Message, "C", (ACME, Some(8)), "c::C"),
        row(Place::Action, "B", (ACME, Some(7)), "b::B"),
        row(Place::MultipartReply, "D", (ACME, Some(7)), "d::D"),
        row(Place::MultipartRequest, "E", (ACME, Some(7)), "d::E"),
        row(Place::Instruction, "B", (ACME, None), "b::B"),
        row(Place::Message, "F", (ACME, None), "f::F"),
    ];
    assert_eq!(errors(&fine), [""; 0]);
    let old = row_in(Place::Message, "G", (9, Some(7)), (V1_0, V1_2), "g::Old");
    let new = row_in(Place::Message, "G", (9, Some(7)), (V1_3, V1_5), "g::New");
    assert_eq!(errors(&[old, new]), [""; 0]);
    let both = row_in(Place::Message, "H", (9, Some(7)), (V1_2, V1_3), "h::H");
    assert_eq!(errors(&[old, new, both]).len(), 1);
}

#[test]
fn one_class_for_two_is_refused() {
    let a = row(Place::Message, "A", (ACME, Some(7)), "a::A");
    let b = row(Place::MultipartReply, "A", (ACME, Some(7)), "b::B");
    assert_eq!(errors(&[a, b]), ["class A is registered twice: by a::A (A) and by b::B (A)"]);
}

#[test]
fn what_is_ours_stays_ours() {
    let learn = row(Place::Action, "Mine", (experimenter::NICIRA, Some(16)), "a::Mine");
    let first = "action 0x00002320:16 is registered twice: by ryu_sdn (NXActionLearn) and by a::Mine (Mine)";
    assert_eq!(errors(&[learn]), [first]);
    let all = row(Place::Action, "Mine", (experimenter::NICIRA, None), "a::Mine");
    assert_eq!(errors(&[all]).len(), 1);
    let role = row(Place::Message, "Mine", (experimenter::NICIRA, Some(10)), "a::Mine");
    let first = "message 0x00002320:10 is registered twice: by ryu_sdn (NXTRoleRequest) and by a::Mine (Mine)";
    assert_eq!(errors(&[role]), [first]);
    // What is theirs is what the tables of messages have, in the versions that have it.
    let of = |place, key, version| errors(&[row_in(place, "M", key, (version, version), "a::M")]);
    for (place, key, version, class) in [
        (Place::Message, (experimenter::NICIRA, 12), V1_0, "NXTSetFlowFormat"),
        (Place::Message, (experimenter::NICIRA, 12), V1_3, ""),
        (Place::Message, (experimenter::NICIRA, 9), V1_3, ""),
        (Place::Message, (experimenter::ONF, 2300), V1_3, "ONFBundleCtrlMsg"),
        (Place::Message, (experimenter::ONF, 2301), V1_3, "ONFBundleAddMsg"),
        (Place::Message, (experimenter::ONF, 2301), V1_4, ""),
        (Place::MultipartRequest, (experimenter::NICIRA, 0), V1_0, "NXFlowStatsRequest"),
        (Place::MultipartReply, (experimenter::NICIRA, 2), V1_0, "NXFlowMonitorStatsReply"),
        (Place::MultipartReply, (experimenter::NICIRA, 0), V1_3, ""),
        (Place::MultipartReply, (experimenter::ONF, 1870), V1_3, "ONFFlowMonitorStatsReply"),
        (Place::MultipartReply, (experimenter::ONF, 1870), V1_4, ""),
    ] {
        let said = of(place, (key.0, Some(key.1)), version).concat();
        let named = format!("by ryu_sdn ({class}) and");
        assert!(if class.is_empty() { said.is_empty() } else { said.contains(&named) }, "{said}");
    }
    // A number of Nicira's that nobody here knows.
    let free = row(Place::Action, "Mine", (experimenter::NICIRA, Some(999)), "a::Mine");
    assert_eq!(errors(&[free]), [""; 0]);
    // In 1.2 the actions of Nicira are nobody's.
    let key = (experimenter::NICIRA, Some(16));
    assert_eq!(errors(&[row_in(Place::Action, "M", key, (V1_2, V1_2), "a::M")]), [""; 0]);

    let class = |place, class| {
        let Entry::Body(row) = row(place, class, (ACME, Some(1)), "a::Mine") else { panic!() };
        row.class_of_ours()
    };
    assert!(class(Place::Message, "OFPFlowMod") && class(Place::Message, "OFPFlowStatsReply"));
    assert!(class(Place::MultipartRequest, "OFPHello") && class(Place::Message, "OFPUnknown"));
    assert!(class(Place::Action, "OFPActionOutput") && class(Place::Action, "NXActionLearn"));
    assert!(class(Place::Instruction, "OFPInstructionActions"));
    assert!(!class(Place::Message, "AcmeFlowMod") && !class(Place::Action, "OFPFlowMod"));
}

#[test]
fn fields_have_one_number_and_one_name() {
    let a = field(DEPTH_ROW, "a");
    assert_eq!(errors(&[a]), [""; 0]);
    let other = FieldInfo { name: "acme_height", ..DEPTH_ROW };
    assert_eq!(
        errors(&[a, field(other, "b")]),
        ["field 0x00ac3e01:5 is registered twice: by a (acme_depth) and by b (acme_height)"]
    );
    let six: Field<u16> = Field::experimenter(ACME, 6, 2);
    let same_name = FieldInfo { name: "acme_depth", ..FieldInfo::of(six) };
    assert_eq!(
        errors(&[a, field(same_name, "b")]),
        ["field name \"acme_depth\" is registered twice: by a (acme_depth) and by b (acme_depth)"]
    );
    let ours = FieldInfo::of(crate::ofproto::oxm::REG0);
    assert_eq!(
        errors(&[field(FieldInfo { name: "acme", ..ours }, "a")]),
        ["field 0x0001:0 is registered twice: by ryu_sdn (reg0) and by a (acme)"]
    );
    // A class of one's own, and a number that our classes have not got.
    let own: Field<u32> = Field::new(0x0123, 1, 4);
    let free: Field<u32> = Field::new(0x0001, 126, 4);
    let rows = [("acme_a", own), ("acme_b", free)];
    let rows = rows.map(|(name, f)| field(FieldInfo { name, ..FieldInfo::of(f) }, "a"));
    assert_eq!(errors(&rows), [""; 0]);
    // Names that the texts have already, or that they could not read.
    for name in ["", "ipv4_dst", "tcp", "nw_dst", "dl_vlan", "tun_id", "field_1", "Acme", "a-b"] {
        let row = field(FieldInfo { name, ..DEPTH_ROW }, "a");
        let said = errors(&[row]);
        assert!(said.len() == 1 && said[0].starts_with("field name"), "{name}: {said:?}");
    }
}

#[test]
fn a_row_of_a_field_says_what_is_usual() {
    let usual = FieldInfo::of(DEPTH);
    assert_eq!((usual.size, usual.bits, usual.maskable), (2, 16, false));
    assert_eq!((usual.since, usual.until), (V1_2, V1_5));
    assert_eq!((usual.needs, usual.kind), (Needs::Nothing, ValueKind::Hex));
    assert_eq!((usual.experimenter, usual.exp_type), (Some(ACME), None));
    let typed: Field<u8> = Field::experimenter_typed(ACME, 1, 0x0a00, 1);
    assert_eq!(FieldInfo::of(typed).exp_type, Some(0x0a00));
}
