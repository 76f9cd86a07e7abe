//! The plan: which apps and contexts are built, in which order, before anything is built.
//!
//! Pure: names in, a [`Plan`] or the list of everything that is wrong out.

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;

use crate::ofproto::Version;

use super::catalog::{Catalog, CatalogError};
use super::context::ContextDescriptor;
use super::descriptor::{AppDescriptor, RouteDescriptor};

/// What will be started, in order: whatever an app depends on comes before it.
#[derive(Debug)]
pub struct Plan {
    /// The apps.
    pub apps: Vec<PlannedApp>,
    /// The shared contexts, in the order in which the apps ask for them.
    pub contexts: Vec<ContextDescriptor>,
    /// The OpenFlow versions that every app can work with, ascending.
    pub versions: Vec<Version>,
}

/// One app of a [`Plan`].
#[derive(Clone, Copy, Debug)]
pub struct PlannedApp {
    /// What to build.
    pub descriptor: &'static AppDescriptor,
    /// The name to log: as it was typed, or the first alias of an app that another one needs.
    pub shown: &'static str,
}

/// Everything that keeps a set of apps from being started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanErrors(pub Vec<PlanError>);

/// One thing that keeps a set of apps from being started.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PlanError {
    /// A name that was typed.
    #[error(transparent)]
    Name(#[from] CatalogError),
    /// A name that an app asked for.
    #[error("app {app} needs {what}: {cause}")]
    Dependency {
        /// The app.
        app: &'static str,
        /// Why it needs it.
        what: String,
        /// What is wrong with the name.
        cause: CatalogError,
    },
    /// Two types of context share a key.
    #[error("context key {key} stands for {first} in one app and for {second} in {app}")]
    ContextKey {
        /// The key.
        key: &'static str,
        /// The type that came first.
        first: &'static str,
        /// The type that came second.
        second: &'static str,
        /// The app that asks for the second.
        app: &'static str,
    },
    /// No OpenFlow version is left that all apps can work with.
    #[error("no OpenFlow version is shared by all apps: {0}")]
    Versions(String),
    /// Two apps answer the same requests.
    #[error("route {method} {path} is declared by {first} and by {second}")]
    Route {
        /// The HTTP method.
        method: &'static str,
        /// The path.
        path: &'static str,
        /// The app that comes first.
        first: &'static str,
        /// The other one.
        second: &'static str,
    },
}

impl fmt::Display for PlanErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for PlanErrors {}

impl Plan {
    /// Plans the apps of these names and all that they need.
    ///
    /// A name may be a comma-separated list; a name given twice counts once.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first.
    pub fn new<'a>(
        catalog: &Catalog,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Plan, PlanErrors> {
        let mut planner =
            Planner { catalog, apps: Vec::new(), visiting: Vec::new(), errors: Vec::new() };
        let names = names.into_iter().flat_map(|name| name.split(','));
        for name in names.map(str::trim).filter(|name| !name.is_empty()) {
            match catalog.find(name) {
                Ok(app) => planner.add(app, spelling(app, name)),
                Err(error) => planner.errors.push(error.into()),
            }
        }
        let Planner { apps, mut errors, .. } = planner;
        let contexts = contexts(&apps, &mut errors);
        let versions = versions(&apps, &mut errors);
        routes(&apps, &mut errors);
        if errors.is_empty() {
            Ok(Plan { apps, contexts, versions })
        } else {
            Err(PlanErrors(errors))
        }
    }
}

impl Plan {
    /// The routes of all apps, in the order of the apps and of their declarations.
    pub fn routes(&self) -> Vec<PlannedRoute> {
        let routes = self.apps.iter().flat_map(|app| {
            let (name, help) = (app.descriptor.name, app.descriptor.summary);
            let rows = app.descriptor.routes.iter().enumerate();
            rows.map(move |(slot, route)| PlannedRoute { app: name, help, slot, route })
        });
        routes.collect()
    }
}

/// A route of a planned app, with what [`Bus::call_route`](super::Bus::call_route) needs to reach
/// it.
#[derive(Clone, Copy, Debug)]
pub struct PlannedRoute {
    /// The name of the app.
    pub app: &'static str,
    /// Its line of help.
    pub help: &'static str,
    /// The row of the app's route table.
    pub slot: usize,
    /// The method and path.
    pub route: &'static RouteDescriptor,
}

/// The spelling of `name` that lives as long as the app: the log repeats what was typed.
fn spelling(app: &'static AppDescriptor, name: &str) -> &'static str {
    let alias = app.aliases.iter().find(|alias| **alias == name);
    alias.copied().unwrap_or(if name == app.module { app.module } else { app.name })
}

struct Planner<'c> {
    catalog: &'c Catalog,
    apps: Vec<PlannedApp>,
    /// The apps whose needs are being added: what closes a circle is already on its way.
    visiting: Vec<&'static str>,
    errors: Vec<PlanError>,
}

impl Planner<'_> {
    fn add(&mut self, app: &'static AppDescriptor, shown: &'static str) {
        let planned = self.apps.iter().any(|other| other.descriptor.name == app.name);
        if planned || self.visiting.contains(&app.name) {
            return;
        }
        self.visiting.push(app.name);
        for (name, what) in needs(app) {
            match self.catalog.find(name) {
                Ok(needed) => {
                    let shown = needed.aliases.first().copied().unwrap_or(needed.name);
                    self.add(needed, shown);
                }
                Err(cause) => {
                    self.errors.push(PlanError::Dependency { app: app.name, what, cause });
                }
            }
        }
        self.visiting.pop();
        self.apps.push(PlannedApp { descriptor: app, shown });
    }
}

/// The names that an app needs, each with the reason, in a fixed order.
fn needs(app: &'static AppDescriptor) -> Vec<(&'static str, String)> {
    let mut needs = Vec::new();
    for handler in app.handlers.iter().filter(|handler| handler.event.provider != app.name) {
        let reason = format!("the provider of {} for {}", handler.event.name, handler.name);
        needs.push((handler.event.provider, reason));
    }
    for name in app.requires {
        needs.push((name, format!("app {name}")));
    }
    for context in app.contexts.iter().flatten() {
        for name in context.requires.iter().filter(|name| **name != app.name) {
            needs.push((name, format!("what keeps context {} up to date", context.key)));
        }
    }
    needs
}

fn contexts(apps: &[PlannedApp], errors: &mut Vec<PlanError>) -> Vec<ContextDescriptor> {
    let mut contexts: Vec<ContextDescriptor> = Vec::new();
    for app in apps {
        for context in app.descriptor.contexts.iter().flatten() {
            match contexts.iter().find(|known| known.key == context.key) {
                None => contexts.push(*context),
                Some(known) if known.same_type(context) => {}
                Some(known) => errors.push(PlanError::ContextKey {
                    key: context.key,
                    first: (known.type_name)(),
                    second: (context.type_name)(),
                    app: app.descriptor.name,
                }),
            }
        }
    }
    contexts
}

fn versions(apps: &[PlannedApp], errors: &mut Vec<PlanError>) -> Vec<Version> {
    let picky = || apps.iter().filter(|app| !app.descriptor.ofp_versions.is_empty());
    let suits =
        |version: &Version| picky().all(|app| app.descriptor.ofp_versions.contains(version));
    let versions: Vec<Version> = Version::ALL.iter().copied().filter(suits).collect();
    if versions.is_empty() {
        let listed = |app: &PlannedApp| {
            let versions = app.descriptor.ofp_versions.iter().map(Version::to_string);
            format!(
                "{} works with {}",
                app.descriptor.name,
                versions.collect::<Vec<_>>().join(", ")
            )
        };
        errors.push(PlanError::Versions(picky().map(listed).collect::<Vec<_>>().join("; ")));
    }
    versions
}

fn routes(apps: &[PlannedApp], errors: &mut Vec<PlanError>) {
    let mut seen: BTreeMap<(&str, &str), &'static str> = BTreeMap::new();
    for app in apps.iter().map(|app| app.descriptor) {
        for route in app.routes {
            if let Some(first) = seen.insert((route.path, route.method), app.name) {
                errors.push(PlanError::Route {
                    method: route.method,
                    path: route.path,
                    first,
                    second: app.name,
                });
            }
        }
    }
}
