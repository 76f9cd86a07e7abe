//! OSPF version 2 (RFC 2328).

use std::borrow::Cow;
use std::net::Ipv4Addr;

use super::codec::{Noun, TextAddress, classes, header};
use super::list::{Each, List};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, VerifyError, checksum};
use crate::wire::DecodeError;

mod lsa;
mod opaque;
#[cfg(test)]
mod tests;

pub use lsa::*;
pub use opaque::*;

type TextAddresses = Each<TextAddress>;

classes! {
    /// An OSPF packet: all that is in the IP packet.
    ///
    /// ```text
    ///  0               8               16                              32
    /// +---------------+---------------+-------------------------------+
    /// |    version    |     type_     |            length             |
    /// +---------------+---------------+-------------------------------+
    /// |                           router_id                           |
    /// +---------------------------------------------------------------+
    /// |                            area_id                            |
    /// +-------------------------------+-------------------------------+
    /// |           checksum            |            au_type            |
    /// +-------------------------------+-------------------------------+
    /// |                        authentication                         |
    /// |                                                               |
    /// +---------------------------------------------------------------+
    /// |   by the type
    /// +------- - -
    /// ```
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `version` | 2 | others are refused |
    /// | `type_` | 1 to 5 | which of the variants |
    /// | `length` | bytes, from 24 | of the packet; `None`: filled in |
    /// | `router_id` | | the sender |
    /// | `area_id` | | the area |
    /// | `checksum` | 16 bits | of the packet without `authentication`; `None`: filled in, 0 with `au_type` 2 |
    /// | `au_type` | 0 to 2 | 0: none, 1: password, 2: digest |
    /// | `authentication` | 64 bits | by `au_type` |
    ///
    /// What is behind `length` (the digest of `au_type` 2) is payload. A packet is refused if it ends
    /// within a member of one of its lists, or if an LSA sticks out or is too short for its type.
    ///
    /// Ryu: `ospf.OSPFMessage`, its `OSPFHello` to `OSPFLSAck`; `type_` is `type` there. Ryu computes
    /// `length` and checksums always. Spec: RFC 2328 appendix A.3.
    ///
    /// ```
    /// use ryu_sdn::packet::{Ospf, OspfHello};
    ///
    /// let hello = OspfHello {
    ///     router_id: [192, 0, 2, 1].into(),
    ///     area_id: [0, 0, 0, 1].into(),
    ///     au_type: 0,
    ///     mask: [255, 255, 255, 0].into(),
    ///     options: Ospf::OPTION_E,
    ///     designated_router: [192, 0, 2, 1].into(),
    ///     backup_router: [192, 0, 2, 2].into(),
    ///     neighbors: vec![[192, 0, 2, 2].into(), [192, 0, 2, 3].into()].into(),
    ///     ..OspfHello::default()
    /// };
    /// let bytes = (Ospf::from(hello) / []).to_bytes()?;
    /// assert_eq!(bytes[..14], [2, 1, 0, 52, 192, 0, 2, 1, 0, 0, 0, 1, 0x32, 0x89]);
    /// let (Ospf::Hello(back), _) = Ospf::parse(&bytes)? else { panic!("a hello") };
    /// assert_eq!(back.neighbors.items()?[0].octets(), [192, 0, 2, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Example: a link state update
    ///
    /// Lengths and checksums of the LSAs are filled in, too.
    ///
    /// ```
    /// use ryu_sdn::packet::{Ospf, OspfLsUpd, OspfLsa, OspfLsaHeader, OspfNetworkLsa};
    ///
    /// let header = OspfLsaHeader {
    ///     ls_age: 10,
    ///     options: 2,
    ///     id: [192, 0, 2, 1].into(),
    ///     adv_router: [192, 0, 2, 1].into(),
    ///     ls_seqnum: 0x8000_0001,
    ///     ..OspfLsaHeader::of_type(OspfLsaHeader::NETWORK)
    /// };
    /// let network = OspfNetworkLsa {
    ///     header,
    ///     mask: [255, 255, 255, 0].into(),
    ///     routers: vec![[192, 0, 2, 1].into(), [192, 0, 2, 2].into()].into(),
    /// };
    /// let update = OspfLsUpd { lsas: vec![network.into()].into(), ..OspfLsUpd::default() };
    /// let bytes = (Ospf::from(update) / []).to_bytes()?;
    /// assert_eq!(bytes[24..28], [0, 0, 0, 1]);
    /// assert_eq!(bytes[44..48], [0x9c, 0xad, 0, 32]);
    /// let (Ospf::LsUpd(back), _) = Ospf::parse(&bytes)? else { panic!("an update") };
    /// let Some(Ok(OspfLsa::Network(network))) = back.lsas.iter().next() else { panic!("an LSA") };
    /// assert_eq!(network.routers.items()?.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub enum Ospf<'a> "ospf" by |v| v.ahead(1), else Unknown(OspfUnknown<'a>);
    /// Who is there?
    1 => Hello(OspfHello<'a>);
    /// What is in the database.
    2 => DbDesc(OspfDbDesc<'a>);
    /// What is wanted of it.
    3 => LsReq(OspfLsReq<'a>);
    /// LSAs.
    4 => LsUpd(OspfLsUpd<'a>);
    /// They have come.
    5 => LsAck(OspfLsAck<'a>);
}

/// Declares a packet: the common header, and what is behind it.
macro_rules! ospf_packet {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident<$lt:lifetime> $class:literal = $type:literal {
            $(
                $(#[$fmeta:meta])*
                $field:ident $([$name:literal])? : $ty:ty $(as $bits:literal)? $(=> $form:ident)? $(= $value:expr)?
            ),* $(,)?
        }
    ) => {
        header! {
            $(#[$meta])*
            pub struct $noun<$lt> $class {
                /// 2.
                version: u8 = 2,
                /// Which packet this is.
                type_: u8 = $type,
                /// Bytes of the packet.
                length: Option<u16>,
                /// The sender.
                router_id: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
                /// The area.
                area_id: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
                /// Checksum.
                checksum: Option<u16>,
                /// 0: none, 1: password, 2: digest.
                au_type: u16 = 1,
                /// By `au_type`.
                authentication: u64,
                $( $(#[$fmeta])* $field $([$name])? : $ty $(as $bits)? $(=> $form)? $(= $value)?, )*
            }
        }
    };
}

ospf_packet! {
    /// Who is there?
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | the header | | see [`Ospf`] |
    /// | `mask` | | of the interface |
    /// | `hello_interval` | seconds | between hellos |
    /// | `options` | 8 bits | [`Ospf::OPTION_E`] and its neighbours |
    /// | `priority` | 0 to 255 | who becomes designated router; 0: not this one |
    /// | `dead_interval` | seconds | without a hello until a router is dead |
    /// | `designated_router`, `backup_router` | | in the sender's eyes; 0.0.0.0: none |
    /// | `neighbors` | | routers that the sender has heard |
    ///
    /// Ryu: `ospf.OSPFHello`. Spec: RFC 2328 appendix A.3.2. See the example of [`Ospf`].
    pub struct OspfHello<'a> "OSPFHello" = 1 {
        /// Mask of the interface.
        mask: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// Seconds between hellos.
        hello_interval: u16 = 10,
        /// Options.
        options: u8,
        /// Who becomes designated router; 0: not this one.
        priority: u8 = 1,
        /// Seconds without a hello until a router is dead.
        dead_interval: u32 = 40,
        /// Designated router.
        designated_router: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// Backup designated router.
        backup_router: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// Routers that the sender has heard.
        neighbors: List<'a, Ipv4Addr> => TextAddresses,
    }
}

ospf_packet! {
    /// What is in the database.
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | the header | | see [`Ospf`] |
    /// | `mtu` | bytes | of the interface |
    /// | `options` | 8 bits | [`Ospf::OPTION_E`] and its neighbours |
    /// | `reserved` | 5 bits | not used; not in JSON |
    /// | `i_flag` | 1 bit | the first packet |
    /// | `m_flag` | 1 bit | more follow |
    /// | `ms_flag` | 1 bit | the sender is the master |
    /// | `sequence_number` | 32 bits | which packet |
    /// | `lsa_headers` | | [`OspfLsaHeader`]s |
    ///
    /// Ryu: `ospf.OSPFDBDesc`. Spec: RFC 2328 appendix A.3.3. See the example of [`Ospf`].
    pub struct OspfDbDesc<'a> "OSPFDBDesc" = 2 {
        /// MTU of the interface in bytes.
        mtu: u16 = 1500,
        /// Options.
        options: u8,
        /// Not used.
        reserved[""]: u8 as 5,
        /// 1: the first packet.
        i_flag: u8 as 1,
        /// 1: more follow.
        m_flag: u8 as 1,
        /// 1: the sender is the master.
        ms_flag: u8 as 1,
        /// Which packet.
        sequence_number: u32,
        /// What is in the database.
        lsa_headers: List<'a, OspfLsaHeader>,
    }
}

ospf_packet! {
    /// What is wanted of the database.
    ///
    /// | field | meaning |
    /// |---|---|
    /// | the header | see [`Ospf`] |
    /// | `lsa_requests` | [`OspfRequest`]s |
    ///
    /// Ryu: `ospf.OSPFLSReq`. Spec: RFC 2328 appendix A.3.4. See the example of [`Ospf`].
    pub struct OspfLsReq<'a> "OSPFLSReq" = 3 {
        /// What is wanted.
        lsa_requests: List<'a, OspfRequest>,
    }
}

ospf_packet! {
    /// LSAs.
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | the header | | see [`Ospf`] |
    /// | `num` | 32 bits | number of the LSAs; `None`: filled in; not in JSON |
    /// | `lsas` | | [`OspfLsa`]s |
    ///
    /// Ryu: `ospf.OSPFLSUpd`. Spec: RFC 2328 appendix A.3.5. See the example of [`Ospf`].
    pub struct OspfLsUpd<'a> "OSPFLSUpd" = 4 {
        /// Number of the LSAs.
        num[""]: Option<u32>,
        /// The LSAs.
        lsas: List<'a, OspfLsa<'a>>,
    }
}

ospf_packet! {
    /// LSAs have come.
    ///
    /// | field | meaning |
    /// |---|---|
    /// | the header | see [`Ospf`] |
    /// | `lsa_headers` | [`OspfLsaHeader`]s |
    ///
    /// Ryu: `ospf.OSPFLSAck`. Spec: RFC 2328 appendix A.3.6. See the example of [`Ospf`].
    pub struct OspfLsAck<'a> "OSPFLSAck" = 5 {
        /// Which LSAs have come.
        lsa_headers: List<'a, OspfLsaHeader>,
    }
}

ospf_packet! {
    /// A packet of another type.
    ///
    /// | field | meaning |
    /// |---|---|
    /// | the header | see [`Ospf`] |
    /// | `data` | what it says |
    ///
    /// Ryu: `ospf.OSPFMessage`, which it cannot read. Spec: RFC 2328 appendix A.3.1. See the example of
    /// [`Ospf`].
    pub struct OspfUnknown<'a> "OSPFMessage" = 0 {
        /// What it says.
        data: Cow<'a, [u8]>,
    }
}

header! {
    /// A wanted LSA.
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `type_` | 32 bits | [`OspfLsaHeader::ROUTER`] and its neighbours |
    /// | `id` | | which of them |
    /// | `adv_router` | | whose |
    ///
    /// Ryu: `ospf.OSPFLSReq.Request`. Spec: RFC 2328 appendix A.3.4. See the example of [`Ospf`].
    #[derive(Copy)]
    pub struct OspfRequest "Request" {
        /// [`OspfLsaHeader::ROUTER`] or one of its neighbours.
        type_: u32,
        /// Which of them.
        id: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// Whose.
        adv_router: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
    }
}

/// What is in the header of a packet of any type.
macro_rules! of_any {
    ($ospf:expr, $field:ident) => {
        match $ospf {
            Ospf::Hello(packet) => packet.$field,
            Ospf::DbDesc(packet) => packet.$field,
            Ospf::LsReq(packet) => packet.$field,
            Ospf::LsUpd(packet) => packet.$field,
            Ospf::LsAck(packet) => packet.$field,
            Ospf::Unknown(packet) => packet.$field,
        }
    };
}

impl Ospf<'_> {
    /// Option: routes from outside are welcome.
    pub const OPTION_E: u8 = 1 << 1;
    /// Option: multicast is forwarded (RFC 1584).
    pub const OPTION_MC: u8 = 1 << 2;
    /// Option: LSAs of type 7 (RFC 3101).
    pub const OPTION_NP: u8 = 1 << 3;
    /// Option: demand circuits (RFC 1793).
    pub const OPTION_DC: u8 = 1 << 5;
    /// Option: opaque LSAs (RFC 5250).
    pub const OPTION_O: u8 = 1 << 6;
    /// Option: not to be sent to providers' edges again (RFC 4576).
    pub const OPTION_DN: u8 = 1 << 7;

    /// `au_type` of a digest, which stands behind the packet.
    pub const AU_CRYPTOGRAPHIC: u16 = 2;

    /// The sender.
    pub fn router_id(&self) -> Ipv4Addr {
        of_any!(self, router_id)
    }

    /// The area.
    pub fn area_id(&self) -> Ipv4Addr {
        of_any!(self, area_id)
    }
}

/// The checksum of a packet: over all but the 8 bytes of authentication, its own two as zeros.
fn packet_checksum(packet: &[u8]) -> u16 {
    let sum = [0..12, 14..16, 24..packet.len()]
        .into_iter()
        .map(|part| checksum::sum(packet.get(part).unwrap_or_default()))
        .sum();
    !checksum::fold(sum)
}

impl<'a> Wire<'a> for Ospf<'a> {
    const MIN: usize = 24;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<24>(Self::CLASS)?;
        if head[0] != 2 {
            let version = head[0].into();
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, version, "version"));
        }
        let length = u16::from_be_bytes([head[2], head[3]]).into();
        let span = w.span(Self::CLASS, length, 24, "length", None)?;
        let from = |at: usize| {
            let bytes = w.bytes.get(at..length).unwrap_or_default();
            Window { bytes, offset: w.offset + at, imposed_by: Some("length") }
        };
        // Where the list begins, and the size of its items.
        let (list, size) = match head[1] {
            1 => (44, 4),
            2 => (32, OspfLsaHeader::SIZE),
            3 => (24, 12),
            4 => (28, 0),
            5 => (24, OspfLsaHeader::SIZE),
            _ => return Ok(span),
        };
        if length < list {
            return Err(from(24).truncated(Self::CLASS, list - 24));
        }
        let mut at = list;
        if let Some(over) = (length - list).checked_rem(size) {
            at = length - over;
        }
        while at < length {
            let item = from(at);
            if size > 0 {
                return Err(item.truncated(Self::CLASS, size));
            }
            let head = item.head::<{ OspfLsaHeader::SIZE }>(Self::CLASS)?;
            let len = u16::from_be_bytes([head[18], head[19]]).into();
            let least = OspfLsaHeader::SIZE + lsa::least(head[3]);
            at += item.span(Self::CLASS, len, least, "length", None)?.head;
        }
        Ok(span)
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        let size = at.head_end - at.start;
        if of_any!(self, length).is_none() {
            checksum::fill_u16(frame, at, 2, size, Self::CLASS, "length")?;
        }
        let Some(packet) = frame.get_mut(at.start..at.head_end) else { return Ok(()) };
        if let Ospf::LsUpd(OspfLsUpd { num: None, lsas, .. }) = self {
            // At most a packet full of LSAs.
            let num = lsas.iter().count() as u32;
            packet[24..28].copy_from_slice(&num.to_be_bytes());
        }
        let is_summed = of_any!(self, au_type) != Self::AU_CRYPTOGRAPHIC;
        if of_any!(self, checksum).is_none() && is_summed {
            let sum = packet_checksum(packet);
            packet[12..14].copy_from_slice(&sum.to_be_bytes());
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        let packet = frame.get(at.start..at.head_end).unwrap_or_default();
        let Some(&[_, kind, .., c0, c1, a0, a1]) = packet.first_chunk::<16>() else {
            return Ok(());
        };
        let wrong = |offset, found: u16, right: u16| {
            let (found, right) = (found.into(), right.into());
            Err(VerifyError::Wrong { what: Self::CLASS, field: "checksum", offset, found, right })
        };
        let (found, right) = (u16::from_be_bytes([c0, c1]), packet_checksum(packet));
        let is_summed = u16::from_be_bytes([a0, a1]) != Self::AU_CRYPTOGRAPHIC;
        if is_summed && found != right {
            return wrong(at.start + 12, found, right);
        }
        let mut at_byte = 28;
        while let (4, Some(lsa)) = (kind, packet.get(at_byte..)) {
            let Some(head) = lsa.first_chunk::<{ OspfLsaHeader::SIZE }>() else { break };
            let len = usize::from(u16::from_be_bytes([head[18], head[19]]));
            // `span` has seen to it that it is large enough.
            let Some(lsa) = lsa.get(2..len) else { break };
            let (found, right) =
                (u16::from_be_bytes([head[16], head[17]]), checksum::fletcher_checksum(lsa, 14));
            if found != right {
                return wrong(at.start + at_byte + 16, found, right);
            }
            at_byte += len;
        }
        Ok(())
    }
}
