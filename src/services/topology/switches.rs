//! The app that keeps the topology up to date.

use crate::ofproto::PortReason;
use crate::prelude::*;
use crate::session::Phase;

use super::event::{
    EventHostReply, EventHostRequest, EventLinkReply, EventLinkRequest, EventPortAdd,
    EventPortDelete, EventPortModify, EventSwitchEnter, EventSwitchLeave, EventSwitchReconnected,
    EventSwitchReply, EventSwitchRequest,
};
use super::{Port, Switch};

/// The state of the app.
#[derive(Debug)]
pub struct Switches {
    app: AppHandle,
    datapaths: BTreeMap<Dpid, Datapath>,
}

/// Finds switches, the links between them, and hosts
#[app(name = "switches", aliases = ["ryu.topology.switches"])]
impl Switches {
    #[init]
    fn new(app: AppHandle) -> Self {
        Switches { app, datapaths: BTreeMap::new() }
    }

    #[set_ev_cls(ofp_event::StateChange, [MAIN_DISPATCHER, DEAD_DISPATCHER])]
    async fn state_change(&mut self, ev: &ofp_event::StateChange) {
        let dp = &ev.datapath;
        if ev.phase == Phase::Main {
            let switch = switch(dp);
            match self.datapaths.insert(dp.id(), dp.clone()) {
                None => self.app.send_event_to_observers(EventSwitchEnter { switch }).await,
                Some(_) => {
                    self.app.send_event_to_observers(EventSwitchReconnected { switch }).await
                }
            }
        } else if self.datapaths.get(&dp.id()) == Some(dp) {
            self.datapaths.remove(&dp.id());
            self.app.send_event_to_observers(EventSwitchLeave { switch: switch(dp) }).await;
        }
    }

    #[set_ev_cls(ofp_event::PortStatus, MAIN_DISPATCHER)]
    async fn port_status(&mut self, ev: &ofp_event::PortStatus) {
        let port = Port::new(ev.datapath.id(), &ev.msg.desc);
        match ev.msg.reason {
            PortReason::ADD => self.app.send_event_to_observers(EventPortAdd { port }).await,
            PortReason::DELETE => self.app.send_event_to_observers(EventPortDelete { port }).await,
            PortReason::MODIFY => self.app.send_event_to_observers(EventPortModify { port }).await,
            _ => {}
        }
    }

    #[set_ev_cls(Asked<EventSwitchRequest>)]
    fn switch_request(&mut self, asked: &Asked<EventSwitchRequest>) {
        let wanted = asked.request().dpid;
        let found = self.datapaths.values().filter(|dp| wanted.is_none_or(|dpid| dp.id() == dpid));
        asked.reply(EventSwitchReply { switches: found.map(switch).collect() });
    }

    #[set_ev_cls(Asked<EventLinkRequest>)]
    fn link_request(&mut self, asked: &Asked<EventLinkRequest>) {
        asked.reply(EventLinkReply::default());
    }

    #[set_ev_cls(Asked<EventHostRequest>)]
    fn host_request(&mut self, asked: &Asked<EventHostRequest>) {
        asked.reply(EventHostReply::default());
    }
}

/// A switch with the ports that it has now.
fn switch(dp: &Datapath) -> Switch {
    let ports = dp.ports();
    let ports = ports.iter().map(|desc| Port::new(dp.id(), desc));
    Switch { dp: dp.clone(), ports: ports.filter(|port| !port.is_reserved()).collect() }
}
