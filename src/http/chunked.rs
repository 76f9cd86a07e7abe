//! Where a chunked body ends (RFC 9112 section 7.1), read strictly.
//!
//! Only the end is looked for; the data is hyper's business. What hyper would forgive (a bare line
//! feed, spaces around the size) is refused here, because another reader on the way might have
//! understood it differently.

/// The place in a chunked body.
#[derive(Debug)]
pub(super) struct ChunkScan {
    state: State,
    /// Bytes of the current chunk that are still to come.
    size: u64,
    digits: usize,
    /// Bytes of extensions and trailers that may still come.
    allowance: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    Trailer,
    TrailerLf,
    EndLf,
    End,
}

/// Hexadecimal digits of a chunk size: what cannot overflow 64 bits.
const MAX_DIGITS: usize = 15;

impl ChunkScan {
    /// The beginning of a body; extensions and trailers may take `allowance` bytes together.
    pub(super) fn new(allowance: usize) -> Self {
        ChunkScan { state: State::Size, size: 0, digits: 0, allowance }
    }

    /// Goes over `bytes`: how many of them belong to the body. If it [ends](ChunkScan::is_end), the
    /// rest is another request.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Result<usize, &'static str> {
        let mut at = 0;
        while at < bytes.len() && self.state != State::End {
            if self.state == State::Data {
                let rest = bytes.len() - at;
                let taken = usize::try_from(self.size).map_or(rest, |size| size.min(rest));
                self.size -= taken as u64;
                at += taken;
                if self.size == 0 {
                    self.state = State::DataCr;
                }
            } else {
                self.state = self.step(bytes[at])?;
                at += 1;
            }
        }
        Ok(at)
    }

    /// Whether the body is complete.
    pub(super) fn is_end(&self) -> bool {
        self.state == State::End
    }

    fn step(&mut self, byte: u8) -> Result<State, &'static str> {
        match (self.state, byte) {
            (State::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                self.digits += 1;
                if self.digits > MAX_DIGITS {
                    return Err("chunk size is too long");
                }
                let digit = char::from(byte).to_digit(16).unwrap_or(0);
                self.size = self.size << 4 | u64::from(digit);
                Ok(State::Size)
            }
            (State::Size, b';') if self.digits > 0 => Ok(State::Extension),
            (State::Size, b'\r') if self.digits > 0 => Ok(State::SizeLf),
            (State::Size, _) => Err("chunk size is not a hexadecimal number"),
            (State::Extension, b'\r') => Ok(State::SizeLf),
            (State::Extension, _) => self.text(byte, State::Extension),
            (State::SizeLf, b'\n') => {
                self.digits = 0;
                Ok(if self.size == 0 { State::TrailerStart } else { State::Data })
            }
            (State::DataCr, b'\r') => Ok(State::DataLf),
            (State::DataLf, b'\n') => Ok(State::Size),
            (State::DataCr | State::DataLf, _) => Err("chunk is longer than its size"),
            (State::TrailerStart, b'\r') => Ok(State::EndLf),
            (State::Trailer, b'\r') => Ok(State::TrailerLf),
            (State::TrailerStart | State::Trailer, _) => self.text(byte, State::Trailer),
            (State::TrailerLf, b'\n') => Ok(State::TrailerStart),
            (State::EndLf, b'\n') => Ok(State::End),
            (State::SizeLf | State::TrailerLf | State::EndLf, _) => {
                Err("carriage return without line feed in a chunked body")
            }
            (State::Data | State::End, _) => Ok(self.state),
        }
    }

    /// A byte of an extension or a trailer.
    fn text(&mut self, byte: u8, next: State) -> Result<State, &'static str> {
        if byte.is_ascii_control() && byte != b'\t' {
            return Err("control character in a chunked body");
        }
        self.allowance =
            self.allowance.checked_sub(1).ok_or("chunk extensions or trailers are too long")?;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that belong to the body, if it is complete after them.
    fn end(bytes: &[u8]) -> Result<Option<usize>, &'static str> {
        let mut scan = ChunkScan::new(32);
        let taken = scan.scan(bytes)?;
        Ok(scan.is_end().then_some(taken))
    }

    const WHOLE: &[u8] = b"5;a=b\r\nhello\r\n0A\r\n0123456789\r\n000\r\nX: y\r\n\r\n";

    #[test]
    fn the_end_is_found_wherever_the_bytes_are_cut() {
        for cut in 0..WHOLE.len() {
            let mut scan = ChunkScan::new(32);
            assert_eq!(scan.scan(&WHOLE[..cut]), Ok(cut));
            assert!(!scan.is_end(), "after {cut} bytes");
            let rest = [&WHOLE[cut..], b"GET"].concat();
            assert_eq!(scan.scan(&rest), Ok(WHOLE.len() - cut));
            assert!(scan.is_end());
        }
    }

    #[test]
    fn what_two_readers_could_read_in_two_ways_is_refused() {
        for wrong in [
            &b"5\nhello\r\n0\r\n\r\n"[..],
            b"5\r\nhello\n0\r\n\r\n",
            b"5\r\nhello!\r\n0\r\n\r\n",
            b"5 \r\nhello\r\n0\r\n\r\n",
            b" 5\r\nhello\r\n0\r\n\r\n",
            b"0x5\r\nhello\r\n0\r\n\r\n",
            b"+5\r\nhello\r\n0\r\n\r\n",
            b"-1\r\n",
            b"\r\n",
            b";\r\n",
            b"5;\nhello\r\n",
            b"0\r\n\n",
            b"0\r\nX: y\n\r\n",
            b"0\r\nX: \0\r\n\r\n",
            b"0000000000000005\r\nhello\r\n",
            b"0\r\nX: 0123456789012345678901234567890123456789\r\n\r\n",
        ] {
            assert!(end(wrong).is_err(), "{:?}", wrong.escape_ascii().to_string());
        }
    }

    #[test]
    fn a_size_up_to_sixty_bits_is_a_size() {
        assert_eq!(end(b"fffffffffffffff\r\nx"), Ok(None));
        assert_eq!(end(b"0\r\n\r\n"), Ok(Some(5)));
    }
}
