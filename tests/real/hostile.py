#!/usr/bin/env python3
"""Malformed, hostile and merely odd peers against a running controller.

After each of them the controller must be alive for others: a well-behaved switch finishes its
handshake and gets an echo reply. A peer that broke the protocol is closed, and the log has
exactly one line that names it. Python 3 standard library only.

    tests/real/hostile.py [NAME...]      (no root; RYU_BIN_DIR as in lib.sh)
"""

import os
import random
import re
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import ofpeer  # noqa: E402  (the folder is on the path only now)
from ofpeer import ERROR, Gone, HELLO, V1_0, hello, message  # noqa: E402

# A switch that never finishes its hello is closed by then; Ryu's socket timeout is 5 s.
HANDSHAKE_LIMIT = 40.0
# A broken protocol is noticed at once; generous, since the machine may be busy.
SOON = 5.0
# What a peer that floods and never reads may make the controller hold.
MEMORY_LIMIT_MB = 64


class Failure(Exception):
    """One check did not hold."""


def expect(condition, text):
    if not condition:
        raise Failure(text)


class Controller:
    """`ryu-manager` on a free port of the loopback, its log in a file."""

    def __init__(self, folder):
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        target = os.environ.get("CARGO_TARGET_DIR", os.path.join(root, "target"))
        folder_of_binaries = os.environ.get("RYU_BIN_DIR", os.path.join(target, "release"))
        self.path = os.path.join(folder, "controller.log")
        self.port = free_port()
        with open(self.path, "wb") as log:
            self.process = subprocess.Popen(
                [os.path.join(folder_of_binaries, "ryu-manager"), "--ofp-listen-host", "127.0.0.1",
                 "--ofp-tcp-listen-port", str(self.port), "ryu.app.simple_switch_13"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 15
        while True:
            try:
                ofpeer.Peer(self.port).close()
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.stop()
                    raise Failure("the controller does not listen:\n" + self.log()) from None
                time.sleep(0.1)

    def log(self):
        with open(self.path, "r", errors="replace") as log:
            return log.read()

    def lines_about(self, address):
        pattern = re.compile(r"(?<!\d)" + re.escape(address) + r"(?!\d)")
        return [line for line in self.log().splitlines() if pattern.search(line)]

    def memory_mb(self):
        with open("/proc/%d/status" % self.process.pid) as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def cpu_seconds(self):
        with open("/proc/%d/stat" % self.process.pid) as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """SIGTERM; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def is_alive_for_others(self):
        expect(self.process.poll() is None,
               "the controller has ended with status %s" % self.process.returncode)
        try:
            with ofpeer.Peer(self.port) as switch:
                switch.handshake(dpid=0xA11FE)
                switch.echo()
        except (Gone, TimeoutError, OSError) as error:
            raise Failure("another switch is not served: %r" % error) from None

    def named_once(self, address, *words):
        """Exactly one line names the peer, and it has these words (regular expressions)."""
        deadline = time.monotonic() + 2
        while not self.lines_about(address) and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.1)  # for a second line, which would be one too many
        lines = self.lines_about(address)
        expect(len(lines) == 1, "%d log lines name %s:\n  %s" % (
            len(lines), address, "\n  ".join(lines[:5])))
        for word in words:
            expect(re.search(word, lines[0], re.IGNORECASE),
                   "the log line does not say /%s/: %s" % (word, lines[0]))

    def no_complaint(self, address):
        """Nothing that looks like an error, and at most a line about coming or going."""
        time.sleep(0.2)
        lines = self.lines_about(address)
        bad = [line for line in lines if re.search("error|warn|malformed|panic", line, re.I)]
        expect(not bad, "logged as an error: %s" % bad)


def free_port():
    """Below the ephemeral range, so that no outgoing connection takes it meanwhile."""
    import socket
    for _ in range(200):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Failure("no free port")


def must_close(peer, within=SOON):
    """The controller closes; how long it took."""
    try:
        return peer.wait_closed(within)
    except TimeoutError:
        raise Failure("the connection is still open after %g s" % within) from None


OFFSET = r"offset|byte|length"


# -- the cases: each takes the controller; what its name says, the peer does ------------------


def bare_connect_and_close(controller):
    for _ in range(3):
        with ofpeer.Peer(controller.port) as peer:
            address = peer.address
        controller.no_complaint(address)


def close_after_hello(controller):
    with ofpeer.Peer(controller.port) as peer:
        peer.send(hello())
        peer.wait_for(HELLO)
        address = peer.address
    controller.no_complaint(address)


def header_length_below_eight(controller):
    for length in range(8):
        with ofpeer.Peer(controller.port) as peer:
            peer.send(message(HELLO, 1, b"", length=length))
            must_close(peer)
            controller.named_once(peer.address, "length")


def header_length_below_eight_after_the_handshake(controller):
    with ofpeer.Peer(controller.port) as peer:
        peer.handshake(dpid=0xBAD1)
        peer.echo()
        peer.send(message(ofpeer.ECHO_REQUEST, 7, b"", length=4))
        must_close(peer)
        controller.named_once(peer.address, "length")


def hello_with_zero_length_element(controller):
    with ofpeer.Peer(controller.port) as peer:
        peer.send(hello(elements=struct.pack("!HHI", 1, 0, 1 << 4)))
        must_close(peer)
        controller.named_once(peer.address, "hello", OFFSET)


def hello_element_longer_than_the_message(controller):
    with ofpeer.Peer(controller.port) as peer:
        peer.send(hello(elements=struct.pack("!HHI", 1, 400, 1 << 4)))
        must_close(peer)
        controller.named_once(peer.address, "hello", OFFSET)


def hello_with_unknown_element(controller):
    """Not an error: to be skipped."""
    elements = struct.pack("!HH4s", 77, 8, b"what") + struct.pack("!HHI", 1, 8, 1 << 4)
    with ofpeer.Peer(controller.port) as peer:
        peer.send(hello(elements=elements))
        peer.wait_for(HELLO)
        peer.wait_for(ofpeer.FEATURES_REQUEST)


def hello_from_the_future(controller):
    """Version 0x63 in the header, 1.3 in the bitmap: the bitmap counts."""
    with ofpeer.Peer(controller.port) as peer:
        peer.send(message(HELLO, 1, struct.pack("!HHI", 1, 8, 1 << 4), version=0x63))
        peer.wait_for(HELLO)
        _, _, version = peer.wait_for(ofpeer.FEATURES_REQUEST)
        expect(version == 4, "features request in version %d" % version)


def hello_without_common_version(controller):
    """1.0 alone, which the app does not speak: hello-failed error in ASCII, then closed."""
    with ofpeer.Peer(controller.port) as peer:
        peer.send(message(HELLO, 1, version=V1_0))
        _, body, _ = peer.wait_for(ERROR)
        kind, code = struct.unpack_from("!HH", body)
        expect((kind, code) == (0, 0), "error type %d code %d" % (kind, code))
        expect(body[4:].rstrip(b"\0").decode("ascii").strip() != "", "no text in the error")
        must_close(peer)
        controller.named_once(peer.address, "version")


def garbage(controller):
    dice = random.Random(20)  # the same garbage in every run
    for _ in range(20):
        with ofpeer.Peer(controller.port) as peer:
            try:
                peer.send(dice.randbytes(2048))
                # Some of it may look like the head of a long message: end it.
                peer.socket.shutdown(1)
                must_close(peer)
            except (Gone, OSError):
                pass


def http_request(controller):
    with ofpeer.Peer(controller.port) as peer:
        peer.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        peer.socket.shutdown(1)
        must_close(peer)


def message_before_hello(controller):
    with ofpeer.Peer(controller.port) as peer:
        peer.send(message(ofpeer.FEATURES_REPLY, 1, struct.pack("!QIBB2xII", 1, 0, 1, 0, 0, 0)))
        must_close(peer)
        controller.named_once(peer.address)


def silence_and_half_header(controller):
    """Three peers wait at the same time: silent, half a header, a drip that never ends."""
    with ofpeer.Peer(controller.port) as silent, ofpeer.Peer(controller.port) as half, \
            ofpeer.Peer(controller.port) as drip:
        start = time.monotonic()
        half.send(hello()[:4])
        left = message(HELLO, 1, b"\0" * 600)
        closed = {}
        while len(closed) < 3 and time.monotonic() - start < HANDSHAKE_LIMIT:
            for name, peer in (("silent", silent), ("half", half), ("drip", drip)):
                if name in closed:
                    continue
                try:
                    if name == "drip":
                        peer.send(left[:1])
                        left = left[1:]
                    while True:
                        peer.read(0.05)
                except TimeoutError:
                    pass
                except Gone:
                    closed[name] = time.monotonic() - start
        for name in ("silent", "half", "drip"):
            expect(name in closed, "%s: still open after %g s" % (name, HANDSHAKE_LIMIT))
            expect(closed[name] > 0.9, "%s: closed after only %.1f s" % (name, closed[name]))
        print("     closed after %s" % ", ".join("%s %.1f s" % pair for pair in closed.items()))
        for peer in (silent, half, drip):
            controller.named_once(peer.address)


def hello_one_byte_at_a_time(controller):
    with ofpeer.Peer(controller.port) as peer:
        for byte in hello():
            peer.send(bytes((byte,)))
            time.sleep(0.01)
        peer.wait_for(HELLO)
        xid, _, _ = peer.wait_for(ofpeer.FEATURES_REQUEST)
        reply = message(ofpeer.FEATURES_REPLY, xid,
                        struct.pack("!QIBB2xII", 0xD819, 256, 254, 0, 0x4F, 0))
        for byte in reply:
            peer.send(bytes((byte,)))
            time.sleep(0.005)
        peer.echo()
        address = peer.address
    controller.no_complaint(address)


def echo_requests_in_one_segment(controller):
    """4,096 at once: each answered, in order."""
    with ofpeer.Peer(controller.port) as peer:
        peer.handshake(dpid=0x4096)
        peer.echo()
        peer.send(b"".join(message(ofpeer.ECHO_REQUEST, xid) for xid in range(4096)))
        for wanted in range(4096):
            xid, _, _ = peer.wait_for(ofpeer.ECHO_REPLY)
            expect(xid == wanted, "reply %d has xid %d" % (wanted, xid))


def flood_without_reading(controller):
    """Requests without end from a peer that never reads: bounded memory, others are served."""
    with ofpeer.Peer(controller.port) as peer:
        peer.handshake(dpid=0xF100D)
        peer.echo()
        peer.socket.settimeout(1.0)
        block = message(ofpeer.ECHO_REQUEST, 1, b"x" * 1016) * 64
        sent = 0
        while sent < 256 << 20:
            try:
                sent += peer.socket.send(block)
            except TimeoutError:
                break  # back-pressure has reached us, as it should
            except OSError:
                break  # closed: as good
        memory = controller.memory_mb()
        print("     took %.1f MB, resident %.1f MB" % (sent / 1048576, memory))
        expect(memory <= MEMORY_LIMIT_MB, "the controller holds %.0f MB" % memory)
        controller.is_alive_for_others()


def unknown_message_type(controller):
    """Survives: an error reply may come, the connection stays."""
    with ofpeer.Peer(controller.port) as peer:
        peer.handshake(dpid=0x99)
        peer.echo()
        peer.send(message(99, 5, b"whatever this is"))
        peer.echo()


def unknown_multipart_and_experimenter(controller):
    with ofpeer.Peer(controller.port) as peer:
        peer.handshake(dpid=0x98)
        peer.echo()
        peer.send(message(4, 5, struct.pack("!II", 0xDEAD, 1) + b"vendor body."))
        peer.send(message(ofpeer.MULTIPART_REPLY, 6, struct.pack("!HH4x", 4711, 0)))
        peer.echo()


def packet_in_that_ends_early(controller):
    whole = ofpeer.packet_in(ofpeer.broadcast_frame())
    for cut in (9, 15, 23, 28, 31):
        with ofpeer.Peer(controller.port) as peer:
            peer.handshake(dpid=0xC0 + cut)
            peer.echo()
            peer.send(message(ofpeer.PACKET_IN, 1, whole[8:cut]))
            must_close(peer)
            controller.named_once(peer.address, r"packet.?in", OFFSET)


def packet_in_with_a_lying_match(controller):
    for claimed in (0, 3, 0xFFFF):
        body = bytearray(ofpeer.packet_in(ofpeer.broadcast_frame())[8:])
        struct.pack_into("!H", body, 18, claimed)
        with ofpeer.Peer(controller.port) as peer:
            peer.handshake(dpid=0xD0)
            peer.echo()
            peer.send(message(ofpeer.PACKET_IN, 1, bytes(body)))
            must_close(peer)
            controller.named_once(peer.address, r"packet.?in", OFFSET)


def features_reply_that_ends_early(controller):
    with ofpeer.Peer(controller.port) as peer:
        peer.send(hello())
        peer.wait_for(HELLO)
        xid, _, _ = peer.wait_for(ofpeer.FEATURES_REQUEST)
        peer.send(message(ofpeer.FEATURES_REPLY, xid, b"\0" * 6))
        must_close(peer)
        controller.named_once(peer.address, "features", OFFSET)


def frame_too_short_for_ethernet(controller):
    """The switch is right, a host behind it is odd: nobody is closed."""
    with ofpeer.Peer(controller.port) as peer:
        peer.handshake(dpid=0xE7)
        peer.echo()
        for size in (0, 1, 13):
            peer.send(ofpeer.packet_in(b"\xff" * size))
        peer.echo()


def two_connections_with_one_dpid(controller):
    with ofpeer.Peer(controller.port) as first, ofpeer.Peer(controller.port) as second:
        first.handshake(dpid=0x2222)
        first.echo()
        second.handshake(dpid=0x2222)
        second.echo()


def many_connections_at_once(controller):
    peers = []
    try:
        for _ in range(200):
            peers.append(ofpeer.Peer(controller.port))
        for peer in peers:
            peer.send(hello())
        for peer in peers:
            peer.wait_for(HELLO)
    finally:
        for peer in peers:
            peer.close()


def descriptors_run_out(controller):
    """A hundred callers and room for half of them: who is connected is served, nothing spins, the
    log does not fill, and room that comes back is used."""
    pid, peers = controller.process.pid, []
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    try:
        with ofpeer.Peer(controller.port) as first:
            first.handshake(dpid=0x64)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, hard))
            for _ in range(100):
                peers.append(ofpeer.Peer(controller.port))
                peers[-1].send(hello())
            time.sleep(0.3)
            before = controller.cpu_seconds()
            time.sleep(1)
            spent = controller.cpu_seconds() - before
            expect(spent < 0.2, "%.2f s of processor time in a second of shortage" % spent)
            first.echo()
            for peer in peers[:60]:
                peer.close()
            peers[90].wait_for(HELLO)
            lines = re.findall("cannot accept", controller.log())
            expect(1 <= len(lines) <= 5, "%d lines about the shortage" % len(lines))
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        for peer in peers:
            peer.close()


CASES = [
    bare_connect_and_close, close_after_hello, header_length_below_eight,
    header_length_below_eight_after_the_handshake, hello_with_zero_length_element,
    hello_element_longer_than_the_message, hello_with_unknown_element, hello_from_the_future,
    hello_without_common_version, garbage, http_request, message_before_hello,
    silence_and_half_header, hello_one_byte_at_a_time, echo_requests_in_one_segment,
    flood_without_reading, unknown_message_type, unknown_multipart_and_experimenter,
    packet_in_that_ends_early, packet_in_with_a_lying_match, features_reply_that_ends_early,
    frame_too_short_for_ethernet, two_connections_with_one_dpid, many_connections_at_once,
    descriptors_run_out,
]


def panics_of(controller):
    return [line for line in controller.log().splitlines() if "panick" in line]


def main():
    chosen = [case for case in CASES if case.__name__ in sys.argv[1:]] or CASES
    passed, failed, panics = 0, 0, []

    def report(name, failure):
        nonlocal passed, failed
        if failure is None:
            passed += 1
            print("ok   %s" % name, flush=True)
        else:
            failed += 1
            print("FAIL %s: %s" % (name, failure), flush=True)

    with tempfile.TemporaryDirectory(prefix="ryu-hostile.") as folder:
        controller = None
        for case in chosen:
            name = case.__name__.replace("_", " ")
            try:
                # One controller meets them all, unless one of them ends it.
                if controller is None or controller.process.poll() is not None:
                    controller = Controller(folder)
                case(controller)
                controller.is_alive_for_others()
                report(name, None)
            except Gone as error:
                report(name, "the controller ended the connection (%s)" % error)
            except TimeoutError:
                report(name, "no answer in time")
            except (Failure, AssertionError, OSError) as error:
                report(name, error)
                if controller is None:
                    break
            # What one case did to the controller must not be counted against the next.
            try:
                controller.is_alive_for_others()
            except Failure:
                panics += panics_of(controller)
                controller.stop()
                controller = None
        if controller is not None:
            status = controller.stop()
            report("the controller ends with status 0 on SIGTERM",
                   None if status == 0 else "status %s" % status)
            panics += panics_of(controller)
            report("no panic in its log", panics[0] if panics else None)
            if failed:
                print("".join("     | %s\n" % line for line in controller.log().splitlines()[-25:]))
    print("\n%d checks passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
