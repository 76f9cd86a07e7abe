#!/usr/bin/env python3
"""What strangers send to the REST service: paths that lead elsewhere, requests with two meanings,
too much of everything, too slowly. After each of them a good client is answered within a second.

    rest_hostile.py PORT     (the controller runs ofctl_rest; its time limits are 2 s)

Prints a line for each check, ok or FAIL; exit status 1 if one failed.
"""

import gzip
import socket
import sys
import time

PORT = int(sys.argv[1])
HOST = "127.0.0.1"
FAILED = []
# Every limit of the controller's is 2 s; what is over after this long was cut by it.
PATIENCE = 8


def check(name, good, detail=""):
    print("%s %s%s" % ("ok  " if good else "FAIL", name, "" if good else ": %s" % (detail,)))
    if not good:
        FAILED.append(name)
    sys.stdout.flush()


def connect():
    sock = socket.create_connection((HOST, PORT), timeout=PATIENCE)
    return sock


def talk(data, half_close=False):
    """Sends, and reads until the other side closes or has nothing more to say; status, all that came."""
    sock = connect()
    try:
        try:
            sock.sendall(data)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        came = b""
        sock.settimeout(2.5)
        try:
            while True:
                part = sock.recv(65536)
                if not part:
                    break
                came += part
                if b"\r\n\r\n" in came and not half_close and is_whole(came):
                    break
        except OSError:
            pass
        return status(came), came
    finally:
        sock.close()


def is_whole(came):
    head, _, body = came.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return True


def status(came):
    try:
        return int(came.split(b" ", 2)[1])
    except (IndexError, ValueError):
        return 0


def get(path, *headers):
    lines = ["GET %s HTTP/1.1" % path, "Host: localhost"] + list(headers) + ["", ""]
    return "\r\n".join(lines).encode("latin-1")


def post(path, body, *headers):
    lines = ["POST %s HTTP/1.1" % path, "Host: localhost", "Content-Length: %d" % len(body)]
    return "\r\n".join(lines + list(headers) + ["", ""]).encode() + body


def alive(after):
    before = time.time()
    code, came = talk(get("/stats/switches"))
    took = time.time() - before
    check("%s: a good client is answered in time" % after, code == 200 and took < 1.0, (code, took))


def paths():
    wrong = [
        "/..", "/../", "/../../etc/passwd", "/stats/../etc/passwd", "/stats/..%2fswitches",
        "/stats/desc/..", "/stats/desc/%2e%2e", "/stats/desc/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/stats/desc/1%2f..%2f..", "/stats/desc/1%00", "/stats/desc/%00", "/stats/desc/1%0d%0aX:%20y",
        "/stats/desc/%252e%252e", "/stats/desc/%", "/stats/desc/%f", "/stats/desc/%gg",
        "/stats/desc/%ff%fe", "/stats/desc/%c0%ae%c0%ae", "/stats/desc/%u002e", "/stats/desc/1/",
        "//stats/switches", "/stats//switches", "/stats/./switches", "/stats/switches/",
        "/stats/switches%2f", "/stats%2fswitches", "/STATS/switches", "/stats/switches;x",
        "/docs/..%2f..%2fetc%2fpasswd", "/docs/style.css%00", "/docs/../openapi.json",
        "\\..\\..\\windows", "/stats\\switches",
    ]
    for path in wrong:
        code, came = talk(get(path))
        check("path %s is refused" % path, code in (400, 404), (code, came[:200]))
        check("path %s: nothing of this machine comes" % path, b"root:" not in came)
    for line, wanted in [
        ("GET http://127.0.0.1:%d/stats/switches HTTP/1.1\r\nHost: 127.0.0.1:%d" % (PORT, PORT), (200,)),
        ("GET http://evil.example/stats/switches HTTP/1.1\r\nHost: localhost", (400,)),
        ("GET http://evil.example/stats/switches HTTP/1.1\r\nHost: evil.example", (403,)),
        ("GET http://localhost/../stats/switches HTTP/1.1\r\nHost: localhost", (400, 404)),
        ("GET https://localhost/stats/switches HTTP/1.1\r\nHost: localhost", (400,)),
        ("GET file:///etc/passwd HTTP/1.1\r\nHost: localhost", (400,)),
        ("GET stats/switches HTTP/1.1\r\nHost: localhost", (400,)),
        ("CONNECT localhost:22 HTTP/1.1\r\nHost: localhost", (400, 501)),
        ("GET /stats/switches HTTP/1.1\r\nHost: evil.example", (403,)),
        ("GET /stats/switches HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", (400,)),
        ("GET /stats/switches HTTP/1.1", (400,)),
        ("GET /stats/switches HTTP/1.1\r\nHost: localhost@evil.example", (400,)),
        ("POST /stats/flowentry/add HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
         "Content-Type: text/plain\r\nContent-Length: 0", (403,)),
        ("GET /stats/switches HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
         "Upgrade: websocket\r\nConnection: Upgrade", (403,)),
    ]:
        code, came = talk(line.encode() + b"\r\n\r\n")
        check("%r: %s" % (line[:70], wanted), code in wanted, (code, came[:200]))
    alive("paths")


def smuggling():
    good = "GET /stats/switches HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for headers in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Content-Length: 4\r\nContent-Length: 5",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding : chunked",
        "Content-Length: +4",
        "Content-Length: 4\n",
        "X: a\nTransfer-Encoding: chunked",
        "X: a\0b",
        " folded: yes",
    ]:
        text = "POST /stats/flowentry/add HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n" % headers
        code, came = talk((text + good).encode("latin-1"), half_close=True)
        once = came.count(b"HTTP/1.1 ") == 1
        check("smuggling %r: 400 and closed" % headers, code == 400 and once, came[:300])
    alive("smuggling")


def sizes():
    for name, data, wanted in [
        ("a body of 1 GB, by length", b"POST /stats/flowentry/add HTTP/1.1\r\nHost: localhost\r\n"
         b"Content-Length: 1000000000\r\n\r\n" + b"x" * 65536, (413,)),
        ("a body without end, in chunks", b"POST /stats/flowentry/add HTTP/1.1\r\nHost: localhost\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 40, (413,)),
        ("10,000 headers", get("/stats/switches", *["X-%d: y" % n for n in range(10000)]), (431,)),
        ("a path of 1 MB", get("/" + "a" * 1000000), (414,)),
        ("a header of 1 MB", get("/stats/switches", "X: " + "a" * 1000000), (431,)),
    ]:
        code, came = talk(data)
        check("%s: %s" % (name, wanted), code in wanted, (code, came[:200]))
    deep = b"[" * 100000 + b"]" * 100000
    nested = b'{"a":' * 50000 + b"1" + b"}" * 50000
    for name, body in [
        ("JSON 100,000 deep", deep),
        ("objects 50,000 deep", nested),
        ("1e400", b'{"dpid": 1e400}'),
        ("a lone surrogate", b'{"dpid": "\\ud800"}'),
        ("a key twice", b'{"dpid": 1, "dpid": 2}'),
        ("gzip of zeros", gzip.compress(b"\0" * 500000)),
        ("no UTF-8", b'{"dpid": "\xff\xfe"}'),
        ("NaN", b'{"dpid": NaN}'),
        ("2 to the 64th", b'{"dpid": 18446744073709551616}'),
        ("minus one", b'{"dpid": -1}'),
        ("a list", b"[1, 2, 3]"),
        ("null", b"null"),
        ("nothing", b""),
    ]:
        code, came = talk(post("/stats/flowentry/add", body))
        check("%s: refused" % name, 400 <= code < 500, (code, came[:300]))
    alive("sizes")


def ends(sock, name, wanted):
    """The other side answers with this status, or just closes, within its time."""
    before = time.time()
    came = b""
    try:
        while True:
            part = sock.recv(65536)
            if not part:
                break
            came += part
        took = time.time() - before
        check("%s: cut after %.1f s" % (name, took), status(came) in wanted, came[:200])
    except socket.timeout:
        check("%s: cut" % name, False, "still open after %d s" % PATIENCE)
    except OSError:
        check("%s: cut" % name, True)
    finally:
        sock.close()


def slow():
    # More than the service holds: the slowest make room, and a good client is answered at once.
    held = []
    try:
        for n in range(1000):
            sock = connect()
            sock.sendall(b"GET /stats/switches HTTP/1.1\r\nX-Never-")
            held.append(sock)
    except OSError as error:
        check("1,000 connections are taken", len(held) > 500, error)
    alive("1,000 heads that are never finished")
    ends(held[-1], "a head that is never finished", (408,))
    for sock in held[:-1]:
        sock.close()

    sock = connect()
    sock.sendall(b"POST /stats/flowentry/add HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    ends(sock, "a body that is never finished", (408,))

    # A byte now and then does not buy time.
    sock = connect()
    before = time.time()
    try:
        sock.sendall(b"GET / HTTP/1.1\r\n")
        while time.time() - before < PATIENCE:
            sock.sendall(b"X")
            time.sleep(0.2)
            sock.settimeout(0.01)
            try:
                if sock.recv(65536) == b"":
                    break
            except socket.timeout:
                pass
    except OSError:
        pass
    took = time.time() - before
    check("a head a byte at a time: cut after %.1f s" % took, took < PATIENCE)
    sock.close()

    # Answers that nobody reads.
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(PATIENCE)
    sock.connect((HOST, PORT))
    before = time.time()
    cut = False
    try:
        while time.time() - before < PATIENCE + 4:
            sock.settimeout(1)
            try:
                sock.sendall(get("/openapi.json") * 20)
            except socket.timeout:
                pass
    except OSError:
        cut = True
    check("answers that nobody reads: cut after %.1f s" % (time.time() - before), cut)
    sock.close()
    alive("slow clients")


if __name__ == "__main__":
    paths()
    smuggling()
    sizes()
    slow()
    sys.exit(1 if FAILED else 0)
