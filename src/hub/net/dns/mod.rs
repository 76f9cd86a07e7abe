//! Names and their addresses, without a blocking `getaddrinfo`.
//!
//! | File | Holds |
//! |---|---|
//! | `message` | questions as bytes, and what an answer says (RFC 1035) |
//! | `exchange` | one question to one server, UDP and TCP |
//! | `resolver` | [`Resolver`]: search list, servers and attempts, both kinds of addresses |
//! | `cache` | answers that still hold |
//! | `config` | [`ResolverConfig`] and [`Hosts`]: what the machine's files say |

mod cache;
mod config;
mod exchange;
mod message;
mod resolver;

use std::cell::RefCell;
use std::net::IpAddr;

pub use self::config::{Hosts, ResolverConfig};
pub use self::resolver::{ResolveError, Resolver};

thread_local! {
    /// Made when it is first asked for, or given.
    static RESOLVER: RefCell<Option<Resolver>> = const { RefCell::new(None) };
}

/// The resolver of this thread: that of the system, unless [`set_resolver`] gave another.
pub fn resolver() -> Resolver {
    RESOLVER.with_borrow_mut(|resolver| resolver.get_or_insert_with(Resolver::system).clone())
}

/// Makes `resolver` that of this thread, from the next look-up on.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::Hub};
/// use ryu_sdn::hub::net::{self, Hosts, Resolver, ResolverConfig};
///
/// let hosts = Hosts::from_text("192.0.2.7 switch");
/// net::set_resolver(Resolver::new(ResolverConfig { hosts, ..ResolverConfig::default() }));
/// let found = Hub::new(Clock::test()).unwrap().block_on(net::resolve("switch"));
/// assert_eq!(found, Ok(vec![[192, 0, 2, 7].into()]));
/// ```
pub fn set_resolver(resolver: Resolver) {
    let before = RESOLVER.with_borrow_mut(|current| current.replace(resolver));
    drop(before);
}

/// The addresses of `host`; see [`Resolver::resolve`] and the example of [`set_resolver`].
///
/// # Errors
///
/// [`ResolveError`].
///
/// # Panics
///
/// Outside a hub.
pub async fn resolve(host: &str) -> Result<Vec<IpAddr>, ResolveError> {
    resolver().resolve(host).await
}
