//! The hub beside tokio (`current_thread` with a `LocalSet`) and smol (`LocalExecutor`), in one run:
//! `cargo bench --bench runtimes`.
//!
//! Every row does the same with all three, on one thread, and is given per element (task, turn, item,
//! timer, echo). The aims are ratios to the better of the two others: spawn and join, yield and queue
//! at most one half, the others below one. The ratios are printed last; `-- nothing` prints them
//! alone, each the best of nine rounds in turn. With a Python that has eventlet in `EVENTLET_PYTHON`,
//! its figures (`benches/eventlet_peer.py`) stand in a column of their own:
//!
//! ```text
//! EVENTLET_PYTHON=/usr/bin/python3 cargo bench --bench runtimes -- nothing
//! ```
//!
//! Behind them stands what it costs that the loop is watched and measured: the same rounds on two hubs
//! in turn, one as it is, one with `watch_stalls` and `measure`.

use std::cell::Cell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::hint::black_box;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::{Pin, pin};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ryu_sdn::clock::Clock;
use ryu_sdn::hub::net::{Stream as _, StreamExt as _, TcpListener, TcpStream};
use ryu_sdn::hub::{self, Hub, STALL_LIMIT};
use ryu_sdn::sync::Queue;
use smol::LocalExecutor;
use smol::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::LocalSet;

/// Elements of a round.
const MANY: u64 = 10_000;
/// Tasks that take turns.
const TASKS: u64 = 100;
/// Items that fit into the queue.
const ROOM: usize = 128;
/// Connections that are echoed on, and bytes of a message.
const CONNECTIONS: usize = 100;
const MESSAGE: usize = 64;

/// What a row does with each of the three: one round of [`MANY`] elements.
struct Row {
    name: &'static str,
    /// At most this much of the better of the two others.
    aim: f64,
    ours: Box<dyn FnMut()>,
    tokio: Box<dyn FnMut()>,
    /// `None` where there is nothing to compare with: hyper is on tokio.
    smol: Option<Box<dyn FnMut()>>,
}

thread_local! {
    /// Whether hubs that are made now are watched and measured.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

fn our_hub() -> Hub {
    let hub = Hub::new(Clock::real()).expect("the bench needs an epoll descriptor");
    if WATCHED.get() {
        hub.handle().measure(true);
        // Until the end of the bench.
        std::mem::forget(hub.handle().watch_stalls(STALL_LIMIT).expect("the bench needs a thread"));
    }
    hub
}

fn their_tokio() -> (tokio::runtime::Runtime, LocalSet) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    (runtime.expect("the bench needs an epoll descriptor"), LocalSet::new())
}

/// One task at a time: spawned, run, joined.
fn spawn_and_join() -> Row {
    let hub = our_hub();
    let (runtime, local) = their_tokio();
    Row {
        name: "spawn and join",
        aim: 0.5,
        ours: Box::new(move || {
            hub.block_on(async {
                for n in 0..MANY {
                    black_box(hub::spawn("child", async move { n }).await.ok());
                }
            });
        }),
        tokio: Box::new(move || {
            local.block_on(&runtime, async {
                for n in 0..MANY {
                    black_box(tokio::task::spawn_local(async move { n }).await.ok());
                }
            });
        }),
        smol: Some(Box::new(move || {
            let executor = LocalExecutor::new();
            smol::block_on(executor.run(async {
                for n in 0..MANY {
                    black_box(executor.spawn(async move { n }).await);
                }
            }));
        })),
    }
}

/// A hundred tasks that take turns.
fn yields() -> Row {
    let hub = our_hub();
    let (runtime, local) = their_tokio();
    Row {
        name: "yield among 100 tasks",
        aim: 0.5,
        ours: Box::new(move || {
            hub.block_on(async {
                let tasks = (0..TASKS).map(|_| {
                    hub::spawn("yields", async {
                        for _ in 0..MANY / TASKS {
                            hub::yield_now().await;
                        }
                    })
                });
                black_box(hub::joinall(tasks).await);
            });
        }),
        tokio: Box::new(move || {
            local.block_on(&runtime, async {
                let tasks: Vec<_> = (0..TASKS)
                    .map(|_| {
                        tokio::task::spawn_local(async {
                            for _ in 0..MANY / TASKS {
                                tokio::task::yield_now().await;
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.expect("it does not panic");
                }
            });
        }),
        smol: Some(Box::new(move || {
            let executor = LocalExecutor::new();
            smol::block_on(executor.run(async {
                let tasks: Vec<_> = (0..TASKS)
                    .map(|_| {
                        executor.spawn(async {
                            for _ in 0..MANY / TASKS {
                                smol::future::yield_now().await;
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await;
                }
            }));
        })),
    }
}

/// One task puts, one gets, and 128 items fit between them.
fn queue() -> Row {
    let hub = our_hub();
    let (runtime, local) = their_tokio();
    Row {
        name: "queue of 128, per item",
        aim: 0.5,
        ours: Box::new(move || {
            hub.block_on(async {
                let queue = Queue::bounded(ROOM);
                let inbox = queue.clone();
                let producer = hub::spawn("producer", async move {
                    for n in 0..MANY {
                        inbox.put(n).await.expect("closed by us alone");
                    }
                    inbox.close();
                });
                while let Some(n) = queue.get().await {
                    black_box(n);
                }
                black_box(producer.await.ok());
            });
        }),
        tokio: Box::new(move || {
            local.block_on(&runtime, async {
                let (inbox, mut queue) = tokio::sync::mpsc::channel(ROOM);
                let producer = tokio::task::spawn_local(async move {
                    for n in 0..MANY {
                        inbox.send(n).await.expect("closed by us alone");
                    }
                });
                while let Some(n) = queue.recv().await {
                    black_box(n);
                }
                producer.await.expect("it does not panic");
            });
        }),
        smol: Some(Box::new(move || {
            let executor = LocalExecutor::new();
            smol::block_on(executor.run(async {
                let (inbox, queue) = smol::channel::bounded(ROOM);
                let producer = executor.spawn(async move {
                    for n in 0..MANY {
                        inbox.send(n).await.expect("closed by us alone");
                    }
                });
                while let Ok(n) = queue.recv().await {
                    black_box(n);
                }
                producer.await;
            }));
        })),
    }
}

/// Polls once, so that a timer is armed, and drops: so it is canceled.
async fn once(wait: impl Future) {
    let mut wait = pin!(wait);
    std::future::poll_fn(|cx| {
        assert!(wait.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
}

/// A timer that never fires, as nearly all timeouts are.
fn timer() -> Row {
    let hub = our_hub();
    let (runtime, local) = their_tokio();
    let limit = |n: u64| Duration::from_millis(1000 + n % 64);
    Row {
        name: "timer armed and canceled",
        aim: 1.0,
        ours: Box::new(move || {
            hub.block_on(async {
                for n in 0..MANY {
                    once(hub::sleep(limit(n))).await;
                }
            });
        }),
        tokio: Box::new(move || {
            local.block_on(&runtime, async {
                for n in 0..MANY {
                    once(tokio::time::sleep(limit(n))).await;
                }
            });
        }),
        smol: Some(Box::new(move || {
            let executor = LocalExecutor::new();
            smol::block_on(executor.run(async {
                for n in 0..MANY {
                    once(smol::Timer::after(limit(n))).await;
                }
            }));
        })),
    }
}

/// A free port of the loopback.
const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The clients' ends of so many connections, whose other ends are each served by a task.
async fn our_pairs<F>(count: usize, serve: impl Fn(TcpStream) -> F) -> Vec<Rc<TcpStream>>
where
    F: Future<Output = ()> + 'static,
{
    let listener = TcpListener::bind(ANY).expect("a free port");
    let mut clients = Vec::new();
    for _ in 0..count {
        let client = TcpStream::connect(listener.local_addr()).await.expect("it listens");
        clients.push(Rc::new(client));
        let (server, _) = listener.accept().await;
        hub::spawn("server", serve(server)).detach();
    }
    clients
}

type TokioStream = tokio::net::TcpStream;

/// [`our_pairs`] on tokio.
async fn tokio_pairs<F>(
    count: usize,
    serve: impl Fn(TokioStream) -> F,
) -> Vec<Rc<tokio::sync::Mutex<TokioStream>>>
where
    F: Future<Output = ()> + 'static,
{
    let listener = tokio::net::TcpListener::bind(ANY).await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut clients = Vec::new();
    for _ in 0..count {
        let client = TokioStream::connect(address).await.expect("it listens");
        client.set_nodelay(true).expect("it is a socket");
        clients.push(Rc::new(tokio::sync::Mutex::new(client)));
        let (server, _) = listener.accept().await.expect("it connected");
        server.set_nodelay(true).expect("it is a socket");
        tokio::task::spawn_local(serve(server));
    }
    clients
}

/// Messages of 64 bytes over 100 connections, both ends of each in one loop. The connections stay
/// from round to round.
fn echo() -> Row {
    let rounds = MANY as usize / CONNECTIONS;

    let hub = our_hub();
    let ours = hub.block_on(our_pairs(CONNECTIONS, |server| async move {
        let mut bytes = [0; MESSAGE];
        while server.read_exact(&mut bytes).await.is_ok() {
            if server.write_all(&bytes).await.is_err() {
                break;
            }
        }
    }));

    let (runtime, local) = their_tokio();
    let pairs = tokio_pairs(CONNECTIONS, |mut server| async move {
        let mut bytes = [0; MESSAGE];
        while server.read_exact(&mut bytes).await.is_ok() {
            if server.write_all(&bytes).await.is_err() {
                break;
            }
        }
    });
    let tokios = local.block_on(&runtime, pairs);

    let executor = Rc::new(LocalExecutor::new());
    let smols: Vec<_> = smol::block_on(executor.run(async {
        let listener = smol::net::TcpListener::bind(ANY).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            let client = smol::net::TcpStream::connect(address).await.expect("it listens");
            client.set_nodelay(true).expect("it is a socket");
            clients.push(client);
            let (mut server, _) = listener.accept().await.expect("it connected");
            server.set_nodelay(true).expect("it is a socket");
            executor
                .spawn(async move {
                    let mut bytes = [0; MESSAGE];
                    while server.read_exact(&mut bytes).await.is_ok() {
                        if server.write_all(&bytes).await.is_err() {
                            break;
                        }
                    }
                })
                .detach();
        }
        clients
    }));

    Row {
        name: "echo of 64 bytes, 100 connections",
        aim: 1.0,
        ours: Box::new(move || {
            hub.block_on(async {
                let tasks = ours.iter().map(|client| {
                    let client = client.clone();
                    hub::spawn("client", async move {
                        let mut bytes = [7; MESSAGE];
                        for _ in 0..rounds {
                            client.write_all(&bytes).await.expect("it echoes");
                            client.read_exact(&mut bytes).await.expect("it echoes");
                        }
                    })
                });
                black_box(hub::joinall(tasks).await);
            });
        }),
        tokio: Box::new(move || {
            local.block_on(&runtime, async {
                let tasks: Vec<_> = tokios
                    .iter()
                    .map(|client| {
                        let client = client.clone();
                        tokio::task::spawn_local(async move {
                            let mut client = client.lock().await;
                            let mut bytes = [7; MESSAGE];
                            for _ in 0..rounds {
                                client.write_all(&bytes).await.expect("it echoes");
                                client.read_exact(&mut bytes).await.expect("it echoes");
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.expect("it does not panic");
                }
            });
        }),
        smol: Some(Box::new(move || {
            smol::block_on(executor.run(async {
                let tasks: Vec<_> = smols
                    .iter()
                    .map(|client| {
                        let mut client = client.clone();
                        executor.spawn(async move {
                            let mut bytes = [7; MESSAGE];
                            for _ in 0..rounds {
                                client.write_all(&bytes).await.expect("it echoes");
                                client.read_exact(&mut bytes).await.expect("it echoes");
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await;
                }
            }));
        })),
    }
}

/// A connection as hyper wants it, the same way for both: what is read goes through a buffer.
struct Io<S>(S);

impl hyper::rt::Read for Io<TcpStream> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut out: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut bytes = [0; 2048];
        let room = out.remaining().min(bytes.len());
        let n = ready!(self.0.poll_read(cx, &mut bytes[..room]))?;
        out.put_slice(&bytes[..n]);
        Poll::Ready(Ok(()))
    }
}

impl hyper::rt::Write for Io<TcpStream> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_write(cx, bytes)
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.shutdown_write())
    }
}

impl hyper::rt::Read for Io<tokio::net::TcpStream> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut out: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut bytes = [0; 2048];
        let room = out.remaining().min(bytes.len());
        let mut buf = tokio::io::ReadBuf::new(&mut bytes[..room]);
        ready!(tokio::io::AsyncRead::poll_read(Pin::new(&mut self.0), cx, &mut buf))?;
        out.put_slice(buf.filled());
        Poll::Ready(Ok(()))
    }
}

impl hyper::rt::Write for Io<tokio::net::TcpStream> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        tokio::io::AsyncWrite::poll_write(Pin::new(&mut self.0), cx, bytes)
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        tokio::io::AsyncWrite::poll_shutdown(Pin::new(&mut self.0), cx)
    }
}

/// hyper's end of a connection.
async fn greet<I>(io: I)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + 'static,
{
    let hello = hyper::service::service_fn(|_| async {
        Ok::<_, Infallible>(http::Response::new(http_body_util::Full::new(&b"hello"[..])))
    });
    // It ends with the client.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, hello).await;
}

const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Whether the answer is whole: it ends in its body.
fn is_answer(bytes: &[u8]) -> bool {
    bytes.ends_with(b"\r\n\r\nhello")
}

/// Requests over 64 connections that stay, hyper on ours and on tokio; smol's row is empty.
fn http_hello() -> Row {
    const CLIENTS: usize = 64;
    let rounds = MANY as usize / CLIENTS;

    let hub = our_hub();
    let ours = hub.block_on(our_pairs(CLIENTS, |server| greet(Io(server))));
    let (runtime, local) = their_tokio();
    let tokios = local.block_on(&runtime, tokio_pairs(CLIENTS, |server| greet(Io(server))));

    Row {
        name: "HTTP hello, 64 connections",
        aim: 1.0,
        ours: Box::new(move || {
            hub.block_on(async {
                let tasks = ours.iter().map(|client| {
                    let client = client.clone();
                    hub::spawn("client", async move {
                        let mut bytes = [0; 512];
                        for _ in 0..rounds {
                            client.write_all(ASK).await.expect("it answers");
                            let mut got = 0;
                            while !is_answer(&bytes[..got]) {
                                got += client.read(&mut bytes[got..]).await.expect("it answers");
                            }
                        }
                    })
                });
                black_box(hub::joinall(tasks).await);
            });
        }),
        tokio: Box::new(move || {
            local.block_on(&runtime, async {
                let tasks: Vec<_> = tokios
                    .iter()
                    .map(|client| {
                        let client = client.clone();
                        tokio::task::spawn_local(async move {
                            let mut client = client.lock().await;
                            let mut bytes = [0; 512];
                            for _ in 0..rounds {
                                client.write_all(ASK).await.expect("it answers");
                                let mut got = 0;
                                while !is_answer(&bytes[..got]) {
                                    let rest = &mut bytes[got..];
                                    got += client.read(rest).await.expect("it answers");
                                }
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.expect("it does not panic");
                }
            });
        }),
        smol: None,
    }
}

fn rows() -> Vec<Row> {
    vec![spawn_and_join(), yields(), queue(), timer(), echo(), http_hello()]
}

fn benches(criterion: &mut Criterion) {
    for mut row in rows() {
        let mut group = criterion.benchmark_group(row.name);
        group.throughput(Throughput::Elements(MANY));
        group.bench_function("ours", |bencher| bencher.iter(&mut row.ours));
        group.bench_function("tokio", |bencher| bencher.iter(&mut row.tokio));
        if let Some(smol) = &mut row.smol {
            group.bench_function("smol", |bencher| bencher.iter(&mut *smol));
        }
        group.finish();
    }
}

/// Nanoseconds per element.
fn round(call: &mut dyn FnMut(), least: &Cell<f64>) {
    let start = Instant::now();
    (0..3).for_each(|_| call());
    let ns = start.elapsed().as_nanos() as f64 / (3 * MANY) as f64;
    least.set(least.get().min(ns));
}

/// The best of nine rounds of each, in turn, so that what else the machine does hits all three.
fn ratios(_: &mut Criterion) {
    let eventlet = eventlet();
    println!(
        "{:<36} {:>9} {:>9} {:>9} {:>7} {:>5} {:>9}",
        "ns", "ours", "tokio", "smol", "ratio", "aim", "eventlet"
    );
    for mut row in rows() {
        let [ours, tokio, smol] = std::array::from_fn(|_| Cell::new(f64::INFINITY));
        for _ in 0..9 {
            round(&mut row.ours, &ours);
            round(&mut row.tokio, &tokio);
            if let Some(call) = &mut row.smol {
                round(call, &smol);
            }
        }
        let (ours, tokio, smol) = (ours.get(), tokio.get(), smol.get());
        let ratio = ours / tokio.min(smol);
        let (name, aim) = (row.name, row.aim);
        let theirs = eventlet.get(name).map_or("-".to_owned(), |ns| format!("{ns:.0}"));
        println!(
            "{name:<36} {ours:>9.1} {tokio:>9.1} {smol:>9.1} {ratio:>7.2} {aim:>5.1} {theirs:>9}"
        );
    }
    watched();
}

/// Eventlet's figures by the names of the rows, if `EVENTLET_PYTHON` names a Python that has it.
fn eventlet() -> HashMap<String, f64> {
    let Some(python) = std::env::var_os("EVENTLET_PYTHON") else { return HashMap::new() };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/eventlet_peer.py");
    let ran = Command::new(&python).arg(script).stderr(Stdio::inherit()).output();
    let ran = ran.unwrap_or_else(|error| panic!("EVENTLET_PYTHON={}: {error}", python.display()));
    assert!(ran.status.success(), "benches/eventlet_peer.py: {}", ran.status);
    let text = String::from_utf8(ran.stdout).expect("it prints names and numbers");
    let figures: HashMap<_, _> = text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, ns)| (name.to_owned(), ns.parse().expect("nanoseconds")))
        .collect();
    let names: Vec<_> = rows().iter().map(|row| row.name).collect();
    assert!(names.iter().all(|&name| figures.contains_key(name)), "{names:?} and {figures:?}");
    figures
}

/// What the watch costs: one store for each poll there is anyway; the labels of new tasks and two looks
/// at the clock for each wait come on top. The rounds of both hubs take turns, and the median of their
/// quotients is told with its extremes.
fn watched() {
    println!("{:<36} {:>9} {:>9} {:>22}", "ns", "plain", "watched", "quotient (least, most)");
    for make in [spawn_and_join, yields, queue, echo] {
        let Row { name, ours: mut plain, .. } = make();
        WATCHED.set(true);
        let Row { ours: mut watched, .. } = make();
        WATCHED.set(false);
        let mut quotients = Vec::new();
        let [best, best_watched] = std::array::from_fn(|_| Cell::new(f64::INFINITY));
        for _ in 0..31 {
            let [one, other] = std::array::from_fn(|_| Cell::new(f64::INFINITY));
            round(&mut plain, &one);
            round(&mut watched, &other);
            quotients.push(other.get() / one.get());
            best.set(best.get().min(one.get()));
            best_watched.set(best_watched.get().min(other.get()));
        }
        quotients.sort_by(f64::total_cmp);
        let (least, most) = (quotients[0], quotients[quotients.len() - 1]);
        let quotient = quotients[quotients.len() / 2];
        let (best, best_watched) = (best.get(), best_watched.get());
        println!(
            "{name:<36} {best:>9.1} {best_watched:>9.1} {quotient:>9.3} ({least:.3}, {most:.3})"
        );
    }
}

criterion_group! {
    name = all;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = benches, ratios
}
criterion_main!(all);
