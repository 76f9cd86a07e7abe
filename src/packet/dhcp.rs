//! DHCP (RFC 2131) and BOOTP (RFC 951) over IPv4.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use serde_json::Value;

use super::codec::{Decoder, Encoder, FixedText, Form, Member, Noun, fields, noun, show_bytes};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{DhcpOption, DhcpOptions, EmitError, VerifyError};
use crate::wire::{DecodeError, JsonError, MacAddr};

/// A DHCP message: all that is in the UDP datagram.
///
/// ```text
///  0               8               16              24              32
/// +---------------+---------------+---------------+---------------+
/// |      op       |     htype     |     hlen      |     hops      |
/// +---------------+---------------+---------------+---------------+
/// |                              xid                              |
/// +-------------------------------+-------------------------------+
/// |             secs              |             flags             |
/// +-------------------------------+-------------------------------+
/// |               ciaddr, yiaddr, siaddr, giaddr                  |
/// +---------------------------------------------------------------+
/// |   chaddr, 16 bytes; sname, 64 bytes; boot_file, 128 bytes     |
/// +---------------------------------------------------------------+
/// |   options: magic_cookie, option_list, the end                 |
/// +---------------------------------------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `op` | 0 to 255 | [`Dhcp::BOOT_REQUEST`] or [`Dhcp::BOOT_REPLY`] |
/// | `htype` | 0 to 255 | kind of link; 1 is Ethernet |
/// | `hlen` | bytes | of `chaddr` that count; `None`: 0 if it is zero, 6 if that holds it, else 16 |
/// | `hops` | 0 to 255 | relay agents on the way |
/// | `xid` | 32 bits | which exchange (Ryu's default is a random one, here it is 0) |
/// | `secs` | seconds | since the client began |
/// | `flags` | 16 bits | [`Dhcp::BROADCAST`]; the others are reserved |
/// | `ciaddr` | | the client's address, if it has one |
/// | `yiaddr` | | the address that it gets |
/// | `siaddr` | | the next server |
/// | `giaddr` | | the relay agent |
/// | `chaddr` | 16 bytes | the client's hardware address |
/// | `sname` | up to 64 bytes | name of the server; filled up with zeros |
/// | `boot_file` | up to 128 bytes | name of a file; filled up with zeros |
/// | `options` | | [`DhcpOptions`]; `None` if the message ends before them |
///
/// A message in which an option sticks out is refused. In JSON `chaddr` is a MAC address where `hlen` is
/// 6, and text otherwise, as in Ryu; names have their zeros.
///
/// Ryu: `dhcp.dhcp`. Spec: RFC 2131 section 2.
///
/// ```
/// use ryu_sdn::packet::{Dhcp, DhcpOption, Packet};
/// use ryu_sdn::wire::MacAddr;
///
/// let client = MacAddr([0x00, 0x00, 0x5e, 0x00, 0x53, 0x01]);
/// let discover = Dhcp::request(client, 0x1122_3344, vec![
///     DhcpOption::new(Dhcp::MESSAGE_TYPE, &[Dhcp::DISCOVER]),
///     DhcpOption::new(Dhcp::PARAMETER_REQUEST_LIST, &[1, 3, 6, 15]),
/// ]);
/// let bytes = (discover / []).to_bytes()?;
/// assert_eq!(bytes[..8], [1, 1, 6, 0, 0x11, 0x22, 0x33, 0x44]);
/// assert_eq!(bytes[236..], [99, 130, 83, 99, 53, 1, 1, 55, 4, 1, 3, 6, 15, 255]);
///
/// let (back, _) = Dhcp::parse(&bytes)?;
/// assert_eq!((back.mac(), back.message_type()), (Some(client), Some(Dhcp::DISCOVER)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dhcp<'a> {
    /// [`Dhcp::BOOT_REQUEST`] or [`Dhcp::BOOT_REPLY`].
    pub op: u8,
    /// Kind of link; 1 is Ethernet.
    pub htype: u8,
    /// Bytes of `chaddr` that count.
    pub hlen: Option<u8>,
    /// Relay agents on the way.
    pub hops: u8,
    /// Which exchange.
    pub xid: u32,
    /// Seconds since the client began.
    pub secs: u16,
    /// [`Dhcp::BROADCAST`].
    pub flags: u16,
    /// The client's address, if it has one.
    pub ciaddr: Ipv4Addr,
    /// The address that the client gets.
    pub yiaddr: Ipv4Addr,
    /// The next server.
    pub siaddr: Ipv4Addr,
    /// The relay agent.
    pub giaddr: Ipv4Addr,
    /// The client's hardware address.
    pub chaddr: [u8; 16],
    /// Name of the server, with or without the zeros behind it.
    pub sname: Cow<'a, [u8]>,
    /// Name of a file, with or without the zeros behind it.
    pub boot_file: Cow<'a, [u8]>,
    /// Options; `None` if the message ends before them.
    pub options: Option<DhcpOptions<'a>>,
}

impl Default for Dhcp<'_> {
    fn default() -> Self {
        Dhcp {
            op: Self::BOOT_REQUEST,
            htype: 1,
            hlen: None,
            hops: 0,
            xid: 0,
            secs: 0,
            flags: 0,
            ciaddr: Ipv4Addr::UNSPECIFIED,
            yiaddr: Ipv4Addr::UNSPECIFIED,
            siaddr: Ipv4Addr::UNSPECIFIED,
            giaddr: Ipv4Addr::UNSPECIFIED,
            chaddr: [0; 16],
            sname: Cow::Borrowed(&[]),
            boot_file: Cow::Borrowed(&[]),
            options: None,
        }
    }
}

fields!(Dhcp<'a>, |this, v| {
    let hlen = this.address_len();
    let Dhcp {
        op,
        htype,
        hlen: given,
        hops,
        xid,
        secs,
        flags,
        ciaddr,
        yiaddr,
        siaddr,
        giaddr,
        chaddr,
        sname,
        boot_file,
        options,
    } = this;
    v.field("op", op)?;
    v.field("htype", htype)?;
    v.field("hlen", given)?;
    v.field("hops", hops)?;
    v.field("xid", xid)?;
    v.field("secs", secs)?;
    v.field("flags", flags)?;
    v.field("ciaddr", ciaddr)?;
    v.field("yiaddr", yiaddr)?;
    v.field("siaddr", siaddr)?;
    v.field("giaddr", giaddr)?;
    if hlen == 6 {
        v.with::<Mac, _>("chaddr", chaddr)?;
    } else {
        v.with::<Hardware, _>("chaddr", chaddr)?;
    }
    v.with::<FixedText<64>, _>("sname", sname)?;
    v.with::<FixedText<128>, _>("boot_file", boot_file)?;
    v.field("options", options)
});
noun!(Dhcp<'a>, "dhcp");

/// A hardware address of another size than 6: text in JSON, bytes in Ryu's text.
enum Hardware {}

/// A hardware address of 6 bytes: a MAC address in JSON and text, without what is behind it.
enum Mac {}

impl Form<'_, [u8; 16]> for Hardware {
    fn decode(d: &mut Decoder<'_>) -> Result<[u8; 16], DecodeError> {
        d.array()
    }
    fn encode(value: &[u8; 16], e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(value);
        Ok(())
    }
    fn to_json(value: &[u8; 16]) -> Value {
        FixedText::<16>::text_of(value)
    }
    fn from_json(value: &Value) -> Result<[u8; 16], JsonError> {
        let mut bytes = match MacAddr::from_json(value) {
            Ok(mac) => mac.octets().to_vec(),
            Err(_) => FixedText::<16>::bytes_of(value)?,
        };
        bytes.resize(16, 0);
        bytes.try_into().map_err(|_| JsonError::expected("a hardware address", value))
    }
    fn show(value: &[u8; 16], out: &mut String) {
        show_bytes(value, out);
    }
}

impl Form<'_, [u8; 16]> for Mac {
    fn decode(d: &mut Decoder<'_>) -> Result<[u8; 16], DecodeError> {
        d.array()
    }
    fn encode(value: &[u8; 16], e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Hardware::encode(value, e)
    }
    fn to_json(value: &[u8; 16]) -> Value {
        first_six(value).to_json()
    }
    fn from_json(value: &Value) -> Result<[u8; 16], JsonError> {
        Hardware::from_json(value)
    }
    fn show(value: &[u8; 16], out: &mut String) {
        first_six(value).show(out);
    }
}

fn first_six(&[a, b, c, d, e, f, ..]: &[u8; 16]) -> MacAddr {
    MacAddr([a, b, c, d, e, f])
}

impl<'a> Dhcp<'a> {
    /// `op` of what a client sends.
    pub const BOOT_REQUEST: u8 = 1;
    /// `op` of what a server sends.
    pub const BOOT_REPLY: u8 = 2;
    /// Flag: the client can hear a broadcast only.
    pub const BROADCAST: u16 = 0x8000;

    /// Type of a message: who has an address for me?
    pub const DISCOVER: u8 = 1;
    /// Type of a message: I have this one.
    pub const OFFER: u8 = 2;
    /// Type of a message: I take it.
    pub const REQUEST: u8 = 3;
    /// Type of a message: I cannot use it.
    pub const DECLINE: u8 = 4;
    /// Type of a message: it is yours.
    pub const ACK: u8 = 5;
    /// Type of a message: you cannot have it.
    pub const NAK: u8 = 6;
    /// Type of a message: I need it no more.
    pub const RELEASE: u8 = 7;
    /// Type of a message: I have an address and want to know the rest.
    pub const INFORM: u8 = 8;

    /// Tag of a pad.
    pub const PAD: u8 = 0;
    /// Tag: mask of the subnet.
    pub const SUBNET_MASK: u8 = 1;
    /// Tag: routers.
    pub const GATEWAY_ADDR: u8 = 3;
    /// Tag: name servers.
    pub const DNS_SERVER_ADDR: u8 = 6;
    /// Tag: the client's name.
    pub const HOST_NAME: u8 = 12;
    /// Tag: the client's domain.
    pub const DOMAIN_NAME: u8 = 15;
    /// Tag: MTU of the interface.
    pub const INTERFACE_MTU: u8 = 26;
    /// Tag: the address that the client asks for.
    pub const REQUESTED_IP_ADDR: u8 = 50;
    /// Tag: for how many seconds the address is lent.
    pub const IP_ADDR_LEASE_TIME: u8 = 51;
    /// Tag: [`Dhcp::DISCOVER`] and its neighbours.
    pub const MESSAGE_TYPE: u8 = 53;
    /// Tag: which server.
    pub const SERVER_IDENTIFIER: u8 = 54;
    /// Tag: which options the client wants to have.
    pub const PARAMETER_REQUEST_LIST: u8 = 55;
    /// Tag: after how many seconds to renew.
    pub const RENEWAL_TIME: u8 = 58;
    /// Tag: after how many seconds to ask any server.
    pub const REBINDING_TIME: u8 = 59;
    /// Tag: what a relay agent knows (RFC 3046).
    pub const RELAY_AGENT_INFORMATION: u8 = 82;
    /// Tag: routes (RFC 3442).
    pub const CLASSLESS_ROUTE: u8 = 121;
    /// Tag of the end.
    pub const END: u8 = 255;

    /// A request of the client with this MAC address.
    pub fn request(client: MacAddr, xid: u32, options: Vec<DhcpOption<'a>>) -> Self {
        Dhcp { xid, options: Some(options.into()), ..Dhcp::default() }.with_mac(client)
    }

    /// The answer to this message, to the same client; what it says is still missing.
    pub fn reply(&self, yiaddr: Ipv4Addr, options: Vec<DhcpOption<'a>>) -> Self {
        Dhcp {
            op: Self::BOOT_REPLY,
            htype: self.htype,
            hlen: self.hlen,
            xid: self.xid,
            flags: self.flags,
            yiaddr,
            giaddr: self.giaddr,
            chaddr: self.chaddr,
            options: Some(options.into()),
            ..Dhcp::default()
        }
    }

    /// With this MAC address.
    pub fn with_mac(self, mac: MacAddr) -> Self {
        let mut chaddr = [0; 16];
        chaddr[..6].copy_from_slice(&mac.octets());
        Dhcp { hlen: Some(6), chaddr, ..self }
    }

    /// The client's MAC address, if its hardware address is one.
    pub fn mac(&self) -> Option<MacAddr> {
        (self.address_len() == 6).then(|| first_six(&self.chaddr))
    }

    /// The first option with this tag.
    pub fn option(&self, tag: u8) -> Option<DhcpOption<'a>> {
        let options = self.options.as_ref()?;
        options.option_list.iter().filter_map(Result::ok).find(|option| option.tag == tag)
    }

    /// [`Dhcp::DISCOVER`] or one of its neighbours; `None` in a message of BOOTP.
    pub fn message_type(&self) -> Option<u8> {
        self.option(Self::MESSAGE_TYPE)?.value.first().copied()
    }

    fn address_len(&self) -> u8 {
        let used = self.chaddr.iter().rposition(|byte| *byte != 0);
        self.hlen.unwrap_or(match used {
            None => 0,
            Some(0..6) => 6,
            Some(_) => 16,
        })
    }
}

impl<'a> Wire<'a> for Dhcp<'a> {
    const MIN: usize = 236;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        w.head::<236>(Self::CLASS)?;
        let from = |at: usize| {
            let bytes = w.bytes.get(at..).unwrap_or_default();
            Window { bytes, offset: w.offset + at, ..*w }
        };
        let options = from(236);
        if options.bytes.is_empty() {
            return Ok(Span::all(w));
        }
        if *options.head::<4>(Self::CLASS)? != DhcpOptions::MAGIC_COOKIE.octets() {
            return Ok(Span::all(w));
        }
        let mut at = 240;
        while let Some(&tag) = w.bytes.get(at).filter(|tag| **tag != Self::END) {
            if tag == Self::PAD {
                at += 1;
                continue;
            }
            let option = from(at);
            let len = usize::from(option.head::<2>(Self::CLASS)?[1]);
            at += option.span(Self::CLASS, 2 + len, 2, "length", None)?.head;
        }
        Ok(Span::all(w))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if let (None, Some(hlen)) = (self.hlen, frame.get_mut(at.start + 2)) {
            *hlen = self.address_len();
        }
        Ok(())
    }

    fn verify(_: &Sums<'_>, _: &Place) -> Result<(), VerifyError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: MacAddr = MacAddr([0x00, 0x00, 0x5e, 0x00, 0x53, 0x01]);

    fn made(dhcp: Dhcp<'_>) -> Vec<u8> {
        (dhcp / []).to_bytes().expect("it fits")
    }

    /// A message with these bytes behind the cookie.
    fn with_options(options: &[u8]) -> Vec<u8> {
        let mut bytes = made(Dhcp::default().with_mac(CLIENT));
        bytes.extend(DhcpOptions::MAGIC_COOKIE.octets());
        bytes.extend(options);
        bytes
    }

    #[test]
    fn text_is_that_of_ryu() {
        let mut dhcp = Dhcp::request(CLIENT, 7, vec![DhcpOption::new(53, &[5])]);
        dhcp.sname = b"it's".into();
        let bytes = made(dhcp);
        let zeros = |count| "\\x00".repeat(count);
        let (dhcp, _) = Dhcp::parse(&bytes).expect("a message");
        assert_eq!(
            dhcp.to_string(),
            format!(
                "dhcp(boot_file='{}',chaddr='00:00:5e:00:53:01',ciaddr='0.0.0.0',flags=0,\
                 giaddr='0.0.0.0',hlen=6,hops=0,htype=1,op=1,options=options(\
                 magic_cookie='99.130.83.99',option_list=[option(length=1,tag=53,value=b'\\x05')],\
                 options_len=8),secs=0,siaddr='0.0.0.0',sname=\"it's{}\",xid=7,yiaddr='0.0.0.0')",
                zeros(128),
                zeros(60)
            )
        );
        let none = Dhcp { htype: 32, ..Dhcp::default() };
        assert!(none.to_string().contains(&format!("chaddr=b'{}'", zeros(16))));
    }

    #[test]
    fn options_behind_pads_are_found() {
        let bytes = with_options(&[53, 1, 3, 0, 0, 50, 4, 192, 0, 2, 60, 0, 0]);
        let (dhcp, _) = Dhcp::parse(&bytes).expect("a message");
        let wanted = dhcp.option(Dhcp::REQUESTED_IP_ADDR).expect("it is there");
        assert_eq!((dhcp.message_type(), &wanted.value[..]), (Some(3), &[192, 0, 2, 60][..]));
        // The pads at the end are no part of the list; without an end option there is none.
        let options = dhcp.options.expect("they are there");
        assert_eq!(options.option_list.iter().count(), 4);
        assert_eq!(options.end.as_deref(), Some(&[0, 0][..]));
    }

    #[test]
    fn what_follows_another_cookie_is_kept() {
        let mut bytes = made(Dhcp::default());
        bytes.extend(b"CMU\0 no options, whatever they look like: \x0c\xff");
        let (dhcp, _) = Dhcp::parse(&bytes).expect("a message");
        assert_eq!((dhcp.message_type(), made(dhcp)), (None, bytes));
    }

    #[test]
    fn the_size_of_an_address_follows() {
        let size = |chaddr: [u8; 16]| made(Dhcp { chaddr, ..Dhcp::default() })[2];
        let last = |at: usize| std::array::from_fn(|here| u8::from(here == at));
        assert_eq!([size([0; 16]), size(last(5)), size(last(6)), size(last(15))], [0, 6, 16, 16]);
        let json = |text: &str| {
            let members = serde_json::json!({"dhcp": {"chaddr": text, "hlen": 0}});
            Dhcp::from_json(&members).map(made)
        };
        let bytes = json("00:00:5e:00:53:01").expect("an address");
        assert_eq!((bytes[2], &bytes[28..34]), (6, &CLIENT.octets()[..]));
        assert!(json("more than sixteen bytes").is_err());
    }

    #[test]
    fn names_have_their_room() {
        let long = Dhcp { sname: vec![b'x'; 65].into(), ..Dhcp::default() };
        let err = (long / []).to_bytes().expect_err("it does not fit");
        assert_eq!((err.what, err.value, err.max), ("dhcp", 65, 64));
    }

    #[test]
    fn an_answer_goes_to_the_client() {
        let discover = Dhcp { giaddr: [192, 0, 2, 2].into(), ..Dhcp::request(CLIENT, 9, vec![]) };
        let kind = DhcpOption::new(Dhcp::MESSAGE_TYPE, &[Dhcp::OFFER]);
        let bytes = made(discover.reply([192, 0, 2, 50].into(), vec![kind]));
        let (offer, _) = Dhcp::parse(&bytes).expect("a message");
        assert_eq!((offer.op, offer.xid, offer.mac()), (Dhcp::BOOT_REPLY, 9, Some(CLIENT)));
        assert_eq!((offer.giaddr, offer.message_type()), (discover.giaddr, Some(Dhcp::OFFER)));
    }
}
