//! Tasks: spawn, sleep, kill, cancel, link.

use std::future::{Future, pending};
use std::pin::Pin;
use std::rc::Rc;

use ryu_sdn::hub::{self, JoinError, Task, tpool};
use ryu_sdn::sync::Promise;

use crate::{Finally, cs, raise, say, sleep, text, twins};

fn nest(name: String, depth: u32) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        say!(name);
        for n in ["1", "2"].iter().filter(|_| depth > 0) {
            hub::spawn_n("nest", nest(name.clone() + n, depth - 1));
        }
    })
}

/// A task that waits for long, and says so when it ends.
fn victim() -> Task<()> {
    hub::spawn("victim", sleep(100))
}

twins! {
    spawn_order {
        let work = |n: u32| async move {
            say!("task", n);
            n * n
        };
        let tasks: Vec<_> = (0..3).map(|n| hub::spawn("work", work(n))).collect();
        say!("spawned");
        let results = hub::joinall(tasks).await;
        let results: Vec<_> = results.into_iter().map(|n| n.unwrap().to_string()).collect();
        say!("results", results.join(" "));
    }

    spawn_n {
        for n in 0..3 {
            hub::spawn_n("work", async move {
                say!("task", n);
                if n == 1 {
                    raise("nobody hears");
                }
            });
        }
        hub::yield_now().await;
        say!("goes on");
    }

    yield_fair {
        let work = |name: &'static str| async move {
            for n in 0..3 {
                say!(name, n);
                sleep(0).await;
            }
        };
        hub::joinall(["a", "b", "c"].map(|name| hub::spawn("work", work(name)))).await;
        say!("done");
    }

    sleep_order {
        let work = |(name, time): (&'static str, u32)| async move {
            sleep(time).await;
            say!(name);
        };
        let all = [("six", 6), ("two", 2), ("four", 4)];
        hub::joinall(all.map(|of| hub::spawn("work", work(of)))).await;
        say!("done");
    }

    sleep_zero {
        hub::spawn_n("work", async { say!("other") });
        say!("before");
        sleep(0).await;
        say!("after");
    }

    nested_spawn {
        hub::spawn_n("a", nest("a".into(), 2));
        hub::spawn_n("b", nest("b".into(), 1));
        for n in 0..4 {
            sleep(0).await;
            say!("turn", n);
        }
    }

    wait_exception {
        let task = hub::spawn("work", async {
            say!("raises");
            raise("no such port")
        });
        sleep(0).await;
        say!("nothing heard");
        let result: Result<(), _> = task.await;
        say!("wait raised", text(result.unwrap_err()));
    }

    wait_twice_ready {
        let work = |name: &'static str| async move {
            say!(name);
            name
        };
        let first = hub::spawn("first", work("first"));
        sleep(0).await;
        let _second = hub::spawn("second", work("second"));
        say!("got", first.await.unwrap());
        sleep(0).await;
    }

    spawn_after {
        let later = |name: &'static str| async move {
            say!(name);
            name
        };
        let task = hub::spawn_after(cs(2), "early", later("early"));
        hub::spawn_n("spawner", async move {
            hub::spawn_after(cs(4), "late", later("late")).detach();
            say!("spawner ends");
        });
        say!("waits");
        say!("got", task.await.unwrap());
        sleep(4).await;
        say!("done");
    }

    spawn_after_local {
        let later = |name: &'static str| async move { say!(name) };
        hub::spawn_n("ends", async move {
            hub::spawn_after_local(cs(2), "later", later("of the dead")).detach();
            say!("ends");
        });
        let stays = hub::spawn("stays", async move {
            hub::spawn_after_local(cs(2), "later", later("of the living")).detach();
            sleep(4).await;
            say!("stayed");
        });
        stays.await.unwrap();
        say!("done");
    }

    spawn_after_cancel {
        let task = hub::spawn_after(cs(2), "later", async { say!("never") });
        assert!(hub::cancel(&task).await);
        say!("cancelled");
        sleep(4).await;
        say!("done");
    }

    cancel_started {
        let task = hub::spawn("work", async {
            say!("begins");
            sleep(2).await;
            say!("ends");
            7
        });
        sleep(0).await;
        assert!(!hub::cancel(&task).await);
        say!("cancel has no effect");
        say!("got", task.await.unwrap());
    }

    kill_waiting {
        let task = hub::spawn("victim", async {
            let _finally = Finally(|| say!("victim cleans up"));
            say!("victim waits");
            sleep(100).await;
            say!("never");
        });
        sleep(0).await;
        let other = |n: u32| async move { say!("other", n) };
        hub::spawn_n("other", other(1));
        say!("kill");
        hub::kill(&task).await;
        say!("killed");
        hub::spawn_n("other", other(2));
        assert_eq!(task.await, Err(JoinError::Killed));
        say!("wait says killed");
        sleep(0).await;
    }

    kill_unstarted {
        let task = hub::spawn("victim", async { say!("never") });
        hub::kill(&task).await;
        say!("killed");
        assert_eq!(task.await, Err(JoinError::Killed));
        say!("wait says killed");
    }

    kill_waiter {
        let task = victim();
        let killable = task.to_ref();
        hub::spawn_n("waiter", async move {
            assert_eq!(task.await, Err(JoinError::Killed));
            say!("waiter heard");
        });
        sleep(0).await;
        say!("kill");
        hub::kill(killable).await;
        say!("killed");
        sleep(0).await;
    }

    kill_reason {
        let task = victim();
        sleep(0).await;
        hub::kill_for(&task, "the switch has left").await;
        say!("wait raised", text(task.await.unwrap_err()));
    }

    kill_dead {
        let work = |name: &'static str| async move {
            say!(name);
            name
        };
        let task = hub::spawn("first", work("first"));
        sleep(0).await;
        let _second = hub::spawn("second", work("second"));
        hub::kill(&task).await;
        say!("no switch");
        say!("got", task.await.unwrap());
        sleep(0).await;
    }

    kill_self {
        let me = Rc::new(std::cell::OnceCell::new());
        let own = me.clone();
        let task = hub::spawn("work", async move {
            let _finally = Finally(|| say!("out"));
            say!("in");
            hub::kill(own.get().unwrap()).await;
            say!("never");
        });
        me.set(task.to_ref()).unwrap();
        say!(text(task.await.unwrap_err()));
    }

    kill_chain {
        let third_ends = Promise::new();
        let ends = third_ends.clone();
        let third = hub::spawn("sleeper", async move {
            let _finally = Finally(|| say!("sleeper out"));
            sleep(4).await;
            say!("sleeper ends");
            ends.send(()).unwrap();
        });
        let second = hub::spawn("waiter", async move {
            let _finally = Finally(|| say!("waiter out"));
            third_ends.wait().await;
        });
        sleep(0).await;
        let killer = hub::spawn("killer", async move {
            say!("killer in");
            hub::kill(&second).await;
            say!("killer out");
        });
        killer.await.unwrap();
        third.await.unwrap();
    }

    link_order {
        let task = hub::spawn("work", async {
            say!("work");
            1
        });
        // The value is for who awaits the task; a link hears that there is one.
        task.link(|exit| say!("link one", i32::from(exit.is_ok())));
        task.link(|exit| say!("link two", i32::from(exit.is_ok())));
        hub::spawn_n("waiter", async {
            task.await.unwrap();
            say!("waiter");
        });
        sleep(0).await;
        say!("turn");
        sleep(0).await;
    }

    link_late {
        let mut task = hub::spawn("work", async { say!("work") });
        (&mut task).await.unwrap();
        say!("before");
        task.link(|_| say!("linked"));
        say!("after");
    }

    unlink {
        let task = hub::spawn("work", async { say!("work") });
        let one = task.link(|_| say!("one"));
        task.link(|_| say!("two"));
        assert!(task.unlink(one));
        task.await.unwrap();
    }

    link_exit {
        let tasks = [
            hub::spawn("returns", async {}),
            hub::spawn("raises", async { raise("broken") }),
            hub::spawn("waits", pending()),
        ];
        for (task, name) in tasks.iter().zip(["first", "second", "third"]) {
            task.link(move |exit| match exit {
                Ok(()) => say!(name, "returned"),
                Err(JoinError::Killed) => say!(name, "killed"),
                Err(error) => say!(name, "raised", text(error)),
            });
        }
        sleep(0).await;
        say!("turn");
        hub::kill(&tasks[2]).await;
    }

    link_unstarted {
        let task = hub::spawn("never", async { say!("never") });
        task.link(|_| say!("linked"));
        say!("cancel");
        hub::cancel(&task).await;
        say!("cancelled");
    }

    joinall {
        let work = |(name, time): (&'static str, u32)| async move {
            sleep(time).await;
            say!(name, "ends");
            name
        };
        let all = [("slow", 4), ("fast", 2), ("now", 0)];
        for task in all.map(|of| hub::spawn("work", work(of))) {
            say!("joined", task.await.unwrap());
        }
    }

    tpool_execute {
        let (gate, opened) = std::sync::mpsc::channel();
        hub::spawn_n("opener", async move {
            say!("others run");
            gate.send(()).unwrap();
        });
        let blocking = move || {
            opened.recv().unwrap();
            "result"
        };
        say!("got", tpool::execute(blocking).await.unwrap());
        let broken: Result<(), _> = tpool::execute(|| raise("broken")).await;
        say!("raised", text(broken.unwrap_err()));
    }
}
