//! Meters: their table, its commands, counters and features. 1.3 and later.
//!
//! Spec: 1.3 sections 5.7, 7.3.4.4 and 7.3.5.12 to 7.3.5.14.

use bytes::Bytes;
use serde_json::Value;

use super::codec::{Codec, Member as _, display, fields, noun, wire_struct, wire_union};
use super::encode::{Body, EncodeError};
use super::json::JsonError;
use super::members::{Rest, plain_numbers};
use super::message_type::MessageType;
use super::version::{V1_5, Version};
use crate::wire::{DecodeError, Padding, Reader, Writer};
use crate::{wire_flags, wire_number};

wire_number! {
    /// What a meter-mod does; 16 bits, 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.4.4; `ofp_meter_mod_command`.
    ///
    /// See the example of [`MeterMod`].
    pub struct MeterModCommand(u16) {
        /// Adds a meter.
        ADD = 0, "add";
        /// Changes a meter.
        MODIFY = 1, "modify";
        /// Deletes a meter, or all.
        DELETE = 2, "delete";
    }
}

wire_flags! {
    /// How a meter counts; 16 bits, 1.3 and later. One of `KBPS` and `PKTPS` is set.
    ///
    /// Spec: 1.3 section 7.3.4.4; `ofp_meter_flags`.
    ///
    /// See the example of [`MeterMod`].
    pub struct MeterFlags(u16) {
        /// Rates in kbit/s.
        KBPS = 1 << 0, "kbps";
        /// Rates in packets per second.
        PKTPS = 1 << 1, "pktps";
        /// Bursts are allowed.
        BURST = 1 << 2, "burst";
        /// Statistics are kept.
        STATS = 1 << 3, "stats";
    }
}

plain_numbers! {
    MeterModCommand: u16, MeterModCommand, |v| v.0;
    MeterFlags: u16, MeterFlags, |v| v.0;
}

/// Changes the meter table; 1.3 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `command` | 0 to 2 | 1.3 |
/// | `flags` | bits | 1.3 |
/// | `meter_id` | 1 to 0xffff_0000; 0xffff_fffd slow path, ..fe controller, ..ff all | 1.3 |
/// | `bands` | none in deletes | 1.3 |
///
/// Spec: 1.3 section 7.3.4.4; `ofp_meter_mod`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MeterBand, MeterBandDrop, MeterFlags, MeterMod, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let meter = MeterMod {
///     flags: MeterFlags::KBPS,
///     meter_id: 1,
///     bands: vec![MeterBand::Drop(MeterBandDrop { rate: 1000, burst_size: 10 })],
///     ..MeterMod::default()
/// };
/// let mut buf = BytesMut::new();
/// meter.encode(V1_3, Xid(1), &mut buf)?;
/// let parts = [
///     "041d 0020 00000001 0000 0001 00000001", // header, add, kbps, meter
///     "0001 0010 000003e8 0000000a 00000000",  // drop above 1,000 kbit/s, burst 10 kbit
/// ];
/// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterMod {
    /// What to do.
    pub command: MeterModCommand,
    /// How it counts.
    pub flags: MeterFlags,
    /// The meter, from 1; in deletes also [`MeterMod::METER_ALL`].
    pub meter_id: u32,
    /// What happens above which rate.
    pub bands: Vec<MeterBand>,
}

impl MeterMod {
    /// `meter_id` of every meter, in deletes and requests.
    pub const METER_ALL: u32 = 0xffff_ffff;
}

fields!(MeterMod, |this, v| {
    let MeterMod { command, flags, meter_id, bands } = this;
    v.field("command", command)?;
    v.field("flags", flags)?;
    v.field("meter_id", meter_id)?;
    v.field("bands", bands)
});
noun!(MeterMod, "meter_mod", "OFPMeterMod");
display!(MeterMod, "meter_mod");

impl Body for MeterMod {
    const TYPE: MessageType = MessageType::MeterMod;
}

wire_union! {
    /// What a meter does above a rate; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.4.4; `ofp_meter_band_header`.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{
    ///     Encode, MeterBand, MeterBandDrop, MeterBandDscpRemark, MeterBandExperimenter, MeterMod,
    ///     ONF, V1_3, Xid,
    /// };
    /// use ryu_sdn::wire::hex;
    ///
    /// let remark = MeterBandDscpRemark { rate: 100, burst_size: 0, prec_level: 1 };
    /// let (experimenter, data) = (ONF, vec![0, 0, 0, 0, 0, 0, 0, 9].into());
    /// let theirs = MeterBandExperimenter { rate: 200, burst_size: 0, experimenter, data };
    /// let bands = vec![
    ///     MeterBand::DscpRemark(remark),
    ///     MeterBand::Experimenter(theirs),
    ///     MeterBand::Drop(MeterBandDrop { rate: 300, burst_size: 10 }),
    /// ];
    /// let mut buf = BytesMut::new();
    /// MeterMod { bands, ..MeterMod::default() }.encode(V1_3, Xid(1), &mut buf)?;
    /// let parts = [
    ///     "0002 0010 00000064 00000000 01 000000",
    ///     "ffff 0018 000000c8 00000000 4f4e4600 0000000000000009",
    ///     "0001 0010 0000012c 0000000a 00000000",
    /// ];
    /// assert_eq!(Some(buf[16..].to_vec()), hex::decode(&parts.concat()));
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum MeterBand "meter band" ("type" "len" None) {
        /// Drops.
        Drop(MeterBandDrop) = 1, "OFPMeterBandDrop";
        /// Remarks the DSCP.
        DscpRemark(MeterBandDscpRemark) = 2, "OFPMeterBandDscpRemark";
        /// A vendor's.
        Experimenter(MeterBandExperimenter) = 65535, "OFPMeterBandExperimenter";
    }
}

wire_struct! {
    /// Drops packets above a rate; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.4.4; `ofp_meter_band_drop`.
    ///
    /// See the example of [`MeterBand`].
    pub struct MeterBandDrop "drop" "OFPMeterBandDrop" {
        /// Rate, in the meter's unit.
        rate: u32,
        /// Burst, in kbit or packets.
        burst_size: u32,
        pad: 4,
    }
}

wire_struct! {
    /// Raises the drop precedence in the DSCP above a rate; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.4.4; `ofp_meter_band_dscp_remark`.
    ///
    /// See the example of [`MeterBand`].
    pub struct MeterBandDscpRemark "dscp_remark" "OFPMeterBandDscpRemark" {
        /// Rate, in the meter's unit.
        rate: u32,
        /// Burst, in kbit or packets.
        burst_size: u32,
        /// How many levels of drop precedence are added.
        prec_level: u8,
        pad: 3,
    }
}

wire_struct! {
    /// A vendor's band; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.4.4; `ofp_meter_band_experimenter`.
    ///
    /// See the example of [`MeterBand`].
    pub struct MeterBandExperimenter "experimenter" "OFPMeterBandExperimenter" {
        /// Rate, in the meter's unit.
        rate: u32,
        /// Burst, in kbit or packets.
        burst_size: u32,
        /// Who defined it.
        experimenter: u32,
        /// The rest; with it the band is a multiple of eight bytes.
        data: Bytes as Rest,
    }
}

/// Counters of a meter; 1.3 and later. A multipart reply holds any number.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `meter_id` | | 1.3 |
/// | `flow_count` | flow entries | 1.3 |
/// | `packet_in_count`, `byte_in_count` | packets, bytes | 1.3 |
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond | 1.3 |
/// | `band_stats` | in the order of the bands | 1.3 |
///
/// Spec: 1.3 section 7.3.5.12; `ofp_meter_stats`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Encode, MeterBandStats, MeterStats, MultipartFlags, MultipartReply, MultipartReplyBody,
///     V1_3, Xid,
/// };
///
/// let band_stats = vec![MeterBandStats { packet_band_count: 1, byte_band_count: 60 }];
/// let meter = MeterStats { meter_id: 1, flow_count: 2, band_stats, ..MeterStats::default() };
/// let body = MultipartReplyBody::Meter(vec![meter]);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..32], [0, 0, 0, 1, 0, 56, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
/// assert_eq!(buf[56..], [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 60]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterStats {
    /// The meter.
    pub meter_id: u32,
    /// Flow entries that use it; `ref_count` in 1.5.
    pub flow_count: u32,
    /// Packets that came in.
    pub packet_in_count: u64,
    /// Bytes in them.
    pub byte_in_count: u64,
    /// Whole seconds it has been there.
    pub duration_sec: u32,
    /// Nanoseconds beyond these, 0 to 999,999,999.
    pub duration_nsec: u32,
    /// Counters of its bands.
    pub band_stats: Vec<MeterBandStats>,
}

fields!(MeterStats, |this, v| {
    let version = v.version();
    let MeterStats {
        meter_id,
        flow_count,
        packet_in_count,
        byte_in_count,
        duration_sec,
        duration_nsec,
        band_stats,
    } = this;
    v.boxed(Padding::None, |v| {
        v.field("meter_id", meter_id)?;
        v.len("len")?;
        v.pad(6)?;
        v.field(if version >= V1_5 { "ref_count" } else { "flow_count" }, flow_count)?;
        v.field("packet_in_count", packet_in_count)?;
        v.field("byte_in_count", byte_in_count)?;
        v.field("duration_sec", duration_sec)?;
        v.field("duration_nsec", duration_nsec)?;
        v.field("band_stats", band_stats)
    })
});
noun!(MeterStats, "meter stats", "OFPMeterStats");
display!(MeterStats, "meter");

wire_struct! {
    /// Counters of a band; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.5.12; `ofp_meter_band_stats`.
    ///
    /// See the example of [`MeterStats`].
    pub struct MeterBandStats "band" "OFPMeterBandStats" {
        /// Packets the band was applied to.
        packet_band_count: u64,
        /// Bytes in them.
        byte_band_count: u64,
    }
}

/// A meter as the switch describes it (`MeterDesc` in 1.5); 1.3 and later. A multipart reply holds
/// any number.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `flags` | bits | 1.3 |
/// | `meter_id` | | 1.3 |
/// | `bands` | | 1.3 |
///
/// Spec: 1.3 section 7.3.5.13; `ofp_meter_config`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Encode, MeterBand, MeterBandDrop, MeterConfig, MeterFlags, MultipartFlags, MultipartReply,
///     MultipartReplyBody, V1_3, Xid,
/// };
///
/// let bands = vec![MeterBand::Drop(MeterBandDrop { rate: 1000, burst_size: 10 })];
/// let meter = MeterConfig { flags: MeterFlags::PKTPS, meter_id: 1, bands };
/// let body = MultipartReplyBody::MeterConfig(vec![meter]);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..24], [0, 24, 0, 2, 0, 0, 0, 1]);
/// assert_eq!(buf[24..], [0, 1, 0, 16, 0, 0, 0x03, 0xe8, 0, 0, 0, 10, 0, 0, 0, 0]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterConfig {
    /// How it counts.
    pub flags: MeterFlags,
    /// The meter.
    pub meter_id: u32,
    /// What happens above which rate.
    pub bands: Vec<MeterBand>,
}

fields!(MeterConfig, |this, v| {
    let MeterConfig { flags, meter_id, bands } = this;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.field("flags", flags)?;
        v.field("meter_id", meter_id)?;
        v.field("bands", bands)
    })
});
noun!(MeterConfig, "meter config", |version| {
    if version >= V1_5 { "OFPMeterDescStats" } else { "OFPMeterConfigStats" }
});
display!(MeterConfig, "meter");

/// What meters can do; 1.3 and later. In a multipart reply.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `max_meter` | meters | 1.3 |
/// | `band_types` | bits | 1.3 |
/// | `capabilities` | bits | 1.3 |
/// | `max_bands` | bands | 1.3 |
/// | `max_color` | 0 to 255 | 1.3 |
/// | `features` | bits | 1.5 |
///
/// Spec: 1.3 section 7.3.5.14; `ofp_meter_features`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Encode, MeterBandTypes, MeterFeatureFlags, MeterFeatures, MultipartFlags, MultipartReply,
///     MultipartReplyBody, V1_3, V1_5, Xid,
/// };
///
/// let reply = |can| MultipartReply {
///     flags: MultipartFlags(0),
///     body: MultipartReplyBody::MeterFeatures(vec![can]),
/// };
/// let none = MeterFeatures::default();
/// let band_types = MeterBandTypes::DROP | MeterBandTypes::DSCP_REMARK;
/// let can = MeterFeatures { max_meter: 256, band_types, max_bands: 4, ..none };
/// let (mut old, mut new) = (BytesMut::new(), BytesMut::new());
/// reply(can.clone()).encode(V1_3, Xid(1), &mut old)?;
/// reply(MeterFeatures { features: Some(MeterFeatureFlags(0)), ..can }).encode(V1_5, Xid(1), &mut new)?;
/// assert_eq!(old[16..], [0, 0, 1, 0, 0, 0, 0, 0b110, 0, 0, 0, 0, 4, 0, 0, 0]);
/// assert_eq!((&new[16..32], &new[32..]), (&old[16..], &[0; 8][..]));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterFeatures {
    /// Most meters.
    pub max_meter: u32,
    /// Types of bands it has.
    pub band_types: MeterBandTypes,
    /// What its meters can do.
    pub capabilities: MeterCapabilities,
    /// Most bands of a meter.
    pub max_bands: u8,
    /// Highest value of a colour.
    pub max_color: u8,
    /// What else it can do; 1.5. `None` if the switch does not say: Open vSwitch 3.1 answers in
    /// 1.5, too, with what 1.4 had.
    pub features: Option<MeterFeatureFlags>,
}

wire_flags! {
    /// Types of bands that a switch has: bit N is type N; 32 bits, 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.5.14; the bits are those of `ofp_meter_band_type`.
    ///
    /// See the example of [`MeterFeatures`].
    pub struct MeterBandTypes(u32) {
        /// Bands that drop.
        DROP = 1 << 1, "drop";
        /// Bands that remark.
        DSCP_REMARK = 1 << 2, "dscp_remark";
    }
}

wire_flags! {
    /// What the meters of a switch can do; 32 bits, 1.3 and later. The bits are those of
    /// [`MeterFlags`].
    ///
    /// Spec: 1.3 section 7.3.5.14; `ofp_meter_flags`.
    ///
    /// See the example of [`MeterFeatures`].
    pub struct MeterCapabilities(u32) {
        /// Rates in kilobits per second.
        KBPS = 1 << 0, "kbps";
        /// Rates in packets per second.
        PKTPS = 1 << 1, "pktps";
        /// Sizes of bursts.
        BURST = 1 << 2, "burst";
        /// Statistics.
        STATS = 1 << 3, "stats";
    }
}

wire_flags! {
    /// What else the meters of a switch can do; 32 bits, 1.5.
    ///
    /// Spec: 1.5 section 7.3.5.15; `ofp_meter_feature_flags`.
    ///
    /// See the example of [`MeterFeatures`].
    pub struct MeterFeatureFlags(u32) {
        /// The meter action in action sets.
        ACTION_SET = 1 << 0, "action_set";
        /// The meter action anywhere in a list, not only first.
        ANY_POSITION = 1 << 1, "any_position";
        /// More than one meter action in a list.
        MULTI_LIST = 1 << 2, "multi_list";
    }
}

plain_numbers! {
    MeterBandTypes: u32, MeterBandTypes, |v| v.0;
    MeterCapabilities: u32, MeterCapabilities, |v| v.0;
    MeterFeatureFlags: u32, MeterFeatureFlags, |v| v.0;
}

/// The bits and four bytes of padding, if the message does not end before them.
enum LastWords {}

impl Codec<Option<MeterFeatureFlags>> for LastWords {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Option<MeterFeatureFlags>, DecodeError> {
        if r.is_empty() {
            return Ok(None);
        }
        let features = MeterFeatureFlags(r.u32()?);
        r.pad(4)?;
        Ok(Some(features))
    }
    fn encode(
        value: &Option<MeterFeatureFlags>,
        _: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        if let Some(features) = value {
            w.u32(features.0);
            w.pad(4);
        }
        Ok(())
    }
    fn to_json(
        v: &Option<MeterFeatureFlags>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        LastWords::encode(v, version, w)?;
        Ok(v.map(|features| features.0).into())
    }
    fn from_json(version: Version, value: &Value) -> Result<Option<MeterFeatureFlags>, JsonError> {
        MeterFeatureFlags::from_json(version, value).map(Some)
    }
    fn show(value: &Option<MeterFeatureFlags>, out: &mut String) -> bool {
        value.is_some_and(|features| features.show(out))
    }
}

fields!(MeterFeatures, |this, v| {
    let MeterFeatures { max_meter, band_types, capabilities, max_bands, max_color, features } =
        this;
    v.field("max_meter", max_meter)?;
    v.field("band_types", band_types)?;
    v.field("capabilities", capabilities)?;
    v.field("max_bands", max_bands)?;
    v.field("max_color", max_color)?;
    v.pad(2)?;
    if v.version() >= V1_5 {
        v.with::<LastWords, _>("features", features)
    } else {
        v.without(features, "meter features features")
    }
});
noun!(MeterFeatures, "meter features", "OFPMeterFeaturesStats");
display!(MeterFeatures, "meter_features");
