//! The embedded switch: an OpenFlow switch as a machine without sockets and without a clock.
//!
//! Spec: OpenFlow 1.0.0 to 1.5.1. What it leaves out it refuses with the error that the
//! specification names: groups, meters, queues, MPLS, PBB, the `NORMAL` port, table features,
//! table-mods, bundles, monitors of flows, statistics by trigger.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::ofproto::{
    BarrierReply, Capabilities, ConfigFlags, Dpid, EchoReply, Encode, ErrorKind, ErrorMsg,
    FlowStats, GetConfigReply, Message, PortMod, PortNo, PortReason, PortStatus, Role, RoleReply,
    RoleRequest, SetConfig, SwitchFeatures, V1_0, V1_3, Version, Xid,
};

use super::admission::Admission;
use super::buffers::{BUFFERS_MAX, Buffers};
use super::flow_table::FlowTable;
use super::ports::SwitchPort;

/// How many flow tables a switch has from OpenFlow 1.1 on; with 1.0 it has one.
pub const TABLES: u8 = 8;

/// The versions that a switch speaks.
pub const SPOKEN: [Version; 6] = Version::ALL;

/// How many entries fit into one flow table, unless said otherwise.
pub const TABLE_CAPACITY: usize = 65_536;

/// The bits of 1.0's features reply: the actions that the switch does (types 0 to 10, not
/// enqueue).
const ACTIONS_V1_0: u32 = (1 << 11) - 1;

/// What a switch is made from.
#[derive(Clone, Debug)]
pub struct SwitchConfig {
    /// The name; its ports are called `name-eth1` and up.
    pub name: String,
    /// The datapath id.
    pub dpid: Dpid,
    /// The numbers of its ports.
    pub ports: Vec<u32>,
    /// How many entries fit into one flow table.
    pub table_capacity: usize,
}

/// What a switch wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum SwitchOutput {
    /// An answer to the controller's message with this transaction id.
    Answer {
        /// The id of the request.
        xid: Xid,
        /// The answer.
        message: Message,
    },
    /// A message to the controller that nobody asked for.
    Notice(Message),
    /// A frame goes out of a port.
    Frame {
        /// The port.
        port: PortNo,
        /// The frame.
        frame: Bytes,
    },
}

/// An OpenFlow switch of every version.
///
/// - *world to machine*: [`connected`](Switch::connected) and
///   [`disconnected`](Switch::disconnected), [`handle_message`](Switch::handle_message),
///   [`handle_frame`](Switch::handle_frame), [`set_link`](Switch::set_link),
///   [`handle_timeout`](Switch::handle_timeout);
/// - *machine to world*: [`poll_output`](Switch::poll_output) until `None`, then
///   [`deadline`](Switch::deadline).
///
/// Without a controller it goes on with the entries that it has (fail-secure).
///
/// # Example: a switch without a network
/// ```
/// use ryu_sdn::clock::Clock;
/// use ryu_sdn::ofproto::{Action, Dpid, FlowMod, Instruction, Match, PortNo, V1_3, Xid};
/// use ryu_sdn::sim::{Switch, SwitchConfig, SwitchOutput};
///
/// let now = Clock::test().now();
/// let mut switch = Switch::new(SwitchConfig::new("s1", Dpid(1), [1, 2]), now);
/// switch.connected(V1_3);
/// let flow = FlowMod {
///     match_: Match::new().in_port(PortNo(1)),
///     instructions: Instruction::apply([Action::output(PortNo(2))]),
///     ..FlowMod::add()
/// };
/// switch.handle_message(Xid(1), flow.into(), now);
/// assert_eq!(switch.poll_output(), None); // taken without a word
/// let frame = bytes::Bytes::from_static(&[0; 60]);
/// switch.handle_frame(PortNo(1), frame.clone(), now);
/// assert_eq!(switch.poll_output(), Some(SwitchOutput::Frame { port: PortNo(2), frame }));
/// assert_eq!(switch.flows(now)[0].packet_count, 1);
/// ```
#[derive(Debug)]
pub struct Switch {
    pub(super) config: SwitchConfig,
    pub(super) version: Option<Version>,
    pub(super) tables: Vec<FlowTable>,
    pub(super) ports: BTreeMap<PortNo, SwitchPort>,
    pub(super) buffers: Buffers,
    pub(super) outputs: VecDeque<SwitchOutput>,
    pub(super) role: Role,
    flags: ConfigFlags,
    pub(super) miss_send_len: u16,
    generation: Option<u64>,
    /// What the controller has said last, for an error that quotes it.
    asked: Option<(Xid, Message)>,
}

impl SwitchConfig {
    /// A switch with these ports and tables of the usual size.
    pub fn new(
        name: impl Into<String>,
        dpid: Dpid,
        ports: impl IntoIterator<Item = u32>,
    ) -> SwitchConfig {
        let ports = ports.into_iter().collect();
        SwitchConfig { name: name.into(), dpid, ports, table_capacity: TABLE_CAPACITY }
    }
}

impl Switch {
    /// A switch with empty tables, made at `now`.
    pub fn new(config: SwitchConfig, now: Instant) -> Self {
        let SwitchConfig { name, dpid, .. } = &config;
        let numbered = config.ports.iter().map(|number| {
            SwitchPort::new(*dpid, PortNo(*number), &format!("{name}-eth{number}"), now)
        });
        let local = SwitchPort::local(*dpid, name, now);
        let ports = numbered.chain([local]).map(|port| (port.number(), port)).collect();
        let tables = (0..TABLES).map(|id| FlowTable::new(id, config.table_capacity)).collect();
        let SetConfig { flags, miss_send_len } = SetConfig::default();
        Switch {
            version: None,
            tables,
            ports,
            buffers: Buffers::default(),
            outputs: VecDeque::new(),
            role: Role::EQUAL,
            flags,
            miss_send_len,
            generation: None,
            asked: None,
            config,
        }
    }

    /// A controller has connected, and this version was agreed on.
    pub fn connected(&mut self, version: Version) {
        self.version = Some(version);
        self.role = Role::EQUAL;
        let SetConfig { flags, miss_send_len } = SetConfig::default();
        (self.flags, self.miss_send_len) = (flags, miss_send_len);
    }

    /// The controller has gone: what was kept for it is forgotten, the flow entries stay.
    pub fn disconnected(&mut self) {
        self.version = None;
        self.asked = None;
        self.buffers.clear();
        self.outputs.retain(|output| matches!(output, SwitchOutput::Frame { .. }));
    }

    /// Takes a message of the controller, whose transaction id is `xid`.
    pub fn handle_message(&mut self, xid: Xid, message: Message, now: Instant) {
        let Some(version) = self.version else { return };
        if let Err(kind) = self.obey(xid, &message, version, now) {
            self.refuse(xid, &message, kind, version);
        }
        self.asked = Some((xid, message));
    }

    /// Takes that its answer to the last message, whose transaction id was `xid`, cannot be said in
    /// the version of the connection: an entry that was made in a newer one, a name that is too
    /// long. The controller gets an error in its place, so that it does not wait for ever.
    pub fn answer_unsaid(&mut self, xid: Xid) {
        let Some(version) = self.version else { return };
        let Some((_, asked)) = self.asked.take_if(|(asked, _)| *asked == xid) else { return };
        let kind = match asked {
            Message::MultipartRequest(_) => ErrorKind::BadRequestBadMultipart,
            _ => ErrorKind::BadRequestBadType,
        };
        self.refuse(xid, &asked, kind, version);
    }

    /// Takes that time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        for at in 0..self.tables.len() {
            for (entry, reason) in self.tables[at].expire(now) {
                self.announce_removed(&entry, reason, now);
            }
        }
    }

    /// The cable of a port was plugged in or pulled.
    pub fn set_link(&mut self, port: PortNo, is_up: bool) {
        if self.ports.get_mut(&port).is_some_and(|port| port.set_link(is_up)) {
            self.announce_port(port);
        }
    }

    /// The network's spanning tree leaves a port out of flooding, or takes it in.
    pub fn set_blocked(&mut self, port: PortNo, is_blocked: bool) {
        if self.ports.get_mut(&port).is_some_and(|port| port.set_blocked(is_blocked)) {
            self.announce_port(port);
        }
    }

    /// A frame that went out of a port found no room on its link.
    pub fn frame_lost(&mut self, port: PortNo) {
        if let Some(port) = self.ports.get_mut(&port) {
            port.lose();
        }
    }

    /// The next thing to be done, if there is one.
    pub fn poll_output(&mut self) -> Option<SwitchOutput> {
        self.outputs.pop_front()
    }

    /// When [`handle_timeout`](Switch::handle_timeout) wants to be called, if ever.
    pub fn deadline(&self) -> Option<Instant> {
        self.tables.iter().filter_map(FlowTable::deadline).min()
    }

    /// All flow entries, by table, best first.
    pub fn flows(&self, now: Instant) -> Vec<FlowStats> {
        self.tables.iter().flat_map(|table| table.entries().map(|entry| entry.stats(now))).collect()
    }

    /// How many flow entries there are.
    pub fn flow_count(&self) -> usize {
        self.tables.iter().map(|table| table.entries().len()).sum()
    }

    /// The configuration that it was made from.
    pub fn config(&self) -> &SwitchConfig {
        &self.config
    }

    fn obey(
        &mut self,
        xid: Xid,
        message: &Message,
        version: Version,
        now: Instant,
    ) -> Result<(), ErrorKind> {
        let changes =
            matches!(message, Message::FlowMod(_) | Message::PortMod(_) | Message::PacketOut(_));
        if changes && self.role == Role::SLAVE {
            return Err(ErrorKind::BadRequestIsSlave);
        }
        match message {
            Message::FlowMod(flow_mod) => return self.flow_mod(flow_mod, version, now),
            Message::PacketOut(packet_out) => return self.packet_out(packet_out, version, now),
            Message::PortMod(port_mod) => return self.port_mod(port_mod, version),
            Message::MultipartRequest(request) => {
                return self.multipart(xid, request, version, now);
            }
            Message::RoleRequest(request) => return self.change_role(xid, request),
            Message::SetConfig(config) => {
                // Putting fragments together is not done here.
                if config.flags.0 & 3 == ConfigFlags::FRAG_REASM.0 {
                    return Err(ErrorKind::SwitchConfigFailedBadFlags);
                }
                (self.flags, self.miss_send_len) = (config.flags, config.miss_send_len);
            }
            Message::FeaturesRequest(_) => {
                let features = self.features(version);
                self.reply(xid, features);
            }
            Message::GetConfigRequest(_) => {
                let (flags, miss_send_len) = (self.flags, self.miss_send_len);
                self.reply(xid, GetConfigReply { flags, miss_send_len });
            }
            // Messages are done one at a time, so everything before is done already.
            Message::BarrierRequest(_) => self.reply(xid, BarrierReply),
            Message::EchoRequest(echo) => self.reply(xid, EchoReply { data: echo.data.clone() }),
            Message::Experimenter(_) | Message::Nicira(_) => {
                return Err(ErrorKind::BadRequestBadExperimenter);
            }
            // The session takes care of these.
            Message::Hello(_) | Message::EchoReply(_) | Message::Error(_) => {}
            _ => return Err(ErrorKind::BadRequestBadType),
        }
        Ok(())
    }

    fn features(&self, version: Version) -> SwitchFeatures {
        let counted =
            Capabilities::FLOW_STATS | Capabilities::TABLE_STATS | Capabilities::PORT_STATS;
        let is_v1_0 = version == V1_0;
        let capabilities = if is_v1_0 { counted | Capabilities::ARP_MATCH_IP } else { counted };
        SwitchFeatures {
            datapath_id: self.config.dpid,
            n_buffers: BUFFERS_MAX as u32,
            n_tables: if is_v1_0 { 1 } else { TABLES },
            auxiliary_id: 0,
            capabilities,
            actions: if is_v1_0 { ACTIONS_V1_0 } else { 0 },
            ports: if version < V1_3 { self.port_descs(version) } else { Vec::new() },
        }
    }

    pub(super) fn port_descs(&self, version: Version) -> Vec<crate::ofproto::Port> {
        self.ports.values().map(|port| port.desc(version)).collect()
    }

    fn port_mod(&mut self, port_mod: &PortMod, version: Version) -> Result<(), ErrorKind> {
        let port = self.ports.get_mut(&port_mod.port_no).ok_or(ErrorKind::PortModFailedBadPort)?;
        if port.apply(port_mod, version)? {
            self.announce_port(port_mod.port_no);
        }
        Ok(())
    }

    /// There is one controller, so a role only says what it may do and is told (1.3 section 6.3.4).
    fn change_role(&mut self, xid: Xid, request: &RoleRequest) -> Result<(), ErrorKind> {
        match request.role {
            Role::NOCHANGE => {}
            Role::EQUAL => self.role = Role::EQUAL,
            Role::MASTER | Role::SLAVE => {
                // Older by the distance around the circle of 64-bit numbers.
                let newer = |seen: u64| request.generation_id.wrapping_sub(seen) as i64 >= 0;
                if !self.generation.is_none_or(newer) {
                    return Err(ErrorKind::RoleRequestFailedStale);
                }
                self.generation = Some(request.generation_id);
                self.role = request.role;
            }
            _ => return Err(ErrorKind::RoleRequestFailedBadRole),
        }
        let generation_id = self.generation.unwrap_or(u64::MAX);
        self.reply(xid, RoleReply { role: self.role, generation_id, ..RoleReply::default() });
        Ok(())
    }

    /// What is asked for is checked against this.
    pub(super) fn admit<T>(
        &self,
        version: Version,
        check: impl FnOnce(&Admission<'_>) -> Result<T, ErrorKind>,
    ) -> Result<T, ErrorKind> {
        let has_port = |port: PortNo| self.ports.contains_key(&port);
        let tables = if version == V1_0 { 1 } else { TABLES };
        check(&Admission { version, tables, has_port: &has_port })
    }

    fn announce_port(&mut self, port: PortNo) {
        let Some(version) = self.version else { return };
        if let Some(port) = self.ports.get(&port) {
            let status = PortStatus { reason: PortReason::MODIFY, desc: port.desc(version) };
            self.notify(status);
        }
    }

    pub(super) fn reply(&mut self, xid: Xid, message: impl Into<Message>) {
        self.outputs.push_back(SwitchOutput::Answer { xid, message: message.into() });
    }

    /// Says something unasked, if there is anybody to say it to.
    pub(super) fn notify(&mut self, message: impl Into<Message>) {
        if self.version.is_some() {
            self.outputs.push_back(SwitchOutput::Notice(message.into()));
        }
    }

    /// Answers with an error that quotes the message.
    fn refuse(&mut self, xid: Xid, message: &Message, kind: ErrorKind, version: Version) {
        let mut quoted = BytesMut::new();
        // It came in this version, so it can be said in it.
        let _ = message.encode(version, xid, &mut quoted);
        quoted.truncate(ErrorMsg::DATA_LEN);
        let quoted = quoted.freeze();
        let error = ErrorMsg::new(version, kind, quoted.clone())
            .or_else(|| ErrorMsg::new(version, in_old_words(kind), quoted));
        if let Some(error) = error {
            self.reply(xid, error);
        }
    }
}

/// The nearest that 1.0 can say for an error that it does not have.
fn in_old_words(kind: ErrorKind) -> ErrorKind {
    use crate::ofproto::ErrorType;
    match kind.error_type() {
        ErrorType::BadAction => ErrorKind::BadActionBadArgument,
        ErrorType::BadMatch | ErrorType::BadInstruction | ErrorType::FlowModFailed => {
            ErrorKind::FlowModFailedUnsupported
        }
        _ => ErrorKind::BadRequestBadType,
    }
}
