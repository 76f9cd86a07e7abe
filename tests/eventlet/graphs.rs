//! `DAGPool`: tasks that depend on each other.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Display;

use ryu_sdn::pool::{Collision, DagPool, DagResults, DagValue, PropagateError};

use crate::{say, sleep, twins};

type Key = &'static str;

fn join<T: Display>(all: impl IntoIterator<Item = T>) -> String {
    let all: Vec<_> = all.into_iter().map(|one| one.to_string()).collect();
    all.join(" ")
}

/// Begins, takes all of its values, and ends.
async fn work(key: Key, mut results: DagResults<Key, String>) -> DagValue<String> {
    say!("begin", key);
    let mut got = BTreeSet::new();
    while let Some(next) = results.next().await {
        let (name, value) = next?;
        got.insert(format!("{name}={value}"));
    }
    say!("end", key, join(got));
    Ok(key.to_uppercase())
}

async fn takes(key: Key, mut results: DagResults<Key, Key>) -> DagValue<Key> {
    while let Some(next) = results.next().await {
        say!(key, "takes", next?.0);
    }
    Ok(key)
}

/// The keys that an error came by, and what it was at first.
fn path(error: &PropagateError<Key>) -> String {
    let mut keys = vec![error.key];
    let mut cause: &(dyn Error + 'static) = &*error.cause;
    while let Some(error) = cause.downcast_ref::<PropagateError<Key>>() {
        keys.push(error.key);
        cause = &*error.cause;
    }
    format!("{} of {cause}", join(keys))
}

fn tried(what: &str, result: Result<(), Collision<Key>>) {
    match result {
        Ok(()) => say!(what, "is fine"),
        Err(Collision(key)) => say!(what, "collides with", key),
    }
}

twins! {
    dag_order {
        let pool = DagPool::new();
        pool.spawn("d", ["b", "c"], work).unwrap();
        pool.spawn("c", ["b"], work).unwrap();
        pool.spawn("b", ["a"], work).unwrap();
        say!("running", pool.running(), join(pool.running_keys()), "waiting", pool.waiting());
        sleep(1).await;
        say!("d waits for", join(pool.waiting_for(&"d").unwrap()));
        pool.post("a", "A".to_owned()).unwrap();
        say!("has", join(pool.keys()));
        say!(join(pool.waitall().await.unwrap().into_values()));
        say!("running", pool.running(), "waiting", pool.waiting());
    }

    dag_error {
        let pool = DagPool::with_values([("a", "a")]);
        pool.spawn("b", [], |_, _| async { Err("a broken task".into()) }).unwrap();
        pool.spawn("c", ["b"], takes).unwrap();
        pool.spawn("d", ["a"], takes).unwrap();
        sleep(1).await;
        for key in ["b", "c", "d"] {
            match pool.value(&key).await {
                Ok(value) => say!(key, "is", value),
                Err(error) => say!(key, "fails by way of", path(&error)),
            }
        }
        let (mut all, mut good) = (pool.wait_each(), Vec::new());
        while let Some((key, _)) = all.next_success().await {
            good.push(key);
        }
        say!("good", join(good));
        let (mut all, mut bad) = (pool.wait_each(), Vec::new());
        while let Some(error) = all.next_exception().await {
            bad.push(error.key);
        }
        say!("bad", join(bad));
    }

    dag_collision {
        let pool = DagPool::with_values([("a", "1".to_owned())]);
        let theirs = pool.clone();
        let work = |key, _| {
            let pool = theirs.clone();
            async move {
                pool.post(key, "posted by itself".to_owned())?;
                Ok("returned".to_owned())
            }
        };
        let sleeps = |_, _| async {
            sleep(2).await;
            Ok("slept".to_owned())
        };
        tried("spawn a", pool.spawn("a", [], work));
        tried("post a", pool.post("a", "2".to_owned()));
        tried("replace a", pool.replace("a", "3".to_owned()));
        say!("a is", pool.value(&"a").await.unwrap());
        tried("spawn b", pool.spawn("b", [], sleeps));
        tried("spawn b", pool.spawn("b", [], sleeps));
        tried("post b", pool.post("b", "4".to_owned()));
        say!("b is", pool.value(&"b").await.unwrap());
        tried("spawn c", pool.spawn("c", [], work));
        say!("c is", pool.value(&"c").await.unwrap());
    }

    dag_kill {
        let pool = DagPool::new();
        let never = |key: Key, _| async move {
            say!("begin", key);
            Ok(key)
        };
        let takes = |key: Key, mut results: DagResults<Key, Key>| async move {
            while let Some(next) = results.next().await {
                let (name, value) = next?;
                say!(key, "takes", name, value);
            }
            Ok(key)
        };
        pool.spawn("a", ["nothing"], never).unwrap();
        pool.spawn("b", ["a"], takes).unwrap();
        pool.kill(&"a");
        say!("running", join(pool.running_keys()));
        sleep(1).await;
        say!("b waits for", join(pool.waiting_for(&"b").unwrap()));
        pool.post("a", "posted").unwrap();
        say!("b is", pool.value(&"b").await.unwrap());
        if !pool.kill(&"b") {
            say!("there is no b to kill");
        }
    }
}
