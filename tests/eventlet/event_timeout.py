"""A wait with a limit gives nothing."""
import eventlet
import eventlet.event

event = eventlet.event.Event()
print('wait', event.wait(timeout=.02))
print('poll', event.poll())
event.send(5)
print('wait', event.wait(timeout=.02), 'poll', event.poll())
