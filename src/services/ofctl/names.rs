//! Reserved numbers and their names, and numbers as users write them.

use serde_json::Value;

use crate::app::HttpError;
use crate::ofproto::{V1_0, V1_2, V1_3, V1_4, V1_5, Version};

use super::literal::integer;

/// The names of one kind of number: Ryu's constants of one prefix.
#[derive(Debug)]
pub(super) struct Names {
    /// What all of them begin with, `OFPP_` for instance; users may leave it out.
    prefix: &'static str,
    /// Name, number, first and last version. Of two names of a number the first is shown.
    rows: &'static [(&'static str, u32, Version, Version)],
}

macro_rules! names {
    ($(
        $(#[$doc:meta])*
        $table:ident $prefix:literal { $( $first:ident..$last:ident: $( $name:literal = $number:literal ),* ; )* }
    )*) => {$(
        $(#[$doc])*
        pub(super) const $table: Names = Names {
            prefix: $prefix,
            rows: &[ $( $( ($name, $number, $first, $last), )* )* ],
        };
    )*};
}

names! {
    PORT "OFPP_" {
        V1_0..V1_0: "MAX" = 0xff00, "IN_PORT" = 0xfff8, "TABLE" = 0xfff9, "NORMAL" = 0xfffa,
            "FLOOD" = 0xfffb, "ALL" = 0xfffc, "CONTROLLER" = 0xfffd, "LOCAL" = 0xfffe,
            "NONE" = 0xffff;
        V1_2..V1_5: "MAX" = 0xffffff00, "IN_PORT" = 0xfffffff8, "TABLE" = 0xfffffff9,
            "NORMAL" = 0xfffffffa, "FLOOD" = 0xfffffffb, "ALL" = 0xfffffffc,
            "CONTROLLER" = 0xfffffffd, "LOCAL" = 0xfffffffe, "ANY" = 0xffffffff;
        V1_5..V1_5: "UNSET" = 0xfffffff7;
    }
    TABLE "OFPTT_" { V1_2..V1_5: "MAX" = 0xfe, "ALL" = 0xff; }
    GROUP "OFPG_" {
        V1_2..V1_5: "MAX" = 0xffffff00, "ALL" = 0xfffffffc, "ANY" = 0xffffffff;
    }
    QUEUE "OFPQ_" { V1_0..V1_5: "ALL" = 0xffffffff; }
    METER "OFPM_" {
        V1_3..V1_5: "MAX" = 0xffff0000, "SLOWPATH" = 0xfffffffd, "CONTROLLER" = 0xfffffffe,
            "ALL" = 0xffffffff;
    }
    MAX_LEN "OFPCML_" { V1_2..V1_5: "MAX" = 0xffe5, "NO_BUFFER" = 0xffff; }
    ROLE "OFPCR_ROLE_" {
        V1_2..V1_5: "NOCHANGE" = 0, "EQUAL" = 1, "MASTER" = 2, "SLAVE" = 3;
    }
    GROUP_TYPE "OFPGT_" { V1_2..V1_5: "ALL" = 0, "SELECT" = 1, "INDIRECT" = 2, "FF" = 3; }
    GROUP_CAPABILITY "OFPGFC_" {
        V1_2..V1_5: "SELECT_WEIGHT" = 1, "SELECT_LIVENESS" = 2, "CHAINING" = 4,
            "CHAINING_CHECKS" = 8;
    }
    BUCKET_PROP "OFPGBPT_" {
        V1_5..V1_5: "WEIGHT" = 0, "WATCH_PORT" = 1, "WATCH_GROUP" = 2, "EXPERIMENTER" = 0xffff;
    }
    METER_FLAG "OFPMF_" { V1_3..V1_5: "KBPS" = 1, "PKTPS" = 2, "BURST" = 4, "STATS" = 8; }
    BAND "OFPMBT_" { V1_3..V1_5: "DROP" = 1, "DSCP_REMARK" = 2, "EXPERIMENTER" = 0xffff; }
    ACTION "OFPAT_" {
        V1_2..V1_5: "OUTPUT" = 0, "COPY_TTL_OUT" = 11, "COPY_TTL_IN" = 12, "SET_MPLS_TTL" = 15,
            "DEC_MPLS_TTL" = 16, "PUSH_VLAN" = 17, "POP_VLAN" = 18, "PUSH_MPLS" = 19,
            "POP_MPLS" = 20, "SET_QUEUE" = 21, "GROUP" = 22, "SET_NW_TTL" = 23,
            "DEC_NW_TTL" = 24, "SET_FIELD" = 25;
        V1_3..V1_5: "PUSH_PBB" = 26, "POP_PBB" = 27;
        V1_5..V1_5: "COPY_FIELD" = 28, "METER" = 29;
        V1_2..V1_5: "EXPERIMENTER" = 0xffff;
    }
    INSTRUCTION "OFPIT_" {
        V1_2..V1_5: "GOTO_TABLE" = 1, "WRITE_METADATA" = 2, "WRITE_ACTIONS" = 3,
            "APPLY_ACTIONS" = 4, "CLEAR_ACTIONS" = 5;
        V1_3..V1_4: "METER" = 6;
        V1_5..V1_5: "DEPRECATED" = 6, "STAT_TRIGGER" = 7;
        V1_2..V1_5: "EXPERIMENTER" = 0xffff;
    }
    PORT_FEATURE "OFPPF_" {
        V1_2..V1_5: "10MB_HD" = 0x1, "10MB_FD" = 0x2, "100MB_HD" = 0x4, "100MB_FD" = 0x8,
            "1GB_HD" = 0x10, "1GB_FD" = 0x20, "10GB_FD" = 0x40, "40GB_FD" = 0x80,
            "100GB_FD" = 0x100, "1TB_FD" = 0x200, "OTHER" = 0x400, "COPPER" = 0x800,
            "FIBER" = 0x1000, "AUTONEG" = 0x2000, "PAUSE" = 0x4000, "PAUSE_ASYM" = 0x8000;
    }
    PORT_MOD_PROP "OFPPMPT_" { V1_4..V1_5: "ETHERNET" = 0, "OPTICAL" = 1, "EXPERIMENTER" = 0xffff; }
    PORT_DESC_PROP "OFPPDPT_" {
        V1_4..V1_5: "ETHERNET" = 0, "OPTICAL" = 1, "EXPERIMENTER" = 0xffff;
        V1_5..V1_5: "PIPELINE_INPUT" = 2, "PIPELINE_OUTPUT" = 3, "RECIRCULATE" = 4;
    }
    PORT_STATS_PROP "OFPPSPT_" {
        V1_4..V1_5: "ETHERNET" = 0, "OPTICAL" = 1, "EXPERIMENTER" = 0xffff;
    }
    QUEUE_PROP "OFPQT_" { V1_2..V1_3: "MIN_RATE" = 1, "MAX_RATE" = 2, "EXPERIMENTER" = 0xffff; }
    QUEUE_DESC_PROP "OFPQDPT_" {
        V1_4..V1_5: "MIN_RATE" = 1, "MAX_RATE" = 2, "EXPERIMENTER" = 0xffff;
    }
    QUEUE_STATS_PROP "OFPQSPT_" { V1_4..V1_5: "EXPERIMENTER" = 0xffff; }
    TABLE_PROP "OFPTFPT_" {
        V1_3..V1_5: "INSTRUCTIONS" = 0, "INSTRUCTIONS_MISS" = 1, "NEXT_TABLES" = 2,
            "NEXT_TABLES_MISS" = 3, "WRITE_ACTIONS" = 4, "WRITE_ACTIONS_MISS" = 5,
            "APPLY_ACTIONS" = 6, "APPLY_ACTIONS_MISS" = 7, "MATCH" = 8, "WILDCARDS" = 10,
            "WRITE_SETFIELD" = 12, "WRITE_SETFIELD_MISS" = 13, "APPLY_SETFIELD" = 14,
            "APPLY_SETFIELD_MISS" = 15;
        V1_4..V1_5: "TABLE_SYNC_FROM" = 16;
        V1_5..V1_5: "WRITE_COPYFIELD" = 18, "WRITE_COPYFIELD_MISS" = 19, "APPLY_COPYFIELD" = 20,
            "APPLY_COPYFIELD_MISS" = 21, "PACKET_TYPES" = 22;
        V1_3..V1_5: "EXPERIMENTER" = 0xfffe, "EXPERIMENTER_MISS" = 0xffff;
    }
    /// Bits of the wildcards of 1.0.
    WILDCARD "OFPFW_" {
        V1_0..V1_0: "IN_PORT" = 0x1, "DL_VLAN" = 0x2, "DL_SRC" = 0x4, "DL_DST" = 0x8,
            "DL_TYPE" = 0x10, "NW_PROTO" = 0x20, "TP_SRC" = 0x40, "TP_DST" = 0x80,
            "NW_SRC" = 0x3f00, "NW_DST" = 0xfc000, "DL_VLAN_PCP" = 0x100000, "NW_TOS" = 0x200000;
    }
    /// The one value of the configuration of a table of 1.2 that is not the default.
    TABLE_MISS "OFPTC_" {
        V1_2..V1_2: "TABLE_MISS_CONTINUE" = 1, "TABLE_MISS_DROP" = 2, "TABLE_MISS_MASK" = 3;
    }
}

impl Names {
    fn of(&self, version: Version) -> impl Iterator<Item = (&'static str, u32)> {
        let has = move |first: Version, last: Version| first <= version && version <= last;
        let rows = self.rows.iter().filter(move |(_, _, first, last)| has(*first, *last));
        rows.map(|(name, number, ..)| (*name, *number))
    }

    /// All names.
    pub(super) fn all(&self, version: Version) -> impl Iterator<Item = &'static str> {
        self.of(version).map(|(name, _)| name)
    }

    /// The number of a name, with its prefix or without, in any case of letters.
    pub(super) fn number(&self, version: Version, name: &str) -> Option<u64> {
        let upper = name.to_ascii_uppercase();
        let bare = upper.strip_prefix(self.prefix).unwrap_or(&upper);
        self.of(version).find(|(name, _)| *name == bare).map(|(_, number)| number.into())
    }

    /// The name of a number.
    pub(super) fn name(&self, version: Version, number: u64) -> Option<&'static str> {
        self.of(version).find(|(_, n)| u64::from(*n) == number).map(|(name, _)| name)
    }

    /// A number, or a name, as a user writes it.
    ///
    /// # Errors
    /// Status 400.
    pub(super) fn read(
        &self,
        version: Version,
        key: &str,
        value: &Value,
    ) -> Result<u64, HttpError> {
        if let Some(number) = to_int(value) {
            return u64::try_from(number).map_err(|_| out_of_range(key, value));
        }
        let named = value.as_str().and_then(|name| self.number(version, name));
        named.ok_or_else(|| {
            let names: Vec<&str> = self.of(version).map(|(name, _)| name).collect();
            let hint = if names.is_empty() { "" } else { " or one of " };
            let reason = format!("{key} is {value}, expected a number{hint}{}", names.join(", "));
            HttpError::bad_request(reason)
        })
    }

    /// The name in place of a number that has one.
    pub(super) fn show(&self, version: Version, number: &Value) -> Value {
        let name = number.as_u64().and_then(|number| self.name(version, number));
        name.map_or_else(|| number.clone(), Value::from)
    }

    /// The name of a number, or `UNKNOWN`.
    pub(super) fn show_type(&self, version: Version, number: &Value) -> Value {
        let name = number.as_u64().and_then(|number| self.name(version, number));
        name.unwrap_or("UNKNOWN").into()
    }

    /// The names of the rows that share a bit with `bits`, in the order of the rows.
    pub(super) fn masks(&self, version: Version, bits: &Value) -> Value {
        let bits = bits.as_u64().unwrap_or_default();
        self.of(version).filter(|(_, n)| u64::from(*n) & bits != 0).map(|(name, _)| name).collect()
    }

    /// The names of the rows whose number is the place of a bit that is set in `bits`.
    pub(super) fn places(&self, version: Version, bits: &Value) -> Value {
        let bits = bits.as_u64().unwrap_or_default();
        let is_set = |n: u32| bits.checked_shr(n).unwrap_or_default() & 1 == 1;
        self.of(version).filter(|(_, n)| is_set(*n)).map(|(name, _)| name).collect()
    }
}

/// An integer, or text that is one in Python; `None` if it is neither.
pub(super) fn to_int(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => {
            number.as_u64().map(i128::from).or_else(|| number.as_i64().map(i128::from))
        }
        Value::String(text) => {
            let text = text.trim();
            let (is_negative, digits) = match text.strip_prefix('-') {
                Some(digits) => (true, digits),
                None => (false, text.strip_prefix('+').unwrap_or(text)),
            };
            let number = i128::try_from(integer(digits)?).ok()?;
            Some(if is_negative { -number } else { number })
        }
        _ => None,
    }
}

/// The error of a number that is none.
pub(super) fn no_number(key: &str, value: &Value) -> HttpError {
    HttpError::bad_request(format!("{key} is {value}, expected a number"))
}

fn out_of_range(key: &str, value: &Value) -> HttpError {
    HttpError::bad_request(format!("{key} is {value}, which is out of range"))
}

/// A number that is not negative; of more than 64 bits as decimal text.
///
/// # Errors
/// Status 400.
pub(super) fn number(key: &str, value: &Value) -> Result<Value, HttpError> {
    if let Value::String(text) = value
        && let Some(wide) = integer(text.trim()).filter(|wide| *wide > u64::MAX.into())
    {
        return Ok(wide.to_string().into());
    }
    let number = to_int(value).ok_or_else(|| no_number(key, value))?;
    u64::try_from(number).map(Value::from).map_err(|_| out_of_range(key, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reserved_names_both_ways() {
        let read = |version, value: Value| PORT.read(version, "port", &value).ok();
        assert_eq!(read(V1_0, json!("LOCAL")), Some(0xfffe));
        assert_eq!(read(V1_3, json!("OFPP_LOCAL")), Some(0xffff_fffe));
        assert_eq!(read(V1_3, json!("controller")), Some(0xffff_fffd));
        assert_eq!(read(V1_3, json!("0x10")), Some(16));
        assert_eq!(read(V1_3, json!("-1")), None);
        assert_eq!(read(V1_0, json!("ANY")), None);
        assert_eq!(read(V1_5, json!("UNSET")), Some(0xffff_fff7));
        assert_eq!(PORT.show(V1_3, &json!(0xffff_fffe_u32)), json!("LOCAL"));
        assert_eq!(PORT.show(V1_3, &json!(0xfffe)), json!(0xfffe));
        assert_eq!(INSTRUCTION.name(V1_5, 6), Some("DEPRECATED"));
        let error = PORT.read(V1_2, "port", &json!("LCOAL")).unwrap_err();
        assert!(error.reason.starts_with("port is \"LCOAL\", expected a number or one of MAX, "));
    }

    #[test]
    fn numbers_as_users_write_them() {
        for (text, expected) in [("10", 10), ("0x10", 16), (" 7 ", 7), ("-1", -1), ("1_0", 10)] {
            assert_eq!(to_int(&json!(text)), Some(expected), "{text}");
        }
        for none in [json!("010"), json!("ten"), json!(1.0), json!(true), json!(null), json!("")] {
            assert_eq!(to_int(&none), None, "{none}");
        }
    }
}
