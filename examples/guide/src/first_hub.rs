//! The tutorial's first app: one flow entry.

use ryu_sdn::prelude::*;

#[derive(Default)]
pub struct FirstHub;

/// Sends every frame out of every other port
#[app(name = "first_hub", ofp_versions = [V1_3])]
impl FirstHub {
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        ev.datapath.send(&FlowMod {
            instructions: Instruction::apply([Action::output(PortNo::FLOOD)]),
            ..FlowMod::add()
        })?;
        Ok(())
    }
}
