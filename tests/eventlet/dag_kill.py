"""A task that is killed leaves its key free."""
import eventlet
from eventlet.dagpool import DAGPool


def never(key, results):
    print('begin', key)
    return key


def takes(key, results):
    for name, value in results:
        print(key, 'takes', name, value)
    return key


pool = DAGPool()
pool.spawn('a', ('nothing',), never)
pool.spawn('b', ('a',), takes)
pool.kill('a')
print('running', ' '.join(pool.running_keys()))
eventlet.sleep(.01)
print('b waits for', ' '.join(pool.waiting_for('b')))
pool.post('a', 'posted')
print('b is', pool['b'])
try:
    pool.kill('b')
except KeyError:
    print('there is no b to kill')
