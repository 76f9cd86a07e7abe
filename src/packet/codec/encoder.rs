//! Headers to bytes.

use super::{Chosen, Form, Len, Number, Out, Visit};
use crate::packet::EmitError;

/// Appends one header.
#[derive(Debug)]
pub(crate) struct Encoder<'b> {
    out: &'b mut Vec<u8>,
    what: &'static str,
    /// Where the header starts in `out`.
    start: usize,
    /// Bits that do not make a byte yet, and how many.
    bits: u64,
    held: u32,
}

impl<'b> Encoder<'b> {
    /// An encoder of the header `what` at the end of `out`.
    #[inline]
    pub(crate) fn new(what: &'static str, out: &'b mut Vec<u8>) -> Encoder<'b> {
        let start = out.len();
        Encoder { out, what, start, bits: 0, held: 0 }
    }

    /// Appends bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// The error for a value that its field cannot hold.
    #[cold]
    pub(crate) fn too_large(&self, field: &'static str, value: u64, max: u64) -> EmitError {
        EmitError { what: self.what, field, value, max }
    }

    #[inline]
    fn put_bits(&mut self, name: &'static str, width: u32, value: u64) -> Result<(), EmitError> {
        let max = u64::MAX >> (64 - width);
        if value > max {
            return Err(self.too_large(name, value, max));
        }
        if self.held == 0 && width % 8 == 0 {
            let bytes = (value << (64 - width)).to_be_bytes();
            self.out.extend_from_slice(&bytes[..width as usize / 8]);
            return Ok(());
        }
        self.bits = self.bits << width | value;
        self.held += width;
        if self.held % 8 == 0 {
            let bytes = (self.bits << (64 - self.held)).to_be_bytes();
            self.out.extend_from_slice(&bytes[..self.held as usize / 8]);
            (self.bits, self.held) = (0, 0);
        } else {
            while self.held > 8 {
                self.held -= 8;
                self.out.push((self.bits >> self.held) as u8);
            }
            self.bits &= u64::MAX >> (64 - self.held);
        }
        Ok(())
    }
}

impl Visit for Encoder<'_> {
    type Error = EmitError;

    #[inline]
    fn fill_up(&mut self, least: usize, unit: usize) {
        let size = self.out.len() - self.start;
        let full = size.max(least).next_multiple_of(unit);
        if full != size {
            self.out.resize(self.start + full, 0);
        }
    }
}

impl Out for Encoder<'_> {
    #[inline]
    fn with<'a, F: Form<'a, T>, T>(&mut self, _: &'static str, value: &T) -> Result<(), EmitError> {
        F::encode(value, self)
    }

    #[inline]
    fn bits<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        value: &N,
    ) -> Result<(), EmitError> {
        self.put_bits(name, width, value.get())
    }

    fn sized<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        rule: Len,
        len: &Option<N>,
        f: impl FnOnce(&mut Self) -> Result<(), EmitError>,
    ) -> Result<(), EmitError> {
        if let Some(raw) = len {
            self.put_bits(name, width, raw.get())?;
            return f(self);
        }
        // The bits in front of the length share its first byte: they are written with it.
        let (bits, held) = (self.bits, self.held);
        let at = self.out.len();
        self.put_bits(name, width, 0)?;
        let body = self.out.len();
        f(self)?;
        let length = rule.length(self.out.len() - body) as u64;
        let max = u64::MAX >> (64 - width);
        if length > max {
            return Err(self.too_large(name, length, max));
        }
        let size = body - at;
        let word = bits << width | length;
        let word = word << (64 - (width + held));
        self.out[at..body].copy_from_slice(&word.to_be_bytes()[..size]);
        Ok(())
    }

    #[inline]
    fn flag(&mut self, name: &'static str, value: &bool) -> Result<(), EmitError> {
        self.bits(name, 1, value)
    }

    #[inline]
    fn chosen<'a, C, T: Chosen<'a, C>>(
        &mut self,
        _: &'static str,
        by: C,
        value: &T,
    ) -> Result<(), EmitError> {
        value.encode(by, self)
    }

    fn sized_wide<N: Number>(
        &mut self,
        name: &'static str,
        is_wide: bool,
        bit: u8,
        len: &Option<N>,
        f: impl FnOnce(&mut Self, Option<u64>) -> Result<(), EmitError>,
    ) -> Result<(), EmitError> {
        if is_wide || len.is_some() {
            return self.sized(name, if is_wide { 16 } else { 8 }, Len::BODY, len, |v| f(v, None));
        }
        let at = self.out.len();
        self.out.push(0);
        f(self, None)?;
        let length = self.out.len() - at - 1;
        if let Ok(length) = u8::try_from(length) {
            self.out[at] = length;
            return Ok(());
        }
        let Ok(length) = u16::try_from(length) else {
            return Err(self.too_large(name, length as u64, u16::MAX.into()));
        };
        let [high, low] = length.to_be_bytes();
        self.out[at] = low;
        self.out.insert(at, high);
        self.out[at - 2] |= bit;
        Ok(())
    }
}
