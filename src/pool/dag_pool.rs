//! The pool of tasks that depend on each other: a directed graph without circles.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::{self, Debug};
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use crate::hub::{self, Handle, JoinError, TaskId, TaskRef};
use crate::sync::Event;

/// Tasks with keys, each of which is handed the values of those that it depends on, as they come.
/// Clones are handles to the same pool; dropping it leaves its tasks alone.
///
/// A task starts at once, and waits where it asks for a value that is not there. A value may also be
/// [posted](DagPool::post) from outside. What depends on itself waits for ever, and so does what depends
/// on a key that nobody makes; [`all_waiting`](DagPool::all_waiting) shows it.
///
/// # Example: a build
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::Hub, pool::{DagPool, DagResults, DagValue}};
///
/// async fn build(key: &'static str, mut parts: DagResults<&'static str, String>) -> DagValue<String> {
///     let mut names = Vec::new();
///     while let Some(part) = parts.next().await {
///         names.push(part?.1);
///     }
///     Ok(format!("{key}({})", names.join(" ")))
/// }
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let pool = DagPool::new();
///     pool.spawn("program", ["core", "tools"], build)?;
///     pool.spawn("core", ["libc"], build)?;
///     pool.spawn("tools", ["libc"], build)?;
///     assert_eq!((pool.running(), pool.waiting()), (3, 3));
///     pool.post("libc", "libc".to_owned())?;
///     assert_eq!(pool.value(&"program").await?, "program(core(libc) tools(libc))");
///     Ok::<_, Box<dyn std::error::Error>>(())
/// }).unwrap();
/// ```
pub struct DagPool<K, V> {
    shared: Rc<Shared<K, V>>,
}

/// What a task of a [`DagPool`] returns; `?` takes any error.
pub type DagValue<V> = Result<V, Box<dyn Error>>;

struct Shared<K, V> {
    hub: Handle,
    values: RefCell<BTreeMap<K, Result<V, PropagateError<K>>>>,
    tasks: RefCell<BTreeMap<K, Running<K>>>,
    /// Lets those through who wait for values, each time one comes.
    posted: Event,
}

struct Running<K> {
    task: TaskRef,
    pending: Pending<K>,
}

/// The keys whose values were not taken yet.
type Pending<K> = Rc<RefCell<BTreeSet<K>>>;

impl<K: Ord + Clone + Debug + 'static, V: Clone + 'static> DagPool<K, V> {
    /// A pool with nothing in it.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    pub fn new() -> Self {
        DagPool::with_values([])
    }

    /// A pool in which these values are there.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    pub fn with_values(values: impl IntoIterator<Item = (K, V)>) -> Self {
        let values = values.into_iter().map(|(key, value)| (key, Ok(value)));
        let shared = Shared {
            hub: hub::current(),
            values: RefCell::new(values.collect()),
            tasks: RefCell::default(),
            posted: Event::new(),
        };
        DagPool { shared: Rc::new(shared) }
    }

    /// Starts the task `key`: `function` gets the key and the values of `depends`. What it returns is
    /// the value of the key; an error, or a panic, is a [`PropagateError`] for who asks for it.
    ///
    /// # Errors
    ///
    /// [`Collision`] if there is a task or a value of this key.
    #[track_caller]
    pub fn spawn<F, R>(
        &self,
        key: K,
        depends: impl IntoIterator<Item = K>,
        function: F,
    ) -> Result<(), Collision<K>>
    where
        F: FnOnce(K, DagResults<K, V>) -> R,
        R: Future<Output = DagValue<V>> + 'static,
    {
        let shared = &self.shared;
        let is_known = shared.tasks.borrow().contains_key(&key);
        if is_known || shared.values.borrow().contains_key(&key) {
            return Err(Collision(key));
        }
        let results = self.results(depends.into_iter().collect());
        let pending = Rc::clone(&results.pending);
        let work = function(key.clone(), results);
        let (theirs, own) = (Rc::clone(shared), key.clone());
        let place = Location::caller();
        let task = shared.hub.spawn_at(
            format!("dag {key:?}").into(),
            work_and_post(theirs, own, work),
            place,
        );
        let id = task.id();
        shared.tasks.borrow_mut().insert(key.clone(), Running { task: task.to_ref(), pending });
        let theirs = Rc::clone(shared);
        task.link(move |ended| theirs.ended(key, id, ended));
        task.detach();
        Ok(())
    }

    /// Starts a task for each key with what it depends on.
    ///
    /// # Errors
    ///
    /// [`Collision`] at the first key of which there is a task or a value; those before it run.
    #[track_caller]
    pub fn spawn_many<D, F, R>(
        &self,
        depends: impl IntoIterator<Item = (K, D)>,
        function: F,
    ) -> Result<(), Collision<K>>
    where
        D: IntoIterator<Item = K>,
        F: Fn(K, DagResults<K, V>) -> R,
        R: Future<Output = DagValue<V>> + 'static,
    {
        for (key, depends) in depends {
            self.spawn(key, depends, &function)?;
        }
        Ok(())
    }

    /// Gives a key its value; a task may do so for its own key, and what it returns is dropped then.
    ///
    /// # Errors
    ///
    /// [`Collision`] if there is a value of this key, or another task makes it.
    pub fn post(&self, key: K, value: V) -> Result<(), Collision<K>> {
        if self.shared.values.borrow().contains_key(&key) {
            return Err(Collision(key));
        }
        self.replace(key, value)
    }

    /// As [`post`](DagPool::post), also where there is a value, which is replaced. Who has taken the old
    /// one keeps it.
    ///
    /// # Errors
    ///
    /// [`Collision`] if another task makes it.
    pub fn replace(&self, key: K, value: V) -> Result<(), Collision<K>> {
        let shared = &self.shared;
        let maker = shared.tasks.borrow().get(&key).map(|running| running.task.id());
        if maker.is_some() && maker != shared.hub.polling_id() {
            return Err(Collision(key));
        }
        shared.post(key, Ok(value));
        Ok(())
    }

    /// Ends the task of a key; false if there is none. The key has no value then: it can be spawned
    /// again, or posted, and who waits for it waits on.
    pub fn kill(&self, key: &K) -> bool {
        let removed = self.shared.tasks.borrow_mut().remove(key);
        removed.is_some_and(|running| {
            running.task.kill();
            true
        })
    }

    /// Waits for the values of all keys that there are now, of tasks and posted ones.
    ///
    /// # Errors
    ///
    /// The first error that comes in place of a value.
    pub async fn waitall(&self) -> Result<BTreeMap<K, V>, PropagateError<K>> {
        self.wait_each().all().await
    }

    /// Waits for the values of these keys.
    ///
    /// # Errors
    ///
    /// The first error that comes in place of a value.
    pub async fn wait(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<BTreeMap<K, V>, PropagateError<K>> {
        self.wait_each_of(keys).all().await
    }

    /// The values of all keys that there are now, as they come.
    pub fn wait_each(&self) -> DagResults<K, V> {
        let mut keys: BTreeSet<K> = self.shared.values.borrow().keys().cloned().collect();
        keys.extend(self.shared.tasks.borrow().keys().cloned());
        self.results(keys)
    }

    /// The values of these keys, as they come.
    pub fn wait_each_of(&self, keys: impl IntoIterator<Item = K>) -> DagResults<K, V> {
        self.results(keys.into_iter().collect())
    }

    /// Waits for the value of a key; also of one that nobody makes yet.
    ///
    /// # Errors
    ///
    /// The error that comes in its place.
    pub async fn value(&self, key: &K) -> Result<V, PropagateError<K>> {
        loop {
            if let Some(value) = self.get(key) {
                return value;
            }
            self.shared.posted.wait().await;
        }
    }

    /// The value of a key, if there is one.
    pub fn get(&self, key: &K) -> Option<Result<V, PropagateError<K>>> {
        self.shared.values.borrow().get(key).cloned()
    }

    /// The keys that have values, in order.
    pub fn keys(&self) -> Vec<K> {
        self.shared.values.borrow().keys().cloned().collect()
    }

    /// The values that there are.
    ///
    /// # Errors
    ///
    /// The first error that stands in place of one.
    pub fn items(&self) -> Result<Vec<(K, V)>, PropagateError<K>> {
        let values = self.shared.values.borrow();
        values.iter().map(|(key, value)| Ok((key.clone(), value.clone()?))).collect()
    }

    /// How many tasks have not finished.
    pub fn running(&self) -> usize {
        self.shared.tasks.borrow().len()
    }

    /// Whose tasks these are, in order.
    pub fn running_keys(&self) -> Vec<K> {
        self.shared.tasks.borrow().keys().cloned().collect()
    }

    /// How many tasks have still to wait for a value that they depend on.
    pub fn waiting(&self) -> usize {
        self.all_waiting().len()
    }

    /// What the task of this key waits for: nothing, if it has finished; `None`, if there is neither a
    /// task nor a value.
    pub fn waiting_for(&self, key: &K) -> Option<BTreeSet<K>> {
        if let Some(running) = self.shared.tasks.borrow().get(key) {
            return Some(self.shared.missing(&running.pending));
        }
        self.shared.values.borrow().contains_key(key).then(BTreeSet::new)
    }

    /// The tasks that have still to wait, each with what it waits for.
    pub fn all_waiting(&self) -> BTreeMap<K, BTreeSet<K>> {
        let tasks = self.shared.tasks.borrow();
        let missing = tasks.iter().map(|(key, running)| {
            let missing = self.shared.missing(&running.pending);
            (key.clone(), missing)
        });
        missing.filter(|(_, missing)| !missing.is_empty()).collect()
    }

    fn results(&self, keys: BTreeSet<K>) -> DagResults<K, V> {
        DagResults { shared: Rc::clone(&self.shared), pending: Rc::new(RefCell::new(keys)) }
    }
}

/// A task of the pool.
async fn work_and_post<K, V>(
    shared: Rc<Shared<K, V>>,
    key: K,
    work: impl Future<Output = DagValue<V>>,
) where
    K: Ord + Clone + Debug + 'static,
    V: Clone + 'static,
{
    let value =
        work.await.map_err(|cause| PropagateError { key: key.clone(), cause: cause.into() });
    let own = shared.hub.polling_id();
    let is_own = shared.tasks.borrow().get(&key).map(|running| running.task.id()) == own;
    // Killed, it has no say; and what it posted itself stands.
    if is_own {
        shared.tasks.borrow_mut().remove(&key);
        if !shared.values.borrow().contains_key(&key) {
            shared.post(key, value);
        }
    }
}

impl<K: Ord + Clone, V> Shared<K, V> {
    fn post(&self, key: K, value: Result<V, PropagateError<K>>) {
        let replaced = self.values.borrow_mut().insert(key, value);
        // Those who wait look again; who comes later finds it in the table.
        self.posted.set();
        self.posted.clear();
        drop(replaced);
    }

    /// A task has ended otherwise than by returning.
    fn ended(&self, key: K, id: TaskId, ended: Result<(), JoinError>) {
        let is_own = self.tasks.borrow().get(&key).is_some_and(|running| running.task.id() == id);
        if !is_own {
            return;
        }
        self.tasks.borrow_mut().remove(&key);
        // Killed from outside, it leaves no value, as with `kill`.
        if let Err(error @ JoinError::Panicked(_)) = ended
            && !self.values.borrow().contains_key(&key)
        {
            self.post(key.clone(), Err(PropagateError { key, cause: Rc::new(error) }));
        }
    }

    fn missing(&self, pending: &Pending<K>) -> BTreeSet<K> {
        let values = self.values.borrow();
        let pending = pending.borrow();
        pending.iter().filter(|key| !values.contains_key(key)).cloned().collect()
    }
}

/// The values of some keys of a [`DagPool`], as they come; of several that are there, in the order of
/// the keys.
pub struct DagResults<K, V> {
    shared: Rc<Shared<K, V>>,
    pending: Pending<K>,
}

impl<K: Ord + Clone + Debug + 'static, V: Clone + 'static> DagResults<K, V> {
    /// Waits for the next value; `None` after the last. Cancel-safe.
    ///
    /// # Errors
    ///
    /// What came in place of a value; those behind it are not touched.
    pub async fn next(&mut self) -> Option<Result<(K, V), PropagateError<K>>> {
        let (key, value) = self.take().await?;
        Some(value.map(|value| (key, value)))
    }

    /// Waits for the next value, and passes over the errors before it.
    pub async fn next_success(&mut self) -> Option<(K, V)> {
        loop {
            if let (key, Ok(value)) = self.take().await? {
                return Some((key, value));
            }
        }
    }

    /// Waits for the next error, and passes over the values before it.
    pub async fn next_exception(&mut self) -> Option<PropagateError<K>> {
        loop {
            if let (_, Err(error)) = self.take().await? {
                return Some(error);
            }
        }
    }

    /// Waits for all of them.
    ///
    /// # Errors
    ///
    /// The first error that comes in place of a value.
    pub async fn all(mut self) -> Result<BTreeMap<K, V>, PropagateError<K>> {
        let mut all = BTreeMap::new();
        while let Some(next) = self.next().await {
            all.extend([next?]);
        }
        Ok(all)
    }

    async fn take(&mut self) -> Option<(K, Result<V, PropagateError<K>>)> {
        loop {
            if self.pending.borrow().is_empty() {
                return None;
            }
            if let Some(found) = self.find() {
                self.pending.borrow_mut().remove(&found.0);
                return Some(found);
            }
            self.shared.posted.wait().await;
        }
    }

    fn find(&self) -> Option<(K, Result<V, PropagateError<K>>)> {
        let (pending, values) = (self.pending.borrow(), self.shared.values.borrow());
        pending.iter().find_map(|key| Some((key.clone(), values.get(key)?.clone())))
    }
}

/// There is a task or a value of this key already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is a task or a value of {0:?} already")]
pub struct Collision<K: Debug>(pub K);

/// A task of a [`DagPool`] has no value: what it failed of, perhaps an error of one it depends on.
#[derive(Clone, Debug)]
pub struct PropagateError<K> {
    /// The task's key.
    pub key: K,
    /// Its error, or the panic as a [`JoinError`].
    pub cause: Rc<dyn Error>,
}

impl<K: Debug> fmt::Display for PropagateError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} has no value: {}", self.key, self.cause)
    }
}

impl<K: Debug> Error for PropagateError<K> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.cause)
    }
}

impl<K, V> Clone for DagPool<K, V> {
    fn clone(&self) -> Self {
        DagPool { shared: Rc::clone(&self.shared) }
    }
}

impl<K: Ord + Clone + Debug + 'static, V: Clone + 'static> Default for DagPool<K, V> {
    /// As [`new`](DagPool::new).
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    fn default() -> Self {
        DagPool::new()
    }
}

impl<K: Debug, V> fmt::Debug for DagPool<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (values, tasks) = (self.shared.values.borrow(), self.shared.tasks.borrow());
        f.debug_struct("DagPool")
            .field("values", &values.len())
            .field("running", &tasks.len())
            .finish()
    }
}

impl<K: Debug, V> fmt::Debug for DagResults<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DagResults").field(&self.pending.borrow()).finish()
    }
}
