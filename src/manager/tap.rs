//! `ryu tap`: the messages of a running controller, decoded as they come.

use std::io::{self, Write};
use std::process::ExitCode;

use bytes::{Buf, Bytes, BytesMut};
use clap::{Arg, ArgMatches, Command};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::conf::Exit;
use crate::http::HttpClient;
use crate::hub::Hub;
use crate::tools::{OvsListing, Place, Sink, decode};
use crate::wire::hex;

/// The name of the subcommand.
pub(super) const NAME: &str = "tap";

/// Exit status of a command line that makes no sense.
const EXIT_USAGE: u8 = 2;

/// No line of the controller's is longer: a message of 64 KiB in hex, and what stands around it.
const LINE_MAX: usize = 256 * 1024;

/// The subcommand.
pub(super) fn command() -> Command {
    let option = |name: &'static str, metavar: &'static str| {
        Arg::new(name).long(name).value_name(metavar).num_args(1)
    };
    Command::new(NAME)
        .about("Show the OpenFlow messages of a running controller as they come")
        .after_help(
            "The controller has to run the app sessions (ryu run simple_switch_13 sessions). A tap \
             that is too slow loses messages, and says how many; the controller does not wait for \
             it. It ends when the controller does, or is interrupted.\n\n\
             ryu tap --dpid 0000000000000001 --type packet_in,flow_mod",
        )
        .arg(option("dpid", "DPID").help("Only the messages of this switch, 16 hexadecimal digits"))
        .arg(
            option("type", "TYPE,...")
                .help("Only messages of these types: packet_in, flow_mod ..."),
        )
        .arg(option("format", "FORMAT").default_value("text").help(
            "text: one readable line for each message; json: Ryu's JSON of it; ovs: flows, groups \
             and meters as ovs-ofctl has them, the others behind #",
        ))
        .arg(
            option("connect", "URL")
                .default_value("http://127.0.0.1:8080")
                .help("The REST service of the controller"),
        )
}

#[derive(Clone, Copy)]
enum Format {
    Text,
    Json,
    Ovs,
}

/// A line of the controller's.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Lost { lost: u64 },
    Message { time: f64, connection: u64, dpid: String, from_switch: bool, bytes: String },
}

/// Runs the subcommand.
pub(super) fn run(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let usage = |message: String| Exit { code: EXIT_USAGE, ..Exit::failure(message) };
    let format = match text("format") {
        "text" => Format::Text,
        "json" => Format::Json,
        "ovs" => Format::Ovs,
        other => {
            return Err(usage(format!(
                "argument --format: invalid choice value: {other:?} (accepted: text, json, ovs)"
            )));
        }
    };
    let is_plain =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_,".contains(&b));
    let mut query = String::new();
    for name in ["dpid", "type"] {
        match text(name) {
            "" => {}
            value if is_plain(value) => query.push_str(&format!("&{name}={value}")),
            value => return Err(usage(format!("argument --{name}: invalid value: {value:?}"))),
        }
    }
    let url = format!(
        "{}/v1/tap?{}",
        text("connect").trim_end_matches('/'),
        query.trim_start_matches('&')
    );
    let hub = Hub::new(Clock::real()).map_err(Exit::failure)?;
    let mut printer = Printer { format, input: BytesMut::new(), failed: None };
    let listened = hub
        .block_on(async { HttpClient::default().listen(&url, |bytes| printer.take(bytes)).await });
    match (printer.failed, listened) {
        // A reader that has gone away (`| head`) ends the program quietly.
        (Some(cause), _) if cause.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        (Some(cause), _) => Err(Exit::failure(cause)),
        (None, Ok(None)) => Ok(ExitCode::SUCCESS),
        (None, Ok(Some(answer))) => {
            let told: Option<Value> = serde_json::from_slice(answer.body()).ok();
            let told = told.as_ref().and_then(|told| told["error"].as_str()).unwrap_or_default();
            let hint = match answer.status() {
                http::StatusCode::NOT_FOUND => "; does the controller run the app sessions?",
                _ => "",
            };
            Err(Exit::failure(format_args!("{url}: {}: {told}{hint}", answer.status())))
        }
        (None, Err(error)) => Err(Exit::failure(format_args!("{url}: {error}"))),
    }
}

struct Printer {
    format: Format,
    input: BytesMut,
    failed: Option<io::Error>,
}

impl Printer {
    /// Prints the whole lines; false if nothing more is to come.
    fn take(&mut self, bytes: Bytes) -> bool {
        self.input.extend_from_slice(&bytes);
        let mut out = io::stdout().lock();
        while let Some(end) = self.input.iter().position(|byte| *byte == b'\n') {
            let line = self.input.split_to(end);
            self.input.advance(1);
            if let Err(cause) = print(&mut out, self.format, &line) {
                self.failed = Some(cause);
                return false;
            }
        }
        if self.input.len() > LINE_MAX {
            self.failed = Some(io::Error::other("the answer is not that of a tap"));
            return false;
        }
        // What is shown is shown now.
        match out.flush() {
            Ok(()) => true,
            Err(cause) => {
                self.failed = Some(cause);
                false
            }
        }
    }
}

fn print(out: &mut impl Write, format: Format, line: &[u8]) -> io::Result<()> {
    let invalid = |cause: &dyn std::fmt::Display| {
        io::Error::other(format!("the answer is not that of a tap: {cause}"))
    };
    let line: Line = serde_json::from_slice(line).map_err(|cause| invalid(&cause))?;
    let (time, connection, dpid, from_switch, bytes) = match line {
        Line::Lost { lost } => {
            return match format {
                Format::Json => writeln!(out, "{}", json!({ "lost": lost })),
                _ => writeln!(out, "# {lost} messages were lost: this tap is too slow"),
            };
        }
        Line::Message { time, connection, dpid, from_switch, bytes } => {
            (time, connection, dpid, from_switch, bytes)
        }
    };
    let bytes: Bytes = hex::decode(&bytes).ok_or_else(|| invalid(&"not hexadecimal"))?.into();
    let decoded = decode(&bytes);
    let arrow = if from_switch { '>' } else { '<' };
    match format {
        Format::Text => {
            let text = match &decoded {
                Ok(decoded) => decoded.to_string(),
                Err(fault) => format!("error: {fault}"),
            };
            let text: String = text.chars().flat_map(escape).collect();
            writeln!(out, "{time:.6} {dpid} #{connection} {arrow} {text}")
        }
        Format::Json => {
            let message = match &decoded {
                Ok(decoded) => {
                    decoded.message.to_json(decoded.version()).map_err(|e| e.to_string())
                }
                Err(fault) => Err(fault.to_string()),
            };
            let message = message.unwrap_or_else(|error| json!({ "error": error }));
            let line = json!({
                "time": time,
                "dpid": dpid,
                "connection": connection,
                "from_switch": from_switch,
                "message": message,
            });
            writeln!(out, "{line}")
        }
        Format::Ovs => OvsListing::new(out).take(&Place::File, decoded),
    }
}

/// Whatever a peer put into a message, it stays on its line and commands no terminal.
fn escape(c: char) -> impl Iterator<Item = char> {
    let (escaped, plain) = match c.is_control() {
        true => (Some(c.escape_default()), None),
        false => (None, Some(c)),
    };
    escaped.into_iter().flatten().chain(plain)
}
