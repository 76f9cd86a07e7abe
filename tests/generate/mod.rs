//! Random values of every noun of `ofproto`, from a seed: the same seed gives the same values.
//!
//! A value is one that its version can say: what a version lacks is left at its default, so that
//! encoding loses nothing. [`Gen::wild`] asks for more: things that no version knows.

mod actions;
mod messages;
mod structures;

use bytes::Bytes;
use ryu_sdn::ofproto::oxm::{CLASS_EXPERIMENTER, FieldInfo, OxmTlv};
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::MacAddr;
use std::net::{Ipv4Addr, Ipv6Addr};

pub(crate) use messages::topics;

/// A source of values.
pub(crate) struct Gen {
    state: u64,
    /// For which version.
    pub(crate) version: Version,
    /// Whether there may also be what Ryu does not know: types nobody gave a meaning to.
    pub(crate) wild: bool,
    /// How deep in nested actions.
    depth: u8,
    /// Whose turn it is of those that are too many for chance.
    turn: usize,
}

impl Gen {
    /// A source for `version`.
    pub(crate) fn new(seed: u64, version: Version) -> Gen {
        Gen {
            state: seed ^ u64::from(version.wire()) << 56,
            version,
            wild: false,
            depth: 0,
            turn: 0,
        }
    }

    /// The next 64 bits (SplitMix64).
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// Yes once in `n`.
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A number of at most `bits` bits: small, large, all ones, zero.
    fn number(&mut self, bits: u32) -> u128 {
        let all = u128::MAX >> (128 - bits);
        let random = u128::from(self.bits()) << 64 | u128::from(self.bits());
        match self.below(12) {
            0 => 0,
            1 => all,
            2 => random & all & 0xff,
            _ => random & all,
        }
    }

    /// Any value of a type.
    pub(crate) fn any<T: Any>(&mut self) -> T {
        T::any(self)
    }

    /// As `any` in versions from `since` on, the default before.
    fn since<T: Any + Default>(&mut self, since: Version) -> T {
        if self.version >= since { self.any() } else { T::default() }
    }

    /// As `any` in versions before `until`, the default from then on.
    fn until<T: Any + Default>(&mut self, until: Version) -> T {
        if self.version < until { self.any() } else { T::default() }
    }

    /// At most `max` values.
    fn list<T>(&mut self, max: usize, mut one: impl FnMut(&mut Gen) -> T) -> Vec<T> {
        let n = self.below(max + 1);
        (0..n).map(|_| one(self)).collect()
    }

    /// Bytes: `lead` and then at most `max` times `step`.
    fn bytes(&mut self, lead: usize, step: usize, max: usize) -> Bytes {
        let n = lead + step * self.below(max + 1);
        (0..n).map(|_| self.bits() as u8).collect()
    }

    /// One of several.
    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// A row of the table of match fields that the version has.
    fn field(&mut self) -> &'static FieldInfo {
        let version = self.version;
        let all: Vec<_> =
            FieldInfo::all().filter(|i| i.since <= version && version <= i.until).collect();
        self.one_of(&all)
    }

    /// The name of a field that is no experimenter's: Nicira's actions have no room for those.
    fn plain_id(&mut self) -> OxmId {
        loop {
            let id: OxmId = self.any();
            if id.header >> 16 != u32::from(CLASS_EXPERIMENTER) {
                return id;
            }
        }
    }

    /// A match field with a value and, where the field can have one and `masks` says so, a mask.
    fn tlv(&mut self, masks: bool) -> Vec<u8> {
        let info = self.field();
        let bits = u32::from(info.bits);
        let mut payload = lead(info);
        let mut value = self.number(bits);
        let size = usize::from(info.size);
        let tail = |number: u128| number.to_be_bytes()[16 - size..].to_vec();
        let masked = masks && info.maskable && self.one_in(2);
        if masked {
            let mask = self.number(bits) | 1;
            value &= mask;
            payload.extend(tail(value));
            payload.extend(tail(mask));
        } else {
            payload.extend(tail(value));
        }
        let mut tlv = header(info, masked, payload.len()).to_be_bytes().to_vec();
        tlv.extend(payload);
        tlv
    }
}

/// What stands before the value of an experimenter's field.
fn lead(info: &FieldInfo) -> Vec<u8> {
    let mut lead = Vec::new();
    if let Some(id) = info.experimenter {
        lead.extend(id.to_be_bytes());
        lead.extend(info.exp_type.into_iter().flat_map(u16::to_be_bytes));
    }
    lead
}

fn header(info: &FieldInfo, masked: bool, len: usize) -> u32 {
    u32::from(info.class) << 16 | u32::from(info.number) << 9 | u32::from(masked) << 8 | len as u32
}

/// The match whose wire form `bytes` is, read as part of a request for flows.
fn match_of(version: Version, bytes: &[u8]) -> Match {
    let mut wire = vec![version.wire(), 18, 0, 0, 0, 0, 0, 0];
    if version == V1_0 {
        wire[1] = 16;
        wire.extend([0, 1, 0, 0]);
        wire.extend(bytes);
        wire.extend([0; 4]);
    } else {
        let flow = if version >= V1_5 { 17 } else { 1 };
        wire.extend([0, flow, 0, 0, 0, 0, 0, 0]);
        wire.extend([0; 32]);
        wire.extend(bytes);
    }
    let len = wire.len() as u16;
    wire[2..4].copy_from_slice(&len.to_be_bytes());
    match Message::decode(version, &wire.into()).unwrap().1 {
        Message::MultipartRequest(MultipartRequest {
            body: MultipartRequestBody::Flow(request),
            ..
        }) => request.match_,
        other => panic!("{other}"),
    }
}

/// Fields in the form that every version from 1.2 on has, and 1.3 for 1.0's actions too.
fn match_of_fields(version: Version, tlvs: &[u8]) -> Match {
    let len = 4 + tlvs.len();
    let mut bytes = vec![0, 1];
    bytes.extend((len as u16).to_be_bytes());
    bytes.extend(tlvs);
    bytes.resize(len.next_multiple_of(8), 0);
    match_of(version.max(V1_2), &bytes)
}

/// Something of which there are values.
pub(crate) trait Any {
    /// Any value.
    fn any(g: &mut Gen) -> Self;
}

macro_rules! any_numbers {
    ($($ty:ty: $make:expr, $bits:literal;)*) => { $(
        impl Any for $ty {
            fn any(g: &mut Gen) -> $ty {
                $make(g.number($bits).try_into().unwrap())
            }
        }
    )* };
}

any_numbers! {
    u8: |v: u8| v, 8;
    u16: |v: u16| v, 16;
    u32: |v: u32| v, 32;
    u64: |v: u64| v, 64;
    BufferId: BufferId, 32;
    GroupId: GroupId, 32;
    Dpid: Dpid, 64;
    Role: Role, 32;
    ConfigFlags: ConfigFlags, 16;
    FlowRemovedReason: FlowRemovedReason, 8;
    PacketInReason: PacketInReason, 8;
    PortReason: PortReason, 8;
    PortConfig: PortConfig, 32;
    PortState: PortState, 32;
    PortFeatures: PortFeatures, 32;
    Capabilities: Capabilities, 32;
    GroupType: GroupType, 8;
    MeterModCommand: MeterModCommand, 16;
    MeterFlags: MeterFlags, 16;
    RoleReason: RoleReason, 8;
    ControllerStatusReason: ControllerStatusReason, 8;
    ChannelStatus: ChannelStatus, 8;
    TableReason: TableReason, 8;
    BundleCtrlType: BundleCtrlType, 16;
    BundleFlags: BundleFlags, 16;
    FlowMonitorFlags: FlowMonitorFlags, 16;
    FlowMonitorCommand: FlowMonitorCommand, 8;
    MultipartFlags: MultipartFlags, 16;
    GroupTypes: GroupTypes, 32;
    GroupCapabilities: GroupCapabilities, 32;
    MeterBandTypes: MeterBandTypes, 32;
    MeterCapabilities: MeterCapabilities, 32;
    MeterFeatureFlags: MeterFeatureFlags, 32;
    TableConfig: TableConfig, 32;
    EvictionFlags: EvictionFlags, 32;
    TableFeaturesCommand: TableFeaturesCommand, 8;
    TableFeatureFlags: TableFeatureFlags, 32;
    StatTriggerFlags: StatTriggerFlags, 32;
    BundleFeatureFlags: BundleFeatureFlags, 32;
    OpticalFlags: OpticalFlags, 32;
}

impl Any for PortNo {
    fn any(g: &mut Gen) -> PortNo {
        if g.version == V1_0 { PortNo::from_v1_0(g.any()) } else { PortNo(g.any()) }
    }
}

impl Any for MacAddr {
    fn any(g: &mut Gen) -> MacAddr {
        let bytes = g.number(48).to_be_bytes();
        MacAddr(bytes[10..].try_into().unwrap())
    }
}

impl Any for Ipv4Addr {
    fn any(g: &mut Gen) -> Ipv4Addr {
        Ipv4Addr::from(g.any::<u32>())
    }
}

impl Any for Ipv6Addr {
    fn any(g: &mut Gen) -> Ipv6Addr {
        Ipv6Addr::from(g.number(128))
    }
}

impl<T: Any> Any for Option<T> {
    fn any(g: &mut Gen) -> Option<T> {
        g.one_in(2).then(|| g.any())
    }
}

impl<T: Any, const N: usize> Any for [T; N] {
    fn any(g: &mut Gen) -> [T; N] {
        std::array::from_fn(|_| g.any())
    }
}

/// At most four.
impl<T: Any> Any for Vec<T> {
    fn any(g: &mut Gen) -> Vec<T> {
        g.list(4, Gen::any)
    }
}

/// Payload: any number of bytes.
impl Any for Bytes {
    fn any(g: &mut Gen) -> Bytes {
        g.bytes(0, 1, 70)
    }
}

impl Any for Text {
    fn any(g: &mut Gen) -> Text {
        let letters = g.list(31, |g| char::from(b' ' + g.below(95) as u8));
        Text::from(letters.into_iter().collect::<String>().as_str())
    }
}

impl Any for PortName {
    fn any(g: &mut Gen) -> PortName {
        let letters = g.list(15, |g| char::from(b'!' + g.below(94) as u8));
        PortName::from(letters.into_iter().collect::<String>().as_str())
    }
}

/// In 1.0 the forty bytes, else up to six fields in the order of their numbers.
impl Any for Match {
    fn any(g: &mut Gen) -> Match {
        if g.version == V1_0 {
            let mut fixed: Vec<u8> = (0..40).map(|_| g.bits() as u8).collect();
            // Wildcards that 1.0 has; padding is zero.
            fixed[0] = 0;
            fixed[1] &= 0x3f;
            fixed[21] = 0;
            fixed[26..28].fill(0);
            return match_of(V1_0, &fixed);
        }
        let mut tlvs = g.list(6, |g| g.tlv(true));
        let key =
            |tlv: &Vec<u8>| (u32::from_be_bytes(tlv[..4].try_into().unwrap()) >> 9, tlv.clone());
        tlvs.sort_by_key(key);
        tlvs.dedup_by_key(|tlv| key(tlv).0);
        match_of_fields(g.version, &tlvs.concat())
    }
}

/// A field without a mask, as set-field has it.
impl Any for OxmTlv {
    fn any(g: &mut Gen) -> OxmTlv {
        let masks = g.version >= V1_5;
        let tlv = g.tlv(masks);
        match_of_fields(g.version, &tlv).fields().next().unwrap()
    }
}

/// The name of a field with the size of its value.
impl Any for OxmId {
    fn any(g: &mut Gen) -> OxmId {
        let info = g.field();
        let len = lead(info).len() + usize::from(info.size);
        OxmId { header: header(info, false, len), experimenter: info.experimenter.unwrap_or(0) }
    }
}

impl Any for Stats {
    fn any(g: &mut Gen) -> Stats {
        use OxsField::*;
        let mut stats = Stats::new();
        for field in [Duration, IdleTime, FlowCount, PacketCount, ByteCount] {
            if g.one_in(2) {
                let wide = matches!(field, PacketCount | ByteCount);
                let words = [0; 2].map(|_: u8| g.number(if wide { 64 } else { 32 }) as u64);
                stats = stats.with(field, &words);
            }
        }
        stats
    }
}

/// A structure whose members may all be anything.
macro_rules! any_struct {
    ($($noun:ident { $($field:ident),* $(,)? })*) => { $(
        impl $crate::generate::Any for $noun {
            fn any(g: &mut $crate::generate::Gen) -> $noun {
                $( let $field = g.any(); )*
                let _ = &g;
                $noun { $($field),* }
            }
        }
    )* };
}
pub(crate) use any_struct;

/// A union: its variants with the first version that has each, and perhaps the last one.
///
/// Ryu takes a property of a type that nobody knows for all that follows it: only wild ones.
macro_rules! any_union {
    ($($union:ident { $($row:ident: $since:ident $(to $until:ident)?),* $(,)? };)*) => { $(
        impl $crate::generate::Any for $union {
            fn any(g: &mut $crate::generate::Gen) -> $union {
                let version = g.version;
                type Make = fn(&mut $crate::generate::Gen) -> $union;
                let all: Vec<(Version, Version, Make)> = vec![
                    $( ($since, any_union!(@until $($until)?), |g| $union::$row(g.any())) ),*
                ];
                let mut fit: Vec<Make> = all
                    .iter()
                    .filter(|row| row.0 <= version && version <= row.1)
                    .map(|row| row.2)
                    .collect();
                let unknown: Make = |g| $union::Unknown {
                    prop_type: 0x7000 + g.below(99) as u16,
                    data: g.bytes(0, 4, 3),
                };
                if g.wild {
                    fit.push(unknown);
                }
                g.one_of(&fit)(g)
            }
        }
    )* };
    (@until) => { V1_5 };
    (@until $until:ident) => { $until };
}
pub(crate) use any_union;
