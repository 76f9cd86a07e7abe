//! Role request and reply: which controller is in charge.
//!
//! Spec: 1.3 section 7.3.9 and 6.3.4; since 1.2. 1.0 has it only as Nicira's extension.

use std::fmt;

use super::encode::{Body, EncodeError};
use super::message_type::MessageType;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};
use crate::wire_number;

wire_number! {
    /// The role of a controller.
    pub struct Role(u32) {
        /// No change: only asks.
        NOCHANGE = 0, "nochange";
        /// Full access, as every other equal.
        EQUAL = 1, "equal";
        /// Full access, alone.
        MASTER = 2, "master";
        /// Reads only.
        SLAVE = 3, "slave";
    }
}

/// Asks for a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleRequest {
    /// The role.
    pub role: Role,
    /// The election it was won in: the switch refuses older ones. Only for master and slave.
    pub generation_id: u64,
}

/// The role the controller has now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleReply {
    /// The role.
    pub role: Role,
    /// The newest election the switch knows; all ones if none.
    pub generation_id: u64,
}

macro_rules! role_body {
    ($noun:ident, $name:literal) => {
        impl Body for $noun {
            const NAME: &'static str = $name;
            const TYPE: MessageType = MessageType::$noun;

            fn decode_body(_: Version, r: &mut Reader<'_>) -> Result<$noun, DecodeError> {
                let role = Role(r.u32()?);
                r.pad(4)?;
                Ok($noun { role, generation_id: r.u64()? })
            }

            fn encode_body(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
                w.u32(self.role.0);
                w.pad(4);
                w.u64(self.generation_id);
                Ok(())
            }
        }

        impl fmt::Display for $noun {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} role={} generation_id={}", $name, self.role, self.generation_id)
            }
        }
    };
}

role_body!(RoleRequest, "role_request");
role_body!(RoleReply, "role_reply");
