//! One line for each request, as Ryu's web server writes it.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use http::StatusCode;

use super::date::Date;

/// A request and its answer, as logged:
/// `127.0.0.1 - - [22/Nov/2026 00:39:58] "GET /x HTTP/1.1" 200 145 0.000123`.
///
/// The last two are the bytes of the answer's body and the seconds from the request's head to the
/// answer. The time of day is UTC.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccessLine<'a> {
    pub(super) peer: &'a str,
    pub(super) date: Date,
    /// The request line, from the client.
    pub(super) request: &'a str,
    pub(super) status: StatusCode,
    pub(super) body_len: usize,
    pub(super) took: Duration,
}

impl fmt::Display for AccessLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.peer.parse::<SocketAddr>() {
            Ok(peer) => write!(f, "{}", peer.ip())?,
            Err(_) => f.write_str(self.peer)?,
        }
        write!(f, " - - [{}] \"", self.date.log())?;
        for c in self.request.chars() {
            match c {
                // A client must not be able to end the quotation.
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c.is_control() => write!(f, "{}", c.escape_default())?,
                c => write!(f, "{c}")?,
            }
        }
        let seconds = self.took.as_secs_f64();
        write!(f, "\" {} {} {seconds:.6}", self.status.as_u16(), self.body_len)
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn line(peer: &str, request: &str) -> String {
        let date = Date::new(UNIX_EPOCH + Duration::from_secs(1_795_307_998));
        let took = Duration::from_micros(123);
        AccessLine { peer, date, request, status: StatusCode::OK, body_len: 145, took }.to_string()
    }

    #[test]
    fn a_line_is_apaches() {
        assert_eq!(
            line("127.0.0.1:41822", "GET /x HTTP/1.1"),
            "127.0.0.1 - - [22/Nov/2026 00:39:58] \"GET /x HTTP/1.1\" 200 145 0.000123"
        );
        assert!(line("[::1]:5", "GET / HTTP/1.1").starts_with("::1 - - ["));
        assert!(line("mem:3", "GET / HTTP/1.1").starts_with("mem:3 - - ["));
    }

    #[test]
    fn a_client_cannot_forge_a_line() {
        let forged = line("[::1]:5", "GET /\" 200 1\n\x1b[2J\\");
        assert!(forged.contains("\"GET /\\\" 200 1\\n\\u{1b}[2J\\\\\" 200"), "{forged}");
    }
}
