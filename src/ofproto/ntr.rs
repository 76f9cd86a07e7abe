//! How a select group selects: the property that Netronome gave to groups and Open vSwitch has.
//!
//! Spec: no version's; Open vSwitch's documents call it the group extension of Netronome. The
//! property stands in group-mods and group descriptions of 1.5.

use bytes::{BufMut, Bytes, BytesMut};

use super::desc_stats::Text;
use super::group::GroupProp;
use super::oxm::{OxmRef, OxmTlv, check_tlvs};
use super::property::PropExperimenter;

/// Netronome's number.
pub const NETRONOME: u32 = 0x0000_154d;

/// The one type of property.
const SELECTION_METHOD: u32 = 1;

/// Bytes of a method's name.
const METHOD_LEN: usize = 16;

/// How a select group selects among its buckets; 1.5.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `method` | name, at most 16 bytes (Open vSwitch: at most 15) | 1.5 |
/// | `param` | what the method makes of it | 1.5 |
/// | `fields` | for the method `hash`: fields with the bits of them that count | 1.5 |
///
/// Spec: no version's; Open vSwitch's `ntr_group_prop_selection_method`. It is an experimenter's
/// [`GroupProp`] of 1.5.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, GroupId, GroupMod, GroupType, SelectionMethod, V1_5, Xid};
///
/// let hash = SelectionMethod { method: "hash".into(), ..SelectionMethod::default() };
/// let group = GroupMod {
///     group_type: GroupType::SELECT,
///     group_id: GroupId(1),
///     properties: vec![hash.to_prop()],
///     ..GroupMod::default()
/// };
/// let mut buf = BytesMut::new();
/// group.encode(V1_5, Xid(1), &mut buf)?;
/// assert_eq!(&buf[24..36], b"\xff\xff\x00\x28\x00\x00\x15\x4d\x00\x00\x00\x01");
/// assert_eq!(&buf[40..44], b"hash");
/// assert_eq!(SelectionMethod::of_prop(&group.properties[0]), Some(hash));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectionMethod {
    /// Its name: Open vSwitch knows `hash` and `dp_hash`.
    pub method: Text,
    /// A number for the method.
    pub param: u64,
    /// Fields without masks: the value of each is the mask of the bits that count.
    pub fields: Vec<OxmTlv>,
}

impl SelectionMethod {
    /// The selection method in a property; `None` if it is another property, or not all of its
    /// bytes make sense.
    pub fn of_prop(prop: &GroupProp) -> Option<SelectionMethod> {
        let GroupProp::Experimenter(prop) = prop else { return None };
        if (prop.experimenter, prop.exp_type) != (NETRONOME, SELECTION_METHOD) {
            return None;
        }
        let (head, mut rest) = prop.data.split_at_checked(4 + METHOD_LEN + 8)?;
        let (pad, head) = head.split_at(4);
        let (method, param) = head.split_at(METHOD_LEN);
        // What no writer here would write is left to those who look at the bytes.
        let used = method.iter().position(|b| *b == 0).unwrap_or(METHOD_LEN);
        let text = std::str::from_utf8(&method[..used]).ok()?;
        let clean = pad.iter().chain(&method[used..]).all(|b| *b == 0);
        if !clean || check_tlvs(rest, 0).is_err() {
            return None;
        }
        let mut fields = Vec::new();
        while let Some((oxm, behind)) = OxmRef::split_first(rest) {
            if oxm.has_mask() {
                return None;
            }
            fields.push(OxmTlv::from_ref(oxm));
            rest = behind;
        }
        let param = param.iter().fold(0, |acc, b| acc << 8 | u64::from(*b));
        rest.is_empty().then(|| SelectionMethod { method: text.into(), param, fields })
    }

    /// The property that says this. A name of more than 16 bytes is cut.
    pub fn to_prop(&self) -> GroupProp {
        let mut data = BytesMut::new();
        data.put_u32(0);
        let method = self.method.as_bytes();
        let used = method.len().min(METHOD_LEN);
        data.put_slice(&method[..used]);
        data.put_bytes(0, METHOD_LEN - used);
        data.put_u64(self.param);
        for field in &self.fields {
            data.put_slice(field.as_bytes());
        }
        let data: Bytes = data.freeze();
        GroupProp::Experimenter(PropExperimenter {
            experimenter: NETRONOME,
            exp_type: SELECTION_METHOD,
            data,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::oxm;

    #[test]
    fn what_is_written_is_read() {
        let full = SelectionMethod {
            method: "sixteen letters!".into(),
            param: u64::MAX,
            fields: vec![OxmTlv::new(oxm::IPV4_SRC, [255, 255, 0, 0].into())],
        };
        assert_eq!(SelectionMethod::of_prop(&full.to_prop()), Some(full.clone()));
        let GroupProp::Experimenter(prop) = full.to_prop() else { panic!() };
        for len in 0..prop.data.len() {
            let cut = PropExperimenter { data: prop.data.slice(..len), ..prop.clone() };
            let read = SelectionMethod::of_prop(&GroupProp::Experimenter(cut));
            // Without its field it is whole again.
            assert_eq!(read.is_some(), len == 28, "{len}");
        }
        let other = PropExperimenter { exp_type: 2, ..prop };
        assert_eq!(SelectionMethod::of_prop(&GroupProp::Experimenter(other)), None);
    }
}
