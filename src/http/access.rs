//! Who may ask: for which host, from which web page, with which token; and whether the service is
//! fit for the network.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::app::{HttpError, Response};
use crate::tls::TlsContext;

use super::token::Tokens;

/// What protects the service; by default nothing but that it is for this machine only.
#[derive(Clone, Debug, Default)]
pub struct Safety {
    /// With it, TLS and nothing else is spoken; with a CA in it, to clients with a certificate only.
    pub tls: Option<TlsContext>,
    /// With them, whoever asks has to know one.
    pub tokens: Option<Tokens>,
    /// Web pages of elsewhere that may ask.
    pub origins: Origins,
    /// Names, besides addresses and `localhost`, that clients may know the service by. If there are
    /// none, these are all on a loopback address, and on any other every name is good.
    pub host_names: Vec<String>,
}

impl Safety {
    /// What is missing for a service on the network, in words; empty on a loopback address.
    pub fn lacks(&self, addr: SocketAddr) -> Vec<&'static str> {
        let mut lacks = Vec::new();
        if addr.ip().to_canonical().is_loopback() {
            return lacks;
        }
        if self.tls.is_none() {
            lacks.push("encryption (--wsapi-cert, --wsapi-key)");
        }
        let knows_clients = self.tls.as_ref().is_some_and(TlsContext::asks_clients);
        if self.tokens.is_none() && !knows_clients {
            lacks.push("a question who is calling (--wsapi-token-file, or --wsapi-ca-certs)");
        }
        lacks
    }

    /// A service for this machine only answers to names that can mean nothing but this machine: a web
    /// page's own name may have been made to resolve to it (DNS rebinding).
    pub(super) fn check_host(
        &self,
        host: Option<&str>,
        is_loopback: bool,
    ) -> Result<(), HttpError> {
        let Some(host) = host.filter(|_| is_loopback || !self.host_names.is_empty()) else {
            return Ok(());
        };
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let in_brackets = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let is_address = match in_brackets {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => name.parse::<IpAddr>().is_ok(),
        };
        let is_ours = |known: &String| known.eq_ignore_ascii_case(name);
        if is_address
            || name.eq_ignore_ascii_case("localhost")
            || self.host_names.iter().any(is_ours)
        {
            return Ok(());
        }
        let reason = match is_loopback {
            true => "this service is for this machine only: ask for localhost or an address",
            false => "this service does not go by that name",
        };
        Err(HttpError::new(StatusCode::FORBIDDEN, reason))
    }

    /// A web page elsewhere can make a browser send forms here, but not JSON: for that the browser
    /// first asks for leave ([`preflight`](Safety::preflight)). It can open a WebSocket, too.
    pub(super) fn check_origin(&self, parts: &Parts, host: Option<&str>) -> Result<(), HttpError> {
        let changes = [Method::POST, Method::PUT, Method::DELETE, Method::PATCH];
        let Some(origin) = parts.headers.get(header::ORIGIN) else { return Ok(()) };
        let upgrades = parts.headers.contains_key(header::UPGRADE);
        if !upgrades && (!changes.contains(&parts.method) || is_json(&parts.headers)) {
            return Ok(());
        }
        let origin = origin.to_str().unwrap_or_default();
        let place = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        match (place, host) {
            (Some(place), Some(host)) if place.eq_ignore_ascii_case(host) => Ok(()),
            _ if self.origins.admit(origin) => Ok(()),
            _ => {
                let reason = "a page of another origin may not change anything";
                Err(HttpError::new(StatusCode::FORBIDDEN, reason))
            }
        }
    }

    /// The answer to a browser that asks what a page of another origin may send, if it may anything.
    /// It carries no token, and is told nothing but this.
    pub(super) fn preflight(&self, parts: &Parts) -> Option<Response> {
        if parts.method != Method::OPTIONS {
            return None;
        }
        parts.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
        self.admitted(&parts.headers)?;
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "DELETE, GET, HEAD, PATCH, POST, PUT"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type"),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Some(response)
    }

    /// Who does not know a token is told that there is one.
    pub(super) fn check_token(&self, headers: &HeaderMap) -> Result<(), Box<Response>> {
        if self.tokens.as_ref().is_none_or(|tokens| tokens.admits(headers)) {
            return Ok(());
        }
        let reason = "a token is needed: Authorization: Bearer ...";
        let mut response = HttpError::new(StatusCode::UNAUTHORIZED, reason).response();
        for scheme in ["Bearer realm=\"ryu\"", "Basic realm=\"ryu\", charset=\"UTF-8\""] {
            response
                .headers_mut()
                .append(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        Err(Box::new(response))
    }

    /// The origin of the request with these headers, if that is one whose pages may read the answer.
    pub(super) fn admitted(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        self.origins.admit(origin.to_str().ok()?).then(|| origin.clone())
    }

    /// Lets the browser show an answer to the page of `origin`.
    pub(super) fn share(&self, response: &mut Response, origin: Option<HeaderValue>) {
        if self.origins.are_none() {
            return;
        }
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            let shown = HeaderValue::from_static("Allow, Warning, WWW-Authenticate");
            headers.insert(HeaderName::from_static("access-control-expose-headers"), shown);
        }
    }
}

/// Web pages of elsewhere that may ask: origins (`https://example.org`, with a port if it is not the
/// usual one), or all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    listed: Vec<String>,
    all: bool,
}

impl Origins {
    /// Reads a list; `*` stands for all.
    ///
    /// # Errors
    /// The item that is no origin.
    pub fn parse(items: &[String]) -> Result<Origins, String> {
        let mut origins = Origins::default();
        for item in items {
            if item == "*" {
                origins.all = true;
                continue;
            }
            let place = item.strip_prefix("http://").or_else(|| item.strip_prefix("https://"));
            let authority = place.and_then(|place| place.parse::<http::uri::Authority>().ok());
            if authority.is_none_or(|authority| authority.as_str().contains('@')) {
                return Err(item.clone());
            }
            origins.listed.push(item.to_ascii_lowercase());
        }
        Ok(origins)
    }

    /// Whether all are admitted.
    pub fn are_all(&self) -> bool {
        self.all
    }

    fn are_none(&self) -> bool {
        !self.all && self.listed.is_empty()
    }

    fn admit(&self, origin: &str) -> bool {
        self.all || self.listed.iter().any(|known| known.eq_ignore_ascii_case(origin))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let value = value.to_str().unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}
