//! The options of the REST side: where to listen, who may ask, how much and how slowly.

use std::path::PathBuf;
use std::time::Duration;

use crate::conf::Conf;

use super::config::HttpConfig;

crate::options! {
    section "REST";

    /// Address of the REST service (IPv4 or IPv6).
    ///
    /// Ryu's default is 0.0.0.0, which lets the whole network program the switches. An address that is
    /// not of the loopback needs TLS and a token or client certificates, or wsapi-insecure.
    pub static WSAPI_HOST: Opt<String> = text("wsapi-host").metavar("ADDRESS").default("127.0.0.1");

    /// TCP port of the REST service; 0 = any free one.
    pub static WSAPI_PORT: Opt<u16> = port("wsapi-port", 0..=65535).default(8080);
}

crate::options! {
    section "REST: who may ask";

    /// File with tokens, one per line; every request then needs one: Authorization: Bearer TOKEN.
    ///
    /// Or Basic, with any user and the token for a password, as browsers do it. A token has 16
    /// characters at least (openssl rand -hex 32). The file is read again when it changes, and on
    /// SIGHUP.
    pub static WSAPI_TOKEN_FILE: Opt<Option<PathBuf>> =
        path("wsapi-token-file").example("/etc/ryu/tokens");

    /// Certificate of the REST service, in PEM, with those between it and its CA; it then speaks TLS.
    ///
    /// This, the key and the CA are read again on SIGHUP.
    pub static WSAPI_CERT: Opt<Option<PathBuf>> = path("wsapi-cert").example("/etc/ryu/rest-cert.pem");

    /// Private key of that certificate, in PEM, not encrypted.
    pub static WSAPI_KEY: Opt<Option<PathBuf>> = path("wsapi-key").example("/etc/ryu/rest-key.pem");

    /// Certificates of a CA, in PEM; with it, a client without a certificate of it is turned away.
    pub static WSAPI_CA_CERTS: Opt<Option<PathBuf>> =
        path("wsapi-ca-certs").example("/etc/ryu/rest-clients.pem");

    /// Serve the network without TLS, or without asking who calls.
    pub static WSAPI_INSECURE: Opt<bool> = flag("wsapi-insecure");

    /// Web pages of elsewhere that may ask (CORS): origins, scheme and host and port, or * for all.
    pub static WSAPI_CORS_ORIGINS: Opt<Vec<String>> =
        list("wsapi-cors-origins").metavar("ORIGIN,...").example("https://noc.example.org");

    /// Names, besides addresses and localhost, that the service goes by; others get status 403.
    ///
    /// With none, these are all on the loopback (a page whose name was made to resolve to it must not
    /// get through), and elsewhere every name is good.
    pub static WSAPI_HOST_NAMES: Opt<Vec<String>> =
        list("wsapi-host-names").metavar("NAME,...").example("controller.example.org");
}

crate::options! {
    section "REST: limits";

    /// Most bytes of a request's body; more is status 413.
    pub static WSAPI_MAX_BODY: Opt<u32> =
        count("wsapi-max-body", 0..=1_073_741_824).metavar("BYTES").default(1_048_576);

    /// Most connections at a time; one more takes the place of the slowest client's.
    pub static WSAPI_MAX_CONNECTIONS: Opt<u32> =
        count("wsapi-max-connections", 1..=1_000_000).default(512);

    /// Most bytes of a request's head; more is status 431.
    pub static WSAPI_MAX_HEADER_BYTES: Opt<u32> =
        count("wsapi-max-header-bytes", 256..=1_048_576).default(16_384).file_only();

    /// Most header lines of a request; more is status 431.
    pub static WSAPI_MAX_HEADERS: Opt<u32> = count("wsapi-max-headers", 1..=1000).default(100).file_only();

    /// Time for a request's head, and for a TLS handshake; then status 408, or the end.
    pub static WSAPI_HEADER_TIMEOUT: Opt<Duration> =
        seconds("wsapi-header-timeout", 0.1..=3600.0).default(10.0).file_only();

    /// Time for a request's body; then status 408.
    pub static WSAPI_BODY_TIMEOUT: Opt<Duration> =
        seconds("wsapi-body-timeout", 0.1..=3600.0).default(30.0).file_only();

    /// Time for an app to answer; then status 504.
    pub static WSAPI_ANSWER_TIMEOUT: Opt<Duration> =
        seconds("wsapi-answer-timeout", 0.1..=3600.0).default(60.0).file_only();

    /// Time between two requests on one connection; then it is closed.
    pub static WSAPI_IDLE_TIMEOUT: Opt<Duration> =
        seconds("wsapi-idle-timeout", 0.1..=86400.0).default(60.0).file_only();

    /// Time in which a client takes nothing of an answer; then its connection is closed.
    pub static WSAPI_WRITE_TIMEOUT: Opt<Duration> =
        seconds("wsapi-write-timeout", 0.1..=3600.0).default(30.0).file_only();
}

/// The limits that the options set.
pub fn limits(conf: &Conf) -> HttpConfig {
    HttpConfig {
        max_body: conf.get(&WSAPI_MAX_BODY) as usize,
        max_header_bytes: conf.get(&WSAPI_MAX_HEADER_BYTES) as usize,
        max_headers: conf.get(&WSAPI_MAX_HEADERS) as usize,
        header_timeout: conf.get(&WSAPI_HEADER_TIMEOUT),
        body_timeout: conf.get(&WSAPI_BODY_TIMEOUT),
        answer_timeout: conf.get(&WSAPI_ANSWER_TIMEOUT),
        idle_timeout: conf.get(&WSAPI_IDLE_TIMEOUT),
        write_timeout: conf.get(&WSAPI_WRITE_TIMEOUT),
        max_connections: conf.get(&WSAPI_MAX_CONNECTIONS) as usize,
        ..HttpConfig::default()
    }
}
