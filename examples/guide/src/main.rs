//! The apps of docs/tutorial.md and docs/porting-from-ryu.md in one program.

use guide as _;

use std::process::ExitCode;

fn main() -> ExitCode {
    ryu_sdn::manager::main()
}
