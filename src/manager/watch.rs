//! What the manager does about the hub itself: options, the stall watch, the dump in the log.

use std::thread::available_parallelism;
use std::time::Duration;

use log::{info, warn};

use crate::app::Bus;
use crate::conf::Conf;
use crate::hub::{self, Handle, StallWatch, tpool};
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
    match (conf.get(&BUSY_POLL), available_parallelism()) {
        (0, _) => {}
        (_, Ok(cores)) if cores.get() == 1 => {
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

/// Writes the state of the loop into the log.
pub(super) fn dump(bus: &Bus) {
    for line in Overview::with_inboxes(&hub::current(), bus).lines() {
        info!("{line}");
    }
}
