"""A smaller pool lets nobody in until enough have left."""
import eventlet

def work(n):
    print('begin', n)
    eventlet.sleep(.02 * n)
    print('end', n)
pool = eventlet.GreenPool(3)
for n in (1, 2, 3):
    pool.spawn_n(work, n)
pool.resize(1)
print('free', pool.free(), 'running', pool.running())
pool.spawn_n(work, 0)
print('spawned')
pool.waitall()
print('free', pool.free())
pool.resize(2)
print('free', pool.free())
