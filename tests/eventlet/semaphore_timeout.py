"""An acquire gives up in time."""
import eventlet
import eventlet.semaphore

sem = eventlet.semaphore.Semaphore(0)
print('acquired', sem.acquire(timeout=.02), 'balance', sem.balance)
def releaser():
    print('releases')
    sem.release()
eventlet.spawn_after(.02, releaser)
print('acquired', sem.acquire(timeout=.1), 'balance', sem.balance)
