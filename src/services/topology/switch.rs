//! A switch, as the topology shows it.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

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
        let mut switch = serializer.serialize_struct("Switch", 2)?;
        switch.serialize_field("dpid", &self.dp.id())?;
        switch.serialize_field("ports", &self.ports)?;
        switch.end()
    }
}

/// As Ryu's: `Switch<dpid=1, Port<..> Port<..> >`.
impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Switch<dpid={}, ", self.dp.id().0)?;
        self.ports.iter().try_for_each(|port| write!(f, "{port} "))?;
        f.write_str(">")
    }
}
