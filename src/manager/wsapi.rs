//! What protects the REST service, from the options.

use std::net::SocketAddr;
use std::path::PathBuf;

use log::{error, info, warn};
use thiserror::Error;

use crate::conf::Conf;
use crate::http::options::{
    WSAPI_CA_CERTS, WSAPI_CERT, WSAPI_CORS_ORIGINS, WSAPI_HOST_NAMES, WSAPI_INSECURE, WSAPI_KEY,
    WSAPI_TOKEN_FILE,
};
use crate::http::{Origins, Safety, TokenError, Tokens};
use crate::tls::{TlsContext, TlsError, TlsSettings};

/// Why the REST service is not opened.
#[derive(Debug, Error)]
pub enum WsapiError {
    /// The tokens are of no use.
    #[error(transparent)]
    Tokens(#[from] TokenError),
    /// Key, certificate and CA are of no use. There is no going on in the clear.
    #[error("TLS of the REST service: {0}")]
    Tls(#[from] TlsError),
    /// Options that mean nothing, or nothing without others.
    #[error("{0}")]
    Options(String),
    /// It would be open to the network.
    #[error(
        "the REST service on {addr} would be open to the network without {}; give what is missing, or \
         --wsapi-insecure if that is meant",
        lacks.join(" and without ")
    )]
    Open {
        /// Where it was to listen.
        addr: SocketAddr,
        /// What is missing.
        lacks: Vec<&'static str>,
    },
}

/// What the options say; the files are read.
pub(super) fn safety(conf: &Conf, addr: SocketAddr) -> Result<Safety, WsapiError> {
    let tokens = conf.get(&WSAPI_TOKEN_FILE).map(|path| Tokens::load(&path)).transpose()?;
    let origins = Origins::parse(&conf.get(&WSAPI_CORS_ORIGINS)).map_err(|item| {
        let accepted = "accepted: http:// or https:// with a host and perhaps a port, or *";
        WsapiError::Options(format!(
            "option wsapi-cors-origins: {item:?} is no origin ({accepted})"
        ))
    })?;
    let safety = Safety {
        tls: settings(conf)?.map(TlsContext::load).transpose()?,
        tokens,
        origins,
        host_names: conf.get(&WSAPI_HOST_NAMES),
    };
    let lacks = safety.lacks(addr);
    match lacks.is_empty() || conf.get(&WSAPI_INSECURE) {
        true => Ok(safety),
        false => Err(WsapiError::Open { addr, lacks }),
    }
}

fn settings(conf: &Conf) -> Result<Option<TlsSettings>, WsapiError> {
    let missing = |option: &str| {
        WsapiError::Options(format!(
            "option {option} is missing: TLS needs wsapi-cert and wsapi-key"
        ))
    };
    let identity: Option<(PathBuf, PathBuf)> = match (conf.get(&WSAPI_KEY), conf.get(&WSAPI_CERT)) {
        (Some(key), Some(cert)) => Some((key, cert)),
        (Some(_), None) => return Err(missing("wsapi-cert")),
        (None, Some(_)) => return Err(missing("wsapi-key")),
        (None, None) if conf.get(&WSAPI_CA_CERTS).is_some() => return Err(missing("wsapi-cert")),
        (None, None) => None,
    };
    Ok(identity.map(|identity| TlsSettings {
        identity: Some(identity),
        ca_certs: conf.get(&WSAPI_CA_CERTS),
        ..TlsSettings::default()
    }))
}

/// The lines about what is allowed that perhaps should not be.
pub(super) fn warn_of(safety: &Safety, addr: SocketAddr, is_insecure: bool) {
    for doubt in doubts(safety, addr) {
        warn!("{doubt}");
    }
    if is_insecure && safety.lacks(addr).is_empty() {
        info!("--wsapi-insecure is not needed: REST on {addr} lacks nothing");
    }
}

/// What is allowed that perhaps should not be, a line each.
pub(super) fn doubts(safety: &Safety, addr: SocketAddr) -> Vec<String> {
    let mut doubts = Vec::new();
    let lacks = safety.lacks(addr);
    if !lacks.is_empty() {
        doubts.push(format!(
            "--wsapi-insecure: REST on {addr} is open to the network without {}",
            lacks.join(" and without ")
        ));
    }
    if let Some(tokens) = safety.tokens.as_ref().filter(|tokens| tokens.is_open_to_all()) {
        let path = tokens.path().display();
        doubts.push(format!(
            "every user of this machine can read the tokens in {path} (chmod 600 {path})"
        ));
    }
    if safety.origins.are_all() && safety.tokens.is_none() {
        doubts.push(
            "--wsapi-cors-origins '*': any web page in a browser of this machine can program the \
             switches"
                .to_owned(),
        );
    }
    doubts
}

/// Reads tokens and certificates again; what is wrong is logged, and left as it was.
pub(super) fn reload(safety: &Safety, conf: &Conf) {
    match safety.tokens.as_ref().map(Tokens::reload) {
        None => {}
        Some(Ok(())) => info!("tokens of the REST service read again"),
        Some(Err(error)) => error!("{error}; the tokens stay as they were"),
    }
    let Some(tls) = &safety.tls else { return };
    let reloaded =
        settings(conf).and_then(|settings| Ok(tls.reload(settings.unwrap_or_default())?));
    match reloaded {
        Ok(()) => info!("certificates of the REST service read again, for the connections to come"),
        Err(error) => error!("{error}; the certificates stay as they were"),
    }
}
