//! A switch, as the topology shows it.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::app::{Describe, Schemas};
use crate::ofproto::Dpid;
use crate::session::Datapath;

use super::port::Port;

/// A switch and its ports: Ryu's `ryu.topology.switches.Switch`.
///
/// In JSON `{"dpid": "..", "ports": [..]}`. The ports are ascending; reserved ones, as `LOCAL`, are not
/// among them.
#[derive(Clone, Debug)]
pub struct Switch {
    /// The datapath.
    pub dp: Datapath,
    /// Its ports.
    pub ports: Vec<Port>,
}

impl Serialize for Switch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SwitchJson { dpid: self.dp.id(), ports: &self.ports }.serialize(serializer)
    }
}

impl Describe for Switch {
    fn schema(schemas: &mut Schemas) -> Value {
        SwitchJson::schema(schemas)
    }
}

/// A switch.
#[derive(Serialize, Describe)]
#[serde(rename = "Switch")]
struct SwitchJson<'a> {
    /// The datapath id: 16 hexadecimal digits.
    dpid: Dpid,
    /// Its ports, but those with reserved numbers.
    ports: &'a [Port],
}

/// As Ryu's: `Switch<dpid=1, Port<..> Port<..> >`.
impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Switch<dpid={}, ", self.dp.id().0)?;
        self.ports.iter().try_for_each(|port| write!(f, "{port} "))?;
        f.write_str(">")
    }
}
