//! BFD (RFC 5880): is the path still there?

use std::borrow::Cow;

use super::EmitError;
use super::codec::{Base64, Len, Noun, fields, noun, optional, union};
use super::span::{Place, Span, Window, Wire};
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
/// Digests are neither computed nor checked: that needs the key, which is not in the packet. Ryu computes
/// one when an `auth_key` is given; JSON that has such a key is refused.
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

union! {
    /// The authentication section of a [`Bfd`] packet.
    ///
    /// Spec: RFC 5880 sections 4.2 to 4.4. See the example of [`Bfd`].
    pub enum BfdAuth<'a> by |d| d.peek::<3>().map(|[kind, len, _]| (kind, len)), else Unknown(BfdAuthUnknown<'a>);
    /// A password that everybody can read.
    (1, 3..) => SimplePassword(BfdSimplePassword<'a>);
    /// A digest by MD5, the sequence number goes up now and then.
    (2, 24) => KeyedMd5(BfdKeyedMd5);
    /// A digest by MD5, the sequence number goes up with each packet.
    (3, 24) => MeticulousKeyedMd5(BfdMeticulousKeyedMd5);
    /// A digest by SHA-1, the sequence number goes up now and then.
    (4, 28) => KeyedSha1(BfdKeyedSha1);
    /// A digest by SHA-1, the sequence number goes up with each packet.
    (5, 28) => MeticulousKeyedSha1(BfdMeticulousKeyedSha1);
}
optional!(BfdAuth<'a>);

/// A password that everybody can read.
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `auth_type` | 1 | |
/// | `auth_len` | bytes | of the section; `None`: filled in |
/// | `auth_key_id` | 0 to 255 | which password |
/// | `password` | 1 to 16 bytes | |
///
/// Ryu: `bfd.SimplePassword`. Spec: RFC 5880 section 4.2. See the example of [`Bfd`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BfdSimplePassword<'a> {
    /// 1.
    pub auth_type: u8,
    /// Bytes of the section.
    pub auth_len: Option<u8>,
    /// Which password.
    pub auth_key_id: u8,
    /// The password.
    pub password: Cow<'a, [u8]>,
}

impl Default for BfdSimplePassword<'_> {
    fn default() -> Self {
        BfdSimplePassword {
            auth_type: 1,
            auth_len: None,
            auth_key_id: 0,
            password: Cow::Borrowed(&[]),
        }
    }
}

fields!(BfdSimplePassword<'a>, |this, v| {
    let BfdSimplePassword { auth_type, auth_len, auth_key_id, password } = this;
    v.field("", auth_type)?;
    v.sized("auth_len", 8, Len::with(2), auth_len, |v| {
        v.field("auth_key_id", auth_key_id)?;
        v.field("password", password)
    })
});
noun!(BfdSimplePassword<'a>, "SimplePassword");

impl<'a> BfdSimplePassword<'a> {
    /// A section with this password.
    pub fn new(auth_key_id: u8, password: impl Into<Cow<'a, [u8]>>) -> Self {
        BfdSimplePassword { auth_key_id, password: password.into(), ..Self::default() }
    }
}

/// Declares a section with a digest.
macro_rules! digest {
    ($(
        $(#[$meta:meta])*
        $noun:ident $class:literal = $type:literal, $digest:ident: $size:literal;
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $noun {
            /// Which kind of section.
            pub auth_type: u8,
            /// Bytes of the section.
            pub auth_len: Option<u8>,
            /// Which key.
            pub auth_key_id: u8,
            /// Not used.
            pub reserved: u8,
            /// Sequence number.
            pub seq: u32,
            /// The digest of the packet with the key in the digest's place.
            pub $digest: [u8; $size],
        }
        impl Default for $noun {
            fn default() -> Self {
                $noun {
                    auth_type: $type,
                    auth_len: None,
                    auth_key_id: 0,
                    reserved: 0,
                    seq: 0,
                    $digest: [0; $size],
                }
            }
        }
        fields!($noun, |this, v| {
            let $noun { auth_type, auth_len, auth_key_id, reserved, seq, $digest } = this;
            v.field("", auth_type)?;
            v.sized("auth_len", 8, Len::with(2), auth_len, |v| {
                v.field("auth_key_id", auth_key_id)?;
                v.field("", reserved)?;
                v.field("seq", seq)?;
                // Ryu has it where it made the packet; where it read one it has none.
                v.remark_none("auth_key");
                v.with::<Base64, _>(stringify!($digest), $digest)
            })
        });
        noun!($noun, $class);
    )* };
}

digest! {
    /// A digest by MD5; the sequence number goes up now and then.
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `auth_type` | 2 | |
    /// | `auth_len` | bytes, 24 | of the section; `None`: filled in |
    /// | `auth_key_id` | 0 to 255 | which key |
    /// | `reserved` | 0 | not used |
    /// | `seq` | 32 bits | sequence number |
    /// | `digest` | 16 bytes | of the packet with the key in the digest's place |
    ///
    /// Ryu: `bfd.KeyedMD5`. Spec: RFC 5880 section 4.3. See the example of [`Bfd`].
    BfdKeyedMd5 "KeyedMD5" = 2, digest: 16;
    /// A digest by MD5; the sequence number goes up with each packet. Fields as in [`BfdKeyedMd5`].
    ///
    /// Ryu: `bfd.MeticulousKeyedMD5`. Spec: RFC 5880 section 4.3. See the example of [`Bfd`].
    BfdMeticulousKeyedMd5 "MeticulousKeyedMD5" = 3, digest: 16;
    /// A digest by SHA-1; the sequence number goes up now and then. Fields as in [`BfdKeyedMd5`], with 20
    /// bytes of `auth_hash`, so that `auth_len` is 28.
    ///
    /// Ryu: `bfd.KeyedSHA1`. Spec: RFC 5880 section 4.4. See the example of [`Bfd`].
    BfdKeyedSha1 "KeyedSHA1" = 4, auth_hash: 20;
    /// A digest by SHA-1; the sequence number goes up with each packet. Fields as in [`BfdKeyedSha1`].
    ///
    /// Ryu: `bfd.MeticulousKeyedSHA1`. Spec: RFC 5880 section 4.4. See the example of [`Bfd`].
    BfdMeticulousKeyedSha1 "MeticulousKeyedSHA1" = 5, auth_hash: 20;
}

/// A section of another type, or of a size that its type has not.
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `auth_type` | 0 to 255 | |
/// | `auth_len` | bytes, from 2 | of the section; `None`: filled in |
/// | `data` | bytes | what it says |
///
/// Ryu: `bfd.BFDAuth`, which it cannot read. Spec: RFC 5880 section 4.1. See the example of [`Bfd`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BfdAuthUnknown<'a> {
    /// Which kind of section.
    pub auth_type: u8,
    /// Bytes of the section.
    pub auth_len: Option<u8>,
    /// What it says.
    pub data: Cow<'a, [u8]>,
}

fields!(BfdAuthUnknown<'a>, |this, v| {
    let BfdAuthUnknown { auth_type, auth_len, data } = this;
    v.field("auth_type", auth_type)?;
    v.sized("auth_len", 8, Len::with(2), auth_len, |v| v.field("data", data))
});
noun!(BfdAuthUnknown<'a>, "BFDAuth");

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

    /// UDP port of single hops (RFC 5881); nothing follows from it.
    pub const UDP_PORT: u16 = 3784;
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
        if self.length.is_none() {
            let length = at.head_end - at.start;
            let Ok(short) = u8::try_from(length) else {
                let (what, field) = (Self::CLASS, "length");
                return Err(EmitError { what, field, value: length as u64, max: u8::MAX.into() });
            };
            frame[at.start + 3] = short;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Packet};
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

    /// Ryu computes the digest; here somebody who has the key has to.
    #[test]
    fn keys_are_refused() {
        let auth = serde_json::json!({"KeyedMD5": {"auth_key_id": 1, "auth_key": "a2V5"}});
        let bfd = serde_json::json!({"bfd": {"flags": 4, "auth_cls": auth}});
        let err = Packet::from_json(&serde_json::json!({"Packet": {"protocols": [bfd]}}));
        assert!(err.expect_err("a key").to_string().contains("auth_key"));
    }
}
