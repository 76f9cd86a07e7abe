//! What Open vSwitch has and our types do not express: refused by name, never passed over.

use super::error::OvsTextErrorKind;

/// Whether Open vSwitch has a field of this name that our types cannot express.
pub(super) fn field(name: &str) -> Option<OvsTextErrorKind> {
    let what = match name {
        "skb_priority" => "fields that no message has",
        _ => return None,
    };
    Some(OvsTextErrorKind::NotSupported(what))
}

/// What an action of Open vSwitch's belongs to that our types do not express.
pub(super) fn action(name: &str) -> Option<OvsTextErrorKind> {
    let what = match name {
        "debug_recirc" | "debug_slow" | "unroll_xlate" => "actions of Open vSwitch's own tests",
        _ => return None,
    };
    Some(OvsTextErrorKind::NotSupported(what))
}
