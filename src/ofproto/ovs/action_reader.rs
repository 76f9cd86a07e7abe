//! Reads actions; [`super::action_text`] writes them.

use bytes::{Bytes, BytesMut};

use super::action_text::spoken;
use super::error::OvsTextErrorKind;
use super::protocols::{Needs, Protocols};
use super::token::{self, Item, Items, expected, number};
use super::{Parser, Result};
use crate::ofproto::codec::Member as _;
use crate::ofproto::oxm;
use crate::ofproto::{
    Action, ActionList, GroupId, NO_BUFFER_LEN, PortNo, V1_0, V1_1, V1_2, V1_3, V1_5, registered,
};
use crate::wire::{MacAddr, Reader, Writer, hex};

/// Reads one list of actions, knowing what the packet is like.
pub(super) struct ActionReader<'p> {
    pub(super) p: &'p Parser<'p>,
    pub(super) with: Protocols,
    pub(super) list: ActionList,
    pub(super) inside: Inside,
    dropped: bool,
}

/// What a list of actions stands in, if an action holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    Nothing,
    /// So many clones.
    Clone(usize),
    Ct,
}

impl<'p> ActionReader<'p> {
    pub(super) fn new(p: &'p Parser<'p>, with: Protocols) -> ActionReader<'p> {
        ActionReader { p, with, list: ActionList::new(), inside: Inside::Nothing, dropped: false }
    }

    /// An empty list for the packet as the actions so far leave it.
    pub(super) fn nested(&self) -> ActionReader<'p> {
        ActionReader::new(self.p, self.with)
    }

    /// The same for the list that an action holds.
    pub(super) fn inside(&self, inside: Inside) -> ActionReader<'p> {
        ActionReader { inside, ..self.nested() }
    }

    /// Whether `drop` stood there; nothing else may stand beside it.
    pub(super) fn item(&mut self, item: &Item<'p>) -> Result<()> {
        let p = self.p;
        let key = item.key.to_ascii_lowercase();
        let before = self.dropped;
        if key == "drop" && !before && self.list.is_empty() {
            self.dropped = true;
            return self.nothing(item);
        }
        if before || key == "drop" {
            return Err(p.error(item.key, expected("nothing beside drop")));
        }
        if let Some(actions) = self.extended(&key, item)? {
            self.list.extend(actions);
            return Ok(());
        }
        let action = match self.simple(&key, item)? {
            Some(action) => action,
            None => match key.as_str() {
                "mod_vlan_vid" | "mod_vlan_pcp" if p.version != V1_0 => {
                    return self.mod_vlan(&key, item);
                }
                "mod_tp_src" | "mod_tp_dst" if p.version >= V1_2 => self.mod_tp(&key, item)?,
                _ => self.port_or_error(&key, item)?,
            },
        };
        match action {
            Action::PushVlan(_) => self.with.tags = (self.with.tags + 1).min(2),
            Action::PopVlan | Action::StripVlan => {
                self.with.tags = self.with.tags.saturating_sub(1);
            }
            _ => {}
        }
        self.list.push(spoken(p.version, action));
        Ok(())
    }

    /// Whether `drop` was said.
    pub(super) fn dropped(&self) -> bool {
        self.dropped
    }

    /// The actions that need nothing but their word and value.
    fn simple(&self, key: &str, item: &Item<'p>) -> Result<Option<Action>> {
        let p = self.p;
        let byte = |what| self.value(item, what).and_then(|v| p.int::<u8>(v, what));
        let short = |what| self.value(item, what).and_then(|v| p.int::<u16>(v, what));
        let ranged = |max: u8, what| {
            let text = self.value(item, what)?;
            let fits = p.int(text, what).ok().filter(|v: &u8| *v <= max);
            fits.ok_or_else(|| p.error(text, expected(what)))
        };
        let eth_type = |what, allowed: &[u16]| {
            let text = self.value(item, what)?;
            let fits =
                p.int(text, what).ok().filter(|v: &u16| allowed.is_empty() || allowed.contains(v));
            fits.ok_or_else(|| p.error(text, expected(what)))
        };
        let mac = || {
            let text = self.value(item, "an Ethernet address")?;
            match token::mac(text) {
                Some(value) => {
                    let [.., a, b, c, d, e, g] = value.to_be_bytes();
                    Ok(MacAddr([a, b, c, d, e, g]))
                }
                None => Err(p.error(text, expected("an Ethernet address"))),
            }
        };
        let ip = || {
            let text = self.value(item, "an IPv4 address")?;
            text.parse().map_err(|_| p.error(text, expected("an IPv4 address")))
        };
        let tos = || {
            let what = "a number, 0 to 252, divisible by 4";
            let text = self.value(item, what)?;
            let fits = p.int(text, what).ok().filter(|v: &u8| v & 3 == 0);
            fits.ok_or_else(|| p.error(text, expected(what)))
        };
        let since = |version| match p.version >= version {
            true => Ok(()),
            false => Err(p.error(item.key, OvsTextErrorKind::NotInVersion(p.version))),
        };
        let only_v1_0 = || match p.version {
            V1_0 => Ok(()),
            version => Err(p.error(item.key, OvsTextErrorKind::NotInVersion(version))),
        };
        let nothing = |action| self.nothing(item).map(|()| action);
        const NUMBER_8: &str = "a number, 0 to 255";
        const NUMBER_32: &str = "a number of 32 bits";
        const MPLS: &str = "0x8847 or 0x8848";
        Ok(Some(match key {
            "output" => self.output(item)?,
            "controller" => self.controller(item)?,
            "in_port" | "local" | "normal" | "flood" | "all" | "table" => {
                let port = p.port(item.key)?;
                nothing(Action::Output { port, max_len: 0 })?
            }
            "strip_vlan" | "pop_vlan" => nothing(Action::PopVlan)?,
            "mod_dl_src" | "set_dl_src" => Action::SetDlSrc(mac()?),
            "mod_dl_dst" | "set_dl_dst" => Action::SetDlDst(mac()?),
            "mod_nw_src" | "set_nw_src" => Action::SetNwSrc(ip()?),
            "mod_nw_dst" | "set_nw_dst" => Action::SetNwDst(ip()?),
            "mod_nw_tos" | "set_nw_tos" => Action::SetNwTos(tos()?),
            "mod_vlan_vid" if p.version == V1_0 => Action::SetVlanVid(self.vid(item)?),
            "set_vlan_vid" if p.version <= V1_1 => Action::SetVlanVid(self.vid(item)?),
            "mod_vlan_pcp" if p.version == V1_0 => {
                Action::SetVlanPcp(ranged(7, "a number, 0 to 7")?)
            }
            "set_vlan_pcp" if p.version <= V1_1 => {
                Action::SetVlanPcp(ranged(7, "a number, 0 to 7")?)
            }
            "set_vlan_vid" => Action::set_field(oxm::VLAN_VID, self.vid(item)? | oxm::VID_PRESENT),
            "set_vlan_pcp" => Action::set_field(oxm::VLAN_PCP, ranged(7, "a number, 0 to 7")?),
            "mod_tp_src" if p.version <= V1_1 => Action::SetTpSrc(short("a number of 16 bits")?),
            "mod_tp_dst" if p.version <= V1_1 => Action::SetTpDst(short("a number of 16 bits")?),
            "enqueue" => {
                only_v1_0()?;
                self.enqueue(item)?
            }
            "mod_nw_ecn" => {
                since(V1_1)?;
                Action::set_field(oxm::IP_ECN, ranged(3, "a number, 0 to 3")?)
            }
            "set_mpls_label" => {
                since(V1_1)?;
                let text = self.value(item, NUMBER_32)?;
                let label = p.int(text, "a number of 20 bits")?;
                if label > 0xf_ffff {
                    return Err(p.error(text, expected("a number of 20 bits")));
                }
                Action::set_field(oxm::MPLS_LABEL, label)
            }
            "set_mpls_tc" => {
                since(V1_1)?;
                Action::set_field(oxm::MPLS_TC, ranged(7, "a number, 0 to 7")?)
            }
            "mod_nw_ttl" | "set_nw_ttl" | "dec_ttl" | "dec_nw_ttl" | "push_vlan" | "push_mpls"
            | "pop_mpls" | "set_mpls_ttl" | "dec_mpls_ttl" | "group" | "set_queue"
            | "copy_ttl_out" | "copy_ttl_in" => {
                since(V1_1)?;
                match key {
                    "mod_nw_ttl" | "set_nw_ttl" => Action::SetNwTtl(byte(NUMBER_8)?),
                    "dec_ttl" | "dec_nw_ttl" => nothing(Action::DecNwTtl)?,
                    "push_vlan" => {
                        Action::PushVlan(eth_type("0x8100 or 0x88a8", &[0x8100, 0x88a8])?)
                    }
                    "push_mpls" => Action::PushMpls(eth_type(MPLS, &[0x8847, 0x8848])?),
                    "pop_mpls" => Action::PopMpls(eth_type("an Ethernet type", &[])?),
                    "set_mpls_ttl" => Action::SetMplsTtl(byte(NUMBER_8)?),
                    "dec_mpls_ttl" => nothing(Action::DecMplsTtl)?,
                    "group" => Action::Group(GroupId(self.group(item)?)),
                    "set_queue" => {
                        Action::SetQueue(p.int(self.value(item, NUMBER_32)?, NUMBER_32)?)
                    }
                    "copy_ttl_out" => nothing(Action::CopyTtlOut)?,
                    _ => nothing(Action::CopyTtlIn)?,
                }
            }
            "meter" if p.version >= V1_5 => {
                Action::Meter(p.int(self.value(item, NUMBER_32)?, NUMBER_32)?)
            }
            "push_pbb" => {
                since(V1_3)?;
                Action::PushPbb(eth_type("an Ethernet type", &[])?)
            }
            "pop_pbb" => {
                since(V1_3)?;
                nothing(Action::PopPbb)?
            }
            "experimenter" => {
                let (experimenter, data) = self.numbered_hex(item, 4)?;
                p.known(registered::action_of_raw(
                    self.p.version,
                    Action::Experimenter { experimenter, data },
                ))
            }
            "unknown" => {
                let (action_type, data) = self.numbered_hex(item, 4)?;
                Action::Unknown { action_type, data }
            }
            _ => return Ok(None),
        }))
    }

    /// The value, which must be there.
    pub(super) fn value(&self, item: &Item<'p>, what: &'static str) -> Result<&'p str> {
        item.value.filter(|v| !v.is_empty()).ok_or_else(|| self.p.error(item.key, expected(what)))
    }

    /// Refuses a value.
    pub(super) fn nothing(&self, item: &Item<'p>) -> Result<()> {
        match item.value {
            Some(value) if !value.is_empty() => {
                Err(self.p.error(value, expected("no value of this word")))
            }
            _ => Ok(()),
        }
    }

    fn output(&self, item: &Item<'p>) -> Result<Action> {
        let text = self.value(item, "a port")?;
        let port = self.usable(text)?;
        let max_len = if port == PortNo::CONTROLLER { NO_BUFFER_LEN } else { 0 };
        Ok(Action::Output { port, max_len })
    }

    /// A port that packets can be sent to.
    pub(super) fn usable(&self, text: &'p str) -> Result<PortNo> {
        let port = self.p.port(text)?;
        if matches!(port, PortNo::ANY | PortNo::MAX) {
            return Err(self.p.error(text, expected("a port that packets can be sent to")));
        }
        Ok(port)
    }

    fn controller(&self, item: &Item<'p>) -> Result<Action> {
        const LEN: &str = "a number of bytes, 0 to 65535";
        let p = self.p;
        let text = item.value.unwrap_or_default();
        let mut max_len = NO_BUFFER_LEN;
        if text.contains('=') {
            let mut items = Items::new(text);
            while let Some(item) = items.next(p)? {
                let value = self.value(&item, "a value")?;
                match item.key {
                    "max_len" => max_len = p.int(value, LEN)?,
                    // Any other is Nicira's.
                    "reason" if value == "action" => {}
                    "id" if number(value) == Some(0) => {}
                    _ => return Err(p.error(item.key, expected("max_len=BYTES"))),
                }
            }
        } else if !text.is_empty() {
            max_len = p.int(text, LEN)?;
        }
        Ok(Action::Output { port: PortNo::CONTROLLER, max_len })
    }

    pub(super) fn enqueue(&self, item: &Item<'p>) -> Result<Action> {
        const FORM: &str = "PORT:QUEUE";
        let text = self.value(item, FORM)?;
        let parts = text.split_once([':', ',']);
        let (port, queue) = parts.ok_or_else(|| self.p.error(text, expected(FORM)))?;
        let queue_id = self.p.int(queue.trim(), "a queue, a number of 32 bits")?;
        Ok(Action::Enqueue { port: self.usable(port.trim())?, queue_id })
    }

    fn group(&self, item: &Item<'p>) -> Result<u32> {
        const GROUP: &str = "a group, 0 to 4294967040";
        let text = self.value(item, GROUP)?;
        let group = self.p.int(text, GROUP)?;
        if group > GroupId::MAX.0 {
            return Err(self.p.error(text, expected(GROUP)));
        }
        Ok(group)
    }

    fn vid(&self, item: &Item<'p>) -> Result<u16> {
        const VID: &str = "a VLAN id, 0 to 4095";
        let text = self.value(item, VID)?;
        let fits = self.p.int(text, VID).ok().filter(|v: &u16| *v <= 0x0fff);
        fits.ok_or_else(|| self.p.error(text, expected(VID)))
    }

    /// 1.0 adds a tag if there is none; later that takes an action of its own.
    fn mod_vlan(&mut self, key: &str, item: &Item<'p>) -> Result<()> {
        let set = if key == "mod_vlan_vid" { "set_vlan_vid" } else { "set_vlan_pcp" };
        let Some(action) = self.simple(set, item)? else { return Ok(()) };
        if self.with.tags == 0 {
            self.list.push(Action::PushVlan(0x8100));
            self.with.tags = 1;
        }
        self.list.push(action);
        Ok(())
    }

    /// 1.0 has one action for all transports, later versions a field for each.
    fn mod_tp(&self, key: &str, item: &Item<'p>) -> Result<Action> {
        let text = self.value(item, "a port number")?;
        let port: u16 = self.p.int(text, "a number of 16 bits")?;
        let src = key == "mod_tp_src";
        let field = match self.with {
            with if with.meets(Needs::Tcp) => {
                if src {
                    oxm::TCP_SRC
                } else {
                    oxm::TCP_DST
                }
            }
            with if with.meets(Needs::Udp) => {
                if src {
                    oxm::UDP_SRC
                } else {
                    oxm::UDP_DST
                }
            }
            with if with.meets(Needs::Sctp) => {
                if src {
                    oxm::SCTP_SRC
                } else {
                    oxm::SCTP_DST
                }
            }
            _ => return Err(self.p.error(item.key, OvsTextErrorKind::Needs("tcp, udp or sctp"))),
        };
        Ok(Action::set_field(field, port))
    }

    /// `NUMBER:HEX` of something that nobody here knows; its size as a multiple of eight with the
    /// `ahead` bytes (and four of the header) before it.
    pub(super) fn numbered_hex<T: TryFrom<u128>>(
        &self,
        item: &Item<'p>,
        ahead: usize,
    ) -> Result<(T, Bytes)> {
        const FORM: &str = "NUMBER:HEX, a multiple of eight bytes with the header";
        let text = self.value(item, FORM)?;
        let fail = || self.p.error(text, expected(FORM));
        let (number, digits) = text.split_once(':').ok_or_else(fail)?;
        let bytes = hex::decode(digits).ok_or_else(fail)?;
        let header = if item.key.starts_with(['e', 'E']) { 4 + ahead } else { 4 };
        if (header + bytes.len()) % 8 != 0 || bytes.len() > 0x8000 {
            return Err(fail());
        }
        Ok((self.p.int(number, FORM)?, bytes.into()))
    }

    /// A word that is no action: a port, or one of several mistakes.
    fn port_or_error(&self, key: &str, item: &Item<'p>) -> Result<Action> {
        let p = self.p;
        if INSTRUCTIONS.contains(&key) {
            return Err(p.error(item.key, expected("an action, not an instruction")));
        }
        let is_number = key.starts_with(|c: char| c.is_ascii_digit());
        let is_name = || p.port_names.is_some_and(|names| names(item.key).is_some());
        if !is_number && !is_name() {
            return Err(p.error(item.key, OvsTextErrorKind::UnknownAction));
        }
        self.nothing(item)?;
        Ok(Action::Output { port: self.usable(item.key)?, max_len: 0 })
    }
}

/// Words that are instructions.
pub(super) const INSTRUCTIONS: &[&str] = &[
    "apply_actions",
    "clear_actions",
    "experimenter_instruction",
    "goto_table",
    "meter",
    "unknown_instruction",
    "write_actions",
    "write_metadata",
];

impl Parser<'_> {
    /// The action that these bytes are to this version: an experimenter's may be Nicira's.
    fn known(&self, action: Action) -> Action {
        let mut buf = BytesMut::new();
        if action.encode(self.version, &mut Writer::new(&mut buf)).is_err() {
            return action;
        }
        let bytes = buf.freeze();
        Action::decode(self.version, &mut Reader::new(&bytes, "action")).unwrap_or(action)
    }

    /// Reads the whole text as a list of actions.
    pub(super) fn actions(&self) -> Result<ActionList> {
        let mut reader = ActionReader::new(self, Protocols::default());
        let mut items = Items::new(self.text);
        while let Some(item) = items.next(self)? {
            reader.item(&item)?;
        }
        Ok(reader.list)
    }
}
