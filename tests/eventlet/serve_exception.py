"""Any other error ends the server with it."""
import eventlet
from eventlet import connect, listen, serve, sleep


def work(client, address):
    word = client.recv(64)
    print('begin', word.decode())
    if word == b'fail':
        raise ValueError('a broken handler')
    sleep(.04)
    print('end', word.decode())


server = listen(('127.0.0.1', 0))
serving = eventlet.spawn(serve, server, work)
clients = []
for word in (b'work', b'fail'):
    client = connect(server.getsockname())
    client.sendall(word)
    clients.append(client)
    sleep(.01)
try:
    serving.wait()
except ValueError as error:
    print('serve raised', error)
print('fail hears', len(clients[1].recv(64)))
print('work hears', len(clients[0].recv(64)))
