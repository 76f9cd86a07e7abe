//! Text: the visitor [`Shown`], which prints what is not zero or empty.

use std::convert::Infallible;
use std::fmt;

use serde_json::Value;

use super::codec::{Codec, Fields, Out, Spread, Visit};
use super::registered::Registered;
use super::version::{V1_0, V1_3, V1_5, Version};
use crate::wire::Padding;

/// `name field=value field=value ...`, with what any version can say of the noun.
pub(crate) fn shown(noun: &impl Fields, name: &str) -> String {
    let mut v = Shown { out: name.to_owned(), version: V1_3, told: Vec::new() };
    for version in [V1_3, V1_5, V1_0] {
        v.version = version;
        match noun.tell(&mut v) {
            Ok(()) => {}
            Err(never) => match never {},
        }
    }
    v.out
}

/// Writes ` properties=[..],[..]`; nothing if there are none.
pub(crate) fn properties(f: &mut fmt::Formatter<'_>, all: &[impl fmt::Display]) -> fmt::Result {
    for (i, property) in all.iter().enumerate() {
        write!(f, "{}[{property}]", if i == 0 { " properties=" } else { "," })?;
    }
    Ok(())
}

/// Prints fields; each name once, whichever version has it.
struct Shown {
    out: String,
    version: Version,
    told: Vec<&'static str>,
}

impl Visit for Shown {
    type Error = Infallible;

    fn version(&self) -> Version {
        self.version
    }

    fn pad(&mut self, _: usize) -> Result<(), Infallible> {
        Ok(())
    }

    fn boxed(
        &mut self,
        _: Padding,
        f: impl FnOnce(&mut Self) -> Result<(), Infallible>,
    ) -> Result<(), Infallible> {
        f(self)
    }

    fn len(&mut self, _: &'static str) -> Result<(), Infallible> {
        Ok(())
    }

    fn len_ahead(&mut self, _: &'static str) -> Result<(), Infallible> {
        Ok(())
    }

    fn ahead(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<(), Infallible>,
    ) -> Result<(), Infallible> {
        f(self)
    }

    fn number(
        &mut self,
        _: &'static str,
        _: Option<u16>,
        _: &'static str,
    ) -> Result<(), Infallible> {
        Ok(())
    }

    fn require(&mut self, _: bool, _: &'static str) -> Result<(), Infallible> {
        Ok(())
    }

    fn remark(&mut self, _: &'static str, _: impl Into<Value>) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Out for Shown {
    fn with<C: Codec<T>, T>(&mut self, name: &'static str, value: &T) -> Result<(), Infallible> {
        if name.is_empty() || self.told.contains(&name) {
            return Ok(());
        }
        self.told.push(name);
        let before = self.out.len();
        if !self.out.is_empty() {
            self.out.push(' ');
        }
        self.out.push_str(name);
        self.out.push('=');
        if !C::show(value, &mut self.out) {
            self.out.truncate(before);
        }
        Ok(())
    }
    fn spread<S: Spread<T>, T>(&mut self, value: &T) -> Result<(), Infallible> {
        let name = S::NAMES.first().copied().unwrap_or_default();
        if !self.told.contains(&name) {
            self.told.push(name);
            let before = self.out.len();
            if !self.out.is_empty() {
                self.out.push(' ');
            }
            if !S::show(value, &mut self.out) {
                self.out.truncate(before);
            }
        }
        Ok(())
    }

    fn registered(&mut self, body: &Registered) -> Result<(), Infallible> {
        // Its members are the same in every version.
        if !self.told.contains(&"") {
            self.told.push("");
            self.out.push(' ');
            body.show(&mut self.out, " ");
        }
        Ok(())
    }
}
