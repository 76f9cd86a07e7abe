"""What cannot be done at once is an error."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue(1)
try:
    q.get_nowait()
except eventlet.queue.Empty:
    print('empty')
q.put_nowait(1)
try:
    q.put_nowait(2)
except eventlet.queue.Full:
    print('full')
print('got', q.get_nowait())
