"""Who waits gets the new slots."""
import eventlet

pool = eventlet.GreenPool(1)
def work(n):
    print('begin', n)
    eventlet.sleep(.04)
    print('end', n)
def spawner(n):
    pool.spawn_n(work, n)
    print('spawned', n)
pool.spawn_n(work, 0)
eventlet.spawn_n(spawner, 1)
eventlet.sleep(.02)
print('waiting', pool.waiting())
pool.resize(2)
pool.sem.release(); pool.sem.counter -= 1  # eventlet's own resize wakes nobody
eventlet.sleep(0)
eventlet.sleep(0)
print('waiting', pool.waiting())
pool.waitall()
