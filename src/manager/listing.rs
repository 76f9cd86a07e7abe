//! `ryu apps`: what is compiled in.

use std::fmt::Write;

use crate::app::{AppDescriptor, Catalog};

/// One block for each app: name, OpenFlow versions, help; then its routes.
pub(super) fn apps(catalog: &Catalog) -> String {
    let width = catalog.iter().map(|app| app.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for app in catalog.iter() {
        let versions = versions(app);
        let _ = writeln!(text, "{:width$}  {versions:<20}  {}", app.name, app.summary);
        for route in app.routes {
            let _ = writeln!(text, "{:width$}    {} {}", "", route.method, route.path);
        }
    }
    text
}

fn versions(app: &AppDescriptor) -> String {
    match app.ofp_versions {
        [] => "any OpenFlow".to_owned(),
        versions => {
            let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
            format!("OpenFlow {}", versions.join(" "))
        }
    }
}
