//! `conf_switch`: values by switch and key, that any app may set and read, and events when one
//! changes. Ryu: `ryu.controller.conf_switch`.
//!
//! ```
//! use ryu_sdn::prelude::*;
//! use ryu_sdn::services::conf_switch::{ConfSwitchSet, KeySet};
//!
//! struct Tunnels {
//!     confs: Ctx<ConfSwitchSet>,
//! }
//!
//! #[app(name = "tunnels")]
//! impl Tunnels {
//!     #[init]
//!     fn new(confs: Ctx<ConfSwitchSet>) -> Self {
//!         Tunnels { confs }
//!     }
//!
//!     #[set_ev_cls(KeySet)]
//!     fn was_set(&mut self, ev: &KeySet) {
//!         println!("{} {} is {}", ev.dpid, ev.key, ev.value);
//!         println!("{} switches have values", self.confs.dpids().len());
//!     }
//! }
//! ```

use std::cell::RefCell;

use serde_json::Value;

use crate::prelude::*;

/// The values: a shared context. Switches and keys are in the order in which they were first set.
#[derive(Debug)]
pub struct ConfSwitchSet {
    app: AppHandle,
    confs: RefCell<Vec<(Dpid, Conf)>>,
}

type Conf = Vec<(String, Value)>;

#[diagnostic::do_not_recommend]
impl Context for ConfSwitchSet {
    const KEY: &'static str = "conf_switch";
    const REQUIRES: &'static [&'static str] = &["conf_switch"];

    fn build(scope: &Scope<'_>) -> AppResult<Self> {
        Ok(ConfSwitchSet { app: scope.app().clone(), confs: RefCell::default() })
    }
}

impl ConfSwitchSet {
    /// The switches that have values, or had some until the last was deleted.
    pub fn dpids(&self) -> Vec<Dpid> {
        self.confs.borrow().iter().map(|(dpid, _)| *dpid).collect()
    }

    /// The keys of a switch; `None` if it was never set one.
    pub fn keys(&self, dpid: Dpid) -> Option<Vec<String>> {
        self.with(dpid, |conf| conf.iter().map(|(key, _)| key.clone()).collect())
    }

    /// A value.
    pub fn get_key(&self, dpid: Dpid, key: &str) -> Option<Value> {
        let found = |conf: &mut Conf| conf.iter().find(|(of, _)| of == key).cloned();
        Some(self.with(dpid, found)??.1)
    }

    /// Whether there is a value. Ryu: `(dpid, key) in confs`.
    pub fn contains(&self, dpid: Dpid, key: &str) -> bool {
        self.get_key(dpid, key).is_some()
    }

    /// The first switch that has this value.
    pub fn find_dpid(&self, key: &str, value: &Value) -> Option<Dpid> {
        let confs = self.confs.borrow();
        let mut confs = confs.iter();
        confs.find(|(_, conf)| conf.iter().any(|(of, is)| of == key && is == value)).map(|of| of.0)
    }

    /// Sets a value, and tells who wants to know; waits while one of them has no room.
    pub async fn set_key(&self, dpid: Dpid, key: &str, value: Value) {
        self.put(dpid, key, value.clone());
        self.app.send_event_to_observers(KeySet { dpid, key: key.to_owned(), value }).await;
    }

    /// Deletes a value. Returns whether there was one.
    pub async fn del_key(&self, dpid: Dpid, key: &str) -> bool {
        let remove = |conf: &mut Conf| {
            let at = conf.iter().position(|(of, _)| of == key)?;
            Some(conf.remove(at))
        };
        if self.with(dpid, remove).flatten().is_none() {
            return false;
        }
        self.app.send_event_to_observers(KeyDeleted { dpid, key: key.to_owned() }).await;
        true
    }

    /// Deletes all values of a switch. Returns whether it was known.
    pub async fn del_dpid(&self, dpid: Dpid) -> bool {
        if !self.remove(dpid) {
            return false;
        }
        self.app.send_event_to_observers(DpidDeleted { dpid }).await;
        true
    }

    fn with<T>(&self, dpid: Dpid, act: impl FnOnce(&mut Conf) -> T) -> Option<T> {
        let mut confs = self.confs.borrow_mut();
        confs.iter_mut().find(|(of, _)| *of == dpid).map(|(_, conf)| act(conf))
    }

    fn put(&self, dpid: Dpid, key: &str, value: Value) {
        if self.with(dpid, |_| ()).is_none() {
            self.confs.borrow_mut().push((dpid, Conf::new()));
        }
        self.with(dpid, |conf| match conf.iter_mut().find(|(of, _)| of == key) {
            Some((_, is)) => *is = value,
            None => conf.push((key.to_owned(), value)),
        });
    }

    fn remove(&self, dpid: Dpid) -> bool {
        let mut confs = self.confs.borrow_mut();
        let at = confs.iter().position(|(of, _)| *of == dpid);
        at.map(|at| confs.remove(at)).is_some()
    }
}

/// A value was set: Ryu's `EventConfSwitchSet`.
#[derive(Clone, Debug, PartialEq)]
pub struct KeySet {
    /// The switch.
    pub dpid: Dpid,
    /// The key.
    pub key: String,
    /// The value.
    pub value: Value,
}

/// A value was deleted: Ryu's `EventConfSwitchDel`.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyDeleted {
    /// The switch.
    pub dpid: Dpid,
    /// The key.
    pub key: String,
}

/// All values of a switch were deleted: Ryu's `EventConfSwitchDelDPID`.
#[derive(Clone, Debug, PartialEq)]
pub struct DpidDeleted {
    /// The switch.
    pub dpid: Dpid,
}

events! {
    of "conf_switch";
    KeySet = "EventConfSwitchSet",
    KeyDeleted = "EventConfSwitchDel",
    DpidDeleted = "EventConfSwitchDelDPID",
}

/// The app that stands for the events; the work is the context's.
#[derive(Debug)]
pub struct ConfSwitchApp;

/// Values by switch and key, shared by apps
#[app(name = "conf_switch", aliases = ["ryu.controller.conf_switch"])]
impl ConfSwitchApp {
    #[init]
    fn new(_confs: Ctx<ConfSwitchSet>) -> Self {
        ConfSwitchApp
    }
}
