//! The options of the OpenFlow side: where to listen, and how long to wait for a switch.

use std::time::Duration;

crate::options! {
    section "OpenFlow";

    /// Address on which switches are awaited (IPv4 or IPv6).
    pub static OFP_LISTEN_HOST: Opt<String> =
        text("ofp-listen-host").metavar("ADDRESS").default("0.0.0.0");

    /// TCP port on which switches are awaited; when not set, both 6653 and the older 6633.
    pub static OFP_TCP_LISTEN_PORT: Opt<Option<u16>> =
        port("ofp-tcp-listen-port", 1..=65535).example("6653");

    /// Time a new connection has for the OpenFlow handshake (hello and features); then it is closed.
    pub static OFP_HANDSHAKE_TIMEOUT: Opt<Duration> =
        seconds("ofp-handshake-timeout", 0.1..=3600.0).default(5.0);

    /// Time that sending to a switch may make no progress before its connection is closed.
    pub static SOCKET_TIMEOUT: Opt<Duration> =
        seconds("socket-timeout", 0.1..=3600.0).default(5.0).file_only();

    /// Time between two echo requests to a switch.
    pub static ECHO_REQUEST_INTERVAL: Opt<Duration> =
        seconds("echo-request-interval", 0.1..=86400.0).default(15.0).file_only();

    /// A switch that leaves more than this many echo requests unanswered is taken for dead and its
    /// connection is closed; 0 = never.
    ///
    /// Ryu's default is 0; here a switch that has vanished without a word must be noticed.
    pub static MAXIMUM_UNREPLIED_ECHO_REQUESTS: Opt<u32> =
        count("maximum-unreplied-echo-requests", 0..=1_000_000).default(3).file_only();
}
