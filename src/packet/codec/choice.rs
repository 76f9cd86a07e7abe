//! What an earlier field or a look at the bytes chooses.

use serde_json::Value;

use super::{Decoder, Encoder};
use crate::packet::EmitError;
use crate::wire::{DecodeError, JsonError};

/// A member whose layout something before it chooses, `C`: the number of a type, an address family,
/// a length in bits.
///
/// The five forms of a [`Member`](super::Member); `by` is what was read or is about to be written.
pub(crate) trait Chosen<'a, C>: Sized {
    /// Takes it off the wire.
    fn decode(by: C, d: &mut Decoder<'a>) -> Result<Self, DecodeError>;
    /// Puts it on the wire.
    fn encode(&self, by: C, e: &mut Encoder<'_>) -> Result<(), EmitError>;
    /// Ryu's JSON.
    fn to_json(&self) -> Value;
    /// Reads Ryu's JSON.
    fn from_json(by: C, value: &Value) -> Result<Self, JsonError>;
    /// Appends what Python's `repr` says of it in Ryu.
    fn show(&self, out: &mut String);
}

/// Declares a header that is several of Ryu's classes: a variant for each, in the form
/// `number => Variant(Noun);`, and behind `else` the one for all other numbers.
///
/// The expression behind `by` finds the number in the bytes to come, as an `Option`; JSON says the
/// class itself. The name is what errors call the header and what `Kind::name` says.
macro_rules! classes {
    (
        $(#[$meta:meta])*
        pub enum $union:ident<$lt:lifetime> $name:literal by |$v:ident| $number:expr, else $other:ident($onoun:ty);
        $( $(#[$vmeta:meta])* $value:pat => $variant:ident($noun:ty); )*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $union<$lt> {
            $( $(#[$vmeta])* $variant($noun), )*
            /// Any other.
            $other($onoun),
        }
        impl Default for $union<'_> {
            fn default() -> Self {
                $union::$other(Default::default())
            }
        }
        impl<'a> $crate::packet::codec::Fields<'a> for $union<'a> {
            #[inline]
            fn fill<V: $crate::packet::codec::In<'a>>(
                &mut self,
                $v: &mut V,
            ) -> Result<(), V::Error> {
                use $crate::packet::codec::{Fields as _, Visit as _};
                if $v.left().is_some() {
                    *self = match $number {
                        $( Some($value) => $union::$variant(Default::default()), )*
                        _ => $union::$other(Default::default()),
                    };
                }
                match self {
                    $( $union::$variant(noun) => noun.fill($v), )*
                    $union::$other(noun) => noun.fill($v),
                }
            }
            #[inline]
            fn tell<V: $crate::packet::codec::Out>(&self, v: &mut V) -> Result<(), V::Error> {
                use $crate::packet::codec::Fields as _;
                match self {
                    $( $union::$variant(noun) => noun.tell(v), )*
                    $union::$other(noun) => noun.tell(v),
                }
            }
        }
        impl<'a> $crate::packet::codec::Noun<'a> for $union<'a> {
            const CLASS: &'static str = $name;
            fn class(&self) -> &'static str {
                use $crate::packet::codec::Noun as _;
                match self {
                    $( $union::$variant(noun) => noun.class(), )*
                    $union::$other(noun) => noun.class(),
                }
            }
            fn blank(class: &str) -> Option<Self> {
                use $crate::packet::codec::Noun as _;
                $( if let Some(noun) = <$noun>::blank(class) {
                    return Some($union::$variant(noun));
                } )*
                <$onoun>::blank(class).map($union::$other)
            }
        }
        $crate::packet::codec::noun!(@member $union<'a>, $name);
        $( impl<'a> From<$noun> for $union<'a> {
            fn from(noun: $noun) -> Self {
                $union::$variant(noun)
            }
        } )*
        impl<'a> From<$onoun> for $union<'a> {
            fn from(noun: $onoun) -> Self {
                $union::$other(noun)
            }
        }
    };
}
pub(crate) use classes;
