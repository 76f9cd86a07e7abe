"""A task that has begun cannot be cancelled."""
import eventlet

def work():
    print('begins')
    eventlet.sleep(.02)
    print('ends')
    return 7
task = eventlet.spawn(work)
eventlet.sleep(0)
task.cancel()
print('cancel has no effect')
print('got', task.wait())
