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
//! later over the earlier: default, configuration files in their order, command line; each value
//! remembers its [`Origin`]. The layers are a list ([`Conf::from_layers`]), so another source, such
//! as the environment, is one more element.
//!
//! The room may touch clap and toml; nothing of ours.

mod cli;
mod file;
mod layers;
mod manager_rows;
mod nearest;
mod option;
mod programs;
mod sample;
mod table;
mod value;

#[cfg(test)]
mod tests;

pub use cli::{Invocation, Program, arguments, command, with_arguments};
pub use file::{FileLayer, read_file, read_text};
pub use layers::{Conf, ConfError, Layer, Origin, Setting};
pub use manager_rows::{APP_LISTS, PID_FILE};
pub use nearest::{nearest, nearest_all};
pub use option::{Block, Kind, Opt, Row, kinds};
pub use programs::{Exit, RyuInvocation, parse_manager, parse_ryu, ryu_command};
pub use sample::sample;
pub use table::{DuplicateOptions, Table};
pub use value::{BadValue, OptValue, Plain, Value};

/// For [`options!`](crate::options) only.
#[doc(hidden)]
pub mod private {
    pub use inventory;
}
