//! Hexadecimal text, for logs, tests and command lines.

/// Bytes as lower-case hexadecimal digits.
///
/// ```
/// assert_eq!(ryu_sdn::wire::hex::encode(&[0x04, 0xff]), "04ff");
/// ```
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for b in bytes {
        out.push(char::from(DIGITS[usize::from(b >> 4)]));
        out.push(char::from(DIGITS[usize::from(b & 15)]));
    }
    out
}

/// Bytes from hexadecimal digits of either case; white space between digits is skipped. `None`
/// if anything else is in the way or the number of digits is odd.
///
/// ```
/// assert_eq!(ryu_sdn::wire::hex::decode("04 FF"), Some(vec![0x04, 0xff]));
/// assert_eq!(ryu_sdn::wire::hex::decode("04f"), None);
/// ```
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let digit = u8::try_from(c.to_digit(16)?).ok()?;
        match high.take() {
            None => high = Some(digit),
            Some(h) => out.push(h << 4 | digit),
        }
    }
    high.is_none().then_some(out)
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";
