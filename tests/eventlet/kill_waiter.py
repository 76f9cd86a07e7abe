"""Who waits for a killed task hears of it."""
import eventlet
import greenlet

def victim():
    eventlet.sleep(1)
def waiter(task):
    try:
        task.wait()
    except greenlet.GreenletExit:
        print('waiter heard')
task = eventlet.spawn(victim)
eventlet.spawn_n(waiter, task)
eventlet.sleep(0)
print('kill')
task.kill()
print('killed')
eventlet.sleep(0)
