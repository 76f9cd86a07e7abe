//! Options of TCP (RFC 9293 section 3.2 and the RFCs that each names).

use std::borrow::Cow;

use super::codec::{Len, fields, noun, tlv, union};
use super::list::List;

union! {
    /// An option of a [`Tcp`](super::Tcp) header.
    ///
    /// Spec: RFC 9293 section 3.2. See the example of [`List`].
    pub enum TcpOption<'a> by |d| d.peek::<1>().map(|[kind]| kind), else Unknown(TcpOptionUnknown<'a>);
    /// No options behind this one.
    0 => EndOfOptionList(TcpOptionEndOfOptionList);
    /// Nothing; aligns the next one.
    1 => NoOperation(TcpOptionNoOperation);
    /// Largest segment the sender takes.
    2 => MaximumSegmentSize(TcpOptionMaximumSegmentSize);
    /// How far windows are shifted.
    3 => WindowScale(TcpOptionWindowScale);
    /// Selective acknowledgements are understood.
    4 => SackPermitted(TcpOptionSackPermitted);
    /// Selective acknowledgements.
    5 => Sack(TcpOptionSack<'a>);
    /// Timestamps.
    8 => Timestamps(TcpOptionTimestamps);
    /// User time-out.
    28 => UserTimeout(TcpOptionUserTimeout);
    /// Authentication.
    29 => Authentication(TcpOptionAuthentication<'a>);
}

/// Options of one byte.
macro_rules! of_one_byte {
    ($($(#[$meta:meta])* $noun:ident $class:literal $kind:literal;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $noun {
            /// Its number.
            pub kind: u8,
        }
        impl Default for $noun {
            fn default() -> Self {
                $noun { kind: $kind }
            }
        }
        fields!($noun, |this, v| {
            let $noun { kind } = this;
            // On the wire there is no length.
            v.remark("length", 1);
            v.field("kind", kind)?;
            if $kind == 0 {
                v.end_list();
            }
            Ok(())
        });
        noun!($noun, $class);
    )* };
}

of_one_byte! {
    /// The end of the options; what is behind it is padding. (Ryu reads on.)
    ///
    /// Ryu: `tcp.TCPOptionEndOfOptionList`. Spec: RFC 9293 section 3.2.
    TcpOptionEndOfOptionList "TCPOptionEndOfOptionList" 0;
    /// Nothing.
    ///
    /// Ryu: `tcp.TCPOptionNoOperation`. Spec: RFC 9293 section 3.2.
    TcpOptionNoOperation "TCPOptionNoOperation" 1;
}

tlv! {
    /// Maximum segment size.
    ///
    /// Ryu: `tcp.TCPOptionMaximumSegmentSize`. Spec: RFC 9293 section 3.7.1.
    #[derive(Copy)]
    pub struct TcpOptionMaximumSegmentSize "TCPOptionMaximumSegmentSize" {
        /// 2.
        kind: u8 = 2,
    }
    /// 4, bytes.
    length: u8 as 8, Len::with(2) => {
        /// Bytes.
        max_seg_size: u16,
    }
}

tlv! {
    /// Window scale.
    ///
    /// Ryu: `tcp.TCPOptionWindowScale`. Spec: RFC 7323 section 2.2.
    #[derive(Copy)]
    pub struct TcpOptionWindowScale "TCPOptionWindowScale" {
        /// 3.
        kind: u8 = 3,
    }
    /// 3, bytes.
    length: u8 as 8, Len::with(2) => {
        /// Bits, 0 to 14.
        shift_cnt: u8,
    }
}

tlv! {
    /// Selective acknowledgements are understood.
    ///
    /// Ryu: `tcp.TCPOptionSACKPermitted`. Spec: RFC 2018 section 2.
    #[derive(Copy)]
    pub struct TcpOptionSackPermitted "TCPOptionSACKPermitted" {
        /// 4.
        kind: u8 = 4,
    }
    /// 2, bytes.
    length: u8 as 8, Len::with(2) => {}
}

tlv! {
    /// Selective acknowledgements.
    ///
    /// Ryu: `tcp.TCPOptionSACK`. Spec: RFC 2018 section 3.
    pub struct TcpOptionSack<'a> "TCPOptionSACK" {
        /// 5.
        kind: u8 = 5,
    }
    /// Bytes.
    length: u8 as 8, Len::with(2) => {
        /// First sequence number of what was received, and the one behind it.
        blocks: List<'a, (u32, u32)>,
    }
}

tlv! {
    /// Timestamps.
    ///
    /// Ryu: `tcp.TCPOptionTimestamps`. Spec: RFC 7323 section 3.2.
    #[derive(Copy)]
    pub struct TcpOptionTimestamps "TCPOptionTimestamps" {
        /// 8.
        kind: u8 = 8,
    }
    /// 10, bytes.
    length: u8 as 8, Len::with(2) => {
        /// Clock of the sender.
        ts_val: u32,
        /// What it saw of the receiver's.
        ts_ecr: u32,
    }
}

tlv! {
    /// User time-out.
    ///
    /// Ryu: `tcp.TCPOptionUserTimeout`. Spec: RFC 5482 section 3.
    #[derive(Copy)]
    pub struct TcpOptionUserTimeout "TCPOptionUserTimeout" {
        /// 28.
        kind: u8 = 28,
    }
    /// 4, bytes.
    length: u8 as 8, Len::with(2) => {
        /// 1: minutes; 0: seconds.
        granularity: u8 as 1,
        /// Time, 0 to 32,767.
        user_timeout: u16 as 15,
    }
}

tlv! {
    /// Authentication (TCP-AO).
    ///
    /// Ryu: `tcp.TCPOptionAuthentication`. Spec: RFC 5925 section 2.2.
    pub struct TcpOptionAuthentication<'a> "TCPOptionAuthentication" {
        /// 29.
        kind: u8 = 29,
    }
    /// Bytes.
    length: u8 as 8, Len::with(2) => {
        /// Key of this segment.
        key_id: u8,
        /// Key that is wanted next.
        r_next_key_id: u8,
        /// Message authentication code.
        mac: Cow<'a, [u8]>,
    }
}

tlv! {
    /// An option that has no type here.
    ///
    /// Ryu: `tcp.TCPOptionUnknown`. Spec: RFC 9293 section 3.2.
    pub struct TcpOptionUnknown<'a> "TCPOptionUnknown" {
        /// Its number.
        kind: u8 = 253,
    }
    /// Bytes.
    length: u8 as 8, Len::with(2) => {
        /// What it says.
        value: Cow<'a, [u8]>,
    }
}
