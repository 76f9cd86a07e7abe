//! Options from the environment: `OS_DEFAULT__WSAPI_PORT=9090`, `OS_ZAPI__SERVER_HOST=::1`.

use super::layers::{Origin, Raw};
use super::nearest::nearest;
use super::references::Source;
use super::table::Table;
use super::value::shown;

/// The group of options that are in none.
const DEFAULT: &str = "DEFAULT";

/// The options that these variables set. One that begins with a group of ours but is no option gets
/// a warning; others that begin with `OS_` are somebody else's.
pub(super) fn source(table: &Table, variables: &[(String, String)]) -> (Source, Vec<String>) {
    let mut source = Source::default();
    let mut warnings = Vec::new();
    for (name, value) in variables {
        let Some((group, key)) = name.strip_prefix("OS_").and_then(|rest| rest.split_once("__"))
        else {
            continue;
        };
        let group = group.replace('_', "-").to_ascii_lowercase();
        let group = Some(group.as_str()).filter(|group| !group.eq_ignore_ascii_case(DEFAULT));
        let key = key.to_ascii_lowercase();
        match table.find(group, &key) {
            Some(row) => {
                let origin = Origin::Environment { variable: name.as_str().into() };
                source.raw.push(Raw { row, text: value.clone(), origin });
            }
            None if group.is_none_or(|group| table.groups().contains(&group)) => {
                let of_group = table.rows().filter(|(_, row)| row.group() == group);
                let keys: Vec<String> = of_group.map(|(_, row)| row.key()).collect();
                let near = nearest(&key, keys.iter().map(String::as_str));
                let near = near.map_or(String::new(), |near| format!(" (nearest: {near})"));
                warnings
                    .push(format!("environment {}: no such option{near}, ignored", shown(name)));
            }
            None => {}
        }
    }
    (source, warnings)
}
