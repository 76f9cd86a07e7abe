"""A task that was killed before its start never runs."""
import eventlet
import greenlet

def victim():
    print('never')
task = eventlet.spawn(victim)
task.kill()
print('killed')
try:
    task.wait()
except greenlet.GreenletExit:
    print('wait says killed')
