//! Options: one row each, read by the command line, the configuration file, the help, the man
//! page, the shell completions and the sample file.
//!
//! A room or an app declares its options where it uses them, with [`options!`](crate::options),
//! and reads them from the [`Conf`] it is given, by the static's name:
//!
//! ```
//! use ryu_sdn::conf::Conf;
//! use ryu_sdn::http::options::WSAPI_PORT;
//!
//! let conf = Conf::new(); // every option at its default
//! assert_eq!(conf.get(&WSAPI_PORT), 8080);
//! ```
//!
//! A program makes its `Conf` with [`parse_manager`] or [`parse_ryu`]. Values come in layers, the
//! later over the earlier: default, configuration files in their order, environment
//! (`OS_DEFAULT__WSAPI_PORT`), command line; each value remembers its [`Origin`]. What there is besides
//! the command line is given as [`Surroundings`], so that a test has none.
//!
//! The room may touch clap and toml; nothing of ours.

mod cli;
mod environment;
mod file;
mod ini;
mod layers;
mod manager_rows;
mod nearest;
mod option;
mod page;
mod programs;
mod references;
mod ryu_rows;
mod sample;
mod spelling;
mod surroundings;
mod table;
mod value;

#[cfg(test)]
mod source_tests;
#[cfg(test)]
mod tests;

pub use cli::{Invocation, Program, arguments, command, named_apps, with_apps, with_arguments};
pub use file::{FileLayer, read_file, read_text};
pub use ini::read_ini;
pub use layers::{Conf, ConfError, Layer, Origin, Setting};
pub use manager_rows::{APP, APP_LISTS, PID_FILE};
pub use nearest::{nearest, nearest_all};
pub use option::{Block, Kind, Opt, Row, kinds};
pub use page::page;
pub use programs::{Exit, RyuInvocation, parse_manager, parse_ryu, ryu_command};
pub use sample::sample;
pub use surroundings::Surroundings;
pub use table::{DuplicateOptions, Table};
pub use value::{BadValue, OptValue, Plain, Value};

/// For [`options!`](crate::options) only.
#[doc(hidden)]
pub mod private {
    pub use inventory;
}
