//! Where the bytes of switches are read to: one buffer for all pumps, so that an idle connection owns
//! none.
//!
//! What a busy switch has sent is handed on as it lies there, and the next read goes into another
//! buffer. A buffer comes back when nobody holds anything that was in it. Little is copied out
//! instead: it would keep a large buffer from coming back.

use std::collections::VecDeque;
use std::io;
use std::mem;

use bytes::{Bytes, BytesMut};

/// The most that is read at once, in bytes. More than that is left for the next turn, so that one peer
/// cannot keep the others waiting.
pub(super) const READ_CHUNK: usize = 64 * 1024;

/// Up to so many bytes are copied out.
const COPIED: usize = READ_CHUNK / 4;

/// The most buffers whose return is waited for, 4 MiB of them. What is out longer is its holder's.
const OUT_MAX: usize = 64;

/// The buffer, and those that are still looked at.
pub(super) struct ReadBuffer {
    /// [`READ_CHUNK`] bytes.
    ready: BytesMut,
    /// The one that was given away first stands first.
    out: VecDeque<Bytes>,
}

impl ReadBuffer {
    pub(super) fn new() -> ReadBuffer {
        ReadBuffer { ready: BytesMut::zeroed(READ_CHUNK), out: VecDeque::new() }
    }

    /// What `read` reads: it is given `size` bytes of the buffer, at most [`READ_CHUNK`], and says how
    /// many it has filled.
    ///
    /// # Errors
    /// Those of `read`.
    pub(super) fn read(
        &mut self,
        size: usize,
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<Bytes> {
        let n = read(&mut self.ready[..size.min(READ_CHUNK)])?;
        if n <= COPIED {
            return Ok(Bytes::copy_from_slice(&self.ready[..n]));
        }
        let next = self.next();
        let whole = mem::replace(&mut self.ready, next).freeze();
        let bytes = whole.slice(..n);
        self.out.push_back(whole);
        Ok(bytes)
    }

    /// The oldest of those that are out, if it is free; else a new one.
    fn next(&mut self) -> BytesMut {
        match self.out.pop_front().map(Bytes::try_into_mut) {
            Some(Ok(free)) => return free,
            Some(Err(held)) if self.out.len() + 1 < OUT_MAX => self.out.push_front(held),
            Some(Err(_)) | None => {}
        }
        BytesMut::zeroed(READ_CHUNK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `n` bytes, all of them `byte`.
    fn read(buffer: &mut ReadBuffer, n: usize, byte: u8) -> Bytes {
        let bytes = buffer.read(READ_CHUNK, |into| {
            assert_eq!(into.len(), READ_CHUNK);
            into[..n].fill(byte);
            Ok(n)
        });
        bytes.unwrap()
    }

    #[test]
    fn little_is_copied_and_much_is_not() {
        let mut buffer = ReadBuffer::new();
        let place = buffer.ready.as_ptr();
        let little = read(&mut buffer, COPIED, 1);
        assert_eq!((little.len(), buffer.ready.as_ptr()), (COPIED, place));
        let much = read(&mut buffer, COPIED + 1, 2);
        assert_eq!((much.len(), much.as_ptr()), (COPIED + 1, place));
        assert!(little.iter().all(|byte| *byte == 1) && much.iter().all(|byte| *byte == 2));
    }

    #[test]
    fn what_somebody_holds_is_not_written_over() {
        let mut buffer = ReadBuffer::new();
        let mut held = Vec::new();
        for byte in 0..100_u8 {
            held.push(read(&mut buffer, READ_CHUNK, byte).slice(10..20));
        }
        for (byte, bytes) in (0..).zip(&held) {
            assert_eq!(bytes[..], [byte; 10]);
        }
        assert_eq!(buffer.out.len(), OUT_MAX);
    }

    #[test]
    fn what_nobody_holds_comes_back() {
        let mut buffer = ReadBuffer::new();
        for round in 0..100 {
            let both = [read(&mut buffer, READ_CHUNK, 1), read(&mut buffer, READ_CHUNK, 2)];
            assert!(buffer.out.len() <= 3, "{round}: {}", buffer.out.len());
            drop(both);
        }
    }

    #[test]
    fn an_error_costs_nothing() {
        let mut buffer = ReadBuffer::new();
        let place = buffer.ready.as_ptr();
        let error = buffer.read(READ_CHUNK, |_| Err(io::ErrorKind::WouldBlock.into())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        assert_eq!(buffer.ready.as_ptr(), place);
    }
}
