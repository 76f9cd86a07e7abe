//! Ryu's JSON: the visitors [`ToJson`] and [`FromJson`], and what can be wrong with JSON.
//!
//! The form is that of Ryu's `to_jsondict` and `from_jsondict`: `{"OFPClass": {member: value}}`,
//! nested; bytes as base64; sizes (`len`, `length`) given and, on reading, optional and ignored.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};

use super::codec::{Codec, Fields, In, Noun, Out, Spread, Visit};
use super::encode::EncodeError;
use super::registered::Registered;
use super::version::Version;
use super::wire_codec::Encoder;
use crate::wire::{Padding, Writer};

/// Why JSON is not the message it should be.
///
/// ```
/// use ryu_sdn::ofproto::{Message, V1_3};
///
/// let json = serde_json::json!({"OFPPortMod": {"port_no": "one"}});
/// let err = Message::from_json(V1_3, &json).unwrap_err();
/// assert_eq!(err.to_string(), "OFPPortMod.port_no: expected a number in range, found \"one\"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Where, from the outside in.
    path: String,
    /// What is the matter.
    problem: String,
}

impl JsonError {
    pub(crate) fn new(problem: impl Into<String>) -> JsonError {
        JsonError { path: String::new(), problem: problem.into() }
    }

    /// `value` is not what was `expected`.
    pub(crate) fn expected(expected: &str, value: &Value) -> JsonError {
        let mut found = value.to_string();
        if found.len() > 60 {
            let cut = (0..=57).rev().find(|at| found.is_char_boundary(*at)).unwrap_or(0);
            found.truncate(cut);
            found.push_str("...");
        }
        JsonError::new(format!("expected {expected}, found {found}"))
    }

    /// The same, one level further out.
    pub(crate) fn within(mut self, name: impl fmt::Display) -> JsonError {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    /// Where in the JSON, for instance `OFPFlowMod.match.OFPMatch`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is the matter, without the place.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.problem)
    }
}

impl Error for JsonError {}

/// The one key of `{"OFPClass": {...}}` and what is behind it.
pub(crate) fn wrapper(value: &Value) -> Result<(&str, &Map<String, Value>), JsonError> {
    let mut keys = value.as_object().into_iter().flatten();
    match (keys.next(), keys.next()) {
        (Some((class, Value::Object(members))), None) => Ok((class, members)),
        _ => Err(JsonError::expected("{\"class\": {...}}", value)),
    }
}

/// The number under `name`, if there is one.
pub(crate) fn type_of(members: &Map<String, Value>, name: &str) -> Option<u16> {
    members.get(name)?.as_u64()?.try_into().ok()
}

/// `{"OFPClass": {...}}` of a noun; `w` gets the bytes.
pub(crate) fn wrapped<T: Noun>(
    noun: &T,
    version: Version,
    w: &mut Writer<'_>,
) -> Result<Value, EncodeError> {
    if let Some(other) = noun.other_words(version)? {
        return wrapped(&other, version, w);
    }
    let mut v = ToJson::new(version, w);
    noun.tell(&mut v)?;
    let mut outer = Map::new();
    outer.insert(noun.class(version).to_owned(), Value::Object(v.members));
    Ok(Value::Object(outer))
}

/// The noun of `{"OFPClass": {...}}`.
pub(crate) fn unwrapped<T: Noun>(version: Version, value: &Value) -> Result<T, JsonError> {
    let (class, members) = wrapper(value)?;
    let Some(mut noun) = T::blank_named(version, class, members) else {
        return Err(JsonError::new(format!("{class} is no {} of OpenFlow {version}", T::NAME)));
    };
    from_members(version, members, &[], &mut noun).map_err(|err| err.within(class))?;
    Ok(noun)
}

/// Fills a noun from its members. Members nobody asks for, other than `also`, are refused.
pub(crate) fn from_members<T: Noun>(
    version: Version,
    members: &Map<String, Value>,
    also: &[&'static str],
    noun: &mut T,
) -> Result<(), JsonError> {
    from_inner(version, members, also, noun)?;
    noun.settle(version);
    Ok(())
}

/// What is behind the one key of a value, which must be `class`.
pub(crate) fn unwrap_class<'a>(
    value: &'a Value,
    class: &str,
) -> Result<&'a Map<String, Value>, JsonError> {
    match wrapper(value)? {
        (found, members) if found == class => Ok(members),
        (found, _) => Err(JsonError::new(format!("expected {class}, found {found}"))),
    }
}

/// Fills what is no noun of its own from its members; as [`from_members`].
pub(crate) fn from_inner(
    version: Version,
    members: &Map<String, Value>,
    also: &[&'static str],
    inner: &mut impl Fields,
) -> Result<(), JsonError> {
    let mut v = FromJson { version, members, known: also.to_vec(), bodied: false };
    inner.fill(&mut v)?;
    v.finish()
}

/// Makes JSON, and bytes on the way: what JSON says about sizes is read off the bytes.
pub(crate) struct ToJson<'a, 'b> {
    wire: Encoder<'a, 'b>,
    /// Name of the length of the present box, and of the list that comes.
    len_name: &'static str,
    ahead_name: &'static str,
    members: Map<String, Value>,
}

impl<'a, 'b> ToJson<'a, 'b> {
    pub(crate) fn new(version: Version, w: &'b mut Writer<'a>) -> ToJson<'a, 'b> {
        ToJson { wire: Encoder::new(version, w), len_name: "", ahead_name: "", members: Map::new() }
    }

    /// What was told.
    pub(crate) fn into_members(self) -> Map<String, Value> {
        self.members
    }

    /// Nothing is told of a member without a name, or one whose form says null.
    fn insert(&mut self, name: &str, value: Value) {
        if !name.is_empty() && !value.is_null() {
            self.members.insert(name.to_owned(), value);
        }
    }
}

impl Visit for ToJson<'_, '_> {
    type Error = EncodeError;

    fn version(&self) -> Version {
        self.wire.version()
    }

    fn pad(&mut self, n: usize) -> Result<(), EncodeError> {
        self.wire.pad(n)
    }

    fn boxed(
        &mut self,
        padding: Padding,
        f: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let outer = self.wire.open();
        let outer_name = std::mem::take(&mut self.len_name);
        f(self)?;
        let size = self.wire.close(outer, padding);
        let name = std::mem::replace(&mut self.len_name, outer_name);
        self.insert(name, size.into());
        Ok(())
    }

    fn len(&mut self, name: &'static str) -> Result<(), EncodeError> {
        self.len_name = name;
        self.wire.len(name)
    }

    fn len_ahead(&mut self, name: &'static str) -> Result<(), EncodeError> {
        self.ahead_name = name;
        self.wire.len_ahead(name)
    }

    fn ahead(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let (at, start, name) = (self.wire.ahead_at(), self.wire.w.len(), self.ahead_name);
        f(self)?;
        let size = self.wire.close_ahead(at, start);
        self.insert(name, size.into());
        Ok(())
    }

    fn number(
        &mut self,
        name: &'static str,
        number: Option<u16>,
        what: &'static str,
    ) -> Result<(), EncodeError> {
        self.wire.number(name, number, what)?;
        self.insert(name, number.into());
        Ok(())
    }

    fn require(&mut self, ok: bool, what: &'static str) -> Result<(), EncodeError> {
        self.wire.require(ok, what)
    }

    fn without<T: Default + PartialEq>(
        &mut self,
        member: &T,
        what: &'static str,
    ) -> Result<(), EncodeError> {
        self.wire.without(member, what)
    }

    fn may_follow(&self, _: bool) -> bool {
        true
    }

    fn remark(&mut self, name: &'static str, value: impl Into<Value>) -> Result<(), EncodeError> {
        self.members.insert(name.to_owned(), value.into());
        Ok(())
    }
}

impl Out for ToJson<'_, '_> {
    fn with<C: Codec<T>, T>(&mut self, name: &'static str, value: &T) -> Result<(), EncodeError> {
        let value = C::to_json(value, self.wire.version(), self.wire.w)?;
        self.insert(name, value);
        Ok(())
    }
    fn spread<S: Spread<T>, T>(&mut self, value: &T) -> Result<(), EncodeError> {
        S::encode(value, self.wire.version(), self.wire.w)?;
        S::to_members(value, self.wire.version(), &mut self.members);
        Ok(())
    }

    fn registered(&mut self, body: &Registered) -> Result<(), EncodeError> {
        body.encode_body(self.wire.version(), self.wire.w)?;
        self.members.extend(body.members());
        Ok(())
    }
}

/// Fills nouns from JSON. A member that is absent or null keeps its default.
pub(crate) struct FromJson<'a> {
    version: Version,
    members: &'a Map<String, Value>,
    known: Vec<&'static str>,
    /// Whether a registered body has looked over the members that are left.
    bodied: bool,
}

impl FromJson<'_> {
    /// Refuses members that nobody asked for.
    fn finish(self) -> Result<(), JsonError> {
        match self.members.keys().find(|key| !self.known.contains(&key.as_str())) {
            Some(key) if !self.bodied => Err(JsonError::new("there is no such member").within(key)),
            _ => Ok(()),
        }
    }
}

impl Visit for FromJson<'_> {
    type Error = JsonError;

    fn version(&self) -> Version {
        self.version
    }

    fn pad(&mut self, _: usize) -> Result<(), JsonError> {
        Ok(())
    }

    fn boxed(
        &mut self,
        _: Padding,
        f: impl FnOnce(&mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        f(self)
    }

    fn len(&mut self, name: &'static str) -> Result<(), JsonError> {
        self.known.push(name);
        Ok(())
    }

    fn len_ahead(&mut self, name: &'static str) -> Result<(), JsonError> {
        self.known.push(name);
        Ok(())
    }

    fn ahead(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        f(self)
    }

    fn number(
        &mut self,
        name: &'static str,
        number: Option<u16>,
        _: &'static str,
    ) -> Result<(), JsonError> {
        self.known.push(name);
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(()),
            Some(given) if given.as_u64() == number.map(u64::from) => Ok(()),
            Some(given) => Err(JsonError::expected("the number of this class", given).within(name)),
        }
    }

    fn require(&mut self, _: bool, _: &'static str) -> Result<(), JsonError> {
        Ok(())
    }

    fn may_follow(&self, _: bool) -> bool {
        true
    }

    fn remark(&mut self, name: &'static str, _: impl Into<Value>) -> Result<(), JsonError> {
        self.known.push(name);
        Ok(())
    }
}

impl In for FromJson<'_> {
    fn with<C: Codec<T>, T>(&mut self, name: &'static str, value: &mut T) -> Result<(), JsonError> {
        self.known.push(name);
        match self.members.get(name) {
            None | Some(Value::Null) => {}
            Some(given) => {
                *value = C::from_json(self.version, given).map_err(|err| err.within(name))?;
            }
        }
        Ok(())
    }
    fn spread<S: Spread<T>, T>(&mut self, value: &mut T) -> Result<(), JsonError> {
        self.known.extend_from_slice(S::NAMES);
        *value = S::from_members(self.version, self.members)?;
        Ok(())
    }

    /// All members that the noun around it has not asked for.
    fn registered(&mut self, body: &mut Registered) -> Result<(), JsonError> {
        let of_body = self.members.iter().filter(|(name, _)| !self.known.contains(&name.as_str()));
        let members = of_body.map(|(name, value)| (name.clone(), value.clone())).collect();
        *body = body.registration().read_members(members)?;
        self.bodied = true;
        Ok(())
    }
}
