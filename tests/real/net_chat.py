"""Scripted clients of the chat server on 127.0.0.1, port 3001: prints what each of them hears.

    python3 net_chat.py

After each step everybody listens until nothing has come for a while, so that the transcript does
not depend on who is faster.
"""

import select
import socket
import time

PORT = 3001
QUIET = 0.4

# Who, from which address; each step: who does what.
STEPS = [
    ("ann", "join", "127.0.0.1"),
    ("bob", "join", "127.0.0.2"),
    ("eve", "join", "127.0.0.3"),
    ("ann", "say", "hello, who is there?\n"),
    ("bob", "say", "bob is\n"),
    ("eve", "say", "two lines\nat once\n"),
    ("bob", "say", "one line "),
    ("bob", "say", "in two pieces\n"),
    ("eve", "say", "as telnet ends it\r\n"),
    ("ann", "say", "\n"),
    ("ann", "say", "   blanks around   \n"),
    ("ann", "say", "grüße ☺\n"),
    ("ann", "say", "x" * 5000 + "\n"),
    ("bob", "leave", ""),
    ("ann", "say", "bob?\n"),
    ("kim", "join", "127.0.0.4"),
    ("kim", "say", "late\n"),
    ("eve", "say", "no end of this line"),
    ("eve", "leave", ""),
    ("ann", "say", "anyone?\n"),
    # Only sends no more. When the server ends the rest is not written down: with eventlet's it is
    # when the last variable goes that holds the socket.
    ("ann", "half", "the last word\n"),
    ("kim", "say", "alone\n"),
    ("kim", "leave", ""),
]


def main():
    guests = {}
    for number, (who, what, argument) in enumerate(STEPS):
        print("%2d %s: %s %r" % (number, who, what, argument[:40]))
        if what == "join":
            guests[who] = socket.create_connection(("127.0.0.1", PORT), 5, (argument, 0))
        elif what == "say":
            guests[who].sendall(argument.encode())
        elif what == "half":
            guests[who].sendall(argument.encode())
            guests[who].shutdown(socket.SHUT_WR)
        else:
            guests.pop(who).close()
        heard = {name: b"" for name in guests}
        end = time.monotonic() + QUIET
        while time.monotonic() < end:
            names = {guest: name for name, guest in guests.items()}
            for guest in select.select(list(names), [], [], QUIET / 4)[0]:
                data = guest.recv(65536)
                if not data:
                    guests.pop(names[guest]).close()
                    continue
                heard[names[guest]] += data
                end = time.monotonic() + QUIET
        for name in sorted(heard):
            if heard[name]:
                print("     %s hears %r" % (name, heard[name]))


main()
