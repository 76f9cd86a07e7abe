//! Servers, clients and names: on loopback, most of it on the test clock. (What is on its way
//! through loopback is there when the loop looks next, so that clock never overtakes it.)

mod connect;
mod dns;
mod left_over;
mod lines;
mod serve;

use std::future::Future;
use std::time::Duration;

use crate::clock::Clock;
use crate::hub::{self, Hub};

/// On a clock that jumps to the next deadline when nothing can run.
fn run<T>(test: impl Future<Output = T>) -> T {
    Hub::new(Clock::test()).unwrap().block_on(test)
}

/// On the real one, which no test may need for long.
fn run_real<T>(test: impl Future<Output = T>) -> T {
    let test = async { hub::timeout(Duration::from_secs(20), test).await };
    Hub::new(Clock::real())
        .unwrap()
        .block_on(test)
        .expect("it is done long before its time is over")
}
