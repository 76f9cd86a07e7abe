"""What the REST interface says of a ring of three bridges, checked; and frames that a host makes up.

    topology.py ring NAME OURS RYU      all links are there, and Ryu says the same (`-`: no Ryu)
    topology.py hosts NAME OURS RYU     one host at port 1 of each bridge
    topology.py cut OURS INTERFACE      `ip link set INTERFACE down`: known within a second, and back
    topology.py missed OURS             links to bridge 3 go after three missed probes
    topology.py lies OURS NETNS         a host's LLDP makes no link
    topology.py believed OURS NETNS     with --nolldp-signing it does, as with Ryu

A line for each check: ok or bad, a tab, its name, a tab, what differs.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request

RING = sorted(f"{n}.2-{n % 3 + 1}.3" for n in (1, 2, 3)) + sorted(f"{n % 3 + 1}.3-{n}.2" for n in (1, 2, 3))
# What hosts say that have no address.
NOBODY = {"0.0.0.0", "::"}


def say(is_good, name, detail=""):
    print("ok" if is_good else "bad", name, str(detail).replace("\n", " "), sep="\t", flush=True)


def get(base, path):
    with urllib.request.urlopen(base + path, timeout=10) as answer:
        return json.load(answer)


def place(port):
    return f"{int(port['dpid'], 16)}.{int(port['port_no'], 16)}"


def links(base):
    return sorted(f"{place(link['src'])}-{place(link['dst'])}" for link in get(base, "/v1.0/topology/links"))


def until(seconds, wanted):
    """How long it took until `wanted()`; None if it did not."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if wanted():
            return time.monotonic() - begin
        time.sleep(0.02)
    return None


def by_text(items):
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def same(name, what, base, ryu, tidy=lambda item: item):
    """Ryu and ours have the same items, member by member; Ryu may take a while."""
    if ryu == "-":
        return
    def both():
        return [by_text(map(tidy, get(b, f"/v1.0/topology/{what}"))) for b in (base, ryu)]
    found = until(30, lambda: both()[0] == both()[1])
    ours, theirs = both()
    say(found is not None, f"{name}: Ryu says the same of {what}", "" if found else f"ours {ours}, Ryu's {theirs}")


def ring(name, base, ryu):
    took = until(30, lambda: links(base) == sorted(RING))
    say(took is not None, f"{name}: the ring is there", links(base))
    for what in ("switches", "links"):
        same(name, what, base, ryu)
        same(name, f"{what}/0000000000000002", base, ryu)
    say(get(base, "/v1.0/topology/switches/00000000000000ff") == [], f"{name}: nobody is nobody")


def hosts(name, base, ryu):
    def found():
        return sorted((host["mac"], place(host["port"]), tuple(host["ipv4"]))
                      for host in get(base, "/v1.0/topology/hosts"))
    wanted = [(f"02:00:00:00:01:0{n}", f"{n}.1", (f"10.0.0.{n}",)) for n in (1, 2, 3)]
    say(until(10, lambda: found() == wanted) is not None, f"{name}: the hosts are there", found())

    def tidy(host):
        # Link-local addresses are told when the host likes, and Ryu keeps those of earlier versions.
        ipv6 = [address for address in host["ipv6"] if not address.startswith("fe80:")]
        return {**host, "ipv4": sorted(set(host["ipv4"]) - NOBODY), "ipv6": sorted(set(ipv6) - NOBODY)}
    same(name, "hosts", base, ryu, tidy)


def cut(base, interface):
    rest = sorted(link for link in RING if link not in ("1.2-2.3", "2.3-1.2"))
    subprocess.run(["ip", "link", "set", interface, "down"], check=True)
    took = until(10, lambda: links(base) == rest)
    say(took is not None and took < 1, "a cut is known within a second", f"{took} s: {links(base)}")
    subprocess.run(["ip", "link", "set", interface, "up"], check=True)
    took = until(10, lambda: links(base) == sorted(RING))
    say(took is not None and took < 3, "and that it is mended", f"{took} s: {links(base)}")


def missed(base):
    rest = sorted(link for link in RING if not link.split("-")[1].startswith("3."))
    took = until(15, lambda: links(base) == rest)
    say(took is not None and took < 5, "a link that is silent goes with the third missed probe",
        f"{took} s: {links(base)}")


def lldp(dpid, port, tail=b"\0\0"):
    def tlv(kind, value):
        return (kind << 9 | len(value)).to_bytes(2, "big") + value
    frame = bytes.fromhex("0180c200000e 020000000101 88cc")
    frame += tlv(1, b"\x07dpid:%016x" % dpid) + tlv(2, b"\x02" + port.to_bytes(4, "big")) + tlv(3, b"\0\x78")
    return (frame + tail).ljust(60, b"\0")


SEND = """
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
for line in sys.stdin:
    s.send(bytes.fromhex(line))
    time.sleep(float(sys.argv[1]))
"""


def send(netns, frames, pause=0.01):
    text = "\n".join(frame.hex() for frame in frames)
    subprocess.run(["ip", "netns", "exec", netns, sys.executable, "-c", SEND, str(pause)], input=text, text=True,
                   check=True)


def counted(base):
    return get(base, "/v1/topology/counters")


def lies(base, netns):
    before, known = counted(base), links(base)
    signed = b"\xfe\x2c\x02\x72\x79\x01" + (7).to_bytes(8, "big") + b"s" * 32 + b"\0\0"
    send(netns, [lldp(3, 1), lldp(2, 1), lldp(3, 2), lldp(2, 1, signed)])
    time.sleep(0.5)
    refused = {name: after - before["lldp_refused"][name] for name, after in counted(base)["lldp_refused"].items()}
    # A probe of Ryu's, if one is there, is refused as well: but not on this port.
    say(refused["unsigned"] >= 3 and refused["forged"] == 1, "what a host makes up is refused", refused)
    say(links(base) == known, "and makes no link", links(base))
    before = counted(base)
    send(netns, [lldp(3, 1)] * 3000, 0)
    time.sleep(1)
    after = counted(base)
    limited = after["lldp_limited"] - before["lldp_limited"]
    say(limited >= 2000, "a flood of it is not looked at", f"{limited} of 3000")
    time.sleep(3)
    say(links(base) == known, "and ends no link", links(base))


def believed(base, netns):
    send(netns, [lldp(3, 1)])
    took = until(5, lambda: "3.1-1.1" in links(base))
    say(took is not None, "a host's LLDP is believed without signing", links(base))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
