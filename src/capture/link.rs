//! Link types: what stands in front of the IP header of a captured packet.

use std::fmt;

use super::dissect::Cut;

/// A number of the registry of link-layer header types (`LINKTYPE_...`).
///
/// ```
/// use ryu_sdn::capture::LinkType;
///
/// assert_eq!(LinkType::ETHERNET.to_string(), "ethernet");
/// assert_eq!(LinkType(195).to_string(), "link type 195");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback: an address family in the byte order of the machine that captured.
    pub const NULL: LinkType = LinkType(0);
    /// Ethernet, with or without VLAN tags.
    pub const ETHERNET: LinkType = LinkType(1);
    /// An IPv4 or IPv6 packet with nothing in front.
    pub const RAW: LinkType = LinkType(101);
    /// OpenBSD loopback: an address family, big-endian.
    pub const LOOP: LinkType = LinkType(108);
    /// Linux "cooked" capture, as on the interface `any`.
    pub const LINUX_SLL: LinkType = LinkType(113);
    /// An IPv4 packet with nothing in front.
    pub const IPV4: LinkType = LinkType(228);
    /// An IPv6 packet with nothing in front.
    pub const IPV6: LinkType = LinkType(229);
    /// Linux "cooked" capture, version 2.
    pub const LINUX_SLL2: LinkType = LinkType(276);

    /// Takes the link header off the front of `cut`. `None` if the header is cut short, or what
    /// follows is not IP, or the link type is not known here.
    pub(super) fn strip(self, cut: &mut Cut<'_>) -> Option<()> {
        match self {
            LinkType::NULL | LinkType::LOOP => {
                let &family = cut.take::<4>()?;
                // As small as families are, the byte order can be seen.
                let number = u32::from_be_bytes(family);
                let number = if number > 0xffff { number.swap_bytes() } else { number };
                // AF_INET is the same everywhere, AF_INET6 is not (Linux, BSDs, macOS).
                [2, 10, 24, 28, 30].contains(&number).then_some(())
            }
            LinkType::ETHERNET => {
                cut.take::<12>()?;
                ethertype(cut)
            }
            // 12 and 14 are what some systems wrote for raw IP before it had a number.
            LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 | LinkType(12 | 14) => Some(()),
            LinkType::LINUX_SLL => {
                cut.take::<14>()?;
                ethertype(cut)
            }
            LinkType::LINUX_SLL2 => {
                let header = cut.take::<20>()?;
                tagged(cut, u16::from_be_bytes([header[0], header[1]]))
            }
            _ => None,
        }
    }

    /// Is the link type one that [`dissect`](super::dissect) can look into?
    pub fn is_known(self) -> bool {
        matches!(self.0, 0 | 1 | 12 | 14 | 101 | 108 | 113 | 228 | 229 | 276)
    }
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            LinkType::NULL => "BSD loopback",
            LinkType::ETHERNET => "ethernet",
            LinkType::RAW | LinkType(12 | 14) => "raw IP",
            LinkType::LOOP => "OpenBSD loopback",
            LinkType::LINUX_SLL => "Linux cooked",
            LinkType::LINUX_SLL2 => "Linux cooked v2",
            LinkType::IPV4 => "raw IPv4",
            LinkType::IPV6 => "raw IPv6",
            LinkType(number) => return write!(f, "link type {number}"),
        })
    }
}

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
/// 802.1Q, 802.1ad, and the number that was used for the latter before.
const TAGS: [u16; 3] = [0x8100, 0x88a8, 0x9100];

fn ethertype(cut: &mut Cut<'_>) -> Option<()> {
    let &number = cut.take::<2>()?;
    tagged(cut, u16::from_be_bytes(number))
}

/// Skips VLAN tags, any number of them.
fn tagged(cut: &mut Cut<'_>, mut ethertype: u16) -> Option<()> {
    while TAGS.contains(&ethertype) {
        let tag = cut.take::<4>()?;
        ethertype = u16::from_be_bytes([tag[2], tag[3]]);
    }
    [IPV4, IPV6].contains(&ethertype).then_some(())
}
