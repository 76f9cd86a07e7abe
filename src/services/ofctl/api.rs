//! `ryu.app.ofctl.api`: to send a message and wait for what becomes of it.

use thiserror::Error;

use crate::ofproto::{Dpid, Encode, MultipartReplyBody, MultipartRequest};
use crate::session::{Answered, Datapath, RequestError, SendError};

use crate::services::dpset::DpSet;

/// Why a message was not done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OfctlError {
    /// The datapath is not connected, or went while it was waited for: Ryu's `InvalidDatapath`.
    #[error("datapath {0} is not connected")]
    InvalidDatapath(Dpid),
    /// The switch refused it, or the answer did not come: Ryu's `OFError`.
    #[error(transparent)]
    OfError(RequestError),
    /// An answer of several parts where one was wanted: Ryu's `UnexpectedMultiReply`.
    #[error("the answer of datapath {dpid} has {parts} parts, expected one")]
    UnexpectedMultiReply {
        /// The datapath.
        dpid: Dpid,
        /// How many parts came.
        parts: usize,
    },
}

impl OfctlError {
    fn of(dp: &Datapath, error: RequestError) -> OfctlError {
        match error {
            RequestError::Disconnected { .. } | RequestError::Send(SendError::Closed) => {
                OfctlError::InvalidDatapath(dp.id())
            }
            other => OfctlError::OfError(other),
        }
    }
}

/// The datapath of that id; Ryu's `get_datapath(app, dpid)`.
///
/// # Errors
/// [`OfctlError::InvalidDatapath`] if it is not connected.
pub fn get_datapath(dpset: &DpSet, dpid: Dpid) -> Result<Datapath, OfctlError> {
    dpset.get(dpid).ok_or(OfctlError::InvalidDatapath(dpid))
}

/// All datapaths that are connected, by id; Ryu's `get_datapath(app)`.
pub fn get_datapaths(dpset: &DpSet) -> Vec<Datapath> {
    dpset.get_all().into_iter().map(|(_, dp)| dp).collect()
}

/// Sends a message that nothing answers, with a barrier behind it, and waits until it is done; Ryu's
/// `send_msg(app, msg)`.
///
/// # Errors
/// [`OfctlError::OfError`] with the switch's error about it, [`OfctlError::InvalidDatapath`] if the
/// connection ends first.
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
    dp.confirm(message).await.map_err(|error| OfctlError::of(dp, error))
}

/// Sends a request and waits for its answer; Ryu's `send_msg(app, msg, reply_cls=..)`. The parts of a
/// multipart reply are joined: it is [`Datapath::request`] with the error of this module.
///
/// # Errors
/// As [`send_msg`].
pub async fn send_request<R: Answered + ?Sized>(
    dp: &Datapath,
    request: &R,
) -> Result<R::Reply, OfctlError> {
    dp.request(request).await.map_err(|error| OfctlError::of(dp, error))
}

/// Sends a multipart request and waits for the parts of its answer, as they came; Ryu's
/// `send_msg(app, msg, reply_cls=.., reply_multi=True)`, or `False` for those who want one part.
///
/// # Errors
/// As [`send_msg`]; [`OfctlError::UnexpectedMultiReply`] if several came and one was wanted.
///
/// # Example: how many flow entries there are
/// ```
/// use ryu_sdn::ofproto::{FlowStatsRequest, MultipartReplyBody, MultipartRequest};
/// use ryu_sdn::prelude::*;
/// use ryu_sdn::services::ofctl;
///
/// async fn count(dp: &Datapath) -> Result<usize, ofctl::OfctlError> {
///     let request = MultipartRequest::flow(FlowStatsRequest::default());
///     let parts = ofctl::send_multi(dp, &request, true).await?;
///     Ok(parts.iter().map(|part| match part {
///         MultipartReplyBody::Flow(entries) => entries.len(),
///         _ => 0,
///     }).sum())
/// }
/// ```
pub async fn send_multi(
    dp: &Datapath,
    request: &MultipartRequest,
    reply_multi: bool,
) -> Result<Vec<MultipartReplyBody>, OfctlError> {
    let mut stream = dp.stream(request);
    let mut parts = Vec::new();
    while let Some(part) = stream.next().await {
        parts.push(part.map_err(|error| OfctlError::of(dp, error))?);
    }
    match (reply_multi, parts.len()) {
        (false, 2..) => Err(OfctlError::UnexpectedMultiReply { dpid: dp.id(), parts: parts.len() }),
        _ => Ok(parts),
    }
}
