"""RFC 6455, case by case, against our WebSockets: the kinds of cases that Autobahn's test suite has in its
groups 1 to 7 and 9 (that suite itself wants Python 2). Prints `ok<tab>name` or `bad<tab>name<tab>detail`.

    ws_conformance.py HOST PORT

The server: `ryu sim --topo linear,2 simple_switch_websocket_13 ws_topology`. At /simpleswitch/ws a JSON-RPC
call is answered with its id, so an id is what comes back of a text; at /v1.0/topology/ws nobody answers texts.
Whatever only breaks rules or is about control frames is tried at both.

A case is what is sent, in pieces as they go to the socket, and what has to come back: ids, payloads of pongs, and
the code of the closing frame, with which the connection has to end. If no code is expected, the connection has
to live on: it answers a last ping.
"""

import json
import os
import socket
import struct
import sys
import time

HOST, PORT = sys.argv[1], int(sys.argv[2])
ECHO, MUTE = "/simpleswitch/ws", "/v1.0/topology/ws"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
LAST = b"still there?"
MESSAGE_MAX = 64 << 10
cases = []


def frame(opcode, data=b"", fin=True, rsv=0, masked=True, size=None):
    """A frame as a client sends it; `size` is what it claims to hold."""
    size = len(data) if size is None else size
    first = bytes([fin << 7 | rsv << 4 | opcode])
    flag = 0x80 if masked else 0
    if size < 126:
        head = first + bytes([flag | size])
    elif size < 1 << 16:
        head = first + bytes([flag | 126]) + struct.pack("!H", size)
    else:
        head = first + bytes([flag | 127]) + struct.pack("!Q", size)
    if not masked:
        return head + data
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i & 3] for i, byte in enumerate(data))


def call(name, size=None):
    """A call with the id `name`, and spaces up to that size."""
    text = json.dumps({"jsonrpc": "2.0", "id": name, "method": "get_arp_table", "params": {}}, ensure_ascii=False)
    return text.encode().ljust(size or 0)


def close(code=None, reason=b""):
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def octets(data):
    return [data[i:i + 1] for i in range(len(data))]


def parts(data, *places):
    """A text in several frames, cut at these places."""
    places = [0, *places, len(data)]
    pieces = [data[a:b] for a, b in zip(places, places[1:])]
    return [frame(TEXT if i == 0 else 0, piece, fin=i == len(pieces) - 1) for i, piece in enumerate(pieces)]


def case(name, send, ids=(), pongs=(), code=None, paths=(ECHO,)):
    """`code`: a number, several of which one will do, or None."""
    for path in paths:
        cases.append((name, path, send if isinstance(send, list) else [send], list(ids), list(pongs), code))


BOTH = (ECHO, MUTE)

# 1: texts of the sizes at which lengths change their form.
for size in (0, 125, 126, 127, 128, 65535, MESSAGE_MAX):
    sent = call(f"of {size}", max(size, 100))
    case(f"1.1 a text of {len(sent)} bytes", frame(TEXT, sent), [f"of {size}"])
long = frame(TEXT, call("x", 60_000))
case("1.1 a text of 60,000 bytes in pieces of 997", [long[i:i + 997] for i in range(0, len(long), 997)], ["x"])
case("1.1 a text, octet by octet", octets(frame(TEXT, call("slow"))), ["slow"])
case("1.1 an empty text", frame(TEXT), paths=(MUTE,))
case("1.2 a binary message", frame(BINARY, b"\x00\xfe\xff" * 100), paths=(MUTE,))

# 2: pings and pongs.
for payload in (b"", b"hello", bytes(range(0xe0, 0x100)), b"\xfe" * 125):
    case(f"2 a ping of {len(payload)} bytes", frame(PING, payload), pongs=[payload], paths=BOTH)
case("2.5 a ping of 126 bytes", frame(PING, b"x" * 126), code=1002, paths=BOTH)
case("2.6 a ping, octet by octet", octets(frame(PING, b"\xfe" * 125)), pongs=[b"\xfe" * 125], paths=BOTH)
case("2.7 a pong that nobody asked for", frame(PONG, b"so"), paths=BOTH)
case("2.9 a pong, then a ping", [frame(PONG, b"so"), frame(PING, b"and?")], pongs=[b"and?"], paths=BOTH)
ten = [b"ping %d" % n for n in range(10)]
case("2.10 ten pings", [frame(PING, payload) for payload in ten], pongs=ten, paths=BOTH)
case("2.10 ten pings at once", b"".join(frame(PING, payload) for payload in ten), pongs=ten, paths=BOTH)

# 3: reserved bits.
for rsv in range(1, 8):
    for opcode in (TEXT, BINARY, CLOSE, PING, PONG):
        case(f"3 opcode {opcode} with the reserved bits {rsv:03b}", frame(opcode, b"", rsv=rsv), code=1002, paths=BOTH)
case("3 a text goes before a frame with a reserved bit", [frame(TEXT, call("first")), 0.3, frame(PING, rsv=4)], ["first"], code=1002)

# 4: reserved opcodes.
for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
    case(f"4 opcode {opcode}, empty", frame(opcode), code=1002, paths=BOTH)
    case(f"4 opcode {opcode}, with a payload", frame(opcode, b"reserved"), code=1002, paths=BOTH)

# 5: fragments.
case("5.1 a ping in two frames", [frame(PING, b"a", fin=False), frame(0, b"b")], code=1002, paths=BOTH)
case("5.2 a pong in two frames", [frame(PONG, b"a", fin=False), frame(0, b"b")], code=1002, paths=BOTH)
case("5 a closing frame in two frames", [frame(CLOSE, b"\x03\xe8", fin=False), frame(0, b"x")], code=1002, paths=BOTH)
case("5.3 a text in two frames", parts(call("two"), 20), ["two"])
case("5.4 the same at once", b"".join(parts(call("two"), 20)), ["two"])
case("5.5 the same, octet by octet", octets(b"".join(parts(call("two"), 20))), ["two"])
case("5 a frame for each octet", b"".join(parts(call("many"), *range(1, len(call("many"))))), ["many"])
case("5 empty frames between", parts(call("gaps"), 0, 0, 10, 10, 10), ["gaps"])
a, b = parts(call("with a ping"), 30)
case("5.6 a ping between the frames", [a, frame(PING, b"now?"), b], ["with a ping"], [b"now?"])
case("5.7 the same at once", a + frame(PING, b"now?") + b, ["with a ping"], [b"now?"])
case("5.8 the same, octet by octet", octets(a + frame(PING, b"now?") + b), ["with a ping"], [b"now?"])
for fin in (True, False):
    case(f"5.9 a continuation of nothing, {'last' if fin else 'not last'}", frame(0, b"x", fin=fin), code=1002, paths=BOTH)
    case(f"5.12 the same before a text, {'last' if fin else 'not last'}", [frame(0, b"x", fin=fin), frame(TEXT, call("late"))], code=1002)
case("5.15 a continuation behind a whole text", [*parts(call("whole"), 20), 0.3, frame(0, b"x", fin=False)], ["whole"], code=1002)
case("5.18 a text inside a text", [frame(TEXT, b"a", fin=False), frame(TEXT, b"b")], code=1002, paths=BOTH)
case("5.18 a binary message inside a text", [frame(TEXT, b"a", fin=False), frame(BINARY, b"b")], code=1002, paths=BOTH)
pieces = parts(call("five"), 10, 20, 30, 40)
case("5.19 five frames with pings between and a pause", [*pieces[:2], frame(PING, b"1"), 0.3, *pieces[2:4], frame(PING, b"2"), pieces[4]],
     ["five"], [b"1", b"2"])

# 6: UTF-8.
case("6.1 a text of empty frames", [frame(TEXT, fin=False), frame(0, fin=False), frame(0)], paths=(MUTE,))
word = "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!! \u03ba\u1f79\u03c3\u03bc\u03b5 \U0001f600"
case("6.2 text that is UTF-8", frame(TEXT, call(word)), [word])
case("6.2 a frame for each octet of it", parts(call(word), *range(1, len(call(word)))), [word])
case("6.2 the frames octet by octet", octets(b"".join(parts(call(word), *range(1, len(call(word)), 7)))), [word])
GOOD = ["\u0000", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufffd", "\ufffe", "\uffff", "\U00010000", "\U0010ffff", "\U0001fffe"]
for text in GOOD:
    case(f"6 U+{ord(text):04X}", frame(TEXT, text.encode()), paths=(MUTE,))
    case(f"6 U+{ord(text):04X} in an id", frame(TEXT, json.dumps({"jsonrpc": "2.0", "id": text, "method": "get_arp_table", "params": {}}).encode()), [text])
GREEK = "\u03ba\u1f79\u03c3\u03bc\u03b5".encode()
BAD = {
    "6.3 a surrogate inside": GREEK + b"\xed\xa0\x80edited", "6.6 half a character at the end": GREEK[:-1],
    "6.14 a lonely continuation": b"\x80", "6.14 a lonely continuation, the last": b"\xbf", "6.14 five of them": b"\x80\xbf\x80\xbf\x80",
    "6.15 a lonely start of two": b"\xc3 ", "6.15 a lonely start of three": b"\xe2\x82 ", "6.15 a lonely start of four": b"\xf0\x9f\x98 ",
    "6.18 overlong, two octets": b"\xc0\xaf", "6.18 overlong, three": b"\xe0\x80\xaf", "6.18 overlong, four": b"\xf0\x80\x80\xaf",
    "6.18 overlong, five": b"\xf8\x80\x80\x80\xaf", "6.18 overlong, six": b"\xfc\x80\x80\x80\x80\xaf", "6.19 the longest overlong": b"\xf0\x8f\xbf\xbf",
    "6.20 U+0000 in two octets": b"\xc0\x80", "6.21 U+D800": b"\xed\xa0\x80", "6.21 U+DFFF": b"\xed\xbf\xbf",
    "6.21 a pair of surrogates": b"\xed\xa0\x80\xed\xb0\x80", "6.4 beyond U+10FFFF": b"\xf4\x90\x80\x80", "6 an octet that is never there": b"\xfe",
    "6 the other one": b"\xff",
}
for name, data in BAD.items():
    case(name, frame(TEXT, data), code=1007, paths=BOTH)
    case(f"{name}, a frame for each octet", parts(data, *range(1, len(data))), code=1007)
    case(f"{name}, in the second frame", [frame(TEXT, b"good", fin=False), frame(0, data)], code=1007)
case("6.4 in the first frame of two", [frame(TEXT, b"\xed\xa0\x80", fin=False), frame(0, b"x")], code=1007, paths=BOTH)
case("6 a ping's octets need not be UTF-8", frame(PING, b"\xff\xfe"), pongs=[b"\xff\xfe"], paths=BOTH)

# 7: closing.
case("7.1.1 a text, then the end", [frame(TEXT, call("bye")), 0.3, close(1000)], ["bye"], code=1000)
case("7.1.2 two closing frames", [close(1000), close(1000)], code=1000, paths=BOTH)
case("7.1.3 a ping behind the closing frame", close(1000) + frame(PING, b"late"), code=1000, paths=BOTH)
case("7.1.4 a text behind the closing frame", close(1000) + frame(TEXT, call("late")), code=1000)
case("7.1.5 the end inside a text", [frame(TEXT, b"begun", fin=False), close(1000)], code=1000, paths=BOTH)
case("7.3.1 an end without a reason", close(), code=(None, 1000, 1005), paths=BOTH)
case("7.3.2 an end of one octet", frame(CLOSE, b"a"), code=1002, paths=BOTH)
case("7.3.4 an end with a text", close(1000, b"done"), code=1000, paths=BOTH)
case("7.3.5 with the longest text", close(1000, b"x" * 123), code=1000, paths=BOTH)
case("7.3.6 with one that is too long", close(1000, b"x" * 124), code=1002, paths=BOTH)
case("7.5.1 with one that is not UTF-8", close(1000, b"\xce\xba\xed\xa0\x80"), code=1007, paths=BOTH)
for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
    case(f"7.7 the code {code}", close(code), code=code, paths=BOTH)
for code in (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535):
    case(f"7.9 the code {code}, which nobody may send", close(code), code=1002, paths=BOTH)

# 9: what is too long; and what no client may do.
case("9 one octet more than is taken", frame(TEXT, call("x", MESSAGE_MAX + 1)), code=1009, paths=BOTH)
case("9 the same in frames", parts(call("x", MESSAGE_MAX + 1), 30_000, 60_000), code=1009, paths=BOTH)
case("9 a claim of 2^62 octets", frame(BINARY, b"abcd", size=1 << 62), code=1009, paths=BOTH)
case("9 a claim of 2^63 octets", frame(BINARY, b"abcd", size=(1 << 64) - 1), code=(1002, 1009), paths=BOTH)
for opcode in (TEXT, BINARY, PING, CLOSE):
    case(f"opcode {opcode} without a mask", frame(opcode, b"\x03\xe8", masked=False), code=1002, paths=BOTH)


class Peer:
    def __init__(self, path):
        self.sock = socket.create_connection((HOST, PORT), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.sendall((f"GET {path} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.sock.recv(4096)
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101"), head

    def take(self, size):
        while len(self.rest) < size:
            piece = self.sock.recv(1 << 16)
            if not piece:
                raise EOFError
            self.rest += piece
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

    def frame(self):
        """Opcode and payload; a server's frames are whole, without mask and reserved bits, their lengths short."""
        first, size = self.take(2)
        assert first & 0xf0 == 0x80, f"first octet {first:#x}"
        assert size < 128, "a server's frame has a mask"
        if size == 126:
            size, = struct.unpack("!H", self.take(2))
            assert size >= 126, "a length in more octets than it needs"
        elif size == 127:
            size, = struct.unpack("!Q", self.take(8))
            assert size > 0xffff, "a length in more octets than it needs"
        return first & 15, self.take(size)


def outcome(path, send, lives):
    """What comes back: ids, pongs, code of the closing frame; and whether the connection ended."""
    peer = Peer(path)
    ids, pongs, code = [], [], None
    try:
        for piece in send:
            if isinstance(piece, float):
                time.sleep(piece)
            else:
                peer.sock.sendall(piece)
        if lives:
            peer.sock.sendall(frame(PING, LAST))
    except OSError:
        pass  # It has ended already; what it said is still to be read.
    ended = False
    try:
        while True:
            opcode, data = peer.frame()
            if opcode == TEXT and data.startswith(b"{"):
                said = json.loads(data)
                if "result" in said:
                    ids.append(said["id"])
            elif opcode == PONG and data == LAST:
                # The answer of the app may come behind it.
                peer.sock.settimeout(0.5 if path == ECHO else 0.05)
            elif opcode == PONG:
                pongs.append(data)
            elif opcode == CLOSE:
                assert code is None, "two closing frames"
                code = struct.unpack("!H", data[:2])[0] if data else 1005
                data[2:].decode()
    except (EOFError, ConnectionResetError):
        ended = True
    except TimeoutError:
        ended = False
    peer.sock.close()
    return ids, pongs, code, ended


def main():
    groups = {}
    for name, path, send, ids, pongs, code in cases:
        lives = code is None
        try:
            got = outcome(path, send, lives)
        except (AssertionError, OSError, ValueError) as error:
            got = f"{type(error).__name__}: {error}"
        wanted = code if isinstance(code, tuple) else (code,)
        is_right = not isinstance(got, str) and got[:2] == (ids, pongs) and got[2] in wanted and got[3] != lives
        group = groups.setdefault(name.split()[0].split(".")[0], [0, []])
        group[0] += 1
        if not is_right:
            group[1].append(f"{name} at {path}: wanted {ids} {pongs} {code}, got {got}"[:300])
    titles = {"1": "texts and binary messages", "2": "pings and pongs", "3": "reserved bits", "4": "reserved opcodes",
              "5": "fragments", "6": "UTF-8", "7": "closing", "9": "limits", "opcode": "frames without a mask"}
    for group, (count, wrong) in groups.items():
        print("bad" if wrong else "ok", f"RFC 6455, {titles[group]}: {count} cases", f"{len(wrong)} wrong: " + "; ".join(wrong),
              sep="\t", flush=True)


main()
