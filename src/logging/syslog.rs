//! Syslog: datagrams to a socket of this machine (RFC 3164 section 4.1, without the time, which
//! the daemon adds), that never keep the loop waiting.

use std::collections::VecDeque;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Duration;

use log::Level;

use super::LoggingError;

/// Where the daemon listens.
const SOCKET: &str = "/dev/log";

/// Most bytes of a message; what is longer is cut. Daemons take at least this much.
const MESSAGE_MAX: usize = 8 << 10;

/// How many messages wait for the daemon. The kernel's queue has room for ten on many machines, which is
/// less than a start says at once.
const WAITING_MAX: usize = 1000;

/// How long the end of the program waits until the daemon has room for one more.
const LAST_WAIT: Duration = Duration::from_millis(5);

/// The facilities that a program may log to, in the order of [`CODES`].
pub(super) static FACILITIES: [&str; 10] = [
    "user", "daemon", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
    "local7",
];

/// The codes of [`FACILITIES`] (RFC 5424 section 6.2.1).
const CODES: [u8; 10] = [1, 3, 16, 17, 18, 19, 20, 21, 22, 23];

/// A connection to the daemon.
pub(super) struct Syslog {
    socket: UnixDatagram,
    path: PathBuf,
    facility: u8,
    /// `ryu-manager[4711]`
    tag: String,
    /// What the daemon has no room for yet, the oldest in front.
    waiting: VecDeque<String>,
    /// Messages that there was no room for here either since the last one that was.
    dropped: u64,
}

impl Syslog {
    pub(super) fn open(facility: &str, program: &str) -> Result<Syslog, LoggingError> {
        Syslog::open_at(Path::new(SOCKET), facility, program)
    }

    pub(super) fn open_at(
        path: &Path,
        facility: &str,
        program: &str,
    ) -> Result<Syslog, LoggingError> {
        let failed = |cause| LoggingError::Syslog { path: path.to_owned(), cause };
        let at = FACILITIES.iter().position(|known| *known == facility).unwrap_or(0);
        Ok(Syslog {
            socket: connect(path).map_err(failed)?,
            path: path.to_owned(),
            facility: CODES[at],
            tag: format!("{program}[{}]", std::process::id()),
            waiting: VecDeque::new(),
            dropped: 0,
        })
    }

    /// Sends a message. What the daemon has no room for now waits; of more than [`WAITING_MAX`] such messages
    /// the later ones are counted and dropped.
    pub(super) fn write(&mut self, level: Level, text: &str) {
        self.send_waiting();
        if self.waiting.len() >= WAITING_MAX {
            self.dropped += 1;
            return;
        }
        if self.dropped > 0 {
            let lost = format!("{} messages were dropped: syslog was too slow", self.dropped);
            self.waiting.push_back(self.message(Level::Warn, &lost));
            self.dropped = 0;
        }
        self.waiting.push_back(self.message(level, text));
        self.send_waiting();
    }

    /// Sends what waits, as far as the daemon has room for it. Returns whether something is left.
    pub(super) fn send_waiting(&mut self) -> bool {
        while let Some(message) = self.waiting.pop_front() {
            if self.send(&message).is_err() {
                self.waiting.push_front(message);
                return true;
            }
        }
        false
    }

    /// Sends what waits, and waits for the daemon at each message, but not for one that does not read: at the end
    /// of the program.
    pub(super) fn finish(&mut self) {
        let _ = self.socket.set_write_timeout(Some(LAST_WAIT));
        let _ = self.socket.set_nonblocking(false);
        self.send_waiting();
        let _ = self.socket.set_nonblocking(true);
    }

    /// A message as the daemon takes it.
    fn message(&self, level: Level, text: &str) -> String {
        let severity = match level {
            Level::Error => 3,
            Level::Warn => 4,
            Level::Info => 6,
            Level::Debug | Level::Trace => 7,
        };
        let mut message = format!("<{}>{}: {text}", self.facility * 8 + severity, self.tag);
        let end =
            (0..=MESSAGE_MAX.min(message.len())).rev().find(|at| message.is_char_boundary(*at));
        message.truncate(end.unwrap_or(0));
        message
    }

    fn send(&mut self, message: &str) -> io::Result<()> {
        match self.socket.send(message.as_bytes()) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(error),
            // The daemon has been started again. Connecting a datagram socket does not wait.
            Err(_) => {
                self.socket = connect(&self.path)?;
                self.socket.send(message.as_bytes()).map(drop)
            }
        }
    }
}

fn connect(path: &Path) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    socket.connect(path)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A daemon's socket, in a directory of this test's own.
    struct Daemon {
        folder: PathBuf,
        socket: Option<UnixDatagram>,
    }

    impl Daemon {
        fn start(name: &str) -> Daemon {
            let folder =
                std::env::temp_dir().join(format!("ryu-syslog-{}-{name}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            let mut daemon = Daemon { folder, socket: None };
            daemon.restart();
            daemon
        }

        fn path(&self) -> PathBuf {
            self.folder.join("log")
        }

        fn restart(&mut self) {
            self.socket = None;
            let _ = fs::remove_file(self.path());
            let socket = UnixDatagram::bind(self.path()).unwrap();
            socket.set_nonblocking(true).unwrap();
            self.socket = Some(socket);
        }

        fn message(&self) -> Option<String> {
            let mut bytes = vec![0; 64 << 10];
            let read = self.socket.as_ref().unwrap().recv(&mut bytes).ok()?;
            Some(String::from_utf8(bytes[..read].to_vec()).unwrap())
        }
    }

    impl Drop for Daemon {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    #[test]
    fn a_message_has_its_priority_and_who_sent_it() {
        let daemon = Daemon::start("priority");
        let mut syslog = Syslog::open_at(&daemon.path(), "local3", "ryu-manager").unwrap();
        let tag = format!("ryu-manager[{}]", std::process::id());
        for (level, priority) in
            [(Level::Error, 155), (Level::Warn, 156), (Level::Info, 158), (Level::Debug, 159)]
        {
            syslog.write(level, "text");
            assert_eq!(daemon.message().unwrap(), format!("<{priority}>{tag}: text"));
        }
        let mut user = Syslog::open_at(&daemon.path(), "user", "ryu").unwrap();
        user.write(Level::Info, "x");
        assert!(daemon.message().unwrap().starts_with("<14>ryu["));
    }

    #[test]
    fn a_daemon_that_does_not_read_keeps_nobody_waiting_and_hears_how_much_it_missed() {
        let daemon = Daemon::start("slow");
        let mut syslog = Syslog::open_at(&daemon.path(), "user", "ryu").unwrap();
        // More than any socket holds.
        for n in 0..100_000 {
            syslog.write(Level::Info, &n.to_string());
        }
        let (dropped, waiting) = (syslog.dropped, syslog.waiting.len() as u64);
        assert!(dropped > 0 && waiting == WAITING_MAX as u64);
        let mut kept = 0;
        while !syslog.waiting.is_empty() {
            while daemon.message().is_some() {
                kept += 1;
            }
            syslog.send_waiting();
        }
        while daemon.message().is_some() {
            kept += 1;
        }
        assert_eq!(kept + dropped, 100_000);
        syslog.write(Level::Info, "after");
        let lost = daemon.message().unwrap();
        assert!(
            lost.ends_with(&format!("{dropped} messages were dropped: syslog was too slow")),
            "{lost}"
        );
        assert!(daemon.message().unwrap().ends_with(": after"));
    }

    #[test]
    fn a_burst_is_told_whole_and_in_its_order() {
        let daemon = Daemon::start("burst");
        let mut syslog = Syslog::open_at(&daemon.path(), "user", "ryu").unwrap();
        for n in 0..WAITING_MAX {
            syslog.write(Level::Info, &n.to_string());
        }
        for n in 0..WAITING_MAX {
            let message = daemon.message().unwrap();
            assert!(message.ends_with(&format!(": {n}")), "{message}");
            syslog.send_waiting();
        }
        assert_eq!((syslog.dropped, daemon.message()), (0, None));
    }

    #[test]
    fn a_daemon_that_has_been_started_again_is_found() {
        let mut daemon = Daemon::start("again");
        let mut syslog = Syslog::open_at(&daemon.path(), "user", "ryu").unwrap();
        daemon.restart();
        syslog.write(Level::Info, "there you are");
        assert!(daemon.message().unwrap().ends_with("there you are"));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let daemon = Daemon::start("long");
        let mut syslog = Syslog::open_at(&daemon.path(), "user", "ryu").unwrap();
        syslog.write(Level::Info, &"ü".repeat(MESSAGE_MAX));
        let message = daemon.message().unwrap();
        assert!(
            message.len() <= MESSAGE_MAX
                && message.len() >= MESSAGE_MAX - 1
                && message.ends_with('ü')
        );
    }

    #[test]
    fn without_a_daemon_the_socket_is_named() {
        let error = Syslog::open_at(Path::new("/nonexistent/log"), "user", "ryu").err().unwrap();
        assert!(
            error.to_string().starts_with("cannot log to syslog at /nonexistent/log: "),
            "{error}"
        );
    }
}
