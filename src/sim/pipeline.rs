//! The way of a frame through the tables of a switch.
//!
//! Spec: 1.0 section 3, 1.3 section 5.

use std::time::Instant;

use bytes::Bytes;

use crate::ofproto::oxm;
use crate::ofproto::{
    Action, BufferId, ErrorKind, Instruction, Match, NO_BUFFER_LEN, PacketIn, PacketInReason,
    PacketOut, PortNo, Role, V1_0, V1_2, V1_3, Version,
};

use super::flow_entry::FlowEntry;
use super::frame_edit::Frame;
use super::headers::FlowKey;
use super::switch::{Switch, SwitchOutput};

/// A frame on its way, and what it carries from table to table.
struct Packet {
    frame: Frame,
    in_port: PortNo,
    metadata: u64,
    table_id: u8,
    cookie: u64,
    reason: PacketInReason,
}

impl Switch {
    /// Takes a frame that came in by a port.
    pub fn handle_frame(&mut self, port: PortNo, frame: Bytes, now: Instant) {
        if self.ports.get_mut(&port).is_some_and(|port| port.receive(&frame)) {
            self.run_tables(port, frame, now);
        }
    }

    /// Carries out a packet-out.
    pub(super) fn packet_out(
        &mut self,
        packet_out: &PacketOut,
        version: Version,
        now: Instant,
    ) -> Result<(), ErrorKind> {
        self.admit(version, |admission| {
            admission.actions(&packet_out.actions, true)?;
            match admission.is_in_port(packet_out.in_port) {
                true => Ok(()),
                // 1.0 has no word for a bad port to come from.
                false if version == V1_0 => Err(ErrorKind::BadActionBadOutPort),
                false => Err(ErrorKind::BadRequestBadPort),
            }
        })?;
        let frame = match packet_out.buffer_id.is_buffered() {
            true => {
                let kept = self.buffers.take(packet_out.buffer_id);
                kept.ok_or(ErrorKind::BadRequestBufferUnknown)?.1
            }
            false => packet_out.data.clone().into(),
        };
        let mut packet = Packet::new(frame, packet_out.in_port);
        self.apply(&mut packet, &packet_out.actions, now);
        Ok(())
    }

    /// Runs a frame through the tables, from the first one on.
    pub(super) fn run_tables(&mut self, in_port: PortNo, frame: Bytes, now: Instant) {
        let mut packet = Packet::new(frame, in_port);
        let mut action_set = ActionSet::default();
        loop {
            let key = FlowKey::of(packet.frame.bytes(), packet.in_port, packet.metadata);
            let table = &mut self.tables[usize::from(packet.table_id)];
            let Some(entry) = table.lookup(&key, packet.frame.len(), now) else {
                return self.miss(&mut packet, now);
            };
            packet.matched(entry);
            let instructions = entry.instructions.clone();
            let mut next = None;
            for instruction in in_order(&instructions) {
                match instruction {
                    Instruction::ApplyActions(actions) => {
                        let goes_on = self.apply(&mut packet, actions, now);
                        if !goes_on {
                            return;
                        }
                    }
                    Instruction::ClearActions => action_set = ActionSet::default(),
                    Instruction::WriteActions(actions) => action_set.write(actions),
                    Instruction::WriteMetadata { metadata, metadata_mask } => {
                        packet.metadata =
                            packet.metadata & !metadata_mask | metadata & metadata_mask;
                    }
                    Instruction::GotoTable(table) => next = Some(*table),
                    // Not let in.
                    _ => {}
                }
            }
            match next {
                Some(table) => packet.table_id = table,
                None => break,
            }
        }
        self.apply(&mut packet, &action_set.0, now);
    }

    /// No entry matched: until 1.2 the controller is asked, which a table-mod could change from 1.1 on
    /// (this switch takes none); later versions drop, there an entry asks.
    fn miss(&mut self, packet: &mut Packet, now: Instant) {
        if self.version.is_some_and(|version| version < V1_3) {
            packet.reason = PacketInReason::NO_MATCH;
            self.ask_controller(packet, self.miss_send_len, now);
        }
    }

    /// Does a list of actions. Returns false if the packet is gone for good.
    fn apply(&mut self, packet: &mut Packet, actions: &[Action], now: Instant) -> bool {
        for action in actions {
            let frame = &mut packet.frame;
            match action {
                Action::Output { port, max_len } => self.output(packet, *port, *max_len, now),
                Action::SetField(tlv) => frame.set_field(tlv),
                Action::SetDlSrc(mac) => frame.set(oxm::ETH_SRC.number, number(&mac.octets())),
                Action::SetDlDst(mac) => frame.set(oxm::ETH_DST.number, number(&mac.octets())),
                Action::SetNwSrc(ip) => {
                    frame.set(oxm::IPV4_SRC.number, u32::from(*ip).into());
                    frame.set(oxm::ARP_SPA.number, u32::from(*ip).into());
                }
                Action::SetNwDst(ip) => {
                    frame.set(oxm::IPV4_DST.number, u32::from(*ip).into());
                    frame.set(oxm::ARP_TPA.number, u32::from(*ip).into());
                }
                Action::SetNwTos(tos) => frame.set(oxm::IP_DSCP.number, (tos >> 2).into()),
                Action::SetTpSrc(port) => {
                    frame.set(oxm::TCP_SRC.number, (*port).into());
                    frame.set(oxm::UDP_SRC.number, (*port).into());
                }
                Action::SetTpDst(port) => {
                    frame.set(oxm::TCP_DST.number, (*port).into());
                    frame.set(oxm::UDP_DST.number, (*port).into());
                }
                Action::SetVlanVid(vid) => {
                    frame.set_or_push_tag(oxm::VLAN_VID.number, (*vid).into())
                }
                Action::SetVlanPcp(pcp) => {
                    frame.set_or_push_tag(oxm::VLAN_PCP.number, (*pcp).into())
                }
                Action::StripVlan | Action::PopVlan => frame.pop_vlan(),
                Action::PushVlan(eth_type) => frame.push_vlan(*eth_type),
                Action::SetNwTtl(ttl) => {
                    frame.set_ttl(*ttl);
                }
                Action::DecNwTtl => match frame.ttl() {
                    None => {}
                    Some(0 | 1) => return false,
                    Some(ttl) => {
                        frame.set_ttl(ttl - 1);
                    }
                },
                // Not let in.
                _ => {}
            }
        }
        true
    }

    fn output(&mut self, packet: &mut Packet, port: PortNo, max_len: u16, now: Instant) {
        match port {
            PortNo::CONTROLLER => self.ask_controller(packet, max_len, now),
            PortNo::TABLE => {
                let frame = packet.frame.share();
                self.run_tables(packet.in_port, frame, now);
            }
            PortNo::IN_PORT => self.send(packet.in_port, packet),
            PortNo::ALL | PortNo::FLOOD => {
                let wanted = self.ports.values().filter(|other| {
                    let number = other.number();
                    number != packet.in_port
                        && number != PortNo::LOCAL
                        && (port == PortNo::ALL || other.floods())
                });
                let wanted: Vec<PortNo> = wanted.map(|port| port.number()).collect();
                for port in wanted {
                    self.send(port, packet);
                }
            }
            // Back to where it came from only goes what says so (1.0 section 3.3).
            port if port == packet.in_port => {}
            port => self.send(port, packet),
        }
    }

    fn send(&mut self, port: PortNo, packet: &mut Packet) {
        let size = packet.frame.len();
        if self.ports.get_mut(&port).is_some_and(|port| port.transmit(size))
            && port != PortNo::LOCAL
        {
            let frame = packet.frame.share();
            self.outputs.push_back(SwitchOutput::Frame { port, frame });
        }
    }

    /// Hands a frame to the controller: up to `max_len` bytes of one that is kept, or all of it.
    fn ask_controller(&mut self, packet: &mut Packet, max_len: u16, now: Instant) {
        // A port that is not to ask is not to ask about what nothing matches; what an entry sends here,
        // it sends, as in Open vSwitch.
        let is_miss = packet.reason == PacketInReason::NO_MATCH;
        let port = self.ports.get(&packet.in_port).filter(|_| is_miss);
        let may_ask = port.is_none_or(|port| port.may_ask());
        let Some(version) = self.version.filter(|_| may_ask && self.role != Role::SLAVE) else {
            return;
        };
        let mut data = packet.frame.share();
        let total_len = u16::try_from(data.len()).unwrap_or(u16::MAX);
        let is_whole = version > V1_0 && max_len == NO_BUFFER_LEN;
        let kept = match is_whole {
            true => None,
            false => self.buffers.keep(packet.in_port, data.clone(), now),
        };
        if kept.is_some() {
            data.truncate(max_len.into());
        }
        let mut match_ = Match::new().in_port(packet.in_port);
        // The packet-in of 1.1 has no room for it.
        if packet.metadata != 0 && version >= V1_2 {
            match_ = match_.metadata(packet.metadata);
        }
        self.notify(PacketIn {
            buffer_id: kept.unwrap_or(BufferId::NO_BUFFER),
            total_len,
            reason: packet.reason,
            table_id: packet.table_id,
            // Before 1.3 the entry is not told.
            cookie: if version < V1_3 { u64::MAX } else { packet.cookie },
            match_,
            data: data.into(),
        });
    }
}

impl Packet {
    fn new(frame: Bytes, in_port: PortNo) -> Packet {
        Packet {
            frame: Frame::new(frame),
            in_port,
            metadata: 0,
            table_id: 0,
            cookie: u64::MAX,
            reason: PacketInReason::ACTION,
        }
    }

    fn matched(&mut self, entry: &FlowEntry) {
        self.cookie = entry.cookie;
        self.reason = match entry.is_table_miss() {
            true => PacketInReason::NO_MATCH,
            false => PacketInReason::ACTION,
        };
    }
}

/// Instructions in the order in which they are done, whatever order they came in (1.3 section 5.9).
fn in_order(instructions: &[Instruction]) -> Vec<&Instruction> {
    let mut list: Vec<_> = instructions.iter().collect();
    list.sort_by_key(|instruction| match instruction {
        Instruction::Meter(_) => 0,
        Instruction::ApplyActions(_) => 1,
        Instruction::ClearActions => 2,
        Instruction::WriteActions(_) => 3,
        Instruction::WriteMetadata { .. } => 4,
        _ => 5,
    });
    list
}

fn number(octets: &[u8]) -> u128 {
    super::headers::value_of(octets)
}

/// The actions that are done at the end: one of each kind, in a fixed order (1.3 section 5.10).
#[derive(Debug, Default)]
struct ActionSet(Vec<Action>);

impl ActionSet {
    fn write(&mut self, actions: &[Action]) {
        for action in actions {
            let place = ActionSet::place(action);
            let at = self.0.partition_point(|other| ActionSet::place(other) < place);
            match self.0.get_mut(at).filter(|other| ActionSet::place(other) == place) {
                Some(other) => *other = action.clone(),
                None => self.0.insert(at, action.clone()),
            }
        }
    }

    /// Rank among the kinds, and which of the kind: each field can be set once.
    fn place(action: &Action) -> (u8, u8) {
        match action {
            Action::PopVlan | Action::StripVlan => (1, 0),
            Action::PushVlan(_) => (4, 0),
            Action::DecNwTtl => (6, 0),
            Action::SetNwTtl(_) => (7, 0),
            Action::SetField(tlv) => (7, 1 + tlv.as_oxm().number()),
            Action::Output { .. } => (10, 0),
            _ => (9, 0),
        }
    }
}
