//! Reading pieces of known size from a file, with the count of bytes so far.

use std::io::{self, BufRead, Read};

use bytes::Bytes;

use super::error::CaptureError;

/// Byte order of the machine that wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Big,
    Little,
}

impl Order {
    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Order::Big => u16::from_be_bytes(bytes),
            Order::Little => u16::from_le_bytes(bytes),
        }
    }

    pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Order::Big => u32::from_be_bytes(bytes),
            Order::Little => u32::from_le_bytes(bytes),
        }
    }

    pub(super) fn u64(self, bytes: [u8; 8]) -> u64 {
        match self {
            Order::Big => u64::from_be_bytes(bytes),
            Order::Little => u64::from_le_bytes(bytes),
        }
    }
}

/// A file being read.
#[derive(Debug)]
pub(super) struct Input<R> {
    inner: io::BufReader<R>,
    /// Bytes read so far.
    offset: u64,
}

impl<R: Read> Input<R> {
    pub(super) fn new(inner: R) -> Self {
        Input { inner: io::BufReader::with_capacity(64 * 1024, inner), offset: 0 }
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Is there nothing more?
    pub(super) fn at_end(&mut self) -> Result<bool, CaptureError> {
        loop {
            match self.inner.fill_buf() {
                Ok(bytes) => return Ok(bytes.is_empty()),
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err.into()),
            }
        }
    }

    /// The next `N` bytes, which belong to `what`.
    pub(super) fn array<const N: usize>(
        &mut self,
        what: &'static str,
    ) -> Result<[u8; N], CaptureError> {
        let mut out = [0; N];
        let mut filled = 0;
        while filled < N {
            match self.inner.read(&mut out[filled..]) {
                Ok(0) => return Err(self.truncated(what, N as u64, filled as u64)),
                Ok(n) => filled += n,
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err.into()),
            }
        }
        self.offset += N as u64;
        Ok(out)
    }

    /// The next `len` bytes. Memory grows with what is there, not with what `len` claims.
    pub(super) fn bytes(&mut self, len: usize, what: &'static str) -> Result<Bytes, CaptureError> {
        let mut out = Vec::with_capacity(len.min(4096));
        (&mut self.inner).take(len as u64).read_to_end(&mut out)?;
        if out.len() < len {
            return Err(self.truncated(what, len as u64, out.len() as u64));
        }
        self.offset += len as u64;
        Ok(out.into())
    }

    /// Leaves out `len` bytes without keeping them.
    pub(super) fn skip(&mut self, len: u64, what: &'static str) -> Result<(), CaptureError> {
        let skipped = io::copy(&mut (&mut self.inner).take(len), &mut io::sink())?;
        if skipped < len {
            return Err(self.truncated(what, len, skipped));
        }
        self.offset += len;
        Ok(())
    }

    fn truncated(&self, what: &'static str, needed: u64, available: u64) -> CaptureError {
        CaptureError::Truncated { what, offset: self.offset, needed, available }
    }
}
