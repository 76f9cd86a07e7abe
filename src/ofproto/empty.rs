//! The messages that are a header and nothing else.
//!
//! Spec: 1.3 sections 7.3.1 (features), 7.3.2 (configuration), 7.3.8 (barrier); 1.0 section 5.3.

use std::fmt;

use super::encode::{Body, EncodeError};
use super::message_type::MessageType;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

macro_rules! empty_messages {
    ( $( $(#[$doc:meta])* $noun:ident $name:literal; )* ) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $noun;

        impl Body for $noun {
            const NAME: &'static str = $name;
            const TYPE: MessageType = MessageType::$noun;

            fn decode_body(_: Version, _: &mut Reader<'_>) -> Result<$noun, DecodeError> {
                Ok($noun)
            }

            fn encode_body(&self, _: Version, _: &mut Writer<'_>) -> Result<(), EncodeError> {
                Ok(())
            }
        }

        impl fmt::Display for $noun {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($name)
            }
        }
    )* };
}

empty_messages! {
    /// Asks who the switch is; answered by [`SwitchFeatures`](super::SwitchFeatures).
    FeaturesRequest "features_request";
    /// Asks for the configuration; answered by [`GetConfigReply`](super::GetConfigReply).
    GetConfigRequest "get_config_request";
    /// Asks to finish everything before it first; answered by [`BarrierReply`].
    BarrierRequest "barrier_request";
    /// Everything before the [`BarrierRequest`] is done.
    BarrierReply "barrier_reply";
}
