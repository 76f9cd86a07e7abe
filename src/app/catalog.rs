//! The catalog: every app that was compiled in, by the names people type.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::conf::nearest_all;
use crate::ofproto::{RegistrationErrors, check_registrations};

use super::descriptor::AppDescriptor;

/// The guide that an error points to when somebody tries to load a Python file.
pub const PORTING_GUIDE: &str = "docs/porting-from-ryu.md";

/// All registered apps, sorted by name, so that nothing depends on link order.
#[derive(Debug)]
pub struct Catalog {
    apps: Vec<&'static AppDescriptor>,
    /// Every spelling that finds an app.
    names: BTreeMap<String, &'static AppDescriptor>,
}

/// Why a name does not lead to one app.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CatalogError {
    /// Two apps claim the same name; the start-up ends.
    #[error("app name {name} is claimed twice: by {first} and by {second}")]
    Duplicate {
        /// The name.
        name: String,
        /// The Rust path of one.
        first: String,
        /// The Rust path of the other.
        second: String,
    },
    /// What apps add to OpenFlow does not go together; the start-up ends.
    #[error(transparent)]
    Registrations(#[from] RegistrationErrors),
    /// Nothing has that name.
    #[error("unknown app {name}{}", nearest_words(.nearest))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that come closest, best first; may be empty.
        nearest: Vec<String>,
    },
    /// The name is one of a Python file.
    #[error(
        "cannot load {name}: apps are Rust, compiled in; write the app with #[app] in a crate of \
         your own and run that crate's binary (see {PORTING_GUIDE})"
    )]
    Python {
        /// What was asked for.
        name: String,
    },
}

fn nearest_words(nearest: &[String]) -> String {
    match nearest {
        [] => "; `ryu apps` lists what is compiled in".to_owned(),
        names => format!("; did you mean {}?", names.join(" or ")),
    }
}

impl Catalog {
    /// The apps that `inventory` collected.
    ///
    /// # Errors
    /// [`CatalogError::Duplicate`] if two apps share a name, [`CatalogError::Registrations`] if they
    /// register the same parts of OpenFlow.
    pub fn collect() -> Result<Self, CatalogError> {
        check_registrations()?;
        Self::of(inventory::iter::<AppDescriptor>)
    }

    /// A catalog of the given apps.
    ///
    /// # Errors
    /// As [`Catalog::collect`].
    pub fn of(
        apps: impl IntoIterator<Item = &'static AppDescriptor>,
    ) -> Result<Self, CatalogError> {
        let mut apps: Vec<_> = apps.into_iter().collect();
        apps.sort_by_key(|app| (app.name, app.module));
        let mut names = BTreeMap::new();
        for app in &apps {
            for name in std::iter::once(&app.name).chain(app.aliases) {
                if let Some(other) = names.insert((*name).to_owned(), *app) {
                    return Err(CatalogError::Duplicate {
                        name: (*name).to_owned(),
                        first: path_of(other),
                        second: path_of(app),
                    });
                }
            }
        }
        // Module paths are a convenience: where two apps share a module, they find neither.
        for app in &apps {
            let shared = apps.iter().filter(|other| other.module == app.module).count() > 1;
            if !shared && !app.module.is_empty() {
                names.entry(app.module.to_owned()).or_insert(app);
                names.entry(app.module.replace("::", ".")).or_insert(app);
            }
        }
        Ok(Catalog { apps, names })
    }

    /// All apps, by name.
    pub fn iter(&self) -> impl Iterator<Item = &'static AppDescriptor> + '_ {
        self.apps.iter().copied()
    }

    /// The app of that name, alias or module path (`::` or `.` between its parts).
    ///
    /// # Errors
    /// [`CatalogError::Python`] for a path that ends like a Python file,
    /// [`CatalogError::Unknown`] with the nearest names otherwise.
    pub fn find(&self, name: &str) -> Result<&'static AppDescriptor, CatalogError> {
        if let Some(app) = self.names.get(name) {
            return Ok(app);
        }
        if [".py", ".pyc", ".pyo"].iter().any(|ending| name.ends_with(ending)) {
            return Err(CatalogError::Python { name: name.to_owned() });
        }
        Err(CatalogError::Unknown { name: name.to_owned(), nearest: self.nearest(name) })
    }

    /// Up to three names close to a misspelt one.
    fn nearest(&self, name: &str) -> Vec<String> {
        let apps = self.apps.iter().map(|app| app.name);
        nearest_all(last_part(name), apps).into_iter().take(3).map(str::to_owned).collect()
    }
}

/// `ryu.app.simple_switch` and `a::b::simple_switch` both end in `simple_switch`.
fn last_part(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
}

fn path_of(app: &AppDescriptor) -> String {
    format!("{}::{}", app.module, app.type_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    static SWITCH: AppDescriptor = AppDescriptor {
        name: "simple_switch",
        aliases: &["ryu.app.simple_switch"],
        module: "house::apps::simple_switch",
        type_name: "SimpleSwitch",
        ..AppDescriptor::NOTHING
    };
    static HUB: AppDescriptor =
        AppDescriptor { name: "simple_hub", module: "house::hub", ..AppDescriptor::NOTHING };
    static OTHER: AppDescriptor = AppDescriptor {
        name: "simple_switch",
        module: "elsewhere",
        type_name: "Other",
        ..AppDescriptor::NOTHING
    };

    #[test]
    fn every_spelling_finds_the_app() {
        let catalog = Catalog::of([&SWITCH, &HUB]).unwrap();
        for name in [
            "simple_switch",
            "ryu.app.simple_switch",
            "house::apps::simple_switch",
            "house.apps.simple_switch",
        ] {
            assert_eq!(catalog.find(name).unwrap().name, "simple_switch", "{name}");
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let catalog = Catalog::of([&HUB, &SWITCH]).unwrap();
        let error = catalog.find("ryu.app.simple_swich").unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown app ryu.app.simple_swich; did you mean simple_switch?"
        );
        let error = catalog.find("firewall").unwrap_err();
        assert_eq!(error.to_string(), "unknown app firewall; `ryu apps` lists what is compiled in");
    }

    #[test]
    fn a_python_file_is_told_what_to_do_instead() {
        let catalog = Catalog::of([&SWITCH]).unwrap();
        let error = catalog.find("./my_switch.py").unwrap_err().to_string();
        assert!(error.contains("./my_switch.py") && error.contains(PORTING_GUIDE), "{error}");
    }

    #[test]
    fn two_apps_of_one_name_are_refused_whatever_the_link_order() {
        for order in [[&SWITCH, &OTHER], [&OTHER, &SWITCH]] {
            assert_eq!(
                Catalog::of(order).unwrap_err().to_string(),
                "app name simple_switch is claimed twice: by elsewhere::Other and by \
                 house::apps::simple_switch::SimpleSwitch"
            );
        }
    }
}
