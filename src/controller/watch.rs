//! Who looks on: every byte of every connection, at the socket, for a recording.
//!
//! While nobody looks on, that costs one test of a flag for each read and each write, however many
//! messages they carry.

use std::cell::{Cell, RefCell};
use std::io;
use std::path::Path;

use crate::capture::End;
use crate::hub::net::Stream;
use crate::session::Datapath;

use super::Controller;
use super::record::Recorder;

/// Those who look on.
#[derive(Default)]
pub(super) struct Watch {
    is_on: Cell<bool>,
    recorder: RefCell<Option<Recorder>>,
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
    pub(super) fn received(&self, datapath: &Datapath, bytes: &[u8]) {
        if let Some(recorder) = &*self.recorder.borrow() {
            recorder.data(datapath.connection(), End::Caller, bytes);
        }
    }

    /// These bytes were taken by the socket.
    pub(super) fn sent(&self, datapath: &Datapath, bytes: &[u8]) {
        if let Some(recorder) = &*self.recorder.borrow() {
            recorder.data(datapath.connection(), End::Called, bytes);
        }
    }

    /// A connection is gone.
    pub(super) fn closed(&self, number: u64) {
        if let Some(recorder) = &*self.recorder.borrow() {
            recorder.closed(number);
        }
    }

    /// Nothing more will come.
    pub(super) fn finish(&self) {
        if let Some(recorder) = self.recorder.take() {
            recorder.finish();
        }
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
        datapath.flush_with(|bytes| {
            let n = stream.try_write(bytes)?;
            if self.0.watch.is_on() {
                self.0.watch.sent(datapath, &bytes[..n]);
            }
            Ok(n)
        })
    }
}
