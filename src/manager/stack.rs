//! The stack: apps, OpenFlow side and REST side of one running program, built and taken down.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use log::{error, info, warn};
use thiserror::Error;

use crate::app::{AppError, AppManager, Bus, Plan, Sessions};
use crate::conf::Conf;
use crate::controller::options::{
    BARRIER_COUNT_LIMIT, BARRIER_INTERVAL_LIMIT, DUPLICATE_DPID, ECHO_REQUEST_INTERVAL,
    HANDSHAKE_BARRIER, IDLE_TIMEOUT, MAXIMUM_UNREPLIED_ECHO_REQUESTS, OFP_HANDSHAKE_TIMEOUT,
    OFP_HELLO_TIMEOUT, OFP_SWITCH_CONNECT_INTERVAL, OFP_UDP_IDLE_TIMEOUT, OFP_UDP_MAX_SESSIONS,
    PACKET_IN_OVERFLOW, RECORD, REQUEST_TIMEOUT, SESSION_LOG_INTERVAL, SOCKET_TIMEOUT,
};
use crate::controller::{
    self, BadOption, Controller, ControllerConfig, DuplicateDpid, Transport, TransportAddress,
    UdpConfig,
};
use crate::http::options::{WSAPI_HOST, WSAPI_INSECURE, WSAPI_PORT, limits};
use crate::http::{HttpService, Safety};
use crate::services::ofp_handler;
use crate::session::{Overflow, SessionConfig, Side};
use crate::tls::{TlsContext, TlsError};

use super::wsapi;

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
    /// An option of the OpenFlow side means nothing, or nothing together with the others.
    #[error(transparent)]
    Option(#[from] BadOption),
    /// Key, certificate and CA are of no use. There is no going on in the clear.
    #[error("TLS: {0}")]
    Tls(#[from] TlsError),
    /// The address cannot be listened on.
    #[error("cannot listen for {what} on {addr}: {cause}{}", advice(addr, cause))]
    Listen {
        /// `OpenFlow` or `HTTP`.
        what: &'static str,
        /// The address.
        addr: SocketAddr,
        /// Why not.
        cause: io::Error,
    },
    /// What protects the REST service is of no use, or not there.
    #[error(transparent)]
    Wsapi(#[from] wsapi::WsapiError),
    /// The file for a recording cannot be made.
    #[error("cannot record to {}: {cause}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
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
    openflow: Vec<TransportAddress>,
    /// The certificates in use, for [`Stack::reload`].
    tls: Option<TlsContext>,
    /// What protects the REST service, for the same.
    safety: Safety,
    is_insecure: bool,
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
        let addresses = controller::listening(&conf)?;
        Stack::start_at(conf, plan, &addresses)
    }

    /// Like [`Stack::start`], awaiting switches at these addresses, whatever the options say; port
    /// 0 stands for any that is free.
    ///
    /// # Errors
    /// [`StartError`]; what had been opened is closed again.
    pub fn start_at(
        conf: Rc<Conf>,
        plan: &Plan,
        addresses: &[TransportAddress],
    ) -> Result<Stack, StartError> {
        let apps = AppManager::new(Rc::clone(&conf));
        let mut stack = Stack {
            controller: None,
            http: None,
            openflow: Vec::new(),
            tls: None,
            safety: Safety::default(),
            is_insecure: conf.get(&WSAPI_INSECURE),
            apps,
        };
        let mut switches = Vec::new();
        if plan.apps.iter().any(|app| app.descriptor.name == ofp_handler::NAME) {
            let config = controller_config(&conf, plan)?;
            stack.tls = config.tls.clone();
            switches = controller::switch_addresses(&conf)?;
            let controller = Controller::new(stack.apps.bus().clone(), config);
            for &address in addresses {
                let listen =
                    |cause| StartError::Listen { what: "OpenFlow", addr: address.addr, cause };
                stack.openflow.push(controller.listen_on(address).map_err(listen)?);
            }
            if let Some(path) = conf.get(&RECORD) {
                let record = |cause| StartError::Record { path: path.clone(), cause };
                controller.record(&path).map_err(record)?;
                info!("recording all connections to {}", path.display());
            }
            controller.log_every(conf.get(&SESSION_LOG_INTERVAL));
            stack.apps.provide(Sessions::of(Rc::new(controller.clone())));
            stack.controller = Some(controller);
        }
        let routes = plan.routes();
        if !routes.is_empty() {
            let addr = wsapi_addr(&conf)?;
            stack.safety = wsapi::safety(&conf, addr)?;
            let listen = |cause| StartError::Listen { what: "HTTP", addr, cause };
            let bus = stack.apps.bus().clone();
            let http =
                HttpService::start_with(addr, limits(&conf), stack.safety.clone(), routes, bus)
                    .map_err(listen)?;
            stack.http = Some(http);
        }
        stack.apps.start(plan).map_err(StartError::App)?;
        stack.announce();
        if let Some(controller) = &stack.controller {
            for address in switches {
                controller.register_switch_address(address, conf.get(&OFP_SWITCH_CONNECT_INTERVAL));
            }
        }
        Ok(stack)
    }

    /// The lines about the open ports, after those about the apps, as Ryu has them.
    fn announce(&self) {
        for TransportAddress { transport, addr } in &self.openflow {
            match transport {
                Transport::Tcp => info!("listening for OpenFlow on {addr}"),
                Transport::Ssl => info!("listening for OpenFlow on {addr} (TLS)"),
                Transport::Udp => info!("listening for OpenFlow on {addr} (UDP)"),
            }
        }
        let in_the_clear = |address: &&TransportAddress| {
            address.transport != Transport::Ssl && !address.addr.ip().is_loopback()
        };
        let open: Vec<String> =
            self.openflow.iter().filter(in_the_clear).map(|open| open.addr.to_string()).collect();
        if !open.is_empty() {
            warn!(
                "OpenFlow on {} is not encrypted, and any switch may connect (TLS: --ctl-privkey, \
                 --ctl-cert, --ca-certs)",
                open.join(" and ")
            );
        }
        if self.openflow.iter().any(|address| address.transport == Transport::Ssl)
            && !self.tls.as_ref().is_some_and(TlsContext::asks_clients)
        {
            warn!("without --ca-certs no switch is asked for a certificate");
        }
        let Some(addr) = self.http_addr() else { return };
        let scheme = if self.safety.tls.is_some() { "https" } else { "http" };
        info!("({}) wsgi starting up on {scheme}://{addr}", std::process::id());
        wsapi::warn_of(&self.safety, addr, self.is_insecure);
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
    pub fn openflow_addrs(&self) -> &[TransportAddress] {
        &self.openflow
    }

    /// Takes what may change while running from options that were read anew: who may connect, and
    /// the files of TLS. What is connected stays. What is wrong is logged, and left as it was.
    pub fn reload(&self, conf: &Conf) {
        wsapi::reload(&self.safety, conf);
        let Some(controller) = &self.controller else { return };
        match controller::accept_policy(conf) {
            Ok(policy) if policy == controller.accept_policy() => {}
            Ok(policy) => {
                controller.set_accept_policy(policy);
                info!("who may connect has changed");
            }
            Err(error) => error!("{error}; who may connect stays as it was"),
        }
        let Some(tls) = &self.tls else { return };
        let settings = controller::tls_settings(conf).map_err(StartError::from);
        let reloaded = settings.and_then(|settings| Ok(tls.reload(settings.unwrap_or_default())?));
        match reloaded {
            Ok(()) => info!("certificates read again, for the connections to come"),
            Err(error) => error!("{error}; the certificates stay as they were"),
        }
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

/// Where the REST service is to listen.
pub(super) fn wsapi_addr(conf: &Conf) -> Result<SocketAddr, StartError> {
    Ok(SocketAddr::new(ip("wsapi-host", conf.get(&WSAPI_HOST))?, conf.get(&WSAPI_PORT)))
}

pub(super) fn controller_config(conf: &Conf, plan: &Plan) -> Result<ControllerConfig, StartError> {
    Ok(ControllerConfig {
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
            handshake_barrier: conf.get(&HANDSHAKE_BARRIER),
            packet_in_overflow: match conf.get(&PACKET_IN_OVERFLOW).as_str() {
                "drop" => Overflow::Drop,
                _ => Overflow::Wait,
            },
        },
        write_timeout: conf.get(&SOCKET_TIMEOUT),
        accept: controller::accept_policy(conf)?,
        tls: controller::tls_settings(conf)?.map(TlsContext::load).transpose()?,
        udp: UdpConfig {
            idle_timeout: conf.get(&OFP_UDP_IDLE_TIMEOUT),
            max_sessions: conf.get(&OFP_UDP_MAX_SESSIONS) as usize,
        },
        duplicate_dpid: match conf.get(&DUPLICATE_DPID).as_str() {
            "newest" => DuplicateDpid::Newest,
            _ => DuplicateDpid::Probe,
        },
    })
}

/// What to do about an address that cannot be had, as far as that can be known.
fn advice(addr: &SocketAddr, cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::AddrInUse => {
            format!("; another program has it: `ss -lntup sport = :{}` shows which", addr.port())
        }
        io::ErrorKind::AddrNotAvailable => {
            "; no interface of this machine has that address: `ip address` shows them".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "; ports below 1024 need root or the capability CAP_NET_BIND_SERVICE".to_owned()
        }
        _ => String::new(),
    }
}

fn ip(option: &'static str, value: String) -> Result<IpAddr, StartError> {
    match value.parse() {
        Ok(ip) => Ok(ip),
        // The one name that everybody means the same by; looking up others would block.
        Err(_) if value == "localhost" => Ok(IpAddr::from([127, 0, 0, 1])),
        Err(_) => Err(StartError::Address { option, value }),
    }
}
