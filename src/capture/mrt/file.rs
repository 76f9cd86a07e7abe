//! A file of records, one after the other: reading and writing.

use std::io::{self, Read, Write};
use std::iter::FusedIterator;

use bytes::{Bytes, BytesMut};

use crate::capture::error::CaptureError;
use crate::capture::input::Input;
use crate::wire::DecodeError;

use super::record::{self, MrtRecord, MrtType};

/// The most bytes of one record that are taken, 16 MiB; a longer one is an error. The peer index
/// table with as many peers as there can be has 1.6 MB.
pub const MAX_RECORD: usize = 16 << 20;

/// One record as it stands in the file.
///
/// ```text
/// seconds  type  subtype  length  payload
///    4      2       2       4      length
/// ```
///
/// | field | bytes | meaning |
/// |---|---|---|
/// | `offset` | | where the record starts in the file |
/// | `seconds` | 4 | since 1970 UTC |
/// | `mrt_type`, `subtype` | 2, 2 | layout of the payload |
/// | `payload` | length | with the microseconds in front, for a type that has them |
///
/// Spec: RFC 6396 section 2.
///
/// ```
/// use ryu_sdn::capture::mrt::{MrtBody, MrtReader, MrtType};
///
/// let file = [0, 0, 0, 9, 0, 32, 0, 0, 0, 0, 0, 1, 0x83]; // a piece of IS-IS
/// let frame = MrtReader::new(&file[..]).next_frame()?.unwrap();
/// assert_eq!((frame.seconds, frame.mrt_type), (9, MrtType::ISIS));
/// assert!(matches!(frame.decode()?.body, MrtBody::Isis(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MrtFrame {
    /// Where the record starts, in bytes from the start of the file.
    pub offset: u64,
    /// When it was written down, in seconds since 1970 UTC.
    pub seconds: u32,
    /// What the record is about.
    pub mrt_type: MrtType,
    /// Which layout of that type the payload has.
    pub subtype: u16,
    /// Everything behind the length field.
    pub payload: Bytes,
}

impl MrtFrame {
    /// Looks into the payload. Messages and attributes share its memory.
    ///
    /// # Errors
    /// If the payload is shorter or longer than its fields say, or a field that selects a layout
    /// has a value without one. Offsets count from the start of the payload.
    pub fn decode(&self) -> Result<MrtRecord, DecodeError> {
        record::decode(self)
    }
}

/// Reads records from an MRT file as they come: an iterator over frames, or the error that ends it.
///
/// There is no head, so nothing tells an MRT file from another before its records are looked at.
/// Compressed files have to be unpacked first. See the [module](super) for an example.
#[derive(Debug)]
pub struct MrtReader<R> {
    input: Input<R>,
    ended: bool,
}

impl<R: Read> MrtReader<R> {
    /// A reader at the start of `inner`, which needs no buffer of its own.
    pub fn new(inner: R) -> MrtReader<R> {
        MrtReader { input: Input::new(inner), ended: false }
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// If reading fails, the file ends inside of a record, or a record is longer than
    /// [`MAX_RECORD`]. Nothing more can be read then.
    pub fn next_frame(&mut self) -> Result<Option<MrtFrame>, CaptureError> {
        if self.ended {
            return Ok(None);
        }
        let frame = self.frame();
        self.ended = !matches!(frame, Ok(Some(_)));
        frame
    }

    fn frame(&mut self) -> Result<Option<MrtFrame>, CaptureError> {
        let offset = self.input.offset();
        if self.input.at_end()? {
            return Ok(None);
        }
        let header = self.input.array::<12>("MRT header")?;
        let [s0, s1, s2, s3, t0, t1, u0, u1, l0, l1, l2, l3] = header;
        let len = u32::from_be_bytes([l0, l1, l2, l3]);
        if len as usize > MAX_RECORD {
            return Err(CaptureError::BadField {
                what: "MRT record length",
                offset,
                value: len.into(),
                accepted: "at most 16777216",
            });
        }
        Ok(Some(MrtFrame {
            offset,
            seconds: u32::from_be_bytes([s0, s1, s2, s3]),
            mrt_type: MrtType(u16::from_be_bytes([t0, t1])),
            subtype: u16::from_be_bytes([u0, u1]),
            payload: self.input.bytes(len as usize, "MRT record")?,
        }))
    }
}

impl<R: Read> Iterator for MrtReader<R> {
    type Item = Result<MrtFrame, CaptureError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_frame().transpose()
    }
}

impl<R: Read> FusedIterator for MrtReader<R> {}

/// Writes records into an MRT file as they come. See the [module](super) for an example.
#[derive(Debug)]
pub struct MrtWriter<W> {
    inner: W,
    /// The record being made, so that a misfit writes nothing.
    scratch: BytesMut,
}

impl<W: Write> MrtWriter<W> {
    /// A writer; nothing is written yet. Each record is one write.
    pub fn new(inner: W) -> MrtWriter<W> {
        MrtWriter { inner, scratch: BytesMut::new() }
    }

    /// Writes a record.
    ///
    /// # Errors
    /// Those of `inner`; [`io::ErrorKind::InvalidInput`] with an
    /// [`MrtEncodeError`](super::MrtEncodeError) inside if the record does not fit the format.
    /// Nothing is written then.
    pub fn write(&mut self, record: &MrtRecord) -> io::Result<()> {
        self.scratch.clear();
        let made = record.encode(&mut self.scratch);
        made.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        self.inner.write_all(&self.scratch)
    }

    /// Writes a record as it was read, whatever stands in it.
    ///
    /// # Errors
    /// Those of `inner`; [`io::ErrorKind::InvalidInput`] if the payload has 4 GiB or more.
    pub fn write_frame(&mut self, frame: &MrtFrame) -> io::Result<()> {
        let len = u32::try_from(frame.payload.len());
        let len = len.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        self.scratch.clear();
        record::header(frame.seconds, frame.mrt_type, frame.subtype, len, &mut self.scratch);
        self.scratch.extend_from_slice(&frame.payload);
        self.inner.write_all(&self.scratch)
    }

    /// Hands what was written on, for a file that somebody reads while it grows.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }

    /// Flushes and gives the file back.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn finish(mut self) -> io::Result<W> {
        self.inner.flush()?;
        Ok(self.inner)
    }
}
