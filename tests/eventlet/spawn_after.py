"""Starts when its time has come, also when its spawner has ended."""
import eventlet

def later(name):
    print(name)
    return name
def spawner():
    eventlet.spawn_after(.04, later, 'late')
    print('spawner ends')
task = eventlet.spawn_after(.02, later, 'early')
eventlet.spawn_n(spawner)
print('waits')
print('got', task.wait())
eventlet.sleep(.04)
print('done')
