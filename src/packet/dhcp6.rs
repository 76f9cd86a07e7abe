//! DHCP for IPv6 (RFC 8415).

use std::borrow::Cow;
use std::net::Ipv6Addr;

use super::codec::{Len, Noun, TextAddress, Unsent, fields, noun, tlv};
use super::list::List;
use super::span::{Span, Window, Wire};
use crate::wire::DecodeError;

/// A DHCPv6 message: all that is in the UDP datagram.
///
/// ```text
///  0               8               16                              32
/// +---------------+---------------+-------------------------------+
/// |   msg_type    |               transaction_id                  |
/// +---------------+-----------------------------------------------+
/// |   options
/// +------- - -
///
/// between relay agents, or relay agent and server:
/// +---------------+---------------+-------------------------------+
/// |   msg_type    |   hop_count   |                               |
/// +---------------+---------------+   link_address, 16 bytes      |
/// |                                   peer_address, 16 bytes      |
/// |                               +-------------------------------+
/// |                               |   options
/// +-------------------------------+------ - -
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `msg_type` | 0 to 255 | [`Dhcp6::SOLICIT`] and its neighbours |
/// | `transaction_id` | 24 bits | which exchange (Ryu's default is a random one, here it is 0) |
/// | `hop_count` | 0 to 255 | relay agents before this one |
/// | `link_address` | | which link the client is on |
/// | `peer_address` | | from whom the relay agent has the message |
/// | `options` | | [`Dhcp6Options`] |
///
/// A message between relay agents has no `transaction_id`, and any other has none of the next three: then
/// they are in JSON, as in Ryu, but not in the bytes. A message in which an option sticks out is refused.
///
/// Ryu: `dhcp6.dhcp6`. Spec: RFC 8415 sections 8 and 9.
///
/// ```
/// use ryu_sdn::packet::{Dhcp6, Dhcp6Option};
///
/// let options = vec![Dhcp6Option::new(Dhcp6::OPTION_ELAPSED_TIME, &[0, 0])];
/// let solicit =
///     Dhcp6 { msg_type: Dhcp6::SOLICIT, transaction_id: 0x123456, options: options.into(), ..Dhcp6::default() };
/// let bytes = (solicit.clone() / []).to_bytes()?;
/// assert_eq!(bytes, [1, 0x12, 0x34, 0x56, 0, 8, 0, 2, 0, 0]);
/// assert_eq!(Dhcp6::parse(&bytes)?.0, solicit);
///
/// // What a relay agent makes of it, and what the server finds inside.
/// let options = vec![Dhcp6Option::new(Dhcp6::OPTION_RELAY_MSG, bytes)];
/// let forward = Dhcp6 { msg_type: Dhcp6::RELAY_FORW, options: options.into(), ..Dhcp6::default() };
/// let bytes = (forward / []).to_bytes()?;
/// let (back, _) = Dhcp6::parse(&bytes)?;
/// let inner = back.option(Dhcp6::OPTION_RELAY_MSG).expect("it is there");
/// assert_eq!(Dhcp6::parse(&inner.data)?.0.transaction_id, 0x123456);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dhcp6<'a> {
    /// [`Dhcp6::SOLICIT`] or one of its neighbours.
    pub msg_type: u8,
    /// Which exchange, 24 bits.
    pub transaction_id: u32,
    /// Relay agents before this one.
    pub hop_count: u8,
    /// Which link the client is on.
    pub link_address: Ipv6Addr,
    /// From whom the relay agent has the message.
    pub peer_address: Ipv6Addr,
    /// Options.
    pub options: Dhcp6Options<'a>,
}

impl Default for Dhcp6<'_> {
    fn default() -> Self {
        Dhcp6 {
            msg_type: Self::SOLICIT,
            transaction_id: 0,
            hop_count: 0,
            link_address: Ipv6Addr::UNSPECIFIED,
            peer_address: Ipv6Addr::UNSPECIFIED,
            options: Dhcp6Options::default(),
        }
    }
}

fields!(Dhcp6<'a>, |this, v| {
    let Dhcp6 { msg_type, transaction_id, hop_count, link_address, peer_address, options } = this;
    v.field("msg_type", msg_type)?;
    if Dhcp6::is_relayed(*msg_type) {
        v.with::<Unsent, _>("transaction_id", transaction_id)?;
        v.field("hop_count", hop_count)?;
        v.with::<TextAddress, _>("link_address", link_address)?;
        v.with::<TextAddress, _>("peer_address", peer_address)?;
    } else {
        v.bits("transaction_id", 24, transaction_id)?;
        v.with::<Unsent, _>("hop_count", hop_count)?;
        v.with::<Unsent, _>("link_address", link_address)?;
        v.with::<Unsent, _>("peer_address", peer_address)?;
    }
    v.field("options", options)
});
noun!(Dhcp6<'a>, "dhcp6");

/// The options of a [`Dhcp6`] message.
///
/// | field | meaning |
/// |---|---|
/// | `option_list` | [`Dhcp6Option`]s |
///
/// Ryu: `dhcp6.options`; `options_len` follows. Spec: RFC 8415 section 21. See the example of
/// [`Dhcp6`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Dhcp6Options<'a> {
    /// The options.
    pub option_list: List<'a, Dhcp6Option<'a>>,
}

fields!(Dhcp6Options<'a>, |this, v| {
    let Dhcp6Options { option_list } = this;
    v.field("option_list", option_list)?;
    v.remark("options_len", option_list.to_bytes().map_or(0, |bytes| bytes.len() as u64));
    Ok(())
});
noun!(Dhcp6Options<'a>, "options");

impl<'a> From<Vec<Dhcp6Option<'a>>> for Dhcp6Options<'a> {
    fn from(options: Vec<Dhcp6Option<'a>>) -> Self {
        Dhcp6Options { option_list: options.into() }
    }
}

tlv! {
    /// An option of a [`Dhcp6`] message: code, length, data.
    ///
    /// Ryu: `dhcp6.option`. Spec: RFC 8415 section 21.1. See the example of [`Dhcp6`].
    pub struct Dhcp6Option<'a> "option" {
        /// Which: [`Dhcp6::OPTION_CLIENTID`] and its neighbours.
        code: u16,
    }
    /// Bytes of the data.
    length: u16 as 16, Len::BODY => {
        /// What it says.
        data: Cow<'a, [u8]>,
    }
}

impl<'a> Dhcp6Option<'a> {
    /// An option of this data.
    pub fn new(code: u16, data: impl Into<Cow<'a, [u8]>>) -> Self {
        Dhcp6Option { code, length: None, data: data.into() }
    }
}

impl<'a> Dhcp6<'a> {
    /// Type: who is a server?
    pub const SOLICIT: u8 = 1;
    /// Type: I am.
    pub const ADVERTISE: u8 = 2;
    /// Type: I take it.
    pub const REQUEST: u8 = 3;
    /// Type: do these addresses belong to this link?
    pub const CONFIRM: u8 = 4;
    /// Type: longer, please.
    pub const RENEW: u8 = 5;
    /// Type: longer, whoever hears it.
    pub const REBIND: u8 = 6;
    /// Type of an answer.
    pub const REPLY: u8 = 7;
    /// Type: I need it no more.
    pub const RELEASE: u8 = 8;
    /// Type: somebody else has it.
    pub const DECLINE: u8 = 9;
    /// Type: ask me again.
    pub const RECONFIGURE: u8 = 10;
    /// Type: I want to know the rest only.
    pub const INFORMATION_REQUEST: u8 = 11;
    /// Type of what a relay agent sends on to a server.
    pub const RELAY_FORW: u8 = 12;
    /// Type of what a server answers to a relay agent.
    pub const RELAY_REPL: u8 = 13;

    /// Code: who the client is.
    pub const OPTION_CLIENTID: u16 = 1;
    /// Code: who the server is.
    pub const OPTION_SERVERID: u16 = 2;
    /// Code: addresses.
    pub const OPTION_IA_NA: u16 = 3;
    /// Code: temporary addresses.
    pub const OPTION_IA_TA: u16 = 4;
    /// Code: an address.
    pub const OPTION_IAADDR: u16 = 5;
    /// Code: which options the client wants to have.
    pub const OPTION_ORO: u16 = 6;
    /// Code: which server to prefer.
    pub const OPTION_PREFERENCE: u16 = 7;
    /// Code: for how long the client tries, in 10 ms.
    pub const OPTION_ELAPSED_TIME: u16 = 8;
    /// Code: the message that is relayed.
    pub const OPTION_RELAY_MSG: u16 = 9;
    /// Code: authentication.
    pub const OPTION_AUTH: u16 = 11;
    /// Code: the server's address.
    pub const OPTION_UNICAST: u16 = 12;
    /// Code: how it went.
    pub const OPTION_STATUS_CODE: u16 = 13;
    /// Code: two messages are enough.
    pub const OPTION_RAPID_COMMIT: u16 = 14;
    /// Code: class of the user.
    pub const OPTION_USER_CLASS: u16 = 15;
    /// Code: class of the vendor.
    pub const OPTION_VENDOR_CLASS: u16 = 16;
    /// Code: options of the vendor.
    pub const OPTION_VENDOR_OPTS: u16 = 17;
    /// Code: by which interface the relay agent heard it.
    pub const OPTION_INTERFACE_ID: u16 = 18;
    /// Code: what to ask again.
    pub const OPTION_RECONF_MSG: u16 = 19;
    /// Code: [`Dhcp6::RECONFIGURE`] is welcome.
    pub const OPTION_RECONF_ACCEPT: u16 = 20;

    /// The first option with this code.
    pub fn option(&self, code: u16) -> Option<Dhcp6Option<'a>> {
        self.options.option_list.iter().filter_map(Result::ok).find(|option| option.code == code)
    }

    const fn is_relayed(msg_type: u8) -> bool {
        matches!(msg_type, Self::RELAY_FORW | Self::RELAY_REPL)
    }
}

impl<'a> Wire<'a> for Dhcp6<'a> {
    const MIN: usize = 4;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let mut at = match w.bytes.first() {
            Some(&msg_type) if Self::is_relayed(msg_type) => w.head::<34>(Self::CLASS)?.len(),
            _ => w.head::<4>(Self::CLASS)?.len(),
        };
        while let Some(bytes) = w.bytes.get(at..).filter(|bytes| !bytes.is_empty()) {
            let option = Window { bytes, offset: w.offset + at, ..*w };
            let &[_, _, high, low] = option.head::<4>(Self::CLASS)?;
            let len = usize::from(u16::from_be_bytes([high, low]));
            at += option.span(Self::CLASS, 4 + len, 4, "length", None)?.head;
        }
        Ok(Span::all(w))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_that_of_ryu() {
        let bytes = [1, 0, 0, 3, 0, 14, 0, 0, 0, 20, 0, 1, 7];
        assert_eq!(
            Dhcp6::parse(&bytes).expect("a message").0.to_string(),
            "dhcp6(hop_count=0,link_address='::',msg_type=1,options=options(option_list=[\
             option(code=14,data=b'',length=0), option(code=20,data=b'\\x07',length=1)],\
             options_len=9),peer_address='::',transaction_id=3)"
        );
    }

    /// Ryu leaves such a message unread.
    #[test]
    fn a_message_may_have_no_options() {
        let bytes = [11, 0, 0, 1];
        let (dhcp6, rest) = Dhcp6::parse(&bytes).expect("a message");
        assert_eq!((dhcp6.transaction_id, rest.len()), (1, 0));
        assert!(dhcp6.options.option_list.is_empty());
        assert_eq!((dhcp6 / []).to_bytes().expect("it fits"), bytes);
    }

    #[test]
    fn a_relayed_message_has_no_transaction() {
        let relayed = Dhcp6 {
            msg_type: Dhcp6::RELAY_REPL,
            transaction_id: 7,
            hop_count: 1,
            ..Dhcp6::default()
        };
        let bytes = (relayed / []).to_bytes().expect("it fits");
        assert_eq!((bytes.len(), &bytes[..2]), (34, &[13, 1][..]));
        let (back, _) = Dhcp6::parse(&bytes).expect("a message");
        assert_eq!((back.transaction_id, back.hop_count), (0, 1));
        let long = Dhcp6 { transaction_id: 1 << 24, ..Dhcp6::default() };
        assert!((long / []).to_bytes().is_err());
    }
}
