//! Option rows: one static per option, defined where the option is used and collected at link time.
//!
//! A row ([`Opt<T>`]) knows everything about its option: name, group, type and range, default, unit
//! and help. The command line, the configuration file, `--help`, the man page, the shell completion
//! and the commented sample are all read from rows, so an option is written down once.
//! The rows are declared with [`options!`](crate::options), which also registers them.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::value::Value;

/// What an option accepts, and within which limits (inclusive).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A switch: `--verbose` and `--noverbose`, `true` and `false` in a file.
    Bool,
    /// A whole number.
    Int {
        /// Smallest value accepted.
        min: i64,
        /// Largest value accepted.
        max: i64,
    },
    /// A number, with or without a fraction; never NaN or infinite.
    Float {
        /// Smallest value accepted.
        min: f64,
        /// Largest value accepted.
        max: f64,
    },
    /// Any text.
    Text,
    /// The path of a file or directory; not empty.
    Path,
    /// File permissions, octal: `0644` on the command line, `"0644"` or `0o644` in a file.
    Mode,
    /// Several texts: comma separated, or an array in a file.
    List,
    /// One of these words.
    Choice(&'static [&'static str]),
}

impl Kind {
    /// The type's name in an error message.
    pub const fn noun(&self) -> &'static str {
        match self {
            Kind::Bool => "boolean",
            Kind::Int { .. } => "integer",
            Kind::Float { .. } => "number",
            Kind::Text => "text",
            Kind::Path => "path",
            Kind::Mode => "file mode",
            Kind::List => "list",
            Kind::Choice(_) => "choice",
        }
    }

    /// What is accepted, for an error message, the help and the sample: `1..=65535`.
    pub fn accepted(&self) -> Cow<'static, str> {
        match *self {
            Kind::Bool => "true, false".into(),
            Kind::Int { min: i64::MIN, max: i64::MAX } => "any integer".into(),
            Kind::Int { min, max: i64::MAX } => format!("{min}..").into(),
            Kind::Int { min, max } => format!("{min}..={max}").into(),
            Kind::Float { min, max: f64::MAX } => format!("{min:?}..").into(),
            Kind::Float { min, max } => format!("{min:?}..={max:?}").into(),
            Kind::Text => "text".into(),
            Kind::Path => "a path that is not empty".into(),
            Kind::Mode => "octal 0000..=0777, such as \"0644\"".into(),
            Kind::List => "texts separated by commas, or an array of texts".into(),
            Kind::Choice(words) => words.join(", ").into(),
        }
    }

    /// True if [`Kind::accepted`] says more than the type's name does.
    pub(super) const fn is_limited(&self) -> bool {
        matches!(self, Kind::Int { .. } | Kind::Float { .. } | Kind::Choice(_) | Kind::Mode)
    }
}

/// The value an option has when nothing sets it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Preset {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'static str),
    List(&'static [&'static str]),
}

/// One option without its Rust type: what the command line, the files and the sample read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    name: &'static str,
    group: Option<&'static str>,
    kind: Kind,
    preset: Preset,
    metavar: &'static str,
    unit: Option<&'static str>,
    example: Option<&'static str>,
    help: &'static str,
    on_command_line: bool,
    takes_several: bool,
    no_effect: Option<&'static str>,
}

impl Row {
    /// Name inside the group, lower case with dashes: `ofp-tcp-listen-port`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Group: a prefix on the command line and a table in files; `None` for most options.
    pub const fn group(&self) -> Option<&'static str> {
        self.group
    }

    /// Type and limits.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Placeholder of the value in the help: `PORT`.
    pub const fn metavar(&self) -> &'static str {
        self.metavar
    }

    /// Unit of the value, if it has one: `s`.
    pub const fn unit(&self) -> Option<&'static str> {
        self.unit
    }

    /// False if the option can only be given in a file (as some of Ryu's).
    pub const fn on_command_line(&self) -> bool {
        self.on_command_line
    }

    /// True if each of several lines of one file in Ryu's form adds to the option.
    pub const fn takes_several(&self) -> bool {
        self.takes_several
    }

    /// Why the option has no effect; `None` if it has one.
    pub const fn no_effect(&self) -> Option<&'static str> {
        self.no_effect
    }

    /// Name on the command line, without the two dashes: `zapi-server-host`.
    pub fn long(&self) -> Cow<'static, str> {
        match self.group {
            Some(group) => format!("{group}-{}", self.name).into(),
            None => self.name.into(),
        }
    }

    /// Key in a file, inside its table: `server_host`.
    pub fn key(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Key in a file with its table, for messages: `zapi.server_host`.
    pub fn full_key(&self) -> String {
        match self.group {
            Some(group) => format!("{group}.{}", self.key()),
            None => self.key(),
        }
    }

    /// The value when nothing sets the option.
    pub fn default_value(&self) -> Option<Value> {
        Some(match self.preset {
            Preset::None => return None,
            Preset::Bool(v) => Value::Bool(v),
            Preset::Int(v) => Value::Int(v),
            Preset::Float(v) => Value::Float(v),
            Preset::Text(v) => Value::Text(v.to_owned()),
            Preset::List(v) => Value::List(v.iter().map(|item| (*item).to_owned()).collect()),
        })
    }

    /// A value for the sample: the default, else the row's example.
    pub(super) fn sample_value(&self) -> Option<Value> {
        self.default_value()
            .filter(|value| !matches!(value, Value::List(items) if items.is_empty()))
            .or_else(|| self.parse(self.example?).ok())
    }

    /// The help text as paragraphs, each on one line.
    pub fn help(&self) -> Vec<String> {
        let lines: Vec<&str> = self.help.lines().map(str::trim).collect();
        let paragraphs = lines.split(|line| line.is_empty());
        paragraphs.filter(|lines| !lines.is_empty()).map(|lines| lines.join(" ")).collect()
    }
}

/// One option whose value has the Rust type `T`: what [`Conf::get`](super::Conf::get) takes.
///
/// `T` is `Option<..>` for an option without a default. Make rows with
/// [`options!`](crate::options) and the functions of [`kinds`].
#[derive(Debug)]
pub struct Opt<T> {
    row: Row,
    value_type: PhantomData<fn() -> T>,
}

impl<T> Opt<T> {
    const fn new(name: &'static str, kind: Kind, preset: Preset, metavar: &'static str) -> Self {
        assert_name(name);
        let row = Row {
            name,
            group: None,
            kind,
            preset,
            metavar,
            unit: None,
            example: None,
            help: "",
            on_command_line: true,
            takes_several: false,
            no_effect: None,
        };
        Opt { row, value_type: PhantomData }
    }

    /// Changes the default, and with it the Rust type (from `Option<V>` to `V`).
    const fn preset<U>(&self, preset: Preset) -> Opt<U> {
        let mut row = self.row;
        row.preset = preset;
        Opt { row, value_type: PhantomData }
    }

    /// Puts the option into a group: `--group-name`, and key `name` of table `[group]`.
    #[must_use]
    pub const fn group(mut self, group: &'static str) -> Self {
        assert_name(group);
        self.row.group = Some(group);
        self
    }

    /// Names the placeholder of the value in the help.
    #[must_use]
    pub const fn metavar(mut self, metavar: &'static str) -> Self {
        self.row.metavar = metavar;
        self
    }

    /// Names the unit of the value.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.row.unit = Some(unit);
        self
    }

    /// A value to show in the sample file when there is no default, as on the command line.
    #[must_use]
    pub const fn example(mut self, example: &'static str) -> Self {
        self.row.example = Some(example);
        self
    }

    /// Keeps the option off the command line.
    #[must_use]
    pub const fn file_only(mut self) -> Self {
        self.row.on_command_line = false;
        self
    }

    /// Says that the option is only accepted, and why it has no effect: who sets it is told so.
    #[must_use]
    pub const fn without_effect(mut self, reason: &'static str) -> Self {
        self.row.no_effect = Some(reason);
        self
    }

    /// The help text; [`options!`](crate::options) fills it in from the doc comment.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.row.help = help;
        self
    }

    /// The row without its Rust type.
    pub const fn row(&self) -> &Row {
        &self.row
    }
}

impl Opt<bool> {
    /// The value when nothing sets the option (`false` if this is not called).
    #[must_use]
    pub const fn default(self, value: bool) -> Opt<bool> {
        self.preset(Preset::Bool(value))
    }
}

impl Opt<Option<i64>> {
    /// The value when nothing sets the option; out of range is a compile-time error.
    #[must_use]
    pub const fn default(self, value: i64) -> Opt<i64> {
        assert_in_range(&self.row.kind, value);
        self.preset(Preset::Int(value))
    }
}

impl Opt<Option<u16>> {
    /// The value when nothing sets the option; out of range is a compile-time error.
    #[must_use]
    pub const fn default(self, value: u16) -> Opt<u16> {
        assert_in_range(&self.row.kind, value as i64);
        self.preset(Preset::Int(value as i64))
    }
}

impl Opt<Option<u32>> {
    /// The value when nothing sets the option; out of range is a compile-time error.
    #[must_use]
    pub const fn default(self, value: u32) -> Opt<u32> {
        assert_in_range(&self.row.kind, value as i64);
        self.preset(Preset::Int(value as i64))
    }
}

impl Opt<Option<f64>> {
    /// The value when nothing sets the option; out of range is a compile-time error.
    #[must_use]
    pub const fn default(self, value: f64) -> Opt<f64> {
        assert_float_in_range(&self.row.kind, value);
        self.preset(Preset::Float(value))
    }
}

impl Opt<Option<Duration>> {
    /// The value in seconds when nothing sets the option; out of range is a compile-time error.
    #[must_use]
    pub const fn default(self, seconds: f64) -> Opt<Duration> {
        assert_float_in_range(&self.row.kind, seconds);
        self.preset(Preset::Float(seconds))
    }
}

impl Opt<Option<String>> {
    /// The value when nothing sets the option.
    #[must_use]
    pub const fn default(self, value: &'static str) -> Opt<String> {
        self.preset(Preset::Text(value))
    }
}

impl Opt<Option<PathBuf>> {
    /// The value when nothing sets the option.
    #[must_use]
    pub const fn default(self, value: &'static str) -> Opt<PathBuf> {
        self.preset(Preset::Text(value))
    }
}

impl Opt<Vec<String>> {
    /// The value when nothing sets the option (empty if this is not called).
    #[must_use]
    pub const fn default(self, value: &'static [&'static str]) -> Opt<Vec<String>> {
        self.preset(Preset::List(value))
    }

    /// Lets each of several lines of one file in Ryu's form add to the option.
    #[must_use]
    pub const fn several(mut self) -> Self {
        self.row.takes_several = true;
        self
    }
}

const fn assert_in_range(kind: &Kind, value: i64) {
    let inside = match kind {
        Kind::Int { min, max } => *min <= value && value <= *max,
        Kind::Mode => 0 <= value && value <= MODE_MAX,
        _ => false,
    };
    assert!(inside, "the default of an option lies outside its own range");
}

const fn assert_float_in_range(kind: &Kind, value: f64) {
    let inside = match kind {
        Kind::Float { min, max } => *min <= value && value <= *max,
        _ => false,
    };
    assert!(inside, "the default of an option lies outside its own range");
}

const fn assert_name(name: &str) {
    let bytes = name.as_bytes();
    assert!(!bytes.is_empty(), "an option needs a name");
    let mut at = 0;
    while at < bytes.len() {
        assert!(
            matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'-'),
            "the name of an option is lower case letters, digits and dashes"
        );
        at += 1;
    }
}

/// Largest file mode: permissions only, no set-uid or sticky bit.
pub(super) const MODE_MAX: i64 = 0o777;

/// The types of options; [`options!`](crate::options) has these names in scope.
///
/// Each takes the option's name (lower case with dashes), most also the accepted range. All but
/// [`flag`](kinds::flag) and [`list`](kinds::list) have no default until `.default(..)` is called.
pub mod kinds {
    use super::*;

    /// A switch, off by default.
    pub const fn flag(name: &'static str) -> Opt<bool> {
        Opt::new(name, Kind::Bool, Preset::Bool(false), "")
    }

    /// A whole number.
    pub const fn int(name: &'static str, range: RangeInclusive<i64>) -> Opt<Option<i64>> {
        let kind = Kind::Int { min: *range.start(), max: *range.end() };
        Opt::new(name, kind, Preset::None, "N")
    }

    /// A number of things.
    pub const fn count(name: &'static str, range: RangeInclusive<u32>) -> Opt<Option<u32>> {
        let kind = Kind::Int { min: *range.start() as i64, max: *range.end() as i64 };
        Opt::new(name, kind, Preset::None, "N")
    }

    /// A TCP or UDP port; let the range begin at 0 only if 0 has a meaning, and say which.
    pub const fn port(name: &'static str, range: RangeInclusive<u16>) -> Opt<Option<u16>> {
        let kind = Kind::Int { min: *range.start() as i64, max: *range.end() as i64 };
        Opt::new(name, kind, Preset::None, "PORT")
    }

    /// A number, with or without a fraction.
    pub const fn float(name: &'static str, range: RangeInclusive<f64>) -> Opt<Option<f64>> {
        let kind = Kind::Float { min: *range.start(), max: *range.end() };
        Opt::new(name, kind, Preset::None, "N")
    }

    /// A span of time, given in seconds with or without a fraction; not negative.
    pub const fn seconds(name: &'static str, range: RangeInclusive<f64>) -> Opt<Option<Duration>> {
        assert!(*range.start() >= 0.0, "a span of time is not negative");
        // A `Duration` holds more seconds than this, and nobody waits longer.
        assert!(*range.end() <= 1e9, "a span of time of more than 1e9 seconds");
        let kind = Kind::Float { min: *range.start(), max: *range.end() };
        Opt::new(name, kind, Preset::None, "SECONDS").unit("s")
    }

    /// Any text.
    pub const fn text(name: &'static str) -> Opt<Option<String>> {
        Opt::new(name, Kind::Text, Preset::None, "TEXT")
    }

    /// The path of a file or directory.
    pub const fn path(name: &'static str) -> Opt<Option<PathBuf>> {
        Opt::new(name, Kind::Path, Preset::None, "FILE")
    }

    /// File permissions.
    pub const fn mode(name: &'static str) -> Opt<Option<u32>> {
        Opt::new(name, Kind::Mode, Preset::None, "OCTAL")
    }

    /// Several texts, none by default.
    pub const fn list(name: &'static str) -> Opt<Vec<String>> {
        Opt::new(name, Kind::List, Preset::List(&[]), "A,B,...")
    }

    /// One word of a few.
    pub const fn choice(name: &'static str, words: &'static [&'static str]) -> Opt<Option<String>> {
        Opt::new(name, Kind::Choice(words), Preset::None, "WORD")
    }
}

/// The rows of one [`options!`](crate::options) call, as registered at link time.
#[derive(Debug)]
pub struct Block {
    pub(super) section: &'static str,
    pub(super) rows: &'static [&'static Row],
    pub(super) file: &'static str,
    pub(super) line: u32,
}

impl Block {
    /// A block of rows under a heading, declared at `file`:`line` (named in duplicate errors).
    pub const fn new(
        section: &'static str,
        rows: &'static [&'static Row],
        file: &'static str,
        line: u32,
    ) -> Self {
        Block { section, rows, file, line }
    }
}

inventory::collect!(Block);

/// Declares options: one typed static each, registered so that every program linking this crate
/// has them on its command line, in its files and in its help.
///
/// `section` is the heading in the help and in the sample. Each row is a doc comment (needed: it
/// is the help; `--help` shows its first paragraph, the sample file all of it), a name for the
/// static, the type of its value and one of [`conf::kinds`](crate::conf::kinds), refined by the
/// methods of [`Opt`](crate::conf::Opt).
///
/// # Example: the options of an app
///
/// ```
/// use ryu_sdn::conf::Conf;
///
/// ryu_sdn::options! {
///     section "Traffic monitor";
///
///     /// Time between two rounds of statistics requests.
///     pub static MONITOR_INTERVAL: Opt<Duration> =
///         seconds("monitor-interval", 0.1..=3600.0).default(10.0);
///
///     /// Where the report goes; without it the report is logged.
///     pub static MONITOR_FILE: Opt<Option<PathBuf>> = path("file").group("monitor");
/// }
/// # use std::{path::PathBuf, time::Duration};
///
/// // A program gets its `Conf` from the command line; a test makes one and changes what it needs.
/// let mut conf = Conf::new();
/// assert_eq!(conf.get(&MONITOR_INTERVAL), Duration::from_secs(10));
/// conf.set(&MONITOR_INTERVAL, Duration::from_millis(500));
/// assert_eq!(conf.get(&MONITOR_INTERVAL), Duration::from_millis(500));
/// assert_eq!(conf.get(&MONITOR_FILE), None);
/// ```
///
/// A user now writes `--monitor-interval 0.5` and `--monitor-file report.txt`, or in a file
///
/// ```toml
/// monitor_interval = 0.5
/// [monitor]
/// file = "report.txt"
/// ```
///
/// A default outside the range stops the build, not the user:
///
/// ```compile_fail
/// ryu_sdn::options! {
///     section "Traffic monitor";
///     /// Lines of a report.
///     pub static MONITOR_LINES: Opt<i64> = int("monitor-lines", 1..=100).default(0);
/// }
/// ```
///
/// # By hand
///
/// Without the macro the first row is `static MONITOR_INTERVAL: Opt<Duration> =
/// kinds::seconds("monitor-interval", 0.1..=3600.0).default(10.0).help("Time ...");` and its
/// registration is `inventory::submit! { Block::new("Traffic monitor", &[MONITOR_INTERVAL.row()],
/// file!(), line!()) }`.
#[macro_export]
macro_rules! options {
    (
        section $section:literal;
        $(
            $(#[doc = $help:literal])+
            $vis:vis static $NAME:ident: Opt<$value:ty> = $row:expr;
        )+
    ) => {
        $(
            $(#[doc = $help])+
            $vis static $NAME: $crate::conf::Opt<$value> = {
                // A block whose rows all name their kinds in full has no use for it,
                // and a macro cannot know which block that is.
                #[allow(unused_imports)]
                use $crate::conf::kinds::*;
                ($row).help(concat!($($help, "\n"),+))
            };
        )+
        $crate::conf::private::inventory::submit! {
            $crate::conf::Block::new($section, &[$($NAME.row()),+], file!(), line!())
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    static HOST: Opt<String> = kinds::text("server-host")
        .group("zapi")
        .default("::1")
        .help(" First line\n of one paragraph.\n\n Second.\n");

    #[test]
    fn a_group_is_a_prefix_on_the_command_line_and_a_table_in_files() {
        assert_eq!(HOST.row().long(), "zapi-server-host");
        assert_eq!(HOST.row().key(), "server_host");
        assert_eq!(HOST.row().full_key(), "zapi.server_host");
    }

    #[test]
    fn help_is_the_doc_comment_in_paragraphs() {
        assert_eq!(HOST.row().help(), ["First line of one paragraph.", "Second."]);
    }

    #[test]
    fn accepted_says_the_limits() {
        assert_eq!(Kind::Int { min: 1, max: 65535 }.accepted(), "1..=65535");
        assert_eq!(Kind::Int { min: 0, max: i64::MAX }.accepted(), "0..");
        assert_eq!(Kind::Int { min: i64::MIN, max: i64::MAX }.accepted(), "any integer");
        assert_eq!(Kind::Float { min: 0.5, max: 60.0 }.accepted(), "0.5..=60.0");
        assert_eq!(Kind::Choice(&["a", "b"]).accepted(), "a, b");
    }
}
