//! Certificates for tests: made anew each time, in a folder of the test's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    SerialNumber, date_time_ymd,
};

use crate::tls::{TlsContext, TlsSettings};

/// A CA, and the folder for all files.
pub(crate) struct Pki {
    folder: PathBuf,
    ca: CertifiedIssuer<'static, KeyPair>,
}

impl Pki {
    pub(crate) fn new(name: &str) -> Pki {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("ryu-sdn-pki-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut params = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let pki = Pki { folder, ca };
        pki.write("ca.pem", &pki.ca.pem());
        pki
    }

    /// Key and certificate for `name`, valid until the end of the year before `until`.
    pub(crate) fn identity(&self, name: &str, until: i32) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let mut params = named(name);
        params.serial_number = Some(SerialNumber::from_slice(&[0x1a, 0x2b]));
        params.not_before = date_time_ymd(2001, 2, 3);
        params.not_after = date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.ca).unwrap();
        (
            self.write(&format!("{name}-privkey.pem"), &key.serialize_pem()),
            self.write(&format!("{name}-cert.pem"), &certificate.pem()),
        )
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// What somebody with a valid certificate uses who believes in this CA.
    pub(crate) fn settings(&self, name: &str) -> TlsSettings {
        TlsSettings {
            identity: Some(self.identity(name, 2999)),
            ca_certs: Some(self.ca()),
            ..TlsSettings::default()
        }
    }

    pub(crate) fn context(&self, name: &str) -> TlsContext {
        TlsContext::load(self.settings(name)).unwrap()
    }
}

impl Drop for Pki {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![format!("{name}.example")]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "US");
    params.distinguished_name.push(DnType::OrganizationName, "Open vSwitch");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

pub(crate) fn file_name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}
