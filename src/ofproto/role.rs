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
    /// The role of a controller: 32 bits since 1.2; 4 and above are reserved.
    ///
    /// Spec: 1.3 sections 6.3.4 and 7.3.9 (`ofp_controller_role`).
    /// See the example of [`RoleRequest`].
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

/// Asks for a role; 1.2 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `role` | 4 bytes | 1.2 |
/// | `short_id` | 2 bytes, 0 to 65534, all ones for none | 1.5; padding before |
/// | | 2 bytes of padding | 1.2 |
/// | `generation_id` | 8 bytes, counts up, compared as a signed difference | 1.2 |
///
/// Spec: 1.3 section 7.3.9, 1.5 `ofp_role_request`.
///
/// # Example: be the master
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, Role, RoleRequest, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let request = RoleRequest { role: Role::MASTER, generation_id: 5, ..RoleRequest::default() };
/// let mut buf = BytesMut::new();
/// request.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf), "041800180000000100000002000000000000000000000005");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleRequest {
    /// The role.
    pub role: Role,
    /// The election it was won in: the switch refuses older ones. Only for master and slave.
    pub generation_id: u64,
    /// A short name of the controller; 1.5. All ones if it has none.
    pub short_id: u16,
}

/// The role the controller has now; 1.2 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `role` | 4 bytes | 1.2 |
/// | `short_id` | 2 bytes, all ones for none | 1.5; padding before |
/// | | 2 bytes of padding | 1.2 |
/// | `generation_id` | 8 bytes, all ones if none was ever told | 1.2 |
///
/// Spec: 1.3 section 7.3.9, 1.5 `ofp_role_request` (the reply has its form).
/// See the example of [`RoleRequest`]: the reply is the same under type 25.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleReply {
    /// The role.
    pub role: Role,
    /// The newest election the switch knows; all ones if none.
    pub generation_id: u64,
    /// A short name of the controller; 1.5. All ones if it has none.
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
                v.without(short_id, concat!($name, " short_id"))?;
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
                write!(f, "{} role={} generation_id={}", $name, self.role, self.generation_id)?;
                if self.short_id != 0 { write!(f, " short_id={}", self.short_id) } else { Ok(()) }
            }
        }
    };
}

role_body!(RoleRequest, "role_request");
role_body!(RoleReply, "role_reply");
