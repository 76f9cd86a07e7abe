"""Waiting for a task that has ended does not switch."""
import eventlet

def work(name):
    print(name)
    return name
first = eventlet.spawn(work, 'first')
eventlet.sleep(0)
eventlet.spawn_n(work, 'second')
print('got', first.wait())
eventlet.sleep(0)
