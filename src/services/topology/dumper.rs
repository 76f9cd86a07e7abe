//! `ryu.topology.dumper`: the topology's events in the log.

use crate::prelude::*;

use super::event::{
    EventHostAdd, EventHostDelete, EventHostMove, EventLinkAdd, EventLinkDelete, EventPortAdd,
    EventPortDelete, EventPortModify, EventSwitchEnter, EventSwitchLeave, EventSwitchReconnected,
};

/// The app, which has no state.
///
/// It logs at debug level, as Ryu's, so it says nothing without `--verbose`.
#[derive(Debug, Default)]
pub struct DiscoveryEventDumper;

/// Logs what happens to switches, ports, links and hosts, with --verbose
#[app(name = "DiscoveryEventDumper", aliases = ["ryu.topology.dumper"])]
impl DiscoveryEventDumper {
    #[set_ev_cls(EventSwitchEnter)]
    fn switch_enter(&mut self, ev: &EventSwitchEnter) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventSwitchLeave)]
    fn switch_leave(&mut self, ev: &EventSwitchLeave) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventSwitchReconnected)]
    fn switch_reconnected(&mut self, ev: &EventSwitchReconnected) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventPortAdd)]
    fn port_add(&mut self, ev: &EventPortAdd) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventPortDelete)]
    fn port_delete(&mut self, ev: &EventPortDelete) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventPortModify)]
    fn port_modify(&mut self, ev: &EventPortModify) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventLinkAdd)]
    fn link_add(&mut self, ev: &EventLinkAdd) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventLinkDelete)]
    fn link_delete(&mut self, ev: &EventLinkDelete) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventHostAdd)]
    fn host_add(&mut self, ev: &EventHostAdd) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventHostDelete)]
    fn host_delete(&mut self, ev: &EventHostDelete) {
        debug!("{ev}");
    }

    #[set_ev_cls(EventHostMove)]
    fn host_move(&mut self, ev: &EventHostMove) {
        debug!("{ev}");
    }
}
