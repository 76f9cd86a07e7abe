"""Waiting for all, in the order given."""
import eventlet

def work(name, seconds):
    eventlet.sleep(seconds)
    print(name, 'ends')
    return name
tasks = [eventlet.spawn(work, *of) for of in [('slow', .04), ('fast', .02), ('now', 0)]]
for task in tasks:
    print('joined', task.wait())
