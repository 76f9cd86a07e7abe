//! Bytes that share what was received with others, on one thread.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Bound, Deref, RangeBounds};
use std::rc::Rc;

use bytes::Bytes;

/// Bytes that may be a part of many that were received at once: the frame of a packet-in.
///
/// As [`Bytes`], they are never changed, and copying them is counting a reference. But the count is
/// not for several threads, which is a tenth of what a packet-in costs; whoever gives them to another
/// thread makes [`Bytes`] of them first, which copies nothing either.
///
/// # Example: from a vector, a part, and to another thread
/// ```
/// use bytes::Bytes;
/// use ryu_sdn::wire::Octets;
///
/// let frame = Octets::from(vec![1, 2, 3, 4]);
/// let part = frame.slice(1..3);
/// assert_eq!((part.len(), &part[..]), (2, &[2, 3][..]));
///
/// let bytes: Bytes = part.into();
/// let sum = std::thread::spawn(move || bytes.iter().sum::<u8>()).join();
/// assert_eq!(sum.ok(), Some(5));
/// ```
#[derive(Clone)]
pub struct Octets(Repr);

#[derive(Clone)]
enum Repr {
    /// `len` of them, from `at` on; these are in there.
    Part {
        whole: Rc<Bytes>,
        at: u32,
        len: u32,
    },
    Own(Bytes),
}

/// Below that a counted whole is not worth its allocation.
const SHARED_MIN: usize = 1024;

impl Octets {
    /// None.
    #[inline]
    pub const fn new() -> Octets {
        Octets(Repr::Own(Bytes::new()))
    }

    /// Bytes of which many parts will be taken.
    pub(crate) fn to_be_parted(bytes: Bytes) -> Octets {
        match u32::try_from(bytes.len()) {
            Ok(len) if bytes.len() >= SHARED_MIN => {
                Octets(Repr::Part { whole: Rc::new(bytes), at: 0, len })
            }
            _ => Octets(Repr::Own(bytes)),
        }
    }

    /// A part of them, sharing the memory.
    ///
    /// # Panics
    /// If `range` is not within them, as a slice does.
    #[inline]
    pub fn slice(&self, range: impl RangeBounds<usize>) -> Octets {
        let start = match range.start_bound() {
            Bound::Included(at) => *at,
            Bound::Excluded(at) => at + 1,
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(at) => at + 1,
            Bound::Excluded(at) => *at,
            Bound::Unbounded => self.len(),
        };
        match &self.0 {
            Repr::Part { whole, at, len } => {
                assert!(start <= end && end <= *len as usize, "a part is within the whole");
                let (at, len) = (at + start as u32, (end - start) as u32);
                Octets(Repr::Part { whole: Rc::clone(whole), at, len })
            }
            Repr::Own(bytes) => Octets(Repr::Own(bytes.slice(start..end))),
        }
    }

    /// Takes off the first `n`.
    ///
    /// # Panics
    /// If there are fewer.
    #[inline]
    pub(crate) fn advance(&mut self, n: usize) {
        match &mut self.0 {
            Repr::Part { at, len, .. } => {
                assert!(n <= *len as usize, "no more is taken off than there is");
                *at += n as u32;
                *len -= n as u32;
            }
            Repr::Own(bytes) => bytes::Buf::advance(bytes, n),
        }
    }

    /// The same, and gives them.
    ///
    /// # Panics
    /// If there are fewer.
    #[inline]
    pub(crate) fn split_to(&mut self, n: usize) -> Octets {
        let first = self.slice(..n);
        self.advance(n);
        first
    }
}

impl Deref for Octets {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Repr::Part { whole, at, len } => &whole[*at as usize..][..*len as usize],
            Repr::Own(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Octets {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Default for Octets {
    fn default() -> Octets {
        Octets::new()
    }
}

impl From<Bytes> for Octets {
    #[inline]
    fn from(bytes: Bytes) -> Octets {
        Octets(Repr::Own(bytes))
    }
}

impl From<Octets> for Bytes {
    #[inline]
    fn from(octets: Octets) -> Bytes {
        match octets.0 {
            Repr::Part { whole, at, len } => whole.slice(at as usize..at as usize + len as usize),
            Repr::Own(bytes) => bytes,
        }
    }
}

impl From<Vec<u8>> for Octets {
    fn from(bytes: Vec<u8>) -> Octets {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Octets {
    fn from(text: String) -> Octets {
        Bytes::from(text).into()
    }
}

impl From<&'static [u8]> for Octets {
    fn from(bytes: &'static [u8]) -> Octets {
        Bytes::from_static(bytes).into()
    }
}

impl<const N: usize> From<&'static [u8; N]> for Octets {
    fn from(bytes: &'static [u8; N]) -> Octets {
        Bytes::from_static(bytes).into()
    }
}

impl FromIterator<u8> for Octets {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Octets {
        Bytes::from_iter(bytes).into()
    }
}

/// Equal if they hold the same, whosever it is.
impl<T: AsRef<[u8]> + ?Sized> PartialEq<T> for Octets {
    fn eq(&self, other: &T) -> bool {
        self[..] == *other.as_ref()
    }
}

impl Eq for Octets {}

impl PartialOrd for Octets {
    fn partial_cmp(&self, other: &Octets) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Octets {
    fn cmp(&self, other: &Octets) -> Ordering {
        self[..].cmp(&other[..])
    }
}

impl Hash for Octets {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self[..].hash(state);
    }
}

/// As [`Bytes`] are shown.
impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Bytes::from(self.clone()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_what_they_are_of() {
        let all: Vec<u8> = (0..2000).map(|n| n as u8).collect();
        for octets in [Octets::to_be_parted(all.clone().into()), all.clone().into()] {
            for (start, end) in [(0, 0), (0, 2000), (7, 8), (1999, 2000), (2000, 2000), (300, 1700)]
            {
                let part = octets.slice(start..end);
                assert_eq!(part, all[start..end]);
                assert_eq!(part.len(), end - start);
                assert_eq!(Bytes::from(part.clone()), all[start..end]);
                // A part of a part.
                assert_eq!(part.slice(part.len() / 2..), all[start..end][part.len() / 2..]);
                let mut rest = part.clone();
                let first = rest.split_to(part.len() / 3);
                assert_eq!([&first[..], &rest[..]].concat(), all[start..end]);
                assert_eq!(format!("{part:?}"), format!("{:?}", Bytes::from(part)));
            }
        }
    }

    #[test]
    fn nothing_beyond_a_part_can_be_reached() {
        let octets = Octets::to_be_parted(vec![0; 2000].into()).slice(10..20);
        for range in [0..11, 11..12, 1990..2000] {
            let octets = octets.clone();
            assert!(std::panic::catch_unwind(move || octets.slice(range).len()).is_err());
        }
    }

    #[test]
    fn they_take_no_more_room_than_bytes() {
        assert_eq!(size_of::<Octets>(), size_of::<Bytes>());
    }
}
