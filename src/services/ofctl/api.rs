//! `ryu.app.ofctl.api`: to send a message and wait for what becomes of it.

use thiserror::Error;

use crate::ofproto::{Dpid, Encode};
use crate::session::{Answered, Datapath, RequestError};

use crate::services::dpset::DpSet;

/// Why a message was not done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OfctlError {
    /// The datapath is not connected: Ryu's `InvalidDatapath`.
    #[error("datapath {0} is not connected")]
    InvalidDatapath(Dpid),
    /// The switch refused it, or the answer did not come: Ryu's `OFError`.
    #[error(transparent)]
    Failed(#[from] RequestError),
}

/// The datapath of that id.
///
/// # Errors
/// [`OfctlError::InvalidDatapath`] if it is not connected.
pub fn get_datapath(dpset: &DpSet, dpid: Dpid) -> Result<Datapath, OfctlError> {
    dpset.get(dpid).ok_or(OfctlError::InvalidDatapath(dpid))
}

/// Sends a message that nothing answers, with a barrier behind it, and waits until it is done.
///
/// # Errors
/// [`OfctlError::Failed`] with the switch's error about it.
///
/// # Example: a flow entry that is there when the function returns
/// ```
/// use ryu_sdn::prelude::*;
/// use ryu_sdn::services::dpset::DpSet;
/// use ryu_sdn::services::ofctl;
///
/// async fn add(dpset: &DpSet, dpid: Dpid) -> Result<(), ofctl::OfctlError> {
///     let dp = ofctl::get_datapath(dpset, dpid)?;
///     ofctl::send_msg(&dp, &FlowMod::add()).await
/// }
/// ```
pub async fn send_msg<M: Encode + ?Sized>(dp: &Datapath, message: &M) -> Result<(), OfctlError> {
    Ok(dp.confirm(message).await?)
}

/// Sends a request and waits for its answer; the parts of a multipart reply are joined. It is
/// [`Datapath::request`] with the error of this module.
///
/// # Errors
/// [`OfctlError::Failed`].
pub async fn send_multi<R: Answered + ?Sized>(
    dp: &Datapath,
    request: &R,
) -> Result<R::Reply, OfctlError> {
    Ok(dp.request(request).await?)
}
