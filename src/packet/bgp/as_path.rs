//! Through which ASes a route came (RFC 4271 section 4.3, RFC 6793).

use serde_json::Value;

use super::attribute::EXTENDED_LENGTH;
use super::dialect::{FOUR, TWO};
use crate::packet::codec::{Chosen, Decoder, Encoder, Fields, Len, Member, fields, noun};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError};

/// Segments of paths, with AS numbers of one width.
macro_rules! segments {
    ($($(#[$meta:meta])* $noun:ident $number:ty;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun<'a> {
            /// [`BgpAsPath::SEQUENCE`] and its neighbours.
            pub type_: u8,
            /// How many numbers; `None`: filled in.
            pub count: Option<u8>,
            /// The numbers, the nearest first.
            pub as_numbers: List<'a, $number>,
        }

        impl Default for $noun<'_> {
            fn default() -> Self {
                $noun { type_: BgpAsPath::SEQUENCE, count: None, as_numbers: List::default() }
            }
        }

        fields!($noun<'a>, |this, v| {
            let $noun { type_, count, as_numbers } = this;
            v.field("", type_)?;
            let rule = Len { before: 0, unit: size_of::<$number>(), bias: 0 };
            v.sized("", 8, rule, count, |v| v.field("", as_numbers))
        });

        impl<'a> $noun<'a> {
            /// These ASes, one after the other.
            pub fn sequence(numbers: impl IntoIterator<Item = $number>) -> Self {
                $noun { as_numbers: numbers.into_iter().collect(), ..Self::default() }
            }

            /// These ASes, in whatever order.
            pub fn set(numbers: impl IntoIterator<Item = $number>) -> Self {
                $noun { type_: BgpAsPath::SET, ..Self::sequence(numbers) }
            }
        }

        /// In JSON a list of numbers, which is read as a sequence; Ryu's text shows sets as such.
        impl<'a> Member<'a> for $noun<'a> {
            fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
                let mut segment = Self::default();
                segment.fill(d)?;
                Ok(segment)
            }
            fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                self.tell(e)
            }
            fn to_json(&self) -> Value {
                self.as_numbers.to_json()
            }
            fn from_json(value: &Value) -> Result<Self, JsonError> {
                Member::from_json(value).map(|as_numbers| $noun { as_numbers, ..Self::default() })
            }
            fn show(&self, out: &mut String) {
                let from = out.len();
                self.as_numbers.show(out);
                if matches!(self.type_, BgpAsPath::SET | BgpAsPath::CONFED_SET) {
                    let set = out[from..].replace('[', "{").replace(']', "}");
                    out.replace_range(from.., &set);
                }
            }
        }
    )* };
}

segments! {
    /// A part of a path with AS numbers of two octets.
    ///
    /// Spec: RFC 4271 section 4.3. See the example of [`BgpAsPath`].
    BgpAsPathSegment u16;
    /// A part of a path with AS numbers of four octets.
    ///
    /// Spec: RFC 6793 section 3. See the example of [`BgpAsPath`].
    BgpAs4PathSegment u32;
}

/// The path of a [`BgpAsPath`]. Whether numbers have two or four octets was agreed about by the
/// capabilities; the bytes do not say it.
///
/// Spec: RFC 6793 section 4.1. See the example of [`BgpAsPath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BgpAsPathSegments<'a> {
    /// Between speakers of which one does not know numbers of four octets.
    TwoOctet(List<'a, BgpAsPathSegment<'a>>),
    /// Between others.
    FourOctet(List<'a, BgpAs4PathSegment<'a>>),
}

impl Default for BgpAsPathSegments<'_> {
    fn default() -> Self {
        BgpAsPathSegments::TwoOctet(List::default())
    }
}

impl<'a> From<Vec<BgpAsPathSegment<'a>>> for BgpAsPathSegments<'a> {
    fn from(segments: Vec<BgpAsPathSegment<'a>>) -> Self {
        BgpAsPathSegments::TwoOctet(segments.into())
    }
}

impl<'a> From<Vec<BgpAs4PathSegment<'a>>> for BgpAsPathSegments<'a> {
    fn from(segments: Vec<BgpAs4PathSegment<'a>>) -> Self {
        BgpAsPathSegments::FourOctet(segments.into())
    }
}

impl<'a> BgpAsPathSegments<'a> {
    /// The path in `bytes`, whose width the reader knows: where the look at the bytes that
    /// [`BgpAsPath`] takes is not enough.
    pub fn of_bytes(bytes: &'a [u8], is_four_octet: bool) -> Self {
        let mut d = Decoder::new("bgp", bytes, 0, None);
        Self::of_width(&mut d, is_four_octet)
    }

    /// The bytes that it was parsed from; `None` if it was built.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            BgpAsPathSegments::TwoOctet(list) => list.as_bytes(),
            BgpAsPathSegments::FourOctet(list) => list.as_bytes(),
        }
    }

    /// The segments, whatever the width: their types and numbers.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn segments(&self) -> Result<Vec<(u8, Vec<u32>)>, DecodeError> {
        match self {
            BgpAsPathSegments::TwoOctet(list) => list
                .iter()
                .map(|segment| {
                    let segment = segment?;
                    let numbers: Result<Vec<u32>, _> =
                        segment.as_numbers.iter().map(|n| n.map(u32::from)).collect();
                    Ok((segment.type_, numbers?))
                })
                .collect(),
            BgpAsPathSegments::FourOctet(list) => list
                .iter()
                .map(|segment| {
                    let segment = segment?;
                    Ok((segment.type_, segment.as_numbers.items()?))
                })
                .collect(),
        }
    }

    fn of_width(d: &mut Decoder<'a>, is_four_octet: bool) -> Self {
        // A list takes what is left, whatever it is.
        if is_four_octet {
            BgpAsPathSegments::FourOctet(Member::decode(d).unwrap_or_default())
        } else {
            BgpAsPathSegments::TwoOctet(Member::decode(d).unwrap_or_default())
        }
    }
}

/// Whether `bytes` are segments with numbers of `width` bytes; if `strict`, without those that
/// nobody sends: segments of nothing (RFC 7606 section 7.2) and the number 0 (RFC 7607).
fn is_path(mut bytes: &[u8], width: usize, strict: bool) -> bool {
    while let [kind, count, rest @ ..] = bytes {
        let Some((numbers, rest)) = rest.split_at_checked(usize::from(*count) * width) else {
            return false;
        };
        let is_odd = numbers.is_empty() || numbers.chunks(width).any(|n| n.iter().all(|b| *b == 0));
        if !(BgpAsPath::SET..=BgpAsPath::CONFED_SET).contains(kind) || (strict && is_odd) {
            return false;
        }
        bytes = rest;
    }
    bytes.is_empty()
}

/// `by` is the length of the attribute. Off the wire the bytes say it, as Ryu has it, if nobody
/// knows better ([`BgpDialect`](super::BgpDialect)): four octets where two make no sense. In JSON the length says it, and the numbers if there is none.
impl<'a> Chosen<'a, Option<u64>> for BgpAsPathSegments<'a> {
    fn decode(_: Option<u64>, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        if d.said() & (TWO | FOUR) != 0 {
            return Ok(Self::of_width(d, d.said() & FOUR != 0));
        }
        let bytes = d.clone().rest();
        let two = is_path(bytes, 2, true) || (!is_path(bytes, 4, true) && is_path(bytes, 2, false));
        Ok(Self::of_width(d, !two))
    }
    fn encode(&self, _: Option<u64>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            BgpAsPathSegments::TwoOctet(list) => list.encode(e),
            BgpAsPathSegments::FourOctet(list) => list.encode(e),
        }
    }
    fn to_json(&self) -> Value {
        match self {
            BgpAsPathSegments::TwoOctet(list) => list.to_json(),
            BgpAsPathSegments::FourOctet(list) => list.to_json(),
        }
    }
    fn from_json(by: Option<u64>, value: &Value) -> Result<Self, JsonError> {
        let segments = value.as_array().into_iter().flatten().filter_map(Value::as_array);
        let (mut is_four, mut size) = (!value.is_array(), 0);
        for segment in segments {
            size += 2 + 4 * segment.len();
            is_four |= segment.iter().any(|n| n.as_u64() > Some(0xffff));
        }
        if is_four || (size > 0 && by == Some(size as u64)) {
            return Member::from_json(value).map(BgpAsPathSegments::FourOctet);
        }
        Member::from_json(value).map(BgpAsPathSegments::TwoOctet)
    }
    fn show(&self, out: &mut String) {
        match self {
            BgpAsPathSegments::TwoOctet(list) => list.show(out),
            BgpAsPathSegments::FourOctet(list) => list.show(out),
        }
    }
}

/// Through which ASes a route came.
///
/// When it is parsed, a look at the bytes says whether AS numbers have two octets or four; see
/// [`BgpAsPathSegments::of_bytes`]. JSON does not tell sets from sequences.
///
/// Ryu: `bgp.BGPPathAttributeAsPath`. Spec: RFC 4271 section 5.1.2, RFC 6793.
///
/// ```
/// use ryu_sdn::packet::{Bgp, BgpAs4PathSegment, BgpAsPath, BgpUpdate};
///
/// let path = BgpAsPath::new(vec![BgpAs4PathSegment::sequence([4_200_000_000, 65002])]);
/// let update = BgpUpdate { path_attributes: vec![path.into()].into(), ..BgpUpdate::default() };
/// let bytes = (Bgp::from(update) / []).to_bytes()?;
/// assert_eq!(bytes[23..], [0x40, 2, 10, 2, 2, 0xfa, 0x56, 0xea, 0, 0, 0, 0xfd, 0xea]);
/// let (back, _) = Bgp::parse(&bytes)?;
/// let path = back.as_update().and_then(|update| update.as_path()).expect("it has one");
/// assert_eq!(path.value.segments()?, [(BgpAsPath::SEQUENCE, vec![4_200_000_000, 65002])]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpAsPath<'a> {
    /// Flags of the attribute.
    pub flags: u8,
    /// 2.
    pub type_: u8,
    /// Bytes of the value; `None`: filled in.
    pub length: Option<u16>,
    /// The segments, the nearest first.
    pub value: BgpAsPathSegments<'a>,
}

impl Default for BgpAsPath<'_> {
    fn default() -> Self {
        BgpAsPath { flags: 0x40, type_: 2, length: None, value: BgpAsPathSegments::default() }
    }
}

fields!(BgpAsPath<'a>, |this, v| {
    let BgpAsPath { flags, type_, length, value } = this;
    v.field("flags", flags)?;
    v.field("type", type_)?;
    let is_wide = *flags & EXTENDED_LENGTH != 0;
    v.sized_wide("length", is_wide, EXTENDED_LENGTH, length, |v, by| v.chosen("value", by, value))
});
noun!(BgpAsPath<'a>, "BGPPathAttributeAsPath");

impl<'a> BgpAsPath<'a> {
    /// Segment type: ASes in whatever order.
    pub const SET: u8 = 1;
    /// Segment type: ASes one after the other.
    pub const SEQUENCE: u8 = 2;
    /// Segment type: members of the confederation, one after the other (RFC 5065).
    pub const CONFED_SEQUENCE: u8 = 3;
    /// Segment type: members of the confederation, in whatever order (RFC 5065).
    pub const CONFED_SET: u8 = 4;

    /// The attribute with these segments.
    pub fn new(value: impl Into<BgpAsPathSegments<'a>>) -> Self {
        BgpAsPath { value: value.into(), ..Self::default() }
    }
}
