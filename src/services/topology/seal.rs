//! The signature of probes: what a host cannot make.
//!
//! A keyed hash (HMAC, RFC 2104, with SHA-256) over the LLDP packet up to the signature: switch, port
//! and the number of the probe. A number is given once, and numbers begin at random, so that neither a
//! second probe nor another run of the controller has the same.

use std::fmt;

use ring::hmac;

/// Bytes of a signature.
pub(super) const TAG_SIZE: usize = 32;

/// A key, and the numbers that were not given yet.
pub(super) struct Seal {
    key: hmac::Key,
    next: u64,
}

impl Seal {
    /// Signs with `key`; the first probe has the number `first`.
    pub(super) fn new(key: &[u8], first: u64) -> Seal {
        Seal { key: hmac::Key::new(hmac::HMAC_SHA256, key), next: first }
    }

    /// The number of the next probe.
    pub(super) fn number(&mut self) -> u64 {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        number
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; TAG_SIZE] {
        let mut tag = [0; TAG_SIZE];
        tag.copy_from_slice(hmac::sign(&self.key, message).as_ref());
        tag
    }

    /// Whether `tag` is the signature of `message`; takes as long if the first byte is wrong as if the
    /// last one is.
    pub(super) fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.key, message, tag).is_ok()
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the key nor the next number is anybody's business.
        f.write_str("Seal(..)")
    }
}

#[cfg(test)]
mod tests {
    use crate::wire::hex;

    use super::*;

    #[test]
    fn it_is_the_hmac_of_rfc_4231() {
        let tag = Seal::new(b"Jefe", 0).sign(b"what do ya want for nothing?");
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex::encode(&tag), known);
    }

    #[test]
    fn another_message_key_or_size_does_not_verify() {
        let seal = Seal::new(b"one key", 0);
        let tag = seal.sign(b"message");
        assert!(seal.verify(b"message", &tag));
        assert!(!seal.verify(b"massage", &tag));
        assert!(!seal.verify(b"message", &tag[..TAG_SIZE - 1]));
        assert!(!seal.verify(b"message", &[]));
        assert!(!Seal::new(b"other key", 0).verify(b"message", &tag));
        for at in 0..TAG_SIZE {
            let mut bad = tag;
            bad[at] ^= 1;
            assert!(!seal.verify(b"message", &bad));
        }
    }
}
