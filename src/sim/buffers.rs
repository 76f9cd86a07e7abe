//! The frames that a switch keeps while the controller thinks about them.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::ofproto::{BufferId, PortNo};

/// How many frames a switch keeps at most.
pub const BUFFERS_MAX: usize = 256;

/// A frame this old may have to make room for another: the controller will not ask for it any more.
const BUFFER_KEPT: Duration = Duration::from_secs(5);

/// A bounded store of frames, oldest first.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    kept: VecDeque<Kept>,
    last_id: u32,
}

#[derive(Debug)]
struct Kept {
    id: BufferId,
    in_port: PortNo,
    frame: Bytes,
    since: Instant,
}

impl Buffers {
    /// Keeps a frame; `None` if there is no room, and the whole frame has to travel instead.
    pub(super) fn keep(&mut self, in_port: PortNo, frame: Bytes, now: Instant) -> Option<BufferId> {
        if self.kept.len() >= BUFFERS_MAX {
            let oldest = self.kept.front()?;
            if now.saturating_duration_since(oldest.since) < BUFFER_KEPT {
                return None;
            }
            self.kept.pop_front();
        }
        // Counting on, so that an old id does not find a new frame.
        self.last_id = self.last_id.wrapping_add(1);
        if !BufferId(self.last_id).is_buffered() {
            self.last_id = 1;
        }
        let id = BufferId(self.last_id);
        self.kept.push_back(Kept { id, in_port, frame, since: now });
        Some(id)
    }

    /// Takes a frame out, with the port it came in by; `None` if it is not here (any more).
    pub(super) fn take(&mut self, id: BufferId) -> Option<(PortNo, Bytes)> {
        let at = self.kept.iter().position(|kept| kept.id == id)?;
        self.kept.remove(at).map(|kept| (kept.in_port, kept.frame))
    }

    /// Forgets all frames.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_given_out_once_and_a_full_store_refuses_until_something_is_old() {
        let start = crate::clock::Clock::test().now();
        let mut buffers = Buffers::default();
        let mut keep = |now| buffers.keep(PortNo(1), Bytes::from_static(b"x"), now);
        let first = keep(start).unwrap();
        for _ in 1..BUFFERS_MAX {
            keep(start).unwrap();
        }
        assert_eq!(keep(start), None);
        let late = keep(start + BUFFER_KEPT).unwrap();
        assert_eq!(buffers.take(first), None);
        assert_eq!(buffers.take(late), Some((PortNo(1), Bytes::from_static(b"x"))));
        assert_eq!(buffers.take(late), None);
    }
}
