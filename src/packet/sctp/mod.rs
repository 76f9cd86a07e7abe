//! SCTP (RFC 9260).

mod cause;
mod chunk;
mod crc32c;
mod param;

pub use cause::*;
pub use chunk::*;
pub use param::*;

use super::codec::{Noun, header};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, List, VerifyError};
use crate::wire::DecodeError;

header! {
    /// An SCTP packet: a header and chunks.
    ///
    /// ```text
    ///  0              16              32
    /// +---------------+---------------+
    /// |   src_port    |   dst_port    |
    /// +---------------+---------------+
    /// |             vtag              |
    /// +-------------------------------+
    /// |             csum              |
    /// +-------------------------------+
    /// |            chunks             |
    /// +-------------------------------+
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `src_port`, `dst_port` | 0 to 65,535 | ports |
    /// | `vtag` | 32 bits | which association |
    /// | `csum` | 32 bits | CRC32c of the packet, in the order of the wire; `None`: filled in |
    /// | `chunks` | | [`SctpChunk`]s |
    ///
    /// Chunks, parameters and causes of a type that has none here are kept as bytes. (Ryu stops there.)
    ///
    /// Ryu: `sctp.sctp`. Spec: RFC 9260 section 3.
    ///
    /// ```
    /// use ryu_sdn::packet::{Sctp, SctpChunk, SctpData};
    ///
    /// let data = SctpData {
    ///     begin: 1,
    ///     end: 1,
    ///     tsn: 10,
    ///     sid: 1,
    ///     seq: 2,
    ///     payload_data: (&b"payload"[..]).into(),
    ///     ..SctpData::default()
    /// };
    /// let packet = Sctp {
    ///     src_port: 40000,
    ///     dst_port: 40001,
    ///     vtag: 0x01020304,
    ///     chunks: vec![data.into()].into(),
    ///     ..Sctp::default()
    /// };
    /// let bytes = (packet / []).to_bytes()?;
    /// assert_eq!(bytes[12..18], [0, 3, 0, 23, 0, 0]);
    /// assert_eq!(bytes[28..], *b"payload\0");
    ///
    /// let (back, _) = Sctp::parse(&bytes)?;
    /// let Some(Ok(SctpChunk::Data(data))) = back.chunks.iter().next() else { panic!() };
    /// assert_eq!((data.tsn, &data.payload_data[..]), (10, &b"payload"[..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Sctp<'a> "sctp" {
        /// Source port.
        src_port: u16 = 1,
        /// Destination port.
        dst_port: u16 = 1,
        /// Which association.
        vtag: u32,
        /// Checksum.
        csum: Option<u32>,
        /// The chunks.
        chunks: List<'a, SctpChunk<'a>>,
    }
}

/// The checksum of a packet: the field itself counts as zero.
fn checksum(packet: &[u8]) -> Option<[u8; 4]> {
    let (front, rest) = packet.split_at_checked(8)?;
    let sum = crc32c::update(crc32c::START, front);
    let sum = crc32c::update(sum, &[0; 4]);
    Some(crc32c::finish(crc32c::update(sum, rest.get(4..)?)).to_le_bytes())
}

impl<'a> Wire<'a> for Sctp<'a> {
    const MIN: usize = 12;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        w.head::<12>(Self::CLASS)?;
        Ok(Span::all(w))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        let own = frame.get_mut(at.start..at.end).unwrap_or_default();
        if let (None, Some(sum)) = (self.csum, checksum(own)) {
            own[8..12].copy_from_slice(&sum);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        let own = frame.get(at.start..at.end).unwrap_or_default();
        let (Some(right), Some(found)) = (checksum(own), own.get(8..12)) else { return Ok(()) };
        let found = [found[0], found[1], found[2], found[3]];
        if right == found {
            return Ok(());
        }
        Err(VerifyError::Wrong {
            what: Self::CLASS,
            field: "csum",
            offset: at.start + 8,
            found: u32::from_be_bytes(found).into(),
            right: u32::from_be_bytes(right).into(),
        })
    }
}

/// Declares an item: its type, fields between type and length, the length, which counts all of it but
/// the padding up to 4 bytes, and what the length is about. The number behind the class is the type,
/// the one behind `as` its bits.
macro_rules! item {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $(<$lt:lifetime>)? $class:literal = $number:literal as $width:literal {
            $(
                $(#[$fmeta:meta])*
                $field:ident $([$name:literal])? : $ty:ty $(as $bits:literal)? $(= $value:expr)?
            ),* $(,)?
        } length {
            $(
                $(#[$bmeta:meta])*
                $bfield:ident $([$bname:literal])? : $bty:ty $(as $bbits:literal)? $(=> $bform:ident)? $(= $bvalue:expr)?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun $(<$lt>)? {
            $( $(#[$fmeta])* pub $field: $ty, )*
            /// Bytes, without the padding behind it.
            pub length: Option<u16>,
            $( $(#[$bmeta])* pub $bfield: $bty, )*
        }
        impl $(<$lt>)? Default for $noun $(<$lt>)? {
            fn default() -> Self {
                $noun {
                    $( $field: $crate::packet::codec::header!(@value $($value)?), )*
                    length: None,
                    $( $bfield: $crate::packet::codec::header!(@value $($bvalue)?), )*
                }
            }
        }
        $crate::packet::codec::fields!($noun $(<$lt>)?, |this, v| {
            let $noun { $($field,)* length, $($bfield),* } = this;
            v.bits("", $width, &mut { $number })?;
            $(
                $crate::packet::codec::header!(
                    @field v, $crate::packet::codec::header!(@name $field $($name)?), $field,
                    [$($bits)?] []
                );
            )*
            v.sized("length", 16, $crate::packet::codec::Len::with(4), length, |v| {
                $(
                    $crate::packet::codec::header!(
                        @field v, $crate::packet::codec::header!(@name $bfield $($bname)?), $bfield,
                        [$($bbits)?] [$($bform)?]
                    );
                )*
                Ok(())
            })?;
            v.align(4);
            Ok(())
        });
        $crate::packet::codec::noun!($noun $(<$lt>)?, $class);
    };
}
use item;
