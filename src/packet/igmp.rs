//! IGMP (RFC 1112, RFC 2236, RFC 3376).

use std::borrow::Cow;
use std::net::Ipv4Addr;

use super::codec::{Decoder, Noun, classes, fields, header, noun};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, List, VerifyError, checksum};
use crate::wire::DecodeError;

classes! {
    /// An IGMP message.
    ///
    /// ```text
    ///  0       8       16              32
    /// +-------+-------+---------------+
    /// |msgtype|maxresp|     csum      |
    /// +-------+-------+---------------+
    /// |            address            |
    /// +-------------------------------+
    /// ```
    ///
    /// | variant | message |
    /// |---|---|
    /// | [`V3Query`](Igmp::V3Query) | a query of 12 bytes or more |
    /// | [`V3Report`](Igmp::V3Report) | of type 0x22 |
    /// | [`Plain`](Igmp::Plain) | all others, of versions 1 and 2 |
    ///
    /// Ryu: `igmp.igmp`, `igmp.igmpv3_query`, `igmp.igmpv3_report`. Spec: RFC 2236 section 2, RFC 3376
    /// section 4.
    ///
    /// ```
    /// use ryu_sdn::packet::{Igmp, IgmpPlain};
    ///
    /// let report = IgmpPlain { msgtype: Igmp::REPORT_V2, address: [239, 1, 2, 3].into(), ..Default::default() };
    /// let bytes = (Igmp::from(report) / []).to_bytes()?;
    /// assert_eq!(bytes, [0x16, 0, 0xf8, 0xfa, 239, 1, 2, 3]);
    /// let (Igmp::Plain(back), _) = Igmp::parse(&bytes)? else { panic!() };
    /// assert_eq!((back.msgtype, back.csum), (Igmp::REPORT_V2, Some(0xf8fa)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub enum Igmp<'a> "igmp" by |v| kind(v.ahead(0), v.left()), else Plain(IgmpPlain);
    /// A query of version 3.
    Message::V3Query => V3Query(Igmpv3Query<'a>);
    /// A report of version 3.
    Message::V3Report => V3Report(Igmpv3Report<'a>);
}

enum Message {
    V3Query,
    V3Report,
}

fn kind(msgtype: Option<u8>, left: Option<usize>) -> Option<Message> {
    match msgtype {
        Some(Igmp::QUERY) if left >= Some(12) => Some(Message::V3Query),
        Some(Igmp::REPORT_V3) => Some(Message::V3Report),
        _ => None,
    }
}

impl Igmp<'_> {
    /// Type of a query.
    pub const QUERY: u8 = 0x11;
    /// Type of a report of version 1.
    pub const REPORT_V1: u8 = 0x12;
    /// Type of a report of version 2.
    pub const REPORT_V2: u8 = 0x16;
    /// Type of "leave".
    pub const LEAVE: u8 = 0x17;
    /// Type of a report of version 3.
    pub const REPORT_V3: u8 = 0x22;

    fn csum(&self) -> Option<u16> {
        match self {
            Igmp::Plain(message) => message.csum,
            Igmp::V3Query(message) => message.csum,
            Igmp::V3Report(message) => message.csum,
        }
    }
}

impl<'a> Wire<'a> for Igmp<'a> {
    const MIN: usize = 8;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<8>(Self::CLASS)?;
        let len = match kind(Some(head[0]), Some(w.bytes.len())) {
            None => 8,
            Some(Message::V3Query) => {
                let what = Igmpv3Query::CLASS;
                let head = w.head::<12>(what)?;
                let size = usize::from(u16::from_be_bytes([head[10], head[11]])) * 4;
                let srcs = Window { bytes: &w.bytes[12..], offset: w.offset + 12, ..*w };
                12 + srcs.span(what, size, 0, "num", None)?.head
            }
            Some(Message::V3Report) => {
                let num = u16::from_be_bytes([head[6], head[7]]);
                let what = Igmpv3Report::CLASS;
                let bytes = &w.bytes[8..];
                let mut d = Decoder::new(what, bytes, w.offset + 8, w.imposed_by);
                8 + d.items::<Igmpv3ReportGroup<'a>>(num.into(), "record_num")?.0.len()
            }
        };
        Ok(Span::new(len, None))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.csum().is_none() {
            checksum::fill(frame, at, 2, None, 0);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        checksum::verify(frame, at, 2, None, Self::CLASS)
    }
}

header! {
    /// A message of IGMP version 1 or 2.
    ///
    /// Ryu: `igmp.igmp`. Spec: RFC 2236 section 2. See the example of [`Igmp`].
    #[derive(Copy)]
    pub struct IgmpPlain "igmp" {
        /// What it is.
        msgtype: u8 = Igmp::QUERY,
        /// Tenths of a second in which to answer a query; 0: a query of version 1.
        maxresp: u8,
        /// Checksum of the message.
        csum: Option<u16>,
        /// The group; 0.0.0.0 in a query for all.
        address: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
    }
}

/// A query of IGMP version 3.
///
/// Ryu: `igmp.igmpv3_query`. Spec: RFC 3376 section 4.1. See the example of [`Igmp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Igmpv3Query<'a> {
    /// [`Igmp::QUERY`].
    pub msgtype: u8,
    /// Time in which to answer: tenths of a second below 128, else a floating-point number.
    pub maxresp: u8,
    /// Checksum of the message.
    pub csum: Option<u16>,
    /// The group; 0.0.0.0 in a query for all.
    pub address: Ipv4Addr,
    /// Not used, 4 bits.
    pub reserved: u8,
    /// 1: routers do not restart their timers.
    pub s_flg: u8,
    /// Robustness, 0 to 7.
    pub qrv: u8,
    /// Time between queries: seconds below 128, else a floating-point number.
    pub qqic: u8,
    /// Number of sources.
    pub num: Option<u16>,
    /// Sources.
    pub srcs: List<'a, Ipv4Addr>,
}

impl Default for Igmpv3Query<'_> {
    fn default() -> Self {
        Igmpv3Query {
            msgtype: Igmp::QUERY,
            maxresp: 100,
            csum: None,
            address: Ipv4Addr::UNSPECIFIED,
            reserved: 0,
            s_flg: 0,
            qrv: 2,
            qqic: 0,
            num: None,
            srcs: List::default(),
        }
    }
}

fields!(Igmpv3Query<'a>, |this, v| {
    let Igmpv3Query { msgtype, maxresp, csum, address, reserved, s_flg, qrv, qqic, num, srcs } =
        this;
    v.field("msgtype", msgtype)?;
    v.field("maxresp", maxresp)?;
    v.field("csum", csum)?;
    v.field("address", address)?;
    v.bits("", 4, reserved)?;
    v.bits("s_flg", 1, s_flg)?;
    v.bits("qrv", 3, qrv)?;
    v.field("qqic", qqic)?;
    v.counts("num", 16, num, || srcs.len())?;
    v.field("srcs", srcs)
});
noun!(Igmpv3Query<'a>, "igmpv3_query");

/// A report of IGMP version 3.
///
/// Ryu: `igmp.igmpv3_report`. Spec: RFC 3376 section 4.2. See the example of [`Igmp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Igmpv3Report<'a> {
    /// [`Igmp::REPORT_V3`].
    pub msgtype: u8,
    /// Not used.
    pub reserved: u8,
    /// Checksum of the message.
    pub csum: Option<u16>,
    /// Not used.
    pub reserved2: u16,
    /// Number of records.
    pub record_num: Option<u16>,
    /// Records.
    pub records: List<'a, Igmpv3ReportGroup<'a>>,
}

impl Default for Igmpv3Report<'_> {
    fn default() -> Self {
        Igmpv3Report {
            msgtype: Igmp::REPORT_V3,
            reserved: 0,
            csum: None,
            reserved2: 0,
            record_num: None,
            records: List::default(),
        }
    }
}

fields!(Igmpv3Report<'a>, |this, v| {
    let Igmpv3Report { msgtype, reserved, csum, reserved2, record_num, records } = this;
    v.field("msgtype", msgtype)?;
    v.field("", reserved)?;
    v.field("csum", csum)?;
    v.field("", reserved2)?;
    v.counts("record_num", 16, record_num, || records.len())?;
    v.field("records", records)
});
noun!(Igmpv3Report<'a>, "igmpv3_report");

/// What a host wants of one group.
///
/// Ryu: `igmp.igmpv3_report_group`. Spec: RFC 3376 section 4.2.4. See the example of [`Igmp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Igmpv3ReportGroup<'a> {
    /// 1: it listens to `srcs` only, 2: to all but these; 3, 4: now it does; 5, 6: some more, some
    /// fewer.
    pub type_: u8,
    /// Size of `aux` in units of 4 bytes.
    pub aux_len: Option<u8>,
    /// Number of sources.
    pub num: Option<u16>,
    /// The group.
    pub address: Ipv4Addr,
    /// Sources.
    pub srcs: List<'a, Ipv4Addr>,
    /// Anything; filled up with zeros to 4 bytes.
    pub aux: Option<Cow<'a, [u8]>>,
}

impl Default for Igmpv3ReportGroup<'_> {
    fn default() -> Self {
        Igmpv3ReportGroup {
            type_: 0,
            aux_len: None,
            num: None,
            address: Ipv4Addr::UNSPECIFIED,
            srcs: List::default(),
            aux: None,
        }
    }
}

fields!(Igmpv3ReportGroup<'a>, |this, v| {
    let Igmpv3ReportGroup { type_, aux_len, num, address, srcs, aux } = this;
    v.need(8)?;
    v.field("type_", type_)?;
    v.counts("aux_len", 8, aux_len, || aux.as_ref().map_or(0, |aux| aux.len().div_ceil(4)))?;
    v.counts("num", 16, num, || srcs.len())?;
    v.field("address", address)?;
    v.sub("srcs", num.map_or(0, usize::from) * 4, "num", srcs)?;
    v.sub("aux", aux_len.map_or(0, usize::from) * 4, "aux_len", aux)?;
    v.align(4);
    Ok(())
});
noun!(Igmpv3ReportGroup<'a>, "igmpv3_report_group");
