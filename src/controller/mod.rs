//! The `controller` room.

pub mod options;
