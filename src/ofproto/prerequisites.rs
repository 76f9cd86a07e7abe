//! Prerequisites: what must be matched before a field may be matched or set.
//!
//! Spec: 1.3 section 7.2.3.6 (and 7.2.5 for set-field); ovs-fields(7) for Nicira's fields. Open
//! vSwitch is asked about every row in `tests/prerequisites.rs`.
//!
//! Sending does not look at them, as in Ryu: the switch is the judge, and one that takes more than
//! the specification asks for must stay usable. [`Match::checked`] and [`FlowMod::checked`] say
//! before anything is queued what a switch would answer with `BAD_PREREQ` or
//! `MATCH_INCONSISTENT`, and name what is missing.

use std::error::Error;
use std::fmt;

use super::action::Action;
use super::flow_mod::FlowMod;
use super::instruction::Instruction;
use super::match_::{Match, iter};
use super::nx_action::NxAction;
use super::oxm::{self, CLASS_BASIC, CLASS_NXM_0, CLASS_NXM_1, FieldInfo, Needs, OxmRef, OxmValue};

/// A field is matched or set without what it depends on; see [`Match::check`]. A switch answers
/// such a flow-mod with an error of type `BAD_MATCH` or `BAD_ACTION`.
///
/// | field | what |
/// |---|---|
/// | `field` | the name in the table of fields |
/// | `needs` | what would have to be matched |
/// | `set` | set by an action, else matched |
///
/// Spec: 1.3 section 7.2.3.6, since 1.2. See the example of [`Match::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingPrerequisite {
    /// The field.
    pub field: &'static str,
    /// What is missing.
    pub needs: Needs,
    /// Whether a set-field action sets it; else it is matched.
    pub set: bool,
}

impl fmt::Display for MissingPrerequisite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.set { "set_field of" } else { "match on" };
        write!(f, "{place} {} needs {}", self.field, self.needs)
    }
}

impl Error for MissingPrerequisite {}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |number| FieldInfo::lookup(CLASS_BASIC, number).map_or("", |info| info.name);
        match *self {
            Needs::Nothing => f.write_str("nothing"),
            Needs::Present(number) => f.write_str(name(number)),
            Needs::Tagged => f.write_str("a vlan_vid"),
            Needs::OneOf(number, values) => {
                for (i, value) in values.iter().enumerate() {
                    let or = if i > 0 { " or " } else { "" };
                    match number {
                        ETH_TYPE => write!(f, "{or}{}={value:#x}", name(number))?,
                        _ => write!(f, "{or}{}={value}", name(number))?,
                    }
                }
                Ok(())
            }
        }
    }
}

impl Match {
    /// Checks the prerequisites of every field that has a row, an app's own among them. A standard
    /// field that is asked for may also stand there in Nicira's form, the Ethernet type as a packet
    /// type of 1.5.
    ///
    /// The order is not looked at. Open vSwitch wants a prerequisite before what needs it, and a
    /// match built here has its fields in order of number, Nicira's first, as Ryu's: beside those of
    /// Nicira's that need something, give that in Nicira's form too (`eth_type_nxm` with `nw_ttl`).
    ///
    /// # Errors
    /// The first field whose prerequisite is missing.
    ///
    /// ```
    /// use std::net::Ipv4Addr;
    /// use ryu_sdn::ofproto::Match;
    ///
    /// let m = Match::new().ipv4_dst(Ipv4Addr::new(10, 0, 0, 1));
    /// assert_eq!(m.check().unwrap_err().to_string(), "match on ipv4_dst needs eth_type=0x800");
    /// assert!(m.eth_type(0x0800).check().is_ok());
    /// ```
    pub fn check(&self) -> Result<(), MissingPrerequisite> {
        self.with_tlvs(|tlvs| {
            let packet = Packet::new(tlvs);
            iter(tlvs).filter_map(OxmRef::info).try_for_each(|info| packet.meets(info, false))
        })
    }

    /// The match itself, if [`check`](Match::check) has nothing against it: the end of a builder
    /// that is to fail early.
    ///
    /// ```
    /// use ryu_sdn::ofproto::Match;
    ///
    /// let m = Match::new().eth_type(0x0800).ip_proto(6).tcp_dst(80).checked()?;
    /// let err = Match::new().eth_type(0x0800).tcp_dst(80).checked().unwrap_err();
    /// assert_eq!(err.to_string(), "match on tcp_dst needs ip_proto=6");
    /// # Ok::<(), ryu_sdn::ofproto::MissingPrerequisite>(())
    /// ```
    ///
    /// # Errors
    /// As [`check`](Match::check).
    pub fn checked(self) -> Result<Match, MissingPrerequisite> {
        self.check().map(|()| self)
    }
}

impl FlowMod {
    /// Checks the prerequisites of the match, and of every set-field among the actions that are
    /// applied or written, with what the match and the actions before it say of the packet: a tag
    /// may have been pushed, an MPLS label popped. Behind an action whose effect is not known here,
    /// whatever it may have changed counts as met.
    ///
    /// # Errors
    /// The first field whose prerequisite is missing.
    ///
    /// ```
    /// use ryu_sdn::ofproto::{Action, FlowMod, Instruction, Match, oxm};
    ///
    /// let set_port = [Action::set_field(oxm::TCP_DST, 8080)];
    /// let mut flow_mod = FlowMod { instructions: Instruction::apply(set_port), ..FlowMod::add() };
    /// let err = flow_mod.check().unwrap_err();
    /// assert_eq!(err.to_string(), "set_field of tcp_dst needs ip_proto=6");
    /// flow_mod.match_ = Match::new().eth_type(0x0800).ip_proto(6);
    /// assert!(flow_mod.check().is_ok());
    /// ```
    pub fn check(&self) -> Result<(), MissingPrerequisite> {
        self.match_.check()?;
        self.match_.with_tlvs(|tlvs| {
            let mut packet = Packet::new(tlvs);
            // What is applied comes before what is written, wherever it stands.
            let applied = self.instructions.applied();
            let written = self.instructions.iter().flat_map(|instruction| match instruction {
                Instruction::WriteActions(actions) => &actions[..],
                _ => &[],
            });
            applied.chain(written).try_for_each(|action| packet.act(action))
        })
    }

    /// The flow-mod itself, if [`check`](FlowMod::check) has nothing against it:
    /// `dp.send(&flow_mod.checked()?)?`.
    ///
    /// # Errors
    /// As [`check`](FlowMod::check).
    pub fn checked(self) -> Result<FlowMod, MissingPrerequisite> {
        self.check().map(|()| self)
    }
}

// Numbers of the standard fields that others ask for.
const IN_PORT: u8 = oxm::IN_PORT.number;
const ETH_TYPE: u8 = oxm::ETH_TYPE.number;
const VLAN_VID: u8 = oxm::VLAN_VID.number;
const IP_PROTO: u8 = oxm::IP_PROTO.number;
const ICMPV6_TYPE: u8 = oxm::ICMPV6_TYPE.number;

/// Standard fields that others ask for, and Nicira's fields that say the same.
const TWINS: &[(u8, u16, u8)] = &[
    (IN_PORT, CLASS_NXM_0, oxm::IN_PORT_NXM.number),
    (ETH_TYPE, CLASS_NXM_0, oxm::ETH_TYPE_NXM.number),
    (VLAN_VID, CLASS_NXM_0, oxm::VLAN_TCI.number),
    (IP_PROTO, CLASS_NXM_0, oxm::IP_PROTO_NXM.number),
    (ICMPV6_TYPE, CLASS_NXM_1, oxm::ICMPV6_TYPE_NXM.number),
];

/// What is known of one header field of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// It has this value.
    Value(u128),
    /// Nothing: any packet.
    Nothing,
    /// An action has changed it to what cannot be told here.
    Changed,
}

/// What a match, and then actions, say of a packet.
struct Packet<'a> {
    tlvs: &'a [u8],
    /// What actions have changed, by the number of the standard field.
    changed: Vec<(u8, Known)>,
}

impl<'a> Packet<'a> {
    fn new(tlvs: &'a [u8]) -> Packet<'a> {
        Packet { tlvs, changed: Vec::new() }
    }

    fn value(&self, number: u8) -> Known {
        if let Some((_, known)) = self.changed.iter().rev().find(|(n, _)| *n == number) {
            return *known;
        }
        let find = |class: u16, number: u8| {
            let mut found = iter(self.tlvs).filter(|oxm| oxm.class() == class);
            found.find(|oxm| oxm.number() == number).map(|oxm| u128::read(oxm.value()))
        };
        let twin = || {
            let (_, class, twin) = TWINS.iter().find(|(standard, ..)| *standard == number)?;
            find(*class, *twin)
        };
        // Name space 1 of a packet type is that of Ethernet types.
        let packet_type = || {
            let value =
                find(CLASS_BASIC, oxm::PACKET_TYPE.number).filter(|_| number == ETH_TYPE)?;
            (value >> 16 == 1).then_some(value & 0xffff)
        };
        let value = find(CLASS_BASIC, number).or_else(twin).or_else(packet_type);
        value.map_or(Known::Nothing, Known::Value)
    }

    fn meets(&self, info: &FieldInfo, set: bool) -> Result<(), MissingPrerequisite> {
        let met = match info.needs {
            Needs::Nothing => true,
            Needs::Present(number) => self.value(number) != Known::Nothing,
            Needs::OneOf(number, wanted) => match self.value(number) {
                Known::Value(v) => wanted.iter().any(|w| u128::from(*w) == v),
                known => known == Known::Changed,
            },
            Needs::Tagged => match self.value(VLAN_VID) {
                // Under a mask without this bit a match covers packets without a tag, too.
                Known::Value(v) => v & u128::from(oxm::VID_PRESENT) != 0,
                known => known == Known::Changed,
            },
        };
        let missing = MissingPrerequisite { field: info.name, needs: info.needs, set };
        if !met {
            return Err(missing);
        }
        // An action may have taken away what the asked-for field itself asks for: behind a pushed
        // MPLS label there is no IP protocol.
        match info.needs {
            Needs::OneOf(number, _) if set => match FieldInfo::lookup(CLASS_BASIC, number) {
                Some(deeper) => self.meets(deeper, set).map_err(|_| missing),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Checks one action, then lets it change the packet.
    fn act(&mut self, action: &Action) -> Result<(), MissingPrerequisite> {
        match action {
            Action::SetField(tlv) => {
                let oxm = tlv.as_oxm();
                let Some(info) = oxm.info() else { return Ok(()) };
                self.meets(info, true)?;
                let asked = [ETH_TYPE, VLAN_VID, IP_PROTO, ICMPV6_TYPE].into_iter();
                if let Some(number) = asked.into_iter().find(|n| is_standard(info, *n)) {
                    self.changed.push((number, Known::Value(u128::read(oxm.value()))));
                }
            }
            Action::PushVlan(_) => {
                self.changed.push((VLAN_VID, Known::Value(oxm::VID_PRESENT.into())));
            }
            // There may have been another tag underneath.
            Action::PopVlan | Action::StripVlan => self.changed.push((VLAN_VID, Known::Changed)),
            Action::PushMpls(eth_type) | Action::PopMpls(eth_type) | Action::PushPbb(eth_type) => {
                self.becomes(*eth_type);
            }
            Action::Nicira(action) => match &**action {
                NxAction::PushMpls(push) => self.becomes(push.ethertype),
                NxAction::PopMpls(pop) => self.becomes(pop.ethertype),
                NxAction::Unknown { .. } => self.forget(),
                _ => {}
            },
            Action::PopPbb
            | Action::CopyField { .. }
            | Action::Experimenter { .. }
            | Action::Registered(_)
            | Action::Unknown { .. } => self.forget(),
            _ => {}
        }
        Ok(())
    }

    /// The Ethernet type is another one; what is inside is not known.
    fn becomes(&mut self, eth_type: u16) {
        self.forget();
        self.changed.push((ETH_TYPE, Known::Value(eth_type.into())));
    }

    /// Nothing is known any more.
    fn forget(&mut self) {
        let asked = [ETH_TYPE, VLAN_VID, IP_PROTO, ICMPV6_TYPE];
        self.changed.extend(asked.map(|number| (number, Known::Changed)));
    }
}

fn is_standard(info: &FieldInfo, number: u8) -> bool {
    info.class == CLASS_BASIC && info.number == number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::oxm::{OxmTlv, PACKET_TYPE};
    use crate::ofproto::{Instructions, V1_3, V1_5};

    /// A field of this row with a value of ones.
    fn tlv(info: &FieldInfo) -> OxmTlv {
        OxmTlv::of_row(info, &vec![1; usize::from(info.size)], None)
    }

    /// The standard field with this number and value.
    fn standard(number: u8, value: u16) -> OxmTlv {
        let info = FieldInfo::lookup(CLASS_BASIC, number).unwrap();
        let mut bytes = vec![0; usize::from(info.size)];
        u128::from(value).write(&mut bytes);
        OxmTlv::of_row(info, &bytes, None)
    }

    /// Every way to give a row all that it needs, prerequisites of prerequisites too.
    fn ways(needs: Needs) -> Vec<Vec<OxmTlv>> {
        let (number, values): (u8, &[u16]) = match needs {
            Needs::Nothing => return vec![Vec::new()],
            Needs::Present(number) => (number, &[1]),
            Needs::OneOf(number, values) => (number, values),
            Needs::Tagged => (VLAN_VID, &[0x1007]),
        };
        let deeper = ways(FieldInfo::lookup(CLASS_BASIC, number).unwrap().needs);
        let one = |value: &u16| {
            let own = standard(number, *value);
            deeper
                .iter()
                .map(move |way| [&way[..], std::slice::from_ref(&own)].concat())
                .collect::<Vec<_>>()
        };
        values.iter().flat_map(one).collect()
    }

    #[test]
    fn every_row_is_refused_without_and_taken_with_what_it_needs() {
        let (mut free, mut bound) = (0, 0);
        for info in FieldInfo::all() {
            let alone = Match::new().with_tlv(&tlv(info));
            let set = |m: &Match| FlowMod {
                match_: m.clone(),
                instructions: Instruction::apply([Action::SetField(tlv(info))]),
                ..FlowMod::add()
            };
            if info.needs == Needs::Nothing {
                free += 1;
                assert_eq!(alone.check(), Ok(()), "{}", info.name);
                assert_eq!(set(&Match::new()).check(), Ok(()), "{}", info.name);
                continue;
            }
            bound += 1;
            let missing = |set| MissingPrerequisite { field: info.name, needs: info.needs, set };
            assert_eq!(alone.check(), Err(missing(false)));
            assert_eq!(set(&Match::new()).check(), Err(missing(true)));
            for way in ways(info.needs) {
                let with = way.iter().fold(Match::new(), |m, needed| m.with_tlv(needed));
                assert_eq!(with.clone().with_tlv(&tlv(info)).check(), Ok(()), "{}", info.name);
                assert_eq!(set(&with).check(), Ok(()), "{}", info.name);
                // Without the last of them it is not enough.
                let less = way.iter().rev().skip(1).fold(Match::new(), |m, n| m.with_tlv(n));
                assert_eq!(less.with_tlv(&tlv(info)).check(), Err(missing(false)));
            }
            // And another value of it is none.
            if let Needs::OneOf(number, _) = info.needs {
                let other = Match::new().with_tlv(&standard(number, 0x7b));
                assert_eq!(packet_check(&other, info), Err(missing(false)));
            }
        }
        assert!(free > 50 && bound > 60, "{free} {bound}");
    }

    fn packet_check(m: &Match, info: &FieldInfo) -> Result<(), MissingPrerequisite> {
        m.with_tlvs(|tlvs| Packet::new(tlvs).meets(info, false))
    }

    #[test]
    fn niciras_form_of_a_prerequisite_will_do() {
        let nxm = Match::new().eth_type_nxm(0x0800).ip_proto_nxm(6).tcp_src_nxm(80);
        assert_eq!(nxm.check(), Ok(()));
        assert_eq!(Match::new().eth_type_nxm(0x86dd).ip_proto(58).check(), Ok(()));
        let nd = Match::new().eth_type_nxm(0x86dd).ip_proto_nxm(58).icmpv6_type_nxm(135);
        assert_eq!(nd.clone().ipv6_nd_sll(crate::wire::MacAddr::ZERO).check(), Ok(()));
        let tll = nd.ipv6_nd_tll(crate::wire::MacAddr::ZERO).check().unwrap_err();
        assert_eq!(tll.to_string(), "match on ipv6_nd_tll needs icmpv6_type=136");
        assert_eq!(Match::new().vlan_tci(0x1003).vlan_pcp(1).check(), Ok(()));
        assert!(Match::new().vlan_tci(0).vlan_pcp(1).check().is_err());
        let nsh = Match::new().nsh_ttl(1).check().unwrap_err();
        assert_eq!(nsh.to_string(), "match on nsh_ttl needs eth_type=0x894f");
    }

    #[test]
    fn a_packet_type_of_ethernet_types_is_one() {
        let of = |packet_type| Match::new().with(PACKET_TYPE, packet_type).ip_proto(6).check();
        assert_eq!(of(0x0001_0800), Ok(()));
        assert!(of(0x0000_0800).is_err() && of(0x0001_0806).is_err());
        assert_eq!(PACKET_TYPE.info().map(|info| info.since), Some(V1_5));
    }

    #[test]
    fn actions_before_a_set_field_count() {
        let check = |m: Match, instructions: Instructions| {
            let flow_mod = FlowMod { match_: m, instructions, ..FlowMod::add() };
            flow_mod.checked().map(|_| ()).map_err(|err| err.to_string())
        };
        let pcp = || Action::set_field(oxm::VLAN_PCP, 3);
        let tagged = Instructions::new().apply([Action::PushVlan(0x8100), pcp()]);
        assert_eq!(check(Match::new(), tagged), Ok(()));
        let late = Instructions::new().apply([pcp(), Action::PushVlan(0x8100)]);
        let missing = "set_field of vlan_pcp needs a vlan_vid".to_owned();
        assert_eq!(check(Match::new(), late.clone()), Err(missing.clone()));
        // The action set comes last, wherever its instruction stands.
        let written = Instructions::new().write([pcp()]).apply([Action::PushVlan(0x8100)]);
        assert_eq!(check(Match::new(), written), Ok(()));
        assert_eq!(check(Match::new(), Instructions::new().write([pcp()])), Err(missing));

        let ipv4 = Match::new().eth_type(0x0800);
        let dscp = || Action::set_field(oxm::IP_DSCP, 3);
        let below = Instructions::new().apply([Action::PushMpls(0x8847), dscp()]);
        let missing = "set_field of ip_dscp needs eth_type=0x800 or eth_type=0x86dd".to_owned();
        assert_eq!(check(ipv4.clone(), below), Err(missing));
        // The protocol that was matched is below the label, too.
        let tcp = Match::new().eth_type(0x0800).ip_proto(6);
        let port = Action::set_field(oxm::TCP_DST, 80);
        let below = Instructions::new().apply([Action::PushMpls(0x8847), port.clone()]);
        assert_eq!(check(tcp.clone(), Instruction::apply([port])), Ok(()));
        assert_eq!(check(tcp, below), Err("set_field of tcp_dst needs ip_proto=6".to_owned()));
        let label = Action::set_field(oxm::MPLS_LABEL, 3);
        let labelled = Instructions::new().apply([Action::PushMpls(0x8847), label]);
        assert_eq!(check(ipv4, labelled), Ok(()));
        let popped = Instructions::new().apply([Action::PopMpls(0x0800), dscp()]);
        assert_eq!(check(Match::new().eth_type(0x8847), popped), Ok(()));
        // What a stranger's action does is not known.
        let data = bytes::Bytes::new();
        let stranger = Action::Experimenter { experimenter: 7, data };
        let after = Instructions::new().apply([stranger, dscp()]);
        assert_eq!(check(Match::new(), after), Ok(()));
    }

    #[test]
    fn a_priority_needs_the_bit_of_the_tag() {
        // Open vSwitch answers BAD_PREREQ to the second and the third.
        let pcp = |m: Match| m.vlan_pcp(4).check().is_ok();
        assert!(pcp(Match::new().vlan_vid_masked(0x1000, 0x1000)));
        assert!(!pcp(Match::new().vlan_vid_masked(0x400, 0xf4a)));
        assert!(!pcp(Match::new().vlan_vid(0x007)));
    }

    #[test]
    fn sending_does_not_check() {
        use crate::ofproto::{Encode, Xid};
        let alone = FlowMod { match_: Match::new().tcp_dst(80), ..FlowMod::add() };
        assert!(alone.check().is_err());
        assert!(alone.encode(V1_3, Xid(1), &mut bytes::BytesMut::new()).is_ok());
    }
}
