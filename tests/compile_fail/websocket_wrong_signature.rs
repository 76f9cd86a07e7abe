//! WebSockets whose methods wait, borrow or forget their end.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Listeners;

#[app]
impl Listeners {
    #[websocket("/waits")]
    async fn waits(&mut self, ws: WebSocket) {
        while ws.recv().await.is_some() {}
    }

    #[websocket("/borrows")]
    fn borrows(&mut self, _ws: &WebSocket) {}

    #[websocket("/forgets/{dpid}")]
    fn forgets(&mut self, _dpid: Dpid) {}

    #[websocket("/first/{name}")]
    fn first(&mut self, name: String, _ws: WebSocket) {
        let _ = name;
    }

    #[websocket(GET, "/method")]
    fn method(&mut self, _ws: WebSocket) {}
}

fn main() {}
