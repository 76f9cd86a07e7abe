//! Calling switches that wait to be called: `ovs-vsctl set-controller br ptcp:6634`.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::io;
use std::rc::Rc;
use std::time::Duration;

use log::{debug, info, warn};

use super::Controller;
use super::link::{Link, TlsLink};
use super::transport::{Transport, TransportAddress};
use crate::hub;
use crate::hub::net::{Stream, TcpStream};

impl Controller {
    /// Calls the switch at `address`, and calls it again whenever the connection fails or ends, at
    /// intervals of about `interval` (a fifth more or less, so that many do not call at once).
    /// False if it is being called already. The accept policy is not asked.
    ///
    /// Ryu: `register_switch_address`.
    ///
    /// # Panics
    /// For an address on UDP, or one on TLS if the controller was given no CA.
    pub fn register_switch_address(&self, address: TransportAddress, interval: Duration) -> bool {
        let has_ca = || self.0.config.tls.as_ref().is_some_and(|tls| tls.can_connect());
        match address.transport {
            Transport::Tcp => {}
            Transport::Ssl => assert!(has_ca(), "{address}: there is no CA"),
            Transport::Udp => panic!("{address}: switches on UDP are not called"),
        }
        if self.0.dialers.borrow().contains_key(&address) {
            return false;
        }
        let task = hub::spawn(format!("dial {address}"), dial(self.clone(), address, interval));
        self.0.dialers.borrow_mut().insert(address, task);
        true
    }

    /// Stops calling that switch; if it is connected, it stays. False if it was not being called.
    ///
    /// Ryu: `unregister_switch_address`.
    pub fn unregister_switch_address(&self, address: TransportAddress) -> bool {
        let dialer = self.0.dialers.borrow_mut().remove(&address);
        dialer.is_some()
    }

    /// The switches that are being called.
    pub fn switch_addresses(&self) -> Vec<TransportAddress> {
        self.0.dialers.borrow().keys().copied().collect()
    }
}

async fn dial(controller: Controller, address: TransportAddress, interval: Duration) {
    // The failure that the log has; the same again is not said again.
    let mut said = None;
    for attempt in 0_u64.. {
        match connect(&controller, address).await {
            Ok((stream, link)) => {
                info!("connected to switch {address}");
                said = None;
                let number = controller.attach_linked(stream, link);
                controller.ended(number).await;
            }
            Err(cause) => {
                let seconds = interval.as_secs_f64();
                let line =
                    format!("cannot connect to switch {address}, tried every {seconds} s: {cause}");
                match &said {
                    Some(last) if *last == line => debug!("{line}"),
                    _ => warn!("{line}"),
                }
                said = Some(line);
            }
        }
        hub::sleep(pause(interval, address, attempt)).await;
    }
}

async fn connect(
    controller: &Controller,
    address: TransportAddress,
) -> Result<(Rc<dyn Stream>, Link), String> {
    let limit = controller.0.config.session.handshake_timeout;
    let stream = hub::timeout(limit, TcpStream::connect(address.addr)).await;
    let late = |_| Err(io::Error::from(io::ErrorKind::TimedOut));
    let stream = stream.unwrap_or_else(late).map_err(|cause| cause.to_string())?;
    let link = Link { transport: Some(address.transport), is_dialed: true, tls: None };
    let Some(tls) =
        controller.0.config.tls.as_ref().filter(|_| address.transport == Transport::Ssl)
    else {
        return Ok((Rc::new(stream), link));
    };
    match tls.connect(Rc::new(stream), None, limit).await {
        Ok(stream) => {
            controller.count(|counters| counters.tls_done += 1);
            let tls = Some(TlsLink::of(&stream));
            Ok((Rc::new(stream), Link { tls, ..link }))
        }
        Err(error) => {
            controller.count(|counters| counters.count_failure(&error));
            Err(error.to_string())
        }
    }
}

/// `interval`, a fifth more or less. On a test clock it is the same in every run.
fn pause(interval: Duration, address: TransportAddress, attempt: u64) -> Duration {
    let dice = if hub::current().clock().is_test() {
        let mut hasher = std::hash::DefaultHasher::new();
        (address, attempt).hash(&mut hasher);
        hasher.finish()
    } else {
        RandomState::new().hash_one((address, attempt))
    };
    // 53 bits are what a float holds.
    let share = (dice >> 11) as f64 / (1_u64 << 53) as f64;
    interval.mul_f64(0.8 + 0.4 * share)
}
