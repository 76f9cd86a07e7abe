//! `ryu packet`: the command line of the tools for packets.
//!
//! ```text
//! ryu packet decode [--format text|json] [--first KIND] [--verify] [FILE | -]
//! ryu packet build  [--ofp-version VERSION] [--pad] [FILE | -]
//! ```
//!
//! Exit status: 0 if every packet or line was good, 1 if one was not or the input cannot be read, 2 if
//! the command line is wrong.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::frames::feed_packets;
use super::packet_builder::PacketBuilder;
use super::packet_listing::{PacketFormat, PacketListing};
use super::source::{STDIN, Source, ended, usage_of};
use crate::conf::Exit;
use crate::ofproto::check_registrations;
use crate::packet::Kind;

/// The name of the subcommand of `ryu`.
pub const NAME: &str = "packet";

const USAGE: &str = "Usage: ryu packet <decode|build> [OPTIONS] [FILE]";

/// The subcommand `packet`.
pub fn command() -> Command {
    Command::new(NAME)
        .about("Read packets (captures, hex lines, raw bytes), or make them")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        // So that a wrong name is answered here, as a wrong usage.
        .allow_external_subcommands(true)
        .subcommand(decode_command())
        .subcommand(build_command())
}

/// The subcommand `decode`.
fn decode_command() -> Command {
    Command::new("decode")
        .about("Print one line for each packet")
        .arg(Arg::new("file").value_name("FILE").default_value(STDIN).help(
            "A pcap or pcapng capture, hex lines (a packet on each) or the raw bytes of one packet, \
             told by its first four bytes; - is standard input",
        ))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .help("text: str() of Ryu's packet; json: Ryu's JSON of it (build reads this again)"),
        )
        .arg(Arg::new("first").long("first").value_name("KIND").help(
            "Ryu's name of the header that packets begin with; from_zebra: what Zebra sends [default: what the capture's link \
             type says; ethernet if it is no capture]",
        ))
        .arg(
            Arg::new("verify")
                .long("verify")
                .action(ArgAction::SetTrue)
                .help("A packet with a wrong checksum is a bad one"),
        )
        .after_help(
            "A packet that cannot be read to its end gives a line `error: WHERE: WHAT; ` with the \
             layers that can be read behind it, or in JSON a member \"error\" beside \"Packet\", \
             and the rest goes on. So does one of which the capture has only the beginning. The exit \
             status is 0 if all were good, 1 if one was not, 2 if the command line is wrong.\n\n\
             OpenFlow inside is shown as the message that it is. Link types: Ethernet, Linux \
             cooked (both versions), raw IP, BSD loopback.\n\n\
             tcpdump -i eth0 -U -w - | ryu packet decode",
        )
}

/// The subcommand `build`.
fn build_command() -> Command {
    Command::new("build")
        .about("Make packets from lines of Ryu's JSON: a hex line for each line")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .default_value(STDIN)
                .help("Lines, each the JSON of one packet; - is standard input"),
        )
        .arg(Arg::new("ofp-version").long("ofp-version").value_name("VERSION").help(
            "Version of the OpenFlow messages inside, 1.0 to 1.5, which their JSON does not say",
        ))
        .arg(
            Arg::new("pad")
                .long("pad")
                .action(ArgAction::SetTrue)
                .help("Zeros behind Ethernet frames up to 60 bytes, as Ryu sends them"),
        )
        .after_help(
            "A line is Ryu's JSON, {\"Packet\": {\"protocols\": [{\"ethernet\": {...}}, ...]}}; text \
             in it that is no object is a payload in base64. Members that are left out have the value \
             of Ryu's constructor; lengths and checksums that are 0, null or left out are filled \
             in. A member \"error\" beside \"Packet\", as decode prints it, is passed over. Blank lines \
             and those that begin with # say nothing.\n\n\
             A line that cannot be read is told on standard error, with its number and the place in \
             it, and the rest goes on. The exit status is 0 if all were good, 1 if one was not, 2 if \
             the command line is wrong.\n\n\
             ryu packet decode --format json a.pcap |\n  sed 's/\"csum\":[0-9]*/\"csum\":0/g; \
             s/\"10\\.0\\.0\\.1\"/\"10.0.0.9\"/g' | ryu packet build",
        )
}

/// Runs what was matched for [`command`].
///
/// # Errors
/// The [`Exit`] to report: what apps registered cannot stand together, a wrong usage, or an input
/// that cannot be read.
pub fn run(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    // Messages inside are read, too.
    check_registrations().map_err(Exit::failure)?;
    match matches.subcommand() {
        Some(("decode", matches)) => decode(matches),
        Some(("build", matches)) => build(matches),
        Some((name, _)) => Err(usage(format_args!(
            "ryu packet: unknown subcommand {name:?} (accepted: decode, build)"
        ))),
        None => Err(usage("a subcommand is required")),
    }
}

fn decode(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let format = match matches.get_one::<String>("format").map_or("text", String::as_str) {
        "text" => PacketFormat::Text,
        "json" => PacketFormat::Json,
        other => {
            return Err(usage(format_args!(
                "argument --format: invalid choice value: {other:?} (accepted: text, json)"
            )));
        }
    };
    let first = match matches.get_one::<String>("first") {
        None => None,
        Some(name) => Some(kind(name)?),
    };
    let source = Source::of(matches);
    let mut listing = PacketListing::new(source.output(), format, matches.get_flag("verify"));
    source
        .read(|input| feed_packets(input, first, &mut |place, frame| listing.take(place, frame)))?;
    ended(listing.bad(), listing.into_inner())
}

/// The protocol that is called so.
fn kind(text: &str) -> Result<Kind, Exit> {
    Kind::ALL.iter().copied().find(|kind| name(*kind) == text).ok_or_else(|| {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| name(*kind)).collect();
        usage(format_args!(
            "argument --first: invalid choice value: {text:?} (accepted: {})",
            names.join(", ")
        ))
    })
}

/// Ryu's name, which both ways of Zebra's protocol share.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::FromZebra => "from_zebra",
        kind => kind.name(),
    }
}

fn build(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let version = match matches.get_one::<String>("ofp-version").map(|text| (text, text.parse())) {
        None => None,
        Some((_, Ok(version))) => Some(version),
        Some((text, Err(_))) => {
            return Err(usage(format_args!(
                "argument --ofp-version: invalid choice value: {text:?} (accepted: 1.0, 1.1, 1.2, \
                 1.3, 1.4, 1.5)"
            )));
        }
    };
    let source = Source::of(matches);
    let mut out = source.output();
    let mut builder = PacketBuilder::default();
    builder.version = version;
    builder.pad = matches.get_flag("pad");
    source.read(|input| builder.run(input, &mut out, &mut io::stderr()))?;
    ended(builder.bad(), out)
}

fn usage(message: impl Display) -> Exit {
    usage_of(USAGE, message)
}
