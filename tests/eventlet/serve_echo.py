"""A handler that returns closes its connection."""
import eventlet
from eventlet import connect, listen, serve, sleep


def echo(client, address):
    print('begin')
    client.sendall(client.recv(64).upper())
    print('end')


server = listen(('127.0.0.1', 0))
eventlet.spawn(serve, server, echo)
for word in (b'one', b'two'):
    client = connect(server.getsockname())
    client.sendall(word)
    print(client.recv(64).decode())
    # The handler has returned: the connection is closed.
    print('then', len(client.recv(64)))
    sleep(.02)
