//! Limits on time.

use std::io;

use ryu_sdn::hub::{self, Elapsed, Timeout};

use crate::{Finally, cs, py, say, sleep, twins};

twins! {
    timeout_raises {
        let block = async {
            say!("in");
            sleep(100).await;
            say!("never");
        };
        if Timeout::after(cs(2)).run(block).await.is_err() {
            say!("timed out");
        }
    }

    timeout_in_time {
        let limit = Timeout::after(cs(4));
        let block = async {
            sleep(2).await;
            say!("in time, pending", py(limit.is_pending()));
        };
        limit.run(block).await.unwrap();
        limit.cancel();
        say!("pending", py(limit.is_pending()));
        sleep(4).await;
        say!("done");
    }

    timeout_restart {
        let limit = Timeout::after(cs(10));
        sleep(6).await;
        limit.cancel();
        say!("pending", py(limit.is_pending()));
        limit.start();
        say!("pending", py(limit.is_pending()));
        let block = async {
            sleep(6).await;
            say!("it began again");
            sleep(6).await;
            say!("not reached");
        };
        let over = limit.run(block).await.unwrap_err();
        say!("over", py(limit.is(&over)), py(limit.is_pending()));
    }

    timeout_silent {
        let block = async {
            say!("in");
            sleep(100).await;
            say!("never");
        };
        Timeout::after(cs(2)).run_silently(block).await;
        say!("out");
    }

    timeout_own_error {
        let limit = Timeout::after(cs(2));
        let block = async {
            sleep(100).await;
            Ok(())
        };
        if let Err(error) = limit.run_or(|| "the switch is silent", block).await {
            say!("raised", error);
        }
    }

    timeout_inner {
        let outer = Timeout::after(cs(6));
        let block = async {
            let inner = Timeout::after(cs(2));
            let error = inner.run(sleep(100)).await.unwrap_err();
            say!("inner", py(inner.is(&error)), "outer", py(outer.is(&error)));
            say!("goes on in outer");
            sleep(100).await;
            inner
        };
        let error = outer.run(block).await.unwrap_err();
        // The inner one went with its block, and is not this one.
        say!("inner", py(!outer.is(&error)), "outer", py(outer.is(&error)));
    }

    timeout_outer {
        let outer = Timeout::after(cs(2));
        let block = async {
            let inner = async {
                let _finally = Finally(|| say!("inner block is left"));
                sleep(100).await;
            };
            Timeout::after(cs(6)).run_silently(inner).await;
            say!("never");
        };
        let error = outer.run(block).await.unwrap_err();
        say!("outer", py(outer.is(&error)));
        sleep(6).await;
        say!("done");
    }

    timeout_never {
        let limit = Timeout::never();
        let block = async {
            sleep(2).await;
            say!("pending", py(limit.is_pending()));
        };
        limit.run(block).await.unwrap();
        say!("done");
    }

    with_timeout {
        let slow = || async {
            sleep(4).await;
            "a page"
        };
        say!(hub::with_timeout(cs(2), slow(), "nothing").await);
        say!(hub::with_timeout(cs(6), slow(), "nothing").await);
        if hub::timeout(cs(2), slow()).await == Err(Elapsed) {
            say!("timed out");
        }
    }

    is_timeout {
        let over = Timeout::after(cs(0)).run(sleep(1)).await.unwrap_err();
        say!(py(hub::is_timeout(&over)));
        say!(py(hub::is_timeout(&io::Error::from(io::ErrorKind::TimedOut))));
        say!(py(hub::is_timeout(&io::Error::other("another error"))));
    }
}
