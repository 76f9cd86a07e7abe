//! Nicira's actions as text: `resubmit(,1)`, `load:0x5->NXM_NX_REG0[]`.

use super::action_text::set_field_text;
use super::bits::Bits;
use super::controller_text::{controller_text, controller2_text};
use super::ct_text::{ct_text, nat_text};
use super::field::OvsField;
use super::learn_text::learn_text;
use super::{ActionsText, Parser};
use crate::ofproto::{NxAction, NxBundle, NxEncap, NxMultipath, NxSample3, OxmId, PortNo, Version};
use crate::wire::hex;

/// What is hashed, by number.
pub(super) const HASH_FIELDS: &[&str] = &[
    "eth_src",
    "symmetric_l4",
    "symmetric_l3l4",
    "symmetric_l3l4+udp",
    "nw_src",
    "nw_dst",
    "symmetric_l3",
];
/// Algorithms of a multipath, by number.
pub(super) const MULTIPATHS: &[&str] = &["modulo_n", "hash_threshold", "hrw", "iter_hash"];
/// Algorithms of a bundle, by number.
pub(super) const BUNDLES: &[&str] = &["active_backup", "hrw"];
/// What the members of a bundle are: ports.
pub(super) const OFPORT: u32 = 2;
/// Packet types of an encap by name.
pub(super) const ENCAPS: &[(&str, u32)] =
    &[("ethernet", 0), ("mpls", 0x1_8847), ("mpls_mc", 0x1_8848)];
/// Packet type of network service headers.
pub(super) const NSH: u32 = 0x1_894f;
/// The class of the properties of an encap that are about network service headers.
pub(super) const NSH_PROPS: u16 = 4;
/// The packet type of a decap that takes what comes.
pub(super) const ANY_TYPE: u32 = 0xfffe;

/// The action as Open vSwitch shows it; `None` if it has something that the text cannot say.
pub(super) fn nx_text(version: Version, action: &NxAction) -> Option<String> {
    let bits = |id: OxmId, ofs, n| Bits::of(id, ofs, n).map(Bits::text);
    let packed = |id: OxmId, ofs_nbits| Bits::of_packed(id, ofs_nbits).map(Bits::text);
    Some(match action {
        NxAction::Resubmit(a) => format!("resubmit:{}", port(a.in_port)),
        NxAction::ResubmitTable(a) => resubmit_text(a.in_port, a.table_id, false),
        NxAction::ResubmitTableCt(a) => resubmit_text(a.in_port, a.table_id, true),
        NxAction::SetTunnel(a) => format!("set_tunnel:{}", hexadecimal(a.tun_id.into())),
        NxAction::SetTunnel64(a) => format!("set_tunnel64:{}", hexadecimal(a.tun_id.into())),
        NxAction::SetQueue(a) => format!("set_queue:{}", a.queue_id),
        NxAction::PopQueue(_) => "pop_queue".to_owned(),
        NxAction::RegMove(a) => {
            let src = bits(a.src_field, a.src_ofs, a.n_bits)?;
            format!("move:{src}->{}", bits(a.dst_field, a.dst_ofs, a.n_bits)?)
        }
        NxAction::RegLoad(a) => {
            let dst = Bits::of_packed(a.dst, a.ofs_nbits)?;
            if !dst.fits(a.value.into()) || !dst.row.writable {
                return None;
            }
            format!("load:{}->{}", hexadecimal(a.value.into()), dst.text())
        }
        NxAction::RegLoad2(a) => set_field_text(a.field.as_oxm())?,
        NxAction::Note(a) => {
            let bytes: Vec<String> = a.note.iter().map(|b| format!("{b:02x}")).collect();
            format!("note:{}", bytes.join("."))
        }
        NxAction::Multipath(a) => multipath_text(a)?,
        NxAction::Bundle(a) => {
            if a.dst != OxmId::default() || a.ofs_nbits != 0 {
                return None;
            }
            format!("bundle({})", bundle_text(a, "")?)
        }
        NxAction::BundleLoad(a) => {
            let dst = packed(a.dst, a.ofs_nbits)? + ",";
            let same = NxBundle {
                algorithm: a.algorithm,
                fields: a.fields,
                basis: a.basis,
                slave_type: a.slave_type,
                slaves: a.slaves.clone(),
                ..NxBundle::default()
            };
            format!("bundle_load({})", bundle_text(&same, &dst)?)
        }
        NxAction::OutputReg(a) if a.max_len == u16::MAX => {
            format!("output:{}", packed(a.src, a.ofs_nbits)?)
        }
        NxAction::OutputReg2(a) if a.max_len == u16::MAX => {
            format!("output:{}", packed(a.src, a.ofs_nbits)?)
        }
        NxAction::OutputReg(_) | NxAction::OutputReg2(_) => return None,
        NxAction::Learn(a) => learn_text(a, 0, None)?,
        NxAction::Learn2(a) => {
            let dst = (a.result_dst != OxmId::default())
                .then(|| Bits::of(a.result_dst, a.result_dst_ofs, 1));
            learn_text(&a.learn, a.limit, dst.map_or(Some(None), |dst| dst.map(Some))?)?
        }
        NxAction::Exit(_) => "exit".to_owned(),
        NxAction::DecTtl(_) => "dec_ttl".to_owned(),
        NxAction::DecTtlCntIds(a) => {
            let ids: Vec<String> = a.cnt_ids.iter().map(u16::to_string).collect();
            if ids.is_empty() {
                return None;
            }
            format!("dec_ttl({})", ids.join(","))
        }
        NxAction::FinTimeout(a) => {
            let both = [("idle", a.fin_idle_timeout), ("hard", a.fin_hard_timeout)];
            let given = both.into_iter().filter(|(_, seconds)| *seconds != 0);
            let given: Vec<_> = given.map(|(name, v)| format!("{name}_timeout={v}")).collect();
            format!("fin_timeout({})", given.join(","))
        }
        NxAction::Controller(a) => {
            controller_text(a.max_len, a.controller_id, a.reason, None, false, None)
        }
        NxAction::Controller2(a) => controller2_text(&a.properties)?,
        NxAction::PushMpls(a) => format!("push_mpls:{:#06x}", a.ethertype),
        NxAction::PopMpls(a) => format!("pop_mpls:{:#06x}", a.ethertype),
        NxAction::SetMplsTtl(a) => format!("set_mpls_ttl({})", a.ttl),
        NxAction::DecMplsTtl(_) => "dec_mpls_ttl".to_owned(),
        NxAction::SetMplsLabel(a) => format!("set_mpls_label({})", a.label),
        NxAction::SetMplsTc(a) => format!("set_mpls_tc({})", a.tc),
        NxAction::StackPush(a) => format!("push:{}", bits(a.field, a.start, a.end)?),
        NxAction::StackPop(a) => format!("pop:{}", bits(a.field, a.start, a.end)?),
        NxAction::Sample(a) => format!(
            "sample(probability={},collector_set_id={},obs_domain_id={},obs_point_id={})",
            a.probability, a.collector_set_id, a.obs_domain_id, a.obs_point_id
        ),
        NxAction::Sample2(a) => sample_text(&NxSample3 {
            probability: a.probability,
            collector_set_id: a.collector_set_id,
            obs_domain_id: a.obs_domain_id,
            obs_point_id: a.obs_point_id,
            sampling_port: a.sampling_port,
            direction: 0,
        })?,
        NxAction::Sample3(a) => sample_text(a)?,
        NxAction::Conjunction(a) => {
            format!("conjunction({},{}/{})", a.id, u16::from(a.clause) + 1, a.n_clauses)
        }
        NxAction::Ct(a) => ct_text(version, a)?,
        NxAction::Nat(a) => nat_text(a)?,
        NxAction::OutputTrunc(a) => format!("output(port={},max_len={})", port(a.port), a.max_len),
        NxAction::Clone(a) => format!("clone({})", ActionsText(version, &a.actions)),
        NxAction::CtClear(_) => "ct_clear".to_owned(),
        NxAction::Encap(a) => encap_text(a)?,
        NxAction::Decap(a) if a.new_pkt_type == ANY_TYPE => "decap()".to_owned(),
        NxAction::Decap(a) => {
            let (space, number) = (a.new_pkt_type >> 16, a.new_pkt_type & 0xffff);
            format!("decap(packet_type(ns={space},type={}))", hexadecimal(number.into()))
        }
        NxAction::DecNshTtl(_) => "dec_nsh_ttl".to_owned(),
        NxAction::CheckPktLarger(a) => {
            format!("check_pkt_larger({})->{}", a.pkt_len, bits(a.dst, a.offset, 1)?)
        }
        NxAction::DeleteField(a) => {
            // Of others Open vSwitch could not say it.
            let row = OvsField::of_id(a.field).filter(|row| row.is_option())?;
            format!("delete_field:{}", row.name)
        }
        NxAction::Unknown { .. } => return None,
    })
}

/// A port of 16 bits.
fn port(number: u16) -> PortNo {
    PortNo::from_v1_0(number)
}

/// `0x5`, but `0` for zero.
pub(super) fn hexadecimal(v: u128) -> String {
    if v == 0 { "0".to_owned() } else { format!("{v:#x}") }
}

fn resubmit_text(in_port: u16, table: u8, ct: bool) -> String {
    let given = match port(in_port) {
        PortNo::IN_PORT => String::new(),
        port => port.to_string(),
    };
    match table {
        255 if !given.is_empty() && !ct => format!("resubmit:{given}"),
        255 => format!("resubmit({given},{})", if ct { ",ct" } else { "" }),
        table => format!("resubmit({given},{table}{})", if ct { ",ct" } else { "" }),
    }
}

fn name_of<'a>(names: &[&'a str], number: u16) -> Option<&'a str> {
    names.get(usize::from(number)).copied()
}

fn multipath_text(a: &NxMultipath) -> Option<String> {
    let fields = name_of(HASH_FIELDS, a.fields)?;
    let algorithm = name_of(MULTIPATHS, a.algorithm)?;
    let links = u32::from(a.max_link) + 1;
    let dst = Bits::of_packed(a.dst, a.ofs_nbits)?.text();
    Some(format!("multipath({fields},{},{algorithm},{links},{},{dst})", a.basis, a.arg))
}

fn bundle_text(a: &NxBundle, dst: &str) -> Option<String> {
    let fields = name_of(HASH_FIELDS, a.fields)?;
    let algorithm = name_of(BUNDLES, a.algorithm)?;
    if a.slave_type != OFPORT {
        return None;
    }
    let members: Vec<String> = a.slaves.iter().map(|member| port(*member).to_string()).collect();
    let members = members.join(",");
    Some(format!("{fields},{},{algorithm},ofport,{dst}members:{members}", a.basis))
}

fn sample_text(a: &NxSample3) -> Option<String> {
    let direction = match a.direction {
        0 => "",
        1 => ",ingress",
        2 => ",egress",
        _ => return None,
    };
    let from = match port(a.sampling_port) {
        PortNo::ANY => String::new(),
        port => format!(",sampling_port={port}"),
    };
    Some(format!(
        "sample(probability={},collector_set_id={},obs_domain_id={},obs_point_id={}{from}{direction})",
        a.probability, a.collector_set_id, a.obs_domain_id, a.obs_point_id
    ))
}

fn encap_text(a: &NxEncap) -> Option<String> {
    if a.hdr_size != 0 {
        return None;
    }
    if a.new_pkt_type == NSH {
        let mut given = Vec::new();
        for property in &a.properties {
            given.push(match (property.class, property.prop_type, &property.data[..]) {
                (NSH_PROPS, 1, [md_type]) => format!("md_type={md_type}"),
                // Its padding is in its length.
                (NSH_PROPS, 2, [c0, c1, kind, len, data @ ..]) => {
                    let class = u16::from_be_bytes([*c0, *c1]);
                    let (data, padding) = data.split_at_checked(usize::from(*len))?;
                    let whole = (8 + data.len()).next_multiple_of(8) - 8 - data.len();
                    if data.is_empty() || padding.len() != whole || padding.iter().any(|b| *b != 0)
                    {
                        return None;
                    }
                    format!("tlv({class:#x},{kind},0x{})", hex::encode(data))
                }
                _ => return None,
            });
        }
        let given = given.join(",");
        return Some(if given.is_empty() {
            "encap(nsh)".to_owned()
        } else {
            format!("encap(nsh({given}))")
        });
    }
    let name = ENCAPS.iter().find(|row| row.1 == a.new_pkt_type)?.0;
    a.properties.is_empty().then(|| format!("encap({name})"))
}

impl Parser<'_> {
    /// The number of a name.
    pub(super) fn number_of(
        &self,
        names: &[&str],
        text: &str,
        what: &'static str,
    ) -> super::Result<u16> {
        let number = names.iter().position(|name| *name == text);
        number
            .and_then(|number| u16::try_from(number).ok())
            .ok_or_else(|| self.error(text, super::token::expected(what)))
    }
}
