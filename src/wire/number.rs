//! Two macros for numbers that have names: one for enumerations, one for bit sets.
//!
//! Both make a newtype, not a Rust `enum`, because a peer may send values nobody foresaw and those
//! must survive a round trip.

/// What an enumeration and a bit set have in common: the newtype, its constants and their table.
#[doc(hidden)]
#[macro_export]
macro_rules! __wire_newtype {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($int:ty) {
            $( $(#[$row_meta:meta])* $row:ident = $value:expr, $text:literal; )*
        }
    ) => {
        $(#[$meta])*
        /// | name | value | text |
        /// |---|---|---|
        $(#[doc = concat!(
            "| [`", stringify!($row), "`](", stringify!($name), "::", stringify!($row), ") | ",
            stringify!($value), " | `", $text, "` |"
        )])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(pub $int);

        impl $name {
            $( $(#[$row_meta])* pub const $row: $name = $name($value); )*
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }

        impl From<$int> for $name {
            fn from(value: $int) -> $name {
                $name(value)
            }
        }
    };
}

/// Declares an enumeration on the wire as a newtype that keeps unknown values.
///
/// Each row is a name, its number and its text. `Display` and `Debug` print the text, or
/// `unknown 9`. The documentation gets a table of the rows.
///
/// ```
/// ryu_sdn::wire_number! {
///     /// Why the packet came.
///     pub struct Reason(u8) {
///         /// No entry matched.
///         NO_MATCH = 0, "no_match";
///     }
/// }
/// assert_eq!(Reason::NO_MATCH.to_string(), "no_match");
/// assert_eq!(Reason(9).to_string(), "unknown 9");
/// ```
#[macro_export]
macro_rules! wire_number {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($int:ty) {
            $( $(#[$row_meta:meta])* $row:ident = $value:expr, $text:literal; )*
        }
    ) => {
        $crate::__wire_newtype! {
            $(#[$meta])*
            ///
            /// # Values
            ///
            $vis struct $name($int) { $( $(#[$row_meta])* $row = $value, $text; )* }
        }

        impl $name {
            /// The name of the value, if it has one.
            // Two names of one number: the first is the one that is shown.
            #[allow(unreachable_patterns)]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $( $name::$row => Some($text), )*
                    _ => None,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "unknown {}", self.0),
                }
            }
        }
    };
}

/// Declares a bit set on the wire as a newtype that keeps unknown bits.
///
/// `Display` prints the names joined with `|`, unknown bits as one hexadecimal number, and `0`
/// for none. The documentation gets a table of the rows.
///
/// ```
/// ryu_sdn::wire_flags! {
///     /// Some flags.
///     pub struct Flags(u16) {
///         /// The first.
///         A = 1, "a";
///         /// The second.
///         B = 2, "b";
///     }
/// }
/// let both = Flags::A | Flags::B;
/// assert!(both.contains(Flags::B));
/// assert_eq!((both | Flags(0x80)).to_string(), "a|b|0x80");
/// assert_eq!(Flags::default().to_string(), "0");
/// ```
#[macro_export]
macro_rules! wire_flags {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($int:ty) {
            $( $(#[$row_meta:meta])* $row:ident = $value:expr, $text:literal; )*
        }
    ) => {
        $crate::__wire_newtype! {
            $(#[$meta])*
            ///
            /// # Bits
            ///
            $vis struct $name($int) { $( $(#[$row_meta])* $row = $value, $text; )* }
        }

        impl $name {
            /// The bits as a number.
            pub const fn bits(self) -> $int {
                self.0
            }

            /// Whether all bits of `other` are set.
            pub const fn contains(self, other: $name) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether no bit is set.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let mut rest = self.0;
                let mut sep = "";
                for (bits, text) in [$(($value as $int, $text)),*] {
                    if bits != 0 && rest & bits == bits {
                        write!(f, "{sep}{text}")?;
                        rest &= !bits;
                        sep = "|";
                    }
                }
                if rest != 0 || sep.is_empty() {
                    write!(f, "{sep}")?;
                    if rest == 0 { f.write_str("0")? } else { write!(f, "{rest:#x}")? }
                }
                Ok(())
            }
        }

        impl ::std::ops::BitOr for $name {
            type Output = $name;
            fn bitor(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }
        }

        impl ::std::ops::BitOrAssign for $name {
            fn bitor_assign(&mut self, other: $name) {
                self.0 |= other.0;
            }
        }
    };
}
