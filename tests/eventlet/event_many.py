"""Everybody who waits gets the value."""
import eventlet
import eventlet.event

event = eventlet.event.Event()
got = []
def waiter(n):
    got.append((n, event.wait()))
for n in range(5):
    eventlet.spawn_n(waiter, n)
eventlet.sleep(0)
event.send('x')
print('got', len(got))
eventlet.sleep(0)
print(*['%d%s' % of for of in sorted(got)])
