//! The OpenFlow side of a port's state: the configuration of the port and the entries that a switch
//! needs to keep frames of a port that does not forward away from everything else.

use crate::ofproto::{PortConfig, PortDescProp, PortFeatures, PortMod};
use crate::packet::{Bpdu, Ethernet, Llc, sap};
use crate::prelude::*;

use super::bridge::PortState;

/// Priority of the entry that sends the bridges' messages here.
pub(super) const BPDU_PRIORITY: u16 = 0xffff;

/// Priority of the entry that drops all else of a port that does not forward.
pub(super) const SUPPRESS_PRIORITY: u16 = 0xfffe;

/// The bits of a port's configuration that follow its state in 1.0, which knows of spanning trees.
const MASK_V1_0: PortConfig = PortConfig(
    PortConfig::NO_RECV.0
        | PortConfig::NO_RECV_STP.0
        | PortConfig::NO_FLOOD.0
        | PortConfig::NO_FWD.0
        | PortConfig::NO_PACKET_IN.0,
);

/// The same of all later versions.
const MASK: PortConfig =
    PortConfig(PortConfig::NO_RECV.0 | PortConfig::NO_FWD.0 | PortConfig::NO_PACKET_IN.0);

/// The configuration of a port in a state.
fn config(version: Version, state: PortState) -> PortConfig {
    let (recv, recv_stp) = (PortConfig::NO_RECV, PortConfig::NO_RECV_STP);
    let (flood, fwd) = (PortConfig::NO_FLOOD, PortConfig::NO_FWD);
    let packet_in = PortConfig::NO_PACKET_IN;
    if version == V1_0 {
        return match state {
            PortState::Disable => recv_stp | recv | flood | fwd,
            PortState::Block => recv | flood | fwd,
            PortState::Listen => recv | flood,
            PortState::Learn => flood,
            PortState::Forward => PortConfig(0),
        };
    }
    match state {
        PortState::Disable => recv | fwd,
        PortState::Block => fwd | packet_in,
        PortState::Listen | PortState::Learn => packet_in,
        PortState::Forward => PortConfig(0),
    }
}

/// Whether frames of a port in that state are dropped by an entry of their own: a table-miss entry
/// is not concerned by NO_PACKET_IN.
fn is_suppressed(version: Version, state: PortState) -> bool {
    version > V1_0 && config(version, state).contains(PortConfig::NO_PACKET_IN)
}

/// Brings a port of the switch into a state; `before` is the one that the switch was told last.
pub(super) fn set_port(
    dp: &Datapath,
    port_no: PortNo,
    hw_addr: MacAddr,
    before: Option<PortState>,
    state: PortState,
) -> Result<(), SendError> {
    let version = dp.version();
    let new = config(version, state);
    if before.map(|before| config(version, before)) == Some(new) {
        return Ok(());
    }
    // Who switched a port off by hand keeps it off: PORT_DOWN is not in the mask, as it is in Ryu's.
    let mask = if version == V1_0 { MASK_V1_0 } else { MASK };
    let to_suppress = version > V1_0 && is_suppressed(version, state);
    // First what comes in is dropped, then the port opened; and the other way round.
    if to_suppress {
        suppress(dp, port_no, FlowMod::add())?;
    }
    dp.send(&PortMod { port_no, hw_addr, config: new, mask, ..PortMod::default() })?;
    if version > V1_0 && !to_suppress {
        suppress(dp, port_no, FlowMod::delete_strict())?;
    }
    Ok(())
}

/// Takes back what was said of a port that is gone.
pub(super) fn forget_port(dp: &Datapath, port_no: PortNo) -> Result<(), SendError> {
    match dp.version() {
        V1_0 => Ok(()),
        _ => suppress(dp, port_no, FlowMod::delete_strict()),
    }
}

fn suppress(dp: &Datapath, port_no: PortNo, flow_mod: FlowMod) -> Result<(), SendError> {
    let match_ = Match::new().in_port(port_no);
    dp.send(&FlowMod { priority: SUPPRESS_PRIORITY, match_, ..flow_mod })?;
    Ok(())
}

/// Makes the switch send the bridges' messages here. A switch of 1.0 does so unless told otherwise.
pub(super) fn ask_for_bpdus(dp: &Datapath) -> Result<(), SendError> {
    if dp.version() == V1_0 {
        return Ok(());
    }
    let match_ = Match::new().eth_dst(Bpdu::BRIDGE_GROUP);
    let instructions = Instruction::apply([Action::to_controller()]);
    dp.send(&FlowMod { priority: BPDU_PRIORITY, match_, instructions, ..FlowMod::add() })?;
    Ok(())
}

/// Sends a message out by a port.
pub(super) fn send_bpdu(dp: &Datapath, port_no: PortNo, hw_addr: MacAddr, bpdu: Bpdu) -> AppResult {
    let eth = Ethernet::new(Bpdu::BRIDGE_GROUP, hw_addr, 0);
    let frame = (eth / Llc::new(sap::BPDU) / bpdu).to_frame()?;
    dp.send(&PacketOut {
        in_port: PortNo::CONTROLLER,
        actions: [Action::output(port_no)].into(),
        data: frame.into(),
        ..PacketOut::default()
    })?;
    Ok(())
}

/// What the way over a port costs, by the speed of its link; the standard's proposals, and 100 where
/// the speed is not known, as in Ryu.
///
/// Spec: IEEE 802.1D-1998 section 8.10.2, table 8-5.
pub(super) fn path_cost(port: &crate::ofproto::Port) -> u32 {
    let ethernet = port.properties.iter().find_map(|property| match property {
        PortDescProp::Ethernet(ethernet) => Some(ethernet.curr),
        _ => None,
    });
    let curr = ethernet.unwrap_or(port.curr);
    let has = |bits: PortFeatures| curr.0 & bits.0 != 0;
    type F = PortFeatures;
    match () {
        () if has(F::F_1TB_FD | F::F_100GB_FD | F::F_40GB_FD) => 1,
        () if has(F::F_10GB_FD) => 2,
        () if has(F::F_1GB_FD | F::F_1GB_HD) => 4,
        () if has(F::F_100MB_FD | F::F_100MB_HD) => 19,
        () => 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::{Port, PortDescPropEthernet};

    #[test]
    fn a_state_has_the_configuration_that_ryu_gives_it() {
        let of = |version, state| config(version, state).0;
        let states = [
            (PortState::Disable, 0b0011_1100, 0b0010_0100),
            (PortState::Block, 0b0011_0100, 0b0110_0000),
            (PortState::Listen, 0b0001_0100, 0b0100_0000),
            (PortState::Learn, 0b0001_0000, 0b0100_0000),
            (PortState::Forward, 0, 0),
        ];
        for (state, v1_0, later) in states {
            assert_eq!((of(V1_0, state), of(V1_3, state)), (v1_0, later), "{state}");
            assert_eq!(of(V1_5, state), later, "{state}");
        }
    }

    #[test]
    fn the_cost_follows_the_speed() {
        let cost = |curr| path_cost(&Port { curr, ..Port::default() });
        assert_eq!(cost(PortFeatures(0)), 100);
        assert_eq!(cost(PortFeatures::F_10MB_FD), 100);
        assert_eq!(cost(PortFeatures::F_100MB_FD | PortFeatures::COPPER), 19);
        assert_eq!(cost(PortFeatures::F_1GB_FD), 4);
        assert_eq!(cost(PortFeatures::F_10GB_FD), 2);
        assert_eq!(cost(PortFeatures::F_40GB_FD), 1);
        let ethernet = PortDescPropEthernet { curr: PortFeatures::F_1GB_FD, ..Default::default() };
        let port = Port { properties: vec![PortDescProp::Ethernet(ethernet)], ..Port::default() };
        assert_eq!(path_cost(&port), 4);
    }
}
