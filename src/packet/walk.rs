//! From header to header.

use super::Kind;
use super::span::{Span, Window};
use crate::wire::{DecodeError, DecodeErrorKind};

/// Walks over a frame by the spans of its headers: no header is read that is only passed.
///
/// Each step but the last takes at least one byte and there is no recursion, so that the work is bounded by the
/// bytes, however deep the nesting.
#[derive(Clone, Debug)]
pub(crate) struct Walk<'a> {
    /// What no header has claimed yet.
    pub(crate) rest: Window<'a>,
    pub(crate) next: Option<Kind>,
    /// What ended the walk early.
    pub(crate) error: Option<DecodeError>,
    /// The first header whose payload is shorter than it says. In a fragment that is no mistake.
    pub(crate) cut: Option<DecodeError>,
    in_fragment: bool,
}

/// A header that was passed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) kind: Kind,
    /// Its own bytes.
    pub(crate) head: Window<'a>,
    /// Its last byte and that of all it carries, from the start of the frame.
    pub(crate) end: usize,
    /// See [`Span::is_fragment`](super::span::Span::is_fragment).
    pub(crate) is_fragment: bool,
}

impl<'a> Walk<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], first: Kind) -> Walk<'a> {
        let rest = Window { bytes, offset: 0, imposed_by: None };
        Walk { rest, next: Some(first), error: None, cut: None, in_fragment: false }
    }

    /// Passes one header.
    #[inline]
    pub(crate) fn step(&mut self) -> Option<Step<'a>> {
        let kind = self.next.take()?;
        let w = self.rest;
        if w.bytes.is_empty() && self.rest.offset != 0 {
            return None;
        }
        let span = match kind.span(&w) {
            Ok(span) => span,
            Err(err) => {
                self.error = Some(err);
                return None;
            }
        };
        let (head, mut rest) = w.bytes.split_at_checked(span.head)?;
        // `Span::NONE`.
        if head.is_empty() {
            return None;
        }
        let mut imposed_by = w.imposed_by;
        if span.end != usize::MAX {
            match rest.get(..span.end.saturating_sub(span.head)) {
                Some(inside) => {
                    // A field that ends it where all ends anyway is not to blame.
                    if inside.len() < rest.len() {
                        imposed_by = Some(span.imposed_by);
                    }
                    rest = inside;
                }
                None if self.in_fragment => {}
                None => self.note_cut(kind, &w, &span),
            }
        }
        let offset = w.offset + head.len();
        self.rest = Window { bytes: rest, offset, imposed_by };
        self.next = span.next;
        self.in_fragment |= span.is_fragment;
        Some(Step {
            kind,
            head: Window { bytes: head, offset: w.offset, imposed_by: w.imposed_by },
            end: offset + rest.len(),
            is_fragment: span.is_fragment,
        })
    }

    #[cold]
    #[inline(never)]
    fn note_cut(&mut self, kind: Kind, w: &Window<'_>, span: &Span) {
        let skipped = if span.is_of_body { span.head } else { 0 };
        self.cut.get_or_insert(DecodeError {
            what: kind.name(),
            offset: w.offset + skipped,
            needed: span.end - skipped,
            available: w.bytes.len() - skipped,
            imposed_by: Some(span.imposed_by),
            kind: DecodeErrorKind::Truncated,
        });
    }
}
