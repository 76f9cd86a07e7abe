"""A task that was cancelled before its time never runs."""
import eventlet

def later():
    print('never')
task = eventlet.spawn_after(.02, later)
task.cancel()
print('cancelled')
eventlet.sleep(.04)
print('done')
