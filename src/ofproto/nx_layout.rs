//! How Nicira's messages lay out what later versions of OpenFlow have messages of their own for.
//!
//! Ports have 16 bits and matches are `nx_match`, in every version; what is done with a packet is
//! said as the version says it. Spec: Open vSwitch's `nicira-ext.h`.

use bytes::BytesMut;
use serde_json::Value;

use super::action::ActionList;
use super::async_config::SetAsync;
use super::codec::{Codec, Member};
use super::encode::EncodeError;
use super::flow_mod::FlowMod;
use super::flow_removed::FlowRemoved;
use super::flow_stats::FlowStatsRequest;
use super::ids::GroupId;
use super::instruction::{Instruction, Instructions};
use super::json::JsonError;
use super::layout::layout;
use super::nx_match::{NxMatch, padding};
use super::packet_in::PacketIn;
use super::role::{Role, RoleReply, RoleRequest};
use super::version::{V1_0, Version};
use crate::wire::{DecodeError, Reader, Writer};

/// Nicira's layout.
pub(super) enum Nxm {}

layout!(Nxm, FlowMod, |this, v| {
    let FlowMod {
        cookie,
        cookie_mask,
        table_id,
        command,
        idle_timeout,
        hard_timeout,
        priority,
        buffer_id,
        out_port,
        out_group,
        flags,
        importance,
        match_,
        instructions,
    } = this;
    // These two are in the command and in the match by now.
    v.require(*cookie_mask == 0 && *table_id == 0, "flow_mod command")?;
    v.require(*out_group == GroupId::ANY, "out_group in a flow_mod of Nicira's")?;
    v.without(importance, "importance in a flow_mod of Nicira's")?;
    v.field("cookie", cookie)?;
    v.with::<AsV1_0, _>("command", command)?;
    v.field("idle_timeout", idle_timeout)?;
    v.field("hard_timeout", hard_timeout)?;
    v.field("priority", priority)?;
    v.field("buffer_id", buffer_id)?;
    v.with::<AsV1_0, _>("out_port", out_port)?;
    v.field("flags", flags)?;
    v.len_ahead("")?;
    v.pad(6)?;
    v.ahead(|v| v.with::<NxMatch, _>("rule", match_))?;
    v.pad(padding(match_))?;
    // Instructions from 1.1 on, as in the version's own flow-mod.
    v.field("actions", instructions)
});

layout!(Nxm, PacketIn, |this, v| {
    let PacketIn { buffer_id, total_len, reason, table_id, cookie, match_, data } = this;
    v.field("buffer_id", buffer_id)?;
    v.field("total_len", total_len)?;
    v.field("reason", reason)?;
    v.field("table_id", table_id)?;
    v.field("cookie", cookie)?;
    v.len_ahead("match_len")?;
    v.pad(6)?;
    v.ahead(|v| v.with::<NxMatch, _>("match", match_))?;
    v.pad(padding(match_) + 2)?;
    v.field("frame", data)
});

layout!(Nxm, FlowRemoved, |this, v| {
    let FlowRemoved {
        cookie,
        priority,
        reason,
        table_id,
        duration_sec,
        duration_nsec,
        idle_timeout,
        hard_timeout,
        packet_count,
        byte_count,
        match_,
        stats,
    } = this;
    v.require(*hard_timeout == 0, "hard_timeout in a flow_removed of Nicira's")?;
    v.without(stats, "stats in a flow_removed of Nicira's")?;
    v.field("cookie", cookie)?;
    v.field("priority", priority)?;
    v.field("reason", reason)?;
    v.with::<TableAndOne, _>("table_id", table_id)?;
    v.field("duration_sec", duration_sec)?;
    v.field("duration_nsec", duration_nsec)?;
    v.field("idle_timeout", idle_timeout)?;
    v.len_ahead("match_len")?;
    v.field("packet_count", packet_count)?;
    v.field("byte_count", byte_count)?;
    v.ahead(|v| v.with::<NxMatch, _>("match", match_))?;
    v.pad(padding(match_))
});

layout!(Nxm, FlowStatsRequest, |this, v| {
    let FlowStatsRequest { table_id, out_port, out_group, cookie: _, cookie_mask, match_ } = this;
    // It is in the match by now.
    v.require(*cookie_mask == 0, "cookie_mask in a flow request of Nicira's")?;
    v.require(*out_group == GroupId::ANY, "out_group in a flow request of Nicira's")?;
    v.with::<AsV1_0, _>("out_port", out_port)?;
    v.len_ahead("match_len")?;
    v.field("table_id", table_id)?;
    v.pad(3)?;
    v.ahead(|v| v.with::<NxMatch, _>("rule", match_))?;
    v.pad(padding(match_))
});

macro_rules! role_layout {
    ($noun:ident) => {
        layout!(Nxm, $noun, |this, v| {
            let $noun { role, generation_id, short_id } = this;
            v.require(*generation_id == 0, "generation_id in a role of Nicira's")?;
            v.require(*short_id == 0, "short_id in a role of Nicira's")?;
            v.with::<NxRole, _>("role", role)
        });
    };
}
role_layout!(RoleRequest);
role_layout!(RoleReply);

layout!(Nxm, SetAsync, |this, v| {
    let SetAsync { packet_in_mask, port_status_mask, flow_removed_mask, properties } = this;
    v.require(properties.is_empty(), "properties in a set_async_config")?;
    v.field("packet_in_mask", packet_in_mask)?;
    v.field("port_status_mask", port_status_mask)?;
    v.field("flow_removed_mask", flow_removed_mask)
});

/// The second form of set-async: the properties of 1.4.
pub(super) enum Properties {}

layout!(Properties, SetAsync, |this, v| {
    let SetAsync { packet_in_mask, port_status_mask, flow_removed_mask, properties } = this;
    let none = [0; 2];
    let masks = [*packet_in_mask, *port_status_mask, *flow_removed_mask];
    v.require(masks == [none; 3], "masks in a set_async_config2")?;
    v.field("properties", properties)
});

/// A form that does not change with the version: that of 1.0.
pub(super) enum AsV1_0 {}

impl<T: Member> Codec<T> for AsV1_0 {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<T, DecodeError> {
        T::decode(V1_0, r)
    }
    fn encode(value: &T, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.encode(V1_0, w)
    }
    fn to_json(value: &T, _: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        value.to_json(V1_0, w)
    }
    fn from_json(_: Version, value: &Value) -> Result<T, JsonError> {
        T::from_json(V1_0, value)
    }
    fn show(value: &T, out: &mut String) -> bool {
        value.show(out)
    }
}

/// Nothing but actions, in the version's numbers: one apply-actions, or none if there are none.
pub(super) enum Actions {}

impl Codec<Instructions> for Actions {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Instructions, DecodeError> {
        let actions = ActionList::decode(version, r)?;
        Ok(if actions.is_empty() { Instructions::new() } else { Instruction::apply(actions) })
    }
    fn encode(v: &Instructions, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        v.iter().try_for_each(|instruction| match instruction {
            Instruction::ApplyActions(actions) => actions.encode(version, w),
            other => Err(EncodeError::NotInVersion { what: other.name(), version: V1_0 }),
        })
    }
    fn to_json(
        v: &Instructions,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        Actions::encode(v, version, w)?;
        let mut scratch = BytesMut::new();
        let mut all = Vec::new();
        for action in v.applied() {
            all.push(action.to_json(version, &mut Writer::new(&mut scratch))?);
        }
        Ok(all.into())
    }
    fn from_json(version: Version, value: &Value) -> Result<Instructions, JsonError> {
        let actions = ActionList::from_json(version, value)?;
        Ok(if actions.is_empty() { Instructions::new() } else { Instruction::apply(actions) })
    }
    fn show(v: &Instructions, out: &mut String) -> bool {
        v.show(out)
    }
}

/// Nicira counts roles from "other", which is "equal" here, as 0; it has no "no change".
enum NxRole {}

impl Codec<Role> for NxRole {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Role, DecodeError> {
        match r.u32()?.checked_add(1) {
            Some(role) => Ok(Role(role)),
            None => Err(r.bad_value(4, usize::MAX, "role")),
        }
    }
    fn encode(value: &Role, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let what = "role of Nicira's that changes nothing";
        let role = value.0.checked_sub(1).ok_or(EncodeError::NotInVersion { what, version })?;
        w.u32(role);
        Ok(())
    }
    fn to_json(v: &Role, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        NxRole::encode(v, version, w)?;
        Ok(v.0.wrapping_sub(1).into())
    }
    fn from_json(version: Version, value: &Value) -> Result<Role, JsonError> {
        let role = u32::from_json(version, value)?.checked_add(1).map(Role);
        role.ok_or_else(|| JsonError::expected("a role", value))
    }
    fn show(value: &Role, out: &mut String) -> bool {
        value.show(out)
    }
}

/// The table plus one, 0 for a switch that does not tell: 255 here.
enum TableAndOne {}

impl Codec<u8> for TableAndOne {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<u8, DecodeError> {
        Ok(r.u8()?.wrapping_sub(1))
    }
    fn encode(value: &u8, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u8(value.wrapping_add(1));
        Ok(())
    }
    fn to_json(value: &u8, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        TableAndOne::encode(value, version, w)?;
        Ok((*value).into())
    }
    fn from_json(version: Version, value: &Value) -> Result<u8, JsonError> {
        u8::from_json(version, value)
    }
    fn show(value: &u8, out: &mut String) -> bool {
        value.show(out)
    }
}
