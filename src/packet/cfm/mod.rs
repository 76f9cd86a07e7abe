//! Connectivity fault management (IEEE 802.1ag, now 802.1Q section 20): is the other end there?

mod form;
mod tlv;

use std::borrow::Cow;

use super::List;
use super::codec::{Decoder, Len, Member as _, Noun, fields, header, noun, union};
use super::protocols::parse;
use super::span::{Span, Window, Wire};
use crate::wire::{DecodeError, DecodeErrorKind, MacAddr};

use form::{Absent, Octets, Trimmed};
pub use tlv::*;

header! {
    /// A message of connectivity fault management (Ethernet type 0x8902).
    ///
    /// ```text
    ///  0     3       8       16      24      32
    /// +-----+-------+-------+-------+-------+
    /// |md_lv|version|opcode | flags |offset |
    /// +-----+-------+-------+-------+-------+
    /// | by the opcode: as many bytes as the offset says
    /// +-------+---------------+-------------+
    /// | type  |    length     | value       |  TLVs
    /// +-------+---------------+-------------+
    /// |   0   |  end
    /// +-------+
    /// ```
    ///
    /// | field | meaning |
    /// |---|---|
    /// | `op` | [`CfmOp`]: what kind of message, with all its fields |
    ///
    /// Every message of a known kind has:
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `md_lv` | 0 to 7 | level of the maintenance domain |
    /// | `version` | 0 to 31 | 0 |
    /// | `reserved` | | bits of the flags without a meaning; not in JSON |
    /// | `first_tlv_offset` | bytes, 0 to 255 | from behind itself to the first TLV; `None`: filled in; not in JSON |
    /// | `extra` | | what is in front of the first TLV and has no name, zeros at its end left out; not in JSON |
    /// | `tlvs` | | [`CfmTlv`]s, without the end |
    ///
    /// A message is refused if its TLVs do not finish with the end, or if one of them sticks out or is
    /// too short for its type. Messages of other opcodes (Y.1731) are kept as bytes.
    ///
    /// Ryu: `cfm.cfm`. Spec: IEEE 802.1Q-2018 section 21.4.
    ///
    /// ```
    /// use ryu_sdn::packet::{Cfm, CfmDataTlv, CfmLoopbackMessage, CfmOp};
    ///
    /// let data = CfmDataTlv { data_value: b"ping pong"[..].into(), ..CfmDataTlv::default() };
    /// let ask = CfmLoopbackMessage {
    ///     md_lv: 1,
    ///     transaction_id: 99,
    ///     tlvs: vec![data.into()].into(),
    ///     ..CfmLoopbackMessage::default()
    /// };
    /// let bytes = (Cfm { op: ask.into() } / []).to_bytes()?;
    /// assert_eq!(bytes[..11], [0x20, 3, 0, 4, 0, 0, 0, 99, 3, 0, 9]);
    /// assert_eq!(bytes[11..], *b"ping pong\0");
    ///
    /// let (back, _) = Cfm::parse(&bytes)?;
    /// let CfmOp::LoopbackMessage(ask) = back.op else { panic!("another message") };
    /// assert_eq!((ask.transaction_id, ask.tlvs.items()?.len()), (99, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Cfm<'a> "cfm" {
        /// The message.
        op: CfmOp<'a>,
    }
}

union! {
    /// The message of a [`Cfm`] header.
    ///
    /// Spec: IEEE 802.1Q-2018 section 21.4. See the example of [`Cfm`].
    pub enum CfmOp<'a> by |d| d.byte_at(1), else Unknown(CfmUnknown<'a>);
    /// I am there.
    1 => CcMessage(CfmCcMessage<'a>);
    /// The answer to a loopback.
    2 => LoopbackReply(CfmLoopbackReply<'a>);
    /// Are you there?
    3 => LoopbackMessage(CfmLoopbackMessage<'a>);
    /// The answer to a link trace.
    4 => LinkTraceReply(CfmLinkTraceReply<'a>);
    /// Who is on the way?
    5 => LinkTraceMessage(CfmLinkTraceMessage<'a>);
}

impl Default for CfmOp<'_> {
    fn default() -> Self {
        CfmOp::CcMessage(CfmCcMessage::default())
    }
}

/// Declares a message: its opcode, the bits of its flags, the bytes in front of its first TLV and its
/// fields there.
macro_rules! operation {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $class:literal = $opcode:literal {
            $( $(#[$fmeta:meta])* $flag:ident $([$name:literal])?: $fty:ty as $bits:literal $(= $fvalue:expr)?, )*
        }
        $offset:literal => {
            $( $(#[$bmeta:meta])* $field:ident: $ty:ty $(= $value:expr)?, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun<'a> {
            /// Level of the maintenance domain, 0 to 7.
            pub md_lv: u8,
            /// 0.
            pub version: u8,
            $( $(#[$fmeta])* pub $flag: $fty, )*
            /// Bytes from behind this field to the first TLV.
            pub first_tlv_offset: Option<u8>,
            $( $(#[$bmeta])* pub $field: $ty, )*
            /// What else is in front of the first TLV.
            pub extra: Cow<'a, [u8]>,
            /// The TLVs, without the end.
            pub tlvs: List<'a, CfmTlv<'a>>,
        }
        impl Default for $noun<'_> {
            fn default() -> Self {
                $noun {
                    md_lv: 0,
                    version: 0,
                    $( $flag: header!(@value $($fvalue)?), )*
                    first_tlv_offset: None,
                    $( $field: header!(@value $($value)?), )*
                    extra: Cow::default(),
                    tlvs: List::default(),
                }
            }
        }
        fields!($noun<'a>, |this, v| {
            let $noun { md_lv, version, $($flag,)* first_tlv_offset, $($field,)* extra, tlvs } = this;
            v.bits("md_lv", 3, md_lv)?;
            v.bits("version", 5, version)?;
            v.bits("", 8, &mut ($opcode as u8))?;
            $( v.bits(header!(@name $flag $($name)?), $bits, $flag)?; )*
            let fixed = 4 + first_tlv_offset.map_or($offset, usize::from);
            v.sized("", 8, Len::BODY, first_tlv_offset, |v| {
                $( v.field(stringify!($field), $field)?; )*
                v.with::<Trimmed, _>("", extra)?;
                v.fill_up(fixed, 1);
                Ok(())
            })?;
            let size = v.left().map_or(0, |left| left.saturating_sub(1));
            v.sub("tlvs", size, "length", tlvs)?;
            v.bits("", 8, &mut 0u8)
        });
        noun!($noun<'a>, $class);
    };
}

operation! {
    /// Are you there?
    ///
    /// Ryu: `cfm.loopback_message`. Spec: IEEE 802.1Q-2018 section 21.7. See the example of [`Cfm`].
    pub struct CfmLoopbackMessage "loopback_message" = 3 {
        /// Zero.
        reserved[""]: u8 as 8,
    }
    4 => {
        /// Comes back in the answer.
        transaction_id: u32,
    }
}

operation! {
    /// The answer to a [`CfmLoopbackMessage`].
    ///
    /// Ryu: `cfm.loopback_reply`. Spec: IEEE 802.1Q-2018 section 21.7. See the example of [`Cfm`].
    pub struct CfmLoopbackReply "loopback_reply" = 2 {
        /// Zero.
        reserved[""]: u8 as 8,
    }
    4 => {
        /// That of the question.
        transaction_id: u32,
    }
}

operation! {
    /// Who is on the way to an address?
    ///
    /// Ryu: `cfm.link_trace_message`. Spec: IEEE 802.1Q-2018 section 21.8. See the example of [`Cfm`].
    pub struct CfmLinkTraceMessage "link_trace_message" = 5 {
        /// Only where the bridge has learned the address.
        use_fdb_only: bool as 1 = true,
        /// Zero.
        reserved[""]: u8 as 7,
    }
    17 => {
        /// Comes back in the answers.
        transaction_id: u32,
        /// Hops left.
        ttl: u8 = 64,
        /// Who asks.
        ltm_orig_addr: MacAddr,
        /// Where the way leads.
        ltm_targ_addr: MacAddr,
    }
}

operation! {
    /// The answer to a [`CfmLinkTraceMessage`].
    ///
    /// Ryu: `cfm.link_trace_reply`. Spec: IEEE 802.1Q-2018 section 21.9. See the example of [`Cfm`].
    pub struct CfmLinkTraceReply "link_trace_reply" = 4 {
        /// That of the question.
        use_fdb_only: bool as 1 = true,
        /// The question was passed on.
        fwd_yes: bool as 1,
        /// The way ends here.
        terminal_mep: bool as 1 = true,
        /// Zero.
        reserved[""]: u8 as 5,
    }
    6 => {
        /// That of the question.
        transaction_id: u32,
        /// One less than that of the question.
        ttl: u8 = 64,
        /// How the way was found: 1 it ends here, 2 learned, 3 from other messages.
        relay_action: u8 = 1,
    }
}

/// I am there: sent again and again between the ends of a maintenance association.
///
/// ```text
///  0       8               16              24              32
/// +-----------------------+-------+-------+---------------+
/// | md_lv, version, opcode|rdi  0 interval|  offset, 70   |
/// +-----------------------+---------------+---------------+
/// |                        seq_num                        |
/// +-----------------------+---------------+---------------+
/// |        mep_id         | name format   | name length   |
/// +-----------------------+---------------+---------------+
/// |  md_name, short_ma_name_format, length, short_ma_name, zeros (48 bytes in all),
/// |  16 bytes for counters of Y.1731
/// +-------------------------------------------------------+
/// ```
///
/// If `md_name_format` is 1 there is neither `md_name_length` nor `md_name`. In JSON a name is text in
/// base64 or, in formats that are no text, a list of octets.
///
/// Ryu: `cfm.cc_message` (which cannot write format 1). Spec: IEEE 802.1Q-2018 section 21.6. See the
/// example of [`Cfm`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CfmCcMessage<'a> {
    /// Level of the maintenance domain, 0 to 7.
    pub md_lv: u8,
    /// 0.
    pub version: u8,
    /// The sender has a defect.
    pub rdi: bool,
    /// Zero.
    pub reserved: u8,
    /// How often: 4 is once a second.
    pub interval: u8,
    /// Bytes from behind this field to the first TLV.
    pub first_tlv_offset: Option<u8>,
    /// Number of the message.
    pub seq_num: u32,
    /// Who sends it, 1 to 8,191.
    pub mep_id: u16,
    /// What kind of name the domain has: 1 none, 2 DNS, 3 MAC address and number, 4 text.
    pub md_name_format: u8,
    /// Bytes of `md_name`.
    pub md_name_length: Option<u8>,
    /// Name of the domain.
    pub md_name: Cow<'a, [u8]>,
    /// What kind of name the association has: 1 VLAN, 2 text, 3 number, 4 VPN.
    pub short_ma_name_format: u8,
    /// Bytes of `short_ma_name`.
    pub short_ma_name_length: Option<u8>,
    /// Name of the association.
    pub short_ma_name: Cow<'a, [u8]>,
    /// What is behind the names, without the zeros at its end.
    pub extra: Cow<'a, [u8]>,
    /// The TLVs, without the end.
    pub tlvs: List<'a, CfmTlv<'a>>,
}

impl Default for CfmCcMessage<'_> {
    fn default() -> Self {
        CfmCcMessage {
            md_lv: 0,
            version: 0,
            rdi: false,
            reserved: 0,
            interval: 4,
            first_tlv_offset: None,
            seq_num: 0,
            mep_id: 1,
            md_name_format: CfmCcMessage::TEXT,
            md_name_length: None,
            md_name: Cow::Borrowed(b"0"),
            short_ma_name_format: CfmCcMessage::MA_TEXT,
            short_ma_name_length: None,
            short_ma_name: Cow::Borrowed(b"1"),
            extra: Cow::default(),
            tlvs: List::default(),
        }
    }
}

fields!(CfmCcMessage<'a>, |this, v| {
    let CfmCcMessage {
        md_lv,
        version,
        rdi,
        reserved,
        interval,
        first_tlv_offset,
        seq_num,
        mep_id,
        md_name_format,
        md_name_length,
        md_name,
        short_ma_name_format,
        short_ma_name_length,
        short_ma_name,
        extra,
        tlvs,
    } = this;
    v.bits("md_lv", 3, md_lv)?;
    v.bits("version", 5, version)?;
    v.bits("", 8, &mut 1u8)?;
    v.bits("rdi", 1, rdi)?;
    v.bits("", 4, reserved)?;
    v.bits("interval", 3, interval)?;
    let fixed = 4 + first_tlv_offset.map_or(CfmCcMessage::FIXED, usize::from);
    v.sized("", 8, Len::BODY, first_tlv_offset, |v| {
        v.field("seq_num", seq_num)?;
        v.field("mep_id", mep_id)?;
        v.field("md_name_format", md_name_format)?;
        match *md_name_format {
            CfmCcMessage::NO_NAME => {
                v.remark("md_name_length", 0);
                v.remark_bytes("md_name", Vec::new);
                v.with::<Absent, _>("", md_name)?;
            }
            CfmCcMessage::DNS | CfmCcMessage::TEXT => {
                v.sized("md_name_length", 8, Len::BODY, md_name_length, |v| {
                    v.field("md_name", md_name)
                })?;
            }
            _ => {
                v.sized("md_name_length", 8, Len::BODY, md_name_length, |v| {
                    v.with::<Octets, _>("md_name", md_name)
                })?;
            }
        }
        v.field("short_ma_name_format", short_ma_name_format)?;
        let is_text = *short_ma_name_format == CfmCcMessage::MA_TEXT;
        v.sized("short_ma_name_length", 8, Len::BODY, short_ma_name_length, |v| {
            if is_text {
                v.field("short_ma_name", short_ma_name)
            } else {
                v.with::<Octets, _>("short_ma_name", short_ma_name)
            }
        })?;
        v.with::<Trimmed, _>("", extra)?;
        v.fill_up(fixed, 1);
        Ok(())
    })?;
    let size = v.left().map_or(0, |left| left.saturating_sub(1));
    v.sub("tlvs", size, "length", tlvs)?;
    v.bits("", 8, &mut 0u8)
});
noun!(CfmCcMessage<'a>, "cc_message");

impl CfmCcMessage<'_> {
    /// Format of a domain's name: it has none.
    pub const NO_NAME: u8 = 1;
    /// Format of a domain's name: of DNS.
    pub const DNS: u8 = 2;
    /// Format of a domain's name: text.
    pub const TEXT: u8 = 4;
    /// Format of an association's name: text.
    pub const MA_TEXT: u8 = 2;
    /// Bytes in front of the first TLV.
    const FIXED: usize = 70;
}

header! {
    /// A message that has no type here: all that is behind the common header is kept as bytes.
    ///
    /// Ryu: none (it raises); in JSON it has the name of the base class, `operation`. Spec: IEEE
    /// 802.1Q-2018 section 21.4; ITU-T G.8013 (Y.1731) section 9. See the example of [`Cfm`].
    pub struct CfmUnknown<'a> "operation" {
        /// Level of the maintenance domain, 0 to 7.
        md_lv: u8 as 3,
        /// 0.
        version: u8 as 5,
        /// What kind of message: 33 is an alarm indication of Y.1731.
        opcode: u8,
        /// By the opcode.
        flags: u8,
        /// Bytes from behind this field to the first TLV.
        first_tlv_offset: u8,
        /// What follows, with the TLVs and what is behind them.
        data: Cow<'a, [u8]>,
    }
}

impl<'a> Wire<'a> for Cfm<'a> {
    const MIN: usize = 4;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let [_, opcode, _, offset] = *w.head::<4>(Self::CLASS)?;
        let offset = usize::from(offset);
        let least = match opcode {
            // With names that are empty.
            1 => 9,
            2 | 3 => 4,
            4 => 6,
            5 => 17,
            _ => return Ok(Span::all(w)),
        };
        if offset < least {
            let (at, field) = (w.offset + 3, "first_tlv_offset");
            return Err(DecodeError::bad_length(Self::CLASS, at, least, offset, field));
        }
        let mut at = w.span(Self::CLASS, 4 + offset, 4, "first_tlv_offset", None)?.head;
        loop {
            let here = Window { bytes: &w.bytes[at..], offset: w.offset + at, ..*w };
            if here.head::<1>(Self::CLASS)?[0] == CfmTlv::END {
                at += 1;
                break;
            }
            let [_, high, low] = *here.head::<3>(Self::CLASS)?;
            let size = 3 + usize::from(u16::from_be_bytes([high, low]));
            let size = here.span(Self::CLASS, size, 3, "length", None)?.head;
            let mut d = Decoder::new(Self::CLASS, &here.bytes[..size], here.offset, None);
            CfmTlv::decode(&mut d).map_err(|err| of_tlv(err, here.offset, size))?;
            at += size;
        }
        // The names of a continuity check may be longer than what they stand in.
        if opcode == 1 {
            let own = Window { bytes: &w.bytes[..at], ..*w };
            parse::<Cfm<'_>>(own).map_err(|mut err| {
                // What the decoder calls a length without a name in JSON.
                if err.imposed_by == Some("length") {
                    err.imposed_by = Some("first_tlv_offset");
                }
                err
            })?;
        }
        Ok(Span::new(at, None))
    }
}

/// The error of a TLV at `start` of which something does not fit into its `size`.
fn of_tlv(err: DecodeError, start: usize, size: usize) -> DecodeError {
    if err.kind != DecodeErrorKind::Truncated {
        return err;
    }
    let needed = err.offset + err.needed - start;
    DecodeError::bad_length(Cfm::CLASS, start, needed, size, "length")
}

#[cfg(test)]
mod tests;
