//! Lists inside of headers: options, TLVs, chunks.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::EmitError;
use super::codec::{Decoder, Encoder, Member, Visit as _, show_bytes};
use crate::wire::{DecodeError, JsonError, base64};

/// A list of items inside of a header: borrowed bytes when it was parsed, a `Vec` when it was built.
///
/// Parsing a header does not look into its lists; [`iter`](List::iter) reads one item after the other.
/// Emitting a list that was parsed gives the bytes as they came, whatever is wrong with them.
///
/// ```
/// use ryu_sdn::packet::{List, Tcp, TcpOption, TcpOptionMaximumSegmentSize};
///
/// let built: List<'_, TcpOption<'_>> =
///     vec![TcpOptionMaximumSegmentSize { max_seg_size: 1460, ..Default::default() }.into()].into();
/// let tcp = Tcp { option: built, ..Tcp::default() };
/// let bytes = (tcp.clone() / []).to_bytes()?;
/// assert_eq!(bytes[20..], [2, 4, 0x05, 0xb4]);
/// let (parsed, _) = Tcp::parse(&bytes)?;
/// assert_eq!(parsed.option, tcp.option);
/// for option in parsed.option.iter() {
///     assert!(matches!(option?, TcpOption::MaximumSegmentSize(mss) if mss.max_seg_size == 1460));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct List<'a, T>(Repr<'a, T>);

#[derive(Clone)]
enum Repr<'a, T> {
    /// Bytes, their place in the frame, whose they are, and what was said about the first item.
    Parsed(&'a [u8], usize, &'static str, u32),
    /// Bytes that are no items: JSON may have them.
    Raw(Vec<u8>),
    Built(Vec<T>),
}

// The list reads items of a trait that is not public: so that the trait can change.
#[allow(private_bounds)]
impl<'a, T: Member<'a> + Clone> List<'a, T> {
    /// Reads the items in their order. The first that cannot be read is the last of the iterator.
    pub fn iter(&self) -> Items<'_, 'a, T> {
        match &self.0 {
            Repr::Parsed(bytes, offset, what, said) => {
                let mut d = Decoder::new(what, bytes, *offset, None);
                d.say(*said);
                Items(Walk::Bytes(d, 0))
            }
            Repr::Raw(_) => Items(Walk::Built([].iter())),
            Repr::Built(items) => Items(Walk::Built(items.iter())),
        }
    }

    /// All items.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn items(&self) -> Result<Vec<T>, DecodeError> {
        self.iter().collect()
    }

    /// The items that `bytes` are; see [`Decoder::counted`].
    pub(crate) fn parsed(bytes: &'a [u8], offset: usize, what: &'static str, said: u32) -> Self {
        List(Repr::Parsed(bytes, offset, what, said))
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Repr::Parsed(bytes, ..) => bytes.is_empty(),
            Repr::Raw(bytes) => bytes.is_empty(),
            Repr::Built(items) => items.is_empty(),
        }
    }

    /// The bytes that it was parsed from; `None` if it was built of items.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Repr::Parsed(bytes, ..) => Some(bytes),
            Repr::Raw(bytes) => Some(bytes),
            Repr::Built(_) => None,
        }
    }

    /// Its bytes, made of the items if it was built.
    ///
    /// # Errors
    /// If a value does not fit into its field.
    pub fn to_bytes(&self) -> Result<Cow<'_, [u8]>, EmitError> {
        if let Some(bytes) = self.as_bytes() {
            return Ok(Cow::Borrowed(bytes));
        }
        let mut out = Vec::new();
        let mut e = Encoder::new("list", &mut out);
        self.encode(&mut e)?;
        e.flush();
        Ok(Cow::Owned(out))
    }
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        List(Repr::Built(Vec::new()))
    }
}

impl<T> From<Vec<T>> for List<'_, T> {
    fn from(items: Vec<T>) -> Self {
        List(Repr::Built(items))
    }
}

impl<T> FromIterator<T> for List<'_, T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        List(Repr::Built(items.into_iter().collect()))
    }
}

/// Two lists are equal if their bytes are.
// As above.
#[allow(private_bounds)]
impl<'a, T: Member<'a> + Clone> PartialEq for List<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        match (self.to_bytes(), other.to_bytes()) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        }
    }
}

// As above.
#[allow(private_bounds)]
impl<'a, T: Member<'a> + Clone> Eq for List<'a, T> {}

// As above.
#[allow(private_bounds)]
impl<'a, T: Member<'a> + Clone + fmt::Debug> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// All that is left in the box. In JSON a list; base64 of the bytes if they are no items, and null
/// if there are none, as in Ryu.
impl<'a, T: Member<'a> + Clone> Member<'a> for List<'a, T> {
    #[inline]
    fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        let (offset, what, said) = (d.offset(), d.what(), d.said());
        Ok(List(Repr::Parsed(d.rest(), offset, what, said)))
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match &self.0 {
            Repr::Parsed(bytes, ..) => e.bytes(bytes),
            Repr::Raw(bytes) => e.bytes(bytes),
            Repr::Built(items) => return T::encode_list(items, e),
        }
        Ok(())
    }
    fn to_json(&self) -> Value {
        match (self.items(), self.as_bytes()) {
            (Ok(items), _) if !matches!(self.0, Repr::Raw(_)) => {
                items.iter().map(T::to_json).collect()
            }
            (_, bytes) => base64::encode(bytes.unwrap_or_default()).into(),
        }
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        if value.is_null() {
            return Ok(List::default());
        }
        if let Some(bytes) = value.as_str().and_then(base64::decode) {
            return Ok(List(Repr::Raw(bytes)));
        }
        let Some(items) = value.as_array() else {
            return Err(JsonError::expected("a list", value));
        };
        let each = items.iter().enumerate();
        each.map(|(i, item)| T::from_json(item).map_err(|err| err.within(format!("[{i}]"))))
            .collect()
    }
    fn show(&self, out: &mut String) {
        match (self.items(), self.as_bytes()) {
            (Ok(items), _) if !matches!(self.0, Repr::Raw(_)) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    item.show(out);
                }
                out.push(']');
            }
            (_, bytes) => show_bytes(bytes.unwrap_or_default(), out),
        }
    }
    fn check(&self) -> Result<(), DecodeError> {
        self.iter().try_for_each(|item| item?.check())
    }
}

/// A list that Ryu has as `None` where it is empty.
pub(crate) enum NoneIfEmpty {}

impl<'a, T: Member<'a> + Clone> super::codec::Form<'a, List<'a, T>> for NoneIfEmpty {
    #[inline]
    fn decode(d: &mut Decoder<'a>) -> Result<List<'a, T>, DecodeError> {
        List::decode(d)
    }
    #[inline]
    fn encode(value: &List<'a, T>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &List<'a, T>) -> Value {
        if value.is_empty() { Value::Null } else { value.to_json() }
    }
    fn from_json(value: &Value) -> Result<List<'a, T>, JsonError> {
        List::from_json(value)
    }
    fn show(value: &List<'a, T>, out: &mut String) {
        if value.is_empty() { out.push_str("None") } else { value.show(out) }
    }
    fn check(value: &List<'a, T>) -> Result<(), DecodeError> {
        value.check()
    }
}

/// The items of a [`List`].
pub struct Items<'l, 'a, T>(Walk<'l, 'a, T>);

enum Walk<'l, 'a, T> {
    /// Where it stands, and what the last item left for the next.
    Bytes(Decoder<'a>, u8),
    Built(std::slice::Iter<'l, T>),
}

// As above.
#[allow(private_bounds)]
impl<'a, T: Member<'a> + Clone> Iterator for Items<'_, 'a, T> {
    type Item = Result<T, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Walk::Built(items) => items.next().cloned().map(Ok),
            Walk::Bytes(d, carry) => {
                let before = d.remaining();
                // An item that leans on the one before may miss bytes where there are none left.
                if before == 0 && *carry == 0 {
                    return None;
                }
                d.start_item();
                let item = T::decode_next(d, carry);
                // An item that took nothing would be read for ever.
                if item.is_err() || d.remaining() == before {
                    d.rest();
                    *carry = 0;
                }
                Some(item)
            }
        }
    }
}

impl<T> fmt::Debug for Items<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}

/// A list whose items have the form `F` in JSON and text.
pub(crate) struct Each<F>(std::marker::PhantomData<F>);

impl<'a, T, F> super::codec::Form<'a, List<'a, T>> for Each<F>
where
    T: Member<'a> + Clone,
    F: super::codec::Form<'a, T>,
{
    #[inline]
    fn decode(d: &mut Decoder<'a>) -> Result<List<'a, T>, DecodeError> {
        List::decode(d)
    }
    #[inline]
    fn encode(value: &List<'a, T>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &List<'a, T>) -> Value {
        match value.items() {
            Ok(items) if !matches!(value.0, Repr::Raw(_)) => items.iter().map(F::to_json).collect(),
            _ => value.to_json(),
        }
    }
    fn from_json(value: &Value) -> Result<List<'a, T>, JsonError> {
        let Some(items) = value.as_array() else { return List::from_json(value) };
        let each = items.iter().enumerate();
        each.map(|(i, item)| F::from_json(item).map_err(|err| err.within(format!("[{i}]"))))
            .collect()
    }
    fn show(value: &List<'a, T>, out: &mut String) {
        match value.items() {
            Ok(items) if !matches!(value.0, Repr::Raw(_)) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    F::show(item, out);
                }
                out.push(']');
            }
            _ => value.show(out),
        }
    }
}
