"""Get and put give up in time."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue(1)
try:
    q.get(timeout=.02)
except eventlet.queue.Empty:
    print('empty')
q.put('first', timeout=.02)
try:
    q.put('second', timeout=.02)
except eventlet.queue.Full:
    print('full')
print('got', q.get(timeout=.02), 'size', q.qsize())
