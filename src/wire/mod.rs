//! Room `wire`: bytes in, bytes out, for everything that speaks big-endian.
//!
//! What lives here: [`Reader`] and [`Writer`] (bounded, never panicking), [`Octets`], [`DecodeError`], [`JsonError`],
//! [`MacAddr`], IP networks ([`Ipv4Net`], [`Ipv6Net`], [`IpNet`]) and values with any mask
//! ([`Masked`]), [`TextError`], [`hex`], [`base64`], and the macros that turn a list of numbers into a type which keeps values
//! it does not know ([`wire_number!`](crate::wire_number), [`wire_flags!`](crate::wire_flags)).
//!
//! It touches nothing but `std` and `bytes`: no I/O, no clock.
//!
//! ```
//! use bytes::{Bytes, BytesMut};
//! use ryu_sdn::wire::{Reader, Writer};
//!
//! let mut buf = BytesMut::new();
//! let mut w = Writer::new(&mut buf);
//! w.u16(0x0806);
//! w.pad(2);
//!
//! let bytes: Bytes = buf.freeze();
//! let mut r = Reader::new(&bytes, "example");
//! assert_eq!(r.u16()?, 0x0806);
//! r.pad(2)?;
//! r.finish()?;
//! # Ok::<(), ryu_sdn::wire::DecodeError>(())
//! ```

pub mod base64;
mod decode_error;
pub mod hex;
mod ip_net;
mod json_error;
mod mac_addr;
mod masked;
mod number;
mod octets;
mod reader;
mod text_error;
mod writer;

pub use decode_error::{DecodeError, DecodeErrorKind};
pub use ip_net::{IpNet, Ipv4Net, Ipv6Net};
pub use json_error::JsonError;
pub use mac_addr::MacAddr;
pub use masked::{Maskable, Masked};
pub use octets::Octets;
pub use reader::{Outer, Reader};
pub use text_error::TextError;
pub use writer::{Padding, Writer};
