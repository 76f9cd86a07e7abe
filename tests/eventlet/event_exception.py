"""An exception is raised where it is waited for."""
import eventlet
import eventlet.event

event = eventlet.event.Event()
def waiter():
    try:
        event.wait()
    except ValueError as e:
        print('waiter raised', e)
eventlet.spawn_n(waiter)
eventlet.sleep(0)
event.send_exception(ValueError('no answer'))
print('sent')
eventlet.sleep(0)
