"""Eventlet's figures for the rows of `benches/runtimes.rs`:

    python3 benches/eventlet_peer.py            prints a line for each row: its name, a tab, nanoseconds

`EVENTLET_PYTHON=python3 cargo bench --bench runtimes -- nothing` runs this with that Python and prints
the figures beside ours. Every row does what the row of that name does there, on one thread, with both
ends of each connection in the one process; a figure is the best of some rounds, for one element (task,
turn, item, timer, echo, request).
"""
import os
import sys
import time

import eventlet
import eventlet.wsgi
from eventlet import GreenPool, Timeout, connect, listen, sleep, spawn
from eventlet.queue import LightQueue

# As there.
MANY = 10_000
TASKS = 100
ROOM = 128
CONNECTIONS = 100
MESSAGE = 64
CLIENTS = 64
ROUNDS = 3


def spawn_and_join():
    for n in range(MANY):
        spawn(lambda value: value, n).wait()


def yields():
    def turns():
        for _ in range(MANY // TASKS):
            sleep(0)
    pool = GreenPool(TASKS)
    for _ in range(TASKS):
        pool.spawn_n(turns)
    pool.waitall()


def queue():
    # Ryu's `hub.Queue`.
    items = LightQueue(ROOM)

    def produce():
        for n in range(MANY):
            items.put(n)
    producer = spawn(produce)
    for _ in range(MANY):
        items.get()
    producer.wait()


def timer():
    for n in range(MANY):
        Timeout(1 + n % 64 / 1000).cancel()


def read_exact(sock, size):
    data = sock.recv(size)
    while 0 < len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return b''
        data += more
    return data


def echo():
    server = listen(('127.0.0.1', 0), backlog=CONNECTIONS)

    def serve(sock):
        while True:
            data = read_exact(sock, MESSAGE)
            if not data:
                return
            sock.sendall(data)
    clients = []
    for _ in range(CONNECTIONS):
        clients.append(connect(server.getsockname()))
        spawn(serve, server.accept()[0])

    def client(sock):
        data = b'\x07' * MESSAGE
        for _ in range(MANY // CONNECTIONS):
            sock.sendall(data)
            data = read_exact(sock, MESSAGE)
    return lambda: [each.wait() for each in [spawn(client, sock) for sock in clients]]


def http_hello():
    server = listen(('127.0.0.1', 0), backlog=CLIENTS)

    def hello(environ, start_response):
        start_response('200 OK', [('Content-Length', '5')])
        return [b'hello']
    spawn(eventlet.wsgi.server, server, hello, open(os.devnull, 'w'), log_output=False)
    clients = [connect(server.getsockname()) for _ in range(CLIENTS)]

    def client(sock):
        for _ in range(MANY // CLIENTS):
            sock.sendall(b'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
            data = b''
            while not data.endswith(b'\r\n\r\nhello'):
                data += sock.recv(512)
    return lambda: [each.wait() for each in [spawn(client, sock) for sock in clients]]


ROWS = [
    ('spawn and join', lambda: spawn_and_join),
    ('yield among 100 tasks', lambda: yields),
    ('queue of 128, per item', lambda: queue),
    ('timer armed and canceled', lambda: timer),
    ('echo of 64 bytes, 100 connections', echo),
    ('HTTP hello, 64 connections', http_hello),
]


def main():
    print('eventlet', eventlet.__version__, 'Python', sys.version.split()[0], file=sys.stderr)
    for name, make in ROWS:
        once = make()
        best = float('inf')
        for _ in range(ROUNDS):
            start = time.perf_counter_ns()
            once()
            best = min(best, (time.perf_counter_ns() - start) / MANY)
        print(f'{name}\t{best:.1f}', flush=True)


if __name__ == '__main__':
    main()
