//! Switch configuration: fragments, and how much of a packet goes to the controller.
//!
//! Spec: 1.0 section 5.3.2, 1.3 section 7.3.2.

use std::fmt;

use super::codec::{fields, noun};
use super::encode::Body;
use super::message_type::MessageType;
use crate::wire_number;

wire_number! {
    /// What the switch does with IP fragments (the low two bits of the flags); 16 bits, every
    /// version. In 1.1 and 1.2 bit 2 asks for packets with a bad TTL besides; it has no name here.
    ///
    /// Spec: 1.0 section 5.3.2, 1.3 section 7.3.2; `ofp_config_flags`.
    ///
    /// See the example of [`SetConfig`].
    pub struct ConfigFlags(u16) {
        /// Nothing special.
        FRAG_NORMAL = 0, "frag_normal";
        /// Drop them.
        FRAG_DROP = 1, "frag_drop";
        /// Put them together.
        FRAG_REASM = 2, "frag_reasm";
    }
}

/// The present configuration; every version. The answer to a
/// [`GetConfigRequest`](super::GetConfigRequest).
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `flags` | | 1.0 |
/// | `miss_send_len` | bytes, 0 to 0xffe5, or 0xffff for all | 1.0 |
///
/// Its fields are those of [`SetConfig`]; in bytes only the type differs, 8.
///
/// Spec: 1.0 section 5.3.2, 1.3 section 7.3.2; `ofp_switch_config`.
///
/// See the example of [`SetConfig`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GetConfigReply {
    /// Treatment of fragments.
    pub flags: ConfigFlags,
    /// Bytes of a packet that go to the controller if it is buffered and no output action says
    /// otherwise; 0xffff for all, unbuffered.
    pub miss_send_len: u16,
}

/// Sets the configuration; every version.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `flags` | | 1.0 |
/// | `miss_send_len` | bytes, 0 to 0xffe5, or 0xffff for all | 1.0 |
///
/// Spec: 1.0 section 5.3.2, 1.3 section 7.3.2; `ofp_switch_config`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{ConfigFlags, Encode, SetConfig, V1_3, Xid};
///
/// let set = SetConfig { flags: ConfigFlags::FRAG_DROP, ..SetConfig::default() };
/// let mut buf = BytesMut::new();
/// set.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(&buf[..], &[4, 9, 0, 12, 0, 0, 0, 1, 0, 1, 0, 128]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetConfig {
    /// Treatment of fragments.
    pub flags: ConfigFlags,
    /// As in [`GetConfigReply`]; the default is 128.
    pub miss_send_len: u16,
}

impl Default for SetConfig {
    fn default() -> SetConfig {
        SetConfig { flags: ConfigFlags::FRAG_NORMAL, miss_send_len: 128 }
    }
}

macro_rules! config_body {
    ($noun:ident, $name:literal) => {
        fields!($noun, |this, v| {
            let $noun { flags, miss_send_len } = this;
            v.field("flags", flags)?;
            v.field("miss_send_len", miss_send_len)
        });
        noun!($noun, $name, |_version| concat!("OFP", stringify!($noun)));

        impl Body for $noun {
            const TYPE: MessageType = MessageType::$noun;
        }

        impl fmt::Display for $noun {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} flags={} miss_send_len={}", $name, self.flags, self.miss_send_len)
            }
        }
    };
}

config_body!(GetConfigReply, "get_config_reply");
config_body!(SetConfig, "set_config");
