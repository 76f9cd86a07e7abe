"""Without waiting."""
import eventlet
import eventlet.semaphore

sem = eventlet.semaphore.Semaphore(1)
print(sem.acquire(blocking=False), sem.locked())
print(sem.acquire(blocking=False))
sem.release()
print(sem.locked())
