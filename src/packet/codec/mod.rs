//! One description per header: the mechanism.
//!
//! A header names its fields once, in the order of the wire: as the list of a [`header!`] block,
//! or, where the list does not say it all, in a [`fields!`] block. Either is made into two
//! functions, one that fills the header and one that tells what it holds; both are generic over a
//! *visitor*, and the visitors are the directions:
//!
//! | visitor | trait | direction |
//! |---|---|---|
//! | [`Decoder`] | [`In`] | bytes to header, nothing copied |
//! | `FromJson` | [`In`] | Ryu's JSON to header |
//! | [`Encoder`] | [`Out`] | header to bytes |
//! | `ToJson` | [`Out`] | header to Ryu's JSON |
//! | `Shown` | [`Out`] | header to Ryu's text |
//!
//! All of it is monomorphised: what is left of a visitor after inlining is the reads and writes.
//! (`inline(always)` stands where the compiler would otherwise leave a call for each field.)

mod check;
mod choice;
mod decoder;
mod encoder;
mod form;
mod json;
mod macros;
mod member;
mod number;
mod text;

pub(crate) use check::noun_check;
pub(crate) use choice::{Chosen, classes};
pub(crate) use decoder::Decoder;
pub(crate) use encoder::Encoder;
pub(crate) use form::{FixedText, TextAddress, Unsent};
pub(crate) use json::{noun_from_json, noun_to_json, wrapper};
pub(crate) use macros::{fields, header, noun, tlv, union};
pub(crate) use member::{Base64, Maybe, Text, optional};
pub(crate) use number::Number;
pub(crate) use text::{noun_to_text, show_bytes, show_text};

use serde_json::Value;

use super::{EmitError, List};
use crate::wire::{DecodeError, JsonError};

/// How a length field counts.
///
/// A frame's `length` is `(before + size of the body) / unit - bias`.
#[derive(Clone, Copy)]
pub(crate) struct Len {
    /// Bytes in front of the body that the length counts, too.
    pub(crate) before: usize,
    /// What the length counts in.
    pub(crate) unit: usize,
    /// What is taken off the quotient.
    pub(crate) bias: usize,
}

impl Len {
    /// Counts the bytes of the body.
    pub(crate) const BODY: Len = Len::with(0);

    /// Counts the bytes of the body and `before` bytes in front of it.
    pub(crate) const fn with(before: usize) -> Len {
        Len { before, unit: 1, bias: 0 }
    }

    /// The size of the body; `None` if the length is too small for what it counts.
    #[inline]
    fn body(self, length: usize) -> Option<usize> {
        ((length + self.bias) * self.unit).checked_sub(self.before)
    }

    /// The length of a body.
    #[inline]
    fn length(self, body: usize) -> usize {
        ((body + self.before).div_ceil(self.unit)).saturating_sub(self.bias)
    }
}

/// What every visitor can do.
///
/// An empty name means that Ryu's JSON and text do not have the member: it is on the wire only.
pub(crate) trait Visit: Sized {
    /// Why a visit ends early.
    type Error;

    /// Bytes left to be read; `None` if this visitor reads no bytes. For members that are there
    /// only if bytes are.
    #[inline]
    fn left(&self) -> Option<usize> {
        None
    }

    /// The same, in JSON only.
    #[inline]
    fn aside(&mut self, _name: &'static str, _value: u64) {}

    /// Nothing (null, `None`) under a name that only Ryu's JSON and text have.
    #[inline]
    fn remark_none(&mut self, _name: &'static str) {}

    /// Padding of `size` bytes: zeros when written, anything, or less at the end of the box, when read.
    #[inline]
    fn pad(&mut self, _size: usize) {}

    /// Runs `f` on what the next `size` bytes hold, as the field `field` says. Only a decoder looks
    /// at the size.
    ///
    /// # Errors
    /// A decoder's, if there are fewer or `f` leaves some; those of `f`.
    #[inline]
    fn within(
        &mut self,
        _size: usize,
        _field: &'static str,
        f: impl FnOnce(&mut Self) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error> {
        f(self)
    }

    /// Where the bytes that are to be written next will stand, for [`mend`](Visit::mend).
    #[inline]
    fn mark(&mut self) -> usize {
        0
    }

    /// Lets `f` fill in what is known only when all is written (a length that stands further in front,
    /// a checksum). It is given the bytes since `mark`, and only an encoder calls it.
    ///
    /// # Errors
    /// Those of `f`.
    #[inline]
    fn mend(
        &mut self,
        _mark: usize,
        _f: impl FnOnce(&mut [u8]) -> Result<(), EmitError>,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    /// The byte `at` bytes ahead; `None` if there is none or this visitor reads no bytes. For
    /// headers whose class a later byte says.
    #[inline]
    fn ahead(&self, _at: usize) -> Option<u8> {
        None
    }

    /// Whether this visitor is of bytes, and not of JSON or text.
    #[inline]
    fn is_bytes(&self) -> bool {
        false
    }

    /// The byte that will be read next; `None` if this visitor reads no bytes, or at their end.
    #[inline]
    fn next(&self) -> Option<u8> {
        None
    }

    /// Fills the header up with zeros to at least `least` bytes and a multiple of `unit`. What a
    /// decoder reads is filled up already.
    #[inline]
    fn fill_up(&mut self, _least: usize, _unit: usize) {}

    /// Tells the members that follow what they need to know of this one; see [`Decoder::said`].
    #[inline]
    fn say(&mut self, _what: u32) {}

    /// What was said about what comes next; 0 if nothing was, or if this visitor is not of bytes.
    #[inline]
    fn said(&self) -> u32 {
        0
    }

    /// The fixed part of an item takes `size` bytes, all of which an error tells.
    ///
    /// # Errors
    /// If there are fewer to be read.
    #[inline]
    fn need(&mut self, _size: usize) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Padding up to a multiple of `unit` bytes: written as zeros, read if it is there. It is not
    /// kept, so that only items of a [`List`] may have it, which keeps its bytes.
    #[inline]
    fn align(&mut self, _unit: usize) {}

    /// The list ends with this item. Zeros behind it are read on, as by Ryu; anything else is padding.
    #[inline]
    fn end_list(&mut self) {}

    /// The name of a member that Ryu has not: JSON and text have it where it says something only, so
    /// that they are Ryu's wherever Ryu loses nothing.
    #[inline]
    fn rare(&self, name: &'static str, _says_something: bool) -> &'static str {
        name
    }

    /// A member that only Ryu's JSON and text have; its value follows from what the noun is.
    #[inline]
    fn remark(&mut self, _name: &'static str, _value: u64) {}

    /// The same for bytes.
    #[inline]
    fn remark_bytes(&mut self, _name: &'static str, _value: impl FnOnce() -> Vec<u8>) {}
}

/// A visitor that fills a header; `'a` is how long the bytes live.
pub(crate) trait In<'a>: Visit {
    /// A member in the form `F`.
    fn with<F: Form<'a, T>, T>(
        &mut self,
        name: &'static str,
        value: &mut T,
    ) -> Result<(), Self::Error>;

    /// A member in its own form.
    #[inline(always)]
    fn field<T: Member<'a>>(
        &mut self,
        name: &'static str,
        value: &mut T,
    ) -> Result<(), Self::Error> {
        self.with::<Own, T>(name, value)
    }

    /// Another name under which JSON may give a member that was visited already.
    #[inline]
    fn also<T: Member<'a>>(
        &mut self,
        _name: &'static str,
        _value: &mut T,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    /// A number of `width` bits, at most 56. Headers begin at a whole byte and the bits of one add
    /// up to whole bytes.
    fn bits<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        value: &mut N,
    ) -> Result<(), Self::Error>;

    /// A member that has the next `size` bytes for itself; `field` is the length field that says
    /// so. Only a decoder looks at the size.
    fn sub<T: Member<'a>>(
        &mut self,
        name: &'static str,
        size: usize,
        field: &'static str,
        value: &mut T,
    ) -> Result<(), Self::Error>;

    /// A list of `count` items, which the field `field` says. Only a decoder looks at the count.
    fn counted<T: Member<'a> + Clone>(
        &mut self,
        name: &'static str,
        count: usize,
        field: &'static str,
        value: &mut List<'a, T>,
    ) -> Result<(), Self::Error>;

    /// A number of `width` bits that counts something; `None` is filled in when emitted.
    #[inline]
    fn counts<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        value: &mut Option<N>,
        _count: impl FnOnce() -> usize,
    ) -> Result<(), Self::Error> {
        self.bits(name, width, value)
    }

    /// A length of `width` bits, and the body it is about. `None` is filled in when emitted.
    fn sized<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        rule: Len,
        len: &mut Option<N>,
        f: impl FnOnce(&mut Self) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    /// The members of something that stands in other nouns without a name of its own.
    #[inline]
    fn flat<T: Fields<'a>>(&mut self, value: &mut T) -> Result<(), Self::Error> {
        value.fill(self)
    }

    /// One bit, which JSON has as true or false and not as a number.
    fn flag(&mut self, name: &'static str, value: &mut bool) -> Result<(), Self::Error>;

    /// A member whose layout `by` chooses.
    fn chosen<C, T: Chosen<'a, C>>(
        &mut self,
        name: &'static str,
        by: C,
        value: &mut T,
    ) -> Result<(), Self::Error>;

    /// An argument that Ryu's constructor takes and its JSON does not show: read from JSON if it is
    /// there, and never written.
    #[inline]
    fn argument<T>(
        &mut self,
        _name: &'static str,
        _value: &mut T,
        _read: fn(&Value) -> Result<T, JsonError>,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    /// As [`In::sized`], with a length of 8 bits, or 16 if it `is_wide`. A body that 8 bits cannot
    /// count makes it wide when emitted, and sets `bit` in the byte before the last one, which
    /// says so. `f` is told the length if JSON has one, where that says what other members do not.
    #[inline]
    fn sized_wide<N: Number>(
        &mut self,
        name: &'static str,
        is_wide: bool,
        _bit: u8,
        len: &mut Option<N>,
        f: impl FnOnce(&mut Self, Option<u64>) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error> {
        self.sized(name, if is_wide { 16 } else { 8 }, Len::BODY, len, |v| f(v, None))
    }
}

/// A visitor that reads a header.
pub(crate) trait Out: Visit {
    /// A member in the form `F`.
    fn with<'a, F: Form<'a, T>, T>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Self::Error>;

    /// A member in its own form.
    #[inline(always)]
    fn field<'a, T: Member<'a>>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Self::Error> {
        self.with::<Own, T>(name, value)
    }

    /// As [`In::also`].
    #[inline]
    fn also<'a, T: Member<'a>>(
        &mut self,
        _name: &'static str,
        _value: &T,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    /// As [`In::bits`].
    fn bits<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        value: &N,
    ) -> Result<(), Self::Error>;

    /// As [`In::sub`].
    #[inline]
    fn sub<'a, T: Member<'a>>(
        &mut self,
        name: &'static str,
        _size: usize,
        _field: &'static str,
        value: &T,
    ) -> Result<(), Self::Error> {
        self.field(name, value)
    }

    /// As [`In::counted`].
    #[inline]
    fn counted<'a, T: Member<'a> + Clone>(
        &mut self,
        name: &'static str,
        _count: usize,
        _field: &'static str,
        value: &List<'a, T>,
    ) -> Result<(), Self::Error> {
        self.field(name, value)
    }

    /// As [`In::counts`].
    #[inline]
    fn counts<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        value: &Option<N>,
        _count: impl FnOnce() -> usize,
    ) -> Result<(), Self::Error> {
        self.bits(name, width, value)
    }

    /// As [`In::sized`].
    fn sized<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        rule: Len,
        len: &Option<N>,
        f: impl FnOnce(&mut Self) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    /// As [`In::flat`].
    #[inline]
    fn flat<'a, T: Fields<'a>>(&mut self, value: &T) -> Result<(), Self::Error> {
        value.tell(self)
    }

    /// As [`In::flag`].
    fn flag(&mut self, name: &'static str, value: &bool) -> Result<(), Self::Error>;

    /// As [`In::chosen`].
    fn chosen<'a, C, T: Chosen<'a, C>>(
        &mut self,
        name: &'static str,
        by: C,
        value: &T,
    ) -> Result<(), Self::Error>;

    /// As [`In::argument`].
    #[inline]
    fn argument<T>(
        &mut self,
        _name: &'static str,
        _value: &T,
        _read: fn(&Value) -> Result<T, JsonError>,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    /// As [`In::sized_wide`].
    #[inline]
    fn sized_wide<N: Number>(
        &mut self,
        name: &'static str,
        is_wide: bool,
        _bit: u8,
        len: &Option<N>,
        f: impl FnOnce(&mut Self, Option<u64>) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error> {
        self.sized(name, if is_wide { 16 } else { 8 }, Len::BODY, len, |v| f(v, None))
    }
}

/// Something whose fields are named once; [`fields!`] or [`header!`] writes it.
pub(crate) trait Fields<'a> {
    /// Lets `v` fill it.
    fn fill<V: In<'a>>(&mut self, v: &mut V) -> Result<(), V::Error>;
    /// Tells `v` what it holds.
    fn tell<V: Out>(&self, v: &mut V) -> Result<(), V::Error>;
}

/// Something with a name of its own in Ryu's JSON and text: `{"icmp": {...}}`, `icmp(...)`.
///
/// Reading starts from `Default`, which therefore has what Ryu's constructor has: members that
/// JSON leaves out keep it.
pub(crate) trait Noun<'a>: Fields<'a> + Default {
    /// Ryu's class.
    const CLASS: &'static str;

    /// Ryu's class of this one, where one noun of ours is several of Ryu's.
    fn class(&self) -> &'static str {
        Self::CLASS
    }

    /// What JSON of Ryu's `class` is read into; `None` if it is not this noun.
    fn blank(class: &str) -> Option<Self> {
        (class == Self::CLASS).then(Self::default)
    }
}

/// Something that can stand as a member of a header, in its own form.
pub(crate) trait Member<'a>: Sized {
    /// Takes it off the wire.
    fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError>;
    /// Puts it on the wire.
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError>;
    /// Ryu's JSON.
    fn to_json(&self) -> Value;
    /// Reads Ryu's JSON.
    fn from_json(value: &Value) -> Result<Self, JsonError>;
    /// Appends what Python's `repr` says of it in Ryu.
    fn show(&self, out: &mut String);
    /// Looks into what was not looked into yet: the lists in it.
    ///
    /// # Errors
    /// If an item cannot be read.
    fn check(&self) -> Result<(), DecodeError> {
        Ok(())
    }

    /// Takes the next item of a list off the wire. `carry` is 0 at the first item, then what the one
    /// before it left there: for items that lean on the one before.
    #[inline]
    fn decode_next(d: &mut Decoder<'a>, _carry: &mut u8) -> Result<Self, DecodeError> {
        Self::decode(d)
    }
    /// Puts a list of them on the wire.
    fn encode_list(items: &[Self], e: &mut Encoder<'_>) -> Result<(), EmitError> {
        items.iter().try_for_each(|item| item.encode(e))
    }
}

/// A form in which a `T` travels that is not its own, for instance bytes that JSON has as text.
pub(crate) trait Form<'a, T> {
    /// As [`Member::decode`].
    fn decode(d: &mut Decoder<'a>) -> Result<T, DecodeError>;
    /// As [`Member::encode`].
    fn encode(value: &T, e: &mut Encoder<'_>) -> Result<(), EmitError>;
    /// As [`Member::to_json`].
    fn to_json(value: &T) -> Value;
    /// As [`Member::from_json`].
    fn from_json(value: &Value) -> Result<T, JsonError>;
    /// As [`Member::show`].
    fn show(value: &T, out: &mut String);
    /// As [`Member::check`].
    fn check(_value: &T) -> Result<(), DecodeError> {
        Ok(())
    }
}

/// The own form of a [`Member`].
pub(crate) enum Own {}

impl<'a, T: Member<'a>> Form<'a, T> for Own {
    #[inline(always)]
    fn decode(d: &mut Decoder<'a>) -> Result<T, DecodeError> {
        T::decode(d)
    }
    #[inline(always)]
    fn encode(value: &T, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &T) -> Value {
        value.to_json()
    }
    fn from_json(value: &Value) -> Result<T, JsonError> {
        T::from_json(value)
    }
    fn show(value: &T, out: &mut String) {
        value.show(out);
    }
    fn check(value: &T) -> Result<(), DecodeError> {
        value.check()
    }
}
