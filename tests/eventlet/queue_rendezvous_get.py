"""With size 0 a get waits for its put."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue(0)
def getter():
    print('gets')
    print('got', q.get())
eventlet.spawn_n(getter)
eventlet.sleep(.02)
print('getting', q.getting())
q.put('a parcel')
eventlet.sleep(.02)
print('getting', q.getting())
