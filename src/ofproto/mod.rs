//! Room `ofproto`: OpenFlow messages, one file per noun, the version as an argument.
//!
//! A noun (a flow-mod, a port, a match) is one type for all versions; which versions have it and
//! under which number is a row in a table: [`MessageType`] for messages, [`oxm`] for match fields,
//! others in the files of actions, errors and multipart messages. OpenFlow 1.0 and 1.3 are written
//! down so far; what is not known survives as it came ([`Message::Unknown`],
//! [`Action::Unknown`], raw OXM fields).
//!
//! It touches `wire` only: no I/O, no clock, no apps.
//!
//! # Example: from bytes to an answer
//!
//! ```
//! use bytes::{Bytes, BytesMut};
//! use ryu_sdn::ofproto::{Encode, Framing, Message, V1_3, frame};
//!
//! let received = Bytes::from_static(&[4, 2, 0, 8, 0, 0, 0, 1, 4, 2]);
//! let Framing::Message(len) = frame(&received) else { panic!() };
//! let (xid, msg) = Message::decode(V1_3, &received.slice(..len))?;
//! let mut out = BytesMut::new();
//! if let Message::EchoRequest(echo) = msg {
//!     echo.reply().encode(V1_3, xid, &mut out)?;
//! }
//! assert_eq!(&out[..], &[4, 3, 0, 8, 0, 0, 0, 1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod config;
mod echo;
mod empty;
mod encode;
mod error_kind;
mod error_msg;
mod experimenter;
mod flow_mod;
mod flow_removed;
mod header;
mod hello;
mod ids;
mod instruction;
mod match_;
mod match_v1_0;
mod message;
mod message_type;
mod multipart;
pub mod ovs;
pub mod oxm;
mod packet_in;
mod packet_out;
mod port;
mod role;
mod stats;
mod switch_features;
mod version;

pub use action::{Action, ActionList, MAX_LEN, NO_BUFFER_LEN};
pub use config::{ConfigFlags, GetConfigReply, SetConfig};
pub use echo::{EchoReply, EchoRequest};
pub use empty::{BarrierReply, BarrierRequest, FeaturesRequest, GetConfigRequest};
pub use encode::{Encode, EncodeError};
pub use error_kind::{ErrorKind, ErrorType};
pub use error_msg::ErrorMsg;
pub use experimenter::{Experimenter, NICIRA, ONF};
pub use flow_mod::{FlowMod, FlowModCommand, FlowModFlags};
pub use flow_removed::{FlowRemoved, FlowRemovedReason};
pub use header::{Framing, HEADER_LEN, Header, frame, peek_header};
pub use hello::{Hello, HelloElem};
pub use ids::{BufferId, Dpid, GroupId, ParseIdError, PortNo, TableId, Xid};
pub use instruction::{Instruction, Instructions};
pub use match_::{Fields, Match, MissingPrerequisite};
pub use message::{Message, Unknown};
pub use message_type::MessageType;
pub use multipart::{
    MultipartFlags, MultipartReply, MultipartReplyBody, MultipartRequest, MultipartRequestBody,
    MultipartType,
};
pub use packet_in::{PacketIn, PacketInReason};
pub use packet_out::PacketOut;
pub use port::{
    Port, PortConfig, PortFeatures, PortMod, PortName, PortReason, PortState, PortStatus,
};
pub use role::{Role, RoleReply, RoleRequest};
pub use stats::{
    AggregateStats, DescStats, FlowStats, FlowStatsRequest, PortStats, TableStats, Text,
};
pub use switch_features::{Capabilities, SwitchFeatures};
pub use version::{ParseVersionError, V1_0, V1_1, V1_2, V1_3, V1_4, V1_5, Version};
