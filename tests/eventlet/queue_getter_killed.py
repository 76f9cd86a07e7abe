"""An item is not lost with a getter that was killed."""
import eventlet
import eventlet.queue

q = eventlet.queue.Queue()
def getter(name):
    print(name, 'got', q.get())
first = eventlet.spawn(getter, 'first')
eventlet.sleep(0)
first.kill()
second = eventlet.spawn(getter, 'second')
q.put('item')
second.wait()
