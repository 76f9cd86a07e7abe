"""Each begins at once, and waits for the values that it takes."""
import eventlet
from eventlet.dagpool import DAGPool


def work(key, results):
    print('begin', key)
    got = [name + '=' + value for name, value in sorted(results)]
    print('end', key, ' '.join(got))
    return key.upper()


pool = DAGPool()
pool.spawn('d', ('b', 'c'), work)
pool.spawn('c', ('b',), work)
pool.spawn('b', ('a',), work)
print('running', pool.running(), ' '.join(sorted(pool.running_keys())), 'waiting', pool.waiting())
eventlet.sleep(.01)
print('d waits for', ' '.join(sorted(pool.waiting_for('d'))))
pool.post('a', 'A')
print('has', ' '.join(pool.keys()))
print(' '.join(value for _, value in sorted(pool.wait().items())))
print('running', pool.running(), 'waiting', pool.waiting())
