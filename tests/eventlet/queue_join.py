"""Waits until every item is reported done."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue()
def worker():
    while True:
        item = q.get()
        eventlet.sleep(.02)
        print('done', item)
        q.task_done()
eventlet.spawn_n(worker)
for n in range(3):
    q.put(n)
print('joins')
q.join()
print('joined')
try:
    q.task_done()
except ValueError:
    print('too many')
