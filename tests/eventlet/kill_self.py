"""A task can end itself."""
import eventlet
import greenlet

def work():
    try:
        print('in')
        eventlet.kill(eventlet.getcurrent())
        print('never')
    finally:
        print('out')
task = eventlet.spawn(work)
try:
    task.wait()
except greenlet.GreenletExit:
    print('killed')
