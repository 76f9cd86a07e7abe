//! What the machine says about names: `/etc/resolv.conf` and `/etc/hosts`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Whom a [`Resolver`](super::Resolver) asks, how long it waits, and what it knows by itself.
///
/// # Example: the text of a `resolv.conf`
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::hub::net::ResolverConfig;
///
/// let config = ResolverConfig::from_resolv_conf("
///     nameserver 192.0.2.53     # three at most count
///     nameserver 2001:db8::53
///     search lab.example example
///     options ndots:2 timeout:3 attempts:1 rotate
/// ");
/// assert_eq!(config.servers[0], "192.0.2.53:53".parse().unwrap());
/// assert_eq!(config.search, ["lab.example", "example"]);
/// assert_eq!((config.ndots, config.attempts), (2, 1));
/// assert_eq!(config.timeout, Duration::from_secs(3));
/// assert!(config.rotate && !config.use_tcp);
/// // Nobody named: the one on this machine.
/// assert_eq!(ResolverConfig::default().servers, ["127.0.0.1:53".parse().unwrap()]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverConfig {
    /// Recursive servers, asked in this order.
    pub servers: Vec<SocketAddr>,
    /// Domains to look for a name in that is not complete.
    pub search: Vec<String>,
    /// A name with so many dots is tried as it is before it is looked for in `search`; with fewer,
    /// after. 0 to 15.
    pub ndots: usize,
    /// Time for one server to answer one question.
    pub timeout: Duration,
    /// How often all servers are asked.
    pub attempts: u32,
    /// Whether each question begins with another server.
    pub rotate: bool,
    /// Whether TCP is used from the beginning (`use-vc`).
    pub use_tcp: bool,
    /// Addresses that need no server.
    pub hosts: Hosts,
}

impl ResolverConfig {
    /// The C library's: so many `nameserver` lines count.
    pub const SERVERS_MAX: usize = 3;
    /// So many domains are searched.
    pub const SEARCH_MAX: usize = 32;
    /// 5 s, and 30 s at most.
    pub const TIMEOUT: Duration = Duration::from_secs(5);
    /// 2, and 5 at most.
    pub const ATTEMPTS: u32 = 2;

    /// What the text of a `resolv.conf` says. Lines that nobody knows are passed over, as the C
    /// library does; so are servers with a zone (`fe80::1%eth0`), with a warning in the log.
    pub fn from_resolv_conf(text: &str) -> ResolverConfig {
        let mut config = ResolverConfig { servers: Vec::new(), ..ResolverConfig::default() };
        for line in text.lines() {
            let line = line.split(['#', ';']).next().unwrap_or_default();
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("nameserver") => config.add_server(words.next().unwrap_or_default()),
                // The last of the two counts.
                Some("domain") => config.search = words.take(1).filter_map(domain).collect(),
                Some("search") => {
                    config.search = words.filter_map(domain).take(Self::SEARCH_MAX).collect();
                }
                Some("options") => words.for_each(|option| config.set_option(option)),
                _ => {}
            }
        }
        if config.servers.is_empty() {
            config.servers = ResolverConfig::default().servers;
        }
        config
    }

    fn add_server(&mut self, text: &str) {
        match text.parse::<IpAddr>() {
            Ok(ip) if self.servers.len() < Self::SERVERS_MAX => {
                self.servers.push((ip, PORT).into())
            }
            Ok(_) => {}
            Err(_) => log::warn!("resolv.conf: no server is asked at {text:?}"),
        }
    }

    fn set_option(&mut self, option: &str) {
        let (name, value) = option.split_once(':').unwrap_or((option, ""));
        let number = || value.parse::<u32>().ok();
        match name {
            "ndots" => self.ndots = number().map_or(self.ndots, |n| n.min(15) as usize),
            "timeout" => {
                let seconds = number().map(|n| Duration::from_secs(n.clamp(1, 30).into()));
                self.timeout = seconds.unwrap_or(self.timeout);
            }
            "attempts" => self.attempts = number().map_or(self.attempts, |n| n.clamp(1, 5)),
            "rotate" => self.rotate = true,
            "use-vc" => self.use_tcp = true,
            _ => {}
        }
    }

    /// What the two files say; a file that cannot be read says nothing.
    pub(super) fn from_files([resolv_conf, hosts]: &[PathBuf; 2]) -> ResolverConfig {
        let mut config = ResolverConfig::from_resolv_conf(&read(resolv_conf, RESOLV_CONF_MAX));
        config.hosts = Hosts::from_text(&read(hosts, HOSTS_MAX));
        config
    }
}

impl Default for ResolverConfig {
    fn default() -> Self {
        ResolverConfig {
            servers: vec![(Ipv4Addr::LOCALHOST, PORT).into()],
            search: Vec::new(),
            ndots: 1,
            timeout: Self::TIMEOUT,
            attempts: Self::ATTEMPTS,
            rotate: false,
            use_tcp: false,
            hosts: Hosts::default(),
        }
    }
}

const PORT: u16 = 53;
pub(super) const RESOLV_CONF: &str = "/etc/resolv.conf";
pub(super) const HOSTS: &str = "/etc/hosts";

/// Bytes of a `resolv.conf` that are read.
const RESOLV_CONF_MAX: u64 = 64 << 10;

/// Bytes of a hosts file that are read: block lists have a few megabytes.
const HOSTS_MAX: u64 = 8 << 20;

/// Names whose addresses are known: the text of an `/etc/hosts`.
///
/// ```
/// use ryu_sdn::hub::net::Hosts;
///
/// let hosts = Hosts::from_text("
///     127.0.0.1   localhost
///     192.0.2.7   web.example web   # two names
///     2001:db8::7 web.example
/// ");
/// assert_eq!(hosts.find("WEB").len(), 1);
/// assert_eq!(hosts.find("web.example").len(), 2);
/// assert!(hosts.find("nowhere").is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts(HashMap<String, Vec<IpAddr>>);

impl Hosts {
    /// Reads lines of an address and its names; other lines are passed over.
    pub fn from_text(text: &str) -> Hosts {
        let mut hosts = Hosts::default();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_ascii_whitespace();
            let Some(ip) = words.next().and_then(|ip| ip.parse().ok()) else { continue };
            for name in words {
                let addresses: &mut Vec<_> = hosts.0.entry(name.to_ascii_lowercase()).or_default();
                if !addresses.contains(&ip) {
                    addresses.push(ip);
                }
            }
        }
        hosts
    }

    /// The addresses of `name`, in the order of the lines; case does not count.
    pub fn find(&self, name: &str) -> &[IpAddr] {
        self.0.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }
}

/// A domain as it is appended: without a dot at either end. The root is none.
fn domain(text: &str) -> Option<String> {
    let text = text.trim_matches('.');
    (!text.is_empty()).then(|| text.to_ascii_lowercase())
}

#[allow(
    clippy::disallowed_methods,
    reason = "small files of this machine, read when they have changed, every five seconds at most"
)]
fn read(path: &Path, most: u64) -> String {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_else(|error| {
        log::debug!("{} says nothing: {error}", path.display());
        String::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_options_have_bounds_and_what_nobody_knows_is_passed_over() {
        let config = ResolverConfig::from_resolv_conf(
            "; a comment\nnameserver\nnameserver nonsense\nnameserver ::1\nnameserver 192.0.2.1\n\
             nameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver fe80::1%eth0\nsortlist x\n\
             domain first.example\nsearch a.example. .b.example .\n\
             options ndots:99 timeout:999 attempts:0 use-vc edns0 ndots:x timeout:\n",
        );
        let servers = ["[::1]:53", "192.0.2.1:53", "192.0.2.2:53"];
        assert_eq!(config.servers, servers.map(|server| server.parse().unwrap()));
        assert_eq!(config.search, ["a.example", "b.example"]);
        assert_eq!((config.ndots, config.attempts, config.use_tcp), (15, 1, true));
        assert_eq!(config.timeout, Duration::from_secs(30));
        let config = ResolverConfig::from_resolv_conf("search a\ndomain b extra");
        assert_eq!(config.search, ["b"], "the last of the two counts");
        let many: String = (0..100).map(|n| format!(" d{n}")).collect();
        let config = ResolverConfig::from_resolv_conf(&format!("search{many}"));
        assert_eq!(config.search.len(), ResolverConfig::SEARCH_MAX);
    }
}
