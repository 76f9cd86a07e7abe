//! Events: what one app tells others, by type.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::fmt;

use crate::session::Phase;
use crate::sync::oneshot;

/// Something that happened: immutable, shared by every app that observes it.
///
/// Derive it for events of your own; handling an event loads the app that provides it, as Ryu's
/// `register_service` does.
///
/// # Example: an event of an app's own
/// ```
/// use ryu_sdn::prelude::*;
///
/// #[derive(Debug, Event)]
/// #[event(provider = "host_tracker")]
/// struct HostMoved {
///     mac: MacAddr,
///     to: (Dpid, PortNo),
/// }
/// assert_eq!(HostMoved::NAME, "HostMoved");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "OpenFlow events live in `ofp_event` (`ofp_event::PacketIn`, `ofp_event::SwitchFeatures`, ...)",
    note = "for an event of your own: `#[derive(Debug, Event)] #[event(provider = \"app_name\")] struct ..`"
)]
pub trait Event: Any + fmt::Debug {
    /// The name shown in logs and in the plan.
    const NAME: &'static str;
    /// The name of the app that emits it; loaded when another app handles the event.
    const PROVIDER: &'static str;
}

/// An [`Event`] whose type is known at run time only: what inboxes carry.
pub trait AnyEvent: Any + fmt::Debug {
    /// The type, name and provider of the event.
    fn kind(&self) -> EventKind;
    /// The event for downcasting.
    fn as_any(&self) -> &dyn Any;
}

impl<E: Event> AnyEvent for E {
    fn kind(&self) -> EventKind {
        EventKind::of::<E>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A type of event, as data.
#[derive(Clone, Copy)]
pub struct EventKind {
    type_id: fn() -> TypeId,
    /// [`Event::NAME`].
    pub name: &'static str,
    /// [`Event::PROVIDER`].
    pub provider: &'static str,
}

impl EventKind {
    /// The kind of `E`, usable in statics.
    pub const fn of<E: Event>() -> Self {
        EventKind { type_id: TypeId::of::<E>, name: E::NAME, provider: E::PROVIDER }
    }

    /// The identity by which the bus routes.
    pub fn type_id(&self) -> TypeId {
        (self.type_id)()
    }
}

impl fmt::Debug for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.provider, self.name)
    }
}

/// The dispatcher phases in which a handler wants its event; empty means every phase.
///
/// An event that is sent without a phase (any event but OpenFlow's) reaches its handlers whatever
/// they listed, as in Ryu.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Phases(u8);

impl Phases {
    /// No restriction.
    pub const ANY: Phases = Phases(0);

    /// The phases listed; `&[]` is [`Phases::ANY`].
    pub const fn of(list: &[Phase]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < list.len() {
            bits |= 1 << list[i] as u8;
            i += 1;
        }
        Phases(bits)
    }

    /// Whether an event sent in `phase` is wanted.
    pub fn accept(self, phase: Option<Phase>) -> bool {
        match phase {
            Some(phase) => self.0 == 0 || self.0 & (1 << phase as u8) != 0,
            None => true,
        }
    }

    /// The phases of either.
    pub fn union(self, other: Phases) -> Phases {
        if self.0 == 0 || other.0 == 0 { Phases::ANY } else { Phases(self.0 | other.0) }
    }
}

impl fmt::Debug for Phases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = Phase::ALL.iter().filter(|phase| self.0 & (1 << **phase as u8) != 0);
        f.debug_set().entries(listed).finish()
    }
}

/// A question to another app that is answered with a value: Ryu's `EventRequestBase`.
///
/// It reaches the app that provides it as an [`Asked`] event; see
/// [`AppHandle::send_request`](super::AppHandle::send_request).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request",
    note = "derive it: `#[derive(Debug, Request)] #[request(provider = \"app_name\", reply = Type)] struct ..`"
)]
pub trait Request: Any + fmt::Debug {
    /// What the answer is.
    type Reply: 'static;
    /// The name shown in logs.
    const NAME: &'static str;
    /// The app that answers.
    const PROVIDER: &'static str;
}

/// A [`Request`] on its way, with the place for its answer.
pub struct Asked<R: Request> {
    request: R,
    from: String,
    answer: RefCell<Option<oneshot::Sender<R::Reply>>>,
}

impl<R: Request> Asked<R> {
    pub(super) fn new(request: R, from: String, answer: oneshot::Sender<R::Reply>) -> Self {
        Asked { request, from, answer: RefCell::new(Some(answer)) }
    }

    /// What is asked.
    pub fn request(&self) -> &R {
        &self.request
    }

    /// The name of the app that asks.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// Answers. Only the first answer counts; a request that nobody answers fails at the asker
    /// when the last handler has let go of it.
    pub fn reply(&self, value: R::Reply) {
        let answer = self.answer.borrow_mut().take();
        if let Some(answer) = answer {
            // The asker may have given up waiting; that is not the answerer's concern.
            let _ = answer.send(value);
        }
    }
}

impl<R: Request> fmt::Debug for Asked<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} from {}", self.request, self.from)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Request> Event for Asked<R> {
    const NAME: &'static str = R::NAME;
    const PROVIDER: &'static str = R::PROVIDER;
}
