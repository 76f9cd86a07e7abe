"""The reason of a kill comes out of wait."""
import eventlet

def victim():
    eventlet.sleep(1)
task = eventlet.spawn(victim)
eventlet.sleep(0)
task.kill(ValueError('the switch has left'))
try:
    task.wait()
except ValueError as e:
    print('wait raised', e)
