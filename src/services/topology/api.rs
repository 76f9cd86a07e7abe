//! `ryu.topology.api`: the topology, for apps that ask.
//!
//! # Example: an app that counts links
//! ```
//! use ryu_sdn::prelude::*;
//! use ryu_sdn::services::topology::{api, event};
//!
//! struct LinkCount {
//!     app: AppHandle,
//! }
//!
//! #[app(name = "link_count")]
//! impl LinkCount {
//!     #[init]
//!     fn new(app: AppHandle) -> Self {
//!         LinkCount { app }
//!     }
//!
//!     #[set_ev_cls(event::EventLinkAdd)]
//!     async fn link_add(&mut self, ev: &event::EventLinkAdd) -> AppResult {
//!         let links = api::get_all_link(&self.app).await?;
//!         info!("{}, now {}", ev.link, links.len());
//!         Ok(())
//!     }
//! }
//! ```

use crate::app::{AppHandle, EventLost};
use crate::ofproto::Dpid;

use super::event::{EventHostRequest, EventLinkRequest, EventSwitchRequest};
use super::{Counters, CountersRequest, Host, Link, Switch};

/// The switch of that id, or all switches; empty if it is not connected.
///
/// # Errors
/// [`EventLost`] if the app `switches` does not run.
pub async fn get_switch(app: &AppHandle, dpid: Option<Dpid>) -> Result<Vec<Switch>, EventLost> {
    Ok(app.send_request(EventSwitchRequest { dpid }).await?.switches)
}

/// All switches.
///
/// # Errors
/// As [`get_switch`].
pub async fn get_all_switch(app: &AppHandle) -> Result<Vec<Switch>, EventLost> {
    get_switch(app, None).await
}

/// The links whose source is the switch of that id, or all links.
///
/// # Errors
/// As [`get_switch`].
pub async fn get_link(app: &AppHandle, dpid: Option<Dpid>) -> Result<Vec<Link>, EventLost> {
    Ok(app.send_request(EventLinkRequest { dpid }).await?.links)
}

/// All links.
///
/// # Errors
/// As [`get_switch`].
pub async fn get_all_link(app: &AppHandle) -> Result<Vec<Link>, EventLost> {
    get_link(app, None).await
}

/// The hosts at the switch of that id, or all hosts.
///
/// # Errors
/// As [`get_switch`].
pub async fn get_host(app: &AppHandle, dpid: Option<Dpid>) -> Result<Vec<Host>, EventLost> {
    Ok(app.send_request(EventHostRequest { dpid }).await?.hosts)
}

/// All hosts.
///
/// # Errors
/// As [`get_switch`].
pub async fn get_all_host(app: &AppHandle) -> Result<Vec<Host>, EventLost> {
    get_host(app, None).await
}

/// What discovery has counted: LLDP frames by what became of them. Ryu has no such thing.
///
/// # Errors
/// As [`get_switch`].
pub async fn get_counters(app: &AppHandle) -> Result<Counters, EventLost> {
    app.send_request(CountersRequest).await
}
