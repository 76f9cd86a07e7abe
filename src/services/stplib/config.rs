//! What can be set for a bridge and its ports.

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use crate::ofproto::PortNo;

use super::bridge::Times;

/// The settings of one bridge; Ryu's dictionary with the members of its `bridge` in one level with
/// `ports`.
///
/// | field | unit, range | without |
/// |---|---|---|
/// | `priority` | 0 to 61,440 in steps of 4,096; the lowest becomes the root | 0x8000 |
/// | `sys_ext_id` | 0 to 4,095 | 0 |
/// | `max_age` | 1 to 255 s; the standard has 6 to 40 | 20 s |
/// | `hello_time` | 1 to 255 s; the standard has 1 to 10 | 2 s |
/// | `fwd_delay` | 1 to 255 s; the standard has 4 to 30 | 15 s |
/// | `ports` | by number | |
///
/// The timers of the root are those that count.
///
/// # Example: the root, and a port that is not to be used if there is another way
/// ```
/// use ryu_sdn::prelude::*;
/// use ryu_sdn::services::stplib::{BridgeConfig, BridgePortConfig, Stp};
///
/// struct Ring;
///
/// #[app(name = "ring", requires = ["stplib"])]
/// impl Ring {
///     #[init]
///     fn new(stp: Ctx<Stp>) -> AppResult<Self> {
///         let slow = BridgePortConfig { path_cost: Some(1000), ..BridgePortConfig::default() };
///         let root = BridgeConfig { priority: 0x1000, ..BridgeConfig::default() };
///         let other = BridgeConfig { ports: [(PortNo(2), slow)].into(), ..BridgeConfig::default() };
///         stp.set_config([(Dpid(1), root), (Dpid(2), other)])?;
///         Ok(Ring)
///     }
/// }
/// ```
///
/// Spec: IEEE 802.1D-1998 sections 8.5.3 and 8.10.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgeConfig {
    /// Priority, 0 to 61,440 in steps of 4,096; the lowest becomes the root.
    pub priority: u16,
    /// System id extension, 0 to 4,095.
    pub sys_ext_id: u16,
    /// How long what a neighbour said is true; 1 to 255 s.
    pub max_age: Duration,
    /// Time between two messages of the root; 1 to 255 s.
    pub hello_time: Duration,
    /// Time to listen, and time to learn, before a port forwards; 1 to 255 s.
    pub fwd_delay: Duration,
    /// The ports that are not as any other.
    pub ports: BTreeMap<PortNo, BridgePortConfig>,
}

/// The settings of one port of a bridge.
///
/// See the example of [`BridgeConfig`]. Spec: IEEE 802.1D-1998 sections 8.5.5 and 8.10.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgePortConfig {
    /// Priority, 0 to 240 in steps of 16; the lower wins.
    pub priority: u8,
    /// What the way over the port costs, 1 to 65,535; `None`: by the speed of the link.
    pub path_cost: Option<u16>,
    /// Whether the port may be used at all.
    pub enable: bool,
}

/// A setting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("stplib: {what} is {value}, accepted is {accepted}")]
pub struct StpConfigError {
    /// What is set.
    pub what: &'static str,
    /// To what.
    pub value: String,
    /// What it may be.
    pub accepted: &'static str,
}

impl BridgeConfig {
    pub(super) fn times(&self) -> Times {
        let BridgeConfig { max_age, hello_time, fwd_delay, .. } = *self;
        Times { max_age, hello_time, forward_delay: fwd_delay }
    }

    pub(super) fn check(&self) -> Result<(), StpConfigError> {
        let steps = "a multiple of 4096";
        check("priority", self.priority, self.priority & 0x0fff == 0, steps)?;
        check("sys_ext_id", self.sys_ext_id, self.sys_ext_id <= 0x0fff, "0 to 4095")?;
        for (what, span) in [
            ("max_age", self.max_age),
            ("hello_time", self.hello_time),
            ("fwd_delay", self.fwd_delay),
        ] {
            // What a message can carry.
            let fits = (Duration::from_secs(1)..=Duration::from_secs(255)).contains(&span);
            check(what, span.as_secs_f64(), fits, "1 to 255 s")?;
        }
        for port in self.ports.values() {
            let steps = "a multiple of 16";
            check("port priority", port.priority, port.priority & 0x0f == 0, steps)?;
            check("path_cost", "0", port.path_cost != Some(0), "1 to 65535")?;
        }
        Ok(())
    }

    /// Whether no message of the root can be taken for one that is out of date, nor a port forward
    /// before all have heard of a change.
    pub(super) fn is_safe(&self) -> bool {
        let second = Duration::from_secs(1);
        2 * self.fwd_delay.saturating_sub(second) >= self.max_age
            && self.max_age >= 2 * (self.hello_time + second)
    }
}

fn check(
    what: &'static str,
    value: impl ToString,
    fits: bool,
    accepted: &'static str,
) -> Result<(), StpConfigError> {
    match fits {
        true => Ok(()),
        false => Err(StpConfigError { what, value: value.to_string(), accepted }),
    }
}

impl Default for BridgeConfig {
    fn default() -> Self {
        BridgeConfig {
            priority: 0x8000,
            sys_ext_id: 0,
            max_age: Duration::from_secs(20),
            hello_time: Duration::from_secs(2),
            fwd_delay: Duration::from_secs(15),
            ports: BTreeMap::new(),
        }
    }
}

impl Default for BridgePortConfig {
    fn default() -> Self {
        BridgePortConfig { priority: 0x80, path_cost: None, enable: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let port = BridgePortConfig { priority: 0x81, ..BridgePortConfig::default() };
        let free = BridgePortConfig { path_cost: Some(0), ..BridgePortConfig::default() };
        let config = BridgeConfig::default;
        let cases = [
            (
                BridgeConfig { priority: 0x8001, ..config() },
                "stplib: priority is 32769, accepted is a multiple of 4096",
            ),
            (
                BridgeConfig { sys_ext_id: 4096, ..config() },
                "stplib: sys_ext_id is 4096, accepted is 0 to 4095",
            ),
            (
                BridgeConfig { fwd_delay: Duration::from_millis(500), ..config() },
                "stplib: fwd_delay is 0.5, accepted is 1 to 255 s",
            ),
            (
                BridgeConfig { max_age: Duration::from_secs(256), ..config() },
                "stplib: max_age is 256, accepted is 1 to 255 s",
            ),
            (
                BridgeConfig { ports: [(PortNo(1), port)].into(), ..config() },
                "stplib: port priority is 129, accepted is a multiple of 16",
            ),
            (
                BridgeConfig { ports: [(PortNo(1), free)].into(), ..config() },
                "stplib: path_cost is 0, accepted is 1 to 65535",
            ),
        ];
        for (config, error) in cases {
            assert_eq!(config.check().unwrap_err().to_string(), error);
        }
        assert_eq!(config().check(), Ok(()));
        assert!(config().is_safe());
        assert!(!BridgeConfig { fwd_delay: Duration::from_secs(4), ..config() }.is_safe());
    }
}
