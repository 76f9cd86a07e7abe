//! The table of message types: one row per meaning, one column per version.
//!
//! A number may occur once per column; a test walks every cell.

use super::by_version::by_version;
use super::version::Version;

macro_rules! message_types {
    ( $( $(#[$doc:meta])* $row:ident $text:literal = $c0:tt $c1:tt $c2:tt $c3:tt $c4:tt $c5:tt; )* ) => {
        /// What a message means, whatever number its version gives it.
        ///
        /// The number is the second byte of every message; `_` is none in this version.
        ///
        /// | meaning | 1.0 | 1.1 | 1.2 | 1.3 | 1.4 | 1.5 |
        /// |---|---|---|---|---|---|---|
        $(#[doc = concat!(
            "| `", stringify!($row), "` | ", stringify!($c0), " | ", stringify!($c1), " | ",
            stringify!($c2), " | ", stringify!($c3), " | ", stringify!($c4), " | ",
            stringify!($c5), " |"
        )])*
        ///
        /// Spec: 1.0 section 5.1, 1.3 section 7.1 (`ofp_type`).
        ///
        /// ```
        /// use ryu_sdn::ofproto::{MessageType, V1_0, V1_3};
        ///
        /// assert_eq!(MessageType::BarrierRequest.wire(V1_0), Some(18));
        /// assert_eq!(MessageType::BarrierRequest.wire(V1_3), Some(20));
        /// assert_eq!(MessageType::MeterMod.wire(V1_0), None);
        /// assert_eq!(MessageType::from_wire(V1_3, 29), Some(MessageType::MeterMod));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MessageType {
            $( $(#[$doc])* $row, )*
        }

        by_version! { pub MessageType: u8; $( $row $text = $c0 $c1 $c2 $c3 $c4 $c5; )* }
    };
}

message_types! {
    // meaning                                       1.0 1.1 1.2 1.3 1.4 1.5
    /// Version negotiation.
    Hello "hello"                                  =   0   0   0   0   0   0;
    /// An error, quoting the message that caused it.
    Error "error"                                  =   1   1   1   1   1   1;
    /// Liveness probe.
    EchoRequest "echo_request"                     =   2   2   2   2   2   2;
    /// Its answer.
    EchoReply "echo_reply"                         =   3   3   3   3   3   3;
    /// Vendor extension.
    Experimenter "experimenter"                    =   4   4   4   4   4   4;
    /// A vendor extension of Nicira's that is a noun here: no number of its own.
    Nicira "nicira"                                =   _   _   _   _   _   _;
    /// Asks who the switch is.
    FeaturesRequest "features_request"             =   5   5   5   5   5   5;
    /// Its answer.
    SwitchFeatures "features_reply"                =   6   6   6   6   6   6;
    /// Asks for the switch configuration.
    GetConfigRequest "get_config_request"          =   7   7   7   7   7   7;
    /// Its answer.
    GetConfigReply "get_config_reply"              =   8   8   8   8   8   8;
    /// Sets the switch configuration.
    SetConfig "set_config"                         =   9   9   9   9   9   9;
    /// A frame to the controller.
    PacketIn "packet_in"                           =  10  10  10  10  10  10;
    /// A flow entry has gone.
    FlowRemoved "flow_removed"                     =  11  11  11  11  11  11;
    /// A port was added, removed or changed.
    PortStatus "port_status"                       =  12  12  12  12  12  12;
    /// A frame from the controller.
    PacketOut "packet_out"                         =  13  13  13  13  13  13;
    /// Changes the flow table.
    FlowMod "flow_mod"                             =  14  14  14  14  14  14;
    /// Changes the group table.
    GroupMod "group_mod"                           =   _  15  15  15  15  15;
    /// Changes a port.
    PortMod "port_mod"                             =  15  16  16  16  16  16;
    /// Changes a table.
    TableMod "table_mod"                           =   _  17  17  17  17  17;
    /// Statistics or descriptions, possibly in several parts.
    MultipartRequest "multipart_request"           =  16  18  18  18  18  18;
    /// Its answer.
    MultipartReply "multipart_reply"               =  17  19  19  19  19  19;
    /// Ordering fence.
    BarrierRequest "barrier_request"               =  18  20  20  20  20  20;
    /// Its answer.
    BarrierReply "barrier_reply"                   =  19  21  21  21  21  21;
    /// Asks for the queues of a port.
    QueueGetConfigRequest "queue_get_config_request" = 20 22  22  22   _   _;
    /// Its answer.
    QueueGetConfigReply "queue_get_config_reply"   =  21  23  23  23   _   _;
    /// Asks for or sets the controller's role.
    RoleRequest "role_request"                     =   _   _  24  24  24  24;
    /// Its answer.
    RoleReply "role_reply"                         =   _   _  25  25  25  25;
    /// Asks which asynchronous messages come.
    GetAsyncRequest "get_async_request"            =   _   _   _  26  26  26;
    /// Its answer.
    GetAsyncReply "get_async_reply"                =   _   _   _  27  27  27;
    /// Sets which asynchronous messages come.
    SetAsync "set_async"                           =   _   _   _  28  28  28;
    /// Changes the meter table.
    MeterMod "meter_mod"                           =   _   _   _  29  29  29;
    /// The controller's role was changed by another controller.
    RoleStatus "role_status"                       =   _   _   _   _  30  30;
    /// A table changed.
    TableStatus "table_status"                     =   _   _   _   _  31  31;
    /// A request of another controller.
    RequestForward "requestforward"                =   _   _   _   _  32  32;
    /// Opens, closes, commits or discards a bundle.
    BundleCtrlMsg "bundle_control"                 =   _   _   _   _  33  33;
    /// Adds a message to a bundle.
    BundleAddMsg "bundle_add_message"              =   _   _   _   _  34  34;
    /// The state of a controller's channel.
    ControllerStatus "controller_status"           =   _   _   _   _   _  35;
}

impl MessageType {
    /// The meaning of a number on the wire; `None` if `version` does not define it.
    #[inline]
    pub fn from_wire(version: Version, number: u8) -> Option<MessageType> {
        *BY_NUMBER[version.column()].get(usize::from(number))?
    }
}

/// The table turned round: a row per version, a column per number. A number that occurs twice in
/// a version does not compile.
static BY_NUMBER: [[Option<MessageType>; 40]; 6] = {
    let mut table = [[None; 40]; 6];
    let mut row = 0;
    while row < MessageType::ALL.len() {
        let mut column = 0;
        while column < 6 {
            if let Some(number) = MessageType::ALL[row].wire(Version::ALL[column]) {
                assert!(table[column][number as usize].is_none(), "a number occurs twice");
                table[column][number as usize] = Some(MessageType::ALL[row]);
            }
            column += 1;
        }
        row += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_twice_in_a_column() {
        for version in Version::ALL {
            for &t in MessageType::ALL {
                if let Some(number) = t.wire(version) {
                    assert_eq!(MessageType::from_wire(version, number), Some(t), "{version}");
                }
            }
        }
    }
}
