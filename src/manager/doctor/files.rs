//! Files that are to be read or written.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::conf::{Conf, PID_FILE, Program};
use crate::controller::options::{CTL_PRIVKEY, RECORD};
use crate::http::options::WSAPI_KEY;
use crate::logging::{self, USE_SYSLOG};

use super::finding::{Finding, Report};

/// Syslog's socket.
const SYSLOG: &str = "/dev/log";

pub(super) fn examine(conf: &Conf, report: &mut Report) {
    let written = [
        ("log file", logging::log_path(conf, Program::RyuManager.executable())),
        ("pid file", conf.get(&PID_FILE)),
        ("recording", conf.get(&RECORD)),
    ];
    for (what, path) in written {
        let Some(path) = path else { continue };
        let shown = path.display();
        report.add(match writable(&path) {
            Ok(()) => Finding::ok("files", format!("{what} {shown} can be written")),
            Err(cause) => {
                Finding::problem("files", format!("{what} {shown} cannot be written: {cause}"))
            }
        });
    }
    // Whether a key can be read at all is for those who use it to say.
    for path in [conf.get(&CTL_PRIVKEY), conf.get(&WSAPI_KEY)].into_iter().flatten() {
        let is_open =
            fs::metadata(&path).is_ok_and(|found| found.permissions().mode() & 0o044 != 0);
        if is_open {
            let text = format!("others than its owner can read the key {}", path.display());
            report.add(
                Finding::warning("files", text).advised(format!("chmod 600 {}", path.display())),
            );
        }
    }
    if conf.get(&USE_SYSLOG) && fs::metadata(SYSLOG).is_err() {
        let text = format!("--use-syslog, and there is no {SYSLOG}: no syslog runs");
        report.add(Finding::problem("files", text));
    }
}

/// Whether the file can be opened for writing. What is in it stays as it is; one that is not there
/// is not there afterwards, either.
#[expect(clippy::disallowed_methods, reason = "a program of its own, without a loop")]
fn writable(path: &Path) -> io::Result<()> {
    match OpenOptions::new().append(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened.map(drop),
    }
    OpenOptions::new().append(true).create_new(true).open(path)?;
    fs::remove_file(path)
}
