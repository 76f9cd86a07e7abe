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

    /// Time a new connection has for its hello; not more than for the whole handshake.
    pub static OFP_HELLO_TIMEOUT: Opt<Duration> =
        seconds("ofp-hello-timeout", 0.1..=3600.0).default(5.0).file_only();

    /// Time that sending to a switch may make no progress before its connection is closed.
    pub static SOCKET_TIMEOUT: Opt<Duration> =
        seconds("socket-timeout", 0.1..=3600.0).default(5.0).file_only();

    /// Time between two echo requests to a switch.
    pub static ECHO_REQUEST_INTERVAL: Opt<Duration> =
        seconds("echo-request-interval", 0.1..=86400.0).default(15.0);

    /// A switch that leaves more than this many echo requests unanswered is taken for dead and its
    /// connection is closed; 0 = never.
    ///
    /// Ryu's default is 0; here a switch that has vanished without a word must be noticed.
    pub static MAXIMUM_UNREPLIED_ECHO_REQUESTS: Opt<u32> =
        count("maximum-unreplied-echo-requests", 0..=1_000_000).default(3).file_only();

    /// Time after which a switch that has said nothing at all, not even answered an echo request,
    /// is taken for dead; 0 = never.
    pub static IDLE_TIMEOUT: Opt<Duration> =
        seconds("idle-timeout", 0.0..=86400.0).default(0.0).file_only();

    /// Time that an app's request has for its answer, unless the app says otherwise.
    pub static REQUEST_TIMEOUT: Opt<Duration> =
        seconds("request-timeout", 0.001..=86400.0).default(60.0).file_only();

    /// After so many messages whose completion an app awaits, a barrier request is sent; 0 = never:
    /// the apps see to it.
    pub static BARRIER_COUNT_LIMIT: Opt<u32> =
        count("barrier-count-limit", 0..=65_536).default(0).file_only();

    /// So long after a message whose completion an app awaits, a barrier request is sent, if none
    /// was before; 0 = never.
    pub static BARRIER_INTERVAL_LIMIT: Opt<Duration> =
        seconds("barrier-interval-limit", 0.0..=3600.0).default(0.0).file_only();

    /// What becomes of packet-ins that the apps cannot keep up with: they "wait", and the switch
    /// with them, or they are counted and dropped.
    ///
    /// The choice is made when an app's inbox and 256 KiB of that connection's messages are full.
    /// With "wait", nothing more is read then, echo requests included; only if an app waits for an
    /// answer of the switch, packet-ins are dropped nevertheless. With "drop", echo requests are
    /// answered whatever the apps do.
    pub static PACKET_IN_OVERFLOW: Opt<String> =
        choice("packet-in-overflow", &["wait", "drop"]).default("wait");
}
