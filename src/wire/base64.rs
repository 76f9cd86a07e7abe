//! Base64 text (RFC 4648 section 4, with padding), as Ryu's JSON writes bytes.

/// Bytes as base64 text.
///
/// ```
/// assert_eq!(ryu_sdn::wire::base64::encode(b"hoge"), "aG9nZQ==");
/// ```
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            if i <= group.len() {
                out.push(char::from(DIGITS[(word >> (18 - 6 * i)) as usize & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// Bytes from base64 text; `None` if it is none. Line breaks and spaces are skipped.
///
/// ```
/// assert_eq!(ryu_sdn::wire::base64::decode("aG9nZQ=="), Some(b"hoge".to_vec()));
/// assert_eq!(ryu_sdn::wire::base64::decode("aG9nZQ="), None);
/// ```
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut word, mut digits, mut padding) = (0u32, 0, 0);
    for c in text.bytes().filter(|c| !c.is_ascii_whitespace()) {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if digits >= 2 => {
                padding += 1;
                0
            }
            _ => return None,
        };
        if padding > 0 && c != b'=' {
            return None;
        }
        word = word << 6 | u32::from(digit);
        digits += 1;
        if digits == 4 {
            let [_, a, b, c] = word.to_be_bytes();
            out.extend_from_slice(&[a, b, c][..3 - padding]);
            (word, digits) = (0, if padding > 0 { 9 } else { 0 });
        } else if digits > 4 {
            return None;
        }
    }
    (digits == 0 || digits == 9).then_some(out)
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_of_every_remainder_and_refusals() {
        for len in 0..40u8 {
            let bytes: Vec<u8> = (0..len).map(|i| i.wrapping_mul(77)).collect();
            assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
        for bad in ["a", "ab", "abc", "a===", "====", "ab=c", "abc=abcd", "ab==a", "a b*", "ab==="]
        {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
