//! `ryu sim --commands FILE`: what is done to a network while it is up.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::PathBuf;
use std::time::SystemTime;

use log::warn;

use crate::hub::{self, tpool};
use crate::sim::{Network, NetworkError};

/// The longest line that is looked at, in bytes.
const LINE_MAX: u64 = 4096;

/// What the lines may say; part of `--help` and of answers.
pub(super) const FORMS: &str = "link NODE NODE down|up|silent, switch SWITCH stop|start, exit";

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Command {
    /// The cables between two nodes are pulled (ports go down), plugged in, or lose every frame while
    /// the ports stay up.
    Link { a: String, b: String, to: LinkState },
    /// A switch is switched off, or on.
    Switch { name: String, is_on: bool },
    /// The network ends.
    Exit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LinkState {
    Down,
    Up,
    Silent,
}

impl Command {
    /// `None` for a line that says nothing.
    fn parse(line: &str) -> Result<Option<Command>, String> {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        Ok(Some(match words.as_slice() {
            [] => return Ok(None),
            ["exit" | "quit"] => Command::Exit,
            ["link", a, b, to @ ("down" | "up" | "silent")] => {
                let to = match *to {
                    "down" => LinkState::Down,
                    "up" => LinkState::Up,
                    _ => LinkState::Silent,
                };
                Command::Link { a: (*a).to_owned(), b: (*b).to_owned(), to }
            }
            ["switch", name, to @ ("stop" | "start")] => {
                Command::Switch { name: (*name).to_owned(), is_on: *to == "start" }
            }
            _ => return Err(format!("unknown command {:?} (accepted: {FORMS})", line.trim())),
        }))
    }

    fn apply(&self, network: &Network) -> Result<(), NetworkError> {
        match self {
            Command::Link { a, b, to: LinkState::Silent } => network.silence_link(a, b),
            Command::Link { a, b, to } => network.set_link(a, b, *to == LinkState::Up),
            Command::Switch { name, is_on: true } => network.start_switch(name),
            Command::Switch { name, is_on: false } => network.stop_switch(name),
            Command::Exit => Ok(()),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Link { a, b, to } => {
                write!(f, "link {a} {b} {}", format!("{to:?}").to_lowercase())
            }
            Command::Switch { name, is_on } => {
                write!(f, "switch {name} {}", if *is_on { "start" } else { "stop" })
            }
            Command::Exit => f.write_str("exit"),
        }
    }
}

/// Where the lines come from: `-` is standard input.
type Lines = Box<dyn BufRead + Send>;

/// Does what the lines of `file` say, one after the other, until one says `exit`; after the last line the
/// network stays up. `say` gets the answers.
pub(super) async fn obey(network: &Network, file: &str, say: &dyn Fn(&str)) {
    loop {
        let path = PathBuf::from(file);
        let opened = tpool::execute(move || open(&path)).await.map_err(io::Error::other);
        let (mut lines, is_fifo) = match opened.and_then(|opened| opened) {
            Ok(opened) => opened,
            Err(error) => {
                warn!("--commands {file}: {error}");
                return std::future::pending().await;
            }
        };
        while let Some((rest, line)) = next(lines).await {
            lines = rest;
            let command = match Command::parse(&line) {
                Ok(None) => continue,
                Ok(Some(command)) => command,
                Err(reason) => {
                    say(&format!("*** {reason}\n"));
                    continue;
                }
            };
            // The time before: what comes of it is later.
            let wall = hub::current().clock().wall();
            let at = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
            match command.apply(network) {
                Ok(()) => say(&format!("*** {at:.6} {command}\n")),
                Err(cause) => say(&format!("*** {command}: {cause}\n")),
            }
            if command == Command::Exit {
                return;
            }
        }
        // The next writer of a named pipe is awaited by opening it again.
        if !is_fifo {
            return std::future::pending().await;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "on a thread of its own, which is there to wait")]
fn open(path: &PathBuf) -> io::Result<(Lines, bool)> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(BufReader::new(io::stdin())), false));
    }
    let file = File::open(path)?;
    let is_fifo = file.metadata()?.file_type().is_fifo();
    Ok((Box::new(BufReader::new(file)), is_fifo))
}

/// The next line, and where those behind it come from; `None` at the end.
async fn next(mut lines: Lines) -> Option<(Lines, String)> {
    let read = tpool::execute(move || {
        let mut line = Vec::new();
        let read = lines.by_ref().take(LINE_MAX).read_until(b'\n', &mut line);
        (lines, read, line)
    });
    match read.await {
        Ok((_, Ok(0), _)) => None,
        Ok((lines, Ok(_), line)) => Some((lines, String::from_utf8_lossy(&line).into_owned())),
        Ok((_, Err(error), _)) => {
            warn!("--commands: {error}");
            None
        }
        Err(error) => {
            warn!("--commands: {error}");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_said_again() {
        for line in [
            "link s1 s2 down",
            "link h1 s2 up",
            "link s1 s2 silent",
            "switch s1 stop",
            "switch s1 start",
            "exit",
        ] {
            let command = Command::parse(&format!("  {line}  # why\n")).unwrap().unwrap();
            assert_eq!(command.to_string(), line);
        }
        for nothing in ["", "\n", "# link s1 s2 down"] {
            assert_eq!(Command::parse(nothing), Ok(None));
        }
        for wrong in
            ["link s1 s2", "link s1 s2 away", "switch s1", "link s1 s2 down now", "LINK s1 s2 up"]
        {
            let reason = Command::parse(wrong).unwrap_err();
            assert_eq!(reason, format!("unknown command {wrong:?} (accepted: {FORMS})"));
        }
    }
}
