//! `dpset`: the set of connected datapaths, and events when one comes, goes or changes its ports.

use std::cell::RefCell;
use std::collections::BTreeMap;

use thiserror::Error;

use crate::ofproto::{Port, PortReason};
use crate::prelude::*;
use crate::session::Phase;

/// The datapaths in the main phase, by id: a shared context.
///
/// # Example: an app that counts switches
/// ```
/// use ryu_sdn::prelude::*;
/// use ryu_sdn::services::dpset::{self, DpSet};
///
/// struct Census {
///     dpset: Ctx<DpSet>,
/// }
///
/// #[app(name = "census")]
/// impl Census {
///     #[init]
///     fn new(dpset: Ctx<DpSet>) -> Self {
///         Census { dpset }
///     }
///
///     #[set_ev_cls(dpset::Dp)]
///     fn came_or_went(&mut self, ev: &dpset::Dp) {
///         println!("{} entered: {}, now {}", ev.dp.id(), ev.enter, self.dpset.get_all().len());
///     }
/// }
/// ```
#[derive(Debug, Default)]
pub struct DpSet {
    datapaths: RefCell<BTreeMap<Dpid, Datapath>>,
}

#[diagnostic::do_not_recommend]
impl Context for DpSet {
    const KEY: &'static str = "dpset";
    const REQUIRES: &'static [&'static str] = &["dpset"];

    fn build(_scope: &Scope<'_>) -> AppResult<Self> {
        Ok(DpSet::default())
    }
}

/// A port that a datapath does not have, or a port of a datapath that is not connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("datapath {dpid} has no port {port_no}")]
pub struct PortNotFound {
    /// The datapath.
    pub dpid: Dpid,
    /// The port.
    pub port_no: PortNo,
}

impl DpSet {
    /// The datapath of that id, if it is connected.
    pub fn get(&self, dpid: Dpid) -> Option<Datapath> {
        self.datapaths.borrow().get(&dpid).cloned()
    }

    /// All datapaths, by id.
    pub fn get_all(&self) -> Vec<(Dpid, Datapath)> {
        self.datapaths.borrow().iter().map(|(dpid, dp)| (*dpid, dp.clone())).collect()
    }

    /// One port.
    ///
    /// # Errors
    /// [`PortNotFound`] if the datapath is not connected or has no such port.
    pub fn get_port(&self, dpid: Dpid, port_no: PortNo) -> Result<Port, PortNotFound> {
        let port = self.get(dpid).and_then(|dp| dp.port(port_no));
        port.ok_or(PortNotFound { dpid, port_no })
    }

    /// The ports of a datapath, ascending; empty if it is not connected.
    pub fn get_ports(&self, dpid: Dpid) -> Vec<Port> {
        self.get(dpid).map(|dp| dp.ports()).unwrap_or_default()
    }
}

/// A datapath came or went: Ryu's `EventDP`.
#[derive(Debug)]
pub struct Dp {
    /// The datapath.
    pub dp: Datapath,
    /// Whether it came.
    pub enter: bool,
    /// Its ports when it came or went.
    pub ports: Vec<Port>,
}

/// A datapath came over a second connection while the first was there: Ryu's
/// `EventDPReconnected`.
///
/// The controller lets no second one in before the first has left: then it is a [`Dp`] that leaves
/// and a `Dp` that enters. So this is for datapaths that come from several controllers.
#[derive(Debug)]
pub struct DpReconnected {
    /// The datapath on its new connection.
    pub dp: Datapath,
    /// Its ports.
    pub ports: Vec<Port>,
}

/// A port was added: Ryu's `EventPortAdd`.
#[derive(Debug)]
pub struct PortAdd {
    /// The datapath.
    pub dp: Datapath,
    /// The port.
    pub port: Port,
}

/// A port was removed: Ryu's `EventPortDelete`.
#[derive(Debug)]
pub struct PortDelete {
    /// The datapath.
    pub dp: Datapath,
    /// The port.
    pub port: Port,
}

/// A port was changed: Ryu's `EventPortModify`.
#[derive(Debug)]
pub struct PortModify {
    /// The datapath.
    pub dp: Datapath,
    /// The port as it is now.
    pub port: Port,
}

events! {
    of "dpset";
    Dp = "EventDP",
    DpReconnected = "EventDPReconnected",
    PortAdd = "EventPortAdd",
    PortDelete = "EventPortDelete",
    PortModify = "EventPortModify",
}

/// The app that keeps the [`DpSet`] up to date.
#[derive(Debug)]
pub struct DpSetApp {
    app: AppHandle,
    set: Ctx<DpSet>,
}

/// Keeps the set of connected datapaths and announces their comings and goings
// What Ryu's ofctl service keeps, this one keeps: who names that one gets this one.
#[app(name = "dpset", aliases = ["ryu.controller.dpset", "ryu.app.ofctl.service", "ofctl_service"])]
impl DpSetApp {
    #[init]
    fn new(app: AppHandle, set: Ctx<DpSet>) -> Self {
        DpSetApp { app, set }
    }

    #[set_ev_cls(ofp_event::StateChange, [MAIN_DISPATCHER, DEAD_DISPATCHER])]
    async fn state_change(&mut self, ev: &ofp_event::StateChange) {
        match ev.phase {
            Phase::Main => self.enter(ev.datapath.clone()).await,
            _ => self.leave(ev.datapath.clone()).await,
        }
    }

    #[set_ev_cls(ofp_event::PortStatus, MAIN_DISPATCHER)]
    async fn port_status(&mut self, ev: &ofp_event::PortStatus) {
        let (dp, port) = (ev.datapath.clone(), ev.msg.desc.clone());
        debug!("{dp}: port status {} of port {}", ev.msg.reason, port.port_no);
        match ev.msg.reason {
            PortReason::ADD => self.app.send_event_to_observers(PortAdd { dp, port }).await,
            PortReason::DELETE => self.app.send_event_to_observers(PortDelete { dp, port }).await,
            PortReason::MODIFY => self.app.send_event_to_observers(PortModify { dp, port }).await,
            unknown => warn!("{dp}: port status with unknown reason {unknown}"),
        }
    }
}

impl DpSetApp {
    async fn enter(&mut self, dp: Datapath) {
        let before = self.set.datapaths.borrow_mut().insert(dp.id(), dp.clone());
        let ports = dp.ports();
        match before {
            None => self.app.send_event_to_observers(Dp { dp, enter: true, ports }).await,
            Some(before) => {
                warn!("{before}: the datapath has connected again from {}", dp.peer());
                self.app.send_event_to_observers(DpReconnected { dp, ports }).await;
            }
        }
    }

    async fn leave(&mut self, dp: Datapath) {
        {
            let mut datapaths = self.set.datapaths.borrow_mut();
            // A datapath that never got to the main phase, or whose place another has taken.
            if datapaths.get(&dp.id()) != Some(&dp) {
                return;
            }
            datapaths.remove(&dp.id());
        }
        let ports = dp.ports();
        self.app.send_event_to_observers(Dp { dp, enter: false, ports }).await;
    }
}
