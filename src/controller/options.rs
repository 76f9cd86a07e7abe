//! The options of the OpenFlow side: where to listen and whom to call, who may connect, with which
//! certificates, and how long to wait for a switch.

use std::path::PathBuf;
use std::time::Duration;

crate::options! {
    section "OpenFlow";

    /// Addresses on which switches are awaited (IPv4 or IPv6).
    pub static OFP_LISTEN_HOST: Opt<Vec<String>> =
        list("ofp-listen-host").metavar("ADDRESS,...").default(&["0.0.0.0"]);

    /// TCP port on which switches are awaited; when no port is set, both 6653 and the older 6633.
    ///
    /// 0 is as good as not set.
    pub static OFP_TCP_LISTEN_PORT: Opt<Option<u16>> =
        port("ofp-tcp-listen-port", 0..=65535).example("6653");

    /// TCP port on which switches are awaited with TLS; it needs ctl-privkey and ctl-cert.
    ///
    /// With these two and no port set, 6653 and 6633 are for TLS, and nothing is open without. With
    /// both ports set, both are open: the one in the clear, the other with TLS.
    pub static OFP_SSL_LISTEN_PORT: Opt<Option<u16>> =
        port("ofp-ssl-listen-port", 0..=65535).example("6653");

    /// Everything that switches are awaited on, in place of host and ports: a list of
    /// tcp:ADDRESS:PORT, ssl:ADDRESS:PORT and udp:ADDRESS:PORT.
    pub static OFP_LISTEN: Opt<Vec<String>> =
        list("ofp-listen").metavar("TYPE:ADDRESS:PORT,...").example("ssl:0.0.0.0:6653,tcp:127.0.0.1:6633");

    /// Switches to connect to: ADDRESS:PORT, for IPv6 `[ADDRESS]:PORT`; with ssl: in front for TLS.
    pub static OFP_SWITCH_ADDRESS_LIST: Opt<Vec<String>> =
        list("ofp-switch-address-list").metavar("ADDRESS:PORT,...").example("127.0.0.1:6654,ssl:[::1]:6655");

    /// Time between two attempts to connect to a switch of ofp-switch-address-list.
    ///
    /// Each time is up to a fifth shorter or longer, so that many do not call at once.
    pub static OFP_SWITCH_CONNECT_INTERVAL: Opt<Duration> =
        seconds("ofp-switch-connect-interval", 0.1..=86400.0).default(1.0);

    /// Time a new connection has for the OpenFlow handshake (hello and features); then it is closed.
    ///
    /// A TLS handshake has as much time again, before.
    pub static OFP_HANDSHAKE_TIMEOUT: Opt<Duration> =
        seconds("ofp-handshake-timeout", 0.1..=3600.0).default(5.0);

    /// Time a new connection has for its hello; not more than for the whole handshake.
    pub static OFP_HELLO_TIMEOUT: Opt<Duration> =
        seconds("ofp-hello-timeout", 0.1..=3600.0).default(5.0).file_only();

    /// A switch is there for the apps when it has answered a barrier at the end of its handshake: what
    /// was sent to it meanwhile is done then.
    pub static HANDSHAKE_BARRIER: Opt<bool> = flag("handshake-barrier").file_only();

    /// What becomes of a switch that connects with the datapath id of one that is connected: with
    /// "probe" it has to go if that one shows a sign of life within a second, with "newest" that one
    /// has to go.
    ///
    /// With "newest" anybody who knows a datapath id can throw the switch out.
    pub static DUPLICATE_DPID: Opt<String> =
        choice("duplicate-dpid", &["probe", "newest"]).default("probe");

    /// A switch on UDP that has sent nothing for this long has gone.
    pub static OFP_UDP_IDLE_TIMEOUT: Opt<Duration> =
        seconds("ofp-udp-idle-timeout", 1.0..=86400.0).default(60.0);

    /// Most switches on one UDP address; datagrams of further ones are dropped.
    pub static OFP_UDP_MAX_SESSIONS: Opt<u32> =
        count("ofp-udp-max-sessions", 1..=65535).default(1024);

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

    /// File that gets what every connection carries, with its times: a capture that `ryu replay`, tshark
    /// and `ryu ofp decode` read.
    ///
    /// It replaces a file that is there, and is readable by its owner only: what came over TLS is in
    /// it in the clear.
    pub static RECORD: Opt<Option<PathBuf>> = path("record").example("/tmp/ryu.pcap");

    /// Time between two log lines that say what was counted of all connections; 0 = none.
    pub static SESSION_LOG_INTERVAL: Opt<Duration> =
        seconds("session-log-interval", 0.0..=86400.0).default(0.0);

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

crate::options! {
    section "OpenFlow: who may connect";

    /// Addresses that switches may connect from, as 10.0.0.0/8 or fd00::/8; none = from everywhere.
    ///
    /// This and the four options below are read again on SIGHUP.
    pub static OFP_ACCEPT_ALLOW: Opt<Vec<String>> =
        list("ofp-accept-allow").metavar("CIDR,...").example("10.0.0.0/8,fd00::/8");

    /// Addresses that switches may not connect from, even if they are allowed above.
    pub static OFP_ACCEPT_DENY: Opt<Vec<String>> =
        list("ofp-accept-deny").metavar("CIDR,...").example("10.9.0.0/16");

    /// Most connections accepted in a minute, from all addresses together; 0 = no limit.
    pub static OFP_ACCEPT_RATE: Opt<u32> = count("ofp-accept-rate", 0..=1_000_000).default(0);

    /// Time that an address which has connected has to wait before it may connect again; 0 = none.
    ///
    /// Two switches behind one address disturb each other then.
    pub static OFP_ACCEPT_HOLD_TIME: Opt<Duration> =
        seconds("ofp-accept-hold-time", 0.0..=86400.0).default(0.0);

    /// Most connections at a time; 0 = no limit.
    pub static OFP_MAX_CONNECTIONS: Opt<u32> =
        count("ofp-max-connections", 0..=1_000_000).default(0);
}

crate::options! {
    section "TLS";

    /// Private key for TLS, in PEM, not encrypted.
    ///
    /// The files named here are read again on SIGHUP. If one is no good then, all stays as it was.
    pub static CTL_PRIVKEY: Opt<Option<PathBuf>> =
        path("ctl-privkey").example("/etc/openvswitch/ctl-privkey.pem");

    /// Certificate of that key, in PEM, with the certificates between it and its CA, if there are
    /// any.
    pub static CTL_CERT: Opt<Option<PathBuf>> =
        path("ctl-cert").example("/etc/openvswitch/ctl-cert.pem");

    /// Certificates of the CA that signs those of the switches, in PEM; with it, a switch without
    /// such a certificate is turned away.
    pub static CA_CERTS: Opt<Option<PathBuf>> =
        path("ca-certs").example("/var/lib/openvswitch/pki/switchca/cacert.pem");

    /// Cipher suites, by the names that OpenSSL or IANA have for them; when not set, all that are
    /// safe.
    pub static CIPHERS: Opt<Vec<String>> =
        list("ciphers").metavar("NAME,...").example("TLS_AES_256_GCM_SHA384,ECDHE-RSA-AES256-GCM-SHA384");

    /// Oldest version of TLS that is spoken.
    pub static TLS_MIN_VERSION: Opt<String> =
        choice("tls-min-version", &["1.2", "1.3"]).default("1.2");
}
