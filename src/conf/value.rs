//! Values of options: reading them from text and from TOML, and the Rust types they become.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use toml::de::DeValue;

use super::option::{Kind, MODE_MAX, Row};

/// The value of one option, checked against its row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of [`Kind::Bool`].
    Bool(bool),
    /// Of [`Kind::Int`] and [`Kind::Mode`].
    Int(i64),
    /// Of [`Kind::Float`].
    Float(f64),
    /// Of [`Kind::Text`], [`Kind::Path`] and [`Kind::Choice`].
    Text(String),
    /// Of [`Kind::List`].
    List(Vec<String>),
}

/// A value that its option does not accept.
///
/// Displayed as `invalid integer value: abc (accepted: 1..=65535)`; the caller says before it
/// where the value came from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid {noun} value: {got} (accepted: {accepted})")]
pub struct BadValue {
    noun: &'static str,
    got: String,
    accepted: String,
}

impl Row {
    /// Reads a value as the command line gives it.
    ///
    /// # Errors
    ///
    /// [`BadValue`] if the text is no value of the row's kind, or lies outside its limits.
    pub fn parse(&self, text: &str) -> Result<Value, BadValue> {
        let word = text.trim();
        let value = match self.kind() {
            Kind::Bool => parse_bool(word).map(Value::Bool),
            Kind::Int { .. } => word.parse().ok().map(Value::Int),
            Kind::Float { .. } => word.parse().ok().map(Value::Float),
            Kind::Mode => parse_mode(word).map(Value::Int),
            Kind::Text | Kind::Path | Kind::Choice(_) => Some(Value::Text(text.to_owned())),
            Kind::List => Some(Value::List(split_list(text))),
        };
        value.filter(|value| self.admits(value)).ok_or_else(|| self.bad(text))
    }

    /// Reads a value as a TOML file gives it: types are taken at their word (`"8080"` is no
    /// number), except that a whole number will do for a fraction and `"a,b"` for a list.
    ///
    /// # Errors
    ///
    /// [`BadValue`] if the value is not of the row's kind, or lies outside its limits.
    pub(super) fn parse_toml(&self, item: &DeValue<'_>) -> Result<Value, BadValue> {
        let value = match (self.kind(), item) {
            (Kind::Bool, DeValue::Boolean(value)) => Some(Value::Bool(*value)),
            (Kind::Int { .. }, DeValue::Integer(number)) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Int)
            }
            (Kind::Float { .. }, DeValue::Integer(number)) => {
                let whole = i64::from_str_radix(number.as_str(), number.radix()).ok();
                whole.map(|whole| Value::Float(whole as f64))
            }
            (Kind::Float { .. }, DeValue::Float(number)) => {
                number.as_str().parse().ok().map(Value::Float)
            }
            // A decimal `644` would mean something nobody wants, so it has to look octal.
            (Kind::Mode, DeValue::Integer(number)) if number.radix() == 8 => {
                parse_mode(number.as_str()).map(Value::Int)
            }
            (Kind::Mode, DeValue::String(text)) => parse_mode(text).map(Value::Int),
            (Kind::Text | Kind::Path | Kind::Choice(_), DeValue::String(text)) => {
                Some(Value::Text(text.to_string()))
            }
            (Kind::List, DeValue::String(text)) => Some(Value::List(split_list(text))),
            (Kind::List, DeValue::Array(items)) => items
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(Value::List),
            _ => None,
        };
        value.filter(|value| self.admits(value)).ok_or_else(|| self.bad(&toml_text(item)))
    }

    /// True if the value is of the row's kind and within its limits.
    pub(super) fn admits(&self, value: &Value) -> bool {
        match (self.kind(), value) {
            (Kind::Bool, Value::Bool(_))
            | (Kind::Text, Value::Text(_))
            | (Kind::List, Value::List(_)) => true,
            (Kind::Int { min, max }, Value::Int(value)) => (min..=max).contains(value),
            (Kind::Float { min, max }, Value::Float(value)) => {
                value.is_finite() && (min..=max).contains(value)
            }
            (Kind::Mode, Value::Int(value)) => (0..=MODE_MAX).contains(value),
            (Kind::Path, Value::Text(value)) => !value.is_empty(),
            (Kind::Choice(words), Value::Text(value)) => words.contains(&value.as_str()),
            _ => false,
        }
    }

    fn bad(&self, got: &str) -> BadValue {
        BadValue {
            noun: self.kind().noun(),
            got: shown(got),
            accepted: self.kind().accepted().into_owned(),
        }
    }

    /// The value in the notation of the command line, for the help.
    pub(super) fn shown_on_command_line(&self, value: &Value) -> String {
        match (self.kind(), value) {
            (Kind::Mode, Value::Int(mode)) => format!("{mode:04o}"),
            (_, Value::Text(text)) => text.clone(),
            (_, Value::List(items)) => items.join(","),
            (_, value) => value.to_string(),
        }
    }

    /// The value in TOML notation, for the sample and the dump.
    pub(super) fn shown_in_file(&self, value: &Value) -> String {
        match (self.kind(), value) {
            (Kind::Mode, Value::Int(mode)) => format!("0o{mode:03o}"),
            (_, value) => value.to_string(),
        }
    }
}

impl Value {
    /// The list of what came before and this; only lists have a before.
    pub(super) fn after(self, before: Option<&Value>) -> Value {
        match (before, self) {
            (Some(Value::List(before)), Value::List(items)) => {
                Value::List(before.iter().cloned().chain(items).collect())
            }
            (_, value) => value,
        }
    }
}

/// TOML notation.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Float(value) => write!(f, "{value:?}"),
            Value::Text(value) => f.write_str(&quoted(value)),
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
                write!(f, "[{}]", items.join(", "))
            }
        }
    }
}

fn parse_bool(word: &str) -> Option<bool> {
    // The words that oslo.config takes, for Ryu's files and environment.
    match word.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn parse_mode(word: &str) -> Option<i64> {
    let digits = word.strip_prefix("0o").unwrap_or(word);
    // `from_str_radix` would take a sign.
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    i64::from_str_radix(digits, 8).ok()
}

fn split_list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A value in an error message: on one line, without control characters, not endless.
pub(super) fn shown(text: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 80;
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == SHOWN_CHARS_MAX {
            out.push_str("...");
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A TOML value near enough to how it was written, for an error message.
fn toml_text(item: &DeValue<'_>) -> String {
    match item {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => {
            let prefix = match number.radix() {
                2 => "0b",
                8 => "0o",
                16 => "0x",
                _ => "",
            };
            format!("{prefix}{}", number.as_str())
        }
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(value) => value.to_string(),
        DeValue::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| toml_text(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// A Rust type that the value of an option can have; [`OptValue`] adds `Option` of each.
pub trait Plain: Sized {
    /// The Rust value; `None` if the value is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
    /// The way back.
    fn into_value(self) -> Value;
}

/// The Rust type `T` of an [`Opt<T>`](super::Opt): a [`Plain`] type, or `Option` of one for an
/// option that may be absent.
pub trait OptValue: Sized {
    /// The Rust value; `None` if the option is absent and must not be, or of another kind.
    fn decode(value: Option<&Value>) -> Option<Self>;
    /// The way back; `None` for an absent option.
    fn encode(self) -> Option<Value>;
}

impl<T: Plain> OptValue for T {
    fn decode(value: Option<&Value>) -> Option<Self> {
        T::from_value(value?)
    }
    fn encode(self) -> Option<Value> {
        Some(self.into_value())
    }
}

impl<T: Plain> OptValue for Option<T> {
    fn decode(value: Option<&Value>) -> Option<Self> {
        match value {
            None => Some(None),
            Some(value) => T::from_value(value).map(Some),
        }
    }
    fn encode(self) -> Option<Value> {
        self.map(T::into_value)
    }
}

/// One line per type: the variant it lives in, and the two conversions.
macro_rules! plain {
    ($($ty:ty = $variant:ident, $from:expr, $into:expr;)+) => {$(
        impl Plain for $ty {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(inner) => ($from)(inner),
                    _ => None,
                }
            }
            fn into_value(self) -> Value {
                Value::$variant(($into)(self))
            }
        }
    )+};
}

plain! {
    bool = Bool, |v: &bool| Some(*v), |v| v;
    i64 = Int, |v: &i64| Some(*v), |v| v;
    u16 = Int, |v: &i64| u16::try_from(*v).ok(), i64::from;
    u32 = Int, |v: &i64| u32::try_from(*v).ok(), i64::from;
    f64 = Float, |v: &f64| Some(*v), |v| v;
    Duration = Float, |v: &f64| Duration::try_from_secs_f64(*v).ok(), |v: Duration| v.as_secs_f64();
    String = Text, |v: &String| Some(v.clone()), |v| v;
    PathBuf = Text, |v: &String| Some(PathBuf::from(v)), |v: PathBuf| v.to_string_lossy().into_owned();
    Vec<String> = List, |v: &Vec<String>| Some(v.clone()), |v| v;
}
