"""A link to a task that has ended runs at once."""
import eventlet

def work():
    print('work')
def linked(task):
    print('linked')
task = eventlet.spawn(work)
task.wait()
print('before')
task.link(linked)
print('after')
