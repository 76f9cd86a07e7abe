"""Waiters run in the next turn, the sender goes on."""
import eventlet
import eventlet.event

event = eventlet.event.Event()
def waiter():
    print('waiter got', event.wait())
eventlet.spawn_n(waiter)
eventlet.sleep(0)
print('ready', event.ready())
event.send('value')
print('sent, ready', event.ready())
eventlet.sleep(0)
print('again', event.wait())
