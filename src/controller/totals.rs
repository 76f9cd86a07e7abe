//! The controller's books: what is added up over all connections, and what apps are told of them.

use std::collections::BTreeMap;
use std::time::Duration;

use log::info;
use serde_json::Value;

use crate::app::{
    AcceptPolicyReport, LiveBody, SessionReport, SessionSource, SessionTotals, TapFilter,
};
use crate::hub;
use crate::session::{CloseReason, Datapath, Phase, SessionCounters};

use super::{Cidr, Connection, Controller, Refusal};

/// What is left of the connections that are over.
#[derive(Debug, Default)]
pub(super) struct Totals {
    counters: SessionCounters,
    handshake_failures: BTreeMap<&'static str, u64>,
    endings: BTreeMap<&'static str, u64>,
}

impl Totals {
    /// A session has ended, for that reason.
    pub(super) fn note_end(&mut self, datapath: &Datapath, reason: &CloseReason) {
        let by_reason = match datapath.was_main() {
            true => &mut self.endings,
            false => &mut self.handshake_failures,
        };
        *by_reason.entry(reason.name()).or_default() += 1;
    }

    /// A connection is gone: its counters are kept.
    pub(super) fn note_gone(&mut self, datapath: &Datapath) {
        self.counters += &datapath.counters();
    }
}

impl Controller {
    /// The sums over all connections since the start.
    pub fn totals(&self) -> SessionTotals {
        let totals = self.0.totals.borrow();
        let mut counters = totals.counters.clone();
        for connection in self.0.connections.borrow().values() {
            counters += &connection.datapath.counters();
        }
        let accept = self.accept_counters();
        let refused = Refusal::ALL.map(|reason| (reason.name(), accept.refused(reason)));
        let transport = serde_json::to_value(self.transport_counters()).unwrap_or_default();
        let transport = transport.as_object().into_iter().flatten();
        SessionTotals {
            connections: self.0.last_connection.get(),
            counters,
            handshake_failures: totals.handshake_failures.clone(),
            endings: totals.endings.clone(),
            accept: refused.into_iter().chain([("accepted", accept.accepted)]).collect(),
            transport: transport
                .filter_map(|(name, count)| Some((name.clone(), count.as_u64()?)))
                .collect(),
        }
    }

    /// One log line about all connections in each interval, for as long as the controller lives: the
    /// increase since the last one, and the total. Zero: no such lines.
    pub fn log_every(&self, interval: Duration) {
        if interval.is_zero() {
            return;
        }
        let inner = std::rc::Rc::downgrade(&self.0);
        let task = hub::spawn("session counters", async move {
            let mut last = SessionCounters::default();
            let mut ticks = hub::interval(interval);
            loop {
                ticks.tick().await;
                let Some(inner) = inner.upgrade() else { return };
                let controller = Controller(inner);
                let now = controller.totals().counters;
                let count = controller.0.connections.borrow().len();
                info!("{}", line(count, &last, &now));
                last = now;
            }
        });
        *self.0.log_task.borrow_mut() = Some(task);
    }
}

pub(super) fn line(connections: usize, last: &SessionCounters, now: &SessionCounters) -> String {
    let both = |of: fn(&SessionCounters) -> u64| {
        format!("+{} ({})", of(now).saturating_sub(of(last)), of(now))
    };
    format!(
        "sessions: {connections} connected; received {}, failed {}, events {}, dropped {}; \
         encoded {}, sent {}; bytes in {}, out {}",
        both(|counters| counters.received),
        both(|counters| counters.failed),
        both(|counters| counters.events),
        both(|counters| counters.dropped),
        both(|counters| counters.encoded),
        both(|counters| counters.sent),
        both(|counters| counters.received_bytes),
        both(|counters| counters.sent_bytes),
    )
}

fn report(number: u64, connection: &Connection) -> SessionReport {
    let Connection { datapath, link, since, .. } = connection;
    let is_agreed = datapath.phase() != Phase::Handshake;
    let transport = link.transport.map_or("memory".to_owned(), |transport| transport.to_string());
    SessionReport {
        connection: number,
        dpid: datapath.features().map(|_| datapath.id().to_string()),
        peer: datapath.peer().to_owned(),
        transport,
        dialed: link.is_dialed,
        tls: link.tls.as_ref().and_then(|tls| serde_json::to_value(tls).ok()),
        version: is_agreed.then(|| datapath.version().to_string()),
        state: datapath.phase().to_string(),
        age: hub::current().now().duration_since(*since).as_secs_f64(),
        waiting_bytes: datapath.waiting_bytes(),
        waiting_messages: datapath.waiting_messages(),
        pending_requests: datapath.pending_requests(),
        counters: datapath.counters(),
    }
}

impl SessionSource for Controller {
    fn sessions(&self) -> Vec<SessionReport> {
        let connections = self.0.connections.borrow();
        connections.iter().map(|(number, connection)| report(*number, connection)).collect()
    }

    fn totals(&self) -> SessionTotals {
        Controller::totals(self)
    }

    fn tap(&self, filter: TapFilter) -> Option<LiveBody> {
        self.0.watch.tap(filter)
    }

    fn accept_policy(&self) -> AcceptPolicyReport {
        let policy = Controller::accept_policy(self);
        let texts = |blocks: &[Cidr]| blocks.iter().map(Cidr::to_string).collect();
        AcceptPolicyReport {
            allow: texts(&policy.allow),
            deny: texts(&policy.deny),
            rate_per_minute: policy.rate_per_minute,
            hold_time: policy.hold_time.as_secs_f64(),
            max_connections: policy.max_connections,
        }
    }

    fn set_accept_policy(&self, policy: Value) -> Result<(), String> {
        let policy = serde_json::from_value(policy).map_err(|error| error.to_string())?;
        Controller::set_accept_policy(self, policy);
        info!("who may connect has changed");
        Ok(())
    }
}
