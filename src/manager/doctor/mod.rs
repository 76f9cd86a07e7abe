//! `ryu doctor`: what would keep a start from working, or its switches from coming, looked for before
//! the start.
//!
//! It takes the command line of `ryu run`. It changes nothing, and no loop runs: it may block.

mod files;
mod finding;
mod ovs;
mod ports;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use crate::app::{Catalog, Plan};
use crate::conf::{Conf, Exit, Program, Surroundings, Table, Value, named_apps, with_apps};
use crate::controller::{self, Transport, TransportAddress};
use crate::http::options::WSAPI_INSECURE;
use crate::services::ofp_handler;
use crate::tls::TlsContext;

use super::stack::wsapi_addr;
use super::wsapi;

use self::finding::{Finding, Level, Report};

/// The name of the subcommand.
pub(super) const NAME: &str = "doctor";

/// The names of the app that looks for links.
const DISCOVERY: [&str; 2] = ["switches", "ryu.topology.switches"];

/// Id of the argument of `--json`.
const JSON: &str = "json";

/// The subcommand.
pub(super) fn command(table: &Table) -> Command {
    let command = Command::new(NAME)
        .about("Say what would keep these apps from running, or switches from connecting")
        .after_help(
            "Takes the options and apps of ryu run. It looks for ports that are taken and by whom, \
             files that cannot be used, a REST service that would be open, Open vSwitch with its \
             bridges, their controllers, OpenFlow versions and fail modes. Exit status: 0, or 1 if \
             there is a problem. As root it sees who has a port, and more of Open vSwitch.",
        )
        .arg(Arg::new(JSON).long(JSON).action(ArgAction::SetTrue).help("Print JSON"));
    with_apps(command, table)
}

/// The machine that is looked at.
pub(super) struct Machine {
    /// Where the process file system is.
    proc: PathBuf,
    /// The program that asks Open vSwitch's database.
    ovs_vsctl: PathBuf,
    /// Where Open vSwitch has its sockets.
    ovs_run: PathBuf,
}

impl Machine {
    fn of_process() -> Machine {
        let ovs_run = std::env::var_os("OVS_RUNDIR").map(PathBuf::from);
        Machine {
            proc: "/proc".into(),
            ovs_vsctl: "ovs-vsctl".into(),
            ovs_run: ovs_run.unwrap_or_else(|| "/var/run/openvswitch".into()),
        }
    }
}

/// Runs the subcommand.
pub(super) fn run(table: &Table, matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let surroundings = Surroundings::of_process(Program::RyuRun.executable());
    let (conf, problems) = Conf::as_far_as_possible(table, matches, &surroundings);
    let mut report = Report::default();
    for problem in problems {
        report.add(Finding::problem("options", problem));
    }
    for warning in conf.warnings() {
        report.add(Finding::warning("options", warning));
    }
    let catalog = Catalog::collect().map_err(Exit::failure)?;
    examine(
        &Machine::of_process(),
        table,
        &conf,
        &catalog,
        &named_apps(&conf, matches),
        &mut report,
    );
    let text = match matches.get_flag(JSON) {
        true => format!("{:#}\n", report.json()),
        false => report.to_string(),
    };
    let code = u8::from(report.has_problem());
    Err(Exit { code, stdout: text, stderr: String::new() })
}

/// Looks at everything.
pub(super) fn examine(
    machine: &Machine,
    table: &Table,
    conf: &Conf,
    catalog: &Catalog,
    apps: &[String],
    report: &mut Report,
) {
    let plan = match super::plan_of(catalog, apps) {
        Ok(plan) => {
            let names: Vec<&str> = plan.apps.iter().map(|app| app.shown).collect();
            report.add(Finding::ok("apps", format!("these would run: {}", names.join(", "))));
            Some(plan)
        }
        Err(errors) => {
            for error in errors.to_string().lines() {
                report.add(Finding::problem("apps", error));
            }
            None
        }
    };
    let openflow = openflow(machine, conf, plan.as_ref(), report);
    rest(machine, conf, plan.as_ref(), report);
    topology(table, conf, plan.as_ref(), report);
    files::examine(conf, report);
    ovs::examine(machine, &openflow, plan.as_ref(), report);
}

/// The OpenFlow side: its addresses, its TLS.
fn openflow(
    machine: &Machine,
    conf: &Conf,
    plan: Option<&Plan>,
    report: &mut Report,
) -> Vec<TransportAddress> {
    let is_open =
        |plan: &Plan| plan.apps.iter().any(|app| app.descriptor.name == ofp_handler::NAME);
    if !plan.is_none_or(is_open) {
        report.add(Finding::note("openflow", "no app handles OpenFlow: no switch is awaited"));
        return Vec::new();
    }
    match controller::tls_settings(conf).map(|settings| settings.map(TlsContext::load)) {
        Err(error) => report.add(Finding::problem("openflow", error)),
        Ok(Some(Err(error))) => report.add(Finding::problem("openflow", format!("TLS: {error}"))),
        Ok(Some(Ok(_))) => report.add(Finding::ok("openflow", "key and certificates can be used")),
        Ok(None) => {}
    }
    let addresses = match controller::listening(conf) {
        Ok(addresses) => addresses,
        Err(error) => {
            report.add(Finding::problem("openflow", error));
            return Vec::new();
        }
    };
    for address in &addresses {
        let is_udp = address.transport == Transport::Udp;
        report.add(ports::examine(machine, "OpenFlow", address.addr, is_udp));
    }
    addresses
}

/// The REST side: its address, and who could reach it.
fn rest(machine: &Machine, conf: &Conf, plan: Option<&Plan>, report: &mut Report) {
    if plan.is_some_and(|plan| plan.routes().is_empty()) {
        report.add(Finding::note("rest", "no app has routes: REST is not opened"));
        return;
    }
    let addr: SocketAddr = match wsapi_addr(conf) {
        Ok(addr) => addr,
        Err(error) => return report.add(Finding::problem("rest", error)),
    };
    if addr.port() != 0 {
        report.add(ports::examine(machine, "REST", addr, false));
    }
    match wsapi::safety(conf, addr) {
        Err(error) => report.add(Finding::problem("rest", error)),
        Ok(safety) => {
            for text in wsapi::doubts(&safety, addr) {
                report.add(Finding::warning("rest", text));
            }
            if conf.get(&WSAPI_INSECURE) && safety.lacks(addr).is_empty() {
                report.add(Finding::note("rest", "--wsapi-insecure is not needed"));
            }
        }
    }
}

/// Apps that live on links, without links.
fn topology(table: &Table, conf: &Conf, plan: Option<&Plan>, report: &mut Report) {
    let discovers = |plan: &Plan| {
        plan.apps.iter().any(|app| {
            let names = app.descriptor.aliases.iter().chain([&app.descriptor.name]);
            names.into_iter().any(|name| DISCOVERY.contains(name))
        })
    };
    if !plan.is_some_and(discovers) {
        return;
    }
    let option = table.rows().map(|(_, row)| row).find(|row| row.key() == "observe_links");
    match option.and_then(|row| conf.value(row)) {
        Some(Value::Bool(false)) => report.add(
            Finding::warning(
                "topology",
                "an app asks for the topology, and links are not looked for",
            )
            .advised("add --observe-links"),
        ),
        Some(_) => report.add(Finding::ok("topology", "links are looked for")),
        None => {}
    }
}

impl Report {
    /// The report for programs.
    fn json(&self) -> serde_json::Value {
        let findings = self.findings().iter().map(|finding| {
            json!({
                "level": finding.level.name(),
                "check": finding.check,
                "text": finding.text,
                "advice": finding.advice,
            })
        });
        json!({
            "ok": !self.has_problem(),
            "problems": self.count(Level::Problem),
            "warnings": self.count(Level::Warning),
            "findings": findings.collect::<Vec<_>>(),
        })
    }
}
