//! The path of a route: `/l2/{dpid}`.

use syn::LitStr;
use syn::ext::IdentExt;
use syn::parse::Parser;

use crate::errors::ErrorStore;

/// A path that has been found well-formed.
pub(crate) struct RoutePath {
    /// As written.
    pub(crate) literal: LitStr,
    /// The names in braces, in order.
    pub(crate) params: Vec<String>,
}

impl RoutePath {
    /// Checks a path; every mistake in it is reported.
    pub(crate) fn parse(literal: &LitStr, errors: &mut ErrorStore) -> Option<Self> {
        let text = literal.value();
        let mut mistakes = Vec::new();
        let Some(inner) = text.strip_prefix('/') else {
            errors.push(literal, format!("a route's path starts with `/`: \"/{text}\""));
            return None;
        };
        if let Some(odd) =
            text.chars().find(|c| c.is_whitespace() || c.is_control() || "?#".contains(*c))
        {
            mistakes.push(format!("a route's path cannot hold {odd:?}"));
        }
        let mut params: Vec<String> = Vec::new();
        let segments: Vec<&str> = inner.split('/').collect();
        for (i, segment) in segments.iter().enumerate() {
            match param(segment) {
                Ok(None) => {}
                Ok(Some(Param { name, .. })) if params.contains(&name) => {
                    mistakes.push(format!("path parameter `{{{name}}}` appears twice"));
                }
                Ok(Some(Param { name, catch_all })) => {
                    if catch_all && i + 1 < segments.len() {
                        mistakes.push(format!(
                            "`{{*{name}}}` takes the rest of the path, so it comes last"
                        ));
                    }
                    params.push(name);
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        let well_formed = mistakes.is_empty();
        mistakes.iter().for_each(|mistake| errors.push(literal, mistake));
        well_formed.then(|| RoutePath { literal: literal.clone(), params })
    }
}

struct Param {
    name: String,
    catch_all: bool,
}

/// The parameter that a segment is, if it is one.
fn param(segment: &str) -> Result<Option<Param>, String> {
    if !segment.contains(['{', '}']) {
        return Ok(None);
    }
    let inner = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let Some(inner) = inner.filter(|inner| !inner.contains(['{', '}'])) else {
        let balanced = segment.matches('{').count() == segment.matches('}').count();
        return Err(if balanced {
            format!("a path parameter is a whole segment, such as `/{{dpid}}/`; found `{segment}`")
        } else {
            format!("unbalanced braces in `{segment}`")
        });
    };
    let name = inner.strip_prefix('*').unwrap_or(inner);
    if syn::Ident::parse_any.parse_str(name).is_err() {
        return Err(format!(
            "a path parameter is named like an argument, such as `{{dpid}}`; found `{segment}`"
        ));
    }
    Ok(Some(Param { name: name.to_owned(), catch_all: inner.starts_with('*') }))
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn check(path: &str) -> Result<Vec<String>, Vec<String>> {
        let mut errors = ErrorStore::default();
        let parsed = RoutePath::parse(&LitStr::new(path, Span::call_site()), &mut errors);
        match parsed {
            Some(parsed) => Ok(parsed.params),
            None => Err(errors.messages()),
        }
    }

    #[test]
    fn right_paths_give_their_parameters() {
        assert_eq!(check("/").unwrap(), [""; 0]);
        assert_eq!(check("/v1.0/topology/switches").unwrap(), [""; 0]);
        assert_eq!(check("/l2/{dpid}/{type}").unwrap(), ["dpid", "type"]);
        assert_eq!(check("/files/{*rest}").unwrap(), ["rest"]);
    }

    #[test]
    fn every_mistake_of_a_path_is_named() {
        for (path, mistakes) in [
            ("l2", &["a route's path starts with `/`: \"/l2\""][..]),
            ("/{dpid", &["unbalanced braces in `{dpid`"]),
            ("/{}", &["a path parameter is named like an argument, such as `{dpid}`; found `{}`"]),
            ("/{a}/{a}", &["path parameter `{a}` appears twice"]),
            ("/{*rest}/x", &["`{*rest}` takes the rest of the path, so it comes last"]),
            ("/p{a}", &["a path parameter is a whole segment, such as `/{dpid}/`; found `p{a}`"]),
            ("/a?b/{c", &["a route's path cannot hold '?'", "unbalanced braces in `{c`"]),
        ] {
            assert_eq!(check(path).unwrap_err(), mistakes, "{path}");
        }
    }
}
