//! `ryu ofp encode`: lines of text taken to messages.

use std::fmt;
use std::io::{Read, Write};

use bytes::BytesMut;

use super::input::{Stopped, each_line};
use crate::ofproto::ovs::{self, OvsTextError};
use crate::ofproto::{Encode, EncodeError, JsonError, Message, Version, Xid};
use crate::wire::hex;

/// The longest line that is taken: more than Ryu's JSON of any message, or of any packet.
const JSON_LINE_MAX: usize = 16 << 20;

/// Makes messages from lines, one of each, and prints them as hex lines.
///
/// A line that begins with `{` is Ryu's JSON, any other text of ovs-ofctl, told by its first word:
///
/// | first word | what it is |
/// |---|---|
/// | `group`, or `group_id=...` | a group-mod: `group add group_id=1,type=all,bucket=output:1` |
/// | `meter`, or `meter=...` | a meter-mod: `meter add meter=1,kbps,bands=type=drop,rate=100` |
/// | anything else | a flow-mod, with or without a command: `flow delete ip`, `ip,actions=drop` |
///
/// So files for `ovs-ofctl add-flows` and `bundle` can be read, and what `dump-flows` and
/// `dump-groups` print. Nothing is printed for lines that are blank or begin with `#`; in text of
/// ovs-ofctl, `#` begins a comment anywhere.
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, Xid};
/// use ryu_sdn::tools::Assembler;
///
/// let lines = "{\"OFPBarrierRequest\": {}}\n# groups\ngroup delete group_id=1 # one\nip,acts=drop\n";
/// let mut assembler = Assembler::new(V1_3, Some(Xid(7)));
/// let (mut out, mut errors) = (Vec::new(), Vec::new());
/// assembler.run(lines.as_bytes(), &mut out, &mut errors)?;
/// assert_eq!(out, b"0414000800000007\n040f0010000000070002000000000001\n");
/// assert_eq!(assembler.bad(), 1);
/// let errors = String::from_utf8(errors)?;
/// assert!(errors.starts_with("error: line 4: column 4: \"acts\": "), "{errors}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Assembler {
    version: Version,
    xid: Option<Xid>,
    bad: u64,
}

impl Assembler {
    /// Makes messages of `version`, all of them with this transaction; without one, with that of
    /// the JSON, or 0.
    pub fn new(version: Version, xid: Option<Xid>) -> Assembler {
        Assembler { version, xid, bad: 0 }
    }

    /// Lines that told an error.
    pub fn bad(&self) -> u64 {
        self.bad
    }

    /// The message of one line; `None` if the line says nothing.
    ///
    /// # Errors
    /// What is wrong with the line, and where in it.
    pub fn line(&self, line: &str) -> Result<Option<BytesMut>, LineError> {
        let start = line.trim_start();
        let (xid, message) = if start.is_empty() || start.starts_with('#') {
            return Ok(None);
        } else if start.starts_with('{') {
            Message::from_json_text(self.version, line).map_err(LineError::RyuJson)?
        } else {
            let text = line.split('#').next().unwrap_or_default().trim_end();
            (Xid(0), self.text(text).map_err(LineError::Text)?)
        };
        let mut buf = BytesMut::new();
        let xid = self.xid.unwrap_or(xid);
        message.encode(self.version, xid, &mut buf).map_err(LineError::Encode)?;
        Ok(Some(buf))
    }

    fn text(&self, text: &str) -> Result<Message, OvsTextError> {
        let start = text.trim_start();
        let end = start.find(|c: char| c.is_whitespace() || matches!(c, '=' | ',' | ':'));
        let (word, rest) = start.split_at(end.unwrap_or(start.len()));
        let command = !rest.starts_with(['=', ',', ':']);
        Ok(match word {
            "group" if command => ovs::parse_group(self.version, text)?.into(),
            "group_id" => ovs::parse_group(self.version, text)?.into(),
            "meter" => ovs::parse_meter(self.version, text)?.into(),
            _ => ovs::parse_flow(self.version, text)?.into(),
        })
    }

    /// Reads `input` to its end; prints messages to `out` and what is wrong to `errors`.
    ///
    /// # Errors
    /// If reading or writing fails. A bad line is no such failure: the rest goes on.
    pub fn run(
        &mut self,
        input: impl Read,
        out: &mut impl Write,
        errors: &mut impl Write,
    ) -> Result<(), Stopped> {
        let mut bad = 0;
        let done = hex_lines(input, out, errors, &mut bad, |text| self.line(text));
        self.bad += bad;
        done
    }
}

/// What is wrong with a line, whatever is made of lines.
pub(super) trait BadLine: fmt::Display {
    /// Bytes that are not UTF-8.
    const NOT_TEXT: Self;
    /// A line longer than [`JSON_LINE_MAX`].
    const TOO_LONG: Self;
}

/// Makes bytes of each line of `input` and prints them to `out` as hex lines, to `errors` what is
/// wrong with a line. `bad` counts those; `make` may make nothing of a line.
pub(super) fn hex_lines<B: AsRef<[u8]>, E: BadLine>(
    input: impl Read,
    out: &mut impl Write,
    errors: &mut impl Write,
    bad: &mut u64,
    make: impl Fn(&str) -> Result<Option<B>, E>,
) -> Result<(), Stopped> {
    each_line(input, JSON_LINE_MAX, |number, line| {
        let made = match line.map(std::str::from_utf8) {
            None => Err(E::TOO_LONG),
            Some(Ok(text)) => make(text.trim_end_matches(['\r', '\n'])),
            Some(Err(_)) => Err(E::NOT_TEXT),
        };
        match made {
            Ok(None) => Ok(()),
            Ok(Some(bytes)) => {
                let text = hex::encode(bytes.as_ref()) + "\n";
                out.write_all(text.as_bytes()).map_err(Stopped::Output)
            }
            Err(error) => {
                *bad += 1;
                super::listing::line(errors, format_args!("error: line {number}: {error}"))
                    .map_err(Stopped::Output)
            }
        }
    })
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// Text of ovs-ofctl that cannot be read.
    Text(OvsTextError),
    /// JSON that is no message of Ryu's.
    RyuJson(JsonError),
    /// A message that the version cannot say.
    Encode(EncodeError),
    /// Bytes that are not UTF-8.
    NotText,
    /// A line longer than the JSON of any message.
    TooLong,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineError::Text(error) => write!(f, "{error}"),
            LineError::RyuJson(error) => write!(f, "{error}"),
            LineError::Encode(error) => write!(f, "{error}"),
            LineError::NotText => f.write_str("not UTF-8 text"),
            LineError::TooLong => f.write_str("the line is longer than any message"),
        }
    }
}

impl std::error::Error for LineError {}

impl BadLine for LineError {
    const NOT_TEXT: LineError = LineError::NotText;
    const TOO_LONG: LineError = LineError::TooLong;
}
