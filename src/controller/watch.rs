//! Who looks on: every byte of every connection, at the socket, for a recording and for taps.
//!
//! While nobody looks on, that costs one test of a flag for each read and each write, however many
//! messages they carry.

use std::cell::{Cell, RefCell};
use std::io;
use std::path::Path;

use crate::app::{LiveBody, TapFilter};
use crate::capture::End;
use crate::hub::net::Stream;
use crate::session::{Datapath, Session};

use super::Controller;
use super::record::Recorder;
use super::tap::Taps;

/// Those who look on.
#[derive(Default)]
pub(super) struct Watch {
    is_on: Cell<bool>,
    recorder: RefCell<Option<Recorder>>,
    taps: RefCell<Taps>,
}

impl Watch {
    #[inline]
    pub(super) fn is_on(&self) -> bool {
        self.is_on.get()
    }

    /// A connection was made.
    pub(super) fn opened(&self, number: u64, stream: &dyn Stream) {
        if let Some(recorder) = &*self.recorder.borrow() {
            recorder.opened(number, &stream.peer(), &stream.local());
        }
    }

    /// These bytes came from the switch.
    pub(super) fn received(&self, session: &Session, bytes: &[u8]) {
        self.data(session.datapath(), End::Caller, (session.unfinished(), 0), bytes);
    }

    /// These bytes were taken by the socket. Before them, `left` bytes of a message were to come.
    pub(super) fn sent(&self, datapath: &Datapath, left: usize, bytes: &[u8]) {
        self.data(datapath, End::Called, (&[], left), bytes);
    }

    fn data(&self, datapath: &Datapath, from: End, before: (&[u8], usize), bytes: &[u8]) {
        if let Some(recorder) = &*self.recorder.borrow() {
            recorder.data(datapath.connection(), from, bytes);
        }
        let mut taps = self.taps.borrow_mut();
        if !taps.is_empty() {
            taps.take(datapath, from, before, bytes);
            if taps.is_empty() {
                self.is_on.set(self.recorder.borrow().is_some());
            }
        }
    }

    /// One more who listens; `None` if there are as many as there may be.
    pub(super) fn tap(&self, filter: TapFilter) -> Option<LiveBody> {
        let body = self.taps.borrow_mut().add(filter)?;
        self.is_on.set(true);
        Some(body)
    }

    /// A connection is gone.
    pub(super) fn closed(&self, number: u64) {
        if let Some(recorder) = &*self.recorder.borrow() {
            recorder.closed(number);
        }
        self.taps.borrow_mut().closed(number);
    }

    /// Nothing more will come.
    pub(super) fn finish(&self) {
        if let Some(recorder) = self.recorder.take() {
            recorder.finish();
        }
        self.taps.borrow_mut().finish();
        self.is_on.set(false);
    }
}

impl Controller {
    /// Writes what every connection from now on carries into a capture file, in place of one that is
    /// there, until the [shutdown](Controller::shutdown). `ryu replay` reads it, and so do tshark and
    /// `ryu ofp decode`.
    ///
    /// # Errors
    /// Those of the file.
    pub fn record(&self, path: &Path) -> io::Result<()> {
        let recorder = Recorder::create(path)?;
        *self.0.watch.recorder.borrow_mut() = Some(recorder);
        self.0.watch.is_on.set(true);
        Ok(())
    }

    /// One write of what waits for a switch; says how much still does.
    pub(super) fn write(&self, datapath: &Datapath, stream: &dyn Stream) -> io::Result<usize> {
        let is_watched = self.0.watch.is_on();
        let left = if is_watched { datapath.begun_message() } else { 0 };
        datapath.flush_with(|bytes| {
            let n = stream.try_write(bytes)?;
            if is_watched {
                self.0.watch.sent(datapath, left, &bytes[..n]);
            }
            Ok(n)
        })
    }
}
