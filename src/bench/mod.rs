//! Room `bench`: a load generator, to measure what a controller can take (`ryu bench`).
//!
//! Fake switches connect to a controller over real sockets and send it packet-ins of new flows;
//! what comes back as flow-mods and packet-outs is counted. It is what cbench does, for every
//! version of OpenFlow and every controller.
//!
//! ```text
//!   Generator (connects, waits, takes loops)
//!      |
//!   Line (a task per switch: one read and one write in each of its turns)
//!      |                     |
//!   FakeSwitch             PacketIns (one buffer for all, patched in place)
//!   (counts by headers;
//!    the rest is answered by sim::Switch)
//! ```
//!
//! What makes it cheap, so that the controller is measured and not the generator:
//!
//! - the packet-ins of a switch follow from their number: nothing is kept but how far it has come,
//!   and they are written many at a time from one buffer in which a few bytes of each change;
//! - of a flow-mod or packet-out only the header is looked at, four bytes;
//! - everything else goes to a [`Switch`](crate::sim::Switch) of the embedded network, which answers
//!   as a switch does. It never sees the flow-mods, so it has no flows to tell of.
//!
//! The room may touch the rooms below it and `sim`; never apps, never the controller.
//!
//! What is bounded, and by what: answers that the controller does not read, by
//! [`ANSWERS_MAX`]; a message that is not whole yet, by its length of 16 bits;
//! times, by the fixed size of [`Histogram`].
//!
//! # Example: a controller in the same process
//! ```
//! use std::rc::Rc;
//! use std::time::Duration;
//! use ryu_sdn::bench::{Generator, Load, Mode};
//! use ryu_sdn::clock::Clock;
//! use ryu_sdn::conf::Conf;
//! use ryu_sdn::app::{Catalog, Plan};
//! use ryu_sdn::controller::{Transport, TransportAddress};
//! use ryu_sdn::hub::Hub;
//! use ryu_sdn::manager::Stack;
//!
//! let hub = Hub::new(Clock::real())?;
//! hub.block_on(async {
//!     let plan = Plan::new(&Catalog::collect()?, ["simple_switch"])?;
//!     let here = "127.0.0.1:0".parse()?;
//!     let addresses = [TransportAddress { transport: Transport::Tcp, addr: here }];
//!     let stack = Stack::start_at(Rc::new(Conf::new()), &plan, &addresses)?;
//!
//!     let load = Load { mode: Mode::Latency, ..Load::new(stack.openflow_addrs()[0].addr) };
//!     let generator = Generator::new(load);
//!     generator.connect(2).await?;
//!     let run = generator.take(Duration::from_millis(20)).await?;
//!     assert!(run.responses() > 0);
//!     assert!(run.times.percentile(99.0) >= run.times.percentile(50.0));
//!     stack.stop().await;
//!     Ok::<(), Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fake_switch;
mod generator;
mod histogram;
mod line;
mod load;
mod packet_ins;
mod report;

#[cfg(test)]
mod tests;

pub use self::fake_switch::ANSWERS_MAX;
pub use self::generator::{BenchError, Generator};
pub use self::histogram::Histogram;
pub use self::load::{Load, MACS_MAX, Mode, SWITCHES_MAX};
pub use self::report::{Run, Summary};
