//! The router's id.

use super::dialect::layout;
use super::prefix::{How, ZebraPrefix};

/// The router's id: 1 byte family, the address, 1 byte length.
///
/// Ryu: `zebra.ZebraRouterIDUpdate`. Spec: `zsend_router_id_update` of `zebra/zserv.c`. See the
/// example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraRouterIdUpdate {
    /// The id, of 32 bits.
    pub prefix: ZebraPrefix,
}

layout!(ZebraRouterIdUpdate, |this, at, v| {
    let ZebraRouterIdUpdate { prefix } = this;
    v.chosen("prefix", How::FamilyWhole, prefix)?;
    v.remark("family", prefix.family() as u64);
    Ok(())
});
