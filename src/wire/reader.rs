//! A cursor over received bytes that cannot leave its box.

use bytes::Bytes;

use super::decode_error::{DecodeError, DecodeErrorKind};
use super::mac_addr::MacAddr;

/// Reads big-endian numbers and sub-slices from a message; every read is checked.
///
/// A reader works on `&Bytes` so that payloads can be handed out as [`Bytes`] that share the
/// receive buffer instead of copying it.
///
/// # Example: a length field draws a box
///
/// ```
/// use bytes::Bytes;
/// use ryu_sdn::wire::Reader;
///
/// let bytes = Bytes::from_static(&[0, 4, 0xaa, 0xbb, 0xcc]);
/// let mut r = Reader::new(&bytes, "tlv");
/// let len = r.u16()?;
/// let err = r.sub(usize::from(len), "tlv length").unwrap_err();
/// assert_eq!(err.to_string(), "tlv: needed 4 bytes at offset 2, only 3 available (limit set by tlv length)");
/// # Ok::<(), ryu_sdn::wire::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    buf: &'a Bytes,
    pos: usize,
    end: usize,
    what: &'static str,
    imposed_by: Option<&'static str>,
}

impl<'a> Reader<'a> {
    /// A reader over all of `buf`; `what` names the thing in errors.
    #[inline]
    pub fn new(buf: &'a Bytes, what: &'static str) -> Reader<'a> {
        Reader { buf, pos: 0, end: buf.len(), what, imposed_by: None }
    }

    /// Changes the name that errors carry from here on.
    #[inline]
    pub fn name(&mut self, what: &'static str) {
        self.what = what;
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Truncated`] if the box is empty. The other reads fail the same way.
    #[inline]
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        let [b] = self.array()?;
        Ok(b)
    }

    /// Reads a 16-bit number.
    ///
    /// # Errors
    /// As [`Reader::u8`].
    #[inline]
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    /// Reads a 32-bit number.
    ///
    /// # Errors
    /// As [`Reader::u8`].
    #[inline]
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Reads a 64-bit number.
    ///
    /// # Errors
    /// As [`Reader::u8`].
    #[inline]
    pub fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_be_bytes)
    }

    /// Reads an Ethernet address.
    ///
    /// # Errors
    /// As [`Reader::u8`].
    #[inline]
    pub fn mac(&mut self) -> Result<MacAddr, DecodeError> {
        self.array().map(MacAddr)
    }

    /// Reads `N` bytes.
    ///
    /// # Errors
    /// As [`Reader::u8`].
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.buf.get(self.pos..self.end).and_then(|rest| rest.first_chunk::<N>()) {
            Some(chunk) => {
                self.pos += N;
                Ok(*chunk)
            }
            None => Err(self.truncated(N)),
        }
    }

    /// The next `n` bytes, borrowed.
    ///
    /// # Errors
    /// As [`Reader::u8`].
    #[inline]
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        if n > self.remaining() {
            return Err(self.truncated(n));
        }
        let out = &self.buf[self.pos..self.pos + n];
        self.pos += n;
        Ok(out)
    }

    /// The next `n` bytes, sharing the buffer (a reference count, no copy).
    ///
    /// # Errors
    /// As [`Reader::u8`].
    #[inline]
    pub fn bytes(&mut self, n: usize) -> Result<Bytes, DecodeError> {
        if n > self.remaining() {
            return Err(self.truncated(n));
        }
        let out = if n == 0 { Bytes::new() } else { self.buf.slice(self.pos..self.pos + n) };
        self.pos += n;
        Ok(out)
    }

    /// Everything that is left in the box, sharing the buffer.
    #[inline]
    pub fn rest_bytes(&mut self) -> Bytes {
        let out = if self.is_empty() { Bytes::new() } else { self.buf.slice(self.pos..self.end) };
        self.pos = self.end;
        out
    }

    /// Everything that is left in the box, borrowed.
    #[inline]
    pub fn rest(&mut self) -> &'a [u8] {
        let out = &self.buf[self.pos..self.end];
        self.pos = self.end;
        out
    }

    /// Skips `n` bytes of padding; what they hold is never looked at.
    ///
    /// # Errors
    /// As [`Reader::u8`].
    #[inline]
    pub fn pad(&mut self, n: usize) -> Result<(), DecodeError> {
        if n > self.remaining() {
            return Err(self.truncated(n));
        }
        self.pos += n;
        Ok(())
    }

    /// Skips up to `n` bytes of padding, fewer if the box ends first.
    #[inline]
    pub fn pad_if_any(&mut self, n: usize) {
        self.pos += n.min(self.remaining());
    }

    /// A reader over the next `len` bytes only; this one goes on behind them. `field` is the
    /// length field that drew the box, for the errors.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Truncated`] if the box would stick out of this one.
    #[inline]
    pub fn sub(&mut self, len: usize, field: &'static str) -> Result<Reader<'a>, DecodeError> {
        if len > self.remaining() {
            let mut err = self.truncated(len);
            err.imposed_by = Some(field);
            return Err(err);
        }
        let pos = self.pos;
        self.pos += len;
        Ok(Reader { buf: self.buf, pos, end: self.pos, what: self.what, imposed_by: Some(field) })
    }

    /// Draws a box around the next `len` bytes: this reader cannot leave it until
    /// [`widen`](Reader::widen) takes it away. `field` is the length field that drew the box, for
    /// the errors.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Truncated`] if the box would stick out of the present one.
    #[inline]
    pub fn narrow(&mut self, len: usize, field: &'static str) -> Result<Outer, DecodeError> {
        if len > self.remaining() {
            let mut err = self.truncated(len);
            err.imposed_by = Some(field);
            return Err(err);
        }
        let outer = Outer { end: self.end, imposed_by: self.imposed_by };
        self.end = self.pos + len;
        self.imposed_by = Some(field);
        Ok(outer)
    }

    /// The present box, for a [`widen`](Reader::widen) after boxes that are drawn later.
    #[inline]
    pub fn outer(&self) -> Outer {
        Outer { end: self.end, imposed_by: self.imposed_by }
    }

    /// Takes away the box that [`narrow`](Reader::narrow) drew; reading goes on behind what was
    /// read in it.
    #[inline]
    pub fn widen(&mut self, outer: Outer) {
        // A box of another reader is cut to what this one has.
        self.end = outer.end.clamp(self.pos, self.buf.len());
        self.imposed_by = outer.imposed_by;
    }

    /// Looks at the next two bytes as a number without consuming them.
    #[inline]
    pub fn peek_u16(&self) -> Option<u16> {
        self.buf[self.pos..self.end].first_chunk().map(|b| u16::from_be_bytes(*b))
    }

    /// Looks at the next `N` bytes without consuming them; `None` if the box has fewer.
    #[inline]
    pub fn peek_array<const N: usize>(&self) -> Option<[u8; N]> {
        self.buf[self.pos..self.end].first_chunk().copied()
    }

    /// As [`peek_array`](Reader::peek_array), in place.
    #[inline]
    pub fn peek_chunk<const N: usize>(&self) -> Option<&'a [u8; N]> {
        self.buf[self.pos..self.end].first_chunk()
    }

    /// Looks at the next four bytes as a number without consuming them.
    #[inline]
    pub fn peek_u32(&self) -> Option<u32> {
        self.buf[self.pos..self.end].first_chunk().map(|b| u32::from_be_bytes(*b))
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Trailing`] if something is.
    #[inline]
    pub fn finish(&self) -> Result<(), DecodeError> {
        if self.is_empty() {
            return Ok(());
        }
        Err(DecodeError {
            what: self.what,
            offset: self.pos,
            needed: 0,
            available: self.remaining(),
            imposed_by: self.imposed_by,
            kind: DecodeErrorKind::Trailing,
        })
    }

    /// Bytes left in the box.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.end - self.pos
    }

    /// Whether the box is used up.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.pos == self.end
    }

    /// Position in the message, in bytes.
    #[inline]
    pub fn offset(&self) -> usize {
        self.pos
    }

    /// The error for an impossible length found `back` bytes before the current position.
    #[cold]
    pub fn bad_length(
        &self,
        back: usize,
        needed: usize,
        found: usize,
        field: &'static str,
    ) -> DecodeError {
        DecodeError::bad_length(self.what, self.pos.saturating_sub(back), needed, found, field)
    }

    /// The error for an impossible value found `back` bytes before the current position.
    #[cold]
    pub fn bad_value(&self, back: usize, value: usize, field: &'static str) -> DecodeError {
        DecodeError::bad_value(self.what, self.pos.saturating_sub(back), value, field)
    }

    #[cold]
    fn truncated(&self, needed: usize) -> DecodeError {
        DecodeError {
            what: self.what,
            offset: self.pos,
            needed,
            available: self.remaining(),
            imposed_by: self.imposed_by,
            kind: DecodeErrorKind::Truncated,
        }
    }
}

/// The box around a box that [`Reader::narrow`] drew.
///
/// ```
/// use bytes::Bytes;
/// use ryu_sdn::wire::Reader;
///
/// let bytes = Bytes::from_static(&[0xaa, 0xbb, 0xcc]);
/// let mut r = Reader::new(&bytes, "tlv");
/// let outer = r.narrow(2, "tlv length")?;
/// assert_eq!((r.u8()?, r.remaining()), (0xaa, 1));
/// r.widen(outer);
/// assert_eq!(r.remaining(), 2);
/// # Ok::<(), ryu_sdn::wire::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "the reader stays in its box until it is widened"]
pub struct Outer {
    end: usize,
    imposed_by: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sub_reader_cannot_leave_its_box() {
        let bytes = Bytes::from_static(&[1, 2, 3, 4, 5]);
        let mut r = Reader::new(&bytes, "t");
        r.u8().unwrap();
        let mut sub = r.sub(2, "len").unwrap();
        assert_eq!(sub.u16().unwrap(), 0x0203);
        let err = sub.u8().unwrap_err();
        assert_eq!((err.offset, err.available, err.imposed_by), (3, 0, Some("len")));
        assert_eq!(r.rest_bytes(), &[4u8, 5][..]);
        r.finish().unwrap();
    }

    #[test]
    fn huge_requests_are_refused_without_overflow() {
        let bytes = Bytes::from_static(&[1]);
        let mut r = Reader::new(&bytes, "t");
        assert!(r.take(usize::MAX).is_err());
        assert!(r.bytes(usize::MAX).is_err());
        assert!(r.pad(usize::MAX).is_err());
        assert!(r.sub(usize::MAX, "x").is_err());
        assert_eq!(r.finish().unwrap_err().kind, DecodeErrorKind::Trailing);
    }
}
