//! Spanning tree: what bridges tell each other (IEEE 802.1D).

use serde_json::Value;

use super::EmitError;
use super::codec::{Decoder, Encoder, Form, In as _, Member, Noun, Number, fields, noun};
use super::span::{Span, Window, Wire};
use crate::wire::{DecodeError, JsonError, MacAddr};

/// A message of the spanning tree protocol, behind an [`Llc`](super::Llc) header with 0x42.
///
/// ```text
///  0                16       24       32
/// +----------------+--------+--------+
/// |       0        |version |  type  |
/// +--------+-------+--------+--------+
/// | flags  |                         |
/// +--------+                         |
/// |    root: 4 bits priority, 12 bits system id extension, MAC address
/// |        +-------------------------+
/// |        |     root_path_cost      |
/// +--------+-------------------------+
/// |        |    bridge: as root      |
/// +--------+                         |
/// |        +----------------+--------+
/// |        | port priority 4, number 12
/// +--------+-------+--------+--------+
/// |  message_age   |     max_age     |  units of 1/256 s
/// +----------------+-----------------+
/// |   hello_time   |  forward_delay  |
/// +--------+-------+-----------------+
/// |v1 len  |  rapid only
/// +--------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `kind` | | [`BpduKind`]: version and type |
/// | `flags` | 8 bits | [`Bpdu::TOPOLOGY_CHANGE`] and its neighbours |
/// | `root_priority`, `bridge_priority` | 0 to 61,440 in steps of 4,096 | lower wins |
/// | `root_system_id_extension`, `bridge_system_id_extension` | 0 to 4,095 | often the VLAN |
/// | `root_mac_address`, `bridge_mac_address` | | root as the sender knows it; the sender |
/// | `root_path_cost` | 0 to 2³²-1 | from the sender to the root |
/// | `port_priority` | 0 to 240 in steps of 16 | lower wins |
/// | `port_number` | 0 to 4,095 | port it was sent from |
/// | `message_age`, `max_age`, `hello_time`, `forward_delay` | 1/256 s | timers; seconds in JSON |
/// | `version_1_length` | bytes | rapid only: 0; not in JSON |
///
/// A notification of a topology change ends behind `kind`; the other fields do not count. What is of
/// another version or type (MSTP) is a payload, and so is what is behind the message.
///
/// Ryu: `bpdu.ConfigurationBPDUs`, `bpdu.RstBPDUs`, `bpdu.TopologyChangeNotificationBPDUs`, by
/// `kind`. (Ryu drops fractions of seconds when it writes.) Spec: IEEE 802.1D-2004 section 9.3.
///
/// ```
/// use ryu_sdn::packet::{Bpdu, BpduKind, Kind, Packet};
///
/// let hello = Bpdu {
///     flags: Bpdu::TOPOLOGY_CHANGE | Bpdu::TOPOLOGY_CHANGE_ACK,
///     root_priority: 4096,
///     root_system_id_extension: 10,
///     root_path_cost: 20_000,
///     message_age: Bpdu::SECOND,
///     ..Bpdu::default()
/// };
/// let bytes = (hello.clone() / []).to_bytes()?;
/// assert_eq!(bytes[..7], [0, 0, 0, 0, 0x81, 0x10, 0x0a]);
/// assert_eq!(bytes[27..], [1, 0, 20, 0, 2, 0, 15, 0]);
/// assert_eq!(Bpdu::parse(&bytes)?.0, hello);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bpdu {
    /// Version and type.
    pub kind: BpduKind,
    /// Flags.
    pub flags: u8,
    /// Priority of the root, 0 to 61,440 in steps of 4,096.
    pub root_priority: u16,
    /// System id extension of the root, 0 to 4,095.
    pub root_system_id_extension: u16,
    /// Address of the root.
    pub root_mac_address: MacAddr,
    /// From the sender to the root.
    pub root_path_cost: u32,
    /// Priority of the sender, 0 to 61,440 in steps of 4,096.
    pub bridge_priority: u16,
    /// System id extension of the sender, 0 to 4,095.
    pub bridge_system_id_extension: u16,
    /// Address of the sender.
    pub bridge_mac_address: MacAddr,
    /// Priority of the port, 0 to 240 in steps of 16.
    pub port_priority: u8,
    /// Number of the port, 0 to 4,095.
    pub port_number: u16,
    /// Since the root sent it, in 1/256 s.
    pub message_age: u16,
    /// When it is no longer true, in 1/256 s.
    pub max_age: u16,
    /// Between two messages of the root, in 1/256 s.
    pub hello_time: u16,
    /// Before a port forwards, in 1/256 s.
    pub forward_delay: u16,
    /// 0; rapid only.
    pub version_1_length: u8,
}

/// Version and type of a [`Bpdu`].
///
/// Spec: IEEE 802.1D-2004 section 9.3. See the example of [`Bpdu`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BpduKind {
    /// Version 0, type 0: who is the root. Ryu: `ConfigurationBPDUs`.
    #[default]
    Configuration,
    /// Version 0, type 128: the topology changed. Ryu: `TopologyChangeNotificationBPDUs`.
    TopologyChange,
    /// Version 2, type 2: who is the root, of the rapid spanning tree protocol. Ryu: `RstBPDUs`.
    Rapid,
}

impl BpduKind {
    const ALL: [(BpduKind, &'static str); 3] = [
        (BpduKind::Configuration, "ConfigurationBPDUs"),
        (BpduKind::TopologyChange, "TopologyChangeNotificationBPDUs"),
        (BpduKind::Rapid, "RstBPDUs"),
    ];

    /// Bytes of such a message.
    const fn size(self) -> usize {
        match self {
            BpduKind::Configuration => 35,
            BpduKind::TopologyChange => 4,
            BpduKind::Rapid => 36,
        }
    }

    const fn of_version_and_type(number: u16) -> Option<BpduKind> {
        match number {
            0x0000 => Some(BpduKind::Configuration),
            0x0080 => Some(BpduKind::TopologyChange),
            0x0202 => Some(BpduKind::Rapid),
            _ => None,
        }
    }
}

/// Version and type in one number; `Bpdu::span` lets no other through.
impl Number for BpduKind {
    const BITS: u32 = 16;
    fn of(value: u64) -> Self {
        u16::try_from(value).ok().and_then(Self::of_version_and_type).unwrap_or_default()
    }
    fn get(&self) -> u64 {
        match self {
            BpduKind::Configuration => 0x0000,
            BpduKind::TopologyChange => 0x0080,
            BpduKind::Rapid => 0x0202,
        }
    }
}

impl Default for Bpdu {
    fn default() -> Self {
        Bpdu {
            kind: BpduKind::Configuration,
            flags: 0,
            root_priority: 0x8000,
            root_system_id_extension: 0,
            root_mac_address: MacAddr::ZERO,
            root_path_cost: 0,
            bridge_priority: 0x8000,
            bridge_system_id_extension: 0,
            bridge_mac_address: MacAddr::ZERO,
            port_priority: 0x80,
            port_number: 0,
            message_age: 0,
            max_age: 20 * Bpdu::SECOND,
            hello_time: 2 * Bpdu::SECOND,
            forward_delay: 15 * Bpdu::SECOND,
            version_1_length: 0,
        }
    }
}

fields!(Bpdu, |this, v| {
    let Bpdu {
        kind,
        flags,
        root_priority,
        root_system_id_extension,
        root_mac_address,
        root_path_cost,
        bridge_priority,
        bridge_system_id_extension,
        bridge_mac_address,
        port_priority,
        port_number,
        message_age,
        max_age,
        hello_time,
        forward_delay,
        version_1_length,
    } = this;
    v.bits("", 16, &mut 0u16)?;
    v.bits("", 16, kind)?;
    if *kind == BpduKind::TopologyChange {
        return Ok(());
    }
    v.field("flags", flags)?;
    v.with::<Upper<12>, _>("root_priority", root_priority)?;
    v.bits("root_system_id_extension", 12, root_system_id_extension)?;
    v.field("root_mac_address", root_mac_address)?;
    v.field("root_path_cost", root_path_cost)?;
    v.with::<Upper<12>, _>("bridge_priority", bridge_priority)?;
    v.bits("bridge_system_id_extension", 12, bridge_system_id_extension)?;
    v.field("bridge_mac_address", bridge_mac_address)?;
    v.with::<Upper<4>, _>("port_priority", port_priority)?;
    v.bits("port_number", 12, port_number)?;
    v.with::<Timer, _>("message_age", message_age)?;
    v.with::<Timer, _>("max_age", max_age)?;
    v.with::<Timer, _>("hello_time", hello_time)?;
    v.with::<Timer, _>("forward_delay", forward_delay)?;
    if *kind == BpduKind::Rapid {
        v.field("", version_1_length)?;
    }
    Ok(())
});

impl Noun<'_> for Bpdu {
    const CLASS: &'static str = "bpdu";
    fn class(&self) -> &'static str {
        let own = BpduKind::ALL.iter().find(|(kind, _)| *kind == self.kind);
        own.map_or(Self::CLASS, |(_, class)| class)
    }
    fn blank(class: &str) -> Option<Self> {
        let (kind, _) = BpduKind::ALL.iter().find(|(_, name)| *name == class)?;
        Some(Bpdu { kind: *kind, ..Bpdu::default() })
    }
}
noun!(@member Bpdu, "bpdu");

impl Bpdu {
    /// Where such messages go.
    pub const BRIDGE_GROUP: MacAddr = MacAddr([0x01, 0x80, 0xc2, 0, 0, 0]);
    /// A second of the timers.
    pub const SECOND: u16 = 256;
    /// Flag: the topology changes.
    pub const TOPOLOGY_CHANGE: u8 = 0x01;
    /// Flag, rapid: proposal.
    pub const PROPOSAL: u8 = 0x02;
    /// Two bits of the flags, rapid: the port's role; 4 alternate or backup, 8 root, 12 designated.
    pub const PORT_ROLE: u8 = 0x0c;
    /// Flag, rapid: learning.
    pub const LEARNING: u8 = 0x10;
    /// Flag, rapid: forwarding.
    pub const FORWARDING: u8 = 0x20;
    /// Flag, rapid: agreement.
    pub const AGREEMENT: u8 = 0x40;
    /// Flag: the notification of a change was seen.
    pub const TOPOLOGY_CHANGE_ACK: u8 = 0x80;
}

impl<'a> Wire<'a> for Bpdu {
    const MIN: usize = 4;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let [high, low, version, kind] = *w.head::<4>(Self::CLASS)?;
        let number = u16::from_be_bytes([version, kind]);
        match BpduKind::of_version_and_type(number) {
            Some(kind) if (high, low) == (0, 0) => {
                if w.bytes.len() < kind.size() {
                    return Err(w.truncated(Self::CLASS, kind.size()));
                }
                Ok(Span::new(kind.size(), None))
            }
            _ => Ok(Span::NONE),
        }
    }
}

/// Four bits of the wire, which Ryu has in units of `1 << SHIFT`.
enum Upper<const SHIFT: u32> {}

impl<const SHIFT: u32, N: Number> Form<'_, N> for Upper<SHIFT> {
    fn decode(d: &mut Decoder<'_>) -> Result<N, DecodeError> {
        let mut upper = 0u8;
        d.bits("", 4, &mut upper)?;
        Ok(N::of(u64::from(upper) << SHIFT))
    }
    fn encode(value: &N, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        use super::codec::Out as _;
        let value = value.get();
        let upper = value >> SHIFT;
        if upper << SHIFT != value || upper > 15 {
            // The next lower step.
            return Err(e.too_large("priority", value, upper.min(15) << SHIFT));
        }
        e.bits("", 4, &(upper as u8))
    }
    fn to_json(value: &N) -> Value {
        value.get().into()
    }
    fn from_json(value: &Value) -> Result<N, JsonError> {
        N::given(value, N::BITS)
    }
    fn show(value: &N, out: &mut String) {
        out.push_str(&value.get().to_string());
    }
}

/// Units of 1/256 s, which Ryu has as seconds.
enum Timer {}

impl Timer {
    fn seconds(value: u16) -> f64 {
        f64::from(value) / f64::from(Bpdu::SECOND)
    }
}

impl Form<'_, u16> for Timer {
    fn decode(d: &mut Decoder<'_>) -> Result<u16, DecodeError> {
        Member::decode(d)
    }
    fn encode(value: &u16, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Member::encode(value, e)
    }
    fn to_json(value: &u16) -> Value {
        Timer::seconds(*value).into()
    }
    fn from_json(value: &Value) -> Result<u16, JsonError> {
        let units = value.as_f64().map(|seconds| seconds * f64::from(Bpdu::SECOND));
        let fits = |units: &f64| (0.0..=f64::from(u16::MAX)).contains(units);
        match units.filter(|units| fits(units) && units.fract() == 0.0) {
            Some(units) => Ok(units as u16),
            None => Err(JsonError::expected("seconds up to 255 in steps of 1/256", value)),
        }
    }
    fn show(value: &u16, out: &mut String) {
        out.push_str(&format!("{:?}", Timer::seconds(*value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Kind, Packet};
    use serde_json::json;

    #[test]
    fn fractions_of_seconds_and_odd_flags_are_kept() {
        let bpdu = Bpdu {
            kind: BpduKind::Rapid,
            flags: 0xff,
            message_age: 1,
            max_age: 0xffff,
            version_1_length: 9,
            ..Bpdu::default()
        };
        let packet: Packet<'_> = vec![bpdu.into()].into();
        let json = packet.to_json();
        let members = &json["Packet"]["protocols"][0]["RstBPDUs"];
        assert_eq!(
            (&members["message_age"], &members["max_age"]),
            (&json!(0.00390625), &json!(255.99609375))
        );
        let back = Packet::from_json(&json).unwrap().get::<Bpdu>().unwrap();
        assert_eq!(back, Bpdu { version_1_length: 0, ..bpdu });
        let bytes = packet.to_bytes().unwrap();
        assert_eq!(Bpdu::parse(&bytes).unwrap().0, bpdu);
    }

    #[test]
    fn timers_and_priorities_that_do_not_fit_are_refused() {
        let error = |members: Value| {
            let json = json!({"Packet": {"protocols": [{"ConfigurationBPDUs": members}]}});
            Packet::from_json(&json).unwrap_err().to_string()
        };
        for bad in [json!(256), json!(-1), json!(0.001), json!("2")] {
            assert_eq!(
                error(json!({"hello_time": bad})),
                format!(
                    "Packet.protocols[0].ConfigurationBPDUs.hello_time: \
                     expected seconds up to 255 in steps of 1/256, found {bad}"
                )
            );
        }
        let odd = Bpdu { root_priority: 4097, ..Bpdu::default() };
        let err = (odd / []).to_bytes().unwrap_err().to_string();
        assert_eq!(err, "bpdu: priority is 4097, at most 4096");
        let large = Bpdu { port_number: 4096, ..Bpdu::default() };
        let err = (large / []).to_bytes().unwrap_err().to_string();
        assert_eq!(err, "bpdu: port_number is 4096, at most 4095");
    }

    #[test]
    fn another_version_is_a_payload() {
        for bytes in [[0, 0, 3, 2], [0, 0, 2, 0x80], [0, 1, 0, 0x80], [0, 0, 0, 2]] {
            let packet = Packet::parse_as(Kind::Bpdu, &bytes);
            assert_eq!((packet.error(), packet.has(Kind::Bpdu)), (None, false));
            assert_eq!(packet.payload().as_ref(), bytes);
            assert!(Bpdu::parse(&bytes).is_err());
        }
    }

    #[test]
    fn text_is_that_of_ryu() {
        let change = Bpdu { kind: BpduKind::TopologyChange, ..Bpdu::default() };
        assert_eq!(change.to_string(), "TopologyChangeNotificationBPDUs()");
        let rapid = Bpdu { kind: BpduKind::Rapid, message_age: 128, ..Bpdu::default() };
        assert_eq!(
            rapid.to_string(),
            "RstBPDUs(bridge_mac_address='00:00:00:00:00:00',bridge_priority=32768,\
             bridge_system_id_extension=0,flags=0,forward_delay=15.0,hello_time=2.0,max_age=20.0,\
             message_age=0.5,port_number=0,port_priority=128,root_mac_address='00:00:00:00:00:00',\
             root_path_cost=0,root_priority=32768,root_system_id_extension=0)"
        );
    }
}
