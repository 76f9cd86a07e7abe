//! Tests of the hub, one file per subject. All but the socket tests run on a test clock.

mod background;
mod drop_order;
mod faults;
mod net;
mod pipe;
mod readers;
mod schedule;
mod signals;
mod tasks;
mod threads;
mod timers;
mod watch;

use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;

use super::Hub;
use crate::clock::Clock;

fn test_hub() -> Hub {
    Hub::new(Clock::test()).expect("a test may open an epoll descriptor")
}

fn real_hub() -> Hub {
    Hub::new(Clock::real()).expect("a test may open an epoll descriptor")
}

/// What happened, in order: tasks push words, the test asserts the sentence.
#[derive(Clone, Default)]
struct Trace(Rc<RefCell<Vec<String>>>);

impl Trace {
    fn push(&self, word: impl Display) {
        self.0.borrow_mut().push(word.to_string());
    }

    /// The words since the last call, one space between two.
    fn take(&self) -> String {
        self.0.take().join(" ")
    }
}

/// Says a word when it is dropped.
struct OnDrop(Trace, &'static str);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.push(self.1);
    }
}

/// Does something when it is dropped.
struct DoOnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for DoOnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
