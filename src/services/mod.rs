//! The `services` room.
