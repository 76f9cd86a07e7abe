//! `ryu ofp decode --format json`: a line of Ryu's JSON for each message.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::decoded::{Decoded, Fault};
use super::input::{Place, Sink};

/// Prints each message as Ryu's JSON, and what is wrong as
/// `{"error":{"what","offset","needed","available"}}`.
///
/// `offset`, `needed` and `available` are those of the [`DecodeError`](crate::wire::DecodeError),
/// and null where nothing was decoded.
///
/// ```
/// use ryu_sdn::tools::{Form, JsonListing, Ports, feed};
///
/// let mut listing = JsonListing::new(Vec::new());
/// let text = b"0402000c00000001686f6765\n040e000800000007\nzz";
/// feed(&text[..], &Form::Any(Ports::Usual), &mut listing)?;
/// assert_eq!(listing.bad(), 2);
/// assert_eq!(
///     String::from_utf8(listing.into_inner())?,
///     "{\"OFPEchoRequest\":{\"data\":\"aG9nZQ==\"}}\n\
///      {\"error\":{\"available\":0,\"needed\":8,\"offset\":8,\"what\":\"flow_mod\"}}\n\
///      {\"error\":{\"available\":null,\"needed\":null,\"offset\":null,\
///      \"what\":\"line 3: not hexadecimal\"}}\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JsonListing<W> {
    out: W,
    bad: u64,
}

impl<W: Write> JsonListing<W> {
    /// Prints to `out`.
    pub fn new(out: W) -> JsonListing<W> {
        JsonListing { out, bad: 0 }
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

impl<W: Write> Sink for JsonListing<W> {
    fn take(&mut self, place: &Place, item: Result<Decoded, Fault>) -> io::Result<()> {
        let text = item.map_err(|fault| told(place, &fault)).and_then(|decoded| {
            let text = decoded.message.to_json_text(decoded.version());
            text.map_err(|error| error_of(format!("{place}: {error}"), None))
        });
        let text = text.unwrap_or_else(|error| {
            self.bad += 1;
            error.to_string()
        });
        writeln!(self.out, "{text}")
    }
}

/// What is wrong, as JSON.
fn told(place: &Place, fault: &Fault) -> Value {
    match fault {
        Fault::Message { error, .. } => {
            error_of(error.what, Some([error.offset, error.needed, error.available]))
        }
        other => error_of(format!("{place}: {other}"), None),
    }
}

fn error_of(what: impl Into<Value>, numbers: Option<[usize; 3]>) -> Value {
    let [offset, needed, available] = numbers.map_or([None; 3], |numbers| numbers.map(Some));
    json!({ "error": {
        "what": what.into(), "offset": offset, "needed": needed, "available": available
    } })
}
