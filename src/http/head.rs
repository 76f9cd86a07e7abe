//! The head of a request: where it ends, and whether it can mean only one thing.
//!
//! hyper parses heads, too, and is more forgiving than a server should be that may stand behind a
//! proxy. Asked alone (1.12), it serves requests with bare line feeds, with both lengths at once, with
//! two equal lengths, with `gzip, chunked`, with `chunked` twice, without `Host` or with several, with
//! a fragment in the target; what it does refuse, it refuses without saying why.
//! A head that passes here is read by everybody in the same way (RFC 9112 sections 2.2, 3, 5, 6).

use http::StatusCode;

use crate::app::HttpError;

use super::config::HttpConfig;

/// How far a head has been looked at, so that each byte is looked at once.
#[derive(Debug, Default)]
pub(super) struct HeadScan {
    at: usize,
    line_start: usize,
    lines: usize,
}

/// What [`HeadScan::scan`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// No end yet.
    More,
    /// An empty line before the request line: the first two bytes.
    Blank,
    /// The head is the first so many bytes.
    Whole(usize),
}

/// How a request's body is delimited (RFC 9112 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// `Content-Length`, or 0 without one.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

/// Room in a request line beside the target: a method, two spaces, `HTTP/1.1` and the line end.
const REQUEST_LINE_REST: usize = 64;

impl HeadScan {
    /// Goes on looking for the end of the head at the beginning of `bytes`, which have grown since
    /// the last call.
    ///
    /// # Errors
    /// The answer, if there is no use in waiting for more.
    pub(super) fn scan(&mut self, bytes: &[u8], limits: &HttpConfig) -> Result<Scanned, HttpError> {
        while let Some(&byte) = bytes.get(self.at) {
            let follows_cr = self.at > self.line_start && bytes[self.at - 1] == b'\r';
            match byte {
                b'\n' if !follows_cr => return Err(bad("line feed without carriage return")),
                b'\n' => {
                    let is_empty = self.at == self.line_start + 1;
                    self.at += 1;
                    if is_empty {
                        return Ok(match self.lines {
                            0 => Scanned::Blank,
                            _ => Scanned::Whole(self.at),
                        });
                    }
                    self.line_start = self.at;
                    self.lines += 1;
                    if self.lines > limits.max_headers + 1 {
                        return Err(too_large(format!("more than {} headers", limits.max_headers)));
                    }
                    continue;
                }
                _ if follows_cr => return Err(bad("carriage return without line feed")),
                0 => return Err(bad("NUL in a request head")),
                _ => {}
            }
            self.at += 1;
            if self.lines == 0 && self.at > limits.max_uri + REQUEST_LINE_REST {
                return Err(uri_too_long(limits));
            }
            if self.at >= limits.max_header_bytes {
                let limit = limits.max_header_bytes;
                return Err(too_large(format!("request head of more than {limit} bytes")));
            }
        }
        Ok(Scanned::More)
    }
}

/// Looks at a whole head, up to and with its empty line; says how long the body is.
///
/// # Errors
/// The answer, if the head is wrong or the body too long.
pub(super) fn check(head: &[u8], limits: &HttpConfig) -> Result<Framing, HttpError> {
    let text = head.strip_suffix(b"\r\n\r\n").unwrap_or(head);
    let mut lines = lines(text);
    let is_http_1_1 = request_line(lines.next().unwrap_or_default(), limits)?;
    let mut length = None;
    let mut is_chunked = false;
    for line in lines {
        let (name, value) = field(line)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            if length.replace(content_length(value, limits)?).is_some() {
                return Err(bad("more than one Content-Length"));
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(bad("Transfer-Encoding other than chunked"));
            }
            is_chunked = true;
        }
    }
    match (is_chunked, length) {
        (true, Some(_)) => Err(bad("both Content-Length and Transfer-Encoding")),
        (true, None) if !is_http_1_1 => Err(bad("Transfer-Encoding in HTTP/1.0")),
        (true, None) => Ok(Framing::Chunked),
        (false, length) => Ok(Framing::Length(length.unwrap_or(0))),
    }
}

/// What there is of the request line, for the log.
pub(super) fn first_line(bytes: &[u8]) -> String {
    /// Nobody reads more of a line that is wrong.
    const SHOWN: usize = 256;
    let end = bytes.iter().position(|byte| *byte == b'\r' || *byte == b'\n');
    let line = &bytes[..end.unwrap_or(bytes.len()).min(SHOWN)];
    String::from_utf8_lossy(line).into_owned()
}

/// The lines of `text`; a scan has made sure that each line feed follows a carriage return, and that
/// a carriage return stands nowhere else.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Whether the version is 1.1.
fn request_line(line: &[u8], limits: &HttpConfig) -> Result<bool, HttpError> {
    let mut parts = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(bad("request line is not a method, a target and a version"));
    };
    let is_http_1_1 = match version {
        b"HTTP/1.1" => true,
        b"HTTP/1.0" => false,
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            let reason = "only HTTP/1.1 and HTTP/1.0 are spoken here";
            return Err(HttpError::new(StatusCode::HTTP_VERSION_NOT_SUPPORTED, reason));
        }
        _ => return Err(bad("request line does not end with an HTTP version")),
    };
    if !is_token(method) {
        return Err(bad("method is not a token"));
    }
    if target.len() > limits.max_uri {
        return Err(uri_too_long(limits));
    }
    if method == b"CONNECT" {
        return Err(HttpError::new(StatusCode::NOT_IMPLEMENTED, "this is not a proxy"));
    }
    let is_star = target == b"*" && method == b"OPTIONS";
    let is_path = target.starts_with(b"/");
    let is_absolute = target.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"http://"));
    // A fragment is the client's own business; hyper would drop it silently.
    let is_clean = target.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'#');
    if !(is_star || is_path || is_absolute) || !is_clean {
        return Err(bad("request target is not a path"));
    }
    // The same parser as hyper's, which would answer without saying why.
    http::Uri::try_from(target).map_err(|error| bad(&format!("request target: {error}")))?;
    Ok(is_http_1_1)
}

/// A header line's name and value.
fn field(line: &[u8]) -> Result<(&[u8], &[u8]), HttpError> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return Err(bad("folded header"));
    }
    let colon =
        line.iter().position(|byte| *byte == b':').ok_or_else(|| bad("header without a colon"))?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if name.ends_with(b" ") || name.ends_with(b"\t") {
        return Err(bad("space between a header's name and its colon"));
    }
    if !is_token(name) {
        return Err(bad("header name is not a token"));
    }
    if value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err(bad("control character in a header"));
    }
    Ok((name, value.trim_ascii()))
}

fn content_length(value: &[u8], limits: &HttpConfig) -> Result<u64, HttpError> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(bad("Content-Length is not a number"));
    }
    // More digits than 64 bits hold are too much for any limit.
    let length = std::str::from_utf8(value).ok().and_then(|digits| digits.parse().ok());
    match length {
        Some(length) if length <= limits.max_body as u64 => Ok(length),
        _ => Err(body_too_large(limits)),
    }
}

/// RFC 9110 section 5.6.2.
fn is_token(bytes: &[u8]) -> bool {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_token)
}

/// Status 413.
pub(super) fn body_too_large(limits: &HttpConfig) -> HttpError {
    let reason = format!("body of more than {} bytes", limits.max_body);
    HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
}

fn uri_too_long(limits: &HttpConfig) -> HttpError {
    let reason = format!("request target of more than {} bytes", limits.max_uri);
    HttpError::new(StatusCode::URI_TOO_LONG, reason)
}

fn too_large(reason: String) -> HttpError {
    HttpError::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, reason)
}

fn bad(reason: &str) -> HttpError {
    HttpError::bad_request(reason)
}
