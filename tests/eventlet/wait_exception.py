"""An exception comes out of wait, and only there."""
import eventlet

def work():
    print('raises')
    raise ValueError('no such port')
task = eventlet.spawn(work)
eventlet.sleep(0)
print('nothing heard')
try:
    task.wait()
except ValueError as e:
    print('wait raised', e)
