//! One field as it travels, a TLV: borrowed, and with bytes of its own.
//!
//! Spec: 1.3 section 7.2.3.2; `oxm.rs` draws the form.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use smallvec::SmallVec;

use super::ids::PortNo;
use super::nx_match::is_cookie;
use super::oxm::{CLASS_EXPERIMENTER, CLASS_NXM_1, Field, FieldInfo, OxmValue, ValueKind};
use super::oxm_ext::EXPERIMENTERS;
use super::registry;
use crate::wire::{DecodeError, MacAddr, hex};

/// One field as it stands in a match: header and payload, borrowed. [`Field`] has the table of its
/// parts.
///
/// Spec: 1.3 section 7.2.3.2.
///
/// ```
/// use ryu_sdn::ofproto::oxm::{self, OxmTlv};
///
/// let tlv = OxmTlv::masked(oxm::VLAN_VID, 0x1000, 0x1000);
/// assert_eq!(tlv.as_bytes(), [0x80, 0x00, 6 << 1 | 1, 4, 0x10, 0x00, 0x10, 0x00]);
/// let oxm = tlv.as_oxm();
/// assert_eq!((oxm.class(), oxm.number(), oxm.payload().len()), (0x8000, 6, 4));
/// assert_eq!((oxm.value(), oxm.mask()), (&[0x10, 0][..], Some(&[0x10, 0][..])));
/// assert_eq!(oxm.get(oxm::VLAN_VID), Some(0x1000));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OxmRef<'a> {
    pub(super) header: u32,
    pub(super) payload: &'a [u8],
}

impl<'a> OxmRef<'a> {
    /// Cuts the first TLV off `bytes`; `None` if there is no whole one.
    #[inline]
    pub(crate) fn split_first(bytes: &'a [u8]) -> Option<(OxmRef<'a>, &'a [u8])> {
        let (header, rest) = bytes.split_first_chunk::<4>()?;
        let header = u32::from_be_bytes(*header);
        let (payload, rest) = rest.split_at_checked((header & 0xff) as usize)?;
        Some((OxmRef { header, payload }, rest))
    }

    /// The OXM class.
    #[inline]
    pub fn class(self) -> u16 {
        (self.header >> 16) as u16
    }

    /// The number within the class, 0 to 127.
    #[inline]
    pub fn number(self) -> u8 {
        (self.header >> 9) as u8 & 0x7f
    }

    /// Class and number as one sortable key.
    #[inline]
    pub(crate) fn key(self) -> u32 {
        self.header >> 9
    }

    /// Whether the payload holds a mask behind the value.
    #[inline]
    pub fn has_mask(self) -> bool {
        self.header & 0x100 != 0
    }

    /// Whether it is an option of tunnels, `tun_metadata0` to `tun_metadata63` of Open vSwitch: how
    /// long these are the switch decides.
    pub(crate) fn is_tunnel_option(self) -> bool {
        self.class() == CLASS_NXM_1 && (40..=103).contains(&self.number())
    }

    /// Everything behind the header.
    pub fn payload(self) -> &'a [u8] {
        self.payload
    }

    /// The experimenter id, if the class is the experimenters'.
    pub fn experimenter(self) -> Option<u32> {
        if self.class() != CLASS_EXPERIMENTER {
            return None;
        }
        self.payload.first_chunk().map(|b| u32::from_be_bytes(*b))
    }

    /// The row of the table, if the field is a standard one.
    #[inline]
    pub fn info(self) -> Option<&'static FieldInfo> {
        if self.class() == CLASS_EXPERIMENTER {
            return self.experimenter_info();
        }
        FieldInfo::lookup(self.class(), self.number())
    }

    pub(super) fn experimenter_info(self) -> Option<&'static FieldInfo> {
        let id = self.experimenter();
        let exp_type = self.payload.get(4..6).map(u16::read);
        let ours = EXPERIMENTERS.iter().find(|info| {
            info.experimenter == id
                && info.number == self.number()
                && (info.exp_type.is_none() || info.exp_type == exp_type)
        });
        ours.or_else(|| registry::field(CLASS_EXPERIMENTER, self.number(), id, exp_type))
    }

    /// The value, without mask and without experimenter id.
    #[inline]
    pub fn value(self) -> &'a [u8] {
        let body = self.body();
        if self.has_mask() { &body[..body.len() / 2] } else { body }
    }

    /// The mask, if there is one.
    #[inline]
    pub fn mask(self) -> Option<&'a [u8]> {
        let body = self.body();
        self.has_mask().then(|| &body[body.len() / 2..])
    }

    /// The value as that of `field`; `None` if this is another field or the size is wrong.
    #[inline]
    pub fn get<T: OxmValue>(self, field: Field<T>) -> Option<T> {
        if !field.is(self) {
            return None;
        }
        let value = self.value();
        (value.len() == usize::from(field.size)).then(|| T::read(value))
    }

    #[inline]
    fn body(self) -> &'a [u8] {
        if self.class() != CLASS_EXPERIMENTER {
            return self.payload;
        }
        self.payload.get(self.lead().len()..).unwrap_or_default()
    }

    /// What stands before the value: the id, and perhaps the type, of an experimenter's field.
    pub(crate) fn lead(self) -> &'a [u8] {
        if self.class() != CLASS_EXPERIMENTER {
            return &[];
        }
        let size = self.experimenter_info().map_or(4, FieldInfo::lead);
        self.payload.get(..size).unwrap_or(self.payload)
    }

    /// Writes the value (or mask) the way the field's row says.
    fn fmt_value(self, f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
        match self.info().map(|info| info.kind) {
            _ if is_cookie(self) => write!(f, "{:#x}", u64::read(bytes)),
            Some(ValueKind::Decimal) => write!(f, "{}", u128::read(bytes)),
            Some(ValueKind::Hex) => write!(f, "{:#x}", u128::read(bytes)),
            Some(ValueKind::Port) => write!(f, "{}", PortNo::read(bytes)),
            Some(ValueKind::Mac) => write!(f, "{}", MacAddr::read(bytes)),
            Some(ValueKind::Ipv4) => write!(f, "{}", Ipv4Addr::read(bytes)),
            Some(ValueKind::Ipv6) => write!(f, "{}", Ipv6Addr::read(bytes)),
            None => write!(f, "0x{}", hex::encode(bytes)),
        }
    }

    /// Writes the name, `field_0x0001_3` for one without a row.
    fn fmt_name(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.info(), self.experimenter()) {
            _ if is_cookie(self) => f.write_str("cookie"),
            (Some(info), _) => f.write_str(info.name),
            (None, Some(id)) => write!(f, "field_{id:#010x}_{}", self.number()),
            (None, None) => write!(f, "field_{:#06x}_{}", self.class(), self.number()),
        }
    }

    /// Writes `value` or `value/mask`.
    fn fmt_values(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_value(f, self.value())?;
        match self.mask() {
            Some(mask) => {
                f.write_str("/")?;
                self.fmt_value(f, mask)
            }
            None => Ok(()),
        }
    }
}

impl fmt::Display for OxmRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_name(f)?;
        f.write_str("=")?;
        self.fmt_values(f)
    }
}

impl fmt::Debug for OxmRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One field that owns its bytes: the argument of a set-field action, an item of
/// [`Match::fields`](super::Match::fields). Up to 24 bytes need no heap. [`Field`] has the table of
/// its parts.
///
/// Spec: 1.3 section 7.2.3.2.
///
/// ```
/// use ryu_sdn::ofproto::oxm::{self, OxmTlv};
///
/// let tlv = OxmTlv::new(oxm::TCP_DST, 80);
/// assert_eq!(tlv.as_bytes(), [0x80, 0x00, 0x1c, 0x02, 0x00, 0x50]);
/// assert_eq!(tlv.to_string(), "tcp_dst=80");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct OxmTlv(SmallVec<[u8; 24]>);

impl OxmTlv {
    /// A field with an exact value.
    pub fn new<T: OxmValue>(field: Field<T>, value: T) -> OxmTlv {
        let mut tlv = SmallVec::from_slice(&field.header(false).to_be_bytes());
        tlv.extend_from_slice(field.lead());
        let at = tlv.len();
        tlv.resize(at + usize::from(field.size), 0);
        value.write(&mut tlv[at..]);
        OxmTlv(tlv)
    }

    /// A field with a value and a mask.
    pub fn masked<T: OxmValue>(field: Field<T>, value: T, mask: T) -> OxmTlv {
        let size = usize::from(field.size);
        let mut tlv = SmallVec::from_slice(&field.header(true).to_be_bytes());
        tlv.extend_from_slice(field.lead());
        let at = tlv.len();
        tlv.resize(at + 2 * size, 0);
        value.write(&mut tlv[at..at + size]);
        mask.write(&mut tlv[at + size..]);
        OxmTlv(tlv)
    }

    /// A field of a row with a value and perhaps a mask, both of the row's size.
    pub(crate) fn of_row(info: &FieldInfo, value: &[u8], mask: Option<&[u8]>) -> OxmTlv {
        let lead = info.lead();
        let size = lead + value.len() + mask.map_or(0, <[u8]>::len);
        let header = u32::from(info.class) << 16
            | u32::from(info.number) << 9
            | u32::from(mask.is_some()) << 8
            | (size as u32 & 0xff);
        let mut tlv = SmallVec::from_slice(&header.to_be_bytes());
        if let Some(id) = info.experimenter {
            tlv.extend_from_slice(&id.to_be_bytes());
            tlv.extend(info.exp_type.into_iter().flat_map(u16::to_be_bytes));
        }
        tlv.extend_from_slice(value);
        tlv.extend_from_slice(mask.unwrap_or_default());
        OxmTlv(tlv)
    }

    /// A field as it is: its class, its number, whether there is a mask, and all behind the header,
    /// at most 255 bytes.
    pub(crate) fn raw(class: u16, number: u8, has_mask: bool, payload: &[u8]) -> OxmTlv {
        let header = u32::from(class) << 16
            | u32::from(number & 0x7f) << 9
            | u32::from(has_mask) << 8
            | (payload.len() as u32 & 0xff);
        let mut tlv = SmallVec::from_slice(&header.to_be_bytes());
        tlv.extend_from_slice(payload);
        OxmTlv(tlv)
    }

    /// Exactly one TLV as it came off the wire.
    pub(crate) fn from_ref(oxm: OxmRef<'_>) -> OxmTlv {
        let mut tlv = SmallVec::with_capacity(4 + oxm.payload.len());
        tlv.extend_from_slice(&oxm.header.to_be_bytes());
        tlv.extend_from_slice(oxm.payload);
        OxmTlv(tlv)
    }

    /// Header and payload.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same, borrowed, with all the getters.
    pub fn as_oxm(&self) -> OxmRef<'_> {
        match OxmRef::split_first(&self.0) {
            Some((oxm, _)) => oxm,
            // Every constructor writes a whole TLV.
            None => OxmRef { header: 0, payload: &[] },
        }
    }

    /// The value as that of `field`; `None` if this is another field.
    pub fn get<T: OxmValue>(&self, field: Field<T>) -> Option<T> {
        self.as_oxm().get(field)
    }

    /// Writes `value->field`, as a set-field action shows it.
    pub(crate) fn fmt_set_field(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let oxm = self.as_oxm();
        oxm.fmt_values(f)?;
        f.write_str("->")?;
        oxm.fmt_name(f)
    }
}

impl Default for OxmTlv {
    /// A field of no class and no size.
    fn default() -> OxmTlv {
        OxmTlv::raw(0, 0, false, &[])
    }
}

impl fmt::Display for OxmTlv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_oxm(), f)
    }
}

impl fmt::Debug for OxmTlv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_oxm(), f)
    }
}

/// Checks that `bytes` is a row of whole TLVs and that standard fields have their size. `offset`
/// is where `bytes` stands in the message.
#[inline]
pub(crate) fn check_tlvs(mut bytes: &[u8], offset: usize) -> Result<(), DecodeError> {
    let end = offset + bytes.len();
    while !bytes.is_empty() {
        let at = end - bytes.len();
        let Some((oxm, rest)) = OxmRef::split_first(bytes) else {
            return Err(DecodeError::bad_length("oxm", at, 4, bytes.len(), "oxm length"));
        };
        if let Some(info) = oxm.info() {
            let want = info.lead() + (usize::from(info.size) << usize::from(oxm.has_mask()));
            if oxm.payload.len() != want {
                return Err(DecodeError::bad_length(
                    info.name,
                    at + 3,
                    want,
                    oxm.payload.len(),
                    "oxm length",
                ));
            }
        }
        bytes = rest;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_the_wrong_size_is_refused() {
        assert!(check_tlvs(&[0x80, 0, 0, 4, 0, 0, 0, 1], 0).is_ok());
        assert!(check_tlvs(&[0x80, 0, 0, 3, 0, 0, 0], 0).is_err());
        assert!(check_tlvs(&[0x80, 0, 0, 4, 0, 0, 0], 0).is_err());
        // An unknown class may have any size, zero too.
        assert!(check_tlvs(&[0x00, 9, 0, 0], 0).is_ok());
    }
}
