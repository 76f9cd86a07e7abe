//! What Nicira's and the ONF's flow monitors tell alike: only the form of the match and of the
//! actions differs. Those of 1.4 have other events; see `flow_monitor.rs`.

/// Declares the changes that a vendor's flow monitor tells: an enum by event with Ryu's classes of
/// its variants, and the structure of a whole entry. Of this the type of the match is given, and how
/// match and instructions are visited, which stand at its end.
macro_rules! flow_updates {
    (
        $(#[$meta:meta])*
        pub enum $update:ident $full_class:literal $abbrev_class:literal $unknown_class:literal;

        $(#[$full_meta:meta])*
        pub struct $full:ident ($match:ty) |$match_:ident, $instructions:ident, $v:ident| $rest:block
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $update {
            /// An entry was added (event 0), deleted (1) or modified (2).
            Full($full),
            /// A change that this controller made: the xid of its flow-mod.
            Abbrev {
                /// The xid.
                xid: $crate::ofproto::Xid,
            },
            /// An event nobody here knows, as it came.
            Unknown {
                /// The event on the wire.
                event: u16,
                /// What stands behind length and event.
                data: bytes::Bytes,
            },
        }

        $(#[$full_meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $full {
            /// 0 added (or there at first), 1 deleted, 2 modified.
            pub event: u16,
            /// Why it was deleted, as in a flow-removed.
            pub reason: u16,
            /// Its priority.
            pub priority: u16,
            /// Its idle timeout in seconds.
            pub idle_timeout: u16,
            /// Its hard timeout in seconds.
            pub hard_timeout: u16,
            /// Its table.
            pub table_id: u8,
            /// Its tag.
            pub cookie: u64,
            /// Its match.
            pub match_: $match,
            /// Its instructions, if they were asked for; Nicira tells one apply-actions.
            pub instructions: $crate::ofproto::Instructions,
        }

        const ABBREV: u16 = 3;

        impl $update {
            /// The event on the wire.
            pub fn event(&self) -> u16 {
                match self {
                    $update::Full(full) => full.event,
                    $update::Abbrev { .. } => ABBREV,
                    $update::Unknown { event, .. } => *event,
                }
            }

            fn of_event(event: u16) -> $update {
                match event {
                    0..=2 => $update::Full($full { event, ..Default::default() }),
                    ABBREV => $update::Abbrev { xid: $crate::ofproto::Xid(0) },
                    _ => $update::Unknown { event, data: bytes::Bytes::new() },
                }
            }
        }

        $crate::ofproto::codec::fields!($full, |this, $v| {
            let $full {
                event: _,
                reason,
                priority,
                idle_timeout,
                hard_timeout,
                table_id,
                cookie,
                match_: $match_,
                instructions: $instructions,
            } = this;
            $v.field("reason", reason)?;
            $v.field("priority", priority)?;
            $v.field("idle_timeout", idle_timeout)?;
            $v.field("hard_timeout", hard_timeout)?;
            $v.len_ahead("match_len")?;
            $v.field("table_id", table_id)?;
            $v.pad(1)?;
            $v.field("cookie", cookie)?;
            $rest
        });
        $crate::ofproto::codec::display!($full, "full");

        $crate::ofproto::codec::fields!($update, |this, v| {
            let event = this.event();
            v.boxed($crate::wire::Padding::None, |v| {
                v.len("length")?;
                v.number("event", Some(event), "flow update")?;
                match this {
                    $update::Full(full) => v.inline(full),
                    $update::Abbrev { xid } => v.field("xid", xid),
                    $update::Unknown { data, .. } => v.field("buf", data),
                }
            })
        });

        impl $crate::ofproto::codec::Noun for $update {
            const NAME: &'static str = "flow update";

            fn class(&self, _: $crate::ofproto::Version) -> &'static str {
                match self {
                    $update::Full(_) => $full_class,
                    $update::Abbrev { .. } => $abbrev_class,
                    $update::Unknown { .. } => $unknown_class,
                }
            }

            fn blank(_: $crate::ofproto::Version, r: &$crate::wire::Reader<'_>) -> $update {
                // Behind the length.
                $update::of_event(r.peek_u32().unwrap_or_default() as u16)
            }

            fn blank_named(
                version: $crate::ofproto::Version,
                class: &str,
                members: &serde_json::Map<String, serde_json::Value>,
            ) -> Option<$update> {
                let given = $crate::ofproto::json::type_of(members, "event");
                let mut all = given.into_iter().chain([0, ABBREV]).map($update::of_event);
                all.find(|update| update.class(version) == class)
            }
        }
        $crate::ofproto::codec::member!($update);

        impl std::fmt::Display for $update {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $update::Full(full) => write!(f, "event={} {full}", full.event),
                    $update::Abbrev { xid } => write!(f, "abbrev xid={xid}"),
                    $update::Unknown { event, data } => {
                        write!(f, "unknown:{event}:{}", $crate::wire::hex::encode(data))
                    }
                }
            }
        }
    };
}
pub(crate) use flow_updates;
