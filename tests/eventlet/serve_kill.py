"""A server that is killed leaves its handlers alone."""
import eventlet
from eventlet import connect, listen, serve, sleep


def work(client, address):
    print('begin')
    sleep(.04)
    client.sendall(b'done')
    print('end')


server = listen(('127.0.0.1', 0))
serving = eventlet.spawn(serve, server, work)
client = connect(server.getsockname())
sleep(.01)
serving.kill()
print('killed')
# Its handlers go on by themselves.
print('hears', client.recv(64).decode())
