//! Labels in front of routes: those of MPLS (RFC 8277) and those of Ethernet VPNs (RFC 7432,
//! RFC 8365).

use serde_json::Value;

use crate::packet::codec::{Decoder, Encoder, In as _, Member, Out as _};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError};

/// A label in front of a route, 3 bytes.
///
/// ```text
///  0                   20    23 24
/// +-------------------+-----+--+
/// |       label       | tc  | S|
/// +-------------------+-----+--+
/// ```
///
/// In JSON it is the label alone; the last of a list then is the bottom of the stack.
///
/// Ryu: a number. Spec: RFC 8277 section 2.
///
/// ```
/// use ryu_sdn::packet::BgpLabel;
///
/// let stack = BgpLabel::stack(&[100, 200]);
/// let labels: Vec<BgpLabel> = stack.items()?;
/// assert_eq!((labels[0].label, labels[0].is_bottom), (100, false));
/// assert_eq!((labels[1].label, labels[1].is_bottom), (200, true));
/// # Ok::<(), ryu_sdn::wire::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BgpLabel {
    /// The label, 20 bits.
    pub label: u32,
    /// Traffic class, 3 bits. Not used here.
    pub tc: u8,
    /// Is it the last one?
    pub is_bottom: bool,
}

impl BgpLabel {
    /// Bytes of one.
    pub(super) const SIZE: usize = 3;
    /// What stands for the labels of a route that is withdrawn: 0x800000 on the wire.
    pub const WITHDRAWN: u32 = 0x8_0000;

    /// A stack of labels; the last one is its bottom, unless it stands for "withdrawn" (that, or 0).
    pub fn stack<'a>(labels: &[u32]) -> List<'a, BgpLabel> {
        let last = labels.len().saturating_sub(1);
        let each = labels.iter().enumerate();
        each.map(|(i, &label)| {
            let is_bottom = i == last && label != BgpLabel::WITHDRAWN && label != 0;
            BgpLabel { label, tc: 0, is_bottom }
        })
        .collect()
    }

    /// How many labels `bytes` start with: up to the bottom of the stack, or to one that stands for
    /// "withdrawn". None if the stack has no bottom.
    pub(super) fn count(bytes: &[u8]) -> usize {
        let ends = |label: &[u8]| label[2] & 1 != 0 || matches!(label, [0x80, 0, 0] | [0, 0, 0]);
        bytes.chunks_exact(Self::SIZE).position(ends).map_or(0, |last| last + 1)
    }
}

impl Member<'_> for BgpLabel {
    fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let mut label = BgpLabel::default();
        d.bits("", 20, &mut label.label)?;
        d.bits("", 3, &mut label.tc)?;
        d.bits("", 1, &mut label.is_bottom)?;
        Ok(label)
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bits("label", 20, &self.label)?;
        e.bits("tc", 3, &self.tc)?;
        e.bits("", 1, &self.is_bottom)
    }
    fn to_json(&self) -> Value {
        self.label.into()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        Ok(BgpLabel { label: number(value, 0xf_ffff)?, ..BgpLabel::default() })
    }
    fn show(&self, out: &mut String) {
        out.push_str(&self.label.to_string());
    }
}

/// A label of Ethernet VPNs, 3 bytes: one of MPLS in the upper 20 bits, or a VNI of VXLAN in all 24.
/// What it is, the encapsulation community beside the route says.
///
/// Ryu: `mpls_label` and `vni`. Spec: RFC 7432 section 7.1, RFC 8365 section 5.1.3.
///
/// ```
/// use ryu_sdn::packet::EvpnLabel;
///
/// assert_eq!(EvpnLabel::of_mpls(100).0, 0x000641);
/// assert_eq!(EvpnLabel::of_vni(5000).vni(), 5000);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EvpnLabel(pub u32);

impl EvpnLabel {
    /// A label of MPLS, 20 bits, at the bottom of its stack.
    pub const fn of_mpls(label: u32) -> EvpnLabel {
        EvpnLabel(label << 4 | 1)
    }

    /// A VNI, 24 bits.
    pub const fn of_vni(vni: u32) -> EvpnLabel {
        EvpnLabel(vni)
    }

    /// As a label of MPLS.
    pub const fn mpls_label(self) -> u32 {
        self.0 >> 4
    }

    /// Is it at the bottom of its stack?
    pub const fn is_bottom(self) -> bool {
        self.0 & 1 != 0
    }

    /// As a VNI.
    pub const fn vni(self) -> u32 {
        self.0
    }

    pub(super) fn of_mpls_json(value: &Value) -> Result<Self, JsonError> {
        number(value, 0xf_ffff).map(EvpnLabel::of_mpls)
    }

    pub(super) fn of_vni_json(value: &Value) -> Result<Self, JsonError> {
        number(value, 0xff_ffff).map(EvpnLabel::of_vni)
    }

    /// Ryu's `mpls_labels`: only the last one is at the bottom.
    pub(super) fn of_mpls_list<'a>(value: &Value) -> Result<List<'a, Self>, JsonError> {
        let Some(labels) = value.as_array() else {
            return Err(JsonError::expected("a list of labels", value));
        };
        let labels: Result<Vec<_>, _> =
            labels.iter().map(|label| number(label, 0xf_ffff)).collect();
        let mut labels: Vec<_> = labels?.into_iter().map(|label| EvpnLabel(label << 4)).collect();
        if let Some(last) = labels.last_mut() {
            last.0 |= 1;
        }
        Ok(labels.into())
    }
}

impl Member<'_> for EvpnLabel {
    fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let mut label = EvpnLabel::default();
        d.bits("", 24, &mut label.0)?;
        Ok(label)
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bits("label", 24, &self.0)
    }
    fn to_json(&self) -> Value {
        self.0.into()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        Self::of_vni_json(value)
    }
    fn show(&self, out: &mut String) {
        out.push_str(&self.0.to_string());
    }
}

fn number(value: &Value, max: u32) -> Result<u32, JsonError> {
    let number = value.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= max);
    number.ok_or_else(|| JsonError::expected(&format!("a label of at most {max}"), value))
}
