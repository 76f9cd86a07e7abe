"""A second send is an error."""
import eventlet
import eventlet.event

event = eventlet.event.Event()
event.send(1)
try:
    event.send(2)
except AssertionError:
    print('refused')
print('still', event.wait())
