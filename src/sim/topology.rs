//! Topologies: which hosts and switches there are, and which port is wired to which.
//!
//! The named forms are Mininet's, with its names of switches and hosts, its port numbers and its
//! datapath ids, so that what is read about one holds for the other:
//!
//! | form | what it is |
//! |---|---|
//! | `minimal` | one switch, two hosts |
//! | `single[,hosts]` | one switch |
//! | `reversed[,hosts]` | one switch, its ports counted from the last host |
//! | `linear[,switches[,hosts]]` | a chain of switches with so many hosts each |
//! | `tree[,depth[,fanout]]` | a tree of switches with the hosts at its leaves |
//! | `torus,x,y[,hosts]` | a grid whose edges meet; it has loops |
//!
//! One more is ours, for many links between not so many switches:
//!
//! | form | what it is |
//! |---|---|
//! | `mesh,switches[,reach[,hosts]]` | a circle of switches, each with a link to each of the `reach` next ones; it has loops |

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use thiserror::Error;

use crate::ofproto::Dpid;
use crate::wire::MacAddr;

/// The most hosts and switches together: beyond that, a mistyped number fills the memory.
pub const MAX_NODES: usize = 16_384;

/// The accepted forms, as an error message names them.
pub const FORMS: &str = "minimal, single[,hosts], reversed[,hosts], linear[,switches[,hosts]], \
                         tree[,depth[,fanout]], torus,x,y[,hosts], \
                         mesh,switches[,reach[,hosts]]";

/// The most links of a `mesh`; the other forms have few for each node.
pub const MAX_LINKS: usize = 131_072;

/// A host or a switch of a topology, by its index in [`Topology::hosts`] or
/// [`Topology::switches`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A host.
    Host(usize),
    /// A switch.
    Switch(usize),
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSpec {
    /// Its name, `h1`.
    pub name: String,
    /// Its address, `10.0.0.1`; all hosts are in `10.0.0.0/8`.
    pub ip: Ipv4Addr,
    /// Its Ethernet address, `00:00:00:00:00:01`.
    pub mac: MacAddr,
}

/// A switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchSpec {
    /// Its name, `s1`; its ports are `s1-eth1` and up.
    pub name: String,
    /// Its datapath id.
    pub dpid: Dpid,
}

/// One end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Whose.
    pub node: Node,
    /// Which port: from 1 for switches, from 0 for hosts.
    pub port: u32,
}

/// A cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkSpec {
    /// One end.
    pub a: Endpoint,
    /// The other end.
    pub b: Endpoint,
}

/// Hosts, switches and links.
///
/// # Example: a form by name
/// ```
/// use ryu_sdn::sim::Topology;
///
/// let tree: Topology = "tree,2".parse()?;
/// assert_eq!((tree.switches.len(), tree.hosts.len()), (3, 4));
/// assert_eq!(tree.hosts[3].ip.to_string(), "10.0.0.4");
/// assert!(!tree.has_loops());
/// assert!("ring,3".parse::<Topology>().unwrap_err().to_string().contains("torus,x,y"));
/// # Ok::<(), ryu_sdn::sim::TopologyError>(())
/// ```
///
/// # Example: one of your own
/// ```
/// use ryu_sdn::ofproto::Dpid;
/// use ryu_sdn::sim::Topology;
///
/// let mut triangle = Topology::new("triangle");
/// let s = [1, 2, 3].map(|n| triangle.add_switch(format!("s{n}"), Dpid(n)));
/// for (n, switch) in s.into_iter().enumerate() {
///     let host = triangle.add_host(format!("h{}", n + 1));
///     triangle.add_link(host, switch);
///     triangle.add_link(switch, s[(n + 1) % 3]);
/// }
/// assert!(triangle.has_loops());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// What it is called: the form it was made from.
    pub name: String,
    /// The hosts; addresses are given in this order.
    pub hosts: Vec<HostSpec>,
    /// The switches.
    pub switches: Vec<SwitchSpec>,
    /// The links, in the order in which ports were given.
    pub links: Vec<LinkSpec>,
}

/// A text that names no topology.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TopologyError {
    /// No form has this name.
    #[error("unknown topology {0:?} (accepted: {FORMS})")]
    Unknown(String),
    /// An argument that is not a number in its range.
    #[error("topology {form}: {what} is {value:?}, expected {expected} (accepted: {FORMS})")]
    Argument {
        /// The form.
        form: &'static str,
        /// What the argument stands for.
        what: &'static str,
        /// As it was written.
        value: String,
        /// What it has to be.
        expected: String,
    },
    /// More arguments than the form takes.
    #[error("topology {form} takes at most {most} arguments, not {given} (accepted: {FORMS})")]
    TooMany {
        /// The form.
        form: &'static str,
        /// How many it takes.
        most: usize,
        /// How many there were.
        given: usize,
    },
    /// More than [`MAX_NODES`] or [`MAX_LINKS`].
    #[error("topology {0} has more than {MAX_NODES} hosts and switches or {MAX_LINKS} links")]
    TooLarge(String),
}

impl Topology {
    /// A topology with nothing in it.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Topology { name, hosts: Vec::new(), switches: Vec::new(), links: Vec::new() }
    }

    /// Adds a host; the n-th gets the address `10.0.0.n` and the Ethernet address n.
    pub fn add_host(&mut self, name: impl Into<String>) -> Node {
        let index = self.hosts.len();
        let number = index as u32 + 1;
        let [a, b, c, d] = number.to_be_bytes();
        let ip = Ipv4Addr::from(0x0a00_0000 + number);
        self.hosts.push(HostSpec { name: name.into(), ip, mac: MacAddr([0, 0, a, b, c, d]) });
        Node::Host(index)
    }

    /// Adds a switch.
    pub fn add_switch(&mut self, name: impl Into<String>, dpid: Dpid) -> Node {
        self.switches.push(SwitchSpec { name: name.into(), dpid });
        Node::Switch(self.switches.len() - 1)
    }

    /// Adds a link between the next free port of each node.
    ///
    /// # Panics
    /// If a node is not of this topology.
    pub fn add_link(&mut self, a: Node, b: Node) {
        let a = self.next_port(a);
        // A link of a switch to itself takes two ports of it.
        let mut b = self.next_port(b);
        if a == b {
            b.port += 1;
        }
        self.links.push(LinkSpec { a, b });
    }

    /// Adds a link between given ports.
    pub fn add_link_at(&mut self, a: Endpoint, b: Endpoint) {
        self.links.push(LinkSpec { a, b });
    }

    fn next_port(&self, node: Node) -> Endpoint {
        let first = match node {
            Node::Host(index) => {
                assert!(index < self.hosts.len(), "no such host in topology {}", self.name);
                0
            }
            Node::Switch(index) => {
                assert!(index < self.switches.len(), "no such switch in topology {}", self.name);
                1
            }
        };
        let taken = self.endpoints().filter(|end| end.node == node).map(|end| end.port);
        Endpoint { node, port: taken.max().map_or(first, |port| port + 1) }
    }

    fn endpoints(&self) -> impl Iterator<Item = Endpoint> + '_ {
        self.links.iter().flat_map(|link| [link.a, link.b])
    }

    /// The name of a node; empty if it is not of this topology.
    pub fn name_of(&self, node: Node) -> &str {
        match node {
            Node::Host(index) => self.hosts.get(index).map_or("", |host| &host.name),
            Node::Switch(index) => self.switches.get(index).map_or("", |switch| &switch.name),
        }
    }

    /// The node of this name.
    pub fn node(&self, name: &str) -> Option<Node> {
        let host = self.hosts.iter().position(|host| host.name == name).map(Node::Host);
        let switch = || self.switches.iter().position(|switch| switch.name == name);
        host.or_else(|| switch().map(Node::Switch))
    }

    /// Whether a frame could come back to a switch that it has left.
    pub fn has_loops(&self) -> bool {
        !self.blocked(|_| true).is_empty()
    }

    /// The ends of the links between switches that a spanning tree leaves out, ascending.
    ///
    /// The tree grows from the first switch breadth-first over the links, by index, for which
    /// `is_up` says true; every part that hangs together has a tree of its own.
    pub fn blocked(&self, is_up: impl Fn(usize) -> bool) -> Vec<Endpoint> {
        let mut neighbours = vec![Vec::new(); self.switches.len()];
        for (index, link) in self.links.iter().enumerate().filter(|(index, _)| is_up(*index)) {
            if let (Node::Switch(a), Node::Switch(b)) = (link.a.node, link.b.node) {
                neighbours[a].push((b, index));
                neighbours[b].push((a, index));
            }
        }
        let mut in_tree = vec![false; self.links.len()];
        let mut is_reached = vec![false; self.switches.len()];
        let mut reached = std::collections::VecDeque::new();
        for root in 0..self.switches.len() {
            if std::mem::replace(&mut is_reached[root], true) {
                continue;
            }
            reached.push_back(root);
            while let Some(switch) = reached.pop_front() {
                for &(other, link) in &neighbours[switch] {
                    if !std::mem::replace(&mut is_reached[other], true) {
                        in_tree[link] = true;
                        reached.push_back(other);
                    }
                }
            }
        }
        let left_out = self.links.iter().enumerate().filter(|(index, link)| {
            let between = [link.a.node, link.b.node].iter().all(|n| matches!(n, Node::Switch(_)));
            between && is_up(*index) && !in_tree[*index]
        });
        let mut ends: Vec<_> = left_out.flat_map(|(_, link)| [link.a, link.b]).collect();
        ends.sort_unstable();
        ends
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl FromStr for Topology {
    type Err = TopologyError;

    fn from_str(text: &str) -> Result<Topology, TopologyError> {
        let (name, arguments) = match text.split_once(',') {
            Some((name, rest)) => (name, rest.split(',').map(str::trim).collect()),
            None => (text, Vec::new()),
        };
        let form = FORM_TABLE.iter().find(|form| form.name == name.trim());
        let form = form.ok_or_else(|| TopologyError::Unknown(text.to_owned()))?;
        if arguments.len() > form.arguments.len() {
            let (most, given) = (form.arguments.len(), arguments.len());
            return Err(TopologyError::TooMany { form: form.name, most, given });
        }
        let mut values = [0; 3];
        for (at, argument) in form.arguments.iter().enumerate() {
            values[at] = argument.value(form.name, arguments.get(at).copied())?;
        }
        if (form.size)(values).is_none_or(|size| size > MAX_NODES) {
            return Err(TopologyError::TooLarge(text.to_owned()));
        }
        let mut topology = Topology::new(text);
        (form.build)(&mut topology, values);
        Ok(topology)
    }
}

/// One named form: how it is written, how many nodes it has, how it is built.
struct Form {
    name: &'static str,
    arguments: &'static [Argument],
    /// Hosts and switches together; `None` if that is no number any more.
    size: fn([usize; 3]) -> Option<usize>,
    build: fn(&mut Topology, [usize; 3]),
}

struct Argument {
    what: &'static str,
    least: usize,
    default: Option<usize>,
}

impl Argument {
    fn value(&self, form: &'static str, text: Option<&str>) -> Result<usize, TopologyError> {
        let number = match text {
            Some(text) => text.parse().ok().filter(|value| *value >= self.least),
            None => self.default,
        };
        number.ok_or_else(|| TopologyError::Argument {
            form,
            what: self.what,
            value: text.unwrap_or_default().to_owned(),
            expected: format!("a number of at least {}", self.least),
        })
    }
}

const fn argument(what: &'static str, least: usize, default: usize) -> Argument {
    Argument { what, least, default: Some(default) }
}

static FORM_TABLE: [Form; 7] = [
    Form { name: "minimal", arguments: &[], size: |_| Some(3), build: |t, _| single(t, 2, false) },
    Form {
        name: "single",
        arguments: &[argument("hosts", 1, 2)],
        size: |[hosts, ..]| hosts.checked_add(1),
        build: |t, [hosts, ..]| single(t, hosts, false),
    },
    Form {
        name: "reversed",
        arguments: &[argument("hosts", 1, 2)],
        size: |[hosts, ..]| hosts.checked_add(1),
        build: |t, [hosts, ..]| single(t, hosts, true),
    },
    Form {
        name: "linear",
        arguments: &[argument("switches", 1, 2), argument("hosts", 1, 1)],
        size: |[switches, hosts, _]| hosts.checked_add(1)?.checked_mul(switches),
        build: |t, [switches, hosts, _]| linear(t, switches, hosts),
    },
    Form {
        name: "tree",
        arguments: &[argument("depth", 1, 1), argument("fanout", 1, 2)],
        size: |[depth, fanout, _]| {
            let mut nodes = 1_usize;
            // With a fanout of 1 the sum grows by one per level; deeper than this is too large.
            for _ in 0..depth.min(MAX_NODES) {
                nodes = nodes.checked_mul(fanout)?.checked_add(1).filter(|n| *n <= MAX_NODES)?;
            }
            Some(nodes)
        },
        build: |t, [depth, fanout, _]| {
            tree(t, depth, fanout);
        },
    },
    Form {
        name: "torus",
        arguments: &[
            Argument { what: "x", least: 3, default: None },
            Argument { what: "y", least: 3, default: None },
            argument("hosts", 1, 1),
        ],
        size: |[x, y, hosts]| hosts.checked_add(1)?.checked_mul(x)?.checked_mul(y),
        build: |t, [x, y, hosts]| torus(t, x, y, hosts),
    },
    Form {
        name: "mesh",
        arguments: &[
            Argument { what: "switches", least: 2, default: None },
            argument("reach", 1, 1),
            argument("hosts", 0, 1),
        ],
        size: |[switches, reach, hosts]| {
            let links = reach.min(switches / 2).checked_mul(switches)?;
            hosts.checked_add(1)?.checked_mul(switches).filter(|_| links <= MAX_LINKS)
        },
        build: |t, [switches, reach, hosts]| mesh(t, switches, reach, hosts),
    },
];

fn single(t: &mut Topology, hosts: usize, reversed: bool) {
    let switch = t.add_switch("s1", Dpid(1));
    for n in 1..=hosts {
        let host = Endpoint { node: t.add_host(format!("h{n}")), port: 0 };
        let port = if reversed { hosts - n + 1 } else { n };
        t.add_link_at(host, Endpoint { node: switch, port: port as u32 });
    }
}

fn linear(t: &mut Topology, switches: usize, hosts: usize) {
    // Mininet gives addresses in the natural order of names: h1s1, h1s2, h2s1 ...
    let name = |j, i| if hosts == 1 { format!("h{i}") } else { format!("h{j}s{i}") };
    let mut of_switch = vec![Vec::new(); switches];
    for j in 1..=hosts {
        for i in 1..=switches {
            of_switch[i - 1].push(t.add_host(name(j, i)));
        }
    }
    let mut last = None;
    for (i, hosts) in of_switch.into_iter().enumerate() {
        let switch = t.add_switch(format!("s{}", i + 1), Dpid(i as u64 + 1));
        for host in hosts {
            t.add_link(host, switch);
        }
        if let Some(last) = last.replace(switch) {
            t.add_link(switch, last);
        }
    }
}

/// Adds a subtree and returns its root. A link comes after the subtree that it leads to, which is
/// why a switch's last port leads up.
fn tree(t: &mut Topology, depth: usize, fanout: usize) -> Node {
    if depth == 0 {
        return t.add_host(format!("h{}", t.hosts.len() + 1));
    }
    let number = t.switches.len() + 1;
    let switch = t.add_switch(format!("s{number}"), Dpid(number as u64));
    for _ in 0..fanout {
        let child = tree(t, depth - 1, fanout);
        t.add_link(switch, child);
    }
    switch
}

fn torus(t: &mut Topology, x: usize, y: usize, hosts: usize) {
    let mut grid = Vec::with_capacity(x * y);
    for i in 1..=x {
        for j in 1..=y {
            let switch = t.add_switch(format!("s{i}x{j}"), Dpid(i as u64 * 256 + j as u64));
            for k in 1..=hosts {
                let more = if hosts == 1 { String::new() } else { format!("x{k}") };
                let host = t.add_host(format!("h{i}x{j}{more}"));
                t.add_link(host, switch);
            }
            grid.push(switch);
        }
    }
    for i in 0..x {
        for j in 0..y {
            let here = grid[i * y + j];
            t.add_link(here, grid[i * y + (j + 1) % y]);
            t.add_link(here, grid[(i + 1) % x * y + j]);
        }
    }
}

fn mesh(t: &mut Topology, switches: usize, reach: usize, hosts: usize) {
    for i in 1..=switches {
        let switch = t.add_switch(format!("s{i}"), Dpid(i as u64));
        for k in 1..=hosts {
            let name = if hosts == 1 { format!("h{i}") } else { format!("h{k}s{i}") };
            let host = Endpoint { node: t.add_host(name), port: 0 };
            t.add_link_at(host, Endpoint { node: switch, port: k as u32 });
        }
    }
    // Counted here: to look for the next free port among so many links would take long.
    let mut ports = vec![hosts as u32; switches];
    let mut end = |switch: usize| {
        ports[switch] += 1;
        Endpoint { node: Node::Switch(switch), port: ports[switch] }
    };
    for step in 1..=reach.min(switches / 2) {
        // Half of the way round, the next one's next one is oneself.
        let from = if 2 * step == switches { step } else { switches };
        for a in 0..from {
            t.add_link_at(end(a), end((a + step) % switches));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `h1-eth0:s1-eth1 ...`, as `mn` prints its links.
    fn drawn(form: &str) -> String {
        let t: Topology = form.parse().unwrap();
        let end = |end: Endpoint| format!("{}-eth{}", t.name_of(end.node), end.port);
        let links = t.links.iter().map(|link| format!("{}:{}", end(link.a), end(link.b)));
        links.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ports_are_numbered_as_mininet_does() {
        let rows = [
            ("minimal", "h1-eth0:s1-eth1 h2-eth0:s1-eth2"),
            ("single,3", "h1-eth0:s1-eth1 h2-eth0:s1-eth2 h3-eth0:s1-eth3"),
            ("reversed,3", "h1-eth0:s1-eth3 h2-eth0:s1-eth2 h3-eth0:s1-eth1"),
            (
                "linear,3",
                "h1-eth0:s1-eth1 h2-eth0:s2-eth1 s2-eth2:s1-eth2 h3-eth0:s3-eth1 s3-eth2:s2-eth3",
            ),
            (
                "linear,2,2",
                "h1s1-eth0:s1-eth1 h2s1-eth0:s1-eth2 h1s2-eth0:s2-eth1 h2s2-eth0:s2-eth2 \
                 s2-eth3:s1-eth3",
            ),
            (
                "tree,2",
                "s2-eth1:h1-eth0 s2-eth2:h2-eth0 s1-eth1:s2-eth3 s3-eth1:h3-eth0 s3-eth2:h4-eth0 \
                 s1-eth2:s3-eth3",
            ),
        ];
        for (form, expected) in rows {
            assert_eq!(drawn(form), expected, "{form}");
        }
    }

    #[test]
    fn hosts_and_switches_have_mininets_addresses() {
        let t: Topology = "linear,2,2".parse().unwrap();
        let hosts: Vec<_> =
            t.hosts.iter().map(|h| format!("{} {} {}", h.name, h.ip, h.mac)).collect();
        assert_eq!(
            hosts,
            [
                "h1s1 10.0.0.1 00:00:00:00:00:01",
                "h1s2 10.0.0.2 00:00:00:00:00:02",
                "h2s1 10.0.0.3 00:00:00:00:00:03",
                "h2s2 10.0.0.4 00:00:00:00:00:04",
            ]
        );
        let t: Topology = "torus,3,3".parse().unwrap();
        assert_eq!((t.hosts.len(), t.switches.len(), t.links.len()), (9, 9, 27));
        assert_eq!((t.switches[5].name.as_str(), t.switches[5].dpid), ("s2x3", Dpid(0x203)));
        assert_eq!(t.node("h3x1"), Some(Node::Host(6)));
    }

    #[test]
    fn sizes_are_known_before_anything_is_built() {
        for form in ["single,5", "linear,4,3", "tree,3,3", "tree,2,1", "torus,3,4,2", "mesh,7,2,3"]
        {
            let t: Topology = form.parse().unwrap();
            let (name, arguments) = form.split_once(',').unwrap();
            let mut values = [1; 3];
            for (at, text) in arguments.split(',').enumerate() {
                values[at] = text.parse().unwrap();
            }
            let known = FORM_TABLE.iter().find(|form| form.name == name).unwrap();
            assert_eq!((known.size)(values), Some(t.hosts.len() + t.switches.len()), "{form}");
        }
        for form in [
            "tree,20",
            "tree,64,64",
            "single,99999999999999999",
            "tree,18446744073709551615,1",
            "mesh,1000,500",
            "mesh,18446744073709551615,18446744073709551615",
        ] {
            let error = form.parse::<Topology>().unwrap_err();
            assert!(matches!(error, TopologyError::TooLarge(_)), "{form}: {error}");
        }
    }

    #[test]
    fn a_mesh_joins_neighbours_once() {
        assert_eq!(
            drawn("mesh,4,2"),
            "h1-eth0:s1-eth1 h2-eth0:s2-eth1 h3-eth0:s3-eth1 h4-eth0:s4-eth1 s1-eth2:s2-eth2 \
             s2-eth3:s3-eth2 s3-eth3:s4-eth2 s4-eth3:s1-eth3 s1-eth4:s3-eth4 s2-eth4:s4-eth4"
        );
        let large: Topology = "mesh,1000,10,0".parse().unwrap();
        assert_eq!((large.switches.len(), large.hosts.len(), large.links.len()), (1000, 0, 10_000));
        let drawn = drawn("mesh,9,100,0");
        assert_eq!(drawn.split(' ').count(), 9 * 8 / 2);
    }

    #[test]
    fn what_is_no_topology_is_told_what_is() {
        for bad in
            ["", "ring", "single,0", "single,x", "single,1,2", "torus", "torus,2,3", "tree,-1"]
        {
            let error = bad.parse::<Topology>().unwrap_err().to_string();
            assert!(error.contains("torus,x,y[,hosts]"), "{error}");
        }
    }

    #[test]
    fn a_spanning_tree_leaves_out_what_makes_loops() {
        let t: Topology = "torus,3,3".parse().unwrap();
        // 18 links between 9 switches, 8 of them in the tree.
        assert_eq!(t.blocked(|_| true).len(), 2 * (18 - 8));
        // With a tree link cut, another takes its place.
        let cut = |index| index != 9;
        assert_eq!(t.blocked(cut).len(), 2 * (17 - 8));
        assert!(!"tree,3".parse::<Topology>().unwrap().has_loops());
    }
}
