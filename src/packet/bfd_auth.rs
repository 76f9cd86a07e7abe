//! The authentication of BFD (RFC 5880 section 6.7): a password, or a digest that a key makes.

use std::borrow::Cow;

use md5::Md5;
use serde_json::Value;
use sha1::{Digest, Sha1};

use super::EmitError;
use super::codec::{
    Base64, Decoder, Encoder, Form, Len, Member, fields, noun, optional, show_bytes, union,
};
use crate::wire::{DecodeError, JsonError, base64};

union! {
    /// The authentication section of a [`Bfd`](super::Bfd) packet.
    ///
    /// Spec: RFC 5880 sections 4.2 to 4.4. See the example of [`Bfd`](super::Bfd).
    pub enum BfdAuth<'a> by |d| d.peek::<3>().map(|[kind, len, _]| (kind, len)), else Unknown(BfdAuthUnknown<'a>);
    /// A password that everybody can read.
    (1, 3..) => SimplePassword(BfdSimplePassword<'a>);
    /// A digest by MD5, the sequence number goes up now and then.
    (2, 24) => KeyedMd5(BfdKeyedMd5<'a>);
    /// A digest by MD5, the sequence number goes up with each packet.
    (3, 24) => MeticulousKeyedMd5(BfdMeticulousKeyedMd5<'a>);
    /// A digest by SHA-1, the sequence number goes up now and then.
    (4, 28) => KeyedSha1(BfdKeyedSha1<'a>);
    /// A digest by SHA-1, the sequence number goes up with each packet.
    (5, 28) => MeticulousKeyedSha1(BfdMeticulousKeyedSha1<'a>);
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
/// Ryu: `bfd.SimplePassword`. Spec: RFC 5880 section 4.2. See the example of [`Bfd`](super::Bfd).
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
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun<'a> {
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
            /// The key with which the digest is made when the packet is emitted; never in its bytes.
            pub auth_key: Option<Cow<'a, [u8]>>,
            /// The digest of the packet with the key in the digest's place.
            pub $digest: [u8; $size],
        }
        impl Default for $noun<'_> {
            fn default() -> Self {
                $noun {
                    auth_type: $type,
                    auth_len: None,
                    auth_key_id: 0,
                    reserved: 0,
                    seq: 0,
                    auth_key: None,
                    $digest: [0; $size],
                }
            }
        }
        impl<'a> $noun<'a> {
            /// A section whose digest is made with this key, of at most as many bytes as the digest.
            pub fn new(auth_key_id: u8, seq: u32, auth_key: impl Into<Cow<'a, [u8]>>) -> Self {
                $noun { auth_key_id, seq, auth_key: Some(auth_key.into()), ..Self::default() }
            }
        }
        fields!($noun<'a>, |this, v| {
            let $noun { auth_type, auth_len, auth_key_id, reserved, seq, auth_key, $digest } = this;
            v.field("", auth_type)?;
            v.sized("auth_len", 8, Len::with(2), auth_len, |v| {
                v.field("auth_key_id", auth_key_id)?;
                v.field("", reserved)?;
                v.field("seq", seq)?;
                v.with::<Key, _>("auth_key", auth_key)?;
                v.with::<Digested, _>(stringify!($digest), $digest)
            })
        });
        noun!($noun<'a>, $class);
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
    /// | `auth_key` | up to 16 bytes | the key: `digest` is filled in; `None`: it goes out as it is |
    /// | `digest` | 16 bytes | of the packet with the key in the digest's place |
    ///
    /// Ryu: `bfd.KeyedMD5`. Spec: RFC 5880 section 4.3. See the example of [`Bfd`](super::Bfd).
    BfdKeyedMd5 "KeyedMD5" = 2, digest: 16;
    /// A digest by MD5; the sequence number goes up with each packet. Fields as in [`BfdKeyedMd5`].
    ///
    /// Ryu: `bfd.MeticulousKeyedMD5`. Spec: RFC 5880 section 4.3. See the example of [`Bfd`](super::Bfd).
    BfdMeticulousKeyedMd5 "MeticulousKeyedMD5" = 3, digest: 16;
    /// A digest by SHA-1; the sequence number goes up now and then. Fields as in [`BfdKeyedMd5`], with 20
    /// bytes of `auth_hash`, so that `auth_len` is 28.
    ///
    /// Ryu: `bfd.KeyedSHA1`. Spec: RFC 5880 section 4.4. See the example of [`Bfd`](super::Bfd).
    BfdKeyedSha1 "KeyedSHA1" = 4, auth_hash: 20;
    /// A digest by SHA-1; the sequence number goes up with each packet. Fields as in [`BfdKeyedSha1`].
    ///
    /// Ryu: `bfd.MeticulousKeyedSHA1`. Spec: RFC 5880 section 4.4. See the example of [`Bfd`](super::Bfd).
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
/// Ryu: `bfd.BFDAuth`, which it cannot read. Spec: RFC 5880 section 4.1. See the example of [`Bfd`](super::Bfd).
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

/// A key, which JSON and text have and bytes have not; null and `None` where there is none.
enum Key {}

impl<'a> Form<'a, Option<Cow<'a, [u8]>>> for Key {
    fn decode(_: &mut Decoder<'a>) -> Result<Option<Cow<'a, [u8]>>, DecodeError> {
        Ok(None)
    }
    fn encode(_: &Option<Cow<'a, [u8]>>, _: &mut Encoder<'_>) -> Result<(), EmitError> {
        Ok(())
    }
    fn to_json(value: &Option<Cow<'a, [u8]>>) -> Value {
        value.as_ref().map(|key| base64::encode(key)).into()
    }
    fn from_json(value: &Value) -> Result<Option<Cow<'a, [u8]>>, JsonError> {
        if value.is_null() { Ok(None) } else { Member::from_json(value).map(Some) }
    }
    fn show(value: &Option<Cow<'a, [u8]>>, out: &mut String) {
        match value {
            Some(key) => show_bytes(key, out),
            None => out.push_str("None"),
        }
    }
}

/// A digest, which JSON may leave out as null: Ryu does where it is not made yet.
enum Digested {}

impl<const N: usize> Form<'_, [u8; N]> for Digested {
    fn decode(d: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
        Base64::decode(d)
    }
    fn encode(value: &[u8; N], e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(value);
        Ok(())
    }
    fn to_json(value: &[u8; N]) -> Value {
        Base64::to_json(value)
    }
    fn from_json(value: &Value) -> Result<[u8; N], JsonError> {
        if value.is_null() { Ok([0; N]) } else { Base64::from_json(value) }
    }
    fn show(value: &[u8; N], out: &mut String) {
        Base64::show(value, out);
    }
}

/// Where the digest starts in a packet, in bytes.
const DIGEST: usize = 24 + 8;

/// The digest of `packet`, with the key, filled up with zeros, in the place of its own.
fn digest<H: Digest>(packet: &[u8], key: &[u8]) -> Vec<u8> {
    let head = packet.get(..DIGEST).unwrap_or(packet);
    let (zeros, size) = ([0; 20], <H as Digest>::output_size());
    let zeros = zeros.get(..size.saturating_sub(key.len())).unwrap_or_default();
    let hash = H::new().chain_update(head).chain_update(key).chain_update(zeros);
    hash.finalize().to_vec()
}

/// Makes a digest of a packet and a key.
type DigestFn = fn(&[u8], &[u8]) -> Vec<u8>;

impl BfdAuth<'_> {
    /// Bytes of its digest, if it has one, and what makes it.
    fn method(&self) -> Option<(usize, DigestFn)> {
        match self {
            BfdAuth::KeyedMd5(_) | BfdAuth::MeticulousKeyedMd5(_) => Some((16, digest::<Md5>)),
            BfdAuth::KeyedSha1(_) | BfdAuth::MeticulousKeyedSha1(_) => Some((20, digest::<Sha1>)),
            BfdAuth::SimplePassword(_) | BfdAuth::Unknown(_) => None,
        }
    }

    /// Which key it names.
    pub(super) fn key_id(&self) -> Option<u8> {
        match self {
            BfdAuth::SimplePassword(auth) => Some(auth.auth_key_id),
            BfdAuth::KeyedMd5(auth) => Some(auth.auth_key_id),
            BfdAuth::MeticulousKeyedMd5(auth) => Some(auth.auth_key_id),
            BfdAuth::KeyedSha1(auth) => Some(auth.auth_key_id),
            BfdAuth::MeticulousKeyedSha1(auth) => Some(auth.auth_key_id),
            BfdAuth::Unknown(_) => None,
        }
    }

    /// Its sequence number, and whether that goes up with each packet.
    pub(super) fn seq(&self) -> Option<(u32, bool)> {
        match self {
            BfdAuth::KeyedMd5(auth) => Some((auth.seq, false)),
            BfdAuth::MeticulousKeyedMd5(auth) => Some((auth.seq, true)),
            BfdAuth::KeyedSha1(auth) => Some((auth.seq, false)),
            BfdAuth::MeticulousKeyedSha1(auth) => Some((auth.seq, true)),
            BfdAuth::SimplePassword(_) | BfdAuth::Unknown(_) => None,
        }
    }

    /// Whether the key makes what it has in `packet`, whose header and section are all there is.
    pub(super) fn is_by(&self, key: &[u8], packet: &[u8]) -> bool {
        let is_same = |ours: &[u8], theirs: &[u8]| {
            // Equally long whatever differs, so that the time says nothing.
            let differing = ours.iter().zip(theirs).fold(0, |all, (a, b)| all | (a ^ b));
            ours.len() == theirs.len() && differing == 0
        };
        match (self, self.method()) {
            (BfdAuth::SimplePassword(auth), _) => is_same(&auth.password, key),
            (_, Some((size, digest))) if key.len() <= size => {
                packet.get(DIGEST..).is_some_and(|found| is_same(&digest(packet, key), found))
            }
            _ => false,
        }
    }

    /// Makes the digest of `packet`, if the key is there.
    ///
    /// # Errors
    /// If the key is longer than the digest.
    pub(super) fn fill_digest(&self, packet: &mut [u8]) -> Result<(), EmitError> {
        let key = match self {
            BfdAuth::KeyedMd5(auth) => &auth.auth_key,
            BfdAuth::MeticulousKeyedMd5(auth) => &auth.auth_key,
            BfdAuth::KeyedSha1(auth) => &auth.auth_key,
            BfdAuth::MeticulousKeyedSha1(auth) => &auth.auth_key,
            BfdAuth::SimplePassword(_) | BfdAuth::Unknown(_) => &None,
        };
        let (Some(key), Some((size, digest))) = (key, self.method()) else { return Ok(()) };
        if key.len() > size {
            let (value, max) = (key.len() as u64, size as u64);
            return Err(EmitError { what: "bfd", field: "size of auth_key", value, max });
        }
        let made = digest(packet, key);
        if let Some(place) = packet.get_mut(DIGEST..DIGEST + size) {
            place.copy_from_slice(&made);
        }
        Ok(())
    }
}
