//! The program `ryu-manager`: runs the apps that it is given the names of.

use std::process::ExitCode;

fn main() -> ExitCode {
    ryu_sdn::manager::ryu_manager(std::env::args_os())
}
