//! One description per noun: the mechanism.
//!
//! A noun names its fields once, in the order of the wire, in a [`fields!`] block (or a
//! [`wire_struct!`], where the list of fields is the whole description). The block is made into two
//! functions, one that fills the noun and one that reads it; both are generic over a *visitor*, and
//! the visitors are the directions:
//!
//! | visitor | trait | direction |
//! |---|---|---|
//! | `Decoder` | [`In`] | bytes to noun |
//! | `FromJson` | [`In`] | Ryu's JSON to noun |
//! | `Encoder` | [`Out`] | noun to bytes |
//! | `ToJson` | [`Out`] | noun to Ryu's JSON (it writes the bytes too: lengths come from there) |
//! | `Shown` | [`Out`] | noun to one line of text |
//!
//! Everything is monomorphised: what is left of a visitor after inlining is the reads and writes.

use serde_json::{Map, Value};

use super::encode::EncodeError;
use super::json::JsonError;
use super::layout::Layout;
use super::members::Items;
use super::registered::Registered;
use super::version::Version;
use crate::wire::{DecodeError, Padding, Reader, Writer};

/// What every visitor can do.
///
/// An empty name means that Ryu's JSON does not have the member: it is on the wire only.
pub(crate) trait Visit: Sized {
    /// Why a visit ends early.
    type Error;

    /// The version whose layout is visited.
    fn version(&self) -> Version;

    /// `n` bytes that say nothing.
    fn pad(&mut self, n: usize) -> Result<(), Self::Error>;

    /// A structure that announces its own size with [`len`](Visit::len) somewhere in `f`.
    fn boxed(
        &mut self,
        padding: Padding,
        f: impl FnOnce(&mut Self) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    /// The size of the present box, 16 bits.
    fn len(&mut self, name: &'static str) -> Result<(), Self::Error>;

    /// The size, 16 bits, of what a later [`ahead`](Visit::ahead) visits.
    fn len_ahead(&mut self, name: &'static str) -> Result<(), Self::Error>;

    /// What [`len_ahead`](Visit::len_ahead) announced.
    fn ahead(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    /// A number that the noun's kind decides, for instance the type of an action; `None` if the
    /// version has no such kind, which `what` names.
    fn number(
        &mut self,
        name: &'static str,
        number: Option<u16>,
        what: &'static str,
    ) -> Result<(), Self::Error>;

    /// What must be so if this version is to say it; `what` names it if it is not.
    fn require(&mut self, ok: bool, what: &'static str) -> Result<(), Self::Error>;

    /// A member that this version does not have, called `what` in the error: it must be as it is by
    /// default, for it is left out. Only the directions that make bytes look at it.
    #[inline]
    fn without<T: Default + PartialEq>(
        &mut self,
        _member: &T,
        _what: &'static str,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Whether a member that an earlier one announces is to be visited; JSON has no need of
    /// announcements.
    #[inline]
    fn may_follow(&self, announced: bool) -> bool {
        announced
    }

    /// A member that only Ryu's JSON has.
    fn remark(&mut self, name: &'static str, value: impl Into<Value>) -> Result<(), Self::Error>;
}

/// A visitor that fills a noun.
pub(crate) trait In: Visit {
    /// A member in the form `C`.
    fn with<C: Codec<T>, T>(
        &mut self,
        name: &'static str,
        value: &mut T,
    ) -> Result<(), Self::Error>;

    /// A member in its own form.
    #[inline]
    fn field<T: Member>(&mut self, name: &'static str, value: &mut T) -> Result<(), Self::Error> {
        self.with::<Own, T>(name, value)
    }

    /// A member that is several members in JSON.
    fn spread<S: Spread<T>, T>(&mut self, value: &mut T) -> Result<(), Self::Error>;

    /// The fields of another noun, as if they stood here.
    #[inline]
    fn inline<T: Fields>(&mut self, noun: &mut T) -> Result<(), Self::Error> {
        noun.fill(self)
    }

    /// The same in the layout `L`, which is not the noun's own.
    #[inline]
    fn laid_out<L: Layout<T>, T>(&mut self, noun: &mut T) -> Result<(), Self::Error> {
        L::fill(noun, self)
    }

    /// A body of a type that an app registered.
    fn registered(&mut self, body: &mut Registered) -> Result<(), Self::Error>;
}

/// A visitor that reads a noun.
pub(crate) trait Out: Visit {
    /// A member in the form `C`.
    fn with<C: Codec<T>, T>(&mut self, name: &'static str, value: &T) -> Result<(), Self::Error>;

    /// A member in its own form.
    #[inline]
    fn field<T: Member>(&mut self, name: &'static str, value: &T) -> Result<(), Self::Error> {
        self.with::<Own, T>(name, value)
    }

    /// A member that is several members in JSON.
    fn spread<S: Spread<T>, T>(&mut self, value: &T) -> Result<(), Self::Error>;

    /// The fields of another noun, as if they stood here.
    #[inline]
    fn inline<T: Fields>(&mut self, noun: &T) -> Result<(), Self::Error> {
        noun.tell(self)
    }

    /// The same in the layout `L`, which is not the noun's own.
    #[inline]
    fn laid_out<L: Layout<T>, T>(&mut self, noun: &T) -> Result<(), Self::Error> {
        L::tell(noun, self)
    }

    /// A body of a type that an app registered.
    fn registered(&mut self, body: &Registered) -> Result<(), Self::Error>;
}

/// A noun whose fields are named once; [`fields!`] writes it.
pub(crate) trait Fields {
    /// Lets `v` fill the noun.
    fn fill<V: In>(&mut self, v: &mut V) -> Result<(), V::Error>;
    /// Tells `v` what the noun holds.
    fn tell<V: Out>(&self, v: &mut V) -> Result<(), V::Error>;
}

impl<T: Fields> Fields for Box<T> {
    #[inline]
    fn fill<V: In>(&mut self, v: &mut V) -> Result<(), V::Error> {
        (**self).fill(v)
    }
    #[inline]
    fn tell<V: Out>(&self, v: &mut V) -> Result<(), V::Error> {
        (**self).tell(v)
    }
}

/// A noun with a name of its own in Ryu's JSON: `{"OFPPort": {...}}`.
pub(crate) trait Noun: Fields + Sized {
    /// The name in errors.
    const NAME: &'static str;

    /// The least size of one on the wire, so that lists can be sized; 0 if that is of no use.
    const SIZE_MIN: usize = 0;

    /// Ryu's class.
    fn class(&self, version: Version) -> &'static str;

    /// What the next bytes of `r` are to be read into.
    fn blank(version: Version, r: &Reader<'_>) -> Self;

    /// What the members of Ryu's `class` are to be read into; `None` if it is not one of ours.
    fn blank_named(version: Version, class: &str, members: &Map<String, Value>) -> Option<Self>;

    /// Looks over a noun that has just been filled.
    #[inline]
    fn settle(&mut self, _: Version) {}

    /// The noun that says the same in `version`, if it is another one.
    #[inline]
    fn other_words(&self, _: Version) -> Result<Option<Self>, EncodeError> {
        Ok(None)
    }
}

/// Something that can stand as a member in a noun, in its own form.
pub(crate) trait Member: Sized {
    /// Least size on the wire; see [`Noun::SIZE_MIN`].
    const SIZE_MIN: usize = 0;
    /// Takes it off the wire.
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Self, DecodeError>;
    /// Takes it off the wire into the place where it will stay; what stood there is gone. Large
    /// members do without [`decode`](Member::decode) here, whose answer has to be copied: that would
    /// take as long as all the reading, since what was written in small pieces cannot be loaded in
    /// large ones at once.
    #[inline]
    fn refill(&mut self, version: Version, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        *self = Self::decode(version, r)?;
        Ok(())
    }
    /// Takes the next one of a list off the wire; made at its place there, as in
    /// [`refill`](Member::refill).
    #[inline]
    fn decode_onto<L>(list: &mut L, version: Version, r: &mut Reader<'_>) -> Result<(), DecodeError>
    where
        L: Items<Item = Self>,
    {
        list.add(Self::decode(version, r)?);
        Ok(())
    }
    /// Puts it on the wire.
    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError>;
    /// Ryu's JSON of it; `w` gets the bytes.
    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError>;
    /// Reads Ryu's JSON.
    fn from_json(version: Version, value: &Value) -> Result<Self, JsonError>;
    /// Appends it as text; whether there was anything worth telling.
    fn show(&self, out: &mut String) -> bool;
}

/// A form in which a `T` travels that is not its own, for instance text in a field of fixed size.
pub(crate) trait Codec<T> {
    /// As [`Member::decode`].
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<T, DecodeError>;
    /// As [`Member::encode`].
    fn encode(value: &T, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError>;
    /// As [`Member::to_json`].
    fn to_json(value: &T, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError>;
    /// As [`Member::from_json`].
    fn from_json(version: Version, value: &Value) -> Result<T, JsonError>;
    /// As [`Member::show`].
    fn show(value: &T, out: &mut String) -> bool;
}

/// A form of a `T` that is one thing on the wire and several members in Ryu's JSON, for instance a
/// list of properties.
pub(crate) trait Spread<T> {
    /// The names that JSON may have; text goes by the first.
    const NAMES: &'static [&'static str];
    /// As [`Member::decode`].
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<T, DecodeError>;
    /// As [`Member::encode`].
    fn encode(value: &T, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError>;
    /// Adds what Ryu's JSON has.
    fn to_members(value: &T, version: Version, members: &mut Map<String, Value>);
    /// Reads Ryu's JSON, which may have none of the names.
    fn from_members(version: Version, members: &Map<String, Value>) -> Result<T, JsonError>;
    /// As [`Member::show`].
    fn show(value: &T, out: &mut String) -> bool;
}

/// The own form of a [`Member`].
pub(crate) enum Own {}

impl<T: Member> Codec<T> for Own {
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<T, DecodeError> {
        T::decode(version, r)
    }
    #[inline]
    fn encode(value: &T, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.encode(version, w)
    }
    fn to_json(value: &T, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        value.to_json(version, w)
    }
    fn from_json(version: Version, value: &Value) -> Result<T, JsonError> {
        T::from_json(version, value)
    }
    fn show(value: &T, out: &mut String) -> bool {
        value.show(out)
    }
}

/// Writes [`Fields`]: the block is the body of both functions.
///
/// In the block, `this` is the noun; taking it apart with a pattern gives references of the right
/// kind for either direction.
macro_rules! fields {
    ($noun:ty, |$this:ident, $v:ident| $body:expr) => {
        impl $crate::ofproto::codec::Fields for $noun {
            #[inline]
            #[allow(unused_imports)] // Blocks without fields visit nothing.
            fn fill<V: $crate::ofproto::codec::In>(&mut self, $v: &mut V) -> Result<(), V::Error> {
                use $crate::ofproto::codec::Visit as _;
                let $this = self;
                $body
            }
            #[inline]
            // The other direction needs what is superfluous in this one.
            #[allow(unused_imports, clippy::unnecessary_mut_passed, clippy::borrow_deref_ref)] // As above.
            fn tell<V: $crate::ofproto::codec::Out>(&self, $v: &mut V) -> Result<(), V::Error> {
                use $crate::ofproto::codec::Visit as _;
                let $this = self;
                $body
            }
        }
    };
}
pub(crate) use fields;

/// Makes a member of a [`Noun`].
macro_rules! member {
    ($noun:ty) => {
        impl $crate::ofproto::codec::Member for $noun {
            const SIZE_MIN: usize = <$noun as $crate::ofproto::codec::Noun>::SIZE_MIN;
            #[inline]
            fn decode(
                version: $crate::ofproto::Version,
                r: &mut $crate::wire::Reader<'_>,
            ) -> Result<Self, $crate::wire::DecodeError> {
                $crate::ofproto::wire_codec::decode(version, r)
            }
            #[inline]
            fn decode_onto<L>(
                list: &mut L,
                version: $crate::ofproto::Version,
                r: &mut $crate::wire::Reader<'_>,
            ) -> Result<(), $crate::wire::DecodeError>
            where
                L: $crate::ofproto::members::Items<Item = Self>,
            {
                $crate::ofproto::wire_codec::decode_onto(list, version, r)
            }
            #[inline]
            fn encode(
                &self,
                version: $crate::ofproto::Version,
                w: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::ofproto::EncodeError> {
                $crate::ofproto::wire_codec::encode(self, version, w)
            }
            $crate::ofproto::codec::member!(@json);
        }
    };
    // What a member that is read and written by hand still shares.
    (@json) => {
        fn to_json(
            &self,
            version: $crate::ofproto::Version,
            w: &mut $crate::wire::Writer<'_>,
        ) -> Result<serde_json::Value, $crate::ofproto::EncodeError> {
            $crate::ofproto::json::wrapped(self, version, w)
        }
        fn from_json(
            version: $crate::ofproto::Version,
            value: &serde_json::Value,
        ) -> Result<Self, $crate::ofproto::JsonError> {
            $crate::ofproto::json::unwrapped(version, value)
        }
        fn show(&self, out: &mut String) -> bool {
            use std::fmt::Write as _;
            write!(out, "[{self}]").is_ok()
        }
    };
}
pub(crate) use member;

/// Writes [`Noun`] for a noun that is always read into its default, and its [`Member`]. The class
/// may depend on the version: `|version| ...`.
macro_rules! noun {
    ($noun:ty, $name:literal, |$version:ident| $class:expr) => {
        $crate::ofproto::codec::noun!(@only $noun, $name, |$version| $class, 0);
        $crate::ofproto::codec::member!($noun);
    };
    ($noun:ty, $name:literal, $class:literal) => {
        $crate::ofproto::codec::noun!($noun, $name, |_version| $class);
    };
    (@only $noun:ty, $name:literal, |$version:ident| $class:expr, $min:expr) => {
        impl $crate::ofproto::codec::Noun for $noun {
            const NAME: &'static str = $name;
            const SIZE_MIN: usize = $min;
            fn class(&self, $version: $crate::ofproto::Version) -> &'static str {
                $class
            }
            #[inline]
            fn blank(_: $crate::ofproto::Version, _: &$crate::wire::Reader<'_>) -> Self {
                <$noun>::default()
            }
            fn blank_named(
                version: $crate::ofproto::Version,
                class: &str,
                _: &serde_json::Map<String, serde_json::Value>,
            ) -> Option<Self> {
                let noun = <$noun>::default();
                (noun.class(version) == class).then_some(noun)
            }
        }
    };
}
pub(crate) use noun;

/// Writes `Display` as all fields of a noun that are not zero or empty: `name field=value ...`.
macro_rules! display {
    ($noun:ty, $name:literal) => {
        impl std::fmt::Display for $noun {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::ofproto::text::shown(self, $name))
            }
        }
    };
}
pub(crate) use display;

/// Declares a structure whose fields are the same in every version that has it, in the order of
/// the wire; `pad: 4` is padding of four bytes, `name in Form` a member in another form.
///
/// It makes the struct, its description, `Display`, and what a list of it needs.
macro_rules! wire_struct {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $name:literal $class:literal {
            $( $(#[doc = $doc:literal])* $field:ident : $ty:tt $(<$arg:ty>)? $(as $form:ty)? , )*
        }
    ) => {
        $crate::ofproto::codec::wire_struct!(@struct [
            $(#[$meta])*
            ///
            /// # On the wire
            ///
            /// | field | size | meaning |
            /// |---|---|---|
            $(#[doc = $crate::ofproto::codec::layout_row!($field : $ty $(<$arg>)?, $($doc)*)])*
        ] $noun { }
            $( { $(#[doc = $doc])* $field : $ty $(<$arg>)? } )*);

        $crate::ofproto::codec::fields!($noun, |this, v| {
            $( $crate::ofproto::codec::wire_struct!(@visit this v $field : $ty $(as $form)?); )*
            // Structures of padding alone use neither.
            let _ = (&this, &v);
            Ok(())
        });
        $crate::ofproto::codec::noun!($noun, $name, $class);
        $crate::ofproto::codec::display!($noun, $name);
    };

    (@struct [$($meta:tt)*] $noun:ident { $($done:tt)* }) => {
        $($meta)*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $noun { $($done)* }
    };
    (@struct $meta:tt $noun:ident { $($done:tt)* } { pad : $n:tt } $($rest:tt)*) => {
        $crate::ofproto::codec::wire_struct!(@struct $meta $noun { $($done)* } $($rest)*);
    };
    (@struct $meta:tt $noun:ident { $($done:tt)* } { $(#[$doc:meta])* $field:ident : $ty:tt $(<$arg:ty>)? } $($rest:tt)*) => {
        $crate::ofproto::codec::wire_struct!(@struct $meta $noun { $($done)* $(#[$doc])* pub $field: $ty $(<$arg>)?, } $($rest)*);
    };

    (@visit $this:ident $v:ident pad : $n:tt) => { $v.pad($n)? };
    (@visit $this:ident $v:ident $field:ident : $ty:tt) => {
        // Ryu leaves the underscore of a name that Rust or Python reserves out of its JSON.
        $v.field($crate::ofproto::codec::json_name(stringify!($field)), $crate::ofproto::codec::wire_struct!(@place $this $field))?
    };
    (@visit $this:ident $v:ident $field:ident : $ty:tt as $form:ty) => {
        $v.with::<$form, _>($crate::ofproto::codec::json_name(stringify!($field)), $crate::ofproto::codec::wire_struct!(@place $this $field))?
    };
    (@place $this:ident $field:ident) => {{
        let Self { $field, .. } = $this;
        $field
    }};
}
pub(crate) use wire_struct;

/// A row of the table in the documentation of a [`wire_struct!`]: a field, its size, what it is.
macro_rules! layout_row {
    (pad : $n:tt, ) => {
        concat!("| | ", $n, " bytes | padding |")
    };
    ($field:ident : $ty:tt $(<$arg:ty>)?, $($doc:literal)*) => {
        concat!(
            "| `", stringify!($field), "` | ",
            $crate::ofproto::codec::layout_row!(@size $ty $(<$arg>)?),
            " |", $($doc,)* " |"
        )
    };
    (@size u8) => { "1 byte" };
    (@size u16) => { "2 bytes" };
    (@size u32) => { "4 bytes" };
    (@size u64) => { "8 bytes" };
    (@size MacAddr) => { "6 bytes" };
    (@size Ipv4Addr) => { "4 bytes" };
    (@size Ipv6Addr) => { "16 bytes" };
    (@size PortNo) => { "4 bytes, a port" };
    (@size Bytes) => { "what is left" };
    (@size $other:tt) => { concat!("`", stringify!($other), "`") };
    (@size $list:tt <$item:ty>) => { concat!("`", stringify!($item), "`, any number") };
}
pub(crate) use layout_row;

/// A field's name in JSON: without a trailing underscore.
pub(crate) const fn json_name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [.., b'_'] => field.split_at(field.len() - 1).0,
        _ => field,
    }
}

/// A row of the table that [`wire_union!`] puts into the documentation.
macro_rules! union_row {
    ($number:literal, $body:ty, $class:literal $(, since $since:ident)? $(, until $until:ident)?) => {
        concat!(
            "| ", $number, " | [`", stringify!($body), "`] | `", $class, "` | ",
            $( "since ", stringify!($since), " ", )? $( "until ", stringify!($until), " ", )? "|"
        )
    };
}
pub(crate) use union_row;

/// Declares a union of TLVs with a 16-bit type and a 16-bit length of everything but the padding:
/// properties. A row is a variant, the structure it holds, its type and Ryu's class, and where not
/// all versions of the union have it, the first or the last that does.
///
/// It makes the enum, its description and `Display`; a type without a row is kept as it came.
macro_rules! wire_union {
    (
        $(#[$meta:meta])*
        pub enum $union:ident $name:literal ($type_name:literal $len_name:literal $padding:ident) {
            $(
                $(#[$doc:meta])*
                $row:ident($body:ty) = $number:literal, $class:literal
                    $(, since $since:ident)? $(, until $until:ident)?;
            )*
        }
    ) => {
        $(#[$meta])*
        ///
        /// # On the wire
        ///
        /// A type and a length of two bytes each, then what the type says. A type that a version does
        /// not have is not known in it.
        ///
        /// | type | structure | Ryu's class | versions |
        /// |---|---|---|---|
        $(#[doc = $crate::ofproto::codec::union_row!($number, $body, $class $(, since $since)? $(, until $until)?)])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $union {
            $( $(#[$doc])* $row($body), )*
            /// A type that is not known here, as it came.
            Unknown {
                /// The type on the wire.
                prop_type: u16,
                /// What stands behind type and length.
                data: bytes::Bytes,
            },
        }

        impl $union {
            /// The type on the wire.
            pub fn prop_type(&self) -> u16 {
                match self {
                    $( $union::$row(_) => $number, )*
                    $union::Unknown { prop_type, .. } => *prop_type,
                }
            }

            fn of_type(version: $crate::ofproto::Version, prop_type: u16) -> $union {
                let known = match prop_type {
                    $( $number => $union::$row(<$body>::default()), )*
                    _ => $union::Unknown { prop_type, data: bytes::Bytes::new() },
                };
                if known.is_in(version) {
                    return known;
                }
                $union::Unknown { prop_type, data: bytes::Bytes::new() }
            }

            /// Whether the version has this type.
            #[allow(unused_variables)] // no row says from when on it is
            fn is_in(&self, version: $crate::ofproto::Version) -> bool {
                match self {
                    $( $union::$row(_) => {
                        true $( && version >= $crate::ofproto::$since )?
                            $( && version <= $crate::ofproto::$until )?
                    } )*
                    $union::Unknown { .. } => true,
                }
            }
        }

        $crate::ofproto::codec::fields!($union, |this, v| {
            let number = this.prop_type();
            v.require(this.is_in(v.version()), $name)?;
            v.boxed($crate::wire::Padding::$padding, |v| {
                v.number($type_name, Some(number), $name)?;
                v.len($len_name)?;
                match this {
                    $( $union::$row(body) => v.inline(body), )*
                    $union::Unknown { data, .. } => v.field("buf", data),
                }
            })
        });

        impl $crate::ofproto::codec::Noun for $union {
            const NAME: &'static str = $name;
            fn class(&self, _: $crate::ofproto::Version) -> &'static str {
                match self {
                    $( $union::$row(_) => $class, )*
                    $union::Unknown { .. } => "OFPPropUnknown",
                }
            }
            fn blank(version: $crate::ofproto::Version, r: &$crate::wire::Reader<'_>) -> Self {
                $union::of_type(version, r.peek_u16().unwrap_or_default())
            }
            fn blank_named(
                version: $crate::ofproto::Version,
                class: &str,
                members: &serde_json::Map<String, serde_json::Value>,
            ) -> Option<Self> {
                let given = $crate::ofproto::json::type_of(members, $type_name);
                let all: &[u16] = &[ $( $number, )* ];
                // Rows may share a class; then the type decides.
                given
                    .into_iter()
                    .chain(all.iter().copied().filter(|n| given.is_none_or(|g| g == *n)))
                    .map(|number| $union::of_type(version, number))
                    .find(|prop| prop.class(version) == class)
            }
        }
        $crate::ofproto::codec::member!($union);

        impl std::fmt::Display for $union {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( $union::$row(body) => std::fmt::Display::fmt(body, f), )*
                    $union::Unknown { prop_type, data } => {
                        write!(f, "unknown:{prop_type}:{}", $crate::wire::hex::encode(data))
                    }
                }
            }
        }
    };
}
pub(crate) use wire_union;
