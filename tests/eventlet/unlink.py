"""A link that was taken away does not run."""
import eventlet

def work():
    print('work')
def one(task):
    print('one')
def two(task):
    print('two')
task = eventlet.spawn(work)
task.link(one)
task.link(two)
task.unlink(one)
task.wait()
