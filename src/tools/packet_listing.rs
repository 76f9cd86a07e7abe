//! `ryu packet decode`: a line for each packet.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use serde_json::{Value, json};

use super::decoded::decode;
use super::frames::{Frame, FrameFault};
use super::input::Place;
use super::listing::line;
use crate::packet::{Layer, Openflow, Packet, VerifyError};

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketFormat {
    /// Ryu's `str(pkt)`; in front of a bad packet `error: PLACE: WHAT; `.
    Text,
    /// Ryu's JSON; beside the `Packet` of a bad one a member `error`.
    Json,
}

/// Prints each packet as a line, with the layers of a bad one that can be read.
///
/// OpenFlow in a packet is printed as the message that it is: in JSON as Ryu's class, in text as `ryu
/// ofp decode` has it. What is no whole message stays an `OFPUnparseableMsg`, as in Ryu, and is no error.
///
/// `error` has the members `what`, `layer`, `offset`, `needed`, `available`, `imposed_by` of the
/// [`DecodeError`](crate::wire::DecodeError) and its header; all but `what` are null where the input is
/// wrong and no packet. A wrong checksum has `found` and `right` in place of `needed`, `available` and
/// `imposed_by`.
///
/// ```
/// use ryu_sdn::packet::Kind;
/// use ryu_sdn::tools::{PacketFormat, PacketListing, feed_packets};
///
/// let mut listing = PacketListing::new(Vec::new(), PacketFormat::Text, false);
/// let text = b"1388003500090000ff\n1388003500100000\n";
/// feed_packets(&text[..], Some(Kind::Udp), &mut |place, frame| listing.take(place, frame))?;
/// assert_eq!(listing.bad(), 1);
/// assert_eq!(
///     String::from_utf8(listing.into_inner())?,
///     "udp(csum=0,dst_port=53,src_port=5000,total_length=9), b'\\xff'\n\
///      error: line 2: udp: needed 16 bytes at offset 0, only 8 available \
///      (limit set by total_length); udp(csum=0,dst_port=53,src_port=5000,total_length=16)\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PacketListing<W> {
    out: W,
    format: PacketFormat,
    verify: bool,
    bad: u64,
}

impl<W: Write> PacketListing<W> {
    /// Prints to `out`. With `verify`, a packet with a wrong checksum is a bad one.
    pub fn new(out: W, format: PacketFormat, verify: bool) -> PacketListing<W> {
        PacketListing { out, format, verify, bad: 0 }
    }

    /// Lines that told an error.
    pub fn bad(&self) -> u64 {
        self.bad
    }

    /// What it prints to.
    pub fn into_inner(self) -> W {
        self.out
    }

    /// Prints the line of a packet.
    ///
    /// # Errors
    /// If it cannot be printed.
    pub fn take(&mut self, place: &Place, mut frame: Frame<'_>) -> io::Result<()> {
        let fault = frame.judge(self.verify);
        self.bad += u64::from(fault.is_some());
        match self.format {
            PacketFormat::Text => text(&mut self.out, place, frame.packet.as_ref(), fault.as_ref()),
            PacketFormat::Json => {
                let mut members = Vec::new();
                if let Some(packet) = &frame.packet {
                    members.push(format!("\"Packet\":{{\"protocols\":[{}]}}", Protocols(packet)));
                }
                if let Some(fault) = fault {
                    members.push(format!("\"error\":{}", told(place, &fault)));
                }
                writeln!(self.out, "{{{}}}", members.join(","))
            }
        }
    }
}

fn text(
    out: &mut impl Write,
    place: &Place,
    packet: Option<&Packet<'_>>,
    fault: Option<&FrameFault>,
) -> io::Result<()> {
    let mut text = String::new();
    if let Some(fault) = fault {
        let _ = write!(text, "error: {place}: {fault}");
    }
    for (i, layer) in packet.iter().flat_map(|packet| packet.shown()).enumerate() {
        let between = match (i, fault) {
            (0, None) => "",
            (0, Some(_)) => "; ",
            _ => ", ",
        };
        let message = if let Layer::Openflow(of) = &layer { message(of) } else { None };
        // Text grows without an error.
        let _ = match message {
            Some(message) => write!(text, "{between}openflow({message})"),
            None => write!(text, "{between}{layer}"),
        };
    }
    line(out, text)
}

/// The message of an OpenFlow layer, if it is one that can be read.
fn message(openflow: &Openflow<'_>) -> Option<super::Decoded> {
    decode(&openflow.message().ok()?.into()).ok()
}

/// The layers as Ryu's JSON, with commas between.
struct Protocols<'p>(&'p Packet<'p>);

impl fmt::Display for Protocols<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, layer) in self.0.shown().enumerate() {
            f.write_str(if i > 0 { "," } else { "" })?;
            let message = if let Layer::Openflow(of) = &layer { message(of) } else { None };
            // As text: a value cannot hold numbers of 128 bits.
            let json = message.and_then(|decoded| {
                let version = decoded.version();
                decoded.message.to_json_text(version).ok()
            });
            match json {
                Some(json) => write!(f, "{{\"openflow\":{{\"msg\":{json}}}}}")?,
                None => write!(f, "{}", layer.to_json())?,
            }
        }
        Ok(())
    }
}

/// What is wrong, as JSON.
fn told(place: &Place, fault: &FrameFault) -> Value {
    match fault {
        FrameFault::Packet { layer, error: VerifyError::Unreadable(error) } => json!({
            "what": error.what, "layer": layer, "offset": error.offset, "needed": error.needed,
            "available": error.available, "imposed_by": error.imposed_by,
        }),
        FrameFault::Packet {
            layer,
            error: VerifyError::Wrong { field, offset, found, right, .. },
        } => json!({
            "what": field, "layer": layer, "offset": offset, "found": found, "right": right,
        }),
        other => json!({
            "what": format!("{place}: {other}"), "layer": null, "offset": null, "needed": null,
            "available": null, "imposed_by": null,
        }),
    }
}
