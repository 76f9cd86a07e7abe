//! The text form of ovs-ofctl: the one that people paste.
//!
//! ```text
//! priority=10,ip,nw_dst=10.0.0.0/8,actions=mod_dl_dst:00:00:00:00:00:02,output:2
//! ```
//!
//! Read by [`parse_match`], [`parse_actions`], [`parse_instructions`], [`parse_flow`] and
//! [`parse_flow_stats`] (or a [`Parser`], which can know the names of ports); written by
//! [`MatchText`], [`ActionsText`], [`InstructionsText`], [`FlowText`] and [`FlowStatsText`] in the
//! spelling of `ovs-ofctl dump-flows` of Open vSwitch 3.1. What was written is read back as the
//! same value; what was read is written in that one spelling.
//!
//! The version is an argument on both sides: the same words become different actions
//! (`mod_dl_dst` is an action of 1.0 and a set-field later), and what a version cannot say is
//! refused, with the column and the word.
//!
//! # What is refused
//!
//! - Nicira's extensions, because the types here do not express them: `learn`, `ct`, `resubmit`,
//!   `move`, registers, `tcp_flags`, `nw_ttl`, ... ([`OvsTextErrorKind::NotSupported`]). Open
//!   vSwitch itself falls back on them without a word, for instance for IPv6 on 1.0.
//! - Fields without what they depend on (`tp_dst=80` without `tcp`), values out of range and two
//!   values for one field. Open vSwitch drops, cuts or overrides these.
//!
//! # Example
//!
//! ```
//! use ryu_sdn::ofproto::{V1_0, V1_3, ovs};
//!
//! let text = "priority=10,ip,nw_dst=10.0.0.0/8,actions=mod_dl_dst:00:00:00:00:00:02,output:2";
//! let on = |version| ovs::parse_flow(version, text).map(|flow| ovs::FlowText(version, &flow).to_string());
//! assert_eq!(
//!     on(V1_0)?,
//!     "priority=10,ip,nw_dst=10.0.0.0/8 actions=mod_dl_dst:00:00:00:00:00:02,output:2"
//! );
//! assert_eq!(
//!     on(V1_3)?,
//!     "priority=10,ip,nw_dst=10.0.0.0/8 actions=set_field:00:00:00:00:00:02->eth_dst,output:2"
//! );
//! # Ok::<(), ovs::OvsTextError>(())
//! ```

mod action_reader;
mod action_text;
mod app_field;
mod error;
mod field;
mod flow_text;
mod foreign;
mod instruction_text;
mod match_text;
mod protocols;
mod token;

use std::fmt;

use super::{ActionList, FlowMod, FlowStats, Instructions, Match, PortNo, Version};

pub use action_text::ActionsText;
pub use error::{OvsTextError, OvsTextErrorKind};
pub use flow_text::{FlowStatsText, FlowText};
pub use instruction_text::InstructionsText;
pub use match_text::MatchText;
pub(in crate::ofproto) use match_text::is_word;

type Result<T> = std::result::Result<T, OvsTextError>;

/// What number a port of this name has.
type PortNames<'a> = dyn Fn(&str) -> Option<PortNo> + 'a;

/// Longest text that is read, in bytes; no message is that long in this form.
pub const MAX_TEXT: usize = 65_536;

/// Reads a match: `tcp,in_port=1,nw_dst=10.0.0.0/8`.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it.
///
/// ```
/// use std::net::Ipv4Addr;
/// use ryu_sdn::ofproto::{Match, V1_3, ovs};
///
/// let m = ovs::parse_match(V1_3, "arp,nw_dst=10.0.0.1")?;
/// assert_eq!(m, Match::new().eth_type(0x0806).arp_tpa(Ipv4Addr::new(10, 0, 0, 1)));
///
/// let err = ovs::parse_match(V1_3, "tp_dst=80").unwrap_err();
/// assert_eq!(
///     err.to_string(),
///     "column 1: \"tp_dst\": needs tcp, udp, sctp, icmp or one of their IPv6 forms in the match"
/// );
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_match(version: Version, text: &str) -> Result<Match> {
    Parser::new(version).parse_match(text)
}

/// Reads a list of actions: `strip_vlan,output:2`.
///
/// Without a match there is no saying what `mod_tp_dst` means after 1.0: there it is refused.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it; instructions too are refused.
///
/// ```
/// use ryu_sdn::ofproto::{Action, ActionList, PortNo, V1_3, ovs};
///
/// let list = ovs::parse_actions(V1_3, "strip_vlan,LOCAL")?;
/// let local = Action::Output { port: PortNo::LOCAL, max_len: 0 };
/// assert_eq!(list, ActionList::from([Action::PopVlan, local]));
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_actions(version: Version, text: &str) -> Result<ActionList> {
    Parser::new(version).parse_actions(text)
}

/// Reads instructions, the actions to apply among them: `meter:1,output:2,goto_table:3`.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it.
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, ovs};
///
/// let list = ovs::parse_instructions(V1_3, "meter:1,output:2,goto_table:3")?;
/// assert_eq!(list.len(), 3);
/// let err = ovs::parse_instructions(V1_3, "goto_table:3,output:2").unwrap_err();
/// assert_eq!(err.to_string(), "column 14: \"output\": must not stand behind goto_table");
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_instructions(version: Version, text: &str) -> Result<Instructions> {
    Parser::new(version).parse_instructions(text)
}

/// Reads a flow-mod: attributes and conditions, then `actions=`.
///
/// In front there may be a command, as in the files that ovs-ofctl reads (`delete table=1,ip`):
/// `add` (the default), `modify`, `modify_strict`, `delete` or `delete_strict`; with `flow` before
/// it, if you like. Attributes are `table`, `cookie` (with a mask: the cookie to look for, in
/// anything but `add`), `priority`, `idle_timeout`, `hard_timeout`, `out_port`, `out_group`,
/// `buffer_id` and the words `send_flow_rem`, `check_overlap`, `reset_counts`,
/// `no_packet_counts`, `no_byte_counts`. The counters and times that `dump-flows` shows
/// (`duration`, `n_packets`, `n_bytes`, `idle_age`, `hard_age`) are no part of a flow-mod and
/// passed over, as ovs-ofctl does, so that its output can be pasted.
///
/// Deletes are about all tables and need no `actions`; everything else does.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it.
///
/// ```
/// use ryu_sdn::ofproto::{FlowMod, TableId, V1_3, ovs};
///
/// let flow = ovs::parse_flow(V1_3, "delete cookie=0x7/-1")?;
/// let same = FlowMod {
///     cookie: 7,
///     cookie_mask: u64::MAX,
///     table_id: TableId::ALL,
///     ..FlowMod::delete()
/// };
/// assert_eq!(flow, same);
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_flow(version: Version, text: &str) -> Result<FlowMod> {
    Parser::new(version).parse_flow(text)
}

/// Reads a line of `ovs-ofctl dump-flows` with its counters.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it. `idle_age` and `hard_age` have
/// no place in [`FlowStats`] and are refused.
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, ovs};
///
/// let line = " cookie=0x1, duration=3.250s, table=0, n_packets=7, n_bytes=420, arp actions=NORMAL";
/// let stats = ovs::parse_flow_stats(V1_3, line)?;
/// assert_eq!((stats.duration_sec, stats.packet_count), (3, 7));
/// assert_eq!(ovs::FlowStatsText::new(V1_3, &stats).to_string(), line.trim_start());
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_flow_stats(version: Version, text: &str) -> Result<FlowStats> {
    Parser::new(version).parse_flow_stats(text)
}

/// Reads texts of one version; the functions of this module are short for it.
///
/// ```
/// use ryu_sdn::ofproto::{PortNo, V1_3, oxm, ovs::Parser};
///
/// let names = |name: &str| (name == "s1-eth2").then_some(PortNo(2));
/// let flow = Parser::new(V1_3).port_names(&names).parse_flow("in_port=s1-eth2,actions=flood")?;
/// assert_eq!(flow.match_.get(oxm::IN_PORT), Some(PortNo(2)));
/// # Ok::<(), ryu_sdn::ofproto::ovs::OvsTextError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Parser<'a> {
    version: Version,
    port_names: Option<&'a PortNames<'a>>,
    text: &'a str,
}

impl<'a> Parser<'a> {
    /// Reads for this version and knows ports by number and reserved name only.
    pub const fn new(version: Version) -> Parser<'a> {
        Parser { version, port_names: None, text: "" }
    }

    /// Asks `names` what number a port has.
    #[must_use]
    pub const fn port_names(self, names: &'a dyn Fn(&str) -> Option<PortNo>) -> Parser<'a> {
        Parser { port_names: Some(names), ..self }
    }

    /// See [`parse_match`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_match(&self, text: &str) -> Result<Match> {
        self.of(text)?.match_()
    }

    /// See [`parse_actions`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_actions(&self, text: &str) -> Result<ActionList> {
        self.of(text)?.actions()
    }

    /// See [`parse_instructions`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_instructions(&self, text: &str) -> Result<Instructions> {
        self.of(text)?.instructions()
    }

    /// See [`parse_flow`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_flow(&self, text: &str) -> Result<FlowMod> {
        self.of(text)?.flow()
    }

    /// See [`parse_flow_stats`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_flow_stats(&self, text: &str) -> Result<FlowStats> {
        self.of(text)?.flow_stats()
    }

    /// The same parser, about this text.
    fn of<'t>(&self, text: &'t str) -> Result<Parser<'t>>
    where
        'a: 't,
    {
        let p = Parser { version: self.version, port_names: self.port_names, text };
        if text.len() > MAX_TEXT {
            let kind = OvsTextErrorKind::Expected("at most 65536 bytes of text");
            return Err(OvsTextError::new(text, &text[..0], kind));
        }
        Ok(p)
    }
}

impl fmt::Debug for Parser<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parser").field("version", &self.version).finish_non_exhaustive()
    }
}
