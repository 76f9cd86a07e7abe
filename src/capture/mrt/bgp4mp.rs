//! BGP sessions: their messages and their changes of state.

use std::net::IpAddr;

use bytes::Bytes;

use crate::packet::{Bgp, BgpDialect};
use crate::wire::{DecodeError, DecodeErrorKind, Reader, Writer};

use super::record::{MrtEncodeError, address, family, put_address};

crate::wire_number! {
    /// State of a BGP session.
    ///
    /// Spec: RFC 6396 section 4.4.1; RFC 4271 section 8.2.2.
    ///
    /// ```
    /// assert_eq!(ryu_sdn::capture::mrt::BgpState::OPEN_SENT.to_string(), "OpenSent");
    /// ```
    pub struct BgpState(u16) {
        /// Refuses connections.
        IDLE = 1, "Idle";
        /// Waits for a connection.
        CONNECT = 2, "Connect";
        /// Tries to make a connection.
        ACTIVE = 3, "Active";
        /// Waits for an OPEN.
        OPEN_SENT = 4, "OpenSent";
        /// Waits for a KEEPALIVE.
        OPEN_CONFIRM = 5, "OpenConfirm";
        /// Exchanges routes.
        ESTABLISHED = 6, "Established";
    }
}

/// Whose session: what stands in front in every layout of BGP4MP.
///
/// ```text
/// peer AS  local AS  interface  address family  peer address  local address
/// 2 or 4    2 or 4       2            2           4 or 16        4 or 16
/// ```
///
/// The family, 1 for IPv4 and 2 for IPv6, follows from the addresses.
///
/// Spec: RFC 6396 sections 4.4.1 to 4.4.4. See the example of [`Bgp4mpMessage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bgp4mpSession {
    /// AS number of the peer.
    pub peer_as: u32,
    /// AS number of the collector.
    pub local_as: u32,
    /// Whether AS numbers have four bytes in the record, and in the message inside.
    pub as4: bool,
    /// Index of the network interface as of SNMP; 0 if nobody knows.
    pub if_index: u16,
    /// The peer's address.
    pub peer_ip: IpAddr,
    /// The collector's address.
    pub local_ip: IpAddr,
}

impl Bgp4mpSession {
    fn decode(as4: bool, r: &mut Reader<'_>) -> Result<Bgp4mpSession, DecodeError> {
        let mut number = || if as4 { r.u32() } else { r.u16().map(u32::from) };
        let (peer_as, local_as) = (number()?, number()?);
        let (if_index, afi) = (r.u16()?, r.u16()?);
        let (peer_ip, local_ip) = (address(r, afi)?, address(r, afi)?);
        Ok(Bgp4mpSession { peer_as, local_as, as4, if_index, peer_ip, local_ip })
    }

    fn encode(&self, w: &mut Writer<'_>) -> Result<(), MrtEncodeError> {
        for number in [self.peer_as, self.local_as] {
            match u16::try_from(number) {
                _ if self.as4 => w.u32(number),
                Ok(number) => w.u16(number),
                Err(_) => return Err(MrtEncodeError::As4 { number }),
            }
        }
        w.u16(self.if_index);
        w.u16(family(self.peer_ip, self.local_ip)?);
        put_address(w, self.peer_ip);
        put_address(w, self.local_ip);
        Ok(())
    }
}

/// A session has changed its state.
///
/// ```text
/// session  old state  new state
///             2          2
/// ```
///
/// | subtype | name | `as4` |
/// |---|---|---|
/// | 0 | BGP4MP_STATE_CHANGE | no |
/// | 5 | BGP4MP_STATE_CHANGE_AS4 | yes |
///
/// Spec: RFC 6396 sections 4.4.1 and 4.4.4.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::capture::mrt::{Bgp4mpSession, Bgp4mpStateChange, BgpState, MrtBody, MrtRecord};
///
/// let session = Bgp4mpSession {
///     peer_as: 64_496,
///     local_as: 64_497,
///     as4: false,
///     if_index: 0,
///     peer_ip: "192.0.2.1".parse()?,
///     local_ip: "192.0.2.2".parse()?,
/// };
/// let (old_state, new_state) = (BgpState::OPEN_CONFIRM, BgpState::ESTABLISHED);
/// let body = MrtBody::StateChange(Bgp4mpStateChange { session, old_state, new_state });
/// let mut buf = BytesMut::new();
/// MrtRecord { seconds: 0, microseconds: None, body }.encode(&mut buf)?;
/// assert_eq!(buf[12..20], [0xfb, 0xf0, 0xfb, 0xf1, 0, 0, 0, 1]);
/// assert_eq!(buf[28..], [0, 5, 0, 6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bgp4mpStateChange {
    /// Whose session.
    pub session: Bgp4mpSession,
    /// The state before.
    pub old_state: BgpState,
    /// The state now.
    pub new_state: BgpState,
}

impl Bgp4mpStateChange {
    pub(super) fn subtype(&self) -> u16 {
        if self.session.as4 { 5 } else { 0 }
    }

    pub(super) fn decode(
        subtype: u16,
        r: &mut Reader<'_>,
    ) -> Result<Bgp4mpStateChange, DecodeError> {
        r.name("BGP4MP state change");
        let session = Bgp4mpSession::decode(subtype == 5, r)?;
        let (old_state, new_state) = (BgpState(r.u16()?), BgpState(r.u16()?));
        Ok(Bgp4mpStateChange { session, old_state, new_state })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) -> Result<(), MrtEncodeError> {
        self.session.encode(w)?;
        w.u16(self.old_state.0);
        w.u16(self.new_state.0);
        Ok(())
    }
}

/// A BGP message of a session.
///
/// ```text
/// session  BGP message
///             rest
/// ```
///
/// | subtype | name | `as4` | `local` | `add_path` |
/// |---|---|---|---|---|
/// | 1 | BGP4MP_MESSAGE | no | no | no |
/// | 4 | BGP4MP_MESSAGE_AS4 | yes | no | no |
/// | 6 | BGP4MP_MESSAGE_LOCAL | no | yes | no |
/// | 7 | BGP4MP_MESSAGE_AS4_LOCAL | yes | yes | no |
/// | 8 | BGP4MP_MESSAGE_ADDPATH | no | no | yes |
/// | 9 | BGP4MP_MESSAGE_AS4_ADDPATH | yes | no | yes |
/// | 10 | BGP4MP_MESSAGE_LOCAL_ADDPATH | no | yes | yes |
/// | 11 | BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH | yes | yes | yes |
///
/// Spec: RFC 6396 sections 4.4.2, 4.4.3, 4.4.5 and 4.4.6; RFC 8050 section 3.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::capture::mrt::{Bgp4mpMessage, Bgp4mpSession, MrtBody, MrtRecord};
///
/// let mut keepalive = [0xff; 19];
/// keepalive[16..].copy_from_slice(&[0, 19, 4]);
/// let body = MrtBody::Message(Bgp4mpMessage {
///     session: Bgp4mpSession {
///         peer_as: 64_496,
///         local_as: 4_200_000_000,
///         as4: true,
///         if_index: 3,
///         peer_ip: "2001:db8::1".parse()?,
///         local_ip: "2001:db8::2".parse()?,
///     },
///     local: true,
///     add_path: false,
///     message: keepalive.to_vec().into(),
/// });
/// let mut buf = BytesMut::new();
/// MrtRecord { seconds: 0, microseconds: None, body }.encode(&mut buf)?;
/// assert_eq!(buf[4..8], [0, 16, 0, 7]);
/// assert_eq!(buf[12..24], [0, 0, 0xfb, 0xf0, 0xfa, 0x56, 0xea, 0, 0, 3, 0, 2]);
/// assert_eq!(buf[56..], keepalive);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bgp4mpMessage {
    /// Whose session.
    pub session: Bgp4mpSession,
    /// Whether the collector made the message, and not the peer.
    pub local: bool,
    /// Whether the NLRI in the message have path identifiers (RFC 7911).
    pub add_path: bool,
    /// The BGP message from its marker on; see [`bgp`](Bgp4mpMessage::bgp).
    pub message: Bytes,
}

impl Bgp4mpMessage {
    /// Reads the message, with AS numbers as wide as the record says.
    ///
    /// ```
    /// # use ryu_sdn::capture::mrt::{Bgp4mpMessage, Bgp4mpSession};
    /// use ryu_sdn::packet::{Bgp, BgpAs4PathSegment, BgpAsPath, BgpUpdate};
    ///
    /// # let session = Bgp4mpSession {
    /// #     peer_as: 64_496,
    /// #     local_as: 64_497,
    /// #     as4: true,
    /// #     if_index: 0,
    /// #     peer_ip: "192.0.2.1".parse()?,
    /// #     local_ip: "192.0.2.2".parse()?,
    /// # };
    /// let path = BgpAsPath::new(vec![BgpAs4PathSegment::sequence([7, 9])]);
    /// let update = BgpUpdate { path_attributes: vec![path.into()].into(), ..BgpUpdate::default() };
    /// let message = (Bgp::from(update) / []).to_bytes()?.into();
    /// let record = Bgp4mpMessage { session, local: false, add_path: false, message };
    ///
    /// let bgp = record.bgp()?;
    /// let path = bgp.as_update().and_then(|update| update.as_path()).expect("it has one");
    /// assert_eq!(path.value.segments()?, [(BgpAsPath::SEQUENCE, vec![7, 9])]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If it cannot be read, or is followed by bytes that are not of it. An update of a record with
    /// `add_path` is refused: routes with path identifiers have no types here.
    pub fn bgp(&self) -> Result<Bgp<'_>, DecodeError> {
        const UPDATE: u8 = 2;
        if self.add_path && self.message.get(18) == Some(&UPDATE) {
            return Err(DecodeError::bad_value("bgp", 18, UPDATE.into(), "add_path"));
        }
        let dialect = if self.session.as4 { BgpDialect::FourOctet } else { BgpDialect::TwoOctet };
        let (message, rest) = Bgp::parse_in(&self.message, dialect)?;
        let at = self.message.len() - rest.len();
        if rest.is_empty() { Ok(message) } else { Err(trailing(at, rest.len())) }
    }

    pub(super) fn subtype(&self) -> u16 {
        match (self.session.as4, self.local, self.add_path) {
            (false, false, false) => 1,
            (true, false, false) => 4,
            (false, true, false) => 6,
            (true, true, false) => 7,
            (false, false, true) => 8,
            (true, false, true) => 9,
            (false, true, true) => 10,
            (true, true, true) => 11,
        }
    }

    pub(super) fn decode(subtype: u16, r: &mut Reader<'_>) -> Result<Bgp4mpMessage, DecodeError> {
        r.name("BGP4MP message");
        let session = Bgp4mpSession::decode(matches!(subtype, 4 | 7 | 9 | 11), r)?;
        let local = matches!(subtype, 6 | 7 | 10 | 11);
        let add_path = subtype >= 8;
        Ok(Bgp4mpMessage { session, local, add_path, message: r.rest_bytes() })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) -> Result<(), MrtEncodeError> {
        self.session.encode(w)?;
        w.bytes(&self.message);
        Ok(())
    }
}

fn trailing(offset: usize, available: usize) -> DecodeError {
    let kind = DecodeErrorKind::Trailing;
    DecodeError { what: "bgp", offset, needed: 0, available, imposed_by: Some("len"), kind }
}
