//! `ryu.topology.event`: what the app `switches` tells, and what it can be asked.
//!
//! Handling an event loads the app. Who only asks, by [`api`](super::api), writes
//! `requires = ["ryu.topology.switches"]`.

use std::fmt;

use crate::app::{Event, Request};
use crate::ofproto::Dpid;

use super::{Host, Link, Port, Switch};

macro_rules! events {
    ($($(#[$meta:meta])* $event:ident { $($field:ident: $ty:ty = $doc:literal),+ })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Event)]
        #[event(provider = "switches")]
        pub struct $event {
            $(#[doc = $doc] pub $field: $ty,)+
        }
    )*};
}

events! {
    /// A switch has connected.
    EventSwitchEnter { switch: Switch = "The switch." }
    /// A switch has gone.
    EventSwitchLeave { switch: Switch = "The switch, with the ports it had." }
    /// A switch has connected again while its first connection was there.
    ///
    /// The controller lets no second one in before the first has left, so this is for switches that
    /// come from several controllers.
    EventSwitchReconnected { switch: Switch = "The switch on its new connection." }
    /// A port was added.
    EventPortAdd { port: Port = "The port." }
    /// A port was removed.
    EventPortDelete { port: Port = "The port." }
    /// A port has changed: it went up or down, or has another name.
    EventPortModify { port: Port = "The port as it is now." }
    /// A link was found.
    EventLinkAdd { link: Link = "The link." }
    /// A link has gone: one of its ports is down, or frames do not get through any more.
    EventLinkDelete { link: Link = "The link." }
    /// A host was seen for the first time.
    EventHostAdd { host: Host = "The host." }
    /// A host has gone: its port or switch has, it has been silent for too long, or it turned out to be
    /// behind a link. Ryu never sends this one.
    EventHostDelete { host: Host = "The host." }
    /// A host was seen at another port. Ryu sends this, but it reaches nobody there.
    EventHostMove {
        src: Host = "The host where it was.",
        dst: Host = "The host where it is."
    }
}

macro_rules! shown_as_ryus {
    ($($event:ident($this:ident) $format:literal, $($value:expr),+;)*) => {$(
        impl fmt::Display for $event {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $this = self;
                write!(f, concat!(stringify!($event), "<", $format, ">"), $($value),+)
            }
        }
    )*};
}

shown_as_ryus! {
    EventSwitchEnter(ev) "dpid={}, {} ports", ev.switch.dp.id().0, ev.switch.ports.len();
    EventSwitchLeave(ev) "dpid={}, {} ports", ev.switch.dp.id().0, ev.switch.ports.len();
    EventSwitchReconnected(ev) "dpid={}, {} ports", ev.switch.dp.id().0, ev.switch.ports.len();
    EventPortAdd(ev) "{}", ev.port;
    EventPortDelete(ev) "{}", ev.port;
    EventPortModify(ev) "{}", ev.port;
    EventLinkAdd(ev) "{}", ev.link;
    EventLinkDelete(ev) "{}", ev.link;
    EventHostAdd(ev) "{}", ev.host;
    EventHostDelete(ev) "{}", ev.host;
    EventHostMove(ev) "src={}, dst={}", ev.src, ev.dst;
}

macro_rules! requests {
    ($($(#[$meta:meta])* $request:ident => $reply:ident { $field:ident: $ty:ty })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, Request)]
        #[request(provider = "switches", reply = $reply)]
        pub struct $request {
            /// Of this switch only; `None`: all.
            pub dpid: Option<Dpid>,
        }

        #[doc = concat!("The answer to an [`", stringify!($request), "`]; empty for a switch that is \
            not connected.")]
        #[derive(Clone, Debug, Default)]
        pub struct $reply {
            /// What was asked for.
            pub $field: Vec<$ty>,
        }
    )*};
}

requests! {
    /// Asks for switches.
    EventSwitchRequest => EventSwitchReply { switches: Switch }
    /// Asks for links; with a switch, for those that it is the source of.
    EventLinkRequest => EventLinkReply { links: Link }
    /// Asks for hosts.
    EventHostRequest => EventHostReply { hosts: Host }
}
