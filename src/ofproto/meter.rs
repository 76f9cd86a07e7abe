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
    /// What a meter-mod does.
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
    /// How a meter counts.
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

/// Changes the meter table.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MeterBand, MeterBandDrop, MeterFlags, MeterMod, V1_3, Xid};
///
/// let meter = MeterMod {
///     flags: MeterFlags::KBPS,
///     meter_id: 1,
///     bands: vec![MeterBand::Drop(MeterBandDrop { rate: 1000, burst_size: 10 })],
///     ..MeterMod::default()
/// };
/// let mut buf = BytesMut::new();
/// meter.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf.len(), 32);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterMod {
    /// What to do.
    pub command: MeterModCommand,
    /// How it counts.
    pub flags: MeterFlags,
    /// The meter.
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
    /// What a meter does above a rate.
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
    /// Drops packets above a rate.
    pub struct MeterBandDrop "drop" "OFPMeterBandDrop" {
        /// Rate, in the meter's unit.
        rate: u32,
        /// Burst, in kbit or packets.
        burst_size: u32,
        pad: 4,
    }
}

wire_struct! {
    /// Raises the drop precedence in the DSCP above a rate.
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
    /// A vendor's band.
    pub struct MeterBandExperimenter "experimenter" "OFPMeterBandExperimenter" {
        /// Rate, in the meter's unit.
        rate: u32,
        /// Burst, in kbit or packets.
        burst_size: u32,
        /// Who defined it.
        experimenter: u32,
        /// The rest.
        data: Bytes as Rest,
    }
}

/// Counters of a meter.
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
    /// Nanoseconds beyond these.
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
    /// Counters of a band.
    pub struct MeterBandStats "band" "OFPMeterBandStats" {
        /// Packets the band was applied to.
        packet_band_count: u64,
        /// Bytes in them.
        byte_band_count: u64,
    }
}

/// A meter as the switch describes it (`MeterDesc` in 1.5).
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

/// What meters can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterFeatures {
    /// Most meters.
    pub max_meter: u32,
    /// Types of bands it has, a bit each.
    pub band_types: u32,
    /// Flags it has.
    pub capabilities: u32,
    /// Most bands of a meter.
    pub max_bands: u8,
    /// Most colours.
    pub max_color: u8,
    /// What else it can do, bits; 1.5. `None` if the switch does not say: Open vSwitch 3.1 answers in
    /// 1.5, too, with what 1.4 had.
    pub features: Option<u32>,
}

/// The bits and four bytes of padding, if the message does not end before them.
enum LastWords {}

impl Codec<Option<u32>> for LastWords {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Option<u32>, DecodeError> {
        if r.is_empty() {
            return Ok(None);
        }
        let features = r.u32()?;
        r.pad(4)?;
        Ok(Some(features))
    }
    fn encode(value: &Option<u32>, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        if let Some(features) = value {
            w.u32(*features);
            w.pad(4);
        }
        Ok(())
    }
    fn to_json(
        v: &Option<u32>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        LastWords::encode(v, version, w)?;
        Ok((*v).into())
    }
    fn from_json(version: Version, value: &Value) -> Result<Option<u32>, JsonError> {
        u32::from_json(version, value).map(Some)
    }
    fn show(value: &Option<u32>, out: &mut String) -> bool {
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
        v.with::<LastWords, _>("features", features)?;
    }
    Ok(())
});
noun!(MeterFeatures, "meter features", "OFPMeterFeaturesStats");
display!(MeterFeatures, "meter_features");
