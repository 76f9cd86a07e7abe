"""The other end of an OpenFlow connection, by hand: bytes in, bytes out, no library.

Used by hostile.py, and from the shell: `ofpeer.py PORT [DPID]` is a well-behaved switch
(OpenFlow 1.3) that says `connected` once its features have been asked for and stays until its
input ends; each line `packet` on its input sends a broadcast frame up. Every message type that
it receives is printed by name. Python 3 standard library only.
"""

import select
import socket
import struct
import sys
import time

HELLO, ERROR, ECHO_REQUEST, ECHO_REPLY = 0, 1, 2, 3
FEATURES_REQUEST, FEATURES_REPLY = 5, 6
GET_CONFIG_REQUEST, GET_CONFIG_REPLY = 7, 8
PACKET_IN, PACKET_OUT, FLOW_MOD = 10, 13, 14
MULTIPART_REQUEST, MULTIPART_REPLY, BARRIER_REQUEST, BARRIER_REPLY = 18, 19, 20, 21
MULTIPART_DESC, MULTIPART_PORT_DESC = 0, 13
V1_0, V1_3 = 1, 4

NAMES = {
    0: "hello", 1: "error", 2: "echo_request", 3: "echo_reply", 5: "features_request",
    7: "get_config_request", 9: "set_config", 13: "packet_out", 14: "flow_mod",
    18: "multipart_request", 20: "barrier_request", 24: "role_request",
}


def message(kind, xid=0, body=b"", version=V1_3, length=None):
    """One message; `length` overrides the header's length field."""
    length = 8 + len(body) if length is None else length
    return struct.pack("!BBHI", version, kind, length, xid) + body


def hello(xid=1, version=V1_3, elements=None):
    """A hello; by default with the bitmap that says `version` alone."""
    if elements is None:
        elements = struct.pack("!HHI", 1, 8, 1 << version)
    return message(HELLO, xid, elements, version)


class Gone(Exception):
    """The controller closed the connection (or reset it)."""


class Peer:
    """A connection to the controller on the loopback."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.address = "%s:%d" % self.socket.getsockname()
        self.pending = b""
        self.received = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Gone(str(error)) from error

    def read(self, seconds):
        """Reads once; raises TimeoutError, or Gone at the end of the stream."""
        ready, _, _ = select.select([self.socket], [], [], max(0.0, seconds))
        if not ready:
            raise TimeoutError
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError as error:
            raise Gone("reset") from error
        if not data:
            raise Gone("closed")
        self.pending += data

    def next(self, seconds=5.0):
        """The next message as (type, xid, body, version)."""
        deadline = time.monotonic() + seconds
        while True:
            if len(self.pending) >= 8:
                version, kind, length, xid = struct.unpack_from("!BBHI", self.pending)
                if length < 8:
                    raise AssertionError("the controller sent a header with length %d" % length)
                if len(self.pending) >= length:
                    body = self.pending[8:length]
                    self.pending = self.pending[length:]
                    self.received.append(kind)
                    return kind, xid, body, version
            self.read(deadline - time.monotonic())

    def wait_for(self, wanted, seconds=5.0, xid=None):
        """Reads until a message of that type (and xid); answers what a switch must answer."""
        deadline = time.monotonic() + seconds
        while True:
            kind, got, body, version = self.next(deadline - time.monotonic())
            if kind == wanted and xid in (None, got):
                return got, body, version
            self.answer(kind, got, body)

    def wait_closed(self, seconds):
        """How many seconds until the controller closes; TimeoutError if it does not."""
        start = time.monotonic()
        try:
            while True:
                self.read(start + seconds - time.monotonic())
        except Gone:
            return time.monotonic() - start

    def answer(self, kind, xid, body, version=V1_3):
        """What a switch without ports or flows says to a request."""
        if kind == ECHO_REQUEST:
            self.send(message(ECHO_REPLY, xid, body, version))
        elif kind == BARRIER_REQUEST:
            self.send(message(BARRIER_REPLY, xid, b"", version))
        elif kind == GET_CONFIG_REQUEST:
            self.send(message(GET_CONFIG_REPLY, xid, struct.pack("!HH", 0, 128), version))
        elif kind == MULTIPART_REQUEST:
            (what,) = struct.unpack_from("!H", body)
            reply = struct.pack("!HH4x", what, 0)
            if what == MULTIPART_DESC:
                reply += struct.pack("!256s256s256s32s256s", b"by hand", b"", b"", b"", b"")
            elif what == MULTIPART_PORT_DESC:
                reply += b"".join(port_desc(number) for number in (1, 2))
            self.send(message(MULTIPART_REPLY, xid, reply, version))

    def handshake(self, dpid, seconds=5.0):
        """Hello and features as a well-behaved OpenFlow 1.3 switch."""
        self.send(hello())
        self.wait_for(HELLO, seconds)
        xid, _, _ = self.wait_for(FEATURES_REQUEST, seconds)
        self.send(message(FEATURES_REPLY, xid, struct.pack("!QIBB2xII", dpid, 256, 254, 0, 0x4F, 0)))

    def echo(self, seconds=5.0, data=b"are you there?"):
        """An echo request is answered with the same xid and data."""
        xid = 0x1EC0FFEE
        self.send(message(ECHO_REQUEST, xid, data))
        _, body, _ = self.wait_for(ECHO_REPLY, seconds, xid)
        if body != data:
            raise AssertionError("echo reply carries %r" % body)


def port_desc(number):
    """struct ofp_port of 1.3: up, 10 Gb/s copper."""
    return struct.pack(
        "!I4x6s2x16sII6I", number, bytes((2, 0, 0, 0, 1, number)), b"eth%d" % number,
        0, 4, 0x840, 0, 0, 0, 10_000_000, 10_000_000)


def packet_in(frame, in_port=1, xid=0):
    """A packet-in of 1.3, unbuffered, reason `no match`."""
    match = struct.pack("!HHII4x", 1, 12, 0x80000004, in_port)
    body = struct.pack("!IHBBQ", 0xFFFFFFFF, len(frame), 0, 0, 0) + match + b"\0\0" + frame
    return message(PACKET_IN, xid, body)


def broadcast_frame():
    """An ARP request: who has 10.0.0.2, tell 10.0.0.1."""
    source = bytes((2, 0, 0, 0, 0, 1))
    arp = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, source, bytes((10, 0, 0, 1)),
                      bytes(6), bytes((10, 0, 0, 2)))
    return b"\xff" * 6 + source + b"\x08\x06" + arp + bytes(18)


def main():
    """A well-behaved switch until its input ends; bounded to five minutes."""
    port = int(sys.argv[1])
    dpid = int(sys.argv[2], 16) if len(sys.argv) > 2 else 1
    end = time.monotonic() + 300
    with Peer(port) as peer:
        peer.handshake(dpid)
        print("connected", flush=True)
        while time.monotonic() < end:
            ready, _, _ = select.select([peer.socket, sys.stdin], [], [], 1)
            if sys.stdin in ready:
                line = sys.stdin.readline()
                if not line:
                    return 0
                if line.strip() == "packet":
                    peer.send(packet_in(broadcast_frame()))
            if peer.socket in ready or peer.pending:
                try:
                    kind, xid, body, _ = peer.next(0.2)
                except TimeoutError:
                    continue
                except Gone:
                    print("closed by the controller", flush=True)
                    return 1
                print(NAMES.get(kind, "type %d" % kind), flush=True)
                peer.answer(kind, xid, body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
