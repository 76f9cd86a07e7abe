//! A link between two switches.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::Serialize;

use crate::app::Describe;

use super::port::Port;

/// A link, in one direction: Ryu's `ryu.topology.switches.Link`.
///
/// A cable is two of them, as soon as frames were seen to go both ways. Two are equal if they join the
/// same ports in the same direction.
#[derive(Clone, Copy, Debug, Serialize, Describe)]
pub struct Link {
    /// Where frames go in.
    pub src: Port,
    /// Where they come out.
    pub dst: Port,
    /// Whether only an unsigned frame says so, and it came by a port where a host was seen lately: the
    /// host may have made it up. Never with signed frames. Not in JSON, as Ryu has no such member.
    #[serde(skip)]
    pub is_doubtful: bool,
}

impl Link {
    /// A link from `src` to `dst`.
    pub fn new(src: Port, dst: Port) -> Link {
        Link { src, dst, is_doubtful: false }
    }
}

impl PartialEq for Link {
    fn eq(&self, other: &Link) -> bool {
        (self.src, self.dst) == (other.src, other.dst)
    }
}

impl Eq for Link {}

impl Hash for Link {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.src, self.dst).hash(state);
    }
}

/// As Ryu's: `Link: Port<..> to Port<..>`.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link: {} to {}", self.src, self.dst)
    }
}
