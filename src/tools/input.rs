//! Every form of input, taken to messages: hex lines, raw bytes, captures.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use super::conversations::{Conversations, Ports};
use super::cutter::Cutter;
use super::decoded::{Decoded, Fault, decode};
use crate::capture::{CaptureError, CaptureReader, MAGIC_LEN, StreamId, is_capture};
use crate::ofproto::{Framing, frame};
use crate::wire::hex;

/// Where something stood. Printed as `line 3`, `byte 120`, `10.0.0.1:1024 > 10.0.0.2:6653`,
/// `packet 7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of text, from 1.
    Line(u64),
    /// Bytes from the start of the file.
    Byte(u64),
    /// A direction of a connection, and bytes from its start.
    Stream(StreamId, u64),
    /// A packet of a capture, from 1.
    Packet(u64),
    /// The file as a whole.
    File,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line(line) => write!(f, "line {line}"),
            Place::Byte(byte) => write!(f, "byte {byte}"),
            Place::Stream(stream, _) => write!(f, "{stream}"),
            Place::Packet(number) => write!(f, "packet {number}"),
            Place::File => f.write_str("input"),
        }
    }
}

/// What becomes of the messages.
pub trait Sink {
    /// Takes a message, or what is wrong in its place.
    ///
    /// # Errors
    /// If it cannot be printed; nothing more is read then.
    fn take(&mut self, place: &Place, item: Result<Decoded, Fault>) -> io::Result<()>;
}

/// The form of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Told by its first bytes: a capture by its magic number, text as hex lines, anything else
    /// as a stream of messages.
    Any(Ports),
    /// A capture and nothing else.
    Capture(Ports),
}

/// Why reading ended early.
#[derive(Debug)]
pub enum Stopped {
    /// The input cannot be read.
    Input(io::Error),
    /// The output cannot be written.
    Output(io::Error),
    /// The input is not a capture, as it was said to be.
    NotACapture(CaptureError),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stopped::Input(cause) => write!(f, "cannot read: {cause}"),
            Stopped::Output(cause) => write!(f, "cannot write: {cause}"),
            Stopped::NotACapture(cause) => write!(f, "{cause}"),
        }
    }
}

impl Error for Stopped {}

/// The longest line that is taken: the longest message, each byte as `0x00, `, twice over; or the
/// longest packet of a capture.
pub(super) const LINE_MAX: usize = 1 << 20;

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// Reads `input` to its end and hands on each message. Gives remarks for the user.
///
/// # Example
///
/// ```
/// use std::io;
/// use ryu_sdn::tools::{Decoded, Fault, Form, Place, Ports, Sink, feed};
///
/// struct Names(Vec<String>);
/// impl Sink for Names {
///     fn take(&mut self, place: &Place, item: Result<Decoded, Fault>) -> io::Result<()> {
///         let name = item.map_or("bad".to_owned(), |decoded| decoded.message.to_string());
///         self.0.push(format!("{place} {name}"));
///         Ok(())
///     }
/// }
///
/// let mut names = Names(Vec::new());
/// let text = "# a dump\n04 00 00 08 00 00 00 01\nzz\n";
/// feed(text.as_bytes(), &Form::Any(Ports::Usual), &mut names)?;
/// assert_eq!(names.0, ["line 2 hello", "line 3 bad"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If reading or the sink fails, or the input is not of that form.
pub fn feed(input: impl Read, form: &Form, sink: &mut dyn Sink) -> Result<Vec<String>, Stopped> {
    let (look, input) = look(input)?;
    match (form, look) {
        (Form::Capture(ports), _) | (Form::Any(ports), Look::Capture) => {
            capture(input, ports, sink)
        }
        (Form::Any(_), Look::Text) => lines(input, sink).map(|()| Vec::new()),
        (Form::Any(_), Look::Raw) => raw(input, sink).map(|()| Vec::new()),
    }
}

/// What an input looks like by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A capture, by its magic number.
    Capture,
    /// Text, or nothing at all.
    Text,
    /// Anything else.
    Raw,
}

/// What the input looks like, and the whole of it.
pub(super) fn look(mut input: impl Read) -> Result<(Look, impl Read), Stopped> {
    let mut start = Vec::new();
    (&mut input).take(MAGIC_LEN as u64).read_to_end(&mut start).map_err(Stopped::Input)?;
    let is_text = start.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    let look = match is_capture(&start) {
        true => Look::Capture,
        false if is_text => Look::Text,
        false => Look::Raw,
    };
    Ok((look, io::Cursor::new(start).chain(input)))
}

/// Hands on each line with its number from 1 and with its end; `None` stands for one of `max` bytes or
/// more, which is not kept.
pub(super) fn each_line(
    input: impl Read,
    max: usize,
    mut take: impl FnMut(u64, Option<&[u8]>) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    let mut input = BufReader::with_capacity(CHUNK, input);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let mut limited = (&mut input).take(max as u64);
        if limited.read_until(b'\n', &mut line).map_err(Stopped::Input)? == 0 {
            break;
        }
        if line.len() == max && !line.ends_with(b"\n") {
            input.skip_until(b'\n').map_err(Stopped::Input)?;
            take(number, None)?;
        } else {
            take(number, Some(&line))?;
        }
    }
    Ok(())
}

/// A line of hexadecimal digits: `None` if it says nothing (`#` starts a comment), else its bytes, or
/// `None` for those if it is something else.
pub(super) fn hex_of(line: &[u8]) -> Option<Option<Vec<u8>>> {
    let text = line.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii();
    if text.is_empty() {
        return None;
    }
    let digits = std::str::from_utf8(text).ok().map(|text| text.trim_start_matches("0x"));
    Some(digits.and_then(hex::decode))
}

/// A capture, once its start was read.
pub(super) fn open_capture<R: Read>(input: R) -> Result<CaptureReader<R>, Stopped> {
    CaptureReader::new(input).map_err(|cause| match cause {
        CaptureError::Io(cause) => Stopped::Input(cause),
        cause => Stopped::NotACapture(cause),
    })
}

/// Each line holds one message, or several in a row. `#` starts a comment.
fn lines(input: impl Read, sink: &mut dyn Sink) -> Result<(), Stopped> {
    each_line(input, LINE_MAX, |number, line| {
        let place = Place::Line(number);
        let mut take = |item| sink.take(&place, item).map_err(Stopped::Output);
        let Some(line) = line else { return take(Err(Fault::LineTooLong)) };
        let bytes = match hex_of(line) {
            None => return Ok(()),
            Some(None) => return take(Err(Fault::NotHex)),
            Some(Some(bytes)) => bytes,
        };
        if !holds_messages(&bytes) {
            // One line in, one line out: what is wrong is the line.
            return take(decode(&bytes.into()));
        }
        let mut cutter = Cutter::default();
        let mut result = Ok(());
        let mut found = |_, item| {
            if result.is_ok() {
                result = take(item);
            }
        };
        cutter.push(&bytes, &mut found);
        cutter.end(&mut found);
        result
    })
}

/// Is this cut into messages without a rest by their lengths, or the start of one message?
fn holds_messages(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while !rest.is_empty() {
        match frame(rest) {
            Framing::Message(len) => rest = &rest[len..],
            Framing::NeedMore(_) => return rest.len() == bytes.len(),
            Framing::Fatal(_) => return false,
        }
    }
    true
}

/// A stream of messages and nothing else.
fn raw(mut input: impl Read, sink: &mut dyn Sink) -> Result<(), Stopped> {
    let mut cutter = Cutter::default();
    let mut chunk = vec![0; CHUNK];
    loop {
        let len = match input.read(&mut chunk) {
            Ok(len) => len,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(Stopped::Input(err)),
        };
        let mut result = Ok(());
        let mut found = |at, item| {
            if result.is_ok() {
                result = sink.take(&Place::Byte(at), item);
            }
        };
        if len == 0 {
            cutter.end(&mut found);
        } else {
            cutter.push(&chunk[..len], &mut found);
        }
        result.map_err(Stopped::Output)?;
        if len == 0 {
            return Ok(());
        }
    }
}

fn capture(input: impl Read, ports: &Ports, sink: &mut dyn Sink) -> Result<Vec<String>, Stopped> {
    let mut reader = open_capture(input)?;
    let mut conversations = Conversations::new(ports.clone());
    let damage = loop {
        match reader.next_packet() {
            Ok(Some(packet)) => conversations.push(&packet, sink).map_err(Stopped::Output)?,
            Ok(None) => break None,
            Err(CaptureError::Io(cause)) => return Err(Stopped::Input(cause)),
            Err(damage) => break Some(damage),
        }
    };
    conversations.finish(sink).map_err(Stopped::Output)?;
    if let Some(damage) = damage {
        sink.take(&Place::File, Err(Fault::Capture(damage))).map_err(Stopped::Output)?;
    }
    Ok(conversations.remarks())
}
