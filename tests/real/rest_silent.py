"""What REST says of a switch that answers late, in part, not at all, or with an error.

    rest_silent.py PORT BASE    the controller's OpenFlow port, and where its ofctl_rest is

The switch is one by hand, datapath id 9: silent about tables, one part of two about flows, an error
about groups; it refuses flow entries of priority 1 (the table is full), 2 (a bad match), never gets to
a barrier behind priority 3, and does the others. A line for each check: ok or bad, a tab, name, detail.
"""

import json
import struct
import sys
import threading
import time
import urllib.error
import urllib.request

import ofpeer
from ofpeer import BARRIER_REPLY, BARRIER_REQUEST, ERROR, FLOW_MOD, MULTIPART_REPLY, MULTIPART_REQUEST
from ofpeer import message

PORT, BASE = int(sys.argv[1]), sys.argv[2]
FLOW, TABLE, GROUP = 1, 3, 6
MORE = 1


def switch(peer):
    """Answers until the connection ends."""
    is_stuck = False
    while True:
        try:
            kind, xid, body, _ = peer.next(60)
        except (ofpeer.Gone, TimeoutError):
            return
        if kind == MULTIPART_REQUEST:
            (what,) = struct.unpack_from("!H", body)
            if what == TABLE:
                continue
            if what == GROUP:
                peer.send(message(ERROR, xid, struct.pack("!HH", 1, 2) + body[:64]))
                continue
            if what == FLOW:
                entry = struct.pack("!HBxIIHHHHxxxxQQQ", 56, 0, 1, 0, 5, 0, 0, 0, 0, 0, 0)
                peer.send(message(MULTIPART_REPLY, xid, struct.pack("!HH4x", FLOW, MORE) + entry
                                  + struct.pack("!HHxxxx", 1, 4)))
                continue
        if kind == FLOW_MOD:
            (priority,) = struct.unpack_from("!H", body, 22)
            error = {1: (5, 1), 2: (4, 6)}.get(priority)
            if error:
                head = struct.pack("!BBHI", 4, FLOW_MOD, 8 + len(body), xid)
                peer.send(message(ERROR, xid, struct.pack("!HH", *error) + head + body))
            is_stuck = priority == 3
            continue
        if kind == BARRIER_REQUEST:
            if not is_stuck:
                peer.send(message(BARRIER_REPLY, xid))
            continue
        peer.answer(kind, xid, body)


def ask(method, path, body=None):
    """Status, `Warning`, body, and how long it took."""
    start = time.monotonic()
    request = urllib.request.Request(BASE + path, data=body and body.encode(), method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            status, head, text = answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, head, text = error.code, error.headers, error.read().decode()
    return status, head.get("Warning"), text, time.monotonic() - start


def report(ok, name, detail):
    print("%s\t%s\t%s" % ("ok" if ok else "bad", name, " ".join(str(detail).split())), flush=True)


def main():
    with ofpeer.Peer(PORT) as peer:
        peer.handshake(9)
        threading.Thread(target=switch, args=(peer,), daemon=True).start()
        end = time.monotonic() + 10
        while json.loads(ask("GET", "/stats/switches")[2]) != [9] and time.monotonic() < end:
            time.sleep(0.1)

        got = ask("GET", "/stats/table/9")
        report(got[0] == 200 and got[2] == '{"9": []}' and "incomplete" in (got[1] or "")
               and 0.9 < got[3] < 3, "silence: 200, nothing, a warning, after a second", got)
        got = ask("GET", "/stats/table/9?strict=1")
        report(got[0] == 504, "silence, strict: 504", got)
        got = ask("GET", "/stats/flow/9")
        entries = json.loads(got[2])["9"]
        report(got[0] == 200 and len(entries) == 1 and entries[0]["priority"] == 5
               and "incomplete" in (got[1] or ""), "a part of two: 200, that part, a warning", got)
        got = ask("GET", "/stats/flow/9?strict=1")
        report(got[0] == 504, "a part of two, strict: 504", got)
        got = ask("GET", "/stats/group/9")
        report(got[0] == 200 and got[2] == '{"9": []}' and "bad_request" in (got[1] or "")
               and got[3] < 0.9, "an error: 200, nothing, the error as a warning, at once", got)
        got = ask("GET", "/stats/group/9?strict=1")
        report(got[0] in (409, 422) and "bad_request" in got[2], "an error, strict: its reason", got)
        got = ask("GET", "/stats/desc/9")
        report(got[0] == 200 and got[1] is None and "by hand" in got[2], "no warning without need", got)

        add = "/stats/flowentry/add"
        for priority, wait, status, text in [
                (1, "", 200, ""), (1, "?wait=1", 409, "table_full"), (2, "?wait=1", 422, "bad_field"),
                (4, "?wait=1", 200, ""), (3, "", 200, "")]:
            got = ask("POST", add + wait, repr({"dpid": 9, "priority": priority}))
            report(got[0] == status and text in got[2] and (text or not got[2]),
                   "a flow of priority %d%s: %d" % (priority, wait, status), got)
        # Several wait at once, and each for itself.
        answers = []
        waits = [threading.Thread(target=lambda: answers.append(
            ask("POST", add + "?wait=1", "{'dpid': 9, 'priority': 3}"))) for _ in range(2)]
        for thread in waits:
            thread.start()
        got = ask("GET", "/stats/desc/9")
        report(got[0] == 200 and got[3] < 1, "while two wait, others are answered", got)
        for thread in waits:
            thread.join()
        report([answer[0] for answer in answers] == [504, 504], "a barrier that does not come: 504", answers)


main()
