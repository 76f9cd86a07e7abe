"""StopServe ends the server quietly, and nobody else."""
import eventlet
from eventlet import StopServe, connect, listen, serve, sleep


def work(client, address):
    word = client.recv(64)
    print('begin', word.decode())
    if word == b'stop':
        raise StopServe()
    sleep(.04)
    print('end', word.decode())


server = listen(('127.0.0.1', 0))
serving = eventlet.spawn(serve, server, work)
clients = []
for word in (b'work', b'stop'):
    client = connect(server.getsockname())
    client.sendall(word)
    clients.append(client)
    sleep(.01)
print('serve gave', serving.wait())
# Who stopped it is closed; who works, works on.
print('stop hears', len(clients[1].recv(64)))
print('work hears', len(clients[0].recv(64)))
