//! The `ofproto` room.
