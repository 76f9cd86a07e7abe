"""One reader at a time."""
import eventlet
from eventlet import connect, listen, sleep

server = listen(('127.0.0.1', 0))
client = connect(server.getsockname())
ours, _ = server.accept()


def read(name):
    try:
        print(name, 'got', ours.recv(64).decode())
    except RuntimeError:
        print(name, 'is refused')


for name in ('first', 'second'):
    eventlet.spawn(read, name)
    sleep(.01)
client.sendall(b'hello')
sleep(.01)
# Nobody waits now.
eventlet.spawn(read, 'third')
sleep(.01)
client.sendall(b'again')
sleep(.01)
