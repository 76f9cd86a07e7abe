//! The text form of ovs-ofctl: the one that people paste.
//!
//! ```text
//! priority=10,ip,nw_dst=10.0.0.0/8,actions=mod_dl_dst:00:00:00:00:00:02,output:2
//! ```
//!
//! Read by [`parse_match`], [`parse_actions`], [`parse_instructions`], [`parse_flow`],
//! [`parse_flow_stats`], [`parse_group`], [`parse_group_desc`], [`parse_meter`] and
//! [`parse_meter_config`] (or a [`Parser`], which can know the names of ports); written by
//! [`MatchText`], [`ActionsText`], [`InstructionsText`], [`FlowText`], [`FlowStatsText`],
//! [`GroupText`], [`GroupDescText`], [`MeterText`] and [`MeterConfigText`] in the spelling of
//! `ovs-ofctl dump-flows`, `dump-groups` and `dump-meters` of Open vSwitch 3.1. What was written is
//! read back as the same value; what was read is written in that one spelling.
//!
//! The version is an argument on both sides: the same words become different actions
//! (`mod_dl_dst` is an action of 1.0 and a set-field later), and what a version cannot say is
//! refused, with the column and the word.
//!
//! # Which wire form a word becomes
//!
//! Nicira's actions are in every version but 1.2, where Ryu has none, and its fields in the matches of
//! every version but 1.1. A word becomes what Open vSwitch puts on the wire for it:
//!
//! | word | 1.0 | 1.3 and 1.4 | 1.5 |
//! |---|---|---|---|
//! | `set_field` of a whole field | 1.0's own action, else Nicira's load | set-field | set-field |
//! | `set_field` under a mask | loads, one for each run of bits | loads | set-field |
//! | `load` | load | load | set-field, with a mask if need be |
//! | `move` | Nicira's move | Nicira's move | copy-field |
//! | `set_tunnel`, `set_queue`, `dec_ttl`, `push_mpls`, `set_mpls_ttl`, ... | Nicira's | standard | standard |
//! | `reg0`, `ct_state`, `nw_ttl`, ... in a match | refused, see [`Parser::nxm`] | Nicira's field | Nicira's field |
//! | `tcp_flags` in a match | as above | ONF's field | standard field |
//!
//! Where it differs: a mask in a set-field on 1.0 is kept (Open vSwitch drops it), `in_port` is the
//! standard field in a set-field too, and registers are not matched in pairs in 1.5.
//!
//! Options of tunnels (`tun_metadata0`) have no size of their own: a number gets as many bytes as it
//! needs, and the switch, which knows how long an option is, puts zeros ahead. All bits of one
//! (`tun_metadata0[]`) are 992 in a `move`, `push`, `pop` or `learn`: a switch that has a table of
//! options takes only those that are there, so name them. A mask is shown even if ovs-ofctl, which
//! has no size to measure it by, takes it for one of all bits.
//!
//! Wire forms that Open vSwitch shows alike (both resubmits, `output_reg` and `output_reg2`, the load
//! of a whole option and the set-field) are shown alike here and read back as the newer. What its text cannot say, for instance bits that a
//! field does not have, is shown as `experimenter:0x00002320:HEX`, which is read back as it was.
//!
//! # What is refused
//!
//! - A `clone` or a `ct` in a `ct`, which no switch takes, and more than 16 clones in a row.
//! - On 1.0 everything that takes Nicira's extended match. Open vSwitch itself falls back on that
//!   without a word, for instance for IPv6.
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
mod bits;
mod bucket_text;
mod controller_text;
mod ct_text;
mod error;
mod field;
mod field_table;
mod field_value;
mod flow_text;
mod foreign;
mod group_reader;
mod group_text;
mod instruction_text;
mod learn_text;
mod match_text;
mod meter_text;
mod nx_reader;
mod nx_text;
mod ofctl_string;
mod protocols;
mod selection_text;
mod token;
mod tunnel_option;

use std::fmt;

use super::{
    ActionList, FlowMod, FlowStats, GroupDesc, GroupMod, Instructions, Match, MeterConfig,
    MeterMod, PortNo, Version,
};

pub use action_text::ActionsText;
pub use error::{OvsTextError, OvsTextErrorKind};
pub use flow_text::{FlowStatsText, FlowText};
pub use group_text::{GroupDescText, GroupStatsText, GroupText};
pub use instruction_text::InstructionsText;
pub use match_text::MatchText;
pub(in crate::ofproto) use match_text::is_word;
pub use meter_text::{MeterConfigText, MeterStatsText, MeterText};
pub use ofctl_string::{InvalidActionString, ofp_instruction_from_str};

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
/// anything but `add`), `priority`, `idle_timeout`, `hard_timeout`, `importance` (1.4 and later),
/// `out_port`, `out_group`,
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
/// [`OvsTextError`] with column, word and what is wrong with it. `hard_age`, and before 1.5
/// `idle_age`, have no place in [`FlowStats`] and are refused.
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

/// Reads a group-mod: what the group is, then its buckets.
///
/// In front there may be a command, as in the files of `ovs-ofctl add-groups` and
/// `ovs-ofctl bundle`: `add` (the default), `modify`, `add_or_mod`, `delete`, and from 1.5 on
/// `insert_bucket` and `remove_bucket` (with `command_bucket_id=first`, `last`, `all` or a number);
/// with `group` before it, if you like. `delete` alone is about all groups.
///
/// What 1.5 brought is refused before: `bucket_id`, and how a select group selects
/// (`selection_method`, `selection_method_param`, `fields`: a
/// [`SelectionMethod`](super::SelectionMethod)). Open vSwitch drops it there without a word.
/// Buckets that do not say their number get the lowest that are free.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it.
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, V1_5, ovs};
///
/// let text = "group_id=1,type=select,bucket=weight:5,actions=output:1,bucket=output:2";
/// let group = ovs::parse_group(V1_3, text)?;
/// assert_eq!((group.buckets[0].weight, group.buckets[1].weight), (5, 1));
/// let text = "group_id=1,type=select,selection_method=hash,fields(ip_src,ip_dst),bucket=output:1";
/// let group = ovs::parse_group(V1_5, text)?;
/// assert_eq!(
///     ovs::GroupText(V1_5, &group).to_string(),
///     "group_id=1,type=select,selection_method=hash,fields(ip_src,ip_dst),\
///      bucket=bucket_id:0,actions=output:1"
/// );
/// let err = ovs::parse_group(V1_3, text).unwrap_err();
/// assert_eq!(
///     err.to_string(),
///     "column 24: \"selection_method\": OpenFlow 1.3 without extensions cannot say this"
/// );
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_group(version: Version, text: &str) -> Result<GroupMod> {
    Parser::new(version).parse_group(text)
}

/// Reads a line of `ovs-ofctl dump-groups`.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it; commands too are refused.
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, ovs};
///
/// let line = " group_id=1,type=ff,bucket=watch_port:2,actions=output:2";
/// let group = ovs::parse_group_desc(V1_3, line)?;
/// assert_eq!(ovs::GroupDescText(V1_3, &group).to_string(), line.trim_start());
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_group_desc(version: Version, text: &str) -> Result<GroupDesc> {
    Parser::new(version).parse_group_desc(text)
}

/// Reads a meter-mod: `meter=1,kbps,burst,bands=type=drop,rate=100,burst_size=10`.
///
/// In front there may be a command: `add` (the default), `modify` or `delete`; with `meter` before
/// it, if you like. `delete` alone is about all meters.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it.
///
/// ```
/// use ryu_sdn::ofproto::{V1_2, V1_3, ovs};
///
/// let text = "meter=1,kbps,bands=type=drop,rate=100";
/// let meter = ovs::parse_meter(V1_3, text)?;
/// assert_eq!(ovs::MeterText(&meter).to_string(), "meter=1 kbps bands=type=drop rate=100");
/// assert!(ovs::parse_meter(V1_2, text).is_err());
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_meter(version: Version, text: &str) -> Result<MeterMod> {
    Parser::new(version).parse_meter(text)
}

/// Reads a meter of `ovs-ofctl dump-meters`, on one line or several.
///
/// # Errors
/// [`OvsTextError`] with column, word and what is wrong with it; commands too are refused.
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, ovs};
///
/// let meter = ovs::parse_meter_config(V1_3, "meter=2 pktps stats bands=\ntype=drop rate=9")?;
/// assert_eq!((meter.meter_id, meter.bands.len()), (2, 1));
/// # Ok::<(), ovs::OvsTextError>(())
/// ```
pub fn parse_meter_config(version: Version, text: &str) -> Result<MeterConfig> {
    Parser::new(version).parse_meter_config(text)
}

/// Reads texts of one version; the functions of this module are short for it and say what each
/// form is. A text has at most [`MAX_TEXT`] bytes.
///
/// Spec: ovs-ofctl(8), ovs-fields(7), ovs-actions(7).
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
    nxm: bool,
    text: &'a str,
}

impl<'a> Parser<'a> {
    /// Reads for this version and knows ports by number and reserved name only.
    pub const fn new(version: Version) -> Parser<'a> {
        Parser { version, port_names: None, nxm: false, text: "" }
    }

    /// Asks `names` what number a port has.
    #[must_use]
    pub const fn port_names(self, names: &'a dyn Fn(&str) -> Option<PortNo>) -> Parser<'a> {
        Parser { port_names: Some(names), ..self }
    }

    /// Lets a match of 1.0 have every field that Open vSwitch knows, in the forms of Nicira's
    /// extended match (NXM). Such a match does not fit into the flow-mod of 1.0 itself, whose
    /// encoder refuses it. Later versions need no leave for these fields.
    ///
    /// ```
    /// use ryu_sdn::ofproto::{V1_0, oxm, ovs::Parser};
    ///
    /// assert!(Parser::new(V1_0).parse_match("reg0=5").is_err());
    /// let m = Parser::new(V1_0).nxm().parse_match("reg0=5,ipv6")?;
    /// assert_eq!((m.get(oxm::REG0), m.get(oxm::ETH_TYPE_NXM)), (Some(5), Some(0x86dd)));
    /// # Ok::<(), ryu_sdn::ofproto::ovs::OvsTextError>(())
    /// ```
    #[must_use]
    pub const fn nxm(self) -> Parser<'a> {
        Parser { nxm: true, ..self }
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

    /// See [`parse_group`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_group(&self, text: &str) -> Result<GroupMod> {
        self.of(text)?.group()
    }

    /// See [`parse_group_desc`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_group_desc(&self, text: &str) -> Result<GroupDesc> {
        self.of(text)?.group_desc()
    }

    /// See [`parse_meter`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_meter(&self, text: &str) -> Result<MeterMod> {
        self.of(text)?.meter()
    }

    /// See [`parse_meter_config`].
    ///
    /// # Errors
    /// As there.
    pub fn parse_meter_config(&self, text: &str) -> Result<MeterConfig> {
        self.of(text)?.meter_config()
    }

    /// The same parser, about this text.
    fn of<'t>(&self, text: &'t str) -> Result<Parser<'t>>
    where
        'a: 't,
    {
        let p = Parser { text, ..*self };
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
