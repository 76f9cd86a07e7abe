"""First in, first out; a get waits for a put."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue()
def putter():
    for n in range(3):
        print('put', n)
        q.put(n)
        eventlet.sleep(.02)
eventlet.spawn_n(putter)
for n in range(3):
    print('got', q.get())
