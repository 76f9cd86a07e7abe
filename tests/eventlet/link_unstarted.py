"""Links hear of a task that never began."""
import eventlet

def never():
    print('never')
def linked(task):
    print('linked')
task = eventlet.spawn(never)
task.link(linked)
print('cancel')
task.cancel()
print('cancelled')
