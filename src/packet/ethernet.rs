//! Ethernet II, with an optional 802.1Q tag.

use crate::wire::{DecodeError, MacAddr};

use super::header;

/// Ethernet types.
pub mod ethertype {
    /// IPv4.
    pub const IPV4: u16 = 0x0800;
    /// ARP.
    pub const ARP: u16 = 0x0806;
    /// An 802.1Q tag.
    pub const VLAN: u16 = 0x8100;
    /// IPv6.
    pub const IPV6: u16 = 0x86dd;
    /// An 802.1ad service tag.
    pub const SVLAN: u16 = 0x88a8;
    /// LLDP.
    pub const LLDP: u16 = 0x88cc;
}

/// An Ethernet header with at most one VLAN tag.
///
/// ```text
///  0            6            12       14 (or 18)
/// +------------+------------+--------+-----
/// |    dst     |    src     |  type  | payload      tag, if type is 0x8100 or 0x88a8:
/// +------------+------------+--------+-----         pcp (3 bits), dei, vid (12), then the type
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ethernet {
    /// Destination.
    pub dst: MacAddr,
    /// Source.
    pub src: MacAddr,
    /// The outermost tag.
    pub vlan: Option<VlanTag>,
    /// Type of the payload, behind the tag; below 1,536 it is a length (802.3).
    pub ethertype: u16,
}

/// An 802.1Q tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VlanTag {
    /// Type of the tag itself: [`ethertype::VLAN`] or [`ethertype::SVLAN`].
    pub tpid: u16,
    /// Priority, 0 to 7.
    pub pcp: u8,
    /// Drop eligible ("cfi" in Ryu).
    pub dei: bool,
    /// VLAN id, 0 to 4,095.
    pub vid: u16,
}

impl Ethernet {
    /// Smallest frame without checksum, in bytes; shorter ones are filled with zeros.
    pub const MIN_FRAME: usize = 60;

    /// An untagged header.
    pub const fn new(dst: MacAddr, src: MacAddr, ethertype: u16) -> Ethernet {
        Ethernet { dst, src, vlan: None, ethertype }
    }

    /// Reads the header; the rest is the payload, with the frame's padding.
    ///
    /// # Errors
    /// If the frame is shorter than the header.
    pub fn parse(frame: &[u8]) -> Result<(Ethernet, &[u8]), DecodeError> {
        let (h, payload) = header::<14>("ethernet", frame, 0)?;
        let &[d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, t0, t1] = h;
        let mut eth = Ethernet::new(
            MacAddr([d0, d1, d2, d3, d4, d5]),
            MacAddr([s0, s1, s2, s3, s4, s5]),
            u16::from_be_bytes([t0, t1]),
        );
        if !matches!(eth.ethertype, ethertype::VLAN | ethertype::SVLAN) {
            return Ok((eth, payload));
        }
        let (&[c0, c1, t0, t1], payload) = header::<4>("vlan", payload, 14)?;
        let tci = u16::from_be_bytes([c0, c1]);
        eth.vlan = Some(VlanTag {
            tpid: eth.ethertype,
            pcp: (tci >> 13) as u8,
            dei: tci & 0x1000 != 0,
            vid: tci & 0x0fff,
        });
        eth.ethertype = u16::from_be_bytes([t0, t1]);
        Ok((eth, payload))
    }

    /// Whether this is link discovery, which is between neighbours and must not be passed on.
    pub const fn is_lldp(&self) -> bool {
        self.ethertype == ethertype::LLDP
    }

    /// Appends the header.
    pub fn emit(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.dst.0);
        out.extend_from_slice(&self.src.0);
        if let Some(tag) = self.vlan {
            let tci = u16::from(tag.pcp & 7) << 13 | u16::from(tag.dei) << 12 | tag.vid & 0x0fff;
            out.extend_from_slice(&tag.tpid.to_be_bytes());
            out.extend_from_slice(&tci.to_be_bytes());
        }
        out.extend_from_slice(&self.ethertype.to_be_bytes());
    }

    /// A whole frame: header, payload, zeros up to [`Ethernet::MIN_FRAME`].
    pub fn frame(&self, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity((18 + payload.len()).max(Ethernet::MIN_FRAME));
        self.emit(&mut out);
        out.extend_from_slice(payload);
        if out.len() < Ethernet::MIN_FRAME {
            out.resize(Ethernet::MIN_FRAME, 0);
        }
        out
    }
}
