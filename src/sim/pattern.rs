//! A match as the flow table uses it: conditions as numbers, checked once when they come in.
//!
//! Spec: 1.0 section 3.4, 1.3 section 7.2.3.

use crate::ofproto::oxm::{self, FieldInfo, Needs};
use crate::ofproto::{ErrorKind, Match, V1_0, V1_2, Version};

#[cfg(test)]
use super::headers::FlowKey;
use super::headers::value_of;

/// One condition: these bits of this field have this value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Condition {
    pub(super) number: u8,
    pub(super) mask: u128,
    pub(super) value: u128,
}

/// The conditions of a flow entry, by field number, each field at most once. Two matches that mean
/// the same have equal patterns, whatever form they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Pattern(Box<[Condition]>);

/// Whether the switch can look at a field: the basic ones of 1.3 but those behind PBB and of IPv6
/// extension headers.
pub(super) fn is_looked_at(info: &FieldInfo) -> bool {
    info.class == oxm::CLASS_BASIC && info.number < 40 && ![37, 39].contains(&info.number)
}

impl Pattern {
    /// Checks a match and makes it a pattern.
    ///
    /// # Errors
    /// The error that the specification wants: an unknown field, one given twice, a value with
    /// bits that it cannot have or that its mask hides, a missing prerequisite.
    pub(super) fn new(match_: &Match, version: Version) -> Result<Pattern, ErrorKind> {
        let mut conditions = Vec::new();
        for tlv in match_.fields() {
            let field = tlv.as_oxm();
            let info = field.info().filter(|info| is_looked_at(info));
            let info = info.ok_or(ErrorKind::BadMatchBadField)?;
            let all = bits_of(info);
            let value = value_of(field.value());
            let mask = match field.mask() {
                None => all,
                Some(_) if !info.maskable && version > V1_0 => {
                    return Err(ErrorKind::BadMatchBadMask);
                }
                Some(mask) => value_of(mask) & all,
            };
            if value & !mask != 0 {
                let hidden = if value & !all == 0 {
                    ErrorKind::BadMatchBadWildcards
                } else {
                    ErrorKind::BadMatchBadValue
                };
                return Err(hidden);
            }
            let number = if info.number == oxm::IN_PHY_PORT.number { 0 } else { info.number };
            conditions.push((info.number, Condition { number, mask, value }));
        }
        conditions.sort_unstable();
        if conditions.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(ErrorKind::BadMatchDupField);
        }
        // 1.1 has a match of fixed fields, too: what has no sense there is not looked at.
        if version >= V1_2 {
            check_prerequisites(&conditions)?;
        }
        let looked_at = conditions.iter().map(|(_, condition)| *condition);
        // What is under an empty mask takes every packet that has the field at all; the
        // specification reads it as a field that is left out.
        let mut conditions: Vec<_> = looked_at.filter(|condition| condition.mask != 0).collect();
        conditions.dedup();
        if version == V1_0 {
            ignore_priority_without_tag(&mut conditions);
        }
        Ok(Pattern(conditions.into()))
    }

    pub(super) fn conditions(&self) -> &[Condition] {
        &self.0
    }

    /// Whether every packet matches.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a packet matches.
    #[cfg(test)]
    pub(super) fn matches(&self, key: &FlowKey) -> bool {
        self.0.iter().all(|condition| {
            key.get(condition.number).is_some_and(|value| value & condition.mask == condition.value)
        })
    }

    /// Whether every packet that `other` matches is matched by this, too: the non-strict rule of
    /// modify, delete and statistics.
    pub(super) fn covers(&self, other: &Pattern) -> bool {
        self.0.iter().all(|condition| {
            other.find(condition.number).is_some_and(|narrow| {
                narrow.mask & condition.mask == condition.mask
                    && narrow.value & condition.mask == condition.value
            })
        })
    }

    /// Whether some packet could match both.
    pub(super) fn overlaps(&self, other: &Pattern) -> bool {
        self.0.iter().all(|condition| {
            other.find(condition.number).is_none_or(|their| {
                let both = condition.mask & their.mask;
                condition.value & both == their.value & both
            })
        })
    }

    fn find(&self, number: u8) -> Option<&Condition> {
        self.0.iter().find(|condition| condition.number == number)
    }
}

/// The bits of a field that mean something.
fn bits_of(info: &FieldInfo) -> u128 {
    u128::MAX >> (128 - u32::from(info.bits))
}

fn check_prerequisites(conditions: &[(u8, Condition)]) -> Result<(), ErrorKind> {
    let find = |number: u8| conditions.iter().find(|(field, _)| *field == number).map(|(_, c)| c);
    for (number, _) in conditions {
        let Some(info) = FieldInfo::lookup(oxm::CLASS_BASIC, *number) else { continue };
        let is_met = match info.needs {
            Needs::Nothing => true,
            Needs::Present(needed) => find(needed).is_some(),
            Needs::OneOf(needed, values) => {
                find(needed).is_some_and(|c| values.iter().any(|v| u128::from(*v) == c.value))
            }
            Needs::Tagged => find(oxm::VLAN_VID.number).is_some_and(|c| c.value != 0),
        };
        if !is_met {
            return Err(ErrorKind::BadMatchBadPrereq);
        }
    }
    Ok(())
}

/// 1.0 ignores what cannot be: the priority of a tag that is not there.
fn ignore_priority_without_tag(conditions: &mut Vec<Condition>) {
    let untagged = |c: &Condition| c.number == oxm::VLAN_VID.number && c.value == 0;
    if conditions.iter().any(untagged) {
        conditions.retain(|condition| condition.number != oxm::VLAN_PCP.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::{PortNo, V1_3};
    use crate::wire::MacAddr;
    use std::net::Ipv4Addr;

    fn pattern(match_: Match) -> Pattern {
        Pattern::new(&match_, V1_3).unwrap()
    }

    fn net(bits: u32) -> Match {
        let mask = Ipv4Addr::from(u32::MAX << (32 - bits));
        Match::new().eth_type(0x0800).ipv4_dst_masked(Ipv4Addr::new(10, 1, 2, 3), mask)
    }

    #[test]
    fn wider_covers_narrower_and_not_the_other_way() {
        let (wide, narrow) = (pattern(net(8)), pattern(net(24)));
        assert!(wide.covers(&narrow) && !narrow.covers(&wide));
        assert!(pattern(Match::new()).covers(&wide));
        assert!(wide.overlaps(&narrow) && narrow.overlaps(&wide));
        let elsewhere = pattern(Match::new().eth_type(0x0806));
        assert!(!elsewhere.overlaps(&wide));
        assert!(pattern(Match::new().in_port(PortNo(1))).overlaps(&elsewhere));
    }

    #[test]
    fn a_mask_of_all_ones_is_no_mask_and_one_of_zeros_no_condition() {
        let mac = MacAddr([0, 0, 0, 0, 0, 1]);
        let masked = Match::new().eth_dst_masked(mac, MacAddr::BROADCAST);
        assert_eq!(pattern(masked), pattern(Match::new().eth_dst(mac)));
        let open = Match::new().eth_dst_masked(MacAddr::ZERO, MacAddr::ZERO);
        assert!(pattern(open).is_empty());
    }

    #[test]
    fn what_no_packet_can_have_is_refused() {
        let refused = |match_: Match| Pattern::new(&match_, V1_3).unwrap_err();
        assert_eq!(
            refused(Match::new().ipv4_dst(Ipv4Addr::LOCALHOST)),
            ErrorKind::BadMatchBadPrereq
        );
        assert_eq!(refused(Match::new().vlan_vid(0).vlan_pcp(1)), ErrorKind::BadMatchBadPrereq);
        assert_eq!(refused(Match::new().vlan_vid(0x2001)), ErrorKind::BadMatchBadValue);
        assert_eq!(refused(Match::new().eth_type(0x88e7).pbb_isid(1)), ErrorKind::BadMatchBadField);
        let nicira = oxm::Field::<u32>::new(1, 0, 4);
        assert_eq!(refused(Match::new().with(nicira, 1)), ErrorKind::BadMatchBadField);
    }
}
