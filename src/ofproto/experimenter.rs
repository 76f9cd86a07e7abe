//! Experimenter messages ("vendor" in 1.0), kept as they came.
//!
//! Spec: 1.0 section 5.5.4, 1.3 section 7.5.4.

use std::fmt;

use bytes::Bytes;

use super::encode::{Body, EncodeError};
use super::ids::is_v1_0;
use super::message_type::MessageType;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

/// A vendor's message.
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

impl Body for Experimenter {
    const NAME: &'static str = "experimenter";
    const TYPE: MessageType = MessageType::Experimenter;

    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<Experimenter, DecodeError> {
        Ok(Experimenter {
            experimenter: r.u32()?,
            exp_type: if is_v1_0(version) { None } else { Some(r.u32()?) },
            data: r.rest_bytes(),
        })
    }

    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u32(self.experimenter);
        match self.exp_type {
            Some(exp_type) => w.u32(exp_type),
            None if is_v1_0(version) => {}
            None => w.u32(0),
        }
        w.bytes(&self.data);
        Ok(())
    }
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
