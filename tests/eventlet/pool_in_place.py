"""A task of a full pool runs what it spawns in place."""
import eventlet

pool = eventlet.GreenPool(1)
def inner():
    print('inner')
    return 'a result'
def outer():
    print('outer', pool.free())
    task = pool.spawn(inner)
    print('spawned')
    print('got', task.wait())
pool.spawn_n(outer)
pool.waitall()
print('done')
