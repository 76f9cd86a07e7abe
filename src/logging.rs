//! Logging as Ryu's users know it: the bare message, a line each, on standard error and if asked
//! for in a file and to syslog; INFO unless `--verbose`.
//!
//! A log file that somebody has renamed or removed is made anew: whoever runs the loop calls
//! [`reopen_if_moved`] now and then, away from the loop.
//!
//! Messages carry strings that came from switches and HTTP clients. Control characters, terminal
//! escapes and line breaks in them are written as escapes ([`Escaped`]), so that a peer can neither
//! steer the terminal nor forge a line.

mod log_file;
mod syslog;

use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use env_logger::{Builder, Logger};
use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::conf::Conf;

use self::log_file::LogFile;
use self::syslog::Syslog;

/// Whether lines of `debug!` may be shown at all: for what is made only to be told.
///
/// ```
/// log::set_max_level(log::LevelFilter::Info);
/// assert!(!ryu_sdn::logging::is_debugging());
/// log::set_max_level(log::LevelFilter::Debug);
/// assert!(ryu_sdn::logging::is_debugging());
/// ```
#[inline]
pub fn is_debugging() -> bool {
    log::max_level() >= LevelFilter::Debug
}

crate::options! {
    section "Logging";

    /// Log at level DEBUG instead of INFO.
    pub static VERBOSE: Opt<bool> = flag("verbose");

    /// Log level: 10 debug, 20 info, 30 warning, 40 error, 50 nothing; overrides --verbose.
    ///
    /// The environment variable RUST_LOG overrides both.
    pub static DEFAULT_LOG_LEVEL: Opt<Option<i64>> =
        int("default-log-level", 0..=50).metavar("LEVEL").example("20");

    /// Log to standard error, beside a log file if there is one.
    pub static USE_STDERR: Opt<bool> = flag("use-stderr").default(true);

    /// Log to syslog (/dev/log), beside the others.
    pub static USE_SYSLOG: Opt<bool> = flag("use-syslog");

    /// Facility of what is logged to syslog.
    pub static SYSLOG_LOG_FACILITY: Opt<String> =
        choice("syslog-log-facility", &syslog::FACILITIES).metavar("NAME").default("user");

    /// File to append the log to; goes before --log-dir.
    ///
    /// It is opened again within a second when it has been renamed or removed, and at once on SIGHUP.
    pub static LOG_FILE: Opt<Option<PathBuf>> = path("log-file").example("/var/log/ryu.log");

    /// Directory for a log file named after the program (ryu-manager.log).
    pub static LOG_DIR: Opt<Option<PathBuf>> =
        path("log-dir").metavar("DIR").example("/var/log");

    /// Permissions given to the log file.
    pub static LOG_FILE_MODE: Opt<u32> = mode("log-file-mode").default(0o644);
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The log file cannot be opened, or not be given its permissions.
    #[error("cannot {action} log file {}: {cause}", Escaped(path.display()))]
    File {
        /// What failed: `open`, or `set the mode of`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// There is no syslog.
    #[error("cannot log to syslog at {}: {cause}", path.display())]
    Syslog {
        /// Its socket.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// This process has a logger already.
    #[error("logging is set up already")]
    AlreadySet,
}

/// Where this process logs to.
static SINKS: OnceLock<Arc<Mutex<Sinks>>> = OnceLock::new();

/// Sets up logging for this process as the options say. `program` is the name of the executable
/// ([`Program::executable`](crate::conf::Program::executable)), for the file in `--log-dir` and for
/// syslog.
///
/// # Errors
///
/// [`LoggingError::File`] if the log file cannot be used, [`LoggingError::Syslog`] if there is no
/// syslog, [`LoggingError::AlreadySet`] if this is called a second time.
pub fn init(conf: &Conf, program: &str) -> Result<(), LoggingError> {
    let stderr: Option<Box<dyn Write + Send>> = match conf.get(&USE_STDERR) {
        true => Some(Box::new(io::stderr())),
        false => None,
    };
    let file = log_path(conf, program).map(|path| LogFile::open(path, conf.get(&LOG_FILE_MODE)));
    let syslog = match conf.get(&USE_SYSLOG) {
        true => Some(Syslog::open(&conf.get(&SYSLOG_LOG_FACILITY), program)?),
        false => None,
    };
    let sinks = Sinks { stderr, file: file.transpose()?, syslog };
    let journal = Journal::new(conf, std::env::var("RUST_LOG").ok().as_deref(), sinks);
    let (level, sinks) = (journal.filter.filter(), Arc::clone(&journal.sinks));
    log::set_boxed_logger(Box::new(journal)).map_err(|_| LoggingError::AlreadySet)?;
    log::set_max_level(level);
    // The first, since only one logger can be set.
    let _ = SINKS.set(sinks);
    Ok(())
}

/// Opens the log file again if it is no longer the file of its name. What was logged meanwhile is in
/// the file that was renamed, or lost with the one that was removed. Opening may block: not for the
/// loop.
///
/// # Errors
///
/// [`LoggingError::File`], once for the same trouble; the log goes on in the file that is open.
pub fn reopen_if_moved() -> Result<(), LoggingError> {
    let Some(sinks) = SINKS.get() else { return Ok(()) };
    let Some(place) = locked(sinks).file.as_ref().map(LogFile::place) else { return Ok(()) };
    // Not under the lock: those who log would wait.
    let Some(opened) = place.open_if_moved() else { return Ok(()) };
    match &mut locked(sinks).file {
        Some(file) => file.replace(opened),
        None => Ok(()),
    }
}

/// Sends what syslog had no room for when it was logged, as far as it has by now. Does not wait. Returns
/// whether something is left.
pub fn send_waiting() -> bool {
    let Some(sinks) = SINKS.get() else { return false };
    locked(sinks).syslog.as_mut().is_some_and(Syslog::send_waiting)
}

/// A panic while something was written leaves nothing half done that matters.
fn locked(sinks: &Mutex<Sinks>) -> MutexGuard<'_, Sinks> {
    sinks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The level for one of Python's numbers, which Ryu's option takes: messages of at least that
/// severity pass. Nothing of ours is above error, so more than 40 is silence.
pub fn level_of_python(number: i64) -> LevelFilter {
    match number {
        ..10 => LevelFilter::Trace,
        10 => LevelFilter::Debug,
        11..=20 => LevelFilter::Info,
        21..=30 => LevelFilter::Warn,
        31..=40 => LevelFilter::Error,
        41.. => LevelFilter::Off,
    }
}

/// The logger: selects with `env_logger`'s filters, and writes lines.
struct Journal {
    filter: Logger,
    sinks: Arc<Mutex<Sinks>>,
}

impl Journal {
    fn new(conf: &Conf, rust_log: Option<&str>, sinks: Sinks) -> Journal {
        let mut builder = Builder::new();
        match rust_log.filter(|filters| !filters.trim().is_empty()) {
            Some(filters) => builder.parse_filters(filters),
            None => builder.filter_level(level(conf)),
        };
        Journal { filter: builder.build(), sinks: Arc::new(Mutex::new(sinks)) }
    }
}

impl Log for Journal {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        if self.filter.matches(record) {
            let line = format!("{}\n", Escaped(record.args()));
            locked(&self.sinks).write(record.level(), &line);
        }
    }

    /// At the end of the program: what waits for syslog is sent.
    fn flush(&self) {
        if let Some(syslog) = &mut locked(&self.sinks).syslog {
            syslog.finish();
        }
    }
}

fn level(conf: &Conf) -> LevelFilter {
    match conf.get(&DEFAULT_LOG_LEVEL) {
        Some(number) => level_of_python(number),
        None if conf.get(&VERBOSE) => LevelFilter::Debug,
        None => LevelFilter::Info,
    }
}

/// Where the log goes, if to a file: `--log-file`, else a file in `--log-dir`.
pub fn log_path(conf: &Conf, program: &str) -> Option<PathBuf> {
    conf.get(&LOG_FILE).or_else(|| Some(conf.get(&LOG_DIR)?.join(program).with_extension("log")))
}

/// Standard error, a file and syslog, or some of them. A line that one of them refuses (disk full)
/// still goes to the others: logging must not end the controller.
#[derive(Default)]
struct Sinks {
    stderr: Option<Box<dyn Write + Send>>,
    file: Option<LogFile>,
    syslog: Option<Syslog>,
}

impl Sinks {
    /// Writes a line, with its end.
    fn write(&mut self, level: Level, line: &str) {
        if let Some(stderr) = &mut self.stderr {
            let _ = stderr.write_all(line.as_bytes());
        }
        if let Some(file) = &mut self.file {
            file.write(line);
        }
        if let Some(syslog) = &mut self.syslog {
            syslog.write(level, line.trim_end_matches('\n'));
        }
    }
}

/// Displays the inner value on one line and harmless to a terminal: control characters become
/// escapes (`\n`, `\u{1b}`), and so do the invisible characters that break lines or reorder text.
/// Tabs stay. Does not allocate.
///
/// ```
/// use ryu_sdn::logging::Escaped;
/// assert_eq!(Escaped("port\neth0\x1b[2J é").to_string(), "port\\neth0\\u{1b}[2J é");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Escaped<T>(pub T);

impl<T: fmt::Display> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaper(f), "{}", self.0)
    }
}

/// Escapes what is written through it.
struct Escaper<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl fmt::Write for Escaper<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (at, c) in text.char_indices().filter(|(_, c)| needs_escape(*c)) {
            self.0.write_str(&text[plain..at])?;
            write!(self.0, "{}", c.escape_default())?;
            plain = at + c.len_utf8();
        }
        self.0.write_str(&text[plain..])
    }
}

fn needs_escape(c: char) -> bool {
    match c {
        '\t' => false,
        // Line and paragraph separator; marks, embeddings, overrides and isolates of direction.
        '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{200e}' | '\u{200f}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    /// A sink that a test can look into.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Page {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(conf: &Conf, rust_log: Option<&str>, entries: &[(Level, &str)]) -> String {
        let page = Page::default();
        let sinks = Sinks { stderr: Some(Box::new(page.clone())), ..Sinks::default() };
        let logger = Journal::new(conf, rust_log, sinks);
        for (level, text) in entries {
            let args = format_args!("{text}");
            // One statement: `format_args!` lives no longer.
            logger.log(&Record::builder().level(*level).target("ryu_sdn::app").args(args).build());
        }
        page.text()
    }

    const ALL: [(Level, &str); 5] = [
        (Level::Error, "e"),
        (Level::Warn, "w"),
        (Level::Info, "i"),
        (Level::Debug, "d"),
        (Level::Trace, "t"),
    ];

    /// A directory of this test's own, removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let name = format!("ryu-logging-{}-{name}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir_all(&path).unwrap();
            Scratch(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_layout_is_the_bare_message_at_info() {
        assert_eq!(logged(&Conf::new(), None, &ALL), "e\nw\ni\n");
    }

    #[test]
    fn verbose_is_debug() {
        let conf = Conf::new().set(&VERBOSE, true).clone();
        assert_eq!(logged(&conf, None, &ALL), "e\nw\ni\nd\n");
    }

    #[test]
    fn a_numeric_level_overrides_verbose() {
        let mut conf = Conf::new();
        conf.set(&VERBOSE, true);
        for (number, expected) in
            [(0, "e\nw\ni\nd\nt\n"), (10, "e\nw\ni\nd\n"), (20, "e\nw\ni\n"), (30, "e\nw\n")]
        {
            assert_eq!(logged(conf.set(&DEFAULT_LOG_LEVEL, Some(number)), None, &ALL), expected);
        }
        assert_eq!(logged(conf.set(&DEFAULT_LOG_LEVEL, Some(40)), None, &ALL), "e\n");
        assert_eq!(logged(conf.set(&DEFAULT_LOG_LEVEL, Some(50)), None, &ALL), "");
        assert_eq!(level_of_python(15), LevelFilter::Info);
    }

    #[test]
    fn rust_log_overrides_the_options_unless_empty() {
        let conf = Conf::new().set(&VERBOSE, true).clone();
        assert_eq!(logged(&conf, Some("warn"), &ALL), "e\nw\n");
        assert_eq!(logged(&conf, Some("other=trace,ryu_sdn::app=error"), &ALL), "e\n");
        assert_eq!(logged(&conf, Some(" "), &ALL), "e\nw\ni\nd\n");
    }

    #[test]
    fn a_peer_can_neither_forge_a_line_nor_steer_the_terminal() {
        let hostile = [(Level::Info, "port \"a\nloading app evil\r\x1b[2J\x07\u{9b}1m\u{202e}b\"")];
        assert_eq!(
            logged(&Conf::new(), None, &hostile),
            "port \"a\\nloading app evil\\r\\u{1b}[2J\\u{7}\\u{9b}1m\\u{202e}b\"\n"
        );
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let text = "dpid=00000000000000a1\taddr=[::1]:5 'Zürich' 東京 \\ 50%";
        assert_eq!(Escaped(text).to_string(), text);
    }

    #[test]
    fn the_log_file_wins_over_the_log_dir() {
        let mut conf = Conf::new();
        assert_eq!(log_path(&conf, "ryu-manager"), None);
        conf.set(&LOG_DIR, Some("/var/log".into()));
        assert_eq!(log_path(&conf, "ryu-manager"), Some("/var/log/ryu-manager.log".into()));
        conf.set(&LOG_FILE, Some("/tmp/x".into()));
        assert_eq!(log_path(&conf, "ryu-manager"), Some("/tmp/x".into()));
    }

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn the_log_file_is_appended_to_and_gets_its_mode() {
        let dir = Scratch::new("append");
        let path = dir.0.join("ryu.log");
        fs::write(&path, "before\n").unwrap();
        let mut file = LogFile::open(path.clone(), 0o600).unwrap();
        assert_eq!(mode_of(&path), 0o600);
        file.write("after\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\nafter\n");
    }

    #[test]
    fn a_new_log_file_has_its_mode_whatever_the_umask() {
        let dir = Scratch::new("mode");
        let path = dir.0.join("ryu.log");
        LogFile::open(path.clone(), 0o666).unwrap();
        assert_eq!(mode_of(&path), 0o666);
    }

    #[test]
    fn a_device_keeps_its_mode_and_is_never_opened_again() {
        let before = mode_of(Path::new("/dev/null"));
        let file = LogFile::open("/dev/null".into(), 0o600).unwrap();
        assert_eq!(mode_of(Path::new("/dev/null")), before);
        assert!(file.place().open_if_moved().is_none());
    }

    #[test]
    fn a_log_file_that_was_renamed_or_removed_is_made_anew() {
        let dir = Scratch::new("moved");
        let path = dir.0.join("ryu.log");
        let mut file = LogFile::open(path.clone(), 0o640).unwrap();
        file.write("one\n");
        assert!(file.place().open_if_moved().is_none());
        fs::rename(&path, dir.0.join("ryu.log.1")).unwrap();
        file.write("two\n");
        file.replace(file.place().open_if_moved().unwrap()).unwrap();
        file.write("three\n");
        assert_eq!(fs::read_to_string(dir.0.join("ryu.log.1")).unwrap(), "one\ntwo\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
        assert_eq!(mode_of(&path), 0o640);
        fs::remove_file(&path).unwrap();
        file.replace(file.place().open_if_moved().unwrap()).unwrap();
        file.write("four\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "four\n");
    }

    #[test]
    fn trouble_with_the_new_log_file_is_told_once_and_the_old_one_goes_on() {
        let dir = Scratch::new("trouble");
        let folder = dir.0.join("log");
        fs::create_dir(&folder).unwrap();
        let mut file = LogFile::open(folder.join("ryu.log"), 0o644).unwrap();
        let moved = dir.0.join("elsewhere");
        fs::rename(&folder, &moved).unwrap();
        assert!(file.replace(file.place().open_if_moved().unwrap()).is_err());
        assert!(file.replace(file.place().open_if_moved().unwrap()).is_ok());
        file.write("still here\n");
        assert_eq!(fs::read_to_string(moved.join("ryu.log")).unwrap(), "still here\n");
        fs::create_dir(&folder).unwrap();
        file.replace(file.place().open_if_moved().unwrap()).unwrap();
        file.write("back\n");
        assert_eq!(fs::read_to_string(folder.join("ryu.log")).unwrap(), "back\n");
    }

    #[test]
    fn a_log_file_that_cannot_be_opened_is_named() {
        let error = LogFile::open("/nonexistent/\n/ryu.log".into(), 0o644).err().unwrap();
        assert_eq!(
            error.to_string(),
            "cannot open log file /nonexistent/\\n/ryu.log: No such file or directory (os error 2)"
        );
    }
}
