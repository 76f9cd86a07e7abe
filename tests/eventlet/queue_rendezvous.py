"""With size 0 a put waits for its get."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue(0)
def putter():
    print('puts')
    q.put('a parcel')
    print('handed over')
eventlet.spawn_n(putter)
eventlet.sleep(.02)
print('putting', q.putting(), 'size', q.qsize())
print('got', q.get())
eventlet.sleep(.02)
print('putting', q.putting())
