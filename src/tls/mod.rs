//! TLS over any [`Stream`](crate::hub::net::Stream), with `rustls`.
//!
//! | File | Holds |
//! |---|---|
//! | `context` | [`TlsContext`]: key, certificate and CA from files, renewed while running |
//! | `suites` | the names of cipher suites |
//! | `verify` | who is believed, and the certificate of who is not |
//! | `handshake` | the handshake, with its deadline and its errors |
//! | `stream` | [`TlsStream`], what is left when the handshake is done |
//! | `wrap` | [`wrap_ssl`]: TLS around a listener or a connection |
//! | `roots` | where the machine keeps the CAs that it believes |
//! | `certificate` | what a certificate says, for people |
//!
//! The room may touch `hub`; it knows nothing of what is said inside.
//!
//! Why the provider is `ring`: like `aws-lc-rs` it compiles C and assembly that it brings along, so
//! both want the C compiler that Rust uses as its linker, but `ring` wants nothing else (no cmake,
//! no generated bindings).
//!
//! Sessions are not resumed: a switch connects once in days, and a handshake that is always whole
//! always asks the certificate, of the CA that holds now. No memory is kept for who has left.

mod certificate;
mod context;
mod handshake;
mod roots;
mod stream;
mod suites;
#[cfg(test)]
pub(crate) mod tests;
mod verify;
mod wrap;

pub use self::certificate::CertificateInfo;
pub use self::context::{TlsContext, TlsError, TlsSettings, TlsVersion};
pub use self::handshake::HandshakeError;
pub use self::stream::TlsStream;
pub use self::wrap::{HANDSHAKE_TIMEOUT, TlsListener, wrap_ssl, wrap_ssl_client};
