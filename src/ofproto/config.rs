//! Switch configuration: fragments, and how much of a packet goes to the controller.
//!
//! Spec: 1.0 section 5.3.2, 1.3 section 7.3.2.

use std::fmt;

use super::codec::{fields, noun};
use super::encode::Body;
use super::message_type::MessageType;
use crate::wire_number;

wire_number! {
    /// What the switch does with IP fragments (the low two bits of the flags).
    pub struct ConfigFlags(u16) {
        /// Nothing special.
        FRAG_NORMAL = 0, "frag_normal";
        /// Drop them.
        FRAG_DROP = 1, "frag_drop";
        /// Put them together.
        FRAG_REASM = 2, "frag_reasm";
    }
}

/// The present configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GetConfigReply {
    /// Treatment of fragments.
    pub flags: ConfigFlags,
    /// Bytes of a packet that go to the controller if it is buffered and no output action says
    /// otherwise; 0xffff for all, unbuffered.
    pub miss_send_len: u16,
}

/// Sets the configuration.
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
