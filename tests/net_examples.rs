//! The examples of `examples/` that need no network but loopback: the chat, the crawler and geturl,
//! against scripted peers, on the test clock. (`tests/real/net.sh` runs them as programs.)

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use ryu_sdn::clock::Clock;
use ryu_sdn::hub::net::{
    self, Address, Hosts, LineReader, Resolver, ResolverConfig, Served, Socket, Stream, StreamExt,
};
use ryu_sdn::hub::{self, Hub, Task};

#[path = "../examples/chat.rs"]
#[allow(dead_code, unreachable_pub, reason = "a program elsewhere, a module here")]
mod chat;
#[path = "../examples/crawler.rs"]
#[allow(dead_code, unreachable_pub, reason = "a program elsewhere, a module here")]
mod crawler;
#[path = "../examples/geturl.rs"]
#[allow(dead_code, unreachable_pub, reason = "a program elsewhere, a module here")]
mod geturl;

fn run<T>(test: impl Future<Output = T>) -> T {
    Hub::new(Clock::test()).unwrap().block_on(test)
}

// -- chat --------------------------------------------------------------------------------------

struct Guest(Rc<Socket>, LineReader);

impl Guest {
    async fn join(address: &Address) -> Guest {
        let socket = Rc::new(net::connect(address.clone()).await.unwrap());
        let guest = Guest(Rc::clone(&socket), LineReader::new(socket, 1000));
        // Until it is in the list.
        settle().await;
        guest
    }

    async fn says(&self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn hears(&mut self, text: &str) {
        let line = hub::timeout(Duration::from_secs(1), self.1.read_line()).await;
        assert_eq!(String::from_utf8(line.unwrap().unwrap().unwrap()).unwrap(), text);
    }

    async fn hears_nothing(&mut self) {
        assert!(hub::timeout(Duration::from_secs(1), self.1.read_line()).await.is_err());
    }
}

/// Lets everybody do what there is to do: on this clock, the second passes when nobody can.
async fn settle() {
    hub::sleep(Duration::from_secs(1)).await;
}

fn room() -> (Address, Task<Result<(), net::ServeError>>) {
    let listener = net::listen(([127, 0, 0, 1], 0)).unwrap();
    (listener.local_addr(), hub::spawn("chat", chat::chat(listener)))
}

#[test]
fn all_but_the_sender_hear_what_is_said() {
    run(async {
        let (address, _room) = room();
        let mut ann = Guest::join(&address).await;
        let mut bob = Guest::join(&address).await;
        let mut eve = Guest::join(&address).await;
        ann.says("hello\n").await;
        bob.hears("127.0.0.1:hello\n").await;
        eve.hears("127.0.0.1:hello\n").await;
        // In pieces, two at once, and as telnet ends its lines.
        bob.says("hi").await;
        ann.hears_nothing().await;
        bob.says(" ann\r\nhi eve\n").await;
        for guest in [&mut ann, &mut eve] {
            guest.hears("127.0.0.1:hi ann\n").await;
            guest.hears("127.0.0.1:hi eve\n").await;
        }
        bob.hears_nothing().await;
    });
}

#[test]
fn who_leaves_who_vanishes_and_who_sleeps_are_no_trouble() {
    run(async {
        let (address, room) = room();
        let mut ann = Guest::join(&address).await;
        let bob = Guest::join(&address).await;
        let eve = Guest::join(&address).await;
        let sleepy = Guest::join(&address).await;
        // Bob leaves with half a line; Eve with a reset, since she has not read what was said.
        bob.says("bye").await;
        drop(bob);
        settle().await;
        drop(eve);
        settle().await;
        ann.says("anyone?\n").await;
        settle().await;
        // Sleepy reads nothing: after what the system and 64 lines hold, it is put out; until then
        // nobody waits for it.
        let long = format!("{}\n", "x".repeat(60_000));
        for _ in 0..400 {
            ann.says(&long).await;
            hub::yield_now().await;
        }
        settle().await;
        let mut rest = vec![0; 1 << 20];
        let mut total = 0;
        loop {
            match sleepy.0.read(&mut rest).await {
                Ok(0) | Err(_) => break,
                Ok(n) => total += n,
            }
        }
        assert!(total < 400 * long.len(), "{total} bytes");
        ann.hears_nothing().await;
        drop(sleepy);
        let mut late = Guest::join(&address).await;
        ann.says("still here\n").await;
        late.hears("127.0.0.1:still here\n").await;
        assert!(!room.is_finished());
    });
}

// -- crawler and geturl ------------------------------------------------------------------------

/// A site: what stands at each path, and how often each was asked for.
#[derive(Clone)]
struct Site {
    pages: Rc<BTreeMap<&'static str, String>>,
    asked: Rc<RefCell<BTreeMap<String, u32>>>,
    most: Rc<Cell<(u32, u32)>>,
}

async fn answer(socket: Rc<Socket>, site: Site) -> Served {
    let mut lines = LineReader::new(Rc::clone(&socket) as Rc<dyn Stream>, 1000);
    while let Some(first) = lines.read_line().await? {
        while lines.read_line().await?.is_some_and(|line| line.len() > 2) {}
        let path = String::from_utf8(first)?.split(' ').nth(1).unwrap_or_default().to_owned();
        *site.asked.borrow_mut().entry(path.clone()).or_default() += 1;
        let (now, most) = site.most.get();
        site.most.set((now + 1, most.max(now + 1)));
        if path == "/slow" {
            std::future::pending::<()>().await;
        }
        hub::sleep(Duration::from_millis(100)).await;
        let head = match site.pages.get(&*path) {
            Some(page) if page.starts_with("HTTP/") => page.clone(),
            Some(page) => {
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len())
            }
            None => "HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n".to_owned(),
        };
        socket.write_all(head.as_bytes()).await?;
        site.most.set((site.most.get().0 - 1, site.most.get().1));
    }
    Ok(())
}

fn site(pages: &[(&'static str, &str)]) -> (u16, Site, Task<()>) {
    let listener = net::listen(([127, 0, 0, 1], 0)).unwrap();
    let port = listener.local_addr().port().unwrap();
    let fill =
        |(path, page): &(&'static str, &str)| (*path, page.replace("PORT", &port.to_string()));
    let pages = Rc::new(pages.iter().map(fill).collect());
    let site = Site { pages, asked: Rc::default(), most: Rc::default() };
    let ours = site.clone();
    let task = hub::spawn("site", async move {
        let handle = move |socket, _| answer(socket, ours.clone());
        net::serve(listener, handle, net::CONCURRENCY).await.unwrap();
    });
    (port, site, task)
}

#[test]
fn the_crawler_sees_each_page_once_stays_at_home_and_asks_first() {
    run(async {
        let (port, site, _task) = site(&[
            ("/robots.txt", "User-agent: *\nDisallow: /private\n"),
            ("/", "<a href=a.html>a</a> <a href='/b/'>b</a> <img src=\"/slow\"> <a href=\"#top\">"),
            ("/a.html", "back to <a href=\"/\">the start</a>, http://127.0.0.1:PORT/c?x=1#y"),
            ("/b/", "<a href=\"../a.html\">cycle</a> <a href=/private/x>no</a>"),
            ("/c?x=1", "http://elsewhere.example/ mailto:me@here <a href=//127.0.0.1:1/>"),
            ("/old", ""),
            ("/moved", "HTTP/1.1 302 x\r\nLocation: /old\r\nContent-Length: 0\r\n\r\n"),
        ]);
        let start = hub::now();
        let starts = ["/", "/moved"].map(|path| format!("http://127.0.0.1:{port}{path}"));
        let seen = crawler::crawl(starts.iter().map(|url| url.parse().unwrap()).collect()).await;
        let base = format!("http://127.0.0.1:{port}");
        let seen: Vec<_> = seen.iter().map(|url| url.strip_prefix(&base).unwrap()).collect();
        let wanted = ["/", "/a.html", "/b/", "/c?x=1", "/moved", "/old", "/private/x", "/slow"];
        assert_eq!(seen, wanted);
        assert_eq!(hub::now() - start, Duration::from_millis(5200), "all but the slow one: 400 ms");
        let asked = site.asked.take();
        assert!(asked.values().all(|&times| times == 1), "{asked:?}");
        assert!(!asked.contains_key("/private/x"));
        assert!(asked.contains_key("/robots.txt"));
    });
}

#[test]
fn the_crawler_has_so_many_pages_under_way() {
    run(async {
        let links: String = (0..100).map(|n| format!("<a href=/n{n}>")).collect();
        let (port, site, _task) = site(&[("/", &links)]);
        let start = hub::now();
        let seen = crawler::crawl(vec![format!("http://127.0.0.1:{port}").parse().unwrap()]).await;
        assert_eq!(seen.len(), 101);
        assert_eq!(site.most.get().1, 20);
        assert_eq!(hub::now() - start, Duration::from_millis(700), "robots.txt, /, five rounds");
    });
}

#[test]
fn robots_are_read_as_rfc_9309_says() {
    let rules = crawler::rules(
        "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /every\n\n\
         user-agent: x\nUSER-AGENT: Ryu-Crawler # us\nDisallow: /a\nAllow: /a/b\n\
         Disallow: /*.pdf$\nDisallow: /q*z\nDisallow:\n",
    );
    for (path, wanted) in [
        ("/", true),
        ("/every", true),
        ("/a", false),
        ("/a/b/c", true),
        ("/x.pdf", false),
        ("/x.pdf?y", true),
        ("/q1z2", false),
        ("/q1", true),
    ] {
        assert_eq!(crawler::is_allowed(&rules, path), wanted, "{path}");
    }
    assert!(!crawler::is_allowed(&crawler::rules("User-agent: *\nDisallow: /all"), "/all/x"));
    assert!(crawler::is_allowed(&crawler::rules("<html>not here</html>"), "/all/x"));
}

#[test]
fn geturl_asks_all_at_once_and_a_silent_name_server_holds_up_one() {
    run(async {
        let (port, site, _task) = site(&[("/", "welcome")]);
        let silent = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        net::set_resolver(Resolver::new(ResolverConfig {
            servers: vec![silent.local_addr()],
            hosts: Hosts::from_text("127.0.0.1 one two three"),
            ..ResolverConfig::default()
        }));
        let start = hub::now();
        let unknown = hub::spawn("four", geturl::geturl(format!("four:{port}"), false));
        let tasks = ["one", "two", "three"]
            .map(|name| hub::spawn(name, geturl::geturl(format!("{name}:{port}"), false)));
        for task in tasks {
            let answer = task.await.unwrap().unwrap();
            assert_eq!(answer, "HTTP/1.1 200 OK\\r\\nContent-Length: 7\\r\\n\\r\\nwelcome");
        }
        assert_eq!(hub::now() - start, Duration::from_millis(100));
        assert_eq!(site.most.get().1, 3);
        let error = unknown.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        assert_eq!(hub::now() - start, Duration::from_secs(10));
    });
}
