//! What a message of a host asks for, whatever its version.

use std::net::Ipv4Addr;

use crate::packet::{Igmp, Igmpv3ReportGroup};

/// A group, and whether the host wants it or wants it no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) group: Ipv4Addr,
    pub(super) is_wanted: bool,
}

/// What a host asks for; nothing if the message is not a host's.
///
/// Of version 3 the sources do not count: who wants some of them gets all.
pub(super) fn wishes(igmp: &Igmp<'_>) -> Vec<Wish> {
    let mut wishes = Vec::new();
    match igmp {
        Igmp::Plain(message) => {
            let is_wanted = match message.msgtype {
                Igmp::REPORT_V1 | Igmp::REPORT_V2 => true,
                Igmp::LEAVE => false,
                _ => return wishes,
            };
            wishes.push(Wish { group: message.address, is_wanted });
        }
        Igmp::V3Report(report) => {
            let records = report.records.items().unwrap_or_default();
            wishes.extend(records.iter().filter_map(of_record));
        }
        Igmp::V3Query(_) => {}
    }
    wishes.retain(|wish| is_followed(wish.group));
    wishes
}

/// RFC 3376 section 4.2.12.
fn of_record(record: &Igmpv3ReportGroup<'_>) -> Option<Wish> {
    let has_sources = !record.srcs.is_empty();
    let is_wanted = match record.type_ {
        // It listens to these, or does now.
        1 | 3 => has_sources,
        // It listens to all but these, or does now.
        2 | 4 => true,
        // To some more.
        5 if has_sources => true,
        // To some fewer: to others it may listen still.
        _ => return None,
    };
    Some(Wish { group: record.address, is_wanted })
}

/// Whether membership of a group says where its frames are wanted. What is for the link itself
/// (224.0.0.0/24) is for everybody on it, asked for or not: RFC 4541 section 2.1.2.
fn is_followed(group: Ipv4Addr) -> bool {
    group.is_multicast() && group.octets()[..3] != [224, 0, 0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{IgmpPlain, Igmpv3Report, List};

    const GROUP: Ipv4Addr = Ipv4Addr::new(239, 1, 2, 3);

    fn of(igmp: impl Into<Igmp<'static>>) -> Option<bool> {
        wishes(&igmp.into()).first().map(|wish| wish.is_wanted)
    }

    #[test]
    fn each_message_has_its_meaning() {
        let plain = |msgtype, address| IgmpPlain { msgtype, address, ..IgmpPlain::default() };
        assert_eq!(of(plain(Igmp::REPORT_V1, GROUP)), Some(true));
        assert_eq!(of(plain(Igmp::REPORT_V2, GROUP)), Some(true));
        assert_eq!(of(plain(Igmp::LEAVE, GROUP)), Some(false));
        assert_eq!(of(plain(Igmp::QUERY, GROUP)), None);
        assert_eq!(of(plain(0x99, GROUP)), None);
        for odd in [[224, 0, 0, 251], [10, 0, 0, 1], [0, 0, 0, 0]] {
            assert_eq!(of(plain(Igmp::REPORT_V2, odd.into())), None);
        }
    }

    #[test]
    fn version_3_is_read_without_its_sources() {
        let source = Ipv4Addr::new(10, 0, 0, 9);
        let rows = [
            (1, false, Some(false)),
            (1, true, Some(true)),
            (2, false, Some(true)),
            (3, false, Some(false)),
            (3, true, Some(true)),
            (4, true, Some(true)),
            (5, true, Some(true)),
            (5, false, None),
            (6, true, None),
            (9, true, None),
        ];
        for (type_, has_sources, wanted) in rows {
            let srcs: List<'_, Ipv4Addr> = if has_sources { vec![source] } else { vec![] }.into();
            let record = Igmpv3ReportGroup { type_, address: GROUP, srcs, ..Default::default() };
            let report = Igmpv3Report { records: vec![record].into(), ..Default::default() };
            assert_eq!(of(report), wanted, "type {type_}, sources: {has_sources}");
        }
    }
}
