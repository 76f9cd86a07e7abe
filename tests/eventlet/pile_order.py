"""Results in the order of spawning."""
import eventlet

def work(n):
    eventlet.sleep(.02 * n)
    print('end', n)
    return n
pile = eventlet.GreenPile(10)
for n in (3, 1, 2):
    pile.spawn(work, n)
for n in pile:
    print('got', n)
