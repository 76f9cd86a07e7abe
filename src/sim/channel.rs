//! The connection of one switch to its controller: dialled, served, and dialled again.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use log::debug;

use crate::hub::net::{Stream, TcpStream};
use crate::hub::{self, Sleep};
use crate::ofproto::{Message, Version};
use crate::session::{CloseReason, Datapath, Output, Peer, Phase, Session, SessionConfig, Side};

use super::network::{Network, Uplink};

/// The wait after the first failed attempt to connect; it doubles with each further one.
pub const RECONNECT_MIN: Duration = Duration::from_millis(100);

/// The longest wait between two attempts.
pub const RECONNECT_MAX: Duration = Duration::from_secs(2);

/// How much is read at once, in bytes.
const READ_CHUNK: usize = 16 * 1024;

/// The life of a switch's connection: runs until its task is dropped.
pub(super) async fn run(network: Network, switch: usize, name: String) {
    let mut wait = RECONNECT_MIN;
    loop {
        match dial(&network.0.uplink).await {
            Ok(stream) => {
                let mut serving = Serving::new(network.clone(), switch, stream);
                let reason = serving.run().await;
                debug!("{name}: connection to the controller ended: {reason}");
                if serving.was_up {
                    wait = RECONNECT_MIN;
                }
            }
            Err(cause) => debug!("{name}: cannot reach the controller: {cause}"),
        }
        hub::sleep(wait).await;
        wait = (wait * 2).min(RECONNECT_MAX);
    }
}

async fn dial(uplink: &Uplink) -> io::Result<Rc<dyn Stream>> {
    match uplink {
        Uplink::Tcp(addr) => Ok(Rc::new(TcpStream::connect(*addr).await?)),
        Uplink::Dial(dial) => dial(),
    }
}

/// One connection.
struct Serving {
    network: Network,
    switch: usize,
    stream: Rc<dyn Stream>,
    session: Session,
    datapath: Datapath,
    timer: Option<(Instant, Pin<Box<Sleep>>)>,
    was_up: bool,
}

enum Wake {
    Readable,
    Writable,
    Timer,
    CloseRequested,
}

impl Serving {
    fn new(network: Network, switch: usize, stream: Rc<dyn Stream>) -> Self {
        let (connection, first_xid) = network.next_connection();
        let config = SessionConfig {
            side: Side::Switch,
            versions: network.0.config.versions.clone(),
            ..SessionConfig::default()
        };
        let flush = network.0.flush.clone();
        let peer = Peer { connection, address: stream.peer(), first_xid, flush };
        network.keep_stream(connection, Rc::clone(&stream));
        let session = Session::new(config, peer, hub::now());
        let datapath = session.datapath().clone();
        Serving { network, switch, stream, session, datapath, timer: None, was_up: false }
    }

    async fn run(&mut self) -> CloseReason {
        loop {
            if let Some(reason) = self.drain() {
                let _ = self.datapath.flush_with(|bytes| self.stream.try_write(bytes));
                let _ = self.stream.shutdown();
                return reason;
            }
            match self.wait().await {
                Wake::Readable => {
                    let has_more = self.read();
                    if has_more {
                        hub::yield_now().await;
                    }
                }
                Wake::Writable => self.network.flush(&self.datapath),
                Wake::Timer => {
                    self.timer = None;
                    self.session.handle_timeout(hub::now());
                }
                Wake::CloseRequested => {
                    let reason = self.datapath.close_requested().unwrap_or(CloseReason::Local);
                    self.session.handle_end(reason);
                }
            }
        }
    }

    /// Hands what the session has to say to the switch. Returns the reason if the session is over.
    fn drain(&mut self) -> Option<CloseReason> {
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Message { xid, message: Message::Error(error), .. } => {
                    let version: Version = self.datapath.version();
                    debug!("{}: controller: {} ({xid})", self.datapath, error.describe(version));
                }
                Output::Message { xid, phase, message } => {
                    // The hello and what the session has answered itself is none of the switch's.
                    let is_answered =
                        matches!(message, Message::EchoRequest(_) | Message::EchoReply(_));
                    if phase == Phase::Main && !is_answered {
                        self.network.receive(self.switch, xid, message);
                    }
                }
                Output::Phase(Phase::Main) => {
                    self.was_up = true;
                    self.network.channel_up(self.switch, &self.datapath);
                }
                // The switch asks nothing.
                Output::Identity(_) | Output::Phase(_) | Output::Port { .. } | Output::Wait(_) => {}
                Output::Violation(violation) => {
                    debug!("{}: controller: {violation}", self.datapath)
                }
                Output::Close(reason) => return Some(reason),
            }
        }
        None
    }

    async fn wait(&mut self) -> Wake {
        let deadline = self.session.deadline();
        if self.timer.as_ref().map(|(at, _)| *at) != deadline {
            self.timer = deadline.map(|at| (at, Box::pin(hub::sleep_until(at))));
        }
        let Serving { stream, datapath, timer, .. } = self;
        poll_fn(|cx| {
            datapath.set_pump(cx.waker());
            if datapath.close_requested().is_some() {
                return Poll::Ready(Wake::CloseRequested);
            }
            if datapath.is_blocked() && stream.poll_writable(cx).is_ready() {
                return Poll::Ready(Wake::Writable);
            }
            // A controller that does not take its answers is not asked for more questions.
            if !datapath.is_congested() && stream.poll_readable(cx).is_ready() {
                return Poll::Ready(Wake::Readable);
            }
            match timer {
                Some((_, sleep)) => sleep.as_mut().poll(cx).map(|()| Wake::Timer),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Takes what has come. Returns whether there may be more, which is left for the next turn.
    fn read(&mut self) -> bool {
        let mut chunk = [0; READ_CHUNK];
        match self.stream.try_read(&mut chunk) {
            Ok(0) => self.session.handle_end(CloseReason::Peer),
            Ok(n) => {
                self.session.handle_bytes(Bytes::copy_from_slice(&chunk[..n]));
                return n == chunk.len();
            }
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {}
            Err(cause) => self.session.handle_end(CloseReason::Lost(cause.to_string())),
        }
        false
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.network.channel_down(self.switch, self.datapath.connection());
    }
}
