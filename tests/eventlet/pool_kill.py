"""A task that is killed gives its slot back."""
import eventlet

pool = eventlet.GreenPool(1)
def waits():
    eventlet.sleep(1)
def works():
    print('works')
first = pool.spawn(waits)
eventlet.sleep(0)
print('free', pool.free())
first.kill()
print('free', pool.free())
pool.spawn_n(works)
pool.waitall()
