//! What flow-mods do to the tables of a switch.
//!
//! Spec: 1.0 section 4.6, 1.3 section 6.4.

use std::time::Instant;

use crate::ofproto::{
    ErrorKind, FlowMod, FlowModCommand, FlowModFlags, FlowRemovedReason, Role, TableId, V1_0,
    Version,
};

use super::flow_entry::FlowEntry;
use super::flow_table::Selection;
use super::pattern::Pattern;
use super::switch::{Switch, TABLES};

impl Switch {
    /// Carries out a flow-mod, then sends on the frame that it names, if it names one.
    pub(super) fn flow_mod(
        &mut self,
        flow_mod: &FlowMod,
        version: Version,
        now: Instant,
    ) -> Result<(), ErrorKind> {
        check_flags(flow_mod, version)?;
        let pattern = Pattern::new(&flow_mod.match_, version)?;
        let is_delete =
            matches!(flow_mod.command, FlowModCommand::DELETE | FlowModCommand::DELETE_STRICT);
        let tables = self.tables_of(flow_mod, version, is_delete)?;
        if is_delete {
            let selection = selection(flow_mod, &pattern, version, true);
            for table in tables {
                for entry in self.tables[usize::from(table)].delete(&selection) {
                    self.announce_removed(&entry, FlowRemovedReason::DELETE, now);
                }
            }
            // A delete has no use for a buffer (1.0 section 5.3.3, 1.3 section 7.3.4.1).
            return Ok(());
        }
        let first = *tables.start();
        self.admit(version, |admission| admission.instructions(&flow_mod.instructions, first))?;
        let table = &mut self.tables[usize::from(first)];
        match flow_mod.command {
            FlowModCommand::ADD => table.add(flow_mod, pattern, version, now)?,
            FlowModCommand::MODIFY | FlowModCommand::MODIFY_STRICT => {
                let changed = table.modify(
                    &selection(flow_mod, &pattern, version, false),
                    flow_mod,
                    version == V1_0,
                );
                // In 1.0 a change of what is not there adds it.
                if changed == 0 && version == V1_0 {
                    table.add(flow_mod, pattern, version, now)?;
                }
            }
            _ => return Err(ErrorKind::FlowModFailedBadCommand),
        }
        if flow_mod.buffer_id.is_buffered() {
            let kept = self.buffers.take(flow_mod.buffer_id);
            let (in_port, frame) = kept.ok_or(ErrorKind::BadRequestBufferUnknown)?;
            self.run_tables(in_port, frame, now);
        }
        Ok(())
    }

    /// The tables that a flow-mod is about.
    fn tables_of(
        &self,
        flow_mod: &FlowMod,
        version: Version,
        is_delete: bool,
    ) -> Result<std::ops::RangeInclusive<u8>, ErrorKind> {
        match flow_mod.table_id {
            _ if version == V1_0 => Ok(0..=0),
            TableId::ALL if is_delete => Ok(0..=TABLES - 1),
            table if table < TABLES => Ok(table..=table),
            _ => Err(ErrorKind::FlowModFailedBadTableId),
        }
    }

    /// Tells the controller that an entry has gone, if it wanted to know.
    pub(super) fn announce_removed(
        &mut self,
        entry: &FlowEntry,
        reason: FlowRemovedReason,
        now: Instant,
    ) {
        let Some(version) = self.version.filter(|_| self.role != Role::SLAVE) else {
            return;
        };
        if let Some(removed) = entry.removed(reason, version, now) {
            self.notify(removed);
        }
    }
}

fn selection<'a>(
    flow_mod: &FlowMod,
    pattern: &'a Pattern,
    version: Version,
    is_delete: bool,
) -> Selection<'a> {
    let is_strict =
        matches!(flow_mod.command, FlowModCommand::MODIFY_STRICT | FlowModCommand::DELETE_STRICT);
    let any = FlowMod::add();
    Selection {
        pattern,
        strict: is_strict.then_some(flow_mod.priority),
        cookie: flow_mod.cookie,
        // 1.0 has no mask: the cookie never restricts.
        cookie_mask: if version == V1_0 { 0 } else { flow_mod.cookie_mask },
        out_port: if is_delete { flow_mod.out_port } else { any.out_port },
        out_group: if is_delete { flow_mod.out_group } else { any.out_group },
    }
}

fn check_flags(flow_mod: &FlowMod, version: Version) -> Result<(), ErrorKind> {
    if flow_mod.flags.contains(FlowModFlags::EMERG) {
        // The emergency table has no room: there is none.
        return Err(ErrorKind::FlowModFailedTableFull);
    }
    let known = FlowModFlags::SEND_FLOW_REM
        | FlowModFlags::CHECK_OVERLAP
        | FlowModFlags::RESET_COUNTS
        | FlowModFlags::NO_PKT_COUNTS
        | FlowModFlags::NO_BYT_COUNTS;
    if version > V1_0 && flow_mod.flags.0 & !known.0 != 0 {
        return Err(ErrorKind::FlowModFailedBadFlags);
    }
    Ok(())
}
