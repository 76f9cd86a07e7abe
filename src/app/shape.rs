//! What a type reads, as a JSON schema: found by asking its `Deserialize` for it.
//!
//! The probe answers each question of a `Deserialize` with "that is what you want, then" and an
//! error, so no value is ever made. Of a struct it learns the names of the fields, and walks into one
//! of them at a time.

use std::fmt;

use serde::Deserializer;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};

/// So many structs and lists are walked into, one in the other; a type may hold itself.
const DEPTH_MAX: usize = 5;
/// So many fields are asked for, in all.
const ASKED_MAX: usize = 500;

/// The schema (JSON Schema 2020-12, as OpenAPI 3.1 has it) of what `T` reads. It is as much as can be
/// known without a value: which fields may be left out, for one, is not in it.
pub(super) fn schema<T: DeserializeOwned>() -> Value {
    let ask = |path: &[usize]| {
        let mut seen = Seen::default();
        // Always an error; what it was asked for is in `seen`.
        let _ = T::deserialize(Probe { path, seen: &mut seen });
        seen
    };
    explore(&ask, &mut Vec::new(), &mut 0)
}

fn explore(ask: &dyn Fn(&[usize]) -> Seen, path: &mut Vec<usize>, asked: &mut usize) -> Value {
    *asked += 1;
    let Seen { kind, is_nullable } = ask(path);
    let is_deep = path.len() >= DEPTH_MAX;
    let mut inner = |step: usize| {
        if is_deep || *asked >= ASKED_MAX {
            return json!({});
        }
        path.push(step);
        let schema = explore(ask, path, asked);
        path.pop();
        schema
    };
    let mut schema = match kind {
        Kind::Anything => json!({}),
        Kind::Plain(schema) => schema,
        Kind::List => json!({ "type": "array", "items": inner(0) }),
        Kind::Struct { name, fields } => {
            let properties: Map<String, Value> = fields
                .iter()
                .enumerate()
                .map(|(step, field)| ((*field).to_owned(), inner(step)))
                .collect();
            json!({ "type": "object", "title": name, "properties": properties })
        }
    };
    if is_nullable && let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.clone(), "null"]);
    }
    schema
}

/// What a `Deserialize` asked for.
#[derive(Default)]
struct Seen {
    kind: Kind,
    is_nullable: bool,
}

#[derive(Default)]
enum Kind {
    #[default]
    Anything,
    Plain(Value),
    List,
    Struct {
        name: &'static str,
        fields: &'static [&'static str],
    },
}

/// The only error: enough is known.
#[derive(Debug)]
struct Enough;

impl fmt::Display for Enough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("enough is known")
    }
}

impl std::error::Error for Enough {}

impl Error for Enough {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Enough
    }
}

/// Stands for a value. `path` says which field, or which element, is to be walked into, and which one
/// in that.
struct Probe<'a> {
    path: &'a [usize],
    seen: &'a mut Seen,
}

impl Probe<'_> {
    fn found<T>(self, kind: Kind) -> Result<T, Enough> {
        if self.path.is_empty() {
            self.seen.kind = kind;
        }
        Err(Enough)
    }

    fn plain<T>(self, schema: Value) -> Result<T, Enough> {
        self.found(Kind::Plain(schema))
    }

    fn whole<T>(self, minimum: i64, maximum: u64) -> Result<T, Enough> {
        self.plain(json!({ "type": "integer", "minimum": minimum, "maximum": maximum }))
    }
}

/// `deserialize_u8` and so on: what each of them is as a schema.
macro_rules! plain {
    ($($method:ident => $schema:tt;)+) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
            self.plain(json!($schema))
        }
    )+};
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Enough;

    plain! {
        deserialize_bool => { "type": "boolean" };
        deserialize_f32 => { "type": "number" };
        deserialize_f64 => { "type": "number" };
        deserialize_char => { "type": "string", "minLength": 1, "maxLength": 1 };
        deserialize_str => { "type": "string" };
        deserialize_string => { "type": "string" };
        deserialize_bytes => { "type": "array", "items": { "type": "integer" } };
        deserialize_byte_buf => { "type": "array", "items": { "type": "integer" } };
        deserialize_unit => { "type": "null" };
        deserialize_map => { "type": "object" };
        deserialize_identifier => { "type": "string" };
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.found(Kind::Anything)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.found(Kind::Anything)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.whole(0, u8::MAX.into())
    }

    fn deserialize_u16<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.whole(0, u16::MAX.into())
    }

    fn deserialize_u32<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.whole(0, u32::MAX.into())
    }

    fn deserialize_u64<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.whole(0, u64::MAX)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.whole(i8::MIN.into(), i8::MAX as u64)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.whole(i16::MIN.into(), i16::MAX as u64)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.whole(i32::MIN.into(), i32::MAX as u64)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Enough> {
        self.whole(i64::MIN, i64::MAX as u64)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Enough> {
        self.seen.is_nullable |= self.path.is_empty();
        visitor.visit_some(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: V,
    ) -> Result<V::Value, Enough> {
        self.plain(json!({ "type": "null" }))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Enough> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Enough> {
        match self.path.split_first() {
            None => self.found(Kind::List),
            Some((_, path)) => visitor.visit_seq(One { key: None, inner: Some((path, self.seen)) }),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, _: V) -> Result<V::Value, Enough> {
        self.plain(json!({ "type": "array", "minItems": len, "maxItems": len }))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Enough> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Enough> {
        match self.path.split_first() {
            None => self.found(Kind::Struct { name, fields }),
            Some((step, path)) => {
                let key = fields.get(*step).copied();
                visitor.visit_map(One { key, inner: Some((path, self.seen)) })
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Enough> {
        // Of a variant that holds something the name is the only key; either way it is one of these.
        self.plain(json!({ "title": name, "examples": variants }))
    }
}

/// A map or a list with one element.
struct One<'a> {
    key: Option<&'static str>,
    inner: Option<(&'a [usize], &'a mut Seen)>,
}

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = Enough;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Enough> {
        let (path, seen) = self.inner.take().ok_or(Enough)?;
        seed.deserialize(Probe { path, seen }).map(Some)
    }
}

impl<'de> MapAccess<'de> for One<'_> {
    type Error = Enough;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Enough> {
        let key = self.key.take().ok_or(Enough)?;
        seed.deserialize(StrDeserializer::<Enough>::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Enough> {
        let (path, seen) = self.inner.take().ok_or(Enough)?;
        seed.deserialize(Probe { path, seen })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::wire::MacAddr;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only their names and types are asked for")]
    struct Entry {
        mac: MacAddr,
        port: u16,
        note: Option<String>,
        inner: Vec<Inner>,
        anything: Value,
        again: Option<Box<Entry>>,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only their names and types are asked for")]
    struct Inner {
        on: bool,
        kind: Colour,
    }

    #[derive(Deserialize)]
    enum Colour {
        Red,
        Green,
    }

    #[test]
    fn a_struct_is_its_fields() {
        let schema = schema::<Entry>();
        assert_eq!(schema["title"], "Entry");
        let properties = &schema["properties"];
        assert_eq!(properties["mac"], json!({ "type": "string" }));
        assert_eq!(
            properties["port"],
            json!({ "type": "integer", "minimum": 0, "maximum": 65535 })
        );
        assert_eq!(properties["note"], json!({ "type": ["string", "null"] }));
        assert_eq!(properties["anything"], json!({}));
        let inner = &properties["inner"];
        assert_eq!((&inner["type"], &inner["items"]["title"]), (&json!("array"), &json!("Inner")));
        let inner = &inner["items"]["properties"];
        assert_eq!(inner["on"], json!({ "type": "boolean" }));
        assert_eq!(inner["kind"], json!({ "title": "Colour", "examples": ["Red", "Green"] }));
    }

    #[test]
    fn a_type_that_holds_itself_comes_to_an_end() {
        let mut schema = schema::<Entry>();
        let mut depth = 0;
        while schema["properties"]["again"].is_object() {
            schema = schema["properties"]["again"].take();
            depth += 1;
        }
        // The last one says nothing any more.
        assert_eq!(depth, DEPTH_MAX + 1);
    }

    #[test]
    fn what_is_no_struct_has_a_schema_too() {
        assert_eq!(schema::<Value>(), json!({}));
        assert_eq!(
            schema::<Vec<i8>>()["items"],
            json!({ "type": "integer", "minimum": -128, "maximum": 127 })
        );
        assert_eq!(schema::<std::collections::HashMap<String, u8>>(), json!({ "type": "object" }));
        assert_eq!(schema::<(u8, u8)>(), json!({ "type": "array", "minItems": 2, "maxItems": 2 }));
    }
}
