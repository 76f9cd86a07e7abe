//! A learning switch in a crate of its own, for OpenFlow 1.0 and 1.3, with its table on REST.
//!
//! ```text
//! cargo run -p l2_switch -- sim --topo linear,3 --test pingall l2_switch
//! cargo run -p l2_switch                 # waits for switches on 6653 and 6633
//! curl http://127.0.0.1:8080/l2/0000000000000001
//! ```

use ryu_sdn::packet::Ethernet;
use ryu_sdn::prelude::*;

#[derive(Default)]
struct L2Switch {
    ports: HashMap<(Dpid, MacAddr), PortNo>,
}

/// One line of the table, as REST shows it.
#[derive(Serialize)]
#[serde(crate = "ryu_sdn::serde")]
struct Entry {
    mac: MacAddr,
    port: PortNo,
}

/// Learning switch with its table on REST
#[app(name = "l2_switch", ofp_versions = [V1_0, V1_3])]
impl L2Switch {
    /// OpenFlow 1.3 drops what no entry matches, so the miss has to be asked for.
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn table_miss(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        if ev.datapath.version() >= V1_3 {
            ev.datapath.send(&FlowMod {
                priority: 0,
                instructions: Instruction::apply([Action::to_controller()]),
                ..FlowMod::add()
            })?;
        }
        Ok(())
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (dp, in_port) = (&ev.datapath, ev.msg.in_port());
        let (eth, _) = Ethernet::parse(&ev.msg.data)?;
        if eth.is_lldp() {
            return Ok(());
        }
        self.ports.insert((dp.id(), eth.src), in_port);
        let known = self.ports.get(&(dp.id(), eth.dst)).copied();
        let action = Action::output(known.unwrap_or(PortNo::FLOOD));
        if known.is_some() {
            dp.send(&FlowMod {
                priority: 1,
                match_: Match::new().in_port(in_port).eth_dst(eth.dst).eth_src(eth.src),
                instructions: Instruction::apply([action.clone()]),
                ..FlowMod::add()
            })?;
        }
        let data = if ev.msg.buffer_id.is_buffered() { Octets::new() } else { ev.msg.data.clone() };
        let buffer_id = ev.msg.buffer_id;
        dp.send(&PacketOut {
            buffer_id,
            in_port,
            actions: [action].into(),
            data,
            ..PacketOut::default()
        })?;
        Ok(())
    }

    #[route(GET, "/l2/{dpid}")]
    fn table(&mut self, dpid: Dpid) -> AppResult<Json<Vec<Entry>>> {
        let of_switch = self.ports.iter().filter(|((known, _), _)| *known == dpid);
        Ok(Json(of_switch.map(|((_, mac), port)| Entry { mac: *mac, port: *port }).collect()))
    }
}

fn main() -> ExitCode {
    ryu_sdn::manager::main()
}
