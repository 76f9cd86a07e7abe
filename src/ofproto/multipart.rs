//! Multipart messages ("stats" in 1.0): requests and replies that may come in several parts.
//!
//! Spec: 1.0 section 5.3.5, 1.3 section 7.3.5. The items of the replies are in `stats.rs`.

use std::fmt;

use bytes::Bytes;

use super::encode::{Body, EncodeError};
use super::ids::{PortNo, is_v1_0};
use super::message_type::{MessageType, cell};
use super::port::Port;
use super::stats::{AggregateStats, DescStats, FlowStats, FlowStatsRequest, PortStats, TableStats};
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};
use crate::wire_flags;

wire_flags! {
    /// Flags of a multipart request or reply; the same bit in both.
    pub struct MultipartFlags(u16) {
        /// Another part follows.
        MORE = 1, "more";
    }
}

macro_rules! multipart_types {
    ( $( $(#[$doc:meta])* $row:ident $text:literal = $c0:tt $c1:tt $c2:tt $c3:tt $c4:tt $c5:tt; )* ) => {
        /// What a multipart message is about, whatever number its version gives it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MultipartType {
            $( $(#[$doc])* $row, )*
        }

        impl MultipartType {
            /// Every row of the table.
            pub const ALL: &'static [MultipartType] = &[ $( MultipartType::$row, )* ];

            /// The name in logs, for instance `"port_desc"`.
            pub const fn name(self) -> &'static str {
                match self { $( MultipartType::$row => $text, )* }
            }

            /// The number on the wire; `None` if `version` has no such thing.
            pub const fn wire(self, version: Version) -> Option<u16> {
                let columns: &[Option<u16>; 6] = match self {
                    $( MultipartType::$row => &[ cell!($c0), cell!($c1), cell!($c2), cell!($c3), cell!($c4), cell!($c5) ], )*
                };
                columns[version.column()]
            }
        }
    };
}

multipart_types! {
    // meaning                                       1.0   1.1   1.2   1.3   1.4   1.5
    /// Who made the switch.
    Desc "desc"                                  =     0     0     0     0     0     0;
    /// Flow entries with their counters.
    Flow "flow"                                  =     1     1     1     1     1    17;
    /// Flow entries without counters.
    FlowDesc "flow_desc"                         =     _     _     _     _     _     1;
    /// Sums over flow entries.
    Aggregate "aggregate"                        =     2     2     2     2     2     2;
    /// Tables.
    Table "table"                                =     3     3     3     3     3     3;
    /// Port counters.
    PortStats "port_stats"                       =     4     4     4     4     4     4;
    /// Queue counters.
    Queue "queue"                                =     5     5     5     5     5     5;
    /// Group counters.
    Group "group"                                =     _     6     6     6     6     6;
    /// Groups.
    GroupDesc "group_desc"                       =     _     7     7     7     7     7;
    /// What groups can do.
    GroupFeatures "group_features"               =     _     _     8     8     8     8;
    /// Meter counters.
    Meter "meter"                                =     _     _     _     9     9     9;
    /// Meters.
    MeterConfig "meter_config"                   =     _     _     _    10    10    10;
    /// What meters can do.
    MeterFeatures "meter_features"               =     _     _     _    11    11    11;
    /// What tables can do.
    TableFeatures "table_features"               =     _     _     _    12    12    12;
    /// Ports.
    PortDesc "port_desc"                         =     _     _     _    13    13    13;
    /// Tables, 1.4 and later.
    TableDesc "table_desc"                       =     _     _     _     _    14    14;
    /// Queues, 1.4 and later.
    QueueDesc "queue_desc"                       =     _     _     _     _    15    15;
    /// Watches the flow tables.
    FlowMonitor "flow_monitor"                   =     _     _     _     _    16    16;
    /// State of the controllers' channels.
    ControllerStatus "controller_status"         =     _     _     _     _     _    18;
    /// What bundles can do.
    BundleFeatures "bundle_features"             =     _     _     _     _     _    19;
    /// A vendor's.
    Experimenter "experimenter"                  = 0xffff 0xffff 0xffff 0xffff 0xffff 0xffff;
}

impl MultipartType {
    /// The meaning of a number on the wire; `None` if `version` does not define it.
    pub fn from_wire(version: Version, number: u16) -> Option<MultipartType> {
        MultipartType::ALL.iter().copied().find(|t| t.wire(version) == Some(number))
    }
}

/// Asks for statistics or descriptions.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartRequest, V1_0, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// MultipartRequest::port_desc().encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(&buf[..], &[4, 18, 0, 16, 0, 0, 0, 1, 0, 13, 0, 0, 0, 0, 0, 0]);
/// let err = MultipartRequest::port_desc().encode(V1_0, Xid(1), &mut buf).unwrap_err();
/// assert_eq!(err.to_string(), "OpenFlow 1.0 has no port_desc request");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultipartRequest {
    /// Whether another part follows.
    pub flags: MultipartFlags,
    /// What is asked.
    pub body: MultipartRequestBody,
}

/// What a [`MultipartRequest`] asks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // Lives for one send; a box would be an allocation.
pub enum MultipartRequestBody {
    /// Who made the switch.
    Desc,
    /// Flow entries.
    Flow(FlowStatsRequest),
    /// Sums over flow entries.
    Aggregate(FlowStatsRequest),
    /// Tables.
    Table,
    /// Counters of one port, or of all: [`PortNo::ANY`].
    PortStats {
        /// The port.
        port_no: PortNo,
    },
    /// Ports; 1.3 and later.
    PortDesc,
    /// Another request, as it came.
    Unknown {
        /// The type on the wire.
        multipart_type: u16,
        /// Everything behind the multipart header.
        body: Bytes,
    },
}

impl MultipartRequest {
    fn of(body: MultipartRequestBody) -> MultipartRequest {
        MultipartRequest { flags: MultipartFlags(0), body }
    }

    /// Asks who made the switch.
    pub fn desc() -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::Desc)
    }

    /// Asks for flow entries.
    pub fn flow(request: FlowStatsRequest) -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::Flow(request))
    }

    /// Asks for sums over flow entries.
    pub fn aggregate(request: FlowStatsRequest) -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::Aggregate(request))
    }

    /// Asks for the tables.
    pub fn table() -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::Table)
    }

    /// Asks for the counters of one port, or of all with [`PortNo::ANY`].
    pub fn port_stats(port_no: PortNo) -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::PortStats { port_no })
    }

    /// Asks for the ports; 1.3 and later (1.0 has them in the features reply).
    pub fn port_desc() -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::PortDesc)
    }
}

impl MultipartRequestBody {
    /// What is asked; `None` for an unknown request.
    pub fn multipart_type(&self) -> Option<MultipartType> {
        Some(match self {
            MultipartRequestBody::Desc => MultipartType::Desc,
            MultipartRequestBody::Flow(_) => MultipartType::Flow,
            MultipartRequestBody::Aggregate(_) => MultipartType::Aggregate,
            MultipartRequestBody::Table => MultipartType::Table,
            MultipartRequestBody::PortStats { .. } => MultipartType::PortStats,
            MultipartRequestBody::PortDesc => MultipartType::PortDesc,
            MultipartRequestBody::Unknown { .. } => return None,
        })
    }
}

/// Reads the multipart header: type and flags.
fn decode_header(
    version: Version,
    r: &mut Reader<'_>,
) -> Result<(u16, MultipartFlags), DecodeError> {
    let number = r.u16()?;
    let flags = MultipartFlags(r.u16()?);
    if !is_v1_0(version) {
        r.pad(4)?;
    }
    Ok((number, flags))
}

/// Writes the multipart header; an unknown body brings its own number.
fn encode_header(
    version: Version,
    w: &mut Writer<'_>,
    kind: Result<MultipartType, u16>,
    what: &'static str,
    flags: MultipartFlags,
) -> Result<(), EncodeError> {
    let number = match kind {
        Ok(kind) => kind.wire(version).ok_or(EncodeError::NotInVersion { what, version })?,
        Err(number) => number,
    };
    w.u16(number);
    w.u16(flags.0);
    w.pad(if is_v1_0(version) { 0 } else { 4 });
    Ok(())
}

impl Body for MultipartRequest {
    const NAME: &'static str = "multipart_request";
    const TYPE: MessageType = MessageType::MultipartRequest;

    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<MultipartRequest, DecodeError> {
        let (number, flags) = decode_header(version, r)?;
        let body = match MultipartType::from_wire(version, number) {
            Some(MultipartType::Desc) => MultipartRequestBody::Desc,
            Some(MultipartType::Flow) => {
                MultipartRequestBody::Flow(FlowStatsRequest::decode(version, r)?)
            }
            Some(MultipartType::Aggregate) => {
                MultipartRequestBody::Aggregate(FlowStatsRequest::decode(version, r)?)
            }
            Some(MultipartType::Table) => MultipartRequestBody::Table,
            Some(MultipartType::PortStats) => {
                let narrow = is_v1_0(version);
                let port_no = if narrow { PortNo::from_v1_0(r.u16()?) } else { PortNo(r.u32()?) };
                r.pad(if narrow { 6 } else { 4 })?;
                MultipartRequestBody::PortStats { port_no }
            }
            Some(MultipartType::PortDesc) => MultipartRequestBody::PortDesc,
            _ => MultipartRequestBody::Unknown { multipart_type: number, body: r.rest_bytes() },
        };
        Ok(MultipartRequest { flags, body })
    }

    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let kind = match &self.body {
            MultipartRequestBody::Unknown { multipart_type, .. } => Err(*multipart_type),
            body => body.multipart_type().ok_or(0),
        };
        // Of the rows written down here only this one is missing in a version.
        encode_header(version, w, kind, "port_desc request", self.flags)?;
        match &self.body {
            MultipartRequestBody::Flow(request) | MultipartRequestBody::Aggregate(request) => {
                request.encode(version, w)?;
            }
            MultipartRequestBody::PortStats { port_no } if is_v1_0(version) => {
                w.u16(port_no.encode_v1_0()?);
                w.pad(6);
            }
            MultipartRequestBody::PortStats { port_no } => {
                w.u32(port_no.0);
                w.pad(4);
            }
            MultipartRequestBody::Unknown { body, .. } => w.bytes(body),
            MultipartRequestBody::Desc
            | MultipartRequestBody::Table
            | MultipartRequestBody::PortDesc => {}
        }
        Ok(())
    }
}

impl fmt::Display for MultipartRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("multipart_request")?;
        if !self.flags.is_empty() {
            write!(f, " flags={}", self.flags)?;
        }
        match &self.body {
            MultipartRequestBody::Desc => f.write_str(" desc"),
            MultipartRequestBody::Flow(request) => write!(f, " flow {request}"),
            MultipartRequestBody::Aggregate(request) => write!(f, " aggregate {request}"),
            MultipartRequestBody::Table => f.write_str(" table"),
            MultipartRequestBody::PortStats { port_no } => write!(f, " port_stats port={port_no}"),
            MultipartRequestBody::PortDesc => f.write_str(" port_desc"),
            MultipartRequestBody::Unknown { multipart_type, body } => {
                write!(f, " unknown type={multipart_type} body={}B", body.len())
            }
        }
    }
}

/// The answer to a [`MultipartRequest`], or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultipartReply {
    /// Whether another part follows, under the same xid.
    pub flags: MultipartFlags,
    /// The answer.
    pub body: MultipartReplyBody,
}

/// What a [`MultipartReply`] answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MultipartReplyBody {
    /// Who made the switch.
    Desc(DescStats),
    /// Flow entries.
    Flow(Vec<FlowStats>),
    /// Sums over flow entries.
    Aggregate(AggregateStats),
    /// Tables.
    Table(Vec<TableStats>),
    /// Port counters.
    PortStats(Vec<PortStats>),
    /// Ports; 1.3 and later.
    PortDesc(Vec<Port>),
    /// Another answer, as it came.
    Unknown {
        /// The type on the wire.
        multipart_type: u16,
        /// Everything behind the multipart header.
        body: Bytes,
    },
}

impl MultipartReplyBody {
    /// What is answered; `None` for an unknown reply.
    pub fn multipart_type(&self) -> Option<MultipartType> {
        Some(match self {
            MultipartReplyBody::Desc(_) => MultipartType::Desc,
            MultipartReplyBody::Flow(_) => MultipartType::Flow,
            MultipartReplyBody::Aggregate(_) => MultipartType::Aggregate,
            MultipartReplyBody::Table(_) => MultipartType::Table,
            MultipartReplyBody::PortStats(_) => MultipartType::PortStats,
            MultipartReplyBody::PortDesc(_) => MultipartType::PortDesc,
            MultipartReplyBody::Unknown { .. } => return None,
        })
    }

    /// Takes the items of a later part of the same answer. What cannot be joined (a single
    /// object, or another type) comes back.
    ///
    /// # Errors
    /// The part that does not belong here.
    #[allow(clippy::result_large_err)] // The part comes back whole: nothing is lost, nothing boxed.
    pub fn join(&mut self, part: MultipartReplyBody) -> Result<(), MultipartReplyBody> {
        match (self, part) {
            (MultipartReplyBody::Flow(all), MultipartReplyBody::Flow(more)) => all.extend(more),
            (MultipartReplyBody::Table(all), MultipartReplyBody::Table(more)) => all.extend(more),
            (MultipartReplyBody::PortStats(all), MultipartReplyBody::PortStats(more)) => {
                all.extend(more);
            }
            (MultipartReplyBody::PortDesc(all), MultipartReplyBody::PortDesc(more)) => {
                all.extend(more);
            }
            (_, part) => return Err(part),
        }
        Ok(())
    }
}

impl MultipartReply {
    /// A whole answer in one part.
    pub fn new(body: MultipartReplyBody) -> MultipartReply {
        MultipartReply { flags: MultipartFlags(0), body }
    }

    /// Whether another part follows.
    pub fn has_more(&self) -> bool {
        self.flags.contains(MultipartFlags::MORE)
    }
}

/// Reads items until the box is used up. Every item is at least `min` bytes, so the list can be
/// sized from what is really there.
fn items<T>(
    version: Version,
    r: &mut Reader<'_>,
    min: usize,
    read: impl Fn(Version, &mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let mut list = Vec::with_capacity(r.remaining() / min);
    while !r.is_empty() {
        list.push(read(version, r)?);
    }
    Ok(list)
}

impl Body for MultipartReply {
    const NAME: &'static str = "multipart_reply";
    const TYPE: MessageType = MessageType::MultipartReply;

    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<MultipartReply, DecodeError> {
        let (number, flags) = decode_header(version, r)?;
        let body = match MultipartType::from_wire(version, number) {
            Some(MultipartType::Desc) => MultipartReplyBody::Desc(DescStats::decode(r)?),
            Some(MultipartType::Flow) => MultipartReplyBody::Flow(items(
                version,
                r,
                FlowStats::WIRE_LEN_MIN,
                FlowStats::decode,
            )?),
            Some(MultipartType::Aggregate) => {
                MultipartReplyBody::Aggregate(AggregateStats::decode(r)?)
            }
            Some(MultipartType::Table) => {
                MultipartReplyBody::Table(items(version, r, 24, TableStats::decode)?)
            }
            Some(MultipartType::PortStats) => {
                MultipartReplyBody::PortStats(items(version, r, 104, PortStats::decode)?)
            }
            Some(MultipartType::PortDesc) => {
                let len = Port::wire_len(version);
                MultipartReplyBody::PortDesc(items(version, r, len, Port::decode)?)
            }
            _ => MultipartReplyBody::Unknown { multipart_type: number, body: r.rest_bytes() },
        };
        Ok(MultipartReply { flags, body })
    }

    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let kind = match &self.body {
            MultipartReplyBody::Unknown { multipart_type, .. } => Err(*multipart_type),
            body => body.multipart_type().ok_or(0),
        };
        encode_header(version, w, kind, "port_desc reply", self.flags)?;
        match &self.body {
            MultipartReplyBody::Desc(desc) => desc.encode(w),
            MultipartReplyBody::Flow(list) => list.iter().try_for_each(|s| s.encode(version, w)),
            MultipartReplyBody::Aggregate(sums) => {
                sums.encode(w);
                Ok(())
            }
            MultipartReplyBody::Table(list) => list.iter().try_for_each(|s| s.encode(version, w)),
            MultipartReplyBody::PortStats(list) => {
                list.iter().try_for_each(|s| s.encode(version, w))
            }
            MultipartReplyBody::PortDesc(list) => {
                list.iter().try_for_each(|p| p.encode(version, w))
            }
            MultipartReplyBody::Unknown { body, .. } => {
                w.bytes(body);
                Ok(())
            }
        }
    }
}

impl fmt::Display for MultipartReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("multipart_reply")?;
        if !self.flags.is_empty() {
            write!(f, " flags={}", self.flags)?;
        }
        match &self.body {
            MultipartReplyBody::Desc(desc) => write!(f, " desc {desc}"),
            MultipartReplyBody::Flow(list) => write_list(f, "flow", list),
            MultipartReplyBody::Aggregate(sums) => write!(f, " aggregate {sums}"),
            MultipartReplyBody::Table(list) => write_list(f, "table", list),
            MultipartReplyBody::PortStats(list) => write_list(f, "port_stats", list),
            MultipartReplyBody::PortDesc(list) => write_list(f, "port_desc", list),
            MultipartReplyBody::Unknown { multipart_type, body } => {
                write!(f, " unknown type={multipart_type} body={}B", body.len())
            }
        }
    }
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, list: &[T]) -> fmt::Result {
    write!(f, " {name}")?;
    list.iter().try_for_each(|item| write!(f, " [{item}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_twice_in_a_column() {
        for version in Version::ALL {
            for &t in MultipartType::ALL {
                if let Some(number) = t.wire(version) {
                    assert_eq!(MultipartType::from_wire(version, number), Some(t), "{version}");
                }
            }
        }
    }
}
