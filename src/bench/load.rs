//! What a controller is to be loaded with.

use std::net::SocketAddr;
use std::time::Duration;

use crate::ofproto::{V1_0, Version};

/// The most fake switches of one generator: their numbers are 16 bits of the addresses.
pub const SWITCHES_MAX: usize = 65_535;

/// The most source addresses of one switch: 24 bits, less the one that frames are sent to.
pub const MACS_MAX: u32 = (1 << 24) - 1;

/// How packet-ins are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As many as the connection takes.
    Throughput,
    /// One at a time from each switch: the next when the last was answered.
    Latency,
}

impl Mode {
    /// `throughput` or `latency`.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Throughput => "throughput",
            Mode::Latency => "latency",
        }
    }
}

/// What a controller is to be loaded with.
#[derive(Clone, Debug)]
pub struct Load {
    /// The controller.
    pub controller: SocketAddr,
    /// How packet-ins are sent.
    pub mode: Mode,
    /// The version of OpenFlow that the switches speak.
    pub version: Version,
    /// Different source addresses of each switch, 1 to [`MACS_MAX`].
    pub macs: u32,
    /// Whether the address that all frames go to says where it is first. Then a learning switch
    /// answers with flow-mods; otherwise it floods.
    pub learn: bool,
    /// Whether a packet-in names the buffer in which its frame is kept, as cbench's do. A switch that was
    /// told to keep none (`OFPCML_NO_BUFFER`), as `simple_switch_13` tells it, and every Open vSwitch
    /// since 2.7, sends whole frames without: a new flow is answered with a flow-mod and a packet-out.
    pub buffered: bool,
    /// The datapath id of the first switch; the others follow.
    pub first_dpid: u64,
    /// Whether a switch that waits looks again and again rather than sleeping until something is
    /// there. It takes a whole core, and leaves its own waking out of the latency.
    pub spin: bool,
    /// How long the controller may take to ask for the features of all.
    pub handshake: Duration,
    /// How long to wait before each group of connections but the first.
    pub connect_delay: Duration,
    /// How many connections are such a group, at least 1.
    pub connect_group: usize,
    /// Whether messages that are neither packet-in, flow-mod nor packet-out are printed to standard
    /// error.
    pub debug: bool,
}

impl Load {
    /// OpenFlow 1.0, throughput, 100,000 addresses a switch, as cbench has it.
    pub fn new(controller: SocketAddr) -> Load {
        Load {
            controller,
            mode: Mode::Throughput,
            version: V1_0,
            macs: 100_000,
            learn: true,
            buffered: true,
            first_dpid: 1,
            spin: false,
            handshake: Duration::from_secs(10),
            connect_delay: Duration::ZERO,
            connect_group: 1,
            debug: false,
        }
    }
}
