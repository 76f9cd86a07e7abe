//! Parameters of a link, for traffic engineering.

use std::net::Ipv4Addr;

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Chosen, Decoder, Encoder, Member, TextAddress, header};
use crate::wire::{DecodeError, JsonError};

use super::ZebraFloat;
use super::dialect::layout;

header! {
    /// Parameters of a link, for traffic engineering; bandwidths are bytes per second.
    ///
    /// ```text
    ///  0                               32                              64
    /// +-------------------------------+-------------------------------+
    /// |           lp_status           |           te_metric           |
    /// +-------------------------------+-------------------------------+
    /// |            max_bw             |        max_reserved_bw        |
    /// +-------------------------------+-------------------------------+
    /// |               8               |   unreserved_bw, 8 of them    |
    /// +-------------------------------+-------------------------------+
    /// |          admin_group          |           remote_as           |
    /// +-------------------------------+-------------------------------+
    /// |           remote_ip           |         average_delay         |
    /// +-------------------------------+-------------------------------+
    /// |           min_delay           |           max_delay           |
    /// +-------------------------------+-------------------------------+
    /// |           delay_var           |           pkt_loss            |
    /// +-------------------------------+-------------------------------+
    /// |          residual_bw          |          average_bw           |
    /// +-------------------------------+-------------------------------+
    /// |          utilized_bw          |
    /// +-------------------------------+
    /// ```
    ///
    /// Ryu: `zebra.InterfaceLinkParams`. Spec: `zebra_interface_link_params_write` of Quagga's and
    /// FRRouting's `lib/zclient.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
    #[derive(Copy)]
    pub struct InterfaceLinkParams "InterfaceLinkParams" {
        /// Which of them are set, a bit each.
        lp_status: u32,
        /// Metric.
        te_metric: u32,
        /// Bandwidth.
        max_bw: ZebraFloat,
        /// Bandwidth that may be reserved.
        max_reserved_bw: ZebraFloat,
        /// Bandwidth that is not reserved, by class of traffic.
        unreserved_bw: [ZebraFloat; 8],
        /// Administrative group (colour).
        admin_group: u32,
        /// AS on the other side.
        remote_as: u32,
        /// Router on the other side.
        remote_ip: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// Delay, microseconds.
        average_delay: u32,
        /// Least delay, microseconds.
        min_delay: u32,
        /// Greatest delay, microseconds.
        max_delay: u32,
        /// How the delay varies, microseconds.
        delay_var: u32,
        /// Loss, percent.
        pkt_loss: ZebraFloat,
        /// Bandwidth that is left.
        residual_bw: ZebraFloat,
        /// Bandwidth that is available. (Ryu's name.)
        average_bw: ZebraFloat,
        /// Bandwidth in use.
        utilized_bw: ZebraFloat,
    }
}

/// Parameters of the link of one interface.
///
/// Ryu: `zebra.ZebraInterfaceLinkParams`. Spec: `zsend_interface_link_params` of Quagga's and
/// FRRouting's `zebra/zserv.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraInterfaceLinkParams {
    /// Interface.
    pub ifindex: u32,
    /// Its link.
    pub link_params: InterfaceLinkParams,
}

layout!(ZebraInterfaceLinkParams, |this, at, v| {
    let ZebraInterfaceLinkParams { ifindex, link_params } = this;
    v.field("ifindex", ifindex)?;
    v.field("link_params", link_params)
});

/// Parameters behind a byte that says whether there are some; `.0`: whether there is the byte.
#[derive(Clone, Copy)]
pub(super) struct Announced(pub(super) bool);

impl<'a> Chosen<'a, Announced> for Option<InterfaceLinkParams> {
    fn decode(by: Announced, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        match if by.0 { <u8 as Member>::decode(d)? } else { 0 } {
            0 => Ok(None),
            1 => Member::decode(d).map(Some),
            other => Err(d.bad_value(1, other.into(), "link_params_state")),
        }
    }
    fn encode(&self, by: Announced, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        if by.0 {
            Member::encode(&u8::from(self.is_some()), e)?;
        }
        self.as_ref().filter(|_| by.0).map_or(Ok(()), |params| params.encode(e))
    }
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Member::to_json)
    }
    fn from_json(_: Announced, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() { Ok(None) } else { Member::from_json(value).map(Some) }
    }
    fn show(&self, out: &mut String) {
        match self {
            Some(params) => params.show(out),
            None => out.push_str("None"),
        }
    }
}
