//! Where messages are in a stream of bytes, and where they are again behind damage.

use bytes::{Bytes, BytesMut};

use super::decoded::{Decoded, Fault, decode};
use crate::ofproto::{Framing, HEADER_LEN, MessageType, Version, frame, peek_header};
use crate::wire::{DecodeError, DecodeErrorKind};

/// Cuts a stream of bytes into messages and reads them.
///
/// A message that cannot be read is left out by the length in its header. Where that is not
/// possible (a length below eight, missing bytes), the stream is searched for what looks like a
/// message followed by another one, or by nothing.
///
/// What is found goes to a function, with its position: bytes from the start of the stream,
/// missing ones included. At most one message (64 KiB) and what is pushed at once is kept.
///
/// See the [room](super) for an example.
#[derive(Debug, Default)]
pub struct Cutter {
    buf: BytesMut,
    /// Position of the start of `buf`.
    position: u64,
    /// Bytes that were left out in the search that is on; `None` if there is none.
    search: Option<Search>,
}

/// The search for the next message.
#[derive(Clone, Copy, Debug)]
struct Search {
    /// Where it began.
    from: u64,
    /// The start of a stream that was captured midway: what is left out says nothing new.
    quiet: bool,
}

/// Takes what is found, with its position.
type Found<'a> = &'a mut dyn FnMut(u64, Result<Decoded, Fault>);

impl Cutter {
    /// One for a stream whose start is not known to be the start of a message.
    pub fn midway() -> Cutter {
        Cutter { search: Some(Search { from: 0, quiet: true }), ..Cutter::default() }
    }

    /// Takes the next bytes of the stream in.
    pub fn push(&mut self, bytes: &[u8], found: Found<'_>) {
        self.buf.extend_from_slice(bytes);
        self.cut(false, found);
    }

    /// The next `len` bytes of the stream are not known.
    pub fn missing(&mut self, len: u64, found: Found<'_>) {
        self.cut(true, found);
        self.cut_short(found);
        found(self.position, Err(Fault::Missing(len)));
        self.position += len;
        self.search = Some(Search { from: self.position, quiet: false });
    }

    /// The stream is at its end.
    pub fn end(&mut self, found: Found<'_>) {
        self.cut(true, found);
        self.cut_short(found);
    }

    /// Cuts off as many messages as there are. `last`: nothing comes behind for now.
    fn cut(&mut self, last: bool, found: Found<'_>) {
        loop {
            if let Some(search) = self.search {
                match find(&self.buf, last) {
                    Step::Here(at) => {
                        self.take(at);
                        self.search = None;
                        self.report_skipped(search, found);
                    }
                    Step::Perhaps(at) => {
                        self.take(at);
                        return;
                    }
                }
                if self.buf.is_empty() {
                    return;
                }
            }
            match frame(&self.buf) {
                Framing::NeedMore(_) => return,
                Framing::Message(len) => {
                    let at = self.position;
                    let bytes = self.take(len);
                    found(at, decode(&bytes));
                }
                Framing::Fatal(error) => {
                    let header = peek_header(&self.buf);
                    found(self.position, Err(Fault::Message { error, header }));
                    self.search = Some(Search { from: self.position, quiet: false });
                    // The search begins behind, or it would end where it began.
                    self.take(1);
                }
            }
        }
    }

    /// Leaves out a message that has no end.
    fn cut_short(&mut self, found: Found<'_>) {
        let at = self.position;
        let rest = self.take(self.buf.len());
        if let Some(search) = self.search.take() {
            self.report_skipped(search, found);
        } else if !rest.is_empty() {
            let header = peek_header(&rest);
            let needed = header.map_or(HEADER_LEN, |header| header.length.into());
            let error = DecodeError {
                what: if header.is_some() { "message" } else { "header" },
                offset: 0,
                needed,
                available: rest.len(),
                imposed_by: header.map(|_| "header length"),
                kind: DecodeErrorKind::Truncated,
            };
            found(at, Err(Fault::Message { error, header }));
        }
    }

    fn report_skipped(&self, search: Search, found: Found<'_>) {
        let skipped = self.position - search.from;
        if skipped > 0 && !search.quiet {
            found(search.from, Err(Fault::Skipped(skipped)));
        }
    }

    fn take(&mut self, len: usize) -> Bytes {
        self.position += len as u64;
        self.buf.split_to(len).freeze()
    }
}

/// How far a search came.
enum Step {
    /// A message starts here; or all was searched and nothing more comes.
    Here(usize),
    /// Up to here there is none; what follows cannot be judged yet.
    Perhaps(usize),
}

fn find(bytes: &[u8], last: bool) -> Step {
    for at in 0..bytes.len() {
        match looks_like_message(&bytes[at..]) {
            Some(true) => return Step::Here(at),
            None if !last => return Step::Perhaps(at),
            _ => {}
        }
    }
    Step::Perhaps(bytes.len())
}

/// Is there a message, and behind it another or nothing? `None` if more bytes are needed.
fn looks_like_message(bytes: &[u8]) -> Option<bool> {
    let Some(len) = plausible(bytes)? else { return Some(false) };
    let rest = bytes.get(len..)?;
    if rest.is_empty() {
        return Some(true);
    }
    // The first bytes of the next header are enough to say no.
    Some(plausible(rest).is_none_or(|next| next.is_some()))
}

/// The length of the message, if this may be a header. `None` if more bytes are needed.
fn plausible(bytes: &[u8]) -> Option<Option<usize>> {
    let version = match bytes.first() {
        Some(number) => match Version::from_wire(*number) {
            Some(version) => version,
            None => return Some(None),
        },
        None => return None,
    };
    if bytes.get(1).is_some_and(|number| MessageType::from_wire(version, *number).is_none()) {
        return Some(None);
    }
    let header = peek_header(bytes)?;
    let len = usize::from(header.length);
    Some((len >= HEADER_LEN).then_some(len))
}
