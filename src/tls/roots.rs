//! The CAs that this machine believes.

use std::path::PathBuf;

/// Where distributions keep them in one file: Debian and its kin, Fedora and its kin, openSUSE,
/// Alpine and the BSDs.
const FILES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The first of them that is there; what OpenSSL's `SSL_CERT_FILE` says goes before.
pub(super) fn system_file() -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("SSL_CERT_FILE").filter(|file| !file.is_empty()) {
        return Some(file.into());
    }
    FILES.iter().map(PathBuf::from).find(|path| path.exists())
}
