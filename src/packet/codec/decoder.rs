//! Bytes to headers.

use super::{Chosen, Form, In, Len, Member, Number, Visit};
use crate::packet::List;
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
    /// Where the item starts that is being read, in bytes: errors are about it.
    item: usize,
    /// What was said about what comes next; see [`Visit::say`].
    said: u32,
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
        Decoder { bytes, pos: 0, offset, what, imposed_by, item: 0, said: 0 }
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

    /// What was said about what comes next; see [`Visit::say`].
    #[inline]
    pub(crate) fn said(&self) -> u32 {
        self.said
    }

    /// An item of a list starts here.
    #[inline]
    pub(crate) fn start_item(&mut self) {
        self.item = self.pos / 8;
    }

    /// All from here on is a noun of its own; errors are about that.
    #[inline]
    pub(crate) fn start_part(&mut self, what: &'static str) {
        self.what = what;
        self.start_item();
    }

    /// The next `count` items, which the field `imposed_by` announces, and where they start.
    ///
    /// # Errors
    /// If there are fewer.
    pub(crate) fn items<T: Member<'a>>(
        &mut self,
        count: usize,
        imposed_by: &'static str,
    ) -> Result<(&'a [u8], usize), DecodeError> {
        let (from, offset, item) = (self.pos / 8, self.offset(), self.item);
        for _ in 0..count {
            self.start_item();
            let before = self.pos;
            if let Err(mut err) = T::decode(self) {
                err.imposed_by = err.imposed_by.or(Some(imposed_by));
                return Err(err);
            }
            // Items that take nothing would make many of no bytes.
            if self.pos == before {
                return Err(self.short(1, imposed_by));
            }
        }
        self.item = item;
        Ok((&self.bytes[from..self.pos / 8], offset))
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
        let mut err = self.short(0, "");
        (err.kind, err.imposed_by) = (DecodeErrorKind::Trailing, self.imposed_by);
        Err(err)
    }

    /// An impossible value that stands `back` bytes before the present position.
    #[cold]
    pub(crate) fn bad_value(&self, back: usize, value: usize, field: &'static str) -> DecodeError {
        DecodeError::bad_value(self.what, self.offset().saturating_sub(back), value, field)
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

    /// The item takes `needed` bytes from here on, and there are fewer.
    #[cold]
    #[inline(never)]
    pub(crate) fn truncated(&self, needed: usize) -> DecodeError {
        DecodeError {
            what: self.what,
            offset: self.offset + self.item,
            needed: self.pos / 8 - self.item + needed,
            available: self.bytes.len() - self.item,
            imposed_by: self.imposed_by,
            kind: DecodeErrorKind::Truncated,
        }
    }

    /// What stands here takes `needed` bytes, and there are fewer.
    #[cold]
    #[inline(never)]
    pub(crate) fn missing(&self, needed: usize) -> DecodeError {
        DecodeError { imposed_by: self.imposed_by, ..self.short(needed, "") }
    }

    /// What stands here takes `needed` bytes, as the field `imposed_by` says, and there are fewer.
    #[cold]
    #[inline(never)]
    pub(crate) fn short(&self, needed: usize, imposed_by: &'static str) -> DecodeError {
        DecodeError {
            what: self.what,
            offset: self.offset(),
            needed,
            available: self.remaining(),
            imposed_by: Some(imposed_by),
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
    fn say(&mut self, what: u32) {
        self.said = what;
    }

    #[inline]
    fn said(&self) -> u32 {
        self.said
    }

    #[inline]
    fn need(&mut self, size: usize) -> Result<(), DecodeError> {
        if self.remaining() < size { Err(self.truncated(size)) } else { Ok(()) }
    }

    #[inline]
    fn end_list(&mut self) {
        let mut rest = self.clone();
        if rest.rest().iter().any(|byte| *byte != 0) {
            *self = rest;
        }
    }

    #[inline]
    fn align(&mut self, unit: usize) {
        let size = self.pos / 8 - self.item;
        let padding = size.next_multiple_of(unit) - size;
        self.pos += 8 * padding.min(self.remaining());
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

    #[inline]
    fn is_bytes(&self) -> bool {
        true
    }

    #[inline]
    fn next(&self) -> Option<u8> {
        self.peek::<1>().map(|[byte]| byte)
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
        let name = match name.strip_suffix('_').unwrap_or(name) {
            "" => "length",
            name => name,
        };
        let raw = self.read_bits(width)?;
        *len = Some(N::of(raw));
        let Some(size) = rule.body(raw as usize) else {
            let least = rule.length(0) * rule.unit;
            let at = self.offset + self.item;
            return Err(DecodeError::bad_length(
                self.what,
                at,
                least,
                raw as usize * rule.unit,
                name,
            ));
        };
        if size > self.remaining() {
            let mut err = self.truncated(size);
            err.imposed_by = Some(name);
            return Err(err);
        }
        self.boxed(size, name, f)
    }

    fn counted<T: Member<'a> + Clone>(
        &mut self,
        _: &'static str,
        count: usize,
        field: &'static str,
        value: &mut List<'a, T>,
    ) -> Result<(), DecodeError> {
        let (bytes, offset) = self.items::<T>(count, field)?;
        *value = List::parsed(bytes, offset, self.what, self.said);
        Ok(())
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
