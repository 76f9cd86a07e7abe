//! The pages that the service has itself: `/openapi.json`, and `/docs`, which shows it. An app's route
//! of the same path goes before them.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use serde_json::{Map, Value};

use crate::app::Response;

use super::openapi::{self, PathRoutes};

/// Nothing from elsewhere, no script at all, no form, no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const STYLE: &str = "\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, summary b { font-family: ui-monospace, monospace; }
details { border: 1px solid #8888; border-radius: .4rem; margin: .4rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.5rem; }
table { border-collapse: collapse; margin: .5rem 0; }
th, td { border: 1px solid #8888; padding: .2rem .6rem; text-align: left; overflow-wrap: anywhere; }
pre { overflow-x: auto; }
";

/// The pages, made once.
pub(super) struct Pages {
    document: Bytes,
    html: Bytes,
}

impl Pages {
    /// For these paths.
    pub(super) fn new(paths: &[PathRoutes], asks_token: bool) -> Pages {
        let document = openapi::document(paths, asks_token);
        let html = html(&document).into();
        // A value always has a text.
        let document = serde_json::to_vec_pretty(&document).unwrap_or_default().into();
        Pages { document, html }
    }

    /// The page of this path.
    pub(super) fn find(&self, path: &str) -> Option<Response> {
        let (content_type, body) = match path {
            "/openapi.json" => ("application/json", self.document.clone()),
            "/docs" => ("text/html; charset=utf-8", self.html.clone()),
            "/docs/style.css" => ("text/css; charset=utf-8", Bytes::from_static(STYLE.as_bytes())),
            _ => return None,
        };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, content_type),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Some(response)
    }
}

/// The document as a page that needs no script.
fn html(document: &Value) -> String {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Routes of this controller</title>\n\
         <link rel=\"stylesheet\" href=\"/docs/style.css\">\n</head>\n<body>\n\
         <h1>Routes of this controller</h1>\n\
         <p>The same for programs: <a href=\"/openapi.json\">/openapi.json</a>.",
    );
    if document.get("security").is_some() {
        page.push_str(" Each request needs a token: <code>Authorization: Bearer TOKEN</code>.");
    }
    page.push_str("</p>\n");
    for tag in document["tags"].as_array().into_iter().flatten() {
        page.push_str(&format!(
            "<h2>{}</h2>\n<p>{}</p>\n",
            escaped(text(&tag["name"])),
            escaped(text(&tag["description"]))
        ));
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["tags"][0] == tag["name"] {
                    page.push_str(&route(path, method, operation));
                }
            }
        }
    }
    page.push_str("<h2>Schemas</h2>\n");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let (name, schema) = (escaped(name), shown(schema));
        page.push_str(&format!("<h3 id=\"schema-{name}\">{name}</h3>\n{schema}"));
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn route(path: &str, method: &str, operation: &Value) -> String {
    let mut out = format!(
        "<details>\n<summary><b>{}</b> <code>{}</code> {}</summary>\n",
        escaped(&method.to_ascii_uppercase()),
        escaped(path),
        escaped(text(&operation["summary"]))
    );
    for paragraph in text(&operation["description"]).split("\n\n").filter(|text| !text.is_empty()) {
        out.push_str(&format!("<p>{}</p>\n", escaped(paragraph)));
    }
    let parameters: Vec<&Value> =
        operation["parameters"].as_array().into_iter().flatten().collect();
    if !parameters.is_empty() {
        out.push_str("<table>\n<tr><th>In the path</th><th>is</th><th>pattern</th></tr>\n");
        for parameter in parameters {
            out.push_str(&format!(
                "<tr><td><code>{}</code></td><td>{}</td><td><code>{}</code></td></tr>\n",
                escaped(text(&parameter["name"])),
                escaped(text(&parameter["description"])),
                escaped(text(&parameter["schema"]["pattern"]))
            ));
        }
        out.push_str("</table>\n");
    }
    for (media, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        let schema = shown(&content["schema"]);
        out.push_str(&format!("<p>Takes <code>{}</code></p>\n{schema}", escaped(media)));
    }
    let responses = operation["responses"].as_object().into_iter().flatten();
    for (status, response) in responses.filter(|(status, _)| status.starts_with(['2', '3'])) {
        let status = if status == "200" { String::new() } else { format!(" (status {status})") };
        for (media, content) in response["content"].as_object().into_iter().flatten() {
            let schema = shown(&content["schema"]);
            let media = escaped(media);
            out.push_str(&format!("<p>Answers <code>{media}</code>{status}</p>\n{schema}"));
        }
    }
    out.push_str("</details>\n");
    out
}

/// A schema, if there is anything in it. What it refers to is a link.
fn shown(schema: &Value) -> String {
    if schema.as_object().is_none_or(Map::is_empty) {
        return String::new();
    }
    let text = escaped(&serde_json::to_string_pretty(schema).unwrap_or_default());
    let mut parts = text.split("&quot;#/components/schemas/");
    let mut out = format!("<pre>{}", parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once("&quot;").unwrap_or((part, ""));
        out.push_str(&format!("<a href=\"#schema-{name}\">{name}</a>{rest}"));
    }
    out + "</pre>\n"
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Text that is neither a tag nor the end of an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
