//! How far a header goes and what follows it: all that a walk over a frame needs to know.

pub(crate) use super::checksum::Sums;
use super::codec::Noun;
use super::{EmitError, Kind, VerifyError};
use crate::wire::{DecodeError, DecodeErrorKind};

/// What a header may look at: from its first byte to where the layer around it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'a> {
    pub(crate) bytes: &'a [u8],
    /// Where it stands in the frame.
    pub(crate) offset: usize,
    /// The field that ended it, if the frame's end did not.
    pub(crate) imposed_by: Option<&'static str>,
}

impl<'a> Window<'a> {
    /// The first `N` bytes.
    ///
    /// # Errors
    /// If there are fewer.
    #[inline]
    pub(crate) fn head<const N: usize>(
        &self,
        what: &'static str,
    ) -> Result<&'a [u8; N], DecodeError> {
        match self.bytes.first_chunk() {
            Some(head) => Ok(head),
            None => Err(self.truncated(what, N)),
        }
    }

    /// A [`Span`] whose header takes `len` bytes, as the field `imposed_by` says, and at least `min`.
    ///
    /// # Errors
    /// If the field says fewer, or more than there are.
    #[inline]
    pub(crate) fn span(
        &self,
        what: &'static str,
        len: usize,
        min: usize,
        imposed_by: &'static str,
        next: Option<Kind>,
    ) -> Result<Span, DecodeError> {
        if len < min {
            return Err(DecodeError::bad_length(what, self.offset, min, len, imposed_by));
        }
        if len > self.bytes.len() {
            let mut err = self.truncated(what, len);
            err.imposed_by = Some(imposed_by);
            return Err(err);
        }
        Ok(Span::new(len, next))
    }

    /// There are fewer bytes than are `needed`.
    #[cold]
    #[inline(never)]
    pub(crate) fn truncated(&self, what: &'static str, needed: usize) -> DecodeError {
        DecodeError {
            what,
            offset: self.offset,
            needed,
            available: self.bytes.len(),
            imposed_by: self.imposed_by,
            kind: DecodeErrorKind::Truncated,
        }
    }
}

/// How far a header goes and what follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Bytes of the header; at most what the window has, and none in [`Span::NONE`] only.
    pub(crate) head: usize,
    /// Bytes of the header and all it carries, as the header says; `usize::MAX` if it does not say.
    pub(crate) end: usize,
    /// The field that says so.
    pub(crate) imposed_by: &'static str,
    /// That field counts what is behind the header only.
    pub(crate) is_of_body: bool,
    /// What follows the header; `None` if it is payload.
    pub(crate) next: Option<Kind>,
    /// What follows is a part of something larger, whose checksum therefore cannot be told.
    pub(crate) is_fragment: bool,
}

impl Span {
    /// A header of `head` bytes that does not say where its payload ends.
    #[inline]
    pub(crate) const fn new(head: usize, next: Option<Kind>) -> Span {
        let (end, imposed_by) = (usize::MAX, "");
        Span { head, end, imposed_by, is_of_body: false, next, is_fragment: false }
    }

    /// It is not this header after all, by what its bytes say: it is a payload, and no error.
    pub(crate) const NONE: Span = Span::new(0, None);

    /// A header that takes all there is.
    #[inline]
    pub(crate) const fn all(w: &Window<'_>) -> Span {
        Span::new(w.bytes.len(), None)
    }

    /// The field `imposed_by` says that header and payload take `end` bytes.
    #[inline]
    pub(crate) const fn until(self, end: usize, imposed_by: &'static str) -> Span {
        Span { end, imposed_by, ..self }
    }

    /// The field `imposed_by` says that there are `len` bytes behind the header.
    #[inline]
    pub(crate) const fn carries(self, len: usize, imposed_by: &'static str) -> Span {
        let end = self.head.saturating_add(len);
        Span { end, imposed_by, is_of_body: true, ..self }
    }

    /// See [`Span::is_fragment`].
    #[inline]
    pub(crate) const fn fragment(self, is_fragment: bool) -> Span {
        Span { is_fragment, ..self }
    }
}

/// Where a header stands in a frame that is being emitted or verified, in bytes from its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// First byte of the header.
    pub(crate) start: usize,
    /// First byte behind the header.
    pub(crate) head_end: usize,
    /// First byte behind all it carries.
    pub(crate) end: usize,
    /// Kind and first byte of the header around it.
    pub(crate) outer: Option<(Kind, usize)>,
}

/// What a protocol has to say beside its fields.
pub(crate) trait Wire<'a>: Noun<'a> {
    /// Fewest bytes of a header.
    const MIN: usize;

    /// How far the header at the start of `w` goes, and what follows. This runs for every header
    /// that is skipped on the way to another one, so it looks at no more than it must.
    ///
    /// # Errors
    /// If the header is cut, or lies about itself: then nothing is told about it or what follows.
    /// A header of which only the payload is cut is no error here; the walk tells that.
    fn span(w: &Window<'a>) -> Result<Span, DecodeError>;

    /// Fills in what is `None`: the header and all it carries have just been appended to `frame`.
    ///
    /// # Errors
    /// If a length does not fit into its field.
    #[inline]
    fn complete(&self, _frame: &mut [u8], _at: &Place) -> Result<(), EmitError> {
        Ok(())
    }

    /// Checks the checksums of the header.
    ///
    /// # Errors
    /// If one is wrong.
    #[inline]
    fn verify(_frame: &Sums<'_>, _at: &Place) -> Result<(), VerifyError> {
        Ok(())
    }
}
