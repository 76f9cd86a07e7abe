//! Which route a request is for.

use std::io;

use http::{HeaderValue, Method};

use crate::app::{HttpError, PlannedRoute};

use super::openapi::PathRoutes;

/// The routes of all apps, by path and method.
pub(super) struct Router {
    /// From the shape of a path to its place in `paths`.
    tree: matchit::Router<usize>,
    paths: Vec<Path>,
}

/// A path that something answers on.
struct Path {
    /// The path with its parameters numbered: two routes may name them differently.
    shape: String,
    rows: Vec<Row>,
}

/// A method of a path.
struct Row {
    route: PlannedRoute,
    /// The path's parameters, in order.
    params: Vec<Param>,
}

/// A parameter of a path.
#[derive(Clone, Debug)]
struct Param {
    name: String,
    /// `{*name}`: the rest of the path.
    is_rest: bool,
    may_hold_slash: bool,
}

/// What [`Router::find`] found.
#[derive(Debug)]
pub(super) enum Found {
    /// A route, and its parameters, decoded.
    Route(PlannedRoute, Vec<(String, String)>),
    /// The path exists, the method is `OPTIONS`; the value of the `Allow` header.
    Options(HeaderValue),
    /// The path exists, but not for this method; the value of the `Allow` header.
    WrongMethod(HeaderValue),
    /// There is no such path.
    Nothing,
}

impl Router {
    /// # Errors
    /// `InvalidInput` if a path is malformed, or cannot be told from another one; the message names
    /// the route and its app, or both of them.
    pub(super) fn new(routes: &[PlannedRoute]) -> io::Result<Self> {
        let mut router = Router { tree: matchit::Router::new(), paths: Vec::new() };
        for route in routes {
            router.add(*route).map_err(|reason| {
                let text = format!("{} {reason}", title(route));
                io::Error::new(io::ErrorKind::InvalidInput, text)
            })?;
        }
        Ok(router)
    }

    fn add(&mut self, route: PlannedRoute) -> Result<(), String> {
        let (shape, names) = shape(route.route.path)?;
        let params = names.into_iter().map(|(name, is_rest)| {
            let known = route.route.params.iter().find(|param| param.name == name);
            let may_hold_slash = known.is_some_and(|param| param.may_hold_slash);
            Param { name, is_rest, may_hold_slash }
        });
        let row = Row { route, params: params.collect() };
        if let Some(path) = self.paths.iter_mut().find(|path| path.shape == shape) {
            let same = |other: &&Row| other.route.route.method == route.route.method;
            if let Some(other) = path.rows.iter().find(same) {
                return Err(format!("answers the same requests as {}", title(&other.route)));
            }
            path.rows.push(row);
            return Ok(());
        }
        match self.tree.insert(shape.as_str(), self.paths.len()) {
            Ok(()) => {
                self.paths.push(Path { shape, rows: vec![row] });
                Ok(())
            }
            Err(matchit::InsertError::Conflict { with }) => {
                let other = self.paths.iter().find(|path| path.shape == with);
                let other = other.map_or(with.clone(), |path| title(&path.rows[0].route));
                Err(format!("cannot be told from {other}"))
            }
            Err(error) => Err(format!("is malformed: {error}")),
        }
    }

    /// Finds who answers to `method` on `path`, which is as it was sent, without its query.
    ///
    /// # Errors
    /// Status 400 if a parameter cannot be decoded.
    pub(super) fn find(&self, method: &Method, path: &str) -> Result<Found, HttpError> {
        let Ok(matched) = self.tree.at(path) else { return Ok(Found::Nothing) };
        let found = &self.paths[*matched.value];
        let row = found.row(method.as_str());
        // RFC 9110 section 9.3.2: whatever can be got has a head.
        let row = row.or_else(|| found.row("GET").filter(|_| method == Method::HEAD));
        let Some(row) = row else {
            let allow = found.allow();
            return Ok(match *method {
                Method::OPTIONS => Found::Options(allow),
                _ => Found::WrongMethod(allow),
            });
        };
        let values = matched.params.iter().map(|(_, value)| value);
        let params = row.params.iter().zip(values).map(|(param, value)| {
            let wrong = |what| HttpError::bad_request(format!("parameter {:?} {what}", param.name));
            Ok((param.name.clone(), param.decode(value).map_err(wrong)?))
        });
        Ok(Found::Route(row.route, params.collect::<Result<_, _>>()?))
    }

    /// All routes, by path.
    pub(super) fn routes(&self) -> Vec<PathRoutes> {
        let of_path = |path: &Path| path.rows.iter().map(|row| row.route).collect();
        self.paths.iter().map(of_path).collect()
    }
}

impl Param {
    /// The value that is meant by `text`. No value leads out of its place in the path: none is `.` or
    /// `..`, and a slash that was written as an escape is refused, unless the route's own type has it.
    fn decode(&self, text: &str) -> Result<String, &'static str> {
        let decode = |text: &str| {
            let value = percent_decode(text).ok_or("is not percent-encoded UTF-8")?;
            if value.chars().any(char::is_control) {
                return Err("holds a control character");
            }
            if value == "." || value == ".." {
                return Err("is a step in a path, not a name");
            }
            if value.contains('/') && !self.may_hold_slash {
                return Err("holds a slash");
            }
            Ok(value)
        };
        if !self.is_rest {
            return decode(text);
        }
        let segments: Vec<String> = text.split('/').map(decode).collect::<Result<_, _>>()?;
        Ok(segments.join("/"))
    }
}

impl Path {
    fn row(&self, method: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.route.route.method == method)
    }

    fn allow(&self) -> HeaderValue {
        let mut methods: Vec<&str> = Vec::new();
        for row in &self.rows {
            methods.push(row.route.route.method);
            if row.route.route.method == "GET" {
                methods.push("HEAD");
            }
        }
        methods.push("OPTIONS");
        methods.sort_unstable();
        methods.dedup();
        // A method that is no header value is none that a client can send, either.
        HeaderValue::try_from(methods.join(", ")).unwrap_or(HeaderValue::from_static("OPTIONS"))
    }
}

/// What a route is called in messages.
fn title(route: &PlannedRoute) -> String {
    format!("route {} {} of app {}", route.route.method, route.route.path, route.app)
}

/// A parameter's name, and whether it takes the rest of the path.
type Named = (String, bool);

/// The path with its parameters numbered, and their names.
fn shape(path: &str) -> Result<(String, Vec<Named>), String> {
    if !path.starts_with('/') {
        return Err("is malformed: a path begins with a slash".to_owned());
    }
    let (mut shape, mut names) = (String::new(), Vec::new());
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let (text, tail) = rest.split_at(at);
        shape += text;
        if let Some(after) = tail.strip_prefix("{{").or_else(|| tail.strip_prefix("}}")) {
            shape += &tail[..2];
            rest = after;
            continue;
        }
        let parameter = tail.strip_prefix('{').and_then(|tail| tail.split_once('}'));
        let (name, after) = parameter.ok_or("is malformed: a brace is not closed")?;
        let (star, name) = match name.strip_prefix('*') {
            Some(name) => ("*", name),
            None => ("", name),
        };
        if name.is_empty() || name.contains(['{', '*', '/']) {
            return Err(format!("is malformed: {name:?} cannot be the name of a parameter"));
        }
        shape += &format!("{{{star}{}}}", names.len());
        names.push((name.to_owned(), !star.is_empty()));
        rest = after;
    }
    Ok((shape + rest, names))
}

/// RFC 3986 section 2.1; `None` if an escape is cut off or no number, or the result is not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    let digit = |bytes: &mut std::str::Bytes<'_>| char::from(bytes.next()?).to_digit(16);
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => (digit(&mut bytes)? << 4 | digit(&mut bytes)?) as u8,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}
