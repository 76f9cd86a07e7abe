//! Nicira's controller actions as text: `controller(reason=no_match,max_len=128,id=5,pause)`.

use super::Result;
use super::action_reader::ActionReader;
use super::token::{Item, Items, expected, number};
use crate::ofproto::{
    NO_BUFFER_LEN, NxAction, NxController, NxController2, NxController2Prop, PacketInReason,
};

const SHORT: &str = "a number of 16 bits";
const LONG: &str = "a number of 32 bits";

pub(super) fn controller_text(
    max_len: u16,
    id: u16,
    reason: PacketInReason,
    userdata: Option<&[u8]>,
    pause: bool,
    meter: Option<u32>,
) -> String {
    if id == 0
        && reason == PacketInReason::ACTION
        && userdata.is_none()
        && !pause
        && meter.is_none()
    {
        return format!("CONTROLLER:{max_len}");
    }
    let mut given = Vec::new();
    match reason.name() {
        _ if reason == PacketInReason::ACTION => {}
        Some(name) => given.push(format!("reason={name}")),
        None => given.push(format!("reason={}", reason.0)),
    }
    if max_len != u16::MAX {
        given.push(format!("max_len={max_len}"));
    }
    if id != 0 {
        given.push(format!("id={id}"));
    }
    if let Some(userdata) = userdata {
        let bytes: Vec<String> = userdata.iter().map(|b| format!("{b:02x}")).collect();
        given.push(format!("userdata={}", bytes.join(".")));
    }
    if pause {
        given.push("pause".to_owned());
    }
    if let Some(meter) = meter {
        given.push(format!("meter_id={meter}"));
    }
    format!("controller({})", given.join(","))
}

pub(super) fn controller2_text(properties: &[NxController2Prop]) -> Option<String> {
    let (mut max_len, mut id, mut reason) = (u16::MAX, 0, PacketInReason::ACTION);
    let (mut userdata, mut pause, mut meter) = (None, false, None);
    for property in properties {
        match property {
            NxController2Prop::MaxLen(v) => max_len = *v,
            NxController2Prop::ControllerId(v) => id = *v,
            NxController2Prop::Reason(v) => reason = *v,
            NxController2Prop::Userdata(v) => userdata = Some(&v[..]),
            NxController2Prop::Pause => pause = true,
            NxController2Prop::MeterId(v) => meter = Some(*v),
            NxController2Prop::Unknown { .. } => return None,
        }
    }
    Some(controller_text(max_len, id, reason, userdata, pause, meter))
}

/// Whether a controller action says more than how many bytes are sent.
pub(super) fn needs_extension(value: &str) -> bool {
    let mut words = value.split([',', ' ']);
    words.any(|word| {
        let (key, value) = word.split_once(['=', ':', '(']).unwrap_or((word, ""));
        match key.trim() {
            "reason" => value != "action",
            "id" => number(value) != Some(0),
            "userdata" | "pause" | "meter_id" => true,
            _ => false,
        }
    })
}

impl<'p> ActionReader<'p> {
    pub(super) fn nicira_controller(&self, item: &Item<'p>) -> Result<NxAction> {
        const LEN: &str = "a number of bytes, 0 to 65535";
        let p = self.p;
        let (mut max_len, mut controller_id, mut reason) =
            (NO_BUFFER_LEN, 0, PacketInReason::ACTION);
        let (mut userdata, mut pause, mut meter) = (None, false, None);
        let mut items = Items::new(item.value.unwrap_or_default());
        while let Some(item) = items.next(p)? {
            let value = || self.value(&item, "a value");
            match item.key {
                "max_len" => max_len = p.int(value()?, LEN)?,
                "id" => controller_id = p.int(value()?, SHORT)?,
                "reason" => {
                    let text = value()?;
                    let mut all = (0..=u8::MAX).map(PacketInReason);
                    reason = match all.find(|reason| reason.name() == Some(text)) {
                        Some(reason) => reason,
                        None => PacketInReason(p.int(text, "a reason, as no_match")?),
                    };
                }
                "userdata" => userdata = Some(p.dotted(item.value.unwrap_or_default())?),
                "pause" => {
                    self.nothing(&item)?;
                    pause = true;
                }
                "meter_id" => meter = Some(p.int(value()?, LONG)?),
                _ => {
                    let what = "max_len, id, reason, userdata, pause or meter_id";
                    return Err(p.error(item.key, expected(what)));
                }
            }
        }
        if userdata.is_none() && !pause && meter.is_none() {
            return Ok(NxController { max_len, controller_id, reason }.into());
        }
        let mut properties = Vec::new();
        if max_len != u16::MAX {
            properties.push(NxController2Prop::MaxLen(max_len));
        }
        if controller_id != 0 {
            properties.push(NxController2Prop::ControllerId(controller_id));
        }
        if reason != PacketInReason::ACTION {
            properties.push(NxController2Prop::Reason(reason));
        }
        properties.extend(userdata.map(|bytes| NxController2Prop::Userdata(bytes.into())));
        properties.extend(pause.then_some(NxController2Prop::Pause));
        properties.extend(meter.map(NxController2Prop::MeterId));
        Ok(NxController2 { properties }.into())
    }
}
