//! Two crates that want the same part of OpenFlow: the start-up ends and names both. A binary of its
//! own, because what is registered here must not be anywhere else.

use std::process::ExitCode;

use ryu_sdn::app::Catalog;
use ryu_sdn::ofproto::oxm::{Field, FieldInfo};
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::{DecodeError, Reader, Writer};
use serde::{Deserialize, Serialize};

macro_rules! empty {
    ($($name:ident)*) => { $(
        #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) struct $name;

        impl ExperimenterBody for $name {
            fn read(_: Version, _: &mut Reader<'_>) -> Result<$name, DecodeError> {
                Ok($name)
            }
            fn write(&self, _: Version, _: &mut Writer<'_>) -> Result<(), EncodeError> {
                Ok(())
            }
        }
    )* };
}

mod one {
    use super::*;
    empty! { Blink Learn }
    register! {
        message Blink = "AcmeBlink", 0x00ac_3e01, 7, V1_0..=V1_5;
        action Learn = "AcmeLearn", NICIRA, 16, V1_3..=V1_3;
    }
}

mod two {
    use super::*;
    empty! { Blink FlowMod }
    const REG: Field<u32> = Field::new(0x0001, 0, 4);
    register! {
        message Blink = "OtherBlink", 0x00ac_3e01, 7, V1_3..=V1_3;
        message FlowMod = "OFPFlowMod", 0x00ac_3e01, 8, V1_3..=V1_3;
        field FieldInfo { name: "mine", ..FieldInfo::of(REG) };
    }
}

#[test]
fn the_start_names_both() {
    let said = [
        "message 0x00ac3e01:7 is registered twice: by registered_twice::one::Blink (AcmeBlink) and by \
         registered_twice::two::Blink (OtherBlink)",
        "action 0x00002320:16 is registered twice: by ryu_sdn (NXActionLearn) and by \
         registered_twice::one::Learn (AcmeLearn)",
        "field 0x0001:0 is registered twice: by ryu_sdn (reg0) and by registered_twice::two (mine)",
        "class OFPFlowMod is registered twice: by ryu_sdn (OFPFlowMod) and by \
         registered_twice::two::FlowMod (OFPFlowMod)",
    ];
    let errors = check_registrations().unwrap_err();
    let mut lines: Vec<_> = errors.0.iter().map(ToString::to_string).collect();
    lines.sort();
    let mut want = said.to_vec();
    want.sort_unstable();
    assert_eq!(lines, want);
    assert_eq!(Catalog::collect().unwrap_err().to_string(), errors.to_string());
    // Neither program starts; both say the same on standard error.
    let failed = |code: ExitCode| format!("{code:?}") == format!("{:?}", ExitCode::FAILURE);
    assert!(failed(ryu_sdn::manager::ryu_manager(["ryu-manager", "ofp_handler"].map(Into::into))));
    assert!(failed(ryu_sdn::manager::ryu(["ryu", "apps"].map(Into::into))));
    // Nor do the tools, that would show a message as what one of the two makes of it. There is
    // something to do: without the conflict it would be done.
    let input = std::env::temp_dir().join(format!("registered_twice.{}", std::process::id()));
    let file = input.to_str().unwrap();
    for (text, words) in [
        ("{\"OFPBarrierRequest\": {}}\n", &["encode", "--ofp-version", "1.3", file][..]),
        ("0414000800000001\n", &["decode", file]),
        ("0414000800000001\n", &["check", file]),
    ] {
        std::fs::write(&input, text).unwrap();
        let words = ["ryu", "ofp"].iter().chain(words);
        assert!(failed(ryu_sdn::manager::ryu(words.map(Into::into))), "{text}");
    }
    std::fs::remove_file(&input).unwrap();
}

#[test]
fn of_two_the_first_by_path_is_used_and_ours_stays() {
    let raw = Experimenter { experimenter: 0x00ac_3e01, exp_type: Some(7), ..Default::default() };
    let mut buf = bytes::BytesMut::new();
    raw.encode(V1_3, Xid(1), &mut buf).unwrap();
    let (_, msg) = Message::decode(V1_3, &buf.freeze()).unwrap();
    let Message::Registered(body) = msg else { panic!("{msg:?}") };
    assert!(body.get::<one::Blink>().is_some() && body.get::<two::Blink>().is_none());
    assert_eq!(format!("{:?}", oxm::REG0), "reg0");
    let json = serde_json::json!({ "OFPFlowMod": { "priority": 9 } });
    assert!(matches!(Message::from_json(V1_3, &json), Ok((_, Message::FlowMod(_)))));
}
