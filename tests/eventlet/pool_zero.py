"""A pool of size 0 starts nothing."""
import eventlet

pool = eventlet.GreenPool(0)
def work():
    print('never')
try:
    with eventlet.Timeout(.02):
        pool.spawn_n(work)
except eventlet.Timeout:
    print('timed out')
print('running', pool.running(), 'free', pool.free(), 'waiting', pool.waiting())
pool.waitall()
print('done')
