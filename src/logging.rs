//! Logging as Ryu's users know it: the bare message, a line each, on standard error and if asked
//! for in a file; INFO unless `--verbose`.
//!
//! Messages carry strings that came from switches and HTTP clients. Control characters, terminal
//! escapes and line breaks in them are written as escapes ([`Escaped`]), so that a peer can neither
//! steer the terminal nor forge a line.

use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use env_logger::{Builder, Logger, Target};
use log::LevelFilter;

use crate::conf::Conf;

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

    /// File to append the log to; goes before --log-dir.
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
    /// This process has a logger already.
    #[error("logging is set up already")]
    AlreadySet,
}

/// Sets up logging for this process as the options say. `program` is the name of the executable
/// ([`Program::executable`](crate::conf::Program::executable)), for the file in `--log-dir`.
///
/// # Errors
///
/// [`LoggingError::File`] if the log file cannot be used, [`LoggingError::AlreadySet`] if this is
/// called a second time.
pub fn init(conf: &Conf, program: &str) -> Result<(), LoggingError> {
    let sinks = Sinks { stderr: conf.get(&USE_STDERR), file: open_log_file(conf, program)? };
    let rust_log = std::env::var("RUST_LOG").ok();
    let logger = logger(conf, rust_log.as_deref(), Box::new(sinks));
    let level = logger.filter();
    log::set_boxed_logger(Box::new(logger)).map_err(|_| LoggingError::AlreadySet)?;
    log::set_max_level(level);
    Ok(())
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

fn logger(conf: &Conf, rust_log: Option<&str>, sink: Box<dyn Write + Send>) -> Logger {
    let mut builder = Builder::new();
    match rust_log.filter(|filters| !filters.trim().is_empty()) {
        Some(filters) => builder.parse_filters(filters),
        None => builder.filter_level(level(conf)),
    };
    builder
        .format(|line, record| writeln!(line, "{}", Escaped(record.args())))
        .target(Target::Pipe(sink))
        .build()
}

fn level(conf: &Conf) -> LevelFilter {
    match conf.get(&DEFAULT_LOG_LEVEL) {
        Some(number) => level_of_python(number),
        None if conf.get(&VERBOSE) => LevelFilter::Debug,
        None => LevelFilter::Info,
    }
}

/// Where the log goes, if to a file: `--log-file`, else a file in `--log-dir`.
fn log_path(conf: &Conf, program: &str) -> Option<PathBuf> {
    conf.get(&LOG_FILE).or_else(|| Some(conf.get(&LOG_DIR)?.join(program).with_extension("log")))
}

#[expect(clippy::disallowed_methods, reason = "at the start: the loop does not run yet")]
fn open_log_file(conf: &Conf, program: &str) -> Result<Option<File>, LoggingError> {
    let Some(path) = log_path(conf, program) else {
        return Ok(None);
    };
    let mode = conf.get(&LOG_FILE_MODE);
    let file = OpenOptions::new().append(true).create(true).mode(mode).open(&path);
    let file = file.map_err(|cause| failed("open", &path, cause))?;
    set_mode(&file, &path, mode)?;
    Ok(Some(file))
}

/// Gives the file exactly these permissions, whatever the umask; devices and pipes (a log to
/// `/dev/null`) are left as they are.
fn set_mode(file: &File, path: &Path, mode: u32) -> Result<(), LoggingError> {
    let set = || {
        let found = file.metadata()?;
        if !found.is_file() || found.permissions().mode() & 0o7777 == mode {
            return Ok(());
        }
        file.set_permissions(fs::Permissions::from_mode(mode))
    };
    set().map_err(|cause| failed("set the mode of", path, cause))
}

fn failed(action: &'static str, path: &Path, cause: io::Error) -> LoggingError {
    LoggingError::File { action, path: path.to_owned(), cause }
}

/// Standard error and a file, either or none. A line that one of them refuses (disk full) still
/// goes to the other: logging must not end the controller.
struct Sinks {
    stderr: bool,
    file: Option<File>,
}

impl Write for Sinks {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.stderr {
            let _ = io::stderr().lock().write_all(line);
        }
        if let Some(file) = &mut self.file {
            let _ = file.write_all(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
    use std::sync::{Arc, Mutex};

    use log::{Level, Log, Record};

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
        let logger = logger(conf, rust_log, Box::new(page.clone()));
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

    #[test]
    fn the_log_file_is_appended_to_and_gets_its_mode() {
        let dir = Scratch::new("append");
        let path = dir.0.join("ryu.log");
        fs::write(&path, "before\n").unwrap();
        let mut conf = Conf::new();
        conf.set(&LOG_FILE, Some(path.clone())).set(&LOG_FILE_MODE, 0o600);
        let file = open_log_file(&conf, "ryu").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        let sinks = Sinks { stderr: false, file };
        let logger = logger(&conf, None, Box::new(sinks));
        logger.log(&Record::builder().level(Level::Info).args(format_args!("after")).build());
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\nafter\n");
    }

    #[test]
    fn a_new_log_file_has_its_mode_whatever_the_umask() {
        let dir = Scratch::new("mode");
        let mut conf = Conf::new();
        conf.set(&LOG_DIR, Some(dir.0.clone())).set(&LOG_FILE_MODE, 0o666);
        open_log_file(&conf, "ryu").unwrap();
        let mode = fs::metadata(dir.0.join("ryu.log")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o666);
    }

    #[test]
    fn a_device_keeps_its_mode() {
        let before = fs::metadata("/dev/null").unwrap().permissions().mode();
        let mut conf = Conf::new();
        conf.set(&LOG_FILE, Some("/dev/null".into())).set(&LOG_FILE_MODE, 0o600);
        open_log_file(&conf, "ryu").unwrap();
        assert_eq!(fs::metadata("/dev/null").unwrap().permissions().mode(), before);
    }

    #[test]
    fn a_log_file_that_cannot_be_opened_is_named() {
        let mut conf = Conf::new();
        conf.set(&LOG_FILE, Some("/nonexistent/\n/ryu.log".into()));
        let err = open_log_file(&conf, "ryu").unwrap_err();
        assert_eq!(
            err.to_string(),
            "cannot open log file /nonexistent/\\n/ryu.log: No such file or directory (os error 2)"
        );
    }
}
