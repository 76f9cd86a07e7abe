//! Cipher suites by name: as IANA has them, and as OpenSSL and Ryu's `--ciphers` have them.

use rustls::CipherSuite::{self, *};
use rustls::SupportedCipherSuite;
use rustls::crypto::ring::ALL_CIPHER_SUITES;

/// Every suite there is here, strongest first, with IANA's name and OpenSSL's.
const NAMES: [(CipherSuite, &str, &str); 9] = [
    (TLS13_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
    (TLS13_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
    (
        TLS13_CHACHA20_POLY1305_SHA256,
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
    ),
    (
        TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
    ),
    (
        TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
    ),
    (
        TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
    ),
    (
        TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
    ),
    (
        TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
    ),
    (
        TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "ECDHE-RSA-CHACHA20-POLY1305",
    ),
];

/// The suites of these names, in their order; all of them if there is no name.
///
/// # Errors
/// What is wrong with the first name that is none, with those there are.
pub(super) fn by_name(names: &[String]) -> Result<Vec<SupportedCipherSuite>, String> {
    // OpenSSL's lists have colons, spaces or commas between the names.
    let words = names.iter().flat_map(|names| names.split([':', ' ', ',']));
    let mut suites: Vec<SupportedCipherSuite> = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        let suite = named(word).ok_or_else(|| {
            let known: Vec<&str> = NAMES.iter().map(|(_, _, openssl)| *openssl).collect();
            format!("there is no cipher suite {word:?}; there are {}", known.join(", "))
        })?;
        if !suites.contains(&suite) {
            suites.push(suite);
        }
    }
    Ok(if suites.is_empty() { ALL_CIPHER_SUITES.to_vec() } else { suites })
}

fn named(word: &str) -> Option<SupportedCipherSuite> {
    let same = |name: &str| name.eq_ignore_ascii_case(word);
    let (wanted, ..) = NAMES.iter().find(|(_, iana, openssl)| same(iana) || same(openssl))?;
    ALL_CIPHER_SUITES.iter().find(|suite| suite.suite() == *wanted).copied()
}

/// IANA's name of a suite.
pub(super) fn name(suite: CipherSuite) -> &'static str {
    NAMES.iter().find(|(known, ..)| *known == suite).map_or("unknown", |(_, iana, _)| iana)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_has_a_name_and_every_name_a_suite() {
        assert_eq!(ALL_CIPHER_SUITES.len(), NAMES.len());
        for (suite, iana, openssl) in NAMES {
            for word in [iana, openssl] {
                assert_eq!(named(word).unwrap().suite(), suite);
            }
            assert_eq!(name(suite), iana);
        }
    }

    #[test]
    fn a_list_keeps_its_order_and_names_what_it_does_not_know() {
        let list = ["ecdhe-rsa-aes128-gcm-sha256:TLS_AES_128_GCM_SHA256".to_owned()];
        let suites: Vec<_> = by_name(&list).unwrap().iter().map(|suite| suite.suite()).collect();
        assert_eq!(suites, [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS13_AES_128_GCM_SHA256]);
        assert_eq!(by_name(&[]).unwrap().len(), NAMES.len());
        let error = by_name(&["HIGH:!aNULL".to_owned()]).unwrap_err();
        assert!(error.starts_with("there is no cipher suite \"HIGH\"; there are TLS_AES_256"));
    }
}
