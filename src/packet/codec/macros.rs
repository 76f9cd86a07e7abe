//! The macros in which headers are described.

/// Writes [`Fields`](super::Fields): the block is the body of both functions.
///
/// In the block, `this` is the header; taking it apart with a pattern gives references of the right
/// kind for either direction.
macro_rules! fields {
    // The headers that nearly every packet has: read where they are asked for, member by member.
    (hot $noun:ty, |$this:ident, $v:ident| $body:expr) => {
        $crate::packet::codec::fields!(@read #[inline(always)] $noun, |$this, $v| $body);
    };
    ($noun:ty, |$this:ident, $v:ident| $body:expr) => {
        $crate::packet::codec::fields!(@read #[inline] $noun, |$this, $v| $body);
    };
    (@read #[$inline:meta] $noun:ty, |$this:ident, $v:ident| $body:expr) => {
        impl<'a> $crate::packet::codec::Fields<'a> for $noun {
            #[$inline]
            // What the other direction needs may be superfluous in this one, or in a noun that
            // has no fields.
            #[allow(unused_imports, unused_variables)]
            fn fill<V: $crate::packet::codec::In<'a>>(
                &mut self,
                $v: &mut V,
            ) -> Result<(), V::Error> {
                use $crate::packet::codec::Visit as _;
                let $this = self;
                $body
            }
            #[inline]
            // As above.
            #[allow(
                unused_imports,
                unused_variables,
                clippy::unnecessary_mut_passed,
                clippy::borrow_deref_ref
            )]
            fn tell<V: $crate::packet::codec::Out>(&self, $v: &mut V) -> Result<(), V::Error> {
                use $crate::packet::codec::Visit as _;
                let $this = self;
                $body
            }
        }
    };
}
pub(crate) use fields;

/// Says what a noun is called in Ryu's JSON and text, and makes a member of it, so that it can
/// stand in other nouns and in lists.
macro_rules! noun {
    ($noun:ty, $class:literal) => {
        impl<'a> $crate::packet::codec::Noun<'a> for $noun {
            const CLASS: &'static str = $class;
        }
        $crate::packet::codec::noun!(@member $noun, $class);
    };
    // For a noun that says itself which of Ryu's classes it is.
    (@member $noun:ty, $what:literal) => {
        impl<'a> $crate::packet::codec::Member<'a> for $noun {
            #[inline]
            fn decode(
                d: &mut $crate::packet::codec::Decoder<'a>,
            ) -> Result<Self, $crate::wire::DecodeError> {
                let mut noun = Self::default();
                $crate::packet::codec::Fields::fill(&mut noun, d)?;
                Ok(noun)
            }
            #[inline]
            fn encode(
                &self,
                e: &mut $crate::packet::codec::Encoder<'_>,
            ) -> Result<(), $crate::packet::EmitError> {
                $crate::packet::codec::Fields::tell(self, e)
            }
            fn to_json(&self) -> serde_json::Value {
                $crate::packet::codec::noun_to_json(self)
            }
            fn from_json(value: &serde_json::Value) -> Result<Self, $crate::wire::JsonError> {
                let (class, members) = $crate::packet::codec::wrapper(value)?;
                $crate::packet::codec::noun_from_json(class, members)
            }
            fn show(&self, out: &mut String) {
                $crate::packet::codec::noun_to_text(self, out);
            }
            fn check(&self) -> Result<(), $crate::wire::DecodeError> {
                $crate::packet::codec::noun_check(self)
            }
        }
        impl<'a> std::fmt::Display for $noun {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut text = String::new();
                $crate::packet::codec::noun_to_text(self, &mut text);
                f.write_str(&text)
            }
        }
    };
}
pub(crate) use noun;

/// Declares a noun whose list of fields is all there is to say, in the order of the wire.
///
/// A field is `name: Type`, or `name["x"]: Type` where its name in Ryu's JSON is another (`""` keeps
/// it off JSON and text); then if need be `as 3` (its bits, where they are not those of the type),
/// `=> Form` (a form that is not the type's own), and `= value`, which is what Ryu's constructor has
/// by default.
macro_rules! header {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $(<$lt:lifetime>)? $class:literal {
            $(
                $(#[$fmeta:meta])*
                $field:ident $([$name:literal])? : $ty:ty $(as $bits:literal)? $(=> $form:ident)? $(= $value:expr)?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun $(<$lt>)? {
            $( $(#[$fmeta])* pub $field: $ty, )*
        }
        impl $(<$lt>)? Default for $noun $(<$lt>)? {
            fn default() -> Self {
                $noun { $( $field: $crate::packet::codec::header!(@value $($value)?), )* }
            }
        }
        $crate::packet::codec::fields!($noun $(<$lt>)?, |this, v| {
            let $noun { $($field),* } = this;
            $(
                $crate::packet::codec::header!(
                    @field v, $crate::packet::codec::header!(@name $field $($name)?), $field,
                    [$($bits)?] [$($form)?]
                );
            )*
            Ok(())
        });
        $crate::packet::codec::noun!($noun $(<$lt>)?, $class);
    };
    (@value) => { Default::default() };
    (@value $value:expr) => { $value };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
    (@field $v:ident, $name:expr, $field:ident, [] []) => { $v.field($name, $field)?; };
    (@field $v:ident, $name:expr, $field:ident, [$bits:literal] []) => { $v.bits($name, $bits, $field)?; };
    (@field $v:ident, $name:expr, $field:ident, [] [$form:ident]) => { $v.with::<$form, _>($name, $field)?; };
}
pub(crate) use header;

/// Declares an item that announces its size: fields, the length, and the fields the length is about.
///
/// The fields are written as in [`header!`]. The length is `length: u8 as 8, Len::with(2)`: its
/// name, its type (the field's is an `Option` of it, `None` is filled in), its bits, and what it
/// counts.
macro_rules! tlv {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $(<$lt:lifetime>)? $class:literal {
            $(
                $(#[$fmeta:meta])*
                $field:ident $([$name:literal])? : $ty:ty $(as $bits:literal)? $(=> $form:ident)? $(= $value:expr)?
            ),* $(,)?
        }
        $(#[$lmeta:meta])*
        $len:ident $([$lname:literal])? : $lty:ty as $lbits:literal, $rule:expr => {
            $(
                $(#[$bmeta:meta])*
                $bfield:ident $([$bname:literal])? : $bty:ty $(as $bbits:literal)? $(=> $bform:ident)? $(= $bvalue:expr)?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun $(<$lt>)? {
            $( $(#[$fmeta])* pub $field: $ty, )*
            $(#[$lmeta])*
            pub $len: Option<$lty>,
            $( $(#[$bmeta])* pub $bfield: $bty, )*
        }
        impl $(<$lt>)? Default for $noun $(<$lt>)? {
            fn default() -> Self {
                $noun {
                    $( $field: $crate::packet::codec::header!(@value $($value)?), )*
                    $len: None,
                    $( $bfield: $crate::packet::codec::header!(@value $($bvalue)?), )*
                }
            }
        }
        $crate::packet::codec::fields!($noun $(<$lt>)?, |this, v| {
            let $noun { $($field,)* $len, $($bfield),* } = this;
            $(
                $crate::packet::codec::header!(
                    @field v, $crate::packet::codec::header!(@name $field $($name)?), $field,
                    [$($bits)?] [$($form)?]
                );
            )*
            v.sized($crate::packet::codec::header!(@name $len $($lname)?), $lbits, $rule, $len, |v| {
                $(
                    $crate::packet::codec::header!(
                        @field v, $crate::packet::codec::header!(@name $bfield $($bname)?), $bfield,
                        [$($bbits)?] [$($bform)?]
                    );
                )*
                Ok(())
            })
        });
        $crate::packet::codec::noun!($noun $(<$lt>)?, $class);
    };
}
pub(crate) use tlv;

/// Declares the kinds of an item of which a header holds a list (options, TLVs, chunks): a variant
/// for each, in the form `number => Variant(Noun);`, and behind `else` the one for all other numbers.
///
/// The expression behind `by` finds the number of the item that a `&Decoder` stands at, as an
/// `Option`: `None` reads the last variant, which then says what is missing.
macro_rules! union {
    (
        $(#[$meta:meta])*
        pub enum $union:ident $(<$lt:lifetime>)? by |$d:ident| $number:expr, else $other:ident($onoun:ty);
        $( $(#[$vmeta:meta])* $value:pat => $variant:ident($noun:ty); )*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $union $(<$lt>)? {
            $( $(#[$vmeta])* $variant($noun), )*
            /// Any other.
            $other($onoun),
        }
        $crate::packet::codec::union!(
            @impl $union, $union $(<$lt>)?, |$d| $number, $other($onoun);
            $( $value => $variant($noun); )*
        );
    };
    (
        @impl $union:ident, $whole:ty, |$d:ident| $number:expr, $other:ident($onoun:ty);
        $( $value:pat => $variant:ident($noun:ty); )*
    ) => {
        impl<'a> $crate::packet::codec::Member<'a> for $whole {
            #[inline]
            fn decode(
                $d: &mut $crate::packet::codec::Decoder<'a>,
            ) -> Result<Self, $crate::wire::DecodeError> {
                use $crate::packet::codec::Member;
                match $number {
                    $( Some($value) => Member::decode($d).map($union::$variant), )*
                    _ => Member::decode($d).map($union::$other),
                }
            }
            fn encode(
                &self,
                e: &mut $crate::packet::codec::Encoder<'_>,
            ) -> Result<(), $crate::packet::EmitError> {
                match self {
                    $( $union::$variant(noun) => noun.encode(e), )*
                    $union::$other(noun) => noun.encode(e),
                }
            }
            fn to_json(&self) -> serde_json::Value {
                match self {
                    $( $union::$variant(noun) => noun.to_json(), )*
                    $union::$other(noun) => noun.to_json(),
                }
            }
            fn from_json(value: &serde_json::Value) -> Result<Self, $crate::wire::JsonError> {
                use $crate::packet::codec::{Member, Noun, noun_from_json, wrapper};
                // What has a class is an object; the last one may have another form.
                if !value.is_object() {
                    return Member::from_json(value).map($union::$other);
                }
                let (class, members) = wrapper(value)?;
                $( if <$noun>::blank(class).is_some() {
                    return noun_from_json(class, members).map($union::$variant);
                } )*
                noun_from_json(class, members).map($union::$other)
            }
            fn show(&self, out: &mut String) {
                match self {
                    $( $union::$variant(noun) => noun.show(out), )*
                    $union::$other(noun) => noun.show(out),
                }
            }
            fn check(&self) -> Result<(), $crate::wire::DecodeError> {
                match self {
                    $( $union::$variant(noun) => noun.check(), )*
                    $union::$other(noun) => noun.check(),
                }
            }
        }
        $( impl<'a> From<$noun> for $whole {
            fn from(noun: $noun) -> Self {
                $union::$variant(noun)
            }
        } )*
        impl<'a> From<$onoun> for $whole {
            fn from(noun: $onoun) -> Self {
                $union::$other(noun)
            }
        }
        impl<'a> std::fmt::Display for $whole {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut text = String::new();
                $crate::packet::codec::Member::show(self, &mut text);
                f.write_str(&text)
            }
        }
    };
}
pub(crate) use union;
