//! The messages that are a header and nothing else.
//!
//! Spec: 1.3 sections 7.3.1 (features), 7.3.2 (configuration), 7.3.8 (barrier); 1.0 section 5.3.

use std::fmt;

use super::codec::{fields, noun};
use super::encode::Body;
use super::message_type::MessageType;

macro_rules! empty_messages {
    ( $( $(#[$doc:meta])* $noun:ident $name:literal; )* ) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $noun;

        fields!($noun, |_this, _v| Ok(()));
        noun!($noun, $name, |_version| concat!("OFP", stringify!($noun)));

        impl Body for $noun {
            const TYPE: MessageType = MessageType::$noun;
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
    /// Asks which asynchronous messages the controller gets; answered by
    /// [`GetAsyncReply`](super::GetAsyncReply). 1.3 and later.
    GetAsyncRequest "get_async_request";
    /// Everything before the [`BarrierRequest`] is done.
    BarrierReply "barrier_reply";
}
