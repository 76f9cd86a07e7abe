//! Experimenter messages ("vendor" in 1.0), kept as they came.
//!
//! Spec: 1.0 section 5.5.4, 1.3 section 7.5.4.

use std::fmt;

use bytes::Bytes;

use super::codec::{fields, noun};
use super::encode::Body;
use super::ids::is_v1_0;
use super::members::{Always, IfGiven};
use super::message_type::MessageType;

/// A vendor's message; every version, from either side.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `experimenter` | 0 to 0xff_ffff: an IEEE OUI; above: given by the ONF | 1.0 |
/// | `exp_type` | the experimenter's choice | 1.1 |
/// | `data` | bytes | 1.0 |
///
/// Spec: 1.0 section 5.5.4, 1.3 section 7.5.4; `ofp_vendor_header`, `ofp_experimenter_header`.
///
/// # Example: Open vSwitch's set-controller-id
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use ryu_sdn::ofproto::{Encode, Experimenter, NICIRA, V1_3, Xid};
///
/// let data = Bytes::from_static(&[0, 0, 0, 0, 0, 0, 0, 3]);
/// let set = Experimenter { experimenter: NICIRA, exp_type: Some(20), data };
/// let mut buf = BytesMut::new();
/// set.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[..16], [4, 4, 0, 24, 0, 0, 0, 1, 0, 0, 0x23, 0x20, 0, 0, 0, 20]);
/// assert_eq!(buf[16..], [0, 0, 0, 0, 0, 0, 0, 3]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Experimenter {
    /// Who defined it, for instance [`NICIRA`] or [`ONF`].
    pub experimenter: u32,
    /// Which of theirs it is, 1.1 and later. 1.0 leaves even this to the vendor: there it is
    /// `None` coming in (the word, if any, starts `data`), and written before `data` if set.
    pub exp_type: Option<u32>,
    /// The rest.
    pub data: Bytes,
}

/// The experimenter id of Nicira, later Open vSwitch.
pub const NICIRA: u32 = 0x0000_2320;
/// The experimenter id of the Open Networking Foundation.
pub const ONF: u32 = 0x4f4e_4600;

fields!(Experimenter, |this, v| {
    let Experimenter { experimenter, exp_type, data } = this;
    if is_v1_0(v.version()) {
        v.field("vendor", experimenter)?;
        v.with::<IfGiven, _>("exp_type", exp_type)?;
    } else {
        v.field("experimenter", experimenter)?;
        v.with::<Always, _>("exp_type", exp_type)?;
    }
    v.field("data", data)
});
noun!(Experimenter, "experimenter", |version| {
    if is_v1_0(version) { "OFPVendor" } else { "OFPExperimenter" }
});

impl Body for Experimenter {
    const TYPE: MessageType = MessageType::Experimenter;
}

impl fmt::Display for Experimenter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "experimenter id={:#010x}", self.experimenter)?;
        if let Some(exp_type) = self.exp_type {
            write!(f, " type={exp_type}")?;
        }
        write!(f, " data={}B", self.data.len())
    }
}
