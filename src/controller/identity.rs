//! Who is who: at most one main connection for each datapath id, and auxiliary ones beside it.
//!
//! A datapath id is what a switch says that it is, and nothing proves it. Of two connections that say
//! the same, the one is a switch that has connected again (its old connection hangs where nobody has
//! noticed yet), or an impostor. So the first is asked for a sign of life. Where it gives none, it is
//! closed, the apps are told that it has left, and only then the second goes on: no event of it comes
//! before. A connection that is not let in is no event but what it was before it said who it is:
//! handshake, config, dead, with the datapath id 0.
//!
//! ```text
//!   features reply --> is there one? --no--> let in
//!                          | yes
//!                          +--> alive? --yes--> turned away
//!                                 | no
//!                                 +--> that one is closed; its leave is told --> let in
//! ```

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use log::warn;

use super::Controller;
use crate::hub;
use crate::ofproto::{Dpid, EchoRequest};
use crate::session::{ClaimedIdentity, CloseReason, Datapath, Phase, RequestError, SendError};
use crate::sync::Event;

/// A switch whose datapath id another claims has so long to show that it is alive.
pub const PROBE_TIME: Duration = Duration::from_secs(1);

/// So many auxiliary connections a switch may have.
pub const AUXILIARIES_MAX: usize = 8;

/// What becomes of a second connection with the datapath id of a first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DuplicateDpid {
    /// It is turned away if the first shows a sign of life within [`PROBE_TIME`]. One that an app keeps
    /// from being read has as long before that to come to its end.
    #[default]
    Probe,
    /// The first is closed.
    Newest,
}

/// What a connection was let in as.
pub(super) enum Admission {
    Main { generation: u64 },
    Auxiliary { main: Datapath },
}

/// The main connections, by datapath id.
#[derive(Default)]
pub(super) struct Registry {
    mains: RefCell<BTreeMap<Dpid, Main>>,
    last_generation: Cell<u64>,
}

struct Main {
    datapath: Datapath,
    /// The question whether it is alive, while that is open.
    probe: Option<Rc<Probe>>,
}

/// A question to a switch whose answer many may wait for.
struct Probe {
    done: Event,
    is_alive: Cell<Option<bool>>,
}

/// Lets those go who wait for a probe, however that ends.
struct Probing<'a> {
    registry: &'a Registry,
    dpid: Dpid,
    probe: Rc<Probe>,
}

impl Drop for Probing<'_> {
    fn drop(&mut self) {
        if let Some(main) = self.registry.mains.borrow_mut().get_mut(&self.dpid) {
            main.probe.take_if(|probe| Rc::ptr_eq(probe, &self.probe));
        }
        self.probe.done.set();
    }
}

impl Controller {
    /// The main connection of that switch, from its features reply on.
    pub fn datapath(&self, dpid: Dpid) -> Option<Datapath> {
        self.0.registry.main(dpid)
    }

    /// Decides what the connection `newcomer` is. Cancel-safe: dropped, it has changed nothing for
    /// `newcomer`.
    ///
    /// # Errors
    /// Why it is not let in.
    pub(super) async fn admit(
        &self,
        claim: ClaimedIdentity,
        newcomer: &Datapath,
    ) -> Result<Admission, CloseReason> {
        match claim.auxiliary_id {
            0 => self.admit_main(claim, newcomer).await,
            _ => self.admit_auxiliary(claim, newcomer).await,
        }
    }

    async fn admit_main(
        &self,
        claim: ClaimedIdentity,
        newcomer: &Datapath,
    ) -> Result<Admission, CloseReason> {
        let (registry, dpid) = (&self.0.registry, claim.dpid);
        while let Some(holder) = registry.main(dpid) {
            if !holder.is_active() {
                holder.left().wait().await;
                continue;
            }
            let is_alive = match self.0.config.duplicate_dpid {
                DuplicateDpid::Newest => Some(false),
                DuplicateDpid::Probe => registry.is_alive(dpid, &holder).await,
            };
            match is_alive {
                Some(true) => {
                    return Err(CloseReason::Duplicate { dpid, holder: holder.peer().to_owned() });
                }
                Some(false) if registry.main(dpid).as_ref() == Some(&holder) => {
                    let by = newcomer.peer().to_owned();
                    holder.close_because(CloseReason::Replaced { by });
                }
                // Whoever asked has gone, or things have changed meanwhile.
                _ => {}
            }
        }
        let generation = registry.last_generation.get() + 1;
        registry.last_generation.set(generation);
        newcomer.set_registered(claim);
        let main = Main { datapath: newcomer.clone(), probe: None };
        registry.mains.borrow_mut().insert(dpid, main);
        Ok(Admission::Main { generation })
    }

    async fn admit_auxiliary(
        &self,
        claim: ClaimedIdentity,
        newcomer: &Datapath,
    ) -> Result<Admission, CloseReason> {
        loop {
            let main = self.0.registry.main(claim.dpid).filter(Datapath::is_active);
            let main = main.ok_or_else(|| claim.refused("there is no main connection"))?;
            self.check_auxiliary(&main, newcomer).map_err(|why| claim.refused(why))?;
            if main.phase() != Phase::Main || !main.entered().is_set() {
                main.entered().wait().await;
                continue;
            }
            if let Some(older) = main.auxiliary(claim.auxiliary_id) {
                let by = newcomer.peer().to_owned();
                older.close_because(CloseReason::Replaced { by });
                older.left().wait().await;
                continue;
            }
            if main.auxiliaries().len() >= AUXILIARIES_MAX {
                return Err(claim.refused("the switch has as many as it may"));
            }
            newcomer.set_registered(claim);
            main.put_auxiliary(claim.auxiliary_id, newcomer.clone());
            return Ok(Admission::Auxiliary { main });
        }
    }

    /// Whether the connections may be of one switch: the same version, and the same address, as the
    /// specification has it (1.3.5, 6.3.6). What a certificate proves of the one is asked of the
    /// other, too: else anybody could speak for the switch.
    fn check_auxiliary(&self, main: &Datapath, newcomer: &Datapath) -> Result<(), &'static str> {
        if main.version() != newcomer.version() {
            return Err("its version is not that of the main connection");
        }
        let ip = |datapath: &Datapath| datapath.peer().parse().ok().map(|at: SocketAddr| at.ip());
        if ip(main).map(|ip| ip.to_canonical()) != ip(newcomer).map(|ip| ip.to_canonical()) {
            return Err("its address is not that of the main connection");
        }
        let certificate = |datapath: &Datapath| {
            let connections = self.0.connections.borrow();
            let tls = connections.get(&datapath.connection())?.link.tls.as_ref()?;
            tls.certificate.clone()
        };
        let wanted = certificate(main);
        if wanted.is_some() && wanted != certificate(newcomer) {
            return Err("it has not the certificate of the main connection");
        }
        Ok(())
    }

    /// Ends the auxiliary connections of `main`, and waits until the apps have been told all that
    /// came over them.
    pub(super) async fn end_auxiliaries(&self, main: &Datapath) {
        let auxiliaries = main.auxiliaries();
        for (_, auxiliary) in &auxiliaries {
            auxiliary.close_because(CloseReason::MainGone);
        }
        for (_, auxiliary) in &auxiliaries {
            auxiliary.left().wait().await;
        }
    }

    /// The apps have been told the end of a connection, or never will be. What is done twice does
    /// nothing.
    pub(super) fn leave(&self, datapath: &Datapath) {
        if let Some(ClaimedIdentity { dpid, auxiliary_id }) = datapath.registered() {
            let main = self.0.registry.main(dpid);
            match main {
                Some(main) if auxiliary_id != 0 => main.remove_auxiliary(auxiliary_id, datapath),
                Some(main) if main == *datapath => {
                    self.0.registry.mains.borrow_mut().remove(&dpid);
                    // There are some only if the task of the main connection was killed.
                    for (_, auxiliary) in main.auxiliaries() {
                        auxiliary.close_because(CloseReason::MainGone);
                    }
                }
                _ => {}
            }
        }
        datapath.entered().set();
        datapath.left().set();
    }
}

impl Registry {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.mains.borrow().is_empty()
    }

    fn main(&self, dpid: Dpid) -> Option<Datapath> {
        self.mains.borrow().get(&dpid).map(|main| main.datapath.clone())
    }

    /// Whether the switch shows a sign of life; `None` if whoever asked it has gone meanwhile. It is
    /// asked once for all who want to know at a time.
    async fn is_alive(&self, dpid: Dpid, holder: &Datapath) -> Option<bool> {
        let probe = Rc::new(Probe { done: Event::new(), is_alive: Cell::new(None) });
        let other = match self.mains.borrow_mut().get_mut(&dpid) {
            Some(Main { probe: Some(other), .. }) => Some(Rc::clone(other)),
            Some(main) => {
                main.probe = Some(Rc::clone(&probe));
                None
            }
            None => return None,
        };
        if let Some(other) = other {
            other.done.wait().await;
            return other.is_alive.get();
        }
        let probing = Probing { registry: self, dpid, probe };
        let is_alive = shows_life(holder).await;
        probing.probe.is_alive.set(Some(is_alive));
        if !is_alive && holder.is_active() {
            warn!("{holder}: no sign of life, and the datapath id is claimed again");
        }
        Some(is_alive)
    }
}

/// Asks for an echo. Anything that comes within the time is a sign of life; and while nothing is read
/// from the switch, its silence is none of the contrary. It is not even asked then: a question would
/// have packet-ins dropped that wait in front of its answer.
async fn shows_life(holder: &Datapath) -> bool {
    if holder.is_unread() {
        // Its end may stand behind what has not been read: a switch that was busy and has come back.
        if hub::timeout(PROBE_TIME, holder.left().wait()).await.is_ok() {
            return false;
        }
        if holder.is_unread() {
            return true;
        }
    }
    let before = holder.signs_of_life();
    let end = hub::now() + PROBE_TIME;
    let answer = holder.request(&EchoRequest::default()).within(PROBE_TIME);
    match answer.await {
        Ok(_) | Err(RequestError::Refused(_)) => return true,
        Err(RequestError::Disconnected { .. } | RequestError::Send(SendError::Closed)) => {
            return false;
        }
        // It has had its time, or there was no room for the request.
        Err(_) => hub::sleep_until(end).await,
    }
    holder.signs_of_life() != before || holder.is_unread()
}
