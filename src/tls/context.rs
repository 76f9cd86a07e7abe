//! Key, certificate and CA: read from files, checked, and renewed while running.

use std::cell::RefCell;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion, version};
use thiserror::Error;

use super::verify::{ClientVerifier, Seen, ServerVerifier};
use super::{roots, suites};

/// The oldest version of TLS that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246); nothing older is to be had.
    #[default]
    V1_2,
    /// TLS 1.3 (RFC 8446).
    V1_3,
}

/// Where a [`TlsContext`] comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// Private key and certificate chain (own certificate first), files in PEM. Needed to be a
    /// server, and as a client towards servers that want to know who calls.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// CA certificates in PEM. With them every client has to have a certificate of theirs; they
    /// are needed to be a client.
    pub ca_certs: Option<PathBuf>,
    /// Names of cipher suites, as IANA or OpenSSL call them; none: all there are.
    pub ciphers: Vec<String>,
    /// The oldest version that is spoken.
    pub min_version: TlsVersion,
}

/// Why there is no TLS.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The settings cannot be.
    #[error("{0}")]
    Settings(String),
}

/// What handshakes need: a counted reference, the same for all listeners and dialers, so that
/// [`reload`](TlsContext::reload) reaches all of them.
#[derive(Clone)]
pub struct TlsContext(Rc<RefCell<Rc<Configs>>>);

/// What one reading of the files gave.
pub(super) struct Configs {
    settings: TlsSettings,
    pub(super) server: Option<Arc<ServerConfig>>,
    /// Without and with a look at the server's name.
    pub(super) clients: Option<[Arc<ClientConfig>; 2]>,
    pub(super) seen: Arc<Seen>,
}

impl TlsContext {
    /// Reads the files and checks that they fit together.
    ///
    /// # Errors
    /// Which file cannot be used, and why.
    pub fn load(settings: TlsSettings) -> Result<TlsContext, TlsError> {
        Ok(TlsContext::of(Configs::load(settings, Strictness::Whole)?))
    }

    /// A client's that believes the CAs of this machine: those in the file that `SSL_CERT_FILE`
    /// names, or where the distribution keeps them. A certificate in it that cannot be read is
    /// passed over.
    ///
    /// # Errors
    /// If there is no such file, or nothing in it.
    pub fn system() -> Result<TlsContext, TlsError> {
        let file = roots::system_file().ok_or_else(|| {
            let reason = "no CA certificates found on this machine (package ca-certificates)";
            TlsError::Settings(reason.to_owned())
        })?;
        let settings = TlsSettings { ca_certs: Some(file), ..TlsSettings::default() };
        Ok(TlsContext::of(Configs::load(settings, Strictness::WhatIsGood)?))
    }

    fn of(configs: Configs) -> TlsContext {
        TlsContext(Rc::new(RefCell::new(Rc::new(configs))))
    }

    /// Whether a reload of one is a reload of the other.
    pub(crate) fn is_same(&self, other: &TlsContext) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Reads the files again, which may be others, for the handshakes to come; the connections that
    /// are there go on with what they have.
    ///
    /// # Errors
    /// As for [`load`](TlsContext::load); all stays as it was.
    pub fn reload(&self, settings: TlsSettings) -> Result<(), TlsError> {
        let configs = Configs::load(settings, Strictness::Whole)?;
        let missing = |now: bool, then: bool| now && !then;
        let before = self.current();
        if missing(before.server.is_some(), configs.server.is_some()) {
            return Err(TlsError::Settings("a key and a certificate are in use".to_owned()));
        }
        if missing(before.clients.is_some(), configs.clients.is_some()) {
            return Err(TlsError::Settings("CA certificates are in use".to_owned()));
        }
        *self.0.borrow_mut() = Rc::new(configs);
        Ok(())
    }

    /// Whether it can be a server: it has a key and a certificate.
    pub fn can_accept(&self) -> bool {
        self.current().server.is_some()
    }

    /// Whether it can be a client: it has a CA.
    pub fn can_connect(&self) -> bool {
        self.current().clients.is_some()
    }

    /// Whether clients need a certificate: there is a CA.
    pub fn asks_clients(&self) -> bool {
        self.current().settings.ca_certs.is_some()
    }

    pub(super) fn current(&self) -> Rc<Configs> {
        Rc::clone(&self.0.borrow())
    }
}

impl fmt::Debug for TlsContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TlsContext").field(&self.current().settings).finish()
    }
}

impl Configs {
    fn load(settings: TlsSettings, strictness: Strictness) -> Result<Configs, TlsError> {
        let provider = Arc::new(CryptoProvider {
            cipher_suites: suites::by_name(&settings.ciphers).map_err(TlsError::Settings)?,
            ..rustls::crypto::ring::default_provider()
        });
        let versions = versions(settings.min_version);
        let usable = |suite: &&rustls::SupportedCipherSuite| {
            versions.iter().any(|version| suite.version() == *version)
        };
        if !provider.cipher_suites.iter().any(|suite| usable(&suite)) {
            let reason = "none of the cipher suites is one of the versions of TLS that are allowed";
            return Err(TlsError::Settings(reason.to_owned()));
        }
        // A version without a suite would be offered and then fail.
        let versions: Vec<_> = versions
            .iter()
            .copied()
            .filter(|version| provider.cipher_suites.iter().any(|s| s.version() == *version))
            .collect();
        let roots = settings.ca_certs.as_deref().map(|path| read_roots(path, strictness));
        let roots = roots.transpose()?.map(Arc::new);
        let seen = Arc::new(Seen::default());
        let unusable = |error| TlsError::Settings(format!("TLS cannot be set up: {error}"));

        let mut server = None;
        if let Some((key, chain)) = &settings.identity {
            let builder = ServerConfig::builder_with_provider(provider.clone())
                .with_protocol_versions(&versions)
                .map_err(unusable)?;
            let builder = match &roots {
                None => builder.with_no_client_auth(),
                Some(roots) => {
                    let inner = WebPkiClientVerifier::builder_with_provider(
                        roots.clone(),
                        provider.clone(),
                    )
                    .build()
                    .map_err(|error| TlsError::Settings(format!("CA certificates: {error}")))?;
                    let seen = seen.clone();
                    builder.with_client_cert_verifier(Arc::new(ClientVerifier { inner, seen }))
                }
            };
            let mut config = builder
                .with_single_cert(read_certificates(chain)?, read_key(key)?)
                .map_err(|error| mismatch(key, chain, &error))?;
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
            server = Some(Arc::new(config));
        }

        let mut clients = None;
        if let Some(roots) = &roots {
            let client = |checks_name| {
                let verifier = ServerVerifier {
                    roots: roots.clone(),
                    algorithms: provider.signature_verification_algorithms,
                    checks_name,
                    seen: seen.clone(),
                };
                let builder = ClientConfig::builder_with_provider(provider.clone())
                    .with_protocol_versions(&versions)
                    .map_err(unusable)?
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(verifier));
                let mut config = match &settings.identity {
                    None => builder.with_no_client_auth(),
                    Some((key, chain)) => builder
                        .with_client_auth_cert(read_certificates(chain)?, read_key(key)?)
                        .map_err(|error| mismatch(key, chain, &error))?,
                };
                config.resumption = rustls::client::Resumption::disabled();
                Ok(Arc::new(config))
            };
            clients = Some([client(false)?, client(true)?]);
        }
        Ok(Configs { settings, server, clients, seen })
    }
}

/// The newest first.
static VERSIONS: [&SupportedProtocolVersion; 2] = [&version::TLS13, &version::TLS12];

fn versions(min: TlsVersion) -> &'static [&'static SupportedProtocolVersion] {
    match min {
        TlsVersion::V1_2 => &VERSIONS,
        TlsVersion::V1_3 => &VERSIONS[..1],
    }
}

fn mismatch(key: &Path, chain: &Path, error: &rustls::Error) -> TlsError {
    let reason = match error {
        rustls::Error::InconsistentKeys(_) => {
            format!("is not the certificate of the key {}", key.display())
        }
        rustls::Error::General(text) => format!("the key {} is of no use: {text}", key.display()),
        error => format!("cannot be used with the key {}: {error}", key.display()),
    };
    TlsError::Content { path: chain.to_owned(), reason }
}

#[expect(
    clippy::disallowed_methods,
    reason = "at the start, and when SIGHUP asks for it: a few small files"
)]
fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|cause| TlsError::File { path: path.to_owned(), cause })
}

fn content(path: &Path, reason: impl Into<String>) -> TlsError {
    TlsError::Content { path: path.to_owned(), reason: reason.into() }
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bytes = read(path)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let certificates = certificates.map_err(|error| content(path, no_pem(&error)))?;
    if certificates.is_empty() {
        return Err(content(path, "there is no certificate in it (\"BEGIN CERTIFICATE\", PEM)"));
    }
    Ok(certificates)
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let bytes = read(path)?;
    let is_locked = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")
    };
    if is_locked(&bytes) {
        return Err(content(path, "the key is encrypted; nobody is here to be asked a password"));
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| match error {
        pem::Error::NoItemsFound => {
            content(path, "there is no private key in it (\"BEGIN PRIVATE KEY\", PEM)")
        }
        error => content(path, no_pem(&error)),
    })
}

fn no_pem(error: &pem::Error) -> String {
    format!("is no good PEM: {error}")
}

/// What is made of a file of CAs with a certificate in it that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strictness {
    /// An error: somebody chose this file.
    Whole,
    /// The others.
    WhatIsGood,
}

fn read_roots(path: &Path, strictness: Strictness) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for (n, certificate) in read_certificates(path)?.into_iter().enumerate() {
        match roots.add(certificate) {
            Ok(()) => {}
            Err(error) if strictness == Strictness::WhatIsGood => {
                log::debug!("{}: certificate {} is passed over: {error}", path.display(), n + 1);
            }
            Err(error) => {
                let reason = format!("certificate {} cannot be trusted: {error}", n + 1);
                return Err(content(path, reason));
            }
        }
    }
    if roots.is_empty() {
        return Err(content(path, "no certificate in it can be trusted"));
    }
    Ok(roots)
}
