//! LLC (IEEE 802.2), which follows an Ethernet header with a length, and SNAP.

use super::codec::{Base64, Noun, fields, header, noun, union};
use super::span::{Span, Window, Wire};
use super::{Kind, ethertype};
use crate::wire::DecodeError;

header! {
    /// An LLC header.
    ///
    /// ```text
    ///  0           8           16                 24 or 32
    /// +-----------+-----------+------------------+-----
    /// | dsap_addr | ssap_addr |     control      | payload
    /// +-----------+-----------+------------------+-----
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `dsap_addr` | 0 to 255 | who it is for; the lowest bit is set for a group, see [`sap`](super::sap) |
    /// | `ssap_addr` | 0 to 255 | who sends it; the lowest bit is set in a response |
    /// | `control` | | [`LlcControl`]: one byte or two |
    ///
    /// What carries no information (supervisory frames) or information about the link itself (XID,
    /// TEST and the like) is followed by a payload. (Ryu looks at `dsap_addr` only.)
    ///
    /// Ryu: `llc.llc`. Spec: IEEE 802.2 section 3.2.
    ///
    /// ```
    /// use ryu_sdn::packet::{Llc, LlcControl, LlcControlS};
    ///
    /// let ready =
    ///     LlcControlS { pf_bit: true, ..LlcControlS::new(LlcControlS::NOT_READY, 9) };
    /// let llc = Llc { dsap_addr: 0xf0, ssap_addr: 0xf0, control: ready.into() };
    /// let bytes = (llc.clone() / []).to_bytes()?;
    /// assert_eq!(bytes, [0xf0, 0xf0, 0x05, 0x13]);
    /// let (back, _) = Llc::parse(&bytes)?;
    /// assert!(matches!(back.control, LlcControl::S(control) if control == ready));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Llc "llc" {
        /// Destination.
        dsap_addr: u8,
        /// Source.
        ssap_addr: u8,
        /// What kind of frame it is.
        control: LlcControl,
    }
}

union! {
    /// The control field of an [`Llc`] header.
    ///
    /// Spec: IEEE 802.2 section 5.2. See the example of [`Llc`].
    #[derive(Copy)]
    pub enum LlcControl by |d| d.peek::<1>().map(|[first]| first & 3), else U(LlcControlU);
    /// Information.
    0 | 2 => I(LlcControlI);
    /// Supervision.
    1 => S(LlcControlS);
}

impl Default for LlcControl {
    fn default() -> Self {
        LlcControl::U(LlcControlU::default())
    }
}

/// Control of an information frame: `N(S)` and a 0 bit, `N(R)` and the poll bit.
///
/// Ryu: `llc.ControlFormatI` (which reads `pf_bit` wrongly). Spec: IEEE 802.2 section 5.2. See the
/// example of [`Llc`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LlcControlI {
    /// Number of this frame, 0 to 127.
    pub send_sequence_number: u8,
    /// Poll, or final.
    pub pf_bit: bool,
    /// Number of the frame that is expected next, 0 to 127.
    pub receive_sequence_number: u8,
}

fields!(LlcControlI, |this, v| {
    let LlcControlI { send_sequence_number, pf_bit, receive_sequence_number } = this;
    v.bits("send_sequence_number", 7, send_sequence_number)?;
    v.bits("", 1, &mut 0u8)?;
    v.bits("receive_sequence_number", 7, receive_sequence_number)?;
    v.bits("pf_bit", 1, pf_bit)
});
noun!(LlcControlI, "ControlFormatI");

/// Control of a supervisory frame: four reserved bits, the function, and the bits 0 and 1; `N(R)`
/// and the poll bit.
///
/// Ryu: `llc.ControlFormatS` (which reads `pf_bit` wrongly). Spec: IEEE 802.2 section 5.2. See the
/// example of [`Llc`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LlcControlS {
    /// Zero.
    pub reserved: u8,
    /// 0: ready, 1: not ready, 2: reject.
    pub supervisory_function: u8,
    /// Poll, or final.
    pub pf_bit: bool,
    /// Number of the frame that is expected next, 0 to 127.
    pub receive_sequence_number: u8,
}

fields!(LlcControlS, |this, v| {
    let LlcControlS { reserved, supervisory_function, pf_bit, receive_sequence_number } = this;
    v.bits("", 4, reserved)?;
    v.bits("supervisory_function", 2, supervisory_function)?;
    v.bits("", 2, &mut 1u8)?;
    v.bits("receive_sequence_number", 7, receive_sequence_number)?;
    v.bits("pf_bit", 1, pf_bit)
});
noun!(LlcControlS, "ControlFormatS");

impl LlcControlS {
    /// Function: more frames can be taken.
    pub const READY: u8 = 0;
    /// Function: no more frames can be taken.
    pub const NOT_READY: u8 = 1;
    /// Function: frames are to be sent again.
    pub const REJECT: u8 = 2;

    /// A supervisory frame; `receive` is the number of the frame that is expected next.
    pub const fn new(function: u8, receive: u8) -> LlcControlS {
        LlcControlS {
            reserved: 0,
            supervisory_function: function,
            pf_bit: false,
            receive_sequence_number: receive,
        }
    }
}

/// Control of an unnumbered frame, one byte: the upper function bits, the poll bit, the lower
/// function bits, and the bits 1 and 1. All zero is unnumbered information.
///
/// Ryu: `llc.ControlFormatU`. Spec: IEEE 802.2 section 5.2. See the example of [`Llc`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LlcControlU {
    /// Lower bits of the function, 0 to 3.
    pub modifier_function1: u8,
    /// Poll, or final.
    pub pf_bit: bool,
    /// Upper bits of the function, 0 to 7.
    pub modifier_function2: u8,
}

fields!(LlcControlU, |this, v| {
    let LlcControlU { modifier_function1, pf_bit, modifier_function2 } = this;
    v.bits("modifier_function2", 3, modifier_function2)?;
    v.bits("pf_bit", 1, pf_bit)?;
    v.bits("modifier_function1", 2, modifier_function1)?;
    v.bits("", 2, &mut 3u8)
});
noun!(LlcControlU, "ControlFormatU");

impl Llc {
    /// A header of unnumbered information between two service access points of one number.
    ///
    /// With [`Ethernet`](super::Ethernet) and a length that is filled in:
    ///
    /// ```
    /// use ryu_sdn::packet::{Bpdu, BpduKind, Ethernet, Llc, Packet, sap};
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let eth = Ethernet::new(Bpdu::BRIDGE_GROUP, MacAddr([0, 0, 0x5e, 0, 0x53, 1]), 0);
    /// let change = Bpdu { kind: BpduKind::TopologyChange, ..Bpdu::default() };
    /// let bytes = (eth / Llc::new(sap::BPDU) / change).to_bytes()?;
    /// assert_eq!(bytes[12..], [0, 7, 0x42, 0x42, 3, 0, 0, 0, 0x80]);
    /// # Ok::<(), ryu_sdn::packet::EmitError>(())
    /// ```
    pub fn new(sap: u8) -> Llc {
        Llc { dsap_addr: sap, ssap_addr: sap, control: LlcControl::default() }
    }
}

impl<'a> Wire<'a> for Llc {
    const MIN: usize = 3;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let [dsap, _, control] = *w.head::<3>(Self::CLASS)?;
        // All but the poll bit.
        if control & 3 == 3 {
            let is_information = control & 0xef == 3;
            let next = if is_information { Kind::of_sap(dsap) } else { None };
            return Ok(Span::new(3, next));
        }
        w.head::<4>(Self::CLASS)?;
        Ok(Span::new(4, if control & 1 == 0 { Kind::of_sap(dsap) } else { None }))
    }
}

header! {
    /// A SNAP header, behind an [`Llc`] header with 0xaa.
    ///
    /// ```text
    ///  0                      24               40
    /// +----------------------+----------------+-----
    /// |         oui          |   ethertype    | payload
    /// +----------------------+----------------+-----
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `oui` | 3 bytes | who gave the number: 0 is Ethernet, 00-00-f8 bridged Ethernet |
    /// | `ethertype` | 0 to 65,535 | what is behind the header, if it is a number of Ethernet's |
    ///
    /// Ryu: none, it is the payload of `llc.llc`. Spec: IEEE 802-2014 section 9.5; RFC 1042.
    ///
    /// ```
    /// use ryu_sdn::packet::{Arp, Ethernet, Llc, Packet, Snap, ethertype, sap};
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let asker = MacAddr([0, 0, 0x5e, 0, 0x53, 0x11]);
    /// let arp = Arp::request(asker, [192, 0, 2, 11].into(), [198, 51, 100, 12].into());
    /// let eth = Ethernet::new(MacAddr::BROADCAST, asker, 0);
    /// let bytes = (eth / Llc::new(sap::SNAP) / Snap::new(ethertype::ARP) / arp).to_bytes()?;
    /// assert_eq!(bytes[12..22], [0, 0x24, 0xaa, 0xaa, 3, 0, 0, 0, 8, 6]);
    /// let packet = Packet::parse(&bytes);
    /// assert_eq!(packet.get::<Snap>(), Some(Snap::new(ethertype::ARP)));
    /// assert_eq!(packet.get::<Arp>(), Some(arp));
    /// # Ok::<(), ryu_sdn::packet::EmitError>(())
    /// ```
    #[derive(Copy)]
    pub struct Snap "snap" {
        /// Who gave the number.
        oui: [u8; 3] => Base64,
        /// Type of what is behind the header.
        ethertype: u16 = ethertype::IPV4,
    }
}

impl Snap {
    /// A header in front of what Ethernet has a type for.
    pub const fn new(ethertype: u16) -> Snap {
        Snap { oui: [0; 3], ethertype }
    }
}

impl<'a> Wire<'a> for Snap {
    const MIN: usize = 5;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let [oui @ .., high, low] = *w.head::<5>(Self::CLASS)?;
        let number = u16::from_be_bytes([high, low]);
        let is_type = matches!(oui, [0, 0, 0 | 0xf8]) && number > ethertype::MAX_LENGTH;
        Ok(Span::new(5, if is_type { Kind::of_ethertype(number) } else { None }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Arp, Ethernet, Packet};
    use crate::wire::hex;

    #[test]
    fn what_carries_no_information_is_followed_by_a_payload() {
        // XID, TEST, DISC to the service access point of BPDUs, and a supervisory frame.
        for (control, len) in [("af", 3), ("bf", 3), ("e3", 3), ("53", 3), ("0100", 4)] {
            let bytes = hex::decode(&format!("4242{control}000000800000")).unwrap();
            let packet = Packet::parse_as(Kind::Llc, &bytes);
            assert_eq!((packet.iter().count(), packet.error()), (2, None), "{control}");
            assert_eq!(packet.payload().len(), bytes.len() - len, "{control}");
        }
        for control in ["03", "13", "0000", "fe01"] {
            let bytes = hex::decode(&format!("4242{control}00000080")).unwrap();
            assert!(Packet::parse_as(Kind::Llc, &bytes).has(Kind::Bpdu), "{control}");
        }
    }

    #[test]
    fn reserved_bits_of_a_supervisory_frame_are_kept() {
        let (llc, _) = Llc::parse(&[0xf0, 0xf0, 0xa5, 0]).unwrap();
        assert!(matches!(llc.control, LlcControl::S(LlcControlS { reserved: 10, .. })));
        assert_eq!((llc / []).to_bytes().unwrap(), [0xf0, 0xf0, 0xa5, 0]);
    }

    #[test]
    fn a_snap_of_another_owner_is_followed_by_a_payload() {
        for (oui, arp) in [("000000", true), ("0000f8", true), ("00000c", false)] {
            let arp_bytes = "0001080006040001".to_owned() + &"00".repeat(20);
            let bytes = hex::decode(&format!("aaaa03{oui}0806{arp_bytes}")).unwrap();
            let packet = Packet::parse_as(Kind::Llc, &bytes);
            assert_eq!(packet.get::<Arp>().is_some(), arp, "{oui}");
            assert!(packet.has(Kind::Snap), "{oui}");
        }
        // A number that would be a length is no type.
        let packet = Packet::parse_as(Kind::Snap, &[0, 0, 0, 0, 4, 0xaa, 0xaa, 3, 0]);
        assert_eq!(packet.payload().len(), 4);
    }

    #[test]
    fn what_is_behind_the_length_is_padding() {
        let bytes = hex::decode("0180c2000000000000000001000742420300000080ffff").unwrap();
        let mut packet = Packet::parse(&bytes);
        assert_eq!((packet.iter().count(), packet.payload().len()), (3, 0));
        // The length is filled in, and the padding stays behind what it counts.
        packet.get_mut::<Ethernet>().unwrap().ethertype = 0;
        assert_eq!(packet.to_bytes().unwrap(), bytes);
        let long = Ethernet { ethertype: 0, ..Ethernet::default() } / vec![0; 1501];
        let err = long.to_bytes().unwrap_err();
        assert_eq!(err.to_string(), "ethernet: ethertype is 1501, at most 1500");
    }

    #[test]
    fn text_is_that_of_ryu() {
        let llc = Llc::parse(&[0xf0, 0xf0, 0x05, 0x13]).unwrap().0;
        assert_eq!(
            llc.to_string(),
            "llc(control=ControlFormatS(pf_bit=1,receive_sequence_number=9,\
             supervisory_function=1),dsap_addr=240,ssap_addr=240)"
        );
    }
}
