"""Who yields comes back after all others."""
import eventlet

def work(name):
    for n in range(3):
        print(name, n)
        eventlet.sleep(0)
tasks = [eventlet.spawn(work, name) for name in 'abc']
for task in tasks:
    task.wait()
print('done')
