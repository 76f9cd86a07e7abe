//! A port of a switch, as the topology shows it.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::app::{Describe, Schemas};
use crate::ofproto::{self, Dpid, PortConfig, PortName, PortNo, PortState};
use crate::wire::MacAddr;

/// A port of a switch: Ryu's `ryu.topology.switches.Port`.
///
/// Two are equal if they are the same port of the same switch, whatever its state, as in Ryu.
///
/// ```
/// use ryu_sdn::ofproto::{self, Dpid, PortNo, PortState};
/// use ryu_sdn::services::topology::Port;
/// use ryu_sdn::wire::MacAddr;
///
/// let desc = ofproto::Port {
///     port_no: PortNo(10),
///     hw_addr: MacAddr([2, 0, 0, 0, 0, 10]),
///     name: "s1-eth10".into(),
///     state: PortState::LINK_DOWN,
///     ..ofproto::Port::default()
/// };
/// let port = Port::new(Dpid(1), &desc);
/// assert!(port.is_down() && !port.is_reserved());
/// assert_eq!(
///     serde_json::to_string(&port)?,
///     r#"{"dpid":"0000000000000001","port_no":"0000000a","hw_addr":"02:00:00:00:00:0a","name":"s1-eth10"}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Port {
    /// The switch.
    pub dpid: Dpid,
    /// The number.
    pub port_no: PortNo,
    /// The Ethernet address.
    pub hw_addr: MacAddr,
    /// The name of the interface.
    pub name: PortName,
    config: PortConfig,
    state: PortState,
}

impl Port {
    /// The port of switch `dpid` that the switch describes by `desc`.
    pub fn new(dpid: Dpid, desc: &ofproto::Port) -> Port {
        let ofproto::Port { port_no, hw_addr, name, config, state, .. } = *desc;
        Port { dpid, port_no, hw_addr, name, config, state }
    }

    /// Whether the number is none that a port with a cable has, as `LOCAL`.
    pub fn is_reserved(&self) -> bool {
        self.port_no.is_reserved()
    }

    /// Whether it was switched off, or has no link.
    pub fn is_down(&self) -> bool {
        self.config.contains(PortConfig::PORT_DOWN) || self.state.contains(PortState::LINK_DOWN)
    }

    /// The opposite of [`is_down`](Port::is_down).
    pub fn is_live(&self) -> bool {
        !self.is_down()
    }
}

impl PartialEq for Port {
    fn eq(&self, other: &Port) -> bool {
        (self.dpid, self.port_no) == (other.dpid, other.port_no)
    }
}

impl Eq for Port {}

impl Hash for Port {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.dpid, self.port_no).hash(state);
    }
}

impl Serialize for Port {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Port { dpid, port_no, hw_addr, name, .. } = self;
        let port_no = port_no.digits().to_string();
        PortJson { dpid: *dpid, port_no, hw_addr: *hw_addr, name: &name.as_str() }
            .serialize(serializer)
    }
}

impl Describe for Port {
    fn schema(schemas: &mut Schemas) -> Value {
        PortJson::schema(schemas)
    }
}

/// A port.
#[derive(Serialize, Describe)]
#[serde(rename = "Port")]
struct PortJson<'a> {
    /// The switch: 16 hexadecimal digits.
    dpid: Dpid,
    /// The number: 8 hexadecimal digits.
    port_no: String,
    /// The Ethernet address.
    hw_addr: MacAddr,
    /// The name.
    name: &'a str,
}

/// As Ryu's: `Port<dpid=1, port_no=2, LIVE>`.
impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_live() { "LIVE" } else { "DOWN" };
        write!(f, "Port<dpid={}, port_no={}, {state}>", self.dpid.0, self.port_no.0)
    }
}
