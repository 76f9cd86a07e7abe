//! Numbers, wherever they stand: whole bytes or some bits.

use serde_json::Value;

use super::json;
use crate::wire::JsonError;

/// A number of the wire; in Ryu's JSON and text a plain number.
pub(crate) trait Number: Sized {
    /// Its size where nothing else is said.
    const BITS: u32;
    /// The number of a value that was read; it fits.
    fn of(value: u64) -> Self;
    /// The value.
    fn get(&self) -> u64;
    /// Out of JSON; it has to fit in `width` bits.
    fn given(value: &Value, width: u32) -> Result<Self, JsonError> {
        json::number(value, width).map(Self::of)
    }
}

macro_rules! integers {
    ($($int:ty)*) => { $(
        impl Number for $int {
            const BITS: u32 = <$int>::BITS;
            #[inline]
            fn of(value: u64) -> Self {
                value as $int
            }
            #[inline]
            fn get(&self) -> u64 {
                u64::from(*self)
            }
        }
    )* };
}

integers!(u8 u16 u32 u64);

impl Number for bool {
    const BITS: u32 = 1;
    #[inline]
    fn of(value: u64) -> Self {
        value != 0
    }
    #[inline]
    fn get(&self) -> u64 {
        u64::from(*self)
    }
}

/// Lengths and checksums: `None` is what emitting fills in. Coming in it is always `Some`; in JSON
/// `None` is 0 both ways, as 0 is what tells Ryu to compute it.
impl<N: Number> Number for Option<N> {
    const BITS: u32 = N::BITS;
    #[inline]
    fn of(value: u64) -> Self {
        Some(N::of(value))
    }
    #[inline]
    fn get(&self) -> u64 {
        self.as_ref().map_or(0, N::get)
    }
    fn given(value: &Value, width: u32) -> Result<Self, JsonError> {
        if value.is_null() || value.as_u64() == Some(0) {
            return Ok(None);
        }
        N::given(value, width).map(Some)
    }
}
