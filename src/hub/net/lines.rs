//! Reading by the line and writing by the buffer, as a socket's `makefile` does in Python.

use std::fmt;
use std::io;
use std::rc::Rc;

use super::stream::{Stream, StreamExt};
use crate::hub;

/// Bytes of a line, its end included, unless told otherwise.
pub const LINE_MAX: usize = 64 << 10;

/// Bytes that a [`LineWriter`] gathers before it writes by itself.
pub const WRITE_BUFFER: usize = 8 << 10;

/// Bytes that are read at once.
const READ_SIZE: usize = 8 << 10;

/// A stream as a file to read and one to write, with the usual limits.
///
/// ```
/// use std::rc::Rc;
/// use ryu_sdn::{clock::Clock, hub::Hub, hub::net};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let (ours, theirs) = net::pipe(100);
///     let (mut reader, _) = net::makefile(Rc::new(ours));
///     let (_, mut writer) = net::makefile(Rc::new(theirs));
///     writer.write(b"hello\nworld").await?;
///     writer.flush().await?;
///     assert_eq!(reader.read_line().await?.unwrap(), b"hello\n");
///     drop(writer); // and with it the last who holds that end
///     assert_eq!(reader.read_line().await?.unwrap(), b"world"); // the last one lacks its end
///     assert_eq!(reader.read_line().await?, None);
///     Ok::<_, std::io::Error>(())
/// }).unwrap();
/// ```
pub fn makefile(stream: Rc<dyn Stream>) -> (LineReader, LineWriter) {
    (LineReader::new(Rc::clone(&stream), LINE_MAX), LineWriter::new(stream, WRITE_BUFFER))
}

/// Reads lines of a bounded length; see the example of [`makefile`].
pub struct LineReader {
    stream: Rc<dyn Stream>,
    buffer: Vec<u8>,
    /// Bytes of the buffer that have been given out.
    start: usize,
    /// Bytes behind `start` that are known to hold no line feed.
    searched: usize,
    limit: usize,
    is_ended: bool,
}

impl LineReader {
    /// Reads `stream`, lines of `limit` bytes at most, their ends included.
    ///
    /// # Panics
    ///
    /// If `limit` is 0.
    pub fn new(stream: Rc<dyn Stream>, limit: usize) -> LineReader {
        assert!(limit > 0, "every line has an end");
        LineReader { stream, buffer: Vec::new(), start: 0, searched: 0, limit, is_ended: false }
    }

    /// The next line, with the line feed that ends it; the last one of the stream may lack it.
    /// `None` at the end of the stream. Cancel-safe: a dropped wait loses no bytes.
    ///
    /// # Errors
    ///
    /// `InvalidData` for a line that is too long, and again for each call after it: where the next
    /// one begins is not known. Else those of the stream.
    pub async fn read_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let unread = &self.buffer[self.start..];
            let found = unread[self.searched..].iter().position(|&byte| byte == b'\n');
            let length = match found {
                Some(at) => self.searched + at + 1,
                None if self.is_ended && unread.is_empty() => return Ok(None),
                None => unread.len(),
            };
            if length > self.limit {
                let text = format!("a line of more than {} bytes", self.limit);
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            if found.is_some() || self.is_ended {
                let line = unread[..length].to_vec();
                self.start += length;
                self.searched = 0;
                return Ok(Some(line));
            }
            self.searched = length;
            self.fill().await?;
        }
    }

    /// Reads what is there, waiting for the first byte: of the line that was begun, or of what
    /// follows. 0 is the end of the stream. Cancel-safe.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub async fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.start == self.buffer.len() && !self.is_ended {
            self.fill().await?;
        }
        let unread = &self.buffer[self.start..];
        let n = unread.len().min(bytes.len());
        bytes[..n].copy_from_slice(&unread[..n]);
        self.start += n;
        self.searched = 0;
        Ok(n)
    }

    /// Takes in the next bytes of the stream. Others run in between, however many there are.
    async fn fill(&mut self) -> io::Result<()> {
        hub::yield_now().await;
        self.buffer.drain(..self.start);
        self.start = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + READ_SIZE, 0);
        let mut rest = Unfilled { buffer: &mut self.buffer, length };
        let n = self.stream.read(&mut rest.buffer[length..]).await?;
        rest.length += n;
        self.is_ended = n == 0;
        Ok(())
    }
}

/// Cuts the buffer back to what has been read, however the reading ends.
struct Unfilled<'a> {
    buffer: &'a mut Vec<u8>,
    length: usize,
}

impl Drop for Unfilled<'_> {
    fn drop(&mut self) {
        self.buffer.truncate(self.length);
    }
}

impl fmt::Debug for LineReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ahead = self.buffer.len() - self.start;
        write!(f, "LineReader({}, {ahead} bytes read ahead)", self.stream.peer())
    }
}

/// Gathers what is written until it is flushed, or until there is a [`WRITE_BUFFER`] of it; see the
/// example of [`makefile`]. What has not been flushed is lost when it is dropped.
pub struct LineWriter {
    stream: Rc<dyn Stream>,
    buffer: Vec<u8>,
    capacity: usize,
}

impl LineWriter {
    /// Writes to `stream`, `capacity` bytes at once where there are so many.
    pub fn new(stream: Rc<dyn Stream>, capacity: usize) -> LineWriter {
        LineWriter { stream, buffer: Vec::new(), capacity }
    }

    /// Takes `bytes`; waits only if the buffer is full, for the peer to take what is in it. Not
    /// cancel-safe: some may have been taken.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > self.capacity {
            self.flush().await?;
        }
        if bytes.len() > self.capacity {
            return self.stream.write_all(bytes).await;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes what has been gathered. Cancel-safe: what has not been written is still there.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub async fn flush(&mut self) -> io::Result<()> {
        let mut rest = Rest { buffer: &mut self.buffer, written: 0 };
        while rest.written < rest.buffer.len() {
            match self.stream.write(&rest.buffer[rest.written..]).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                n => rest.written += n,
            }
        }
        Ok(())
    }
}

/// Takes out of the buffer what has been written, however the writing ends.
struct Rest<'a> {
    buffer: &'a mut Vec<u8>,
    written: usize,
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        self.buffer.drain(..self.written);
    }
}

impl fmt::Debug for LineWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineWriter({}, {} bytes gathered)", self.stream.peer(), self.buffer.len())
    }
}
