"""In place also without a result, with waits inside."""
import eventlet

pool = eventlet.GreenPool(1)
def inner(n):
    print('inner', n)
    eventlet.sleep(.02)
    print('inner ends', n)
def outer():
    for n in range(2):
        pool.spawn_n(inner, n)
        print('spawned', n, 'running', pool.running())
pool.spawn_n(outer)
pool.waitall()
print('done')
