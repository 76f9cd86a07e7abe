//! From names to addresses.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use thiserror::Error;

use super::cache::{Cache, Fact};
use super::config::{HOSTS, RESOLV_CONF, ResolverConfig};
use super::exchange;
use super::message::{ALIASES_MAX, Kind, Name, Reply};
use crate::hub::{self, Sleep};
use crate::sync::{Event, Semaphore};

/// Looks names up without keeping anybody waiting but who asked: in a hosts file, in what earlier
/// answers said, then by asking servers of DNS. A counted reference; clones share what they know.
///
/// A program rarely needs one of its own: [`net::resolve`](crate::hub::net::resolve) and
/// [`net::connect`](crate::hub::net::connect) use that of the thread, which follows
/// `/etc/resolv.conf` and `/etc/hosts`.
///
/// - IPv4 and IPv6 addresses are asked for at the same time. When one of them is there, the other
///   has [`GRACE`](Resolver::GRACE) left.
/// - Answers are kept for as long as they say, a day at most; that there is none, five minutes at
///   most. 1,024 answers at most.
/// - Two who ask the same at the same time ask once. At most [`QUESTIONS_MAX`](Resolver::QUESTIONS_MAX)
///   questions are under way; who comes then waits in line.
/// - An answer counts if it comes from the server that was asked, to the port, with the id and the
///   question that were sent.
///
/// # Example: a name that needs no server
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::Hub};
/// use ryu_sdn::hub::net::{Hosts, ResolveError, Resolver, ResolverConfig};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let hosts = Hosts::from_text("192.0.2.7 web.lab.example");
///     let config = ResolverConfig { hosts, ..ResolverConfig::default() };
///     let resolver = Resolver::new(config);
///     assert_eq!(resolver.resolve("Web.Lab.Example").await?, ["192.0.2.7".parse::<std::net::IpAddr>().unwrap()]);
///     assert_eq!(resolver.resolve("2001:db8::1").await?.len(), 1);
///     let error = resolver.resolve("no name").await.unwrap_err();
///     assert_eq!(error.to_string(), "\"no name\" cannot be the name of a host");
///     Ok::<_, ResolveError>(())
/// }).unwrap();
/// ```
#[derive(Clone)]
pub struct Resolver(Rc<Inner>);

struct Inner {
    config: RefCell<Rc<ResolverConfig>>,
    /// The files that it follows, if it does.
    files: Option<Files>,
    cache: RefCell<Cache>,
    /// Questions under way, and who waits for their answers.
    pending: RefCell<HashMap<Key, Rc<Pending>>>,
    slots: Semaphore,
    /// Which server `rotate` begins with.
    turn: Cell<usize>,
}

type Key = (Name, Kind);
type Answer = Result<Fact, ResolveError>;

#[derive(Default)]
struct Pending {
    is_over: Event,
    answer: RefCell<Option<Answer>>,
}

/// Why there is no address.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ResolveError {
    /// What was given is none of the names that hosts have.
    #[error("{name:?} cannot be the name of a host")]
    NotAName {
        /// What was given.
        name: String,
    },
    /// The servers say that there is no such name, or that it has no address.
    #[error("{name}: {}", if *.exists { "the name has no address" } else { "no such host" })]
    NotFound {
        /// The name.
        name: String,
        /// Whether the name is there, for something else.
        exists: bool,
    },
    /// No server has answered, or none would; later one may.
    #[error("{name}: no answer from any name server (last: {last})")]
    NoAnswer {
        /// The name that was asked for.
        name: String,
        /// The last server, and what was wrong with it.
        last: String,
    },
}

impl From<ResolveError> for io::Error {
    fn from(error: ResolveError) -> io::Error {
        let kind = match error {
            ResolveError::NotAName { .. } => io::ErrorKind::InvalidInput,
            ResolveError::NotFound { .. } => io::ErrorKind::NotFound,
            ResolveError::NoAnswer { .. } => io::ErrorKind::TimedOut,
        };
        io::Error::new(kind, error)
    }
}

impl Resolver {
    /// What the second kind of addresses is waited for when the first is there (RFC 8305 section 3).
    pub const GRACE: Duration = Duration::from_millis(50);
    /// Questions under way at one time; each has a socket.
    pub const QUESTIONS_MAX: usize = 128;

    /// A resolver that does as `config` says.
    pub fn new(config: ResolverConfig) -> Resolver {
        Resolver::build(config, None)
    }

    /// One that follows `/etc/resolv.conf` and `/etc/hosts`, as [`from_files`](Self::from_files).
    pub fn system() -> Resolver {
        Resolver::from_files(RESOLV_CONF, HOSTS)
    }

    /// One that follows two files of their kinds: it looks whether they have changed before a
    /// look-up, every five seconds at most, and then forgets what it knew. A file that is not there
    /// says nothing.
    pub fn from_files(resolv_conf: impl Into<PathBuf>, hosts: impl Into<PathBuf>) -> Resolver {
        let paths = [resolv_conf.into(), hosts.into()];
        // Before they are read: a change meanwhile is seen next time.
        let seen = stamps(&paths);
        let config = ResolverConfig::from_files(&paths);
        Resolver::build(
            config,
            Some(Files { paths, looked: Cell::new(None), seen: Cell::new(seen) }),
        )
    }

    fn build(config: ResolverConfig, files: Option<Files>) -> Resolver {
        Resolver(Rc::new(Inner {
            config: RefCell::new(Rc::new(config)),
            files,
            cache: RefCell::default(),
            pending: RefCell::default(),
            slots: Semaphore::new(Self::QUESTIONS_MAX),
            turn: Cell::new(0),
        }))
    }

    /// The addresses of `host`, IPv6 and IPv4 by turns; an address is its own. Names that are not
    /// complete are looked for in the search list; `localhost`, and what ends in it, is this
    /// machine. Cancel-safe.
    ///
    /// # Errors
    ///
    /// [`ResolveError`]; the time of one question is bounded by the configuration: servers times
    /// attempts times timeout.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    pub async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        if let Ok(ip) = host.parse() {
            return Ok(vec![ip]);
        }
        self.follow_files();
        let config = Rc::clone(&self.0.config.borrow());
        let (name, is_complete) = match host.strip_suffix('.') {
            Some(name) => (name, true),
            None => (host, false),
        };
        let not_a_name = || ResolveError::NotAName { name: host.to_owned() };
        Name::parse(name).ok_or_else(not_a_name)?;
        let known = config.hosts.find(name);
        if !known.is_empty() {
            return Ok(by_turns(known.to_vec()));
        }
        // RFC 6761 section 6.3: no server is asked.
        let last = name.rsplit('.').next().unwrap_or_default();
        if last.eq_ignore_ascii_case("localhost") {
            return Ok(vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()]);
        }

        let mut error = ResolveError::NotFound { name: name.to_owned(), exists: false };
        for candidate in candidates(&config, name, is_complete) {
            // One that is too long with its domain is none.
            let Some(candidate) = Name::parse(&candidate) else { continue };
            match self.addresses(&candidate).await {
                Ok(addresses) => return Ok(by_turns(addresses)),
                Err(ResolveError::NotFound { exists, .. }) => {
                    if let ResolveError::NotFound { exists: any, .. } = &mut error {
                        *any |= exists;
                    }
                }
                // It might have been there: that there is nothing is not known any more.
                Err(failed) => error = failed,
            }
        }
        Err(error)
    }

    /// How many answers it remembers.
    pub fn cached(&self) -> usize {
        self.0.cache.borrow().len()
    }

    /// Forgets all answers.
    pub fn forget(&self) {
        self.0.cache.borrow_mut().clear();
    }

    /// Both kinds at once; the slower one is not waited for long.
    async fn addresses(&self, name: &Name) -> Result<Vec<IpAddr>, ResolveError> {
        let mut lookups = [pin!(self.lookup(name, Kind::Aaaa)), pin!(self.lookup(name, Kind::A))];
        let mut answers: [Option<Answer>; 2] = [None, None];
        let mut grace: Option<Sleep> = None;
        poll_fn(|cx| {
            for (lookup, answer) in lookups.iter_mut().zip(&mut answers) {
                if answer.is_none()
                    && let Poll::Ready(ready) = lookup.as_mut().poll(cx)
                {
                    *answer = Some(ready);
                }
            }
            if answers.iter().all(Option::is_some) {
                return Poll::Ready(());
            }
            let has_some = |answer: &Option<Answer>| {
                matches!(answer, Some(Ok(Fact::Addresses(addresses))) if !addresses.is_empty())
            };
            if !answers.iter().any(has_some) {
                return Poll::Pending;
            }
            let grace = grace.get_or_insert_with(|| hub::sleep(Self::GRACE));
            Pin::new(grace).poll(cx)
        })
        .await;

        let (mut found, mut exists, mut failed) = (Vec::new(), false, None);
        for answer in answers.into_iter().flatten() {
            match answer {
                Ok(Fact::Addresses(addresses)) => {
                    exists = true;
                    found.extend(addresses);
                }
                Ok(Fact::NoName) => {}
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            _ if !found.is_empty() => Ok(found),
            Some(error) => Err(error),
            None => Err(ResolveError::NotFound { name: name.to_string(), exists }),
        }
    }

    /// One kind of addresses: from the cache, from somebody else's question, or by asking.
    async fn lookup(&self, name: &Name, kind: Kind) -> Answer {
        let key = (name.clone(), kind);
        loop {
            if let Some(fact) = self.0.cache.borrow().find(&key, hub::now()) {
                return Ok(fact);
            }
            let pending = self.0.pending.borrow().get(&key).cloned();
            let Some(pending) = pending else { break };
            pending.is_over.wait().await;
            if let Some(answer) = &*pending.answer.borrow() {
                return answer.clone();
            }
            // Whoever asked has given up; it is somebody else's turn.
        }
        let asking = Asking::start(&self.0, key);
        let _slot = self.0.slots.acquire().await;
        // In a box: few look-ups come so far, and every future that connects has room for two.
        let answer = Box::pin(self.ask(name, kind)).await;
        *asking.pending.answer.borrow_mut() = Some(answer.clone());
        answer
    }

    /// Asks until there is an answer, from alias to alias.
    async fn ask(&self, name: &Name, kind: Kind) -> Answer {
        let config = Rc::clone(&self.0.config.borrow());
        let mut asked = name.clone();
        let mut shortest = u32::MAX;
        for _ in 0..ALIASES_MAX {
            let (fact, ttl) = match self.ask_servers(&config, &asked, kind).await? {
                Reply::Alias { name, ttl } => {
                    asked = name;
                    shortest = shortest.min(ttl);
                    continue;
                }
                Reply::Found { addresses, ttl } => (Fact::Addresses(addresses), ttl),
                Reply::NoData { ttl } => (Fact::Addresses(Vec::new()), ttl),
                Reply::NoName { ttl } => (Fact::NoName, ttl),
                Reply::Failed(_) | Reply::NotOurs | Reply::Truncated => {
                    unreachable!("these are errors of the server's")
                }
            };
            let key = (name.clone(), kind);
            let ttl = ttl.min(shortest);
            self.0.cache.borrow_mut().insert(key, fact.clone(), ttl, hub::now());
            return Ok(fact);
        }
        let last = "too many aliases".to_owned();
        Err(ResolveError::NoAnswer { name: name.to_string(), last })
    }

    /// The first answer of any server; each has its time, and all have their attempts.
    async fn ask_servers(
        &self,
        config: &ResolverConfig,
        name: &Name,
        kind: Kind,
    ) -> Result<Reply, ResolveError> {
        let count = config.servers.len();
        let first = if config.rotate { self.0.turn.get() } else { 0 };
        self.0.turn.set(first.wrapping_add(1));
        let mut last = "there is none".to_owned();
        for attempt in 0..config.attempts as usize * count {
            let server = config.servers[(first % count + attempt) % count];
            let exchange = exchange::ask(server, name, kind, config.use_tcp);
            let why = match hub::timeout(config.timeout, exchange).await {
                Ok(Ok(Reply::Failed(failure))) => failure.to_string(),
                Ok(Ok(reply)) => return Ok(reply),
                Ok(Err(error)) => error.to_string(),
                Err(_) => format!("nothing in {:?}", config.timeout),
            };
            log::debug!("name server {server}, {name}: {why}");
            last = format!("{server}, {why}");
        }
        Err(ResolveError::NoAnswer { name: name.to_string(), last })
    }

    /// Reads the files again if they have changed.
    fn follow_files(&self) {
        let Some(files) = &self.0.files else { return };
        let now = hub::now();
        let is_fresh = |looked| now.saturating_duration_since(looked) < LOOK_INTERVAL;
        if files.looked.get().is_some_and(is_fresh) {
            return;
        }
        files.looked.set(Some(now));
        let seen = stamps(&files.paths);
        if files.seen.replace(seen) != seen {
            *self.0.config.borrow_mut() = Rc::new(ResolverConfig::from_files(&files.paths));
            self.forget();
        }
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resolver({:?})", self.0.config.borrow().servers)
    }
}

/// A question under way: over when it is dropped, with or without an answer.
struct Asking<'a> {
    resolver: &'a Inner,
    key: Key,
    pending: Rc<Pending>,
}

impl<'a> Asking<'a> {
    fn start(resolver: &'a Inner, key: Key) -> Self {
        let pending = Rc::new(Pending::default());
        resolver.pending.borrow_mut().insert(key.clone(), Rc::clone(&pending));
        Asking { resolver, key, pending }
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let pending = self.resolver.pending.borrow_mut().remove(&self.key);
        self.pending.is_over.set();
        drop(pending);
    }
}

/// A `resolv.conf` and a hosts file, and what they looked like.
struct Files {
    paths: [PathBuf; 2],
    looked: Cell<Option<Instant>>,
    seen: Cell<Stamps>,
}

/// When each was changed, and how long it is.
type Stamps = [Option<(SystemTime, u64)>; 2];

/// How often it is looked whether the files have changed.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);

fn stamps(paths: &[PathBuf; 2]) -> Stamps {
    paths.each_ref().map(|path| {
        let file = fs::metadata(path).ok()?;
        Some((file.modified().ok()?, file.len()))
    })
}

/// The complete names that `name` may stand for, in the order in which they are tried.
fn candidates(config: &ResolverConfig, name: &str, is_complete: bool) -> Vec<String> {
    let itself = std::iter::once(name.to_owned());
    if is_complete {
        return itself.collect();
    }
    let searched = config.search.iter().map(|domain| format!("{name}.{domain}"));
    if name.bytes().filter(|&byte| byte == b'.').count() >= config.ndots {
        itself.chain(searched).collect()
    } else {
        searched.chain(itself).collect()
    }
}

/// IPv6 and IPv4 by turns, as far as there are both (RFC 8305 section 4): whichever does not work
/// here, the second try is of the other kind.
fn by_turns(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let (v6, v4): (Vec<_>, Vec<_>) = addresses.into_iter().partition(IpAddr::is_ipv6);
    let (mut v6, mut v4) = (v6.into_iter(), v4.into_iter());
    let mut ordered = Vec::with_capacity(v6.len() + v4.len());
    while v6.len() + v4.len() > 0 {
        ordered.extend(v6.next());
        ordered.extend(v4.next());
    }
    ordered
}
