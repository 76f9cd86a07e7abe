//! `simple_monitor_13`: `simple_switch_13` that prints flow and port statistics every 10 seconds.
//!
//! ```text
//! ryu sim --topo single,3 simple_monitor_13
//! ```

use ryu_sdn::ofproto::{FlowStats, FlowStatsRequest, MultipartRequest, PortStats, oxm};
use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::simple_switch_13::SimpleSwitch13;

/// A learning switch and the switches that are asked for their statistics.
#[derive(Debug, Default)]
pub struct SimpleMonitor13 {
    switch: SimpleSwitch13,
    datapaths: BTreeMap<Dpid, Datapath>,
}

/// Learning switch for OpenFlow 1.3 that prints flow and port statistics
#[app(name = "simple_monitor_13", aliases = ["ryu.app.simple_monitor_13"], ofp_versions = [V1_3])]
impl SimpleMonitor13 {
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.switch.switch_features(ev)
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        self.switch.packet_in(ev)
    }

    #[set_ev_cls(ofp_event::StateChange, [MAIN_DISPATCHER, DEAD_DISPATCHER])]
    fn state_change(&mut self, ev: &ofp_event::StateChange) {
        let dpid = ev.datapath.id();
        if ev.phase == MAIN_DISPATCHER {
            debug!("register datapath: {dpid}");
            self.datapaths.insert(dpid, ev.datapath.clone());
        } else if self.datapaths.get(&dpid).is_none_or(|known| *known == ev.datapath) {
            debug!("unregister datapath: {dpid}");
            self.datapaths.remove(&dpid);
            self.switch.gone(ev);
        }
    }

    #[every(seconds = 10)]
    fn request_stats(&mut self) {
        for dp in self.datapaths.values() {
            debug!("send stats request: {}", dp.id());
            let asked = dp
                .send(&MultipartRequest::flow(FlowStatsRequest::default()))
                .and_then(|_| dp.send(&MultipartRequest::port_stats(PortNo::ANY)));
            if let Err(cause) = asked {
                debug!("{dp}: {cause}");
            }
        }
    }

    #[set_ev_cls(ofp_event::FlowStatsReply, MAIN_DISPATCHER)]
    fn flow_stats(&mut self, ev: &ofp_event::FlowStatsReply) {
        info!("datapath         in-port  eth-dst           out-port packets  bytes");
        info!("---------------- -------- ----------------- -------- -------- --------");
        // The table-miss entry says nothing about hosts.
        let key =
            |flow: &&FlowStats| (flow.match_.get(oxm::IN_PORT), flow.match_.get(oxm::ETH_DST));
        let mut flows: Vec<&FlowStats> = ev.msg.iter().filter(|flow| flow.priority == 1).collect();
        flows.sort_by_key(key);
        for flow in flows {
            let (in_port, eth_dst) = key(&flow);
            info!(
                "{} {:8x} {:>17} {:8x} {:8} {:8}",
                ev.datapath.id(),
                in_port.unwrap_or(PortNo::ANY).0,
                eth_dst.unwrap_or_default().to_string(),
                out_port(flow).0,
                flow.packet_count,
                flow.byte_count,
            );
        }
    }

    #[set_ev_cls(ofp_event::PortStatsReply, MAIN_DISPATCHER)]
    fn port_stats(&mut self, ev: &ofp_event::PortStatsReply) {
        info!("datapath         port     rx-pkts  rx-bytes rx-error tx-pkts  tx-bytes tx-error");
        info!("---------------- -------- -------- -------- -------- -------- -------- --------");
        let mut ports: Vec<&PortStats> = ev.msg.iter().collect();
        ports.sort_by_key(|port| port.port_no);
        for port in ports {
            info!(
                "{} {:8x} {:8} {:8} {:8} {:8} {:8} {:8}",
                ev.datapath.id(),
                port.port_no.0,
                port.rx_packets,
                port.rx_bytes,
                port.rx_errors,
                port.tx_packets,
                port.tx_bytes,
                port.tx_errors,
            );
        }
    }
}

/// The port of the first output action.
fn out_port(flow: &FlowStats) -> PortNo {
    let output = flow.instructions.applied().find_map(|action| match action {
        Action::Output { port, .. } => Some(*port),
        _ => None,
    });
    output.unwrap_or(PortNo::ANY)
}
