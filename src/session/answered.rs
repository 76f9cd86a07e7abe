//! Which message answers which.

use crate::ofproto::{
    BarrierReply, BarrierRequest, BundleCtrlMsg, BundleCtrlType, EchoReply, EchoRequest, Encode,
    Experimenter, FeaturesRequest, GetAsyncReply, GetAsyncRequest, GetConfigReply,
    GetConfigRequest, Message, MessageType, MultipartReplyBody, MultipartRequest,
    MultipartRequestBody, MultipartType, NICIRA, NxMessage, QueueGetConfigReply,
    QueueGetConfigRequest, Registered, RoleReply, RoleRequest, SwitchFeatures,
};

/// A message that a switch answers, tied to the type of the answer.
///
/// The requests of the specification are all here; so is [`Message`] for whoever knows only at run
/// time what is asked. An app's own request that is sent as raw [`Experimenter`] or [`Registered`]
/// is answered by one of the same experimenter.
///
/// | request | answer | since |
/// |---|---|---|
/// | [`FeaturesRequest`] | [`SwitchFeatures`] | 1.0 |
/// | [`GetConfigRequest`] | [`GetConfigReply`] | 1.0 |
/// | [`BarrierRequest`] | [`BarrierReply`] | 1.0 |
/// | [`EchoRequest`] | [`EchoReply`] | 1.0 |
/// | [`MultipartRequest`] | [`MultipartReplyBody`] of the same type, its parts joined | 1.0 |
/// | [`QueueGetConfigRequest`] | [`QueueGetConfigReply`] | 1.0 to 1.3 |
/// | [`RoleRequest`] | [`RoleReply`] | 1.2 |
/// | [`GetAsyncRequest`] | [`GetAsyncReply`] | 1.3 |
/// | [`BundleCtrlMsg`], a request of it | [`BundleCtrlMsg`] of the same bundle | 1.3 (ONF's), 1.4 |
/// | [`NxMessage`]: role, TLV table | [`NxMessage`] | 1.0 |
/// | [`Experimenter`], [`Registered`] | the same, of the same experimenter | 1.0 |
pub trait Answered: Encode {
    /// The answer.
    type Reply: 'static;

    /// What the answer looks like; `None` if a switch answers nothing to this message.
    fn expected(&self) -> Option<Expected>;

    /// Takes the answer out of a message that [`Expected::accepts`] has let through.
    fn reply(message: Message) -> Option<Self::Reply>;
}

/// What the answer to one request looks like, apart from its transaction id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A message of this type.
    Type(MessageType),
    /// A multipart reply about this. For an experimenter's, any of an experimenter's.
    Multipart(MultipartType),
    /// A multipart reply of a type without a name here.
    UnknownMultipart(u16),
    /// A message of Nicira's with this sub-type.
    Nicira(u32),
    /// A message of this experimenter, known to an app or to nobody.
    Experimenter(u32),
    /// The other half of a bundle control message.
    Bundle {
        /// The bundle.
        bundle_id: u32,
        /// The number of the answer, odd.
        ctrl_type: BundleCtrlType,
    },
}

/// Nicira's sub-types that are asked, each with that of its answer.
const NICIRA_PAIRS: [(u32, u32); 2] = [(10, 11), (25, 26)];

impl Expected {
    /// What answers `request`; `None` if nothing does.
    pub fn to(request: &Message) -> Option<Expected> {
        match request {
            Message::FeaturesRequest(request) => request.expected(),
            Message::GetConfigRequest(request) => request.expected(),
            Message::BarrierRequest(request) => request.expected(),
            Message::EchoRequest(request) => request.expected(),
            Message::MultipartRequest(request) => request.expected(),
            Message::QueueGetConfigRequest(request) => request.expected(),
            Message::RoleRequest(request) => request.expected(),
            Message::GetAsyncRequest(request) => request.expected(),
            Message::BundleCtrlMsg(request) => request.expected(),
            Message::Nicira(request) => request.expected(),
            Message::Experimenter(request) => request.expected(),
            Message::Registered(request) => request.expected(),
            _ => None,
        }
    }

    /// Whether `message` is the answer, or a part of it.
    pub fn accepts(&self, message: &Message) -> bool {
        match (*self, message) {
            (Expected::Type(expected), message) => message.message_type() == Some(expected),
            (Expected::Multipart(expected), Message::MultipartReply(reply)) => {
                reply.body.multipart_type() == Some(expected)
            }
            (Expected::UnknownMultipart(expected), Message::MultipartReply(reply)) => {
                matches!(reply.body, MultipartReplyBody::Unknown { multipart_type, .. }
                    if multipart_type == expected)
            }
            (Expected::Nicira(subtype), Message::Nicira(message)) => message.subtype() == subtype,
            (Expected::Experimenter(id), Message::Experimenter(message)) => {
                message.experimenter == id
            }
            (Expected::Experimenter(id), Message::Registered(message)) => {
                message.registration().experimenter == id
            }
            (Expected::Experimenter(id), Message::Nicira(_)) => id == NICIRA,
            (Expected::Bundle { bundle_id, ctrl_type }, Message::BundleCtrlMsg(message)) => {
                (message.bundle_id, message.ctrl_type) == (bundle_id, ctrl_type)
            }
            _ => false,
        }
    }
}

macro_rules! pairs {
    ( $( $request:ident => $reply:ident; )* ) => {$(
        impl Answered for $request {
            type Reply = $reply;

            fn expected(&self) -> Option<Expected> {
                Some(Expected::Type(MessageType::$reply))
            }

            fn reply(message: Message) -> Option<$reply> {
                match message {
                    Message::$reply(reply) => Some(reply),
                    _ => None,
                }
            }
        }
    )*};
}

pairs! {
    FeaturesRequest => SwitchFeatures;
    GetConfigRequest => GetConfigReply;
    BarrierRequest => BarrierReply;
    EchoRequest => EchoReply;
    QueueGetConfigRequest => QueueGetConfigReply;
    RoleRequest => RoleReply;
    GetAsyncRequest => GetAsyncReply;
}

impl Answered for MultipartRequest {
    type Reply = MultipartReplyBody;

    fn expected(&self) -> Option<Expected> {
        if let MultipartRequestBody::Unknown { multipart_type, .. } = &self.body {
            return Some(Expected::UnknownMultipart(*multipart_type));
        }
        self.body.multipart_type().map(Expected::Multipart)
    }

    fn reply(message: Message) -> Option<MultipartReplyBody> {
        match message {
            Message::MultipartReply(reply) => Some(reply.body),
            _ => None,
        }
    }
}

impl Answered for BundleCtrlMsg {
    type Reply = BundleCtrlMsg;

    /// The even numbers are requests, their answers are one more.
    fn expected(&self) -> Option<Expected> {
        let BundleCtrlMsg { bundle_id, ctrl_type, .. } = *self;
        let reply = ctrl_type.0.checked_add(1).filter(|reply| reply % 2 == 1)?;
        Some(Expected::Bundle { bundle_id, ctrl_type: BundleCtrlType(reply) })
    }

    fn reply(message: Message) -> Option<BundleCtrlMsg> {
        match message {
            Message::BundleCtrlMsg(reply) => Some(reply),
            _ => None,
        }
    }
}

impl Answered for NxMessage {
    type Reply = NxMessage;

    fn expected(&self) -> Option<Expected> {
        let asked = self.subtype();
        let pair = NICIRA_PAIRS.iter().find(|(request, _)| *request == asked);
        pair.map(|(_, reply)| Expected::Nicira(*reply))
    }

    fn reply(message: Message) -> Option<NxMessage> {
        match message {
            Message::Nicira(reply) => Some(reply),
            _ => None,
        }
    }
}

impl Answered for Experimenter {
    type Reply = Message;

    fn expected(&self) -> Option<Expected> {
        Some(Expected::Experimenter(self.experimenter))
    }

    /// A [`Message::Registered`] if an app has registered the type of the answer.
    fn reply(message: Message) -> Option<Message> {
        Some(message)
    }
}

impl Answered for Registered {
    type Reply = Message;

    fn expected(&self) -> Option<Expected> {
        Some(Expected::Experimenter(self.registration().experimenter))
    }

    /// A [`Message::Experimenter`] if no app has registered the type of the answer.
    fn reply(message: Message) -> Option<Message> {
        Some(message)
    }
}

impl Answered for Message {
    type Reply = Message;

    fn expected(&self) -> Option<Expected> {
        Expected::to(self)
    }

    fn reply(message: Message) -> Option<Message> {
        Some(message)
    }
}
