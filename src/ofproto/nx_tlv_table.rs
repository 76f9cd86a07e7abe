//! Which tunnel options (Geneve) have which field `tun_metadataN`.
//!
//! Spec: Open vSwitch's `nicira-ext.h`, `NXT_TLV_TABLE_MOD`; ovs-ofctl(8), `add-tlv-map`.

use super::codec::wire_struct;

wire_struct! {
    /// One option and its field.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `nx_tlv_map`.
    ///
    /// See the example of [`NxTlvTableMod`].
    pub struct NxTlvMap "tlv_map" "NXTlvMap" {
        /// Class of the option.
        option_class: u16,
        /// Type of the option.
        option_type: u8,
        /// Bytes of its value, a multiple of four, at most 124.
        option_len: u8,
        /// N of `tun_metadataN`.
        index: u16,
        pad: 2,
    }
}

wire_struct! {
    /// Gives tunnel options fields, or takes them.
    ///
    /// # Example: bytes
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, NxMessage, NxTlvMap, NxTlvTableMod, V1_3, Xid};
    ///
    /// let option = NxTlvMap { option_class: 0xffff, option_type: 0, option_len: 4, index: 0 };
    /// let add = NxTlvTableMod { command: NxTlvTableMod::ADD, mappings: vec![option] };
    /// let mut buf = BytesMut::new();
    /// NxMessage::TlvTableMod(add).encode(V1_3, Xid(1), &mut buf)?;
    /// assert_eq!(buf[16..], [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 4, 0, 0, 0, 0]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_TLV_TABLE_MOD`.
    pub struct NxTlvTableMod "tlv_table_mod" "NXTTlvTableMod" {
        /// 0: add, 1: delete, 2: delete all.
        command: u16,
        pad: 6,
        /// Which.
        mappings: Vec<NxTlvMap>,
    }
}

impl NxTlvTableMod {
    /// Gives options fields.
    pub const ADD: u16 = 0;
    /// Takes the fields of these options.
    pub const DELETE: u16 = 1;
    /// Takes the fields of all options.
    pub const CLEAR: u16 = 2;
}

wire_struct! {
    /// Asks which tunnel options have fields.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_TLV_TABLE_REQUEST`.
    ///
    /// See the example of [`NxTlvTableReply`].
    pub struct NxTlvTableRequest "tlv_table_request" "NXTTlvTableRequest" {
    }
}

wire_struct! {
    /// Which tunnel options have fields.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_TLV_TABLE_REPLY`.
    ///
    /// # Example: what a switch is asked, and says
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let mut buf = BytesMut::new();
    /// NxMessage::TlvTableRequest(NxTlvTableRequest {}).encode(V1_0, Xid(2), &mut buf)?;
    /// assert_eq!(Some(buf.to_vec()), hex::decode("0104 0010 00000002 00002320 00000019"));
    ///
    /// let option = NxTlvMap { option_class: 0xffff, option_type: 1, option_len: 8, index: 1 };
    /// let (max_option_space, max_fields, mappings) = (256, 64, vec![option]);
    /// let reply = NxTlvTableReply { max_option_space, max_fields, mappings };
    /// let mut buf = BytesMut::new();
    /// NxMessage::TlvTableReply(reply).encode(V1_0, Xid(2), &mut buf)?;
    /// let parts = [
    ///     "0104 0028 00000002 00002320 0000001a",
    ///     "00000100 0040 00000000000000000000 ffff 01 08 0001 0000",
    /// ];
    /// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub struct NxTlvTableReply "tlv_table_reply" "NXTTlvTableReply" {
        /// Bytes that the fields of all options may have.
        max_option_space: u32,
        /// How many fields there may be.
        max_fields: u16,
        pad: 10,
        /// Which there are.
        mappings: Vec<NxTlvMap>,
    }
}
