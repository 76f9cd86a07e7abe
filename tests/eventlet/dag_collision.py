"""One task or value for a key."""
import eventlet
from eventlet.dagpool import Collision, DAGPool


def tried(what, call):
    try:
        call()
        print(what, 'is fine')
    except Collision as error:
        print(what, 'collides with', error)


def work(key, results):
    pool.post(key, 'posted by itself')
    return 'returned'


def sleeps(key, results):
    eventlet.sleep(.02)
    return 'slept'


pool = DAGPool([('a', 1)])
tried('spawn a', lambda: pool.spawn('a', (), work))
tried('post a', lambda: pool.post('a', 2))
tried('replace a', lambda: pool.post('a', 3, replace=True))
print('a is', pool['a'])
tried('spawn b', lambda: pool.spawn('b', (), sleeps))
tried('spawn b', lambda: pool.spawn('b', (), sleeps))
tried('post b', lambda: pool.post('b', 4))
print('b is', pool['b'])
tried('spawn c', lambda: pool.spawn('c', (), work))
print('c is', pool['c'])
