//! `gui_topology`: the network in a browser, at `http://127.0.0.1:8080/`.
//!
//! The page is in this program, asks for nothing elsewhere and needs no build: switches, links and hosts
//! as they come and go, flows, groups and ports of each switch, and what the controller is doing. It speaks
//! to the same interfaces as anybody: `rest_topology`, `ws_topology`, `ofctl_rest`; and, as far as they are
//! loaded, to `sessions` and `hub`. docs/gui.md has its keys.
//!
//! ```text
//! ryu sim --topo tree,2 --observe-links gui_topology simple_switch_13 sessions hub
//! ```
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /` | the page |
//! | `GET /{filename}` | a file of it; 404 if there is none |

use ryu_sdn::prelude::*;

/// What a browser may do with the page: everything comes from here, no script stands in a page, nobody
/// puts it into a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// A file of the page.
struct File {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

macro_rules! files {
    ($($name:literal: $content_type:literal,)*) => {
        &[$(File {
            name: $name,
            content_type: $content_type,
            text: include_str!(concat!("gui_topology/", $name)),
        }),*]
    };
}

const FILES: &[File] = files! {
    "index.html": "text/html; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "controller.js": "text/javascript; charset=utf-8",
    "dom.js": "text/javascript; charset=utf-8",
    "feed.js": "text/javascript; charset=utf-8",
    "flows.js": "text/javascript; charset=utf-8",
    "graph.js": "text/javascript; charset=utf-8",
    "layout.js": "text/javascript; charset=utf-8",
    "main.js": "text/javascript; charset=utf-8",
    "model.js": "text/javascript; charset=utf-8",
    "panel.js": "text/javascript; charset=utf-8",
};

/// Nothing: the page has its state in the browser.
#[derive(Debug, Default)]
pub struct GuiServerApp;

/// The network in a browser: topology, flows, ports, events
#[app(
    name = "gui_topology",
    aliases = ["ryu.app.gui_topology", "ryu.app.gui_topology.gui_topology"],
    requires = ["rest_topology", "ws_topology", "ofctl_rest"],
)]
impl GuiServerApp {
    #[route(GET, "/", answers = String, media = "text/html")]
    fn index(&mut self) -> AppResult<Response> {
        file("index.html")
    }

    #[route(GET, "/{filename}")]
    fn file(&mut self, filename: String) -> AppResult<Response> {
        file(&filename)
    }
}

fn file(name: &str) -> AppResult<Response> {
    let found = FILES.iter().find(|file| file.name == name);
    let file = found.ok_or_else(|| HttpError::not_found("no such file"))?;
    let mut response = file.text.into_reply()?;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-type", file.content_type),
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        // Another version of the program has another page.
        ("cache-control", "no-cache"),
    ] {
        headers.insert(name, value.parse()?);
    }
    Ok(response)
}
