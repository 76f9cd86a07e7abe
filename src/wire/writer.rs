//! Appends big-endian fields to a buffer, with lengths filled in behind.

use bytes::{BufMut, BytesMut};

use super::mac_addr::MacAddr;

/// What happens to a structure whose size is not a multiple of eight.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::wire::{Padding, Writer};
///
/// let tlv = |padding| {
///     let mut buf = BytesMut::new();
///     Writer::new(&mut buf).scope(0, padding, |w| w.bytes(&[0, 0, 0xaa]));
///     buf.to_vec()
/// };
/// assert_eq!(tlv(Padding::None), [0, 3, 0xaa]);
/// assert_eq!(tlv(Padding::Inside), [0, 8, 0xaa, 0, 0, 0, 0, 0]);
/// assert_eq!(tlv(Padding::Outside), [0, 3, 0xaa, 0, 0, 0, 0, 0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Nothing.
    None,
    /// Zeros are added and the length field counts them (actions, instructions).
    Inside,
    /// Zeros are added and the length field does not count them (match, hello elements).
    Outside,
}

/// Writes one message at the end of a [`BytesMut`].
///
/// # Example: a length that cannot be forgotten
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::wire::{Padding, Writer};
///
/// let mut buf = BytesMut::new();
/// Writer::new(&mut buf).scope(2, Padding::Inside, |w| {
///     w.u16(11);
///     w.u16(0); // the length, filled in at the end of the scope
///     w.u8(0xaa);
/// });
/// assert_eq!(&buf[..], &[0, 11, 0, 8, 0xaa, 0, 0, 0]);
/// ```
#[derive(Debug)]
pub struct Writer<'a> {
    buf: &'a mut BytesMut,
    start: usize,
}

impl<'a> Writer<'a> {
    /// A writer whose offsets count from the present end of `buf`.
    #[inline]
    pub fn new(buf: &'a mut BytesMut) -> Writer<'a> {
        let start = buf.len();
        Writer { buf, start }
    }

    /// Makes sure `n` more bytes fit without growing the buffer again.
    #[inline]
    pub fn reserve(&mut self, n: usize) {
        self.buf.reserve(n);
    }

    /// Appends one byte.
    #[inline]
    pub fn u8(&mut self, v: u8) {
        self.buf.put_u8(v);
    }

    /// Appends a 16-bit number.
    #[inline]
    pub fn u16(&mut self, v: u16) {
        self.buf.put_u16(v);
    }

    /// Appends a 32-bit number.
    #[inline]
    pub fn u32(&mut self, v: u32) {
        self.buf.put_u32(v);
    }

    /// Appends a 64-bit number.
    #[inline]
    pub fn u64(&mut self, v: u64) {
        self.buf.put_u64(v);
    }

    /// Appends an Ethernet address.
    #[inline]
    pub fn mac(&mut self, v: MacAddr) {
        self.buf.put_slice(&v.0);
    }

    /// Appends bytes as they are.
    #[inline]
    pub fn bytes(&mut self, v: &[u8]) {
        self.buf.put_slice(v);
    }

    /// Appends `N` zero bytes and gives them out to be written over: many small fields are best
    /// written where they stay, for what was stored in pieces is slow to copy as a whole.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::wire::Writer;
    ///
    /// let mut buf = BytesMut::new();
    /// let mut w = Writer::new(&mut buf);
    /// let [kind, _, len @ ..] = w.room::<4>();
    /// (*kind, *len) = (1, 4_u16.to_be_bytes());
    /// assert_eq!(&buf[..], &[1, 0, 0, 4]);
    /// ```
    #[inline(always)] // What is written over at once need not be filled with zeros before.
    pub fn room<const N: usize>(&mut self) -> &mut [u8; N] {
        let at = self.buf.len();
        self.buf.extend_from_slice(&[0; N]);
        self.buf[at..].first_chunk_mut().expect("that many bytes were just appended")
    }

    /// Appends an array: as [`bytes`](Writer::bytes), the length known beforehand.
    #[inline(always)] // The length is known where it is called, and only there.
    pub fn array<const N: usize>(&mut self, v: [u8; N]) {
        self.buf.extend_from_slice(&v);
    }

    /// Takes back the last `n` bytes, or all that were written through this writer if they are fewer.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::wire::Writer;
    ///
    /// let mut buf = BytesMut::from(&b"ab"[..]);
    /// let mut w = Writer::new(&mut buf);
    /// w.bytes(b"cde");
    /// w.take_back(2);
    /// w.take_back(9);
    /// assert_eq!(&buf[..], b"ab");
    /// ```
    #[inline]
    pub fn take_back(&mut self, n: usize) {
        let len = self.buf.len().saturating_sub(n).max(self.start);
        self.buf.truncate(len);
    }

    /// Lets `f` append to the buffer itself, for what is made elsewhere.
    #[inline]
    pub fn append<R>(&mut self, f: impl FnOnce(&mut BytesMut) -> R) -> R {
        f(self.buf)
    }

    /// Appends `n` zero bytes.
    #[inline]
    pub fn pad(&mut self, n: usize) {
        self.buf.put_bytes(0, n);
    }

    /// Appends `v` in a field of exactly `size` bytes, filled up with zeros; what does not fit is
    /// cut off.
    pub fn fixed(&mut self, v: &[u8], size: usize) {
        let n = v.len().min(size);
        self.bytes(&v[..n]);
        self.pad(size - n);
    }

    /// Runs `f`, then writes the number of bytes it appended as a 16-bit length at `len_at` bytes
    /// from where it started, padded as asked.
    ///
    /// A structure longer than 65,535 bytes gets a wrong length here; it can only be part of a
    /// message that is too long as a whole, which is where the error is raised.
    #[inline]
    pub fn scope<R>(
        &mut self,
        len_at: usize,
        padding: Padding,
        f: impl FnOnce(&mut Writer<'_>) -> R,
    ) -> R {
        let at = self.buf.len();
        let out = f(self);
        let mut len = self.buf.len() - at;
        let pad = len.wrapping_neg() & 7;
        if padding != Padding::None && pad != 0 {
            self.pad(pad);
        }
        if padding == Padding::Inside {
            len += pad;
        }
        self.patch_at(at + len_at, len as u16);
        out
    }

    /// Writes a 16-bit number over bytes already written, `offset` counted from the start of
    /// this writer. An offset that was not written yet is ignored.
    #[inline]
    pub fn patch_u16(&mut self, offset: usize, v: u16) {
        self.patch_at(self.start + offset, v);
    }

    /// Bytes written through this writer.
    #[inline]
    pub fn len(&self) -> usize {
        self.buf.len() - self.start
    }

    /// Whether nothing was written through this writer.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes back everything written through this writer.
    #[inline]
    pub fn rollback(&mut self) {
        self.buf.truncate(self.start);
    }

    #[inline]
    fn patch_at(&mut self, at: usize, v: u16) {
        if let Some(field) = self.buf.get_mut(at..at + 2) {
            field.copy_from_slice(&v.to_be_bytes());
        }
    }
}
