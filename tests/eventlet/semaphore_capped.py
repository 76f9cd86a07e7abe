"""Who releases waits, too."""
import eventlet
from eventlet.semaphore import CappedSemaphore

semaphore = CappedSemaphore(1, 2)


def release(n):
    semaphore.release()
    print('released', n, 'balance', semaphore.balance)


def acquire(n):
    semaphore.acquire()
    print('acquired', n, 'balance', semaphore.balance)


print('balance', semaphore.balance)
for n in range(3):
    eventlet.spawn(release, n)
eventlet.sleep(.01)
print('balance', semaphore.balance, 'bounded', semaphore.bounded(), 'locked', semaphore.locked())
print('more without a wait', semaphore.release(blocking=False))
for n in range(5):
    eventlet.spawn(acquire, n)
    eventlet.sleep(.01)
print('balance', semaphore.balance, 'bounded', semaphore.bounded(), 'locked', semaphore.locked())
semaphore.release()
semaphore.release()
eventlet.sleep(.01)
print('balance', semaphore.balance)
