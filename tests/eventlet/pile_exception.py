"""An exception comes at its element, the rest is fine."""
import eventlet

def work(n):
    if n == 1:
        raise ValueError('one')
    return n
pile = eventlet.GreenPile(10)
for n in range(3):
    pile.spawn(work, n)
while True:
    try:
        print('got', next(pile))
    except ValueError as e:
        print('raised', e)
    except StopIteration:
        break
print('done')
