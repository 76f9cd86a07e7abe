//! Connection tracking as text: `ct(commit,zone=5,nat(src=10.0.0.1))`.

use super::action_reader::{ActionReader, Inside};
use super::bits::Bits;
use super::token::{Items, expected};
use super::{ActionsText, Parser, Result};
use crate::ofproto::{Action, NxAction, NxCt, NxNat, OxmId, Version};

const COMMIT: u16 = 1;
const FORCE: u16 = 2;
/// `recirc_table` of a `ct` that does not go on in a table.
const NO_TABLE: u8 = 255;
/// Helpers by name, and the port of their protocol.
const HELPERS: &[(&str, u16)] = &[("ftp", 21), ("tftp", 69)];

const SRC: u16 = 1;
const DST: u16 = 2;
/// Words of a `nat` and their bits.
const NAT_FLAGS: &[(&str, u16)] = &[("persistent", 4), ("hash", 8), ("random", 16)];

/// `ct(...)`; `None` if there is something that the text cannot say.
pub(super) fn ct_text(version: Version, ct: &NxCt) -> Option<String> {
    if ct.flags & !(COMMIT | FORCE) != 0 {
        return None;
    }
    let mut given = Vec::new();
    if ct.flags & COMMIT != 0 {
        given.push("commit".to_owned());
    }
    if ct.flags & FORCE != 0 {
        given.push("force".to_owned());
    }
    if ct.recirc_table != NO_TABLE {
        given.push(format!("table={}", ct.recirc_table));
    }
    if ct.zone_src != OxmId::default() {
        let zone = Bits::of_packed(ct.zone_src, ct.zone_ofs_nbits)?;
        given.push(format!("zone={}", zone.text()));
    } else if ct.zone_ofs_nbits != 0 {
        given.push(format!("zone={}", ct.zone_ofs_nbits));
    }
    let mut rest = &ct.actions[..];
    if let [Action::Nicira(first), behind @ ..] = rest
        && let NxAction::Nat(nat) = &**first
    {
        given.push(nat_text(nat)?);
        rest = behind;
    }
    if !rest.is_empty() {
        given.push(format!("exec({})", ActionsText(version, rest)));
    }
    if ct.alg != 0 {
        let helper = HELPERS.iter().find(|row| row.1 == ct.alg)?;
        given.push(format!("alg={}", helper.0));
    }
    Some(format!("ct({})", given.join(",")))
}

/// `nat(...)`; `None` if there is something that the text cannot say.
pub(super) fn nat_text(nat: &NxNat) -> Option<String> {
    let mut given = Vec::new();
    let known = NAT_FLAGS.iter().fold(SRC | DST, |all, row| all | row.1);
    let side = match nat.flags & (SRC | DST) {
        _ if nat.flags & !known != 0 => return None,
        SRC => "src",
        DST => "dst",
        0 => "",
        _ => return None,
    };
    let addresses = match nat {
        NxNat { range_ipv6_min: None, range_ipv6_max: None, .. } => {
            range(nat.range_ipv4_min, nat.range_ipv4_max, |ip| ip.to_string())?
        }
        NxNat { range_ipv4_min: None, range_ipv4_max: None, .. } => {
            let bracketed = nat.range_proto_min.is_some();
            range(nat.range_ipv6_min, nat.range_ipv6_max, |ip| {
                if bracketed { format!("[{ip}]") } else { ip.to_string() }
            })?
        }
        _ => return None,
    };
    let ports = range(nat.range_proto_min, nat.range_proto_max, |port| port.to_string())?;
    let separator = if ports.is_empty() { "" } else { ":" };
    match (side, addresses.is_empty() && ports.is_empty()) {
        ("", true) => {}
        ("", false) => return None,
        (side, true) => given.push(side.to_owned()),
        (side, false) => given.push(format!("{side}={addresses}{separator}{ports}")),
    }
    let words = NAT_FLAGS.iter().filter(|row| nat.flags & row.1 != 0);
    given.extend(words.map(|row| row.0.to_owned()));
    let given = given.join(",");
    Some(if given.is_empty() { "nat".to_owned() } else { format!("nat({given})") })
}

/// `FIRST-LAST`, one value, or nothing.
fn range<T: PartialEq + Copy>(
    min: Option<T>,
    max: Option<T>,
    text: impl Fn(T) -> String,
) -> Option<String> {
    match (min, max) {
        (None, None) => Some(String::new()),
        (Some(min), None) => Some(text(min)),
        (Some(min), Some(max)) if min != max => Some(format!("{}-{}", text(min), text(max))),
        _ => None,
    }
}

impl<'p> ActionReader<'p> {
    /// Reads what is in the parentheses of a `ct`.
    pub(super) fn ct(&self, text: &'p str) -> Result<NxAction> {
        let p = self.p;
        let mut ct = NxCt::default();
        let mut inner = self.inside(Inside::Ct);
        let mut items = Items::new(text);
        while let Some(item) = items.next(p)? {
            match item.key {
                "commit" => {
                    self.nothing(&item)?;
                    ct.flags |= COMMIT;
                }
                "force" => {
                    self.nothing(&item)?;
                    ct.flags |= FORCE;
                }
                "table" => {
                    const TABLE: &str = "a table, 0 to 254";
                    let value = self.value(&item, TABLE)?;
                    ct.recirc_table = p.int(value, TABLE)?;
                    if ct.recirc_table == NO_TABLE {
                        return Err(p.error(value, expected(TABLE)));
                    }
                }
                "zone" => {
                    let value = self.value(&item, "a zone, 0 to 65535, or 16 bits of a field")?;
                    if value.starts_with(|c: char| c.is_ascii_digit()) {
                        ct.zone_ofs_nbits = p.int(value, "a zone, 0 to 65535")?;
                        ct.zone_src = OxmId::default();
                    } else {
                        let bits = p.bits(value)?;
                        if bits.n_bits != 16 {
                            return Err(p.error(value, expected("16 bits of a field")));
                        }
                        (ct.zone_src, ct.zone_ofs_nbits) = p.few_bits(value)?;
                    }
                }
                "alg" => {
                    let value = self.value(&item, "ftp or tftp")?;
                    let helper = HELPERS.iter().find(|row| row.0 == value);
                    let helper = helper.ok_or_else(|| p.error(value, expected("ftp or tftp")))?;
                    ct.alg = helper.1;
                }
                "exec" => {
                    let mut actions = Items::new(item.value.unwrap_or_default());
                    while let Some(action) = actions.next(p)? {
                        inner.item(&action)?;
                    }
                }
                "nat" => inner.item(&item)?,
                _ => {
                    let what = "commit, force, table, zone, alg, exec or nat";
                    return Err(p.error(item.key, expected(what)));
                }
            }
        }
        if ct.flags & (COMMIT | FORCE) == FORCE {
            return Err(p.error(text, expected("commit where there is force")));
        }
        ct.actions = inner.list;
        Ok(ct.into())
    }

    /// Reads what is in the parentheses of a `nat`.
    pub(super) fn nat(&self, text: &'p str) -> Result<NxAction> {
        let p = self.p;
        let mut nat = NxNat::default();
        let mut items = Items::new(text);
        while let Some(item) = items.next(p)? {
            let side = match item.key {
                "src" => SRC,
                "dst" => DST,
                word => match NAT_FLAGS.iter().find(|row| row.0 == word) {
                    Some((_, bit)) => {
                        self.nothing(&item)?;
                        nat.flags |= bit;
                        continue;
                    }
                    None => {
                        let what = "src, dst, persistent, hash or random";
                        return Err(p.error(item.key, expected(what)));
                    }
                },
            };
            if nat.flags & (SRC | DST) != 0 {
                return Err(p.error(item.key, expected("one of src and dst")));
            }
            nat.flags |= side;
            if let Some(value) = item.value.filter(|value| !value.is_empty()) {
                p.nat_range(value, &mut nat)?;
            }
        }
        Ok(nat.into())
    }
}

impl Parser<'_> {
    /// Reads `ADDRESS[-ADDRESS][:PORT[-PORT]]`, IPv6 addresses with ports in brackets.
    fn nat_range(&self, text: &str, nat: &mut NxNat) -> Result<()> {
        const FORM: &str =
            "ADDRESS[-ADDRESS][:PORT[-PORT]], an IPv6 address in brackets if ports follow";
        let fail = || self.error(text, expected(FORM));
        let ends = |text| match str::split_once(text, '-') {
            Some((min, max)) => (min, Some(max)),
            None => (text, None),
        };
        let bare = |text: &str| text.trim_matches(['[', ']']).to_owned();
        // Colons are parts of IPv6 addresses, unless these are in brackets.
        let (addresses, ports) = match text.rfind("]:") {
            Some(at) => (&text[..=at], Some(&text[at + 2..])),
            None if text.contains('[') || text.matches(':').count() > 1 => (text, None),
            None => match text.split_once(':') {
                Some((addresses, ports)) => (addresses, Some(ports)),
                None => (text, None),
            },
        };
        let (min, max) = ends(addresses);
        if addresses.contains(':') {
            let one = |text: &str| bare(text).parse().map_err(|_| fail());
            nat.range_ipv6_min = Some(one(min)?);
            nat.range_ipv6_max =
                max.map(one).transpose()?.filter(|max| Some(*max) != nat.range_ipv6_min);
            if nat.range_ipv6_max.is_some_and(|max| Some(max) < nat.range_ipv6_min) {
                return Err(fail());
            }
        } else if !addresses.is_empty() || ports.is_none() {
            let one = |text: &str| text.parse().map_err(|_| fail());
            nat.range_ipv4_min = Some(one(min)?);
            nat.range_ipv4_max =
                max.map(one).transpose()?.filter(|max| Some(*max) != nat.range_ipv4_min);
            if nat.range_ipv4_max.is_some_and(|max| Some(max) < nat.range_ipv4_min) {
                return Err(fail());
            }
        }
        if let Some(ports) = ports {
            let (min, max) = ends(ports);
            let one = |text: &str| text.parse::<u16>().map_err(|_| fail());
            nat.range_proto_min = Some(one(min)?);
            nat.range_proto_max =
                max.map(one).transpose()?.filter(|max| Some(*max) != nat.range_proto_min);
            if nat.range_proto_max.is_some_and(|max| Some(max) < nat.range_proto_min) {
                return Err(fail());
            }
        }
        Ok(())
    }
}
