//! Unix signals.

use signal_hook::low_level::raise;

use super::real_hub;
use crate::hub::{self, Signals};

const SIGUSR1: i32 = 10;
const SIGUSR2: i32 = 12;
const SIGKILL: i32 = 9;

#[test]
fn signals_are_heard_one_by_one_and_none_is_lost_in_another() {
    let hub = real_hub();
    hub.block_on(async {
        let signals = Signals::new(&[SIGUSR1, SIGUSR2]).unwrap();
        let listener = hub::spawn("listener", async move {
            let mut heard = Vec::new();
            for _ in 0..3 {
                heard.push(signals.recv().await);
            }
            heard
        });
        // It waits before the first signal comes.
        hub::yield_now().await;
        raise(SIGUSR2).unwrap();
        raise(SIGUSR1).unwrap();
        raise(SIGUSR1).unwrap();
        assert_eq!(listener.await.unwrap(), [SIGUSR1, SIGUSR1, SIGUSR2]);
        assert_eq!(hub::current().source_count(), 0);
    });
}

#[test]
#[should_panic(expected = "forbidden signal")]
fn a_signal_that_nobody_can_catch_is_refused() {
    real_hub().block_on(async { drop(Signals::new(&[SIGKILL])) });
}
