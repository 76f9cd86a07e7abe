//! Option names as Ryu's users type them: underscores for dashes, and no more of a name than is
//! needed to tell it from the others.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::Command;

/// The long options of Ryu 4.34's `ryu-manager`, besides `--no...`. What was enough of a name there is
/// enough here, whatever options of our own begin with the same letters.
pub(super) const OF_RYU: [&str; 53] = [
    "app-lists",
    "bgp-app-config-file",
    "bgp-app-rpc-host",
    "bgp-app-rpc-port",
    "ca-certs",
    "config-dir",
    "config-file",
    "ctl-cert",
    "ctl-privkey",
    "default-log-level",
    "enable-debugger",
    "explicit-drop",
    "help",
    "install-lldp-flow",
    "log-config-file",
    "log-dir",
    "log-file",
    "log-file-mode",
    "observe-links",
    "ofp-listen-host",
    "ofp-ssl-listen-port",
    "ofp-switch-address-list",
    "ofp-switch-connect-interval",
    "ofp-tcp-listen-port",
    "pid-file",
    "shell-completion",
    "test-switch-dir",
    "test-switch-interval",
    "test-switch-target",
    "test-switch-target-recv-port",
    "test-switch-target-send-port-1",
    "test-switch-target-send-port-2",
    "test-switch-target-version",
    "test-switch-tester",
    "test-switch-tester-recv-port-1",
    "test-switch-tester-recv-port-2",
    "test-switch-tester-send-port",
    "test-switch-tester-version",
    "use-stderr",
    "use-syslog",
    "user-flags",
    "verbose",
    "version",
    "wsapi-host",
    "wsapi-port",
    "zapi-client-route-type",
    "zapi-db-url",
    "zapi-frr-version",
    "zapi-retry-interval",
    "zapi-router-id",
    "zapi-server-host",
    "zapi-server-port",
    "zapi-server-version",
];

/// An option that could be several.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ambiguous option: --{given} could match {}", listed(candidates))]
pub(super) struct Ambiguous {
    given: String,
    candidates: Vec<String>,
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("--{name}")).collect::<Vec<_>>().join(", ")
}

/// The command line with every long option spelt out. A name that no option begins with is left as
/// it is.
///
/// # Errors
/// The first option that could be several.
pub(super) fn spell_out(
    command: &Command,
    line: impl IntoIterator<Item = OsString>,
) -> Result<Vec<OsString>, Ambiguous> {
    let mut command = command;
    let mut spelt = Vec::new();
    let mut line = line.into_iter();
    // The name of the program.
    spelt.extend(line.next());
    while let Some(word) = line.next() {
        if word == "--" {
            spelt.push(word);
            spelt.extend(line);
            break;
        }
        let option = word.to_str().and_then(|text| text.strip_prefix("--"));
        match option {
            Some(option) => {
                let (given, value) = match option.split_once('=') {
                    Some((given, value)) => (given, Some(value)),
                    None => (option, None),
                };
                let whole = whole_name(command, given)?;
                spelt.push(match (whole, value) {
                    (None, _) => word,
                    (Some(whole), None) => format!("--{whole}").into(),
                    (Some(whole), Some(value)) => format!("--{whole}={value}").into(),
                });
            }
            None => {
                if let Some(inner) = word.to_str().and_then(|word| command.find_subcommand(word)) {
                    command = inner;
                }
                spelt.push(word);
            }
        }
    }
    Ok(spelt)
}

fn whole_name(command: &Command, given: &str) -> Result<Option<String>, Ambiguous> {
    let name = given.replace('_', "-");
    let mut known: BTreeSet<&str> =
        command.get_arguments().filter_map(|arg| arg.get_long()).collect();
    known.extend(["help", "version"]);
    if known.contains(name.as_str()) {
        return Ok(Some(name));
    }
    let begins = |known: &&&str| known.starts_with(&name);
    let of_ryu = |known: &&&str| {
        let on = known.strip_prefix("no").filter(|on| OF_RYU.contains(on));
        on.is_some() || OF_RYU.contains(known)
    };
    let all: Vec<&str> = known.iter().filter(begins).copied().collect();
    let old: Vec<&str> = all.iter().filter(of_ryu).copied().collect();
    match (old.as_slice(), all.as_slice()) {
        ([one], _) | ([], [one]) => Ok(Some((*one).to_owned())),
        ([], []) => Ok(None),
        _ => Err(Ambiguous {
            given: given.chars().take(80).filter(|c| !c.is_control()).collect(),
            candidates: all.iter().map(|name| (*name).to_owned()).collect(),
        }),
    }
}
