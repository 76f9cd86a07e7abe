"""A larger queue lets putters in."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue(1)
def putter():
    for n in range(3):
        q.put(n)
        print('put', n)
eventlet.spawn_n(putter)
eventlet.sleep(.02)
print('putting', q.putting())
q.resize(3)
eventlet.sleep(.02)
print('putting', q.putting(), 'size', q.qsize())
