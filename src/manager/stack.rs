//! The stack: apps, OpenFlow side and REST side of one running program, built and taken down.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use log::{info, warn};
use thiserror::Error;

use crate::app::{AppError, AppManager, Bus, Plan};
use crate::conf::Conf;
use crate::controller::options::{
    BARRIER_COUNT_LIMIT, BARRIER_INTERVAL_LIMIT, ECHO_REQUEST_INTERVAL, IDLE_TIMEOUT,
    MAXIMUM_UNREPLIED_ECHO_REQUESTS, OFP_HANDSHAKE_TIMEOUT, OFP_HELLO_TIMEOUT, OFP_LISTEN_HOST,
    OFP_TCP_LISTEN_PORT, PACKET_IN_OVERFLOW, REQUEST_TIMEOUT, SOCKET_TIMEOUT,
};
use crate::controller::{Controller, ControllerConfig};
use crate::http::options::{WSAPI_HOST, WSAPI_PORT};
use crate::http::{HttpConfig, HttpService};
use crate::services::ofp_handler;
use crate::session::{Overflow, SessionConfig, Side};

/// The ports that Ryu listens on when none is asked for: the one IANA assigned, and the one that
/// was in use before.
const OFP_PORTS: [u16; 2] = [6653, 6633];

/// How long the connections may take over what still waits for them at shutdown.
const FLUSH_GRACE: Duration = Duration::from_millis(200);

/// Why a program could not start. One line for each thing that is wrong.
#[derive(Debug, Error)]
pub enum StartError {
    /// An option holds no address.
    #[error("option {option}: {value:?} is no IPv4 or IPv6 address")]
    Address {
        /// The option's name.
        option: &'static str,
        /// Its value.
        value: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen for {what} on {addr}: {cause}")]
    Listen {
        /// `OpenFlow` or `HTTP`.
        what: &'static str,
        /// The address.
        addr: SocketAddr,
        /// Why not.
        cause: io::Error,
    },
    /// An app or a context could not be built.
    #[error("{0}")]
    App(AppError),
}

/// Everything that runs. It has to be made and used inside a hub.
#[derive(Debug)]
pub struct Stack {
    apps: AppManager,
    controller: Option<Controller>,
    http: Option<HttpService>,
    openflow_addrs: Vec<SocketAddr>,
}

impl Stack {
    /// Takes the ports, builds the apps, starts everything. Nothing runs before all of it stands:
    /// this function does not wait, so no connection is served meanwhile.
    ///
    /// The OpenFlow side is opened if the plan has `ofp_handler`, the REST side if it has routes.
    ///
    /// # Errors
    /// [`StartError`]; what had been opened is closed again.
    pub fn start(conf: Rc<Conf>, plan: &Plan) -> Result<Stack, StartError> {
        let addrs = openflow_addrs(&conf)?;
        Stack::start_at(conf, plan, &addrs)
    }

    /// Like [`Stack::start`], awaiting switches at these addresses, whatever the options say; port
    /// 0 stands for any that is free.
    ///
    /// # Errors
    /// [`StartError`]; what had been opened is closed again.
    pub fn start_at(
        conf: Rc<Conf>,
        plan: &Plan,
        addrs: &[SocketAddr],
    ) -> Result<Stack, StartError> {
        let apps = AppManager::new(Rc::clone(&conf));
        let mut stack = Stack { controller: None, http: None, openflow_addrs: Vec::new(), apps };
        if plan.apps.iter().any(|app| app.descriptor.name == ofp_handler::NAME) {
            let controller =
                Controller::new(stack.apps.bus().clone(), controller_config(&conf, plan));
            for &addr in addrs {
                let listen = |cause| StartError::Listen { what: "OpenFlow", addr, cause };
                stack.openflow_addrs.push(controller.listen(addr).map_err(listen)?);
            }
            stack.controller = Some(controller);
        }
        let routes = plan.routes();
        if !routes.is_empty() {
            let addr =
                SocketAddr::new(ip("wsapi-host", conf.get(&WSAPI_HOST))?, conf.get(&WSAPI_PORT));
            let listen = |cause| StartError::Listen { what: "HTTP", addr, cause };
            let bus = stack.apps.bus().clone();
            let http =
                HttpService::start(addr, HttpConfig::default(), routes, bus).map_err(listen)?;
            stack.http = Some(http);
        }
        stack.apps.start(plan).map_err(StartError::App)?;
        stack.announce();
        Ok(stack)
    }

    /// The lines about the open ports, after those about the apps, as Ryu has them.
    fn announce(&self) {
        for addr in &self.openflow_addrs {
            info!("listening for OpenFlow on {addr}");
        }
        let Some(addr) = self.http_addr() else { return };
        info!("({}) wsgi starting up on http://{addr}", std::process::id());
        if !addr.ip().is_loopback() {
            warn!("the REST service on {addr} is open to the network and asks nobody who they are");
        }
    }

    /// The bus that the apps are on.
    pub fn bus(&self) -> &Bus {
        self.apps.bus()
    }

    /// The apps.
    pub fn apps(&self) -> &AppManager {
        &self.apps
    }

    /// The OpenFlow side, if it is open.
    pub fn controller(&self) -> Option<&Controller> {
        self.controller.as_ref()
    }

    /// The addresses on which switches are awaited.
    pub fn openflow_addrs(&self) -> &[SocketAddr] {
        &self.openflow_addrs
    }

    /// The address of the REST service, if it is open.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.http.as_ref().map(HttpService::local_addr)
    }

    /// Takes everything down, in the reverse order: no new switch and no new client, then the apps
    /// from last to first, then what waits for the switches is written. Takes less than a second.
    pub async fn stop(mut self) {
        if let Some(controller) = &self.controller {
            controller.stop_listening();
        }
        if let Some(http) = self.http.take() {
            http.stop();
        }
        self.apps.stop().await;
        if let Some(controller) = self.controller.take() {
            controller.shutdown(FLUSH_GRACE).await;
        }
    }
}

fn controller_config(conf: &Conf, plan: &Plan) -> ControllerConfig {
    ControllerConfig {
        session: SessionConfig {
            side: Side::Controller,
            versions: plan.versions.clone(),
            handshake_timeout: conf.get(&OFP_HANDSHAKE_TIMEOUT),
            echo_interval: conf.get(&ECHO_REQUEST_INTERVAL),
            echo_max_unanswered: conf.get(&MAXIMUM_UNREPLIED_ECHO_REQUESTS),
            hello_timeout: conf.get(&OFP_HELLO_TIMEOUT),
            idle_timeout: conf.get(&IDLE_TIMEOUT),
            request_timeout: conf.get(&REQUEST_TIMEOUT),
            barrier_count: conf.get(&BARRIER_COUNT_LIMIT),
            barrier_interval: conf.get(&BARRIER_INTERVAL_LIMIT),
            packet_in_overflow: match conf.get(&PACKET_IN_OVERFLOW).as_str() {
                "drop" => Overflow::Drop,
                _ => Overflow::Wait,
            },
        },
        write_timeout: conf.get(&SOCKET_TIMEOUT),
    }
}

fn openflow_addrs(conf: &Conf) -> Result<Vec<SocketAddr>, StartError> {
    let host = ip("ofp-listen-host", conf.get(&OFP_LISTEN_HOST))?;
    let ports = match conf.get(&OFP_TCP_LISTEN_PORT) {
        Some(port) => vec![port],
        None => OFP_PORTS.to_vec(),
    };
    Ok(ports.into_iter().map(|port| SocketAddr::new(host, port)).collect())
}

fn ip(option: &'static str, value: String) -> Result<IpAddr, StartError> {
    match value.parse() {
        Ok(ip) => Ok(ip),
        // The one name that everybody means the same by; looking up others would block.
        Err(_) if value == "localhost" => Ok(IpAddr::from([127, 0, 0, 1])),
        Err(_) => Err(StartError::Address { option, value }),
    }
}
