//! The tutorial's fourth app: it runs beside any other.

use ryu_sdn::ofproto::{MultipartReplyBody, MultipartRequest};
use ryu_sdn::prelude::*;
use ryu_sdn::services::dpset::DpSet;

pub struct FirstMonitor {
    dpset: Ctx<DpSet>,
}

/// Logs what the ports of all switches have counted
#[app(name = "first_monitor", ofp_versions = [V1_0, V1_3])]
impl FirstMonitor {
    #[init]
    fn new(dpset: Ctx<DpSet>) -> Self {
        FirstMonitor { dpset }
    }

    #[every(seconds = 2)]
    async fn ask(&mut self) -> AppResult {
        for (dpid, dp) in self.dpset.get_all() {
            let reply = dp.request(&MultipartRequest::port_stats(PortNo::ANY)).await?;
            let MultipartReplyBody::PortStats(mut ports) = reply else { continue };
            ports.sort_by_key(|port| port.port_no);
            for port in ports.iter().filter(|port| port.port_no < PortNo::MAX) {
                let (rx, tx) = (port.rx_packets, port.tx_packets);
                info!("switch {dpid} port {}: received {rx}, sent {tx}", port.port_no);
            }
        }
        Ok(())
    }
}
