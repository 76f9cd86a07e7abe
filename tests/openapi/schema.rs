//! Whether a value is what a schema says: the part of JSON Schema that this project's schemas use, and
//! stricter in one point: a member that `properties` does not name is a fault, unless the schema says what
//! else there may be.

use std::collections::BTreeSet;

use ryu_sdn::app::Schemas;
use serde_json::Value;

/// Holds values against schemas, and notes which members were there.
#[derive(Default)]
pub(crate) struct Judge {
    pub(crate) schemas: Schemas,
    /// The places of members in schemas, `Name.member` inside a named one.
    pub(crate) seen: BTreeSet<String>,
}

impl Judge {
    /// What is wrong with `value`; empty if nothing is.
    pub(crate) fn faults(&mut self, schema: &Value, value: &Value) -> Vec<String> {
        self.faults_at("", schema, value)
    }

    /// The same, for a schema that stands at that place.
    pub(crate) fn faults_at(&mut self, place: &str, schema: &Value, value: &Value) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let faults = self.look(schema, value, place, "$", &mut seen);
        if faults.is_empty() {
            self.seen.extend(seen);
        }
        faults
    }

    /// Every member that a schema of this name speaks of.
    pub(crate) fn members(&self, name: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        members(&self.schemas.named()[name], name, &mut all);
        all
    }

    fn look(
        &self,
        schema: &Value,
        value: &Value,
        place: &str,
        at: &str,
        seen: &mut BTreeSet<String>,
    ) -> Vec<String> {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let name = name.strip_prefix("#/components/schemas/").expect("a reference");
            let Some(named) = self.schemas.named().get(name) else {
                return vec![format!("{at}: no schema {name}")];
            };
            return self.look(named, value, name, at, seen);
        }
        let mut faults = Vec::new();
        if let Some(forms) = schema.get("anyOf").and_then(Value::as_array) {
            let mut all = Vec::new();
            for (i, form) in forms.iter().enumerate() {
                let mut of_form = BTreeSet::new();
                let place = format!("{place}|{}", title(form, i));
                let found = self.look(form, value, &place, at, &mut of_form);
                if found.is_empty() {
                    seen.extend(of_form);
                    all.clear();
                    break;
                }
                all.push(format!("{}: {}", title(form, i), found.join(", ")));
            }
            if !all.is_empty() {
                faults.push(format!("{at}: none of [{}]", all.join("; ")));
            }
        }
        if let Some(kinds) = schema.get("type") {
            let is = |kind: &Value| match kind.as_str().unwrap() {
                "null" => value.is_null(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_u64() || value.is_i64(),
                "number" => value.is_number(),
                "string" => value.is_string(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                other => panic!("no type {other}"),
            };
            let fits = kinds.as_array().map_or_else(|| is(kinds), |kinds| kinds.iter().any(is));
            if !fits {
                return vec![format!("{at}: {value} is no {kinds}")];
            }
        }
        if schema.get("enum").is_some_and(|all| !all.as_array().unwrap().contains(value))
            || schema.get("const").is_some_and(|only| only != value)
        {
            faults.push(format!("{at}: {value} is not one of {schema}"));
        }
        if let Some(number) = value.as_f64() {
            let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
            if bound("minimum").is_some_and(|least| number < least)
                || bound("maximum").is_some_and(|most| number > most)
            {
                faults.push(format!("{at}: {value} is out of range"));
            }
        }
        if let (Some(text), Some(pattern)) =
            (value.as_str(), schema.get("pattern").and_then(Value::as_str))
        {
            // The only pattern there is.
            assert_eq!(pattern, "^[0-9a-fA-F]{16}$");
            if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                faults.push(format!("{at}: {value} is not {pattern}"));
            }
        }
        for (i, item) in value.as_array().into_iter().flatten().enumerate() {
            let of_items = schema.get("items").unwrap_or(&Value::Bool(true));
            let place = format!("{place}[]");
            faults.extend(self.look(of_items, item, &place, &format!("{at}[{i}]"), seen));
        }
        if let Some(members) = value.as_object() {
            let named = schema.get("properties").and_then(Value::as_object);
            for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                if !members.contains_key(required.as_str().unwrap()) {
                    faults.push(format!("{at}: {required} is missing"));
                }
            }
            for (name, value) in members {
                let at = format!("{at}.{name}");
                let other = schema.get("additionalProperties");
                match (named.and_then(|named| named.get(name)), other) {
                    (Some(schema), _) => {
                        let place = format!("{place}.{name}");
                        seen.insert(place.clone());
                        faults.extend(self.look(schema, value, &place, &at, seen));
                    }
                    (None, Some(Value::Bool(true))) => {}
                    (None, Some(schema)) if schema.is_object() => {
                        faults.extend(self.look(schema, value, &format!("{place}.*"), &at, seen));
                    }
                    (None, None) if named.is_none() => {}
                    (None, _) => faults.push(format!("{at}: the schema has no such member")),
                }
            }
        }
        faults
    }
}

/// What a form of several is called.
fn title(form: &Value, i: usize) -> String {
    let kind = &form["properties"]["type"]["const"];
    let named = form.get("title").and_then(Value::as_str).or_else(|| kind.as_str());
    named.map_or_else(|| i.to_string(), str::to_owned)
}

fn members(schema: &Value, place: &str, all: &mut BTreeSet<String>) {
    for (i, form) in schema["anyOf"].as_array().into_iter().flatten().enumerate() {
        members(form, &format!("{place}|{}", title(form, i)), all);
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        members(schema, &place, all);
        all.insert(place);
    }
    for (key, mark) in [("items", "[]"), ("additionalProperties", ".*")] {
        if schema[key].is_object() {
            members(&schema[key], &format!("{place}{mark}"), all);
        }
    }
}
