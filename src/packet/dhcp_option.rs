//! Options of DHCP (RFC 2132).

use std::borrow::Cow;
use std::net::Ipv4Addr;

use serde_json::Value;

use super::codec::{Decoder, Encoder, Form, Len, Member, fields, noun, optional};
use super::list::List;
use super::{Dhcp, EmitError};
use crate::wire::{DecodeError, JsonError};

/// What is behind the fixed part of a [`Dhcp`] message: a cookie that says what it is, the options.
///
/// | field | meaning |
/// |---|---|
/// | `magic_cookie` | [`DhcpOptions::MAGIC_COOKIE`]; behind another one nothing is read as an option |
/// | `option_list` | [`DhcpOption`]s up to the end, pads between them included |
/// | `end` | the end option and all behind it; `None` when built: an end option, behind the cookie of DHCP |
///
/// `end` is not in JSON. Ryu takes the first pad for the end and loses the options behind it.
///
/// Ryu: `dhcp.options`; `options_len` follows. Spec: RFC 2131 section 3; RFC 2132 section 2. See the
/// example of [`Dhcp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DhcpOptions<'a> {
    /// What follows.
    pub magic_cookie: Ipv4Addr,
    /// The options.
    pub option_list: List<'a, DhcpOption<'a>>,
    /// The end option and all behind it.
    pub end: Option<Cow<'a, [u8]>>,
}

impl Default for DhcpOptions<'_> {
    fn default() -> Self {
        DhcpOptions { magic_cookie: Self::MAGIC_COOKIE, option_list: List::default(), end: None }
    }
}

fields!(DhcpOptions<'a>, |this, v| {
    let DhcpOptions { magic_cookie, option_list, end } = this;
    v.field("magic_cookie", magic_cookie)?;
    let is_dhcp = *magic_cookie == DhcpOptions::MAGIC_COOKIE;
    if is_dhcp || v.left().is_none() {
        v.with::<UpToEnd, _>("option_list", option_list)?;
    }
    if is_dhcp || v.left().is_some() || end.is_some() {
        v.with::<EndAndPadding, _>("", end)?;
    }
    let size = option_list.to_bytes().map_or(0, |bytes| bytes.len());
    let end = end.as_ref().map_or(is_dhcp.into(), |end| end.len());
    v.remark("options_len", (4 + size + end) as u64);
    Ok(())
});
noun!(DhcpOptions<'a>, "options");
optional!(DhcpOptions<'a>);

impl DhcpOptions<'_> {
    /// What stands in front of options (RFC 2131 section 3).
    pub const MAGIC_COOKIE: Ipv4Addr = Ipv4Addr::new(99, 130, 83, 99);
}

impl<'a> From<Vec<DhcpOption<'a>>> for DhcpOptions<'a> {
    fn from(options: Vec<DhcpOption<'a>>) -> Self {
        DhcpOptions { option_list: options.into(), ..DhcpOptions::default() }
    }
}

/// Options up to the end option, or to the pads at the end of the message.
enum UpToEnd {}

impl<'a> Form<'a, List<'a, DhcpOption<'a>>> for UpToEnd {
    fn decode(d: &mut Decoder<'a>) -> Result<List<'a, DhcpOption<'a>>, DecodeError> {
        let mut look = d.clone();
        let (bytes, mut at, mut size) = (look.rest(), 0, 0);
        while let Some(&tag) = bytes.get(at).filter(|tag| **tag != Dhcp::END) {
            if tag == Dhcp::PAD {
                at += 1;
                continue;
            }
            let Some(len) = bytes.get(at + 1) else { break };
            at += 2 + usize::from(*len);
            size = at;
        }
        if bytes.get(at) == Some(&Dhcp::END) {
            size = at;
        }
        d.boxed(size, "length", List::decode)
    }
    fn encode(value: &List<'a, DhcpOption<'a>>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &List<'a, DhcpOption<'a>>) -> Value {
        value.to_json()
    }
    fn from_json(value: &Value) -> Result<List<'a, DhcpOption<'a>>, JsonError> {
        List::from_json(value)
    }
    fn show(value: &List<'a, DhcpOption<'a>>, out: &mut String) {
        value.show(out);
    }
}

/// All that is left; where nothing is said an end option.
enum EndAndPadding {}

impl<'a> Form<'a, Option<Cow<'a, [u8]>>> for EndAndPadding {
    fn decode(d: &mut Decoder<'a>) -> Result<Option<Cow<'a, [u8]>>, DecodeError> {
        Ok(Some(Cow::Borrowed(d.rest())))
    }
    fn encode(value: &Option<Cow<'a, [u8]>>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(value.as_deref().unwrap_or(&[Dhcp::END]));
        Ok(())
    }
    fn to_json(value: &Option<Cow<'a, [u8]>>) -> Value {
        value.to_json()
    }
    fn from_json(value: &Value) -> Result<Option<Cow<'a, [u8]>>, JsonError> {
        Member::from_json(value)
    }
    fn show(value: &Option<Cow<'a, [u8]>>, out: &mut String) {
        value.show(out);
    }
}

/// An option of a [`Dhcp`] message: a tag, a length, a value. Pad (0) and end (255) are the tag alone.
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `tag` | 0 to 255 | which: [`Dhcp::MESSAGE_TYPE`] and its neighbours |
/// | `length` | bytes | of the value; `None`: filled in |
/// | `value` | up to 255 bytes | what it says |
///
/// Ryu: `dhcp.option`. Spec: RFC 2132 section 2. See the example of [`Dhcp`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DhcpOption<'a> {
    /// Which.
    pub tag: u8,
    /// Bytes of the value.
    pub length: Option<u8>,
    /// What it says.
    pub value: Cow<'a, [u8]>,
}

fields!(DhcpOption<'a>, |this, v| {
    let DhcpOption { tag, length, value } = this;
    v.field("tag", tag)?;
    if matches!(*tag, Dhcp::PAD | Dhcp::END) {
        v.remark("length", 0);
        v.remark_bytes("value", Vec::new);
        return Ok(());
    }
    v.sized("length", 8, Len::BODY, length, |v| v.field("value", value))
});
noun!(DhcpOption<'a>, "option");

impl<'a> DhcpOption<'a> {
    /// An option of this value.
    pub fn new(tag: u8, value: impl Into<Cow<'a, [u8]>>) -> Self {
        DhcpOption { tag, length: None, value: value.into() }
    }
}
