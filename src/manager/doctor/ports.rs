//! Ports that are taken, and by whom: from Linux's process file system.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use super::Machine;
use super::finding::Finding;

/// Longest command line that is shown, in characters.
const COMMAND_MAX: usize = 120;

/// A socket that awaits somebody.
struct Listener {
    addr: SocketAddr,
    uid: u32,
    inode: u64,
}

/// Whether `addr` can be had.
pub(super) fn examine(machine: &Machine, what: &str, addr: SocketAddr, is_udp: bool) -> Finding {
    let (files, state) = match is_udp {
        true => (["net/udp", "net/udp6"], "07"),
        false => (["net/tcp", "net/tcp6"], "0A"),
    };
    let transport = if is_udp { "UDP" } else { "TCP" };
    let listeners = files.iter().flat_map(|file| read(&machine.proc.join(file), state));
    let Some(taken) = listeners.into_iter().find(|other| collide(addr, other.addr)) else {
        return Finding::ok("ports", format!("{transport} {addr} for {what} is free"));
    };
    let (owner, advice) = match owner(&machine.proc, taken.inode) {
        Some(owner) => (
            format!("process {} ({}): {}", owner.pid, owner.name, owner.command),
            format!("end that process (kill {}), or choose another port", owner.pid),
        ),
        None => (
            format!("a process of user {} that cannot be seen", taken.uid),
            "as root `ryu doctor` sees which; end it, or choose another port".to_owned(),
        ),
    };
    let text = format!("{transport} {addr} for {what} is taken: {} by {owner}", taken.addr);
    Finding::problem("ports", text).advised(advice)
}

/// Whether a listener on one keeps another from the other.
fn collide(wanted: SocketAddr, taken: SocketAddr) -> bool {
    let covers = |one: IpAddr, other: IpAddr| match one {
        // Without IPV6_V6ONLY, which cannot be seen, it has all of IPv4, too.
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => true,
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => other.is_ipv4(),
        one => one == other,
    };
    let (one, other) = (wanted.ip().to_canonical(), taken.ip().to_canonical());
    wanted.port() == taken.port() && (covers(one, other) || covers(other, one))
}

/// The lines of a table of sockets that are in this state; none if it cannot be read.
#[expect(clippy::disallowed_methods, reason = "a program of its own, without a loop")]
fn read(table: &Path, state: &str) -> Vec<Listener> {
    let text = fs::read_to_string(table).unwrap_or_default();
    text.lines().skip(1).filter_map(|line| listener(line, state)).collect()
}

/// `sl local_address rem_address st tx_queue:rx_queue tr:when retrnsmt uid timeout inode ...`
fn listener(line: &str, wanted_state: &str) -> Option<Listener> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, local, _, state, _, _, _, uid, _, inode, ..] = fields[..] else { return None };
    if state != wanted_state {
        return None;
    }
    Some(Listener { addr: address(local)?, uid: uid.parse().ok()?, inode: inode.parse().ok()? })
}

/// An address as the kernel prints it: words of 32 bits in the machine's own order, in hexadecimal.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        let word = u32::from_str_radix(ip.get(at * 8..at * 8 + 8)?, 16).ok()?;
        Some(word.to_ne_bytes())
    };
    let ip = match ip.len() {
        8 => IpAddr::from(word(0)?),
        32 => {
            let mut bytes = [0; 16];
            for at in 0..4 {
                bytes[at * 4..at * 4 + 4].copy_from_slice(&word(at)?);
            }
            IpAddr::from(bytes)
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

struct Owner {
    pid: u32,
    name: String,
    command: String,
}

/// The first process that has the socket open, of those whose descriptors may be seen.
#[expect(clippy::disallowed_methods, reason = "a program of its own, without a loop")]
fn owner(proc: &Path, inode: u64) -> Option<Owner> {
    let wanted = format!("socket:[{inode}]");
    let mut pids: Vec<u32> = fs::read_dir(proc)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    pids.sort_unstable();
    let has_it = |pid: &u32| {
        let descriptors = fs::read_dir(proc.join(pid.to_string()).join("fd"));
        descriptors.into_iter().flatten().flatten().any(|descriptor| {
            fs::read_link(descriptor.path())
                .is_ok_and(|target| target.as_os_str() == wanted.as_str())
        })
    };
    let pid = pids.into_iter().find(has_it)?;
    let read = |file: &str| fs::read_to_string(proc.join(pid.to_string()).join(file));
    let command = read("cmdline").unwrap_or_default().replace('\0', " ");
    Some(Owner {
        pid,
        name: read("comm").unwrap_or_default().trim().to_owned(),
        command: command.trim().chars().take(COMMAND_MAX).collect(),
    })
}
