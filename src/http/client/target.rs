//! Where a URL leads to.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};

use super::error::ClientError;
use crate::app::Response;
use crate::hub::net::{self, Stream};
use crate::tls::TlsContext;

/// A server, as far as connections go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    is_https: bool,
    /// In lower case; an IPv6 address without its brackets.
    host: String,
    port: u16,
}

thread_local! {
    /// The CAs of the machine, read once.
    static SYSTEM: RefCell<Option<TlsContext>> = const { RefCell::new(None) };
}

fn system_tls() -> Result<TlsContext, ClientError> {
    SYSTEM.with_borrow_mut(|system| match system {
        Some(context) => Ok(context.clone()),
        None => Ok(system.insert(TlsContext::system()?).clone()),
    })
}

impl Target {
    pub(super) fn of(uri: &Uri) -> Result<Target, ClientError> {
        let wrong = |reason: &str| ClientError::Url { reason: reason.to_owned() };
        let is_https = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            Some(scheme) => return Err(ClientError::Scheme { scheme: scheme.to_owned() }),
            None => return Err(wrong("it does not begin with http://")),
        };
        let host =
            uri.host().filter(|host| !host.is_empty()).ok_or_else(|| wrong("it has no host"))?;
        let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let port = match (uri.port(), uri.port_u16()) {
            (None, _) => {
                if is_https {
                    443
                } else {
                    80
                }
            }
            (Some(_), Some(port)) if port > 0 => port,
            _ => return Err(wrong("its port is none")),
        };
        let host = inside.unwrap_or(host).to_ascii_lowercase();
        Ok(Target { is_https, host, port })
    }

    /// Connects, and does the handshake if there is one.
    pub(super) async fn connect(
        &self,
        tls: Option<&TlsContext>,
        limit: Duration,
    ) -> Result<Rc<dyn Stream>, ClientError> {
        // Before anybody is bothered: without CAs it cannot work.
        let tls = match (self.is_https, tls) {
            (false, _) => None,
            (true, Some(context)) => Some(context.clone()),
            (true, None) => Some(system_tls()?),
        };
        let addresses = net::resolve(&self.host).await?;
        let addresses: Vec<_> = addresses.into_iter().map(|ip| (ip, self.port).into()).collect();
        let failed = |cause| ClientError::Connect { host: self.to_string(), cause };
        let stream = Rc::new(net::connect_any(&addresses).await.map_err(failed)?);
        let Some(tls) = tls else { return Ok(stream) };
        // What a certificate says has no dot at its end.
        let name = self.host.strip_suffix('.').unwrap_or(&self.host);
        match tls.connect(stream, Some(name), limit).await {
            Ok(stream) => Ok(Rc::new(stream)),
            Err(cause) => Err(ClientError::Tls { host: self.to_string(), cause: Box::new(cause) }),
        }
    }

    /// Makes `request` what goes over the wire: the target becomes a path, the host a header.
    pub(super) fn prepare(
        &self,
        request: &mut Request<Bytes>,
        keeps: bool,
    ) -> Result<(), ClientError> {
        let wrong = |reason: &str| ClientError::Url { reason: reason.to_owned() };
        let authority = request.uri().authority().ok_or_else(|| wrong("it has no host"))?;
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        let host = HeaderValue::try_from(host).map_err(|_| wrong("its host is not ASCII"))?;
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        *request.uri_mut() = path.parse().map_err(|_| wrong("its path is malformed"))?;
        let headers = request.headers_mut();
        headers.insert(header::HOST, host);
        headers.remove(header::CONNECTION);
        if !keeps {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        headers.remove(header::CONTENT_LENGTH);
        headers.remove(header::TRANSFER_ENCODING);
        Ok(())
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// The request that follows `request` where `response` redirects it to; `None` if it does not.
pub(super) fn redirected(
    request: Request<Bytes>,
    response: &Response,
) -> Result<Option<Request<Bytes>>, ClientError> {
    let becomes_get = match response.status() {
        StatusCode::SEE_OTHER => request.method() != Method::HEAD,
        // What everybody does, whatever was meant (RFC 9110 section 15.4.2).
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => request.method() == Method::POST,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => false,
        _ => return Ok(None),
    };
    let Some(location) = response.headers().get(header::LOCATION) else { return Ok(None) };
    let location = String::from_utf8_lossy(location.as_bytes());
    let to = join_url(request.uri(), &location)?;
    let stays = Target::of(request.uri())? == Target::of(&to)?;
    let mut next = request;
    *next.uri_mut() = to;
    if becomes_get {
        *next.method_mut() = Method::GET;
        *next.body_mut() = Bytes::new();
        next.headers_mut().remove(header::CONTENT_TYPE);
        next.headers_mut().remove(header::CONTENT_ENCODING);
    }
    if !stays {
        for name in [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION] {
            next.headers_mut().remove(name);
        }
    }
    Ok(Some(next))
}

/// Where `reference` leads to that stands in the page at `base` (RFC 3986 section 5.2): a whole URL,
/// or the part of one. What may not stand in a URL is escaped; a fragment (`#...`) is left out,
/// since no server is asked for one.
///
/// # Errors
/// [`ClientError::Url`] for what cannot be a URL.
///
/// ```
/// use ryu_sdn::http::join_url;
///
/// let base = "http://a.example/b/c/d?q".parse().unwrap();
/// let join = |reference: &str| join_url(&base, reference).unwrap().to_string();
/// assert_eq!(join("g"), "http://a.example/b/c/g");
/// assert_eq!(join("../g/./h#top"), "http://a.example/b/g/h");
/// assert_eq!(join("?y=1"), "http://a.example/b/c/d?y=1");
/// assert_eq!(join("//other.example"), "http://other.example/");
/// assert_eq!(join("https://other.example/ö x"), "https://other.example/%C3%B6%20x");
/// assert!(join_url(&base, "http://").is_err());
/// ```
pub fn join_url(base: &Uri, reference: &str) -> Result<Uri, ClientError> {
    let reference = escaped(reference.trim());
    let reference = reference.split('#').next().unwrap_or_default();
    let (reference, query) = match reference.split_once('?') {
        Some((reference, query)) => (reference, Some(query)),
        None => (reference, None),
    };
    let scheme = reference.split_once(':').filter(|(scheme, _)| is_scheme(scheme));
    let (scheme, rest) = match scheme {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, reference),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(authority), path)
        }
        None => (None, rest),
    };

    let base_query = base.query();
    let base_authority = base.authority().map_or("", |authority| authority.as_str());
    let (path, query) = if scheme.is_some() || authority.is_some() || path.starts_with('/') {
        (without_dots(path), query)
    } else if path.is_empty() {
        (base.path().to_owned(), query.or(base_query))
    } else {
        let (folder, _) = base.path().rsplit_once('/').unwrap_or_default();
        (without_dots(&format!("{folder}/{path}")), query)
    };
    let authority = match (scheme, authority) {
        (_, Some(authority)) => authority,
        (None, None) => base_authority,
        // `mailto:` and the like.
        (Some(scheme), None) => {
            return Err(ClientError::Url { reason: format!("{scheme}: leads to no server") });
        }
    };
    let scheme = scheme.or(base.scheme_str()).unwrap_or("http").to_ascii_lowercase();
    let path = if path.is_empty() { "/" } else { &path };
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    let url = format!("{scheme}://{authority}{path}{query}");
    url.parse()
        .map_err(|error: http::uri::InvalidUri| ClientError::Url { reason: error.to_string() })
}

/// RFC 3986 section 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// RFC 3986 section 5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." if kept.len() > 1 => drop(kept.pop()),
            ".." => {}
            segment => kept.push(segment),
        }
        if is_last && matches!(segment, "." | "..") {
            kept.push("");
        }
    }
    kept.join("/")
}

/// With `%XX` for what may not stand in a URL.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => {}
            0x21..=0x7e => {
                escaped.push(char::from(byte));
                continue;
            }
            // Line breaks within a reference are nobody's meaning.
            b'\t' | b'\n' | b'\r' => continue,
            _ => {}
        }
        escaped.push_str(&format!("%{byte:02X}"));
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_as_the_examples_of_rfc_3986_do() {
        let base = "http://a/b/c/d;p?q".parse().unwrap();
        for (reference, wanted) in [
            ("g:h", None),
            ("g", Some("http://a/b/c/g")),
            ("./g", Some("http://a/b/c/g")),
            ("g/", Some("http://a/b/c/g/")),
            ("/g", Some("http://a/g")),
            ("//g", Some("http://g/")),
            ("?y", Some("http://a/b/c/d;p?y")),
            ("g?y", Some("http://a/b/c/g?y")),
            ("#s", Some("http://a/b/c/d;p?q")),
            ("g#s", Some("http://a/b/c/g")),
            ("g?y#s", Some("http://a/b/c/g?y")),
            (";x", Some("http://a/b/c/;x")),
            ("g;x", Some("http://a/b/c/g;x")),
            ("", Some("http://a/b/c/d;p?q")),
            (".", Some("http://a/b/c/")),
            ("./", Some("http://a/b/c/")),
            ("..", Some("http://a/b/")),
            ("../", Some("http://a/b/")),
            ("../g", Some("http://a/b/g")),
            ("../..", Some("http://a/")),
            ("../../g", Some("http://a/g")),
            ("../../../g", Some("http://a/g")),
            ("../../../../g", Some("http://a/g")),
            ("/./g", Some("http://a/g")),
            ("/../g", Some("http://a/g")),
            ("g.", Some("http://a/b/c/g.")),
            (".g", Some("http://a/b/c/.g")),
            ("g..", Some("http://a/b/c/g..")),
            ("./../g", Some("http://a/b/g")),
            ("./g/.", Some("http://a/b/c/g/")),
            ("g/./h", Some("http://a/b/c/g/h")),
            ("g/../h", Some("http://a/b/c/h")),
            ("g?y/../x", Some("http://a/b/c/g?y/../x")),
            ("http://x/y", Some("http://x/y")),
            ("mailto:somebody@x", None),
            ("http://a b/", None),
        ] {
            let joined = join_url(&base, reference).ok().map(|uri| uri.to_string());
            assert_eq!(joined.as_deref(), wanted, "{reference:?}");
        }
    }

    #[test]
    fn servers_are_the_same_or_not() {
        let target = |url: &str| Target::of(&url.parse().unwrap());
        assert_eq!(target("http://A.example/x").unwrap(), target("http://a.example:80").unwrap());
        assert_ne!(target("http://a.example/x").unwrap(), target("https://a.example/x").unwrap());
        assert_eq!(target("https://[::1]/").unwrap().to_string(), "[::1]:443");
        assert!(target("http://a.example:0/").is_err());
    }
}
