//! The resolver against servers that are slow, silent, wrong, or somebody else.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use super::run;
use crate::hub::net::{
    Hosts, ResolveError, Resolver, ResolverConfig, StreamExt, TcpListener, UdpSocket,
};
use crate::hub::{self, Task};

/// What a scripted server does with a question.
enum Reaction {
    Silence,
    /// An answer with these records, after so many milliseconds.
    Answer(u64, Vec<Record>),
    /// A response code, with an SOA record that says 60 seconds.
    Code(u8),
    /// The answer that all is too much for a datagram.
    Truncated,
    /// Bytes as they are.
    Raw(Vec<u8>),
}
use Reaction::{Answer, Code, Silence, Truncated};

struct Record {
    owner: String,
    kind: u16,
    ttl: u32,
    data: Vec<u8>,
}

fn a(owner: &str, ttl: u32, address: [u8; 4]) -> Record {
    Record { owner: owner.into(), kind: 1, ttl, data: address.into() }
}

fn aaaa(owner: &str, ttl: u32, last: u8) -> Record {
    let mut data = vec![0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    data.push(last);
    Record { owner: owner.into(), kind: 28, ttl, data }
}

fn cname(owner: &str, ttl: u32, target: &str) -> Record {
    Record { owner: owner.into(), kind: 5, ttl, data: wire(target) }
}

fn wire(name: &str) -> Vec<u8> {
    let labels = name.split('.').filter(|label| !label.is_empty());
    let mut bytes: Vec<u8> =
        labels.flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat()).collect();
    bytes.push(0);
    bytes
}

/// Name and type that a message asks for.
fn asked(question: &[u8]) -> (String, u16) {
    let (mut at, mut labels) = (12, Vec::new());
    while question[at] != 0 {
        let end = at + 1 + usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..end]).into_owned());
        at = end;
    }
    (labels.join("."), u16::from(question[at + 2]))
}

fn response(
    question: &[u8],
    flags: [u8; 2],
    answers: &[Record],
    authorities: &[Record],
) -> Vec<u8> {
    let mut bytes = question.to_vec();
    bytes[2..4].copy_from_slice(&flags);
    bytes[7] = answers.len() as u8;
    bytes[9] = authorities.len() as u8;
    for record in answers.iter().chain(authorities) {
        bytes.extend(wire(&record.owner));
        bytes.extend(record.kind.to_be_bytes());
        bytes.extend([0, 1]);
        bytes.extend(record.ttl.to_be_bytes());
        bytes.extend((record.data.len() as u16).to_be_bytes());
        bytes.extend(&record.data);
    }
    bytes
}

fn soa(seconds: u32) -> Record {
    let data = [&[0, 0][..], &[0; 16], &seconds.to_be_bytes()].concat();
    Record { owner: "example".into(), kind: 6, ttl: 3600, data }
}

fn reacted(question: &[u8], reaction: Reaction) -> Option<(u64, Vec<u8>)> {
    match reaction {
        Silence => None,
        Answer(after, records) => Some((after, response(question, [0x81, 0x80], &records, &[]))),
        Code(code) => Some((0, response(question, [0x81, 0x80 | code], &[], &[soa(60)]))),
        Truncated => Some((0, response(question, [0x83, 0x80], &[], &[]))),
        Reaction::Raw(bytes) => Some((0, bytes)),
    }
}

/// A server on loopback that reacts to each question as the script says, and notes it.
struct Server {
    address: SocketAddr,
    questions: Rc<RefCell<Vec<String>>>,
    _task: Task<()>,
}

impl Server {
    fn start(script: impl Fn(&str, u16) -> Reaction + 'static) -> Server {
        let socket = Rc::new(UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap());
        let address = socket.local_addr();
        let questions: Rc<RefCell<Vec<_>>> = Rc::default();
        let noted = Rc::clone(&questions);
        let task = hub::spawn("dns server", async move {
            let mut bytes = [0; 600];
            loop {
                let (n, from) = socket.recv_from(&mut bytes).await.unwrap();
                let question = bytes[..n].to_vec();
                let (name, kind) = asked(&question);
                noted.borrow_mut().push(format!("{} {name}", if kind == 1 { "A" } else { "AAAA" }));
                let Some((after, answer)) = reacted(&question, script(&name, kind)) else {
                    continue;
                };
                let socket = Rc::clone(&socket);
                hub::spawn("dns answer", async move {
                    hub::sleep(Duration::from_millis(after)).await;
                    socket.send_to(&answer, from).await.unwrap();
                })
                .detach();
            }
        });
        Server { address, questions, _task: task }
    }

    fn questions(&self) -> Vec<String> {
        let mut questions = self.questions.take();
        questions.sort();
        questions
    }
}

fn resolver(servers: &[&Server]) -> Resolver {
    Resolver::new(config(servers))
}

fn config(servers: &[&Server]) -> ResolverConfig {
    let servers = servers.iter().map(|server| server.address).collect();
    ResolverConfig { servers, ..ResolverConfig::default() }
}

fn v4(last: u8) -> IpAddr {
    [192, 0, 2, last].into()
}

/// Ticks every 100 ms until it is dropped: somebody else who must not be kept waiting.
fn heartbeat() -> (Task<()>, Rc<Cell<u32>>) {
    let beats = Rc::new(Cell::new(0));
    let counted = Rc::clone(&beats);
    let task = hub::spawn("heartbeat", async move {
        loop {
            hub::sleep(Duration::from_millis(100)).await;
            counted.set(counted.get() + 1);
        }
    });
    (task, beats)
}

#[test]
fn answers_are_remembered_for_as_long_as_they_say() {
    run(async {
        let server = Server::start(|name, kind| match kind {
            1 => Answer(0, vec![a(name, 30, [192, 0, 2, 1]), a(name, 20, [192, 0, 2, 2])]),
            _ => Answer(0, vec![aaaa(name, 60, 1)]),
        });
        let resolver = resolver(&[&server]);
        let wanted = ["2001:db8::1".parse().unwrap(), v4(1), v4(2)];
        assert_eq!(resolver.resolve("Web.Example").await.unwrap(), wanted);
        assert_eq!(server.questions(), ["A web.example", "AAAA web.example"]);
        hub::sleep(Duration::from_millis(19_900)).await;
        assert_eq!(resolver.resolve("web.example.").await.unwrap(), wanted);
        assert!(server.questions().is_empty());
        hub::sleep(Duration::from_millis(200)).await;
        assert_eq!(resolver.resolve("web.example").await.unwrap(), wanted);
        assert_eq!(server.questions(), ["A web.example"], "that of 60 seconds still holds");
        resolver.forget();
        resolver.resolve("web.example").await.unwrap();
        assert_eq!(server.questions().len(), 2);
    });
}

#[test]
fn a_silent_server_keeps_nobody_waiting_but_who_asked() {
    run(async {
        let silent = Server::start(|_, _| Silence);
        let good = Server::start(|name, _| Answer(0, vec![a(name, 30, [192, 0, 2, 1])]));
        let (_beating, beats) = heartbeat();
        let start = hub::now();
        let alone = resolver(&[&silent]);
        let error = alone.resolve("web.example").await.unwrap_err();
        assert_eq!(hub::now() - start, Duration::from_secs(10), "two attempts of five seconds");
        let server = silent.address;
        assert_eq!(
            error.to_string(),
            format!("web.example: no answer from any name server (last: {server}, nothing in 5s)")
        );
        assert!((99..=100).contains(&beats.get()), "{}", beats.get());
        // With another one behind it, five seconds.
        let start = hub::now();
        assert_eq!(resolver(&[&silent, &good]).resolve("web.example").await, Ok(vec![v4(1)]));
        assert_eq!(hub::now() - start, Duration::from_secs(5));
        // One that is not there at all costs no time.
        let gone = Server::start(|_, _| Silence);
        let mut config = config(&[&gone, &good]);
        drop(gone);
        hub::yield_now().await;
        let start = hub::now();
        config.attempts = 1;
        assert_eq!(Resolver::new(config).resolve("web.example").await, Ok(vec![v4(1)]));
        assert_eq!(hub::now(), start);
    });
}

#[test]
fn slow_answers_come_together_and_the_slower_kind_is_not_waited_for() {
    run(async {
        let server = Server::start(|name, kind| match (name, kind) {
            ("slow.example", 28) => Answer(4000, vec![aaaa(name, 60, 9)]),
            ("slow.example", _) => Answer(300, vec![a(name, 60, [192, 0, 2, 9])]),
            (_, 28) => Code(0),
            _ => Answer(1000, vec![a(name, 60, [192, 0, 2, 1])]),
        });
        let resolver = resolver(&[&server]);
        let start = hub::now();
        let tasks = (0..50).map(|n| {
            let resolver = resolver.clone();
            hub::spawn(
                format!("{n}"),
                async move { resolver.resolve(&format!("h{n}.example")).await },
            )
        });
        for found in hub::joinall(tasks.collect::<Vec<_>>()).await {
            assert_eq!(found.unwrap(), Ok(vec![v4(1)]));
        }
        assert_eq!(hub::now() - start, Duration::from_secs(1), "fifty at once");
        let start = hub::now();
        assert_eq!(resolver.resolve("slow.example").await, Ok(vec![v4(9)]));
        assert_eq!(hub::now() - start, Duration::from_millis(300) + Resolver::GRACE);
    });
}

#[test]
fn whoever_guesses_is_not_believed() {
    run(async {
        let server = Server::start(|_, _| Silence);
        let lying = Rc::new(UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap());
        let mut config = config(&[&server]);
        config.servers = vec![lying.local_addr()];
        let _task = hub::spawn("liar", async move {
            let other = UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let mut bytes = [0; 600];
            loop {
                let (n, from) = lying.recv_from(&mut bytes).await.unwrap();
                let (name, _) = asked(&bytes[..n]);
                let lie = |question: &[u8]| {
                    response(question, [0x81, 0x80], &[a(&name, 60, [6, 6, 6, 6])], &[])
                };
                // From another port; with other ids; to another question; a question.
                let _ = other.send_to(&lie(&bytes[..n]), from).await;
                let mut question = bytes[..n].to_vec();
                question[1] ^= 1;
                lying.send_to(&lie(&question), from).await.unwrap();
                question[1] ^= 1;
                question[14] ^= 1;
                lying.send_to(&lie(&question), from).await.unwrap();
                lying.send_to(&bytes[..n], from).await.unwrap();
                lying.send_to(b"", from).await.unwrap();
                let truth =
                    response(&bytes[..n], [0x81, 0x80], &[a(&name, 60, [192, 0, 2, 5])], &[]);
                lying.send_to(&truth, from).await.unwrap();
            }
        });
        assert_eq!(Resolver::new(config).resolve("web.example").await, Ok(vec![v4(5)]));
    });
}

#[test]
fn who_guesses_all_the_time_is_given_up() {
    run(async {
        let server = Server::start(|_, _| Silence);
        let socket = UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let mut config = config(&[&server]);
        config.servers = vec![socket.local_addr()];
        config.attempts = 1;
        let _task = hub::spawn("noise", async move {
            let (_, from) = socket.recv_from(&mut [0; 600]).await.unwrap();
            let (_, from2) = socket.recv_from(&mut [0; 600]).await.unwrap();
            for _ in 0..64 {
                socket.send_to(b"noise", from).await.unwrap();
                socket.send_to(b"noise", from2).await.unwrap();
            }
            std::future::pending::<()>().await;
        });
        let start = hub::now();
        let error = Resolver::new(config).resolve("web.example").await.unwrap_err();
        assert!(error.to_string().contains("something else all the time"), "{error}");
        assert_eq!(hub::now(), start);
    });
}

#[test]
fn what_does_not_fit_is_asked_for_over_tcp() {
    run(async {
        let server = Server::start(|_, kind| if kind == 1 { Truncated } else { Code(0) });
        let listener = TcpListener::bind(server.address).unwrap();
        let _tcp = hub::spawn("dns over tcp", async move {
            loop {
                let (stream, _) = listener.accept().await;
                let mut length = [0; 2];
                stream.read_exact(&mut length).await.unwrap();
                let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
                stream.read_exact(&mut question).await.unwrap();
                let (name, _) = asked(&question);
                let records: Vec<_> = (0..60).map(|n| a(&name, 60, [192, 0, 2, n])).collect();
                let answer = response(&question, [0x81, 0x80], &records, &[]);
                stream.write_all(&(answer.len() as u16).to_be_bytes()).await.unwrap();
                // In two halves, to be sure that they are put together.
                let (first, rest) = answer.split_at(100);
                stream.write_all(first).await.unwrap();
                hub::sleep(Duration::from_millis(10)).await;
                stream.write_all(rest).await.unwrap();
            }
        });
        let found = resolver(&[&server]).resolve("many.example").await.unwrap();
        assert_eq!(found.len(), 60);
        let config = ResolverConfig { use_tcp: true, ..config(&[&server]) };
        server.questions();
        assert_eq!(Resolver::new(config).resolve("many.example").await.unwrap().len(), 60);
        assert!(server.questions().is_empty(), "nothing over UDP");
    });
}

#[test]
fn names_that_are_not_complete_are_searched_for() {
    run(async {
        let server = Server::start(|name, kind| match (name, kind) {
            ("web.lab.example" | "a.b", 1) => Answer(0, vec![a(name, 60, [192, 0, 2, 1])]),
            ("web.lab.example" | "a.b", _) => Code(0),
            _ => Code(3),
        });
        let mut config = config(&[&server]);
        config.search = vec!["other.example".into(), "lab.example".into()];
        let resolver = Resolver::new(config.clone());
        assert_eq!(resolver.resolve("web").await, Ok(vec![v4(1)]));
        let wanted = [
            "A web.lab.example",
            "A web.other.example",
            "AAAA web.lab.example",
            "AAAA web.other.example",
        ];
        assert_eq!(server.questions(), wanted);
        assert_eq!(resolver.resolve("a.b").await, Ok(vec![v4(1)]));
        assert_eq!(server.questions(), ["A a.b", "AAAA a.b"], "a dot: as it is first");
        let error = resolver.resolve("none.").await.unwrap_err();
        assert_eq!(error, ResolveError::NotFound { name: "none".into(), exists: false });
        assert_eq!(server.questions(), ["A none", "AAAA none"], "complete: as it is only");
        config.ndots = 2;
        let patient = Resolver::new(config);
        assert_eq!(patient.resolve("a.b").await, Ok(vec![v4(1)]));
        assert_eq!(server.questions().len(), 6, "two domains first");
        // That there is none is remembered, for the minute that the zone says.
        assert!(resolver.resolve("none.").await.is_err());
        assert!(server.questions().is_empty());
        hub::sleep(Duration::from_secs(61)).await;
        assert!(resolver.resolve("none.").await.is_err());
        assert_eq!(server.questions().len(), 2);
    });
}

#[test]
fn aliases_are_followed_from_answer_to_answer() {
    run(async {
        let server = Server::start(|name, kind| match (name, kind) {
            ("www.example", _) => Answer(0, vec![cname(name, 5, "web.example")]),
            ("web.example", 1) => Answer(0, vec![a(name, 60, [192, 0, 2, 1])]),
            ("loop.example", _) => Answer(0, vec![cname(name, 5, "pool.example")]),
            ("pool.example", _) => Answer(0, vec![cname(name, 5, "loop.example")]),
            _ => Code(0),
        });
        let resolver = resolver(&[&server]);
        assert_eq!(resolver.resolve("www.example").await, Ok(vec![v4(1)]));
        server.questions();
        hub::sleep(Duration::from_secs(6)).await;
        assert_eq!(resolver.resolve("www.example").await, Ok(vec![v4(1)]));
        assert!(server.questions().contains(&"A www.example".into()), "the alias held 5 s only");
        let error = resolver.resolve("loop.example").await.unwrap_err();
        assert!(error.to_string().contains("too many aliases"), "{error}");
    });
}

#[test]
fn a_server_that_cannot_is_no_server() {
    run(async {
        let failing = Server::start(|_, kind| match kind {
            1 => Code(2),
            _ => Reaction::Raw(b"\0\0garbage that is no message".to_vec()),
        });
        let good = Server::start(|name, kind| match kind {
            1 => Answer(0, vec![a(name, 30, [192, 0, 2, 1])]),
            _ => Code(0),
        });
        assert_eq!(resolver(&[&failing, &good]).resolve("web.example").await, Ok(vec![v4(1)]));
        let only = Server::start(|_, _| Code(5));
        let error = resolver(&[&only]).resolve("web.example").await.unwrap_err();
        assert!(error.to_string().ends_with("refused)"), "{error}");
        assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::TimedOut);
        // Nothing of it is remembered.
        let empty = Server::start(|_, _| Code(0));
        let error = resolver(&[&empty]).resolve("web.example").await.unwrap_err();
        assert_eq!(error.to_string(), "web.example: the name has no address");
    });
}

#[test]
fn those_who_ask_the_same_ask_once() {
    run(async {
        let server = Server::start(|name, _| Answer(1000, vec![a(name, 0, [192, 0, 2, 1])]));
        let resolver = resolver(&[&server]);
        let ask = || {
            let resolver = resolver.clone();
            hub::spawn("asks", async move { resolver.resolve("web.example").await })
        };
        let tasks: Vec<_> = (0..20).map(|_| ask()).collect();
        for found in hub::joinall(tasks).await {
            assert_eq!(found.unwrap(), Ok(vec![v4(1)]), "all share it, though it may not be kept");
        }
        assert_eq!(server.questions().len(), 2);
        assert_eq!(resolver.cached(), 0);
        // The one who asked gives up: the next one asks.
        let first = ask();
        hub::yield_now().await;
        let second = ask();
        hub::sleep(Duration::from_millis(500)).await;
        drop(first);
        assert_eq!(second.await.unwrap(), Ok(vec![v4(1)]));
        assert_eq!(server.questions().len(), 4);
    });
}

#[test]
fn more_questions_than_may_be_under_way_wait_in_line() {
    run(async {
        let server = Server::start(|name, kind| match kind {
            1 => Answer(100, vec![a(name, 60, [192, 0, 2, 1])]),
            _ => Answer(100, vec![aaaa(name, 60, 1)]),
        });
        let resolver = resolver(&[&server]);
        let tasks = (0..2 * Resolver::QUESTIONS_MAX).map(|n| {
            let resolver = resolver.clone();
            hub::spawn("asks", async move { resolver.resolve(&format!("n{n}.example")).await })
        });
        let start = hub::now();
        let results = hub::joinall(tasks.collect::<Vec<_>>()).await;
        assert!(results.into_iter().all(|found| found.unwrap().unwrap().len() == 2));
        assert_eq!(hub::now() - start, Duration::from_millis(400), "in four rounds");
    });
}

#[test]
fn localhost_and_hosts_need_no_server() {
    run(async {
        let server = Server::start(|_, _| Code(3));
        let hosts = Hosts::from_text("192.0.2.7 web.example web\n2001:db8::7 web.example");
        let resolver = Resolver::new(ResolverConfig { hosts, ..config(&[&server]) });
        assert_eq!(resolver.resolve("WEB.example.").await.unwrap().len(), 2);
        assert_eq!(resolver.resolve("web").await, Ok(vec![v4(7)]));
        assert_eq!(resolver.resolve("localhost").await.unwrap().len(), 2);
        assert_eq!(resolver.resolve("a.localhost").await.unwrap().len(), 2);
        assert_eq!(resolver.resolve("192.0.2.9").await, Ok(vec![v4(9)]));
        assert!(server.questions().is_empty());
        for bad in ["", ".", "a..b", "a b", "192.0.2.9:80", &"x".repeat(300)] {
            let error = resolver.resolve(bad).await.unwrap_err();
            assert_eq!(error, ResolveError::NotAName { name: bad.into() });
        }
    });
}

#[test]
fn rotation_begins_with_another_server_each_time() {
    run(async {
        let one = Server::start(|name, _| Answer(0, vec![a(name, 0, [192, 0, 2, 1])]));
        let two = Server::start(|name, _| Answer(0, vec![a(name, 0, [192, 0, 2, 2])]));
        let config = ResolverConfig { rotate: true, ..config(&[&one, &two]) };
        let resolver = Resolver::new(config);
        for _ in 0..4 {
            resolver.resolve("web.example").await.unwrap();
        }
        assert_eq!((one.questions().len(), two.questions().len()), (4, 4));
    });
}

#[test]
fn files_that_change_are_read_again() {
    let folder = std::env::temp_dir().join(format!("ryu-sdn-resolver-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (resolv_conf, hosts) = (folder.join("resolv.conf"), folder.join("hosts"));
    std::fs::write(&hosts, "192.0.2.1 web").unwrap();
    run(async {
        let resolver = Resolver::from_files(&resolv_conf, &hosts);
        assert_eq!(resolver.resolve("web").await, Ok(vec![v4(1)]));
        std::fs::write(&hosts, "192.0.2.22 web other").unwrap();
        hub::sleep(Duration::from_secs(4)).await;
        assert_eq!(resolver.resolve("web").await, Ok(vec![v4(1)]), "not looked at all the time");
        hub::sleep(Duration::from_secs(2)).await;
        assert_eq!(resolver.resolve("web").await, Ok(vec![v4(22)]));
        std::fs::remove_file(&hosts).unwrap();
        std::fs::write(&resolv_conf, "nameserver 127.0.0.1\noptions attempts:1 timeout:1").unwrap();
        hub::sleep(Duration::from_secs(6)).await;
        assert!(matches!(resolver.resolve("web").await, Err(ResolveError::NoAnswer { .. })));
    });
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn servers_may_be_reached_over_ipv6() {
    run(async {
        // Where there is IPv6.
        let Ok(socket) = UdpSocket::bind("[::1]:0".parse().unwrap()) else { return };
        let servers = vec![socket.local_addr()];
        let config = ResolverConfig { servers, ..ResolverConfig::default() };
        let _task = hub::spawn("server", async move {
            let mut bytes = [0; 600];
            loop {
                let (n, from) = socket.recv_from(&mut bytes).await.unwrap();
                let (name, _) = asked(&bytes[..n]);
                let records = [a(&name, 60, [192, 0, 2, 6])];
                let answer = response(&bytes[..n], [0x81, 0x80], &records, &[]);
                socket.send_to(&answer, from).await.unwrap();
            }
        });
        assert_eq!(Resolver::new(config).resolve("web.example").await, Ok(vec![v4(6)]));
    });
}
