"""Links run in their order, before those who wait."""
import eventlet

def work():
    print('work')
    return 1
def linked(task, name):
    print('link', name, task.wait())
def waiter(task):
    task.wait()
    print('waiter')
task = eventlet.spawn(work)
eventlet.spawn_n(waiter, task)
task.link(linked, 'one')
task.link(linked, 'two')
eventlet.sleep(0)
print('turn')
eventlet.sleep(0)
