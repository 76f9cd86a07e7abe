//! OpenFlow inside of TCP.

use std::borrow::Cow;

use super::codec::{Noun, fields, header, noun};
use super::span::{Place, Span, Window, Wire};
use super::{EmitError, Kind, checksum};
use crate::wire::DecodeError;

header! {
    /// An OpenFlow message, of which only the header is read here.
    ///
    /// Messages stand one behind the other in a segment; one that is cut is a payload, and
    /// [`Packet::error`](super::Packet::error) says so.
    ///
    /// ```text
    ///  0       8       16              32
    /// +-------+-------+---------------+-------------------------------+-------------------
    /// |version| type  |    msg_len    |              xid              | body, msg_len - 8
    /// +-------+-------+---------------+-------------------------------+-------------------
    /// ```
    ///
    /// | field of `msg` | unit and range | meaning |
    /// |---|---|---|
    /// | `version` | 1 to 6 | 1.0 to 1.5 |
    /// | `msg_type` | 0 to 255 | what it is, by the version |
    /// | `msg_len` | bytes, 8 to 65,535 | header and body; `None`: filled in |
    /// | `xid` | 32 bits | which request it belongs to |
    /// | `body` | up to 65,527 bytes | the message behind its header |
    ///
    /// [`message`](Openflow::message) gives the bytes to read it with. JSON is what Ryu has for a
    /// message that it cannot read, whatever the message is.
    ///
    /// Ryu: `openflow.openflow`. Spec: OpenFlow 1.3.5 section 7.1.1.
    ///
    /// ```
    /// use ryu_sdn::packet::{Openflow, OpenflowMsg};
    ///
    /// let msg = OpenflowMsg { version: 4, msg_type: 2, xid: 0x1234, body: b"echo".into(), ..Default::default() };
    /// let bytes = (Openflow { msg } / []).to_bytes()?;
    /// assert_eq!(bytes, [4, 2, 0, 12, 0, 0, 0x12, 0x34, b'e', b'c', b'h', b'o']);
    /// let (back, rest) = Openflow::parse(&bytes)?;
    /// assert_eq!((back.msg.msg_len, &back.msg.body[..], rest), (Some(12), &b"echo"[..], &[][..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Openflow<'a> "openflow" {
        /// The message.
        msg: OpenflowMsg<'a>,
    }
}

/// An OpenFlow message: the header that all versions share, and the bytes behind it.
///
/// Ryu: `openflow.OFPUnparseableMsg`. Spec: OpenFlow 1.3.5 section 7.1.1. See the example of
/// [`Openflow`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenflowMsg<'a> {
    /// Version of the protocol: 1 is 1.0, 6 is 1.5.
    pub version: u8,
    /// What it is.
    pub msg_type: u8,
    /// Bytes of header and body.
    pub msg_len: Option<u16>,
    /// Transaction.
    pub xid: u32,
    /// What is behind the header.
    pub body: Cow<'a, [u8]>,
}

impl Default for OpenflowMsg<'_> {
    fn default() -> Self {
        OpenflowMsg { version: 4, msg_type: 0, msg_len: None, xid: 0, body: Cow::Borrowed(&[]) }
    }
}

fields!(OpenflowMsg<'a>, |this, v| {
    let OpenflowMsg { version, msg_type, msg_len, xid, body } = this;
    v.remark_none("datapath");
    v.remark_none("buf");
    v.field("version", version)?;
    v.field("msg_type", msg_type)?;
    v.field("msg_len", msg_len)?;
    v.field("xid", xid)?;
    v.field("body", body)
});
noun!(OpenflowMsg<'a>, "OFPUnparseableMsg");

impl Openflow<'_> {
    /// The newest version that is known here: 1.5.
    pub const NEWEST: u8 = 6;

    /// All bytes of the message, header and body, as the room `ofproto` reads them.
    ///
    /// # Errors
    /// If it was built and is longer than 65,535 bytes.
    pub fn message(&self) -> Result<Vec<u8>, EmitError> {
        (self.clone() / []).to_bytes()
    }
}

impl<'a> Wire<'a> for Openflow<'a> {
    const MIN: usize = 8;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<8>(Self::CLASS)?;
        if !(1..=Self::NEWEST).contains(&head[0]) {
            let version = head[0].into();
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, version, "version"));
        }
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        w.span(Self::CLASS, length, 8, "msg_len", Some(Kind::Openflow))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.msg.msg_len.is_none() {
            let length = at.head_end - at.start;
            checksum::fill_u16(frame, at, 2, length, Self::CLASS, "msg_len")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Openflow, OpenflowMsg, Packet};

    #[test]
    fn messages_stand_behind_each_other_and_a_cut_one_is_a_payload() {
        let hello = OpenflowMsg { version: 1, xid: 5, ..OpenflowMsg::default() };
        let echo = OpenflowMsg { msg_type: 2, body: b"echo".into(), ..OpenflowMsg::default() };
        let both = Openflow { msg: hello } / Openflow { msg: echo };
        let mut bytes = (both / [4u8, 14, 0, 80, 0, 0, 0, 1]).to_bytes().expect("all of it fits");
        let packet = Packet::parse_as(Kind::Openflow, &bytes);
        let messages: Vec<_> = packet.all::<Openflow>().map(|of| of.message()).collect();
        assert_eq!(messages, [Ok(bytes[..8].to_vec()), Ok(bytes[8..20].to_vec())]);
        assert_eq!(packet.payload()[..], bytes[20..]);
        let error = packet.error().expect("the last one is cut");
        assert_eq!((error.offset, error.needed, error.available), (20, 80, 8));
        assert_eq!(error.imposed_by, Some("msg_len"));
        // A version that nobody knows: there may be no message at all.
        bytes[8] = 7;
        let packet = Packet::parse_as(Kind::Openflow, &bytes);
        assert_eq!((packet.all::<Openflow>().count(), packet.payload().len()), (1, 20));
        assert_eq!(packet.error().and_then(|err| err.imposed_by), Some("version"));
    }

    #[test]
    fn text_is_that_of_ryu() {
        // str(openflow(OFPUnparseableMsg(None, 6, 2, 12, 7, b"echo"))) of Ryu 4.34.
        let bytes = [6, 2, 0, 12, 0, 0, 0, 7, b'e', b'c', b'h', b'o'];
        let (openflow, _) = Openflow::parse(&bytes).expect("it is whole");
        let text = "openflow(msg=OFPUnparseableMsg(body=b'echo',buf=None,datapath=None,msg_len=12,msg_type=2,version=6,xid=7))";
        assert_eq!(openflow.to_string(), text);
    }
}
