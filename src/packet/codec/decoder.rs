//! Bytes to headers.

use super::{Chosen, Form, In, Len, Member, Number, Visit};
use crate::wire::{DecodeError, DecodeErrorKind};

/// Reads one header; what carries bytes borrows them.
#[derive(Clone, Debug)]
pub(crate) struct Decoder<'a> {
    /// From the start of the header to the end of the box.
    bytes: &'a [u8],
    /// In bits; constant after inlining, wherever sizes are.
    pos: usize,
    /// Where the header stands in the frame.
    offset: usize,
    what: &'static str,
    imposed_by: Option<&'static str>,
}

impl<'a> Decoder<'a> {
    /// A decoder of the header `what`, which stands at `offset` and has all of `bytes`; the field
    /// `imposed_by` ended them, if not the frame's end did.
    #[inline]
    pub(crate) fn new(
        what: &'static str,
        bytes: &'a [u8],
        offset: usize,
        imposed_by: Option<&'static str>,
    ) -> Decoder<'a> {
        Decoder { bytes, pos: 0, offset, what, imposed_by }
    }

    /// Bytes left in the box.
    #[inline]
    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len() - self.pos / 8
    }

    /// Position in the frame, in bytes.
    #[inline]
    pub(crate) fn offset(&self) -> usize {
        self.offset + self.pos / 8
    }

    /// The header that is being read.
    #[inline]
    pub(crate) fn what(&self) -> &'static str {
        self.what
    }

    /// The byte `at` bytes into the header, wherever the decoder stands: what kind of body follows is
    /// often said at the start.
    #[inline]
    pub(crate) fn byte_at(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// The next `N` bytes, looked at only.
    #[inline(always)]
    pub(crate) fn peek<const N: usize>(&self) -> Option<[u8; N]> {
        self.bytes.get(self.pos / 8..)?.first_chunk().copied()
    }

    /// The next `N` bytes.
    #[inline(always)]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.peek() {
            Some(array) => {
                self.pos += 8 * N;
                Ok(array)
            }
            None => Err(self.truncated(N)),
        }
    }

    /// The next `n` bytes, borrowed.
    #[inline]
    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        let at = self.pos / 8;
        match self.bytes.get(at..).and_then(|rest| rest.get(..n)) {
            Some(taken) => {
                self.pos += 8 * n;
                Ok(taken)
            }
            None => Err(self.truncated(n)),
        }
    }

    /// All that is left in the box, borrowed.
    #[inline]
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.pos / 8..).unwrap_or_default();
        self.pos = 8 * self.bytes.len();
        rest
    }

    /// Runs `f` in a box of the next `size` bytes and goes on behind it. The field `imposed_by` drew it.
    ///
    /// # Errors
    /// If there are fewer, or if `f` leaves some.
    #[inline]
    pub(crate) fn boxed<R>(
        &mut self,
        size: usize,
        imposed_by: &'static str,
        f: impl FnOnce(&mut Self) -> Result<R, DecodeError>,
    ) -> Result<R, DecodeError> {
        if size > self.remaining() {
            return Err(self.short(size, imposed_by));
        }
        let (bytes, outer) = (self.bytes, self.imposed_by);
        let end = self.pos / 8 + size;
        self.bytes = &bytes[..end];
        self.imposed_by = Some(imposed_by);
        let done = f(self)?;
        self.finish()?;
        (self.bytes, self.imposed_by) = (bytes, outer);
        Ok(done)
    }

    /// # Errors
    /// If something is left in the box.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        if self.remaining() == 0 {
            return Ok(());
        }
        let mut err = self.truncated(0);
        err.kind = DecodeErrorKind::Trailing;
        Err(err)
    }

    /// An impossible value that stands `back` bytes before the present position.
    #[cold]
    pub(crate) fn bad_value(&self, back: usize, value: usize, field: &'static str) -> DecodeError {
        DecodeError::bad_value(self.what, self.offset().saturating_sub(back), value, field)
    }

    /// What stands here needs `needed` bytes, as the field `imposed_by` says, and there are fewer.
    #[cold]
    pub(crate) fn short(&self, needed: usize, imposed_by: &'static str) -> DecodeError {
        let mut err = self.truncated(needed);
        err.imposed_by = Some(imposed_by);
        err
    }

    #[inline(always)]
    fn read_bits(&mut self, width: u32) -> Result<u64, DecodeError> {
        let from = self.pos;
        let to = from + width as usize;
        let end = to.div_ceil(8);
        let Some(bytes) = self.bytes.get(from / 8..end) else {
            return Err(self.truncated(end - from / 8));
        };
        let mut word = 0u64;
        for byte in bytes {
            word = word << 8 | u64::from(*byte);
        }
        self.pos = to;
        Ok(word >> (end * 8 - to) & (u64::MAX >> (64 - width)))
    }

    #[cold]
    #[inline(never)]
    fn truncated(&self, needed: usize) -> DecodeError {
        DecodeError {
            what: self.what,
            offset: self.offset(),
            needed,
            available: self.remaining(),
            imposed_by: self.imposed_by,
            kind: DecodeErrorKind::Truncated,
        }
    }
}

impl Visit for Decoder<'_> {
    type Error = DecodeError;

    #[inline]
    fn left(&self) -> Option<usize> {
        Some(self.remaining())
    }

    #[inline]
    fn pad(&mut self, size: usize) {
        self.pos += 8 * size.min(self.remaining());
    }

    #[inline]
    fn within(
        &mut self,
        size: usize,
        field: &'static str,
        f: impl FnOnce(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.boxed(size, field, f)
    }

    #[inline]
    fn ahead(&self, at: usize) -> Option<u8> {
        self.bytes.get(self.pos / 8 + at).copied()
    }
}

impl<'a> In<'a> for Decoder<'a> {
    #[inline(always)]
    fn with<F: Form<'a, T>, T>(
        &mut self,
        _: &'static str,
        value: &mut T,
    ) -> Result<(), DecodeError> {
        *value = F::decode(self)?;
        Ok(())
    }

    #[inline(always)]
    fn bits<N: Number>(
        &mut self,
        _: &'static str,
        width: u32,
        value: &mut N,
    ) -> Result<(), DecodeError> {
        *value = N::of(self.read_bits(width)?);
        Ok(())
    }

    #[inline]
    fn sub<T: Member<'a>>(
        &mut self,
        _: &'static str,
        size: usize,
        field: &'static str,
        value: &mut T,
    ) -> Result<(), DecodeError> {
        *value = self.boxed(size, field, T::decode)?;
        Ok(())
    }

    #[inline]
    fn sized<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        rule: Len,
        len: &mut Option<N>,
        f: impl FnOnce(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let name = if name.is_empty() { "length" } else { name };
        let raw = self.read_bits(width)?;
        *len = Some(N::of(raw));
        let Some(size) = rule.body(raw as usize) else {
            let at = self.offset().saturating_sub(width.div_ceil(8) as usize);
            let least = rule.length(0);
            return Err(DecodeError::bad_length(self.what, at, least, raw as usize, name));
        };
        self.boxed(size, name, f)
    }

    #[inline]
    fn flag(&mut self, name: &'static str, value: &mut bool) -> Result<(), DecodeError> {
        self.bits(name, 1, value)
    }

    #[inline]
    fn chosen<C, T: Chosen<'a, C>>(
        &mut self,
        _: &'static str,
        by: C,
        value: &mut T,
    ) -> Result<(), DecodeError> {
        *value = T::decode(by, self)?;
        Ok(())
    }
}
