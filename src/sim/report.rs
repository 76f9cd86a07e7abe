//! The tables at the end of a trial, for people to read.

use std::fmt::Write;

use crate::ofproto::Dpid;

use super::latency::Latencies;

/// Flow entries by switch: `name`, datapath id, how many.
///
/// ```
/// use ryu_sdn::ofproto::Dpid;
/// use ryu_sdn::sim::report;
///
/// let table = report::flow_entries(&[("s1".to_owned(), Dpid(1), 7)]);
/// assert_eq!(table, "\
/// switch  dpid               entries
/// s1      0000000000000001         7
/// ");
/// ```
pub fn flow_entries(switches: &[(String, Dpid, usize)]) -> String {
    let names = switches.iter().map(|(name, ..)| name.len());
    let width = names.max().unwrap_or(0).max("switch".len());
    let mut table = format!("{:width$}  {:16}  {:>8}\n", "switch", "dpid", "entries");
    for (name, dpid, entries) in switches {
        let _ = writeln!(table, "{name:width$}  {dpid}  {entries:8}");
    }
    table
}

/// Times by trial, in milliseconds.
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::sim::{Latencies, report};
///
/// let times: Latencies = [Duration::from_millis(2)].into_iter().collect();
/// let table = report::latencies(&[("pingall".to_owned(), times)]);
/// assert!(table.ends_with("pingall        1     2.000     2.000     2.000     2.000     2.000     2.000\n"));
/// ```
pub fn latencies(rows: &[(String, Latencies)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut table = format!("{:width$} {}\n", "", Latencies::HEADING);
    for (name, times) in rows {
        let _ = writeln!(table, "{name:width$} {times}");
    }
    table
}
