//! What the manager does about the hub itself: options, the stall watch, the dump in the log.

use std::thread::available_parallelism;
use std::time::Duration;

use log::{error, info, warn};

use crate::app::Bus;
use crate::conf::Conf;
use crate::hub::{self, Handle, StallWatch, tpool};
use crate::logging;
use crate::services::hub::Overview;

crate::options! {
    section "Loop";

    /// A task that runs for so long without letting others run is named in the log; 0 = none is.
    pub(super) static STALL_LIMIT: Opt<Duration> = seconds("stall-limit", 0.0..=3600.0).default(0.25);

    /// Microseconds for which the loop looks at its sockets again before it sleeps, while messages come
    /// that quickly; 0 = not at all. Costs processor time, and nothing on a host with one core: it is
    /// off there.
    pub(super) static BUSY_POLL: Opt<u32> = count("busy-poll-us", 0..=10_000).default(0);

    /// Threads for work that would block the loop, at most; 0 = such work is done in the loop.
    pub(super) static THREADPOOL_SIZE: Opt<u32> =
        count("threadpool-size", 0..=1000).default(20).file_only();
}

/// Sets up the hub as the options want it. The watch lasts as long as what this returns.
pub(super) fn start(hub: &Handle, conf: &Conf) -> Option<StallWatch> {
    hub.measure(true);
    tpool::set_num_threads(conf.get(&THREADPOOL_SIZE) as usize);
    match (conf.get(&BUSY_POLL), cores()) {
        (0, _) => {}
        (_, 1) => {
            warn!(
                "busy-poll-us is off: with one core, who looks again keeps the others from running"
            );
        }
        (micros, _) => hub.busy_poll(Duration::from_micros(micros.into())),
    }
    let limit = conf.get(&STALL_LIMIT);
    if limit.is_zero() {
        return None;
    }
    match hub.watch_stalls(limit) {
        Ok(watch) => Some(watch),
        Err(cause) => {
            warn!("nobody watches the loop for stalls: {cause}");
            None
        }
    }
}

/// How many cores the host has, whichever of them this program may run on: who binds it to one of
/// many has given it that one.
#[allow(clippy::disallowed_methods, reason = "once, before the loop runs")]
fn cores() -> usize {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let is_core = |line: &&str| line.starts_with("cpu") && !line.starts_with("cpu ");
    match stat.lines().filter(is_core).count() {
        0 => available_parallelism().map_or(1, usize::from),
        cores => cores,
    }
}

/// Writes the state of the loop into the log.
pub(super) fn dump(bus: &Bus) {
    for line in Overview::with_inboxes(&hub::current(), bus).lines() {
        info!("{line}");
    }
}

/// Time between two looks at whether the log file has been renamed or removed.
const LOG_WATCH: Duration = Duration::from_secs(1);

/// Time between two looks at whether syslog has room, while something waits for it.
const SYSLOG_WATCH: Duration = Duration::from_millis(20);

/// Opens the log file again whenever it has been renamed or removed, and tells syslog what it had no room for.
pub(super) async fn watch_log() {
    loop {
        hub::sleep(if logging::send_waiting() { SYSLOG_WATCH } else { LOG_WATCH }).await;
        reopen_log().await;
    }
}

/// Opens the log file again if it has been renamed or removed.
pub(super) async fn reopen_log() {
    match tpool::execute(logging::reopen_if_moved).await {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => error!("{cause}; the log goes on in the file that is open"),
        Err(cause) => error!("the log file is not watched: {cause}"),
    }
}
