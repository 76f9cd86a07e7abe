//! The `http` room.

pub mod options;
