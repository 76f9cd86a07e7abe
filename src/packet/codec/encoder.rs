//! Headers to bytes.

use super::{Chosen, Form, Len, Number, Out, Visit};
use crate::packet::EmitError;

/// Bytes that are gathered before they are appended.
const GATHER: usize = 64;

/// Appends one header.
///
/// Numbers are gathered on the stack, at places that are constant after inlining, and appended
/// together.
#[derive(Debug)]
pub(crate) struct Encoder<'b> {
    out: &'b mut Vec<u8>,
    what: &'static str,
    /// Where the header starts in `out`.
    start: usize,
    gathered: [u8; GATHER],
    used: usize,
    /// Bits that do not make a byte yet, and how many.
    bits: u64,
    held: u32,
    /// See [`Visit::say`].
    said: u32,
}

impl<'b> Encoder<'b> {
    /// An encoder of the header `what` at the end of `out`. What it writes is there after
    /// [`flush`](Encoder::flush).
    #[inline]
    pub(crate) fn new(what: &'static str, out: &'b mut Vec<u8>) -> Encoder<'b> {
        let start = out.len();
        Encoder { out, what, start, gathered: [0; GATHER], used: 0, bits: 0, held: 0, said: 0 }
    }

    /// Appends what was gathered.
    #[inline(always)]
    pub(crate) fn flush(&mut self) {
        if let Some(gathered) = self.gathered.get(..self.used) {
            self.out.extend_from_slice(gathered);
        }
        self.used = 0;
    }

    /// See [`Visit::say`].
    #[inline]
    pub(crate) fn said(&self) -> u32 {
        self.said
    }

    /// Appends bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.flush();
        self.out.extend_from_slice(bytes);
    }

    /// Appends bytes of a fixed number, at most eight of them or an address.
    #[inline(always)]
    pub(crate) fn array<const N: usize>(&mut self, array: &[u8; N]) {
        if self.used + N > GATHER {
            self.flush();
        }
        match self.gathered.get_mut(self.used..self.used + N) {
            Some(place) => {
                place.copy_from_slice(array);
                self.used += N;
            }
            None => self.out.extend_from_slice(array),
        }
    }

    /// The error for a value that its field cannot hold.
    #[cold]
    pub(crate) fn too_large(&self, field: &'static str, value: u64, max: u64) -> EmitError {
        EmitError { what: self.what, field, value, max }
    }

    #[inline(always)]
    fn put_bits(&mut self, name: &'static str, width: u32, value: u64) -> Result<(), EmitError> {
        let max = u64::MAX >> (64 - width);
        if value > max {
            return Err(self.too_large(name, value, max));
        }
        if self.held == 0 {
            match width {
                8 => self.array(&(value as u8).to_be_bytes()),
                16 => self.array(&(value as u16).to_be_bytes()),
                32 => self.array(&(value as u32).to_be_bytes()),
                64 => self.array(&value.to_be_bytes()),
                _ => self.gather_bits(width, value),
            }
        } else {
            self.gather_bits(width, value);
        }
        Ok(())
    }

    #[inline(always)]
    fn gather_bits(&mut self, width: u32, value: u64) {
        self.bits = self.bits << width | value;
        self.held += width;
        while self.held >= 8 {
            self.held -= 8;
            self.array(&[(self.bits >> self.held) as u8]);
        }
        self.bits &= (1 << self.held) - 1;
    }
}

impl Visit for Encoder<'_> {
    type Error = EmitError;

    #[inline]
    fn is_bytes(&self) -> bool {
        true
    }

    #[inline(always)]
    fn fill_up(&mut self, least: usize, unit: usize) {
        self.flush();
        let size = self.out.len() - self.start;
        let full = size.max(least).next_multiple_of(unit);
        if full != size {
            self.out.resize(self.start + full, 0);
        }
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
    fn align(&mut self, unit: usize) {
        self.fill_up(0, unit);
    }

    fn pad(&mut self, size: usize) {
        self.flush();
        self.out.resize(self.out.len() + size, 0);
    }

    fn mark(&mut self) -> usize {
        self.flush();
        self.out.len()
    }

    fn mend(
        &mut self,
        mark: usize,
        f: impl FnOnce(&mut [u8]) -> Result<(), EmitError>,
    ) -> Result<(), EmitError> {
        self.flush();
        self.out.get_mut(mark..).map_or(Ok(()), f)
    }
}

impl Out for Encoder<'_> {
    #[inline(always)]
    fn with<'a, F: Form<'a, T>, T>(&mut self, _: &'static str, value: &T) -> Result<(), EmitError> {
        F::encode(value, self)
    }

    #[inline(always)]
    fn bits<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        value: &N,
    ) -> Result<(), EmitError> {
        self.put_bits(name, width, value.get())
    }

    fn counts<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        value: &Option<N>,
        count: impl FnOnce() -> usize,
    ) -> Result<(), EmitError> {
        match value {
            Some(raw) => self.put_bits(name, width, raw.get()),
            None => self.put_bits(name, width, count() as u64),
        }
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
        self.flush();
        let at = self.out.len();
        self.put_bits(name, width, 0)?;
        self.flush();
        let body = self.out.len();
        f(self)?;
        self.flush();
        // A length that counts in units counts whole ones.
        let counted = rule.before + self.out.len() - body;
        self.out.resize(self.out.len() + counted.next_multiple_of(rule.unit) - counted, 0);
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
        self.flush();
        let at = self.out.len();
        self.out.push(0);
        f(self, None)?;
        self.flush();
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
