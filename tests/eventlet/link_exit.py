"""Links hear how a task ended."""
import eventlet
import greenlet

def returns():
    return 1
def raises():
    raise ValueError('broken')
def waits():
    eventlet.sleep(1)
def linked(task, name):
    try:
        task.wait()
        print(name, 'returned')
    except ValueError as e:
        print(name, 'raised', e)
    except greenlet.GreenletExit:
        print(name, 'killed')
tasks = [eventlet.spawn(f) for f in (returns, raises, waits)]
for task, name in zip(tasks, ['first', 'second', 'third']):
    task.link(linked, name)
eventlet.sleep(0)
print('turn')
tasks[2].kill()
