//! Meters as text: `meter=1 kbps burst bands=type=drop rate=100 burst_size=10`.

use std::fmt;

use bytes::Bytes;

use super::error::OvsTextErrorKind;
use super::flow_text::{Duration, Given, or};
use super::token::{Items, expected};
use super::{Parser, Result};
use crate::ofproto::{
    MeterBand, MeterBandDrop, MeterBandDscpRemark, MeterBandExperimenter, MeterConfig, MeterFlags,
    MeterMod, MeterModCommand, MeterStats, V1_3,
};
use crate::wire::hex;

/// Numbers of meters that have a name.
const METERS: &[(&str, u32)] =
    &[("all", MeterMod::METER_ALL), ("controller", 0xffff_fffe), ("slowpath", 0xffff_fffd)];

/// Largest number of a meter without a name.
const METER_MAX: u32 = 0xffff_0000;

/// The words for flags.
const FLAGS: &[(&str, MeterFlags)] = &[
    ("kbps", MeterFlags::KBPS),
    ("pktps", MeterFlags::PKTPS),
    ("burst", MeterFlags::BURST),
    ("stats", MeterFlags::STATS),
];

const COMMANDS: &[(&str, MeterModCommand)] = &[
    ("add", MeterModCommand::ADD),
    ("modify", MeterModCommand::MODIFY),
    ("delete", MeterModCommand::DELETE),
];

/// A meter-mod on one line, in the words of `ovs-ofctl dump-meters`, with the command in front if
/// it is not `add`. [`parse_meter`](super::parse_meter) reads it back.
///
/// Form: `COMMAND meter=1 kbps burst stats bands=type=drop rate=1000 burst_size=10`; rates are in
/// kbit/s, with `pktps` in packets per second. In 1.3 and later.
///
/// Spec: ovs-ofctl(8), "Meter Syntax".
///
/// ```
/// use ryu_sdn::ofproto::{MeterBand, MeterBandDrop, MeterFlags, MeterMod, ovs::MeterText};
///
/// let meter = MeterMod {
///     flags: MeterFlags::KBPS,
///     meter_id: 1,
///     bands: vec![MeterBand::Drop(MeterBandDrop { rate: 1000, burst_size: 0 })],
///     ..MeterMod::default()
/// };
/// assert_eq!(MeterText(&meter).to_string(), "meter=1 kbps bands=type=drop rate=1000");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MeterText<'a>(pub &'a MeterMod);

impl fmt::Display for MeterText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MeterMod { command, flags, meter_id, bands } = self.0;
        match COMMANDS.iter().find(|(_, known)| known == command) {
            Some((_, MeterModCommand::ADD)) => {}
            Some((word, _)) => write!(f, "{word} ")?,
            None => write!(f, "command:{} ", command.0)?,
        }
        let plain = flags.0 == 0 && bands.is_empty();
        if *command == MeterModCommand::DELETE && plain {
            return write!(f, "meter={}", Id(*meter_id));
        }
        write(f, *meter_id, *flags, bands)
    }
}

/// A meter on one line, in the words of `ovs-ofctl dump-meters`.
/// [`parse_meter_config`](super::parse_meter_config) reads it back, and
/// [`parse_meter`](super::parse_meter) makes from it the meter-mod that adds such a meter. The form
/// is that of [`MeterText`]. In 1.3 and later.
///
/// Spec: ovs-ofctl(8), "Meter Syntax" and `dump-meters`.
///
/// ```
/// use ryu_sdn::ofproto::{MeterConfig, MeterFlags, ovs::MeterConfigText};
///
/// let meter = MeterConfig { flags: MeterFlags::PKTPS, meter_id: 7, bands: Vec::new() };
/// assert_eq!(MeterConfigText(&meter).to_string(), "meter=7 pktps bands=");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MeterConfigText<'a>(pub &'a MeterConfig);

impl fmt::Display for MeterConfigText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MeterConfig { flags, meter_id, bands } = self.0;
        if flags.contains(MeterFlags::BURST) {
            return write(f, *meter_id, *flags, bands);
        }
        // Without bursts their size means nothing, and Open vSwitch leaves it out; its datapath in
        // user space answers with the rate there, whatever was sent.
        let mut bands = bands.clone();
        for band in &mut bands {
            match band {
                MeterBand::Drop(band) => band.burst_size = 0,
                MeterBand::DscpRemark(band) => band.burst_size = 0,
                MeterBand::Experimenter(_) | MeterBand::Unknown { .. } => {}
            }
        }
        write(f, *meter_id, *flags, &bands)
    }
}

/// Counters of a meter on one line, in the words of `ovs-ofctl meter-stats`. There is no reading
/// them back. In 1.3 and later.
///
/// Spec: ovs-ofctl(8), `meter-stats`.
///
/// ```
/// use ryu_sdn::ofproto::{MeterStats, ovs::MeterStatsText};
///
/// let stats = MeterStats { meter_id: 7, packet_in_count: 2, ..MeterStats::default() };
/// assert_eq!(
///     MeterStatsText(&stats).to_string(),
///     "meter:7 flow_count:0 packet_in_count:2 byte_in_count:0 duration:0s bands:"
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MeterStatsText<'a>(pub &'a MeterStats);

impl fmt::Display for MeterStatsText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = self.0;
        write!(f, "meter:{} flow_count:{}", Id(stats.meter_id), stats.flow_count)?;
        let (packets, bytes) = (stats.packet_in_count, stats.byte_in_count);
        write!(f, " packet_in_count:{packets} byte_in_count:{bytes}")?;
        write!(f, " duration:{} bands:", Duration(stats.duration_sec, stats.duration_nsec))?;
        for (i, band) in stats.band_stats.iter().enumerate() {
            let (packets, bytes) = (band.packet_band_count, band.byte_band_count);
            write!(f, " {i}: packet_count:{packets} byte_count:{bytes}")?;
        }
        Ok(())
    }
}

/// The number of a meter, or its name.
struct Id(u32);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match METERS.iter().find(|(_, number)| *number == self.0) {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

fn write(f: &mut dyn fmt::Write, id: u32, flags: MeterFlags, bands: &[MeterBand]) -> fmt::Result {
    write!(f, "meter={} ", Id(id))?;
    let mut rest = flags.0;
    for (word, flag) in FLAGS {
        if rest & flag.0 != 0 {
            write!(f, "{word} ")?;
            rest &= !flag.0;
        }
    }
    let unit = flags.0 & (MeterFlags::KBPS.0 | MeterFlags::PKTPS.0) != 0;
    if rest != 0 || !unit {
        write!(f, "flags:{rest:#x} ")?;
    }
    f.write_str("bands=")?;
    for (i, band) in bands.iter().enumerate() {
        f.write_str(if i > 0 { " " } else { "" })?;
        write_band(f, flags, band)?;
    }
    Ok(())
}

fn write_band(f: &mut dyn fmt::Write, flags: MeterFlags, band: &MeterBand) -> fmt::Result {
    let (word, rate, burst) = match band {
        MeterBand::Drop(band) => ("drop", band.rate, band.burst_size),
        MeterBand::DscpRemark(band) => ("dscp_remark", band.rate, band.burst_size),
        MeterBand::Experimenter(band) => ("experimenter", band.rate, band.burst_size),
        MeterBand::Unknown { prop_type, data } => {
            return write!(f, "type={prop_type} data={}", hex::encode(data));
        }
    };
    write!(f, "type={word} rate={rate}")?;
    if flags.contains(MeterFlags::BURST) || burst != 0 {
        write!(f, " burst_size={burst}")?;
    }
    match band {
        MeterBand::DscpRemark(band) => write!(f, " prec_level={}", band.prec_level),
        MeterBand::Experimenter(band) => {
            write!(f, " experimenter={:#010x}", band.experimenter)?;
            match band.data.is_empty() {
                true => Ok(()),
                false => write!(f, " data={}", hex::encode(&band.data)),
            }
        }
        _ => Ok(()),
    }
}

/// One band as the text has it.
#[derive(Default)]
struct Words<'t> {
    rate: Given<'t, u32>,
    burst_size: Given<'t, u32>,
    prec_level: Given<'t, u8>,
    experimenter: Given<'t, u32>,
    data: Given<'t, &'t str>,
}

impl<'t> Parser<'t> {
    /// Reads the whole text as a meter-mod.
    pub(super) fn meter(&self) -> Result<MeterMod> {
        let (command, word, text) = command(self.text);
        if self.version < V1_3 {
            return Err(self.error(word, OvsTextErrorKind::NotInVersion(self.version)));
        }
        let deletes = command == MeterModCommand::DELETE;
        let mut meter = MeterMod { command, ..MeterMod::default() };
        let mut id: Given<'t, u32> = None;
        let mut unit = false;
        let mut bands = None;
        let mut items = Items::new(text);
        while let Some(key) = items.key() {
            if matches!(key, "bands" | "band") {
                let Some(rest) = items.rest.strip_prefix('=') else {
                    return Err(self.error(key, expected("= and bands behind this word")));
                };
                bands = Some(rest);
                break;
            }
            match (key, items.value(self)?) {
                ("meter", Some(value)) => self.set(&mut id, key, self.meter_id(value)?)?,
                ("flags", Some(value)) => {
                    let known = FLAGS.iter().fold(0, |all, (_, flag)| all | flag.0);
                    let bits: u16 = self.int(value, "a number of 16 bits")?;
                    if bits & known != 0 {
                        return Err(self.error(value, expected("known flags by their names")));
                    }
                    meter.flags.0 |= bits;
                    unit = true;
                }
                (_, None) if FLAGS.iter().any(|(word, _)| *word == key) => {
                    let flag = FLAGS.iter().find(|(word, _)| *word == key);
                    meter.flags.0 |= flag.map_or(0, |(_, flag)| flag.0);
                    unit |= matches!(key, "kbps" | "pktps");
                }
                _ => {
                    let what = "meter=, kbps, pktps, burst, stats or bands=";
                    return Err(self.error(key, expected(what)));
                }
            }
        }
        let end = &text[text.len()..];
        meter.meter_id = match id {
            Some((id, _)) => id,
            None if deletes && text.trim().is_empty() => MeterMod::METER_ALL,
            None => return Err(self.error(end, expected("meter="))),
        };
        match bands {
            Some(text) => meter.bands = self.bands(text)?,
            None if deletes => return Ok(meter),
            None => return Err(self.error(end, expected("bands="))),
        }
        if !unit && !deletes {
            return Err(self.error(end, expected("kbps or pktps before the bands")));
        }
        Ok(meter)
    }

    /// Reads the whole text as a meter.
    pub(super) fn meter_config(&self) -> Result<MeterConfig> {
        let (_, word, rest) = command(self.text);
        if rest.len() != self.text.len() {
            return Err(self.error(word, expected("a meter, not a command")));
        }
        let MeterMod { flags, meter_id, bands, .. } = self.meter()?;
        Ok(MeterConfig { flags, meter_id, bands })
    }

    fn meter_id(&self, text: &str) -> Result<u32> {
        const METER: &str = "a meter, 1 to 4294901760, all, controller or slowpath";
        if let Some((_, number)) = METERS.iter().find(|(name, _)| *name == text) {
            return Ok(*number);
        }
        match self.int(text, METER)? {
            number @ 1..=METER_MAX => Ok(number),
            _ => Err(self.error(text, expected(METER))),
        }
    }

    fn bands(&self, text: &'t str) -> Result<Vec<MeterBand>> {
        let mut bands = Vec::new();
        let mut open: Option<(&'t str, Words<'t>)> = None;
        let mut items = Items::new(text);
        while let Some(item) = items.next(self)? {
            let key = item.key;
            let Some(value) = item.value else {
                return Err(self.error(key, expected("= and a value")));
            };
            if key == "type" {
                if let Some((kind, words)) = open.take() {
                    bands.push(self.band(kind, &words)?);
                }
                open = Some((value, Words::default()));
                continue;
            }
            let Some((kind, words)) = open.as_mut() else {
                return Err(self.error(key, expected("type= at the start of a band")));
            };
            const LONG: &str = "a number of 32 bits";
            match (key, *kind) {
                ("rate", _) => self.set(&mut words.rate, key, self.int(value, LONG)?)?,
                ("burst_size", _) => {
                    self.set(&mut words.burst_size, key, self.int(value, LONG)?)?
                }
                ("prec_level", "dscp_remark") => {
                    let level = self.int(value, "a number, 0 to 255")?;
                    self.set(&mut words.prec_level, key, level)?;
                }
                ("experimenter", "experimenter") => {
                    self.set(&mut words.experimenter, key, self.int(value, LONG)?)?;
                }
                ("data", kind) if !matches!(kind, "drop" | "dscp_remark") => {
                    self.set(&mut words.data, key, value)?;
                }
                _ => {
                    let what = "type, rate, burst_size, or prec_level of a dscp_remark";
                    return Err(self.error(key, expected(what)));
                }
            }
        }
        if let Some((kind, words)) = open {
            bands.push(self.band(kind, &words)?);
        }
        Ok(bands)
    }

    /// The band of this type.
    fn band(&self, kind: &'t str, words: &Words<'t>) -> Result<MeterBand> {
        let data = match words.data {
            None => Bytes::new(),
            Some((digits, _)) => match hex::decode(digits) {
                Some(data) => data.into(),
                None => return Err(self.error(digits, expected("hexadecimal digits"))),
            },
        };
        if let Some(prop_type) = self.int(kind, "").ok().filter(|v: &u16| !matches!(v, 1 | 2)) {
            let extra = words.rate.map(|(_, key)| key).or(words.burst_size.map(|(_, key)| key));
            return match extra {
                Some(key) => Err(self.error(key, expected("data= of a band without a name"))),
                None if prop_type == u16::MAX => {
                    Err(self.error(kind, expected("type=experimenter")))
                }
                None => Ok(MeterBand::Unknown { prop_type, data }),
            };
        }
        let burst_size = or(words.burst_size, 0);
        let rate = |what| match words.rate {
            Some((rate, _)) => Ok(rate),
            None => Err(self.error(kind, expected(what))),
        };
        const RATE: &str = "rate= in this band";
        Ok(match kind {
            "drop" => MeterBand::Drop(MeterBandDrop { rate: rate(RATE)?, burst_size }),
            "dscp_remark" => {
                let Some((prec_level, _)) = words.prec_level else {
                    return Err(self.error(kind, expected("prec_level= in this band")));
                };
                let rate = rate(RATE)?;
                MeterBand::DscpRemark(MeterBandDscpRemark { rate, burst_size, prec_level })
            }
            "experimenter" => {
                let Some((experimenter, _)) = words.experimenter else {
                    return Err(self.error(kind, expected("experimenter= in this band")));
                };
                let rate = rate(RATE)?;
                MeterBand::Experimenter(MeterBandExperimenter {
                    rate,
                    burst_size,
                    experimenter,
                    data,
                })
            }
            _ => return Err(self.error(kind, expected("drop or dscp_remark"))),
        })
    }
}

/// Takes the command off, if there is one, `delete` or `meter delete`: the command, the first word
/// and the rest.
fn command(text: &str) -> (MeterModCommand, &str, &str) {
    fn split(text: &str) -> (&str, &str) {
        let text = text.trim_start();
        let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | '=' | ':');
        text.split_at(text.find(is_end).unwrap_or(text.len()))
    }
    let (first, rest) = split(text);
    let (word, behind) =
        if first == "meter" && !rest.starts_with(['=', ':']) { split(rest) } else { (first, rest) };
    match COMMANDS.iter().find(|(name, _)| *name == word) {
        Some((_, command)) => (*command, word, behind),
        None if first == "meter" && !rest.starts_with(['=', ':']) => {
            (MeterModCommand::ADD, first, rest)
        }
        None => (MeterModCommand::ADD, first, text),
    }
}
