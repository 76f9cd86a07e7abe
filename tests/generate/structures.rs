//! Ports, tables, queues, groups, meters, statistics, properties.

use ryu_sdn::ofproto::*;

use super::{Any, Gen, any_struct, any_union};

any_struct! {
    Time { seconds, nanoseconds }
    BucketPropWeight { weight }
    BucketPropWatch { watch }
    BucketCounter { packet_count, byte_count }
    GroupFeatures { types, capabilities, max_groups, actions }
    MeterBandDrop { rate, burst_size }
    MeterBandDscpRemark { rate, burst_size, prec_level }
    MeterBandStats { packet_band_count, byte_band_count }
    MeterConfig { flags, meter_id, bands }
    MeterMod { command, flags, meter_id, bands }
    PortDescPropEthernet { curr, advertised, supported, peer, curr_speed, max_speed }
    PortDescPropOptical {
        supported, tx_min_freq_lmda, tx_max_freq_lmda, tx_grid_freq_lmda, rx_min_freq_lmda,
        rx_max_freq_lmda, rx_grid_freq_lmda, tx_pwr_min, tx_pwr_max
    }
    PortDescPropOxm { oxm_ids }
    PortDescPropRecirculate { port_nos }
    PortModPropEthernet { advertise }
    PortModPropOptical { configure, freq_lmda, fl_offset, grid_span, tx_pwr }
    PortStatsPropEthernet { rx_frame_err, rx_over_err, rx_crc_err, collisions }
    PortStatsPropOptical {
        flags, tx_freq_lmda, tx_offset, tx_grid_span, rx_freq_lmda, rx_offset, rx_grid_span,
        tx_pwr, rx_pwr, bias_current, temperature
    }
    QueuePropNone {}
    QueuePropRate { rate }
    QueueDescPropRate { rate }
    QueueDesc { port_no, queue_id, properties }
    TableModPropEviction { flags }
    TableModPropVacancy { vacancy_down, vacancy_up, vacancy }
    TableDesc { table_id, config, properties }
    TableFeatureInstructions { instruction_ids }
    TableFeatureNextTables { table_ids }
    TableFeatureActions { action_ids }
    TableFeatureOxmValues { oxm_values }
    AsyncConfigPropReasons { mask }
    BundlePropTime { scheduled_time }
    BundleFeatures { capabilities, properties }
    BundleFeaturesRequest { feature_request_flags, properties }
    BundleFeaturesPropTime { sched_accuracy, sched_max_future, sched_max_past, timestamp }
    ControllerStatusStats { short_id, role, reason, channel_status, properties }
    DescStats { mfr_desc, hw_desc, sw_desc, serial_num, dp_desc }
    FlowMonitorRequest {
        monitor_id, out_port, out_group, monitor_flags, table_id, command, match_
    }
    TableStatsFeatures {
        match_, wildcards, write_actions, apply_actions, write_setfields, apply_setfields,
        metadata_match, metadata_write, instructions, config
    }
}

any_union! {
    PortDescProp {
        Ethernet: V1_4, Optical: V1_4, PipelineInput: V1_5, PipelineOutput: V1_5,
        Recirculate: V1_5, Experimenter: V1_4,
    };
    PortModProp { Ethernet: V1_4, Optical: V1_4, Experimenter: V1_4 };
    PortStatsProp { Ethernet: V1_4, Optical: V1_4, Experimenter: V1_4 };
    QueueProp { None: V1_0 to V1_1, MinRate: V1_0, MaxRate: V1_2, Experimenter: V1_2 };
    QueueStatsProp { Experimenter: V1_4 };
    QueueDescProp { MinRate: V1_4, MaxRate: V1_4, Experimenter: V1_4 };
    GroupProp { Experimenter: V1_5 };
    BucketProp { Weight: V1_5, WatchPort: V1_5, WatchGroup: V1_5, Experimenter: V1_5 };
    MeterBand { Drop: V1_3, DscpRemark: V1_3, Experimenter: V1_3 };
    TableModProp { Eviction: V1_4, Vacancy: V1_4, Experimenter: V1_4 };
    TableFeatureProp {
        Instructions: V1_3, InstructionsMiss: V1_3, NextTables: V1_3, NextTablesMiss: V1_3,
        WriteActions: V1_3, WriteActionsMiss: V1_3, ApplyActions: V1_3, ApplyActionsMiss: V1_3,
        Match: V1_3, Wildcards: V1_3, WriteSetfield: V1_3, WriteSetfieldMiss: V1_3,
        ApplySetfield: V1_3, ApplySetfieldMiss: V1_3, TableSyncFrom: V1_4, WriteCopyfield: V1_5,
        WriteCopyfieldMiss: V1_5, ApplyCopyfield: V1_5, ApplyCopyfieldMiss: V1_5,
        PacketTypes: V1_5, Experimenter: V1_3, ExperimenterMiss: V1_3,
    };
    AsyncConfigProp {
        PacketInSlave: V1_4, PacketInMaster: V1_4, PortStatusSlave: V1_4, PortStatusMaster: V1_4,
        FlowRemovedSlave: V1_4, FlowRemovedMaster: V1_4, RoleStatusSlave: V1_4,
        RoleStatusMaster: V1_4, TableStatusSlave: V1_4, TableStatusMaster: V1_4,
        RequestforwardSlave: V1_4, RequestforwardMaster: V1_4, FlowStatsSlave: V1_5,
        FlowStatsMaster: V1_5, ContStatusSlave: V1_5, ContStatusMaster: V1_5,
        ExperimenterSlave: V1_4, ExperimenterMaster: V1_4,
    };
    BundleProp { Time: V1_5, Experimenter: V1_4 };
    BundleFeaturesProp { Time: V1_5, Experimenter: V1_5 };
    RoleProp { Experimenter: V1_4 };
    ControllerStatusProp { Uri: V1_5, Experimenter: V1_5 };
}

impl Any for PropExperimenter {
    fn any(g: &mut Gen) -> PropExperimenter {
        PropExperimenter { experimenter: g.any(), exp_type: g.any(), data: g.bytes(0, 4, 3) }
    }
}

impl Any for QueuePropExperimenter {
    fn any(g: &mut Gen) -> QueuePropExperimenter {
        QueuePropExperimenter { experimenter: g.any(), data: g.bytes(0, 8, 3) }
    }
}

impl Any for MeterBandExperimenter {
    fn any(g: &mut Gen) -> MeterBandExperimenter {
        let data = if g.wild { g.bytes(0, 8, 2) } else { Default::default() };
        MeterBandExperimenter { rate: g.any(), burst_size: g.any(), experimenter: g.any(), data }
    }
}

impl Any for ControllerStatusPropUri {
    fn any(g: &mut Gen) -> ControllerStatusPropUri {
        let letters = g.list(20, |g| b'!' + g.below(94) as u8);
        ControllerStatusPropUri { uri: letters.into() }
    }
}

/// Half of them as Ryu writes them: up to 1.4 without the size of the value, no experimenter's.
impl Any for TableFeatureOxm {
    fn any(g: &mut Gen) -> TableFeatureOxm {
        if g.one_in(2) {
            return TableFeatureOxm { oxm_ids: g.any() };
        }
        let size = if g.version >= V1_5 { 0xff } else { 0 };
        let bare = |g: &mut Gen| {
            let id = g.plain_id();
            OxmId { header: id.header & (!0xff | size), ..id }
        };
        TableFeatureOxm { oxm_ids: g.list(4, bare) }
    }
}

impl Any for InstructionId {
    fn any(g: &mut Gen) -> InstructionId {
        let last = if g.version >= V1_5 { 7 } else { 6 };
        InstructionId { instruction_type: 1 + g.below(last) as u16, data: Default::default() }
    }
}

impl Any for ActionId {
    fn any(g: &mut Gen) -> ActionId {
        let known: &[u16] = &[0, 11, 12, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
        ActionId { action_type: g.one_of(known), data: Default::default() }
    }
}

impl Any for Port {
    fn any(g: &mut Gen) -> Port {
        Port {
            port_no: g.any(),
            hw_addr: g.any(),
            name: g.any(),
            config: g.any(),
            state: g.any(),
            curr: g.until(V1_4),
            advertised: g.until(V1_4),
            supported: g.until(V1_4),
            peer: g.until(V1_4),
            curr_speed: if g.version == V1_0 { 0 } else { g.until(V1_4) },
            max_speed: if g.version == V1_0 { 0 } else { g.until(V1_4) },
            properties: g.since(V1_4),
        }
    }
}

impl Any for PortMod {
    fn any(g: &mut Gen) -> PortMod {
        PortMod {
            port_no: g.any(),
            hw_addr: g.any(),
            config: g.any(),
            mask: g.any(),
            advertise: g.until(V1_4),
            properties: g.since(V1_4),
        }
    }
}

impl Any for TableMod {
    fn any(g: &mut Gen) -> TableMod {
        TableMod { table_id: g.any(), config: g.any(), properties: g.since(V1_4) }
    }
}

impl Any for TableFeatures {
    fn any(g: &mut Gen) -> TableFeatures {
        TableFeatures {
            table_id: g.any(),
            command: g.since(V1_5),
            features: g.since(V1_5),
            name: g.any(),
            metadata_match: g.any(),
            metadata_write: g.any(),
            config: g.any(),
            max_entries: g.any(),
            properties: g.list(7, Gen::any),
        }
    }
}

impl Any for PacketQueue {
    fn any(g: &mut Gen) -> PacketQueue {
        PacketQueue { queue_id: g.any(), port: g.since(V1_2), properties: g.any() }
    }
}

impl Any for QueueStats {
    fn any(g: &mut Gen) -> QueueStats {
        QueueStats {
            port_no: g.any(),
            queue_id: g.any(),
            tx_bytes: g.any(),
            tx_packets: g.any(),
            tx_errors: g.any(),
            duration_sec: g.since(V1_3),
            duration_nsec: g.since(V1_3),
            properties: g.since(V1_4),
        }
    }
}

impl Any for Bucket {
    fn any(g: &mut Gen) -> Bucket {
        let old = g.version < V1_5;
        Bucket {
            weight: g.until(V1_5),
            watch_port: if old { g.any() } else { PortNo::ANY },
            watch_group: if old { g.any() } else { GroupId::ANY },
            bucket_id: g.since(V1_5),
            actions: g.any(),
            properties: g.since(V1_5),
        }
    }
}

/// Buckets and properties. Ryu reads the properties of a 1.5 bucket up to the end of what it has:
/// what follows a bucket is wild.
fn buckets(g: &mut Gen) -> (Vec<Bucket>, Vec<GroupProp>) {
    if g.wild || g.version < V1_5 {
        return (g.any(), g.since(V1_5));
    }
    if g.one_in(2) { (vec![g.any()], Vec::new()) } else { (Vec::new(), g.any()) }
}

impl Any for GroupMod {
    fn any(g: &mut Gen) -> GroupMod {
        let (buckets, properties) = buckets(g);
        GroupMod {
            command: g.any(),
            group_type: g.any(),
            group_id: g.any(),
            command_bucket_id: if g.version >= V1_5 { g.any() } else { GroupMod::BUCKET_ALL },
            buckets,
            properties,
        }
    }
}

impl Any for GroupDesc {
    fn any(g: &mut Gen) -> GroupDesc {
        let (buckets, properties) = buckets(g);
        GroupDesc { group_type: g.any(), group_id: g.any(), buckets, properties }
    }
}

impl Any for GroupStats {
    fn any(g: &mut Gen) -> GroupStats {
        GroupStats {
            group_id: g.any(),
            ref_count: g.any(),
            packet_count: g.any(),
            byte_count: g.any(),
            duration_sec: g.since(V1_3),
            duration_nsec: g.since(V1_3),
            bucket_stats: g.any(),
        }
    }
}

impl Any for MeterStats {
    fn any(g: &mut Gen) -> MeterStats {
        MeterStats {
            meter_id: g.any(),
            flow_count: g.any(),
            packet_in_count: g.any(),
            byte_in_count: g.any(),
            duration_sec: g.any(),
            duration_nsec: g.any(),
            band_stats: g.any(),
        }
    }
}

impl Any for MeterFeatures {
    fn any(g: &mut Gen) -> MeterFeatures {
        MeterFeatures {
            max_meter: g.any(),
            band_types: g.any(),
            capabilities: g.any(),
            max_bands: g.any(),
            max_color: g.any(),
            // Switches may leave them out, but not in the middle of a list.
            features: (g.version >= V1_5).then(|| g.any()),
        }
    }
}

/// A structure of the old statistics, to which 1.5 added a reason and took away the rest.
impl Any for FlowStats {
    fn any(g: &mut Gen) -> FlowStats {
        let old = g.version < V1_5;
        FlowStats {
            table_id: g.any(),
            duration_sec: g.until(V1_5),
            duration_nsec: g.until(V1_5),
            priority: g.any(),
            idle_timeout: g.until(V1_5),
            hard_timeout: g.until(V1_5),
            flags: if old { g.since(V1_3) } else { Default::default() },
            cookie: g.until(V1_5),
            packet_count: g.until(V1_5),
            byte_count: g.until(V1_5),
            match_: g.any(),
            instructions: g.until(V1_5),
            importance: if old { g.since(V1_4) } else { 0 },
            reason: g.since(V1_5),
            stats: g.since(V1_5),
        }
    }
}

impl Any for FlowDesc {
    fn any(g: &mut Gen) -> FlowDesc {
        let entry = FlowStats {
            table_id: g.any(),
            priority: g.any(),
            idle_timeout: g.any(),
            hard_timeout: g.any(),
            flags: g.any(),
            cookie: g.any(),
            match_: g.any(),
            instructions: g.any(),
            importance: g.any(),
            stats: g.any(),
            ..FlowStats::default()
        };
        FlowDesc { entry }
    }
}

impl Any for FlowStatsRequest {
    fn any(g: &mut Gen) -> FlowStatsRequest {
        let old = g.version == V1_0;
        FlowStatsRequest {
            table_id: g.any(),
            out_port: g.any(),
            out_group: if old { GroupId::ANY } else { g.any() },
            cookie: g.since(V1_2),
            cookie_mask: g.since(V1_2),
            match_: g.any(),
        }
    }
}

impl Any for AggregateStats {
    fn any(g: &mut Gen) -> AggregateStats {
        AggregateStats {
            packet_count: g.until(V1_5),
            byte_count: g.until(V1_5),
            flow_count: g.until(V1_5),
            stats: g.since(V1_5),
        }
    }
}

impl Any for TableStats {
    fn any(g: &mut Gen) -> TableStats {
        TableStats {
            table_id: g.any(),
            name: g.until(V1_3),
            wildcards: g.until(V1_1),
            max_entries: g.until(V1_3),
            active_count: g.any(),
            lookup_count: g.any(),
            matched_count: g.any(),
            features: if g.version == V1_2 { g.any() } else { Default::default() },
        }
    }
}

impl Any for PortStats {
    fn any(g: &mut Gen) -> PortStats {
        PortStats {
            port_no: g.any(),
            rx_packets: g.any(),
            tx_packets: g.any(),
            rx_bytes: g.any(),
            tx_bytes: g.any(),
            rx_dropped: g.any(),
            tx_dropped: g.any(),
            rx_errors: g.any(),
            tx_errors: g.any(),
            rx_frame_err: g.until(V1_4),
            rx_over_err: g.until(V1_4),
            rx_crc_err: g.until(V1_4),
            collisions: g.until(V1_4),
            duration_sec: g.since(V1_3),
            duration_nsec: g.since(V1_3),
            properties: g.since(V1_4),
        }
    }
}

impl Any for ExperimenterMultipart {
    fn any(g: &mut Gen) -> ExperimenterMultipart {
        let exp_type = (g.version > V1_0).then(|| g.any());
        // Ryu reads a reply's data as more replies, of eight bytes each, and goes by the first.
        let data = if g.wild { g.any() } else { g.bytes(0, 8, 8) };
        ExperimenterMultipart { experimenter: g.any(), exp_type, data }
    }
}

impl Any for FlowUpdate {
    fn any(g: &mut Gen) -> FlowUpdate {
        // Ryu takes resumed for paused, and refuses it.
        match g.below(if g.wild { 7 } else { 5 }) {
            0 => FlowUpdate::Abbrev { xid: Xid(g.any()) },
            1 => FlowUpdate::Paused,
            5 => FlowUpdate::Resumed,
            6 => FlowUpdate::Unknown { event: 9, data: g.bytes(0, 4, 3) },
            _ => FlowUpdate::Full(FlowUpdateFull {
                // Ryu reads a flow of an initial report only.
                event: if g.wild { g.below(4) as u16 } else { 0 },
                table_id: g.any(),
                reason: g.any(),
                idle_timeout: g.any(),
                hard_timeout: g.any(),
                priority: g.any(),
                cookie: g.any(),
                match_: g.any(),
                instructions: g.any(),
            }),
        }
    }
}
