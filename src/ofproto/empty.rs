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
    /// Asks who the switch is; answered by [`SwitchFeatures`](super::SwitchFeatures). Type 5 in
    /// every version.
    ///
    /// Spec: 1.0 section 5.3.1, 1.3 section 7.3.1.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, FeaturesRequest, V1_3, Xid};
    ///
    /// let mut buf = BytesMut::new();
    /// FeaturesRequest.encode(V1_3, Xid(1), &mut buf)?;
    /// assert_eq!(&buf[..], &[4, 5, 0, 8, 0, 0, 0, 1]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    FeaturesRequest "features_request";
    /// Asks for the configuration; answered by [`GetConfigReply`](super::GetConfigReply). Type 7
    /// in every version.
    ///
    /// Spec: 1.0 section 5.3.2, 1.3 section 7.3.2.
    ///
    /// But for the type it is like the example of [`FeaturesRequest`].
    GetConfigRequest "get_config_request";
    /// Asks to finish everything before it first; answered by [`BarrierReply`]. Type 18 in 1.0, 20
    /// later.
    ///
    /// Spec: 1.0 section 5.3.7, 1.3 section 7.3.8.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{BarrierRequest, Encode, V1_0, V1_3, Xid};
    ///
    /// let mut buf = BytesMut::new();
    /// BarrierRequest.encode(V1_0, Xid(1), &mut buf)?;
    /// BarrierRequest.encode(V1_3, Xid(2), &mut buf)?;
    /// assert_eq!(&buf[..], &[1, 18, 0, 8, 0, 0, 0, 1, 4, 20, 0, 8, 0, 0, 0, 2]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    BarrierRequest "barrier_request";
    /// Asks which asynchronous messages the controller gets; answered by
    /// [`GetAsyncReply`](super::GetAsyncReply). Type 26; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.10, 1.4 section 7.3.10.
    ///
    /// But for the type it is like the example of [`FeaturesRequest`].
    GetAsyncRequest "get_async_request";
    /// Everything before the [`BarrierRequest`] is done. Type 19 in 1.0, 21 later.
    ///
    /// Spec: 1.0 section 5.3.7, 1.3 section 7.3.8.
    ///
    /// But for the type it is like the example of [`BarrierRequest`].
    BarrierReply "barrier_reply";
}
