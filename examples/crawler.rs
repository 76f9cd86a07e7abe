//! Follows links from page to page, many at once, and prints what it saw: eventlet's recursive
//! crawler, but well-behaved. It stays on the hosts that it is given, asks each for its `robots.txt`
//! and does as that says, gives a page five seconds, and stops after so many URLs.
//!
//! ```text
//! $ mkdir site && cd site && python3 -m http.server 8000 &
//! $ cargo run --example crawler -- http://127.0.0.1:8000/
//! fetching http://127.0.0.1:8000/
//! fetching http://127.0.0.1:8000/a.html
//! fetching http://127.0.0.1:8000/slow.html
//! no page at http://127.0.0.1:8000/slow.html: no answer in 5 s
//! forbidden by robots.txt: http://127.0.0.1:8000/private/x.html
//! I saw 4 urls:
//! http://127.0.0.1:8000/
//! ...
//! ```
//!
//! Every URL on the command line is a place to begin, and its host (with port) is one to stay on.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use ryu_sdn::clock::Clock;
use ryu_sdn::http::{ClientError, HttpClient, join_url};
use ryu_sdn::hub::{self, Hub};
use ryu_sdn::pool::GreenPool;
use ryu_sdn::sync::{Event, Queue};

/// The name by which a `robots.txt` may speak of us.
const AGENT: &str = "ryu-crawler";
/// Time for one page.
const PAGE_TIMEOUT: Duration = Duration::from_secs(5);
/// Pages at one time.
const POOL: usize = 20;
/// URLs in all.
const SEEN_MAX: usize = 10_000;
/// Bytes of one page.
const PAGE_MAX: usize = 4 << 20;

/// A crawl under way.
struct Crawler {
    client: HttpClient,
    hosts: BTreeSet<String>,
    seen: RefCell<BTreeSet<String>>,
    robots: RefCell<HashMap<String, Rc<Robots>>>,
    /// What was found and is not fetched yet; closed when no page is left under way.
    found: Queue<Uri>,
    running: Cell<usize>,
}

/// Crawls from `starts` on; returns every URL that was found on their hosts.
pub async fn crawl(starts: Vec<Uri>) -> BTreeSet<String> {
    let crawler = Rc::new(Crawler {
        // Redirections are links like any other: they may lead to other hosts.
        client: HttpClient { max_redirects: 0, max_body: PAGE_MAX, ..HttpClient::default() },
        hosts: starts.iter().map(origin).collect(),
        seen: RefCell::default(),
        robots: RefCell::default(),
        found: Queue::unbounded(),
        running: Cell::new(1),
    });
    for start in starts {
        crawler.visit(start);
    }
    crawler.left();
    // Eventlet's crawler spawns from inside the pool. Here the tasks only say what they found: a pool
    // that is full runs what is spawned from inside in place, each page on the stack of the last.
    let pool = GreenPool::new(POOL);
    while let Some(url) = crawler.found.get().await {
        let (name, crawler) = (format!("crawl {url}"), Rc::clone(&crawler));
        let page = async move {
            crawler.fetch(url).await;
            crawler.left();
        };
        pool.spawn_n(name, page).await;
    }
    pool.waitall().await;
    crawler.seen.take()
}

impl Crawler {
    /// Puts a URL in line that is new, and ours to see.
    fn visit(self: &Rc<Self>, url: Uri) {
        let is_known = self.seen.borrow().len() >= SEEN_MAX
            || !self.hosts.contains(&origin(&url))
            || !self.seen.borrow_mut().insert(url.to_string());
        if is_known {
            return;
        }
        // The line has no end of its own: `SEEN_MAX` bounds it.
        if self.found.try_put(url).is_ok() {
            self.running.set(self.running.get() + 1);
        }
    }

    fn left(&self) {
        self.running.set(self.running.get() - 1);
        if self.running.get() == 0 {
            self.found.close();
        }
    }

    async fn fetch(self: &Rc<Self>, url: Uri) {
        let page = async {
            if !self.may_fetch(&url).await {
                println!("forbidden by robots.txt: {url}");
                return Ok(Vec::new());
            }
            println!("fetching {url}");
            self.links_of(&url).await
        };
        match hub::timeout(PAGE_TIMEOUT, page).await {
            Ok(Ok(links)) => links.into_iter().for_each(|link| self.visit(link)),
            Ok(Err(error)) => println!("no page at {url}: {error}"),
            Err(_) => println!("no page at {url}: no answer in {} s", PAGE_TIMEOUT.as_secs()),
        }
    }

    async fn get(&self, url: &Uri) -> Result<http::Response<Bytes>, ClientError> {
        let request = Request::get(url).header(header::USER_AGENT, AGENT).body(Bytes::new());
        self.client.request(request.map_err(|e| ClientError::Url { reason: e.to_string() })?).await
    }

    /// Where the page at `url` leads to.
    async fn links_of(&self, url: &Uri) -> Result<Vec<Uri>, ClientError> {
        let answer = self.get(url).await?;
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        if answer.status().is_redirection() {
            return Ok(header(header::LOCATION)
                .and_then(|to| join_url(url, to).ok())
                .into_iter()
                .collect());
        }
        let is_text = header(header::CONTENT_TYPE).is_none_or(|kind| kind.starts_with("text/"));
        if answer.status() != StatusCode::OK || !is_text {
            return Ok(Vec::new());
        }
        let page = String::from_utf8_lossy(answer.body());
        Ok(references(&page).filter_map(|reference| join_url(url, reference).ok()).collect())
    }

    /// Whether the host's `robots.txt` lets us; it is asked for once.
    async fn may_fetch(&self, url: &Uri) -> bool {
        let origin = origin(url);
        let known = self.robots.borrow().get(&origin).cloned();
        let robots = match known {
            Some(robots) => robots,
            None => {
                let robots = Rc::new(Robots::default());
                self.robots.borrow_mut().insert(origin, Rc::clone(&robots));
                // In a task of its own: the page that asks first may run out of time.
                let (asked, client) = (Rc::clone(&robots), self.client.clone());
                let place = join_url(url, "/robots.txt");
                hub::spawn("robots.txt", async move {
                    let rules = match place {
                        Ok(place) => rules_at(&client, &place).await,
                        Err(_) => Vec::new(),
                    };
                    asked.rules.replace(rules);
                    asked.is_known.set();
                })
                .detach();
                robots
            }
        };
        robots.is_known.wait().await;
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        is_allowed(&robots.rules.borrow(), path)
    }
}

/// Scheme, host and port.
fn origin(url: &Uri) -> String {
    let authority = url.authority().map_or("", |authority| authority.as_str());
    format!("{}://{authority}", url.scheme_str().unwrap_or("http")).to_ascii_lowercase()
}

/// The values of `href` and `src` in a page, and the URLs in its text.
fn references(page: &str) -> impl Iterator<Item = &str> {
    let ends = |text: &str, at: usize| {
        let end = text[at..].find(|c: char| c.is_whitespace() || "\"'<>()".contains(c));
        end.map_or(text.len(), |end| at + end)
    };
    let attributes = ["href=", "src="].into_iter().flat_map(move |name| {
        page.match_indices(name).map(move |(at, _)| {
            let value = &page[at + name.len()..];
            match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default(),
                _ => &value[..ends(value, 0)],
            }
        })
    });
    let urls = ["http://", "https://"].into_iter();
    let urls = urls.flat_map(move |scheme| page.match_indices(scheme));
    attributes.chain(urls.map(move |(at, scheme)| &page[at..ends(page, at + scheme.len())]))
}

/// What a host lets us see (RFC 9309).
#[derive(Default)]
struct Robots {
    rules: RefCell<Vec<Rule>>,
    is_known: Event,
}

/// Whether paths that fit the pattern are allowed.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// With `*` for anything and `$` for the end.
    pattern: String,
    is_allowed: bool,
}

/// The rules of a host. Where there is no file all is allowed; where the host cannot say, nothing is.
async fn rules_at(client: &HttpClient, place: &Uri) -> Vec<Rule> {
    let client = HttpClient { max_redirects: 5, timeout: PAGE_TIMEOUT, ..client.clone() };
    match client.get(&place.to_string()).await {
        Ok(answer) if answer.status() == StatusCode::OK => {
            rules(&String::from_utf8_lossy(answer.body()))
        }
        Ok(answer) if answer.status().is_client_error() => Vec::new(),
        answer => {
            let why = answer.map_or_else(|e| e.to_string(), |answer| answer.status().to_string());
            println!("nothing is fetched there, for want of {place}: {why}");
            vec![Rule { pattern: "/".into(), is_allowed: false }]
        }
    }
}

/// The rules for us in the text of a `robots.txt`: those of the groups with our name, or else those
/// for everybody.
pub fn rules(text: &str) -> Vec<Rule> {
    let (mut ours, mut everybodys, mut is_named) = (Vec::new(), Vec::new(), false);
    let (mut for_us, mut for_all, mut in_rules) = (false, false, false);
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else { continue };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        match &*key {
            "user-agent" => {
                if std::mem::take(&mut in_rules) {
                    (for_us, for_all) = (false, false);
                }
                for_us |= value.eq_ignore_ascii_case(AGENT);
                for_all |= value == "*";
                is_named |= for_us;
            }
            "allow" | "disallow" => {
                in_rules = true;
                let rule = || Rule { pattern: value.into(), is_allowed: key == "allow" };
                // An empty pattern fits nothing.
                if for_us && !value.is_empty() {
                    ours.push(rule());
                }
                if for_all && !value.is_empty() {
                    everybodys.push(rule());
                }
            }
            _ => {}
        }
    }
    if is_named { ours } else { everybodys }
}

/// The longest pattern that fits decides, of two of a length the kinder one.
pub fn is_allowed(rules: &[Rule], path: &str) -> bool {
    let fitting = rules.iter().filter(|rule| fits(&rule.pattern, path));
    let decisive = fitting.max_by_key(|rule| (rule.pattern.len(), rule.is_allowed));
    decisive.is_none_or(|rule| rule.is_allowed)
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, is_whole) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if is_whole && parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if is_whole && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

fn main() -> Result<(), Box<dyn Error>> {
    let starts: Result<Vec<Uri>, _> = std::env::args().skip(1).map(|url| url.parse()).collect();
    let starts = starts?;
    if starts.is_empty() {
        eprintln!("usage: crawler URL...");
        std::process::exit(2);
    }
    let seen = Hub::new(Clock::real())?.block_on(crawl(starts));
    println!("I saw {} urls:", seen.len());
    seen.iter().for_each(|url| println!("{url}"));
    Ok(())
}
