//! Which tunnel options (Geneve) have which field `tun_metadataN`.
//!
//! Spec: Open vSwitch's `nicira-ext.h`, `NXT_TLV_TABLE_MOD`; ovs-ofctl(8), `add-tlv-map`.

use super::codec::wire_struct;

wire_struct! {
    /// One option and its field.
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
    pub struct NxTlvTableRequest "tlv_table_request" "NXTTlvTableRequest" {
    }
}

wire_struct! {
    /// Which tunnel options have fields.
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
