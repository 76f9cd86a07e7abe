"""The killed task cleans up at once, its killer goes on after the others."""
import eventlet
import greenlet

def victim():
    try:
        print('victim waits')
        eventlet.sleep(1)
        print('never')
    finally:
        print('victim cleans up')
def other(n):
    print('other', n)
task = eventlet.spawn(victim)
eventlet.sleep(0)
eventlet.spawn_n(other, 1)
print('kill')
eventlet.kill(task)
print('killed')
eventlet.spawn_n(other, 2)
try:
    task.wait()
except greenlet.GreenletExit:
    print('wait says killed')
eventlet.sleep(0)
