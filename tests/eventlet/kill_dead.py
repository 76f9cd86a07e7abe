"""Killing a task that has ended does nothing, at once."""
import eventlet

def work(name):
    print(name)
    return name
task = eventlet.spawn(work, 'first')
eventlet.sleep(0)
eventlet.spawn_n(work, 'second')
task.kill()
print('no switch')
print('got', task.wait())
eventlet.sleep(0)
