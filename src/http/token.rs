//! Tokens: who knows one may ask.
//!
//! A client sends `Authorization: Bearer TOKEN` (RFC 6750), or `Basic` (RFC 7617) with any user and the
//! token for a password: so a browser asks its user for it, and sends it with all that a page needs.

use std::cell::RefCell;
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};
use log::{error, info};
use thiserror::Error;

use crate::hub::{self, tpool};
use crate::wire::base64;

/// A shorter token could be guessed.
const LENGTH_MIN: usize = 16;
/// A longer one does not fit into a request's head with all else.
const LENGTH_MAX: usize = 4096;
/// Most tokens in a file.
const TOKENS_MAX: usize = 1000;
/// Time between two looks at whether the file has changed.
const WATCH: Duration = Duration::from_secs(2);

/// Why there are no tokens.
#[derive(Debug, Error)]
pub enum TokenError {
    /// The file cannot be read.
    #[error("cannot read token file {}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The file does not hold what it should.
    #[error("token file {}: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// The tokens of a file: a counted reference, so that [`reload`](Tokens::reload) reaches the service.
///
/// In the file each line that is not empty and does not begin with `#` is a token of 16 to 4,096
/// printable ASCII characters without spaces. Several are there to be exchanged one after another.
#[derive(Clone)]
pub struct Tokens(Rc<State>);

struct State {
    path: PathBuf,
    read: RefCell<Read>,
}

/// What one reading gave.
struct Read {
    tokens: Vec<String>,
    stamp: Option<Stamp>,
}

/// What changes when a file does: device, inode, size, time of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp(u64, u64, u64, Option<SystemTime>);

impl Tokens {
    /// Reads a file.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn load(path: &Path) -> Result<Tokens, TokenError> {
        let read = read(path)?;
        Ok(Tokens(Rc::new(State { path: path.to_owned(), read: RefCell::new(read) })))
    }

    /// Reads the file again.
    ///
    /// # Errors
    /// As for [`load`](Tokens::load); the tokens stay as they were.
    pub fn reload(&self) -> Result<(), TokenError> {
        let read = read(&self.0.path)?;
        self.0.read.replace(read);
        Ok(())
    }

    /// Whether others than its owner and his group can read the file, as far as can be known.
    pub fn is_open_to_all(&self) -> bool {
        fs::metadata(&self.0.path).is_ok_and(|found| found.mode() & 0o004 != 0)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Whether a request with these headers knows a token. Takes as long for a wrong one as for a right
    /// one.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return false };
        let Some(given) = value.to_str().ok().and_then(token) else { return false };
        let read = self.0.read.borrow();
        // Every token is compared, whichever it is.
        read.tokens.iter().fold(false, |found, known| found | is_same(known, &given))
    }

    /// Reads the file again whenever it has changed; never returns.
    pub(super) async fn watch(self) {
        let mut told = None;
        loop {
            hub::sleep(WATCH).await;
            let path = self.0.path.clone();
            let known = self.0.read.borrow().stamp;
            let look = move || {
                let now = stamp(&path);
                (now != known).then(|| (now, read(&path)))
            };
            match tpool::execute(look).await {
                Ok(None) => told = None,
                Ok(Some((_, Ok(read)))) => {
                    self.0.read.replace(read);
                    info!("token file {} read again", self.0.path.display());
                }
                // Once for each state that it is in.
                Ok(Some((now, Err(_)))) if told == Some(now) => {}
                Ok(Some((now, Err(cause)))) => {
                    told = Some(now);
                    error!("{cause}; the tokens stay as they were");
                }
                Err(cause) => {
                    error!("the token file is not watched any more: {cause}");
                    return;
                }
            }
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.read.borrow().tokens.len();
        write!(f, "Tokens({count} of {})", self.0.path.display())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "at the start, when SIGHUP asks for it, and on a thread that is not the loop's"
)]
fn read(path: &Path) -> Result<Read, TokenError> {
    let stamp = stamp(path);
    let failed = |cause| TokenError::File { path: path.to_owned(), cause };
    let text = fs::read_to_string(path).map_err(failed)?;
    let tokens =
        parse(&text).map_err(|reason| TokenError::Content { path: path.to_owned(), reason })?;
    Ok(Read { tokens, stamp })
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    Some(Stamp(found.dev(), found.ino(), found.len(), found.modified().ok()))
}

/// The reason never shows a token: it goes into the log.
fn parse(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let token = line.trim();
        if token.is_empty() || token.starts_with('#') {
            continue;
        }
        let n = n + 1;
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("line {n}: a token is printable ASCII without spaces"));
        }
        if !(LENGTH_MIN..=LENGTH_MAX).contains(&token.len()) {
            return Err(format!("line {n}: a token has {LENGTH_MIN} to {LENGTH_MAX} characters"));
        }
        tokens.push(token.to_owned());
    }
    match tokens.len() {
        0 => Err("there is no token in it (`openssl rand -hex 32` makes one)".to_owned()),
        1..=TOKENS_MAX => Ok(tokens),
        _ => Err(format!("more than {TOKENS_MAX} tokens")),
    }
}

/// The token in the value of an `Authorization` header.
fn token(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let pair = String::from_utf8(base64::decode(rest)?).ok()?;
        return Some(pair.split_once(':')?.1.to_owned());
    }
    None
}

/// The time that this takes depends on the length of `given` alone, which its sender knows.
fn is_same(known: &str, given: &str) -> bool {
    let (known, given) = (known.as_bytes(), given.as_bytes());
    let mut difference = known.len() ^ given.len();
    for (n, byte) in given.iter().enumerate() {
        difference |= usize::from(byte ^ known[n % known.len()]);
    }
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "0123456789abcdef";

    fn admits(tokens: &Tokens, values: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        tokens.admits(&headers)
    }

    fn tokens(list: &[&str]) -> Tokens {
        let tokens = list.iter().map(|token| (*token).to_owned()).collect();
        let read = RefCell::new(Read { tokens, stamp: None });
        Tokens(Rc::new(State { path: "/nowhere".into(), read }))
    }

    #[test]
    fn the_token_and_nothing_else_admits() {
        let tokens = tokens(&["a-second-token-0", GOOD]);
        for right in [
            "Bearer 0123456789abcdef",
            "bearer  0123456789abcdef ",
            "Bearer a-second-token-0",
            // any:0123456789abcdef
            "Basic YW55OjAxMjM0NTY3ODlhYmNkZWY=",
        ] {
            assert!(admits(&tokens, &[right]), "{right}");
        }
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdef0",
            "Bearer 0123456789abcdeF",
            // The token over again.
            "Bearer 0123456789abcdef0123456789abcdef",
            "Digest 0123456789abcdef",
            "0123456789abcdef",
            "Basic 0123456789abcdef",
            "Basic MDEyMzQ1Njc4OWFiY2RlZg==",
            "Basic !",
        ] {
            assert!(!admits(&tokens, &[wrong]), "{wrong}");
        }
        assert!(!admits(&tokens, &[]));
        assert!(!admits(&tokens, &["Bearer 0123456789abcdef", "Bearer 0123456789abcdef"]));
    }

    #[test]
    fn a_file_is_read_line_by_line() {
        let text = format!("# made on Monday\n\n  {GOOD}\r\na-second-token-0\n");
        assert_eq!(parse(&text).unwrap(), [GOOD, "a-second-token-0"]);
        for (text, reason) in [
            ("", "there is no token in it"),
            ("# only a comment\n", "there is no token in it"),
            ("short\n", "line 1: a token has 16 to 4096 characters"),
            ("\n0123456789 abcdef\n", "line 2: a token is printable ASCII without spaces"),
            ("0123456789abcdeé\n", "line 1: a token is printable ASCII without spaces"),
        ] {
            let found = parse(text).unwrap_err();
            assert!(found.starts_with(reason), "{found}");
        }
    }

    #[test]
    fn a_bad_file_shows_no_token() {
        let error = parse("secret but with spaces\n").unwrap_err();
        assert!(!error.contains("secret"), "{error}");
    }
}
