"""The scripted peers of faults.sh: they come and go, never read, claim each other's names.

    faults.py reconnect PORT FROM COUNT      connections, one after another, of every kind of end
    faults.py deaf PORT REST_PORT PID BOUND  a switch that never reads while an app sends to it
    faults.py flood REST_PORT DPID PID BOUND the same app sends to a switch that somebody else is;
                                             PID may grow by BOUND kB
    faults.py twins PORT REST_PORT ROUNDS    two switches with one datapath id, while REST is asked
    faults.py order LOG                      of each datapath id: never two at a time
    faults.py compare CAPTURE_TEXT METRICS   tshark's count of messages and ours, by type

Python 3 standard library only; exit status 0 if all was as it should be. Sessions are looked up
in what the app `sessions` serves.
"""

import collections
import http.client
import json
import os
import re
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import ofpeer  # noqa: E402  (the folder is on the path only now)
from ofpeer import ECHO_REQUEST, FEATURES_REQUEST, Gone, HELLO, hello, message  # noqa: E402

# The machine may be busy; nothing here takes as long by itself.
LIMIT = 15.0


class Rest:
    """A connection to the REST side that is kept open."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def sessions(self):
        status, body = self.ask("GET", "/v1/sessions")
        if status != 200:
            raise AssertionError("/v1/sessions: status %d: %r" % (status, body[:200]))
        return json.loads(body)

    def of(self, dpid):
        """The sessions with that datapath id."""
        return [one for one in self.sessions()["sessions"] if one["dpid"] == "%016x" % dpid]


def until(what, condition, limit=LIMIT):
    """Asks until it is so; what it was in the end."""
    end = time.monotonic() + limit
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError("not within %g s: %s" % (limit, what))
        time.sleep(0.02)


def reset(peer):
    """Closes with a reset in place of a FIN."""
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


# -- coming and going --------------------------------------------------------------------------


def up(port, dpid):
    """A switch in the main phase: the description that follows the handshake has been asked for."""
    peer = ofpeer.Peer(port)
    peer.handshake(dpid)
    while True:
        kind, xid, body, _ = peer.next(LIMIT)
        peer.answer(kind, xid, body)
        if kind == ofpeer.MULTIPART_REQUEST and body[:2] == b"\0\0":
            return peer


def end_of(kind, port, dpid):
    """One connection that ends in its own way."""
    if kind == "fin":
        up(port, dpid).close()
    elif kind == "reset":
        reset(up(port, dpid))
    elif kind == "in a message":
        peer = up(port, dpid)
        peer.send(ofpeer.packet_in(ofpeer.broadcast_frame())[:40])
        peer.close()
    elif kind == "unread":
        # With what the controller has said still in the socket, the system resets by itself.
        peer = ofpeer.Peer(port)
        peer.handshake(dpid)
        peer.send(message(ECHO_REQUEST, 7, b"x" * 1000) * 20)
        peer.close()
    elif kind == "in the handshake":
        with ofpeer.Peer(port) as peer:
            peer.send(hello())
            peer.wait_for(FEATURES_REQUEST, LIMIT)
    elif kind == "half-closed":
        with up(port, dpid) as peer:
            peer.socket.shutdown(socket.SHUT_WR)
            peer.wait_closed(LIMIT)
    elif kind == "malformed":
        with up(port, dpid) as peer:
            peer.send(message(ECHO_REQUEST, 7, length=4))
            peer.wait_closed(LIMIT)
    elif kind == "at work":
        with up(port, dpid) as peer:
            peer.send(ofpeer.packet_in(ofpeer.broadcast_frame()))
            peer.wait_for(ofpeer.PACKET_OUT, LIMIT)
    else:
        raise AssertionError(kind)


ENDS = ("fin", "reset", "in a message", "unread", "in the handshake", "half-closed", "malformed",
        "at work")


def reconnect(port, first, count):
    for number in range(first, first + count):
        # Each datapath id comes back many times, and in each way.
        end_of(ENDS[number % len(ENDS)], port, 0xC0 + number % 7)
    print("%d connections, %d ways to end" % (count, len(ENDS)))


# -- an app that sends -------------------------------------------------------------------------


def resident(pid):
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise AssertionError("process %d has ended" % pid)


def flood(rest_port, dpid, pid, bound):
    """Tells the app of hosts: with the n-th it sends 2n flow-mods, until a hundred were refused.

    On a busy machine the switch may be closed for not reading before that (404 then)."""
    rest, answers, peak = Rest(rest_port), collections.Counter(), collections.Counter()
    before = resident(pid)
    for number in range(2000):
        mac = "02:aa:%02x:%02x:00:01" % (number >> 8, number & 255)
        body = json.dumps({"mac": mac, "port": 1000 + number})
        status, _ = rest.ask("PUT", "/simpleswitch/mactable/%016x" % dpid, body)
        answers[status] += 1
        for one in rest.of(dpid):
            for name in ("waiting_bytes", "waiting_messages"):
                peak[name] = max(peak[name], one[name])
        peak["resident"] = max(peak["resident"], resident(pid) - before)
        if answers[500] >= 100 or answers[404]:
            break
    print("answers %s" % dict(answers))
    print("at most %d bytes and %d messages waited, %d kB resident more than before" % (
        peak["waiting_bytes"], peak["waiting_messages"], peak["resident"]))
    assert answers[500], "the outbox was never full: nothing was shown"
    # The last message that is taken may go over the bound.
    assert peak["waiting_bytes"] < (8 << 20) + 65535, "more than the bound"
    assert peak["waiting_messages"] <= 65_536, "more than the bound"
    assert peak["resident"] <= bound, "more than %d kB" % bound


def deaf(port, rest_port, pid, bound):
    """While the app floods one that never reads, others are answered."""
    stuck, others = up(port, 0xDEAF), [up(port, 0x600D + n) for n in range(3)]
    stuck.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.send(ofpeer.packet_in(ofpeer.broadcast_frame()))  # the app has a table for it from here on
    rest = Rest(rest_port)
    until("the app knows it", lambda: rest.ask(
        "GET", "/simpleswitch/mactable/%016x" % 0xDEAF)[0] == 200)
    worst, stop, failed = [0.0], threading.Event(), []

    def serve(peer):
        try:
            while not stop.is_set():
                start = time.monotonic()
                peer.echo(LIMIT)
                worst[0] = max(worst[0], time.monotonic() - start)
                stop.wait(0.01)
        except (Gone, TimeoutError, OSError, AssertionError) as error:
            failed.append(error)

    threads = [threading.Thread(target=serve, args=(peer,)) for peer in others]
    for thread in threads:
        thread.start()
    try:
        flood(rest_port, 0xDEAF, pid, bound)
        until("the one that does not read is closed", lambda: not rest.of(0xDEAF))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed, "another switch: %r" % failed[0]
    print("echo of the others answered within %.0f ms" % (worst[0] * 1000))
    assert worst[0] < 1.0, "another switch waited %.2f s" % worst[0]
    reasons = rest.sessions()["totals"]["endings"]
    assert reasons.get("not_reading", 0) >= 1, "closed for another reason: %s" % reasons
    for peer in [stuck] + others:
        peer.close()


# -- two with one name -------------------------------------------------------------------------


def twins(port, rest_port, rounds):
    """Each of the two comes and goes as it likes, now silent, now with a reset; REST is asked."""
    dpid, stop, failed = 0x2222, threading.Event(), []
    came, asked, most = collections.Counter(), collections.Counter(), [0]

    def live(which):
        ways = ("answers", "silent", "reset", "fin", "in the handshake")
        for number in range(rounds):
            way = ways[(number * (which + 2) + which) % len(ways)]
            try:
                if way == "in the handshake":
                    end_of(way, port, dpid)
                    continue
                peer = up(port, dpid)
            except (Gone, OSError):
                came["turned away"] += 1
                continue
            came["let in"] += 1
            try:
                if way == "answers":
                    for _ in range(5):
                        peer.echo(LIMIT)
                elif way == "silent" and number % 4 == 0:
                    came["silent"] += 1
                    # It reads nothing and says nothing, until the other has its place.
                    until("the other takes over, or silence is noticed", lambda: not [
                        one for one in Rest(rest_port).of(dpid) if one["peer"] == peer.address])
                elif way == "reset":
                    reset(peer)
            except Gone:
                came["replaced"] += 1
            finally:
                peer.close()

    def run(work, *args):
        try:
            work(*args)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is told)
            failed.append("%s%s: %r" % (work.__name__, args, error))

    def poll(path):
        rest = Rest(rest_port)
        while not stop.is_set():
            status, body = rest.ask("GET", path)
            asked[path.split("/")[1]] += 1
            if path == "/v1/sessions":
                mains = [one for one in json.loads(body)["sessions"]
                         if one["dpid"] == "%016x" % dpid and one["state"] == "main"]
                most[0] = max(most[0], len(mains))
            elif path == "/metrics":
                assert body.endswith(b"# EOF\n"), body[-100:]
            assert status == 200 or status == 404 and path.startswith("/simple"), (path, status)

    lives = [threading.Thread(target=run, args=(live, which)) for which in (0, 1)]
    paths = ("/v1/sessions", "/metrics", "/simpleswitch/mactable/%016x" % dpid)
    polls = [threading.Thread(target=run, args=(poll, path)) for path in paths]
    for thread in polls + lives:
        thread.start()
    for thread in lives:
        thread.join()
    stop.set()
    for thread in polls:
        thread.join()
    assert not failed, failed
    print("%s; asked %s; at most %d in the main phase" % (dict(came), dict(asked), most[0]))
    assert most[0] <= 1, "%d main connections of one datapath id at once" % most[0]
    assert came["let in"] >= rounds // 4, "hardly anybody was let in"
    rest = Rest(rest_port)
    until("all have gone", lambda: not rest.of(dpid))
    up(port, dpid).close()


# -- what is written down ----------------------------------------------------------------------


def order(path):
    """In the log each datapath id is connected and gone in turns: never one beside the other."""
    here, seen = {}, collections.Counter()
    line_of = re.compile(r"dpid=([0-9a-f]{16}) addr=(\S+?)(:? )(.*)")
    with open(path, errors="replace") as log:
        for number, line in enumerate(log, 1):
            if line.startswith("loading app ryu.controller.ofp_handler"):
                here = {}  # another process: the one before was killed
            match = line_of.search(line)
            if not match or int(match[1], 16) == 0:
                continue
            dpid, peer, mark, text = match.groups()
            if text.startswith("connected, OpenFlow"):
                assert dpid not in here, "line %d: %s enters, %s has not left:\n%s" % (
                    number, peer, here[dpid], line)
                here[dpid] = peer
                seen[dpid] += 1
            elif mark == ": " and here.get(dpid) == peer and is_end(text):
                del here[dpid]
    print("%d sessions of %d switches, each left before the next entered" % (
        sum(seen.values()), len(seen)))
    assert seen, "no session in %s" % path


def is_end(text):
    """Whether a line about a session is the one about its end: see CloseReason."""
    return re.match(
        r"closed by|connection lost|malformed message|not OpenFlow|no sign of life|"
        r"nothing received|peer has not read|given up for a newer|more than \d+ ports", text) is not None


TYPES = {number: name for number, name in enumerate(
    "hello error echo_request echo_reply experimenter features_request features_reply "
    "get_config_request get_config_reply set_config packet_in flow_removed port_status packet_out "
    "flow_mod group_mod port_mod table_mod multipart_request multipart_reply barrier_request "
    "barrier_reply queue_get_config_request queue_get_config_reply role_request role_reply "
    "get_async_request get_async_reply set_async meter_mod".split())}


def compare(capture, metrics):
    """Lines `source port<TAB>types` of tshark, and the text of /metrics."""
    theirs, ours = collections.Counter(), collections.Counter()
    with open(capture) as lines:
        for line in lines:
            port, _, types = line.rstrip("\n").partition("\t")
            direction = "encoded" if port == "6653" else "received"
            for number in filter(None, types.split(",")):
                theirs[direction, TYPES[int(number)]] += 1
    row = re.compile(r'ryu_messages_total\{direction="(\w+)",type="(\w+)"\} (\d+)$')
    with open(metrics) as lines:
        for line in lines:
            match = row.match(line)
            if match:
                ours[match[1], match[2]] = int(match[3])
    for key in sorted(set(theirs) | set(ours)):
        print("%-8s %-18s tshark %6d  ryu %6d" % (*key, theirs[key], ours[key]))
    assert theirs == ours, "they differ"
    for wanted in ("received", "encoded"):
        kinds = [key for key in ours if key[0] == wanted]
        assert len(kinds) >= 5, "too few types to show anything: %s" % kinds


def main():
    what, args = sys.argv[1], sys.argv[2:]
    if what == "reconnect":
        reconnect(int(args[0]), int(args[1]), int(args[2]))
    elif what == "deaf":
        deaf(int(args[0]), int(args[1]), int(args[2]), int(args[3]))
    elif what == "flood":
        flood(int(args[0]), int(args[1], 16), int(args[2]), int(args[3]))
    elif what == "twins":
        twins(int(args[0]), int(args[1]), int(args[2]))
    elif what == "order":
        order(args[0])
    elif what == "compare":
        compare(args[0], args[1])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as wrong:
        sys.exit("faults.py %s: %s" % (" ".join(sys.argv[1:]), wrong))
