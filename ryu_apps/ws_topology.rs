//! `ws_topology`: topology changes as they happen, to browsers and programs.
//!
//! At `ws://127.0.0.1:8080/v1.0/topology/ws` each client is *called* (JSON-RPC 2.0, ids from 1) and has to
//! answer before it is called again. The objects are those of `rest_topology`.
//!
//! | Call | Parameter |
//! |---|---|
//! | `event_switch_enter`, `event_switch_leave` | the switch |
//! | `event_link_add`, `event_link_delete` | the link |
//! | `event_host_add` | the host |
//!
//! ```text
//! ryu sim --topo linear,2 ws_topology --observe-links &
//! websocat ws://127.0.0.1:8080/v1.0/topology/ws
//! {"jsonrpc": "2.0", "id": 1, "method": "event_link_delete", "params": [{"src": {"dpid": ...
//! ```
//!
//! Each client has a queue of its own: a slow one keeps nobody waiting. One whose queue is full is cut
//! (1013), so that it comes again and asks REST for the whole picture. One that does not answer a call is
//! called again after a second; Ryu's own page, which does not know `event_host_add`, is such a one.

use ryu_sdn::http::websocket::{CallError, Params};
use ryu_sdn::prelude::*;
use ryu_sdn::services::topology::event::{
    EventHostAdd, EventLinkAdd, EventLinkDelete, EventSwitchEnter, EventSwitchLeave,
};

/// The clients.
#[derive(Debug)]
pub struct WebSocketTopology {
    app: AppHandle,
    clients: Vec<WebSocketRpcClient>,
}

/// Tells WebSocket clients of switches, links and hosts that come and go
#[app(name = "ws_topology", aliases = ["ryu.app.ws_topology"])]
impl WebSocketTopology {
    #[init]
    fn new(app: AppHandle) -> Self {
        WebSocketTopology { app, clients: Vec::new() }
    }

    #[set_ev_cls(EventSwitchEnter)]
    fn switch_enter(&mut self, ev: &EventSwitchEnter) -> AppResult {
        self.tell("event_switch_enter", &ev.switch)
    }

    #[set_ev_cls(EventSwitchLeave)]
    fn switch_leave(&mut self, ev: &EventSwitchLeave) -> AppResult {
        self.tell("event_switch_leave", &ev.switch)
    }

    #[set_ev_cls(EventLinkAdd)]
    fn link_add(&mut self, ev: &EventLinkAdd) -> AppResult {
        self.tell("event_link_add", &ev.link)
    }

    #[set_ev_cls(EventLinkDelete)]
    fn link_delete(&mut self, ev: &EventLinkDelete) -> AppResult {
        self.tell("event_link_delete", &ev.link)
    }

    #[set_ev_cls(EventHostAdd)]
    fn host_add(&mut self, ev: &EventHostAdd) -> AppResult {
        self.tell("event_host_add", &ev.host)
    }

    #[websocket("/v1.0/topology/ws")]
    fn client(&mut self, ws: WebSocket) {
        let client = WebSocketRpcClient::new(ws);
        self.clients.retain(|client| !client.ws().is_closed());
        self.clients.push(client.clone());
        let name = format!("topology to {}", client.ws().peer());
        self.app.spawn(name, client.serve_forever());
    }
}

impl WebSocketTopology {
    fn tell(&mut self, method: &'static str, what: &impl Serialize) -> AppResult {
        if self.clients.is_empty() {
            return Ok(());
        }
        let params = Params::of(&[what])?;
        self.clients.retain(|client| match client.call_soon(method, &params) {
            Ok(()) => true,
            Err(CallError::Full) => {
                warn!("{:?} is cut: it does not answer fast enough", client.ws());
                false
            }
            Err(_) => false,
        });
        Ok(())
    }
}
