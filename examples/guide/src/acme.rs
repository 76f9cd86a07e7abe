//! A message and a field of one's own.

use ryu_sdn::ofproto::{
    EncodeError, ExperimenterBody,
    oxm::{Field, FieldInfo},
    register,
};
use ryu_sdn::prelude::*;
use ryu_sdn::wire::{DecodeError, Reader, Writer};

const ACME: u32 = 0x00ac_3e01;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "ryu_sdn::serde")]
pub struct Blink {
    pub port: u32,
}

impl ExperimenterBody for Blink {
    fn read(_: Version, r: &mut Reader<'_>) -> Result<Blink, DecodeError> {
        Ok(Blink { port: r.u32()? })
    }
    fn write(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u32(self.port);
        Ok(())
    }
}

pub const DEPTH: Field<u16> = Field::experimenter(ACME, 5, 2);

register! {
    message Blink = "AcmeBlink", ACME, 7, V1_3..=V1_5;
    field FieldInfo { name: "acme_depth", ..FieldInfo::of(DEPTH) };
}
