//! Messages of DNS (RFC 1035 section 4): a question as bytes, and what of an answer is of use.
//!
//! What comes is a stranger's: nothing here panics, and what is done for a message is bounded by
//! its length.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// IPv4 addresses (RFC 1035 section 3.4.1).
    A = 1,
    /// IPv6 addresses (RFC 3596).
    Aaaa = 28,
}

const CNAME: u16 = 5;
const SOA: u16 = 6;
/// The Internet, the only class there is.
const IN: u16 = 1;
const HEADER: usize = 12;

/// So many aliases are followed, within one answer and from one to the next.
pub(super) const ALIASES_MAX: usize = 16;

/// So many addresses of one name are of use.
const ADDRESSES_MAX: usize = 64;

/// A domain name in lower case, as labels with their lengths before them, without the root.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name(Vec<u8>);

/// Bytes of a name on the wire, its end included (RFC 1035 section 2.3.4).
const NAME_MAX: usize = 255;
const LABEL_MAX: usize = 63;

impl Name {
    /// The name in `text`, without a dot at its end. `None` if it cannot be one: labels of 1 to 63
    /// letters, digits, `-` and `_`; 253 characters in all. (Names in other scripts have to be
    /// given in their `xn--` form.)
    pub(super) fn parse(text: &str) -> Option<Name> {
        let mut bytes = Vec::with_capacity(text.len() + 1);
        for label in text.split('.') {
            let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            if !(1..=LABEL_MAX).contains(&label.len()) || !label.bytes().all(is_good) {
                return None;
            }
            bytes.push(label.len() as u8);
            bytes.extend(label.bytes().map(|byte| byte.to_ascii_lowercase()));
        }
        (bytes.len() < NAME_MAX).then_some(Name(bytes))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = &self.0[..];
        let mut dot = "";
        while let Some((&length, after)) = rest.split_first() {
            let (label, after) = after.split_at(usize::from(length).min(after.len()));
            write!(f, "{dot}{}", label.escape_ascii())?;
            (dot, rest) = (".", after);
        }
        Ok(())
    }
}

/// The question for `name`, recursion desired.
pub(super) fn question(id: u16, name: &Name, kind: Kind) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + name.0.len() + 5);
    bytes.extend(id.to_be_bytes());
    // RD; one question, nothing else.
    bytes.extend([0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
    bytes.extend(&name.0);
    bytes.push(0);
    bytes.extend((kind as u16).to_be_bytes());
    bytes.extend(IN.to_be_bytes());
    bytes
}

/// What a message is, to the one who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// No answer to this question: somebody else's, or somebody's who guesses.
    NotOurs,
    /// It did not fit; over TCP it will.
    Truncated,
    /// The server will not or cannot say (its code), or says it in a way nobody understands.
    Failed(Failure),
    /// There is no such name, for so many seconds.
    NoName { ttl: u32 },
    /// The name has none of these addresses, for so many seconds.
    NoData { ttl: u32 },
    /// The addresses, for so many seconds.
    Found { addresses: Vec<IpAddr>, ttl: u32 },
    /// Another name has to be asked for.
    Alias { name: Name, ttl: u32 },
}

/// Why one server is of no help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A response code (RFC 1035 section 4.1.1).
    Code(u8),
    /// The message is cut, or its names lead nowhere.
    Malformed,
    /// More aliases than anybody means.
    Aliases,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Code(1) => f.write_str("format error"),
            Failure::Code(2) => f.write_str("server failure"),
            Failure::Code(4) => f.write_str("not implemented"),
            Failure::Code(5) => f.write_str("refused"),
            Failure::Code(code) => write!(f, "response code {code}"),
            Failure::Malformed => f.write_str("malformed answer"),
            Failure::Aliases => f.write_str("too many aliases"),
        }
    }
}

/// Reads what came as an answer to [`question`]`(id, name, kind)`.
pub(super) fn read(bytes: &[u8], id: u16, name: &Name, kind: Kind) -> Reply {
    let Some((header, at)) = Header::read(bytes, id, name, kind) else { return Reply::NotOurs };
    if header.is_truncated {
        return Reply::Truncated;
    }
    const NO_NAME: u8 = 3;
    if !matches!(header.code, 0 | NO_NAME) {
        return Reply::Failed(Failure::Code(header.code));
    }
    let Some((records, at)) = records(bytes, at, header.answers) else {
        return Reply::Failed(Failure::Malformed);
    };
    // A negative answer holds as long as the SOA record beside it says (RFC 2308 section 5).
    let negative_ttl = || {
        let (records, _) = self::records(bytes, at, header.authorities)?;
        let soa = records.iter().find(|record| record.kind == SOA)?;
        let minimum = soa.data.last_chunk()?;
        Some(soa.ttl.min(u32::from_be_bytes(*minimum)))
    };
    if header.code == NO_NAME {
        return Reply::NoName { ttl: negative_ttl().unwrap_or(0) };
    }
    match follow(bytes, &records, name, kind) {
        Err(failure) => Reply::Failed(failure),
        Ok(Trail { addresses, ttl, .. }) if !addresses.is_empty() => {
            Reply::Found { addresses, ttl }
        }
        Ok(Trail { alias, ttl, .. }) => match (alias, negative_ttl()) {
            // The server leaves the rest to us.
            (Some(name), None) => Reply::Alias { name, ttl },
            (_, negative) => Reply::NoData { ttl: negative.unwrap_or(0).min(ttl) },
        },
    }
}

struct Header {
    is_truncated: bool,
    code: u8,
    answers: u16,
    authorities: u16,
}

impl Header {
    /// The header and where the answers begin, if it answers this question.
    fn read(bytes: &[u8], id: u16, name: &Name, kind: Kind) -> Option<(Header, usize)> {
        let header: &[u8; HEADER] = bytes.first_chunk()?;
        let field = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
        let (flags, questions) = (field(2), field(4));
        // A response (QR) to a standard query (opcode 0).
        if field(0) != id || flags & 0xf800 != 0x8000 || questions != 1 {
            return None;
        }
        let (asked, at) = self::name(bytes, HEADER)?;
        if asked != *name || u16_at(bytes, at)? != kind as u16 || u16_at(bytes, at + 2)? != IN {
            return None;
        }
        let header = Header {
            is_truncated: flags & 0x0200 != 0,
            code: (flags & 0xf) as u8,
            answers: field(6),
            authorities: field(8),
        };
        Some((header, at + 4))
    }
}

struct Record<'a> {
    owner: Name,
    kind: u16,
    ttl: u32,
    data: &'a [u8],
    /// Where the data begins: a name in it may point back into the message.
    at: usize,
}

/// `count` records from `at` on, and where they end. `None` if they are cut.
fn records(bytes: &[u8], mut at: usize, count: u16) -> Option<(Vec<Record<'_>>, usize)> {
    let mut records = Vec::new();
    for _ in 0..count {
        let (owner, fixed) = name(bytes, at)?;
        let kind = u16_at(bytes, fixed)?;
        let class = u16_at(bytes, fixed + 2)?;
        let ttl = u32::from(u16_at(bytes, fixed + 4)?) << 16 | u32::from(u16_at(bytes, fixed + 6)?);
        let length = usize::from(u16_at(bytes, fixed + 8)?);
        at = fixed + 10;
        let data = bytes.get(at..at + length)?;
        if class == IN {
            // With the top bit set it counts as zero (RFC 2181 section 8).
            let ttl = if ttl > i32::MAX as u32 { 0 } else { ttl };
            records.push(Record { owner, kind, ttl, data, at });
        }
        at += length;
    }
    Some((records, at))
}

/// Where the aliases of a name lead to.
struct Trail {
    /// The last one, if there was one.
    alias: Option<Name>,
    addresses: Vec<IpAddr>,
    /// The shortest time to live on the way.
    ttl: u32,
}

/// From alias to alias to the addresses.
fn follow(bytes: &[u8], records: &[Record<'_>], name: &Name, kind: Kind) -> Result<Trail, Failure> {
    let mut trail = Trail { alias: None, addresses: Vec::new(), ttl: u32::MAX };
    for _ in 0..=ALIASES_MAX {
        let current = trail.alias.as_ref().unwrap_or(name);
        let mut alias = None;
        for record in records.iter().filter(|record| record.owner == *current) {
            if record.kind == kind as u16 && trail.addresses.len() < ADDRESSES_MAX {
                trail.addresses.push(address(record.data, kind).ok_or(Failure::Malformed)?);
            } else if record.kind == CNAME && alias.is_none() {
                alias = Some(self::name(bytes, record.at).ok_or(Failure::Malformed)?.0);
            } else {
                continue;
            }
            trail.ttl = trail.ttl.min(record.ttl);
        }
        if alias.is_none() || !trail.addresses.is_empty() {
            return Ok(trail);
        }
        trail.alias = alias;
    }
    Err(Failure::Aliases)
}

fn address(data: &[u8], kind: Kind) -> Option<IpAddr> {
    Some(match kind {
        Kind::A => Ipv4Addr::from(<[u8; 4]>::try_from(data).ok()?).into(),
        Kind::Aaaa => Ipv6Addr::from(<[u8; 16]>::try_from(data).ok()?).into(),
    })
}

/// The name at `at` in lower case, and where what follows it begins. Pointers (RFC 1035 section
/// 4.1.4) only lead back, so every name ends.
fn name(bytes: &[u8], mut at: usize) -> Option<(Name, usize)> {
    let mut name = Vec::new();
    let mut after = None;
    // A pointer has to lead to before the place where the part it ends began.
    let mut limit = at;
    loop {
        let length = usize::from(*bytes.get(at)?);
        match length >> 6 {
            0 if length == 0 => return Some((Name(name), after.unwrap_or(at + 1))),
            0 => {
                let label = bytes.get(at + 1..at + 1 + length)?;
                name.push(length as u8);
                name.extend(label.iter().map(u8::to_ascii_lowercase));
                if name.len() >= NAME_MAX {
                    return None;
                }
                at += 1 + length;
            }
            3 => {
                let target = usize::from(u16_at(bytes, at)? & 0x3fff);
                if target >= limit {
                    return None;
                }
                after = after.or(Some(at + 2));
                (at, limit) = (target, target);
            }
            _ => return None,
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    /// The answer of `dnsmasq` 2.90 to `A www.example` with an alias to `web.example`.
    const ALIASED: &str = "\
        1234 8580 0001 0002 0000 0000 \
        03777777 076578616d706c65 00 0001 0001 \
        c00c 0005 0001 0000000a 0006 03776562 c010 \
        c029 0001 0001 00000005 0004 c0000207";

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<_> = hex.chars().filter(|c| !c.is_whitespace()).collect();
        let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
        pairs.map(|pair| u8::from_str_radix(&pair, 16).unwrap()).collect()
    }

    fn read_a(message: &[u8]) -> Reply {
        read(message, 0x1234, &name("www.example"), Kind::A)
    }

    #[test]
    fn a_question_is_an_answer_without_answers() {
        let question = question(0x1234, &name("www.example"), Kind::A);
        let wanted = bytes("1234 0100 0001 0000 0000 0000 03777777 076578616d706c65 00 0001 0001");
        assert_eq!(question, wanted);
        assert_eq!(read_a(&question), Reply::NotOurs, "it is no response");
        let mut empty = question.clone();
        empty[2] |= 0x80;
        assert_eq!(read_a(&empty), Reply::NoData { ttl: 0 });
    }

    #[test]
    fn aliases_are_followed_and_the_shortest_time_counts() {
        let addresses = vec![[192, 0, 2, 7].into()];
        assert_eq!(read_a(&bytes(ALIASED)), Reply::Found { addresses, ttl: 5 });
        // Without the address it is the next question.
        let mut alone = bytes(ALIASED);
        alone[7] = 1;
        alone.truncate(alone.len() - 16);
        assert_eq!(read_a(&alone), Reply::Alias { name: name("web.example"), ttl: 10 });
    }

    #[test]
    fn whoever_guesses_is_passed_over() {
        let message = bytes(ALIASED);
        for (at, bit) in
            [(0, 1), (1, 0x80), (2, 0x80), (2, 0x08), (5, 1), (13, 1), (26, 2), (28, 2)]
        {
            let mut other = message.clone();
            other[at] ^= bit;
            assert_eq!(read_a(&other), Reply::NotOurs, "byte {at}");
        }
        // Case is no difference (RFC 4343).
        let mut upper = message.clone();
        upper[13..16].make_ascii_uppercase();
        assert!(matches!(read_a(&upper), Reply::Found { .. }));
    }

    #[test]
    fn every_cut_and_every_flipped_bit_is_survived() {
        let message = bytes(ALIASED);
        for end in 0..message.len() {
            let reply = read_a(&message[..end]);
            let is_refused = matches!(reply, Reply::NotOurs | Reply::Failed(Failure::Malformed));
            assert!(is_refused, "{end}: {reply:?}");
        }
        for bit in 0..message.len() * 8 {
            let mut flipped = message.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            read_a(&flipped);
        }
    }

    proptest::proptest! {
        /// Behind a header and a question that are right, anything.
        #[test]
        fn whatever_stands_behind_the_question_is_survived(
            counts in proptest::array::uniform6(0_u8..40),
            mut rest in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
            pointers in proptest::collection::vec((0_usize..300, 0_u8..80), 0..40),
        ) {
            for (at, target) in pointers {
                if at + 1 < rest.len() {
                    (rest[at], rest[at + 1]) = (0xc0, target);
                }
            }
            let mut message = bytes(ALIASED);
            message.truncate(29);
            message[6..12].copy_from_slice(&counts);
            (message[6], message[8]) = (0, 0);
            message.extend(rest);
            proptest::prop_assert_ne!(read_a(&message), Reply::NotOurs);
        }
    }

    #[test]
    fn names_that_lead_nowhere_are_refused() {
        // An alias that is its own target, two that point at each other, a pointer to itself.
        let looping = bytes(
            "1234 8180 0001 0001 0000 0000 03777777 076578616d706c65 00 0001 0001 \
             c00c 0005 0001 0000000a 0002 c00c",
        );
        assert_eq!(read_a(&looping), Reply::Failed(Failure::Aliases));
        let pointing = bytes(
            "1234 8180 0001 0001 0000 0000 03777777 076578616d706c65 00 0001 0001 \
             c01d 0005 0001 0000000a 0002 c00c",
        );
        assert_eq!(read_a(&pointing), Reply::Failed(Failure::Malformed));
    }

    #[test]
    fn what_is_not_there_is_not_there_for_as_long_as_the_zone_says() {
        let soa = "c010 0006 0001 00000e10 0018 00 00 00000001 00000e10 00000258 00093a80 0000003c";
        let soa = soa.replace("0018", "0016");
        let head = |code| {
            format!(
                "1234 818{code} 0001 0000 0001 0000 03777777 076578616d706c65 00 0001 0001 {soa}"
            )
        };
        assert_eq!(read_a(&bytes(&head(3))), Reply::NoName { ttl: 60 });
        assert_eq!(read_a(&bytes(&head(0))), Reply::NoData { ttl: 60 });
        assert_eq!(read_a(&bytes(&head(2))), Reply::Failed(Failure::Code(2)));
        assert_eq!(Failure::Code(2).to_string(), "server failure");
    }

    #[test]
    fn names_have_rules() {
        assert_eq!(name("A.b-c._x9").to_string(), "a.b-c._x9");
        let long = vec!["a".repeat(63); 3].join(".");
        for bad in
            ["", ".", "a..b", "a.", "a b", "h\u{e4}", &"a".repeat(64), &format!("{long}.{long}")]
        {
            assert_eq!(Name::parse(bad), None, "{bad:?}");
        }
        // 253 characters are the most.
        assert!(Name::parse(&format!("{long}.{}", "a".repeat(61))).is_some());
        assert!(Name::parse(&format!("{long}.{}", "a".repeat(62))).is_none());
    }
}
