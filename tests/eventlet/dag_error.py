"""An error stands in place of a value, and goes from task to task."""
import eventlet
from eventlet.dagpool import DAGPool, PropagateError


def fails(key, results):
    raise ValueError('a broken task')


def takes(key, results):
    for name, value in results:
        print(key, 'takes', name)
    return key


pool = DAGPool([('a', 'a')])
pool.spawn('b', (), fails)
pool.spawn('c', ('b',), takes)
pool.spawn('d', ('a',), takes)
eventlet.sleep(.01)
for key in ('b', 'c', 'd'):
    try:
        print(key, 'is', pool[key])
    except PropagateError as error:
        # Where it began.
        path = []
        while isinstance(error, PropagateError):
            path.append(error.key)
            error = error.exc
        print(key, 'fails by way of', ' '.join(path), 'of', error)
print('good', ' '.join(sorted(key for key, _ in pool.wait_each_success())))
print('bad', ' '.join(sorted(key for key, _ in pool.wait_each_exception())))
