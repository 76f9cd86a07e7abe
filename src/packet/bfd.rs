//! BFD (RFC 5880): is the path still there?

use super::codec::{Noun, fields, noun};
use super::span::{Place, Span, Window, Wire};
use super::{BfdAuth, EmitError, protocols};
use crate::wire::DecodeError;

/// A BFD control packet.
///
/// ```text
///  0     3         8    10             16              24              32
/// +-----+---------+-----+-------------+---------------+---------------+
/// | ver |  diag   |state|    flags    |  detect_mult  |    length     |
/// +-----+---------+-----+-------------+---------------+---------------+
/// |                             my_discr                              |
/// +-------------------------------------------------------------------+
/// |                            your_discr                             |
/// +-------------------------------------------------------------------+
/// |                      desired_min_tx_interval                      |
/// +-------------------------------------------------------------------+
/// |                     required_min_rx_interval                      |
/// +-------------------------------------------------------------------+
/// |                   required_min_echo_rx_interval                   |
/// +-------------------------------------------------------------------+
/// |   auth_cls, if a flag says so                                     |
/// +-------------------------------------------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `ver` | 0 to 7 | 1 |
/// | `diag` | 0 to 31 | why the state changed |
/// | `state` | 0 to 3 | [`Bfd::ADMIN_DOWN`] to [`Bfd::UP`] |
/// | `flags` | 6 bits | [`Bfd::POLL`] to [`Bfd::MULTIPOINT`] |
/// | `detect_mult` | intervals | after which the session is down |
/// | `length` | bytes, from 24 | of all that; `None`: filled in |
/// | `my_discr`, `your_discr` | 32 bits | which session, by the sender's and the receiver's number |
/// | `desired_min_tx_interval`, `required_min_rx_interval`, `required_min_echo_rx_interval` | µs | how often |
/// | `auth_cls` | | [`BfdAuth`]; there if [`Bfd::AUTH_PRESENT`] is set |
///
/// No port of UDP leads to it, as in Ryu: take the payload of one to port 3784 and
/// [`parse`](Bfd::parse) it. What `length` counts behind the last field is payload.
///
/// A digest is made when the packet is emitted, if its section has the `auth_key`;
/// [`authenticate`](Bfd::authenticate) checks the one of a packet that came, as in Ryu, and
/// [`follows`](Bfd::follows) its sequence number.
///
/// Ryu: `bfd.bfd`. Spec: RFC 5880 section 4.1.
///
/// ```
/// use ryu_sdn::packet::{Bfd, BfdSimplePassword};
///
/// let bfd = Bfd {
///     state: Bfd::UP,
///     flags: Bfd::AUTH_PRESENT,
///     detect_mult: 3,
///     my_discr: 1,
///     auth_cls: Some(BfdSimplePassword::new(2, b"secret").into()),
///     ..Bfd::default()
/// };
/// let bytes = (bfd / []).to_bytes()?;
/// assert_eq!(bytes[..8], [0x20, 0xc4, 3, 33, 0, 0, 0, 1]);
/// assert_eq!(bytes[24..], [1, 9, 2, b's', b'e', b'c', b'r', b'e', b't']);
/// let (back, rest) = Bfd::parse(&bytes)?;
/// assert_eq!((back.length, rest.is_empty()), (Some(33), true));
/// assert!(back.authenticate(|key_id| (key_id == 2).then_some(b"secret")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bfd<'a> {
    /// 1.
    pub ver: u8,
    /// Why the state changed, 5 bits.
    pub diag: u8,
    /// [`Bfd::ADMIN_DOWN`], [`Bfd::DOWN`], [`Bfd::INIT`] or [`Bfd::UP`].
    pub state: u8,
    /// [`Bfd::POLL`] and its neighbours, 6 bits.
    pub flags: u8,
    /// Intervals after which the session is down.
    pub detect_mult: u8,
    /// Bytes of the packet.
    pub length: Option<u8>,
    /// The sender's number of the session.
    pub my_discr: u32,
    /// The receiver's number of the session; 0 if it is not known.
    pub your_discr: u32,
    /// How often the sender would send, in µs.
    pub desired_min_tx_interval: u32,
    /// How often the sender can receive, in µs.
    pub required_min_rx_interval: u32,
    /// How often the sender can receive echoes, in µs; 0: not at all.
    pub required_min_echo_rx_interval: u32,
    /// Authentication.
    pub auth_cls: Option<BfdAuth<'a>>,
}

impl Default for Bfd<'_> {
    fn default() -> Self {
        Bfd {
            ver: 1,
            diag: 0,
            state: 0,
            flags: 0,
            detect_mult: 0,
            length: None,
            my_discr: 0,
            your_discr: 0,
            desired_min_tx_interval: 0,
            required_min_rx_interval: 0,
            required_min_echo_rx_interval: 0,
            auth_cls: None,
        }
    }
}

fields!(Bfd<'a>, |this, v| {
    let Bfd {
        ver,
        diag,
        state,
        flags,
        detect_mult,
        length,
        my_discr,
        your_discr,
        desired_min_tx_interval,
        required_min_rx_interval,
        required_min_echo_rx_interval,
        auth_cls,
    } = this;
    v.bits("ver", 3, ver)?;
    v.bits("diag", 5, diag)?;
    v.bits("state", 2, state)?;
    v.bits("flags", 6, flags)?;
    v.field("detect_mult", detect_mult)?;
    v.field("length", length)?;
    v.field("my_discr", my_discr)?;
    v.field("your_discr", your_discr)?;
    v.field("desired_min_tx_interval", desired_min_tx_interval)?;
    v.field("required_min_rx_interval", required_min_rx_interval)?;
    v.field("required_min_echo_rx_interval", required_min_echo_rx_interval)?;
    v.field("auth_cls", auth_cls)
});
noun!(Bfd<'a>, "bfd");

impl Bfd<'_> {
    /// State: somebody switched it off.
    pub const ADMIN_DOWN: u8 = 0;
    /// State: nobody is heard.
    pub const DOWN: u8 = 1;
    /// State: the other is heard, but says it is down.
    pub const INIT: u8 = 2;
    /// State: both hear each other.
    pub const UP: u8 = 3;

    /// Flag: an answer is wanted.
    pub const POLL: u8 = 1 << 5;
    /// Flag: this is the answer.
    pub const FINAL: u8 = 1 << 4;
    /// Flag: does not share fate with the control plane.
    pub const CTRL_PLANE_INDEP: u8 = 1 << 3;
    /// Flag: `auth_cls` is there.
    pub const AUTH_PRESENT: u8 = 1 << 2;
    /// Flag: send only when asked.
    pub const DEMAND: u8 = 1 << 1;
    /// Flag: reserved for point to multipoint.
    pub const MULTIPOINT: u8 = 1;

    /// Diagnostic: nothing is wrong.
    pub const NO_DIAG: u8 = 0;
    /// Diagnostic: nothing was heard for too long.
    pub const CTRL_DETECT_TIME_EXPIRED: u8 = 1;
    /// Diagnostic: echoes do not come back.
    pub const ECHO_FUNC_FAILED: u8 = 2;
    /// Diagnostic: the other one says that it is down.
    pub const NEIG_SIG_SESS_DOWN: u8 = 3;
    /// Diagnostic: the forwarding plane was reset.
    pub const FWD_PLANE_RESET: u8 = 4;
    /// Diagnostic: the path is down.
    pub const PATH_DOWN: u8 = 5;
    /// Diagnostic: a path behind it is down.
    pub const CONCAT_PATH_DOWN: u8 = 6;
    /// Diagnostic: somebody switched it off.
    pub const DIAG_ADMIN_DOWN: u8 = 7;
    /// Diagnostic: a path behind it is down, the other way.
    pub const REV_CONCAT_PATH_DOWN: u8 = 8;

    /// UDP port of single hops (RFC 5881); nothing follows from it.
    pub const UDP_PORT: u16 = 3784;

    /// Whether its password or digest is the one that the key makes which `key_of` has for the number
    /// of a key. A packet without a section of a known type is not authenticated, nor is one whose
    /// number has no key or one that is too long for its digest.
    ///
    /// What counts is the header and the section; `length` counts what is behind them at most.
    ///
    /// Ryu: `authenticate`. Spec: RFC 5880 sections 6.7.2 to 6.7.4. (When the sequence number may be
    /// taken is [`follows`](Bfd::follows); Ryu leaves that to the caller, too.)
    ///
    /// ```
    /// use ryu_sdn::packet::{Bfd, BfdKeyedSha1};
    ///
    /// let auth = BfdKeyedSha1::new(2, 9, b"secret");
    /// let bfd = Bfd { flags: Bfd::AUTH_PRESENT, auth_cls: Some(auth.into()), ..Bfd::default() };
    /// let bytes = (bfd / []).to_bytes()?;
    /// let (came, _) = Bfd::parse(&bytes)?;
    /// let keys = std::collections::HashMap::from([(2, "secret")]);
    /// assert!(came.authenticate(|key_id| keys.get(&key_id)));
    /// assert!(!came.authenticate(|_| Some("another")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authenticate<K: AsRef<[u8]>>(&self, key_of: impl FnOnce(u8) -> Option<K>) -> bool {
        let Some(auth) = self.auth_cls.as_ref().filter(|_| self.flags & Self::AUTH_PRESENT != 0)
        else {
            return false;
        };
        let Some(key) = auth.key_id().and_then(key_of) else { return false };
        let mut packet = Vec::with_capacity(52);
        let is_whole = protocols::encode(self, &mut packet).is_ok();
        is_whole
            && fill_length(self.length, &mut packet).is_ok()
            && auth.is_by(key.as_ref(), &packet)
    }

    /// Whether its sequence number may follow `last`, the one of the packet taken before: with a
    /// digest of the meticulous kind it is larger, else at least as large, and by no more than three
    /// times [`detect_mult`](Bfd::detect_mult); numbers go round. Without a digest there is no number
    /// and any may follow.
    ///
    /// Spec: RFC 5880 sections 6.7.3, 6.7.4.
    ///
    /// ```
    /// use ryu_sdn::packet::{Bfd, BfdMeticulousKeyedMd5};
    ///
    /// let auth = BfdMeticulousKeyedMd5::new(2, 9, b"secret");
    /// let bfd = Bfd { detect_mult: 3, auth_cls: Some(auth.into()), ..Bfd::default() };
    /// assert!(bfd.follows(8) && bfd.follows(0));
    /// assert!(!bfd.follows(9) && !bfd.follows(10) && !bfd.follows(u32::MAX));
    /// ```
    pub fn follows(&self, last: u32) -> bool {
        let Some((seq, is_meticulous)) = self.auth_cls.as_ref().and_then(BfdAuth::seq) else {
            return true;
        };
        let ahead = seq.wrapping_sub(last);
        ahead >= u32::from(is_meticulous) && ahead <= 3 * u32::from(self.detect_mult)
    }
}

/// Writes the length of a packet that does not have one into it.
fn fill_length(given: Option<u8>, packet: &mut [u8]) -> Result<(), EmitError> {
    if given.is_none() {
        let length = packet.len();
        let Ok(short) = u8::try_from(length) else {
            let (what, field) = (Bfd::CLASS, "length");
            return Err(EmitError { what, field, value: length as u64, max: u8::MAX.into() });
        };
        packet[3] = short;
    }
    Ok(())
}

impl<'a> Wire<'a> for Bfd<'a> {
    const MIN: usize = 24;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<24>(Self::CLASS)?;
        let end = w.span(Self::CLASS, head[3].into(), 24, "length", None)?.head;
        let mut size = 24;
        if head[1] & Self::AUTH_PRESENT != 0 {
            let bytes = w.bytes.get(24..end).unwrap_or_default();
            let auth = Window { bytes, offset: w.offset + 24, imposed_by: Some("length") };
            let len = auth.head::<2>(Self::CLASS)?[1];
            size += auth.span(Self::CLASS, len.into(), 2, "auth_len", None)?.head;
        }
        Ok(Span::new(size, None).until(end, "length"))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        let Some(packet) = frame.get_mut(at.start..at.head_end) else { return Ok(()) };
        fill_length(self.length, packet)?;
        self.auth_cls.as_ref().map_or(Ok(()), |auth| auth.fill_digest(packet))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BfdKeyedMd5, Kind, Packet};
    use super::*;
    use crate::wire::hex;

    const MD5: &str = "20c403300000000100000002000f4240000f424000000000\
        0218020000000009acb7090b609665c6cdbf2405a3430458";

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text).expect("it is hex")
    }

    #[test]
    fn text_is_that_of_ryu() {
        assert_eq!(
            Bfd::parse(&bytes(MD5)).expect("a packet").0.to_string(),
            "bfd(auth_cls=KeyedMD5(auth_key=None,auth_key_id=2,auth_len=24,\
             digest=b'\\xac\\xb7\\t\\x0b`\\x96e\\xc6\\xcd\\xbf$\\x05\\xa3C\\x04X',seq=9),\
             desired_min_tx_interval=1000000,detect_mult=3,diag=0,flags=4,length=48,my_discr=1,\
             required_min_echo_rx_interval=0,required_min_rx_interval=1000000,state=3,ver=1,\
             your_discr=2)"
        );
        let plain = Bfd { length: Some(24), ..Bfd::default() };
        assert!(plain.to_string().starts_with("bfd(auth_cls=None,"));
    }

    #[test]
    fn sections_of_odd_types_and_sizes_are_kept() {
        for (kind, len) in [(0, 24), (6, 24), (2, 23), (4, 24), (1, 2)] {
            let mut odd = bytes(MD5);
            (odd[24], odd[25]) = (kind, len);
            let (bfd, rest) = Bfd::parse(&odd).expect("a packet");
            let Some(BfdAuth::Unknown(auth)) = &bfd.auth_cls else { panic!("{:?}", bfd.auth_cls) };
            assert_eq!((auth.auth_type, auth.data.len()), (kind, usize::from(len) - 2));
            // What the packet has behind the section is its payload.
            assert_eq!(rest.len(), 24 - usize::from(len));
            let json = Packet::parse_as(Kind::Bfd, &odd).to_json();
            assert_eq!(Packet::from_json(&json).expect("ours").to_bytes().expect("it fits"), odd);
        }
    }

    #[test]
    fn a_flag_without_a_section_is_refused() {
        let mut cut = bytes(MD5);
        cut[3] = 25;
        let err = Bfd::parse(&cut).expect_err("there is half a section");
        assert_eq!((err.offset, err.needed, err.available), (24, 2, 1));
        cut[3] = 23;
        let err = Bfd::parse(&cut).expect_err("shorter than a header");
        assert_eq!((err.needed, err.available, err.imposed_by), (24, 23, Some("length")));
        (cut[3], cut[25]) = (48, 1);
        let err = Bfd::parse(&cut).expect_err("shorter than a section's header");
        assert_eq!((err.offset, err.imposed_by), (24, Some("auth_len")));
    }

    /// The packets of Ryu's, by name; all have the key `secret` and the number 2 for it.
    const OF_RYU: &str = include_str!("../../tests/vectors/packets/services.jsonl");

    fn of_ryu(name: &str) -> Vec<u8> {
        let start = format!("{{\"name\": \"ryu/bfd/{name}\"");
        let line = OF_RYU.lines().find(|line| line.starts_with(&start)).expect("there is one");
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        bytes(row["hex"].as_str().expect("hex"))
    }

    #[test]
    fn digests_are_those_of_ryu() {
        for name in ["KeyedMD5", "MeticulousKeyedMD5", "KeyedSHA1", "MeticulousKeyedSHA1"] {
            let packet = of_ryu(name);
            let (came, _) = Bfd::parse(&packet).expect("a packet");
            let key_of = |key_id| (key_id == 2).then_some("secret");
            assert!(came.authenticate(key_of), "{name}");
            assert!(!came.authenticate(|_| Some("Secret")), "{name}");
            assert!(!came.authenticate(|_| None::<&str>), "{name}");
            assert!(!came.authenticate(|_| Some("secret and more than 20 bytes")), "{name}");
            for at in 0..packet.len() * 8 {
                let mut turned = packet.clone();
                turned[at / 8] ^= 0x80 >> (at % 8);
                let (left, _) = turned.split_at(packet.len());
                let is_by = Bfd::parse(left).is_ok_and(|(bfd, _)| bfd.authenticate(key_of));
                assert!(!is_by, "{name}, bit {at}");
            }
            // The same digest is made again, from JSON as Ryu's constructor takes it.
            let mut json = Packet::parse_as(Kind::Bfd, &packet).to_json();
            let auth = &mut json["Packet"]["protocols"][0]["bfd"]["auth_cls"][name];
            for digest in ["digest", "auth_hash"] {
                if let Some(value) = auth.get_mut(digest) {
                    value.take();
                }
            }
            auth["auth_key"] = "c2VjcmV0".into();
            let made = Packet::from_json(&json).expect("ours").to_bytes().expect("it fits");
            assert_eq!(hex::encode(&made), hex::encode(&packet));
            let back = Packet::from_json(&json).expect("ours").to_json();
            assert_eq!(
                back["Packet"]["protocols"][0]["bfd"]["auth_cls"][name]["auth_key"],
                "c2VjcmV0"
            );
        }
    }

    #[test]
    fn passwords_are_compared() {
        let packet = of_ryu("simple_password");
        let (came, _) = Bfd::parse(&packet).expect("a packet");
        assert!(came.authenticate(|key_id| (key_id == 2).then_some("secret")));
        assert!(!came.authenticate(|_| Some("secre")) && !came.authenticate(|_| Some("secrets")));
        let no_flag = Bfd { flags: 0, ..came };
        assert!(!no_flag.authenticate(|_| Some("secret")));
        let packet = of_ryu("up");
        let (plain, _) = Bfd::parse(&packet).expect("a packet");
        assert!(!plain.authenticate(|_| Some("")) && plain.follows(7));
    }

    #[test]
    fn what_is_built_is_authenticated_before_it_is_sent() {
        let auth_cls = Some(BfdKeyedMd5::new(1, 7, b"key").into());
        let mut bfd = Bfd { flags: Bfd::AUTH_PRESENT, auth_cls, detect_mult: 1, ..Bfd::default() };
        assert!(!bfd.authenticate(|_| Some("key")), "the digest is made when it is emitted");
        let bytes = (bfd.clone() / []).to_bytes().expect("it fits");
        assert!(Bfd::parse(&bytes).expect("ours").0.authenticate(|_| Some("key")));
        assert!(bfd.follows(7) && bfd.follows(4) && !bfd.follows(3) && !bfd.follows(8));
        if let Some(BfdAuth::KeyedMd5(auth)) = &mut bfd.auth_cls {
            (auth.seq, auth.auth_key) = (0, Some(b"a key of 17 bytes".into()));
        }
        assert!(bfd.follows(u32::MAX - 2) && !bfd.follows(u32::MAX - 3));
        let err = (bfd / []).to_bytes().expect_err("the key is too long");
        assert_eq!(err.to_string(), "bfd: size of auth_key is 17, at most 16");
    }
}
