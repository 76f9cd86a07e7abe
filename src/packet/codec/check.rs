//! What parsing has not looked into yet: the items of lists.

use super::{Chosen, Form, Len, Noun, Number, Out, Visit};
use crate::wire::DecodeError;

/// Reads every list in a noun.
///
/// # Errors
/// The first item that cannot be read.
pub(crate) fn noun_check<'a, T: Noun<'a>>(noun: &T) -> Result<(), DecodeError> {
    noun.tell(&mut Check)
}

struct Check;

impl Visit for Check {
    type Error = DecodeError;
}

impl Out for Check {
    fn with<'a, F: Form<'a, T>, T>(
        &mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), DecodeError> {
        F::check(value)
    }

    fn bits<N: Number>(&mut self, _: &'static str, _: u32, _: &N) -> Result<(), DecodeError> {
        Ok(())
    }

    fn sized<N: Number>(
        &mut self,
        _: &'static str,
        _: u32,
        _: Len,
        _: &Option<N>,
        f: impl FnOnce(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        f(self)
    }

    fn flag(&mut self, _: &'static str, _: &bool) -> Result<(), DecodeError> {
        Ok(())
    }

    fn chosen<'a, C, T: Chosen<'a, C>>(
        &mut self,
        _: &'static str,
        _: C,
        value: &T,
    ) -> Result<(), DecodeError> {
        value.check()
    }
}
