//! Messages: a generator for each kind of message and of multipart.

use ryu_sdn::ofproto::*;

use super::{Any, Gen, any_struct};

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// A message of this type that is no multipart.
    Plain(MessageType),
    /// A request of this multipart type.
    Request(MultipartType),
    /// A reply of this multipart type.
    Reply(MultipartType),
}

/// Everything a version has messages about.
pub(crate) fn topics(version: Version) -> Vec<Topic> {
    let multipart = [MessageType::MultipartRequest, MessageType::MultipartReply];
    let plain = MessageType::ALL.iter().filter(|t| t.wire(version).is_some());
    let kinds = MultipartType::ALL.iter().filter(|t| t.wire(version).is_some() && !extension(**t));
    let plain = plain.filter(|t| !multipart.contains(t)).map(|t| Topic::Plain(*t));
    let both = kinds.flat_map(|t| [Topic::Request(*t), Topic::Reply(*t)]);
    plain.chain(both).collect()
}

any_struct! {
    GetConfigReply { flags, miss_send_len }
    SetConfig { flags, miss_send_len }
    PortStatus { reason, desc }
    QueueGetConfigRequest { port }
    QueueGetConfigReply { port, queues }
    RoleStatus { role, reason, generation_id, properties }
    TableStatus { reason, table }
    BundleCtrlMsg { bundle_id, ctrl_type, flags, properties }
    ControllerStatus { status }
    BundleAddMsg { bundle_id, flags, message, properties }
}

impl Any for Hello {
    fn any(g: &mut Gen) -> Hello {
        let mut elements = Vec::new();
        if g.version >= V1_3 {
            // A word of no version at all has no place in JSON, and Ryu forgets the last bit.
            let bits = (g.number(30) as u32 | 1) << 1;
            elements.push(HelloElem::VersionBitmap(vec![bits].into()));
            if g.wild {
                elements.push(HelloElem::Unknown { elem_type: 7, data: g.bytes(0, 1, 9) });
            }
        }
        Hello { elements: elements.into() }
    }
}

impl Any for ErrorMsg {
    fn any(g: &mut Gen) -> ErrorMsg {
        let own = g.version >= V1_2 && g.one_in(4);
        ErrorMsg {
            error_type: if own { 0xffff } else { g.below(0xffff) as u16 },
            code: g.any(),
            experimenter: own.then(|| g.any()),
            data: g.any(),
        }
    }
}

impl Any for EchoRequest {
    fn any(g: &mut Gen) -> EchoRequest {
        EchoRequest { data: g.any() }
    }
}

impl Any for EchoReply {
    fn any(g: &mut Gen) -> EchoReply {
        EchoReply { data: g.any() }
    }
}

impl Any for Experimenter {
    fn any(g: &mut Gen) -> Experimenter {
        // 1.0 knows of no type: what follows the vendor is data.
        let exp_type = (g.version > V1_0).then(|| g.any());
        Experimenter { experimenter: g.any(), exp_type, data: g.any() }
    }
}

impl Any for SwitchFeatures {
    fn any(g: &mut Gen) -> SwitchFeatures {
        // In JSON they are an object by number.
        let mut ports: Vec<Port> = g.until(V1_3);
        ports.sort_by_key(|port| port.port_no);
        ports.dedup_by_key(|port| port.port_no);
        SwitchFeatures {
            datapath_id: g.any(),
            n_buffers: g.any(),
            n_tables: g.any(),
            auxiliary_id: g.since(V1_3),
            capabilities: g.any(),
            actions: g.until(V1_1),
            ports,
        }
    }
}

impl Any for PacketIn {
    fn any(g: &mut Gen) -> PacketIn {
        let old = g.version == V1_0;
        let data: bytes::Bytes = g.any();
        PacketIn {
            buffer_id: g.any(),
            // The packet is at least as long as what is sent of it.
            total_len: (data.len() + g.below(2000)) as u16,
            reason: g.any(),
            table_id: g.since(V1_2),
            cookie: if g.version >= V1_3 { g.any() } else { u64::MAX },
            match_: if old { Match::new().in_port(g.any()) } else { g.any() },
            data: data.into(),
        }
    }
}

impl Any for FlowRemoved {
    fn any(g: &mut Gen) -> FlowRemoved {
        FlowRemoved {
            cookie: g.any(),
            priority: g.any(),
            reason: g.any(),
            table_id: g.since(V1_2),
            duration_sec: g.until(V1_5),
            duration_nsec: g.until(V1_5),
            idle_timeout: g.any(),
            hard_timeout: g.since(V1_2),
            packet_count: g.until(V1_5),
            byte_count: g.until(V1_5),
            match_: g.any(),
            stats: g.since(V1_5),
        }
    }
}

impl Any for PacketOut {
    fn any(g: &mut Gen) -> PacketOut {
        let mut match_: Match = g.since(V1_5);
        // Ryu wants a port.
        if g.version >= V1_5 && !g.wild {
            match_ = match_.in_port(g.any());
        }
        // From 1.5 on the port is a field of the match.
        let in_port = if g.version >= V1_5 {
            match_.get(oxm::IN_PORT).unwrap_or(PortNo::ANY)
        } else {
            g.any()
        };
        // A buffered packet is not sent again.
        let data: bytes::Bytes = if g.one_in(4) { Default::default() } else { g.any() };
        let buffer_id = if data.is_empty() { g.any() } else { BufferId::NO_BUFFER };
        PacketOut { buffer_id, in_port, actions: g.any(), data: data.into(), match_ }
    }
}

impl Any for FlowModFlags {
    fn any(g: &mut Gen) -> FlowModFlags {
        // A flag has its name from some version on, and is refused before.
        let named = match g.version {
            V1_0 | V1_1 => 0b00011,
            V1_2 => 0b00111,
            _ => 0b11111,
        };
        let emerg = if g.version == V1_0 && g.one_in(4) { FlowModFlags::EMERG.0 } else { 0 };
        FlowModFlags(g.below(32) as u32 & named | emerg)
    }
}

impl Any for GroupModCommand {
    fn any(g: &mut Gen) -> GroupModCommand {
        match GroupModCommand(u32::from(g.any::<u16>())) {
            GroupModCommand::INSERT_BUCKET | GroupModCommand::REMOVE_BUCKET if g.version < V1_5 => {
                GroupModCommand::DELETE
            }
            command => command,
        }
    }
}

impl Any for FlowMod {
    fn any(g: &mut Gen) -> FlowMod {
        let old = g.version == V1_0;
        FlowMod {
            cookie: g.any(),
            cookie_mask: g.since(V1_2),
            table_id: g.since(V1_2),
            command: FlowModCommand(g.below(256) as u16),
            idle_timeout: g.any(),
            hard_timeout: g.any(),
            priority: g.any(),
            buffer_id: g.any(),
            out_port: g.any(),
            out_group: if old { GroupId::ANY } else { g.any() },
            flags: g.any(),
            importance: g.since(V1_4),
            match_: g.any(),
            instructions: g.any(),
        }
    }
}

macro_rules! any_role {
    ($($noun:ident)*) => { $(
        impl Any for $noun {
            fn any(g: &mut Gen) -> $noun {
                $noun { role: g.any(), generation_id: g.any(), short_id: g.since(V1_5) }
            }
        }
    )* };
}
any_role!(RoleRequest RoleReply);

macro_rules! any_async {
    ($($noun:ident)*) => { $(
        impl Any for $noun {
            fn any(g: &mut Gen) -> $noun {
                $noun {
                    packet_in_mask: g.until(V1_4),
                    port_status_mask: g.until(V1_4),
                    flow_removed_mask: g.until(V1_4),
                    properties: g.since(V1_4),
                }
            }
        }
    )* };
}
any_async!(GetAsyncReply SetAsync);

/// A switch forwards changes of groups and meters.
impl Any for RequestForward {
    fn any(g: &mut Gen) -> RequestForward {
        let group = g.one_in(2);
        let message: Message =
            if group { g.any::<GroupMod>().into() } else { g.any::<MeterMod>().into() };
        RequestForward { request: Nested::new(Xid(0), message) }
    }
}

/// What a bundle holds.
impl Any for Nested {
    fn any(g: &mut Gen) -> Nested {
        let message: Message = match g.below(4) {
            0 => g.any::<FlowMod>().into(),
            1 => g.any::<GroupMod>().into(),
            2 => g.any::<MeterMod>().into(),
            _ => g.any::<PortMod>().into(),
        };
        // JSON has no xid.
        Nested::new(Xid(0), message)
    }
}

impl Gen {
    /// A message about `topic`, which the version has.
    pub(crate) fn message(&mut self, topic: Topic) -> Message {
        let g = self;
        match topic {
            Topic::Plain(message_type) => plain(g, message_type),
            Topic::Request(kind) => {
                // Ryu makes no other request in 1.0.
                let plain = g.version == V1_0 && !g.wild;
                let flags = if plain { MultipartFlags(0) } else { g.any() };
                Message::from(MultipartRequest { flags, body: request(g, kind) })
            }
            Topic::Reply(kind) => {
                Message::from(MultipartReply { flags: g.any(), body: reply(g, kind) })
            }
        }
    }
}

/// Nicira's and the ONF's, which `tests/nicira.rs` compares with Ryu.
fn extension(kind: MultipartType) -> bool {
    use MultipartType as T;
    matches!(kind, T::NxFlow | T::NxAggregate | T::NxFlowMonitor | T::OnfFlowMonitor)
}

fn plain(g: &mut Gen, message_type: MessageType) -> Message {
    use MessageType as T;
    match message_type {
        T::Hello => g.any::<Hello>().into(),
        T::Error => g.any::<ErrorMsg>().into(),
        T::EchoRequest => g.any::<EchoRequest>().into(),
        T::EchoReply => g.any::<EchoReply>().into(),
        T::Experimenter => g.any::<Experimenter>().into(),
        T::FeaturesRequest => FeaturesRequest.into(),
        T::SwitchFeatures => g.any::<SwitchFeatures>().into(),
        T::GetConfigRequest => GetConfigRequest.into(),
        T::GetConfigReply => g.any::<GetConfigReply>().into(),
        T::SetConfig => g.any::<SetConfig>().into(),
        T::PacketIn => g.any::<PacketIn>().into(),
        T::FlowRemoved => g.any::<FlowRemoved>().into(),
        T::PortStatus => g.any::<PortStatus>().into(),
        T::PacketOut => g.any::<PacketOut>().into(),
        T::FlowMod => g.any::<FlowMod>().into(),
        T::GroupMod => g.any::<GroupMod>().into(),
        T::PortMod => g.any::<PortMod>().into(),
        T::TableMod => g.any::<TableMod>().into(),
        T::BarrierRequest => BarrierRequest.into(),
        T::BarrierReply => BarrierReply.into(),
        T::QueueGetConfigRequest => g.any::<QueueGetConfigRequest>().into(),
        T::QueueGetConfigReply => g.any::<QueueGetConfigReply>().into(),
        T::RoleRequest => g.any::<RoleRequest>().into(),
        T::RoleReply => g.any::<RoleReply>().into(),
        T::GetAsyncRequest => GetAsyncRequest.into(),
        T::GetAsyncReply => g.any::<GetAsyncReply>().into(),
        T::SetAsync => g.any::<SetAsync>().into(),
        T::MeterMod => g.any::<MeterMod>().into(),
        T::RoleStatus => g.any::<RoleStatus>().into(),
        T::TableStatus => g.any::<TableStatus>().into(),
        T::RequestForward => g.any::<RequestForward>().into(),
        T::BundleCtrlMsg => g.any::<BundleCtrlMsg>().into(),
        T::BundleAddMsg => g.any::<BundleAddMsg>().into(),
        T::ControllerStatus => g.any::<ControllerStatus>().into(),
        T::Nicira => unreachable!("it has no number of its own"),
        T::MultipartRequest | T::MultipartReply => unreachable!("topics of their own"),
    }
}

fn request(g: &mut Gen, kind: MultipartType) -> MultipartRequestBody {
    use MultipartRequestBody as B;
    match kind {
        MultipartType::Desc => B::Desc,
        MultipartType::Flow => B::Flow(g.any()),
        MultipartType::FlowDesc => B::FlowDesc(g.any()),
        MultipartType::Aggregate => B::Aggregate(g.any()),
        MultipartType::Table => B::Table,
        MultipartType::PortStats => B::PortStats { port_no: g.any() },
        MultipartType::Queue => B::Queue { port_no: g.any(), queue_id: g.any() },
        MultipartType::Group => B::Group { group_id: g.any() },
        MultipartType::GroupDesc if g.version < V1_5 => B::GroupDesc { group_id: GroupId::ALL },
        MultipartType::GroupDesc => B::GroupDesc { group_id: g.any() },
        MultipartType::GroupFeatures => B::GroupFeatures,
        MultipartType::Meter => B::Meter { meter_id: g.any() },
        MultipartType::MeterConfig => B::MeterConfig { meter_id: g.any() },
        MultipartType::MeterFeatures => B::MeterFeatures,
        MultipartType::TableFeatures => B::TableFeatures(g.any()),
        // One port, which may be any: then it is a request without a port.
        MultipartType::PortDesc if g.version >= V1_5 => match g.any() {
            PortNo::ANY => B::PortDesc,
            port_no => B::PortDescOf { port_no },
        },
        MultipartType::PortDesc => B::PortDesc,
        MultipartType::TableDesc => B::TableDesc,
        MultipartType::QueueDesc => B::QueueDesc { port_no: g.any(), queue_id: g.any() },
        MultipartType::FlowMonitor => B::FlowMonitor(g.any()),
        MultipartType::ControllerStatus => B::ControllerStatus,
        MultipartType::BundleFeatures => B::BundleFeatures(g.any()),
        MultipartType::Experimenter => B::Experimenter(g.any()),
        MultipartType::NxFlow
        | MultipartType::NxAggregate
        | MultipartType::NxFlowMonitor
        | MultipartType::OnfFlowMonitor => unreachable!("extensions are no topics"),
    }
}

/// A reply of each type: the variants are named as the types.
macro_rules! replies {
    ($($row:ident)*) => {
        fn reply(g: &mut Gen, kind: MultipartType) -> MultipartReplyBody {
            let mut body = match kind {
                $( MultipartType::$row => MultipartReplyBody::$row(g.any()), )*
                _ => unreachable!("extensions are no topics"),
            };
            // In 1.5 Ryu reads some of them up to the end of the message.
            if g.version >= V1_5 && !g.wild {
                match &mut body {
                    MultipartReplyBody::GroupDesc(list) => list.truncate(1),
                    MultipartReplyBody::ControllerStatus(list) => list.truncate(1),
                    _ => {}
                }
            }
            body
        }
    };
}

replies! {
    Desc Flow FlowDesc Aggregate Table PortStats Queue Group GroupDesc GroupFeatures Meter
    MeterConfig MeterFeatures TableFeatures PortDesc TableDesc QueueDesc FlowMonitor
    ControllerStatus BundleFeatures Experimenter
}
