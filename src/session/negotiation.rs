//! Agreeing on a version: OpenFlow 1.3.1 and later, section "Connection Setup" (6.3.1).

use bytes::Bytes;

use crate::ofproto::{
    ErrorKind, ErrorType, FeaturesRequest, Header, Hello, Message, MessageType, V1_0, V1_3, Version,
};

use super::counters::add;
use super::machine::Session;
use super::phase::Phase;
use super::table::Side;
use super::violation::CloseReason;

/// So many bytes of the reason for which a peer refused the hello are kept for the log.
const REFUSAL_QUOTED: usize = 256;

/// The hello that offers `ours`.
///
/// It carries a version bitmap where the specification has one (1.3 and later); to switches that
/// know none, the header's version says enough.
pub(super) fn offer(ours: &[Version]) -> Hello {
    match ours.last() {
        Some(highest) if *highest >= V1_3 => Hello::new(ours),
        _ => Hello::default(),
    }
}

/// The version that both ends use: the highest of both bitmaps where the peer sent one, else the
/// lower of the two header versions.
///
/// # Errors
/// The text of the error message that tells the peer.
pub(super) fn agree(ours: &[Version], theirs: u8, hello: &Hello) -> Result<Version, String> {
    let highest = ours.last().copied().unwrap_or(V1_0);
    if let Some(bitmap) = hello.bitmap() {
        let common = ours.iter().rev().find(|version| hello.speaks(**version) == Some(true));
        return common.copied().ok_or_else(|| {
            format!(
                "no compatible version found: switch versions {} controller versions {}",
                list((0..32).filter(|bit| bitmap & (1 << bit) != 0)),
                list(ours.iter().map(|version| version.wire())),
            )
        });
    }
    let lower = theirs.min(highest.wire());
    let found = ours.iter().rev().find(|version| version.wire() <= theirs);
    match found {
        Some(version) if version.wire() == lower => Ok(*version),
        Some(version) => Err(format!(
            "no compatible version found: switch 0x{theirs:02x} controller 0x{:02x}, but found \
             usable 0x{:02x}",
            highest.wire(),
            version.wire(),
        )),
        None => Err(format!(
            "unsupported version 0x{theirs:02x}. If possible, set the switch to use one of the \
             versions {}",
            list(ours.iter().map(|version| version.wire())),
        )),
    }
}

/// The type of a message that may come before the version is agreed on. These four have had their
/// numbers since 1.0, and no later version could change them.
pub(super) fn type_before_version(header: &Header) -> Option<MessageType> {
    MessageType::from_wire(V1_0, header.msg_type).filter(|msg_type| {
        use MessageType::{EchoReply, EchoRequest, Error, Hello};
        matches!(msg_type, Hello | Error | EchoRequest | EchoReply)
    })
}

fn list(versions: impl Iterator<Item = u8>) -> String {
    let texts: Vec<String> = versions.map(|version| format!("0x{version:02x}")).collect();
    format!("[{}]", texts.join(", "))
}

/// The hello, and what may come before it.
impl Session {
    /// A message before the hello, or the hello itself: no version is agreed on yet.
    pub(super) fn handle_first(&mut self, header: Header, bytes: Bytes) {
        let phase = Phase::Handshake;
        let Header { version, msg_type, xid, .. } = header;
        if type_before_version(&header).is_none() {
            add(&self.datapath.note().refused, 1);
            return self.close(CloseReason::BeforeHello { msg_type });
        }
        let assumed = Version::from_wire(version).unwrap_or(self.datapath.version());
        let message = match Message::decode(assumed, &bytes) {
            Ok((_, message)) => message,
            Err(error) => return self.malformed(header, error, bytes),
        };
        match &message {
            Message::Hello(hello) => match agree(&self.config.versions, version, hello) {
                Ok(agreed) => {
                    self.datapath.set_version(agreed);
                    self.outputs.push_back(self.event(xid, phase, message));
                    self.agreed();
                }
                Err(text) => {
                    let data = text.clone().into();
                    self.say_error(xid, ErrorKind::HelloFailedIncompatible, data);
                    self.close(CloseReason::Versions(text));
                }
            },
            Message::Error(error) => {
                let error_type = ErrorType::from_wire(assumed, error.error_type);
                let refused = error_type == Some(ErrorType::HelloFailed);
                let text = &error.data[..error.data.len().min(REFUSAL_QUOTED)];
                let text = String::from_utf8_lossy(text).escape_debug().to_string();
                self.outputs.push_back(self.event(xid, phase, message));
                if refused {
                    self.close(CloseReason::HelloRefused(text));
                }
            }
            Message::EchoRequest(echo) => {
                self.say_as(xid, &echo.reply());
            }
            _ => {}
        }
    }

    /// The version is agreed on.
    fn agreed(&mut self) {
        match self.config.side {
            Side::Controller => {
                self.enter(Phase::Config);
                self.say(&FeaturesRequest);
            }
            Side::Switch => self.enter(Phase::Main),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::{V1_2, V1_4, V1_5};

    /// (ours, version byte of their hello, their bitmap, what comes out)
    type Row = (&'static [Version], u8, Option<&'static [Version]>, Result<Version, &'static str>);

    #[test]
    fn every_pair_of_offers() {
        let rows: &[Row] = &[
            (&[V1_0], 1, None, Ok(V1_0)),
            (&[V1_0], 4, None, Ok(V1_0)),
            (&[V1_0], 6, Some(&[V1_0, V1_3, V1_5]), Ok(V1_0)),
            (&[V1_3], 4, None, Ok(V1_3)),
            (&[V1_3], 6, None, Ok(V1_3)),
            (&[V1_3], 6, Some(&[V1_0, V1_3]), Ok(V1_3)),
            (&[V1_3], 200, None, Ok(V1_3)),
            (&[V1_0, V1_3], 1, None, Ok(V1_0)),
            (&[V1_0, V1_3], 4, Some(&[V1_0, V1_3]), Ok(V1_3)),
            (&[V1_0, V1_3], 4, Some(&[V1_0, V1_2]), Ok(V1_0)),
            (&[V1_0, V1_3, V1_4], 6, Some(&[V1_3, V1_5]), Ok(V1_3)),
            (
                &[V1_0, V1_3],
                3,
                None,
                Err(
                    "no compatible version found: switch 0x03 controller 0x04, but found usable 0x01",
                ),
            ),
            (
                &[V1_3],
                1,
                None,
                Err(
                    "unsupported version 0x01. If possible, set the switch to use one of the versions [0x04]",
                ),
            ),
            (
                &[V1_3],
                6,
                Some(&[V1_5]),
                Err(
                    "no compatible version found: switch versions [0x06] controller versions [0x04]",
                ),
            ),
            (
                &[V1_3],
                0,
                None,
                Err(
                    "unsupported version 0x00. If possible, set the switch to use one of the versions [0x04]",
                ),
            ),
        ];
        for (ours, theirs, bitmap, expected) in rows {
            let hello = bitmap.map(Hello::new).unwrap_or_default();
            let agreed = agree(ours, *theirs, &hello);
            assert_eq!(
                agreed.as_ref().map_err(String::as_str),
                expected.as_ref().map_err(|e| *e),
                "{ours:?} {theirs} {bitmap:?}"
            );
        }
    }

    /// Every set of ours against every header and every bitmap, by the rule of the specification and
    /// not by the code: with a bitmap the highest in both sets, without one the lower of the two
    /// headers, and only if we speak it.
    #[test]
    fn all_sets_of_versions_against_all() {
        let set = |bits: u32| -> Vec<Version> {
            Version::ALL.into_iter().filter(|v| bits & (1 << v.wire()) != 0).collect()
        };
        let (mut agreed, mut refused) = (0, 0);
        for ours in (2..128).step_by(2) {
            let versions = set(ours);
            let highest = u32::BITS - 1 - ours.leading_zeros();
            for theirs in 0..=9_u8 {
                let lower = highest.min(theirs.into());
                let expected = (ours & (1 << lower) != 0).then_some(lower);
                let hellos = [(Hello::default(), expected)].into_iter().chain(
                    (0..128).step_by(2).map(|bitmap| {
                        let common = ours & bitmap;
                        let highest = common.checked_ilog2();
                        (Hello::new(&set(bitmap)), highest)
                    }),
                );
                for (hello, expected) in hellos {
                    let found = agree(&versions, theirs, &hello);
                    let wire = found.as_ref().ok().map(|version| u32::from(version.wire()));
                    assert_eq!(wire, expected, "{versions:?} {theirs} {:?}", hello.bitmap());
                    match found {
                        Ok(_) => agreed += 1,
                        Err(text) => {
                            assert!(text.contains("0x"), "{text}");
                            refused += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(agreed + refused, 63 * 10 * 65);
        assert!(agreed > 10_000 && refused > 1_000);
    }

    #[test]
    fn only_versions_with_bitmaps_offer_one() {
        assert_eq!(offer(&[V1_0]).bitmap(), None);
        assert_eq!(offer(&[V1_0, V1_3]).bitmap(), Some(0b10010));
    }
}
