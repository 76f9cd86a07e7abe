//! `/openapi.json`: what the routes of the loaded apps are, made from their own declarations.
//!
//! | In the document (OpenAPI 3.1) | From |
//! |---|---|
//! | path, method | `#[route(GET, "/x/{y}")]` |
//! | `summary`, `description` | the first line of the method's doc comment, and the rest |
//! | path parameters with their schemas | the types of the arguments ([`FromParam`](crate::app::FromParam)) |
//! | `requestBody` | an argument `Json<T>`: the fields that `T` reads; an argument `RouteRequest`: anything |
//! | status and content of the answer | what the method answers with: `Json<T>`, text, nothing, anything; or what the mark says |
//! | fields of the answer | its type ([`Describe`](crate::app::Describe)) |
//! | tags | the apps, with their help |

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::app::{HttpError, ObjectSchema, PlannedRoute, Schemas};

/// A path with its methods, as the router groups them.
pub(super) type PathRoutes = Vec<PlannedRoute>;

/// The document for these paths. With `asks_token` it says that a token is needed.
pub(super) fn document(paths: &[PathRoutes], asks_token: bool) -> Value {
    let mut ids = BTreeSet::new();
    let mut items = Map::new();
    let mut tags: Vec<(&str, &str)> = Vec::new();
    let mut schemas = Schemas::default();
    // Before all others, so that it has its name.
    let error = schemas.of::<HttpError>("Error", |_| error_schema());
    let refusal = |reason: &str| json!({ "description": reason, "content": { "application/json": { "schema": error } } });
    let mut refusals = json!({ "default": refusal("what is wrong") });
    if asks_token {
        refusals["401"] = refusal("a token is needed");
    }
    for routes in paths {
        let Some(first) = routes.first() else { continue };
        let path = template(first.route.path);
        let names = parameters(first.route.path);
        let mut item = Map::new();
        for planned in routes {
            if !tags.iter().any(|(app, _)| *app == planned.app) {
                tags.push((planned.app, planned.help));
            }
            let id = unique(&mut ids, planned, &path);
            let method = planned.route.method.to_ascii_lowercase();
            // Others cannot be said in OpenAPI.
            if ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
                .contains(&method.as_str())
            {
                item.insert(method, operation(planned, &names, id, &mut schemas, &refusals));
            }
        }
        items.insert(path, Value::Object(item));
    }
    let tags: Vec<Value> =
        tags.iter().map(|(name, help)| json!({ "name": name, "description": help })).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "ryu-sdn",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The routes of the apps that this controller has loaded.",
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": items,
        "components": { "schemas": schemas.named() },
    });
    if asks_token {
        document["components"]["securitySchemes"] = json!({
            "bearer": { "type": "http", "scheme": "bearer" },
            "basic": { "type": "http", "scheme": "basic", "description": "any user; the token is the password" },
        });
        document["security"] = json!([{ "bearer": [] }, { "basic": [] }]);
    }
    document
}

/// The JSON of an [`HttpError`].
fn error_schema() -> Value {
    let mut error = ObjectSchema::new("");
    error.member("error", true, "the reason", json!({ "type": "string" }));
    error.member("status", true, "the status, once more", json!({ "type": "integer" }));
    error.finish()
}

fn operation(
    planned: &PlannedRoute,
    names: &[String],
    id: String,
    schemas: &mut Schemas,
    refusals: &Value,
) -> Value {
    let route = planned.route;
    let mut operation = json!({ "tags": [planned.app], "operationId": id });
    let help = route.help.trim();
    if !help.is_empty() {
        let (summary, rest) = help.split_once('\n').unwrap_or((help, ""));
        operation["summary"] = summary.trim().into();
        if !rest.trim().is_empty() {
            operation["description"] = rest.trim().into();
        }
    }
    let own = parameters(route.path);
    let described = own.iter().zip(names).map(|(own, name)| {
        let known = route.params.iter().find(|param| param.name == own);
        let schema = known.and_then(|param| serde_json::from_str(param.schema).ok());
        let mut parameter = json!({
            "name": name,
            "in": "path",
            "required": true,
            "schema": schema.unwrap_or_else(|| json!({ "type": "string" })),
        });
        if let Some(param) = known {
            parameter["description"] = param.expected.into();
        }
        parameter
    });
    let described: Vec<Value> = described.collect();
    if !described.is_empty() {
        operation["parameters"] = described.into();
    }
    let body = route.takes.iter().find_map(|takes| takes());
    let may_have_one = ["POST", "PUT", "PATCH", "DELETE"].contains(&route.method);
    if let Some(body) = body.filter(|_| may_have_one) {
        operation["requestBody"] = json!({
            "required": body.is_required,
            "content": { body.media: { "schema": body.schema } },
        });
    }
    let mut good = json!({ "description": "what the app answers" });
    if !route.gives.is_empty() {
        let schema = (route.answers)(schemas).map(|schema| json!({ "schema": schema }));
        good["content"] = json!({ route.gives: schema.unwrap_or_else(|| json!({})) });
    }
    operation["responses"] = refusals.clone();
    operation["responses"][route.status.to_string()] = good;
    operation
}

/// The path as OpenAPI has it: no `{*rest}`, and no doubled braces.
fn template(path: &str) -> String {
    path.replace("{*", "{").replace("{{", "%7B").replace("}}", "%7D")
}

/// The names of a path's parameters, in order.
fn parameters(path: &str) -> Vec<String> {
    let path = path.replace("{{", "").replace("}}", "");
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _)| name.trim_start_matches('*').to_owned()).collect()
}

/// `ofctl_rest_get_stats_flow_dpid`, which no other operation has.
fn unique(ids: &mut BTreeSet<String>, planned: &PlannedRoute, path: &str) -> String {
    let method = planned.route.method.to_ascii_lowercase();
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join("_");
    let name = format!("{}_{method}_{words}", planned.app);
    let mut id = name.clone();
    let mut n = 1;
    while !ids.insert(id.clone()) {
        n += 1;
        id = format!("{name}_{n}");
    }
    id
}
