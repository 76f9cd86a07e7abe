//! `ryu ofp decode`: a line of text for each message.

use std::fmt::Display;
use std::io::{self, Write};

use super::decoded::{Decoded, Fault};
use super::input::{Place, Sink};

/// Prints each message as a line `[FROM > TO ]xid=XID VERSION MESSAGE`, and what is wrong as
/// `error: PLACE: WHAT`.
///
/// ```
/// use ryu_sdn::tools::{Form, Listing, Ports, feed};
///
/// let mut listing = Listing::new(Vec::new());
/// feed(&b"0400000800000001\n0400000700000002"[..], &Form::Any(Ports::Usual), &mut listing)?;
/// assert_eq!(listing.bad(), 1);
/// assert_eq!(
///     String::from_utf8(listing.into_inner())?,
///     "xid=0x1 1.3 hello\n\
///      error: line 2: header: header length at offset 2 is 7, needed 8 (xid=0x2 1.3 type 0)\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Listing<W> {
    out: W,
    bad: u64,
}

impl<W: Write> Listing<W> {
    /// Prints to `out`.
    pub fn new(out: W) -> Listing<W> {
        Listing { out, bad: 0 }
    }

    /// Lines that told an error.
    pub fn bad(&self) -> u64 {
        self.bad
    }

    /// What it prints to.
    pub fn into_inner(self) -> W {
        self.out
    }
}

impl<W: Write> Sink for Listing<W> {
    fn take(&mut self, place: &Place, item: Result<Decoded, Fault>) -> io::Result<()> {
        match (item, place) {
            (Ok(decoded), Place::Stream(stream, _)) => {
                line(&mut self.out, format_args!("{stream} {decoded}"))
            }
            (Ok(decoded), _) => line(&mut self.out, decoded),
            (Err(fault), _) => {
                self.bad += 1;
                line(&mut self.out, format_args!("error: {place}: {fault}"))
            }
        }
    }
}

/// Prints one line. Whatever a peer put into a message, it stays one line and commands no
/// terminal.
pub(super) fn line(out: &mut impl Write, text: impl Display) -> io::Result<()> {
    let mut text = text.to_string();
    if text.chars().any(char::is_control) {
        let escape = |c: char| match c.is_control() {
            true => c.escape_default().collect(),
            false => String::from(c),
        };
        text = text.chars().map(escape).collect();
    }
    writeln!(out, "{text}")
}
