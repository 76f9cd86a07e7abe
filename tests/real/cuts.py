"""Links cut in a large network: how soon the event is told.

    cuts.py RYU_BIN_DIR [SWITCHES [REACH]]      1,000 switches with 10,000 links, by default

`ryu-manager --observe-links rest_topology ws_topology` is one process, the network (`ryu sim --commands -`)
another; a client of /v1.0/topology/ws hears the events, and answers each call at once. The time runs from the
moment at which `ryu sim` says that it pulls the cable, so it is that of the port-status with its way on top.

A line for each check: ok or bad, a tab, its name, a tab, what differs.
"""

import base64
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request

BIN = pathlib.Path(sys.argv[1])
SWITCHES, REACH = ([int(text) for text in sys.argv[2:]] + [1000, 10][len(sys.argv) - 2:])
LINKS = 2 * SWITCHES * REACH
# A probe for each port in 0.9 s; a link goes with the third that is missed, so with the fourth period at the latest.
MISSED = (1.7, 4.5)


def say(is_good, name, detail=""):
    print("ok" if is_good else "bad", name, str(detail).replace("\n", " ")[:300], sep="\t", flush=True)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return json.load(answer)


class Listener:
    """A client of the WebSocket: the events as they are told, with the time at which each came."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall((f"GET /v1.0/topology/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
                           f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101"), head

    def more(self):
        data = self.sock.recv(1 << 16)
        if not data:
            raise EOFError("the connection has ended")
        self.rest += data

    def take(self, size):
        while len(self.rest) < size:
            self.more()
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

    def send(self, opcode, data):
        mask = os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
        self.sock.sendall(bytes([0x80 | opcode]) + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def event(self, until):
        """The next event before `until`: (time, method, link); None if there is none."""
        while True:
            self.sock.settimeout(max(until - time.time(), 0.001))
            try:
                if len(self.rest) < 2:
                    self.more()
                    continue
            except TimeoutError:
                return None
            self.sock.settimeout(20)
            first, size = self.take(2)
            if size == 126:
                size, = struct.unpack("!H", self.take(2))
            elif size == 127:
                size, = struct.unpack("!Q", self.take(8))
            data, at = self.take(size), time.time()
            if first & 15 == 9:
                self.send(10, data)
            elif first & 15 == 1:
                call = json.loads(data)
                self.send(1, json.dumps({"jsonrpc": "2.0", "id": call["id"], "result": ""}).encode())
                if call["method"].startswith("event_link"):
                    return at, call["method"], between(call["params"][0])

    def hear(self, wanted, method, until):
        """When each of the `wanted` links was told, and what else was of links."""
        told, others = {}, []
        while len(told) < len(wanted):
            event = self.event(until)
            if event is None:
                break
            at, heard, link = event
            if heard == method and link in wanted:
                told[link] = at
            else:
                others.append((heard, link))
        return told, others


def between(link):
    return int(link["src"]["dpid"], 16), int(link["dst"]["dpid"], 16)


def both(a, b):
    return {(a, b), (b, a)}


class Sim:
    def __init__(self, openflow):
        self.process = subprocess.Popen(
            [BIN / "ryu", "sim", "--controller", f"127.0.0.1:{openflow}", "--ofp-version", "1.3", "--topo",
             f"mesh,{SWITCHES},{REACH},0", "--wait", "60", "--commands", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.until("*** Up")

    def until(self, start):
        for line in self.process.stdout:
            if line.startswith(start):
                return line
        raise EOFError("ryu sim has ended")

    def tell(self, commands):
        """When each of them was done."""
        for command in commands:
            self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        times = []
        for command in commands:
            line = self.process.stdout.readline().strip()
            assert line.startswith("*** ") and line.endswith(command), line
            times.append(float(line.split()[1]))
        return times


def cut(sim, listener, pairs, state, method, limit):
    """Does one thing to several links: the seconds until each event, both directions; and what else was told."""
    times = sim.tell([f"link s{a} s{b} {state}" for a, b in pairs])
    since = {link: at for (a, b), at in zip(pairs, times) for link in both(a, b)}
    told, others = listener.hear(set(since), method, max(times) + limit)
    spans = sorted(at - since[link] for link, at in told.items())
    return spans, len(since) - len(told), others


def shown(spans, missing, others):
    if not spans:
        return f"none of {missing} told"
    return (f"{len(spans)} told, p50 {1000 * spans[len(spans) // 2]:.1f} ms, worst {1000 * spans[-1]:.1f} ms, "
            f"{missing} missing, {len(others)} others {others[:3]}")


def run(openflow, rest):
    sim = Sim(openflow)
    try:
        started = time.monotonic()
        while (found := len(get(rest, "/v1.0/topology/links"))) < LINKS and time.monotonic() - started < 120:
            time.sleep(0.5)
        say(found == LINKS, f"{SWITCHES} switches, {LINKS // 2} links", found)
        time.sleep(2)
        listener = Listener(rest)
        step = max(SWITCHES // 25, 1)
        alone = [(n, n + 1 + n % REACH) for n in range(1, SWITCHES - REACH, step)][:20]
        spans, missing, others = [], 0, []
        for pair in alone:
            one, more, other = cut(sim, listener, [pair], "down", "event_link_delete", 5)
            spans, missing, others = spans + one, missing + more, others + other
        spans.sort()
        detail = shown(spans, missing, others)
        say(not missing and not others and spans[-1] < 1, f"a cut with a port-status is told within a second ({detail})", detail)

        many = [(n, n + 1) for n in range(2, SWITCHES - REACH, max(SWITCHES // 100, 3)) if (n, n + 1) not in alone][:100]
        result = cut(sim, listener, many, "down", "event_link_delete", 5)
        detail = shown(*result)
        say(result[1:] == (0, []) and result[0][-1] < 1, f"so are {len(many)} at once ({detail})", detail)

        result = cut(sim, listener, alone + many, "up", "event_link_add", 10)
        detail = shown(*result)
        say(result[1:] == (0, []) and result[0][-1] < 3, f"and that they are mended ({detail})", detail)

        result = cut(sim, listener, alone, "silent", "event_link_delete", 10)
        detail = shown(*result)
        say(result[1:] == (0, []) and MISSED[0] < result[0][0] and result[0][-1] < MISSED[1],
            f"a silent one goes with the third missed probe ({detail})", detail)
        found = len(get(rest, "/v1.0/topology/links"))
        say(found == LINKS - 2 * len(alone), "and nothing else goes", found)
        result = cut(sim, listener, alone, "up", "event_link_add", 10)
        detail = shown(*result)
        say(result[1:] == (0, []) and result[0][-1] < 3, f"and comes back ({detail})", detail)
        sim.process.stdin.write("link s1 s1 down\nlink s1 nobody up\nlink s1\nexit\n")
        said = sim.process.stdout.read()
        say(sim.process.wait(20) == 0 and "no link between s1 and s1" in said and 'no node "nobody"' in said
            and 'unknown command "link s1"' in said, "what cannot be done is said, and exit ends it", said)
    finally:
        if sim.process.poll() is None:
            sim.process.send_signal(signal.SIGTERM)
            sim.process.wait(20)


def main():
    openflow, rest = free_port(), free_port()
    controller = subprocess.Popen(
        [BIN / "ryu-manager", "--ofp-listen-host", "127.0.0.1", "--ofp-tcp-listen-port", str(openflow), "--wsapi-port",
         str(rest), "--observe-links", "rest_topology", "ws_topology"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        run(openflow, rest)
    finally:
        controller.send_signal(signal.SIGTERM)
        controller.wait(20)


main()
