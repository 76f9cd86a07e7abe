//! Ryu's JSON: what `to_jsondict` makes and `from_jsondict` takes.

use std::convert::Infallible;

use serde_json::{Map, Value};

use super::{Chosen, Form, In, Len, Member, Noun, Number, Out, Visit};
use crate::wire::{JsonError, base64};

/// The one key of `{"class": {...}}` and what is behind it.
pub(crate) fn wrapper(value: &Value) -> Result<(&str, &Map<String, Value>), JsonError> {
    let mut keys = value.as_object().into_iter().flatten();
    match (keys.next(), keys.next()) {
        (Some((class, Value::Object(members))), None) => Ok((class, members)),
        _ => Err(JsonError::expected("{\"class\": {...}}", value)),
    }
}

/// `{"class": {...}}`.
pub(crate) fn noun_to_json<'a, T: Noun<'a>>(noun: &T) -> Value {
    let mut v = ToJson { members: Map::new() };
    let Ok(()) = noun.tell(&mut v);
    Value::Object(Map::from_iter([(noun.class().to_owned(), Value::Object(v.members))]))
}

/// The noun of `class` with these members. Members that it has not are refused.
pub(crate) fn noun_from_json<'a, T: Noun<'a>>(
    class: &str,
    members: &Map<String, Value>,
) -> Result<T, JsonError> {
    let Some(mut noun) = T::blank(class) else {
        return Err(JsonError::new(format!("expected {}, found {class}", T::CLASS)));
    };
    let mut v = FromJson { members, known: Vec::new() };
    noun.fill(&mut v).and_then(|()| v.finish()).map_err(|err| err.within(class))?;
    Ok(noun)
}

struct ToJson {
    members: Map<String, Value>,
}

impl ToJson {
    fn insert(&mut self, name: &str, value: impl FnOnce() -> Value) {
        if !name.is_empty() {
            self.members.insert(name.to_owned(), value());
        }
    }
}

impl Visit for ToJson {
    type Error = Infallible;

    fn remark(&mut self, name: &'static str, value: u64) {
        self.insert(name, || value.into());
    }

    fn remark_none(&mut self, name: &'static str) {
        self.insert(name, || Value::Null);
    }

    fn remark_bytes(&mut self, name: &'static str, value: impl FnOnce() -> Vec<u8>) {
        self.insert(name, || base64::encode(&value()).into());
    }
}

impl Out for ToJson {
    fn with<'a, F: Form<'a, T>, T>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Infallible> {
        self.insert(name, || F::to_json(value));
        Ok(())
    }

    fn bits<N: Number>(&mut self, name: &'static str, _: u32, value: &N) -> Result<(), Infallible> {
        self.insert(name, || value.get().into());
        Ok(())
    }

    fn sized<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        _: Len,
        len: &Option<N>,
        f: impl FnOnce(&mut Self) -> Result<(), Infallible>,
    ) -> Result<(), Infallible> {
        self.bits(name, width, len)?;
        f(self)
    }

    fn flag(&mut self, name: &'static str, value: &bool) -> Result<(), Infallible> {
        self.insert(name, || (*value).into());
        Ok(())
    }

    fn chosen<'a, C, T: Chosen<'a, C>>(
        &mut self,
        name: &'static str,
        _: C,
        value: &T,
    ) -> Result<(), Infallible> {
        self.insert(name, || value.to_json());
        Ok(())
    }
}

/// A member that is absent keeps its default.
struct FromJson<'j> {
    members: &'j Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'j> FromJson<'j> {
    fn get(&mut self, name: &'static str) -> Option<&'j Value> {
        if name.is_empty() {
            return None;
        }
        self.known.push(name);
        self.members.get(name)
    }

    /// Refuses members that nobody asked for.
    fn finish(self) -> Result<(), JsonError> {
        match self.members.keys().find(|key| !self.known.contains(&key.as_str())) {
            Some(key) => Err(JsonError::new("there is no such member").within(key)),
            None => Ok(()),
        }
    }
}

/// A number of `width` bits out of JSON; true and false are 1 and 0, as Python has it.
pub(super) fn number(value: &Value, width: u32) -> Result<u64, JsonError> {
    let found = value.as_u64().or_else(|| value.as_bool().map(u64::from));
    let fits = found.filter(|n| *n <= u64::MAX >> (64 - width));
    fits.ok_or_else(|| JsonError::expected(&format!("a number of {width} bits"), value))
}

impl Visit for FromJson<'_> {
    type Error = JsonError;

    fn remark(&mut self, name: &'static str, _: u64) {
        self.known.push(name);
    }

    fn remark_none(&mut self, name: &'static str) {
        self.known.push(name);
    }

    fn remark_bytes(&mut self, name: &'static str, _: impl FnOnce() -> Vec<u8>) {
        self.known.push(name);
    }
}

impl<'a> In<'a> for FromJson<'_> {
    fn with<F: Form<'a, T>, T>(
        &mut self,
        name: &'static str,
        value: &mut T,
    ) -> Result<(), JsonError> {
        if let Some(given) = self.get(name) {
            *value = F::from_json(given).map_err(|err| err.within(name))?;
        }
        Ok(())
    }

    fn bits<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        value: &mut N,
    ) -> Result<(), JsonError> {
        if let Some(given) = self.get(name) {
            *value = N::given(given, width).map_err(|err| err.within(name))?;
        }
        Ok(())
    }

    fn sub<T: Member<'a>>(
        &mut self,
        name: &'static str,
        _: usize,
        _: &'static str,
        value: &mut T,
    ) -> Result<(), JsonError> {
        self.field(name, value)
    }

    fn sized<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        _: Len,
        len: &mut Option<N>,
        f: impl FnOnce(&mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.bits(name, width, len)?;
        f(self)
    }

    fn flag(&mut self, name: &'static str, value: &mut bool) -> Result<(), JsonError> {
        self.bits(name, 1, value)
    }

    fn chosen<C, T: Chosen<'a, C>>(
        &mut self,
        name: &'static str,
        by: C,
        value: &mut T,
    ) -> Result<(), JsonError> {
        if let Some(given) = self.get(name) {
            *value = T::from_json(by, given).map_err(|err| err.within(name))?;
        }
        Ok(())
    }
}
