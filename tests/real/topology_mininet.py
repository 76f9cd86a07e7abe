"""Mininet with its own Python API: a ring or a tree, `link down`, `link up`, a switch that stops, and what
the REST interface says of it.

    topology_mininet.py ring|tree PORT OURS

A line for each check: ok or bad, a tab, its name, a tab, what differs.
"""

import sys
import time

from mininet.net import Mininet
from mininet.node import OVSSwitch, RemoteController
from mininet.topo import Topo
from mininet.topolib import TreeTopo

sys.path.insert(0, sys.path[0])
from topology import get, links, lldp, place, say, until  # noqa: E402

KIND, PORT, BASE = sys.argv[1:]


class Ring(Topo):
    """Four switches in a circle, a host at each."""

    def build(self):
        switches = [self.addSwitch(f"s{n}") for n in range(1, 5)]
        for n, switch in enumerate(switches):
            self.addLink(self.addHost(f"h{n + 1}"), switch)
        for n, switch in enumerate(switches):
            self.addLink(switch, switches[(n + 1) % 4])


def switch(name, **options):
    return OVSSwitch(name, datapath="user", protocols="OpenFlow13", failMode="secure", **options)


net = Mininet(topo=Ring() if KIND == "ring" else TreeTopo(depth=2, fanout=2), switch=switch, controller=None)
net.addController("c0", controller=RemoteController, ip="127.0.0.1", port=int(PORT))


def wired(without=()):
    """What Mininet says that is wired, both ways."""
    found = set()
    for link in net.links:
        ends = [(end.node.name, int(end.node.dpid, 16), end.node.ports[end])
                for end in (link.intf1, link.intf2) if isinstance(end.node, OVSSwitch)]
        if len(ends) == 2 and {end[0] for end in ends} != set(without):
            (_, a, at_a), (_, b, at_b) = ends
            found |= {f"{a}.{at_a}-{b}.{at_b}", f"{b}.{at_b}-{a}.{at_a}"}
    return sorted(found)


def becomes(name, wanted, most):
    took = until(20, lambda: links(BASE) == wanted)
    say(took is not None and took < most, f"{KIND}: {name} within {most} s", f"{took} s, {links(BASE)} for {wanted}")


net.start()
try:
    becomes("every link is found", wired(), 20)
    if KIND == "tree":
        dropped = net.pingAll(timeout="2")
        say(dropped == 0, f"{KIND}: pingall", f"{dropped}% dropped")
        at = {}
        for host in net.hosts:
            intf = host.defaultIntf()
            other = intf.link.intf2 if intf.link.intf1 is intf else intf.link.intf1
            at[host.MAC()] = f"{int(other.node.dpid, 16)}.{other.node.ports[other]}"
        wanted = sorted(at.items())

        def found():
            return sorted((host["mac"], place(host["port"])) for host in get(BASE, "/v1.0/topology/hosts"))
        say(until(10, lambda: found() == wanted) is not None, f"{KIND}: every host is at its port",
            f"{found()} for {wanted}")
    net.configLinkStatus("s1", "s2", "down")
    becomes("`link s1 s2 down` is known", wired(without=("s1", "s2")), 1)
    net.configLinkStatus("s1", "s2", "up")
    becomes("`link s1 s2 up` is known", wired(), 3)
    host = net.get("h1")
    host.cmd(f"""python3 -c '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("{host.defaultIntf().name}", 0))
s.send(bytes.fromhex("{lldp(2, 1).hex()}"))'""")
    time.sleep(1)
    say(links(BASE) == wired(), f"{KIND}: a host's LLDP makes no link", links(BASE))
    refused = get(BASE, "/v1/topology/counters")["lldp_refused"]["unsigned"]
    say(refused == 1, f"{KIND}: and is counted", refused)
    net.get("s2").stop(deleteIntfs=False)
    gone = [link for link in wired() if not any(end.startswith("2.") for end in link.split("-"))]
    becomes("a switch that stops takes its links along", gone, 2)
finally:
    net.stop()
