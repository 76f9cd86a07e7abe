//! Which asynchronous messages a controller gets. 1.3 and later.
//!
//! Spec: 1.3 section 7.3.10, 1.4 section 7.3.10 (properties).

use super::codec::{display, fields, noun, wire_struct, wire_union};
use super::encode::Body;
use super::message_type::MessageType;
use super::property::PropExperimenter;
use super::version::V1_4;

macro_rules! async_config {
    ($(#[$doc:meta])* $noun:ident $name:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $noun {
            /// Reasons of packet-ins, of masters and equals, then of slaves; 1.3.
            pub packet_in_mask: [u32; 2],
            /// Reasons of port-status messages, of masters and equals, then of slaves; 1.3.
            pub port_status_mask: [u32; 2],
            /// Reasons of flow-removed messages, of masters and equals, then of slaves; 1.3.
            pub flow_removed_mask: [u32; 2],
            /// The same and more; 1.4 and later.
            pub properties: Vec<AsyncConfigProp>,
        }

        fields!($noun, |this, v| {
            let $noun { packet_in_mask, port_status_mask, flow_removed_mask, properties } = this;
            if v.version() >= V1_4 {
                v.without(packet_in_mask, concat!($name, " packet_in_mask"))?;
                v.without(port_status_mask, concat!($name, " port_status_mask"))?;
                v.without(flow_removed_mask, concat!($name, " flow_removed_mask"))?;
                return v.field("properties", properties);
            }
            v.without(properties, concat!($name, " properties"))?;
            v.field("packet_in_mask", packet_in_mask)?;
            v.field("port_status_mask", port_status_mask)?;
            v.field("flow_removed_mask", flow_removed_mask)
        });
        noun!($noun, $name, |_version| concat!("OFP", stringify!($noun)));
        display!($noun, $name);

        impl Body for $noun {
            const TYPE: MessageType = MessageType::$noun;
        }
    };
}

async_config! {
    /// Which asynchronous messages the controller gets; 1.3 and later. The answer to a
    /// [`GetAsyncRequest`](super::GetAsyncRequest).
    ///
    /// Its fields are those of [`SetAsync`]; in bytes only the type differs, 27.
    ///
    /// | field | unit, range | since |
    /// |---|---|---|
    /// | `packet_in_mask`, `port_status_mask`, `flow_removed_mask` | two sets of reasons each | 1.3 only |
    /// | `properties` | one for each kind of message and role | 1.4 |
    ///
    /// Spec: 1.3 section 7.3.10, 1.4 section 7.3.10; `ofp_async_config`.
    ///
    /// See the example of [`SetAsync`].
    GetAsyncReply "get_async_reply"
}

async_config! {
    /// Sets which asynchronous messages the controller gets; 1.3 and later.
    ///
    /// | field | unit, range | since |
    /// |---|---|---|
    /// | `packet_in_mask`, `port_status_mask`, `flow_removed_mask` | two sets of reasons each | 1.3 only |
    /// | `properties` | one for each kind of message and role | 1.4 |
    ///
    /// Of each mask the first word is for masters and equals, the second for slaves; bit N is
    /// reason N. What a version does not have is refused if it is set: 1.3 has masks only, later
    /// versions have properties only.
    ///
    /// Spec: 1.3 section 7.3.10, 1.4 section 7.3.10; `ofp_async_config`.
    ///
    /// # Example: packet-ins for the master, ports for all
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, SetAsync, V1_3, Xid};
    ///
    /// let set = SetAsync {
    ///     packet_in_mask: [0b11, 0],
    ///     port_status_mask: [0b111, 0b111],
    ///     ..SetAsync::default()
    /// };
    /// let mut buf = BytesMut::new();
    /// set.encode(V1_3, Xid(1), &mut buf)?;
    /// assert_eq!(buf[..16], [4, 28, 0, 32, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0]);
    /// assert_eq!(buf[16..], [0, 0, 0, 7, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    SetAsync "set_async"
}

wire_union! {
    /// Reasons of one kind of message for one kind of role; 1.4 and later, the types from 12 to
    /// 15 1.5.
    ///
    /// Spec: 1.4 section 7.3.10; `ofp_async_config_prop_header`.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{
    ///     AsyncConfigProp, AsyncConfigPropReasons, Encode, SetAsync, V1_4, Xid,
    /// };
    ///
    /// let packet_ins = AsyncConfigProp::PacketInMaster(AsyncConfigPropReasons { mask: 0b11 });
    /// let roles = AsyncConfigProp::RoleStatusSlave(AsyncConfigPropReasons { mask: 0b1 });
    /// let set = SetAsync { properties: vec![packet_ins, roles], ..SetAsync::default() };
    /// let mut buf = BytesMut::new();
    /// set.encode(V1_4, Xid(1), &mut buf)?;
    /// assert_eq!(buf[8..], [0, 1, 0, 8, 0, 0, 0, 3, 0, 6, 0, 8, 0, 0, 0, 1]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum AsyncConfigProp "async config property" ("type" "length" Outside) {
        /// Packet-ins, for slaves.
        PacketInSlave(AsyncConfigPropReasons) = 0, "OFPAsyncConfigPropReasons";
        /// Packet-ins, for masters and equals.
        PacketInMaster(AsyncConfigPropReasons) = 1, "OFPAsyncConfigPropReasons";
        /// Port-status messages, for slaves.
        PortStatusSlave(AsyncConfigPropReasons) = 2, "OFPAsyncConfigPropReasons";
        /// Port-status messages, for masters and equals.
        PortStatusMaster(AsyncConfigPropReasons) = 3, "OFPAsyncConfigPropReasons";
        /// Flow-removed messages, for slaves.
        FlowRemovedSlave(AsyncConfigPropReasons) = 4, "OFPAsyncConfigPropReasons";
        /// Flow-removed messages, for masters and equals.
        FlowRemovedMaster(AsyncConfigPropReasons) = 5, "OFPAsyncConfigPropReasons";
        /// Role-status messages, for slaves.
        RoleStatusSlave(AsyncConfigPropReasons) = 6, "OFPAsyncConfigPropReasons";
        /// Role-status messages, for masters and equals.
        RoleStatusMaster(AsyncConfigPropReasons) = 7, "OFPAsyncConfigPropReasons";
        /// Table-status messages, for slaves.
        TableStatusSlave(AsyncConfigPropReasons) = 8, "OFPAsyncConfigPropReasons";
        /// Table-status messages, for masters and equals.
        TableStatusMaster(AsyncConfigPropReasons) = 9, "OFPAsyncConfigPropReasons";
        /// Request-forward messages, for slaves.
        RequestforwardSlave(AsyncConfigPropReasons) = 10, "OFPAsyncConfigPropReasons";
        /// Request-forward messages, for masters and equals.
        RequestforwardMaster(AsyncConfigPropReasons) = 11, "OFPAsyncConfigPropReasons";
        /// Flow statistics; 1.5, for slaves.
        FlowStatsSlave(AsyncConfigPropReasons) = 12, "OFPAsyncConfigPropReasons";
        /// Flow statistics; 1.5, for masters and equals.
        FlowStatsMaster(AsyncConfigPropReasons) = 13, "OFPAsyncConfigPropReasons";
        /// Controller-status messages; 1.5, for slaves.
        ContStatusSlave(AsyncConfigPropReasons) = 14, "OFPAsyncConfigPropReasons";
        /// Controller-status messages; 1.5, for masters and equals.
        ContStatusMaster(AsyncConfigPropReasons) = 15, "OFPAsyncConfigPropReasons";
        /// A vendor's, for slaves.
        ExperimenterSlave(PropExperimenter) = 65534, "OFPAsyncConfigPropExperimenter";
        /// A vendor's, for masters and equals.
        ExperimenterMaster(PropExperimenter) = 65535, "OFPAsyncConfigPropExperimenter";
    }
}

wire_struct! {
    /// Reasons of messages; 1.4 and later. What a bit means depends on the kind of message: the
    /// number of a packet-in's, port-status's, flow-removed's ... reason.
    ///
    /// Spec: 1.4 section 7.3.10; `ofp_async_config_prop_reasons`.
    ///
    /// See the example of [`AsyncConfigProp`].
    pub struct AsyncConfigPropReasons "reasons" "OFPAsyncConfigPropReasons" {
        /// Bit N is reason N.
        mask: u32,
    }
}
