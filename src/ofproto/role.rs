//! Role request and reply: which controller is in charge.
//!
//! Spec: 1.3 section 7.3.9 and 6.3.4; since 1.2. 1.0 has it only as Nicira's extension.

use std::fmt;

use super::codec::{fields, noun};
use super::encode::Body;
use super::message_type::MessageType;
use super::version::V1_5;
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
    /// A short name of the controller; 1.5.
    pub short_id: u16,
}

/// The role the controller has now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleReply {
    /// The role.
    pub role: Role,
    /// The newest election the switch knows; all ones if none.
    pub generation_id: u64,
    /// A short name of the controller; 1.5.
    pub short_id: u16,
}

macro_rules! role_body {
    ($noun:ident, $name:literal) => {
        fields!($noun, |this, v| {
            let $noun { role, generation_id, short_id } = this;
            v.field("role", role)?;
            if v.version() >= V1_5 {
                v.field("short_id", short_id)?;
                v.pad(2)?;
            } else {
                v.pad(4)?;
            }
            v.field("generation_id", generation_id)
        });
        noun!($noun, $name, |_version| concat!("OFP", stringify!($noun)));

        impl Body for $noun {
            const TYPE: MessageType = MessageType::$noun;
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
