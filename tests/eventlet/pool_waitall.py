"""Also waits for what is spawned meanwhile."""
import eventlet

pool = eventlet.GreenPool(5)
def work(depth):
    eventlet.sleep(.02)
    print('depth', depth)
    if depth:
        pool.spawn_n(work, depth - 1)
pool.spawn_n(work, 3)
pool.waitall()
print('done')
pool.waitall()
print('nothing to wait for')
