//! What the command lines of the tools share: where input comes from, how they end.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::process::ExitCode;

use clap::ArgMatches;

use super::input::Stopped;
use crate::conf::Exit;

/// Exit status of a command line that makes no sense.
const EXIT_USAGE: u8 = 2;

/// Standard input, as a file's name.
pub(super) const STDIN: &str = "-";

/// A file to be read, or standard input.
pub(super) struct Source {
    name: String,
}

impl Source {
    pub(super) fn new(name: &str) -> Source {
        Source { name: name.to_owned() }
    }

    /// What the argument `file` names.
    pub(super) fn of(matches: &ArgMatches) -> Source {
        Source::new(matches.get_one::<String>("file").map_or(STDIN, String::as_str))
    }

    /// Its name for people, and what to read it from.
    #[expect(clippy::disallowed_methods, reason = "a command with nobody to hold up: no loop runs")]
    fn open(&self) -> Result<(&str, Box<dyn Read>), Exit> {
        if self.name == STDIN {
            return Ok(("standard input", Box::new(io::stdin().lock())));
        }
        let file = File::open(&self.name)
            .map_err(|cause| Exit::failure(format_args!("cannot open {}: {cause}", self.name)))?;
        Ok((&self.name, Box::new(file)))
    }

    /// Standard output: line by line if the input may still be growing.
    pub(super) fn output(&self) -> Box<dyn Write> {
        let stdout = io::stdout();
        if self.name == STDIN { Box::new(stdout) } else { Box::new(BufWriter::new(stdout.lock())) }
    }

    /// Has `take` read it.
    pub(super) fn read<T>(
        &self,
        take: impl FnOnce(Box<dyn Read>) -> Result<T, Stopped>,
    ) -> Result<T, Exit> {
        let (shown, input) = self.open()?;
        take(input).map_err(|stopped| match stopped {
            Stopped::Output(cause) => cannot_write(&cause),
            stopped => Exit::failure(format_args!("{shown}: {stopped}")),
        })
    }
}

/// The exit status after `bad` errors, once all is written.
pub(super) fn ended(bad: u64, mut out: impl Write) -> Result<ExitCode, Exit> {
    written(out.flush())?;
    Ok(ExitCode::from(u8::from(bad > 0)))
}

/// A reader that has gone away (`| head`) ends the program quietly.
pub(super) fn written(result: io::Result<()>) -> Result<(), Exit> {
    result.map_err(|cause| cannot_write(&cause))
}

fn cannot_write(cause: &io::Error) -> Exit {
    match cause.kind() {
        ErrorKind::BrokenPipe => Exit::default(),
        _ => Exit::failure(format_args!("cannot write: {cause}")),
    }
}

/// The end of a command line that makes no sense.
pub(super) fn usage_of(usage: &str, message: impl Display) -> Exit {
    Exit { code: EXIT_USAGE, stdout: String::new(), stderr: format!("{usage}\nerror: {message}\n") }
}
