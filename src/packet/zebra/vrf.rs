//! VRFs. Version 4 only.

use super::dialect::layout;
use super::name::Padded;

/// A VRF that came or went: its name, 36 bytes. Its number is the `vrf_id` of the message.
///
/// Ryu: `zebra.ZebraVrfAdd`, `ZebraVrfDelete`. Spec: `zserv_encode_vrf` of FRRouting's
/// `zebra/zserv.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZebraVrf {
    /// Name, up to 36 bytes.
    pub vrf_name: Vec<u8>,
}

layout!(ZebraVrf, |this, at, v| {
    let ZebraVrf { vrf_name } = this;
    v.with::<Padded<36>, _>("vrf_name", vrf_name)
});
