//! The connection of one fake switch: what is read goes to it, what it has to say is written.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Buf;

use crate::clock::Clock;
use crate::hub::net::{Stream, TcpStream};

use super::fake_switch::{ANSWERS_MAX, FakeSwitch};
use super::generator::BenchError;
use super::load::{Load, Mode};
use super::packet_ins::PacketIns;

/// Bytes that are read at once.
const READ: usize = 256 * 1024;

/// What all lines share: no connection has buffers of its own.
pub(super) struct Shared {
    pub(super) load: Load,
    pub(super) clock: Clock,
    pub(super) packet_ins: RefCell<PacketIns>,
    input: RefCell<Vec<u8>>,
}

impl Shared {
    pub(super) fn new(load: Load, clock: Clock) -> Shared {
        let packet_ins = PacketIns::new(load.version, load.macs, load.buffered);
        Shared {
            load,
            clock,
            packet_ins: RefCell::new(packet_ins),
            input: RefCell::new(vec![0; READ]),
        }
    }
}

/// One connection.
pub(super) struct Line {
    stream: TcpStream,
    shared: Rc<Shared>,
    number: u16,
    pub(super) fake: RefCell<FakeSwitch>,
    /// The number of the next packet-in, and how many bytes of it are written already.
    next: Cell<(u64, usize)>,
    has_begun: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Line {
    pub(super) fn new(stream: TcpStream, shared: Rc<Shared>, number: u16) -> Line {
        let fake = FakeSwitch::new(&shared.load, number, shared.clock.now());
        Line {
            stream,
            shared,
            number,
            fake: RefCell::new(fake),
            next: Cell::new((0, 0)),
            has_begun: Cell::new(false),
            waker: RefCell::new(None),
        }
    }

    /// Packet-ins that were sent.
    pub(super) fn sent(&self) -> u64 {
        self.next.get().0
    }

    /// Begins, if it has not: the address that all frames go to says where it is, then come the
    /// packet-ins.
    pub(super) fn go(&self) {
        if self.has_begun.replace(true) {
            return;
        }
        if self.shared.load.learn {
            let announcement = self.shared.packet_ins.borrow().announcement(self.number);
            self.fake.borrow_mut().answers.extend_from_slice(&announcement);
        }
        self.wake();
    }

    /// Has the line look whether there is something to do.
    pub(super) fn wake(&self) {
        let waker = self.waker.borrow_mut().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// One read and one write; then the others have their turn. Never done but by an error.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<BenchError> {
        let moved = match (self.read(), self.write()) {
            (Ok(has_read), Ok(has_written)) => has_read || has_written,
            (Err(error), _) => return Poll::Ready(error),
            (_, Err(error)) => return Poll::Ready(self.broken(error)),
        };
        let is_ready = moved
            || self.shared.load.spin
            || (self.may_read() && self.stream.poll_readable(cx).is_ready())
            || (self.has_to_write() && self.stream.poll_writable(cx).is_ready());
        if is_ready {
            cx.waker().wake_by_ref();
        } else {
            *self.waker.borrow_mut() = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    fn broken(&self, cause: io::Error) -> BenchError {
        let told = self.fake.borrow().error.clone();
        BenchError::Broken { switch: self.number, cause, told }
    }

    fn may_read(&self) -> bool {
        self.fake.borrow().answers.len() < ANSWERS_MAX
    }

    fn read(&self) -> Result<bool, BenchError> {
        if !self.may_read() {
            return Ok(false);
        }
        let input = &mut self.shared.input.borrow_mut()[..];
        match self.stream.try_read(input) {
            Ok(0) => Err(self.broken(io::ErrorKind::UnexpectedEof.into())),
            Ok(len) => {
                let now = self.shared.clock.now();
                let taken = self.fake.borrow_mut().take(&input[..len], now);
                let switch = self.number;
                taken.map_err(|what| BenchError::NotOpenFlow { switch, what: what.0 })?;
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(self.broken(error)),
        }
    }

    fn has_to_write(&self) -> bool {
        let fake = self.fake.borrow();
        !fake.answers.is_empty() || self.next.get().1 > 0 || self.packet_ins_due(&fake) > 0
    }

    /// How many packet-ins may be begun.
    fn packet_ins_due(&self, fake: &FakeSwitch) -> usize {
        match self.shared.load.mode {
            _ if !self.has_begun.get() => 0,
            Mode::Throughput => usize::MAX,
            Mode::Latency => usize::from(fake.is_idle()),
        }
    }

    /// Writes answers, then packet-ins; but first the rest of one that is begun.
    fn write(&self) -> io::Result<bool> {
        let fake = &mut *self.fake.borrow_mut();
        let mut moved = false;
        if self.next.get().1 == 0 && !fake.answers.is_empty() {
            let Some(len) = self.try_write(&fake.answers)? else { return Ok(false) };
            fake.answers.advance(len);
            moved = true;
            if !fake.answers.is_empty() {
                return Ok(moved);
            }
        }
        let (next, begun) = self.next.get();
        let most = match begun {
            0 => self.packet_ins_due(fake),
            _ if !fake.answers.is_empty() => 1,
            _ => self.packet_ins_due(fake).max(1),
        };
        if most == 0 {
            return Ok(moved);
        }
        let mut packet_ins = self.shared.packet_ins.borrow_mut();
        let each = packet_ins.len();
        let bytes = &packet_ins.fill(self.number, next, most)[begun..];
        let is_probe = self.shared.load.mode == Mode::Latency && begun == 0;
        // Before it is written: the answer may be there when the write returns.
        let started = is_probe.then(|| self.shared.clock.now());
        let Some(len) = self.try_write(bytes)? else { return Ok(moved) };
        if let Some(started) = started {
            fake.probe(next, started);
        }
        let end = begun + len;
        self.next.set((next + (end / each) as u64, end % each));
        Ok(true)
    }

    /// `None` if there is no room.
    fn try_write(&self, bytes: &[u8]) -> io::Result<Option<usize>> {
        match self.stream.try_write(bytes) {
            Ok(len) => Ok(Some(len)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}
