//! `header / header / payload`.

use std::borrow::Cow;
use std::ops::Div;

use super::protocols::encode;
use super::span::Place;
use super::{EmitError, Ethernet, Header, Kind, Layer, Packet};

/// What may stand in `a / b / c`: headers, bytes, and stacks of them.
pub trait Part<'a> {
    /// Appends it to `out`, then lets `rest` append what it carries, then fills in what is `None`.
    /// `outer` is the header around it: its protocol and where it starts in `out`.
    ///
    /// # Errors
    /// If a value does not fit into its field.
    fn write(
        &self,
        out: &mut Vec<u8>,
        outer: Option<(Kind, usize)>,
        rest: impl FnOnce(&mut Vec<u8>, Option<(Kind, usize)>) -> Result<(), EmitError>,
    ) -> Result<(), EmitError>;

    /// Appends its layers.
    fn push_to(self, layers: &mut Vec<Layer<'a>>);
}

impl<'a, T: Header<'a>> Part<'a> for T {
    #[inline]
    fn write(
        &self,
        out: &mut Vec<u8>,
        outer: Option<(Kind, usize)>,
        rest: impl FnOnce(&mut Vec<u8>, Option<(Kind, usize)>) -> Result<(), EmitError>,
    ) -> Result<(), EmitError> {
        let start = out.len();
        encode(self, out)?;
        let head_end = out.len();
        rest(out, Some((T::KIND, start)))?;
        let end = out.len();
        self.complete(out, &Place { start, head_end, end, outer })
    }

    fn push_to(self, layers: &mut Vec<Layer<'a>>) {
        layers.push(self.into());
    }
}

macro_rules! payloads {
    ($([$($generics:tt)*] $ty:ty, $of:expr;)*) => { $(
        impl<$($generics)*> Part<'a> for $ty {
            #[inline]
            fn write(
                &self,
                out: &mut Vec<u8>,
                outer: Option<(Kind, usize)>,
                rest: impl FnOnce(&mut Vec<u8>, Option<(Kind, usize)>) -> Result<(), EmitError>,
            ) -> Result<(), EmitError> {
                out.extend_from_slice(&self[..]);
                rest(out, outer)
            }

            fn push_to(self, layers: &mut Vec<Layer<'a>>) {
                layers.push(Layer::Payload($of(self)));
            }
        }
    )* };
}

payloads! {
    ['a] &'a [u8], Cow::Borrowed;
    ['a, const N: usize] &'a [u8; N], |bytes: &'a [u8; N]| Cow::Borrowed(&bytes[..]);
    ['a, const N: usize] [u8; N], |bytes: [u8; N]| Cow::Owned(bytes.to_vec());
    ['a] Vec<u8>, Cow::Owned;
    ['a] Cow<'a, [u8]>, |bytes| bytes;
}

/// Something and what it carries: what `a / b` makes. Nothing is allocated before it is emitted.
///
/// ```
/// use ryu_sdn::packet::{Ethernet, Ipv4, Packet, Udp, ethertype, ip_proto};
///
/// let frame = (Ethernet { ethertype: ethertype::IPV4, ..Ethernet::default() }
///     / Ipv4 { proto: ip_proto::UDP, ..Ipv4::default() }
///     / Udp { src_port: 5000, dst_port: 53, ..Udp::default() }
///     / b"question")
///     .to_bytes()?;
/// let packet = Packet::parse(&frame);
/// assert!(packet.verify().is_ok());
/// assert_eq!(packet.get::<Ipv4>().and_then(|ip| ip.total_length), Some(36));
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over<A, B>(pub A, pub B);

impl<A, B, R> Div<R> for Over<A, B> {
    type Output = Over<Over<A, B>, R>;
    #[inline]
    fn div(self, payload: R) -> Self::Output {
        Over(self, payload)
    }
}

impl<'a, A: Part<'a>, B: Part<'a>> Part<'a> for Over<A, B> {
    #[inline]
    fn write(
        &self,
        out: &mut Vec<u8>,
        outer: Option<(Kind, usize)>,
        rest: impl FnOnce(&mut Vec<u8>, Option<(Kind, usize)>) -> Result<(), EmitError>,
    ) -> Result<(), EmitError> {
        self.0.write(out, outer, |out, outer| self.1.write(out, outer, rest))
    }

    fn push_to(self, layers: &mut Vec<Layer<'a>>) {
        self.0.push_to(layers);
        self.1.push_to(layers);
    }
}

impl<A, B> Over<A, B> {
    /// Appends the bytes to `out`. What is `None` (lengths, checksums) is filled in, all else goes
    /// out as it is.
    ///
    /// # Errors
    /// If a value does not fit into its field. Then `out` has a part of the bytes.
    #[inline]
    pub fn emit<'a>(&self, out: &mut Vec<u8>) -> Result<(), EmitError>
    where
        A: Part<'a>,
        B: Part<'a>,
    {
        self.write(out, None, |_, _| Ok(()))
    }

    /// The bytes; see [`emit`](Over::emit).
    ///
    /// # Errors
    /// As [`emit`](Over::emit).
    #[inline]
    pub fn to_bytes<'a>(&self) -> Result<Vec<u8>, EmitError>
    where
        A: Part<'a>,
        B: Part<'a>,
    {
        let mut out = Vec::with_capacity(128);
        self.write(&mut out, None, |_, _| Ok(()))?;
        Ok(out)
    }

    /// The bytes with zeros up to [`Ethernet::MIN_FRAME`], as Ryu sends Ethernet frames.
    ///
    /// # Errors
    /// As [`emit`](Over::emit).
    pub fn to_frame<'a>(&self) -> Result<Vec<u8>, EmitError>
    where
        A: Part<'a>,
        B: Part<'a>,
    {
        let mut out = self.to_bytes()?;
        if out.len() < Ethernet::MIN_FRAME {
            out.resize(Ethernet::MIN_FRAME, 0);
        }
        Ok(out)
    }
}

impl<'a, A: Part<'a>, B: Part<'a>> From<Over<A, B>> for Packet<'a> {
    fn from(stack: Over<A, B>) -> Packet<'a> {
        let mut layers = Vec::new();
        stack.push_to(&mut layers);
        layers.into()
    }
}
