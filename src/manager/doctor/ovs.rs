//! Open vSwitch on this machine: whether its bridges would find us, and understand us.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::process::Command;

use serde_json::Value;

use crate::app::Plan;
use crate::controller::{Transport, TransportAddress};
use crate::ofproto::Version;

use super::Machine;
use super::finding::{Finding, Report};

/// Seconds that the database has for its answer.
const TIMEOUT: &str = "--timeout=3";

/// A bridge, as the database has it.
struct Bridge {
    name: String,
    controllers: Vec<String>,
    /// Empty: all that this Open vSwitch speaks by default.
    versions: Vec<String>,
    fail_mode: String,
}

/// A controller of a bridge's.
struct Target {
    target: String,
    is_connected: bool,
    last_error: String,
}

pub(super) fn examine(
    machine: &Machine,
    ours: &[TransportAddress],
    plan: Option<&Plan>,
    report: &mut Report,
) {
    let list = |table: &str, columns: &str| ask(machine, table, columns);
    let bridges = match list("Bridge", "name,controller,protocols,fail_mode") {
        Ok(rows) => rows,
        Err(Trouble::NotInstalled) => {
            report
                .add(Finding::note("ovs", "no ovs-vsctl in PATH: Open vSwitch was not looked at"));
            return;
        }
        Err(Trouble::Failed(reason)) => {
            let socket = machine.ovs_run.join("db.sock");
            let text = match socket.exists() {
                true => format!("Open vSwitch's database does not answer: {reason}"),
                false => {
                    format!("Open vSwitch is installed and does not run: no {}", socket.display())
                }
            };
            report.add(Finding::warning("ovs", text).advised("ovs-ctl start, as root"));
            return;
        }
    };
    let targets: BTreeMap<String, Target> =
        match list("Controller", "_uuid,target,is_connected,status") {
            Ok(rows) => rows.iter().map(target).collect(),
            Err(_) => BTreeMap::new(),
        };
    let bridges: Vec<Bridge> = bridges.iter().map(bridge).collect();
    if bridges.is_empty() {
        report.add(
            Finding::note("ovs", "Open vSwitch runs and has no bridge")
                .advised("ovs-vsctl add-br br0"),
        );
    }
    for bridge in &bridges {
        of_bridge(bridge, &targets, ours, plan, report);
    }
}

fn of_bridge(
    bridge: &Bridge,
    targets: &BTreeMap<String, Target>,
    ours: &[TransportAddress],
    plan: Option<&Plan>,
    report: &mut Report,
) {
    let name = &bridge.name;
    let known: Vec<&Target> = bridge.controllers.iter().filter_map(|id| targets.get(id)).collect();
    if known.is_empty() {
        let advice = ours.first().map_or(String::new(), |address| {
            format!("ovs-vsctl set-controller {name} {}", callable(address))
        });
        report
            .add(Finding::note("ovs", format!("bridge {name} has no controller")).advised(advice));
        return;
    }
    let mut calls_us = false;
    for target in known {
        match calls(&target.target, ours) {
            Calls::Us => {
                calls_us = true;
                let state = match (target.is_connected, target.last_error.as_str()) {
                    (true, _) => " and is connected".to_owned(),
                    (false, "") => String::new(),
                    (false, error) => format!("; its last attempt: {error}"),
                };
                let text = format!("bridge {name} calls {}{state}", target.target);
                report.add(Finding::ok("ovs", text));
            }
            Calls::Nobody(reason) => {
                let advice = ours.first().map_or(String::new(), |address| {
                    format!("ovs-vsctl set-controller {name} {}", callable(address))
                });
                let text = format!("bridge {name} calls {}, {reason}", target.target);
                report.add(Finding::warning("ovs", text).advised(advice));
            }
            Calls::Elsewhere => {
                let text = format!("bridge {name} calls {}, another machine", target.target);
                report.add(Finding::note("ovs", text));
            }
            Calls::Waits => {
                let text = format!("bridge {name} waits for calls at {}", target.target);
                let advice = "--ofp-switch-address-list calls switches";
                report.add(Finding::note("ovs", text).advised(advice));
            }
        }
    }
    if let Some(plan) = plan.filter(|_| calls_us) {
        versions(bridge, plan, report);
    }
    let (mode, meaning) = match bridge.fail_mode.as_str() {
        "secure" => (
            "secure",
            "keeps its flows and learns nothing by itself: what no flow matches is dropped",
        ),
        _ => ("standalone", "becomes a learning switch of its own, without the apps' flows"),
    };
    let text = format!("bridge {name} has fail mode {mode}: without a controller it {meaning}");
    let other = if mode == "secure" { "standalone" } else { "secure" };
    let advice = format!("if that is not meant: ovs-vsctl set-fail-mode {name} {other}");
    report.add(Finding::note("ovs", text).advised(advice));
}

fn versions(bridge: &Bridge, plan: &Plan, report: &mut Report) {
    let name = &bridge.name;
    let word = |version: &Version| format!("OpenFlow{}", version.to_string().replace('.', ""));
    let apps: Vec<String> = plan.versions.iter().map(word).collect();
    let spoken =
        |version: &&String| bridge.versions.is_empty() || bridge.versions.contains(version);
    let shared: Vec<&String> = apps.iter().filter(spoken).collect();
    match shared.last() {
        Some(highest) => {
            report.add(Finding::ok("ovs", format!("bridge {name} and the apps meet in {highest}")));
        }
        None => {
            let text = format!(
                "bridge {name} speaks {}, the apps {}: they do not meet",
                bridge.versions.join(", "),
                apps.join(", ")
            );
            let all: Vec<&str> = bridge.versions.iter().chain(&apps).map(String::as_str).collect();
            let advice = format!("ovs-vsctl set bridge {name} protocols={}", all.join(","));
            report.add(Finding::problem("ovs", text).advised(advice));
        }
    }
}

/// Whom a bridge calls.
enum Calls {
    Us,
    Elsewhere,
    /// It waits to be called.
    Waits,
    /// This machine, where we are not; with the reason.
    Nobody(String),
}

/// Who is meant by `tcp:127.0.0.1:6653` and the like (ovs-vsctl(8), "Controller Connectivity").
fn calls(target: &str, ours: &[TransportAddress]) -> Calls {
    let Some((scheme, rest)) = target.split_once(':') else { return Calls::Elsewhere };
    let transport = match scheme {
        "tcp" => Transport::Tcp,
        "ssl" => Transport::Ssl,
        "ptcp" | "pssl" | "punix" => return Calls::Waits,
        _ => return Calls::Elsewhere,
    };
    let with_port = |port: u16| format!("{rest}:{port}");
    let place = rest.parse::<SocketAddr>().or_else(|_| with_port(6653).parse());
    let Ok(place) = place else { return Calls::Elsewhere };
    let hears = |address: &&TransportAddress| {
        let ip = address.addr.ip();
        address.addr.port() == place.port() && (ip == place.ip() || ip.is_unspecified())
    };
    let is_here = place.ip().is_loopback() || ours.iter().any(|ours| ours.addr.ip() == place.ip());
    match ours.iter().find(hears) {
        Some(address) if address.transport == transport && is_here => Calls::Us,
        Some(_) if is_here && transport == Transport::Tcp => {
            Calls::Nobody("where TLS is spoken: the target begins with ssl: then".to_owned())
        }
        Some(_) if is_here => Calls::Nobody("where no TLS is spoken".to_owned()),
        None if is_here => {
            let listed: Vec<String> = ours.iter().map(ToString::to_string).collect();
            Calls::Nobody(format!("and we would be at {}", listed.join(" and ")))
        }
        _ => Calls::Elsewhere,
    }
}

/// Where a switch of this machine calls us.
fn callable(address: &TransportAddress) -> String {
    let mut addr = address.addr;
    if addr.ip().is_unspecified() {
        addr.set_ip(match addr.ip() {
            IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(_) => IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
        });
    }
    TransportAddress { addr, ..*address }.to_string()
}

enum Trouble {
    NotInstalled,
    /// The first line that it said.
    Failed(String),
}

/// A row: the values by the names of their columns.
type Row = BTreeMap<String, Value>;

#[expect(clippy::disallowed_methods, reason = "a program of its own, without a loop")]
fn ask(machine: &Machine, table: &str, columns: &str) -> Result<Vec<Row>, Trouble> {
    let columns = format!("--columns={columns}");
    let asked = Command::new(&machine.ovs_vsctl)
        .args([TIMEOUT, "--format=json", &columns, "list", table])
        .env("OVS_RUNDIR", &machine.ovs_run)
        .output();
    let output = match asked {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Trouble::NotInstalled),
        Err(error) => return Err(Trouble::Failed(error.to_string())),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Trouble::Failed(said.lines().next().unwrap_or("it says nothing").to_owned()));
    }
    rows(&output.stdout).ok_or_else(|| Trouble::Failed("its answer is none".to_owned()))
}

fn rows(json: &[u8]) -> Option<Vec<Row>> {
    let answer: Value = serde_json::from_slice(json).ok()?;
    let headings: Vec<&str> =
        answer["headings"].as_array()?.iter().filter_map(Value::as_str).collect();
    let row = |row: &Value| {
        let values = row.as_array()?.iter().cloned();
        Some(headings.iter().map(|name| (*name).to_owned()).zip(values).collect())
    };
    answer["data"].as_array()?.iter().map(row).collect()
}

fn bridge(row: &Row) -> Bridge {
    let texts = |name: &str| row.get(name).map(items).unwrap_or_default();
    Bridge {
        name: texts("name").pop().unwrap_or_default(),
        controllers: texts("controller"),
        versions: texts("protocols"),
        fail_mode: texts("fail_mode").pop().unwrap_or_default(),
    }
}

fn target(row: &Row) -> (String, Target) {
    let text = |name: &str| row.get(name).map(items).unwrap_or_default().pop().unwrap_or_default();
    let status = row.get("status").and_then(|status| status[1].as_array().cloned());
    let last_error = status.into_iter().flatten().find(|pair| pair[0] == "last_error");
    let target = Target {
        target: text("target"),
        is_connected: row.get("is_connected") == Some(&Value::Bool(true)),
        last_error: last_error
            .and_then(|pair| pair[1].as_str().map(str::to_owned))
            .unwrap_or_default(),
    };
    (text("_uuid"), target)
}

/// The texts of a column (RFC 7047 section 5.1): one, `["uuid", "..."]`, or `["set", [...]]`.
fn items(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(pair) => match (pair.first().and_then(Value::as_str), pair.get(1)) {
            (Some("uuid"), Some(Value::String(id))) => vec![id.clone()],
            (Some("set"), Some(Value::Array(inner))) => inner.iter().flat_map(items).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
