//! Geneve (RFC 8926).

use std::borrow::Cow;

use super::codec::{Len, Noun, fields, noun};
use super::span::{Place, Span, Window, Wire};
use super::{EmitError, Kind, List, ethertype};
use crate::wire::DecodeError;

/// A Geneve header: the number of a virtual network and options, in front of a frame.
///
/// ```text
///  0   2        8        16               24      32
/// +---+---------+--------+----------------+-------+
/// |ver| opt_len | flags  |        protocol        |
/// +---+---------+--------+----------------+-------+
/// |                 vni                   |   -   |
/// +---------------------------------------+-------+
/// |         options, opt_len times 4 bytes        |
/// +-----------------------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `version` | 0 | others are refused |
/// | `opt_len` | 4 bytes, 0 to 63 | size of the options; `None`: filled in |
/// | `flags` | 8 bits | [`Geneve::OAM_PACKET`], [`Geneve::CRITICAL_OPTIONS`] |
/// | `protocol` | Ethernet type | what follows |
/// | `vni` | 24 bits | the virtual network |
/// | `options` | | [`GeneveOption`]s |
///
/// In JSON and text `opt_len` is in bytes, as in Ryu; JSON in gives it by the options.
///
/// Ryu: `geneve.geneve`. Spec: RFC 8926 section 3.4.
///
/// ```
/// use ryu_sdn::packet::{Geneve, GeneveOption};
///
/// let option = GeneveOption { option_class: 0x0102, type_: 0x80, buf: (&[1, 2, 3, 4]).into(), ..Default::default() };
/// let header = Geneve { flags: 0x40, vni: 5, options: vec![option].into(), ..Geneve::default() };
/// let bytes = (header / []).to_bytes()?;
/// assert_eq!(bytes, [2, 0x40, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 0x80, 1, 1, 2, 3, 4]);
/// let (back, _) = Geneve::parse(&bytes)?;
/// let option = back.options.iter().next().expect("one")?;
/// assert_eq!((back.vni, option.length, &option.buf[..]), (5, Some(1), &[1, 2, 3, 4][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Geneve<'a> {
    /// 0.
    pub version: u8,
    /// Size of the options in units of 4 bytes.
    pub opt_len: Option<u8>,
    /// [`Geneve::OAM_PACKET`] and [`Geneve::CRITICAL_OPTIONS`].
    pub flags: u8,
    /// What follows; see [`ethertype`].
    pub protocol: u16,
    /// The virtual network, 24 bits.
    pub vni: u32,
    /// Not used.
    pub reserved: u8,
    /// Options.
    pub options: List<'a, GeneveOption<'a>>,
}

impl Default for Geneve<'_> {
    fn default() -> Self {
        Geneve {
            version: 0,
            opt_len: None,
            flags: 0,
            protocol: ethertype::TRANSPARENT_ETHERNET,
            vni: 0,
            reserved: 0,
            options: List::default(),
        }
    }
}

fields!(Geneve<'a>, |this, v| {
    let Geneve { version, opt_len, flags, protocol, vni, reserved, options } = this;
    v.bits("version", 2, version)?;
    v.remark("opt_len", opt_len.map_or(0, |words| u64::from(words) * 4));
    v.bits("", 6, opt_len)?;
    v.field("flags", flags)?;
    v.field("protocol", protocol)?;
    v.bits("vni", 24, vni)?;
    v.field("", reserved)?;
    v.field("options", options)
});
noun!(Geneve<'a>, "geneve");

impl Geneve<'_> {
    /// Flag: a message of operation and maintenance, not a frame.
    pub const OAM_PACKET: u8 = 0x80;
    /// Flag: there are options that the receiver must know.
    pub const CRITICAL_OPTIONS: u8 = 0x40;
}

/// An option of a [`Geneve`] header.
///
/// In JSON and text `length` is in bytes, as in Ryu; JSON in gives it by `buf`.
///
/// Ryu: `geneve.OptionDataUnknown`. Spec: RFC 8926 section 3.5. See the example of [`Geneve`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct GeneveOption<'a> {
    /// Who says what the types mean.
    pub option_class: u16,
    /// Its type; the highest bit says that it is critical.
    pub type_: u8,
    /// Not used, 3 bits.
    pub reserved: u8,
    /// Size of `buf` in units of 4 bytes, 0 to 31.
    pub length: Option<u8>,
    /// What it says; filled up with zeros to 4 bytes.
    pub buf: Cow<'a, [u8]>,
}

fields!(GeneveOption<'a>, |this, v| {
    let GeneveOption { option_class, type_, reserved, length, buf } = this;
    v.field("option_class", option_class)?;
    v.field("type", type_)?;
    v.bits("", 3, reserved)?;
    v.remark("length", length.map_or(0, |words| u64::from(words) * 4));
    v.sized("", 5, Len { before: 0, unit: 4, bias: 0 }, length, |v| v.field("buf", buf))
});
noun!(GeneveOption<'a>, "OptionDataUnknown");

/// What follows a tunnel's header that says it by an Ethernet type.
#[inline]
pub(super) fn inside(protocol: u16) -> Option<Kind> {
    match protocol {
        ethertype::TRANSPARENT_ETHERNET => Some(Kind::Ethernet),
        // A length in Ethernet, but not here.
        0..=1500 => None,
        _ => Kind::of_ethertype(protocol),
    }
}

impl<'a> Wire<'a> for Geneve<'a> {
    const MIN: usize = 8;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<8>(Self::CLASS)?;
        if head[0] >> 6 != 0 {
            let version = (head[0] >> 6).into();
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, version, "version"));
        }
        let options = Window { bytes: &w.bytes[8..], offset: w.offset + 8, ..*w };
        let len = usize::from(head[0] & 63) * 4;
        options.span(Self::CLASS, len, 0, "opt_len", None)?;
        Ok(Span::new(8 + len, inside(u16::from_be_bytes([head[2], head[3]]))))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.opt_len.is_none() {
            let words = (at.head_end - at.start - 8).div_ceil(4);
            if words > 63 {
                let (what, field) = (Self::CLASS, "opt_len");
                return Err(EmitError { what, field, value: words as u64, max: 63 });
            }
            frame[at.start] |= words as u8;
        }
        Ok(())
    }
}
