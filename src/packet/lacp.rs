//! Slow protocols (IEEE 802.3 annex 57A): link aggregation control.

use super::codec::{Base64, Noun, header};
use super::span::{Span, Window, Wire};
use crate::wire::{DecodeError, MacAddr};

header! {
    /// A message of the link aggregation control protocol (Ethernet type 0x8809, subtype 1).
    ///
    /// ```text
    ///  0       8       16              32
    /// +-------+-------+
    /// |subtype|version|
    /// +-------+-------+---------------+
    /// |  tag  |length |system priority|  actor: tag 1, length 20
    /// +-------+-------+---------------+
    /// |        system, 6 bytes        |
    /// |               +---------------+
    /// |               |      key      |
    /// +---------------+---------------+
    /// | port priority |     port      |
    /// +-------+-------+---------------+
    /// | state |       reserved        |
    /// +-------+-----------------------+
    /// |   partner: as actor, tag 2    |
    /// +-------+-------+---------------+
    /// |  tag  |length |   max delay   |  collector: tag 3, length 16
    /// +-------+-------+---------------+
    /// |      reserved, 12 bytes       |
    /// +-------------------------------+
    /// |      terminator and zeros, 52 bytes
    /// +-------------------------------+
    /// ```
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `version` | 0 to 255 | 1 |
    /// | `actor_system_priority`, `actor_system` | | the sender |
    /// | `actor_key` | 0 to 65,535 | ports of one key may be one group |
    /// | `actor_port_priority`, `actor_port` | 0 to 65,535 | the sender's port |
    /// | `actor_state_*` | 0, 1 | eight bits, `expired` the highest, `activity` the lowest |
    /// | `partner_*` | | what the sender knows of the receiver |
    /// | `collector_max_delay` | 10 µs | how long the sender may hold frames back |
    /// | `*_tag`, `*_length`, `*_reserved` | | as drawn; not in JSON |
    /// | `terminator` | 52 bytes | zeros, or TLVs of later versions; not in JSON |
    ///
    /// A message with other tags or lengths is refused. Of the other slow protocols (marker, OAM,
    /// ESMC) the bytes behind Ethernet's header are a payload.
    ///
    /// Ryu: `slow.lacp`. Spec: IEEE 802.1AX-2014 section 6.4.2.
    ///
    /// ```
    /// use ryu_sdn::packet::Lacp;
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let lacp = Lacp {
    ///     actor_system_priority: 65534,
    ///     actor_system: MacAddr([0, 0, 0x5e, 0, 0x53, 1]),
    ///     actor_key: 17,
    ///     actor_state_activity: true,
    ///     actor_state_aggregation: true,
    ///     ..Lacp::default()
    /// };
    /// let bytes = (lacp.clone() / []).to_bytes()?;
    /// assert_eq!(bytes[..14], [1, 1, 1, 20, 0xff, 0xfe, 0, 0, 0x5e, 0, 0x53, 1, 0, 17]);
    /// assert_eq!((bytes[18], bytes.len()), (0b101, 110));
    /// assert_eq!(Lacp::parse(&bytes)?.0, lacp);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Lacp "lacp" {
        /// 1.
        subtype[""]: u8 = Lacp::SUBTYPE,
        /// 1.
        version: u8 = 1,
        /// 1.
        actor_tag[""]: u8 = 1,
        /// 20, bytes.
        actor_length[""]: u8 = 20,
        /// Sender: priority of the system.
        actor_system_priority: u16,
        /// Sender: the system.
        actor_system: MacAddr,
        /// Sender: which ports may be one group.
        actor_key: u16,
        /// Sender: priority of the port.
        actor_port_priority: u16,
        /// Sender: the port.
        actor_port: u16,
        /// What it knows is out of date.
        actor_state_expired: bool as 1,
        /// It uses defaults for its partner.
        actor_state_defaulted: bool as 1,
        /// It sends.
        actor_state_distributing: bool as 1,
        /// It receives.
        actor_state_collecting: bool as 1,
        /// It is in the right group.
        actor_state_synchronization: bool as 1,
        /// It may be one of several.
        actor_state_aggregation: bool as 1,
        /// It wants messages often.
        actor_state_timeout: bool as 1,
        /// It sends messages unasked.
        actor_state_activity: bool as 1,
        /// Zero.
        actor_reserved[""]: u32 as 24,
        /// 2.
        partner_tag[""]: u8 = 2,
        /// 20, bytes.
        partner_length[""]: u8 = 20,
        /// Receiver: priority of the system.
        partner_system_priority: u16,
        /// Receiver: the system.
        partner_system: MacAddr,
        /// Receiver: which ports may be one group.
        partner_key: u16,
        /// Receiver: priority of the port.
        partner_port_priority: u16,
        /// Receiver: the port.
        partner_port: u16,
        /// What it knows is out of date.
        partner_state_expired: bool as 1,
        /// It uses defaults for its partner.
        partner_state_defaulted: bool as 1,
        /// It sends.
        partner_state_distributing: bool as 1,
        /// It receives.
        partner_state_collecting: bool as 1,
        /// It is in the right group.
        partner_state_synchronization: bool as 1,
        /// It may be one of several.
        partner_state_aggregation: bool as 1,
        /// It wants messages often.
        partner_state_timeout: bool as 1,
        /// It sends messages unasked.
        partner_state_activity: bool as 1,
        /// Zero.
        partner_reserved[""]: u32 as 24,
        /// 3.
        collector_tag[""]: u8 = 3,
        /// 16, bytes.
        collector_length[""]: u8 = 16,
        /// How long the sender may hold frames back, in units of 10 µs.
        collector_max_delay: u16,
        /// Zero.
        collector_reserved[""]: [u8; 12] => Base64,
        /// Zeros, or TLVs of later versions.
        terminator[""]: [u8; 52] => Base64 = [0; 52],
    }
}

impl Lacp {
    /// Where such messages go.
    pub const GROUP: MacAddr = MacAddr([0x01, 0x80, 0xc2, 0, 0, 0x02]);
    /// Subtype of the slow protocols.
    pub const SUBTYPE: u8 = 1;
    /// Bytes of a message.
    const SIZE: usize = 110;
}

impl<'a> Wire<'a> for Lacp {
    const MIN: usize = Lacp::SIZE;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let [subtype] = *w.head::<1>(Self::CLASS)?;
        if subtype != Lacp::SUBTYPE {
            return Ok(Span::NONE);
        }
        let head = w.head::<{ Lacp::SIZE }>(Self::CLASS)?;
        for (at, want, field) in [
            (2, 1, "actor_tag"),
            (3, 20, "actor_length"),
            (22, 2, "partner_tag"),
            (23, 20, "partner_length"),
            (42, 3, "collector_tag"),
            (43, 16, "collector_length"),
        ] {
            if head[at] != want {
                let found = head[at].into();
                return Err(DecodeError::bad_value(Self::CLASS, w.offset + at, found, field));
            }
        }
        Ok(Span::new(Lacp::SIZE, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Kind, Packet};

    #[test]
    fn reserved_bytes_are_kept_and_other_tags_refused() {
        let mut bytes = (Lacp::default() / []).to_bytes().unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 0x40;
            let mut packet = Packet::parse_as(Kind::Lacp, &bytes);
            let lies = matches!(at, 0 | 2 | 3 | 22 | 23 | 42 | 43);
            assert_eq!(packet.has(Kind::Lacp), !lies, "byte {at}");
            assert_eq!(packet.error().is_some(), lies && at > 0, "byte {at}");
            packet.layers_mut();
            assert_eq!(packet.to_bytes().unwrap(), bytes, "byte {at}");
            bytes[at] ^= 0x40;
        }
    }

    #[test]
    fn what_is_behind_is_a_payload() {
        let mut bytes = (Lacp::default() / []).to_bytes().unwrap();
        bytes.extend_from_slice(b"more");
        assert_eq!(Lacp::parse(&bytes).unwrap().1, b"more");
    }
}
