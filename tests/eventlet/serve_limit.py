"""Two at a time, in the order of coming."""
import eventlet
from eventlet import connect, listen, serve, sleep

running = most = 0


def work(client, address):
    global running, most
    running += 1
    most = max(most, running)
    word = client.recv(64).decode()
    print('begin', word, 'running', running)
    sleep(.15)
    print('end', word)
    running -= 1


server = listen(('127.0.0.1', 0))
eventlet.spawn(serve, server, work, 2)
clients = []
for n in range(5):
    # Connected, accepted or not: the system's queue has room.
    client = connect(server.getsockname())
    client.sendall(b'%d' % n)
    print('connected', n)
    clients.append(client)
    sleep(.02)
for client in clients:
    client.recv(64)
print('most', most)
