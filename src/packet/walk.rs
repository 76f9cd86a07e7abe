//! From header to header.

use super::span::Window;
use super::{Kind, usual};
use crate::wire::{DecodeError, DecodeErrorKind};

/// Walks over a frame by the spans of its headers: no header is read that is only passed.
///
/// Each step but the last takes at least one byte and there is no recursion, so that the work is
/// bounded by the bytes, however deep the nesting.
#[derive(Clone, Debug)]
pub(crate) struct Walk<'a> {
    /// What no header has claimed yet.
    pub(crate) rest: Window<'a>,
    next: Option<Kind>,
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
    /// Bytes of the header and all it carries, as the field says, where that is more than there
    /// are. In a fragment that is no mistake.
    pub(crate) missing: Option<(usize, &'static str, bool)>,
    available: usize,
}

impl<'a> Walk<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], first: Kind) -> Walk<'a> {
        let rest = Window { bytes, offset: 0, imposed_by: None };
        Walk { rest, next: Some(first), in_fragment: false }
    }

    /// What the next header is.
    pub(crate) fn next_kind(&self) -> Option<Kind> {
        self.next
    }

    /// Passes one header; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read. Then the walk is over.
    // The loop of every `get`: what it calls has to melt into it.
    #[inline(always)]
    pub(crate) fn step(&mut self) -> Result<Option<Step<'a>>, DecodeError> {
        let w = self.rest;
        let Some(kind) = self.next.take() else { return Ok(None) };
        if w.bytes.is_empty() && w.offset != 0 {
            return Ok(None);
        }
        let span = kind.span(&w)?;
        let Some((head, mut rest)) = w.bytes.split_at_checked(span.head) else { return Ok(None) };
        // `Span::NONE`.
        if head.is_empty() {
            return Ok(None);
        }
        let mut imposed_by = w.imposed_by;
        let mut missing = None;
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
                None => missing = Some((span.end, span.imposed_by, span.is_of_body)),
            }
        }
        let offset = w.offset + head.len();
        self.rest = Window { bytes: rest, offset, imposed_by };
        self.next = span.next;
        self.in_fragment |= span.is_fragment;
        Ok(Some(Step {
            kind,
            head: Window { bytes: head, offset: w.offset, imposed_by: w.imposed_by },
            end: offset + rest.len(),
            is_fragment: span.is_fragment,
            missing,
            available: w.bytes.len(),
        }))
    }
}

impl Step<'_> {
    /// That the payload is shorter than the header says.
    pub(crate) fn cut(&self) -> Option<DecodeError> {
        let (needed, field, is_of_body) = self.missing?;
        let before = if is_of_body { self.head.bytes.len() } else { 0 };
        Some(DecodeError {
            what: self.kind.name(),
            offset: self.head.offset + before,
            needed: needed.saturating_sub(before),
            available: self.available.saturating_sub(before),
            imposed_by: Some(field),
            kind: DecodeErrorKind::Truncated,
        })
    }
}

/// The bytes of the first header of a kind, if those before it can be read. The one loop behind
/// every `get`.
#[inline]
pub(crate) fn find(bytes: &[u8], first: Kind, wanted: Kind) -> Option<Window<'_>> {
    let head = find_bytes(bytes, first, wanted)?;
    // Its place is found by address: a slice comes back in registers, a whole window would not.
    let offset = head.as_ptr().addr() - bytes.as_ptr().addr();
    Some(Window { bytes: head, offset, imposed_by: None })
}

#[inline(never)]
fn find_bytes(bytes: &[u8], first: Kind, wanted: Kind) -> Option<&[u8]> {
    if first == Kind::Ethernet
        && let Some(head) = usual::find(bytes, wanted)
    {
        return Some(head);
    }
    walked(bytes, first, wanted)
}

/// [`find`], header by header.
#[inline(never)]
pub(super) fn walked(bytes: &[u8], first: Kind, wanted: Kind) -> Option<&[u8]> {
    let mut walk = Walk::new(bytes, first);
    while let Ok(Some(step)) = walk.step() {
        if step.kind == wanted {
            return Some(step.head.bytes);
        }
    }
    None
}
