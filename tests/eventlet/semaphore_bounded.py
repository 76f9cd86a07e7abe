"""One release too many is an error."""
import eventlet
import eventlet.semaphore

sem = eventlet.semaphore.BoundedSemaphore(1)
sem.acquire()
sem.release()
try:
    sem.release()
except ValueError:
    print('refused')
print('balance', sem.balance)
