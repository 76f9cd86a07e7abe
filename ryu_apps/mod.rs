//! The bundled apps.
