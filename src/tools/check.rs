//! `ryu ofp check`: each message decoded, encoded again, and compared.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use bytes::BytesMut;

use super::decoded::{Decoded, Fault};
use super::input::{Place, Sink};
use super::listing::line;
use crate::ofproto::Encode;
use crate::wire::hex;

/// Encodes each message again and prints every byte that differs from what came in.
///
/// Padding that is not zero differs: it is ignored coming in and zero going out.
///
/// ```
/// use ryu_sdn::tools::{Check, Form, Ports, feed};
///
/// // Two echo requests, a role reply with padding that is not zero.
/// let text = "04020008000000010402000800000002\n\
///             04190018000000030000000200aa00000000000000000005";
/// let mut check = Check::new(Vec::new());
/// feed(text.as_bytes(), &Form::Any(Ports::Usual), &mut check)?;
/// check.summary()?;
/// assert_eq!(
///     String::from_utf8(check.into_inner())?,
///     "differs: line 2: xid=0x3 1.3 role_reply: offset 13: aa, encoded 00\n\
///      2 ok, 1 differ, 0 bad\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Check<W> {
    out: W,
    ok: u64,
    differ: u64,
    bad: u64,
}

impl<W: Write> Check<W> {
    /// Prints to `out`.
    pub fn new(out: W) -> Check<W> {
        Check { out, ok: 0, differ: 0, bad: 0 }
    }

    /// Did every message come back as it was?
    pub fn is_clean(&self) -> bool {
        self.differ == 0 && self.bad == 0
    }

    /// Prints the last line.
    ///
    /// # Errors
    /// Those of the output.
    pub fn summary(&mut self) -> io::Result<()> {
        let Check { ok, differ, bad, .. } = *self;
        writeln!(self.out, "{ok} ok, {differ} differ, {bad} bad")
    }

    /// What it prints to.
    pub fn into_inner(self) -> W {
        self.out
    }
}

impl<W: Write> Sink for Check<W> {
    fn take(&mut self, place: &Place, item: Result<Decoded, Fault>) -> io::Result<()> {
        let decoded = match item {
            Ok(decoded) => decoded,
            Err(fault) => {
                self.bad += 1;
                return line(&mut self.out, format_args!("error: {place}: {fault}"));
            }
        };
        let Some(difference) = difference(&decoded) else {
            self.ok += 1;
            return Ok(());
        };
        self.differ += 1;
        let Decoded { xid, message, .. } = &decoded;
        let (version, name) = (decoded.version(), message.name());
        line(
            &mut self.out,
            format_args!("differs: {place}: xid={xid} {version} {name}: {difference}"),
        )
    }
}

/// What is not the same after encoding again; `None` if all is.
fn difference(decoded: &Decoded) -> Option<String> {
    let mut again = BytesMut::new();
    if let Err(error) = decoded.message.encode(decoded.version(), decoded.xid, &mut again) {
        return Some(format!("cannot be encoded: {error}"));
    }
    // A hello of a version that is not known was read, and written, as one of 1.0.
    if let Some(version) = again.first_mut() {
        *version = decoded.wire_version;
    }
    let (came, again) = (&decoded.bytes[..], &again[..]);
    if came == again {
        return None;
    }
    let mut text = String::new();
    let common = came.len().min(again.len());
    let mut at = 0;
    while at < common {
        if came[at] == again[at] {
            at += 1;
            continue;
        }
        let len = (at..common).take_while(|at| came[*at] != again[*at]).count();
        run(&mut text, at, &came[at..at + len], &again[at..at + len]);
        at += len;
    }
    if came.len() != again.len() {
        run(&mut text, common, &came[common..], &again[common..]);
    }
    Some(text)
}

/// Appends one run of bytes that differ.
fn run(text: &mut String, offset: usize, came: &[u8], again: &[u8]) {
    let separator = if text.is_empty() { "" } else { "; " };
    // Writing to a string cannot fail.
    let _: fmt::Result =
        write!(text, "{separator}offset {offset}: {}, encoded {}", shown(came), shown(again));
}

fn shown(bytes: &[u8]) -> String {
    if bytes.is_empty() { "nothing".to_owned() } else { hex::encode(bytes) }
}
