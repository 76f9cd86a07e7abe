//! What an X.509 certificate says of itself, as text. Spec: RFC 5280 section 4.1, X.690.
//!
//! Nothing is decided by this: who is believed is `rustls`' affair. What cannot be read is left
//! empty, since the certificates that people need to see are the broken ones.

use std::fmt::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Serialize;

/// Subject, issuer, serial number, validity and alternative names of a certificate. What the
/// certificate does not have, or has in a form nobody reads, is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CertificateInfo {
    /// Whose it is: `C=US, O=Open vSwitch, CN=sc id:1`.
    pub subject: String,
    /// Who signed it, in the same form.
    pub issuer: String,
    /// The number its issuer gave it, in hex: `1A2B`.
    pub serial: String,
    /// From when on it holds: `2026-11-22T06:43:38Z`.
    pub not_before: String,
    /// Until when it holds.
    pub not_after: String,
    /// Its other names: `DNS:switch1.example`, `IP:10.0.0.1`, `URI:urn:x`, `email:a@example`.
    pub alternative_names: Vec<String>,
}

impl CertificateInfo {
    /// Reads a certificate in DER. Never fails: see the fields.
    pub fn from_der(der: &[u8]) -> CertificateInfo {
        let mut info = CertificateInfo::default();
        let _ = read_certificate(der, &mut info);
        info
    }
}

impl fmt::Display for CertificateInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CertificateInfo { subject, issuer, serial, not_before, not_after, .. } = self;
        write!(
            f,
            "subject {subject:?}, issuer {issuer:?}, serial {serial}, \
             valid from {not_before} to {not_after}"
        )
    }
}

const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const BMP_STRING: u8 = 0x1e;
/// `[0]`, `[3]` with elements inside.
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// The string types whose bytes are UTF-8 or part of it, or are shown as if they were.
const STRINGS: [u8; 5] = [0x0c, 0x13, 0x14, 0x16, 0x1a];

/// id-ce-subjectAltName.
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

fn read_certificate(der: &[u8], info: &mut CertificateInfo) -> Option<()> {
    let mut outer = Der(Der(der).take(SEQUENCE)?);
    let mut body = Der(outer.take(SEQUENCE)?);
    let _ = body.take_if(VERSION);
    info.serial = hex(body.take(INTEGER)?);
    body.take(SEQUENCE)?;
    info.issuer = name(body.take(SEQUENCE)?);
    let mut validity = Der(body.take(SEQUENCE)?);
    info.not_before = time(validity.next()?);
    info.not_after = time(validity.next()?);
    info.subject = name(body.take(SEQUENCE)?);
    while let Some((tag, content)) = body.next() {
        if tag != EXTENSIONS {
            continue;
        }
        let mut extensions = Der(Der(content).take(SEQUENCE)?);
        while let Some(extension) = extensions.take_if(SEQUENCE) {
            let mut extension = Der(extension);
            if extension.take(OBJECT_IDENTIFIER)? == SUBJECT_ALT_NAME {
                // Whether it is critical may stand in between.
                let value = std::iter::from_fn(|| extension.next()).last()?.1;
                info.alternative_names = alternative_names(Der(value).take(SEQUENCE)?);
            }
        }
    }
    Some(())
}

fn alternative_names(content: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = Der(content);
    while let Some((tag, value)) = rest.next() {
        let text = String::from_utf8_lossy(value);
        names.push(match tag {
            0x81 => format!("email:{text}"),
            0x82 => format!("DNS:{text}"),
            0x86 => format!("URI:{text}"),
            0x87 => match (<[u8; 4]>::try_from(value), <[u8; 16]>::try_from(value)) {
                (Ok(v4), _) => format!("IP:{}", Ipv4Addr::from(v4)),
                (_, Ok(v6)) => format!("IP:{}", Ipv6Addr::from(v6)),
                _ => continue,
            },
            _ => continue,
        });
    }
    names
}

/// RFC 4514 in the order of the certificate, as OpenSSL shows it.
fn name(content: &[u8]) -> String {
    let mut text = String::new();
    let mut sets = Der(content);
    while let Some(set) = sets.take_if(SET) {
        let mut set = Der(set);
        while let Some(attribute) = set.take_if(SEQUENCE) {
            let mut attribute = Der(attribute);
            let (Some(kind), Some((tag, value))) =
                (attribute.take(OBJECT_IDENTIFIER), attribute.next())
            else {
                continue;
            };
            if !text.is_empty() {
                text += ", ";
            }
            text += &attribute_type(kind);
            text.push('=');
            text += &string(tag, value);
        }
    }
    text
}

fn attribute_type(oid: &[u8]) -> String {
    let known = match oid {
        [0x55, 0x04, 3] => "CN",
        [0x55, 0x04, 5] => "serialNumber",
        [0x55, 0x04, 6] => "C",
        [0x55, 0x04, 7] => "L",
        [0x55, 0x04, 8] => "ST",
        [0x55, 0x04, 9] => "street",
        [0x55, 0x04, 10] => "O",
        [0x55, 0x04, 11] => "OU",
        // pkcs-9-at-emailAddress
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1] => "emailAddress",
        // domainComponent
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC",
        oid => return dotted(oid),
    };
    known.to_owned()
}

/// An object identifier as numbers with dots between.
fn dotted(oid: &[u8]) -> String {
    let (mut text, mut number) = (String::new(), 0_u64);
    for &byte in oid {
        number = number.wrapping_shl(7) | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let first = (number / 40).min(2);
            let _ = write!(text, "{first}.{}", number - first * 40);
        } else {
            let _ = write!(text, ".{number}");
        }
        number = 0;
    }
    text
}

fn string(tag: u8, value: &[u8]) -> String {
    match tag {
        BMP_STRING => {
            let units = value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        tag if STRINGS.contains(&tag) => String::from_utf8_lossy(value).into_owned(),
        _ => format!("#{}", hex(value)),
    }
}

fn hex(bytes: &[u8]) -> String {
    // A number's leading zero byte only says that it is not negative.
    let digits = match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest,
        bytes => bytes,
    };
    digits.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

fn time((tag, value): (u8, &[u8])) -> String {
    let Ok(text) = std::str::from_utf8(value) else { return String::new() };
    let digits = text.trim_end_matches('Z');
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return String::new();
    }
    let (year, rest) = match (tag, digits.len()) {
        (UTC_TIME, 12) => {
            let century = if &digits[..2] < "50" { "20" } else { "19" };
            (format!("{century}{}", &digits[..2]), &digits[2..])
        }
        (GENERALIZED_TIME, 14) => (digits[..4].to_owned(), &digits[4..]),
        _ => return String::new(),
    };
    let pair = |n: usize| &rest[2 * n..2 * n + 2];
    format!("{year}-{}-{}T{}:{}:{}Z", pair(0), pair(1), pair(2), pair(3), pair(4))
}

/// Elements that stand one after the other.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next element: tag and content. `None` at the end, or if the length cannot be.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, length], rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = match length {
            0..=0x7f => (usize::from(length), rest),
            // More than four bytes of length belong to no certificate.
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
                (digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The next element, if it is a `tag`; else it stays.
    fn take_if(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.0.first() == Some(&tag) { self.next().map(|(_, content)| content) } else { None }
    }

    /// The next element, which has to be a `tag`.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.take_if(tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_kinds_read_alike() {
        assert_eq!(time((UTC_TIME, b"261122064338Z")), "2026-11-22T06:43:38Z");
        assert_eq!(time((UTC_TIME, b"500101000000Z")), "1950-01-01T00:00:00Z");
        assert_eq!(time((GENERALIZED_TIME, b"20500101000000Z")), "2050-01-01T00:00:00Z");
        for wrong in [&b""[..], b"26112206433\xff", b"2611220643Z", b"-61122064338Z"] {
            assert_eq!(time((UTC_TIME, wrong)), "");
        }
    }

    #[test]
    fn object_identifiers_read_as_numbers() {
        assert_eq!(dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]), "1.2.840.113549");
        assert_eq!(dotted(&[0x55, 0x04, 0x29]), "2.5.4.41");
        assert_eq!(dotted(&[0x88, 0x37, 0x03]), "2.999.3");
        assert_eq!(dotted(&[]), "");
    }
}
