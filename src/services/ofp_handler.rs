//! `ofp_handler`: stands for the OpenFlow side. Where it is loaded, switches are listened for.
//!
//! The protocol's own work (hello, features, echo, ports) is done by the session; what is left is
//! to log the errors that switches report. It is loaded by itself as soon as an app handles an
//! OpenFlow event, and when no app is named at all.

use crate::ofproto::ErrorType;
use crate::prelude::*;

/// The app's name.
pub const NAME: &str = "ofp_handler";

/// The state of the app: none.
#[derive(Debug, Default)]
pub struct OFPHandler;

/// Listens for switches and logs the errors that they report
#[app(name = "ofp_handler", aliases = ["ryu.controller.ofp_handler", "ofp_event"])]
impl OFPHandler {
    /// Ryu says the same at debug level; an error too short to quote its cause is the switch's own
    /// fault and worth a warning.
    #[set_ev_cls(ofp_event::ErrorMsg)]
    fn error_msg(&mut self, ev: &ofp_event::ErrorMsg) {
        let version = ev.datapath.version();
        debug!("{}: {} ({})", ev.datapath, ev.msg.describe(version), ev.xid);
        let hello_failed =
            ErrorType::from_wire(version, ev.msg.error_type) == Some(ErrorType::HelloFailed);
        if !hello_failed && ev.msg.data.len() < 8 {
            let quoted = ev.msg.data.len();
            warn!("{}: error message quotes only {quoted} bytes of its cause", ev.datapath);
        }
    }
}
