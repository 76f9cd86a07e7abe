"""A put waits while the queue is full."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue(2)
def putter():
    for n in range(4):
        q.put(n)
        print('put', n, 'size', q.qsize(), 'full', q.full())
eventlet.spawn_n(putter)
eventlet.sleep(.02)
print('putting', q.putting())
for n in range(4):
    print('got', q.get())
    eventlet.sleep(.02)
print('empty', q.empty())
