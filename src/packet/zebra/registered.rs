//! What a daemon wants to hear of.

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Decoder, Encoder, Form, Member, fields, noun};
use crate::wire::{DecodeError, JsonError};

use super::dialect::{ToTheEnd, layout};
use super::prefix::{How, ZebraPrefix};

/// A prefix of which a daemon wants to hear.
///
/// ```text
///  0           1       3       4
/// +-----------+-------+-------+----------------------+
/// | connected |family |  len  | bytes that it needs  |
/// +-----------+-------+-------+----------------------+
/// ```
///
/// Ryu: `zebra.RegisteredNexthop`. Spec: `sendmsg_zebra_rnh` of `bgpd/bgp_nht.c`. See the example of
/// [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegisteredNexthop {
    /// Whether it has to be connected; flags with FRRouting. In JSON 0 and 1 are false and true.
    pub connected: u8,
    /// The prefix.
    pub prefix: ZebraPrefix,
}

fields!(RegisteredNexthop, |this, v| {
    let RegisteredNexthop { connected, prefix } = this;
    v.with::<Flag, _>("connected", connected)?;
    v.chosen("prefix", How::FamilyShort, prefix)?;
    v.remark("family", prefix.family() as u64);
    Ok(())
});
noun!(RegisteredNexthop, "RegisteredNexthop");

/// A byte that Python has as true or false; other values stay numbers.
enum Flag {}

impl Form<'_, u8> for Flag {
    fn decode(d: &mut Decoder<'_>) -> Result<u8, DecodeError> {
        Member::decode(d)
    }
    fn encode(value: &u8, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &u8) -> Value {
        if *value < 2 { (*value == 1).into() } else { (*value).into() }
    }
    fn from_json(value: &Value) -> Result<u8, JsonError> {
        Member::from_json(value)
    }
    fn show(value: &u8, out: &mut String) {
        match value {
            0 => out.push_str("False"),
            1 => out.push_str("True"),
            _ => value.show(out),
        }
    }
}

/// Prefixes of which a daemon wants to hear, or no longer: one behind the other.
///
/// Ryu: `zebra.ZebraNexthopRegister`, `ZebraNexthopUnregister`, `ZebraImportRouteRegister`,
/// `ZebraImportRouteUnregister`. Spec: `zserv_nexthop_register` of `zebra/zserv.c`. See the example of
/// [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZebraNexthopRegister {
    /// Which.
    pub nexthops: Vec<RegisteredNexthop>,
}

layout!(ZebraNexthopRegister, |this, at, v| {
    let ZebraNexthopRegister { nexthops } = this;
    v.chosen("nexthops", ToTheEnd, nexthops)
});
