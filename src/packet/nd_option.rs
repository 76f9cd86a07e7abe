//! Options of neighbour discovery (RFC 4861 section 4.6).

use std::borrow::Cow;
use std::net::Ipv6Addr;

use serde_json::Value;

use super::codec::{
    Decoder, Encoder, Fields as _, Form, Len, Member, Noun, fields, noun, show_bytes, tlv, union,
};
use super::{EmitError, List};
use crate::wire::{DecodeError, JsonError, MacAddr, base64};

union! {
    /// An option of a router or neighbour solicitation or advertisement.
    ///
    /// Spec: RFC 4861 section 4.6.
    ///
    /// ```
    /// use ryu_sdn::packet::{Icmpv6, Icmpv6Data, NdNeighbor, NdOption, NdOptionSla};
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let who = NdOptionSla { hw_src: MacAddr([0, 0, 0x5e, 0, 0x53, 1]), ..NdOptionSla::default() };
    /// let data = NdNeighbor { dst: "2001:db8::1".parse()?, option: vec![who.into()].into(), ..NdNeighbor::default() };
    /// let data = Icmpv6Data::Neighbor(data);
    /// let ask = Icmpv6 { type_: Icmpv6::ND_NEIGHBOR_SOLICIT, csum: Some(0x9b62), data, ..Icmpv6::default() };
    /// let bytes = (ask / []).to_bytes()?;
    /// assert_eq!(bytes[24..], [1, 1, 0, 0, 0x5e, 0, 0x53, 1]);
    ///
    /// let (back, _) = Icmpv6::parse(&bytes)?;
    /// let Icmpv6Data::Neighbor(ask) = back.data else { panic!() };
    /// let Some(Ok(NdOption::Sla(who))) = ask.option.iter().next() else { panic!() };
    /// assert_eq!(who.hw_src, MacAddr([0, 0, 0x5e, 0, 0x53, 1]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub enum NdOption<'a> by |d| d.peek::<1>().map(|[kind]| kind), else Unknown(NdOptionUnknown<'a>);
    /// Link-layer address of the sender.
    1 => Sla(NdOptionSla<'a>);
    /// Link-layer address of the target.
    2 => Tla(NdOptionTla<'a>);
    /// Prefix.
    3 => Pi(NdOptionPi);
    /// Largest packet on the link.
    5 => Mtu(NdOptionMtu);
}

/// In units of 8 bytes, with type and length.
const EIGHTS: Len = Len { before: 2, unit: 8, bias: 0 };

tlv! {
    /// Link-layer address of the sender.
    ///
    /// Ryu: `icmpv6.nd_option_sla`. Spec: RFC 4861 section 4.6.1. See the example of [`NdOption`].
    pub struct NdOptionSla<'a> "nd_option_sla" {
        /// 1.
        kind[""]: u8 = 1,
    }
    /// Size in units of 8 bytes.
    length: u8 as 8, EIGHTS => {
        /// Address, of Ethernet.
        hw_src: MacAddr,
        /// The rest of an address that is longer.
        data: Option<Cow<'a, [u8]>>,
    }
}

tlv! {
    /// Link-layer address of the target.
    ///
    /// Ryu: `icmpv6.nd_option_tla`. Spec: RFC 4861 section 4.6.1. See the example of [`NdOption`].
    pub struct NdOptionTla<'a> "nd_option_tla" {
        /// 2.
        kind[""]: u8 = 2,
    }
    /// Size in units of 8 bytes.
    length: u8 as 8, EIGHTS => {
        /// Address, of Ethernet.
        hw_src: MacAddr,
        /// The rest of an address that is longer.
        data: Option<Cow<'a, [u8]>>,
    }
}

/// A prefix of the link.
///
/// Ryu: `icmpv6.nd_option_pi`. Spec: RFC 4861 section 4.6.2. See the example of [`NdOption`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NdOptionPi {
    /// Size in units of 8 bytes, 4.
    pub length: Option<u8>,
    /// Bits of the prefix, 0 to 128.
    pub pl: u8,
    /// Flags, 3 bits: on the link (L), for addresses (A), the router's address (R, RFC 6275).
    pub res1: u8,
    /// Not used, 5 bits.
    pub reserved: u8,
    /// Seconds that the prefix is on the link; all ones: for ever.
    pub val_l: u32,
    /// Seconds that addresses of it are preferred; all ones: for ever.
    pub pre_l: u32,
    /// Not used.
    pub res2: u32,
    /// The prefix.
    pub prefix: Ipv6Addr,
}

impl Default for NdOptionPi {
    fn default() -> Self {
        NdOptionPi {
            length: None,
            pl: 0,
            res1: 0,
            reserved: 0,
            val_l: 0,
            pre_l: 0,
            res2: 0,
            prefix: Ipv6Addr::UNSPECIFIED,
        }
    }
}

fields!(NdOptionPi, |this, v| {
    let NdOptionPi { length, pl, res1, reserved, val_l, pre_l, res2, prefix } = this;
    v.field("", &mut 3u8)?;
    v.sized("length", 8, EIGHTS, length, |v| {
        v.field("pl", pl)?;
        v.bits("res1", 3, res1)?;
        v.bits("", 5, reserved)?;
        v.field("val_l", val_l)?;
        v.field("pre_l", pre_l)?;
        v.field("res2", res2)?;
        v.field("prefix", prefix)
    })
});
noun!(NdOptionPi, "nd_option_pi");

tlv! {
    /// Largest packet on the link.
    ///
    /// Ryu: `icmpv6.nd_option_mtu`, after 4.34. Spec: RFC 4861 section 4.6.4. See the example of
    /// [`NdOption`].
    pub struct NdOptionMtu "nd_option_mtu" {
        /// 5.
        kind[""]: u8 = 5,
    }
    /// Size in units of 8 bytes, 1.
    length: u8 as 8, EIGHTS => {
        /// Not used.
        reserved[""]: u16,
        /// Bytes.
        mtu: u32 = 1500,
    }
}

/// An option that has no type here. In JSON its bytes in base64, as in Ryu.
///
/// Ryu: bytes. Spec: RFC 4861 section 4.6. See the example of [`NdOption`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NdOptionUnknown<'a> {
    /// Its number.
    pub kind: u8,
    /// Size in units of 8 bytes.
    pub length: Option<u8>,
    /// What it says; filled up with zeros.
    pub data: Cow<'a, [u8]>,
}

fields!(NdOptionUnknown<'a>, |this, v| {
    let NdOptionUnknown { kind, length, data } = this;
    v.field("kind", kind)?;
    v.sized("length", 8, EIGHTS, length, |v| v.field("data", data))
});

impl<'a> Noun<'a> for NdOptionUnknown<'a> {
    const CLASS: &'static str = "nd_option_unknown";
}

impl NdOptionUnknown<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A value that is too long for its length has no bytes.
        let mut e = Encoder::new(Self::CLASS, &mut bytes);
        let _ = self.tell(&mut e);
        e.flush();
        bytes
    }
}

impl<'a> Member<'a> for NdOptionUnknown<'a> {
    fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        let mut option = Self::default();
        option.fill(d)?;
        Ok(option)
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        self.tell(e)
    }
    fn to_json(&self) -> Value {
        base64::encode(&self.to_bytes()).into()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        let bytes = value.as_str().and_then(base64::decode);
        match bytes.as_deref() {
            Some([kind, length, data @ ..]) => Ok(NdOptionUnknown {
                kind: *kind,
                length: Some(*length),
                data: data.to_vec().into(),
            }),
            _ => Err(JsonError::expected("an option in base64", value)),
        }
    }
    fn show(&self, out: &mut String) {
        show_bytes(&self.to_bytes(), out);
    }
}

/// Options where Ryu has one at most: null, that one, or a list.
pub(super) enum OneOrMany {}

impl<'a> Form<'a, List<'a, NdOption<'a>>> for OneOrMany {
    fn decode(d: &mut Decoder<'a>) -> Result<List<'a, NdOption<'a>>, DecodeError> {
        List::decode(d)
    }
    fn encode(value: &List<'a, NdOption<'a>>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &List<'a, NdOption<'a>>) -> Value {
        match value.items().as_deref() {
            Ok([one]) => one.to_json(),
            _ if value.is_empty() => Value::Null,
            _ => value.to_json(),
        }
    }
    fn from_json(value: &Value) -> Result<List<'a, NdOption<'a>>, JsonError> {
        if value.is_object() {
            return NdOption::from_json(value).map(|one| List::from(vec![one]));
        }
        List::from_json(value)
    }
    fn show(value: &List<'a, NdOption<'a>>, out: &mut String) {
        match value.items().as_deref() {
            Ok([one]) => one.show(out),
            _ if value.is_empty() => out.push_str("None"),
            _ => value.show(out),
        }
    }
    fn check(value: &List<'a, NdOption<'a>>) -> Result<(), DecodeError> {
        value.check()
    }
}
