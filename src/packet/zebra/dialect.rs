//! What the layout of a body depends on.

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Chosen, Decoder, Encoder, In, Member, Out};
use crate::wire::{DecodeError, JsonError};

/// An address family, by its number in Linux.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Family {
    #[default]
    V4 = 2,
    V6 = 10,
}

impl Family {
    /// The family of a number.
    pub(super) fn of(number: u32) -> Option<Family> {
        match number {
            2 => Some(Family::V4),
            10 => Some(Family::V6),
            _ => None,
        }
    }
}

/// Which of the layouts of a body it is. Only bytes depend on it; JSON does not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dialect {
    /// 0 to 4.
    pub(super) version: u8,
    /// Whether Zebra speaks, not the daemon that is its client.
    pub(super) from_zebra: bool,
    /// What the command is about.
    pub(super) family: Family,
    /// How FRRouting is understood: one of [`Dialect::TRIED`] or 0.
    pub(super) reading: u8,
}

impl Dialect {
    /// Readings of a body, the likelier ones first. FRRouting changed layouts without a new version
    /// and has optional members that nothing announces; only one reading takes all bytes.
    ///
    /// - 0: 3.0, as Ryu reads it: an interface index behind every address of a next hop, a source in
    ///   the BFD destination, its status in one byte;
    /// - 1: 3.0, routes from daemons and BFD of `lib/bfd.c`: no index, no source, four bytes of status;
    /// - 2: 3.0, lookups: an index behind IPv4 addresses, none behind IPv6 ones;
    /// - 3: 2.0: no speed of interfaces, no distance of updates, no interface of labels.
    pub(super) const TRIED: &[u8] = &[0, 1, 2, 3];

    /// FRRouting's, not Quagga's.
    pub(super) fn is_frr(self) -> bool {
        self.version >= 4
    }

    /// FRRouting 3.0 or later.
    pub(super) fn is_frr3(self) -> bool {
        self.is_frr() && self.reading != 3
    }

    /// Whether an interface index is behind the address of a plain next hop.
    pub(super) fn has_index(self, family: Family) -> bool {
        match (self.reading, family) {
            (0, _) | (2, Family::V4) => self.is_frr(),
            _ => false,
        }
    }

    /// Whether it is the BFD of `lib/bfd.c`.
    pub(super) fn is_lib_bfd(self) -> bool {
        self.reading == 1
    }
}

/// A body: what it consists of, given a dialect.
pub(super) trait Layout<'a> {
    fn fill_at<V: In<'a>>(&mut self, at: Dialect, v: &mut V) -> Result<(), V::Error>;
    fn tell_at<V: Out>(&self, at: Dialect, v: &mut V) -> Result<(), V::Error>;
}

/// Writes [`Layout`], as `fields!` writes `Fields`: the block is the body of both functions.
macro_rules! layout {
    ($noun:ty, |$this:ident, $at:ident, $v:ident| $body:expr) => {
        impl<'a> $crate::packet::zebra::dialect::Layout<'a> for $noun {
            // What one direction needs may be superfluous in the other, or in a body that has
            // nothing in it.
            #[allow(unused_imports, unused_variables)]
            fn fill_at<V: $crate::packet::codec::In<'a>>(
                &mut self,
                $at: $crate::packet::zebra::dialect::Dialect,
                $v: &mut V,
            ) -> Result<(), V::Error> {
                use $crate::packet::codec::Visit as _;
                let $this = self;
                $body
            }
            // As above.
            #[allow(unused_imports, unused_variables, clippy::borrow_deref_ref)]
            fn tell_at<V: $crate::packet::codec::Out>(
                &self,
                $at: $crate::packet::zebra::dialect::Dialect,
                $v: &mut V,
            ) -> Result<(), V::Error> {
                use $crate::packet::codec::Visit as _;
                let $this = self;
                $body
            }
        }
    };
}
pub(super) use layout;

/// A member that is there or not: absent it is null in JSON. `There(true)` writes zeros for an absent
/// one, as what follows has to be where it belongs.
#[derive(Clone, Copy)]
pub(super) struct There(pub(super) bool);

/// A member that may be there: an absent one is not written.
#[derive(Clone, Copy)]
pub(super) struct IfAny(pub(super) bool);

macro_rules! options {
    ($by:ident, |$value:ident, $e:ident| $encode:expr) => {
        impl<'a, T: Member<'a> + Clone + Default> Chosen<'a, $by> for Option<T> {
            fn decode(by: $by, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
                if by.0 { T::decode(d).map(Some) } else { Ok(None) }
            }
            fn encode(&self, by: $by, $e: &mut Encoder<'_>) -> Result<(), EmitError> {
                let $value = self;
                if by.0 { $encode } else { Ok(()) }
            }
            fn to_json(&self) -> Value {
                self.as_ref().map_or(Value::Null, Member::to_json)
            }
            fn from_json(_: $by, value: &Value) -> Result<Self, JsonError> {
                if value.is_null() { Ok(None) } else { T::from_json(value).map(Some) }
            }
            fn show(&self, out: &mut String) {
                match self {
                    Some(value) => value.show(out),
                    None => out.push_str("None"),
                }
            }
        }
    };
}

options!(There, |value, e| value.clone().unwrap_or_default().encode(e));
options!(IfAny, |value, e| value.as_ref().map_or(Ok(()), |value| value.encode(e)));

/// A number that is not on the wire at this place: what it is when it is read.
#[derive(Clone, Copy)]
pub(super) struct Known<T>(pub(super) T);

/// A number that something else adds bits to when it is written.
#[derive(Clone, Copy)]
pub(super) struct And(pub(super) u8);

/// A number that is this one where it is not given; 0: then it cannot be written.
#[derive(Clone, Copy)]
pub(super) struct Else<T>(pub(super) T);

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl<'a> Chosen<'a, Known<$number>> for $number {
            fn decode(by: Known<$number>, _: &mut Decoder<'a>) -> Result<Self, DecodeError> {
                Ok(by.0)
            }
            fn encode(&self, _: Known<$number>, _: &mut Encoder<'_>) -> Result<(), EmitError> {
                Ok(())
            }
            fn to_json(&self) -> Value {
                Member::to_json(self)
            }
            fn from_json(_: Known<$number>, value: &Value) -> Result<Self, JsonError> {
                Member::from_json(value)
            }
            fn show(&self, out: &mut String) {
                Member::show(self, out);
            }
        }
    )* };
}

numbers!(u8, u16);

/// True and false of Python, off the wire.
impl<'a> Chosen<'a, Known<bool>> for bool {
    fn decode(by: Known<bool>, _: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        Ok(by.0)
    }
    fn encode(&self, _: Known<bool>, _: &mut Encoder<'_>) -> Result<(), EmitError> {
        Ok(())
    }
    fn to_json(&self) -> Value {
        (*self).into()
    }
    fn from_json(_: Known<bool>, value: &Value) -> Result<Self, JsonError> {
        value.as_bool().ok_or_else(|| JsonError::expected("true or false", value))
    }
    fn show(&self, out: &mut String) {
        out.push_str(if *self { "True" } else { "False" });
    }
}

impl<'a> Chosen<'a, And> for u8 {
    fn decode(_: And, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        Member::decode(d)
    }
    fn encode(&self, by: And, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Member::encode(&(self | by.0), e)
    }
    fn to_json(&self) -> Value {
        Member::to_json(self)
    }
    fn from_json(_: And, value: &Value) -> Result<Self, JsonError> {
        Member::from_json(value)
    }
    fn show(&self, out: &mut String) {
        Member::show(self, out);
    }
}

/// A number that has this many bits on the wire, 8 or 32; and the field's name.
#[derive(Clone, Copy)]
pub(super) struct Bits(pub(super) u32, pub(super) &'static str);

impl<'a> Chosen<'a, Bits> for u32 {
    fn decode(by: Bits, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        let mut number = 0;
        d.bits(by.1, by.0, &mut number)?;
        Ok(number)
    }
    fn encode(&self, by: Bits, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bits(by.1, by.0, self)
    }
    fn to_json(&self) -> Value {
        Member::to_json(self)
    }
    fn from_json(_: Bits, value: &Value) -> Result<Self, JsonError> {
        Member::from_json(value)
    }
    fn show(&self, out: &mut String) {
        Member::show(self, out);
    }
}

impl<'a> Chosen<'a, Else<u8>> for Option<u8> {
    fn decode(_: Else<u8>, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        <u8 as Member>::decode(d).map(Some)
    }
    fn encode(&self, by: Else<u8>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self.unwrap_or(by.0) {
            0 if self.is_none() => Err(e.too_large("type", 1, 0)),
            number => Member::encode(&number, e),
        }
    }
    fn to_json(&self) -> Value {
        self.map_or(Value::Null, Value::from)
    }
    fn from_json(_: Else<u8>, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() { Ok(None) } else { <u8 as Member>::from_json(value).map(Some) }
    }
    fn show(&self, out: &mut String) {
        match self {
            Some(number) => out.push_str(&number.to_string()),
            None => out.push_str("None"),
        }
    }
}

/// Items to the end of the body.
#[derive(Clone, Copy)]
pub(super) struct ToTheEnd;

/// Items behind a byte that counts them.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    /// Whether this message can have them; else JSON has null.
    pub(super) can: bool,
    /// Whether it has.
    pub(super) there: bool,
}

/// A list in JSON and text.
pub(super) mod list {
    use super::{JsonError, Member, Value};

    pub(in super::super) fn to_json<'a, T: Member<'a>>(items: &[T]) -> Value {
        items.iter().map(T::to_json).collect()
    }

    pub(in super::super) fn from_json<'a, T: Member<'a>>(
        value: &Value,
    ) -> Result<Vec<T>, JsonError> {
        if value.is_null() {
            return Ok(Vec::new());
        }
        let items = value.as_array().ok_or_else(|| JsonError::expected("a list", value))?;
        let each = items.iter().enumerate();
        each.map(|(i, item)| T::from_json(item).map_err(|err| err.within(format!("[{i}]"))))
            .collect()
    }

    pub(in super::super) fn show<'a, T: Member<'a>>(items: &[T], out: &mut String) {
        out.push('[');
        for (i, item) in items.iter().enumerate() {
            out.push_str(if i > 0 { ", " } else { "" });
            item.show(out);
        }
        out.push(']');
    }
}

impl<'a, T: Member<'a>> Chosen<'a, ToTheEnd> for Vec<T> {
    fn decode(_: ToTheEnd, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        let mut items = Vec::new();
        while d.remaining() > 0 {
            items.push(T::decode(d)?);
        }
        Ok(items)
    }
    fn encode(&self, _: ToTheEnd, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        self.iter().try_for_each(|item| item.encode(e))
    }
    fn to_json(&self) -> Value {
        list::to_json(self)
    }
    fn from_json(_: ToTheEnd, value: &Value) -> Result<Self, JsonError> {
        list::from_json(value)
    }
    fn show(&self, out: &mut String) {
        list::show(self, out);
    }
}

/// How many items a byte counts.
pub(super) fn count<T>(items: &[T], e: &Encoder<'_>) -> Result<u8, EmitError> {
    u8::try_from(items.len()).map_err(|_| e.too_large("count", items.len() as u64, 255))
}

/// Interface indexes: a list of those from Zebra, `None` to it.
impl<'a> Chosen<'a, Counted> for Option<Vec<u32>> {
    fn decode(by: Counted, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        if !by.can {
            return Ok(None);
        }
        let count = if by.there { <u8 as Member>::decode(d)? } else { 0 };
        (0..count).map(|_| <u32 as Member>::decode(d)).collect::<Result<Vec<u32>, _>>().map(Some)
    }
    fn encode(&self, by: Counted, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        if !by.there {
            return Ok(());
        }
        let items = self.as_deref().unwrap_or_default();
        Member::encode(&count(items, e)?, e)?;
        items.iter().try_for_each(|item| Member::encode(item, e))
    }
    fn to_json(&self) -> Value {
        self.as_deref().map_or(Value::Null, list::to_json)
    }
    fn from_json(_: Counted, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() { Ok(None) } else { list::from_json(value).map(Some) }
    }
    fn show(&self, out: &mut String) {
        match self {
            Some(items) => list::show(items, out),
            None => out.push_str("None"),
        }
    }
}
