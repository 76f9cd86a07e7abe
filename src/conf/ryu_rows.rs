//! Options that Ryu's `ryu-manager` takes and that have no meaning here: they are checked like all
//! others, said to be without effect, and passed over, so that a start line of Ryu's works.

use std::path::PathBuf;

/// Why the options of a service have no effect that is not there.
const NO_ZEBRA: &str = "there is no Zebra service here";
const NO_BGP: &str = "there is no BGP speaker here";
const NO_SWITCH_TEST: &str = "there is no switch certification tool here";
const NO_OVSDB: &str = "there is no OVSDB manager here";

crate::options! {
    section "Ryu's, without effect";

    /// Leave Python's threading library as it is.
    static ENABLE_DEBUGGER: Opt<bool> = flag("enable-debugger")
        .without_effect("there are no Python threads to be patched; a debugger finds the process as it is");

    /// Python file that registers options.
    static USER_FLAGS: Opt<Option<PathBuf>> = path("user-flags")
        .without_effect("it names Python code; apps declare their options with `options!`");

    /// Configuration of Python's logging.
    static LOG_CONFIG_FILE: Opt<Option<PathBuf>> = path("log-config-file")
        .without_effect("it is for Python's logging; the other log options hold, and RUST_LOG selects by module");
}

crate::options! {
    section "Ryu's, without effect: BGP";

    /// Port of the RPC server.
    static BGP_RPC_PORT: Opt<u16> = port("rpc-port", 0..=65535).group("bgp-app").default(50002).without_effect(NO_BGP);
    /// Address of the RPC server.
    static BGP_RPC_HOST: Opt<String> = text("rpc-host").group("bgp-app").default("0.0.0.0").without_effect(NO_BGP);
    /// Settings, a Python file.
    static BGP_CONFIG_FILE: Opt<Option<PathBuf>> = path("config-file").group("bgp-app").without_effect(NO_BGP);
}

crate::options! {
    section "Ryu's, without effect: Zebra";

    /// Socket or address of the Zebra server.
    static ZAPI_SERVER_HOST: Opt<String> =
        text("server-host").group("zapi").default("/var/run/quagga/zserv.api").without_effect(NO_ZEBRA);
    /// Port of the Zebra server.
    static ZAPI_SERVER_PORT: Opt<u16> = port("server-port", 0..=65535).group("zapi").default(2600).without_effect(NO_ZEBRA);
    /// Version of the protocol.
    static ZAPI_SERVER_VERSION: Opt<i64> = int("server-version", 0..=255).group("zapi").default(2).without_effect(NO_ZEBRA);
    /// Type of the routes that are announced.
    static ZAPI_CLIENT_ROUTE_TYPE: Opt<String> =
        text("client-route-type").group("zapi").default("BGP").without_effect(NO_ZEBRA);
    /// Seconds between two attempts to connect.
    static ZAPI_RETRY_INTERVAL: Opt<i64> = int("retry-interval", i64::MIN..=i64::MAX).group("zapi").default(10).without_effect(NO_ZEBRA);
    /// URL of the database.
    static ZAPI_DB_URL: Opt<String> = text("db-url").group("zapi").default("sqlite:///zebra.db").without_effect(NO_ZEBRA);
    /// First router id.
    static ZAPI_ROUTER_ID: Opt<String> = text("router-id").group("zapi").default("1.1.1.1").without_effect(NO_ZEBRA);
    /// Version of FRRouting.
    static ZAPI_FRR_VERSION: Opt<String> = text("frr-version").group("zapi").default("0.0").without_effect(NO_ZEBRA);
}

crate::options! {
    section "Ryu's, without effect: switch tests";

    /// Datapath id of the switch under test.
    static TEST_TARGET: Opt<String> = text("target").group("test-switch").default("0000000000000001").without_effect(NO_SWITCH_TEST);
    /// Datapath id of the switch that tests.
    static TEST_TESTER: Opt<String> = text("tester").group("test-switch").default("0000000000000002").without_effect(NO_SWITCH_TEST);
    /// Receiving port of the target.
    static TEST_TARGET_RECV_PORT: Opt<i64> = int("target-recv-port", 0..=i64::MAX).group("test-switch").default(1).without_effect(NO_SWITCH_TEST);
    /// First sending port of the target.
    static TEST_TARGET_SEND_PORT_1: Opt<i64> = int("target-send-port-1", 0..=i64::MAX).group("test-switch").default(2).without_effect(NO_SWITCH_TEST);
    /// Second sending port of the target.
    static TEST_TARGET_SEND_PORT_2: Opt<i64> = int("target-send-port-2", 0..=i64::MAX).group("test-switch").default(3).without_effect(NO_SWITCH_TEST);
    /// Sending port of the tester.
    static TEST_TESTER_SEND_PORT: Opt<i64> = int("tester-send-port", 0..=i64::MAX).group("test-switch").default(1).without_effect(NO_SWITCH_TEST);
    /// First receiving port of the tester.
    static TEST_TESTER_RECV_PORT_1: Opt<i64> = int("tester-recv-port-1", 0..=i64::MAX).group("test-switch").default(2).without_effect(NO_SWITCH_TEST);
    /// Second receiving port of the tester.
    static TEST_TESTER_RECV_PORT_2: Opt<i64> = int("tester-recv-port-2", 0..=i64::MAX).group("test-switch").default(3).without_effect(NO_SWITCH_TEST);
    /// Files with tests.
    static TEST_DIR: Opt<PathBuf> = path("dir").group("test-switch").default("ryu/tests/switch/of13").without_effect(NO_SWITCH_TEST);
    /// OpenFlow version of the target.
    static TEST_TARGET_VERSION: Opt<String> = text("target-version").group("test-switch").default("openflow13").without_effect(NO_SWITCH_TEST);
    /// OpenFlow version of the tester.
    static TEST_TESTER_VERSION: Opt<String> = text("tester-version").group("test-switch").default("openflow13").without_effect(NO_SWITCH_TEST);
    /// Seconds between two tests.
    static TEST_INTERVAL: Opt<i64> = int("interval", 0..=i64::MAX).group("test-switch").default(0).without_effect(NO_SWITCH_TEST);
}

crate::options! {
    section "Ryu's, without effect: OVSDB and VRRP";

    /// Time limit of OVSBridge's transactions.
    static OVSDB_TIMEOUT: Opt<i64> = int("ovsdb-timeout", i64::MIN..=i64::MAX).default(2).file_only().without_effect("there is no OVSBridge here");
    /// Port of the VRRP RPC server.
    static VRRP_RPC_PORT: Opt<u16> = port("vrrp-rpc-port", 0..=65535).default(50004).file_only().without_effect("there is no VRRP service here");
    /// Where OVSDB servers are awaited.
    static OVSDB_ADDRESS: Opt<String> = text("address").group("ovsdb").default("0.0.0.0").file_only().without_effect(NO_OVSDB);
    /// Port of it.
    static OVSDB_PORT: Opt<u16> = port("port", 0..=65535).group("ovsdb").default(6640).file_only().without_effect(NO_OVSDB);
    /// Time between two probes.
    static OVSDB_PROBE_INTERVAL: Opt<Option<i64>> = int("probe-interval", i64::MIN..=i64::MAX).group("ovsdb").file_only().without_effect(NO_OVSDB);
    /// Shortest time before another attempt.
    static OVSDB_MIN_BACKOFF: Opt<Option<i64>> = int("min-backoff", i64::MIN..=i64::MAX).group("ovsdb").file_only().without_effect(NO_OVSDB);
    /// Longest time before another attempt.
    static OVSDB_MAX_BACKOFF: Opt<Option<i64>> = int("max-backoff", i64::MIN..=i64::MAX).group("ovsdb").file_only().without_effect(NO_OVSDB);
    /// Private key.
    static OVSDB_PRIVKEY: Opt<Option<PathBuf>> = path("mngr-privkey").group("ovsdb").file_only().without_effect(NO_OVSDB);
    /// Certificate.
    static OVSDB_CERT: Opt<Option<PathBuf>> = path("mngr-cert").group("ovsdb").file_only().without_effect(NO_OVSDB);
    /// Accepted addresses.
    static OVSDB_WHITELIST: Opt<Vec<String>> = list("whitelist").group("ovsdb").file_only().without_effect(NO_OVSDB);
    /// The only tables.
    static OVSDB_SCHEMA_TABLES: Opt<Vec<String>> = list("schema-tables").group("ovsdb").file_only().without_effect(NO_OVSDB);
    /// Columns to leave out.
    static OVSDB_SCHEMA_EXCLUDE_COLUMNS: Opt<Vec<String>> = list("schema-exclude-columns").group("ovsdb").file_only().without_effect(NO_OVSDB);
}
