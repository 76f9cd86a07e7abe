//! The options of the programs themselves.

use std::path::PathBuf;

crate::options! {
    section "Applications";

    /// Apps to run, before those named as arguments.
    pub static APP_LISTS: Opt<Vec<String>> = list("app-lists").example("simple_switch_13,ofctl_rest");

    /// Apps to run when no argument names one; in a file of Ryu's form a line for each.
    pub static APP: Opt<Vec<String>> = list("app").several().file_only().example("simple_switch_13");

    /// File to write the process id to (decimal, without newline; replaced if it exists).
    pub static PID_FILE: Opt<Option<PathBuf>> = path("pid-file").example("/run/ryu.pid");
}
