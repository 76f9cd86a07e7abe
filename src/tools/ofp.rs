//! `ryu ofp`: the command line of the tools for OpenFlow messages.
//!
//! ```text
//! ryu ofp decode [--format text|json|ovs] [--pcap FILE | FILE | -] [--port N]...
//! ryu ofp encode --ofp-version VERSION [--xid N] [FILE | -]
//! ryu ofp check                           [--pcap FILE | FILE | -] [--port N]...
//! ```
//!
//! Exit status: 0 if every message or line was good, 1 if one was not or the input cannot be read, 2 if
//! the command line is wrong.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::assembler::Assembler;
use super::check::Check;
use super::conversations::Ports;
use super::input::{Form, Sink, feed};
use super::json_listing::JsonListing;
use super::listing::Listing;
use super::ovs_listing::OvsListing;
use super::source::{STDIN, Source, ended, usage_of, written};
use crate::conf::Exit;
use crate::ofproto::{Xid, check_registrations};

/// The name of the subcommand of `ryu`.
pub const NAME: &str = "ofp";

const USAGE: &str = "Usage: ryu ofp <decode|encode|check> [OPTIONS] [FILE]";

/// The subcommand `ofp`.
pub fn command() -> Command {
    Command::new(NAME)
        .about("Read OpenFlow messages (hex lines, raw bytes, captures), or make them")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        // So that a wrong name is answered here, as a wrong usage.
        .allow_external_subcommands(true)
        .subcommand(
            input(Command::new("decode"))
                .about("Print one line for each message")
                .arg(
                    Arg::new("format")
                        .long("format")
                        .value_name("FORMAT")
                        .default_value("text")
                        .help(
                            "text: one readable line for each message; json: Ryu's JSON of it; \
                             ovs: flows, groups and meters as ovs-ofctl has them, the others \
                             behind # (encode reads this again)",
                        ),
                )
                .after_help(
                    "A message that cannot be read gives a line `error: ...` (`# error: ...` with \
                     --format ovs), and the rest goes \
                     on. The exit status is 0 if all were good, 1 if one was not, 2 if the \
                     command line is wrong.\n\n\
                     tcpdump -i any -U -w - tcp port 6653 | ryu ofp decode",
                ),
        )
        .subcommand(encode_command())
        .subcommand(
            input(Command::new("check"))
                .about("Decode each message, encode it again, print every byte that differs")
                .after_help(
                    "The last line is `N ok, M differ, K bad`. The exit status is 0 if M and K \
                     are 0, 1 if not, 2 if the command line is wrong.",
                ),
        )
}

/// The subcommand `encode`.
fn encode_command() -> Command {
    Command::new("encode")
        .about("Make messages from Ryu's JSON or ovs-ofctl's text: a hex line for each line")
        .arg(
            Arg::new("ofp-version")
                .long("ofp-version")
                .value_name("VERSION")
                .required(true)
                .help("Version of OpenFlow to write: 1.0 to 1.5"),
        )
        .arg(Arg::new("xid").long("xid").value_name("N").help(
            "Transaction of every message, decimal or 0x... [default: that of the JSON, or 0]",
        ))
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .default_value(STDIN)
                .help("Lines, each one message; - is standard input"),
        )
        .after_help(
            "A line is Ryu's JSON, {\"OFPFlowMod\": {...}}, or text as in the files of ovs-ofctl: \
             a flow (ip,actions=output:1; flow delete tcp), a group behind the word group \
             (group add group_id=1,type=all,bucket=output:1) or a meter behind the word meter \
             (meter add meter=1,kbps,bands=type=drop,rate=100). Blank lines and those that begin \
             with # say nothing.\n\n\
             A line that cannot be read is told on standard error, with its number, the place in \
             it and what is wrong there, and the rest goes on. The exit status is 0 if all were \
             good, 1 if one was not, 2 if the command line is wrong.\n\n\
             ovs-ofctl dump-flows br0 | sed 1d | ryu ofp encode --ofp-version 1.0",
        )
}

/// Adds what tells the input.
fn input(command: Command) -> Command {
    command
        .arg(Arg::new("file").value_name("FILE").default_value(STDIN).help(
            "Hex lines (whole messages on each), raw bytes or a capture, told by its first bytes; \
             - is standard input",
        ))
        .arg(
            Arg::new("pcap")
                .long("pcap")
                .value_name("FILE")
                .conflicts_with("file")
                .help("A pcap or pcapng capture, and nothing else"),
        )
        .arg(
            Arg::new("port")
                .long("port")
                .value_name("PORT")
                .action(ArgAction::Append)
                .allow_negative_numbers(true)
                .help(
                    "TCP port of the controller in a capture, may be repeated [default: 6653, \
                     6633, and whatever connection begins with a hello]",
                ),
        )
}

/// Runs what was matched for [`command`].
///
/// # Errors
/// The [`Exit`] to report: what apps registered cannot stand together, a wrong usage, or an input
/// that cannot be read.
pub fn run(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    // Else a message would be read as what comes first by its path, without a word.
    check_registrations().map_err(Exit::failure)?;
    match matches.subcommand() {
        Some(("decode", matches)) => decode(matches),
        Some(("check", matches)) => check(matches),
        Some(("encode", matches)) => encode(matches),
        Some((name, _)) => Err(usage(format_args!(
            "ryu ofp: unknown subcommand {name:?} (accepted: decode, encode, check)"
        ))),
        None => Err(usage("a subcommand is required")),
    }
}

fn decode(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let format = matches.get_one::<String>("format").map_or("text", String::as_str);
    match format {
        "text" => {
            let (form, source) = source(matches)?;
            let mut listing = Listing::new(source.output());
            fed(&form, &source, &mut listing)?;
            ended(listing.bad(), listing.into_inner())
        }
        "json" => {
            let (form, source) = source(matches)?;
            let mut listing = JsonListing::new(source.output());
            fed(&form, &source, &mut listing)?;
            ended(listing.bad(), listing.into_inner())
        }
        "ovs" => {
            let (form, source) = source(matches)?;
            let mut listing = OvsListing::new(source.output());
            fed(&form, &source, &mut listing)?;
            ended(listing.bad(), listing.into_inner())
        }
        other => Err(usage(format_args!(
            "argument --format: invalid choice value: {other:?} (accepted: text, json, ovs)"
        ))),
    }
}

fn encode(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let text = matches.get_one::<String>("ofp-version").map_or("", String::as_str);
    let Ok(version) = text.parse() else {
        return Err(usage(format_args!(
            "argument --ofp-version: invalid choice value: {text:?} (accepted: 1.0, 1.1, 1.2, 1.3, \
             1.4, 1.5)"
        )));
    };
    let xid = match matches.get_one::<String>("xid").map(|text| (text, xid(text))) {
        None => None,
        Some((_, Some(xid))) => Some(xid),
        Some((text, None)) => {
            return Err(usage(format_args!(
                "argument --xid: invalid value: {text:?} (accepted: 0 to 4294967295)"
            )));
        }
    };
    let source = Source::of(matches);
    let mut out = source.output();
    let mut assembler = Assembler::new(version, xid);
    source.read(|input| assembler.run(input, &mut out, &mut io::stderr()))?;
    ended(assembler.bad(), out)
}

/// A transaction, decimal or hexadecimal.
fn xid(text: &str) -> Option<Xid> {
    let number = match text.strip_prefix("0x") {
        Some(digits) if !digits.starts_with('+') => u32::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => text.parse().ok().filter(|_| !text.starts_with('+')),
    };
    number.map(Xid)
}

fn check(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let (form, source) = source(matches)?;
    let mut check = Check::new(source.output());
    fed(&form, &source, &mut check)?;
    written(check.summary())?;
    let clean = check.is_clean();
    written(check.into_inner().flush())?;
    Ok(ExitCode::from(u8::from(!clean)))
}

/// The form of the input, and where it comes from.
fn source(matches: &ArgMatches) -> Result<(Form, Source), Exit> {
    let mut ports = Vec::new();
    for text in matches.get_many::<String>("port").into_iter().flatten() {
        match text.parse() {
            Ok(port) if port != 0 => ports.push(port),
            _ => {
                return Err(usage(format_args!(
                    "argument --port: invalid value: {text:?} (accepted: 1 to 65535)"
                )));
            }
        }
    }
    let ports = if ports.is_empty() { Ports::Usual } else { Ports::Only(ports) };
    Ok(match matches.get_one::<String>("pcap") {
        Some(name) => (Form::Capture(ports), Source::new(name)),
        None => (Form::Any(ports), Source::of(matches)),
    })
}

/// Hands the messages of the input on.
fn fed(form: &Form, source: &Source, sink: &mut dyn Sink) -> Result<(), Exit> {
    for remark in source.read(|input| feed(input, form, sink))? {
        // What cannot be told on standard error cannot be told at all.
        let _ = writeln!(io::stderr(), "note: {remark}");
    }
    Ok(())
}

fn usage(message: impl Display) -> Exit {
    usage_of(USAGE, message)
}
