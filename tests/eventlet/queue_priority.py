"""The lowest first."""
import eventlet
import eventlet.queue

q = eventlet.queue.PriorityQueue()
for n in (3, 1, 2):
    q.put(n)
print(*[q.get() for n in range(3)])
