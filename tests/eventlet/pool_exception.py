"""A task that raises gives its slot back."""
import eventlet

pool = eventlet.GreenPool(1)
def raises():
    print('raises')
    raise ValueError('broken')
def works():
    print('works')
    return 2
first = pool.spawn(raises)
second = pool.spawn(works)
try:
    first.wait()
except ValueError as e:
    print('first raised', e)
print('second', second.wait())
print('free', pool.free())
