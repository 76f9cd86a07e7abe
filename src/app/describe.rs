//! What a value looks like as JSON: a schema that its type says of itself, for the answers in
//! `/openapi.json`.
//!
//! What a type reads can be asked of its `Deserialize` ([`shape`](super::shape)). A `Serialize` says nothing
//! before there is a value, so the type has to be read where it is declared: `#[derive(Describe)]`.

use std::any::type_name;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::ofproto::{Dpid, PortNo};
use crate::wire::MacAddr;

use super::error::AppResult;
use super::route::{FromParam, Json};

/// A type whose JSON can be described: `#[derive(Describe)]` beside `#[derive(Serialize)]`.
///
/// A route that answers with `Json<T>` of such a type has the fields of its answer in `/openapi.json`,
/// with what stands in their doc comments. The derive reads what `serde` reads: `rename`, `rename_all`,
/// `skip`, `skip_serializing_if`. Where `serde` is told to write something else
/// (`serialize_with`), say what: `#[describe(as = f64)]`.
///
/// # Example
/// ```
/// use ryu_sdn::app::{Describe, Schemas};
/// use ryu_sdn::prelude::*;
/// use serde_json::json;
///
/// /// A host.
/// #[derive(Serialize, Describe)]
/// #[serde(crate = "ryu_sdn::serde")]
/// struct Host {
///     /// Its Ethernet address.
///     mac: MacAddr,
///     #[serde(skip_serializing_if = "Option::is_none")]
///     name: Option<String>,
/// }
///
/// let mut schemas = Schemas::default();
/// let reference = Vec::<Host>::schema(&mut schemas);
/// assert_eq!(reference, json!({ "type": "array", "items": { "$ref": "#/components/schemas/Host" } }));
/// let host = &schemas.named()["Host"];
/// assert_eq!(host["required"], json!(["mac"]));
/// assert_eq!(host["properties"]["mac"]["description"], "Its Ethernet address.");
/// ```
#[diagnostic::on_unimplemented(
    message = "nothing says what `{Self}` looks like as JSON",
    note = "give it `#[derive(Describe)]`"
)]
pub trait Describe {
    /// The schema (JSON Schema 2020-12, as OpenAPI 3.1 has it). What has a name is put into `schemas`,
    /// and referred to.
    fn schema(schemas: &mut Schemas) -> Value;
}

/// The schemas that have names: `components.schemas` of `/openapi.json`.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    named: BTreeMap<String, Value>,
    /// Which type, by its full name, has which of these names.
    names: HashMap<&'static str, String>,
}

impl Schemas {
    /// A reference to the schema of `T`, which is made the first time. A type may hold itself. Of two
    /// types of one name the second is called `Name_2`.
    pub fn of<T: ?Sized>(&mut self, name: &str, make: impl FnOnce(&mut Schemas) -> Value) -> Value {
        let key = type_name::<T>();
        if let Some(name) = self.names.get(key) {
            return reference(name);
        }
        let free = |name: &String| !self.named.contains_key(name);
        let mut names = (2..).map(|n| format!("{name}_{n}"));
        let name = Some(name.to_owned()).filter(free).or_else(|| names.find(free));
        let name = name.unwrap_or_default();
        self.names.insert(key, name.clone());
        // Its place is taken before it is made: in it there may be others of the same name.
        self.named.insert(name.clone(), Value::Null);
        let schema = make(self);
        self.named.insert(name.clone(), schema);
        reference(&name)
    }

    /// All of them.
    pub fn named(&self) -> &BTreeMap<String, Value> {
        &self.named
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The schema of an object, member by member.
#[derive(Debug)]
pub struct ObjectSchema {
    description: &'static str,
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl ObjectSchema {
    /// An object without members.
    pub fn new(description: &'static str) -> Self {
        ObjectSchema { description, properties: Map::new(), required: Vec::new() }
    }

    /// Adds a member, which is always there if `is_required`.
    pub fn member(&mut self, name: &str, is_required: bool, description: &str, mut schema: Value) {
        if !description.is_empty() {
            schema["description"] = description.into();
        }
        self.properties.insert(name.to_owned(), schema);
        if is_required {
            self.required.push(name.into());
        }
    }

    /// The schema.
    pub fn finish(self) -> Value {
        let mut schema = json!({ "type": "object", "properties": self.properties });
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        if !self.description.is_empty() {
            schema["description"] = self.description.into();
        }
        schema
    }
}

/// The schema of one of several words.
pub fn words_schema(description: &str, words: &[&str]) -> Value {
    let mut schema = json!({ "type": "string", "enum": words });
    if !description.is_empty() {
        schema["description"] = description.into();
    }
    schema
}

/// Types of one schema each, without a name.
macro_rules! plain {
    ($($ty:ty => $schema:tt;)+) => {$(
        impl Describe for $ty {
            fn schema(_: &mut Schemas) -> Value {
                json!($schema)
            }
        }
    )+};
}

plain! {
    bool => { "type": "boolean" };
    u8 => { "type": "integer", "minimum": 0, "maximum": (u8::MAX) };
    u16 => { "type": "integer", "minimum": 0, "maximum": (u16::MAX) };
    u32 => { "type": "integer", "minimum": 0, "maximum": (u32::MAX) };
    u64 => { "type": "integer", "minimum": 0, "maximum": (u64::MAX) };
    usize => { "type": "integer", "minimum": 0 };
    i8 => { "type": "integer", "minimum": (i8::MIN), "maximum": (i8::MAX) };
    i16 => { "type": "integer", "minimum": (i16::MIN), "maximum": (i16::MAX) };
    i32 => { "type": "integer", "minimum": (i32::MIN), "maximum": (i32::MAX) };
    i64 => { "type": "integer" };
    isize => { "type": "integer" };
    f32 => { "type": "number" };
    f64 => { "type": "number" };
    char => { "type": "string", "minLength": 1, "maxLength": 1 };
    str => { "type": "string" };
    String => { "type": "string" };
    () => { "type": "null" };
    Value => {};
}

/// Types whose JSON is what paths have of them.
macro_rules! as_in_paths {
    ($($ty:ty),+) => {$(
        impl Describe for $ty {
            fn schema(_: &mut Schemas) -> Value {
                serde_json::from_str(<$ty as FromParam>::SCHEMA).unwrap_or_default()
            }
        }
    )+};
}

as_in_paths!(Dpid, PortNo, MacAddr, IpAddr, Ipv4Addr, Ipv6Addr);

/// Types whose JSON is that of what they hold.
macro_rules! as_within {
    ($([$($generics:tt)+] $ty:ty),+ $(,)?) => {$(
        impl<$($generics)+> Describe for $ty {
            fn schema(schemas: &mut Schemas) -> Value {
                T::schema(schemas)
            }
        }
    )+};
}

as_within!([T: Describe + ?Sized] &T, [T: Describe + ?Sized] Box<T>, [T: Describe + ?Sized] Rc<T>);
as_within!([T: Describe + ?Sized] Arc<T>);
// And the answers of routes.
as_within!([T: Describe] Json<T>, [T: Describe] AppResult<T>, [T: Describe] (StatusCode, T));

impl<T: Describe> Describe for Option<T> {
    fn schema(schemas: &mut Schemas) -> Value {
        let mut schema = T::schema(schemas);
        let is_anything = schema == json!({});
        match schema.get_mut("type") {
            Some(Value::Array(_)) => {}
            Some(kind) => *kind = json!([kind.clone(), "null"]),
            None if is_anything => {}
            None => return json!({ "anyOf": [schema, { "type": "null" }] }),
        }
        schema
    }
}

fn list_of<T: Describe>(schemas: &mut Schemas) -> Value {
    json!({ "type": "array", "items": T::schema(schemas) })
}

impl<T: Describe> Describe for Vec<T> {
    fn schema(schemas: &mut Schemas) -> Value {
        list_of::<T>(schemas)
    }
}

impl<T: Describe> Describe for [T] {
    fn schema(schemas: &mut Schemas) -> Value {
        list_of::<T>(schemas)
    }
}

impl<T: Describe, const N: usize> Describe for [T; N] {
    fn schema(schemas: &mut Schemas) -> Value {
        json!({ "type": "array", "items": T::schema(schemas), "minItems": N, "maxItems": N })
    }
}

fn map_of<T: Describe>(schemas: &mut Schemas) -> Value {
    json!({ "type": "object", "additionalProperties": T::schema(schemas) })
}

impl<K, T: Describe> Describe for BTreeMap<K, T> {
    fn schema(schemas: &mut Schemas) -> Value {
        map_of::<T>(schemas)
    }
}

impl<K, T: Describe, S> Describe for HashMap<K, T, S> {
    fn schema(schemas: &mut Schemas) -> Value {
        map_of::<T>(schemas)
    }
}

/// What is known of an answer of type `T`. The expansion of `#[app]` asks it, with both traits below in
/// reach: a method of the first is found before one of the second, which takes one more reference.
#[derive(Debug)]
pub struct AnswerOf<T>(PhantomData<T>);

impl<T: 'static> AnswerOf<T> {
    /// To be asked.
    pub fn known() -> &'static Self {
        &AnswerOf(PhantomData)
    }
}

/// An answer that [describes](Describe) itself.
pub trait Described {
    /// Its schema.
    fn schema_if_known(&self, schemas: &mut Schemas) -> Option<Value>;
}

impl<T: Describe> Described for AnswerOf<T> {
    fn schema_if_known(&self, schemas: &mut Schemas) -> Option<Value> {
        Some(T::schema(schemas))
    }
}

/// Any other answer.
pub trait Undescribed {
    /// Nothing.
    fn schema_if_known(&self, schemas: &mut Schemas) -> Option<Value>;
}

impl<T> Undescribed for &AnswerOf<T> {
    fn schema_if_known(&self, _: &mut Schemas) -> Option<Value> {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;
    use crate::app::Describe;

    mod other {
        #[derive(super::Describe)]
        #[allow(dead_code, reason = "only described")]
        pub(super) struct Node {
            pub(super) number: u8,
        }
    }

    /// A tree.
    ///
    /// Of nodes.
    #[derive(Serialize, Describe)]
    #[serde(rename_all = "camelCase")]
    struct Node {
        /// What it is
        /// called.
        full_name: &'static str,
        #[serde(rename = "loop")]
        turns: Option<f32>,
        children: Vec<Node>,
        #[serde(skip_serializing_if = "Option::is_none")]
        parent: Option<Box<Node>>,
        #[serde(skip)]
        _secret: u8,
        kind: Kind,
        span: Span,
        #[serde(serialize_with = "as_text")]
        #[describe(as = String)]
        number: u64,
        by_name: BTreeMap<&'static str, [u16; 2]>,
    }

    #[derive(Serialize, Describe)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    #[allow(dead_code, reason = "only described")]
    enum Kind {
        Leaf,
        InnerNode,
        #[serde(rename = "top")]
        Root,
    }

    #[derive(Serialize, Describe)]
    struct Span(u8);

    fn as_text<S: serde::Serializer>(number: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    #[test]
    fn a_type_says_what_serde_makes_of_it() {
        let mut schemas = Schemas::default();
        assert_eq!(Node::schema(&mut schemas), json!({ "$ref": "#/components/schemas/Node" }));
        let node = &schemas.named()["Node"];
        assert_eq!(node["description"], "A tree.\n\nOf nodes.");
        let members = node["properties"].as_object().unwrap();
        let value = Node {
            full_name: "x",
            turns: None,
            children: Vec::new(),
            parent: None,
            _secret: 0,
            kind: Kind::InnerNode,
            span: Span(1),
            number: 7,
            by_name: BTreeMap::new(),
        };
        let value = serde_json::to_value(value).unwrap();
        let written: Vec<&String> = value.as_object().unwrap().keys().collect();
        let required: Vec<&str> = members.keys().map(String::as_str).collect();
        assert!(written.iter().all(|name| members.contains_key(*name)), "{required:?} {written:?}");
        assert_eq!(node["required"].as_array().unwrap().len(), written.len(), "but parent");
        assert_eq!(members["fullName"]["description"], "What it is\ncalled.");
        assert_eq!(members["loop"]["type"], json!(["number", "null"]));
        assert_eq!(members["children"]["items"]["$ref"], "#/components/schemas/Node");
        assert_eq!(members["parent"]["anyOf"][1], json!({ "type": "null" }));
        assert_eq!(members["number"]["type"], "string");
        assert_eq!(members["span"]["$ref"], "#/components/schemas/Span");
        assert_eq!(schemas.named()["Span"]["maximum"], 255);
        assert_eq!(schemas.named()["Kind"]["enum"], json!(["LEAF", "INNER_NODE", "top"]));
        assert_eq!(value["kind"], "INNER_NODE");
        assert_eq!(members["byName"]["additionalProperties"]["maxItems"], 2);
    }

    #[test]
    fn two_types_of_one_name_have_two_schemas() {
        let mut schemas = Schemas::default();
        Node::schema(&mut schemas);
        let second = other::Node::schema(&mut schemas);
        assert_eq!(second, json!({ "$ref": "#/components/schemas/Node_2" }));
        assert!(schemas.named()["Node_2"]["properties"].get("number").is_some());
    }

    #[test]
    fn only_an_answer_that_says_so_has_a_schema() {
        struct Silent;
        let mut schemas = Schemas::default();
        let known = AnswerOf::<AppResult<Json<Vec<u8>>>>::known().schema_if_known(&mut schemas);
        assert_eq!(known.unwrap()["items"]["maximum"], 255);
        assert_eq!(AnswerOf::<Json<Silent>>::known().schema_if_known(&mut schemas), None);
    }
}
