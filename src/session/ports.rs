//! The ports of the switch, from its description of them and from what it says later.

use std::collections::BTreeMap;

use crate::ofproto::{
    MultipartFlags, MultipartReply, MultipartReplyBody, MultipartRequest, MultipartRequestBody,
    PortNo, PortReason, PortStatus, SwitchFeatures, V1_3, V1_5, Version, Xid,
};

use super::machine::Session;
use super::output::Output;
use super::phase::Phase;
use super::violation::CloseReason;

/// The most ports that are kept for one switch.
pub const MAX_PORTS: usize = 65_536;

impl Session {
    /// The switch is let in.
    pub(super) fn introduce(&mut self, features: &SwitchFeatures) {
        self.known = Some(features.datapath_id);
        self.datapath.set_features(features.clone());
        if self.datapath.version() < V1_3 {
            let ports = features.ports.iter().map(|port| (port.port_no, port.clone()));
            self.datapath.set_ports(ports.collect());
            self.settle();
        } else {
            let xid = self.say(&port_description(self.datapath.version()));
            self.describing = Some((xid, BTreeMap::new()));
        }
    }

    /// A part of the port description that the session asked for; other answers are the apps'.
    pub(super) fn description(&mut self, xid: Xid, reply: &MultipartReply) {
        let Some((asked, ports)) = &mut self.describing else { return };
        let MultipartReplyBody::PortDesc(part) = &reply.body else { return };
        if *asked != xid {
            return;
        }
        if ports.len() + part.len() > MAX_PORTS {
            return self.close(CloseReason::TooManyPorts { limit: MAX_PORTS });
        }
        ports.extend(part.iter().map(|port| (port.port_no, port.clone())));
        if !reply.has_more() {
            let (_, ports) = self.describing.take().unwrap_or_default();
            self.datapath.set_ports(ports);
            self.settle();
        }
    }

    /// A port came, went or changed. Numbers that no port can have change nothing.
    pub(super) fn port_status(&mut self, status: &PortStatus) {
        let number = status.desc.port_no;
        if number.0 == 0 || number.is_reserved() && number != PortNo::LOCAL {
            return;
        }
        if let Some((_, ports)) = &mut self.describing {
            // The description is on its way; what it says of this port may be older.
            match status.reason {
                PortReason::DELETE => drop(ports.remove(&number)),
                _ if ports.len() < MAX_PORTS => drop(ports.insert(number, status.desc.clone())),
                _ => {}
            }
        }
        let is_main = self.phase() == Phase::Main;
        // While a barrier is awaited, the ports are known and the apps are not told yet.
        if !is_main && self.sweeping.is_none() {
            return;
        }
        match status.reason {
            PortReason::ADD | PortReason::MODIFY => {
                self.face.put_port(status.desc.clone(), MAX_PORTS);
            }
            PortReason::DELETE => self.face.remove_port(number),
            _ => return,
        }
        if is_main {
            self.outputs.push_back(Output::Port { reason: status.reason, number });
        }
    }
}

/// The request for the description of all ports; in 1.5 one can ask for a single one, too.
fn port_description(version: Version) -> MultipartRequest {
    match version {
        V1_5 => {
            let body = MultipartRequestBody::PortDescOf { port_no: PortNo::ANY };
            MultipartRequest { flags: MultipartFlags(0), body }
        }
        _ => MultipartRequest::port_desc(),
    }
}
