//! The program `ryu`: `ryu run`, `ryu apps`, `ryu sim`, ...

use std::process::ExitCode;

fn main() -> ExitCode {
    ryu_sdn::manager::ryu(std::env::args_os())
}
