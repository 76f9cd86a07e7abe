//! `ryu ofp decode --format ovs`: messages as the text that ovs-ofctl reads.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};

use super::decoded::{Decoded, Fault};
use super::input::{Place, Sink};
use super::listing::line;
use crate::ofproto::ovs::{
    FlowStatsText, FlowText, GroupDescText, GroupStatsText, GroupText, MeterConfigText,
    MeterStatsText, MeterText,
};
use crate::ofproto::{
    GroupModCommand, Message, MeterModCommand, MultipartReplyBody, V1_5, Version,
};

/// Prints what has a form in ovs-ofctl in that form, everything else behind `# `, so that
/// [`Assembler`](super::Assembler) reads it again.
///
/// Flow-mods, group-mods (`group add ...`) and meter-mods (`meter add ...`) make a line each, and
/// so do flow entries, groups and meters in statistics replies, each of which is read as what
/// would add it. Counters of groups and meters cannot be sent to a switch: they are behind `# `.
///
/// ```
/// use ryu_sdn::tools::{Form, OvsListing, Ports, feed};
///
/// let mut listing = OvsListing::new(Vec::new());
/// let text = b"0414000800000001\n\
///     041d002000000002000000010000000100010010000000640000000000000000\n04";
/// feed(&text[..], &Form::Any(Ports::Usual), &mut listing)?;
/// assert_eq!(listing.bad(), 1);
/// assert_eq!(
///     String::from_utf8(listing.into_inner())?,
///     "# xid=0x1 1.3 barrier_request\n\
///      meter add meter=1 kbps bands=type=drop rate=100\n\
///      \x23 error: line 3: header: needed 8 bytes at offset 0, only 1 available\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct OvsListing<W> {
    out: W,
    bad: u64,
}

impl<W: Write> OvsListing<W> {
    /// Prints to `out`.
    pub fn new(out: W) -> OvsListing<W> {
        OvsListing { out, bad: 0 }
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

impl<W: Write> Sink for OvsListing<W> {
    fn take(&mut self, place: &Place, item: Result<Decoded, Fault>) -> io::Result<()> {
        let decoded = match item {
            Ok(decoded) => decoded,
            Err(fault) => {
                self.bad += 1;
                return line(&mut self.out, format_args!("# error: {place}: {fault}"));
            }
        };
        let lines = lines(decoded.version(), &decoded.message);
        if !lines.is_empty() {
            return lines.lines().try_for_each(|text| line(&mut self.out, text));
        }
        match place {
            Place::Stream(stream, _) => line(&mut self.out, format_args!("# {stream} {decoded}")),
            _ => line(&mut self.out, format_args!("# {decoded}")),
        }
    }
}

/// The message in the form of ovs-ofctl, a line for each thing in it; nothing if it has none.
fn lines(version: Version, message: &Message) -> String {
    let mut out = String::new();
    let mut add = |prefix: &str, text: &dyn Display| {
        let start = out.len();
        // Writing to a string does not fail.
        let _ = write!(out, "{prefix}{text}");
        // What a peer wrote into a name stays on its line.
        if out[start..].contains(char::is_control) {
            let escaped: String = out[start..].chars().flat_map(escape).collect();
            out.replace_range(start.., &escaped);
        }
        out.push('\n');
    };
    match message {
        Message::FlowMod(flow) => add("", &FlowText(version, flow)),
        Message::GroupMod(group) => {
            let added = group.command == GroupModCommand::ADD;
            add(if added { "group add " } else { "group " }, &GroupText(version, group));
        }
        Message::MeterMod(meter) => {
            let added = meter.command == MeterModCommand::ADD;
            add(if added { "meter add " } else { "meter " }, &MeterText(meter));
        }
        Message::MultipartReply(reply) => match &reply.body {
            // From 1.5 on these have counters and no actions.
            MultipartReplyBody::Flow(list) if version < V1_5 => {
                list.iter().for_each(|entry| add("", &FlowStatsText::new(version, entry)));
            }
            MultipartReplyBody::FlowDesc(list) => {
                list.iter().for_each(|desc| add("", &FlowStatsText::new(version, &desc.entry)));
            }
            MultipartReplyBody::GroupDesc(list) => {
                list.iter().for_each(|group| add("", &GroupDescText(version, group)));
            }
            MultipartReplyBody::MeterConfig(list) => {
                list.iter().for_each(|meter| add("", &MeterConfigText(meter)));
            }
            MultipartReplyBody::Group(list) => {
                list.iter().for_each(|stats| add("# ", &GroupStatsText(version, stats)));
            }
            MultipartReplyBody::Meter(list) => {
                list.iter().for_each(|stats| add("# ", &MeterStatsText(stats)));
            }
            _ => {}
        },
        _ => {}
    }
    out
}

fn escape(c: char) -> impl Iterator<Item = char> {
    let (escaped, plain) = match c.is_control() {
        true => (Some(c.escape_default()), None),
        false => (None, Some(c)),
    };
    escaped.into_iter().flatten().chain(plain)
}
