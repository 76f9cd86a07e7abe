//! Queues, events, semaphores.

use std::cell::RefCell;
use std::rc::Rc;

use ryu_sdn::hub;
use ryu_sdn::sync::{
    BoundedSemaphore, CappedSemaphore, LifoQueue, PriorityQueue, Promise, Queue, Semaphore,
    TryGetError, TryPutError,
};

use crate::{cs, py, say, sleep, twins};

/// Python's spelling of a value that may be missing.
fn none<T: ToString>(value: Option<T>) -> String {
    value.map_or("None".to_owned(), |value| value.to_string())
}

twins! {
    queue_order {
        let q = Queue::unbounded();
        let theirs = q.clone();
        hub::spawn_n("putter", async move {
            for n in 0..3 {
                say!("put", n);
                theirs.put(n).await.unwrap();
                sleep(2).await;
            }
        });
        for _ in 0..3 {
            say!("got", q.get().await.unwrap());
        }
    }

    queue_bound {
        let q = Queue::bounded(2);
        let theirs = q.clone();
        hub::spawn_n("putter", async move {
            for n in 0..4 {
                theirs.put(n).await.unwrap();
                say!("put", n, "size", theirs.len(), "full", py(theirs.is_full()));
            }
        });
        sleep(2).await;
        say!("putting", q.putting());
        for _ in 0..4 {
            say!("got", q.get().await.unwrap());
            sleep(2).await;
        }
        say!("empty", py(q.is_empty()));
    }

    queue_rendezvous {
        let q = Queue::bounded(0);
        let theirs = q.clone();
        hub::spawn_n("putter", async move {
            say!("puts");
            theirs.put("a parcel").await.unwrap();
            say!("handed over");
        });
        sleep(2).await;
        say!("putting", q.putting(), "size", q.len());
        say!("got", q.get().await.unwrap());
        sleep(2).await;
        say!("putting", q.putting());
    }

    queue_rendezvous_get {
        let q = Queue::<&str>::bounded(0);
        let theirs = q.clone();
        hub::spawn_n("getter", async move {
            say!("gets");
            say!("got", theirs.get().await.unwrap());
        });
        sleep(2).await;
        say!("getting", q.getting());
        q.put("a parcel").await.unwrap();
        sleep(2).await;
        say!("getting", q.getting());
    }

    queue_timeouts {
        let q = Queue::bounded(1);
        if q.get_before(hub::sleep(cs(2))).await == Err(TryGetError::Empty) {
            say!("empty");
        }
        q.put_before("first", hub::sleep(cs(2))).await.unwrap();
        if let Err(TryPutError::Full("second")) = q.put_before("second", hub::sleep(cs(2))).await {
            say!("full");
        }
        say!("got", q.get_before(hub::sleep(cs(2))).await.unwrap(), "size", q.len());
    }

    queue_nowait {
        let q = Queue::bounded(1);
        if q.try_get().is_none() {
            say!("empty");
        }
        q.try_put(1).unwrap();
        if q.try_put(2).is_err_and(|error| error.is_full()) {
            say!("full");
        }
        say!("got", q.try_get().unwrap());
    }

    queue_join {
        let q = Queue::<u32>::unbounded();
        let theirs = q.clone();
        hub::spawn_n("worker", async move {
            while let Some(item) = theirs.get().await {
                sleep(2).await;
                say!("done", item);
                theirs.task_done().unwrap();
            }
        });
        for n in 0..3 {
            q.put(n).await.unwrap();
        }
        say!("joins");
        q.join().await;
        say!("joined");
        if q.task_done().is_err() {
            say!("too many");
        }
    }

    queue_resize {
        let q = Queue::bounded(1);
        let theirs = q.clone();
        hub::spawn_n("putter", async move {
            for n in 0..3 {
                theirs.put(n).await.unwrap();
                say!("put", n);
            }
        });
        sleep(2).await;
        say!("putting", q.putting());
        q.resize(3);
        sleep(2).await;
        say!("putting", q.putting(), "size", q.len());
    }

    queue_priority {
        let q = PriorityQueue::with_maxsize(None);
        for n in [3, 1, 2] {
            q.put(n).await.unwrap();
        }
        let (one, two, three) = (q.get().await, q.get().await, q.get().await);
        say!(none(one), none(two), none(three));
    }

    queue_lifo {
        let q = LifoQueue::with_maxsize(None);
        for n in [3, 1, 2] {
            q.put(n).await.unwrap();
        }
        let (two, one, three) = (q.get().await, q.get().await, q.get().await);
        say!(none(two), none(one), none(three));
    }

    queue_getter_killed {
        let q = Queue::<&str>::unbounded();
        let getter = |name: &'static str| {
            let q = q.clone();
            hub::spawn(name, async move { say!(name, "got", q.get().await.unwrap()) })
        };
        let first = getter("first");
        sleep(0).await;
        hub::kill(&first).await;
        let second = getter("second");
        q.put("item").await.unwrap();
        second.await.unwrap();
    }

    event_send {
        let event = Promise::<&str>::new();
        let theirs = event.clone();
        hub::spawn_n("waiter", async move { say!("waiter got", theirs.wait().await) });
        sleep(0).await;
        say!("ready", py(event.is_ready()));
        event.send("value").unwrap();
        say!("sent, ready", py(event.is_ready()));
        sleep(0).await;
        say!("again", event.wait().await);
    }

    event_many {
        let (event, got) = (Promise::<&str>::new(), Rc::new(RefCell::new(Vec::new())));
        for n in 0..5 {
            let (event, got) = (event.clone(), got.clone());
            hub::spawn_n("waiter", async move {
                let value = event.wait().await;
                got.borrow_mut().push(format!("{n}{value}"));
            });
        }
        sleep(0).await;
        event.send("x").unwrap();
        say!("got", got.borrow().len());
        sleep(0).await;
        // Eventlet wakes them in no order; here it is that of their coming.
        say!(got.borrow().join(" "));
    }

    event_once {
        let event = Promise::new();
        event.send(1).unwrap();
        if event.send(2).is_err() {
            say!("refused");
        }
        say!("still", event.wait().await);
    }

    event_exception {
        let event = Promise::<Result<(), &str>>::new();
        let theirs = event.clone();
        hub::spawn_n("waiter", async move {
            if let Err(error) = theirs.wait().await {
                say!("waiter raised", error);
            }
        });
        sleep(0).await;
        event.send_exception("no answer").unwrap();
        say!("sent");
        sleep(0).await;
    }

    event_timeout {
        let event = Promise::new();
        say!("wait", none(event.wait_before(hub::sleep(cs(2))).await));
        say!("poll", none(event.poll()));
        event.send(5).unwrap();
        let waited = event.wait_before(hub::sleep(cs(2))).await;
        say!("wait", none(waited), "poll", none(event.poll()));
    }

    semaphore_fifo {
        let sem = Semaphore::new(1);
        let work = |n: u32| {
            let sem = sem.clone();
            hub::spawn("work", async move {
                let _permit = sem.acquire().await;
                say!("in", n);
                sleep(2).await;
                say!("out", n);
            })
        };
        let tasks: Vec<_> = (0..3).map(work).collect();
        sleep(0).await;
        say!("balance", sem.balance());
        hub::joinall(tasks).await;
        say!("balance", sem.balance());
    }

    semaphore_try {
        let sem = Semaphore::new(1);
        let permit = sem.try_acquire();
        say!(py(permit.is_some()), py(sem.is_locked()));
        say!(py(sem.try_acquire().is_some()));
        drop(permit);
        say!(py(sem.is_locked()));
    }

    semaphore_capped {
        let semaphore = CappedSemaphore::new(1, 2);
        say!("balance", semaphore.balance());
        for n in 0..3 {
            let semaphore = semaphore.clone();
            hub::spawn_n("release", async move {
                semaphore.release().await;
                say!("released", n, "balance", semaphore.balance());
            });
        }
        sleep(1).await;
        let state = |semaphore: &CappedSemaphore| {
            let (bounded, locked) = (py(semaphore.is_bounded()), py(semaphore.is_locked()));
            say!("balance", semaphore.balance(), "bounded", bounded, "locked", locked);
        };
        state(&semaphore);
        say!("more without a wait", py(semaphore.try_release()));
        for n in 0..5 {
            let semaphore = semaphore.clone();
            hub::spawn_n("acquire", async move {
                semaphore.acquire().await;
                say!("acquired", n, "balance", semaphore.balance());
            });
            sleep(1).await;
        }
        state(&semaphore);
        semaphore.release().await;
        semaphore.release().await;
        sleep(1).await;
        say!("balance", semaphore.balance());
    }

    semaphore_timeout {
        let sem = Semaphore::new(0);
        let acquired = sem.acquire_before(hub::sleep(cs(2))).await.is_some();
        say!("acquired", py(acquired), "balance", sem.balance());
        let theirs = sem.clone();
        let releaser = async move {
            say!("releases");
            theirs.release();
        };
        hub::spawn_after(cs(2), "releaser", releaser).detach();
        let permit = sem.acquire_before(hub::sleep(cs(10))).await;
        say!("acquired", py(permit.is_some()), "balance", sem.balance());
    }

    semaphore_bounded {
        let sem = BoundedSemaphore::new(1);
        sem.acquire().await.forget();
        sem.release().unwrap();
        if sem.release().is_err() {
            say!("refused");
        }
        say!("balance", sem.balance());
    }
}
