//! What a handler answers with: nothing, or an error that its app's task logs once.

use std::error::Error;
use std::fmt;

/// The result of a handler, a hook or a route.
///
/// An `Err` is logged once, with the app, the handler and (for OpenFlow events) the datapath; the
/// app goes on with its next event, as in Ryu.
pub type AppResult<T = ()> = Result<T, AppError>;

/// Any error, boxed, on its way to the log or to an HTTP client.
///
/// Every [`std::error::Error`] converts into it with `?`. It does not implement `Error` itself, so
/// that this conversion can exist.
///
/// # Example: an error of the user's own and one of the standard library
/// ```
/// use ryu_sdn::app::{AppError, AppResult};
///
/// fn port(text: &str) -> AppResult<u16> {
///     let port: u16 = text.parse()?;
///     if port == 0 {
///         return Err(AppError::msg("port 0 is reserved"));
///     }
///     Ok(port)
/// }
/// assert_eq!(port("7").unwrap(), 7);
/// assert_eq!(port("0").unwrap_err().to_string(), "port 0 is reserved");
/// assert_eq!(port("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
pub struct AppError {
    cause: Box<dyn Error>,
}

impl AppError {
    /// An error that is only a sentence: lower case, no final stop.
    pub fn msg(text: impl Into<String>) -> Self {
        AppError { cause: text.into().into() }
    }

    /// The cause as the type it was made from, if it was made from a `T`.
    pub fn downcast_ref<T: Error + 'static>(&self) -> Option<&T> {
        self.cause.downcast_ref::<T>()
    }

    /// The cause, for walking its chain of sources.
    pub fn cause(&self) -> &(dyn Error + 'static) {
        &*self.cause
    }
}

impl<E: Error + 'static> From<E> for AppError {
    fn from(cause: E) -> Self {
        AppError { cause: Box::new(cause) }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)?;
        let mut source = self.cause.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl fmt::Debug for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.cause, f)
    }
}
