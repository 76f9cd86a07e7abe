//! Pools: `GreenPool`, `GreenPile`, `imap`, `starmap`.

use std::cell::Cell;
use std::future::{Future, pending};
use std::pin::Pin;
use std::rc::Rc;

use ryu_sdn::hub::{self, JoinError, Timeout};
use ryu_sdn::pool::{GreenMap, GreenPile, GreenPool};

use crate::{cs, raise, say, sleep, text, twins};

async fn pow(base: u32, exponent: u32) -> u32 {
    base.pow(exponent)
}

async fn all(mut map: GreenMap<u32>) -> String {
    let mut all = Vec::new();
    while let Some(n) = map.next().await {
        all.push(n.unwrap().to_string());
    }
    all.join(" ")
}

/// Sleeps for `n` fiftieths of a second, and says when it has.
async fn nap(n: u32) -> u32 {
    sleep(2 * n).await;
    say!("end", n);
    n
}

fn dive(pool: GreenPool, depth: u32) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        sleep(2).await;
        say!("depth", depth);
        if depth > 0 {
            pool.spawn_n("dive", dive(pool.clone(), depth - 1)).await;
        }
    })
}

twins! {
    pool_bound {
        let pool = GreenPool::new(2);
        for n in 0..3 {
            let work = async move {
                say!("begin", n);
                sleep(2).await;
                say!("end", n);
            };
            pool.spawn_n("work", work).await;
            say!("spawned", n, "running", pool.running(), "free", pool.free());
        }
        pool.waitall().await;
        say!("running", pool.running(), "free", pool.free());
    }

    pool_no_wait {
        let (pool, mut tasks) = (GreenPool::new(3), Vec::new());
        for n in 0..3 {
            let work = async move {
                say!("work", n);
                n
            };
            tasks.push(pool.spawn("work", work).await);
        }
        say!("spawned");
        let results = hub::joinall(tasks).await;
        let results: Vec<_> = results.into_iter().map(|n| n.unwrap().to_string()).collect();
        say!(results.join(" "));
    }

    pool_in_place {
        let pool = GreenPool::new(1);
        let theirs = pool.clone();
        let outer = async move {
            say!("outer", theirs.free());
            let inner = async {
                say!("inner");
                "a result"
            };
            let task = theirs.spawn("inner", inner).await;
            say!("spawned");
            say!("got", task.await.unwrap());
        };
        pool.spawn_n("outer", outer).await;
        pool.waitall().await;
        say!("done");
    }

    pool_in_place_n {
        let pool = GreenPool::new(1);
        let theirs = pool.clone();
        let outer = async move {
            for n in 0..2 {
                let inner = async move {
                    say!("inner", n);
                    sleep(2).await;
                    say!("inner ends", n);
                };
                theirs.spawn_n("inner", inner).await;
                say!("spawned", n, "running", theirs.running());
            }
        };
        pool.spawn_n("outer", outer).await;
        pool.waitall().await;
        say!("done");
    }

    pool_waitall {
        let pool = GreenPool::new(5);
        pool.spawn_n("dive", dive(pool.clone(), 3)).await;
        pool.waitall().await;
        say!("done");
        pool.waitall().await;
        say!("nothing to wait for");
    }

    pool_waitall_inside {
        let pool = GreenPool::new(2);
        let theirs = pool.clone();
        let work = async move {
            say!("inside");
            theirs.waitall().await;
            say!("never");
        };
        let task = pool.spawn("work", work).await;
        assert!(matches!(task.await, Err(JoinError::Panicked(_))));
        say!("refused");
    }

    pool_resize {
        let work = |n: u32| async move {
            say!("begin", n);
            nap(n).await;
        };
        let pool = GreenPool::new(3);
        for n in 1..=3 {
            pool.spawn_n("work", work(n)).await;
        }
        pool.resize(1);
        say!("free", pool.free(), "running", pool.running());
        pool.spawn_n("work", work(0)).await;
        say!("spawned");
        pool.waitall().await;
        say!("free", pool.free());
        pool.resize(2);
        say!("free", pool.free());
    }

    pool_grow {
        let work = |n: u32| async move {
            say!("begin", n);
            sleep(4).await;
            say!("end", n);
        };
        let pool = GreenPool::new(1);
        pool.spawn_n("work", work(0)).await;
        let theirs = pool.clone();
        hub::spawn_n("spawner", async move {
            theirs.spawn_n("work", work(1)).await;
            say!("spawned", 1);
        });
        sleep(2).await;
        say!("waiting", pool.waiting());
        pool.resize(2);
        sleep(0).await;
        sleep(0).await;
        say!("waiting", pool.waiting());
        pool.waitall().await;
    }

    pool_zero {
        let pool = GreenPool::new(0);
        let spawn = pool.spawn_n("work", async { say!("never") });
        if Timeout::after(cs(2)).run(spawn).await.is_err() {
            say!("timed out");
        }
        let (running, free, waiting) = (pool.running(), pool.free(), pool.waiting());
        say!("running", running, "free", free, "waiting", waiting);
        pool.waitall().await;
        say!("done");
    }

    pool_exception {
        let pool = GreenPool::new(1);
        let raises = async {
            say!("raises");
            raise("broken")
        };
        let first = pool.spawn("raises", raises).await;
        let works = async {
            say!("works");
            2
        };
        // Here eventlet's spawn waits for the slot as well.
        let second = pool.spawn("works", works).await;
        let raised: Result<(), _> = first.await;
        say!("first raised", text(raised.unwrap_err()));
        say!("second", second.await.unwrap());
        say!("free", pool.free());
    }

    pool_kill {
        let pool = GreenPool::new(1);
        let first = pool.spawn("waits", pending::<()>()).await;
        sleep(0).await;
        say!("free", pool.free());
        hub::kill(&first).await;
        say!("free", pool.free());
        pool.spawn_n("works", async { say!("works") }).await;
        pool.waitall().await;
    }

    pile_order {
        let pile = GreenPile::new(GreenPool::new(10));
        for n in [3, 1, 2] {
            pile.spawn("nap", nap(n)).await;
        }
        while let Some(n) = pile.next().await {
            say!("got", n.unwrap());
        }
    }

    pile_exception {
        let pile = GreenPile::new(GreenPool::new(10));
        for n in 0..3 {
            let work = async move {
                if n == 1 {
                    raise("one");
                }
                n
            };
            pile.spawn("work", work).await;
        }
        while let Some(result) = pile.next().await {
            match result {
                Ok(n) => say!("got", n),
                Err(error) => say!("raised", text(error)),
            }
        }
        say!("done");
    }

    pile_unused {
        let pile = GreenPile::<u32>::new(GreenPool::default());
        assert!(pile.next().await.is_none());
        say!("results");
    }

    piles_share {
        let pool = GreenPool::new(2);
        let (one, two) = (GreenPile::new(pool.clone()), GreenPile::new(pool));
        for (pile, name, time) in [(&one, "a", 2), (&two, "b", 6), (&one, "c", 8)] {
            let work = async move {
                say!("begin", name);
                sleep(time).await;
                say!("end", name);
                name
            };
            pile.spawn("work", work).await;
        }
        for (name, pile) in [("one", one), ("two", two)] {
            let mut words = vec![name];
            while let Some(word) = pile.next().await {
                words.push(word.unwrap());
            }
            say!(words.join(" "));
        }
    }

    imap_pow {
        let pairs = [2, 3, 10].into_iter().zip([5, 2, 3]);
        say!(all(GreenPool::new(2).imap(pairs, |(base, exponent)| pow(base, exponent))).await);
    }

    starmap_pow {
        say!(all(GreenPool::new(2).starmap(pow, [(2, 5), (3, 2), (10, 3)])).await);
    }

    imap_order {
        let mut map = GreenPool::new(3).imap([3, 1, 2], nap);
        while let Some(n) = map.next().await {
            say!("got", n.unwrap());
        }
    }

    imap_bound {
        let (running, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let highest = most.clone();
        let work = move |n: u32| {
            let (running, most) = (running.clone(), highest.clone());
            async move {
                running.set(running.get() + 1);
                most.set(most.get().max(running.get()));
                sleep(0).await;
                running.set(running.get() - 1);
                n
            }
        };
        let mut map = GreenPool::new(4).imap(0..100, work);
        let mut sum = 0;
        while let Some(n) = map.next().await {
            sum += n.unwrap();
        }
        say!(sum, most.get());
    }
}
