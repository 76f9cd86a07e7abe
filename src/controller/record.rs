//! `--record FILE`: what every connection carried, with its times, as a capture.
//!
//! The file is a pcap of TCP connections (see [`ConversationWriter`]): `tshark`, `ryu ofp decode` and
//! `ryu replay` read it. What was TLS or UDP on the wire is in it as plain TCP, the switch always as the
//! one that called. So the file holds what TLS kept from others; it is made readable by its owner
//! only.
//!
//! Nothing is written to the file while a connection is served: bytes go into a buffer of at most
//! [`RECORD_BUFFER`], which a task of its own writes, at most [`RECORD_WRITE`] in a turn. When a disk
//! does not keep up, what does not fit is left out of the file as a gap, counted and logged; the
//! connections do not wait.

use std::cell::{Cell, RefCell};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use bytes::{Buf, BytesMut};
use log::{error, warn};

use crate::capture::{ConversationWriter, End};
use crate::hub::{self, Task};
use crate::sync::Event;

/// The most bytes that wait to be written to the file.
pub const RECORD_BUFFER: usize = 16 << 20;

/// The most bytes that are written to the file in one turn.
pub const RECORD_WRITE: usize = 1 << 20;

/// What a piece costs in the file besides its bytes, at most, for each 32 KiB of it.
const PIECE_COST: usize = 96;

/// Where addresses are not of IP: documentation's own (RFC 5737).
const NOWHERE: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2)];

/// The registered port.
const OFP_PORT: u16 = 6653;

/// A recording that goes on.
pub(super) struct Recorder {
    shared: Rc<Shared>,
    _task: Task<()>,
}

struct Shared {
    writer: RefCell<ConversationWriter<Waiting>>,
    waiting: Waiting,
    file: RefCell<File>,
    has_more: Event,
    lost: Cell<u64>,
    is_broken: Cell<bool>,
}

/// The bytes that wait for the file.
#[derive(Clone, Default)]
struct Waiting(Rc<RefCell<BytesMut>>);

impl Write for Waiting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Recorder {
    /// Makes the file, in place of one that is there.
    ///
    /// # Errors
    /// Those of the file.
    #[expect(clippy::disallowed_methods, reason = "at the start: the loop serves nobody yet")]
    pub(super) fn create(path: &Path) -> io::Result<Recorder> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
        let waiting = Waiting::default();
        let shared = Rc::new(Shared {
            writer: RefCell::new(ConversationWriter::new(waiting.clone())?),
            waiting,
            file: RefCell::new(file),
            has_more: Event::new(),
            lost: Cell::new(0),
            is_broken: Cell::new(false),
        });
        // The head, so that a file that cannot be written is known at the start.
        shared.write_some()?;
        let task = hub::spawn("record", {
            let shared = Rc::clone(&shared);
            async move {
                loop {
                    shared.has_more.wait().await;
                    shared.has_more.clear();
                    while shared.is_waiting() && !shared.is_broken.get() {
                        shared.write_or_break();
                        hub::yield_now().await;
                    }
                }
            }
        });
        Ok(Recorder { shared, _task: task })
    }

    /// A connection is made, between these two.
    pub(super) fn opened(&self, number: u64, switch: &str, controller: &str) {
        let port = (number % 0xffff) as u16 + 1;
        let switch = switch.parse().unwrap_or(SocketAddr::from((NOWHERE[0], port)));
        let controller = controller.parse().unwrap_or(SocketAddr::from((NOWHERE[1], OFP_PORT)));
        self.write(|writer, time| writer.open(number, time, switch, controller));
    }

    /// Bytes came from the switch, or were taken by it.
    pub(super) fn data(&self, number: u64, from: End, bytes: &[u8]) {
        let pieces = bytes.len() / (32 * 1024) + 1;
        let waiting = self.shared.waiting.0.borrow().len();
        if waiting + bytes.len() + pieces * PIECE_COST > RECORD_BUFFER {
            self.shared.writer.borrow_mut().gap(number, from, bytes.len());
            if self.shared.lost.get() == 0 {
                warn!("the recording has gaps: its file is too slow");
            }
            self.shared.lost.set(self.shared.lost.get() + bytes.len() as u64);
            return;
        }
        self.write(|writer, time| writer.data(number, time, from, bytes));
    }

    /// A connection is over.
    pub(super) fn closed(&self, number: u64) {
        self.write(|writer, time| writer.close(number, time));
    }

    /// Writes what waits, and says what is missing.
    pub(super) fn finish(&self) {
        while self.shared.is_waiting() && !self.shared.is_broken.get() {
            self.shared.write_or_break();
        }
        if self.shared.lost.get() > 0 {
            warn!("the recording lacks {} bytes: its file was too slow", self.shared.lost.get());
        }
    }

    fn write(
        &self,
        work: impl FnOnce(&mut ConversationWriter<Waiting>, Duration) -> io::Result<()>,
    ) {
        if self.shared.is_broken.get() {
            return;
        }
        let wall = hub::current().clock().wall();
        let time = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // Memory takes everything; what remains is a time that the format has no room for.
        if let Err(cause) = work(&mut self.shared.writer.borrow_mut(), time) {
            self.shared.give_up(&cause);
        }
        self.shared.has_more.set();
    }
}

impl Shared {
    fn is_waiting(&self) -> bool {
        !self.waiting.0.borrow().is_empty()
    }

    fn write_some(&self) -> io::Result<()> {
        let mut waiting = self.waiting.0.borrow_mut();
        let most = waiting.len().min(RECORD_WRITE);
        let n = self.file.borrow_mut().write(&waiting[..most])?;
        waiting.advance(n);
        Ok(())
    }

    fn write_or_break(&self) {
        match self.write_some() {
            Err(cause) if cause.kind() != io::ErrorKind::Interrupted => self.give_up(&cause),
            _ => {}
        }
    }

    fn give_up(&self, cause: &io::Error) {
        error!("the recording ends here: {cause}");
        self.is_broken.set(true);
        self.waiting.0.borrow_mut().clear();
    }
}
