//! Hello: the first message, with the versions a side can speak.
//!
//! Spec: 1.0 section 5.5.1, 1.3.1 section 7.5.1 (elements). Valid in all versions, later ones too.

use std::fmt;

use bytes::Bytes;
use serde_json::{Value, json};
use smallvec::SmallVec;

use super::codec::{Codec, fields, noun};
use super::encode::{Body, EncodeError};
use super::json::{JsonError, type_of, wrapper};
use super::message_type::MessageType;
use super::version::{V1_3, Version};
use crate::wire::{DecodeError, Padding, Reader, Writer, base64};

/// The hello message: elements, of which one may be a version bitmap. Without it, the version in
/// the header is the highest the sender speaks. Every version, from either side.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `elements` | any number | 1.3 (1.3.1); before, a body says nothing, and is read if it can be |
///
/// Spec: 1.0 section 5.5.1, 1.3.1 section 7.5.1; `ofp_hello`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, Hello, V1_0, V1_3, Xid};
///
/// let hello = Hello::new(&[V1_0, V1_3]);
/// let mut buf = BytesMut::new();
/// hello.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(&buf[..], &[4, 0, 0, 16, 0, 0, 0, 1, 0, 1, 0, 8, 0, 0, 0, 0x12]);
/// assert_eq!(hello.to_string(), "hello versions=1.0,1.3");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// The elements, in order.
    pub elements: SmallVec<[HelloElem; 1]>,
}

/// One element of a hello; since 1.3 (1.3.1).
///
/// On the wire a type and a length of two bytes each (the length counts both), then what the type
/// says, then zeros up to a multiple of eight that the length does not count. The one type that is
/// defined is 1, the bitmap.
///
/// Spec: 1.3.1 section 7.5.1; `ofp_hello_elem_header`, `ofp_hello_elem_versionbitmap`.
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use ryu_sdn::ofproto::{Encode, Hello, HelloElem, V1_3, Xid};
///
/// let unknown = HelloElem::Unknown { elem_type: 9, data: Bytes::from_static(&[1]) };
/// let elements = [HelloElem::VersionBitmap([1 << 4 | 1 << 1].into()), unknown];
/// let mut buf = BytesMut::new();
/// Hello { elements: elements.into_iter().collect() }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..], [0, 1, 0, 8, 0, 0, 0, 0x12, 0, 9, 0, 5, 1, 0, 0, 0]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelloElem {
    /// The versions the sender speaks: bit N of the first word is wire number N, bit N of the
    /// second wire number 32 + N.
    VersionBitmap(SmallVec<[u32; 1]>),
    /// An element of another type, as it came.
    Unknown {
        /// The type on the wire.
        elem_type: u16,
        /// What stands behind type and length, padding excluded.
        data: Bytes,
    },
}

const VERSION_BITMAP: u16 = 1;

impl Hello {
    /// A hello with a bitmap of these versions.
    pub fn new(versions: &[Version]) -> Hello {
        let word = versions.iter().fold(0, |word, v| word | 1 << v.wire());
        let mut elements = SmallVec::new();
        elements.push(HelloElem::VersionBitmap(SmallVec::from_elem(word, 1)));
        Hello { elements }
    }

    /// The first word of the bitmap (wire numbers 0 to 31); `None` if there is no bitmap.
    pub fn bitmap(&self) -> Option<u32> {
        self.elements.iter().find_map(|elem| match elem {
            HelloElem::VersionBitmap(words) => Some(words.first().copied().unwrap_or(0)),
            HelloElem::Unknown { .. } => None,
        })
    }

    /// Whether the bitmap has this version; `None` if there is no bitmap.
    pub fn speaks(&self, version: Version) -> Option<bool> {
        self.bitmap().map(|word| word & 1 << version.wire() != 0)
    }

    /// Reads the elements of a hello whose header says `wire_version`, any number. Up to 1.2 a
    /// body has no meaning; it is read as elements if it can be and ignored if not.
    pub(crate) fn decode_any(wire_version: u8, r: &mut Reader<'_>) -> Result<Hello, DecodeError> {
        let elements = decode_elements(&mut r.clone());
        r.rest();
        match elements {
            Ok(elements) => Ok(Hello { elements }),
            Err(_) if wire_version < V1_3.wire() => Ok(Hello::default()),
            Err(err) => Err(err),
        }
    }
}

fn decode_elements(r: &mut Reader<'_>) -> Result<SmallVec<[HelloElem; 1]>, DecodeError> {
    let mut elements = SmallVec::new();
    while !r.is_empty() {
        let elem_type = r.u16()?;
        let len = usize::from(r.u16()?);
        if len < 4 {
            return Err(r.bad_length(2, 4, len, "element length"));
        }
        let mut b = r.sub(len - 4, "element length")?;
        elements.push(match elem_type {
            VERSION_BITMAP if (len - 4) % 4 == 0 => {
                let mut words = SmallVec::with_capacity((len - 4) / 4);
                while !b.is_empty() {
                    words.push(b.u32()?);
                }
                HelloElem::VersionBitmap(words)
            }
            _ => HelloElem::Unknown { elem_type, data: b.rest_bytes() },
        });
        // The length leaves the padding out; some peers leave it out of the last element too.
        r.pad_if_any(len.wrapping_neg() & 7);
    }
    Ok(elements)
}

fields!(Hello, |this, v| {
    let Hello { elements } = this;
    let name = if v.version() >= V1_3 { "elements" } else { "" };
    v.with::<Elements, _>(name, elements)
});
noun!(Hello, "hello", "OFPHello");

impl Body for Hello {
    const TYPE: MessageType = MessageType::Hello;

    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<Hello, DecodeError> {
        Hello::decode_any(version.wire(), r)
    }
}

/// The elements on the wire and in JSON; Ryu has no others than the bitmap.
enum Elements {}

impl Codec<SmallVec<[HelloElem; 1]>> for Elements {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<SmallVec<[HelloElem; 1]>, DecodeError> {
        decode_elements(r)
    }

    fn encode(
        elements: &SmallVec<[HelloElem; 1]>,
        _: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        for elem in elements {
            w.scope(2, Padding::Outside, |w| match elem {
                HelloElem::VersionBitmap(words) => {
                    w.u32(u32::from(VERSION_BITMAP) << 16);
                    words.iter().for_each(|word| w.u32(*word));
                }
                HelloElem::Unknown { elem_type, data } => {
                    w.u32(u32::from(*elem_type) << 16);
                    w.bytes(data);
                }
            });
        }
        Ok(())
    }

    fn to_json(
        elements: &SmallVec<[HelloElem; 1]>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        Elements::encode(elements, version, w)?;
        let one = |elem: &HelloElem| match elem {
            HelloElem::VersionBitmap(words) => {
                let bits =
                    (0..words.len() * 32).filter(|bit| words[bit / 32] >> (bit % 32) & 1 != 0);
                let versions: Vec<usize> = bits.collect();
                json!({ "OFPHelloElemVersionBitmap": {
                    "type": VERSION_BITMAP, "length": 4 + words.len() * 4, "versions": versions
                } })
            }
            HelloElem::Unknown { elem_type, data } => json!({ "OFPHelloElemUnknown": {
                "type": elem_type, "length": 4 + data.len(), "data": base64::encode(data)
            } }),
        };
        Ok(elements.iter().map(one).collect())
    }

    fn from_json(_: Version, value: &Value) -> Result<SmallVec<[HelloElem; 1]>, JsonError> {
        let list = value.as_array().ok_or_else(|| JsonError::expected("a list", value))?;
        let mut elements = SmallVec::new();
        for elem in list {
            let (class, members) = wrapper(elem)?;
            let bad = || JsonError::expected("an element of a hello", elem);
            elements.push(match class {
                "OFPHelloElemVersionBitmap" => {
                    let versions = members.get("versions").and_then(Value::as_array);
                    let mut words: SmallVec<[u32; 1]> = SmallVec::from_elem(0, 1);
                    for version in versions.ok_or_else(bad)? {
                        let bit = version.as_u64().filter(|v| *v < 256).ok_or_else(bad)? as usize;
                        if words.len() <= bit / 32 {
                            words.resize(bit / 32 + 1, 0);
                        }
                        words[bit / 32] |= 1 << (bit % 32);
                    }
                    HelloElem::VersionBitmap(words)
                }
                "OFPHelloElemUnknown" => {
                    let data = members.get("data").and_then(Value::as_str);
                    HelloElem::Unknown {
                        elem_type: type_of(members, "type").ok_or_else(bad)?,
                        data: data.and_then(base64::decode).ok_or_else(bad)?.into(),
                    }
                }
                _ => return Err(bad()),
            });
        }
        Ok(elements)
    }

    fn show(_: &SmallVec<[HelloElem; 1]>, _: &mut String) -> bool {
        // `Display` of the hello is its own.
        false
    }
}

impl fmt::Display for Hello {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hello")?;
        for elem in &self.elements {
            match elem {
                HelloElem::VersionBitmap(words) => {
                    f.write_str(" versions=")?;
                    let mut sep = "";
                    for (i, word) in words.iter().enumerate() {
                        for bit in (0..32).filter(|bit| word >> bit & 1 != 0) {
                            match u8::try_from(i * 32 + bit).ok().and_then(Version::from_wire) {
                                Some(version) => write!(f, "{sep}{version}")?,
                                None => write!(f, "{sep}{:#x}", i * 32 + bit)?,
                            }
                            sep = ",";
                        }
                    }
                }
                HelloElem::Unknown { elem_type, data } => {
                    write!(f, " element_{elem_type}={}B", data.len())?;
                }
            }
        }
        Ok(())
    }
}
