//! A packet: headers on top of each other, and what they carry.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::codec::{Member as _, show_bytes, wrapper};
use super::protocols::parse;
use super::span::{Place, Sums};
use super::walk::{Walk, find};
use super::{EmitError, Ethernet, Header, Kind, Layer, Over, Part, VerifyError};
use crate::wire::{DecodeError, JsonError};

/// A packet: the bytes of a frame, or layers that were put together.
///
/// Parsing does nothing but remember the bytes. [`get`](Packet::get) walks to the header asked for,
/// reads that one, and copies and allocates nothing.
///
/// What cannot be read (a header that is cut, or that lies about itself) ends the headers; the
/// ones before it are there as always, [`error`](Packet::error) says what is wrong, and the bytes
/// from there on are a payload. What has no type here is a payload, too, and no error.
///
/// Ryu: `ryu.lib.packet.packet.Packet`.
///
/// # Example: read
///
/// ```
/// use ryu_sdn::packet::{Ethernet, Ipv4, Packet, Tcp, Udp, Vlan};
///
/// let frame = [
///     0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0x08, 0x00, // Ethernet
///     0x45, 0, 0, 29, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, // IPv4
///     0x13, 0x88, 0, 53, 0, 9, 0, 0, b'?', // UDP and its payload
/// ];
/// let packet = Packet::parse(&frame);
/// assert_eq!(packet.get::<Ipv4>().map(|ip| ip.src), Some([10, 0, 0, 1].into()));
/// assert_eq!(packet.get::<Udp>().map(|udp| udp.dst_port), Some(53));
/// assert_eq!(packet.get::<Tcp>(), None);
/// assert_eq!(packet.payload()[..], *b"?");
/// assert_eq!(packet.error(), None);
/// ```
///
/// # Example: change one thing
///
/// ```
/// # use ryu_sdn::packet::{Ethernet, Ipv4, Packet, Udp, ethertype, ip_proto};
/// # let ip = Ipv4 { proto: ip_proto::UDP, ..Ipv4::default() };
/// # let frame = (Ethernet::default() / ip / Udp::default() / b"hello").to_bytes()?;
/// let mut packet = Packet::parse(&frame);
/// if let Some(ip) = packet.get_mut::<Ipv4>() {
///     ip.ttl -= 1;
///     ip.csum = None; // to be computed again; all else goes out as it came
/// }
/// let sent = packet.to_bytes()?;
/// assert!(Packet::parse(&sent).verify().is_ok());
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone)]
pub struct Packet<'a>(Repr<'a>);

#[derive(Clone)]
enum Repr<'a> {
    Parsed { bytes: &'a [u8], first: Kind },
    Built(Built<'a>),
}

#[derive(Clone, Default)]
struct Built<'a> {
    layers: Vec<Layer<'a>>,
    /// Bytes that a header's length leaves out (padding), with the index of that header; from the
    /// inside out.
    trailers: Vec<(usize, Cow<'a, [u8]>)>,
}

/// The first header of a protocol among layers that were put together. Out of line, so that what reads
/// a header from bytes stays small.
#[cold]
#[inline(never)]
fn of_built<'a, T: Header<'a>>(built: &Built<'a>) -> Option<T> {
    built.layers.iter().find_map(T::of).cloned()
}

impl<'a> Packet<'a> {
    /// The packet of an Ethernet frame.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Packet<'a> {
        Packet::parse_as(Kind::Ethernet, bytes)
    }

    /// The packet of bytes that start with a header of `first`.
    ///
    /// ```
    /// use ryu_sdn::packet::{Kind, Packet, Udp};
    ///
    /// let bytes = [0x13, 0x88, 0, 53, 0, 8, 0, 0];
    /// let packet = Packet::parse_as(Kind::Udp, &bytes);
    /// assert_eq!(packet.get::<Udp>().map(|udp| udp.src_port), Some(5000));
    /// ```
    #[inline]
    pub fn parse_as(first: Kind, bytes: &'a [u8]) -> Packet<'a> {
        Packet(Repr::Parsed { bytes, first })
    }

    /// The first header of a protocol. Ryu: `get_protocol`.
    #[inline]
    pub fn get<T: Header<'a>>(&self) -> Option<T> {
        match &self.0 {
            Repr::Parsed { bytes, first } => parse(find(bytes, *first, T::KIND)?).ok(),
            Repr::Built(built) => of_built(built),
        }
    }

    /// All headers of a protocol, the outermost first. Ryu: `get_protocols`.
    pub fn all<T: Header<'a>>(&self) -> impl Iterator<Item = T> + use<'a, T> {
        let mut layers = self.iter();
        std::iter::from_fn(move || layers.find_map(|layer| T::of(&layer).cloned()))
    }

    /// Whether there is a header of a protocol.
    #[inline]
    pub fn has(&self, kind: Kind) -> bool {
        match &self.0 {
            Repr::Parsed { bytes, first } => find(bytes, *first, kind).is_some(),
            Repr::Built(built) => built.layers.iter().any(|layer| layer.kind() == Some(kind)),
        }
    }

    /// The layers in the order of the wire: headers, and as the last one the payload, if there are
    /// bytes that no header claims. Padding behind what a header's length says is no payload.
    pub fn iter(&self) -> Layers<'a> {
        match &self.0 {
            Repr::Parsed { bytes, first } => Layers(Source::new(bytes, *first)),
            Repr::Built(built) => Layers(Source::Built(built.layers.clone().into_iter())),
        }
    }

    /// The bytes behind the last header.
    pub fn payload(&self) -> Cow<'a, [u8]> {
        match &self.0 {
            Repr::Parsed { bytes, first } => {
                let mut walk = Walk::new(bytes, *first);
                while let Ok(Some(_)) = walk.step() {}
                Cow::Borrowed(walk.rest.bytes)
            }
            Repr::Built(built) => match built.layers.last() {
                Some(Layer::Payload(bytes)) => bytes.clone(),
                _ => Cow::Borrowed(&[]),
            },
        }
    }

    /// What is wrong with the bytes: the option (TLV, chunk, ...) or header that could not be read, or
    /// else the outermost header whose payload is shorter than it says, as in a packet-in that
    /// carries only the beginning of a frame.
    pub fn error(&self) -> Option<DecodeError> {
        let mut layers = self.iter();
        let mut of_list = None;
        for layer in layers.by_ref() {
            of_list = of_list.or_else(|| layer.check().err());
        }
        match layers.0 {
            Source::Walk { error, cut, .. } => of_list.or(error).or(cut),
            Source::Built(_) => None,
        }
    }

    /// The protocol of the header that [`error`](Packet::error) is about.
    ///
    /// ```
    /// use ryu_sdn::packet::{Kind, Packet};
    ///
    /// let packet = Packet::parse_as(Kind::Udp, &[0x13, 0x88, 0, 53, 0, 80]);
    /// assert_eq!(packet.error_kind(), Some(Kind::Udp));
    /// assert_eq!(Packet::parse_as(Kind::Udp, &[0x13, 0x88, 0, 7, 0, 8, 0, 0]).error_kind(), None);
    /// ```
    pub fn error_kind(&self) -> Option<Kind> {
        let Repr::Parsed { bytes, first } = &self.0 else { return None };
        let mut walk = Walk::new(bytes, *first);
        let mut cut = None;
        loop {
            let next = walk.next_kind();
            match walk.step() {
                Ok(Some(step)) => {
                    if step.kind.parse(step.head).and_then(|layer| layer.check()).is_err() {
                        return Some(step.kind);
                    }
                    cut = cut.or(step.cut().map(|_| step.kind));
                }
                Ok(None) => return cut,
                Err(_) => return next,
            }
        }
    }

    /// Checks that all of it can be read and that the checksums are right; those of a fragment's
    /// payload cannot be told and pass.
    ///
    /// # Errors
    /// What [`error`](Packet::error) says, or the outermost checksum that is wrong.
    pub fn verify(&self) -> Result<(), VerifyError> {
        match &self.0 {
            Repr::Parsed { bytes, first } => verify(bytes, *first),
            Repr::Built(built) => match built.layers.first().and_then(Layer::kind) {
                Some(first) => built.to_bytes().map_or(Ok(()), |bytes| verify(&bytes, first)),
                None => Ok(()),
            },
        }
    }

    /// The first header of a protocol, to be changed. A packet that was parsed is taken apart first.
    pub fn get_mut<T: Header<'a>>(&mut self) -> Option<&mut T> {
        self.built().layers.iter_mut().find_map(T::of_mut)
    }

    /// The layers, to be changed; see [`iter`](Packet::iter).
    ///
    /// Padding of a packet that was parsed stays behind the header that it stood behind, counted
    /// from the outside.
    pub fn layers_mut(&mut self) -> &mut Vec<Layer<'a>> {
        &mut self.built().layers
    }

    /// Appends the bytes to `out`. What is `None` (lengths, checksums) is filled in, all else goes
    /// out as it is; a packet that was parsed and not changed goes out as it came.
    ///
    /// # Errors
    /// If a value does not fit into its field. Then `out` has a part of the bytes.
    pub fn emit(&self, out: &mut Vec<u8>) -> Result<(), EmitError> {
        match &self.0 {
            Repr::Parsed { bytes, .. } => {
                out.extend_from_slice(bytes);
                Ok(())
            }
            Repr::Built(built) => built.emit(out),
        }
    }

    /// The bytes; see [`emit`](Packet::emit).
    ///
    /// # Errors
    /// As [`emit`](Packet::emit).
    pub fn to_bytes(&self) -> Result<Vec<u8>, EmitError> {
        let mut out = Vec::with_capacity(128);
        self.emit(&mut out)?;
        Ok(out)
    }

    /// The bytes with zeros up to [`Ethernet::MIN_FRAME`], as Ryu sends Ethernet frames.
    ///
    /// # Errors
    /// As [`emit`](Packet::emit).
    pub fn to_frame(&self) -> Result<Vec<u8>, EmitError> {
        let mut out = self.to_bytes()?;
        if out.len() < Ethernet::MIN_FRAME {
            out.resize(Ethernet::MIN_FRAME, 0);
        }
        Ok(out)
    }

    /// Ryu's JSON: `{"Packet": {"protocols": [{"ethernet": {...}}, ...]}}`. A payload is base64; one
    /// of zeros only is left out, as Ryu takes it for padding.
    pub fn to_json(&self) -> Value {
        let protocols: Vec<Value> = self.shown().map(|layer| layer.to_json()).collect();
        serde_json::json!({"Packet": {"protocols": protocols}})
    }

    /// Reads Ryu's JSON. Members that are left out have the value of Ryu's constructor; a length or
    /// checksum that is 0, null or left out is filled in when the packet is emitted, as by Ryu.
    ///
    /// ```
    /// use ryu_sdn::packet::{Packet, Vlan};
    ///
    /// let json = serde_json::json!({"Packet": {"protocols": [{"vlan": {"vid": 7}}, "aGk="]}});
    /// let packet = Packet::from_json(&json)?;
    /// assert_eq!(packet.to_bytes()?, [0, 7, 0x08, 0x00, b'h', b'i']);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If it is no such JSON; says where.
    pub fn from_json(value: &Value) -> Result<Packet<'static>, JsonError> {
        let (class, members) = wrapper(value)?;
        let list = members.get("protocols").and_then(Value::as_array);
        let (Some(list), "Packet") = (list, class) else {
            return Err(JsonError::expected("{\"Packet\": {\"protocols\": [...]}}", value));
        };
        let layer = |value: &Value| match wrapper(value) {
            Ok((class, members)) => Layer::of_json(class, members),
            Err(_) if value.is_string() => Cow::from_json(value).map(Layer::Payload),
            Err(err) => Err(err),
        };
        let layers = list.iter().enumerate().map(|(i, value)| {
            layer(value).map_err(|err| err.within(format!("[{i}]")).within("Packet.protocols"))
        });
        Ok(layers.collect::<Result<Vec<_>, _>>()?.into())
    }

    /// What Ryu shows: no payload of zeros only.
    pub(crate) fn shown(&self) -> impl Iterator<Item = Layer<'a>> {
        self.iter().filter(
            |layer| !matches!(layer, Layer::Payload(bytes) if bytes.iter().all(|b| *b == 0)),
        )
    }

    /// Takes a packet that was parsed apart.
    fn built(&mut self) -> &mut Built<'a> {
        if let Repr::Parsed { bytes, first } = self.0 {
            self.0 = Repr::Built(Built::take_apart(bytes, first));
        }
        match &mut self.0 {
            Repr::Built(built) => built,
            Repr::Parsed { .. } => unreachable!("it was taken apart above"),
        }
    }
}

impl<'a> Built<'a> {
    fn take_apart(bytes: &'a [u8], first: Kind) -> Built<'a> {
        let mut layers = Layers(Source::new(bytes, first));
        let mut built = Built::default();
        // Where the layers seen so far end, and behind which header the bytes after that stand.
        let mut end = bytes.len();
        while let Some((layer, layer_end)) = layers.advance() {
            if layer_end < end {
                built.trailers.push((built.layers.len(), Cow::Borrowed(&bytes[layer_end..end])));
                end = layer_end;
            }
            built.layers.push(layer);
        }
        built.trailers.reverse();
        built
    }

    fn to_bytes(&self) -> Result<Vec<u8>, EmitError> {
        let mut out = Vec::with_capacity(128);
        self.emit(&mut out)?;
        Ok(out)
    }

    fn emit(&self, out: &mut Vec<u8>) -> Result<(), EmitError> {
        let mut places = Vec::with_capacity(self.layers.len());
        let mut outer = None;
        for layer in &self.layers {
            let start = out.len();
            layer.encode(out)?;
            let head_end = out.len();
            places.push(Place { start, head_end, end: 0, outer });
            outer = layer.kind().map(|kind| (kind, start)).or(outer);
        }
        // From the inside out: a length or checksum is about what is complete already.
        let mut trailers = self.trailers.iter().peekable();
        for (index, (layer, place)) in self.layers.iter().zip(&mut places).enumerate().rev() {
            place.end = out.len();
            layer.complete(out, place)?;
            while let Some((_, bytes)) = trailers.next_if(|(behind, _)| *behind >= index) {
                out.extend_from_slice(bytes);
            }
        }
        Ok(())
    }
}

fn verify(bytes: &[u8], first: Kind) -> Result<(), VerifyError> {
    let packet = Packet::parse_as(first, bytes);
    if let Some(err) = packet.error() {
        return Err(err.into());
    }
    verify_sums(&Sums::new(bytes), bytes, first)
}

/// Checks the checksums, the outermost first.
pub(super) fn verify_sums(sums: &Sums<'_>, bytes: &[u8], first: Kind) -> Result<(), VerifyError> {
    let mut walk = Walk::new(bytes, first);
    let mut outer = None;
    while let Some(step) = walk.step()? {
        let start = step.head.offset;
        let head_end = start + step.head.bytes.len();
        step.kind.verify(sums, &Place { start, head_end, end: step.end, outer })?;
        if step.is_fragment {
            break;
        }
        outer = Some((step.kind, start));
    }
    Ok(())
}

impl<'a> From<Vec<Layer<'a>>> for Packet<'a> {
    fn from(layers: Vec<Layer<'a>>) -> Packet<'a> {
        Packet(Repr::Built(Built { layers, trailers: Vec::new() }))
    }
}

/// Puts something behind the last layer.
impl<'a, R: Part<'a>> std::ops::Div<R> for Packet<'a> {
    type Output = Packet<'a>;
    fn div(mut self, payload: R) -> Packet<'a> {
        payload.push_to(self.layers_mut());
        self
    }
}

impl<'a> IntoIterator for &Packet<'a> {
    type Item = Layer<'a>;
    type IntoIter = Layers<'a>;
    fn into_iter(self) -> Layers<'a> {
        self.iter()
    }
}

/// Ryu's text: the headers with `, ` between them.
impl fmt::Display for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, layer) in self.shown().enumerate() {
            write!(f, "{}{layer}", if i > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Display for Layer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        match self {
            Layer::Payload(bytes) => show_bytes(bytes, &mut text),
            header => header.show(&mut text),
        }
        f.write_str(&text)
    }
}

/// The layers of a [`Packet`].
#[derive(Clone, Debug)]
pub struct Layers<'a>(Source<'a>);

#[derive(Clone, Debug)]
enum Source<'a> {
    Walk {
        walk: Walk<'a>,
        ended: bool,
        /// What ended the headers early.
        error: Option<DecodeError>,
        /// The first header whose payload is shorter than it says.
        cut: Option<DecodeError>,
    },
    Built(std::vec::IntoIter<Layer<'a>>),
}

impl<'a> Source<'a> {
    fn new(bytes: &'a [u8], first: Kind) -> Source<'a> {
        Source::Walk { walk: Walk::new(bytes, first), ended: false, error: None, cut: None }
    }
}

impl<'a> Layers<'a> {
    /// The next layer and where it and all it carries end.
    #[inline]
    fn advance(&mut self) -> Option<(Layer<'a>, usize)> {
        let (walk, ended, error, cut) = match &mut self.0 {
            Source::Walk { walk, ended, error, cut } => (walk, ended, error, cut),
            Source::Built(layers) => return layers.next().map(|layer| (layer, usize::MAX)),
        };
        if *ended {
            return None;
        }
        let before = walk.rest;
        match walk.step() {
            Ok(Some(step)) => match step.kind.parse(step.head) {
                Ok(layer) => {
                    if cut.is_none() {
                        *cut = step.cut();
                    }
                    return Some((layer, step.end));
                }
                Err(err) => {
                    *error = Some(err);
                    walk.rest = before;
                }
            },
            Ok(None) => {}
            Err(err) => *error = Some(err),
        }
        *ended = true;
        let rest = walk.rest;
        let payload = Layer::Payload(Cow::Borrowed(rest.bytes));
        (!rest.bytes.is_empty()).then_some((payload, rest.offset + rest.bytes.len()))
    }
}

impl<'a> Iterator for Layers<'a> {
    type Item = Layer<'a>;

    #[inline]
    fn next(&mut self) -> Option<Layer<'a>> {
        self.advance().map(|(layer, _)| layer)
    }
}

impl<A, B> Over<A, B> {
    /// The packet that these layers are.
    pub fn into_packet<'a>(self) -> Packet<'a>
    where
        A: Part<'a>,
        B: Part<'a>,
    {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ipv4, Udp, Vxlan, ethertype, ip_proto};
    use super::*;

    /// Frames in frames, each in VXLAN and UDP with a checksum.
    fn tunnel(depth: usize) -> Vec<u8> {
        let mut layers: Vec<Layer<'_>> = Vec::new();
        for _ in 0..depth {
            layers.push(Ethernet { ethertype: ethertype::IPV4, ..Ethernet::default() }.into());
            layers.push(Ipv4 { proto: ip_proto::UDP, ..Ipv4::default() }.into());
            layers.push(Udp { dst_port: 4789, ..Udp::default() }.into());
            layers.push(Vxlan::default().into());
        }
        layers.push(Layer::Payload(vec![0x5a; 777].into()));
        Packet::from(layers).to_bytes().expect("it fits")
    }

    #[test]
    fn deep_tunnels_are_summed_a_few_times() {
        for depth in [1, 4, 40, 1200] {
            let bytes = tunnel(depth);
            let packet = Packet::parse(&bytes);
            assert_eq!(packet.all::<Udp>().count(), depth);
            assert_eq!(packet.verify(), Ok(()));
            let sums = Sums::new(&bytes);
            assert_eq!(verify_sums(&sums, &bytes, Kind::Ethernet), Ok(()));
            assert!(sums.work() <= 5 * bytes.len(), "{} of {}", sums.work(), bytes.len());
            // The innermost byte that is wrong is wrong for all; the outermost says so.
            let mut wrong = bytes.clone();
            *wrong.last_mut().expect("a payload") ^= 1;
            let err = Packet::parse(&wrong).verify().expect_err("a wrong checksum");
            assert!(matches!(err, VerifyError::Wrong { what: "udp", offset: 40, .. }), "{err}");
            // A checksum that covers nothing wrong but itself.
            let at = bytes.len() - 777 - 8 - 2;
            let mut wrong = bytes.clone();
            wrong[at] ^= 1;
            assert!(Packet::parse(&wrong).verify().is_err());
        }
    }
}
