//! Layouts: a noun as another message, or another vendor, lays it out.
//!
//! A flow-mod is a flow-mod whether OpenFlow or Nicira defines the bytes. The noun is one; its own
//! layout is its [`fields!`](super::codec::fields) block, others are [`layout!`] blocks.

use super::codec::{Fields, In, Out};

/// Another layout of a noun than its own, for instance the one that a vendor's message gives it;
/// [`layout!`] writes it.
pub(crate) trait Layout<T> {
    /// Lets `v` fill the noun.
    fn fill<V: In>(noun: &mut T, v: &mut V) -> Result<(), V::Error>;
    /// Tells `v` what the noun holds.
    fn tell<V: Out>(noun: &T, v: &mut V) -> Result<(), V::Error>;
}

/// The layout that a noun has anyway.
pub(crate) enum Plain {}

impl<T: Fields> Layout<T> for Plain {
    #[inline]
    fn fill<V: In>(noun: &mut T, v: &mut V) -> Result<(), V::Error> {
        noun.fill(v)
    }
    #[inline]
    fn tell<V: Out>(noun: &T, v: &mut V) -> Result<(), V::Error> {
        noun.tell(v)
    }
}

/// Writes a [`Layout`] of a noun, and of the noun in a box: as [`fields!`], with the layout's name
/// in front.
macro_rules! layout {
    ($layout:ty, $noun:ty, |$this:ident, $v:ident| $body:expr) => {
        impl $crate::ofproto::layout::Layout<$noun> for $layout {
            fn fill<V: $crate::ofproto::codec::In>(
                $this: &mut $noun,
                $v: &mut V,
            ) -> Result<(), V::Error> {
                $body
            }
            fn tell<V: $crate::ofproto::codec::Out>(
                $this: &$noun,
                $v: &mut V,
            ) -> Result<(), V::Error> {
                $body
            }
        }

        impl $crate::ofproto::layout::Layout<Box<$noun>> for $layout {
            fn fill<V: $crate::ofproto::codec::In>(
                noun: &mut Box<$noun>,
                v: &mut V,
            ) -> Result<(), V::Error> {
                <$layout as $crate::ofproto::layout::Layout<$noun>>::fill(noun, v)
            }
            fn tell<V: $crate::ofproto::codec::Out>(
                noun: &Box<$noun>,
                v: &mut V,
            ) -> Result<(), V::Error> {
                <$layout as $crate::ofproto::layout::Layout<$noun>>::tell(noun, v)
            }
        }
    };
}
pub(crate) use layout;
