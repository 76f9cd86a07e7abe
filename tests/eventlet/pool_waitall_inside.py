"""A task of the pool must not wait for itself."""
import eventlet

pool = eventlet.GreenPool(2)
def work():
    print('inside')
    pool.waitall()
    print('never')
task = pool.spawn(work)
try:
    task.wait()
except AssertionError:
    print('refused')
