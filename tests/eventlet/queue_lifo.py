"""The newest first."""
import eventlet
import eventlet.queue

q = eventlet.queue.LifoQueue()
for n in (3, 1, 2):
    q.put(n)
print(*[q.get() for n in range(3)])
