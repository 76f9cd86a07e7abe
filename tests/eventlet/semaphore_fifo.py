"""Who waited longest goes first."""
import eventlet
import eventlet.semaphore

sem = eventlet.semaphore.Semaphore(1)
def work(n):
    with sem:
        print('in', n)
        eventlet.sleep(.02)
        print('out', n)
tasks = [eventlet.spawn(work, n) for n in range(3)]
eventlet.sleep(0)
print('balance', sem.balance)
for task in tasks:
    task.wait()
print('balance', sem.balance)
