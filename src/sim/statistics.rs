//! What a switch answers when it is asked about itself.
//!
//! Spec: 1.0 section 5.3.5, 1.3 and 1.5 section 7.3.5.

use std::time::Instant;

use crate::ofproto::{
    AggregateStats, DescStats, ErrorKind, FlowDesc, FlowModFlags, FlowStats, FlowStatsRequest,
    MultipartFlags, MultipartReply, MultipartReplyBody, MultipartRequest, MultipartRequestBody,
    OxsField, PortNo, PortStats, Stats, TableId, TableStats, Text, V1_0, V1_3, V1_4, V1_5, Version,
    Xid,
};

use super::flow_entry::counters_v1_5;
use super::flow_table::Selection;
use super::pattern::Pattern;
use super::switch::{Switch, TABLES};

/// No part of an answer is made longer than this, so that it fits a message with room to spare.
const PART_SIZE: usize = 60_000;

/// The wildcards of 1.0's table statistics: all of them.
const WILDCARDS_V1_0: u32 = (1 << 22) - 1;

impl Switch {
    /// Answers a multipart request.
    pub(super) fn multipart(
        &mut self,
        xid: Xid,
        request: &MultipartRequest,
        version: Version,
        now: Instant,
    ) -> Result<(), ErrorKind> {
        if request.flags.contains(MultipartFlags::MORE) {
            // None of the requests that are answered here has a list that could need parts.
            return Err(ErrorKind::BadRequestBadMultipart);
        }
        match &request.body {
            MultipartRequestBody::Desc => {
                let desc = MultipartReplyBody::Desc(self.description());
                self.reply(xid, MultipartReply::new(desc));
            }
            MultipartRequestBody::Flow(about) => {
                let mut flows = self.selected(about, version, now)?;
                if version >= V1_5 {
                    flows.iter_mut().for_each(|flow| *flow = counted_v1_5(flow));
                }
                self.reply_in_parts(xid, flows, flow_size, MultipartReplyBody::Flow);
            }
            MultipartRequestBody::FlowDesc(about) => {
                let flows = self.selected(about, version, now)?.into_iter().map(described);
                let size = |flow: &FlowDesc| flow_size(&flow.entry);
                self.reply_in_parts(xid, flows.collect(), size, MultipartReplyBody::FlowDesc);
            }
            MultipartRequestBody::Aggregate(about) => {
                let mut sums = sum(&self.selected(about, version, now)?);
                if version >= V1_5 {
                    sums = summed_v1_5(&sums);
                }
                self.reply(xid, MultipartReply::new(MultipartReplyBody::Aggregate(sums)));
            }
            MultipartRequestBody::Table => {
                let tables = self.table_stats(version);
                self.reply_in_parts(xid, tables, |_| 64, MultipartReplyBody::Table);
            }
            MultipartRequestBody::PortStats { port_no } => {
                let ports = self.port_stats(*port_no, version, now)?;
                self.reply_in_parts(xid, ports, |_| 112, MultipartReplyBody::PortStats);
            }
            MultipartRequestBody::PortDesc => {
                let ports = self.port_descs(version);
                self.reply_in_parts(xid, ports, |_| 72, MultipartReplyBody::PortDesc);
            }
            MultipartRequestBody::PortDescOf { port_no: PortNo::ANY } => {
                let ports = self.port_descs(version);
                self.reply_in_parts(xid, ports, |_| 72, MultipartReplyBody::PortDesc);
            }
            MultipartRequestBody::PortDescOf { port_no } => {
                let port = self.ports.get(port_no).ok_or(ErrorKind::BadRequestBadPort)?;
                let ports = MultipartReplyBody::PortDesc(vec![port.desc(version)]);
                self.reply(xid, MultipartReply::new(ports));
            }
            // Groups, meters, queues and what else this switch has none of.
            _ => return Err(ErrorKind::BadRequestBadMultipart),
        }
        Ok(())
    }

    fn description(&self) -> DescStats {
        DescStats {
            mfr_desc: Text::from("ryu-sdn"),
            hw_desc: Text::from("Embedded switch"),
            sw_desc: Text::from(env!("CARGO_PKG_VERSION")),
            serial_num: Text::from("None"),
            dp_desc: Text::from(self.config.name.as_str()),
        }
    }

    fn selected(
        &self,
        about: &FlowStatsRequest,
        version: Version,
        now: Instant,
    ) -> Result<Vec<FlowStats>, ErrorKind> {
        let tables = match about.table_id {
            TableId::ALL => 0..TABLES,
            table if table < TABLES => table..table + 1,
            // 1.0 has 254 for the emergency table, which is empty here.
            _ if version == V1_0 => 0..0,
            _ => return Err(ErrorKind::BadRequestBadTableId),
        };
        let pattern = Pattern::new(&about.match_, version)?;
        let selection = Selection {
            pattern: &pattern,
            strict: None,
            cookie: about.cookie,
            cookie_mask: about.cookie_mask,
            out_port: about.out_port,
            out_group: about.out_group,
        };
        let tables = tables.map(|table| &self.tables[usize::from(table)]);
        Ok(tables
            .flat_map(|table| table.select(&selection))
            .map(|entry| FlowStats {
                flags: if version < V1_3 { FlowModFlags::default() } else { entry.flags },
                importance: if version < V1_4 { 0 } else { entry.importance },
                ..entry.stats(now)
            })
            .collect())
    }

    fn table_stats(&self, version: Version) -> Vec<TableStats> {
        let shown = if version == V1_0 { 1 } else { self.tables.len() };
        let tables = self.tables.iter().take(shown).enumerate();
        let stats = tables.map(|(id, table)| {
            let counted = TableStats {
                table_id: id as u8,
                active_count: u32::try_from(table.entries().len()).unwrap_or(u32::MAX),
                lookup_count: table.lookups,
                matched_count: table.matched,
                ..TableStats::default()
            };
            if version >= V1_3 {
                // What the table is, the table features tell.
                return counted;
            }
            TableStats {
                name: Text::from(format!("table{id}").as_str()),
                // From 1.1 on there is more to tell than one word; none of it is.
                wildcards: if version == V1_0 { WILDCARDS_V1_0 } else { Default::default() },
                max_entries: u32::try_from(table.capacity()).unwrap_or(u32::MAX),
                ..counted
            }
        });
        stats.collect()
    }

    fn port_stats(
        &self,
        port_no: PortNo,
        version: Version,
        now: Instant,
    ) -> Result<Vec<PortStats>, ErrorKind> {
        if port_no == PortNo::ANY {
            return Ok(self.ports.values().map(|port| port.stats(version, now)).collect());
        }
        match self.ports.get(&port_no) {
            Some(port) => Ok(vec![port.stats(version, now)]),
            None if version == V1_0 => Ok(Vec::new()),
            None => Err(ErrorKind::BadRequestBadPort),
        }
    }

    /// Answers with a list, cut into as many messages as it takes.
    fn reply_in_parts<T>(
        &mut self,
        xid: Xid,
        items: Vec<T>,
        size: impl Fn(&T) -> usize,
        body: impl Fn(Vec<T>) -> MultipartReplyBody,
    ) {
        let mut part = Vec::new();
        let mut part_size = 0;
        for item in items {
            let item_size = size(&item);
            if part_size + item_size > PART_SIZE && !part.is_empty() {
                let flags = MultipartFlags::MORE;
                let body = body(std::mem::take(&mut part));
                self.reply(xid, MultipartReply { flags, body });
                part_size = 0;
            }
            part_size += item_size;
            part.push(item);
        }
        self.reply(xid, MultipartReply::new(body(part)));
    }
}

/// An upper bound of what an entry takes on the wire.
fn flow_size(flow: &FlowStats) -> usize {
    let fields: usize = flow.match_.fields().map(|field| field.as_bytes().len()).sum();
    let instructions = flow.instructions.iter().map(|instruction| match instruction {
        crate::ofproto::Instruction::ApplyActions(actions)
        | crate::ofproto::Instruction::WriteActions(actions) => 8 + 32 * actions.len(),
        _ => 24,
    });
    88 + 48 + fields.max(40) + instructions.sum::<usize>()
}

/// What the flow statistics of 1.5 have of an entry.
fn counted_v1_5(flow: &FlowStats) -> FlowStats {
    FlowStats {
        table_id: flow.table_id,
        priority: flow.priority,
        match_: flow.match_.clone(),
        stats: counters_v1_5(flow),
        ..FlowStats::default()
    }
}

/// What the flow description of 1.5 has of an entry.
fn described(flow: FlowStats) -> FlowDesc {
    let stats = counters_v1_5(&flow);
    let (duration_sec, duration_nsec, packet_count, byte_count) = (0, 0, 0, 0);
    FlowDesc {
        entry: FlowStats { duration_sec, duration_nsec, packet_count, byte_count, stats, ..flow },
    }
}

/// The sums as 1.5 has them.
fn summed_v1_5(sums: &AggregateStats) -> AggregateStats {
    let stats = Stats::new()
        .with(OxsField::FlowCount, &[sums.flow_count.into()])
        .with(OxsField::PacketCount, &[sums.packet_count])
        .with(OxsField::ByteCount, &[sums.byte_count]);
    AggregateStats { stats, ..AggregateStats::default() }
}

fn sum(flows: &[FlowStats]) -> AggregateStats {
    AggregateStats {
        packet_count: flows.iter().map(|flow| flow.packet_count).filter(|n| *n != u64::MAX).sum(),
        byte_count: flows.iter().map(|flow| flow.byte_count).filter(|n| *n != u64::MAX).sum(),
        flow_count: u32::try_from(flows.len()).unwrap_or(u32::MAX),
        ..AggregateStats::default()
    }
}
