//! The options of link and host discovery.

use std::time::Duration;

use crate::app::{AppError, AppResult};
use crate::conf::Conf;

crate::options! {
    section "Topology";

    /// Find the links between switches, by LLDP.
    pub static OBSERVE_LINKS: Opt<bool> = flag("observe-links");

    /// With observe-links: install a flow entry in each switch that sends LLDP to the controller.
    pub static INSTALL_LLDP_FLOW: Opt<bool> = flag("install-lldp-flow").default(true);

    /// With observe-links: drop an LLDP frame that the switch has kept in a buffer.
    pub static EXPLICIT_DROP: Opt<bool> = flag("explicit-drop").default(true);

    /// Sign the LLDP frames that are sent, and believe signed ones only, so that no host can make up a
    /// link. Without, frames are as Ryu's.
    pub static LLDP_SIGNING: Opt<bool> = flag("lldp-signing").default(true);

    /// What LLDP frames are signed with, at least 16 bytes of text; random at each start unless given.
    ///
    /// Controllers of one network that have the same one do not take each other's frames for forged.
    pub static LLDP_KEY: Opt<Option<String>> = text("lldp-key").example("a long and secret text").file_only();

    /// Time between two LLDP frames out of one port.
    pub static LLDP_INTERVAL: Opt<Duration> = seconds("lldp-interval", 0.1..=3600.0).default(0.9);

    /// A link has gone when so many LLDP frames in a row have not come through.
    pub static LLDP_MISS_LIMIT: Opt<u32> = count("lldp-miss-limit", 1..=1000).default(3);

    /// LLDP frames that are looked at for each port in a second; what is more is dropped and counted.
    pub static LLDP_RATE_LIMIT: Opt<u32> = count("lldp-rate-limit", 1..=1_000_000).default(100);

    /// For so long after a host was seen at a port, an LLDP frame does not make a link of that port;
    /// 0 = it always does.
    pub static LLDP_HOST_HOLD: Opt<Duration> = seconds("lldp-host-hold", 0.0..=86400.0).default(60.0);

    /// A host that has sent nothing to the controller for this long is forgotten; 0 = never.
    pub static HOST_TIMEOUT: Opt<Duration> = seconds("host-timeout", 0.0..=31_536_000.0).default(3600.0);

    /// A host moves once in this time, at most; 0 = as often as it is seen elsewhere.
    pub static HOST_MOVE_INTERVAL: Opt<Duration> = seconds("host-move-interval", 0.0..=3600.0).default(1.0);
}

/// The options, as discovery uses them.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// Whether links are looked for.
    pub(super) observe_links: bool,
    pub(super) install_lldp_flow: bool,
    pub(super) explicit_drop: bool,
    /// Time between two probes of a port.
    pub(super) interval: Duration,
    /// Missed probes after which a link has gone, at least one.
    pub(super) miss_limit: u64,
    /// Probes that are read for each port in a second, at least one.
    pub(super) rate_limit: u32,
    pub(super) host_hold: Duration,
    /// `None`: hosts are not forgotten.
    pub(super) host_timeout: Option<Duration>,
    pub(super) move_interval: Duration,
}

impl Settings {
    pub(super) fn of(conf: &Conf) -> Settings {
        let timeout = conf.get(&HOST_TIMEOUT);
        Settings {
            observe_links: conf.get(&OBSERVE_LINKS),
            install_lldp_flow: conf.get(&INSTALL_LLDP_FLOW),
            explicit_drop: conf.get(&EXPLICIT_DROP),
            interval: conf.get(&LLDP_INTERVAL),
            miss_limit: conf.get(&LLDP_MISS_LIMIT).into(),
            rate_limit: conf.get(&LLDP_RATE_LIMIT),
            host_hold: conf.get(&LLDP_HOST_HOLD),
            host_timeout: (!timeout.is_zero()).then_some(timeout),
            move_interval: conf.get(&HOST_MOVE_INTERVAL),
        }
    }

    /// How long a probe may be under way: as long as it takes until its loss would end the link, and
    /// not less than a second.
    pub(super) fn freshness(&self) -> Duration {
        let missed =
            self.interval.saturating_mul(u32::try_from(self.miss_limit).unwrap_or(u32::MAX));
        missed.max(Duration::from_secs(1))
    }
}

/// The shortest text that may be a key.
const KEY_MIN: usize = 16;

/// What probes are signed with; `None`: they are not signed.
pub(super) fn key(conf: &Conf) -> AppResult<Option<Vec<u8>>> {
    if !conf.get(&LLDP_SIGNING) {
        return Ok(None);
    }
    match conf.get(&LLDP_KEY) {
        Some(text) if text.len() < KEY_MIN => {
            let len = text.len();
            Err(AppError::msg(format!(
                "option lldp-key: {len} bytes, at least {KEY_MIN} are expected"
            )))
        }
        Some(text) => Ok(Some(text.into_bytes())),
        None => {
            let mut key = vec![0; 32];
            getrandom::getrandom(&mut key)?;
            Ok(Some(key))
        }
    }
}
