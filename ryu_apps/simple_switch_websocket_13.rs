//! `simple_switch_websocket_13`: `simple_switch_13` that tells every packet-in to who listens.
//!
//! `ws://127.0.0.1:8080/simpleswitch/ws` sends the text form of each packet-in, and answers the
//! JSON-RPC call `get_arp_table` with the address table, `{"1": {"00:00:00:00:00:01": 1}}`.
//!
//! ```text
//! ryu sim --topo single,3 simple_switch_websocket_13 &
//! websocat ws://127.0.0.1:8080/simpleswitch/ws
//! {"jsonrpc": "2.0", "id": 1, "method": "get_arp_table", "params": {}}
//! ```

use ryu_sdn::http::websocket::{Map, Value, json};
use ryu_sdn::packet::Packet;
use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::simple_switch_13::SimpleSwitch13;

/// A learning switch and who listens to it.
#[derive(Debug)]
pub struct SimpleSwitchWebsocket13 {
    app: AppHandle,
    switch: SimpleSwitch13,
    listeners: WebSocketManager,
}

/// Which addresses are known: the table of the app, asked for by its listeners' tasks.
#[derive(Debug, Request)]
#[request(provider = "simple_switch_websocket_13", reply = Value)]
pub struct ArpTable;

/// Learning switch for OpenFlow 1.3 that shows its packet-ins on a WebSocket
#[app(
    name = "simple_switch_websocket_13",
    aliases = ["ryu.app.simple_switch_websocket_13"],
    ofp_versions = [V1_3],
)]
impl SimpleSwitchWebsocket13 {
    #[init]
    fn new(app: AppHandle) -> Self {
        let switch = SimpleSwitch13::default();
        SimpleSwitchWebsocket13 { app, switch, listeners: WebSocketManager::default() }
    }

    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.switch.switch_features(ev)
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        self.switch.packet_in(ev)?;
        // Without a listener, nothing is taken apart.
        if !self.listeners.is_empty() {
            self.listeners.broadcast(Packet::parse(&ev.msg.data).to_string());
        }
        Ok(())
    }

    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.switch.gone(ev);
    }

    #[set_ev_cls(Asked<ArpTable>)]
    fn arp_table(&mut self, asked: &Asked<ArpTable>) {
        let mut tables = Map::new();
        for (dpid, table) in self.switch.mac_to_port.tables() {
            let table: BTreeMap<String, u32> =
                table.into_iter().map(|(mac, port)| (mac.to_string(), port.0)).collect();
            tables.insert(dpid.0.to_string(), json!(table));
        }
        asked.reply(Value::Object(tables));
    }

    #[websocket("/simpleswitch/ws")]
    fn listener(&mut self, ws: WebSocket) {
        self.listeners.add(ws.clone());
        let app = self.app.clone();
        let calls = WebSocketRpcServer::new(ws.clone()).method("get_arp_table", move |_| {
            let app = app.clone();
            async move {
                let gone = |lost: EventLost| RpcError::new(RpcError::INTERNAL, lost.to_string());
                app.send_request(ArpTable).await.map_err(gone)
            }
        });
        self.app.spawn(format!("listener {}", ws.peer()), calls.serve_forever());
    }
}
