//! A connection inside the process, for tests and for the embedded network.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, IoSlice};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::read_mark::ReadMark;
use super::stream::Stream;

/// Two ends of a connection in memory; what one writes, the other reads. At most `capacity` bytes
/// are under way in each direction, then the writer waits.
///
/// It behaves as TCP does: a dropped end is the end of the stream for the other one once it has
/// read what was under way, and writing to it is a `BrokenPipe`.
///
/// # Panics
///
/// If `capacity` is 0.
pub fn pipe(capacity: usize) -> (Pipe, Pipe) {
    assert!(capacity > 0, "a pipe needs room for at least one byte");
    thread_local! {
        // Per thread, so that the names in a test's log are the same in every run.
        static ENDS: Cell<u64> = const { Cell::new(0) };
    }
    let first = ENDS.get() + 1;
    ENDS.set(first + 1);
    let (there, back) = (Rc::new(Flow::new(capacity)), Rc::new(Flow::new(capacity)));
    (Pipe::new(&back, &there, [first, first + 1]), Pipe::new(&there, &back, [first + 1, first]))
}

/// One end of an in-memory connection; see [`pipe`].
pub struct Pipe {
    incoming: Rc<Flow>,
    outgoing: Rc<Flow>,
    local: u64,
    peer: u64,
    reader: ReadMark,
}

impl Pipe {
    fn new(incoming: &Rc<Flow>, outgoing: &Rc<Flow>, [local, peer]: [u64; 2]) -> Self {
        let (incoming, outgoing) = (incoming.clone(), outgoing.clone());
        Pipe { incoming, outgoing, local, peer, reader: ReadMark::default() }
    }

    /// Breaks the connection as a reset does: what is under way is lost, and both ends fail with
    /// `ConnectionReset` from now on.
    pub fn reset(&self) {
        self.incoming.reset();
        self.outgoing.reset();
    }

    /// How many bytes this end could read now.
    pub fn readable_bytes(&self) -> usize {
        self.incoming.state.borrow().bytes.len()
    }

    /// How many bytes this end could write now.
    pub fn writable_bytes(&self) -> usize {
        self.outgoing.state.borrow().room()
    }
}

impl Stream for Pipe {
    fn poll_read(&self, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        match self.try_read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.incoming.wait_to_read(cx);
                Poll::Pending
            }
            result => Poll::Ready(result),
        }
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.outgoing.wait_to_write(cx);
                Poll::Pending
            }
            result => Poll::Ready(result),
        }
    }

    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        self.incoming.read(bytes)
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.write(&[IoSlice::new(bytes)])
    }

    fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.outgoing.write(pieces)
    }

    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.incoming.state.borrow().is_readable() {
            return Poll::Ready(Ok(()));
        }
        self.incoming.wait_to_read(cx);
        Poll::Pending
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.outgoing.state.borrow().is_writable() {
            return Poll::Ready(Ok(()));
        }
        self.outgoing.wait_to_write(cx);
        Poll::Pending
    }

    fn shutdown_write(&self) -> io::Result<()> {
        self.outgoing.close_writer();
        Ok(())
    }

    fn shutdown(&self) -> io::Result<()> {
        self.outgoing.close_writer();
        self.incoming.close_reader();
        Ok(())
    }

    fn peer(&self) -> String {
        format!("mem:{}", self.peer)
    }

    fn local(&self) -> String {
        format!("mem:{}", self.local)
    }

    fn read_mark(&self) -> Option<&ReadMark> {
        Some(&self.reader)
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.outgoing.close_writer();
        self.incoming.close_reader();
    }
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pipe({} to {})", self.local(), self.peer())
    }
}

/// One direction.
struct Flow {
    state: RefCell<State>,
}

struct State {
    bytes: VecDeque<u8>,
    capacity: usize,
    /// No more will be written.
    is_finished: bool,
    /// No more will be read.
    is_unread: bool,
    is_reset: bool,
    readers: Vec<Waker>,
    writers: Vec<Waker>,
}

impl Flow {
    fn new(capacity: usize) -> Self {
        Flow {
            state: RefCell::new(State {
                bytes: VecDeque::new(),
                capacity,
                is_finished: false,
                is_unread: false,
                is_reset: false,
                readers: Vec::new(),
                writers: Vec::new(),
            }),
        }
    }

    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let mut state = self.state.borrow_mut();
        if state.is_reset {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if into.is_empty() || state.is_unread {
            return Ok(0);
        }
        if state.bytes.is_empty() {
            return match state.is_finished {
                true => Ok(0),
                false => Err(io::ErrorKind::WouldBlock.into()),
            };
        }
        let (front, back) = state.bytes.as_slices();
        let from_front = front.len().min(into.len());
        let from_back = back.len().min(into.len() - from_front);
        into[..from_front].copy_from_slice(&front[..from_front]);
        into[from_front..][..from_back].copy_from_slice(&back[..from_back]);
        state.bytes.drain(..from_front + from_back);
        let writers = std::mem::take(&mut state.writers);
        drop(state);
        writers.into_iter().for_each(Waker::wake);
        Ok(from_front + from_back)
    }

    fn write(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut state = self.state.borrow_mut();
        if state.is_reset {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if state.is_finished || state.is_unread {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let mut written = 0;
        for piece in pieces {
            let fits = piece.len().min(state.room());
            state.bytes.extend(&piece[..fits]);
            written += fits;
        }
        if written == 0 {
            return match pieces.iter().all(|piece| piece.is_empty()) {
                true => Ok(0),
                false => Err(io::ErrorKind::WouldBlock.into()),
            };
        }
        let readers = std::mem::take(&mut state.readers);
        drop(state);
        readers.into_iter().for_each(Waker::wake);
        Ok(written)
    }

    fn close_writer(&self) {
        self.change(|state| state.is_finished = true);
    }

    fn close_reader(&self) {
        self.change(|state| {
            state.is_unread = true;
            state.bytes = VecDeque::new();
        });
    }

    fn reset(&self) {
        self.change(|state| {
            state.is_reset = true;
            state.bytes = VecDeque::new();
        });
    }

    /// Makes a change for good, and tells everybody who waits.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.borrow_mut();
        change(&mut state);
        let mut waiters = std::mem::take(&mut state.readers);
        waiters.append(&mut state.writers);
        drop(state);
        waiters.into_iter().for_each(Waker::wake);
    }

    fn wait_to_read(&self, cx: &Context<'_>) {
        join(&mut self.state.borrow_mut().readers, cx.waker());
    }

    fn wait_to_write(&self, cx: &Context<'_>) {
        join(&mut self.state.borrow_mut().writers, cx.waker());
    }
}

impl State {
    fn room(&self) -> usize {
        self.capacity - self.bytes.len()
    }

    fn is_readable(&self) -> bool {
        !self.bytes.is_empty() || self.is_finished || self.is_unread || self.is_reset
    }

    fn is_writable(&self) -> bool {
        self.room() > 0 || self.is_finished || self.is_unread || self.is_reset
    }
}

fn join(waiters: &mut Vec<Waker>, waker: &Waker) {
    if !waiters.iter().any(|waiter| waiter.will_wake(waker)) {
        waiters.push(waker.clone());
    }
}
